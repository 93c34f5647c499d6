/* write.c - a case as docs/api describes it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "ledger/engine.h"

static bool shown(const struct definition *d, const struct actor *who, const char *name)
{
    if (who)
        return true;
    for (size_t i = 0; i < json_array_size(d->public_fields); i++)
        if (strcmp(json_string_value(json_array_get(d->public_fields, i)), name) == 0)
            return true;
    return false;
}

static const struct site *site_of(const struct ledgers *l, const json_t *fields)
{
    const char *code = json_str(fields, "site", "");
    return *code ? place_site_by_code(l->place, code) : NULL;
}

/* The title given, or the problem's first sentence, or its first 40 characters. */
static void write_title(struct jw *w, const json_t *fields)
{
    enum { TITLE_CHARACTERS = 40 };
    static const char *const ends[] = { "。", "；", "\n", ";" };
    const char *given = json_str(fields, "title", ""), *s = *given ? given : json_str(fields, "problem", "");
    size_t n = strlen(s), cut = n, at = 0;
    for (size_t i = 0; !*given && i < COUNT_OF(ends); i++) {
        const char *end = strstr(s, ends[i]);
        if (end && (size_t)(end - s) < cut)
            cut = (size_t)(end - s);
    }
    for (int chars = 0; at < cut && (*given || chars < TITLE_CHARACTERS); chars++) {
        size_t len = utf8_len(s + at, n - at);
        at += len ? len : 1;
    }
    if (at >= cut) {
        jw_strn(w, s, cut);
        return;
    }
    scoped(freep) char *title = NULL;
    if (asprintf(&title, "%.*s…", (int)at, s) >= 0)
        jw_str(w, title);
    else
        jw_null(w);
}

/* A member that the public may not see is null, so that the shape is the same for everyone. */
static void key_if(struct jw *w, const struct loaded *c, const struct actor *who, const char *key,
                   const char *name, const char *text)
{
    jw_kstr(w, key, shown(c->def, who, name) ? text : NULL);
}

static void write_light(const struct ledgers *l, struct jw *w, const struct loaded *c,
                        const struct actor *who, int64_t now)
{
    struct said why;
    bool has_days;
    int64_t days;
    enum light x = clock_light(l, c, now, &why, &has_days, &days);
    key_if(w, c, who, "light", "light", light_name(x));
    key_if(w, c, who, "light_reason", "light", why.zh);
    key_if(w, c, who, "light_reason_en", "light", why.en);
    jw_key(w, "days_left");
    if (has_days && shown(c->def, who, "due"))
        jw_int(w, days);
    else
        jw_null(w);
}

void case_write_summary(const struct ledgers *l, struct jw *w, const struct loaded *c,
                        const struct actor *who, int64_t now)
{
    const json_t *doc = c->doc, *fields = json_object_get(doc, "fields");
    bool closed_shown = shown(c->def, who, "closed");
    jw_kint(w, "id", c->id);
    key_if(w, c, who, "number", "number", json_str(doc, "number", ""));
    jw_kstr(w, "ledger", c->def->id);
    jw_key(w, "title");
    if (shown(c->def, who, "title") || shown(c->def, who, "problem"))
        write_title(w, fields);
    else
        jw_null(w);
    const char *state = json_str(doc, "state", "");
    int s = definition_state(c->def, state);
    key_if(w, c, who, "state", "state", state);
    key_if(w, c, who, "state_en", "state",
           s >= 0 ? json_string_value(json_array_get(c->def->states_en, (size_t)s)) : NULL);
    write_light(l, w, c, who, now);
    jw_key(w, "owner");
    unit_write(w, shown(c->def, who, "owner") ? fields_unit(l, fields, "owner") : NULL);
    jw_key(w, "supervisor");
    unit_write(w, shown(c->def, who, "supervisor") ? fields_unit(l, fields, "supervisor") : NULL);
    jw_ktime(w, "opened", json_int(doc, "opened", 0));
    key_if(w, c, who, "due", "due", json_str(fields, "due", NULL));
    jw_ktime(w, "closed", closed_shown ? json_int(doc, "closed", 0) : 0);
    jw_kstr(w, "closed_how", closed_shown ? json_str(doc, "closed_how", NULL) : NULL);
    jw_kint(w, "rebounds", json_int(doc, "rebounds", 0));
    jw_key(w, "site");
    site_write(w, shown(c->def, who, "site") ? site_of(l, fields) : NULL);
    key_if(w, c, who, "problem", "problem", json_str(fields, "problem", NULL));
    key_if(w, c, who, "goal_text", "goal", json_str(json_object_get(fields, "goal"), "text", NULL));
}

/* ---- one case ---- */

