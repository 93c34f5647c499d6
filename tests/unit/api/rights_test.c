/* Who may do what: every route by every role, and how somebody becomes somebody. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/http.h"

/* ---- rights ---- */

/* What docs/api/openapi.yaml says of rights (x-least-role), written down a second time: a change of the route table must be meant. */
static const struct {
    const char *method, *path;
    enum role least;
    const char *body;
} rights[] = {
    { "POST", "/login", ROLE_PUBLIC, "{\"user\":\"admin\",\"password\":\"" PASSWORD "\"}" },
    { "GET", "/me", ROLE_PUBLIC, NULL },
    { "GET", "/me/field", ROLE_RESPONSIBLE, NULL },
    { "GET", "/city", ROLE_PUBLIC, NULL },
    { "GET", "/geo/regions", ROLE_PUBLIC, NULL },
    { "GET", "/overview", ROLE_RESPONSIBLE, NULL },
    { "GET", "/public", ROLE_PUBLIC, NULL },
    { "GET", "/public/ledgers/rectification", ROLE_PUBLIC, NULL },
    { "POST", "/public/files?ticket=0123456789abcdef", ROLE_PUBLIC, "x" },
    { "POST", "/public/reports", ROLE_PUBLIC, "{\"fields\":{\"problem\":\"x\"}}" },
    { "GET", "/public/reports/XF-2026-00001-AAAAAAAA", ROLE_PUBLIC, NULL },
    { "POST", "/public/reports/XF-2026-00001-AAAAAAAA/actions", ROLE_PUBLIC, "{\"action\":\"cancel\"}" },
    { "GET", "/people", ROLE_RESPONSIBLE, NULL },
    { "POST", "/cases/repeats", ROLE_RESPONSIBLE, "{\"ledger\":\"complaint\",\"fields\":{}}" },
    { "GET", "/sites", ROLE_PUBLIC, NULL },
    { "GET", "/sites/2", ROLE_PUBLIC, NULL },
    { "GET", "/sites/2/series?factor=w01018", ROLE_PUBLIC, NULL },
    { "GET", "/sites/1/aqi", ROLE_PUBLIC, NULL },
    { "GET", "/sites/0/year", ROLE_PUBLIC, NULL },
    { "GET", "/air/ranking?period=2026-Q3&level=station", ROLE_PUBLIC, NULL },
    { "GET", "/air/compensation?period=2026-10", ROLE_RESPONSIBLE, NULL },
    { "GET", "/air/ranking/receipt?period=2026-Q3&level=station", ROLE_PUBLIC, NULL },
    { "GET", "/air/compensation/receipt?period=2026-10&rules=compensation-shandong-2014", ROLE_RESPONSIBLE,
      NULL },
    { "GET", "/bulletins", ROLE_RESPONSIBLE, NULL },
    { "GET", "/bulletins/annual?period=2025", ROLE_RESPONSIBLE, NULL },
    { "POST", "/samples", ROLE_REVIEWER, "{}" },
    { "GET", "/sites/1/receipt?day=2026-03-01", ROLE_PUBLIC, NULL },
    { "GET", "/sites/1/published?day=2026-03-01", ROLE_RESPONSIBLE, NULL },
    { "GET", "/sites/2/marks", ROLE_RESPONSIBLE, NULL },
    { "GET", "/sites/2/load", ROLE_RESPONSIBLE, NULL },
    { "GET", "/quality", ROLE_RESPONSIBLE, NULL },
    { "GET", "/reviews", ROLE_RESPONSIBLE, NULL },
    { "POST", "/reviews", ROLE_RESPONSIBLE, "{}" },
    { "POST", "/reviews/preview", ROLE_RESPONSIBLE, "{}" },
    { "POST", "/reviews/1/withdraw", ROLE_RESPONSIBLE, "{}" },
    { "GET", "/plans", ROLE_RESPONSIBLE, NULL },
    { "POST", "/plans", ROLE_DUTY, "{}" },
    { "GET", "/plans/1", ROLE_RESPONSIBLE, NULL },
    { "POST", "/plans/1/items", ROLE_DUTY, "{}" },
    { "GET", "/plans/1/table", ROLE_RESPONSIBLE, NULL },
    { "GET", "/plans/1/letter?region=x", ROLE_RESPONSIBLE, NULL },
    { "POST", "/plans/1/cases", ROLE_DUTY, "{}" },
    { "GET", "/plans/1/compare?with=1", ROLE_RESPONSIBLE, NULL },
    { "GET", "/targets", ROLE_RESPONSIBLE, NULL },
    { "POST", "/targets/1", ROLE_DUTY, "{}" },
    { "GET", "/targets/1/receipt", ROLE_RESPONSIBLE, NULL },
    { "POST", "/targets/1/parts", ROLE_DUTY, "{}" },
    { "POST", "/targets/1/case", ROLE_DUTY, "{}" },
    { "POST", "/targets/1/pace", ROLE_DUTY, "{}" },
    { "POST", "/targets/1/reason", ROLE_DUTY, "{}" },
    { "POST", "/targets/1/supervision", ROLE_DUTY, "{}" },
    { "GET", "/situation", ROLE_RESPONSIBLE, NULL },
    { "GET", "/situation/table", ROLE_RESPONSIBLE, NULL },
    { "GET", "/findings?state=open", ROLE_RESPONSIBLE, NULL },
    { "POST", "/findings/1/case", ROLE_DUTY, "{}" },
    { "POST", "/findings/1/dismiss", ROLE_DUTY, "{}" },
    { "GET", "/ledgers", ROLE_PUBLIC, NULL },
    { "GET", "/cases", ROLE_PUBLIC, NULL },
    { "POST", "/cases", ROLE_RESPONSIBLE, "{}" },
    { "POST", "/cases/bulk", ROLE_RESPONSIBLE, "{}" },
    { "GET", "/ledgers/grid/coverage", ROLE_RESPONSIBLE, NULL },
    { "POST", "/ledgers/drinking/overlay", ROLE_DUTY, "{\"spots\":{}}" },
    { "GET", "/ledgers/inspection/draw", ROLE_RESPONSIBLE, NULL },
    { "POST", "/ledgers/inspection/draw", ROLE_DUTY, "{\"seed\":\"s\"}" },
    { "GET", "/ledgers/complaint/deal", ROLE_RESPONSIBLE, NULL },
    { "POST", "/ledgers/complaint/deal", ROLE_DUTY, "{}" },
    { "GET", "/ledgers/rectification/statistics", ROLE_RESPONSIBLE, NULL },
    { "GET", "/ledgers/rectification/flow", ROLE_RESPONSIBLE, NULL },
    { "GET", "/ledgers/complaint/score", ROLE_RESPONSIBLE, NULL },
    { "GET", "/ledgers/openday/tables", ROLE_PUBLIC, NULL },
    { "GET", "/leader", ROLE_RESPONSIBLE, NULL },
    { "GET", "/workdays?from=2026-01-01&to=2026-01-31", ROLE_RESPONSIBLE, NULL },
    { "GET", "/cases/table", ROLE_RESPONSIBLE, NULL },
    { "GET", "/cases/1", ROLE_PUBLIC, NULL },
    { "GET", "/cases/1/tree", ROLE_PUBLIC, NULL },
    { "GET", "/cases/1/form/case", ROLE_RESPONSIBLE, NULL },
    { "GET", "/cases/1/rows/items", ROLE_RESPONSIBLE, NULL },
    { "GET", "/cases/1/amounts", ROLE_RESPONSIBLE, NULL },
    { "POST", "/ledgers/rectification/imports", ROLE_DUTY, "{}" },
    { "GET", "/imports/1", ROLE_DUTY, NULL },
    { "POST", "/imports/1/accept", ROLE_DUTY, "{}" },
    { "POST", "/cases/1/actions", ROLE_RESPONSIBLE, "{}" },
    { "POST", "/cases/1/secrets", ROLE_RESPONSIBLE, "{}" },
    { "POST", "/cases/1/merge", ROLE_DUTY, "{}" },
    { "POST", "/cases/1/unmerge", ROLE_DUTY, "{}" },
    { "POST", "/cases/1/move", ROLE_DUTY, "{}" },
    { "GET", "/cases/1/clocks", ROLE_RESPONSIBLE, NULL },
    { "GET", "/cases/1/repeats", ROLE_RESPONSIBLE, NULL },
    { "GET", "/files?case=1", ROLE_PUBLIC, NULL },
    { "POST", "/files?name=a.txt", ROLE_RESPONSIBLE, "text" },
    { "GET", "/files/1", ROLE_PUBLIC, NULL },
    { "GET", "/files/1/thumb", ROLE_PUBLIC, NULL },
    { "GET", "/suspicions", ROLE_SUPERVISOR, NULL },
    { "POST", "/suspicions/1", ROLE_SUPERVISOR, "{\"decision\":\"dismissed\",\"reason\":\"x\"}" },
    { "GET", "/devices", ROLE_RESPONSIBLE, NULL },
    { "GET", "/devices/1", ROLE_RESPONSIBLE, NULL },
    { "POST", "/devices/ignored", ROLE_DUTY, "{\"mn\":\"1\",\"ignored\":true}" },
    { "POST", "/devices/1/registration", ROLE_DUTY, "{\"mn\":\"1\"}" },
    { "POST", "/devices/1/removal", ROLE_DUTY, "{\"mn\":\"1\"}" },
    { "GET", "/device-commands", ROLE_RESPONSIBLE, NULL },
    { "POST", "/devices/1/encryption", ROLE_ADMIN, "{\"must_encrypt\":true}" },
    { "POST", "/joins/1/accept", ROLE_ADMIN, "{\"site\":1}" },
    { "POST", "/devices/1/commands", ROLE_DUTY, "{\"command\":\"get_time\"}" },
    { "GET", "/forward", ROLE_DUTY, NULL },
    { "GET", "/notices", ROLE_RESPONSIBLE, NULL },
    { "POST", "/notices/1/read", ROLE_RESPONSIBLE, "{}" },
    { "POST", "/notices/read", ROLE_RESPONSIBLE, "{}" },
    { "GET", "/me/notices", ROLE_RESPONSIBLE, NULL },
    { "POST", "/me/notices", ROLE_RESPONSIBLE, "{}" },
    { "GET", "/outbox", ROLE_ADMIN, NULL },
    { "POST", "/outbox/1/retry", ROLE_ADMIN, "{}" },
    { "GET", "/rules", ROLE_PUBLIC, NULL },
    { "GET", "/about", ROLE_PUBLIC, NULL },
    { "GET", "/health", ROLE_PUBLIC, NULL },
    { "HEAD", "/events", ROLE_PUBLIC, NULL },
    { "POST", "/test/clock", ROLE_PUBLIC, "{\"settle\":true}" },
    { "GET", "/openapi.yaml", ROLE_PUBLIC, NULL },
    { "POST", "/logout", ROLE_RESPONSIBLE, "{}" },
};

