/* The shelf: every shipped rule set is there with its hash, and its own tests hold. */
#include "unit/check.h"

#include <string.h>

#include "base/cntime.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_certainty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
