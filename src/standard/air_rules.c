#include "standard/air.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

/* "pm25", "o3_8h" or "o3.8h", "so2.hour": the item, and the column when one is named. */
static bool term_of(const char *word, uint8_t *ret_item, uint8_t *ret_column)
{
    size_t len = strcspn(word, "._");
    const char *column = word[len] ? word + len + 1 : "day";
    int item = air_item_from_word(word, len);
    int c = strcmp(column, "day") == 0 || strcmp(column, "8h") == 0 || strcmp(column, "24h") == 0 ? AIR_DAY
            : strcmp(column, "hour") == 0                                                         ? AIR_HOUR
                                                                                                  : -1;
    if (item < 0 || c < 0)
        return false;
    *ret_item = (uint8_t)item;
    *ret_column = (uint8_t)c;
    return true;
}

/* { default = 0, co = 1 } for every item. */
static int read_by_item(const json_t *tree, const char *key, int most, int ret[AIR_ITEMS], struct err *e)
{
    const json_t *o = json_object_get(tree, key);
    if (!json_is_object(o))
        return err_named(e, -EINVAL, "ruleset.shape", "%s: missing", key);
    for (int i = 0; i < AIR_ITEMS; i++) {
        int64_t v = json_int(o, air_item_word((enum air_item)i), json_int(o, "default", -1));
        if (v < 0 || v > most)
            return err_named(e, -EINVAL, "ruleset.shape", "%s: %s wants a whole number from 0 to %d", key,
                             air_item_word((enum air_item)i), most);
        ret[i] = (int)v;
    }
    return 0;
}

enum { INDEX_MOST = 1000 }; /* an index ends at 500; interpolating multiplies it by a concentration */

static int read_points(const json_t *list, const json_t *above, const struct air_index_rules *r,
                       struct air_points *p, struct err *e)
{
    size_t n = json_array_size(list);
    if (n < 2 || n > (size_t)r->n_iaqi)
        return err_named(e, -EINVAL, "ruleset.shape", "wants 2 to %d breakpoints, has %zu", r->n_iaqi, n);
    for (size_t i = 0; i < n; i++) {
        p->c[i] = json_to_micro(json_array_get(list, i), MICRO_MISSING);
        if (p->c[i] < 0 || p->c[i] > INT64_C(10000000) * MICRO_ONE || (i && p->c[i] <= p->c[i - 1]))
            return err_named(e, -EINVAL, "ruleset.shape", "breakpoint %zu does not rise", i + 1);
    }
    p->n = (int)n;
    p->above = r->iaqi[n - 1];
    p->other = json_is_string(above);
    if (!json_is_integer(above))
        return 0;
    if (json_integer_value(above) < 0 || json_integer_value(above) > INDEX_MOST)
        return err_named(e, -EINVAL, "ruleset.shape", "above: wants 0 to %d", INDEX_MOST);
    p->above = (int)json_integer_value(above);
    return 0;
}

static int read_breakpoints(const json_t *tree, struct air_index_rules *r, struct err *e)
{
    static const char *const columns[AIR_COLUMNS] = { "hour", "day" };
    static const char *const aboves[AIR_COLUMNS] = { "above_hour", "above_day" };
    const json_t *all = json_object_get(tree, "breakpoints");
    for (int i = 0; i < AIR_ITEMS; i++) {
        const json_t *o = json_object_get(all, air_item_word((enum air_item)i));
        for (int c = AIR_COLUMNS - 1; c >= 0; c--) { /* day first: hour = "day" copies it */
            const json_t *list = json_object_get(o, columns[c]);
            if (!list)
                continue;
            if (c == AIR_HOUR && strcmp(json_is_string(list) ? json_string_value(list) : "", "day") == 0) {
                r->points[c][i] = r->points[AIR_DAY][i];
                continue;
            }
            if (read_points(list, json_object_get(o, aboves[c]), r, &r->points[c][i], e) < 0)
                return err_under(e, "breakpoints.%s.%s", air_item_word((enum air_item)i), columns[c]);
        }
    }
    return 0;
}

