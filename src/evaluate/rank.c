/* rank.c - what needs all rows before it can say anything: ranking by the composite index, warnings, a year of days. Each writes a table
 * of its own at the end; memory is bounded by a number of rows said when it is passed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "evaluate/kinds.h"
#include "standard/ordinance.h"
#include "standard/trend.h"

static void cell_add(struct buf *to, const char *s)
{
    bool quote = strpbrk(s, ",\"\r\n") != NULL;
    if (quote)
        buf_addc(to, '"');
    for (; *s; s++) {
        if (*s == '"')
            buf_addc(to, '"');
        buf_addc(to, *s);
    }
    if (quote)
        buf_addc(to, '"');
}

static const char *figure(micro v, int decimals, char out[MICRO_TEXT])
{
    return micro_format(v, decimals, out); /* "" when missing */
}

/* No concentration and no index reaches a million; what does is no value, so that sums of a year cannot overflow. */
static micro sane(micro v)
{
    return v > INT64_C(1000000) * MICRO_ONE || v < 0 ? MICRO_MISSING : v;
}

/* ---- air-rank ---- */
enum { RANK_ROWS = 5000, RANK_SETS = 2 };
static const struct in_column rank_in[] = {
    { "place", NULL, "city district town station name 城市 区县 镇街 点位" },
    { "so2", "ug/m3", "二氧化硫" },
    { "no2", "ug/m3", "二氧化氮" },
    { "co", "mg/m3", "co_p95 一氧化碳" },
    { "o3", "ug/m3", "o3_8h o3_p90 臭氧" },
    { "pm10", "ug/m3", "可吸入颗粒物" },
    { "pm25", "ug/m3", "pm2.5 细颗粒物" },
    { "last_index", "1", "上年综合指数" },
};
static const enum air_item rank_item[] = { AIR_SO2, AIR_NO2, AIR_CO, AIR_O3, AIR_PM10, AIR_PM25 };

struct rank_state {
    size_t n, dropped, line;
    const struct shelf_set *set[RANK_SETS];
    const struct shelf_set *own[RANK_ROWS]; /* by dates, rows may fall under different editions */
    char place[RANK_ROWS][64];
    micro index[RANK_SETS][RANK_ROWS], last[RANK_ROWS];
    uint8_t largest[RANK_ROWS];
    unsigned missing[RANK_ROWS];
    int rank[RANK_SETS][RANK_ROWS], end[RANK_ROWS];
};

static void judge_rank(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                       struct out *o)
{
    (void)kind;
    struct rank_state *s = row->state;
    micro c[AIR_ITEMS];
    struct composite is;
    bool fresh = row->line != s->line || !s->n; /* the first rule set of a row */
    s->line = row->line;
    if (s->dropped || (fresh && s->n == RANK_ROWS)) {
        s->dropped += fresh;
        out_note(o, "只排前 %d 行", RANK_ROWS);
        out_unjudged(o);
        return;
    }
    if (fresh) {
        snprintf(s->place[s->n], sizeof s->place[0], "%.*s", (int)row->text[0].len, row->text[0].s);
        s->last[s->n] = sane(row->value[7]);
        s->index[1][s->n] = MICRO_MISSING;
        s->n++;
    }
    size_t k = fresh ? 0 : 1;
    s->set[k] = set;
    if (fresh)
        s->own[s->n - 1] = set;
    for (size_t i = 0; i < COUNT_OF(rank_item); i++)
        c[rank_item[i]] = sane(row->value[1 + i]);
    composite_index(set->rules, c, &is);
    s->index[k][s->n - 1] = is.index;
    if (k == 0) {
        s->largest[s->n - 1] = (uint8_t)is.largest;
        s->missing[s->n - 1] = is.missing;
    }
    if (is.index == MICRO_MISSING)
        out_unjudged(o);
}

static void finish_rank(void *state, const struct shelf *shelf, struct buf *to)
{
    struct rank_state *s = state;
    char t[MICRO_TEXT];
    (void)shelf;
    for (size_t k = 0; k < RANK_SETS && s->set[k]; k++)
        rank_values(RANK_SMALL_FIRST, s->index[k], s->n, s->rank[k], k ? NULL : s->end);
    buf_adds(to, "place,calc_rank,calc_from_end,calc_index,calc_largest,calc_change_percent,calc_rules");
    buf_adds(to,
             s->set[1] ? ",calc_other_rank,calc_other_index,calc_other_rules,calc_note\n" : ",calc_note\n");
    for (size_t i = 0; i < s->n; i++) {
        micro v = s->index[0][i];
        cell_add(to, s->place[i]);
        if (v == MICRO_MISSING)
            buf_adds(to, ",,,,,,");
        else
            buf_addf(to, ",%d,%d,%s,%s,%s,", s->rank[0][i], s->end[i], figure(v, 2, t),
                     air_item_word((enum air_item)s->largest[i]),
                     figure(change_rate(v, s->last[i], 1), 1, (char[MICRO_TEXT]){ 0 }));
        cell_add(to, s->own[i]->id);
        if (s->set[1])
            buf_addf(to, ",%.0d,%s,%s", s->rank[1][i], figure(s->index[1][i], 2, t), s->set[1]->id);
        buf_adds(to, ",");
        for (int k = 0; k < AIR_ITEMS && v == MICRO_MISSING; k++)
            if (s->missing[i] & 1u << k)
                buf_addf(to, "缺 %s ", air_item_word((enum air_item)k));
        buf_adds(to, v == MICRO_MISSING ? "不排名\n" : "\n");
    }
}

