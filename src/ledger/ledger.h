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
/* `bihuan check`: loads every ledger file of a folder and runs its own tests (how many of both: may be NULL); the first fault is in e
 * (file:line: reason). */
int ledgers_check(const char *definitions, size_t *ret_ledgers, size_t *ret_tests, struct err *e);
/* The same, and a line for each action that no test of its file takes, or that asks for proof and is never refused for want of it. */
int ledgers_check_tested(const char *definitions, struct buf *ret_untested, struct err *e);
/* Proves the hash chain of a data folder's ledger. -EBADMSG naming the first event that does not fit. *ret_events: how many. */
int ledgers_check_chain(struct ledger_store *store, int64_t *ret_events, struct err *e);

/* An event of the chain that belongs to no case: a decision about the system itself, with who made it. body: what was decided. */
int ledgers_note(struct ledger_store *store, int64_t at, const char *actor, const char *action,
                 const json_t *body, struct err *e);

struct actor {
    const char *name; /* "system" for the program itself */
    enum role role;
    int32_t unit;
    const char *once,
        *once_of;          /* the request's own key, and a hash of what it asks (case_once); NULL: none */
    const json_t *capture; /* the record made in the field that this is (capture.h); NULL: none */
    int64_t seen;          /* the last event of the case that this person had before them; 0: not said */
    const char *ticket;    /* whose uploads without a login may be attached; NULL: nobody's */
    bool holder;           /* without a login: has the query number of the case that is acted on */
};

/* Opens a case in a ledger. fields: the definition's fields by id (units by code). finding: id, or 0. Every required field is
 * checked; faults name all that is missing ("case.field_missing"). *ret_id is the new case. */
int case_open(struct ledgers *l, const char *ledger, const json_t *fields, int64_t finding,
              const struct actor *who, int64_t now, int64_t *ret_id, struct err *e);
/* The same under another case (0: under none), which must be open and whose ledger must name this one among its children. The new
 * case and its parent's event are one transaction. */
int case_open_under(struct ledgers *l, int64_t parent, const char *ledger, const json_t *fields,
                    int64_t finding, const struct actor *who, int64_t now, int64_t *ret_id, struct err *e);
/* Takes an action of the definition ("accept", "submit", "approve" ...). fields: what the action needs (reason, report, evidence).
 * Errors: -EPERM "case.forbidden" (who may is in the sentence), -ENOENT, -EINVAL "case.field_missing" or "case.no_such_action",
 * -EAGAIN "case.gate_unmet" (the sentence says what is missing; a "refused" event is written). */
int case_act(struct ledgers *l, int64_t id, const char *action, const json_t *fields, const struct actor *who,
             int64_t now, struct err *e);
/* Whether this person's request with this key was done within the last two weeks: the key is kept in the same transaction as the event
 * that it wrote. 0: not yet; 1: done, *ret_id is its case; <0: it was refused for want of proof or time, as then, or (-EEXIST
 * "once.other") the key stands for another request. */
int case_once(struct ledgers *l, const struct actor *who, int64_t now, int64_t *ret_id, struct err *e);
/* Reads the record of a request that was made in the field (capture.h says how); *ret is for actor.capture, owned by the caller, NULL for
 * none. */
int case_capture(struct ledgers *l, const json_t *given, const char *ledger, const char *action, int64_t id,
                 const json_t *fields, json_t **ret, struct err *e);
/* Proves every record made in the field against its hash, and the files it names by holds(). *ret: how many. */
int ledgers_check_captures(struct ledger_store *store,
                           int (*holds)(const char *sm3, void *arg, struct err *e), void *arg, int64_t *ret,
                           struct err *e);
