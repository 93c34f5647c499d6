#include "store/forward_store.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "store/sqlite/db.h"

enum { DONE_MAX = 8192 }; /* what is done and not on disk yet */

#define MARK_MS (INT64_C(24) * 3600 * 1000)

static const char schema_sql[] =
    "CREATE TABLE target(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, frames INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, put INTEGER NOT NULL, done INTEGER NOT NULL, dropped INTEGER NOT NULL) STRICT;"
    "CREATE TABLE queue(target INTEGER NOT NULL, seq INTEGER NOT NULL, period INTEGER NOT NULL,"
    " time INTEGER NOT NULL, site INTEGER NOT NULL, tag INTEGER NOT NULL, part INTEGER NOT NULL,"
    " arrival INTEGER NOT NULL, cn INTEGER NOT NULL, bits INTEGER NOT NULL, done INTEGER NOT NULL,"
    " frame BLOB NOT NULL, PRIMARY KEY(target, seq)) STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX queue_once ON queue(target, period, time, site, tag, part);"
    "CREATE INDEX queue_marks ON queue(arrival) WHERE done = 1;"
    "CREATE TABLE tail(one INTEGER PRIMARY KEY CHECK(one = 1), last INTEGER NOT NULL,"
    " batch INTEGER NOT NULL) STRICT;"
    "INSERT INTO tail VALUES(1, 0, 1);";

static const struct db_schema schema = { "forward.db", 1, schema_sql,
                                         "PRAGMA cache_size=-4096;PRAGMA wal_autocheckpoint=2000;"
                                         "PRAGMA journal_size_limit=16777216;",
                                         NULL };

struct done {
    size_t target, len;
    int64_t seq;
};

struct tally {
    int64_t id, frames, bytes, put, done, dropped;
};

struct forward_store {
    pthread_mutex_t lock;
    struct db db;
    sqlite3_stmt *insert, *remove, *mark, *tally, *tail, *read, *first, *drop, *size;
    size_t n;
    struct forward_limit limit[FORWARD_TARGETS_MAX];
    struct tally tallies[FORWARD_TARGETS_MAX];
    int64_t last;                 /* the highest seq given away */
    int64_t settled;              /* rows behind it are not read yet */
    int64_t doubt_from, doubt_to; /* the last put before this start */
    pthread_mutex_t
        done_lock; /* held for a moment only: the forwarder does not wait for the disk to say what is done */
    struct done done[DONE_MAX];
    size_t n_done;
};

/* ---- opening ---- */

static int prepare_all(struct forward_store *s, struct err *e)
{
    const struct {
        sqlite3_stmt **st;
        const char *sql;
    } all[] = {
        { &s->insert, "INSERT INTO queue VALUES(?,?,?,?,?,?,?,?,?,?,0,?) ON CONFLICT DO NOTHING" },
        { &s->remove, "DELETE FROM queue WHERE target = ? AND seq = ? AND done = 0" },
        { &s->mark, "UPDATE queue SET done = 1, frame = x'' WHERE target = ? AND seq = ? AND done = 0" },
        { &s->tally, "UPDATE target SET frames = ?, bytes = ?, put = ?, done = ?, dropped = ? WHERE id = ?" },
        { &s->tail, "UPDATE tail SET last = ?, batch = ?" },
        { &s->read, "SELECT seq, period, time, site, tag, part, arrival, cn, bits, frame FROM queue"
                    " WHERE target = ? AND seq > ? AND seq <= ? AND done = 0 ORDER BY seq LIMIT ?" },
        { &s->first, "SELECT arrival FROM queue WHERE target = ? AND done = 0 ORDER BY seq LIMIT 1" },
        { &s->size,
          "SELECT seq, length(frame) FROM queue WHERE target = ? AND done = 0 ORDER BY seq LIMIT 1" },
        { &s->drop, "DELETE FROM queue WHERE target = ? AND seq = ?" },
    };
    int r = 0;
    for (size_t i = 0; r == 0 && i < COUNT_OF(all); i++)
        r = db_prepare(&s->db, all[i].sql, all[i].st, e);
    return r;
}

