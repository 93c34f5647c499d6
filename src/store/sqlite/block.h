/* block.h - the records of one site and period within a month, packed by column. Pure: no I/O.
 *
 * A chunk is a spine (times, arrivals, tags, parts, sources, and the shape of each body) and one column for each name that stands
 * before a '=' in the bodies ("w01018-Avg", "w01018-Flag"). A shape is the body with the values cut out; a column holds the
 * values in the order they stood. Bodies come back byte for byte. A value that is a plain decimal is a scaled integer, stored as
 * the difference from the one before, with runs saying how many decimals were written; any other text is stored as runs of text. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "domain/record.h"

/* Names past this many in one chunk share the last column, whose name is "". */
enum { BLOCK_COLUMNS_MAX = 1024 };

struct block_column {
    char *name; /* owned; column 0 is the spine and has no name */
    size_t name_len;
    struct buf data;
};

struct block {
    struct block_column *col;
    size_t n;
};

/* Packs n records of one site and period, in the order given. */
int block_encode(const struct record *r, size_t n, struct block *ret, struct err *e);
void block_release(struct block *b);

struct block_reader;
/* Reads a block back: the block is moved into the reader and left empty, also on failure. -EBADMSG when it is damaged. */
int block_reader_new(struct block *b, int32_t site, uint8_t period, struct block_reader **ret, struct err *e);
/* 1: *ret is the next record, lent until the next call; 0: the end. */
int block_reader_next(struct block_reader *r, struct record *ret, struct err *e);
struct block_reader *block_reader_free(struct block_reader *r); /* takes NULL, returns NULL */
