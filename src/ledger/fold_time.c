/* fold_time.c - what events mean for the clocks, and how the document keeps it. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/chain.h"
#include "ledger/timing.h"

bool names_hold(const json_t *names, const char *word)
{
    if (json_is_string(names))
        return strcmp(json_string_value(names), word) == 0;
    for (size_t i = 0; i < json_array_size(names); i++)
        if (json_is_string(json_array_get(names, i)) &&
            strcmp(json_string_value(json_array_get(names, i)), word) == 0)
            return true;
    return false;
}

int64_t clock_round(const json_t *doc)
{
    return json_int(doc, "round", json_int(doc, "opened", 0));
}

/* ---- what an event means ---- */

/* A new round of work begins. */
static bool begins_anew(const json_t *body)
{
    return json_object_get(body, "rebound") || json_object_get(body, "reopened");
}

static void mark(json_t *marks, const char *what, const char *clock, int days)
{
    json_t *m = json_pack("{s:s}", "do", what);
    if (clock)
        json_object_set_new(m, "clock", json_string(clock));
    if (days)
        json_object_set_new(m, "days", json_integer(days));
    json_array_append_new(marks, m);
}

struct run {
    bool started, stopped;
};

static struct run run_of(const json_t *marks, const char *clock)
{
    struct run r = { 0 };
    for (size_t i = 0; i < json_array_size(marks); i++) {
        const json_t *m = json_array_get(marks, i);
        const char *what = json_str(m, "do", "");
        if (strcmp(json_str(m, "clock", ""), clock) != 0 || strcmp(what, "extend") == 0)
            continue;
        r.started = true;
        r.stopped = strcmp(what, "stop") == 0;
    }
    return r;
}

bool marks_paused(const json_t *marks)
{
    bool paused = false;
    for (size_t i = 0; i < json_array_size(marks); i++) {
        const char *what = json_str(json_array_get(marks, i), "do", "");
        paused = strcmp(what, "pause") == 0 || (paused && strcmp(what, "resume") != 0);
    }
    return paused;
}

static void mark_clock(const struct clock_rule *c, const json_t *was, const char *step, const char *to,
                       bool closes, json_t *marks)
{
    struct run run = run_of(was, c->id);
    bool stop = closes || names_hold(c->stops, step) || (to && names_hold(c->stops, to));
    bool start = !closes && (strcmp(c->from, step) == 0 || (to && strcmp(c->from, to) == 0));
    if (stop && run.started && !run.stopped) {
        mark(marks, "stop", c->id, 0);
        run.stopped = true;
    }
    if (start && (!run.started || run.stopped))
        mark(marks, run.started && c->once ? "run" : "start", c->id, 0);
}

static void mark_action(const struct definition *d, const struct action *a, const json_t *was, json_t *marks)
{
    if (a->pauses && !marks_paused(was))
        mark(marks, "pause", NULL, 0);
    if (a->resumes && marks_paused(was))
        mark(marks, "resume", NULL, 0);
    if (a->extends && (strcmp(a->extends, "due") == 0 || run_of(was, a->extends).started))
        mark(marks, "extend", a->extends, a->extends_days);
    (void)d;
}

static json_t *marks_of(const struct definition *d, const json_t *doc, const char *action, const json_t *body)
{
    bool rebound = begins_anew(body), closes = json_object_get(body, "closed") != NULL;
    const json_t *was = rebound ? NULL : json_object_get(doc, "clock_marks");
    const struct action *a = definition_action(d, action);
    json_t *marks = json_array();
    for (size_t i = 0; i < d->time.n_clocks; i++)
        mark_clock(&d->time.clock[i], was, rebound ? "open" : action, json_str(body, "to", NULL), closes,
                   marks);
    if (a)
        mark_action(d, a, was, marks);
    /* A limit that people set is meant as set: pauses before it do not move it. */
    if (d->time.main && json_object_get(json_object_get(body, "set"), "due"))
        for (size_t i = 0; i < d->n_actions; i++)
            if (d->action[i].pauses || d->action[i].extends) {
                mark(marks, "due", NULL, 0);
                break;
            }
    return marks;
}

