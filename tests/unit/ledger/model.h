/* model.h - the ledger engine once more, as plain data and plain loops, to hold the real one against.
 *
 * A definition is drawn from a seed and written as the Lua file that the engine reads; the reference plays the same actions on plain
 * lists: no chain, no store, no JSON. It knows docs/ledger.md and not src/ledger. Days are counted one by one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { M_STATES = 6, M_ACTIONS = 14, M_CLOCKS = 3, M_PEOPLE = 17, M_SPANS = 64, M_UNITS = 6 };

/* Who may: bits. A unit field, a user field, or a role. */
enum {
    BY_M_OWNER = 1,
    BY_M_SUPERVISOR = 2,
    BY_M_HELPER = 4,
    BY_M_PERSON = 8,
    BY_M_OFFICE = 16,
    BY_M_LEADER = 32,
    BY_M_REVIEWER = 64,
    BY_M_RESPONSIBLE = 128,
    BY_M_AUTHOR = 256,
    BY_M_ALL = 511
};
enum { NEVER_OWNER = 1, NEVER_HELPER = 2 };
enum { EXTENDS_NONE = -2, EXTENDS_MAIN = -1 }; /* else a clock */

struct m_action {
    unsigned from, by, never;
    int to; /* -1: stays */
    bool gate, pauses, resumes, reopens, reason, evidence, sets_due;
    int after, max, unless, extends, extends_days; /* unless: -1 none */
};
enum m_from { FROM_OPEN, FROM_ACTION, FROM_STATE };
struct m_clock {
    enum m_from kind;
    int from, days, yellow; /* yellow -1: not said */
    unsigned stop_actions, stop_states;
    bool workdays, once;
};
struct model {
    unsigned seed, state; /* state: of the generator */
    int n_states, n_actions, n_clocks, yellow, evidence_kinds, watch_days, reopen_to, due_days;
    unsigned met;
    bool has_supervisor, due_workdays;
    struct m_action action[M_ACTIONS];
    struct m_clock clock[M_CLOCKS];
};
/* Draws a definition; the closed state is the last, the working one the second. */
void model_draw(struct model *m, unsigned seed);
void model_lua(const struct model *m, struct buf *out);

struct m_person {
    const char *name, *role;
    int unit;
};
extern struct m_person m_people[M_PEOPLE]; /* the last one moves between units */
extern const char *const m_units[M_UNITS]; /* codes; 0: none */

enum m_goal { GOAL_NONE, GOAL_WORDS, GOAL_MEASURED };
enum m_verdict { V_MET, V_NOT_MET, V_CANNOT, V_FAILS };

struct op {
    enum { OP_OPEN, OP_ACT, OP_TICK, OP_MOVE } kind;
    int which, action, who, owner, supervisor, helper, person, due; /* due: days from today; -1: none */
    enum m_goal goal;
    enum m_verdict verdict;
    unsigned kinds; /* of evidence, bits */
    bool complete;  /* everything that is needed is given */
    bool fits;      /* the next action of the state, by the next person who may */
    int64_t wait, broken_ago;
};

struct m_run {
    int64_t from, stopped; /* 0: never started, runs */
};
struct m_case {
    int64_t opened, since, entered, stopped, closed, round, due_origin;
    char how; /* 'd', 'p', 0 */
    int state, rebounds, refused, by_data, owner, supervisor, helper, person, author;
    int taken[M_ACTIONS], here[M_ACTIONS];
    int64_t due; /* day; -1: none */
    enum m_goal goal;
    unsigned kinds, did_owner, did_helper; /* bits of people */
    struct {
        int64_t from, to; /* days; to -1: still */
    } pause[M_SPANS];
    struct {
        int64_t at;
        int clock, days;
    } more[M_SPANS];
    int n_pauses, n_more;
    struct m_run run[M_CLOCKS];
};

enum m_result { M_OK, M_NO_ACTION, M_FORBIDDEN, M_MISSING, M_UNMET, M_RESULTS };
extern const char *const m_result_names[M_RESULTS];

void ref_open(const struct model *m, struct m_case *c, const struct op *op, int64_t now);
enum m_result ref_act(const struct model *m, struct m_case *c, const struct op *op, int64_t now);
/* Turns action and person on to the next that the reference would let act. */
void ref_fit(const struct model *m, const struct m_case *c, struct op *op);
/* The watch: whether the case opens again. */
bool ref_tick(const struct model *m, struct m_case *c, int64_t broken, int64_t now);
/* Of a limit (EXTENDS_MAIN or a clock): its day, -1 when it has none; *light of it alone. */
int64_t ref_deadline(const struct model *m, const struct m_case *c, int clock, int64_t now,
                     const char **light);
const char *ref_light(const struct model *m, const struct m_case *c, int64_t now);
/* Reads YEAR.csv of a folder into the reference's own calendar. */
bool ref_calendar(const char *folder, int year);
