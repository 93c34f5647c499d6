#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "store/sqlite/ledger_db.h"

static const char *const kind_words[DOC_KINDS] = { "plan",         "target",  "finding",   "case",   "device",
                                                   "registration", "command", "key",       "review", "lost",
                                                   "join",         "file",    "suspicion", "import", "notice",
                                                   "delivery",     "once",    "forecast" };

static bool kind_ok(enum doc_kind k)
{
    return (unsigned)k < DOC_KINDS;
}

/* ---- documents ---- */

static int put_doc(struct ledger_store *s, enum doc_kind k, const struct doc *d, int64_t *ret_id,
                   struct err *e)
{
    sqlite3_stmt *st;
    int r = ledger_sql(s, d->id ? SQL_UPDATE_DOC : SQL_INSERT_DOC, &st, e);
    if (r < 0)
        return r;
    sqlite3_bind_int64(st, 1, d->parent);
    ledger_bind_text(st, 2, d->key);
    ledger_bind_text(st, 3, d->state);
    sqlite3_bind_int(st, 4, d->unit);
    sqlite3_bind_int(st, 5, d->unit2);
    sqlite3_bind_int(st, 6, d->site);
    sqlite3_bind_int64(st, 7, d->created);
    sqlite3_bind_int64(st, 8, d->updated);
    ledger_bind_text(st, 9, d->body ? d->body : "{}");
    sqlite3_bind_int(st, 10, (int)k);
    if (d->id)
        sqlite3_bind_int64(st, 11, d->id);
    if ((r = ledger_run(s, st, "store a document", e)) == -EEXIST)
        return err_named(e, -EEXIST, "store.key", "there is a %s '%s' already", kind_words[k],
                         d->key ? d->key : "");
    if (r == 0 && d->id && sqlite3_changes(s->db.h) == 0)
        return err_set(e, -ENOENT, "there is no %s %lld", kind_words[k], (long long)d->id);
    if (r == 0 && ret_id)
        *ret_id = d->id ? d->id : sqlite3_last_insert_rowid(s->db.h);
    return r;
}

int ledger_put_doc(struct ledger_store *s, enum doc_kind k, const struct doc *d, int64_t *ret_id,
                   struct err *e)
{
    if (!kind_ok(k))
        return err_set(e, -EINVAL, "%d is no kind of document", (int)k);
    ledger_lock(s);
    int r = put_doc(s, k, d, ret_id, e);
    ledger_unlock(s);
    return r;
}

void doc_release(struct doc *d)
{
    free((char *)(uintptr_t)d->key);
    free((char *)(uintptr_t)d->state);
    free((char *)(uintptr_t)d->body);
    d->key = d->state = d->body = NULL;
}

/* Reads the one document a bound statement finds. */
static int fetch_doc(struct ledger_store *s, sqlite3_stmt *st, struct doc *ret, struct err *e)
{
    int r = ledger_step(s, st, "read a document", e);
    if (r == 1) {
        struct doc d = { .id = sqlite3_column_int64(st, 0),
                         .parent = sqlite3_column_int64(st, 1),
                         .key = strdup(ledger_text(st, 2)),
                         .state = strdup(ledger_text(st, 3)),
                         .unit = sqlite3_column_int(st, 4),
                         .unit2 = sqlite3_column_int(st, 5),
                         .site = sqlite3_column_int(st, 6),
                         .created = sqlite3_column_int64(st, 7),
                         .updated = sqlite3_column_int64(st, 8),
                         .body = strdup(ledger_text(st, 9)) };
        if (d.key && d.state && d.body) {
            *ret = d;
        } else {
            doc_release(&d);
            r = err_set(e, -ENOMEM, "out of memory");
        }
    }
    sqlite3_reset(st);
    return r;
}

