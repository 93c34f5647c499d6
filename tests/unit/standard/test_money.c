/* Rankings, warnings and compensation: vectors R1 to R5, W1, E1, water 20; rules of one year kept from another; refusals. */
#include <errno.h>
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
#include "standard/forecast.h"

/* ---- R: composite index ---- */
static const struct {
    const char *name, *rules;
    double so2, no2, pm10, pm25, co, o3, want;
} index_case[] = {
    { "R1 Zibo May 2023", "composite-2014", 12, 27, 65, 29, 0.8, 191, 4.03 },
    { "R2 Heyuan Feb 2022, each item rounded", "composite-2014", 3, 13, 16, 13, 0.9, 87, 1.73 },
    { "R2 not rounded", "composite-2014-unrounded", 3, 13, 16, 13, 0.9, 87, 1.74 },
    { "R3 Naiman, each item rounded", "composite-2014", 9, 14, 77, 23, 1.1, 96, 3.14 },
    { "R3 not rounded", "composite-2014-unrounded", 9, 14, 77, 23, 1.1, 96, 3.13 },
    { "R4 Yantai Oct 2022", "composite-2014", 9, 22, 41, 19, 0.8, 123, 2.80 },
    { "R5 not rounded", "composite-2014-unrounded", 9, 15, 39, 21, 0.7, 192, 3.06 },
    { "R5 each item rounded", "composite-2014", 9, 15, 39, 21, 0.7, 192, 3.07 },
};

static void test_composite_index(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(index_case); i++) {
        const micro c[AIR_ITEMS] = {
            [AIR_SO2] = MICRO(index_case[i].so2),   [AIR_NO2] = MICRO(index_case[i].no2),
            [AIR_CO] = MICRO(index_case[i].co),     [AIR_O3] = MICRO(index_case[i].o3),
            [AIR_PM10] = MICRO(index_case[i].pm10), [AIR_PM25] = MICRO(index_case[i].pm25),
        };
        struct composite is;
        composite_index(composite_by_id(shipped_ordinances(), index_case[i].rules), c, &is);
        if (is.index != MICRO(index_case[i].want))
            fail_msg("%s: %lld", index_case[i].name, (long long)is.index);
    }
}

/* S is the class 2 annual limit, CO's daily, ozone's 8 h limit: the files say the figures, the limits of the day must be the same. */
static void test_standards_are_the_limits(void **state)
{
    (void)state;
    const int64_t days[] = { cn_days(2020, 6, 1), cn_days(2027, 6, 1), cn_days(2031, 6, 1) };
    for (size_t k = 0; k < COUNT_OF(days); k++)
        for (int i = 0; i < AIR_ITEMS; i++) {
            const struct air_limits *l = air_limits_on(shipped_rules(), days[k]);
            micro s = l->year[1][i] == MICRO_MISSING ? l->day[1][i] : l->year[1][i];
            assert_int_equal(composite_on(shipped_ordinances(), days[k])->standard[i], s);
        }
}

static void test_ties_share_a_rank(void **state)
{
    (void)state;
    const micro v[] = { 3, 1, 7, 7, MICRO_MISSING, 7, 9, 1 };
    int rank[8], end[8];
    assert_int_equal(rank_values(RANK_SMALL_FIRST, v, 8, rank, end), 7);
    const int want[] = { 3, 1, 4, 4, 0, 4, 7, 1 }, from_end[] = { 5, 6, 2, 2, 0, 2, 1, 6 };
    assert_memory_equal(rank, want, sizeof want);
    assert_memory_equal(end, from_end, sizeof from_end);
    rank_values(RANK_LARGE_FIRST, v, 8, rank, NULL);
    assert_int_equal(rank[6], 1);
    assert_int_equal(rank[1], 6);
    assert_int_equal(rank_move(12, 4), 8);
    assert_int_equal(rank_move(0, 4), 0);
    assert_int_equal(change_rate(MICRO(27), MICRO(30), 1), MICRO(-10.0));
    assert_int_equal(change_rate(MICRO(27), 0, 1), MICRO_MISSING);
}

