/* The tests a rule set carries: tables of inputs and what must come out, run by `bihuan check`. */
#include "standard/air.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

static int column_of(const json_t *t, const char *key, micro ret[AIR_ITEMS], struct err *e)
{
    const char *word;
    json_t *v;
    json_object_foreach(json_object_get(t, key), word, v)
    {
        int item = air_item_from_word(word, strlen(word));
        if (item < 0)
            return err_named(e, -EINVAL, "ruleset.test", "%s: '%s' is no item", key, word);
        ret[item] = json_to_micro(v, MICRO_MISSING);
    }
    return 0;
}

static int compare(const char *what, int64_t want, int64_t is, struct err *e)
{
    return want == is ? 0
                      : err_named(e, -EBADMSG, "ruleset.test", "%s should be %lld and is %lld", what,
                                  (long long)want, (long long)is);
}

/* {"pm25"} as bits. */
static unsigned items_of(const json_t *list)
{
    unsigned bits = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        int item = word ? air_item_from_word(word, strlen(word)) : -1;
        bits |= item >= 0 ? 1u << item : 1u << AIR_ITEMS;
    }
    return bits;
}

static int compare_index(const json_t *t, const struct air_index *is, struct err *e)
{
    const json_t *aqi = json_object_get(t, "aqi"), *level = json_object_get(t, "level");
    const char *word;
    json_t *v;
    int r = 0;
    json_object_foreach(json_object_get(t, "iaqi"), word, v)
    {
        int item = air_item_from_word(word, strlen(word));
        int want =
            json_is_integer(v) ? (int)json_integer_value(v) : -1; /* "none": not computed from this column */
        if (r == 0)
            r = item < 0 ? err_named(e, -EINVAL, "ruleset.test", "iaqi: '%s' is no item", word)
                         : compare(word, want, is->iaqi[item], e);
    }
    if (r == 0 && aqi)
        r = compare("aqi", json_is_integer(aqi) ? json_integer_value(aqi) : -1, is->aqi, e);
    if (r == 0 && level)
        r = compare("level", json_integer_value(level), is->level, e);
    if (r == 0 && json_object_get(t, "primary"))
        r = compare("primary (as bits)", items_of(json_object_get(t, "primary")), is->primary, e);
    return r;
}

/* { report = "day", day = { pm25 = 60 }, hour = {...}, exempt = {...}, iaqi = {...}, aqi = 94 | "NA", level = 2, primary = {...} } */
static int test_index(const struct air_index_rules *rules, const json_t *t, struct err *e)
{
    struct air_values in;
    struct air_index out;
    const char *report = json_str(t, "report", json_object_get(t, "day") ? "day" : "hour");
    air_values_clear(&in);
    in.exempt = items_of(json_object_get(t, "exempt"));
    int r = column_of(t, "hour", in.v[AIR_HOUR], e);
    if (r == 0)
        r = column_of(t, "day", in.v[AIR_DAY], e);
    if (r < 0)
        return r;
    air_index(rules, strcmp(report, "hour") == 0 ? AIR_REPORT_HOUR : AIR_REPORT_DAY, &in, &out);
    return compare_index(t, &out, e);
}

/* { item = "so2", hours = 19, valid = false }: the first so many hours of a day are there. Of ozone: whether its largest 8 h mean is. */
static int test_day(const struct air_evaluation *ev, const json_t *t, struct err *e)
{
    micro hour[AIR_ITEMS][24];
    struct air_day day;
    const char *word = json_str(t, "item", "");
    int item = air_item_from_word(word, strlen(word)), hours = (int)json_int(t, "hours", 0);
    if (item < 0)
        return err_named(e, -EINVAL, "ruleset.test", "item: '%s' is none", word);
    for (int i = 0; i < AIR_ITEMS; i++)
        for (int h = 0; h < 24; h++)
            hour[i][h] = i == item && h < hours ? 10 * MICRO_ONE : MICRO_MISSING;
    air_day(ev, (const micro(*)[24])hour, 24, MICRO_MISSING, &day);
    return compare("valid", json_flag(t, "valid", true), day.value[item] != MICRO_MISSING, e);
}

/* { percentile = 90, of = {...}, gives = 91.0 } or { judged = { pm25 = 30.4 }, as = 30 } */
static int test_evaluation(const struct air_evaluation *ev, const json_t *t, struct err *e)
{
    micro v[AIR_YEAR_DAYS];
    const json_t *of = json_object_get(t, "of"), *judged = json_object_get(t, "judged");
    size_t n = 0;
    if (json_object_get(t, "hours"))
        return test_day(ev, t, e);
    if (judged) {
        micro in[AIR_ITEMS] = { 0 };
        int r = column_of(t, "judged", in, e);
        for (int i = 0; i < AIR_ITEMS && r == 0; i++)
            if (json_object_get(judged, air_item_word((enum air_item)i)))
                r = compare(air_item_word((enum air_item)i), json_micro(t, "as", 0),
                            micro_round(in[i], ev->judged[i]), e);
        return r;
    }
    for (; n < json_array_size(of) && n < COUNT_OF(v); n++)
        v[n] = json_to_micro(json_array_get(of, n), 0);
    int percentile, r = json_int_within(t, "percentile", 0, 100, 0, &percentile, e);
    return r < 0 ? r
                 : compare("percentile (micro)", json_micro(t, "gives", MICRO_MISSING),
                           air_percentile(v, n, percentile), e);
}

/* { item = "pm25", class = 2, mean = "year", value = 30, within = true, multiple = 0 } */
static int test_limits(const struct air_limits *l, const json_t *t, struct err *e)
{
    const char *word = json_str(t, "item", ""), *mean = json_str(t, "mean", "year");
    int item = air_item_from_word(word, strlen(word));
    int zone = json_int(t, "class", 2) == 1 ? 0 : 1;
    if (item < 0)
        return err_named(e, -EINVAL, "ruleset.test", "item: '%s' is none", word);
    micro limit = strcmp(mean, "hour") == 0  ? l->hour[zone][item]
                  : strcmp(mean, "day") == 0 ? l->day[zone][item]
                                             : l->year[zone][item];
    micro value = json_micro(t, "value", MICRO_MISSING);
    int r = compare("within", json_flag(t, "within", true), limit != MICRO_MISSING && value <= limit, e);
    if (r == 0 && json_object_get(t, "multiple"))
        r = compare("multiple (micro)", json_micro(t, "multiple", 0), air_multiple(value, limit), e);
    return r;
}

int air_rulebook_test(const struct air_rulebook *book, const char *name, const json_t *tree, int *ret_run,
                      struct err *e)
{
    const char *id = json_str(tree, "id", "");
    const json_t *tests = json_object_get(tree, "tests");
    const struct air_index_rules *index = air_index_by_id(book, id);
    const struct air_evaluation *evaluation = air_evaluation_by_id(book, id);
    const struct air_limits *limits = air_limits_by_id(book, id);
    if (!json_is_array(tests))
        return err_named(e, -EINVAL, "ruleset.test", "%s: has no tests", name);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *t = json_array_get(tests, i);
        int r = index        ? test_index(index, t, e)
                : evaluation ? test_evaluation(evaluation, t, e)
                : limits     ? test_limits(limits, t, e)
                             : err_named(e, -ENOENT, "ruleset.test", "no rule set '%s'", id);
        if (r < 0)
            return err_under(e, "%s: test %zu", name, i + 1), r;
        if (ret_run)
            ++*ret_run;
    }
    return 0;
}
