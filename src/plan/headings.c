/* headings.c - the heading tree of a text: a line that begins with a heading's mark opens a branch, and closes those of its level and below.
 *
 * The level is the mark's own, in the order that official documents use (一、 (一) 1. (1)), with chapters above and ① below. A level that a
 * text leaves out is no error: its path is shorter. Only the beginning of a line counts: (一)类水 or 1.2万吨 within a sentence is no mark. */
#include "plan/internal.h"

#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"

enum { CHAPTER, SECTION, HAN, HAN_IN_BRACKETS, DIGITS, DIGITS_IN_BRACKETS, CIRCLED };
_Static_assert(CIRCLED + 1 == HEADING_LEVELS, "a level for each mark");
enum { LINE_HEAD_MAX = 64 }; /* blanks before the mark, the mark and a title */

struct line {
    uint32_t cp[LINE_HEAD_MAX + 2]; /* normalised, then zeros */
    uint32_t off[LINE_HEAD_MAX + 1];
    size_t n;
};

static bool blank(uint32_t c)
{
    return c == ' ' || c == '\t'; /* normalised: U+3000 and U+00A0 are ' ' */
}

static bool digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* 一 … 十: 1 … 10, also 百 零 〇 inside a number; 0: none. */
static unsigned han(uint32_t c)
{
    static const uint32_t sign[] = { 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d, 0x4e03,
                                     0x516b, 0x4e5d, 0x5341, 0x767e, 0x96f6, 0x3007 };
    for (unsigned i = 0; i < sizeof sign / sizeof *sign; i++)
        if (c == sign[i])
            return i + 1;
    return 0;
}

static size_t number_end(const struct line *l, size_t at, bool *ret_han)
{
    size_t i = at;
    *ret_han = han(l->cp[at]) != 0;
    while (i < at + 4 && (*ret_han ? han(l->cp[i]) != 0 : digit(l->cp[i])))
        i++;
    return i;
}

/* What stands in the brackets belongs to a thing that is counted or classed so: (一)类水, (二)期工程, (三)项规定; not 项目, 期限, 条件. */
static bool classed(const struct line *l, size_t at)
{
    static const uint32_t plain[] = { 0x7c7b /* 类 */, 0x7ea7 /* 级 */, 0x6b3e /* 款 */, 0x53f7 /* 号 */ };
    static const uint32_t unless[][2] = { { 0x9879, 0x76ee }, { 0x671f, 0x9650 }, { 0x6761, 0x4ef6 } };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (l->cp[at] == plain[i])
            return true;
    for (size_t i = 0; i < sizeof unless / sizeof *unless; i++)
        if (l->cp[at] == unless[i][0])
            return l->cp[at + 1] != unless[i][1];
    return false;
}

/* 一、二季度; 1、2号机组: the next number stands right behind, so the line begins with a list. 二氧化碳 is no number. */
static bool list_of_numbers(const struct line *l, size_t at, size_t comma)
{
    uint32_t here = l->cp[comma - 1], next = l->cp[comma + 1];
    if (next == 0x4e8c && l->cp[comma + 2] == 0x6c27)
        return false;
    if (comma - at == 1 && han(here))
        return han(next) == han(here) + 1;
    return digit(here) && digit(next) && next == here + 1 && !digit(l->cp[comma + 2]);
}

/* 1.2万吨 is a figure; 1.2026年底前 is a mark and a year. */
static bool fraction(const struct line *l, size_t at)
{
    size_t i = at;
    while (digit(l->cp[i]))
        i++;
    return i > at && !(i == at + 4 && l->cp[i] == 0x5e74);
}

/* 第一章, 第二节, also 部分 and 篇: nothing but the title on the line, for a sentence may begin with 第一章规定 too. */
static int chapter(const struct line *l, size_t at)
{
    bool in_han;
    size_t i = number_end(l, at + 1, &in_han);
    uint32_t c = l->cp[i];
    bool part = c == 0x90e8 && l->cp[i + 1] == 0x5206;
    if (i == at + 1 || !(part || c == 0x7ae0 || c == 0x8282 || c == 0x7bc7 || c == 0x7f16))
        return -1;
    i += part ? 2 : 1;
    bool apart = i == l->n || blank(l->cp[i]) || l->cp[i] == ':' || l->cp[i] == 0x3001;
    return !apart ? -1 : c == 0x8282 ? SECTION : CHAPTER;
}

