/* Rows, headings, units, dates and what comes out byte for byte. */
#include "unit/check.h"

#include <string.h>

#include "evaluate/columns.h"
#include "support.h"

#define RESULTS_DAY                                                                                      \
    ",calc_aqi,calc_level,calc_primary,calc_iaqi_so2,calc_iaqi_no2,calc_iaqi_co,calc_iaqi_o3,calc_iaqi_" \
    "pm10,"                                                                                              \
    "calc_iaqi_pm25,calc_certainty,calc_rules,calc_note"
/* Of SO2 5, NO2 20, CO 0.5, O3 8 h 100, PM10 50, PM2.5 35 (facts, vector A11), by HJ 633-2012. */
#define A11 ",50,优,,5,25,13,50,50,50,confirmed,HJ633-2012,"
/* A row that cannot be read has as many cells. */
#define NOTHING ",,,,,,,,,,,,无法读取: "

static const struct {
    const char *name, *in, *out, *told;
} file_case[] = {
    { "LF", "date,pm25,pm10,so2,no2,co,o3_8h\n2025-01-01,35,50,5,20,0.5,100\n",
      "date,pm25,pm10,so2,no2,co,o3_8h" RESULTS_DAY "\n2025-01-01,35,50,5,20,0.5,100" A11 "\n", "" },
    { "BOM and CRLF stay",
      "\xEF\xBB\xBF"
      "date,pm25,pm10,so2,no2,co,o3_8h\r\n2025-01-01,35,50,5,20,0.5,100\r\n",
      "\xEF\xBB\xBF"
      "date,pm25,pm10,so2,no2,co,o3_8h" RESULTS_DAY "\r\n2025-01-01,35,50,5,20,0.5,100" A11 "\r\n",
      "" },
    { "quoted cells stay, also with comma, quote and line feed",
      "name,date,pm25,pm10,so2,no2,co,o3_8h\n\"a, \"\"b\"\"\nc\",\"2025-01-01\",\"35\",50,5,20,0.5,100\n",
      "name,date,pm25,pm10,so2,no2,co,o3_8h" RESULTS_DAY
      "\n\"a, \"\"b\"\"\nc\",\"2025-01-01\",\"35\",50,5,20,0.5,100" A11 "\n",
      "" },
    { "no line feed at the end", "date,pm25,pm10,so2,no2,co,o3_8h\n2025-01-01,35,50,5,20,0.5,100",
      "date,pm25,pm10,so2,no2,co,o3_8h" RESULTS_DAY "\n2025-01-01,35,50,5,20,0.5,100" A11 "\n", "" },
    { "a blank line is no row", "date,pm25,pm10,so2,no2,co,o3_8h\n\n2025-01-01,35,50,5,20,0.5,100\n",
      "date,pm25,pm10,so2,no2,co,o3_8h" RESULTS_DAY "\n\n2025-01-01,35,50,5,20,0.5,100" A11 "\n", "" },
    { "units in the heading",
      "date,PM2.5（mg/m³）,PM10 (μg/m³),SO2,NO2,CO(ug/m3),O3_8h\n20250101,0.035,50,5,20,500,100\n",
      "date,PM2.5（mg/m³）,PM10 (μg/m³),SO2,NO2,CO(ug/m3),O3_8h" RESULTS_DAY
      "\n20250101,0.035,50,5,20,500,100" A11 "\n",
      "" },
    { "year, month, day", "year,month,day,PM2.5,PM10,SO2,NO2,CO,O3_8h\n2025,1,1,35,50,5,20,0.5,100\n",
      "year,month,day,PM2.5,PM10,SO2,NO2,CO,O3_8h" RESULTS_DAY "\n2025,1,1,35,50,5,20,0.5,100" A11 "\n", "" },
    { "the date chooses the edition", "date,pm25\n2026-02-28,75\n2026-03-01,75\n2015-12-31,75\n",
      "date,pm25" RESULTS_DAY
      "\n2026-02-28,75,100,良,细颗粒物(PM2.5),,,,,,100,confirmed,HJ633-2012,\"缺 so2, no2, co, o3, pm10\""
      "\n2026-03-01,75,114,轻度污染,细颗粒物(PM2.5),,,,,,114,confirmed,HJ633-2026,\"缺 so2, no2, co, o3, "
      "pm10\""
      "\n2015-12-31,75,,,,,,,,,,,,当日无有效的规则集\n",
      "" },
    { "missing words",
      "date,pm25,pm10,so2,no2,co,o3_8h\n2025-01-01,35,--,NA,NaN,*,\n2025-01-01,-, ,\"\",NA,*,-\n",
      "date,pm25,pm10,so2,no2,co,o3_8h" RESULTS_DAY
      "\n2025-01-01,35,--,NA,NaN,*,,50,优,,,,,,,50,confirmed,HJ633-2012,\"缺 so2, no2, co, o3, pm10\""
      "\n2025-01-01,-, ,\"\",NA,*,-,,,,,,,,,,,HJ633-2012,\"缺 so2, no2, co, o3, pm10, pm25\"\n",
      "" },
    { "bad rows are told and the rest goes on",
      "date,pm25,pm10\n2025-01-01,x,1\n2025-13-01,1,1\n2025-01-01,1\n2025-01-01,1,1,1\n2025-01-01,\"1\"x,"
      "1\n2025-01-01,35,50\n",
      "date,pm25,pm10" RESULTS_DAY "\n2025-01-01,x,1" NOTHING "pm25: 'x' is no number"
      "\n2025-13-01,1,1" NOTHING "date: '2025-13-01' is no date"
      "\n2025-01-01,1," NOTHING "2 cells where the heading has 3"
      "\n2025-01-01,1,1,1" NOTHING "4 cells where the heading has 3"
      "\n2025-01-01,\"1\"x,1"
      "," NOTHING "text after the closing quote of cell 2"
      "\n2025-01-01,35,50,50,优,,,,,,50,50,confirmed,HJ633-2012,\"缺 so2, no2, co, o3\"\n",
      "2: pm25: 'x' is no number\n3: date: '2025-13-01' is no date\n4: 2 cells where the heading has 3\n"
      "5: 4 cells where the heading has 3\n6: text after the closing quote of cell 2\n" },
    { "a value that no instrument reads, before or after its unit is taken into account",
      "date,pm25,pm10,CO(ug/m3),SO2(mg/m3)\n2025-01-01,9200000000000,1,1,1\n2025-01-01,35,50,1e12,1\n"
      "2025-01-01,35,50,1,1000001\n",
      "date,pm25,pm10,CO(ug/m3),SO2(mg/m3)" RESULTS_DAY "\n2025-01-01,9200000000000,1,1,1" NOTHING
      "pm25: '9200000000000' is beyond what is judged\n2025-01-01,35,50,1e12,1" NOTHING
      "co: '1e12' is beyond what is judged\n2025-01-01,35,50,1,1000001" NOTHING
      "so2: '1000001' is beyond what is judged\n",
      "2: pm25: '9200000000000' is beyond what is judged\n3: co: '1e12' is beyond what is judged\n"
      "4: so2: '1000001' is beyond what is judged\n" },
    { "a quote that never closes costs its own line only", "date,pm25\n2025-01-01,\"35\n2025-01-01,35\n",
      "date,pm25" RESULTS_DAY "\n2025-01-01,\"35" NOTHING "a quote is never closed"
      "\n2025-01-01,35,50,优,,,,,,,50,confirmed,HJ633-2012,\"缺 so2, no2, co, o3, pm10\"\n",
      "2: a quote is never closed\n" },
    { "a value below zero does not count", "date,pm25,pm10\n2025-01-01,-3,50\n",
      "date,pm25,pm10" RESULTS_DAY
      "\n2025-01-01,-3,50,50,优,,,,,,50,,confirmed,HJ633-2012,\"pm25 无效; 缺 so2, no2, co, o3, pm25\"\n",
      "" },
};

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof file_case / sizeof *file_case; i++)
        for (size_t chunk = 0; chunk < 4; chunk++) { /* whole, and torn into 1, 2, 3 bytes */
            struct evaluate_job job = { .kind = "air-day" };
            struct outcome o;
            evaluate_text(&job, file_case[i].in, strlen(file_case[i].in), chunk, &o);
            if (o.code || strcmp(o.text.data, file_case[i].out) != 0 ||
                strcmp(o.told.data ? o.told.data : "", file_case[i].told) != 0)
                fail_msg("case \"%s\", chunk %zu: %s\n--- is\n%s\n--- told\n%s\n--- should be\n%s",
                         file_case[i].name, chunk, o.e.text, o.text.data, o.told.data, file_case[i].out);
            outcome_release(&o);
        }
}

