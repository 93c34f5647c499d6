/* Targets on total emissions: 分别比2018年下降3.0%. The denominator is the settled inventory of the base year; what was cut is the sum of the
 * projects that were closed by verification since, less what was added. A project that is not verified counts for nothing. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/target.h"

/* t of one pollutant of one city, and the least that can be a denominator: every share of them is still a micro. */
#define EMISSION_MOST  (100000000 * MICRO_ONE)
#define EMISSION_LEAST (MICRO_ONE / 100)

/* "2018年", "上年", or none: 0. */
static int base_year_of(const json_t *target, int year)
{
    static const char *const last[] = { "上年", "去年", "上一年" };
    const char *said = json_str(target, "baseline", "");
    for (size_t i = 0; i < COUNT_OF(last); i++)
        if (strncmp(said, last[i], strlen(last[i])) == 0)
            return year - 1;
    return target_year_of(json_object_get(target, "baseline"), 0);
}

static int cannot(const struct indicator *ind, const json_t *target, int64_t now, const char *zh,
                  const char *en, json_t **ret)
{
    struct told t = { .ind = ind,
                      .target = target,
                      .value = MICRO_MISSING,
                      .gap = MICRO_MISSING,
                      .as_of = now,
                      .unit = json_str(target, "unit", "%"),
                      .zh = zh,
                      .en = en };
    return target_told(&t, ret);
}

/* How many t one of the target's unit is; 0: it is a share. */
static micro tons_of(const char *unit)
{
    static const struct {
        const char *word;
        int tons;
    } words[] = { { "吨", 1 }, { "t", 1 }, { "万吨", 10000 } };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(words[i].word, unit) == 0)
            return words[i].tons;
    return 0;
}

static int judge(const struct indicator *ind, const json_t *target, json_t *got, int year, int64_t now,
                 json_t **ret)
{
    char zh[640], en[640], is[MICRO_TEXT], want[MICRO_TEXT], base[MICRO_TEXT], cut[MICRO_TEXT],
        added[MICRO_TEXT], apart[MICRO_TEXT];
    micro goal = json_micro(target, "value", MICRO_MISSING), all = json_micro(got, "base", 0),
          down = json_micro(got, "cut", 0), up = json_micro(got, "added", 0),
          tons = tons_of(json_str(target, "unit", "%"));
    if (all < EMISSION_LEAST || all > EMISSION_MOST || down < -EMISSION_MOST || down > EMISSION_MOST ||
        up < 0 || up > EMISSION_MOST)
        return cannot(ind, target, now, "基准年清单或减排量超出范围",
                      "the inventory or the cut is out of range", ret);
    micro net = down - up, value = tons ? micro_div(net, tons) : micro_muldiv(100 * MICRO_ONE, net, all);
    micro wanted_t = tons ? goal * tons : micro_muldiv(goal, all, 100 * MICRO_ONE);
    struct told t = { .ind = ind,
                      .target = target,
                      .value = value,
                      .gap = value - goal,
                      .as_of = now,
                      .ok = value >= goal,
                      .unit = tons ? json_str(target, "unit", "t") : "%",
                      .zh = zh,
                      .en = en,
                      .over = now >= cn_day_start(cn_days(year + 1, 1, 1)),
                      .stretch = strcmp(json_str(target, "modality", "must"), "stretch") == 0 };
    micro_format(value, value == goal ? -1 : 2, is);
    micro_format(goal, -1, want);
    micro_format(all, -1, base);
    micro_format(down, -1, cut);
    micro_format(up, -1, added);
    micro_format(t.ok ? 0 : wanted_t - net, -1, apart);
    size_t n = json_array_size(json_object_get(got, "projects"));
    snprintf(zh, sizeof zh,
             "%s：%lld 年基准 %s t，已验收项目 %zu 个减排 %s t，新增 %s t，净下降 %s %s，目标下降 %s%s%s%s",
             ind->title, (long long)json_int(got, "base_year", 0), base, n, cut, added, is, t.unit, want,
             t.ok ? "" : "，还差 ", t.ok ? "" : apart, t.ok ? "" : " t");
    snprintf(en, sizeof en,
             "%s: base of %lld %s t; %zu verified projects cut %s t, %s t were added: down by %s %s, target "
             "%s%s%s%s",
             ind->title_en, (long long)json_int(got, "base_year", 0), base, n, cut, added, is, t.unit, want,
             t.ok ? "" : ", short of ", t.ok ? "" : apart, t.ok ? "" : " t");
    int r = target_told(&t, ret);
    if (r == 0 && (json_object_set_new(got, "net", micro_json(net, -1)) < 0 ||
                   json_object_set_new(got, "wanted", micro_json(wanted_t, -1)) < 0 ||
                   json_object_set_new(got, "short", micro_json(t.ok ? 0 : wanted_t - net, -1)) < 0 ||
                   json_object_set(*ret, "emission", got) < 0))
        r = -ENOMEM;
    return r;
}

int target_emission(struct board *b, const struct indicator *ind, const json_t *target, int64_t now,
                    json_t **ret, struct err *e)
{
    scoped(json_decrefp) json_t *got = NULL;
    micro goal = json_micro(target, "value", MICRO_MISSING);
    int year = target_year(target, now), base = base_year_of(target, year);
    const char *unit = json_str(target, "unit", "%");
    if (goal == MICRO_MISSING || goal < 0 || goal > TARGET_MOST)
        return cannot(ind, target, now, "目标没有可用的数值", "the target has no figure that can be used",
                      ret);
    if (strcmp(json_str(target, "op", ""), "decrease") != 0 ||
        (*unit && !tons_of(unit) && !target_unit_same(unit, "%")))
        return cannot(ind, target, now, "只核算下降百分比或减排吨数的目标",
                      "only a fall in per cent or tons is reckoned", ret);
    if (region_of(b, json_str(target, "region", "")) != 0)
        return cannot(ind, target, now, "减排项目没有按地区核算", "cuts are not reckoned by region", ret);
    if (base < 1900 || base > 2200 || year < base || year > 9998)
        return cannot(ind, target, now, "目标没有写明基准年", "the target names no base year", ret);
    int r = b->reports.emission ? b->reports.emission(b->reports.arg, ind->item, base, year, now, &got, e)
                                : -ENOENT;
    if (r == -ENOENT)
        return cannot(ind, target, now, "没有定稿的基准年排放清单",
                      "no inventory of the base year is settled", ret);
    return r < 0 ? r : judge(ind, target, got, year, now, ret);
}
