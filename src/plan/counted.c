/* counted.c - work on a number of things: one task a quantity. */
#include "plan/work.h"

#include <string.h>

#include "base/scoped.h"

/* 对20个乡镇开展检查: 开展 carries the verb behind it. */
static bool carries_on(const struct reader *r, size_t i)
{
    return token_is(r, i, C_VERB) && r->token[i].end - r->token[i].at == 2 &&
           r->cp[r->token[i].at] == 0x5f00 && r->cp[r->token[i].at + 1] == 0x5c55;
}

/* One task for figure k; two for A和B各2座. */
static bool counted_emit(struct reader *r, const struct work *w, size_t k, size_t from, size_t to)
{
    size_t a, b, post = k + 1;
    item_bounds(r, from, to, k, &a, &b);
    while (post < b && token_is(r, post, C_MORE | C_WITHIN | C_ABOUT | C_OF | C_BLANK))
        post++;
    const struct figure *f = &r->figure[r->token[k].figure];
    size_t verb_end = w->verb >= a && w->verb < k ? w->verb + 1 : a;
    while (verb_end + 1 < k && verb_end > a && token_is(r, verb_end, C_SEP) &&
           token_is(r, verb_end + 1, C_VERB))
        verb_end += 2; /* 新建、改造管网150公里 */
    size_t tail = w->verb > k && w->verb < b ? w->verb : b;
    if (tail > post && uncounted_noun(r, post, skip_back(r, post, tail)))
        return false;
    size_t each = skip_back(r, verb_end, k);
    if (each > verb_end && token_is(r, each - 1, C_EACH)) {
        for (size_t i = verb_end, begin = verb_end; i < each; i++) {
            if (!token_is(r, i, C_SEP) && i + 1 < each)
                continue;
            scoped(buf_release) struct buf object = BUF_INIT;
            span_add(r, &object, begin, i);
            if (object.len)
                task_emit(r, w, "task.counted_each", f, &object, true);
            begin = i + 1;
        }
        return true;
    }
    scoped(buf_release) struct buf object = BUF_INIT;
    if (w->subject < w->subject_to && w->subject_to <= k && w->verb < k)
        span_add(r, &object, w->subject, w->subject_to);
    verb_end = verb_end < w->quote && w->quote <= k ? w->quote : verb_end; /* nothing that is not quoted */
    before_add(r, &object, verb_end, k, tail > post);
    if (tail > post)
        span_add(r, &object, post, tail - (tail == w->verb && carries_on(r, tail - 1)));
    if (tail < b)
        span_add(r, &object, tail + 1, b);
    if (!object.len) { /* 8个和6个入海排污口整治 */
        size_t last = to;
        for (size_t i = k + 1; i < to; i++)
            if (counts(r, i))
                last = i + 1;
        span_add(r, &object, last, to);
        for (size_t i = w->verb + 1; /* 分别淘汰锅炉5台、3台 */ !object.len && w->verb < k && i < k; i++)
            if (counts(r, i))
                span_add(r, &object, w->verb + 1, i);
    }
    struct work named = *w;
    if (!object.len) { /* 整改完成4个 */
        size_t work = w->verb && token_is(r, w->verb - 1, C_VERB) ? w->verb - 1 : w->verb;
        text_add(r, &object, r->token[work].at, r->token[work].end, true);
        named.quote = work < named.quote ? work : named.quote;
    }
    task_emit(r, &named, "task.counted", f, &object, true);
    return true;
}

/* The verb that counts figure k: the leading one, the final one, or the nearest before. to when there is none. */
static size_t verb_for(const struct reader *r, size_t from, size_t to, size_t k)
{
    size_t lead = skip_front(r, from, to), end = skip_back(r, from, to), near = to;
    if (token_is(r, lead, C_REGION))
        lead = skip_front(r, lead + 1, to);
    bool final = end > k + 1 && token_is(r, end - 1, C_VERB);
    if (token_is(r, lead, C_VERB) && lead < k &&
        !(final && is_verb(r, lead, F_OPEN) && is_verb(r, end - 1, F_DONE))) {
        if (is_verb(r, lead, F_CAUSE | F_WEAK))
            for (size_t i = lead + 1; i < k; i++)
                if (is_verb(r, i, F_MID))
                    return i;
        return lead;
    }
    for (size_t i = from; i < k; i++)
        if (is_verb(r, i, F_MID) ||
            (token_is(r, i, C_VERB) &&
             (token_is(r, i - 1, C_SOFT | C_MODAL | C_DATE | C_EACH | C_BLANK) || i + 1 == k)))
            return i;
    for (size_t i = k + 1; i < end; i++) /* 10家企业完成…改造 */
        if (is_verb(r, i, F_DONE) && is_verb(r, i, F_MID))
            return i;
    if (final)
        return end - 1;
    for (size_t i = from; i < k; i++) /* but 督察组移交的7个问题: what they are */
        if (token_is(r, i, C_VERB) && !token_is(r, i + 1, C_OF))
            near = i;
    for (size_t i = k + 1; i < to && near == to; i++)
        if (token_is(r, i, C_VERB) && token_is(r, i - 1, C_SOFT | C_MODAL | C_DATE | C_TEXT))
            near = i;
    return near;
}