/* The level of the mark at `at`, -1: no mark. */
static int level_at(const struct line *l, size_t at)
{
    uint32_t c = l->cp[at];
    bool in_han, bracket = c == '(';
    if (c == 0x7b2c)
        return chapter(l, at);
    if (c >= 0x2460 && c <= 0x2473)
        return CIRCLED;
    size_t from = at + bracket, end = number_end(l, from, &in_han);
    uint32_t sign = l->cp[end];
    if (end == from || (!in_han && end - from > 3))
        return -1;
    if (bracket)
        return sign != ')' || classed(l, end + 1) ? -1 : in_han ? HAN_IN_BRACKETS : DIGITS_IN_BRACKETS;
    if (sign == ')')
        return in_han ? -1 : DIGITS_IN_BRACKETS;
    if (sign == 0x3001)
        return list_of_numbers(l, from, end) ? -1 : in_han ? HAN : DIGITS;
    return !in_han && sign == '.' && !fraction(l, end + 1) ? DIGITS : -1;
}

static bool ends_title(uint32_t c)
{
    return c == 0x3002 || c == '\n' || c == '\r' || c == '\t' || c == 0x2028;
}

static void line_load(struct line *l, const char *text, size_t len)
{
    size_t at = 0, used;
    memset(l->cp, 0, sizeof l->cp);
    for (l->n = 0; at < len && l->n < LINE_HEAD_MAX && text[at] != '\n'; at += used) {
        l->off[l->n] = (uint32_t)at;
        l->cp[l->n++] = normal_cp(utf8_decode(text + at, len - at, &used));
    }
    l->off[l->n] = (uint32_t)at;
}

json_t *headings_path(struct headings *h)
{
    if (h->path || !h->open)
        return h->path;
    h->path = json_array();
    for (size_t i = 0; h->path && i < HEADING_LEVELS; i++)
        if (h->len[i] && json_array_append_new(h->path, json_stringn_nocheck(h->title[i], h->len[i])) < 0)
            headings_release(h);
    return h->path;
}

bool headings_past(const struct headings *h, bool outside)
{
    if (!h->any_past && !outside)
        return false;
    for (size_t i = HEADING_LEVELS; i-- > 0;)
        if (h->len[i] && h->past[i])
            return true;
        else if (h->len[i] && title_ahead(h->title[i], h->len[i]))
            return false;
    return outside;
}

bool line_past(const char *text, size_t len)
{
    struct line l;
    line_load(&l, text, len);
    return title_past(l.cp, l.n);
}

bool headings_mark(const char *text, size_t len)
{
    struct line l;
    line_load(&l, text, len);
    return level_at(&l, 0) >= 0;
}

void headings_see(struct headings *h, const char *text, size_t len)
{
    struct line l;
    size_t at = 0, used = 0;
    uint32_t c = ' ';
    for (; at < len; at += used) {
        c = normal_cp(utf8_decode(text + at, len - at, &used));
        if (!blank(c))
            break;
    }
    /* most lines begin with no mark: told by one character, before anything is loaded */
    if (!(c == '(' || c == 0x7b2c || digit(c) || han(c) || (c >= 0x2460 && c <= 0x2473)))
        return;
    line_load(&l, text + at, len - at);
    int level = level_at(&l, 0);
    if (level < 0)
        return;
    size_t end = 0;
    while (end < l.n && end < HEADING_TITLE_MAX && !ends_title(l.cp[end]))
        end++;
    while (end && blank(l.cp[end - 1]))
        end--;
    memcpy(h->title[level], text + at, l.off[end]);
    h->len[level] = l.off[end];
    h->past[level] = title_past(l.cp, end);
    h->any_past |= h->past[level];
    for (size_t i = (size_t)level + 1; i < HEADING_LEVELS; i++)
        h->len[i] = 0;
    h->open = true;
    headings_release(h); /* made anew when a result asks: most headings of a list have none of their own */
}

void headings_release(struct headings *h)
{
    json_decref(h->path);
    h->path = NULL;
}
