/* worker.c - the one thread that follows the chain and sends what is due. It waits on its own condition, so that neither the engine nor
 * a request ever waits for a mail server. */
#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/file.h"
#include "base/log.h"
#include "base/scoped.h"
#include "notify/own.h"

enum { LOOK_MS = 1000, ROUND = 20, SECRET_MAX = 4096 };

static int (*const senders[CHANNELS])(struct notify *, const struct parcel *, struct err *) = {
    [CHANNEL_EMAIL] = send_mail,
    [CHANNEL_WEBHOOK] = send_webhook,
    [CHANNEL_COMMAND] = send_command,
};

static bool ending(struct notify *n)
{
    pthread_mutex_lock(&n->lock);
    bool stop = n->stopping;
    pthread_mutex_unlock(&n->lock);
    return stop;
}

/* ---- one delivery ---- */

/* What was given up is said to those who can mend it; the admin's own mail may be what is broken, so only in the browser: the notice
 * has the kind "gave_up", for which no delivery is made. */
static int say_given_up(struct notify *n, const struct parcel *p, const char *channel, const char *why,
                        struct err *e)
{
    struct people all;
    struct notify_words w = { 0 };
    char once[64], masked[128];
    address_mask((enum channel)channel_from_name(channel), p->address, masked, sizeof masked);
    snprintf(w.title, sizeof w.title, "提醒未能送达：%.80s", p->number);
    snprintf(w.title_en, sizeof w.title_en, "A notice was given up: %.80s", p->number);
    snprintf(w.text, sizeof w.text, "%s %s：%.300s", channel, masked, why);
    snprintf(w.text_en, sizeof w.text_en, "%s %s: %.300s", channel, masked, why);
    words_whole(&w);
    snprintf(once, sizeof once, "gave_up:%.32s:%" PRId64, p->key, p->now);
    int r = people_read(n->config.store, &all, e);
    if (r < 0)
        return r;
    for (size_t i = 0; r == 0 && i < all.n; i++) {
        if (all.user[i].role != ROLE_ADMIN)
            continue;
        scoped(json_decrefp) json_t *body =
            json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:s}", "kind", "gave_up", "case",
                      (json_int_t)p->case_id, "number", p->number, "title", w.title, "title_en", w.title_en,
                      "text", w.text, "text_en", w.text_en);
        scoped(freep) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
        char key[96];
        snprintf(key, sizeof key, "%s:%" PRId64, once, all.user[i].id);
        struct doc d = { .parent = p->case_id,
                         .key = key,
                         .state = "unread",
                         .unit = (int32_t)all.user[i].id,
                         .unit2 = (int32_t)all.user[i].id,
                         .created = p->now,
                         .updated = p->now,
                         .body = text };
        r = text ? ledger_put_doc(n->config.store, DOC_NOTICE, &d, NULL, e)
                 : err_set(e, -ENOMEM, "out of memory");
    }
    people_release(&all);
    return r;
}

static void tell_admins(struct notify *n)
{
    struct people all;
    if (!n->config.told || people_read(n->config.store, &all, NULL) < 0)
        return;
    for (size_t i = 0; i < all.n; i++) {
        int64_t unread;
        if (all.user[i].role == ROLE_ADMIN && notify_unread(n, all.user[i].id, &unread, NULL) == 0)
            n->config.told(n->config.arg, all.user[i].id, unread);
    }
    people_release(&all);
}

