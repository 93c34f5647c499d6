/* Consistency marks (一致性标记): what a record says against itself, its neighbours and the clock. A mark is a conclusion from records:
 * it changes none of them, and the same records give the same marks in whatever order they come. The arithmetic stands here, bounds
 * and words in definitions/checks. */
#include "measure/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

/* ---- the list of a site: by time, the newest MARKS_MAX of them ---- */

static bool same(const struct mark *a, const struct mark *b)
{
    return a->check == b->check && a->stream == b->stream && a->period == b->period &&
           cn_hour_of(a->time) == cn_hour_of(b->time);
}

static void drop(struct board_site *s, size_t i)
{
    s->n_marks--;
    memmove(&s->mark[i], &s->mark[i + 1], (s->n_marks - i) * sizeof *s->mark);
}

static size_t find(const struct board_site *s, const struct mark *m)
{
    int64_t hour = cn_hour_start(cn_hour_of(m->time));
    for (size_t i = s->n_marks; i > 0 && s->mark[i - 1].time >= hour; i--)
        if (same(&s->mark[i - 1], m))
            return i - 1;
    return SIZE_MAX;
}

/* Real-time and minute records of one hour share a mark: their count, and the figures of the first. */
static void put(struct board_site *s, struct mark m)
{
    size_t i = find(s, &m);
    s->group.touched = true;
    if (i != SIZE_MAX) {
        m.count = s->mark[i].count + 1;
        if (m.period > PERIOD_MINUTE) /* one record a period: the same conclusion, drawn again */
            m.count = 1;
        else if (s->mark[i].time < m.time) {
            s->mark[i].count = m.count;
            return;
        }
        s->mark[i] = m;
        return;
    }
    if (!s->mark && !(s->mark = malloc(MARKS_MAX * sizeof *s->mark)))
        return;
    if (s->n_marks == MARKS_MAX) {
        if (m.time <= s->mark[0].time)
            return;
        drop(s, 0);
    }
    for (i = s->n_marks; i > 0 && s->mark[i - 1].time > m.time; i--)
        ;
    memmove(&s->mark[i + 1], &s->mark[i], (s->n_marks - i) * sizeof *s->mark);
    s->mark[i] = m;
    s->n_marks++;
}

static void take_back(struct board_site *s, struct mark m)
{
    size_t i = find(s, &m);
    if (i == SIZE_MAX)
        return;
    drop(s, i);
    s->group.touched = true;
}

/* ---- bounds ---- */

static const struct check *check_on(const struct board *b, enum check_kind k, const struct board_site *s,
                                    const struct stream *st)
{
    const struct check *c = &b->def.check[k];
    if (!c->on || (c->kinds && !(c->kinds & 1u << s->site->kind)))
        return NULL;
    for (int i = 0; st && i < CHECK_EXCEPT && *c->except[i]; i++)
        if (strcmp(c->except[i], st->code) == 0)
            return NULL;
    return c;
}

static bool far_off(const struct check *c, micro is, micro should)
{
    micro off = is > should ? is - should : should - is;
    micro by_percent =
        c->percent ? micro_muldiv(should < 0 ? -should : should, c->percent, 100 * MICRO_ONE) : 0;
    return off > (by_percent > c->least ? by_percent : c->least);
}

/* ---- one record ---- */

struct at {
    struct board *b;
    struct board_site *s;
    const struct record *r;
};

static void note(const struct at *a, enum check_kind k, ptrdiff_t stream, micro f0, micro f1, micro f2,
                 micro f3)
{
    put(a->s, (struct mark){ .check = (uint8_t)k,
                             .period = a->r->period,
                             .stream = (int8_t)stream,
                             .count = 1,
                             .time = a->r->time,
                             .figure = { f0, f1, f2, f3 } });
}

