/* Sea, noise, soil, radiation, sources: what stands beside the tables. The tables' own vectors are in their files. */
#include <errno.h>
#include <string.h>

#include "../check.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "rules.h"

static int64_t on(int year)
{
    return cn_days(year, 6, 1);
}

/* CAPABILITIES C07: shares of area and of points never meet. */
static void test_sea_shares_never_mix(void **state)
{
    const struct sea_evaluation *ev = sea_evaluation_on(&shipped_standards()->sea, on(2017));
    struct sea_shares points, area;
    struct err e = { .text = "" };
    micro change;
    (void)state;
    sea_shares_of_points((const int[]){ 6, 3, 1, 0, 0 }, &points);
    sea_shares_of_area((const micro[]){ MICRO(6000), MICRO(3000), MICRO(1000), 0, 0 }, &area);
    assert_int_equal(points.good, 90 * MICRO_ONE);
    assert_int_equal(area.good, 90 * MICRO_ONE);
    assert_int_equal(sea_shares_change(&points, &area, &change, &e), -EINVAL);
    assert_int_equal(sea_quality(ev, &area, &e), -EINVAL);
    assert_string_equal(ev->word[sea_quality(ev, &points, &e)].name, "优");
    struct sea_shares later;
    sea_shares_of_area((const micro[]){ MICRO(6000), MICRO(2000), MICRO(2000), 0, 0 }, &later);
    assert_int_equal(sea_shares_change(&area, &later, &change, &e), 0);
    assert_int_equal(change, -10 * MICRO_ONE);
    sea_shares_of_points((const int[]){ 0, 0, 0, 0, 0 }, &points);
    assert_int_equal(sea_quality(ev, &points, &e), -ENODATA);
    assert_null(
        sea_evaluation_on(&shipped_standards()->sea, on(2026))); /* HJ 442-2020's words were not found */
}

/* 3.1: E of the vector, and the published critical values of the four classes, 1.3, 6, 10.7 and 25. */
static void test_eutrophication(void **state)
{
    static const struct {
        double cod, din, dip, e;
        int places;
    } cases[] = { { 3, 0.30, 0.030, 6, 6 },
                  { 2, 0.20, 0.015, 1.3, 1 },
                  { 4, 0.40, 0.030, 10.7, 1 },
                  { 5, 0.50, 0.045, 25, 6 },
                  { 0, 0.5, 0.045, 0, 6 } };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        CHECK_CASE("E",
                   micro_round(sea_eutrophy(MICRO(cases[i].cod), MICRO(cases[i].din), MICRO(cases[i].dip)),
                               cases[i].places) == MICRO(cases[i].e));
    assert_int_equal(sea_eutrophy(MICRO_MISSING, 1, 1), MICRO_MISSING);
}

/* 3.3: Ld 55 and Ln 45 give 55.0; equal hours give themselves; 10 dB more in one hour of ten weighs as ten. */
static void test_noise_means(void **state)
{
    micro hour[24], d, n, dn;
    (void)state;
    for (int i = 0; i < 24; i++)
        hour[i] = i >= 6 && i < 22 ? 55 * MICRO_ONE : 45 * MICRO_ONE;
    noise_day(hour, 16, 8, &d, &n, &dn);
    assert_int_equal(d, 55 * MICRO_ONE);
    assert_int_equal(n, 45 * MICRO_ONE);
    assert_int_equal(dn, 55 * MICRO_ONE);
    hour[12] = MICRO_MISSING;
    noise_day(hour, 16, 8, &d, &n, &dn);
    assert_int_equal(d, MICRO_MISSING);
    assert_int_equal(dn, MICRO_MISSING);
    const micro two[] = { 60 * MICRO_ONE, 70 * MICRO_ONE };
    assert_int_equal(micro_round(noise_leq(two, 2, 2), 2), MICRO(67.40)); /* 10 lg(5.5 x 10^6) */
    assert_int_equal(noise_region_mean(two, 2), 65 * MICRO_ONE);
    assert_int_equal(noise_road_mean(two, (const micro[]){ 3 * MICRO_ONE, MICRO_ONE }, 2), MICRO(62.5));
    assert_int_equal(noise_road_mean(two, (const micro[]){ 0, 0 }, 2), MICRO_MISSING);
    assert_int_equal(noise_attainment(3, 4), 75 * MICRO_ONE);
    assert_int_equal(noise_attainment(0, 0), MICRO_MISSING);
    assert_int_equal(noise_leq((const micro[]){ 4000 * MICRO_ONE }, 1, 1), MICRO_MISSING);
}

/* 3.5: pH bands of farm land. */
static void test_farm_land_bands(void **state)
{
    const struct grade_table *t = grade_on(&shipped_standards()->grades, SOIL_FARM, on(2026));
    static const struct {
        enum soil_use use;
        double ph;
        const char *variant;
    } cases[] = { { SOIL_PADDY, 5.5, "paddy1" }, { SOIL_PADDY, 5.51, "paddy2" },
                  { SOIL_OTHER, 6.5, "other2" }, { SOIL_OTHER, 6.51, "other3" },
                  { SOIL_OTHER, 7.5, "other3" }, { SOIL_ORCHARD, 7.51, "orchard4" } };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(t->variant[soil_farm_variant(t, cases[i].use, MICRO(cases[i].ph))],
                            cases[i].variant);
    assert_int_equal(soil_farm_variant(t, SOIL_PADDY, MICRO_MISSING), -1);
}

