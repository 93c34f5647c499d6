/* definition_program.c - what the program does with a ledger's cases: wake = { on, action }, follow = { when, action }, and dealing them out:
 * deal = { action, field, per }. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"
#include "lua/sandbox.h"

static int takes_nothing(struct reader *r, const struct action *a, const char *setting)
{
    for (size_t i = 0; i < a->n_needs; i++)
        if (a->need[i].required)
            return reader_fault(r, setting, NULL, "action '%s' needs what the program does not have", a->id);
    return 0;
}

int read_wake(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "on", "action" };
    struct definition *d = r->d;
    if (!o)
        return 0;
    const struct field *on = definition_field(d, json_str(o, "on", ""));
    const struct action *a = definition_action(d, json_str(o, "action", ""));
    if (!on || on->type != FIELD_DATE || !a)
        return reader_fault(r, "wake", NULL, "on names a date field, action an action");
    int bad = takes_nothing(r, a, "wake");
    d->wake_on = on->id;
    d->wake_action = a;
    return bad < 0 ? bad : reader_only_keys(r, o, "wake", NULL, known, COUNT_OF(known));
}

int read_follow(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "when", "action" };
    struct definition *d = r->d;
    if (!o)
        return 0;
    const struct action *a = definition_action(d, json_str(o, "action", ""));
    d->follow_when = sandbox_fn(json_object_get(o, "when"));
    if (!d->follow_when || !a)
        return reader_fault(r, "follow", NULL, "when is a function, action an action");
    if (a->to >= 0 && (a->from & 1u << a->to))
        return reader_fault(r, "follow", NULL,
                            "action '%s' would be taken again and again: it leads to where it begins", a->id);
    if (a->to < 0)
        return reader_fault(r, "follow", NULL, "action '%s' leads to no other state", a->id);
    int bad = takes_nothing(r, a, "follow");
    d->follow_action = a;
    return bad < 0 ? bad : reader_only_keys(r, o, "follow", NULL, known, COUNT_OF(known));
}

int read_deal(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "action", "field", "per" };
    struct definition *d = r->d;
    bool sets = false;
    if (!o)
        return 0;
    const struct field *f = definition_field(d, json_str(o, "field", ""));
    const struct action *a = definition_action(d, json_str(o, "action", ""));
    int64_t per = json_int(o, "per", 0);
    if (!f || f->type != FIELD_USER || !a)
        return reader_fault(r, "deal", NULL, "field names a user field, action an action");
    for (size_t i = 0; i < a->n_needs; i++)
        sets |= strcmp(a->need[i].id, f->id) == 0 && (a->sets & 1u << i);
    if (!sets || per < 1 || per > 1000)
        return reader_fault(r, "deal", NULL, "the action sets the field, and per is 1 to 1000");
    d->deal_field = f->id;
    d->deal_action = a;
    d->deal_per = (size_t)per;
    return reader_only_keys(r, o, "deal", NULL, known, COUNT_OF(known));
}