/* The row of a target's name, made when it is new. */
static int find_target(struct forward_store *s, size_t i, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *add = NULL, *get = NULL;
    int r = db_prepare(&s->db,
                       "INSERT INTO target(name, frames, bytes, put, done, dropped) VALUES(?,0,0,0,0,0)"
                       " ON CONFLICT DO NOTHING",
                       &add, e);
    if (r == 0)
        r = db_prepare(&s->db, "SELECT id, frames, bytes, put, done, dropped FROM target WHERE name = ?",
                       &get, e);
    if (r < 0)
        return r;
    sqlite3_bind_text(add, 1, s->limit[i].name, -1, SQLITE_STATIC);
    sqlite3_bind_text(get, 1, s->limit[i].name, -1, SQLITE_STATIC);
    if ((r = db_step(&s->db, add, e, "add a target")) < 0 ||
        (r = db_step(&s->db, get, e, "find a target")) < 0)
        return r;
    s->tallies[i] = (struct tally){ sqlite3_column_int64(get, 0), sqlite3_column_int64(get, 1),
                                    sqlite3_column_int64(get, 2), sqlite3_column_int64(get, 3),
                                    sqlite3_column_int64(get, 4), sqlite3_column_int64(get, 5) };
    return 0;
}

static int load(struct forward_store *s, struct err *e)
{
    int64_t newest = 0;
    int r = db_int(&s->db, "SELECT last FROM tail", &s->last, e);
    if (r == 0)
        r = db_int(&s->db, "SELECT batch FROM tail", &s->doubt_from, e);
    for (size_t i = 0; r == 0 && i < s->n; i++)
        r = find_target(s, i, e);
    s->doubt_to = s->settled = s->last;
    if (r == 0) /* marks of an earlier crash have served after a day */
        r = db_int(&s->db, "SELECT coalesce(max(arrival), 0) FROM queue WHERE done = 1", &newest, e);
    if (r == 0 && newest) {
        char sql[96];
        snprintf(sql, sizeof sql, "DELETE FROM queue WHERE done = 1 AND arrival < %lld",
                 (long long)(newest - MARK_MS));
        r = db_exec(&s->db, sql, e);
    }
    return r;
}

int forward_store_open(const char *dir, const struct forward_limit *limit, size_t n,
                       struct forward_store **ret, struct err *e)
{
    if (n > FORWARD_TARGETS_MAX)
        return err_set(e, -EINVAL, "more than %d targets", FORWARD_TARGETS_MAX);
    struct forward_store *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, -ENOMEM, "out of memory");
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->done_lock, NULL);
    s->n = n;
    if (n)
        memcpy(s->limit, limit, n * sizeof *limit);
    int r = db_open(&s->db, dir, &schema, DB_CREATE, e);
    if (r == 0)
        r = prepare_all(s, e);
    if (r == 0)
        r = load(s, e);
    if (r < 0) {
        forward_store_close(s);
        return r;
    }
    *ret = s;
    return 0;
}

struct forward_store *forward_store_close(struct forward_store *s)
{
    if (!s)
        return NULL;
    sqlite3_stmt *all[] = { s->insert, s->remove, s->mark, s->tally, s->tail,
                            s->read,   s->first,  s->drop, s->size };
    for (size_t i = 0; i < COUNT_OF(all); i++)
        sqlite3_finalize(all[i]);
    db_close(&s->db);
    pthread_mutex_destroy(&s->done_lock);
    pthread_mutex_destroy(&s->lock);
    free(s);
    return NULL;
}

/* ---- writing; the lock is held ---- */

static int step_once(struct forward_store *s, sqlite3_stmt *st, const char *doing, struct err *e)
{
    int r = db_step(&s->db, st, e, doing);
    sqlite3_reset(st);
    return r < 0 ? r : 0;
}

static int put_one(struct forward_store *s, const struct forward_row *r, int64_t seq, struct err *e)
{
    sqlite3_stmt *st = s->insert;
    sqlite3_bind_int64(st, 1, s->tallies[r->target].id);
    sqlite3_bind_int64(st, 2, seq);
    sqlite3_bind_int(st, 3, r->period);
    sqlite3_bind_int64(st, 4, r->time);
    sqlite3_bind_int(st, 5, r->site);
    sqlite3_bind_int64(st, 6, (int64_t)r->tag);
    sqlite3_bind_int(st, 7, r->part);
    sqlite3_bind_int64(st, 8, r->arrival);
    sqlite3_bind_int(st, 9, r->cn);
    sqlite3_bind_int(st, 10, r->bits);
    sqlite3_bind_blob(st, 11, r->frame, (int)r->len, SQLITE_STATIC);
    int err = step_once(s, st, "queue a frame", e);
    if (err == 0 && sqlite3_changes(s->db.h) == 1) {
        s->tallies[r->target].frames++;
        s->tallies[r->target].put++;
        s->tallies[r->target].bytes += (int64_t)r->len;
    }
    return err;
}