static int read_terms(const json_t *tree, struct air_index_rules *r, struct err *e)
{
    static const char *const reports[AIR_REPORTS] = { "hour", "day" };
    for (int p = 0; p < AIR_REPORTS; p++) {
        const json_t *list = json_object_get(json_object_get(tree, "items"), reports[p]);
        size_t n = json_array_size(list);
        if (n == 0 || n > AIR_TERMS)
            return err_named(e, -EINVAL, "ruleset.shape", "items.%s: wants 1 to %d names", reports[p],
                             AIR_TERMS);
        for (size_t i = 0; i < n; i++) {
            const char *word = json_string_value(json_array_get(list, i));
            uint8_t item, column;
            if (!word || !term_of(word, &item, &column) || r->points[column][item].n == 0)
                return err_named(e, -EINVAL, "ruleset.shape", "items.%s: '%s' has no breakpoints", reports[p],
                                 word ? word : "?");
            r->term[p][i].item = item;
            r->term[p][i].column = column;
        }
        r->n_terms[p] = (int)n;
    }
    return 0;
}

static int read_index(const json_t *tree, struct air_index_rules *r, struct err *e)
{
    const json_t *steps = json_object_get(tree, "iaqi");
    size_t n = json_array_size(steps);
    const char *missing = json_str(tree, "missing", "");
    if (n < 2 || n > AIR_NODES)
        return err_named(e, -EINVAL, "ruleset.shape", "iaqi: wants 2 to %d numbers", AIR_NODES);
    r->n_iaqi = (int)n;
    for (size_t i = 0; i < n; i++) {
        json_int_t step = json_integer_value(json_array_get(steps, i));
        if (step < 0 || step > INDEX_MOST || (i && step <= r->iaqi[i - 1]))
            return err_named(e, -EINVAL, "ruleset.shape", "iaqi: wants numbers that rise, up to %d",
                             INDEX_MOST);
        r->iaqi[i] = (int)step;
    }
    if (strcmp(missing, "rest") != 0 && strcmp(missing, "above_100") != 0)
        return err_named(e, -EINVAL, "ruleset.shape", "missing: '%s' is neither \"rest\" nor \"above_100\"",
                         missing);
    r->na_below_100 = strcmp(missing, "above_100") == 0;
    int k = read_by_item(tree, "round", 6, r->decimals, e);
    if (k == 0)
        k = read_breakpoints(tree, r, e);
    return k < 0 ? k : read_terms(tree, r, e);
}

static int read_evaluation(const json_t *tree, struct air_evaluation *v, struct err *e)
{
    const json_t *valid = json_object_get(tree, "validity"), *city = json_object_get(tree, "city");
    const struct {
        const json_t *in;
        const char *key;
        int most, *to;
    } number[] = {
        { valid, "day_hours", 24, &v->day_hours },   { valid, "o3_hours", 8, &v->o3_hours },
        { valid, "o3_windows", 17, &v->o3_windows }, { valid, "year_days", 366, &v->year_days },
        { valid, "month_days", 31, &v->month_days }, { valid, "february_days", 29, &v->february_days },
        { city, "share", 100, &v->station_share },   { city, "few", 1000, &v->few_stations },
        { city, "few_share", 100, &v->few_share },
    };
    for (size_t i = 0; i < COUNT_OF(number); i++) {
        int64_t n = json_int(number[i].in, number[i].key, -1);
        if (n < 0 || n > number[i].most)
            return err_named(e, -EINVAL, "ruleset.shape", "%s: wants a whole number from 0 to %d",
                             number[i].key, number[i].most);
        *number[i].to = (int)n;
    }
    const json_t *means = json_object_get(tree, "means");
    for (size_t i = 0; i < json_array_size(means); i++) {
        const char *word = json_string_value(json_array_get(means, i));
        int item = word ? air_item_from_word(word, strlen(word)) : -1;
        if (item < 0)
            return err_named(e, -EINVAL, "ruleset.shape", "means: '%s' is no item", word ? word : "?");
        v->has_mean[item] = true;
    }
    v->round_hours = json_flag(tree, "round_hours", false);
    int r = read_by_item(tree, "percentile", 100, v->percentile, e);
    if (r == 0)
        r = read_by_item(tree, "decimals", 6, v->decimals, e);
    return r < 0 ? r : read_by_item(tree, "judged", 6, v->judged, e);
}

