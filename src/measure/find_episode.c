/* A run of trouble becomes a finding: of an outlet's hours or days, of the air's days, of a river section's. */
#include "measure/finding.h"

#include "base/cntime.h"

static void note_episode(struct subject s, const struct episode *e,
                         json_t *(*facts)(const struct subject *, const struct episode *), int64_t now,
                         struct noted_list *l)
{
    bool days = s.rule->on == ON_SOURCE_DAY || s.rule->on == ON_AIR_DAY || s.rule->on == ON_RIVER_DAY;
    char id[CN_TEXT];
    s.from = days ? cn_day_start(e->first) : cn_hour_start(e->first);
    s.to = days ? cn_day_start(e->last + 1) : cn_hour_start(e->last + 1);
    s.over = e->over;
    if (s.over && s.to < now - s.rule->within_days * MS_DAY)
        return;
    s.id = cn_format_compact(s.from, id);
    id[10] = '\0'; /* YYYYMMDDhh */
    s.facts = facts(&s, e);
    note_goal(&s);
    note(&s,
         json_pack("{s:b,s:s}", "exceeds", e->worst != MICRO_MISSING || e->aqi >= 0, "kind",
                   s.site ? site_kind_word(s.site->site->kind) : "city"),
         l);
}

void note_episodes(struct subject s, struct episodes *found,
                   json_t *(*facts)(const struct subject *, const struct episode *), int64_t now,
                   struct noted_list *l)
{
    for (size_t i = 0; i < found->n; i++)
        note_episode(s, &found->e[i], facts, now, l);
    episodes_release(found);
}
