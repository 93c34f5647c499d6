/* HJ 663 and GB 3095 table 4: percentiles, validity of days and years, attainment, rule files that are wrong. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/scoped.h"
#include "rules.h"

static const struct {
    int n, step, p;
    double want;
} percentile_case[] = {
    { 365, 1, 90, 328.6 }, { 365, 1, 95, 346.8 }, { 365, 1, 98, 357.72 }, /* P1 */
    { 10, 10, 90, 91.0 },  { 10, 10, 95, 95.5 },                          /* P2 */
    { 1, 7, 90, 7 },       { 2, 10, 100, 20 },
};

static void test_percentile(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(percentile_case); i++) {
        micro v[AIR_YEAR_DAYS];
        int n = percentile_case[i].n;
        for (int k = 0; k < n; k++) /* not in order */
            v[k] = ((k * 7) % n + 1) * percentile_case[i].step * MICRO_ONE;
        for (int k = 0; n == 365 && k < n; k++)
            v[k] = (n - k) * MICRO_ONE;
        for (int k = 0; n == 2 && k < n; k++)
            v[k] = (2 - k) * 10 * MICRO_ONE;
        assert_int_equal(air_percentile(v, (size_t)n, percentile_case[i].p), MICRO(percentile_case[i].want));
    }
    assert_int_equal(air_percentile(NULL, 0, 90), MICRO_MISSING);
}

static void fill(micro hour[AIR_ITEMS][24], micro v, int from, int to)
{
    for (int i = 0; i < AIR_ITEMS; i++)
        for (int h = 0; h < 24; h++)
            hour[i][h] = h >= from && h < to ? v : MICRO_MISSING;
}

static const struct {
    const char *name;
    int from, to, through;
    double value;
    bool day_valid, o3_valid;
    int windows;
} day_case[] = {
    { "a whole day", 0, 24, 24, 50, true, true, 17 },
    { "20 hours are enough", 0, 20, 24, 50, true, true, 15 },
    { "19 are not; 14 windows are", 0, 19, 24, 50, false, true, 14 },
    { "13 windows are not", 0, 18, 24, 50, false, false, 13 },
    { "13 windows above the limit count", 0, 18, 24, 161, false, true, 13 },
    { "exactly the limit does not", 0, 18, 24, 160, false, false, 13 },
    { "nothing", 0, 0, 24, 50, false, false, 0 },
    { "half a day so far", 0, 12, 12, 50, true, true, 5 },
    { "before 08:00 there is no 8 h mean", 0, 7, 7, 50, true, false, 0 },
};

static void test_day(void **state)
{
    (void)state;
    const struct air_evaluation *ev = air_evaluation_by_id(shipped_rules(), "HJ663-2026");
    for (size_t i = 0; i < COUNT_OF(day_case); i++) {
        micro hour[AIR_ITEMS][24];
        struct air_day d;
        fill(hour, MICRO(day_case[i].value), day_case[i].from, day_case[i].to);
        air_day(ev, (const micro(*)[24])hour, day_case[i].through, MICRO(160), &d);
        if ((d.value[AIR_PM25] != MICRO_MISSING) != day_case[i].day_valid ||
            (d.value[AIR_O3] != MICRO_MISSING) != day_case[i].o3_valid || d.windows != day_case[i].windows)
            fail_msg("%s: day %d, o3 %d, %d windows", day_case[i].name, d.value[AIR_PM25] != MICRO_MISSING,
                     d.value[AIR_O3] != MICRO_MISSING, d.windows);
    }
}

static void test_ozone_is_the_largest_window(void **state)
{
    (void)state;
    micro hour[AIR_ITEMS][24];
    struct air_day d;
    fill(hour, 0, 0, 24);
    for (int h = 16; h < 24; h++)
        hour[AIR_O3][h] = MICRO(100 + h);
    air_day(air_evaluation_by_id(shipped_rules(), "HJ663-2026"), (const micro(*)[24])hour, 24, MICRO(160),
            &d);
    assert_int_equal(d.value[AIR_O3], MICRO(119.5)); /* the window that ends at 24:00 */
    assert_int_equal(d.o3_hour, MICRO(123));
    hour[AIR_O3][20] = hour[AIR_O3][21] = MICRO_MISSING; /* 6 of 8 are enough */
    air_day(air_evaluation_by_id(shipped_rules(), "HJ663-2026"), (const micro(*)[24])hour, 24, MICRO(160),
            &d);
    assert_int_equal(d.value[AIR_O3], MICRO(119.166667));
}

static void test_city_needs_its_stations(void **state)
{
    (void)state;
    const struct air_evaluation *ev = air_evaluation_by_id(shipped_rules(), "HJ663-2026");
    const micro x = MICRO_MISSING;
    const struct {
        micro v[4];
        size_t n;
        micro want;
    } t[] = { { { MICRO(10), MICRO(20), MICRO(30), MICRO(40) }, 4, MICRO(25) },
              { { MICRO(10), MICRO(20), MICRO(30), x }, 4, MICRO(20) },
              { { MICRO(10), MICRO(20), x, x }, 4, x },
              { { MICRO(10), x, 0, 0 }, 2, MICRO(10) },
              { { MICRO(10), x, x, 0 }, 3, x },
              { { x, 0, 0, 0 }, 1, x } };
    for (size_t i = 0; i < COUNT_OF(t); i++)
        assert_int_equal(air_city_mean(ev, t[i].v, t[i].n), t[i].want);
    assert_int_equal(air_city_mean(ev, t[0].v, 0), x);
}

