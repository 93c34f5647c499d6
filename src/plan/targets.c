/* targets.c - finds what shall be true of an indicator: the patterns of definitions/words/grammar.lua say how a value is put,
 * this file finds the subject before it, shares it out over lists and decides what is no target. */
#include "plan/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"

enum { GAP_MAX = 64 };

struct match {
    const struct rule *rule;
    size_t from, to; /* tokens */
    size_t figure[LIST_MAX], figures;
    size_t past;               /* token of the past level, 0: none */
    size_t list_from, list_to; /* 完成省下达的A、B等任务指标: where the list stands */
    bool more, truncated;
};

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
        if (after < to &&
            !token_is(r, after, LOOSE | C_SEP | C_WITHIN | C_MORE | C_ABOUT)) /* A达到3%和5个… */
            return k;
        i = next;
    }
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
        while (part->any_gap && k < end && !token_is(r, k, part->classes))
            if (part->classes == C_OF &&
                token_is(r, k, C_FIGURE | C_SEP)) /* 达到市域面积的75%: one value only */
                return false;
            else
                k++;
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
        }
    }
    m->to = at;
    return true;
}

static bool match_at(const struct reader *r, size_t i, size_t to, struct match *best)
{
    size_t rules;
    const struct rule *rule = words_rules(r->w, &rules);
    bool any = false;
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

static bool subject_low(const struct reader *r, size_t from, size_t to, const struct figure *f)
{
    for (size_t i = to; i-- > from;)
        if (token_is(r, i, C_INDICATOR | C_TAIL))
            return token_flags(r, i) & F_LOW;
    return f && f->unit && (f->unit->flags & F_LOW);
}

static bool has(const struct reader *r, size_t from, size_t to, uint64_t classes)
{
    for (size_t i = from; i < to; i++)
        if (token_is(r, i, classes))
            return true;
    return false;
}

/* What has been reached already is a fact: 已…, 由80微克下降到50微克, a year before the plan's. */
static bool fact(const struct reader *r, size_t clause, const struct match *m)
{
    const struct clause *c = &r->clause[clause];
    if (r->past)
        return true;
    bool meant = has(r, c->from, m->from, C_MODAL | C_LEAD);
    for (size_t i = c->from; i < m->to; i++) {
        if (token_is(r, i, C_FACT))
            return true;
        if (!meant && token_is(r, i, C_FROM)) {
            size_t k = i + 1;
            while (k < m->from && k < i + 4 && !token_is(r, k, C_FIGURE)) /* 由2015年45微克, and 由年45微克 */
                k++;
            if (k < m->from && token_is(r, k, C_FIGURE))
                return true;
        }
    }
    int date = date_for(r, clause, m->from);
    return date >= 0 && r->year && r->token[date].year && r->token[date].year < r->year;
}

static size_t items_split(const struct reader *r, size_t from, size_t to, size_t (*item)[2])
{
    size_t n = 0, begin = from;
    for (size_t i = from; i <= to; i++) {
        if (i < to && !token_is(r, i, C_SEP))
            continue;
        size_t a = skip_front(r, begin, i), b = skip_back(r, a, i);
        while (b > a && token_is(r, b - 1, C_ETC | C_BLANK))
            b--;
        if (b > a && n < LIST_MAX) {
            item[n][0] = a;
            item[n++][1] = b;
        }
        begin = i + 1;
    }
    return n;
}

/* The shared tail of a list's last item: 排放量下降比例 of 二氧化碳排放量下降比例. */
static size_t tail_from(const struct reader *r, size_t from, size_t to)
{
    size_t k = to;
    while (k > from && token_is(r, k - 1, C_TAIL))
        k--;
    return k == from ? to : k;
}

/* 国控、省控断面水质达标率: an item that ends like the beginning of the last one shares what stands behind that. Returns the position in
 * the sentence where the shared part begins, 0 when the two are not alike. */
static size_t alike_from(const struct reader *r, const size_t item[2], const size_t last[2])
{
    size_t at = r->token[item[0]].at, end = r->token[item[1] - 1].end, from = r->token[last[0]].at,
           to = r->token[last[1] - 1].end, len = end - at;
    if (len >= 2 && len <= 4 && from + len < to && r->cp[end - 1] == r->cp[from + len - 1])
        return from + len;
    for (size_t k = from; len >= 3 && k + 2 < to; k++) /* 考核断面和省控断面达到功能区要求比例 */
        if (r->cp[k] == r->cp[end - 2] && r->cp[k + 1] == r->cp[end - 1])
            return k + 2;
    return 0;
}

static size_t char_len(const struct reader *r, const size_t item[2])
{
    return (size_t)(r->token[item[1] - 1].end - r->token[item[0]].at);
}

/* Whether 、 and 和 part indicators here, and are not inside one indicator's name. */
static bool list_is_real(const struct reader *r, size_t (*item)[2], size_t n)
{
    if (n < 2)
        return false;
    bool tailed = tail_from(r, item[n - 1][0], item[n - 1][1]) < item[n - 1][1];
    for (size_t i = item[0][0]; i < item[n - 1][1]; i++) /* 新增或更新车辆中新能源汽车比例 */
        if (token_is(r, i, C_SEP) && r->cp[r->token[i].at] == 0x6216 /* 或 */)
            return false;
    for (size_t i = 0; i < n; i++) {
        if (indicator_in(r, item[i][0], item[i][1]))
            continue;
        if (!tailed || char_len(r, item[i]) > 12 || has(r, item[i][0], item[i][1], C_OF))
            return false;
    }
    return true;
}

/* 东区、西区污水处理率达到95%: a list of places before one indicator. */
static bool places_listed(const struct reader *r, size_t (*item)[2], size_t n)
{
    static const uint32_t ends[] = {
        0x533a, 0x53bf, 0x5e02, 0x9547, 0x6cb3, 0x6e56, 0x6e7e
    }; /* 区 县 市 镇 河 湖 湾 */
    size_t last = item[n - 1][0];
    bool place = false;
    for (size_t i = 0; i + 1 < n; i++)
        if (indicator_in(r, item[i][0], item[i][1]))
            return false;
    for (size_t i = last; i < item[n - 1][1] && !indicator_in(r, last, i + 1); i++)
        if (n > 1 && i > last && token_is(r, i, C_ETC) && i + 1 < item[n - 1][1])
            return true; /* 东江、西江等五大流域水质优良比例 */
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        place |= r->cp[r->token[last].end - 1] == ends[i];
    return n > 1 && place && token_is(r, last, C_TEXT) && r->token[last].end - r->token[last].at > 1 &&
           last + 1 < item[n - 1][1];
}

/* 光伏和风电装机占比达到30%: the share of both together. */
static bool joint_share(const struct reader *r, size_t from, size_t value, size_t to)
{
    static const uint32_t share[][2] = { { 0x5360, 0x6bd4 }, { 0x6bd4, 0x91cd } }; /* 占比 比重 */
    const uint32_t *end = r->cp + r->token[to - 1].end - 2;
    for (size_t i = from; i < value; i++)
        if (token_is(r, i, C_ZIP) || r->cp[r->token[i].at] == 0x5747 /* 均 */)
            return false;
    return !memcmp(end, share[0], sizeof share[0]) || !memcmp(end, share[1], sizeof share[1]);
}

static void bind(struct reader *r, json_t *o, const char *op)
{
    size_t n, i;
    const struct binding *b = words_bindings(r->w, &n);
    json_t *word;
    scoped(buf_release) struct buf name = BUF_INIT;
    for (const char *p = json_str(o, "indicator", ""); *p;) { /* full-width and case aside */
        size_t used;
        char out[4];
        buf_add(&name, out, utf8_encode(normal_cp(utf8_decode(p, strlen(p), &used)), out));
        p += used;
    }
    if (!name.data || !strcmp(op, "decrease") || !strcmp(op, "increase") || !json_object_get(o, "value"))
        return;
    const char *unit = json_str(o, "unit", "");
    for (size_t k = 0; k < n; k++) {
        bool any = false, none = false, units = !json_array_size(b[k].units);
        json_array_foreach(b[k].any, i, word) any |=
            json_is_string(word) && strstr(name.data, json_string_value(word));
        if (!any)
            continue;
        json_array_foreach(b[k].none, i, word) none |=
            json_is_string(word) && strstr(name.data, json_string_value(word));
        json_array_foreach(b[k].units, i, word) units |=
            json_is_string(word) && !strcmp(unit, json_string_value(word));
        if (!none && units) {
            result_str(r, o, "bound", b[k].bound);
            return;
        }
    }
}

struct target {
    const struct match *m;
    const struct subject *s;
    size_t clause, quote_end;
    const size_t *item;
    size_t tail, tail_to;        /* tokens of the shared tail; equal: none */
    size_t tail_at;              /* where in the sentence it begins, when not with token `tail` */
    const struct figure *figure; /* NULL: none */
    const char *op;
    bool listed; /* one of several items */
    bool more;   /* 以上 stands behind this figure */
    size_t rest,
        rest_to; /* tokens that every item but the last takes from behind the last place; equal: none */
    int by;      /* token of its own date among several, -1: the one that governs */
};

/* Where 4项主要污染物… or 等主要污染物… begins in the last item of a list, when a tail stands behind it; else to. */
static size_t counted_rest(const struct reader *r, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++)
        if (token_is(r, i, C_ETC | C_FIGURE) && !indicator_in(r, from, i)) /* 珠三角等区域…浓度: a place */
            return to;
        else if (token_is(r, i, C_ETC | C_FIGURE))
            return tail_from(r, i, to) < to ? i : to;
    return to;
}

