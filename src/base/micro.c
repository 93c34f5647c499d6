#include "base/micro.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const int64_t pow10_table[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };

/* n / d rounded half to even, d > 0. Nearly every value fits 64 bits, where a division is several times quicker. */
static inline int64_t div_half_even_64(int64_t n, int64_t d)
{
    int64_t q = n / d, r = n % d;
    uint64_t rest = r < 0 ? 0 - (uint64_t)r : (uint64_t)r, half = (uint64_t)d - rest;
    if (rest > half || (rest == half && q % 2 != 0))
        q += n < 0 ? -1 : 1;
    return q;
}

static int64_t div_half_even(__int128 n, __int128 d)
{
    if (n <= INT64_MAX && n >= -INT64_MAX && d <= INT64_MAX)
        return div_half_even_64((int64_t)n, (int64_t)d);
    __int128 q = n / d, r = n % d;
    if (r < 0)
        r = -r;
    if (r * 2 > d || (r * 2 == d && q % 2 != 0))
        q += n < 0 ? -1 : 1;
    return (int64_t)(q > MICRO_MOST ? MICRO_MOST : q < -MICRO_MOST ? -MICRO_MOST : q);
}

bool micro_parse(const char *s, size_t len, micro *ret, int *ret_decimals)
{
    const char *p = s, *end = s + len;
    bool negative = false, seen = false, tail = false;
    if (p < end && (*p == '-' || *p == '+'))
        negative = *p++ == '-';
    int64_t v = 0;
    for (; p < end && *p >= '0' && *p <= '9'; p++, seen = true) {
        if (v > INT64_C(920000000000))
            return false;
        v = v * 10 + (*p - '0');
    }
    if (v > INT64_C(9200000000000))
        return false;
    v *= MICRO_ONE;
    int decimals = 0, seventh = 0;
    if (p < end && *p == '.') {
        p++;
        for (; p < end && *p >= '0' && *p <= '9'; p++, seen = true, decimals++) {
            if (decimals < 6)
                v += (*p - '0') * pow10_table[5 - decimals];
            else if (decimals == 6)
                seventh = *p - '0';
            else
                tail = tail || *p != '0';
        }
    }
    if (!seen || p != end)
        return false;
    if (seventh > 5 || (seventh == 5 && (tail || v % 2)))
        v++;
    *ret = negative ? -v : v;
    if (ret_decimals)
        *ret_decimals = decimals;
    return true;
}

micro micro_round(micro v, int decimals)
{
    /* Missing, or so large that there is no room to round it up: as it is. One comparison for both ends. */
    if (decimals >= 6 || (uint64_t)v + (uint64_t)MICRO_MOST > 2 * (uint64_t)MICRO_MOST)
        return v;
    switch (decimals) { /* constants, so that the compiler multiplies instead of dividing */
    case 1:
        return div_half_even_64(v, 100000) * 100000;
    case 2:
        return div_half_even_64(v, 10000) * 10000;
    case 3:
        return div_half_even_64(v, 1000) * 1000;
    case 4:
        return div_half_even_64(v, 100) * 100;
    case 5:
        return div_half_even_64(v, 10) * 10;
    default:
        return div_half_even_64(v, MICRO_ONE) * MICRO_ONE;
    }
}

micro micro_div(micro sum, int64_t n)
{
    return div_half_even_64(sum, n);
}

micro micro_muldiv(micro a, int64_t b, int64_t c)
{
    __int128 n = (__int128)a * b, d = c;
    if (d < 0) {
        n = -n;
        d = -d;
    }
    return div_half_even(n, d);
}

char *micro_format(micro v, int decimals, char out[MICRO_TEXT])
{
    out[0] = '\0';
    if (v == MICRO_MISSING)
        return out;
    micro r = decimals < 0 ? v : micro_round(v, decimals);
    uint64_t u = r < 0 ? 0 - (uint64_t)r : (uint64_t)r;
    int places = decimals < 0 || decimals > 6 ? 6 : decimals;
    int n = snprintf(out, MICRO_TEXT, "%s%" PRIu64, r < 0 && u ? "-" : "", u / 1000000);
    if (places) {
        snprintf(out + n, (size_t)(MICRO_TEXT - n), ".%06" PRIu64, u % 1000000);
        size_t len = (size_t)n + 1 + (size_t)places;
        if (decimals < 0) {
            while (out[len - 1] == '0')
                len--;
            if (out[len - 1] == '.')
                len--;
        }
        out[len] = '\0';
    }
    return out;
}

double micro_to_double(micro v)
{
    return v == MICRO_MISSING ? NAN : (double)v / 1e6;
}
