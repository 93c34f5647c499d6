/* document.h - an office document's bytes become the plain text that a person reads in it: .docx, .xlsx, .html, .pdf, or text in UTF-8,
 * UTF-16 or GBK (GB 18030). Pure, but for .pdf, whose reader is a callback.
 *
 * The text has one paragraph a line. A table's row is one line too, its cells parted by tabs; a line break inside a cell is U+2028. A cell
 * merged over several rows is repeated in each. Bounded: at most DOCUMENT_TEXT_MAX bytes come out, a zip's part may grow to
 * ZIP_PART_MAX and not more than ZIP_RATIO_MAX times its packed size, XML with a DTD is refused. */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum {
    DOCUMENT_TEXT_MAX = 64 * 1024 * 1024,
    ZIP_PART_MAX = 48 * 1024 * 1024,
    ZIP_RATIO_MAX = 400,
    TABLE_ROWS_MAX = 50000,
    TABLE_COLUMNS_MAX = 64
};

enum document_kind { DOCUMENT_TEXT, DOCUMENT_DOCX, DOCUMENT_XLSX, DOCUMENT_HTML, DOCUMENT_PDF };

/* By content, never by name. -EINVAL for what is none of them (an old .doc or .xls, a picture). */
int document_kind(const void *bytes, size_t len, enum document_kind *ret, struct err *e);

/* Appends the text of a PDF's pages to out, lines as they stand on the page. */
typedef int document_pdf(const void *bytes, size_t len, struct buf *out, struct err *e);
/* Appends the text, valid UTF-8 without NUL. pdf may be NULL: then a PDF is refused. */
int document_text(const void *bytes, size_t len, document_pdf *pdf, struct buf *out, struct err *e);

/* The parts, for tests and fuzzing. Each appends to out. */
int docx_text(const void *bytes, size_t len, struct buf *out, struct err *e);
int xlsx_text(const void *bytes, size_t len, struct buf *out, struct err *e);
/* The same row by row, for lists of at most `max` rows: numbers as in the file, a date with a time of day as "2026年6月30日 09:30", a line
 * break as '\n'. Rows without text are left out. A non-zero return from each ends the reading and is returned. */
struct sheet_row {
    unsigned sheet, row; /* from 1 */
    const char *const *cell;
    size_t n;
};
int xlsx_rows(const void *bytes, size_t len, size_t max, int (*each)(const struct sheet_row *, void *),
              void *arg, struct err *e);
int html_text(const char *text, size_t len, struct buf *out, struct err *e);
/* text in whatever encoding to UTF-8 without a byte order mark */
int text_utf8(const void *bytes, size_t len, struct buf *out, struct err *e);
/* Joins the lines that a page's width broke; keeps those that end a sentence or begin a heading. */
int text_unwrap(const char *text, size_t len, struct buf *out);
