#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "api/target.h"

/* want: segments joined by '|', then "?key=value" for each parameter; NULL: refused. */
static const struct {
    const char *raw, *want;
} cases[] = {
    { "/", "" },
    { "/api/v1/sites/12/series?factor=a34004&period=hour",
      "api|v1|sites|12|series?factor=a34004?period=hour" },
    { "/api/v1/cases?q=%E6%B1%A1%E6%B0%B4+%2B1", "api|v1|cases?q=污水 +1" },
    { "/a?x&y=&&z=1=2", "a?x=?y=?z=1=2" },
    { "/assets/", "assets" },
    { "/a%20b", "a b" },
    { "", NULL },
    { "*", NULL },
    { "http://other/x", NULL },
    { "//etc/passwd", NULL },
    { "/../secret", NULL },
    { "/assets/../../secret", NULL },
    { "/%2e%2e/secret", NULL },
    { "/..%2fsecret", NULL },
    { "/a%2fb", NULL },
    { "/a%5cb", NULL },
    { "/.git/config", NULL },
    { "/a%00b", NULL },
    { "/a%0d%0aX: y", NULL },
    { "/a?b=%0a", NULL },
    { "/a%", NULL },
    { "/a%4", NULL },
    { "/a%zz", NULL },
    { "/%ff", NULL },
    { "/a?b=%c0%80", NULL },
    { "/1/2/3/4/5/6/7/8/9/10/11/12/13", NULL },
    { "/a?1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17&18&19&20&21&22&23&24&25", NULL },
};

static void targets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct target t;
        struct err e;
        char got[512] = "";
        int r = target_parse(cases[i].raw, &t, &e);
        if (!cases[i].want) {
            if (r == 0)
                fail_msg("'%s' was taken", cases[i].raw);
            continue;
        }
        if (r < 0)
            fail_msg("'%s': %s", cases[i].raw, e.text);
        for (size_t k = 0; k < t.n_segments; k++) {
            strcat(got, k ? "|" : "");
            strcat(got, t.segment[k]);
        }
        for (size_t k = 0; k < t.n_params; k++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "?%s=%s", t.param[k].key, t.param[k].value);
        assert_string_equal(got, cases[i].want);
    }
}

static void long_targets(void **state)
{
    (void)state;
    char raw[TARGET_MAX + 3];
    struct target t;
    raw[0] = '/';
    memset(raw + 1, 'a', sizeof raw - 2);
    raw[sizeof raw - 1] = '\0';
    assert_true(target_parse(raw, &t, NULL) < 0);
    raw[TARGET_MAX] = '\0';
    assert_int_equal(target_parse(raw, &t, NULL), 0);
    assert_int_equal(strlen(t.segment[0]), TARGET_MAX - 1);
}

static void cookies(void **state)
{
    (void)state;
    static const struct {
        const char *header, *want;
    } c[] = {
        { "s=1", "1" },
        { "a=b; s=token", "token" },
        { "a=b;s=token;c=d", "token" },
        { "s=\"q\"", "q" },
        { "s=1 ; b=2", "1" },
        { "xs=1", NULL },
        { "s", NULL },
        { "s=", NULL },
        { "", NULL },
        { ";;; ;", NULL },
        { "s=123456789", NULL },
        { NULL, NULL },
        { "S=1", NULL },
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        char out[8];
        bool found = cookie_find(c[i].header, "s", out, sizeof out);
        assert_int_equal(found, c[i].want != NULL);
        if (found)
            assert_string_equal(out, c[i].want);
    }
}

static void headers(void **state)
{
    (void)state;
    char out[8];
    assert_true(bearer_find("Bearer abc", out, sizeof out));
    assert_string_equal(out, "abc");
    assert_true(bearer_find("bearer  abc ", out, sizeof out));
    assert_false(bearer_find("Basic abc", out, sizeof out));
    assert_false(bearer_find("Bearer ", out, sizeof out));
    assert_false(bearer_find("Bearer 12345678", out, sizeof out));
    assert_false(bearer_find(NULL, out, sizeof out));
    assert_true(media_is_json("application/json"));
    assert_true(media_is_json("Application/JSON; charset=utf-8"));
    assert_false(media_is_json("application/jsonp"));
    assert_false(media_is_json("text/plain"));
    assert_false(media_is_json(NULL));
    assert_true(accepts_gzip("br, gzip"));
    assert_true(accepts_gzip("gzip;q=0.5"));
    assert_false(accepts_gzip("gzip;q=0"));
    assert_false(accepts_gzip("br"));
    assert_false(accepts_gzip(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets),
        cmocka_unit_test(long_targets),
        cmocka_unit_test(cookies),
        cmocka_unit_test(headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