static void target_new(struct reader *r, const struct target *t)
{
    size_t from = t->item[0], to = t->item[1], region = t->s->region, region_to = t->s->region_to;
    const struct clause *c = &r->clause[t->clause];
    json_t *o =
        result_new(r, "target", t->m->rule->name, r->token[t->s->quote].at, r->token[t->quote_end - 1].end);
    if (!o)
        return;
    if (region == region_to && token_is(r, from, C_REGION) &&
        from + 1 < to) { /* before one item: only there */
        region = from;
        region_to = ++from;
        while (from + 1 < to && token_is(r, from, C_OF | C_BLANK))
            from++;
    }
    const struct figure *counted = NULL;
    if (!t->figure && token_is(r, from, C_FIGURE) && from + 1 < to) { /* 8条国考河流水质达标 */
        r->token[from].used = true;
        counted = &r->figure[r->token[from++].figure];
    }
    scoped(buf_release) struct buf name = BUF_INIT;
    size_t cut = t->listed ? counted_rest(r, from, to)
                           : to; /* 、氮氧化物4项主要污染物减排量; VOCs等主要污染物排放总量 */
    text_add(r, &name, r->token[from].at, r->token[cut - 1].end, true);
    if (cut < to)
        text_add(r, &name, r->token[tail_from(r, cut, to)].at, r->token[to - 1].end, true);
    if (t->tail < t->tail_to || t->tail_at)
        text_add(r, &name, t->tail_at ? t->tail_at : r->token[t->tail].at, r->token[t->tail_to - 1].end,
                 true);
    result_str(r, o, "indicator", name.data ? name.data : "");
    if (region < region_to)
        result_text(r, o, "region", r->token[region].at, r->token[region_to - 1].end);
    result_str(r, o, "op", t->op);
    if (t->figure || counted)
        result_figure(r, o, t->figure ? t->figure : counted);
    if (t->s->baseline < t->s->baseline_to)
        result_text(r, o, "baseline", r->token[t->s->baseline].at, r->token[t->s->baseline_to - 1].end);
    result_str(r, o, "modality", has(r, c->from, t->m->to, C_MODAL) ? "stretch" : "must");
    if (t->by >= 0)
        result_date(r, o, (size_t)t->by);
    else
        result_by(r, o, t->clause, t->m->from, true);
    bind(r, o, t->op);
    if (t->figure && t->figure->percent && t->more && t->figure->value >= 100 && !strcmp(t->op, ">="))
        result_doubt(r, "doubt.above_100", r->token[t->s->quote].at, r->token[t->quote_end - 1].end,
                     "“100%以上”不可能,应理解为等于100%");
    if (t->figure && t->figure->percent && t->figure->value > 100 && indicator_in(r, to - 1, to) &&
        (token_flags(r, to - 1) & F_RATIO))
        result_doubt(r, "doubt.above_100", r->token[t->s->quote].at, r->token[t->quote_end - 1].end,
                     "比例超过100%");
    if (t->figure && t->figure->percent && (!strcmp(t->op, "decrease") || !strcmp(t->op, "increase")) &&
        indicator_in(r, to - 1, to) && (token_flags(r, to - 1) & F_RATIO))
        result_doubt(r, "doubt.points", r->token[t->s->quote].at, r->token[t->quote_end - 1].end,
                     "比例的增减以%表示,不明是百分比还是百分点");
}

