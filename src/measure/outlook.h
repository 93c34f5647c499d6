/* outlook.h - what the board is told beside observations, for rules that look ahead or at places: the forecast of the city's AQI, and the
 * fences of radioactive sources. */
#pragma once

#include "measure/measure.h"

enum { OUTLOOK_SEEN = 5, OUTLOOK_AHEAD = 11, FENCE_POINTS = 64 };

/* The forecast that a warning is judged by: of `days` days from the day of issue on; -1: none of that day. */
struct outlook {
    int64_t issued; /* ms; 0: there is none */
    int days, aqi[OUTLOOK_AHEAD];
    char by[160];                       /* which models, how */
    char missing[400], missing_en[400]; /* what the forecast itself lacks; "": nothing */
};
void board_set_outlook(struct board *b, const struct outlook *o);
/* Observed daily AQI of the city from a day number on (-1: none, or not over), and the primary pollutants as bits (NULL: not wanted). */
void board_city_days(struct board *b, int64_t first, size_t n, int *ret_aqi, unsigned *ret_primary);
/* The rule of blending and scoring in force; NULL: none. Lives as long as the board. */
struct blend_rules;
const struct blend_rules *board_blend(struct board *b, int64_t day);

/* Where a source that a site's device reports the position of must stay: within a ring of at least three points, or within `radius` metres
 * of the first point. */
struct fence {
    int32_t site;
    int n;
    double lng[FENCE_POINTS], lat[FENCE_POINTS];
    int radius; /* metres; 0: a ring */
    json_t *
        file; /* facts of the source and its holder, for the case; borrowed from the caller, kept by reference */
};
int board_set_fences(struct board *b, const struct fence *f, size_t n, struct err *e);
/* Metres outside; 0: within. */
double fence_outside(const struct fence *f, double lng, double lat);
