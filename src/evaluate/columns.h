/* columns.h - which cell of a row is which column of a kind: spellings, mapping files, units, dates. */
#pragma once

#include "evaluate/kind.h"
#include "evaluate/table.h"

struct scale {
    int64_t times, by; /* the cell's number times `times` by `by` is in the kind's unit */
};

struct columns {
    const char *kind; /* its name */
    const struct in_column *in;
    size_t n_in;
    int at[KIND_COLUMNS]; /* cell of the column, -1: none */
    struct scale scale[KIND_COLUMNS];
    int date, year, month, day; /* cells, -1: none; with `date` the others are not read */
    size_t found;
};

/* Reads the heading row and the mapping file's text (lines name,column[,unit]; # begins a remark; NULL: none). complain is told of
 * nothing; what is missing is the caller's to judge. -EINVAL for a mapping that names what is not there, or an unknown unit. */
int columns_bind(const char *kind, const struct in_column *in, size_t n_in, const struct table *heading,
                 const char *map, size_t map_len, struct columns *ret, struct err *e);
/* How `from` becomes `to` ("ug/m3" to "mg/m3"); µ and μ, ³ and 3, spaces and case (but L) are all one. false: not known. */
bool unit_scale(const char *from, size_t len, const char *to, struct scale *ret);
/* Empty, -, --, *, NA, NaN, and an em dash. */
bool cell_missing(const char *s, size_t len);
/* "2016-01-05", "2016/1/5 08:00", "20160105", "20160105120000", "2016年1月5日": the day number; false when it is no date. */
bool date_parse(const char *s, size_t len, int64_t *ret_day);
