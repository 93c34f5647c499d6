/* run_own.h - what the files of one run share: run_ask.c reads what was asked for, run_row.c a row's cells, run.c goes through the file. */
#pragma once

#include "evaluate/columns.h"
#include "evaluate/out.h"
#include "evaluate/receipt.h"
#include "evaluate/table.h"

enum { SETS = 2 };

struct run {
    const struct shelf *shelf;
    const struct evaluate_job *job;
    struct evaluate_sum *sum;
    const struct kind *kind;
    const struct in_column *in;
    size_t n_in;
    struct in_column own[KIND_COLUMNS];
    struct arena names;
    const char *choice[KIND_CHOICES];
    const struct shelf_set *set[SETS]; /* n_sets 0: by the row's date */
    size_t n_sets;
    const struct shelf_set *last; /* of the row before: most rows ask for the same */
    const struct shelf_set *only; /* the only edition of the kind: needs no date */
    struct table table;
    struct columns columns;
    size_t headings;
    struct row row;
    micro value[KIND_COLUMNS];
    struct cell_text text[KIND_COLUMNS];
    struct buf line, difference;
    struct out out;
    void *state;
    struct filing *filing; /* of the receipt; NULL: none wanted */
};

/* ---- run_ask.c: -EINVAL with the reason ---- */
int run_take_options(struct run *r, struct err *e);
int run_take_rules(struct run *r, struct err *e);
/* Without --rules the row's date chooses; a kind with one edition only needs no date. */
int run_by_date(struct run *r, struct err *e);

/* ---- run_row.c ---- */
/* Day and values of the row at hand into r->row, r->value and r->text; -EINVAL when a cell cannot be read. */
int run_read_row(struct run *r, struct err *e);
