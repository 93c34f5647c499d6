#include "standard/models.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

/* ---- the rule ---- */

static int read_rules(const json_t *tree, struct blend_rules *r, struct err *e)
{
    int k = ruleset_read(tree, &r->set, e);
    int64_t window = json_int(tree, "window_days", 0), least = json_int(tree, "least_days", 0),
            threshold = json_int(tree, "threshold", 100);
    if (k == 0 &&
        (window < 1 || window > 366 || least < 1 || least > window || threshold < 1 || threshold > 500))
        k = err_named(e, -EINVAL, "ruleset.shape",
                      "window_days 1 to 366, least_days 1 to window_days, threshold 1 to 500");
    r->window_days = (int)window;
    r->least_days = (int)least;
    r->threshold = (int)threshold;
    return k;
}

int blend_book_add(struct blend_book *b, const char *name, const json_t *tree, struct err *e)
{
    struct blend_rules one = { 0 };
    int r = read_rules(tree, &one, e);
    if (r == 0)
        r = ruleset_may_join(b->rules, sizeof *b->rules, b->n, BLEND_SETS, &one.set, e);
    if (r < 0)
        return err_under(e, "%s", name), r;
    b->rules[b->n++] = one;
    return 0;
}

const struct blend_rules *blend_on(const struct blend_book *b, int64_t day)
{
    return ruleset_on(b->rules, sizeof *b->rules, b->n, day);
}

/* ---- where each forecast stands ---- */

/* value index + 1 by lead, day and model; 0: none. */
struct table {
    const struct models_ask *ask;
    uint32_t *at;
    bool there[LEADS_MAX][MODELS_MAX];
};

static int64_t day_index(const struct models_ask *a, int64_t day)
{
    int64_t i = day - a->first_day;
    return i >= 0 && i < (int64_t)a->n_days ? i : -1;
}

static uint32_t *slot(const struct table *t, int lead, int64_t i, int model)
{
    return &t->at[((size_t)lead * t->ask->n_days + (size_t)i) * MODELS_MAX + (size_t)model];
}

static int lay_out(const struct models_ask *a, struct table *t, struct err *e)
{
    *t = (struct table){ .ask = a };
    if (a->n_days > MODEL_DAYS || a->n_models > MODELS_MAX || a->n > UINT32_MAX - 1)
        return err_set(e, -EINVAL, "more than %d days or %d models", MODEL_DAYS, MODELS_MAX);
    t->at = calloc((size_t)LEADS_MAX * (a->n_days + 1) * MODELS_MAX, sizeof *t->at);
    if (!t->at)
        return err_set(e, -ENOMEM, "no memory for the forecasts");
    for (size_t k = 0; k < a->n; k++) {
        const struct model_value *v = &a->value[k];
        int64_t i = day_index(a, v->day);
        if (i < 0 || v->lead < 0 || v->lead >= LEADS_MAX || v->model < 0 || v->model >= a->n_models ||
            v->low < 0 || v->high < v->low || v->high > 500)
            continue;
        *slot(t, v->lead, i, v->model) = (uint32_t)k + 1;
        if (v->day >= a->from && v->day <= a->to)
            t->there[v->lead][v->model] = true;
    }
    return 0;
}

static const struct model_value *value_at(const struct table *t, int lead, int64_t i, int model)
{
    uint32_t k = *slot(t, lead, i, model);
    return k ? &t->ask->value[k - 1] : NULL;
}

/* Whether every model of the lead has a forecast of the day, and there is one. */
static bool all_there(const struct table *t, int lead, int64_t i)
{
    bool any = false;
    for (int m = 0; m < t->ask->n_models; m++) {
        if (!t->there[lead][m])
            continue;
        if (!value_at(t, lead, i, m))
            return false;
        any = true;
    }
    return any;
}

/* ---- the blend ---- */

/* One over (mean absolute error + 1), the error of the middle of the range: sum2 is of twice the error over n days. */
static int64_t weigh(int64_t sum2, int n)
{
    return n ? INT64_C(100000000000) / (sum2 + 2 * (int64_t)n) * n : 1000;
}

