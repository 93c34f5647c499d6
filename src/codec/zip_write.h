/* zip_write.h - the parts of an office document put into a zip, in their order and with one fixed date, so that the same parts give the
 * same bytes. */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct zip_part {
    const char *name;
    const struct buf *bytes;
};
/* Appends the zip to out. */
int zip_write(const struct zip_part *part, size_t n, struct buf *out, struct err *e);
/* Text for XML: markup escaped, what XML 1.0 forbids left out. */
void xml_add(struct buf *b, const char *text);
void xml_addn(struct buf *b, const char *text, size_t len);
