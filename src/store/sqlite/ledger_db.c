#include "store/sqlite/ledger_db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "store/sqlite/case_rows_sql.h"

/* Events are only ever added (docs/design.md §2): the triggers hold for every program that opens the file. An INSERT OR REPLACE
 * over an existing event deletes without firing the delete trigger, so that is refused on insertion. */
#define SCHEMA_SQL                                                                                           \
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"                \
    "CREATE TABLE user(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, display TEXT NOT "   \
    "NULL,"                                                                                                  \
    " hash TEXT NOT NULL, role TEXT NOT NULL, unit INTEGER NOT NULL, disabled INTEGER NOT NULL) STRICT;"     \
    "CREATE TABLE session(token TEXT PRIMARY KEY, user INTEGER NOT NULL REFERENCES user(id), expires "       \
    "INTEGER "                                                                                               \
    "NOT NULL)"                                                                                              \
    " STRICT, WITHOUT ROWID;"                                                                                \
    "CREATE INDEX session_expires ON session(expires);"                                                      \
    "CREATE TABLE doc(id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, parent INTEGER NOT NULL," \
    " key TEXT NOT NULL, state TEXT NOT NULL, unit INTEGER NOT NULL, unit2 INTEGER NOT NULL, site INTEGER "  \
    "NOT NULL,"                                                                                              \
    " created INTEGER NOT NULL, updated INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"                       \
    "CREATE UNIQUE INDEX doc_key ON doc(kind, key) WHERE key <> '';"                                         \
    "CREATE INDEX doc_kind ON doc(kind, id);"                                                                \
    "CREATE INDEX doc_parent ON doc(kind, parent, id) WHERE parent <> 0;"                                    \
    "CREATE INDEX doc_state ON doc(kind, state, id);"                                                        \
    "CREATE INDEX doc_unit ON doc(kind, unit, id) WHERE unit <> 0;"                                          \
    "CREATE INDEX doc_unit2 ON doc(kind, unit2, id) WHERE unit2 <> 0;"                                       \
    "CREATE INDEX doc_site ON doc(kind, site, id) WHERE site <> 0;"                                          \
    "CREATE TABLE event(seq INTEGER PRIMARY KEY AUTOINCREMENT, case_id INTEGER NOT NULL, at INTEGER NOT "    \
    "NULL,"                                                                                                  \
    " actor TEXT NOT NULL, action TEXT NOT NULL, body TEXT NOT NULL, before_hash TEXT NOT NULL, hash TEXT "  \
    "NOT NULL) STRICT;"                                                                                      \
    "CREATE INDEX event_case ON event(case_id, seq);"                                                        \
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never "     \
    "changed'); END;"                                                                                        \
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never "     \
    "deleted'); END;"                                                                                        \
    "CREATE TRIGGER event_no_replace BEFORE INSERT ON event WHEN EXISTS(SELECT 1 FROM event WHERE seq = "    \
    "NEW.seq)"                                                                                               \
    " BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END;"

/* A data folder of an earlier version gets the rows of its cases, or what they lack, when the engine opens it (ledger/rows.c). */
static const char *const upgrades[] = { CASE_ROWS_SQL, CASE_ROWS_3_SQL };

static const struct db_schema schema = { "ledger.db", 3, SCHEMA_SQL CASE_ROWS_SQL CASE_ROWS_3_SQL,
                                         "PRAGMA cache_size=-65536;PRAGMA journal_size_limit=16777216;",
                                         upgrades };

#define USER_COLUMNS "u.id, u.name, u.display, u.hash, u.role, u.unit, u.disabled"
#define DOC_COLUMNS  "id, parent, key, state, unit, unit2, site, created, updated, body"

static const char *const sql_text[SQL_COUNT] = {
    [SQL_PUT_SETTING] =
        "INSERT INTO setting(name, value) VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    [SQL_GET_SETTING] = "SELECT value FROM setting WHERE name = ?",
    [SQL_PUT_USER] = "INSERT INTO user(name, display, hash, role, unit, disabled) VALUES(?, ?, ?, ?, ?, ?)"
                     " ON CONFLICT(name) DO UPDATE SET display = excluded.display, hash = excluded.hash, "
                     "role = excluded.role,"
                     " unit = excluded.unit, disabled = excluded.disabled RETURNING id",
    [SQL_GET_USER] = "SELECT " USER_COLUMNS " FROM user u WHERE u.name = ?",
    [SQL_GET_USER_BY_ID] = "SELECT " USER_COLUMNS " FROM user u WHERE u.id = ?",
    [SQL_PUT_SESSION] = "INSERT OR REPLACE INTO session(token, user, expires) VALUES(?, ?, ?)",
    [SQL_GET_SESSION] =
        "SELECT " USER_COLUMNS ", s.expires FROM session s JOIN user u ON u.id = s.user WHERE s.token = ?",
    [SQL_DROP_SESSION] = "DELETE FROM session WHERE token = ?",
    [SQL_PURGE_SESSIONS] = "DELETE FROM session WHERE expires <= ?",
    [SQL_INSERT_DOC] = "INSERT INTO doc(parent, key, state, unit, unit2, site, created, updated, body, kind)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [SQL_UPDATE_DOC] = "UPDATE doc SET parent = ?1, key = ?2, state = ?3, unit = ?4, unit2 = ?5, site = ?6,"
                       " created = CASE ?7 WHEN 0 THEN created ELSE ?7 END, updated = ?8, body = ?9"
                       " WHERE kind = ?10 AND id = ?11",
    [SQL_GET_DOC] = "SELECT " DOC_COLUMNS " FROM doc WHERE kind = ? AND id = ?",
    [SQL_GET_DOC_BY_KEY] = "SELECT " DOC_COLUMNS " FROM doc WHERE kind = ? AND key = ? AND key <> ''",
    [SQL_DROP_DOCS] = "DELETE FROM doc WHERE id IN (SELECT id FROM doc WHERE kind = ?1 AND updated < ?2 AND "
                      "(?3 IS NULL OR state = ?3)"
                      " ORDER BY id LIMIT ?4)",
    [SQL_DROP_WAITING] = "DELETE FROM doc WHERE kind = ?1 AND id = ?2 AND state = 'waiting' AND parent = 0",
    [SQL_APPEND_EVENT] =
        "INSERT INTO event(case_id, at, actor, action, body, before_hash, hash) VALUES(?, ?, ?, ?, ?, ?, ?)",
    [SQL_GET_EVENT] =
        "SELECT seq, case_id, at, actor, action, body, before_hash, hash FROM event WHERE seq = ?",
    [SQL_GET_ROW] = "SELECT " ROW_COLUMNS " FROM case_row WHERE id = ?",
    [SQL_PUT_ROW] = "INSERT OR REPLACE INTO case_row(" ROW_COLUMNS
                    ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
                    " ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
    [SQL_PUT_ROW_TIMES] = "UPDATE case_row SET grp = ?2, due = ?3, yellow = ?4, red = ?5, watch = ?6, next = "
                          "?7, goal = ?8, blind = ?9 WHERE id = ?1",
    [SQL_ADD_WATCH] = "INSERT OR IGNORE INTO case_watch(goal, look) VALUES(?1, 0)",
    [SQL_NEXT_WATCH] = "UPDATE case_watch SET look = ?2 WHERE goal = ?1",
    [SQL_DROP_WATCH] = "DELETE FROM case_watch WHERE goal = ?1",
    [SQL_GET_VALUES] =
        "SELECT field, value FROM case_value INDEXED BY value_id WHERE id = ? ORDER BY ledger, field",
    [SQL_DROP_VALUES] = "DELETE FROM case_value WHERE id = ?",
    [SQL_ADD_VALUE] = "INSERT OR IGNORE INTO case_value(ledger, field, value, id) VALUES(?1, ?2, ?3, ?4)",
    [SQL_GET_TEXT] = "SELECT text FROM case_text WHERE rowid = ?",
    [SQL_DROP_TEXT] = "DELETE FROM case_text WHERE rowid = ?",
    [SQL_PUT_TEXT] = "INSERT INTO case_text(rowid, text) VALUES(?, ?)",
    [SQL_ADD_MONTH] = "INSERT INTO case_month(ledger, grp, month, ins, outs) VALUES(?1, ?2, ?3, ?4, ?5)"
                      " ON CONFLICT DO UPDATE SET ins = ins + ?4, outs = outs + ?5",
    [SQL_LAST_HASH] = "SELECT hash FROM event ORDER BY seq DESC LIMIT 1",
};

int ledger_store_open(const char *dir, bool create, struct ledger_store **ret, struct err *e)
{
    struct ledger_store *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, -ENOMEM, "out of memory");
    turns_init(&s->lock);
    int r = db_open(&s->db, dir, &schema, create ? DB_CREATE : DB_WRITE, e);
    if (r < 0) {
        ledger_store_close(s);
        return r;
    }
    *ret = s;
    return 0;
}

