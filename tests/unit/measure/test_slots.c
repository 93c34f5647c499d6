/* The four kinds of missing, opinions and what they change, rates as they stood, and limits that change on a date. */
#include "town.h"

#include <stdlib.h>

#include "standard/rates.h"

enum { HOURS = 24 };

static int64_t start(void)
{
    return at(2026, 5, 2, 0);
}

static void cod(struct board *b, int hour, double v, char flag)
{
    char body[64];
    snprintf(body, sizeof body, "w01018-Avg=%.1f,w01018-Flag=%c;w01001-Avg=7.1", v, flag);
    send_hour(b, WATER, start() + hour * MS_HOUR, body);
}

/* Counts of COD over the first day, seen two days later, as known then. */
static struct counts counted(struct board *b, int64_t known)
{
    struct buf out = BUF_INIT;
    struct counts c = { 0 };
    board_write_quality(b, -1, WATER, start(), start() + MS_DAY, known, start() + 2 * MS_DAY, true, &out);
    json_t *tree = read_buf(&out);
    const json_t *site = json_array_get(json_object_get(tree, "sites"), 0);
    const json_t *counts = json_object_get(json_array_get(json_object_get(site, "factors"), 0), "counts");
    for (int k = 0; k < SLOT_KINDS; k++)
        c.n[k] = json_int(counts, slot_kind_word((enum slot_kind)k), -1);
    assert_int_equal(json_int(counts, "expected", -1), counts_expected(&c));
    json_decref(tree);
    return c;
}

static void assert_counts(struct counts c, int valid, int invalid, int excepted, int lost, int not_sent)
{
    int want[SLOT_KINDS] = { valid, invalid, excepted, lost, not_sent };
    for (int k = 0; k < SLOT_KINDS; k++)
        if (c.n[k] != want[k])
            fail_msg("%s: %d, wanted %d", slot_kind_word((enum slot_kind)k), (int)c.n[k], want[k]);
}

/* Hours 0 to 9 come; 10 and 11 are silent; of 12 a real-time value came, of 13 a minute; 14 is in maintenance, 15 the plant is stopped;
 * the rest comes. */
static void play(struct board *b)
{
    for (int h = 0; h < HOURS; h++)
        if (h < 10 || h > 13)
            cod(b, h, 40, h == 14 ? 'M' : h == 15 ? 'F' : 'N');
    send_at(b, WATER, PERIOD_REALTIME, start() + 12 * MS_HOUR + 5 * MS_MINUTE,
            start() + 12 * MS_HOUR + 5 * MS_MINUTE, "w01018-Rtd=41,w01018-Flag=N");
    send_at(b, WATER, PERIOD_MINUTE, start() + 13 * MS_HOUR, start() + 13 * MS_HOUR + 10 * MS_MINUTE,
            "w01018-Avg=41");
}

static struct review review(int64_t id, enum review_kind kind, int from, int to, int64_t given)
{
    return (struct review){ .id = id,
                            .site = WATER,
                            .kind = kind,
                            .from = start() + from * MS_HOUR,
                            .to = start() + to * MS_HOUR,
                            .given = given };
}

static void test_four_kinds(void **state)
{
    (void)state;
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    play(t.board);
    assert_counts(counted(t.board, INT64_MAX), 18, 1, 1, 2, 2);
    /* a part of hour 10 had come, the rest not: it was lost */
    struct lost_span lost = { WATER, start() + 10 * MS_HOUR, start() + 11 * MS_HOUR, LOST_PART };
    assert_int_equal(board_set_lost(t.board, &lost, 1, &e), 0);
    assert_counts(counted(t.board, INT64_MAX), 18, 1, 1, 3, 1);
    /* when it comes after all it is there, however it came */
    cod(t.board, 10, 40, 'N');
    assert_counts(counted(t.board, INT64_MAX), 19, 1, 1, 2, 1);
    cod(t.board, 12, 40, 'N');
    assert_counts(counted(t.board, INT64_MAX), 20, 1, 1, 1, 1);
    town_close(&t);
}

