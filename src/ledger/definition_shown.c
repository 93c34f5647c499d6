/* definition_shown.c - what a ledger file says of other cases, and of lists, printed forms and the public. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"

/* Columns that every case has beside its fields. */
static const char *const always[] = { "number",  "title",     "state",  "light",    "opened", "closed",
                                      "history", "days_left", "parent", "progress", "due" };

static bool is_shown(const struct reader *r, const char *name)
{
    return name && (definition_field(r->d, name) || reader_index_of(always, COUNT_OF(always), name) >= 0);
}

/* A form may also print what an action was given. */
static bool is_given(const struct reader *r, const char *name)
{
    for (size_t i = 0; name && i < r->d->n_actions; i++)
        for (size_t k = 0; k < r->d->action[i].n_needs; k++)
            if (strcmp(r->d->action[i].need[k].id, name) == 0)
                return true;
    return false;
}

/* ---- other cases ---- */

static int read_one_related(struct reader *r, const char *name, const json_t *o)
{
    static const char *const known[] = { "ledger", "where", "states" };
    struct related *one = &r->d->related[r->d->n_related];
    if (r->d->n_related == RELATED_MAX)
        return reader_fault(r, "related", NULL, "are more than %d", RELATED_MAX);
    *one = (struct related){ .name = name,
                             .ledger = json_str(o, "ledger", NULL),
                             .where = json_object_get(o, "where"),
                             .states = json_object_get(o, "states") };
    if (!reader_is_id(name) || !one->ledger || !reader_is_id(one->ledger))
        return reader_fault(r, "related", NULL, "'%s' wants a name and ledger = \"id\"", name);
    if (one->states && !reader_all_text(one->states))
        return reader_fault(r, "related", NULL, "'%s': states is a list of names", name);
    if (one->where && !json_is_object(one->where))
        return reader_fault(r, "related", NULL, "'%s': where = { their_field = \"our_field\" }", name);
    const char *theirs;
    json_t *ours;
    json_object_foreach((json_t *)one->where, theirs, ours)
    {
        const char *id = json_string_value(ours);
        if (!id || (!definition_field(r->d, id) && strcmp(id, "number") != 0))
            return reader_fault(r, "related", NULL, "'%s': where %s = '%s', which is no field", name, theirs,
                                id ? id : "?");
    }
    r->d->n_related++;
    return reader_only_keys(r, o, "related", NULL, known, COUNT_OF(known));
}

int read_related(struct reader *r, const json_t *o)
{
    const char *name;
    json_t *v;
    if (o && !json_is_object(o))
        return reader_fault(r, "related", NULL, "must be a table of name = { ledger = \"id\" }");
    json_object_foreach((json_t *)o, name, v)
    {
        int bad = read_one_related(r, name, v);
        if (bad < 0)
            return bad;
    }
    return 0;
}

int read_family(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "children", "weight", "progress", "copied" };
    struct definition *d = r->d;
    d->copied = MICRO(0.6);
    if (!o)
        return 0;
    d->children = json_object_get(o, "children");
    d->weight = json_str(o, "weight", NULL);
    d->progress = json_str(o, "progress", NULL);
    d->copied = json_micro(o, "copied", d->copied);
    if (!json_is_object(o) || (d->children && !reader_all_text(d->children)))
        return reader_fault(r, "tree", NULL, "children is a list of ledgers");
    if ((d->weight && !reader_is_id(d->weight)) || (d->progress && !reader_is_id(d->progress)))
        return reader_fault(r, "tree", NULL, "weight and progress name fields of the children");
    if (d->copied <= 0 || d->copied > MICRO_ONE)
        return reader_fault(r, "tree", NULL, "copied is a share, above 0 to 1");
    return reader_only_keys(r, o, "tree", NULL, known, COUNT_OF(known));
}

/* ---- lists and papers ---- */

static int read_list(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "columns" };
    const json_t *columns = json_object_get(o, "columns");
    if (!o)
        return 0;
    if (!reader_all_text(columns))
        return reader_fault(r, "list", NULL, "columns is a list of names");
    for (size_t i = 0; i < json_array_size(columns); i++)
        if (!is_shown(r, json_string_value(json_array_get(columns, i))))
            return reader_fault(r, "list", NULL, "columns: no field '%s'",
                                json_string_value(json_array_get(columns, i)));
    r->d->columns = columns;
    return reader_only_keys(r, o, "list", NULL, known, COUNT_OF(known));
}

