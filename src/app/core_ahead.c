/* core_ahead.c - what the board is told beside observations: the newest forecast, and the fences of radioactive sources. */
#include "app/core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/cases.h"
#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"
#include "measure/outlook.h"
#include "standard/models.h"

/* ---- forecasts ---- */

enum { VALUES_MAX = 400000 };

struct reading {
    struct core_forecasts *f;
    int64_t from, to;
};

static int model_of(struct core_forecasts *f, const char *name)
{
    int i = 0;
    while (i < f->n_models && strcmp(f->name[i], name) != 0)
        i++;
    if (i == f->n_models) {
        if (i == MODELS_MAX || strlen(name) >= sizeof f->name[i])
            return -1;
        memcpy(f->name[f->n_models++], name, strlen(name) + 1);
    }
    return i;
}

static int keep(struct core_forecasts *f, const struct model_value *v, int64_t issued)
{
    if (f->n == f->cap) {
        size_t cap = f->cap ? 2 * f->cap : 256;
        struct model_value *grown = f->n < VALUES_MAX ? realloc(f->value, cap * sizeof *grown) : NULL;
        if (grown)
            f->value = grown;
        int64_t *times = grown ? realloc(f->issued, cap * sizeof *times) : NULL;
        if (!times)
            return -ENOMEM;
        f->issued = times;
        f->cap = cap;
    }
    f->value[f->n] = *v;
    f->issued[f->n++] = issued;
    return 0;
}

static int take_forecast(const struct doc *d, void *arg)
{
    struct reading *r = arg;
    scoped(json_decrefp) json_t *j = NULL;
    int64_t issued;
    if (json_read(d->body, strlen(d->body), &j, NULL) < 0)
        return 0;
    const char *at = json_str(j, "issued", "");
    if (!cn_parse_iso(at, strlen(at), &issued) || issued < r->from || issued >= r->to)
        return 0;
    int m = model_of(r->f, json_str(j, "model", ""));
    const json_t *days = json_object_get(j, "days");
    for (size_t i = 0; m >= 0 && i < json_array_size(days); i++) {
        const json_t *one = json_array_get(days, i);
        const char *date = json_str(one, "day", "");
        int64_t day, low = json_int(one, "low", -1), high = json_int(one, "high", -1),
                     primary = json_int(one, "primary", 0);
        if (!cn_parse_iso(date, strlen(date), &day) || low < 0 || high < low || high > 500)
            continue;
        int64_t lead = cn_day_of(day) - cn_day_of(issued);
        if (lead < 0 || lead >= LEADS_MAX)
            continue;
        struct model_value v = {
            cn_day_of(day), m, (int)lead, (int)low, (int)high, (unsigned)primary & 0x3F
        };
        if (keep(r->f, &v, issued) < 0)
            return -ENOMEM;
    }
    if (m >= 0 && issued > r->f->newest)
        r->f->newest = issued;
    return 0;
}

/* In order of giving, so that of two of the same day the later stands. */
int core_read_forecasts(struct ledger_store *store, int64_t from, int64_t to, struct core_forecasts *ret,
                        struct err *e)
{
    *ret = (struct core_forecasts){ 0 };
    struct reading r = { ret, from, to };
    int k = ledger_each_doc(store, DOC_FORECAST, &(struct doc_query){ 0 }, take_forecast, &r, e);
    if (k < 0)
        core_forecasts_free(ret);
    return k == -ENOMEM ? err_set(e, k, "no memory for the forecasts") : k;
}

void core_forecasts_free(struct core_forecasts *f)
{
    free(f->value);
    free(f->issued);
    *f = (struct core_forecasts){ 0 };
}

/* Without a blend (a model lacks the day): the mean of those that have it. -1: none has. */
static int mean_of(const struct core_forecasts *f, int64_t issue, int64_t day)
{
    int sum = 0, n = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->value[i].day == day && cn_day_of(f->issued[i]) == issue) {
            sum += f->value[i].low + f->value[i].high;
            n += 2;
        }
    return n ? (sum + n / 2) / n : -1;
}

