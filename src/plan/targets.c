/* targets.c - finds what shall be true of an indicator: the patterns of definitions/words/grammar.lua say how a value is put (value.c),
 * this file finds the subject before it and decides what is no target. */
#include "plan/value.h"

#include <string.h>

#include "base/scoped.h"

/* 到2025年,…由35%提高到50%: a date by which it is to be, in no year before the plan's. */
static bool falls_due(const struct reader *r, int date)
{
    static const uint32_t due[] = { 0x524d, 0x5185 }; /* 前 内 */
    if (date < 0 || (r->year && r->token[date].year && r->token[date].year < r->year))
        return false;
    for (size_t i = 0; i < COUNT_OF(due); i++)
        if (r->cp[r->token[date].end - 1] == due[i])
            return true;
    return date > 0 && token_is(r, (size_t)date - 1, C_TILL) &&
           r->cp[r->token[date - 1].end - 1] == 0x5230 /* 到 */;
}

/* What has been reached already is a fact: 已…, 由80微克下降到50微克, a year before the plan's. */
static bool fact(const struct reader *r, size_t clause, const struct match *m)
{
    const struct clause *c = &r->clause[clause];
    if (r->past)
        return true;
    int date = date_for(r, clause, m->from);
    bool meant = token_among(r, c->from, m->from, C_MODAL | C_LEAD) || falls_due(r, date);
    for (size_t i = c->from; i < m->to; i++) {
        if (token_is(r, i, C_FACT))
            return true;
        if (!meant && token_is(r, i, C_FROM)) {
            size_t k = i + 1;
            while (k < m->from && k < i + 4 &&
                   !token_is(r, k, C_FIGURE | C_ROMAN)) /* 由2015年45微克, and 由年45微克 */
                k++;
            if (k < m->from && token_is(r, k, C_FIGURE | C_ROMAN))
                return true;
        }
    }
    if (date > 0 && !meant && token_is(r, (size_t)date - 1, C_TILL) &&
        r->cp[r->token[date - 1].at] == 0x81ea) /* 自2019年11月起,水质达到…: what has been since */
        return true;
    return date >= 0 && r->year && r->token[date].year && r->token[date].year < r->year;
}

/* 优良率确保90%以上,力争94%: nothing but a figure stands behind the modal word, and it counts no things. */
static bool aims_at_level(const struct reader *r, const struct match *m, size_t to)
{
    const struct figure *f = m->figures ? &r->figure[r->token[m->figure[0]].figure] : NULL;
    bool ends = skip_front(r, m->to, to) == to || token_is(r, m->to, C_SEP);
    bool things = f && f->unit && (f->unit->flags & F_COUNT) && f->unit->canon == NULL;
    return ends && f && !things && (f->unit || token_is(r, m->figure[0], C_ROMAN));
}

/* 空气质量综合指数进入全省前8名: what is ranked ends with its indicator; verbs and how many are ranked stand behind it. */
static bool ranks(struct reader *r, size_t begin, struct match *m)
{
    const struct figure *f = &r->figure[r->token[m->figure[0]].figure];
    uint32_t unit = f->unit_at < f->unit_end ? r->cp[f->unit_at] : 0;
    if (unit != 0x540d /* 名 */ && unit != 0x4f4d /* 位 */)
        return false;
    for (size_t i = begin; i < m->to; i++)
        if (token_is(r, i, C_FIGURE))
            r->token[i].used = true; /* 168个城市, and the rank itself: nobody's work */
    static const struct rule left = { .name = "target.rank_left",
                                      .op = ">",
                                      .starts = UINT64_C(1) << NO_RANK };
    if (r->cp[r->token[m->from].end - 1] == 0x540e /* 后 */)
        m->rule = &left;
    return true;
}

/* 水质进一步改善,达到水环境质量功能区标准: the standard's name holds a word of an indicator, and the clause before says what reaches it. */
static bool carried_by(struct reader *r, const struct target *t, const struct match *m)
{
    struct subject s = { .from = m->from, .to = m->from };
    uint32_t c = r->cp[r->token[m->from].at];
    return !strcmp(m->rule->name, "target.attain_standard") && c != 0x5b8c /* 完成 */ &&
           skip_front(r, r->clause[t->clause].from, m->from) >= m->from && subject_before(r, t->clause, &s);
}

