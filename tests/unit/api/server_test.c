/* Requests of every shape, and what the resources answer. Rights are in rights_test.c. */
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/http.h"
#include "api/upload.h"

/* ---- bad input ---- */

static void bad_requests(void **state)
{
    struct fixture *f = *state;
    const char *duty = f->token[ROLE_DUTY];
    static const struct {
        const char *method, *path, *body;
        long status;
        const char *code;
    } c[] = {
        { "GET", "/api/v1/nowhere", NULL, 404, "not_found" },
        { "GET", "/api/v1", NULL, 404, "not_found" },
        { "GET", "/api/v2/sites", NULL, 404, "not_found" },
        { "GET", "/api/v1/sites/", NULL, 404, "not_found" },
        { "GET", "/api/v1/sites/x", NULL, 404, "not_found" },
        { "GET", "/api/v1/sites/-1", NULL, 404, "not_found" },
        { "GET", "/api/v1/sites/99", NULL, 404, "not_found" },
        { "GET", "/api/v1/sites/99999999999999999999", NULL, 404, "not_found" },
        { "GET", "/api/v1/sites/4294967298", NULL, 404, "not_found" },
        { "GET", "/api/v1/sites?kind=moon", NULL, 400, "bad_input" },
        { "GET", "/api/v1/sites/2/aqi", NULL, 404, "not_found" },
        { "GET", "/api/v1/sites/2/series", NULL, 400, "bad_input" },
        { "GET", "/api/v1/sites/2/series?factor=w01018&period=year", NULL, 400, "bad_input" },
        { "GET", "/api/v1/sites/2/series?factor=w01018&from=yesterday", NULL, 400, "bad_input" },
        { "GET", "/api/v1/sites/2/series?factor=w01018&from=2026-03-02&to=2026-03-01", NULL, 400,
          "bad_input" },
        { "GET", "/api/v1/sites/2/series?factor=w01018&from=1990-03-02&to=2026-03-01", NULL, 400,
          "bad_input" },
        { "GET", "/api/v1/sites/1/year?year=20260", NULL, 400, "bad_input" },
        { "GET", "/api/v1/geo/secret", NULL, 404, "not_found" },
        { "GET", "/api/v1/geo/rivers", NULL, 404, "not_found" },
        { "GET", "/api/v1/cases?limit=0", NULL, 400, "bad_input" },
        { "GET", "/api/v1/cases?unit=nobody", NULL, 400, "bad_input" },
        { "GET", "/api/v1/cases?overdue=perhaps", NULL, 400, "bad_input" },
        { "GET", "/api/v1/cases?at=yesterday", NULL, 400, "bad_input" },
        { "GET", "/api/v1/leader?quiet=0", NULL, 400, "bad_input" },
        { "GET", "/api/v1/cases?owner=no-such-unit", NULL, 400, "bad_input" },
        { "POST", "/api/v1/cases/bulk", "{\"action\":\"close\",\"ids\":[]}", 400, "bad_input" },
        { "POST", "/api/v1/cases/bulk", "{\"action\":\"close\",\"ids\":[\"1\"]}", 400, "bad_input" },
        { "GET", "/api/v1/cases/77", NULL, 404, "not_found" },
        { "GET", "/api/v1/findings?state=odd", NULL, 400, "bad_input" },
        { "GET", "/api/v1/plans/77", NULL, 404, "not_found" },
        { "GET", "/api/v1/%zz", NULL, 400, "bad_input" },
        { "DELETE", "/api/v1/cases/1", NULL, 405, "method" },
        { "POST", "/api/v1/overview", "{}", 405, "method" },
        { "PUT", "/", "{}", 405, "method" },
        { "POST", "/api/v1/plans", "{\"title\":", 400, "json.syntax" },
        { "POST", "/api/v1/plans", "[]", 400, "bad_input" },
        { "POST", "/api/v1/plans", "{\"title\":\"x\",\"n\":[9007199254740993]}", 400, "json.range" },
        { "POST", "/api/v1/plans", "{\"title\":\"x\",\"title\":\"y\",\"text\":\"z\"}", 400, "json.syntax" },
        { "POST", "/api/v1/plans", "{\"title\":7,\"text\":\"z\"}", 400, "bad_input" },
        { "POST", "/api/v1/plans", "{\"title\":\"x\"}", 400, "bad_input" },
        { "POST", "/api/v1/plans", "{\"title\":\"x\",\"text\":\"unreadable\"}", 400, "bad_input" },
        { "POST", "/api/v1/plans", "{\"title\":\"x\",\"text\":\"\xff\"}", 400, "json.syntax" },
        { "POST", "/api/v1/targets/77", "{\"action\":\"confirm\"}", 404, "not_found" },
        { "POST", "/api/v1/findings/77/dismiss", "{\"reason\":\"x\"}", 404, "not_found" },
        { "POST", "/api/v1/cases", "{\"ledger\":\"none\",\"fields\":{}}", 404, "not_found" },
        { "POST", "/api/v1/cases", "{\"ledger\":\"rectification\",\"fields\":{}}", 400,
          "case.field_missing" },
        { "POST", "/api/v1/cases", "{\"ledger\":\"rectification\",\"fields\":[]}", 400, "bad_input" },
        { "POST", "/api/v1/cases/1/actions", "{\"action\":\"close\"}", 409, "case.gate_unmet" },
        { "POST", "/api/v1/cases/1/merge", "{\"other\":1}", 409, "case.merge" },
        { "POST", "/api/v1/cases/1/merge", "{\"other\":\"1\"}", 400, "bad_input" },
        { "POST", "/api/v1/cases/1/unmerge", "{}", 400, "bad_input" },
        { "POST", "/api/v1/cases/1/move", "{}", 409, "case.move" },
        { "GET", "/api/v1/cases/1/clocks?at=yesterday", NULL, 400, "bad_input" },
        { "POST", "/api/v1/cases/1/actions", "{\"action\":\"fly\"}", 409, "case.no_such_action" },
        { "POST", "/api/v1/test/clock", "{}", 400, "bad_input" },
        { "POST", "/api/v1/test/clock", "{\"advance_s\":-1}", 400, "bad_input" },
        { "POST", "/api/v1/test/clock", "{\"advance_s\":1.5}", 400, "bad_input" },
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        struct reply r;
        ask(f, c[i].method, c[i].path, duty, c[i].body, NULL, &r);
        if (r.status != c[i].status)
            fail_msg("%s %s: %ld %s", c[i].method, c[i].path, r.status, r.body.data);
        assert_code(&r, c[i].code);
        reply_release(&r);
    }
}

