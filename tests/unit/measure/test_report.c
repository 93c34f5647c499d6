/* Targets that no instrument measures: by what people reported, and by what verified projects cut. The answers of the ledgers are given here;
 * tests/system/capabilities_goals.py asks the real ones. */
#include "town.h"

#include <errno.h>

static const char *figure_text, *emission_text; /* NULL: there is none */
static int asked_base, asked_year;

static int give(const char *text, json_t **ret)
{
    struct err e;
    return text ? json_read(text, strlen(text), ret, &e) : -ENOENT;
}

static int figure(void *arg, const json_t *target, int year, int month, int64_t at, json_t **ret,
                  struct err *e)
{
    (void)arg;
    (void)target;
    (void)month;
    (void)at;
    (void)e;
    asked_year = year;
    return give(figure_text, ret);
}

static int emission(void *arg, const char *pollutant, int base_year, int year, int64_t at, json_t **ret,
                    struct err *e)
{
    (void)arg;
    (void)at;
    (void)e;
    assert_string_equal(pollutant, "NOx");
    asked_base = base_year;
    asked_year = year;
    return give(emission_text, ret);
}

static json_t *ask(struct board *b, const char *target, int64_t now)
{
    json_t *tree = NULL, *ret = NULL;
    struct err e = { 0 };
    if (json_read(target, strlen(target), &tree, &e) < 0 || board_target(b, tree, now, &ret, &e) < 0)
        fail_msg("%s: %s", target, e.text);
    json_decref(tree);
    return ret;
}

static void open_town(struct town *t)
{
    town_open(t);
    board_set_reports(t->board, &(struct board_reports){ figure, emission, NULL });
}

#define LAND "\"indicator\":\"受污染耕地安全利用率\",\"unit\":\"%\",\"by\":\"2028年\""
#define OWN  "\"indicator\":\"近岸海域优良比例\",\"by\":\"2028年\""
static const struct {
    const char *name, *target, *figure, *verdict;
    double value, gap;
} figures[] = {
    { "92.0 passes >= 92", "{" LAND ",\"op\":\">=\",\"value\":92}", "{\"value\":92.0,\"unit\":\"%\"}",
      "on_track", 92, 0 },
    { "91.99 is not rounded to 92", "{" LAND ",\"op\":\">=\",\"value\":92}",
      "{\"value\":91.99,\"unit\":\"%\"}", "behind", 91.99, -0.01 },
    { "91.999999 neither", "{" LAND ",\"op\":\">=\",\"value\":92}", "{\"value\":91.999999,\"unit\":\"%\"}",
      "behind", 91.999999, -0.000001 },
    { "the full-width sign is the same unit", "{" LAND ",\"op\":\">=\",\"value\":92}",
      "{\"value\":93,\"unit\":\"％\"}", "on_track", 93, 1 },
    { "another unit is not compared", "{" LAND ",\"op\":\">=\",\"value\":92}",
      "{\"value\":93,\"unit\":\"公顷\"}", "cannot_judge", 0, 0 },
    { "a share kept at 90 is met by 95", "{" LAND ",\"op\":\"=\",\"value\":90}",
      "{\"value\":95,\"unit\":\"%\"}", "on_track", 95, 5 },
    { "own words: = is equal", "{" OWN ",\"op\":\"=\",\"value\":100,\"unit\":\"%\"}",
      "{\"value\":99.9,\"unit\":\"%\"}", "behind", 99.9, -0.1 },
    { "own words: at most", "{" OWN ",\"op\":\"<=\",\"value\":5,\"unit\":\"处\"}",
      "{\"value\":6,\"unit\":\"处\"}", "behind", 6, 1 },
    { "own words: less", "{" OWN ",\"op\":\"<\",\"value\":5}", "{\"value\":5,\"unit\":\"处\"}", "behind", 5,
      0 },
    { "own words: more", "{" OWN ",\"op\":\">\",\"value\":5}", "{\"value\":5.1,\"unit\":\"处\"}", "on_track",
      5.1, 0.1 },
    { "within two bounds", "{" OWN ",\"op\":\"in\",\"value\":5,\"value2\":7}",
      "{\"value\":7,\"unit\":\"处\"}", "on_track", 7, 2 },
    { "a fall by so much", "{" OWN ",\"op\":\"decrease\",\"value\":5}", "{\"value\":4.9,\"unit\":\"%\"}",
      "behind", 4.9, -0.1 },
    { "about is no judgement", "{" OWN ",\"op\":\"~\",\"value\":5}", "{\"value\":5,\"unit\":\"处\"}",
      "cannot_judge", 0, 0 },
    { "a target without a figure", "{" OWN ",\"op\":\">=\"}", "{\"value\":5,\"unit\":\"处\"}", "cannot_judge",
      0, 0 },
    { "a figure beyond any", "{" OWN ",\"op\":\">=\",\"value\":1}",
      "{\"value\":9200000000000,\"unit\":\"处\"}", "cannot_judge", 0, 0 },
    { "a figure that is none", "{" OWN ",\"op\":\">=\",\"value\":1}", "{\"value\":\"5\",\"unit\":\"处\"}",
      "cannot_judge", 0, 0 },
};

