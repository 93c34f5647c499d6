/* Reading compensation rules, and the tests they carry. */
#include "standard/money.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

static int copy(const json_t *o, const char *key, bool required, char *to, size_t size, struct err *e)
{
    const char *s = json_str(o, key, "");
    if ((required && !*s) || strlen(s) >= size)
        return err_named(e, -EINVAL, "ruleset.shape", "%s: %s", key, *s ? "too long" : "missing");
    memcpy(to, s, strlen(s) + 1);
    return 0;
}

/* A figure of yuan or of the value's unit; absent is missing. 10^8 keeps products within 128 bits. */
static int figure(const json_t *o, const char *key, micro *ret, struct err *e)
{
    *ret = json_micro(o, key, MICRO_MISSING);
    if (*ret != MICRO_MISSING &&
        (*ret > INT64_C(100000000) * MICRO_ONE || *ret < -INT64_C(100000000) * MICRO_ONE))
        return err_named(e, -EINVAL, "ruleset.shape", "%s: beyond 10^8", key);
    return 0;
}

/* Which figures a kind cannot do without. */
static const struct {
    bool per, base, amount, better;
} needs[MONEY_KINDS] = {
    [MONEY_LINEAR] = { .per = true, .base = true },
    [MONEY_PERCENT] = { .better = true },
    [MONEY_TARGET] = { .amount = true },
    [MONEY_ONCE] = { .base = true, .amount = true },
    [MONEY_BEYOND] = { .base = true, .amount = true },
};

static int read_prizes(const json_t *list, struct money_term *t, struct err *e)
{
    t->n_prizes = (int)json_array_size(list);
    if (t->n_prizes > (int)COUNT_OF(t->prize) || (t->kind == MONEY_RANK && t->n_prizes == 0))
        return err_named(e, -EINVAL, "ruleset.shape", "prizes: wants 1 to %zu", COUNT_OF(t->prize));
    for (int i = 0; i < t->n_prizes; i++) {
        const json_t *o = json_array_get(list, (size_t)i);
        t->prize[i].rank = (int)json_int(o, "rank", 0);
        if (figure(o, "amount", &t->prize[i].amount, e) < 0)
            return -EINVAL;
        if (!t->prize[i].rank || t->prize[i].amount == MICRO_MISSING)
            return err_named(e, -EINVAL, "ruleset.shape", "prizes[%d]: wants rank and amount", i + 1);
    }
    return 0;
}

static int read_term(const json_t *o, struct money_term *t, struct err *e)
{
    int kind = money_kind_from_word(json_str(o, "kind", "")), r;
    if (kind < 0)
        return err_named(e, -EINVAL, "ruleset.shape", "kind '%s' is not known", json_str(o, "kind", ""));
    t->kind = (enum money_kind)kind;
    if ((r = copy(o, "key", t->kind != MONEY_UNKNOWN, t->key, sizeof t->key, e)) < 0 ||
        (r = copy(o, "name", true, t->name, sizeof t->name, e)) < 0 ||
        (r = copy(o, "name_en", true, t->name_en, sizeof t->name_en, e)) < 0 ||
        (r = copy(o, "unit", false, t->unit, sizeof t->unit, e)) < 0 ||
        (r = copy(o, "said", false, t->said, sizeof t->said, e)) < 0 ||
        (r = copy(o, "said_en", false, t->said_en, sizeof t->said_en, e)) < 0 ||
        (r = copy(o, "certainty", false, t->certainty, sizeof t->certainty, e)) < 0 ||
        (r = figure(o, "per", &t->per, e)) < 0 || (r = figure(o, "base", &t->base, e)) < 0 ||
        (r = figure(o, "cap", &t->cap, e)) < 0 || (r = figure(o, "amount", &t->amount, e)) < 0 ||
        (r = figure(o, "worse", &t->worse, e)) < 0 || (r = figure(o, "better", &t->better, e)) < 0 ||
        (r = read_prizes(json_object_get(o, "prizes"), t, e)) < 0)
        return r;
    t->weight = (int)json_int(o, "weight", 100);
    t->higher = json_flag(o, "higher", false);
    t->factored = json_flag(o, "factored", false);
    t->worse_unknown = json_flag(o, "worse_unknown", false);
    if (t->weight < 1 || t->weight > 100)
        return err_named(e, -EINVAL, "ruleset.shape", "weight: wants 1 to 100");
    if ((needs[kind].per && t->per == MICRO_MISSING) || (needs[kind].base && t->base == MICRO_MISSING) ||
        (needs[kind].amount && t->amount == MICRO_MISSING) ||
        (needs[kind].better && t->better == MICRO_MISSING))
        return err_named(e, -EINVAL, "ruleset.shape", "lacks a figure that '%s' needs",
                         json_str(o, "kind", ""));
    bool may_refuse = t->kind == MONEY_UNKNOWN || t->worse_unknown ||
                      (t->kind == MONEY_CHANGE && t->per == MICRO_MISSING) ||
                      (t->kind == MONEY_PERCENT && t->worse == MICRO_MISSING) ||
                      (t->kind == MONEY_MET && (t->worse == MICRO_MISSING || t->amount == MICRO_MISSING));
    if (may_refuse && (!*t->said || !*t->said_en))
        return err_named(e, -EINVAL, "ruleset.shape",
                         "an amount that is not known wants a sentence (said, said_en)");
    return 0;
}