/* Whatever the order in which places are listed, each keeps its rank. */
static void test_order_of_places_changes_no_rank(void **state)
{
    (void)state;
    uint64_t seed = 99;
    for (int round = 0; round < 500; round++) {
        micro v[100], w[100];
        int rank[100], turned[100];
        for (int i = 0; i < 100; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            v[i] = seed >> 60 == 0 ? MICRO_MISSING : (micro)(seed >> 58);
            w[99 - i] = v[i];
        }
        rank_values(RANK_SMALL_FIRST, v, 100, rank, NULL);
        rank_values(RANK_SMALL_FIRST, w, 100, turned, NULL);
        for (int i = 0; i < 100; i++)
            assert_int_equal(rank[i], turned[99 - i]);
    }
}

/* ---- W1 ---- */
static const struct {
    const char *name;
    int aqi[4], n;
    enum warning_colour want;
} warning_case[] = {
    { "W1 210, 205", { 210, 205 }, 2, WARNING_ORANGE },
    { "W1 160, 155, 170", { 160, 155, 170 }, 3, WARNING_ORANGE },
    { "W1 210, 220, 310", { 210, 220, 310 }, 3, WARNING_RED },
    { "150 is not above 150", { 150, 150, 150 }, 3, WARNING_NONE },
};

static void test_warnings_of_2024(void **state)
{
    (void)state;
    const struct warning_rules *r = warning_on(shipped_ordinances(), "national", cn_days(2026, 1, 1));
    assert_non_null(r);
    for (size_t i = 0; i < COUNT_OF(warning_case); i++) {
        struct warning_series s = { warning_case[i].aqi, NULL, warning_case[i].n, 24 };
        struct warning_episode ep[2];
        int n = warning_episodes(r, &s, ep, 2);
        if ((n ? ep[0].colour : WARNING_NONE) != warning_case[i].want)
            fail_msg("%s: %s", warning_case[i].name, n ? warning_colour_word(ep[0].colour) : "none");
    }
    char text[200];
    assert_string_equal(warning_text(r, WARNING_RED, 0, false, text, sizeof text),
                        "日AQI>200持续72小时及以上，且日AQI>300");
    /* Over on the second day; cancelled once it stays below for more than 36 hours. */
    const int long_run[] = { 210, 205, 90, 80, 70, 60 };
    struct warning_series s = { long_run, NULL, 6, 24 };
    struct warning_episode ep[2];
    assert_int_equal(warning_episodes(r, &s, ep, 2), 1);
    assert_int_equal(ep[0].last, 1);
    assert_int_equal(ep[0].cleared, 3);
}

/* The same days by the rules of three years. */
static void test_warnings_by_the_date(void **state)
{
    (void)state;
    const int aqi[] = { 160, 155, 170 };
    struct warning_series s = { aqi, NULL, 3, 24 };
    struct warning_episode ep[2];
    assert_int_equal(
        warning_episodes(warning_on(shipped_ordinances(), "national", cn_days(2017, 6, 1)), &s, ep, 2), 0);
    assert_int_equal(
        warning_episodes(warning_on(shipped_ordinances(), "national", cn_days(2023, 12, 31)), &s, ep, 2), 0);
    assert_int_equal(
        warning_episodes(warning_on(shipped_ordinances(), "national", cn_days(2024, 1, 1)), &s, ep, 2), 1);
    assert_null(warning_on(shipped_ordinances(), "national", cn_days(2016, 12, 31)));
    assert_null(
        warning_on(shipped_ordinances(), "shandong", cn_days(2023, 1, 1))); /* a draft is never in force */
}

/* ---- compensation ---- */
static struct money_value value(const char *key, double now, double last)
{
    struct money_value v = { .now = MICRO(now), .last = MICRO(last), .target = MICRO_MISSING };
    snprintf(v.key, sizeof v.key, "%s", key);
    return v;
}