static bool blend(const struct table *t, int lead, int64_t i, int *ret, int weight[MODELS_MAX])
{
    const struct models_ask *a = t->ask;
    int64_t issued = i - lead, sum2[MODELS_MAX] = { 0 }, total = 0, value = 0;
    int n = 0;
    if (!all_there(t, lead, i))
        return false;
    for (int64_t u = issued - a->blend->window_days; u < issued;
         u++) { /* over and observed before the issue */
        if (u < 0 || a->aqi[u] < 0 || !all_there(t, lead, u))
            continue;
        n++;
        for (int m = 0; m < a->n_models; m++)
            if (t->there[lead][m]) {
                const struct model_value *v = value_at(t, lead, u, m);
                sum2[m] += abs(v->low + v->high - 2 * a->aqi[u]);
            }
    }
    if (n < a->blend->least_days)
        n = 0;
    int64_t w[MODELS_MAX] = { 0 };
    for (int m = 0; m < a->n_models; m++) {
        if (!t->there[lead][m])
            continue;
        const struct model_value *v = value_at(t, lead, i, m);
        w[m] = weigh(sum2[m], n);
        total += w[m];
        value += w[m] * (v->low + v->high);
    }
    for (int m = 0; m < MODELS_MAX; m++)
        weight[m] = total ? (int)((w[m] * 1000 + total / 2) / total) : 0;
    *ret = total ? (int)((value + total) / (2 * total)) : 0; /* to the nearest whole AQI */
    return total > 0;
}

bool models_blend(const struct models_ask *ask, int lead, int64_t day, int *ret_aqi, int weight[MODELS_MAX])
{
    struct table t;
    int64_t i = day_index(ask, day);
    if (lead < 0 || lead >= LEADS_MAX || i < 0 || !ask->blend || lay_out(ask, &t, NULL) < 0)
        return false;
    bool ok = blend(&t, lead, i, ret_aqi, weight);
    free(t.at);
    return ok;
}

/* ---- scores ---- */

int season_of(int64_t day)
{
    int month = cn_from_ms(cn_day_start(day)).month;
    return month < 3 || month == 12 ? 4 : month < 6 ? 1 : month < 9 ? 2 : 3;
}

struct scoring {
    const struct table *t;
    struct forecast_pair *pair; /* of one row: n_days of them */
    struct model_score *row;
    size_t n, cap;
};

/* The forecast of a row for a day whose models are all there. */
static struct forecast_pair pair_of(const struct table *t, int row, int lead, int64_t i)
{
    const struct models_ask *a = t->ask;
    struct forecast_pair p = { .aqi = a->aqi[i], .seen_primary = a->seen_primary ? a->seen_primary[i] : 0 };
    int weight[MODELS_MAX];
    if (row == MODEL_PERSISTENCE) {
        p.low = p.high = a->aqi[i - lead - 1];
        p.primary = a->seen_primary ? a->seen_primary[i - lead - 1] : 0;
    } else if (row == MODEL_BLEND) {
        p.low = p.high = -1;
        if (blend(t, lead, i, &p.low, weight))
            p.high = p.low;
    } else {
        const struct model_value *v = value_at(t, lead, i, row);
        p.low = v->low;
        p.high = v->high;
        p.primary = v->primary;
    }
    return p;
}

static bool scored(const struct table *t, int lead, int season, int64_t i)
{
    const struct models_ask *a = t->ask;
    int64_t day = a->first_day + i;
    return day >= a->from && day <= a->to && a->aqi[i] >= 0 && i - lead - 1 >= 0 &&
           a->aqi[i - lead - 1] >= 0 && (!season || season_of(day) == season) && all_there(t, lead, i);
}

static void score_row(struct scoring *s, int row, int lead, int season)
{
    size_t n = 0;
    struct model_score *r = &s->row[s->n];
    *r = (struct model_score){ .model = row, .lead = lead, .season = season };
    for (int64_t i = 0; i < (int64_t)s->t->ask->n_days; i++)
        if (scored(s->t, lead, season, i))
            s->pair[n++] = pair_of(s->t, row, lead, i);
    if (!n)
        return;
    forecast_verify(s->pair, n, s->t->ask->blend->threshold, &r->score);
    bool ranges = false, named = false;
    for (size_t i = 0; i < n; i++) {
        ranges |= s->pair[i].low < s->pair[i].high;
        named |= s->pair[i].primary != 0;
    }
    if (!ranges) /* single values are no ranges that could be hit, and who names no pollutant names none wrongly */
        r->score.range = MICRO_MISSING;
    if (!named)
        r->score.primary = MICRO_MISSING;
    s->n++;
}

/* On twice the summed errors, never on rounded means: the days are the same, so that the sums compare. */
static int64_t errors_of(const struct table *t, int row, int lead, int season)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < (int64_t)t->ask->n_days; i++)
        if (scored(t, lead, season, i)) {
            struct forecast_pair p = pair_of(t, row, lead, i);
            sum += abs(p.low + p.high - 2 * p.aqi);
        }
    return sum;
}

