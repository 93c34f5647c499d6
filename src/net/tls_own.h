/* tls_own.h - one connection's TLS, for conn.c. Results are those of a socket: bytes, 0 at the end, -1 with errno; EAGAIN says by
 * tls_line_wants what is waited for. Not for others. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "net/tls.h"

struct tls_line;

enum tls_wants { TLS_WANTS_READ, TLS_WANTS_WRITE };

/* name: the server's that is connected to, to be found in its certificate; NULL: this is the server's side. */
int tls_line_new(struct tls *t, int fd, const char *name, struct tls_line **ret);
struct tls_line *tls_line_free(struct tls_line *l); /* says good-bye when it can at once */
int tls_line_shake(struct tls_line *l);             /* 0: done, -EAGAIN, -EPROTO */
enum tls_wants tls_line_wants(const struct tls_line *l);
ssize_t tls_line_read(struct tls_line *l, void *to, size_t len);
ssize_t tls_line_write(struct tls_line *l, const void *from, size_t len);
bool tls_line_pending(const struct tls_line *l); /* bytes that epoll does not see */
/* The common name of the peer's (believed) certificate; "" when it showed none. */
const char *tls_line_peer(const struct tls_line *l);
const char *tls_line_error(const struct tls_line *l); /* why it could not shake hands; "" */
