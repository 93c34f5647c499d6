/* xlsx.c - the sheets of a workbook (ECMA-376 part 1, 18.3), row by row; numbers with a date format become dates as plans write them. */
#include "codec/document.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "codec/xml.h"
#include "codec/unzip.h"

static const char LINE_IN_CELL[] = "\xe2\x80\xa8"; /* U+2028 */
enum { SHEETS_MAX = 64, STRINGS_MAX = 1000000, FORMATS_MAX = 4096, MERGES_MAX = 256 };

struct merge {
    unsigned top, bottom, left;
    char *text;
};

struct book {
    struct buf strings; /* of all shared strings, one after the other */
    uint32_t *string_at;
    size_t n_strings, strings_cap;
    bool date_format[FORMATS_MAX]; /* by cellXfs index */
    size_t n_formats;
    unsigned date_number[256]; /* custom numFmt ids that show dates */
    size_t n_date_numbers;
    bool in_xfs;
    bool from_1904; /* days are counted from 1904-01-01 (18.2.28) */
    /* the sheet */
    unsigned sheet;
    size_t rows_max;
    int (*each)(const struct sheet_row *, void *);
    void *arg;
    struct buf *out; /* NULL: each is called */
    struct buf cell[TABLE_COLUMNS_MAX], value;
    size_t columns, rows, column;
    unsigned row;
    unsigned style;
    char type;
    bool in_value, in_inline, in_phonetic;
    struct merge merge[MERGES_MAX];
    size_t merges;
    int failed;
};

/* Line breaks stay as they are until a row is written as text. */
static void text_add(struct buf *to, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        buf_addc(to, s[i] == '\t' || s[i] == '\r' ? ' ' : s[i]);
}

/* "_x000D_" at s: what XML cannot hold, by its number (22.9.2.19). Returns the number, or -1. */
static int escaped(const char *s, size_t len)
{
    int value = 0;
    if (len < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_')
        return -1;
    for (size_t i = 2; i < 6; i++) {
        const char *digits = "0123456789abcdef", c = (char)(s[i] >= 'A' && s[i] <= 'F' ? s[i] + 32 : s[i]),
                   *at = c ? strchr(digits, c) : NULL;
        if (!at)
            return -1;
        value = value * 16 + (int)(at - digits);
    }
    return value;
}

/* A text of a workbook as it is meant. Of what stands in it by number only characters of text are taken; Excel writes a carriage return so. */
static void string_add(struct buf *to, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        int c = escaped(s + i, len - i);
        if (c < 0 || c >= 0x7f) { /* a letter by its number: nobody writes so */
            buf_addc(to, s[i]);
            continue;
        }
        if (c == '\t' || c == '\n' || c >= ' ')
            buf_addc(to, (char)(c == '\t' ? ' ' : c));
        i += 6;
    }
}

static void cell_add(struct buf *to, const struct buf *cell)
{
    for (size_t i = 0; i < cell->len; i++)
        if (cell->data[i] == '\n')
            buf_adds(to, LINE_IN_CELL);
        else
            buf_addc(to, cell->data[i]);
}

/* ---- shared strings ---- */

static void strings_begin(void *arg, const char *name, const char **a)
{
    struct book *b = arg;
    (void)a;
    if (strcmp(name, "si") == 0) {
        if (b->n_strings == b->strings_cap) {
            size_t cap = b->strings_cap ? b->strings_cap * 2 : 1024;
            uint32_t *grown =
                cap <= STRINGS_MAX * 2 ? realloc(b->string_at, (cap + 1) * sizeof *grown) : NULL;
            if (!grown) {
                b->failed = cap <= STRINGS_MAX * 2 ? -ENOMEM : -EFBIG;
                return;
            }
            b->string_at = grown;
            b->strings_cap = cap;
        }
        b->string_at[b->n_strings++] = (uint32_t)b->strings.len;
    } else if (strcmp(name, "t") == 0) {
        b->in_value = true;
    } else if (strcmp(name, "rPh") == 0) {
        b->in_phonetic = true;
    }
}

static void strings_end(void *arg, const char *name)
{
    struct book *b = arg;
    if (strcmp(name, "t") == 0)
        b->in_value = false;
    else if (strcmp(name, "rPh") == 0)
        b->in_phonetic = false;
}

