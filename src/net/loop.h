/* loop.h - one thread's sockets and timers over epoll. Knows no protocol.
 *
 * Everything here belongs to the thread that runs the loop, except loop_stop and loop_wake, which any thread may call. Buffers are
 * bounded: a peer that does not read its answers is first not read from, then closed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/tls.h"

struct loop;
struct conn;

int loop_new(struct loop **ret, struct err *e);
/* Closes every connection (their `closed` is called) and listener. Takes NULL, returns NULL. */
struct loop *loop_free(struct loop *l);
/* Serves until loop_stop. 0, or a negative errno when the kernel refuses to wait. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l); /* any thread */
/* Any thread: has `woken` called once on the loop's thread; several wakes may become one call. */
void loop_wake(struct loop *l);
void loop_on_wake(struct loop *l, void (*woken)(void *arg), void *arg);

/* ---- timers: the struct is the caller's and must stay where it is while set ---- */

struct timer {
    void (*fire)(void *arg);
    void *arg;
    int64_t at;   /* the loop's business */
    size_t place; /* the loop's business; 0: not set */
};
/* Fires once, `in_ms` from now; setting a set timer moves it. -ENOMEM leaves it unset. */
int timer_set(struct loop *l, struct timer *t, int64_t in_ms);
void timer_clear(struct loop *l, struct timer *t);

/* ---- connections ---- */

struct conn_ops {
    void (*opened)(struct conn *c); /* accepted, or the connect came through */
    /* Bytes that came. Returns how many were used; the rest is given again in front of what comes next. */
    size_t (*data)(struct conn *c, const char *bytes, size_t len);
    /* The last call for c. why: 0 the peer or conn_close ended it, -ETIMEDOUT idle, -ENOBUFS a bound was reached, or what
     * the socket said (-ECONNREFUSED ...; `opened` need not have been called). */
    void (*closed)(struct conn *c, int why);
    /* Bytes wait to be read; conn_pause here leaves them with the system, where they cost us nothing. May be NULL. */
    void (*ready)(struct conn *c);
};

struct conn_bounds {
    size_t in_max; /* bytes kept unread by `data`, at most LOOP_READ_MAX */
    size_t
        out_max; /* bytes not taken by the peer: above half of it reading stops, above it the connection is closed */
    int idle_ms; /* closed after this long without a byte from or to the peer; 0: never. Time while paused does not count */
    size_t count; /* listeners: connections at once; more are closed on arrival. 0: no bound */
    /* NULL: in clear. Otherwise `opened` follows the handshake, which may take 10 s; of a listener's, 256 at once and 500 a second:
     * more wait in the system, so that shaking hands with many cannot use up the thread that serves the others. */
    struct tls *tls;
    const char *tls_name; /* what a server's certificate must say; NULL: its host. Borrowed until connected */
};
enum { LOOP_READ_MAX = 64 * 1024 };

/* Listens on a numeric address ("0.0.0.0", "::", "127.0.0.1"); port 0 picks one, *ret_port says which. */
int loop_listen(struct loop *l, const char *address, int port, const struct conn_ops *ops,
                const struct conn_bounds *bounds, void *owner, int *ret_port, struct err *e);
/* Connections turned away because bounds.count was reached, over all listeners; any thread. */
uint64_t loop_turned_away(const struct loop *l);
/* Begins to connect to a name or address; `opened` or `closed` follows from the loop. */
int loop_connect(struct loop *l, const char *host, int port, const struct conn_ops *ops,
                 const struct conn_bounds *bounds, void *owner, struct conn **ret, struct err *e);

/* Queues bytes; they leave together at the end of the loop's round. -ENOBUFS: the bound was reached and c will be closed. */
int conn_send(struct conn *c, const void *bytes, size_t len);
/* No `data` until resumed; may be called inside `data`. */
void conn_pause(struct conn *c);
void conn_resume(struct conn *c);
/* Sends what is queued as far as the peer takes it at once, then closes; `closed` is called before the round ends. */
void conn_close(struct conn *c);
/* Bytes that the peer's system has not taken yet: queued here, or in the kernel. */
size_t conn_unsent(const struct conn *c);
/* From now on nobody is told of it: for an owner that goes before its connections. What still comes is dropped. */
void conn_forget_owner(struct conn *c);
void *conn_owner(const struct conn *c);
void *conn_user(const struct conn *c);
void conn_set_user(struct conn *c, void *user);
/* The common name in the certificate that the peer showed; "" in clear, or when none was asked for. */
const char *conn_certificate(const struct conn *c);
/* Inside `closed`: what TLS had against it; "" otherwise. */
const char *conn_tls_error(const struct conn *c);
/* "192.0.2.7:40112", for the log. */
