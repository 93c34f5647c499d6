/* published.c - what the public sees of a case: as it was first published, what was changed since at which step, and as it is today. A
 * plan that is edited after its publication cannot be edited unseen: every change stands in the chain. */
#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/engine.h"

static bool published(const struct definition *d, const char *field)
{
    for (size_t i = 0; i < json_array_size(d->public_fields); i++)
        if (strcmp(json_string_value(json_array_get(d->public_fields, i)), field) == 0)
            return true;
    return false;
}

/* Those of the values that are published fields of the case, as an object. */
static size_t write_values(struct ledgers *l, struct jw *w, const struct definition *def,
                           const json_t *values)
{
    size_t n = 0;
    jw_object(w);
    for (size_t i = 0; i < def->n_fields; i++) {
        const struct field *f = &def->field[i];
        const json_t *v = json_object_get(values, f->id);
        if (!v || !published(def, f->id))
            continue;
        jw_key(w, f->id);
        value_write(l, w, f, v);
        n++;
    }
    jw_end_object(w);
    return n;
}

struct changes {
    struct ledgers *l;
    const struct loaded *c;
    struct jw *w;
    json_t *first; /* owned: fields at the opening */
    size_t n;
};

/* A value set again to what it was is no change. */
static json_t *what_changed(const struct changes *x, json_t *known, const json_t *set)
{
    json_t *changed = json_object();
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)set, key, v)
    {
        const json_t *was = json_object_get(known, key);
        if (published(x->c->def, key) && definition_field(x->c->def, key) && !(was && json_equal(was, v)))
            json_object_set(changed, key, v);
        json_object_set(known, key, v);
    }
    return changed;
}

static int write_change(const struct event *ev, void *arg)
{
    struct changes *x = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (json_read(ev->body, strlen(ev->body), &body, NULL) < 0)
        return -EBADMSG;
    const json_t *set = json_object_get(body, "set");
    if (strcmp(ev->action, "open") == 0) {
        json_object_update(x->first, json_object_get(body, "fields"));
        json_object_update(x->first, (json_t *)(uintptr_t)set);
        return 0;
    }
    scoped(json_decrefp) json_t *changed = what_changed(x, x->first, set);
    if (!json_object_size(changed))
        return 0;
    const struct action *a = definition_action(x->c->def, ev->action);
    jw_object(x->w);
    jw_kint(x->w, "seq", ev->seq);
    jw_ktime(x->w, "at", ev->at);
    jw_kstr(x->w, "action", ev->action);
    jw_kstr(x->w, "label", a ? a->label : NULL);
    jw_kstr(x->w, "label_en", a ? a->label_en : NULL);
    jw_kstr(x->w, "hash", ev->hash);
    jw_key(x->w, "fields");
    write_values(x->l, x->w, x->c->def, changed);
    jw_end_object(x->w);
    x->n++;
    return 0;
}

static int take_first(const struct event *ev, void *arg)
{
    scoped(json_decrefp) json_t *body = NULL;
    if (strcmp(ev->action, "open") != 0)
        return 1;
    if (json_read(ev->body, strlen(ev->body), &body, NULL) < 0)
        return -EBADMSG;
    json_object_update(arg, json_object_get(body, "fields"));
    json_object_update(arg, json_object_get(body, "set"));
    return 1; /* it is the first event: the others need not be read */
}

int case_write_published(struct ledgers *l, int64_t id, int64_t now, struct buf *out, struct err *e)
{
    struct loaded c = { 0 };
    int r = case_load(l, id, &c, e);
    if (r < 0)
        return r;
    struct jw w = JW(out);
    scoped(json_decrefp) json_t *first = json_object(), *running = json_object();
    struct changes x = { .l = l, .c = &c, .w = &w, .first = running };
    jw_object(&w);
    case_write_summary(l, &w, &c, NULL, now);
    jw_key(&w, "fields");
    write_values(l, &w, c.def, json_object_get(c.doc, "fields"));
    jw_key(&w, "first");
    r = ledger_each_event(l->store, id, take_first, first, e);
    write_values(l, &w, c.def, r < 0 ? NULL : first);
    jw_key(&w, "changes");
    jw_array(&w);
    if (r >= 0 && published(c.def, "history"))
        r = ledger_each_event(l->store, id, write_change, &x, e);
    jw_end_array(&w);
    jw_end_object(&w);
    case_release(&c);
    return r < 0 ? r : out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}
