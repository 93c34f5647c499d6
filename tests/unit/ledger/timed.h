/* timed.h - two ledgers with clocks, a ladder, reports and re-checks, and what the tests of time ask of their cases. */
#pragma once

#include "support.h"

#include "base/cntime.h"
#include "ledger/timing.h"

#define N(a) (sizeof(a) / sizeof *(a))

extern const char petition[]; /* clocks of every kind, reports, re-checks */
extern char folder[64];       /* holds ledgers/petition.lua, ledgers/task.lua and the calendar */

int timed_set_up(void **state); /* *state: struct world */
int timed_tear_down(void **state);
#define TIMED_TEST(f) cmocka_unit_test_setup_teardown(f, timed_set_up, timed_tear_down)

void put_ledger(const char *name, const char *text);
/* The text with one word of it replaced; it must hold it. The caller frees. */
char *changed(const char *text, const char *from, const char *to);
int64_t open_in(struct world *w, const char *ledger, const char *fields);
/* now NULL: at w->now. */
void tick(struct world *w, const char *now);
/* past 0: as of w->now; else as it stood then. */
const struct clock_state *state_of(struct world *w, int64_t id, const char *clock, int64_t past);
void day_text(int64_t day, char out[CN_TEXT]); /* "-" for NEVER */
void deadline_is(struct world *w, int64_t id, const char *clock, const char *want);
void rungs_are(struct world *w, int64_t id, const char *want); /* "2026-08-31 调度, …" */