static void score_group(struct scoring *s, int lead, int season)
{
    size_t first = s->n;
    for (int m = 0; m < MODEL_ROWS; m++)
        if (m >= MODELS_MAX || (m < s->t->ask->n_models && s->t->there[lead][m]))
            score_row(s, m, lead, season);
    int64_t persistence = s->n > first ? errors_of(s->t, MODEL_PERSISTENCE, lead, season) : 0;
    for (size_t k = first; k < s->n; k++)
        s->row[k].worse = s->row[k].model != MODEL_PERSISTENCE &&
                          errors_of(s->t, s->row[k].model, lead, season) > persistence;
}

int models_score(const struct models_ask *ask, struct model_score **ret, size_t *ret_n, struct err *e)
{
    struct table t;
    int r = lay_out(ask, &t, e);
    if (r < 0)
        return r;
    struct scoring s = { .t = &t,
                         .pair = calloc(ask->n_days + 1, sizeof *s.pair),
                         .row = calloc((size_t)LEADS_MAX * SEASONS * MODEL_ROWS, sizeof *s.row) };
    if (!s.pair || !s.row || !ask->blend)
        r = ask->blend ? err_set(e, -ENOMEM, "no memory for the scores")
                       : err_set(e, -ENOENT, "no rule of forecasts is in force");
    for (int lead = 0; r == 0 && lead < LEADS_MAX; lead++)
        for (int season = 0; season < SEASONS; season++)
            score_group(&s, lead, season);
    free(t.at);
    free(s.pair);
    if (r < 0) {
        free(s.row);
        return r;
    }
    *ret = s.row;
    *ret_n = s.n;
    return 0;
}

/* ---- tests of a rule ---- */

/* { forecasts = { { 100, 100 }, … a model's values day by day }, aqi = { … }, lead = 0, blend = 103 }: of the last day */
int blend_book_test(const struct blend_book *b, const char *name, const json_t *tree, int *ret_run,
                    struct err *e)
{
    enum { DAYS = 64 };
    const struct blend_rules *r = ruleset_by_id(b->rules, sizeof *b->rules, b->n, json_str(tree, "id", ""));
    const json_t *tests = json_object_get(tree, "tests");
    for (size_t k = 0; r && k < json_array_size(tests); k++) {
        const json_t *t = json_array_get(tests, k), *lists = json_object_get(t, "forecasts"),
                     *seen = json_object_get(t, "aqi");
        int aqi[DAYS] = { 0 }, n = (int)json_array_size(seen), models = (int)json_array_size(lists), is = -1,
            weight[MODELS_MAX];
        int lead, bad = json_int_within(t, "lead", 0, LEADS_MAX - 1, 0, &lead, e);
        if (bad < 0)
            return err_under(e, "%s: test %zu", name, k + 1), bad;
        if (n < 1 || n > DAYS || models > MODELS_MAX)
            return err_named(e, -EINVAL, "ruleset.test", "%s: test %zu: 1 to %d days, at most %d models",
                             name, k + 1, DAYS, MODELS_MAX);
        struct model_value v[DAYS * MODELS_MAX];
        size_t values = 0;
        for (int i = 0; i < n; i++) {
            int64_t x = json_integer_value(json_array_get(seen, (size_t)i));
            aqi[i] = x < 0 || x > 500 ? -1 : (int)x;
            for (int m = 0; m < models; m++) {
                const json_t *one = json_array_get(json_array_get(lists, (size_t)m), (size_t)i);
                int64_t f = json_is_integer(one) ? json_integer_value(one) : -1;
                if (f >= 0 && f <= 500)
                    v[values++] = (struct model_value){ i, m, lead, (int)f, (int)f, 0 };
            }
        }
        struct models_ask ask = {
            .value = v, .n = values, .n_models = models, .aqi = aqi, .n_days = (size_t)n, .to = n, .blend = r
        };
        if (!models_blend(&ask, lead, n - 1, &is, weight))
            is = -1;
        if (is != (int)json_int(t, "blend", -1))
            return err_named(e, -EBADMSG, "ruleset.test", "%s: test %zu: the blend is %d", name, k + 1, is);
        if (ret_run)
            ++*ret_run;
    }
    return r ? 0 : err_named(e, -ENOENT, "ruleset.test", "%s: not there", name);
}
