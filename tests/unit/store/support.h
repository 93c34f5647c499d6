/* support.h - what the tests of the store share: a folder of their own, random numbers with a printed seed, collected records. */
#pragma once

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "domain/record.h"

/* Fails with the store's own sentence. */
#define assert_ok(call, e)                       \
    do {                                         \
        if ((call) != 0)                         \
            fail_msg("%s: %s", #call, (e).text); \
    } while (0)

static inline char *folder_new(char out[64])
{
    snprintf(out, 64, "/tmp/bihuan-store-XXXXXX");
    assert_non_null(mkdtemp(out));
    return out;
}

static inline void folder_drop(const char *path)
{
    char one[512];
    DIR *d = opendir(path);
    for (struct dirent *f; d && (f = readdir(d));)
        if (f->d_name[0] != '.') {
            snprintf(one, sizeof one, "%s/%s", path, f->d_name);
            unlink(one);
        }
    if (d)
        closedir(d);
    rmdir(path);
}

struct rng {
    uint64_t s;
};

static inline uint64_t rng_next(struct rng *r)
{
    r->s ^= r->s << 13;
    r->s ^= r->s >> 7;
    r->s ^= r->s << 17;
    return r->s;
}

static inline int64_t rng_below(struct rng *r, int64_t n)
{
    return (int64_t)(rng_next(r) % (uint64_t)n);
}

/* Records kept, with bodies of their own. */
struct kept {
    struct record *r;
    size_t n, cap;
};

static inline int kept_add(const struct record *r, void *arg)
{
    struct kept *k = arg;
    if (k->n == k->cap) {
        k->cap = k->cap ? k->cap * 2 : 256;
        k->r = realloc(k->r, k->cap * sizeof *k->r);
    }
    char *body = malloc(r->body_len + 1);
    memcpy(body, r->body, r->body_len);
    body[r->body_len] = '\0';
    k->r[k->n] = *r;
    k->r[k->n++].body = body;
    return 0;
}

static inline void kept_clear(struct kept *k)
{
    for (size_t i = 0; i < k->n; i++)
        free((char *)(uintptr_t)k->r[i].body);
    free(k->r);
    *k = (struct kept){ 0 };
}
