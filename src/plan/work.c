/* work.c - a piece of work: its verb, who is to do it, and the task written from it. */
#include "plan/work.h"

#include <string.h>

#include "base/scoped.h"

bool text_ends(const struct reader *r, size_t end, const uint32_t *s, size_t n)
{
    if (end < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (r->cp[end - n + i] != s[i])
            return false;
    return true;
}

bool is_verb(const struct reader *r, size_t i, uint32_t flags)
{
    return token_is(r, i, C_VERB) && (token_flags(r, i) & flags) &&
           !token_is(r, i + 1, C_OF); /* 规划实施的第一年 */
}

bool modal_in(const struct reader *r, size_t from, size_t to)
{
    return token_among(r, from, to, C_MODAL);
}

/* 沿江乡镇: many places without a name, which are worked on; 各乡镇 are called upon. */
static bool generic_place(const struct reader *r, size_t from, size_t to)
{
    static const uint32_t towns[] = { 0x4e61, 0x9547 }; /* 乡镇 */
    return text_ends(r, r->token[to - 1].end, towns, 2) && r->cp[r->token[from].at] != 0x5404 /* 各 */;
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
    if (text_ends(r, last->end, unit, 3)) {
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

void work_frame(const struct reader *r, struct work *w, size_t from, size_t to)
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
    static const uint32_t plan[] = { 0x8ba1, 0x5212 }; /* 我市计划实施…, 计划年底前建成… */
    if (w->subject_to > w->subject && r->token[w->subject_to - 1].end - r->token[w->subject_to - 1].at == 2 &&
        text_ends(r, r->token[w->subject_to - 1].end, plan, 2))
        w->subject_to = skip_back(r, w->subject, w->subject_to - 1);
    static const uint32_t asked[][2] = { { 0x8981, 0x6c42 }, { 0x63d0, 0x51fa }, { 0x660e, 0x786e } };
    for (size_t i = 0; i < COUNT_OF(asked) && w->subject_to > w->subject; i++) /* 要求 提出 明确 */
        if (token_is(r, w->subject_to, C_DATE | C_TILL) &&
            text_ends(r, r->token[w->subject_to - 1].end, asked[i], 2)) /* 市政府要求6月底前完成…: who asks */
            w->subject = w->subject_to;
    if (w->subject_to > w->subject && token_is(r, w->subject, C_TEXT) &&
        !memcmp(r->cp + r->token[w->subject].at, plan, sizeof plan)) /* 计划用三年时间完成… */
        w->subject = w->subject_to;
    if (w->subject_to > w->subject + 1 && token_is(r, w->subject_to - 1, C_TOWARDS) &&
        token_is(r, w->subject_to, C_DATE)) /* 各乡镇要在6月底前完成… */
        w->subject_to = skip_back(r, w->subject, w->subject_to - 1);
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

json_t *task_new(struct reader *r, const struct work *w, const char *rule, const char *kind)
{
    json_t *o = result_new(r, kind, rule, r->token[w->quote].at, r->token[w->quote_to - 1].end);
    if (!o)
        return NULL;
    const struct token *v = &r->token[w->verb];
    result_text(r, o, "verb", v->at, w->verb_chars ? v->at + w->verb_chars : v->end);
    result_constant(r, o, "modality", w->stretch ? "stretch" : "must");
    if (w->owner < w->owner_to)
        result_text(r, o, "owner", r->token[w->owner].at, r->token[w->owner_to - 1].end);
    if (!strcmp(kind, "task") &&
        json_object_set_new(o, "closable", json_boolean(is_verb(r, w->verb, F_DONE))) < 0)
        r->failed = -12;
    return o;
}

void span_add(const struct reader *r, struct buf *b, size_t from, size_t to)
{
    from = skip_front(r, from, to);
    to = skip_back(r, from, to);
    while (from < to && token_is(r, from, C_OF | C_EACH))
        from++;
    while (to > from && token_is(r, to - 1, C_ATLEAST | C_ATMOST | C_EACH | C_BLANK))
        to = skip_back(r, from, to - 1);
    if (from < to)
        text_add(r, b, r->token[from].at, r->token[to - 1].end, true);
}

/* The owner that stands with date i of several: 党委常委会每半年、政府常务会议每季度… */
static void owner_beside(struct reader *r, json_t *o, size_t from, size_t date)
{
    size_t a = skip_front(r, from, date), b = skip_back(r, a, date);
    if (a < b && token_is(r, b - 1, C_OWNER))
        result_text(r, o, "owner", r->token[a].at, r->token[b - 1].end);
}

void task_emit(struct reader *r, const struct work *w, const char *rule, const struct figure *f,
               const struct buf *object, bool year_too)
{
    size_t date[LIST_MAX], dates = dates_for(r, w->clause, w->until, date, LIST_MAX), k = 0;
    do { /* several dates in the clause make one task each */
        json_t *o = task_new(r, w, rule, "task");
        if (!o)
            return;
        result_str(r, o, "object", object->data ? object->data : "");
        if (f) {
            result_figure(r, o, f);
            bind_result(r, o, true);
        }
        if (dates < 2) {
            result_by(r, o, w->clause, w->until, year_too);
            return;
        }
        size_t chosen = w->figures == dates ? w->figure : k;
        result_date(r, o, date[chosen]);
        owner_beside(r, o, chosen ? date[chosen - 1] + 1 : r->clause[w->clause].from, date[chosen]);
    } while (++k < dates && w->figures != dates);
}

/* 对已治理完成的12处点位…: what has been done is what the work is about. */
bool done_before(const struct reader *r, const struct clause *c, size_t fact)
{
    size_t lead = skip_front(r, c->from, c->to);
    return lead < fact && token_is(r, lead, C_TOWARDS | C_VERB) && token_among(r, fact, c->to, C_OF) &&
           (r->cp[r->token[fact].at] == 0x5df2 /* 已 */ ||
            r->cp[r->token[fact].end - 1] == 0x51fa /* 排查出的 */);
}
