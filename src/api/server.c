#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/http.h"
#include "api/upload.h"
#include "base/file.h"
#include "base/log.h"
#include "base/scoped.h"
#include "store/file_store.h"

enum {
    DRAIN_MAX =
        256 *
        1024, /* a refused body up to this size is read to its end, so that the client sees the answer */
    RETRY_S = 5,
    IDLE_S = 60, /* longer than the streams' heartbeat */
};

/* ---- answering ---- */

/* The client's files, the map's worker and data: images are all it needs besides itself. */
static const char *const security_headers[][2] = {
    { "Content-Security-Policy",
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' "
      "blob:; "
      "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
};

static void add_headers(struct request *rq, struct MHD_Response *rs)
{
    for (size_t i = 0; i < COUNT_OF(security_headers); i++)
        if (!MHD_get_response_header(rs, security_headers[i][0]))
            MHD_add_response_header(rs, security_headers[i][0], security_headers[i][1]);
    if (!MHD_get_response_header(rs, "Cache-Control"))
        MHD_add_response_header(rs, "Cache-Control", "no-store");
    if (!MHD_get_response_header(rs, "Content-Type"))
        MHD_add_response_header(rs, "Content-Type", rq->type ? rq->type : "application/json; charset=utf-8");
    if (rq->cookie[0])
        MHD_add_response_header(rs, "Set-Cookie", rq->cookie);
    if (rq->allow)
        MHD_add_response_header(rs, "Allow", rq->allow);
    if (rq->retry_after > 0) {
        char text[16];
        snprintf(text, sizeof text, "%d", rq->retry_after);
        MHD_add_response_header(rs, "Retry-After", text);
    }
}

static void count(struct request *rq, int status)
{
    int kind = status / 100;
    atomic_fetch_add(&rq->api->answers[kind >= 1 && kind <= 5 ? kind : 0], 1);
    atomic_fetch_add(&rq->api->answer_ns, clock_monotonic_ns() - rq->began_ns);
}

static enum MHD_Result answer(struct request *rq)
{
    int status = rq->status ? rq->status : MHD_HTTP_OK;
    struct MHD_Response *rs = TAKE(rq->response);
    if (!rs) {
        if (rq->out.failed)
            return MHD_NO;
        size_t len = rq->out.len;
        char *bytes = buf_take(&rq->out);
        if (!bytes)
            return MHD_NO;
        rs = MHD_create_response_from_buffer(len, bytes, MHD_RESPMEM_MUST_FREE);
        if (!rs) {
            free(bytes);
            return MHD_NO;
        }
    }
    add_headers(rq, rs);
    count(rq, status);
    enum MHD_Result r = MHD_queue_response(rq->con, (unsigned)status, rs);
    MHD_destroy_response(rs);
    return r;
}

static enum MHD_Result answer_error(struct request *rq)
{
    buf_clear(&rq->out);
    if (rq->response) {
        MHD_destroy_response(rq->response);
        rq->response = NULL;
    }
    rq->type = NULL;
    rq->status = error_write(&rq->error, &rq->out);
    if (rq->status == 500)
        log_error("api", "%s: %s", rq->raw, rq->error.text);
    return answer(rq);
}

/* ---- asking ---- */

static int check_rights(struct request *rq, struct err *e)
{
    int r = auth_read(rq, e);
    if (r < 0)
        return r;
    if (rq->user.role >= rq->route->least)
        return 0;
    if (!signed_in(rq))
        return err_named(e, -EACCES, "auth.required", "sign in first");
    return err_named(e, -EACCES, "auth.forbidden", "needs the role %s, you are %s",
                     role_name(rq->route->least), role_name(rq->user.role));
}

/* A page of another origin can make a browser send our cookie only with a form's media types (SameSite=Strict already stops that in
 * browsers that know it). A bearer token is never sent by itself. */
static int check_media(struct request *rq, struct err *e)
{
    const char *media = request_header(rq, "Content-Type");
    if (rq->method != METHOD_POST || rq->bearer)
        return 0;
    if (route_is_raw(rq->route) ? media && strcmp(media, "application/octet-stream") == 0
                                : media_is_json(media))
        return 0;
    if (route_is_raw(rq->route))
        return err_named(e, -EINVAL, "media_type", "Content-Type is not application/octet-stream");
    return err_named(e, -EINVAL, "media_type", "Content-Type is not application/json");
}

static int check_length(struct request *rq, uint64_t *ret_length, struct err *e)
{
    const char *text = request_header(rq, "Content-Length");
    *ret_length = text ? strtoull(text, NULL, 10) : 0;
    if (*ret_length > rq->body_max)
        return err_named(e, -EFBIG, "too_large", "%llu bytes, at most %zu", (unsigned long long)*ret_length,
                         rq->body_max);
    return 0;
}

/* Such bodies are large and wait in memory, so there are only a few. */
static int check_uploads(struct request *rq, struct err *e)
{
    if (!route_is_raw(rq->route))
        return 0;
    rq->uploads = true;
    return atomic_fetch_add(&rq->api->uploading, 1) < UPLOADS_AT_ONCE
               ? 0
               : err_named(e, -EBUSY, "busy", "other uploads are under way");
}

static int begin(struct request *rq, struct err *e)
{
    int r = target_parse(rq->raw, &rq->target, e);
    if (r < 0)
        return r;
    bool api = rq->target.n_segments &&
               (strcmp(rq->target.segment[0], "api") == 0 || strcmp(rq->target.segment[0], "metrics") == 0);
    if (!api) {
        rq->allow = rq->method == METHOD_GET ? NULL : "GET, HEAD";
        return rq->method == METHOD_GET ? 0 : err_named(e, -EOPNOTSUPP, "method", "files are only read");
    }
    r = route_find(rq, e);
    if (r < 0)
        return r;
    if (rq->route->body_max)
        rq->body_max = rq->route->body_max;
    if ((r = check_rights(rq, e)) < 0)
        return r;
    if ((r = check_media(rq, e)) < 0)
        return r;
    return check_uploads(rq, e);
}

/* At most so many at once as its gate lets through; the others are told to come again, for a thread that waits serves nobody. */
static int call_handler(struct request *rq, struct err *e)
{
    unsigned at_once = 0;
    int gate = route_gate(rq->route, &at_once);
    if (gate < 0)
        return rq->route->handle(rq, e);
    int r = -EBUSY;
    if (atomic_fetch_add(&rq->api->within[gate], 1) < at_once)
        r = rq->route->handle(rq, e);
    else {
        rq->retry_after = RETRY_S;
        err_named(e, r, "busy", "this takes seconds, and others are at it");
    }
    atomic_fetch_sub(&rq->api->within[gate], 1);
    return r;
}

static int handle(struct request *rq, struct err *e)
{
    rq->now = clock_now(rq->api->config.clock);
    if (!rq->route)
        return file_answer(rq, e);
    if (rq->method == METHOD_POST && !route_is_raw(rq->route)) {
        int r = json_read(rq->body.len ? rq->body.data : "{}", rq->body.len ? rq->body.len : 2, &rq->json, e);
        if (r == 0)
            r = json_whole_within(rq->json, e);
        if (r < 0)
            return err_under(e, "body");
        if (!json_is_object(rq->json))
            return err_named(e, -EINVAL, "bad_input", "body: not an object");
    }
    int r = call_handler(rq, e);
    return r == 0 && rq->out.failed ? err_set(e, -ENOMEM, "no memory for the answer") : r;
}

/* First call, headers only. A body that is too large is refused before it is read. */
static enum MHD_Result on_begin(struct request *rq, const char *method)
{
    rq->begun = true;
    rq->method = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ? METHOD_GET
                 : strcmp(method, "POST") == 0                             ? METHOD_POST
                                                                           : METHOD_OTHER;
    uint64_t length = 0;
    if (begin(rq, &rq->error) < 0) {
        (void)check_length(rq, &length, NULL);
        return length > DRAIN_MAX ? answer_error(rq) : MHD_YES;
    }
    if (check_length(rq, &length, &rq->error) < 0)
        return answer_error(rq);
    return MHD_YES;
}

/* A part of the body. One without Content-Length is counted here; past the limit it is dropped, and far past it the connection. */
static enum MHD_Result on_body(struct request *rq, const char *bytes, size_t *len)
{
    size_t n = *len;
    *len = 0;
    if (!rq->error.code && rq->body.len + n > rq->body_max)
        err_named(&rq->error, -EFBIG, "too_large", "more than %zu bytes", rq->body_max);
    if (!rq->error.code) {
        buf_add(&rq->body, bytes, n);
        if (rq->body.failed)
            err_set(&rq->error, -ENOMEM, "no memory for the body");
        return MHD_YES;
    }
    rq->dropped += n;
    return rq->dropped > rq->body_max + DRAIN_MAX ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url, const char *method,
                                  const char *version, const char *bytes, size_t *len, void **ctx)
{
    (void)cls, (void)url, (void)version;
    struct request *rq = *ctx;
    if (!rq || !rq->raw)
        return MHD_NO;
    rq->con = con;
    if (!rq->begun)
        return on_begin(rq, method);
    if (*len)
        return on_body(rq, bytes, len);
    if (rq->error.code || handle(rq, &rq->error) < 0)
        return answer_error(rq);
    return answer(rq);
}

/* Called with the raw target before anything else of the request: what it returns is the request's context. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *con)
{
    struct request *rq = calloc(1, sizeof *rq);
    if (!rq)
        return NULL;
    rq->api = cls;
    rq->con = con;
    rq->raw = strdup(uri);
    rq->body_max = BODY_MAX;
    rq->began_ns = clock_monotonic_ns();
    return rq;
}

static void on_done(void *cls, struct MHD_Connection *con, void **ctx, enum MHD_RequestTerminationCode why)
{
    (void)cls, (void)con, (void)why;
    struct request *rq = *ctx;
    if (!rq)
        return;
    if (rq->uploads)
        atomic_fetch_sub(&rq->api->uploading, 1);
    json_decref(rq->json);
    buf_release(&rq->body);
    buf_release(&rq->out);
    if (rq->response)
        MHD_destroy_response(rq->response);
    sodium_memzero(&rq->user, sizeof rq->user);
    free(rq->raw);
    free(rq);
    *ctx = NULL;
}

static void on_log(void *cls, const char *fmt, va_list ap)
{
    (void)cls;
    char line[512];
    /* The format is the library's own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    vsnprintf(line, sizeof line, fmt, ap);
#pragma GCC diagnostic pop
    line[strcspn(line, "\r\n")] = '\0';
    log_debug("http", "%s", line); /* mostly clients that hang up */
}

