/* Rates, forecasts, trends, groups of sections, lakes and city ranking as files; numbers with exponents. */
#include "unit/check.h"

#include <string.h>

#include "support.h"

#define ALL21  "ph,do,codmn,cod,bod5,nh3n,tp,cu,zn,fluoride,se,as,hg,cd,cr6,pb,cyanide,phenol,oil,las,sulfide"
#define AT_III ",5,6,20,4,1,0.2,1,1,1,0.01,0.05,1E-04,0.005,0.05,0.05,0.2,0.005,0.05,0.2,0.2\n"

/* The same without its line's end, for tables with more columns. */
#define AT_III_ROW ",5,6,20,4,1,0.2,1,1,1,0.01,0.05,1E-04,0.005,0.05,0.05,0.2,0.005,0.05,0.2,0.2"

static const struct {
    const char *name, *kind;
    struct evaluate_option option[3];
    const char *in;
    const char *has[6];
} file_case[] = {
    { "84 of 99 fails 85 %, 85 of 100 passes, and so would not 8496 of 10000",
      "rates",
      { { "sites", "water" } },
      "qc_passed,qc_failed,qc_total,expected,valid\n84,,99,,\n85,15,,,\n8496,1504,,,\n,,,100,95\n,,,100,94\n",
      { "84,,99,,,0,,,84.85,,,,,qc,", "85,15,,,,0,,,85.00,,,,qc,,", "8496,1504,,,,0,,,84.96,,,,,qc,",
        ",,,100,95,100,95.00,95.00,,,,,capture,,",
        "94,100,94.00,94.00,,,,,,capture,from memory,quality-water" } },
    { "the calendar is the denominator; what is excepted leaves it; lost stays",
      "rates",
      { { "sites", "air" } },
      "expected,valid,invalid,excepted,lost,not_sent\n744,600,10,100,4,30\n744,600,10,100,,\n10,8,1,1,1,1\n",
      { "744,600,10,100,4,30,744,94.72,93.17,", "其余 34 个按未发送计", "各类之和 12 与应有 10 不符" } },
    { "sources: transmission x validity",
      "rates",
      { { "sites", "sources" } },
      "valid,invalid,not_sent\n540,108,72\n539,109,72\n",
      { "540,108,72,720,,,,90.00,83.33,75.00,effective,,",
        "539,109,72,720,,,,90.00,83.18,74.86,,effective," } },
    { "hours with flags against two days",
      "rates-hours",
      { { "sites", "sources" }, { "from", "2026-03-01" }, { "to", "2026-03-02" } },
      "site,factor,time,value,flag\nx,w01018,2026-03-01 08:00,12,N\nx,w01018,2026-03-01 "
      "09:00,,F\nx,w01018,2026-03-"
      "01T10:00:00+08:00,13,D\n"
      "x,w01018,2026030111,,lost\nx,w01018,2026-03-05 00:00,1,N\nx,w01018,2026-03-02 23:00,4E-05,\n",
      { "x,w01018,48,1,2,1,1,43,", "1 rows without an hour of the calendar" } },
    { "six days by hand: range 3 of 5, one event told, one missed, one false",
      "forecast",
      { { NULL, NULL } },
      "date,low,high,aqi,primary,seen_primary\n2026-03-01,40,60,55,,PM10\n2026-03-02,90,110,120,PM2.5,PM2.5\n"
      "2026-03-03,110,140,130,O3,臭氧\n2026-03-04,110,130,80,O3,PM10\n2026-03-05,60,90,75,PM10,PM10\n2026-03-"
      "06,60,"
      "90,,PM10,PM10\n",
      { "range_percent,,60.0,3,5\n", "TS,AQI>100,0.333,1,3\n", "POD,AQI>100,0.500,1,2\n",
        "FAR,AQI>100,0.500,1,2\n", "mean_abs_error,,14.0,,5\n", "primary_percent,,60.0,3,5\n" } },
    { "a single value is widened",
      "forecast",
      { { "widen", "10" } },
      "date,forecast,aqi\n2026-03-01,100,110\n2026-03-02,100,111\n",
      { "range_percent,,50.0,1,2\n" } },
    { "falling for six years; years that are not in a row are not tested",
      "air-trend",
      { { NULL, NULL } },
      "place,item,year,value\na,pm25,2021,50\na,pm25,2020,55\na,pm25,2022,48\na,pm25,2023,47\na,pm25,2024,"
      "45\na,"
      "pm25,2025,40\n"
      "b,pm25,2015,1\nb,pm25,2020,2\nb,pm25,2021,2\nb,pm25,2022,2\nb,pm25,2023,2\n",
      { "a,pm25,2020,2025,6,-1.0000,", "falling,-15,0.0028,falling,exact,", "b,pm25,2015,2023,5,,",
        "years are missing" } },
    { "classes alone: 4 of 5 good, one beyond V",
      "water-group",
      { { NULL, NULL } },
      "river,section,date,class\nr,a,2026-03-01,Ⅱ\nr,b,2026-03-01,III类\nr,c,2026-03-01,3\nr,d,2026-03-01,"
      "Ⅰ类\nr,e,"
      "2026-03-01,劣Ⅴ\n"
      "q,a,2026-03-01,Ⅱ\n",
      { "r,2026-03,5,5,1,1,2,0,0,1,80.0,20.0,", "q,2026-03,1,1,0,1,0,0,0,0,100.0,0.0,,," } },
    { "a year of values: the mean of the months makes the class, and a lake has its own table",
      "water-group",
      { { "period", "year" } },
      "river,section,body,date,ph,do,codmn,nh3n,tp\nr,a,,2026-01-05,7,8,3,0.4,0.1\nr,a,,2026-02-05,7,8,3,1.0,"
      "0.1\nr,b,"
      "湖库,2026-01-05,7,8,3,0.4,0.1\nr,a,,2025-02-05,7,8,3,0.4,0.1\nr,b,湖库,2025-01-05,7,8,3,0.4,0.04\n",
      { "r,2025,2,2,0,1,1,0,0,0,100.0,0.0,", "r,2026,2,2,0,0,1,1,0,0,50.0,0.0," } },
    { "TLI of the rule's own vector, in other units",
      "water-lake",
      { { NULL, NULL } },
      "chla,tp(ug/L),tn,sd(cm),codmn\n10,50,1,100,4\n,50,1,100,4\n",
      { ",48.0,中营养,", "缺项" } },
    { "a drinking-water source: both tables hold, one of table 2 is over, one is not measured, class II "
      "asked of it",
      "water-source",
      { { NULL, NULL } },
      ALL21 ",sulfate,chloride,nitrate,fe,mn\n7" AT_III_ROW ",250,250,10,0.3,0.1\n7" AT_III_ROW
            ",250,250,10,0.3,0.11\n7" AT_III_ROW ",250,250,10,0.3,\n7" AT_III_ROW ",250,250,10,0.6,\n",
      { "0.3,0.1,达标,Ⅲ,,,confirmed,GB3838-2002; GB3838-2002-T2,\n", "0.3,0.11,超标,Ⅲ,,锰(0.1),",
        "0.3,,,Ⅲ,,,,", "表2, 5 缺 锰", "0.6,,超标,Ⅲ,,铁(1)," } },
    { "a first-grade zone is held to class II",
      "water-source",
      { { "target", "2" } },
      ALL21 ",sulfate,chloride,nitrate,fe,mn\n7" AT_III_ROW ",250,250,10,0.3,0.1\n",
      { "0.1,超标,Ⅲ," } },
    { "black and odorous water; shallow water by 40 % of its depth",
      "water-black",
      { { NULL, NULL } },
      "sd_cm,depth,do,nh3n\n25,,2,7.99\n24.9,,2,7.99\n8,20,2,1\n7.9,20,2,1\n30,,0.19,16\n",
      { "25,,2,7.99,非黑臭,", "24.9,,2,7.99,轻度黑臭,透明度", "8,20,2,1,非黑臭,",
        "7.9,20,2,1,重度黑臭,透明度", "30,,0.19,16,重度黑臭,溶解氧、氨氮",
        "single source,black-odorous-2015" } },
    { "dose rate within the natural range of the place (a published hour), above, below, without a range",
      "radiation",
      { { NULL, NULL } },
      "rate,low,high(ugy/"
      "h)\n107.4,69.3,0.2669\n266.9,69.3,0.2669\n267,69.3,0.2669\n69.2,69.3,0.2669\n107,,\n",
      { "107.4,69.3,0.2669,正常,confirmed,,\n", "266.9,69.3,0.2669,正常,", "267,69.3,0.2669,高于本底,",
        "69.2,69.3,0.2669,低于本底,", "未给出本底范围" } },
    { "the same range as a choice",
      "radiation",
      { { "low", "69.3" }, { "high", "266.9" } },
      "rate\n105.9\n300\n",
      { "105.9,正常,", "300,高于本底," } },
    { "electromagnetic fields",
      "radiation-field",
      { { NULL, NULL } },
      "e_50hz,b_50hz\n4000,100\n4000,110\n",
      { "4000,100,达标,", "4000,110,超标,工频磁感应强度(0.1),工频磁感应强度(0.1),confirmed" } },
    { "all at class III give 20; pH 8 half more; a city without a value is not ranked",
      "water-rank",
      { { NULL, NULL } },
      "city," ALL21 "\nb,8" AT_III "a,7" AT_III
      "d,7,,6,20,4,1,0.2,1,1,1,0.01,0.05,1E-04,0.005,0.05,0.05,0.2,0.005,0.05,"
      "0.2,0.2\n",
      { "a,1,20.0000,20.0000,1,,0,single source,CWQI-2017,\n", "b,2,20.5000,",
        "d,,,,1,,0,single source,CWQI-2017,缺 "
        "溶解氧\n" } },
};

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof file_case / sizeof *file_case; i++) {
        struct evaluate_job job = { .kind = file_case[i].kind };
        while (job.n_options < 3 && file_case[i].option[job.n_options].name) {
            job.option[job.n_options] = file_case[i].option[job.n_options];
            job.n_options++;
        }
        for (size_t chunk = 0; chunk < 8; chunk += 7) {
            struct outcome o;
            evaluate_text(&job, file_case[i].in, strlen(file_case[i].in), chunk, &o);
            if (o.code)
                fail_msg("case \"%s\": %s", file_case[i].name, o.e.text);
            for (size_t k = 0; k < 6 && file_case[i].has[k]; k++)
                if (!strstr(o.text.data, file_case[i].has[k]))
                    fail_msg("case \"%s\": no \"%s\" in\n%s\n%s", file_case[i].name, file_case[i].has[k],
                             o.text.data, o.told.data ? o.told.data : "");
            outcome_release(&o);
        }
    }
}