/* A rows field of a case as CSV with the columns' ids for a heading; for whoever may read the case. -ENOENT: there is no such table. */
int case_csv(struct ledgers *l, int64_t id, const char *field, const struct actor *who, struct buf *out,
             struct err *e);
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
    int32_t supervisor, owner;
    int64_t parent;           /* a case's children; 0: any */
    const char *group, *view; /* view: of the ledger's definition, its filter beside this one */
    const char *due_from, *due_to, *opened_from, *opened_to, *closed_from,
        *closed_to;                        /* days, both within; NULL: any */
    const char *closed_how;                /* "data", "paper" */
    bool overdue, rebounded, missed, open; /* missed: a report fell due and did not come */
    bool blind;                            /* closed, and the watch has no data to judge by */
    const char
        *order; /* "light" (worst first; also NULL), "due", "number", "opened" and "updated" (newest first) */
    int64_t at; /* as everything stood at this moment; 0: now */
    const char *add;    /* a number or flag field whose values statistics add up; NULL: none */
    const char *fields; /* ids parted by commas: lists carry these fields of each case; NULL: none */
};
/* {"total":..,"total_is_at_least":bool,"cases":[CaseSummary ..]}. The total is exact up to 10,000; above that it may be 10,000 and "at
 * least". With `at`, the events up to then are summed for every case that changed since: seconds for a hundred thousand of them, in bounded
 * memory (offset + limit rows, at most PAST_ROWS). */
enum { PAST_ROWS = 10000 };
int case_write_list(struct ledgers *l, const struct case_filter *f, const struct actor *who, int64_t now,
                    struct buf *out, struct err *e);
/* The tree under a case (docs/api: CaseTree): each with its progress and, for a plan, what it lacks of its own. */
int case_write_tree(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
                    struct err *e);
/* What the public sees of a case (docs/api: PublishedCase): the summary, its published fields as first published ("first") and today
 * ("fields"), and each later change of one ("changes"; none when the ledger does not publish its history). */
int case_write_published(struct ledgers *l, int64_t id, int64_t now, struct buf *out, struct err *e);
/* The title of a ledger in use; NULL when there is none. ledgers_has_field: whether its definition of now has it. */
const char *ledgers_title(struct ledgers *l, const char *id, bool english);
bool ledgers_has_field(struct ledgers *l, const char *id, const char *field);
/* who NULL: the public. */
int ledgers_write_definitions(struct ledgers *l, const struct actor *who, struct buf *out, struct err *e);
/* A page of Markdown on each ledger of a folder, or on one (id not NULL), in order of name: given(id, page) for each. */
int ledgers_describe(const char *definitions, const char *id,
                     int (*given)(const char *id, const struct buf *page, void *arg, struct err *e),
                     void *arg, struct err *e);
/* {"open":..,"overdue":..,"closed":..,"closed_by_data":..,"closed_on_paper":..,"rebounded":..,"lights":{"green":..,"yellow":..,"red":..},
 *  "units":[{"unit":..,"open":..,"overdue":..,"rebounded":..}]} */
int ledgers_write_counts(struct ledgers *l, int64_t now, struct buf *out, struct err *e);
/* Cases of the ledgers named in a JSON list that were open at some time in from <= time < to, and those of them closed in it and not
 * reopened since. -ENOENT: there is none of these ledgers. */
int ledgers_count_closed(struct ledgers *l, const json_t *ids, int64_t from, int64_t to, int64_t *ret_all,
                         int64_t *ret_closed, struct err *e);
/* {"by":..,"sum":{all,open,overdue,closed,closed_by_data,closed_on_paper,rebounded,red,yellow,green,grey},"rows":[{"key":..,"key_en":..,
 * .. the same}]}, rows in order of key. by: "state", "light", "unit", "supervisor", "group", "month" (of opening), "closed" (month of
 * closing), "due" (month of the limit), "due_day", "ledger". ledger NULL: all. f may be NULL; its `at` gives any past day. With `add`,
 * each sum also has "with" (how many cases have a value) and "added" (their sum; a flag is 1 or 0, so that added / with is its share):
 * documents are read for it, so it is of one ledger, of now, and of at most 20,000 cases. */
