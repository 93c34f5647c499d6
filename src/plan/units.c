/* units.c - the unit behind a number, as documents write it: one word of the lexicon, or one with 万 before it and what it is counted by behind. */
#include "plan/internal.h"

/* μg/m 3: an exponent that a copyist set apart. The length of the unit with its blank, 0: none. */
static size_t exponent_apart(const struct reader *r, size_t i, const struct word **ret)
{
    enum { UNIT_CP = 12 };
    uint32_t cp[UNIT_CP];
    size_t n = 0, gap = 0;
    for (size_t k = i; n < UNIT_CP && k < r->n; k++) {
        if (!gap && n && r->cp[k] == ' ' && r->cp[k - 1] == 'm' &&
            (r->cp[k + 1] == '3' || r->cp[k + 1] == '2'))
            gap = n;
        else
            cp[n++] = r->cp[k];
    }
    const struct word *w = gap ? words_longest_of(r->w, C_UNIT, cp, n) : NULL;
    if (!w || w->len <= gap)
        return 0;
    *ret = w;
    return w->len + 1u;
}

/* 家, 万吨/日, %, 台(套): the unit at i. */
size_t unit_read(const struct reader *r, size_t i, const struct word **ret)
{
    size_t left = r->n - i,
           big = r->cp[i] == 0x4e07 /* 万 */ || r->cp[i] == 0x4ebf /* 亿 */ || r->cp[i] == 0x5343 /* 千 */;
    const struct word *w = words_longest_of(r->w, C_UNIT, r->cp + i, left);
    size_t len = w ? w->len : 0;
    if (big && len <= 1) {
        const struct word *inner = words_longest_of(r->w, C_UNIT, r->cp + i + 1, left - 1);
        if (inner) {
            w = inner;
            len = 1u + inner->len;
        }
    }
    if (len && r->cp[i + len] == '/') {
        size_t gap = r->cp[i + len + 1] == ' '; /* 微克/ 立方米, as copied pages have it */
        const struct word *per =
            words_longest_of(r->w, C_PER, r->cp + i + len + 1 + gap, r->n - i - len - 1 - gap);
        if (per)
            len += 1u + gap + per->len;
        while (per && r->cp[i + len] == 0xb7 /* · */) { /* 吨/平方千米·月 */
            per = words_longest_of(r->w, C_PER, r->cp + i + len + 1, r->n - i - len - 1);
            len += per ? 1u + per->len : 0;
        }
    }
    size_t apart = len ? 0 : exponent_apart(r, i, &w);
    len += apart;
    if (len && r->cp[i + len] == '(') { /* 台(套), 辆(次): either of two */
        const struct word *other = words_longest_of(r->w, C_UNIT, r->cp + i + len + 1, left - len - 1);
        if (other && r->cp[i + len + 1 + other->len] == ')')
            len += 2u + other->len;
    }
    *ret = w;
    return len;
}
