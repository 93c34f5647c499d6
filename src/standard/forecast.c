#include "standard/forecast.h"

#include <stdlib.h>

static micro share(int part, int whole, int64_t times, int decimals)
{
    return whole ? micro_round(micro_muldiv(part * times, MICRO_ONE, whole), decimals) : MICRO_MISSING;
}

static void count_event(const struct forecast_pair *p, int threshold, struct forecast_score *s)
{
    bool told = p->low + p->high > 2 * threshold, seen = p->aqi > threshold;
    s->hits += told && seen;
    s->misses += !told && seen;
    s->false_alarms += told && !seen;
}

void forecast_verify(const struct forecast_pair *pair, size_t n, int threshold, struct forecast_score *ret)
{
    int64_t error = 0, off = 0; /* of twice the middle, so that it stays whole */
    *ret = (struct forecast_score){ 0 };
    for (size_t i = 0; i < n; i++) {
        const struct forecast_pair *p = &pair[i];
        if (p->aqi < 0 || p->low < 0 || p->high < p->low)
            continue;
        int level = air_level_of(p->aqi), low = p->level_low ? p->level_low : air_level_of(p->low),
            high = p->level_high ? p->level_high : air_level_of(p->high);
        ret->n++;
        ret->range_hits += p->aqi >= p->low && p->aqi <= p->high;
        ret->level_hits += level >= low && level <= high;
        ret->primary_n += p->seen_primary != 0;
        ret->primary_hits += (p->seen_primary & p->primary) != 0;
        error += p->low + p->high - 2 * p->aqi;
        off += abs(p->low + p->high - 2 * p->aqi);
        count_event(p, threshold, ret);
    }
    ret->range = share(ret->range_hits, ret->n, 100, 1);
    ret->level = share(ret->level_hits, ret->n, 100, 1);
    ret->primary = share(ret->primary_hits, ret->primary_n, 100, 1);
    ret->ts = share(ret->hits, ret->hits + ret->false_alarms + ret->misses, 1, 3);
    ret->pod = share(ret->hits, ret->hits + ret->misses, 1, 3);
    ret->far = share(ret->false_alarms, ret->hits + ret->false_alarms, 1, 3);
    ret->mean_error =
        ret->n ? micro_round(micro_muldiv(error, MICRO_ONE, 2 * (int64_t)ret->n), 1) : MICRO_MISSING;
    ret->mean_abs_error =
        ret->n ? micro_round(micro_muldiv(off, MICRO_ONE, 2 * (int64_t)ret->n), 1) : MICRO_MISSING;
}

void forecast_widen(int aqi, int percent, int *ret_low, int *ret_high)
{
    *ret_low = (int)micro_muldiv(aqi, 100 - percent, 100);
    *ret_high = (int)micro_muldiv(aqi, 100 + percent, 100);
}
