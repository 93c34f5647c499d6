/* definition_time.c - what a ledger file says of time: clock, clocks, ladder, report, look-back. */
#include "ledger/definition_read.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/timing.h"

const char *const every_names[EVERY_COUNT] = { "", "week", "month", "quarter", "half", "year" };

/* The n-th thing (from 0) of a Lua table that may have names besides. */
static const json_t *item(const json_t *o, size_t i)
{
    char key[8];
    snprintf(key, sizeof key, "%zu", i + 1);
    return json_is_array(o) ? json_array_get(o, i) : json_object_get(o, key);
}

static bool is_names(const json_t *v)
{
    return !v || json_is_string(v) || reader_all_text(v);
}

static int read_stages(struct reader *r, const char *id)
{
    const struct field *f = id ? definition_field(r->d, id) : NULL;
    unsigned found = 0;
    for (size_t i = 0; f && i < f->n_columns; i++)
        found |= (strcmp(f->column[i].id, "due") == 0 && f->column[i].type == FIELD_DATE ? 1U : 0) |
                 (strcmp(f->column[i].id, "done") == 0 ? 2U : 0);
    if (id && found != 3)
        return reader_fault(r, "clock", NULL, "stages wants rows with a date \"due\" and \"done\"");
    r->d->time.stages = f;
    return 0;
}

int read_clock(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "due", "counts", "yellow", "stages" };
    struct definition *d = r->d;
    int64_t yellow = json_int(o, "yellow", 7);
    const char *counts = json_str(o, "counts", "calendar");
    const struct field *due = definition_field(d, "due");
    bool names_due = json_object_get(o, "due") != NULL;
    if (o && (!json_is_object(o) || (names_due && (strcmp(json_str(o, "due", ""), "due") != 0 || !due))))
        return reader_fault(r, "clock", NULL, "due = \"due\" wants a date field of that name");
    if (yellow < 0 || yellow > 3650 || (strcmp(counts, "calendar") != 0 && strcmp(counts, "workdays") != 0))
        return reader_fault(r, "clock", NULL, "counts is calendar or workdays, yellow is days from 0");
    d->time.main = due && due->type == FIELD_DATE;
    d->yellow_days = (int)yellow;
    d->count_workdays = strcmp(counts, "workdays") == 0;
    int bad = read_stages(r, json_str(o, "stages", NULL));
    return bad < 0 || !o ? bad : reader_only_keys(r, o, "clock", NULL, known, COUNT_OF(known));
}

/* ---- clocks ---- */

static bool is_step(const struct definition *d, const char *name)
{
    return definition_action(d, name) || definition_state(d, name) >= 0;
}

static int clock_from(struct reader *r, const json_t *o, struct clock_rule *c)
{
    const struct definition *d = r->d;
    c->from = json_str(o, "from", "");
    const struct action *a = definition_action(d, c->from);
    int s = definition_state(d, c->from);
    if (strcmp(c->from, "open") != 0 && !a && s < 0)
        return reader_fault(r, "clock", c->id, "from: no action or state '%s', and it is not \"open\"",
                            c->from);
    const char *en = s >= 0 ? json_string_value(json_array_get(d->states_en, (size_t)s)) : NULL;
    c->verb = a ? a->label : s >= 0 ? c->from : "立案";
    c->verb_en = a ? a->label_en : s < 0 ? "Opened" : en ? en : c->from;
    c->stops = json_object_get(o, "stops");
    if (!is_names(c->stops))
        return reader_fault(r, "clock", c->id, "stops names actions or states");
    for (size_t i = 0; json_is_string(c->stops) ? i < 1 : i < json_array_size(c->stops); i++) {
        const json_t *v = json_is_string(c->stops) ? c->stops : json_array_get(c->stops, i);
        if (!is_step(d, json_string_value(v)))
            return reader_fault(r, "clock", c->id, "stops: no action or state '%s'", json_string_value(v));
    }
    return 0;
}

