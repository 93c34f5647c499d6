#include "fixture.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/password.h"
#include "../paper_noise.h"
#include "../scratch.h"
#include "base/file.h"

static const char city[] =
    "{\"name\":\"碧湾市\",\"name_en\":\"Biwan\",\"bounds\":[120,30,121,31],\"centre\":[120.5,30.5],"
    "\"regions\":[{\"code\":\"city\",\"name\":\"碧湾市\",\"name_en\":\"Biwan\"},"
    "{\"code\":\"east\",\"name\":\"东区\",\"name_en\":\"East\",\"parent\":\"city\"}],"
    "\"units\":[{\"code\":\"eeb\",\"name\":\"生态环境局\",\"name_en\":\"Bureau\",\"kind\":\"bureau\"},"
    "{\"code\":\"plant\",\"name\":\"污水处理厂\",\"name_en\":\"Plant\",\"kind\":\"enterprise\"}],"
    "\"sites\":[{\"code\":\"air1\",\"name\":\"东站\",\"name_en\":\"East\",\"kind\":\"air\",\"region\":"
    "\"east\",\"unit\":\"eeb\","
    "\"lng\":120.4,\"lat\":30.4,\"mn\":\"A1\",\"pw\":\"123456\",\"edition\":\"2017\",\"interval\":60,"
    "\"origin\":\"replay\","
    "\"origin_note\":\"重放\",\"origin_note_en\":\"replay\",\"factors\":[\"a34004\"],\"limits\":[]},"
    "{\"code\":\"out1\",\"name\":\"总排口\",\"name_en\":\"Outfall\",\"kind\":\"water_outlet\",\"region\":"
    "\"east\",\"unit\":\"plant\","
    "\"lng\":120.6,\"lat\":30.6,\"mn\":\"W1\",\"pw\":\"123456\",\"edition\":\"2017\",\"interval\":60,"
    "\"origin\":\"simulated\","
    "\"origin_note\":\"模拟\",\"origin_note_en\":\"simulated\",\"factors\":[\"w01018\"],"
    "\"limits\":[{\"factor\":\"w01018\",\"upper\":50,\"basis\":\"GB 18918-2002\"}]}]}";

static void must(int r, const struct err *e)
{
    if (r < 0)
        fail_msg("%s", e->text);
}

static void put_users(struct fixture *f)
{
    struct err e = { 0 };
    char hash[PASSWORD_HASH];
    must(password_hash(PASSWORD, hash, &e), &e);
    for (int role = ROLE_RESPONSIBLE; role < ROLE_COUNT; role++) {
        struct user u = { .role = (enum role)role, .unit = role == ROLE_RESPONSIBLE ? 2 : 1 };
        snprintf(u.name, sizeof u.name, "%s", role_name((enum role)role));
        snprintf(u.display, sizeof u.display, "%s 用户", role_name((enum role)role));
        memcpy(u.hash, hash, sizeof hash);
        int64_t id;
        must(ledger_put_user(f->store, &u, &id, &e), &e);
    }
}

/* Ten hours of one outlet with a hole at the fourth, and one value sent twice. */
static void put_hours(struct fixture *f)
{
    struct err e = { 0 };
    struct obs_writer *w = NULL;
    must(obs_writer_open(f->dir, true, &w, &e), &e);
    for (int h = 0; h < 10; h++) {
        char body[64];
        snprintf(body, sizeof body, "w01018-Avg=%d.50,w01018-Flag=N", 40 + h);
        struct record r = { .time = START - (10 - h) * MS_HOUR,
                            .site = 2,
                            .period = PERIOD_HOUR,
                            .source = SOURCE_DEVICE,
                            .tag = 1,
                            .arrival = START + h,
                            .body = body,
                            .body_len = strlen(body) };
        if (h != 4)
            must(obs_append(w, &r, 1, NULL, &e), &e);
        if (h == 6) {
            snprintf(body, sizeof body, "w01018-Avg=99.90,w01018-Flag=D");
            r.body_len = strlen(body);
            r.tag = 2;
            r.arrival += 100;
            must(obs_append(w, &r, 1, NULL, &e), &e);
        }
    }
    obs_writer_close(w);
}

static void on_health(void *arg, struct api_health *ret)
{
    const struct fixture *f = arg;
    ret->store = f->health;
    snprintf(ret->message, sizeof ret->message, "%s", strcmp(f->health, "ok") == 0 ? "" : "the disk is full");
    ret->records = 10;
}

static void on_devices(void *arg, bool whole, bool decides, struct buf *out)
{
    (void)decides;
    (void)arg;
    buf_addf(out, "{\"devices\":[{\"mn\":\"%s\"}],\"refused\":[],\"unknown\":[]}",
             whole ? "010000A8900016F000169DC0" : "169DC0");
}

static void on_metrics(void *arg, struct buf *out)
{
    (void)arg;
    buf_adds(out, "bihuan_frames_total 7\n");
}

static int on_clock(void *arg, int64_t by_ms, struct err *e)
{
    (void)e;
    struct fixture *f = arg;
    f->settled++;
    return clock_advance(&f->clock, by_ms);
}

static void on_targets(void *arg)
{
    struct fixture *f = arg;
    f->targets_changed++;
}

void put_file(const char *dir, const char *name, const char *text)
{
    char path[256];
    struct err e = { 0 };
    snprintf(path, sizeof path, "%s/%s", dir, name);
    must(file_replace(path, text, strlen(text), 0644, &e), &e);
}