/* 分别控制在35、70微克/立方米: a figure without its unit takes the last one's. */
static void units_share(struct reader *r, const struct match *m)
{
    const struct figure *end = m->figures ? &r->figure[r->token[m->figure[m->figures - 1]].figure] : NULL;
    for (size_t i = 0; i + 1 < m->figures; i++) {
        struct figure *f = &r->figure[r->token[m->figure[i]].figure], own = *f;
        if (f->unit_at != f->unit_end)
            continue;
        *f = *end;
        f->value = own.value;
        f->value2 = own.value2;
        f->whole = own.whole;
        f->whole2 = own.whole2;
        f->range = own.range;
    }
}

/* Shares the figures out over the items: one for all, or in order; anything else is doubtful. */
static void targets_share(struct reader *r, struct target *t, size_t (*item)[2], size_t items,
                          const struct match *m)
{
    size_t last = items - 1, tail = tail_from(r, item[last][0], item[last][1]);
    size_t date[LIST_MAX], dates = 0;
    if (m->figures > 1 && items == 1) {
        dates = dates_for(r, t->clause, m->from, date, LIST_MAX);
        for (size_t i = 0; i < t->clause && !dates && r->date >= 0; i++) /* 到2026年、2027年,X率分别… */
            if (r->clause[i].dated && r->clause[i].from <= r->date && r->date < r->clause[i].to)
                dates = dates_for(r, i, r->clause[i].to, date, LIST_MAX);
    }
    bool yearly = dates > 1 && dates == m->figures; /* 2026年、2027年X率分别达到40%、60% */
    if (m->figures > 1 && m->figures != items && !yearly) {
        char reason[128];
        snprintf(reason, sizeof reason, "%zu 个指标对应 %zu 个数值,无法一一配对", items, m->figures);
        result_doubt(r, "doubt.unequal_lists", r->token[t->s->quote].at, r->token[t->quote_end - 1].end,
                     reason);
        return;
    }
    units_share(r, m);
    for (size_t n = 0; n < (yearly ? dates : items); n++) {
        size_t i = yearly ? 0 : n, f = m->figures > 1 ? n : 0;
        t->by = yearly ? (int)date[n] : -1;
        t->item = item[i];
        t->listed = items > 1;
        bool own_tail = token_is(r, item[i][1] - 1, C_TAIL);
        t->tail = i < last && !own_tail ? tail : 0;
        t->tail_to = i < last && !own_tail ? item[last][1] : 0;
        t->tail_at = 0;
        for (size_t k = i + 1; k <= last && t->tail < t->tail_to && !t->tail_at; k++) {
            t->tail_at = alike_from(r, item[i], item[k]);
            if (t->tail_at)
                t->tail_to = item[k][1];
        }
        if (t->rest < t->rest_to && i < last) {
            t->tail = t->rest;
            t->tail_to = t->rest_to;
            t->tail_at = 0;
        } else if (t->tail < t->tail_to && !t->tail_at &&
                   !indicator_in(r, item[i][0], item[i][1])) /* 城市和县城污水处理率: 城市污水处理率 */
            for (t->tail = item[last][0]; t->tail < tail && !indicator_in(r, t->tail, t->tail + 1);)
                t->tail++;
        size_t figure = m->figures ? m->figure[f] : 0;
        t->figure = m->figures ? &r->figure[r->token[figure].figure] : NULL;
        t->more = m->figures && token_is(r, figure + 1, C_MORE);
        t->op = m->rule->op;
        size_t named =
            m->figures > 1 && t->tail >= t->tail_to && indicator_in(r, item[i][0], item[i][1]) ? i : last;
        if (m->rule->low_op && subject_low(r, item[named][0], item[named][1], t->figure))
            t->op = m->rule->low_op;
        if (m->more && !strcmp(t->op, "<="))
            t->op = ">=";
        target_new(r, t);
    }
    t->item = NULL; /* the caller's list */
    for (size_t i = 0; i < m->figures; i++)
        r->token[m->figure[i]].used = true;
    for (size_t i = item[0][0]; i < item[last][1]; i++) /* 50个国考断面…比例达到90%: names, no work */
        r->token[i].used = true;
    r->clause[t->clause].target = true;
}

