/* figures.c - numbers with their units, water-quality classes and dates, as documents write them. */
#include "plan/internal.h"

#include <string.h>

static bool digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool letter(uint32_t c)
{
    return c >= 'a' && c <= 'z';
}

static size_t blanks(const struct reader *r, size_t i, size_t most)
{
    size_t n = 0;
    while (n < most && r->cp[i + n] == ' ')
        n++;
    return n;
}

/* Digits, thousands in threes, a fraction. Returns the length; 0 when there is no number or it has more than 15 digits. */
static size_t number_at(const struct reader *r, size_t i, double *ret, bool *ret_whole)
{
    double value = 0, unit = 1;
    size_t j = i, digits = 0;
    bool whole = true;
    for (; digit(r->cp[j]) || (r->cp[j] == ',' && j > i && digit(r->cp[j - 1]) && digit(r->cp[j + 1]) &&
                               digit(r->cp[j + 2]) && digit(r->cp[j + 3]) && !digit(r->cp[j + 4]));
         j++)
        if (r->cp[j] != ',') {
            value = value * 10 + (r->cp[j] - '0');
            digits++;
        }
    if (!digits)
        return 0;
    if (r->cp[j] == '.' && digit(r->cp[j + 1]))
        for (j++, whole = false; digit(r->cp[j]); j++, digits++) {
            value = value * 10 + (r->cp[j] - '0');
            unit *= 10;
        }
    if (digits > 15)
        return 0;
    *ret = value / unit;
    *ret_whole = whole;
    return j - i;
}

/* 3000余吨, 20多家: about so many, said before the unit. */
static size_t odd_at(const struct reader *r, size_t i)
{
    return r->cp[i] == 0x4f59 /* 余 */ || r->cp[i] == 0x591a /* 多 */;
}

static int roman_digit(uint32_t c)
{
    if (c >= 0x2160 && c <= 0x2164)
        return (int)(c - 0x2160) + 1;
    if (c >= 0x2170 && c <= 0x2174)
        return (int)(c - 0x2170) + 1;
    return 0;
}

static size_t roman_at(const struct reader *r, size_t i, double *ret)
{
    if (roman_digit(r->cp[i])) {
        *ret = roman_digit(r->cp[i]);
        return 1;
    }
    if (i && letter(r->cp[i - 1]))
        return 0;
    static const char *const plain[] = { "iii", "ii", "iv", "i", "v" };
    static const int worth[] = { 3, 2, 4, 1, 5 };
    for (size_t k = 0; k < 5; k++) {
        size_t n = strlen(plain[k]), j = 0;
        while (j < n && r->cp[i + j] == (unsigned char)plain[k][j])
            j++;
        if (j == n && !letter(r->cp[i + n])) {
            *ret = worth[k];
            return n;
        }
    }
    return 0;
}

static bool range_sign(uint32_t c)
{
    return c == '-' || c == '~' || c == 0x81f3 /* 至 */;
}

/* Ⅲ类, Ⅰ-Ⅲ类, v类 */
static size_t class_at(const struct reader *r, size_t i, struct figure *f)
{
    size_t len = roman_at(r, i, &f->value);
    if (!len)
        return 0;
    if (range_sign(r->cp[i + len])) {
        size_t more = roman_at(r, i + len + 1, &f->value2);
        if (more) {
            len += 1 + more;
            f->range = f->whole2 = true;
        }
    }
    if (r->cp[i + len] != 0x7c7b /* 类 */)
        return 0;
    f->whole = true;
    f->unit_at = (uint16_t)(i + len);
    f->unit_end = (uint16_t)(i + len + 1);
    return len + 1;
}

