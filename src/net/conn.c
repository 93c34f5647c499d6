/* One connection: its handshake, bytes in and out, and its end. */
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/loop_own.h"

enum { CLOSED_HERE = 1 }; /* conn.why when conn_close asked for the end */

static void make_due(struct conn *c)
{
    if (c->due || c->dead)
        return;
    c->due = true;
    c->next_due = NULL;
    *(c->loop->due ? &c->loop->due_last->next_due : &c->loop->due) = c;
    c->loop->due_last = c;
}

static void rewatch(struct conn *c)
{
    uint32_t want = c->out.len > c->out_sent || c->connecting ? EPOLLOUT : 0;
    if (!c->paused && !c->throttled && !c->connecting)
        want |= EPOLLIN;
    if (c->shaking)
        want = tls_line_wants(c->tls) == TLS_WANTS_WRITE ? EPOLLOUT : EPOLLIN;
    if (want != c->events && loop_watch(c->loop, &c->w, want, EPOLL_CTL_MOD) == 0)
        c->events = want;
}

static void conn_lay_out(struct conn *c)
{
    c->next_due = c->loop->dead;
    c->loop->dead = c;
}

void conn_end(struct conn *c, int why)
{
    if (c->dead)
        return;
    struct loop *l = c->loop;
    c->dead = true;
    timer_clear(l, &c->idle);
    *(c->prev ? &c->prev->next : &l->conns) = c->next;
    if (c->next)
        c->next->prev = c->prev;
    if (!c->due) /* one that is due moves over when its turn comes: both lists use the same link */
        conn_lay_out(c);
    if (c->from) {
        c->from->open--;
        c->from->shaking -= c->shaking;
    }
    c->shaking = false;
    c->ops->closed(c, why);
    c->tls = tls_line_free(c->tls);
    close(c->w.fd);
}

static void idle_fired(void *arg)
{
    struct conn *c = arg;
    if (c->shaking) {
        conn_end(c, -ETIMEDOUT);
        return;
    }
    int64_t left = c->last_ms + c->bounds.idle_ms - c->loop->now_ms;
    if (c->paused)
        left = c->bounds.idle_ms;
    if (left <= 0)
        conn_end(c, -ETIMEDOUT);
    else if (timer_set(c->loop, &c->idle, left) < 0)
        conn_end(c, -ENOMEM);
}

int conn_new(struct loop *l, int fd, const struct conn_ops *ops, const struct conn_bounds *bounds,
             void *owner, bool connecting, struct conn **ret)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    c->w = (struct watched){ WATCHED_CONN, fd };
    c->loop = l;
    c->ops = ops;
    c->bounds = *bounds;
    if (c->bounds.in_max > LOOP_READ_MAX)
        c->bounds.in_max = LOOP_READ_MAX;
    c->owner = owner;
    c->connecting = connecting;
    c->last_ms = l->now_ms;
    c->idle = (struct timer){ .fire = idle_fired, .arg = c };
    c->events = connecting ? EPOLLOUT : EPOLLIN;
    int r = loop_watch(l, &c->w, c->events, EPOLL_CTL_ADD);
    if (r == 0 && bounds->idle_ms > 0)
        r = timer_set(l, &c->idle, bounds->idle_ms);
    if (r < 0) {
        free(c);
        return r;
    }
    int on = 1; /* answers are small and waited for */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    c->next = l->conns;
    if (l->conns)
        l->conns->prev = c;
    l->conns = c;
    *ret = c;
    return 0;
}

/* ---- TLS ---- */

enum { SHAKE_MS = 10000 };

static void shake(struct conn *c)
{
    int r = tls_line_shake(c->tls);
    if (r == -EAGAIN) {
        rewatch(c);
        return;
    }
    if (r < 0) {
        conn_end(c, r);
        return;
    }
    c->shaking = false;
    if (c->from)
        c->from->shaking--;
    c->last_ms = c->loop->now_ms;
    if (c->bounds.idle_ms <= 0)
        timer_clear(c->loop, &c->idle);
    else if (timer_set(c->loop, &c->idle, c->bounds.idle_ms) < 0) {
        conn_end(c, -ENOMEM);
        return;
    }
    rewatch(c);
    c->ops->opened(c);
}

