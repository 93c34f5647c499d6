/* decimal.h - multiplies a decimal number written in digits by another, exactly. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/micro.h"

/* mantissa × 10^exponent, with no trailing zero in the mantissa. */
struct decimal {
    int64_t mantissa;
    int exponent;
};

/* false for zero and MICRO_MISSING. */
bool decimal_from_micro(micro v, struct decimal *ret);

enum { DECIMAL_TEXT = 48 };
/* The product of [+-]digits[.digits] and `by`, keeping the decimals that the digits had: 300 by 0.001 is "0.300", 0.9 by 1000 is
 * "900". false when s is no number or the product has more than 18 digits. */
bool decimal_scale(const char *s, size_t len, struct decimal by, char out[DECIMAL_TEXT]);
