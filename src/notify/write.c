/* write.c - notices and the outbox as docs/api describes them, and the marks of what was read. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"
#include "notify/own.h"

void address_mask(enum channel c, const char *address, char *out, size_t cap)
{
    const char *at = strchr(address, '@'), *host = strstr(address, "://");
    const char *dot = at ? strrchr(at, '.') : NULL;
    if (c == CHANNEL_EMAIL && at)
        snprintf(out, cap, "%.1s***@%.1s***%s", address, at + 1, dot ? dot : "");
    else if (c == CHANNEL_WEBHOOK && host) /* a path is often the secret of a webhook */
        snprintf(out, cap, "%.*s%.*s/***", (int)(host + 3 - address), address, (int)strcspn(host + 3, "/?#"),
                 host + 3);
    else
        snprintf(out, cap, "***%s",
                 strlen(address) > 6 && utf8_valid(address + strlen(address) - 2, 2, &(size_t){ 0 })
                     ? address + strlen(address) - 2
                     : "");
}

struct listing {
    struct notify *n;
    struct jw w;
    struct err *e;
    int64_t user;
};

static int write_notice(int64_t id, void *arg)
{
    static const char *const texts[] = { "kind", "number", "title", "title_en", "text", "text_en" };
    struct listing *l = arg;
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = ledger_get_doc(l->n->config.store, DOC_NOTICE, id, &d, l->e);
    if (r == 0 && (r = json_read(d.body, strlen(d.body), &body, l->e)) == 0) {
        struct jw *w = &l->w;
        jw_object(w);
        jw_kint(w, "id", id);
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            jw_kstr(w, texts[i], json_str(body, texts[i], ""));
        jw_key(w, "case");
        if (json_int(body, "case", 0))
            jw_int(w, json_int(body, "case", 0));
        else
            jw_null(w);
        jw_ktime(w, "created", d.created);
        jw_ktime(w, "read", d.unit ? 0 : d.updated);
        jw_end_object(w);
    }
    doc_release(&d);
    return r;
}

int notify_unread(struct notify *n, int64_t user, int64_t *ret, struct err *e)
{
    return ledger_count_told(n->config.store, (int32_t)user, true, ret, e);
}

int notify_write(struct notify *n, int64_t user, bool unread, size_t limit, size_t offset, struct buf *out,
                 struct err *e)
{
    struct listing l = { .n = n, .w = JW(out), .e = e };
    int64_t total = 0, new = 0;
    jw_object(&l.w);
    jw_key(&l.w, "notices");
    jw_array(&l.w);
    int r = ledger_each_told(n->config.store, (int32_t)user, unread, limit, offset, write_notice, &l, e);
    jw_end_array(&l.w);
    if (r == 0)
        r = ledger_count_told(n->config.store, (int32_t)user, unread, &total, e);
    if (r == 0)
        r = notify_unread(n, user, &new, e);
    jw_kint(&l.w, "total", total);
    jw_kint(&l.w, "unread", new);
    jw_end_object(&l.w);
    return r;
}

static int mark_read(int64_t id, void *arg)
{
    struct listing *l = arg;
    struct doc d = { 0 };
    int r = ledger_get_doc(l->n->config.store, DOC_NOTICE, id, &d, NULL);
    if (r == -ENOENT || (r == 0 && d.unit2 != l->user))
        r = err_named(l->e, -ENOENT, "not_found", "没有这条提醒 | there is no notice %" PRId64, id);
    else if (r < 0)
        r = err_set(l->e, r, "notice %" PRId64 " cannot be read", id);
    else if (d.unit) {
        struct doc kept = d;
        kept.state = "read";
        kept.unit = 0;
        kept.updated = clock_now(l->n->config.clock);
        r = ledger_put_doc(l->n->config.store, DOC_NOTICE, &kept, NULL, l->e);
    }
    doc_release(&d);
    return r;
}

static void say_count(struct notify *n, int64_t user)
{
    int64_t unread;
    if (n->config.told && notify_unread(n, user, &unread, NULL) == 0)
        n->config.told(n->config.arg, user, unread);
}

int notify_read(struct notify *n, int64_t user, int64_t id, struct err *e)
{
    struct listing l = { .n = n, .e = e, .user = user };
    int r = ledger_begin(n->config.store, e);
    if (r < 0)
        return r;
    r = mark_read(id, &l);
    if (r < 0)
        ledger_rollback(n->config.store);
    else
        r = ledger_commit(n->config.store, e);
    if (r == 0)
        say_count(n, user);
    return r;
}

int notify_read_all(struct notify *n, int64_t user, struct err *e)
{
    struct listing l = { .n = n, .e = e, .user = user };
    int r = ledger_begin(n->config.store, e);
    if (r < 0)
        return r;
    r = ledger_each_told(n->config.store, (int32_t)user, true, 0, 0, mark_read, &l, e);
    if (r < 0)
        ledger_rollback(n->config.store);
    else
        r = ledger_commit(n->config.store, e);
    if (r == 0)
        say_count(n, user);
    return r;
}

