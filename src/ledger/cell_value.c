/* cell_value.c - dates and numbers as Chinese tables write them. */
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/micro.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "ledger/cell.h"

/* Full-width forms (U+FF01 to U+FF5E) stand 0xFEE0 above the narrow ones. */
static uint32_t narrow(uint32_t c)
{
    return c >= 0xff01 && c <= 0xff5e ? c - 0xfee0 : c;
}

static bool is_blank_character(uint32_t c)
{
    return c <= ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200f) || c == 0x2028 || c == 0x3000 || c == 0xfeff;
}

void cell_plain(const char *text, struct buf *out)
{
    size_t n = strlen(text), len;
    for (; n; text += len, n -= len) {
        char bytes[4];
        uint32_t c = narrow(utf8_decode(text, n, &len));
        if (is_blank_character(c))
            continue;
        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        buf_add(out, bytes, utf8_encode(c, bytes));
    }
}

/* ---- dates ---- */

static bool take(const char **s, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*s, word, n) != 0)
        return false;
    *s += n;
    return true;
}

static int digit(const char **s)
{
    static const char *const words[] = { "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    if (**s >= '0' && **s <= '9')
        return *(*s)++ - '0';
    if (take(s, "零") || take(s, "○"))
        return 0;
    for (int i = 0; i < 10; i++)
        if (take(s, words[i]))
            return i;
    return -1;
}

/* 2026, 二〇二六: four digits. */
static int year_of(const char **s)
{
    int year = 0;
    for (int i = 0; i < 4; i++) {
        int d = digit(s);
        if (d < 0)
            return -1;
        year = year * 10 + d;
    }
    return year;
}

/* 6, 06, 六, 十二, 三十一: a month or a day. */
static int small_of(const char **s)
{
    const char *before = *s;
    if (take(s, "十")) {
        int d = digit(s);
        return d < 0 ? 10 : 10 + d;
    }
    bool narrow_digit = **s >= '0' && **s <= '9';
    int v = digit(s), d;
    if (v < 0) {
        *s = before;
        return -1;
    }
    if (!narrow_digit && take(s, "十"))
        return v * 10 + ((d = digit(s)) < 0 ? 0 : d);
    if (narrow_digit && **s >= '0' && **s <= '9')
        return v * 10 + digit(s);
    return v;
}

/* What may follow a limit and says no other day: 前, 之前, 以前; a time of day. */
static bool is_end(const char *s)
{
    static const char *const words[] = { "之前", "以前", "前", "止", "。", "." };
    for (size_t i = 0; i < COUNT_OF(words) && *s; i++)
        take(&s, words[i]);
    return !*s;
}

static bool put_date(int year, int month, int day, char ret[11])
{
    struct cn_civil c = { .year = year, .month = month, .day = day };
    if (year < 1900 || year > 2999 || !cn_valid(&c))
        return false;
    char text[CN_TEXT];
    memcpy(ret, cn_format_date(cn_to_ms(&c), text), 11);
    return true;
}

/* After the month: 30日, 30, 底, 末, 上旬 (the 10th), 中旬 (the 20th), 下旬 (the last day). */
static int day_of(const char **s, int year, int month)
{
    if (month < 1 || month > 12)
        return -1;
    if (take(s, "底") || take(s, "末") || take(s, "月底") || take(s, "月末") || take(s, "下旬"))
        return cn_days_in_month(year, month);
    if (take(s, "上旬"))
        return 10;
    if (take(s, "中旬"))
        return 20;
    int day = small_of(s);
    if (day > 0 && !take(s, "日"))
        take(s, "号");
    return day;
}

/* An unformatted cell shows the day's number of the workbook's calendar: 36526 is 2000-01-01. */
static bool serial(const char *s, char ret[11])
{
    long v = strlen(s) == 5 && strspn(s, "0123456789") == 5 ? strtol(s, NULL, 10) : 0;
    if (v < 36526 || v > 73050)
        return false;
    struct cn_civil c = cn_from_ms(cn_day_start(v - 25569));
    return put_date(c.year, c.month, c.day, ret);
}

static bool compact(const char *s, char ret[11])
{
    if (strlen(s) != 8 || strspn(s, "0123456789") != 8)
        return false;
    long v = strtol(s, NULL, 10);
    return put_date((int)(v / 10000), (int)(v / 100 % 100), (int)(v % 100), ret);
}

static bool written_date(const char *s, char ret[11], bool *ret_no_day)
{
    int year = year_of(&s);
    bool han = take(&s, "年");
    if (year < 0 || (!han && !strchr("-/.", *s)) || !*s)
        return false;
    if (han && (take(&s, "底") || take(&s, "末") || take(&s, "年底")))
        return is_end(s) && put_date(year, 12, 31, ret);
    s += !han;
    int month = small_of(&s);
    bool parted = take(&s, "月") || (*s && strchr("-/.", *s) && s++);
    if (month < 1 || !parted || !*s) {
        *ret_no_day = month >= 1 && month <= 12 && is_end(s);
        return false;
    }
    if (is_end(s)) {
        *ret_no_day = true;
        return false;
    }
    int day = day_of(&s, year, month);
    return day > 0 && is_end(s) && put_date(year, month, day, ret);
}

bool cell_date(const char *text, char ret[11], bool *ret_no_day)
{
    struct buf plain = BUF_INIT;
    int64_t ms;
    *ret_no_day = false;
    bool good = false;
    /* An ISO time stands with its zone: 2026-06-30T09:00:00+08:00. */
    if (strchr(text, '-') && strchr(text, ':') && cn_parse_iso(text, strlen(text), &ms)) {
        struct cn_civil c = cn_from_ms(ms);
        return put_date(c.year, c.month, c.day, ret);
    }
    cell_plain(text, &plain);
    char *s = plain.data ? plain.data : (char[]){ "" };
    char *colon = strchr(s, ':');
    if (colon && colon >= s + 2) { /* ... 09:30: the day is asked, the hour falls away */
        char *at = colon - 2;
        size_t tail = strlen(colon);
        if ((tail == 3 || tail == 6) && strspn(at, "0123456789:") == strlen(at) && strstr(s, "日"))
            *at = '\0';
    }
    good = serial(s, ret) || compact(s, ret) || written_date(s, ret, ret_no_day);
    buf_release(&plain);
    return good;
}

/* ---- numbers ---- */

/* 1,234,567.8: commas only between groups of three. */
static bool without_commas(char *s)
{
    size_t whole = strcspn(s, "."), first = strcspn(s, ",");
    if (!strchr(s, ','))
        return true;
    const char *p = s + (*s == '-' || *s == '+');
    if (first > whole || first < (size_t)(p - s) + 1 || first > (size_t)(p - s) + 3)
        return false;
    for (size_t i = first; i < whole; i += 4)
        if (s[i] != ',' || strspn(s + i + 1, "0123456789") < 3 || (i + 4 < whole && s[i + 4] != ','))
            return false;
    if (strchr(s + whole, ','))
        return false;
    char *to = s;
    for (const char *from = s; *from; from++)
        if (*from != ',')
            *to++ = *from;
    *to = '\0';
    return true;
}

bool cell_number(const char *text, const char *unit, json_t **ret, bool *ret_unit)
{
    struct buf plain = BUF_INIT, own = BUF_INIT;
    micro v;
    int decimals = 0;
    *ret_unit = false;
    cell_plain(text, &plain);
    cell_plain(unit, &own);
    char *s = plain.data ? plain.data : (char[]){ "" };
    size_t n = strspn(s, "+-0123456789.,");
    bool good = n > 0;
    if (good && s[n]) {
        good = own.len && strcmp(s + n, own.data) == 0;
        *ret_unit = !good;
        s[n] = '\0';
    }
    good = good && without_commas(s) && micro_parse(s, strlen(s), &v, &decimals) && decimals <= 6;
    if (good)
        *ret = decimals ? json_real(strtod(s, NULL)) : json_integer(strtoll(s, NULL, 10));
    buf_release(&plain);
    buf_release(&own);
    return good;
}