static void check_order(const struct at *a, ptrdiff_t i, const struct item *it)
{
    static const enum statistic sets[][3] = { { STAT_MIN, STAT_AVG, STAT_MAX },
                                              { STAT_ZSMIN, STAT_ZSAVG, STAT_ZSMAX } };
    if (!check_on(a->b, CHECK_ORDER, a->s, &a->s->stream[i]))
        return;
    for (size_t k = 0; k < COUNT_OF(sets); k++) {
        micro low = it->v[sets[k][0]], mean = it->v[sets[k][1]], high = it->v[sets[k][2]];
        bool bad = (low != MICRO_MISSING && mean != MICRO_MISSING && low > mean) ||
                   (mean != MICRO_MISSING && high != MICRO_MISSING && mean > high) ||
                   (low != MICRO_MISSING && high != MICRO_MISSING && low > high);
        if (bad) {
            note(a, CHECK_ORDER, i, low, mean, high, MICRO_MISSING);
            return;
        }
    }
}

static const struct item *item_of(const struct at *a, const struct item *item, const char *code)
{
    for (size_t i = 0; i < a->s->n_streams && i < STREAMS_MAX; i++)
        if (strcmp(a->s->stream[i].code, code) == 0)
            return &item[i];
    return NULL;
}

/* HJ 212-2017 annex D: C·(21 − O2ref)/(21 − O2), of the same record. Above 21 % it is not defined. */
static void check_converted(const struct at *a, ptrdiff_t i, const struct item *it, const struct item *oxygen)
{
    const struct check *c = check_on(a->b, CHECK_CONVERTED, a->s, &a->s->stream[i]);
    micro reference = a->s->site->reference_o2;
    bool now = a->r->period == PERIOD_REALTIME;
    micro is = it->v[now ? STAT_ZSRTD : STAT_ZSAVG], raw = it->v[now ? STAT_RTD : STAT_AVG];
    if (!c || reference == MICRO_MISSING || !oxygen || is == MICRO_MISSING || raw == MICRO_MISSING)
        return;
    micro o2 = oxygen->v[now ? STAT_RTD : STAT_AVG], rest = 21 * MICRO_ONE - o2;
    if (o2 == MICRO_MISSING || oxygen->flag != 'N' || rest <= 0)
        return;
    micro should = micro_muldiv(raw, 21 * MICRO_ONE - reference, rest);
    if (far_off(c, is, should))
        note(a, CHECK_CONVERTED, i, is, raw, o2, should);
}

/* A factor's sum against mean × flow sum; the flow's own sum against mean flow × time. */
static void check_total(const struct at *a, ptrdiff_t i, const struct item *it, const struct item *flow,
                        bool gas)
{
    static const int seconds[PERIOD_COUNT] = { [PERIOD_HOUR] = 3600, [PERIOD_DAY] = 86400 };
    const struct stream *st = &a->s->stream[i];
    const struct check *c = check_on(a->b, CHECK_TOTAL, a->s, st);
    micro cou = it->v[STAT_COU], mean = it->v[STAT_AVG], should = MICRO_MISSING;
    if (!c || !flow || cou == MICRO_MISSING || mean == MICRO_MISSING || !seconds[a->r->period] ||
        it->flag != 'N')
        return;
    if (it == flow) {
        should = micro_muldiv(mean, seconds[a->r->period], gas ? 1 : 1000);
        if (far_off(c, cou, should))
            note(a, CHECK_TOTAL, i, cou, mean, seconds[a->r->period] * MICRO_ONE, should);
        return;
    }
    if (flow->v[STAT_COU] == MICRO_MISSING || !st->factor || !strstr(st->factor->unit, gas ? "g/m³" : "mg/L"))
        return;
    if (load_hour(gas, MICRO_MISSING, mean, flow->v[STAT_COU], &should) == LOAD_FLOW &&
        far_off(c, cou, should))
        note(a, CHECK_TOTAL, i, cou, mean, flow->v[STAT_COU], should);
}

static void check_negative(const struct at *a, ptrdiff_t i, const struct item *it)
{
    const struct stream *st = &a->s->stream[i];
    micro v = it->v[a->r->period == PERIOD_REALTIME ? STAT_RTD : STAT_AVG];
    if (v != MICRO_MISSING && v < 0 && it->flag == 'N' && check_on(a->b, CHECK_NEGATIVE, a->s, st))
        note(a, CHECK_NEGATIVE, i, v, MICRO_MISSING, MICRO_MISSING, MICRO_MISSING);
}

