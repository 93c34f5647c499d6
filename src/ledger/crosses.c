/* crosses.c - tables of a ledger: how many of its cases have which two values, and what a number of theirs comes to. What has no case
 * is there with its nought: a county that never opened a facility is what such a table is read for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/engine.h"

enum { READ_MAX = 20000, LINES_MAX = 500, HEADS_MAX = 40 };

struct cell {
    int64_t n;
    micro added;
};
struct table {
    const struct cross *x;
    json_t *heads, *lines;   /* texts: codes of units, choices, "true" and "false" */
    struct cell *cell;       /* LINES_MAX × HEADS_MAX, by line */
    int64_t cases, left_out; /* left_out: lines beyond LINES_MAX */
};

/* ---- keys ---- */

static int place_of(json_t *keys, size_t max, const char *key)
{
    size_t n = json_array_size(keys);
    for (size_t i = 0; i < n; i++)
        if (strcmp(json_string_value(json_array_get(keys, i)), key) == 0)
            return (int)i;
    if (n == max || json_array_append_new(keys, json_string(key)) < 0)
        return -1;
    return (int)n;
}

static const char *key_of(const struct field *f, const json_t *fields)
{
    const json_t *v = json_object_get(fields, f->id);
    if (f->type == FIELD_FLAG)
        return json_is_true(v) ? "true" : "false";
    return json_is_string(v) ? json_string_value(v) : "";
}

/* Those that are there without a case. */
static void known_keys(const struct ledgers *l, const struct field *f, const char *all, size_t max,
                       json_t *keys)
{
    if (f->type == FIELD_FLAG) {
        place_of(keys, max, "true");
        place_of(keys, max, "false");
    }
    for (size_t i = 0; f->type == FIELD_CHOICE && i < json_array_size(f->choices); i++)
        place_of(keys, max, json_string_value(json_array_get(f->choices, i)));
    for (size_t i = 0; all && i < l->place->n_units; i++)
        if (l->place->units[i].kind && strcmp(l->place->units[i].kind, all) == 0)
            place_of(keys, max, l->place->units[i].code);
}

/* ---- counting ---- */

static bool of_year(const struct cross *x, const json_t *fields, int year)
{
    char want[16];
    snprintf(want, sizeof want, "%04d-", year);
    return !x->year || strncmp(json_str(fields, x->year, ""), want, strlen(want)) == 0;
}

static void count_case(struct table *t, const struct loaded *c, int year)
{
    const struct cross *x = t->x;
    const json_t *fields = json_object_get(c->doc, "fields");
    int state = definition_state(c->def, json_str(c->doc, "state", ""));
    if (state < 0 || !(x->states & 1u << state) || !of_year(x, fields, year))
        return;
    if (x->add && !json_is_number(json_object_get(fields, x->add->id)))
        return;
    int line = place_of(t->lines, LINES_MAX, key_of(x->rows, fields));
    int head = place_of(t->heads, HEADS_MAX, key_of(x->columns, fields));
    t->cases++;
    if (line < 0 || head < 0) {
        t->left_out++;
        return;
    }
    struct cell *cell = &t->cell[line * HEADS_MAX + head];
    micro add = x->add ? json_to_micro(json_object_get(fields, x->add->id), 0) : 0;
    cell->n++;
    if (__builtin_add_overflow(cell->added, add, &cell->added))
        cell->added = INT64_MAX;
}

static int count_all(struct ledgers *l, const struct definition *d, struct table *t, size_t n, int year,
                     int64_t now, struct err *e)
{
    struct case_filter f = { .ledger = d->id };
    struct case_query q;
    struct case_page p = { 0 };
    int r = filter_query(l, &f, now, &q, e);
    q.limit = READ_MAX + 1;
    if (r == 0)
        r = case_rows_page(l->store, &q, &p, e);
    if (r == 0 && p.n > READ_MAX)
        r = err_named(e, -E2BIG, "bad_input", "至多%d件 | at most %d cases", READ_MAX, READ_MAX);
    for (size_t i = 0; r == 0 && i < p.n; i++) {
        struct loaded c = { 0 };
        r = case_load(l, p.id[i], &c, e);
        for (size_t k = 0; r == 0 && k < n; k++)
            count_case(&t[k], &c, year);
        case_release(&c);
    }
    free(p.id);
    return r;
}

