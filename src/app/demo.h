/* demo.h - the steps that make a demo city: each fills one part of a fresh data folder. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "api/password.h"
#include "app/core.h"
#include "base/err.h"
#include "base/json.h"
#include "store/file_store.h"

struct demo {
    const char *from; /* the shipped folder (demo_dir) */
    const char *dir;  /* the data folder being made */
    int64_t today;    /* ms: the moment the demo begins */
    int history_days; /* of air hours behind it (0: since 1 January of last year); simulated outlets begin this year on 1 January */
    json_t *city;
    json_t *scenario; /* with real times */
    struct core core;
    struct file_store *files;     /* for the cases' attachments */
    char password[PASSWORD_MADE]; /* made up; the same for all demo accounts */
};

/* DIR/replay.csv.gz: the hours of every air site from history_days ago to 400 days ahead, moved in time from demo/air.csv.gz; the same
 * month, day and hour is taken, 28 February for a 29th the source lacks. DIR/scenario.json: the planted troubles with dates. DIR/geo. */
int demo_write_files(struct demo *d, struct err *e);
/* Observations up to today: air hours, plant days, and what the simulator would have sent. *ret_records: how many. */
int demo_write_history(struct demo *d, size_t *ret_records, struct err *e);
/* What was sampled by hand before (demo/samples.json); *ret_records grows by how many. */
int demo_write_samples(struct demo *d, size_t *ret_records, struct err *e);
/* Accounts with one made-up password, kept readable for the owner of the folder alone in DIR/demo-accounts.json. */
int demo_write_people(struct demo *d, struct err *e);
/* A key of its own for each device of HJ 212-2025: sealed in the folder for the platform, and as the simulated logger's own memory in
 * DIR/sim-keys.json, readable by the folder's owner alone. */
int demo_write_keys(struct demo *d, struct err *e);
/* The year's plan, read; its air targets confirmed. */
int demo_write_plan(struct demo *d, struct err *e);
/* Opinions of three levels on some hours of a station, and three weeks of forecasts of two models, made up from what was observed and saying
 * so in their names. After core_load, which they need; the board has them when it returns. */
int demo_write_opinions(struct demo *d, struct err *e);
/* Moves "20dd年" in a text by so many years. */
void demo_move_years(struct buf *text, int by);
/* The plan over several years (older), or, after demo_write_plan, what rests on reports and ledgers in the year's plan; with the paces they are
 * to keep (demo/goals.json). */
int demo_write_goals(struct demo *d, bool older, struct err *e);
/* The cases of every ledger with their history (demo/cases). */
int demo_write_cases(struct demo *d, struct err *e);

/* Puts into the fields of a step what their texts stand for (demo_values.c). id_of: the case of a key, 0 when none is open yet. */
struct demo_values {
    struct demo *d;
    const struct actor *who;
    int64_t at;
    int64_t (*id_of)(void *arg, const char *key);
    void *arg;
};
int demo_settle_fields(const struct demo_values *v, json_t *fields, struct err *e);
