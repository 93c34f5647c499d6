/* micro.h - measured values as scaled integers: a `micro` is the value times 1,000,000.
 * The standards round decimal digits (GB/T 8170, half to even); a binary double cannot do that, so no judgement uses one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t micro;

#define MICRO_ONE     INT64_C(1000000)
#define MICRO_MISSING INT64_MIN
#define MICRO_MOST    (INT64_C(9223372036854) * MICRO_ONE) /* the largest whole number, either way */
#define MICRO(x)      ((micro)((x)*1000000.0 + ((x) < 0 ? -0.5 : 0.5))) /* for constants in code and tests only */

/* Reads [+-]digits[.digits], nothing else. Digits beyond the sixth decimal are rounded half to even.
 * false when it is not a number or above 9.2e12. *ret_decimals, when not NULL, is how many decimals were written. */
bool micro_parse(const char *s, size_t len, micro *ret, int *ret_decimals);
/* GB/T 8170-2008 3.2: to `decimals` (0 to 6) decimals, half to even. MICRO_MISSING stays missing. */
micro micro_round(micro v, int decimals);
/* Sum over n, rounded half to even at the sixth decimal. n > 0. */
micro micro_div(micro sum, int64_t n);
/* a * b / c for c != 0, rounded half to even; what a micro cannot hold is MICRO_MOST or -MICRO_MOST. */
micro micro_muldiv(micro a, int64_t b, int64_t c);

/* Neither is missing. A sum that a micro cannot hold is MICRO_MOST or -MICRO_MOST. */
static inline micro micro_add(micro a, micro b)
{
    micro sum;
    if (__builtin_add_overflow(a, b, &sum))
        return a < 0 ? -MICRO_MOST : MICRO_MOST;
    return sum > MICRO_MOST ? MICRO_MOST : sum < -MICRO_MOST ? -MICRO_MOST : sum;
}

static inline micro micro_sub(micro a, micro b)
{
    micro rest;
    if (__builtin_sub_overflow(a, b, &rest))
        return a < 0 ? -MICRO_MOST : MICRO_MOST;
    return rest > MICRO_MOST ? MICRO_MOST : rest < -MICRO_MOST ? -MICRO_MOST : rest;
}

enum { MICRO_TEXT = 32 };
/* Decimal text: rounded to `decimals` places and always showing that many; decimals < 0: as many as needed. "" when missing. */
char *micro_format(micro v, int decimals, char out[MICRO_TEXT]);
double micro_to_double(micro v); /* for charts and logs; NaN when missing */
