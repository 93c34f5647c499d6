/* air.c - days and hours of ambient air by HJ 633: sub-indices, AQI, level, primary pollutant. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/kinds.h"
#include "standard/air.h"

/* Which value a column of the file is. */
struct place {
    uint8_t item, column;
};

static const struct in_column day_in[] = {
    { "pm25", "ug/m3", "pm2.5 pm2_5 pm25_24h pm2_5_24h 细颗粒物" },
    { "pm10", "ug/m3", "pm10_24h 可吸入颗粒物" },
    { "so2", "ug/m3", "so2_24h 二氧化硫" },
    { "no2", "ug/m3", "no2_24h 二氧化氮" },
    { "co", "mg/m3", "co_24h 一氧化碳" },
    { "o3_8h", "ug/m3", "o3_8h_max mda8 o3-8h o38h 臭氧8小时" },
    { "o3_1h", "ug/m3", "o3_1h_max 臭氧1小时" },
};
static const struct place day_place[] = { { AIR_PM25, AIR_DAY }, { AIR_PM10, AIR_DAY }, { AIR_SO2, AIR_DAY },
                                          { AIR_NO2, AIR_DAY },  { AIR_CO, AIR_DAY },   { AIR_O3, AIR_DAY },
                                          { AIR_O3, AIR_HOUR } };

static const struct in_column hour_in[] = {
    { "pm25", "ug/m3", "pm2.5 pm2_5 细颗粒物" },
    { "pm10", "ug/m3", "可吸入颗粒物" },
    { "so2", "ug/m3", "二氧化硫" },
    { "no2", "ug/m3", "二氧化氮" },
    { "co", "mg/m3", "一氧化碳" },
    { "o3_1h", "ug/m3", "o3 臭氧 臭氧1小时" },
    { "o3_8h", "ug/m3", "臭氧8小时" },
    { "pm25_24h", "ug/m3", "pm2.5_24h pm2_5_24h" },
    { "pm10_24h", "ug/m3", NULL },
    { "so2_24h", "ug/m3", NULL },
};
static const struct place hour_place[] = {
    { AIR_PM25, AIR_HOUR }, { AIR_PM10, AIR_HOUR }, { AIR_SO2, AIR_HOUR }, { AIR_NO2, AIR_HOUR },
    { AIR_CO, AIR_HOUR },   { AIR_O3, AIR_HOUR },   { AIR_O3, AIR_DAY },   { AIR_PM25, AIR_DAY },
    { AIR_PM10, AIR_DAY },  { AIR_SO2, AIR_DAY },
};
_Static_assert(sizeof day_in / sizeof *day_in == sizeof day_place / sizeof *day_place,
               "a place for each column");
_Static_assert(sizeof hour_in / sizeof *hour_in == sizeof hour_place / sizeof *hour_place,
               "a place for each column");

static const char *const results[] = { "aqi",     "level",   "primary",   "iaqi_so2", "iaqi_no2",
                                       "iaqi_co", "iaqi_o3", "iaqi_pm10", "iaqi_pm25" };

/* The column an item's sub-index came from: the one with the larger. */
static enum air_column column_of(const struct air_index_rules *r, enum air_report report, int item,
                                 const struct air_values *v)
{
    enum air_column best = AIR_DAY;
    int most = -2;
    for (int t = 0; t < r->n_terms[report]; t++) {
        if (r->term[report][t].item != item)
            continue;
        enum air_column c = r->term[report][t].column;
        int i = air_iaqi(r, (enum air_item)item, c, v->v[c][item]);
        if (i > most) {
            most = i;
            best = c;
        }
    }
    return best;
}

/* What the files of the national platform call them; ozone by the value that made its sub-index. */
static const char *primary_name(int item, enum air_column column)
{
    static const char *const names[AIR_ITEMS] = { "二氧化硫", "二氧化氮",     "一氧化碳",
                                                  "",         "颗粒物(PM10)", "细颗粒物(PM2.5)" };
    return item != AIR_O3 ? names[item] : column == AIR_HOUR ? "臭氧1小时" : "臭氧8小时";
}

static unsigned exempt_of(const char *list)
{
    unsigned bits = 0;
    for (const char *p = list; *p;) {
        size_t len = strcspn(p, ",");
        int item = air_item_from_word(p, len);
        if (item >= 0)
            bits |= 1u << item;
        p += len + (p[len] == ',');
    }
    return bits;
}

