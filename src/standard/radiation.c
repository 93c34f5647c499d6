#include "standard/radiation.h"

#include <math.h>

enum radiation_verdict radiation_background(micro rate, micro low, micro high)
{
    if (rate == MICRO_MISSING || rate < 0 || low == MICRO_MISSING || high == MICRO_MISSING || low > high)
        return RADIATION_CANNOT;
    return rate > high ? RADIATION_ABOVE : rate < low ? RADIATION_BELOW : RADIATION_NORMAL;
}

bool radiation_base(const micro *rate, size_t n, size_t needs, int sigmas, struct radiation_base *ret)
{
    micro sum = 0;
    double squares = 0;
    *ret = (struct radiation_base){ .mean = MICRO_MISSING, .sigma = MICRO_MISSING, .alarm = MICRO_MISSING };
    for (size_t i = 0; i < n; i++)
        if (rate[i] != MICRO_MISSING && rate[i] >= 0) {
            sum += rate[i];
            ret->n++;
        }
    if (ret->n < 2 || (size_t)ret->n < needs)
        return false;
    ret->mean = micro_div(sum, ret->n);
    for (size_t i = 0; i < n; i++)
        if (rate[i] != MICRO_MISSING && rate[i] >= 0) {
            double apart = micro_to_double(rate[i] - ret->mean);
            squares += apart * apart;
        }
    ret->sigma = (micro)llround(sqrt(squares / (ret->n - 1)) * 1e6);
    ret->alarm = ret->mean + sigmas * ret->sigma;
    return true;
}

enum radiation_alarm radiation_check(const struct radiation_base *base, micro rate,
                                     bool rain_in_the_last_hours)
{
    if (rate == MICRO_MISSING || rate < 0 || base->alarm == MICRO_MISSING)
        return RADIATION_NO_VALUE;
    if (rate <= base->alarm)
        return RADIATION_QUIET;
    return rain_in_the_last_hours ? RADIATION_ALARM_IN_RAIN : RADIATION_ALARM;
}
