/* Lakes: the trophic state index. Cities: the ranking index. */
#include "standard/water.h"

#include <math.h>
#include <string.h>

/* A logarithm is no decimal figure; the index is rounded to the sixth place once, and only then compared. */
void water_trophic(const struct trophic_rules *r, const micro *c, struct trophic *ret)
{
    double weights = 0, sum = 0;
    bool whole = true;
    *ret = (struct trophic){ .index = MICRO_MISSING };
    for (int i = 0; i < r->n_items; i++)
        weights += r->item[i].r2;
    for (int i = 0; i < r->n_items; i++) {
        ret->part[i] = MICRO_MISSING;
        if (c[i] == MICRO_MISSING || c[i] <= 0) {
            whole = false;
            continue;
        }
        double part = 10 * (r->item[i].base + r->item[i].slope * log(micro_to_double(c[i])));
        ret->part[i] = (micro)llround(part * 1e6);
        sum += r->item[i].r2 / weights * part;
    }
    if (!whole)
        return;
    ret->index = (micro)llround(sum * 1e6);
    ret->level = 1;
    while (ret->level < TROPHIC_LEVELS &&
           (ret->level == 1 ? ret->index >= r->top[0] : ret->index > r->top[ret->level - 1]))
        ret->level++;
}

/* ---- ranking ---- */
static micro part_of(const struct ranking_rules *r, const struct grade_table *t, int item, int variant,
                     micro v)
{
    const struct grade_item *it = &t->item[item];
    micro limit = it->limit[variant][t->reference - 1];
    if (it->sense == GRADE_AT_LEAST)
        return v > 0 && limit > 0 ? micro_muldiv(limit, MICRO_ONE, v) : MICRO_MISSING;
    if (it->sense == GRADE_AT_MOST)
        return limit > 0 ? micro_muldiv(v, MICRO_ONE, limit) : MICRO_MISSING;
    return v <= r->ph_neutral ? micro_muldiv(r->ph_neutral - v, MICRO_ONE, r->ph_neutral - r->ph_low)
                              : micro_muldiv(v - r->ph_neutral, MICRO_ONE, r->ph_high - r->ph_neutral);
}

micro water_cwqi(const struct ranking_rules *r, const struct grade_table *t, int variant, const micro *v,
                 uint64_t *ret_missing)
{
    int selection = grade_selection_of(t, r->selection);
    uint64_t missing = 0;
    micro sum = 0;
    for (int i = 0; i < t->n_items; i++) {
        if (selection < 0 || !(t->selection[selection].items >> i & 1))
            continue;
        bool there = v[i] != MICRO_MISSING && v[i] >= 0 && (t->item[i].variants >> variant & 1);
        micro part = there ? part_of(r, t, i, variant, v[i]) : MICRO_MISSING;
        if (part == MICRO_MISSING)
            missing |= UINT64_C(1) << i;
        else
            sum = micro_add(sum, part);
    }
    if (ret_missing)
        *ret_missing = missing;
    return missing || selection < 0 ? MICRO_MISSING : sum;
}

micro water_cwqi_city(micro river, int sections, micro lake, int points)
{
    if (sections + points <= 0 || (sections && river == MICRO_MISSING) || (points && lake == MICRO_MISSING))
        return MICRO_MISSING;
    micro sum = micro_add(sections ? micro_muldiv(river, sections, 1) : 0,
                          points ? micro_muldiv(lake, points, 1) : 0);
    return micro_div(sum, sections + points);
}

micro water_cwqi_change(micro before, micro now)
{
    if (before == MICRO_MISSING || now == MICRO_MISSING || before <= 0)
        return MICRO_MISSING;
    return micro_muldiv(micro_sub(now, before), 100 * MICRO_ONE, before);
}

void water_rank(const struct ranking_rules *r, const micro *index, size_t n, int *ret_place)
{
    for (size_t i = 0; i < n; i++) {
        micro mine = micro_round(index[i], r->decimals);
        ret_place[i] = mine == MICRO_MISSING ? 0 : 1;
        for (size_t k = 0; k < n && ret_place[i]; k++)
            if (index[k] != MICRO_MISSING && micro_round(index[k], r->decimals) < mine)
                ret_place[i]++;
    }
}
