/* rates.c - capture, valid, transmission and quality-control rates: of counts, a row each, or of rows of periods held against a calendar.
 * The marks are those of definitions/standards/quality; a mark is held against the fraction (standard/rates.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "evaluate/columns.h"
#include "evaluate/kinds.h"
#include "evaluate/out.h"
#include "standard/rates.h"

/* In this order in the output; a rate that a rule set does not know stays empty. */
static const char *const rate_ids[] = { "capture", "valid", "qc", "transmission", "validity", "effective" };
static const char *const results[] = { "expected", "capture",   "valid",  "qc",   "transmission",
                                       "validity", "effective", "passes", "fails" };

enum { SITES };
/* Rule sets of different kinds of sites are in force side by side: --sites chooses, and the newest one stands for a row without a date. */
static const struct shelf_set *choose(const struct kind *kind, const struct row *row)
{
    const struct shelf_set *last = NULL;
    char id[40];
    snprintf(id, sizeof id, "quality-%s", row->choice[SITES]);
    for (size_t i = 0; i < shelf_count(row->shelf); i++) {
        const struct shelf_set *s = shelf_at(row->shelf, i);
        if (strcmp(s->kind, kind->rules) == 0 && strncmp(s->id, id, strlen(id)) == 0 &&
            (row->day == NO_DAY || (row->day >= s->from && row->day <= s->to)))
            last = s;
    }
    return last;
}

/* The rates, unrounded where it matters: the marks are in `passes` and `fails`. ret_certainty: the least sure of the rates there are. */
static void rate_cells(const struct rate_rules *rules, const struct counts *c,
                       micro value[COUNT_OF(rate_ids)], char passes[128], char fails[128],
                       const char **ret_certainty)
{
    *passes = *fails = '\0';
    *ret_certainty = "confirmed";
    for (size_t k = 0; k < COUNT_OF(rate_ids); k++)
        value[k] = MICRO_MISSING;
    for (int i = 0; i < rules->n; i++) {
        struct rate r = rate_of(rules, i, c);
        size_t k = 0;
        while (k < COUNT_OF(rate_ids) && strcmp(rate_ids[k], rules->rate[i].id) != 0)
            k++;
        if (k == COUNT_OF(rate_ids) || r.value == MICRO_MISSING)
            continue;
        value[k] = r.value;
        if (certainty_rank(rules->rate[i].certainty) > certainty_rank(*ret_certainty))
            *ret_certainty = rules->rate[i].certainty;
        char *to = r.passes == 1 ? passes : r.passes == 0 ? fails : NULL;
        if (to)
            snprintf(to + strlen(to), 128 - strlen(to), "%s%s", *to ? " " : "", rate_ids[k]);
    }
}

/* ---- rates: one row is the counts of something ---- */
static const struct in_column counts_in[] = {
    { "expected", "1", "due 应有 应收 应有数" },
    { "valid", "1", "有效 有效数" },
    { "invalid", "1", "无效 无效数" },
    { "excepted", "1", "例外 例外数" },
    { "lost", "1", "传输丢失 丢失" },
    { "not_sent", "1", "未发送 缺失" },
    { "qc_passed", "1", "质控合格 合格" },
    { "qc_failed", "1", "质控不合格 不合格" },
    { "qc_total", "1", "qc 质控次数 比对次数" },
};
enum { EXPECTED, FIRST_KIND, QC_PASSED = FIRST_KIND + SLOT_KINDS, QC_FAILED, QC_TOTAL };

/* false, with a note: not whole, below zero, or more than there can be. */
static bool read_counts(const struct row *row, struct counts *c, struct out *o)
{
    int64_t n[COUNT_OF(counts_in)];
    for (size_t i = 0; i < COUNT_OF(counts_in); i++) {
        micro v = row->value[i];
        if (v != MICRO_MISSING && (v < 0 || v % MICRO_ONE != 0 || v > INT64_C(1000000000) * MICRO_ONE)) {
            out_note(o, "%s: 应为非负整数", counts_in[i].name);
            return false;
        }
        n[i] = v == MICRO_MISSING ? -1 : v / MICRO_ONE;
    }
    for (int k = 0; k < SLOT_KINDS; k++)
        c->n[k] = n[FIRST_KIND + k] < 0 ? 0 : n[FIRST_KIND + k];
    /* What the calendar expects and nobody accounts for was not sent: a denominator never shrinks because a kind was not counted. */
    int64_t rest = n[EXPECTED] < 0 ? 0 : n[EXPECTED] - counts_expected(c);
    if (rest > 0 && n[FIRST_KIND + SLOT_NOT_SENT] < 0) {
        c->n[SLOT_NOT_SENT] = rest;
        out_note(o, "其余 %lld 个按未发送计", (long long)rest);
    } else if (rest) {
        out_note(o, "各类之和 %lld 与应有 %lld 不符", (long long)counts_expected(c), (long long)n[EXPECTED]);
        return false;
    }
    if (n[QC_TOTAL] >= 0 && n[QC_PASSED] >= 0 && n[QC_FAILED] < 0)
        n[QC_FAILED] = n[QC_TOTAL] - n[QC_PASSED];
    c->n[COUNT_QC_PASSED] = n[QC_PASSED] < 0 ? 0 : n[QC_PASSED];
    c->n[COUNT_QC_FAILED] = n[QC_FAILED];
    if ((n[QC_PASSED] >= 0) != (n[QC_FAILED] >= 0) || n[QC_FAILED] < -1 ||
        (n[QC_TOTAL] >= 0 && n[QC_PASSED] >= 0 && n[QC_TOTAL] != n[QC_PASSED] + n[QC_FAILED])) {
        out_note(o, "质控合格与不合格次数不全或不符");
        return false;
    }
    if (n[QC_FAILED] < 0)
        c->n[COUNT_QC_FAILED] = 0;
    return true;
}

