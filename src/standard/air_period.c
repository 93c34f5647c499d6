#include "standard/air_period.h"

#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static struct cn_civil civil(int64_t day)
{
    return cn_from_ms(cn_day_start(day));
}

struct minima {
    int month, february;
};

/* The first month that is short of days (1 to 12), 0: none. A month touched in part needs its share, rounded up. */
static int short_month(struct minima needs, int64_t first, const micro *day, int n)
{
    for (int i = 0; i < n;) {
        struct cn_civil c = civil(first + i);
        int whole = cn_days_in_month(c.year, c.month), have = 0, part = 0;
        int need = c.month == 2 ? needs.february : needs.month;
        for (int d = c.day; d <= whole && i < n; d++, i++, part++)
            have += day[i] != MICRO_MISSING;
        if (have < (need * part + whole - 1) / whole)
            return c.month;
    }
    return 0;
}

static bool whole_year(int64_t first, int n)
{
    struct cn_civil c = civil(first);
    return c.month == 1 && c.day == 1 && n == cn_days_in_year(c.year);
}

static int gather(const micro *day, int n, micro *to, micro *ret_sum)
{
    int have = 0;
    *ret_sum = 0;
    for (int i = 0; i < n; i++)
        if (day[i] != MICRO_MISSING) {
            *ret_sum += day[i];
            to[have++] = day[i];
        }
    return have;
}

void air_period(const struct air_evaluation *ev, enum air_item item, int64_t first, const micro *day, int n,
                struct air_period *ret)
{
    micro sorted[AIR_PERIOD_DAYS], sum;
    n = n > AIR_PERIOD_DAYS ? AIR_PERIOD_DAYS : n;
    int have = gather(day, n, sorted, &sum);
    struct minima needs = { ev->month_days, ev->february_days };
    *ret =
        (struct air_period){ .days = n,
                             .valid_days = have,
                             .exact_mean = have ? micro_div(sum, have) : MICRO_MISSING,
                             .exact_percentile = air_percentile(sorted, (size_t)have, ev->percentile[item]) };
    ret->mean = micro_round(ret->exact_mean, ev->decimals[item]);
    ret->percentile = micro_round(ret->exact_percentile, ev->decimals[item]);
    ret->month = short_month(needs, first, day, n);
    ret->why = have == 0 || (whole_year(first, n) && have < ev->year_days) ? AIR_FEW_DAYS
               : ret->month                                                ? AIR_FEW_IN_MONTH
                                                                           : AIR_JUDGED;
}

void air_count_days(const int *aqi, int n, struct air_counts *ret)
{
    *ret = (struct air_counts){ .days = n, .good_ratio = MICRO_MISSING };
    for (int i = 0; i < n; i++) {
        if (aqi[i] < 0)
            continue;
        ret->valid++;
        ret->good += aqi[i] <= 100;
        ret->heavy += aqi[i] > 200;
        ret->level[air_level_of(aqi[i])]++;
    }
    if (ret->valid)
        ret->good_ratio = micro_muldiv(ret->good, 1000, ret->valid) * (MICRO_ONE / 10);
}

micro air_three_years(const micro mean[3])
{
    return air_mean(mean, 3, 3);
}

/* ---- events ---- */
int air_deduct(const struct air_event *event, size_t n_events, enum air_item item, int64_t first,
               const micro *day, int n, micro *ret)
{
    int taken = 0;
    for (int i = 0; i < n; i++) {
        ret[i] = day[i];
        for (size_t k = 0; k < n_events; k++)
            if (event[k].items & 1u << item && first + i >= event[k].from && first + i <= event[k].to)
                ret[i] = MICRO_MISSING;
        taken += day[i] != MICRO_MISSING && ret[i] == MICRO_MISSING;
    }
    return taken;
}

const struct air_dust_rules air_dust_rules = { 6, 200, 10, 50, 150 * MICRO_ONE };

