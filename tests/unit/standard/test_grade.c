/* The engine of graded tables: every limit from both sides, what may not change a result, and what a definition may not say. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../check.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "lua/sandbox.h"
#include "rules.h"

enum { HAIR = 1 }; /* the smallest difference a micro knows */

static const uint64_t seed = 20261122;
static uint64_t dice(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

/* The grade that the limits say, found the slow way: the first whose limit the value keeps. */
static void check_limit(const struct grade_table *t, int item, int variant, int step)
{
    const struct grade_item *it = &t->item[item];
    micro limit = it->limit[variant][step];
    bool strict = it->strict >> step & 1;
    if (limit == MICRO_MISSING)
        return;
    int on = grade_value(t, item, variant, limit);
    micro worse = it->sense == GRADE_AT_LEAST ? limit - HAIR : limit + HAIR;
    int beyond = worse < 0 ? t->n_grades + 1 : grade_value(t, item, variant, worse);
    CHECK_CASE(it->word, strict ? on > step + 1 : on <= step + 1);
    CHECK_CASE(it->word, beyond > step + 1 || it->sense == GRADE_WITHIN);
    if (it->sense == GRADE_WITHIN) {
        CHECK_CASE(it->word, grade_value(t, item, variant, it->low[variant][step]) <= step + 1);
        CHECK_CASE(it->word, grade_value(t, item, variant, it->low[variant][step] - HAIR) > step + 1);
        CHECK_CASE(it->word, beyond > step + 1);
    }
}

static void test_every_limit_from_both_sides(void **state)
{
    const struct grade_book *book = &shipped_standards()->grades;
    int limits = 0;
    (void)state;
    for (size_t k = 0; k < book->n; k++)
        for (int i = 0; i < book->table[k]->n_items; i++)
            for (int variant = 0; variant < book->table[k]->n_variants; variant++)
                for (int step = 0; step < book->table[k]->n_grades; step++, limits++)
                    check_limit(book->table[k], i, variant, step);
    print_message("# %zu tables, %d limits\n", book->n, limits);
    assert_true(book->n >= 13);
}

static void test_missing_and_negative_have_no_grade(void **state)
{
    const struct grade_table *t = shipped_table("GB3838-2002");
    (void)state;
    assert_int_equal(grade_value(t, 0, 0, MICRO_MISSING), 0);
    assert_int_equal(grade_value(t, 0, 0, -1), 0);
    assert_int_equal(grade_value(t, -1, 0, 1), 0);
    assert_int_equal(grade_value(t, 0, 99, 1), 0);
    assert_int_equal(grade_value(t, t->n_items, 0, 1), 0);
}

static void random_values(const struct grade_table *t, uint64_t *x, micro *v)
{
    for (int i = 0; i < t->n_items; i++) {
        micro scale = grade_edge(&t->item[i], 0, t->n_grades);
        v[i] = scale == MICRO_MISSING || dice(x) % 9 == 0 ? MICRO_MISSING
                                                          : (micro)(dice(x) % (uint64_t)(scale * 2 + 2));
    }
}

/* One more bad item, and one item made worse, never improve the class; the deciding items have it, and all over are listed once. */
static void test_worse_never_better(void **state)
{
    const struct grade_table *t = shipped_table("GB3838-2002");
    uint64_t x = seed;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        micro v[GRADE_ITEMS];
        struct grade_ask ask = { .variant = round % 2,
                                 .selection = round % t->n_selections,
                                 .target = round % 6 };
        struct graded before, after;
        random_values(t, &x, v);
        grade_judge(t, &ask, v, &before);
        int item = (int)(dice(&x) % (uint64_t)t->n_items);
        v[item] = t->item[item].sense == GRADE_AT_LEAST ? 0 : 1000000 * MICRO_ONE;
        grade_judge(t, &ask, v, &after);
        CHECK(after.grade >= before.grade);
        CHECK(after.n_over >= before.n_over);
        for (int k = 0; k + 1 < after.n_over; k++)
            CHECK(t->item[after.order[k]].first >= t->item[after.order[k + 1]].first);
        for (int i = 0; i < t->n_items && after.grade; i++)
            CHECK(!(after.deciding >> i & 1) || after.item[i] == after.grade);
    }
}

