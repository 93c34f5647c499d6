/* cases.h - the documents of the cases that a question picks, for what stands outside the ledger engine (permits, the grid). */
#pragma once

#include "store/case_rows.h"
#include "store/store.h"

/* Each document as a tree, in order of id, until each says stop (not 0, which is returned). q's order, limit and offset are not used. */
int cases_each(struct ledger_store *s, const struct case_query *q,
               int (*each)(int64_t id, const char *number, const json_t *doc, void *arg), void *arg,
               struct err *e);
