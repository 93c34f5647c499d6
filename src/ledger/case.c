/* case.c - takes actions on cases. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/capture.h"
#include "ledger/case_files.h"
#include "ledger/chain.h"
#include "ledger/once.h"
#include "ledger/timing.h"

int case_load_doc(struct ledgers *l, const struct doc *d, struct loaded *ret, struct err *e)
{
    struct loaded c = { .id = d->id };
    int r = json_read(d->body, strlen(d->body), &c.doc, e);
    if (r == 0)
        r = ledgers_definition(l, json_str(c.doc, "ledger", ""), json_str(c.doc, "definition", ""), &c.def,
                               e);
    if (r < 0) {
        case_release(&c);
        return err_under(e, "case %" PRId64, d->id);
    }
    *ret = c;
    return 0;
}

int case_load(struct ledgers *l, int64_t id, struct loaded *ret, struct err *e)
{
    struct doc d = { 0 };
    int r = ledger_get_doc(l->store, DOC_CASE, id, &d, e);
    if (r == -ENOENT)
        return err_named(e, -ENOENT, "not_found", "没有编号为%" PRId64 "的事项 | there is no case %" PRId64,
                         id, id);
    if (r == 0)
        r = case_load_doc(l, &d, ret, e);
    doc_release(&d);
    return r;
}

void case_release(struct loaded *c)
{
    json_decref(c->doc);
    *c = (struct loaded){ 0 };
}

const char *number_of(const struct loaded *c)
{
    return json_str(c->doc, "number", "?");
}

enum { TRIES_MAX = 100 };

static int write_events(struct ledgers *l, const struct loaded *c, const char *action, const json_t *body,
                        const json_t *children, const struct actor *who, int64_t now, struct err *e)
{
    struct loaded current = { 0 };
    struct news news = { 0 };
    int r = ledger_begin(l->store, e);
    if (r < 0)
        return r;
    r = case_load(l, c->id, &current, e);
    if (r == 0 && strcmp(json_str(current.doc, "last", ""), json_str(c->doc, "last", "")) != 0)
        r = err_named(e, -ESTALE, "conflict", "事项刚刚有变动 | the case changed meanwhile");
    scoped(json_decrefp) json_t *timed = r == 0 ? timed_body(c->def, current.doc, action, body, now) : NULL;
    if (r == 0)
        r = timed ? case_files_take(l, c->def, c->id, action, timed, who, now, e)
                  : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = capture_put(timed, who, e);
    if (r == 0)
        r = chain_append(l->store, c->id, now, who->name, action, timed, current.doc, e);
    if (r == 0)
        r = once_put(l, who, c->id, action, body, now, e);
    if (r == 0)
        r = news_add(&news, c->id, action, current.doc, timed, e);
    if (r == 0)
        r = case_open_children(l, c->id, children, now, &news, e);
    if (r == 0 && json_int(c->doc, "closed", 0) && !json_int(current.doc, "closed", 0))
        r = reopen_above(l, &current, timed, now, &news, e);
    if (r < 0)
        ledger_rollback(l->store);
    else if ((r = ledger_commit(l->store, e)) == 0)
        news_tell(l, &news);
    news_release(&news);
    case_release(&current);
    return r;
}

int case_write_event(struct ledgers *l, const struct loaded *c, const char *action, const json_t *body,
                     const struct actor *who, int64_t now, struct err *e)
{
    return write_events(l, c, action, body, NULL, who, now, e);
}

/* What is refused for want of proof or time stays in the history; the caller gets -EAGAIN. */
static int refuse(struct ledgers *l, struct loaded *c, const struct action *a, const struct said *said,
                  const json_t *gate, const struct actor *who, int64_t now, struct err *e)
{
    struct said why = said_whole(said);
    scoped(json_decrefp) json_t *body =
        json_pack("{s:s, s:s, s:s, s:s}", "action", a->id, "from", json_str(c->doc, "state", ""), "text",
                  why.zh, "text_en", why.en);
    if (!body)
        return err_set(e, -ENOMEM, "out of memory");
    if (gate)
        json_object_set(body, "gate", (json_t *)gate);
    int r = case_write_event(l, c, "refused", body, who, now, e);
    return r < 0 ? r : said_err(e, -EAGAIN, "case.gate_unmet", &why);
}