static int read_limits(const json_t *tree, struct air_limits *l, struct err *e)
{
    const json_t *all = json_object_get(tree, "limits");
    for (int i = 0; i < AIR_ITEMS; i++) {
        const json_t *o = json_object_get(all, air_item_word((enum air_item)i));
        if (!json_is_object(o))
            return err_named(e, -EINVAL, "ruleset.shape", "limits: has no %s",
                             air_item_word((enum air_item)i));
        for (size_t zone = 0; zone < 2; zone++) {
            l->hour[zone][i] = json_to_micro(json_array_get(json_object_get(o, "hour"), zone), MICRO_MISSING);
            l->day[zone][i] = json_to_micro(json_array_get(json_object_get(o, "day"), zone), MICRO_MISSING);
            l->year[zone][i] = json_to_micro(json_array_get(json_object_get(o, "year"), zone), MICRO_MISSING);
            if (l->day[zone][i] == MICRO_MISSING)
                return err_named(e, -EINVAL, "ruleset.shape", "limits.%s.day: wants { class 1, class 2 }",
                                 air_item_word((enum air_item)i));
        }
    }
    return 0;
}

int air_rulebook_add(struct air_rulebook *book, const char *name, const json_t *tree, struct err *e)
{
    const char *kind = json_str(tree, "kind", "");
    struct air_index_rules index = { 0 };
    struct air_evaluation evaluation = { 0 };
    struct air_limits limits = { 0 };
    int r = -EINVAL;
    if (strcmp(kind, "air.index") == 0) {
        if ((r = ruleset_read(tree, &index.set, e)) == 0 && (r = read_index(tree, &index, e)) == 0 &&
            (r = ruleset_may_join(book->index, sizeof *book->index, book->n_index, AIR_SETS, &index.set,
                                  e)) == 0)
            book->index[book->n_index++] = index;
    } else if (strcmp(kind, "air.evaluation") == 0) {
        if ((r = ruleset_read(tree, &evaluation.set, e)) == 0 &&
            (r = read_evaluation(tree, &evaluation, e)) == 0 &&
            (r = ruleset_may_join(book->evaluation, sizeof *book->evaluation, book->n_evaluation, AIR_SETS,
                                  &evaluation.set, e)) == 0)
            book->evaluation[book->n_evaluation++] = evaluation;
    } else if (strcmp(kind, "air.limits") == 0) {
        if ((r = ruleset_read(tree, &limits.set, e)) == 0 && (r = read_limits(tree, &limits, e)) == 0 &&
            (r = ruleset_may_join(book->limits, sizeof *book->limits, book->n_limits, AIR_SETS, &limits.set,
                                  e)) == 0)
            book->limits[book->n_limits++] = limits;
    } else {
        err_named(e, r, "ruleset.kind", "kind '%s' is none of air.index, air.evaluation, air.limits", kind);
    }
    return r < 0 ? err_under(e, "%s", name), r : 0;
}

#define PICKERS(type, list)                                                                \
    const struct type *air_##list##_on(const struct air_rulebook *book, int64_t day)       \
    {                                                                                      \
        return ruleset_on(book->list, sizeof *book->list, book->n_##list, day);            \
    }                                                                                      \
    const struct type *air_##list##_by_id(const struct air_rulebook *book, const char *id) \
    {                                                                                      \
        return ruleset_by_id(book->list, sizeof *book->list, book->n_##list, id);          \
    }
PICKERS(air_index_rules, index)
PICKERS(air_evaluation, evaluation)
PICKERS(air_limits, limits)
