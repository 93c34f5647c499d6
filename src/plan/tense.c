/* tense.c - does the text tell what has been, or say what shall be? Told by the words of a title, by how a sentence begins (2023年,…; 目前,…;
 * 截至10月底,…), by what a clause says is done, and by the label before a colon. What has been gives neither targets nor tasks. */
#include "plan/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

static bool pair_in(const uint32_t *cp, size_t n, const uint32_t (*pair)[2], size_t pairs)
{
    for (size_t i = 0; i + 1 < n; i++)
        for (size_t k = 0; k < pairs; k++)
            if (cp[i] == pair[k][0] && cp[i + 1] == pair[k][1])
                return true;
    return false;
}

bool title_past(const uint32_t *cp, size_t n)
{
    static const uint32_t told[][2] = { { 0x603b, 0x7ed3 } /* 总结 */,
                                        { 0x56de, 0x987e } /* 回顾 */,
                                        { 0x60c5, 0x51b5 } /* 情况 */,
                                        { 0x4eae, 0x70b9 } /* 亮点 */ };
    static const uint32_t reached[][2] = { { 0x6210, 0x6548 } /* 成效 */,
                                           { 0x6210, 0x7ee9 } /* 成绩 */,
                                           { 0x8fdb, 0x5c55 } /* 进展 */,
                                           { 0x6210, 0x679c } /* 成果 */ };
    /* 主要成效, 工作进展, 取得的成绩, 整改成果; but 巩固治理成效 is what is to be done */
    static const uint32_t before[] = { 0x8981, 0x4f5c, 0x7684, 0x5f97, 0x6539 };
    static const uint32_t not_yet[][2] = {
        { 0x8c0b, 0x5212 } /* 谋划 */, { 0x6253, 0x7b97 } /* 打算 */, { 0x786e, 0x4fdd } /* 确保 */,
        { 0x63a8, 0x52a8 } /* 推动 */, { 0x5de9, 0x56fa } /* 巩固 */, { 0x63d0, 0x5347 } /* 提升 */,
        { 0x529b, 0x4e89 } /* 力争 */, { 0x638c, 0x63e1 } /* 掌握 */, { 0x6478, 0x6e05 } /* 摸清 */,
        { 0x516c, 0x5f00 } /* 公开 */, { 0x52a0, 0x5f3a } /* 加强 */, { 0x5f3a, 0x5316 } /* 强化 */
    };
    enum { TITLE_MAX = 36 };
    bool found = false;
    n -= n && cp[n - 1] == ':';
    for (size_t i = 0; i < COUNT_OF(told) && n >= 3; i++) {
        found |= cp[n - 2] == told[i][0] && cp[n - 1] == told[i][1];
        for (size_t k = 0; cp[n - 2] == reached[i][0] && cp[n - 1] == reached[i][1] && k < COUNT_OF(before);
             k++)
            found |= cp[n - 3] == before[k];
    }
    static const uint32_t there[][2] = { { 0x5b58, 0x5728 } /* 存在 */ };
    found |= n >= 4 && cp[n - 2] == 0x95ee && cp[n - 1] == 0x9898 && /* 存在的主要问题 */
             pair_in(cp, n, there, COUNT_OF(there));
    for (size_t i = 0; found && i < n; i++) /* a sentence behind its number */
        found = cp[i] != ',';
    return found && n <= TITLE_MAX && !pair_in(cp, n, not_yet, COUNT_OF(not_yet));
}

bool title_ahead(const char *title, size_t len)
{
    static const char *const ahead[] = { "打算", "计划", "下一步", "下步", "安排", "思路", "目标",
                                         "任务", "要点", "措施",   "举措", "部署", "方案" };
    for (size_t i = 0; i < COUNT_OF(ahead); i++)
        if (memmem(title, len, ahead[i], strlen(ahead[i])))
            return true;
    return false;
}

/* 为你准备了某县2020年度工作方案: what the year belongs to is a plan, whatever the sentence around it tells. */
static bool names_plan(const struct reader *r, size_t from)
{
    static const uint32_t plan[][2] = { { 0x65b9, 0x6848 },
                                        { 0x8ba1, 0x5212 },
                                        { 0x8981, 0x70b9 } }; /* 方案 计划 要点 */
    for (size_t i = r->token[from].end, end = i + 24; i < end && i + 1 < r->n && r->cp[i] != ','; i++)
        for (size_t k = 0; k < COUNT_OF(plan); k++)
            if (!memcmp(r->cp + i, plan[k], sizeof plan[k]))
                return true;
    return false;
}

