/* own.h - what the files of src/notify share and nobody else sees. */
#pragma once

#include <pthread.h>

#include "net/worker.h"
#include "notify/notify.h"

enum channel { CHANNEL_EMAIL, CHANNEL_WEBHOOK, CHANNEL_COMMAND, CHANNELS };
const char *channel_name(enum channel c);
int channel_from_name(const char *name); /* -1 when none */

struct notify {
    struct notify_config config;
    struct buf mail_password, webhook_key;
    uint64_t seed; /* of the jitter; fixed on a test clock */
    struct worker worker;
    pthread_mutex_t lock; /* guards stopping and woken */
    pthread_cond_t wake;
    bool stopping, woken;
};

/* ---- people.c ---- */
struct people {
    struct user *user;
    size_t n, cap;
};
int people_read(struct ledger_store *s, struct people *ret, struct err *e);
void people_release(struct people *p);
/* Marks in on[p->n] whom a word of notify_verdict.to means. */
void people_mark(const struct people *p, const struct place *place, const char *to, const char *actor,
                 const char *author, const json_t *doc, unsigned char *on);

/* ---- rules.c ---- */
/* Without halves of characters and what is no UTF-8 at all (an answer of a foreign server): what is stored must be JSON. */
void words_whole(struct notify_words *w);

/* The kinds of notices, for people to choose from; -1: none of them. */
enum { KINDS_MAX = 32 };
extern const char *const notice_kinds[];
extern const size_t n_notice_kinds;
int notice_kind(const char *kind);

/* ---- preferences.c ---- */
struct preferences {
    char address[CHANNELS][256]; /* "": not by this channel */
    uint32_t off[CHANNELS];      /* a bit a kind: not of it by this channel */
    int quiet_from, quiet_to;    /* minutes of the day; equal: none */
};
int preferences_read(struct notify *n, int64_t user, struct preferences *ret, struct err *e);
/* The first moment from `at` on that is not in the quiet hours. */
int64_t preferences_awake(const struct preferences *p, int64_t at);
bool preferences_want(const struct preferences *p, enum channel c, const char *kind);
bool channel_ready(const struct notify *n, enum channel c);

/* ---- outbox.c ---- */
/* Turns a bounded number of new events into notices. *ret_more: there may be others. */
int outbox_follow(struct notify *n, bool *ret_more, struct err *e);
int outbox_begin(struct notify *n, struct err *e);
int outbox_put(struct notify *n, const struct people *p, const unsigned char *on, const struct notice *what,
               int64_t at, struct err *e);
void outbox_key(int64_t next, int64_t notice, enum channel c, char out[64]);
/* When to try again after `tries` failures: doubling from 30 s to 6 h, up to a fifth more, which `seed` and the delivery decide. */
int64_t outbox_backoff(uint64_t seed, int64_t delivery, int tries);

/* ---- what goes out ---- */
struct parcel {
    const char *key, *address; /* idempotency key */
    int64_t notice, created, now;
    const char *kind, *number;
    int64_t case_id;
    const char *title, *title_en, *text, *text_en;
};
int mail_write(const struct parcel *p, const char *from, const char *url, struct buf *out,
               struct err *e); /* mail.c */
bool mail_address_ok(const char *s);
void parcel_json(const struct parcel *p, const char *url, struct buf *out);
/* HMAC over TIMESTAMP "." BODY, 64 hex digits (sign.c). */
int sign_hex(bool sm3, const void *key, size_t key_len, const char *timestamp, const char *body, size_t len,
             char ret[65], struct err *e);
int send_mail(struct notify *n, const struct parcel *p, struct err *e); /* send.c */
int send_webhook(struct notify *n, const struct parcel *p, struct err *e);
bool webhook_url_ok(const char *url);
struct sockaddr;
bool address_is_private(const struct sockaddr *a);
int send_command(struct notify *n, const struct parcel *p, struct err *e); /* command.c */
/* "z***@e***.cn": enough to recognise, not enough to use (write.c). */
void address_mask(enum channel c, const char *address, char *out, size_t cap);
