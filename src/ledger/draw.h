/* draw.h - 双随机: which objects are inspected and by whom, so that anybody can compute it again from the published seed.
 *
 * The seed is published before the draw (a lottery number, a market index: something nobody of the office chooses). Then:
 *   - an object's ticket is SM3(seed "|" tier "|" code) in hex; a tier's objects are taken in the order of their tickets until
 *     ceil(rate × number of the tier's objects) are drawn;
 *   - an officer's ticket for an object is SM3(seed "|" code "|" name); the lowest tickets go, passing over officers of the object's own unit, and
 *     those who already have more objects than an even share would give (rounded up).
 * Ties cannot decide: equal tickets are ordered by code. Pure; no I/O and no clock. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum { DRAW_OFFICERS_MAX = 4 };

struct draw_object {
    const char *code, *tier; /* borrowed */
};
struct draw_officer {
    const char *name, *unit; /* unit: the code of the officer's unit */
};
struct draw_rate {
    const char *tier;
    int64_t share; /* 0 to 1 in millionths */
};
struct draw_pick {
    size_t object;                     /* index of the object */
    size_t officer[DRAW_OFFICERS_MAX]; /* indices of its officers, in order of their tickets */
};

struct draw {
    const char *seed;
    const struct draw_object *object;
    size_t n_objects;
    const struct draw_officer *officer;
    size_t n_officers;
    const struct draw_rate *rate;
    size_t n_rates;
    size_t per_object; /* officers for each object, 1 to DRAW_OFFICERS_MAX */
};

/* The drawn objects in order of tier (as in rate) and ticket; *ret is malloc'ed. -EINVAL "draw.seed" for an empty seed, "draw.tier" for an
 * object whose tier has no rate, "draw.officers" when an object cannot get so many officers from other units, "draw.repeat" for a code
 * that stands twice. */
int draw(const struct draw *d, struct draw_pick **ret, size_t *ret_n, struct err *e);

/* The draw with all that it was made of, the lists in order of code and name, tiers in byte order of their names:
 * {"seed","input":{"objects":[{"code","tier"}],"officers":[{"name", "unit"}],"per_object","rates":{tier:
 * millionths}},"input_hash","tiers":[{"tier","objects","drawn","rate","realised","tolerance","within"}],
 * "drawn":[{"code","tier","officers":[names]}]}. input_hash: SM3 of the input as JSON with keys in byte order and no white space. Errors
 * as draw's; "draw.repeat" also for an officer. The caller decrefs. */
int draw_answer(const struct draw *d, json_t **ret, struct err *e);
