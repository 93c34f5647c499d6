/* marks.h - what the files of consistency marks share: marks.c holds one record against itself and the clock, marks_minutes.c an hour
 * against its minutes, marks_constant.c a value against those before it; marks_list.c keeps what they find, marks_write.c says it.
 * Called with the board's lock held. */
#pragma once

#include "measure/internal.h"

/* ---- marks_list.c: a site's, by time, the newest MARKS_MAX of them ---- */
/* Real-time and minute records of one hour share a mark: their count, and the figures of the first. */
void mark_put(struct board_site *s, struct mark m);
void mark_take_back(struct board_site *s, struct mark m);
void mark_drop(struct board_site *s, size_t i);

/* The check when it is on for the site and says something of the stream (NULL: of the device as a whole); else NULL. */
const struct check *check_on(const struct board *b, enum check_kind k, const struct board_site *s,
                             const struct stream *st);
/* Whether `is` is outside the check's tolerance around `should`. */
bool check_far_off(const struct check *c, micro is, micro should);

/* The record at hand. */
struct at {
    struct board *b;
    struct board_site *s;
    const struct record *r;
};

/* ---- marks_minutes.c: item i of the record, a minute's or an hour's; flow: of the same record, NULL: none ---- */
void marks_minutes(const struct at *a, ptrdiff_t i, const struct item *it, const struct item *flow);
