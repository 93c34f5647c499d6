/* shelf.h - every rule set of a definitions folder, of all kinds: which there are, from which file with which hash, what they say of
 * themselves, and whether the tests they carry hold. `bihuan check`, `bihuan evaluate`, receipts and the catalogue page read it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/sm3.h"

struct shelf_set {
    const char *id, *kind, *title, *title_en, *source, *clause, *certainty; /* of the tree */
    int64_t from, to; /* day numbers; to is inclusive, SHELF_OPEN: no end */
    bool practice;    /* what somebody publishes by: chosen by id only */
    char file[128];   /* below definitions/standards: "air/hj633-2012.lua" */
    char sm3[SM3_HEX];
    const json_t *tree; /* as the file says it: figures for the catalogue */
    const void *rules;  /* what the kind's judgement reads: struct air_index_rules ... */
    int tests;          /* how many were run; 0 when not asked for */
    char failed[512];   /* the first test that failed; "" when all held */
};
#define SHELF_OPEN INT64_MAX

struct shelf;
/* Reads FOLDER/standards. tests: also runs them; a test that fails is told in the set and does not stop the loading. */
int shelf_load(const char *folder, bool tests, struct shelf **ret, struct err *e);
struct shelf *shelf_free(struct shelf *s);
size_t shelf_count(const struct shelf *s);
const struct shelf_set *shelf_at(const struct shelf *s,
                                 size_t i); /* in the order of kind and date; NULL past the end */
const struct shelf_set *shelf_by_id(const struct shelf *s, const char *kind, const char *id);
/* In force on that day; a practice never is. */
const struct shelf_set *shelf_on(const struct shelf *s, const char *kind, int64_t day);
/* The edition of the latest date; NULL when there is none of the kind. */
const struct shelf_set *shelf_newest(const struct shelf *s, const char *kind);
/* The clauses that a rule set names (its `clause`, apart by ", ") and how many of its tests name each (`clause` of a test, apart alike; of a
 * set with one clause every test is of it). Returns how many clauses. */
struct clause_tests {
    const char *clause; /* not NUL-terminated */
    size_t len;
    int tests;
};
enum { CLAUSES_MOST = 16 };
size_t shelf_clauses(const struct shelf_set *set, struct clause_tests *ret, size_t most);
/* How sure a rule set's word for certainty is: 0 confirmed (or measured), 1 single source, 2 from memory. */
int certainty_rank(const char *certainty);