static int read_factors(const json_t *o, struct money_rules *r, struct err *e)
{
    const char *place;
    json_t *v;
    json_object_foreach((json_t *)o, place, v)
    {
        micro f = json_to_micro(v, MICRO_MISSING);
        if (r->n_factors == MONEY_FACTORS || strlen(place) >= sizeof r->factor[0].place || f <= 0 ||
            f > 100 * MICRO_ONE)
            return err_named(e, -EINVAL, "ruleset.shape",
                             "factors: '%s' is too long, one too many, or no factor", place);
        memcpy(r->factor[r->n_factors].place, place, strlen(place) + 1);
        r->factor[r->n_factors++].factor = f;
    }
    return 0;
}

/* parties = "budget" (the default) or "across"; budget, budget_en: its name; budget_percent: what it bears of what goes upstream. */
static int read_parties(const json_t *tree, struct money_rules *r, struct err *e)
{
    const char *parties = json_str(tree, "parties", "budget");
    int64_t percent = json_int(tree, "budget_percent", 0);
    r->across = strcmp(parties, "across") == 0;
    if ((!r->across && strcmp(parties, "budget") != 0) || percent < 0 || percent > 100 ||
        (percent && !r->across))
        return err_named(e, -EINVAL, "ruleset.shape",
                         "parties: budget or across; budget_percent: 0 to 100, and only across");
    r->budget_percent = (int)percent;
    int k = copy(tree, "budget", percent > 0, r->budget, sizeof r->budget, e);
    return k < 0 ? k : copy(tree, "budget_en", percent > 0, r->budget_en, sizeof r->budget_en, e);
}

int money_read(const json_t *tree, struct money_rules *ret, struct err *e)
{
    const json_t *terms = json_object_get(tree, "terms");
    const char *kind = json_str(tree, "kind", "");
    int r = ruleset_read(tree, &ret->set, e);
    if (r < 0 || (r = copy(tree, "scheme", true, ret->scheme, sizeof ret->scheme, e)) < 0 ||
        (r = copy(tree, "period", true, ret->period, sizeof ret->period, e)) < 0 ||
        (r = copy(tree, "payer", true, ret->payer, sizeof ret->payer, e)) < 0 ||
        (r = copy(tree, "payer_en", true, ret->payer_en, sizeof ret->payer_en, e)) < 0)
        return r;
    snprintf(ret->of, sizeof ret->of, "%s", strcmp(kind, "compensation.water") == 0 ? "water" : "air");
    if ((r = read_parties(tree, ret, e)) < 0)
        return r;
    static const char *const periods[] = { "month", "quarter", "half", "year" };
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(periods); i++)
        known = known || strcmp(periods[i], ret->period) == 0;
    ret->n_terms = (int)json_array_size(terms);
    if (!known || ret->n_terms < 1 || ret->n_terms > MONEY_TERMS)
        return err_named(e, -EINVAL, "ruleset.shape", "period '%s' is not known, or not 1 to %d terms",
                         ret->period, MONEY_TERMS);
    for (int i = 0; i < ret->n_terms; i++)
        if (read_term(json_array_get(terms, (size_t)i), &ret->term[i], e) < 0)
            return err_under(e, "term %d", i + 1);
    return read_factors(json_object_get(tree, "factors"), ret, e);
}

