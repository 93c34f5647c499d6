/* Hours to days to years of stations, regions and the city, and what the screen is told. */
#include "town.h"

#include <stdlib.h>

static json_t *city(struct board *b, int64_t now)
{
    struct buf out = BUF_INIT;
    board_write_city(b, now, &out);
    return read_buf(&out);
}

static json_t *series(struct board *b, int site, const char *period, int64_t from, int64_t to)
{
    struct buf out = BUF_INIT;
    board_write_aqi(b, site, period, from, to, &out);
    json_t *tree = read_buf(&out), *points = json_incref(json_object_get(tree, "points"));
    json_decref(tree);
    return points;
}

static void test_city_now(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    int64_t now = at(2026, 5, 2, 10) + 5 * MS_MINUTE;
    send_days(t.board, cn_days(2026, 4, 30), 2, 40, 90);
    for (int h = 0; h < 10; h++)
        for (int s = S1; s <= S4; s++)
            send_air(t.board, s, at(2026, 5, 2, h), s <= S2 ? 60 : 80, 90);
    board_settle(t.board, now);
    json_t *c = city(t.board, now), *hour = json_object_get(c, "hour"), *day = json_object_get(c, "day");
    assert_string_equal(json_str(hour, "rule", ""), "HJ633-2026");
    assert_int_equal(json_int(hour, "aqi", -1),
                     110); /* 70 µg/m³: from the mean of the stations, not of their indices */
    assert_string_equal(json_string_value(json_array_get(json_object_get(hour, "primary"), 0)), "pm25");
    assert_true(json_flag(hour, "valid", false));
    assert_string_equal(json_str(hour, "time", ""), "2026-05-02T09:00:00+08:00");
    assert_true(json_flag(day, "provisional", false));
    assert_false(json_flag(day, "valid", true));
    assert_int_equal(json_int(day, "aqi", -1), 110);
    assert_int_equal(json_array_size(json_object_get(c, "hours")), 24);
    assert_int_equal(json_array_size(json_object_get(c, "regions")), 2);
    json_t *east = json_array_get(json_object_get(c, "regions"), 0);
    assert_int_equal(json_int(json_object_get(east, "hour"), "aqi", -1), 100);
    assert_int_equal(json_int(json_object_get(c, "stations"), "reporting", -1), 4);
    assert_int_equal(json_int(json_object_get(c, "yesterday"), "aqi", -1), 60);
    json_decref(c);
    /* Three hours later nobody has sent: silent, and the hour says why it has no value. */
    c = city(t.board, now + 4 * MS_HOUR);
    assert_int_equal(json_int(json_object_get(c, "stations"), "silent", -1), 4);
    assert_true(json_is_null(json_object_get(json_object_get(c, "hour"), "aqi")));
    assert_string_equal(json_str(json_object_get(c, "hour"), "reason", ""), "没有有效数据");
    json_decref(c);
    town_close(&t);
}

static void test_a_day_is_from_00_to_23_and_needs_20_hours(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    for (int h = 0; h < 24; h++) {
        if (h < 20)
            send_air(t.board, S1, at(2026, 5, 2, h), 40, 90);
        if (h < 19)
            send_air(t.board, S2, at(2026, 5, 2, h), 40, 90);
        send_air(t.board, S3, at(2026, 5, 2, h), 40, 90);
    }
    /* An hour sent but marked as calibration is no valid hour. */
    send_at(t.board, S3, PERIOD_HOUR, at(2026, 5, 2, 3), at(2026, 5, 2, 8), "a34004-Avg=400,a34004-Flag=C");
    board_settle(t.board, at(2026, 5, 3, 9));
    static const struct {
        int site, aqi;
    } want[] = { { S1, 60 - 3 }, { S2, -1 }, { S3, 60 - 3 }, { S4, -1 } };
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        json_t *p = series(t.board, want[i].site, "day", at(2026, 5, 2, 0), at(2026, 5, 3, 0));
        assert_int_equal(json_array_size(p), 1);
        int aqi = (int)json_int(json_array_get(p, 0), "aqi", -1);
        assert_int_equal(aqi < 0, want[i].aqi < 0);
        assert_int_equal(json_flag(json_array_get(p, 0), "valid", false), want[i].aqi >= 0);
        json_decref(p);
    }
    /* Two of four stations: less than 75 % of the points, so the city has no day. */
    json_t *p = series(t.board, 0, "day", at(2026, 5, 2, 0), at(2026, 5, 3, 0));
    assert_true(json_is_null(json_object_get(json_array_get(p, 0), "aqi")));
    json_decref(p);
    town_close(&t);
}

