/* kind.h - what one kind of evaluation is: the columns it reads, the columns it adds, and the judgement of one row.
 *
 * A new kind is a file with a `const struct kind`, a line in kinds.c, and, when its rules are a new sort of definition, a row in
 * shelf.c. Everything about files (headings, spellings, units, dates, choice of rules, bad rows) is done before a kind sees a row. */
#pragma once

#include "base/arena.h"
#include "base/micro.h"
#include "evaluate/evaluate.h"

enum { KIND_COLUMNS = 160, KIND_CHOICES = 4 };

struct in_column {
    const char *name; /* as in docs/evaluate.md: "pm25" */
    const char *unit; /* in which the kind takes it ("ug/m3"); NULL: text */
    const char *also; /* other headings taken for it, apart by spaces, lower case; NULL: none */
};

struct kind_choice {
    const char *name, *values; /* "body", "river|lake|auto"; values NULL: any text */
    const char *otherwise;     /* when not given */
};

struct cell_text {
    const char *s; /* not NUL-terminated; "" when the column is not there or the cell says missing */
    size_t len;
};

struct row {
    size_t line;
    int64_t day;        /* day number, or NO_DAY */
    const micro *value; /* by column of the kind; MICRO_MISSING: missing, no such column, or a text column */
    const struct cell_text *text; /* by column of the kind; only of text columns */
    const char *const *choice;    /* by choice of the kind */
    const struct shelf *shelf;
    const struct in_column *in; /* the columns; n_in of them */
    size_t n_in;
    void *state; /* `state` bytes of the kind, zeroed before the first row */
};
#define NO_DAY INT64_MIN

/* Where a judgement puts its results: one call a column, in the order of `results`; columns left over come out empty. */
struct out;
void out_text(struct out *o, const char *s); /* NULL or "": empty */
void out_int(struct out *o, int64_t v);
void out_micro(struct out *o, micro v, int decimals); /* empty when missing */
void out_empty(struct out *o);
/* Adds to calc_note, apart by "; ". */
void out_note(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What calc_certainty says of this row instead of the rule set's own word: a literal or the rule set's memory. */
void out_certainty(struct out *o, const char *certainty);
/* A value that came but does not count (below zero, out of range): kept apart from what was not sent. */
void out_invalid(struct out *o, const char *column);
/* A further rule set that this row was judged by: stands behind the first in calc_rules, and in the receipt. */
void out_also(struct out *o, const struct shelf_set *set);
/* The row has no result: it counts as not judged. Say why with out_note. */
void out_unjudged(struct out *o);

struct kind {
    const char *name; /* "air-day" */
    const char *what, *what_zh;
    const char *
        rules; /* `kind` of the rule sets it judges by: "air.index"; NULL: by none (judge then gets no set) */
    const struct in_column *in;
    size_t n_in;
    /* Or, when a rule set's file says which items there are: fills `to` (at most KIND_COLUMNS) and returns how many. Names are made in
     * the arena. */
    size_t (*columns)(const struct kind *kind, const struct shelf *shelf, struct in_column *to,
                      struct arena *names);
    const char *const *results; /* without the leading calc_ */
    size_t n_results;
    struct kind_choice choice[KIND_CHOICES];
    /* Which rule set a dated row is judged by when none is named, for kinds where several are in force at once; NULL: the one in force. */
    const struct shelf_set *(*choose)(const struct kind *kind, const struct row *row);
    bool undated; /* a row without a date is judged, too: as choose() says, else by the newest edition */
    /* Judges one row by one rule set. */
    void (*judge)(const struct kind *kind, const struct row *row, const struct shelf_set *set, struct out *o);
    /* With two rule sets: writes why their results differ, with the clauses, into one cell (out_text); nothing when they do not. NULL:
     * the kind cannot say. */
    void (*difference)(const struct row *row, const struct shelf_set *a, const struct shelf_set *b,
                       struct buf *to);
    /* A kind that sums up: called once at the end. Its rows go not out; it writes heading and lines of its own. NULL: row by row. */
    void (*finish)(void *state, const struct shelf *shelf, struct buf *to);
    void (*release)(
        void *state); /* what the state holds on the heap, also when the run failed; NULL: nothing */
    size_t state;     /* bytes it keeps from row to row; bounded whatever the file's length */
    /* Checks the choices and makes the state ready, or NULL. -EINVAL and the reason when a choice does not fit. */
    int (*start)(const struct kind *kind, void *state, const struct shelf *shelf, const char *const *choice,
                 struct err *e);
};

const struct kind *kind_find(const char *name);
const struct kind *kind_at(size_t i); /* NULL past the end */
