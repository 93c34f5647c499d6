/* target.h - what the files of targets and odds.c share: what a target asks, the days of the air it is judged from, and the judgement.
 *
 * A target is the JSON a person confirmed: {"indicator" (words) or "bound" (an indicator's id), "op", "value", "unit", "region", "by",
 * "modality"}. Every part of it may be anything. Called with the board's lock held, but for target_case_progress. */
#pragma once

#include "measure/internal.h"

/* The year so far of a place, as far as one indicator asks. */
struct tally {
    int elapsed, year, left; /* days that are over, days of the year, days still to come */
    int valid, bad;          /* valid days; those that count against the target */
    micro v[AIR_YEAR_DAYS], sum;
    int64_t hours, invalid, not_sent, lost, excepted;
    size_t stations;
};

/* What a target asks, read once. */
struct ask {
    const struct indicator *ind;
    struct air_of of;
    int year;
    micro value;
    bool strict, stretch;
};

struct outcome {
    micro value, gap, remaining_mean;
    int allowed; /* bad days still allowed; -1: the indicator has none */
    bool ok, impossible, met, unjudgeable, red;
};

/* target_cases.c. Asks app for what the ledgers count, so the board's lock is not held. */
bool case_indicator(const struct indicator *i);
int target_case_progress(struct board *b, const struct indicator *i, const json_t *target, int year,
                         int64_t now, json_t **ret, struct err *e);

/* target_report.c: by the figure that people reported. 1: *ret is filled; 0: there is none; <0 as errors. ind NULL: the target's words are no
 * known indicator, and direction and unit are its own. Not under the board's lock. */
int target_reported(struct board *b, const struct indicator *ind, const json_t *target, int64_t now,
                    json_t **ret, struct err *e);
/* target_emission.c: cut since the base year by projects that were verified. Not under the lock. */
int target_emission(struct board *b, const struct indicator *ind, const json_t *target, int64_t now,
                    json_t **ret, struct err *e);
/* What both answer with, in the shape of board_target. */
struct told {
    const struct indicator *ind; /* NULL: none */
    const json_t *target;
    micro value, gap;
    int64_t as_of;
    const char *unit, *zh, *en;
    bool ok, over, stretch;
};
int target_told(const struct told *t, json_t **ret);

/* No concentration, share or number of days comes near it, and a year of it still is a micro. */
#define TARGET_MOST (1000000 * MICRO_ONE)

/* ---- target_ask.c: what its words mean ---- */
/* By its id, else by its name or an alias; NULL: none is known. */
const struct indicator *target_indicator(const struct board *b, const json_t *target);
int32_t region_of(const struct board *b, const char *name); /* 0: the city, -1: no such region */
int target_year(const json_t *target, int64_t now);         /* of "by"; this year when it says none */
bool target_unit_fits(const struct indicator *i, const char *unit);
bool target_higher_is_better(const struct indicator *i);
bool target_same_words(const char *a, const char *b); /* but for spaces, brackets, subscripts and capitals */
int target_year_of(const json_t *by, int otherwise);  /* the first four digits that can be a year */
bool target_unit_same(const char *a, const char *b);  /* "%" and "％" are one */
/* *ret: not bound, for this reason. 0 or -ENOMEM. */
int target_unbound(json_t **ret, const char *zh, const char *en);
/* A target of the air. 1: *ask is filled; 0: *ret says why not; -ENOMEM. */
int target_read(struct board *b, const json_t *target, int64_t now, struct ask *ask, json_t **ret);

/* ---- target_judge.c ---- */
/* The days of the target's year up to now. false: they are not kept. */
bool target_tally(struct board *b, const struct ask *ask, int64_t now, struct tally *t);
bool target_day_is_bad(const struct ask *ask, micro v);
/* Those of a span of days that are over: of a month. */
bool target_tally_span(struct board *b, const struct ask *ask, int64_t first, int64_t days, struct tally *t);
/* By the evaluation in force on `last`. */
void target_judge(struct board *b, const struct ask *ask, int64_t last, const struct tally *t,
                  struct outcome *o);

/* What past years say of the rest of this one; elapsed: days of the year that are over. */
json_t *odds_json(struct board *b, const struct ask *ask, int elapsed); /* null when nothing can be said */
