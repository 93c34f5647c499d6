/* support.h - what the codec's tests share: a seeded generator and frames made of pieces. */
#pragma once

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "codec/hj212_parts.h"

/* The seed of every random test, printed so that a failure can be repeated with BIHUAN_SEED. */
static inline uint64_t test_seed(void)
{
    const char *s = getenv("BIHUAN_SEED");
    uint64_t seed = s ? strtoull(s, NULL, 10) : 212;
    print_message("# seed %llu\n", (unsigned long long)seed);
    return seed;
}

static inline uint64_t test_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline size_t test_below(uint64_t *state, size_t n)
{
    return (size_t)(test_next(state) % n);
}

static inline void assert_view(const char *what, struct hj212_view v, const char *want)
{
    if (v.len != strlen(want) || (v.len && memcmp(v.s, want, v.len) != 0))
        fail_msg("%s: '%.*s', not '%s'", what, (int)v.len, v.s ? v.s : "", want);
}

/* The codes of a set of faults, joined by ','. */
static inline const char *fault_codes(uint64_t faults, struct buf *b)
{
    buf_clear(b);
    buf_adds(b, "");
    for (int i = -1; (i = hj212_fault_next(faults, i)) >= 0;)
        buf_addf(b, "%s%s", b->len ? "," : "", hj212_fault_text((enum hj212_fault)i)->code);
    return b->data ? b->data : "";
}

/* Everything a receiver may take; `clear` is HJ212_CLEAR_MAX bytes. */
static inline struct hj212_reading take_all(struct hj212_key *key, char *clear)
{
    return (struct hj212_reading){
        .segment_max = 9999, .sums = HJ212_SUM_ALL, .serial = true, .key = key, .clear = clear
    };
}
