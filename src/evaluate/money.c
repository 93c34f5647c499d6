/* money.c - compensation of air and surface water by dated rules: one row is one place over one period; the working stands beside it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/kinds.h"
#include "standard/money.h"

/* Each value has up to three columns: this period's, the one it is compared with, the target. */
struct value_columns {
    const char *key;
    int now, last, target; /* columns of the kind; -1: none */
};

static const struct in_column air_in[] = {
    { "place", NULL, "city district town name 地区 区县 镇街" },
    { "pm25", "ug/m3", "pm2.5" },
    { "pm25_last", "ug/m3", NULL },
    { "pm25_target", "ug/m3", NULL },
    { "pm10", "ug/m3", NULL },
    { "pm10_last", "ug/m3", NULL },
    { "pm10_target", "ug/m3", NULL },
    { "so2", "ug/m3", NULL },
    { "so2_last", "ug/m3", NULL },
    { "no2", "ug/m3", NULL },
    { "no2_last", "ug/m3", NULL },
    { "good_days", "1", "good_ratio 优良率" },
    { "good_days_last", "1", "good_ratio_last 上年优良率" },
    { "rank", "1", "名次" },
    { "ranked", "1", "排名个数" },
};
static const struct value_columns air_values[] = {
    { "pm25", 1, 2, 3 },  { "pm10", 4, 5, 6 },         { "so2", 7, 8, -1 },
    { "no2", 9, 10, -1 }, { "good_days", 11, 12, -1 }, { "rank", 13, 14, -1 },
};
static const struct in_column water_in[] = {
    { "place", NULL, "section name 断面 地区" },
    { "codcr", "mg/L", "cod" },
    { "codcr_last", "mg/L", "cod_last" },
    { "nh3n", "mg/L", NULL },
    { "nh3n_last", "mg/L", NULL },
    { "tp", "mg/L", NULL },
    { "tp_last", "mg/L", NULL },
    { "fluoride", "mg/L", "f" },
    { "fluoride_last", "mg/L", "f_last" },
    { "grade", "1", "class_number" },
    { "drinking", "1", NULL },
};
static const struct value_columns water_values[] = {
    { "codcr", 1, 2, -1 },    { "nh3n", 3, 4, -1 },   { "tp", 5, 6, -1 },
    { "fluoride", 7, 8, -1 }, { "grade", 9, -1, -1 }, { "drinking", 10, -1, -1 },
};
static const char *const results[] = { "yuan", "score", "counted_yuan", "working" };

static micro cell(const struct row *row, int column)
{
    return column < 0 ? MICRO_MISSING : row->value[column];
}

/* Schemes stand beside each other (province, city), so a date alone does not choose: --rules does, or --scheme with the row's date. */
static const struct shelf_set *choose(const struct kind *kind, const struct row *row)
{
    for (size_t i = 0; i < shelf_count(row->shelf); i++) {
        const struct shelf_set *s = shelf_at(row->shelf, i);
        if (strcmp(s->kind, kind->rules) == 0 && !s->practice && row->day >= s->from && row->day <= s->to &&
            strcmp(((const struct money_rules *)s->rules)->scheme, row->choice[0]) == 0)
            return s;
    }
    return NULL;
}

static void judge(const struct row *row, const struct shelf_set *set, const struct value_columns *columns,
                  size_t n, struct out *o)
{
    struct money_value value[8];
    struct money m;
    char place[64];
    for (size_t i = 0; i < n; i++) {
        value[i] = (struct money_value){ .now = cell(row, columns[i].now),
                                         .last = cell(row, columns[i].last),
                                         .target = cell(row, columns[i].target) };
        snprintf(value[i].key, sizeof value[i].key, "%s", columns[i].key);
    }
    snprintf(place, sizeof place, "%.*s", (int)row->text[0].len, row->text[0].s);
    money_compute(set->rules, place, value, n, &m);
    struct buf working = BUF_INIT;
    for (int i = 0; i < m.n; i++)
        buf_addf(&working, "%s%s: %s", i ? "; " : "", m.line[i].term->name, m.line[i].text);
    out_micro(o, m.total, 0);
    out_micro(o, m.score, -1);
    out_micro(o, m.counted, 0);
    out_text(o, working.data);
    buf_release(&working);
    if (row->day != NO_DAY && (row->day < set->from || row->day > set->to))
        out_note(o, "推演：%s 当日不施行", set->id);
    if (m.refused)
        out_note(o, "来源没有给出 %d 项的金额，不推算", m.refused);
    if (m.no_data)
        out_note(o, "%d 项缺数据", m.no_data);
    if (m.total == MICRO_MISSING)
        out_unjudged(o);
}

static void judge_air(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                      struct out *o)
{
    (void)kind;
    judge(row, set, air_values, COUNT_OF(air_values), o);
}

static void judge_water(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                        struct out *o)
{
    (void)kind;
    judge(row, set, water_values, COUNT_OF(water_values), o);
}

/* Which terms the two rules do not share. */
static void difference(const struct row *row, const struct shelf_set *a, const struct shelf_set *b,
                       struct buf *to)
{
    const struct money_rules *x = a->rules, *y = b->rules;
    (void)row;
    for (int i = 0; i < y->n_terms; i++) {
        const struct money_term *t = &y->term[i], *u = NULL;
        for (int k = 0; k < x->n_terms && !u; k++)
            u = strcmp(x->term[k].key, t->key) == 0 && x->term[k].kind == t->kind ? &x->term[k] : NULL;
        char p[MICRO_TEXT], q[MICRO_TEXT];
        if (!u)
            buf_addf(to, "%s%s: %s 没有 (%s)", to->len ? "; " : "", t->name, a->id, b->clause);
        else if (u->per != t->per || u->weight != t->weight)
            buf_addf(to, "%s%s: 权重 %d%%→%d%%，单价 %s→%s 元 (%s; %s)", to->len ? "; " : "", t->name,
                     u->weight, t->weight, u->per == MICRO_MISSING ? "未查到" : micro_format(u->per, -1, p),
                     t->per == MICRO_MISSING ? "未查到" : micro_format(t->per, -1, q), a->source, b->source);
    }
}

const struct kind kind_air_compensation = {
    .name = "air-compensation",
    .what = "compensation for air quality by a dated rule, with its working, to the yuan",
    .what_zh = "空气质量生态补偿金额与逐项算式",
    .rules = "compensation.air",
    .in = air_in,
    .n_in = COUNT_OF(air_in),
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = { { "scheme", NULL, "shandong" } },
    .choose = choose,
    .judge = judge_air,
    .difference = difference,
};

const struct kind kind_water_compensation = {
    .name = "water-compensation",
    .what = "compensation for surface water by a dated rule, with its working, to the yuan",
    .what_zh = "地表水生态补偿金额与逐项算式",
    .rules = "compensation.water",
    .in = water_in,
    .n_in = COUNT_OF(water_in),
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = { { "scheme", NULL, "shandong" } },
    .choose = choose,
    .judge = judge_water,
    .difference = difference,
};
