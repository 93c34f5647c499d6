/* suspect_text.c - how much of one text stands in another. */
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"
#include "ledger/suspect.h"

enum { CHARS_MAX = 2000 };

/* Letters and figures of any script; what stands between them is layout. */
static bool counts(uint32_t cp)
{
    if (cp < 128)
        return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
    return !(cp >= 0x2000 && cp <= 0x206f) && !(cp >= 0x3000 && cp <= 0x303f) &&
           !(cp >= 0xff00 && cp <= 0xff0f) && !(cp >= 0xff1a && cp <= 0xff20) && cp != 0xa0 && cp != 0xfffd;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The pairs of neighbours, in order of value; *ret_chars: the characters that count. */
static size_t pairs_of(const char *s, uint64_t pair[CHARS_MAX], size_t *ret_chars)
{
    size_t n = 0, left = strlen(s), chars = 0, len;
    uint32_t before = 0;
    for (; left && chars < CHARS_MAX; s += len, left -= len) {
        uint32_t cp = utf8_decode(s, left, &len);
        if (!counts(cp))
            continue;
        if (chars++)
            pair[n++] = (uint64_t)before << 21 | cp;
        before = cp;
    }
    qsort(pair, n, sizeof *pair, by_value);
    *ret_chars = chars;
    return n;
}

int text_share(const char *a, const char *b)
{
    scoped(freep) uint64_t *room = malloc(2 * CHARS_MAX * sizeof *room);
    size_t chars, other, same = 0;
    if (!room)
        return -1;
    uint64_t *p = room, *q = room + CHARS_MAX;
    size_t n = pairs_of(a, p, &chars);
    if (!n || chars < SUSPECT_COPY_CHARS)
        return -1;
    size_t m = pairs_of(b, q, &other);
    for (size_t i = 0, j = 0; i < n && j < m;)
        if (p[i] == q[j])
            same++, i++, j++;
        else if (p[i] < q[j])
            i++;
        else
            j++;
    return (int)(same * 100 / n);
}
