/* Findings: episodes, what ends them, and that neither order nor repetition changes them. */
#include "town.h"

#include <stdlib.h>

static void cod(struct board *b, int64_t time, double v, char flag)
{
    char body[64];
    snprintf(body, sizeof body, "w01018-Avg=%.1f,w01018-Flag=%c", v, flag);
    send_hour(b, WATER, time, body);
}

static void test_an_outlet_exceeds_and_recovers(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    town_open(&t);
    int64_t start = at(2026, 5, 2, 8), h = start;
    cod(t.board, h, 40, 'N');
    find_all(t.board, h + MS_HOUR, &g);
    assert_null(got_of(&g, "source.hour"));
    cod(t.board, h += MS_HOUR, 62.1, 'N');
    find_all(t.board, h + MS_HOUR, &g);
    const struct got *f = got_of(&g, "source.hour");
    assert_non_null(f);
    assert_string_equal(f->key, "source.hour:water:w01018:2026050209");
    assert_string_equal(f->title,
                        "总排口 化学需氧量 小时均值超标，最高 62.1 mg/L（限值 50），超标 0.24 倍，共 1 小时");
    assert_string_equal(f->severity, "medium");
    assert_int_equal(f->site, WATER);
    assert_false(f->over);
    assert_non_null(strstr(f->facts, "\"goal\":{\"factor\":\"w01018\",\"indicator\":\"source.hour\","
                                     "\"lower\":null,\"op\":\"<=\",\"period\":"
                                     "\"hour\",\"site\":5,\"text\":\"连续 24 小时有效均值化学需氧量 ≤ 50 "
                                     "mg/L\",\"unit\":\"mg/L\",\"value\":50,"
                                     "\"window\":24}"));
    find_all(t.board, h + MS_HOUR, &g); /* nothing new: nothing is said again */
    assert_null(got_of(&g, "source.hour"));
    cod(t.board, h += MS_HOUR, 40, 'N');
    cod(t.board, h += MS_HOUR, 80, 'N');
    find_all(t.board, h + MS_HOUR, &g);
    f = got_of(&g, "source.hour");
    assert_string_equal(f->key, "source.hour:water:w01018:2026050209"); /* the same trouble */
    assert_non_null(strstr(f->facts, "\"hours\":2"));
    assert_non_null(strstr(f->facts, "\"multiple\":0.6"));
    for (int i = 0; i < 23; i++)
        cod(t.board, h += MS_HOUR, 40, 'N');
    cod(t.board, h += MS_HOUR, 99, 'D'); /* invalid: neither trouble nor recovery */
    find_all(t.board, h + MS_HOUR, &g);
    f = got_of(&g, "source.hour");
    assert_true(!f || !f->over);
    cod(t.board, h += MS_HOUR, 40, 'N');
    find_all(t.board, h + MS_HOUR, &g);
    f = got_of(&g, "source.hour");
    assert_true(f && f->over);
    cod(t.board, h += MS_HOUR, 70, 'N'); /* a new trouble */
    find_all(t.board, h + MS_HOUR, &g);
    f = got_of(&g, "source.hour");
    assert_string_not_equal(f->key, "source.hour:water:w01018:2026050209");
    assert_false(f->over);
    town_close(&t);
}

static void test_a_late_hour_joins_two_troubles(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    town_open(&t);
    int64_t h = at(2026, 5, 2, 8);
    cod(t.board, h, 70, 'N');
    find_all(t.board, h + 2 * MS_HOUR, &g);
    assert_string_equal(got_of(&g, "source.hour")->key, "source.hour:water:w01018:2026050208");
    cod(t.board, h - MS_HOUR, 60, 'N'); /* an earlier hour comes late: the trouble began there */
    find_all(t.board, h + 2 * MS_HOUR, &g);
    int seen = 0;
    for (size_t i = 0; i < g.n; i++)
        if (strcmp(g.g[i].rule, "source.hour") == 0) {
            bool old = strcmp(g.g[i].key, "source.hour:water:w01018:2026050208") == 0;
            assert_int_equal(g.g[i].over, old); /* the old key is ended, the new one is open */
            seen++;
        }
    assert_int_equal(seen, 2);
    town_close(&t);
}

