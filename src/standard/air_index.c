#include "standard/air.h"

#include "base/scoped.h"

/* HJ 633-2012 and HJ 633-2026 annex A; the first level begins at 0 or 1. */
static const struct air_level levels[] = {
    { "优", "Good", "绿", "#00E400" },
    { "良", "Moderate", "黄", "#FFFF00" },
    { "轻度污染", "Lightly polluted", "橙", "#FF7E00" },
    { "中度污染", "Moderately polluted", "红", "#FF0000" },
    { "重度污染", "Heavily polluted", "紫", "#99004C" },
    { "严重污染", "Severely polluted", "褐红", "#7E0023" },
};
static const int level_top[] = { 50, 100, 150, 200, 300 };

const struct air_level *air_level(int level)
{
    return level >= 1 && level <= (int)COUNT_OF(levels) ? &levels[level - 1] : NULL;
}

int air_level_of(int aqi)
{
    int level = 1;
    if (aqi < 0)
        return 0;
    while (level <= (int)COUNT_OF(level_top) && aqi > level_top[level - 1])
        level++;
    return level;
}

void air_values_clear(struct air_values *v)
{
    for (int c = 0; c < AIR_COLUMNS; c++)
        for (int i = 0; i < AIR_ITEMS; i++)
            v->v[c][i] = MICRO_MISSING;
    v->exempt = 0;
}

/* In integers: a binary ceil() can turn an exact 100 into 101. */
static int interpolate(const struct air_index_rules *r, const struct air_points *p, micro c)
{
    int i = 1;
    while (i < p->n - 1 && c > p->c[i])
        i++;
    int64_t span = p->c[i] - p->c[i - 1], rise = r->iaqi[i] - r->iaqi[i - 1];
    return r->iaqi[i - 1] + (int)((rise * (c - p->c[i - 1]) + span - 1) / span);
}

/* -2: above the last point, and to be taken from the other column. */
static int sub_index(const struct air_index_rules *r, enum air_item item, enum air_column column, micro value)
{
    const struct air_points *p = &r->points[column][item];
    if (value == MICRO_MISSING || value < 0 || p->n < 2)
        return -1;
    micro c = micro_round(value, r->decimals[item]);
    if (c > p->c[p->n - 1])
        return p->other ? -2 : p->above;
    return interpolate(r, p, c);
}

int air_iaqi(const struct air_index_rules *r, enum air_item item, enum air_column column, micro value)
{
    int i = sub_index(r, item, column, value);
    return i < 0 ? -1 : i;
}

static int term_index(const struct air_index_rules *r, enum air_item item, enum air_column column,
                      const struct air_values *v)
{
    int i = sub_index(r, item, column, v->v[column][item]);
    if (i == -2) { /* HJ 633-2012 table 1 notes 2 and 3: SO2 1 h above 800 and O3 8 h above 800 */
        enum air_column other = column == AIR_HOUR ? AIR_DAY : AIR_HOUR;
        i = sub_index(r, item, other, v->v[other][item]);
    }
    return i < 0 ? -1 : i;
}

void air_index(const struct air_index_rules *r, enum air_report report, const struct air_values *v,
               struct air_index *ret)
{
    unsigned wanted = 0, have = 0;
    *ret = (struct air_index){ .aqi = -1 };
    for (int i = 0; i < AIR_ITEMS; i++)
        ret->iaqi[i] = -1;
    for (int t = 0; t < r->n_terms[report]; t++) {
        enum air_item item = r->term[report][t].item;
        int i = term_index(r, item, r->term[report][t].column, v);
        wanted |= 1u << item;
        if (i < 0)
            continue;
        have |= 1u << item;
        if (i > ret->iaqi[item])
            ret->iaqi[item] = i;
        if (i > ret->aqi)
            ret->aqi = i;
        if (i > 100)
            ret->over |= 1u << item;
    }
    ret->missing = wanted & ~have;
    if (!have)
        ret->na = AIR_NA_NO_DATA;
    else if (r->na_below_100 && (ret->missing & ~v->exempt) && ret->aqi <= 100)
        ret->na = AIR_NA_MISSING_ITEM;
    if (ret->na != AIR_NA_NONE) {
        ret->aqi = -1;
        return;
    }
    ret->level = air_level_of(ret->aqi);
    for (int i = 0; i < AIR_ITEMS && ret->aqi > 50; i++)
        if (ret->iaqi[i] == ret->aqi)
            ret->primary |= 1u << i;
}
