/* River sections: days whose class is worse than the section's target, and the goal of a case of them. */
#include "measure/finding.h"

#include <stdio.h>

#include "base/cntime.h"
#include "measure/river.h"

static int target_of(const struct board_site *s)
{
    int target = grade_from_roman(s->site->target_class);
    return target >= 1 && target <= 5 ? target : 0;
}

static void river_days(struct board *b, const struct board_site *s, const struct rule *rule, int64_t today,
                       struct episodes *l)
{
    int64_t first = today - rule->within_days - 31;
    if (!s->river || !target_of(s))
        return;
    for (int64_t d = first < b->first_day ? b->first_day : first; d < today; d++) {
        int cls = river_day_class(b, s, d);
        if (cls == 0)
            continue; /* a day that cannot be judged neither goes on with an episode nor ends it */
        if (cls <= target_of(s)) {
            episodes_clean(l, rule->clean);
            continue;
        }
        struct episode *e = episodes_trouble(l, d);
        if (e && cls > e->aqi)
            e->aqi = cls;
    }
}

static json_t *river_facts(const struct subject *s, const struct episode *e)
{
    struct river_figure f;
    char over[256], over_en[256];
    int64_t day = e->first;
    while (day < e->last && river_day_class(s->b, s->site, day) != e->aqi)
        day++;
    river_figure(s->b, s->site, RIVER_DAY, day, cn_day_start(day + 1), &f);
    if (!f.table)
        return json_object();
    grade_text_over(f.table, &f.g, 5, GRADE_TEXT_ZH, over, sizeof over);
    grade_text_over(f.table, &f.g, 5, GRADE_TEXT_EN, over_en, sizeof over_en);
    return json_pack("{s:i,s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:i,s:s}", "class", f.g.grade, "class_name",
                     grade_name(f.table, f.g.grade, false), "class_name_en",
                     grade_name(f.table, f.g.grade, true), "target", target_of(s->site), "target_name",
                     grade_name(f.table, target_of(s->site), false), "target_name_en",
                     grade_name(f.table, target_of(s->site), true), "over", over, "over_en", over_en, "basis",
                     f.table->set.source, "days", e->count, "certainty", certainty_word(f.g.certainty));
}

json_t *river_goal(const struct board_site *s, const struct rule *rule)
{
    char text[160];
    int window = (int)json_int(rule->goal, "window", 3);
    snprintf(text, sizeof text, "连续 %d 个有效日水质类别达到 %s 类", window, s->site->target_class);
    return json_pack("{s:s,s:s,s:i,s:s,s:s,s:i,s:n,s:s,s:i,s:s}", "text", text, "indicator", "river.class",
                     "site", s->site->id, "factor", "", "op", "<=", "value", target_of(s), "lower", "unit",
                     "类", "window", window, "period", "day");
}

void find_river(struct subject s, int64_t now, struct noted_list *l)
{
    struct episodes found = { 0 };
    river_days(s.b, s.site, s.rule, cn_day_of(now), &found);
    note_episodes(s, &found, river_facts, now, l);
}
