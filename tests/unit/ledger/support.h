/* support.h - a ledger engine over a real store in a temporary folder, with a judge that answers as the test says. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ledger/ledger.h"

struct world {
    char dir[64], definitions[96];
    struct place *place;
    struct ledger_store *store;
    struct ledgers *l;
    const char *verdict;  /* the judge's answer; NULL: it fails */
    const char *sentence; /* what it says; NULL: nine hours of twenty-four */
    int64_t last_broken;  /* 0: none */
    bool silent;          /* no valid value in the time asked for */
    int64_t asked_since, asked_now;
    int64_t now;
    int files; /* sent up */
};

/* Units by id: 1 plant (an enterprise), 2 district bureau, 3 city bureau, 4 another enterprise. */
enum { PLANT = 1, DISTRICT, BUREAU, OTHER };
#define WHO(person, r, u) (&(struct actor){ .name = (person), .role = (r), .unit = (u) })
#define DOER              WHO("doer", ROLE_RESPONSIBLE, PLANT)
#define OVERSEER          WHO("overseer", ROLE_SUPERVISOR, DISTRICT)
#define ON_DUTY           WHO("duty", ROLE_DUTY, BUREAU)

/* definitions: a folder, or NULL for the shipped ones. */
void world_make(struct world *w, const char *definitions);
void world_reopen(struct world *w); /* closes engine and store and opens them again */
void world_end(struct world *w);

int64_t at(const char *iso);
json_t *parse(const char *json); /* with ' for " */
extern const char measured_case[], worded_case[];
int64_t open_case(struct world *w, const char *fields);
/* A file that waits for a case, its content's hash given or one of its own. */
int64_t new_file(struct world *w, const struct actor *who, const char *hash);
/* fields with ' for "; NULL for none. 'files':'new' in evidence is a new file. Time goes on by a minute. */
int act(struct world *w, int64_t id, const char *action, const char *fields, const struct actor *who,
        struct err *e);
void must(struct world *w, int64_t id, const char *action, const char *fields, const struct actor *who);
/* Drives a new case along accept, submit, approve, publish up to the state; the gate answers met on the way. */
int64_t case_in(struct world *w, const char *fields, const char *state);
json_t *view(struct world *w, int64_t id, const struct actor *who); /* case_write, parsed */
const json_t *event_at(const json_t *view, int from_end);           /* 0: the last event */
void chain_holds(struct world *w, int64_t events);                  /* events < 0: any number */
