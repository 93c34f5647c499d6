/* import.h - lists that come as workbooks: read into a preview, entered only when a person accepts it, all or nothing.
 *
 * Headings find their fields by the definition's `excel` table and the fields' labels, in any order (import_heading.c); cells are read by
 * the field's kind (cell.h). A row with the number of a case changes that case's fields, by an "edit" event, never its state; blank cells
 * leave a field as it is. A row without a number opens a case, unless an import entered the very same row before: then it is unchanged,
 * so that the same file changes nothing the second time. */
#pragma once

#include "ledger/ledger.h"

enum { IMPORT_BYTES_MAX = 20 * 1024 * 1024, IMPORT_ROWS_MAX = 50000, IMPORT_FAULTS_SHOWN = 1000 };

/* Reads bytes for a ledger and keeps them in the folder `dir` (made when absent) for a day; writes the preview (docs/api: Import). What
 * the same person had waiting for the same ledger falls away. */
int import_put(struct ledgers *l, const char *dir, const char *ledger, const char *name, const void *bytes,
               size_t len, const struct actor *who, int64_t now, struct buf *out, struct err *e);
/* Only the person who uploaded sees and accepts it: -ENOENT for anybody else. */
int import_get(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
               struct err *e);
/* Enters it in one transaction. -EINVAL "import.faulty" when rows have faults and skip_faulty is false; "conflict" when the ledger
 * changed since the preview. Writes {"id","opened","changed","unchanged","skipped"}. */
int import_accept(struct ledgers *l, const char *dir, int64_t id, bool skip_faulty, const struct actor *who,
                  int64_t now, struct buf *out, struct err *e);

/* The reading alone, for the fuzz target, the bench and tests: the preview of bytes. */
int import_preview(struct ledgers *l, const char *ledger, const void *bytes, size_t len,
                   const struct actor *who, int64_t now, struct buf *out, struct err *e);
