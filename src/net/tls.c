#include "net/tls_own.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls {
    SSL_CTX *ctx;
};

struct tls_line {
    SSL *ssl;
    enum tls_wants wants;
    bool broken; /* no good-bye after an error */
    char peer[64], error[160];
};

static int fail(struct err *e, const char *what, const char *path)
{
    char text[160] = "cannot be read";
    unsigned long code = ERR_get_error();
    if (code)
        ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    return err_set(e, -EINVAL, "%s %s: %s", what, path, text);
}

static bool given(const char *s)
{
    return s && *s;
}

static int tls_new(const SSL_METHOD *method, const struct tls_files *f, int verify, struct tls **ret,
                   struct err *e)
{
    struct tls *t = calloc(1, sizeof *t);
    if (t)
        t->ctx = SSL_CTX_new(method);
    if (!t || !t->ctx) {
        free(t);
        return err_set(e, -ENOMEM, "out of memory");
    }
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(t->ctx,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    /* An idle line gives its 34 KB of buffers back; a write may go on from where the buffer has moved to. */
    SSL_CTX_set_mode(t->ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(t->ctx, SSL_SESS_CACHE_OFF);
    int r = 0;
    if (given(f->certificate) && SSL_CTX_use_certificate_chain_file(t->ctx, f->certificate) != 1)
        r = fail(e, "certificate", f->certificate);
    else if (given(f->certificate) &&
             (!given(f->key) || SSL_CTX_use_PrivateKey_file(t->ctx, f->key, SSL_FILETYPE_PEM) != 1))
        r = fail(e, "key", given(f->key) ? f->key : "(none given)");
    else if (given(f->certificate) && SSL_CTX_check_private_key(t->ctx) != 1)
        r = fail(e, "key does not belong to the certificate:", f->key);
    else if (given(f->ca) && SSL_CTX_load_verify_locations(t->ctx, f->ca, NULL) != 1)
        r = fail(e, "CA certificates", f->ca);
    if (r < 0) {
        tls_free(t);
        return r;
    }
    if (given(f->ca))
        SSL_CTX_set_verify(t->ctx, verify, NULL);
    *ret = t;
    return 0;
}

int tls_server_new(const struct tls_files *f, struct tls **ret, struct err *e)
{
    if (!given(f->certificate))
        return err_set(e, -EINVAL, "TLS needs a certificate and its key");
    int r = tls_new(TLS_server_method(), f, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, ret, e);
    if (r == 0 && given(f->ca))
        SSL_CTX_set_client_CA_list((*ret)->ctx, SSL_load_client_CA_file(f->ca));
    return r;
}

int tls_client_new(const struct tls_files *f, struct tls **ret, struct err *e)
{
    if (!given(f->ca))
        return err_set(e, -EINVAL, "TLS needs the file of the CA that the server's certificate is of");
    return tls_new(TLS_client_method(), f, SSL_VERIFY_PEER, ret, e);
}

struct tls *tls_free(struct tls *t)
{
    if (t) {
        SSL_CTX_free(t->ctx);
        free(t);
    }
    return NULL;
}

/* ---- one line ---- */

static bool expect_name(SSL *ssl, const char *name)
{
    unsigned char binary[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, name, binary) == 1 || inet_pton(AF_INET6, name, binary) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
    return SSL_set_tlsext_host_name(ssl, name) == 1 && SSL_set1_host(ssl, name) == 1;
}

int tls_line_new(struct tls *t, int fd, const char *name, struct tls_line **ret)
{
    struct tls_line *l = calloc(1, sizeof *l);
    if (l)
        l->ssl = SSL_new(t->ctx);
    if (!l || !l->ssl || SSL_set_fd(l->ssl, fd) != 1 || (name && !expect_name(l->ssl, name))) {
        ERR_clear_error();
        if (l)
            SSL_free(l->ssl);
        free(l);
        return -ENOMEM;
    }
    if (name)
        SSL_set_connect_state(l->ssl);
    else
        SSL_set_accept_state(l->ssl);
    *ret = l;
    return 0;
}

struct tls_line *tls_line_free(struct tls_line *l)
{
    if (l) {
        if (!l->broken && SSL_is_init_finished(l->ssl))
            SSL_shutdown(l->ssl);
        ERR_clear_error();
        SSL_free(l->ssl);
        free(l);
    }
    return NULL;
}

static void note_error(struct tls_line *l)
{
    long verified = SSL_get_verify_result(l->ssl);
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    if (verified != X509_V_OK)
        snprintf(l->error, sizeof l->error, "certificate: %s", X509_verify_cert_error_string(verified));
    else
        snprintf(l->error, sizeof l->error, "%s", reason ? reason : "the peer hung up");
}

/* What a call that did not succeed means: -1 with errno, 0 at the end. */
static int outcome(struct tls_line *l, int r)
{
    int system = errno;
    switch (SSL_get_error(l->ssl, r)) {
    case SSL_ERROR_WANT_READ:
        l->wants = TLS_WANTS_READ;
        errno = EAGAIN;
        return -1;
    case SSL_ERROR_WANT_WRITE:
        l->wants = TLS_WANTS_WRITE;
        errno = EAGAIN;
        return -1;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    case SSL_ERROR_SYSCALL:
        l->broken = true;
        note_error(l);
        errno = system ? system : ECONNRESET;
        return -1;
    default:
        l->broken = true;
        note_error(l);
        errno = EPROTO;
        return -1;
    }
}

int tls_line_shake(struct tls_line *l)
{
    ERR_clear_error();
    errno = 0;
    int r = SSL_do_handshake(l->ssl);
    if (r != 1) {
        if (outcome(l, r) < 0 && errno == EAGAIN)
            return -EAGAIN;
        l->broken = true;
        return -EPROTO;
    }
    X509 *peer = SSL_get0_peer_certificate(l->ssl);
    if (peer && SSL_get_verify_result(l->ssl) == X509_V_OK &&
        X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, l->peer, sizeof l->peer) < 0)
        l->peer[0] = 0;
    l->wants = TLS_WANTS_READ;
    return 0;
}

enum tls_wants tls_line_wants(const struct tls_line *l)
{
    return l->wants;
}

ssize_t tls_line_read(struct tls_line *l, void *to, size_t len)
{
    ERR_clear_error();
    errno = 0;
    int r = SSL_read(l->ssl, to, (int)len);
    return r > 0 ? r : outcome(l, r);
}

ssize_t tls_line_write(struct tls_line *l, const void *from, size_t len)
{
    ERR_clear_error();
    errno = 0;
    int r = SSL_write(l->ssl, from, len > INT32_MAX ? INT32_MAX : (int)len);
    if (r > 0)
        return r;
    r = outcome(l, r);
    if (r == 0) { /* the peer has said good-bye */
        errno = EPIPE;
        r = -1;
    }
    return r;
}

bool tls_line_pending(const struct tls_line *l)
{
    return SSL_pending(l->ssl) > 0;
}

const char *tls_line_peer(const struct tls_line *l)
{
    return l->peer;
}

const char *tls_line_error(const struct tls_line *l)
{
    return l->error;
}