int ledgers_write_statistics(struct ledgers *l, const char *ledger, const char *by,
                             const struct case_filter *f, int64_t now, struct buf *out, struct err *e);
/* How well units handle the cases of a ledger that has a `score` (docs/ledger.md), of the cases opened in from <= day <= to: of each unit the
 * points, the grade and each item's share, with how many cases were judged. unit not NULL: the unit's cases instead, each with its items
 * and why. Only cases that were closed at least once are judged; the others are counted as waiting. At most 5,000 cases. */
struct score_ask {
    const char *ledger, *from, *to; /* days, "2026-01-01" */
    const char *unit;               /* code; NULL: all units */
};
int ledgers_write_score(struct ledgers *l, const struct score_ask *a, int64_t now, struct buf *out,
                        struct err *e);
/* The `tables` of a ledger: {"ledger","year","tables":[{"id","label","rows","columns","heads":[..],"lines":[{"key","cells":[{"n","added"}]}]}]}.
 * who NULL: those that are public. At most 20,000 cases. */
int ledgers_write_crosses(struct ledgers *l, const char *ledger, int year, const struct actor *who,
                          int64_t now, struct buf *out, struct err *e);
/* What came and went between two months ("2026-01"): {"from","to","months":[{"month","begin","in","out","end"}],"groups":[{"group",
 * "months":[..]}]}. In each, end = begin + in - out. A case comes in by opening, reopening and unmerging, goes out by closing and merging;
 * a changed group is out of one and into the other (and both in the sum of all). */
int ledgers_write_flow(struct ledgers *l, const char *ledger, const char *from, const char *to,
                       struct buf *out, struct err *e);
/* {"from","to","days":[{"date","kind":"off|work","name"}],"missing":[years without an arrangement]}: the days between, at most 400, of
 * which the official arrangements say something; of the others Saturdays and Sundays are off. */
int ledgers_write_workdays(struct ledgers *l, const char *from, const char *to, struct buf *out,
                           struct err *e);
/* A leader's page: {"overdue":[CaseSummary, the longest first],"stuck":[.. and "quiet_days": no event for `quiet` days while the work is
 * due],"rebounded":[..],"units":[{unit,open,overdue,closed_by_data,closed_on_paper,rebounded}]}, at most 50 of each list. */
int ledgers_write_leader(struct ledgers *l, const struct actor *who, int quiet, int64_t now, struct buf *out,
                         struct err *e);
/* case_write as the case stood at a moment: its fields, state, light and history up to then; no action is offered, no gate is asked.
 * -ENOENT when it was not open yet. */
int case_write_at(struct ledgers *l, int64_t id, const struct actor *who, int64_t at, struct buf *out,
                  struct err *e);
/* Clocks and look-back, as of now. Clocks: only cases whose next moment has come are read (store/case_rows.h, next_at). Look-back: only
 * goals whose turn has come are asked, for at most about three seconds a call, the next call goes on (watch.c); a watch is kept up seven
 * days past its end. A broken goal reopens the case (same number, an event with the date); one without data is noted.
 * changed(case id) is called for each case whose light changed by time or that was reopened. */
int ledgers_tick(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                 struct err *e);
/* The same for a server that others wait for: no new piece of clocks is begun after most_ns (0: until none is left). *ret_left: some clocks
 * may still be due, and the next call goes on. The store is given up between pieces, each of which holds it for about 25 ms. */
int ledgers_tick_for(struct ledgers *l, int64_t now, int64_t most_ns, void (*changed)(int64_t id, void *arg),
                     void *arg, bool *ret_left, struct err *e);
/* Look-back at the goals about a site whose data just came, as ledgers_tick does when their turn comes. */
int ledgers_watch_site(struct ledgers *l, int32_t site, int64_t now, void (*changed)(int64_t id, void *arg),
                       void *arg, struct err *e);
