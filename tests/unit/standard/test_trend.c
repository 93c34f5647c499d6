/* Spearman's critical values counted again from all orders; Mann-Kendall's p from all orders and by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/scoped.h"
#include "standard/trend.h"

struct tally {
    int64_t by_d2[700]; /* n = 9: up to 240 */
    int64_t all;
};

static void orders(int n, int k, int *a, struct tally *t)
{
    if (k == n) {
        int d2 = 0;
        for (int i = 0; i < n; i++)
            d2 += (a[i] - i) * (a[i] - i);
        t->by_d2[d2]++;
        t->all++;
        return;
    }
    for (int i = k; i < n; i++) {
        int x = a[k];
        a[k] = a[i];
        a[i] = x;
        orders(n, k + 1, a, t);
        a[i] = a[k];
        a[k] = x;
    }
}

/* The smallest rs that at most `share` per thousand of all orders reach, in thousandths. */
static int counted(int n, int share)
{
    static struct tally t;
    int a[16];
    t = (struct tally){ .all = 0 };
    for (int i = 0; i < n; i++)
        a[i] = i;
    orders(n, 0, a, &t);
    int64_t reached = 0;
    int best = 0;
    for (int d2 = 0; d2 < (int)COUNT_OF(t.by_d2); d2++) {
        reached += t.by_d2[d2];
        if (reached * 1000 > t.all * share)
            return best;
        if (t.by_d2[d2])
            best = (int)((2000LL * (n * (n * n - 1) - 6 * d2) / (n * (n * n - 1)) + 1) / 2);
    }
    return best;
}

static void test_spearman_critical_values(void **state)
{
    (void)state;
    for (int n = 5; n <= 9; n++) {
        micro v[9];
        struct spearman s;
        for (int i = 0; i < n; i++)
            v[i] = i * MICRO_ONE;
        spearman(v, n, &s);
        assert_int_equal(s.critical_05, counted(n, 50) * 1000);
        assert_int_equal(s.critical_01, counted(n, 10) * 1000);
    }
}

static void test_spearman(void **state)
{
    (void)state;
    const micro falling[] = { MICRO(48), MICRO(45), MICRO(45.5), MICRO(40), MICRO(38), MICRO(35) };
    const micro mixed[] = { 3, 1, 2, 5, 4 }, edge[] = { 1, 2, 3, 4, 6, 5, 7 }, ties[] = { 2, 2, 2, 2, 2 };
    struct spearman s;
    spearman(falling, 6, &s); /* D: 5,2,2(4→…) */
    assert_int_equal(s.at_05, TREND_FALLING);
    spearman(mixed, 5, &s);
    assert_int_equal(s.rs, MICRO(0.6));
    assert_int_equal(s.at_05, TREND_NONE);
    spearman(edge, 7, &s); /* 1 - 12/336 = 0.9643 */
    assert_int_equal(s.rs, MICRO(0.9643));
    assert_int_equal(s.at_01, TREND_RISING);
    spearman(ties, 5, &s); /* the formula of the text has no correction for ties */
    assert_int_equal(s.at_05, TREND_NONE);
    spearman(mixed, 4, &s);
    assert_int_equal(s.rs, MICRO_MISSING);
}

static void test_mann_kendall(void **state)
{
    (void)state;
    const micro up[] = { 1000000, 2000000, 3000000, 4000000, 5000000 }, ties[] = { 1, 1, 2, 2, 3, 3, 4, 4 };
    const micro four[] = { 1, 2, 3, 4 };
    struct mann_kendall m;
    mann_kendall(up, 5, &m);
    assert_int_equal(m.s, 10);
    assert_int_equal(m.p, 16667); /* 2 of 120 orders */
    assert_true(m.exact);
    assert_int_equal(m.at_05, TREND_RISING);
    assert_int_equal(m.at_01, TREND_NONE);
    assert_int_equal(m.slope, MICRO_ONE);
    mann_kendall(four, 4, &m);
    assert_int_equal(m.p, 83333); /* 2 of 24: four years can never be significant */
    mann_kendall(ties, 8, &m);
    assert_false(m.exact);
    assert_int_equal(m.s, 24);
    assert_int_equal(m.at_01, TREND_RISING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spearman_critical_values),
        cmocka_unit_test(test_spearman),
        cmocka_unit_test(test_mann_kendall),
    };
    return cmocka_run_group_tests_name("standard.trend", tests, NULL, NULL);
}
