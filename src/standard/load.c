#include "standard/load.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

static const char *const words[] = { "whole", "scaled", "no_flow", "no_concentration" };

const char *load_state_word(enum load_state s)
{
    return words[s];
}

/* The largest river on earth carries 2 × 10^5 m³/s; what is beyond is no flow. A concentration in mg/L has at most a kilogram in a litre. */
static const micro most = INT64_C(1000000) * MICRO_ONE;

static bool usable(micro v)
{
    return v != MICRO_MISSING && v >= 0 && v <= most;
}

/* m³/s × g/m³ × 86400 s × days, in tonnes of 10^6 g. */
static micro tonnes_of(micro flow, micro concentration, int days)
{
    __int128 grams_a_second = (__int128)flow * concentration; /* micro² */
    __int128 tonnes = grams_a_second * 86400 * days / 1000000 / MICRO_ONE;
    return tonnes > (__int128)most * 1000 ? MICRO_MISSING : (micro)tonnes;
}

void load_of_month(const struct load_rules *r, const micro *flow, int days, micro concentration,
                   struct load_month *ret)
{
    __int128 sum = 0;
    days = days < 1 ? 1 : days > 31 ? 31 : days;
    *ret = (struct load_month){
        .days = days, .flow = MICRO_MISSING, .concentration = MICRO_MISSING, .tonnes = MICRO_MISSING
    };
    for (int d = 0; d < days; d++)
        if (usable(flow[d])) {
            sum += flow[d];
            ret->flow_days++;
        }
    if (ret->flow_days)
        ret->flow = (micro)(sum / ret->flow_days);
    if (usable(concentration))
        ret->concentration = concentration;
    if (!ret->flow_days || ret->flow_days * 100 < r->flow_share * days) {
        ret->state = LOAD_NO_FLOW;
    } else if (ret->concentration == MICRO_MISSING) {
        ret->state = LOAD_NO_CONCENTRATION;
    } else {
        ret->state = ret->flow_days == days ? LOAD_WHOLE : LOAD_SCALED;
        ret->tonnes = tonnes_of(ret->flow, concentration, days);
        if (ret->tonnes != MICRO_MISSING)
            ret->tonnes = micro_round(ret->tonnes, r->decimals);
    }
}

static int copy(const json_t *o, const char *key, char *to, size_t size, struct err *e)
{
    const char *s = json_str(o, key, "");
    if (!*s || strlen(s) >= size)
        return err_named(e, -EINVAL, "ruleset.shape", "%s: %s", key, *s ? "too long" : "missing");
    memcpy(to, s, strlen(s) + 1);
    return 0;
}

int load_read(const json_t *tree, struct load_rules *ret, struct err *e)
{
    const json_t *items = json_object_get(tree, "items");
    int64_t share = json_int(tree, "flow_share", -1), decimals = json_int(tree, "decimals", -1);
    int r = ruleset_read(tree, &ret->set, e);
    if (r < 0 || (r = copy(tree, "flow", ret->flow, sizeof ret->flow, e)) < 0)
        return r;
    if (share < 1 || share > 100 || decimals < 0 || decimals > 6 || json_array_size(items) < 1 ||
        json_array_size(items) > LOAD_ITEMS)
        return err_named(e, -EINVAL, "ruleset.shape",
                         "wants flow_share 1 to 100, decimals 0 to 6 and 1 to %d items", LOAD_ITEMS);
    ret->flow_share = (int)share;
    ret->decimals = (int)decimals;
    ret->n_items = (int)json_array_size(items);
    for (int i = 0; i < ret->n_items; i++) {
        const json_t *o = json_array_get(items, (size_t)i);
        if ((r = copy(o, "word", ret->item[i].word, sizeof ret->item[i].word, e)) < 0 ||
            (r = copy(o, "name", ret->item[i].name, sizeof ret->item[i].name, e)) < 0 ||
            (r = copy(o, "name_en", ret->item[i].name_en, sizeof ret->item[i].name_en, e)) < 0)
            return err_under(e, "item %d", i + 1), r;
    }
    return 0;
}

int load_test(const struct load_rules *r, const json_t *t, struct err *e)
{
    int64_t days = json_int(t, "days", 30), known = json_int(t, "known", days);
    micro flow[31];
    struct load_month is;
    char a[MICRO_TEXT];
    if (days < 1 || days > 31)
        return err_named(e, -EINVAL, "ruleset.test", "days: wants 1 to 31");
    for (int d = 0; d < days; d++)
        flow[d] = d < known ? json_micro(t, "flow", MICRO_MISSING) : MICRO_MISSING;
    load_of_month(r, flow, (int)days, json_micro(t, "concentration", MICRO_MISSING), &is);
    if (strcmp(json_str(t, "state", ""), words[is.state]) != 0)
        return err_named(e, -EBADMSG, "ruleset.test", "is %s", words[is.state]);
    if (json_micro(t, "tonnes", MICRO_MISSING) != is.tonnes)
        return err_named(e, -EBADMSG, "ruleset.test", "tonnes are %s",
                         is.tonnes == MICRO_MISSING ? "none" : micro_format(is.tonnes, -1, a));
    return 0;
}