static void put_files(struct fixture *f)
{
    struct err e = { 0 };
    char assets[128];
    snprintf(f->web, sizeof f->web, "%s/web", f->dir);
    snprintf(assets, sizeof assets, "%s/assets", f->web);
    must(file_make_dirs(assets, &e), &e);
    put_file(f->web, "index.html", "<title>碧环</title>");
    put_file(assets, "app-1a2b3c.js", "let a = 1;");
    put_file(assets, "app-1a2b3c.js.gz", "not really gzip");
    put_file(f->dir, "secret", "top secret");
    put_file(f->dir, "regions.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}");
}

static struct fixture *start(bool behind_tls)
{
    struct err e = { 0 };
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    scratch_make(f->dir, sizeof f->dir, "api");
    put_files(f);
    clock_init_test(&f->clock, START);
    f->health = "ok";
    json_t *tree = NULL;
    must(json_read(city, strlen(city), &tree, &e), &e);
    must(place_build(tree, &f->place, &e), &e);
    json_decref(tree);
    must(ledger_store_open(f->dir, true, &f->store, &e), &e);
    must(ledger_put_setting(f->store, "city", city, &e), &e);
    put_users(f);
    put_hours(f);
    struct api_config c = {
        .behind_tls = behind_tls,
        .data_dir = f->dir,
        .store = f->store,
        .board = (struct board *)f,
        .ledgers = (struct ledgers *)f,
        .words = (const struct words *)f,
        .place = f->place,
        .web_dir = f->web,
        .geo_dir = f->dir,
        .clock = &f->clock,
        .arg = f,
        .write_devices = on_devices,
        .write_metrics = on_metrics,
        .health = on_health,
        .test_clock = on_clock,
        .targets_changed = on_targets,
    };
    must(api_start(&c, &f->api, &e), &e);
    snprintf(f->base, sizeof f->base, "http://127.0.0.1:%u", (unsigned)api_port(f->api));
    return f;
}

struct fixture *fixture_up(void)
{
    return start(false);
}

struct fixture *fixture_up_behind_tls(void)
{
    return start(true);
}

void fixture_down(struct fixture *f)
{
    char command[128];
    api_stop(f->api);
    ledger_store_close(f->store);
    place_free(f->place);
    for (int i = 0; i < ROLE_COUNT; i++)
        free(f->token[i]);
    snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    assert_int_equal(system(command), 0);
    free(f);
}

static size_t take_bytes(char *bytes, size_t size, size_t n, void *arg)
{
    buf_add(arg, bytes, size * n);
    return size * n;
}

void ask(struct fixture *f, const char *method, const char *path, const char *token, const char *body,
         const char *header, struct reply *ret)
{
    char url[8192], bearer[160];
    *ret = (struct reply){ 0 };
    CURL *c = curl_easy_init();
    assert_non_null(c);
    struct curl_slist *headers = NULL;
    snprintf(url, sizeof url, "%s%s", f->base, path);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &ret->body);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_bytes);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &ret->headers);
    if (token) {
        snprintf(bearer, sizeof bearer, "Authorization: Bearer %s", token);
        headers = curl_slist_append(headers, bearer);
    }
    if (body) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
        if (!header || strncmp(header, "Content-Type:", 13) != 0)
            headers = curl_slist_append(headers, "Content-Type: application/json");
    }
    if (header)
        headers = curl_slist_append(headers, header);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    CURLcode r = curl_easy_perform(c);
    if (r != CURLE_OK)
        fail_msg("%s %s: %s", method, path, curl_easy_strerror(r));
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &ret->status);
    buf_adds(&ret->body, "");
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
}

void reply_release(struct reply *r)
{
    buf_release(&r->headers);
    buf_release(&r->body);
}

long status_of(struct fixture *f, const char *method, const char *path, const char *token, const char *body)
{
    struct reply r;
    ask(f, method, path, token, body, NULL, &r);
    long status = r.status;
    reply_release(&r);
    return status;
}

void assert_code(const struct reply *r, const char *code)
{
    json_t *tree = NULL;
    struct err e = { 0 };
    must(json_read(r->body.data, r->body.len, &tree, &e), &e);
    const json_t *error = json_object_get(tree, "error");
    assert_string_equal(json_str(error, "code", ""), code);
    assert_string_not_equal(json_str(error, "message", ""), "");
    assert_string_not_equal(json_str(error, "message_en", ""), "");
    json_decref(tree);
}

void fixture_login_all(struct fixture *f)
{
    for (int role = ROLE_RESPONSIBLE; role < ROLE_COUNT; role++) {
        char body[128];
        struct reply r;
        struct err e = { 0 };
        snprintf(body, sizeof body, "{\"user\":\"%s\",\"password\":\"" PASSWORD "\"}",
                 role_name((enum role)role));
        ask(f, "POST", "/api/v1/login", NULL, body, NULL, &r);
        assert_int_equal(r.status, 200);
        json_t *tree = NULL;
        must(json_read(r.body.data, r.body.len, &tree, &e), &e);
        f->token[role] = strdup(json_str(tree, "token", ""));
        json_decref(tree);
        reply_release(&r);
    }
}

int fixture_setup(void **state)
{
    struct fixture *f = fixture_up();
    fixture_login_all(f);
    *state = f;
    return 0;
}

int fixture_setup_alone(void **state)
{
    *state = fixture_up();
    return 0;
}

int fixture_setup_behind_tls(void **state)
{
    *state = fixture_up_behind_tls();
    return 0;
}

int fixture_teardown(void **state)
{
    fixture_down(*state);
    return 0;
}
