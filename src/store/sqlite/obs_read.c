#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "store/sqlite/obs.h"
#include "store/store.h"

struct obs_reader {
    struct db db;
    int depth; /* scans under way, one inside the other's callback */
};

struct obs_reader *obs_reader_close(struct obs_reader *r)
{
    if (r) {
        db_close(&r->db);
        free(r);
    }
    return NULL;
}

int obs_reader_open(const char *dir, struct obs_reader **ret, struct err *e)
{
    struct obs_reader *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(e, -ENOMEM, "out of memory");
    int err = db_open(&r->db, dir, &obs_schema_read, DB_READ, e);
    if (err < 0) {
        obs_reader_close(r);
        return err;
    }
    *ret = r;
    return 0;
}

/* A chunk being read, its current record at hand. */
struct open_chunk {
    struct block_reader *reader;
    struct record now;
};

struct scan {
    struct db *db;
    const struct obs_query *q;
    sqlite3_stmt *hot[PERIOD_COUNT]; /* each on a row, or NULL */
    int64_t hot_time[PERIOD_COUNT];
    sqlite3_stmt *chunks, *blocks;
    bool more_chunks; /* `chunks` is on a row */
    struct open_chunk *chunk;
    size_t n_chunks, cap_chunks;
    struct record
        *bunch; /* records of one moment; body holds an offset into `bodies` until they are handed out */
    size_t n_bunch, cap_bunch;
    struct buf bodies;
};

static void scan_release(struct scan *s)
{
    for (int i = 0; i < PERIOD_COUNT; i++)
        sqlite3_finalize(s->hot[i]);
    sqlite3_finalize(s->chunks);
    sqlite3_finalize(s->blocks);
    for (size_t i = 0; i < s->n_chunks; i++)
        block_reader_free(s->chunk[i].reader);
    free(s->chunk);
    free(s->bunch);
    buf_release(&s->bodies);
}

static int hot_step(struct scan *s, int period, struct err *e)
{
    int r = db_step(s->db, s->hot[period], e, "read records");
    if (r == 1) {
        s->hot_time[period] = sqlite3_column_int64(s->hot[period], 0);
        return 0;
    }
    sqlite3_finalize(s->hot[period]);
    s->hot[period] = NULL;
    return r;
}

static int chunks_step(struct scan *s, struct err *e)
{
    int r = db_step(s->db, s->chunks, e, "read the list of chunks");
    s->more_chunks = r == 1;
    return r < 0 ? r : 0;
}

static int scan_open(struct scan *s, struct err *e)
{
    const struct obs_query *q = s->q;
    char sql[512];
    int r = 0;
    for (int period = 0; period < PERIOD_COUNT; period++) {
        if (q->period >= 0 && q->period != period)
            continue;
        snprintf(sql, sizeof sql,
                 "SELECT " HOT_COLUMNS
                 " FROM hot WHERE period = ? AND time >= ? AND time < ?%s ORDER BY time",
                 q->site ? " AND site = ?" : "");
        if ((r = db_prepare(s->db, sql, &s->hot[period], e)) < 0)
            return r;
        sqlite3_bind_int(s->hot[period], 1, period);
        sqlite3_bind_int64(s->hot[period], 2, q->from);
        sqlite3_bind_int64(s->hot[period], 3, q->to);
        if (q->site)
            sqlite3_bind_int(s->hot[period], 4, q->site);
        if ((r = hot_step(s, period, e)) < 0)
            return r;
    }
    /* A chunk lies within one month, so one that reaches into the span begins at most 31 days before it. */
    snprintf(sql, sizeof sql,
             "SELECT id, site, period, first FROM chunk WHERE first >= ?1 AND first < ?2 AND last >= ?3%s%s"
             " ORDER BY first",
             q->site ? " AND site = ?4" : "", q->period >= 0 ? " AND period = ?5" : "");
    if ((r = db_prepare(s->db, sql, &s->chunks, e)) < 0 ||
        (r = db_prepare(s->db, OBS_BLOCK_SQL, &s->blocks, e)) < 0)
        return r;
    int64_t early = q->from < INT64_MIN + 31 * MS_DAY ? INT64_MIN : q->from - 31 * MS_DAY;
    sqlite3_bind_int64(s->chunks, 1, early);
    sqlite3_bind_int64(s->chunks, 2, q->to);
    sqlite3_bind_int64(s->chunks, 3, q->from);
    if (q->site)
        sqlite3_bind_int(s->chunks, 4, q->site);
    if (q->period >= 0)
        sqlite3_bind_int(s->chunks, 5, q->period);
    return chunks_step(s, e);
}

/* Moves an open chunk to its next record; drops it at the end of the chunk or of the span. */
static int chunk_advance(struct scan *s, size_t i, struct err *e)
{
    struct open_chunk *c = &s->chunk[i];
    int r = block_reader_next(c->reader, &c->now, e);
    if (r == 1 && c->now.time < s->q->to)
        return 0;
    block_reader_free(c->reader);
    s->chunk[i] = s->chunk[--s->n_chunks];
    return r < 0 ? r : 0;
}

