/* case_csv.c - a table of a case as CSV (RFC 4180), so that another program can compute again what the case says. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/micro.h"
#include "ledger/engine.h"

/* A spreadsheet takes a text that begins so for a formula. */
static bool looks_like_formula(const char *s)
{
    return *s && strchr("=+-@\t\r", *s);
}

static void add_text(struct buf *out, const char *s)
{
    buf_addc(out, '"');
    if (looks_like_formula(s))
        buf_addc(out, '\'');
    for (; *s; s++) {
        if (*s == '"')
            buf_addc(out, '"');
        buf_addc(out, *s);
    }
    buf_addc(out, '"');
}

static void add_cell(struct buf *out, const json_t *v)
{
    char number[MICRO_TEXT];
    if (json_is_string(v))
        add_text(out, json_string_value(v));
    else if (json_is_number(v))
        buf_adds(out, micro_format(json_to_micro(v, 0), -1, number));
    else if (json_is_boolean(v))
        buf_adds(out, json_is_true(v) ? "true" : "false");
    else if (json_is_array(v) || json_is_object(v)) {
        char *text = json_dumps(v, JSON_COMPACT | JSON_SORT_KEYS);
        add_text(out, text ? text : "");
        free(text);
    }
}

int case_csv(struct ledgers *l, int64_t id, const char *field, const struct actor *who, struct buf *out,
             struct err *e)
{
    struct loaded c = { 0 };
    int r = case_load(l, id, &c, e);
    if (r < 0)
        return r;
    if ((r = reader_check(l, &c, who, e)) < 0) {
        case_release(&c);
        return r;
    }
    const struct field *f = definition_field(c.def, field);
    if (!f || f->type != FIELD_ROWS) {
        r = err_named(e, -ENOENT, "not_found", "the ledger '%s' has no table '%.60s'", c.def->id, field);
        case_release(&c);
        return r;
    }
    for (size_t k = 0; k < f->n_columns; k++)
        buf_addf(out, "%s%s", k ? "," : "", f->column[k].id);
    buf_adds(out, "\r\n");
    const json_t *rows = json_object_get(json_object_get(c.doc, "fields"), field);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        for (size_t k = 0; k < f->n_columns; k++) {
            if (k)
                buf_addc(out, ',');
            add_cell(out, json_object_get(json_array_get(rows, i), f->column[k].id));
        }
        buf_adds(out, "\r\n");
    }
    case_release(&c);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}