/* Rounding goes to the even digit, never to zero, and never twice. */
static void test_rounding(void **state)
{
    static const struct {
        const char *item;
        micro value;
        bool hourly;
        micro want;
    } cases[] = {
        { "tp", 3400, false, 3000 },
        { "tp", 3500, false, 4000 },
        { "tp", 4500, false, 4000 },
        { "tp", 50, false, 50 },
        { "tp", 0, false, 0 },
        { "nh3n", 1005000, false, 1000000 },
        { "nh3n", 1015000, false, 1020000 },
        { "ph", 6500000, false, 6000000 },
        { "ph", 7500000, false, 8000000 },
        { "do", 7450000, false, 7400000 },
        { "do", 7455000, true, 7460000 },
        { "cd", 12, true, 10 },
        { "hg", 4, false, 4 },
        { "faecal", 123, false, 123 },
    };
    const struct grade_table *t = shipped_table("GB3838-2002");
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int item = grade_item_of(t, cases[i].item, strlen(cases[i].item));
        CHECK_CASE(cases[i].item,
                   grade_round(&t->item[item], cases[i].value, cases[i].hourly) == cases[i].want);
    }
    assert_int_equal(grade_round(&t->item[0], MICRO_MISSING, false), MICRO_MISSING);
}

static void test_names_of_classes(void **state)
{
    static const struct {
        const char *text;
        int grade;
    } cases[] = { { "Ⅰ", 1 },     { "Ⅲ类", 3 },  { "III", 3 }, { "IV类", 4 }, { "V", 5 }, { "劣Ⅴ", 6 },
                  { "劣V类", 6 }, { "6", 6 },    { "V+", 6 },  { "", 0 },     { "-", 0 }, { "*", 0 },
                  { "VI", 0 },    { "IIII", 0 }, { "33", 0 },  { "Ⅲ以上", 0 } };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        CHECK_CASE(cases[i].text, grade_from_roman(cases[i].text) == cases[i].grade);
}

/* A text that does not fit ends before a name, not within a character. */
static void test_texts_are_whole(void **state)
{
    const struct grade_table *t = shipped_table("GB3838-2002");
    micro v[GRADE_ITEMS];
    struct graded g;
    (void)state;
    for (int i = 0; i < t->n_items; i++)
        v[i] = 1000 * MICRO_ONE;
    grade_judge(t, &(struct grade_ask){ .variant = 0 }, v, &g);
    for (size_t size = 1; size < 300; size++) {
        char text[300];
        grade_text_over(t, &g, -1, GRADE_TEXT_ZH, text, size);
        size_t len = strlen(text);
        CHECK(len < size);
        CHECK(len == 0 || ((unsigned char)text[len - 1] & 0xC0) != 0xC0);
    }
}

/* ---- what a definition may not say ---- */
static int load_text(struct grade_book *book, const char *lua, struct err *e)
{
    struct sandbox *s = NULL;
    json_t *tree = NULL;
    int r = sandbox_new(NULL, &s, e);
    if (r == 0)
        r = sandbox_load(s, "test", lua, strlen(lua), &tree, e);
    if (r == 0)
        r = grade_book_add(book, "test", tree, e);
    if (r == 0)
        r = grade_book_test(book, "test", tree, NULL, e);
    json_decref(tree);
    sandbox_free(s);
    return r;
}

#define HEAD                                                                                               \
    "return ruleset { id = 'x', kind = 'ground.classes', title = 't', from = '2020-01-01', source = 's', " \
    "clause = 'c', "                                                                                       \
    "certainty = 'confirmed', grades = { 'a', 'b', 'c' }, grades_en = { 'a', 'b', 'c' }, "
