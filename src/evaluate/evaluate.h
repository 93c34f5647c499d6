/* evaluate.h - files in, files out: each row of a CSV judged by the standards, without a server.
 *
 * Every row and every column of the input comes out in its order, byte for byte, with the results added behind; a row that cannot be
 * read is reported with its line and goes out with empty results. What is judged is a kind (kind.h): `air-day`, `water` ...; by which
 * edition, the shelf (shelf.h) says. Memory is bounded whatever the file's length. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "evaluate/shelf.h"

enum { EVALUATE_OPTIONS = 8 };
struct evaluate_option {
    const char *name, *value; /* "body", "lake": what a kind takes beyond the rules, see its choices */
};

struct evaluate_job {
    const char *kind;
    const char *rules; /* NULL: by each row's date; an id; two ids "A,B"; "both": the two newest editions */
    struct evaluate_option option[EVALUATE_OPTIONS];
    size_t n_options;
    const char *map; /* text of a mapping file: lines of name,column[,unit]; NULL: none */
    size_t map_len;
    /* Bytes read, 0 at the end, or negative with the reason in e. */
    int (*read)(void *arg, char *to, size_t room, struct err *e);
    void *read_arg;
    int (*write)(void *arg, const char *bytes, size_t len, struct err *e);
    void *write_arg;
    /* One sentence about the row at a line (0: about the file). */
    void (*complain)(void *arg, size_t line, const char *sentence);
    void *complain_arg;
    bool receipt;     /* also keep what a receipt wants: hashes and counts by day */
    const char *file; /* of the receipt: the input's name, and the time it is made */
    int64_t now;
};

/* Why a value was not there: the four kinds, which every rate and receipt keeps apart. */
struct evaluate_missing {
    int64_t not_sent, lost, invalid, excepted;
};

struct evaluate_sum {
    size_t rows, judged, bad; /* judged: rows with a result; bad: rows reported */
    int64_t values;           /* numbers that were taken */
    struct evaluate_missing missing;
    struct buf receipt; /* JSON text, when asked for; the caller releases */
};

/* 0, also when rows were bad; negative when the file as a whole cannot be judged (-EINVAL: misuse, a heading or option that does not
 * fit) or not be read or written. */
int evaluate_run(const struct shelf *shelf, const struct evaluate_job *job, struct evaluate_sum *ret,
                 struct err *e);

/* For `bihuan evaluate --help`: one paragraph a kind with its columns, units and choices. */
void evaluate_list(const struct shelf *shelf, FILE *to);
