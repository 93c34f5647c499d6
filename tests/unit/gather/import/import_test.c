#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"
#include "gather/import/decimal.h"
#include "gather/import/import.h"

static const char city_text[] =
    "{\"name\":\"临江市\",\"regions\":[{\"code\":\"LA\",\"name\":\"临江\"}],\"units\":[],\"sites\":["
    "{\"code\":\"LA-01\",\"name\":\"市站\",\"kind\":\"air\",\"region\":\"LA\",\"lng\":1,\"lat\":1},"
    "{\"code\":\"LA-02\",\"name\":\"南门\",\"kind\":\"air\",\"region\":\"LA\",\"lng\":1,\"lat\":1}]}";

struct got {
    struct buf text; /* a line a record: site time body */
    struct buf bad;  /* a line a bad row */
    size_t calls;
};

static int append(const struct record *r, size_t n, size_t *ret_new, void *arg, struct err *e)
{
    (void)e;
    struct got *g = arg;
    char t[CN_TEXT];
    g->calls++;
    *ret_new = n;
    for (size_t i = 0; i < n; i++) {
        assert_true(r[i].tag == record_hash(r[i].body, r[i].body_len));
        assert_int_equal(r[i].source, SOURCE_FILE);
        buf_addf(&g->text, "%d %.13s %.*s\n", r[i].site, cn_format_iso(r[i].time, t), (int)r[i].body_len,
                 r[i].body);
    }
    return 0;
}

static void bad(size_t line, const char *reason, void *arg)
{
    buf_addf(&((struct got *)arg)->bad, "%zu: %s\n", line, reason);
}

struct options {
    const char *site, *map;
    enum period period;
    enum import_label label;
    bool skip;
};

static int run(const char *csv, struct options in, struct got *g, struct import_report *rep, struct err *e)
{
    scoped(json_decrefp) json_t *city = NULL;
    scoped(json_decrefp) json_t *map = NULL;
    struct place *place = NULL;
    assert_int_equal(json_read(city_text, sizeof city_text - 1, &city, e), 0);
    assert_int_equal(place_build(city, &place, e), 0);
    if (in.map)
        assert_int_equal(json_read(in.map, strlen(in.map), &map, e), 0);
    struct import_options o = { .place = place,
                                .site = in.site,
                                .period = in.period,
                                .label = in.label,
                                .skip_bad = in.skip,
                                .map = map };
    assert_true(cn_parse_iso("2026-06-01", 10, &o.now));
    struct import_calls c = { append, bad, g };
    char *text = strdup(csv);
    int r = import_csv(text, strlen(text), &o, &c, rep, e);
    free(text);
    place_free(place);
    return r;
}

static void got_release(struct got *g)
{
    buf_release(&g->text);
    buf_release(&g->bad);
}

static const struct {
    const char *name, *csv;
    struct options o;
    const char *want;
} good_case[] = {
    { "date and hour, air words, digits kept",
      "date,hour,site,pm25,co\n20260326,18,LA-01,19.0,0.10\n20260326,9,LA-02,8,\n",
      { .period = PERIOD_HOUR },
      "2 2026-03-26T09 a34004-Avg=8,a34004-Flag=N\n"
      "1 2026-03-26T18 a34004-Avg=19.0,a34004-Flag=N;a21005-Avg=0.10,a21005-Flag=N\n" },
    { "labels at the end of the hour: 24 is the day's last",
      "date,hour,site,pm25\n2026-03-26,24,LA-01,19\n2026-03-26,1,LA-01,5\n",
      { .period = PERIOD_HOUR, .label = IMPORT_LABEL_END },
      "1 2026-03-26T00 a34004-Avg=5,a34004-Flag=N\n1 2026-03-26T23 a34004-Avg=19,a34004-Flag=N\n" },
    { "BOM, CRLF, quotes, spaces, capitals",
      "\xEF\xBB\xBFTime,\"Site\",PM25 \r\n\"2026-03-26 18:00\", LA-01 ,\"19\"\r\n",
      { .period = PERIOD_HOUR },
      "1 2026-03-26T18 a34004-Avg=19,a34004-Flag=N\n" },
    { "spreadsheet times, one site named",
      "datetime,w01018\n2026/3/6 8:00,40.10\n2026/3/6 09:00:00,41\n",
      { .period = PERIOD_HOUR, .site = "LA-02" },
      "2 2026-03-06T08 w01018-Avg=40.10,w01018-Flag=N\n2 2026-03-06T09 w01018-Avg=41,w01018-Flag=N\n" },
    { "flags and statistics",
      "date,site,w01018,w01018-Max,w01018-Flag,w21003,w21003-flag\n2026-03-06,LA-01,40,50,D,-,B\n",
      { .period = PERIOD_DAY },
      "1 2026-03-06T00 w01018-Avg=40,w01018-Flag=D;w01018-Max=50,w01018-Flag=D;w21003-Flag=B\n" },
    { "all the ways of missing",
      "date,site,so2,no2,co,o3,pm10,pm25,a99999\n2026-03-06,LA-01,,-,--,*,NA,NaN,1\n",
      { .period = PERIOD_DAY },
      "1 2026-03-06T00 a99999-Avg=1,a99999-Flag=N\n" },
    { "a row without values is no record",
      "date,site,pm25\n2026-03-06,LA-01,-\n",
      { .period = PERIOD_DAY },
      "" },
    { "mapping, scaling, site names",
      "No,year,month,day,hour,PM2.5,CO,station\n1,2026,3,1,0,4,300,市站\n2,2026,3,1,1,4.5,1050,南门\n",
      { .period = PERIOD_HOUR,
        .map = "{\"columns\":{\"PM2.5\":\"pm25\",\"station\":\"site\"},\"scale\":{\"CO\":0.001},"
               "\"sites\":{\"市站\":\"LA-01\",\"南门\":\"LA-02\"}}" },
      "1 2026-03-01T00 a34004-Avg=4,a34004-Flag=N;a21005-Avg=0.300,a21005-Flag=N\n"
      "2 2026-03-01T01 a34004-Avg=4.5,a34004-Flag=N;a21005-Avg=1.050,a21005-Flag=N\n" },
    { "mapping names the site",
      "time,pm25\n2026030108,7\n",
      { .period = PERIOD_HOUR, .map = "{\"site\":\"LA-02\"}" },
      "2 2026-03-01T08 a34004-Avg=7,a34004-Flag=N\n" },
    { "bad rows left out",
      "time,site,pm25\n2026030108,LA-01,7\n2026030109,LA-09,7\n2026030110,LA-01,x\n2026030111,LA-01,8\n",
      { .period = PERIOD_HOUR, .skip = true },
      "1 2026-03-01T08 a34004-Avg=7,a34004-Flag=N\n1 2026-03-01T11 a34004-Avg=8,a34004-Flag=N\n" },
};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good_case); i++) {
        struct got g = { 0 };
        struct import_report rep;
        struct err e = { .name = "" };
        int r = run(good_case[i].csv, good_case[i].o, &g, &rep, &e);
        const char *text = g.text.data ? g.text.data : "";
        if (r != 0 || strcmp(text, good_case[i].want) != 0)
            fail_msg("%s: %d %s got %s%s", good_case[i].name, r, r ? e.text : "", text,
                     g.bad.data ? g.bad.data : "");
        got_release(&g);
    }
}