/* 市区和县城污水处理率分别达到96%和90%: a target for each place. One value for all is shared out among waters only, which are what a
 * standard is said of (甲江、乙河断面水质保持在Ⅱ类); districts together keep theirs. */
static bool places_share(struct reader *r, struct target *t, struct subject *s, const struct match *m)
{
    bool led = s->region < s->region_to, first = led && token_is(r, s->region_to, C_SEP);
    struct places p;
    if (!places_find(r, first ? s->region : s->from, s->to, &p) ||
        (m->figures != p.n && (!p.water || m->figures > 1)))
        return false;
    size_t rest = skip_front(r, p.place[p.n - 1][1], s->to);
    if (token_is(r, rest, C_FIGURE | C_ETC)) /* 东江、西江3条河流断面水质: of them together */
        return false;
    if ((led && !first) || p.generic) { /* 全市甲江、乙河…: the places stay in the indicator */
        t->rest = rest;
        t->rest_to = s->to;
        p.place[p.n - 1][1] = s->to;
        targets_share(r, t, p.place, p.n, m);
        return true;
    }
    units_share(r, m);
    for (size_t i = 0; i < p.n; i++) {
        struct match one = *m;
        size_t item[1][2] = { { rest, s->to } };
        one.figures = m->figures ? 1 : 0;
        one.figure[0] = m->figures ? m->figure[m->figures > 1 ? i : 0] : 0;
        s->region = p.place[i][0];
        s->region_to = p.place[i][1];
        targets_share(r, t, item, 1, &one);
    }
    return true;
}

