/* river.h - river sections on the board: the days, months and years of their items, and their classes by GB 3838.
 *
 * A month without enough automatic days has the mean of what was sampled in it (sample.h), and is then judged by whatever there is of the 21 items.
 * A day's value is the one its device sends for the day, else the mean of its valid hours; a month's is the mean of its days, a year's of
 * its months, each when enough are there (water.evaluation, `samples`), pH by its hydrogen ions. A section is judged as a river by the
 * five items of automatic stations, all of which must be there. Called with the board's lock held. */
#pragma once

#include "measure/internal.h"

/* One section, or the city, over one period. */
struct river_figure {
    int64_t first, last; /* day numbers; last is inclusive and never after the last day that is over */
    bool running;        /* the period is not over */
    int have,
        due; /* of the needed item with fewest: valid days (of a year: months), and how many there might be */
    bool sampled; /* a month of it rests on what people sampled */
    micro v[GRADE_ITEMS];
    struct graded g;
    struct grade_ask ask;
    const struct grade_table *table; /* NULL: no rule set is in force */
    const struct water_evaluation *ev;
};
enum river_span { RIVER_DAY, RIVER_MONTH, RIVER_LAST_MONTH, RIVER_YEAR };
/* The span that holds `day` (RIVER_LAST_MONTH: the month before), as known at `now`. */
void river_figure(struct board *b, const struct board_site *s, enum river_span span, int64_t day, int64_t now,
                  struct river_figure *ret);
/* The city's sections, or those that `want` says, over the same span. false when there is none. */
struct river_city {
    struct water_group group;
    struct river_figure any; /* span, table and rules: the same for all */
};
bool river_city(struct board *b, enum river_span span, int64_t day, int64_t now,
                bool (*want)(const struct site *, void *), void *arg, struct river_city *ret);

/* ---- kept days ---- */
int river_begin(struct board *b,
                struct board_site *s); /* the years of the board have been set: all is to be computed */
void river_touch(struct board *b, struct board_site *s, int64_t day);
void river_free(struct board_site *s);

/* ---- findings and goals ---- */
/* facts.goal of a finding of a section's days: find_river.c. */
json_t *river_goal(const struct board_site *s, const struct rule *rule);
/* 1 to 6 of a natural day, 0: cannot be judged. */
int river_day_class(struct board *b, const struct board_site *s, int64_t day);

/* ---- for the screen ---- */
void river_write_site(struct jw *w, struct board *b, const struct board_site *s, int64_t now);
void river_write_city(struct jw *w, struct board *b, int64_t now);

void river_write_figure(struct jw *w, struct board *b, const struct board_site *s, enum river_span span,
                        int64_t day, int64_t now);
void river_write_group(struct jw *w, struct board *b, enum river_span span, int64_t day, int64_t now);

/* ---- receipts ---- */
/* The span's days and whether it is running, as river_figure takes them. */
void river_span_days(enum river_span span, int64_t day, int64_t now, struct river_figure *ret);
bool river_in_scope(const struct site *site, void *scope); /* struct river_scope */
/* Values due of a stream on a day that its device sent no daily value for: 24, or 6 of a station that samples every four hours. */
int river_values_due(const struct stream *st, int64_t day);

/* ---- targets ---- */
bool river_inputs(struct board *b, const struct indicator *i, const json_t *target, int year, int64_t now,
                  struct inputs_ask *ret);
bool river_indicator(const struct indicator *i);
/* The section or the river a target's words name ("碧溪河水质"): the length of the name in bytes, 0: none. */
size_t river_named(const struct board *b, const char *words);
int river_progress(struct board *b, const struct indicator *i, const json_t *target, int year, int64_t now,
                   json_t **ret);
