/* write_field.c - fields and their values as docs/api describes them. */
#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/engine.h"

static void write_number(struct jw *w, const char *key, micro v)
{
    if (v != MICRO_MISSING)
        jw_kmicro(w, key, v, -1);
}

static void write_tree(struct jw *w, const char *key, const json_t *v)
{
    if (v) {
        jw_key(w, key);
        jw_tree(w, v);
    }
}

void field_write(struct jw *w, const struct field *f)
{
    jw_object(w);
    jw_kstr(w, "id", f->id);
    jw_kstr(w, "label", f->label);
    jw_kstr(w, "label_en", f->label_en);
    jw_kstr(w, "type", field_type_name(f->type));
    jw_kbool(w, "required", f->required);
    if (f->hint)
        jw_kstr(w, "hint", f->hint);
    if (f->hint_en)
        jw_kstr(w, "hint_en", f->hint_en);
    if (f->when_field) {
        jw_key(w, "required_when");
        jw_object(w);
        jw_kstr(w, "field", f->when_field);
        write_tree(w, "is", f->when_is);
        jw_end_object(w);
    }
    write_tree(w, "choices", f->choices);
    if (f->differs_from)
        jw_kstr(w, "differs_from", f->differs_from);
    if (f->unit)
        jw_kstr(w, "unit", f->unit);
    if (f->decimals >= 0)
        jw_kint(w, "decimals", f->decimals);
    write_number(w, "min", f->min);
    write_number(w, "max", f->max);
    if (f->most)
        jw_kint(w, "most", (int64_t)f->most);
    if (f->ledger)
        jw_kstr(w, "ledger", f->ledger);
    write_tree(w, "default", f->otherwise);
    write_tree(w, "kinds", f->kinds);
    write_tree(w, "colours", f->colours);
    write_tree(w, "records", f->records);
    if (f->secret)
        jw_kbool(w, "secret", true);
    if (f->independent_of)
        jw_kstr(w, "independent_of", f->independent_of);
    if (f->value || f->by_finding)
        jw_kbool(w, "computed", true);
    if (f->column) {
        jw_key(w, "columns");
        jw_array(w);
        for (size_t i = 0; i < f->n_columns; i++)
            field_write(w, &f->column[i]);
        jw_end_array(w);
    }
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

/* ---- values ---- */

static int write_doc(struct ledgers *l, struct jw *w, const struct doc *d)
{
    struct loaded c = { 0 };
    int r = case_load_doc(l, d, &c, NULL);
    if (r < 0)
        return r;
    const json_t *fields = json_object_get(c.doc, "fields");
    jw_object(w);
    jw_kint(w, "id", c.id);
    jw_kstr(w, "number", json_str(c.doc, "number", ""));
    jw_kstr(w, "ledger", c.def->id);
    jw_kstr(w, "title", json_str(fields, "title", json_str(fields, "problem", NULL)));
    jw_kstr(w, "state", json_str(c.doc, "state", ""));
    jw_end_object(w);
    case_release(&c);
    return 0;
}

int case_write_reference(struct ledgers *l, struct jw *w, int64_t id)
{
    struct doc d = { 0 };
    int r = ledger_get_doc(l->store, DOC_CASE, id, &d, NULL);
    if (r == 0)
        r = write_doc(l, w, &d);
    doc_release(&d);
    return r;
}

static void write_case(struct ledgers *l, struct jw *w, const char *number)
{
    struct doc d = { 0 };
    int r = *number ? ledger_get_doc_by_key(l->store, DOC_CASE, number, &d, NULL) : -ENOENT;
    if (r == 0)
        r = write_doc(l, w, &d);
    if (r < 0)
        jw_null(w);
    doc_release(&d);
}

static void write_row(struct ledgers *l, struct jw *w, const struct field *f, const json_t *row)
{
    jw_object(w);
    for (size_t i = 0; i < f->n_columns; i++) {
        const json_t *v = json_object_get(row, f->column[i].id);
        if (!v)
            continue;
        jw_key(w, f->column[i].id);
        value_write(l, w, &f->column[i], v);
    }
    jw_end_object(w);
}

void value_write(struct ledgers *l, struct jw *w, const struct field *f, const json_t *v)
{
    const char *text = json_is_string(v) ? json_string_value(v) : "";
    switch (f->type) {
    case FIELD_UNIT:
        unit_write(w, *text ? place_unit_by_code(l->place, text) : NULL);
        break;
    case FIELD_SITE:
        site_write(w, *text ? place_site_by_code(l->place, text) : NULL);
        break;
    case FIELD_CASE:
        write_case(l, w, text);
        break;
    case FIELD_ROWS:
        jw_array(w);
        for (size_t i = 0; i < json_array_size(v); i++)
            write_row(l, w, f, json_array_get(v, i));
        jw_end_array(w);
        break;
    case FIELD_TEXT:
        if (secret_is(text))
            jw_str(w, secret_shown);
        else
            jw_tree(w, v);
        break;
    default:
        jw_tree(w, v);
    }
}
