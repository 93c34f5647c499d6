/* core.h - an opened data folder with everything that thinks: place, stores, board, plan words, ledgers. The server, the demo and the
 * tests wire the same parts here; nothing in it listens or starts a thread. */
#pragma once

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "domain/place.h"
#include "ledger/ledger.h"
#include "measure/measure.h"
#include "plan/plan.h"
#include "store/store.h"

struct core {
    const char *dir;
    struct clock *clock;
    struct ledger_store *store;
    struct place *place;
    struct board *board;
    struct words *words;
    struct ledgers *ledgers;
    int64_t *
        permit; /* by site, id - 1: the case of its permit, 0 for none (permits.h); read with an atomic load */
    int64_t looked_ahead; /* the hour that the forecast was last laid out for; 0: it is due (core_ahead.c) */
    bool found_once;      /* the findings of earlier runs were compared with the data */
    int64_t clocks_ns; /* how long a pass goes on beginning with clocks that are due; 0: until none is left */
    bool clocks_left;  /* set by a pass: some may still be due */
};

/* Opens a folder that `bihuan demo` or another set-up made. dir and clock are borrowed. On failure nothing stays open. */
int core_open(const char *dir, struct clock *clock, struct core *c, struct err *e);
/* As core_open for a folder without data: creates the stores and keeps the city file as the place. */
int core_create(const char *dir, const json_t *city, struct clock *clock, struct core *c, struct err *e);
void core_close(struct core *c);

/* Reads this year's and last year's observations into the board and the confirmed targets beside them, and settles. */
int core_load(struct core *c, struct err *e);
/* Gives the board the targets people confirmed. */
int core_take_targets(struct core *c, struct err *e);

/* The permit ledger's limits may be others than before (permits.h); core_open has taken those that stood then. */
int core_take_permits(struct core *c, struct err *e);

/* Gives the board the fences of the radioactive sources in use (the ledger source_register). */
int core_take_fences(struct core *c, struct err *e);
bool core_fences_concern(const json_t *doc);
/* The forecasts kept (DOC_FORECAST), read for scoring and blending. The caller frees with core_forecasts_free. */
struct core_forecasts {
    struct model_value *value;
    int64_t *issued; /* ms, of each value */
    size_t n, cap;
    char name[12][48];
    int n_models;
    int64_t newest; /* ms: the latest issue; 0: none */
};
int core_read_forecasts(struct ledger_store *store, int64_t from, int64_t to, struct core_forecasts *ret,
                        struct err *e); /* of issues in from <= time < to */
void core_forecasts_free(struct core_forecasts *f);
/* Lays the newest forecast out for the rules, once an hour and when one came (looked_ahead = 0). */
int core_look_ahead(struct core *c, int64_t now, struct err *e);

/* Gives the board the opinions people gave on values (DOC_REVIEW) and the evidence of losses (DOC_LOST). */
int core_take_reviews(struct core *c, struct err *e);
int core_take_losses(struct core *c, struct err *e);
/* All of it as it was known at a time, for `bihuan verify`: what was given, withdrawn or noted later is left out. */
int core_take_known(struct ledger_store *store, struct board *board, int64_t known, struct err *e);
/* Minute and real-time values of the hours that are missing, which show what was lost; those that came up to `known`. */
int core_take_evidence(const struct place *place, struct board *board, struct obs_reader *reader, int64_t now,
                       int64_t known, struct err *e);

/* What changed in a pass. Called without locks held. */
struct core_news {
    void (*finding)(void *arg, int64_t id);
    void (*cases)(void *arg, int64_t id);
    void *arg;
};
/* Settles what was taken, keeps findings that are new or changed, and lets the ledgers look back, first at the sites that sent something
 * (touched: a byte a site of the place; NULL: none). As of the clock. */
int core_pass(struct core *c, const unsigned char *touched, const struct core_news *news, struct err *e);