static void test_figures(void **state)
{
    (void)state;
    struct town t;
    open_town(&t);
    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        figure_text = figures[i].figure;
        json_t *p = ask(t.board, figures[i].target, at(2028, 7, 1, 1));
        bool judged = strcmp(figures[i].verdict, "cannot_judge") != 0;
        bool same = strcmp(json_str(p, "verdict", ""), figures[i].verdict) == 0 &&
                    json_object_get(p, "reported") &&
                    (!judged || (json_micro(p, "value", -1) == MICRO(figures[i].value) &&
                                 json_micro(p, "gap", -1) == MICRO(figures[i].gap) &&
                                 strstr(json_str(p, "text", ""), "非实测")));
        if (!same)
            fail_msg("%s: %s", figures[i].name, json_dumps(p, JSON_REAL_PRECISION(15)));
        json_decref(p);
    }
    town_close(&t);
}

static void test_without_a_figure(void **state)
{
    (void)state;
    struct town t;
    open_town(&t);
    figure_text = NULL;
    json_t *p = ask(t.board, "{" LAND ",\"op\":\">=\",\"value\":92}", at(2028, 7, 1, 1));
    assert_string_equal(json_str(p, "verdict", ""), "cannot_judge");
    json_decref(p);
    p = ask(t.board, "{" OWN ",\"op\":\">=\",\"value\":92}", at(2028, 7, 1, 1));
    assert_false(json_flag(p, "bound", true));
    assert_non_null(strstr(json_str(p, "reason", ""), "没有与"));
    json_decref(p);
    /* When the year is over, what was reported decides; a measured indicator is never asked of people while it is measured. */
    figure_text = "{\"value\":92,\"unit\":\"%\"}";
    p = ask(t.board, "{" LAND ",\"op\":\">=\",\"value\":92}", at(2029, 1, 1, 0));
    assert_string_equal(json_str(p, "verdict", ""), "met");
    assert_int_equal(asked_year, 2028);
    json_decref(p);
    figure_text = "{\"value\":1,\"unit\":\"微克/立方米\"}";
    send_days(t.board, cn_days(2028, 1, 1), 100, 50, 90);
    board_settle(t.board, at(2028, 4, 10, 2));
    p = ask(t.board, "{\"bound\":\"air.pm25.mean\",\"op\":\"<=\",\"value\":35,\"by\":\"2028年\"}",
            at(2028, 4, 10, 2));
    assert_null(json_object_get(p, "reported"));
    assert_int_equal(json_micro(p, "value", -1), MICRO(50));
    json_decref(p);
    town_close(&t);
}

