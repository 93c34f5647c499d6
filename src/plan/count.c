/* count.c - which figures count things that are worked on, and where such a thing begins and ends in a list. */
#include "plan/work.h"

#include <string.h>

#include "base/scoped.h"

/* 公路两侧1公里范围内的企业, 人口在1万人…水源地: how far or how big the things are that are worked on. */
static bool selects(const struct reader *r, size_t i)
{
    static const uint32_t around[][2] = { { 0x8303, 0x56f4 }, { 0x534a, 0x5f84 } }; /* 范围 半径 */
    size_t end = r->token[i].end;
    for (size_t k = 0; k < COUNT_OF(around); k++)
        if (!memcmp(r->cp + end, around[k], sizeof around[k]))
            return true;
    if (i && token_is(r, i + 1, C_OF) && token_is(r, i - 1, C_VERB | C_TAIL)) /* 日处理3万吨的污水厂1座 */
        for (size_t k = i + 2; k < i + 12 && !token_is(r, k, C_STOP); k++)
            if (token_is(r, k, C_FIGURE))
                return true;
    bool at = i && r->cp[r->token[i].at - 1] == 0x5728 /* 在 */;
    return at && token_is(r, i + 1, C_SEP | C_MORE | C_WITHIN);
}

/* A figure that counts work: not a level (%), a time or a class, nor a size that selects (30吨以上的…). */
bool counts(const struct reader *r, size_t i)
{
    if (!token_is(r, i, C_FIGURE) || r->token[i].used)
        return false;
    const struct figure *f = &r->figure[r->token[i].figure];
    if (!f->unit || !(f->unit->flags & F_COUNT))
        return false;
    /* 2台75吨锅炉: the size is in the name */
    if (f->unit->canon && i && token_is(r, i - 1, C_FIGURE) && !token_is(r, i + 1, C_SEP | C_STOP | C_MORE))
        return false;
    if (f->unit_end == f->unit_at + 1 && r->cp[f->unit_at] == 0x7c73 /* 4.3米焦炉5座 */ &&
        token_is(r, i + 1, C_TEXT | C_COMPOUND | C_OWNER))
        for (size_t k = i + 2; k < i + 8 && !token_is(r, k, C_SEP | C_STOP); k++)
            if (token_is(r, k, C_FIGURE))
                return false;
    if (selects(r, i))
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
bool uncounted_noun(const struct reader *r, size_t from, size_t to)
{
    if (to <= from || !token_is(r, to - 1, C_UNCOUNTED))
        return false;
    return to == from + 1 || r->token[to - 1].end - r->token[to - 1].at > 1; /* 5大, but 1个国家级 */
}

/* What stands between verb and figure: names of a list before what they are (瓯江、鳌江3条河流) and examples before 等 are left off. */
void before_add(const struct reader *r, struct buf *b, size_t from, size_t to, bool more_follows)
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
void item_bounds(const struct reader *r, size_t from, size_t to, size_t k, size_t *ret_from, size_t *ret_to)
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
        if (counts(r, i) || (own && token_is(r, i, C_FIGURE) && r->token[i].used)) {
            after = own ? own - 1 : last;
            break;
        }
    }
    *ret_from = before;
    *ret_to = after < k + 1 ? k + 1 : after;
}
