#include "ledger/batch.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/timing.h"

/* Computed fields are nobody's to give; the engine works them out again. */
static void drop_computed(const struct definition *d, json_t *fields)
{
    for (size_t i = 0; i < d->n_fields; i++)
        if (d->field[i].value)
            json_object_del(fields, d->field[i].id);
}

/* What is asked, of whom, by when and who judges it is not for those who do the work; and what was accepted is accepted for that goal. */
static int check_change(struct ledgers *l, const struct loaded *c, const json_t *set, const struct actor *who,
                        struct err *e)
{
    static const char *const asked[] = { "goal", "owner", "supervisor", "due" };
    bool own = is_of(l, c, "owner", who) && strcmp(who->name, "system") != 0;
    for (size_t i = 0; own && i < COUNT_OF(asked); i++)
        if (json_object_get(set, asked[i]))
            return err_named(e, -EPERM, "case.forbidden",
                             "整改目标、责任单位、督导单位和时限不能由承担整改的单位或人员修改 | goal, units "
                             "and limit are "
                             "not changed by the unit or person that does the work");
    if (json_object_get(set, "goal") && json_int(c->doc, "stopped", 0))
        return err_named(e, -EPERM, "case.accepted",
                         "%s 的工作已验收，不能再改整改目标 | the work of %s is accepted: its goal is not "
                         "changed any more",
                         number_of(c), number_of(c));
    return 0;
}

int case_update_body(struct ledgers *l, const struct loaded *c, const json_t *fields, const struct actor *who,
                     json_t **ret, struct err *e)
{
    if (!who || (!is_office(who) && strcmp(who->name, "system") != 0))
        return err_named(
            e, -EPERM, "case.forbidden",
            "修改事项内容由值班、领导或管理员办理 | changing a case's fields is for duty, leader or admin");
    if (json_int(c->doc, "closed", 0))
        return err_named(e, -EPERM, "case.closed", "%s 已销号，不能修改 | %s is closed and cannot be changed",
                         json_str(c->doc, "number", ""), json_str(c->doc, "number", ""));
    int r = merged_refuses(c, e);
    if (r < 0)
        return r;
    const json_t *now = json_object_get(c->doc, "fields");
    scoped(json_decrefp) json_t *all = json_copy((json_t *)(uintptr_t)now), *taken = NULL;
    scoped(json_decrefp) json_t *set = json_object(), *was = json_object();
    if (!all || !set || !was || json_object_update(all, (json_t *)(uintptr_t)fields) < 0)
        return err_set(e, -ENOMEM, "out of memory");
    drop_computed(c->def, all);
    r = fields_take(l, c->def->field, c->def->n_fields, all, false, NULL, &taken, e);
    if (r < 0)
        return r;
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)fields, key, v)
    {
        const json_t *old = json_object_get(now, key), *new = json_object_get(taken, key);
        if (old == new || (old && new &&json_equal(old, new)))
            continue;
        json_object_set_new(set, key, new ? json_deep_copy(new) : json_null());
        json_object_set_new(was, key, old ? json_deep_copy(old) : json_null());
    }
    if (!json_object_size(set))
        return err_named(e, -EINVAL, "case.unchanged", "内容没有变化 | nothing would change");
    if ((r = check_change(l, c, set, who, e)) < 0)
        return r;
    *ret = json_pack("{s:O, s:O, s:o}", "set", set, "was", was, "index", fields_index(l, taken));
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}

/* What the definition computes from the changed fields goes into the same event. c's fields become the new ones. */
static int add_computed(struct ledgers *l, struct loaded *c, json_t *body, const struct actor *who,
                        int64_t now, struct err *e)
{
    json_t *fields = json_object_get(c->doc, "fields"), *set = json_object_get(body, "set");
    scoped(json_decrefp) json_t *view = NULL;
    if (!c->def->computes)
        return 0;
    if (json_object_update(fields, set) < 0)
        return err_set(e, -ENOMEM, "out of memory");
    int r = effects_view(l, c, NULL, who, now, &view, e);
    return r < 0 ? r : effects_compute(l, c, view, set, e);
}

int case_update(struct ledgers *l, int64_t id, const json_t *fields, const json_t *why,
                const struct actor *who, int64_t now, struct err *e)
{
    struct loaded c = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = case_load(l, id, &c, e);
    if (r == 0)
        r = case_update_body(l, &c, fields, who, &body, e);
    if (r == 0)
        r = add_computed(l, &c, body, who, now, e);
    if (r == 0 && why)
        json_object_set(body, "import", (json_t *)(uintptr_t)why);
    if (r == 0)
        r = case_write_event(l, &c, "edit", body, who, now, e);
    case_release(&c);
    return r;
}
