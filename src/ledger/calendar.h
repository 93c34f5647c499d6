/* calendar.h - working days of China: weekends, official holidays and make-up days, from one table a year.
 *
 * The State Council announces a year's arrangement late in the year before. A year without a table is said to be missing, never
 * guessed. Immutable after loading. Days are day numbers of base/cntime.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { CALENDAR_FIRST = 2000, CALENDAR_YEARS = 100 };

struct calendar {
    struct calendar_day {
        int64_t day;
        bool off;
        char name[96]; /* 元旦; what it is made up for when it is a working day */
    } * day;           /* in order */
    size_t n;
    bool covers[CALENDAR_YEARS]; /* index: year - CALENDAR_FIRST */
};

/* Reads DEFINITIONS/calendar/YYYY.csv (date,kind,name; kind off or work). No folder: an empty calendar. */
int calendar_load(const char *definitions, struct calendar *ret, struct err *e);
void calendar_release(struct calendar *c);
/* 1: a working day, 0: none, -ENODATA: the year is not announced (*ret_year says which, may be NULL). */
int calendar_is_workday(const struct calendar *c, int64_t day, int *ret_year);
/* The last day of a span of n working days that begins with `from` and counts it when it is a working day itself. */
int calendar_span_end(const struct calendar *c, int64_t from, int n, int64_t *ret_day, int *ret_year);
/* Working days after `from` up to and with `to`; 0 when to <= from. -ENODATA as above. */
int calendar_count(const struct calendar *c, int64_t from, int64_t to, int *ret_count, int *ret_year);
