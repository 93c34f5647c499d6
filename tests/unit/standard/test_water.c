/* 环办〔2011〕22号, the trophic index, the ranking index: the vectors of their texts one by one, and what may not matter. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../check.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "rules.h"

static const uint64_t seed = 38382002;
static uint64_t dice(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

static int64_t today(void)
{
    return cn_days(2026, 11, 1);
}

static const struct grade_table *classes(void)
{
    return grade_on(&shipped_standards()->grades, WATER_CLASSES, today());
}

static const struct water_evaluation *evaluation(void)
{
    return water_evaluation_on(&shipped_standards()->water, today());
}

static int at(const char *word)
{
    int i = grade_item_of(classes(), word, strlen(word));
    assert_true(i >= 0);
    return i;
}

/* A section whose every item is exactly at the limit of a class. */
static void section_at(struct water_section *s, int cls)
{
    const struct grade_table *t = classes();
    *s = (struct water_section){ .ask = { .variant = WATER_RIVER } };
    for (int i = 0; i < GRADE_ITEMS; i++)
        s->v[i] = i < t->n_items ? grade_edge(&t->item[i], WATER_RIVER, cls > 5 ? 5 : cls) : MICRO_MISSING;
    if (cls > 5)
        s->v[at("cod")] = 41 * MICRO_ONE;
}

/* 1.1 and 1.3: the section is its worst item; words and colours. */
static void test_section_words(void **state)
{
    static const char *const words[] = { "优", "优", "良好", "轻度污染", "中度污染", "重度污染" };
    (void)state;
    for (int cls = 1; cls <= WATER_CLASS_COUNT; cls++) {
        struct water_section s;
        struct graded g;
        section_at(&s, cls);
        grade_judge(classes(), &s.ask, s.v, &g);
        assert_int_equal(g.grade, cls);
        assert_string_equal(water_quality(evaluation(), g.grade)->name, words[cls - 1]);
        assert_int_equal(g.n_over > 0, cls > 3);
    }
    assert_null(water_quality(evaluation(), 0));
    assert_null(water_quality(evaluation(), 7));
}

/* pH mean by hydrogen ions; others plain; fewer than needed: none. */
static void test_means(void **state)
{
    const struct grade_item *ph = &classes()->item[at("ph")], *tp = &classes()->item[at("tp")];
    const micro seven_eight[] = { 7 * MICRO_ONE, MICRO_MISSING, 8 * MICRO_ONE };
    (void)state;
    assert_int_equal(micro_round(water_mean(ph, seven_eight, 3, 1), 4), MICRO(7.2596));
    assert_int_equal(water_mean(tp, seven_eight, 3, 1), MICRO(7.5));
    assert_int_equal(water_mean(tp, seven_eight, 3, 3), MICRO_MISSING);
    assert_int_equal(water_mean(tp, seven_eight, 0, 0), MICRO_MISSING);
    assert_int_equal(water_mean(NULL, seven_eight, 1, 1), 7 * MICRO_ONE);
}

static void group_of(const int *count, struct water_group *ret)
{
    static struct water_section s[64];
    size_t n = 0;
    for (int cls = 1; cls <= WATER_CLASS_COUNT; cls++)
        for (int k = 0; k < count[cls - 1]; k++)
            section_at(&s[n++], cls);
    water_group(evaluation(), classes(), s, n, ret);
}

/* 1.4: twenty sections, G 70 and D 20. */
static void test_basin_by_shares(void **state)
{
    struct water_group g;
    (void)state;
    group_of((const int[]){ 4, 5, 5, 2, 0, 4 }, &g);
    assert_false(g.by_mean);
    assert_int_equal(g.good, 70 * MICRO_ONE);
    assert_int_equal(g.bad, 20 * MICRO_ONE);
    assert_string_equal(evaluation()->quality[g.quality - 1].name, "中度污染");
    /* items over class III by their share of sections: of the 劣Ⅴ four all but some are at class V */
    assert_int_equal(g.n_main, 3);
    assert_true(g.main[0].share >= g.main[1].share && g.main[1].share >= g.main[2].share);
}

/* Four sections are judged by their mean, five by shares (1.3; five is derived). */
static void test_few_sections_by_mean(void **state)
{
    struct water_group g;
    (void)state;
    group_of((const int[]){ 0, 3, 0, 0, 0, 1 }, &g);
    assert_true(g.by_mean);
    struct water_section four[4];
    micro mean[GRADE_ITEMS];
    for (int i = 0; i < 4; i++)
        section_at(&four[i], i < 3 ? 2 : 6);
    water_points_mean(classes(), four, 4, mean);
    assert_int_equal(mean[at("cod")], (3 * 15 + 41) * MICRO_ONE / 4); /* 21.5: class IV */
    assert_int_equal(g.mean.item[at("cod")], 4);
    assert_int_equal(g.quality, evaluation()->quality_of_class[g.mean.grade - 1] + 1);
    assert_int_equal(g.n_main, g.mean.n_over < 3 ? g.mean.n_over : 3);
    group_of((const int[]){ 0, 4, 0, 0, 0, 1 }, &g);
    assert_false(g.by_mean);
    assert_int_equal(g.good, 80 * MICRO_ONE);
    assert_int_equal(g.quality, 2);
    group_of((const int[]){ 0, 0, 0, 0, 0, 0 }, &g);
    assert_int_equal(g.quality, 0);
    assert_int_equal(g.good, MICRO_MISSING);
}

