/* Receipts of figures: what they are made of, and that every input counts. */
#include "town.h"

#include <errno.h>

#include "unit/check.h"

static json_t *receipt(struct board *b, const char *ask, int64_t now)
{
    json_t *tree = NULL, *ret = NULL;
    struct err e = { 0 };
    if (json_read(ask, strlen(ask), &tree, &e) < 0 || board_receipt(b, tree, now, &ret, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
    return ret;
}

static const char *inputs_hash(const json_t *r)
{
    return json_str(json_object_get(r, "inputs"), "sm3", "");
}

static void test_what_it_says(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    send_days(t.board, cn_days(2026, 6, 1), 3, 40, 90);
    int64_t now = at(2026, 6, 4, 1);
    board_settle(t.board, now);
    json_t *r = receipt(t.board, "{\"what\":\"air.day\",\"site\":1,\"day\":\"2026-06-02\"}", now);
    const json_t *in = json_object_get(r, "inputs"), *missing = json_object_get(r, "missing");
    assert_int_equal(json_int(in, "values", 0), 24 * 6);
    assert_int_equal(json_array_size(json_object_get(in, "stations")), 1);
    assert_int_equal(json_array_size(json_object_get(in, "parts")), 1);
    assert_int_equal(json_int(missing, "not_sent", -1), 0);
    assert_true(json_is_null(json_object_get(missing, "lost")));
    /* PM2.5 of 40 between 35 and 60: 50 + 50 x 5 / 25 */
    assert_int_equal(json_int(json_object_get(r, "result"), "aqi", -1), 60);
    json_decref(r);
    r = receipt(t.board, "{\"what\":\"air.year\",\"site\":0,\"year\":2026}", now);
    in = json_object_get(r, "inputs");
    assert_int_equal(json_int(in, "values", 0), 3 * 4 * 24 * 6);
    assert_string_equal(json_str(in, "to", ""), "2026-06-03");
    assert_int_equal(json_array_size(json_object_get(in, "parts")), 151 + 3); /* 1 January to 3 June */
    json_decref(r);
    r = receipt(t.board,
                "{\"what\":\"target\",\"target\":{\"bound\":\"air.pm25.mean\",\"value\":35,\"by\":2026}}",
                now);
    assert_int_equal(json_int(json_object_get(r, "inputs"), "values", 0), 3 * 4 * 24);
    json_decref(r);
    town_close(&t);
}

/* One hour of one station: another value, another flag, or none. Each gives another hash, of that day only. */
static void test_every_input_counts(void **state)
{
    (void)state;
    static const char *const change[] = { "a34004-Avg=41,a34004-Flag=N", "a34004-Avg=40,a34004-Flag=D",
                                          "a34004-Avg=x,a34004-Flag=N" };
    char was[80];
    for (size_t i = 0; i < COUNT_OF(change); i++) {
        struct town t;
        town_open(&t);
        send_days(t.board, cn_days(2026, 6, 1), 3, 40, 90);
        int64_t now = at(2026, 6, 4, 1);
        board_settle(t.board, now);
        json_t *r = receipt(t.board, "{\"what\":\"air.year\",\"site\":0,\"year\":2026}", now);
        snprintf(was, sizeof was, "%s", inputs_hash(r));
        send_at(t.board, S3, PERIOD_HOUR, at(2026, 6, 2, 7), now - MS_HOUR, change[i]);
        board_settle(t.board, now);
        json_t *s = receipt(t.board, "{\"what\":\"air.year\",\"site\":0,\"year\":2026}", now);
        CHECK_CASE(change[i], strcmp(was, inputs_hash(s)) != 0);
        const json_t *before = json_object_get(json_object_get(r, "inputs"), "parts"),
                     *after = json_object_get(json_object_get(s, "inputs"), "parts");
        int differ = 0;
        for (size_t k = 0; k < json_array_size(before); k++)
            if (!json_equal(json_array_get(before, k), json_array_get(after, k))) {
                differ++;
                CHECK_CASE(change[i],
                           strcmp(json_str(json_array_get(after, k), "day", ""), "2026-06-02") == 0);
            }
        CHECK_CASE(change[i], differ == 1);
        json_decref(r);
        json_decref(s);
        town_close(&t);
    }
}

static const struct {
    const char *name, *ask;
    int code;
} refused[] = {
    { "what", "{\"what\":\"tea\"}", -EINVAL },
    { "day", "{\"what\":\"air.day\",\"day\":\"2026-13-01\"}", -EINVAL },
    { "a day that is not kept", "{\"what\":\"air.day\",\"day\":\"2006-01-01\"}", -ENOENT },
    { "no such station", "{\"what\":\"air.day\",\"site\":99,\"day\":\"2026-06-02\"}", -ENOENT },
    { "an outlet", "{\"what\":\"air.day\",\"site\":5,\"day\":\"2026-06-02\"}", -ENOENT },
    { "year", "{\"what\":\"air.year\",\"year\":1}", -ENOENT },
    { "a target nothing measures", "{\"what\":\"target\",\"target\":{\"indicator\":\"幸福感\"}}", -ENOENT },
    { "no target", "{\"what\":\"target\"}", -ENOENT },
};

static void test_refused(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    board_settle(t.board, at(2026, 6, 4, 1));
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        json_t *tree = NULL, *ret = NULL;
        struct err e = { 0 };
        assert_int_equal(json_read(refused[i].ask, strlen(refused[i].ask), &tree, &e), 0);
        CHECK_CASE(refused[i].name,
                   board_receipt(t.board, tree, at(2026, 6, 4, 1), &ret, &e) == refused[i].code);
        CHECK_CASE(refused[i].name, *e.text);
        json_decref(tree);
    }
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_says),
        cmocka_unit_test(test_every_input_counts),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