/* Called after each event of a case, in the thread that wrote it; doc and body are lent. The event is on disk, unless a larger transaction
 * (an import, a piece of a tick) is still open around it, which may yet be undone: take note and read again, as a reader waits for its end.
 * It must not write cases. Set it before the engine is used by more than one thread. */
typedef void (*ledger_event_fn)(void *arg, int64_t id, const char *action, const json_t *doc,
                                const json_t *body);
void ledgers_on_event(struct ledgers *l, ledger_event_fn fn, void *arg);
/* Called for each suspicion that is new, when it is kept; it is on disk unless a larger transaction is open around it. It must not write
 * cases. Set it before the engine is used by more than one thread. */
struct suspicion_news {
    int64_t case_id;
    const char *key, *number, *kind, *text, *text_en;
    int32_t supervisor; /* unit; 0: none */
};
typedef void (*ledger_suspicion_fn)(void *arg, const struct suspicion_news *s);
void ledgers_on_suspicion(struct ledgers *l, ledger_suspicion_fn fn, void *arg);
/* Asked after the definition's own guards, with the case as it is, before an action is written: 1 with a sentence refuses it
 * (case.gate_unmet, and it stays in the history), 0 allows. For what a definition cannot compute; app says what (the grid's overlaps). No
 * lock is held. Set it before the engine is used by more than one thread. */
struct said_text {
    char zh[320], en[320];
};
typedef int (*ledger_ask_fn)(void *arg, int64_t id, const json_t *doc, const char *action,
                             struct said_text *why, struct err *e);
void ledgers_on_ask(struct ledgers *l, ledger_ask_fn fn, void *arg);
/* Called with what an action was given, checked and in its stored form, before anything is asked of it: the program may put in what people
 * cannot know better than the data (the amounts that an enterprise's own outlets sent). Values stay in stored form. No lock is held. Set
 * it before the engine is used by more than one thread. */
typedef int (*ledger_fill_fn)(void *arg, const json_t *doc, const char *action, json_t *given, int64_t now,
                              struct err *e);
void ledgers_on_fill(struct ledgers *l, ledger_fill_fn fn, void *arg);
/* The data folder whose secret.key seals what a definition calls secret (store/seal.h). Until then such fields are refused. */
int ledgers_keep_secrets(struct ledgers *l, const char *dir, struct err *e);
/* The sealed texts of a case, opened: {"fields":{id: text}}. For the office and the responsible people of a unit that it names, other than the supervising one; that they were
 * looked at is an event of the case ("opened_secrets"). */
int case_open_secrets(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
                      struct err *e);
/* The same problem from two sources becomes one case: `other` goes into `survivor`, which keeps its number, gets the other's among its
 * sources and the stricter of each limit. Un-merging gives back all. For the office. -EINVAL "case.merge": the sentence says why not. */
int case_merge(struct ledgers *l, int64_t survivor, int64_t other, const struct actor *who, int64_t now,
               struct err *e);
int case_unmerge(struct ledgers *l, int64_t survivor, int64_t other, const struct actor *who, int64_t now,
                 struct err *e);
/* Moves a case to the definition its ledger has now. -EINVAL "case.move": its state or a field does not fit, named. */
int case_move(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct err *e);
/* Where every limit stood at a past (or any) moment, from the case's events alone: [{id,label,…}] as in Case.clocks. */
int case_write_clocks_at(struct ledgers *l, int64_t id, const struct actor *who, int64_t at, struct buf *out,
                         struct err *e);
/* Cases of the same ledger that may be the same complaint: of an existing case (id), or of a draft (id 0: ledger and fields).
 * {"repeats":[{"id","number","title","state","opened","score","reasons":[{"zh","en"}]}]}, best first, at most 20. */
int case_repeats(struct ledgers *l, int64_t id, const char *ledger, const json_t *fields, int64_t now,
                 struct buf *out, struct err *e);
