/* effects.c - what a definition's functions see, and what comes of their answers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/engine.h"

enum { LISTED_MAX = 1000, OPENED_MAX = 5000 };

struct listed {
    json_t *list;
    int64_t n, closed;
};

static int list_child(const struct loaded *child, void *arg)
{
    struct listed *all = arg;
    all->n++;
    all->closed += json_int(child->doc, "closed", 0) != 0;
    if (json_array_size(all->list) < LISTED_MAX)
        json_array_append_new(all->list, case_glimpse(child));
    return 0;
}

int effects_view(struct ledgers *l, const struct loaded *c, const json_t *given, const struct actor *who,
                 int64_t now, json_t **ret, struct err *e)
{
    char today[CN_TEXT], opened[CN_TEXT];
    struct said why;
    bool has_days;
    int64_t days;
    struct listed children = { .list = json_array() };
    scoped(json_decrefp) json_t *related = NULL, *list = children.list;
    int r = children_each(l, c->doc, list_child, &children, e);
    if (r == 0)
        r = related_load(l, c, &related, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *none = json_object();
    json_t *taken = json_object_get(c->doc, "taken");
    enum light light = clock_light(l, c, now, &why, &has_days, &days);
    const struct unit *u = place_unit(l->place, who->unit);
    cn_format_date(json_int(c->doc, "opened", now), opened);
    json_t *view = json_pack(
        "{s:O, s:O, s:s, s:s, s:I, s:s, s:s, s:s, s:I, s:O, s:{s:s, s:s, s:s}, s:{s:I, s:I, s:O}, s:O}",
        "fields", json_object_get(c->doc, "fields"), "given", given ? given : none, "state",
        json_str(c->doc, "state", ""), "today", cn_format_date(now, today), "now", (json_int_t)now, "number",
        json_str(c->doc, "number", ""), "opened", opened, "light", light_name(light), "rebounds",
        (json_int_t)json_int(c->doc, "rebounds", 0), "taken", taken ? taken : none, "actor", "name",
        who->name, "role", role_name(who->role), "unit", u ? u->code : "", "children", "n",
        (json_int_t)children.n, "closed", (json_int_t)children.closed, "list", list, "related", related);
    if (!view)
        return err_set(e, -ENOMEM, "out of memory");
    if (has_days)
        json_object_set_new(view, "days_left", json_integer(days));
    *ret = view;
    return 0;
}

static bool is_blank(const json_t *v)
{
    return !v || json_is_null(v) || (json_is_string(v) && !json_string_length(v)) ||
           ((json_is_array(v) || json_is_object(v)) && !json_array_size(v) && !json_object_size(v));
}

/* Puts a value in its field, when it is another than before: in the event's set, the case and the view. */
static int put_value(struct ledgers *l, struct loaded *c, const struct field *f, const json_t *v,
                     json_t *view, json_t *set, struct err *e)
{
    json_t *fields = json_object_get(c->doc, "fields");
    const json_t *was = json_object_get(fields, f->id);
    scoped(json_decrefp) json_t *kept = NULL;
    int r = is_blank(v) ? 0 : field_take(l, f, true, v, &kept, e);
    if (r < 0)
        return r;
    if (is_blank(kept)) {
        json_decref(kept);
        kept = json_null();
    }
    if (is_blank(was) ? is_blank(kept) : json_equal(was, kept))
        return 0;
    json_object_set(set, f->id, kept);
    json_object_set(fields, f->id, kept);
    json_object_set(view, "fields", fields);
    return 0;
}

int effects_set(struct ledgers *l, struct loaded *c, const struct action *a, json_t *view, json_t *set,
                struct err *e)
{
    char what[64];
    const char *id;
    json_t *v;
    scoped(json_decrefp) json_t *answer = NULL;
    if (!a->set)
        return 0;
    snprintf(what, sizeof what, "set of %s", a->id);
    int r = definition_call(c->def, a->set, what, view, &answer, e);
    if (r == 0 && !json_is_object(answer) && !json_is_null(answer))
        r = err_named(e, -EINVAL, "definition.value", "ledger %s, %s: must return { field = value }",
                      c->def->id, what);
    if (r < 0 || !json_is_object(answer))
        return r;
    json_object_foreach(answer, id, v)
    {
        const struct field *f = definition_field(c->def, id);
        if (!f || f->value)
            return err_named(e, -EINVAL, "definition.value",
                             "ledger %s, %s: no field '%.64s' that can be set", c->def->id, what, id);
        if ((r = put_value(l, c, f, v, view, set, e)) < 0)
            return r;
    }
    return 0;
}

int effects_compute(struct ledgers *l, struct loaded *c, json_t *view, json_t *set, struct err *e)
{
    for (size_t i = 0; c->def->computes && i < c->def->n_fields; i++) {
        const struct field *f = &c->def->field[i];
        char what[64];
        scoped(json_decrefp) json_t *answer = NULL;
        if (!f->value)
            continue;
        snprintf(what, sizeof what, "value of %s", f->id);
        int r = definition_call(c->def, f->value, what, view, &answer, e);
        if (r == 0)
            r = put_value(l, c, f, answer, view, set, e);
        if (r < 0)
            return r;
    }
    return 0;
}

int effects_open(struct loaded *c, const struct action *a, json_t *view, json_t **ret, struct err *e)
{
    char what[64];
    scoped(json_decrefp) json_t *answer = NULL;
    *ret = NULL;
    if (!a->open)
        return 0;
    snprintf(what, sizeof what, "open of %s", a->id);
    int r = definition_call(c->def, a->open, what, view, &answer, e);
    if (r < 0 || is_blank(answer))
        return r;
    bool fits = json_is_array(answer) && json_array_size(answer) <= OPENED_MAX;
    for (size_t i = 0; fits && i < json_array_size(answer); i++) {
        const json_t *one = json_array_get(answer, i);
        fits =
            json_is_string(json_object_get(one, "ledger")) && json_is_object(json_object_get(one, "fields"));
    }
    if (!fits)
        return err_named(
            e, -EINVAL, "definition.value",
            "ledger %s, %s: must return a list of at most %d { ledger = \"id\", fields = { ... } }",
            c->def->id, what, OPENED_MAX);
    *ret = TAKE(answer);
    return 0;
}
