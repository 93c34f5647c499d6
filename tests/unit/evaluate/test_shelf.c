/* The shelf: every shipped rule set is there with its hash, and its own tests hold. */
#include "unit/check.h"

#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "support.h"

static void test_shipped(void **state)
{
    (void)state;
    struct shelf *s = NULL;
    struct err e = { 0 };
    if (shelf_load(SOURCE_ROOT "/definitions", true, &s, &e) < 0)
        fail_msg("%s", e.text);
    assert_true(shelf_count(s) >= 8);
    for (size_t i = 0; i < shelf_count(s); i++) {
        const struct shelf_set *set = shelf_at(s, i);
        CHECK_CASE(set->id, *set->id && *set->kind && *set->clause && *set->certainty && set->rules);
        CHECK_CASE(set->id, strlen(set->sm3) == 64);
        CHECK_CASE(set->id, set->tests > 0);
        CHECK_CASE(set->failed, !*set->failed);
        CHECK_CASE(set->id, shelf_by_id(s, set->kind, set->id) == set);
    }
    assert_null(shelf_at(s, shelf_count(s)));
    shelf_free(s);
}

static void test_dates(void **state)
{
    (void)state;
    struct shelf *s = shipped_shelf();
    assert_string_equal(shelf_on(s, "air.index", cn_days(2026, 2, 28))->id, "HJ633-2012");
    assert_string_equal(shelf_on(s, "air.index", cn_days(2026, 3, 1))->id, "HJ633-2026");
    assert_null(shelf_on(s, "air.index", cn_days(2015, 12, 31)));
    assert_null(shelf_by_id(s, "air.index", "GB3095-2012")); /* another kind */
    assert_true(shelf_by_id(s, "air.index", "published-2013")->practice);
}

static void test_certainty(void **state)
{
    (void)state;
    assert_int_equal(certainty_rank("confirmed"), 0);
    assert_int_equal(certainty_rank("measured on published values"), 0);
    assert_int_equal(certainty_rank("single source"), 1);
    assert_int_equal(certainty_rank("partly from memory"), 2);
}

/* A clause has the tests that name it; of a set with one clause every test is of it. */
static void test_clauses(void **state)
{
    static const struct {
        const char *kind, *id, *clause;
        bool tested;
    } cases[] = { { "noise.zones", "GB3096-2008", "5.4", true },
                  { "air.index", "HJ633-2026", "5.3", true },
                  { "water.black", "black-odorous-2015", "表1", true },
                  { "air.evaluation", "HJ663-2026", "GB 3095-2026 表4", true },
                  { "water.evaluation", "HB2011-22", "湖库", true } };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct clause_tests c[CLAUSES_MOST];
        const struct shelf_set *set = shelf_by_id(shipped_shelf(), cases[i].kind, cases[i].id);
        size_t n = shelf_clauses(set, c, CLAUSES_MOST), found = 0;
        for (size_t k = 0; k < n; k++)
            if (c[k].len == strlen(cases[i].clause) && memcmp(c[k].clause, cases[i].clause, c[k].len) == 0) {
                found++;
                CHECK_CASE(cases[i].clause, (c[k].tests > 0) == cases[i].tested);
            }
        CHECK_CASE(cases[i].clause, found == 1);
    }
    json_t *tree = json_pack("{s:[{s:s}, {s:s}]}", "tests", "clause", "4.5, 5", "clause", "4.50");
    struct shelf_set set = { .clause = "4.5, 5, 6", .tree = tree };
    struct clause_tests c[CLAUSES_MOST];
    assert_int_equal(shelf_clauses(&set, c, CLAUSES_MOST), 3);
    assert_int_equal(c[0].tests, 1);
    assert_int_equal(c[1].tests, 1);
    assert_int_equal(c[2].tests, 0); /* of several clauses none is thought to be meant */
    json_decref(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clauses),
        cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_certainty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