static void test_rule_set_by_the_date_of_the_data(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    send_days(t.board, cn_days(2026, 2, 28), 2, 60, 90);
    board_settle(t.board, at(2026, 3, 5, 0));
    json_t *p = series(t.board, 0, "day", at(2026, 2, 28, 0), at(2026, 3, 2, 0));
    assert_int_equal(json_array_size(p), 2);
    assert_int_equal(json_int(json_array_get(p, 0), "aqi", -1), 82);
    assert_string_equal(json_str(json_array_get(p, 0), "rule", ""), "HJ633-2012");
    assert_int_equal(json_int(json_array_get(p, 1), "aqi", -1), 100);
    assert_string_equal(json_str(json_array_get(p, 1), "rule", ""), "HJ633-2026");
    json_decref(p);
    /* HJ 633-2012 hours: PM from the 24 h moving mean, so the second hour of a record has none yet. */
    p = series(t.board, S1, "hour", at(2026, 2, 28, 1), at(2026, 2, 28, 2));
    assert_true(json_is_null(
        json_object_get(json_object_get(json_object_get(json_array_get(p, 0), "items"), "pm25"), "iaqi")));
    json_decref(p);
    p = series(t.board, S1, "hour", at(2026, 2, 28, 23), at(2026, 3, 1, 1));
    assert_int_equal(json_int(json_array_get(p, 0), "aqi", -1), 82);
    assert_int_equal(json_int(json_array_get(p, 1), "aqi", -1), 100);
    json_decref(p);
    town_close(&t);
}

static void test_year_table(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    send_days(t.board, cn_days(2025, 1, 1), 365, 30, 100);
    send_days(t.board, cn_days(2026, 1, 1), 59 + 31, 30, 100);
    send_days(t.board, cn_days(2026, 4, 1), 10, 130, 100);
    int64_t now = at(2026, 4, 11, 8);
    board_settle(t.board, now);
    struct buf out = BUF_INIT;
    board_write_year(t.board, 0, 2026, now, &out);
    json_t *y = read_buf(&out), *pm25 = json_array_get(json_object_get(y, "items"), AIR_PM25);
    assert_int_equal(json_int(pm25, "valid_days", -1), 100);
    assert_int_equal(json_micro(pm25, "mean", 0), MICRO(40));
    assert_true(json_is_null(json_object_get(pm25, "attains"))); /* the year runs */
    assert_int_equal(json_int(json_object_get(y, "good_days"), "good", -1), 90);
    assert_int_equal(json_micro(json_object_get(y, "good_days"), "ratio", -1), MICRO(90));
    assert_int_equal(json_int(y, "heavy_days", -1), 0);
    assert_int_equal(json_array_size(json_object_get(y, "days")), 100);
    json_decref(y);
    board_write_year(t.board, S1, 2025, now, &out);
    y = read_buf(&out);
    pm25 = json_array_get(json_object_get(y, "items"), AIR_PM25);
    assert_true(json_is_true(json_object_get(pm25, "attains")));
    assert_string_equal(json_str(y, "limits", ""), "GB3095-2012");
    json_decref(y);
    board_write_year(t.board, 0, 2019, now, &out);
    y = read_buf(&out);
    assert_int_equal(json_array_size(json_object_get(y, "days")), 0);
    json_decref(y);
    board_write_year(t.board, 99, 2026, now, &out);
    json_decref(read_buf(&out));
    town_close(&t);
}

static void test_site_now(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    int64_t now = at(2026, 5, 2, 10) + MS_MINUTE;
    send_hour(t.board, WATER, at(2026, 5, 2, 8),
              "w01018-Avg=62.10,w01018-Flag=N;w01001-Avg=7.5,w01001-Flag=N");
    send_at(t.board, WATER, PERIOD_REALTIME, at(2026, 5, 2, 10), at(2026, 5, 2, 10),
            "011-Rtd=70.0,011-Flag=M"); /* 2005 code */
    send_hour(t.board, STACK, at(2026, 5, 2, 9), "a21026-Avg=20,a21026-ZsAvg=40.5,a21026-Flag=N");
    send_hour(t.board, 77, at(2026, 5, 2, 9), "a21026-Avg=20");
    send_hour(t.board, WATER, at(2026, 5, 2, 9), "zzz-Avg=1;;=;w01018-Avg=,w01018-Flag=N");
    board_settle(t.board, now);
    struct buf out = BUF_INIT;
    board_write_site(t.board, WATER, now, &out);
    json_t *s = read_buf(&out), *cod = json_array_get(json_object_get(s, "latest"), 0);
    assert_string_equal(json_str(s, "kind", ""), "water_outlet");
    assert_string_equal(json_str(cod, "digits", ""), "70.0");
    assert_string_equal(json_str(cod, "flag", ""), "M");
    assert_false(json_flag(cod, "valid", true));
    assert_false(json_flag(cod, "exceeds", true)); /* nobody may judge it */
    assert_false(json_flag(s, "silent", true));
    json_decref(s);
    board_write_site(t.board, STACK, now, &out);
    s = read_buf(&out);
    json_t *so2 = json_array_get(json_object_get(s, "latest"), 0);
    assert_int_equal(json_micro(so2, "value", 0), MICRO(40.5)); /* the converted mean */
    assert_true(json_flag(so2, "exceeds", false));
    assert_string_equal(json_str(so2, "unit", ""), "mg/m³");
    json_decref(s);
    board_write_site(t.board, 99, now, &out);
    assert_string_equal(out.data, "null");
    buf_release(&out);
    town_close(&t);
}

