/* batch.h - the content of cases changed by the office, one or many in a transaction. */
#pragma once

#include "ledger/engine.h"

/* The body of the "edit" event that gives a case these fields ({id: value}; null takes a value away): checked as an opening is. Closed
 * cases and people outside the office are refused. *ret is owned by the caller. */
int case_update_body(struct ledgers *l, const struct loaded *c, const json_t *fields, const struct actor *who,
                     json_t **ret, struct err *e);
/* Writes it. `why`: what is kept in the event of where the change comes from, {"import": id, "row": n}; NULL none. */
int case_update(struct ledgers *l, int64_t id, const json_t *fields, const json_t *why,
                const struct actor *who, int64_t now, struct err *e);