void conn_begin_tls(struct conn *c, const char *name)
{
    if (tls_line_new(c->bounds.tls, c->w.fd, name, &c->tls) < 0 ||
        timer_set(c->loop, &c->idle, SHAKE_MS) < 0) {
        conn_end(c, -ENOMEM);
        return;
    }
    c->shaking = true;
    if (c->from) {
        c->from->shaking++;
        c->from->shook++;
    }
    if (name)
        shake(c);
}

static ssize_t line_read(struct conn *c, char *to, size_t len)
{
    if (!c->tls)
        return read(c->w.fd, to, len);
    ssize_t n = tls_line_read(c->tls, to, len);
    c->more = n > 0 && tls_line_pending(c->tls);
    if (c->more)
        make_due(c);
    return n;
}

static ssize_t line_write(struct conn *c, const char *from, size_t len)
{
    return c->tls ? tls_line_write(c->tls, from, len) : send(c->w.fd, from, len, MSG_NOSIGNAL);
}

/* ---- bytes ---- */

/* Keeps what `data` left of bytes[0..len); `bytes` never points into c->in. */
static void keep(struct conn *c, const char *bytes, size_t len)
{
    buf_clear(&c->in);
    if (len)
        buf_add(&c->in, bytes, len);
    else /* ten thousand devices hold nothing between their frames */
        buf_release(&c->in);
    if (c->in.failed)
        conn_end(c, -ENOMEM);
}

static void deliver(struct conn *c, const char *bytes, size_t len)
{
    size_t used = 0;
    while (used < len && !c->paused && !c->dead) {
        size_t n = c->ops->data(c, bytes + used, len - used);
        if (n == 0)
            break;
        used += n;
    }
    if (c->dead)
        return;
    keep(c, bytes + used, len - used);
    if (!c->dead && !c->paused && len - used >= c->bounds.in_max)
        conn_end(c, -ENOBUFS);
}

static void read_some(struct conn *c)
{
    char *b = c->loop->read_buf;
    size_t kept = c->in.len;
    if (kept)
        memcpy(b, c->in.data, kept);
    size_t room = c->bounds.in_max > kept ? c->bounds.in_max - kept : 0;
    ssize_t n = room ? line_read(c, b + kept, room) : 0;
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR)
            conn_end(c, -errno);
        return;
    }
    if (n == 0) {
        conn_end(c, room ? 0 : -ENOBUFS);
        return;
    }
    c->last_ms = c->loop->now_ms;
    deliver(c, b, kept + (size_t)n);
}

static void flush(struct conn *c)
{
    while (c->out_sent < c->out.len) {
        ssize_t n = line_write(c, c->out.data + c->out_sent, c->out.len - c->out_sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN) {
            conn_end(c, -errno);
            return;
        }
        if (n < 0)
            break;
        c->out_sent += (size_t)n;
        c->last_ms = c->loop->now_ms;
    }
    if (c->out_sent == c->out.len) {
        buf_release(&c->out);
        c->out_sent = 0;
    } else if (c->out_sent > c->out.len / 2) {
        memmove(c->out.data, c->out.data + c->out_sent, c->out.len - c->out_sent);
        c->out.len -= c->out_sent;
        c->out_sent = 0;
    }
    bool was = c->throttled;
    c->throttled = c->out.len - c->out_sent > c->bounds.out_max / 2;
    if (was && !c->throttled && c->in.len)
        c->again = true;
    rewatch(c);
}

