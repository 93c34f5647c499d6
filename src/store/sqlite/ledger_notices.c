/* ledger_notices.c - what the notices ask beyond the shape all documents share: by the person told, by when a delivery is due, and
 * the events that came since. Each reads only the rows it gives. */
#include <stdio.h>

#include "store/sqlite/ledger_db.h"

/* The number a statement gives; finalizes it. */
static int one_number(struct ledger_store *s, sqlite3_stmt *st, int64_t *ret, struct err *e)
{
    int r = ledger_step(s, st, "count", e);
    if (r == 1)
        *ret = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return r < 0 ? r : 0;
}

/* `unit <> 0` beside `unit = ?` lets SQLite take the partial index. */
static const char *of_person(bool unread)
{
    return unread ? "kind = ?1 AND unit = ?2 AND unit <> 0" : "kind = ?1 AND unit2 = ?2 AND unit2 <> 0";
}

int ledger_each_told(struct ledger_store *s, int32_t user, bool unread, size_t limit, size_t offset,
                     int (*each)(int64_t id, void *arg), void *arg, struct err *e)
{
    sqlite3_stmt *st = NULL;
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT id FROM doc WHERE %s ORDER BY id DESC LIMIT ?3 OFFSET ?4",
             of_person(unread));
    ledger_lock(s);
    int r = db_prepare(&s->db, sql, &st, e);
    if (r == 0) {
        sqlite3_bind_int(st, 1, DOC_NOTICE);
        sqlite3_bind_int(st, 2, user);
        sqlite3_bind_int64(st, 3, limit ? (int64_t)limit : -1);
        sqlite3_bind_int64(st, 4, (int64_t)offset);
        r = ledger_each_id(s, st, each, arg, e);
    }
    ledger_unlock(s);
    return r;
}

int ledger_count_told(struct ledger_store *s, int32_t user, bool unread, int64_t *ret, struct err *e)
{
    sqlite3_stmt *st = NULL;
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM doc WHERE %s", of_person(unread));
    ledger_lock(s);
    int r = db_prepare(&s->db, sql, &st, e);
    if (r == 0) {
        sqlite3_bind_int(st, 1, DOC_NOTICE);
        sqlite3_bind_int(st, 2, user);
        r = one_number(s, st, ret, e);
    }
    ledger_unlock(s);
    return r;
}

int ledger_each_due(struct ledger_store *s, enum doc_kind k, const char *before, size_t limit,
                    int (*each)(int64_t id, void *arg), void *arg, struct err *e)
{
    sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = db_prepare(&s->db,
                       "SELECT id FROM doc WHERE kind = ?1 AND key <> '' AND key < ?2 ORDER BY key LIMIT ?3",
                       &st, e);
    if (r == 0) {
        sqlite3_bind_int(st, 1, (int)k);
        ledger_bind_text(st, 2, before);
        sqlite3_bind_int64(st, 3, (int64_t)limit);
        r = ledger_each_id(s, st, each, arg, e);
    }
    ledger_unlock(s);
    return r;
}

int ledger_count_state(struct ledger_store *s, enum doc_kind k, const char *state, int64_t *ret,
                       struct err *e)
{
    sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = db_prepare(&s->db, "SELECT count(*) FROM doc WHERE kind = ?1 AND state = ?2", &st, e);
    if (r == 0) {
        sqlite3_bind_int(st, 1, (int)k);
        ledger_bind_text(st, 2, state);
        r = one_number(s, st, ret, e);
    }
    ledger_unlock(s);
    return r;
}

int ledger_last_seq(struct ledger_store *s, int64_t *ret, struct err *e)
{
    sqlite3_stmt *st = NULL;
    *ret = 0;
    ledger_lock(s);
    int r = db_prepare(&s->db, "SELECT ifnull(max(seq), 0) FROM event", &st, e);
    if (r == 0)
        r = one_number(s, st, ret, e);
    ledger_unlock(s);
    return r;
}

int ledger_each_event_since(struct ledger_store *s, int64_t seq, size_t limit,
                            int (*each)(const struct event *, void *), void *arg, struct err *e)
{
    struct each_event x = { s, each, arg, e };
    sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = db_prepare(&s->db, "SELECT seq FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2", &st, e);
    if (r == 0) {
        sqlite3_bind_int64(st, 1, seq);
        sqlite3_bind_int64(st, 2, (int64_t)limit);
        r = ledger_each_id(s, st, ledger_call_event, &x, e);
    }
    ledger_unlock(s);
    return r;
}
