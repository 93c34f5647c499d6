/* figures.h - the parts of a bulletin as the board has them: each part is a JSON object, made of what is stored and of nothing else.
 *
 * A part that speaks of one section or point writes it by a function that receipts use as well (receipt.c), so that a printed figure and the one
 * computed again from the data are the same words. Called with the board's lock held. */
#pragma once

#include "measure/internal.h"
#include "measure/river.h"

/* One part: "air", "rivers", ... of a year, or of a month of it. */
int figures_air(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e);
int figures_rivers(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e);
int figures_handover(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w,
                     struct err *e);
int figures_money(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e);
int figures_loads(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e);
int figures_points(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e);
int figures_versions(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w,
                     struct err *e);

/* ---- what parts and receipts share ---- */
/* One section's figures: "handover.month", "load.year", "points.year"; an array of rows. -ENOENT: the site has none of the kind. */
int handover_section(struct board *b, const struct board_site *s, int year, int month, int64_t now,
                     struct jw *w);
int load_river(struct board *b, const struct board_site *s, int year, int64_t now, struct jw *w);
int point_rows(struct board *b, const struct board_site *s, int year, int64_t now, struct jw *w);

/* The rule sets that a point is judged by; at most two, each with its kind. */
size_t point_sets(struct board *b, const struct board_site *s, int year, const char *kind[2],
                  const struct ruleset *set[2]);

/* What is sampled at a site, with the names of its table: an array. */
void write_sampled(struct jw *w, struct board *b, const struct board_site *s, int64_t now);

void month_days(int year, int month, int64_t *ret_first, int64_t *ret_last); /* month 0: the year */
void write_used_set(struct jw *w, const char *key, const char *kind, const struct ruleset *set);
const char *region_name(const struct board *b, int32_t region, bool english);
/* A month's or year's value of an item of the table, by its word; MICRO_MISSING when there is none. */
micro figure_item(const struct river_figure *f, const char *word);
