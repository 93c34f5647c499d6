#include "standard/ordinance.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

const char *const ordinance_folders[] = { "air-other", "ranking", "warning", "compensation",
                                          "handover",  "load",    NULL };

static bool overlap(const struct ruleset *a, const struct ruleset *b)
{
    return !a->practice && !b->practice && a->from <= b->to && b->from <= a->to;
}

/* One row a kind: where its rule sets stand and how a file of it is read, told apart and tested. */
struct shape {
    const char *kind;
    size_t size, list, count;
    int (*read)(const json_t *tree, void *ret, struct err *e);
    bool (*rivals)(const void *a, const void *b); /* may not be in force on the same day */
    int (*test)(const void *r, const json_t *test, struct err *e);
};

static int read_other(const json_t *t, void *r, struct err *e)
{
    return air_other_read(t, r, e);
}
static int read_composite(const json_t *t, void *r, struct err *e)
{
    return composite_read(t, r, e);
}
static int read_warning(const json_t *t, void *r, struct err *e)
{
    return warning_read(t, r, e);
}
static int read_money(const json_t *t, void *r, struct err *e)
{
    return money_read(t, r, e);
}
static int read_handover(const json_t *t, void *r, struct err *e)
{
    return handover_read(t, r, e);
}
static int read_load(const json_t *t, void *r, struct err *e)
{
    return load_read(t, r, e);
}
static int test_handover(const void *r, const json_t *t, struct err *e)
{
    return handover_test(r, t, e);
}
static int test_load(const void *r, const json_t *t, struct err *e)
{
    return load_test(r, t, e);
}
static int test_other(const void *r, const json_t *t, struct err *e)
{
    return air_other_test(r, t, e);
}
static int test_composite(const void *r, const json_t *t, struct err *e)
{
    return composite_test(r, t, e);
}
static int test_warning(const void *r, const json_t *t, struct err *e)
{
    return warning_test(r, t, e);
}
static int test_money(const void *r, const json_t *t, struct err *e)
{
    return money_test(r, t, e);
}
static bool all_rival(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return true;
}
static bool warnings_rival(const void *a, const void *b)
{
    return strcmp(((const struct warning_rules *)a)->scheme, ((const struct warning_rules *)b)->scheme) == 0;
}
static bool money_rivals(const void *a, const void *b)
{
    const struct money_rules *x = a, *y = b;
    return strcmp(x->scheme, y->scheme) == 0 && strcmp(x->of, y->of) == 0;
}

