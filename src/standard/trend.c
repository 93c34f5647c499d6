#include "standard/trend.h"

#include <math.h>
#include <stdlib.h>

#include "base/scoped.h"

/* One-sided critical values for n = 5 ... 11 in thousandths, found by counting all orders (tests/unit/standard/test_trend.c counts them
 * again); HJ 663-2013 annex B is believed to print the same. */
static const int critical[2][7] = {
    { 900, 829, 714, 643, 600, 564, 536 },
    { 1000, 943, 893, 833, 783, 746, 709 },
};

/* Twice the rank, so that a tie of two is still a whole number. */
static int twice_rank(const micro *v, int n, int i)
{
    int below = 0, equal = 0;
    for (int k = 0; k < n; k++) {
        below += v[k] < v[i];
        equal += v[k] == v[i];
    }
    return 2 * below + equal + 1;
}

void spearman(const micro *value, int n, struct spearman *ret)
{
    int64_t d2 = 0;
    *ret = (struct spearman){
        .n = n, .rs = MICRO_MISSING, .critical_05 = MICRO_MISSING, .critical_01 = MICRO_MISSING
    };
    if (n < 5 || n > TREND_YEARS)
        return;
    for (int i = 0; i < n; i++) {
        int64_t d = twice_rank(value, n, i) - 2 * (i + 1);
        d2 += d * d;
    }
    /* rs = 1 - 6 ΣD² / (N (N² - 1)), with d = 2 D */
    int64_t whole = 4 * (int64_t)n * (n * n - 1), part = whole - 6 * d2;
    ret->rs = micro_muldiv(part, 10000, whole) * 100;
    if (n > 11)
        return;
    int64_t thousandths = micro_muldiv(part < 0 ? -part : part, 1000, whole);
    enum trend way = part > 0 ? TREND_RISING : TREND_FALLING;
    ret->critical_05 = critical[0][n - 5] * INT64_C(1000);
    ret->critical_01 = critical[1][n - 5] * INT64_C(1000);
    ret->at_05 = thousandths >= critical[0][n - 5] ? way : TREND_NONE;
    ret->at_01 = thousandths >= critical[1][n - 5] ? way : TREND_NONE;
}

enum { EXACT = 20, PAIRS = EXACT * (EXACT - 1) / 2 };

/* How many of the n! orders have at least `least` concordant pairs more than a half would be: p of |S| >= |s|, two-sided, as micro.
 * The count of orders by inversions is Mahonian: each further value adds 0 ... k inversions. 20! fits in 64 bits. */
static micro exact_p(int n, int s)
{
    uint64_t count[PAIRS + 1] = { 1 };
    int pairs = 0;
    for (int k = 1; k < n; k++) {
        uint64_t next[PAIRS + 1] = { 0 };
        for (int i = 0; i <= pairs; i++)
            for (int add = 0; add <= k; add++)
                next[i + add] += count[i];
        pairs += k;
        for (int i = 0; i <= pairs; i++)
            count[i] = next[i];
    }
    uint64_t all = 0, tail = 0;
    int far = abs(s);
    for (int i = 0; i <= pairs; i++) {
        all += count[i];
        if (abs(pairs - 2 * i) >= far)
            tail += count[i];
    }
    return (micro)(((__int128)tail * MICRO_ONE + all / 2) / all);
}

static double approximate_p(const micro *v, int n, int s)
{
    double variance = n * (n - 1.0) * (2.0 * n + 5);
    for (int i = 0; i < n; i++) { /* each group of ties once, at its first member */
        int t = 0, first = 1;
        for (int k = 0; k < n; k++) {
            t += v[k] == v[i];
            first = first && !(k < i && v[k] == v[i]);
        }
        if (first && t > 1)
            variance -= t * (t - 1.0) * (2.0 * t + 5);
    }
    if (variance <= 0 || s == 0)
        return 1;
    double z = (abs(s) - 1) / sqrt(variance / 18);
    return erfc(z / sqrt(2));
}

static int ascending(const void *a, const void *b)
{
    micro x = *(const micro *)a, y = *(const micro *)b;
    return (x > y) - (x < y);
}

static micro sen_slope(const micro *v, int n)
{
    micro slope[TREND_YEARS * (TREND_YEARS - 1) / 2];
    int m = 0;
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k < n; k++)
            slope[m++] = micro_div(v[k] - v[i], k - i);
    qsort(slope, (size_t)m, sizeof *slope, ascending);
    return m % 2 ? slope[m / 2] : micro_div(slope[m / 2 - 1] + slope[m / 2], 2);
}

void mann_kendall(const micro *value, int n, struct mann_kendall *ret)
{
    bool ties = false;
    *ret = (struct mann_kendall){ .n = n, .p = MICRO_MISSING, .slope = MICRO_MISSING };
    if (n < 4 || n > TREND_YEARS)
        return;
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k < n; k++) {
            ret->s += (value[k] > value[i]) - (value[k] < value[i]);
            ties = ties || value[k] == value[i];
        }
    ret->exact = !ties && n <= EXACT;
    ret->p = ret->exact ? exact_p(n, ret->s) : (micro)llround(approximate_p(value, n, ret->s) * 1e6);
    enum trend way = ret->s > 0 ? TREND_RISING : ret->s < 0 ? TREND_FALLING : TREND_NONE;
    ret->at_05 = ret->p < MICRO_ONE / 20 ? way : TREND_NONE;
    ret->at_01 = ret->p < MICRO_ONE / 100 ? way : TREND_NONE;
    ret->slope = sen_slope(value, n);
}
