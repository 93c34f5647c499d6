/* definition_actions.c - the actions of a ledger file: who may, what is given, what must hold first. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"

#include "lua/sandbox.h"

static int read_needs(struct reader *r, const json_t *list, struct action *a)
{
    if (list && (!json_is_array(list) || json_array_size(list) > NEEDS_MAX))
        return reader_fault(r, "action", a->id, "needs is a list of at most %d fields", NEEDS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int bad = read_field(r, json_array_get(list, i), AS_NEED, &a->need[i]);
        if (bad < 0)
            return bad;
        for (size_t k = 0; k < i; k++)
            if (strcmp(a->need[k].id, a->need[i].id) == 0)
                return reader_fault(r, "action", a->id, "needs '%s' twice", a->need[i].id);
        a->n_needs++;
    }
    return read_whens(r, a->need, a->n_needs, true);
}

static bool is_by(const struct action *a, const char *field)
{
    for (size_t i = 0; i < a->by.n; i++)
        if (strcmp(part_name(&a->by.part[i]), field) == 0)
            return true;
    return false;
}

static bool is_never(const struct action *a, const char *field)
{
    for (size_t i = 0; i < a->n_never; i++)
        if (strcmp(a->never[i], field) == 0)
            return true;
    return false;
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
        if (!f || f->value || k == a->n_needs || a->need[k].type != f->type)
            return reader_fault(r, "action", a->id,
                                "sets '%s', which must be a field of the case and of the same kind in needs",
                                id);
        a->sets |= 1u << k;
        /* Who does the work does not say when it is done. */
        if (strcmp(id, "goal") == 0 && definition_field(r->d, "owner") &&
            (!is_never(a, "owner") || is_by(a, "owner")))
            return reader_fault(r, "action", a->id,
                                "sets the goal, so it needs never_by = \"owner\" and another by");
    }
    return 0;
}

static int read_gate(struct reader *r, const json_t *v, struct action *a)
{
    static const char *const words[] = { "goal_met", "children_closed" };
    for (size_t i = 0; i < (json_is_array(v) ? json_array_size(v) : v ? 1 : 0); i++) {
        const char *word = json_string_value(json_is_array(v) ? json_array_get(v, i) : v);
        int g = reader_index_of(words, COUNT_OF(words), word);
        if (g < 0)
            return reader_fault(r, "action", a->id, "gate = '%s' is neither goal_met nor children_closed",
                                word ? word : "?");
        a->gate |= 1u << g;
    }
    if (a->gate & GATE_GOAL_MET && !definition_field(r->d, "goal"))
        return reader_fault(r, "action", a->id, "gate = goal_met, in a ledger without a field goal");
    return 0;
}

static int action_rights(struct reader *r, const json_t *o, struct action *a)
{
    int bad = read_parts(r, json_object_get(o, "by"), "action", a->id, "by", &a->by);
    if (bad == 0)
        bad = read_never(r, json_object_get(o, "never_by"), a);
    if (bad == 0)
        bad = read_gate(r, json_object_get(o, "gate"), a);
    if (bad < 0)
        return bad;
    /* The doer never accepts its own work, whatever a file says (docs/design.md §8). */
    bool judges = (a->gate || a->to == r->d->closed) && definition_field(r->d, "owner");
    if (judges && (!is_never(a, "owner") || is_by(a, "owner")))
        return reader_fault(r, "action", a->id,
                            "judges the work, so it needs never_by = \"owner\" and another by");
    return 0;
}

/* ---- effects ---- */

static int read_function(struct reader *r, const json_t *o, const char *key, const struct action *a, int *ret)
{
    const json_t *v = json_object_get(o, key);
    *ret = v ? sandbox_fn(v) : 0;
    return v && *ret < 1 ? reader_fault(r, "action", a->id, "%s must be a function", key) : 0;
}

static int action_effects(struct reader *r, const json_t *o, struct action *a)
{
    int bad = read_function(r, o, "guard", a, &a->guard);
    if (bad == 0)
        bad = read_function(r, o, "set", a, &a->set);
    if (bad == 0)
        bad = read_function(r, o, "open", a, &a->open);
    return bad;
}

static int action_clock(struct reader *r, const json_t *o, struct action *a)
{
    const json_t *after = json_object_get(o, "after"), *max = json_object_get(o, "max");
    const struct field *f = definition_field(r->d, json_str(after, "workdays", ""));
    a->after = (int)json_int(after, "workdays", 0);
    a->after_field = f && f->type == FIELD_NUMBER ? f->id : NULL;
    if (after && !a->after_field && (a->after < 1 || a->after > AFTER_MAX))
        return reader_fault(r, "action", a->id,
                            "after = workdays(1 to %d), or workdays \"field\" of a number field", AFTER_MAX);
    a->max = (int)json_int(o, "max", 0);
    if (max && (a->max < 1 || a->max > 1000))
        return reader_fault(r, "action", a->id, "max is a whole number from 1");
    a->unless = json_str(o, "unless", NULL);
    return 0;
}

static int read_action(struct reader *r, const json_t *o, struct action *a)
{
    static const char *const known[] = { "1",       "id",       "type",   "en",   "from",  "to",
                                         "by",      "never_by", "needs",  "gate", "guard", "after",
                                         "unless",  "max",      "sets",   "set",  "open",  "pauses",
                                         "resumes", "extends",  "reopens" };
    static const char *const reserved[] = { "open",     "refused",        "reopen",      "child",
                                            "rung",     "missed",         "merge",       "recheck_due",
                                            "merged",   "unmerge",        "unmerged",    "moved",
                                            "reopened", "child_reopened", "watch_blind", "watch_seen" };
    *a = (struct action){ .id = json_str(o, "id", ""), .label = json_str(o, "1", NULL), .to = -1 };
    a->label_en = json_str(o, "en", a->id);
    if (strcmp(json_str(o, "type", ""), "action") != 0)
        return reader_fault(r, "actions", NULL,
                            "holds something that is no action: write action \"name\" { ... }");
    if (!reader_is_id(a->id) || reader_index_of(reserved, COUNT_OF(reserved), a->id) >= 0)
        return reader_fault(r, "action", a->id,
                            "a name is lower-case letters, digits and _, and not one of the engine's own "
                            "(open, refused, reopen, child, rung, missed, merge …)");
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
        (bad = action_clock(r, o, a)) < 0 || (bad = action_effects(r, o, a)) < 0 ||
        (bad = read_needs(r, json_object_get(o, "needs"), a)) < 0)
        return bad;
    uint32_t closed = 1u << r->d->closed;
    /* What is only worked out again may be so in a closed case too: a facility that stands still is known to, whatever was accepted. */
    bool looks = a->to < 0 && !a->gate && !a->open && !a->pauses && !a->resumes && !a->extends;
    if (a->reopens ? a->from != closed : !a->from || (a->from & closed && !looks))
        return reader_fault(
            r, "action", a->id,
            a->reopens ? "reopens, so from must be the closed state alone"
                       : "from must name states, and not the closed one: only the look-back "
                         "reopens, or an action with reopens = true; one that leads nowhere, with no "
                         "gate, clock or case of its own, may begin there too");
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
