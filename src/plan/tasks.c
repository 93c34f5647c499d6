/* tasks.c - finds work that has a quantity (counted.c, towards.c) or a date, and notes for the rest. */
#include "plan/work.h"

#include <string.h>

#include "base/scoped.h"

/* 实现 makes a task only with 全覆盖, …化, …运维, …排放. */
static bool ambit_end(const struct reader *r, size_t end)
{
    static const uint32_t whole[] = { 0x5168, 0x8986, 0x76d6 }, made[] = { 0x5316 },
                          run[] = { 0x8fd0, 0x7ef4 }, emit[] = { 0x6392, 0x653e };
    return text_ends(r, end, whole, 3) || text_ends(r, end, made, 1) || text_ends(r, end, run, 2) ||
           text_ends(r, end, emit, 2);
}

/* The verb of uncounted work in a clause; to when there is none. */
static size_t dated_verb(const struct reader *r, size_t from, size_t to)
{
    size_t lead = skip_front(r, from, to), end = skip_back(r, from, to);
    if (token_is(r, lead, C_VERB)) {
        if (is_verb(r, lead, F_DATED))
            return lead;
        if (is_verb(r, lead, F_CAUSE))
            for (size_t i = lead + 1; i < end; i++)
                if (is_verb(r, i, F_DONE) && is_verb(r, i, F_MID))
                    return i;
        return to;
    }
    for (size_t i = lead; i < end; i++)
        if (is_verb(r, i, F_DATED) && (is_verb(r, i, F_MID) || token_among(r, lead, i, C_FREQUENCY) ||
                                       token_is(r, i - 1, C_SOFT | C_MODAL | C_DATE | C_FREQUENCY)))
            return i;
    if (end > lead && is_verb(r, end - 1, F_FINAL) && is_verb(r, end - 1, F_DATED))
        return end - 1;
    return to;
}

static bool in_rule(const struct reader *r, size_t from, size_t to) /* …制度: its frequency is no date */
{
    static const uint32_t rule[] = { 0x5236, 0x5ea6 };
    return to > from && text_ends(r, r->token[to - 1].end, rule, 2);
}

/* 完成管网建设并通过验收: what comes after the work, told with a verb of its own, is not its object. */
static size_t without_sequel(const struct reader *r, size_t from, size_t end)
{
    static const uint32_t run[] = { 0x6295, 0x5165 }; /* 建成并投入试运行 */
    bool only = from + 1 < end && !memcmp(r->cp + r->token[from + 1].at, run, sizeof run);
    for (size_t i = from + !only; i < end; i++)
        if (token_is(r, i, C_SOFT) && r->token[i].end - r->token[i].at == 1 &&
            r->cp[r->token[i].at] == 0x5e76 /* 并 */ && !token_among(r, i, end, C_SEP) &&
            r->token[end - 1].end - r->token[i].at <= 8)
            return i;
    return end;
}

/* 问题整改到位, 问题整改到位并长期坚持, 问题整改到位、建议落实到位: the first of these words; end when there is none. */
static size_t settled_verb(const struct reader *r, size_t lead, size_t end)
{
    for (size_t i = lead + 1; i < end; i++)
        if (token_is(r, i, C_SETTLED) && token_among(r, lead, i, C_MATTER) &&
            (i + 1 == end || token_is(r, i + 1, C_SEP) || r->cp[r->token[i + 1].at] == 0x5e76 /* 并 */))
            return i;
    return end;
}

/* 自2026年起: from when on, no day by which anything is due. */
static bool begins_on(const struct reader *r, int date)
{
    return date >= 0 && token_is(r, (size_t)date + 1, C_TILL) &&
           r->cp[r->token[date + 1].at] == 0x8d77 /* 起 */;
}

/* 新建、扩建养殖场应实施雨污分流: what is built is told to do something, which is a rule. */
static bool told_to(const struct reader *r, size_t verb, size_t end)
{
    static const uint32_t must[] = { 0x8981, 0x5e94, 0x987b }; /* 要 应 须 */
    for (size_t i = verb + 1; i + 1 < end; i++)
        for (size_t k = 0; token_is(r, i, C_SOFT) && k < COUNT_OF(must); k++)
            if (r->cp[r->token[i].end - 1] == must[k])
                return true;
    return false;
}