/* 我市完成省下达的…: who is to reach it is where it is to be true. */
static void quota_region(const struct reader *r, struct subject *s)
{
    static const uint32_t ends[] = { 0x5e02, 0x53bf, 0x533a, 0x9547, ')' }; /* 市 县 区 镇 (市、区) */
    uint32_t last = s->to > s->from ? r->cp[r->token[s->to - 1].end - 1] : 0;
    bool place = s->to > s->from && token_is(r, s->from, C_REGION);
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        place |= last == ends[i] && token_is(r, s->from, C_TEXT);
    s->region = place ? s->from : 0;
    s->region_to = place ? s->to : 0;
}

/* 空气质量改善和污染物减排目标: a goal of change is a level, where a 任务 is work. */
static bool names_goal(const struct reader *r, size_t token)
{
    for (size_t i = r->token[token].at; i + 1 < r->token[token].end; i++)
        if (r->cp[i] == 0x76ee && r->cp[i + 1] == 0x6807 /* 目标 */)
            return true;
    return false;
}

/* 完成省下达我市的A、B等任务指标: what is to be reached stands inside the value. */
enum quota { QUOTA_NONE, QUOTA_MADE, QUOTA_OF_WORK };
static enum quota quota_take(struct reader *r, struct target *t, struct subject *s, const struct match *m)
{
    size_t item[LIST_MAX][2], quote = m->from, of = m->list_from, list_to = m->list_to;
    struct subject within = *s;
    if (carried_by(r, t, m))
        return QUOTA_NONE;
    quota_region(r, &within);
    if (within.region < within.region_to)
        quote = within.region;
    for (size_t i = m->list_from; i < m->list_to && !indicator_in(r, i, i + 1); i++) /* 国家、省下达的… */
        if (token_is(r, i, C_OF | C_ISSUED)) {
            of = i + 1;
        } else if (token_is(r, i, C_REGION) && within.region == within.region_to) {
            within.region = i;
            within.region_to = i + 1;
        } else if (token_is(r, i, C_DATE) && r->token[i].year) { /* 下达的2024年度…目标: that year's share */
            t->by = (int)i;
        }
    for (size_t i = of; i < list_to; i++)
        if (token_is(r, i,
                     C_FIGURE)) { /* …、氨氮4项主要污染物年度减排目标: the list ends where it is counted */
            r->token[i].used = true;
            list_to = i;
        }
    size_t items = items_split(r, of, list_to, item);
    for (size_t i = 0; i < items; i++) /* A浓度控制目标和B天数控制目标 */
        while (item[i][1] > item[i][0] + 1 && token_is(r, item[i][1] - 1, C_QUOTA | C_STANDARD))
            item[i][1]--;
    if (!items || !indicator_in(r, item[0][0], item[0][1]) || (items > 1 && !list_is_real(r, item, items)))
        return QUOTA_NONE;
    for (size_t i = 0; i < items; i++) { /* 地表水环境治理年度任务, 碳强度降低任务: work, and no level */
        size_t last = item[i][1] - 1;
        bool goal = token_is(r, last, C_DOWN | C_UP | C_IMPROVE) && names_goal(r, m->list_to);
        if (!goal && token_is(r, last, C_VERB | C_DOWN | C_UP | C_IMPROVE) &&
            !indicator_in(r, last, last + 1))
            return QUOTA_OF_WORK;
    }
    within.quote = quote;
    t->s = &within;
    targets_share(r, t, item, items, m);
    t->s = s;
    return QUOTA_MADE;
}

