/* The pace a target is to keep: what is declared, what is due by a day, and what no declaration may do. */
#include "town.h"

#include <errno.h>

#include "measure/pace.h"

static json_t *tree(const char *text)
{
    json_t *t = NULL;
    struct err e;
    if (json_read(text, strlen(text), &t, &e) < 0)
        fail_msg("%s: %s", text, e.text);
    return t;
}

static int64_t day(const char *s)
{
    int64_t ms;
    assert_true(cn_parse_iso(s, strlen(s), &ms));
    return cn_day_of(ms);
}

static const struct {
    const char *name, *declared;
    double goal;
    const char *on;
    bool begun;
    double wanted;
    const char *next; /* "": none */
    double next_value;
} cases[] = {
#define YEAR   "{\"kind\":\"linear\",\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"}"
#define MONTHS "{\"kind\":\"months\",\"year\":2026,\"values\":[null,10,20,30,40,50,60,70,80,90,95,100]}"
#define POINTS                                                                                      \
    "{\"kind\":\"points\",\"points\":[{\"by\":\"2025-12-31\",\"value\":88},{\"by\":\"2026-12-31\"," \
    "\"value\":91,\"what\":\"中期\"}]}"
    { "linear, before it begins", YEAR, 100, "2025-12-31", false, 0, "2026-01-01", 0 },
    { "linear, its first day", YEAR, 364, "2026-01-01", true, 0, "2026-12-31", 364 },
    { "linear, half way", YEAR, 364, "2026-07-02", true, 182, "2026-12-31", 364 },
    { "linear, its last day", YEAR, 364, "2026-12-31", true, 364, "", 0 },
    { "linear downwards",
      "{\"kind\":\"linear\",\"from\":\"2026-01-01\",\"to\":\"2026-01-05\",\"start\":40,\"value\":36}", 0,
      "2026-01-03", true, 38, "2026-01-05", 36 },
    { "months: nothing is due in January", MONTHS, 0, "2026-02-27", false, 0, "2026-02-28", 10 },
    { "months: on the day", MONTHS, 0, "2026-02-28", true, 10, "2026-03-31", 20 },
    { "months: no growth between", MONTHS, 0, "2026-03-30", true, 10, "2026-03-31", 20 },
    { "points: last year's", POINTS, 0, "2026-06-30", true, 88, "2026-12-31", 91 },
    { "points: all over", POINTS, 0, "2030-01-01", true, 91, "", 0 },
};

static void test_what_is_due(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        scoped(json_decrefp) json_t *declared = tree(cases[i].declared);
        scoped(json_decrefp) json_t *pace = NULL;
        struct pace_at at;
        struct err e;
        if (pace_read(declared, MICRO(cases[i].goal), &pace, &e) < 0)
            fail_msg("%s: %s", cases[i].name, e.text);
        bool same =
            pace_at(pace, day(cases[i].on), &at) && at.begun == cases[i].begun &&
            at.wanted == MICRO(cases[i].wanted) && at.more == (*cases[i].next != '\0') &&
            (!at.more || (at.next == day(cases[i].next) && at.next_value == MICRO(cases[i].next_value)));
        if (!same)
            fail_msg("%s: wanted %lld", cases[i].name, (long long)at.wanted);
    }
}

static void test_years_of_a_programme(void **state)
{
    (void)state;
    scoped(json_decrefp) json_t *declared = tree(POINTS);
    scoped(json_decrefp) json_t *pace = NULL;
    struct err e;
    int first, last;
    micro v;
    assert_int_equal(pace_read(declared, MICRO_MISSING, &pace, &e), 0);
    assert_true(pace_years(pace, &first, &last));
    assert_int_equal(first, 2025);
    assert_int_equal(last, 2026);
    assert_true(pace_of_year(pace, 2026, &v));
    assert_int_equal(v, MICRO(91));
    assert_false(pace_of_year(pace, 2027, &v));
    assert_false(pace_years(NULL, &first, &last));
}

static const char *const refused[] = {
    "null",
    "[]",
    "{}",
    "{\"kind\":\"curve\"}",
    "{\"kind\":\"linear\"}",
    "{\"kind\":\"linear\",\"from\":\"2026-01-01\",\"to\":\"2026-01-01\"}",
    "{\"kind\":\"linear\",\"from\":\"2026-01-01\",\"to\":\"9999-12-31\"}",
    "{\"kind\":\"linear\",\"from\":\"2026-01-01\",\"to\":\"2026-12-31\",\"value\":1e300}",
    "{\"kind\":\"linear\",\"from\":\"2026-01-01\",\"to\":\"2026-12-31\",\"start\":\"0\"}",
    "{\"kind\":\"months\",\"year\":2026,\"values\":[1,2,3]}",
    "{\"kind\":\"months\",\"year\":999999999999,\"values\":[1,2,3,4,5,6,7,8,9,10,11,12]}",
    "{\"kind\":\"months\",\"year\":2026,\"values\":[null,null,null,null,null,null,null,null,null,null,null,"
    "null]}",
    "{\"kind\":\"months\",\"year\":2026,\"values\":[\"1\",2,3,4,5,6,7,8,9,10,11,12]}",
    "{\"kind\":\"points\",\"points\":[]}",
    "{\"kind\":\"points\",\"points\":[{\"by\":\"2026-02-30\",\"value\":1}]}",
    "{\"kind\":\"points\",\"points\":[{\"by\":\"2026-02-01T00:00\",\"value\":1}]}",
    "{\"kind\":\"points\",\"points\":[{\"by\":\"2026-02-01\",\"value\":-1e10}]}",
    "{\"kind\":\"points\",\"points\":[{\"by\":\"2026-02-01\",\"value\":1},{\"by\":\"2026-02-01\",\"value\":2}"
    "]}",
    "{\"kind\":\"points\",\"points\":[1]}",
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        json_error_t why;
        scoped(json_decrefp) json_t *declared = json_loads(refused[i], JSON_DECODE_ANY, &why);
        json_t *pace = NULL;
        struct err e;
        if (pace_read(declared, MICRO(1), &pace, &e) != -EINVAL)
            fail_msg("taken: %s", refused[i]);
    }
    scoped(json_decrefp) json_t *no_goal = tree(YEAR);
    json_t *pace = NULL;
    struct err e;
    assert_int_equal(pace_read(no_goal, MICRO_MISSING, &pace, &e), -EINVAL);
    assert_int_equal(pace_read(no_goal, INT64_MAX, &pace, &e), -EINVAL);
}

/* What stands in a document may have been written by anything. */
static void test_a_damaged_pace_is_none(void **state)
{
    (void)state;
    static const char *const damaged[] = {
        "{}",
        "{\"kind\":\"linear\",\"points\":7}",
        "{\"points\":[{\"by\":\"x\",\"value\":1}]}",
        "{\"kind\":\"linear\",\"points\":[{\"by\":\"2026-02-01\",\"value\":1},{\"by\":\"2026-01-01\","
        "\"value\":1}]}",
        "{\"kind\":\"linear\",\"points\":[{\"by\":\"2026-02-01\",\"value\":9e12}]}",
    };
    struct pace_at at;
    for (size_t i = 0; i < COUNT_OF(damaged); i++) {
        scoped(json_decrefp) json_t *pace = tree(damaged[i]);
        if (pace_at(pace, day("2026-03-01"), &at))
            fail_msg("taken: %s", damaged[i]);
    }
    assert_false(pace_at(NULL, 0, &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_due),
        cmocka_unit_test(test_years_of_a_programme),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_a_damaged_pace_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