/* ---- writing ---- */

static void write_field(struct jw *w, const char *key, const struct field *f)
{
    jw_key(w, key);
    if (!f) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kstr(w, "field", f->id);
    jw_kstr(w, "label", f->label);
    jw_kstr(w, "label_en", f->label_en);
    jw_kstr(w, "type", field_type_name(f->type));
    jw_kstr(w, "unit", f->unit);
    jw_end_object(w);
}

static void write_cell(struct jw *w, const struct table *t, const struct cell *c)
{
    jw_object(w);
    jw_kint(w, "n", c->n);
    if (t->x->add)
        jw_kmicro(w, "added", c->added, -1);
    jw_end_object(w);
}

static void write_line(struct jw *w, const struct ledgers *l, const struct table *t, size_t line)
{
    const char *key = json_string_value(json_array_get(t->lines, line));
    struct cell sum = { 0 };
    jw_object(w);
    jw_kstr(w, "key", key);
    jw_key(w, "unit");
    unit_write(w, t->x->rows->type == FIELD_UNIT ? place_unit_by_code(l->place, key) : NULL);
    jw_key(w, "cells");
    jw_array(w);
    for (size_t h = 0; h < json_array_size(t->heads); h++) {
        const struct cell *c = &t->cell[line * HEADS_MAX + h];
        write_cell(w, t, c);
        sum.n += c->n;
        if (__builtin_add_overflow(sum.added, c->added, &sum.added))
            sum.added = INT64_MAX;
    }
    jw_end_array(w);
    jw_key(w, "sum");
    write_cell(w, t, &sum);
    jw_end_object(w);
}

static void write_table(struct jw *w, const struct ledgers *l, const struct table *t)
{
    const struct cross *x = t->x;
    jw_object(w);
    jw_kstr(w, "id", x->id);
    jw_kstr(w, "label", x->label);
    jw_kstr(w, "label_en", x->label_en);
    jw_kbool(w, "of_year", x->year != NULL);
    write_field(w, "rows", x->rows);
    write_field(w, "columns", x->columns);
    write_field(w, "add", x->add);
    jw_kint(w, "cases", t->cases);
    jw_kint(w, "left_out", t->left_out);
    jw_key(w, "heads");
    jw_tree(w, t->heads);
    jw_key(w, "lines");
    jw_array(w);
    for (size_t i = 0; i < json_array_size(t->lines); i++)
        write_line(w, l, t, i);
    jw_end_array(w);
    jw_end_object(w);
}

int ledgers_write_crosses(struct ledgers *l, const char *ledger, int year, const struct actor *who,
                          int64_t now, struct buf *out, struct err *e)
{
    struct definition *d;
    struct table t[CROSSES_MAX] = { 0 };
    size_t n = 0;
    int r = ledgers_definition(l, ledger, NULL, &d, e);
    for (size_t i = 0; r == 0 && i < d->n_crosses; i++) {
        if (!who && !d->cross[i].is_public)
            continue;
        struct table *one = &t[n++];
        *one = (struct table){ .x = &d->cross[i],
                               .heads = json_array(),
                               .lines = json_array(),
                               .cell = calloc((size_t)LINES_MAX * HEADS_MAX, sizeof *one->cell) };
        if (!one->heads || !one->lines || !one->cell) {
            r = err_set(e, -ENOMEM, "out of memory");
            break;
        }
        known_keys(l, one->x->rows, one->x->all, LINES_MAX, one->lines);
        known_keys(l, one->x->columns, NULL, HEADS_MAX, one->heads);
    }
    if (r == 0 && n)
        r = count_all(l, d, t, n, year, now, e);
    if (r == 0) {
        struct jw w = JW(out);
        jw_object(&w);
        jw_kstr(&w, "ledger", d->id);
        jw_kint(&w, "year", year);
        jw_key(&w, "tables");
        jw_array(&w);
        for (size_t i = 0; i < n; i++)
            write_table(&w, l, &t[i]);
        jw_end_array(&w);
        jw_end_object(&w);
    }
    for (size_t i = 0; i < n; i++) {
        json_decref(t[i].heads);
        json_decref(t[i].lines);
        free(t[i].cell);
    }
    return r == 0 && out->failed ? err_set(e, -ENOMEM, "out of memory") : r;
}