static int find_action(const struct loaded *c, const char *name, const struct action **ret, struct err *e)
{
    const struct action *a = definition_action(c->def, name);
    const char *state = json_str(c->doc, "state", "");
    int s = definition_state(c->def, state);
    if (!a)
        return err_named(e, -EINVAL, "case.no_such_action",
                         "没有“%.64s”这个操作 | there is no action '%.64s'", name, name);
    if (s < 0 || !(a->from & 1u << s))
        return err_named(e, -EINVAL, "case.no_such_action",
                         "“%s”状态下不能“%s” | '%s' cannot be done in the state %s", state, a->label,
                         a->label_en, state);
    *ret = a;
    return 0;
}

static void say_gate(const json_t *gate, const char *zh_what, const char *en_what, struct said *why)
{
    bool unknown = strcmp(json_str(gate, "verdict", ""), "cannot_judge") == 0;
    const char *zh = json_str(gate, "text", ""), *en = json_str(gate, "text_en", zh);
    snprintf(why->zh, sizeof why->zh, "%s%s：%s", zh_what, unknown ? "尚不能判定" : "尚未达到", zh);
    snprintf(why->en, sizeof why->en, "%s %s yet: %s", en_what, unknown ? "cannot be judged" : "is not met",
             en);
}

/* One action as it is being taken. */
struct taking {
    struct ledgers *l;
    struct loaded *c;
    const struct action *a;
    const struct actor *who;
    int64_t now;
    json_t *given, *gate, *body, *children; /* owned */
};

static void taking_release(struct taking *t)
{
    json_decref(t->given);
    json_decref(t->gate);
    json_decref(t->body);
    json_decref(t->children);
}

/* The effects of an action that the definition states, as members of its event (chain.h). */
static json_t *action_body(const struct taking *t)
{
    const struct loaded *c = t->c;
    const struct action *a = t->a;
    const struct definition *def = c->def;
    json_t *body = json_pack("{s:s, s:O}", "from", json_str(c->doc, "state", ""), "fields", t->given);
    scoped(json_decrefp) json_t *work = parts_acted(t->l, c, t->who);
    bool owner =
        json_array_size(work) == 1 && strcmp(json_string_value(json_array_get(work, 0)), "owner") == 0;
    if (owner)
        json_object_set_new(body, "work", json_true());
    else if (json_array_size(work))
        json_object_set(body, "work", work);
    if (t->gate)
        json_object_set(body, "gate", t->gate);
    if (a->to < 0 || a->reopens)
        return body;
    json_object_set_new(body, "to", json_string(def->state[a->to]));
    if (a->to == def->working && !json_int(c->doc, "since", 0))
        json_object_set_new(body, "since", json_true());
    bool met = def->met & 1u << a->to, stopped = json_int(c->doc, "stopped", 0) != 0;
    if (met != stopped && a->to != def->closed)
        json_object_set_new(body, "clock", json_string(met ? "stop" : "run"));
    if (a->to == def->closed)
        json_object_set_new(body, "closed",
                            json_string(goal_is_measured(c->doc) && gate_met(t->gate) ? "data" : "paper"));
    return body;
}

/* What the definition's functions add: values, computed fields, child cases. They see the case as the action leaves it. */
static int add_effects(struct taking *t, struct err *e)
{
    const struct action *a = t->a;
    struct definition *def = t->c->def;
    scoped(json_decrefp) json_t *set = json_object(), *view = NULL, *doc = json_copy(t->c->doc),
                                *fields = json_copy(json_object_get(t->c->doc, "fields"));
    const char *to = json_str(t->body, "to", NULL);
    if (!set || !doc || !fields)
        return err_set(e, -ENOMEM, "out of memory");
    json_object_update(set, json_object_get(t->body, "set")); /* what a reopening does to the limit */
    for (size_t i = 0; i < a->n_needs; i++)
        if (a->sets & 1u << i)
            json_object_set(set, a->need[i].id, json_object_get(t->given, a->need[i].id));
    json_object_update(fields, set);
    json_object_set(doc, "fields", fields);
    if (to)
        json_object_set_new(doc, "state", json_string(to));
    struct loaded after = { .id = t->c->id, .doc = doc, .def = def };
    int r = 0;
    if (a->set || a->open || def->computes)
        r = effects_view(t->l, &after, t->given, t->who, t->now, &view, e);
    if (r == 0 && view)
        r = effects_set(t->l, &after, a, view, set, e);
    if (r == 0 && view)
        r = effects_compute(t->l, &after, view, set, e);
    if (r == 0 && view)
        r = effects_open(&after, a, view, &t->children, e);
    if (r == 0 && json_object_size(set)) {
        json_object_set(t->body, "set", set);
        json_object_set_new(t->body, "index", fields_index(t->l, fields));
    }
    return r;
}