size_t figure_at(struct reader *r, size_t i, struct token *t)
{
    struct figure f = { 0 };
    size_t j = i;
    if (r->figures >= sizeof r->figure / sizeof *r->figure)
        return 0;
    t->figure = (uint16_t)r->figures;
    size_t len = class_at(r, i, &f);
    if (len) {
        t->classes = C_ROMAN;
        r->figure[r->figures++] = f;
        return len;
    }
    if (r->cp[j] == 0x6bcf /* 每: 每立方米29.5微克 */) {
        const struct word *base = words_longest_of(r->w, C_PER, r->cp + j + 1, r->n - j - 1);
        if (!base)
            return 0;
        f.per_at = (uint16_t)(j + 1);
        f.per_end = (uint16_t)(j + 1 + base->len);
        j = f.per_end;
    }
    bool named = j && letter(r->cp[j - 1]) && r->tokens && r->token[r->tokens - 1].end == j &&
                 (r->token[r->tokens - 1].classes & C_INDICATOR); /* VOCs1200吨 */
    if (!digit(r->cp[j]) || (j && ((letter(r->cp[j - 1]) && !named) || digit(r->cp[j - 1]) ||
                                   r->cp[j - 1] == '+' || r->cp[j - 1] == 0x7b2c /* 第 */)))
        return 0;
    len = number_at(r, j, &f.value, &f.whole);
    if (!len)
        return 0;
    j += len;
    if (letter(r->cp[j]) && !words_longest_of(r->w, C_UNIT, r->cp + j, r->n - j))
        return 0;
    if (r->cp[j] == ':' && digit(r->cp[j + 1])) /* 08:29 is a time, 1:2 a proportion */
        return 0;
    if (r->cp[j] == '+')
        return 0;
    size_t gap = blanks(r, j, 2), unit = unit_read(r, j + gap, &f.unit);
    if (!unit && odd_at(r, j + gap) && (unit = unit_read(r, j + gap + 1, &f.unit)))
        gap++;
    size_t at = j + gap + unit;
    if (range_sign(r->cp[unit ? at : j]) && digit(r->cp[(unit ? at : j) + 1])) {
        size_t k = (unit ? at : j) + 1, more = number_at(r, k, &f.value2, &f.whole2);
        if (more) {
            f.range = true;
            j = k + more;
            gap = blanks(r, j, 2);
            unit = unit_read(r, j + gap, &f.unit);
            at = j + gap + unit;
        }
    }
    if (unit) {
        f.unit_at = (uint16_t)(j + gap);
        f.unit_end = (uint16_t)at;
        f.percent = r->cp[f.unit_at] == '%';
        j = at;
    } else if (f.per_end || named) {
        return 0;
    }
    t->classes = C_FIGURE;
    if (unit == 1 && r->cp[f.unit_at] == 0x7c7b /* 类 */)
        t->classes = C_ROMAN;
    r->figure[r->figures++] = f;
    return j - i;
}

static bool damage(uint32_t c)
{
    return c == '_' || c == '-' || c == 'x' || c == '*' || c == 0xd7 || c == 0x25cb || c == 0x25a1;
}

static size_t one_of(const struct reader *r, size_t i, const uint32_t *set, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (r->cp[i] == set[k])
            return 1;
    return 0;
}

/* 底, 底前, 以前, 之前, 前, 末, 初, 内, 中旬 … behind a year, month or day. */
static size_t date_tail(const struct reader *r, size_t i)
{
    static const uint32_t stage[] = { 0x5e95 /* 底 */, 0x672b /* 末 */, 0x521d /* 初 */ };
    static const uint32_t third[] = { 0x4e0a /* 上 */, 0x4e2d /* 中 */, 0x4e0b /* 下 */ };
    size_t j = i;
    j += one_of(r, j, stage, 3);
    if (one_of(r, j, third, 3) && r->cp[j + 1] == 0x65ec /* 旬 */)
        j += 2;
    if ((r->cp[j] == 0x4ee5 /* 以 */ || r->cp[j] == 0x4e4b /* 之 */) && r->cp[j + 1] == 0x524d /* 前 */)
        return j + 2 - i;
    if (r->cp[j] == 0x524d || r->cp[j] == 0x5185 /* 内 */)
        j++;
    return j - i;
}

/* 10-12月, 3月至5月: the first month with its sign, 0 when no second one follows. */
static size_t month_from(const struct reader *r, size_t i)
{
    size_t n = 0, j = i, k;
    while (n < 3 && digit(r->cp[j + n]))
        n++;
    j += n;
    if (!n || n > 2)
        return 0;
    j += r->cp[j] == 0x6708 /* 月 */;
    for (k = j; k < j + 2 && range_sign(r->cp[k]);)
        k++;
    if (k == j || !digit(r->cp[k]))
        return 0;
    for (n = 0; n < 3 && digit(r->cp[k + n]);)
        n++;
    return n < 3 && r->cp[k + n] == 0x6708 ? k - i : 0;
}

static size_t month_at(const struct reader *r, size_t i)
{
    size_t j = i + blanks(r, i, 1), n = 0;
    j += month_from(r, j);
    while (n < 2 && digit(r->cp[j + n]))
        n++;
    if (!n && i && r->cp[i - 1] == 0x5e74 && damage(r->cp[j])) /* 20_年_月底前 */
        n = 1;
    if (!n)
        return 0;
    j += n + blanks(r, j + n, 1);
    if (r->cp[j] != 0x6708 /* 月 */)
        return 0;
    j++;
    if (r->cp[j] == 0x4efd /* 份 */)
        j++;
    for (n = 0; n < 2 && digit(r->cp[j + n]);)
        n++;
    if (n && r->cp[j + n] == 0x65e5 /* 日 */)
        j += n + 1;
    return j - i;
}

