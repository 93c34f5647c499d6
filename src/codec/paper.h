/* paper.h - a document as values, and what is made of it: .docx, .pdf, .xlsx. One tree for all three, so that they say the same.
 *
 * A paper has a title, a line under it, parts and a footer. The writers are pure: the same paper gives the same bytes (a PDF also needs
 * the same fonts). Texts are UTF-8; '\n' begins a new line. Bounded by paper_full. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum paper_kind {
    PAPER_HEADING,
    PAPER_TEXT,
    PAPER_PAIRS, /* two columns, label and value, no heading row */
    PAPER_TABLE, /* heading row, then rows; the heading is repeated on every page */
    PAPER_SIGN   /* labels with room beside them to sign, stamp and date */
};

/* How a workbook keeps a column; a cell that does not read as such stays text. */
enum paper_column_kind { PAPER_WORDS, PAPER_DATE /* "2026-06-30" */, PAPER_NUMBER };

struct paper_column {
    const char *label;
    enum paper_column_kind kind;
    unsigned width; /* in characters of a workbook; the others share the page by it */
};

struct paper_part {
    enum paper_kind kind;
    const char *text; /* heading, text */
    const struct paper_column *column;
    size_t n_columns;
    const char **cell; /* row by row; pairs: label, value; sign: labels */
    size_t n_cells, cap;
};

enum { PAPER_PARTS_MAX = 32, PAPER_COLUMNS_MAX = 64 };

struct paper {
    struct arena mem;
    const char *title, *subtitle, *footer; /* NULL: none */
    bool landscape;
    int64_t made; /* ms: the PDF's date */
    struct paper_part part[PAPER_PARTS_MAX];
    size_t n_parts;
    bool failed; /* out of memory or parts at some addition; checked once, by the writers */
};

/* Texts are copied. The part is lent until the next is added; never NULL. */
struct paper_part *paper_add(struct paper *p, enum paper_kind kind, const char *text);
/* columns: n of them, copied. */
struct paper_part *paper_table(struct paper *p, const struct paper_column *columns, size_t n);
void paper_cell(struct paper *p, struct paper_part *part, const char *text);
void paper_pair(struct paper *p, struct paper_part *part, const char *label, const char *value);
const char *paper_keep(struct paper *p, const char *text);
void paper_release(struct paper *p);
/* How a table's columns share a page: one whose cells are all short (a date, a number, a state) gets what its longest needs, so that it is
 * not broken; the others share the rest by their widths. page and the result in points, size: of the letters. */
void paper_shares(const struct paper_part *t, double page, double size, double *ret_width);

int paper_docx(const struct paper *p, struct buf *out, struct err *e);
int paper_pdf(const struct paper *p, struct buf *out, struct err *e);
/* The first table; title and subtitle in two rows above it. */
int paper_xlsx(const struct paper *p, struct buf *out, struct err *e);
