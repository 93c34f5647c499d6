/* upload_keep.h - taking in one attachment where no request is: what POST /files does, without its bounds on who sends how many. */
#pragma once

#include "store/file_store.h"
#include "store/store.h"

/* Looks at the content, keeps bytes, thumbnail and document; answered when they are on disk. uploader: a user's name. *ret_id: the file,
 * which waits for a case. */
int upload_keep(struct file_store *files, struct ledger_store *store, const void *bytes, size_t len,
                const char *name, const char *uploader, int32_t unit, int64_t now, int64_t *ret_id,
                struct err *e);