/* Does a verb with a quantity of its own stand at i, right behind a sum of money? */
static bool money_for(const struct reader *r, size_t i, size_t to)
{
    if (!i || !token_is(r, i, C_VERB) || !token_is(r, i - 1, C_FIGURE) ||
        r->cp[r->token[i - 1].end - 1] != 0x5143 /* 元 */)
        return false;
    for (size_t k = i + 1; k < to; k++)
        if (counts(r, k))
            return true;
    return false;
}

/* 新建3座、改造5座: the clause is cut where a new verb follows a list sign after a figure. */
static size_t segment_end(const struct reader *r, size_t from, size_t to)
{
    bool figure = false;
    for (size_t i = from; i < to; i++) {
        figure |= counts(r, i) || (token_is(r, i, C_FIGURE) && r->token[i].used);
        if (figure && i > from && towards_own(r, i, to)) /* 组建3个小组对40家企业进行检查 */
            return i;
        if (figure && money_for(r, i, to)) /* 投资8000万元建设管网40公里 */
            return i;
        if (!figure || !token_is(r, i, C_SEP))
            continue;
        size_t k = skip_front(r, i, to);
        for (size_t j = k; j < to && !token_is(r, j, C_SEP | C_FIGURE); j++)
            if (token_is(r, j, C_FREQUENCY)) /* 甲会每年听取2次、乙会每季度研究1次 */
                return i;
        if (!token_is(r, k, C_VERB) || is_verb(r, k, F_WEAK))
            continue;
        for (size_t j = k + 1; j < to && !token_is(r, j, C_SEP); j++)
            if (counts(r, j))
                return i;
    }
    return to;
}

/* 接入管网的村庄共计6个: a sum says what is, unless a verb of work leads. */
static bool summed(const struct reader *r, size_t from, size_t k)
{
    static const uint32_t sum[] = { 0x5171 /* 共 */, 0x5171, 0x8ba1 /* 共计 */, 0x5408, 0x8ba1 /* 合计 */ };
    size_t end = r->token[k].at, lead = skip_front(r, from, k);
    while (end && r->cp[end - 1] == ' ')
        end--;
    bool told = text_ends(r, end, sum, 1) || text_ends(r, end, sum + 1, 2) || text_ends(r, end, sum + 3, 2);
    static const uint32_t cost[] = { 0x603b, 0x6295, 0x8d44 }; /* 总投资: what it costs, no work */
    static const uint32_t scale[] = { 0x5efa, 0x8bbe, 0x89c4,
                                      0x6a21 }; /* 建设规模为日处理污水6万吨: how big */
    if (text_ends(r, end, cost, 3))
        return true;
    for (size_t i = from; i < k; i++)
        if (token_is(r, i, C_COMPOUND) && !memcmp(r->cp + r->token[i].at, scale, sizeof scale))
            return true;
    return told && (!token_is(r, lead, C_VERB) || token_among(r, lead, k, C_OF));
}

/* 新增面积不得超过10公顷: a rule, no work. */
static bool banned(const struct reader *r, size_t k)
{
    return k && token_is(r, k - 1, C_ATMOST) && r->cp[r->token[k - 1].at] == 0x4e0d /* 不 */ &&
           r->cp[r->token[k - 1].at + 1] == 0x5f97 /* 得 */;
}

/* 督察移交的73个问题中,…: what follows is said of some of them, nothing is to be done with all. */
static bool among(const struct reader *r, size_t lead, size_t to)
{
    return to > lead && !token_is(r, lead, C_VERB | C_TOWARDS) && r->cp[r->token[to - 1].end - 1] == 0x4e2d;
}

