/* reports.h - what targets rest on that no instrument measures, read from the ledgers: figures that people reported (ledger figure), and the
 * base-year inventories (emission) with the treatment projects that were closed by verification (industry). */
#pragma once

#include "app/core.h"

/* For board_set_reports; arg: struct core. */
int reported_figure(void *arg, const json_t *target, int year, int month, int64_t at, json_t **ret,
                    struct err *e);
int reported_emission(void *arg, const char *pollutant, int base_year, int year, int64_t at, json_t **ret,
                      struct err *e);