static const struct {
    const char *name, *csv;
    struct options o;
    const char *want; /* in the bad rows, or in the sentence */
} bad_case[] = {
    { "empty", "", { .period = PERIOD_HOUR }, "empty" },
    { "no factor",
      "time,site,level\n2026030108,LA-01,7\n",
      { .period = PERIOD_HOUR },
      "no column is a factor" },
    { "no time", "site,pm25\nLA-01,7\n", { .period = PERIOD_HOUR }, "no column 'time'" },
    { "no site", "time,pm25\n2026030108,7\n", { .period = PERIOD_HOUR }, "no column 'site'" },
    { "twice the same",
      "time,site,pm25,a34004\n2026030108,LA-01,7,8\n",
      { .period = PERIOD_HOUR },
      "mean the same" },
    { "bad map",
      "time,site,X\n",
      { .period = PERIOD_HOUR, .map = "{\"columns\":{\"X\":\"pm26\"}}" },
      "'pm26'" },
    { "zero scale",
      "time,site,co\n",
      { .period = PERIOD_HOUR, .map = "{\"scale\":{\"co\":0}}" },
      "scale of 'co'" },
    { "30 February", "date,site,pm25\n2026-02-30,LA-01,7\n", { .period = PERIOD_DAY }, "2: " },
    { "not on the hour",
      "time,site,pm25\n2026-03-01 08:30,LA-01,7\n",
      { .period = PERIOD_HOUR },
      "2: 2026-03-01T08:30:00+08:00 is not on" },
    { "no minutes",
      "time,site,pm25\n2026-03-01T08,LA-01,7\n",
      { .period = PERIOD_HOUR },
      "'2026-03-01T08' is no time" },
    { "days read as hours",
      "date,site,pm25\n2026-03-01,LA-01,7\n",
      { .period = PERIOD_HOUR },
      "'2026-03-01' has no hour" },
    { "days read as hours, compact",
      "time,site,pm25\n20260301,LA-01,7\n",
      { .period = PERIOD_HOUR },
      "has no hour" },
    { "not a day",
      "time,site,pm25\n2026-03-01 08:00,LA-01,7\n",
      { .period = PERIOD_DAY },
      "not the start of a day" },
    { "tomorrow",
      "time,site,pm25\n2027-03-01 08:00,LA-01,7\n",
      { .period = PERIOD_HOUR },
      "has not come yet" },
    { "hour 25", "date,hour,site,pm25\n20260301,25,LA-01,7\n", { .period = PERIOD_HOUR }, "'25' is no hour" },
    { "no such site",
      "time,site,pm25\n\n2026030108,XX,7\n",
      { .period = PERIOD_HOUR },
      "3: there is no site 'XX'" },
    { "not a number",
      "time,site,pm25\n2026030108,LA-01,7\n2026030109,LA-01,1e3\n",
      { .period = PERIOD_HOUR },
      "3: pm25: '1e3' is not a number" },
    { "too short",
      "time,site,pm25\n2026030108,LA-01\n",
      { .period = PERIOD_HOUR },
      "2: has 2 fields, the heading has 3" },
    { "open quote",
      "time,site,pm25\n\"2026030108,LA-01,7\n",
      { .period = PERIOD_HOUR },
      "2: a quote is never closed" },
    { "bad flag",
      "time,site,pm25,pm25-Flag\n2026030108,LA-01,7,bad\n",
      { .period = PERIOD_HOUR },
      "'bad' is no flag" },
};

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad_case); i++) {
        struct got g = { 0 };
        struct import_report rep;
        struct err e = { .name = "" };
        int r = run(bad_case[i].csv, bad_case[i].o, &g, &rep, &e);
        const char *rows = g.bad.data ? g.bad.data : "";
        if (r != -EINVAL || g.calls || (!strstr(e.text, bad_case[i].want) && !strstr(rows, bad_case[i].want)))
            fail_msg("%s: %d '%s' '%s'", bad_case[i].name, r, e.text, rows);
        got_release(&g);
    }
}

