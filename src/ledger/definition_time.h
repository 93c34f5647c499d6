/* definition_time.h - what a ledger file says of time (docs/ledger.md: clocks, ladder, report, look-back). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"

enum { CLOCKS_MAX = 8, RUNGS_MAX = 16, RECHECKS_MAX = 8 };

struct clock_rule {
    const char *id, *label, *label_en, *source, *certainty;
    const char *from;           /* "open", an action's id or a state's name */
    const char *verb, *verb_en; /* from, as people say it */
    const json_t *stops;        /* NULL, a name or a list: actions and states */
    int days, yellow;
    bool workdays;
    bool once; /* started again after a stop it runs on under the first limit */
};

struct rung {
    int days; /* against the limit, negative: before it */
    bool workdays;
    const char *name, *name_en, *rule, *rule_en;
    const json_t *to; /* NULL, a name or a list */
    char own_rule[2][48];
};

enum every { EVERY_NONE, EVERY_WEEK, EVERY_MONTH, EVERY_QUARTER, EVERY_HALF, EVERY_YEAR, EVERY_COUNT };
extern const char *const every_names[EVERY_COUNT];

struct duty {
    enum every every;
    int on_day;         /* of the period, from 1; a period that is shorter ends on its last day */
    const json_t *by;   /* NULL, a name or a list */
    const char *action; /* that reports */
    uint32_t states;
};

struct recheck {
    int after[RECHECKS_MAX];
    size_t n;
    int64_t share;    /* micro */
    const json_t *by; /* NULL, a name or a list */
};

struct timing {
    struct clock_rule clock[CLOCKS_MAX];
    size_t n_clocks;
    bool main;                  /* the field "due" is the limit */
    const struct field *stages; /* rows with "due" and "done": milestones; NULL */
    struct rung rung[RUNGS_MAX];
    size_t n_rungs;
    struct duty duty;
    struct recheck recheck;
};
