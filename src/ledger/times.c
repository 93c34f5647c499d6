/* times.c - a case's clocks as days and moments, for its row in the store. */
#include <string.h>

#include "base/cntime.h"
#include "ledger/engine.h"

/* The first day on which the limit is near. Nearness only grows with the days (working days left never exceed days left, and a year
 * that is not announced leaves the longer count), so one walk back from the limit finds it. */
static int64_t near_from(const struct ledgers *l, const struct definition *def, int64_t due)
{
    int64_t first = due - def->yellow_days;
    if (!def->count_workdays)
        return first;
    int n = 0;
    for (int64_t day = due; day > due - 4 * (int64_t)def->yellow_days - 60; day--) {
        int work = calendar_is_workday(&l->calendar, day, NULL);
        if (work < 0) /* from day - 1 on back, working days cannot be counted */
            return day < first ? day : first;
        if ((n += work) > def->yellow_days)
            return day;
    }
    return first;
}

static int64_t earlier(int64_t a, int64_t b, int64_t now)
{
    return b > now && (!a || b < a) ? b : a;
}

void case_times(const struct ledgers *l, const struct loaded *c, int64_t now, struct case_times *ret)
{
    const char *text = json_str(json_object_get(c->doc, "fields"), "due", "");
    int64_t stopped = json_int(c->doc, "stopped", 0), due_ms, until = watch_end(c);
    struct case_times t = { .due = CASE_NEVER, .yellow = CASE_NEVER, .red = CASE_NEVER };
    if (cn_parse_iso(text, strlen(text), &due_ms)) {
        t.due = cn_day_of(due_ms);
        bool late = stopped && cn_day_of(stopped) > t.due;
        t.red = !stopped || late ? t.due + 1 : CASE_NEVER;
        if (!stopped)
            t.yellow = json_int(c->doc, "rebounds", 0) > 0 ? 0 : near_from(l, c->def, t.due);
    }
    if (json_int(c->doc, "closed", 0)) {
        int64_t watched = until ? until + WATCH_GRACE_DAYS * MS_DAY : 0;
        if (watched >= now) {
            t.watch_until = watched;
            t.next_at = watched + MS_DAY; /* then the watch is taken off */
        }
    } else {
        if (t.yellow < CASE_NEVER)
            t.next_at = earlier(t.next_at, cn_day_start(t.yellow), now);
        if (t.red < CASE_NEVER)
            t.next_at = earlier(t.next_at, cn_day_start(t.red), now);
    }
    *ret = t;
}
