/* 双随机: the draw can be computed again, holds its rates, keeps officers away from their own unit, and spreads the work. */
#include "../check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/draw.h"

#define N(a) (sizeof(a) / sizeof *(a))

enum { OBJECTS = 203, OFFICERS = 9 };

static char codes[OBJECTS][16], names[OFFICERS][16];
static struct draw_object object[OBJECTS];
static struct draw_officer officer[OFFICERS];
static const struct draw_rate rate[] = { { "green", 50000 }, { "yellow", 250000 }, { "red", 1000000 } };

static struct draw fill(const char *seed)
{
    for (size_t i = 0; i < OBJECTS; i++) {
        snprintf(codes[i], sizeof codes[i], "e%03zu", i);
        object[i] = (struct draw_object){ codes[i], rate[i % 10 == 0 ? 2 : i % 3 == 0 ? 1 : 0].tier };
    }
    for (size_t i = 0; i < OFFICERS; i++) {
        snprintf(names[i], sizeof names[i], "officer%zu", i);
        officer[i] = (struct draw_officer){ names[i], i == 0 ? "e000" : "brigade" };
    }
    return (struct draw){ seed, object, OBJECTS, officer, OFFICERS, rate, N(rate), 2 };
}

static void test_rates(void **state)
{
    (void)state;
    struct draw d = fill("2026-Q1 福彩3D 第2026061期 518");
    struct draw_pick *pick = NULL;
    struct err e = { 0 };
    size_t n = 0, of[3] = { 0 }, drawn[3] = { 0 }, load[OFFICERS] = { 0 };
    assert_int_equal(draw(&d, &pick, &n, &e), 0);
    for (size_t i = 0; i < OBJECTS; i++)
        for (size_t t = 0; t < 3; t++)
            of[t] += strcmp(object[i].tier, rate[t].tier) == 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t t = 0; t < 3; t++)
            drawn[t] += strcmp(object[pick[i].object].tier, rate[t].tier) == 0;
        for (size_t k = 0; k < d.per_object; k++) {
            CHECK(strcmp(officer[pick[i].officer[k]].unit, object[pick[i].object].code) != 0);
            load[pick[i].officer[k]]++;
        }
        CHECK(pick[i].officer[0] != pick[i].officer[1]);
    }
    assert_int_equal(drawn[0], (of[0] * 5 + 99) / 100);
    assert_int_equal(drawn[1], (of[1] + 3) / 4);
    assert_int_equal(drawn[2], of[2]);
    for (size_t i = 0; i < OFFICERS; i++)
        CHECK_CASE(officer[i].name, load[i] <= (n * 2 + OFFICERS - 1) / OFFICERS + 1 && load[i] > 0);
    free(pick);
}

/* The same seed gives the same draw whatever the order of the lists; another seed gives another. */
static void test_recomputed(void **state)
{
    (void)state;
    struct draw d = fill("seed one");
    struct draw_pick *a = NULL, *b = NULL, *c = NULL;
    size_t n = 0, m = 0, k = 0, same = 0;
    struct draw_object turned[OBJECTS];
    assert_int_equal(draw(&d, &a, &n, NULL), 0);
    for (size_t i = 0; i < OBJECTS; i++)
        turned[i] = object[OBJECTS - 1 - i];
    struct draw r = d;
    r.object = turned;
    assert_int_equal(draw(&r, &b, &m, NULL), 0);
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(object[a[i].object].code, turned[b[i].object].code);
        assert_int_equal(a[i].officer[0], b[i].officer[0]);
        assert_int_equal(a[i].officer[1], b[i].officer[1]);
    }
    d.seed = "seed two";
    assert_int_equal(draw(&d, &c, &k, NULL), 0);
    for (size_t i = 0; i < n && i < k; i++)
        same += a[i].object == c[i].object;
    assert_int_equal(n, k); /* rates do not depend on the seed */
    CHECK(same < n);
    free(a);
    free(b);
    free(c);
}

/* Over many seeds each object of a tier comes up about as often as its rate says. */
static void test_fair(void **state)
{
    (void)state;
    enum { SEEDS = 400 };
    size_t times[OBJECTS] = { 0 };
    for (int s = 0; s < SEEDS; s++) {
        char seed[32];
        snprintf(seed, sizeof seed, "fair %d", s);
        struct draw d = fill(seed);
        struct draw_pick *pick = NULL;
        size_t n = 0;
        assert_int_equal(draw(&d, &pick, &n, NULL), 0);
        for (size_t i = 0; i < n; i++)
            times[pick[i].object]++;
        free(pick);
    }
    for (size_t i = 0; i < OBJECTS; i++) {
        double want = i % 10 == 0 ? 1.0 : i % 3 == 0 ? 0.25 : 0.05;
        double got = (double)times[i] / SEEDS;
        CHECK_CASE(codes[i], got > want - 0.12 && got < want + 0.12);
    }
}

static const struct {
    const char *name;
    const char *seed;
    size_t per_object;
    int spoil; /* 1: a tier without a rate, 2: a code twice, 3: all officers of the object's unit */
    const char *error;
} refusals[] = {
    { "no seed", "", 2, 0, "draw.seed" },
    { "a tier without a rate", "s", 2, 1, "draw.tier" },
    { "a code twice", "s", 2, 2, "draw.repeat" },
    { "nobody from another unit", "s", 2, 3, "draw.officers" },
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(refusals); i++) {
        struct draw d = fill(refusals[i].seed);
        struct draw_pick *pick = NULL;
        struct err e = { 0 };
        size_t n = 0;
        d.per_object = refusals[i].per_object;
        if (refusals[i].spoil == 1)
            object[3].tier = "blue";
        if (refusals[i].spoil == 2)
            object[3].code = object[4].code;
        for (size_t k = 0; refusals[i].spoil == 3 && k < OFFICERS; k++)
            officer[k].unit = "e010";
        CHECK_CASE(refusals[i].name, draw(&d, &pick, &n, &e) < 0 && strcmp(e.name, refusals[i].error) == 0);
        CHECK_CASE(refusals[i].name, pick == NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rates), cmocka_unit_test(test_recomputed),
                                        cmocka_unit_test(test_fair), cmocka_unit_test(test_refused) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
