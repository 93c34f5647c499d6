/* tick.c - looks at every case whose time has come: lights that changed, rungs, missed reports, re-checks, the watch. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/timing.h"

enum { EVENTS_A_TICK = 200 };

static const struct actor the_system = { .name = "system", .role = ROLE_ADMIN };

/* ---- one case ---- */

/* The first day on which a limit that is green is near. */
static int64_t near_from(const struct ledgers *l, const struct loaded *c, const struct clock_state *s)
{
    int yellow = s->rule ? s->rule->yellow : c->def->yellow_days, n = 0, works;
    bool workdays = s->rule ? s->rule->workdays : c->def->count_workdays;
    int64_t day = s->deadline;
    if (!workdays)
        return s->deadline - yellow;
    for (; (works = calendar_is_workday(&l->calendar, day, NULL)) >= 0; day--)
        if ((n += works) > yellow)
            return day;
    return s->deadline - yellow;
}

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
            day = s[i].light == LIGHT_GREEN ? near_from(l, c, &s[i]) : s[i].deadline + 1;
        if (day <= today)
            day = today + 1;
        if (cn_day_start(day) < next)
            next = cn_day_start(day);
    }
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

static const struct {
    const char *action;
    due_fn due;
} steps[] = { { "rung", ladder_step }, { "missed", duty_step }, { "recheck_due", recheck_due } };

