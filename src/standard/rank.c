#include "standard/rank.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"

int composite_read(const json_t *tree, struct composite_rules *ret, struct err *e)
{
    const json_t *standards = json_object_get(tree, "standards"), *weights = json_object_get(tree, "weights");
    const json_t *percentiles = json_object_get(tree, "percentile");
    int r = ruleset_read(tree, &ret->set, e);
    for (int i = 0; r == 0 && i < AIR_ITEMS; i++) {
        const char *word = air_item_word((enum air_item)i);
        ret->standard[i] = json_micro(standards, word, MICRO_MISSING);
        if (ret->standard[i] <= 0)
            return err_named(e, -EINVAL, "ruleset.shape", "standards.%s: wants a number above 0", word);
        if ((r = json_int_within(weights, word, 1, 100, 1, &ret->weight[i], e)) < 0)
            return err_under(e, "weights");
    }
    for (size_t i = 0; r == 0 && i < json_array_size(percentiles); i++) {
        const char *word = json_string_value(json_array_get(percentiles, i));
        int item = word ? air_item_from_word(word, strlen(word)) : -1;
        if (item < 0)
            return err_named(e, -EINVAL, "ruleset.shape", "percentile: '%s' is no item", word ? word : "?");
        ret->percentile[item] = true;
    }
    if (r == 0)
        r = json_int_within(tree, "round_items", -1, 6, -1, &ret->round_items, e);
    if (r == 0)
        r = json_int_within(tree, "decimals", 0, 6, 2, &ret->decimals, e);
    return r < 0 ? r : json_int_within(tree, "change_decimals", 0, 6, 1, &ret->change_decimals, e);
}

static const int64_t power[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };

/* Rounded straight from the fraction, so that nothing is rounded twice. */
static micro single_index(const struct composite_rules *r, int item, micro c)
{
    int places = r->round_items < 0 ? 6 : r->round_items;
    return micro_muldiv(micro_muldiv(c, power[places], r->standard[item]),
                        power[6 - places] * r->weight[item], 1);
}

void composite_index(const struct composite_rules *r, const micro c[AIR_ITEMS], struct composite *ret)
{
    micro largest = -1;
    *ret = (struct composite){ 0 };
    for (int i = 0; i < AIR_ITEMS; i++) {
        if (c[i] == MICRO_MISSING || c[i] < 0) {
            ret->single[i] = MICRO_MISSING;
            ret->missing |= 1u << i;
            continue;
        }
        ret->single[i] = single_index(r, i, c[i]);
        ret->index = micro_add(ret->index, ret->single[i]);
        if (ret->single[i] > largest) {
            largest = ret->single[i];
            ret->largest = (enum air_item)i;
        }
    }
    ret->index = ret->missing ? MICRO_MISSING : micro_round(ret->index, r->decimals);
}

micro change_rate(micro now, micro last, int decimals)
{
    if (now == MICRO_MISSING || last == MICRO_MISSING || last <= 0)
        return MICRO_MISSING;
    micro rate = micro_muldiv(micro_sub(now, last), 100 * power[decimals], last),
          most = INT64_MAX / power[6 - decimals];
    return rate > most || rate < -most ? MICRO_MISSING : rate * power[6 - decimals];
}

struct place_value {
    micro v;
    size_t i;
};

static int ascending(const void *a, const void *b)
{
    const struct place_value *x = a, *y = b;
    return x->v != y->v ? (x->v > y->v) - (x->v < y->v) : (x->i > y->i) - (x->i < y->i);
}

size_t rank_values(enum rank_sense sense, const micro *value, size_t n, int *rank, int *from_end)
{
    struct place_value few[64], *order = n <= COUNT_OF(few) ? few : malloc(n * sizeof *order);
    size_t ranked = 0;
    for (size_t i = 0; i < n; i++) {
        rank[i] = 0;
        if (from_end)
            from_end[i] = 0;
        if (order && value[i] != MICRO_MISSING)
            order[ranked++] = (struct place_value){ sense == RANK_SMALL_FIRST ? value[i] : -value[i], i };
    }
    if (ranked)
        qsort(order, ranked, sizeof *order, ascending);
    for (size_t k = 0; k < ranked; k++)
        rank[order[k].i] = k && order[k].v == order[k - 1].v ? rank[order[k - 1].i] : (int)k + 1;
    for (size_t k = ranked; from_end && k-- > 0;)
        from_end[order[k].i] =
            k + 1 < ranked && order[k].v == order[k + 1].v ? from_end[order[k + 1].i] : (int)(ranked - k);
    if (order != few)
        free(order);
    return ranked;
}

int rank_move(int last, int now)
{
    return last && now ? last - now : 0;
}

/* { of = { so2 = 12, ... }, index = 4.03 } */
int composite_test(const struct composite_rules *r, const json_t *t, struct err *e)
{
    micro c[AIR_ITEMS];
    struct composite is;
    for (int i = 0; i < AIR_ITEMS; i++)
        c[i] = json_micro(json_object_get(t, "of"), air_item_word((enum air_item)i), MICRO_MISSING);
    composite_index(r, c, &is);
    micro want = json_micro(t, "index", MICRO_MISSING);
    char a[MICRO_TEXT], b[MICRO_TEXT];
    return want == is.index ? 0
                            : err_named(e, -EBADMSG, "ruleset.test", "index should be %s and is %s",
                                        micro_format(want, -1, a), micro_format(is.index, -1, b));
}
