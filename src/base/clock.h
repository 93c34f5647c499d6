/* clock.h - time is an argument. A clock is asked for now; the test clock is set by hand.
 * Times are milliseconds since 1970-01-01 UTC (`int64_t ms`). Safe to share between threads. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct clock {
    bool test;           /* false: the system's clock */
    _Atomic int64_t now; /* only for a test clock */
};

#define CLOCK_REAL_INIT \
    {                   \
        .test = false   \
    }

void clock_init_real(struct clock *c);
void clock_init_test(struct clock *c, int64_t now_ms);
int64_t clock_now(struct clock *c);
/* Moves a test clock forward; a negative step or a real clock is refused with -EINVAL. */
int clock_advance(struct clock *c, int64_t by_ms);
/* Time that never jumps, for timeouts and durations; nanoseconds. */
int64_t clock_monotonic_ns(void);
/* That time `in_ms` from now, for pthread_cond_timedwait on a condition of CLOCK_MONOTONIC. */
struct timespec clock_deadline(int in_ms);
