/* notify.h - notices: who is told of an event, kept in an outbox and delivered until it went or was given up.
 *
 * The worker follows the event chain by the number of the last event it took: notices, their deliveries and that number are written in
 * one transaction, so an acknowledged event is never without its notice, whatever ends the program, and never has it twice. What is no
 * event of a case is told with notify_tell, inside the caller's transaction if there is one.
 *
 * A notice is a document (DOC_NOTICE) for one person, who sees it in the browser. For each channel that the person chose there is a
 * delivery (DOC_DELIVERY), whose key begins with the time of its next try, so that the queue is read from its front. Delivery is
 * at least once: a repeat carries the same idempotency key. Safe to call from any thread. docs/notices.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "domain/place.h"
#include "store/store.h"

struct notify;

struct notify_config {
    struct ledger_store *store;
    const struct place *place;
    struct clock *clock;
    const char *public_url; /* how people reach the server, for links; "": none are given */
    const char *mail_server, *mail_user, *mail_password_file,
        *mail_from;               /* "smtp://host:587", "smtps://host" */
    bool mail_plain;              /* smtp:// without STARTTLS is allowed */
    const char *ca;               /* PEM: who is believed beside nobody; "": the system's */
    const char *webhook_key_file; /* "": no webhooks */
    bool webhook_sm3;             /* HMAC-SM3 instead of HMAC-SHA256 */
    bool webhook_private;         /* private and local addresses may be targets */
    const char *command;          /* program and arguments, parted by blanks; "": none */
    int64_t tries, timeout_s;
    void *arg; /* given to the callbacks, either of which may be NULL */
    /* The definition of a ledger as docs/api describes it (LedgerDefinition); lent. NULL when there is none. */
    const json_t *(*definition)(void *arg, const char *ledger);
    /* A person's notices changed: so many are unread now. Called without locks held. */
    void (*told)(void *arg, int64_t user, int64_t unread);
};
/* Reads the key and password files. config's strings are kept; the struct is copied. The first start on a store begins with the events
 * to come. */
int notify_start(const struct notify_config *c, struct notify **ret, struct err *e);
struct notify *notify_stop(struct notify *n); /* takes NULL, returns NULL */
void notify_wake(struct notify *n);           /* look at once: a test clock was moved */

/* ---- rules (rules.c): pure ---- */

struct notify_event {
    const char *actor, *action;
    const json_t *body;
};
enum { NOTIFY_TO_MAX = 8, NOTIFY_TITLE = 256, NOTIFY_TEXT = 1024 };
struct notify_words {
    char title[NOTIFY_TITLE], title_en[NOTIFY_TITLE], text[NOTIFY_TEXT], text_en[NOTIFY_TEXT];
};
struct notify_verdict {
    const char *kind; /* "assigned", "returned", "rebound" ... */
    const char *to
        [NOTIFY_TO_MAX]; /* owner, supervisor, leader, duty, office, admin, actor, author, person, or a field's id */
    size_t n_to;
    struct notify_words words;
};
/* Whom an event of a case concerns and how it reads. doc: the case as stored; definition: its ledger's, or NULL. false: nobody. What
 * `to` points at lives as long as the arguments. */
bool notify_for_event(const struct notify_event *ev, const json_t *doc, const json_t *definition,
                      const struct place *place, struct notify_verdict *ret);

/* ---- telling what is no event of a case ---- */

struct notice {
    const char *kind;
    const char *once; /* told once to each under this word; NULL: always */
    int64_t case_id;  /* 0: about none */
    const char *number;
    const struct notify_words *words;
};
/* Tells the people of `to` (as above; "unit" with `unit`, "user" with `user`): in the transaction the caller holds, else in its own. */
struct notify_target {
    const char *to;
    int32_t unit;
    int64_t user;
};
int notify_tell(struct notify *n, const struct notify_target *to, const struct notice *what, struct err *e);

/* ---- for the API ---- */

int notify_write(struct notify *n, int64_t user, bool unread, size_t limit, size_t offset, struct buf *out,
                 struct err *e);
/* -ENOENT also for a notice of somebody else. */
int notify_read(struct notify *n, int64_t user, int64_t id, struct err *e);
int notify_read_all(struct notify *n, int64_t user, struct err *e);
int notify_unread(struct notify *n, int64_t user, int64_t *ret, struct err *e);
/* Deliveries, newest first, addresses masked; state NULL: any. */
int notify_write_outbox(struct notify *n, const char *state, size_t limit, struct buf *out, struct err *e);
int notify_retry(struct notify *n, int64_t delivery, struct err *e); /* -ENOENT; -EBUSY when it was sent */
int notify_write_preferences(struct notify *n, int64_t user, struct buf *out, struct err *e);
int notify_set_preferences(struct notify *n, int64_t user, const json_t *set, struct err *e);
