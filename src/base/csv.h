/* csv.h - reads RFC 4180 text (quotes, CRLF or LF, a UTF-8 byte-order mark) row by row, in place.
 * Fields are views into the text given; a quoted field is unescaped where it stands, so the text is changed. */
#pragma once

#include <stddef.h>

#include "base/err.h"

struct csv_field {
    char *s; /* not NUL-terminated */
    size_t len;
};

enum { CSV_FIELDS_MAX = 512 };

struct csv {
    char *p, *end;
    size_t line; /* of the row last read, from 1 */
    size_t next_line;
    size_t n; /* fields of the row last read */
    struct csv_field field[CSV_FIELDS_MAX];
};

void csv_init(struct csv *c, char *text, size_t len);
/* 1: a row is in field[0..n); blank lines are skipped. 0: the end. <0: line and reason in e; the row is skipped and reading
 * may go on with the next call. */
int csv_next(struct csv *c, struct err *e);
/* Index of the field of the row last read that equals name, or -1. For the heading row. */
int csv_find(const struct csv *c, const char *name);