/* ---- starting and stopping ---- */

union any_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int read_address(const char *text, uint16_t port, union any_address *ret, struct err *e)
{
    memset(ret, 0, sizeof *ret);
    if (inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons(port);
    } else if (inet_pton(AF_INET6, text, &ret->v6.sin6_addr) == 1) {
        ret->v6.sin6_family = AF_INET6;
        ret->v6.sin6_port = htons(port);
    } else {
        return err_set(e, -EINVAL, "HTTP address '%s' is no IPv4 or IPv6 address", text);
    }
    return 0;
}

/* libmicrohttpd takes the text, and keeps pointing at it. */
static int read_pem(const char *path, const char *what, struct buf *ret, struct err *e)
{
    if (!path || !*path)
        return err_set(e, -EINVAL, "https needs a %s", what);
    int r = file_read(path, 256 * 1024, ret, e);
    return r < 0 ? err_under(e, "%s", what) : 0;
}

static int listen_on(struct api *a, struct err *e)
{
    union any_address at;
    int r = read_address(a->address, a->config.port, &at, e);
    if (r < 0)
        return r;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (at.any.sa_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    unsigned threads = a->config.threads ? a->config.threads : 2;
    unsigned connections = a->config.connections ? a->config.connections : 2000;
    struct MHD_OptionItem tls[] = { { MHD_OPTION_END, 0, NULL },
                                    { MHD_OPTION_END, 0, NULL },
                                    { MHD_OPTION_END, 0, NULL } };
    if (a->config.https) {
        if ((r = read_pem(a->config.certificate, "certificate", &a->certificate, e)) < 0 ||
            (r = read_pem(a->config.key, "key", &a->key, e)) < 0)
            return r;
        flags |= MHD_USE_TLS;
        tls[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, a->certificate.data };
        tls[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, a->key.data };
    }
    errno = 0;
    a->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, a, MHD_OPTION_EXTERNAL_LOGGER, on_log,
                                 NULL, MHD_OPTION_SOCK_ADDR, &at.any, MHD_OPTION_THREAD_POOL_SIZE, threads,
                                 MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT,
                                 (unsigned)IDLE_S, MHD_OPTION_URI_LOG_CALLBACK, on_target, a,
                                 MHD_OPTION_NOTIFY_COMPLETED, on_done, a, MHD_OPTION_LISTENING_ADDRESS_REUSE,
                                 1u, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    if (!a->daemon)
        return err_set(e, errno ? -errno : -EADDRINUSE, "cannot serve HTTP on %s port %u: %s", a->address,
                       (unsigned)a->config.port, strerror(errno ? errno : EADDRINUSE));
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(a->daemon, MHD_DAEMON_INFO_BIND_PORT);
    a->port = info ? info->port : a->config.port;
    return 0;
}

static int keep(char **copy, const char *text, struct err *e)
{
    *copy = text ? strdup(text) : NULL;
    return text && !*copy ? err_set(e, -ENOMEM, "no memory for the HTTP server") : 0;
}

int api_start(const struct api_config *config, struct api **ret, struct err *e)
{
    struct api *a = calloc(1, sizeof *a);
    if (!a)
        return err_set(e, -ENOMEM, "no memory for the HTTP server");
    a->config = *config;
    a->started_ns = clock_monotonic_ns();
    pthread_mutex_init(&a->readers.lock, NULL);
    pthread_mutex_init(&a->upload_lock, NULL);
    signal(SIGPIPE, SIG_IGN); /* a client that hangs up is no reason to end */
    int r;
    if ((r = keep(&a->address, config->address ? config->address : "127.0.0.1", e)) < 0 ||
        (r = keep(&a->data_dir, config->data_dir, e)) < 0 ||
        (r = keep(&a->web_dir, config->web_dir, e)) < 0 || (r = keep(&a->geo_dir, config->geo_dir, e)) < 0 ||
        (r = auth_start(a, e)) < 0 || (r = city_build(a, e)) < 0)
        goto fail;
    if (a->data_dir && (r = file_store_open(a->data_dir, config->files_max, &a->files, e)) < 0)
        goto fail;
    a->public_uploads = calloc(PUBLIC_ADDRESSES, sizeof *a->public_uploads);
    a->public_reports = calloc(PUBLIC_ADDRESSES, sizeof *a->public_reports);
    a->public_acts = calloc(PUBLIC_ADDRESSES, sizeof *a->public_acts);
    a->hub = a->public_uploads && a->public_reports && a->public_acts ? hub_new() : NULL;
    if (!a->hub) {
        r = err_set(e, -ENOMEM, "no memory for the HTTP server");
        goto fail;
    }
    if (config->ledgers)
        ledgers_on_fill(config->ledgers, filled_by_data, a);
    if ((r = listen_on(a, e)) < 0)
        goto fail;
    *ret = a;
    return 0;
fail:
    api_stop(a);
    return r;
}

uint16_t api_port(const struct api *a)
{
    return a->port;
}

struct api *api_stop(struct api *a)
{
    if (!a)
        return NULL;
    if (a->hub)
        hub_close(a->hub);
    if (a->daemon)
        MHD_stop_daemon(a->daemon);
    hub_free(a->hub);
    auth_stop(a);
    for (size_t i = 0; i < a->readers.n; i++)
        obs_reader_close(a->readers.idle[i]);
    pthread_mutex_destroy(&a->readers.lock);
    pthread_mutex_destroy(&a->upload_lock);
    file_store_close(a->files);
    free(a->public_uploads);
    free(a->public_reports);
    free(a->public_acts);
    buf_release(&a->city);
    buf_release(&a->certificate);
    if (a->key.data)
        explicit_bzero(a->key.data, a->key.len);
    buf_release(&a->key);
    free(a->address);
    free(a->data_dir);
    free(a->web_dir);
    free(a->geo_dir);
    free(a);
    return NULL;
}

void api_publish_to(struct api *a, int64_t user, const char *event, const char *json)
{
    struct buf text = BUF_INIT;
    buf_addf(&text, "event: %s\ndata: %s\n\n", event, json);
    if (!text.failed)
        hub_publish(a->hub, user, text.data, text.len);
    buf_release(&text);
}

void api_publish(struct api *a, const char *event, const char *json)
{
    api_publish_to(a, 0, event, json);
}

void api_beat(struct api *a)
{
    hub_beat(a->hub, clock_monotonic_ns());
}
