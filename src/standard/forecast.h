/* forecast.h - how good forecasts were. The formulas are plain verification mathematics; no Chinese scoring formula could be read, and
 * the width of a forecast AQI range is the forecaster's. */
#pragma once

#include "standard/air.h"

struct forecast_pair {
    int low, high;             /* the AQI range forecast; equal for a single value; -1: none */
    int level_low, level_high; /* 1 to 6, the span of levels; 0: from the range */
    unsigned primary;          /* bits; 0: none forecast */
    int aqi;                   /* observed; -1: the pair is left out */
    unsigned seen_primary;     /* observed; 0: none (AQI up to 50) */
};
struct forecast_score {
    int n;                       /* pairs with both */
    int range_hits, level_hits;  /* observed AQI within the closed range; observed level within the span */
    int primary_n, primary_hits; /* of days with an observed primary pollutant; any one in common is a hit */
    int hits, misses, false_alarms;   /* of the event "AQI above the threshold", by the middle of the range */
    micro range, level, primary;      /* percent, 1 decimal; MICRO_MISSING: none */
    micro ts, pod, far;               /* a/(a+b+c), a/(a+c), b/(a+b), 3 decimals */
    micro mean_error, mean_abs_error; /* of the middle of the range, 1 decimal */
};
void forecast_verify(const struct forecast_pair *pair, size_t n, int threshold, struct forecast_score *ret);
/* The range a single value stands for: aqi × (100 ∓ percent) / 100. */
void forecast_widen(int aqi, int percent, int *ret_low, int *ret_high);