static size_t uncounted_read(struct reader *r, size_t clause)
{
    const struct clause *c = &r->clause[clause];
    size_t verb = dated_verb(r, c->from, c->to), end = skip_back(r, c->from, c->to),
           lead = skip_front(r, c->from, c->to);
    if (verb == c->to) { /* 问题整改到位 */
        verb = settled_verb(r, lead, end);
        if (verb == end || date_for(r, clause, verb) < 0)
            return 0;
        for (size_t i = end; i-- > verb;) /* 问题整改到位、建议落实到位: one list, one task */
            if (token_is(r, i, C_SETTLED)) {
                end = i + 1;
                break;
            }
    }
    int date = date_for(r, clause, verb);
    size_t year_after = 0;
    if (is_verb(r, verb, F_DONE) && token_is(r, verb + 1, C_DATE)) { /* 完成2021年度超低排放改造项目 */
        date = (int)verb + 1;
        year_after = verb + 2;
    }
    if (begins_on(r, date) || (verb == lead && told_to(r, verb, end)))
        return 0;
    size_t framed = token_is(r, verb, C_SETTLED) ? verb : c->to; /* 问题整改到位、建议落实到位 is no frame */
    if (date < 0 || token_among(r, c->from, framed, C_FRAME) ||
        (token_is(r, (size_t)date, C_FREQUENCY) && in_rule(r, lead, end)))
        return 0;
    bool ambit = ambit_end(r, r->token[end - 1].end);
    for (size_t i = verb + 1; i < end; i++) /* 实现设施全覆盖、监控全联网 */
        ambit |= token_is(r, i, C_SEP) && ambit_end(r, r->token[i - 1].end);
    if (is_verb(r, verb, F_AMBIT) && !ambit)
        return 0;
    struct work w = { .clause = clause,
                      .verb = verb,
                      .until = year_after ? year_after : verb,
                      .stretch = modal_in(r, c->from, c->to) };
    work_frame(r, &w, c->from, c->to);
    end = end > verb + 1 ? without_sequel(r, verb + 1, end) : end;
    w.quote_to = end > verb ? end : w.quote_to;
    scoped(buf_release) struct buf object = BUF_INIT;
    if (w.subject < w.subject_to)
        span_add(r, &object, w.subject, w.subject_to);
    if (end > verb + 1)
        span_add(r, &object, year_after ? year_after : verb + 1, end - token_is(r, end - 1, C_SETTLED));
    static const uint32_t early[] = { 0x63d0, 0x524d }; /* 提前 */
    for (size_t i = w.subject; i < verb && verb + 1 == end; i++) /* 湾区力争提前一年完成: no thing is named */
        if (token_is(r, i, C_SOFT) && !memcmp(r->cp + r->token[i].at, early, sizeof early))
            return 0;
    if (!object.len || !strcmp(object.data, "计划") || !strcmp(object.data, "预计") ||
        !strcmp(object.data, "实施") ||
        !strcmp(object.data, "运行")) /* 计划6月建成, 发布实施: what, another clause says */
        return 0;
    size_t several[LIST_MAX];
    if (!year_after && dates_for(r, clause, verb, several, LIST_MAX) > 1) {
        task_emit(r, &w, "task.dated", NULL, &object, false);
        return 1;
    }
    json_t *o = task_new(r, &w, "task.dated", "task");
    if (!o)
        return 0;
    result_str(r, o, "object", object.data);
    result_date(r, o, (size_t)date);
    return 1;
}

/* 涉及甲市矿山46处,已全部治理: the next clause begins by telling that it is done. */
static bool done_by_now(const struct reader *r, size_t clause)
{
    const struct clause *c = &r->clause[clause], *next = c + 1;
    if (c->stop != ',' || clause + 1 >= r->clauses || token_among(r, c->from, c->to, C_DATE | C_MODAL))
        return false;
    size_t i = next->from;
    while (i < next->to && token_is(r, i, C_BLANK | C_SOFT))
        i++;
    return token_is(r, i, C_FACT) && r->cp[r->token[i].at] == 0x5df2 /* 已 */ &&
           !token_among(r, i, next->to, C_OF);
}

