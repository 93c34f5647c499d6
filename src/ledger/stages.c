/* stages.c - milestones on the way to the limit (clock = { stages = "milestones" }): one that is past without proof turns the light yellow,
 * the day after, although nobody touched the case. */
#include <string.h>

#include "base/cntime.h"
#include "ledger/timing.h"

static bool has(const json_t *row, const char *column)
{
    const json_t *v = json_object_get(row, column);
    return json_is_string(v) ? json_string_length(v) > 0 : json_is_true(v);
}

static bool wants_proof(const struct field *f)
{
    for (size_t i = 0; i < f->n_columns; i++)
        if (strcmp(f->column[i].id, "proof") == 0)
            return true;
    return false;
}

int64_t stages_late_from(const struct loaded *c, const char **ret_name)
{
    const struct field *f = c->def->time.stages;
    const json_t *rows = f ? json_object_get(json_object_get(c->doc, "fields"), f->id) : NULL;
    int64_t first = NEVER, ms;
    *ret_name = "";
    /* Once the work is accepted the way to it is nobody's concern any more. */
    if (json_int(c->doc, "stopped", 0) || json_int(c->doc, "closed", 0))
        return NEVER;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *due = json_str(row, "due", "");
        if ((has(row, "done") && (has(row, "proof") || !wants_proof(f))) ||
            !cn_parse_iso(due, strlen(due), &ms) || cn_day_of(ms) + 1 >= first)
            continue;
        first = cn_day_of(ms) + 1;
        *ret_name = json_str(row, f->column[0].id, "");
    }
    return first;
}

enum light stages_light(const struct loaded *c, enum light worst, int64_t now, struct said *why)
{
    const char *name;
    if (worst == LIGHT_RED || worst == LIGHT_GREY || stages_late_from(c, &name) > cn_day_of(now))
        return worst;
    said_zh(why, "；节点“%s”已过时限，没有完成佐证", name);
    said_en(why, "; the milestone '%s' is past without proof", name);
    *why = said_whole(why);
    return LIGHT_YELLOW;
}