int ledger_get_doc(struct ledger_store *s, enum doc_kind k, int64_t id, struct doc *ret, struct err *e)
{
    if (!kind_ok(k))
        return err_set(e, -EINVAL, "%d is no kind of document", (int)k);
    sqlite3_stmt *st;
    ledger_lock(s);
    int r = ledger_sql(s, SQL_GET_DOC, &st, e);
    if (r == 0) {
        sqlite3_bind_int(st, 1, (int)k);
        sqlite3_bind_int64(st, 2, id);
        if ((r = fetch_doc(s, st, ret, e)) == 0)
            r = err_set(e, -ENOENT, "there is no %s %lld", kind_words[k], (long long)id);
    }
    ledger_unlock(s);
    return r < 0 ? r : 0;
}

int ledger_get_doc_by_key(struct ledger_store *s, enum doc_kind k, const char *key, struct doc *ret,
                          struct err *e)
{
    if (!kind_ok(k))
        return err_set(e, -EINVAL, "%d is no kind of document", (int)k);
    sqlite3_stmt *st;
    ledger_lock(s);
    int r = ledger_sql(s, SQL_GET_DOC_BY_KEY, &st, e);
    if (r == 0) {
        sqlite3_bind_int(st, 1, (int)k);
        ledger_bind_text(st, 2, key);
        if ((r = fetch_doc(s, st, ret, e)) == 0)
            r = err_set(e, -ENOENT, "there is no %s '%s'", kind_words[k], key);
    }
    ledger_unlock(s);
    return r < 0 ? r : 0;
}

struct each_doc {
    struct ledger_store *s;
    enum doc_kind kind;
    int (*each)(const struct doc *, void *);
    void *arg;
    struct err *e;
};

static int call_doc(int64_t id, void *arg)
{
    struct each_doc *x = arg;
    struct doc d;
    int r = ledger_get_doc(x->s, x->kind, id, &d, x->e);
    if (r < 0)
        return r;
    r = x->each(&d, x->arg);
    doc_release(&d);
    return r;
}

/* A condition is written only where it is asked for, so that SQLite can use the index made for it: `x <> 0` beside `x = ?` is
 * what lets it take a partial one. */
static int query_docs(struct ledger_store *s, enum doc_kind k, const struct doc_query *q, sqlite3_stmt **ret,
                      struct err *e)
{
    char sql[768], one[256];
    snprintf(one, sizeof one, "kind = ?1%s%s%s%s", q->after ? " AND id > ?7" : "",
             q->parent ? " AND parent = ?2 AND parent <> 0" : "", q->state ? " AND state = ?3" : "",
             q->site ? " AND site = ?5 AND site <> 0" : "");
    const char *order = q->newest_first ? "DESC" : "ASC";
    if (q->unit)
        snprintf(sql, sizeof sql,
                 "SELECT id FROM doc WHERE %s AND unit = ?4 AND unit <> 0 UNION"
                 " SELECT id FROM doc WHERE %s AND unit2 = ?4 AND unit2 <> 0 ORDER BY id %s LIMIT ?6",
                 one, one, order);
    else
        snprintf(sql, sizeof sql, "SELECT id FROM doc WHERE %s ORDER BY id %s LIMIT ?6", one, order);
    int r = db_prepare(&s->db, sql, ret, e);
    if (r < 0)
        return r;
    sqlite3_bind_int(*ret, 1, (int)k);
    if (q->parent)
        sqlite3_bind_int64(*ret, 2, q->parent);
    if (q->state)
        ledger_bind_text(*ret, 3, q->state);
    if (q->unit)
        sqlite3_bind_int(*ret, 4, q->unit);
    if (q->site)
        sqlite3_bind_int(*ret, 5, q->site);
    if (q->after)
        sqlite3_bind_int64(*ret, 7, q->after);
    sqlite3_bind_int64(*ret, 6, q->limit && q->limit < INT64_MAX ? (int64_t)q->limit : -1);
    return 0;
}

