/* Periods, events, reference state, the other items, and what holds whatever the data: property tests with a fixed seed. */
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
#include "standard/air_period.h"

static const struct air_evaluation *evaluation(void)
{
    return air_evaluation_by_id(shipped_rules(), "HJ663-2026");
}

/* ---- a fixed stream of numbers ---- */
static uint64_t seed;
static unsigned below(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((seed >> 33) % n);
}

static const struct {
    const char *name;
    int month, days, gone, valid_days;
    enum air_why why;
} month_case[] = {
    { "a whole January", 1, 31, 0, 31, AIR_JUDGED },
    { "27 of January", 1, 31, 4, 27, AIR_JUDGED },
    { "26 of January", 1, 31, 5, 26, AIR_FEW_IN_MONTH },
    { "25 of February", 2, 28, 3, 25, AIR_JUDGED },
    { "24 of February", 2, 28, 4, 24, AIR_FEW_IN_MONTH },
    { "half a month so far", 1, 15, 1, 14, AIR_JUDGED },
    { "half a month, 13 of 15", 1, 15, 2, 13, AIR_FEW_IN_MONTH },
    { "nothing", 1, 31, 31, 0, AIR_FEW_DAYS },
    { "a quarter with February short", 1, 90, 0, 90, AIR_JUDGED },
};

static void test_month_and_quarter(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(month_case); i++) {
        micro day[120];
        struct air_period p;
        for (int d = 0; d < month_case[i].days; d++)
            day[d] = d < month_case[i].gone ? MICRO_MISSING : (d + 1) * MICRO_ONE;
        air_period(evaluation(), AIR_PM25, cn_days(2027, month_case[i].month, 1), day, month_case[i].days,
                   &p);
        if (p.valid_days != month_case[i].valid_days || p.why != month_case[i].why)
            fail_msg("%s: %d valid, why %d", month_case[i].name, p.valid_days, (int)p.why);
    }
}

/* GB 3095-2026 3: a quarter's mean is that of its days, not of its months. */
static void test_means_are_of_days(void **state)
{
    (void)state;
    micro day[90];
    struct air_period p;
    for (int d = 0; d < 90; d++)
        day[d] = d < 31 ? MICRO(10) : d < 59 ? MICRO(40) : MICRO(70);
    air_period(evaluation(), AIR_PM25, cn_days(2027, 1, 1), day, 90, &p);
    assert_int_equal(p.exact_mean,
                     MICRO(40)); /* (310 + 1120 + 2170) / 90; of months it would be 40 as well ... */
    for (int d = 31; d < 34; d++)
        day[d] = MICRO_MISSING; /* ... until February has fewer */
    air_period(evaluation(), AIR_PM25, cn_days(2027, 1, 1), day, 90, &p);
    assert_int_equal(p.mean, MICRO(40.0));
    assert_int_equal(p.exact_mean, MICRO(40)); /* the days taken lie on the mean */
    day[0] = MICRO(61);
    air_period(evaluation(), AIR_PM25, cn_days(2027, 1, 1), day, 90, &p);
    assert_int_equal(p.exact_mean, micro_div(MICRO(3531), 87));
    assert_int_equal(p.mean, MICRO(40.6)); /* HJ 663-2026 table 3: PM2.5 statistics to 1 decimal */
}

static void test_counts(void **state)
{
    (void)state;
    const int aqi[] = { 50, 51, 100, 101, 150, 200, 201, 300, 301, 500, -1 };
    struct air_counts c;
    air_count_days(aqi, COUNT_OF(aqi), &c);
    assert_int_equal(c.valid, 10);
    assert_int_equal(c.good, 3);
    assert_int_equal(c.heavy, 4);
    assert_int_equal(c.good_ratio, MICRO(30.0));
    assert_int_equal(c.level[1], 1);
    assert_int_equal(c.level[6], 2);
    air_count_days(aqi, 0, &c);
    assert_int_equal(c.good_ratio, MICRO_MISSING);
}

static void test_three_years(void **state)
{
    (void)state;
    const micro all[] = { MICRO(30), MICRO(31), MICRO(32) }, gap[] = { MICRO(30), MICRO_MISSING, MICRO(32) };
    assert_int_equal(air_three_years(all), MICRO(31));
    assert_int_equal(air_three_years(gap), MICRO_MISSING);
}