/* 双随机 of a ledger that has a draw (draw.h, docs/ledger.md): objects are the city's enterprises, each in the tier its newest case of the
 * credit ledger gives; officers are the supervisors of the bureau's units. Opens the drawn cases and keeps an event of case 0 with
 * everything it was made of, in one transaction. For the office. Answers with draw_answer's object and "ledger", "dry", and when it was
 * for good "at", "by", "event" (the event's hash) and each drawn one's "case". -EEXIST "draw.seed_used". */
struct draw_ask {
    const char *ledger, *seed;
    const json_t *fields;   /* what all drawn cases have in common */
    const json_t *objects;  /* codes of units; NULL: all enterprises */
    const json_t *officers; /* accounts, or {name, unit}; NULL: as above */
    bool dry;               /* nothing is kept */
};
int ledgers_draw(struct ledgers *l, const struct draw_ask *a, const struct actor *who, int64_t now,
                 struct buf *out, struct err *e);
/* A past draw by its seed; seed NULL: {"draws":[{"seed","at","by","input_hash","objects","drawn"}]}. */
int ledgers_write_draw(struct ledgers *l, const char *ledger, const char *seed, struct buf *out,
                       struct err *e);
/* Deals open cases of a ledger that has a `deal` out to leaders (docs/ledger.md, 分派): for the office.
 * {"ledger","dry","per","people":[{"name", "display","held","given":[{"id","number","title"}]}],"left":cases nobody
 * holds,"complete":nobody holds fewer than `per` while some are left}. */
enum deal_mode { DEAL_FOR_GOOD, DEAL_DRY, DEAL_STATUS /* what is held now; for anybody */ };
struct deal_ask {
    const char *ledger;
    const json_t *among; /* accounts of leaders; NULL: all of them */
    enum deal_mode mode;
};
int ledgers_deal(struct ledgers *l, const struct deal_ask *a, const struct actor *who, int64_t now,
                 struct buf *out, struct err *e);
/* Sentences of this module (err.text) read "中文 | English"; this takes one apart. A text without the bar is given for both. */
void ledger_sentences(const char *text, char *zh, size_t zh_cap, char *en, size_t en_cap);

/* ---- attachments (case_files.c), suspicions (suspect.c); lists read: import.h ---- */

/* The document of an attachment, if this person may see it: who may see the case sees its files, an upload that waits only its uploader,
 * the public (who NULL) only files of fields that the ledger publishes. Otherwise -ENOENT, as if there were none. The caller releases. */
int case_file_get(struct ledgers *l, int64_t file, const struct actor *who, struct doc *ret, struct err *e);
/* {"files":[..]} of a case, as far as this person may see them. */
int case_files_write(struct ledgers *l, int64_t case_id, const struct actor *who, struct buf *out,
                     struct err *e);
/* An attachment as answers show it. */
void case_file_write(struct jw *w, const struct doc *d);

/* Looks at a case after an event of it and keeps what looks odd, each once (docs/files.md). Nothing follows from a suspicion by itself. */
int suspect_case(struct ledgers *l, int64_t id, int64_t now, struct err *e);
/* A finding that is new: whether it follows soon on a closure at its site. */
int suspect_finding(struct ledgers *l, int64_t finding, int64_t now, struct err *e);
struct suspicion_filter {
    int64_t case_id;    /* 0: any */
    const char *ledger; /* NULL: any */
    const char *state;  /* "open", "dismissed", "confirmed"; NULL: any */
    size_t limit, offset;
};
int suspicions_write(struct ledgers *l, const struct suspicion_filter *f, struct buf *out, struct err *e);
/* "dismissed", "confirmed", or "open" again, by a supervisor or above who is not of the unit it is about; an event of every case
 * concerned. */
int suspicion_decide(struct ledgers *l, int64_t id, const char *decision, const char *reason,
                     const struct actor *who, int64_t now, struct err *e);
