/* Targets that no instrument measures: how many cases are closed, which the ledgers know, and what reaches the city by other ways (drinking
 * water laboratories, land surveys), of which it is said why it cannot be judged. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "measure/target.h"

void board_set_cases(struct board *b, board_cases_fn count, void *arg)
{
    b->count_cases = count;
    b->count_arg = arg;
}

void board_set_reports(struct board *b, const struct board_reports *r)
{
    b->reports = *r;
}

bool case_indicator(const struct indicator *i)
{
    return i->kind >= OF_CASES_CLOSED; /* all that instruments do not measure */
}

static int answer(const struct indicator *i, micro value, micro gap, int64_t now, const char *light,
                  const char *verdict, const char *zh, const char *en, json_t *receipt, json_t **ret)
{
    char at[CN_TEXT];
    *ret = json_pack("{s:b,s:s,s:s,s:s,s:o,s:s,s:s,s:n,s:o,s:n,s:n,s:n,s:s,s:s,s:s,s:s,s:n,s:s,s:o}", "bound",
                     1, "indicator", i->id, "title", i->title, "title_en", i->title_en, "value",
                     micro_json(value, i->decimals), "unit", i->unit, "as_of", cn_format_iso(now, at), "days",
                     "gap", micro_json(gap, i->decimals), "remaining_mean", "bad_days", "allowed_bad_days",
                     "light", light, "verdict", verdict, "text", zh, "text_en", en, "odds", "certainty",
                     "confirmed", "receipt", receipt);
    return *ret ? 0 : -ENOMEM;
}

static int cannot(const struct indicator *i, int64_t now, const char *zh, const char *en, json_t **ret)
{
    return answer(i, MICRO_MISSING, MICRO_MISSING, now, "grey", "cannot_judge", zh, en, json_null(), ret);
}

/* A count is held against the year's pace, a share against what it is now: closing is never undone by a later day, so nothing but the
 * year's end makes either impossible. */
static int judge(const struct indicator *i, const json_t *target, const struct case_counts *n, int year,
                 int64_t now, json_t **ret)
{
    char zh[512], en[512], have[MICRO_TEXT], want[MICRO_TEXT];
    micro goal = json_micro(target, "value", MICRO_MISSING);
    bool ratio = i->kind == OF_CASES_RATIO,
         stretch = strcmp(json_str(target, "modality", "must"), "stretch") == 0;
    micro value = ratio ? micro_muldiv(n->closed * MICRO_ONE, 100, n->all) : n->closed * MICRO_ONE;
    value = micro_round(value, i->decimals);
    int64_t elapsed = cn_day_of(now) - cn_days(year, 1, 1), days = cn_days_in_year(year);
    bool over = elapsed >= days, met = value >= goal,
         pace = !ratio && (__int128)value * days >= (__int128)goal * (elapsed < 0 ? 0 : elapsed);
    const char *verdict = met    ? (ratio && !over ? "on_track" : "met")
                          : over ? "impossible"
                          : pace ? "on_track"
                                 : "behind";
    const char *light = met || pace ? "green" : over && !stretch ? "red" : "yellow";
    micro_format(value, i->decimals, have);
    micro_format(goal, -1, want);
    snprintf(zh, sizeof zh, "%s：%d 年台账共 %lld 件，已办结 %lld 件，为 %s %s，目标 ≥%s", i->title, year,
             (long long)n->all, (long long)n->closed, have, i->unit, want);
    snprintf(en, sizeof en, "%s: of %lld cases in the ledgers of %d, %lld are closed: %s %s, target ≥%s",
             i->title_en, (long long)n->all, year, (long long)n->closed, have, i->unit, want);
    json_t *receipt = json_pack("{s:s,s:{s:I,s:I},s:O}", "indicator", i->id, "inputs", "cases",
                                (json_int_t)n->all, "closed", (json_int_t)n->closed, "ledgers", i->ledgers);
    return receipt ? answer(i, value, micro_sub(value, goal), now, light, verdict, zh, en, receipt, ret)
                   : -ENOMEM;
}

int target_case_progress(struct board *b, const struct indicator *i, const json_t *target, int year,
                         int64_t now, json_t **ret, struct err *e)
{
    const char *op = json_str(target, "op", ""), *region = json_str(target, "region", "");
    struct case_counts n = { 0 };
    micro goal = json_micro(target, "value", MICRO_MISSING);
    if (i->kind == OF_OUTSIDE)
        return cannot(i, now, i->reason, i->reason_en, ret);
    if (goal == MICRO_MISSING || goal < 0)
        return cannot(i, now, "目标没有数值", "the target has no figure", ret);
    if (!target_unit_fits(i, json_str(target, "unit", "")))
        return cannot(i, now, "目标单位与指标单位不同", "the target's unit is not the indicator's", ret);
    if (*op && *op != '>' && *op != '=')
        return cannot(i, now, "比较方式不能用于该指标", "this comparison cannot be judged for the indicator",
                      ret);
    if (region_of(b, region) != 0)
        return cannot(i, now, "台账按责任单位记录，不能按地区统计办结数",
                      "the ledgers know units, not places: closed cases are not counted by region", ret);
    int r = b->count_cases ? b->count_cases(b->count_arg, i->ledgers, cn_day_start(cn_days(year, 1, 1)),
                                            cn_day_start(cn_days(year + 1, 1, 1)), &n, e)
                           : -ENOENT;
    if (r == -ENOENT)
        return cannot(i, now, "没有登记这类事项的台账", "no ledger keeps cases of this kind", ret);
    if (r < 0)
        return r;
    if (!n.all)
        return cannot(i, now, "台账中该年度没有这类事项", "the ledgers hold no such case of that year", ret);
    return judge(i, target, &n, year, now, ret);
}