/* ---- the outbox ---- */

static void write_person(struct listing *l, int32_t id)
{
    struct user u;
    jw_kstr(&l->w, "to", ledger_get_user_by_id(l->n->config.store, id, &u, NULL) == 0 ? u.name : NULL);
}

static int write_delivery(const struct doc *d, void *arg)
{
    struct listing *l = arg;
    scoped(json_decrefp) json_t *body = NULL, *said = NULL;
    struct doc notice = { 0 };
    int r = json_read(d->body, strlen(d->body), &body, l->e);
    if (r == 0 && (r = ledger_get_doc(l->n->config.store, DOC_NOTICE, d->parent, &notice, l->e)) == 0)
        r = json_read(notice.body, strlen(notice.body), &said, l->e);
    doc_release(&notice);
    if (r < 0)
        return r;
    const char *channel = json_str(body, "channel", "");
    char masked[300];
    int c = channel_from_name(channel);
    address_mask((enum channel)(c < 0 ? CHANNEL_COMMAND : c), json_str(body, "address", ""), masked,
                 sizeof masked);
    struct jw *w = &l->w;
    jw_object(w);
    jw_kint(w, "id", d->id);
    jw_kint(w, "notice", d->parent);
    jw_kstr(w, "kind", json_str(said, "kind", ""));
    jw_kstr(w, "number", json_str(said, "number", ""));
    write_person(l, d->unit2);
    jw_kstr(w, "channel", channel);
    jw_kstr(w, "address", masked);
    jw_kstr(w, "state", d->state);
    jw_kint(w, "tries", json_int(body, "tries", 0));
    jw_ktime(w, "next", json_int(body, "next", 0));
    jw_kstr(w, "error", json_str(body, "error", ""));
    jw_ktime(w, "created", d->created);
    jw_ktime(w, "updated", d->updated);
    jw_end_object(w);
    return 0;
}

int notify_write_outbox(struct notify *n, const char *state, size_t limit, struct buf *out, struct err *e)
{
    static const char *const states[] = { "queued", "failed", "sent", "given_up" };
    struct listing l = { .n = n, .w = JW(out), .e = e };
    const struct doc_query q = { .state = state, .limit = limit, .newest_first = true };
    jw_object(&l.w);
    jw_key(&l.w, "deliveries");
    jw_array(&l.w);
    int r = ledger_each_doc(n->config.store, DOC_DELIVERY, &q, write_delivery, &l, e);
    jw_end_array(&l.w);
    jw_key(&l.w, "counts");
    jw_object(&l.w);
    for (size_t i = 0; r == 0 && i < COUNT_OF(states); i++) {
        int64_t many = 0;
        r = ledger_count_state(n->config.store, DOC_DELIVERY, states[i], &many, e);
        jw_kint(&l.w, states[i], many);
    }
    jw_end_object(&l.w);
    jw_end_object(&l.w);
    return r;
}

static int queue_again(struct notify *n, int64_t id, struct err *e)
{
    struct doc d = { 0 };
    int r = ledger_get_doc(n->config.store, DOC_DELIVERY, id, &d, NULL);
    if (r < 0)
        return err_named(e, r, r == -ENOENT ? "not_found" : "",
                         "没有这次发送 | there is no delivery %" PRId64, id);
    scoped(json_decrefp) json_t *body = NULL;
    if (strcmp(d.state, "sent") == 0)
        r = err_named(e, -EBUSY, "conflict", "已经送达 | it was sent already");
    if (r == 0)
        r = json_read(d.body, strlen(d.body), &body, e);
    if (r == 0) {
        char key[64];
        int64_t now = clock_now(n->config.clock);
        int c = channel_from_name(json_str(body, "channel", ""));
        outbox_key(now, d.parent, (enum channel)(c < 0 ? 0 : c), key);
        json_object_set_new(body, "tries", json_integer(0));
        json_object_set_new(body, "next", json_integer(now));
        scoped(freep) char *text = json_dumps(body, JSON_COMPACT);
        struct doc kept = d;
        kept.key = key;
        kept.state = "queued";
        kept.updated = now;
        kept.body = text;
        r = text ? ledger_put_doc(n->config.store, DOC_DELIVERY, &kept, NULL, e)
                 : err_set(e, -ENOMEM, "out of memory");
    }
    doc_release(&d);
    return r;
}

int notify_retry(struct notify *n, int64_t delivery, struct err *e)
{
    int r = ledger_begin(n->config.store, e);
    if (r < 0)
        return r;
    r = queue_again(n, delivery, e);
    if (r < 0)
        ledger_rollback(n->config.store);
    else
        r = ledger_commit(n->config.store, e);
    notify_wake(n);
    return r;
}
