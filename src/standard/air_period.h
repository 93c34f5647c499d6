/* air_period.h - air beyond the single day and year: any period, the other items of GB 3095, dust and exceptional events, the reference
 * state, three-year means, who is sensitive to what.
 *
 * Pure like air.h, whose words it uses. A series of days is an array of micro by calendar day, MICRO_MISSING where a day is not valid,
 * so that the calendar is always the denominator. */
#pragma once

#include "standard/air.h"

/* ---- month, quarter, year, anything ---- */
enum { AIR_PERIOD_DAYS = 1100 }; /* three years */
struct air_period {
    int days, valid_days,
        month;              /* month (1 to 12): the first one short of days when why is AIR_FEW_IN_MONTH */
    micro mean, percentile; /* rounded as statistics; mean is there for every item, assessed or not */
    micro exact_mean, exact_percentile;
    enum air_why why; /* AIR_JUDGED: valid */
};
/* GB 3095-2026 3: the mean of a month, a quarter or a year is that of its valid days, never of hours or months. day[0] is day number
 * `first`. Valid: GB 3095 table 4's days in every month touched (a month touched in part: in proportion), and its days of the year when
 * the period is a whole year. For months and quarters the text has no rule of its own: this is common practice. */
void air_period(const struct air_evaluation *ev, enum air_item item, int64_t first, const micro *day, int n,
                struct air_period *ret);
/* Days by level of a period's daily AQIs (-1: none). */
struct air_counts {
    int days, valid, good, heavy, level[7]; /* level[1..6]; heavy: AQI above 200 */
    micro good_ratio; /* percent of the valid days, 1 decimal; MICRO_MISSING: none valid */
};
void air_count_days(const int *aqi, int n, struct air_counts *ret);
/* HJ 663-2026 introduces it; its definition could not be read. The plain mean of three annual means, missing when one is. */
micro air_three_years(const micro mean[3]);

/* ---- dust and exceptional events: the whole set and the deducted set, side by side ---- */
struct air_event {
    int64_t from, to; /* day numbers, inclusive */
    unsigned items;   /* bits; dust: PM10 and PM2.5 */
    bool dust;
};
/* Copies day[n] without the days that an event takes from the item; how many were taken. */
int air_deduct(const struct air_event *event, size_t n_events, enum air_item item, int64_t first,
               const micro *day, int n, micro *ret);
/* 环办监测〔2016〕120号, thresholds from memory: proposes hours for the national centre's decision, decides nothing. hit[i] is set for
 * each hour from PM10 >= 2 × the mean of the 6 hours before and > 150, to the first that is back within 10 % of that mean. */
struct air_dust_rules {
    int before_hours, times_percent, back_percent,
        ratio_percent; /* ratio: PM2.5/PM10 against its own mean before, auxiliary */
    micro above;
};
extern const struct air_dust_rules air_dust_rules; /* 环办监测〔2016〕120号 as remembered */
int air_dust_hours(const struct air_dust_rules *r, const micro *pm10, const micro *pm25, int n, bool *hit);

/* ---- reference state, GB 3095-2012 amendment, GB 3095-2026 3.14 and 4.3 ---- */
enum air_state {
    AIR_STATE_273,
    AIR_STATE_298
}; /* 298: gases at 298.15 K, 1013.25 hPa; particles as sampled */
enum air_state air_state_on(int64_t day);
/* A gas concentration at 273 K and 101.325 kPa, restated at 298.15 K; and back. */
micro air_gas_to_298(micro at_273);
micro air_gas_to_273(micro at_298);
/* A particle concentration at 273 K, 101.325 kPa as it was where it was sampled: kelvin and kPa as micro, both > 0. */
micro air_particle_as_sampled(micro at_273, micro kelvin, micro kpa);

/* ---- who is sensitive: HJ 633-2026 table 2, shown for items whose sub-index is above 100 ---- */
struct air_sensitive {
    const char *groups, *groups_en;
};
const struct air_sensitive *air_sensitive(enum air_item item);

/* ---- the other items: GB 3095 table 2 (TSP, NOx, Pb, BaP) ---- */
enum air_other_item { AIR_TSP, AIR_NOX, AIR_PB, AIR_BAP, AIR_OTHERS };
enum air_mean { AIR_MEAN_HOUR, AIR_MEAN_DAY, AIR_MEAN_QUARTER, AIR_MEAN_YEAR, AIR_MEANS };
struct air_other_rules {
    struct ruleset set;
    bool
        by_designation; /* GB 3095-2026 4.5: an item holds only where the ministry or the province has said so */
    struct air_other_item_rules {
        micro limit[AIR_MEANS][2]; /* class 1, 2; MICRO_MISSING: none */
        int day_hours;             /* hours (or sampling hours) of a day */
        int year_days, month_days, february_days, quarter_days;
        int decimals;
    } item[AIR_OTHERS];
};
int air_other_read(const json_t *tree, struct air_other_rules *ret, struct err *e);
int air_other_test(const struct air_other_rules *r, const json_t *test, struct err *e);
struct air_other {
    int valid_days, month;
    micro mean, limit, multiple; /* mean rounded as it is judged */
    int attains;                 /* 1, 0, -1: see why */
    enum air_why why;
};
/* The quarter or the year whose first day is `first`, from its daily means. Judged only once it is whole (n days). `designated`: the
 * ministry or the province has said that the item holds here; asked only where the rules go by_designation. */
void air_other(const struct air_other_rules *r, enum air_other_item item, enum air_mean mean, int zone_class,
               bool designated, int64_t first, const micro *day, int n, struct air_other *ret);
