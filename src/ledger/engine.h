/* engine.h - what the files of src/ledger share and nobody else sees. */
#pragma once

#include <pthread.h>

#include "base/map.h"
#include "ledger/calendar.h"
#include "ledger/definition.h"
#include "ledger/ledger.h"
#include "store/case_rows.h"

enum { DEFINITIONS_MAX = 128 };

struct ledgers {
    struct ledger_store *store;
    const struct place *place;
    ledger_judge_fn judge;
    void *judge_arg;
    struct calendar calendar;
    struct definition *current[DEFINITIONS_MAX]; /* the folder's files, in order of name */
    size_t n_current;
    pthread_mutex_t lock; /* guards older; never held while store, judge or a definition is asked */
    struct map older;     /* hash -> definition an open case was made under */
    char followed[65];    /* the last event when follow_round last asked, and when that was (follow.c) */
    int64_t followed_at;
    json_t *sought; /* {ledger: [fields]} by which current definitions look for its cases (related.c) */
    struct photos *photos;    /* suspect_photo.c */
    bool no_files;            /* the tests of a ledger file name attachments that are not there */
    ledger_event_fn on_event; /* NULL: nobody listens */
    void *on_event_arg;
    ledger_fill_fn on_fill; /* NULL: nothing is filled in */
    void *on_fill_arg;
    ledger_suspicion_fn on_suspicion; /* NULL: nobody listens */
    void *on_suspicion_arg;
    ledger_ask_fn on_ask; /* NULL: nobody is asked */
    void *on_ask_arg;
    char *secrets;     /* the folder of secret.key; NULL: nothing can be sealed */
    struct seal *seal; /* opened with the first secret, under lock */
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
const char *number_of(const struct loaded *c); /* "?" when it has none */
/* Events of one transaction, told when it is on disk. action is lent until then. */
struct news {
    struct news_item {
        int64_t id;
        const char *action;
        json_t *doc, *body; /* owned */
    } * item;
    size_t n;
};
int news_add(struct news *n, int64_t id, const char *action, json_t *doc, json_t *body, struct err *e);
void news_tell(struct ledgers *l, const struct news *n);
void news_release(struct news *n);
/* Tells the listener of an event that is on disk. */
void ledgers_told(struct ledgers *l, int64_t id, const char *action, const json_t *doc, const json_t *body);
/* The definition's text is kept with the data; call within a transaction. */
int keep_definition(struct ledgers *l, const struct definition *def, struct err *e);
/* Writes one event if the case is still as it was read; -ESTALE when somebody was quicker. */
int case_write_event(struct ledgers *l, const struct loaded *c, const char *action, const json_t *body,
                     const struct actor *who, int64_t now, struct err *e);
/* Opens the cases of a list [{ledger, fields}] under a case, as the program; call between begin and commit. */
int case_open_children(struct ledgers *l, int64_t parent, const json_t *list, int64_t now, struct news *news,
                       struct err *e);
/* Opens the cases of such a list in somebody's name, under a case that the caller tells of them, or under none (0); their ids are
 * appended to ids. Call between begin and commit. */
int case_open_list(struct ledgers *l, int64_t parent, const json_t *list, const struct actor *who,
                   int64_t now, struct news *news, json_t *ids, struct err *e);
/* The number of the next case of a ledger; call between begin and commit. */
int case_number(struct ledgers *l, const struct definition *def, const json_t *fields, int64_t now,
                struct buf *out, struct err *e);
/* The definition of that hash: a current one, or one kept in the store. */
int ledgers_definition(struct ledgers *l, const char *id, const char *hash, struct definition **ret,
                       struct err *e);

/* ---- values (fields.c) ---- */

/* Checks what was given against n fields and makes *ret from it: texts trimmed, units and sites as codes, dates as YYYY-MM-DD.
 * All that is missing is named at once. finding: the case is made from one, which fills fields that say so. of_case: the case's
 * fields, which what an action needs may depend on; NULL at the opening. */
int fields_take(struct ledgers *l, const struct field *f, size_t n, const json_t *given, bool finding,
                const json_t *of_case, json_t **ret, struct err *e);
/* One value in the field's stored form; *ret may be blank. computed: it comes from the definition's function. */
int field_take(struct ledgers *l, const struct field *f, bool computed, const json_t *v, json_t **ret,
               struct err *e);
/* Unit and site ids of a case's fields, for the store's columns. */
json_t *fields_index(const struct ledgers *l, const json_t *fields);
const struct unit *fields_unit(const struct ledgers *l, const json_t *fields,
                               const char *key); /* NULL when none */

/* ---- scores (score.c) ---- */

/* {item: share, null where it is not judged} of a case, by its definition's score. */
int score_case(struct ledgers *l, struct loaded *c, int64_t now, json_t **ret, struct err *e);

/* ---- sealed texts (secret.c) ---- */

extern const char secret_shown[]; /* what stands for one where values are shown */
bool secret_is(const char *text);
/* Takes the plain text and gives what is stored. */
int secret_seal(struct ledgers *l, const struct field *f, json_t *plain, json_t **ret, struct err *e);
int secret_check(struct ledgers *l, const struct field *f, const json_t *sealed, struct err *e);
/* In place of the sealed members of an object that is to be shown. */
void secret_hide(json_t *fields);

/* ---- judging (rights.c, clock.c, gate.c, lookback.c) ---- */

/* Whether a person has one of the parts in a case with these fields; author may be NULL. */
bool has_part(const struct ledgers *l, const struct parts *p, const json_t *fields, const char *author,
              const struct actor *who);
/* The unit fields whose unit the person is of, also by a unit that depends on it, here or in what was merged into it: whatever part let
 * them act, they acted as one of it. */
json_t *parts_acted(const struct ledgers *l, const struct loaded *c, const struct actor *who);
/* The parts in words: "责任单位（净水厂）的责任人员、值班、领导或管理员"; fields NULL: without the units' names. */
void parts_say(const struct ledgers *l, const struct definition *def, const struct parts *p,
               const json_t *fields, struct said *ret);
/* Whether a person may take an action at all; false: *why says who may. */
bool may_act(const struct ledgers *l, const struct loaded *c, const struct action *a, const struct actor *who,
             struct said *why);
/* Whether a person may open a case with these fields (NULL: some case). *ret_public: only what the public fills in is taken. */
bool may_open(const struct ledgers *l, const struct definition *def, const json_t *fields,
              const struct actor *who, bool *ret_public, struct said *why);
/* Of the unit field's unit or one that depends on it, or acted for it, here or in what was merged in. */
bool is_of(const struct ledgers *l, const struct loaded *c, const char *field, const struct actor *who);
bool is_office(const struct actor *who);
/* Whether the time and the count allow it: after, unless, max. */
bool clock_allows(const struct ledgers *l, const struct loaded *c, const struct action *a, int64_t now,
                  struct said *why);
/* The goal's answer now: *ret NULL when the case has no goal. Asks the data, so hold no lock. */
int gate_ask(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret, struct err *e);
bool gate_met(const json_t *answer);
/* Whether all cases under this one are closed: the same shape of answer. */
int gate_ask_children(struct ledgers *l, const struct loaded *c, json_t **ret, struct err *e);
bool goal_is_measured(const json_t *doc);          /* has an indicator */
bool closes_by_goal(const struct definition *def); /* some action asks the goal */
bool closes_by_children(
    const struct definition *def); /* some action asks for the cases under it (reopen.c) */
/* Whether what closes c is no easier than what closes the other; false: *why says what would be lost. */
bool gate_no_easier(const struct loaded *c, const struct loaded *than, struct said *why);

enum light { LIGHT_RED, LIGHT_YELLOW, LIGHT_GREEN, LIGHT_GREY };
const char *light_name(enum light x);
enum light clock_light(const struct ledgers *l, const struct loaded *c, int64_t now, struct said *why,
                       bool *ret_has_days, int64_t *ret_days);
/* End of the watch over a closed case, ms; 0: none is kept. */
int64_t watch_end(const struct loaded *c);

/* ---- the tree of cases (tree.c) and other cases (related.c) ---- */

/* Loads the cases under a case, in the order they were opened, until each says stop (not 0, which is returned). */
int children_each(struct ledgers *l, const json_t *doc, int (*each)(const struct loaded *child, void *arg),
                  void *arg, struct err *e);
struct child_count {
    int64_t n, closed;
};
/* Also those under the cases that were merged into it. */
int children_count(struct ledgers *l, const struct loaded *c, struct child_count *ret, struct err *e);
/* How far a case is, 0 to 100: a closed one 100, one with children their weighted mean, else what its field says. */
int case_progress(struct ledgers *l, const struct loaded *c, micro *ret, struct err *e);
/* The members "copied" and "flags" of a case in the tree: what it lacks of its own beside the one above it (tree_flags.c). */
int tree_write_flags(struct jw *w, const struct loaded *upper, const struct loaded *lower, struct err *e);
/* What a function sees of another case. */
json_t *case_glimpse(const struct loaded *c);
/* {name: [glimpses]} of a definition's `related` for a case with these fields. */
int related_load(struct ledgers *l, const struct loaded *c, json_t **ret, struct err *e);

/* The fields by which cases are looked for are kept in the store, so that nobody reads all documents. sought_make: once, when the definitions are
 * read. */
json_t *sought_make(const struct ledgers *l);
void sought_print(const struct ledgers *l, struct buf *out);
/* [[field, value]] of a case, for its row. */
json_t *sought_values(const struct ledgers *l, const struct loaded *c);
/* Loads the cases of a ledger with a value in a field, in order, until each says stop. field NULL: all of them. An older definition may look by a
 * field that is not kept; then all of the ledger come, and each compares. */
int sought_each(struct ledgers *l, const char *ledger, const char *field, const json_t *value,
                const json_t *states, int (*each)(const struct loaded *, void *), void *arg, struct err *e);

/* Whom a draw leaves out: {code: {"by": number, "named": [what names it all the same]}}; empty where the draw leaves nobody out. */
int drawing_except(struct ledgers *l, const struct drawing *d, json_t **ret, struct err *e);

/* ---- what a definition's functions do (effects.c) ---- */

/* What a function sees: copies only. */
int effects_view(struct ledgers *l, const struct loaded *c, const json_t *given, const struct actor *who,
                 int64_t now, json_t **ret, struct err *e);
/* What an action's `set` gives, into set and into c's fields. */
int effects_set(struct ledgers *l, struct loaded *c, const struct action *a, json_t *view, json_t *set,
                struct err *e);
/* Computed fields that are another than before, into set and into c's fields; view follows. */
int effects_compute(struct ledgers *l, struct loaded *c, json_t *view, json_t *set, struct err *e);
/* The cases that an action's `open` asks for: *ret [{ledger, fields}]. */
int effects_open(struct loaded *c, const struct action *a, json_t *view, json_t **ret, struct err *e);

/* ---- the row beside the document (times.c, rows.c) ---- */

/* The clocks as days and moments, for the row of store/case_rows.h: the light of any day follows from yellow and red as clock_light
 * says it. next_at: the first moment after now at which something is due by itself; 0: none. */
struct case_times {
    int64_t due, yellow, red; /* day numbers; CASE_NEVER */
    int64_t watch_until, next_at;
};
enum { WATCH_GRACE_DAYS = 7 }; /* data that come late: a watch is kept up so long after its end */
void case_times(struct ledgers *l, const struct loaded *c, int64_t now, struct case_times *ret);
/* rows.c: brings all rows up to this program's form and calendar; from then on the store asks this engine for clocks. */
int rows_open(struct ledgers *l, struct err *e);
void rows_close(struct ledgers *l);

/* ---- asking (query.c, past.c) ---- */

int filter_query(const struct ledgers *l, const struct case_filter *f, int64_t now, struct case_query *ret,
                 struct err *e);
/* Rows as they stood, in no order (store/case_rows.h); texts are lent, title and problem are there only when asked for. each may not
 * call the store. */
int past_each(struct ledgers *l, int64_t at, bool texts, int (*each)(const struct case_row *, void *),
              void *arg, struct err *e);

/* Whether the public asks for something that may not be shown, and the page of what it may find (public_list.c). */
bool public_asks(const struct case_filter *f);
int public_page(struct ledgers *l, const struct case_filter *f, const struct case_query *asked,
                struct case_page *ret, struct err *e);

/* Sums (statistics.c): adds one to another; its members into an object that is open. */
void sum_add(struct case_sum *to, const struct case_sum *s);
void sum_write(struct jw *w, const struct case_sum *s);

/* ---- writing (write.c, write_field.c, write_definition.c, write_event.c) ---- */

/* The members of CaseSummary, into an object that is open. who NULL: the public, who sees what the definition shows. */
void case_write_summary(const struct ledgers *l, struct jw *w, const struct loaded *c,
                        const struct actor *who, int64_t now);
/* A field's value as the screen shows it: units, sites and cases with their names. */
void value_write(struct ledgers *l, struct jw *w, const struct field *f, const json_t *v);
/* A field as forms show it. */
void field_write(struct jw *w, const struct field *f);
/* The member "needs" of an action. */
void needs_write(struct jw *w, const struct action *a);
/* {"id","number","ledger","title","state"} of a case; negative, and nothing written, when there is none. */
int case_write_reference(struct ledgers *l, struct jw *w, int64_t id);
/* The member "events"; shown false: none of them. */
int case_write_history(struct ledgers *l, struct jw *w, const struct loaded *c, const struct actor *who,
                       bool shown, int64_t at, struct err *e);
