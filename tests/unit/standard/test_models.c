/* Several models on the same days: who is scored on which, persistence and the blend know nothing later than the issue; tiers of review. */
#include "../check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "standard/models.h"
#include "standard/tiers.h"

enum { DAYS = 60 };
static const struct blend_rules rule = { .window_days = 30, .least_days = 5, .threshold = 100 };

static const struct model_score *row_of(const struct model_score *r, size_t n, int model, int lead,
                                        int season)
{
    for (size_t i = 0; i < n; i++)
        if (r[i].model == model && r[i].lead == lead && r[i].season == season)
            return &r[i];
    return NULL;
}

static size_t fill(struct model_value *v, int *aqi, int64_t first)
{
    size_t n = 0;
    for (int i = 0; i < DAYS; i++) {
        aqi[i] = 60 + i % 7 * 10;
        v[n++] = (struct model_value){ first + i, 0, 1, aqi[i] + 5, aqi[i] + 5, 0 };
        if (i % 3)
            v[n++] = (struct model_value){ first + i, 1, 1, aqi[i] + 60, aqi[i] + 60, 0 };
    }
    return n;
}

static void the_same_days_for_all(void **state)
{
    (void)state;
    struct model_value v[2 * DAYS];
    int aqi[DAYS];
    int64_t first = cn_days(2026, 2, 1);
    size_t n;
    struct models_ask ask = { .value = v,
                              .n = fill(v, aqi, first),
                              .n_models = 2,
                              .aqi = aqi,
                              .first_day = first,
                              .n_days = DAYS,
                              .from = first,
                              .to = first + DAYS - 1,
                              .blend = &rule };
    struct model_score *r = NULL;
    struct err e = { 0 };
    CHECK_CASE(e.text, models_score(&ask, &r, &n, &e) == 0);
    static const int models[] = { 0, 1, MODEL_PERSISTENCE, MODEL_BLEND };
    int days = 0;
    for (int i = 2; i < DAYS; i++)
        days += i % 3 != 0;
    for (size_t m = 0; m < COUNT_OF(models); m++) {
        const struct model_score *all = row_of(r, n, models[m], 1, 0),
                                 *winter = row_of(r, n, models[m], 1, 4),
                                 *spring = row_of(r, n, models[m], 1, 1);
        CHECK(all && winter && spring && all->score.n == days && winter->score.n + spring->score.n == days);
    }
    CHECK(row_of(r, n, 0, 1, 0)->score.mean_abs_error == 5 * MICRO_ONE && !row_of(r, n, 0, 1, 0)->worse);
    CHECK(row_of(r, n, 1, 1, 0)->worse && !row_of(r, n, MODEL_BLEND, 1, 0)->worse);
    CHECK(!row_of(r, n, 0, 2, 0) && !row_of(r, n, MODEL_PERSISTENCE, 2, 0));
    free(r);
}

/* What is observed from the issue on moves no blend, nor does what a model said of later days. */
static void nothing_later_is_known(void **state)
{
    (void)state;
    struct model_value v[2 * DAYS];
    int aqi[DAYS], weight[MODELS_MAX], was, is;
    int64_t first = cn_days(2026, 2, 1), at = first + 40;
    struct models_ask ask = { .value = v,
                              .n = fill(v, aqi, first),
                              .n_models = 2,
                              .aqi = aqi,
                              .first_day = first,
                              .n_days = DAYS,
                              .from = first,
                              .to = first + DAYS - 1,
                              .blend = &rule };
    CHECK(models_blend(&ask, 1, at, &was, weight));
    CHECK(weight[0] > 800 && weight[0] + weight[1] == 1000);
    for (int i = 39; i < DAYS; i++) /* issued on day 39 */
        aqi[i] = 480;
    CHECK(models_blend(&ask, 1, at, &is, weight) && is == was);
    aqi[38] = 480;
    CHECK(models_blend(&ask, 1, at, &is, weight) && is != was);
}

static void bounds(void **state)
{
    (void)state;
    int aqi[1] = { 100 }, weight[MODELS_MAX], is;
    struct model_value bad[] = { { 0, -1, 0, 1, 1, 0 }, { 0, 99, 0, 1, 1, 0 }, { 0, 0, -1, 1, 1, 0 },
                                 { 0, 0, 99, 1, 1, 0 }, { 9, 0, 0, 1, 1, 0 },  { -1, 0, 0, 1, 1, 0 },
                                 { 0, 0, 0, 5, 4, 0 },  { 0, 0, 0, -1, 4, 0 } };
    struct models_ask ask = {
        .value = bad, .n = COUNT_OF(bad), .n_models = 1, .aqi = aqi, .n_days = 1, .blend = &rule
    };
    struct model_score *r = NULL;
    struct err e = { 0 };
    size_t n = 9;
    CHECK(models_score(&ask, &r, &n, &e) == 0 && n == 0);
    free(r);
    CHECK(!models_blend(&ask, 0, 0, &is, weight) && !models_blend(&ask, 99, 0, &is, weight));
    ask.n_days = MODEL_DAYS + 1;
    CHECK(models_score(&ask, &r, &n, &e) == -EINVAL);
}

static void a_lower_level_never_overrides(void **state)
{
    (void)state;
    const struct tier_rules t = { .n = 3, .decides = 2 };
    for (int level = 1; level <= 3; level++)
        for (int held = 0; held <= 3; held++)
            CHECK(tier_over(&t, level, held) == (level >= 2 && level >= held));
    CHECK(tier_over(NULL, 1, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_same_days_for_all),
                                        cmocka_unit_test(nothing_later_is_known), cmocka_unit_test(bounds),
                                        cmocka_unit_test(a_lower_level_never_overrides) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