static bool told_as_done(const struct reader *r, size_t clause)
{
    const struct clause *c = &r->clause[clause];
    if (r->past || done_by_now(r, clause))
        return true;
    for (size_t i = c->from; i < c->to; i++)
        if (token_is(r, i, C_FACT) && !done_before(r, c, i))
            return true;
    for (size_t i = c->from; i < c->to && !token_is(r, i, C_VERB);
         i++) /* 执行…标准, but 完成300家企业执行报告审核 */
        if (token_is(r, i, C_BAN))
            return true;
    if (token_is(r, skip_front(r, c->from, c->to), C_TOWARDS)) /* 对2025年发现的问题,逐一… */
        return false;
    int date = date_for(r, clause, c->to);
    return date >= 0 && r->year && r->token[date].year && r->token[date].year < r->year;
}

/* Work without quantity or date, once a sentence that gave nothing else: to be read, not to be followed up. */
static void note_read(struct reader *r)
{
    for (size_t i = 0; i < r->clauses; i++) {
        const struct clause *c = &r->clause[i];
        size_t lead = skip_front(r, c->from, c->to), end = skip_back(r, c->from, c->to);
        if (!token_is(r, lead, C_VERB) || end <= lead + 1 || told_as_done(r, i))
            continue;
        struct work w = { .clause = i, .verb = lead, .quote = lead, .quote_to = end };
        json_t *o = task_new(r, &w, "note.work", "note");
        if (o)
            result_text(r, o, "object", r->token[lead + 1].at, r->token[end - 1].end);
        return;
    }
}

/* 为完成年度目标,…; 2026年是建成…的关键之年: what for, or what is. */
static bool no_work(const struct reader *r, size_t clause)
{
    const struct clause *c = &r->clause[clause];
    size_t lead = skip_front(r, c->from, c->to);
    uint32_t first = lead < c->to ? r->cp[r->token[lead].at] : 0;
    if (token_is(r, lead, C_EQUAL) && first == 0x662f /* 是 */)
        return true;
    static const uint32_t holds[][2] = { { 0x5305, 0x542b }, { 0x5305, 0x62ec }, { 0x6db5, 0x76d6 } };
    for (size_t i = 0; i < COUNT_OF(holds) && lead < c->to;
         i++) /* 包含…5项任务, 包括, 涵盖: what it is made of */
        if (!memcmp(r->cp + r->token[lead].at, holds[i], sizeof holds[i]))
            return true;
    bool purpose = first == 0x4e3a /* 为 */ && (token_is(r, lead, C_EQUAL) || token_is(r, lead, C_COMPOUND));
    return purpose && token_is(r, skip_front(r, lead + 1, c->to), C_VERB);
}

void tasks_read(struct reader *r, size_t clause)
{
    size_t before = r->founds;
    if (!told_as_done(r, clause) && !no_work(r, clause)) {
        bool parts = clause && r->carry_clause + 1 == clause && shares_listed(r, clause);
        size_t found = parts ? 0 : counted_read(r, clause);
        if (!found && clause && r->carry_clause + 1 == clause)
            found = inherited_read(r, clause, r->carry_clause, r->carry_verb);
        if (found && r->founds > before) {
            const struct clause *c = &r->clause[clause];
            size_t lead = skip_front(r, c->from, c->to);
            size_t verb = lead;
            while (token_is(r, lead, C_TOWARDS) && verb + 1 < c->to && !is_verb(r, verb, ~F_WEAK))
                verb++; /* 对212个排口开展整治,其中… */
            if (!token_is(r, verb, C_VERB) && r->counted_verb >= lead && r->counted_verb + 1 < c->to &&
                token_among(r, r->counted_verb, c->to, C_FIGURE) &&
                !token_is(r, r->counted_verb + 1, C_FIGURE | C_ATLEAST | C_ATMOST)) /* 演练不少于1次 */
                verb = r->counted_verb; /* 全市安排水项目11个,气项目8个 */
            if (token_is(r, verb, C_VERB))
                r->carry_verb = verb;
            r->carry_clause =
                token_is(r, verb, C_VERB) || r->carry_clause + 1 == clause ? clause : SENTENCE_MAX;
        }
        if (!found && !r->clause[clause].target)
            uncounted_read(r, clause);
    }
    if (clause + 1 == r->clauses && !r->founds)
        note_read(r);
}