static void errors_speak_both_languages(void **state)
{
    struct fixture *f = *state;
    struct reply r;
    ask(f, "POST", "/api/v1/plans", f->token[ROLE_DUTY], "{\n  \"title\": oops }", NULL, &r);
    assert_non_null(strstr(r.body.data, "2:1")); /* line:column */
    reply_release(&r);
    ask(f, "POST", "/api/v1/cases/1/actions", f->token[ROLE_DUTY], "{\"action\":\"close\"}", NULL, &r);
    assert_non_null(strstr(
        r.body.data,
        "\"message\":\"需连续24小时达标，现有9小时\",\"message_en\":\"24 valid hours in a row, 9 so far\""));
    reply_release(&r);
    ask(f, "DELETE", "/api/v1/cases/1", NULL, NULL, NULL, &r);
    assert_non_null(strstr(r.headers.data, "Allow: GET, HEAD"));
    reply_release(&r);
    ask(f, "DELETE", "/api/v1/cases", NULL, NULL, NULL, &r);
    assert_non_null(strstr(r.headers.data, "Allow: GET, HEAD, POST"));
    reply_release(&r);
}

static void large_bodies(void **state)
{
    struct fixture *f = *state;
    struct reply r;
    static const struct {
        const char *path;
        size_t size;
        const char *header;
        long status;
    } c[] = {
        { "/api/v1/cases", 1024 * 1024 + 1, NULL, 413 },
        { "/api/v1/cases", 1024 * 1024 + 1, "Transfer-Encoding: chunked", 413 },
        { "/api/v1/login", 17 * 1024, NULL, 413 },
        { "/api/v1/plans", 8 * 1024 * 1024 + 1, NULL, 413 },
        { "/api/v1/plans", 2 * 1024 * 1024, NULL, 200 },
        { "/api/v1/plans", 2 * 1024 * 1024, "Transfer-Encoding: chunked", 200 },
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        static const char head[] = "{\"title\":\"t\",\"text\":\"", tail[] = "\"}";
        char *body = malloc(c[i].size + 1);
        assert_non_null(body);
        memset(body, 'x', c[i].size);
        memcpy(body, head, sizeof head - 1);
        memcpy(body + c[i].size - (sizeof tail - 1), tail, sizeof tail);
        ask(f, "POST", c[i].path, f->token[ROLE_DUTY], body, c[i].header, &r);
        free(body);
        if (r.status != c[i].status)
            fail_msg("%s %zu %s: %ld", c[i].path, c[i].size, c[i].header ? c[i].header : "", r.status);
        if (r.status == 413)
            assert_code(&r, "too_large");
        reply_release(&r);
    }
    /* The server is none the worse for it. */
    assert_int_equal(status_of(f, "GET", "/api/v1/health", NULL, NULL), 200);
}