static int read_one_clock(struct reader *r, const json_t *o, struct clock_rule *c)
{
    static const char *const known[] = { "1",    "id",     "type",  "en",     "from",   "days",
                                         "once", "counts", "stops", "yellow", "source", "certainty" };
    static const char *const sure[] = { "confirmed", "single", "memory", "derived" };
    *c = (struct clock_rule){ .id = json_str(o, "id", ""), .label = json_str(o, "1", "") };
    if (strcmp(json_str(o, "type", ""), "clock") != 0)
        return reader_fault(r, "clocks", NULL,
                            "holds something that is no clock: write clock \"name\" { ... }");
    const char *counts = json_str(o, "counts", "calendar");
    c->label_en = json_str(o, "en", c->id);
    c->source = json_str(o, "source", NULL);
    c->certainty = json_str(o, "certainty", NULL);
    c->days = (int)json_int(o, "days", 0);
    c->workdays = strcmp(counts, "workdays") == 0;
    c->once = json_flag(o, "once", false);
    int fifth = c->days / 5 > 1 ? c->days / 5 : 1;
    c->yellow = (int)json_int(o, "yellow", r->d->yellow_days < fifth ? r->d->yellow_days : fifth);
    int bad = reader_only_keys(r, o, "clock", c->id, known, COUNT_OF(known));
    if (bad < 0)
        return bad;
    if (!reader_is_id(c->id) || strcmp(c->id, "due") == 0 || !*c->label)
        return reader_fault(r, "clock", c->id, "wants a name of a-z 0-9 _ that is not \"due\", and a label");
    for (const struct clock_rule *other = r->d->time.clock; other < c; other++)
        if (strcmp(other->id, c->id) == 0)
            return reader_fault(r, "clock", c->id, "is declared twice");
    if (c->days < 1 || c->days > 3650 || c->yellow < 0 || c->yellow > 3650 ||
        (!c->workdays && strcmp(counts, "calendar") != 0))
        return reader_fault(r, "clock", c->id,
                            "days is 1 to 3650, counts is calendar or workdays, yellow is days from 0");
    if (c->certainty && reader_index_of(sure, COUNT_OF(sure), c->certainty) < 0)
        return reader_fault(r, "clock", c->id, "certainty is confirmed, single, memory or derived");
    return clock_from(r, o, c);
}

int read_clocks(struct reader *r, const json_t *list)
{
    struct definition *d = r->d;
    if (list && (!json_is_array(list) || json_array_size(list) > CLOCKS_MAX))
        return reader_fault(r, "clocks", NULL, "is a list of at most %d clocks", CLOCKS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int bad = read_one_clock(r, json_array_get(list, i), &d->time.clock[i]);
        if (bad < 0)
            return bad;
        d->time.n_clocks++;
    }
    for (size_t i = 0; i < d->n_actions; i++) {
        const struct action *a = &d->action[i];
        bool found = !a->extends || (d->time.main && strcmp(a->extends, "due") == 0);
        for (size_t k = 0; k < d->time.n_clocks; k++)
            found |= a->extends && strcmp(d->time.clock[k].id, a->extends) == 0;
        if (!found)
            return reader_fault(r, "action", a->id, "extends: no clock '%s'", a->extends);
    }
    return 0;
}

int read_action_time(struct reader *r, const json_t *o, struct action *a)
{
    const json_t *extends = json_object_get(o, "extends");
    a->pauses = json_flag(o, "pauses", false);
    a->resumes = json_flag(o, "resumes", false);
    a->reopens = json_flag(o, "reopens", false);
    if (a->pauses && a->resumes)
        return reader_fault(r, "action", a->id, "pauses and resumes at once");
    if (!extends)
        return 0;
    a->extends = json_string_value(item(extends, 0));
    a->extends_days = (int)json_int(extends, "days", 0);
    if (!a->extends || a->extends_days < 1 || a->extends_days > 3650)
        return reader_fault(r, "action", a->id, "extends = { \"clock\", days = 1 to 3650 }");
    return 0;
}

