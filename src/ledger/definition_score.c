/* definition_score.c - the figures a ledger file asks for beside the counts that all have: score = { by, items, grades }, tables = { cross "x" {} }. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"
#include "lua/sandbox.h"

enum { POINTS_MAX = 100, GRADES_MAX = 8 };

static int read_item(struct reader *r, const json_t *o, struct score *s)
{
    static const char *const known[] = { "1", "id", "type", "en", "points", "value" };
    const char *id = json_str(o, "id", "");
    const json_t *value = json_object_get(o, "value");
    if (strcmp(json_str(o, "type", ""), "item") != 0 || !reader_is_id(id) || !*json_str(o, "1", ""))
        return reader_fault(r, "score", NULL,
                            "items hold something else: write item \"name\" { \"名称\", ... }");
    if (s->n_items == SCORE_ITEMS_MAX)
        return reader_fault(r, "score", NULL, "has more than %d items", SCORE_ITEMS_MAX);
    for (size_t i = 0; i < s->n_items; i++)
        if (strcmp(s->item[i].id, id) == 0)
            return reader_fault(r, "item", id, "is declared twice");
    int64_t points = json_int(o, "points", 0);
    struct score_item *item = &s->item[s->n_items++];
    *item = (struct score_item){ .id = id,
                                 .label = json_str(o, "1", ""),
                                 .label_en = json_str(o, "en", id),
                                 .value = value ? sandbox_fn(value) : 0 };
    if (points < 1 || points > POINTS_MAX || item->value < 1)
        return reader_fault(r, "item", id, "wants points from 1 to %d and a function value", POINTS_MAX);
    item->points = (int)points;
    return reader_only_keys(r, o, "item", id, known, COUNT_OF(known));
}

static int read_grades(struct reader *r, const json_t *list, struct score *s)
{
    int64_t above = POINTS_MAX + 1;
    if (!json_array_size(list) || json_array_size(list) > GRADES_MAX)
        return reader_fault(r, "score", NULL, "grades is a list of 1 to %d { points, \"name\", \"English\" }",
                            GRADES_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *g = json_array_get(list, i), *from = json_array_get(g, 0);
        bool last = i + 1 == json_array_size(list);
        if (json_array_size(g) != 3 || !json_is_integer(from) || json_integer_value(from) < 0 ||
            json_integer_value(from) >= above || (last && json_integer_value(from) != 0) ||
            !json_is_string(json_array_get(g, 1)) || !json_is_string(json_array_get(g, 2)))
            return reader_fault(r, "score", NULL, "grades fall from one to the next and end with 0");
        above = json_integer_value(from);
    }
    s->grades = list;
    return 0;
}

int read_score(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "by", "items", "grades" };
    struct score *s = &r->d->score;
    const json_t *items = json_object_get(o, "items");
    if (!o)
        return 0;
    const struct field *by = definition_field(r->d, json_str(o, "by", ""));
    if (!by || by->type != FIELD_UNIT || !json_is_array(items) || !json_array_size(items))
        return reader_fault(r, "score", NULL, "by names a unit field, and items is a list");
    s->by = by->id;
    int bad = read_grades(r, json_object_get(o, "grades"), s);
    for (size_t i = 0; bad == 0 && i < json_array_size(items); i++)
        bad = read_item(r, json_array_get(items, i), s);
    return bad < 0 ? bad : reader_only_keys(r, o, "score", NULL, known, COUNT_OF(known));
}

/* ---- tables ---- */

static bool counts_by(const struct field *f)
{
    return f && (f->type == FIELD_UNIT || f->type == FIELD_CHOICE || f->type == FIELD_FLAG ||
                 f->type == FIELD_CASE || (f->type == FIELD_TEXT && !f->secret));
}

static int read_cross(struct reader *r, const json_t *o, struct cross *x)
{
    static const char *const known[] = { "1",   "id",  "type",   "en",   "rows",  "columns",
                                         "all", "add", "states", "year", "public" };
    const struct definition *d = r->d;
    const char *id = json_str(o, "id", ""), *year = json_str(o, "year", NULL),
               *add = json_str(o, "add", NULL);
    if (strcmp(json_str(o, "type", ""), "cross") != 0 || !reader_is_id(id) || !*json_str(o, "1", ""))
        return reader_fault(r, "tables", NULL, "hold something else: write cross \"name\" { \"名称\", ... }");
    const struct field *on = year ? definition_field(d, year) : NULL;
    *x = (struct cross){ .id = id,
                         .label = json_str(o, "1", ""),
                         .label_en = json_str(o, "en", id),
                         .rows = definition_field(d, json_str(o, "rows", "")),
                         .columns = definition_field(d, json_str(o, "columns", "")),
                         .add = add ? definition_field(d, add) : NULL,
                         .all = json_str(o, "all", NULL),
                         .year = year,
                         .is_public = json_flag(o, "public", false) };
    if (!counts_by(x->rows) || !counts_by(x->columns) || x->columns->type == FIELD_UNIT ||
        x->columns->type == FIELD_TEXT || x->columns->type == FIELD_CASE)
        return reader_fault(r, "cross", id,
                            "rows names a unit, case, text, choice or flag, columns a choice or flag");
    if ((x->all && x->rows->type != FIELD_UNIT) || (year && (!on || on->type != FIELD_DATE)) ||
        (add && (!x->add || x->add->type != FIELD_NUMBER)))
        return reader_fault(r, "cross", id, "all is of a unit, year names a date, add a number");
    const json_t *states = json_object_get(o, "states");
    int bad = reader_state_set(r, states, "cross", id, &x->states);
    if (!states)
        x->states = UINT32_MAX;
    return bad < 0 ? bad : reader_only_keys(r, o, "cross", id, known, COUNT_OF(known));
}

int read_crosses(struct reader *r, const json_t *list)
{
    struct definition *d = r->d;
    if (list && (!json_is_array(list) || json_array_size(list) > CROSSES_MAX))
        return reader_fault(r, "tables", NULL, "is a list of 1 to %d", CROSSES_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int bad = read_cross(r, json_array_get(list, i), &d->cross[i]);
        if (bad < 0)
            return bad;
        for (size_t k = 0; k < i; k++)
            if (strcmp(d->cross[k].id, d->cross[i].id) == 0)
                return reader_fault(r, "cross", d->cross[i].id, "is declared twice");
        d->n_crosses++;
    }
    return 0;
}
