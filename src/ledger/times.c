/* times.c - a case's clocks as days and moments, for its row in the store. */
#include <string.h>

#include "base/cntime.h"
#include "ledger/timing.h"

/* The first day on which a limit is near. Nearness only grows with the days, so one walk back from the limit finds it; a year that is not
 * announced leaves the count of days. */
int64_t clock_near_from(const struct ledgers *l, const struct definition *d, const struct clock_state *s)
{
    int yellow = s->rule ? s->rule->yellow : d->yellow_days, n = 0, works;
    bool workdays = s->rule ? s->rule->workdays : d->count_workdays;
    int64_t first = s->deadline - yellow, day = s->deadline;
    if (!workdays)
        return first;
    for (; (works = calendar_is_workday(&l->calendar, day, NULL)) >= 0; day--)
        if ((n += works) > yellow)
            return day;
    return day < first ? day : first;
}

/* A limit that runs turns yellow and red on its days, whenever that is asked. A paused one keeps its light and moves with the days; one that
 * has stopped keeps its light. Which limits count, and that a rebound is yellow, is as clock_light has it. */
static void add_clock(const struct ledgers *l, const struct loaded *c, const struct clock_state *s,
                      int64_t now, struct case_times *t)
{
    bool runs = s->from && !s->stopped,
         rebound = !s->rule && (json_int(c->doc, "rebounds", 0) > 0 || json_object_get(c->doc, "reopened"));
    if (s->rule ? !runs : s->deadline == NEVER)
        return;
    if (runs && rebound)
        t->yellow = 0;
    if (runs && !s->paused_now && !s->year && s->deadline != NEVER) {
        int64_t near = clock_near_from(l, c->def, s);
        if (s->deadline + 1 < t->red)
            t->red = s->deadline + 1;
        if (near < t->yellow)
            t->yellow = near;
        return;
    }
    if (s->light == LIGHT_RED)
        t->red = 0;
    else if (s->light == LIGHT_YELLOW)
        t->yellow = 0;
    int64_t tomorrow = cn_day_start(cn_day_of(now) + 1);
    if (runs && tomorrow < t->next_at)
        t->next_at = tomorrow;
}

void case_times(struct ledgers *l, const struct loaded *c, int64_t now, struct case_times *ret)
{
    struct case_times t = {
        .due = CASE_NEVER, .yellow = CASE_NEVER, .red = CASE_NEVER, .next_at = case_next(l, c, now)
    };
    int64_t until = watch_end(c), due;
    if (clock_due(l, c, now, &due))
        t.due = due;
    if (json_int(c->doc, "closed", 0)) {
        int64_t watched = until ? until + WATCH_GRACE_DAYS * MS_DAY : 0;
        if (watched >= now) {
            t.watch_until = watched;
            if (watched + MS_DAY < t.next_at)
                t.next_at = watched + MS_DAY; /* then the watch is taken off */
        }
    } else if (!json_object_get(c->doc, "merged_into")) {
        struct clock_state s[CLOCKS_MAX + 1];
        size_t n = clock_states(&l->calendar, c->def, c->doc, now, s);
        for (size_t i = 0; i < n; i++)
            add_clock(l, c, &s[i], now, &t);
        const char *name;
        int64_t late = stages_late_from(c, &name);
        if (late < t.yellow)
            t.yellow = late;
    }
    if (t.next_at == NEVER)
        t.next_at = 0;
    *ret = t;
}
