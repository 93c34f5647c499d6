/* Goals judged by the data: windows, holes, breaches. One letter an hour: '.' not sent, 'g' 40, 'B' 62.1, 'i' invalid. */
#include "town.h"

#include <errno.h>

static const struct {
    const char *name, *hours; /* the last letter is the last hour that is over */
    int since;                /* index of the hour from which on it counts */
    int window;
    enum verdict verdict;
    int have, missing, invalid;
    const char *text; /* part of the sentence */
} cases[] = {
    { "met", "gggggg", 0, 6, VERDICT_MET, 6, 0, 0, "现有 6 小时" },
    { "one short", "ggggg", 0, 6, VERDICT_NOT_MET, 5, 0, 0, "还差 1 小时" },
    { "a breach resets", "gggBgg", 0, 4, VERDICT_NOT_MET, 2, 0, 0, "05-02 03:00 为 62.1 mg/L" },
    { "a breach before the window", "Bgggg", 0, 4, VERDICT_MET, 4, 0, 0, "" },
    { "a hole neither counts nor breaks", "ggg.g", 0, 4, VERDICT_MET, 4, 1, 0, "" },
    { "an invalid hour neither counts nor breaks", "gggig", 0, 4, VERDICT_MET, 4, 0, 1, "" },
    { "exactly three quarters", "g.ggg.gg", 0, 6, VERDICT_MET, 6, 2, 0, "" },
    { "too many holes", "gg..g.gg.g", 0, 6, VERDICT_CANNOT_JUDGE, 6, 4, 0, "无法判定" },
    { "silence is no recovery", "Bgg.......", 0, 4, VERDICT_CANNOT_JUDGE, 2, 7, 0, "缺 7" },
    { "silence right after a breach", "B..", 0, 4, VERDICT_NOT_MET, 0, 2, 0, "62.1" },
    { "nothing before since", "gggggg", 3, 4, VERDICT_NOT_MET, 3, 0, 0, "还差 1 小时" },
    { "a breach before since", "gBgggg", 2, 4, VERDICT_MET, 4, 0, 0, "" },
    { "no hour yet", "gggg", 4, 4, VERDICT_NOT_MET, 0, 0, 0, "还差 4 小时" },
    { "all invalid", "iiiiii", 0, 4, VERDICT_CANNOT_JUDGE, 0, 0, 6, "无效 6" },
};

static void test_windows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct town t;
        struct goal_answer a;
        struct err e = { 0 };
        int64_t start = at(2026, 5, 2, 0);
        int n = (int)strlen(cases[i].hours);
        town_open(&t);
        for (int h = 0; h < n; h++) {
            char c = cases[i].hours[h];
            if (c != '.')
                send_hour(t.board, WATER, start + h * MS_HOUR,
                          c == 'B'   ? "w01018-Avg=62.1,w01018-Flag=N"
                          : c == 'i' ? "w01018-Avg=62.1,w01018-Flag=M"
                                     : "w01018-Avg=40.0,w01018-Flag=N");
        }
        board_settle(t.board, start + n * MS_HOUR + 1);
        struct goal g = { .indicator = "source.hour",
                          .site = WATER,
                          .factor = "w01018",
                          .op = "<=",
                          .value = MICRO(50),
                          .unit = "mg/L",
                          .window = cases[i].window,
                          .period = "hour",
                          .since = start + cases[i].since * MS_HOUR };
        if (board_judge(t.board, &g, start + n * MS_HOUR + 1, &a, &e) < 0)
            fail_msg("%s: %s", cases[i].name, e.text);
        if (a.verdict != cases[i].verdict || a.have != cases[i].have || a.need != cases[i].window ||
            a.missing != cases[i].missing || a.invalid != cases[i].invalid || !strstr(a.text, cases[i].text))
            fail_msg("%s: verdict %d, have %d, missing %d, invalid %d, %s / %s", cases[i].name,
                     (int)a.verdict, a.have, a.missing, a.invalid, a.text, a.text_en);
        town_close(&t);
    }
}

static void test_last_broken_after_closure(void **state)
{
    (void)state;
    struct town t;
    struct goal_answer a;
    struct err e;
    town_open(&t);
    int64_t start = at(2026, 5, 2, 0);
    for (int h = 0; h < 40; h++)
        send_hour(t.board, WATER, start + h * MS_HOUR, h == 10 ? "w01018-Avg=77" : "w01018-Avg=40");
    board_settle(t.board, start + 40 * MS_HOUR);
    struct goal g = { .indicator = "source.hour",
                      .site = WATER,
                      .factor = "w01018",
                      .op = "<=",
                      .value = MICRO(50),
                      .unit = "mg/L",
                      .window = 24,
                      .period = "hour",
                      .since = start };
    assert_int_equal(board_judge(t.board, &g, start + 40 * MS_HOUR, &a, &e), 0);
    assert_int_equal(a.verdict, VERDICT_MET);
    assert_int_equal(
        a.last_broken,
        start + 10 * MS_HOUR); /* a rebound after `since` is named even when the window is met again */
    assert_int_equal(a.last_value, MICRO(40));
    g.since = start + 11 * MS_HOUR;
    assert_int_equal(board_judge(t.board, &g, start + 40 * MS_HOUR, &a, &e), 0);
    assert_int_equal(a.last_broken, 0);
    town_close(&t);
}

