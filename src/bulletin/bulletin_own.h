/* bulletin_own.h - texts with places in braces, filled from where a row stands. */
#pragma once

#include "bulletin/bulletin.h"

enum { RECEIPTS_MOST = 400, WORDS_MOST = 4096 };
struct scope {
    const json_t *at;
    const struct scope *up; /* NULL: the figures themselves */
};
struct receipts {
    const struct bulletin_ask *ask;
    json_t *list; /* of objects with "no", "of" and the receipt's members */
    int failed;   /* the first reason that is not -ENOENT */
    struct err why;
};
/* The value a name has there; NULL: none, or null. */
const json_t *scope_find(const struct scope *s, const char *name, size_t len);
/* false, null, nothing, an empty list and an empty text are not. */
bool scope_true(const struct scope *s, const char *name);
/* "confirmed; rounding inferred" in Chinese, appended. */
void add_certainty(const char *words, struct buf *out);
/* The text with its places filled, appended. -EINVAL: a place that cannot be read. */
int fill_text(const char *text, const struct scope *s, struct receipts *r, struct buf *out, struct err *e);