static bool dust_begins(const struct air_dust_rules *r, const micro *pm10, int i, micro *ret_before)
{
    *ret_before = air_mean(pm10 + i - r->before_hours, (size_t)r->before_hours, r->before_hours);
    return pm10[i] != MICRO_MISSING && *ret_before != MICRO_MISSING && pm10[i] > r->above &&
           pm10[i] * 100 >= *ret_before * r->times_percent;
}

/* Auxiliary: the fine share of the dust falls to half of what it was. Without PM2.5 it says nothing against. */
static bool dust_is_coarse(const struct air_dust_rules *r, const micro *pm10, const micro *pm25, int i)
{
    int64_t was10 = 0, was25 = 0;
    if (!pm25 || pm25[i] == MICRO_MISSING)
        return true;
    for (int k = i - r->before_hours; k < i; k++) {
        if (pm25[k] == MICRO_MISSING || pm10[k] == MICRO_MISSING)
            return true;
        was10 += pm10[k];
        was25 += pm25[k];
    }
    return (__int128)pm25[i] * was10 * 100 <= (__int128)pm10[i] * was25 * r->ratio_percent;
}

int air_dust_hours(const struct air_dust_rules *r, const micro *pm10, const micro *pm25, int n, bool *hit)
{
    int hours = 0;
    bool on = false;
    micro before = 0, start;
    for (int i = 0; i < n; i++) {
        hit[i] = false;
        if (on && pm10[i] != MICRO_MISSING && pm10[i] * 100 <= before * (100 + r->back_percent))
            on = false;
        if (!on && i >= r->before_hours && dust_begins(r, pm10, i, &start) &&
            dust_is_coarse(r, pm10, pm25, i)) {
            on = true;
            before = start;
        }
        hit[i] = on;
        hours += on;
    }
    return hours;
}

/* ---- reference state ---- */
enum air_state air_state_on(int64_t day)
{
    return day >= cn_days(2018, 9, 1) ? AIR_STATE_298 : AIR_STATE_273;
}

/* An ideal gas at one pressure: the same mass in a volume that grows with the temperature. */
micro air_gas_to_298(micro at_273)
{
    return at_273 == MICRO_MISSING ? at_273 : micro_muldiv(at_273, 27300, 29815);
}

micro air_gas_to_273(micro at_298)
{
    return at_298 == MICRO_MISSING ? at_298 : micro_muldiv(at_298, 29815, 27300);
}

micro air_particle_as_sampled(micro at_273, micro kelvin, micro kpa)
{
    if (at_273 == MICRO_MISSING || kelvin == MICRO_MISSING || kpa == MICRO_MISSING || kelvin <= 0 || kpa <= 0)
        return MICRO_MISSING;
    return micro_muldiv(micro_muldiv(at_273, 273 * MICRO_ONE, kelvin), kpa, MICRO(101.325));
}

/* ---- sensitive groups ---- */
const struct air_sensitive *air_sensitive(enum air_item item)
{
    static const struct air_sensitive particles = {
        "心脏病或呼吸系统疾病患者、儿童青少年、经常户外活动者、老年人",
        "people with heart or respiratory disease, the young, people active outdoors, the old"
    };
    static const struct air_sensitive so2 = { "哮喘患者、儿童青少年、老年人",
                                              "people with asthma, the young, the old" };
    static const struct air_sensitive no2 = { "呼吸系统疾病患者、儿童青少年、老年人",
                                              "people with respiratory disease, the young, the old" };
    static const struct air_sensitive co = { "心脏病患者", "people with heart disease" };
    static const struct air_sensitive o3 = {
        "呼吸系统疾病患者、儿童青少年、经常户外活动者、老年人",
        "people with respiratory disease, the young, people active outdoors, the old"
    };
    static const struct air_sensitive *const by_item[AIR_ITEMS] = {
        [AIR_SO2] = &so2, [AIR_NO2] = &no2,        [AIR_CO] = &co,
        [AIR_O3] = &o3,   [AIR_PM10] = &particles, [AIR_PM25] = &particles,
    };
    return by_item[item];
}
