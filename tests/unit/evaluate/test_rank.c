/* Rankings, warnings, years and compensation as files. */
#include "unit/check.h"

#include <string.h>

#include "support.h"

static const struct {
    const char *name, *kind, *rules, *option, *value, *in;
    const char *has[5]; /* what the output holds */
} file_case[] = {
    { "R1 to R3 by the rule of the date, a tie and one unranked",
      "air-rank",
      NULL,
      NULL,
      NULL,
      "city,date,so2,no2,pm10,pm25,co,o3,last_index\nzibo,2023-05-31,12,27,65,29,0.8,191,4.2\nheyuan,2022-02-"
      "28,3,13,16,13,0.9,87,\n"
      "naiman,2022-03-31,9,14,77,23,1.1,96,\nx,2022-03-31,9,14,77,23,1.1,,\ny,2022-03-31,9,14,77,23,1.1,96,"
      "\n",
      { "zibo,4,1,4.03,o3,-4.0,composite-2014,\n", "heyuan,1,4,1.73,", "naiman,2,2,3.14,pm10,", "y,2,2,3.14,",
        "x,,,,,,composite-2014,缺 o3 不排名\n" } },
    { "two rule sets",
      "air-rank",
      "composite-2014,composite-2026",
      NULL,
      NULL,
      "city,so2,no2,pm10,pm25,co,o3\nzibo,12,27,65,29,0.8,191\n",
      { "zibo,1,1,4.03,o3,,composite-2014,1,4.32,composite-2026,\n" } },
    { "rows of two editions keep each its own",
      "air-rank",
      NULL,
      NULL,
      NULL,
      "city,date,so2,no2,pm10,pm25,co,o3\na,2023-05-31,12,27,65,29,0.8,191\nb,2027-05-31,12,27,65,29,0.8,"
      "191\n",
      { "a,1,2,4.03,o3,,composite-2014,\n", "b,2,1,4.32,o3,,composite-2026,\n" } },
    { "W1 by the year: yellow in 2023, red in 2024, dust left out",
      "air-warning",
      NULL,
      NULL,
      NULL,
      "date,aqi,dust\n2023-12-29,210,\n2023-12-30,205,\n2024-01-01,210,\n2024-01-02,220,\n2024-01-03,310,"
      "\n2024-01-04,80,\n"
      "2024-01-05,80,\n2024-01-06,80,\n2024-03-01,400,1\n",
      { "yellow,Ⅲ,2023-12-29,2023-12-30,210,2023-12-28,,",
        "red,Ⅰ,2024-01-01,2024-01-03,310,2023-12-31,2024-01-05," } },
    { "E1 by the scheme and the date, Qingdao with its factor",
      "air-compensation",
      NULL,
      NULL,
      NULL,
      "place,date,pm25,pm25_last,pm10,pm10_last,so2,so2_last,no2,no2_last\n青岛,2014-02-01,100,150,100,200,"
      "50,60,50,60\n"
      "x,2014-02-01,100,150,100,200,50,60,50,60\nx,2022-02-01,100,140,100,140,50,56,50,60\n",
      { ",14250000,71.25,", ",9500000,47.5,", "没有查到", "compensation-shandong-2021" } },
    { "a replay says so",
      "air-compensation",
      "compensation-shandong-2014,compensation-shandong-2016",
      NULL,
      NULL,
      "place,date,pm25,pm25_last,pm10,pm10_last,so2,so2_last,no2,no2_last\nx,2014-02-01,100,150,100,200,50,"
      "60,50,60\n",
      { ",9500000,47.5,", ",19000000,47.5,", "单价 200000→400000 元",
        "推演：compensation-shandong-2016 当日不施行" } },
    { "vector 20 of water",
      "water-compensation",
      "compensation-heze-water-2014",
      NULL,
      NULL,
      "section,cod,nh3n\na,20,1.0\n",
      { ",350000,,350000," } },
    { "one month of one year",
      "air-year",
      NULL,
      NULL,
      NULL,
      "date,pm25,pm10,so2,no2,co,o3_8h,event\n2026-03-01,30,50,5,20,0.5,90,\n2026-03-02,40,700,5,20,0.5,90,"
      "1\n",
      { "2026,whole,pm10,2,375,95,668,", "2026,deducted,pm10,1,50,95,50,", "2026,whole,good_days,2,50.0,",
        "HJ663-2026" } },
};

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof file_case / sizeof *file_case; i++) {
        struct evaluate_job job = { .kind = file_case[i].kind, .rules = file_case[i].rules };
        for (size_t chunk = 0; chunk < 8; chunk += 7) {
            struct outcome o;
            evaluate_text(&job, file_case[i].in, strlen(file_case[i].in), chunk, &o);
            if (o.code)
                fail_msg("case \"%s\": %s", file_case[i].name, o.e.text);
            for (size_t k = 0; k < 5 && file_case[i].has[k]; k++)
                if (!strstr(o.text.data, file_case[i].has[k]))
                    fail_msg("case \"%s\": no \"%s\" in\n%s", file_case[i].name, file_case[i].has[k],
                             o.text.data);
            outcome_release(&o);
        }
    }
}

/* Lines in another order give the same ranks. */
static void test_order_of_rows_changes_no_rank(void **state)
{
    (void)state;
    static const char *const in[] = {
        "city,so2,no2,pm10,pm25,co,o3\na,9,14,77,23,1.1,96\nb,3,13,16,13,0.9,87\n",
        "city,so2,no2,pm10,pm25,co,o3\nb,3,13,16,13,0.9,87\na,9,14,77,23,1.1,96\n"
    };
    for (size_t i = 0; i < 2; i++) {
        struct evaluate_job job = { .kind = "air-rank", .rules = "composite-2014" };
        struct outcome o;
        evaluate_text(&job, in[i], strlen(in[i]), 0, &o);
        assert_non_null(strstr(o.text.data, "\na,2,1,3.14,"));
        assert_non_null(strstr(o.text.data, "\nb,1,2,1.73,"));
        outcome_release(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_order_of_rows_changes_no_rank),
    };
    return cmocka_run_group_tests_name("evaluate.rank", tests, NULL, NULL);
}
