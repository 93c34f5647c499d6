/* value.c - finds a value: a rule of definitions/words/grammar.lua at a token, with the figures that belong to it. */
#include "plan/value.h"

enum { GAP_MAX = 64 };

static const uint64_t LOOSE = UINT64_C(1) << NO_BLANK | UINT64_C(1) << NO_SOFT | UINT64_C(1) << NO_MODAL |
                              UINT64_C(1) << NO_LEAD | UINT64_C(1) << NO_ZIP | UINT64_C(1) << NO_EACH |
                              UINT64_C(1) << NO_TILL;

static size_t loose(const struct reader *r, size_t i, size_t to)
{
    while (i < to && token_is(r, i, LOOSE))
        i++;
    return i;
}

/* 3.0%、2.0%和2.8%; 92%以上和95%以上: the figures from token i on. */
static size_t figures_take(const struct reader *r, struct match *m, size_t i, size_t to)
{
    for (;;) {
        if (m->figures < LIST_MAX)
            m->figure[m->figures++] = i;
        else
            m->truncated = true;
        size_t k = i + 1, next;
        next = k;
        if (token_is(r, next, C_WITHIN | C_MORE | C_ABOUT))
            next++;
        if (next >= to || !token_is(r, next, C_SEP))
            return k;
        size_t sep = next;
        next = loose(r, next + 1, to);
        for (size_t j = sep; j < next; j++) /* 确保36微克/立方米、力争34微克/立方米: two aims, no list */
            if (token_is(r, j, C_MODAL | C_LEAD))
                return k;
        if (next >= to || !token_is(r, next, C_FIGURE | C_ROMAN) || token_is(r, next, C_VERB))
            return k;
        size_t after = next + 1;
        bool quota =
            token_is(r, after, C_OF) && token_is(r, after + 1, C_QUOTA | C_STANDARD); /* …8吨的目标 */
        if (after < to && !quota &&
            !token_is(r, after, LOOSE | C_SEP | C_WITHIN | C_MORE | C_ABOUT)) /* A达到3%和5个… */
            return k;
        i = next;
    }
}

/* 完成A浓度控制目标和B天数控制目标: where the last of these words in a list stands, else `at`. */
static size_t more_quotas(const struct reader *r, size_t at, size_t to, uint64_t classes)
{
    size_t last = at;
    while (last < to && token_is(r, last, C_SEP)) {
        size_t k = last + 1, end = k + GAP_MAX < to ? k + GAP_MAX : to;
        while (k < end && !token_is(r, k, classes | C_SEP | C_FIGURE | C_VERB | C_STOP))
            k++;
        if (k >= end || !token_is(r, k, classes) || !indicator_in(r, last + 1, k))
            break;
        while (k < end && token_is(r, k, classes))
            k++;
        last = k;
    }
    return last;
}

static bool rule_try(const struct reader *r, const struct rule *rule, size_t i, size_t to, struct match *m)
{
    *m = (struct match){ .rule = rule, .from = i };
    size_t at = i;
    for (int p = 0; p < rule->parts; p++) {
        const struct rule_part *part = &rule->part[p];
        size_t k = p ? loose(r, at, to) : at, end = to;
        if (part->any_gap && end > at + GAP_MAX)
            end = at + GAP_MAX;
        bool name =
            p && at == i + 1 && r->token[i].end - r->token[i].at == 1; /* 北河达子堡断面水质达到…标准 */
        /* What may not stand in the gap: 达到市域面积的75% has one value only. */
        uint64_t stops = part->classes == C_OF || part->classes == C_ROMAN ? C_FIGURE | C_SEP : 0;
        if (name)
            stops |= C_REACH;
        for (; part->any_gap && k < end && !token_is(r, k, part->classes); k++)
            if (token_is(r, k, stops))
                return false;
        if (k >= end || !token_is(r, k, part->classes)) {
            if (part->optional)
                continue;
            return false;
        }
        if ((part->classes & (C_FIGURE | C_ROMAN)) && token_is(r, k, C_FIGURE | C_ROMAN)) {
            at = figures_take(r, m, k, to);
        } else {
            if (token_is(r, k, part->classes & (C_DATE | C_PAST)))
                m->past = k;
            if (token_is(r, k, part->classes & C_MORE))
                m->more = true;
            if (part->any_gap && !m->list_from) {
                m->list_from = at;
                m->list_to = k;
            } else if (part->any_gap) {
                m->list_to = k;
            }
            at = k + 1;
            while (token_is(r, at, part->classes & (C_QUOTA | C_STANDARD)) && at < to) /* 减排目标任务 */
                at++;
            size_t last = part->any_gap && part->classes & (C_QUOTA | C_STANDARD)
                              ? more_quotas(r, at, to, part->classes)
                              : at;
            if (last > at) {
                m->list_to = last - 1;
                at = last;
            }
        }
    }
    m->to = at;
    return true;
}

bool value_at(const struct reader *r, size_t i, size_t to, struct match *best)
{
    size_t rules;
    const struct rule *rule = words_rules(r->w, &rules);
    bool any = false;
    if (!(words_rule_starts(r->w) & r->token[i].classes))
        return false;
    for (size_t k = 0; k < rules; k++) {
        struct match m;
        if (!(rule[k].starts & r->token[i].classes) || !rule_try(r, &rule[k], i, to, &m))
            continue;
        if (!any || m.to > best->to)
            *best = m;
        any = true;
    }
    return any;
}

bool token_among(const struct reader *r, size_t from, size_t to, uint64_t classes)
{
    for (size_t i = from; i < to; i++)
        if (token_is(r, i, classes))
            return true;
    return false;
}
