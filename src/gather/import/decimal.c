#include "gather/import/decimal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_18 INT64_C(1000000000000000000)

bool decimal_from_micro(micro v, struct decimal *ret)
{
    if (v == 0 || v == MICRO_MISSING)
        return false;
    struct decimal d = { v, -6 };
    for (; d.mantissa % 10 == 0; d.mantissa /= 10)
        d.exponent++;
    *ret = d;
    return true;
}

static bool read_digits(const char *s, size_t len, struct decimal *ret)
{
    const char *p = s, *end = s + len;
    bool negative = p < end && *p == '-', seen = false, point = false;
    p += p < end && (*p == '-' || *p == '+');
    struct decimal d = { 0, 0 };
    for (; p < end; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        if (*p < '0' || *p > '9' || d.mantissa >= DIGITS_18 / 10)
            return false;
        d.mantissa = d.mantissa * 10 + (*p - '0');
        d.exponent -= point;
        seen = true;
    }
    d.mantissa = negative ? -d.mantissa : d.mantissa;
    *ret = d;
    return seen;
}

bool decimal_scale(const char *s, size_t len, struct decimal by, char out[DECIMAL_TEXT])
{
    struct decimal d;
    int64_t m;
    if (!read_digits(s, len, &d) || __builtin_mul_overflow(d.mantissa, by.mantissa, &m))
        return false;
    int exponent = d.exponent + by.exponent;
    for (; exponent > 0; exponent--)
        if (__builtin_mul_overflow(m, 10, &m))
            return false;
    if (m >= DIGITS_18 || m <= -DIGITS_18 || exponent < -18)
        return false;
    char digits[24];
    int decimals = -exponent;
    uint64_t u = m < 0 ? 0 - (uint64_t)m : (uint64_t)m;
    int n = snprintf(digits, sizeof digits, "%0*" PRIu64, decimals + 1, u);
    snprintf(out, DECIMAL_TEXT, "%s%.*s%s%s", m < 0 ? "-" : "", n - decimals, digits, decimals ? "." : "",
             digits + n - decimals);
    return true;
}
