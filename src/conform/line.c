/* line.c - the socket to the peer: plain and blocking by poll, every wait with an end. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/scoped.h"
#include "conform/trial.h"

enum { LOG_MAX = 100000, IN_MAX = 1 << 20 };

int64_t mono_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

void line_close(struct trial *t)
{
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
    t->hung_up = false;
    buf_clear(&t->in);
}

static void take_line(struct trial *t, int fd)
{
    int on = 1;
    line_close(t);
    /* What is torn on purpose must travel torn. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    t->fd = fd;
    t->lines++;
    t->last_ms = mono_ms();
}

static int lookup(const char *host, int port, int flags, struct addrinfo **ret, struct err *e)
{
    char service[16];
    struct addrinfo hint = { .ai_socktype = SOCK_STREAM, .ai_flags = flags };
    snprintf(service, sizeof service, "%d", port);
    int r = getaddrinfo(host, service, &hint, ret);
    return r ? err_set(e, -EHOSTUNREACH, "'%s': %s", host, gai_strerror(r)) : 0;
}

static int dial(const struct addrinfo *a, int wait_ms)
{
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol), why = 0;
    socklen_t len = sizeof why;
    if (fd < 0)
        return -errno;
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
        return fd;
    why = errno;
    if (why == EINPROGRESS) {
        struct pollfd p = { .fd = fd, .events = POLLOUT };
        why = ETIMEDOUT;
        if (poll(&p, 1, wait_ms) > 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &len) == 0 && why == 0)
            return fd;
    }
    close(fd);
    return -why;
}

int line_connect(struct trial *t, struct err *e)
{
    struct addrinfo *list = NULL;
    int fd = -1, r = lookup(t->cfg->host, t->cfg->port, 0, &list, e);
    if (r < 0)
        return r;
    for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
        fd = dial(a, 5000);
    freeaddrinfo(list);
    if (fd < 0)
        return err_set(e, fd, "%s:%d: %s", t->cfg->host, t->cfg->port, strerror(-fd));
    take_line(t, fd);
    return 0;
}

int line_listen(struct trial *t, int *ret_port, struct err *e)
{
    struct addrinfo *a = NULL;
    struct sockaddr_storage at = { 0 };
    socklen_t len = sizeof at;
    int on = 1, r = lookup(t->cfg->host, t->cfg->port, AI_PASSIVE | AI_NUMERICHOST, &a, e);
    if (r < 0)
        return r;
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool ok = fd >= 0 && bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 4) == 0 &&
              getsockname(fd, (struct sockaddr *)&at, &len) == 0;
    int why = errno;
    freeaddrinfo(a);
    if (!ok) {
        if (fd >= 0)
            close(fd);
        return err_set(e, -why, "cannot listen on %s:%d: %s", t->cfg->host, t->cfg->port, strerror(why));
    }
    t->listener = fd;
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): getsockname has filled it */
    *ret_port = ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                               : ((struct sockaddr_in *)&at)->sin_port);
    return 0;
}

/* ---- what comes ---- */

static struct seen *log_new(struct trial *t, const struct wire_frame *f, bool rubbish)
{
    if (t->n_log == LOG_MAX)
        return NULL;
    if (t->n_log == t->cap_log) {
        size_t cap = t->cap_log ? t->cap_log * 2 : 256;
        struct seen **more = realloc(t->log, cap * sizeof(void *));
        if (!more)
            return NULL;
        t->log = more;
        t->cap_log = cap;
    }
    struct seen *s = calloc(1, sizeof *s);
    if (!s || !(s->bytes = malloc(f->raw.len + 1u))) {
        free(s);
        return NULL;
    }
    memcpy(s->bytes, f->raw.s, f->raw.len);
    s->bytes[f->raw.len] = 0;
    s->len = f->raw.len;
    s->rubbish = rubbish;
    s->f = *f;
    s->f.raw.s = s->bytes;
    s->line = t->lines;
    s->wall_ms = clock_now(&t->clock);
    s->mono_ms = mono_ms();
    return t->log[t->n_log++] = s;
}

/* The fields of a logged frame point into its own bytes. */
static void resettle(struct seen *s, const char *from)
{
    enum { VIEWS = 8 };
    struct hj212_view *v[VIEWS] = { &s->f.segment, &s->f.qn, &s->f.st, &s->f.cn,
                                    &s->f.pw,      &s->f.mn, &s->f.cp, &s->f.rf };
    for (size_t i = 0; i < VIEWS; i++)
        if (v[i]->s)
            v[i]->s = s->bytes + (v[i]->s - from);
}

