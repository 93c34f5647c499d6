/* forecast.c - how good forecasts of the AQI were, and whether yearly figures rise or fall. Each writes a table of its own. The formulas are
 * plain verification mathematics (standard/forecast.h): no Chinese scoring formula could be read, and the output says so. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/forecast_models.h"
#include "evaluate/kinds.h"
#include "evaluate/out.h"
#include "standard/forecast.h"
#include "standard/trend.h"

static const char *const no_results[] = { "kind" };

/* ---- forecast ---- */
static const struct in_column forecast_in[] = {
    { "low", "1", "aqi_low forecast_low 预报下限 aqi下限" },
    { "high", "1", "aqi_high forecast_high 预报上限 aqi上限" },
    { "forecast", "1", "aqi_forecast 预报 预报aqi" },
    { "level_low", "1", "预报级别下限" },
    { "level_high", "1", "level 预报级别 预报级别上限" },
    { "aqi", "1", "observed aqi_observed 实况 实况aqi" },
    { "primary", NULL, "forecast_primary 预报首要污染物" },
    { "seen_primary", NULL, "observed_primary 实况首要污染物 首要污染物" },
    { "model", NULL, "模式 预报模式" },
    { "lead", "1", "lead_days 预报时效 时效" },
};
enum { LOW, HIGH, SINGLE, LEVEL_LOW, LEVEL_HIGH, SEEN, PRIMARY, SEEN_PRIMARY, MODEL, LEAD };
enum { PAIRS = 40000 };
struct forecast_state {
    size_t n;
    int widen;
    struct several *several; /* NULL: no row names a model */
    struct forecast_pair pair[PAIRS];
};

static int start_forecast(const struct kind *kind, void *state, const struct shelf *shelf,
                          const char *const *choice, struct err *e)
{
    struct forecast_state *s = state;
    micro v;
    (void)kind;
    (void)shelf;
    if (!micro_parse(choice[0], strlen(choice[0]), &v, NULL) || v < 0 || v > 100 * MICRO_ONE || v % MICRO_ONE)
        return err_set(e, -EINVAL, "--widen: '%s' is no whole percentage from 0 to 100", choice[0]);
    s->widen = (int)(v / MICRO_ONE);
    return 0;
}

/* -1: none, or no AQI. */
static int whole(micro v)
{
    return v == MICRO_MISSING || v < 0 || v > 2000 * MICRO_ONE ? -1 : (int)(micro_round(v, 0) / MICRO_ONE);
}

/* "PM2.5、O3": any of the six items by the words people write; a bit each. */
static unsigned items_of(const struct cell_text *c)
{
    static const struct {
        const char *word;
        enum air_item item;
    } words[] = {
        { "PM2.5", AIR_PM25 }, { "pm25", AIR_PM25 }, { "细颗粒物", AIR_PM25 }, { "PM10", AIR_PM10 },
        { "pm10", AIR_PM10 },  { "O3", AIR_O3 },     { "o3", AIR_O3 },         { "臭氧", AIR_O3 },
        { "NO2", AIR_NO2 },    { "no2", AIR_NO2 },   { "SO2", AIR_SO2 },       { "so2", AIR_SO2 },
        { "CO", AIR_CO },      { "co", AIR_CO },     { "PM25", AIR_PM25 },     { "可吸入颗粒物", AIR_PM10 }
    };
    unsigned bits = 0;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (c->len && memmem(c->s, c->len, words[i].word, strlen(words[i].word)))
            bits |= 1u << words[i].item;
    return bits;
}

static void judge_forecast(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                           struct out *o)
{
    struct forecast_state *s = row->state;
    (void)kind;
    (void)set;
    struct forecast_pair p = { .low = whole(row->value[LOW]),
                               .high = whole(row->value[HIGH]),
                               .level_low = whole(row->value[LEVEL_LOW]),
                               .level_high = whole(row->value[LEVEL_HIGH]),
                               .aqi = whole(row->value[SEEN]),
                               .primary = items_of(&row->text[PRIMARY]),
                               .seen_primary = items_of(&row->text[SEEN_PRIMARY]) };
    int single = whole(row->value[SINGLE]);
    if (p.low < 0 && p.high < 0 && single >= 0)
        forecast_widen(single, s->widen, &p.low, &p.high);
    p.level_high = p.level_high < 1 || p.level_high > 6 ? 0 : p.level_high;
    p.level_low = p.level_low < 1 || p.level_low > 6 ? p.level_high : p.level_low;
    if (row->text[MODEL].len) {
        if (!several_take(&s->several, row, &p, whole(row->value[LEAD])))
            out_unjudged(o);
        return;
    }
    if (p.aqi < 0 || p.low < 0 || p.high < p.low || s->n == PAIRS) {
        out_unjudged(o);
        return;
    }
    s->pair[s->n++] = p;
}