/* 3.7: Guangzhou's hour of 105.9 to 109.0 within its range of 69.3 to 266.9. */
static void test_radiation(void **state)
{
    const micro low = MICRO(69.3), high = MICRO(266.9);
    const micro past[] = { MICRO(100), MICRO(102), MICRO(98), MICRO(100), MICRO_MISSING };
    struct radiation_base base;
    (void)state;
    assert_int_equal(radiation_background(MICRO(107.4), low, high), RADIATION_NORMAL);
    assert_int_equal(radiation_background(low, low, high), RADIATION_NORMAL);
    assert_int_equal(radiation_background(high, low, high), RADIATION_NORMAL);
    assert_int_equal(radiation_background(high + 1, low, high), RADIATION_ABOVE);
    assert_int_equal(radiation_background(low - 1, low, high), RADIATION_BELOW);
    assert_int_equal(radiation_background(low, MICRO_MISSING, high), RADIATION_CANNOT);
    assert_true(radiation_base(past, COUNT_OF(past), 4, 3, &base));
    assert_int_equal(base.mean, MICRO(100));
    assert_int_equal(micro_round(base.sigma, 3), MICRO(1.633)); /* sqrt(8 / 3) */
    assert_int_equal(radiation_check(&base, base.alarm, false), RADIATION_QUIET);
    assert_int_equal(radiation_check(&base, base.alarm + 1, false), RADIATION_ALARM);
    assert_int_equal(radiation_check(&base, base.alarm + 1, true), RADIATION_ALARM_IN_RAIN);
    assert_false(radiation_base(past, COUNT_OF(past), 5, 3, &base));
    assert_int_equal(radiation_check(&base, MICRO(999), false), RADIATION_NO_VALUE);
}

/* 2.1: SO2 30 mg/m3 at 9 % oxygen is 37.5 at 6 %; from 21 % on there is no value, and 9999.99 is never judged. */
static void test_sources(void **state)
{
    micro m;
    (void)state;
    assert_int_equal(source_reference_oxygen(MICRO(30), MICRO(9), MICRO(6)), MICRO(37.5));
    assert_int_equal(source_reference_oxygen(MICRO(30), MICRO(21), MICRO(6)), MICRO_MISSING);
    assert_int_equal(source_reference_oxygen(MICRO(9999.99), MICRO(9), MICRO(6)), MICRO_MISSING);
    assert_int_equal(source_judge(MICRO(9999.99), MICRO_MISSING, MICRO(50), &m), SOURCE_CANNOT);
    assert_int_equal(source_judge(MICRO(50), MICRO_MISSING, MICRO(50), &m), SOURCE_WITHIN);
    assert_int_equal(source_judge(MICRO(60), MICRO_MISSING, MICRO(50), &m), SOURCE_OVER);
    assert_int_equal(m, MICRO(0.2));
    assert_int_equal(source_judge(MICRO(5.9), MICRO(6), MICRO(9), &m), SOURCE_BELOW);
    assert_int_equal(source_judge(MICRO(6), MICRO(6), MICRO(9), &m), SOURCE_WITHIN);
    assert_int_equal(source_judge(MICRO(6), MICRO_MISSING, MICRO_MISSING, &m), SOURCE_CANNOT);
    assert_int_equal(source_gas_load(MICRO(35), MICRO(100000)), MICRO(3.5));
    assert_int_equal(source_water_load(MICRO(50), MICRO(20000)), MICRO(1000));
    assert_int_equal(source_transmission(95, 100, 90, 100), MICRO(85.5));
    assert_int_equal(source_transmission(95, 0, 90, 100), MICRO_MISSING);
}

/* 3.6: which column, and note 1 of the table. */
static void test_sewage(void **state)
{
    (void)state;
    assert_string_equal(sewage_variant(false, MICRO(12)), "new-cold");
    assert_string_equal(sewage_variant(false, MICRO(12.1)), "new-warm");
    assert_string_equal(sewage_variant(true, MICRO_MISSING), "old-warm");
    assert_int_equal(sewage_cod_removal(MICRO(400), MICRO(159)), 1);
    assert_int_equal(sewage_cod_removal(MICRO(400), MICRO(160)), 0); /* 60 % exactly is not above 60 */
    assert_int_equal(sewage_cod_removal(MICRO(350), MICRO(1)), -1);
    assert_int_equal(sewage_bod_removal(MICRO(200), MICRO(99)), 1);
    const struct grade_book *g = &shipped_standards()->grades;
    assert_string_equal(grade_on(g, SOURCE_SEWAGE, cn_days(2026, 2, 28))->set.id, "GB18918-2002");
    assert_string_equal(grade_on(g, SOURCE_SEWAGE, cn_days(2026, 3, 1))->set.id, "GB18918-2002-A1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sea_shares_never_mix),
        cmocka_unit_test(test_eutrophication),
        cmocka_unit_test(test_noise_means),
        cmocka_unit_test(test_farm_land_bands),
        cmocka_unit_test(test_radiation),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_sewage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
