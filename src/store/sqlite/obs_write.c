#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "store/sqlite/block_form.h"
#include "store/sqlite/obs.h"
#include "store/store.h"

static const char schema_sql[] =
    "CREATE TABLE hot("
    " period INTEGER NOT NULL, time INTEGER NOT NULL, site INTEGER NOT NULL, tag INTEGER NOT NULL,"
    " part INTEGER NOT NULL, arrival INTEGER NOT NULL, source INTEGER NOT NULL, body BLOB NOT NULL,"
    " PRIMARY KEY(period, time, site, tag, part)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE chunk("
    " id INTEGER PRIMARY KEY, site INTEGER NOT NULL, period INTEGER NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL, n INTEGER NOT NULL) STRICT;"
    "CREATE INDEX chunk_stream ON chunk(site, period, first);"
    "CREATE INDEX chunk_time ON chunk(first);"
    "CREATE TABLE block(id INTEGER PRIMARY KEY, name BLOB NOT NULL, data BLOB NOT NULL) STRICT;"
    "CREATE TABLE tally(one INTEGER PRIMARY KEY CHECK(one = 1), hot INTEGER NOT NULL,"
    " packed INTEGER NOT NULL) STRICT;"
    "INSERT INTO tally VALUES(1, 0, 0);";

/* A commit that makes a checkpoint keeps devices waiting for it: each 1,000 pages its part of their wait is a third of what it is at
 * 4,000, for the same frames a second. Arrivals touch few pages, so that 64 MB of cache gained nothing over 32. The log is cut back
 * to 64 MB. */
static const struct db_schema obs_schema_write = {
    "observations.db", 1, schema_sql,
    "PRAGMA cache_size=-32768;PRAGMA wal_autocheckpoint=1000;"
    "PRAGMA journal_size_limit=67108864;PRAGMA secure_delete=OFF;",
    NULL
};
const struct db_schema obs_schema_read = { "observations.db", 1, schema_sql,
                                           "PRAGMA cache_size=-8192;PRAGMA mmap_size=1073741824;", NULL };

void obs_month(int64_t ms, int64_t *ret_start, int64_t *ret_end)
{
    struct cn_civil c = cn_from_ms(ms), first = { .year = c.year, .month = c.month, .day = 1 };
    *ret_start = cn_to_ms(&first);
    *ret_end = *ret_start + cn_days_in_month(c.year, c.month) * MS_DAY;
}

void obs_hot_row(sqlite3_stmt *st, struct record *ret)
{
    const char *body = sqlite3_column_blob(st, 7);
    *ret = (struct record){ .time = sqlite3_column_int64(st, 0),
                            .site = sqlite3_column_int(st, 1),
                            .period = (uint8_t)sqlite3_column_int(st, 2),
                            .tag = (uint64_t)sqlite3_column_int64(st, 3),
                            .part = (uint16_t)sqlite3_column_int(st, 4),
                            .arrival = sqlite3_column_int64(st, 5),
                            .source = (uint8_t)sqlite3_column_int(st, 6),
                            .body = body ? body : "",
                            .body_len = (size_t)sqlite3_column_bytes(st, 7) };
}

#define ORDER(x) ((a->x > b->x) - (a->x < b->x))

int obs_record_order(const struct record *a, const struct record *b)
{
    int c = ORDER(time);
    c = c ? c : ORDER(site);
    c = c ? c : ORDER(period);
    c = c ? c : ORDER(part);
    c = c ? c : ORDER(arrival);
    return c ? c : ORDER(tag);
}

static int read_columns(struct db *d, sqlite3_stmt *st, struct block *b, struct err *e)
{
    size_t cap = 0;
    int r;
    while ((r = db_step(d, st, e, "read a block")) == 1) {
        if (b->n == cap) {
            cap = cap ? cap * 2 : 16;
            struct block_column *more = realloc(b->col, cap * sizeof *more);
            if (!more)
                return err_set(e, -ENOMEM, "out of memory");
            b->col = more;
        }
        size_t len = (size_t)sqlite3_column_bytes(st, 1);
        struct block_column *c = &b->col[b->n];
        *c = (struct block_column){ .name = malloc(len + 1), .name_len = len };
        if (!c->name)
            return err_set(e, -ENOMEM, "out of memory");
        b->n++;
        if (len)
            memcpy(c->name, sqlite3_column_blob(st, 1), len);
        c->name[len] = '\0';
        const void *data = sqlite3_column_blob(st, 2);
        if (data)
            buf_add(&c->data, data, (size_t)sqlite3_column_bytes(st, 2));
        if (c->data.failed)
            return err_set(e, -ENOMEM, "out of memory");
    }
    return r;
}

