#include "base/clock.h"

#include <errno.h>
#include <time.h>

void clock_init_real(struct clock *c)
{
    c->test = false;
    atomic_init(&c->now, 0);
}

void clock_init_test(struct clock *c, int64_t now_ms)
{
    c->test = true;
    atomic_init(&c->now, now_ms);
}

int64_t clock_now(struct clock *c)
{
    if (c->test)
        return atomic_load(&c->now);
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int clock_advance(struct clock *c, int64_t by_ms)
{
    if (!c->test || by_ms < 0)
        return -EINVAL;
    atomic_fetch_add(&c->now, by_ms);
    return 0;
}

int64_t clock_monotonic_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct timespec clock_deadline(int in_ms)
{
    int64_t ns = clock_monotonic_ns() + (int64_t)in_ms * 1000000;
    return (struct timespec){ .tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000) };
}
