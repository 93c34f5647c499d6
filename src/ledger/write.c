/* write.c - a case as docs/api describes it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "ledger/timing.h"

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
    who = reader_of(l, c, who);
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
    int64_t due;
    char due_text[CN_TEXT];
    bool has_due = clock_due(l, c, now, &due);
    key_if(w, c, who, "due", "due", has_due ? cn_format_date(cn_day_start(due), due_text) : NULL);
    jw_ktime(w, "closed", closed_shown ? json_int(doc, "closed", 0) : 0);
    jw_kstr(w, "closed_how", closed_shown ? json_str(doc, "closed_how", NULL) : NULL);
    jw_kint(w, "rebounds", json_int(doc, "rebounds", 0));
    jw_ktime(w, "blind_since", closed_shown ? json_int(json_object_get(doc, "blind"), "since", 0) : 0);
    jw_key(w, "site");
    site_write(w, shown(c->def, who, "site") ? site_of(l, fields) : NULL);
    key_if(w, c, who, "problem", "problem", json_str(fields, "problem", NULL));
    key_if(w, c, who, "goal_text", "goal", json_str(json_object_get(fields, "goal"), "text", NULL));
}

/* ---- one case ---- */

static void write_fields(struct ledgers *l, struct jw *w, const struct loaded *c, const struct actor *who)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    jw_key(w, "fields");
    jw_object(w);
    for (size_t i = 0; i < c->def->n_fields; i++) {
        const struct field *f = &c->def->field[i];
        if (!shown(c->def, who, f->id))
            continue;
        jw_key(w, f->id);
        value_write(l, w, f, json_object_get(fields, f->id));
    }
    jw_end_object(w);
}

/* The case above, and how many stand below and how far they are; the public sees neither. */
static int write_family(struct ledgers *l, struct jw *w, const struct loaded *c, const struct actor *who,
                        struct err *e)
{
    int64_t parent = who ? json_int(c->doc, "parent", 0) : 0;
    struct child_count n = { 0 };
    micro progress = 0;
    int r = case_progress(l, c, &progress, e);
    if (r == 0)
        r = children_count(l, c, &n, e);
    if (r < 0)
        return r;
    jw_key(w, "parent");
    if (!parent || case_write_reference(l, w, parent) < 0)
        jw_null(w);
    jw_key(w, "children");
    if (who) {
        jw_object(w);
        jw_kint(w, "n", n.n);
        jw_kint(w, "closed", n.closed);
        jw_end_object(w);
    } else {
        jw_null(w);
    }
    jw_kmicro(w, "progress", shown(c->def, who, "progress") ? progress : MICRO_MISSING, 2);
    return 0;
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
    const json_t *blind = json_object_get(c->doc, "blind");
    jw_ktime(w, "blind_since", json_int(blind, "since", 0));
    jw_kstr(w, "blind_why", json_str(blind, "why", NULL));
    jw_kstr(w, "blind_why_en", json_str(blind, "why_en", NULL));
    jw_end_object(w);
}

/* The answers of the two gates. */
struct gates {
    json_t *goal, *children;
};

static bool offer(const struct ledgers *l, const struct loaded *c, const struct action *a,
                  const struct actor *who, int64_t now, const struct gates *gate, struct said *why)
{
    if (!may_act(l, c, a, who, why) || !clock_allows(l, c, a, now, why))
        return false;
    for (int i = 0; i < 2; i++) {
        const json_t *answer = i ? gate->children : gate->goal;
        if (!(a->gate & (i ? GATE_CHILDREN_CLOSED : GATE_GOAL_MET)) || gate_met(answer))
            continue;
        snprintf(why->zh, sizeof why->zh, "%s", json_str(answer, "text", ""));
        snprintf(why->en, sizeof why->en, "%s", json_str(answer, "text_en", ""));
        return false;
    }
    return true;
}

