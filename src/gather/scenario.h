/* scenario.h - where simulated values come from: a seeded generator that gives the same value for the same (site, factor, time)
 * whatever the order it is asked in, and planted events on top of it.
 *
 * The file is JSON: {"seed": 212,
 *   "sites": {"outlet-1": {"o2_ref": 6, "w01018": {"base": 28, "swing": 4, "noise": 2, "decimals": 1}, ...}, ...},
 *   "events": [{"site": "outlet-1", "factor": "w01018", "from": "2026-11-20T08:00", "to": "2026-11-20T14:00", "set": 78.5}, ...]}
 * A value is base + swing × (a day's course between -1 and 1, highest at 16:00) + noise × (a bell-shaped random number, mostly
 * between -2 and 2), not below 0 when the base is not, rounded to `decimals`. An event holds from <= time < to and has one of "set" (the value),
 * "times" (a factor on it), "flag" (a letter instead of N) or "silent" (nothing is sent); without "factor" (or "") it is for the
 * whole site. Events apply to replayed sites too. "o2_ref" is the reference oxygen of a stack in per cent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/micro.h"
#include "domain/place.h"

struct scenario;

/* Names of sites are looked up in the place, which is borrowed. */
int scenario_build(const json_t *json, const struct place *place, struct scenario **ret, struct err *e);
struct scenario *scenario_free(struct scenario *s); /* takes NULL, returns NULL */

struct scenario_value {
    micro value; /* MICRO_MISSING: nothing is sent */
    int decimals;
    char flag;
};
/* The generated value with the events on it; missing when the scenario does not know the factor at this site. */
struct scenario_value scenario_value(const struct scenario *s, const struct site *site, const char *code,
                                     int64_t time);
/* The same events on a value that comes from elsewhere (a replayed series). */
void scenario_apply(const struct scenario *s, const struct site *site, const char *code, int64_t time,
                    struct scenario_value *v);
/* True when the whole site is silent at that time. */
bool scenario_silent(const struct scenario *s, const struct site *site, int64_t time);
/* Reference oxygen of a stack, in per cent; 6 (coal, GB 13223-2011 table 4) when not given. */
micro scenario_o2_ref(const struct scenario *s, const struct site *site);
