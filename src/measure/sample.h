/* sample.h - what people sampled on the board: values of a day at a point, and means of them.
 *
 * A sample speaks for its own moment. The later word on one item at one moment holds (a correction); nothing is forgotten when a year turns,
 * as a base of three years asks for months that are long gone. Called with the board's lock held. */
#pragma once

#include "measure/internal.h"

enum { SAMPLES_MOST = 200000 }; /* of one site: a century of days of five items */

/* A record of PERIOD_SAMPLE. What the place does not list as sampled there is passed over, and so is a date after its arrival. */
void sample_take(struct board_site *s, const struct record *r);
/* The sample of an item on a day, the last of the day; NULL: none that is valid. */
const struct sample *sample_on(const struct board_site *s, const char *code, int64_t day);
/* Its mean over the days first to last, of pH by its hydrogen ions; `item` may be NULL (a plain mean, of flow). Returns how many there were. */
size_t sample_mean(const struct board_site *s, const struct grade_item *item, const char *code, int64_t first,
                   int64_t last, micro *ret);
/* Whether a sampled code is this item of a table: by its code or its word. */
bool sample_is(const struct grade_item *item, const char *code);
