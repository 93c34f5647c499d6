/* report.h - what app alone can say: the gateway's devices and counters as the API and /metrics print them, and where shipped data
 * come from. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "domain/place.h"
#include "app/roster.h"
#include "gather/gateway.h"

/* GET /devices. MNs are cut to their last six characters unless `whole` (of unknown devices: `decides`). */
void report_devices(struct gateway *g, struct roster *v, bool whole, bool decides, struct buf *out);
/* GET /devices/{site}: the device, its last commands, its gaps, its incomplete uploads, what it told once. -ENOENT: no device there. */
int report_device(struct gateway *g, struct roster *v, int32_t site, bool whole, struct buf *out,
                  struct err *e);
/* One command; why: what kept it from being sent, or NULL. */
void report_command(struct jw *w, const struct gateway_command *c, const char *state, const struct err *why);
/* Parts of both. */
const char *report_mn(const char *mn, bool whole);
void report_device_members(struct jw *w, const struct gateway_device *d, const struct place *place,
                           bool whole);
void report_encryption(struct jw *w, const struct gateway_device *d);
/* The same for POST /devices/{site}/encryption. -ENOENT: no device there. */
int report_one_encryption(struct jw *w, struct gateway *g, int32_t site, struct err *e);
void report_joins(struct jw *w, struct gateway *g, const struct place *place, bool whole);
/* Lines of /metrics for the gateway. */
void report_metrics(struct gateway *g, const struct place *place, double uptime_s, struct buf *out);
/* GET /about, "data". */
void report_data_sources(struct buf *out);
