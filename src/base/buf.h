/* buf.h - a growing byte buffer, always followed by a NUL so that `data` can be printed.
 * A failed growth is remembered (`failed`) and every later addition does nothing, so a long run of additions is checked once. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; /* owned; NULL while empty */
    size_t len, cap;
    bool failed; /* out of memory at some addition */
};

#define BUF_INIT \
    {            \
        0        \
    }

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Room for len more bytes; returns where to write them, NULL when out of memory. Follow with buf_grown. */
char *buf_room(struct buf *b, size_t len);
void buf_grown(struct buf *b, size_t len);
/* Empties for reuse, keeps the memory. */
void buf_clear(struct buf *b);
/* Frees the memory; the buffer may be used again. */
void buf_release(struct buf *b);
/* Gives the bytes (NUL-terminated, never NULL unless out of memory) to the caller, who frees them; the buffer is empty after. */
char *buf_take(struct buf *b);
