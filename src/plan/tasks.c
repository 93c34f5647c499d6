/* tasks.c - finds work that has a quantity or a date: counted tasks, uncounted ones under a date, and notes for the rest. */
#include "plan/internal.h"

#include <string.h>

#include "base/scoped.h"

struct work {
    size_t clause;
    size_t verb;            /* token */
    size_t quote, quote_to; /* tokens */
    size_t owner, owner_to; /* tokens; equal: none */
    size_t subject, subject_to;
    size_t until;           /* a date before this token may govern */
    size_t figure, figures; /* which of the clause's quantities this is */
    bool stretch;
};

static bool any(const struct reader *r, size_t from, size_t to, uint64_t classes)
{
    for (size_t i = from; i < to; i++)
        if (token_is(r, i, classes))
            return true;
    return false;
}

static bool ends_with(const struct reader *r, size_t end, const uint32_t *s, size_t n)
{
    if (end < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (r->cp[end - n + i] != s[i])
            return false;
    return true;
}

static bool is_verb(const struct reader *r, size_t i, uint32_t flags)
{
    return token_is(r, i, C_VERB) && (token_flags(r, i) & flags) &&
           !token_is(r, i + 1, C_OF); /* 规划实施的第一年 */
}

/* A figure that counts work: not a level (%), a time or a class, nor a size that selects (30吨以上的…). */
static bool counts(const struct reader *r, size_t i)
{
    if (!token_is(r, i, C_FIGURE) || r->token[i].used)
        return false;
    const struct figure *f = &r->figure[r->token[i].figure];
    if (!f->unit || !(f->unit->flags & F_COUNT))
        return false;
    /* 2台75吨锅炉: the size is in the name */
    if (f->unit->canon && i && token_is(r, i - 1, C_FIGURE) && !token_is(r, i + 1, C_SEP | C_STOP | C_MORE))
        return false;
    if (!token_is(r, i + 1, C_MORE | C_WITHIN))
        return true;
    if (token_is(r, i + 2, C_OF))
        return false;
    static const char *const extent[] = { "公里", "公顷" }; /* no size of a thing: 完成400公里以上管网改造 */
    for (size_t k = 0; k < COUNT_OF(extent) && i; k++)
        if (f->unit->canon && !f->per_end && !strcmp(f->unit->canon, extent[k]) && token_is(r, i - 1, C_VERB))
            return true;
    bool size = f->unit->canon || f->per_end; /* 35蒸吨/小时以上燃煤锅炉: a size, where 500个以上 counts */
    if (size && token_is(r, i + 2, C_TEXT | C_INDICATOR | C_COMPOUND))
        return false;
    for (size_t k = i + 3; size && token_is(r, i + 2, C_SEP) && k < i + 16 && !token_is(r, k, C_STOP); k++)
        if (token_is(r, k, C_FIGURE) && token_is(r, k + 1, C_MORE | C_WITHIN))
            return !token_is(r, k + 2, C_TEXT | C_INDICATOR | C_COMPOUND); /* 5吨以上、100吨以上企业 */
    for (size_t k = i, far = i > 16 ? i - 16 : 0; k-- > far && !token_is(r, k, C_SEP | C_STOP);)
        if (token_is(r, k, C_FIGURE)) /* 23台35蒸吨以下燃煤锅炉 */
            return false;
    if (!token_is(r, i + 2, C_SEP | C_STOP))
        for (size_t k = i + 2; k < i + 16 && k < r->tokens && !token_is(r, k, C_SEP | C_STOP); k++)
            if (token_is(r, k, C_FIGURE)) /* 35蒸吨以下燃煤锅炉18台 */
                return false;
    return true;
}

/* 11个重点领域, 4个方面: what is counted is no thing. */
static bool uncounted_noun(const struct reader *r, size_t from, size_t to)
{
    if (to <= from || !token_is(r, to - 1, C_UNCOUNTED))
        return false;
    return to == from + 1 || r->token[to - 1].end - r->token[to - 1].at > 1; /* 5大, but 1个国家级 */
}

/* 沿江乡镇: many places without a name, which are worked on; 各乡镇 are called upon. */
static bool generic_place(const struct reader *r, size_t from, size_t to)
{
    static const uint32_t towns[] = { 0x4e61, 0x9547 }; /* 乡镇 */
    return ends_with(r, r->token[to - 1].end, towns, 2) && r->cp[r->token[from].at] != 0x5404 /* 各 */;
}

/* The owner: a subject that ends like an organ, a firm or a place. */
static void owner_find(const struct reader *r, struct work *w)
{
    size_t k = w->subject_to;
    while (k > w->subject && token_is(r, k - 1, C_EACH | C_SOFT | C_BLANK | C_ATLEAST | C_DATE))
        k--;
    if (k == w->subject)
        return;
    const struct token *last = &r->token[k - 1];
    static const uint32_t unit[] = { 0x4e3a, 0x5355, 0x4f4d }; /* 以县、区为单位 says how */
    if (ends_with(r, last->end, unit, 3)) {
        w->subject = w->subject_to;
        w->quote = w->verb;
        return;
    }
    static const uint32_t place[] = { 0x533a, 0x53bf, 0x5e02, 0x9547 }; /* 区 县 市 镇 */
    bool named = last->classes & C_OWNER;
    uint32_t c = r->cp[last->end - 1];
    for (size_t i = 0; i < COUNT_OF(place); i++)
        named |= c == place[i] &&
                 ((last->classes & C_TEXT) || ((last->classes & C_REGION) && k > w->subject + 1)) &&
                 last->end - r->token[w->subject].at <= 24;
    if (last->end - last->at > 1 && r->cp[last->end - 2] == 0x56ed /* 园 */) /* 工业园区 is worked on */
        named = false;
    if (!named && c == ')' && last->end > 1) /* …所有县(市、区) */
        for (size_t i = 0; i < COUNT_OF(place); i++)
            named |= r->cp[last->end - 2] == place[i];
    if (!named || generic_place(r, w->subject, k))
        return;
    w->owner = w->subject;
    w->owner_to = k;
    w->subject = w->subject_to;
}

static json_t *task_new(struct reader *r, const struct work *w, const char *rule, const char *kind)
{
    json_t *o = result_new(r, kind, rule, r->token[w->quote].at, r->token[w->quote_to - 1].end);
    if (!o)
        return NULL;
    const struct token *v = &r->token[w->verb];
    result_text(r, o, "verb", v->at, v->end);
    result_str(r, o, "modality", w->stretch ? "stretch" : "must");
    if (w->owner < w->owner_to)
        result_text(r, o, "owner", r->token[w->owner].at, r->token[w->owner_to - 1].end);
    if (!strcmp(kind, "task") &&
        json_object_set_new(o, "closable", json_boolean(is_verb(r, w->verb, F_DONE))) < 0)
        r->failed = -12;
    return o;
}

static void span_add(const struct reader *r, struct buf *b, size_t from, size_t to)
{
    from = skip_front(r, from, to);
    to = skip_back(r, from, to);
    while (from < to && token_is(r, from, C_OF | C_EACH))
        from++;
    while (to > from && token_is(r, to - 1, C_ATLEAST | C_ATMOST | C_EACH | C_BLANK))
        to--;
    if (from < to)
        text_add(r, b, r->token[from].at, r->token[to - 1].end, true);
}

/* What stands between verb and figure: names of a list before what they are (瓯江、鳌江3条河流) and examples before 等 are left off. */
static void before_add(const struct reader *r, struct buf *b, size_t from, size_t to, bool more_follows)
{
    bool list = false;
    for (size_t i = from; i < to; i++) {
        list |= token_is(r, i, C_SEP);
        if (list && token_is(r, i, C_ETC) && (i + 1 < to || more_follows)) {
            from = i + 1;
            list = false;
        }
    }
    if (!list || !more_follows)
        span_add(r, b, from, to);
}

/* A级企业2家、B级及C级企业8家: a figure with a list sign right behind it ends its item. Where the next one begins, else 0. */
static size_t sep_behind(const struct reader *r, size_t k, size_t to)
{
    size_t i = k + 1;
    while (i < to && token_is(r, i, C_MORE | C_WITHIN | C_ABOUT | C_BLANK))
        i++;
    return i < to && token_is(r, i, C_SEP) ? i + 1 : 0;
}

/* Where the thing counted by figure k of the clause begins and ends: from the list sign before it to the one before the next. */
static void item_bounds(const struct reader *r, size_t from, size_t to, size_t k, size_t *ret_from,
                        size_t *ret_to)
{
    size_t before = from, after = to, last = to;
    for (size_t i = k; i-- > from;) {
        if (counts(r, i)) {
            before = sep_behind(r, i, k);
            for (size_t j = k; !before && j-- > i;)
                if (token_is(r, j, C_SEP))
                    before = j + 1;
            before = before ? before : from;
            break;
        }
    }
    size_t own = sep_behind(r, k, to);
    for (size_t i = k + 1; i < to; i++) {
        if (token_is(r, i, C_SEP))
            last = i;
        if (counts(r, i)) {
            after = own ? own - 1 : last;
            break;
        }
    }
    *ret_from = before;
    *ret_to = after < k + 1 ? k + 1 : after;
}

/* The owner that stands with date i of several: 党委常委会每半年、政府常务会议每季度… */
static void owner_beside(struct reader *r, json_t *o, size_t from, size_t date)
{
    size_t a = skip_front(r, from, date), b = skip_back(r, a, date);
    if (a < b && token_is(r, b - 1, C_OWNER))
        result_text(r, o, "owner", r->token[a].at, r->token[b - 1].end);
}

static void task_emit(struct reader *r, const struct work *w, const char *rule, const struct figure *f,
                      const struct buf *object, bool year_too)
{
    size_t date[LIST_MAX], dates = dates_for(r, w->clause, w->until, date, LIST_MAX), k = 0;
    do { /* several dates in the clause make one task each */
        json_t *o = task_new(r, w, rule, "task");
        if (!o)
            return;
        result_str(r, o, "object", object->data ? object->data : "");
        if (f)
            result_figure(r, o, f);
        if (dates < 2) {
            result_by(r, o, w->clause, w->until, year_too);
            return;
        }
        size_t chosen = w->figures == dates ? w->figure : k;
        result_date(r, o, date[chosen]);
        owner_beside(r, o, chosen ? date[chosen - 1] + 1 : r->clause[w->clause].from, date[chosen]);
    } while (++k < dates && w->figures != dates);
}

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
    if (!object.len)
        text_add(r, &object, r->token[w->verb].at, r->token[w->verb].end, true);
    task_emit(r, w, "task.counted", f, &object, true);
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
    for (size_t i = from; i < k; i++)
        if (token_is(r, i, C_VERB))
            near = i;
    for (size_t i = k + 1; i < to && near == to; i++)
        if (token_is(r, i, C_VERB) && token_is(r, i - 1, C_SOFT | C_MODAL | C_DATE | C_TEXT))
            near = i;
    return near;
}

