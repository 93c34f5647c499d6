/* River sections: days, months, years and their classes, the city's shares, findings, goals and targets. */
#include "town.h"
#include "unit/check.h"

#include <stdlib.h>

enum { UPPER = 1, MOUTH, SAND };

static const char city[] =
    "{\"name\":\"小城\",\"name_en\":\"Town\",\"regions\":[{\"code\":\"town\",\"name\":\"小城市\",\"name_en\":"
    "\"Town\"}],"
    "\"units\":[{\"code\":\"u\",\"name\":\"局\",\"name_en\":\"Bureau\",\"kind\":\"bureau\"}],\"sites\":["
#define SECTION(code, name, target)                                                                     \
    "{\"code\":\"" code "\",\"name\":\"" name "\",\"name_en\":\"" code                                  \
    "\",\"kind\":\"river\",\"region\":\"town\",\"unit\":\"u\",\"lng\":120,\"lat\":36,\"target_class\":" \
    "\"" target "\",\"factors\":[\"w01001\",\"w01009\",\"w01019\",\"w21003\",\"w21011\",\"w01010\"]}"
    SECTION("upper", "清河上游断面", "Ⅱ") "," SECTION("mouth", "清河入海口断面",
                                                      "Ⅲ") "," SECTION("sand", "沙河断面", "Ⅳ") "]}";