/* 新增绿地50公顷、人均绿地面积达到13平方米: where what follows work on a quantity begins. */
static size_t behind_work(const struct reader *r, size_t begin, size_t to)
{
    size_t from = begin;
    for (size_t i = begin; i + 1 < to; i++)
        if (token_is(r, i, C_FIGURE) && token_is(r, i + 1, C_SEP) &&
            (token_is(r, skip_front(r, from, i), C_VERB) ||
             (i > from && token_is(r, i - 1, C_TAIL) && !r->figure[r->token[i].figure].percent)))
            from = i + 2;
    return from;
}

/* A share, a concentration (PM2.5浓度35微克/立方米) or a number of days (优良天数310天): no quantity of things. */
static bool is_level(const struct reader *r, size_t i, size_t tail)
{
    static const uint32_t days[] = { 0x5929, 0x6570 }; /* 天数 */
    const struct figure *f = &r->figure[r->token[i].figure];
    size_t end = r->token[tail].end;
    return f->percent || (f->unit && (f->unit->flags & F_LOW)) ||
           (f->unit && r->cp[f->unit_at] == days[0] && end >= 2 &&
            !memcmp(r->cp + end - 2, days, sizeof days));
}

/* 每周巡河不少于1次: how often something is done is work, not a level. */
static bool counts_times(const struct reader *r, const struct match *m)
{
    const struct figure *f = m->figures ? &r->figure[r->token[m->figure[0]].figure] : NULL;
    return f && f->unit && f->unit_end > f->unit_at && (f->unit->flags & F_COUNT) &&
           r->cp[f->unit_end - 1] == 0x6b21 /* 次 */ && token_is(r, m->from, C_ATLEAST);
}

/* 浓度每立方米不高于33微克: what the unit is measured in stands before the comparison, and goes to its figure. */
static void per_take(struct reader *r, const struct match *m, struct subject *s)
{
    const struct token *t = s->to > s->from ? &r->token[s->to - 1] : NULL;
    if (!t || !token_is(r, s->to - 1, C_TEXT) || r->cp[t->at] != 0x6bcf /* 每 */)
        return;
    const struct word *per = words_longest_of(r->w, C_PER, r->cp + t->at + 1, t->end - t->at - 1u);
    if (!per || t->at + 1u + per->len != t->end)
        return;
    for (size_t i = 0; i < m->figures; i++) {
        struct figure *f = &r->figure[r->token[m->figure[i]].figure];
        if (!f->unit || f->per_end || !(f->unit->flags & F_LOW))
            return;
        f->per_at = (uint16_t)(t->at + 1);
        f->per_end = t->end;
    }
    s->to = skip_back(r, s->from, s->to - 1);
}

/* 浓度在60至70微克/立方米的甲镇、乙镇的PM2.5浓度: a level that selects the places; where what follows it begins. */
static size_t behind_selection(const struct reader *r, size_t begin, size_t to)
{
    size_t from = begin;
    bool level = false;
    for (size_t i = begin; i < to; i++) {
        const struct figure *f = token_is(r, i, C_FIGURE) ? &r->figure[r->token[i].figure] : NULL;
        level |= f && f->unit && (f->unit->flags & F_LOW);
        bool share = token_flags(r, skip_back(r, i + 1, to) - 1) & F_RATIO; /* 浓度高于100毫克/升的规模占比 */
        if (level && !share && token_is(r, i, C_OF) && indicator_in(r, i + 1, to)) {
            from = i + 1;
            level = false;
        }
    }
    return from;
}

