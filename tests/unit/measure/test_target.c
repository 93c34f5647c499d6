/* Targets of a plan: value to date, gap, what the rest of the year may be, and what is lost. */
#include "town.h"

static json_t *ask(struct board *b, const char *target, int64_t now)
{
    json_t *tree = NULL, *ret = NULL;
    struct err e = { 0 };
    if (json_read(target, strlen(target), &tree, &e) < 0 || board_target(b, tree, now, &ret, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
    return ret;
}

/* A run of days of one value from 1 January 2028 (366 days). */
struct run {
    int days;
    double pm25, o3;
};
static const struct {
    const char *name, *target;
    struct run run[3];
    const char *verdict, *light;
    double value, gap;
    double remaining; /* < 0: null */
    int allowed;      /* -1: null */
} cases[] = {
#define PM25 \
    "\"indicator\":\"细颗粒物（PM2.5）年均浓度\",\"unit\":\"微克/立方米\",\"by\":\"2028年底\",\"op\":\"<=\""
    { "58 after 209 days, target 57",
      "{" PM25 ",\"value\":57}",
      { { 209, 58, 90 } },
      "behind",
      "yellow",
      58,
      1,
      55.7,
      -1 },
    { "55 after 348 days, target 57",
      "{" PM25 ",\"value\":57}",
      { { 348, 55, 90 } },
      "on_track",
      "green",
      55,
      -2,
      95.7,
      -1 },
    { "far above: red", "{" PM25 ",\"value\":30}", { { 100, 60, 90 } }, "behind", "red", 60, 30, 18.7, -1 },
    { "the same as a stretch: yellow",
      "{" PM25 ",\"value\":30,\"modality\":\"stretch\"}",
      { { 100, 60, 90 } },
      "behind",
      "yellow",
      60,
      30,
      18.7,
      -1 },
    { "nothing can save it",
      "{" PM25 ",\"value\":30}",
      { { 300, 60, 90 } },
      "impossible",
      "red",
      60,
      30,
      -106.4,
      -1 },
    { "a stretch that nothing can save",
      "{" PM25 ",\"value\":30,\"modality\":\"stretch\"}",
      { { 300, 60, 90 } },
      "impossible",
      "yellow",
      60,
      30,
      -106.4,
      -1 },
    { "the year is over: met",
      "{" PM25 ",\"value\":35}",
      { { 366, 35, 90 } },
      "met",
      "green",
      35,
      0,
      -1,
      -1 },
    { "the year is over: not met",
      "{" PM25 ",\"value\":34}",
      { { 366, 35, 90 } },
      "impossible",
      "red",
      35,
      1,
      -1,
      -1 },
    { "strictly below",
      "{\"bound\":\"air.pm25.mean\",\"op\":\"<\",\"value\":35,\"by\":2028}",
      { { 366, 35, 90 } },
      "impossible",
      "red",
      35,
      0,
      -1,
      -1 },
    /* 366 days, p90: rank k = 329.5, so 36 days may be above; 20 are. */
    { "ozone percentile",
      "{\"bound\":\"air.o3.p90\",\"value\":160,\"by\":\"2028\"}",
      { { 20, 20, 170 }, { 180, 20, 100 } },
      "on_track",
      "green",
      107,
      -53,
      -1,
      16 },
    { "ozone percentile lost",
      "{\"bound\":\"air.o3.p90\",\"value\":160,\"by\":\"2028\"}",
      { { 40, 20, 170 }, { 180, 20, 100 } },
      "impossible",
      "red",
      170,
      10,
      -1,
      0 },
    /* 85 % of 366: 54.9, so 54 days may be bad (rounded to one decimal 85.2, 55 days give 85.0). */
    { "good days",
      "{\"indicator\":\"空气质量优良天数比例\",\"op\":\">=\",\"value\":85,\"unit\":\"%\",\"by\":\"2028-12-"
      "31\"}",
      { { 30, 80, 90 }, { 170, 20, 90 } },
      "on_track",
      "green",
      85,
      0,
      -1,
      25 },
    { "good days lost",
      "{\"bound\":\"air.good_days.ratio\",\"op\":\">=\",\"value\":85,\"by\":\"2028-12-31\"}",
      { { 60, 80, 90 }, { 100, 20, 90 } },
      "impossible",
      "red",
      62.5,
      -22.5,
      -1,
      0 },
    { "heavy days",
      "{\"indicator\":\"重污染天数\",\"op\":\"<=\",\"value\":3,\"unit\":\"天\",\"by\":\"2028\"}",
      { { 2, 200, 90 }, { 98, 20, 90 } },
      "on_track",
      "green",
      2,
      -1,
      -1,
      1 },
    { "heavy days: too many",
      "{\"bound\":\"air.heavy_days.count\",\"op\":\"<=\",\"value\":1,\"by\":\"2028\"}",
      { { 2, 200, 90 }, { 98, 20, 90 } },
      "impossible",
      "red",
      2,
      1,
      -1,
      0 },
    { "count of good days",
      "{\"bound\":\"air.good_days.count\",\"op\":\">=\",\"value\":100,\"by\":\"2028\"}",
      { { 100, 20, 90 } },
      "met",
      "green",
      100,
      0,
      -1,
      266 },
};

static void test_progress(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct town t;
        int64_t day = cn_days(2028, 1, 1);
        town_open(&t);
        for (size_t k = 0; k < 3 && cases[i].run[k].days; k++) {
            send_days(t.board, day, cases[i].run[k].days, cases[i].run[k].pm25, cases[i].run[k].o3);
            day += cases[i].run[k].days;
        }
        int64_t now = cn_day_start(day) + 2 * MS_HOUR;
        if (cn_from_ms(now).year > 2028)
            now = cn_day_start(cn_days(2029, 1, 1)) + 2 * MS_HOUR;
        board_settle(t.board, now);
        json_t *p = ask(t.board, cases[i].target, now);
        const json_t *rest = json_object_get(p, "remaining_mean"),
                     *allowed = json_object_get(p, "allowed_bad_days");
        bool same = json_flag(p, "bound", false) &&
                    strcmp(json_str(p, "verdict", ""), cases[i].verdict) == 0 &&
                    strcmp(json_str(p, "light", ""), cases[i].light) == 0 &&
                    json_micro(p, "value", -1) == MICRO(cases[i].value) &&
                    json_micro(p, "gap", -1) == MICRO(cases[i].gap) &&
                    (cases[i].remaining == -1 || json_to_micro(rest, 0) == MICRO(cases[i].remaining)) &&
                    (cases[i].allowed == -1 ? json_is_null(allowed)
                                            : json_integer_value(allowed) == cases[i].allowed);
        if (!same) {
            char *text = json_dumps(p, JSON_REAL_PRECISION(15));
            fail_msg("%s: %s", cases[i].name, text);
        }
        json_decref(p);
        town_close(&t);
    }
}

static void test_what_cannot_be_bound_or_judged(void **state)
{
    (void)state;
    static const struct {
        const char *target, *reason;
    } t[] = {
        { "{\"indicator\":\"近岸海域优良比例\",\"value\":80}", "没有与“近岸海域优良比例”对应的指标" },
        { "{\"indicator\":\"地表水优良比例\",\"value\":80}", "没有河流断面" },
        { "{\"indicator\":\"PM2.5浓度\"}", "目标没有数值" },
        { "{\"indicator\":\"PM₂.₅浓度\",\"value\":5,\"unit\":\"%\"}", "目标单位“%”与指标单位 µg/m³ 不同" },
        { "{\"indicator\":\"PM2.5浓度\",\"value\":35,\"op\":\">=\"}", "“>=”不能用于指标“PM2.5平均浓度”" },
        { "{\"indicator\":\"PM2.5浓度\",\"value\":35,\"region\":\"北区\"}", "“北区”没有空气监测点位" },
        { "{\"indicator\":\"PM2.5浓度\",\"value\":35,\"by\":\"2020年\"}", "没有保存该年度的数据" },
        { "{}", "没有与“（空）”对应的指标" },
    };
    struct town w;
    int64_t now = at(2028, 3, 1, 1);
    town_open(&w);
    send_days(w.board, cn_days(2028, 1, 1), 3, 20, 90);
    board_settle(w.board, now);
    for (size_t i = 0; i < COUNT_OF(t); i++) {
        json_t *p = ask(w.board, t[i].target, now);
        assert_false(json_flag(p, "bound", true));
        assert_string_equal(json_str(p, "reason", ""), t[i].reason);
        json_decref(p);
    }
    /* Nothing came for two months: 324 valid days can no longer be reached. */
    json_t *p = ask(w.board, "{\"bound\":\"air.pm25.mean\",\"value\":35}", now);
    assert_string_equal(json_str(p, "verdict", ""), "cannot_judge");
    assert_string_equal(json_str(p, "light", ""), "grey");
    const json_t *missing = json_object_get(json_object_get(p, "receipt"), "missing");
    assert_int_equal(json_int(missing, "not_sent", -1), 57 * 24 * 4);
    assert_int_equal(json_int(missing, "invalid", -1), 0);
    assert_int_equal(json_int(missing, "lost", -1), 0);
    assert_int_equal(json_int(missing, "excepted", -1), 0);
    assert_int_equal(json_int(json_object_get(json_object_get(p, "receipt"), "inputs"), "hours", -1),
                     3 * 24 * 4);
    assert_string_equal(
        json_str(json_array_get(json_object_get(json_object_get(p, "receipt"), "rules"), 0), "id", ""),
        "HJ663-2026");
    json_decref(p);
    town_close(&w);
}

/* Whatever somebody writes into a target is answered; figures and years that no calendar or instrument has bind nothing. */
static void test_figures_beyond_any_measure(void **state)
{
    (void)state;
    static const char *const bound[] = { "air.pm25.mean", "air.o3.p90", "air.good_days.ratio",
                                         "air.heavy_days.count", "water.good.ratio" };
    static const char *const with[] = {
        "\"value\":9200000000000",        "\"value\":1e12",
        "\"value\":35,\"by\":999999999",  "\"value\":35,\"by\":-2147483648",
        "\"value\":35,\"by\":4294969324",
    };
    struct town w;
    int64_t now = at(2028, 3, 1, 1);
    town_open(&w);
    send_days(w.board, cn_days(2028, 1, 1), 60, 20, 90);
    board_settle(w.board, now);
    for (size_t i = 0; i < COUNT_OF(bound) * COUNT_OF(with); i++) {
        char text[160];
        snprintf(text, sizeof text, "{\"bound\":\"%s\",%s}", bound[i / COUNT_OF(with)],
                 with[i % COUNT_OF(with)]);
        json_t *p = ask(w.board, text, now);
        if (json_flag(p, "bound", true))
            fail_msg("%s is bound", text);
        json_decref(p);
    }
    town_close(&w);
}

static void test_a_district(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    for (int64_t h = cn_days(2028, 1, 1) * 24; h < cn_days(2028, 2, 1) * 24; h++)
        for (int s = S1; s <= S4; s++)
            send_air(t.board, s, cn_hour_start(h), s <= S2 ? 20 : 60, 90);
    board_settle(t.board, at(2028, 2, 1, 1));
    json_t *p =
        ask(t.board, "{\"bound\":\"air.pm25.mean\",\"value\":35,\"region\":\"西区\"}", at(2028, 2, 1, 1));
    assert_int_equal(json_micro(p, "value", 0), MICRO(60));
    json_decref(p);
    p = ask(t.board, "{\"bound\":\"air.pm25.mean\",\"value\":35,\"region\":\"小城市\"}", at(2028, 2, 1, 1));
    assert_int_equal(json_micro(p, "value", 0), MICRO(40));
    json_decref(p);
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_what_cannot_be_bound_or_judged),
        cmocka_unit_test(test_figures_beyond_any_measure),
        cmocka_unit_test(test_a_district),
    };
    return cmocka_run_group_tests_name("measure.target", tests, NULL, NULL);
}
