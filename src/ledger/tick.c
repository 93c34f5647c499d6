/* tick.c - looks at the cases whose time has come: lights that change, rungs, missed reports, re-checks. The watch is watch.c. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/chain.h"
#include "ledger/timing.h"

enum { EVENTS_A_TICK = 200 };

static const struct actor the_system = { .name = "system", .role = ROLE_ADMIN };

/* ---- one case ---- */

static int64_t light_next(const struct ledgers *l, const struct loaded *c, int64_t now)
{
    struct clock_state s[CLOCKS_MAX + 1];
    int64_t today = cn_day_of(now), next = NEVER;
    if (json_int(c->doc, "closed", 0) || json_object_get(c->doc, "merged_into"))
        return NEVER;
    size_t n = clock_states(&l->calendar, c->def, c->doc, now, s);
    for (size_t i = 0; i < n; i++) {
        int64_t day = NEVER;
        if (!s[i].from || s[i].stopped || s[i].paused_now) /* a paused limit moves with the days */
            continue;
        if (s[i].year)
            day = today + 1;
        else if (s[i].deadline == NEVER || s[i].light == LIGHT_RED)
            continue;
        else
            day = s[i].light == LIGHT_GREEN ? clock_near_from(l, c->def, &s[i]) : s[i].deadline + 1;
        if (day <= today)
            day = today + 1;
        if (cn_day_start(day) < next)
            next = cn_day_start(day);
    }
    const char *name;
    int64_t late = stages_late_from(c, &name);
    if (late != NEVER && late > today && cn_day_start(late) < next)
        next = cn_day_start(late);
    return next;
}

typedef int (*due_fn)(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body,
                      int64_t *ret_next, struct err *e);

static int ladder_step(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body,
                       int64_t *ret_next, struct err *e)
{
    return ladder_due(l, c, now, ret_body, ret_next, e);
}

static int duty_step(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body,
                     int64_t *ret_next, struct err *e)
{
    return duty_due(l, c, now, ret_body, ret_next, e);
}

/* next: when it will be due; writes nothing. */
static const struct {
    const char *action;
    due_fn due, next;
} steps[] = { { "rung", ladder_step, ladder_step },
              { "missed", duty_step, duty_step },
              { "recheck_due", recheck_due, recheck_next } };

int64_t case_next(struct ledgers *l, const struct loaded *c, int64_t now)
{
    int64_t next = light_next(l, c, now), wake = wake_at(c);
    if (wake < next)
        next = wake > now ? wake : now;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        scoped(json_decrefp) json_t *body = NULL;
        int64_t at = NEVER;
        if (steps[i].next(l, c, now, &body, &at, NULL) < 0)
            at = now; /* the tick meets the fault again and reports it */
        if (at < next)
            next = at;
    }
    return next;
}

/* 1: an event was written. */
static int step_one(struct ledgers *l, const struct loaded *c, int64_t now, struct err *e)
{
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        scoped(json_decrefp) json_t *body = NULL;
        int64_t next;
        int r = steps[i].due(l, c, now, &body, &next, e);
        if (r == 0 && body)
            r = case_write_event(l, c, steps[i].action, body, &the_system, now, e);
        if (r < 0)
            return r;
        if (body)
            return 1;
    }
    return 0;
}

/* Writes all events of one case that are due; *ret_n: how many. *ret is the case as it then stands, not loaded (doc NULL) where the last thing
 * done has changed it. */
static int case_tick(struct ledgers *l, int64_t id, int64_t now, struct loaded *ret, size_t *ret_n,
                     struct err *e)
{
    int r = 1;
    for (*ret_n = 0; r == 1 && *ret_n < EVENTS_A_TICK;) {
        case_release(ret);
        if ((r = case_load(l, id, ret, e)) < 0)
            return r;
        r = step_one(l, ret, now, e);
        *ret_n += r == 1;
    }
    if (r == 0) {
        r = wake_case(l, ret, now, e);
        *ret_n += r == 1;
    }
    if (r != 0)
        case_release(ret);
    return r == -ESTALE || r > 0 ? 0 : r; /* what changed meanwhile is looked at next time */
}

/* ---- all whose time has come ---- */

enum { PIECE = 200, PIECE_MS = 25, PAUSE_MS = 20 };

int64_t piece_end(void)
{
    return clock_monotonic_ns() + PIECE_MS * INT64_C(1000000);
}

void piece_pause(bool wanted)
{
    if (wanted)
        nanosleep(&(struct timespec){ .tv_nsec = PAUSE_MS * 1000000L }, NULL);
}

