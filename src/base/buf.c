#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *buf_room(struct buf *b, size_t len)
{
    if (b->failed)
        return NULL;
    if (len > SIZE_MAX / 2 - b->len - 1) {
        b->failed = true;
        return NULL;
    }
    if (b->len + len + 1 > b->cap) {
        size_t cap = b->cap ? b->cap : 64;
        while (cap < b->len + len + 1)
            cap *= 2;
        char *grown = realloc(b->data, cap);
        if (!grown) {
            b->failed = true;
            return NULL;
        }
        b->data = grown;
        b->cap = cap;
    }
    return b->data + b->len;
}

void buf_grown(struct buf *b, size_t len)
{
    b->len += len;
    b->data[b->len] = '\0';
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
    char *room = buf_room(b, len);
    if (!room)
        return;
    if (len)
        memcpy(room, bytes, len);
    buf_grown(b, len);
}

void buf_addc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_adds(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *room = n < 0 ? NULL : buf_room(b, (size_t)n);
    if (room) {
        vsnprintf(room, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    } else {
        b->failed = true;
    }
    va_end(again);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->data)
        b->data[0] = '\0';
}

void buf_release(struct buf *b)
{
    free(b->data);
    *b = (struct buf){ 0 };
}

char *buf_take(struct buf *b)
{
    if (!b->data && !buf_room(b, 0)) {
        buf_release(b);
        return NULL;
    }
    b->data[b->len] = '\0';
    char *data = b->failed ? NULL : b->data;
    if (b->failed)
        free(b->data);
    *b = (struct buf){ 0 };
    return data;
}
