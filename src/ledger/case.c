/* case.c - opens cases and takes actions on them. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/case_files.h"
#include "ledger/chain.h"
#include "ledger/engine.h"

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

/* ---- opening ---- */

static void write_number(const char *form, int year, int64_t seq, struct buf *out)
{
    for (const char *p = form; *p; p++) {
        if (strncmp(p, "{year}", 6) == 0) {
            buf_addf(out, "%d", year);
            p += 5;
        } else if (strncmp(p, "{seq:", 5) == 0) {
            buf_addf(out, "%0*" PRId64, p[5] - '0', seq);
            p += 6;
        } else {
            buf_addc(out, *p);
        }
    }
}

/* The next number of a ledger and year. The counter is kept beside; a number that is taken all the same (two ledgers with one
 * form, a restored file) is passed over. */
static int next_number(struct ledgers *l, const struct definition *def, int64_t now, struct buf *out,
                       struct err *e)
{
    int year = cn_from_ms(now).year, r;
    char name[64], value[24];
    snprintf(name, sizeof name, "ledger-seq:%s:%d", def->id, year);
    char *was = NULL;
    r = ledger_get_setting(l->store, name, &was, e);
    int64_t seq = r == 0 ? strtoll(was, NULL, 10) : 0;
    free(was);
    if (r < 0 && r != -ENOENT)
        return r;
    do {
        struct doc d = { 0 };
        buf_clear(out);
        write_number(def->number, year, ++seq, out);
        if (out->failed)
            return err_set(e, -ENOMEM, "out of memory");
        r = ledger_get_doc_by_key(l->store, DOC_CASE, out->data, &d, NULL);
        if (r == 0)
            doc_release(&d);
    } while (r == 0);
    if (r != -ENOENT)
        return err_set(e, r, "case number %s cannot be looked up", out->data);
    snprintf(value, sizeof value, "%" PRId64, seq);
    return ledger_put_setting(l->store, name, value, e);
}

/* The text a case runs under stays with the data, so that a changed file changes no case that is open. */
static int keep_definition(struct ledgers *l, const struct definition *def, struct err *e)
{
    char name[128];
    char *was = NULL;
    snprintf(name, sizeof name, "ledger:%s:%s", def->id, def->hash);
    int r = ledger_get_setting(l->store, name, &was, e);
    free(was);
    return r == -ENOENT ? ledger_put_setting(l->store, name, def->text, e) : r;
}

static int write_new(struct ledgers *l, const struct definition *def, json_t *body, const struct actor *who,
                     int64_t now, int64_t *ret_id, struct err *e)
{
    struct buf number = BUF_INIT;
    scoped(json_decrefp) json_t *doc = json_object();
    int64_t id = 0;
    int r = keep_definition(l, def, e);
    if (r == 0)
        r = next_number(l, def, now, &number, e);
    if (r == 0) {
        struct doc d = {
            .key = number.data, .state = def->state[0], .created = now, .updated = now, .body = "{}"
        };
        json_object_set_new(body, "number", json_string(number.data));
        r = ledger_put_doc(l->store, DOC_CASE, &d, &id, e);
    }
    if (r == 0)
        r = chain_append(l->store, id, now, who->name, "open", body, doc, e);
    if (r == 0)
        r = case_files_take(l, def, id, "open", body, who, now, e);
    buf_release(&number);
    if (r == 0)
        *ret_id = id;
    return r;
}

/* A case about a measured goal is about the goal's site unless another was named. */
static void fill_site(struct ledgers *l, const struct definition *def, json_t *fields)
{
    const struct site *s =
        place_site(l->place, (int32_t)json_int(json_object_get(fields, "goal"), "site", 0));
    if (s && definition_field(def, "site") && !json_object_get(fields, "site"))
        json_object_set_new(fields, "site", json_string(s->code));
}

int case_open(struct ledgers *l, const char *ledger, const json_t *fields, int64_t finding,
              const struct actor *who, int64_t now, int64_t *ret_id, struct err *e)
{
    struct definition *def = NULL;
    int r = ledgers_definition(l, ledger, NULL, &def, e);
    if (r < 0)
        return r;
    if (!who || (!is_office(who) && strcmp(who->name, "system") != 0))
        return err_named(e, -EPERM, "case.forbidden",
                         "立案由值班、领导或管理员办理 | opening a case is for duty, leader or admin");
    scoped(json_decrefp) json_t *values = NULL;
    if ((r = fields_take(l, def->field, def->n_fields, fields, finding != 0, &values, e)) < 0)
        return r;
    fill_site(l, def, values);
    scoped(json_decrefp) json_t *body = json_pack(
        "{s:s, s:s, s:O, s:I, s:o, s:s}", "ledger", def->id, "definition", def->hash, "fields", values,
        "finding", (json_int_t)finding, "index", fields_index(l, values), "to", def->state[0]);
    if (!body)
        return err_set(e, -ENOMEM, "out of memory");
    if (def->working == 0)
        json_object_set_new(body, "since", json_true());
    if ((r = ledger_begin(l->store, e)) < 0)
        return r;
    if ((r = write_new(l, def, body, who, now, ret_id, e)) < 0) {
        ledger_rollback(l->store);
        return r;
    }
    return ledger_commit(l->store, e);
}

/* ---- acting ---- */

enum { TRIES_MAX = 100 };

