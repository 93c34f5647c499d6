/* case_rows.h - a row beside each case's document, so that lists, counts and clocks are asked of SQL and no document is read for them.
 *
 * A row says nothing of its own: all of it follows from the case's events, its definition and the calendar of holidays. It is written in
 * the transaction of the event. What the document alone tells (number, state, people, dates of opening and closing, text) is proved by
 * ledgers_check_chain; what the definition and the calendar add (group, limits, watch, next) is worked out again at opening when the
 * calendar or this table's form changed (ledger/rows.c).
 *
 * Lights come from two days: from `red` on a case is red, from `yellow` on yellow, before that green; a closed one is grey.
 * case_month counts, for ledger, group and month, the cases that came into the stock of open ones and left it; it is kept by the same
 * writes, so stock = stock + in - out holds by construction.
 *
 * Text is found by trigrams (FTS5) where three characters or more are asked for, by all trigrams that begin with them where it is one
 * or two, and each hit is compared again: the answers are those of a plain scan that takes A and a for the same. */
#pragma once

#include "store/store.h"

enum { CASE_NEVER = 99999999 }; /* a day that does not come */
enum { CASE_PAPER = 1, CASE_DATA = 2, CASE_GOAL = 45 };
enum { CASE_RED, CASE_YELLOW, CASE_GREEN, CASE_GREY };

struct case_row {
    int64_t id, parent, merged_into; /* 0: none */
    const char *ledger, *number, *state, *group, *title, *problem;
    int32_t owner, supervisor, site;
    int64_t opened, updated, closed, stopped; /* ms; 0: not */
    int64_t due, yellow, red;                 /* day numbers (base/cntime.h) */
    int64_t watch_until, next_at;             /* ms; 0: none */
    int closed_how;                           /* CASE_PAPER, CASE_DATA, 0 */
    int64_t rebounds, misses, priority;
    int64_t blind; /* ms since when the watch has no data to judge by (its last such event); 0: it has */
    char goal
        [CASE_GOAL]; /* what the watch asks, "SITE:HASH", alike for cases with the same goal; "" not under watch */
    /* What other cases are looked up by (case_rows_with): [[field, value]], lent, in a row made from a document; NULL in one read back. */
    const json_t *values;
    /* Names in the rows of its fields (persons held to account, milestones ...), which are looked up with the texts: the document's fields, lent,
     * in a row made from one; text in a row read back, NULL where only columns were asked for. */
    const json_t *fields;
    const char *names;
};
/* Those names, each on a line of its own; malloc'ed, "" for none, NULL when out of memory. */
char *case_row_names(const struct case_row *r);

/* What the engine knows of a case and its document does not say: fills group, due, yellow, red, watch_until, next_at, goal and values (decref'd by
 * case_row_done). Called inside
 * the transaction of an event; set once before threads run. */
typedef int (*case_times_fn)(void *arg, const json_t *doc, int64_t id, int64_t now, struct case_row *row,
                             struct err *e);
void case_rows_engine(struct ledger_store *s, case_times_fn fn, void *arg);
int case_rows_times(struct ledger_store *s, const json_t *doc, int64_t now, struct case_row *row,
                    struct err *e);

/* Adds or changes a row with its text, and counts what went into and out of the stock at `at`. */
int case_row_put(struct ledger_store *s, const struct case_row *r, int64_t at, struct err *e);
/* Of a row that was filled. */
void case_row_done(struct case_row *r);
/* Only what the engine fills. */
int case_row_put_times(struct ledger_store *s, const struct case_row *r, struct err *e);
int case_row_get(struct ledger_store *s, int64_t id, struct case_row *ret, struct err *e); /* -ENOENT */
void case_row_release(struct case_row *r); /* frees what get filled */
/* Counts one change of the stock (rows.c builds the months anew from events with it). */
int case_month_add(struct ledger_store *s, const char *ledger, const char *group, int64_t at, int in, int out,
                   struct err *e);
/* Forgets all rows, texts and months. */
int case_rows_clear(struct ledger_store *s, struct err *e);

/* ---- asking ---- */

enum case_order { ORDER_LIGHT, ORDER_DUE, ORDER_NUMBER, ORDER_OPENED, ORDER_UPDATED, ORDER_COUNT };
struct case_query {
    const char *ledger, *state, *group, *text; /* NULL: any */
    const json_t *states;                      /* array of texts, any of them; NULL: any */
    int light;                                 /* CASE_RED ..., -1: any */
    int32_t unit, owner, supervisor, site;     /* unit: owner or supervisor; 0: any */
    int64_t parent;
    int64_t due_from, due_to;       /* day numbers, both within; 0: any */
    int64_t opened_from, opened_to; /* ms, from <= opened < to; 0: any */
    int64_t closed_from, closed_to; /* ms, from <= closed < to; either: what is open is out; 0: any */
    int closed_how;                 /* 0: any */
    bool overdue, rebounded, missed, open, blind;
    int64_t today; /* day number that lights are for */
    enum case_order order;
    size_t limit, offset; /* limit 0: all */
};
/* The same question of one row at hand: the plain scan that SQL must agree with, and how past days are asked. */
bool case_row_matches(const struct case_row *r, const struct case_query *q);
int case_row_light(const struct case_row *r, int64_t today);
/* <0, 0, >0 as a stands before b. */
int case_row_order(const struct case_row *a, const struct case_row *b, const struct case_query *q);

