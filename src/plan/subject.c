/* subject.c - what a value is said of: region, baseline and adverbs are taken off, what stays is the indicator or a list of them. */
#include "plan/internal.h"

#include "base/scoped.h"

bool indicator_in(const struct reader *r, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (token_is(r, i, C_INDICATOR | C_TAIL))
            return true;
    return false;
}

static uint32_t last_char(const struct reader *r, size_t token)
{
    return r->cp[r->token[token].end - 1];
}

static bool place_end(uint32_t c)
{
    /* 湾 河 湖 江 区 县 市 镇 乡 岛 州 库 溪 段 游 旗 渠 */
    static const uint32_t ends[] = { 0x6e7e, 0x6cb3, 0x6e56, 0x6c5f, 0x533a, 0x53bf, 0x5e02, 0x9547, 0x4e61,
                                     0x5c9b, 0x5dde, 0x5e93, 0x6eaa, 0x6bb5, 0x6e38, 0x65d7, 0x6e20 };
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (c == ends[i])
            return true;
    return false;
}

/* 甲河及其支流, 甲湖及周边 */
static bool and_around(const struct reader *r, size_t token)
{
    return token_is(r, token, C_COMPOUND) && r->cp[r->token[token].at] == 0x53ca /* 及 */;
}

/* 县城PM2.5年均浓度: a place; but 县城污水处理率 stands beside 城市污水处理率, and is an indicator. */
static bool air_of_town(const struct reader *r, size_t token)
{
    uint32_t c = r->cp[r->token[token].at];
    return (token_flags(r, token) & F_LOW) || c == 0x7a7a /* 空气 */ || c == 0x73af /* 环境 */ ||
           c == 0x4f18 /* 优良 */;
}

/* A region's name at the front: of the lexicon (全市), or text that ends like a place before a known indicator (胶州湾). */
static size_t region_end(const struct reader *r, size_t from, size_t to)
{
    if (token_is(r, from, C_REGION)) {
        size_t k = from + 1;
        return k;
    }
    size_t k = from;
    while (k < to &&
           (token_is(r, k, C_TEXT | C_BODY | C_REGION | C_OWNER) || (k > from && and_around(r, k))) &&
           !token_is(r, k, C_INDICATOR | C_TAIL))
        k++;
    size_t named = k;
    while (named > from && named < to &&
           token_is(r, named, C_DATE | C_OF)) /* 甲市2017年PM2.5年均浓度, 甲镇的PM2.5年均浓度 */
        named++;
    if (k == from || named >= to || !token_is(r, named, C_INDICATOR | C_TAIL | C_BODY))
        return from;
    size_t len = (size_t)(r->token[k - 1].end - r->token[from].at);
    uint32_t second = len >= 2 ? r->cp[r->token[k - 1].end - 2] : 0;
    if (token_is(r, k, C_TAIL) && r->token[k].end - r->token[k].at == 1) /* 入园进区率: 区 is no place */
        return from;
    if (last_char(r, k - 1) == 0x9547 && (second == 0x57ce || second == 0x4e61)) /* 城镇, 乡镇 */
        return from;
    if (last_char(r, k - 1) == 0x4e61 && (len < 3 || second == 0x57ce)) /* 城乡, 下乡 */
        return from;
    if (last_char(r, k - 1) == 0x5e02 && (second == 0x57ce || second == 0x90fd)) /* 城市, 都市 are no names */
        return from;
    if (len == 2 && (r->cp[r->token[from].at] == 0x6c34 /* 水库 */ || second == 0x6e56 /* 湖库 */))
        return from;
    static const uint32_t parts[][2] = {
        { 0x53bf, 0x57ce }, { 0x652f, 0x6d41 }, { 0x6d41, 0x57df }, { 0x5e72, 0x6d41 }
    }; /* 县城 支流 流域 干流 */
    bool part = false;
    for (size_t i = 0; i < COUNT_OF(parts) && len >= 2; i++)
        part |=
            second == parts[i][0] && last_char(r, k - 1) == parts[i][1] && (i ? len > 2 : air_of_town(r, k));
    return len >= 2 && len <= 14 && (part || place_end(last_char(r, k - 1))) ? k : from;
}

