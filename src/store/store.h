/* store.h - what Bihuan keeps: two SQLite files in a data folder (docs/design.md §5).
 *
 * observations.db: records in a time-ordered hot table and, for complete past months, one compressed block per stream and month;
 * readers see both as one. ledger.db: regions, units, sites, people, plans, targets, findings, cases and their events.
 * Write functions return 0 only when the transaction is on disk (synchronous=FULL). A full disk is -ENOSPC and changes nothing.
 * SQLite's headers stay in src/store/sqlite. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "domain/record.h"

/* ---- observations: one writer, any number of readers, each used by one thread at a time ---- */

struct obs_writer;
struct obs_reader;

/* Opens (and creates when `create`) DIR/observations.db. -ENOENT with a sentence when the folder holds no data. */
int obs_writer_open(const char *dir, bool create, struct obs_writer **ret, struct err *e);
struct obs_writer *obs_writer_close(struct obs_writer *w); /* takes NULL, returns NULL */
/* Appends n records in one durable transaction: all or none. A record whose (time, site, period, tag, part) is stored already is
 * a repeat and is dropped: new_flags[i] (when not NULL) says whether record i was new. */
int obs_append(struct obs_writer *w, const struct record *r, size_t n, bool *new_flags, struct err *e);
/* The same, with something else made durable for the new ones before the commit (the forward queue): `also` is told which they are,
 * and when it fails nothing is stored. What it wrote stands when the commit fails after it. May be NULL. */
typedef int (*obs_also_fn)(void *arg, const bool *new_flags, size_t n, struct err *e);
int obs_append_also(struct obs_writer *w, const struct record *r, size_t n, bool *new_flags, obs_also_fn also,
                    void *arg, struct err *e);
/* Moves months that ended before `before` (ms) from the hot table into blocks, a bounded piece at a time: *ret_moved records; 0
 * when there is nothing left. Digits as sent, flags, arrival and later different values survive. */
int obs_compact(struct obs_writer *w, int64_t before, size_t *ret_moved, struct err *e);

int obs_reader_open(const char *dir, struct obs_reader **ret, struct err *e);
struct obs_reader *obs_reader_close(struct obs_reader *r);
struct obs_query {
    int32_t site;     /* 0: all */
    int period;       /* enum period; -1: all */
    int64_t from, to; /* ms, from <= time < to */
};
/* Calls each(record, arg) in order of time (then site, period, part, arrival) from hot and blocks together; the record is lent
 * for the call. A non-zero return from each stops the scan and is returned. */
int obs_scan(struct obs_reader *r, const struct obs_query *q, int (*each)(const struct record *, void *),
             void *arg, struct err *e);
/* Records stored (hot and in blocks) and bytes on disk, for health and metrics. */
int obs_count(struct obs_reader *r, int64_t *ret_records, int64_t *ret_bytes, struct err *e);

/* ---- ledger: one connection behind a lock, shared by all threads ---- */

struct ledger_store;
int ledger_store_open(const char *dir, bool create, struct ledger_store **ret, struct err *e);
struct ledger_store *ledger_store_close(struct ledger_store *s);
/* Everything between begin and commit is one durable transaction and holds the lock (recursive for this thread). Without begin
 * each write call is a transaction of its own. rollback undoes all since begin. They nest: an inner commit or rollback ends the
 * inner begin only. A commit that fails has undone its level and given the lock back, so it is not followed by rollback (one
 * outside any transaction does nothing). When SQLite has undone everything by itself (a full disk), each call up to the outermost
 * commit or rollback fails with the first reason. */
int ledger_begin(struct ledger_store *s, struct err *e);
int ledger_commit(struct ledger_store *s, struct err *e);
void ledger_rollback(struct ledger_store *s);
/* Between begin and commit: others wait for the store. */
bool ledger_wanted(struct ledger_store *s);

/* Small settings and documents by name ("city", "demo", "secret"). get: *ret is malloc'ed for the caller; -ENOENT when absent. */
int ledger_put_setting(struct ledger_store *s, const char *name, const char *value, struct err *e);
int ledger_get_setting(struct ledger_store *s, const char *name, char **ret, struct err *e);

/* People. The password is stored as libsodium's argon2id string; this module neither makes nor checks it. */
enum role {
    ROLE_PUBLIC,
    ROLE_RESPONSIBLE,
    ROLE_SUPERVISOR,
    ROLE_REVIEWER,
    ROLE_DUTY,
    ROLE_LEADER,
    ROLE_ADMIN,
    ROLE_COUNT
};
const char *role_name(
    enum role r); /* "public", "responsible", "supervisor", "reviewer", "duty", "leader", "admin" */
int role_from_name(const char *name); /* -1 when none */
struct user {
    int64_t id;
    char name[64], display[64], hash[160];
    enum role role;
    int32_t unit;
    bool disabled;
};
int ledger_put_user(struct ledger_store *s, const struct user *u, int64_t *ret_id,
                    struct err *e); /* by name: adds or changes */
int ledger_get_user(struct ledger_store *s, const char *name, struct user *ret, struct err *e); /* -ENOENT */
int ledger_get_user_by_id(struct ledger_store *s, int64_t id, struct user *ret, struct err *e);
int ledger_each_user(struct ledger_store *s, int (*each)(const struct user *, void *), void *arg,
                     struct err *e);
/* Sessions: the caller gives the hash of its token, never the token. */
int ledger_put_session(struct ledger_store *s, const char *token_hash, int64_t user, int64_t expires,
                       struct err *e);
int ledger_get_session(struct ledger_store *s, const char *token_hash, int64_t now, struct user *ret,
                       struct err *e);
int ledger_drop_session(struct ledger_store *s, const char *token_hash, struct err *e);

