/* definition.h - a ledger's Lua file, read and checked: fields, states, actions, clock, look-back (docs/ledger.md).
 *
 * A definition is known by the SM3 of its text and never changes; a changed file is another definition. Its functions run one
 * at a time behind its own lock. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "ledger/draw.h"
#include "ledger/definition_time.h"

enum field_type {
    FIELD_TEXT,
    FIELD_CHOICE,
    FIELD_UNIT,
    FIELD_USER,
    FIELD_DATE,
    FIELD_GOAL,
    FIELD_LIST,
    FIELD_NUMBER,
    FIELD_SITE,
    FIELD_FLAG,
    FIELD_TIME,      /* date and minute */
    FIELD_POINT,     /* {lon, lat} */
    FIELD_AREA,      /* a ring of [lon, lat] */
    FIELD_TRACK,     /* a list of {at, lon, lat} */
    FIELD_ROWS,      /* a list of objects with the field's columns */
    FIELD_FILE,      /* a list of attachment ids */
    FIELD_SIGNATURE, /* a list of one attachment id: a picture drawn by hand */
    FIELD_CASE,      /* the number of another case */
    FIELD_EVIDENCE,  /* only what an action needs: a list of {kind, text} */
    FIELD_TYPES
};
const char *field_type_name(enum field_type t);

/* A field of the case, something an action needs, or a column of rows. Texts are borrowed from the definition's tree. */
struct field {
    const char *id, *label, *label_en, *hint, *hint_en;
    enum field_type type;
    bool required;
    const char *when_field;     /* required when that field has one of when_is; NULL */
    const json_t *when_is;      /* array of texts, numbers or flags */
    const json_t *choices;      /* array of texts: choice and evidence kinds; NULL: any */
    const char *differs_from;   /* another field of the case; NULL */
    const char *independent_of; /* unit: neither that field's unit nor one that belongs with it; NULL */
    bool secret; /* text: kept sealed, and shown only when it is asked for by name (secret.c) */
    const json_t *from_finding; /* its value in a case made from a finding; NULL */
    bool by_finding;            /* only a finding fills it: nobody gives it by hand */
    const json_t *otherwise;    /* default: its value in a new case when nothing is given; NULL */
    const json_t *from_public;  /* its value in a case that the public opens; NULL */
    const char *unit;           /* number: what it is counted in; NULL */
    int decimals;               /* number: at most; -1: any */
    micro min, max;             /* number: inclusive; MICRO_MISSING: none */
    size_t most;                /* text: characters; list, area, track, rows, file: items */
    const char *ledger;         /* case: of which ledger; NULL: any */
    const json_t *kinds;        /* file: what may be given; NULL: anything */
    const json_t *
        records; /* evidence: {kind: "site" or ledgers} whose proof is a record of theirs, not a file; NULL */
    const json_t *colours;      /* choice: {choice: colour of its mark}; NULL */
    const struct field *column; /* rows */
    size_t n_columns;
    int value; /* number of the function that computes it, so that nobody gives it; 0: none */
};

/* Who: a role over the whole city, the author, the people of a unit field, or the person of a user field. */
enum by {
    BY_OFFICE,
    BY_LEADER,
    BY_REVIEWER,
    BY_SUPERVISOR, /* any of them: in a ledger without a field of that name */
    BY_RESPONSIBLE,
    BY_PUBLIC,
    BY_AUTHOR,
    BY_REPORTER, /* whoever has the query number of a case that the public opened */
    BY_UNIT,
    BY_USER,
    BY_COUNT
};
struct part {
    enum by by;
    const char *field; /* unit and user */
};
enum { PARTS_MAX = 8 };
struct parts {
    struct part part[PARTS_MAX];
    size_t n;
};
/* The word of the file: "office", or the field's id. */
const char *part_name(const struct part *p);

enum { STATES_MAX = 32, NEEDS_MAX = 16, FIELDS_MAX = 64, ACTIONS_MAX = 64, NEVER_MAX = 8, RELATED_MAX = 8 };

enum gate { GATE_GOAL_MET = 1, GATE_CHILDREN_CLOSED = 2 }; /* bits */

struct action {
    const char *id, *label, *label_en;
    uint32_t from; /* a bit a state */
    int to;        /* state, or -1: stays */
    struct parts by;
    const char *never[NEVER_MAX]; /* unit fields whose people may not, nor those who acted for them */
    size_t n_never;
    unsigned gate;           /* bits of enum gate */
    int guard;               /* function number, 0: none */
    int after;               /* working days of the state to be over first; 0: none */
    const char *after_field; /* the number field that says how many instead; NULL */
    const char *unless;      /* an action that must not have been taken since the state was entered; NULL */
    int max;                 /* how often in a case's life; 0: any */
    struct field need[NEEDS_MAX];
    size_t n_needs;
    uint32_t sets;        /* a bit a need: it becomes the case's field of the same id */
    int set;              /* function that gives values of fields; 0: none */
    int open;             /* function that gives the child cases to open; 0: none */
    bool pauses, resumes; /* the clocks */
    bool reopens;         /* from the closed state: a person found a rebound */
    const char *extends;  /* a clock of the ledger, by extends_days; NULL */
    int extends_days;
};