static void work_frame(const struct reader *r, struct work *w, size_t from, size_t to)
{
    w->subject = skip_front(r, from, to);
    w->quote_to = skip_back(r, from, to);
    size_t lead = w->subject;
    if (token_is(r, lead, C_VERB) && lead < w->verb &&
        (token_flags(r, lead) & (F_CAUSE | F_WEAK))) { /* 推进甲厂完成… */
        w->subject = skip_front(r, lead + 1, w->verb);
        w->owner = w->subject;
        w->owner_to = skip_back(r, w->subject, w->verb);
        w->subject_to = w->subject;
        w->quote = w->owner < w->owner_to ? w->owner : w->verb;
        return;
    }
    w->subject_to = w->verb > w->subject && w->verb < to ? skip_back(r, w->subject, w->verb) : w->subject;
    bool place = w->subject > from && r->cp[r->token[w->subject - 1].at] == 0x5728; /* 在 */
    if (w->subject + 1 == w->subject_to && token_is(r, w->subject, C_REGION) &&
        !token_is(r, w->subject, C_OWNER)) /* 全市新建…, but 各区县新建… */
        place = true;
    for (size_t i = w->subject; i < w->subject_to; i++)
        if (token_is(r, i, C_FREQUENCY)) { /* 三级政府每年向人大报告 */
            w->subject_to = i;
            w->quote = w->subject;
            owner_find(r, w);
            return;
        }
    if ((place || token_is(r, w->subject, C_TOWARDS)) &&
        w->subject < w->subject_to) { /* 在…区域扩种…: a place, no subject */
        w->quote = w->verb;
        w->subject_to = w->subject;
        return;
    }
    w->quote = w->subject_to > w->subject ? w->subject : w->verb;
    owner_find(r, w);
}

