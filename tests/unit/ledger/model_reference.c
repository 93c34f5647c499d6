/* model_reference.c - what docs/ledger.md says a ledger does, played on plain lists. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"

const char *const m_units[M_UNITS] = { "", "plant", "district", "bureau", "other", "shop" };
static const int parent_of[M_UNITS] = { [5] = 1 }; /* the shop depends on the plant */
struct m_person m_people[M_PEOPLE] = {
    { "doer", "responsible", 1 },    { "doer2", "responsible", 1 },    { "plantadmin", "admin", 1 },
    { "plantduty", "duty", 1 },      { "shopman", "responsible", 5 },  { "shopboss", "supervisor", 5 },
    { "overseer", "supervisor", 2 }, { "districtduty", "duty", 2 },    { "districtman", "responsible", 2 },
    { "duty", "duty", 3 },           { "leader", "leader", 3 },        { "reviewer", "reviewer", 3 },
    { "admin", "admin", 3 },         { "bureausup", "supervisor", 3 }, { "otherman", "responsible", 4 },
    { "public", "public", 0 },       { "mover", "responsible", 1 },
};
const char *const m_result_names[M_RESULTS] = { "ok", "case.no_such_action", "case.forbidden",
                                                "case.field_missing", "case.gate_unmet" };

/* ---- days ---- */

enum { FIRST_YEAR = 2025, YEARS = 8 };
static signed char works[YEARS * 366]; /* 1 works, 0 off, -1 not announced */
static int64_t first_day, n_days;

bool ref_calendar(const char *folder, int year)
{
    char path[256], line[128], kind[8];
    int y, mo, d;
    if (!n_days) {
        first_day = cn_days(FIRST_YEAR, 1, 1);
        n_days = cn_days(FIRST_YEAR + YEARS, 1, 1) - first_day;
        memset(works, -1, sizeof works);
    }
    snprintf(path, sizeof path, "%s/%d.csv", folder, year);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    for (int64_t day = cn_days(year, 1, 1); day < cn_days(year + 1, 1, 1); day++)
        works[day - first_day] = (day + 3) % 7 < 5; /* 1970-01-01 was a Thursday */
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "%d-%d-%d,%7[a-z]", &y, &mo, &d, kind) == 4)
            works[cn_days(y, mo, d) - first_day] = strcmp(kind, "work") == 0;
    fclose(f);
    return true;
}

static int workday(int64_t day)
{
    return day < first_day || day >= first_day + n_days ? -1 : works[day - first_day];
}

/* Working days after `from` up to and with `to`; -1 when one is not announced. */
static int workdays_between(int64_t from, int64_t to)
{
    int n = 0;
    for (int64_t day = from + 1; day <= to; day++) {
        if (workday(day) < 0)
            return -1;
        n += workday(day);
    }
    return n;
}

/* ---- limits ---- */

static bool paused_on(const struct m_case *c, int64_t day, int64_t today)
{
    for (int i = 0; i < c->n_pauses; i++) {
        int64_t to = c->pause[i].to < 0 || c->pause[i].to > today ? today : c->pause[i].to;
        if (day > c->pause[i].from && day <= to)
            return true;
    }
    return false;
}

static bool paused_now(const struct m_case *c)
{
    return c->n_pauses && c->pause[c->n_pauses - 1].to < 0;
}

static int more_days(const struct m_case *c, int clock, int64_t since)
{
    int days = 0;
    for (int i = 0; i < c->n_more; i++)
        if (c->more[i].clock == clock && c->more[i].at >= since)
            days += c->more[i].days;
    return days;
}

static int64_t stopped_at(const struct m_case *c, int clock)
{
    if (clock >= 0)
        return c->run[clock].stopped;
    return c->stopped ? c->stopped : c->closed;
}

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Counts days that are not paused until n are over. *unknown: a year on the way is not announced. */
static int64_t walk(const struct m_case *c, int64_t from, int n, bool only_workdays, int64_t today,
                    bool *unknown)
{
    int64_t day = from;
    while (n > 0) {
        day++;
        if (only_workdays && workday(day) < 0) {
            *unknown = true;
            return -1;
        }
        if ((!only_workdays || workday(day)) && !paused_on(c, day, today))
            n--;
    }
    return day;
}

