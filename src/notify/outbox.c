/* outbox.c - from events to notices and deliveries, each batch in one transaction with the number of the last event taken. */
#include <errno.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/mix.h"
#include "base/scoped.h"
#include "notify/own.h"

enum { BATCH = 100 };
static const char cursor[] = "notices-seq";

void outbox_key(int64_t next, int64_t notice, enum channel c, char out[64])
{
    snprintf(out, 64, "%015" PRId64 ":%" PRId64 ":%d", next, notice, (int)c);
}

/* The same delivery and try give the same wait, whatever went out before. */
int64_t outbox_backoff(uint64_t seed, int64_t delivery, int tries)
{
    int64_t wait = 30 * MS_SECOND;
    for (int i = 1; i < tries && wait < 6 * MS_HOUR; i++)
        wait *= 2;
    if (wait > 6 * MS_HOUR)
        wait = 6 * MS_HOUR;
    return wait + (int64_t)(mix64(seed ^ (uint64_t)delivery * 1009 ^ (uint64_t)tries) % (uint64_t)(wait / 5));
}

static int put_delivery(struct notify *n, int64_t notice, int32_t user, enum channel c, const char *address,
                        int64_t next, int64_t at, struct err *e)
{
    unsigned char random[16];
    char hex[33], key[64];
    if (RAND_bytes(random, sizeof random) != 1)
        return err_set(e, -EIO, "no random bytes for a delivery's key");
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(hex + 2 * i, 3, "%02x", random[i]);
    scoped(json_decrefp) json_t *body =
        json_pack("{s:s, s:s, s:i, s:I, s:s, s:s}", "channel", channel_name(c), "address", address, "tries",
                  0, "next", (json_int_t)next, "error", "", "key", hex);
    scoped(freep) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    outbox_key(next, notice, c, key);
    struct doc d = { .parent = notice,
                     .key = key,
                     .state = "queued",
                     .unit2 = user,
                     .created = at,
                     .updated = at,
                     .body = text };
    return ledger_put_doc(n->config.store, DOC_DELIVERY, &d, NULL, e);
}

static int put_for(struct notify *n, const struct user *u, const struct notice *what, const char *text,
                   int64_t at, struct err *e)
{
    struct preferences pref;
    char key[96] = "";
    if (what->once)
        snprintf(key, sizeof key, "%.60s:%" PRId64, what->once, u->id);
    struct doc d = { .parent = what->case_id,
                     .key = key,
                     .state = "unread",
                     .unit = (int32_t)u->id,
                     .unit2 = (int32_t)u->id,
                     .created = at,
                     .updated = at,
                     .body = text };
    int64_t id;
    struct err exists = { 0 };
    int r = ledger_put_doc(n->config.store, DOC_NOTICE, &d, &id, &exists);
    if (r == -EEXIST)
        return 0; /* told already */
    if (r < 0)
        return err_set(e, r, "%s", exists.text);
    r = preferences_read(n, u->id, &pref, e);
    int64_t now = clock_now(n->config.clock);
    for (int c = 0; r == 0 && c < CHANNELS; c++)
        if (preferences_want(&pref, (enum channel)c, what->kind) && channel_ready(n, (enum channel)c))
            r = put_delivery(n, id, (int32_t)u->id, (enum channel)c, pref.address[c],
                             preferences_awake(&pref, now), now, e);
    return r;
}

int outbox_put(struct notify *n, const struct people *p, const unsigned char *on, const struct notice *what,
               int64_t at, struct err *e)
{
    struct notify_words w = *what->words;
    words_whole(&w);
    scoped(json_decrefp) json_t *body =
        json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:s}", "kind", what->kind, "case",
                  (json_int_t)what->case_id, "number", what->number ? what->number : "", "title", w.title,
                  "title_en", w.title_en, "text", w.text, "text_en", w.text_en);
    scoped(freep) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    int r = text ? 0 : err_set(e, -ENOMEM, "a notice that is no UTF-8, or out of memory");
    for (size_t i = 0; r == 0 && i < p->n; i++)
        if (on[i])
            r = put_for(n, &p->user[i], what, text, at, e);
    return r;
}

static void tell_counts(struct notify *n, const struct people *p, const unsigned char *on)
{
    for (size_t i = 0; n->config.told && i < p->n; i++) {
        int64_t unread;
        if (on[i] && notify_unread(n, p->user[i].id, &unread, NULL) == 0)
            n->config.told(n->config.arg, p->user[i].id, unread);
    }
}

/* ---- following the chain ---- */

struct follow {
    struct notify *n;
    struct people people;
    unsigned char *on, *news; /* one per person: of this event, of the batch */
    int64_t last;
    size_t seen;
    struct err *e;
};

static int first_actor(const struct event *ev, void *arg)
{
    snprintf(arg, 64, "%s", ev->actor);
    return 1;
}