/* Fine dust is part of the coarse: PM2.5 cannot exceed PM10. */
static void check_pm(const struct at *a, const struct item *item)
{
    const struct stream *fine = a->s->air[AIR_PM25], *coarse = a->s->air[AIR_PM10];
    const struct check *c = check_on(a->b, CHECK_PM, a->s, NULL);
    if (!c || !fine || !coarse || a->r->period != PERIOD_HOUR)
        return;
    const struct item *x = &item[fine - a->s->stream], *y = &item[coarse - a->s->stream];
    if (x->flag == 'N' && y->flag == 'N' && x->v[STAT_AVG] != MICRO_MISSING &&
        y->v[STAT_AVG] != MICRO_MISSING && x->v[STAT_AVG] > y->v[STAT_AVG] + c->least)
        note(a, CHECK_PM, fine - a->s->stream, x->v[STAT_AVG], y->v[STAT_AVG], MICRO_MISSING, MICRO_MISSING);
}

/* The QN of a real-time upload is its device's time of sending. One that was kept and sent late looks slow as well, but by less and less:
 * only the same skew several times in a row is a clock. */
static void check_clock(const struct at *a)
{
    const struct check *c = check_on(a->b, CHECK_CLOCK, a->s, NULL);
    char digits[24];
    int64_t sent;
    if (!c || a->r->period != PERIOD_REALTIME || a->r->source != SOURCE_DEVICE || a->r->arrival <= 0)
        return;
    int n = snprintf(digits, sizeof digits, "%017llu", (unsigned long long)a->r->tag);
    if (n != 17 || !cn_parse_compact(digits, 17, &sent)) /* a 2005 device sends no QN: its time of reading */
        sent = a->r->time;
    int64_t skew = sent - a->r->arrival, bound = c->seconds * MS_SECOND, change = skew - a->s->skew_ms;
    if (skew <= bound && skew >= -bound) {
        a->s->skew_n = 0;
        return;
    }
    if (!a->s->skew_n || change > bound / 4 || change < -bound / 4) {
        a->s->skew_n = 0;
        a->s->skew_ms = skew;
    }
    if (++a->s->skew_n >= c->n)
        note(a, CHECK_CLOCK, -1, skew * 1000, MICRO_MISSING, MICRO_MISSING,
             MICRO_MISSING); /* ms to micro-seconds */
}

/* ---- an hour and its minutes ---- */

struct minutes {
    int64_t hour;
    uint64_t seen; /* bit i: the value of minute i */
    int n, n_cou;
    micro sum, cou;    /* of means, of sums */
    __int128 weighted; /* Σ mean × flow, in micro², */
    micro weight;      /* and Σ flow */
    micro mean, total; /* what the hour's record says; MICRO_MISSING until it came */
    bool odd;          /* some minute is not valid: the device may leave it out of the mean or not */
};

static struct minutes *minutes_at(struct stream *st, int64_t hour, bool make)
{
    if (!st->minutes && make && (st->minutes = calloc(MINUTE_HOURS, sizeof *st->minutes)))
        for (int i = 0; i < MINUTE_HOURS; i++)
            st->minutes[i].hour = INT64_MIN;
    if (!st->minutes || hour < 0)
        return NULL;
    struct minutes *m = &st->minutes[hour % MINUTE_HOURS];
    if (m->hour > hour)
        return NULL;
    if (m->hour < hour)
        *m = (struct minutes){ .hour = hour, .mean = MICRO_MISSING, .total = MICRO_MISSING };
    return m;
}

/* Whether its minutes cover the hour, at whatever step they come. */
static bool covered(const struct minutes *m)
{
    int step = 60, last = -1;
    for (int i = 0; i < 60; i++)
        if (m->seen >> i & 1) {
            if (last >= 0 && i - last < step)
                step = i - last;
            last = i;
        }
    return m->n > 1 && m->n * step == 60;
}

