/* obs.h - observations.db inside this folder: its tables and what writer, reader and compactor share.
 *
 * hot: one row a record, keyed by (period, time, site, tag, part). The period stands first so that a year of hours is read without
 * stepping over the minutes between them; within a period rows are in order of time, so arrivals touch few pages.
 * chunk: up to CHUNK_MAX records of one site and period within one calendar month of China; block: their columns (block.h),
 * row id chunk * COLUMNS + column. tally: how many records there are, kept by each transaction. */
#pragma once

#include "domain/record.h"
#include "store/sqlite/block.h"
#include "store/sqlite/db.h"

enum { CHUNK_MAX = 20000, COLUMNS = 4096, BODY_MAX = 1 << 20 };

extern const struct db_schema obs_schema_read;

/* Columns of a hot row in the order every query selects them. */
#define HOT_COLUMNS "time, site, period, tag, part, arrival, source, body"
void obs_hot_row(sqlite3_stmt *st, struct record *ret); /* the body is lent until the statement moves */

/* First moment of the month of `ms` in China time, and of the next one. */
void obs_month(int64_t ms, int64_t *ret_start, int64_t *ret_end);

/* Reads one chunk's columns; `st` is a statement of OBS_BLOCK_SQL. */
#define OBS_BLOCK_SQL \
    "SELECT id & 4095, name, data FROM block WHERE id >= ?1 * 4096 AND id < (?1 + 1) * 4096 ORDER BY id"
int obs_chunk_open(struct db *d, sqlite3_stmt *st, int64_t chunk, int32_t site, uint8_t period,
                   struct block_reader **ret, struct err *e);

/* Order of obs_scan. */
int obs_record_order(const struct record *a, const struct record *b);

/* What makes a record the same as another of its site, period and month. */
struct obs_key {
    int64_t time;
    uint64_t tag;
    uint16_t part;
};

/* The keys of one site, period and month that are in chunks, sorted. */
struct obs_keys {
    int32_t site;
    uint8_t period;
    int64_t month;
    struct obs_key *key;
    size_t n;
};

enum { KEYS_CACHED = 128 };

/* A month's share of one site and period that waits for the compactor. */
struct obs_piece {
    int32_t site;
    uint8_t period;
    int64_t from, to, count;
};

struct obs_writer {
    struct db db;
    sqlite3_stmt *begin, *commit, *insert, *tally, *version, *chunks, *blocks;
    int64_t seen_version; /* PRAGMA data_version when the two below were read */
    int64_t packed_to;    /* no record in a chunk is later */
    struct obs_keys keys[KEYS_CACHED];
    size_t next_key; /* the one to be replaced next */
    struct obs_piece *piece;
    size_t n_pieces, next_piece;
    int64_t cursor; /* months before it are done in this round of obs_compact */
};

void obs_writer_forget(struct obs_writer *w); /* the keys read so far */
int obs_writer_tally(struct obs_writer *w, int64_t hot, int64_t packed, struct err *e);
