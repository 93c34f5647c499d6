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
    PAPER_SIGN,  /* labels, each with room to sign, stamp and date */
    PAPER_PHOTOS /* small pictures, three across, what is known of each under it */
};

/* How a workbook keeps a column; a cell that does not read as such stays text. */
enum paper_column_kind { PAPER_WORDS, PAPER_DATE /* "2026-06-30" */, PAPER_NUMBER };

struct paper_column {
    const char *label;
    enum paper_column_kind kind;
    unsigned width; /* in characters of a workbook; the others share the page by it */
};

/* The bytes of a JPEG as they go into the paper; none when it could not be read, which is said in its place. */
struct paper_photo {
    const void *jpeg;
    size_t len;
    int width, height; /* pixels */
    const char *caption;
};

struct paper_part {
    enum paper_kind kind;
    const char *text; /* heading, text */
    const struct paper_column *column;
    size_t n_columns;
    const char **cell; /* row by row; pairs: label, value; sign: labels */
    size_t n_cells, cap;
    struct paper_photo *photo;
    size_t n_photos;
};

enum { PAPER_PARTS_MAX = 96, PAPER_COLUMNS_MAX = 64, PAPER_PHOTOS_MAX = 24, PAPER_PHOTOS_ACROSS = 3 };

struct paper {
    struct arena mem;
    const char *title, *subtitle, *footer; /* NULL: none */
    bool landscape;
    int64_t made; /* ms: the PDF's date */
    struct paper_part part[PAPER_PARTS_MAX];
    size_t n_parts, n_photos;
    bool failed; /* out of memory or parts at some addition; checked once, by the writers */
};

/* Texts are copied. The part is lent until the next is added; never NULL. */
struct paper_part *paper_add(struct paper *p, enum paper_kind kind, const char *text);
/* columns: n of them, copied. */
struct paper_part *paper_table(struct paper *p, const struct paper_column *columns, size_t n);
void paper_cell(struct paper *p, struct paper_part *part, const char *text);
void paper_pair(struct paper *p, struct paper_part *part, const char *label, const char *value);
/* A JPEG, which is decoded once to know that it is one; anything else is shown as a picture that cannot be read. -ENOSPC: PAPER_PHOTOS_MAX
 * are there. */
int paper_photo(struct paper *p, struct paper_part *part, const void *jpeg, size_t len, const char *caption);
const char *paper_keep(struct paper *p, const char *text);
void paper_release(struct paper *p);
/* How a table's columns share a page. Where the longest line of each fits, each has it, and what is left is shared by their widths. Else
 * one whose cells are all short (a date, a number, a state) gets what its longest needs, so that it is not broken, and the others share the
 * rest by their widths. page and the result in points, size: of the letters. */
void paper_shares(const struct paper_part *t, double page, double size, double *ret_width);

/* ---- what the writers of pages share ---- */

/* "2026-06-30" as people write it: 2026年6月30日. Anything else is as it is. */
enum { PAPER_DAY_TEXT = 48 };
const char *paper_day(const char *text, char ret[PAPER_DAY_TEXT]);
/* A table's cell as a page shows it. */
const char *paper_shown(const struct paper_part *t, size_t cell, char ret[PAPER_DAY_TEXT]);
/* A text as pages show it: without characters that turn the direction of what follows (a paper must not read otherwise than what was
 * written) and without control characters but line breaks; a tab as a blank. */
void paper_page_text(const char *text, struct buf *out);
/* How many boxes to sign stand side by side, and whether one must hold a round seal (a bureau's measures 42 mm) or a name. */
size_t paper_sign_across(size_t n);
bool paper_sign_seal(const char *label);
/* "责任单位（盖章）：", "主办人（签名）：" */
void paper_sign_label(const char *label, struct buf *out);
/* The largest size within the bounds that keeps the picture's shape. */
void paper_photo_fit(const struct paper_photo *photo, double wide, double high, double *ret_wide,
                     double *ret_high);
extern const char paper_photo_unread[], paper_sign_day[];

int paper_docx(const struct paper *p, struct buf *out, struct err *e);
int paper_pdf(const struct paper *p, struct buf *out, struct err *e);
/* A text as a workbook's cell gives it back: at most 32,767 units of UTF-16, without what XML cannot hold, a tab as a blank. Returns
 * whether its end is cut off. */
bool paper_cell_text(const char *text, struct buf *out);
/* The first table; title and subtitle in two rows above it. */
int paper_xlsx(const struct paper *p, struct buf *out, struct err *e);
