/* import_own.h - what the files of this folder share. */
#pragma once

#include "base/csv.h"
#include "gather/import/decimal.h"
#include "gather/import/import.h"

enum column_kind {
    COLUMN_IGNORED,
    COLUMN_SITE,
    COLUMN_TIME,
    COLUMN_DATE,
    COLUMN_YEAR,
    COLUMN_MONTH,
    COLUMN_DAY,
    COLUMN_HOUR,
    COLUMN_VALUE,
    COLUMN_FLAG
};

struct import_column {
    enum column_kind kind;
    char code[24]; /* factor; of a value or a flag */
    char stat[12];
    char name[64]; /* as the heading has it, for messages */
    int flag;      /* of a value: its flag's column, or -1 */
    bool scaled;
    struct decimal by;
};

struct import_heading {
    struct import_column col[CSV_FIELDS_MAX];
    size_t n;
    int site, time, date, year, month, day, hour; /* column numbers, or -1 */
};

/* Reads the heading row that c stands on. */
int import_heading_read(const struct csv *c, const struct import_options *o, struct import_heading *ret,
                        struct import_report *report, struct err *e);

/* Start of the period that a row names. -EINVAL with the reason. */
int import_time_read(const struct csv *c, const struct import_heading *h, const struct import_options *o,
                     int64_t *ret, struct err *e);
