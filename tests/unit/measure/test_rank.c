/* Rankings and compensation from the board: the figures by hand, the unranked with their reason, both years, both rule sets. */
#include "town.h"

#include <errno.h>

static json_t *ranking(struct town *t, int64_t from, int64_t to, bool stations, const char *other,
                       int64_t now)
{
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    struct ranking_ask ask = { from, to, stations, other };
    if (board_write_ranking(t->board, &ask, now, &out, &e) < 0)
        fail_msg("%s", e.text);
    return read_buf(&out);
}

static json_t *row_of(json_t *tree, const char *name)
{
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(tree, "rows"), i,
                       row) if (strcmp(json_str(row, "name", ""), name) == 0 ||
                                strcmp(json_str(row, "code", ""), name) == 0) return row;
    fail_msg("no row %s", name);
    return NULL;
}

/* One month at s1, s2 (east) and s3, s4 (west), of this year and the last. */
static void fill(struct town *t, int year, int first, int n, double east, double west)
{
    int64_t from = cn_days(year, 6, first);
    for (int64_t h = from * 24; h < (from + n) * 24; h++)
        for (int s = S1; s <= S4; s++)
            send_air(t->board, s, cn_hour_start(h), s <= S2 ? east : west, 80);
}

static void test_counties_beside_last_year(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    fill(&t, 2027, 1, 30, 30, 45);
    fill(&t, 2026, 1, 30, 36, 45);
    int64_t now = at(2027, 7, 2, 9), from = cn_days(2027, 6, 1), to = cn_days(2027, 7, 1);
    board_settle(t.board, now);
    json_t *r = ranking(&t, from, to, false, "", now), *east = row_of(r, "east"), *west = row_of(r, "west");
    /* PM2.5 30/30 + PM10 50/60 (.83) + SO2 5/60 (.08) + NO2 20/40 + CO .5/4 (.12) + O3 80/160 */
    assert_int_equal(json_micro(east, "index", 0), MICRO(3.03));
    assert_int_equal(json_micro(east, "last_index", 0), MICRO(3.23));
    assert_int_equal(json_micro(east, "change", 0), MICRO(-6.2));
    assert_int_equal(json_int(east, "rank", 0), 1);
    assert_int_equal(json_int(west, "rank", 0), 2);
    assert_int_equal(json_int(west, "from_end", 0), 1);
    assert_int_equal(json_micro(west, "change", -1), 0);
    assert_int_equal(json_micro(west, "other_index", 0),
                     MICRO(3.20)); /* 45/35 (1.29) + 50/70 (.71) + .08 + .5 + .12 + .5 */
    assert_string_equal(json_str(json_object_get(r, "rules"), "id", ""), "composite-2026");
    assert_string_equal(json_str(json_object_get(r, "other"), "id", ""), "composite-2014");
    assert_int_equal(json_array_size(json_object_get(r, "differences")),
                     4); /* S and IAQI 100 of PM10 and PM2.5 */
    const json_t *first = json_array_get(json_object_get(r, "differences"), 0);
    assert_string_equal(json_str(first, "what", ""), "PM10 标准值 S，µg/m³");
    assert_string_equal(json_str(first, "what_en", ""), "PM10 standard S, µg/m³");
    assert_int_equal(json_micro(json_object_get(json_object_get(r, "city"), "items"), "x", 7), 7);
    json_decref(r);
    town_close(&t);
}

static void test_the_unranked_say_why(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    fill(&t, 2027, 1, 26, 30, 45); /* June wants 27 days */
    int64_t now = at(2027, 7, 2, 9), from = cn_days(2027, 6, 1), to = cn_days(2027, 7, 1);
    board_settle(t.board, now);
    json_t *r = ranking(&t, from, to, true, "composite-2014-unrounded", now), *s1 = row_of(r, "s1");
    assert_true(json_is_null(json_object_get(s1, "rank")));
    assert_non_null(strstr(json_str(s1, "reason", ""), "6 月"));
    assert_string_equal(json_str(json_object_get(r, "other"), "id", ""), "composite-2014-unrounded");
    json_decref(r);
    now = at(2027, 6, 26, 1); /* a running month: 25 of 25 days */
    board_settle(t.board, now);
    r = ranking(&t, from, to, true, NULL, now);
    assert_true(json_is_true(json_object_get(r, "running")));
    assert_int_equal(json_int(row_of(r, "s1"), "rank", 0), 1);
    assert_int_equal(json_int(row_of(r, "s2"), "rank", 0), 1); /* equal values share it */
    assert_int_equal(json_int(row_of(r, "s3"), "rank", 0), 3);
    json_decref(r);
    town_close(&t);
}

static void test_bad_questions(void **state)
{
    (void)state;
    struct town t;
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    town_open(&t);
    int64_t now = at(2027, 7, 2, 9);
    struct ranking_ask none = { cn_days(2010, 6, 1), cn_days(2010, 7, 1), false, "" },
                       other = { cn_days(2027, 6, 1), cn_days(2027, 7, 1), false, "nothing" };
    board_settle(t.board, now);
    assert_int_equal(board_write_ranking(t.board, &none, now, &out, &e), -EINVAL);
    assert_int_equal(board_write_ranking(t.board, &other, now, &out, &e), -EINVAL);
    assert_int_equal(out.len, 0);
    buf_release(&out);
    struct ranking_ask old = { cn_days(2024, 6, 1), cn_days(2024, 7, 1), false,
                               "" }; /* before what is kept */
    json_t *r = ranking(&t, old.from, old.to, false, "", now);
    assert_non_null(strstr(json_str(row_of(r, "east"), "reason", ""), "两年"));
    json_decref(r);
    town_close(&t);
}

static void test_compensation_is_replayed(void **state)
{
    (void)state;
    struct town t;
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    town_open(&t);
    fill(&t, 2027, 1, 30, 30, 45);
    fill(&t, 2026, 1, 30, 36, 40);
    int64_t now = at(2027, 7, 2, 9);
    struct ranking_ask ask = { cn_days(2027, 6, 1), cn_days(2027, 7, 1), false, "" };
    board_settle(t.board, now);
    assert_int_equal(board_write_compensation(t.board, &ask,
                                              "compensation-shandong-2014,compensation-qingdao-2019", now,
                                              &out, &e),
                     0);
    json_t *r = read_buf(&out), *rules = json_object_get(r, "rules");
    assert_int_equal(json_array_size(rules), 2);
    json_t *qingdao = json_array_get(rules, 0), *shandong = json_array_get(rules, 1);
    json_t *east = json_array_get(json_object_get(shandong, "places"), 0),
           *west = json_array_get(json_object_get(shandong, "places"), 1);
    assert_int_equal(json_micro(east, "total", 0), MICRO(720000));  /* 6 µg/m³ × 60 % × 200 000 */
    assert_int_equal(json_micro(west, "total", 0), MICRO(-600000)); /* 5 worse */
    assert_true(json_is_false(json_object_get(shandong, "in_force")));
    assert_true(
        json_is_null(json_object_get(json_array_get(json_object_get(qingdao, "places"), 0), "total")));
    json_decref(r);
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counties_beside_last_year),
        cmocka_unit_test(test_the_unranked_say_why),
        cmocka_unit_test(test_bad_questions),
        cmocka_unit_test(test_compensation_is_replayed),
    };
    return cmocka_run_group_tests_name("measure.rank", tests, NULL, NULL);
}
