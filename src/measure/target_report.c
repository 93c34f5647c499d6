/* Targets judged by figures that people report, because no instrument of the city measures them. The figure is judged with all its digits:
 * 91.99 does not become 92. Whoever reads the answer is told that it was reported, by whom, and on what paper. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/target.h"

/* No figure is larger, and the differences and sums of such are still micros. */
#define FIGURE_MOST (1000000000 * MICRO_ONE)

int target_told(const struct told *t, json_t **ret)
{
    char at[CN_TEXT];
    const char *name = t->ind ? t->ind->title : json_str(t->target, "indicator", ""),
               *name_en = t->ind ? t->ind->title_en : name, *id = t->ind ? t->ind->id : "",
               *verdict = t->value == MICRO_MISSING ? "cannot_judge"
                          : t->over                 ? (t->ok ? "met" : "impossible")
                          : t->ok                   ? "on_track"
                                                    : "behind",
               *light = t->value == MICRO_MISSING ? "grey"
                        : t->ok                   ? "green"
                        : t->over && !t->stretch  ? "red"
                                                  : "yellow";
    *ret = json_pack("{s:b,s:s,s:s,s:s,s:o,s:s,s:s,s:n,s:o,s:n,s:n,s:n,s:s,s:s,s:s,s:s,s:n,s:s,s:n}", "bound",
                     1, "indicator", id, "title", name, "title_en", name_en, "value",
                     micro_json(t->value, -1), "unit", t->unit, "as_of", cn_format_iso(t->as_of, at), "days",
                     "gap", micro_json(t->gap, -1), "remaining_mean", "bad_days", "allowed_bad_days", "light",
                     light, "verdict", verdict, "text", t->zh, "text_en", t->en, "odds", "certainty",
                     "confirmed", "receipt");
    return *ret ? 0 : -ENOMEM;
}

enum asks { ASKS_NOTHING, AT_LEAST, MORE, AT_MOST, LESS, EQUAL, BETWEEN };

/* A share that an indicator knows to be better the higher is met above its figure too: 保持100%. */
static enum asks asks_of(const struct indicator *ind, const json_t *target)
{
    static const struct {
        const char *op;
        enum asks asks;
    } ops[] = { { ">=", AT_LEAST },      { ">", MORE },     { "<=", AT_MOST },
                { "<", LESS },           { "in", BETWEEN }, { "decrease", AT_LEAST },
                { "increase", AT_LEAST } };
    const char *op = json_str(target, "op", "");
    for (size_t i = 0; i < COUNT_OF(ops); i++)
        if (strcmp(ops[i].op, op) == 0)
            return ops[i].asks;
    return strcmp(op, "=") == 0 || !*op ? (ind && ind->kind == OF_OUTSIDE ? AT_LEAST : EQUAL) : ASKS_NOTHING;
}

static bool meets(enum asks asks, micro v, micro goal, micro upper)
{
    switch (asks) {
    case AT_LEAST:
        return v >= goal;
    case MORE:
        return v > goal;
    case AT_MOST:
        return v <= goal;
    case LESS:
        return v < goal;
    case BETWEEN:
        return goal <= upper ? v >= goal && v <= upper : v >= upper && v <= goal;
    default:
        return v == goal;
    }
}

static const char *sign_of(enum asks asks)
{
    static const char *const signs[] = { "", "≥", ">", "≤", "<", "=", "" };
    return signs[asks];
}

static const char *why_not(const struct indicator *ind, const json_t *target, const json_t *figure,
                           enum asks asks, micro goal, micro value)
{
    const char *unit = json_str(target, "unit", ""), *told = json_str(figure, "unit", "");
    if (goal == MICRO_MISSING || goal > FIGURE_MOST || goal < -FIGURE_MOST)
        return "目标没有可用的数值 | the target has no figure that can be used";
    if (value == MICRO_MISSING || value > FIGURE_MOST || value < -FIGURE_MOST)
        return "上报数超出范围 | the reported figure is out of range";
    if (asks == ASKS_NOTHING)
        return "目标的比较方式不能评判 | this comparison cannot be judged";
    if (*unit && !target_unit_same(unit, told) &&
        !(ind && target_unit_fits(ind, unit) && target_unit_fits(ind, told)))
        return "上报单位与目标单位不同 | the figure's unit is not the target's";
    return NULL;
}

static void texts(const struct told *t, const json_t *figure, enum asks asks, micro goal, char *zh, char *en,
                  size_t size)
{
    char is[MICRO_TEXT], want[MICRO_TEXT], apart[MICRO_TEXT];
    micro_format(t->value, -1, is);
    micro_format(goal, -1, want);
    micro_format(t->gap < 0 ? -t->gap : t->gap, -1, apart);
    const char *name = t->ind ? t->ind->title : json_str(t->target, "indicator", "");
    snprintf(zh, size, "%.90s：上报 %s %.30s（截至 %.10s，%.60s，%.90s），目标 %s%s%s%s；为上报数，非实测",
             name, is, t->unit, json_str(figure, "on", ""), json_str(figure, "by", ""),
             json_str(figure, "source", ""), sign_of(asks), want, t->ok ? "" : "，差 ", t->ok ? "" : apart);
    snprintf(en, size,
             "%.90s: reported %s %.30s up to %.10s (%.60s, %.90s), target %s%s%s%s; reported, not measured",
             t->ind ? t->ind->title_en : name, is, t->unit, json_str(figure, "on", ""),
             json_str(figure, "by", ""), json_str(figure, "source", ""), sign_of(asks), want,
             t->ok ? "" : ", short by ", t->ok ? "" : apart);
}

int target_reported(struct board *b, const struct indicator *ind, const json_t *target, int64_t now,
                    json_t **ret, struct err *e)
{
    scoped(json_decrefp) json_t *figure = NULL;
    char zh[640], en[640];
    int year = target_year(target, now);
    if (!b->reports.figure || !*json_str(target, "indicator", "") || year < 1900 || year > 9998)
        return 0;
    int r = b->reports.figure(b->reports.arg, target, year, 0, now, &figure, e);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    micro goal = json_micro(target, "value", MICRO_MISSING),
          value = json_micro(figure, "value", MICRO_MISSING);
    enum asks asks = asks_of(ind, target);
    const char *why = why_not(ind, target, figure, asks, goal, value);
    struct told t = { .ind = ind,
                      .target = target,
                      .value = why ? MICRO_MISSING : value,
                      .gap = why ? MICRO_MISSING : value - goal,
                      .unit = json_str(figure, "unit", ""),
                      .zh = zh,
                      .en = en,
                      .over = now >= cn_day_start(cn_days(year + 1, 1, 1)),
                      .stretch = strcmp(json_str(target, "modality", "must"), "stretch") == 0,
                      .as_of = now };
    (void)cn_parse_iso(json_str(figure, "on", ""), strlen(json_str(figure, "on", "")), &t.as_of);
    if (why) {
        const char *bar = strstr(why, " | ");
        snprintf(zh, sizeof zh, "%.*s", (int)(bar - why), why);
        snprintf(en, sizeof en, "%s", bar + 3);
    } else {
        t.ok = meets(asks, value, goal, json_micro(target, "value2", goal));
        texts(&t, figure, asks, goal, zh, en, sizeof zh);
    }
    r = target_told(&t, ret);
    if (r == 0 && json_object_set(*ret, "reported", figure) < 0)
        r = -ENOMEM;
    return r < 0 ? r : 1;
}