static void note_duty(const struct definition *d, const json_t *doc, const char *action, int64_t at,
                      json_t *body)
{
    const struct duty *u = &d->time.duty;
    const char *to = json_str(body, "to", NULL);
    int s = to ? definition_state(d, to) : -1;
    bool on = json_object_get(doc, "duty") && !begins_anew(body);
    if (!u->every)
        return;
    if (s >= 0 && on != ((u->states >> s & 1u) != 0))
        json_object_set_new(body, "duty", json_string(on ? "end" : "begin"));
    if (strcmp(action, u->action) == 0) {
        char label[16];
        duty_period(u, cn_day_of(at), label);
        json_object_set_new(body, "reported", json_string(label));
    }
}

json_t *timed_body(const struct definition *d, const json_t *doc, const char *action, const json_t *body,
                   int64_t at)
{
    json_t *timed = json_copy((json_t *)body);
    if (!timed || strcmp(action, "refused") == 0 || strcmp(action, "moved") == 0)
        return timed;
    scoped(json_decrefp) json_t *marks = marks_of(d, doc, action, body);
    if (json_array_size(marks))
        json_object_set(timed, "marks", marks);
    note_duty(d, doc, action, at, timed);
    return timed;
}

/* ---- keeping it ---- */

static json_t *list_in(json_t *doc, const char *key)
{
    if (!json_is_array(json_object_get(doc, key)))
        json_object_set_new(doc, key, json_array());
    return json_object_get(doc, key);
}

static void keep(json_t *list, json_t *value)
{
    json_array_append(list, value);
    if (json_array_size(list) > KEPT_MAX)
        json_array_remove(list, 0);
}

/* A clock that starts anew has no past; what it was stands in the events. */
static void forget_clock(json_t *marks, const char *clock)
{
    for (size_t i = json_array_size(marks); i-- > 0;)
        if (strcmp(json_str(json_array_get(marks, i), "clock", ""), clock) == 0)
            json_array_remove(marks, i);
}

static void fold_marks(json_t *doc, const struct event *ev, const json_t *marks)
{
    json_t *kept = list_in(doc, "clock_marks");
    for (size_t i = 0; i < json_array_size(marks); i++) {
        json_t *m = json_copy(json_array_get(marks, i));
        if (strcmp(json_str(m, "do", ""), "start") == 0)
            forget_clock(kept, json_str(m, "clock", ""));
        json_object_set_new(m, "at", json_integer(ev->at));
        json_object_set_new(m, "by", json_string(ev->actor));
        json_array_append_new(kept, m);
    }
}

static void fold_round(json_t *doc, const struct event *ev)
{
    static const char *const over[] = { "clock_marks", "rungs", "duty", "reported" };
    for (size_t i = 0; i < COUNT_OF(over); i++)
        json_object_del(doc, over[i]);
    json_object_set_new(doc, "round", json_integer(ev->at));
}

static void fold_unsource(json_t *doc, const char *number)
{
    json_t *sources = json_object_get(doc, "sources");
    for (size_t i = json_array_size(sources); i-- > 0;)
        if (strcmp(json_str(json_array_get(sources, i), "number", ""), number) == 0)
            json_array_remove(sources, i);
    if (!json_array_size(sources))
        json_object_del(doc, "sources");
}

/* A new limit, set when the case was one already, is meant for all that is in it. */
static void fold_new_due(json_t *doc)
{
    json_t *sources = json_object_get(doc, "sources");
    for (size_t i = 0; i < json_array_size(sources); i++) {
        json_t *changed = json_deep_copy(json_array_get(sources, i));
        json_object_del(json_object_get(changed, "limits"), "due");
        json_array_set_new(sources, i, changed);
    }
}

static void fold_words(json_t *doc, const struct event *ev, const json_t *body)
{
    const char *duty = json_str(body, "duty", NULL), *gone = json_str(body, "unsource", NULL);
    json_t *reported = json_object_get(body, "reported"), *missed = json_object_get(body, "missed"),
           *recheck = json_object_get(body, "recheck"), *source = json_object_get(body, "source"),
           *into = json_object_get(body, "merged_into");
    if (duty && strcmp(duty, "begin") == 0)
        json_object_set_new(doc, "duty", json_integer(ev->at));
    else if (duty)
        json_object_del(doc, "duty");
    if (json_is_string(reported))
        keep(list_in(doc, "reported"), reported);
    if (json_is_object(missed)) {
        keep(list_in(doc, "missed"), missed);
        json_object_set_new(doc, "misses", json_integer(json_int(doc, "misses", 0) + 1));
    }
    if (json_is_string(recheck))
        json_array_append(list_in(doc, "rechecks"), recheck);
    if (json_is_object(source))
        json_array_append(list_in(doc, "sources"), source);
    if (gone)
        fold_unsource(doc, gone);
    if (json_is_object(into))
        json_object_set(doc, "merged_into", into);
    if (json_flag(body, "unmerged", false))
        json_object_del(doc, "merged_into");
}

