/* file.h - whole files, plain or gzipped, with a bound on what is taken in. */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum { FILE_READ_MAX = 256 * 1024 * 1024 };

/* Appends the whole file to out, unpacking gzip by content. "-" is standard input. -EFBIG above max bytes (unpacked). */
int file_read(const char *path, size_t max, struct buf *out, struct err *e);
/* Writes beside, syncs, renames over: a reader sees the old or the new file, never a part. mode as for open(2). */
int file_replace(const char *path, const void *bytes, size_t len, int mode, struct err *e);
/* write(2) until all is written; a negative errno when it cannot be. */
int file_write_all(int fd, const void *bytes, size_t len);
/* mkdir -p. */
int file_make_dirs(const char *path, struct err *e);