static int64_t deadline(const struct model *m, const struct m_case *c, int clock, int64_t now, bool *unknown)
{
    int64_t today = cn_day_of(now), stop = stopped_at(c, clock);
    *unknown = false;
    if (stop)
        today = min64(today, cn_day_of(stop));
    if (clock == EXTENDS_MAIN) {
        int64_t origin = cn_day_of(c->due_origin), base = c->due + more_days(c, clock, c->due_origin);
        if (c->due < 0)
            return -1;
        return base <= origin ? base : walk(c, origin, (int)(base - origin), false, today, unknown);
    }
    const struct m_run *r = &c->run[clock];
    if (!r->from)
        return -1;
    int n = m->clock[clock].days + more_days(c, clock, r->from);
    return walk(c, cn_day_of(r->from), n, m->clock[clock].workdays, today, unknown);
}

int64_t ref_deadline(const struct model *m, const struct m_case *c, int clock, int64_t now,
                     const char **light)
{
    bool unknown, main = clock == EXTENDS_MAIN;
    int64_t day = deadline(m, c, clock, now, &unknown), today = cn_day_of(now), stop = stopped_at(c, clock);
    bool by_workdays = main ? m->due_workdays : m->clock[clock].workdays;
    *light = "grey";
    if (c->closed || (!main && !c->run[clock].from))
        return day;
    *light = "green";
    if (day < 0) {
        if (unknown && workday(today) < 0)
            *light = "yellow";
        return day;
    }
    if (stop)
        today = cn_day_of(stop);
    if (day < today)
        *light = "red";
    if (day < today || stop)
        return day;
    int yellow = m->yellow, fifth = main || m->clock[clock].days / 5 < 1 ? 1 : m->clock[clock].days / 5;
    if (!main)
        yellow = m->clock[clock].yellow >= 0 ? m->clock[clock].yellow : m->yellow < fifth ? m->yellow : fifth;
    int n = by_workdays ? workdays_between(today, day) : -1;
    if ((n >= 0 ? n : day - today) <= yellow)
        *light = "yellow";
    return day;
}

static int worse(const char *light)
{
    return strcmp(light, "red") == 0      ? 3
           : strcmp(light, "yellow") == 0 ? 2
           : strcmp(light, "green") == 0  ? 1
                                          : 0;
}

const char *ref_light(const struct model *m, const struct m_case *c, int64_t now)
{
    const char *worst = "green", *light;
    if (c->closed)
        return "grey";
    for (int k = EXTENDS_MAIN; k < m->n_clocks; k++) {
        int64_t day = ref_deadline(m, c, k, now, &light);
        if (k == EXTENDS_MAIN && day >= 0 && strcmp(light, "red") != 0 && !c->stopped && c->rebounds)
            light = "yellow"; /* what came back is watched until it is done */
        if ((k == EXTENDS_MAIN ? day >= 0 : !c->run[k].stopped) && worse(light) > worse(worst))
            worst = light;
    }
    return worst;
}

/* ---- what a step does to the limits ---- */

static void run_clocks(const struct model *m, struct m_case *c, enum m_from what, int action, int to,
                       int64_t now)
{
    for (int k = 0; k < m->n_clocks; k++) {
        const struct m_clock *d = &m->clock[k];
        struct m_run *r = &c->run[k];
        bool stops = c->closed || (what == FROM_ACTION && d->stop_actions & 1u << action) ||
                     (to >= 0 && d->stop_states & 1u << to);
        bool starts = !c->closed && ((d->kind == what && (what == FROM_OPEN || d->from == action)) ||
                                     (d->kind == FROM_STATE && d->from == to));
        if (stops && r->from && !r->stopped)
            r->stopped = now;
        if (starts && r->from && r->stopped && d->once)
            r->stopped = 0;
        else if (starts && (!r->from || r->stopped))
            *r = (struct m_run){ .from = now };
    }
}

