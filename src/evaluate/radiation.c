/* radiation.c - ambient gamma dose rate against the place's own natural range. There is no national limit (from memory), so that the range
 * is the caller's, in a column or as a choice, and no rule set judges. */
#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/kinds.h"
#include "standard/radiation.h"

enum { RATE, LOW, HIGH };
static const struct in_column in[] = {
    { "rate", "ngy/h", "dose_rate gamma γ剂量率 剂量率 空气吸收剂量率" },
    { "low", "ngy/h", "background_low 本底下限 本底低值" },
    { "high", "ngy/h", "background_high 本底上限 本底高值" },
};
enum { CHOSEN_LOW, CHOSEN_HIGH };
static const char *const results[] = { "verdict" };

struct state {
    micro low, high; /* as chosen; MICRO_MISSING: not */
};

static int bound(const char *name, const char *text, micro *ret, struct err *e)
{
    *ret = MICRO_MISSING;
    if (!*text || (micro_parse(text, strlen(text), ret, NULL) && *ret >= 0))
        return 0;
    return err_set(e, -EINVAL, "--%s: '%s' is no dose rate", name, text);
}

static int start(const struct kind *kind, void *state, const struct shelf *shelf, const char *const *choice,
                 struct err *e)
{
    struct state *s = state;
    (void)kind;
    (void)shelf;
    int r = bound("low", choice[CHOSEN_LOW], &s->low, e);
    return r < 0 ? r : bound("high", choice[CHOSEN_HIGH], &s->high, e);
}

static void judge(const struct kind *kind, const struct row *row, const struct shelf_set *set, struct out *o)
{
    static const char *const words[] = { "正常", "高于本底", "低于本底", "" };
    const struct state *s = row->state;
    micro low = row->value[LOW] == MICRO_MISSING ? s->low : row->value[LOW],
          high = row->value[HIGH] == MICRO_MISSING ? s->high : row->value[HIGH];
    enum radiation_verdict v = radiation_background(row->value[RATE], low, high);
    (void)kind;
    (void)set;
    out_text(o, words[v]);
    out_certainty(o, "confirmed"); /* official bulletins judge so */
    if (v != RADIATION_CANNOT)
        return;
    out_unjudged(o);
    out_note(o, row->value[RATE] == MICRO_MISSING               ? "无数据"
                : low == MICRO_MISSING || high == MICRO_MISSING ? "未给出本底范围"
                                                                : "本底范围上下颠倒");
}

const struct kind kind_radiation = {
    .name = "radiation",
    .what = "ambient gamma dose rate against the place's natural range (no national limit)",
    .what_zh = "环境γ辐射剂量率与当地天然本底范围比较（无全国限值）",
    .in = in,
    .n_in = COUNT_OF(in),
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = { { "low", NULL, "" }, { "high", NULL, "" } },
    .undated = true,
    .state = sizeof(struct state),
    .start = start,
    .judge = judge,
};
