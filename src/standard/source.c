#include "standard/source.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

bool source_is_no_value(micro v)
{
    return v == INT64_C(9999990000);
}

static bool usable(micro v)
{
    return v != MICRO_MISSING && v >= 0 && !source_is_no_value(v);
}

micro source_reference_oxygen(micro c, micro o2, micro reference)
{
    const micro air = 21 * MICRO_ONE;
    if (!usable(c) || !usable(o2) || o2 >= air || !usable(reference) || reference >= air)
        return MICRO_MISSING;
    return micro_muldiv(c, air - reference, air - o2);
}

enum source_verdict source_judge(micro v, micro lower, micro upper, micro *ret_multiple)
{
    if (ret_multiple)
        *ret_multiple = 0;
    if (!usable(v) || (lower == MICRO_MISSING && upper == MICRO_MISSING))
        return SOURCE_CANNOT;
    if (lower != MICRO_MISSING && v < lower)
        return SOURCE_BELOW;
    if (upper == MICRO_MISSING || v <= upper)
        return SOURCE_WITHIN;
    if (ret_multiple && upper > 0)
        *ret_multiple = micro_muldiv(v - upper, MICRO_ONE, upper);
    return SOURCE_OVER;
}

micro source_gas_load(micro mg_per_m3, micro m3_per_hour)
{
    if (!usable(mg_per_m3) || m3_per_hour == MICRO_MISSING || m3_per_hour < 0)
        return MICRO_MISSING;
    return micro_muldiv(mg_per_m3, m3_per_hour, MICRO_ONE * MICRO_ONE);
}

micro source_water_load(micro mg_per_l, micro m3)
{
    if (!usable(mg_per_l) || m3 == MICRO_MISSING || m3 < 0)
        return MICRO_MISSING;
    return micro_muldiv(mg_per_l, m3, 1000 * MICRO_ONE);
}

micro source_transmission(int received, int due, int valid, int judged)
{
    if (due <= 0 || judged <= 0)
        return MICRO_MISSING;
    return micro_muldiv(100 * MICRO_ONE, (int64_t)received * valid, (int64_t)due * judged);
}

static int removal(micro inflow, micro outflow, micro above, int percent)
{
    if (inflow == MICRO_MISSING || outflow == MICRO_MISSING || inflow <= above)
        return -1;
    return (__int128)(inflow - outflow) * 100 > (__int128)inflow * percent;
}

int sewage_cod_removal(micro inflow, micro outflow)
{
    return removal(inflow, outflow, 350 * MICRO_ONE, 60);
}

int sewage_bod_removal(micro inflow, micro outflow)
{
    return removal(inflow, outflow, 160 * MICRO_ONE, 50);
}

const char *sewage_variant(bool before_2006, micro celsius)
{
    static const char *const words[2][2] = { { "new-warm", "new-cold" }, { "old-warm", "old-cold" } };
    return words[before_2006][celsius != MICRO_MISSING && celsius <= 12 * MICRO_ONE];
}

/* ---- rule sets ---- */
micro source_oxygen_of(const struct oxygen_rules *r, const char *word)
{
    for (int i = 0; i < r->n; i++)
        if (strcmp(r->kind[i].word, word) == 0)
            return r->kind[i].percent;
    return MICRO_MISSING;
}

static int read_kind(const json_t *tree, struct oxygen_rules *r, struct err *e)
{
    const char *word = json_str(tree, "word", ""), *name = json_str(tree, "name", ""),
               *name_en = json_str(tree, "name_en", "");
    micro percent = json_micro(tree, "percent", -1);
    if (!*word || strlen(word) >= sizeof r->kind[0].word || strlen(name) >= sizeof r->kind[0].name ||
        strlen(name_en) >= sizeof r->kind[0].name_en || percent < 0 || percent >= 21 * MICRO_ONE)
        return err_named(e, -EINVAL, "ruleset.shape",
                         "oxygen: each wants word, name, name_en and a percent below 21");
    memcpy(r->kind[r->n].word, word, strlen(word) + 1);
    memcpy(r->kind[r->n].name, name, strlen(name) + 1);
    memcpy(r->kind[r->n].name_en, name_en, strlen(name_en) + 1);
    r->kind[r->n++].percent = percent;
    return 0;
}

int source_rulebook_add(struct source_rulebook *book, const char *name, const json_t *tree, struct err *e)
{
    struct oxygen_rules one = { .n = 0 };
    const json_t *list = json_object_get(tree, "oxygen");
    int r = ruleset_read(tree, &one.set, e);
    if (r == 0 && (json_array_size(list) < 1 || json_array_size(list) > OXYGEN_KINDS))
        r = err_named(e, -EINVAL, "ruleset.shape", "oxygen: wants 1 to %d", OXYGEN_KINDS);
    for (size_t i = 0; i < json_array_size(list) && r == 0; i++)
        r = read_kind(json_array_get(list, i), &one, e);
    if (r == 0)
        r = ruleset_may_join(book->oxygen, sizeof *book->oxygen, book->n_oxygen, OXYGEN_SETS, &one.set, e);
    if (r < 0)
        return err_under(e, "%s", name), r;
    book->oxygen[book->n_oxygen++] = one;
    return 0;
}

/* { of = "coal_boiler", value = 30, o2 = 9, gives = 37.5 | "none" } */
int source_rulebook_test(const struct source_rulebook *book, const char *name, const json_t *tree,
                         int *ret_run, struct err *e)
{
    const json_t *tests = json_object_get(tree, "tests");
    const struct oxygen_rules *rules =
        ruleset_by_id(book->oxygen, sizeof *book->oxygen, book->n_oxygen, json_str(tree, "id", ""));
    if (!rules || json_array_size(tests) == 0)
        return err_named(e, -EINVAL, "ruleset.test", "%s: has no tests", name);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *t = json_array_get(tests, i);
        micro want = json_micro(t, "gives", MICRO_MISSING);
        micro is =
            source_reference_oxygen(json_micro(t, "value", MICRO_MISSING), json_micro(t, "o2", MICRO_MISSING),
                                    source_oxygen_of(rules, json_str(t, "of", "")));
        if (want != is)
            return err_named(e, -EBADMSG, "ruleset.test", "%s: test %zu: should be %lld and is %lld (micro)",
                             name, i + 1, (long long)want, (long long)is);
        if (ret_run)
            ++*ret_run;
    }
    return 0;
}
