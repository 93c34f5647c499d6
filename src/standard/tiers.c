#include "standard/tiers.h"

#include <errno.h>
#include <string.h>

static int read_words(const json_t *list, const char *what, bool required, char to[TIER_WORDS][24], int *ret,
                      struct err *e)
{
    size_t n = json_array_size(list);
    if (n > TIER_WORDS || (required && !n))
        return err_named(e, -EINVAL, "ruleset.shape", "%s: %s to %d words", what, required ? "1" : "0",
                         TIER_WORDS);
    for (size_t i = 0; i < n; i++) {
        const char *s = json_string_value(json_array_get(list, i));
        if (!s || !*s || strlen(s) >= sizeof to[i])
            return err_named(e, -EINVAL, "ruleset.shape", "%s: word %zu is none, or too long", what, i + 1);
        memcpy(to[i], s, strlen(s) + 1);
    }
    *ret = (int)n;
    return 0;
}

static int read_tier(const json_t *j, struct tier *t, struct err *e)
{
    const char *zh = json_str(j, "title", ""), *en = json_str(j, "title_en", "");
    if (!*zh || !*en || strlen(zh) >= sizeof t->title || strlen(en) >= sizeof t->title_en)
        return err_named(e, -EINVAL, "ruleset.shape", "title, title_en: missing or too long");
    memcpy(t->title, zh, strlen(zh) + 1);
    memcpy(t->title_en, en, strlen(en) + 1);
    int r = read_words(json_object_get(j, "roles"), "roles", true, t->role, &t->n_roles, e);
    return r < 0 ? r : read_words(json_object_get(j, "units"), "units", false, t->unit, &t->n_units, e);
}

static int read_rules(const json_t *tree, struct tier_rules *ret, struct err *e)
{
    const json_t *levels = json_object_get(tree, "levels");
    size_t n = json_array_size(levels);
    json_int_t decides = json_integer_value(json_object_get(tree, "decides")),
               untiered = json_integer_value(json_object_get(tree, "untiered"));
    int r = ruleset_read(tree, &ret->set, e);
    if (r == 0 && (n < 1 || n > TIERS_MAX))
        r = err_named(e, -EINVAL, "ruleset.shape", "levels: 1 to %d", TIERS_MAX);
    for (size_t i = 0; r == 0 && i < n; i++)
        if ((r = read_tier(json_array_get(levels, i), &ret->tier[i], e)) < 0)
            err_under(e, "level %zu", i + 1);
    if (r == 0 && (decides < 1 || decides > (json_int_t)n || untiered < 1 || untiered > (json_int_t)n))
        r = err_named(e, -EINVAL, "ruleset.shape", "decides, untiered: one of the levels each");
    ret->n = (int)n;
    ret->decides = (int)decides;
    ret->untiered = (int)untiered;
    return r;
}

int tier_book_add(struct tier_book *b, const char *name, const json_t *tree, struct err *e)
{
    struct tier_rules one = { 0 };
    int r = read_rules(tree, &one, e);
    if (r == 0)
        r = ruleset_may_join(b->rules, sizeof *b->rules, b->n, TIER_SETS, &one.set, e);
    if (r < 0)
        return err_under(e, "%s", name), r;
    b->rules[b->n++] = one;
    return 0;
}

const struct tier_rules *tiers_on(const struct tier_book *b, int64_t day)
{
    return ruleset_on(b->rules, sizeof *b->rules, b->n, day);
}

static bool has(const char word[TIER_WORDS][24], int n, const char *s)
{
    for (int i = 0; i < n; i++)
        if (strcmp(word[i], s) == 0)
            return true;
    return false;
}

int tier_of(const struct tier_rules *r, const char *role, const char *unit_kind)
{
    bool named = false;
    for (int i = r->n; i > 0; i--) {
        const struct tier *t = &r->tier[i - 1];
        if (!has(t->unit, t->n_units, unit_kind))
            continue;
        if (has(t->role, t->n_roles, role))
            return i;
        named = true;
    }
    for (int i = r->n; i > 0 && !named; i--)
        if (!r->tier[i - 1].n_units && has(r->tier[i - 1].role, r->tier[i - 1].n_roles, role))
            return i;
    return 0;
}

bool tier_over(const struct tier_rules *r, int level, int held)
{
    return !r || (level >= r->decides && level >= held);
}

/* { role = "responsible", unit = "operator", level = 1 }, or { given = { 1, 3, 2 }, holds = 2 }: the second of them; 0: none */
static int test_one(const struct tier_rules *r, const json_t *t, struct err *e)
{
    const json_t *given = json_object_get(t, "given");
    int want, is;
    if (given) {
        int held = 0;
        is = 0;
        for (size_t i = 0; i < json_array_size(given); i++) {
            int level = (int)json_integer_value(json_array_get(given, i));
            if (level && tier_over(r, level, held)) {
                held = level;
                is = (int)i + 1;
            }
        }
        want = (int)json_int(t, "holds", 0);
    } else {
        want = (int)json_int(t, "level", 0);
        is = tier_of(r, json_str(t, "role", ""), json_str(t, "unit", ""));
    }
    return is == want ? 0 : err_named(e, -EBADMSG, "ruleset.test", "should be %d and is %d", want, is);
}

int tier_book_test(const struct tier_book *b, const char *name, const json_t *tree, int *ret_run,
                   struct err *e)
{
    const json_t *tests = json_object_get(tree, "tests");
    const struct tier_rules *r = ruleset_by_id(b->rules, sizeof *b->rules, b->n, json_str(tree, "id", ""));
    for (size_t i = 0; r && i < json_array_size(tests); i++) {
        int k = test_one(r, json_array_get(tests, i), e);
        if (k < 0)
            return err_under(e, "%s: test %zu", name, i + 1), k;
        if (ret_run)
            ++*ret_run;
    }
    return r ? 0 : err_named(e, -ENOENT, "ruleset.test", "%s: not there", name);
}
