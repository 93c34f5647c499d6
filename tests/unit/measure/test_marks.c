/* Consistency marks: a table of records with the mark each gets, and marks that need more than one record. */
#include "town.h"

#include <stdlib.h>

static const char city[] = "{\"name\":\"n\",\"name_en\":\"n\",\"regions\":[{\"code\":\"r\",\"name\":\"r\","
                           "\"name_en\":\"r\"}],\"units\":[],\"sites\":["
                           "{\"code\":\"air\",\"name\":\"站\",\"name_en\":\"A\",\"kind\":\"air\",\"region\":"
                           "\"r\",\"lng\":1,\"lat\":1,"
                           "\"factors\":[\"a34004\",\"a34002\",\"a21026\",\"a01001\"]},"
                           "{\"code\":\"gas\",\"name\":\"烟囱\",\"name_en\":\"G\",\"kind\":\"gas_outlet\","
                           "\"region\":\"r\",\"lng\":1,\"lat\":1,"
                           "\"reference_o2\":6,\"factors\":[\"a21026\",\"a19001\",\"a00000\",\"a01013\"]},"
                           "{\"code\":\"water\",\"name\":\"排口\",\"name_en\":\"W\",\"kind\":\"water_"
                           "outlet\",\"region\":\"r\",\"lng\":1,\"lat\":1,"
                           "\"factors\":[\"w01018\",\"w00000\"]},"
                           "{\"code\":\"bare\",\"name\":\"无基准氧\",\"name_en\":\"B\",\"kind\":\"gas_"
                           "outlet\",\"region\":\"r\",\"lng\":1,\"lat\":1,"
                           "\"factors\":[\"a21026\",\"a19001\"]}]}";
enum { AIR_SITE = 1, GAS, WATER_SITE, BARE };