/* Opens the chunk that the list stands on, at its first record within the span, and moves the list on. */
static int chunk_add(struct scan *s, struct err *e)
{
    if (s->n_chunks == s->cap_chunks) {
        size_t cap = s->cap_chunks ? s->cap_chunks * 2 : 16;
        struct open_chunk *more = realloc(s->chunk, cap * sizeof *more);
        if (!more)
            return err_set(e, -ENOMEM, "out of memory");
        s->chunk = more;
        s->cap_chunks = cap;
    }
    struct open_chunk *c = &s->chunk[s->n_chunks];
    int r =
        obs_chunk_open(s->db, s->blocks, sqlite3_column_int64(s->chunks, 0), sqlite3_column_int(s->chunks, 1),
                       (uint8_t)sqlite3_column_int(s->chunks, 2), &c->reader, e);
    if (r < 0)
        return r;
    size_t i = s->n_chunks++, n = s->n_chunks;
    do {
        r = chunk_advance(s, i, e);
    } while (r == 0 && s->n_chunks == n && s->chunk[i].now.time < s->q->from);
    return r < 0 ? r : chunks_step(s, e);
}

/* The next moment that has records; false when nothing is left. */
static bool next_time(const struct scan *s, int64_t *ret)
{
    bool any = false;
    for (int i = 0; i < PERIOD_COUNT; i++)
        if (s->hot[i] && (!any || s->hot_time[i] < *ret)) {
            *ret = s->hot_time[i];
            any = true;
        }
    for (size_t i = 0; i < s->n_chunks; i++)
        if (!any || s->chunk[i].now.time < *ret) {
            *ret = s->chunk[i].now.time;
            any = true;
        }
    return any;
}

static int bunch_add(struct scan *s, const struct record *r, struct err *e)
{
    if (s->n_bunch == s->cap_bunch) {
        size_t cap = s->cap_bunch ? s->cap_bunch * 2 : 64;
        struct record *more = realloc(s->bunch, cap * sizeof *more);
        if (!more)
            return err_set(e, -ENOMEM, "out of memory");
        s->bunch = more;
        s->cap_bunch = cap;
    }
    struct record *to = &s->bunch[s->n_bunch++];
    *to = *r;
    to->body = (const char *)(uintptr_t)s->bodies.len; // NOLINT: an offset until all bodies are in
    buf_add(&s->bodies, r->body, r->body_len);
    buf_addc(&s->bodies, '\0');
    return s->bodies.failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

static int bunch_from_hot(struct scan *s, int period, int64_t time, struct err *e)
{
    int r = 0;
    while (r == 0 && s->hot[period] && s->hot_time[period] == time) {
        struct record rec;
        obs_hot_row(s->hot[period], &rec);
        if ((r = bunch_add(s, &rec, e)) == 0)
            r = hot_step(s, period, e);
    }
    return r;
}

static int by_order(const void *a, const void *b)
{
    return obs_record_order(a, b);
}

/* Gathers every record of one moment, in order. */
static int bunch_fill(struct scan *s, int64_t time, struct err *e)
{
    int r = 0;
    s->n_bunch = 0;
    buf_clear(&s->bodies);
    for (int i = 0; r == 0 && i < PERIOD_COUNT; i++)
        r = bunch_from_hot(s, i, time, e);
    for (size_t i = s->n_chunks; r == 0 && i-- > 0;) {
        size_t n = s->n_chunks;
        while (r == 0 && s->n_chunks == n && s->chunk[i].now.time == time)
            if ((r = bunch_add(s, &s->chunk[i].now, e)) == 0)
                r = chunk_advance(s, i, e);
    }
    for (size_t i = 0; r == 0 && i < s->n_bunch; i++)
        s->bunch[i].body = s->bodies.data + (uintptr_t)s->bunch[i].body;
    if (r == 0 && s->n_bunch > 1)
        qsort(s->bunch, s->n_bunch, sizeof *s->bunch, by_order);
    return r;
}

static int scan_run(struct scan *s, int (*each)(const struct record *, void *), void *arg, struct err *e)
{
    int r = scan_open(s, e);
    while (r == 0) {
        int64_t time = 0;
        bool any = next_time(s, &time);
        if (s->more_chunks && (!any || sqlite3_column_int64(s->chunks, 3) <= time)) {
            r = chunk_add(s, e);
            continue;
        }
        if (!any)
            return 0;
        r = bunch_fill(s, time, e);
        for (size_t i = 0; r == 0 && i < s->n_bunch; i++)
            r = each(&s->bunch[i], arg);
    }
    return r;
}

int obs_scan(struct obs_reader *r, const struct obs_query *q, int (*each)(const struct record *, void *),
             void *arg, struct err *e)
{
    struct scan s = { .db = &r->db, .q = q };
    if (q->period >= PERIOD_COUNT)
        return err_set(e, -EINVAL, "%d is no period", q->period);
    /* One snapshot for hot rows and blocks: a record on its way from one to the other is seen once. */
    int err = r->depth ? 0 : db_exec(&r->db, "BEGIN", e);
    if (err < 0)
        return err;
    r->depth++;
    err = scan_run(&s, each, arg, e);
    scan_release(&s);
    if (--r->depth == 0)
        db_rollback(&r->db);
    return err;
}

int obs_count(struct obs_reader *r, int64_t *ret_records, int64_t *ret_bytes, struct err *e)
{
    int err = db_int(&r->db, "SELECT hot + packed FROM tally", ret_records, e);
    if (err == 0)
        *ret_bytes = db_bytes(&r->db);
    return err;
}
