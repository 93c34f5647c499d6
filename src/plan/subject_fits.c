/* subject_fits.c - may what stands before a value be an indicator, and may what follows it follow? Work, places and names are refused here. */
#include "plan/value.h"

#include <string.h>

#include "base/scoped.h"

/* The indicator of the clause before, for a clause that begins with its comparison. */
bool subject_before(struct reader *r, size_t clause, struct subject *s)
{
    if (r->subject) {
        s->from = r->subject_from;
        s->to = r->subject_to;
    } else {
        if (!clause || r->clause[clause - 1].stop != ',')
            return false;
        const struct clause *c = &r->clause[clause - 1];
        size_t end = c->to;
        while (end > c->from && !token_is(r, end - 1, C_INDICATOR | C_TAIL))
            end--;
        if (end == c->from)
            return false;
        for (size_t i = end; i < c->to;
             i++) /* 加强断面水质监测预警,确保稳定达标: the work is what the clause is about */
            if (token_is(r, i, C_VERB) && !(token_flags(r, i) & F_WEAK))
                return false;
        s->from = c->from;
        s->to = end;
    }
    size_t baseline = s->baseline, baseline_to = s->baseline_to;
    subject_trim(r, s);
    s->verb = false; /* 促进水环境质量不断改善,确保达到…考核目标 */
    if (baseline < baseline_to) {
        s->baseline = baseline;
        s->baseline_to = baseline_to;
    }
    return s->from < s->to && indicator_in(r, s->from, s->to);
}

static bool work_inside(const struct reader *r, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (token_is(r, i, C_VERB) && (token_flags(r, i) & F_MID) && !(token_flags(r, i) & F_WEAK))
            return true;
    return false;
}

static bool place_last(const struct reader *r, size_t token)
{
    static const uint32_t ends[] = { 0x533a, 0x53bf, 0x5e02, 0x9547, 0x7701 }; /* 区 县 市 镇 省 */
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (r->cp[r->token[token].end - 1] == ends[i])
            return token_is(r, token, C_TEXT | C_REGION);
    return false;
}

/* 应急演练不少于1次 is work; 达到 and its like make a level of anything. */
static bool worked(const struct reader *r, const struct match *m, const struct subject *s)
{
    if (strcmp(m->rule->name, "target.at_least") != 0 && strcmp(m->rule->name, "target.at_most") != 0)
        return false;
    for (size_t i = s->from; i < s->to; i++)
        if (token_is(r, i, C_VERB) && !(token_flags(r, i) & F_WEAK))
            return true;
    return false;
}

/* May what stands before the value be an indicator at all? */
bool subject_fits(const struct reader *r, const struct match *m, const struct subject *s)
{
    if (!indicator_in(r, s->from, s->to) && r->token[s->to - 1].end - r->token[s->from].at <= 2)
        return false; /* 县城达到90%以上: no indicator, a place at best */
    if (r->cp[r->token[s->from].at] == 0x5360 /* 占总数的60% */ && token_is(r, s->from, C_EQUAL))
        return false;
    const struct figure *f = m->figures ? &r->figure[r->token[m->figure[0]].figure] : NULL;
    bool tailed = indicator_in(r, s->to - 1, s->to);
    if (s->to == s->from + 1 && token_is(r, s->from, C_VERB) && !tailed) /* 形成3个以上… */
        return false;
    if (token_among(r, s->from, s->to, C_BAN | C_FRAME | C_NAME) && !tailed)
        return false;
    if (!tailed && s->region == s->region_to && place_last(r, s->to - 1)) /* 北京市控制在32微克/立方米以内 */
        return false;
    if (f && f->percent && !indicator_in(r, s->from, s->to) && /* 其中甲江流域、乙湖达到75%: places */
        (token_is(r, s->to - 1, C_BODY) || r->cp[r->token[s->to - 1].end - 1] == 0x6cb3 /* 河 */ ||
         r->cp[r->token[s->to - 1].end - 1] == 0x57df /* 域 */))
        return false;
    if (!strcmp(m->rule->op, "attain"))
        return !s->verb && r->cp[r->token[s->to - 1].end - 1] != 0x5382 /* 厂: 污水处理厂达到排放标准 */ &&
               (indicator_in(r, s->from, s->to) || token_among(r, s->from, s->to, C_BODY));
    bool noun = s->to > s->from + 2 && token_is(r, s->to - 1, C_TAIL) &&
                token_is(r, s->to - 2, C_VERB); /* 创建数量 */
    if (f && f->unit && (f->unit->flags & F_COUNT))
        return !s->verb && !work_inside(r, s->from, s->to - 2 * noun) &&
               (token_is(r, s->to - 1, C_TAIL) || /* 43个问题细化为126项: no indicator */
                (strcmp(m->rule->name, "target.more") != 0 && (tailed || !worked(r, m, s)) &&
                 (strcmp(m->rule->name, "target.equal") != 0 || indicator_in(r, s->from, s->to))));
    if (tailed)
        return true;
    if (s->verb || work_inside(r, s->from, s->to))
        return false;
    if (s->baseline < s->baseline_to && f && (f->percent || f->unit) && /* 信访举报同比下降10% */
        (!strcmp(m->rule->op, "decrease") || !strcmp(m->rule->op, "increase")))
        return r->token[s->to - 1].end - r->token[s->from].at <= 12 || indicator_in(r, s->from, s->to);
    static const uint32_t amount[] = {
        0x91cf, 0x7387, 0x989d, 0x503c, 0x6570, 0x79ef
    }; /* 量 率 额 值 数 积 */
    for (size_t i = 0; i < COUNT_OF(amount); i++)
        if (r->cp[r->token[s->to - 1].end - 1] == amount[i]) /* 铁路货运量增长20% */
            return true;
    return indicator_in(r, s->from, s->to) || !strcmp(m->rule->op, "<=") || !strcmp(m->rule->op, ">=");
}

