/* report.h - what app alone can say: the gateway's devices and counters as the API and /metrics print them, and where shipped data
 * come from. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "domain/place.h"
#include "gather/gateway.h"

/* GET /devices. MNs are cut to their last six characters unless `whole`. */
void report_devices(struct gateway *g, const struct place *place, bool whole, struct buf *out);
/* Lines of /metrics for the gateway. */
void report_metrics(struct gateway *g, const struct place *place, double uptime_s, struct buf *out);
/* GET /about, "data". */
void report_data_sources(struct buf *out);