static void strings_text(void *arg, const char *s, size_t len)
{
    struct book *b = arg;
    if (b->in_value && !b->in_phonetic)
        text_add(&b->strings, s, len);
    if (b->strings.failed || b->strings.len > DOCUMENT_TEXT_MAX)
        b->failed = b->strings.failed ? -ENOMEM : -EFBIG;
}

/* ---- formats ---- */

static bool shows_date(const char *format)
{
    bool quoted = false, bracket = false;
    for (const char *p = format; *p; p++) {
        if (*p == '"')
            quoted = !quoted;
        else if (*p == '[')
            bracket = true;
        else if (*p == ']')
            bracket = false;
        else if (!quoted && !bracket && (*p == 'y' || *p == 'Y' || *p == 'd' || *p == 'D'))
            return true;
    }
    return false;
}

static void styles_begin(void *arg, const char *name, const char **a)
{
    struct book *b = arg;
    if (strcmp(name, "numFmt") == 0) {
        const char *id = xml_attribute(a, "numFmtId"), *code = xml_attribute(a, "formatCode");
        if (id && code && shows_date(code) && b->n_date_numbers < COUNT_OF(b->date_number))
            b->date_number[b->n_date_numbers++] = (unsigned)strtoul(id, NULL, 10);
    } else if (strcmp(name, "cellXfs") == 0) {
        b->in_xfs = true;
    } else if (b->in_xfs && strcmp(name, "xf") == 0 && b->n_formats < FORMATS_MAX) {
        const char *id = xml_attribute(a, "numFmtId");
        unsigned n = id ? (unsigned)strtoul(id, NULL, 10) : 0;
        bool date =
            (n >= 14 && n <= 17) || n == 22 || (n >= 27 && n <= 36) || (n >= 50 && n <= 58); /* 18.8.30 */
        for (size_t i = 0; i < b->n_date_numbers; i++)
            date |= b->date_number[i] == n;
        b->date_format[b->n_formats++] = date;
    }
}

static void styles_end(void *arg, const char *name)
{
    struct book *b = arg;
    if (strcmp(name, "cellXfs") == 0)
        b->in_xfs = false;
}

static void no_text(void *arg, const char *s, size_t len)
{
    (void)arg, (void)s, (void)len;
}

/* ---- a sheet ---- */

/* "AB12": the column from 0, the row from 1. */
static bool reference(const char *s, size_t *column, unsigned *row)
{
    size_t c = 0;
    while (*s >= 'A' && *s <= 'Z' && c < 100000)
        c = c * 26 + (size_t)(*s++ - 'A') + 1;
    *row = (unsigned)strtoul(s, NULL, 10);
    *column = c ? c - 1 : 0;
    return c > 0 && *row > 0;
}

/* A day's number, 25569 for 1970-01-01, as year, month and day: H. Hinnant's days-to-civil. Numbers below 61 are never asked: the calendar
 * of workbooks has a 29 February 1900 that never was. */
static void date_text(double serial, struct buf *to)
{
    long days = (long)serial - 25569 + 719468, era = days / 146097, of_era = days % 146097;
    long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long day = of_era - (365 * year + year / 4 - year / 100), month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5 - 1;
    month += month < 10 ? 3 : -9;
    buf_addf(to, "%ld年%ld月%ld日", year + era * 400 + (month <= 2), month, day);
}

/* The minute of the day, only where the reader of rows asks for it. */
static void minute_text(const struct book *b, double serial, struct buf *to)
{
    long minute = (long)((serial - (double)(long)serial) * 1440 + 0.5);
    if (!b->out && minute > 0 && minute < 1440)
        buf_addf(to, " %02ld:%02ld", minute / 60, minute % 60);
}

static void value_close(struct book *b)
{
    if (b->column >= TABLE_COLUMNS_MAX)
        return;
    struct buf *to = &b->cell[b->column];
    const char *v = b->value.data ? b->value.data : "";
    if (b->type == 's') {
        unsigned long i = strtoul(v, NULL, 10);
        if (i < b->n_strings) {
            uint32_t at = b->string_at[i],
                     end = i + 1 < b->n_strings ? b->string_at[i + 1] : (uint32_t)b->strings.len;
            string_add(to, (b->strings.data ? b->strings.data : "") + at, end - at);
        }
    } else if (b->type == 'n' && b->style < b->n_formats && b->date_format[b->style] &&
               strtod(v, NULL) >= 61 && strtod(v, NULL) < 200000) {
        double serial = strtod(v, NULL) + (b->from_1904 ? 1462 : 0);
        date_text(serial, to);
        minute_text(b, serial, to);
    } else if (b->type == 'n' && *v) { /* 92.5 is kept as 92.499999999999986 by some programs */
        buf_addf(to, "%.12g", strtod(v, NULL));
    } else {
        scoped(buf_release) struct buf text = BUF_INIT;
        text_add(&text, v, b->value.len);
        string_add(to, text.data ? text.data : "", text.len);
    }
    if (b->column + 1 > b->columns)
        b->columns = b->column + 1;
    if (to->failed)
        b->failed = -ENOMEM;
}