/* 2022年工作总结和2023年工作计划: the first year is looked back on. */
static bool looks_back_on(const struct reader *r, size_t date)
{
    static const uint32_t word[][2] = { { 0x603b, 0x7ed3 },
                                        { 0x56de, 0x987e },
                                        { 0x60c5, 0x51b5 } };         /* 总结 回顾 情况 */
    for (size_t k = 0, at = r->token[date].at; k < 2 && at >= 2; k++) /* 总结2019年工作,部署2020年任务 */
        if (!memcmp(r->cp + at - 2, word[k], sizeof word[k]))
            return true;
    size_t next = date + 1;
    while (next < r->tokens && !token_is(r, next, C_DATE | C_STOP))
        next++;
    size_t end = next < r->tokens ? r->token[next].at : r->n;
    for (size_t i = r->token[date].end; i + 1 < end; i++)
        for (size_t k = 0; k < COUNT_OF(word); k++)
            if (!memcmp(r->cp + i, word[k], sizeof word[k]))
                return true;
    return false;
}

/* 2024年, 2024年度; but 2030年前 and 2025年底 are days by which something is due. */
static bool bare_year(const struct reader *r, size_t date)
{
    const struct token *t = &r->token[date];
    size_t len = 0;
    for (size_t i = t->at; i < t->end; i++) /* 2024 年 */
        len += r->cp[i] != ' ';
    return len <= 5 || (len == 6 && r->cp[t->end - 1] == 0x5ea6 /* 度 */);
}

/* A yearly plan names its year in the title or the first sentence: 2021年大连市生态环境工作要点. */
void year_find(struct reader *r)
{
    if (r->past) /* 督察组指出,2021年…: tells what was, and is no title */
        return;
    bool told = token_among(r, 0, r->tokens, C_FACT);
    for (size_t i = 0; i < r->tokens; i++)
        if (token_is(r, i, C_DATE) && r->token[i].year && bare_year(r, i) &&
            !(i && token_is(r, i - 1, C_TILL | C_AGAINST)) && !token_is(r, i + 1, C_LEVEL | C_PAST) &&
            (!told || names_plan(r, i)) &&
            !looks_back_on(r, i)) { /* 到2025年, 比2020年: no plan of one year */
            r->year = r->token[i].year;
            snprintf(r->year_text, sizeof r->year_text, "%u年", (unsigned)r->year);
            return;
        }
}

/* Does the clause begin with the plan's year or a later one? */
static bool date_ahead(const struct reader *r, const struct clause *c)
{
    size_t i = c->from;
    while (i < c->to && token_is(r, i, C_BLANK | C_TILL | C_SOFT))
        i++;
    return token_is(r, i, C_DATE) && r->token[i].year >= r->year;
}

/* …介绍,目前…; 据了解,去年…: the same, at the beginning of any clause. */
static bool tells_then(const struct reader *r, size_t i)
{
    static const uint32_t now[] = { 0x76ee, 0x524d }; /* 目前 */
    size_t at = r->token[i].at, end = r->token[i].end;
    static const uint32_t news[] = { 0x8fd1, 0x65e5, 0x6628, 0x8fde }; /* 近日 日前 昨日 连日来 */
    for (size_t k = 0; token_is(r, i, C_FACT) && k < COUNT_OF(news); k++)
        if (r->cp[at] == news[k])
            return true;
    if (token_is(r, i, C_FACT))
        return end >= 2 && !memcmp(r->cp + end - 2, now, sizeof now);
    if (token_is(r, i, C_PAST)) /* 去年, 上年 */
        return (r->cp[at] == 0x53bb || r->cp[at] == 0x4e0a) && r->cp[at + 1] != 0x534a /* 上半年 */;
    if (!token_is(r, i, C_TILL) || r->cp[at] != 0x622a /* 截至 */ || !token_is(r, i + 1, C_DATE))
        return false;
    const struct token *date = &r->token[i + 1];
    return !date->year || (r->year && date->year < r->year) || r->cp[date->end - 1] == 0x65e5 /* 日 */;
}

/* 目前…已建成5座,日处理能力达到8万吨; 截至10月底,…; 去年,…: what is or was, up to where the sentence looks ahead. */
static bool tells_now(const struct reader *r, size_t i)
{
    if (i >= r->tokens)
        return false;
    for (size_t k = i; k + 2 < r->tokens; k++) /* 提高了2.6个百分点 */
        if (token_is(r, k, C_UP | C_DOWN) && token_is(r, k + 1, C_FACT) && token_is(r, k + 2, C_FIGURE))
            return true;
    return tells_then(r, i);
}

