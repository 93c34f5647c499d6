/* db.h - one SQLite connection: opening a file of the data folder, and SQLite's results as errno and sentence. */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct db {
    sqlite3 *h;
    char dir[2048], path[4096];
};

enum db_use { DB_CREATE, DB_WRITE, DB_READ };

/* What a file of ours holds: its tables, and the number in user_version that says so. */
struct db_schema {
    const char *file;
    int version;
    const char *sql;     /* makes the tables */
    const char *pragmas; /* for every connection, after the common ones */
    const char *const
        *upgrade; /* [n]: makes version n + 2 of version n + 1; NULL: files of before are refused */
};

/* -ENOENT when the file is not there (and not to be created), -EPROTO when its tables are of a later version, or of
 * an earlier one that nothing leads on from. */
int db_open(struct db *d, const char *dir, const struct db_schema *s, enum db_use use, struct err *e);
void db_close(struct db *d);

/* The connection's last failure as errno and sentence; `doing` says what was tried. */
int db_fail(struct db *d, struct err *e, const char *doing);
int db_exec(struct db *d, const char *sql, struct err *e);
int db_prepare(struct db *d, const char *sql, sqlite3_stmt **ret, struct err *e);
/* 1: a row, 0: done. */
int db_step(struct db *d, sqlite3_stmt *st, struct err *e, const char *doing);
/* Ends the transaction if one is open; for the way out after a failure. */
void db_rollback(struct db *d);
/* Runs a query that gives one integer. */
int db_int(struct db *d, const char *sql, int64_t *ret, struct err *e);

int64_t db_bytes(const struct db *d); /* the file and its log */

static inline void db_finalizep(sqlite3_stmt **st)
{
    sqlite3_finalize(*st);
}
