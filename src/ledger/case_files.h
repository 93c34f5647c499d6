/* case_files.h - which attachment belongs to which case, and who may see it.
 *
 * An uploaded file waits (state "waiting", parent 0) until an event of a case names its id: as an item's `files` in evidence, or in a field of
 * kind `file`. From then on it belongs to that case (state "attached") and to no other. The bytes are the file store's. */
#pragma once

#include "ledger/engine.h"

enum { CASE_FILES_MAX = 50 }; /* ids in one list */

/* Makes the files the case's. Each must exist and either wait and be of the same uploader, or be this case's already; anything else is
 * -EINVAL "file.unknown", so that ids tell nothing of others' uploads. field: where they stand, which decides what the public sees. hashes
 * gets {id: SM3}. Call between ledger_begin and ledger_commit. */
int case_files_attach(struct ledger_store *s, int64_t case_id, const char *field, const json_t *ids,
                      bool pictures_only, const struct actor *who, int64_t now, json_t *hashes,
                      struct err *e);
/* All that the body of an event names, by the definition's fields or the action's needs; body gets "attached" {id: SM3 of the content}, so
 * that the chain tells what was shown and not only its number. Call before the event is written. */
int case_files_take(struct ledgers *l, const struct definition *def, int64_t case_id, const char *action,
                    json_t *body, const struct actor *who, int64_t now, struct err *e);