/* Nothing is answered between two parts of a frame of ours: the answer would land inside it. */
static void react_all(struct trial *t)
{
    while (!t->sending && t->n_reacted < t->n_log) {
        struct seen *s = t->log[t->n_reacted++];
        bool was = t->reacting;
        t->reacting = true;
        if (!s->rubbish && t->react)
            t->react(t, s);
        t->reacting = was;
    }
}

static void cut(struct trial *t, bool final)
{
    size_t at = 0, used = 0;
    struct wire_frame f;
    while (at < t->in.len) {
        enum wire_found found = wire_next(t->in.data + at, t->in.len - at, final, &f, &used);
        if (found == WIRE_MORE)
            break;
        struct seen *s = log_new(t, &f, found == WIRE_RUBBISH);
        if (s) {
            resettle(s, t->in.data + at);
            if (s->f.segment.len)
                wire_clear(&s->f, s->bytes + (s->f.segment.s - s->bytes), t->cfg->sm4);
        }
        at += used;
    }
    if (at) {
        memmove(t->in.data, t->in.data + at, t->in.len - at);
        t->in.len -= at;
    }
    react_all(t);
}

static void take_in(struct trial *t)
{
    char bytes[16384];
    for (;;) {
        ssize_t n = recv(t->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n > 0) {
            buf_add(&t->in, bytes, (size_t)n);
            t->last_ms = mono_ms();
            if (t->in.len > IN_MAX)
                cut(t, true);
            continue;
        }
        if (n == 0 || (errno != EAGAIN && errno != EINTR))
            t->hung_up = true;
        break;
    }
    cut(t, t->hung_up);
}

static void accept_one(struct trial *t)
{
    int fd = accept4(t->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    cut(t, true);
    take_line(t, fd);
}

/* One poll; what came is in the log. A frame whose tail has not come for a moment has none. */
static void turn(struct trial *t, int events, int ms)
{
    enum { TAIL_MS = 300 };
    struct pollfd p[2] = { { .fd = t->hung_up ? -1 : t->fd, .events = (short)(POLLIN | events) },
                           { .fd = t->listener, .events = POLLIN } };
    if (t->in.len && (ms > TAIL_MS || ms < 0))
        ms = TAIL_MS;
    int n = poll(p, 2, ms);
    if (n > 0 && p[0].revents & (POLLIN | POLLHUP | POLLERR))
        take_in(t);
    if (n > 0 && p[1].revents & POLLIN)
        accept_one(t);
    if (t->in.len && mono_ms() - t->last_ms >= TAIL_MS) {
        size_t used;
        struct wire_frame f;
        /* Only a frame that is whole but for its tail; a torn one goes on waiting. */
        if (wire_next(t->in.data, t->in.len, true, &f, &used) == WIRE_FRAME && !(f.faults & WIRE_LENGTH))
            cut(t, true);
    }
}

bool line_pump(struct trial *t, int64_t until_ms)
{
    size_t before = t->n_log;
    react_all(t);
    do {
        int64_t left = until_ms - mono_ms();
        if (t->listener < 0 && (t->fd < 0 || t->hung_up)) {
            if (left > 0)
                poll(NULL, 0, (int)(left > 20 ? 20 : left));
            return t->n_log > before;
        }
        turn(t, 0, left < 0 ? 0 : (int)left);
    } while (t->n_log == before && mono_ms() < until_ms);
    return t->n_log > before;
}

void line_sleep(struct trial *t, int ms)
{
    int64_t end = mono_ms() + ms;
    while (mono_ms() < end)
        line_pump(t, end);
}

bool line_send(struct trial *t, const void *bytes, size_t len)
{
    const char *p = bytes;
    int64_t moved = mono_ms();
    if (!t->reacting && len) {
        buf_clear(&t->last_sent);
        buf_add(&t->last_sent, p, len < 2000 ? len : 2000);
    }
    t->sending++;
    while (len && t->fd >= 0 && !t->hung_up) {
        ssize_t n = send(t->fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            p += n;
            len -= (size_t)n;
            moved = mono_ms();
        } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
            t->hung_up = true;
        } else if (mono_ms() - moved > t->cfg->over_time_ms) {
            break;
        } else {
            turn(t, POLLOUT, 50);
        }
    }
    t->sending--;
    return len == 0;
}
