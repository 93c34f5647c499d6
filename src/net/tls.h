/* tls.h - TLS 1.2 and 1.3 for connections of loop.h, by OpenSSL. A context is made once from files, given to listeners and connects
 * in their bounds, and must outlive their loop. Making one has SIGPIPE ignored, which OpenSSL's sockets need. */
#pragma once

#include <stdbool.h>

#include "base/err.h"

struct tls;

struct tls_files {
    const char *certificate,
        *key; /* PEM; a chain with the own one first. Needed by a server; NULL or "": a client has none */
    const char
        *ca; /* PEM: who is believed. Server: clients must show a certificate of it; "": none is asked for.
                                      Client: needed; servers must show one of it, in their host's name */
};
int tls_server_new(const struct tls_files *f, struct tls **ret, struct err *e);
int tls_client_new(const struct tls_files *f, struct tls **ret, struct err *e);
struct tls *tls_free(struct tls *t); /* takes NULL, returns NULL */
