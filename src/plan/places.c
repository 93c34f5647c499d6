/* places.c - several places before one indicator: 市区和县城污水处理率分别达到…, 甲江、乙河出境断面水质保持…. */
#include "plan/internal.h"

#include "base/scoped.h"

/* Towns (乡镇) and streams (乙水) are places only beside one that is a place by itself. */
enum place_kind { PLACE_NONE, PLACE_LAND, PLACE_WATER, PLACE_TOWNS, PLACE_STREAM };

static const uint64_t PLACE_TOKENS =
    UINT64_C(1) << NO_TEXT | UINT64_C(1) << NO_BODY | UINT64_C(1) << NO_REGION | UINT64_C(1) << NO_COMPOUND;

static bool among(uint32_t c, const uint32_t *set, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (set[i] == c)
            return true;
    return false;
}

/* What kind of place ends before token `to`: by its last character. */
static enum place_kind place_kind(const struct reader *r, size_t from, size_t to)
{
    /* 区 县 市 镇 乡 城 省 岛 州 旗; 江 河 湖 湾 海 溪 渠; 域 流 段 库, of which 流域 or 水库 alone names nothing */
    static const uint32_t land[] = { 0x533a, 0x53bf, 0x5e02, 0x9547, 0x4e61,
                                     0x57ce, 0x7701, 0x5c9b, 0x5dde, 0x65d7 };
    static const uint32_t water[] = { 0x6c5f, 0x6cb3, 0x6e56, 0x6e7e, 0x6d77, 0x6eaa, 0x6e20 };
    static const uint32_t part[] = { 0x57df, 0x6d41, 0x6bb5, 0x5e93 };
    size_t end = r->token[to - 1].end, len = end - r->token[from].at;
    uint32_t last = r->cp[end - 1], second = len > 1 ? r->cp[end - 2] : 0;
    if (len < 2 || len > 14)
        return PLACE_NONE;
    if (second == 0x4e61 && last == 0x9547) /* 乡镇 */
        return PLACE_TOWNS;
    if ((last == 0x5e02 && (second == 0x57ce || second == 0x90fd)) ||
        ((last == 0x9547 || last == 0x4e61) && second == 0x57ce)) /* 城市, 都市, 城镇, 城乡 are no names */
        return PLACE_NONE;
    if (token_is(r, to - 1, C_REGION) || among(last, land, COUNT_OF(land)))
        return PLACE_LAND;
    if (among(last, water, COUNT_OF(water)) || (len > 2 && among(last, part, COUNT_OF(part))))
        return PLACE_WATER;
    return last == 0x6c34 /* 水 */ && token_is(r, to - 1, C_TEXT) ? PLACE_STREAM : PLACE_NONE;
}

/* Where the place at the front of from..to ends: as long as it can be, but not over a second place of the lexicon. */
static size_t place_end(const struct reader *r, size_t from, size_t to, enum place_kind *ret)
{
    size_t end = from;
    for (size_t k = from; k < to && token_is(r, k, PLACE_TOKENS) && !token_is(r, k, C_INDICATOR | C_TAIL);
         k++) {
        if (end > from && token_is(r, k, C_REGION))
            break;
        enum place_kind kind = place_kind(r, from, k + 1);
        if (kind == PLACE_NONE)
            continue;
        end = k + 1;
        *ret = kind;
    }
    return end;
}

bool places_find(const struct reader *r, size_t from, size_t to, struct places *p)
{
    bool strong = false;
    *p = (struct places){ .water = true };
    for (size_t begin = from, i; begin < to && p->n < LIST_MAX; begin = i + 1) {
        for (i = begin; i < to && !token_is(r, i, C_SEP);)
            i++;
        size_t a = skip_front(r, begin, i), b = skip_back(r, a, i);
        enum place_kind kind = PLACE_NONE;
        size_t end = a < b ? place_end(r, a, b, &kind) : a;
        if (kind == PLACE_NONE || (i < to && end != b) || (i >= to && !indicator_in(r, end, b)))
            return false;
        strong |= kind == PLACE_LAND || kind == PLACE_WATER;
        p->water &= kind == PLACE_WATER || kind == PLACE_STREAM;
        p->generic |= token_is(r, a, C_COMPOUND) &&
                      place_kind(r, a, a + 1) == PLACE_NONE; /* 重要湖库: what they are, no name */
        p->place[p->n][0] = a;
        p->place[p->n++][1] = end;
        if (i >= to)
            return p->n > 1 && strong;
    }
    return false;
}

/* 三县, 四个区, 两城区: a Chinese number and what is counted, within at..end. */
static bool counted_places(const struct reader *r, size_t at, size_t end)
{
    static const uint32_t number[] = {
        0x4e24, 0x4e09, 0x56db, 0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d, 0x5341
    }; /* 两 三 … 十 */
    static const uint32_t place[] = {
        0x533a, 0x53bf, 0x5e02, 0x9547, 0x57ce, 0x4e61
    }; /* 区 县 市 镇 城 乡 */
    for (size_t i = at; i + 1 < end; i++) {
        if (r->cp[i] >= '1' && r->cp[i] <= '9' && r->cp[i + 1] == 0x4e2a /* 4个区 */ && i + 2 < end &&
            among(r->cp[i + 2], place, COUNT_OF(place)))
            return end - i <= 6;
        size_t k = i + 1 + (r->cp[i + 1] == 0x4e2a /* 个 */);
        if (among(r->cp[i], number, COUNT_OF(number)) && k < end && among(r->cp[k], place, COUNT_OF(place)))
            return end - k <= 5;
    }
    return false;
}

/* 甲江、乙河等七大重点流域: examples, and what they are examples of, a place by its last character. */
static bool and_more_places(const struct reader *r, size_t from, size_t to)
{
    enum place_kind kind = place_kind(r, from, to);
    for (size_t i = from + 1; i + 1 < to; i++)
        if (token_is(r, i, C_ETC))
            return kind == PLACE_LAND || kind == PLACE_WATER;
    return false;
}

size_t places_counted(const struct reader *r, size_t from, size_t to)
{
    size_t begin = from, items = 0;
    for (size_t i = from; i < to; i++) {
        if (token_is(r, i, C_INDICATOR | C_TAIL))
            return items && i > begin &&
                           (counted_places(r, r->token[begin].at, r->token[i - 1].end) ||
                            and_more_places(r, begin, i))
                       ? i
                       : from;
        if (!token_is(r, i, C_ETC | C_TEXT | C_BODY | C_REGION | C_COMPOUND | C_SEP | C_UNCOUNTED) &&
            !(items && i > begin && token_is(r, i, C_FIGURE)))
            return from;
        if (!token_is(r, i, C_SEP))
            continue;
        if (i == begin || r->token[i - 1].end - r->token[begin].at > 8)
            return from;
        items++;
        begin = i + 1;
    }
    return from;
}
