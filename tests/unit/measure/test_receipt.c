/* Receipts of figures: what they are made of, and that every input counts. */
#include "town.h"

#include <errno.h>

#include "unit/check.h"

static json_t *receipt(struct board *b, const char *ask, int64_t now)
{
    json_t *tree = NULL, *ret = NULL;
    struct err e = { 0 };
    if (json_read(ask, strlen(ask), &tree, &e) < 0 || board_receipt(b, tree, now, &ret, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
    return ret;
}

static const char *inputs_hash(const json_t *r)
{
    return json_str(json_object_get(r, "inputs"), "sm3", "");
}

static void test_what_it_says(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    send_days(t.board, cn_days(2026, 6, 1), 3, 40, 90);
    int64_t now = at(2026, 6, 4, 1);
    board_settle(t.board, now);
    json_t *r = receipt(t.board, "{\"what\":\"air.day\",\"site\":1,\"day\":\"2026-06-02\"}", now);
    const json_t *in = json_object_get(r, "inputs"), *missing = json_object_get(r, "missing");
    assert_int_equal(json_int(in, "values", 0), 24 * 6);
    assert_int_equal(json_array_size(json_object_get(in, "stations")), 1);
    assert_int_equal(json_array_size(json_object_get(in, "parts")), 1);
    assert_int_equal(json_int(missing, "not_sent", -1), 0);
    assert_int_equal(json_int(missing, "lost", -1), 0);
    assert_int_equal(json_int(missing, "excepted", -1), 0);
    /* PM2.5 of 40 between 35 and 60: 50 + 50 x 5 / 25 */
    assert_int_equal(json_int(json_object_get(r, "result"), "aqi", -1), 60);
    json_decref(r);
    r = receipt(t.board, "{\"what\":\"air.year\",\"site\":0,\"year\":2026}", now);
    in = json_object_get(r, "inputs");
    assert_int_equal(json_int(in, "values", 0), 3 * 4 * 24 * 6);
    assert_string_equal(json_str(in, "to", ""), "2026-06-03");
    assert_int_equal(json_array_size(json_object_get(in, "parts")), 151 + 3); /* 1 January to 3 June */
    json_decref(r);
    r = receipt(t.board,
                "{\"what\":\"target\",\"target\":{\"bound\":\"air.pm25.mean\",\"value\":35,\"by\":2026}}",
                now);
    assert_int_equal(json_int(json_object_get(r, "inputs"), "values", 0), 3 * 4 * 24);
    json_decref(r);
    town_close(&t);
}

/* One hour of one station: another value, another flag, or none. Each gives another hash, of that day only. */
static void test_every_input_counts(void **state)
{
    (void)state;
    static const char *const change[] = { "a34004-Avg=41,a34004-Flag=N", "a34004-Avg=40,a34004-Flag=D",
                                          "a34004-Avg=x,a34004-Flag=N" };
    char was[80];
    for (size_t i = 0; i < COUNT_OF(change); i++) {
        struct town t;
        town_open(&t);
        send_days(t.board, cn_days(2026, 6, 1), 3, 40, 90);
        int64_t now = at(2026, 6, 4, 1);
        board_settle(t.board, now);
        json_t *r = receipt(t.board, "{\"what\":\"air.year\",\"site\":0,\"year\":2026}", now);
        snprintf(was, sizeof was, "%s", inputs_hash(r));
        send_at(t.board, S3, PERIOD_HOUR, at(2026, 6, 2, 7), now - MS_HOUR, change[i]);
        board_settle(t.board, now);
        json_t *s = receipt(t.board, "{\"what\":\"air.year\",\"site\":0,\"year\":2026}", now);
        CHECK_CASE(change[i], strcmp(was, inputs_hash(s)) != 0);
        const json_t *before = json_object_get(json_object_get(r, "inputs"), "parts"),
                     *after = json_object_get(json_object_get(s, "inputs"), "parts");
        int differ = 0;
        for (size_t k = 0; k < json_array_size(before); k++)
            if (!json_equal(json_array_get(before, k), json_array_get(after, k))) {
                differ++;
                CHECK_CASE(change[i],
                           strcmp(json_str(json_array_get(after, k), "day", ""), "2026-06-02") == 0);
            }
        CHECK_CASE(change[i], differ == 1);
        json_decref(r);
        json_decref(s);
        town_close(&t);
    }
}

/* An opinion is an input like a value: it changes the hash of its day, the counts, and the figure. */
static void test_a_review_counts(void **state)
{
    (void)state;
    struct town t;
    struct err e = { 0 };
    const char *ask = "{\"what\":\"air.day\",\"site\":1,\"day\":\"2026-06-02\"}";
    town_open(&t);
    send_days(t.board, cn_days(2026, 6, 1), 3, 40, 90);
    int64_t now = at(2026, 6, 4, 1);
    /* one wild hour, sent again */
    send_at(t.board, S1, PERIOD_HOUR, at(2026, 6, 2, 7), now - MS_HOUR, "a34004-Avg=400,a34004-Flag=N");
    board_settle(t.board, now);
    json_t *before = receipt(t.board, ask, now);
    struct review r[] = { { .id = 1,
                            .site = S1,
                            .factor = "a34004",
                            .kind = REVIEW_EXCEPTED,
                            .from = at(2026, 6, 2, 7),
                            .to = at(2026, 6, 2, 8),
                            .given = now + 1 } };
    assert_int_equal(board_set_reviews(t.board, r, 1, &e), 0);
    board_settle(t.board, now + 2);
    json_t *after = receipt(t.board, ask, now + 2);
    assert_string_not_equal(inputs_hash(before), inputs_hash(after));
    assert_int_equal(json_int(json_object_get(after, "missing"), "excepted", -1), 1);
    assert_int_equal(json_int(json_object_get(after, "inputs"), "reviews", -1), 1);
    assert_int_equal(json_int(json_object_get(after, "inputs"), "values", -1), 24 * 6);
    assert_true(json_int(json_object_get(before, "result"), "aqi", -1) > 60);
    assert_int_equal(json_int(json_object_get(after, "result"), "aqi", -1), 60);
    /* Withdrawn, it is as if it had not been given. */
    r[0].withdrawn = now + 3;
    assert_int_equal(board_set_reviews(t.board, r, 1, &e), 0);
    board_settle(t.board, now + 4);
    json_t *again = receipt(t.board, ask, now + 4);
    assert_string_equal(inputs_hash(before), inputs_hash(again));
    json_decref(before);
    json_decref(after);
    json_decref(again);
    town_close(&t);
}

/* An hour that never came, of which a minute value shows that the device had it, is lost; without, it is not sent. */
static void test_lost_is_told_from_not_sent(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    for (int h = 0; h < 22; h++)
        send_air(t.board, S1, at(2026, 6, 2, h), 40, 90);
    send_at(t.board, S1, PERIOD_MINUTE, at(2026, 6, 2, 22) + MS_MINUTE, at(2026, 6, 2, 23),
            "a34004-Avg=40,a34004-Flag=N");
    board_settle(t.board, at(2026, 6, 4, 1));
    json_t *r =
        receipt(t.board, "{\"what\":\"air.day\",\"site\":1,\"day\":\"2026-06-02\"}", at(2026, 6, 4, 1));
    const json_t *missing = json_object_get(r, "missing");
    assert_int_equal(json_int(missing, "lost", -1), 1);
    assert_int_equal(json_int(missing, "not_sent", -1), 2 * 6 - 1);
    json_decref(r);
    town_close(&t);
}

/* One month of both years: the east (s1, s2) better than last year, the west worse. */
static void two_junes(struct town *t)
{
    for (int year = 2026; year <= 2027; year++)
        for (int64_t h = cn_days(year, 6, 1) * 24; h < cn_days(year, 7, 1) * 24; h++)
            for (int s = S1; s <= S4; s++)
                send_air(t->board, s, cn_hour_start(h),
                         s >= S3        ? (year == 2027 ? 45 : 40)
                         : year == 2027 ? 30
                                        : 36,
                         80);
}

static const json_t *row(const json_t *r, size_t i)
{
    return json_array_get(json_object_get(json_object_get(r, "result"), "rows"), i);
}

static bool names_rule(const json_t *r, const char *kind, const char *id)
{
    const json_t *rules = json_object_get(r, "rules");
    for (size_t i = 0; i < json_array_size(rules); i++)
        if (strcmp(json_str(json_array_get(rules, i), "id", ""), id) == 0 &&
            strcmp(json_str(json_array_get(rules, i), "kind", ""), kind) == 0)
            return true;
    return false;
}

#define RANKING \
    "{\"what\":\"air.ranking\",\"from\":\"2027-06-01\",\"to\":\"2027-06-30\",\"level\":\"county\"}"
#define MONEY                                                                                                \
    "{\"what\":\"air.compensation\",\"from\":\"2027-06-01\",\"to\":\"2027-06-30\",\"rules\":\"compensation-" \
    "shandong-2014\"}"

/* Figures by hand: test_rank.c. */
static void test_of_rankings(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    two_junes(&t);
    int64_t now = at(2027, 7, 2, 9);
    board_settle(t.board, now);
    json_t *r = receipt(t.board, RANKING, now);
    const json_t *in = json_object_get(r, "inputs");
    assert_int_equal(json_int(in, "values", 0), 2 * 30 * 24 * 4 * 6);
    assert_int_equal(json_array_size(json_object_get(in, "parts")), 60);
    assert_int_equal(json_array_size(json_object_get(in, "stations")), 4);
    assert_string_equal(json_str(in, "from", ""), "2027-06-01");
    assert_string_equal(json_str(in, "last_from", ""), "2026-06-01");
    assert_string_equal(json_str(in, "last_to", ""), "2026-06-30");
    assert_int_equal(json_int(json_object_get(r, "missing"), "not_sent", -1), 0);
    assert_string_equal(json_str(row(r, 0), "code", ""), "east");
    assert_int_equal(json_micro(row(r, 0), "index", 0), MICRO(3.03));
    assert_int_equal(json_int(row(r, 0), "rank", 0), 1);
    assert_true(names_rule(r, "air.ranking", "composite-2026") &&
                names_rule(r, "air.ranking", "composite-2014"));
    assert_null(json_object_get(json_object_get(r, "result"), "choices"));
    json_decref(r);
    r = receipt(t.board, MONEY, now);
    assert_int_equal(json_micro(row(r, 0), "total", 0), MICRO(720000)); /* 6 µg/m³ × 60 % × 200 000 */
    assert_true(names_rule(r, "compensation.air", "compensation-shandong-2014"));
    assert_false(names_rule(r, "air.ranking", "composite-2026"));
    json_decref(r);
    town_close(&t);
}

/* One hour of either year is another: told by its day, and the row of its county only is another. */
static void test_a_changed_hour_of_a_ranking(void **state)
{
    (void)state;
    static const struct {
        const char *name, *ask, *day, *other; /* other: the figure of the row that changes */
        int year;
    } cases[] = { { "this year", RANKING, "2027-06-07", "index", 2027 },
                  { "last year", RANKING, "2026-06-07", "last_index", 2026 },
                  { "money, this year", MONEY, "2027-06-07", "total", 2027 },
                  { "money, last year", MONEY, "2026-06-07", "total", 2026 } };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct town t;
        town_open(&t);
        two_junes(&t);
        int64_t now = at(2027, 7, 2, 9);
        board_settle(t.board, now);
        json_t *r = receipt(t.board, cases[i].ask, now);
        send_at(t.board, S1, PERIOD_HOUR, at(cases[i].year, 6, 7, 8), now - MS_HOUR,
                "a34004-Avg=2900,a34004-Flag=N");
        board_settle(t.board, now);
        json_t *s = receipt(t.board, cases[i].ask, now);
        const json_t *before = json_object_get(json_object_get(r, "inputs"), "parts"),
                     *after = json_object_get(json_object_get(s, "inputs"), "parts");
        int differ = 0;
        for (size_t k = 0; k < json_array_size(before); k++)
            if (!json_equal(json_array_get(before, k), json_array_get(after, k))) {
                differ++;
                CHECK_CASE(cases[i].name,
                           strcmp(json_str(json_array_get(after, k), "day", ""), cases[i].day) == 0);
            }
        CHECK_CASE(cases[i].name, differ == 1);
        CHECK_CASE(cases[i].name,
                   json_micro(row(r, 0), cases[i].other, -1) != json_micro(row(s, 0), cases[i].other, -1));
        CHECK_CASE(cases[i].name,
                   json_micro(row(r, 1), cases[i].other, -1) == json_micro(row(s, 1), cases[i].other, -1));
        json_decref(r);
        json_decref(s);
        town_close(&t);
    }
}
/* An event of the city file is an input of its days: another paper, or a day more, is told by the days it touches. */
static void test_a_changed_event_of_a_ranking(void **state)
{
    (void)state;
    struct place_event event = { .from = cn_days(2027, 6, 7),
                                 .to = cn_days(2027, 6, 8),
                                 .items = 1u << AIR_PM25,
                                 .dust = true,
                                 .approver = "省厅",
                                 .paper = "1号" };
    static const int days[] = { 2, 2, 1 };
    json_t *r[4];
    struct town t;
    town_open(&t);
    two_junes(&t);
    int64_t now = at(2027, 7, 2, 9);
    board_settle(t.board, now);
    r[0] = receipt(t.board, RANKING, now);
    t.place->events = &event;
    t.place->n_events = 1;
    r[1] = receipt(t.board, RANKING, now);
    event.paper = "2号";
    r[2] = receipt(t.board, RANKING, now);
    event.to++;
    r[3] = receipt(t.board, RANKING, now);
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        const json_t *before = json_object_get(json_object_get(r[i], "inputs"), "parts"),
                     *after = json_object_get(json_object_get(r[i + 1], "inputs"), "parts");
        int differ = 0;
        for (size_t k = 0; k < json_array_size(before); k++)
            differ += !json_equal(json_array_get(before, k), json_array_get(after, k));
        assert_int_equal(differ, days[i]);
    }
    assert_int_equal(json_int(json_object_get(r[0], "inputs"), "events", -1), 0);
    assert_int_equal(json_int(json_object_get(r[3], "inputs"), "events", -1), 3);
    for (size_t i = 0; i < COUNT_OF(r); i++)
        json_decref(r[i]);
    t.place->events = NULL;
    t.place->n_events = 0;
    town_close(&t);
}

