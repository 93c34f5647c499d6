/* doubts.c - what a person must look at: figures that lost their digits, counts that do not fit their lists. Nothing is mended. */
#include "plan/internal.h"

#include <stdio.h>

#include "base/scoped.h"

static bool is_one(uint32_t c, const uint32_t *set, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (c == set[i])
            return true;
    return false;
}

/* 于年月前, 从年的天, 到年基本: a year whose digits are gone. 年底, 年内, 年均 and the like are words. */
static bool year_lost(const struct reader *r, size_t i)
{
    static const uint32_t before[] = { 0x4e8e, 0x4ece, 0x7531, 0x5230, 0x81ea, 0x6bd4,
                                       0x8f83, 0x5728, ',',    ';',    0x3002 };
    static const uint32_t after[] = { 0x6708, 0x7684, 0x5230, ',', 0x6bcf, 0x5168,
                                      0x57fa, 0x4ee5, 0x6c34, ';', 0x4e0b, 0x5347 };
    if (r->cp[i] != 0x5e74 /* 年 */)
        return false;
    bool stands = i == 0 || is_one(r->cp[i - 1], before, COUNT_OF(before));
    return stands && is_one(r->cp[i + 1], after, COUNT_OF(after));
}

/* 保持%, 1++63, 的天提高到天 */
static bool digits_lost(const struct reader *r, size_t i)
{
    uint32_t c = r->cp[i], p = i ? r->cp[i - 1] : 0;
    if (c == '%')
        return !(p >= '0' && p <= '9') && p != ' ' && p != '%' && p != 'x' && p != '_' && p != '*';
    if (c == '+' && p == '+')
        return true;
    return c == 0x5929 /* 天 */ && p == 0x5230 /* 到 */;
}

static void damage_read(struct reader *r)
{
    bool year = false, digits = false;
    for (size_t i = 0; i < r->n; i++) {
        year |= year_lost(r, i);
        digits |= digits_lost(r, i);
    }
    if (!year && !digits)
        return;
    r->bad_digits = true;
    json_t *o = result_new(r, "doubt", digits ? "doubt.damaged" : "doubt.year_lost", 0, r->n);
    if (!o)
        return;
    result_str(r, o, "reason", digits ? "数字缺失,不作提取" : "年份缺失:数值照录,年份未知");
    if (digits || !r->figures)
        return;
    struct figure f = r->figure[0];
    if (r->figures > 1) {
        f.range = true;
        f.value2 = r->figure[1].value;
        f.whole2 = r->figure[1].whole;
    }
    result_figure(r, o, &f);
}

/* 土壤和固废综合管理环境监测全过程管理: two items of a list that lost the sign between them end alike. The place to part from..to at,
 * 0 when there is none. An editor's reading, and said to be one. */
static size_t split_at(const struct reader *r, size_t from, size_t to)
{
    for (size_t i = from + 4; to - from >= 8 && i + 4 <= to; i++)
        if (r->cp[i - 1] == r->cp[to - 1] && r->cp[i - 2] == r->cp[to - 2])
            return i;
    return 0;
}

static void split_propose(const struct reader *r, size_t from_token, size_t to_token, struct buf *reason)
{
    size_t from = r->token[from_token].at;
    for (size_t k = from_token; k <= to_token; k++) {
        bool stops = k == to_token || token_is(r, k, C_STOP) ||
                     (token_is(r, k, C_SEP) && r->cp[r->token[k].at] == 0x3001);
        if (!stops)
            continue;
        size_t to = k < to_token ? r->token[k].at : r->token[to_token - 1].end, at = split_at(r, from, to);
        if (at) {
            buf_adds(reason, ";或漏了顿号:“");
            text_add(r, reason, from, at, true);
            buf_adds(reason, "|");
            text_add(r, reason, at, to, true);
            buf_adds(reason, "”(编者推断)");
            return;
        }
        from = r->token[k].end;
    }
}

/* “8张网” with nine items after it. */
static void count_read(struct reader *r)
{
    for (size_t i = 0; i < r->tokens; i++) {
        if (!token_is(r, i, C_NAME))
            continue;
        size_t at = r->token[i].at + 1u, count = 0, digits = 0;
        while (at < r->token[i].end && digits < 3 && r->cp[at] >= '0' && r->cp[at] <= '9') {
            count = count * 10 + (r->cp[at++] - '0');
            digits++;
        }
        if (!digits || count < 3 || r->cp[at] == '+' || r->cp[at] == '.' || r->cp[at] == 0x00b7)
            continue;
        size_t items = 1, last = 0, k = i + 1; /* last: 和 before the last item */
        for (; k < r->tokens; k++) {
            if (token_is(r, k, C_NAME))
                break;
            if (token_is(r, k, C_STOP)) {
                if (items >= 3)
                    break;
                items = 1;
                last = 0;
            } else if (token_is(r, k, C_SEP) && r->cp[r->token[k].at] == 0x3001) {
                items++;
                last = 0;
            } else if (token_is(r, k, C_SEP) && items >= 2) {
                last = 1;
            }
        }
        items += last;
        if (items < 3 || items == count)
            continue;
        scoped(buf_release) struct buf reason = BUF_INIT;
        buf_addf(&reason, "写明 %zu 项,列出 %zu 项", count, items);
        if (items + 1 == count)
            split_propose(r, i + 1, k, &reason);
        result_doubt(r, "doubt.count", r->token[i].at, r->token[k - 1].end, reason.data ? reason.data : "");
    }
}

void doubts_read(struct reader *r)
{
    damage_read(r);
    count_read(r);
}
