/* import.h - measurements from a table of text (CSV): one row a site and time, one column a factor. Knows nothing of storage: what
 * was read is handed to a callback, a whole file at once, so that a file is stored or refused as one.
 *
 * Digits are kept as written. A column that is scaled is scaled by exact decimal arithmetic. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "domain/place.h"
#include "domain/record.h"

/* Chinese publishers label an hour by its end (16:00 is 15:00 to 16:00, so that a day runs 01:00 to 24:00); HJ 212 and this program by
 * its start. */
enum import_label { IMPORT_LABEL_START, IMPORT_LABEL_END };

struct import_options {
    const struct place *place;
    const char *site;   /* code; for rows of a file without a site column. NULL: none */
    enum period period; /* PERIOD_HOUR, PERIOD_DAY or PERIOD_SAMPLE */
    enum import_label label;
    bool skip_bad; /* leave bad rows out instead of refusing the file */
    const json_t *
        map; /* {"columns":{"PM2.5":"pm25"},"scale":{"CO":0.001},"sites":{"市站":"LA-01"},"site":"LA-01"}; or NULL */
    int64_t now; /* arrival; a row later than this is refused. ms */
};

struct import_report {
    size_t rows, records, values, missing, bad, empty; /* empty: rows without any value */
    size_t fresh;                                      /* records that were not stored before */
    int64_t from, to;                                  /* first and last time; 0 when there is no record */
    char ignored[256];                                 /* columns that mean nothing here, parted by ", " */
};

struct import_calls {
    /* Stores all n records or none; *ret_new: how many were new. Not called when there is nothing to store. */
    int (*append)(const struct record *r, size_t n, size_t *ret_new, void *arg, struct err *e);
    /* A row that cannot be used: its line in the file and the reason. */
    void (*bad)(size_t line, const char *reason, void *arg);
    void *arg;
};

/* Reads `text` (changed in place) and hands over its records in order of time. -EINVAL when the heading cannot be used, or a row
 * is bad and not to be skipped: then nothing was appended. *ret is filled in any case. */
int import_csv(char *text, size_t len, const struct import_options *o, const struct import_calls *c,
               struct import_report *ret, struct err *e);