#define NOX "\"indicator\":\"氮氧化物排放量\",\"op\":\"decrease\",\"by\":\"2028年\""
static const struct {
    const char *name, *target, *emission, *verdict;
    double value, lacking; /* t; < 0: not judged */
} emissions[] = {
    { "just enough", "{" NOX ",\"value\":5.1,\"unit\":\"%\",\"baseline\":\"2025年\"}",
      "{\"base\":1000,\"cut\":51,\"added\":0}", "on_track", 5.1, 0 },
    { "a kilogram short", "{" NOX ",\"value\":5.1,\"unit\":\"%\",\"baseline\":\"2025年\"}",
      "{\"base\":1000,\"cut\":50.999,\"added\":0}", "behind", 5.0999, 0.001 },
    { "what was added is taken off", "{" NOX ",\"value\":5,\"unit\":\"%\",\"baseline\":\"2025年\"}",
      "{\"base\":1000,\"cut\":60,\"added\":20}", "behind", 4, 10 },
    { "more was added than cut", "{" NOX ",\"value\":5,\"unit\":\"%\",\"baseline\":\"2025年\"}",
      "{\"base\":1000,\"cut\":0,\"added\":20}", "behind", -2, 70 },
    { "in tons", "{" NOX ",\"value\":60,\"unit\":\"吨\",\"baseline\":\"2025年\"}",
      "{\"base\":1000,\"cut\":61,\"added\":0}", "on_track", 61, 0 },
    { "no base year", "{" NOX ",\"value\":5,\"unit\":\"%\"}", "{\"base\":1000,\"cut\":60,\"added\":0}",
      "cannot_judge", 0, -1 },
    { "no inventory", "{" NOX ",\"value\":5,\"unit\":\"%\",\"baseline\":\"2025年\"}", NULL, "cannot_judge", 0,
      -1 },
    { "a base of nothing", "{" NOX ",\"value\":5,\"unit\":\"%\",\"baseline\":\"2025年\"}",
      "{\"base\":0,\"cut\":60,\"added\":0}", "cannot_judge", 0, -1 },
    { "figures beyond any", "{" NOX ",\"value\":5,\"unit\":\"%\",\"baseline\":\"2025年\"}",
      "{\"base\":9200000000000,\"cut\":60,\"added\":0}", "cannot_judge", 0, -1 },
    { "a district", "{" NOX ",\"value\":5,\"unit\":\"%\",\"baseline\":\"2025年\",\"region\":\"东区\"}",
      "{\"base\":1000,\"cut\":60,\"added\":0}", "cannot_judge", 0, -1 },
    { "another unit", "{" NOX ",\"value\":5,\"unit\":\"千克\",\"baseline\":\"2025年\"}",
      "{\"base\":1000,\"cut\":60,\"added\":0}", "cannot_judge", 0, -1 },
};

static void test_emissions(void **state)
{
    (void)state;
    struct town t;
    open_town(&t);
    figure_text = NULL;
    for (size_t i = 0; i < COUNT_OF(emissions); i++) {
        emission_text = emissions[i].emission;
        json_t *p = ask(t.board, emissions[i].target, at(2028, 7, 1, 1)), *e = json_object_get(p, "emission");
        bool judged = emissions[i].lacking >= 0;
        bool same = strcmp(json_str(p, "verdict", ""), emissions[i].verdict) == 0 && !e == !judged &&
                    (!judged || (json_micro(p, "value", -1) == MICRO(emissions[i].value) &&
                                 json_micro(e, "short", -1) == MICRO(emissions[i].lacking)));
        if (!same)
            fail_msg("%s: %s", emissions[i].name, json_dumps(p, JSON_REAL_PRECISION(15)));
        json_decref(p);
    }
    emission_text = "{\"base\":1000,\"cut\":60,\"added\":0}";
    json_decref(
        ask(t.board, "{" NOX ",\"value\":5,\"unit\":\"%\",\"baseline\":\"上年\"}", at(2028, 7, 1, 1)));
    assert_int_equal(asked_base, 2027);
    town_close(&t);
}

static void test_months(void **state)
{
    (void)state;
    struct town t;
    struct err e;
    micro v;
    int decimals;
    open_town(&t);
    figure_text = "{\"value\":4,\"unit\":\"公里\"}";
    send_days(t.board, cn_days(2028, 1, 1), 31, 40, 90);
    send_days(t.board, cn_days(2028, 2, 1), 29, 60, 90);
    board_settle(t.board, at(2028, 3, 1, 2));
    scoped(json_decrefp) json_t *pm =
        json_pack("{s:s,s:s,s:i}", "bound", "air.pm25.mean", "op", "<=", "value", 35);
    scoped(json_decrefp) json_t *own = json_pack("{s:s,s:i}", "indicator", "污水管网", "value", 100);
    assert_int_equal(board_target_month(t.board, pm, 2028, 2, at(2028, 3, 1, 2), &v, &decimals, &e), 0);
    assert_int_equal(v, MICRO(60));
    assert_int_equal(board_target_month(t.board, pm, 2028, 2, at(2028, 2, 1, 2), &v, &decimals, &e), 0);
    assert_true(v == MICRO_MISSING); /* no day of it is over */
    assert_int_equal(board_target_month(t.board, own, 2028, 2, at(2028, 3, 1, 2), &v, &decimals, &e), 0);
    assert_int_equal(v, MICRO(4));
    assert_int_equal(board_target_month(t.board, pm, 2028, 13, at(2028, 3, 1, 2), &v, &decimals, &e), 0);
    assert_true(v == MICRO_MISSING);
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_without_a_figure),
        cmocka_unit_test(test_emissions),
        cmocka_unit_test(test_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