static void pause_or_extend(const struct m_action *a, struct m_case *c, const struct m_run *before,
                            int64_t now)
{
    if (a->pauses && !paused_now(c)) {
        c->pause[c->n_pauses].from = cn_day_of(now);
        c->pause[c->n_pauses++].to = -1;
    }
    if (a->resumes && paused_now(c))
        c->pause[c->n_pauses - 1].to = cn_day_of(now);
    if (a->extends == EXTENDS_NONE || (a->extends >= 0 && !before[a->extends].from))
        return;
    c->more[c->n_more].at = now;
    c->more[c->n_more].clock = a->extends;
    c->more[c->n_more++].days = a->extends_days;
}

static void enter(struct m_case *c, int state, int64_t now)
{
    c->state = state;
    c->entered = now;
    memset(c->here, 0, sizeof c->here);
}

/* The same case again: a new round, evidence of the old one proves nothing. */
static void reopen(const struct model *m, struct m_case *c, int64_t now)
{
    bool unknown;
    int64_t was = deadline(m, c, EXTENDS_MAIN, now, &unknown), least = cn_day_of(now) + m->due_days;
    int64_t due = m->due_days && was < least ? least : was;
    c->rebounds++;
    c->closed = c->stopped = 0;
    c->how = 0;
    c->kinds = 0;
    c->n_pauses = c->n_more = 0;
    memset(c->run, 0, sizeof c->run);
    c->since = c->round = c->due_origin = now;
    c->due = due;
    enter(c, m->reopen_to, now);
    run_clocks(m, c, FROM_OPEN, -1, m->reopen_to, now);
}

/* ---- who ---- */

static bool within(int unit, int of)
{
    for (; unit && of; unit = parent_of[unit])
        if (unit == of)
            return true;
    return false;
}

static bool is_role(int who, const char *roles)
{
    return strstr(roles, m_people[who].role) != NULL;
}

static bool may(const struct model *m, const struct m_case *c, unsigned by, int who)
{
    const struct m_person *p = &m_people[who];
    bool office = is_role(who, "duty leader admin"), works_for = is_role(who, "responsible admin");
    bool supervises = m->has_supervisor ? p->unit == c->supervisor && (office || is_role(who, "supervisor"))
                                        : is_role(who, "supervisor admin");
    return (by & BY_M_OWNER && works_for && p->unit == c->owner) || (by & BY_M_SUPERVISOR && supervises) ||
           (by & BY_M_HELPER && works_for && c->helper && p->unit == c->helper) ||
           (by & BY_M_PERSON && c->person == who && !is_role(who, "public")) ||
           (by & BY_M_OFFICE && office) || (by & BY_M_LEADER && is_role(who, "leader admin")) ||
           (by & BY_M_REVIEWER && is_role(who, "reviewer admin")) || (by & BY_M_RESPONSIBLE && works_for) ||
           (by & BY_M_AUTHOR && c->author == who);
}

static bool never(const struct m_case *c, unsigned never_by, int who)
{
    int unit = m_people[who].unit;
    return (never_by & NEVER_OWNER && (within(unit, c->owner) || c->did_owner & 1u << who)) ||
           (never_by & NEVER_HELPER && (within(unit, c->helper) || c->did_helper & 1u << who));
}

/* ---- acting ---- */

static bool goal_met(const struct model *m, const struct m_case *c, enum m_verdict v)
{
    int kinds = 0;
    for (int i = 0; i < 3; i++)
        kinds += (c->kinds >> i & 1) != 0;
    return c->goal == GOAL_MEASURED ? v == V_MET : c->goal == GOAL_WORDS && kinds >= m->evidence_kinds;
}