static int air_start(const struct kind *kind, void *state, const struct shelf *shelf,
                     const char *const *choice, struct err *e)
{
    (void)kind;
    (void)state;
    (void)shelf;
    for (const char *p = choice[0]; *p;) {
        size_t len = strcspn(p, ",");
        if (air_item_from_word(p, len) < 0)
            return err_set(e, -EINVAL, "--not-monitored: '%.*s' is none of so2, no2, co, o3, pm10, pm25",
                           (int)len, p);
        p += len + (p[len] == ',');
    }
    return 0;
}

static void take(const struct row *row, const struct in_column *in, const struct place *place, size_t n,
                 struct air_values *v, struct out *o)
{
    air_values_clear(v);
    for (size_t i = 0; i < n; i++) {
        micro x = row->value[i];
        if (x != MICRO_MISSING && x < 0) {
            if (o)
                out_invalid(o, in[i].name);
            x = MICRO_MISSING;
        }
        v->v[place[i].column][place[i].item] = x;
    }
    v->exempt = exempt_of(row->choice[0]);
}

static void list_missing(unsigned bits, char out[64])
{
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < AIR_ITEMS; i++)
        if (bits & 1u << i)
            at +=
                (size_t)snprintf(out + at, 64 - at, "%s%s", at ? ", " : "", air_item_word((enum air_item)i));
}

static void list_primary(const struct air_index_rules *r, enum air_report report, const struct air_values *v,
                         unsigned bits, char out[160])
{
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < AIR_ITEMS; i++)
        if (bits & 1u << i)
            at += (size_t)snprintf(out + at, 160 - at, "%s%s", at ? ";" : "",
                                   primary_name(i, column_of(r, report, i, v)));
}

static void out_index(struct out *o, int v)
{
    if (v >= 0)
        out_int(o, v);
    else
        out_empty(o);
}

static void write_index(const struct air_index *x, const char *primary, struct out *o)
{
    char list[64];
    const struct air_level *level = air_level(x->level);
    out_index(o, x->aqi);
    out_text(o, level ? level->name : NULL);
    out_text(o, primary);
    for (int i = 0; i < AIR_ITEMS; i++)
        out_index(o, x->iaqi[i]);
    if (x->missing) {
        list_missing(x->missing, list);
        out_note(o, "缺 %s", list);
    }
    if (x->na == AIR_NA_MISSING_ITEM)
        out_note(o, "缺项且 AQI 不超过 100，不发布 (HJ 633-2026 5.3.1)");
    if (x->aqi < 0)
        out_unjudged(o);
}

static void judge(const struct row *row, const struct shelf_set *set, enum air_report report, struct out *o)
{
    struct air_values v;
    struct air_index x;
    if (report == AIR_REPORT_DAY)
        take(row, day_in, day_place, COUNT_OF(day_in), &v, o);
    else
        take(row, hour_in, hour_place, COUNT_OF(hour_in), &v, o);
    char primary[160];
    air_index(set->rules, report, &v, &x);
    list_primary(set->rules, report, &v, x.primary, primary);
    write_index(&x, primary, o);
}

static void judge_day(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                      struct out *o)
{
    (void)kind;
    judge(row, set, AIR_REPORT_DAY, o);
}

static void judge_hour(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                       struct out *o)
{
    (void)kind;
    judge(row, set, AIR_REPORT_HOUR, o);
}

/* ---- two editions side by side ---- */
static const char *clause(const struct shelf_set *set, const char *part)
{
    return json_str(json_object_get(set->tree, "clauses"), part, set->clause);
}

static const char *column_word(int item, enum air_report report, enum air_column c)
{
    if (item == AIR_O3)
        return c == AIR_DAY ? "O3 8h" : "O3 1h";
    return c == AIR_HOUR ? "1h" : report == AIR_REPORT_DAY ? "日均" : "24h 滑动";
}

static bool above_last(const struct air_index_rules *r, int item, enum air_column c, micro v)
{
    const struct air_points *p = &r->points[c][item];
    return p->n && v != MICRO_MISSING && micro_round(v, r->decimals[item]) > p->c[p->n - 1];
}

