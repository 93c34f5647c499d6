/* case_paper.h - cases on paper: lists with the definition's columns, its printed forms, and a whole case with its history.
 *
 * What stands in a cell is written by cell.h, so that a list taken out as a workbook comes back (import.h) without a change. A form has its
 * rows, then the boxes to sign, and behind them what belongs to it: evidence, attachments with their hashes, photos, history. */
#pragma once

#include "codec/paper.h"
#include "ledger/ledger.h"

enum { PAPER_LIST_MAX = 50000, PAPER_PAGES_MAX = 5000 /* rows of a list that is set in pages */ };

/* The cases of a filter (its limit and offset are not used). -EFBIG above max rows. The caller releases. */
int case_paper_list(struct ledgers *l, const struct case_filter *f, size_t max, const struct actor *who,
                    int64_t now, struct paper *ret, struct err *e);
/* Appends the thumbnail, a JPEG, of the attachment with this hash; an error leaves its place in the paper empty, with words for it. */
typedef int (*case_photo_fn)(void *arg, const char *hash, struct buf *out, struct err *e);
/* form: one of the definition's `forms`, or "case" for everything. photo NULL: no pictures. -ENOENT when there is none. */
int case_paper_form(struct ledgers *l, int64_t id, const char *form, const struct actor *who, int64_t now,
                    case_photo_fn photo, void *photo_arg, struct paper *ret, struct err *e);
