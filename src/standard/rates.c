#include "standard/rates.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/place.h"

static const char *const words[COUNT_KINDS] = { "valid",    "invalid",   "excepted", "lost",
                                                "not_sent", "qc_passed", "qc_failed" };

const char *slot_kind_word(enum slot_kind k)
{
    return words[k];
}

/* ---- the file ---- */

static int read_text(const json_t *tree, const char *key, char *to, size_t size, struct err *e)
{
    const char *s = json_str(tree, key, "");
    if (!*s || strlen(s) >= size)
        return err_named(e, -EINVAL, "ruleset.shape", "%s: missing, or longer than %zu bytes", key, size - 1);
    memcpy(to, s, strlen(s) + 1);
    return 0;
}

static int read_date(const json_t *tree, const char *key, int64_t otherwise, int64_t *ret, struct err *e)
{
    const char *s = json_str(tree, key, NULL);
    int64_t ms;
    *ret = otherwise;
    if (!s)
        return 0;
    if (strlen(s) != 10 || !cn_parse_iso(s, 10, &ms))
        return err_named(e, -EINVAL, "ruleset.date", "%s: '%s' is not a date (2026-03-01)", key, s);
    *ret = cn_day_of(ms);
    return 0;
}

static int read_kinds(const json_t *list, unsigned *ret, struct err *e)
{
    *ret = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *s = json_string_value(json_array_get(list, i));
        int k = 0;
        while (s && k < COUNT_KINDS && strcmp(words[k], s) != 0)
            k++;
        if (!s || k == COUNT_KINDS)
            return err_named(e, -EINVAL, "ruleset.shape", "'%s' is nothing that is counted", s ? s : "");
        *ret |= 1u << k;
    }
    return *ret ? 0 : err_named(e, -EINVAL, "ruleset.shape", "of, over: name what is counted");
}

static int index_of(const struct rate_rules *r, const char *id)
{
    for (int i = 0; i < r->n; i++)
        if (strcmp(r->rate[i].id, id) == 0)
            return i;
    return -1;
}

static int read_rate(const struct rate_rules *r, const json_t *j, struct rate_rule *ret, struct err *e)
{
    const json_t *product = json_object_get(j, "product");
    *ret = (struct rate_rule){ .first = -1, .second = -1, .pass = json_micro(j, "pass", MICRO_MISSING) };
    int k;
    if ((k = read_text(j, "id", ret->id, sizeof ret->id, e)) < 0 ||
        (k = read_text(j, "title", ret->title, sizeof ret->title, e)) < 0 ||
        (k = read_text(j, "title_en", ret->title_en, sizeof ret->title_en, e)) < 0 ||
        (k = read_text(j, "clause", ret->clause, sizeof ret->clause, e)) < 0 ||
        (k = read_text(j, "clause_en", ret->clause_en, sizeof ret->clause_en, e)) < 0 ||
        (k = read_text(j, "certainty", ret->certainty, sizeof ret->certainty, e)) < 0)
        return k;
    if (!product) {
        k = read_kinds(json_object_get(j, "of"), &ret->over, e);
        return k < 0 ? k : read_kinds(json_object_get(j, "over"), &ret->under, e);
    }
    const char *a = json_string_value(json_array_get(product, 0)),
               *b = json_string_value(json_array_get(product, 1));
    ret->first = a ? index_of(r, a) : -1;
    ret->second = b ? index_of(r, b) : -1;
    bool counted = ret->first >= 0 && ret->second >= 0 && r->rate[ret->first].first < 0 &&
                   r->rate[ret->second].first < 0; /* a product of products would not fit */
    return !counted
               ? err_named(e, -EINVAL, "ruleset.shape",
                           "%s: product: two rates that stand before it and are none themselves", ret->id)
               : 0;
}

static int read_sites(const json_t *list, unsigned *ret, struct err *e)
{
    int r = site_kinds_read(list, ret, e);
    return r < 0 || *ret ? r : err_named(e, -EINVAL, "ruleset.shape", "sites: missing");
}