/* Documents: rows whose body is a JSON object, with the columns that lists need. All kinds share one shape, so that a new kind
 * of thing needs no new SQL. Strings in a row read back are lent for the call (each) or freed by doc_release. */
enum doc_kind {
    DOC_PLAN,
    DOC_TARGET,
    DOC_FINDING,
    DOC_CASE,
    DOC_DEVICE,
    DOC_REGISTRATION,
    DOC_COMMAND,
    DOC_KEY,
    DOC_REVIEW,
    DOC_LOST,
    DOC_JOIN,
    DOC_FILE,      /* an attachment; parent: its case, 0 while it waits for one */
    DOC_SUSPICION, /* parent: the case it was found at */
    DOC_IMPORT,    /* a list that was read and waits to be accepted, or was */
    DOC_NOTICE,    /* src/notify: what one person is told */
    DOC_DELIVERY,  /* a notice on its way by one channel */
    DOC_ONCE,     /* a request that is done once however often it is sent; parent: its case (ledger/once.h) */
    DOC_FORECAST, /* one model's forecast as issued; key: model|day of issue */
    DOC_KINDS
};
struct doc {
    int64_t id;      /* 0 on put: make a new row */
    int64_t parent;  /* target: its plan; case: the finding it came from; 0: none */
    const char *key; /* unique within a kind when not "": case number, finding group, device MN */
    const char *
        state; /* case: the state's name; target: "read", "confirmed", "rejected"; finding: "open", "case", ... */
    int32_t unit, unit2; /* case: owner and supervisor; 0: none */
    int32_t site;
    int64_t created, updated; /* ms */
    const char *body;         /* JSON object */
};
int ledger_put_doc(struct ledger_store *s, enum doc_kind k, const struct doc *d, int64_t *ret_id,
                   struct err *e);
int ledger_get_doc(struct ledger_store *s, enum doc_kind k, int64_t id, struct doc *ret,
                   struct err *e); /* -ENOENT */
int ledger_get_doc_by_key(struct ledger_store *s, enum doc_kind k, const char *key, struct doc *ret,
                          struct err *e);
struct doc_query {
    int64_t parent;    /* 0: any */
    const char *state; /* NULL: any */
    int32_t unit;      /* owner or supervisor; 0: any */
    int32_t site;      /* 0: any */
    int64_t after;     /* ids above it */
    size_t limit;      /* 0: all */
    bool newest_first; /* by id */
};
/* Callbacks of the each functions may call any function of this store, also to change what is being listed: what matched when the
 * call began is visited once. */
int ledger_each_doc(struct ledger_store *s, enum doc_kind k, const struct doc_query *q,
                    int (*each)(const struct doc *, void *), void *arg, struct err *e);
/* Ids behind `after` in order, at most max: what must see all documents does so a bounded piece at a time. */
int ledger_each_doc_id(struct ledger_store *s, enum doc_kind k, int64_t after, size_t max,
                       int (*each)(int64_t id, void *), void *arg, struct err *e);
/* Forgets documents that serve only for a while: those of this kind last changed before a moment, in that state (NULL: any), at most max, the
 * oldest first. Only DOC_ONCE, and in a state DOC_NOTICE, DOC_DELIVERY: nothing else is ever taken away but an upload that no case took. */
int ledger_drop_docs(struct ledger_store *s, enum doc_kind k, const char *state, int64_t before, size_t max,
                     int64_t *ret_n, struct err *e);
/* The attachment, if it still waits for a case. *ret: whether it did. */
int ledger_drop_waiting(struct ledger_store *s, int64_t id, bool *ret, struct err *e);
void doc_release(struct doc *d); /* frees what get filled */

/* Events: append-only, chained. `hash` is the caller's (SM3 over the one before and this entry, 64 hex digits). Nothing updates
 * or deletes an event: triggers in the database refuse it. */
struct event {
    int64_t seq; /* given by the store, from 1, over all cases */
    int64_t case_id;
    int64_t at;         /* ms */
    const char *actor;  /* user name, or "system" */
    const char *action; /* "open", "accept", "refused", "reopen" ... */
    const char *body;   /* JSON object: what was given, what changed */
    const char *before_hash, *hash;
};
int ledger_append_event(struct ledger_store *s, const struct event *ev, int64_t *ret_seq, struct err *e);
/* In order of seq; case_id 0: all. Strings are lent for the call. */
int ledger_each_event(struct ledger_store *s, int64_t case_id, int (*each)(const struct event *, void *),
                      void *arg, struct err *e);
/* The last hash over all cases ("" when there is none); with begin/commit around it and append, the chain cannot fork. */
int ledger_last_hash(struct ledger_store *s, char ret[65], struct err *e);

/* Notices (src/notify): unit2 is the person told, unit the same person until it is read. Newest first. */
int ledger_each_told(struct ledger_store *s, int32_t user, bool unread, size_t limit, size_t offset,
                     int (*each)(int64_t id, void *arg), void *arg, struct err *e);
int ledger_count_told(struct ledger_store *s, int32_t user, bool unread, int64_t *ret, struct err *e);
/* A kind whose keys begin with a time of fixed width is a queue: what stands before `before`, earliest first. A key of "" has left it. */
int ledger_each_due(struct ledger_store *s, enum doc_kind k, const char *before, size_t limit,
                    int (*each)(int64_t id, void *arg), void *arg, struct err *e);
int ledger_count_state(struct ledger_store *s, enum doc_kind k, const char *state, int64_t *ret,
                       struct err *e);
/* Who follows the chain: the last event's number (0: none), and the events after one. */
int ledger_last_seq(struct ledger_store *s, int64_t *ret, struct err *e);
int ledger_each_event_since(struct ledger_store *s, int64_t seq, size_t limit,
                            int (*each)(const struct event *, void *), void *arg, struct err *e);