static bool time_allows(const struct m_action *a, const struct m_case *c, int k, int64_t now)
{
    if (a->max && c->taken[k] >= a->max)
        return false;
    if (a->unless >= 0 && c->here[a->unless])
        return false;
    if (a->to < 0 && !a->reopens && (a->pauses ? paused_now(c) : a->resumes && !paused_now(c)))
        return false;
    int left = a->after; /* the day of entering counts when it is a working day */
    for (int64_t day = cn_day_of(c->entered); left > 0; day++) {
        if (workday(day) < 0 || day >= cn_day_of(now))
            return false;
        left -= workday(day);
    }
    return true;
}

enum m_result ref_act(const struct model *m, struct m_case *c, const struct op *op, int64_t now)
{
    const struct m_action *a = &m->action[op->action];
    int closed = m->n_states - 1;
    bool closes = a->to == closed;
    if (!(a->from & 1u << c->state))
        return M_NO_ACTION;
    if (never(c, a->never, op->who) || !may(m, c, a->by, op->who))
        return M_FORBIDDEN;
    if (!op->complete && (a->reason || a->sets_due))
        return M_MISSING;
    if (!time_allows(a, c, op->action, now) || (paused_now(c) && (closes || a->gate)) ||
        (a->gate && !goal_met(m, c, op->verdict))) {
        c->refused++;
        return M_UNMET;
    }
    if (within(m_people[op->who].unit, c->owner))
        c->did_owner |= 1u << op->who;
    if (within(m_people[op->who].unit, c->helper))
        c->did_helper |= 1u << op->who;
    c->taken[op->action]++;
    c->here[op->action]++;
    if (a->reopens) {
        reopen(m, c, now);
        c->kinds = a->evidence ? op->kinds : 0; /* what the finder gives belongs to the new round */
        return M_OK;
    }
    if (a->evidence)
        c->kinds |= op->kinds;
    if (a->to == 1 && !c->since)
        c->since = now;
    bool met = a->to >= 0 && m->met & 1u << a->to;
    if (closes) {
        c->closed = now;
        c->how = c->goal == GOAL_MEASURED && a->gate ? 'd' : 'p';
    } else if (a->to >= 0) {
        c->stopped = met ? (c->stopped ? c->stopped : now) : 0;
    }
    struct m_run before[M_CLOCKS];
    memcpy(before, c->run, sizeof before);
    run_clocks(m, c, FROM_ACTION, op->action, a->to, now);
    pause_or_extend(a, c, before, now);
    if (a->sets_due) {
        c->due = cn_day_of(now) + op->due;
        c->due_origin = now;
    }
    if (a->to >= 0)
        enter(c, a->to, now);
    return M_OK;
}

void ref_fit(const struct model *m, const struct m_case *c, struct op *op)
{
    for (int i = 0; i < m->n_actions; i++) {
        int k = (op->action + i) % m->n_actions;
        const struct m_action *a = &m->action[k];
        for (int j = 0; a->from & 1u << c->state && j < M_PEOPLE; j++) {
            int who = (op->who + j) % M_PEOPLE;
            if (never(c, a->never, who) || !may(m, c, a->by, who))
                continue;
            op->action = k;
            op->who = who;
            return;
        }
    }
}

void ref_open(const struct model *m, struct m_case *c, const struct op *op, int64_t now)
{
    *c = (struct m_case){ .opened = now,
                          .round = now,
                          .due_origin = now,
                          .owner = op->owner,
                          .supervisor = m->has_supervisor ? op->supervisor : 0,
                          .helper = op->helper,
                          .person = op->person,
                          .author = op->who,
                          .due = op->due < 0 ? -1 : cn_day_of(now) + op->due,
                          .goal = op->goal };
    enter(c, 0, now);
    run_clocks(m, c, FROM_OPEN, -1, 0, now);
}

bool ref_tick(const struct model *m, struct m_case *c, int64_t broken, int64_t now)
{
    int64_t until = c->closed + m->watch_days * MS_DAY;
    if (!c->closed || !m->watch_days || c->goal != GOAL_MEASURED || now > until + 7 * MS_DAY)
        return false;
    if (broken <= c->closed || broken > min64(now, until))
        return false;
    reopen(m, c, now);
    c->by_data++;
    return true;
}