static const struct {
    const char *digits;
    double by;
    const char *want; /* NULL: refused */
} scale_case[] = {
    { "300", 0.001, "0.300" },
    { "0.9", 1000, "900" },
    { "0.9", 10, "9" },
    { "-1.25", 0.1, "-0.125" },
    { "0", 0.001, "0.000" },
    { "0.05", 1.4, "0.070" },
    { "7", 1, "7" },
    { "1.10", 2, "2.20" },
    { "+5", 0.5, "2.5" },
    { ".5", 10, "5" },
    { "1e3", 10, NULL },
    { "", 10, NULL },
    { "1.2.3", 10, NULL },
    { "99999999999999999", 1000, NULL },
    { "123456789012345678901", 0.1, NULL },
};

static void test_scale(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(scale_case); i++) {
        struct decimal by;
        char out[DECIMAL_TEXT] = "";
        assert_true(decimal_from_micro(MICRO(scale_case[i].by), &by));
        bool ok = decimal_scale(scale_case[i].digits, strlen(scale_case[i].digits), by, out);
        if (ok != (scale_case[i].want != NULL) || (ok && strcmp(out, scale_case[i].want) != 0))
            fail_msg("%s by %g: %s", scale_case[i].digits, scale_case[i].by, ok ? out : "refused");
    }
}

/* Any bytes: the reader ends, says something, and stores nothing that it did not understand. */
static void test_rubbish(void **state)
{
    (void)state;
    uint64_t s = 88172645463325252u;
    static const char parts[] = "time,site\n\"20260301,;-NaN\r\xE5 0.5LApm";
    for (int i = 0; i < 3000; i++) {
        char csv[200] = "time,site,pm25,pm25-Flag\n";
        size_t n = strlen(csv);
        for (int k = 0; k < 120; k++) {
            s ^= s << 13;
            s ^= s >> 7;
            s ^= s << 17;
            csv[n++] = parts[s % (sizeof parts - 1)];
        }
        struct got g = { 0 };
        struct import_report rep;
        struct err e = { .name = "" };
        run(csv, (struct options){ .period = PERIOD_HOUR, .skip = i % 2 }, &g, &rep, &e);
        got_release(&g);
    }
}

/* Four years of hours of a Beijing station, as published. */
static void test_published_file(void **state)
{
    (void)state;
    char path[1024];
    const char *shared = getenv("BIHUAN_SHARED");
    snprintf(path, sizeof path,
             "%s/data/air/beijing_prsa_hourly/PRSA_Data_Aotizhongxin_20130301-20170228.csv.gz",
             shared ? shared : SOURCE_ROOT "/../shared");
    struct buf text = BUF_INIT;
    struct err e = { .name = "" };
    if (file_read(path, FILE_READ_MAX, &text, &e) < 0) {
        print_message("# skipped: no shared data\n");
        return;
    }
    struct got g = { 0 };
    struct import_report rep;
    int r = run(text.data,
                (struct options){ .period = PERIOD_HOUR,
                                  .map = "{\"columns\":{\"PM2.5\":\"pm25\",\"station\":\"site\"},"
                                         "\"scale\":{\"CO\":0.001},\"sites\":{\"Aotizhongxin\":\"LA-01\"}}" },
                &g, &rep, &e);
    if (r != 0)
        fail_msg("%s %s", e.text, g.bad.data ? g.bad.data : "");
    assert_int_equal(rep.rows, 35064); /* 1,461 days */
    assert_int_equal(rep.bad, 0);
    assert_int_equal(rep.records + rep.empty, 35064);
    assert_int_equal(strncmp(g.text.data, "1 2013-03-01T00 a34004-Avg=4,a34004-Flag=N;a34002-Avg=4,", 56), 0);
    assert_non_null(strstr(g.text.data, "a21005-Avg=0.300,"));
    got_release(&g);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),           cmocka_unit_test(test_bad),
        cmocka_unit_test(test_scale),          cmocka_unit_test(test_rubbish),
        cmocka_unit_test(test_published_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