struct tick {
    struct ledgers *l;
    int64_t now;
    void (*changed)(int64_t id, void *arg);
    void *arg;
    bool wanted; /* others waited for the store when the last piece ended */
    int first;   /* the first failure: a case that cannot be looked at does not stop the others */
    struct err *e;
};

static void note_failure(struct tick *t, int r, const struct err *why)
{
    if (r >= 0 || t->first)
        return;
    t->first = r;
    if (t->e)
        *t->e = *why;
}

static void tell(struct tick *t, int64_t id)
{
    if (t->changed)
        t->changed(id, t->arg);
}

/* Puts a case's clocks to their next moment. light: of before, -1 unknown. *ret_changed: it is another now. */
static int move_on(struct tick *t, int64_t id, struct loaded *c, int light, bool *ret_changed, struct err *e)
{
    struct case_row is;
    int r = c->doc ? 0 : case_load(t->l, id, c, e);
    if (r == 0 && (r = chain_row(t->l->store, c->doc, id, t->now, &is, e)) == 0) {
        *ret_changed = light != case_row_light(&is, cn_day_of(t->now));
        if (is.next_at && is.next_at <= t->now) /* a clock that stands still would be asked for ever */
            is.next_at = t->now + MS_DAY;
        r = case_row_put_times(t->l->store, &is, e);
        case_row_done(&is);
    }
    return r;
}

/* What cannot be looked at is put off by a day, so that it does not keep others from their turn. */
static int put_off(struct tick *t, int64_t id, struct err *e)
{
    struct case_row row = { 0 };
    int r = case_row_get(t->l->store, id, &row, e);
    if (r == 0) {
        row.next_at = t->now + MS_DAY;
        r = case_row_put_times(t->l->store, &row, e);
    }
    case_row_release(&row);
    return r;
}

/* The light that was seen until the moment that came. */
static int light_before(struct tick *t, int64_t id)
{
    struct case_row was = { 0 };
    struct err why;
    int light = -1;
    if (case_row_get(t->l->store, id, &was, &why) == 0)
        light = case_row_light(&was, cn_day_of(was.next_at - 1));
    case_row_release(&was);
    return light;
}

/* One case of a piece: its events, then its clocks. What fails is put off; <0 only when the store fails. */
static int tick_one(struct tick *t, int64_t id, bool *ret_told)
{
    struct err why = { .name = "" };
    struct loaded c = { 0 };
    size_t wrote = 0;
    bool changed = false;
    int light = light_before(t, id);
    note_failure(t, case_tick(t->l, id, t->now, &c, &wrote, &why), &why);
    int r = move_on(t, id, &c, light, &changed, &why);
    case_release(&c);
    note_failure(t, r, &why);
    *ret_told = wrote || changed;
    return r < 0 ? put_off(t, id, t->e) : 0;
}

/* The number of cases that were looked at: 0, no more have their moment. A piece is one transaction, so that a morning on which ten thousand
 * limits pass does not wait for the disk ten thousand times. */
static int piece_of_clocks(struct tick *t)
{
    int64_t id[PIECE];
    bool told[PIECE] = { false };
    int n = case_rows_due(t->l->store, t->now, id, PIECE, t->e), due = n, r;
    if (n <= 0 || (r = ledger_begin(t->l->store, t->e)) < 0)
        return n <= 0 ? n : r;
    int64_t end = piece_end();
    for (n = 0; r == 0 && n < due && (n == 0 || clock_monotonic_ns() < end); n++)
        r = tick_one(t, id[n], &told[n]);
    t->wanted = ledger_wanted(t->l->store);
    if (r < 0)
        ledger_rollback(t->l->store);
    else
        r = ledger_commit(t->l->store, t->e);
    for (int i = 0; r == 0 && i < n; i++)
        if (told[i])
            tell(t, id[i]);
    return r < 0 ? r : n;
}

int ledgers_tick_for(struct ledgers *l, int64_t now, int64_t most_ns, void (*changed)(int64_t id, void *arg),
                     void *arg, bool *ret_left, struct err *e)
{
    struct tick t = { .l = l, .now = now, .changed = changed, .arg = arg, .e = e };
    struct err why = { .name = "" };
    int n;
    note_failure(&t, watch_round(l, now, changed, arg, &why), &why);
    int64_t end = clock_monotonic_ns() + most_ns;
    do {
        n = piece_of_clocks(&t);
        piece_pause(n > 0 && t.wanted);
    } while (n > 0 && (!most_ns || clock_monotonic_ns() < end));
    *ret_left = n > 0;
    if (n == 0)
        note_failure(&t, follow_round(l, now, changed, arg, &why), &why);
    return n < 0 ? n : t.first;
}

int ledgers_tick(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                 struct err *e)
{
    bool left;
    return ledgers_tick_for(l, now, 0, changed, arg, &left, e);
}
