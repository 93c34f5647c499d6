/* import.c - each row of a list: what it would open or change, or why it cannot. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/sm3.h"
#include "codec/paper.h"
#include "ledger/batch.h"
#include "ledger/chain.h"
#include "ledger/import_own.h"

static int add_fault(struct import *im, unsigned row, size_t column, const char *code, const struct said *why)
{
    if (im->n_faults == im->cap_faults) {
        size_t cap = im->cap_faults ? im->cap_faults * 2 : 64;
        struct import_fault *grown = realloc(im->fault, cap * sizeof *grown);
        if (!grown)
            return err_set(im->e, -ENOMEM, "out of memory");
        im->fault = grown;
        im->cap_faults = cap;
    }
    struct import_fault f = { .row = row, .column = column, .code = code };
    /* Beyond what is shown only the number of faults matters. */
    bool shown = im->n_faults < IMPORT_FAULTS_SHOWN;
    f.zh = shown ? arena_strdup(&im->mem, why->zh) : "";
    f.en = shown ? arena_strdup(&im->mem, why->en) : "";
    im->fault[im->n_faults++] = f;
    return f.zh && f.en ? 0 : err_set(im->e, -ENOMEM, "out of memory");
}

static int fault_of_err(struct import *im, unsigned row, const struct err *why)
{
    struct said s;
    said_split(why->text, &s);
    return add_fault(im, row, NO_COLUMN, *why->name ? why->name : "bad_input", &s);
}

static bool blank(const char *s)
{
    struct buf plain = BUF_INIT;
    bool none = !*s;
    if (!none) {
        cell_plain(s, &plain);
        none = !plain.len;
        buf_release(&plain);
    }
    return none;
}

static const char *cell_at(const struct list_row *row, size_t column)
{
    return column < row->n ? row->cell[column] : "";
}

/* ---- a row that opens ---- */

static int read_fields_of(struct import *im, const struct list_row *row, json_t *fields, bool *ret_good)
{
    *ret_good = true;
    for (size_t i = 0; i < im->n_columns; i++) {
        const struct import_column *c = &im->column[i];
        const char *text = cell_at(row, i), *code = "";
        struct said why;
        json_t *v = NULL;
        if (c->field < 0 || im->field[c->field].computed || blank(text))
            continue;
        if (cell_read(&im->names, &im->field[c->field], text, &v, &code, &why) == 0) {
            json_object_set_new(fields, im->def->field[c->field].id, v);
            continue;
        }
        json_decref(v);
        *ret_good = false;
        int r = add_fault(im, row->row, i, code, &why);
        if (r < 0)
            return r;
    }
    return 0;
}

static int row_key(const json_t *fields, char ret[17], struct err *e)
{
    char hex[65];
    scoped(freep) char *text = chain_dump(fields);
    int r = text ? sm3_hex(text, strlen(text), hex, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0) {
        memcpy(ret, hex, 16);
        ret[16] = '\0';
    }
    return r;
}

/* Two rows of one list that are the same case, or would be: the second is refused. */
static int seen_twice(struct import *im, struct import_row *row, const char *key, bool *ret_twice)
{
    const char *first = map_get(&im->seen, key, strlen(key));
    *ret_twice = first != NULL;
    if (!first) {
        char *text = arena_printf(&im->mem, "%u", row->row);
        return text && map_put(&im->seen, key, strlen(key), text) == 0
                   ? 0
                   : err_set(im->e, -ENOMEM, "out of memory");
    }
    struct said why;
    snprintf(why.zh, sizeof why.zh, "与第%s行相同", first);
    snprintf(why.en, sizeof why.en, "the same as row %s", first);
    row->what = ROW_FAULTY;
    return add_fault(im, row->row, NO_COLUMN, "import.twice", &why);
}

