/* The marks of a site: kept by time, joined where they are one; and which checks are on for it. */
#include "measure/marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"

static bool same(const struct mark *a, const struct mark *b)
{
    return a->check == b->check && a->stream == b->stream && a->period == b->period &&
           cn_hour_of(a->time) == cn_hour_of(b->time);
}

void mark_drop(struct board_site *s, size_t i)
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

void mark_put(struct board_site *s, struct mark m)
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
    if (!s->mark && !(s->mark = calloc(MARKS_MAX, sizeof *s->mark)))
        return;
    if (s->n_marks == MARKS_MAX) {
        if (m.time <= s->mark[0].time)
            return;
        mark_drop(s, 0);
    }
    for (i = s->n_marks; i > 0 && s->mark[i - 1].time > m.time; i--)
        ;
    memmove(&s->mark[i + 1], &s->mark[i], (s->n_marks - i) * sizeof *s->mark);
    s->mark[i] = m;
    s->n_marks++;
}

void mark_take_back(struct board_site *s, struct mark m)
{
    size_t i = find(s, &m);
    if (i == SIZE_MAX)
        return;
    mark_drop(s, i);
    s->group.touched = true;
}

const struct check *check_on(const struct board *b, enum check_kind k, const struct board_site *s,
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

bool check_far_off(const struct check *c, micro is, micro should)
{
    micro off = is > should ? micro_sub(is, should) : micro_sub(should, is);
    micro by_percent =
        c->percent ? micro_muldiv(should < 0 ? -should : should, c->percent, 100 * MICRO_ONE) : 0;
    return off > (by_percent > c->least ? by_percent : c->least);
}
