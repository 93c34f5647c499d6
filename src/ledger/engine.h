/* engine.h - what the files of src/ledger share and nobody else sees. */
#pragma once

#include <pthread.h>

#include "base/map.h"
#include "ledger/calendar.h"
#include "ledger/definition.h"
#include "ledger/ledger.h"
#include "store/case_rows.h"

enum { DEFINITIONS_MAX = 64 };

struct ledgers {
    struct ledger_store *store;
    const struct place *place;
    ledger_judge_fn judge;
    void *judge_arg;
    struct calendar calendar;
    struct definition *current[DEFINITIONS_MAX]; /* the folder's files, in order of name */
    size_t n_current;
    pthread_mutex_t
        lock;         /* guards older and watched; never held while store, judge or a definition is asked */
    struct map older; /* hash -> definition an open case was made under */
    int64_t watched;  /* the closed case under watch that was asked last (lookback.c) */
};

/* A sentence in both languages; err.text carries it as "中文 | English" (ledger_sentences takes it apart). */
struct said {
    char zh[320], en[320];
};
/* Without the half of a character that a full buffer may end with: what is stored must be UTF-8. */
struct said said_whole(const struct said *s);
int said_err(struct err *e, int code, const char *name, const struct said *s);
void said_split(const char *text, struct said *ret);

/* A case as read: its document and the definition it was opened under. */
struct loaded {
    int64_t id;
    json_t *doc;            /* owned */
    struct definition *def; /* borrowed from ledgers */
};
int case_load(struct ledgers *l, int64_t id, struct loaded *ret, struct err *e);
int case_load_doc(struct ledgers *l, const struct doc *d, struct loaded *ret, struct err *e);
void case_release(struct loaded *c);
/* Writes one event if the case is still as it was read; -ESTALE when somebody was quicker. */
int case_write_event(struct ledgers *l, const struct loaded *c, const char *action, const json_t *body,
                     const struct actor *who, int64_t now, struct err *e);
/* The definition of that hash: a current one, or one kept in the store. */
int ledgers_definition(struct ledgers *l, const char *id, const char *hash, struct definition **ret,
                       struct err *e);

/* ---- values (fields.c) ---- */

/* Checks what was given against n fields and makes *ret from it: texts trimmed, units and sites as codes, dates as YYYY-MM-DD.
 * All that is missing is named at once. finding: the case is made from one, which fills fields that say so. */
int fields_take(struct ledgers *l, const struct field *f, size_t n, const json_t *given, bool finding,
                json_t **ret, struct err *e);
/* Unit and site ids of a case's fields, for the store's columns. */
json_t *fields_index(const struct ledgers *l, const json_t *fields);
const struct unit *fields_unit(const struct ledgers *l, const json_t *fields,
                               const char *key); /* NULL when none */

/* ---- judging (rights.c, clock.c, gate.c) ---- */

/* Whether a person may take an action at all; false: *why says who may. */
bool may_act(const struct ledgers *l, const struct loaded *c, const struct action *a, const struct actor *who,
             struct said *why);
bool is_office(const struct actor *who);
/* Whether the time and the count allow it: after, unless, max. */
bool clock_allows(const struct ledgers *l, const struct loaded *c, const struct action *a, int64_t now,
                  struct said *why);
/* The goal's answer now: *ret NULL when the case has no goal. Asks the data, so hold no lock. */
int gate_ask(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret, struct err *e);
bool gate_met(const json_t *answer);
bool goal_is_measured(const json_t *doc); /* has an indicator */

enum light { LIGHT_RED, LIGHT_YELLOW, LIGHT_GREEN, LIGHT_GREY };
const char *light_name(enum light x);
enum light clock_light(const struct ledgers *l, const struct loaded *c, int64_t now, struct said *why,
                       bool *ret_has_days, int64_t *ret_days);
/* End of the watch over a closed case, ms; 0: none is kept. */
int64_t watch_end(const struct loaded *c);

/* The same clocks as days and moments, for the row of store/case_rows.h: the light of any day follows from yellow and red as clock_light
 * says it. next_at: the first moment after now at which something is due by itself; 0: none. */
struct case_times {
    int64_t due, yellow, red; /* day numbers; CASE_NEVER */
    int64_t watch_until, next_at;
};
enum { WATCH_GRACE_DAYS = 7 }; /* data that come late: a watch is kept up so long after its end */
void case_times(const struct ledgers *l, const struct loaded *c, int64_t now, struct case_times *ret);
/* rows.c: brings all rows up to this program's form and calendar; from then on the store asks this engine for clocks. */
int rows_open(struct ledgers *l, struct err *e);
void rows_close(struct ledgers *l);

/* ---- asking (query.c, past.c) ---- */

int filter_query(const struct ledgers *l, const struct case_filter *f, int64_t now, struct case_query *ret,
                 struct err *e);
/* A case as it stood at a moment; -ENOENT when it was not open yet. */
int case_load_at(struct ledgers *l, int64_t id, int64_t at, struct loaded *ret, struct err *e);
/* Rows as they stood, in no order (store/case_rows.h); texts are lent, title and problem are there only when asked for. each may not
 * call the store. */
int past_each(struct ledgers *l, int64_t at, bool texts, int (*each)(const struct case_row *, void *),
              void *arg, struct err *e);

/* Sums (statistics.c): adds one to another; its members into an object that is open. */
void sum_add(struct case_sum *to, const struct case_sum *s);
void sum_write(struct jw *w, const struct case_sum *s);

/* ---- writing (write.c) ---- */

/* The members of CaseSummary, into an object that is open. who NULL: the public, who sees what the definition shows. */
void case_write_summary(const struct ledgers *l, struct jw *w, const struct loaded *c,
                        const struct actor *who, int64_t now);
/* A field as forms show it. */
void field_write(struct jw *w, const struct field *f);
/* The member "needs" of an action. */
void needs_write(struct jw *w, const struct action *a);
