#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/http.h"
#include "base/cntime.h"
#include "base/sm3.h"
#include "base/utf8.h"

const char *request_header(struct request *rq, const char *name)
{
    return MHD_lookup_connection_value(rq->con, MHD_HEADER_KIND, name);
}

void request_address(struct request *rq, char *out, size_t cap)
{
    const char *forwarded = rq->api->config.behind_tls ? request_header(rq, "X-Forwarded-For") : NULL;
    if (forwarded) {
        /* Only the last entry is the proxy's own word; those before it are the client's. */
        const char *comma = strrchr(forwarded, ',');
        const char *last = comma ? comma + 1 : forwarded;
        last += strspn(last, " ");
        snprintf(out, cap, "%s", last);
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(rq->con, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    snprintf(out, cap, "?");
    if (!info || !info->client_addr)
        return;
    if (info->client_addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr, out,
                  (socklen_t)cap);
    else if (info->client_addr->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)info->client_addr)->sin6_addr, out,
                  (socklen_t)cap);
}

const char *query_str(struct request *rq, const char *key, const char *otherwise)
{
    const char *v = target_param(&rq->target, key);
    return v && *v ? v : otherwise;
}

int query_int(struct request *rq, const char *key, int64_t low, int64_t high, int64_t otherwise, int64_t *ret,
              struct err *e)
{
    const char *text = query_str(rq, key, NULL);
    *ret = otherwise;
    if (!text)
        return 0;
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno || *end || v < low || v > high)
        return err_named(e, -EINVAL, "bad_input", "%s: '%.40s' is not a whole number from %lld to %lld", key,
                         text, (long long)low, (long long)high);
    *ret = v;
    return 0;
}

int query_time(struct request *rq, const char *key, int64_t otherwise, int64_t *ret, struct err *e)
{
    const char *text = query_str(rq, key, NULL);
    *ret = otherwise;
    if (!text)
        return 0;
    char copy[48];
    size_t len = strlen(text);
    if (len >= sizeof copy)
        return err_named(e, -EINVAL, "bad_input", "%s: '%.40s' is not a time", key, text);
    memcpy(copy, text, len + 1);
    /* "+08:00" written into an address without escaping arrives as " 08:00". */
    if (len > 6 && copy[len - 6] == ' ' && copy[len - 3] == ':' && strchr(copy, 'T'))
        copy[len - 6] = '+';
    if (!cn_parse_iso(copy, len, ret))
        return err_named(e, -EINVAL, "bad_input",
                         "%s: '%.40s' is not a time such as 2026-03-01T13:00:00+08:00", key, text);
    return 0;
}

int body_text(struct request *rq, const char *key, size_t max, bool required, const char **ret, struct err *e)
{
    const json_t *v = json_object_get(rq->json, key);
    *ret = "";
    if (v && !json_is_null(v)) {
        if (!json_is_string(v))
            return err_named(e, -EINVAL, "bad_input", "%s: not a text", key);
        if (json_string_length(v) > max)
            return err_named(e, -EINVAL, "bad_input", "%s: longer than %zu bytes", key, max);
        *ret = json_string_value(v);
    }
    if (required && !**ret)
        return err_named(e, -EINVAL, "bad_input", "%s: missing", key);
    return 0;
}

bool signed_in(const struct request *rq)
{
    return rq->user.name[0] != '\0';
}

struct actor request_actor(const struct request *rq)
{
    return (struct actor){ .name = rq->user.name, .role = rq->user.role, .unit = rq->user.unit };
}

int request_once(struct request *rq, struct actor *who, char asked[SM3_HEX], struct err *e)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    const char *key = request_header(rq, "Idempotency-Key");
    *who = request_actor(rq);
    if (!key)
        return 0;
    size_t len = strlen(key);
    if (len < 8 || len > 100 || strspn(key, plain) != len)
        return err_named(e, -EINVAL, "bad_input", "Idempotency-Key: not 8 to 100 letters, digits, - or _");
    struct sm3 s = { 0 };
    int r = sm3_begin(&s, e);
    if (r < 0)
        return r;
    sm3_add(&s, rq->raw, strlen(rq->raw) + 1);
    sm3_add(&s, rq->body.data ? rq->body.data : "", rq->body.len);
    if ((r = sm3_end(&s, asked, e)) < 0)
        return r;
    who->once = key;
    who->once_of = asked;
    return 0;
}