static bool value_take(struct reader *r, size_t clause, size_t begin, struct match *m)
{
    const struct clause *c = &r->clause[clause];
    begin = behind_selection(r, behind_work(r, begin, m->from), m->from);
    struct subject s = { .from = begin, .to = m->from, .quote = begin };
    struct target t = { .m = m, .s = &s, .clause = clause, .quote_end = m->to, .by = -1 };
    size_t item[LIST_MAX][2], items;
    if (r->token[m->from].at && r->cp[r->token[m->from].at - 1] == 0x6bcf) /* 浓度每下降10微克/立方米 */
        return false;
    if (counts_times(r, m) || !follows_well(r, m, c->to) || fact(r, clause, m) ||
        token_among(r, c->from, m->from, C_BAN))
        return false;
    static const uint64_t compares = UINT64_C(1) << NO_HOLD | UINT64_C(1) << NO_ATMOST |
                                     UINT64_C(1) << NO_ATLEAST | UINT64_C(1) << NO_REACH |
                                     UINT64_C(1) << NO_BELOW | UINT64_C(1) << NO_ABOVE |
                                     UINT64_C(1) << NO_DOWN | UINT64_C(1) << NO_UP;
    if (token_is(r, m->from, C_FIGURE) && m->from > begin && token_is(r, m->from - 1, compares))
        return false; /* refused with its comparison already */
    if (!strcmp(m->rule->name, "target.aim") && !aims_at_level(r, m, c->to))
        return false;
    for (size_t i = begin; i + 1 < m->from; i++) /* 由38%提高到52% */
        if (token_is(r, i, C_FROM) && (token_is(r, i + 1, C_FIGURE | C_ROMAN) ||
                                       (token_is(r, i + 1, C_COMPOUND) && token_is(r, i + 2, C_ROMAN)))) {
            s.to = i;
            break;
        }
    subject_trim(r, &s);
    per_take(r, m, &s);
    if (m->past) {
        s.baseline = m->past;
        s.baseline_to = m->to;
    }
    bool rank = m->rule->starts & C_RANK;
    if (rank && !ranks(r, begin, m))
        return false;
    while (rank && s.to > s.from && !token_is(r, s.to - 1, C_INDICATOR | C_TAIL))
        s.to--;
    for (size_t i = s.from; i < s.to && s.verb; i++) /* 完成省下达的A减排量8吨的任务: 完成 is no work on A */
        if (token_is(r, i, C_ISSUED)) {
            s.verb = false;
            s.from = s.quote = skip_front(r, i + 1 + token_is(r, i + 1, C_OF), s.to);
        }
    bool attain = !strcmp(m->rule->op, "attain");
    bool quota = attain && m->list_from &&
                 !m->figures; /* its subject is an owner, when it has one: 各区完成市下达的… */
    for (size_t i = m->list_from; quota && i + 1 < m->list_to;
         i++) /* 完成省下达的A、B分别为8吨、6吨的任务: figures of their own */
        if (token_is(r, i + 1, C_FIGURE) && (token_is(r, i, C_EQUAL | C_REACH | C_DOWN | C_UP) ||
                                             (token_is(r, i, C_TAIL | C_INDICATOR) && is_level(r, i + 1, i))))
            return false;
    if (quota && (s.from >= s.to || !indicator_in(r, s.from, s.to))) {
        enum quota made = quota_take(r, &t, &s, m);
        if (made != QUOTA_NONE)
            return made == QUOTA_MADE;
    }
    if (s.from >= s.to) {
        struct subject carried = s;
        bool first =
            rank || skip_front(r, c->from, c->to) >= m->from || begin > c->from || s.baseline < s.baseline_to;
        if (!first || !subject_before(r, clause, &carried))
            return false;
        s = carried;
    } else {
        r->subject_from = (uint16_t)s.quote;
        r->subject_to = (uint16_t)s.to;
    }
    if (attain && token_is(r, s.to - 1, C_FIGURE) &&
        r->figure[r->token[s.to - 1].figure].percent) { /* 湾区海水98%达标 */
        m->figure[m->figures++] = s.to - 1;
        s.to = skip_back(r, s.from, s.to - 1);
        if (s.from >= s.to)
            return false;
    }
    if (!subject_fits(r, m, &s) || work_goes_on(r, clause, m, &s))
        return false;
    for (size_t i = m->list_from; attain && i < m->list_to && s.region == s.region_to; i++)
        if (token_is(r, i, C_REGION)) { /* …完成省下达我市的目标任务 */
            s.region = i;
            s.region_to = i + 1;
        }
    if (places_share(r, &t, &s, m)) {
        r->subject = true;
        return true;
    }
    items = items_split(r, s.from, s.to, item);
    if (!items)
        return false;
    if (m->figures != items && (!list_is_real(r, item, items) || places_listed(r, item, items) ||
                                (items == 2 && m->figures == 1 && r->cp[r->token[item[0][1]].at] != 0x3001 &&
                                 joint_share(r, c->from, m->from, s.to)))) { /* 0x3001: 、 */
        item[0][0] = s.from;
        item[0][1] = s.to;
        items = 1;
    }
    targets_share(r, &t, item, items, m);
    r->subject = true;
    return true;
}

