/* follow.c - what follows from other cases: as soon as one of them breaks the condition under which a case stands, the program takes the action that
 * the case's definition names, and the case says why. An entry of a positive list leaves it on the day of the penalty, whoever thinks of the list. */
#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/timing.h"

enum { ASK_EVERY_MS = 60000 };

static const struct actor the_system = { .name = "system", .role = ROLE_ADMIN };

struct following {
    struct ledgers *l;
    int64_t now;
    void (*changed)(int64_t id, void *arg);
    void *arg;
    int first; /* the first failure */
    struct err *e;
};

static int follow_one(struct following *f, const struct loaded *c, struct err *e)
{
    scoped(json_decrefp) json_t *view = NULL;
    scoped(freep) char *why = NULL;
    const struct definition *d = c->def;
    int state = definition_state(d, json_str(c->doc, "state", ""));
    if (!d->follow_when || state < 0 || !(d->follow_action->from & 1u << state) ||
        json_object_get(c->doc, "merged_into"))
        return 0;
    int r = effects_view(f->l, c, NULL, &the_system, f->now, &view, e);
    if (r == 0)
        r = definition_guard(c->def, d->follow_when, "when of follow", view, &why, e);
    if (r < 0 || !why)
        return r;
    r = case_act(f->l, c->id, d->follow_action->id, NULL, &the_system, f->now, e);
    if (r == 0 && f->changed)
        f->changed(c->id, f->arg);
    return r == -ESTALE || r == -EAGAIN
               ? 0
               : r; /* somebody was quicker, or a guard refused and the history says so */
}

static int take_case(const struct loaded *c, void *arg)
{
    struct following *f = arg;
    struct err why = { .name = "" };
    int r = follow_one(f, c, &why);
    if (r < 0 && f->first == 0) {
        f->first = r;
        if (f->e)
            *f->e = why;
    }
    return 0;
}

static json_t *states_of(const struct definition *d)
{
    json_t *states = json_array();
    for (size_t s = 0; s < d->n_states; s++)
        if (d->follow_action->from & 1u << s)
            json_array_append_new(states, json_string(d->state[s]));
    return states;
}

int follow_round(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                 struct err *e)
{
    char last[65];
    struct following f = { .l = l, .now = now, .changed = changed, .arg = arg, .e = e };
    bool soon = now >= l->followed_at && now - l->followed_at < ASK_EVERY_MS;
    int r = soon ? 0 : ledger_last_hash(l->store, last, e);
    if (soon || r < 0)
        return r;
    if (strcmp(last, l->followed) == 0 && cn_day_of(now) == cn_day_of(l->followed_at))
        return 0;
    for (size_t i = 0; r == 0 && i < l->n_current; i++) {
        const struct definition *d = l->current[i];
        scoped(json_decrefp) json_t *states = d->follow_when ? states_of(d) : NULL;
        if (states)
            r = sought_each(l, d->id, NULL, NULL, states, take_case, &f, e);
    }
    l->followed_at = now;
    if (r == 0 && f.first == 0) /* what failed is asked again */
        memcpy(l->followed, last, sizeof last);
    return r < 0 ? r : f.first;
}
