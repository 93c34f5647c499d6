/* The air: days of a station or the city whose index is of a rule's level or worse. */
#include "measure/finding.h"

#include "base/cntime.h"

static void air_days(const struct board *b, const struct rule *rule, const struct day_state *day,
                     int64_t today, struct episodes *l)
{
    for (size_t i = 0; day && i < b->n_days && b->first_day + (int64_t)i < today; i++) {
        const struct air_index *x = &day[i].index;
        if (x->aqi < 0)
            continue;
        if (x->level < rule->level) {
            episodes_clean(l, rule->clean);
            continue;
        }
        struct episode *e = episodes_trouble(l, b->first_day + (int64_t)i);
        if (e && x->aqi > e->aqi) {
            e->aqi = x->aqi;
            e->primary = x->primary;
        }
    }
}

/* The largest AQI that is still below a level. */
static int below_level(int level)
{
    int aqi = 0;
    while (aqi < 500 && air_level_of(aqi + 1) < level)
        aqi++;
    return aqi;
}

static json_t *air_facts(const struct subject *s, const struct episode *e)
{
    const struct air_level *level = air_level(air_level_of(e->aqi));
    char names[64] = "";
    size_t len = 0;
    json_t *primary = json_array();
    for (int i = 0; i < AIR_ITEMS; i++)
        if (e->primary & 1u << i) {
            json_array_append_new(primary, json_string(air_item_word((enum air_item)i)));
            len += (size_t)snprintf(names + len, sizeof names - len, "%s%s", len ? "、" : "", item_name(i));
        }
    return json_pack("{s:i,s:i,s:i,s:s,s:s,s:s,s:s,s:o,s:i}", "value", e->aqi, "aqi", e->aqi, "limit",
                     below_level(s->rule->level), "level_name", level->name, "level_name_en", level->name_en,
                     "primary", names, "basis", "HJ 633", "items", primary, "days", e->count);
}

void find_air(struct subject s, const struct day_state *day, int64_t now, struct noted_list *l)
{
    struct episodes found = { 0 };
    air_days(s.b, s.rule, day, cn_day_of(now), &found);
    note_episodes(s, &found, air_facts, now, l);
}