/* What no well-behaved client sends. */
static void raw_rubbish(void **state)
{
    struct fixture *f = *state;
    static const char *const texts[] = {
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        ("POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length:"
         " 10\r\n\r\n{"),
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n",
        "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(api_port(f->api)) };
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
        assert_int_equal(write(fd, texts[i], strlen(texts[i])), strlen(texts[i]));
        char got[4096] = "";
        struct timeval wait = { .tv_usec = 200000 };
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        ssize_t n = read(fd, got, sizeof got - 1);
        assert_null(n > 0 ? strstr(got, "root:") : NULL);
        close(fd);
    }
    assert_int_equal(status_of(f, "GET", "/api/v1/health", NULL, NULL), 200);
}

/* ---- files ---- */

static void files(void **state)
{
    struct fixture *f = *state;
    struct reply r;
    static const struct {
        const char *path;
        long status;
    } c[] = {
        { "/", 200 },
        { "/index.html", 200 },
        { "/cases/12", 200 },
        { "/assets/app-1a2b3c.js", 200 },
        { "/assets/none.js", 404 },
        { "/../secret", 400 },
        { "/assets/../../secret", 400 },
        { "/%2e%2e/secret", 400 },
        { "/..%2fsecret", 400 },
        { "/%2fetc/passwd", 400 },
        { "/assets%00.js", 400 },
        { "/.hidden", 400 },
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ask(f, "GET", c[i].path, NULL, NULL, NULL, &r);
        if (r.status != c[i].status)
            fail_msg("%s: %ld", c[i].path, r.status);
        assert_null(strstr(r.body.data, "secret\n"));
        assert_null(strstr(r.body.data, "top secret"));
        reply_release(&r);
    }
    ask(f, "GET", "/assets/app-1a2b3c.js", NULL, NULL, NULL, &r);
    assert_string_equal(r.body.data, "let a = 1;");
    assert_non_null(strstr(r.headers.data, "Cache-Control: public, max-age=31536000, immutable"));
    assert_non_null(strstr(r.headers.data, "Content-Type: text/javascript"));
    char header[120];
    const char *tag = strstr(r.headers.data, "ETag: ");
    assert_non_null(tag);
    snprintf(header, sizeof header, "If-None-Match: %.*s", (int)strcspn(tag + 6, "\r"), tag + 6);
    reply_release(&r);
    ask(f, "GET", "/assets/app-1a2b3c.js", NULL, NULL, header, &r);
    assert_int_equal(r.status, 304);
    reply_release(&r);
    ask(f, "GET", "/assets/app-1a2b3c.js", NULL, NULL, "Accept-Encoding: br, gzip", &r);
    assert_string_equal(r.body.data, "not really gzip");
    assert_non_null(strstr(r.headers.data, "Content-Encoding: gzip"));
    reply_release(&r);
    ask(f, "GET", "/", NULL, NULL, NULL, &r);
    assert_string_equal(r.body.data, "<title>碧环</title>");
    assert_non_null(strstr(r.headers.data, "Cache-Control: no-cache"));
    reply_release(&r);
}

