/* wake.c - on the day that a case's field says, the program takes the action that its definition names: what depends on the day is worked out
 * again, and cases that follow from it are opened. */
#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "ledger/timing.h"

static const struct actor the_system = { .name = "system", .role = ROLE_ADMIN };

int64_t wake_at(const struct loaded *c)
{
    const struct definition *d = c->def;
    const char *day = d->wake_on ? json_str(json_object_get(c->doc, "fields"), d->wake_on, NULL) : NULL;
    int state = definition_state(d, json_str(c->doc, "state", ""));
    int64_t ms;
    if (!day || state < 0 || !(d->wake_action->from & 1u << state) || json_object_get(c->doc, "merged_into"))
        return NEVER;
    return cn_parse_iso(day, strlen(day), &ms) ? ms : NEVER;
}

int wake_case(struct ledgers *l, const struct loaded *c, int64_t now, struct err *e)
{
    if (wake_at(c) > now)
        return 0;
    int r = case_act(l, c->id, c->def->wake_action->id, NULL, &the_system, now, e);
    /* Refused: the refusal is in the history, and the next day it is tried again. */
    return r < 0 && r != -EAGAIN ? r : 1;
}