static int read_new(struct import *im, const struct list_row *cells, struct import_row *row)
{
    bool good, twice = false;
    scoped(json_decrefp) json_t *given = json_object();
    int r = read_fields_of(im, cells, given, &good);
    if (r < 0 || !good) {
        row->what = ROW_FAULTY;
        return r;
    }
    struct err why = { 0 };
    if (fields_take(im->l, im->def->field, im->def->n_fields, given, false, NULL, &row->fields, &why) < 0) {
        row->what = ROW_FAULTY;
        return fault_of_err(im, row->row, &why);
    }
    if ((r = row_key(row->fields, row->key, im->e)) < 0 || (r = seen_twice(im, row, row->key, &twice)) < 0 ||
        twice)
        return r;
    const char *there = map_get(&im->before, row->key, 16);
    row->what = there ? ROW_SAME : ROW_NEW;
    row->id = there ? strtoll(there, NULL, 10) : 0;
    return 0;
}

/* ---- a row that changes ---- */

/* A value as a list that was taken out shows it. Returns whether it is more than a cell holds, so that its end is not there. */
static bool shown_in_list(struct import *im, const struct cell_field *f, const json_t *value, struct buf *out)
{
    scoped(buf_release) struct buf whole = BUF_INIT;
    cell_write(&im->names, f, value, &whole);
    return paper_cell_text(whole.data ? whole.data : "", out);
}

/* What a cell that shows the value would be read as; NULL when it cannot be. */
static json_t *shown_again(struct import *im, const struct cell_field *f, const json_t *value, bool *ret_cut)
{
    struct buf text = BUF_INIT;
    struct said why;
    const char *code;
    json_t *v = NULL;
    *ret_cut = shown_in_list(im, f, value, &text);
    if (text.len && cell_readable(f) && cell_read(&im->names, f, text.data, &v, &code, &why) < 0)
        v = NULL;
    buf_release(&text);
    return v;
}

/* Whether the cell says what the case has already, for what cannot be read from a cell. */
static bool says_same(struct import *im, const struct cell_field *f, const json_t *was, const char *text)
{
    struct buf shown = BUF_INIT, a = BUF_INIT, b = BUF_INIT;
    shown_in_list(im, f, was, &shown);
    cell_plain(shown.data ? shown.data : "", &a);
    cell_plain(text, &b);
    bool same = a.len == b.len && (!a.len || memcmp(a.data, b.data, a.len) == 0);
    buf_release(&shown);
    buf_release(&a);
    buf_release(&b);
    return same;
}

static int change_of(struct import *im, const struct loaded *c, struct import_row *row, size_t column,
                     const char *text, bool *good)
{
    const struct cell_field *f = &im->field[im->column[column].field];
    const json_t *was = json_object_get(json_object_get(c->doc, "fields"), f->field->id);
    struct said why = { "带监测指标的目标不能用表格修改",
                        "a goal with an indicator is not changed by a table" };
    const char *code = "import.goal";
    json_t *v = NULL;
    bool measured = f->field->type == FIELD_GOAL && *json_str(was, "indicator", "");
    if (f->computed || ((measured || !cell_readable(f)) && says_same(im, f, was, text)))
        return 0;
    int r = measured ? -EINVAL : cell_read(&im->names, f, text, &v, &code, &why);
    if (r < 0) {
        *good = false;
        return add_fault(im, row->row, column, code, &why);
    }
    bool cut;
    json_t *again = shown_again(im, f, was, &cut);
    bool same = again && json_equal(v, again);
    json_decref(again);
    if (same || cut)
        json_decref(v);
    if (cut && !same) { /* what the cell could not show would be lost */
        struct said more = { "原有内容超过一个单元格能放的字数，不能用表格修改",
                             "there is more than a cell holds: it is not changed by a table" };
        *good = false;
        return add_fault(im, row->row, column, "import.too_long", &more);
    }
    if (same)
        return 0;
    json_object_set_new(row->fields, f->field->id, v);
    json_object_set_new(row->was, f->field->id, was ? json_deep_copy(was) : json_null());
    return 0;
}