static void security_headers(void **state)
{
    struct fixture *f = *state;
    static const char *const paths[] = { "/", "/api/v1/me", "/api/v1/nowhere", "/metrics", "/none.png" };
    static const char *const wanted[] = {
        ("Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; "
         "img-src 'self' data: blob:; worker-src 'self' blob:"),
        "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Referrer-Policy: "
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct reply r;
        ask(f, "GET", paths[i], NULL, NULL, NULL, &r);
        for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
            if (!strstr(r.headers.data, wanted[k]))
                fail_msg("%s has no %s", paths[i], wanted[k]);
        reply_release(&r);
    }
}

/* ---- what the resources say ---- */

static json_t *get_json(struct fixture *f, const char *path, const char *token)
{
    struct reply r;
    struct err e = { 0 };
    json_t *tree = NULL;
    ask(f, "GET", path, token, NULL, NULL, &r);
    if (r.status != 200)
        fail_msg("%s: %ld %s", path, r.status, r.body.data);
    if (json_read(r.body.data, r.body.len, &tree, &e) < 0)
        fail_msg("%s: %s in %s", path, e.text, r.body.data);
    reply_release(&r);
    return tree;
}

static json_t *post_json(struct fixture *f, const char *path, const char *token, const char *body)
{
    struct reply r;
    struct err e = { 0 };
    json_t *tree = NULL;
    ask(f, "POST", path, token, body, NULL, &r);
    if (r.status != 200)
        fail_msg("%s: %ld %s", path, r.status, r.body.data);
    if (json_read(r.body.data, r.body.len, &tree, &e) < 0)
        fail_msg("%s: %s in %s", path, e.text, r.body.data);
    reply_release(&r);
    return tree;
}

static void reading(void **state)
{
    struct fixture *f = *state;
    json_t *t = get_json(f, "/api/v1/city", NULL);
    assert_int_equal(json_array_size(json_object_get(t, "bounds")), 4);
    assert_int_equal(json_array_size(json_object_get(t, "units")), 2);
    json_decref(t);
    t = get_json(f, "/api/v1/sites?kind=water_outlet", NULL);
    assert_int_equal(json_array_size(json_object_get(t, "sites")), 1);
    json_decref(t);
    t = get_json(f, "/api/v1/sites/2", NULL);
    assert_int_equal(json_int(json_array_get(json_object_get(t, "limits"), 0), "upper", 0), 50);
    assert_true(json_flag(json_array_get(json_object_get(t, "cases"), 0), "public", false));
    json_decref(t);
    t = get_json(f, "/api/v1/overview", f->token[ROLE_DUTY]);
    assert_int_equal(json_int(json_object_get(t, "outlets"), "exceeding", -1), 1);
    assert_true(json_is_array(json_object_get(t, "targets")));
    assert_true(json_is_array(json_object_get(t, "late")));
    assert_true(json_is_array(json_object_get(t, "findings")));
    json_decref(t);
    t = get_json(f, "/api/v1/public", NULL);
    assert_true(json_flag(json_array_get(json_object_get(t, "cases"), 0), "public", false));
    json_decref(t);
    t = get_json(f, "/api/v1/ledgers", NULL);
    assert_int_equal(json_array_size(json_object_get(t, "ledgers")), 1);
    json_decref(t);
    t = get_json(f, "/api/v1/about", NULL);
    assert_true(json_flag(json_object_get(t, "clock"), "test", false));
    json_decref(t);
    t = get_json(f, "/api/v1/devices", f->token[ROLE_LEADER]);
    assert_string_equal(json_str(json_array_get(json_object_get(t, "devices"), 0), "mn", ""), "169DC0");
    json_decref(t);
    t = get_json(f, "/api/v1/devices", f->token[ROLE_DUTY]);
    assert_int_equal(strlen(json_str(json_array_get(json_object_get(t, "devices"), 0), "mn", "")), 24);
    json_decref(t);
}

