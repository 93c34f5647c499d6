/* import_heading.c - which row of a list is its heading, and which field each heading means. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "ledger/import_own.h"

enum { HEADING_ROWS = 10, LIST_ROWS_MAX = IMPORT_ROWS_MAX + 100 };

static bool same_plain(const char *a, const char *plain)
{
    struct buf own = BUF_INIT;
    cell_plain(a, &own);
    bool same = own.len && strcmp(own.data, plain) == 0;
    buf_release(&own);
    return same;
}

static bool in_headings(const json_t *list, const char *plain)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (same_plain(json_string_value(json_array_get(list, i)), plain))
            return true;
    return false;
}

static int field_of(const struct definition *d, const char *plain)
{
    const json_t *excel = json_object_get(d->tree, "excel");
    for (size_t i = 0; i < d->n_fields; i++)
        if (same_plain(d->field[i].label, plain))
            return (int)i;
    for (size_t i = 0; i < d->n_fields; i++)
        if (in_headings(json_object_get(excel, d->field[i].id), plain) || same_plain(d->field[i].id, plain) ||
            same_plain(d->field[i].label_en, plain))
            return (int)i;
    return COLUMN_UNKNOWN;
}

/* Headings that are no field: a case's number, and what an export shows beside the fields. */
static int known_heading(const char *plain, bool *ret_counter)
{
    static const char *const numbers[] = { "编号",     "台账编号", "事项编号", "问题编号",
                                           "任务编号", "案件编号", "number" };
    static const char *const counters[] = { "序号", "序", "no.", "no" };
    static const char *const shown[] = { "状态",     "亮灯",     "剩余天数", "立案日期", "销号日期",
                                         "销号方式", "反弹次数", "台账",     "事项" };
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (strcmp(plain, numbers[i]) == 0)
            return COLUMN_NUMBER;
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        if (strcmp(plain, counters[i]) == 0) {
            *ret_counter = true;
            return COLUMN_NUMBER;
        }
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        if (strcmp(plain, shown[i]) == 0)
            return COLUMN_KNOWN;
    return COLUMN_UNKNOWN;
}

/* Stars that mark what must be filled in, and a colon, say nothing. */
static void strip_marks(struct buf *plain)
{
    size_t from = 0, n = plain->len;
    while (from < n && strchr("*#", plain->data[from]))
        from++;
    while (n > from && strchr("*#:", plain->data[n - 1]))
        n--;
    memmove(plain->data, plain->data + from, n - from);
    plain->data[plain->len = n - from] = '\0';
}

int import_heading(const struct definition *d, const char *heading, bool *ret_counter)
{
    scoped(buf_release) struct buf plain = BUF_INIT;
    *ret_counter = false;
    cell_plain(heading, &plain);
    if (!plain.len || plain.failed || plain.len > 200)
        return COLUMN_UNKNOWN;
    strip_marks(&plain);
    for (int bare = 0; bare < 2 && plain.len; bare++) {
        int found = field_of(d, plain.data);
        if (found == COLUMN_UNKNOWN)
            found = known_heading(plain.data, ret_counter);
        char *bracket = strchr(plain.data, '('); /* 整改时限(年月日), 投资(万元) */
        if (found != COLUMN_UNKNOWN || !bracket || bracket == plain.data)
            return found;
        *bracket = '\0';
        plain.len = (size_t)(bracket - plain.data);
        strip_marks(&plain);
    }
    return COLUMN_UNKNOWN;
}

/* How many different fields a row of headings names. */
static size_t score(const struct definition *d, const struct list_row *row)
{
    bool named[FIELDS_MAX] = { false }, counter;
    size_t n = 0;
    for (size_t i = 0; i < row->n; i++) {
        int f = import_heading(d, row->cell[i], &counter);
        if (f >= 0 && !named[f]) {
            named[f] = true;
            n++;
        }
    }
    return n;
}

/* The best of a sheet's first rows; of equals that follow each other the last, for a heading of two rows repeats its merged cells. */
static const struct list_row *best_row(const struct definition *d, const struct list_row *row, size_t n,
                                       size_t *ret_score)
{
    const struct list_row *best = NULL;
    *ret_score = 0;
    for (size_t i = 0; i < n && i < HEADING_ROWS; i++) {
        size_t s = score(d, &row[i]);
        if (s > *ret_score || (s && s == *ret_score && best == &row[i] - 1)) {
            *ret_score = s;
            best = &row[i];
        }
    }
    return best;
}

struct gathering {
    struct import *im;
    size_t from; /* where the present sheet begins */
    bool done;
};

