/* loop_own.h - what loop.c, listen.c, conn.c and timer.c share. Not for others. */
#pragma once

#include <stdatomic.h>

#include "base/buf.h"
#include "net/loop.h"
#include "net/tls_own.h"

enum watched_kind { WATCHED_WAKE, WATCHED_LISTENER, WATCHED_CONN };

/* What an epoll event points at: the first member of each kind. */
struct watched {
    enum watched_kind kind;
    int fd;
};

struct listener {
    struct watched w;
    struct loop *loop;
    struct listener *next;
    const struct conn_ops *ops;
    struct conn_bounds bounds;
    void *owner;
    size_t open;        /* connections that came through it */
    struct timer rest;  /* after running out of descriptors */
    size_t shaking;     /* handshakes going on */
    int64_t shake_tick; /* a tenth of a second, and how many were begun in it */
    unsigned shook;
};

struct conn {
    struct watched w;
    struct loop *loop;
    struct conn *prev, *next; /* all connections */
    struct conn *next_due;    /* the due or the dead list */
    struct listener *from;    /* NULL: we connected */
    const struct conn_ops *ops;
    struct conn_bounds bounds;
    void *owner, *user;
    struct buf in;  /* given to `data` but not used yet */
    struct buf out; /* out.data[out_sent..len) waits for the peer */
    size_t out_sent;
    struct timer idle;
    struct tls_line *tls; /* NULL: in clear */
    const char *tls_name; /* while connecting */
    bool shaking, more;   /* more: TLS holds bytes that epoll does not see */
    int64_t last_ms;      /* when the peer last sent or took something */
    uint32_t events;      /* what epoll watches now */
    bool connecting, paused, throttled, due, again, dead;
    int why; /* not 0: to be closed when its turn comes */
};

struct loop {
    struct watched wake;
    int epoll;
    _Atomic bool stop;
    void (*woken)(void *arg);
    void *woken_arg;
    struct timer **heap; /* heap[1..n_timers], earliest first */
    size_t n_timers, heap_cap;
    int64_t now_ms;
    struct listener *listeners;
    struct conn *conns;
    struct conn *due, *due_last; /* to flush, or to give kept bytes again, before this round ends */
    struct conn *dead; /* closed in this round: freed at its end, as later events may still point there */
    _Atomic uint64_t turned_away;
    char *read_buf; /* LOOP_READ_MAX bytes shared by all connections: an idle one holds none */
};

int64_t loop_tick(struct loop *l);
int loop_watch(struct loop *l, struct watched *w, uint32_t events, int op);
/* Fires what is due; returns ms until the next, -1 when none is set. */
int timers_run(struct loop *l);

void listener_ready(struct listener *ls);
/* Takes fd into the loop; 0 and *ret, or a negative errno, and fd is still the caller's. */
int conn_new(struct loop *l, int fd, const struct conn_ops *ops, const struct conn_bounds *bounds,
             void *owner, bool connecting, struct conn **ret);
/* The socket is connected. name: NULL on the server's side. */
void conn_begin_tls(struct conn *c, const char *name);
void conn_ready(struct conn *c, uint32_t events);
/* Gives kept bytes again and flushes; true when some connection wants another round at once. */
bool conns_settle(struct loop *l);
void conn_end(struct conn *c, int why);
