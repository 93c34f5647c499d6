/* Shipped rule sets with one figure made absurd: each is refused with a sentence where it is read, or where its tests run; nothing of it
 * reaches the arithmetic. And questions that a table need not have an answer to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../check.h"
#include "base/scoped.h"
#include "lua/sandbox.h"
#include "rules.h"
#include "standard/rates.h"

static const struct {
    const char *file; /* under definitions/standards */
    const char *path; /* keys and, from 0, indices */
    double value;
    const char *says;
} cases[] = {
    { "warning/national-2017", "tests/0/step", 0, "step: wants a whole number from 1" },
    { "warning/national-2017", "tests/0/step", 2e9, "step: wants" },
    { "warning/national-2017", "clear_hours", -1, "clear_hours: wants" },
    { "warning/national-2017", "ahead_hours", 2e9, "ahead_hours: wants" },
    { "air/hj633-2012", "iaqi/3", -2e9, "iaqi: wants numbers that rise" },
    { "air/hj633-2012", "iaqi/7", 2e9, "iaqi: wants numbers that rise" },
    { "air/hj633-2012", "breakpoints/pm25/above_day", 2e9, "above: wants 0 to 1000" },
    { "air/hj663-2013", "tests/0/percentile", -1, "percentile: wants a whole number from 0 to 100" },
    { "air/hj663-2013", "tests/0/percentile", 101, "percentile: wants" },
    { "air-other/gb3095-2012", "validity/tsp/february_days", 2e9, "february_days: wants" },
    { "air-other/gb3095-2012", "validity/tsp/day_hours", 0, "day_hours: wants" },
    { "water/evaluation-2011", "tests/0/counts/0", 2e9, "counts: wants 0 to" },
    { "water/evaluation-2011", "tests/0/counts/5", -1, "counts: wants 0 to" },
    { "ranking/composite-2014", "weights/so2", 0, "so2: wants a whole number from 1 to 100" },
    { "forecast/blend", "tests/0/lead", -1, "lead: wants a whole number from 0" },
    { "source/hj75-2017-substitute", "tests/0/valid", 2e9, "counts are from 0" },
};

static json_t *read_shipped(const char *file)
{
    char path[512];
    struct sandbox *s = NULL;
    struct err e = { 0 };
    json_t *tree = NULL;
    snprintf(path, sizeof path, "%s/definitions/standards/%s.lua", SOURCE_ROOT, file);
    if (sandbox_new(NULL, &s, &e) < 0 || sandbox_load_file(s, path, &tree, &e) < 0)
        fail_msg("%s", e.text);
    sandbox_free(s);
    return tree;
}

static void put(json_t *tree, const char *path, double value)
{
    char key[64];
    size_t len = strcspn(path, "/");
    snprintf(key, sizeof key, "%.*s", (int)len, path);
    if (path[len]) {
        json_t *next =
            json_is_array(tree) ? json_array_get(tree, strtoul(key, NULL, 10)) : json_object_get(tree, key);
        if (!next && json_is_object(tree))
            json_object_set_new(tree, key, next = json_object());
        put(next, path + len + 1, value);
    } else if (json_is_array(tree)) {
        assert_int_equal(json_array_set_new(tree, strtoul(key, NULL, 10), json_integer((json_int_t)value)),
                         0);
    } else {
        assert_int_equal(json_object_set_new(tree, key, json_integer((json_int_t)value)), 0);
    }
}

static int add_and_test(const json_t *tree, struct err *e)
{
    static struct standards standards;
    static struct air_rulebook air;
    static struct ordinances ordinances;
    const char *kind = json_str(tree, "kind", "");
    int r;
    memset(&air, 0, sizeof air);
    memset(&ordinances, 0, sizeof ordinances);
    if (strncmp(kind, "air.index", 9) == 0 || strncmp(kind, "air.eval", 8) == 0) {
        r = air_rulebook_add(&air, "file", tree, e);
        return r < 0 ? r : air_rulebook_test(&air, "file", tree, NULL, e);
    }
    if (strncmp(kind, "air.", 4) == 0) {
        r = ordinances_add(&ordinances, "file", tree, e);
        return r < 0 ? r : ordinances_test(&ordinances, "file", tree, NULL, e);
    }
    r = standards_add(&standards, "file", tree, e);
    if (r == 0)
        r = standards_test(&standards, "file", tree, NULL, e);
    standards_release(&standards);
    return r;
}