/* Does 对 + things counted + a last verb of work stand at token i? */
static bool towards_own(const struct reader *r, size_t i, size_t to)
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

/* 新建3座、改造5座: the clause is cut where a new verb follows a list sign after a figure. */
static size_t segment_end(const struct reader *r, size_t from, size_t to)
{
    bool figure = false;
    for (size_t i = from; i < to; i++) {
        figure |= counts(r, i);
        if (figure && i > from && towards_own(r, i, to)) /* 组建3个小组对40家企业进行检查 */
            return i;
        if (!figure || !token_is(r, i, C_SEP))
            continue;
        size_t k = skip_front(r, i, to);
        if (!token_is(r, k, C_VERB) || is_verb(r, k, F_WEAK))
            continue;
        for (size_t j = k + 1; j < to && !token_is(r, j, C_SEP); j++)
            if (counts(r, j))
                return i;
    }
    return to;
}

/* 对督察反馈的14个问题,逐一建档立案 */
static bool towards_read(struct reader *r, size_t clause, size_t lead)
{
    const struct clause *c = &r->clause[clause], *next = c + 1;
    size_t k = lead + 1, verb = c->to, end = c->to;
    while (k < c->to && !counts(r, k))
        k++;
    if (k >= c->to)
        return false;
    for (size_t i = lead + 1; i < k;
         i++) /* 对重点单位开展1次监测: counted by its verb; but 对排查发现的14个问题 */
        if (token_is(r, i, C_VERB) && !any(r, i, k, C_OF))
            return false;
    for (size_t i = k + 1; i < c->to && verb == c->to; i++)
        if (token_is(r, i, C_VERB) &&
            (i + 1 == skip_back(r, k, c->to) || is_verb(r, i, F_MID) || !is_verb(r, i, F_DATED | F_WEAK)))
            verb = i;
    if (verb == c->to && clause + 1 < r->clauses && c->stop == ',') {
        size_t at = skip_front(r, next->from, next->to);
        if (token_is(r, at, C_VERB) && at + 1 == skip_back(r, at, next->to)) {
            verb = at;
            end = next->to;
        }
    }
    size_t last = skip_back(r, k, c->to);
    if (verb == c->to && last > k + 1 && token_is(r, last - 1, C_NAME)) /* 对30处点位进行“回头看” */
        verb = last - 1;
    if (verb == c->to)
        return true; /* a frame: 针对14个问题,建立机制 */
    struct work w = {
        .clause = clause, .verb = verb, .quote = skip_front(r, lead + 1, k + 1), .until = lead
    };
    w.quote_to = skip_back(r, w.quote, end);
    w.subject = w.subject_to = w.quote;
    size_t things = verb < c->to ? verb : c->to, a, b;
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
            span_add(r, &object, verb + 1, c->to);
        task_emit(r, &w, "task.counted_towards", &r->figure[r->token[i].figure], &object, true);
    }
    return true;
}