/* E1: score 47.5 and 31.9 at 200 000 yuan a point are 9.5 and 6.38 million, as published for the first quarter of 2014. */
static void test_e1(void **state)
{
    (void)state;
    const struct money_rules *r = money_by_id(shipped_ordinances(), "compensation-shandong-2014");
    const struct money_value a[] = { value("pm25", 100, 150), value("pm10", 100, 200), value("so2", 50, 60),
                                     value("no2", 50, 60) };
    const struct money_value b[] = { value("pm25", 100, 140), value("pm10", 100, 140), value("so2", 50, 56),
                                     value("no2", 50, 60) };
    struct money m;
    money_compute(r, "", a, 4, &m);
    assert_int_equal(m.score, MICRO(47.5));
    assert_int_equal(m.total, MICRO(9500000));
    assert_string_equal(m.line[0].text, "(150 − 100)µg/m³ × 60% × 200000 元 = 6000000 元");
    money_compute(r, "", b, 4, &m);
    assert_int_equal(m.score, MICRO(31.9));
    assert_int_equal(m.total, MICRO(6380000));
    money_compute(r, "青岛", a, 4, &m);
    assert_int_equal(m.total, MICRO(14250000));
}

static void test_the_total_is_the_sum_of_the_lines(void **state)
{
    (void)state;
    uint64_t seed = 5;
    const struct money_rules *r = money_by_id(shipped_ordinances(), "compensation-shandong-2017");
    for (int round = 0; round < 2000; round++) {
        struct money_value v[5];
        static const char *const keys[] = { "pm25", "pm10", "so2", "no2", "good_days" };
        struct money m, back;
        for (int i = 0; i < 5; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            v[i] = value(keys[i], (double)(seed >> 54), 0);
            v[i].last = (micro)(seed >> 40) * 10;
        }
        money_compute(r, "", v, 5, &m);
        micro sum = 0;
        for (int i = 0; i < m.n; i++) {
            assert_int_equal(m.line[i].amount % MICRO_ONE, 0); /* to the yuan */
            sum += m.line[i].amount;
        }
        assert_int_equal(sum, m.total);
        for (int i = 0; i < 5; i++) { /* the other way round costs what this way gains */
            micro t = v[i].now;
            v[i].now = v[i].last;
            v[i].last = t;
        }
        money_compute(r, "", v, 5, &back);
        assert_int_equal(back.total, -m.total);
    }
}

static void test_amounts_not_found_are_refused(void **state)
{
    (void)state;
    const struct money_value v[] = { value("pm25", 35, 40), value("pm10", 75, 80) };
    struct money m;
    money_compute(money_by_id(shipped_ordinances(), "compensation-qingdao-2019"), "", v, 2, &m);
    assert_int_equal(m.total, MICRO_MISSING);
    assert_int_equal(m.score, MICRO(5)); /* what is known is still said */
    assert_int_equal(m.refused, 3);
    assert_non_null(strstr(m.line[0].text, "没有查到"));
    for (size_t i = 0; i < shipped_ordinances()->n_money; i++) { /* no rule makes an amount of nothing */
        money_compute(&shipped_ordinances()->money[i], "", NULL, 0, &m);
        assert_int_equal(m.total, MICRO_MISSING);
        assert_int_equal(m.counted, 0);
    }
}

static void test_a_rule_stays_in_its_year(void **state)
{
    (void)state;
    struct err e = { 0 };
    const struct money_rules *r = money_on(shipped_ordinances(), "air", "qingdao", cn_days(2018, 7, 1));
    assert_string_equal(r->set.id, "compensation-qingdao-2018");
    assert_string_equal(money_on(shipped_ordinances(), "air", "qingdao", cn_days(2019, 1, 1))->set.id,
                        "compensation-qingdao-2019");
    assert_int_equal(money_in_force(r, cn_days(2018, 1, 1), cn_days(2018, 3, 31), &e), 0);
    assert_int_equal(money_in_force(r, cn_days(2018, 12, 1), cn_days(2019, 2, 28), &e), -EDOM);
    assert_non_null(strstr(e.text, "2018-12-31"));
    assert_null(money_on(shipped_ordinances(), "air", "qingdao", cn_days(2024, 1, 1)));
}