/* 已完成12家,新建管网80公里: what a clause tells as done goes on in the next. */
static bool tells_done(const struct reader *r, const struct clause *c)
{
    for (size_t i = c->from; i < c->to; i++)
        if (token_is(r, i, C_FACT) &&
            (r->cp[r->token[i].at] == 0x5df2 /* 已 */ || r->cp[r->token[i].at] == 0x53ef /* 可新增 */ ||
             (r->cp[r->token[i].end - 1] == 0x4e86 /* 下降了18% */ &&
              token_among(r, c->from, c->to, C_FIGURE))) &&
            !done_before(r, c, i))
            return true;
    return false;
}

static bool looks_ahead(const struct reader *r, const struct clause *c)
{
    static const uint32_t ahead[] = { 0x5c06 /* 将 */, 0x8981 /* 要 */ };
    for (size_t i = c->from; i < c->to; i++)
        if (token_is(r, i, C_MODAL | C_LEAD | C_DATE) ||
            (token_is(r, i, C_SOFT) && r->token[i].end == r->token[i].at + 1 &&
             (r->cp[r->token[i].at] == ahead[0] || r->cp[r->token[i].at] == ahead[1])))
            return true;
    static const char *const tells[] = { "明确", "提出", "要求", "计划", "部署", "印发", "出台", "方案" };
    const char *text = r->bytes + r->off[r->token[c->from].at]; /* 日前,甲市印发方案:… */
    size_t len = c->to > c->from ? r->off[r->token[c->to - 1].end] - r->off[r->token[c->from].at] : 0;
    for (size_t i = 0; i < COUNT_OF(tells); i++)
        if (memmem(text, len, tells[i], strlen(tells[i])))
            return true;
    return false;
}

/* 2021年,…优良率70.7%,…天数为310天: a bare year and figures that nothing leads to tell what was measured, unless it is the plan's year. */
static bool tells_figures(const struct reader *r, size_t i)
{
    const struct token *t = &r->token[i];
    static const uint32_t half[] = { 0x4e0a, 0x534a, 0x5e74 },
                          quarter[] = { 0x5b63, 0x5ea6 }; /* 上半年 季度 */
    size_t len = token_is(r, i, C_DATE) ? (size_t)(t->end - t->at) : 0;
    bool part = !t->year && ((len == 3 && !memcmp(r->cp + t->at, half, sizeof half)) ||
                             (len >= 3 && !memcmp(r->cp + t->end - 2, quarter, sizeof quarter)));
    if (!token_is(r, i, C_DATE) || !(part || (t->year && t->end == t->at + 5)) ||
        !token_is(r, i + 1, C_STOP) || (r->year && t->year >= r->year) ||
        token_among(r, i, r->tokens, C_MODAL | C_LEAD | C_HOLD | C_ATMOST | C_ATLEAST | C_WITHIN | C_MORE))
        return false;
    for (i += 2; i + 1 < r->tokens; i++) {
        bool told = token_is(r, i, C_EQUAL) && r->token[i].end == r->token[i].at + 1 &&
                    r->cp[r->token[i].at] == 0x4e3a; /* 为 */
        if ((told || token_is(r, i, C_INDICATOR | C_TAIL)) && token_is(r, i + 1, C_FIGURE))
            return true;
    }
    return false;
}

/* 问题三:…, 存在问题:…: what is wrong, up to the label of what is to be done about it. */
static bool names_problem(const uint32_t *cp, size_t n)
{
    static const uint32_t number[] = { 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d,
                                       0x4e03, 0x516b, 0x4e5d, 0x5341, 0x767e };
    enum { LABEL_MAX = 14 };
    if (n > LABEL_MAX)
        return false;
    for (size_t i = 0, end = n; end; i = 0) { /* its number */
        while (i < COUNT_OF(number) && cp[end - 1] != number[i])
            i++;
        if (i == COUNT_OF(number) && !(cp[end - 1] >= '0' && cp[end - 1] <= '9'))
            break;
        n = --end;
    }
    static const uint32_t code[] = { 0x7f16, 0x53f7 }; /* 问题编号三十 */
    if (n >= 4 && !memcmp(cp + n - 2, code, sizeof code))
        n -= 2;
    return n >= 2 && cp[n - 2] == 0x95ee && cp[n - 1] == 0x9898 /* 问题 */;
}

