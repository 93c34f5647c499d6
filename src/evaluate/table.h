/* table.h - reads a CSV of any length row by row and keeps each row's bytes, so that it can go out as it came.
 *
 * RFC 4180 with what files in the field do: LF or CRLF, a UTF-8 byte-order mark, quotes only where a cell begins with one. Memory
 * is a row or two, at most twice TABLE_ROW_MAX bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { TABLE_CELLS = 512, TABLE_ROW_MAX = 1 << 20 };

struct table_cell {
    const char *s; /* without quotes; not NUL-terminated */
    size_t len;
};

struct table {
    int (*read)(void *arg, char *to, size_t room, struct err *e);
    void *arg;
    /* The row last read. */
    size_t line;     /* of its first character, from 1 */
    const char *raw; /* as it stands, without the line end */
    size_t raw_len;
    const char *eol; /* "\n", "\r\n", "" at the end of a file without one */
    size_t n;        /* cells; 0: a blank line */
    struct table_cell cell[TABLE_CELLS];
    bool bom; /* the file began with a byte-order mark */
    /* own */
    char *buf, *plain;
    size_t at, len, cap, next_line;
    bool end;
};

int table_init(struct table *t, int (*read)(void *, char *, size_t, struct err *), void *arg, struct err *e);
/* 1: a row. 0: the end. -EBADMSG: the row is no CSV (e says why); raw holds its line and reading may go on. Others: reading failed. */
int table_next(struct table *t, struct err *e);
void table_release(struct table *t);