/* 20个村达到…要求: a state that things are to be in, no work. */
static bool state_reached(const struct reader *r, size_t verb, size_t to)
{
    static const uint32_t demand[] = { 0x8981, 0x6c42 }, norm[] = { 0x6807, 0x51c6 }; /* 要求 标准 */
    size_t end = skip_back(r, verb, to);
    if (!token_is(r, verb, C_MEET) || !is_verb(r, verb, F_WEAK) || end <= verb + 1)
        return false;
    if (token_is(r, skip_front(r, verb + 1, end), C_FIGURE)) /* 3个区达到60微克/立方米 */
        return true;
    return text_ends(r, r->token[end - 1].end, demand, 2) || text_ends(r, r->token[end - 1].end, norm, 2);
}

/* 氨氮减排量6吨: an amount of work that is named by a noun, with no word of comparison, which would make it a level. */
static bool reduction_read(struct reader *r, size_t clause, size_t from, size_t to, size_t k)
{
    static const uint32_t amount[][3] = { { 0x51cf, 0x6392, 0x91cf },
                                          { 0x524a, 0x51cf, 0x91cf } }; /* 减排量 削减量 */
    size_t a, b;
    item_bounds(r, from, to, k, &a, &b);
    a = skip_front(r, a, k);
    a += a + 1 < k && token_is(r, a, C_REGION);
    bool work = token_flags(r, k - 1) & F_WORK; /* 人工造林20万亩 */
    if (a >= k || !(work || token_is(r, k - 1, C_TAIL)) ||
        (k + 1 < to && !token_is(r, k + 1, C_SEP | C_MORE)) ||
        !(work || text_ends(r, r->token[k - 1].end, amount[0], 3) ||
          text_ends(r, r->token[k - 1].end, amount[1], 3)))
        return false;
    struct work w = {
        .clause = clause, .verb = k - 1, .verb_chars = work ? 0 : 2, .quote = a, .quote_to = k + 1, .until = a
    };
    scoped(buf_release) struct buf object = BUF_INIT;
    span_add(r, &object, a, k);
    task_emit(r, &w, "task.counted_amount", &r->figure[r->token[k].figure], &object, true);
    return true;
}

/* 建成后日处理污水5万吨: what the work will be good for. */
static bool once_done(const struct reader *r, size_t lead)
{
    return token_is(r, lead, C_COMPOUND) && r->cp[r->token[lead].end - 1] == 0x540e /* 后 */;
}

/* Where the words about figure k begin, which stands before its verb. */
static size_t item_front(const struct reader *r, size_t from, size_t to, size_t k)
{
    size_t a, b;
    item_bounds(r, from, to, k, &a, &b);
    a = skip_front(r, a, k);
    while (token_is(r, a, C_TOWARDS) && a < k)
        a = skip_front(r, a + 1, k);
    return a;
}

/* 27项问题完成整改25项: the first is what the second is part of. */
static bool whole_of(const struct reader *r, size_t verb, size_t to, size_t k)
{
    size_t last = skip_back(r, verb, to);
    if (verb >= to || verb < k || last < verb + 2 || !counts(r, last - 1) || !is_verb(r, verb, F_DONE))
        return false;
    const struct figure *all = &r->figure[r->token[k].figure], *part = &r->figure[r->token[last - 1].figure];
    for (size_t i = verb + 1; i + 1 < last; i++)
        if (!token_is(r, i, C_VERB | C_SOFT | C_BLANK))
            return false;
    return all->unit == part->unit && part->value <= all->value;
}

