/* timing.h - everything about time in a case: clocks, ladder, report duty, re-checks, merging of limits.
 *
 * What happened to a case's clocks is told by its events alone. When an event is written, timed_body adds what it means for the
 * clocks (it knows the definition); timing_fold keeps that in the document (it knows only the event), so that the chain proves it.
 * Every deadline is worked out from there, for today or, with the events folded up to a past moment, for any day.
 *
 * Event members:  marks: [{do: start|run|stop|pause|resume|extend|due, clock, days}] · clock_marks: all of them anew (moved) · duty: begin|end ·
 *   reported: period · rung: {name…} by its action · missed: {period, due} · recheck: key · source: {number, ledger, source, case, limits} ·
 *   unsource: number · merged_into: {id, number} · unmerged: true · definition (moved)
 * Document members: clock_marks [{at, by, do, clock, days}] · round (ms of the last rebound) · duty (ms) · reported, missed (the newest
 *   36) · misses · rungs (names, this round) · rechecks (keys, since the closing) · sources · merged_into
 *
 * Days are day numbers of China time. The day on which a clock starts is day 0; of a pause the day it began counts, the days after it
 * up to and with the day of resuming do not. */
#pragma once

#include "ledger/engine.h"
#include "store/store.h"

enum { KEPT_MAX = 36 }; /* periods kept in the document */
#define NEVER INT64_MAX

/* ---- what an event means (fold_time.c) ---- */

/* The body with what it means for the clocks, made from the document before it. NULL when out of memory. */
json_t *timed_body(const struct definition *d, const json_t *doc, const char *action, const json_t *body,
                   int64_t at);
void timing_fold(json_t *doc, const struct event *ev, const json_t *body);
/* The clocks a case would have had under another definition: its events read again. *ret: {clock_marks, duty, reported}. */
int timing_replay(struct ledgers *l, int64_t id, const struct definition *d, json_t **ret, struct err *e);
/* A case's document as it stood at a past moment, from its events. -ENOENT when it was not there yet. */
int case_load_past(struct ledgers *l, int64_t id, int64_t at, struct loaded *ret, struct err *e);
bool marks_paused(const json_t *marks);
bool names_hold(const json_t *names, const char *word); /* a text or a list of texts */

/* ---- clocks (clock_state.c) ---- */

/* Add to a sentence. */
__attribute__((format(printf, 2, 3))) void said_zh(struct said *s, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) void said_en(struct said *s, const char *fmt, ...);

struct clock_state {
    const struct clock_rule *rule; /* NULL: the main limit, the field "due" */
    int64_t from;                  /* ms; 0: not started */
    int64_t deadline;              /* day; INT64_MAX when it cannot be said or no date is set */
    int year;                      /* not announced: the deadline cannot be counted; 0: it can */
    int64_t paused, extended;      /* days, in the clock's own counting */
    char approvers[96];            /* who extended it */
    int64_t stopped;               /* ms; 0: it runs */
    bool paused_now;
    bool has_left;
    int64_t left;         /* days to the deadline in the clock's own counting; negative when over */
    const char *stricter; /* the number of the merged case whose limit it is; NULL */
    enum light light;     /* grey: not started, or closed */
};
/* The states of the main limit (first, when the ledger has one) and of every clock. Pure. Returns how many. */
size_t clock_states(const struct calendar *cal, const struct definition *d, const json_t *doc, int64_t now,
                    struct clock_state ret[CLOCKS_MAX + 1]);
/* The nearest limit that runs (the stopped main one when none does). false: no date. */
bool clock_due(const struct ledgers *l, const struct loaded *c, int64_t now, int64_t *ret_day);
/* The limit that the ladder is hung on: the main one, or the first clock of a ledger without it. NULL: none runs. */
const struct clock_state *clock_main(const struct clock_state *s, size_t n);
void clock_why(const struct definition *d, const struct clock_state *s, struct said *ret);
/* The first day on which a limit that runs is near (times.c). */
int64_t clock_near_from(const struct ledgers *l, const struct definition *d, const struct clock_state *s);
bool clock_is_near(const struct calendar *cal, const struct definition *d, const struct clock_state *s,
                   int64_t today);
