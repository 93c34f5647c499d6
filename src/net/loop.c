#include "net/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/loop_own.h"

enum { EVENTS_A_ROUND = 256 };

int64_t loop_tick(struct loop *l)
{
    return l->now_ms = clock_monotonic_ns() / 1000000;
}

int loop_watch(struct loop *l, struct watched *w, uint32_t events, int op)
{
    struct epoll_event ev = { .events = events, .data.ptr = w };
    return epoll_ctl(l->epoll, op, w->fd, &ev) < 0 ? -errno : 0;
}

int loop_new(struct loop **ret, struct err *e)
{
    struct loop *l = calloc(1, sizeof *l);
    if (!l)
        return err_set(e, -ENOMEM, "no memory for an event loop");
    l->wake.kind = WATCHED_WAKE;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->wake.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    l->read_buf = malloc(LOOP_READ_MAX);
    int r = !l->read_buf                     ? -ENOMEM
            : l->epoll < 0 || l->wake.fd < 0 ? -errno
                                             : loop_watch(l, &l->wake, EPOLLIN, EPOLL_CTL_ADD);
    if (r < 0) {
        loop_free(l);
        return err_set(e, r, "event loop: %s", strerror(-r));
    }
    loop_tick(l);
    *ret = l;
    return 0;
}

static void bury(struct loop *l)
{
    while (l->dead) {
        struct conn *c = l->dead;
        l->dead = c->next_due;
        buf_release(&c->in);
        buf_release(&c->out);
        free(c);
    }
}

struct loop *loop_free(struct loop *l)
{
    if (!l)
        return NULL;
    while (l->conns)
        conn_end(l->conns, 0);
    conns_settle(l);
    bury(l);
    while (l->listeners) {
        struct listener *ls = l->listeners;
        l->listeners = ls->next;
        timer_clear(l, &ls->rest);
        close(ls->w.fd);
        free(ls);
    }
    if (l->wake.fd >= 0)
        close(l->wake.fd);
    if (l->epoll >= 0)
        close(l->epoll);
    free(l->heap);
    free(l->read_buf);
    free(l);
    return NULL;
}

void loop_on_wake(struct loop *l, void (*woken)(void *arg), void *arg)
{
    l->woken = woken;
    l->woken_arg = arg;
}

void loop_wake(struct loop *l)
{
    uint64_t one = 1;
    /* Fails only when the counter is full, and then the loop is awake anyway. */
    ssize_t n = write(l->wake.fd, &one, sizeof one);
    (void)n;
}

void loop_stop(struct loop *l)
{
    atomic_store(&l->stop, true);
    loop_wake(l);
}

static void wake_ready(struct loop *l)
{
    uint64_t count;
    ssize_t n = read(l->wake.fd, &count, sizeof count);
    if (n == (ssize_t)sizeof count && l->woken)
        l->woken(l->woken_arg);
}

int loop_run(struct loop *l)
{
    struct epoll_event ev[EVENTS_A_ROUND];
    bool hurry = false;
    while (!atomic_load(&l->stop)) {
        int wait = timers_run(l);
        hurry |= conns_settle(l);
        bury(l);
        int n = epoll_wait(l->epoll, ev, EVENTS_A_ROUND, hurry ? 0 : wait);
        if (n < 0 && errno != EINTR)
            return -errno;
        loop_tick(l);
        for (int i = 0; i < n; i++) {
            struct watched *w = ev[i].data.ptr;
            if (w->kind == WATCHED_CONN)
                conn_ready((struct conn *)w, ev[i].events);
            else if (w->kind == WATCHED_LISTENER)
                listener_ready((struct listener *)w);
            else
                wake_ready(l);
        }
        hurry = conns_settle(l);
        bury(l);
    }
    return 0;
}

uint64_t loop_turned_away(const struct loop *l)
{
    return l->turned_away;
}