static void open_city(struct town *t)
{
    struct err e = { 0 };
    json_t *tree = NULL;
    if (json_read(city, sizeof city - 1, &tree, &e) < 0 || place_build(tree, &t->place, &e) < 0 ||
        board_new(t->place, SOURCE_ROOT "/definitions", &t->board, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
}

/* One hour whose total phosphorus is given; everything else is class I or II. */
static void hour_of_tp(struct board *b, int site, int64_t time, double tp, char flag)
{
    char body[320];
    snprintf(body, sizeof body,
             "w01001-Avg=7.5,w01001-Flag=N;w01009-Avg=8.1,w01009-Flag=N;w01019-Avg=1.8,w01019-Flag=N;"
             "w21003-Avg=0.12,w21003-Flag=N;w21011-Avg=%.3f,w21011-Flag=%c;w01010-Avg=12,w01010-Flag=N",
             tp, flag);
    send_hour(b, site, time, body);
}

static void days_of_tp(struct board *b, int site, int64_t first, int n, int step, double tp)
{
    for (int64_t h = first * 24; h < (first + n) * 24; h += step)
        hour_of_tp(b, site, cn_hour_start(h), tp, 'N');
}

static json_t *site_now(struct town *t, int site, int64_t now)
{
    struct buf out = BUF_INIT;
    board_settle(t->board, now);
    board_write_site(t->board, site, now, &out);
    return read_buf(&out);
}

static json_t *city_now(struct town *t, int64_t now)
{
    struct buf out = BUF_INIT;
    board_settle(t->board, now);
    board_write_city(t->board, now, &out);
    return read_buf(&out);
}

static int class_of(struct town *t, int site, const char *span, int64_t now)
{
    json_t *tree = site_now(t, site, now);
    int c = (int)json_int(json_object_get(json_object_get(tree, "water"), span), "class", 0);
    json_decref(tree);
    return c;
}

static void test_a_day_a_month_a_year(void **state)
{
    (void)state;
    struct town t;
    open_city(&t);
    int64_t first = cn_days(2026, 3, 1), now = at(2026, 3, 5, 10);
    days_of_tp(t.board, UPPER, first, 4, 1, 0.1); /* class II exactly */
    assert_int_equal(class_of(&t, UPPER, "day", now), 2);
    assert_int_equal(class_of(&t, UPPER, "month", now), 2);
    assert_int_equal(class_of(&t, UPPER, "last_month", now), 0);
    assert_int_equal(class_of(&t, UPPER, "year", now), 0); /* January and February are missing */
    json_t *tree = site_now(&t, UPPER, now);
    const json_t *month = json_object_get(json_object_get(tree, "water"), "month");
    assert_string_equal(json_str(month, "quality", ""), "优");
    assert_string_equal(json_str(month, "deciding", ""), "总磷");
    assert_string_equal(json_str(month, "limiting", "?"), "");
    assert_string_equal(json_str(month, "rule", ""), "GB3838-2002");
    assert_true(json_is_true(json_object_get(month, "attains")) && json_flag(month, "running", false));
    assert_int_equal(json_int(month, "valid", 0), 4);
    json_decref(tree);
    tree = site_now(&t, UPPER, at(2026, 3, 1, 5)); /* no day of the month is over */
    month = json_object_get(json_object_get(tree, "water"), "month");
    assert_true(json_is_null(json_object_get(month, "class")) &&
                strstr(json_str(month, "reason", ""), "尚无"));
    json_decref(tree);
    town_close(&t);
}

/* The mean of months, each mean of days; all of them asked for. */
static void test_the_year_is_the_mean_of_its_months(void **state)
{
    (void)state;
    struct town t;
    open_city(&t);
    for (int m = 1; m <= 3; m++) /* 0.05, 0.10, 0.18: mean 0.11, class III, though two of the months are II */
        days_of_tp(t.board, UPPER, cn_days(2026, m, 1), cn_days_in_month(2026, m), 1,
                   m == 1   ? 0.05
                   : m == 2 ? 0.10
                            : 0.18);
    int64_t now = at(2026, 4, 1, 3);
    assert_int_equal(class_of(&t, UPPER, "year", now), 3);
    assert_int_equal(class_of(&t, UPPER, "last_month", now), 3);
    json_t *tree = site_now(&t, UPPER, now);
    const json_t *year = json_object_get(json_object_get(tree, "water"), "year");
    assert_string_equal(json_str(year, "limiting", ""), "总磷(0.1)"); /* against its target, class II */
    assert_int_equal(json_int(year, "valid", 0), 3);
    assert_int_equal(json_int(year, "due", 0), 3);
    assert_true(json_is_false(json_object_get(year, "attains")));
    json_decref(tree);
    town_close(&t);
}

/* A day short of values, a month short of days, an item whose analyser is broken: never a class. */
static void test_too_few_values_give_no_class(void **state)
{
    (void)state;
    struct town t;
    open_city(&t);
    int64_t first = cn_days(2026, 3, 1);
    for (int h = 0; h < 24; h++)
        hour_of_tp(t.board, UPPER, cn_day_start(first) + h * MS_HOUR, 0.05,
                   h < 18 ? 'N' : 'D'); /* 18 of 24 is enough */
    assert_int_equal(class_of(&t, UPPER, "day", cn_day_start(first + 1) + 1), 2);
    for (int h = 0; h < 24; h++)
        hour_of_tp(t.board, MOUTH, cn_day_start(first) + h * MS_HOUR, 0.05, h < 17 ? 'N' : 'D');
    assert_int_equal(class_of(&t, MOUTH, "day", cn_day_start(first + 1) + 1), 0);
    json_t *tree = site_now(&t, MOUTH, cn_day_start(first + 1) + 1);
    const json_t *day = json_object_get(json_object_get(tree, "water"), "day");
    assert_non_null(strstr(json_str(day, "reason", ""), "总磷"));
    assert_true(json_is_null(json_object_get(day, "attains")));
    json_decref(tree);
    days_of_tp(t.board, SAND, first, 22, 1, 0.05); /* 22 of 30 days are 73 % */
    assert_int_equal(class_of(&t, SAND, "month", cn_day_start(first + 30)), 0);
    days_of_tp(t.board, SAND, first + 22, 1, 1, 0.05); /* 23 are 77 % */
    assert_int_equal(class_of(&t, SAND, "month", cn_day_start(first + 30)), 2);
    town_close(&t);
}

/* National stations sample every four hours: six values are a whole day, four are too few. */
static void test_four_hourly_stations(void **state)
{
    (void)state;
    struct town t;
    open_city(&t);
    int64_t first = cn_days(2026, 3, 1);
    days_of_tp(t.board, UPPER, first, 2, 4, 0.15);
    assert_int_equal(class_of(&t, UPPER, "day", cn_day_start(first + 2)), 3);
    for (int h = 0; h < 16; h += 4)
        hour_of_tp(t.board, UPPER, cn_day_start(first + 2) + h * MS_HOUR, 0.15, 'N');
    assert_int_equal(class_of(&t, UPPER, "day", cn_day_start(first + 3)), 0);
    town_close(&t);
}

/* A value the device sends for the day stands before the hours; a late hour recomputes its day. */
static void test_late_values(void **state)
{
    (void)state;
    struct town t;
    open_city(&t);
    int64_t first = cn_days(2026, 3, 1), now = cn_day_start(first + 1) + 1;
    days_of_tp(t.board, UPPER, first, 1, 1, 0.05);
    assert_int_equal(class_of(&t, UPPER, "day", now), 2);
    for (int h = 0; h < 24; h++) { /* corrected upwards later */
        char body[64];
        snprintf(body, sizeof body, "w21011-Avg=0.250,w21011-Flag=N");
        send_at(t.board, UPPER, PERIOD_HOUR, cn_day_start(first) + h * MS_HOUR, now + MS_HOUR, body);
    }
    assert_int_equal(class_of(&t, UPPER, "day", now + 2 * MS_HOUR), 4);
    send_at(t.board, UPPER, PERIOD_DAY, cn_day_start(first), now + MS_HOUR, "w21011-Avg=0.41,w21011-Flag=N");
    assert_int_equal(class_of(&t, UPPER, "day", now + 2 * MS_HOUR), 6);
    town_close(&t);
}

static void test_the_city(void **state)
{
    (void)state;
    struct town t;
    open_city(&t);
    int64_t first = cn_days(2026, 3, 1), now = cn_day_start(first + 5);
    days_of_tp(t.board, UPPER, first, 5, 1, 0.05);
    days_of_tp(t.board, MOUTH, first, 5, 1, 0.45);
    json_t *tree = city_now(&t, now);
    const json_t *month = json_object_get(json_object_get(tree, "water"), "month");
    assert_int_equal(json_int(month, "sections", 0), 3);
    assert_int_equal(json_int(month, "judged", 0), 2);
    assert_int_equal(json_micro(month, "good", 0), 50 * MICRO_ONE);
    assert_int_equal(json_micro(month, "bad", 0), 50 * MICRO_ONE);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(month, "counts"), 1)), 1);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(month, "counts"), 5)), 1);
    assert_true(json_flag(month, "by_mean", false)); /* three sections: the mean, 0.25, is class IV */
    assert_string_equal(json_str(month, "quality", ""), "轻度污染");
    assert_string_equal(json_str(json_array_get(json_object_get(month, "main"), 0), "name", ""), "总磷");
    json_decref(tree);
    town_close(&t);
}

