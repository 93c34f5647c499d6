/* unzip.h - the parts of an office document's zip, read from memory with bounds (document.h). */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct zip_read; /* owns nothing of the bytes, which must stay */
int zip_read_open(const void *bytes, size_t len, struct zip_read **ret, struct err *e);
struct zip_read *zip_read_free(struct zip_read *z);
bool zip_read_has(struct zip_read *z, const char *name);
/* Appends the part. -ENOENT when there is none; -EFBIG for a bomb. */
int zip_read_part(struct zip_read *z, const char *name, struct buf *out, struct err *e);