static void every_route_by_every_role(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(sizeof rights / sizeof *rights, route_count);
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        char path[128];
        snprintf(path, sizeof path, "/api/v1%s", rights[i].path);
        for (int role = ROLE_PUBLIC; role < ROLE_COUNT; role++) {
            long status = status_of(f, rights[i].method, path, f->token[role], rights[i].body);
            bool allowed = role >= (int)rights[i].least;
            bool passed = status != 401 && status != 403;
            long refusal = role == ROLE_PUBLIC ? 401 : 403;
            if (status >= 500 || passed != allowed || (!allowed && status != refusal))
                fail_msg("%s %s as %s: %ld", rights[i].method, path, role_name((enum role)role), status);
        }
    }
}

/* docs/api/openapi.yaml names every route with its method and its lowest role. */
static void the_description_is_complete(void **state)
{
    struct fixture *f = *state;
    struct reply r;
    ask(f, "GET", "/api/v1/openapi.yaml", NULL, NULL, NULL, &r);
    assert_int_equal(r.status, 200);
    for (size_t i = 0; i < route_count; i++) {
        char path[80], method[16], role[48];
        const char *pattern = route_table[i].path, *layer = strstr(pattern, "{word}");
        /* Only the description gives a {word} its name. */
        snprintf(path, sizeof path, "\n  %.*s%s%s:\n",
                 (int)(layer ? layer - pattern : (ptrdiff_t)strlen(pattern)), pattern,
                 !layer                                  ? ""
                 : strncmp(pattern, "/geo/", 5) == 0     ? "{layer}"
                 : strncmp(pattern, "/ledgers/", 9) == 0 ? "{ledger}"
                                                         : "{word}",
                 layer ? layer + strlen("{word}") : "");
        snprintf(method, sizeof method, "\n    %s:\n", route_table[i].method == METHOD_GET ? "get" : "post");
        snprintf(role, sizeof role, "x-least-role: %s\n", role_name(route_table[i].least));
        const char *block = strstr(r.body.data, path);
        if (!block)
            fail_msg("%s is not described", pattern);
        const char *end = strstr(block + strlen(path) - 1, "\n  /");
        const char *operation = strstr(block, method),
                   *least = operation ? strstr(operation, "x-least-role: ") : NULL;
        if (!operation || !least || (end && least > end) || strncmp(least, role, strlen(role)) != 0)
            fail_msg("%s%s: method or role is described otherwise", pattern, method);
    }
    reply_release(&r);
}

