/* The odds of a target from past years: how many would meet it, and how far such a statement is to be trusted. */
#include "town.h"

enum { SO_FAR = 200 };

/* One year: `early` for 200 days, then `late`. */
static void send_year(struct board *b, int year, double early, double late)
{
    int64_t first = cn_days(year, 1, 1);
    send_days(b, first, SO_FAR, early, 90);
    send_days(b, first + SO_FAR, cn_days_in_year(year) - SO_FAR, late, 90);
}

/* 2027 stands on the board, the years before it are kept as past; this year is 2028. */
static json_t *ask(const double (*past)[2], int n, double so_far, const char *target)
{
    struct town t;
    struct err e = { 0 };
    json_t *tree = NULL, *ret = NULL;
    town_open(&t);
    for (int i = 0; i < n; i++) {
        int year = 2027 - i;
        if (i == 0) {
            send_year(t.board, year, past[i][0], past[i][1]);
            continue;
        }
        struct town old;
        town_open(&old);
        send_year(old.board, year, past[i][0], past[i][1]);
        board_settle(old.board, at(year + 1, 1, 1, 0));
        assert_int_equal(board_keep_past(t.board, old.board, year, &e), 0);
        town_close(&old);
    }
    send_days(t.board, cn_days(2028, 1, 1), SO_FAR, so_far, 90);
    int64_t now = cn_day_start(cn_days(2028, 1, 1) + SO_FAR) + MS_HOUR;
    board_settle(t.board, now);
    if (json_read(target, strlen(target), &tree, &e) < 0 || board_target(t.board, tree, now, &ret, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
    town_close(&t);
    return ret;
}

#define PM25 "{\"bound\":\"air.pm25.mean\",\"op\":\"<=\",\"by\":2028,\"value\":"

static void test_three_of_four(void **state)
{
    (void)state;
    /* 200 days of 50, then 166 days of at most 38.97 make a mean of 45. */
    static const double past[][2] = { { 50, 30 }, { 50, 60 }, { 50, 30 }, { 50, 38 } };
    json_t *p = ask(past, 4, 50, PM25 "45}"), *o = json_object_get(p, "odds");
    assert_int_equal(json_int(o, "met", -1), 3);
    assert_int_equal(json_int(o, "years", -1), 4);
    assert_int_equal(json_int(o, "from", 0), 2024);
    assert_int_equal(json_int(o, "to", 0), 2027);
    /* Three years that met it were given 2 of 3, the one that did not 3 of 3: (3 x 1/9 + 1) / 4. */
    assert_int_equal(json_micro(o, "brier", 0), 330000);
    assert_non_null(strstr(json_str(o, "text", ""), "按近 4 年同期，达标 3/4"));
    json_decref(p);
}

static void test_scaled_by_the_year_so_far(void **state)
{
    (void)state;
    /* Past years twice as dirty, and their second halves half as dirty as their first: this year's would be 25. */
    static const double past[][2] = { { 100, 50 }, { 100, 50 }, { 100, 50 } };
    json_t *p = ask(past, 3, 50, PM25 "40}"), *o = json_object_get(p, "odds");
    assert_int_equal(json_int(o, "met", -1), 3); /* (200 x 50 + 166 x 25) / 366 = 38.7 */
    json_decref(p);
    p = ask(past, 3, 50, PM25 "38}");
    assert_int_equal(json_int(json_object_get(p, "odds"), "met", -1), 0);
    json_decref(p);
}

static void test_good_days(void **state)
{
    (void)state;
    /* Days of 80 are over the limit of 2026 (60), days of 30 are good: 166 of 366 and 366 of 366. */
    static const double past[][2] = { { 30, 30 }, { 30, 80 }, { 30, 30 } };
    json_t *p =
        ask(past, 3, 30,
            "{\"bound\":\"air.good_days.ratio\",\"op\":\">=\",\"value\":90,\"unit\":\"%\",\"by\":2028}");
    assert_int_equal(json_int(json_object_get(p, "odds"), "met", -1), 2);
    assert_int_equal(json_int(json_object_get(p, "odds"), "years", -1), 3);
    json_decref(p);
}

static const struct {
    const char *name;
    int years;
    double so_far;
    const char *target;
} silent[] = {
    { "two past years are too few", 2, 50, PM25 "45}" },
    { "no past year", 0, 50, PM25 "45}" },
    { "what is impossible is said plainly, without odds", 3, 100, PM25 "45}" },
};

static void test_silent(void **state)
{
    (void)state;
    static const double past[][2] = { { 50, 30 }, { 50, 30 }, { 50, 30 } };
    for (size_t i = 0; i < COUNT_OF(silent); i++) {
        json_t *p = ask(past, silent[i].years, silent[i].so_far, silent[i].target);
        if (!json_is_null(json_object_get(p, "odds")))
            fail_msg("case \"%s\": %s", silent[i].name, json_dumps(p, 0));
        json_decref(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_of_four),
        cmocka_unit_test(test_scaled_by_the_year_so_far),
        cmocka_unit_test(test_good_days),
        cmocka_unit_test(test_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
