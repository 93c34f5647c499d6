/* The same value for too long: runs of hours, drawn anew as hours come late or again. */
#include "measure/marks.h"

#include <string.h>

#include "base/cntime.h"

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
            mark_drop(s, i - 1);
    }
    if (v != MICRO_MISSING && st->run_last - st->run_first + 1 >= c->hours)
        mark_put(s, m);
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