static void test_water(void **state)
{
    (void)state;
    struct money m;
    const struct money_value heze[] = { value("codcr", 20, 0), value("nh3n", 1.0, 0) };
    money_compute(money_by_id(shipped_ordinances(), "compensation-heze-water-2014"), "", heze, 2, &m);
    assert_int_equal(m.total, MICRO(350000)); /* vector 20 */
    const struct money_value month[] = { value("nh3n", 9, 1), value("codcr", 20, 20), value("tp", 0.1, 0.2),
                                         value("fluoride", 0.8, 0.8), value("grade", 6, 6) };
    money_compute(money_by_id(shipped_ordinances(), "compensation-shandong-water-2019"), "", month, 5, &m);
    assert_int_equal(m.line[0].amount, MICRO(-2000000)); /* 800 % worse, capped */
    assert_true(m.line[0].capped);
    assert_int_equal(m.line[2].amount, MICRO(2000000)); /* 50 points better */
    assert_int_equal(m.line[4].amount, MICRO(-1000000));
    const struct money_value none[] = { value("nh3n", 9, 0) };
    money_compute(money_by_id(shipped_ordinances(), "compensation-shandong-water-2019"), "", none, 1, &m);
    assert_int_equal(m.line[0].state, MONEY_NO_DATA); /* no percent of nothing */
}

static void test_absurd_data_overflow_nothing(void **state)
{
    (void)state;
    struct money_value v[] = { value("pm25", 0, 0), value("nh3n", 0, 0) };
    v[0].now = INT64_MAX;
    v[0].last = INT64_MIN + 1;
    v[1].now = INT64_C(1000000) * MICRO_ONE;
    v[1].last = 1;
    struct money m;
    for (size_t i = 0; i < shipped_ordinances()->n_money; i++)
        money_compute(&shipped_ordinances()->money[i], "", v, 2, &m);
}

/* ---- forecasts ---- */
static void test_forecast(void **state)
{
    (void)state;
    const struct forecast_pair p[] = {
        { .low = 80, .high = 110, .aqi = 95, .primary = 1u << AIR_PM25, .seen_primary = 1u << AIR_PM25 },
        { .low = 100, .high = 130, .aqi = 140, .primary = 1u << AIR_O3, .seen_primary = 1u << AIR_PM25 },
        { .low = 60, .high = 80, .aqi = 120, .seen_primary = 1u << AIR_O3 },
        { .low = 110, .high = 140, .aqi = 70, .primary = 1u << AIR_O3, .seen_primary = 1u << AIR_O3 },
        { .low = 30, .high = 40, .aqi = 40 },
        { .low = 30, .high = 40, .aqi = -1 },
    };
    struct forecast_score s;
    forecast_verify(p, COUNT_OF(p), 100, &s);
    assert_int_equal(s.n, 5);
    assert_int_equal(s.range_hits, 2);
    assert_int_equal(s.range, MICRO(40.0));
    assert_int_equal(s.level_hits, 3); /* 95 in 2 to 3, 140 in 2 to 3, 40 in 1 */
    assert_int_equal(s.primary, MICRO(50.0));
    assert_int_equal(s.hits, 1);
    assert_int_equal(s.misses, 1);
    assert_int_equal(s.false_alarms, 1);
    assert_int_equal(s.ts, MICRO(0.333));
    assert_int_equal(s.pod, MICRO(0.5));
    forecast_verify(p, 0, 100, &s);
    assert_int_equal(s.range, MICRO_MISSING);
    int low, high;
    forecast_widen(100, 25, &low, &high);
    assert_int_equal(low, 75);
    assert_int_equal(high, 125);
}

static const char head[] = "\"id\":\"x\",\"title\":\"t\",\"source\":\"s\",\"clause\":\"c\",\"certainty\":"
                           "\"y\",\"from\":\"2040-01-01\"";
