#include "standard/air.h"

#include <stdlib.h>

#include "base/cntime.h"
#include "base/scoped.h"

micro air_mean(const micro *v, size_t n, int needs)
{
    micro sum = 0;
    int have = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i] != MICRO_MISSING) {
            sum += v[i];
            have++;
        }
    return have && have >= needs ? micro_div(sum, have) : MICRO_MISSING;
}

/* The share of a whole-day minimum that falls on the part of the day that is over, rounded up. */
static int in_proportion(int minimum, int part, int whole)
{
    return part >= whole ? minimum : (minimum * part + whole - 1) / whole;
}

enum { WINDOW = 8, WINDOWS = 24 - WINDOW + 1 };

/* HJ 663 6.1.2 and GB 3095 table 4: 17 means that end at 08:00 ... 24:00, so none reaches back over midnight. */
static void ozone_day(const struct air_evaluation *ev, const micro *hour, int through, micro limit,
                      struct air_day *ret)
{
    micro most = MICRO_MISSING;
    for (int i = 0; i + WINDOW <= through; i++) {
        micro mean = air_mean(hour + i, WINDOW, ev->o3_hours);
        if (mean == MICRO_MISSING)
            continue;
        ret->windows++;
        if (mean > most)
            most = mean;
    }
    int windows = through >= WINDOW ? through - WINDOW + 1 : 0;
    bool enough = ret->windows > 0 && ret->windows >= in_proportion(ev->o3_windows, windows, WINDOWS);
    bool above =
        most != MICRO_MISSING && limit != MICRO_MISSING && micro_round(most, ev->judged[AIR_O3]) > limit;
    ret->value[AIR_O3] = enough || above ? most : MICRO_MISSING;
}

void air_day(const struct air_evaluation *ev, const micro hour[AIR_ITEMS][24], int through, micro o3_limit,
             struct air_day *ret)
{
    int needs = in_proportion(ev->day_hours, through, 24);
    *ret = (struct air_day){ .o3_hour = MICRO_MISSING };
    for (int item = 0; item < AIR_ITEMS; item++) {
        micro v[24];
        micro most = MICRO_MISSING;
        for (int i = 0; i < 24; i++) {
            v[i] = i >= through || hour[item][i] == MICRO_MISSING ? MICRO_MISSING
                   : ev->round_hours ? micro_round(hour[item][i], ev->judged[item])
                                     : hour[item][i];
            ret->hours[item] = (uint8_t)(ret->hours[item] + (v[i] != MICRO_MISSING));
            most = v[i] > most ? v[i] : most;
        }
        if (item == AIR_O3) {
            ozone_day(ev, v, through, o3_limit, ret);
            ret->o3_hour = ret->hours[item] >= needs ? most : MICRO_MISSING;
        } else {
            ret->value[item] = air_mean(v, 24, needs);
        }
    }
}

micro air_city_mean(const struct air_evaluation *ev, const micro *station, size_t n)
{
    size_t have = 0;
    for (size_t i = 0; i < n; i++)
        have += station[i] != MICRO_MISSING;
    int share = n < (size_t)ev->few_stations ? ev->few_share : ev->station_share;
    return have && have * 100 >= n * (size_t)share ? air_mean(station, n, 1) : MICRO_MISSING;
}

static int ascending(const void *a, const void *b)
{
    micro x = *(const micro *)a, y = *(const micro *)b;
    return (x > y) - (x < y);
}

micro air_percentile(micro *v, size_t n, int p)
{
    if (n == 0)
        return MICRO_MISSING;
    qsort(v, n, sizeof *v, ascending);
    size_t hundredths = (n - 1) * (size_t)p, s = hundredths / 100, rest = hundredths % 100;
    return s + 1 >= n ? v[n - 1] : v[s] + micro_muldiv(micro_sub(v[s + 1], v[s]), (int64_t)rest, 100);
}

micro air_multiple(micro c, micro s)
{
    if (c == MICRO_MISSING || s == MICRO_MISSING || s <= 0 || c <= s)
        return 0;
    return micro_round(micro_muldiv(c - s, MICRO_ONE, s), 2);
}

/* GB 3095 table 4: enough days in the year and in each month; Only asked of a year that is over. */
static enum air_why year_valid(const struct air_evaluation *ev, int year, const micro *day, int valid,
                               int *ret_month)
{
    if (valid < ev->year_days)
        return AIR_FEW_DAYS;
    for (int month = 1, d = 0; month <= 12; month++) {
        int have = 0;
        for (int i = 0; i < cn_days_in_month(year, month); i++, d++)
            have += day[d] != MICRO_MISSING;
        if (have < (month == 2 ? ev->february_days : ev->month_days)) {
            *ret_month = month;
            return AIR_FEW_IN_MONTH;
        }
    }
    return AIR_JUDGED;
}

void air_year(const struct air_evaluation *ev, const struct air_limits *lim, int zone_class,
              enum air_item item, int year, const micro *day, int through, struct air_year *ret)
{
    micro sorted[AIR_YEAR_DAYS];
    micro sum = 0;
    int n = 0, days = cn_days_in_year(year), zone = zone_class == 1 ? 0 : 1;
    for (int i = 0; i < through && i < days; i++)
        if (day[i] != MICRO_MISSING) {
            sorted[n++] = day[i];
            sum += day[i];
        }
    *ret = (struct air_year){ .valid_days = n,
                              .p = ev->percentile[item],
                              .exact_mean = n && ev->has_mean[item] ? micro_div(sum, n) : MICRO_MISSING,
                              .exact_percentile = air_percentile(sorted, (size_t)n, ev->percentile[item]),
                              .limit_mean = ev->has_mean[item] && lim ? lim->year[zone][item] : MICRO_MISSING,
                              .limit_percentile = lim ? lim->day[zone][item] : MICRO_MISSING,
                              .attains = -1 };
    ret->mean = micro_round(ret->exact_mean, ev->decimals[item]);
    ret->percentile = micro_round(ret->exact_percentile, ev->decimals[item]);
    ret->why = through < days                           ? AIR_YEAR_RUNNING
               : ret->limit_percentile == MICRO_MISSING ? AIR_NO_LIMIT
                                                        : year_valid(ev, year, day, n, &ret->month);
    if (ret->why != AIR_JUDGED)
        return;
    /* HJ 663 table 3: rounded first, then compared, from the unrounded value so that nothing is rounded twice. */
    bool mean_ok =
        ret->limit_mean == MICRO_MISSING || micro_round(ret->exact_mean, ev->judged[item]) <= ret->limit_mean;
    ret->attains = mean_ok && micro_round(ret->exact_percentile, ev->judged[item]) <= ret->limit_percentile;
}