static void write_fields(const struct ledgers *l, struct jw *w, const struct loaded *c,
                         const struct actor *who)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    jw_key(w, "fields");
    jw_object(w);
    for (size_t i = 0; i < c->def->n_fields; i++) {
        const struct field *f = &c->def->field[i];
        if (!shown(c->def, who, f->id))
            continue;
        jw_key(w, f->id);
        if (f->type == FIELD_UNIT)
            unit_write(w, fields_unit(l, fields, f->id));
        else if (f->type == FIELD_SITE)
            site_write(w, site_of(l, fields));
        else
            jw_tree(w, json_object_get(fields, f->id));
    }
    jw_end_object(w);
}

static void write_watch(struct jw *w, const struct loaded *c, const struct actor *who, int64_t now)
{
    int64_t until = watch_end(c);
    char date[CN_TEXT], text[160];
    jw_key(w, "watch");
    if (!until || until < now || !shown(c->def, who, "closed")) {
        jw_null(w);
        return;
    }
    cn_format_date(until, date);
    jw_object(w);
    jw_ktime(w, "until", until);
    snprintf(text, sizeof text, "回头看至 %s：数据一旦反弹，本事项自动重新打开", date);
    jw_kstr(w, "text", text);
    snprintf(text, sizeof text, "watched until %s: if the data break the goal, this case reopens by itself",
             date);
    jw_kstr(w, "text_en", text);
    jw_end_object(w);
}

void field_write(struct jw *w, const struct field *f)
{
    jw_object(w);
    jw_kstr(w, "id", f->id);
    jw_kstr(w, "label", f->label);
    jw_kstr(w, "label_en", f->label_en);
    jw_kstr(w, "type", field_type_name(f->type));
    jw_kbool(w, "required", f->required);
    if (f->choices) {
        jw_key(w, "choices");
        jw_tree(w, f->choices);
    }
    if (f->differs_from)
        jw_kstr(w, "differs_from", f->differs_from);
    jw_end_object(w);
}

void needs_write(struct jw *w, const struct action *a)
{
    jw_key(w, "needs");
    jw_array(w);
    for (size_t i = 0; i < a->n_needs; i++)
        field_write(w, &a->need[i]);
    jw_end_array(w);
}

static bool offer(const struct ledgers *l, const struct loaded *c, const struct action *a,
                  const struct actor *who, int64_t now, const json_t *gate, struct said *why)
{
    if (!may_act(l, c, a, who, why) || !clock_allows(l, c, a, now, why))
        return false;
    if (!a->gate || gate_met(gate))
        return true;
    snprintf(why->zh, sizeof why->zh, "%s", json_str(gate, "text", ""));
    snprintf(why->en, sizeof why->en, "%s", json_str(gate, "text_en", ""));
    return false;
}

/* What can be done from the state the case is in, each with the reason when this person cannot do it now. */
static void write_actions(const struct ledgers *l, struct jw *w, const struct loaded *c,
                          const struct actor *who, int64_t now, const json_t *gate)
{
    int s = definition_state(c->def, json_str(c->doc, "state", ""));
    jw_key(w, "actions");
    jw_array(w);
    for (size_t i = 0; who && s >= 0 && i < c->def->n_actions; i++) {
        const struct action *a = &c->def->action[i];
        struct said why;
        if (!(a->from & 1u << s))
            continue;
        bool allowed = offer(l, c, a, who, now, gate, &why);
        jw_object(w);
        jw_kstr(w, "id", a->id);
        jw_kstr(w, "label", a->label);
        jw_kstr(w, "label_en", a->label_en);
        jw_kbool(w, "allowed", allowed);
        jw_kstr(w, "why_not", allowed ? NULL : why.zh);
        jw_kstr(w, "why_not_en", allowed ? NULL : why.en);
        needs_write(w, a);
        jw_end_object(w);
    }
    jw_end_array(w);
}

struct history {
    const struct ledgers *l;
    const struct loaded *c;
    struct jw *w;
    int64_t at; /* events up to then; 0: all */
    bool full;  /* false: the public's view, without names and papers */
};

static void event_labels(const struct definition *d, const struct event *ev, const json_t *body,
                         struct said *ret)
{
    const struct action *a = definition_action(d, ev->action),
                        *tried = definition_action(d, json_str(body, "action", ""));
    *ret = strcmp(ev->action, "open") == 0 ? (struct said){ "立案", "Opened" }
           : strcmp(ev->action, "reopen") == 0 ? (struct said){ "数据反弹，重新打开", "Reopened by the data" }
                                               : (struct said){ "", "" };
    if (strcmp(ev->action, "refused") == 0) {
        snprintf(ret->zh, sizeof ret->zh, "%s未获通过", tried ? tried->label : "");
        snprintf(ret->en, sizeof ret->en, "Refused: %s", tried ? tried->label_en : "");
    } else if (a) {
        snprintf(ret->zh, sizeof ret->zh, "%s", a->label);
        snprintf(ret->en, sizeof ret->en, "%s", a->label_en);
    }
}

