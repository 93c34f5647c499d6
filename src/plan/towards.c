/* towards.c - work named by what it is done to (对14个问题逐一整改), and a share of the work as its quantity (完成110%的…). */
#include "plan/work.h"

#include <string.h>

#include "base/scoped.h"

/* Does 对 + things counted + a last verb of work stand at token i? */
bool towards_own(const struct reader *r, size_t i, size_t to)
{
    size_t end = skip_back(r, i, to);
    bool things = false;
    if (!token_is(r, i, C_TOWARDS) || r->cp[r->token[i].at] != 0x5bf9 /* 对 */ || end < i + 3 ||
        !token_is(r, end - 1, C_VERB) || !token_is(r, end - 2, C_SOFT | C_VERB))
        return false;
    for (size_t k = i + 1; k < end; k++)
        things |= counts(r, k);
    return things;
}

/* 逐一制定方案, 逐件核查: the work is done to each of the things. */
static bool each_of_them(const struct reader *r, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (token_is(r, i, C_SOFT) && r->cp[r->token[i].at] == 0x9010 /* 逐 */ &&
            r->cp[r->token[i].at + 1] != 0x6b65 /* 逐步 */ && r->cp[r->token[i].at + 1] != 0x5e74 /* 逐年 */)
            return true;
    return false;
}

/* 对督察反馈的14个问题,逐一建档立案 */
bool towards_read(struct reader *r, size_t clause, size_t lead)
{
    const struct clause *c = &r->clause[clause], *next = c + 1;
    size_t k = lead + 1, verb = c->to, end = c->to;
    while (k < c->to && !counts(r, k))
        k++;
    if (k >= c->to)
        return false;
    for (size_t i = lead + 1; i < k;
         i++) /* 对重点单位开展1次监测: counted by its verb; but 对排查发现的14个问题 */
        if (token_is(r, i, C_VERB) && !token_among(r, i, k, C_OF))
            return false;
    for (size_t i = k + 1; i < c->to && verb == c->to; i++)
        if (token_is(r, i, C_VERB) &&
            (i + 1 == skip_back(r, k, c->to) || is_verb(r, i, F_MID) || !is_verb(r, i, F_DATED | F_WEAK)))
            verb = i;
    if (verb == c->to && clause + 1 < r->clauses && c->stop == ',') {
        size_t at = skip_front(r, next->from, next->to);
        if (token_is(r, at, C_VERB) &&
            (at + 1 == skip_back(r, at, next->to) || each_of_them(r, next->from, at))) {
            verb = at;
            end = next->to;
        }
    }
    size_t last = skip_back(r, k, c->to);
    if (verb == c->to && last > k + 1 && token_is(r, last - 1, C_NAME)) /* 对30处点位进行“回头看” */
        verb = last - 1 - (token_is(r, last - 2, C_VERB) && last > k + 2); /* 建立“一企一档” */
    if (verb == c->to)
        return true; /* a frame: 针对14个问题,建立机制 */
    struct work w = {
        .clause = clause, .verb = verb, .quote = skip_front(r, lead + 1, k + 1), .until = lead
    };
    w.quote_to = skip_back(r, w.quote, end);
    w.subject = w.subject_to = w.quote;
    size_t things = verb < c->to ? verb : c->to, own = things, a, b;
    while (own < c->to && !counts(r, own))
        own++;
    for (size_t i = k; i < things;
         i++) { /* 对排查出的30家甲、12家乙进行整治: one each, what is said of them before the first shared */
        if (!counts(r, i))
            continue;
        scoped(buf_release) struct buf object = BUF_INIT;
        item_bounds(r, w.quote, things, i, &a, &b);
        span_add(r, &object, w.quote, k);
        if (i > k)
            span_add(r, &object, a, i);
        while (b > i + 1 && token_is(r, b - 1, C_ETC | C_BLANK))
            b--;
        span_add(r, &object, i + 1, b);
        if (verb < c->to)
            span_add(r, &object, verb + 1, own < c->to ? own : c->to);
        task_emit(r, &w, "task.counted_towards", &r->figure[r->token[i].figure], &object, true);
    }
    if (own < c->to) { /* 对3条河流开展监测2次: how often is a quantity of its own */
        scoped(buf_release) struct buf object = BUF_INIT;
        span_add(r, &object, verb + 1, own);
        span_add(r, &object, own + 1, c->to);
        if (object.len)
            task_emit(r, &w, "task.counted_towards", &r->figure[r->token[own].figure], &object, true);
    }
    return true;
}