/* What is done leaves; what is in doubt stays as a mark. */
static int take_done(struct forward_store *s, const struct done *d, size_t n, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct tally *t = &s->tallies[d[i].target];
        sqlite3_stmt *st = d[i].seq >= s->doubt_from && d[i].seq <= s->doubt_to ? s->mark : s->remove;
        sqlite3_bind_int64(st, 1, t->id);
        sqlite3_bind_int64(st, 2, d[i].seq);
        r = step_once(s, st, "take a frame off the queue", e);
        t->done++;
        if (r == 0 && sqlite3_changes(s->db.h) == 1) { /* not when it was dropped meanwhile */
            t->frames--;
            t->bytes -= (int64_t)d[i].len;
        }
    }
    return r;
}

static int drop_first(struct forward_store *s, size_t i, struct err *e)
{
    struct tally *t = &s->tallies[i];
    sqlite3_bind_int64(s->size, 1, t->id);
    int r = db_step(&s->db, s->size, e, "look for the oldest frame");
    int64_t seq = r == 1 ? sqlite3_column_int64(s->size, 0) : 0;
    int64_t len = r == 1 ? sqlite3_column_int64(s->size, 1) : 0;
    sqlite3_reset(s->size);
    if (r <= 0)
        return r < 0 ? r : err_set(e, -EIO, "%s: its counts do not fit its rows", s->db.path);
    sqlite3_bind_int64(s->drop, 1, t->id);
    sqlite3_bind_int64(s->drop, 2, seq);
    if ((r = step_once(s, s->drop, "drop a frame", e)) == 0) {
        t->frames--;
        t->dropped++;
        t->bytes -= len;
    }
    return r;
}

static int make_room(struct forward_store *s, struct err *e)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct forward_limit *l = &s->limit[i];
        while (s->tallies[i].frames > l->max_frames || s->tallies[i].bytes > l->max_bytes) {
            if (l->hold)
                return err_named(e, -ENOSPC, "forward.full",
                                 "the queue for %s is full (%lld frames): devices wait until it takes some",
                                 l->name, (long long)l->max_frames);
            int r = drop_first(s, i, e);
            if (r < 0)
                return r;
        }
    }
    return 0;
}

static int write_tallies(struct forward_store *s, int64_t batch, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < s->n; i++) {
        const struct tally *t = &s->tallies[i];
        const int64_t v[] = { t->frames, t->bytes, t->put, t->done, t->dropped, t->id };
        for (int k = 0; k < (int)COUNT_OF(v); k++)
            sqlite3_bind_int64(s->tally, k + 1, v[k]);
        r = step_once(s, s->tally, "count", e);
    }
    if (r == 0 && batch) {
        sqlite3_bind_int64(s->tail, 1, s->last);
        sqlite3_bind_int64(s->tail, 2, batch);
        r = step_once(s, s->tail, "count", e);
    }
    return r;
}

static size_t copy_done(struct forward_store *s, struct done **ret)
{
    pthread_mutex_lock(&s->done_lock);
    size_t n = s->n_done;
    *ret = n ? malloc(n * sizeof **ret) : NULL;
    if (*ret)
        memcpy(*ret, s->done, n * sizeof **ret);
    pthread_mutex_unlock(&s->done_lock);
    return *ret ? n : 0;
}

static void forget_done(struct forward_store *s, size_t n)
{
    pthread_mutex_lock(&s->done_lock);
    s->n_done -= n;
    memmove(s->done, s->done + n, s->n_done * sizeof *s->done);
    pthread_mutex_unlock(&s->done_lock);
}

static int write_all(struct forward_store *s, const struct forward_row *r, size_t n, struct err *e)
{
    scoped(freep) struct done *done = NULL;
    struct tally before[FORWARD_TARGETS_MAX];
    int64_t last = s->last;
    size_t n_done = copy_done(s, &done);
    memcpy(before, s->tallies, sizeof before);
    int err = db_exec(&s->db, "BEGIN IMMEDIATE", e);
    if (err == 0)
        err = take_done(s, done, n_done, e);
    for (size_t i = 0; err == 0 && i < n; i++)
        err = put_one(s, &r[i], ++s->last, e);
    if (err == 0)
        err = make_room(s, e);
    if (err == 0)
        err = write_tallies(s, n ? last + 1 : 0, e);
    if (err == 0)
        err = db_exec(&s->db, "COMMIT", e);
    if (err < 0) {
        db_rollback(&s->db);
        memcpy(s->tallies, before, sizeof before);
        s->last = last;
        return err;
    }
    if (n_done)
        forget_done(s, n_done);
    return 0;
}

int forward_store_put(struct forward_store *s, const struct forward_row *r, size_t n, struct err *e)
{
    if (n == 0)
        return 0;
    pthread_mutex_lock(&s->lock);
    int err = write_all(s, r, n, e);
    pthread_mutex_unlock(&s->lock);
    return err;
}

void forward_store_settled(struct forward_store *s)
{
    pthread_mutex_lock(&s->lock);
    s->settled = s->last;
    pthread_mutex_unlock(&s->lock);
}

