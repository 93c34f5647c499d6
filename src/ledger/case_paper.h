/* case_paper.h - cases on paper: lists with the definition's columns, its printed forms, and a whole case with its history.
 *
 * What stands in a cell is written by cell.h, so that a list taken out as a workbook comes back (import.h) without a change. */
#pragma once

#include "codec/paper.h"
#include "ledger/ledger.h"

enum { PAPER_LIST_MAX = 50000, PAPER_PAGES_MAX = 5000 /* rows of a list that is set in pages */ };

/* The cases of a filter (its limit and offset are not used). -EFBIG above max rows. The caller releases. */
int case_paper_list(struct ledgers *l, const struct case_filter *f, size_t max, const struct actor *who,
                    int64_t now, struct paper *ret, struct err *e);
/* form: one of the definition's `forms`, or "case" for everything. -ENOENT when there is none. */
int case_paper_form(struct ledgers *l, int64_t id, const char *form, const struct actor *who, int64_t now,
                    struct paper *ret, struct err *e);
