/* case_paper_own.h - what the files of a case's form share. */
#pragma once

#include "ledger/case_paper.h"
#include "ledger/cell.h"

struct printing {
    struct ledgers *l;
    struct loaded c;
    struct names names;
    json_t *view; /* case_write's */
    case_photo_fn photo;
    void *photo_arg;
    struct paper *paper;
};

/* 2026年6月30日 of an ISO time, with " 09:30" where minute is wanted; nothing when it is none. */
void printed_day(const char *iso, bool minute, struct buf *out);
void printed_day_of(int64_t ms, bool minute, struct buf *out);
/* The display name of an account. */
const char *printed_name(const struct printing *p, const char *account);
/* Evidence, then all attachments of the case with their hashes, then its photos. */
int printed_evidence(struct printing *p, struct err *e);