static const struct {
    const char *name;
    int site;
    enum period period;
    const char *body, *check; /* "" none */
} cases[] = {
    { "in order", WATER_SITE, PERIOD_HOUR, "w01018-Min=1,w01018-Avg=2,w01018-Max=3", "" },
    { "equal is in order", WATER_SITE, PERIOD_HOUR, "w01018-Min=2,w01018-Avg=2,w01018-Max=2", "" },
    { "mean below minimum", WATER_SITE, PERIOD_HOUR, "w01018-Min=2.1,w01018-Avg=2,w01018-Max=3", "order" },
    { "mean above maximum", WATER_SITE, PERIOD_MINUTE, "w01018-Avg=3.01,w01018-Max=3", "order" },
    { "minimum above maximum", WATER_SITE, PERIOD_DAY, "w01018-Min=4,w01018-Max=3", "order" },
    { "converted values out of order", GAS, PERIOD_HOUR, "a21026-ZsMin=5,a21026-ZsAvg=4,a21026-ZsMax=6",
      "order" },
    /* 20 mg/m³ at 10 % oxygen: 20 × 15 / 11 = 27.27 */
    { "converted right", GAS, PERIOD_HOUR, "a21026-Avg=20,a21026-ZsAvg=27.3;a19001-Avg=10", "" },
    { "converted within 5 %", GAS, PERIOD_HOUR, "a21026-Avg=20,a21026-ZsAvg=28.6;a19001-Avg=10", "" },
    { "converted wrong", GAS, PERIOD_HOUR, "a21026-Avg=20,a21026-ZsAvg=28.7;a19001-Avg=10", "converted" },
    { "not converted at all", GAS, PERIOD_REALTIME, "a21026-Rtd=20,a21026-ZsRtd=20;a19001-Rtd=10",
      "converted" },
    { "not defined at 21 %", GAS, PERIOD_HOUR, "a21026-Avg=20,a21026-ZsAvg=99;a19001-Avg=21", "" },
    { "oxygen not valid", GAS, PERIOD_HOUR, "a21026-Avg=20,a21026-ZsAvg=99;a19001-Avg=10,a19001-Flag=C", "" },
    { "no reference given", BARE, PERIOD_HOUR, "a21026-Avg=20,a21026-ZsAvg=99;a19001-Avg=10", "" },
    /* 10 L/s for an hour are 36 m³; 40 mg/L in them 1.44 kg */
    { "totals right", WATER_SITE, PERIOD_HOUR, "w01018-Avg=40,w01018-Cou=1.44;w00000-Avg=10,w00000-Cou=36",
      "" },
    { "amount wrong", WATER_SITE, PERIOD_HOUR, "w01018-Avg=40,w01018-Cou=14.4;w00000-Avg=10,w00000-Cou=36",
      "total" },
    { "flow sum wrong", WATER_SITE, PERIOD_HOUR, "w00000-Avg=10,w00000-Cou=30", "total" },
    { "gas flow sum right", GAS, PERIOD_HOUR, "a00000-Avg=100,a00000-Cou=360000", "" },
    { "gas amount right", GAS, PERIOD_HOUR, "a21026-Avg=50,a21026-Cou=18;a00000-Avg=100,a00000-Cou=360000",
      "" },
    { "gas amount wrong", GAS, PERIOD_HOUR, "a21026-Avg=50,a21026-Cou=1.8;a00000-Avg=100,a00000-Cou=360000",
      "total" },
    { "fine above coarse", AIR_SITE, PERIOD_HOUR, "a34004-Avg=51;a34002-Avg=50", "pm" },
    { "fine equals coarse", AIR_SITE, PERIOD_HOUR, "a34004-Avg=50;a34002-Avg=50", "" },
    { "fine above coarse, not valid", AIR_SITE, PERIOD_HOUR, "a34004-Avg=51;a34002-Avg=50,a34002-Flag=D",
      "" },
    { "negative", AIR_SITE, PERIOD_HOUR, "a21026-Avg=-1", "negative" },
    { "negative now", WATER_SITE, PERIOD_REALTIME, "w01018-Rtd=-0.1", "negative" },
    { "frost is no fault", AIR_SITE, PERIOD_HOUR, "a01001-Avg=-5", "" },
    { "a draught is no fault", GAS, PERIOD_HOUR, "a01013-Avg=-210", "" },
};

static json_t *marks_of(struct board *b, int site)
{
    struct buf out = BUF_INIT;
    board_write_marks(b, site, &out);
    json_t *tree = read_buf(&out), *marks = json_incref(json_object_get(tree, "marks"));
    json_decref(tree);
    return marks;
}

static void test_one_record(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct town t;
        town_open_with(&t, city);
        send_at(t.board, cases[i].site, cases[i].period, at(2026, 5, 2, 8), at(2026, 5, 2, 9), cases[i].body);
        json_t *marks = marks_of(t.board, cases[i].site);
        const char *got = json_str(json_array_get(marks, 0), "check", "");
        if (strcmp(got, cases[i].check) != 0 || json_array_size(marks) != (*cases[i].check ? 1U : 0U))
            fail_msg("%s: '%s', %zu marks", cases[i].name, got, json_array_size(marks));
        json_decref(marks);
        town_close(&t);
    }
}

static void test_the_sentence(void **state)
{
    (void)state;
    struct town t;
    town_open_with(&t, city);
    send_at(t.board, GAS, PERIOD_HOUR, at(2026, 5, 2, 8), 0, "a21026-Avg=20,a21026-ZsAvg=35;a19001-Avg=10");
    json_t *marks = marks_of(t.board, GAS);
    assert_string_equal(
        json_str(json_array_get(marks, 0), "text", ""),
        "二氧化硫 折算值 35；按实测 20、氧含量 10 %、基准氧 6 % 应为 27.2727 mg/m³，超出容差 5 %");
    json_decref(marks);
    town_close(&t);
}