int request_done(struct request *rq, const struct actor *who, int r, int64_t *id, struct err *e)
{
    struct err none = { 0 };
    if (r == 0 || !who->once || case_once(rq->api->config.ledgers, who, rq->now, id, &none) != 1)
        return r;
    *e = (struct err){ 0 };
    return 1;
}

int reader_take(struct api *a, struct obs_reader **ret, struct err *e)
{
    struct reader_pool *p = &a->readers;
    *ret = NULL;
    pthread_mutex_lock(&p->lock);
    if (p->n)
        *ret = p->idle[--p->n];
    pthread_mutex_unlock(&p->lock);
    if (*ret)
        return 0;
    if (!a->data_dir)
        return err_set(e, -ENOENT, "no data folder");
    return obs_reader_open(a->data_dir, ret, e);
}

void reader_give_back(struct api *a, struct obs_reader *r)
{
    struct reader_pool *p = &a->readers;
    pthread_mutex_lock(&p->lock);
    bool kept = p->n < sizeof p->idle / sizeof *p->idle;
    if (kept)
        p->idle[p->n++] = r;
    pthread_mutex_unlock(&p->lock);
    if (!kept)
        obs_reader_close(r);
}

void publish_id(struct api *a, const char *event, int64_t id)
{
    char json[48];
    snprintf(json, sizeof json, "{\"id\":%lld}", (long long)id);
    api_publish(a, event, json);
}

/* ---- documents ---- */

static int keep_doc(const struct doc *d, void *arg)
{
    struct docs *all = arg;
    if (all->n == all->cap) {
        size_t cap = all->cap ? 2 * all->cap : 32;
        struct doc *grown = realloc(all->doc, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        all->doc = grown;
        all->cap = cap;
    }
    struct doc *copy = &all->doc[all->n];
    *copy = *d;
    copy->key = strdup(d->key);
    copy->state = strdup(d->state);
    copy->body = strdup(d->body);
    all->n++;
    return copy->key && copy->state && copy->body ? 0 : -ENOMEM;
}

int docs_read(struct request *rq, enum doc_kind kind, const struct doc_query *q, struct docs *ret,
              struct err *e)
{
    *ret = (struct docs){ 0 };
    int r = ledger_each_doc(rq->api->config.store, kind, q, keep_doc, ret, e);
    if (r < 0)
        docs_release(ret);
    return r == -ENOMEM ? err_set(e, r, "no memory for the documents") : r;
}

void docs_release(struct docs *d)
{
    for (size_t i = 0; i < d->n; i++)
        doc_release(&d->doc[i]);
    free(d->doc);
    *d = (struct docs){ 0 };
}

/* ---- parts of answers ---- */

int object_reopen(struct buf *out, struct err *e)
{
    if (out->failed)
        return err_set(e, -ENOMEM, "no memory for the answer");
    while (out->len && strchr(" \n\t", out->data[out->len - 1]))
        out->len--;
    if (!out->len || out->data[out->len - 1] != '}')
        return err_set(e, -EPROTO, "an answer to add to is no JSON object");
    out->data[--out->len] = '\0';
    return 0;
}

int append_member(struct buf *out, const char *object, const char *key, struct err *e)
{
    json_t *tree = NULL;
    int r = json_read(object, strlen(object), &tree, e);
    if (r < 0)
        return r;
    const json_t *list = json_is_array(tree) ? tree : json_object_get(tree, key);
    struct jw w = JW(out);
    if (list)
        jw_tree(&w, list);
    else
        buf_adds(out, "[]");
    json_decref(tree);
    return 0;
}

const struct unit *unit_of(const struct place *p, const json_t *v)
{
    if (json_is_integer(v)) {
        json_int_t id = json_integer_value(v);
        return id > 0 && id <= INT32_MAX ? place_unit(p, (int32_t)id) : NULL;
    }
    if (json_is_object(v))
        return unit_of(p, json_object_get(v, "code"));
    return json_is_string(v) ? place_unit_by_code(p, json_string_value(v)) : NULL;
}