static const char *const no_results[] = { "index" };

const struct kind kind_air_rank = {
    .name = "air-rank",
    .what =
        "places ranked by the composite index, ties and the unranked with their reason (a table of its own)",
    .what_zh = "按综合指数排名：并列、缺项不排名",
    .rules = "air.ranking",
    .in = rank_in,
    .n_in = COUNT_OF(rank_in),
    .results = no_results,
    .n_results = COUNT_OF(no_results),
    .judge = judge_rank,
    .finish = finish_rank,
    .state = sizeof(struct rank_state),
};

/* ---- air-warning ---- */
enum { WARNING_ROWS = 20000 };
static const struct in_column warning_in[] = {
    { "aqi", "1", "空气质量指数" },
    { "hour_max", "1", "aqi_hour_max 小时最大aqi" },
    { "dust", "1", "沙尘" },
};
struct warning_state {
    size_t n;
    int64_t day[WARNING_ROWS];
    int aqi[WARNING_ROWS], hour[WARNING_ROWS];
    const struct shelf_set *set[WARNING_ROWS];
    bool hours;
};

static void judge_warning(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                          struct out *o)
{
    (void)kind;
    struct warning_state *s = row->state;
    if (row->day == NO_DAY || s->n == WARNING_ROWS) {
        out_note(o, row->day == NO_DAY ? "无日期" : "行数过多");
        out_unjudged(o);
        return;
    }
    bool dust = row->value[2] != MICRO_MISSING && row->value[2] != 0; /* dust episodes are outside */
    s->day[s->n] = row->day;
    s->aqi[s->n] = dust || sane(row->value[0]) == MICRO_MISSING ? -1 : (int)(row->value[0] / MICRO_ONE);
    s->hour[s->n] = sane(row->value[1]) == MICRO_MISSING ? -1 : (int)(row->value[1] / MICRO_ONE);
    s->hours = s->hours || s->hour[s->n] >= 0;
    s->set[s->n++] = set;
}

static void write_episode(const struct warning_state *s, size_t base, const struct warning_rules *r,
                          const struct warning_episode *e, struct buf *to)
{
    char from[CN_TEXT], until[CN_TEXT], clear[CN_TEXT] = "", issue[CN_TEXT], text[200];
    int most = 0;
    for (int i = e->first; i <= e->last; i++)
        most = s->aqi[base + (size_t)i] > most ? s->aqi[base + (size_t)i] : most;
    int64_t first = s->day[base] + e->first;
    if (e->cleared >= 0)
        cn_format_date(cn_day_start(s->day[base] + e->cleared), clear);
    buf_addf(to, "%s,%s,%s,%s,%d,%s,%s,", warning_colour_word(e->colour), warning_response(e->colour),
             cn_format_date(cn_day_start(first), from),
             cn_format_date(cn_day_start(s->day[base] + e->last), until), most,
             cn_format_date(cn_day_start(first) - e->issue_hours * MS_HOUR, issue), clear);
    cell_add(to, warning_text(r, e->colour, e->alternative, false, text, sizeof text));
    buf_addf(to, ",%s\n", r->set.id);
}

/* Runs of days in a row under one rule; a gap in the dates ends a run. */
static void finish_warning(void *state, const struct shelf *shelf, struct buf *to)
{
    struct warning_state *s = state;
    (void)shelf;
    buf_adds(to, "colour,response,from,to,max_aqi,issue_by,may_cancel,condition,rules\n");
    for (size_t i = 0, end; i < s->n; i = end) {
        end = i + 1;
        while (end < s->n && s->day[end] == s->day[end - 1] + 1 && s->set[end] == s->set[i])
            end++;
        static struct warning_episode e[400];
        const struct warning_rules *r = s->set[i]->rules;
        struct warning_series series = { s->aqi + i, s->hours ? s->hour + i : NULL, (int)(end - i), 24 };
        int n = warning_episodes(r, &series, e, COUNT_OF(e));
        for (int k = 0; k < n && k < (int)COUNT_OF(e); k++)
            write_episode(s, i, r, &e[k], to);
    }
}