enum { TEST_VALUES = 16 };

/* { place = "青岛", of = { pm25 = { now = 60, last = 68, target = 62 } }, total = 3840000 | "refused" | "no data", score = 4.8,
 *   lines = { 3840000, ... } } */
int money_test(const struct money_rules *r, const json_t *t, struct err *e)
{
    struct money_value value[TEST_VALUES];
    struct money is;
    size_t n = 0;
    const char *key;
    json_t *v;
    json_object_foreach(json_object_get(t, "of"), key, v)
    {
        if (n == TEST_VALUES || strlen(key) >= MONEY_KEY)
            return err_named(e, -EINVAL, "ruleset.test", "of: too many or too long");
        value[n] = (struct money_value){ .now = json_micro(v, "now", MICRO_MISSING),
                                         .last = json_micro(v, "last", MICRO_MISSING),
                                         .target = json_micro(v, "target", MICRO_MISSING) };
        memcpy(value[n++].key, key, strlen(key) + 1);
    }
    money_compute(r, json_str(t, "place", ""), value, n, &is);
    const json_t *total = json_object_get(t, "total"), *lines = json_object_get(t, "lines");
    char a[MICRO_TEXT];
    if (json_is_string(total)) {
        bool refused = strcmp(json_string_value(total), "refused") == 0;
        if (is.total != MICRO_MISSING || (refused ? is.refused : is.no_data) == 0)
            return err_named(e, -EBADMSG, "ruleset.test", "total should be %s", json_string_value(total));
    } else if (total && json_to_micro(total, MICRO_MISSING) != is.total) {
        return err_named(e, -EBADMSG, "ruleset.test", "total is %s", micro_format(is.total, -1, a));
    }
    if (json_object_get(t, "score") && json_micro(t, "score", MICRO_MISSING) != is.score)
        return err_named(e, -EBADMSG, "ruleset.test", "score is %s", micro_format(is.score, -1, a));
    const json_t *entries = json_object_get(t, "entries"); /* { { "upstream", "downstream", 700000 }, ... } */
    struct money_entry entry[MONEY_ENTRIES];
    int n_entries = entries ? money_settle(r, is.total, 1, 2, entry) : 0;
    if (entries && (size_t)n_entries != json_array_size(entries))
        return err_named(e, -EBADMSG, "ruleset.test", "there are %d entries", n_entries);
    static const char *const parties[] = { "budget", "upstream", "downstream" };
    for (int i = 0; i < n_entries; i++) {
        const json_t *want = json_array_get(entries, (size_t)i);
        const char *from = json_string_value(json_array_get(want, 0)),
                   *to = json_string_value(json_array_get(want, 1));
        if (!from || !to || strcmp(from, parties[entry[i].payer]) != 0 ||
            strcmp(to, parties[entry[i].payee]) != 0 ||
            json_to_micro(json_array_get(want, 2), MICRO_MISSING) != entry[i].amount)
            return err_named(e, -EBADMSG, "ruleset.test", "entry %d is %s to %s: %s", i + 1,
                             parties[entry[i].payer], parties[entry[i].payee],
                             micro_format(entry[i].amount, -1, a));
    }
    for (size_t i = 0; i < json_array_size(lines) && i < (size_t)is.n; i++)
        if (json_to_micro(json_array_get(lines, i), MICRO_MISSING) != is.line[i].amount)
            return err_named(e, -EBADMSG, "ruleset.test", "line %zu is %s", i + 1,
                             micro_format(is.line[i].amount, -1, a));
    return 0;
}
