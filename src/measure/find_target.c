/* Targets that a rule finds in trouble, and since when one is lost. */
#include "measure/finding.h"

#include <stdio.h>
#include <string.h>

#include "base/cntime.h"

static bool impossible_at(struct board *b, const json_t *target, int64_t now)
{
    json_t *p = NULL;
    bool yes = target_progress(b, target, now, &p, NULL) == 0 &&
               strcmp(json_str(p, "verdict", ""), "impossible") == 0;
    json_decref(p);
    return yes;
}

/* The day on which it was lost. Days only add to what counts against a target, so lost stays lost and halving finds it. */
static int64_t lost_since(struct board *b, const json_t *target, int64_t now)
{
    int64_t high = cn_day_of(now), low = cn_days(cn_from_ms(now).year, 1, 1);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (impossible_at(b, target, cn_day_start(middle)))
            high = middle;
        else
            low = middle + 1;
    }
    return cn_day_start(high);
}

static void find_target(struct subject s, const json_t *target, int64_t now, struct noted_list *l)
{
    json_t *progress = NULL;
    char id[64], text[MICRO_TEXT];
    struct err e;
    if (target_progress(s.b, target, now, &progress, &e) < 0 || !json_flag(progress, "bound", false)) {
        json_decref(progress);
        return;
    }
    const json_t *number = json_object_get(target, "id");
    snprintf(id, sizeof id, "%s:%s",
             json_is_string(number) ? json_string_value(number)
                                    : micro_format(json_to_micro(number, 0), -1, text),
             json_str(progress, "indicator", ""));
    s.id = id;
    s.facts = json_deep_copy(progress);
    json_object_del(s.facts, "receipt");
    json_object_set(s.facts, "target", (json_t *)number);
    s.from = s.to = strcmp(json_str(progress, "verdict", ""), "impossible") == 0
                        ? lost_since(s.b, target, now)
                        : cn_day_start(cn_day_of(now));
    note(&s, json_pack("{s:s}", "modality", json_str(target, "modality", "must")), l);
    json_decref(progress);
}

void find_targets(struct subject s, int64_t now, struct noted_list *l)
{
    for (size_t i = 0; i < json_array_size(s.b->targets); i++)
        find_target(s, json_array_get(s.b->targets, i), now, l);
}
