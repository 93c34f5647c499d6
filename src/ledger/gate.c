/* gate.c - whether a case's goal is met: by the data where it has an indicator, by kinds of evidence where it is words. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "ledger/engine.h"

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

static int evidence_kinds(const json_t *list)
{
    int kinds = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *kind = json_str(json_array_get(list, i), "kind", "");
        size_t k = 0;
        while (k < i && strcmp(json_str(json_array_get(list, k), "kind", ""), kind) != 0)
            k++;
        kinds += k == i;
    }
    return kinds;
}

static json_t *answer_on_paper(const struct loaded *c)
{
    int need = c->def->evidence_kinds;
    int have = evidence_kinds(json_object_get(json_object_get(c->doc, "given"), "evidence"));
    json_t *zh = json_sprintf("文字目标须有%d类以上佐证材料，现有%d类", need, have);
    json_t *en = json_sprintf("a goal in words wants evidence of %d kinds or more, there are %d", need, have);
    return json_pack("{s:s, s:i, s:i, s:o, s:o, s:n, s:n, s:i, s:i}", "verdict",
                     have >= need ? "met" : "not_met", "have", have, "need", need, "text", zh, "text_en", en,
                     "last_broken", "last_value", "missing", 0, "invalid", 0);
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
        *ret = answer_on_paper(c);
    else if (!l->judge)
        *ret = cannot_judge("没有接入监测数据 | no measured data are connected");
    else if (l->judge(l->judge_arg, goal, since ? since : json_int(c->doc, "opened", 0), now, ret, &why) < 0)
        *ret = cannot_judge(why.text); /* a question that cannot be answered keeps the case open */
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}

int gate_ask_children(struct ledgers *l, const struct loaded *c, json_t **ret, struct err *e)
{
    struct child_count n;
    *ret = NULL;
    int r = children_count(l, c->doc, &n, e);
    if (r < 0)
        return r;
    json_t *zh = json_sprintf("下属事项%" PRId64 "件，已办结%" PRId64 "件", n.n, n.closed);
    json_t *en = json_sprintf("of %" PRId64 " cases under it %" PRId64 " are closed", n.n, n.closed);
    *ret = json_pack("{s:s, s:I, s:I, s:o, s:o}", "verdict", n.closed == n.n ? "met" : "not_met", "have",
                     (json_int_t)n.closed, "need", (json_int_t)n.n, "text", zh, "text_en", en);
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}