static int judge(struct town *t, int site, int target, int window, int64_t now)
{
    struct goal g = { .indicator = "river.class",
                      .site = site,
                      .factor = "",
                      .op = "<=",
                      .value = target * MICRO_ONE,
                      .lower = MICRO_MISSING,
                      .unit = "类",
                      .window = window,
                      .period = "day",
                      .since = 0 };
    struct goal_answer a;
    struct err e = { 0 };
    board_settle(t->board, now);
    if (board_judge(t->board, &g, now, &a, &e) < 0)
        fail_msg("%s", e.text);
    return (int)a.verdict;
}

static void test_findings_and_goals(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    open_city(&t);
    int64_t first = cn_days(2026, 3, 1);
    days_of_tp(t.board, MOUTH, first, 3, 1, 0.15);
    days_of_tp(t.board, MOUTH, first + 3, 1, 1, 0.25);
    find_all(t.board, cn_day_start(first + 4) + 1, &g);
    assert_null(got_of(&g, "river.class")); /* one day of class IV */
    days_of_tp(t.board, MOUTH, first + 4, 1, 1, 0.24);
    find_all(t.board, cn_day_start(first + 5) + 1, &g);
    const struct got *f = got_of(&g, "river.class");
    assert_non_null(f);
    assert_string_equal(f->key, "river.class:mouth::2026030400");
    assert_string_equal(f->title, "清河入海口断面 水质Ⅳ类，未达到Ⅲ类目标，共 2 天（总磷(0.25)）");
    assert_string_equal(f->severity, "medium");
    assert_non_null(strstr(f->facts, "\"indicator\":\"river.class\""));
    assert_non_null(strstr(f->facts, "\"value\":3"));
    assert_int_equal(judge(&t, MOUTH, 3, 3, cn_day_start(first + 5) + 1), VERDICT_NOT_MET);
    days_of_tp(t.board, MOUTH, first + 5, 2, 1, 0.15);
    find_all(t.board, cn_day_start(first + 7) + 1, &g);
    f = got_of(&g, "river.class");
    assert_true(!f || !f->over); /* two clean days of three */
    days_of_tp(t.board, MOUTH, first + 7, 1, 1, 0.15);
    find_all(t.board, cn_day_start(first + 8) + 1, &g);
    f = got_of(&g, "river.class");
    assert_true(f && f->over);
    assert_int_equal(judge(&t, MOUTH, 3, 3, cn_day_start(first + 8) + 1), VERDICT_MET);
    assert_int_equal(judge(&t, MOUTH, 3, 3, cn_day_start(first + 20) + 1), VERDICT_CANNOT_JUDGE);
    town_close(&t);
}

