/* grid.h - whether the leaf cells in use of the ledger "grid" tile the city (CAPABILITIES E01: every point in exactly one leaf cell). */
#pragma once

#include "base/buf.h"
#include "base/json.h"
#include "ledger/ledger.h"
#include "store/store.h"

/* Parts smaller than this are the rounding of drawn borders (a metre of error along a hundred metres), not gaps or overlaps. */
enum { GRID_LEAST_M2 = 100 };

/* {"cells","bound_m2","covered_m2","gap_m2","overlap_m2","outside_m2","least_m2","complete","flaws":[{"kind","m2","at":[lon,lat],"box":[w,s,e,n],
 * "cells":[{"id","number","title"}]}]}. regions: a GeoJSON file whose polygons together are the city; NULL: only overlaps are looked
 * for, and bound_m2 is null. *ret_complete (may be NULL): no part of that size is uncovered or covered twice, no ring crosses itself. */
int grid_coverage(struct ledger_store *store, const char *regions, double least_m2, struct buf *out,
                  bool *ret_complete, struct err *e);
/* ledger_ask_fn: a leaf cell that is to begin is refused when it overlaps one in use. */
int grid_ask(void *store, int64_t id, const json_t *doc, const char *action, struct said_text *why,
             struct err *e);
