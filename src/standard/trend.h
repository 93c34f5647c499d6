/* trend.h - whether years rise or fall: Spearman's rank correlation (HJ 663-2013 annex B) and Mann-Kendall (in no Chinese text we
 * could read). Exact for small samples; counts are integers, so no verdict hangs on a binary rounding. */
#pragma once

#include "base/micro.h"

enum trend { TREND_NONE, TREND_RISING, TREND_FALLING };
enum { TREND_YEARS = 60 };

struct spearman {
    int n;
    micro rs; /* 4 decimals */
    micro critical_05,
        critical_01;         /* one-sided; MICRO_MISSING where no exact value is known (n < 5 or n > 11) */
    enum trend at_05, at_01; /* TREND_NONE: not significant, or no critical value */
};
/* value[i] is of the i-th year in a row; ties take the mean of their ranks. Fewer than 5 values: only n is set. */
void spearman(const micro *value, int n, struct spearman *ret);

struct mann_kendall {
    int n, s;
    micro p; /* two-sided, 6 decimals */
    bool
        exact; /* from all orders (no ties, n up to 20), else by the normal approximation with the correction for ties */
    enum trend at_05, at_01; /* two-sided */
    micro slope;             /* Sen: the median of all slopes, per year */
};
/* n from 4 to TREND_YEARS, otherwise only n is set. */
void mann_kendall(const micro *value, int n, struct mann_kendall *ret);