static void compare(const struct at *a, ptrdiff_t i, const struct minutes *m)
{
    if ((m->mean == MICRO_MISSING && m->total == MICRO_MISSING) || m->odd)
        return; /* the hour itself has not come, or nothing can be said */
    const struct stream *st = &a->s->stream[i];
    struct mark mark = {
        .period = PERIOD_HOUR, .stream = (int8_t)i, .count = 1, .time = cn_hour_start(m->hour)
    };
    const struct check *mean = check_on(a->b, CHECK_HOUR_MEAN, a->s, st),
                       *sum = check_on(a->b, CHECK_HOUR_SUM, a->s, st);
    if (!covered(m))
        return;
    if (mean && m->mean != MICRO_MISSING) {
        micro plain = micro_div(m->sum, m->n),
              flow = m->weight > 0 ? (micro)(m->weighted / m->weight) : plain;
        mark.check = CHECK_HOUR_MEAN;
        memcpy(mark.figure, (micro[]){ m->mean, plain, m->n * MICRO_ONE, MICRO_MISSING }, sizeof mark.figure);
        /* Waste water may be weighted by flow. */
        far_off(mean, m->mean, plain) && far_off(mean, m->mean, flow) ? put(a->s, mark)
                                                                      : take_back(a->s, mark);
    }
    if (sum && m->total != MICRO_MISSING && m->n_cou == m->n) {
        mark.check = CHECK_HOUR_SUM;
        memcpy(mark.figure, (micro[]){ m->total, m->cou, m->n * MICRO_ONE, MICRO_MISSING },
               sizeof mark.figure);
        far_off(sum, m->total, m->cou) ? put(a->s, mark) : take_back(a->s, mark);
    }
}

static void take_minutes(const struct at *a, ptrdiff_t i, const struct item *it, const struct item *flow)
{
    bool minute = a->r->period == PERIOD_MINUTE;
    struct minutes *m = minutes_at(&a->s->stream[i], cn_hour_of(a->r->time), minute);
    if (!m || it->v[STAT_AVG] == MICRO_MISSING)
        return;
    if (!minute) {
        m->mean = it->v[STAT_AVG];
        m->total = it->v[STAT_COU];
        m->odd |= it->flag != 'N';
    } else {
        int bit = (int)(a->r->time / MS_MINUTE % 60); /* China is whole hours from UTC */
        if (m->seen >> bit & 1)
            return; /* sent again */
        m->seen |= UINT64_C(1) << bit;
        m->n++;
        m->sum += it->v[STAT_AVG];
        m->odd |= it->flag != 'N';
        if (it->v[STAT_COU] != MICRO_MISSING) {
            m->cou += it->v[STAT_COU];
            m->n_cou++;
        }
        micro weight = flow && flow != it ? flow->v[STAT_AVG] : MICRO_MISSING;
        if (weight != MICRO_MISSING && weight > 0) {
            m->weighted += (__int128)it->v[STAT_AVG] * weight;
            m->weight += weight;
        }
    }
    compare(a, i, m);
}

void marks_take(struct board *b, struct board_site *s, const struct record *r, const struct item *item)
{
    struct at a = { b, s, r };
    bool gas = s->site->kind == SITE_GAS_OUTLET;
    const struct item *oxygen = gas ? item_of(&a, item, "a19001") : NULL;
    const struct item *flow = gas                                  ? item_of(&a, item, "a00000")
                              : s->site->kind == SITE_WATER_OUTLET ? item_of(&a, item, "w00000")
                                                                   : NULL;
    for (size_t i = 0; i < s->n_streams && i < STREAMS_MAX; i++) {
        if (!item[i].flag)
            continue;
        check_order(&a, (ptrdiff_t)i, &item[i]);
        check_negative(&a, (ptrdiff_t)i, &item[i]);
        if (gas && item[i].flag == 'N')
            check_converted(&a, (ptrdiff_t)i, &item[i], oxygen);
        check_total(&a, (ptrdiff_t)i, &item[i], flow, gas);
        if (r->period == PERIOD_MINUTE || r->period == PERIOD_HOUR)
            take_minutes(&a, (ptrdiff_t)i, &item[i], gas ? NULL : flow);
    }
    check_pm(&a, item);
    check_clock(&a);
}

