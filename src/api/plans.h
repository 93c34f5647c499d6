/* plans.h - a plan's text becomes documents: one DOC_PLAN, and a DOC_TARGET for each thing read from it, all or none. */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"
#include "store/store.h"

/* by: the user's name. *ret_id: the plan. What was read is in state "read" (targets) or in that of its kind ("doubt", "note",
 * "task"), and counts for nothing until a person confirms it. */
int plan_store(struct ledger_store *store, const struct words *words, const char *title, const char *text,
               size_t len, const char *by, int64_t now, int64_t *ret_id, struct err *e);