static void row_give(struct book *b)
{
    const char *cell[TABLE_COLUMNS_MAX];
    size_t last = 0;
    for (size_t i = 0; i < b->columns; i++) {
        cell[i] = b->cell[i].len ? b->cell[i].data : "";
        if (b->cell[i].len)
            last = i + 1;
    }
    for (size_t i = 0; i < last && b->out; i++) {
        if (i)
            buf_addc(b->out, '\t');
        cell_add(b->out, &b->cell[i]);
    }
    if (last && b->out)
        buf_addc(b->out, '\n');
    else if (last && !b->failed)
        b->failed = b->each(&(struct sheet_row){ b->sheet, b->row, cell, last }, b->arg);
}

static void row_close(struct book *b)
{
    for (size_t i = 0; i < b->merges; i++) {
        struct merge *m = &b->merge[i];
        if (b->row < m->top || b->row > m->bottom || m->left >= TABLE_COLUMNS_MAX)
            continue;
        struct buf *c = &b->cell[m->left];
        if (b->row == m->top && c->len && c->len < 65536) {
            free(m->text);
            m->text = strdup(c->data);
        } else if (!c->len && m->text) {
            buf_adds(c, m->text);
            if (m->left + 1 > b->columns)
                b->columns = m->left + 1;
        }
    }
    row_give(b);
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
        buf_clear(&b->cell[i]);
    b->columns = 0;
    if (!b->failed && (++b->rows > b->rows_max || (b->out && b->out->len > DOCUMENT_TEXT_MAX)))
        b->failed = -EFBIG;
    if (b->out && b->out->failed)
        b->failed = -ENOMEM;
}

static void sheet_begin(void *arg, const char *name, const char **a)
{
    struct book *b = arg;
    if (strcmp(name, "row") == 0) {
        const char *r = xml_attribute(a, "r");
        b->row = r ? (unsigned)strtoul(r, NULL, 10) : b->row + 1;
        b->column = (size_t)-1;
    } else if (strcmp(name, "c") == 0) {
        const char *r = xml_attribute(a, "r"), *t = xml_attribute(a, "t"), *s = xml_attribute(a, "s");
        unsigned row;
        size_t column;
        b->column = r && reference(r, &column, &row) ? column : b->column + 1;
        b->type = !t || strcmp(t, "n") == 0     ? 'n'
                  : strcmp(t, "s") == 0         ? 's'
                  : strcmp(t, "inlineStr") == 0 ? 'i'
                                                : 't';
        b->style = s ? (unsigned)strtoul(s, NULL, 10) : 0;
        buf_clear(&b->value);
    } else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) {
        b->in_value = true;
    }
}

static void sheet_end(void *arg, const char *name)
{
    struct book *b = arg;
    if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        b->in_value = false;
    else if (strcmp(name, "c") == 0)
        value_close(b);
    else if (strcmp(name, "row") == 0)
        row_close(b);
}

static void sheet_text(void *arg, const char *s, size_t len)
{
    struct book *b = arg;
    if (b->in_value && b->value.len + len < 1024 * 1024)
        buf_add(&b->value, s, len);
}

/* Merged cells are named after the rows they lie over, so they are read in a pass of their own. */
static void merges_begin(void *arg, const char *name, const char **a)
{
    struct book *b = arg;
    const char *ref = strcmp(name, "mergeCell") == 0 ? xml_attribute(a, "ref") : NULL;
    const char *colon = ref ? strchr(ref, ':') : NULL;
    size_t left, right;
    unsigned top, bottom;
    if (colon && b->merges < MERGES_MAX && reference(ref, &left, &top) &&
        reference(colon + 1, &right, &bottom) && bottom > top && left < TABLE_COLUMNS_MAX)
        b->merge[b->merges++] = (struct merge){ top, bottom, (unsigned)left, NULL };
}