/* ---- the same value for too long ---- */

/* Nothing flows, nothing is measured: zero may last, and so may what stands for less than an instrument can tell. */
static bool may_last(const struct check *c, const struct stream *st, micro v)
{
    if (v == 0)
        return true;
    for (int i = 0; i < CHECK_EXCEPT && *c->floor[i].code; i++)
        if (strcmp(c->floor[i].code, st->code) == 0)
            return v <= c->floor[i].v;
    return false;
}

static bool goes_on(const struct stream *st, int64_t slot, micro v)
{
    const struct cell *c = series_at(&st->hour, slot);
    return cell_valid(c) && c->v == v;
}

/* One mark a run, at its first hour: what this hour joined or cut is drawn anew. */
static void redraw(struct board_site *s, struct stream *st, const struct check *c, micro v)
{
    struct mark m = { .check = CHECK_CONSTANT,
                      .period = PERIOD_HOUR,
                      .stream = (int8_t)(st - s->stream),
                      .count = 1,
                      .time = cn_hour_start(st->run_first),
                      .figure = { v, (st->run_last - st->run_first + 1) * MICRO_ONE, MICRO_MISSING,
                                  MICRO_MISSING } };
    for (size_t i = s->n_marks; i > 0; i--) {
        const struct mark *old = &s->mark[i - 1];
        int64_t at = cn_hour_of(old->time), end = at + old->figure[1] / MICRO_ONE;
        if (old->check == CHECK_CONSTANT && old->stream == m.stream && at <= st->run_last &&
            end > st->run_first)
            drop(s, i - 1);
    }
    if (v != MICRO_MISSING && st->run_last - st->run_first + 1 >= c->hours)
        put(s, m);
}

void marks_hour(struct board *b, struct board_site *s, struct stream *st, int64_t hour)
{
    const struct check *c = check_on(b, CHECK_CONSTANT, s, st);
    const struct cell *here = series_at(&st->hour, hour);
    if (!c || !here)
        return;
    micro v = cell_valid(here) && !may_last(c, st, here->v) ? here->v : MICRO_MISSING;
    bool newest = hour > st->run_last && !series_at(&st->hour, hour + 1);
    if (newest && hour == st->run_last + 1 && v != MICRO_MISSING && goes_on(st, hour - 1, v)) {
        st->run_last = hour;
        if (hour - st->run_first + 1 >= c->hours)
            redraw(s, st, c, v);
        return;
    }
    st->run_first = st->run_last = hour;
    if (newest && !goes_on(st, hour - 1, v))
        return;
    /* A late hour, or one sent again: it may join two runs or cut one. What it cut on either side is drawn as its own. */
    while (v != MICRO_MISSING && goes_on(st, st->run_first - 1, v))
        st->run_first--;
    while (v != MICRO_MISSING && goes_on(st, st->run_last + 1, v))
        st->run_last++;
    redraw(s, st, c, v);
    int64_t first = st->run_first, last = st->run_last;
    for (int side = -1; side <= 1; side += 2) {
        int64_t at = side < 0 ? first - 1 : last + 1;
        const struct cell *beside = series_at(&st->hour, at);
        if (!cell_valid(beside) || may_last(c, st, beside->v))
            continue;
        st->run_first = st->run_last = at;
        while (goes_on(st, st->run_first - 1, beside->v))
            st->run_first--;
        while (goes_on(st, st->run_last + 1, beside->v))
            st->run_last++;
        redraw(s, st, c, beside->v);
    }
}

/* ---- words ---- */

