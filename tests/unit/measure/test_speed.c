/* A year of hours of twelve stations: loading, the city page, a late hour. The bounds are wide, for slow and instrumented builds;
 * the figures are printed. */
#include "town.h"

#include "base/clock.h"

static void test_a_year_of_twelve_stations(void **state)
{
    (void)state;
    struct buf city = BUF_INIT;
    struct place *place = NULL;
    struct board *b = NULL;
    struct err e = { 0 };
    json_t *tree = NULL;
    buf_adds(&city, "{\"name\":\"大城\",\"name_en\":\"City\",\"regions\":[{\"code\":\"r\",\"name\":\"市\","
                    "\"name_en\":\"R\"}],\"units\":[],\"sites\":[");
    for (int i = 0; i < 12; i++)
        buf_addf(&city,
                 "%s{\"code\":\"s%d\",\"name\":\"站\",\"name_en\":\"S\",\"kind\":\"air\",\"region\":\"r\","
                 "\"lng\":1,\"lat\":1,\"factors\":["
                 "\"a21026\",\"a21004\",\"a21005\",\"a05024\",\"a34002\",\"a34004\"]}",
                 i ? "," : "", i);
    buf_adds(&city, "]}");
    assert_int_equal(json_read(city.data, city.len, &tree, &e), 0);
    assert_int_equal(place_build(tree, &place, &e), 0);
    json_decref(tree);
    buf_release(&city);
    assert_int_equal(board_new(place, SOURCE_ROOT "/definitions", &b, &e), 0);

    int64_t begin = cn_days(2026, 1, 1) * 24, now = cn_hour_start(begin + 365 * 24) - MS_MINUTE,
            t0 = clock_monotonic_ns();
    for (int64_t h = begin; h < begin + 365 * 24; h++)
        for (int s = 1; s <= 12; s++)
            send_air(b, s, cn_hour_start(h), 20 + (double)((h * 7 + s) % 90), (double)((h * 3 + s) % 170));
    int64_t t1 = clock_monotonic_ns();
    board_settle(b, now);
    int64_t t2 = clock_monotonic_ns();
    struct buf out = BUF_INIT;
    enum { ROUNDS = 50 };
    for (int i = 0; i < ROUNDS; i++) {
        buf_clear(&out);
        board_write_city(b, now, &out);
    }
    int64_t t3 = clock_monotonic_ns();
    json_t *target = json_pack("{s:s,s:i}", "bound", "air.good_days.ratio", "value", 80), *progress = NULL;
    assert_int_equal(board_target(b, target, now, &progress, &e), 0);
    int64_t t4 = clock_monotonic_ns();
    for (int s = 1; s <= 12; s++)
        send_air(b, s, now - MS_HOUR, 70, 80);
    board_settle(b, now);
    int64_t t5 = clock_monotonic_ns();
    print_message("# take %.0f ms, first settle %.0f ms, city %.2f ms (%zu bytes), target %.2f ms, an hour "
                  "of all stations %.2f ms\n",
                  (double)(t1 - t0) / 1e6, (double)(t2 - t1) / 1e6, (double)(t3 - t2) / 1e6 / ROUNDS, out.len,
                  (double)(t4 - t3) / 1e6, (double)(t5 - t4) / 1e6);
    assert_true(t2 - t0 < INT64_C(20000000000));
    assert_true((t3 - t2) / ROUNDS < INT64_C(50000000));
    json_decref(target);
    json_decref(progress);
    buf_release(&out);
    board_free(b);
    place_free(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_year_of_twelve_stations) };
    return cmocka_run_group_tests_name("measure.speed", tests, NULL, NULL);
}
