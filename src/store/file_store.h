/* file_store.h - the bytes of attachments: DIR/files/xx/HASH, named by the SM3 of their content, and HASH.thumb.jpg beside pictures.
 *
 * Content is written to DIR/files/new, synced, renamed and its folder synced before put answers, so what is acknowledged is on disk and a
 * name never stands for half a file. Equal content is kept once. What a file is called and whose it is are documents (DOC_FILE) that are
 * written after; content without one is left over from a crash, harmless, and taken again by the next equal upload. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sm3.h"

struct file_store;

enum { FILE_BYTES_MAX = 20 * 1024 * 1024, FILE_PATH = 4200 };

/* Makes the folders, removes what an upload that was cut off left, counts what is there. max_bytes: for all content together; 0: no bound. */
int file_store_open(const char *dir, int64_t max_bytes, struct file_store **ret, struct err *e);
struct file_store *file_store_close(struct file_store *s); /* takes NULL, returns NULL */
/* Keeps the content and, when thumb is not NULL, its thumbnail; ret_hash is its name. -ENOSPC: the disk is full, or ("file.quota") the bound is
 * reached; nothing is kept then. -EFBIG: more than FILE_BYTES_MAX. */
int file_store_put(struct file_store *s, const void *bytes, size_t len, const void *thumb, size_t thumb_len,
                   char ret_hash[SM3_HEX], struct err *e);
/* Where it is. -EINVAL when hash is no name of ours. */
int file_store_path(const struct file_store *s, const char *hash, bool thumb, char ret[FILE_PATH],
                    struct err *e);
int64_t file_store_bytes(struct file_store *s);
/* Takes content away that nobody names any more, if it was not put again since `before` (ms): what is put while one looks stays. */
int file_store_drop(struct file_store *s, const char *hash, int64_t before, bool *ret_gone, struct err *e);