/* Everything the board says, as one text. */
static char *all_it_says(struct board *b, int64_t now)
{
    struct buf out = BUF_INIT;
    board_write_city(b, now, &out);
    for (int s = 0; s <= SITES; s++) {
        board_write_site(b, s, now, &out);
        board_write_year(b, s, 2026, now, &out);
        board_write_aqi(b, s, "hour", now - 3 * MS_DAY, now, &out);
        board_write_aqi(b, s, "day", now - 9 * MS_DAY, now, &out);
    }
    return buf_take(&out);
}

enum { HOURS = 24 * 6 };
/* Hour i of a station, with holes, marks and corrections that depend on i and the station only. */
static void one(struct board *b, int site, int i, bool correction)
{
    int64_t time = at(2026, 2, 26, 0) + i * MS_HOUR;
    unsigned k = ((unsigned)i * 2654435761u + (unsigned)site * 40503u) >> 7;
    char body[128];
    if (k % 13 == 0 || (correction && k % 5))
        return;
    snprintf(
        body, sizeof body,
        "a34004-Avg=%u,a34004-Flag=%c;a34002-Avg=%u;a21026-Avg=4;a21004-Avg=%u;a21005-Avg=0.6;a05024-Avg=%u",
        (k + (correction ? 31u : 0u)) % 180, k % 11 ? 'N' : 'D', k % 260, k % 70, k % 190);
    send_at(b, site, PERIOD_HOUR, time, time + MS_HOUR + (correction ? MS_DAY : 0), body);
}

static void test_order_of_arrival_does_not_matter(void **state)
{
    (void)state;
    int64_t now = at(2026, 3, 4, 9);
    char *want = NULL;
    for (unsigned seed = 0; seed < 6; seed++) {
        static int order[HOURS * 4 * 2];
        struct town t;
        struct gots g;
        town_open(&t);
        for (int i = 0; i < (int)COUNT_OF(order); i++)
            order[i] = i;
        srand(seed);
        for (size_t i = COUNT_OF(order); seed && i > 1; i--) {
            size_t j = (size_t)rand() % i;
            int x = order[j];
            order[j] = order[i - 1];
            order[i - 1] = x;
        }
        for (size_t i = 0; i < COUNT_OF(order); i++) {
            one(t.board, S1 + order[i] / 2 % 4, order[i] / 8, order[i] % 2);
            if (seed % 2 && i % 97 == 0) { /* settled in between: the late ones recompute their day */
                board_settle(t.board, now);
                find_all(t.board, now, &g);
            }
        }
        board_settle(t.board, now);
        char *is = all_it_says(t.board, now);
        if (!want)
            want = is;
        else {
            assert_string_equal(is, want);
            free(is);
        }
        town_close(&t);
    }
    assert_true(strlen(want) > 10000);
    free(want);
}

static void test_a_new_year_keeps_two(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    send_days(t.board, cn_days(2026, 12, 30), 2, 40, 90);
    board_settle(t.board, at(2027, 1, 1, 1));
    json_t *p = series(t.board, 0, "day", at(2026, 12, 30, 0), at(2027, 1, 1, 0));
    assert_int_equal(json_array_size(p), 2);
    assert_int_equal(json_int(json_array_get(p, 0), "aqi", -1), 60);
    json_decref(p);
    board_settle(t.board, at(2028, 1, 1, 1));
    p = series(t.board, 0, "day", at(2026, 12, 30, 0), at(2027, 1, 1, 0));
    assert_int_equal(json_array_size(p), 0);
    json_decref(p);
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_city_now),
        cmocka_unit_test(test_a_day_is_from_00_to_23_and_needs_20_hours),
        cmocka_unit_test(test_rule_set_by_the_date_of_the_data),
        cmocka_unit_test(test_year_table),
        cmocka_unit_test(test_site_now),
        cmocka_unit_test(test_order_of_arrival_does_not_matter),
        cmocka_unit_test(test_a_new_year_keeps_two),
    };
    return cmocka_run_group_tests_name("measure.air", tests, NULL, NULL);
}