static int read_change(struct import *im, const struct list_row *cells, const struct loaded *c,
                       struct import_row *row)
{
    bool good = true, twice;
    struct err why = { 0 };
    int r = seen_twice(im, row, json_str(c->doc, "number", ""), &twice);
    if (r < 0 || twice)
        return r;
    row->id = c->id;
    row->last = arena_strdup(&im->mem, json_str(c->doc, "last", ""));
    row->number = arena_strdup(&im->mem, json_str(c->doc, "number", ""));
    row->fields = json_object();
    row->was = json_object();
    for (size_t i = 0; r == 0 && i < im->n_columns; i++)
        if (im->column[i].field >= 0 && !blank(cell_at(cells, i)))
            r = change_of(im, c, row, i, cell_at(cells, i), &good);
    row->what = !good ? ROW_FAULTY : json_object_size(row->fields) ? ROW_CHANGED : ROW_SAME;
    if (r < 0 || row->what != ROW_CHANGED)
        return r;
    scoped(json_decrefp) json_t *body = NULL;
    if (case_update_body(im->l, c, row->fields, im->who, &body, &why) < 0) {
        row->what = ROW_FAULTY;
        return fault_of_err(im, row->row, &why);
    }
    return 0;
}

/* ---- rows ---- */

static bool all_digits(const char *s)
{
    size_t n = strlen(s);
    return n && n <= 6 && strspn(s, "0123456789") == n;
}

/* The case a row names; *ret_id 0: none. */
static int case_of(struct import *im, const struct list_row *cells, struct import_row *row,
                   struct loaded *ret)
{
    for (size_t i = 0; i < im->n_columns; i++) {
        if (im->column[i].field != COLUMN_NUMBER || blank(cell_at(cells, i)))
            continue;
        struct doc d = { 0 };
        const char *text = cell_at(cells, i);
        text += strspn(text, " \n");
        scoped(freep) char *number = strndup(text, strcspn(text, " \n"));
        int r = number ? ledger_get_doc_by_key(im->l->store, DOC_CASE, number, &d, NULL) : -ENOMEM;
        if (r == 0) {
            r = case_load_doc(im->l, &d, ret, im->e);
            doc_release(&d);
            if (r < 0 || strcmp(json_str(ret->doc, "ledger", ""), im->def->id) == 0)
                return r;
            case_release(ret);
        } else if (r != -ENOENT) {
            return err_set(im->e, r, "case number '%.60s' cannot be looked up", number ? number : "");
        }
        if (im->column[i].counter || all_digits(number))
            continue;
        struct said why;
        snprintf(why.zh, sizeof why.zh, "本台账没有编号为“%.60s”的事项；新事项请把编号留空", number);
        snprintf(why.en, sizeof why.en, "the ledger has no case '%.60s'; leave the number of a new one empty",
                 number);
        why = said_whole(&why);
        row->what = ROW_FAULTY;
        return add_fault(im, row->row, i, "import.number", &why);
    }
    return 0;
}

static bool says_something(const struct import *im, const struct list_row *cells)
{
    for (size_t i = 0; i < im->n_columns; i++)
        if (im->column[i].field >= 0 && !blank(cell_at(cells, i)))
            return true;
    return false;
}

/* A row that repeats the heading: a merged heading's second row, or the head of a printed page. */
static bool repeats_heading(const struct import *im, const struct list_row *cells)
{
    size_t same = 0, fields = 0;
    for (size_t i = 0; i < im->n_columns; i++) {
        fields += im->column[i].field >= 0;
        same += im->column[i].field >= 0 && strcmp(cell_at(cells, i), im->column[i].heading) == 0;
    }
    return same * 2 > fields;
}

static int read_row(struct import *im, const struct list_row *cells)
{
    struct import_row *row = &im->row[im->n_rows++];
    struct loaded c = { 0 };
    *row = (struct import_row){ .row = cells->row, .what = ROW_NEW };
    int r = case_of(im, cells, row, &c);
    if (r == 0 && row->what != ROW_FAULTY)
        r = c.doc ? read_change(im, cells, &c, row) : read_new(im, cells, row);
    case_release(&c);
    im->count[row->what]++;
    return r;
}

