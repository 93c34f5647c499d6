/* filetype.h - what a file is, by its content alone, and a name that is safe to give it. Pure.
 *
 * Only what is in the table may be kept with a case: pictures (JPEG, PNG, WebP), PDF, Word and Excel documents without macros, plain text, MP4. An
 * archive, a page of HTML or SVG, a program or an old .doc is none of them, whatever it is called. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct file_type {
    const char *word; /* "jpeg", "png", "webp", "pdf", "docx", "xlsx", "text", "mp4" */
    const char *mime, *ending;
    const char *also; /* endings besides that a name may keep, each between blanks */
    bool picture;
    bool inline_; /* a browser may show it in a page of its own that may do nothing */
};

/* -EINVAL "file.type" with the reason when it is nothing that is kept. *ret is one of the table. */
int file_type_of(const void *bytes, size_t len, const struct file_type **ret, struct err *e);
const struct file_type *file_type_named(const char *word); /* NULL */
/* Appends a name without path, control and direction characters or what file systems forbid, at most 120 bytes, with an ending of the type. */
void file_name_clean(const char *name, const struct file_type *type, struct buf *out);
