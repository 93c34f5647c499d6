/* ruleset.h - what every rule set says of itself: its id, its dates in force, its source, and how sure its figures are. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

/* How sure a figure is, best first, so that the weakest of several is their maximum. */
enum certainty { CONFIRMED, DERIVED, SINGLE_SOURCE, FROM_MEMORY, CERTAINTIES };
const char *certainty_word(enum certainty c); /* "confirmed", "derived", "single source", "from memory" */
int certainty_from_word(const char *word);    /* enum certainty, or -1 */

/* Dates are day numbers (cntime.h); to is inclusive. */
struct ruleset {
    char id[40], title[160], title_en[160], source[80], clause[160], certainty[40];
    int64_t from, to;
    bool practice; /* what somebody publishes by; chosen by id only, never by date */
};

/* Reads the head of a rule set file's tree. */
int ruleset_read(const json_t *tree, struct ruleset *set, struct err *e);

/* Lists of structs that begin with a struct ruleset, `size` bytes each. */
/* Refuses a full list, an id twice, and dates that overlap another's. */
int ruleset_may_join(const void *list, size_t size, size_t n, size_t most, const struct ruleset *set,
                     struct err *e);
const void *ruleset_on(const void *list, size_t size, size_t n,
                       int64_t day); /* in force on that day; NULL: none */
const void *ruleset_by_id(const void *list, size_t size, size_t n, const char *id);
