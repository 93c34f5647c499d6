/* definition_program.c - what the program does with a ledger's cases: wake = { on, action }, and dealing them out: deal = { action, field, per }. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"

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
    for (size_t i = 0; i < a->n_needs; i++)
        if (a->need[i].required)
            return reader_fault(r, "wake", NULL, "action '%s' needs what the program does not have", a->id);
    d->wake_on = on->id;
    d->wake_action = a;
    return reader_only_keys(r, o, "wake", NULL, known, COUNT_OF(known));
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
