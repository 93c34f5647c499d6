/* case_pieces.c - ids a piece at a time: all cases, those that are due, those under watch, those with a value. */
#include <stdio.h>

#include "base/scoped.h"
#include "store/sqlite/case_rows_sql.h"
#include "store/sqlite/case_sql.h"

int case_rows_each(struct ledger_store *s, int64_t after, size_t max,
                   int (*each)(const struct case_row *, void *), void *arg, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    struct case_row row;
    ledger_lock(s);
    int r =
        db_prepare(&s->db, "SELECT " ROW_COLUMNS " FROM case_row WHERE id > ?1 ORDER BY id LIMIT ?2", &st, e);
    if (r == 0) {
        sqlite3_bind_int64(st, 1, after);
        sqlite3_bind_int64(st, 2, (int64_t)max);
        while ((r = ledger_step(s, st, "read cases", e)) == 1) {
            case_row_read(st, &row);
            if ((r = each(&row, arg)) != 0)
                break;
        }
    }
    ledger_unlock(s);
    return r;
}

static int ids(struct ledger_store *s, const char *sql, int64_t a, int64_t b, int64_t *id, size_t max,
               struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    size_t n = 0;
    ledger_lock(s);
    int r = db_prepare(&s->db, sql, &st, e);
    if (r == 0) {
        sqlite3_bind_int64(st, 1, a);
        sqlite3_bind_int64(st, 2, b);
        sqlite3_bind_int64(st, 3, (int64_t)max);
        while (n < max && (r = ledger_step(s, st, "list cases", e)) == 1)
            id[n++] = sqlite3_column_int64(st, 0);
    }
    ledger_unlock(s);
    return r < 0 ? r : (int)n;
}

int case_rows_due(struct ledger_store *s, int64_t now, int64_t *id, size_t max, struct err *e)
{
    return ids(
        s,
        "SELECT id FROM case_row INDEXED BY row_next WHERE next <> 0 AND next <= ?1 AND ?2 = 0 ORDER BY "
        "next LIMIT ?3",
        now, 0, id, max, e);
}

/* ---- the watch ---- */

static int read_goals(struct ledger_store *s, sqlite3_stmt *st, char (*goal)[CASE_GOAL], size_t max,
                      struct err *e)
{
    size_t n = 0;
    int r = 0;
    while (n < max && (r = ledger_step(s, st, "list goals", e)) == 1)
        snprintf(goal[n++], CASE_GOAL, "%s", ledger_text(st, 0));
    return r < 0 ? r : (int)n;
}

int case_watch_due(struct ledger_store *s, int64_t now, char (*goal)[CASE_GOAL], size_t max, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = db_prepare(
        &s->db, "SELECT goal FROM case_watch INDEXED BY watch_look WHERE look <= ?1 ORDER BY look LIMIT ?2",
        &st, e);
    if (r == 0) {
        sqlite3_bind_int64(st, 1, now);
        sqlite3_bind_int64(st, 2, (int64_t)max);
        r = read_goals(s, st, goal, max, e);
    }
    ledger_unlock(s);
    return r;
}

int case_watch_of_site(struct ledger_store *s, int64_t site, const char *after, char (*goal)[CASE_GOAL],
                       size_t max, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    char low[32], high[32];
    snprintf(low, sizeof low, "%lld:", (long long)site);
    snprintf(high, sizeof high, "%lld;", (long long)site); /* ';' is the letter behind ':' */
    ledger_lock(s);
    int r = db_prepare(
        &s->db, "SELECT goal FROM case_watch WHERE goal > ?1 AND goal < ?2 ORDER BY goal LIMIT ?3", &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, *after ? after : low);
        ledger_bind_text(st, 2, high);
        sqlite3_bind_int64(st, 3, (int64_t)max);
        r = read_goals(s, st, goal, max, e);
    }
    ledger_unlock(s);
    return r;
}