/* 立行立改的9项任务,3月底前完成: things counted, and in the next clause nothing but by when they are to be done. */
bool waiting_read(struct reader *r, size_t clause, size_t lead)
{
    const struct clause *c = &r->clause[clause], *next = c + 1;
    if (c->stop != ',' || clause + 1 >= r->clauses || token_is(r, lead, C_VERB) ||
        token_among(r, c->from, c->to, C_FRAME | C_TOWARDS | C_FACT | C_DATE))
        return false;
    size_t verb = skip_front(r, next->from, next->to), last = skip_back(r, verb, next->to), first = lead;
    bool alone = verb + 1 == last || (token_is(r, verb + 1, C_SOFT) &&
                                      r->cp[r->token[verb + 1].at] == 0x5e76 /* 退出并恢复植被 */);
    while (first < c->to && !counts(r, first))
        first++;
    if (!is_verb(r, verb, F_DONE) || !alone || !token_among(r, next->from, verb, C_DATE) || first >= c->to)
        return false;
    for (size_t i = lead; i < c->to; i++) /* what they are may be told with a verb and 的, no more */
        if (token_is(r, i, C_VERB) && (i > first || !token_among(r, i, first, C_OF)))
            return false;
    struct work w = {
        .clause = clause + 1, .verb = verb, .quote = lead, .quote_to = verb + 1, .until = verb
    };
    w.stretch = modal_in(r, next->from, verb);
    for (size_t k = first; k < c->to; k++) {
        size_t a, b;
        scoped(buf_release) struct buf object = BUF_INIT;
        if (!counts(r, k))
            continue;
        item_bounds(r, lead, c->to, k, &a, &b);
        span_add(r, &object, a, k);
        span_add(r, &object, k + 1, b);
        if (object.len)
            task_emit(r, &w, "task.counted_waiting", &r->figure[r->token[k].figure], &object, true);
    }
    return true;
}

/* 完成110%的年度减排工程: a percentage of work done. */
bool percent_read(struct reader *r, size_t clause, size_t lead)
{
    const struct clause *c = &r->clause[clause];
    size_t k = lead + 1;
    while (k < c->to && token_is(r, k, C_BLANK))
        k++;
    size_t last = skip_back(r, lead, c->to);
    if (last > lead && token_is(r, last - 1, C_MORE | C_ABOUT))
        last--;
    size_t of = last > lead ? last - 1 : lead;
    while (of > lead && token_is(r, of - 1, C_BLANK))
        of--;
    bool behind = of > k + 1 &&
                  token_is(r, of - 1, C_OF | C_TEXT | C_COMPOUND | C_VERB | C_MATTER); /* 完成整治任务的80% */
    if (behind && is_verb(r, lead, F_DONE) && token_is(r, last - 1, C_FIGURE) && !r->token[last - 1].used &&
        r->figure[r->token[last - 1].figure].percent) {
        struct work w = {
            .clause = clause, .verb = lead, .until = lead, .stretch = modal_in(r, c->from, c->to)
        };
        scoped(buf_release) struct buf what = BUF_INIT;
        work_frame(r, &w, c->from, c->to);
        span_add(r, &what, lead + 1, token_is(r, of - 1, C_OF) ? of - 1 : of);
        if (what.len)
            task_emit(r, &w, "task.share_of_work", &r->figure[r->token[last - 1].figure], &what, true);
        return what.len > 0;
    }
    bool direct = token_is(r, k, C_FIGURE) && !r->token[k].used && r->figure[r->token[k].figure].percent;
    if (!is_verb(r, lead, F_DONE) || !direct)
        return false;
    struct work w = { .clause = clause, .verb = lead, .until = lead, .stretch = modal_in(r, c->from, c->to) };
    work_frame(r, &w, c->from, c->to);
    size_t post = k + 1;
    while (post < c->to && token_is(r, post, C_MORE | C_OF | C_BLANK))
        post++;
    scoped(buf_release) struct buf object = BUF_INIT;
    span_add(r, &object, post, c->to);
    if (!object.len) /* 完成80%: of what, another clause said */
        return true;
    task_emit(r, &w, "task.share_of_work", &r->figure[r->token[k].figure], &object, true);
    return true;
}
