/* The goal of a finding's case: the figure that a window of valid hours or days must reach before the case may be closed. */
#include "measure/finding.h"

#include <string.h>

#include "base/cntime.h"
#include "measure/river.h"

/* What is asked of the figure: `op` "in" is between lower and value. */
struct bound {
    const char *op;
    micro value, lower; /* lower: MICRO_MISSING unless op is "in" */
};

/* The limit in force when the trouble ends: a case must not be closed on a limit that was lifted before. */
static struct bound bound_of(const struct subject *s)
{
    const json_t *g = s->rule->goal;
    const struct site_limit *limit =
        s->stream ? stream_limit(s->site, s->stream, cn_day_of(s->to - 1)) : NULL;
    if (!limit)
        return (struct bound){ json_str(g, "op", "<="), json_micro(g, "value", MICRO_MISSING),
                               MICRO_MISSING };
    if (limit->upper == MICRO_MISSING)
        return (struct bound){ ">=", limit->lower, MICRO_MISSING };
    return (struct bound){ limit->lower == MICRO_MISSING ? "<=" : "in", limit->upper, limit->lower };
}

static void goal_text(const struct subject *s, const struct bound *bound, int window, bool hours,
                      struct buf *out)
{
    char number[MICRO_TEXT];
    if (s->rule->on == ON_SILENT) {
        buf_addf(out, "连续 %d 小时有数据", window);
        return;
    }
    buf_addf(out, "连续 %d %s%s ", window, hours ? "小时有效均值" : "个有效日",
             !s->stream          ? "AQI"
             : s->stream->factor ? s->stream->factor->name
                                 : s->stream->code);
    if (bound->lower != MICRO_MISSING)
        buf_addf(out, "%s～", micro_format(bound->lower, -1, number));
    else
        buf_adds(out, strcmp(bound->op, ">=") == 0 ? "≥ " : "≤ ");
    buf_adds(out, micro_format(bound->value, -1, number));
    if (s->stream)
        buf_addf(out, " %s", stream_unit(s->site, s->stream));
}

static json_t *goal_of(const struct subject *s)
{
    const json_t *g = s->rule->goal;
    if (s->rule->on == ON_RIVER_DAY)
        return river_goal(s->site, s->rule);
    const struct bound bound = bound_of(s);
    bool hours = strcmp(json_str(g, "period", "hour"), "hour") == 0;
    int window = (int)json_int(g, "window", 24);
    struct buf text = BUF_INIT;
    goal_text(s, &bound, window, hours, &text);
    json_t *goal = json_pack(
        "{s:s,s:s,s:i,s:s,s:s,s:o,s:o,s:s,s:i,s:s}", "text", text.data ? text.data : "", "indicator",
        json_str(g, "indicator", ""), "site", s->site ? s->site->site->id : 0, "factor",
        s->stream ? s->stream->code : "", "op", bound.op, "value", micro_json(bound.value, -1), "lower",
        micro_json(bound.lower, -1), "unit", s->stream ? stream_unit(s->site, s->stream) : "", "window",
        window, "period", hours ? "hour" : "day");
    buf_release(&text);
    return goal;
}

void note_goal(struct subject *s)
{
    json_t *goal = s->rule->goal ? goal_of(s) : NULL;
    if (goal)
        json_object_set_new(s->facts, "goal", goal);
}
