/* hj212_frame.c - finds frames in a byte stream: by their length, never by looking for the line end (HJ 212-2017 6.3.1: ##,
 * four digits, the segment, four hexadecimal digits, CR LF). */
#include "codec/hj212_parts.h"

#include <string.h>

#include "base/scoped.h"

enum { HEAD = 6, CRC = 4 };

const char *hj212_reason_name(enum hj212_reason r)
{
    static const char *const names[HJ212_REASONS] = { "ok",  "rubbish", "length", "too_long",
                                                      "crc", "fields",  "items" };
    return (size_t)r < COUNT_OF(names) ? names[r] : "unknown";
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits as a number, -1 when one is not. */
static int crc_text(const char *s)
{
    int a = hex(s[0]), b = hex(s[1]), c = hex(s[2]), d = hex(s[3]);
    return (a | b | c | d) < 0 ? -1 : a << 12 | b << 8 | c << 4 | d;
}

/* What the bytes at p are, as far as they are there. */
enum start {
    NOT,   /* no frame begins here */
    MAYBE, /* more bytes must decide */
    LONG,  /* a length beyond the limit; whether a CRC stands at its end is known only when it is there */
    WHOLE, /* ##, a length and a CRC where it leads */
};

static enum start look(const char *p, const char *end, size_t max, size_t *ret_segment)
{
    size_t have = (size_t)(end - p), n = 0;
    if (have > 0 && p[0] != '#')
        return NOT;
    if (have > 1 && p[1] != '#')
        return NOT;
    for (size_t i = 2; i < HEAD && i < have; i++) {
        if (p[i] < '0' || p[i] > '9')
            return NOT;
        n = n * 10 + (size_t)(p[i] - '0');
    }
    if (have < HEAD)
        return MAYBE;
    *ret_segment = n;
    for (size_t i = HEAD + n; i < HEAD + n + CRC && i < have; i++)
        if (hex(p[i]) < 0)
            return NOT;
    if (have < HEAD + n + CRC)
        return n > max ? LONG : MAYBE;
    return n > max ? LONG : WHOLE;
}

/* The next place at or behind p where a frame begins or may begin; end when there is none. */
static const char *next_start(const char *p, const char *end, size_t max)
{
    size_t n;
    while (p < end && (p = memchr(p, '#', (size_t)(end - p)))) {
        if (look(p, end, max, &n) != NOT)
            return p;
        p++;
    }
    return end;
}

/* Behind the CRC: CR LF, LF alone, a CR whose LF has not come, or nothing. */
static const char *skip_tail(const char *p, const char *end)
{
    if (p < end && *p == '\r')
        p++;
    if (p < end && *p == '\n')
        p++;
    return p;
}

static enum hj212_found refuse(enum hj212_reason why, size_t used, size_t *ret_used,
                               enum hj212_reason *ret_reason)
{
    *ret_used = used;
    *ret_reason = why;
    return HJ212_REFUSED;
}

/* The frame at p is whole. */
static enum hj212_found take(const char *bytes, const char *p, const char *end, size_t segment, size_t max,
                             struct hj212_frame *ret, size_t *ret_used, enum hj212_reason *ret_reason)
{
    struct hj212_item *items = ret->item;
    const char *crc = p + HEAD + segment;
    const char *behind = skip_tail(crc + CRC, end);
    if (hj212_crc16(p + HEAD, segment) != crc_text(crc)) {
        /* Where the length was damaged, other frames lie inside what it spans: they are kept. What the head still says goes to
         * the caller, for QnRtn=9. */
        const char *inside = next_start(p + 1, end, max);
        hj212_segment_plain(ret);
        ret->n_items = 0;
        return refuse(HJ212_CRC, (size_t)((inside < crc + CRC ? inside : behind) - bytes), ret_used,
                      ret_reason);
    }
    enum hj212_reason r = HJ212_OK;
    if (!hj212_fast_usable() || !hj212_segment_fast(ret)) {
        *ret = hj212_frame_of(p + HEAD, segment, items);
        r = hj212_segment_plain(ret);
    }
    if (r != HJ212_OK)
        return refuse(r, (size_t)(behind - bytes), ret_used, ret_reason);
    *ret_used = (size_t)(behind - bytes);
    *ret_reason = HJ212_OK;
    return HJ212_FRAME;
}

enum hj212_found hj212_next(const char *bytes, size_t len, size_t segment_max, struct hj212_item *items,
                            struct hj212_frame *ret, size_t *ret_used, enum hj212_reason *ret_reason)
{
    const char *p = bytes, *end = bytes + len;
    size_t segment = 0;
    *ret_used = 0;
    *ret_reason = HJ212_OK;
    /* Line ends before a frame belong to the one before it, whose tail came late; they are no rubbish. */
    while (p < end && (*p == '\r' || *p == '\n'))
        p++;
    enum start s = look(p, end, segment_max, &segment);
    if (s == WHOLE || (s == LONG && (size_t)(end - p) >= HEAD + segment + CRC)) {
        *ret = hj212_frame_of(p + HEAD, segment, items);
        if (s == WHOLE)
            return take(bytes, p, end, segment, segment_max, ret, ret_used, ret_reason);
        return refuse(HJ212_TOO_LONG, (size_t)(skip_tail(p + HEAD + segment + CRC, end) - bytes), ret_used,
                      ret_reason);
    }
    *ret = hj212_frame_of(NULL, 0, items);
    if (s == MAYBE) {
        if (len < segment_max + HJ212_FRAME_OVERHEAD)
            return HJ212_NEED_MORE;
        return refuse(HJ212_RUBBISH, (size_t)(p - bytes), ret_used,
                      ret_reason); /* line ends only: a frame alone fits */
    }
    enum hj212_reason why = s == LONG                                    ? HJ212_TOO_LONG
                            : end - p >= 2 && p[0] == '#' && p[1] == '#' ? HJ212_LENGTH
                                                                         : HJ212_RUBBISH;
    const char *next = next_start(p + 1, end, segment_max);
    return refuse(why, (size_t)(next - bytes), ret_used, ret_reason);
}