int ledger_each_doc(struct ledger_store *s, enum doc_kind k, const struct doc_query *q,
                    int (*each)(const struct doc *, void *), void *arg, struct err *e)
{
    static const struct doc_query all = { 0 };
    if (!kind_ok(k))
        return err_set(e, -EINVAL, "%d is no kind of document", (int)k);
    struct each_doc x = { s, k, each, arg, e };
    sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = query_docs(s, k, q ? q : &all, &st, e);
    if (r == 0)
        r = ledger_each_id(s, st, call_doc, &x, e);
    ledger_unlock(s);
    return r;
}

static int drop(struct ledger_store *s, sqlite3_stmt *st, int64_t *ret_n, struct err *e)
{
    int r = ledger_run(s, st, "forget documents", e);
    if (ret_n)
        *ret_n = r == 0 ? sqlite3_changes64(s->db.h) : 0;
    return r;
}

int ledger_drop_docs(struct ledger_store *s, enum doc_kind k, const char *state, int64_t before, size_t max,
                     int64_t *ret_n, struct err *e)
{
    bool passing = k == DOC_ONCE || (state && (k == DOC_NOTICE || k == DOC_DELIVERY));
    if (!passing)
        return err_set(e, -EINVAL, "documents of this kind are never taken away");
    sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = ledger_sql(s, SQL_DROP_DOCS, &st, e);
    if (r == 0) {
        sqlite3_bind_int(st, 1, (int)k);
        sqlite3_bind_int64(st, 2, before);
        if (state)
            ledger_bind_text(st, 3, state);
        sqlite3_bind_int64(st, 4, (int64_t)max);
        r = drop(s, st, ret_n, e);
    }
    ledger_unlock(s);
    return r;
}

int ledger_drop_waiting(struct ledger_store *s, int64_t id, bool *ret, struct err *e)
{
    sqlite3_stmt *st = NULL;
    int64_t n = 0;
    ledger_lock(s);
    int r = ledger_sql(s, SQL_DROP_WAITING, &st, e);
    if (r == 0) {
        sqlite3_bind_int(st, 1, DOC_FILE);
        sqlite3_bind_int64(st, 2, id);
        r = drop(s, st, &n, e);
    }
    ledger_unlock(s);
    *ret = n == 1;
    return r;
}

int ledger_each_doc_id(struct ledger_store *s, enum doc_kind k, int64_t after, size_t max,
                       int (*each)(int64_t id, void *), void *arg, struct err *e)
{
    sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = db_prepare(&s->db, "SELECT id FROM doc WHERE kind = ?1 AND id > ?2 ORDER BY id LIMIT ?3", &st, e);
    if (r == 0) {
        sqlite3_bind_int(st, 1, (int)k);
        sqlite3_bind_int64(st, 2, after);
        sqlite3_bind_int64(st, 3, (int64_t)max);
        r = ledger_each_id(s, st, each, arg, e);
    }
    ledger_unlock(s);
    return r;
}

/* ---- events ---- */

static int last_hash(struct ledger_store *s, char ret[65], struct err *e)
{
    sqlite3_stmt *st;
    int r = ledger_sql(s, SQL_LAST_HASH, &st, e);
    if (r < 0)
        return r;
    r = ledger_step(s, st, "read the last event", e);
    if (r >= 0)
        snprintf(ret, 65, "%s", r ? ledger_text(st, 0) : "");
    sqlite3_reset(st);
    return r < 0 ? r : 0;
}

int ledger_last_hash(struct ledger_store *s, char ret[65], struct err *e)
{
    ledger_lock(s);
    int r = last_hash(s, ret, e);
    ledger_unlock(s);
    return r;
}

