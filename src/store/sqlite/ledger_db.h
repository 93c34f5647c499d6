/* ledger_db.h - ledger.db inside this folder: the connection, its lock, and statements kept ready. */
#pragma once

#include <pthread.h>

#include "store/sqlite/db.h"
#include "store/case_rows.h"
#include "store/store.h"

/* Statements are prepared at first use and kept; each is reset before its function returns, so a callback may call any function. */
enum ledger_sql {
    SQL_PUT_SETTING,
    SQL_GET_SETTING,
    SQL_PUT_USER,
    SQL_GET_USER,
    SQL_GET_USER_BY_ID,
    SQL_PUT_SESSION,
    SQL_GET_SESSION,
    SQL_DROP_SESSION,
    SQL_PURGE_SESSIONS,
    SQL_INSERT_DOC,
    SQL_UPDATE_DOC,
    SQL_GET_DOC,
    SQL_GET_DOC_BY_KEY,
    SQL_DROP_DOCS,
    SQL_DROP_WAITING,
    SQL_APPEND_EVENT,
    SQL_GET_EVENT,
    SQL_LAST_HASH,
    SQL_GET_ROW,
    SQL_PUT_ROW,
    SQL_PUT_ROW_TIMES,
    SQL_ADD_WATCH,
    SQL_NEXT_WATCH,
    SQL_DROP_WATCH,
    SQL_GET_VALUES,
    SQL_DROP_VALUES,
    SQL_ADD_VALUE,
    SQL_GET_TEXT,
    SQL_DROP_TEXT,
    SQL_PUT_TEXT,
    SQL_ADD_MONTH,
    SQL_COUNT
};

/* A recursive lock that is given in the order of asking: who holds the store again and again (the clocks of a morning, a list of documents)
 * would with a plain mutex take it back before a waiting request has woken. */
struct turns {
    pthread_mutex_t lock; /* over the rest */
    pthread_cond_t next;
    uint64_t given, called; /* numbers handed out; the one whose turn it is */
    pthread_t holder;
    unsigned held; /* times, by the holder; 0: free or being handed over */
};
void turns_init(struct turns *t);
void turns_destroy(struct turns *t);
void turns_take(struct turns *t);
void turns_give(struct turns *t);
bool turns_wanted(struct turns *t); /* by others than the holder, who asks */

struct ledger_store {
    struct db db;
    struct turns lock;
    int depth; /* begins not yet ended; 1 is the transaction, deeper ones are savepoints */
    int lost;  /* why SQLite has undone the whole transaction by itself (a full disk), else 0 */
    sqlite3_stmt *st[SQL_COUNT];
    case_times_fn times; /* case_rows.h */
    void *times_arg;
};

static inline void ledger_lock(struct ledger_store *s)
{
    turns_take(&s->lock);
}

static inline void ledger_unlock(struct ledger_store *s)
{
    turns_give(&s->lock);
}

/* With the lock held. The statement comes reset, with nothing bound. -EIO and the like when the transaction around is lost. */
int ledger_sql(struct ledger_store *s, enum ledger_sql which, sqlite3_stmt **ret, struct err *e);
/* Steps; notes when SQLite has undone the transaction around. 1: a row, 0: done. */
int ledger_step(struct ledger_store *s, sqlite3_stmt *st, const char *doing, struct err *e);
/* Steps a statement that gives no row, then resets it. */
int ledger_run(struct ledger_store *s, sqlite3_stmt *st, const char *doing, struct err *e);

void ledger_bind_text(sqlite3_stmt *st, int i, const char *s); /* NULL is "" */
const char *ledger_text(sqlite3_stmt *st, int col);            /* never NULL */

/* Runs a query whose rows are one integer and calls each(id, arg) for all of them after it has ended, so that the callback may
 * change what was asked about. Finalizes st. */
int ledger_each_id(struct ledger_store *s, sqlite3_stmt *st, int (*each)(int64_t id, void *arg), void *arg,
                   struct err *e);

/* Reads the event of that number for each(); 0 when there is none any more. arg: struct each_event. */
struct each_event {
    struct ledger_store *s;
    int (*each)(const struct event *, void *);
    void *arg;
    struct err *e;
};
int ledger_call_event(int64_t seq, void *arg);
