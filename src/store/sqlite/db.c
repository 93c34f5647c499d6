#include "store/sqlite/db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/file.h"
#include "base/scoped.h"

enum { BUSY_MS = 15000, LEFT_MIN = 65536 };

/* The errno that SQLite's file layer noted at the last failed call on the database or its log. The connection's own
 * sqlite3_system_errno() is read after the rollback's system calls and is often another one. */
static bool errno_says_full(struct db *d, int pointer_op)
{
    sqlite3_file *f = NULL;
    int sys = 0;
    if (sqlite3_file_control(d->h, "main", pointer_op, &f) != SQLITE_OK || !f || !f->pMethods ||
        f->pMethods->xFileControl(f, SQLITE_FCNTL_LAST_ERRNO, &sys) != SQLITE_OK)
        return false;
    return sys == ENOSPC || sys == EDQUOT || sys == EFBIG;
}

/* A write that the file system refused for want of room reaches us as SQLITE_FULL, or as an I/O error whose errno says so (a quota,
 * a size limit), or as a failed growth of the -shm file with no errno at all: then the file system is asked. */
static bool no_room(struct db *d, int extended)
{
    if ((extended & 0xff) == SQLITE_FULL)
        return true;
    if ((extended & 0xff) != SQLITE_IOERR && (extended & 0xff) != SQLITE_CANTOPEN)
        return false;
    if (errno_says_full(d, SQLITE_FCNTL_FILE_POINTER) || errno_says_full(d, SQLITE_FCNTL_JOURNAL_POINTER))
        return true;
    struct statvfs fs;
    return statvfs(d->dir, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < LEFT_MIN;
}

static const struct {
    int sqlite, code;
} codes[] = {
    { SQLITE_NOMEM, -ENOMEM },    { SQLITE_BUSY, -EBUSY },          { SQLITE_LOCKED, -EBUSY },
    { SQLITE_READONLY, -EROFS },  { SQLITE_PERM, -EACCES },         { SQLITE_CANTOPEN, -EACCES },
    { SQLITE_CORRUPT, -EBADMSG }, { SQLITE_NOTADB, -EBADMSG },      { SQLITE_CONSTRAINT, -EEXIST },
    { SQLITE_TOOBIG, -EMSGSIZE }, { SQLITE_INTERRUPT, -ECANCELED },
};

int db_fail(struct db *d, struct err *e, const char *doing)
{
    int extended = sqlite3_extended_errcode(d->h);
    if (no_room(d, extended))
        return err_named(e, -ENOSPC, "store.full", "%s: %s: the disk is full, nothing was stored", d->path,
                         doing);
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (codes[i].sqlite == (extended & 0xff))
            return err_set(e, codes[i].code, "%s: %s: %s", d->path, doing, sqlite3_errmsg(d->h));
    return err_set(e, -EIO, "%s: %s: %s (%d)", d->path, doing, sqlite3_errmsg(d->h), extended);
}

int db_exec(struct db *d, const char *sql, struct err *e)
{
    return sqlite3_exec(d->h, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_fail(d, e, sql);
}

int db_prepare(struct db *d, const char *sql, sqlite3_stmt **ret, struct err *e)
{
    return sqlite3_prepare_v3(d->h, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) == SQLITE_OK
               ? 0
               : db_fail(d, e, sql);
}

int db_step(struct db *d, sqlite3_stmt *st, struct err *e, const char *doing)
{
    int r = sqlite3_step(st);
    return r == SQLITE_ROW ? 1 : r == SQLITE_DONE ? 0 : db_fail(d, e, doing);
}

void db_rollback(struct db *d)
{
    if (!sqlite3_get_autocommit(d->h))
        sqlite3_exec(d->h, "ROLLBACK", NULL, NULL, NULL);
}

int db_int(struct db *d, const char *sql, int64_t *ret, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    int r = db_prepare(d, sql, &st, e);
    if (r < 0 || (r = db_step(d, st, e, sql)) < 0)
        return r;
    *ret = r ? sqlite3_column_int64(st, 0) : 0;
    return 0;
}

static int set_version(struct db *d, int64_t version, struct err *e)
{
    char set[64];
    snprintf(set, sizeof set, "PRAGMA user_version=%lld", (long long)version);
    return db_exec(d, set, e);
}

/* With the lock held: from what is there to what this program knows, a version at a time. */
static int make_tables(struct db *d, const struct db_schema *s, struct err *e)
{
    int64_t version = 0;
    int r = db_int(d, "PRAGMA user_version", &version, e);
    if (r == 0 && version == 0) {
        r = db_exec(d, s->sql, e);
        version = s->version;
    }
    for (; r == 0 && version < s->version; version++)
        r = db_exec(d, s->upgrade[version - 1], e);
    return r < 0 ? r : set_version(d, s->version, e);
}

static int check_version(struct db *d, const struct db_schema *s, enum db_use use, struct err *e)
{
    int64_t version = 0;
    int r = db_int(d, "PRAGMA user_version", &version, e);
    if (r < 0 || version == s->version)
        return r;
    bool leads_on = version > 0 && version < s->version && s->upgrade && use != DB_READ;
    if (version != 0 && !leads_on)
        return err_set(e, -EPROTO, "%s: its tables are of version %lld, this program knows %d", d->path,
                       (long long)version, s->version);
    if (version == 0 && use != DB_CREATE)
        return err_set(e, -ENOENT, "%s: holds no data", d->path);
    /* Another process may have made the tables while this one waited for the lock. */
    if ((r = db_exec(d, "BEGIN IMMEDIATE", e)) == 0 &&
        ((r = make_tables(d, s, e)) < 0 || (r = db_exec(d, "COMMIT", e)) < 0))
        db_rollback(d);
    return r;
}

int db_open(struct db *d, const char *dir, const struct db_schema *s, enum db_use use, struct err *e)
{
    d->h = NULL;
    if ((size_t)snprintf(d->dir, sizeof d->dir, "%s", dir) >= sizeof d->dir)
        return err_set(e, -ENAMETOOLONG, "%s: path too long", dir);
    snprintf(d->path, sizeof d->path, "%s/%s", dir, s->file);
    struct stat sb;
    if (use != DB_CREATE && stat(d->path, &sb) < 0)
        return err_named(e, -errno, "store.none", "%s: %s", d->path,
                         errno == ENOENT ? "this folder holds no data" : strerror(errno));
    int r = use == DB_CREATE ? file_make_dirs(dir, e) : 0;
    if (r < 0)
        return r;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (use == DB_CREATE ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(d->path, &d->h, flags, NULL) != SQLITE_OK) {
        r = db_fail(d, e, "open");
    } else {
        sqlite3_extended_result_codes(d->h, 1);
        sqlite3_busy_timeout(d->h, BUSY_MS);
        if ((r = db_exec(d,
                         "PRAGMA trusted_schema=OFF;PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;"
                         "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
                         e)) == 0 &&
            (r = db_exec(d, s->pragmas, e)) == 0 && (r = check_version(d, s, use, e)) == 0 && use == DB_READ)
            r = db_exec(d, "PRAGMA query_only=ON", e);
    }
    if (r < 0)
        db_close(d);
    return r;
}

void db_close(struct db *d)
{
    sqlite3_close_v2(d->h);
    d->h = NULL;
}

static int64_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

int64_t db_bytes(const struct db *d)
{
    char log[sizeof d->path + 8];
    snprintf(log, sizeof log, "%s-wal", d->path);
    return size_of(d->path) + size_of(log);
}
