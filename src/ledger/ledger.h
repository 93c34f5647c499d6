/* ledger.h - cases: opened, sent, settled, closed by data, watched afterwards.
 *
 * A kind of case is a Lua file in definitions/ledgers; this engine runs any of them. Every change is an event in the chain; a
 * case's document is the sum of its events. The engine asks the data through the callbacks below and knows no other module. Safe to
 * call from any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "domain/place.h"
#include "store/store.h"

struct ledgers;

/* What the gate asks: *ret is {"verdict":"met|not_met|cannot_judge","have":..,"need":..,"text":..,"text_en":..,"last_broken":ISO|null,
 * "last_value":..,"missing":..,"invalid":..}; the goal is a case's "goal" object (docs/api, Goal). */
typedef int (*ledger_judge_fn)(void *arg, const json_t *goal, int64_t since, int64_t now, json_t **ret,
                               struct err *e);

int ledgers_open(struct ledger_store *store, const struct place *place, const char *definitions,
                 ledger_judge_fn judge, void *judge_arg, struct ledgers **ret, struct err *e);
struct ledgers *ledgers_close(struct ledgers *l);
/* `bihuan check`: loads every ledger file of a folder and runs its own tests; the first fault is in e (file:line: reason). */
int ledgers_check(const char *definitions, struct err *e);
/* Proves the hash chain of a data folder's ledger. -EBADMSG naming the first event that does not fit. *ret_events: how many. */
int ledgers_check_chain(struct ledger_store *store, int64_t *ret_events, struct err *e);

/* An event of the chain that belongs to no case: a decision about the system itself, with who made it. body: what was decided. */
int ledgers_note(struct ledger_store *store, int64_t at, const char *actor, const char *action,
                 const json_t *body, struct err *e);

struct actor {
    const char *name; /* "system" for the program itself */
    enum role role;
    int32_t unit;
};

/* Opens a case in a ledger. fields: the definition's fields by id (units by code). finding: id, or 0. Every required field is
 * checked; faults name all that is missing ("case.field_missing"). *ret_id is the new case. */
int case_open(struct ledgers *l, const char *ledger, const json_t *fields, int64_t finding,
              const struct actor *who, int64_t now, int64_t *ret_id, struct err *e);
/* Takes an action of the definition ("accept", "submit", "approve" ...). fields: what the action needs (reason, report, evidence).
 * Errors: -EPERM "case.forbidden" (who may is in the sentence), -ENOENT, -EINVAL "case.field_missing" or "case.no_such_action",
 * -EAGAIN "case.gate_unmet" (the sentence says what is missing; a "refused" event is written). */
int case_act(struct ledgers *l, int64_t id, const char *action, const json_t *fields, const struct actor *who,
             int64_t now, struct err *e);
/* JSON for the screen (docs/api: Case, CaseSummary list, LedgerDefinition). who decides which actions are offered; NULL: public
 * view, public fields only. */
int case_write(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
               struct err *e);
/* Which cases. Merged ones are in no list and no count. */
struct case_filter {
    const char *ledger, *state, *light; /* NULL: any */
    int32_t unit, site;                 /* unit: owner or supervisor; 0: any */
    const char *text;                   /* part of number, title or problem; NULL */
    size_t limit, offset;
    int32_t supervisor;
    int64_t parent;           /* a case's children; 0: any */
    const char *group, *view; /* view: of the ledger's definition, its filter beside this one */
    const char *due_from, *due_to, *opened_from, *opened_to; /* days, both within; NULL: any */
    const char *closed_how;                                  /* "data", "paper" */
    bool overdue, rebounded, open;
    const char
        *order; /* "light" (worst first; also NULL), "due", "number", "opened" and "updated" (newest first) */
    int64_t at; /* as everything stood at this moment; 0: now */
};
/* {"total":..,"total_is_at_least":bool,"cases":[CaseSummary ..]}. The total is exact up to 10,000; above that it may be 10,000 and "at
 * least". With `at`, the events up to then are summed for every case that changed since: seconds for a hundred thousand of them, in bounded
 * memory (offset + limit rows, at most PAST_ROWS). */
enum { PAST_ROWS = 10000 };
int case_write_list(struct ledgers *l, const struct case_filter *f, const struct actor *who, int64_t now,
                    struct buf *out, struct err *e);
int ledgers_write_definitions(struct ledgers *l, struct buf *out, struct err *e);
/* {"open":..,"overdue":..,"closed":..,"closed_by_data":..,"closed_on_paper":..,"rebounded":..,"lights":{"green":..,"yellow":..,"red":..},
 *  "units":[{"unit":..,"open":..,"overdue":..,"rebounded":..}]} */
int ledgers_write_counts(struct ledgers *l, int64_t now, struct buf *out, struct err *e);
/* {"by":..,"sum":{all,open,overdue,closed,closed_by_data,closed_on_paper,rebounded,red,yellow,green,grey},"rows":[{"key":..,"key_en":..,
 * .. the same}]}, rows in order of key. by: "state", "light", "unit", "supervisor", "group", "month" (of opening), "closed" (month of closing),
 * "due" (month of the limit). ledger NULL: all. f may be NULL; its `at` gives any past day. */
int ledgers_write_statistics(struct ledgers *l, const char *ledger, const char *by,
                             const struct case_filter *f, int64_t now, struct buf *out, struct err *e);
/* What came and went between two months ("2026-01"): {"from","to","months":[{"month","begin","in","out","end"}],"groups":[{"group",
 * "months":[..]}]}. In each, end = begin + in - out. A case comes in by opening, reopening and unmerging, goes out by closing and merging; a
 * changed group is out of one and into the other (and both in the sum of all). */
int ledgers_write_flow(struct ledgers *l, const char *ledger, const char *from, const char *to,
                       struct buf *out, struct err *e);
/* A leader's page: {"overdue":[CaseSummary, the longest first],"stuck":[.. and "quiet_days": no event for `quiet` days while the work is
 * due],"rebounded":[..],"units":[{unit,open,overdue,closed_by_data,closed_on_paper,rebounded}]}, at most 50 of each list. */
int ledgers_write_leader(struct ledgers *l, const struct actor *who, int quiet, int64_t now, struct buf *out,
                         struct err *e);
/* case_write as the case stood at a moment: its fields, state, light and history up to then; no action is offered, no gate is asked. -ENOENT
 * when it was not open yet. */
int case_write_at(struct ledgers *l, int64_t id, const struct actor *who, int64_t at, struct buf *out,
                  struct err *e);
/* Clocks and look-back, as of now. Clocks: only cases whose next moment has come are read (store/case_rows.h, next_at). Look-back: closed cases
 * under watch are asked in turn for at most about three seconds a call, the next call goes on behind the last one; a watch is kept
 * up seven days past its end, so a round may take that long. A broken goal reopens the case (same number, an event with the date).
 * changed(case id) is called for each case whose light changed by time or that was reopened. */
int ledgers_tick(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                 struct err *e);
/* Sentences of this module (err.text) read "中文 | English"; this takes one apart. A text without the bar is given for both. */
void ledger_sentences(const char *text, char *zh, size_t zh_cap, char *en, size_t en_cap);
