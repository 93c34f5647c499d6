#include "town.h"

static const char city[] =
    "{\"name\":\"小城\",\"name_en\":\"Town\",\"regions\":[{\"code\":\"town\",\"name\":\"小城市\",\"name_en\":"
    "\"Town\"},"
    "{\"code\":\"east\",\"name\":\"东区\",\"name_en\":\"East\",\"parent\":\"town\"},"
    "{\"code\":\"west\",\"name\":\"西区\",\"name_en\":\"West\",\"parent\":\"town\"}],"
    "\"units\":[{\"code\":\"u\",\"name\":\"厂\",\"name_en\":\"Works\",\"kind\":\"enterprise\"}],\"sites\":["
#define STATION(code, region)                                                                            \
    "{\"code\":\"" code "\",\"name\":\"站" code "\",\"name_en\":\"Station " code                         \
    "\",\"kind\":\"air\",\"region\":\"" region                                                           \
    "\",\"unit\":\"u\",\"lng\":120,\"lat\":36,\"factors\":[\"a21026\",\"a21004\",\"a21005\",\"a05024\"," \
    "\"a34002\",\"a34004\"]},"
    STATION("s1", "east") STATION("s2", "east") STATION("s3", "west") STATION(
        "s4",
        "west") "{\"code\":\"water\",\"name\":\"总排口\",\"name_en\":\"Outlet\",\"kind\":\"water_outlet\","
                "\"region\":\"east\",\"unit\":\"u\",\"lng\":120,"
                "\"lat\":36,\"interval\":60,\"factors\":[\"w01018\",\"w01001\"],\"limits\":[{\"factor\":"
                "\"w01018\",\"upper\":50,\"basis\":\"GB "
                "18918-2002 表1\"},{\"factor\":\"w01001\",\"upper\":9,\"lower\":6,\"basis\":\"许可证\"}]},"
                "{\"code\":\"stack\",\"name\":\"1号炉\",\"name_en\":\"Stack\",\"kind\":\"gas_outlet\","
                "\"region\":\"west\",\"unit\":\"u\",\"lng\":120,"
                "\"lat\":36,\"factors\":[\"a21026\"],\"limits\":[{\"factor\":\"a21026\",\"upper\":35,"
                "\"basis\":\"许可证\"}]},"
                "{\"code\":\"daily\",\"name\":\"污水厂\",\"name_en\":\"Plant\",\"kind\":\"water_outlet\","
                "\"region\":\"west\",\"unit\":\"u\",\"lng\":120,"
                "\"lat\":36,\"factors\":[\"w01018\"],\"limits\":[{\"factor\":\"w01018\",\"upper\":50,"
                "\"basis\":\"GB 18918-2002 表1\"}]}]}";

void town_open(struct town *t)
{
    town_open_with(t, city);
}

void town_open_with(struct town *t, const char *text)
{
    struct err e = { 0 };
    json_t *tree = NULL;
    if (json_read(text, strlen(text), &tree, &e) < 0 || place_build(tree, &t->place, &e) < 0 ||
        board_new(t->place, SOURCE_ROOT "/definitions", &t->board, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
}

void town_close(struct town *t)
{
    t->board = board_free(t->board);
    t->place = place_free(t->place);
}

int64_t at(int year, int month, int day, int hour)
{
    struct cn_civil c = { .year = year, .month = month, .day = day, .hour = hour };
    return cn_to_ms(&c);
}

void send_at(struct board *b, int site, enum period p, int64_t time, int64_t arrival, const char *body)
{
    struct record r = { .time = time,
                        .site = site,
                        .period = (uint8_t)p,
                        .source = SOURCE_DEVICE,
                        .tag = record_hash(body, strlen(body)),
                        .arrival = arrival,
                        .body = body,
                        .body_len = strlen(body) };
    board_take(b, &r, 1);
}

void send_hour(struct board *b, int site, int64_t time, const char *body)
{
    send_at(b, site, PERIOD_HOUR, time, time + MS_HOUR, body);
}

void send_air(struct board *b, int site, int64_t time, double pm25, double o3)
{
    char body[256];
    snprintf(body, sizeof body,
             "a34004-Avg=%.1f,a34004-Flag=N;a34002-Avg=50,a34002-Flag=N;a21026-Avg=5,a21026-Flag=N;a21004-"
             "Avg=20,a21004-Flag=N;"
             "a21005-Avg=0.5,a21005-Flag=N;a05024-Avg=%.1f,a05024-Flag=N",
             pm25, o3);
    send_hour(b, site, time, body);
}

void send_days(struct board *b, int64_t first_day, int n, double pm25, double o3)
{
    for (int64_t h = first_day * 24; h < (first_day + n) * 24; h++)
        for (int s = S1; s <= S4; s++)
            send_air(b, s, cn_hour_start(h), pm25, o3);
}

static void keep(const struct finding *f, void *arg)
{
    struct gots *g = arg;
    if (g->n == COUNT_OF(g->g))
        return;
    struct got *to = &g->g[g->n++];
    char *facts = json_dumps(f->facts, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
    snprintf(to->key, sizeof to->key, "%s", f->key);
    snprintf(to->rule, sizeof to->rule, "%s", f->rule);
    snprintf(to->severity, sizeof to->severity, "%s", f->severity);
    snprintf(to->title, sizeof to->title, "%s", f->title);
    snprintf(to->title_en, sizeof to->title_en, "%s", f->title_en);
    snprintf(to->facts, sizeof to->facts, "%s", facts ? facts : "");
    free(facts);
    to->site = f->site;
    to->from = f->from;
    to->to = f->to;
    to->over = f->over;
}

void find_all(struct board *b, int64_t now, struct gots *ret)
{
    ret->n = 0;
    board_settle(b, now);
    board_find(b, now, keep, ret);
}

const struct got *got_of(const struct gots *g, const char *rule)
{
    for (size_t i = g->n; i > 0; i--)
        if (strcmp(g->g[i - 1].rule, rule) == 0)
            return &g->g[i - 1];
    return NULL;
}

json_t *read_buf(struct buf *b)
{
    json_t *tree = NULL;
    struct err e = { 0 };
    if (b->failed || json_read(b->data ? b->data : "", b->len, &tree, &e) < 0)
        fail_msg("%s in %.200s", e.text, b->data ? b->data : "");
    buf_release(b);
    return tree;
}