/* Why one item's sub-index is another: the value comes from another column, lies above the last point, or the points differ. */
static void item_difference(const struct shelf_set *a, const struct shelf_set *b, enum air_report report,
                            int i, const struct air_values *v, struct buf *to)
{
    const struct air_index_rules *x = a->rules, *y = b->rules;
    enum air_column cx = column_of(x, report, i, v), cy = column_of(y, report, i, v);
    if (cx != cy || x->points[cx][i].n == 0 || y->points[cy][i].n == 0) {
        buf_addf(to, "按%s评价改为按%s (%s %s; %s %s)", column_word(i, report, cx),
                 column_word(i, report, cy), a->id, clause(a, "items"), b->id, clause(b, "items"));
        return;
    }
    if (above_last(x, i, cx, v->v[cx][i])) {
        buf_addf(to, "高于末级断点的规定不同 (%s %s; %s %s)", a->id, clause(a, "above"), b->id,
                 clause(b, "above"));
        return;
    }
    const struct air_points *p = &x->points[cx][i], *q = &y->points[cy][i];
    for (int k = 0; k < p->n && k < q->n; k++)
        if (p->c[k] != q->c[k]) {
            char was[MICRO_TEXT], is[MICRO_TEXT];
            buf_addf(to, "IAQI %d 的断点 %s→%s (%s %s; %s %s)", x->iaqi[k], micro_format(p->c[k], -1, was),
                     micro_format(q->c[k], -1, is), a->id, clause(a, "breakpoints"), b->id,
                     clause(b, "breakpoints"));
            return;
        }
    buf_addf(to, "(%s; %s)", a->id, b->id);
}

static void index_text(int v, char out[12])
{
    if (v < 0)
        snprintf(out, 12, "无");
    else
        snprintf(out, 12, "%d", v);
}

static void difference(const struct row *row, enum air_report report, const struct shelf_set *a,
                       const struct shelf_set *b, struct buf *to)
{
    struct air_values v;
    struct air_index x, y;
    char was[12], is[12];
    if (report == AIR_REPORT_DAY)
        take(row, day_in, day_place, COUNT_OF(day_in), &v, NULL);
    else
        take(row, hour_in, hour_place, COUNT_OF(hour_in), &v, NULL);
    air_index(a->rules, report, &v, &x);
    air_index(b->rules, report, &v, &y);
    for (int i = 0; i < AIR_ITEMS; i++) {
        if (x.iaqi[i] == y.iaqi[i])
            continue;
        index_text(x.iaqi[i], was);
        index_text(y.iaqi[i], is);
        buf_addf(to, "%s%s %s→%s: ", to->len ? "; " : "", air_item_word((enum air_item)i), was, is);
        item_difference(a, b, report, i, &v, to);
    }
    if ((x.na == AIR_NA_MISSING_ITEM) != (y.na == AIR_NA_MISSING_ITEM)) {
        const struct shelf_set *set = y.na == AIR_NA_MISSING_ITEM ? b : a;
        buf_addf(to, "%s缺项且 AQI 不超过 100 时不发布 (%s %s)", to->len ? "; " : "", set->id,
                 clause(set, "missing"));
    }
}

static void difference_day(const struct row *row, const struct shelf_set *a, const struct shelf_set *b,
                           struct buf *to)
{
    difference(row, AIR_REPORT_DAY, a, b, to);
}

static void difference_hour(const struct row *row, const struct shelf_set *a, const struct shelf_set *b,
                            struct buf *to)
{
    difference(row, AIR_REPORT_HOUR, a, b, to);
}

#define EXEMPT                        \
    {                                 \
        {                             \
            "not-monitored", NULL, "" \
        }                             \
    }

const struct kind kind_air_day = {
    .name = "air-day",
    .what = "AQI, level and primary pollutant of a day (HJ 633)",
    .what_zh = "日报 AQI、级别与首要污染物",
    .rules = "air.index",
    .in = day_in,
    .n_in = COUNT_OF(day_in),
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = EXEMPT,
    .start = air_start,
    .judge = judge_day,
    .difference = difference_day,
};

const struct kind kind_air_hour = {
    .name = "air-hour",
    .what = "AQI, level and primary pollutant of an hour (HJ 633)",
    .what_zh = "时报 AQI、级别与首要污染物",
    .rules = "air.index",
    .in = hour_in,
    .n_in = COUNT_OF(hour_in),
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = EXEMPT,
    .start = air_start,
    .judge = judge_hour,
    .difference = difference_hour,
};
