#include "app/api_client.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/scoped.h"

enum { ANSWER_MAX = 16 * 1024 * 1024 };

int api_client_url(struct api_client *o, const char *url, struct err *e)
{
    const char *at = strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;
    size_t len = at ? strcspn(at, "/") : 0;
    const char *colon = at ? memchr(at, ':', len) : NULL;
    if (at && *at == '[') { /* http://[::1]:8080 */
        const char *close = memchr(at, ']', len);
        colon = close && close[1] == ':' ? close + 1 : NULL;
    }
    size_t host = colon ? (size_t)(colon - at) : len;
    size_t port = colon ? len - host - 1 : 0;
    if (!host || host >= sizeof o->host || port >= sizeof o->port || (colon && !port))
        return err_set(e, -EINVAL, "'%s' is not http://HOST:PORT (TLS ends at the proxy)", url);
    bool brackets = *at == '[';
    snprintf(o->host, sizeof o->host, "%.*s", (int)(host - (brackets ? 2 : 0)), at + brackets);
    snprintf(o->port, sizeof o->port, "%.*s", colon ? (int)port : 2, colon ? colon + 1 : "80");
    return 0;
}

static int connect_to(const struct api_client *o, struct err *e)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
    int fd = -1, r = getaddrinfo(o->host, o->port, &hints, &list);
    if (r)
        return err_set(e, -EHOSTUNREACH, "%s: %s", o->host, gai_strerror(r));
    for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) < 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    struct timeval patience = { .tv_sec = 30 };
    if (fd < 0)
        return err_set(e, -ECONNREFUSED, "%s port %s: no server answers there", o->host, o->port);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static int send_whole(int fd, const struct buf *b, struct err *e)
{
    for (size_t at = 0; at < b->len;) {
        ssize_t n = send(fd, b->data + at, b->len - at, MSG_NOSIGNAL);
        if (n <= 0)
            return err_set(e, -EPIPE, "the server closed the connection");
        at += (size_t)n;
    }
    return 0;
}

static int read_whole(int fd, struct buf *b, struct err *e)
{
    for (char piece[16384];;) {
        ssize_t n = recv(fd, piece, sizeof piece, 0);
        if (n < 0)
            return err_set(e, -errno, "the server's answer: %s", strerror(errno));
        if (n == 0)
            return b->failed ? err_set(e, -ENOMEM, "no memory for the server's answer") : 0;
        buf_add(b, piece, (size_t)n);
        if (b->len > ANSWER_MAX)
            return err_set(e, -EFBIG, "the server's answer is too long");
    }
}

/* HTTP/1.0 asks for no chunks and an end by closing. *ret_status, and the body's tree. */
static int ask(const struct api_client *o, const char *method, const char *path, const char *body,
               int *ret_status, json_t **ret, struct err *e)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    buf_addf(
        &b,
        "%s /api/v1%s HTTP/1.0\r\nHost: %s:%s\r\nAuthorization: Bearer %s\r\nAccept: application/json\r\n",
        method, path, o->host, o->port, o->token);
    if (body)
        buf_addf(&b, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
    buf_addf(&b, "\r\n%s", body ? body : "");
    if (b.failed)
        return err_set(e, -ENOMEM, "out of memory");
    int fd = connect_to(o, e);
    if (fd < 0)
        return fd;
    int r = send_whole(fd, &b, e);
    buf_clear(&b);
    if (r == 0)
        r = read_whole(fd, &b, e);
    close(fd);
    if (r < 0)
        return r;
    const char *text = b.len ? strstr(b.data, "\r\n\r\n") : NULL;
    /* "HTTP/1.1 200 OK" */
    char *end = text && strncmp(b.data, "HTTP/1.", 7) == 0 ? b.data + 8 : NULL;
    *ret_status = end ? (int)strtol(end, &end, 10) : 0;
    if (*ret_status < 100 || *ret_status > 999)
        return err_set(e, -EPROTO, "%s port %s: the answer is no HTTP", o->host, o->port);
    text += 4;
    return json_read(text, b.len - (size_t)(text - b.data), ret, e);
}

int api_client_ask(const struct api_client *o, const char *method, const char *path, const char *body,
                   json_t **ret, struct err *e)
{
    int status = 0, r = ask(o, method, path, body, &status, ret, e);
    if (r == 0 && status != 200) {
        const json_t *why = json_object_get(*ret, "error");
        r = err_set(e, -EPERM, "%s (%d)", json_str(why, "message_en", "the server refused"), status);
    }
    return r;
}
