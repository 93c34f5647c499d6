/* models.h - forecasts of several models beside one another: each scored on the same days, by lead and season, beside persistence and a blend.
 *
 * Pure. Nothing later than the day before a forecast's issue is used for it: persistence of day v at lead L is what was observed on
 * v - L - 1 (the last whole day known when it was issued), and the blend weighs the models by their errors on days observed by then. Both are
 * computed here, never given. The formulas are plain verification mathematics; no Chinese text of them was read. */
#pragma once

#include "standard/forecast.h"
#include "standard/ruleset.h"

enum { MODELS_MAX = 12, MODEL_NAME = 48, LEADS_MAX = 11, BLEND_SETS = 4, MODEL_DAYS = 3700 };
enum { MODEL_PERSISTENCE = MODELS_MAX, MODEL_BLEND, MODEL_ROWS };
enum { SEASONS = 5 }; /* 0: all; 1 to 4: spring (March to May), summer, autumn, winter */

struct blend_rules {
    struct ruleset set;
    int window_days; /* errors of so many days before the issue weigh ... */
    int least_days;  /* ... where there are at least so many; else the models weigh the same */
    int threshold;   /* of the event that TS, POD and FAR count: AQI above this */
};
struct blend_book {
    struct blend_rules rules[BLEND_SETS];
    size_t n;
};
int blend_book_add(struct blend_book *b, const char *name, const json_t *tree, struct err *e);
int blend_book_test(const struct blend_book *b, const char *name, const json_t *tree, int *ret_run,
                    struct err *e);
const struct blend_rules *blend_on(const struct blend_book *b, int64_t day); /* NULL: none in force */

/* One model's forecast of one day: of several of the same model, lead and day the last one given stands. */
struct model_value {
    int64_t day;
    int model, lead; /* lead: days from the day of issue to `day`, 0 to LEADS_MAX - 1 */
    int low, high;   /* AQI; equal for a single value */
    unsigned primary;
};
struct models_ask {
    const struct model_value *value;
    size_t n;
    int n_models;
    const int *aqi;               /* observed, of n_days from first_day on; -1: none */
    const unsigned *seen_primary; /* the same days; NULL: none */
    int64_t first_day;
    size_t n_days;    /* at most MODEL_DAYS */
    int64_t from, to; /* days that are scored, both within; history before them still weighs */
    const struct blend_rules *blend;
};
struct model_score {
    int model, lead, season; /* model: index, MODEL_PERSISTENCE or MODEL_BLEND */
    struct forecast_score score;
    bool worse; /* than persistence: its mean absolute error on the same days is larger */
};
/* The scores, by lead, season (those with days only, all first) and model in the order of indices, persistence and the blend last. *ret is
 * malloc'ed. A lead's models are those with any forecast of it in the span; a day counts when all of them, the observation and persistence
 * are there. */
int models_score(const struct models_ask *ask, struct model_score **ret, size_t *ret_n, struct err *e);
/* The blend's value of one forecast, its weights in per mille; false: a model has none of that day and lead. */
bool models_blend(const struct models_ask *ask, int lead, int64_t day, int *ret_aqi, int weight[MODELS_MAX]);
int season_of(int64_t day); /* 1 to 4 */