static int take_case(struct follow *f, const struct event *ev, const json_t *body, const json_t *doc)
{
    struct notify *n = f->n;
    const struct notify_event asked = { ev->actor, ev->action, body };
    struct notify_verdict v;
    const json_t *def =
        n->config.definition ? n->config.definition(n->config.arg, json_str(doc, "ledger", "")) : NULL;
    char author[64] = "", once[40];
    if (!notify_for_event(&asked, doc, def, n->config.place, &v))
        return 0;
    memset(f->on, 0, f->people.n);
    bool to_actor = false;
    for (size_t i = 0; i < v.n_to; i++) {
        if (strcmp(v.to[i], "author") == 0 &&
            ledger_each_event(n->config.store, ev->case_id, first_actor, author, f->e) < 0)
            return f->e->code;
        to_actor = to_actor || strcmp(v.to[i], "actor") == 0;
        people_mark(&f->people, n->config.place, v.to[i], ev->actor, author, doc, f->on);
    }
    for (size_t i = 0; i < f->people.n; i++) {
        if (!to_actor && strcmp(f->people.user[i].name, ev->actor) == 0)
            f->on[i] = 0; /* nobody is told of what he just did */
        f->news[i] |= f->on[i];
    }
    snprintf(once, sizeof once, "event:%" PRId64, ev->seq);
    const struct notice what = { v.kind, once, ev->case_id, json_str(doc, "number", ""), &v.words };
    return outbox_put(n, &f->people, f->on, &what, ev->at, f->e);
}

static int take_event(const struct event *ev, void *arg)
{
    struct follow *f = arg;
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL, *doc = NULL;
    f->last = ev->seq;
    f->seen++;
    if (!ev->case_id || ledger_get_doc(f->n->config.store, DOC_CASE, ev->case_id, &d, NULL) < 0)
        return 0;
    int r = 0;
    if (json_read(ev->body, strlen(ev->body), &body, NULL) == 0 &&
        json_read(d.body, strlen(d.body), &doc, NULL) == 0)
        r = take_case(f, ev, body, doc);
    doc_release(&d);
    return r;
}

static int read_cursor(struct notify *n, int64_t *ret, struct err *e)
{
    scoped(freep) char *text = NULL;
    int r = ledger_get_setting(n->config.store, cursor, &text, e);
    *ret = r == 0 ? strtoll(text, NULL, 10) : 0;
    return r;
}

static int write_cursor(struct notify *n, int64_t seq, struct err *e)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, seq);
    return ledger_put_setting(n->config.store, cursor, text, e);
}

/* Nobody is told of what happened before there were notices. */
int outbox_begin(struct notify *n, struct err *e)
{
    int64_t seq;
    int r = read_cursor(n, &seq, e);
    if (r == -ENOENT && (r = ledger_last_seq(n->config.store, &seq, e)) == 0)
        r = write_cursor(n, seq, e);
    return r;
}

static int follow_batch(struct follow *f)
{
    struct ledger_store *s = f->n->config.store;
    int r = ledger_begin(s, f->e);
    if (r < 0)
        return r;
    r = ledger_each_event_since(s, f->last, BATCH, take_event, f, f->e);
    if (r == 0)
        r = write_cursor(f->n, f->last, f->e);
    if (r < 0) {
        ledger_rollback(s);
        return r;
    }
    return ledger_commit(s, f->e);
}

int outbox_follow(struct notify *n, bool *ret_more, struct err *e)
{
    struct err own = { 0 };
    struct follow f = { .n = n, .e = e ? e : &own };
    int64_t last = 0;
    *ret_more = false;
    int r = read_cursor(n, &f.last, f.e);
    if (r == 0)
        r = ledger_last_seq(n->config.store, &last, f.e);
    if (r < 0 || last <= f.last)
        return r;
    if ((r = people_read(n->config.store, &f.people, f.e)) < 0)
        return r;
    f.on = calloc(f.people.n + 1, 1);
    f.news = calloc(f.people.n + 1, 1);
    r = f.on && f.news ? follow_batch(&f) : err_set(f.e, -ENOMEM, "out of memory");
    if (r == 0)
        tell_counts(n, &f.people, f.news);
    *ret_more = r == 0 && f.seen == BATCH;
    free(f.on);
    free(f.news);
    people_release(&f.people);
    return r;
}

/* ---- what is no event of a case ---- */

int notify_tell(struct notify *n, const struct notify_target *to, const struct notice *what, struct err *e)
{
    struct people p;
    int r = people_read(n->config.store, &p, e);
    if (r < 0)
        return r;
    scoped(freep) unsigned char *on = calloc(p.n + 1, 1);
    if (!on)
        r = err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; r == 0 && i < p.n; i++)
        on[i] = strcmp(to->to, "user") == 0   ? p.user[i].id == to->user
                : strcmp(to->to, "unit") == 0 ? p.user[i].unit == to->unit
                                              : 0;
    if (r == 0 && strcmp(to->to, "user") != 0 && strcmp(to->to, "unit") != 0)
        people_mark(&p, n->config.place, to->to, "", "", NULL, on);
    if (r == 0 && (r = ledger_begin(n->config.store, e)) == 0) {
        r = outbox_put(n, &p, on, what, clock_now(n->config.clock), e);
        if (r < 0)
            ledger_rollback(n->config.store);
        else
            r = ledger_commit(n->config.store, e);
    }
    if (r == 0)
        tell_counts(n, &p, on);
    people_release(&p);
    notify_wake(n);
    return r;
}
