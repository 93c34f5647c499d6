/* Cells that tile an area, and those that do not: areas against the sphere's formula, gaps, overlaps and what lies outside. */
#include "../check.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "geo/cover.h"

#define N(a) (sizeof(a) / sizeof *(a))

/* West, south, east, north. */
static double corner[16][4][2];
static struct geo_ring ring[16];
static struct geo_polygon polygon[16];

static const struct geo_polygon *box(size_t i, double west, double south, double east, double north)
{
    const double p[4][2] = { { west, south }, { east, south }, { east, north }, { west, north } };
    memcpy(corner[i], p, sizeof p);
    ring[i] = (struct geo_ring){ corner[i], 4 };
    polygon[i] = (struct geo_polygon){ &ring[i], 1 };
    return &polygon[i];
}

/* The area of a box on the ellipsoid by the closed formula. */
static double area_of(double west, double south, double east, double north)
{
    const double a = 6378137.0, f = 1 / 298.257222101, e2 = f * (2 - f), e = sqrt(e2);
    double q[2], lat[2] = { south * M_PI / 180, north * M_PI / 180 };
    for (int i = 0; i < 2; i++) {
        double s = sin(lat[i]);
        q[i] = s / (1 - e2 * s * s) + atanh(e * s) / e;
    }
    return (east - west) * M_PI / 180 * a * a * (1 - e2) * (q[1] - q[0]) / 2;
}

static void test_tiled(void **state)
{
    (void)state;
    struct geo_cover c;
    box(0, 123, 35, 123.5, 35.5), box(1, 123.5, 35, 124, 35.5), box(2, 123, 35.5, 124, 36),
        box(3, 123, 35, 124, 36);
    assert_int_equal(geo_cover(polygon, 3, &polygon[3], 1, 1, 100, &c, NULL), 0);
    assert_int_equal(c.n_flaws, 0);
    double want = area_of(123, 35, 124, 36);
    CHECK(fabs(c.bound_m2 - want) < want * 1e-9);
    CHECK(fabs(c.cells_m2 - want) < 1 && c.gap_m2 < 1 && c.overlap_m2 < 1 && c.outside_m2 < 1);
    geo_cover_release(&c);
}

static void test_gap_overlap_outside(void **state)
{
    (void)state;
    struct geo_cover c;
    box(0, 123, 35, 123.6, 36), box(1, 123.5, 35, 124.01, 35.9), box(3, 123, 35, 124, 36);
    assert_int_equal(geo_cover(polygon, 2, &polygon[3], 1, 1, 100, &c, NULL), 0);
    const struct {
        enum geo_fault fault;
        double m2, box[4];
    } want[] = { { GEO_OVERLAP, area_of(123.5, 35, 123.6, 35.9), { 123.5, 35, 123.6, 35.9 } },
                 { GEO_GAP, area_of(123.6, 35.9, 124, 36), { 123.6, 35.9, 124, 36 } },
                 { GEO_OUTSIDE, area_of(124, 35, 124.01, 35.9), { 124, 35, 124.01, 35.9 } } };
    assert_int_equal(c.n_flaws, N(want));
    for (size_t i = 0; i < N(want); i++) {
        const struct geo_flaw *f = &c.flaw[i];
        assert_int_equal(f->fault, want[i].fault);
        CHECK(fabs(f->m2 - want[i].m2) < want[i].m2 * 1e-6);
        for (int k = 0; k < 4; k++)
            CHECK(fabs(f->box[k] - want[i].box[k]) < 1e-6);
        CHECK(f->at[0] >= f->box[0] && f->at[0] <= f->box[2] && f->at[1] >= f->box[1] &&
              f->at[1] <= f->box[3]);
    }
    CHECK(c.flaw[0].cell[0] == 0 && c.flaw[0].cell[1] == 1 && c.flaw[2].cell[0] == 1);
    geo_cover_release(&c);
}

/* A ring that crosses itself is named and takes no part; slivers below the least are summed, not listed. */
static void test_invalid_and_slivers(void **state)
{
    (void)state;
    struct geo_cover c;
    box(0, 123, 35, 123.5, 36), box(1, 123.5000001, 35, 124, 36), box(3, 123, 35, 124, 36);
    box(2, 123, 35, 124, 36);
    const double bow[4][2] = { { 123, 35 }, { 124, 36 }, { 124, 35 }, { 123, 36 } };
    memcpy(corner[2], bow, sizeof bow);
    assert_int_equal(geo_cover(polygon, 3, &polygon[3], 1, 5000, 100, &c, NULL), 0);
    assert_int_equal(c.n_flaws, 1);
    assert_int_equal(c.flaw[0].fault, GEO_INVALID);
    assert_int_equal(c.flaw[0].cell[0], 2);
    CHECK(c.gap_m2 > 500 && c.gap_m2 < 2000); /* a centimetre wide, 111 km long */
    geo_cover_release(&c);
}

static void test_refused(void **state)
{
    (void)state;
    struct geo_cover c;
    struct err e = { 0 };
    box(0, 123, 35, 123.5, 36);
    ring[0].n = 2;
    assert_int_equal(geo_cover(polygon, 1, NULL, 0, 1, 10, &c, &e), -EINVAL);
    box(0, 123, 35, NAN, 36);
    assert_int_equal(geo_cover(polygon, 1, NULL, 0, 1, 10, &c, &e), -EINVAL);
    assert_int_equal(geo_cover(NULL, 0, NULL, 0, 1, 10, &c, &e), 0);
    box(0, 123, 35, 123, 35); /* a ring without an inside */
    assert_int_equal(geo_cover(polygon, 1, NULL, 0, 1, 10, &c, &e), 0);
    assert_int_equal(c.invalid, 1);
    geo_cover_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_tiled),
                                        cmocka_unit_test(test_gap_overlap_outside),
                                        cmocka_unit_test(test_invalid_and_slivers),
                                        cmocka_unit_test(test_refused) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