static const struct {
    const char *name, *ask;
    int code;
} refused[] = {
    { "a ranking of no time", "{\"what\":\"air.ranking\"}", -EINVAL },
    { "a ranking of ten years", "{\"what\":\"air.ranking\",\"from\":\"2016-01-01\",\"to\":\"2026-05-31\"}",
      -EINVAL },
    { "a ranking backwards", "{\"what\":\"air.ranking\",\"from\":\"2026-05-02\",\"to\":\"2026-05-01\"}",
      -EINVAL },
    { "a ranking that is not kept",
      "{\"what\":\"air.ranking\",\"from\":\"2016-05-01\",\"to\":\"2016-05-31\"}", -ENOENT },
    { "a ranking of the future", "{\"what\":\"air.ranking\",\"from\":\"2026-07-01\",\"to\":\"2026-07-31\"}",
      -ENOENT },
    { "another ranking rule",
      "{\"what\":\"air.ranking\",\"from\":\"2026-06-01\",\"to\":\"2026-06-30\",\"other\":\"tea\"}", -EINVAL },
    { "level",
      "{\"what\":\"air.ranking\",\"from\":\"2026-06-01\",\"to\":\"2026-06-30\",\"level\":\"street\"}",
      -EINVAL },
    { "no rule of compensation",
      "{\"what\":\"air.compensation\",\"from\":\"2026-06-01\",\"to\":\"2026-06-30\",\"rules\":\"tea\"}",
      -EINVAL },
    { "what", "{\"what\":\"tea\"}", -EINVAL },
    { "day", "{\"what\":\"air.day\",\"day\":\"2026-13-01\"}", -EINVAL },
    { "a day that is not kept", "{\"what\":\"air.day\",\"day\":\"2006-01-01\"}", -ENOENT },
    { "no such station", "{\"what\":\"air.day\",\"site\":99,\"day\":\"2026-06-02\"}", -ENOENT },
    { "an outlet", "{\"what\":\"air.day\",\"site\":5,\"day\":\"2026-06-02\"}", -ENOENT },
    { "year", "{\"what\":\"air.year\",\"year\":1}", -ENOENT },
    { "a target nothing measures", "{\"what\":\"target\",\"target\":{\"indicator\":\"幸福感\"}}", -ENOENT },
    { "an air station is no river section", "{\"what\":\"river.day\",\"site\":1,\"day\":\"2026-06-02\"}",
      -ENOENT },
    { "rivers of a city have no day", "{\"what\":\"river.day\",\"site\":0,\"day\":\"2026-06-02\"}", -ENOENT },
    { "month", "{\"what\":\"river.month\",\"site\":0,\"month\":\"2026\"}", -EINVAL },
    { "no target", "{\"what\":\"target\"}", -ENOENT },
};

static void test_refused(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    board_settle(t.board, at(2026, 6, 4, 1));
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        json_t *tree = NULL, *ret = NULL;
        struct err e = { 0 };
        assert_int_equal(json_read(refused[i].ask, strlen(refused[i].ask), &tree, &e), 0);
        CHECK_CASE(refused[i].name,
                   board_receipt(t.board, tree, at(2026, 6, 4, 1), &ret, &e) == refused[i].code);
        CHECK_CASE(refused[i].name, *e.text);
        json_decref(tree);
    }
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_says),
        cmocka_unit_test(test_every_input_counts),
        cmocka_unit_test(test_a_review_counts),
        cmocka_unit_test(test_lost_is_told_from_not_sent),
        cmocka_unit_test(test_of_rankings),
        cmocka_unit_test(test_a_changed_hour_of_a_ranking),
        cmocka_unit_test(test_a_changed_event_of_a_ranking),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
