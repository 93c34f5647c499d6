/* check_files.h - `bihuan check --data`: attachments. */
#pragma once

#include "base/err.h"
#include "store/store.h"

/* -EBADMSG or -ENOENT naming the first attachment that is not what was uploaded, or not what its case's event says. */
int files_check(const char *dir, struct ledger_store *store, int64_t *ret_files, struct err *e);
