/* Rates with the calendar below the line, and loads. The vectors of the definitions run in `bihuan check`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/scoped.h"
#include "standard/rates.h"

static const char rules_text[] =
    "{\"id\":\"r\",\"title\":\"t\",\"title_en\":\"t\",\"source\":\"s\",\"sites\":[\"air\",\"gas_outlet\"],"
    "\"rates\":["
    "{\"id\":\"valid\",\"title\":\"t\",\"title_en\":\"t\",\"clause\":\"c\",\"clause_en\":\"c\",\"certainty\":"
    "\"y\",\"pass\":95,"
    "\"of\":[\"valid\"],\"over\":[\"valid\",\"invalid\",\"lost\",\"not_sent\"]},"
    "{\"id\":\"t\",\"title\":\"t\",\"title_en\":\"t\",\"clause\":\"c\",\"clause_en\":\"c\",\"certainty\":"
    "\"y\","
    "\"of\":[\"valid\",\"invalid\"],\"over\":[\"valid\",\"invalid\",\"lost\",\"not_sent\"]},"
    "{\"id\":\"v\",\"title\":\"t\",\"title_en\":\"t\",\"clause\":\"c\",\"clause_en\":\"c\",\"certainty\":"
    "\"y\","
    "\"of\":[\"valid\"],\"over\":[\"valid\",\"invalid\"]},"
    "{\"id\":\"tv\",\"title\":\"t\",\"title_en\":\"t\",\"clause\":\"c\",\"clause_en\":\"c\",\"certainty\":"
    "\"y\",\"pass\":75,"
    "\"product\":[\"t\",\"v\"]},"
    "{\"id\":\"qc\",\"title\":\"t\",\"title_en\":\"t\",\"clause\":\"c\",\"clause_en\":\"c\",\"certainty\":"
    "\"y\",\"pass\":85,"
    "\"of\":[\"qc_passed\"],\"over\":[\"qc_passed\",\"qc_failed\"]}]}";
enum { VALID, T, V, TV, QC };

static struct rate_rules rules(void)
{
    struct rate_rules r = { 0 };
    struct err e = { 0 };
    json_t *tree = NULL;
    if (json_read(rules_text, sizeof rules_text - 1, &tree, &e) < 0 || rate_rules_read(tree, &r, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
    return r;
}

/* counts in the order valid, invalid, excepted, lost, not_sent, qc_passed, qc_failed */
static const struct {
    int rate;
    struct counts c;
    int64_t over, under;
    const char *value; /* "": none */
    int passes;
} cases[] = {
    { QC, { { 0, 0, 0, 0, 0, 84, 15 } }, 84, 99, "84.848485", 0 }, /* 84 of 99 fails */
    { QC, { { 0, 0, 0, 0, 0, 85, 15 } }, 85, 100, "85", 1 },       /* 85 of 100 passes */
    { QC, { { 0, 0, 0, 0, 0, 0, 0 } }, 0, 0, "", -1 },             /* nothing compared: no rate, not 0 % */
    { VALID, { { 95, 1, 0, 2, 2, 0, 0 } }, 95, 100, "95", 1 }, /* what never arrived stands below the line */
    { VALID,
      { { 94996, 0, 0, 0, 5004, 0, 0 } },
      94996,
      100000,
      "94.996",
      0 },                                                       /* not rounded up to its mark */
    { VALID, { { 95, 0, 100, 0, 5, 0, 0 } }, 95, 100, "95", 1 }, /* what is excepted leaves the account */
    { VALID, { { 0, 0, 24, 0, 0, 0, 0 } }, 0, 0, "", -1 },
    { T, { { 600, 48, 24, 12, 60, 0, 0 } }, 648, 720, "90", -1 },
    { TV, { { 540, 108, 0, 0, 72, 0, 0 } }, 648 * 540, 720 * 648, "75", 1 },
    { TV, { { 539, 109, 0, 0, 72, 0, 0 } }, 648 * 539, 720 * 648, "74.861111", 0 },
    { TV, { { 0, 0, 0, 0, 72, 0, 0 } }, 0, 72, "0", 0 },
};

static void test_cases(void **state)
{
    (void)state;
    struct rate_rules r = rules();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[MICRO_TEXT];
        struct rate got = rate_of(&r, cases[i].rate, &cases[i].c);
        micro_format(got.value, -1, text);
        if (got.over != cases[i].over || got.under != cases[i].under || got.passes != cases[i].passes ||
            strcmp(text, cases[i].value) != 0)
            fail_msg("%zu: %lld / %lld = %s, passes %d", i, (long long)got.over, (long long)got.under, text,
                     got.passes);
    }
}