/* 2019、2020年: is what stands at i a list sign, and behind it years to one that has its 年? */
static bool year_shared(const struct reader *r, size_t i)
{
    static const uint32_t sign[] = { 0x3001 /* 、 */, 0x548c /* 和 */, 0x53ca /* 及 */, 0x4e0e /* 与 */ };
    while (one_of(r, i, sign, 4)) {
        size_t n = 0;
        while (n < 5 && digit(r->cp[i + 1 + n]))
            n++;
        i += 1 + n;
        if (n != 4)
            return false;
        if (r->cp[i] == 0x5e74 /* 年 */)
            return true;
    }
    return false;
}

/* A year with its 年: four digits, or digits that a copyist lost (20_年, 20-年, 20xx年). */
static size_t year_at(const struct reader *r, size_t i, uint16_t *ret_year)
{
    size_t n = 0, marks = 0;
    unsigned year = 0;
    while (n < 5 && digit(r->cp[i + n]))
        year = year * 10 + (r->cp[i + n++] - '0');
    *ret_year = n == 4 ? (uint16_t)year : 0;
    if (n != 4 && n != 2)
        return 0;
    if (n == 2) {
        while (marks < 3 && damage(r->cp[i + n + marks]))
            marks++;
        if (!marks || year < 19 || year > 21)
            return 0;
    }
    n += marks;
    size_t gap = blanks(r, i + n, 2);
    if (r->cp[i + n + gap] == 0x5e74 /* 年 */)
        return n + gap + 1;
    return !marks && year >= 1990 && year < 2100 && year_shared(r, i + n) ? n : 0;
}

static bool range_sign_between_years(uint32_t c)
{
    return c == '-' || c == '~' || c == 0x2013 || c == 0x2014 || c == 0x81f3 /* 至 */;
}

/* 2023-2025年, 2023年至2025年: one date, whose year is the last. */
static size_t years_at(const struct reader *r, size_t i, uint16_t *ret_year)
{
    size_t n = 0;
    while (n < 5 && digit(r->cp[i + n]))
        n++;
    if (n != 4)
        return 0;
    n += r->cp[i + n] == 0x5e74; /* 年 */
    size_t sign = 0;
    while (sign < 2 && range_sign_between_years(r->cp[i + n + sign]))
        sign++;
    size_t last = sign ? year_at(r, i + n + sign, ret_year) : 0;
    return last && *ret_year ? n + sign + last : 0;
}

/* 1-9月, 今年1至5月: so far this year, which only a report tells; but 1-3月 may be when work is to be done. */
static size_t so_far_at(const struct reader *r, size_t i)
{
    size_t j = i + 1, last = 0, n = 0;
    if (r->cp[i] == 0x524d && digit(r->cp[j])) { /* 今年前10个月 */
        j += 1 + digit(r->cp[j + 1]);
        return r->cp[j] == 0x4e2a /* 个 */ && r->cp[j + 1] == 0x6708 ? j + 2 - i : 0;
    }
    if (r->cp[i] != '1' || (i && digit(r->cp[i - 1])))
        return 0;
    j += r->cp[j] == 0x6708 /* 月 */;
    while (n < 2 && (range_sign(r->cp[j]) || r->cp[j] == 0x5230 /* 到 */)) {
        j++;
        n++;
    }
    if (!n || !digit(r->cp[j]))
        return 0;
    for (n = 0; n < 2 && digit(r->cp[j]); n++)
        last = last * 10 + (r->cp[j++] - '0');
    bool told = false; /* 同比, 同期: compared with the year before */
    for (size_t k = j; k + 1 < r->n && !told; k++)
        told = r->cp[k] == 0x540c && (r->cp[k + 1] == 0x6bd4 || r->cp[k + 1] == 0x671f);
    bool this_year = i > 1 && r->cp[i - 1] == 0x5e74 /* 年 */ && r->cp[i - 2] == 0x4eca /* 今 */;
    if (r->cp[j] != 0x6708 || last < (this_year || told ? 2 : 7) || last > (told ? 12 : 11) ||
        r->cp[j + 1] == 0x5e95 /* 底 */)
        return 0;
    return j + 1 + (r->cp[j + 1] == 0x4efd /* 份 */) - i;
}

