/* The figure of one month, for the monthly sheet: of the air from its days, of rivers from the month's classes, of cases what was closed in
 * it, of what people report the figure they gave for that month. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/river.h"
#include "measure/target.h"

struct month {
    int year, month;
    int64_t first, days; /* that are over */
    int64_t now;
};

static int of_air(struct board *b, const json_t *target, const struct month *m, micro *ret)
{
    struct ask ask;
    struct outcome o;
    json_t *why = NULL;
    scoped(freep) struct tally *t = calloc(1, sizeof *t);
    if (!t)
        return -ENOMEM;
    int r = target_read(b, target, m->now, &ask, &why);
    json_decref(why);
    if (r <= 0)
        return r;
    t->elapsed = (int)m->days;
    t->year = cn_days_in_year(m->year);
    if (!target_tally_span(b, &ask, m->first, m->days, t) || !t->valid)
        return 0;
    target_judge(b, &ask, m->first + m->days - 1, t, &o); /* no day is left: its value is the month's alone */
    *ret = o.value == MICRO_MISSING ? o.value : micro_round(o.value, ask.ind->decimals);
    return 0;
}

static int of_rivers(struct board *b, const struct indicator *i, const json_t *target, const struct month *m,
                     micro *ret)
{
    struct inputs_ask in;
    struct river_city c;
    if (!river_inputs(b, i, target, m->year, m->now, &in) || m->first < b->first_day ||
        !river_city(b, RIVER_MONTH, m->first + m->days - 1, m->now, river_in_scope, &in.scope, &c) ||
        !c.group.judged)
        return 0;
    micro v = i->kind == OF_RIVER_GOOD ? c.group.good : i->kind == OF_RIVER_BAD ? c.group.bad : MICRO_MISSING;
    for (int k = 1; i->kind == OF_RIVER_CLASS && k <= WATER_CLASS_COUNT; k++)
        if (c.group.count[k])
            v = k * MICRO_ONE; /* the worst */
    *ret = v == MICRO_MISSING ? v : micro_round(v, i->decimals);
    return 0;
}

static int of_cases(struct board *b, const struct indicator *i, const struct month *m, micro *ret,
                    struct err *e)
{
    struct case_counts n = { 0 };
    int64_t to = cn_day_start(m->first + m->days);
    int r = b->count_cases ? b->count_cases(b->count_arg, i->ledgers, cn_day_start(m->first), to, &n, e)
                           : -ENOENT;
    if (r == 0 && i->kind == OF_CASES_CLOSED)
        *ret = n.closed * MICRO_ONE;
    else if (r == 0 && n.all)
        *ret = micro_round(micro_muldiv(n.closed * MICRO_ONE, 100, n.all), i->decimals);
    return r == -ENOENT ? 0 : r;
}

static int of_reports(struct board *b, const json_t *target, const struct month *m, micro *ret, struct err *e)
{
    scoped(json_decrefp) json_t *figure = NULL;
    int r = b->reports.figure && *json_str(target, "indicator", "")
                ? b->reports.figure(b->reports.arg, target, m->year, m->month, m->now, &figure, e)
                : -ENOENT;
    if (r == 0)
        *ret = json_micro(figure, "value", MICRO_MISSING);
    return r == -ENOENT ? 0 : r;
}

int board_target_month(struct board *b, const json_t *target, int year, int month, int64_t now, micro *ret,
                       int *ret_decimals, struct err *e)
{
    const struct indicator *i = target_indicator(b, target);
    struct month m = { .year = year, .month = month, .now = now };
    int r = 0;
    *ret = MICRO_MISSING;
    *ret_decimals = i && i->kind < OF_OUTSIDE ? i->decimals : -1;
    if (year < 1900 || year > 9998 || month < 1 || month > 12)
        return 0;
    m.first = cn_days(year, month, 1);
    m.days = cn_day_of(now) - m.first;
    if (m.days <= 0)
        return 0;
    if (m.days > cn_days_in_month(year, month))
        m.days = cn_days_in_month(year, month);
    if (i && i->kind < OF_CASES_CLOSED) {
        pthread_mutex_lock(&b->lock);
        r = river_indicator(i) ? of_rivers(b, i, target, &m, ret) : of_air(b, target, &m, ret);
        pthread_mutex_unlock(&b->lock);
    } else if (i && i->kind < OF_OUTSIDE)
        r = of_cases(b, i, &m, ret, e);
    if (r == 0 && *ret == MICRO_MISSING && !(i && i->kind == OF_EMISSION))
        r = of_reports(b, target, &m, ret, e);
    return r == -ENOMEM ? err_set(e, r, "out of memory") : r;
}
