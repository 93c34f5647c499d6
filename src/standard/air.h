/* air.h - ambient air: hours to days to years, indices, attainment, under rule sets given as data.
 *
 * Pure: no I/O, no clock, no allocation except in air_rulebook. A rule set is a file of definitions/standards/air read into one of
 * three structs: the index (HJ 633), the evaluation (HJ 663 with the validity of GB 3095 table 4) and the limits (GB 3095). Values
 * are micro in the unit of the item: ug/m3, CO mg/m3. Hours are named by their start: a natural day is 00:00 ... 23:00, which the
 * national platform, naming them by their end, calls 01:00 ... 24:00. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/micro.h"
#include "domain/factor.h"
#include "standard/ruleset.h"

enum { AIR_NODES = 12, AIR_TERMS = 12 };
/* Two columns of values and of breakpoints for each item: the hour's mean, and the day's mean, which for ozone is the (largest)
 * 8-hour mean. In an hourly report the day column holds the moving means. */
enum air_column { AIR_HOUR, AIR_DAY, AIR_COLUMNS };
enum air_report { AIR_REPORT_HOUR, AIR_REPORT_DAY, AIR_REPORTS };

struct air_points {
    int n; /* 0: the item has none in this column */
    micro c[AIR_NODES];
    bool other; /* above the last point: the sub-index of the other column, when there is a value for it */
    int above;  /* else this sub-index */
};

struct air_index_rules {
    struct ruleset set;
    int decimals[AIR_ITEMS];
    int n_iaqi, iaqi[AIR_NODES];
    struct air_points points[AIR_COLUMNS][AIR_ITEMS];
    struct {
        uint8_t item, column;
    } term[AIR_REPORTS][AIR_TERMS];
    int n_terms[AIR_REPORTS];
    bool na_below_100; /* HJ 633-2026 5.3.1: with an item missing the AQI stands only when it is above 100 */
};

struct air_values {
    micro v[AIR_COLUMNS][AIR_ITEMS]; /* MICRO_MISSING where there is none */
    unsigned exempt;                 /* bits of items that HJ 633-2026 5.3.2 lets go missing */
};

enum air_na { AIR_NA_NONE, AIR_NA_NO_DATA, AIR_NA_MISSING_ITEM };
struct air_index {
    int iaqi[AIR_ITEMS]; /* -1: none */
    int aqi;             /* -1: NA */
    int level;           /* 1 to 6, 0: NA */
    unsigned primary;    /* bits of items; ties stand together; empty up to AQI 50 and for NA */
    unsigned over;       /* items whose sub-index is above 100 */
    unsigned missing;    /* items the report wants and that have no sub-index */
    enum air_na na;
};

struct air_level {
    const char *name, *name_en, *colour_name, *colour;
};

void air_values_clear(struct air_values *v);
/* The sub-index of one value, -1 when it is missing, negative, or not to be computed from this column. */
int air_iaqi(const struct air_index_rules *r, enum air_item item, enum air_column column, micro value);
void air_index(const struct air_index_rules *r, enum air_report report, const struct air_values *v,
               struct air_index *ret);
int air_level_of(int aqi);
const struct air_level *air_level(int level); /* 1 to 6; NULL otherwise */

/* ---- evaluation ---- */
struct air_evaluation {
    struct ruleset set;
    int day_hours;            /* GB 3095 table 4: hours a day mean needs */
    int o3_hours, o3_windows; /* hours an 8 h mean needs; 8 h means a day needs */
    int year_days, month_days, february_days;
    int percentile[AIR_ITEMS];
    bool has_mean[AIR_ITEMS];    /* an annual mean is assessed */
    int decimals[AIR_ITEMS];     /* of statistics */
    int judged[AIR_ITEMS];       /* of the value that is compared with a limit */
    bool round_hours;            /* hourly values are rounded before the day's mean */
    int station_share;           /* percent of the city's points that a city value needs ... */
    int few_stations, few_share; /* ... and the percent when there are fewer points than this */
};