/* Keeps how a try ended, in one transaction with what is said about it. */
static int settle(struct notify *n, struct doc *d, json_t *body, const struct parcel *p,
                  const struct err *failed, struct err *e)
{
    int tries = (int)json_int(body, "tries", 0) + 1;
    bool sent = failed->code == 0, over = !sent && tries >= n->config.tries;
    char key[64] = "";
    int64_t next = 0;
    if (!sent && !over) {
        next = p->now + outbox_backoff(n->seed, d->id, tries);
        outbox_key(next, d->parent, (enum channel)channel_from_name(json_str(body, "channel", "")), key);
    }
    json_object_set_new(body, "tries", json_integer(tries));
    json_object_set_new(body, "next", json_integer(next));
    json_object_set_new(body, "error", json_string(failed->text));
    if (!json_is_string(json_object_get(body, "error"))) /* a server's answer that is no UTF-8 */
        json_object_set_new(body, "error", json_string("?"));
    scoped(freep) char *text = json_dumps(body, JSON_COMPACT);
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    struct doc kept = { .id = d->id,
                        .parent = d->parent,
                        .key = key,
                        .state = sent   ? "sent"
                                 : over ? "given_up"
                                        : "failed",
                        .unit2 = d->unit2,
                        .created = d->created,
                        .updated = p->now,
                        .body = text };
    int r = ledger_begin(n->config.store, e);
    if (r < 0)
        return r;
    r = ledger_put_doc(n->config.store, DOC_DELIVERY, &kept, NULL, e);
    if (r == 0 && over)
        r = say_given_up(n, p, json_str(body, "channel", ""), failed->text, e);
    if (r < 0) {
        ledger_rollback(n->config.store);
        return r;
    }
    r = ledger_commit(n->config.store, e);
    if (r == 0 && over)
        tell_admins(n);
    return r;
}

static int deliver_read(struct notify *n, struct doc *d, struct doc *notice, struct err *e)
{
    scoped(json_decrefp) json_t *body = NULL, *said = NULL;
    int r = json_read(d->body, strlen(d->body), &body, e);
    if (r == 0)
        r = json_read(notice->body, strlen(notice->body), &said, e);
    if (r < 0)
        return r;
    const struct parcel p = {
        .key = json_str(body, "key", ""),
        .address = json_str(body, "address", ""),
        .notice = notice->id,
        .created = notice->created,
        .now = clock_now(n->config.clock),
        .kind = json_str(said, "kind", ""),
        .number = json_str(said, "number", ""),
        .case_id = json_int(said, "case", 0),
        .title = json_str(said, "title", ""),
        .title_en = json_str(said, "title_en", ""),
        .text = json_str(said, "text", ""),
        .text_en = json_str(said, "text_en", ""),
    };
    struct err failed = { 0 };
    int c = channel_from_name(json_str(body, "channel", ""));
    if (c < 0 || !channel_ready(n, (enum channel)c))
        err_set(&failed, -ENOENT, "this channel is not set up any more");
    else
        senders[c](n, &p, &failed);
    if (failed.code && ending(n))
        return 0; /* broken off by us: not a try; it is still due when the server comes back */
    return settle(n, d, body, &p, &failed, e);
}

struct round {
    struct notify *n;
    int64_t id[ROUND];
    size_t count;
};

static int keep_id(int64_t id, void *arg)
{
    struct round *r = arg;
    if (r->count < ROUND)
        r->id[r->count++] = id;
    return 0;
}

/* No lock of the store is held while something is sent. */
static int deliver(struct notify *n, int64_t id, struct err *e)
{
    struct doc d = { 0 }, notice = { 0 };
    int r = ledger_get_doc(n->config.store, DOC_DELIVERY, id, &d, e);
    if (r == 0)
        r = ledger_get_doc(n->config.store, DOC_NOTICE, d.parent, &notice, e);
    if (r == 0)
        r = deliver_read(n, &d, &notice, e);
    doc_release(&d);
    doc_release(&notice);
    return r;
}

static int send_due(struct notify *n, bool *ret_more, struct err *e)
{
    struct round round = { .n = n };
    char before[64];
    outbox_key(clock_now(n->config.clock) + 1, 0, (enum channel)0, before);
    int r = ledger_each_due(n->config.store, DOC_DELIVERY, before, ROUND, keep_id, &round, e);
    for (size_t i = 0; r == 0 && i < round.count && !ending(n); i++)
        r = deliver(n, round.id[i], e);
    *ret_more = r == 0 && round.count == ROUND;
    return r;
}

/* ---- the thread ---- */

