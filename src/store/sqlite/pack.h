/* pack.h - varints, zigzag and runs in a buffer, and their bounded reading. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

static inline uint64_t zigzag(int64_t v)
{
    return ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0);
}

static inline int64_t unzigzag(uint64_t u)
{
    return (int64_t)(u >> 1) ^ -(int64_t)(u & 1);
}

/* a - b and a + b modulo 2^64, so that any two values have a difference that leads back. */
static inline int64_t wrap_sub(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static inline int64_t wrap_add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline void pack_varint(struct buf *b, uint64_t v)
{
    unsigned char t[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        t[n++] = (unsigned char)(v | 0x80);
    t[n++] = (unsigned char)v;
    buf_add(b, t, n);
}

static inline void pack_bytes(struct buf *b, const void *p, size_t len)
{
    pack_varint(b, len);
    if (len)
        buf_add(b, p, len);
}

struct view {
    const unsigned char *p, *end;
};

static inline bool view_varint(struct view *v, uint64_t *ret)
{
    uint64_t u = 0;
    for (unsigned shift = 0; v->p < v->end && shift < 64; shift += 7) {
        unsigned char c = *v->p++;
        u |= (uint64_t)(c & 0x7f) << shift;
        if (!(c & 0x80)) {
            *ret = u;
            return true;
        }
    }
    return false;
}

static inline bool view_bytes(struct view *v, struct view *ret)
{
    uint64_t len;
    if (!view_varint(v, &len) || len > (size_t)(v->end - v->p))
        return false;
    *ret = (struct view){ v->p, v->p + len };
    v->p += len;
    return true;
}

/* Runs: pairs of value and count, written with their length before them. */
struct run_writer {
    struct buf out;
    uint64_t value, count;
};

static inline void run_put(struct run_writer *w, uint64_t value)
{
    if (w->count && w->value == value) {
        w->count++;
        return;
    }
    if (w->count) {
        pack_varint(&w->out, w->value);
        pack_varint(&w->out, w->count);
    }
    w->value = value;
    w->count = 1;
}

/* Writes the runs to `to` and frees the writer. */
static inline void run_finish(struct run_writer *w, struct buf *to)
{
    if (w->count) {
        pack_varint(&w->out, w->value);
        pack_varint(&w->out, w->count);
    }
    pack_bytes(to, w->out.data, w->out.len);
    to->failed = to->failed || w->out.failed;
    buf_release(&w->out);
}

struct run_reader {
    struct view in;
    uint64_t value, left;
};

static inline bool run_next(struct run_reader *r, uint64_t *ret)
{
    if (!r->left && (!view_varint(&r->in, &r->value) || !view_varint(&r->in, &r->left) || !r->left))
        return false;
    r->left--;
    *ret = r->value;
    return true;
}