static int keep_row(const struct sheet_row *row, void *arg)
{
    struct gathering *g = arg;
    struct import *im = g->im;
    if (g->done && row->sheet != im->sheet)
        return 0;
    if (row->sheet != im->sheet) {
        size_t s;
        /* A sheet before with a heading is the list; the others are left alone. */
        if (im->sheet && best_row(im->def, im->cells, im->n_cells, &s) && s >= 2) {
            g->done = true;
            return 0;
        }
        im->n_cells = 0;
        im->sheet = row->sheet;
    }
    if (im->n_cells == im->cap_cells) {
        size_t cap = im->cap_cells ? im->cap_cells * 2 : 256;
        struct list_row *grown = realloc(im->cells, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        im->cells = grown;
        im->cap_cells = cap;
    }
    const char **cell = arena_alloc(&im->mem, row->n * sizeof *cell);
    if (!cell)
        return -ENOMEM;
    for (size_t i = 0; i < row->n; i++)
        if (!(cell[i] = *row->cell[i] ? arena_strdup(&im->mem, row->cell[i]) : ""))
            return -ENOMEM;
    im->cells[im->n_cells++] = (struct list_row){ row->row, cell, row->n };
    return 0;
}

/* What monitoring services and old programs deliver instead of a workbook: comma-separated, in UTF-8 or GB 18030. */
static int csv_rows(struct gathering *g, const void *bytes, size_t len)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    struct csv *c = malloc(sizeof *c);
    int r = c ? text_utf8(bytes, len, &text, g->im->e) : err_set(g->im->e, -ENOMEM, "out of memory");
    if (r == 0)
        csv_init(c, text.data ? text.data : (char[]){ "" }, text.len);
    for (size_t n = 0; r == 0; n++) {
        const char *cell[TABLE_COLUMNS_MAX];
        int more = csv_next(c, g->im->e);
        if (more <= 0) {
            r = more;
            break;
        }
        struct sheet_row row = { 1, (unsigned)c->line, cell, c->n };
        if (row.n > TABLE_COLUMNS_MAX)
            row.n = TABLE_COLUMNS_MAX;
        for (size_t i = 0; r == 0 && i < row.n; i++) {
            const char *s = c->field[i].s;
            size_t size = c->field[i].len;
            utf8_trim(&s, &size);
            char *copy = arena_alloc(&g->im->mem, size + 1);
            if (!copy)
                r = -ENOMEM;
            else
                *(char *)mempcpy(copy, s, size) = '\0';
            cell[i] = copy;
        }
        if (r == 0)
            r = n == LIST_ROWS_MAX ? -EFBIG : keep_row(&row, g);
    }
    free(c);
    return r;
}

static int take_columns(struct import *im, const struct list_row *head)
{
    bool named[FIELDS_MAX] = { false }, numbered = false;
    im->heading_row = head->row;
    im->n_columns = head->n;
    for (size_t i = 0; i < head->n; i++) {
        struct import_column *c = &im->column[i];
        *c = (struct import_column){ .heading = head->cell[i] };
        c->field = import_heading(im->def, c->heading, &c->counter);
        if (c->field >= 0 && named[c->field])
            return err_named(im->e, -EINVAL, "import.heading",
                             "表头“%.60s”与另一栏都是“%.60s” | heading '%.60s': two columns are for '%.60s'",
                             c->heading, im->def->field[c->field].label, c->heading,
                             im->def->field[c->field].label_en);
        if (c->field >= 0)
            named[c->field] = true;
        /* 编号 before 序号, whichever comes first. */
        if (c->field == COLUMN_NUMBER && c->counter && numbered)
            c->field = COLUMN_KNOWN;
        for (size_t k = 0; c->field == COLUMN_NUMBER && !c->counter && k < i; k++)
            if (im->column[k].field == COLUMN_NUMBER)
                im->column[k].field = COLUMN_KNOWN;
        numbered |= c->field == COLUMN_NUMBER;
    }
    return 0;
}

int import_rows(struct import *im, const void *bytes, size_t len)
{
    struct gathering g = { .im = im };
    enum document_kind kind;
    if (len > IMPORT_BYTES_MAX)
        return err_named(im->e, -EFBIG, "too_large", "文件超过20 MB | the file is larger than 20 MB");
    if (document_kind(bytes, len, &kind, NULL) < 0 || (kind != DOCUMENT_XLSX && kind != DOCUMENT_TEXT))
        return err_named(
            im->e, -EINVAL, "import.file",
            "不是 .xlsx 工作簿或 .csv；旧的 .xls 请另存为 .xlsx | neither an .xlsx workbook nor a .csv; "
            "save an old .xls as .xlsx");
    int r = kind == DOCUMENT_XLSX ? xlsx_rows(bytes, len, LIST_ROWS_MAX, keep_row, &g, im->e)
                                  : csv_rows(&g, bytes, len);
    if (r < 0)
        return r == -EFBIG ? err_named(im->e, -EFBIG, "too_large",
                                       "表格过大：至多5万行 | too large: at most 50,000 rows")
                           : r;
    size_t s;
    const struct list_row *head = best_row(im->def, im->cells, im->n_cells, &s);
    if (!head || s < 2)
        return err_named(
            im->e, -EINVAL, "import.heading",
            "前10行里没有找到“%.60s”台账的表头 | no heading of the ledger '%.60s' in the first ten rows",
            im->def->title, im->def->title_en);
    if ((r = take_columns(im, head)) < 0)
        return r;
    size_t skip = (size_t)(head - im->cells) + 1;
    memmove(im->cells, im->cells + skip, (im->n_cells - skip) * sizeof *im->cells);
    im->n_cells -= skip;
    return im->n_cells <= IMPORT_ROWS_MAX
               ? 0
               : err_named(im->e, -EFBIG, "too_large", "至多5万行 | at most 50,000 rows");
}