static void score_line(struct buf *to, const char *name, const char *event, micro v, int decimals, int part,
                       int of)
{
    char t[MICRO_TEXT];
    buf_addf(to, "%s,%s,%s,", name, event, micro_format(v, decimals, t));
    of < 0 ? buf_addf(to, ",%d\n", part) : buf_addf(to, "%d,%d\n", part, of);
}

static void finish_forecast(void *state, const struct shelf *shelf, struct buf *to)
{
    static const int thresholds[] = { 100, 150, 200 };
    struct forecast_state *s = state;
    struct forecast_score f;
    if (s->several) {
        several_write(s->several, shelf, to);
        return;
    }
    forecast_verify(s->pair, s->n, 100, &f);
    buf_adds(to, "score,event,value,hits,of\n");
    score_line(to, "range_percent", "", f.range, 1, f.range_hits, f.n);
    score_line(to, "level_percent", "", f.level, 1, f.level_hits, f.n);
    score_line(to, "primary_percent", "", f.primary, 1, f.primary_hits, f.primary_n);
    score_line(to, "mean_error", "", f.mean_error, 1, f.n, -1);
    score_line(to, "mean_abs_error", "", f.mean_abs_error, 1, f.n, -1);
    for (size_t i = 0; i < COUNT_OF(thresholds); i++) {
        char event[24];
        snprintf(event, sizeof event, "AQI>%d", thresholds[i]);
        forecast_verify(s->pair, s->n, thresholds[i], &f);
        score_line(to, "TS", event, f.ts, 3, f.hits, f.hits + f.misses + f.false_alarms);
        score_line(to, "POD", event, f.pod, 3, f.hits, f.hits + f.misses);
        score_line(to, "FAR", event, f.far, 3, f.false_alarms, f.hits + f.false_alarms);
    }
}

static void release_forecast(void *state)
{
    several_free(((struct forecast_state *)state)->several);
}

const struct kind kind_forecast = {
    .name = "forecast",
    .what = "forecasts of the AQI against what was observed: range, level and primary pollutant hits, TS, "
            "POD, FAR; with a model column several models by lead and season, beside persistence and a blend "
            "(a table of its own; no Chinese scoring text was read)",
    .what_zh = "空气质量预报检验：范围、级别、首要污染物准确率，TS、命中率、空报率；有模式列时多模式并列，含"
               "持续性预报与集成",
    .rules = "air.index",
    .in = forecast_in,
    .n_in = COUNT_OF(forecast_in),
    .results = no_results,
    .n_results = COUNT_OF(no_results),
    .choice = { { "widen", NULL, "0" } },
    .undated = true,
    .start = start_forecast,
    .judge = judge_forecast,
    .finish = finish_forecast,
    .release = release_forecast,
    .state = sizeof(struct forecast_state),
};

/* ---- trend: yearly figures of any place and item ---- */
static const struct in_column trend_in[] = {
    { "place", NULL, "city station section name 地区 城市 点位 断面" },
    { "item", NULL, "factor 项目 因子" },
    { "year", "1", "年 年份" },
    { "value", "1", "mean 值 年均值" },
};
enum { PLACE, ITEM, YEAR, VALUE };
enum { TREND_SERIES = 2000 };
struct trend_state {
    size_t n;
    struct trend_series {
        char place[64], item[32];
        int n;
        int year[TREND_YEARS];
        micro v[TREND_YEARS];
    } series[TREND_SERIES];
};

