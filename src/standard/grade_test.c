/* The tests a table of grades carries: values and what must come out, run by `bihuan check`. */
#include "standard/grade.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

enum { TEXT = 512 };

static int say(const char *what, const char *want, const char *is, struct err *e)
{
    return strcmp(want, is) == 0
               ? 0
               : err_named(e, -EBADMSG, "ruleset.test", "%s should be '%s' and is '%s'", what, want, is);
}

static int compare(const char *what, int64_t want, int64_t is, struct err *e)
{
    return want == is ? 0
                      : err_named(e, -EBADMSG, "ruleset.test", "%s should be %lld and is %lld", what,
                                  (long long)want, (long long)is);
}

static int read_values(const struct grade_table *t, const json_t *test, int variant, micro *v, struct err *e)
{
    const char *word;
    json_t *value;
    int rest = (int)json_int(test, "rest", 0);
    for (int i = 0; i < t->n_items; i++)
        v[i] = rest >= 1 && rest <= t->n_grades ? grade_edge(&t->item[i], variant, rest) : MICRO_MISSING;
    json_object_foreach(json_object_get(test, "of"), word, value)
    {
        int item = grade_item_of(t, word, strlen(word));
        if (item < 0)
            return err_named(e, -EINVAL, "ruleset.test", "of: '%s' is no item", word);
        v[item] = json_to_micro(value, MICRO_MISSING);
    }
    return 0;
}

static int read_ask(const struct grade_table *t, const json_t *test, struct grade_ask *ask, struct err *e)
{
    const char *variant = json_str(test, "variant", t->variant[0]);
    const char *selection = json_str(test, "selection", t->selection[0].id);
    *ask = (struct grade_ask){ .variant = grade_variant_of(t, variant),
                               .selection = grade_selection_of(t, selection),
                               .target = (int)json_int(test, "target", 0),
                               .round = json_flag(test, "round", false) };
    if (ask->variant < 0 || ask->selection < 0 || ask->target < 0 || ask->target > t->n_grades)
        return err_named(e, -EINVAL, "ruleset.test", "no such variant '%s', selection '%s' or target",
                         variant, selection);
    return 0;
}

static int compare_items(const struct grade_table *t, const json_t *test, const struct graded *g,
                         struct err *e)
{
    const char *word;
    json_t *want;
    json_object_foreach(json_object_get(test, "item"), word, want)
    {
        int item = grade_item_of(t, word, strlen(word));
        if (item < 0)
            return err_named(e, -EINVAL, "ruleset.test", "item: '%s' is none", word);
        int r = compare(word, json_integer_value(want), g->item[item], e);
        if (r < 0)
            return r;
    }
    return 0;
}

static int compare_texts(const struct grade_table *t, const json_t *test, const struct graded *g,
                         struct err *e)
{
    char text[TEXT];
    const struct {
        const char *key;
        uint64_t items;
    } sets[] = { { "deciding", g->deciding }, { "missing", g->missing } };
    const char *over = json_str(test, "over", NULL), *over_zh = json_str(test, "over_zh", NULL);
    int r = 0;
    if (over)
        r = say("over", over, grade_text_over(t, g, -1, GRADE_TEXT_WORDS, text, sizeof text), e);
    if (r == 0 && over_zh)
        r = say("over_zh", over_zh, grade_text_over(t, g, -1, GRADE_TEXT_ZH, text, sizeof text), e);
    for (size_t i = 0; i < COUNT_OF(sets) && r == 0; i++) {
        const char *want = json_str(test, sets[i].key, NULL);
        if (want)
            r = say(sets[i].key, want,
                    grade_text_items(t, sets[i].items, GRADE_TEXT_WORDS, text, sizeof text), e);
    }
    if (r == 0 && json_str(test, "certainty", NULL))
        r = say("certainty", json_str(test, "certainty", ""), certainty_word(g->certainty), e);
    return r;
}

/* A test that expects nothing could not fail. */
static int says_something(const json_t *test, struct err *e)
{
    static const char *const expected[] = { "grade",   "attains",  "item",    "over",
                                            "over_zh", "deciding", "missing", "certainty" };
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        if (json_object_get(test, expected[i]))
            return 0;
    return err_named(e, -EINVAL, "ruleset.test", "expects nothing");
}

/* { of = { cod = 26 }, rest = 1, variant = "river", selection = "auto-5", target = 3, round = true, grade = 4 (0: cannot be judged),
 *   item = { cod = 4 }, over = "cod(0.3)", deciding = "cod", missing = "", attains = false, certainty = "confirmed" } */
static int test_judge(const struct grade_table *t, const json_t *test, struct err *e)
{
    micro v[GRADE_ITEMS];
    struct grade_ask ask;
    struct graded g;
    const json_t *attains = json_object_get(test, "attains");
    int r = says_something(test, e);
    if (r == 0)
        r = read_ask(t, test, &ask, e);
    if (r == 0)
        r = read_values(t, test, ask.variant, v, e);
    if (r < 0)
        return r;
    grade_judge(t, &ask, v, &g);
    if (json_object_get(test, "grade"))
        r = compare("grade", json_int(test, "grade", -1), g.grade, e);
    if (r == 0 && attains) /* true, false, "cannot" */
        r = compare("attains", json_is_string(attains) ? -1 : json_is_true(attains),
                    grade_attains(t, &ask, &g), e);
    if (r == 0)
        r = compare_items(t, test, &g, e);
    return r < 0 ? r : compare_texts(t, test, &g, e);
}

/* { round_of = "tp", value = 0.0035, gives = 0.004, hourly = true } */
static int test_round(const struct grade_table *t, const json_t *test, struct err *e)
{
    const char *word = json_str(test, "round_of", "");
    int item = grade_item_of(t, word, strlen(word));
    if (item < 0)
        return err_named(e, -EINVAL, "ruleset.test", "round_of: '%s' is no item", word);
    return compare("rounded (micro)", json_micro(test, "gives", MICRO_MISSING),
                   grade_round(&t->item[item], json_micro(test, "value", MICRO_MISSING),
                               json_flag(test, "hourly", false)),
                   e);
}

int grade_book_test(const struct grade_book *book, const char *name, const json_t *tree, int *ret_run,
                    struct err *e)
{
    const json_t *tests = json_object_get(tree, "tests");
    const struct grade_table *t = grade_by_id(book, json_str(tree, "id", ""));
    if (!t || json_array_size(tests) == 0)
        return err_named(e, -EINVAL, "ruleset.test", "%s: has no tests", name);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *test = json_array_get(tests, i);
        int r = json_object_get(test, "round_of") ? test_round(t, test, e) : test_judge(t, test, e);
        if (r < 0)
            return err_under(e, "%s: test %zu", name, i + 1), r;
        if (ret_run)
            ++*ret_run;
    }
    return 0;
}