int obs_chunk_open(struct db *d, sqlite3_stmt *st, int64_t chunk, int32_t site, uint8_t period,
                   struct block_reader **ret, struct err *e)
{
    struct block b = { 0 };
    sqlite3_bind_int64(st, 1, chunk);
    int r = read_columns(d, st, &b, e);
    sqlite3_reset(st);
    if (r < 0) {
        block_release(&b);
        return r;
    }
    r = block_reader_new(&b, site, period, ret, e);
    return r < 0 ? err_under(e, "%s: chunk %lld", d->path, (long long)chunk) : 0;
}

/* ---- opening ---- */

struct obs_writer *obs_writer_close(struct obs_writer *w)
{
    if (w) {
        sqlite3_stmt *all[] = { w->begin, w->commit, w->insert, w->tally, w->version, w->chunks, w->blocks };
        for (size_t i = 0; i < COUNT_OF(all); i++)
            sqlite3_finalize(all[i]);
        obs_writer_forget(w);
        free(w->piece);
        db_close(&w->db);
        free(w);
    }
    return NULL;
}

int obs_writer_open(const char *dir, bool create, struct obs_writer **ret, struct err *e)
{
    struct obs_writer *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(e, -ENOMEM, "out of memory");
    w->seen_version = -1;
    w->cursor = INT64_MIN;
    struct {
        sqlite3_stmt **st;
        const char *sql;
    } all[] = {
        { &w->begin, "BEGIN IMMEDIATE" },
        { &w->commit, "COMMIT" },
        { &w->insert, "INSERT INTO hot(" HOT_COLUMNS ") VALUES(?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING" },
        { &w->tally, "UPDATE tally SET hot = hot + ?, packed = packed + ?" },
        { &w->version, "PRAGMA data_version" },
        { &w->chunks, "SELECT id, n FROM chunk WHERE site = ? AND period = ? AND first >= ? AND first < ?" },
        { &w->blocks, OBS_BLOCK_SQL },
    };
    int r = db_open(&w->db, dir, &obs_schema_write, create ? DB_CREATE : DB_WRITE, e);
    for (size_t i = 0; r == 0 && i < COUNT_OF(all); i++)
        r = db_prepare(&w->db, all[i].sql, all[i].st, e);
    if (r < 0) {
        obs_writer_close(w);
        return r;
    }
    *ret = w;
    return 0;
}

/* ---- what is in chunks already ---- */

void obs_writer_forget(struct obs_writer *w)
{
    for (size_t i = 0; i < KEYS_CACHED; i++) {
        free(w->keys[i].key);
        w->keys[i] = (struct obs_keys){ 0 };
    }
}

/* Inside a transaction: looks again at what is in chunks when another connection has written. */
static int obs_writer_refresh(struct obs_writer *w, struct err *e)
{
    int r = db_step(&w->db, w->version, e, "PRAGMA data_version");
    int64_t version = r == 1 ? sqlite3_column_int64(w->version, 0) : 0;
    sqlite3_reset(w->version);
    if (r < 0 || version == w->seen_version)
        return r < 0 ? r : 0;
    obs_writer_forget(w);
    w->packed_to = INT64_MIN;
    if ((r = db_int(&w->db, "SELECT coalesce(max(last), -9223372036854775807) FROM chunk", &w->packed_to,
                    e)) == 0)
        w->seen_version = version;
    return r;
}

static int key_order(const void *pa, const void *pb)
{
    const struct obs_key *a = pa, *b = pb;
    int c = ORDER(time);
    c = c ? c : ORDER(tag);
    return c ? c : ORDER(part);
}

static int read_chunk_keys(struct obs_writer *w, int64_t chunk, int64_t n, struct obs_keys *k, struct err *e)
{
    struct block_reader *b = NULL;
    struct record rec;
    int r = obs_chunk_open(&w->db, w->blocks, chunk, k->site, k->period, &b, e);
    struct obs_key *more = r < 0 ? NULL : realloc(k->key, (k->n + (size_t)n + 1) * sizeof *more);
    if (r == 0 && !more)
        r = err_set(e, -ENOMEM, "out of memory");
    if (more)
        k->key = more;
    while (r >= 0 && n-- > 0 && (r = block_reader_next(b, &rec, e)) == 1)
        k->key[k->n++] = (struct obs_key){ rec.time, rec.tag, rec.part };
    block_reader_free(b);
    return r < 0 ? r : 0;
}

static int read_keys(struct obs_writer *w, struct obs_keys *k, int64_t month_end, struct err *e)
{
    sqlite3_bind_int(w->chunks, 1, k->site);
    sqlite3_bind_int(w->chunks, 2, k->period);
    sqlite3_bind_int64(w->chunks, 3, k->month);
    sqlite3_bind_int64(w->chunks, 4, month_end);
    int r;
    while ((r = db_step(&w->db, w->chunks, e, "look for chunks")) == 1)
        if ((r = read_chunk_keys(w, sqlite3_column_int64(w->chunks, 0), sqlite3_column_int64(w->chunks, 1), k,
                                 e)) < 0)
            break;
    sqlite3_reset(w->chunks);
    if (r == 0 && k->n)
        qsort(k->key, k->n, sizeof *k->key, key_order);
    return r;
}