/* When within the year or month that comes again: 12月底前, 汛期前, 25日前. */
static size_t within_period(const struct reader *r, size_t i)
{
    size_t n = 0;
    const struct word *season = words_longest_of(r->w, C_SEASON, r->cp + i, r->n - i);
    if (season)
        return season->len;
    while (n < 2 && digit(r->cp[i + n]))
        n++;
    return n && r->cp[i + n] == 0x65e5 /* 日 */ && date_tail(r, i + n + 1) ? n + 1 : 0;
}

static size_t one_date_at(const struct reader *r, size_t i, struct token *t)
{
    if (i && (letter(r->cp[i - 1]) || digit(r->cp[i - 1])))
        return 0;
    size_t j = i, year = years_at(r, i, &t->year);
    const struct word *season;
    if (!year)
        year = year_at(r, i, &t->year);
    if (year) {
        j += year;
        if (r->cp[j] == 0x5ea6 /* 度 */) {
            t->classes = C_DATE;
            return j + 1 - i;
        }
        size_t so_far = so_far_at(r, j);
        if (so_far) {
            t->classes = C_SINCE;
            return j + so_far - i;
        }
        size_t month = month_at(r, j);
        season = month ? NULL : words_longest_of(r->w, C_SEASON, r->cp + j, r->n - j);
        j += month + (season ? season->len : 0u);
    } else if (digit(r->cp[i])) {
        j += month_at(r, i);
        t->year = 0;
    } else {
        season = words_longest_of(r->w, C_SEASON | C_FREQUENCY, r->cp + i, r->n - i);
        const struct word *longer = words_longest(r->w, r->cp + i, r->n - i);
        if (!season || (longer && longer->len > season->len))
            return 0;
        j += season->len;
        t->word = season;
        if (season->classes & C_FREQUENCY) /* 每年汛期前, 每月25日前 */
            j += within_period(r, j);
        if (r->cp[j - 1] == 0x5e74) { /* 今年12月底前 */
            size_t so_far = so_far_at(r, j);
            if (so_far) {
                t->classes = C_SINCE;
                return j + so_far - i;
            }
            const struct word *part = words_longest_of(r->w, C_SEASON, r->cp + j, r->n - j);
            j += part ? part->len : month_at(r, j); /* 今年上半年 */
        }
    }
    if (j == i)
        return 0;
    j += date_tail(r, j);
    t->classes = C_DATE;
    if (t->word)
        t->classes |= t->word->classes & C_FREQUENCY;
    return j - i;
}

/* 2020年1月1日至2月29日期间: the time that a figure is measured over, no date by which anything is due. */
static size_t period_at(const struct reader *r, size_t i)
{
    static const uint32_t during[] = { 0x671f, 0x95f4 }; /* 期间 */
    struct token last = { 0 };
    if (range_sign(r->cp[i]) || r->cp[i] == 0x5230 /* 到 */) {
        size_t len = digit(r->cp[i + 1]) ? one_date_at(r, i + 1, &last) : 0;
        i = len ? i + 1 + len : i;
    }
    return memcmp(r->cp + i, during, sizeof during) == 0 ? i + 2 : 0;
}

/* 2025年10月至2026年3月, 10月1日至次年3月31日: from one month to another is one date. How long its second half is with the sign, 0: none. */
static size_t months_to(const struct reader *r, size_t i, struct token *t)
{
    size_t k = i;
    bool month = false;
    while (k < i + 2 && range_sign(r->cp[k]))
        k++;
    if (k == i)
        return 0;
    if ((r->cp[k] == 0x6b21 || r->cp[k] == 0x7fcc) && r->cp[k + 1] == 0x5e74) /* 次年 翌年 */
        k += 2;
    struct token last = { 0 };
    size_t len = digit(r->cp[k]) ? one_date_at(r, k, &last) : 0;
    for (size_t n = 0; n < len; n++)
        month |= r->cp[k + n] == 0x6708 /* 月 */;
    if (!month || !(last.classes & C_DATE))
        return 0;
    t->year = last.year ? last.year : t->year;
    return k + len - i;
}

size_t date_at(const struct reader *r, size_t i, struct token *t)
{
    size_t so_far = so_far_at(r, i);
    if (so_far) {
        t->classes = C_SINCE;
        return so_far;
    }
    size_t len = one_date_at(r, i, t), end = len ? period_at(r, i + len) : 0;
    if (!end)
        return len + (len && t->classes == C_DATE ? months_to(r, i + len, t) : 0);
    t->classes = C_SOFT;
    t->word = NULL;
    t->year = 0;
    return end - i;
}
