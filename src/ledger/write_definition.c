/* write_definition.c - definitions as docs/api describes them. */
#include <errno.h>
#include <string.h>

#include "ledger/timing.h"

static void write_parts(struct jw *w, const char *key, const struct parts *p)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < p->n; i++)
        jw_str(w, part_name(&p->part[i]));
    jw_end_array(w);
}

static void write_fields(struct jw *w, const struct definition *d)
{
    jw_key(w, "fields");
    jw_array(w);
    for (size_t i = 0; i < d->n_fields; i++)
        field_write(w, &d->field[i]);
    jw_end_array(w);
}

static void write_states(struct jw *w, const struct definition *d, const char *key, uint32_t bits)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t s = 0; s < d->n_states; s++)
        if (bits & 1u << s)
            jw_str(w, d->state[s]);
    jw_end_array(w);
}

static void write_actions(const struct ledgers *l, struct jw *w, const struct definition *d)
{
    jw_key(w, "actions");
    jw_array(w);
    for (size_t i = 0; i < d->n_actions; i++) {
        const struct action *a = &d->action[i];
        struct said who;
        parts_say(l, d, &a->by, NULL, &who);
        jw_object(w);
        jw_kstr(w, "id", a->id);
        jw_kstr(w, "label", a->label);
        jw_kstr(w, "label_en", a->label_en);
        write_states(w, d, "from", a->from);
        jw_kstr(w, "to", a->to >= 0 ? d->state[a->to] : NULL);
        write_parts(w, "by", &a->by);
        jw_kstr(w, "who", who.zh);
        jw_kstr(w, "who_en", who.en);
        needs_write(w, a);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_trees(struct jw *w, const char *key, const json_t *tree)
{
    jw_key(w, key);
    if (tree)
        jw_tree(w, tree);
    else
        jw_raw(w, "[]");
}

/* Views and printed forms: {"id","label","label_en", and what else they say}. */
static void write_named(struct jw *w, const char *key, const json_t *list, const char *const *more, size_t n)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        jw_object(w);
        jw_kstr(w, "id", json_str(o, "id", ""));
        jw_kstr(w, "label", json_str(o, "1", ""));
        jw_kstr(w, "label_en", json_str(o, "en", json_str(o, "id", "")));
        for (size_t m = 0; m < n; m++) {
            jw_key(w, more[m]);
            jw_tree(w, json_object_get(o, more[m]));
        }
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_opening(const struct ledgers *l, struct jw *w, const struct definition *d,
                          const struct actor *who)
{
    bool is_public;
    struct said why = { 0 };
    bool may = may_open(l, d, NULL, who, &is_public, &why);
    write_parts(w, "open_by", &d->open_by);
    if (d->read_by.n)
        write_parts(w, "read_by", &d->read_by);
    jw_kbool(w, "may_open", may);
    jw_kstr(w, "why_not_open", may ? NULL : why.zh);
    jw_kstr(w, "why_not_open_en", may ? NULL : why.en);
    write_trees(w, "intake", d->intake);
}

/* Of a ledger with a random draw: the fields that the draw fills, which nobody is asked for. */
static void write_draw(struct jw *w, const struct definition *d)
{
    static const char *const own[] = { "seed", "tier" };
    const char *id;
    json_t *v;
    jw_key(w, "draw");
    if (!d->draw.objects) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_key(w, "fills");
    jw_array(w);
    jw_str(w, d->draw.objects);
    jw_str(w, d->draw.officers);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (definition_field(d, own[i]))
            jw_str(w, own[i]);
    json_object_foreach((json_t *)(uintptr_t)d->draw.fields, id, v) jw_str(w, id);
    jw_end_array(w);
    jw_end_object(w);
}

/* Of a ledger whose cases are dealt out: the field that says to whom, and how many each. */
static void write_deal(struct jw *w, const struct definition *d)
{
    jw_key(w, "deal");
    if (!d->deal_field) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kstr(w, "field", d->deal_field);
    jw_kint(w, "per", (int64_t)d->deal_per);
    jw_end_object(w);
}

static void write_definition(const struct ledgers *l, struct jw *w, const struct definition *d,
                             const struct actor *who)
{
    static const char *const of_view[] = { "filter", "order" }, *const of_form[] = { "rows", "sign" };
    jw_object(w);
    jw_kstr(w, "id", d->id);
    jw_kstr(w, "title", d->title);
    jw_kstr(w, "title_en", d->title_en);
    jw_kstr(w, "about", d->about);
    jw_kstr(w, "family", d->family);
    write_fields(w, d);
    write_states(w, d, "states", UINT32_MAX);
    jw_key(w, "states_en");
    jw_tree(w, d->states_en);
    jw_kstr(w, "closed", d->state[d->closed]);
    write_actions(l, w, d);
    write_opening(l, w, d, who);
    write_trees(w, "columns", d->columns);
    write_named(w, "views", d->views, of_view, sizeof of_view / sizeof *of_view);
    write_named(w, "forms", d->forms, of_form, sizeof of_form / sizeof *of_form);
    jw_kstr(w, "group", d->group);
    write_draw(w, d);
    write_deal(w, d);
    write_trees(w, "children", d->children);
    jw_kbool(w, "score", d->score.by != NULL);
    jw_kint(w, "tables", (int64_t)d->n_crosses);
    timing_write(w, d);
    jw_kstr(w, "hash", d->hash);
    jw_end_object(w);
}

static const struct definition *current(const struct ledgers *l, const char *id)
{
    for (size_t i = 0; i < l->n_current; i++)
        if (strcmp(l->current[i]->id, id) == 0)
            return l->current[i];
    return NULL;
}

const char *ledgers_title(struct ledgers *l, const char *id, bool english)
{
    const struct definition *d = current(l, id);
    return d ? (english ? d->title_en : d->title) : NULL;
}

bool ledgers_has_field(struct ledgers *l, const char *id, const char *field)
{
    const struct definition *d = current(l, id);
    return d && definition_field(d, field);
}

int ledgers_write_definitions(struct ledgers *l, const struct actor *who, struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_key(&w, "ledgers");
    jw_array(&w);
    for (size_t i = 0; i < l->n_current; i++)
        write_definition(l, &w, l->current[i], who);
    jw_end_array(&w);
    jw_end_object(&w);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}