/* The indicator of the clause before, for a clause that begins with its comparison. */
static bool subject_before(struct reader *r, size_t clause, struct subject *s)
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
static bool subject_fits(const struct reader *r, const struct match *m, const struct subject *s)
{
    if (!indicator_in(r, s->from, s->to) && r->token[s->to - 1].end - r->token[s->from].at <= 2)
        return false; /* 县城达到90%以上: no indicator, a place at best */
    const struct figure *f = m->figures ? &r->figure[r->token[m->figure[0]].figure] : NULL;
    bool tailed = indicator_in(r, s->to - 1, s->to);
    if (s->to == s->from + 1 && token_is(r, s->from, C_VERB) && !tailed) /* 形成3个以上… */
        return false;
    if (has(r, s->from, s->to, C_BAN | C_FRAME | C_NAME) && !tailed)
        return false;
    if (!tailed && s->region == s->region_to && place_last(r, s->to - 1)) /* 北京市控制在32微克/立方米以内 */
        return false;
    if (f && f->percent && !indicator_in(r, s->from, s->to) && /* 其中甲江流域、乙湖达到75%: places */
        (token_is(r, s->to - 1, C_BODY) || r->cp[r->token[s->to - 1].end - 1] == 0x6cb3 /* 河 */ ||
         r->cp[r->token[s->to - 1].end - 1] == 0x57df /* 域 */))
        return false;
    if (!strcmp(m->rule->op, "attain"))
        return !s->verb && (indicator_in(r, s->from, s->to) || has(r, s->from, s->to, C_BODY));
    if (f && f->unit && (f->unit->flags & F_COUNT))
        return !s->verb && !work_inside(r, s->from, s->to) &&
               (token_is(r, s->to - 1, C_TAIL) ||
                (strcmp(m->rule->name, "target.more") != 0 && (tailed || !worked(r, m, s))));
    if (tailed)
        return true;
    if (s->verb || work_inside(r, s->from, s->to))
        return false;
    return indicator_in(r, s->from, s->to) || !strcmp(m->rule->op, "<=") || !strcmp(m->rule->op, ">=");
}