/* 抽测货车不少于300辆次,机械不少于50台次: the second quantity is work as well. */
bool work_goes_on(const struct reader *r, size_t clause, const struct match *m, const struct subject *s)
{
    const struct figure *f = m->figures ? &r->figure[r->token[m->figure[0]].figure] : NULL;
    return r->carry_clause + 1 == clause && f && f->unit && (f->unit->flags & F_COUNT) && !f->unit->canon &&
           !strcmp(m->rule->name, "target.at_least") && !indicator_in(r, s->from, s->to);
}

/* What may follow a value: nothing, or something that does not make it part of a name. */
bool follows_well(const struct reader *r, const struct match *m, size_t to)
{
    static const uint32_t between[] = { 0x4e4b, 0x95f4 }; /* 之间 */
    size_t k = m->to;
    while (k < to && token_is(r, k, C_BLANK))
        k++;
    if (k + 1 < to && !memcmp(r->cp + r->token[k].at, between, sizeof between) &&
        token_is(r, k + 1, C_OF)) /* 浓度在60至70微克/立方米之间的乡镇 */
        return false;
    if (k >= to || token_is(r, k, C_SEP | C_STOP | C_MODAL | C_LEAD | C_AGAINST | C_ZIP))
        return true;
    if (!strcmp(m->rule->op, "attain"))
        return r->cp[r->token[k].at] == 0x4e3a || /* 以…达标为核心 */
               (m->list_from && r->cp[r->token[k].at] == 0x4e14) /* 达到…标准且… */ ||
               r->cp[r->token[k].at] == '('; /* 空气质量达标(各区参照执行) */
    if (token_is(r, k, C_OF) &&
        !(token_is(r, k + 1, C_QUOTA | C_STANDARD) && skip_front(r, k + 2, to) == to)) /* …的目标任务 */
        return false;
    if (token_is(r, k, C_OF))
        return true;
    if (token_is(r, m->from, C_FIGURE) && k < to) /* 85%以上污染负荷…: the rest of a share */
        return false;
    bool roman = m->figures && token_is(r, m->figure[0], C_ROMAN);
    if (roman && r->shut[r->token[k].at]) /* 保持在Ⅱ类(总氮除外) */
        return skip_front(r, k + 1, to) == to;
    if (roman && r->cp[r->token[k].at] == 0x5e76) /* 达到Ⅲ类并… */
        return true;
    static const uint32_t water[] = { 0x6c34, 0x8d28 }; /* 12个断面达到Ⅲ类以上水质 */
    if (roman && r->token[k].end - r->token[k].at == 2 &&
        !memcmp(r->cp + r->token[k].at, water, sizeof water))
        return skip_front(r, k + 1, to) == to;
    if (roman)
        return token_is(r, k, C_STANDARD);
    return !token_is(r, k, C_INDICATOR | C_TAIL);
}