static void judge(const struct kind *kind, const struct row *row, const struct shelf_set *set, struct out *o)
{
    (void)kind;
    struct counts c = { 0 };
    micro value[COUNT_OF(rate_ids)];
    char passes[128], fails[128];
    const char *certainty;
    bool any = false;
    if (!read_counts(row, &c, o)) {
        out_unjudged(o);
        return;
    }
    rate_cells(set->rules, &c, value, passes, fails, &certainty);
    out_int(o, counts_expected(&c));
    for (size_t k = 0; k < COUNT_OF(rate_ids); k++) {
        out_micro(o, value[k], 2);
        any = any || value[k] != MICRO_MISSING;
    }
    out_text(o, passes);
    out_text(o, fails);
    out_certainty(o, certainty);
    if (!any) {
        out_note(o, "没有可计入分母的数");
        out_unjudged(o);
    }
}

const struct kind kind_rates = {
    .name = "rates",
    .what =
        "counts of valid, invalid, excepted, lost and not sent periods and of comparisons: capture, valid, "
        "transmission and QC rates",
    .what_zh = "由各类计数得出捕获率、有效率、传输有效率与质控合格率",
    .rules = "quality.rates",
    .in = counts_in,
    .n_in = COUNT_OF(counts_in),
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = { { "sites", "air|water|sources", "air" } },
    .choose = choose,
    .undated = true,
    .judge = judge,
};

/* ---- rates-hours: one row is one hour of one site and item ---- */
static const struct in_column hours_in[] = {
    { "site", NULL, "station name place 站点 点位 名称" },
    { "factor", NULL, "item 因子 项目" },
    { "time", NULL, "datetime timepoint datatime hour 时间 监测时间" },
    { "value", NULL, "avg 值 监测值" },
    { "flag", NULL, "kind 标记 数据标记" },
};
enum { SITE_, FACTOR_, TIME_, VALUE_, FLAG_ };
enum { SERIES = 400, SERIES_DAYS = 366, FROM = 1, TO = 2 };

struct hour_state {
    size_t n;
    int64_t first, last; /* day numbers of the calendar, both inclusive */
    int64_t outside, many;
    const struct shelf_set *set;
    struct hour_series {
        char site[64], factor[24];
        uint8_t slot[SERIES_DAYS * 24]; /* enum slot_kind + 1; 0: nothing came */
    } series[SERIES];
};

static int start_hours(const struct kind *kind, void *state, const struct shelf *shelf,
                       const char *const *choice, struct err *e)
{
    struct hour_state *s = state;
    (void)kind;
    (void)shelf;
    if (!date_parse(choice[FROM], strlen(choice[FROM]), &s->first) ||
        !date_parse(choice[TO], strlen(choice[TO]), &s->last))
        return err_set(e, -EINVAL,
                       "the calendar is the denominator: give --from and --to as dates, both "
                       "inclusive");
    return s->last < s->first || s->last - s->first >= SERIES_DAYS
               ? err_set(e, -EINVAL, "--from, --to: 1 to %d days", SERIES_DAYS)
               : 0;
}

/* The hour of "2026-03-01 08:00", "2026-03-01T08:00:00+08:00", "20260301080000"; -1: none is told. */
static int hour_in(const struct cell_text *c)
{
    size_t i = 0;
    while (i < c->len && c->s[i] != ' ' && c->s[i] != 'T')
        i++;
    i = i < c->len                                                                 ? i + 1
        : c->len >= 10 && !memchr(c->s, '-', c->len) && !memchr(c->s, '/', c->len) ? 8
                                                                                   : c->len;
    int h = 0, n = 0;
    for (; i < c->len && n < 2 && c->s[i] >= '0' && c->s[i] <= '9'; i++, n++)
        h = h * 10 + (c->s[i] - '0');
    return n && h < 24 ? h : -1;
}

