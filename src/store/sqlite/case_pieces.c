/* case_pieces.c - ids a piece at a time: all cases, those that are due, those under watch. */
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

int case_rows_watched(struct ledger_store *s, int64_t now, int64_t after, int64_t *id, size_t max,
                      struct err *e)
{
    return ids(s,
               "SELECT id FROM case_row INDEXED BY row_watch WHERE watch <> 0 AND watch >= ?1 AND id > ?2"
               " ORDER BY id LIMIT ?3",
               now, after, id, max, e);
}