/* The whole set is left as it is; the deducted set lacks the item on the days of the event and nothing else. */
static void test_deducted_set(void **state)
{
    (void)state;
    const micro day[] = { MICRO(40), MICRO(400), MICRO(300), MICRO(50) };
    const struct air_event dust = { 101, 102, 1u << AIR_PM10 | 1u << AIR_PM25, true };
    micro less[4];
    assert_int_equal(air_deduct(&dust, 1, AIR_PM10, 100, day, 4, less), 2);
    assert_int_equal(less[0], MICRO(40));
    assert_int_equal(less[1], MICRO_MISSING);
    assert_int_equal(less[3], MICRO(50));
    assert_int_equal(air_deduct(&dust, 1, AIR_O3, 100, day, 4, less), 0);
    assert_memory_equal(less, day, sizeof day);
}

static void test_dust_hours(void **state)
{
    (void)state;
    micro pm10[24], pm25[24];
    bool hit[24];
    for (int i = 0; i < 24; i++) {
        pm10[i] = i >= 8 && i < 14 ? MICRO(400) : MICRO(100);
        pm25[i] = MICRO(50);
    }
    assert_int_equal(air_dust_hours(&air_dust_rules, pm10, pm25, 24, hit), 6);
    assert_true(!hit[7] && hit[8] && hit[13] && !hit[14]);
    for (int i = 8; i < 14; i++)
        pm25[i] = MICRO(200); /* fine with the coarse: smoke, not dust */
    assert_int_equal(air_dust_hours(&air_dust_rules, pm10, pm25, 24, hit), 0);
    for (int i = 8; i < 14; i++)
        pm10[i] = MICRO(150); /* not above 150 */
    assert_int_equal(air_dust_hours(&air_dust_rules, pm10, NULL, 24, hit), 0);
}

/* GB 3095-2012 amendment: 273/298.15 = 0.915646 */
static void test_reference_state(void **state)
{
    (void)state;
    assert_int_equal(air_gas_to_298(MICRO(1000)), MICRO(915.646487));
    assert_int_equal(air_gas_to_273(air_gas_to_298(MICRO(273))), MICRO(273));
    assert_int_equal(air_particle_as_sampled(MICRO(100), MICRO(273), MICRO(101.325)), MICRO(100));
    assert_int_equal(air_particle_as_sampled(MICRO(100), MICRO(300.3), MICRO(101.325)), MICRO(90.909091));
    assert_int_equal(air_particle_as_sampled(MICRO(100), MICRO(273), MICRO(50.6625)), MICRO(50));
    assert_int_equal(air_particle_as_sampled(MICRO(100), 0, MICRO(101.325)), MICRO_MISSING);
    assert_int_equal(air_state_on(cn_days(2018, 8, 31)), AIR_STATE_273);
    assert_int_equal(air_state_on(cn_days(2018, 9, 1)), AIR_STATE_298);
}

static void test_sensitive_groups(void **state)
{
    (void)state;
    assert_non_null(strstr(air_sensitive(AIR_SO2)->groups, "哮喘"));
    assert_null(strstr(air_sensitive(AIR_NO2)->groups, "户外"));
    assert_non_null(strstr(air_sensitive(AIR_O3)->groups, "户外"));
    assert_string_equal(air_sensitive(AIR_CO)->groups_en, "people with heart disease");
}

/* Table 4: TSP wants 60 days a year and 5 a month; lead's quarter 15 days and 5 a month. */
static void test_other_items(void **state)
{
    (void)state;
    const struct air_other_rules *r = air_other_on(shipped_ordinances(), cn_days(2027, 6, 1));
    micro day[366];
    struct air_other o;
    for (int d = 0; d < 365; d++)
        day[d] = d % 5 == 0 ? MICRO(200.4) : MICRO_MISSING;
    air_other(r, AIR_TSP, AIR_MEAN_YEAR, 2, true, cn_days(2027, 1, 1), day, 365, &o);
    assert_int_equal(o.attains, 1); /* judged as 200; 73 days, 5 in February; then none there: */
    for (int d = 31; d < 59; d++)
        day[d] = MICRO_MISSING;
    air_other(r, AIR_TSP, AIR_MEAN_YEAR, 2, true, cn_days(2027, 1, 1), day, 365, &o);
    assert_int_equal(o.attains, -1);
    for (int d = 0; d < 90; d++)
        day[d] = d % 6 == 0 ? MICRO(1.02) : MICRO_MISSING;
    air_other(r, AIR_PB, AIR_MEAN_QUARTER, 2, true, cn_days(2027, 1, 1), day, 90, &o);
    assert_int_equal(o.valid_days, 15);
    assert_int_equal(o.why, AIR_FEW_IN_MONTH); /* February has 4 */
    day[32] = MICRO(1.02);
    air_other(r, AIR_PB, AIR_MEAN_QUARTER, 2, true, cn_days(2027, 1, 1), day, 90, &o);
    assert_int_equal(o.attains, 0);
    assert_int_equal(o.multiple, MICRO(0.02));
    assert_int_equal(
        air_other_on(shipped_ordinances(), cn_days(2031, 1, 1))->item[AIR_NOX].limit[AIR_MEAN_YEAR][1],
        MICRO(40));
}

