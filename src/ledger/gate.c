/* gate.c - whether a case's goal is met: by the data where it has an indicator, by kinds of evidence where it is words. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/engine.h"
#include "ledger/gate_paper.h"

static const json_t *goal_of(const json_t *doc)
{
    return json_object_get(json_object_get(doc, "fields"), "goal");
}

bool goal_is_measured(const json_t *doc)
{
    return *json_str(goal_of(doc), "indicator", "") != '\0';
}

bool gate_met(const json_t *answer)
{
    return strcmp(json_str(answer, "verdict", ""), "met") == 0;
}

static json_t *cannot_judge(const char *why)
{
    struct said s;
    said_split(why, &s);
    return json_pack("{s:s, s:i, s:i, s:s, s:s, s:n, s:n, s:i, s:i}", "verdict", "cannot_judge", "have", 0,
                     "need", 0, "text", s.zh, "text_en", s.en, "last_broken", "last_value", "missing", 0,
                     "invalid", 0);
}

int gate_ask(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret, struct err *e)
{
    const json_t *goal = goal_of(c->doc);
    *ret = NULL;
    if (!goal)
        return 0;
    int64_t since = json_int(c->doc, "since", 0);
    struct err why = { 0 };
    if (!goal_is_measured(c->doc))
        return gate_ask_paper(l, c, now, ret, e);
    if (!l->judge)
        *ret = cannot_judge("没有接入监测数据 | no measured data are connected");
    else if (l->judge(l->judge_arg, goal, since ? since : json_int(c->doc, "opened", 0), now, ret, &why) < 0)
        *ret = cannot_judge(why.text); /* a question that cannot be answered keeps the case open */
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}

int gate_ask_children(struct ledgers *l, const struct loaded *c, json_t **ret, struct err *e)
{
    struct child_count n;
    *ret = NULL;
    int r = children_count(l, c, &n, e);
    if (r < 0)
        return r;
    json_t *zh = json_sprintf("下属事项%" PRId64 "件，已办结%" PRId64 "件", n.n, n.closed);
    json_t *en = json_sprintf("of %" PRId64 " cases under it %" PRId64 " are closed", n.n, n.closed);
    *ret = json_pack("{s:s, s:I, s:I, s:o, s:o}", "verdict", n.closed == n.n ? "met" : "not_met", "have",
                     (json_int_t)n.closed, "need", (json_int_t)n.n, "text", zh, "text_en", en);
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}

bool closes_by_goal(const struct definition *def)
{
    bool gated = false;
    for (size_t i = 0; i < def->n_actions; i++)
        gated |= (def->action[i].gate & GATE_GOAL_MET) != 0;
    return gated;
}

/* Same thing measured, and a limit and a window that are no easier. */
static bool asks_as_much(const json_t *a, const json_t *b)
{
    static const char *const same[] = { "indicator", "site", "factor", "op", "unit", "period" };
    const char *op = json_str(b, "op", "");
    for (size_t i = 0; i < COUNT_OF(same); i++) {
        const json_t *x = json_object_get(a, same[i]), *y = json_object_get(b, same[i]);
        if (x != y && !json_equal(x, y))
            return false;
    }
    micro va = json_micro(a, "value", MICRO_MISSING), vb = json_micro(b, "value", MICRO_MISSING),
          la = json_micro(a, "lower", MICRO_MISSING), lb = json_micro(b, "lower", MICRO_MISSING);
    bool limit = *op == '<' ? va <= vb : *op == '>' ? va >= vb : va <= vb && la >= lb;
    return limit && json_int(a, "window", 0) >= json_int(b, "window", 0);
}

bool gate_no_easier(const struct loaded *c, const struct loaded *than, struct said *why)
{
    const char *a = json_str(c->doc, "number", "?"), *b = json_str(than->doc, "number", "?");
    if (closes_by_goal(than->def) && !closes_by_goal(c->def)) {
        snprintf(why->zh, sizeof why->zh, "“%s”办结须过整改目标一关，“%s”没有这一关，%s不能并入%s",
                 than->def->title, c->def->title, b, a);
        snprintf(why->en, sizeof why->en,
                 "closing %s takes its goal, closing %s does not: it cannot go into it", b, a);
        return false;
    }
    if (!goal_is_measured(than->doc) && !goal_is_measured(c->doc) &&
        c->def->evidence_kinds < than->def->evidence_kinds) {
        snprintf(why->zh, sizeof why->zh, "%s须有%d类佐证材料，%s只要%d类，不能并入", b,
                 than->def->evidence_kinds, a, c->def->evidence_kinds);
        snprintf(why->en, sizeof why->en,
                 "%s wants evidence of %d kinds, %s only of %d: it cannot go into it", b,
                 than->def->evidence_kinds, a, c->def->evidence_kinds);
        return false;
    }
    if (goal_is_measured(than->doc) &&
        !(goal_is_measured(c->doc) && asks_as_much(goal_of(c->doc), goal_of(than->doc)))) {
        snprintf(why->zh, sizeof why->zh, "%s的整改目标由监测数据判定，%s没有同样严的数据目标，不能并入", b,
                 a);
        snprintf(why->en, sizeof why->en,
                 "the goal of %s is judged by data and %s has none that asks as much: it cannot go into it",
                 b, a);
        return false;
    }
    return true;
}