static bool has(const struct core_forecasts *f, int model, int64_t issue, int64_t day)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->value[i].model == model && f->value[i].day == day && cn_day_of(f->issued[i]) == issue)
            return true;
    return false;
}

static bool gave(const struct core_forecasts *f, int model, int64_t issue)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->value[i].model == model && cn_day_of(f->issued[i]) == issue)
            return true;
    return false;
}

/* Models of the last days that have nothing of a day that another has. */
static void name_missing(const struct core_forecasts *f, int64_t issue, const struct outlook *o, char *to,
                         size_t size)
{
    size_t len = 0;
    for (int m = 0; m < f->n_models; m++)
        for (int d = 0; d < o->days; d++) {
            char date[CN_TEXT];
            if (o->aqi[d] < 0 || has(f, m, issue, issue + d) || len + 64 >= size)
                continue;
            cn_format_date(cn_day_start(issue + d), date);
            len += (size_t)snprintf(to + len, size - len, "%s缺模式“%.40s”%s 预报", len ? "；" : "",
                                    f->name[m], date + 5);
            break; /* the first day of each is enough to go and ask */
        }
}

static void lay_out(struct core *c, const struct core_forecasts *f, int64_t issue, struct outlook *o)
{
    enum { BEFORE = 45 };
    int aqi[BEFORE + OUTLOOK_AHEAD], weight[MODELS_MAX];
    int64_t first = issue - BEFORE;
    struct models_ask ask = { .value = f->value,
                              .n = f->n,
                              .n_models = f->n_models,
                              .aqi = aqi,
                              .first_day = first,
                              .n_days = BEFORE + OUTLOOK_AHEAD,
                              .from = first,
                              .to = issue + OUTLOOK_AHEAD,
                              .blend = board_blend(c->board, issue) };
    bool blended = false;
    board_city_days(c->board, first, ask.n_days, aqi, NULL);
    for (int i = BEFORE; i < (int)ask.n_days; i++) /* what came after the issue is not for it to know */
        aqi[i] = -1;
    for (int d = 0; d < OUTLOOK_AHEAD; d++) {
        o->aqi[d] = -1;
        if (ask.blend && models_blend(&ask, d, issue + d, &o->aqi[d], weight))
            blended = true;
        else
            o->aqi[d] = mean_of(f, issue, issue + d);
        if (o->aqi[d] >= 0)
            o->days = d + 1;
    }
    size_t len = 0;
    int models = 0;
    for (int m = 0; m < f->n_models && len + 52 < sizeof o->by - 20; m++)
        if (gave(f, m, issue))
            len += (size_t)snprintf(o->by + len, sizeof o->by - len, "%s%.48s", models++ ? "、" : "",
                                    f->name[m]);
    if (models > 1)
        snprintf(o->by + len, sizeof o->by - len, "%s", blended ? " 加权集成" : " 平均");
    name_missing(f, issue, o, o->missing, sizeof o->missing);
}

int core_look_ahead(struct core *c, int64_t now, struct err *e)
{
    struct core_forecasts f;
    struct outlook o = { 0 };
    int64_t hour = cn_hour_of(now);
    if (c->looked_ahead == hour)
        return 0;
    int r = core_read_forecasts(c->store, now - 45 * MS_DAY, now + MS_MINUTE, &f, e);
    if (r < 0)
        return r;
    if (f.newest) {
        o.issued = f.newest;
        lay_out(c, &f, cn_day_of(f.newest), &o);
    }
    core_forecasts_free(&f);
    board_set_outlook(c->board, &o);
    c->looked_ahead = hour;
    return 0;
}

/* ---- fences ---- */

static const char register_ledger[] = "source_register";

struct fencing {
    const struct core *c;
    struct fence *fence;
    size_t n, cap;
};

static bool read_point(const json_t *v, double *lng, double *lat)
{
    bool pair = json_is_array(v); /* a corner of an area; a point has names */
    const json_t *a = pair ? json_array_get(v, 0) : json_object_get(v, "lon"),
                 *b = pair ? json_array_get(v, 1) : json_object_get(v, "lat");
    if (!json_is_number(a) || !json_is_number(b))
        return false;
    *lng = json_number_value(a);
    *lat = json_number_value(b);
    return *lng >= -180 && *lng <= 180 && *lat >= -90 && *lat <= 90;
}