struct ledger_store *ledger_store_close(struct ledger_store *s)
{
    if (s) {
        for (int i = 0; i < SQL_COUNT; i++)
            sqlite3_finalize(s->st[i]);
        if (s->db.h)
            db_rollback(&s->db);
        db_close(&s->db);
        turns_destroy(&s->lock);
        free(s);
    }
    return NULL;
}

/* ---- statements ---- */

int ledger_sql(struct ledger_store *s, enum ledger_sql which, sqlite3_stmt **ret, struct err *e)
{
    if (s->lost)
        return err_set(e, s->lost, "%s: the transaction was undone by an earlier failure", s->db.path);
    int r = s->st[which] ? 0 : db_prepare(&s->db, sql_text[which], &s->st[which], e);
    if (r < 0)
        return r;
    sqlite3_reset(s->st[which]);
    sqlite3_clear_bindings(s->st[which]);
    *ret = s->st[which];
    return 0;
}

int ledger_step(struct ledger_store *s, sqlite3_stmt *st, const char *doing, struct err *e)
{
    int r = db_step(&s->db, st, e, doing);
    if (r < 0 && s->depth && sqlite3_get_autocommit(s->db.h))
        s->lost = r;
    return r;
}

int ledger_run(struct ledger_store *s, sqlite3_stmt *st, const char *doing, struct err *e)
{
    int r = ledger_step(s, st, doing, e);
    sqlite3_reset(st);
    return r < 0 ? r : 0;
}

