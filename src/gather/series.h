/* series.h - measured values to be replayed: CSV with the heading `time,site,` and then factor codes or the words of the six air
 * items (pm25, pm10, so2, no2, co, o3), in the unit each factor is stored in (domain/factor.h). Hours or days; empty is missing. */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/micro.h"
#include "domain/place.h"

struct series;

struct series *series_new(const struct place *place); /* borrowed; NULL when out of memory */
struct series *series_free(struct series *s);         /* takes NULL, returns NULL */
/* Adds a file (plain or gzipped). Sites the city does not have are an error; so is a row that cannot be read. */
int series_add(struct series *s, const char *path, struct err *e);
/* To be called once after the last file: sorts. */
void series_ready(struct series *s);
bool series_has(const struct series *s, int32_t site);
/* The value of exactly that time; MICRO_MISSING when there is none. *ret_decimals: as written. */
micro series_value(const struct series *s, int32_t site, const char *code, int64_t time, int *ret_decimals);
