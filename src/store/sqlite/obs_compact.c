#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/scoped.h"
#include "store/sqlite/obs.h"
#include "store/store.h"

/* Records that arrive for a month already packed stay hot until there are enough of them to be worth a chunk of their own. */
enum { LATE_MIN = 200 };

/* The records of one chunk, copied out of the hot table. */
struct load {
    struct arena arena;
    struct record *r;
    size_t n;
};

static int load_hot(struct obs_writer *w, const struct obs_piece *p, struct load *l, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    int r =
        db_prepare(&w->db,
                   "SELECT " HOT_COLUMNS " FROM hot WHERE period = ? AND time >= ? AND time < ? AND site = ?"
                   " ORDER BY time, tag, part LIMIT ?",
                   &st, e);
    if (r < 0)
        return r;
    l->r = calloc(CHUNK_MAX, sizeof *l->r);
    if (!l->r)
        return err_set(e, -ENOMEM, "out of memory");
    sqlite3_bind_int(st, 1, p->period);
    sqlite3_bind_int64(st, 2, p->from);
    sqlite3_bind_int64(st, 3, p->to);
    sqlite3_bind_int(st, 4, p->site);
    sqlite3_bind_int(st, 5, CHUNK_MAX);
    while ((r = db_step(&w->db, st, e, "read the hot table")) == 1 && l->n < CHUNK_MAX) {
        struct record *rec = &l->r[l->n];
        obs_hot_row(st, rec);
        rec->body = arena_strndup(&l->arena, rec->body, rec->body_len);
        if (!rec->body)
            return err_set(e, -ENOMEM, "out of memory");
        l->n++;
    }
    return r < 0 ? r : 0;
}

static int by_scan_order(const void *a, const void *b)
{
    return obs_record_order(a, b);
}

static int insert_block(struct obs_writer *w, int64_t chunk, const struct block *b, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    int r = db_prepare(&w->db, "INSERT INTO block(id, name, data) VALUES(?, ?, ?)", &st, e);
    for (size_t i = 0; r == 0 && i < b->n; i++) {
        const struct block_column *c = &b->col[i];
        sqlite3_bind_int64(st, 1, chunk * COLUMNS + (int64_t)i);
        sqlite3_bind_blob(st, 2, c->name ? c->name : "", (int)c->name_len, SQLITE_STATIC);
        sqlite3_bind_blob(st, 3, c->data.data, (int)c->data.len, SQLITE_STATIC);
        r = db_step(&w->db, st, e, "store a block");
        sqlite3_reset(st);
    }
    return r;
}

static int insert_chunk(struct obs_writer *w, const struct obs_piece *p, const struct load *l,
                        int64_t *ret_id, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    int r =
        db_prepare(&w->db, "INSERT INTO chunk(site, period, first, last, n) VALUES(?, ?, ?, ?, ?)", &st, e);
    if (r < 0)
        return r;
    sqlite3_bind_int(st, 1, p->site);
    sqlite3_bind_int(st, 2, p->period);
    sqlite3_bind_int64(st, 3, l->r[0].time);
    sqlite3_bind_int64(st, 4, l->r[l->n - 1].time);
    sqlite3_bind_int64(st, 5, (int64_t)l->n);
    if ((r = db_step(&w->db, st, e, "store a chunk")) == 0)
        *ret_id = sqlite3_last_insert_rowid(w->db.h);
    return r;
}

static bool same(const struct record *a, const struct record *b)
{
    return obs_record_order(a, b) == 0 && a->source == b->source && a->body_len == b->body_len &&
           memcmp(a->body, b->body, a->body_len) == 0;
}

/* Reads the chunk back as a reader would: rows leave the hot table only after they have been seen elsewhere. */
static int check_chunk(struct obs_writer *w, int64_t id, const struct obs_piece *p, const struct load *l,
                       struct err *e)
{
    struct block_reader *b = NULL;
    struct record got;
    int r = obs_chunk_open(&w->db, w->blocks, id, p->site, p->period, &b, e);
    for (size_t i = 0; r >= 0 && i < l->n; i++)
        if ((r = block_reader_next(b, &got, e)) >= 0 && (r == 0 || !same(&got, &l->r[i])))
            r = err_set(e, -EBADMSG, "packed record %zu of site %d does not read back; it stays as it was", i,
                        p->site);
    block_reader_free(b);
    return r < 0 ? r : 0;
}

static int delete_hot(struct obs_writer *w, const struct load *l, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    int r = db_prepare(&w->db,
                       "DELETE FROM hot WHERE period = ? AND time = ? AND site = ? AND tag = ? AND part = ?",
                       &st, e);
    for (size_t i = 0; r == 0 && i < l->n; i++) {
        const struct record *rec = &l->r[i];
        sqlite3_bind_int(st, 1, rec->period);
        sqlite3_bind_int64(st, 2, rec->time);
        sqlite3_bind_int(st, 3, rec->site);
        sqlite3_bind_int64(st, 4, (int64_t)rec->tag);
        sqlite3_bind_int(st, 5, rec->part);
        r = db_step(&w->db, st, e, "empty the hot table");
        sqlite3_reset(st);
    }
    return r;
}

static int pack_load(struct obs_writer *w, const struct obs_piece *p, const struct load *l, struct err *e)
{
    struct block b = { 0 };
    int64_t id = 0;
    int r = block_encode(l->r, l->n, &b, e);
    if (r == 0 && (r = insert_chunk(w, p, l, &id, e)) == 0)
        r = insert_block(w, id, &b, e);
    block_release(&b);
    if (r < 0 || (r = check_chunk(w, id, p, l, e)) < 0 || (r = delete_hot(w, l, e)) < 0)
        return r;
    return obs_writer_tally(w, -(int64_t)l->n, (int64_t)l->n, e);
}