/* Hours that did not come are points without a value; of a value sent twice the later one stands, with its mark. */
static void series(void **state)
{
    struct fixture *f = *state;
    json_t *t = get_json(
        f,
        "/api/v1/sites/2/series?factor=w01018&from=2026-03-01T00:00:00%2B08:00&to=2026-03-01T12:00:00+08:00",
        NULL);
    const json_t *points = json_object_get(t, "points");
    assert_int_equal(json_array_size(points), 12);
    assert_int_equal(json_int(t, "missing", -1), 3);
    assert_int_equal(json_int(json_object_get(t, "limit"), "upper", 0), 50);
    static const char *const digits[] = { "", "",      "40.50", "41.50", "42.50", "43.50",
                                          "", "45.50", "99.90", "47.50", "48.50", "49.50" };
    for (size_t i = 0; i < 12; i++) {
        const json_t *p = json_array_get(points, i);
        assert_int_equal(json_integer_value(json_array_get(p, 0)), START + ((int64_t)i - 12) * MS_HOUR);
        assert_string_equal(json_string_value(json_array_get(p, 3)), digits[i]);
        assert_int_equal(json_is_null(json_array_get(p, 1)), !*digits[i]);
        assert_string_equal(json_string_value(json_array_get(p, 2)), i == 8 ? "D" : *digits[i] ? "N" : "");
    }
    json_decref(t);
}