struct air_limits {
    struct ruleset set;
    micro hour[2][AIR_ITEMS], day[2][AIR_ITEMS],
        year[2][AIR_ITEMS]; /* class 1, 2; day of O3: 8 h; MICRO_MISSING: none */
};

struct air_day {
    micro value[AIR_ITEMS];   /* day means, O3: largest 8 h mean; MICRO_MISSING: not valid */
    micro o3_hour;            /* largest hourly ozone of a day with enough hours */
    uint8_t hours[AIR_ITEMS]; /* valid hours */
    uint8_t windows;          /* valid 8 h means that end within 08:00 ... 24:00 */
};
/* hour[item][i] is the hour that starts at i:00, MICRO_MISSING when not sent or not valid. through: 24 for a whole day; fewer for
 * a day that is not over, whose minima shrink in proportion. o3_limit: an ozone day short of windows still counts above it. */
void air_day(const struct air_evaluation *ev, const micro hour[AIR_ITEMS][24], int through, micro o3_limit,
             struct air_day *ret);
/* Mean of the 8 hours whose last is hour[7] (ozone) or of n hours, when at least `needs` are there. */
micro air_mean(const micro *v, size_t n, int needs);
/* A city value: mean of the stations' values, MICRO_MISSING for those that have none. */
micro air_city_mean(const struct air_evaluation *ev, const micro *station, size_t n);

/* HJ 663 A.6: k = 1 + (n-1)p/100, linear between the neighbours. Sorts v. MICRO_MISSING when n is 0. */
micro air_percentile(micro *v, size_t n, int p);
/* (C - S) / S to 2 decimals; 0 unless C > S > 0. */
micro air_multiple(micro c, micro s);

enum air_why {
    AIR_JUDGED,
    AIR_YEAR_RUNNING,
    AIR_FEW_DAYS,
    AIR_FEW_IN_MONTH,
    AIR_NO_LIMIT,
    AIR_NOT_DESIGNATED
};
struct air_year {
    int valid_days, month; /* month: the first one short of days when why is AIR_FEW_IN_MONTH */
    int p;
    micro mean, percentile;             /* rounded as statistics; MICRO_MISSING: none */
    micro exact_mean, exact_percentile; /* not rounded */
    micro limit_mean, limit_percentile;
    int attains; /* 1, 0, -1: cannot be judged, see why */
    enum air_why why;
};
enum { AIR_YEAR_DAYS = 366 };
/* day[0 .. through-1] are the day values of one item from 1 January; through is the year's length once it is over. */
void air_year(const struct air_evaluation *ev, const struct air_limits *lim, int zone_class,
              enum air_item item, int year, const micro *day, int through, struct air_year *ret);

/* ---- rule sets ---- */
enum { AIR_SETS = 24 };
struct air_rulebook {
    struct air_index_rules index[AIR_SETS];
    struct air_evaluation evaluation[AIR_SETS];
    struct air_limits limits[AIR_SETS];
    size_t n_index, n_evaluation, n_limits;
};
/* Takes one rule set file's tree; name is for the sentence in e. Refuses an id twice and dates that overlap another's. */
int air_rulebook_add(struct air_rulebook *book, const char *name, const json_t *tree, struct err *e);
/* Runs the `tests` of a tree already added; the first that fails is in e. *ret_run, when not NULL, grows by how many ran. */
int air_rulebook_test(const struct air_rulebook *book, const char *name, const json_t *tree, int *ret_run,
                      struct err *e);
/* NULL when none is in force on that day. */
const struct air_index_rules *air_index_on(const struct air_rulebook *book, int64_t day);
const struct air_evaluation *air_evaluation_on(const struct air_rulebook *book, int64_t day);
const struct air_limits *air_limits_on(const struct air_rulebook *book, int64_t day);
const struct air_index_rules *air_index_by_id(const struct air_rulebook *book, const char *id);
const struct air_evaluation *air_evaluation_by_id(const struct air_rulebook *book, const char *id);
const struct air_limits *air_limits_by_id(const struct air_rulebook *book, const char *id);