const struct kind kind_air_warning = {
    .name = "air-warning",
    .what = "heavy-pollution warnings that a series of daily AQIs asks for, by the rule of the date (a table "
            "of its own)",
    .what_zh = "按当日规则逐次列出重污染天气预警",
    .rules = "air.warning",
    .in = warning_in,
    .n_in = COUNT_OF(warning_in),
    .results = no_results,
    .n_results = COUNT_OF(no_results),
    .judge = judge_warning,
    .finish = finish_warning,
    .state = sizeof(struct warning_state),
};

/* ---- air-year ---- */
enum { YEARS = 40 };
static const struct in_column year_in[] = {
    { "pm25", "ug/m3", "pm2.5 细颗粒物" },  { "pm10", "ug/m3", "可吸入颗粒物" },
    { "so2", "ug/m3", "二氧化硫" },         { "no2", "ug/m3", "二氧化氮" },
    { "co", "mg/m3", "一氧化碳" },          { "o3_8h", "ug/m3", "臭氧8小时" },
    { "event", "1", "dust 沙尘 例外事件" },
};
static const enum air_item year_item[] = { AIR_PM25, AIR_PM10, AIR_SO2, AIR_NO2, AIR_CO, AIR_O3 };
struct year_state {
    int first; /* the first row's year */
    bool any, bad, event[YEARS][AIR_YEAR_DAYS];
    uint8_t seen[YEARS][AIR_YEAR_DAYS];
    micro day[YEARS][AIR_ITEMS][AIR_YEAR_DAYS];
    bool has[YEARS];
    const struct shelf_set *set[YEARS]; /* of the year's last row */
    int zone;
};

static int start_year(const struct kind *kind, void *state, const struct shelf *shelf,
                      const char *const *choice, struct err *e)
{
    struct year_state *s = state;
    (void)kind;
    (void)shelf;
    (void)e;
    s->zone = choice[0][0] == '1' ? 1 : 2;
    return 0;
}

static void judge_year(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                       struct out *o)
{
    (void)kind;
    struct year_state *s = row->state;
    if (row->day == NO_DAY) {
        out_unjudged(o);
        return;
    }
    struct cn_civil c = cn_from_ms(cn_day_start(row->day));
    if (!s->any)
        s->first = c.year - YEARS / 2; /* rows may come in any order */
    s->any = true;
    int y = c.year - s->first, d = (int)(row->day - cn_days(c.year, 1, 1));
    if (y < 0 || y >= YEARS) {
        out_note(o, "年份相差过大");
        out_unjudged(o);
        return;
    }
    s->has[y] = true;
    s->set[y] = set;
    s->seen[y][d] = 1;
    s->event[y][d] = row->value[6] != MICRO_MISSING && row->value[6] != 0;
    for (size_t i = 0; i < COUNT_OF(year_item); i++)
        s->day[y][year_item[i]][d] = sane(row->value[i]);
}

static const char *why_word(enum air_why why)
{
    static const char *const words[] = { [AIR_JUDGED] = "",
                                         [AIR_YEAR_RUNNING] = "年度未结束",
                                         [AIR_FEW_DAYS] = "有效天数不足",
                                         [AIR_FEW_IN_MONTH] = "有月份有效天数不足",
                                         [AIR_NO_LIMIT] = "无限值",
                                         [AIR_NOT_DESIGNATED] = "未指定执行" };
    return words[why];
}

/* One line an item and set: the whole set, and the deducted one when the year has events. */
static void write_year(const struct year_state *s, int y, bool deduct, const struct shelf *shelf,
                       micro mean[AIR_ITEMS][YEARS], struct buf *to)
{
    char t[5][MICRO_TEXT];
    int year = s->first + y, days = cn_days_in_year(year);
    const struct shelf_set *limits = shelf_on(shelf, "air.limits", cn_days(year, 12, 31));
    const struct air_evaluation *ev = s->set[y]->rules;
    for (size_t i = 0; i < COUNT_OF(year_item); i++) {
        enum air_item item = year_item[i];
        micro day[AIR_YEAR_DAYS];
        struct air_year r;
        for (int d = 0; d < days; d++)
            day[d] = !s->seen[y][d] || (deduct && s->event[y][d] && (item == AIR_PM10 || item == AIR_PM25))
                         ? MICRO_MISSING
                         : s->day[y][item][d];
        air_year(ev, limits ? limits->rules : NULL, s->zone, item, year, day, days, &r);
        if (!deduct)
            mean[item][y] = ev->has_mean[item] ? r.exact_mean : r.exact_percentile;
        micro over = air_multiple(r.mean, r.limit_mean), top = air_multiple(r.percentile, r.limit_percentile);
        buf_addf(to, "%d,%s,%s,%d,%s,%d,%s,%s,%s,%s,%s,%s,%s\n", year, deduct ? "deducted" : "whole",
                 air_item_word(item), r.valid_days, figure(r.mean, ev->decimals[item], t[0]), r.p,
                 figure(r.percentile, ev->decimals[item], t[1]), figure(r.limit_mean, -1, t[2]),
                 figure(r.limit_percentile, -1, t[3]),
                 r.attains < 0 ? ""
                 : r.attains   ? "yes"
                               : "no",
                 figure(over > top ? over : top, 2, t[4]), why_word(r.why), ev->set.id);
    }
}