void ledger_bind_text(sqlite3_stmt *st, int i, const char *s)
{
    sqlite3_bind_text(st, i, s ? s : "", -1, SQLITE_STATIC);
}

const char *ledger_text(sqlite3_stmt *st, int col)
{
    const char *t = (const char *)sqlite3_column_text(st, col);
    return t ? t : "";
}

int ledger_each_id(struct ledger_store *s, sqlite3_stmt *st, int (*each)(int64_t id, void *arg), void *arg,
                   struct err *e)
{
    scoped(freep) int64_t *id = NULL;
    size_t n = 0, cap = 0;
    int r;
    while ((r = ledger_step(s, st, "list", e)) == 1) {
        if (n == cap) {
            cap = cap ? cap * 2 : 64;
            int64_t *more = realloc(id, cap * sizeof *more);
            if (!more) {
                r = err_set(e, -ENOMEM, "out of memory");
                break;
            }
            id = more;
        }
        id[n++] = sqlite3_column_int64(st, 0);
    }
    sqlite3_finalize(st);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = each(id[i], arg);
    return r;
}

/* ---- transactions ---- */

int ledger_begin(struct ledger_store *s, struct err *e)
{
    ledger_lock(s);
    char sql[48];
    if (s->depth)
        snprintf(sql, sizeof sql, "SAVEPOINT level%d", s->depth);
    else
        snprintf(sql, sizeof sql, "BEGIN IMMEDIATE");
    int r = s->lost ? err_set(e, s->lost, "%s: the transaction was undone by an earlier failure", s->db.path)
                    : db_exec(&s->db, sql, e);
    if (r < 0) {
        ledger_unlock(s);
        return r;
    }
    s->depth++;
    return 0;
}

/* Ends the innermost level: the lock is this thread's already, and one more of it is given back. */
static void end_level(struct ledger_store *s, bool undo)
{
    s->depth--;
    if (undo && !s->lost) {
        char sql[80];
        if (s->depth == 0)
            db_rollback(&s->db);
        else if (snprintf(sql, sizeof sql, "ROLLBACK TO level%d;RELEASE level%d", s->depth, s->depth) > 0)
            sqlite3_exec(s->db.h, sql, NULL, NULL, NULL);
    }
    if (s->depth == 0)
        s->lost = 0;
    ledger_unlock(s);
}

int ledger_commit(struct ledger_store *s, struct err *e)
{
    ledger_lock(s);
    int r = 0;
    if (s->depth == 0) {
        ledger_unlock(s);
        return err_set(e, -EINVAL, "commit without begin");
    }
    if (s->lost) {
        r = err_set(e, s->lost, "%s: the transaction was undone by an earlier failure", s->db.path);
    } else {
        char sql[48];
        if (s->depth > 1)
            snprintf(sql, sizeof sql, "RELEASE level%d", s->depth - 1);
        else
            snprintf(sql, sizeof sql, "COMMIT");
        r = db_exec(&s->db, sql, e);
    }
    end_level(s, r < 0);
    ledger_unlock(s);
    return r;
}

void ledger_rollback(struct ledger_store *s)
{
    ledger_lock(s);
    if (s->depth)
        end_level(s, true);
    ledger_unlock(s);
}

bool ledger_wanted(struct ledger_store *s)
{
    return turns_wanted(&s->lock);
}