static bool read_fence(const json_t *fields, struct fence *f)
{
    const json_t *ring = json_object_get(fields, "fence");
    const json_t *radius = json_object_get(fields, "radius");
    if (json_array_size(ring) >= 3 && json_array_size(ring) <= FENCE_POINTS) {
        for (size_t i = 0; i < json_array_size(ring); i++)
            if (!read_point(json_array_get(ring, i), &f->lng[i], &f->lat[i]))
                return false;
        f->n = (int)json_array_size(ring);
        return true;
    }
    double metres = json_is_number(radius) ? json_number_value(radius) : 0;
    if (metres < 1 || metres > 50000 ||
        !read_point(json_object_get(fields, "centre"), &f->lng[0], &f->lat[0]))
        return false;
    f->n = 1;
    f->radius = (int)metres;
    return true;
}

/* The holder's file as the register has it now: a case that is opened keeps it as it was then. */
static json_t *file_of(const struct core *c, const char *number, const json_t *fields)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    const struct unit *holder = place_unit_by_code(c->place, json_str(fields, "owner", ""));
    const char *name = holder ? holder->name : json_str(fields, "owner", "");
    buf_addf(&text,
             "台账号 %s；放射源编码 %s；名称 %s；核素 %s；%s；出厂活度 %s；%s；持有单位 %s；许可证 "
             "%s；责任人及电话 %s；用途与场所 %s",
             number, json_str(fields, "code", ""), json_str(fields, "title", ""),
             json_str(fields, "nuclide", ""), json_str(fields, "category", ""),
             json_str(fields, "activity", ""), json_flag(fields, "mobile", false) ? "移动使用" : "固定使用",
             name, json_str(fields, "licence", ""), json_str(fields, "person", ""),
             json_str(fields, "problem", ""));
    return text.failed
               ? NULL
               : json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "file", text.data, "register", number, "owner",
                           json_str(fields, "owner", ""), "supervisor", json_str(fields, "supervisor", ""),
                           "source", json_str(fields, "title", ""), "holder_name", name, "category",
                           json_str(fields, "category", ""));
}

static int take_source(int64_t id, const char *number, const json_t *doc, void *arg)
{
    struct fencing *x = arg;
    const json_t *fields = json_object_get(doc, "fields");
    struct fence f = { 0 };
    const json_t *at = json_object_get(fields, "site");
    const struct site *s =
        json_is_string(at) ? place_site_by_code(x->c->place, json_string_value(at))
        : json_is_integer(at) && json_integer_value(at) > 0 && json_integer_value(at) <= INT32_MAX
            ? place_site(x->c->place, (int32_t)json_integer_value(at))
            : NULL;
    (void)id;
    if (json_int(doc, "closed", 0) || json_object_get(doc, "merged_into") || !s ||
        strcmp(json_str(doc, "state", ""), "在用") != 0 || !read_fence(fields, &f))
        return 0;
    if (x->n == x->cap) {
        size_t cap = x->cap ? 2 * x->cap : 16;
        struct fence *grown = realloc(x->fence, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        x->fence = grown;
        x->cap = cap;
    }
    f.site = s->id;
    if (!(f.file = file_of(x->c, number, fields)))
        return -ENOMEM;
    x->fence[x->n++] = f;
    return 0;
}

int core_take_fences(struct core *c, struct err *e)
{
    struct fencing x = { .c = c };
    int r = cases_each(c->store, &(struct case_query){ .ledger = register_ledger, .light = -1 }, take_source,
                       &x, e);
    if (r == 0)
        r = board_set_fences(c->board, x.fence, x.n, e);
    for (size_t i = 0; i < x.n; i++)
        json_decref(x.fence[i].file);
    free(x.fence);
    return r == -ENOMEM ? err_set(e, r, "no memory for the fences") : r;
}

bool core_fences_concern(const json_t *doc)
{
    return strcmp(json_str(doc, "ledger", ""), register_ledger) == 0;
}