static void test_opinions(void **state)
{
    (void)state;
    struct town t;
    struct err e = { 0 };
    int64_t now = start() + 2 * MS_DAY;
    town_open(&t);
    play(t.board);
    struct review r[4] = { review(1, REVIEW_INVALID, 0, 4, now - 10),
                           review(2, REVIEW_EXCEPTED, 10, 15, now - 8),
                           review(3, REVIEW_VALID, 14, 15, now - 6), review(4, REVIEW_VALID, 2, 4, now - 4) };
    assert_int_equal(board_set_reviews(t.board, r, 1, &e), 0);
    assert_counts(counted(t.board, INT64_MAX), 14, 5, 1, 2, 2);
    /* an exception is of what is missing, too; a value in maintenance that a person takes as good is good */
    assert_int_equal(board_set_reviews(t.board, r, 3, &e), 0);
    assert_counts(counted(t.board, INT64_MAX), 15, 4, 5, 0, 0);
    /* the later opinion holds */
    assert_int_equal(board_set_reviews(t.board, r, 4, &e), 0);
    assert_counts(counted(t.board, INT64_MAX), 17, 2, 5, 0, 0);
    /* as it stood: what was not said yet, what had not come yet */
    assert_counts(counted(t.board, now - 9), 14, 5, 1, 2, 2);
    assert_counts(counted(t.board, now - 11), 18, 1, 1, 2, 2);
    /* withdrawn: from then on, not before */
    r[1].withdrawn = now - 2;
    assert_int_equal(board_set_reviews(t.board, r, 4, &e), 0);
    assert_counts(counted(t.board, now - 3), 17, 2, 5, 0, 0);
    assert_counts(counted(t.board, INT64_MAX), 17, 2, 1, 2, 2);
    /* of one factor only, or of another site: nothing */
    snprintf(r[0].factor, sizeof r[0].factor, "w01001");
    r[1].site = STACK;
    assert_int_equal(board_set_reviews(t.board, r, 2, &e), 0);
    assert_counts(counted(t.board, INT64_MAX), 18, 1, 1, 2, 2);
    assert_int_equal(board_set_reviews(t.board, NULL, 0, &e), 0);
    assert_counts(counted(t.board, INT64_MAX), 18, 1, 1, 2, 2);
    town_close(&t);
}

/* What had not arrived by `known` was not there then. */
static void test_late_values_as_it_stood(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    for (int h = 0; h < HOURS; h++)
        send_at(t.board, WATER, PERIOD_HOUR, start() + h * MS_HOUR, start() + (h == 5 ? 40 : h + 1) * MS_HOUR,
                "w01018-Avg=40");
    assert_counts(counted(t.board, INT64_MAX), 24, 0, 0, 0, 0);
    assert_counts(counted(t.board, start() + 30 * MS_HOUR), 23, 0, 0, 0, 1);
    /* nothing is expected of hours that were not over then */
    assert_counts(counted(t.board, start() + 12 * MS_HOUR + MS_MINUTE * 30), 11, 0, 0, 0, 1);
    town_close(&t);
}

/* An opinion reaches what is judged: the exceedance is gone, the air day is computed again, the goal sees it. */
static void test_what_rests_on_opinions(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    struct err e = { 0 };
    int64_t now = start() + 2 * MS_DAY;
    town_open(&t);
    for (int h = 0; h < HOURS; h++)
        cod(t.board, h, h == 8 ? 90 : 40, 'N');
    find_all(t.board, now, &g);
    assert_non_null(got_of(&g, "source.hour"));
    struct review r = review(1, REVIEW_INVALID, 8, 9, now);
    assert_int_equal(board_set_reviews(t.board, &r, 1, &e), 0);
    find_all(t.board, now, &g);
    const struct got *f = got_of(&g, "source.hour");
    assert_non_null(f);
    assert_true(f->over); /* it goes out once more as over */

    int64_t day = cn_day_of(start());
    send_days(t.board, day, 1, 200, 90);
    board_settle(t.board, now);
    struct buf out = BUF_INIT;
    board_write_year(t.board, S1, 2026, now, &out);
    json_t *year = read_buf(&out);
    assert_int_equal(
        json_int(json_object_get(json_array_get(json_object_get(year, "items"), AIR_PM25), "hours"), "valid",
                 -1),
        24);
    json_decref(year);
    struct review air = { .id = 2,
                          .site = S1,
                          .kind = REVIEW_EXCEPTED,
                          .from = start(),
                          .to = start() + 10 * MS_HOUR,
                          .given = now };
    snprintf(air.factor, sizeof air.factor, "a34004");
    assert_int_equal(board_set_reviews(t.board, &air, 1, &e), 0);
    board_settle(t.board, now);
    board_write_year(t.board, S1, 2026, now, &out);
    year = read_buf(&out);
    const json_t *item = json_array_get(json_object_get(year, "items"), AIR_PM25);
    assert_int_equal(json_int(json_object_get(item, "hours"), "valid", -1), 14);
    assert_int_equal(json_int(json_object_get(item, "hours"), "excepted", -1), 10);
    assert_int_equal(json_int(item, "valid_days", -1), 0); /* 14 hours are no day */
    json_decref(year);
    town_close(&t);
}