/* 抽测货车不少于300辆次,机械不少于50台次: the second quantity is work as well. */
static bool work_goes_on(const struct reader *r, size_t clause, const struct match *m,
                         const struct subject *s)
{
    const struct figure *f = m->figures ? &r->figure[r->token[m->figure[0]].figure] : NULL;
    return r->carry_clause + 1 == clause && f && f->unit && (f->unit->flags & F_COUNT) && !f->unit->canon &&
           !strcmp(m->rule->name, "target.at_least") && !indicator_in(r, s->from, s->to);
}

/* What may follow a value: nothing, or something that does not make it part of a name. */
static bool follows_well(const struct reader *r, const struct match *m, size_t to)
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
               r->cp[r->token[k].at] == '(';      /* 空气质量达标(各区参照执行) */
    if (token_is(r, k, C_OF))
        return false;
    if (token_is(r, m->from, C_FIGURE) && k < to) /* 85%以上污染负荷…: the rest of a share */
        return false;
    bool roman = m->figures && token_is(r, m->figure[0], C_ROMAN);
    if (roman && r->shut[r->token[k].at]) /* 保持在Ⅱ类(总氮除外) */
        return skip_front(r, k + 1, to) == to;
    if (roman && r->cp[r->token[k].at] == 0x5e76) /* 达到Ⅲ类并… */
        return true;
    if (roman)
        return token_is(r, k, C_STANDARD);
    return !token_is(r, k, C_INDICATOR | C_TAIL);
}

/* 优良率确保90%以上,力争94%: nothing but a figure stands behind the modal word, and it counts no things. */
static bool aims_at_level(const struct reader *r, const struct match *m, size_t to)
{
    const struct figure *f = m->figures ? &r->figure[r->token[m->figure[0]].figure] : NULL;
    bool ends = skip_front(r, m->to, to) == to || token_is(r, m->to, C_SEP);
    bool things = f && f->unit && (f->unit->flags & F_COUNT) && f->unit->canon == NULL;
    return ends && f && !things && (f->unit || token_is(r, m->figure[0], C_ROMAN));
}