static bool modal_in(const struct reader *r, size_t from, size_t to)
{
    return any(r, from, to, C_MODAL);
}

/* 完成110%的年度减排工程: a percentage of work done. */
static bool percent_read(struct reader *r, size_t clause, size_t lead)
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
    bool behind = of > k + 1 && token_is(r, of - 1, C_OF); /* 完成整治任务的80% */
    if (behind && is_verb(r, lead, F_DONE) && token_is(r, last - 1, C_FIGURE) && !r->token[last - 1].used &&
        r->figure[r->token[last - 1].figure].percent) {
        struct work w = {
            .clause = clause, .verb = lead, .until = lead, .stretch = modal_in(r, c->from, c->to)
        };
        scoped(buf_release) struct buf what = BUF_INIT;
        work_frame(r, &w, c->from, c->to);
        span_add(r, &what, lead + 1, of - 1);
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
    if (!object.len)
        return false;
    task_emit(r, &w, "task.share_of_work", &r->figure[r->token[k].figure], &object, true);
    return true;
}

/* 接入管网的村庄共计6个: a sum says what is, unless a verb of work leads. */
static bool summed(const struct reader *r, size_t from, size_t k)
{
    static const uint32_t sum[] = { 0x5171 /* 共 */, 0x5171, 0x8ba1 /* 共计 */, 0x5408, 0x8ba1 /* 合计 */ };
    size_t end = r->token[k].at, lead = skip_front(r, from, k);
    while (end && r->cp[end - 1] == ' ')
        end--;
    bool told = ends_with(r, end, sum, 1) || ends_with(r, end, sum + 1, 2) || ends_with(r, end, sum + 3, 2);
    return told && (!token_is(r, lead, C_VERB) || any(r, lead, k, C_OF));
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
    return ends_with(r, r->token[end - 1].end, demand, 2) || ends_with(r, r->token[end - 1].end, norm, 2);
}