/* The point is moved in the text: no digit is rounded before all are in their place. */
static const struct {
    const char *cell, *out; /* NULL: refused */
} number_case[] = {
    { "4E-05", "0.00004" },
    { "4.0e-05", "0.00004" },
    { "+1.5E+01", "15" },
    { "12.5E0", "12.5" },
    { "12345.67894e-4", "1.234568" },
    { "1.23456789E+03", "1234.56789" }, /* the mantissa alone would have lost its last digits */
    { "0.0000000125e2", "0.000001" },
    { "1E-99", "0" },
    { ".5E1", "5" },

    { "1E13", NULL },
    { "1E99", NULL },
    { "E5", NULL },
    { "1E", NULL },
    { "1E+", NULL },
    { "1E5.0", NULL },
    { "1.2.3E1", NULL },
    { "1E100", NULL },
    { "--1E1", NULL },
};

static void test_numbers_with_exponents(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof number_case / sizeof *number_case; i++) {
        char in[200];
        const char *exact = number_case[i].out ? number_case[i].out : "1";
        struct evaluate_job job = { .kind = "source" };
        struct outcome o;
        /* Neither above nor below a limit that is written out: equal. */
        snprintf(in, sizeof in, "value,limit,lower\n%s,%s,%s\n", number_case[i].cell, exact, exact);
        evaluate_text(&job, in, strlen(in), 0, &o);
        CHECK_CASE(number_case[i].cell, o.sum.bad == (number_case[i].out ? 0 : 1));
        CHECK_CASE(number_case[i].cell,
                   (strstr(o.text.data, ",达标,") != NULL) == (number_case[i].out != NULL));
        outcome_release(&o);
    }
}

/* One more lost hour never raises a rate. */
static void test_losing_an_hour_never_raises_a_rate(void **state)
{
    (void)state;
    micro last = 100 * MICRO_ONE + 1;
    for (int lost = 0; lost < 40; lost++) {
        char in[120];
        struct evaluate_job job = { .kind = "rates" };
        struct outcome o;
        snprintf(in, sizeof in, "expected,valid,lost\n40,%d,%d\n", 40 - lost, lost);
        evaluate_text(&job, in, strlen(in), 0, &o);
        const char *row = strchr(o.text.data, '\n') + 1;
        for (int k = 0; k < 5; k++)
            row = strchr(row, ',') + 1;
        micro v;
        assert_true(micro_parse(row, strcspn(row, ","), &v, NULL));
        assert_true(v < last);
        last = v;
        outcome_release(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_numbers_with_exponents),
        cmocka_unit_test(test_losing_an_hour_never_raises_a_rate),
    };
    return cmocka_run_group_tests_name("evaluate.kinds", tests, NULL, NULL);
}