static const struct {
    const char *name, *kind, *rules, *option, *value, *map, *in, *says;
} refused[] = {
    { "kind", "air-week", NULL, NULL, NULL, NULL, "date,pm25\n", "no kind 'air-week'" },
    { "rules", "air-day", "HJ633-1999", NULL, NULL, NULL, "date,pm25\n",
      "no rule set 'HJ633-1999'; there are: " },
    { "three rules", "air-day", "HJ633-2012,HJ633-2026,published-2013", NULL, NULL, NULL, "date,pm25\n",
      "two rule sets at most" },
    { "option", "air-day", NULL, "body", "lake", NULL, "date,pm25\n", "has no option --body" },
    { "rules where none judge", "radiation", "GB8702-2014", NULL, NULL, NULL, "rate\n1\n",
      "radiation is judged by no rule set" },
    { "value", "air-day", NULL, "not-monitored", "so2,xx", NULL, "date,pm25\n", "'xx' is none of" },
    { "no column", "air-day", NULL, NULL, NULL, NULL, "date,x\n", "none of its columns is one of pm25" },
    { "no date", "air-day", NULL, NULL, NULL, NULL, "pm25\n1\n", "no date column" },
    { "unit", "air-day", NULL, NULL, NULL, NULL, "date,pm25(mg/L)\n",
      "pm25: 'mg/l' cannot be made into ug/m3" },
    { "unknown unit", "air-day", NULL, NULL, NULL, NULL, "date,pm25(stones)\n",
      "pm25: 'stones' cannot be made" },
    { "map names no column of the kind", "air-day", NULL, NULL, NULL, "name,column\npm99,x\n", "date,x\n",
      "has no column 'pm99'" },
    { "map names no column of the file", "air-day", NULL, NULL, NULL, "pm25,y\n", "date,x\n",
      "the file has no column 'y'" },
    { "empty", "air-day", NULL, NULL, NULL, NULL, "", "empty" },
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct evaluate_job job = { .kind = refused[i].kind,
                                    .rules = refused[i].rules,
                                    .map = refused[i].map };
        struct outcome o;
        job.map_len = job.map ? strlen(job.map) : 0;
        if (refused[i].option)
            job.option[job.n_options++] = (struct evaluate_option){ refused[i].option, refused[i].value };
        evaluate_text(&job, refused[i].in, strlen(refused[i].in), 0, &o);
        if (o.code >= 0 || !strstr(o.e.text, refused[i].says) || o.text.len)
            fail_msg("case \"%s\": %d '%s'", refused[i].name, o.code, o.e.text);
        outcome_release(&o);
    }
}