size_t counted_read(struct reader *r, size_t clause)
{
    const struct clause *c = &r->clause[clause];
    size_t found = 0, from = c->from, lead = skip_front(r, c->from, c->to), owner = 0, owner_to = 0;
    if (token_is(r, lead, C_FRAME) || among(r, lead, c->to) || once_done(r, lead))
        return 0;
    if (token_is(r, lead, C_TOWARDS) && token_among(r, lead, c->to, C_FIGURE) &&
        towards_read(r, clause, lead))
        return 1;
    if (is_verb(r, lead, F_CAUSE) && token_is(r, lead + 1, C_TOWARDS) &&
        towards_read(r, clause, lead + 1)) /* 组织对60家企业开展专项检查 */
        return 1;
    if (percent_read(r, clause, lead) || waiting_read(r, clause, lead))
        return 1;
    if (token_is(r, lead, C_VERB) && is_verb(r, lead + 1, F_DONE) &&
        is_verb(r, lead + 1, F_DATED)) /* 新增完成5个, but 完成搬迁5家 */
        from = lead + 1;
    while (from < c->to && found < 2 * LIST_MAX) {
        size_t to = segment_end(r, from, c->to), tries = 0;
        for (size_t k = from; k < to && tries < LIST_MAX && !r->failed; k++) {
            if (!counts(r, k) || token_among(r, from, k, C_FRAME) || summed(r, from, k) || banned(r, k))
                continue;
            tries++;
            size_t verb = verb_for(r, from, to, k);
            if (whole_of(r, verb, to, k))
                continue;
            if (verb == to)
                found += reduction_read(r, clause, from, to, k);
            if (verb == to || state_reached(r, verb, to))
                continue;
            r->counted_verb = verb;
            struct work w = {
                .clause = clause, .verb = verb, .until = verb, .stretch = modal_in(r, c->from, c->to)
            };
            for (size_t i = from; i < to; i++) {
                w.figure += i < k && counts(r, i);
                w.figures += counts(r, i);
            }
            work_frame(r, &w, from, to);
            if (k < w.quote) /* 在3个县开展试点: the quote begins with what is counted */
                w.quote = item_front(r, from, to, k);
            if (owner < owner_to && token_is(r, from - 1, C_TOWARDS)) { /* 甲局组建3个组对40家企业进行检查 */
                w.owner = owner;
                w.owner_to = owner_to;
            }
            owner = w.owner;
            owner_to = w.owner_to;
            found += counted_emit(r, &w, k, from, to);
        }
        from = to < c->to && !token_is(r, to, C_VERB) ? to + 1 : to;
    }
    return found;
}

/* 其中甲类治理18个、乙类改造47个: parts of what the clause before counts, though their names end in verbs. A verb of its own stands first
 * or right before the figure (新建3座; 城区完成30个). */
bool shares_listed(const struct reader *r, size_t clause)
{
    static const uint32_t among_them[] = { 0x5176, 0x4e2d }; /* 其中 */
    const struct clause *c = &r->clause[clause];
    size_t lead = skip_front(r, c->from, c->to), end = skip_back(r, c->from, c->to), figures = 0;
    if (lead == c->from || memcmp(r->cp + r->token[c->from].at, among_them, sizeof among_them) != 0)
        return false;
    for (size_t i = lead, begin = lead; i < end; i++) {
        if (token_is(r, i, C_SEP))
            begin = skip_front(r, i, end);
        if (!token_is(r, i, C_FIGURE))
            continue;
        if (!counts(r, i) || begin >= i || token_is(r, begin, C_VERB) || is_verb(r, i - 1, F_DONE) ||
            (i + 1 < end && !token_is(r, i + 1, C_SEP | C_MORE | C_ABOUT)))
            return false;
        figures++;
    }
    return figures > 0;
}

/* …小区270个以上,示范村100个以上: a bare quantity takes the verb of the clause before. */
size_t inherited_read(struct reader *r, size_t clause, size_t verb_clause, size_t verb)
{
    const struct clause *c = &r->clause[clause];
    size_t lead = skip_front(r, c->from, c->to), end = skip_back(r, c->from, c->to), k = end;
    if (verb_clause + 1 != clause || c[-1].stop != ',' ||
        token_among(r, c->from, c->to, C_TOWARDS | C_FRAME) ||
        (token_among(r, c->from, c->to, C_VERB) && !shares_listed(r, clause)))
        return 0;
    if (k > lead && token_is(r, k - 1, C_MORE | C_ABOUT))
        k--;
    if (k <= lead || !counts(r, k - 1))
        return 0;
    if (r->cp[r->token[k - 1].end - 1] == 0x5143 /* 元 */) /* …,总投资3亿元: what it costs, no work */
        return 0;
    struct work w = { .clause = clause,
                      .verb = verb,
                      .quote = verb,
                      .quote_to = end,
                      .until = lead,
                      .stretch = modal_in(r, c->from, c->to) };
    for (size_t i = clause; !token_among(r, c->from, lead, C_DATE) && i-- > 0;)
        if (r->clause[i].from <= verb &&
            verb < r->clause[i].to) { /* a date before the verb governs it here too */
            w.clause = i;
            w.until = verb;
            break;
        }
    size_t found = 0;
    for (size_t i = lead, begin = lead; i < end && found < LIST_MAX; i++) { /* 其中大气类5个、水类7个 */
        if (!counts(r, i) || (i + 1 < end && !token_is(r, i + 1, C_SEP | C_MORE | C_ABOUT)))
            continue;
        scoped(buf_release) struct buf object = BUF_INIT;
        span_add(r, &object, begin, i);
        begin = i + 1;
        if (!object.len)
            continue;
        task_emit(r, &w, "task.counted_carried", &r->figure[r->token[i].figure], &object, true);
        found++;
    }
    return found;
}