static void write_days(const struct year_state *s, int y, const struct shelf *shelf, struct buf *to)
{
    int aqi[AIR_YEAR_DAYS], year = s->first + y, days = cn_days_in_year(year);
    struct air_counts c;
    char t[MICRO_TEXT];
    for (int d = 0; d < days; d++) {
        struct air_values v;
        struct air_index x = { .aqi = -1 };
        const struct shelf_set *set = shelf_on(shelf, "air.index", cn_days(year, 1, 1) + d);
        air_values_clear(&v);
        for (int i = 0; i < AIR_ITEMS && s->seen[y][d]; i++)
            v.v[AIR_DAY][i] = s->day[y][i][d];
        if (set)
            air_index(set->rules, AIR_REPORT_DAY, &v, &x);
        aqi[d] = x.aqi;
    }
    air_count_days(aqi, days, &c); /* dust stays in: good and heavy days are counted on the whole set */
    buf_addf(to, "%d,whole,good_days,%d,%s,,,,,,,%d good and %d heavy of %d valid days,\n", year, c.valid,
             figure(c.good_ratio, 1, t), c.good, c.heavy, c.valid);
}

static void write_trend(const struct year_state *s, micro mean[AIR_ITEMS][YEARS], struct buf *to)
{
    static const char *const words[] = { "no trend", "rising", "falling" };
    for (size_t i = 0; i < COUNT_OF(year_item); i++) {
        micro run[YEARS], three[3];
        int n = 0, last = 0;
        char t[3][MICRO_TEXT];
        for (int y = 0; y < YEARS; y++) {
            if (!s->has[y] || mean[year_item[i]][y] == MICRO_MISSING)
                n = 0;
            else
                run[n++] = mean[year_item[i]][y], last = s->first + y;
        }
        if (n >= 3) {
            memcpy(three, run + n - 3, sizeof three);
            buf_addf(to, "%d-%d,whole,%s,,%s,,,,,,,three-year mean (definition not read),\n", last - 2, last,
                     air_item_word(year_item[i]), figure(air_three_years(three), 1, t[0]));
        }
        struct spearman sp;
        struct mann_kendall mk;
        if (n < 5)
            continue;
        spearman(run, n, &sp);
        mann_kendall(run, n, &mk);
        buf_addf(to, "%d-%d,whole,%s,,,,,,,,,Spearman rs %s: %s; Mann-Kendall p %s: %s,\n", last - n + 1,
                 last, air_item_word(year_item[i]), figure(sp.rs, 4, t[1]),
                 sp.critical_05 == MICRO_MISSING ? "no exact critical value" : words[sp.at_05],
                 figure(mk.p, 4, t[2]), words[mk.at_05]);
    }
}

static void finish_year(void *state, const struct shelf *shelf, struct buf *to)
{
    struct year_state *s = state;
    static micro mean[AIR_ITEMS][YEARS];
    for (int i = 0; i < AIR_ITEMS; i++)
        for (int y = 0; y < YEARS; y++)
            mean[i][y] = MICRO_MISSING;
    buf_adds(to, "year,set,item,valid_days,mean,p,percentile,limit_mean,limit_percentile,attains,multiple,"
                 "note,rules\n");
    for (int y = 0; y < YEARS && s->any; y++) {
        if (!s->has[y])
            continue;
        bool events = false;
        for (int d = 0; d < AIR_YEAR_DAYS; d++)
            events = events || s->event[y][d];
        write_year(s, y, false, shelf, mean, to);
        if (events)
            write_year(s, y, true, shelf, mean, to);
        write_days(s, y, shelf, to);
    }
    if (s->any)
        write_trend(s, mean, to);
}

const struct kind kind_air_year = {
    .name = "air-year",
    .what = "years of daily values: means, percentiles, attainment, good days, three-year means, trends (a "
            "table of its own)",
    .what_zh = "日均值成年：均值、百分位、达标、优良天数、三年均值、趋势",
    .rules = "air.evaluation",
    .in = year_in,
    .n_in = COUNT_OF(year_in),
    .results = no_results,
    .n_results = COUNT_OF(no_results),
    .choice = { { "class", "1|2", "2" } },
    .start = start_year,
    .judge = judge_year,
    .finish = finish_year,
    .state = sizeof(struct year_state),
};