/* 压减煤炭消费总量5%以上: the verb before the indicator says which way. */
static bool cut_first(const struct reader *r, size_t begin, size_t i)
{
    size_t lead = skip_front(r, begin, i), end = skip_back(r, lead, i); /* 减排VOCs 30% */
    return lead + 1 < end && token_is(r, lead, C_DOWN) && token_is(r, lead, C_VERB) &&
           token_is(r, end - 1, C_TAIL | C_INDICATOR) && (token_flags(r, end - 1) & F_LOW);
}

/* 应急处置率100%: a share with no word of comparison. Returns the token behind it, 0 when there is none. */
static size_t bare_take(struct reader *r, size_t clause, size_t begin, size_t i)
{
    static const struct rule bare = { .name = "target.bare", .op = ">=", .low_op = "<=" },
                             about = { .name = "target.bare_about", .op = "=" },
                             cut = { .name = "target.cut", .op = "decrease" };
    const struct clause *c = &r->clause[clause];
    struct match m = { .rule = &bare, .from = i, .to = i + 1, .figure = { i }, .figures = 1 };
    if (token_is(r, i + 1, C_MORE)) {
        m.more = true;
        m.to++;
    }
    if (token_is(r, i + 1, C_ABOUT)) { /* PM2.5浓度28微克/立方米左右 */
        m.rule = &about;
        m.to++;
    }
    bool ends = skip_front(r, m.to, c->to) == c->to || token_is(r, m.to, C_SEP) ||
                (token_is(r, m.to, C_OF) && token_is(r, m.to + 1, C_QUOTA)); /* …82%的目标 */
    if (cut_first(r, begin, i))
        m.rule = &cut;
    size_t first = skip_front(r, begin, i);
    if (first + 1 == i && token_is(r, first, C_TAIL) &&
        r->cp[r->token[first].at] == 0x5b8c) /* 完成率97%: of what? */
        return 0;
    size_t before = skip_back(r, begin, i); /* 处理率:97% */
    if (before == begin || !ends || (!token_is(r, before - 1, C_TAIL) && m.rule != &cut) ||
        r->token[i].used || !is_level(r, i, before - 1))
        return 0;
    return value_take(r, clause, begin, &m) ? m.to : 0;
}

/* 沿江80%的乡镇达到…标准: nothing but a place before the share. */
static bool place_only(const struct reader *r, size_t from, size_t to)
{
    return r->token[to - 1].end - r->token[from].at <= 8 &&
           !token_among(r, from, to, ~(C_TEXT | C_BODY | C_REGION | C_BLANK));
}

/* 裸露土方100%苫盖, 主要污染物85%以上污染负荷有效管控: a share of things in some state. */
/* 收运体系覆盖95%以上的自然村 */
static bool covers(const struct reader *r, size_t to)
{
    static const uint32_t cover[] = { 0x8986, 0x76d6 }; /* 覆盖 */
    size_t end = r->token[to - 1].end;
    return end >= 2 && !memcmp(r->cp + end - 2, cover, sizeof cover);
}

