/* arena.h - memory that goes at once: everything one request or one document makes.
 * Not shared between threads. */
#pragma once

#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *last;
    size_t used, limit; /* limit 0: none; an allocation beyond it returns NULL */
};

/* Zeroed memory aligned for any type, or NULL. */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Frees all; the arena may be used again. */
void arena_release(struct arena *a);