static void event_actor(const struct history *h, const struct event *ev)
{
    struct user u;
    bool system = strcmp(ev->actor, "system") == 0;
    jw_kstr(h->w, "actor", h->full ? ev->actor : NULL);
    bool known = h->full && !system && ledger_get_user(h->l->store, ev->actor, &u, NULL) == 0;
    jw_kstr(h->w, "actor_display", system ? "系统" : !h->full ? NULL : known ? u.display : ev->actor);
}

static int write_event(const struct event *ev, void *arg)
{
    struct history *h = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (h->at && ev->at > h->at)
        return 0;
    if (json_read(ev->body, strlen(ev->body), &body, NULL) < 0)
        return -EBADMSG;
    struct said label;
    event_labels(h->c->def, ev, body, &label);
    const json_t *fields = json_object_get(body, "fields");
    const char *text = json_str(body, "text", NULL);
    if (!text)
        text = json_str(fields, "reason", json_str(fields, "report", json_str(fields, "opinion", "")));
    jw_object(h->w);
    jw_kint(h->w, "seq", ev->seq);
    jw_ktime(h->w, "at", ev->at);
    event_actor(h, ev);
    jw_kstr(h->w, "action", ev->action);
    jw_kstr(h->w, "label", label.zh);
    jw_kstr(h->w, "label_en", label.en);
    jw_kstr(h->w, "from", json_str(body, "from", NULL));
    jw_kstr(h->w, "to", json_str(body, "to", NULL));
    if (h->full) {
        jw_key(h->w, "fields");
        if (fields && strcmp(ev->action, "open") != 0)
            jw_tree(h->w, fields);
        else
            jw_raw(h->w, "{}");
        if (json_object_get(body, "set")) {
            jw_key(h->w, "set");
            jw_tree(h->w, json_object_get(body, "set"));
        }
        jw_kstr(h->w, "text", text);
        jw_kstr(h->w, "text_en", json_str(body, "text_en", text));
    }
    jw_kstr(h->w, "hash", ev->hash);
    jw_end_object(h->w);
    return 0;
}

static int write_events(struct ledgers *l, struct jw *w, const struct loaded *c, const struct actor *who,
                        int64_t at, struct err *e)
{
    struct history h = { .l = l, .c = c, .w = w, .at = at, .full = who != NULL };
    jw_key(w, "events");
    jw_array(w);
    int r = shown(c->def, who, "history") ? ledger_each_event(l->store, c->id, write_event, &h, e) : 0;
    jw_end_array(w);
    return r;
}

/* at: as it stood then; 0: now. */
static int write_loaded(struct ledgers *l, const struct loaded *c, const struct actor *who, int64_t now,
                        int64_t at, const json_t *gate, struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    bool goal = shown(c->def, who, "goal");
    jw_object(&w);
    case_write_summary(l, &w, c, who, now);
    write_fields(l, &w, c, who);
    jw_key(&w, "goal");
    jw_tree(&w, goal ? json_object_get(json_object_get(c->doc, "fields"), "goal") : NULL);
    jw_key(&w, "gate");
    jw_tree(&w, goal ? gate : NULL);
    write_watch(&w, c, who, now);
    write_actions(l, &w, c, at ? NULL : who, now, gate);
    int r = write_events(l, &w, c, who, at, e);
    jw_kint(&w, "finding", who ? json_int(c->doc, "finding", 0) : 0);
    jw_kstr(&w, "definition", c->def->id);
    jw_kstr(&w, "definition_hash", c->def->hash);
    jw_end_object(&w);
    return r;
}

static int written(int r, struct buf *out, size_t start, struct err *e)
{
    if (r == 0 && out->failed)
        r = err_set(e, -ENOMEM, "out of memory");
    if (r < 0 && out->data)
        out->data[out->len = start] = '\0';
    return r;
}

int case_write(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
               struct err *e)
{
    struct loaded c = { 0 };
    scoped(json_decrefp) json_t *gate = NULL;
    size_t start = out->len;
    int r = case_load(l, id, &c, e);
    if (r == 0 && !json_int(c.doc, "closed", 0))
        r = gate_ask(l, &c, now, &gate, e);
    if (r == 0)
        r = write_loaded(l, &c, who, now, 0, gate, out, e);
    case_release(&c);
    return written(r, out, start, e);
}

int case_write_at(struct ledgers *l, int64_t id, const struct actor *who, int64_t at, struct buf *out,
                  struct err *e)
{
    struct loaded c = { 0 };
    size_t start = out->len;
    int r = case_load_at(l, id, at, &c, e);
    if (r == 0)
        r = write_loaded(l, &c, who, at, at, NULL, out, e);
    case_release(&c);
    return written(r, out, start, e);
}
