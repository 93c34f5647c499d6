/* A receipt holds for its file, and one changed byte anywhere is found. */
#include "unit/check.h"

#include <string.h>

#include "evaluate/verify.h"
#include "support.h"

static const char file[] = "station,date,pm25,pm10,so2,no2,co,o3_8h\n"
                           "东城,2025-01-01,35,50,5,20,0.5,100\n"
                           "西城,2025-01-01,36,52,--,20,0.5,101\n"
                           "\"城, 北\",2025-01-02,75,150,12,45,1.0,160\n"
                           "东城,2026-03-01,60,120,12,45,1.0,160\n";

struct feed {
    const char *p;
    size_t left;
};

static int feed_read(void *arg, char *to, size_t room, struct err *e)
{
    struct feed *f = arg;
    size_t n = f->left < room ? f->left : room;
    (void)e;
    memcpy(to, f->p, n);
    f->p += n;
    f->left -= n;
    return (int)n;
}

static json_t *receipt_of(const char *text)
{
    struct evaluate_job job = { .kind = "air-day", .receipt = true, .file = "a.csv" };
    struct outcome o;
    struct err e = { 0 };
    json_t *tree = NULL;
    evaluate_text(&job, text, strlen(text), 0, &o);
    assert_int_equal(o.code, 0);
    if (json_read(o.sum.receipt.data, o.sum.receipt.len, &tree, &e) < 0)
        fail_msg("%s", e.text);
    outcome_release(&o);
    return tree;
}

static enum verify_answer verify(const json_t *receipt, const char *text, size_t len, char *said, size_t size)
{
    struct feed f = { text, len };
    struct verification v;
    struct err e = { 0 };
    if (verify_evaluation(shipped_shelf(), receipt, feed_read, &f, &v, &e) < 0)
        fail_msg("%s", e.text);
    if (said)
        snprintf(said, size, "%s", v.text.data ? v.text.data : "");
    buf_release(&v.text);
    return v.answer;
}

static void test_receipt(void **state)
{
    (void)state;
    json_t *r = receipt_of(file);
    const json_t *in = json_object_get(r, "inputs"), *parts = json_object_get(in, "parts");
    assert_int_equal(json_int(in, "rows", 0), 4);
    assert_int_equal(json_int(in, "values", 0), 23);
    assert_int_equal(json_int(json_object_get(r, "missing"), "not_sent", 0), 1);
    assert_int_equal(json_array_size(json_object_get(r, "rules")), 2); /* both editions were used */
    assert_int_equal(json_array_size(parts), 3);
    assert_string_equal(json_str(json_array_get(parts, 0), "day", ""), "2025-01-01");
    assert_int_equal(json_int(json_array_get(parts, 0), "rows", 0), 2);
    assert_int_equal(verify(r, file, strlen(file), NULL, 0), VERIFY_SAME);
    json_decref(r);
}

static void test_every_byte(void **state)
{
    (void)state;
    json_t *r = receipt_of(file);
    char text[sizeof file], said[4096];
    for (size_t i = 0; i + 1 < sizeof file; i++)
        for (int bit = 0; bit < 8; bit++) {
            memcpy(text, file, sizeof file);
            text[i] = (char)(text[i] ^ (1 << bit));
            if (verify(r, text, sizeof file - 1, said, sizeof said) != VERIFY_INPUTS_DIFFER || !*said)
                fail_msg("byte %zu, bit %d: not found", i, bit);
        }
    json_decref(r);
}

static void test_says_which_day(void **state)
{
    (void)state;
    json_t *r = receipt_of(file);
    char text[sizeof file], said[4096];
    memcpy(text, file, sizeof file);
    memcpy(strstr(text, ",75,150") + 1, "76", 2);
    assert_int_equal(verify(r, text, strlen(text), said, sizeof said), VERIFY_INPUTS_DIFFER);
    assert_non_null(strstr(said, "inputs: 2025-01-02: other values"));
    assert_null(strstr(said, "2025-01-01"));
    /* A row gone. */
    assert_int_equal(verify(r, file, (size_t)(strstr(file, "东城,2026") - file), said, sizeof said),
                     VERIFY_INPUTS_DIFFER);
    assert_non_null(strstr(said, "inputs: 2026-03-01: is not there now"));
    json_decref(r);
}

static void test_changed_receipt(void **state)
{
    (void)state;
    static const struct {
        const char *in, *key, *says;
    } change[] = { { "result", "sm3", "result: sm3" },
                   { "result", "judged", "result: judged" },
                   { "missing", "not_sent", "missing: not_sent" },
                   { "missing", "lost", "missing: lost" } };
    char said[4096];
    for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
        json_t *r = receipt_of(file);
        json_object_set_new(json_object_get(r, change[i].in), change[i].key, json_integer(77));
        CHECK_CASE(change[i].says, verify(r, file, strlen(file), said, sizeof said) == VERIFY_DIFFERS);
        CHECK_CASE(change[i].says, strstr(said, change[i].says) != NULL);
        json_decref(r);
    }
    json_t *r = receipt_of(file);
    json_object_set_new(json_array_get(json_object_get(r, "rules"), 0), "sm3", json_string("00"));
    assert_int_equal(verify(r, file, strlen(file), said, sizeof said), VERIFY_DIFFERS);
    assert_non_null(strstr(said, "rule set HJ633-2012: its file"));
    json_decref(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receipt),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_says_which_day),
        cmocka_unit_test(test_changed_receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
