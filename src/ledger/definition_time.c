/* definition_time.c - what a ledger file says of time: clock, ladder, look-back. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"

int read_clock(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "due", "counts", "yellow" };
    struct definition *d = r->d;
    int64_t yellow = json_int(o, "yellow", 7);
    const char *counts = json_str(o, "counts", "calendar");
    if (o &&
        (!json_is_object(o) || strcmp(json_str(o, "due", "due"), "due") != 0 || !definition_field(d, "due")))
        return reader_fault(r, "clock", NULL, "wants a date field \"due\"");
    if (yellow < 0 || yellow > 3650 || (strcmp(counts, "calendar") != 0 && strcmp(counts, "workdays") != 0))
        return reader_fault(r, "clock", NULL, "counts is calendar or workdays, yellow is days from 0");
    d->yellow_days = (int)yellow;
    d->count_workdays = strcmp(counts, "workdays") == 0;
    return o ? reader_only_keys(r, o, "clock", NULL, known, COUNT_OF(known)) : 0;
}

int read_lookback(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "for_days", "reopen_to", "on", "due_days" };
    struct definition *d = r->d;
    if (!o)
        return 0;
    int64_t days = json_int(o, "for_days", 0), due = json_int(o, "due_days", 0);
    const char *to = json_str(o, "reopen_to", NULL);
    d->reopen_to = to ? definition_state(d, to) : -1;
    if (days < 1 || days > 36500 || due < 0 || due > 3650)
        return reader_fault(r, "lookback", NULL, "for_days is 1 to 36500, due_days 0 to 3650");
    if (d->reopen_to < 0 || d->reopen_to == d->closed)
        return reader_fault(r, "lookback", NULL, "reopen_to must name a state that is not the closed one");
    if (strcmp(json_str(o, "on", ""), "goal_broken") != 0 || !definition_field(d, "goal"))
        return reader_fault(r, "lookback", NULL, "on = \"goal_broken\", in a ledger with a goal");
    d->watch_days = (int)days;
    d->reopen_due_days = (int)due;
    return reader_only_keys(r, o, "lookback", NULL, known, COUNT_OF(known));
}

/* Rungs are kept for the escalation clock; here only their shape is held to. */
int read_ladder(struct reader *r, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *rung = json_array_get(list, i), *when = json_array_get(rung, 0);
        if (json_array_size(rung) < 2 || !json_is_string(json_array_get(rung, 1)) ||
            !(json_is_integer(when) || json_int(when, "workdays", 0) > 0))
            return reader_fault(r, "ladder", NULL, "rung %zu must be { days or workdays(n), \"name\" }",
                                i + 1);
    }
    return list && !json_is_array(list) ? reader_fault(r, "ladder", NULL, "must be a list") : 0;
}
