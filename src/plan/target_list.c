/* target_list.c - lists: A、B和C分别下降1%、2%、3%. Splits what stands before a value into indicators or places and shares the figures out. */
#include "plan/value.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

size_t items_split(const struct reader *r, size_t from, size_t to, size_t (*item)[2])
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
bool list_is_real(const struct reader *r, size_t (*item)[2], size_t n)
{
    if (n < 2)
        return false;
    bool tailed = tail_from(r, item[n - 1][0], item[n - 1][1]) < item[n - 1][1];
    for (size_t i = item[0][0]; i < item[n - 1][1]; i++) /* 新增或更新车辆中新能源汽车比例 */
        if (token_is(r, i, C_SEP) && r->cp[r->token[i].at] == 0x6216 /* 或 */)
            return false;
    size_t first = skip_front(r, item[0][0], item[0][1]);
    if (token_is(r, first, C_FIGURE) && first + 1 < item[0][1] && /* 23个国控、省控断面: counted together */
        tail_from(r, first, item[0][1]) == item[0][1] &&
        !token_among(r, item[0][1], item[n - 1][1], C_FIGURE) && char_len(r, item[0]) <= 8)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (indicator_in(r, item[i][0], item[i][1]))
            continue;
        bool counted =
            token_among(r, item[i][0], item[i][1], C_FIGURE); /* 国家考核的5个断面、省考核的7个断面水质 */
        if (!tailed || char_len(r, item[i]) > 12 ||
            token_among(r, item[i][0], item[i][1], counted ? C_ETC : C_OF | C_ETC) ||
            (!counted && token_among(r, item[n - 1][0], item[n - 1][1],
                                     C_FIGURE))) /* 东河、西河2条河流断面水质: together */
            return false;
    }
    return true;
}

/* 东区、西区污水处理率达到95%: a list of places before one indicator. */
bool places_listed(const struct reader *r, size_t (*item)[2], size_t n)
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
bool joint_share(const struct reader *r, size_t from, size_t value, size_t to)
{
    static const uint32_t share[][2] = { { 0x5360, 0x6bd4 }, { 0x6bd4, 0x91cd } }; /* 占比 比重 */
    const uint32_t *end = r->cp + r->token[to - 1].end - 2;
    for (size_t i = from; i < value; i++)
        if (token_is(r, i, C_ZIP) || r->cp[r->token[i].at] == 0x5747 /* 均 */)
            return false;
    return !memcmp(end, share[0], sizeof share[0]) || !memcmp(end, share[1], sizeof share[1]);
}

static bool subject_low(const struct reader *r, size_t from, size_t to, const struct figure *f)
{
    for (size_t i = to; i-- > from;)
        if (token_is(r, i, C_INDICATOR | C_TAIL))
            return token_flags(r, i) & F_LOW;
    return f && f->unit && (f->unit->flags & F_LOW);
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

/* 国、省控断面…分别: one word of the lexicon with two levels in it. */
static bool two_levels(const struct reader *r, size_t token)
{
    static const uint32_t level[] = { 0x56fd, 0x7701, 0x5e02, 0x53bf }; /* 国 省 市 县 */
    size_t at = r->token[token].at;
    bool first = false, second = false;
    for (size_t i = 0; i < COUNT_OF(level); i++) {
        first |= r->cp[at] == level[i];
        second |= r->cp[at + 2] == level[i];
    }
    return first && second && r->cp[at + 1] == 0x3001 /* 、 */ && r->token[token].end > at + 3;
}

/* 集中供热供气率分别: two rates in one word, which begin alike. */
static bool twin_rate(const struct reader *r, size_t to)
{
    size_t end = r->token[to - 1].end;
    if (end < 5 || token_is(r, to - 1, C_INDICATOR))
        return false;
    const uint32_t *c = r->cp + end - 5;
    return c[4] == 0x7387 /* 率 */ && c[0] == c[2] && c[1] != c[3];
}

/* Shares the figures out over the items: one for all, or in order; anything else is doubtful. */
void targets_share(struct reader *r, struct target *t, size_t (*item)[2], size_t items, const struct match *m)
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
    bool levels = !yearly && items == 1 && m->figures == 2 && two_levels(r, item[0][0]);
    bool twin = !yearly && items == 1 && m->figures == 2 && twin_rate(r, item[0][1]);
    if (m->figures > 1 && m->figures != items && !yearly && !levels && !twin) {
        char reason[128];
        snprintf(reason, sizeof reason, "%zu 个指标对应 %zu 个数值,无法一一配对", items, m->figures);
        result_doubt(r, "doubt.unequal_lists", r->token[t->s->quote].at, r->token[t->quote_end - 1].end,
                     reason);
        return;
    }
    units_share(r, m);
    for (size_t n = 0; n < (yearly ? dates : levels || twin ? 2 : items); n++) {
        size_t i = yearly || levels || twin ? 0 : n, f = m->figures > 1 ? n : 0;
        t->by = yearly ? (int)date[n] : t->by;
        t->twin = twin ? (int)n + 1 : 0;
        t->level = !levels ? LEVEL_NONE : n ? LEVEL_SECOND : LEVEL_FIRST;
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
        bool class = figure && token_is(r, figure, C_ROMAN); /* 水质年均值达到Ⅲ类: no concentration */
        if (m->rule->low_op && !class && subject_low(r, item[named][0], item[named][1], t->figure))
            t->op = m->rule->low_op;
        if (m->more && !strcmp(t->op, "<="))
            t->op = ">=";
        target_make(r, t);
    }
    t->item = NULL; /* the caller's list */
    for (size_t i = 0; i < m->figures; i++)
        r->token[m->figure[i]].used = true;
    for (size_t i = item[0][0]; i < item[last][1]; i++) /* 50个国考断面…比例达到90%: names, no work */
        r->token[i].used = true;
    r->clause[t->clause].target = true;
}

