/* HJ 633 by table: the vectors A1 to A13 and what differs between the editions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "rules.h"

#define _ MICRO_MISSING
enum { NA = -1 };

static const struct {
    const char *name;
    enum air_item item;
    enum air_column column;
    double value;
    int want_2012, want_2026;
} single[] = {
    { "A1 PM2.5 60", AIR_PM25, AIR_DAY, 60, 82, 100 },
    { "A2 PM2.5 60.5 rounds to 60", AIR_PM25, AIR_DAY, 60.5, 82, 100 },
    { "A2 PM2.5 60.6 rounds to 61", AIR_PM25, AIR_DAY, 60.6, 83, 101 },
    { "A3 PM2.5 75", AIR_PM25, AIR_DAY, 75, 100, 114 },
    { "A4 PM10 120", AIR_PM10, AIR_DAY, 120, 85, 100 },
    { "A4 PM10 121", AIR_PM10, AIR_DAY, 121, 86, 101 },
    { "A4 PM10 150", AIR_PM10, AIR_DAY, 150, 100, 112 },
    { "A5 SO2 150", AIR_SO2, AIR_DAY, 150, 100, 100 },
    { "A6 SO2 1 h 801", AIR_SO2, AIR_HOUR, 801, NA, 200 },
    { "A6 O3 8 h 900", AIR_O3, AIR_DAY, 900, NA, 300 },
    { "A7 CO 2.1", AIR_CO, AIR_DAY, 2.1, 53, 53 },
    { "A7 CO 4.0", AIR_CO, AIR_DAY, 4.0, 100, 100 },
    { "A8 NO2 1 h 200", AIR_NO2, AIR_HOUR, 200, 100, 100 },
    { "A8 PM2.5 500", AIR_PM25, AIR_DAY, 500, 500, 500 },
    { "above the table: capped", AIR_PM25, AIR_DAY, 999, 500, 500 },
    { "dust above the table", AIR_PM10, AIR_DAY, 820, 500, 500 },
    { "zero", AIR_PM25, AIR_DAY, 0, 0, 0 },
    { "negative is not valid", AIR_PM25, AIR_DAY, -1, NA, NA },
    { "hourly PM on the daily points: 2026 only", AIR_PM25, AIR_HOUR, 60, NA, 100 },
    { "always up", AIR_NO2, AIR_DAY, 45, 57, 57 },
};

static void test_sub_index(void **state)
{
    (void)state;
    const struct air_index_rules *old = air_index_by_id(shipped_rules(), "HJ633-2012");
    const struct air_index_rules *now = air_index_by_id(shipped_rules(), "HJ633-2026");
    for (size_t i = 0; i < COUNT_OF(single); i++) {
        int a = air_iaqi(old, single[i].item, single[i].column, MICRO(single[i].value));
        int b = air_iaqi(now, single[i].item, single[i].column, MICRO(single[i].value));
        if (a != single[i].want_2012 || b != single[i].want_2026)
            fail_msg("%s: 2012 %d (want %d), 2026 %d (want %d)", single[i].name, a, single[i].want_2012, b,
                     single[i].want_2026);
    }
}

enum { SO2 = 1 << AIR_SO2, O3 = 1 << AIR_O3, PM10 = 1 << AIR_PM10, PM25 = 1 << AIR_PM25 };

/* so2, no2, co, o3, pm10, pm25 */
static const struct {
    const char *name, *rules;
    enum air_report report;
    micro v[AIR_ITEMS];
    unsigned exempt;
    int aqi, level;
    unsigned primary;
} whole[] = {
#define M(x) ((x)*MICRO_ONE)
#define DAY_A9                                   \
    {                                            \
        M(12), M(45), M(1), M(98), M(130), M(70) \
    }
#define DAY_A10                                           \
    {                                                     \
        M(5), M(20), MICRO_ONE / 2, M(160), M(120), M(60) \
    }
#define DAY_A11                                          \
    {                                                    \
        M(5), M(20), MICRO_ONE / 2, M(100), M(50), M(35) \
    }
    { "A9 2012", "HJ633-2012", AIR_REPORT_DAY, DAY_A9, 0, 94, 2, PM25 },
    { "A9 2026", "HJ633-2026", AIR_REPORT_DAY, DAY_A9, 0, 110, 3, PM25 },
    { "A10 2012", "HJ633-2012", AIR_REPORT_DAY, DAY_A10, 0, 100, 2, O3 },
    { "A10 2026: a tie of three", "HJ633-2026", AIR_REPORT_DAY, DAY_A10, 0, 100, 2, O3 | PM10 | PM25 },
    { "A11 2012", "HJ633-2012", AIR_REPORT_DAY, DAY_A11, 0, 50, 1, 0 },
    { "A11 2026", "HJ633-2026", AIR_REPORT_DAY, DAY_A11, 0, 50, 1, 0 },
    { "A12",
      "HJ633-2026",
      AIR_REPORT_HOUR,
      { M(500), M(200), M(10), M(200), M(150), M(75) },
      0,
      114,
      3,
      PM25 },
    { "A13 rest gives 90: NA",
      "HJ633-2026",
      AIR_REPORT_DAY,
      { M(5), M(20), MICRO_ONE, _, M(50), M(55) },
      0,
      NA,
      0,
      0 },
    { "A13 rest gives 120",
      "HJ633-2026",
      AIR_REPORT_DAY,
      { M(5), M(20), MICRO_ONE, _, M(50), M(82) },
      0,
      120,
      3,
      PM25 },
    { "5.3.2 not monitored by plan",
      "HJ633-2026",
      AIR_REPORT_DAY,
      { _, M(20), MICRO_ONE, M(90), M(50), M(55) },
      SO2,
      90,
      2,
      PM25 },
    { "2012 has no rule: the rest",
      "HJ633-2012",
      AIR_REPORT_DAY,
      { M(5), M(20), MICRO_ONE, _, M(50), M(55) },
      0,
      75,
      2,
      PM25 },
    { "nothing at all", "HJ633-2026", AIR_REPORT_DAY, { _, _, _, _, _, _ }, 0, NA, 0, 0 },
    { "level 6",
      "HJ633-2026",
      AIR_REPORT_DAY,
      { M(5), M(20), MICRO_ONE, M(9), M(50), M(251) },
      0,
      301,
      6,
      PM25 },
    { "practice: hourly PM",
      "published-2013",
      AIR_REPORT_HOUR,
      { M(5), M(20), MICRO_ONE, M(9), M(50), M(75) },
      0,
      100,
      2,
      PM25 },
};

