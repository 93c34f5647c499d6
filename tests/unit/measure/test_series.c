/* One stream's cells: far slots, drops, and which of two values for the same hour stands. */
#include "town.h"

#include "measure/internal.h"

static void test_far_apart(void **state)
{
    (void)state;
    struct series s = { 0 };
    const struct cell c = { .v = 7, .flag = 'N' };
    static const int64_t slot[] = { 490000, 490001, 490719, 480000, 495000, -5, 470000 };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(series_put(&s, slot[i], &c), 1);
    for (size_t i = 0; i < 5; i++)
        assert_non_null(series_at(&s, slot[i]));
    assert_int_equal(series_put(&s, -5, &c), 0); /* too old beside what is there */
    assert_null(series_at(&s, -5));
    assert_null(series_at(&s, 490002));
    assert_int_equal(series_put(&s, 900000, &c), 1); /* far ahead: the old ones go */
    assert_null(series_at(&s, 490000));
    assert_non_null(series_at(&s, 900000));
    series_drop_before(&s, 950000);
    assert_null(series_at(&s, 900000));
    assert_int_equal(s.n, 0);
    series_release(&s);
}

static void test_which_value_stands(void **state)
{
    (void)state;
    /* In any order of coming, the last arrival, then the later order, then the larger value. */
    static const struct cell cells[] = {
        { .v = 10, .arrival = 100, .order = 5, .flag = 'N' },
        { .v = 90, .arrival = 90, .order = 9, .flag = 'N' },
        { .v = 20, .arrival = 100, .order = 6, .flag = 'D' },
        { .v = 30, .arrival = 100, .order = 6, .flag = 'N' },
    };
    static const int orders[][4] = { { 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 1, 3, 0, 2 }, { 2, 0, 3, 1 } };
    for (size_t o = 0; o < COUNT_OF(orders); o++) {
        struct series s = { 0 };
        for (size_t i = 0; i < 4; i++)
            series_put(&s, 1000, &cells[orders[o][i]]);
        assert_int_equal(series_at(&s, 1000)->v, 30);
        series_release(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_far_apart),
                                        cmocka_unit_test(test_which_value_stands) };
    return cmocka_run_group_tests_name("measure.series", tests, NULL, NULL);
}
