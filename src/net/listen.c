/* Where connections come from: a listener's accepting, within its bounds, and our own connecting. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/loop_own.h"

/* TLS handshakes cost much: so many at once, and so many begun in each tick. */
enum { SHAKES = 256, SHAKE_TICK_MS = 100, SHAKES_A_TICK = 50 };

static void rested(void *arg)
{
    struct listener *ls = arg;
    if (loop_watch(ls->loop, &ls->w, EPOLLIN, EPOLL_CTL_MOD) < 0)
        timer_set(ls->loop, &ls->rest, 1000);
}

/* Out of descriptors: the waiting connection keeps the listener ready, so it is left alone for a second. */
static void rest(struct listener *ls)
{
    loop_watch(ls->loop, &ls->w, 0, EPOLL_CTL_MOD);
    timer_set(ls->loop, &ls->rest, 1000);
}

/* Whether one more handshake may begin now; otherwise the listener is left alone for a moment. */
static bool may_shake(struct listener *ls)
{
    int64_t tick = ls->loop->now_ms / SHAKE_TICK_MS;
    if (ls->shake_tick != tick)
        ls->shook = 0;
    ls->shake_tick = tick;
    if (ls->shaking < SHAKES && ls->shook < SHAKES_A_TICK)
        return true;
    loop_watch(ls->loop, &ls->w, 0, EPOLL_CTL_MOD);
    timer_set(ls->loop, &ls->rest, SHAKE_TICK_MS);
    return false;
}

void listener_ready(struct listener *ls)
{
    for (int i = 0; i < 64; i++) {
        if (ls->bounds.tls && !may_shake(ls))
            return;
        int fd = accept4(ls->w.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
                rest(ls);
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            return;
        }
        struct conn *c;
        if (ls->bounds.count && ls->open >= ls->bounds.count) {
            ls->loop->turned_away++;
            close(fd);
        } else if (conn_new(ls->loop, fd, ls->ops, &ls->bounds, ls->owner, false, &c) < 0) {
            close(fd);
        } else {
            c->from = ls;
            ls->open++;
            if (c->bounds.tls)
                conn_begin_tls(c, NULL);
            else
                c->ops->opened(c);
        }
    }
}

static int resolve(const char *host, int port, int flags, struct addrinfo **ret, struct err *e)
{
    char service[16];
    snprintf(service, sizeof service, "%d", port);
    struct addrinfo hints = { .ai_family = AF_UNSPEC,
                              .ai_socktype = SOCK_STREAM,
                              .ai_flags = flags | AI_NUMERICSERV };
    int r = getaddrinfo(host, service, &hints, ret);
    return r ? err_set(e, -EINVAL, "address '%s': %s", host, gai_strerror(r)) : 0;
}

static int bound_port(int fd)
{
    struct sockaddr_storage a = { 0 };
    socklen_t len = sizeof a;
    if (getsockname(fd, (struct sockaddr *)&a, &len) < 0)
        return 0;
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): getsockname has filled it */
    return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
                                         : ((struct sockaddr_in *)&a)->sin_port);
}

int loop_listen(struct loop *l, const char *address, int port, const struct conn_ops *ops,
                const struct conn_bounds *bounds, void *owner, int *ret_port, struct err *e)
{
    struct addrinfo *ai;
    int r = resolve(address, port, AI_PASSIVE | AI_NUMERICHOST, &ai, e);
    if (r < 0)
        return r;
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct listener *ls = calloc(1, sizeof *ls);
    if (!ls)
        r = -ENOMEM;
    else if (fd < 0 || bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 || listen(fd, 1024) < 0)
        r = -errno;
    freeaddrinfo(ai);
    if (r == 0) {
        *ls = (struct listener){
            .w = { WATCHED_LISTENER, fd }, .loop = l, .ops = ops, .bounds = *bounds, .owner = owner
        };
        ls->rest = (struct timer){ .fire = rested, .arg = ls };
        r = loop_watch(l, &ls->w, EPOLLIN, EPOLL_CTL_ADD);
    }
    if (r < 0) {
        if (fd >= 0)
            close(fd);
        free(ls);
        return err_set(e, r, "cannot listen on %s port %d: %s", address, port, strerror(-r));
    }
    ls->next = l->listeners;
    l->listeners = ls;
    if (ret_port)
        *ret_port = bound_port(fd);
    return 0;
}

int loop_connect(struct loop *l, const char *host, int port, const struct conn_ops *ops,
                 const struct conn_bounds *bounds, void *owner, struct conn **ret, struct err *e)
{
    struct addrinfo *ai;
    int r = resolve(host, port, 0, &ai, e);
    if (r < 0)
        return r;
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || (connect(fd, ai->ai_addr, ai->ai_addrlen) < 0 && errno != EINPROGRESS))
        r = -errno;
    struct conn *c = NULL;
    if (r == 0)
        r = conn_new(l, fd, ops, bounds, owner, true, &c);
    freeaddrinfo(ai);
    if (r < 0 || !c) {
        if (fd >= 0)
            close(fd);
        return err_set(e, r < 0 ? r : -ENOMEM, "cannot connect to %s port %d: %s", host, port, strerror(-r));
    }
    c->tls_name = bounds->tls_name && *bounds->tls_name ? bounds->tls_name : host;
    *ret = c;
    return 0;
}