static void baseline_find(const struct reader *r, struct subject *s)
{
    for (size_t i = s->from; i < s->to; i++) {
        if (!token_is(r, i, C_AGAINST))
            continue;
        size_t k = i + 1;
        while (k < s->to && token_is(r, k, C_BLANK | C_DATE | C_PAST | C_LEVEL))
            k++;
        bool bare = token_is(r, i, C_PAST); /* 同比, 环比 are both sign and baseline */
        if (k == i + 1 && !bare) {
            if (k != s->to)
                continue;
            k = i + 1;
        }
        s->baseline = bare && k == i + 1 ? i : i + 1;
        s->baseline_to = k;
        while (s->baseline_to > s->baseline + 1 && token_is(r, s->baseline_to - 1, C_BLANK))
            s->baseline_to--;
        if (skip_front(r, k, s->to) == s->to)
            s->to = i;
        else if (skip_back(r, s->from, i) == s->from)
            s->from = k; /* 比2020年,… stands first */
        return;
    }
    for (size_t i = s->from; i + 1 < s->to; i++) /* 在2020年基础上 */
        if (token_is(r, i, C_DATE | C_PAST) && token_is(r, i + 1, C_LEVEL)) {
            s->baseline = i;
            s->baseline_to = i + 1;
            s->to = i;
            return;
        }
}

/* 纳入国家考核的断面水质: the verb belongs to what stands before 的, and the indicator is the thing. */
static bool verb_qualifies(const struct reader *r, const struct subject *s)
{
    if (token_flags(r, s->from) & (F_WEAK | F_CAUSE | F_DATED | F_OPEN))
        return false;
    for (size_t i = s->from + 1; i + 1 < s->to; i++)
        if (token_is(r, i, C_OF))
            return indicator_in(r, i + 1, s->to);
    return false;
}

/* 整改完成率: a verb of work that is the front of a rate's name, with nothing between them. */
static bool verb_of_rate(const struct reader *r, const struct subject *s)
{
    return s->from + 2 == s->to && token_is(r, s->to - 1, C_TAIL) && (token_flags(r, s->to - 1) & F_RATIO) &&
           !(token_flags(r, s->from) & (F_WEAK | F_CAUSE | F_OPEN | F_DATED)) &&
           r->token[s->from].end == r->token[s->from + 1].at;
}

/* 重污染天数平均每个县区减少2天: where it is to be counted stands behind the indicator. */
static void region_behind(const struct reader *r, struct subject *s)
{
    for (size_t i = s->to; i-- > s->from + 1;) {
        if (token_is(r, i, C_INDICATOR | C_TAIL | C_SEP | C_FIGURE))
            return;
        if (!token_is(r, i, C_EACH))
            continue;
        if (i + 1 < s->to && indicator_in(r, s->from, i) && place_end(last_char(r, s->to - 1)) &&
            r->token[s->to - 1].end - r->token[i].at <= 8)
            s->to = skip_back(r, s->from, i);
        return;
    }
}

void subject_trim(const struct reader *r, struct subject *s)
{
    baseline_find(r, s);
    s->to = skip_back(r, s->from, s->to);
    region_behind(r, s);
    while (s->to > s->from + 1 && token_is(r, s->to - 1, C_VERB) && (token_flags(r, s->to - 1) & F_WEAK))
        s->to = skip_back(r, s->from, s->to - 1); /* PM10实现达标 */
    for (size_t i = s->to; i-- > s->from;)
        if (token_is(r, i, C_LEAD) && skip_front(r, i, s->to) < s->to) {
            s->from = i + 1;
            break;
        }
    s->from = skip_front(r, s->from, s->to);
    for (int pass = 0; pass < 3 && s->from < s->to; pass++) {
        size_t end = region_end(r, s->from, s->to);
        if (end > s->from && end < s->to && s->region == s->region_to) {
            s->region = s->from;
            s->region_to = end;
            s->quote = s->from;
            s->from = end;
            while (s->from < s->to &&
                   token_is(r, s->from, C_OF | C_BLANK | C_SOFT | C_MODAL | C_DATE | C_TILL))
                s->from++;
        } else if (token_is(r, s->from, C_VERB) && s->from + 1 < s->to) {
            if (verb_qualifies(r, s) || verb_of_rate(r, s))
                break;
            s->verb |= !(token_flags(r, s->from) & F_WEAK);
            if (!indicator_in(r, s->to - 1, s->to))
                break;
            s->from = skip_front(r, s->from + 1, s->to);
            s->region = s->region_to = 0;
        } else {
            break;
        }
    }
    if (s->region == s->region_to)
        s->quote = s->from;
}