static void test_absurd_figures_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct err e = { .text = "" };
        json_t *tree = read_shipped(cases[i].file);
        const json_t *tests = json_object_get(tree, "tests");
        size_t at = 0; /* tests/0/… is the first test that has the last key's place */
        char path[100];
        snprintf(path, sizeof path, "%s", cases[i].path);
        while (strncmp(path, "tests/0/counts", 14) == 0 && at < json_array_size(tests) &&
               !json_object_get(json_array_get(tests, at), "counts"))
            at++;
        if (strncmp(path, "tests/0/percentile", 18) == 0)
            while (at < json_array_size(tests) && !json_object_get(json_array_get(tests, at), "percentile"))
                at++;
        if (at)
            snprintf(path, sizeof path, "tests/%zu/%s", at, cases[i].path + 8);
        put(tree, path, cases[i].value);
        CHECK_CASE(cases[i].path, add_and_test(tree, &e) < 0);
        if (!strstr(e.text, cases[i].says))
            fail_msg("%s %s: says '%s'", cases[i].file, cases[i].path, e.text);
        json_decref(tree);
    }
}

/* A table of somebody's own need not have the selection, the variant or the grades that a caller knows by name. */
static void test_what_a_table_does_not_have(void **state)
{
    const struct grade_table *t = shipped_table("GB3838-2002");
    micro v[GRADE_ITEMS];
    struct graded g;
    (void)state;
    for (int i = 0; i < GRADE_ITEMS; i++)
        v[i] = MICRO_ONE;
    static const struct grade_ask none[] = { { .selection = -1 },
                                             { .selection = GRADE_SELECTIONS },
                                             { .selection = 0, .variant = -1 },
                                             { .selection = 0, .variant = GRADE_VARIANTS } };
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        grade_judge(t, &none[i], v, &g);
        CHECK(g.grade == 0 && g.why == GRADE_NO_DATA && g.over == 0);
    }
    json_t *tree = read_shipped("water/gb3838-2002");
    struct err e = { .text = "" };
    static struct standards all;
    json_array_remove(json_object_get(tree, "grades"), 0);
    json_array_remove(json_object_get(tree, "grades_en"), 0);
    CHECK(standards_add(&all, "file", tree, &e) < 0 && strstr(e.text, "water.classes has 6"));
    standards_release(&all);
    json_decref(tree);
}

/* Products of products would overrun; no shipped set has one. */
static void test_rates_of_rates(void **state)
{
    struct rate_rules r;
    struct err e = { .text = "" };
    json_t *list = read_shipped("quality/sources");
    json_t *tree = json_is_array(list) ? json_array_get(list, 0) : list,
           *rates = json_object_get(tree, "rates");
    (void)state;
    for (size_t i = 0; i < json_array_size(rates); i++)
        if (json_object_get(json_array_get(rates, i), "product")) {
            json_t *more = json_deep_copy(json_array_get(rates, i)),
                   *list_of = json_object_get(more, "product");
            json_array_set(list_of, 0, json_object_get(json_array_get(rates, i), "id"));
            json_object_set_new(more, "id", json_string("squared"));
            json_array_append_new(rates, more);
            break;
        }
    CHECK(rate_rules_read(tree, &r, &e) < 0 && strstr(e.text, "none themselves"));
    json_decref(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_absurd_figures_are_refused),
        cmocka_unit_test(test_what_a_table_does_not_have),
        cmocka_unit_test(test_rates_of_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