static void test_map(void **state)
{
    (void)state;
    static const char map[] = "name,column,unit\n# swapped\no3_1h,o3_24h\no3_8h,\nco,碳,ug/m3\n",
                      in[] = "timepoint,o3,o3_24h,o3_8h,碳,pm2_5\n2019-07-18T14:00:00,84,181,200,1200,1\n";
    struct evaluate_job job = {
        .kind = "air-hour", .rules = "published-2013", .map = map, .map_len = strlen(map)
    };
    struct outcome o;
    evaluate_text(&job, in, strlen(in), 0, &o);
    assert_int_equal(o.code, 0);
    /* O3 181: 50 + 50 * 21 / 40 = 76.25, up to 77; CO 1.2 mg/m3: 12. */
    assert_non_null(strstr(o.text.data, ",77,良,臭氧1小时,,,12,77,,2,"));
    outcome_release(&o);
}

static void test_long(void **state)
{
    (void)state;
    struct buf in = BUF_INIT;
    struct outcome o;
    struct evaluate_job job = { .kind = "air-day" };
    buf_adds(&in, "date,pm25\n2025-01-01,\"");
    for (int i = 0; i < 1100000; i++)
        buf_addc(&in, 'x');
    buf_adds(&in, "\"\n2025-01-01,35\n");
    evaluate_text(&job, in.data, in.len, 70001, &o);
    assert_int_equal(o.code, 0);
    assert_int_equal(o.sum.judged, 1); /* the row after is judged, whatever became of the long one */
    assert_true(o.sum.bad >= 1);
    assert_non_null(strstr(o.told.data, "2: longer than a row may be\n"));
    outcome_release(&o);
    buf_release(&in);
}

static void test_units(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        int64_t times, by;
    } unit[] = { { "ug/m3", "mg/m3", 1, 1000 },  { "µg/m³", "ug/m3", 1, 1 }, { "MG/L", "mg/L", 1000, 1000 },
                 { "ng/L", "mg/L", 1, 1000000 }, { "个/L", "/L", 1, 1 },     { "m", "cm", 100, 1 } };
    struct scale s;
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
        CHECK_CASE(unit[i].from, unit_scale(unit[i].from, strlen(unit[i].from), unit[i].to, &s));
        CHECK_CASE(unit[i].from, s.times * unit[i].by == s.by * unit[i].times);
    }
    CHECK(!unit_scale("mg/L", 4, "ug/m3", &s));
    CHECK(!unit_scale("", 0, "ug/m3", &s));
}

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is;
    } date[] = { { "2025-01-02", true },
                 { "2025/1/2", true },
                 { "2025-1-2 08:00", true },
                 { "20250102", true },
                 { "20250102083000", true },
                 { "2025年1月2日", true },
                 { "2025.01.02", true },
                 { " 2025-01-02", true },
                 { "01-02 08:00", false },
                 { "2025-02-30", false },
                 { "x", false },
                 { "", false },
                 { "2025-01", false } };
    for (size_t i = 0; i < sizeof date / sizeof *date; i++) {
        int64_t day = 0;
        CHECK_CASE(date[i].text, date_parse(date[i].text, strlen(date[i].text), &day) == date[i].is);
        CHECK_CASE(date[i].text, !date[i].is || day == 20090);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files), cmocka_unit_test(test_refused), cmocka_unit_test(test_map),
        cmocka_unit_test(test_long),  cmocka_unit_test(test_units),   cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