int case_write_event(struct ledgers *l, const struct loaded *c, const char *action, const json_t *body,
                     const struct actor *who, int64_t now, struct err *e)
{
    struct loaded current = { 0 };
    int r = ledger_begin(l->store, e);
    if (r < 0)
        return r;
    r = case_load(l, c->id, &current, e);
    if (r == 0 && strcmp(json_str(current.doc, "last", ""), json_str(c->doc, "last", "")) != 0)
        r = err_named(e, -ESTALE, "conflict", "事项刚刚有变动 | the case changed meanwhile");
    if (r == 0)
        r = chain_append(l->store, c->id, now, who->name, action, body, current.doc, e);
    if (r == 0)
        r = case_files_take(l, c->def, c->id, action, body, who, now, e);
    case_release(&current);
    if (r < 0) {
        ledger_rollback(l->store);
        return r;
    }
    return ledger_commit(l->store, e);
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

/* What a guard sees: copies only. */
static json_t *guard_view(const struct ledgers *l, const struct loaded *c, const json_t *given,
                          const struct actor *who, int64_t now)
{
    char today[CN_TEXT];
    struct said why;
    bool has_days;
    int64_t days;
    enum light light = clock_light(l, c, now, &why, &has_days, &days);
    const struct unit *u = place_unit(l->place, who->unit);
    json_t *view = json_pack(
        "{s:O, s:O, s:s, s:s, s:s, s:I, s:{s:s, s:s, s:s}}", "fields", json_object_get(c->doc, "fields"),
        "given", given, "state", json_str(c->doc, "state", ""), "today", cn_format_date(now, today), "light",
        light_name(light), "rebounds", (json_int_t)json_int(c->doc, "rebounds", 0), "actor", "name",
        who->name, "role", role_name(who->role), "unit", u ? u->code : "");
    if (view && has_days)
        json_object_set_new(view, "days_left", json_integer(days));
    return view;
}

static int ask_guard(struct ledgers *l, struct loaded *c, const struct action *a, const json_t *given,
                     const struct actor *who, int64_t now, struct said *why, bool *ret_allowed, struct err *e)
{
    scoped(freep) char *sentence = NULL;
    *ret_allowed = true;
    if (!a->guard)
        return 0;
    scoped(json_decrefp) json_t *view = guard_view(l, c, given, who, now);
    int r = view ? definition_guard(c->def, a, view, &sentence, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0 && sentence) {
        said_split(sentence, why);
        *ret_allowed = false;
    }
    return r;
}

static void say_gate(const json_t *gate, struct said *why)
{
    bool unknown = strcmp(json_str(gate, "verdict", ""), "cannot_judge") == 0;
    const char *zh = json_str(gate, "text", ""), *en = json_str(gate, "text_en", zh);
    snprintf(why->zh, sizeof why->zh, "%s：%s", unknown ? "整改目标尚不能判定" : "整改目标尚未达到", zh);
    snprintf(why->en, sizeof why->en, "%s: %s",
             unknown ? "the goal cannot be judged yet" : "the goal is not met yet", en);
}

/* The effects of an action, as members of its event (chain.h). */
static json_t *action_body(struct ledgers *l, const struct loaded *c, const struct action *a,
                           const json_t *given, const json_t *gate)
{
    const struct definition *def = c->def;
    json_t *body = json_pack("{s:s, s:O}", "from", json_str(c->doc, "state", ""), "fields", given);
    scoped(json_decrefp) json_t *set = json_object();
    for (size_t i = 0; i < a->n_needs; i++)
        if (a->sets & 1u << i)
            json_object_set(set, a->need[i].id, json_object_get(given, a->need[i].id));
    if (json_object_size(set)) {
        scoped(json_decrefp) json_t *fields = json_copy(json_object_get(c->doc, "fields"));
        json_object_update(fields, set);
        json_object_set(body, "set", set);
        json_object_set_new(body, "index", fields_index(l, fields));
    }
    if (a->by == BY_OWNER)
        json_object_set_new(body, "work", json_true());
    if (gate)
        json_object_set(body, "gate", (json_t *)gate);
    if (a->to < 0)
        return body;
    json_object_set_new(body, "to", json_string(def->state[a->to]));
    if (a->to == def->working && !json_int(c->doc, "since", 0))
        json_object_set_new(body, "since", json_true());
    bool met = def->met & 1u << a->to, stopped = json_int(c->doc, "stopped", 0) != 0;
    if (met != stopped && a->to != def->closed)
        json_object_set_new(body, "clock", json_string(met ? "stop" : "run"));
    if (a->to == def->closed)
        json_object_set_new(body, "closed",
                            json_string(goal_is_measured(c->doc) && gate_met(gate) ? "data" : "paper"));
    return body;
}

static int act_on(struct ledgers *l, struct loaded *c, const char *action, const json_t *fields,
                  const struct actor *who, int64_t now, struct err *e)
{
    const struct action *a = NULL;
    struct said why = { 0 };
    int r = find_action(c, action, &a, e);
    if (!a)
        return r;
    if (!may_act(l, c, a, who, &why))
        return said_err(e, -EPERM, "case.forbidden", &why);
    scoped(json_decrefp) json_t *given = NULL, *gate = NULL;
    if ((r = fields_take(l, a->need, a->n_needs, fields, false, &given, e)) < 0)
        return r;
    if (!clock_allows(l, c, a, now, &why))
        return refuse(l, c, a, &why, NULL, who, now, e);
    bool allowed;
    if ((r = ask_guard(l, c, a, given, who, now, &why, &allowed, e)) < 0)
        return r;
    if (!allowed)
        return refuse(l, c, a, &why, NULL, who, now, e);
    if (a->gate) {
        if ((r = gate_ask(l, c, now, &gate, e)) < 0)
            return r;
        if (!gate_met(gate)) {
            say_gate(gate, &why);
            return refuse(l, c, a, &why, gate, who, now, e);
        }
    }
    scoped(json_decrefp) json_t *body = action_body(l, c, a, given, gate);
    return body ? case_write_event(l, c, a->id, body, who, now, e) : err_set(e, -ENOMEM, "out of memory");
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