static const char *const wrong[] = {
    "{\"kind\":\"air.nonsense\"}",
    "{\"kind\":\"air.ranking\",%s,\"standards\":{\"so2\":60}}",
    "{\"kind\":\"air.warning\",%s}",
    "{\"kind\":\"air.warning\",%s,\"scheme\":\"a\",\"red\":[[{\"hour_above\":200}]]}",
    "{\"kind\":\"air.warning\",%s,\"scheme\":\"a\",\"red\":[[{\"above\":501}]]}",
    "{\"kind\":\"compensation.air\",%s,\"scheme\":\"a\",\"period\":\"week\",\"payer\":\"p\",\"payer_en\":"
    "\"p\",\"terms\":[]}",
    "{\"kind\":\"compensation.air\",%s,\"scheme\":\"a\",\"period\":\"month\",\"payer\":\"p\",\"payer_en\":"
    "\"p\",\"terms\":[{\"kind\":"
    "\"change\",\"key\":\"pm25\",\"name\":\"n\",\"name_en\":\"n\"}]}", /* no price and no sentence */
    "{\"kind\":\"compensation.air\",%s,\"scheme\":\"a\",\"period\":\"month\",\"payer\":\"p\",\"payer_en\":"
    "\"p\",\"terms\":[{\"kind\":"
    "\"linear\",\"key\":\"pm25\",\"name\":\"n\",\"name_en\":\"n\",\"per\":1e12,\"base\":1}]}",
    "{\"kind\":\"air.other\",%s,\"limits\":{},\"validity\":{}}",
};

static void test_wrong_files_are_refused(void **state)
{
    (void)state;
    struct ordinances *o = test_calloc(1, sizeof *o);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        char text[1024];
        json_t *tree = NULL;
        struct err e = { 0 };
        const char *at = strstr(wrong[i], "%s");
        size_t before = at ? (size_t)(at - wrong[i]) : strlen(wrong[i]);
        snprintf(text, sizeof text, "%.*s%s%s", (int)before, wrong[i], at ? head : "", at ? at + 2 : "");
        assert_int_equal(json_read(text, strlen(text), &tree, &e), 0);
        assert_true(ordinances_add(o, "file.lua", tree, &e) < 0);
        if (strncmp(e.text, "file.lua: ", 10) != 0)
            fail_msg("%zu: %s", i, e.text);
        json_decref(tree);
    }
    assert_int_equal(o->n_composite + o->n_warning + o->n_money + o->n_other, 0);
    test_free(o);
}

/* Seed printed; whatever is paid, by whatever split, what all receive less what all pay is zero. */
static void test_settlements_add_up_to_zero(void **state)
{
    (void)state;
    uint64_t x = 20251122;
    print_message("# seed %llu\n", (unsigned long long)x);
    for (int i = 0; i < 2000; i++) {
        struct money_rules r = { .across = i % 3 != 0, .budget_percent = i % 101 };
        struct money_entry entry[MONEY_ENTRIES];
        micro party[3] = { 0 }, upstream = 0;
        x = x * 6364136223846793005u + 1442695040888963407u;
        micro total = (micro)((int64_t)(x >> 24) % 20000000 - 10000000) * MICRO_ONE;
        int n = money_settle(&r, total, 1, 2, entry);
        assert_true(n <= MONEY_ENTRIES && (total == 0) == (n == 0));
        for (int k = 0; k < n; k++) {
            assert_true(entry[k].amount > 0 && entry[k].payer != entry[k].payee &&
                        entry[k].amount % MICRO_ONE == 0);
            party[entry[k].payer] -= entry[k].amount;
            party[entry[k].payee] += entry[k].amount;
        }
        upstream = party[1];
        assert_true(party[0] + party[1] + party[2] == 0 && upstream == total);
        assert_true(r.across || party[2] == 0);
    }
    assert_int_equal(
        money_settle(&(struct money_rules){ 0 }, MICRO_MISSING, 1, 2, (struct money_entry[2]){ 0 }), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_composite_index),
        cmocka_unit_test(test_standards_are_the_limits),
        cmocka_unit_test(test_ties_share_a_rank),
        cmocka_unit_test(test_order_of_places_changes_no_rank),
        cmocka_unit_test(test_warnings_of_2024),
        cmocka_unit_test(test_warnings_by_the_date),
        cmocka_unit_test(test_e1),
        cmocka_unit_test(test_the_total_is_the_sum_of_the_lines),
        cmocka_unit_test(test_amounts_not_found_are_refused),
        cmocka_unit_test(test_a_rule_stays_in_its_year),
        cmocka_unit_test(test_water),
        cmocka_unit_test(test_settlements_add_up_to_zero),
        cmocka_unit_test(test_absurd_data_overflow_nothing),
        cmocka_unit_test(test_forecast),
        cmocka_unit_test(test_wrong_files_are_refused),
    };
    return cmocka_run_group_tests_name("standard.money", tests, NULL, NULL);
}