/* Whatever is missing, losing one more hour never raises a rate. */
static void test_a_missing_hour_never_raises(void **state)
{
    (void)state;
    uint64_t seed = 4711;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 60; round++) {
        struct town t;
        double last[3] = { 101, 101, 101 };
        bool gone[HOURS] = { false };
        char flag[HOURS];
        for (int h = 0; h < HOURS; h++)
            flag[h] =
                "NNNNMFSD"[(seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U) >> 33 & 7];
        for (int missing = 0; missing <= 6; missing++) {
            if (missing)
                gone[1 + (seed = seed * UINT64_C(6364136223846793005) + 1) % (HOURS - 1)] = true;
            town_open(&t);
            for (int h = 0; h < HOURS; h++)
                if (!gone[h])
                    cod(t.board, h, 40, flag[h]);
            struct buf out = BUF_INIT;
            board_write_quality(t.board, -1, WATER, start(), start() + MS_DAY, INT64_MAX,
                                start() + 2 * MS_DAY, false, &out);
            json_t *tree = read_buf(&out);
            const json_t *rates = json_object_get(json_array_get(json_object_get(tree, "sites"), 0), "rates");
            /* transmission and the product; the share of valid among what came may move either way */
            for (size_t i = 0; i < 3;
                 i += 2) { /* losing an hour that was excepted brings it back into the account: lower, too */
                double v = json_number_value(json_object_get(json_array_get(rates, i), "value"));
                if (json_is_null(json_object_get(json_array_get(rates, i), "value")))
                    continue;
                if (v > last[i] + 1e-9)
                    fail_msg("round %d: %d missing: %g after %g", round, missing, v, last[i]);
                last[i] = v;
            }
            json_decref(tree);
            town_close(&t);
        }
    }
}

static const char dated_city[] =
    "{\"name\":\"n\",\"name_en\":\"n\",\"regions\":[{\"code\":\"r\",\"name\":\"r\",\"name_en\":\"r\"}],"
    "\"units\":[],\"sites\":[{"
    "\"code\":\"o\",\"name\":\"排口\",\"name_en\":\"O\",\"kind\":\"water_outlet\",\"region\":\"r\",\"lng\":1,"
    "\"lat\":1,"
    "\"factors\":[\"w01018\"],\"limits\":[{\"factor\":\"w01018\",\"upper\":60,\"to\":\"2026-05-02\","
    "\"basis\":\"旧证\"},"
    "{\"factor\":\"w01018\",\"upper\":40,\"from\":\"2026-05-03\",\"basis\":\"新证\"}]}]}";

/* A change of a permit limit on a date changes judgement from that date only. */
static void test_a_limit_changes_on_a_date(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    town_open_with(&t, dated_city);
    for (int h = 0; h < 48; h++)
        send_hour(t.board, 1, start() + h * MS_HOUR, "w01018-Avg=50,w01018-Flag=N");
    find_all(t.board, start() + 3 * MS_DAY, &g);
    const struct got *hour = got_of(&g, "source.hour"), *day = got_of(&g, "source.day");
    assert_non_null(hour);
    assert_true(hour->from == start() + MS_DAY && hour->to == start() + 2 * MS_DAY);
    assert_non_null(strstr(hour->facts, "\"limit\":40"));
    assert_non_null(strstr(hour->facts, "新证"));
    assert_non_null(day);
    assert_true(day->from == start() + MS_DAY && day->to == start() + 2 * MS_DAY);
    town_close(&t);
}

/* A sent day stands; once a part of it is judged, its hours make it; a judged whole day is what was said of it. */
static void test_days_and_opinions(void **state)
{
    (void)state;
    struct town t;
    struct err e = { 0 };
    struct goal goal = { .indicator = "source.day",
                         .site = WATER,
                         .factor = "w01018",
                         .op = "<=",
                         .value = MICRO(50),
                         .lower = MICRO_MISSING,
                         .window = 1,
                         .period = "day",
                         .since = start() };
    struct goal_answer a;
    int64_t now = start() + MS_DAY + 3 * MS_HOUR;
    town_open(&t);
    for (int h = 0; h < HOURS; h++)
        cod(t.board, h, h < 4 ? 400 : 40, 'N');
    send_at(t.board, WATER, PERIOD_DAY, start(), now, "w01018-Avg=100,w01018-Flag=N");
    board_settle(t.board, now);
    assert_int_equal(board_judge(t.board, &goal, now, &a, &e), 0);
    assert_int_equal(a.verdict, VERDICT_NOT_MET);
    struct review r = review(1, REVIEW_INVALID, 0, 4, now);
    assert_int_equal(board_set_reviews(t.board, &r, 1, &e), 0);
    assert_int_equal(board_judge(t.board, &goal, now, &a, &e), 0);
    assert_int_equal(a.verdict, VERDICT_MET); /* 20 hours of 40 */
    r.to = start() + MS_DAY;
    assert_int_equal(board_set_reviews(t.board, &r, 1, &e), 0);
    assert_int_equal(board_judge(t.board, &goal, now, &a, &e), 0);
    assert_int_equal(a.verdict, VERDICT_CANNOT_JUDGE);
    assert_int_equal(a.invalid, 1);
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_four_kinds),
        cmocka_unit_test(test_opinions),
        cmocka_unit_test(test_late_values_as_it_stood),
        cmocka_unit_test(test_what_rests_on_opinions),
        cmocka_unit_test(test_a_missing_hour_never_raises),
        cmocka_unit_test(test_a_limit_changes_on_a_date),
        cmocka_unit_test(test_days_and_opinions),
    };
    return cmocka_run_group_tests_name("measure.slots", tests, NULL, NULL);
}