static void plans(void **state)
{
    struct fixture *f = *state;
    const char *duty = f->token[ROLE_DUTY];
    json_t *t = post_json(f, "/api/v1/plans", duty, "{\"title\":\"2026 年计划\",\"text\":\"PM2.5 35 3?\"}");
    int64_t plan = json_int(t, "id", 0);
    json_decref(t);
    char path[64];
    snprintf(path, sizeof path, "/api/v1/plans/%d", (int)plan);
    t = get_json(f, path, duty);
    assert_string_equal(json_str(t, "text", ""), "PM2.5 35 3?");
    assert_int_equal(json_int(t, "doubts", 0), 1);
    const json_t *items = json_object_get(t, "items");
    assert_int_equal(json_array_size(items), 2);
    assert_string_equal(json_str(json_array_get(items, 0), "state", ""), "read");
    assert_string_equal(json_str(json_array_get(items, 1), "state", ""), "doubt");
    int64_t target = json_int(json_array_get(items, 0), "id", 0),
            doubt = json_int(json_array_get(items, 1), "id", 0);
    json_decref(t);

    /* Nothing counts before a person says so. */
    t = get_json(f, "/api/v1/targets", duty);
    size_t before = json_array_size(json_object_get(t, "targets"));
    json_decref(t);
    int changed = f->targets_changed;
    snprintf(path, sizeof path, "/api/v1/targets/%d", (int)target);
    t = post_json(f, path, duty,
                  "{\"action\":\"correct\",\"fields\":{\"value\":34.5,\"owner\":\"eeb\",\"op\":\"<\"}}");
    assert_string_equal(json_str(t, "state", ""), "confirmed");
    assert_string_equal(json_str(t, "confirmed_by", ""), "duty");
    assert_int_equal(json_micro(t, "value", 0), 34500000);
    assert_string_equal(json_str(t, "bound", ""), "air.pm25.mean");
    json_decref(t);
    assert_int_equal(f->targets_changed, changed + 1);
    t = get_json(f, "/api/v1/targets", duty);
    assert_int_equal(json_array_size(json_object_get(t, "targets")), before + 1);
    const json_t *mine = json_array_get(json_object_get(t, "targets"), before);
    assert_string_equal(json_str(json_object_get(mine, "progress"), "light", ""), "green");
    json_decref(t);

    static const char *const bad[] = {
        "{\"action\":\"correct\"}",
        "{\"action\":\"correct\",\"fields\":{\"quote\":\"x\"}}",
        "{\"action\":\"correct\",\"fields\":{\"confirmed_by\":\"x\"}}",
        "{\"action\":\"correct\",\"fields\":{\"value\":\"35\"}}",
        "{\"action\":\"correct\",\"fields\":{\"op\":\"!=\"}}",
        "{\"action\":\"delete\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(status_of(f, "POST", path, duty, bad[i]), 400);
    t = post_json(f, path, duty, "{\"action\":\"correct\",\"fields\":{\"indicator\":\"pm10\"}}");
    assert_true(json_is_null(json_object_get(t, "bound")));
    json_decref(t);
    t = post_json(f, path, duty, "{\"action\":\"reject\",\"fields\":{\"reason\":\"不是目标\"}}");
    assert_string_equal(json_str(t, "state", ""), "rejected");
    assert_string_equal(json_str(t, "reason", ""), "不是目标");
    json_decref(t);
    snprintf(path, sizeof path, "/api/v1/targets/%d", (int)doubt);
    assert_int_equal(status_of(f, "POST", path, duty, "{\"action\":\"confirm\"}"), 409);
    t = post_json(f, path, duty,
                  "{\"action\":\"correct\",\"fields\":{\"indicator\":\"pm10\",\"op\":\"<=\",\"value\":3}}");
    assert_string_equal(json_str(t, "state", ""), "confirmed");
    json_decref(t);
}

static int64_t put_finding(struct fixture *f, const char *key, const char *severity)
{
    char body[400];
    snprintf(body, sizeof body,
             "{\"rule\":\"outlet.hour\",\"severity\":\"%s\",\"factor\":\"w01018\",\"title\":\"总排口超标\","
             "\"title_en\":\"x\","
             "\"from\":\"2026-03-01T08:00:00+08:00\",\"over\":false,\"facts\":{\"value\":62,\"goal\":{"
             "\"indicator\":\"source.hour\"}}}",
             severity);
    struct doc d = {
        .key = key, .state = "open", .site = 2, .created = START, .updated = START, .body = body
    };
    int64_t id = 0;
    struct err e;
    assert_int_equal(ledger_put_doc(f->store, DOC_FINDING, &d, &id, &e), 0);
    return id;
}

static void findings(void **state)
{
    struct fixture *f = *state;
    const char *duty = f->token[ROLE_DUTY];
    int64_t low = put_finding(f, "a", "low"), high = put_finding(f, "b", "high");
    json_t *t = get_json(f, "/api/v1/findings?state=open", duty);
    const json_t *list = json_object_get(t, "findings");
    assert_int_equal(json_array_size(list), 2);
    assert_int_equal(json_int(json_array_get(list, 0), "id", 0), high);
    assert_string_equal(json_str(json_object_get(json_array_get(list, 0), "site"), "name", ""), "总排口");
    json_decref(t);

    char path[64];
    snprintf(path, sizeof path, "/api/v1/findings/%d/case", (int)high);
    /* A case that cannot be opened leaves the finding as it was. */
    assert_int_equal(status_of(f, "POST", path, duty, "{\"owner\":\"plant\"}"), 400);
    assert_int_equal(status_of(f, "POST", path, duty, "{\"owner\":\"mars\",\"due\":\"2026-04-01\"}"), 400);
    t = post_json(f, path, duty,
                  "{\"owner\":2,\"supervisor\":\"eeb\",\"due\":\"2026-04-01\",\"measures\":\"m\"}");
    int64_t id = json_int(t, "id", 0);
    assert_true(id > 0);
    assert_non_null(strstr(json_str(t, "number", ""), "ZG-2026-"));
    json_decref(t);
    assert_int_equal(status_of(f, "POST", path, duty, "{\"owner\":\"plant\",\"due\":\"2026-04-01\"}"), 409);
    snprintf(path, sizeof path, "/api/v1/cases/%d", (int)id);
    t = get_json(f, path, duty);
    const json_t *fields = json_object_get(t, "fields");
    assert_string_equal(json_str(fields, "owner", ""), "plant");
    assert_string_equal(json_str(fields, "problem", ""), "总排口超标");
    assert_string_equal(json_str(fields, "site", ""), "out1");
    assert_string_equal(json_str(json_object_get(fields, "goal"), "indicator", ""), "source.hour");
    json_decref(t);
    t = get_json(f, path, NULL);
    assert_true(json_flag(t, "public", false));
    json_decref(t);

    snprintf(path, sizeof path, "/api/v1/findings/%d/dismiss", (int)low);
    assert_int_equal(status_of(f, "POST", path, duty, "{}"), 400);
    json_decref(post_json(f, path, duty, "{\"reason\":\"校准\"}"));
    t = get_json(f, "/api/v1/findings?state=dismissed", duty);
    const json_t *d = json_object_get(json_array_get(json_object_get(t, "findings"), 0), "dismissed");
    assert_string_equal(json_str(d, "by", ""), "duty");
    json_decref(t);

    snprintf(path, sizeof path, "/api/v1/cases/%d/actions", (int)id);
    struct reply r;
    ask(f, "POST", path, f->token[ROLE_RESPONSIBLE], "{\"action\":\"accept\"}", NULL, &r);
    assert_int_equal(r.status, 403);
    assert_code(&r, "case.forbidden");
    reply_release(&r);
    json_decref(post_json(f, path, f->token[ROLE_SUPERVISOR], "{\"action\":\"accept\",\"fields\":{}}"));
}

static void test_clock(void **state)
{
    struct fixture *f = *state;
    int settled = f->settled;
    json_t *t = post_json(f, "/api/v1/test/clock", NULL, "{\"advance_s\":3600}");
    assert_string_equal(json_str(t, "now", ""), "2026-03-01T13:00:00+08:00");
    json_decref(t);
    t = post_json(f, "/api/v1/test/clock", NULL, "{\"settle\":true}");
    assert_string_equal(json_str(t, "now", ""), "2026-03-01T13:00:00+08:00");
    json_decref(t);
    assert_int_equal(f->settled, settled + 2);
}

static void health_and_metrics(void **state)
{
    struct fixture *f = *state;
    struct reply r;
    f->health = "full";
    ask(f, "GET", "/api/v1/health", NULL, NULL, NULL, &r);
    assert_int_equal(r.status, 503);
    assert_non_null(strstr(r.body.data, "\"ok\":false,\"store\":\"full\""));
    reply_release(&r);
    f->health = "ok";
    ask(f, "GET", "/metrics", NULL, NULL, NULL, &r);
    assert_int_equal(r.status, 200);
    assert_non_null(strstr(r.body.data, "bihuan_up 1\n"));
    assert_non_null(strstr(r.body.data, "bihuan_http_requests_total{status=\"5xx\"} 1\n"));
    assert_non_null(strstr(r.body.data, "bihuan_frames_total 7\n"));
    reply_release(&r);
}

/* ---- uploads ---- */

static void the_public_uploads_little(void **state)
{
    struct fixture *f = *state;
    struct err e = { 0 };
    int wait = -1;
    for (int i = 0; i < PUBLIC_UPLOADS; i++)
        assert_int_equal(upload_public_allow(f->api, "10.0.0.7", START + i, &wait, &e), 0);
    assert_int_equal(upload_public_allow(f->api, "10.0.0.7", START + 1000000, &wait, &e), -EACCES);
    assert_string_equal(e.name, "upload.too_many");
    assert_int_equal(wait, 2601);
    assert_int_equal(upload_public_allow(f->api, "10.0.0.8", START + 1000000, &wait, &e), 0);
    assert_int_equal(upload_public_allow(f->api, "10.0.0.7", START + PUBLIC_UPLOAD_MS, &wait, &e), 0);
    for (int i = 0; i < PUBLIC_ACTS; i++) /* numbers that are tried, and never reports */
        assert_int_equal(status_of(f, "POST", "/api/v1/public/reports/BM-1-AAAAAAAA/actions", NULL,
                                   "{\"action\":\"cancel\"}"),
                         404);
    assert_int_equal(
        status_of(f, "POST", "/api/v1/public/reports/BM-1-AAAAAAAA/actions", NULL, "{\"action\":\"cancel\"}"),
        429);
    assert_int_equal(public_report_allow(f->api, "127.0.0.1", START, &wait, &e), 0);
}

/* What waits is bounded, so that one account cannot fill the disk with what belongs to nothing. */
static void waiting_uploads_are_bounded(void **state)
{
    struct fixture *f = *state;
    struct err e = { 0 };
    int64_t id = 0;
    for (int i = 0; i < UPLOAD_WAITING_MAX; i++)
        assert_int_equal(upload_take(f->api, "same", 4, "a.txt", "duty", 1, START, &id, &e), 0);
    assert_int_equal(upload_take(f->api, "same", 4, "a.txt", "duty", 1, START, &id, &e), -EBUSY);
    assert_string_equal(e.name, "file.too_many");
    assert_int_equal(upload_take(f->api, "same", 4, "a.txt", "leader", 1, START, &id, &e), 0);
}

/* Who comes while others are at work that takes seconds is told so, and a thread stays free for the rest. */
static void slow_work_is_done_by_few(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *path;
        unsigned gate, at_once;
    } c[] = {
        { "/api/v1/bulletins/annual?period=2025", 0, 1 },
        { "/api/v1/sites/1/published", 0, 1 },
        { "/api/v1/forecasts/scores", 0, 1 },
        { "/api/v1/ledgers/rectification/tables", 1, 2 },
        { "/api/v1/ledgers/rectification/score", 1, 2 },
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        struct reply r;
        _Atomic unsigned *within = &f->api->within[c[i].gate];
        atomic_store(within, c[i].at_once);
        ask(f, "GET", c[i].path, f->token[ROLE_DUTY], NULL, NULL, &r);
        assert_int_equal(r.status, 503);
        assert_code(&r, "busy");
        assert_non_null(strstr(r.headers.data, "Retry-After: "));
        reply_release(&r);
        assert_int_equal(status_of(f, "GET", "/api/v1/cases", f->token[ROLE_DUTY], NULL), 200);
        atomic_store(within, c[i].at_once - 1);
        assert_int_not_equal(status_of(f, "GET", c[i].path, f->token[ROLE_DUTY], NULL), 503);
        assert_int_equal(atomic_load(within), c[i].at_once - 1);
        atomic_store(within, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_requests),
        cmocka_unit_test(errors_speak_both_languages),
        cmocka_unit_test(large_bodies),
        cmocka_unit_test(raw_rubbish),
        cmocka_unit_test(files),
        cmocka_unit_test(security_headers),
        cmocka_unit_test(reading),
        cmocka_unit_test(series),
        cmocka_unit_test(plans),
        cmocka_unit_test(findings),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(slow_work_is_done_by_few),
        cmocka_unit_test_setup_teardown(the_public_uploads_little, fixture_setup_alone, fixture_teardown),
        cmocka_unit_test_setup_teardown(waiting_uploads_are_bounded, fixture_setup_alone, fixture_teardown),
        cmocka_unit_test_setup_teardown(health_and_metrics, fixture_setup_alone, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