int64_t clock_round(const json_t *doc); /* ms: opened, or the last rebound */

/* ---- milestones (stages.c) ---- */

/* The first day on which a milestone is past without proof; NEVER. *ret_name is lent from the case. */
int64_t stages_late_from(const struct loaded *c, const char **ret_name);
/* The light with the milestones beside the limits; a sentence is added to why where they change it. */
enum light stages_light(const struct loaded *c, enum light worst, int64_t now, struct said *why);

/* ---- the watch (lookback.c) ---- */

/* What reopening in a state does to the limit: it runs again, and is at least so many days away. Into the event's body. */
void reopen_limits(const struct loaded *c, int to, int64_t now, json_t *body);
/* Opens what was closed on the strength of a case that is open again; body: of the event that opened it. Between begin and commit. */
int reopen_above(struct ledgers *l, const struct loaded *c, const json_t *body, int64_t now,
                 struct news *news, struct err *e);
/* The last time that broke the goal, of a judge's answer; 0: none. */
int64_t watch_broken(const json_t *answer);
/* Goals whose turn has come (watch.c): opens again what the data broke, notes what they cannot judge. The first failure, which stops no other. */
int watch_round(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                struct err *e);
/* 1: reopened. */
int look_back(struct ledgers *l, int64_t id, int64_t now, struct err *e);

/* ---- the day on which the program acts (wake.c) ---- */

/* The moment of a case's `wake` day, NEVER without one. */
int64_t wake_at(const struct loaded *c);
/* Takes the action when its day has come. 1: an event was written. */
int wake_case(struct ledgers *l, const struct loaded *c, int64_t now, struct err *e);

/* ---- much at once (tick.c) ---- */

/* What is done to many cases by itself goes in pieces of one transaction each. While one is open nobody else comes to the store, so none is
 * gone on with after piece_end, a moment of the monotonic clock. A request comes to the store many times, for a list once a case: where others
 * waited when the piece ended (ledger_wanted), they have it for a while before the next one. */
int64_t piece_end(void);
void piece_pause(bool wanted);

/* ---- what follows from other cases (follow.c) ---- */

/* Asks the `follow` of every ledger that has one, of the cases that its action can be taken in, and takes it where it says so. At most once a
 * minute of the clock, and only when some event came or another day began. The first failure, which stops no other. */
int follow_round(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                 struct err *e);

/* ---- what the tick does (tick.c, ladder.c, duty.c, recheck.c) ---- */

/* Each: the next event that is due now (*ret_body NULL: none), and the moment at which the next one will be (NEVER). */
int ladder_due(const struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body,
               int64_t *ret_next, struct err *e);
int duty_due(const struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body,
             int64_t *ret_next, struct err *e);
int recheck_due(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body, int64_t *ret_next,
                struct err *e);
/* The same without drawing a quarter's seed: it is due now when there is none yet. */
int recheck_next(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body, int64_t *ret_next,
                 struct err *e);
/* The next moment at which the tick must look at a case: a light that changes, a rung, a report's day, a re-check; NEVER. Now or
 * earlier when something is due already. The watch over closed cases is apart (watch_end). */
int64_t case_next(struct ledgers *l, const struct loaded *c, int64_t now);
/* "2026-03", "2026-Q1" …: the period for which a report made on that day counts, and its last day for it. */
int64_t duty_period(const struct duty *d, int64_t day, char ret[16]);
/* The members by which an action that reopens a closed case does so. */
int reopen_by_hand(const struct loaded *c, const struct action *a, const json_t *given, int64_t now,
                   json_t *body);

/* ---- merging (merge.c) ---- */

/* -EINVAL "case.merged" naming the case it is in. */
int merged_refuses(const struct loaded *c, struct err *e);

/* ---- writing (write_time.c) ---- */

void clocks_write(const struct ledgers *l, struct jw *w, const struct loaded *c, const struct actor *who,
                  int64_t now);
void timing_write(struct jw *w, const struct definition *d);                 /* clocks, ladder, report */
void timing_label(const char *action, const json_t *body, struct said *ret); /* of an event of this part */