static void test_other_indicators(void **state)
{
    (void)state;
    struct town t;
    struct goal_answer a;
    struct err e;
    town_open(&t);
    send_days(t.board, cn_days(2026, 5, 1), 3, 40, 90); /* AQI 60 */
    for (int d = 1; d <= 3; d++)
        send_at(t.board, DAILY, PERIOD_DAY, at(2026, 5, d, 0), at(2026, 5, d + 1, 1),
                d == 1 ? "w01018-Avg=51" : "w01018-Avg=50");
    int64_t now = at(2026, 5, 4, 1);
    board_settle(t.board, now);
    const struct {
        struct goal g;
        enum verdict want;
        int have;
    } c[] = {
        { { .indicator = "air.aqi",
            .op = "<=",
            .value = MICRO(100),
            .window = 3,
            .period = "day",
            .since = at(2026, 5, 1, 0) },
          VERDICT_MET,
          3 },
        { { .indicator = "air.aqi",
            .site = S1,
            .op = "<=",
            .value = MICRO(59),
            .window = 3,
            .period = "day" },
          VERDICT_NOT_MET,
          0 },
        { { .indicator = "air.day",
            .factor = "a34004",
            .op = "<=",
            .value = MICRO(40),
            .window = 3,
            .period = "day" },
          VERDICT_MET,
          3 },
        { { .indicator = "air.day",
            .factor = "o3",
            .op = "<",
            .value = MICRO(90),
            .window = 3,
            .period = "day" },
          VERDICT_NOT_MET,
          0 },
        { { .indicator = "source.day",
            .site = DAILY,
            .factor = "w01018",
            .op = "<=",
            .value = MICRO(50),
            .window = 2,
            .period = "day" },
          VERDICT_MET,
          2 },
        { { .indicator = "source.day",
            .site = DAILY,
            .factor = "w01018",
            .op = "in",
            .value = MICRO(50),
            .lower = MICRO(1),
            .window = 3 },
          VERDICT_NOT_MET,
          2 },
        { { .indicator = "site.online",
            .site = S1,
            .op = ">=",
            .value = MICRO_ONE,
            .window = 24,
            .period = "hour" },
          VERDICT_MET,
          24 },
        { { .indicator = "site.online",
            .site = STACK,
            .op = ">=",
            .value = MICRO_ONE,
            .window = 24,
            .period = "hour" },
          VERDICT_NOT_MET,
          0 },
    };
    for (size_t i = 0; i < COUNT_OF(c); i++) {
        if (board_judge(t.board, &c[i].g, now, &a, &e) < 0)
            fail_msg("%zu: %s", i, e.text);
        if (a.verdict != c[i].want || a.have != c[i].have)
            fail_msg("%zu: verdict %d, have %d, %s", i, (int)a.verdict, a.have, a.text);
    }
    town_close(&t);
}

static void test_bad_goals(void **state)
{
    (void)state;
    static const struct {
        struct goal g;
        int want;
    } c[] = {
        { { .indicator = "moon", .op = "<=", .window = 1 }, -EINVAL },
        { { .indicator = NULL, .op = "<=", .window = 1 }, -EINVAL },
        { { .indicator = "air.aqi", .op = "~", .window = 1 }, -EINVAL },
        { { .indicator = "air.aqi", .op = "<=", .window = 0 }, -EINVAL },
        { { .indicator = "air.aqi", .op = "<=", .window = 1, .value = MICRO_MISSING }, -EINVAL },
        { { .indicator = "source.hour", .op = "<=", .window = 1, .site = 99 }, -ENOENT },
        { { .indicator = "source.hour", .op = "<=", .window = 1, .site = 0 }, -ENOENT },
        { { .indicator = "source.hour", .op = "<=", .window = 1, .site = WATER, .factor = "w99999" },
          -ENOENT },
        { { .indicator = "air.day", .op = "<=", .window = 1, .factor = "w01018" }, -EINVAL },
    };
    struct town t;
    town_open(&t);
    for (size_t i = 0; i < COUNT_OF(c); i++) {
        struct goal_answer a;
        struct err e = { 0 };
        assert_int_equal(board_judge(t.board, &c[i].g, at(2026, 5, 1, 0), &a, &e), c[i].want);
        assert_true(e.text[0] != '\0');
    }
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_last_broken_after_closure),
        cmocka_unit_test(test_other_indicators),
        cmocka_unit_test(test_bad_goals),
    };
    return cmocka_run_group_tests_name("measure.judge", tests, NULL, NULL);
}