/* A word of the five kinds, or a device's flag (HJ 212-2017 table 8); without either a value is valid. */
static int kind_of(const struct row *row, const struct rate_rules *rules)
{
    const struct cell_text *f = &row->text[FLAG_], *v = &row->text[VALUE_];
    for (int k = 0; k < SLOT_KINDS; k++) {
        const char *word = slot_kind_word((enum slot_kind)k);
        if (f->len == strlen(word) && memcmp(f->s, word, f->len) == 0)
            return k;
    }
    if (f->len == 1 && strchr(rules->planned, *f->s))
        return SLOT_EXCEPTED;
    if (!v->len)
        return f->len && *f->s != 'N' ? SLOT_INVALID : SLOT_NOT_SENT;
    micro number;
    return micro_parse(v->s, v->len, &number, NULL) && (!f->len || (f->len == 1 && *f->s == 'N'))
               ? SLOT_VALID
               : SLOT_INVALID;
}

static void copy_text(char *to, size_t size, const struct cell_text *c)
{
    snprintf(to, size, "%.*s", (int)(c->len < size ? c->len : size - 1), c->s);
}

static struct hour_series *series_named(struct hour_state *s, const struct row *row)
{
    char site[64], factor[24];
    copy_text(site, sizeof site, &row->text[SITE_]);
    copy_text(factor, sizeof factor, &row->text[FACTOR_]);
    for (size_t i = s->n; i > 0; i--) /* a row is mostly of the series of the one before */
        if (strcmp(s->series[i - 1].site, site) == 0 && strcmp(s->series[i - 1].factor, factor) == 0)
            return &s->series[i - 1];
    if (s->n == SERIES)
        return NULL;
    struct hour_series *one = &s->series[s->n++];
    memcpy(one->site, site, sizeof site);
    memcpy(one->factor, factor, sizeof factor);
    return one;
}

static void judge_hours(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                        struct out *o)
{
    (void)kind;
    struct hour_state *s = row->state;
    int64_t day;
    int hour = hour_in(&row->text[TIME_]);
    if (!s->set)
        s->set = set;
    if (hour < 0 || !date_parse(row->text[TIME_].s, row->text[TIME_].len, &day) || day < s->first ||
        day > s->last) {
        s->outside++;
        out_unjudged(o);
        return;
    }
    struct hour_series *one = series_named(s, row);
    if (!one) {
        s->many++;
        out_unjudged(o);
        return;
    }
    one->slot[(day - s->first) * 24 + hour] = (uint8_t)(kind_of(row, s->set->rules) + 1);
}

static void finish_hours(void *state, const struct shelf *shelf, struct buf *to)
{
    struct hour_state *s = state;
    (void)shelf;
    buf_adds(to, "site,factor,expected,valid,invalid,excepted,lost,not_sent");
    for (size_t k = 0; k < COUNT_OF(rate_ids); k++)
        buf_addf(to, ",calc_%s", rate_ids[k]);
    buf_adds(to, ",calc_passes,calc_fails,calc_certainty,calc_rules,calc_note\n");
    for (size_t i = 0; i < s->n; i++) {
        const struct hour_series *one = &s->series[i];
        struct counts c = { 0 };
        micro value[COUNT_OF(rate_ids)];
        char passes[128], fails[128], t[MICRO_TEXT];
        const char *certainty;
        for (int64_t h = 0; h < (s->last - s->first + 1) * 24; h++)
            c.n[one->slot[h] ? one->slot[h] - 1 : SLOT_NOT_SENT]++;
        rate_cells(s->set->rules, &c, value, passes, fails, &certainty);
        out_first_cell(to, one->site, strlen(one->site));
        out_cell(to, one->factor, strlen(one->factor));
        buf_addf(to, ",%lld", (long long)counts_expected(&c));
        for (int k = 0; k < SLOT_KINDS; k++)
            buf_addf(to, ",%lld", (long long)c.n[k]);
        for (size_t k = 0; k < COUNT_OF(rate_ids); k++)
            buf_addf(to, ",%s", micro_format(value[k], 2, t));
        buf_addf(to, ",%s,%s,%s,%s,\n", passes, fails, certainty, s->set->id);
    }
    if (s->outside)
        buf_addf(to, ",,,,,,,,,,,,,,,,,,%lld rows without an hour of the calendar\n", (long long)s->outside);
    if (s->many)
        buf_addf(to, ",,,,,,,,,,,,,,,,,,%lld rows beyond %d series\n", (long long)s->many, SERIES);
}

static const char *const no_results[] = { "kind" };
const struct kind kind_rates_hours = {
    .name = "rates-hours",
    .what =
        "hours with values and flags against a calendar: what became of each hour, and the rates (a table of "
        "its own)",
    .what_zh = "逐小时数据与标记对照日历：五类计数与各率",
    .rules = "quality.rates",
    .in = hours_in,
    .n_in = COUNT_OF(hours_in),
    .results = no_results,
    .n_results = COUNT_OF(no_results),
    .choice = { { "sites", "air|water|sources", "air" }, { "from", NULL, "" }, { "to", NULL, "" } },
    .choose = choose,
    .undated = true,
    .start = start_hours,
    .judge = judge_hours,
    .finish = finish_hours,
    .state = sizeof(struct hour_state),
};