int rate_rules_read(const json_t *tree, struct rate_rules *ret, struct err *e)
{
    const json_t *rates = json_object_get(tree, "rates");
    int k;
    *ret = (struct rate_rules){ 0 };
    if ((k = read_text(tree, "id", ret->id, sizeof ret->id, e)) < 0 ||
        (k = read_text(tree, "title", ret->title, sizeof ret->title, e)) < 0 ||
        (k = read_text(tree, "title_en", ret->title_en, sizeof ret->title_en, e)) < 0 ||
        (k = read_text(tree, "source", ret->source, sizeof ret->source, e)) < 0 ||
        (k = read_date(tree, "from", SITE_LIMIT_ALWAYS, &ret->from, e)) < 0 ||
        (k = read_date(tree, "to", SITE_LIMIT_EVER, &ret->to, e)) < 0 ||
        (k = read_sites(json_object_get(tree, "sites"), &ret->kinds, e)) < 0)
        return k;
    const char *planned = json_str(tree, "excepted_flags", "");
    if (strlen(planned) >= sizeof ret->planned)
        return err_named(e, -EINVAL, "ruleset.shape", "excepted_flags: more than %zu letters",
                         sizeof ret->planned - 1);
    memcpy(ret->planned, planned, strlen(planned) + 1);
    if (!json_array_size(rates) || json_array_size(rates) > RATES_MAX)
        return err_named(e, -EINVAL, "ruleset.shape", "rates: 1 to %d", RATES_MAX);
    for (size_t i = 0; i < json_array_size(rates); i++) {
        struct rate_rule one;
        if ((k = read_rate(ret, json_array_get(rates, i), &one, e)) < 0)
            return k;
        ret->rate[ret->n++] = one;
    }
    return 0;
}

enum { COUNT_MOST = 100000000 }; /* a century of minutes, twice */

int rate_rules_test(const struct rate_rules *r, const json_t *tree, struct err *e)
{
    const json_t *tests = json_object_get(tree, "tests");
    if (!json_array_size(tests))
        return err_named(e, -EINVAL, "definition.test", "has no tests");
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *t = json_array_get(tests, i), *counts = json_object_get(t, "counts");
        struct counts c = { 0 };
        for (int k = 0, n, bad; k < COUNT_KINDS; k++) {
            if ((bad = json_int_within(counts, words[k], 0, COUNT_MOST, 0, &n, e)) < 0)
                return err_under(e, "test %zu", i + 1), bad;
            c.n[k] = n;
        }
        int which = index_of(r, json_str(t, "rate", ""));
        if (which < 0)
            return err_named(e, -EINVAL, "definition.test", "test %zu: no rate '%s'", i + 1,
                             json_str(t, "rate", ""));
        struct rate got = rate_of(r, which, &c);
        micro want = json_micro(t, "is", MICRO_MISSING);
        if (want != MICRO_MISSING && (got.value == MICRO_MISSING || micro_round(got.value, 1) != want))
            return err_named(e, -EBADMSG, "definition.test", "test %zu: is %lld millionths", i + 1,
                             (long long)got.value);
        if (json_object_get(t, "passes") && got.passes != json_flag(t, "passes", false))
            return err_named(e, -EBADMSG, "definition.test", "test %zu: should %spass", i + 1,
                             got.passes ? "not " : "");
    }
    return 0;
}

/* ---- rates ---- */

static int64_t sum_of(const struct counts *c, unsigned bits)
{
    int64_t sum = 0;
    for (int k = 0; k < COUNT_KINDS; k++)
        if (bits & 1u << k)
            sum += c->n[k];
    return sum;
}

struct rate rate_of(const struct rate_rules *r, int i, const struct counts *c)
{
    const struct rate_rule *rule = &r->rate[i];
    struct rate ret = { .value = MICRO_MISSING, .passes = -1 };
    if (rule->first >= 0) {
        struct rate a = rate_of(r, rule->first, c), b = rate_of(r, rule->second, c);
        /* A second factor without a denominator means that the first is zero (nothing came): so is the product. */
        bool none = a.under && !a.over && !b.under;
        ret.over = none ? 0 : a.over * b.over;
        ret.under = none ? a.under : a.under * b.under;
    } else {
        ret.over = sum_of(c, rule->over);
        ret.under = sum_of(c, rule->under);
    }
    if (ret.under <= 0)
        return ret;
    ret.value = micro_muldiv(100 * MICRO_ONE, ret.over, ret.under);
    if (rule->pass != MICRO_MISSING) /* over / under >= pass / 100, in whole numbers */
        ret.passes = (__int128)ret.over * 100 * MICRO_ONE >= (__int128)rule->pass * ret.under;
    return ret;
}

enum load_basis load_hour(bool gas, micro cou, micro concentration, micro flow_m3, micro *ret_kg)
{
    *ret_kg = MICRO_MISSING;
    if (cou != MICRO_MISSING) {
        *ret_kg = cou;
        return LOAD_COU;
    }
    if (concentration == MICRO_MISSING || flow_m3 == MICRO_MISSING)
        return LOAD_NONE;
    *ret_kg = micro_muldiv(concentration, flow_m3, (gas ? 1000000 : 1000) * MICRO_ONE);
    return LOAD_FLOW;
}