/* ---- ladder ---- */

static void name_rule(struct rung *g)
{
    int n = g->days < 0 ? -g->days : g->days;
    const char *unit = g->workdays ? "个工作日" : "日", *unit_en = g->workdays ? "working days" : "days";
    snprintf(g->own_rule[0], sizeof g->own_rule[0], "%s%d%s", g->days < 0 ? "时限前" : "逾期", n, unit);
    snprintf(g->own_rule[1], sizeof g->own_rule[1], "%d %s %s the limit", n, unit_en,
             g->days < 0 ? "before" : "after");
    if (!g->days) {
        snprintf(g->own_rule[0], sizeof g->own_rule[0], "时限当日");
        snprintf(g->own_rule[1], sizeof g->own_rule[1], "on the day of the limit");
    }
    if (!g->rule)
        g->rule = g->own_rule[0];
    if (!g->rule_en)
        g->rule_en = g->own_rule[1];
}

static int read_rung(struct reader *r, const json_t *o, size_t i)
{
    static const char *const known[] = { "1", "2", "en", "to", "rule", "rule_en" };
    struct rung *g = &r->d->time.rung[i];
    const json_t *when = item(o, 0), *name = item(o, 1);
    g->workdays = !json_is_integer(when);
    g->days = (int)(g->workdays ? json_int(when, "workdays", 0) : json_integer_value(when));
    g->name = json_string_value(name);
    if (!g->name || !*g->name || (g->workdays && g->days < 1) || g->days < -3650 || g->days > 3650)
        return reader_fault(r, "ladder", NULL, "rung %zu must be { days or workdays(n), \"name\" }", i + 1);
    for (size_t k = 0; k < i; k++)
        if (strcmp(r->d->time.rung[k].name, g->name) == 0)
            return reader_fault(r, "ladder", NULL, "rung '%s' stands twice", g->name);
    g->name_en = json_str(o, "en", g->name);
    g->rule = json_str(o, "rule", NULL);
    g->rule_en = json_str(o, "rule_en", g->rule);
    g->to = json_object_get(o, "to");
    name_rule(g);
    if (!is_names(g->to))
        return reader_fault(r, "ladder", NULL, "rung '%s': to is a list of names", g->name);
    return json_is_object(o) ? reader_only_keys(r, o, "ladder", NULL, known, COUNT_OF(known)) : 0;
}

int read_ladder(struct reader *r, const json_t *list)
{
    if (list && (!json_is_array(list) || json_array_size(list) > RUNGS_MAX))
        return reader_fault(r, "ladder", NULL, "must be a list of at most %d rungs", RUNGS_MAX);
    if (json_array_size(list) && !r->d->time.main && !r->d->time.n_clocks)
        return reader_fault(r, "ladder", NULL, "wants a limit: a date field \"due\" or a clock");
    for (size_t i = 0; i < json_array_size(list); i++) {
        int bad = read_rung(r, json_array_get(list, i), i);
        if (bad < 0)
            return bad;
        r->d->time.n_rungs++;
    }
    return 0;
}

/* ---- report ---- */

int read_report(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "every", "on_day", "by", "action", "states" };
    static const int days[EVERY_COUNT] = { 0, 7, 31, 92, 184, 366 };
    struct definition *d = r->d;
    struct duty *u = &d->time.duty;
    if (!o)
        return 0;
    int every = reader_index_of(every_names, EVERY_COUNT, json_str(o, "every", "?"));
    if (every <= 0)
        return reader_fault(r, "report", NULL, "every is week, month, quarter, half or year");
    int64_t on = json_int(o, "on_day", days[every]);
    if (on < 1 || on > days[every])
        return reader_fault(r, "report", NULL, "on_day is a day of the period, 1 to %d", days[every]);
    u->every = (enum every)every;
    u->on_day = (int)on;
    u->by = json_object_get(o, "by");
    u->action = json_str(o, "action", "report");
    if (!definition_action(d, u->action))
        return reader_fault(r, "report", NULL, "no action '%s'", u->action);
    if (!is_names(u->by))
        return reader_fault(r, "report", NULL, "by is a name or a list of names");
    int bad = reader_state_set(r, json_object_get(o, "states"), "report", NULL, &u->states);
    if (!u->states)
        u->states = ~(1u << d->closed);
    if (u->states & 1u << d->closed && json_object_get(o, "states"))
        return reader_fault(r, "report", NULL, "a closed case owes no report");
    return bad < 0 ? bad : reader_only_keys(r, o, "report", NULL, known, COUNT_OF(known));
}