static bool looks_ahead_at(const struct reader *r, size_t i)
{
    uint32_t c = r->cp[r->token[i].at];
    if (token_is(r, i, C_MODAL) && r->cp[r->token[i].at + 1] == 0x53d6) /* 争取专项资金2亿元 */
        return false;
    return token_is(r, i, C_MODAL | C_LEAD | C_HOLD | C_ATMOST | C_ATLEAST) ||
           (token_is(r, i, C_SOFT) && r->token[i].end == r->token[i].at + 1 && (c == 0x5c06 || c == 0x8981));
}

/* 记者从市局获悉,2023年,我市…; 据介绍,2023年,…: news of a year that is over, unless it looks ahead or the year is the plan's. */
static bool reported(const struct reader *r)
{
    static const uint32_t told[][2] = { { 0x83b7, 0x6089 } /* 获悉 */,
                                        { 0x4ecb, 0x7ecd } /* 介绍 */,
                                        { 0x636e, 0x6089 } /* 据悉 */,
                                        { 0x4e86, 0x89e3 } /* 了解 */,
                                        { 0x900f, 0x9732 } /* 透露 */ };
    size_t year = 0;
    for (size_t i = 1; i < r->clauses && !year; i++) {
        const struct clause *c = &r->clause[i];
        size_t end = r->token[c[-1].to - 1].end, k = c->from;
        while (k < c->to && token_is(r, k, C_BLANK))
            k++;
        for (size_t n = 0; c[-1].stop == ',' && end >= 2 && n < COUNT_OF(told); n++)
            if (!memcmp(r->cp + end - 2, told[n], sizeof told[n]) && token_is(r, k, C_DATE) &&
                r->token[k].year && bare_year(r, k) && token_is(r, k + 1, C_STOP))
                year = k;
    }
    if (!year || (r->year && r->token[year].year >= r->year))
        return false;
    for (size_t i = year + 1; i < r->tokens; i++)
        if (looks_ahead_at(r, i))
            return false;
    return true;
}

/* 其中淘汰8万辆: the sentence goes on with what the one before told. */
static bool goes_on(const struct reader *r)
{
    static const uint32_t among_them[] = { 0x5176, 0x4e2d };
    size_t i = 0;
    while (i < r->n && r->cp[i] == ' ')
        i++;
    return r->told && i + 2 < r->n && !memcmp(r->cp + i, among_them, sizeof among_them);
}

void tense_begin(struct reader *r, struct tense *t)
{
    uint64_t any = 0;
    for (size_t i = 0; i < r->tokens; i++)
        any |= r->token[i].classes;
    r->past = any & C_SINCE || r->label == LABEL_PAST ||
              (r->label == LABEL_NONE && headings_past(&r->headings, r->title_past));
    r->told = reported(r) || goes_on(r);
    r->past |= r->told;
    size_t first = 0; /* 2023年,…: a year before the plan's stands first, so the sentence looks back */
    while (token_is(r, first, C_BLANK))
        first++;
    *t = (struct tense){ .facts = any & C_FACT, .then = any & (C_FACT | C_PAST | C_TILL), .since = r->past };
    t->looks_back =
        token_is(r, first, C_DATE) && r->year && r->token[first].year && r->token[first].year < r->year;
    t->now = !r->past && any & (C_FACT | C_PAST | C_TILL) && tells_now(r, first);
    r->past |= t->now || t->looks_back || tells_figures(r, first);
}

void tense_clause(struct reader *r, struct tense *t, size_t clause)
{
    const struct clause *c = &r->clause[clause];
    if (!clause)
        return;
    if (t->looks_back && date_ahead(r, c)) { /* 2023年…, 2024年…: only what stands before is past */
        r->past = t->since;
        t->looks_back = false;
    }
    if (!r->past && t->then && c->from < c->to && tells_then(r, c->from))
        r->past = t->now = true;
    if (t->facts && !r->past && c[-1].stop == ',' && tells_done(r, c - 1))
        r->past = t->now = true;
    if (t->now && looks_ahead(r, c))
        r->past = t->now = false;
    if (c[-1].stop == ':') { /* 整改进展:…, to the end of the line */
        size_t at = r->token[c[-1].from].at, end = r->token[c[-1].to - 1].end;
        if (title_past(r->cp + at, end - at) || names_problem(r->cp + at, end - at))
            r->label = LABEL_PAST;
        else if (r->past && title_ahead(r->bytes + r->off[at], r->off[end] - r->off[at]))
            r->label = LABEL_AHEAD;
        r->past = r->label == LABEL_NONE ? r->past : r->label == LABEL_PAST;
    }
}