/* 2027: 365 days, the transition limits. `gone` days are missing from day `at` on. */
static const struct {
    const char *name;
    double value;
    int at, gone, through, attains;
    enum air_why why;
} year_case[] = {
    { "L1 30 attains until 2030", 30, 0, 0, 365, 1, AIR_JUDGED },
    { "30.4 is judged as 30", 30.4, 0, 0, 365, 1, AIR_JUDGED },
    { "30.5 is judged as 30: half to even", 30.5, 0, 0, 365, 1, AIR_JUDGED },
    { "31 does not", 31, 0, 0, 365, 0, AIR_JUDGED },
    { "January with 27 days", 30, 0, 4, 365, 1, AIR_JUDGED },
    { "January with 26 days", 30, 0, 5, 365, -1, AIR_FEW_IN_MONTH },
    { "February with 25 days", 30, 31, 3, 365, 1, AIR_JUDGED },
    { "February with 24 days", 30, 31, 4, 365, -1, AIR_FEW_IN_MONTH },
    { "323 days", 30, 0, 42, 365, -1, AIR_FEW_DAYS },
    { "a year that runs", 30, 0, 0, 200, -1, AIR_YEAR_RUNNING },
};

static void test_year(void **state)
{
    (void)state;
    const struct air_evaluation *ev = air_evaluation_by_id(shipped_rules(), "HJ663-2026");
    const struct air_limits *lim = air_limits_by_id(shipped_rules(), "GB3095-2026-transition");
    for (size_t i = 0; i < COUNT_OF(year_case); i++) {
        micro day[AIR_YEAR_DAYS];
        struct air_year y;
        for (int d = 0; d < 365; d++)
            day[d] = d >= year_case[i].at && d < year_case[i].at + year_case[i].gone
                         ? MICRO_MISSING
                         : MICRO(year_case[i].value);
        air_year(ev, lim, 2, AIR_PM25, 2027, day, year_case[i].through, &y);
        if (y.attains != year_case[i].attains || y.why != year_case[i].why)
            fail_msg("%s: attains %d, why %d", year_case[i].name, y.attains, (int)y.why);
    }
}

static void test_year_2031_and_percentiles(void **state)
{
    (void)state;
    const struct air_evaluation *ev = air_evaluation_by_id(shipped_rules(), "HJ663-2026");
    micro day[AIR_YEAR_DAYS];
    struct air_year y;
    for (int d = 0; d < 365; d++)
        day[d] = MICRO(30);
    air_year(ev, air_limits_by_id(shipped_rules(), "GB3095-2026-final"), 2, AIR_PM25, 2031, day, 365,
             &y); /* L1 */
    assert_int_equal(y.attains, 0);
    assert_int_equal(air_multiple(y.mean, y.limit_mean), MICRO(0.20));
    for (int d = 0; d < 365; d++)
        day[d] = d < 40 ? MICRO(161) : MICRO(90); /* more than a tenth of the days above 160 */
    air_year(ev, air_limits_by_id(shipped_rules(), "GB3095-2026-transition"), 2, AIR_O3, 2027, day, 365, &y);
    assert_int_equal(y.attains, 0);
    assert_int_equal(y.mean, MICRO_MISSING); /* ozone has no annual mean */
    assert_int_equal(y.percentile, MICRO(161));
    for (int d = 0; d < 365; d++)
        day[d] = d < 30 ? MICRO(161) : MICRO(90);
    air_year(ev, air_limits_by_id(shipped_rules(), "GB3095-2026-transition"), 2, AIR_O3, 2027, day, 365, &y);
    assert_int_equal(y.attains, 1);
}

static const char *const wrong[] = {
    "{}",
    "{\"kind\":\"air.index\"}",
    "{\"kind\":\"air.limits\",\"id\":\"x\",\"title\":\"t\",\"source\":\"s\",\"clause\":\"c\",\"certainty\":"
    "\"y\",\"from\":\"2026-02-30\"}",
    "{\"kind\":\"air.limits\",\"id\":\"x\",\"title\":\"t\",\"source\":\"s\",\"clause\":\"c\",\"certainty\":"
    "\"y\",\"from\":\"2040-01-01\"}",
    "{\"kind\":\"air.evaluation\",\"id\":\"x\",\"title\":\"t\",\"source\":\"s\",\"clause\":\"c\","
    "\"certainty\":\"y\",\"from\":\"2040-01-01\","
    "\"validity\":{\"day_hours\":25}}",
    "{\"kind\":\"air.index\",\"id\":\"x\",\"title\":\"t\",\"source\":\"s\",\"clause\":\"c\",\"certainty\":"
    "\"y\",\"from\":\"2040-01-01\","
    "\"iaqi\":[0,50],\"missing\":\"rest\",\"round\":{\"default\":0},\"breakpoints\":{\"so2\":{\"day\":[0,50,"
    "40]}}}",
};

static void test_wrong_files_are_refused(void **state)
{
    (void)state;
    struct air_rulebook *book = test_calloc(1, sizeof *book);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        json_t *tree = NULL;
        struct err e = { 0 };
        assert_int_equal(json_read(wrong[i], strlen(wrong[i]), &tree, &e), 0);
        assert_true(air_rulebook_add(book, "file.lua", tree, &e) < 0);
        assert_true(strncmp(e.text, "file.lua: ", 10) == 0);
        json_decref(tree);
    }
    assert_int_equal(book->n_index + book->n_evaluation + book->n_limits, 0);
    test_free(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_percentile),
        cmocka_unit_test(test_day),
        cmocka_unit_test(test_ozone_is_the_largest_window),
        cmocka_unit_test(test_city_needs_its_stations),
        cmocka_unit_test(test_year),
        cmocka_unit_test(test_year_2031_and_percentiles),
        cmocka_unit_test(test_wrong_files_are_refused),
    };
    return cmocka_run_group_tests_name("standard.air_stat", tests, NULL, NULL);
}