/* ---- properties ---- */
static void any_day(micro hour[AIR_ITEMS][24])
{
    for (int i = 0; i < AIR_ITEMS; i++)
        for (int h = 0; h < 24; h++)
            hour[i][h] = below(10) == 0
                             ? MICRO_MISSING
                             : (micro)below(i == AIR_CO ? 20 : 400) * MICRO_ONE + below(10) * 100000;
}

static void test_a_missing_hour_never_raises_capture(void **state)
{
    (void)state;
    seed = 20261122;
    for (int round = 0; round < 2000; round++) {
        micro hour[AIR_ITEMS][24];
        struct air_day before, after;
        any_day(hour);
        air_day(evaluation(), (const micro(*)[24])hour, 24, MICRO(160), &before);
        unsigned item = below(AIR_ITEMS);
        hour[item][below(24)] = MICRO_MISSING;
        air_day(evaluation(), (const micro(*)[24])hour, 24, MICRO(160), &after);
        assert_true(after.hours[item] <= before.hours[item]);
        assert_true(after.windows <= before.windows);
        for (int i = 0; i < AIR_ITEMS; i++) /* a day that was not valid does not become so */
            assert_true(i == AIR_O3 || before.value[i] != MICRO_MISSING || after.value[i] == MICRO_MISSING);
    }
}

static void test_order_of_stations_changes_nothing(void **state)
{
    (void)state;
    seed = 7;
    for (int round = 0; round < 2000; round++) {
        micro v[12], w[12];
        size_t n = 1 + below(12);
        for (size_t i = 0; i < n; i++)
            v[i] = w[i] = below(5) == 0 ? MICRO_MISSING : (micro)below(500000000);
        for (size_t i = n; i > 1; i--) {
            size_t k = below((unsigned)i);
            micro t = w[i - 1];
            w[i - 1] = w[k];
            w[k] = t;
        }
        assert_int_equal(air_city_mean(evaluation(), v, n), air_city_mean(evaluation(), w, n));
    }
}

/* A rule set that begins later never alters what is dated before it: the sets are looked up with and without it. */
static void test_a_new_edition_leaves_the_past_alone(void **state)
{
    (void)state;
    const struct air_rulebook *all = shipped_rules();
    struct air_rulebook *old = test_calloc(1, sizeof *old);
    int64_t change = cn_days(2026, 3, 1);
    for (size_t i = 0; i < all->n_index; i++)
        if (all->index[i].set.from < change)
            old->index[old->n_index++] = all->index[i];
    assert_true(old->n_index < all->n_index);
    seed = 3;
    for (int round = 0; round < 2000; round++) {
        int64_t day = cn_days(2016, 1, 1) + below(3712); /* to 2026-02-28 */
        struct air_values v;
        struct air_index x, y;
        air_values_clear(&v);
        for (int i = 0; i < AIR_ITEMS; i++)
            v.v[AIR_DAY][i] = (micro)below(i == AIR_CO ? 30 : 700) * MICRO_ONE;
        assert_non_null(air_index_on(old, day));
        air_index(air_index_on(old, day), AIR_REPORT_DAY, &v, &x);
        air_index(air_index_on(all, day), AIR_REPORT_DAY, &v, &y);
        assert_memory_equal(&x, &y, sizeof x);
    }
    assert_null(air_index_on(old, change));
    test_free(old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_month_and_quarter),
        cmocka_unit_test(test_means_are_of_days),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_three_years),
        cmocka_unit_test(test_deducted_set),
        cmocka_unit_test(test_dust_hours),
        cmocka_unit_test(test_reference_state),
        cmocka_unit_test(test_sensitive_groups),
        cmocka_unit_test(test_other_items),
        cmocka_unit_test(test_a_missing_hour_never_raises_capture),
        cmocka_unit_test(test_order_of_stations_changes_nothing),
        cmocka_unit_test(test_a_new_edition_leaves_the_past_alone),
    };
    return cmocka_run_group_tests_name("standard.air_period", tests, NULL, NULL);
}