static void minute(struct board *b, int m, const char *body)
{
    int64_t time = at(2026, 5, 2, 8) + m * MS_MINUTE;
    send_at(b, WATER_SITE, PERIOD_MINUTE, time, time + 10 * MS_MINUTE, body);
}

/* An hour against six ten-minute values, in whatever order they come. */
static void test_an_hour_against_its_minutes(void **state)
{
    (void)state;
    static const struct {
        const char *hour;
        int minutes;
        const char *check;
    } c[] = {
        { "w01018-Avg=40,w01018-Cou=6", 6, "" },
        { "w01018-Avg=45,w01018-Cou=6", 6, "hour-mean" },
        { "w01018-Avg=40,w01018-Cou=9", 6, "hour-sum" },
        { "w01018-Avg=45,w01018-Cou=9", 5, "" }, /* not all minutes are there: nothing is said */
        { "w01018-Avg=45,w01018-Cou=6,w01018-Flag=M", 6, "" },
    };
    for (size_t i = 0; i < COUNT_OF(c); i++)
        for (int first = 0; first < 3; first++) { /* the hour comes first, between, last */
            struct town t;
            town_open_with(&t, city);
            minute(
                t.board, 0,
                "w01018-Avg=40,w01018-Cou=1"); /* a device that sends minutes is known as such by its first */
            for (int m = 1; m <= c[i].minutes; m++) {
                if (m == (first == 0 ? 1 : first == 1 ? 3 : c[i].minutes))
                    send_hour(t.board, WATER_SITE, at(2026, 5, 2, 8), c[i].hour);
                if (m < c[i].minutes)
                    minute(t.board, m * 10, "w01018-Avg=40,w01018-Cou=1");
            }
            json_t *marks = marks_of(t.board, WATER_SITE);
            const char *got = json_str(json_array_get(marks, 0), "check", "");
            if (strcmp(got, c[i].check) != 0 || json_array_size(marks) > 1)
                fail_msg("%zu, order %d: '%s', %zu marks", i, first, got, json_array_size(marks));
            json_decref(marks);
            town_close(&t);
        }
}

/* A run is one mark, in whatever order its hours came; a corrected hour cuts it. */
static void test_a_constant(void **state)
{
    (void)state;
    enum { RUN = 30 };
    uint64_t x = 99;
    print_message("# seed %llu\n", (unsigned long long)x);
    for (int round = 0; round < 100; round++) {
        struct town t;
        int order[RUN];
        town_open_with(&t, city);
        for (int i = 0; i < RUN; i++) {
            x = x * UINT64_C(6364136223846793005) + 1442695040888963407U;
            int k = round ? (int)((x >> 33) % (uint64_t)(i + 1)) : i;
            order[i] = order[k];
            order[k] = i;
        }
        for (int i = 0; i < RUN; i++)
            send_hour(t.board, WATER_SITE, at(2026, 5, 2, 0) + order[i] * MS_HOUR, "w01018-Avg=40.5");
        json_t *marks = marks_of(t.board, WATER_SITE);
        assert_int_equal(json_array_size(marks), 1);
        assert_string_equal(json_str(json_array_get(marks, 0), "time", ""), "2026-05-02T00:00:00+08:00");
        assert_non_null(strstr(json_str(json_array_get(marks, 0), "text", ""), "连续 30 小时均为 40.5"));
        json_decref(marks);
        send_at(t.board, WATER_SITE, PERIOD_HOUR, at(2026, 5, 2, 3), at(2026, 5, 9, 0), "w01018-Avg=41");
        marks = marks_of(t.board, WATER_SITE); /* 3 hours and 26 */
        assert_int_equal(json_array_size(marks), 1);
        assert_non_null(strstr(json_str(json_array_get(marks, 0), "text", ""), "连续 26 小时"));
        json_decref(marks);
        town_close(&t);
    }
}

