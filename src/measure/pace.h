/* pace.h - the pace a target or task is to keep: how much of it is due by a day.
 *
 * A pace is {"kind":"linear|months|points","points":[{"by":"2026-06-30","value":50,"what":"…"}]}, the points in order of time. Linear: what is
 * due grows evenly from point to point. Months and points: what is due is what the last point that has passed says, as in a yearly
 * programme or a list of milestones. Pure; nothing here reads a clock. */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "base/json.h"

enum { PACE_POINTS_MAX = 240 };

/* What people declare, checked and brought into that form. declared: {"kind":"linear","from","to","start"?}, {"kind":"months","year",
 * "values":[twelve numbers or nulls]} or {"kind":"points","points":[…]}; goal: what a linear pace ends at (MICRO_MISSING: it must say
 * "value"). -EINVAL "bad_input". */
int pace_read(const json_t *declared, micro goal, json_t **ret, struct err *e);

struct pace_at {
    bool begun;   /* something is due already */
    micro wanted; /* by the end of the day */
    bool more;    /* a point is still to come: */
    int64_t next; /* its day */
    micro next_value;
    const char *next_what; /* lent from the pace; "" */
};
/* false: there is no pace, or what stands there is none. */
bool pace_at(const json_t *pace, int64_t day, struct pace_at *ret);
/* What the programme asks of a year: its last point in it. false: none. Years of the first and the last point. */
bool pace_of_year(const json_t *pace, int year, micro *ret);
bool pace_years(const json_t *pace, int *ret_first, int *ret_last);