/* Other cases that functions see: those of `ledger` whose fields equal fields of this case. */
struct related {
    const char *name, *ledger;
    const json_t *where;  /* {their field: our field}; NULL: all */
    const json_t *states; /* array of names; NULL: any */
};

/* How well a unit handles its cases, item by item (score.c). */
enum { SCORE_ITEMS_MAX = 12, CROSSES_MAX = 8 };
struct score_item {
    const char *id, *label, *label_en;
    int points;
    int value; /* function: a share from 0 to 1, or { share, "why" }; nothing: the item is not judged in this case */
};
struct score {
    const char *by;       /* unit field; NULL: the ledger has no score */
    const json_t *grades; /* [[points from, name, name_en]], best first */
    struct score_item item[SCORE_ITEMS_MAX];
    size_t n_items;
};

/* A table of how many cases have which two values (crosses.c). */
struct cross {
    const char *id, *label, *label_en;
    const struct field *rows, *columns, *add; /* add: a number that is summed; NULL */
    const char *all;  /* rows are all units of that kind, also those without a case; NULL */
    const char *year; /* date field: only cases of one year; NULL: all */
    uint32_t states;  /* only cases in these */
    bool is_public;
};

enum { AFTER_MAX = 1000 };
enum { DRAW_TIERS_MAX = 16 };
/* 双随机 (draw.h): which field holds the object, which the officers, and how large a share of each tier is drawn. */
struct drawing {
    const char *objects, *officers; /* fields of the case */
    size_t per_object;
    const char *tier_ledger, *tier_field,
        *tier_object;          /* the object's tier is that field of its newest case in that ledger */
    const char *tier_default;  /* of an object without such a case */
    const json_t *tier_states; /* array of states that such a case must be in; NULL: any */
    const json_t *fields;      /* what every drawn case begins with; NULL: nothing */
    /* Objects with a case of that ledger in one of those states are left out, unless an open case of `named` {ledger: its unit field} or an
     * unsettled finding that would go to the ledger `findings` names them (drawing_except.c). */
    const char *except_ledger, *except_object, *findings;
    const json_t *except_states, *named;
    struct draw_rate rate[DRAW_TIERS_MAX];
    size_t n_rates;
};

struct definition {
    char hash[65]; /* SM3 of text */
    const char *id, *title, *title_en, *family, *number, *about;
    const json_t *states_en, *public_fields, *tests;
    struct field field[FIELDS_MAX];
    size_t n_fields;
    const char *state[STATES_MAX];
    size_t n_states;
    int closed, working;
    uint32_t met; /* states in which the work is done and the time limit no longer runs */
    struct parts open_by;
    struct parts read_by; /* who reads its cases; n 0: whoever is signed in */
    const json_t *intake; /* array of field ids the public fills in; NULL: none */
    int guard;            /* asked before a case is opened; 0: none */
    struct action action[ACTIONS_MAX];
    size_t n_actions;
    struct related related[RELATED_MAX];
    size_t n_related;
    bool computes; /* some field has a function */
    /* The tree of cases: which ledgers stand under this one, and the fields of a child that weigh it and tell how far it is. */
    const json_t *children;
    const char *weight, *progress;
    micro copied; /* share of the parent's text from which a child is flagged */
    /* Held to their shape and given to those who show them: lists, printed forms, imports. */
    const json_t *columns, *views, *forms, *excel;
    const char *group;   /* field; NULL */
    struct drawing draw; /* 双随机; objects NULL: none */
    const char *wake_on; /* date field: on that day the program takes wake_action; NULL: none */
    const struct action *wake_action;
    int follow_when; /* function: asked of each case that follow_action may be taken in, after other cases changed and each day; a sentence: it is taken. 0: none */
    const struct action *follow_action;
    const char *deal_field; /* user field that dealing out fills (deal.c); NULL: none */
    const struct action *deal_action;
    size_t deal_per; /* so many for each person */
    struct score score;
    struct cross cross[CROSSES_MAX];
    size_t n_crosses;
    const json_t *tree;  /* the whole file, for settings that other files of this folder read */
    int yellow_days;     /* light turns yellow this many days before the limit */
    bool count_workdays; /* the light's days are working days */
    int evidence_kinds;  /* wanted for a goal in words */
    int watch_days;      /* 0: no look-back */
    int reopen_to;       /* -1: no state */
    int reopen_due_days; /* a reopened case gets at least so many days; 0: its limit stays */
    struct timing time;  /* clocks, ladder, report, re-checks */
    const char *text;    /* the file's text */
};

/* Reads a definition from text; name is for messages ("ledgers/rectification.lua"). Errors read "name:line: reason". */
int definition_read(const char *name, const char *text, size_t len, struct definition **ret, struct err *e);
struct definition *definition_free(struct definition *d); /* takes NULL, returns NULL */
const struct field *definition_field(const struct definition *d, const char *id); /* NULL when none */
const struct action *definition_action(const struct definition *d, const char *id);
int definition_state(const struct definition *d, const char *name); /* -1 when none */
/* Calls a function of the file; what names it in the error ("set of submit"). *ret is owned by the caller. */
int definition_call(struct definition *d, int fn, const char *what, const json_t *view, json_t **ret,
                    struct err *e);
/* Asks a guard. *ret: NULL allowed, else the sentence that refuses (malloc'ed). */
int definition_guard(struct definition *d, int guard, const char *what, const json_t *view, char **ret,
                     struct err *e);