/* A list of KIND "id" { "名称", ... }; each of them is looked at by read_one. */
static int read_named(struct reader *r, const json_t *list, const char *setting, const char *kind,
                      int (*read_one)(struct reader *r, const json_t *o, const char *id))
{
    enum { NAMED_MAX = 32 };
    if (list && (!json_is_array(list) || json_array_size(list) > NAMED_MAX))
        return reader_fault(r, setting, NULL, "must be a list of 1 to %d", NAMED_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        const char *id = json_str(o, "id", "");
        if (strcmp(json_str(o, "type", ""), kind) != 0)
            return reader_fault(r, setting, NULL, "holds something else: write %s \"name\" { ... }", kind);
        if (!reader_is_id(id) || !*json_str(o, "1", ""))
            return reader_fault(r, kind, id, "wants a name of a-z 0-9 _ and a label");
        for (size_t k = 0; k < i; k++)
            if (strcmp(json_str(json_array_get(list, k), "id", ""), id) == 0)
                return reader_fault(r, kind, id, "is declared twice");
        int bad = read_one(r, o, id);
        if (bad < 0)
            return bad;
    }
    return 0;
}

static int read_view(struct reader *r, const json_t *o, const char *id)
{
    static const char *const known[] = { "1", "id", "type", "en", "filter", "order" };
    static const char *const filters[] = { "state",    "light",  "unit",    "site",       "q",
                                           "due_from", "due_to", "overdue", "closed_how", "rebounded",
                                           "parent",   "group",  "month",   "missed",     "blind" };
    const json_t *filter = json_object_get(o, "filter");
    const char *key;
    json_t *v;
    if (!json_is_object(filter))
        return reader_fault(r, "view", id, "wants filter = { ... }");
    json_object_foreach((json_t *)filter, key, v)
    {
        if (reader_index_of(filters, COUNT_OF(filters), key) < 0 || json_is_object(v))
            return reader_fault(r, "view", id, "filter: lists cannot be asked for '%s'", key);
        uint32_t bits = 0;
        if (strcmp(key, "state") == 0 && reader_state_set(r, v, "view", id, &bits) < 0)
            return r->e ? r->e->code : -1;
    }
    return reader_only_keys(r, o, "view", id, known, COUNT_OF(known));
}

static int read_form(struct reader *r, const json_t *o, const char *id)
{
    static const char *const known[] = { "1", "id", "type", "en", "rows", "sign", "history", "evidence" };
    const json_t *rows = json_object_get(o, "rows"), *sign = json_object_get(o, "sign");
    if (!json_array_size(rows) || (sign && !reader_all_text(sign)))
        return reader_fault(r, "form", id,
                            "wants rows = { { \"label\", \"field\" }, ... } and sign = { texts }");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *field = json_string_value(json_array_get(row, 1));
        if (json_array_size(row) != 2 || !json_is_string(json_array_get(row, 0)) ||
            !(is_shown(r, field) || is_given(r, field) || (field && !*field)))
            return reader_fault(r, "form", id, "row %zu: no field '%s'", i + 1, field ? field : "?");
    }
    return reader_only_keys(r, o, "form", id, known, COUNT_OF(known));
}

static int read_public(struct reader *r)
{
    const json_t *list = r->d->public_fields;
    if (list && !reader_all_text(list))
        return reader_fault(r, "public", NULL, "must be a list of names");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!is_shown(r, json_string_value(json_array_get(list, i))))
            return reader_fault(r, "public", NULL, "no field '%s'",
                                json_string_value(json_array_get(list, i)));
    return 0;
}

static int read_excel(struct reader *r, const json_t *o)
{
    const char *key;
    json_t *v;
    if (o && !json_is_object(o))
        return reader_fault(r, "excel", NULL, "must say which headings mean which field");
    json_object_foreach((json_t *)o, key, v)
    {
        if (!definition_field(r->d, key) || !reader_all_text(v))
            return reader_fault(r, "excel", NULL, "'%s' must be a field with a list of headings", key);
    }
    r->d->excel = o;
    return 0;
}

int read_shown(struct reader *r, const json_t *tree)
{
    struct definition *d = r->d;
    const json_t *group = json_object_get(tree, "group");
    d->group = json_string_value(group);
    if (group && (!d->group || !definition_field(d, d->group)))
        return reader_fault(r, "group", NULL, "no field '%s'", d->group ? d->group : "?");
    d->views = json_object_get(tree, "views");
    d->forms = json_object_get(tree, "forms");
    int bad;
    if ((bad = read_list(r, json_object_get(tree, "list"))) < 0 ||
        (bad = read_named(r, d->views, "views", "view", read_view)) < 0 ||
        (bad = read_named(r, d->forms, "forms", "form", read_form)) < 0 ||
        (bad = read_draw(r, json_object_get(tree, "draw"))) < 0 ||
        (bad = read_excel(r, json_object_get(tree, "excel"))) < 0)
        return bad;
    return read_public(r);
}