static void add_word(const struct board *b, const struct board_site *s, const struct mark *m, const char *key,
                     size_t len, bool english, struct buf *out)
{
    const struct check *c = &b->def.check[m->check];
    const struct stream *st = m->stream >= 0 ? &s->stream[m->stream] : NULL;
    char number[MICRO_TEXT];
    micro v = MICRO_MISSING;
    if (len == 1 && *key >= 'a' && *key <= 'd') {
        v = m->figure[*key - 'a'];
        buf_adds(out, v == MICRO_MISSING ? "—" : micro_format(micro_round(v, 4), -1, number));
        return;
    }
    if (len == 6 && memcmp(key, "factor", len) == 0)
        buf_adds(out, !st ? "" : !st->factor ? st->code : english ? st->factor->name_en : st->factor->name);
    else if (len == 4 && memcmp(key, "unit", len) == 0)
        buf_adds(out, st ? stream_unit(s, st) : "");
    else if (len == 7 && memcmp(key, "percent", len) == 0)
        v = c->percent;
    else if (len == 5 && memcmp(key, "least", len) == 0)
        v = c->least;
    else if (len == 7 && memcmp(key, "seconds", len) == 0)
        v = c->seconds * MICRO_ONE;
    else if (len == 9 && memcmp(key, "reference", len) == 0)
        v = s->site->reference_o2;
    if (v != MICRO_MISSING)
        buf_adds(out, micro_format(v, -1, number));
}

void mark_text(const struct board *b, const struct board_site *s, const struct mark *m, bool english,
               struct buf *out)
{
    const struct check *c = &b->def.check[m->check];
    for (const char *p = english ? c->text_en : c->text; *p;) {
        const char *open = strchr(p, '{'), *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            buf_adds(out, p);
            break;
        }
        buf_add(out, p, (size_t)(open - p));
        add_word(b, s, m, open + 1, (size_t)(close - open - 1), english, out);
        p = close + 1;
    }
    if (m->count > 1)
        buf_addf(out, english ? " (%u such records in this hour)" : "（该小时共 %u 条）", m->count);
}

static void write_checks(struct jw *w, const struct board *b)
{
    jw_key(w, "checks");
    jw_array(w);
    for (int k = 0; k < CHECK_KINDS; k++) {
        const struct check *c = &b->def.check[k];
        if (!c->on)
            continue;
        jw_object(w);
        jw_kstr(w, "id", c->id);
        jw_kstr(w, "title", c->title);
        jw_kstr(w, "title_en", c->title_en);
        jw_kstr(w, "source", c->source);
        jw_kstr(w, "clause", c->clause);
        jw_kstr(w, "certainty", c->certainty);
        jw_end_object(w);
    }
    jw_end_array(w);
}

void board_write_marks(struct board *b, int32_t site, struct buf *out)
{
    struct jw w = JW(out);
    pthread_mutex_lock(&b->lock);
    const struct board_site *s = board_site(b, site);
    jw_object(&w);
    jw_kint(&w, "site", site);
    write_checks(&w, b);
    jw_key(&w, "marks");
    jw_array(&w);
    for (size_t i = s ? s->n_marks : 0; i > 0; i--) {
        const struct mark *m = &s->mark[i - 1];
        const struct check *c = &b->def.check[m->check];
        struct buf text = BUF_INIT, text_en = BUF_INIT;
        mark_text(b, s, m, false, &text);
        mark_text(b, s, m, true, &text_en);
        jw_object(&w);
        jw_kstr(&w, "check", c->id);
        jw_kstr(&w, "title", c->title);
        jw_kstr(&w, "title_en", c->title_en);
        jw_kstr(&w, "factor", m->stream >= 0 ? s->stream[m->stream].code : "");
        jw_kstr(&w, "period", period_name((enum period)m->period));
        jw_ktime(&w, "time", m->time);
        jw_kint(&w, "count", m->count);
        jw_kstr(&w, "text", text.data ? text.data : "");
        jw_kstr(&w, "text_en", text_en.data ? text_en.data : "");
        jw_kstr(&w, "certainty", c->certainty);
        jw_end_object(&w);
        buf_release(&text);
        buf_release(&text_en);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    pthread_mutex_unlock(&b->lock);
}