static bool value_take(struct reader *r, size_t clause, size_t begin, struct match *m)
{
    const struct clause *c = &r->clause[clause];
    struct subject s = { .from = begin, .to = m->from, .quote = begin };
    struct target t = { .m = m, .s = &s, .clause = clause, .quote_end = m->to, .by = -1 };
    size_t item[LIST_MAX][2], items;
    if (!follows_well(r, m, c->to) || fact(r, clause, m) || has(r, c->from, m->from, C_BAN))
        return false;
    static const uint64_t compares = UINT64_C(1) << NO_HOLD | UINT64_C(1) << NO_ATMOST |
                                     UINT64_C(1) << NO_ATLEAST | UINT64_C(1) << NO_REACH |
                                     UINT64_C(1) << NO_BELOW | UINT64_C(1) << NO_ABOVE;
    if (token_is(r, m->from, C_FIGURE) && m->from > begin && token_is(r, m->from - 1, compares))
        return false; /* refused with its comparison already */
    if (!strcmp(m->rule->name, "target.aim") && !aims_at_level(r, m, c->to))
        return false;
    subject_trim(r, &s);
    if (m->past) {
        s.baseline = m->past;
        s.baseline_to = m->to;
    }
    bool attain = !strcmp(m->rule->op, "attain");
    bool quota = attain && m->list_from; /* its subject is an owner, when it has one: 各区完成市下达的… */
    if (quota && (s.from >= s.to || !indicator_in(r, s.from, s.to))) { /* 完成省下达我市的A、B等任务指标 */
        size_t quote = m->from, of = m->list_from;
        for (size_t i = m->list_from; i < m->list_to && !token_is(r, i, C_SEP); i++)
            if (token_is(r, i, C_OF))
                of = i + 1;
            else if (token_is(r, i, C_REGION) && s.region == s.region_to) {
                s.region = i;
                s.region_to = i + 1;
            }
        size_t list_to = m->list_to;
        for (size_t i = of; i < list_to; i++)
            if (token_is(
                    r, i,
                    C_FIGURE)) { /* …、氨氮4项主要污染物年度减排目标: the list ends where it is counted */
                r->token[i].used = true;
                list_to = i;
            }
        items = items_split(r, of, list_to, item);
        if (items && indicator_in(r, item[0][0], item[0][1]) &&
            (items == 1 || list_is_real(r, item, items))) {
            s.quote = quote;
            targets_share(r, &t, item, items, m);
            return true;
        }
        s.region = s.region_to = 0;
    }
    if (s.from >= s.to) {
        struct subject carried = s;
        bool first =
            skip_front(r, c->from, c->to) >= m->from || begin > c->from || s.baseline < s.baseline_to;
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
    size_t lead = skip_front(r, begin, i);
    return lead + 1 < i && token_is(r, lead, C_DOWN) && token_is(r, lead, C_VERB) &&
           token_is(r, i - 1, C_TAIL | C_INDICATOR) && (token_flags(r, i - 1) & F_LOW);
}

/* 应急处置率100%: a share with no word of comparison. Returns the token behind it, 0 when there is none. */
static size_t bare_take(struct reader *r, size_t clause, size_t begin, size_t i)
{
    static const struct rule bare = { .name = "target.bare", .op = ">=", .low_op = "<=" },
                             cut = { .name = "target.cut", .op = "decrease" };
    const struct clause *c = &r->clause[clause];
    struct match m = { .rule = &bare, .from = i, .to = i + 1, .figure = { i }, .figures = 1 };
    if (token_is(r, i + 1, C_MORE)) {
        m.more = true;
        m.to++;
    }
    bool ends = skip_front(r, m.to, c->to) == c->to || token_is(r, m.to, C_SEP);
    if (cut_first(r, begin, i))
        m.rule = &cut;
    if (i == begin || !ends || (!token_is(r, i - 1, C_TAIL) && m.rule == &bare) ||
        !r->figure[r->token[i].figure].percent || r->token[i].used)
        return 0;
    return value_take(r, clause, begin, &m) ? m.to : 0;
}

/* 沿江80%的乡镇达到…标准: nothing but a place before the share. */
static bool place_only(const struct reader *r, size_t from, size_t to)
{
    return r->token[to - 1].end - r->token[from].at <= 8 &&
           !has(r, from, to, ~(C_TEXT | C_BODY | C_REGION | C_BLANK));
}

/* 裸露土方100%苫盖, 主要污染物85%以上污染负荷有效管控: a share of things in some state. */
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
    if (k >= end || has(r, k, end, C_FIGURE | C_SEP) || fact(r, clause, &m) ||
        has(r, c->from, i, C_BAN | C_FRAME))
        return false;
    subject_trim(r, &s);
    bool head = s.from < s.to;
    if (s.verb || (token_is(r, s.from, C_VERB) && !(token_flags(r, s.from) & F_WEAK)) || (!head && !of) ||
        (head && of && !place_only(r, s.from, s.to)) || token_is(r, s.to - 1, C_AGAINST | C_OF))
        return false;
    if (head && token_is(r, s.from, C_VERB))
        s.from = s.quote = skip_front(r, s.from + 1, s.to);
    size_t rest = of ? k + 1 : k;
    if (rest >= end || (head && s.from >= s.to))
        return false;
    json_t *o = result_new(r, "target", share.name, head ? r->token[s.quote].at : r->token[i].at,
                           r->token[end - 1].end);
    scoped(buf_release) struct buf name = BUF_INIT;
    if (head)
        text_add(r, &name, r->token[s.from].at, r->token[s.to - 1].end, true);
    text_add(r, &name, r->token[rest].at, r->token[end - 1].end, true);
    if (!o)
        return false;
    result_str(r, o, "indicator", name.data ? name.data : "");
    if (s.region < s.region_to)
        result_text(r, o, "region", r->token[s.region].at, r->token[s.region_to - 1].end);
    result_str(r, o, "op", ">=");
    result_figure(r, o, f);
    result_str(r, o, "modality", has(r, c->from, i, C_MODAL) ? "stretch" : "must");
    result_by(r, o, clause, i, true);
    r->token[i].used = true;
    r->clause[clause].target = true;
    return true;
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
        if (!cut && match_at(r, i, c->to, &m)) {
            tries++;
            if (value_take(r, clause, begin, &m)) {
                begin = i = m.to;
                continue;
            }
        }
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