static size_t counted_read(struct reader *r, size_t clause)
{
    const struct clause *c = &r->clause[clause];
    size_t found = 0, from = c->from, lead = skip_front(r, c->from, c->to), owner = 0, owner_to = 0;
    if (token_is(r, lead, C_FRAME) || among(r, lead, c->to))
        return 0;
    if (token_is(r, lead, C_TOWARDS) && any(r, lead, c->to, C_FIGURE) && towards_read(r, clause, lead))
        return 1;
    if (percent_read(r, clause, lead))
        return 1;
    if (token_is(r, lead, C_VERB) && is_verb(r, lead + 1, F_DONE)) /* 新增完成5个 */
        from = lead + 1;
    while (from < c->to && found < 2 * LIST_MAX) {
        size_t to = segment_end(r, from, c->to), tries = 0;
        for (size_t k = from; k < to && tries < LIST_MAX && !r->failed; k++) {
            if (!counts(r, k) || any(r, from, k, C_FRAME) || summed(r, from, k))
                continue;
            tries++;
            size_t verb = verb_for(r, from, to, k);
            if (verb == to || state_reached(r, verb, to))
                continue;
            struct work w = {
                .clause = clause, .verb = verb, .until = verb, .stretch = modal_in(r, c->from, c->to)
            };
            for (size_t i = from; i < to; i++) {
                w.figure += i < k && counts(r, i);
                w.figures += counts(r, i);
            }
            work_frame(r, &w, from, to);
            if (owner < owner_to && token_is(r, from - 1, C_TOWARDS)) { /* 甲局组建3个组对40家企业进行检查 */
                w.owner = owner;
                w.owner_to = owner_to;
            }
            owner = w.owner;
            owner_to = w.owner_to;
            found += counted_emit(r, &w, k, from, to);
        }
        from = to < c->to ? to + 1 : to;
    }
    return found;
}

