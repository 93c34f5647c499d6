/* Days and hours of air: two editions side by side with the clause, marks, and properties over generated files. */
#include "unit/check.h"

#include <stdlib.h>
#include <string.h>

#include "support.h"

static const struct {
    const char *name, *kind, *rules, *in; /* one row under its heading */
    const char *has[4];                   /* what the output holds */
} side_case[] = {
    { "A9: the PM points",
      "air-day",
      "both",
      "date,so2,no2,co,o3_8h,pm10,pm25\n2026-01-05,12,45,1.0,98,130,70\n",
      { ",94,良,细颗粒物(PM2.5),", ",110,轻度污染,细颗粒物(PM2.5),",
        "pm25 94→110: IAQI 100 的断点 75→60 (HJ633-2012 表1; HJ633-2026 表3)" } },
    { "A10: three primaries",
      "air-day",
      "HJ633-2026",
      "date,so2,no2,co,o3_8h,pm10,pm25\n2026-01-05,5,20,0.5,160,120,60\n",
      { ",100,良,臭氧8小时;颗粒物(PM10);细颗粒物(PM2.5)," } },
    { "A6: sulphur dioxide above 800 in an hour",
      "air-hour",
      "both",
      "date,so2\n2026-01-05,801\n",
      { "so2 无→200: 高于末级断点的规定不同", ",200,中度污染,二氧化硫," } },
    { "A13: a missing item",
      "air-day",
      "both",
      "date,so2,no2,co,pm10,pm25\n2026-01-05,5,20,0.5,50,53\n",
      { ",73,良,", "缺项且 AQI 不超过 100 时不发布 (HJ633-2026 5.3.1)", "缺 o3" } },
    { "an hour's PM",
      "air-hour",
      "HJ633-2012,published-2013",
      "date,so2,no2,co,o3_1h,pm10,pm25,pm25_24h,pm10_24h\n"
      "2020-01-05,5,20,0.5,60,150,75,35,50\n",
      { "pm25 50→100: 按24h 滑动评价改为按1h" } },
    { "the hour's ozone decides a day of 2012",
      "air-day",
      "HJ633-2012",
      "date,o3_8h,o3_1h\n2020-01-05,90,250\n",
      { ",125,轻度污染,臭氧1小时," } },
    { "nothing differs",
      "air-day",
      "both",
      "date,so2,no2,co,o3_8h,pm10,pm25\n2026-01-05,5,20,0.5,90,40,30\n",
      { ",confirmed,,\n" } },
};

static void test_side_by_side(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof side_case / sizeof *side_case; i++) {
        struct evaluate_job job = { .kind = side_case[i].kind, .rules = side_case[i].rules };
        struct outcome o;
        evaluate_text(&job, side_case[i].in, strlen(side_case[i].in), 0, &o);
        if (o.code)
            fail_msg("case \"%s\": %s", side_case[i].name, o.e.text);
        for (size_t k = 0; k < 4 && side_case[i].has[k]; k++)
            if (!strstr(o.text.data, side_case[i].has[k]))
                fail_msg("case \"%s\": no '%s' in\n%s", side_case[i].name, side_case[i].has[k], o.text.data);
        outcome_release(&o);
    }
}

/* HJ 633-2026 5.3.2. */
static void test_not_monitored(void **state)
{
    (void)state;
    static const char in[] = "date,no2,co,o3_8h,pm10,pm25\n2026-03-01,20,0.5,90,50,53\n";
    for (int exempt = 0; exempt < 2; exempt++) {
        struct evaluate_job job = { .kind = "air-day" };
        struct outcome o;
        if (exempt)
            job.option[job.n_options++] = (struct evaluate_option){ "not-monitored", "so2" };
        evaluate_text(&job, in, strlen(in), 0, &o);
        assert_int_equal(o.sum.judged, exempt);
        assert_true(!!strstr(o.text.data, ",86,良,细颗粒物(PM2.5),") == exempt);
        outcome_release(&o);
    }
}

/* Rows in another order give the same rows in that order: no row knows of another. Seed printed for a repeat. */
static void test_rows_do_not_know_of_each_other(void **state)
{
    (void)state;
    enum { ROWS = 200 };
    static char row[ROWS][96];
    struct buf there = BUF_INIT, back = BUF_INIT;
    unsigned seed = 20260301;
    print_message("# seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < ROWS; i++)
        snprintf(row[i], sizeof row[i], "20%02d-%02d-%02d,%d,%d,%d,%d,%d.%d,%d\n", 16 + rand() % 11,
                 1 + rand() % 12, 1 + rand() % 28, rand() % 600, rand() % 700, rand() % 2700, rand() % 1000,
                 rand() % 61, rand() % 10, rand() % 900);
    buf_adds(&there, "date,pm25,pm10,so2,no2,co,o3_8h\n");
    buf_adds(&back, "date,pm25,pm10,so2,no2,co,o3_8h\n");
    for (int i = 0; i < ROWS; i++) {
        buf_adds(&there, row[i]);
        buf_adds(&back, row[ROWS - 1 - i]);
    }
    struct evaluate_job job = { .kind = "air-day" };
    struct outcome a, b;
    evaluate_text(&job, there.data, there.len, 0, &a);
    evaluate_text(&job, back.data, back.len, 0, &b);
    assert_int_equal(a.text.len, b.text.len);
    char *line = strtok(a.text.data, "\n"); /* the heading */
    for (int i = 0; i < ROWS; i++) {
        line = strtok(NULL, "\n");
        assert_non_null(line);
        assert_non_null(strstr(b.text.data, line));
    }
    outcome_release(&a);
    outcome_release(&b);
    buf_release(&there);
    buf_release(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_side_by_side),
        cmocka_unit_test(test_not_monitored),
        cmocka_unit_test(test_rows_do_not_know_of_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