#define LIST(of)                                                              \
    sizeof(((struct ordinances *)0)->of[0]), offsetof(struct ordinances, of), \
        offsetof(struct ordinances, n_##of)
static const struct shape shapes[] = {
    { "air.other", LIST(other), read_other, all_rival, test_other },
    { "air.ranking", LIST(composite), read_composite, all_rival, test_composite },
    { "air.warning", LIST(warning), read_warning, warnings_rival, test_warning },
    { "compensation.air", LIST(money), read_money, money_rivals, test_money },
    { "compensation.water", LIST(money), read_money, money_rivals, test_money },
    { "handover.sections", LIST(handover), read_handover, all_rival, test_handover },
    { "load.sea", LIST(load), read_load, all_rival, test_load },
};

static const struct shape *shape_of(const json_t *tree)
{
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        if (strcmp(shapes[i].kind, json_str(tree, "kind", "")) == 0)
            return &shapes[i];
    return NULL;
}

static void *slot(const struct ordinances *o, const struct shape *s, size_t i)
{
    return (char *)(uintptr_t)o + s->list + i * s->size;
}

static size_t *count_of(const struct ordinances *o, const struct shape *s)
{
    return (size_t *)(void *)((char *)(uintptr_t)o + s->count);
}

/* Every kind's struct begins with a struct ruleset. */
static int join(struct ordinances *o, const struct shape *s, const void *fresh, struct err *e)
{
    const struct ruleset *set = fresh;
    for (size_t i = 0; i < *count_of(o, s); i++) {
        const struct ruleset *had = slot(o, s, i);
        if (strcmp(had->id, set->id) == 0)
            return err_named(e, -EEXIST, "ruleset.repeat", "id '%s' is used twice", set->id);
        if (overlap(had, set) && s->rivals(had, fresh))
            return err_named(e, -EEXIST, "ruleset.overlap", "in force on the same days as '%s'", had->id);
    }
    ++*count_of(o, s);
    return 0;
}

int ordinances_add(struct ordinances *o, const char *name, const json_t *tree, struct err *e)
{
    const struct shape *s = shape_of(tree);
    if (!s)
        return err_named(e, -EINVAL, "ruleset.kind", "%s: kind '%s' is not known here", name,
                         json_str(tree, "kind", ""));
    if (*count_of(o, s) == ORDINANCES)
        return err_named(e, -ENOSPC, "ruleset.many", "%s: more than %d rule sets of a kind", name,
                         ORDINANCES);
    void *fresh = slot(o, s, *count_of(o, s));
    memset(fresh, 0, s->size);
    int r = s->read(tree, fresh, e);
    if (r == 0)
        r = join(o, s, fresh, e);
    return r < 0 ? err_under(e, "%s", name), r : 0;
}

const void *ordinances_find(const struct ordinances *o, const char *kind, const char *id)
{
    for (size_t k = 0; k < COUNT_OF(shapes); k++)
        for (size_t i = 0; strcmp(shapes[k].kind, kind) == 0 && i < *count_of(o, &shapes[k]); i++)
            if (strcmp(((const struct ruleset *)slot(o, &shapes[k], i))->id, id) == 0)
                return slot(o, &shapes[k], i);
    return NULL;
}

int ordinances_test(const struct ordinances *o, const char *name, const json_t *tree, int *ret_run,
                    struct err *e)
{
    const json_t *tests = json_object_get(tree, "tests");
    const struct shape *s = shape_of(tree);
    const void *rule = NULL;
    for (size_t i = 0; s && i < *count_of(o, s); i++)
        if (strcmp(((const struct ruleset *)slot(o, s, i))->id, json_str(tree, "id", "")) == 0)
            rule = slot(o, s, i);
    if (!rule || !json_array_size(tests))
        return err_named(e, -EINVAL, "ruleset.test", "%s: has no tests", name);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        int r = s->test(rule, json_array_get(tests, i), e);
        if (r < 0)
            return err_under(e, "%s: test %zu", name, i + 1), r;
        if (ret_run)
            ++*ret_run;
    }
    return 0;
}

static bool in_force(const struct ruleset *set, int64_t day)
{
    return !set->practice && day >= set->from && day <= set->to;
}

#define BY_DAY(list, fits)                          \
    for (size_t i = 0; i < o->n_##list; i++)        \
        if (in_force(&o->list[i].set, day) && fits) \
            return &o->list[i];                     \
    return NULL

const struct air_other_rules *air_other_on(const struct ordinances *o, int64_t day)
{
    BY_DAY(other, true);
}

const struct composite_rules *composite_on(const struct ordinances *o, int64_t day)
{
    BY_DAY(composite, true);
}

const struct warning_rules *warning_on(const struct ordinances *o, const char *scheme, int64_t day)
{
    BY_DAY(warning, strcmp(o->warning[i].scheme, scheme) == 0);
}

const struct money_rules *money_on(const struct ordinances *o, const char *of, const char *scheme,
                                   int64_t day)
{
    BY_DAY(money, strcmp(o->money[i].scheme, scheme) == 0 && strcmp(o->money[i].of, of) == 0);
}

const struct handover_rules *handover_on(const struct ordinances *o, int64_t day)
{
    BY_DAY(handover, true);
}

const struct load_rules *load_on(const struct ordinances *o, int64_t day)
{
    BY_DAY(load, true);
}

#define BY_ID(type, list)                                                       \
    const struct type *list##_by_id(const struct ordinances *o, const char *id) \
    {                                                                           \
        for (size_t i = 0; i < o->n_##list; i++)                                \
            if (strcmp(o->list[i].set.id, id) == 0)                             \
                return &o->list[i];                                             \
        return NULL;                                                            \
    }
BY_ID(composite_rules, composite)
BY_ID(warning_rules, warning)
BY_ID(money_rules, money)