static void now_sent(struct board *b, int64_t sent, int64_t arrival)
{
    char qn[CN_TEXT];
    cn_format_qn(sent, qn);
    struct record r = { .time = sent,
                        .site = WATER_SITE,
                        .period = PERIOD_REALTIME,
                        .source = SOURCE_DEVICE,
                        .tag = strtoull(qn, NULL, 10),
                        .arrival = arrival,
                        .body = "w01018-Rtd=40",
                        .body_len = 13 };
    board_take(b, &r, 1);
}

static void test_a_clock(void **state)
{
    (void)state;
    int64_t t0 = at(2026, 5, 2, 8) + 8 * MS_MINUTE;
    static const struct {
        int64_t skew_s, catches_up_s; /* of each record: what is sent late catches up */
        int n;
        size_t marks;
    } c[] = {
        { 300, 0, 10, 1 }, { -300, 0, 10, 1 },   { 300, 0, 4, 0 },
        { 100, 0, 10, 0 }, { -3600, 60, 50, 0 }, /* an hour's backlog sent within a minute is no clock */
    };
    for (size_t i = 0; i < COUNT_OF(c); i++) {
        struct town t;
        town_open_with(&t, city);
        for (int k = 0; k < c[i].n; k++) {
            int64_t arrival = t0 + k * MS_MINUTE;
            now_sent(t.board, arrival + (c[i].skew_s + k * c[i].catches_up_s) * MS_SECOND, arrival);
        }
        json_t *marks = marks_of(t.board, WATER_SITE);
        if (json_array_size(marks) != c[i].marks)
            fail_msg("%zu: %zu marks", i, json_array_size(marks));
        json_decref(marks);
        town_close(&t);
    }
}

/* Bounded, the newest kept; records stay as they are. */
static void test_bounded(void **state)
{
    (void)state;
    struct town t;
    town_open_with(&t, city);
    for (int h = 0; h < 1000; h++)
        send_hour(t.board, WATER_SITE, at(2026, 3, 1, 0) + h * MS_HOUR,
                  h % 2 ? "w01018-Avg=-1" : "w01018-Avg=-2");
    json_t *marks = marks_of(t.board, WATER_SITE);
    assert_int_equal(json_array_size(marks), 256);
    char newest[CN_TEXT];
    cn_format_iso(at(2026, 3, 1, 0) + 999 * MS_HOUR, newest);
    assert_string_equal(json_str(json_array_get(marks, 0), "time", ""), newest);
    json_decref(marks);
    town_close(&t);
}

static void test_repeated_marks_are_found(void **state)
{
    (void)state;
    struct town t;
    struct gots g;
    town_open_with(&t, city);
    for (int h = 0; h < 2; h++)
        send_hour(t.board, WATER_SITE, at(2026, 5, 2, h), "w01018-Min=5,w01018-Avg=4");
    find_all(t.board, at(2026, 5, 2, 12), &g);
    assert_null(got_of(&g, "site.marks"));
    send_hour(t.board, WATER_SITE, at(2026, 5, 2, 5), "w01018-Min=5,w01018-Avg=4");
    find_all(t.board, at(2026, 5, 2, 12), &g);
    const struct got *f = got_of(&g, "site.marks");
    assert_non_null(f);
    assert_string_equal(f->key, "site.marks:water:w01018:order:2026050200");
    assert_string_equal(f->severity, "low");
    assert_false(f->over);
    assert_non_null(strstr(f->title, "3 个小时的数据存疑，如 化学需氧量 最小 5、平均 4"));
    find_all(t.board, at(2026, 5, 4, 12), &g);
    f = got_of(&g, "site.marks");
    assert_non_null(f);
    assert_true(f->over);
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_record),
        cmocka_unit_test(test_the_sentence),
        cmocka_unit_test(test_an_hour_against_its_minutes),
        cmocka_unit_test(test_a_constant),
        cmocka_unit_test(test_a_clock),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_repeated_marks_are_found),
    };
    return cmocka_run_group_tests_name("measure.marks", tests, NULL, NULL);
}