static void old_tokens_are_nobody(void **state)
{
    struct fixture *f = *state;
    struct reply r;
    const char *const bad[] = { "",
                                "x",
                                "1-",
                                "1-zz",
                                "99-0000000000000000000000000000000000000000000000000000000000000000",
                                "-1-0000000000000000000000000000000000000000000000000000000000000000" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(status_of(f, "GET", "/api/v1/overview", bad[i], NULL), 401);
    ask(f, "GET", "/api/v1/me", bad[4], NULL, NULL, &r);
    assert_non_null(strstr(r.body.data, "\"name\":null"));
    reply_release(&r);
    assert_int_equal(status_of(f, "POST", "/api/v1/logout", f->token[ROLE_REVIEWER], "{}"), 200);
    assert_int_equal(status_of(f, "GET", "/api/v1/overview", f->token[ROLE_REVIEWER], NULL), 401);
}

static void a_new_password_or_a_lock_ends_sessions(void **state)
{
    struct fixture *f = *state;
    struct user u;
    int64_t id;
    struct err e;
    assert_int_equal(status_of(f, "GET", "/api/v1/overview", f->token[ROLE_LEADER], NULL), 200);
    assert_int_equal(ledger_get_user(f->store, "leader", &u, &e), 0);
    struct user changed = u;
    changed.disabled = true;
    assert_int_equal(ledger_put_user(f->store, &changed, &id, &e), 0);
    assert_int_equal(status_of(f, "GET", "/api/v1/overview", f->token[ROLE_LEADER], NULL), 401);
    changed = u;
    changed.hash[20] ^= 1;
    assert_int_equal(ledger_put_user(f->store, &changed, &id, &e), 0);
    assert_int_equal(status_of(f, "GET", "/api/v1/overview", f->token[ROLE_LEADER], NULL), 401);
    assert_int_equal(ledger_put_user(f->store, &u, &id, &e), 0);
    assert_int_equal(status_of(f, "GET", "/api/v1/overview", f->token[ROLE_LEADER], NULL), 200);
}

/* ---- login ---- */

static void login(void **state)
{
    struct fixture *f = *state;
    struct reply r;
    ask(f, "POST", "/api/v1/login", NULL, "{\"user\":\"duty\",\"password\":\"" PASSWORD "\"}", NULL, &r);
    assert_int_equal(r.status, 200);
    const char *cookie = strstr(r.headers.data, "Set-Cookie: bihuan_session=");
    assert_non_null(cookie);
    assert_non_null(strstr(cookie, "HttpOnly; SameSite=Strict"));
    assert_non_null(strstr(r.body.data, "\"role\":\"duty\""));
    assert_non_null(strstr(r.body.data, "\"code\":\"eeb\""));
    assert_null(strstr(r.body.data, "argon2"));

    /* The cookie alone is a session; it needs JSON to change anything. */
    char header[200];
    const char *value = cookie + strlen("Set-Cookie: ");
    snprintf(header, sizeof header, "Cookie: a=b; %.*s", (int)strcspn(value, ";"), value);
    reply_release(&r);
    ask(f, "GET", "/api/v1/overview", NULL, NULL, header, &r);
    assert_int_equal(r.status, 200);
    reply_release(&r);
    ask(f, "POST", "/api/v1/login", NULL, "user=duty&password=x",
        "Content-Type: application/x-www-form-urlencoded", &r);
    assert_int_equal(r.status, 415);
    assert_code(&r, "media_type");
    reply_release(&r);
}

static void wrong_passwords_are_slowed(void **state)
{
    struct fixture *f = *state;
    struct reply r;
    static const char *const names[] = { "duty", "nobody" };
    for (size_t k = 0; k < 2; k++) {
        char body[100];
        snprintf(body, sizeof body, "{\"user\":\"%s\",\"password\":\"wrong wrong\"}", names[k]);
        for (int i = 0; i < 5; i++) {
            ask(f, "POST", "/api/v1/login", NULL, body, NULL, &r);
            assert_int_equal(r.status, 401);
            assert_code(&r, "auth.wrong");
            reply_release(&r);
        }
        ask(f, "POST", "/api/v1/login", NULL, body, NULL, &r);
        assert_int_equal(r.status, 429);
        assert_code(&r, "auth.too_many");
        assert_non_null(strstr(r.headers.data, "Retry-After: "));
        reply_release(&r);
    }
    /* Not even the right one now; another name from here still may. */
    assert_int_equal(
        status_of(f, "POST", "/api/v1/login", NULL, "{\"user\":\"duty\",\"password\":\"" PASSWORD "\"}"),
        429);
    assert_int_equal(
        status_of(f, "POST", "/api/v1/login", NULL, "{\"user\":\"admin\",\"password\":\"" PASSWORD "\"}"),
        200);
}

/* The proxy's last word is the client's address; what stands before it the client made up. */
static void behind_a_proxy(void **state)
{
    struct fixture *f = *state;
    struct reply r;
    static const char bad[] = "{\"user\":\"duty\",\"password\":\"wrong wrong\"}";
    static const char good[] = "{\"user\":\"duty\",\"password\":\"" PASSWORD "\"}";
    for (int i = 0; i < 6; i++) {
        char header[80];
        snprintf(header, sizeof header, "X-Forwarded-For: 9.9.9.%d, 1.1.1.1", i);
        ask(f, "POST", "/api/v1/login", NULL, bad, header, &r);
        assert_int_equal(r.status, i < 5 ? 401 : 429);
        reply_release(&r);
    }
    ask(f, "POST", "/api/v1/login", NULL, good, "X-Forwarded-For: 1.1.1.1, 2.2.2.2", &r);
    assert_int_equal(r.status, 200);
    assert_non_null(strstr(r.headers.data, "; Secure"));
    reply_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_route_by_every_role, fixture_setup, fixture_teardown),
        cmocka_unit_test(the_description_is_complete),
        cmocka_unit_test(login),
        cmocka_unit_test(old_tokens_are_nobody),
        cmocka_unit_test(a_new_password_or_a_lock_ends_sessions),
        cmocka_unit_test_setup_teardown(wrong_passwords_are_slowed, fixture_setup_alone, fixture_teardown),
        cmocka_unit_test_setup_teardown(behind_a_proxy, fixture_setup_behind_tls, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