/* A section that cannot be judged is counted as such and is in no ratio. */
static void test_unjudged_sections(void **state)
{
    struct water_section s[6];
    struct water_group g;
    (void)state;
    for (int i = 0; i < 6; i++)
        section_at(&s[i], 2);
    s[5].v[at("nh3n")] = MICRO_MISSING;
    water_group(evaluation(), classes(), s, 6, &g);
    assert_int_equal(g.sections, 6);
    assert_int_equal(g.judged, 5);
    assert_int_equal(g.count[0], 1);
    assert_int_equal(g.good, 100 * MICRO_ONE);
}

/* The order of the sections changes nothing; a section made worse never raises the good share. */
static void test_order_of_sections(void **state)
{
    const struct grade_table *t = classes();
    uint64_t x = seed;
    (void)state;
    for (int round = 0; round < 400; round++) {
        struct water_section s[12], turned[12];
        struct water_group a, b;
        size_t n = 1 + dice(&x) % 12;
        for (size_t k = 0; k < n; k++) {
            section_at(&s[k], 1 + (int)(dice(&x) % 6));
            s[k].ask.variant = (int)(dice(&x) % 2);
            s[k].v[at("ph")] = 6 * MICRO_ONE + (micro)(dice(&x) % 3000000);
            if (dice(&x) % 5 == 0)
                s[k].v[dice(&x) % (uint64_t)t->n_items] = MICRO_MISSING;
        }
        memcpy(turned, s, sizeof s);
        for (size_t k = n; k > 1; k--) {
            size_t other = dice(&x) % k;
            struct water_section keep = turned[k - 1];
            turned[k - 1] = turned[other];
            turned[other] = keep;
        }
        memset(&a, 0, sizeof a);
        memset(&b, 0, sizeof b);
        water_group(evaluation(), t, s, n, &a);
        water_group(evaluation(), t, turned, n, &b);
        CHECK(a.good == b.good && a.bad == b.bad && a.quality == b.quality && a.judged == b.judged);
        CHECK(memcmp(a.count, b.count, sizeof a.count) == 0 && a.n_main == b.n_main);
        CHECK(a.mean.grade == b.mean.grade && a.mean.deciding == b.mean.deciding);
        for (int i = 0; i < a.n_main; i++)
            CHECK(a.main[i].item == b.main[i].item && a.main[i].share == b.main[i].share &&
                  a.main[i].multiple == b.main[i].multiple);
        s[0].v[at("codmn")] = 99 * MICRO_ONE;
        water_group(evaluation(), t, s, n, &b);
        if (a.judged == b.judged && a.judged)
            CHECK(b.good <= a.good && b.bad >= a.bad);
    }
}

/* GB 3838 clause 5: tables 1 and 2 together. */
static void test_drinking_source(void **state)
{
    const struct grade_table *t2 = grade_on(&shipped_standards()->grades, WATER_SOURCE, today());
    struct water_section s;
    struct water_source w;
    micro extra[GRADE_ITEMS];
    (void)state;
    section_at(&s, 3);
    for (int i = 0; i < t2->n_items; i++)
        extra[i] = grade_edge(&t2->item[i], 0, 1);
    s.ask.target = 3;
    water_source(classes(), t2, &s.ask, s.v, extra, &w);
    assert_int_equal(w.attains, 1);
    s.ask.target = 2;
    water_source(classes(), t2, &s.ask, s.v, extra, &w);
    assert_int_equal(w.attains, 0);
    s.ask.target = 3;
    extra[0] = MICRO_MISSING;
    water_source(classes(), t2, &s.ask, s.v, extra, &w);
    assert_int_equal(w.attains, -1);
    extra[1] += 1;
    water_source(classes(), t2, &s.ask, s.v, extra, &w);
    assert_int_equal(w.attains, 0);
}

