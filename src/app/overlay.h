/* overlay.h - new buildings laid over the protection zones of drinking-water sources (CAPABILITIES H09): each that lies in one opens a case of the
 * ledger "drinking". */
#pragma once

#include "ledger/ledger.h"
#include "store/store.h"

struct overlay {
    struct ledger_store *store;
    struct ledgers *ledgers;
    const char *
        zones; /* a GeoJSON file: polygons with the properties source, level (a choice of the ledger's field zone), owner and
                          * supervisor (codes of units) */
    const json_t *spots; /* a FeatureCollection: polygons or points with the properties id, name and what */
    bool dry;            /* nothing is opened */
};
/* {"dry","zones","spots","outside","hits":[{"spot","name","source","zone","m2","at":[lon,lat],"case":id|null,"known"}],"invalid":[ids]}. A spot
 * in several zones is in the one of the highest level. known: a case of this spot was there before, whatever became of it. All cases
 * are one transaction. A point is taken for a square of two metres. For the office. */
int overlay_zones(const struct overlay *o, const struct actor *who, int64_t now, struct buf *out,
                  struct err *e);