/* …小区270个以上,示范村100个以上: a bare quantity takes the verb of the clause before. */
static size_t inherited_read(struct reader *r, size_t clause, size_t verb_clause, size_t verb)
{
    const struct clause *c = &r->clause[clause];
    size_t lead = skip_front(r, c->from, c->to), end = skip_back(r, c->from, c->to), k = end;
    if (verb_clause + 1 != clause || c[-1].stop != ',' ||
        any(r, c->from, c->to, C_VERB | C_TOWARDS | C_FRAME))
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

/* 实现 makes a task only with 全覆盖, …化, …运维, …排放. */
static bool ambit_end(const struct reader *r, size_t end)
{
    static const uint32_t whole[] = { 0x5168, 0x8986, 0x76d6 }, made[] = { 0x5316 },
                          run[] = { 0x8fd0, 0x7ef4 }, emit[] = { 0x6392, 0x653e };
    return ends_with(r, end, whole, 3) || ends_with(r, end, made, 1) || ends_with(r, end, run, 2) ||
           ends_with(r, end, emit, 2);
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
        if (is_verb(r, i, F_DATED) && (is_verb(r, i, F_MID) || any(r, lead, i, C_FREQUENCY) ||
                                       token_is(r, i - 1, C_SOFT | C_MODAL | C_DATE | C_FREQUENCY)))
            return i;
    if (end > lead && is_verb(r, end - 1, F_FINAL) && is_verb(r, end - 1, F_DATED))
        return end - 1;
    return to;
}

static bool in_rule(const struct reader *r, size_t from, size_t to) /* …制度: its frequency is no date */
{
    static const uint32_t rule[] = { 0x5236, 0x5ea6 };
    return to > from && ends_with(r, r->token[to - 1].end, rule, 2);
}

static size_t uncounted_read(struct reader *r, size_t clause)
{
    const struct clause *c = &r->clause[clause];
    size_t verb = dated_verb(r, c->from, c->to), end = skip_back(r, c->from, c->to),
           lead = skip_front(r, c->from, c->to);
    if (verb == c->to) { /* 问题整改到位 */
        if (end > lead && token_is(r, end - 1, C_SETTLED) && any(r, lead, end - 1, C_MATTER) &&
            date_for(r, clause, end - 1) >= 0)
            verb = end - 1;
        else
            return 0;
    }
    int date = date_for(r, clause, verb);
    size_t year_after = 0;
    if (is_verb(r, verb, F_DONE) && token_is(r, verb + 1, C_DATE)) { /* 完成2021年度超低排放改造项目 */
        date = (int)verb + 1;
        year_after = verb + 2;
    }
    if (date < 0 || any(r, c->from, c->to, C_FRAME) ||
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
    scoped(buf_release) struct buf object = BUF_INIT;
    if (w.subject < w.subject_to)
        span_add(r, &object, w.subject, w.subject_to);
    span_add(r, &object, year_after ? year_after : verb + 1, end);
    static const uint32_t early[] = { 0x63d0, 0x524d }; /* 提前 */
    for (size_t i = w.subject; i < verb && verb + 1 == end; i++) /* 湾区力争提前一年完成: no thing is named */
        if (token_is(r, i, C_SOFT) && !memcmp(r->cp + r->token[i].at, early, sizeof early))
            return 0;
    if (!object.len)
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

/* 对已治理完成的12处点位…: what has been done is what the work is about. */
static bool done_before(const struct reader *r, const struct clause *c, size_t fact)
{
    size_t lead = skip_front(r, c->from, c->to);
    return lead < fact && token_is(r, lead, C_TOWARDS | C_VERB) && any(r, fact, c->to, C_OF) &&
           r->cp[r->token[fact].at] == 0x5df2 /* 已 */;
}

static bool told_as_done(const struct reader *r, size_t clause)
{
    const struct clause *c = &r->clause[clause];
    if (r->past)
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

void tasks_read(struct reader *r, size_t clause)
{
    size_t before = r->founds;
    if (!told_as_done(r, clause)) {
        size_t found = counted_read(r, clause);
        if (!found && clause && r->carry_clause + 1 == clause)
            found = inherited_read(r, clause, r->carry_clause, r->carry_verb);
        if (found && r->founds > before) {
            const struct clause *c = &r->clause[clause];
            size_t lead = skip_front(r, c->from, c->to);
            if (token_is(r, lead, C_VERB))
                r->carry_verb = lead;
            r->carry_clause =
                token_is(r, lead, C_VERB) || r->carry_clause + 1 == clause ? clause : SENTENCE_MAX;
        }
        if (!found && !r->clause[clause].target)
            uncounted_read(r, clause);
    }
    if (clause + 1 == r->clauses && !r->founds)
        note_read(r);
}