/* "key id\n" of every row that was entered before. */
static int take_before(const struct doc *d, void *arg)
{
    struct import *im = arg;
    scoped(json_decrefp) json_t *body = NULL;
    int r = json_read(d->body, strlen(d->body), &body, im->e);
    if (r < 0 || strcmp(json_str(body, "ledger", ""), im->def->id) != 0)
        return r;
    for (const char *s = json_str(body, "entered", ""); strlen(s) > 17;) {
        size_t n = strcspn(s, "\n");
        char *id = arena_strndup(&im->mem, s + 17, n - 17);
        if (!id || map_put(&im->before, s, 16, id) < 0)
            return err_set(im->e, -ENOMEM, "out of memory");
        s += n + (s[n] == '\n');
    }
    return 0;
}

static int read_list(struct import *im, const void *bytes, size_t len)
{
    struct doc_query accepted = { .state = "accepted" };
    int r = import_rows(im, bytes, len);
    if (r == 0)
        r = ledger_each_doc(im->l->store, DOC_IMPORT, &accepted, take_before, im, im->e);
    if (r == 0 && !(im->row = calloc(im->n_cells + 1, sizeof *im->row)))
        r = err_set(im->e, -ENOMEM, "out of memory");
    for (size_t i = 0; r == 0 && i < im->n_cells; i++)
        if (says_something(im, &im->cells[i]) && !repeats_heading(im, &im->cells[i]))
            r = read_row(im, &im->cells[i]);
    if (r == 0 && !im->n_rows)
        r = err_named(im->e, -EINVAL, "import.empty",
                      "表头以下没有内容 | there is nothing under the heading");
    return r;
}

int import_read(struct ledgers *l, const char *ledger, const void *bytes, size_t len, const struct actor *who,
                struct import *ret, struct err *e)
{
    *ret = (struct import){ .l = l, .who = who, .e = e };
    int r = ledgers_definition(l, ledger, NULL, &ret->def, e);
    if (r == 0 && !is_office(who))
        r = err_named(e, -EPERM, "case.forbidden",
                      "导入由值班、领导或管理员办理 | importing is for duty, leader or admin");
    if (r == 0)
        r = names_read(l, &ret->names, e);
    for (size_t i = 0; r == 0 && i < ret->def->n_fields; i++)
        cell_field_of(ret->def, &ret->def->field[i], &ret->field[i]);
    if (r == 0)
        r = read_list(ret, bytes, len);
    ret->e = NULL;
    if (r < 0)
        import_release(ret);
    return r;
}

void import_release(struct import *im)
{
    for (size_t i = 0; i < im->n_rows; i++) {
        json_decref(im->row[i].fields);
        json_decref(im->row[i].was);
    }
    free(im->row);
    free(im->cells);
    free(im->fault);
    map_release(&im->before, NULL);
    map_release(&im->seen, NULL);
    names_release(&im->names);
    arena_release(&im->mem);
    *im = (struct import){ 0 };
}

int import_digest(const struct import *im, char ret[65], struct err *e)
{
    struct sm3 sum;
    int r = sm3_begin(&sum, e);
    if (r < 0)
        return r;
    sm3_add(&sum, im->def->hash, 64);
    for (size_t i = 0; i < im->n_rows; i++) {
        const struct import_row *row = &im->row[i];
        char head[160];
        int n = snprintf(head, sizeof head, "%u %d %" PRId64 " %s %s\n", row->row, (int)row->what, row->id,
                         row->last ? row->last : "", row->key);
        sm3_add(&sum, head, (size_t)n);
        if (row->what == ROW_CHANGED) {
            scoped(freep) char *text = chain_dump(row->fields);
            sm3_add(&sum, text ? text : "", text ? strlen(text) : 0);
        }
    }
    return sm3_end(&sum, ret, e);
}