/* ---- look-back ---- */

static int read_recheck(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "after_days", "share", "by" };
    struct recheck *c = &r->d->time.recheck;
    const json_t *after = json_object_get(o, "after_days");
    if (!o)
        return 0;
    if (!json_is_object(o) || json_array_size(after) > RECHECKS_MAX || (after && !json_is_array(after)))
        return reader_fault(r, "lookback", NULL,
                            "recheck = { after_days = { 30, 180 }, share = 0.1, by = … }");
    for (size_t i = 0; i < json_array_size(after); i++) {
        int64_t n = json_integer_value(json_array_get(after, i));
        if (n < 1 || n > 3650 || (i && n <= c->after[i - 1]))
            return reader_fault(r, "lookback", NULL, "recheck: after_days are days from 1, in order");
        c->after[c->n++] = (int)n;
    }
    c->share = json_micro(o, "share", 0);
    if (c->share < 0 || c->share > MICRO_ONE)
        return reader_fault(r, "lookback", NULL, "recheck: share is 0 to 1");
    c->by = json_object_get(o, "by");
    if (!is_names(c->by))
        return reader_fault(r, "lookback", NULL, "recheck: by is a name or a list of names");
    return reader_only_keys(r, o, "lookback", NULL, known, COUNT_OF(known));
}

static int check_reopens(struct reader *r)
{
    const struct definition *d = r->d;
    for (size_t i = 0; i < d->n_actions; i++) {
        const struct action *a = &d->action[i];
        if (a->reopens && (d->reopen_to < 0 || (a->to >= 0 && a->to != d->reopen_to)))
            return reader_fault(r, "action", a->id, "reopens, so it needs lookback.reopen_to and goes there");
    }
    return 0;
}

int read_lookback(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "for_days", "reopen_to", "on", "due_days", "recheck" };
    struct definition *d = r->d;
    d->reopen_to = -1;
    if (!o)
        return check_reopens(r);
    int64_t days = json_int(o, "for_days", 0), due = json_int(o, "due_days", 0);
    const char *to = json_str(o, "reopen_to", NULL);
    d->reopen_to = to ? definition_state(d, to) : -1;
    if (days < 1 || days > 36500 || due < 0 || due > 3650)
        return reader_fault(r, "lookback", NULL, "for_days is 1 to 36500, due_days 0 to 3650");
    if (d->reopen_to < 0 || d->reopen_to == d->closed)
        return reader_fault(r, "lookback", NULL, "reopen_to must name a state that is not the closed one");
    /* A ledger without goals has no data to watch; its closed cases are only visited. */
    bool goal = definition_field(d, "goal");
    const char *on = json_str(o, "on", NULL);
    if (goal ? !on || strcmp(on, "goal_broken") != 0 : on != NULL)
        return reader_fault(r, "lookback", NULL, "on = \"goal_broken\", in a ledger with a goal");
    d->watch_days = (int)days;
    d->reopen_due_days = (int)due;
    int bad = read_recheck(r, json_object_get(o, "recheck"));
    if (bad == 0)
        bad = check_reopens(r);
    return bad < 0 ? bad : reader_only_keys(r, o, "lookback", NULL, known, COUNT_OF(known));
}