static void no_end(void *arg, const char *name)
{
    (void)arg, (void)name;
}

static int part(struct zip_read *z, struct book *b, const char *name, struct xml_reader reader, struct err *e)
{
    scoped(buf_release) struct buf xml = BUF_INIT;
    int r = zip_read_part(z, name, &xml, e);
    reader.arg = b;
    reader.stop = &b->failed;
    return r < 0 ? r : xml_parse(xml.data ? xml.data : "", xml.len, &reader, e);
}

static int sheet(struct zip_read *z, struct book *b, const char *name, struct err *e)
{
    scoped(buf_release) struct buf xml = BUF_INIT;
    int r = zip_read_part(z, name, &xml, e);
    if (r < 0)
        return r;
    struct xml_reader merges = { b, merges_begin, no_end, no_text, &b->failed },
                      cells = { b, sheet_begin, sheet_end, sheet_text, &b->failed };
    b->merges = 0;
    b->row = 0;
    r = xml_parse(xml.data ? xml.data : "", xml.len, &merges, e);
    if (r == 0)
        r = xml_parse(xml.data ? xml.data : "", xml.len, &cells, e);
    for (size_t i = 0; i < b->merges; i++)
        free(b->merge[i].text);
    if (b->out)
        buf_addc(b->out, '\n'); /* between sheets */
    return r;
}

static void workbook_begin(void *arg, const char *name, const char **a)
{
    struct book *b = arg;
    const char *set = strcmp(name, "workbookPr") == 0 ? xml_attribute(a, "date1904") : NULL;
    if (set && (strcmp(set, "1") == 0 || strcmp(set, "true") == 0))
        b->from_1904 = true;
}

static int book_read(struct zip_read *z, struct book *b, struct err *e)
{
    struct xml_reader strings = { NULL, strings_begin, strings_end, strings_text, NULL },
                      styles = { NULL, styles_begin, styles_end, no_text, NULL },
                      workbook = { NULL, workbook_begin, no_end, no_text, NULL };
    int r = part(z, b, "xl/workbook.xml", workbook, e), sheets = 0;
    if (r == 0 || r == -ENOENT)
        r = part(z, b, "xl/sharedStrings.xml", strings, e);
    if (r == 0 || r == -ENOENT)
        r = part(z, b, "xl/styles.xml", styles, e);
    for (int i = 1; (r == 0 || r == -ENOENT) && i <= SHEETS_MAX; i++) {
        char name[64];
        snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", i);
        b->sheet = (unsigned)i;
        r = sheet(z, b, name, e);
        sheets += r == 0;
    }
    if (r == -ENOENT)
        r = sheets ? 0 : err_set(e, -EINVAL, "the workbook has no sheet");
    return r;
}

static int book_run(struct book *b, const void *bytes, size_t len, struct err *e)
{
    struct zip_read *z = NULL;
    int r = zip_read_open(bytes, len, &z, e);
    if (r == 0)
        r = book_read(z, b, e);
    zip_read_free(z);
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
        buf_release(&b->cell[i]);
    buf_release(&b->value);
    buf_release(&b->strings);
    free(b->string_at);
    return r;
}

int xlsx_text(const void *bytes, size_t len, struct buf *out, struct err *e)
{
    scoped(freep) struct book *b = calloc(1, sizeof *b);
    if (!b)
        return err_set(e, -ENOMEM, "xlsx: no memory");
    b->out = out;
    b->rows_max = TABLE_ROWS_MAX;
    int r = book_run(b, bytes, len, e);
    if (r < 0)
        return err_under(e, "xlsx");
    return out->failed ? err_set(e, -ENOMEM, "xlsx: no memory") : 0;
}

int xlsx_rows(const void *bytes, size_t len, size_t max, int (*each)(const struct sheet_row *, void *),
              void *arg, struct err *e)
{
    scoped(freep) struct book *b = calloc(1, sizeof *b);
    if (!b)
        return err_set(e, -ENOMEM, "xlsx: no memory");
    b->each = each;
    b->arg = arg;
    b->rows_max = max;
    int r = book_run(b, bytes, len, e);
    if (r < 0)
        err_under(e, "xlsx");
    return r;
}
