/* The other items of GB 3095 table 2, with the validity of its table 4. */
#include "standard/air_period.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static const char *const item_words[AIR_OTHERS] = { "tsp", "nox", "pb", "bap" };
static const char *const mean_words[AIR_MEANS] = { "hour", "day", "quarter", "year" };

static int find(const char *const *words, int n, const char *word)
{
    for (int i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static int air_other_from_word(const char *word)
{
    return find(item_words, AIR_OTHERS, word);
}

static int air_mean_from_word(const char *word)
{
    return find(mean_words, AIR_MEANS, word);
}

static int read_validity(const json_t *v, struct air_other_item_rules *ret, struct err *e)
{
    int r = json_int_within(v, "day_hours", 1, 24, 24, &ret->day_hours, e);
    if (r == 0)
        r = json_int_within(v, "year_days", 1, 366, -1, &ret->year_days, e);
    if (r == 0)
        r = json_int_within(v, "month_days", 1, 31, -1, &ret->month_days, e);
    if (r == 0)
        r = json_int_within(v, "february_days", 1, 29, ret->month_days, &ret->february_days, e);
    if (r == 0)
        r = json_int_within(v, "quarter_days", 0, 92, 0, &ret->quarter_days, e);
    if (r == 0)
        r = json_int_within(v, "decimals", 0, 6, -1, &ret->decimals, e);
    return r == 0 && (ret->year_days < 0 || ret->month_days < 0 || ret->decimals < 0)
               ? err_named(e, -EINVAL, "ruleset.shape", "wants year_days, month_days and decimals")
               : r;
}

int air_other_read(const json_t *tree, struct air_other_rules *ret, struct err *e)
{
    const json_t *limits = json_object_get(tree, "limits"), *validity = json_object_get(tree, "validity");
    int r = ruleset_read(tree, &ret->set, e);
    ret->by_designation = json_flag(tree, "by_designation", false);
    for (int i = 0; r == 0 && i < AIR_OTHERS; i++) {
        const json_t *l = json_object_get(limits, item_words[i]),
                     *v = json_object_get(validity, item_words[i]);
        if (!json_is_object(l) || !json_is_object(v))
            return err_named(e, -EINVAL, "ruleset.shape", "limits or validity: has no %s", item_words[i]);
        for (int m = 0; m < AIR_MEANS; m++)
            for (size_t zone = 0; zone < 2; zone++)
                ret->item[i].limit[m][zone] =
                    json_to_micro(json_array_get(json_object_get(l, mean_words[m]), zone), MICRO_MISSING);
        if ((r = read_validity(v, &ret->item[i], e)) < 0)
            return err_under(e, "validity.%s", item_words[i]);
    }
    return r;
}

/* The first month with fewer days than needed, 0: none. */
static int few_in_month(const struct air_other_rules *r, enum air_other_item item, int64_t first,
                        const micro *day, int n)
{
    for (int i = 0; i < n;) {
        struct cn_civil c = cn_from_ms(cn_day_start(first + i));
        int have = 0, need = c.month == 2 ? r->item[item].february_days : r->item[item].month_days;
        for (int left = cn_days_in_month(c.year, c.month) - c.day + 1; left > 0 && i < n; left--, i++)
            have += day[i] != MICRO_MISSING;
        if (have < need)
            return c.month;
    }
    return 0;
}

void air_other(const struct air_other_rules *r, enum air_other_item item, enum air_mean mean, int zone_class,
               bool designated, int64_t first, const micro *day, int n, struct air_other *ret)
{
    micro sum = 0;
    *ret = (struct air_other){ .attains = -1,
                               .limit = r->item[item].limit[mean][zone_class == 1 ? 0 : 1],
                               .mean = MICRO_MISSING };
    for (int i = 0; i < n; i++)
        if (day[i] != MICRO_MISSING) {
            sum += day[i];
            ret->valid_days++;
        }
    if (ret->valid_days)
        ret->mean = micro_round(micro_div(sum, ret->valid_days), r->item[item].decimals);
    int needs = mean == AIR_MEAN_YEAR      ? r->item[item].year_days
                : mean == AIR_MEAN_QUARTER ? r->item[item].quarter_days
                                           : 1;
    ret->month = mean >= AIR_MEAN_QUARTER ? few_in_month(r, item, first, day, n) : 0;
    ret->why = r->by_designation && !designated              ? AIR_NOT_DESIGNATED
               : ret->limit == MICRO_MISSING                 ? AIR_NO_LIMIT
               : !ret->valid_days || ret->valid_days < needs ? AIR_FEW_DAYS
               : ret->month                                  ? AIR_FEW_IN_MONTH
                                                             : AIR_JUDGED;
    if (ret->why != AIR_JUDGED)
        return;
    ret->attains = ret->mean <= ret->limit;
    ret->multiple = air_multiple(ret->mean, ret->limit);
}

/* { item = "tsp", mean = "year", days_a_month = 5, valid = true }: of 2025, the first so many days of each month are there, and the item
 * is designated unless `designated = false`. */
static int test_days(const struct air_other_rules *r, int item, int mean, const json_t *t, struct err *e)
{
    enum { YEAR = 2025, DAYS = 365, QUARTER = 90 };
    micro day[DAYS];
    struct air_other is;
    int64_t first = cn_days(YEAR, 1, 1);
    for (int i = 0; i < DAYS; i++)
        day[i] =
            cn_from_ms(cn_day_start(first + i)).day <= json_int(t, "days_a_month", 0) ? 0 : MICRO_MISSING;
    air_other(r, (enum air_other_item)item, (enum air_mean)mean, 2, json_flag(t, "designated", true), first,
              day, mean == AIR_MEAN_QUARTER ? QUARTER : DAYS, &is);
    bool valid = is.why == AIR_JUDGED;
    return valid == json_flag(t, "valid", true)
               ? 0
               : err_named(e, -EBADMSG, "ruleset.test", "%s %s should %sbe valid", item_words[item],
                           mean_words[mean], valid ? "not " : "");
}

/* { item = "nox", mean = "year", value = 50, class = 2, within = true, multiple = 0 } */
int air_other_test(const struct air_other_rules *r, const json_t *t, struct err *e)
{
    int item = air_other_from_word(json_str(t, "item", "")),
        mean = air_mean_from_word(json_str(t, "mean", "year"));
    if (item < 0 || mean < 0)
        return err_named(e, -EINVAL, "ruleset.test", "item or mean is not known");
    if (json_object_get(t, "days_a_month"))
        return test_days(r, item, mean, t, e);
    micro limit = r->item[item].limit[mean][json_int(t, "class", 2) == 1 ? 0 : 1];
    micro value = micro_round(json_micro(t, "value", MICRO_MISSING), r->item[item].decimals);
    bool within = limit != MICRO_MISSING && value <= limit;
    if (within != json_flag(t, "within", true))
        return err_named(e, -EBADMSG, "ruleset.test", "%s %s should %sbe within", item_words[item],
                         mean_words[mean], within ? "not " : "");
    micro multiple = air_multiple(value, limit);
    if (json_object_get(t, "multiple") && json_micro(t, "multiple", 0) != multiple)
        return err_named(e, -EBADMSG, "ruleset.test", "%s: multiple is %lld", item_words[item],
                         (long long)multiple);
    return 0;
}