/* One target, or one for each indicator, of a list of places that are taken together. */
static void region_whole(struct reader *r, struct target *t, struct subject *s, size_t from, size_t to,
                         const struct match *m)
{
    size_t item[LIST_MAX][2], rest = skip_front(r, to, s->to);
    while (rest + 1 < s->to && token_is(r, rest, C_OF | C_BLANK)) /* 甲镇、乙镇的PM2.5浓度 */
        rest++;
    size_t items = items_split(r, rest, s->to, item);
    if (items > 1 && m->figures != items && !list_is_real(r, item, items)) {
        item[0][1] = s->to;
        items = 1;
    }
    s->region = s->quote = from;
    s->region_to = to;
    targets_share(r, t, item, items, m);
}

/* A target for each place, with its own figure or the one of all. */
static void region_each(struct reader *r, struct target *t, struct subject *s, size_t (*place)[2], size_t n,
                        size_t rest, const struct match *m)
{
    units_share(r, m);
    for (size_t i = 0; i < n; i++) {
        struct match one = *m;
        size_t item[1][2] = { { rest, s->to } };
        one.figures = m->figures ? 1 : 0;
        one.figure[0] = m->figures ? m->figure[m->figures > 1 ? i : 0] : 0;
        s->region = place[i][0];
        s->region_to = place[i][1];
        targets_share(r, t, item, 1, &one);
    }
}

/* 市区和县城污水处理率分别达到96%和90%: a target for each place. One value for all is shared out among waters only, which are what a
 * standard is said of (甲江、乙河断面水质保持在Ⅱ类); districts together keep theirs. */
bool places_share(struct reader *r, struct target *t, struct subject *s, const struct match *m)
{
    bool led = s->region < s->region_to, first = led && token_is(r, s->region_to, C_SEP);
    struct places p;
    size_t begin = first ? s->region : s->from,
           joint = led && !first ? begin : places_counted(r, begin, s->to);
    size_t name[LIST_MAX][2], names = joint > begin ? items_split(r, begin, joint, name) : 0;
    if (names > 1 && m->figures == names) { /* 甲、乙、丙三县PM2.5浓度分别下降4%、3%、2% */
        region_each(r, t, s, name, names, skip_front(r, joint, s->to), m);
        return true;
    }
    if (joint > begin && m->figures <= 1) {
        region_whole(r, t, s, begin, joint, m);
        return true;
    }
    if (!places_find(r, begin, s->to, &p) || (m->figures != p.n && m->figures > 1))
        return false;
    if (m->figures != p.n && !p.water) { /* 东区、西区污水处理率达到95%: of both together */
        if ((led && !first) || p.generic || token_is(r, p.place[p.n - 1][1], C_FIGURE | C_ETC))
            return false;
        region_whole(r, t, s, begin, p.place[p.n - 1][1], m);
        return true;
    }
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
    region_each(r, t, s, p.place, p.n, rest, m);
    return true;
}

/* 优良天数分别达到东县220天、西县210天: each level behind the place that it is meant for. */
bool levels_of_places(struct reader *r, size_t clause, size_t begin, size_t i)
{
    static const struct rule at_least = { .name = "target.reach_each", .op = ">=", .low_op = "<=" },
                             at_most = { .name = "target.at_most_each", .op = "<=" },
                             fall = { .name = "target.fall_each", .op = "decrease" },
                             rise = { .name = "target.rise_each", .op = "increase" };
    const struct clause *c = &r->clause[clause];
    size_t place[LIST_MAX][2], figure[LIST_MAX], n = 0, end = i + 1;
    struct match m = { .from = i };
    struct subject s = { .from = begin, .to = i, .quote = begin };
    m.rule = token_is(r, i, C_ATMOST | C_HOLD) ? &at_most
             : token_is(r, i, C_DOWN)          ? &fall
             : token_is(r, i, C_UP)            ? &rise
                                               : &at_least;
    for (size_t k = skip_front(r, i + 1, c->to); k < c->to && n < LIST_MAX;) {
        size_t from = k;
        while (k < c->to && token_is(r, k, C_TEXT | C_REGION | C_BODY | C_BLANK))
            k++;
        if (k == from || !token_is(r, k, C_FIGURE) || r->token[k].at - r->token[from].at > 10)
            break;
        place[n][0] = from;
        place[n][1] = k;
        figure[n++] = k++;
        k += token_is(r, k, C_MORE | C_WITHIN);
        end = k;
        if (!token_is(r, k, C_SEP))
            break;
        k = skip_front(r, k, c->to);
    }
    subject_trim(r, &s);
    if (n < 2 || skip_front(r, end, c->to) < c->to || s.from >= s.to || s.verb ||
        !indicator_in(r, s.to - 1, s.to))
        return false;
    m.to = end;
    m.figures = 1;
    struct target t = { .m = &m, .s = &s, .clause = clause, .quote_end = end, .by = -1 };
    for (size_t k = 0; k < n; k++) {
        size_t item[1][2] = { { s.from, s.to } };
        m.figure[0] = figure[k];
        s.region = place[k][0];
        s.region_to = place[k][1];
        targets_share(r, &t, item, 1, &m);
    }
    return true;
}