static bool wait_a_little(struct notify *n, int ms)
{
    struct timespec until = clock_deadline(ms);
    pthread_mutex_lock(&n->lock);
    int r = 0;
    while (!n->stopping && !n->woken && r == 0)
        r = pthread_cond_timedwait(&n->wake, &n->lock, &until);
    n->woken = false;
    bool go = !n->stopping;
    pthread_mutex_unlock(&n->lock);
    return go;
}

static void run(void *arg)
{
    struct notify *n = arg;
    bool more = false, complained = false;
    while (wait_a_little(n, more ? 0 : LOOK_MS)) {
        struct err e = { 0 };
        bool more_events = false, more_due = false;
        if (outbox_follow(n, &more_events, &e) == 0)
            send_due(n, &more_due, &e);
        more = !e.code && (more_events || more_due);
        if (e.code && !complained)
            log_error("notices", "%s", e.text);
        complained = e.code != 0;
    }
}

void notify_wake(struct notify *n)
{
    if (!n)
        return;
    pthread_mutex_lock(&n->lock);
    n->woken = true;
    pthread_cond_signal(&n->wake);
    pthread_mutex_unlock(&n->lock);
}

/* ---- beginning and end ---- */

static int read_secret(const char *path, struct buf *out, struct err *e)
{
    if (!path || !*path)
        return 0;
    int r = file_read(path, SECRET_MAX, out, e);
    while (r == 0 && out->len && strchr("\r\n", out->data[out->len - 1]))
        out->data[--out->len] = '\0';
    return r == 0 && !out->len ? err_set(e, -EINVAL, "%s is empty", path) : r;
}

static int check(const struct notify_config *c, struct err *e)
{
    const char *s = c->mail_server;
    if (*s && strncmp(s, "smtp://", 7) != 0 && strncmp(s, "smtps://", 8) != 0)
        return err_set(e, -EINVAL, "mail-server: '%s' begins with neither smtp:// nor smtps://", s);
    if (*s && strchr(s, '@'))
        return err_set(e, -EINVAL, "mail-server: user and password are settings of their own");
    if (*s && !mail_address_ok(c->mail_from))
        return err_set(e, -EINVAL, "mail-from: '%s' is no e-mail address", c->mail_from);
    if (*c->mail_user && !*c->mail_password_file)
        return err_set(e, -EINVAL, "mail-user needs mail-password-file");
    if (*c->command && *c->command != '/')
        return err_set(e, -EINVAL, "notice-command: the program's whole path is wanted");
    return 0;
}

int notify_start(const struct notify_config *c, struct notify **ret, struct err *e)
{
    int r = check(c, e);
    if (r < 0)
        return r;
    struct notify *n = calloc(1, sizeof *n);
    if (!n)
        return err_set(e, -ENOMEM, "out of memory");
    n->config = *c;
    n->seed = 1;
    if (!c->clock->test && RAND_bytes((unsigned char *)&n->seed, sizeof n->seed) != 1)
        n->seed = (uint64_t)clock_monotonic_ns();
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&n->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&n->lock, NULL);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if ((r = read_secret(c->mail_password_file, &n->mail_password, e)) < 0 ||
        (r = read_secret(c->webhook_key_file, &n->webhook_key, e)) < 0 || (r = outbox_begin(n, e)) < 0 ||
        (r = worker_start(&n->worker, "notices", run, n, e)) < 0) {
        notify_stop(n);
        return r;
    }
    *ret = n;
    return 0;
}

static void forget(struct buf *b)
{
    if (b->data)
        explicit_bzero(b->data, b->cap);
    buf_release(b);
}

struct notify *notify_stop(struct notify *n)
{
    if (!n)
        return NULL;
    pthread_mutex_lock(&n->lock);
    n->stopping = true;
    pthread_cond_broadcast(&n->wake);
    pthread_mutex_unlock(&n->lock);
    worker_join(&n->worker);
    forget(&n->mail_password);
    forget(&n->webhook_key);
    pthread_mutex_destroy(&n->lock);
    pthread_cond_destroy(&n->wake);
    free(n);
    return NULL;
}
