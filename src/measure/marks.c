/* Consistency marks (一致性标记): what a record says against itself, its neighbours and the clock. A mark is a conclusion from records:
 * it changes none of them, and the same records give the same marks in whatever order they come. The arithmetic stands here, bounds
 * and words in definitions/checks. */
#include "measure/marks.h"

#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static void note(const struct at *a, enum check_kind k, ptrdiff_t stream, micro f0, micro f1, micro f2,
                 micro f3)
{
    mark_put(a->s, (struct mark){ .check = (uint8_t)k,
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
    if (check_far_off(c, is, should))
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
        if (check_far_off(c, cou, should))
            note(a, CHECK_TOTAL, i, cou, mean, seconds[a->r->period] * MICRO_ONE, should);
        return;
    }
    if (flow->v[STAT_COU] == MICRO_MISSING || !st->factor || !strstr(st->factor->unit, gas ? "g/m³" : "mg/L"))
        return;
    if (load_hour(gas, MICRO_MISSING, mean, flow->v[STAT_COU], &should) == LOAD_FLOW &&
        check_far_off(c, cou, should))
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
            marks_minutes(&a, (ptrdiff_t)i, &item[i], gas ? NULL : flow);
    }
    check_pm(&a, item);
    check_clock(&a);
}