static void test_invalid_ph_day_and_stack(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    town_open(&t);
    int64_t h = at(2026, 5, 2, 0);
    for (int i = 0; i < 3; i++)
        send_hour(t.board, STACK, h + i * MS_HOUR, "a21026-ZsAvg=30,a21026-Flag=M");
    find_all(t.board, h + 3 * MS_HOUR, &g);
    assert_null(got_of(&g, "source.invalid"));
    send_hour(t.board, STACK, h + 3 * MS_HOUR, "a21026-ZsAvg=90,a21026-Flag=D");
    find_all(t.board, h + 4 * MS_HOUR, &g);
    assert_string_equal(got_of(&g, "source.invalid")->severity, "low");
    assert_non_null(strstr(got_of(&g, "source.invalid")->title, "连续 4 小时数据无效（标记 MD）"));
    assert_null(got_of(&g, "source.hour")); /* 90 is not valid */
    send_hour(t.board, STACK, h + 4 * MS_HOUR, "a21026-Avg=20,a21026-ZsAvg=36,a21026-Flag=N");
    find_all(t.board, h + 5 * MS_HOUR, &g);
    assert_true(got_of(&g, "source.invalid")->over);
    assert_string_equal(got_of(&g, "source.hour")->severity, "high");
    send_hour(t.board, WATER, h, "w01001-Avg=5.2,w01001-Flag=N"); /* below the lower limit */
    send_at(t.board, DAILY, PERIOD_DAY, at(2026, 5, 1, 0), at(2026, 5, 2, 1),
            "w01018-Avg=50.1,w01018-Flag=N");
    find_all(t.board, h + 5 * MS_HOUR, &g);
    assert_non_null(strstr(got_of(&g, "source.hour")->facts, "\"below\":true"));
    assert_non_null(strstr(got_of(&g, "source.hour")->facts, "\"op\":\"in\""));
    assert_string_equal(got_of(&g, "source.day")->key, "source.day:daily:w01018:2026050100");
    assert_non_null(strstr(got_of(&g, "source.day")->facts, "\"days\":1"));
    town_close(&t);
}

static void test_air_day_and_silence(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    town_open(&t);
    send_days(t.board, cn_days(2026, 5, 1), 1, 120, 90); /* 158 */
    find_all(t.board, at(2026, 5, 1, 23), &g);
    assert_null(got_of(&g, "air.day")); /* the day is not over */
    find_all(t.board, at(2026, 5, 2, 0) + MS_MINUTE, &g);
    assert_int_equal(g.n, 5); /* four stations and the city */
    assert_string_equal(g.g[4].key, "air.day:city::2026050100");
    assert_string_equal(g.g[4].title, "小城 空气质量中度污染，日AQI最高 158（首要污染物 PM2.5），共 1 天");
    find_all(t.board, at(2026, 5, 2, 2), &g);
    assert_null(got_of(&g, "device.silent"));
    find_all(t.board, at(2026, 5, 2, 2) + MS_SECOND, &g);
    assert_string_equal(got_of(&g, "device.silent")->key, "device.silent:s4::2026050200");
    assert_int_equal(g.n, 4);
    find_all(t.board, at(2026, 5, 2, 5), &g);
    assert_int_equal(g.n, 0); /* still the same silence */
    send_air(t.board, S4, at(2026, 5, 2, 5), 20, 90);
    find_all(t.board, at(2026, 5, 2, 6), &g);
    assert_true(got_of(&g, "device.silent")->over);
    assert_string_equal(got_of(&g, "device.silent")->key, "device.silent:s4::2026050200");
    /* With real-time values every 60 s: ten minutes at least. */
    send_at(t.board, WATER, PERIOD_REALTIME, at(2026, 5, 2, 6), at(2026, 5, 2, 6), "w01018-Rtd=20");
    find_all(t.board, at(2026, 5, 2, 6) + 10 * MS_MINUTE, &g);
    assert_null(got_of(&g, "device.silent"));
    find_all(t.board, at(2026, 5, 2, 6) + 11 * MS_MINUTE, &g);
    assert_string_equal(got_of(&g, "device.silent")->key, "device.silent:water::2026050206");
    town_close(&t);
}