/* Moves one chunk of a piece in one transaction. */
static int pack_piece(struct obs_writer *w, const struct obs_piece *p, size_t *ret_moved, struct err *e)
{
    struct load l = { 0 };
    int r = db_exec(&w->db, "BEGIN IMMEDIATE", e);
    if (r == 0 && (r = load_hot(w, p, &l, e)) == 0 && l.n) {
        qsort(l.r, l.n, sizeof *l.r, by_scan_order);
        r = pack_load(w, p, &l, e);
    }
    if (r == 0)
        r = db_exec(&w->db, "COMMIT", e);
    if (r < 0) {
        db_rollback(&w->db);
    } else {
        *ret_moved = l.n;
        obs_writer_forget(w);
        w->seen_version = -1;
    }
    free(l.r);
    arena_release(&l.arena);
    return r;
}

/* Whether a site and period has a chunk in the month already. */
static int has_chunk(struct obs_writer *w, const struct obs_piece *p, struct err *e)
{
    sqlite3_bind_int(w->chunks, 1, p->site);
    sqlite3_bind_int(w->chunks, 2, p->period);
    sqlite3_bind_int64(w->chunks, 3, p->from);
    sqlite3_bind_int64(w->chunks, 4, p->to);
    int r = db_step(&w->db, w->chunks, e, "look for chunks");
    sqlite3_reset(w->chunks);
    return r;
}

static int add_piece(struct obs_writer *w, const struct obs_piece *p, struct err *e)
{
    int r = p->count < LATE_MIN ? has_chunk(w, p, e) : 0;
    if (r)
        return r < 0 ? r : 0;
    struct obs_piece *more = realloc(w->piece, (w->n_pieces + 1) * sizeof *more);
    if (!more)
        return err_set(e, -ENOMEM, "out of memory");
    w->piece = more;
    w->piece[w->n_pieces++] = *p;
    return 0;
}

/* Lists what waits in the month from..to, one pass over its hot rows. */
static int plan_month(struct obs_writer *w, int64_t from, int64_t to, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    int r = db_prepare(
        &w->db, "SELECT site, count(*) FROM hot WHERE period = ? AND time >= ? AND time < ? GROUP BY site",
        &st, e);
    for (int period = 0; r == 0 && period < PERIOD_COUNT; period++) {
        sqlite3_bind_int(st, 1, period);
        sqlite3_bind_int64(st, 2, from);
        sqlite3_bind_int64(st, 3, to);
        while (r >= 0 && (r = db_step(&w->db, st, e, "count the hot table")) == 1) {
            struct obs_piece p = { .site = sqlite3_column_int(st, 0),
                                   .period = (uint8_t)period,
                                   .from = from,
                                   .to = to,
                                   .count = sqlite3_column_int64(st, 1) };
            r = add_piece(w, &p, e);
        }
        sqlite3_reset(st);
    }
    return r;
}

/* First time in the hot table from w->cursor on: 1 and *ret, or 0 when there is none. */
static int next_hot(struct obs_writer *w, int64_t *ret, struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    int found = 0,
        r = db_prepare(&w->db, "SELECT time FROM hot WHERE period = ? AND time >= ? ORDER BY time LIMIT 1",
                       &st, e);
    for (int period = 0; r == 0 && period < PERIOD_COUNT; period++) {
        sqlite3_bind_int(st, 1, period);
        sqlite3_bind_int64(st, 2, w->cursor);
        r = db_step(&w->db, st, e, "look into the hot table");
        if (r == 1) {
            int64_t t = sqlite3_column_int64(st, 0);
            *ret = found && *ret < t ? *ret : t;
            found = 1;
            r = 0;
        }
        sqlite3_reset(st);
    }
    return r < 0 ? r : found;
}

/* Fills the plan from the next month that has something to pack: 1, or 0 when no month before `before` has. */
static int plan_next(struct obs_writer *w, int64_t before, struct err *e)
{
    w->n_pieces = w->next_piece = 0;
    for (;;) {
        int64_t first = 0, from = 0, to = 0;
        int r = next_hot(w, &first, e);
        if (r < 0)
            return r;
        if (r == 1)
            obs_month(first, &from, &to);
        if (r == 0 || to > before) {
            w->cursor = INT64_MIN; /* the next call begins a new round */
            return 0;
        }
        if ((r = plan_month(w, from, to, e)) < 0)
            return r;
        w->cursor = to;
        if (w->n_pieces)
            return 1;
    }
}

int obs_compact(struct obs_writer *w, int64_t before, size_t *ret_moved, struct err *e)
{
    *ret_moved = 0;
    for (;;) {
        if (w->next_piece >= w->n_pieces) {
            int r = plan_next(w, before, e);
            if (r <= 0)
                return r;
        }
        struct obs_piece *p = &w->piece[w->next_piece];
        int r = p->to > before ? 0 : pack_piece(w, p, ret_moved, e);
        if (r < 0) {
            /* The rest of the round waits for the next call, which plans anew. */
            w->n_pieces = w->next_piece = 0;
            w->cursor = INT64_MIN;
            return r;
        }
        p->count -= (int64_t)*ret_moved;
        if (*ret_moved < CHUNK_MAX || p->count <= 0)
            w->next_piece++;
        if (*ret_moved)
            return 0;
    }
}
