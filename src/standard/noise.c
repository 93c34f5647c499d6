#include "standard/noise.h"

#include <math.h>

static double energy(micro level)
{
    return pow(10, 0.1 * micro_to_double(level));
}

static micro level_of(double mean_energy)
{
    return mean_energy > 0 ? (micro)llround(10 * log10(mean_energy) * 1e6) : MICRO_MISSING;
}

/* Levels that no ear or instrument knows are not added up: 10^(0.1 x) would run over. */
static bool usable(micro level)
{
    return level != MICRO_MISSING && level >= -100 * MICRO_ONE && level <= 300 * MICRO_ONE;
}

micro noise_leq(const micro *level, size_t n, size_t needs)
{
    double sum = 0;
    size_t have = 0;
    for (size_t i = 0; i < n; i++)
        if (usable(level[i])) {
            sum += energy(level[i]);
            have++;
        }
    return have && have >= needs ? level_of(sum / (double)have) : MICRO_MISSING;
}

micro noise_dn(micro d, micro n)
{
    if (!usable(d) || !usable(n))
        return MICRO_MISSING;
    const double day = NOISE_DAY_END - NOISE_DAY_FIRST, night = 24 - day;
    return level_of((day * energy(d) + night * energy(n + 10 * MICRO_ONE)) / 24);
}

void noise_day(const micro hour[24], size_t needs_day, size_t needs_night, micro *ret_d, micro *ret_n,
               micro *ret_dn)
{
    micro night[24];
    size_t n = 0;
    for (int i = 0; i < 24; i++)
        if (i < NOISE_DAY_FIRST || i >= NOISE_DAY_END)
            night[n++] = hour[i];
    *ret_d = noise_leq(hour + NOISE_DAY_FIRST, NOISE_DAY_END - NOISE_DAY_FIRST, needs_day);
    *ret_n = noise_leq(night, n, needs_night);
    *ret_dn = noise_dn(*ret_d, *ret_n);
}

micro noise_region_mean(const micro *level, size_t n)
{
    micro sum = 0;
    int64_t have = 0;
    for (size_t i = 0; i < n; i++)
        if (usable(level[i])) {
            sum += level[i];
            have++;
        }
    return have ? micro_div(sum, have) : MICRO_MISSING;
}

micro noise_road_mean(const micro *level, const micro *length, size_t n)
{
    __int128 sum = 0;
    micro whole = 0;
    for (size_t i = 0; i < n; i++)
        if (usable(level[i]) && length[i] != MICRO_MISSING && length[i] > 0) {
            sum += (__int128)level[i] * length[i];
            whole = micro_add(whole, length[i]);
        }
    if (whole == 0)
        return MICRO_MISSING;
    micro rough = (micro)(sum / whole); /* then the rest, rounded, so that 128 bits stay here */
    return rough + micro_muldiv((micro)(sum % whole), 1, whole);
}

micro noise_attainment(int within, int judged)
{
    return judged > 0 ? micro_muldiv(within * MICRO_ONE, 100, judged) : MICRO_MISSING;
}
