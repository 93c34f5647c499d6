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
    FIELD_EVIDENCE, /* only what an action needs: a list of {kind, text} */
    FIELD_TYPES
};
const char *field_type_name(enum field_type t);

/* A field of the case, or something an action needs. Texts are borrowed from the definition's tree. */
struct field {
    const char *id, *label, *label_en;
    enum field_type type;
    bool required;
    const json_t *choices;      /* array of texts: choice and evidence kinds; NULL: any */
    const char *differs_from;   /* another field of the case; NULL */
    const json_t *from_finding; /* its value in a case made from a finding; NULL */
};

enum by { BY_OWNER, BY_SUPERVISOR, BY_OFFICE, BY_COUNT };

enum { STATES_MAX = 32, NEEDS_MAX = 16, FIELDS_MAX = 64, ACTIONS_MAX = 64 };

struct action {
    const char *id, *label, *label_en;
    uint32_t from; /* a bit a state */
    int to;        /* state, or -1: stays */
    enum by by;
    bool never_by_owner;
    bool gate;          /* "goal_met" */
    int guard;          /* function number, 0: none */
    int after;          /* working days of the state to be over first; 0: none */
    const char *unless; /* an action that must not have been taken since the state was entered; NULL */
    int max;            /* how often in a case's life; 0: any */
    struct field need[NEEDS_MAX];
    size_t n_needs;
    uint32_t sets; /* a bit a need: it becomes the case's field of the same id */
};

struct definition {
    char hash[65]; /* SM3 of text */
    const char *id, *title, *title_en, *number;
    const json_t *states_en, *public_fields, *tests;
    struct field field[FIELDS_MAX];
    size_t n_fields;
    const char *state[STATES_MAX];
    size_t n_states;
    int closed, working;
    uint32_t met; /* states in which the work is done and the time limit no longer runs */
    enum by open_by;
    struct action action[ACTIONS_MAX];
    size_t n_actions;
    const json_t *views;
    const char *group;   /* field; NULL */
    int yellow_days;     /* light turns yellow this many days before the limit */
    bool count_workdays; /* the light's days are working days */
    int evidence_kinds;  /* wanted for a goal in words */
    int watch_days;      /* 0: no look-back */
    int reopen_to;
    int reopen_due_days; /* a reopened case gets at least so many days; 0: its limit stays */
    const char *text;    /* the file's text */
};

/* Reads a definition from text; name is for messages ("ledgers/rectification.lua"). Errors read "name:line: reason". */
int definition_read(const char *name, const char *text, size_t len, struct definition **ret, struct err *e);
struct definition *definition_free(struct definition *d); /* takes NULL, returns NULL */
const struct field *definition_field(const struct definition *d, const char *id); /* NULL when none */
const struct action *definition_action(const struct definition *d, const char *id);
int definition_state(const struct definition *d, const char *name); /* -1 when none */
/* Asks an action's guard. *ret: NULL allowed, else the sentence that refuses (malloc'ed). */
int definition_guard(struct definition *d, const struct action *a, const json_t *view, char **ret,
                     struct err *e);
