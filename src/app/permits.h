/* permits.h - the permit ledger decides what an outlet is judged by, from the day each limit begins (CAPABILITIES H01: 排污许可一证式管理). */
#pragma once

#include "domain/place.h"
#include "measure/measure.h"
#include "store/store.h"

/* Reads the `limits` of every case of the ledger "permit" (docs/ledger.md, 排污许可) and lays them over the city file's limits: outlet is a
 * site's code or name, factor a factor's code or name, unit the unit that the program judges in. A row that names something else is logged and
 * left out. A cancelled permit holds until the day before it was cancelled. board is told of the sites that changed. permit: one a site,
 * by id from 1: gets the newest permit's case that names it as an outlet and is not cancelled, else 0; written so that other threads may
 * read it meanwhile. One call at a time. */
int permits_take(struct ledger_store *store, struct place *place, struct board *board, int64_t *permit,
                 struct err *e);
/* Whether an event of this case document may have changed a limit. */
bool permits_concern(const json_t *doc);
