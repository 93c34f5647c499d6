/* import_write.c - the preview of a list as docs/api describes it (ImportPreview). */
#include <string.h>

#include "ledger/import_own.h"

enum { SAMPLE = 50 };

static void letters(size_t column, char ret[3])
{
    ret[0] = column >= 26 ? (char)('A' + column / 26 - 1) : (char)('A' + column);
    ret[1] = column >= 26 ? (char)('A' + column % 26) : '\0';
    ret[2] = '\0';
}

static void write_columns(const struct import *im, struct jw *w)
{
    char name[3];
    jw_key(w, "columns");
    jw_array(w);
    for (size_t i = 0; i < im->n_columns; i++) {
        const struct import_column *c = &im->column[i];
        const struct field *f = c->field >= 0 ? &im->def->field[c->field] : NULL;
        if (!*c->heading)
            continue;
        letters(i, name);
        jw_object(w);
        jw_kstr(w, "column", name);
        jw_kstr(w, "heading", c->heading);
        jw_kstr(w, "means",
                f                           ? "field"
                : c->field == COLUMN_NUMBER ? "number"
                : c->field == COLUMN_KNOWN  ? "shown"
                                            : "unknown");
        jw_kstr(w, "field", f ? f->id : NULL);
        jw_kstr(w, "label", f ? f->label : NULL);
        jw_kstr(w, "label_en", f ? f->label_en : NULL);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_faults(const struct import *im, struct jw *w)
{
    char name[3];
    jw_kint(w, "faults_total", (int64_t)im->n_faults);
    jw_key(w, "faults");
    jw_array(w);
    for (size_t i = 0; i < im->n_faults && i < IMPORT_FAULTS_SHOWN; i++) {
        const struct import_fault *f = &im->fault[i];
        bool cell = f->column < im->n_columns;
        int field = cell ? im->column[f->column].field : COLUMN_UNKNOWN;
        letters(cell ? f->column : 0, name);
        jw_object(w);
        jw_kint(w, "row", f->row);
        jw_kstr(w, "column", cell ? name : NULL);
        jw_kstr(w, "heading", cell ? im->column[f->column].heading : NULL);
        jw_kstr(w, "field", field >= 0 ? im->def->field[field].id : NULL);
        jw_kstr(w, "code", f->code);
        jw_kstr(w, "message", f->zh);
        jw_kstr(w, "message_en", f->en);
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* The first rows that would do something, as the screen shows them. */
static void write_sample(const struct import *im, struct jw *w)
{
    size_t shown = 0;
    jw_key(w, "sample");
    jw_array(w);
    for (size_t i = 0; i < im->n_rows && shown < SAMPLE; i++) {
        const struct import_row *row = &im->row[i];
        if (row->what > ROW_CHANGED)
            continue;
        jw_object(w);
        jw_kint(w, "row", row->row);
        jw_kstr(w, "what", row->what == ROW_NEW ? "new" : "changed");
        jw_kint(w, "case", row->id);
        jw_kstr(w, "number", row->number);
        jw_key(w, "fields");
        jw_tree(w, row->fields);
        jw_key(w, "was");
        jw_tree(w, row->was);
        jw_end_object(w);
        shown++;
    }
    jw_end_array(w);
}

void import_write(const struct import *im, struct jw *w)
{
    jw_kint(w, "sheet", im->sheet);
    jw_kint(w, "heading_row", im->heading_row);
    write_columns(im, w);
    jw_key(w, "counts");
    jw_object(w);
    jw_kint(w, "rows", (int64_t)im->n_rows);
    jw_kint(w, "new", (int64_t)im->count[ROW_NEW]);
    jw_kint(w, "changed", (int64_t)im->count[ROW_CHANGED]);
    jw_kint(w, "unchanged", (int64_t)im->count[ROW_SAME]);
    jw_kint(w, "faulty", (int64_t)im->count[ROW_FAULTY]);
    jw_end_object(w);
    write_faults(im, w);
    write_sample(im, w);
}