static bool share_take(struct reader *r, size_t clause, size_t begin, size_t i)
{
    static const struct rule share = { .name = "target.share", .op = ">=" };
    const struct clause *c = &r->clause[clause];
    const struct figure *f = &r->figure[r->token[i].figure];
    size_t k = i + 1;
    if (!f->percent || r->token[i].used || token_is(r, k, C_ATTAIN)) /* 湾区海水98%达标 is attain */
        return false;
    struct match m = { .rule = &share, .from = i, .to = i + 1, .figure = { i }, .figures = 1 };
    if (token_is(r, k, C_MORE)) {
        m.more = true;
        k++;
    }
    size_t end = skip_back(r, k, c->to);
    bool of = token_is(r, k, C_OF);
    struct subject s = { .from = begin, .to = i, .quote = begin };
    if (k >= end || token_among(r, k, end, C_FIGURE | C_SEP) || fact(r, clause, &m) ||
        token_among(r, c->from, i, C_BAN | C_FRAME))
        return false;
    subject_trim(r, &s);
    bool head = s.from < s.to;
    if (s.verb || (head && s.to == s.from + 1 && token_is(r, s.from, C_DOWN | C_UP)) ||
        (token_is(r, s.from, C_VERB) && !(token_flags(r, s.from) & F_WEAK)) || (!head && !of) ||
        (head && of && !place_only(r, s.from, s.to) && !covers(r, s.to)) ||
        token_is(r, s.to - 1, C_AGAINST | C_OF))
        return false;
    if (head && token_is(r, s.from, C_VERB))
        s.from = s.quote = skip_front(r, s.from + 1, s.to);
    if (head && of && s.from + 1 == s.to && token_is(r, s.from, C_REGION)) { /* 全市40%以上的行政村 */
        s.region = s.from++;
        s.region_to = s.to;
    }
    size_t rest = of ? k + 1 : k;
    if (rest >= end || (head && s.from >= s.to && s.region == s.region_to))
        return false;
    json_t *o = result_new(r, "target", share.name, head ? r->token[s.quote].at : r->token[i].at,
                           r->token[end - 1].end);
    scoped(buf_release) struct buf name = BUF_INIT;
    if (head && s.from < s.to)
        text_add(r, &name, r->token[s.from].at, r->token[s.to - 1].end, true);
    text_add(r, &name, r->token[rest].at, r->token[end - 1].end, true);
    if (!o)
        return false;
    result_str(r, o, "indicator", name.data ? name.data : "");
    if (s.region < s.region_to)
        result_text(r, o, "region", r->token[s.region].at, r->token[s.region_to - 1].end);
    result_constant(r, o, "op", ">=");
    result_figure(r, o, f);
    result_constant(r, o, "modality", token_among(r, c->from, i, C_MODAL) ? "stretch" : "must");
    result_by(r, o, clause, i, true);
    r->token[i].used = true;
    r->clause[clause].target = true;
    return true;
}

/* 优良天数分别达到东县220天、西县210天 */
static bool each_place(struct reader *r, size_t clause, size_t begin, size_t i)
{
    const struct clause *c = &r->clause[clause];
    if (!token_is(r, i + 1, C_TEXT | C_REGION) && !token_is(r, i + 2, C_TEXT | C_REGION))
        return false;
    struct match head = { .from = i, .to = i + 1 };
    return !token_among(r, c->from, i, C_BAN) && !fact(r, clause, &head) &&
           levels_of_places(r, clause, begin, i);
}

void targets_read(struct reader *r, size_t clause)
{
    const struct clause *c = &r->clause[clause];
    size_t begin = c->from, i = c->from, tries = 0;
    if (!(clause && r->clause[clause - 1].target && r->clause[clause - 1].stop == ','))
        r->subject = false;
    while (i < c->to && tries < 2 * LIST_MAX && !r->failed) {
        struct match m;
        bool cut = token_is(r, i, C_FIGURE) && cut_first(r, begin, i);
        if (!cut && value_at(r, i, c->to, &m)) {
            tries++;
            if (value_take(r, clause, begin, &m)) {
                begin = i = m.to;
                continue;
            }
        }
        if (i > begin && token_is(r, i, C_REACH | C_ATLEAST | C_ATMOST | C_HOLD | C_DOWN | C_UP) &&
            each_place(r, clause, begin, i))
            return;
        size_t next = token_is(r, i, C_FIGURE) ? bare_take(r, clause, begin, i) : 0;
        if (next) {
            begin = i = next;
            continue;
        }
        if (token_is(r, i, C_FIGURE) && share_take(r, clause, begin, i))
            return;
        i++;
    }
}