static void test_index(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(whole); i++) {
        struct air_values in;
        struct air_index out;
        air_values_clear(&in);
        memcpy(in.v[whole[i].report == AIR_REPORT_HOUR ? AIR_HOUR : AIR_DAY], whole[i].v, sizeof whole[i].v);
        in.exempt = whole[i].exempt;
        air_index(air_index_by_id(shipped_rules(), whole[i].rules), whole[i].report, &in, &out);
        if (out.aqi != whole[i].aqi || out.level != whole[i].level || out.primary != whole[i].primary)
            fail_msg("%s: AQI %d (want %d), level %d, primary %x (want %x)", whole[i].name, out.aqi,
                     whole[i].aqi, out.level, out.primary, whole[i].primary);
    }
}

static void test_falls_back_to_the_other_column(void **state)
{
    (void)state;
    struct air_values in;
    struct air_index out;
    const struct air_index_rules *old = air_index_by_id(shipped_rules(), "HJ633-2012");
    air_values_clear(&in);
    in.v[AIR_HOUR][AIR_SO2] = MICRO(801);
    in.v[AIR_DAY][AIR_SO2] = MICRO(475);
    air_index(old, AIR_REPORT_HOUR, &in, &out);
    assert_int_equal(out.iaqi[AIR_SO2], 150);
    air_values_clear(&in);
    in.v[AIR_DAY][AIR_O3] = MICRO(900);
    in.v[AIR_HOUR][AIR_O3] = MICRO(1000);
    air_index(old, AIR_REPORT_DAY, &in, &out);
    assert_int_equal(out.iaqi[AIR_O3], 400);
    in.v[AIR_DAY][AIR_O3] = MICRO(265); /* two sub-indices of ozone: the larger stands */
    in.v[AIR_HOUR][AIR_O3] = MICRO(300);
    air_index(old, AIR_REPORT_DAY, &in, &out);
    assert_int_equal(out.iaqi[AIR_O3], 200);
}

static void test_levels(void **state)
{
    (void)state;
    static const struct {
        int aqi, level;
        const char *name, *colour;
    } want[] = { { 0, 1, "优", "#00E400" },         { 50, 1, "优", "#00E400" },
                 { 51, 2, "良", "#FFFF00" },        { 101, 3, "轻度污染", "#FF7E00" },
                 { 151, 4, "中度污染", "#FF0000" }, { 201, 5, "重度污染", "#99004C" },
                 { 300, 5, "重度污染", "#99004C" }, { 301, 6, "严重污染", "#7E0023" } };
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_int_equal(air_level_of(want[i].aqi), want[i].level);
        assert_string_equal(air_level(want[i].level)->name, want[i].name);
        assert_string_equal(air_level(want[i].level)->colour, want[i].colour);
    }
    assert_int_equal(air_level_of(-1), 0);
    assert_null(air_level(7));
}

static void test_chosen_by_date(void **state)
{
    (void)state;
    const struct air_rulebook *k = shipped_rules();
    assert_string_equal(air_index_on(k, cn_days(2026, 2, 28))->set.id, "HJ633-2012");
    assert_string_equal(air_index_on(k, cn_days(2026, 3, 1))->set.id, "HJ633-2026");
    assert_string_equal(air_limits_on(k, cn_days(2026, 2, 28))->set.id, "GB3095-2012");
    assert_string_equal(air_limits_on(k, cn_days(2030, 12, 31))->set.id, "GB3095-2026-transition");
    assert_string_equal(air_limits_on(k, cn_days(2031, 1, 1))->set.id, "GB3095-2026-final");
    assert_string_equal(air_evaluation_on(k, cn_days(2015, 1, 1))->set.id, "HJ663-2013");
    assert_null(air_index_on(k, cn_days(2010, 1, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sub_index),
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_falls_back_to_the_other_column),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_chosen_by_date),
    };
    return cmocka_run_group_tests_name("standard.air_index", tests, NULL, NULL);
}
