/* What no instrument can read: a device may send any number that the frame has room for. Nothing of it may upset the arithmetic behind
 * it (the sanitizers watch), and no figure may rest on it: such a value is one that cannot be judged. */
#include "town.h"

#include <stdlib.h>

static const char city[] =
    "{\"name\":\"n\",\"name_en\":\"n\",\"regions\":[{\"code\":\"c\",\"name\":\"c\",\"name_en\":\"c\"},"
    "{\"code\":\"r\",\"parent\":\"c\",\"name\":\"r\",\"name_en\":\"r\"}],\"units\":[],\"sites\":["
    "{\"code\":\"air\",\"name\":\"站\",\"name_en\":\"A\",\"kind\":\"air\",\"region\":\"r\",\"lng\":1,\"lat\":"
    "1,"
    "\"factors\":[\"a34004\",\"a34002\",\"a21026\",\"a21004\",\"a21005\",\"a05024\"]},"
    "{\"code\":\"gas\",\"name\":\"烟囱\",\"name_en\":\"G\",\"kind\":\"gas_outlet\",\"region\":\"r\",\"lng\":"
    "1,"
    "\"lat\":1,\"reference_o2\":6,\"factors\":[\"a21026\",\"a19001\",\"a00000\"],"
    "\"limits\":[{\"factor\":\"a21026\",\"upper\":35,\"basis\":\"b\"}]},"
    "{\"code\":\"water\",\"name\":\"排口\",\"name_en\":\"W\",\"kind\":\"water_outlet\",\"region\":\"r\","
    "\"lng\":1,\"lat\":1,\"factors\":[\"w01018\",\"w00000\"],"
    "\"limits\":[{\"factor\":\"w01018\",\"upper\":50,\"basis\":\"b\"}]},"
    "{\"code\":\"river\",\"name\":\"断面\",\"name_en\":\"R\",\"kind\":\"river\",\"region\":\"r\",\"lng\":1,"
    "\"lat\":1,\"target_class\":\"Ⅲ\",\"factors\":[\"w01001\",\"w01009\",\"w01019\",\"w21003\",\"w21011\"]}]"
    "}";
enum { AIR_SITE = 1, GAS, WATER_SITE, RIVER, SITES_HERE = RIVER };

static const char *const codes[SITES_HERE][7] = {
    { "a34004", "a34002", "a21026", "a21004", "a21005", "a05024" },
    { "a21026", "a19001", "a00000" },
    { "w01018", "w00000" },
    { "w01001", "w01009", "w01019", "w21003", "w21011" },
};

static void send(struct board *b, int site, enum period p, int64_t time, const char *digits)
{
    struct buf body = BUF_INIT;
    for (int i = 0; codes[site - 1][i]; i++)
        buf_addf(&body, "%s%s-Avg=%s,%s-Min=%s,%s-Max=%s,%s-Cou=%s,%s-ZsAvg=%s", i ? ";" : "",
                 codes[site - 1][i], digits, codes[site - 1][i], digits, codes[site - 1][i], digits,
                 codes[site - 1][i], digits, codes[site - 1][i], digits);
    send_at(b, site, p, time, time + MS_HOUR, body.data);
    buf_release(&body);
}

/* Two months of hours, the last two days by minutes as well. */
static void fill(struct board *b, const char *digits)
{
    int64_t first = at(2028, 1, 1, 0), end = at(2028, 3, 1, 0);
    for (int site = 1; site <= SITES_HERE; site++) {
        for (int64_t t = end - 2 * MS_HOUR; t < end; t += 10 * MS_MINUTE)
            send(b, site, PERIOD_MINUTE, t, digits);
        for (int64_t t = first; t < end; t += MS_HOUR)
            send(b, site, PERIOD_HOUR, t, digits);
    }
}

static void written(struct board *b, int64_t now)
{
    static const char *const targets[] = {
        "{\"bound\":\"air.pm25.mean\",\"value\":35}",
        "{\"bound\":\"air.o3.p90\",\"value\":160}",
        "{\"bound\":\"air.good_days.ratio\",\"value\":80}",
        "{\"bound\":\"water.good.ratio\",\"value\":80}",
        "{\"bound\":\"water.class\",\"indicator\":\"断面水质\",\"value\":3}",
    };
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    board_write_city(b, now, &out);
    json_decref(read_buf(&out));
    for (int site = 1; site <= SITES_HERE; site++) {
        board_write_site(b, site, now, &out);
        json_decref(read_buf(&out));
        board_write_marks(b, site, &out);
        json_decref(read_buf(&out));
        board_write_year(b, site, 2028, now, &out);
        json_decref(read_buf(&out));
    }
    board_write_aqi(b, 0, "day", at(2028, 1, 1, 0), now, &out);
    json_decref(read_buf(&out));
    const struct ranking_ask ask = { .from = cn_days(2028, 1, 1), .to = cn_days(2028, 2, 1), .other = "" };
    assert_int_equal(board_write_ranking(b, &ask, now, &out, &e), 0);
    json_decref(read_buf(&out));
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        json_t *target = NULL, *p = NULL;
        assert_int_equal(json_read(targets[i], strlen(targets[i]), &target, &e), 0);
        assert_int_equal(board_target(b, target, now, &p, &e), 0);
        json_decref(target);
        json_decref(p);
    }
}

static void test_any_number_is_survived(void **state)
{
    static const char *const digits[] = { "9200000000000", "-9200000000000", "1000000000",
                                          "999999999",     "-999999999",     "14",
                                          "0.000001" };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(digits); i++) {
        struct town t;
        struct gots got;
        int64_t now = at(2028, 3, 1, 2);
        town_open_with(&t, city);
        fill(t.board, digits[i]);
        board_settle(t.board, now);
        find_all(t.board, now, &got);
        written(t.board, now);
        town_close(&t);
    }
}

static void test_it_is_not_judged(void **state)
{
    (void)state;
    struct town t;
    struct gots got;
    int64_t now = at(2028, 3, 1, 2);
    town_open_with(&t, city);
    for (int64_t h = at(2028, 2, 27, 0); h < at(2028, 3, 1, 0); h += MS_HOUR)
        send(t.board, WATER_SITE, PERIOD_HOUR, h,
             h >= at(2028, 2, 28, 8) && h < at(2028, 2, 28, 12) ? "1000000001" : "20");
    board_settle(t.board, now);
    find_all(t.board, now, &got);
    assert_null(got_of(&got, "source.hour"));
    assert_non_null(got_of(&got, "source.invalid"));
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_number_is_survived),
        cmocka_unit_test(test_it_is_not_judged),
    };
    return cmocka_run_group_tests_name("measure.extreme", tests, NULL, NULL);
}
