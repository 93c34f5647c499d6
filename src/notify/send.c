/* send.c - mail by SMTP and webhooks by HTTP, both through libcurl. Neither follows a redirect, takes a proxy from the environment, or
 * writes a password or key anywhere. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/scoped.h"
#include "notify/own.h"

static void easyp(CURL **c)
{
    curl_easy_cleanup(*c);
}

static void slistp(struct curl_slist **l)
{
    curl_slist_free_all(*l);
}

static size_t swallow(char *bytes, size_t size, size_t n, void *arg)
{
    (void)bytes, (void)arg;
    return size * n;
}

static int stopping(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    struct notify *n = arg;
    pthread_mutex_lock(&n->lock);
    int stop = n->stopping;
    pthread_mutex_unlock(&n->lock);
    return stop;
}

static CURL *begin(struct notify *n, char *why)
{
    CURL *c = curl_easy_init();
    if (!c)
        return NULL;
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)n->config.timeout_s);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)n->config.timeout_s);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, stopping);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, n);
    if (n->config.ca && *n->config.ca) {
        curl_easy_setopt(c, CURLOPT_CAINFO, n->config.ca);
        curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }
    return c;
}

static int went(CURL *c, CURLcode r, const char *why, const char *what, long most, struct err *e)
{
    long status = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    if (r != CURLE_OK)
        return status ? err_set(e, -EIO, "%s: %.200s (%ld)", what, *why ? why : curl_easy_strerror(r), status)
                      : err_set(e, -EIO, "%s: %.200s", what, *why ? why : curl_easy_strerror(r));
    return status >= 200 && status <= most ? 0 : err_set(e, -EIO, "%s: answered %ld", what, status);
}

/* ---- mail ---- */

struct reading {
    const struct buf *text;
    size_t at;
};

static size_t give(char *out, size_t size, size_t n, void *arg)
{
    struct reading *r = arg;
    size_t left = r->text->len - r->at, room = size * n, some = left < room ? left : room;
    memcpy(out, r->text->data + r->at, some);
    r->at += some;
    return some;
}

int send_mail(struct notify *n, const struct parcel *p, struct err *e)
{
    char why[CURL_ERROR_SIZE] = "";
    struct buf text = BUF_INIT;
    struct reading reading = { &text, 0 };
    scoped(easyp) CURL *c = begin(n, why);
    scoped(slistp) struct curl_slist *to = curl_slist_append(NULL, p->address);
    int r = c && to ? mail_write(p, n->config.mail_from, n->config.public_url, &text, e)
                    : err_set(e, -ENOMEM, "out of memory");
    if (r == 0) {
        curl_easy_setopt(c, CURLOPT_URL, n->config.mail_server);
        curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(c, CURLOPT_USE_SSL,
                         n->config.mail_plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
        curl_easy_setopt(c, CURLOPT_MAIL_FROM, n->config.mail_from);
        curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
        if (*n->config.mail_user) {
            curl_easy_setopt(c, CURLOPT_USERNAME, n->config.mail_user);
            curl_easy_setopt(c, CURLOPT_PASSWORD, n->mail_password.data ? n->mail_password.data : "");
        }
        curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
        curl_easy_setopt(c, CURLOPT_READDATA, &reading);
        curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
        r = went(c, curl_easy_perform(c), why, "SMTP", 299, e);
    }
    buf_release(&text);
    return r;
}

/* ---- webhooks ---- */

bool webhook_url_ok(const char *url)
{
    CURLU *u = curl_url();
    char *scheme = NULL, *user = NULL;
    bool ok = u && strpbrk(url, " \r\n\t") == NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0) &&
              curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;
    curl_free(scheme);
    curl_free(user);
    curl_url_cleanup(u);
    return ok;
}

static bool private4(uint32_t a)
{
    static const struct {
        uint32_t net;
        int bits;
    } nets[] = { /* RFC 6890: what is not the public Internet */
                 { 0x00000000, 8 },  { 0x0a000000, 8 },  { 0x64400000, 10 }, { 0x7f000000, 8 },
                 { 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0000200, 24 },
                 { 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xc6336400, 24 }, { 0xcb007100, 24 },
                 { 0xe0000000, 3 }
    };
    for (size_t i = 0; i < COUNT_OF(nets); i++)
        if ((a ^ nets[i].net) >> (32 - nets[i].bits) == 0)
            return true;
    return false;
}

static uint32_t four(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

bool address_is_private(const struct sockaddr *a)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff },
                               nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
    if (a->sa_family == AF_INET)
        return private4(ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr));
    if (a->sa_family != AF_INET6)
        return true;
    const unsigned char *b = ((const struct sockaddr_in6 *)(const void *)a)->sin6_addr.s6_addr;
    if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0)
        return private4(four(b + 12));
    if (b[0] == 0x20 && b[1] == 0x02) /* 6to4 */
        return private4(four(b + 2));
    return (b[0] & 0xe0) != 0x20 || (b[0] == 0x20 && b[1] == 0x01 && b[2] < 2) ||
           (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8); /* only 2000::/3 is public */
}

/* The address that is connected to is looked at, not the name: a name may mean another a moment later. */
static curl_socket_t open_public(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    (void)purpose;
    bool *refused = arg;
    if (address_is_private(&a->addr)) {
        *refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static struct curl_slist *webhook_headers(struct notify *n, const struct parcel *p, const struct buf *body,
                                          struct err *e)
{
    char line[4][200], stamp[24], hex[65];
    snprintf(stamp, sizeof stamp, "%" PRId64, p->now / 1000);
    if (sign_hex(n->config.webhook_sm3, n->webhook_key.data, n->webhook_key.len, stamp, body->data, body->len,
                 hex, e) < 0)
        return NULL;
    snprintf(line[0], sizeof line[0], "Content-Type: application/json; charset=utf-8");
    snprintf(line[1], sizeof line[1], "X-Bihuan-Timestamp: %s", stamp);
    snprintf(line[2], sizeof line[2], "X-Bihuan-Signature: %s=%s", n->config.webhook_sm3 ? "sm3" : "sha256",
             hex);
    snprintf(line[3], sizeof line[3], "Idempotency-Key: %.120s", p->key);
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < COUNT_OF(line); i++) {
        struct curl_slist *more = curl_slist_append(list, line[i]);
        if (!more) {
            curl_slist_free_all(list);
            err_set(e, -ENOMEM, "out of memory");
            return NULL;
        }
        list = more;
    }
    return list;
}

int send_webhook(struct notify *n, const struct parcel *p, struct err *e)
{
    char why[CURL_ERROR_SIZE] = "";
    bool refused = false;
    struct buf body = BUF_INIT;
    scoped(easyp) CURL *c = begin(n, why);
    parcel_json(p, n->config.public_url, &body);
    if (!c || body.failed) {
        buf_release(&body);
        return err_set(e, -ENOMEM, "out of memory");
    }
    scoped(slistp) struct curl_slist *headers = webhook_headers(n, p, &body, e);
    int r = headers ? 0 : -EIO;
    if (r == 0) {
        curl_easy_setopt(c, CURLOPT_URL, p->address);
        curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(c, CURLOPT_USERAGENT, "bihuan/" BIHUAN_VERSION);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.data);
        if (!n->config.webhook_private) {
            curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_public);
            curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, &refused);
        }
        r = went(c, curl_easy_perform(c), why, "webhook", 299, e);
        if (r < 0 && refused)
            r = err_set(e, -EACCES, "webhook: private addresses are refused (setting webhook-private)");
    }
    buf_release(&body);
    return r;
}