static void connected(struct conn *c)
{
    int error = 0;
    socklen_t len = sizeof error;
    if (getsockopt(c->w.fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
        error = errno;
    if (error) {
        conn_end(c, -error);
        return;
    }
    c->connecting = false;
    c->last_ms = c->loop->now_ms;
    if (c->bounds.tls) {
        conn_begin_tls(c, c->tls_name);
        return;
    }
    rewatch(c);
    c->ops->opened(c);
}

void conn_ready(struct conn *c, uint32_t events)
{
    if (c->dead)
        return;
    if (c->connecting) {
        connected(c);
        return;
    }
    if (c->shaking) {
        shake(c);
        return;
    }
    bool reading = !c->paused && !c->throttled;
    /* A hang-up is reported whatever is watched; while paused nobody would read it away and the loop would spin. */
    if (events & (EPOLLHUP | EPOLLERR) && !reading) {
        conn_end(c, 0);
        return;
    }
    if (events & EPOLLOUT)
        make_due(c);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) && reading && c->ops->ready)
        c->ops->ready(c);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) && reading && !c->paused)
        read_some(c);
}

static void deliver_again(struct conn *c)
{
    c->again = false;
    if (c->paused || c->throttled || !c->in.len)
        return;
    size_t len = c->in.len;
    memcpy(c->loop->read_buf, c->in.data, len);
    deliver(c, c->loop->read_buf, len);
}

static void settle(struct conn *c)
{
    if (c->again)
        deliver_again(c);
    if (!c->dead && c->more && !c->paused && !c->throttled && !c->why) {
        c->more = false;
        read_some(c);
    }
    if (!c->dead && !c->shaking)
        flush(c);
    if (!c->dead && c->why)
        conn_end(c, c->why == CLOSED_HERE ? 0 : c->why);
    if (!c->dead && (c->again || (c->more && !c->paused && !c->throttled)))
        make_due(c);
}

bool conns_settle(struct loop *l)
{
    /* Two passes: what the first makes due (answers given inside `data`) leaves in this round; the rest waits for the next. */
    for (int pass = 0; l->due && pass < 2; pass++) {
        struct conn *list = l->due;
        l->due = NULL;
        while (list) {
            struct conn *c = list;
            list = c->next_due;
            c->due = false;
            if (c->dead)
                conn_lay_out(c);
            else
                settle(c);
        }
    }
    return l->due != NULL;
}

int conn_send(struct conn *c, const void *bytes, size_t len)
{
    if (c->dead || c->why)
        return -EPIPE;
    if (c->out.len - c->out_sent + len > c->bounds.out_max) {
        c->why = -ENOBUFS;
        make_due(c);
        return -ENOBUFS;
    }
    buf_add(&c->out, bytes, len);
    if (c->out.failed)
        c->why = -ENOMEM;
    make_due(c);
    return c->out.failed ? -ENOMEM : 0;
}

void conn_pause(struct conn *c)
{
    if (c->dead || c->paused)
        return;
    c->paused = true;
    rewatch(c);
}

void conn_resume(struct conn *c)
{
    if (c->dead || !c->paused)
        return;
    c->paused = false;
    c->last_ms = c->loop->now_ms;
    c->again |= c->in.len > 0;
    if (c->again || c->more)
        make_due(c);
    rewatch(c);
}

void conn_close(struct conn *c)
{
    if (c->dead || c->why)
        return;
    c->why = CLOSED_HERE;
    make_due(c);
}

size_t conn_unsent(const struct conn *c)
{
    int queued = 0;
    if (!c->dead && ioctl(c->w.fd, SIOCOUTQ, &queued) < 0)
        queued = 0;
    return c->out.len - c->out_sent + (size_t)queued;
}

static void tell_nobody(struct conn *c)
{
    (void)c;
}

static size_t drop(struct conn *c, const char *bytes, size_t len)
{
    (void)c;
    (void)bytes;
    return len;
}

static void end_unheard(struct conn *c, int why)
{
    (void)c;
    (void)why;
}

void conn_forget_owner(struct conn *c)
{
    static const struct conn_ops nobody = { tell_nobody, drop, end_unheard, NULL };
    c->ops = &nobody;
}

void *conn_owner(const struct conn *c)
{
    return c->owner;
}

void *conn_user(const struct conn *c)
{
    return c->user;
}

void conn_set_user(struct conn *c, void *user)
{
    c->user = user;
}

const char *conn_certificate(const struct conn *c)
{
    return c->tls ? tls_line_peer(c->tls) : "";
}

const char *conn_tls_error(const struct conn *c)
{
    return c->tls ? tls_line_error(c->tls) : "";
}