static void test_bad_definitions_are_refused(void **state)
{
    static const struct {
        const char *rest, *says;
    } cases[] = {
        { "tests = {} }", "items: wants 1" },
        { "items = { { word = 'x', at_most = { 1 } } }, tests = {} }", "wants 2 limits" },
        { "items = { { word = 'x', at_most = { 2, 1 } } }, tests = {} }", "stricter" },
        { "items = { { word = 'x', at_least = { 1, 2 } } }, tests = {} }", "stricter" },
        { "items = { { word = 'x', at_most = { false, 1 } } }, tests = {} }", "stricter" },
        { "items = { { word = 'x', within = { { 6, 9 }, { 7, 9 } } } }, tests = {} }", "stricter" },
        { "items = { { word = 'x', within = { { 9, 6 }, { 9, 6 } } } }, tests = {} }", "not a figure" },
        { "items = { { word = 'x', at_most = { 'one', 2 } } }, tests = {} }", "not a figure" },
        { "items = { { word = 'x', at_most = { -1, 2 } } }, tests = {} }", "not a figure" },
        { "items = { { word = 'x' } }, tests = {} }", "no limits" },
        { "items = { { word = 'x', at_most = { 1, 2 }, at_least = { 2, 1 } } }, tests = {} }",
          "one of at_most" },
        { "items = { { word = 'x', at_most = { 1, 2 } }, { word = 'x', at_most = { 1, 2 } } }, tests = {} }",
          "twice" },
        { "items = { { word = 'x', at_most = { lake = { 1, 2 } } } }, tests = {} }", "no variant" },
        { "items = { { word = 'x', at_most = { 1, 2 }, certainty = 'sure' } }, tests = {} }",
          "no such word" },
        { "items = { { word = 'x', at_most = { 1, 2 }, decimals = 9 } }, tests = {} }", "decimals" },
        { "items = { { word = 'x', at_most = { 1, 2 }, strict = { 3 } } }, tests = {} }", "strict" },
        { "items = { { word = 'x', at_most = { 1, 2 } } }, reference = 3, tests = {} }", "reference" },
        { "items = { { word = 'x', at_most = { 1, 2 } } }, selections = { { id = 's', items = { 'y' } } }, "
          "tests = {} }",
          "no item" },
        { "items = { { word = 'x', at_most = { 1, 2 } } }, selections = { { id = 's', items = {} } }, tests "
          "= {} }",
          "wants items" },
        { "items = { { word = 'x', at_most = { 1, 2 } } }, tests = {} }", "no tests" },
        { "items = { { word = 'x', at_most = { 1, 2 } } }, tests = { { of = { x = 1 } } } }",
          "expects nothing" },
        { "items = { { word = 'x', at_most = { 1, 2 } } }, tests = { { of = { x = 1 }, grade = 2 } } }",
          "grade should be 2" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct grade_book book = { .n = 0 };
        struct err e = { .text = "" };
        char lua[2048];
        snprintf(lua, sizeof lua, HEAD "%s", cases[i].rest);
        CHECK_CASE(cases[i].rest, load_text(&book, lua, &e) < 0);
        if (!strstr(e.text, cases[i].says))
            fail_msg("%s: says '%s'", cases[i].rest, e.text);
        grade_book_release(&book);
    }
}

#define EDITION(id, from, to, limit)                                                                       \
    "return ruleset { id = '" id "', kind = 'ground.classes', title = 't', from = '" from "', " to         \
    " source = 's', clause = 'c', certainty = 'confirmed', grades = { 'a', 'b' }, grades_en = { 'a', 'b' " \
    "}, "                                                                                                  \
    "items = { { word = 'x', at_most = { " limit " } } }, tests = { { of = { x = 1 }, grade = 1 } } }"

/* A new edition is a new file with its date: nothing before that date is judged otherwise than it was. */
static void test_a_new_edition_leaves_the_past(void **state)
{
    struct grade_book alone = { .n = 0 }, both = { .n = 0 };
    struct err e = { .text = "" };
    (void)state;
    assert_int_equal(load_text(&alone, EDITION("old", "2002-06-01", "to = '2026-12-31',", "2"), &e), 0);
    assert_int_equal(load_text(&both, EDITION("old", "2002-06-01", "to = '2026-12-31',", "2"), &e), 0);
    assert_int_equal(load_text(&both, EDITION("new", "2027-01-01", "", "1"), &e), 0);
    for (int64_t day = cn_days(2000, 1, 1); day < cn_days(2030, 1, 1); day++) {
        const struct grade_table *a = grade_on(&alone, "ground.classes", day),
                                 *b = grade_on(&both, "ground.classes", day);
        if (day < cn_days(2027, 1, 1)) {
            CHECK(!a == !b);
            for (micro v = 0; a && v <= 3 * MICRO_ONE; v += MICRO_ONE / 2)
                CHECK(grade_value(a, 0, 0, v) == grade_value(b, 0, 0, v));
        } else {
            CHECK(!a && b && grade_value(b, 0, 0, 3 * MICRO_ONE / 2) == 2);
        }
    }
    CHECK(load_text(&both, EDITION("third", "2027-06-01", "", "1"), &e) == -EEXIST);
    CHECK(load_text(&both, EDITION("new", "2035-06-01", "", "1"), &e) == -EEXIST);
    grade_book_release(&alone);
    grade_book_release(&both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_limit_from_both_sides),
        cmocka_unit_test(test_missing_and_negative_have_no_grade),
        cmocka_unit_test(test_worse_never_better),
        cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_names_of_classes),
        cmocka_unit_test(test_texts_are_whole),
        cmocka_unit_test(test_bad_definitions_are_refused),
        cmocka_unit_test(test_a_new_edition_leaves_the_past),
    };
    print_message("# seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
