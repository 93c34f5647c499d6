/* move.c - a case moves to the definition that its ledger has now. */
#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/chain.h"
#include "ledger/timing.h"

/* The values as the new definition would take them; what it does not know stays with the case and is not shown. */
static int check_fields(struct ledgers *l, const struct loaded *c, const struct definition *to, struct err *e)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    scoped(json_decrefp) json_t *known = json_object();
    scoped(json_decrefp) json_t *taken = NULL;
    for (size_t i = 0; i < to->n_fields; i++) {
        json_t *v = json_object_get(fields, to->field[i].id);
        if (v && !to->field[i].value) /* what is computed nobody gives */
            json_object_set(known, to->field[i].id, v);
    }
    struct err why = { .name = "" };
    if (fields_take(l, to->field, to->n_fields, known, false, NULL, &taken, &why) == 0)
        return 0;
    return err_named(e, -EINVAL, "case.move", "%s", why.text);
}

static int check_move(struct ledgers *l, const struct loaded *c, const struct definition *to, struct err *e)
{
    const char *state = json_str(c->doc, "state", "");
    int r = merged_refuses(c, e);
    if (r < 0)
        return r;
    if (to == c->def)
        return err_named(e, -EINVAL, "case.move",
                         "已按现行定义办理 | the case runs under the current definition already");
    if (definition_state(to, state) < 0)
        return err_named(e, -EINVAL, "case.move",
                         "现行定义没有“%s”状态 | the current definition has no state '%s'", state, state);
    if ((definition_state(to, state) == to->closed) != (json_int(c->doc, "closed", 0) != 0))
        return err_named(e, -EINVAL, "case.move",
                         "“%s”在现行定义中的含义（是否销号）不同 | '%s' is not closed and open alike in both "
                         "definitions",
                         state, state);
    if (closes_by_goal(c->def) && !closes_by_goal(to))
        return err_named(
            e, -EINVAL, "case.move",
            "现行定义不再核验整改目标，本事项仍按立案时的定义办理 | the current definition no longer "
            "asks for the goal: the case stays under its own");
    if (closes_by_children(c->def) && !closes_by_children(to))
        return err_named(
            e, -EINVAL, "case.move",
            "现行定义办结不再以下属事项办结为条件，本事项仍按立案时的定义办理 | the current definition no "
            "longer asks for the cases under it: the case stays under its own");
    if (closes_by_goal(c->def) && to->evidence_kinds < c->def->evidence_kinds)
        return err_named(e, -EINVAL, "case.move",
                         "现行定义要的佐证材料少于立案时的%d类，本事项仍按立案时的定义办理 | the current "
                         "definition wants fewer "
                         "than the %d kinds of evidence: the case stays under its own",
                         c->def->evidence_kinds, c->def->evidence_kinds);
    return check_fields(l, c, to, e);
}

static json_t *move_body(const struct loaded *c, const struct definition *to, const json_t *timing)
{
    json_t *zh = json_sprintf("转入现行定义（%.12s…）", to->hash);
    json_t *en = json_sprintf("moved to the current definition (%.12s...)", to->hash);
    json_t *body = json_pack("{s:s, s:s, s:o, s:o}", "definition", to->hash, "definition_before",
                             c->def->hash, "text", zh, "text_en", en);
    if (body)
        json_object_update(body, (json_t *)timing);
    return body;
}

static int move(struct ledgers *l, const struct loaded *c, const struct actor *who, int64_t now,
                struct err *e)
{
    struct definition *to = NULL;
    scoped(json_decrefp) json_t *timing = NULL;
    int r = ledgers_definition(l, c->def->id, NULL, &to, e);
    if (r == 0)
        r = check_move(l, c, to, e);
    if (r == 0)
        r = timing_replay(l, c->id, to, &timing, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *body = move_body(c, to, timing);
    if (!body)
        return err_set(e, -ENOMEM, "out of memory");
    if ((r = keep_definition(l, to, e)) < 0)
        return r;
    return case_write_event(l, c, "moved", body, who, now, e);
}

int case_move(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct err *e)
{
    struct loaded c = { 0 };
    if (!who || !is_office(who))
        return err_named(e, -EPERM, "case.forbidden",
                         "转入现行定义由值班、领导或管理员办理 | moving a case is for duty, leader or admin");
    int r = case_load(l, id, &c, e);
    if (r == 0)
        r = move(l, &c, who, now, e);
    case_release(&c);
    return r;
}