/* 1 when the record is in a chunk. The months looked at last are kept, so that a file imported twice is not unpacked row by row. */
static int in_chunks(struct obs_writer *w, const struct record *r, struct err *e)
{
    int64_t month, month_end;
    if (r->time > w->packed_to)
        return 0;
    obs_month(r->time, &month, &month_end);
    struct obs_keys *k = NULL;
    for (size_t i = 0; i < KEYS_CACHED && !k; i++)
        if (w->keys[i].site == r->site && w->keys[i].month == month && w->keys[i].period == r->period)
            k = &w->keys[i];
    if (!k) {
        struct obs_keys fresh = { .site = r->site, .period = r->period, .month = month };
        int err = read_keys(w, &fresh, month_end, e);
        if (err < 0) {
            free(fresh.key);
            return err;
        }
        k = &w->keys[w->next_key++ % KEYS_CACHED];
        free(k->key);
        *k = fresh;
    }
    struct obs_key key = { r->time, r->tag, r->part };
    return k->n && bsearch(&key, k->key, k->n, sizeof key, key_order) ? 1 : 0;
}

/* ---- appending ---- */

static int check_record(const struct record *r, size_t i, struct err *e)
{
    if (r->site <= 0 || r->period >= PERIOD_COUNT)
        return err_set(e, -EINVAL, "record %zu: site %d, period %d: no such stream", i, r->site, r->period);
    if (!form_time_ok(r->time))
        return err_set(e, -ERANGE, "record %zu: time %lld ms is outside the years 1900 to 9999", i,
                       (long long)r->time);
    if (r->body_len > BODY_MAX)
        return err_set(e, -EMSGSIZE, "record %zu: a body of %zu bytes is longer than %d", i, r->body_len,
                       BODY_MAX);
    return 0;
}

static int insert(struct obs_writer *w, const struct record *r, bool *ret_new, struct err *e)
{
    int known = in_chunks(w, r, e);
    *ret_new = false;
    if (known)
        return known < 0 ? known : 0;
    sqlite3_stmt *st = w->insert;
    sqlite3_bind_int64(st, 1, r->time);
    sqlite3_bind_int(st, 2, r->site);
    sqlite3_bind_int(st, 3, r->period);
    sqlite3_bind_int64(st, 4, (int64_t)r->tag);
    sqlite3_bind_int(st, 5, r->part);
    sqlite3_bind_int64(st, 6, r->arrival);
    sqlite3_bind_int(st, 7, r->source);
    sqlite3_bind_blob(st, 8, r->body_len ? r->body : "", (int)r->body_len, SQLITE_STATIC);
    int err = db_step(&w->db, st, e, "store a record");
    *ret_new = err == 0 && sqlite3_changes(w->db.h) == 1;
    sqlite3_reset(st);
    return err;
}

static int step_once(struct obs_writer *w, sqlite3_stmt *st, const char *doing, struct err *e)
{
    int r = db_step(&w->db, st, e, doing);
    sqlite3_reset(st);
    return r < 0 ? r : 0;
}

int obs_writer_tally(struct obs_writer *w, int64_t hot, int64_t packed, struct err *e)
{
    sqlite3_bind_int64(w->tally, 1, hot);
    sqlite3_bind_int64(w->tally, 2, packed);
    return step_once(w, w->tally, "count the records", e);
}

static int append(struct obs_writer *w, const struct record *r, size_t n, bool *flags, obs_also_fn also,
                  void *arg, struct err *e)
{
    int64_t added = 0;
    int err = obs_writer_refresh(w, e);
    for (size_t i = 0; i < n && err == 0; i++) {
        bool is_new = false;
        if ((err = check_record(&r[i], i, e)) == 0)
            err = insert(w, &r[i], &is_new, e);
        added += is_new;
        if (flags)
            flags[i] = is_new;
    }
    if (err == 0 && added)
        err = obs_writer_tally(w, added, 0, e);
    if (err == 0 && added && also)
        err = also(arg, flags, n, e);
    return err < 0 ? err : step_once(w, w->commit, "commit", e);
}

int obs_append(struct obs_writer *w, const struct record *r, size_t n, bool *new_flags, struct err *e)
{
    return obs_append_also(w, r, n, new_flags, NULL, NULL, e);
}

int obs_append_also(struct obs_writer *w, const struct record *r, size_t n, bool *new_flags, obs_also_fn also,
                    void *arg, struct err *e)
{
    if (n == 0)
        return 0;
    if (also && !new_flags)
        return err_set(e, -EINVAL, "what follows the new records needs to know which they are");
    int err = step_once(w, w->begin, "begin", e);
    if (err == 0 && (err = append(w, r, n, new_flags, also, arg, e)) < 0)
        db_rollback(&w->db);
    if (err < 0 && new_flags)
        memset(new_flags, 0, n * sizeof *new_flags);
    return err;
}