static int ask_outside(const struct taking *t, struct said *why, struct err *e)
{
    struct said_text text = { 0 };
    int r = t->l->on_ask ? t->l->on_ask(t->l->on_ask_arg, t->c->id, t->c->doc, t->a->id, &text, e) : 0;
    if (r == 1) {
        snprintf(why->zh, sizeof why->zh, "%s", text.zh);
        snprintf(why->en, sizeof why->en, "%s", text.en);
    }
    return r;
}

/* 1: refused, *why says why and t->gate holds the answer that refused. */
static int ask_all(struct taking *t, struct said *why, struct err *e)
{
    const struct action *a = t->a;
    if (!clock_allows(t->l, t->c, a, t->now, why))
        return 1;
    if (a->guard) {
        scoped(freep) char *sentence = NULL;
        scoped(json_decrefp) json_t *view = NULL;
        char what[64];
        snprintf(what, sizeof what, "guard of %s", a->id);
        int r = effects_view(t->l, t->c, t->given, t->who, t->now, &view, e);
        if (r == 0)
            r = definition_guard(t->c->def, a->guard, what, view, &sentence, e);
        if (r < 0)
            return r;
        if (sentence) {
            said_split(sentence, why);
            return 1;
        }
    }
    if (a->gate & GATE_CHILDREN_CLOSED) {
        scoped(json_decrefp) json_t *answer = NULL;
        int r = gate_ask_children(t->l, t->c, &answer, e);
        if (r < 0)
            return r;
        if (!gate_met(answer)) {
            say_gate(answer, "下属事项办结的条件", "the closing of the cases under it", why);
            t->gate = TAKE(answer);
            return 1;
        }
    }
    if (a->gate & GATE_GOAL_MET) {
        int r = gate_ask(t->l, t->c, t->now, &t->gate, e);
        if (r < 0)
            return r;
        if (!gate_met(t->gate)) {
            say_gate(t->gate, "整改目标", "the goal", why);
            return 1;
        }
    }
    return ask_outside(t, why, e);
}

static int act_on(struct ledgers *l, struct loaded *c, const char *action, const json_t *fields,
                  const struct actor *who, int64_t now, struct err *e)
{
    struct taking t = { .l = l, .c = c, .who = who, .now = now };
    struct said why = { 0 };
    int r = merged_refuses(c, e);
    if (r == 0)
        r = capture_meets(l, c, who, e);
    if (r == 0)
        r = find_action(c, action, &t.a, e);
    if (r < 0 || !t.a)
        return r;
    if (!may_act(l, c, t.a, who, &why))
        return said_err(e, -EPERM, "case.forbidden", &why);
    r = fields_take(l, t.a->need, t.a->n_needs, fields, false, json_object_get(c->doc, "fields"), &t.given,
                    e);
    if (r == 0 && l->on_fill)
        r = l->on_fill(l->on_fill_arg, c->doc, t.a->id, t.given, now, e);
    if (r == 0)
        r = ask_all(&t, &why, e);
    if (r == 1) {
        r = refuse(l, c, t.a, &why, t.gate, who, now, e);
    } else if (r == 0) {
        t.body = action_body(&t);
        if (!t.body || reopen_by_hand(c, t.a, t.given, now, t.body) < 0)
            r = err_set(e, -ENOMEM, "out of memory");
        if (r == 0)
            r = add_effects(&t, e);
        if (r == 0)
            r = write_events(l, c, t.a->id, t.body, t.children, who, now, e);
    }
    taking_release(&t);
    return r;
}

int case_act(struct ledgers *l, int64_t id, const char *action, const json_t *fields, const struct actor *who,
             int64_t now, struct err *e)
{
    int r = -ESTALE;
    /* The data are asked without holding the store; when the case moved on meanwhile, everything is asked again. */
    for (int i = 0; i < TRIES_MAX && r == -ESTALE; i++) {
        struct loaded c = { 0 };
        if ((r = case_load(l, id, &c, e)) < 0)
            return r;
        r = act_on(l, &c, action, fields, who, now, e);
        case_release(&c);
    }
    return r;
}
