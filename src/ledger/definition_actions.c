/* definition_actions.c - the actions of a ledger file: who may, what is given, what must hold first. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"

#include "lua/sandbox.h"

const char *const by_names[BY_COUNT] = { "owner", "supervisor", "office" };

static int read_needs(struct reader *r, const json_t *list, struct action *a)
{
    if (list && (!json_is_array(list) || json_array_size(list) > NEEDS_MAX))
        return reader_fault(r, "action", a->id, "needs is a list of at most %d fields", NEEDS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int bad = read_field(r, json_array_get(list, i), true, &a->need[i]);
        if (bad < 0)
            return bad;
        for (size_t k = 0; k < i; k++)
            if (strcmp(a->need[k].id, a->need[i].id) == 0)
                return reader_fault(r, "action", a->id, "needs '%s' twice", a->need[i].id);
        a->n_needs++;
    }
    return 0;
}

static int read_sets(struct reader *r, const json_t *list, struct action *a)
{
    if (list && !reader_all_text(list))
        return reader_fault(r, "action", a->id, "sets is a list of names");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *id = json_string_value(json_array_get(list, i));
        const struct field *f = definition_field(r->d, id);
        size_t k = 0;
        while (k < a->n_needs && strcmp(a->need[k].id, id) != 0)
            k++;
        if (!f || k == a->n_needs || a->need[k].type != f->type)
            return reader_fault(r, "action", a->id,
                                "sets '%s', which must be a field of the case and of the same kind in needs",
                                id);
        a->sets |= 1u << k;
    }
    return 0;
}

static int action_rights(struct reader *r, const json_t *o, struct action *a)
{
    int by = reader_index_of(by_names, BY_COUNT, json_str(o, "by", NULL));
    if (by < 0)
        return reader_fault(r, "action", a->id, "by = must be owner, supervisor or office");
    a->by = (enum by)by;
    if (by != BY_OFFICE && !definition_field(r->d, by_names[by]))
        return reader_fault(r, "action", a->id, "by = '%s', but the ledger has no field of that name",
                            by_names[by]);
    const char *never = json_str(o, "never_by", NULL);
    if (json_object_get(o, "never_by") && (!never || strcmp(never, "owner") != 0))
        return reader_fault(r, "action", a->id, "never_by can only be owner");
    a->never_by_owner = never != NULL;
    const char *gate = json_str(o, "gate", NULL);
    if (json_object_get(o, "gate") &&
        (!gate || strcmp(gate, "goal_met") != 0 || !definition_field(r->d, "goal")))
        return reader_fault(r, "action", a->id, "gate can only be goal_met, in a ledger with a goal");
    a->gate = gate != NULL;
    /* The doer never accepts its own work, whatever a file says (docs/design.md §8). */
    if ((a->gate || a->to == r->d->closed) && definition_field(r->d, "owner") && (!never || by == BY_OWNER))
        return reader_fault(r, "action", a->id,
                            "judges the work, so it needs never_by = \"owner\" and another by");
    return 0;
}

static int action_clock(struct reader *r, const json_t *o, struct action *a)
{
    const json_t *after = json_object_get(o, "after"), *guard = json_object_get(o, "guard"),
                 *max = json_object_get(o, "max");
    a->after = (int)json_int(after, "workdays", 0);
    if (after && (a->after < 1 || a->after > 1000))
        return reader_fault(r, "action", a->id, "after = workdays(1 to 1000)");
    a->guard = guard ? sandbox_fn(guard) : 0;
    if (guard && a->guard < 1)
        return reader_fault(r, "action", a->id, "guard must be a function");
    a->max = (int)json_int(o, "max", 0);
    if (max && (a->max < 1 || a->max > 1000))
        return reader_fault(r, "action", a->id, "max is a whole number from 1");
    a->unless = json_str(o, "unless", NULL);
    return 0;
}

static int read_action(struct reader *r, const json_t *o, struct action *a)
{
    static const char *const known[] = { "1",      "id",      "type",     "en",     "from",
                                         "to",     "by",      "never_by", "needs",  "gate",
                                         "guard",  "after",   "unless",   "max",    "sets",
                                         "pauses", "resumes", "extends",  "reopens" };
    static const char *const reserved[] = { "open",    "refused",     "reopen", "rung",
                                            "missed",  "recheck_due", "merge",  "merged",
                                            "unmerge", "unmerged",    "moved" };
    *a = (struct action){ .id = json_str(o, "id", ""), .label = json_str(o, "1", NULL), .to = -1 };
    a->label_en = json_str(o, "en", a->id);
    if (strcmp(json_str(o, "type", ""), "action") != 0)
        return reader_fault(r, "actions", NULL,
                            "holds something that is no action: write action \"name\" { ... }");
    if (!reader_is_id(a->id) || reader_index_of(reserved, COUNT_OF(reserved), a->id) >= 0)
        return reader_fault(r, "action", a->id,
                            "a name is lower-case letters, digits and _, and not one of the engine's own "
                            "(open, refused, reopen, rung, missed, merge …)");
    if (definition_action(r->d, a->id))
        return reader_fault(r, "action", a->id, "is declared twice");
    if (!a->label || !*a->label)
        return reader_fault(r, "action", a->id, "has no label");
    const char *to = json_str(o, "to", NULL);
    if (json_object_get(o, "to") && (a->to = to ? definition_state(r->d, to) : -1) < 0)
        return reader_fault(r, "action", a->id, "to: no state '%s'", to ? to : "?");
    int bad;
    if ((bad = reader_only_keys(r, o, "action", a->id, known, COUNT_OF(known))) < 0 ||
        (bad = reader_state_set(r, json_object_get(o, "from"), "action", a->id, &a->from)) < 0 ||
        (bad = read_action_time(r, o, a)) < 0 || (bad = action_rights(r, o, a)) < 0 ||
        (bad = action_clock(r, o, a)) < 0 || (bad = read_needs(r, json_object_get(o, "needs"), a)) < 0)
        return bad;
    if (a->reopens && a->from != 1u << r->d->closed)
        return reader_fault(r, "action", a->id, "reopens, so its from is the closed state");
    if (!a->from || (!a->reopens && a->from & 1u << r->d->closed))
        return reader_fault(r, "action", a->id,
                            "from must name states, and not the closed one: only the look-back reopens");
    return read_sets(r, json_object_get(o, "sets"), a);
}

static int check_reach(struct reader *r)
{
    struct definition *d = r->d;
    uint32_t seen = 1;
    for (size_t round = 0; round < d->n_states; round++)
        for (size_t i = 0; i < d->n_actions; i++)
            if (d->action[i].to >= 0 && d->action[i].from & seen)
                seen |= 1u << d->action[i].to;
    for (size_t s = 0; s < d->n_states; s++)
        if (!(seen & 1u << s))
            return reader_fault(r, "states", NULL, "no action leads from '%s' to '%s'", d->state[0],
                                d->state[s]);
    return 0;
}

int read_actions(struct reader *r, const json_t *list)
{
    struct definition *d = r->d;
    if (!json_is_array(list) || json_array_size(list) > ACTIONS_MAX)
        return reader_fault(r, "actions", NULL, "must be a list of 1 to %d actions", ACTIONS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int bad = read_action(r, json_array_get(list, i), &d->action[i]);
        if (bad < 0)
            return bad;
        d->n_actions++;
    }
    for (size_t i = 0; i < d->n_actions; i++)
        if (d->action[i].unless && !definition_action(d, d->action[i].unless))
            return reader_fault(r, "action", d->action[i].id, "unless: no action '%s'", d->action[i].unless);
    return check_reach(r);
}
