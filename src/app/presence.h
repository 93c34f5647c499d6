/* presence.h - which hours, days and minutes of each site are stored, for the last weeks: what gap healing asks before it asks a device.
 * A few hundred bytes a site; any thread. */
#pragma once

#include "domain/place.h"
#include "domain/record.h"
#include "gather/gateway.h"

struct presence;
int presence_new(const struct place *place, struct presence **ret, struct err *e);
struct presence *presence_free(struct presence *p); /* takes NULL, returns NULL */
/* Reads the weeks before now from the data folder. */
int presence_load(struct presence *p, const char *dir, int64_t now, struct err *e);
void presence_take(struct presence *p, const struct record *r, size_t n);
/* gateway_config.have and .first. A device is expected to send a period from the first value of it on that it sent itself. */
void presence_have(void *presence, int32_t site, enum period period, int64_t from, int64_t step_ms, size_t n,
                   unsigned char *bits);
int64_t presence_first(void *presence, int32_t site, enum period period);
