#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *before;
    size_t used, size;
    _Alignas(16) char data[];
};

enum { ARENA_BLOCK = 8192 };

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t want = (size + 15) & ~(size_t)15;
    if (a->limit && (want > a->limit || a->used > a->limit - want))
        return NULL;
    struct arena_block *b = a->last;
    if (!b || b->size - b->used < want) {
        size_t room = want > ARENA_BLOCK ? want : ARENA_BLOCK;
        b = malloc(sizeof *b + room);
        if (!b)
            return NULL;
        b->before = a->last;
        b->used = 0;
        b->size = room;
        a->last = b;
    }
    void *p = b->data + b->used;
    b->used += want;
    a->used += want;
    memset(p, 0, want);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
    char *p = arena_alloc(a, len + 1);
    if (p && len)
        memcpy(p, s, len);
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

void arena_release(struct arena *a)
{
    while (a->last) {
        struct arena_block *before = a->last->before;
        free(a->last);
        a->last = before;
    }
    a->used = 0;
}