static void test_target_lost(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    struct err e;
    town_open(&t);
    send_days(t.board, cn_days(2026, 1, 1), 300, 60, 90);
    json_t *targets =
        json_pack("[{s:i,s:s,s:i,s:s},{s:i,s:s,s:i}]", "id", 7, "bound", "air.pm25.mean", "value", 30,
                  "modality", "must", "id", 8, "bound", "air.pm25.mean", "value", 70);
    assert_int_equal(board_set_targets(t.board, targets, &e), 0);
    json_decref(targets);
    find_all(t.board, at(2026, 10, 28, 1), &g);
    const struct got *f = got_of(&g, "target.impossible");
    assert_string_equal(f->key, "target.impossible:city::7:air.pm25.mean");
    assert_string_equal(f->severity, "high");
    assert_non_null(strstr(f->title, "无论如何都无法完成"));
    /* 182 days of 60 make 10,920 of the 10,950 that 30 a day allow; the 183rd is too much. */
    assert_int_equal(f->from, at(2026, 7, 3, 0));
    assert_int_equal(board_set_targets(t.board, NULL, &e), 0);
    find_all(t.board, at(2026, 10, 28, 2), &g);
    assert_true(got_of(&g, "target.impossible")->over);
    targets = json_object();
    assert_true(board_set_targets(t.board, targets, &e) < 0);
    json_decref(targets);
    town_close(&t);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct got *)a)->key, ((const struct got *)b)->key);
}

/* Any order of arrival ends with the same open findings as a fresh load. */
static void test_order_does_not_matter(void **state)
{
    (void)state;
    enum { N = 240 };
    static struct gots want, is, tmp;
    int64_t start = at(2026, 5, 1, 0), now = start + N * MS_HOUR;
    for (unsigned seed = 0; seed < 5; seed++) {
        struct town t;
        int order[N];
        town_open(&t);
        for (int i = 0; i < N; i++)
            order[i] = i;
        srand(seed);
        for (int i = N; seed && i > 1; i--) {
            int j = rand() % i, x = order[j];
            order[j] = order[i - 1];
            order[i - 1] = x;
        }
        for (int i = 0; i < N; i++) {
            unsigned k = ((unsigned)order[i] * 2654435761u) >> 9;
            if (k % 10)
                cod(t.board, start + order[i] * MS_HOUR, order[i] % 60 < 5 ? 51 + k % 40 : 20,
                    k % 7 ? 'N' : 'C');
            if (seed > 2 && i % 31 == 0)
                find_all(t.board, now, &tmp);
        }
        if (seed > 2) { /* what stays open after many calls */
            struct board *b = NULL;
            struct err e;
            assert_int_equal(board_new(t.place, SOURCE_ROOT "/definitions", &b, &e), 0);
            for (int i = 0; i < N; i++) {
                unsigned k = ((unsigned)i * 2654435761u) >> 9;
                if (k % 10)
                    cod(b, start + i * MS_HOUR, i % 60 < 5 ? 51 + k % 40 : 20, k % 7 ? 'N' : 'C');
            }
            find_all(b, now, &is);
            board_free(b);
        } else {
            find_all(t.board, now, &is);
        }
        qsort(is.g, is.n, sizeof *is.g, by_key);
        if (seed == 0)
            want = is;
        assert_int_equal(is.n, want.n);
        for (size_t i = 0; i < is.n; i++) {
            assert_string_equal(is.g[i].key, want.g[i].key);
            assert_string_equal(is.g[i].facts, want.g[i].facts);
            assert_int_equal(is.g[i].over, want.g[i].over);
        }
        town_close(&t);
    }
    assert_true(want.n >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_outlet_exceeds_and_recovers),
        cmocka_unit_test(test_a_late_hour_joins_two_troubles),
        cmocka_unit_test(test_invalid_ph_day_and_stack),
        cmocka_unit_test(test_air_day_and_silence),
        cmocka_unit_test(test_target_lost),
        cmocka_unit_test(test_order_does_not_matter),
    };
    return cmocka_run_group_tests_name("measure.find", tests, NULL, NULL);
}