static void judge_trend(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                        struct out *o)
{
    struct trend_state *s = row->state;
    (void)kind;
    (void)set;
    micro y = row->value[YEAR];
    int year =
        y == MICRO_MISSING || y < 0 || y > 9998 * MICRO_ONE || y % MICRO_ONE ? -1 : (int)(y / MICRO_ONE);
    char place[64], item[32];
    snprintf(place, sizeof place, "%.*s", (int)row->text[PLACE].len, row->text[PLACE].s);
    snprintf(item, sizeof item, "%.*s", (int)row->text[ITEM].len, row->text[ITEM].s);
    size_t i = 0;
    while (i < s->n && (strcmp(s->series[i].place, place) != 0 || strcmp(s->series[i].item, item) != 0))
        i++;
    if (year < 0 || row->value[VALUE] == MICRO_MISSING || i == TREND_SERIES ||
        s->series[i].n == TREND_YEARS || row->value[VALUE] > 1000000 * MICRO_ONE ||
        row->value[VALUE] < -1000000 * MICRO_ONE) {
        out_unjudged(o);
        return;
    }
    struct trend_series *one = &s->series[i];
    if (i == s->n) {
        s->n++;
        memcpy(one->place, place, sizeof place);
        memcpy(one->item, item, sizeof item);
    }
    int k = one->n++;
    for (; k > 0 && one->year[k - 1] > year; k--) {
        one->year[k] = one->year[k - 1];
        one->v[k] = one->v[k - 1];
    }
    one->year[k] = year;
    one->v[k] = row->value[VALUE];
}

static void trend_line(const struct trend_series *one, struct buf *to)
{
    static const char *const words[] = { "none", "rising", "falling" };
    char a[MICRO_TEXT], b[MICRO_TEXT], c[MICRO_TEXT];
    struct spearman sp;
    struct mann_kendall mk;
    bool gap = false;
    for (int k = 1; k < one->n; k++)
        gap = gap || one->year[k] != one->year[k - 1] + 1;
    out_first_cell(to, one->place, strlen(one->place));
    out_cell(to, one->item, strlen(one->item));
    buf_addf(to, ",%d,%d,%d", one->year[0], one->year[one->n - 1], one->n);
    /* Both tests take years in a row; with one missing or twice there the ranks would be of something else. */
    if (gap || one->n < 5) {
        buf_addf(to, ",,,,,,,,%s\n", gap ? "years are missing or twice there" : "fewer than five years");
        return;
    }
    spearman(one->v, one->n, &sp);
    mann_kendall(one->v, one->n, &mk);
    buf_addf(to, ",%s", micro_format(sp.rs, 4, a));
    buf_addf(to, ",%s,%s", micro_format(sp.critical_05, 4, b),
             sp.critical_05 == MICRO_MISSING ? "" : words[sp.at_05]);
    buf_addf(to, ",%d,%s,%s", mk.s, micro_format(mk.p, 4, c), words[mk.at_05]);
    buf_addf(to, ",%s,%s,%s\n", mk.exact ? "exact" : "normal", micro_format(mk.slope, 4, a),
             sp.critical_05 == MICRO_MISSING ? "no exact critical value" : "");
}

static void finish_trend(void *state, const struct shelf *shelf, struct buf *to)
{
    struct trend_state *s = state;
    (void)shelf;
    buf_adds(to, "place,item,from,to,years,spearman_rs,spearman_critical,spearman_trend,mann_kendall_s,mann_"
                 "kendall_p,mann_kendall_trend,"
                 "mann_kendall_by,sen_slope,note\n");
    for (size_t i = 0; i < s->n; i++)
        trend_line(&s->series[i], to);
}

const struct kind kind_air_trend = {
    .name = "air-trend",
    .what = "yearly figures of any place and item: Spearman (HJ 663 annex B) and Mann-Kendall (a table of "
            "its own)",
    .what_zh = "年度值变化趋势：秩相关系数法与 Mann-Kendall 检验",
    .rules = "air.evaluation",
    .in = trend_in,
    .n_in = COUNT_OF(trend_in),
    .results = no_results,
    .n_results = COUNT_OF(no_results),
    .undated = true,
    .judge = judge_trend,
    .finish = finish_trend,
    .state = sizeof(struct trend_state),
};