/* A day beyond class V is found at once. */
static void test_beyond_class_five(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    open_city(&t);
    days_of_tp(t.board, SAND, cn_days(2026, 3, 1), 1, 1, 0.41);
    find_all(t.board, at(2026, 3, 2, 1), &g);
    const struct got *f = got_of(&g, "river.class");
    assert_non_null(f);
    assert_string_equal(f->severity, "high");
    assert_non_null(strstr(f->title, "劣Ⅴ类，未达到Ⅳ类目标"));
    town_close(&t);
}

static json_t *target(struct town *t, const char *text, int64_t now)
{
    json_t *tree = NULL, *ret = NULL;
    struct err e = { 0 };
    board_settle(t->board, now);
    if (json_read(text, strlen(text), &tree, &e) < 0 || board_target(t->board, tree, now, &ret, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
    return ret;
}

static void check_target(struct town *t, const char *text, int64_t now, const char *verdict,
                         const char *light, double value)
{
    json_t *is = target(t, text, now);
    if (!json_flag(is, "bound", false))
        fail_msg("%s: %s", text, json_str(is, "reason", ""));
    assert_string_equal(json_str(is, "verdict", ""), verdict);
    assert_string_equal(json_str(is, "light", ""), light);
    assert_int_equal(json_micro(is, "value", MICRO_MISSING), value < 0 ? MICRO_MISSING : MICRO(value));
    assert_true(json_is_object(json_object_get(is, "receipt")));
    json_decref(is);
}

static void test_targets(void **state)
{
    (void)state;
    struct town t;
    open_city(&t);
    int64_t first = cn_days(2026, 1, 1), now = at(2026, 3, 1, 1);
    days_of_tp(t.board, UPPER, first, 59, 1, 0.05);
    days_of_tp(t.board, MOUTH, first, 59, 1, 0.25);
#define RATIO \
    "{\"indicator\":\"国控断面水质优良比例\",\"unit\":\"%\",\"by\":\"2026年\",\"op\":\">=\",\"value\":80}"
    check_target(&t, RATIO, now, "cannot_judge", "grey", 50); /* the third section has no data */
    days_of_tp(t.board, SAND, first, 59, 1, 0.05);
    check_target(&t, RATIO, now, "behind", "yellow", 66.7);
    check_target(&t,
                 "{\"bound\":\"water.bad.ratio\",\"op\":\"=\",\"value\":0,\"unit\":\"%\",\"by\":\"2026\"}",
                 now, "on_track", "green", 0);
#define CLASS(name, n) \
    "{\"indicator\":\"" name "\",\"unit\":\"类\",\"by\":\"2026年\",\"op\":\">=\",\"value\":" n "}"
    check_target(&t, CLASS("清河水质", "3"), now, "behind", "yellow", 4); /* both sections of the river */
    check_target(&t, CLASS("清河水质", "4"), now, "on_track", "green", 4);
    check_target(&t, CLASS("清河上游断面水质", "2"), now, "on_track", "green", 2);
    check_target(&t, CLASS("沙河水质类别", "3"), now, "on_track", "green", 2);
    static const char *const not_bound[] = {
        "{\"indicator\":\"国控断面水质优良比例\",\"unit\":\"个\",\"value\":80}",
        CLASS("黄河水质", "3"),
        CLASS("水质", "3"),
        CLASS("清河水质", "9"),
        "{\"indicator\":\"国控断面水质优良比例\",\"by\":\"2026\",\"op\":\"<=\",\"value\":80}",
        "{\"indicator\":\"国控断面水质优良比例\",\"by\":\"2020\",\"value\":80}"
    };
    for (size_t i = 0; i < COUNT_OF(not_bound); i++) {
        json_t *is = target(&t, not_bound[i], now);
        if (json_flag(is, "bound", true))
            fail_msg("%s is bound", not_bound[i]);
        json_decref(is);
    }
    town_close(&t);
}

/* Whatever the order of arrival, the same answer. */
static void test_order_of_arrival(void **state)
{
    (void)state;
    enum { HOURS = 72 };
    char *first = NULL;
    uint64_t x = 3838;
    for (int round = 0; round < 12; round++) {
        struct town t;
        int order[HOURS];
        open_city(&t);
        for (int i = 0; i < HOURS; i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            int k = (int)(x % (uint64_t)(i + 1));
            order[i] = order[k];
            order[k] = i;
        }
        for (int i = 0; i < HOURS; i++) {
            hour_of_tp(t.board, UPPER, at(2026, 3, 1, 0) + order[i] * MS_HOUR, 0.001 * (order[i] + 50), 'N');
            if (round && i % 7 == 0)
                json_decref(site_now(&t, UPPER, at(2026, 3, 4, 1))); /* looking in between changes nothing */
        }
        json_t *tree = site_now(&t, UPPER, at(2026, 3, 4, 1));
        char *text = json_dumps(json_object_get(tree, "water"), JSON_SORT_KEYS);
        json_decref(tree);
        if (!first)
            first = text;
        else {
            assert_string_equal(first, text);
            free(text);
        }
        town_close(&t);
    }
    free(first);
}

static void open_with(struct town *t, const char *text)
{
    struct err e = { 0 };
    json_t *tree = NULL;
    if (json_read(text, strlen(text), &tree, &e) < 0 || place_build(tree, &t->place, &e) < 0 ||
        board_new(t->place, SOURCE_ROOT "/definitions", &t->board, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
}

/* The same water is class II in a river and IV in a lake: total phosphorus 0.1 (GB 3838 table 1). */
static void test_a_lake_has_its_own_limits(void **state)
{
    (void)state;
    struct town t;
    char text[sizeof city + 64];
    const char *at_sand = strstr(city, "\"code\":\"sand\"");
    snprintf(text, sizeof text, "%.*s\"body\":\"lake\",%s", (int)(at_sand - city), city, at_sand);
    open_with(&t, text);
    int64_t now = at(2026, 3, 3, 1);
    days_of_tp(t.board, UPPER, cn_days(2026, 3, 1), 2, 1, 0.1);
    days_of_tp(t.board, SAND, cn_days(2026, 3, 1), 2, 1, 0.1);
    assert_int_equal(class_of(&t, UPPER, "day", now), 2);
    assert_int_equal(class_of(&t, SAND, "day", now), 4);
    town_close(&t);
}

static json_t *progress(struct town *t, const char *words, int64_t now)
{
    struct err e = { 0 };
    json_t *ret = NULL, *target = json_pack("{s:s,s:s,s:s,s:i,s:s,s:i}", "indicator", words, "op",
                                            ">=", "unit", "%", "value", 90, "region", "", "by", 2026);
    board_settle(t->board, now);
    assert_int_equal(board_target(t->board, target, now, &ret, &e), 0);
    json_decref(target);
    return ret;
}

/* 国控 and 省控: judged over the sections of that network when the city file names them, else over all, and says so. */
static void test_targets_of_a_network(void **state)
{
    (void)state;
    struct town t;
    char text[sizeof city + 160];
    const char *mouth = strstr(city, "\"code\":\"mouth\""), *sand = strstr(city, "\"code\":\"sand\"");
    snprintf(text, sizeof text, "%.*s\"network\":\"national\",%.*s\"network\":\"provincial\",%s",
             (int)(mouth - city), city, (int)(sand - mouth), mouth, sand);
    static const struct {
        const char *words;
        bool named;
        int sections;
        double value;
        const char *says;
    } asked[] = {
        { "国控断面水质优良比例", true, 1, 100, "" },
        { "省控断面水质优良比例", true, 1, 0, "" },
        { "地表水断面水质优良比例", true, 3, 66.7, "" },
        { "国考断面水质优良比例", false, 3, 66.7, "城市文件未标明断面的监控级别" },
    };
    int64_t now = at(2026, 2, 1, 3);
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        open_with(&t, asked[i].named ? text : city);
        days_of_tp(t.board, UPPER, cn_days(2026, 1, 1), 31, 1, 0.1);
        days_of_tp(t.board, MOUTH, cn_days(2026, 1, 1), 31, 1, 0.15);
        days_of_tp(t.board, SAND, cn_days(2026, 1, 1), 31, 1, 0.35); /* class V */
        json_t *p = progress(&t, asked[i].words, now);
        const json_t *in = json_object_get(json_object_get(p, "receipt"), "inputs");
        CHECK_CASE(asked[i].words, json_int(in, "sections", -1) == asked[i].sections);
        CHECK_CASE(asked[i].words, json_number_value(json_object_get(p, "value")) == asked[i].value);
        CHECK_CASE(asked[i].words, strstr(json_str(p, "text", ""), asked[i].says) &&
                                       (*asked[i].says || !strstr(json_str(p, "text", ""), "城市文件")));
        json_decref(p);
        town_close(&t);
    }
}

static json_t *receipt_of(struct town *t, const char *ask, int64_t now)
{
    json_t *tree = NULL, *ret = NULL;
    struct err e = { 0 };
    board_settle(t->board, now);
    if (json_read(ask, strlen(ask), &tree, &e) < 0 || board_receipt(t->board, tree, now, &ret, &e) < 0)
        fail_msg("%s: %s", ask, e.text);
    json_decref(tree);
    return ret;
}

/* Figures of sections, of the city's sections and of targets on them: what they are made of, and one changed hour is seen. */
static void test_receipts(void **state)
{
    (void)state;
    static const struct {
        const char *ask, *member;
        int is, stations;
    } asked[] = {
        { "{\"what\":\"river.day\",\"site\":1,\"day\":\"2026-01-31\"}", "class", 2, 1 },
        { "{\"what\":\"river.month\",\"site\":2,\"month\":\"2026-01\"}", "class", 3, 1 },
        { "{\"what\":\"river.year\",\"site\":1,\"year\":2026}", "class", 2, 1 },
        { "{\"what\":\"river.month\",\"site\":0,\"month\":\"2026-01\"}", "judged", 3, 3 },
        { "{\"what\":\"target\",\"target\":{\"indicator\":\"劣Ⅴ类断面比例\",\"op\":\"<=\",\"unit\":\"%\","
          "\"value\":0,"
          "\"by\":2026}}",
          "value", 0, 3 },
    };
    struct town t;
    int64_t now = at(2026, 2, 1, 3);
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        open_city(&t);
        days_of_tp(t.board, UPPER, cn_days(2026, 1, 1), 31, 1, 0.1);
        days_of_tp(t.board, MOUTH, cn_days(2026, 1, 1), 31, 4,
                   0.15); /* every four hours: six values are due */
        days_of_tp(t.board, SAND, cn_days(2026, 1, 1), 31, 1, 0.35);
        json_t *a = receipt_of(&t, asked[i].ask, now);
        const json_t *in = json_object_get(a, "inputs");
        CHECK_CASE(asked[i].ask, json_number_value(json_object_get(json_object_get(a, "result"),
                                                                   asked[i].member)) == asked[i].is);
        CHECK_CASE(asked[i].ask, (int)json_array_size(json_object_get(in, "stations")) == asked[i].stations);
        CHECK_CASE(asked[i].ask, json_int(json_object_get(a, "missing"), "not_sent", -1) == 0);
        CHECK_CASE(asked[i].ask, json_array_size(json_object_get(a, "rules")) == 2);
        for (int site = UPPER; site <= SAND; site++)
            send_at(t.board, site, PERIOD_HOUR, at(2026, 1, 31, 8), now - MS_HOUR,
                    "w21011-Avg=0.101,w21011-Flag=N");
        json_t *b = receipt_of(&t, asked[i].ask, now);
        CHECK_CASE(asked[i].ask,
                   strcmp(json_str(in, "sm3", ""), json_str(json_object_get(b, "inputs"), "sm3", "")) != 0);
        json_decref(a);
        json_decref(b);
        town_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_day_a_month_a_year),
        cmocka_unit_test(test_the_year_is_the_mean_of_its_months),
        cmocka_unit_test(test_too_few_values_give_no_class),
        cmocka_unit_test(test_four_hourly_stations),
        cmocka_unit_test(test_late_values),
        cmocka_unit_test(test_the_city),
        cmocka_unit_test(test_findings_and_goals),
        cmocka_unit_test(test_beyond_class_five),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_order_of_arrival),
        cmocka_unit_test(test_a_lake_has_its_own_limits),
        cmocka_unit_test(test_targets_of_a_network),
        cmocka_unit_test(test_receipts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