enum { CASE_COUNT_MAX = 10000 };
/* The ids of a page in order, and how many there are in all: exact up to CASE_COUNT_MAX, above it "at least". */
struct case_page {
    int64_t *id; /* owned: free */
    size_t n;
    int64_t total;
    bool at_least;
};
int case_rows_page(struct ledger_store *s, const struct case_query *q, struct case_page *ret, struct err *e);

/* Rows in order of id behind `after`, at most max: for what must see each of them, a bounded piece at a time. */
int case_rows_each(struct ledger_store *s, int64_t after, size_t max,
                   int (*each)(const struct case_row *, void *), void *arg, struct err *e);
/* Ids whose next_at has come; in order of it. Returns how many were put into id. */
int case_rows_due(struct ledger_store *s, int64_t now, int64_t *id, size_t max, struct err *e);
/* ---- the watch over closed cases, by what it asks: the goals whose turn has come, and the cases of one ---- */

/* In order of their turn; returns how many. */
int case_watch_due(struct ledger_store *s, int64_t now, char (*goal)[CASE_GOAL], size_t max, struct err *e);
/* Those of a site (0: of none) behind `after`, in order; returns how many. */
int case_watch_of_site(struct ledger_store *s, int64_t site, const char *after, char (*goal)[CASE_GOAL],
                       size_t max, struct err *e);
/* The next turn of a goal; 0: no case has it any more. */
int case_watch_next(struct ledger_store *s, const char *goal, int64_t look, struct err *e);
/* 1: some cases are under watch for it at `now`: one of them, and the earliest closing. 0: none. */
int case_watch_of(struct ledger_store *s, const char *goal, int64_t now, int64_t *ret_id, int64_t *ret_closed,
                  struct err *e);
/* Ids behind `after`, in order: closed before a moment, and blind (not 0) or not, or as `told` says: blind since before it. */
enum case_watched { WATCHED_ALL, WATCHED_BLIND, WATCHED_SEEN, WATCHED_TO_TELL };
int case_watch_ids(struct ledger_store *s, const char *goal, int64_t now, enum case_watched which,
                   int64_t closed_before, int64_t told, int64_t after, int64_t *id, size_t max,
                   struct err *e);

/* ---- cases by a value ---- */

/* Ids behind `after`, in order: of a ledger, with that value in a field that the engine keeps (field NULL: in that state; value NULL too: all of
 * the ledger). Returns how many. */
int case_rows_with(struct ledger_store *s, const char *ledger, const char *field, const char *value,
                   int64_t after, int64_t *id, size_t max, struct err *e);

enum case_by {
    BY_KEY_STATE,
    BY_KEY_LIGHT,
    BY_KEY_UNIT,
    BY_KEY_SUPERVISOR,
    BY_KEY_GROUP,
    BY_KEY_MONTH,  /* of opening */
    BY_KEY_CLOSED, /* month of closing */
    BY_KEY_DUE,    /* month of the limit */
    BY_KEY_LEDGER,
    BY_KEY_NONE,
    BY_KEY_COUNT
};
struct case_sum {
    const char *text; /* state, group, ledger; "" otherwise */
    int64_t number;   /* light, unit, day for months (any day of it) */
    int64_t all, open, overdue, closed, by_data, on_paper, rebounded, light[4];
};
/* Calls each for every value; several values may be days of one month. */
int case_rows_sum(struct ledger_store *s, const struct case_query *q, enum case_by by,
                  void (*each)(const struct case_sum *, void *), void *arg, struct err *e);

/* Cases of a ledger, without those merged into others, that were open at some time in from <= time < to, and those closed in it. Added to what
 * is there. */
int case_rows_open_in(struct ledger_store *s, const char *ledger, int64_t from, int64_t to, int64_t *ret_all,
                      int64_t *ret_closed, struct err *e);

/* What came and went, by group and month (year * 12 + month - 1), in order of group, then month. */
int case_months(struct ledger_store *s, const char *ledger,
                void (*each)(const char *group, int64_t month, int64_t in, int64_t out, void *), void *arg,
                struct err *e);

/* Open with a limit that runs, without an event since `before`, longest first. */
int case_rows_stuck(struct ledger_store *s, int64_t before, int64_t today, size_t limit,
                    struct case_page *ret, struct err *e);
