/* once.h - inside src/ledger: a request whose answer was lost on the way is sent again, and must not be done again. Its key, given by the
 * client, is a document that is written with the event, so that there is either both or neither. Two weeks later it is forgotten: a phone
 * may be without a line, or off, for days between the request and the next try. */
#pragma once

#include "ledger/engine.h"

enum { ONCE_MS = 14 * 24 * 3600 * 1000 };

/* Call between begin and commit. -EEXIST when the key is there. body: of the event. */
int once_put(struct ledgers *l, const struct actor *who, int64_t case_id, const char *action,
             const json_t *body, int64_t now, struct err *e);