int forward_store_done(struct forward_store *s, size_t target, int64_t seq, size_t len)
{
    pthread_mutex_lock(&s->done_lock);
    bool room = s->n_done < DONE_MAX;
    if (room)
        s->done[s->n_done++] = (struct done){ target, len, seq };
    pthread_mutex_unlock(&s->done_lock);
    return room ? 0 : -ENOBUFS;
}

int forward_store_flush(struct forward_store *s, struct err *e)
{
    pthread_mutex_lock(&s->done_lock);
    bool any = s->n_done > 0;
    pthread_mutex_unlock(&s->done_lock);
    if (!any)
        return 0;
    pthread_mutex_lock(&s->lock);
    int r = write_all(s, NULL, 0, e);
    pthread_mutex_unlock(&s->lock);
    return r;
}

/* ---- reading ---- */

int forward_store_read(struct forward_store *s, size_t target, int64_t after, size_t max,
                       void (*each)(void *arg, int64_t seq, const struct forward_row *r), void *arg,
                       struct err *e)
{
    int r, n = 0;
    pthread_mutex_lock(&s->lock);
    sqlite3_stmt *st = s->read;
    sqlite3_bind_int64(st, 1, s->tallies[target].id);
    sqlite3_bind_int64(st, 2, after);
    sqlite3_bind_int64(st, 3, s->settled);
    sqlite3_bind_int64(st, 4, (int64_t)max);
    while ((r = db_step(&s->db, st, e, "read the queue")) == 1) {
        struct forward_row row = { .target = target,
                                   .period = (uint8_t)sqlite3_column_int(st, 1),
                                   .time = sqlite3_column_int64(st, 2),
                                   .site = sqlite3_column_int(st, 3),
                                   .tag = (uint64_t)sqlite3_column_int64(st, 4),
                                   .part = (uint16_t)sqlite3_column_int(st, 5),
                                   .arrival = sqlite3_column_int64(st, 6),
                                   .cn = sqlite3_column_int(st, 7),
                                   .bits = (uint8_t)sqlite3_column_int(st, 8),
                                   .frame = sqlite3_column_blob(st, 9),
                                   .len = (size_t)sqlite3_column_bytes(st, 9) };
        each(arg, sqlite3_column_int64(st, 0), &row);
        n++;
    }
    sqlite3_reset(st);
    pthread_mutex_unlock(&s->lock);
    return r < 0 ? r : n;
}

int forward_store_count(struct forward_store *s, size_t target, struct forward_count *ret, struct err *e)
{
    pthread_mutex_lock(&s->lock);
    const struct tally *t = &s->tallies[target];
    *ret = (struct forward_count){ t->frames, t->bytes, t->put, t->done, t->dropped, 0 };
    sqlite3_bind_int64(s->first, 1, t->id);
    int r = db_step(&s->db, s->first, e, "look for the oldest frame");
    if (r == 1)
        ret->oldest = sqlite3_column_int64(s->first, 0);
    sqlite3_reset(s->first);
    /* Done and not written down yet: it does not wait any more. */
    pthread_mutex_lock(&s->done_lock);
    for (size_t i = 0; i < s->n_done; i++)
        if (s->done[i].target == target) {
            ret->done++;
            ret->frames -= ret->frames > 0;
            ret->bytes -= (int64_t)s->done[i].len;
        }
    pthread_mutex_unlock(&s->done_lock);
    pthread_mutex_unlock(&s->lock);
    if (!ret->frames || ret->bytes < 0)
        ret->bytes = 0;
    if (!ret->frames)
        ret->oldest = 0;
    return r < 0 ? r : 0;
}

int forward_store_each(const char *dir,
                       void (*each)(void *arg, const char *name, const struct forward_count *c), void *arg,
                       struct err *e)
{
    struct db db;
    int r = db_open(&db, dir, &schema, DB_READ, e);
    if (r < 0)
        return r;
    sqlite3_stmt *st = NULL;
    r = db_prepare(
        &db,
        "SELECT name, frames, bytes, put, done, dropped, (SELECT arrival FROM queue WHERE target = id"
        " AND queue.done = 0 ORDER BY seq LIMIT 1) FROM target ORDER BY name",
        &st, e);
    while (r == 0 && (r = db_step(&db, st, e, "read the targets")) == 1) {
        struct forward_count c = { sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2),
                                   sqlite3_column_int64(st, 3), sqlite3_column_int64(st, 4),
                                   sqlite3_column_int64(st, 5), sqlite3_column_int64(st, 6) };
        each(arg, (const char *)sqlite3_column_text(st, 0), &c);
        r = 0;
    }
    sqlite3_finalize(st);
    db_close(&db);
    return r;
}
