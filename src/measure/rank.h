/* rank.h - what the files of rankings and compensation share: places over a period, as rank.c reads them from the board. rank_write.c
 * writes the page of rankings, rank_money.c what is paid. Called with the board's lock held. */
#pragma once

#include "measure/internal.h"

enum { RANK_PLACES = 256 }; /* more are not listed */

/* One place over one period. */
struct standing {
    struct air_period item[AIR_ITEMS];
    micro c[AIR_ITEMS];                 /* what enters the index; MICRO_MISSING when the item is not valid */
    struct air_counts days, other_days; /* by the rules of the days, and by the edition beside them */
    bool kept;                          /* the board holds the whole period */
};

/* One county or station, or the city. */
struct place_row {
    const char *code, *name, *name_en;
    int32_t id;
    size_t stations;
    struct standing now, last, deducted;
    struct composite index, last_index, other, less;
    int taken; /* days taken by events, of any item */
};

/* The rules in force, and the edition shown beside them. */
struct rules_used {
    const struct air_evaluation *ev;
    const struct air_index_rules *index, *other_index;
    const struct composite_rules *rank, *other; /* other: NULL when there is no second edition */
};

struct day_span {
    int64_t from, to; /* day numbers, to exclusive */
};

/* The days of the period that are over. */
struct day_span rank_over_so_far(int64_t from, int64_t to, int64_t now);
/* other: the id of the edition beside; NULL or "": the nearest. false: no rules are in force. */
bool rank_rules_on(struct board *b, int64_t last_day, const char *other, struct rules_used *u);
/* All counties with air stations, or all air stations: how many of row[RANK_PLACES] are filled. */
size_t rank_read_rows(struct board *b, bool stations, struct day_span span, const struct rules_used *u,
                      struct place_row *row);
/* One of them, whose name and id are set: its figures of the span and of the same days a year before. */
void rank_read_row(struct board *b, struct air_of of, struct day_span span, const struct rules_used *u,
                   struct place_row *row);

/* ---- rank_write.c ---- */
void rank_write_head(struct jw *w,
                     const struct ruleset *s); /* members of a rule set; leaves the object open */
void rank_write_span(struct jw *w, struct day_span s, int64_t asked_to);