static uint64_t next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    return *x ^= *x << 17;
}

/* Adding a period that never came, or was lost, never raises a rate; excepting a valid one neither. */
static void test_missing_never_raises(void **state)
{
    (void)state;
    struct rate_rules r = rules();
    uint64_t seed = 20261122;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 20000; round++) {
        struct counts c;
        for (int k = 0; k < COUNT_KINDS; k++)
            c.n[k] = (int64_t)(next(&seed) % (round % 3 ? 800 : 3));
        struct counts more = c, less = c;
        more.n[next(&seed) % 2 ? SLOT_LOST : SLOT_NOT_SENT] += 1 + (int64_t)(next(&seed) % 5);
        less.n[SLOT_VALID] -= c.n[SLOT_VALID] > 0;
        less.n[SLOT_EXCEPTED] += c.n[SLOT_VALID] > 0;
        for (int i = 0; i < r.n; i++) {
            struct rate was = rate_of(&r, i, &c), is = rate_of(&r, i, &more), without = rate_of(&r, i, &less);
            if (was.value != MICRO_MISSING && is.value > was.value)
                fail_msg("round %d: %s rises from %lld to %lld", round, r.rate[i].id, (long long)was.value,
                         (long long)is.value);
            if (was.value != MICRO_MISSING && without.value != MICRO_MISSING && without.value > was.value)
                fail_msg("round %d: %s rises by an exception", round, r.rate[i].id);
        }
    }
}

static void test_load(void **state)
{
    (void)state;
    micro kg;
    assert_int_equal(load_hour(false, MICRO(1.5), MICRO(40), MICRO(100), &kg), LOAD_COU);
    assert_true(kg == MICRO(1.5));
    assert_int_equal(load_hour(false, MICRO_MISSING, MICRO(40), MICRO(100), &kg),
                     LOAD_FLOW); /* 40 mg/L × 100 m³ */
    assert_true(kg == MICRO(4));
    assert_int_equal(load_hour(true, MICRO_MISSING, MICRO(35), MICRO(500000), &kg),
                     LOAD_FLOW); /* 35 mg/m³ × 500,000 m³ */
    assert_true(kg == MICRO(17.5));
    assert_int_equal(load_hour(true, MICRO_MISSING, MICRO(35), MICRO_MISSING, &kg), LOAD_NONE);
    assert_true(kg == MICRO_MISSING);
}

static void test_bad_rules(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{}",
        "{\"id\":\"r\",\"title\":\"t\",\"title_en\":\"t\",\"source\":\"s\",\"sites\":[\"moon\"],\"rates\":[]"
        "}",
        "{\"id\":\"r\",\"title\":\"t\",\"title_en\":\"t\",\"source\":\"s\",\"sites\":[\"air\"],\"rates\":[]}",
        "{\"id\":\"r\",\"title\":\"t\",\"title_en\":\"t\",\"source\":\"s\",\"sites\":[\"air\"],\"from\":"
        "\"soon\",\"rates\":[{}]}",
        "{\"id\":\"r\",\"title\":\"t\",\"title_en\":\"t\",\"source\":\"s\",\"sites\":[\"air\"],\"rates\":[{"
        "\"id\":\"a\",\"title\":\"t\","
        "\"title_en\":\"t\",\"clause\":\"c\",\"clause_en\":\"c\",\"certainty\":\"y\",\"product\":[\"a\","
        "\"b\"]}]}",
        "{\"id\":\"r\",\"title\":\"t\",\"title_en\":\"t\",\"source\":\"s\",\"sites\":[\"air\"],\"rates\":[{"
        "\"id\":\"a\",\"title\":\"t\","
        "\"title_en\":\"t\",\"clause\":\"c\",\"clause_en\":\"c\",\"certainty\":\"y\",\"of\":[\"luck\"],"
        "\"over\":[\"valid\"]}]}",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct rate_rules r;
        struct err e = { 0 };
        json_t *tree = NULL;
        assert_int_equal(json_read(bad[i], strlen(bad[i]), &tree, &e), 0);
        assert_true(rate_rules_read(tree, &r, &e) < 0);
        assert_true(*e.text);
        json_decref(tree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases),
                                        cmocka_unit_test(test_missing_never_raises),
                                        cmocka_unit_test(test_load), cmocka_unit_test(test_bad_rules) };
    return cmocka_run_group_tests_name("standard.rates", tests, NULL, NULL);
}