/* A case that moved to another definition has the clocks it would have had under it from the beginning. */
static void fold_moved(json_t *doc, const json_t *body)
{
    static const char *const anew[] = { "definition", "clock_marks", "duty", "reported" };
    for (size_t i = 0; i < COUNT_OF(anew); i++) {
        json_t *v = json_object_get(body, anew[i]);
        if (v && !json_is_null(v))
            json_object_set(doc, anew[i], v);
        else
            json_object_del(doc, anew[i]);
    }
}

void timing_fold(json_t *doc, const struct event *ev, const json_t *body)
{
    if (begins_anew(body))
        fold_round(doc, ev);
    if (strcmp(ev->action, "moved") == 0) {
        fold_moved(doc, body);
        return;
    }
    if (json_object_get(body, "closed"))
        json_object_del(doc, "rechecks");
    if (json_object_get(json_object_get(body, "set"), "due"))
        fold_new_due(doc);
    if (json_array_size(json_object_get(body, "marks")))
        fold_marks(doc, ev, json_object_get(body, "marks"));
    if (strcmp(ev->action, "rung") == 0)
        json_array_append_new(list_in(doc, "rungs"), json_string(json_str(body, "name", "")));
    fold_words(doc, ev, body);
}

/* ---- reading the events again ---- */

struct replay {
    const struct definition *d; /* whose clocks are wanted; NULL: those of the events */
    int64_t until;
    json_t *doc;
};

static int replay_event(const struct event *ev, void *arg)
{
    struct replay *p = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (ev->at > p->until)
        return 1;
    if (json_read(ev->body, strlen(ev->body), &body, NULL) < 0)
        return -EBADMSG;
    if (!p->d)
        return chain_fold(p->doc, ev, body);
    static const char *const ours[] = { "marks", "duty", "reported" };
    for (size_t i = 0; i < COUNT_OF(ours); i++)
        json_object_del(body, ours[i]);
    if (strcmp(ev->action, "moved") == 0)
        return 0;
    scoped(json_decrefp) json_t *timed = timed_body(p->d, p->doc, ev->action, body, ev->at);
    return timed ? chain_fold(p->doc, ev, timed) : -ENOMEM;
}

static int replay(struct ledgers *l, int64_t id, struct replay *p, struct err *e)
{
    p->doc = json_object();
    int r = ledger_each_event(l->store, id, replay_event, p, e);
    return r < 0 ? err_set(e, r, "case %" PRId64 ": its events cannot be read again", id) : 0;
}

int timing_replay(struct ledgers *l, int64_t id, const struct definition *d, json_t **ret, struct err *e)
{
    struct replay p = { .d = d, .until = INT64_MAX };
    int r = replay(l, id, &p, e);
    if (r == 0) {
        *ret = json_object();
        static const char *const wanted[] = { "clock_marks", "duty", "reported" };
        for (size_t i = 0; i < COUNT_OF(wanted); i++)
            if (json_object_get(p.doc, wanted[i]))
                json_object_set(*ret, wanted[i], json_object_get(p.doc, wanted[i]));
    }
    json_decref(p.doc);
    return r;
}

int case_load_past(struct ledgers *l, int64_t id, int64_t at, struct loaded *ret, struct err *e)
{
    struct replay p = { .until = at };
    struct loaded c = { .id = id };
    int r = replay(l, id, &p, e);
    if (r == 0 && !json_object_size(p.doc))
        r = err_named(e, -ENOENT, "not_found", "当时尚无此事项 | there was no such case then");
    if (r == 0)
        r = ledgers_definition(l, json_str(p.doc, "ledger", ""), json_str(p.doc, "definition", ""), &c.def,
                               e);
    if (r < 0) {
        json_decref(p.doc);
        return r;
    }
    c.doc = p.doc;
    *ret = c;
    return 0;
}