static int append_event(struct ledger_store *s, const struct event *ev, int64_t *ret_seq, struct err *e)
{
    sqlite3_stmt *st;
    int r = ledger_sql(s, SQL_APPEND_EVENT, &st, e);
    if (r < 0)
        return r;
    sqlite3_bind_int64(st, 1, ev->case_id);
    sqlite3_bind_int64(st, 2, ev->at);
    ledger_bind_text(st, 3, ev->actor);
    ledger_bind_text(st, 4, ev->action);
    ledger_bind_text(st, 5, ev->body ? ev->body : "{}");
    ledger_bind_text(st, 6, ev->before_hash);
    ledger_bind_text(st, 7, ev->hash);
    if ((r = ledger_run(s, st, "add an event", e)) == 0 && ret_seq)
        *ret_seq = sqlite3_last_insert_rowid(s->db.h);
    return r;
}

int ledger_append_event(struct ledger_store *s, const struct event *ev, int64_t *ret_seq, struct err *e)
{
    ledger_lock(s);
    int r = append_event(s, ev, ret_seq, e);
    ledger_unlock(s);
    return r;
}

/* The row's strings are copied out, as the callback may use the statement again. */
int ledger_call_event(int64_t seq, void *arg)
{
    struct each_event *x = arg;
    sqlite3_stmt *st;
    int r = ledger_sql(x->s, SQL_GET_EVENT, &st, x->e);
    if (r < 0)
        return r;
    sqlite3_bind_int64(st, 1, seq);
    if ((r = ledger_step(x->s, st, "read an event", x->e)) != 1) {
        sqlite3_reset(st);
        return r; /* 0: added and undone again by a callback before this one */
    }
    char *text[5];
    bool ok = true;
    for (int i = 0; i < 5; i++)
        ok = (text[i] = strdup(ledger_text(st, 3 + i))) && ok;
    struct event ev = { .seq = seq,
                        .case_id = sqlite3_column_int64(st, 1),
                        .at = sqlite3_column_int64(st, 2),
                        .actor = text[0],
                        .action = text[1],
                        .body = text[2],
                        .before_hash = text[3],
                        .hash = text[4] };
    sqlite3_reset(st);
    r = ok ? x->each(&ev, x->arg) : err_set(x->e, -ENOMEM, "out of memory");
    for (int i = 0; i < 5; i++)
        free(text[i]);
    return r;
}

/* Ids are taken a piece at a time, up to the last event there was at the beginning: ten million need no memory. */
enum { EVENT_PIECE = 4096 };

struct event_piece {
    struct each_event x;
    int64_t last;
    size_t n;
};

static int call_piece(int64_t seq, void *arg)
{
    struct event_piece *p = arg;
    p->last = seq;
    p->n++;
    return ledger_call_event(seq, &p->x);
}

static int event_ids(struct ledger_store *s, int64_t case_id, int64_t after, int64_t end, sqlite3_stmt **ret,
                     struct err *e)
{
    int r = db_prepare(
        &s->db,
        case_id ? "SELECT seq FROM event WHERE case_id = ?4 AND seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3"
                : "SELECT seq FROM event WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3",
        ret, e);
    if (r < 0)
        return r;
    sqlite3_bind_int64(*ret, 1, after);
    sqlite3_bind_int64(*ret, 2, end);
    sqlite3_bind_int64(*ret, 3, EVENT_PIECE);
    if (case_id)
        sqlite3_bind_int64(*ret, 4, case_id);
    return 0;
}

int ledger_each_event(struct ledger_store *s, int64_t case_id, int (*each)(const struct event *, void *),
                      void *arg, struct err *e)
{
    struct event_piece p = { .x = { s, each, arg, e } };
    int64_t end = 0;
    ledger_lock(s);
    int r = db_int(&s->db, "SELECT max(seq) FROM event", &end, e);
    do {
        sqlite3_stmt *st = NULL;
        p.n = 0;
        if (r == 0)
            r = event_ids(s, case_id, p.last, end, &st, e);
        if (r == 0)
            r = ledger_each_id(s, st, call_piece, &p, e);
    } while (r == 0 && p.n == EVENT_PIECE);
    ledger_unlock(s);
    return r;
}
