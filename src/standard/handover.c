#include "standard/handover.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

static const char *const words[] = { "below", "equal", "above", "no_month", "no_base" };

const char *handover_verdict_word(enum handover_verdict v)
{
    return words[v];
}

/* The exact mean, rounded once, half to even (GB/T 8170): a half is a half only when nothing is left over. */
static micro mean_rounded(__int128 sum, int n, int places)
{
    micro unit = MICRO_ONE;
    for (int i = 0; i < places; i++)
        unit /= 10;
    __int128 d = (__int128)n * unit, q = sum / d, rest = sum % d;
    if (rest * 2 > d || (rest * 2 == d && q % 2 != 0))
        q++;
    return (micro)(q * unit);
}

void handover_judge(const struct handover_rules *r, int item, const micro *month, size_t n, micro now,
                    struct handover *ret)
{
    __int128 sum = 0;
    int places = r->item[item].decimals;
    *ret = (struct handover){ .now = MICRO_MISSING, .base = MICRO_MISSING, .percent = MICRO_MISSING };
    n = n > HANDOVER_MONTHS ? HANDOVER_MONTHS : n;
    ret->due = (int)n;
    for (size_t i = 0; i < n; i++)
        if (month[i] != MICRO_MISSING && month[i] >= 0) {
            sum += month[i];
            ret->have++;
        }
    if (ret->have >= r->least_months && ret->have > 0)
        ret->base = mean_rounded(sum, ret->have, places);
    if (now != MICRO_MISSING && now >= 0)
        ret->now = micro_round(now, places);
    if (ret->now == MICRO_MISSING || ret->base == MICRO_MISSING) {
        ret->verdict = ret->now == MICRO_MISSING ? HANDOVER_NO_MONTH : HANDOVER_NO_BASE;
        return;
    }
    ret->verdict = ret->now < ret->base   ? HANDOVER_BELOW
                   : ret->now > ret->base ? HANDOVER_ABOVE
                                          : HANDOVER_EQUAL;
    if (ret->base >= 1000 &&
        ret->now <= INT64_C(1000000) * MICRO_ONE) /* else no percent that says anything */
        ret->percent = micro_round(micro_muldiv(ret->now - ret->base, 100 * MICRO_ONE, ret->base), 1);
}

int handover_met(const struct handover_rules *r, const struct handover *h)
{
    switch (h->verdict) {
    case HANDOVER_BELOW:
        return 1;
    case HANDOVER_EQUAL:
        return r->equal_is_below;
    case HANDOVER_ABOVE:
        return 0;
    default:
        return -1;
    }
}

static int copy(const json_t *o, const char *key, char *to, size_t size, struct err *e)
{
    const char *s = json_str(o, key, "");
    if (!*s || strlen(s) >= size)
        return err_named(e, -EINVAL, "ruleset.shape", "%s: %s", key, *s ? "too long" : "missing");
    memcpy(to, s, strlen(s) + 1);
    return 0;
}

/* A whole number within bounds; what is beyond them never reaches an int. */
static int whole(const json_t *o, const char *key, int64_t least, int64_t most, int *ret, struct err *e)
{
    int64_t v = json_int(o, key, INT64_MIN);
    if (v < least || v > most)
        return err_named(e, -EINVAL, "ruleset.shape", "%s: wants %d to %d", key, (int)least, (int)most);
    *ret = (int)v;
    return 0;
}

int handover_read(const json_t *tree, struct handover_rules *ret, struct err *e)
{
    const json_t *items = json_object_get(tree, "items");
    int r = ruleset_read(tree, &ret->set, e);
    if (r < 0 || (r = whole(tree, "years", 1, HANDOVER_YEARS, &ret->years, e)) < 0 ||
        (r = whole(tree, "least_months", 1, 12 * ret->years, &ret->least_months, e)) < 0 ||
        (r = whole(tree, "class_least", 0, 5, &ret->class_least, e)) < 0)
        return r;
    ret->equal_is_below = json_flag(tree, "equal_is_below", false);
    if (json_array_size(items) < 1 || json_array_size(items) > HANDOVER_ITEMS)
        return err_named(e, -EINVAL, "ruleset.shape", "items: wants 1 to %d", HANDOVER_ITEMS);
    ret->n_items = (int)json_array_size(items);
    for (int i = 0; i < ret->n_items; i++) {
        const json_t *o = json_array_get(items, (size_t)i);
        if ((r = copy(o, "word", ret->item[i].word, sizeof ret->item[i].word, e)) < 0 ||
            (r = copy(o, "name", ret->item[i].name, sizeof ret->item[i].name, e)) < 0 ||
            (r = copy(o, "name_en", ret->item[i].name_en, sizeof ret->item[i].name_en, e)) < 0 ||
            (r = copy(o, "unit", ret->item[i].unit, sizeof ret->item[i].unit, e)) < 0 ||
            (r = whole(o, "decimals", 0, 6, &ret->item[i].decimals, e)) < 0)
            return err_under(e, "item %d", i + 1), r;
    }
    return 0;
}

int handover_test(const struct handover_rules *r, const json_t *t, struct err *e)
{
    const json_t *base = json_object_get(t, "base");
    micro month[HANDOVER_MONTHS];
    struct handover is;
    char a[MICRO_TEXT];
    int item = 0;
    while (item < r->n_items && strcmp(r->item[item].word, json_str(t, "item", "")) != 0)
        item++;
    if (item == r->n_items || json_array_size(base) > HANDOVER_MONTHS)
        return err_named(e, -EINVAL, "ruleset.test", "item is not the rule's, or more than %d months",
                         HANDOVER_MONTHS);
    size_t n = json_array_size(base), repeat = (size_t)json_int(t, "repeat", 1), k = 0;
    for (size_t i = 0; i < n * repeat && repeat <= HANDOVER_MONTHS && k < HANDOVER_MONTHS; i++)
        month[k++] = json_to_micro(json_array_get(base, i % n), MICRO_MISSING);
    handover_judge(r, item, month, k, json_micro(t, "value", MICRO_MISSING), &is);
    if (strcmp(json_str(t, "is", ""), words[is.verdict]) != 0)
        return err_named(e, -EBADMSG, "ruleset.test", "is %s, base %s of %d months", words[is.verdict],
                         is.base == MICRO_MISSING ? "none" : micro_format(is.base, -1, a), is.have);
    if (json_object_get(t, "base_is") && json_micro(t, "base_is", MICRO_MISSING) != is.base)
        return err_named(e, -EBADMSG, "ruleset.test", "the base is %s",
                         is.base == MICRO_MISSING ? "none" : micro_format(is.base, -1, a));
    if (json_object_get(t, "have") && json_int(t, "have", -1) != is.have)
        return err_named(e, -EBADMSG, "ruleset.test", "%d months were there", is.have);
    return 0;
}