/* What can be done from the state the case is in, each with the reason when this person cannot do it now. */
static void write_actions(const struct ledgers *l, struct jw *w, const struct loaded *c,
                          const struct actor *who, int64_t now, const struct gates *gate)
{
    int s = definition_state(c->def, json_str(c->doc, "state", ""));
    jw_key(w, "actions");
    jw_array(w);
    if (json_object_get(c->doc, "merged_into"))
        s = -1; /* it is acted on in the case it is in */
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
        parts_say(l, c->def, &a->by, json_object_get(c->doc, "fields"), &why);
        jw_kstr(w, "who", why.zh);
        jw_kstr(w, "who_en", why.en);
        needs_write(w, a);
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* Who acted in what was merged in is for the rights alone. */
static void write_sources(struct jw *w, const json_t *sources)
{
    scoped(json_decrefp) json_t *shown = sources ? json_deep_copy(sources) : NULL;
    for (size_t i = json_array_size(shown); i-- > 0;)
        if (json_object_get(json_array_get(shown, i), "number"))
            json_object_del(json_array_get(shown, i), "people");
        else /* a table that it was changed by, as an earlier version kept it */
            json_array_remove(shown, i);
    jw_key(w, "sources");
    jw_tree(w, shown);
}

/* Reports missed, and the cases this one was made one with. */
static void write_dealings(struct jw *w, const struct loaded *c)
{
    jw_kint(w, "misses", json_int(c->doc, "misses", 0));
    jw_key(w, "missed");
    jw_tree(w, json_object_get(c->doc, "missed"));
    write_sources(w, json_object_get(c->doc, "sources"));
    jw_key(w, "merged_into");
    jw_tree(w, json_object_get(c->doc, "merged_into"));
}

/* at: as it stood then; 0: now. */
static int write_loaded(struct ledgers *l, const struct loaded *c, const struct actor *who, int64_t now,
                        int64_t at, const struct gates *gate, struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    bool goal = shown(c->def, who, "goal");
    jw_object(&w);
    case_write_summary(l, &w, c, who, now);
    write_fields(l, &w, c, who);
    jw_key(&w, "goal");
    jw_tree(&w, goal ? json_object_get(json_object_get(c->doc, "fields"), "goal") : NULL);
    jw_key(&w, "gate");
    jw_tree(&w, goal ? gate->goal : NULL);
    jw_key(&w, "clocks");
    if (shown(c->def, who, "due") || shown(c->def, who, "light"))
        clocks_write(l, &w, c, who, now);
    else
        jw_null(&w);
    if (who)
        write_dealings(&w, c);
    write_watch(&w, c, who, now);
    write_actions(l, &w, c, at ? NULL : who, now, gate);
    int r = write_family(l, &w, c, who, e);
    if (r == 0)
        r = case_write_history(l, &w, c, who, shown(c->def, who, "history"), at, e);
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
    struct gates gate = { 0 };
    size_t start = out->len;
    int r = case_load(l, id, &c, e);
    if (r == 0)
        r = reader_check(l, &c, who, e);
    bool open = r == 0 && !json_int(c.doc, "closed", 0);
    if (open)
        r = gate_ask(l, &c, now, &gate.goal, e);
    if (r == 0 && open)
        r = gate_ask_children(l, &c, &gate.children, e);
    if (r == 0)
        r = write_loaded(l, &c, who, now, 0, &gate, out, e);
    case_release(&c);
    json_decref(gate.goal);
    json_decref(gate.children);
    return written(r, out, start, e);
}

int case_write_at(struct ledgers *l, int64_t id, const struct actor *who, int64_t at, struct buf *out,
                  struct err *e)
{
    static const struct gates no_gate = { 0 };
    struct loaded c = { 0 };
    size_t start = out->len;
    int r = case_load_past(l, id, at, &c, e);
    if (r == 0)
        r = reader_check(l, &c, who, e);
    if (r == 0)
        r = write_loaded(l, &c, who, at, at, &no_gate, out, e);
    case_release(&c);
    return written(r, out, start, e);
}
