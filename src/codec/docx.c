/* docx.c - word/document.xml (ECMA-376 part 1, 17.3 and 17.4): paragraphs, and tables row by row. */
#include "codec/document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "codec/xml.h"
#include "codec/unzip.h"

static const char LINE_IN_CELL[] = "\xe2\x80\xa8"; /* U+2028 */

struct cells {
    struct buf cell[TABLE_COLUMNS_MAX];
    size_t n;
};

struct reading {
    struct buf *out;
    struct cells row, above; /* above: the row before, for cells merged downwards */
    unsigned tables, skip;   /* nested; inside what is not read */
    size_t span;             /* columns of the cell */
    bool in_text, in_cell, merged, paragraph;
    int failed;
};

/* Where text goes now: the open cell, or the document. */
static struct buf *place(struct reading *d)
{
    if (d->in_cell && d->row.n && d->row.n <= TABLE_COLUMNS_MAX)
        return &d->row.cell[d->row.n - 1];
    return d->tables ? NULL : d->out;
}

static void put(struct reading *d, const char *s, size_t len)
{
    struct buf *to = place(d);
    if (!to || d->merged)
        return;
    if (to->len + d->out->len + len > DOCUMENT_TEXT_MAX) {
        d->failed = -EFBIG;
        return;
    }
    for (size_t i = 0; i < len; i++) /* tabs and newlines have their meaning in what comes out */
        buf_addc(to, s[i] == '\t' || s[i] == '\n' || s[i] == '\r' ? ' ' : s[i]);
    if (to->failed)
        d->failed = -ENOMEM;
}

static void line_break(struct reading *d)
{
    struct buf *to = place(d);
    if (to && !d->merged && (!d->in_cell || to->len))
        buf_adds(to, d->in_cell ? LINE_IN_CELL : "\n");
}

static void row_begin(struct reading *d)
{
    for (size_t i = 0; i < d->row.n && i < TABLE_COLUMNS_MAX; i++)
        buf_clear(&d->row.cell[i]);
    d->row.n = 0;
}

static void cell_close(struct reading *d)
{
    struct buf *c = place(d);
    size_t at = d->row.n ? d->row.n - 1 : 0;
    while (c && c->len >= 3 && memcmp(c->data + c->len - 3, LINE_IN_CELL, 3) == 0)
        c->data[c->len -= 3] = '\0';
    if (c && d->merged && at < d->above.n) /* merged downwards: what stands above holds here too */
        buf_add(c, d->above.cell[at].data ? d->above.cell[at].data : "", d->above.cell[at].len);
    for (; d->span > 1 && d->row.n < TABLE_COLUMNS_MAX; d->span--)
        d->row.n++;
    d->in_cell = d->merged = false;
}

static void row_end(struct reading *d)
{
    size_t n = d->row.n < TABLE_COLUMNS_MAX ? d->row.n : TABLE_COLUMNS_MAX;
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(d->out, '\t');
        buf_add(d->out, d->row.cell[i].data ? d->row.cell[i].data : "", d->row.cell[i].len);
    }
    buf_addc(d->out, '\n');
    struct cells swap = d->above;
    d->above = d->row;
    d->row = swap;
    d->above.n = n;
}

static bool skipped(const char *name)
{
    static const char *const not_read[] = { "Fallback", "del", "delText", "instrText",
                                            "pPr",      "rPr", "sectPr",  "moveFrom" };
    for (size_t i = 0; i < COUNT_OF(not_read); i++)
        if (strcmp(name, not_read[i]) == 0)
            return true;
    return false;
}

static void on_begin(void *arg, const char *name, const char **a)
{
    struct reading *d = arg;
    if (d->skip || skipped(name)) {
        d->skip++;
    } else if (strcmp(name, "t") == 0) {
        d->in_text = true;
    } else if (strcmp(name, "tab") == 0) {
        put(d, " ", 1);
    } else if (strcmp(name, "br") == 0 || strcmp(name, "cr") == 0) {
        line_break(d);
    } else if (strcmp(name, "tbl") == 0) {
        if (++d->tables == 1)
            d->above.n = 0;
    } else if (d->tables == 1 && strcmp(name, "tr") == 0) {
        row_begin(d);
    } else if (d->tables == 1 && strcmp(name, "tc") == 0) {
        d->in_cell = true;
        d->merged = false;
        d->span = 1;
        d->row.n += d->row.n < TABLE_COLUMNS_MAX;
    } else if (d->tables == 1 && strcmp(name, "gridSpan") == 0) {
        const char *v = xml_attribute(a, "val");
        long span = v ? strtol(v, NULL, 10) : 1;
        d->span = span > 1 && span < TABLE_COLUMNS_MAX ? (size_t)span : 1;
    } else if (d->tables == 1 && strcmp(name, "vMerge") == 0) {
        const char *v = xml_attribute(a, "val");
        d->merged = !v || strcmp(v, "restart") != 0;
    }
}

static void on_end(void *arg, const char *name)
{
    struct reading *d = arg;
    if (d->skip) {
        d->skip--;
        return;
    }
    if (strcmp(name, "t") == 0)
        d->in_text = false;
    else if (strcmp(name, "p") == 0)
        line_break(d);
    else if (strcmp(name, "tbl") == 0)
        d->tables -= d->tables > 0;
    else if (d->tables == 1 && strcmp(name, "tc") == 0)
        cell_close(d);
    else if (d->tables == 1 && strcmp(name, "tr") == 0)
        row_end(d);
}

static void on_text(void *arg, const char *s, size_t len)
{
    struct reading *d = arg;
    if (d->in_text && !d->skip)
        put(d, s, len);
}

int docx_text(const void *bytes, size_t len, struct buf *out, struct err *e)
{
    struct zip_read *z = NULL;
    scoped(buf_release) struct buf xml = BUF_INIT;
    int r = zip_read_open(bytes, len, &z, e);
    if (r == 0)
        r = zip_read_part(z, "word/document.xml", &xml, e);
    zip_read_free(z);
    if (r < 0)
        return r;
    struct reading *d = calloc(1, sizeof *d);
    if (!d)
        return err_set(e, -ENOMEM, "docx: no memory");
    d->out = out;
    struct xml_reader reader = { d, on_begin, on_end, on_text, &d->failed };
    r = xml_parse(xml.data ? xml.data : "", xml.len, &reader, e);
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++) {
        buf_release(&d->row.cell[i]);
        buf_release(&d->above.cell[i]);
    }
    free(d);
    if (r < 0)
        return err_under(e, "docx");
    return out->failed ? err_set(e, -ENOMEM, "docx: no memory") : 0;
}