int case_watch_next(struct ledger_store *s, const char *goal, int64_t look, struct err *e)
{
    sqlite3_stmt *st;
    ledger_lock(s);
    int r = ledger_sql(s, look ? SQL_NEXT_WATCH : SQL_DROP_WATCH, &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, goal);
        if (look)
            sqlite3_bind_int64(st, 2, look);
        r = ledger_run(s, st, "put a goal's turn", e);
    }
    ledger_unlock(s);
    return r;
}

int case_watch_of(struct ledger_store *s, const char *goal, int64_t now, int64_t *ret_id, int64_t *ret_closed,
                  struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r =
        db_prepare(&s->db,
                   "SELECT min(id), min(closed) FROM case_row INDEXED BY row_goal WHERE goal = ?1 AND goal "
                   "<> '' AND watch >= ?2",
                   &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, goal);
        sqlite3_bind_int64(st, 2, now);
        r = ledger_step(s, st, "read a goal's cases", e);
        *ret_id = r == 1 ? sqlite3_column_int64(st, 0) : 0;
        *ret_closed = r == 1 ? sqlite3_column_int64(st, 1) : 0;
        r = r < 0 ? r : *ret_id != 0;
    }
    ledger_unlock(s);
    return r;
}

int case_watch_ids(struct ledger_store *s, const char *goal, int64_t now, enum case_watched which,
                   int64_t closed_before, int64_t told, int64_t after, int64_t *id, size_t max, struct err *e)
{
    static const char *const conditions[] = { [WATCHED_ALL] = "1",
                                              [WATCHED_BLIND] = "blind <> 0",
                                              [WATCHED_SEEN] = "blind = 0",
                                              [WATCHED_TO_TELL] = "blind < ?5" };
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    char sql[320];
    size_t n = 0;
    snprintf(sql, sizeof sql,
             "SELECT id FROM case_row INDEXED BY row_goal WHERE goal = ?1 AND goal <> '' AND id > ?2 AND "
             "watch >= ?3"
             " AND closed < ?4 AND %s AND ?5 = ?5 ORDER BY id LIMIT ?6",
             conditions[which]);
    ledger_lock(s);
    int r = db_prepare(&s->db, sql, &st, e);
    if (r == 0) {
        const int64_t number[] = { after, now, closed_before, told, (int64_t)max };
        ledger_bind_text(st, 1, goal);
        for (size_t i = 0; i < COUNT_OF(number); i++)
            sqlite3_bind_int64(st, (int)i + 2, number[i]);
        while (n < max && (r = ledger_step(s, st, "list cases", e)) == 1)
            id[n++] = sqlite3_column_int64(st, 0);
    }
    ledger_unlock(s);
    return r < 0 ? r : (int)n;
}

/* ---- by a value ---- */

int case_rows_with(struct ledger_store *s, const char *ledger, const char *field, const char *value,
                   int64_t after, int64_t *id, size_t max, struct err *e)
{
    static const char
        in_field[] = "SELECT id FROM case_value WHERE ledger = ?1 AND field = ?2 AND value = ?3 AND id > ?4"
                     " ORDER BY id LIMIT ?5",
        in_state[] = "SELECT id FROM case_row INDEXED BY row_state WHERE state = ?3 AND ledger = ?1 AND id "
                     "> ?4 AND ?2 IS NULL ORDER BY id LIMIT ?5",
        in_ledger[] = "SELECT id FROM case_row INDEXED BY row_ledger WHERE ledger = ?1 AND id > ?4 AND ?2 "
                      "IS ?3 ORDER BY id LIMIT ?5";
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    size_t n = 0;
    ledger_lock(s);
    int r = db_prepare(&s->db, field ? in_field : value ? in_state : in_ledger, &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, ledger);
        if (field)
            ledger_bind_text(st, 2, field);
        if (value)
            ledger_bind_text(st, 3, value);
        sqlite3_bind_int64(st, 4, after);
        sqlite3_bind_int64(st, 5, (int64_t)max);
        while (n < max && (r = ledger_step(s, st, "list cases", e)) == 1)
            id[n++] = sqlite3_column_int64(st, 0);
    }
    ledger_unlock(s);
    return r < 0 ? r : (int)n;
}
