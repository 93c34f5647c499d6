/* check_files.h - `bihuan check --data`: attachments, and the records made in the field that name them. */
#pragma once

#include "base/err.h"
#include "store/store.h"

struct files_checked {
    int64_t attached, records;
};
/* -EBADMSG or -ENOENT naming the first attachment that is not what was uploaded, or not what its case's event says, or the first record
 * that is not what was sealed. Equal content is read once. */
int files_check(const char *dir, struct ledger_store *store, struct files_checked *ret, struct err *e);