/* 1.6: the three vectors stand in the rule file; here the weights and the edges of the levels. */
static void test_trophic_levels(void **state)
{
    const struct trophic_rules *r = water_trophic_on(&shipped_standards()->water, today());
    static const double weights[] = { 0.26625, 0.18787, 0.17903, 0.18342, 0.18342 };
    double sum = 0;
    (void)state;
    for (int i = 0; i < r->n_items; i++)
        sum += r->item[i].r2;
    for (int i = 0; i < r->n_items; i++)
        assert_true(MICRO(r->item[i].r2 / sum) / 10 == MICRO(weights[i]) / 10 ||
                    MICRO(r->item[i].r2 / sum) / 10 == MICRO(weights[i]) / 10 - 1);
    /* one item alone, so that the index is its part: 30 itself is 中营养, 50 still is */
    struct trophic_rules one = { .n_items = 1 };
    static const struct {
        double base;
        int level;
    } cases[] = { { 2.9999, 1 }, { 3.0, 2 },    { 5.0, 2 }, { 5.0001, 3 },
                  { 6.0, 3 },    { 6.0001, 4 }, { 7.0, 4 }, { 7.0001, 5 } };
    memcpy(one.top, r->top, sizeof one.top);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const micro c = MICRO_ONE;
        struct trophic t;
        one.item[0].base = cases[i].base;
        one.item[0].r2 = 1;
        water_trophic(&one, &c, &t);
        CHECK_CASE("level", t.level == cases[i].level);
    }
}

/* 1.7: twenty items exactly at class III and pH 7, 8, 6.5; a missing item leaves no index; ties share a place. */
static void test_ranking(void **state)
{
    const struct ranking_rules *r = water_ranking_on(&shipped_standards()->water, today());
    struct water_section s;
    uint64_t missing;
    (void)state;
    static const struct {
        double ph, want;
    } cases[] = { { 7, 20 }, { 8, 20.5 }, { 6.5, 20.5 }, { 9, 21 }, { 6, 21 } };
    section_at(&s, 3);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        s.v[at("ph")] = MICRO(cases[i].ph);
        assert_int_equal(water_cwqi(r, classes(), WATER_RIVER, s.v, NULL), MICRO(cases[i].want));
    }
    s.v[at("hg")] = MICRO_MISSING;
    assert_int_equal(water_cwqi(r, classes(), WATER_RIVER, s.v, &missing), MICRO_MISSING);
    assert_true(missing == UINT64_C(1) << at("hg"));
    s.v[at("hg")] = 0;
    s.v[at("do")] = 0;
    assert_int_equal(water_cwqi(r, classes(), WATER_RIVER, s.v, &missing), MICRO_MISSING);
    assert_int_equal(water_cwqi_city(MICRO(4), 3, MICRO(6), 1), MICRO(4.5));
    assert_int_equal(water_cwqi_city(MICRO(4), 3, MICRO_MISSING, 0), MICRO(4));
    assert_int_equal(water_cwqi_city(MICRO(4), 3, MICRO_MISSING, 1), MICRO_MISSING);
    assert_int_equal(water_cwqi_change(0, MICRO(4)), MICRO_MISSING);
    const micro index[] = { MICRO(7.1454), MICRO(3.02291), MICRO_MISSING, MICRO(3.02294), MICRO(5) };
    int place[5];
    water_rank(r, index, 5, place);
    static const int want[] = { 4, 1, 0, 1, 3 };
    for (int i = 0; i < 5; i++)
        assert_int_equal(place[i], want[i]);
}

/* 1.9 and the note on shallow water. */
static void test_black_and_odorous(void **state)
{
    (void)state;
    assert_int_equal(water_black_transparency(20 * MICRO_ONE, MICRO_MISSING), 20 * MICRO_ONE);
    assert_int_equal(water_black_transparency(8 * MICRO_ONE, 20 * MICRO_ONE),
                     25 * MICRO_ONE); /* 40 % of 20 cm */
    assert_int_equal(water_black_transparency(MICRO(7.9), 20 * MICRO_ONE), MICRO(7.9));
    assert_int_equal(water_black_transparency(MICRO(12), 25 * MICRO_ONE), MICRO(12));
}

static void test_oxygen_saturation(void **state)
{
    (void)state;
    assert_int_equal(micro_round(water_oxygen_saturation(20 * MICRO_ONE), 4), MICRO(9.0698)); /* 468 / 51.6 */
    assert_int_equal(water_oxygen_saturation(MICRO(-31.6)), MICRO_MISSING);
    assert_int_equal(water_oxygen_saturation(MICRO_MISSING), MICRO_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_section_words),     cmocka_unit_test(test_means),
        cmocka_unit_test(test_basin_by_shares),   cmocka_unit_test(test_few_sections_by_mean),
        cmocka_unit_test(test_unjudged_sections), cmocka_unit_test(test_order_of_sections),
        cmocka_unit_test(test_drinking_source),   cmocka_unit_test(test_trophic_levels),
        cmocka_unit_test(test_ranking),           cmocka_unit_test(test_black_and_odorous),
        cmocka_unit_test(test_oxygen_saturation),
    };
    print_message("# seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
