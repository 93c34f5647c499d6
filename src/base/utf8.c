#include "base/utf8.h"

#include <string.h>

size_t utf8_len(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    if (n == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return 0;
    size_t want = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (n < want)
        return 0;
    /* The second byte carries the limits against overlong forms, surrogates and beyond U+10FFFF (RFC 3629 §4). */
    unsigned lo = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned hi = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < lo || p[1] > hi)
        return 0;
    for (size_t i = 2; i < want; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return want;
}

uint32_t utf8_decode(const char *s, size_t n, size_t *ret_len)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t len = utf8_len(s, n);
    *ret_len = len ? len : 1;
    switch (len) {
    case 1:
        return p[0];
    case 2:
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3Fu);
    case 3:
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3Fu);
    case 4:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6 |
               (p[3] & 0x3Fu);
    default:
        return 0xFFFD;
    }
}

size_t utf8_encode(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; cp >>= 6)
        out[i] = (char)(0x80 | (cp & 0x3F));
    out[0] = (char)((n == 2 ? 0xC0 : n == 3 ? 0xE0 : 0xF0) | cp);
    return n;
}

bool utf8_valid(const char *s, size_t n, size_t *ret_bad)
{
    for (size_t i = 0; i < n;) {
        size_t len = utf8_len(s + i, n - i);
        if (!len) {
            if (ret_bad)
                *ret_bad = i;
            return false;
        }
        i += len;
    }
    return true;
}

size_t utf8_count(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

/* Bytes of the blank that a text begins or ends with. */
static size_t blank(const char *s, size_t n, bool at_end)
{
    static const char wide[] = "\xE3\x80\x80"; /* U+3000 */
    if (n && strchr(" \t\r\n", at_end ? s[n - 1] : *s))
        return 1;
    return n >= 3 && memcmp(at_end ? s + n - 3 : s, wide, 3) == 0 ? 3 : 0;
}

void utf8_trim(const char **s, size_t *n)
{
    for (size_t skip; (skip = blank(*s, *n, false)); *n -= skip)
        *s += skip;
    for (size_t skip; (skip = blank(*s, *n, true));)
        *n -= skip;
}

bool utf8_is_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return c > 0xBF && !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x3000 && c <= 0x303F) &&
           !(c >= 0xFE30 && c <= 0xFE4F) && !(c >= 0xFF00 && c <= 0xFF0F) && !(c >= 0xFF1A && c <= 0xFF20) &&
           !(c >= 0xFF3B && c <= 0xFF40) && !(c >= 0xFF5B && c <= 0xFF65) && c != 0xFFFD;
}
