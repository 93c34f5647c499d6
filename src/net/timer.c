#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "net/loop_own.h"

static void heap_put(struct loop *l, size_t at, struct timer *t)
{
    l->heap[at] = t;
    t->place = at;
}

static void rise(struct loop *l, size_t at)
{
    struct timer *t = l->heap[at];
    for (; at > 1 && l->heap[at / 2]->at > t->at; at /= 2)
        heap_put(l, at, l->heap[at / 2]);
    heap_put(l, at, t);
}

static void sink(struct loop *l, size_t at)
{
    struct timer *t = l->heap[at];
    for (size_t child; (child = at * 2) <= l->n_timers; at = child) {
        if (child < l->n_timers && l->heap[child + 1]->at < l->heap[child]->at)
            child++;
        if (l->heap[child]->at >= t->at)
            break;
        heap_put(l, at, l->heap[child]);
    }
    heap_put(l, at, t);
}

int timer_set(struct loop *l, struct timer *t, int64_t in_ms)
{
    t->at = loop_tick(l) + (in_ms > 0 ? in_ms : 0);
    if (!t->place) {
        if (l->n_timers + 2 > l->heap_cap) {
            size_t cap = l->heap_cap ? l->heap_cap * 2 : 64;
            struct timer **grown = realloc(l->heap, cap * sizeof *grown);
            if (!grown)
                return -ENOMEM;
            l->heap = grown;
            l->heap_cap = cap;
        }
        heap_put(l, ++l->n_timers, t);
    }
    rise(l, t->place);
    sink(l, t->place);
    return 0;
}

void timer_clear(struct loop *l, struct timer *t)
{
    size_t at = t->place;
    if (!at)
        return;
    t->place = 0;
    struct timer *last = l->heap[l->n_timers--];
    if (last == t)
        return;
    heap_put(l, at, last);
    rise(l, at);
    sink(l, last->place);
}

int timers_run(struct loop *l)
{
    int64_t now = loop_tick(l);
    /* At most as many as there were: a timer that sets itself to 0 must not starve the sockets. */
    for (size_t n = l->n_timers; n && l->n_timers && l->heap[1]->at <= now; n--) {
        struct timer *t = l->heap[1];
        timer_clear(l, t);
        t->fire(t->arg);
    }
    if (!l->n_timers)
        return -1;
    int64_t wait = l->heap[1]->at - now;
    return wait > INT_MAX ? INT_MAX : (int)(wait < 0 ? 0 : wait);
}
