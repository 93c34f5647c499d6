/* An hour's record against the minutes it was made of. */
#include "measure/marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"

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
        check_far_off(mean, m->mean, plain) && check_far_off(mean, m->mean, flow)
            ? mark_put(a->s, mark)
            : mark_take_back(a->s, mark);
    }
    if (sum && m->total != MICRO_MISSING && m->n_cou == m->n) {
        mark.check = CHECK_HOUR_SUM;
        memcpy(mark.figure, (micro[]){ m->total, m->cou, m->n * MICRO_ONE, MICRO_MISSING },
               sizeof mark.figure);
        check_far_off(sum, m->total, m->cou) ? mark_put(a->s, mark) : mark_take_back(a->s, mark);
    }
}

void marks_minutes(const struct at *a, ptrdiff_t i, const struct item *it, const struct item *flow)
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