int64_t case_next(struct ledgers *l, const struct loaded *c, int64_t now)
{
    int64_t next = light_next(l, c, now);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        scoped(json_decrefp) json_t *body = NULL;
        int64_t at = NEVER;
        if (steps[i].due(l, c, now, &body, &at, NULL) < 0)
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

int case_tick(struct ledgers *l, int64_t id, int64_t now, size_t *ret_n, struct err *e)
{
    int r = 1;
    for (*ret_n = 0; r == 1 && *ret_n < EVENTS_A_TICK;) {
        struct loaded c = { 0 };
        if ((r = case_load(l, id, &c, e)) < 0)
            return r;
        r = step_one(l, &c, now, e);
        case_release(&c);
        *ret_n += r == 1;
    }
    return r == -ESTALE || r > 0 ? 0 : r; /* what changed meanwhile is looked at next time */
}

/* ---- all of them ---- */

struct ids {
    int64_t *id;
    size_t n, cap;
};

static int add_id(struct ids *ids, int64_t id)
{
    if (ids->n == ids->cap) {
        size_t cap = ids->cap ? ids->cap * 2 : 64;
        int64_t *grown = realloc(ids->id, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        ids->id = grown;
        ids->cap = cap;
    }
    ids->id[ids->n++] = id;
    return 0;
}

/* What the last tick saw of a case. Until its next moment and as long as its document does not change, neither does its light, and the
 * document need not be read again. */
struct seen {
    int64_t updated, next;
    size_t len;
    enum light light;
    bool watched;
};

static bool seen_get(struct ledgers *l, int64_t id, struct seen *ret)
{
    char key[24];
    size_t len = (size_t)snprintf(key, sizeof key, "%" PRId64, id);
    pthread_mutex_lock(&l->lock);
    const struct seen *s = map_get(&l->lights, key, len);
    if (s)
        *ret = *s;
    pthread_mutex_unlock(&l->lock);
    return s != NULL;
}

static int seen_put(struct ledgers *l, int64_t id, const struct seen *now)
{
    char key[24];
    size_t len = (size_t)snprintf(key, sizeof key, "%" PRId64, id);
    pthread_mutex_lock(&l->lock);
    struct seen *s = map_get(&l->lights, key, len);
    if (!s && (s = malloc(sizeof *s)) && map_put(&l->lights, key, len, s) < 0) {
        free(s);
        s = NULL;
    }
    if (s)
        *s = *now;
    pthread_mutex_unlock(&l->lock);
    return s ? 0 : -ENOMEM;
}

/* What a look at a case found. */
struct look {
    bool watched;
    bool changed; /* its light differs from the last look; the first look only takes note */
    bool due;     /* it has events to be written */
};

/* Brings what is known of a case up to now. */
static int look(struct ledgers *l, const struct doc *d, int64_t now, struct look *ret, struct err *e)
{
    struct seen was, is = { .updated = d->updated, .len = strlen(d->body) };
    bool known = seen_get(l, d->id, &was);
    *ret = (struct look){ 0 };
    if (known && was.updated == is.updated && was.len == is.len && now < was.next) {
        ret->watched = was.watched;
        return 0;
    }
    struct loaded c = { 0 };
    struct said why;
    bool has_days;
    int64_t days;
    int r = case_load_doc(l, d, &c, e);
    if (r < 0)
        return r;
    int64_t watch_over = watch_end(&c) ? watch_end(&c) + (WATCH_GRACE_DAYS + 1) * MS_DAY : 0;
    is.light = clock_light(l, &c, now, &why, &has_days, &days);
    is.watched = watch_over && now <= watch_over;
    is.next = case_next(l, &c, now);
    ret->due = is.next <= now;
    if (is.watched && watch_over < is.next)
        is.next = watch_over + 1;
    case_release(&c);
    ret->watched = is.watched;
    ret->changed = known && was.light != is.light;
    return seen_put(l, d->id, &is) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
}

struct tick {
    struct ledgers *l;
    int64_t now;
    struct ids watched, due, changed;
    int first; /* the first failure: a case that cannot be looked at does not stop the others */
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

static int look_at(const struct doc *d, void *arg)
{
    struct tick *t = arg;
    struct err why = { .name = "" };
    struct look found = { 0 };
    int r = look(t->l, d, t->now, &found, &why);
    note_failure(t, r, &why);
    if (r == 0 && found.watched)
        r = add_id(&t->watched, d->id);
    if (r == 0 && found.due)
        r = add_id(&t->due, d->id);
    if (r == 0 && found.changed && !found.due)
        r = add_id(&t->changed, d->id);
    return r == -ENOMEM ? r : 0;
}

/* After something was written: its light is known anew, so that the next tick does not call it changed again. */
static int look_again(struct tick *t, int64_t id)
{
    struct doc d = { 0 };
    struct look found;
    if (ledger_get_doc(t->l->store, DOC_CASE, id, &d, NULL) == 0)
        (void)look(t->l, &d, t->now, &found, NULL);
    doc_release(&d);
    return add_id(&t->changed, id);
}

static int write_due(struct tick *t, int64_t id)
{
    struct err why = { .name = "" };
    size_t n = 0;
    int r = case_tick(t->l, id, t->now, &n, &why);
    note_failure(t, r, &why);
    return n ? look_again(t, id) : 0;
}

static int watch_one(struct tick *t, int64_t id)
{
    struct err why = { .name = "" };
    int r = look_back(t->l, id, t->now, &why);
    note_failure(t, r, &why);
    return r == 1 ? look_again(t, id) : 0;
}

int ledgers_tick(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                 struct err *e)
{
    struct tick t = { .l = l, .now = now, .e = e };
    int r = ledger_each_doc(l->store, DOC_CASE, &(struct doc_query){ 0 }, look_at, &t, e);
    /* Outside the scan: the data are asked and events written without the store held. */
    for (size_t i = 0; r == 0 && i < t.watched.n; i++)
        r = watch_one(&t, t.watched.id[i]);
    for (size_t i = 0; r == 0 && i < t.due.n; i++)
        r = write_due(&t, t.due.id[i]);
    if (r == -ENOMEM)
        err_set(e, r, "out of memory");
    for (size_t i = 0; changed && i < t.changed.n; i++)
        changed(t.changed.id[i], arg);
    free(t.watched.id);
    free(t.due.id);
    free(t.changed.id);
    return r < 0 ? r : t.first;
}
