/* hj212_frame.c - finds frames in a byte stream: by their length, never by looking for the line end (HJ 212-2017 6.3.1: ##,
 * four digits, the segment, four hexadecimal digits, CR LF). The serial variant has a 4-digit address before the length; a cipher
 * printed as text is longer than the length says, but by how much follows from it. */
#include "codec/hj212_parts.h"

#include <string.h>

#include "base/scoped.h"

#define BIT HJ212_FAULT_BIT

enum { HEAD = 6, ADDRESS = 4, CRC = 4, TAIL = 2, CLEAR_FROM = 16 };

_Static_assert((int)HJ212_CLEAR_MAX >= HJ212_LENGTH_MAX + CLEAR_FROM,
               "a deciphered segment and what stands before it");

const char *hj212_edition_name(enum hj212_edition e)
{
    static const char *const names[] = { "2005", "2017", "2025" };
    return (size_t)e < COUNT_OF(names) ? names[e] : "unknown";
}

const char *hj212_sum_name(enum hj212_sum s)
{
    static const char *const names[HJ212_SUMS] = { "hj212", "modbus", "modbus-swapped" };
    return (size_t)s < COUNT_OF(names) ? names[s] : "unknown";
}

const char *hj212_cipher_name(enum hj212_cipher c)
{
    static const char *const names[] = { "clear", "raw", "printed" };
    return (size_t)c < COUNT_OF(names) ? names[c] : "unknown";
}

const char *hj212_reason_name(enum hj212_reason r)
{
    static const char *const names[HJ212_REASONS] = { "ok",     "rubbish", "length", "too_long", "crc",
                                                      "fields", "items",   "cipher", "strict" };
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

/* Where the parts of a frame lie, as far as its start says. */
struct cut {
    const char *segment, *crc;
    size_t len;          /* as declared */
    const char *address; /* of the serial variant, or NULL */
    const char *printed; /* the '{' of a printed cipher, or NULL */
};

/* ##, four digits behind `head` - 4, and a CRC where they lead. */
static enum start look_at(const char *p, const char *end, size_t max, size_t head, struct cut *ret)
{
    size_t have = (size_t)(end - p), n = 0;
    if (have > 0 && p[0] != '#')
        return NOT;
    if (have > 1 && p[1] != '#')
        return NOT;
    for (size_t i = head - 4; i < head && i < have; i++) {
        if (p[i] < '0' || p[i] > '9')
            return NOT;
        n = n * 10 + (size_t)(p[i] - '0');
    }
    if (have < head)
        return MAYBE;
    *ret = (struct cut){ .segment = p + head, .len = n };
    for (size_t i = head + n; i < head + n + CRC && i < have; i++)
        if (hex(p[i]) < 0)
            return NOT;
    if (have < head + n + CRC)
        return n > max ? LONG : MAYBE;
    ret->crc = p + head + n;
    return n > max ? LONG : WHOLE;
}

/* The frame's length leads into {0x..,...}: the segment goes on behind its '}' with what the length leaves. */
static enum start look_printed(const char *end, size_t max, struct cut *c)
{
    static const char open[] = "CP=&&{";
    size_t have = (size_t)(end - c->segment), n = c->len;
    const char *cp = memmem(c->segment, n < have ? n : have, open, sizeof open - 1);
    if (!cp || n > max)
        return NOT;
    size_t before = (size_t)(cp - c->segment) + sizeof open - 2; /* head and CP=&& */
    const char *brace = cp + sizeof open - 2, *behind = NULL;
    if (n < before + 2)
        return NOT;
    int bytes = hj212_printed_bytes(brace, end, n - before - 2, NULL, &behind);
    if (bytes < 0)
        return bytes == HJ212_PRINTED_MORE ? MAYBE : NOT;
    size_t rest = n - before - (size_t)bytes; /* what stayed clear, and && */
    if ((size_t)(end - behind) < rest + CRC)
        return MAYBE;
    for (size_t i = 0; i < CRC; i++)
        if (hex(behind[rest + i]) < 0)
            return NOT;
    if (behind[rest - 1] != '&' || behind[rest - 2] != '&')
        return NOT;
    c->printed = brace;
    c->crc = behind + rest;
    return WHOLE;
}

/* The serial variant: no field's name begins with a digit, so four more digits are a length. */
static enum start look_serial(const struct hj212_reading *r, const char *p, const char *end, enum start plain,
                              struct cut *ret)
{
    struct cut c = { 0 };
    for (const char *q = p; q < end && q < p + HEAD + ADDRESS; q++)
        if (q < p + 2 ? *q != '#' : *q < '0' || *q > '9')
            return plain;
    if (end - p < HEAD + ADDRESS)
        return MAYBE;
    enum start s = look_at(p, end, r->segment_max, HEAD + ADDRESS, &c);
    if (s == NOT && r->clear && c.segment)
        s = look_printed(end, r->segment_max, &c);
    if (s == NOT)
        return plain;
    *ret = c;
    ret->address = p + 2;
    return s;
}

static enum start look(const struct hj212_reading *r, const char *p, const char *end, struct cut *ret)
{
    *ret = (struct cut){ 0 };
    enum start s = look_at(p, end, r->segment_max, HEAD, ret);
    if (r->serial && end - p > HEAD && p[HEAD] >= '0' && p[HEAD] <= '9')
        s = look_serial(r, p, end, s, ret);
    if (s == NOT && r->clear && ret->segment)
        s = look_printed(end, r->segment_max, ret);
    return s;
}

/* The next place at or behind p where a frame begins or may begin; end when there is none. */
static const char *next_start(const struct hj212_reading *r, const char *p, const char *end)
{
    struct cut c;
    while (p < end && (p = memchr(p, '#', (size_t)(end - p)))) {
        if (look(r, p, end, &c) != NOT)
            return p;
        p++;
    }
    return end;
}

/* Behind the CRC: CR LF, LF alone, a CR whose LF has not come, or nothing. What has not come may still come, unless the stream
 * has ended; only what stands there is a fault. */
static const char *skip_tail(const char *p, const char *end, bool ended, uint64_t *faults)
{
    if (end - p >= TAIL && p[0] == '\r' && p[1] == '\n')
        return p + TAIL;
    if (p < end && *p == '\n') {
        *faults |= BIT(LF_TAIL);
        return p + 1;
    }
    if (p < end && *p == '\r') {
        *faults |= p + 1 < end || ended ? BIT(CR_TAIL) : 0;
        return p + 1;
    }
    *faults |= p < end || ended ? BIT(NO_TAIL) : 0;
    return p;
}

static enum hj212_found refuse(enum hj212_reason why, size_t used, size_t *ret_used,
                               enum hj212_reason *ret_reason)
{
    *ret_used = used;
    *ret_reason = why;
    return HJ212_REFUSED;
}

/* Whether the text is the segment's check sum in one of the dialects taken. */
static bool sum_is_right(const struct hj212_reading *r, const char *segment, size_t len, int text,
                         struct hj212_frame *ret)
{
    if (r->sums & 1u << HJ212_SUM_HJ212 && hj212_crc16(segment, len) == text) {
        ret->sum = HJ212_SUM_HJ212;
        return true;
    }
    /* A segment begins with a name. What does not is rubbish, and Modbus is too slow to be spent on that. */
    bool named = len > 0 && (*segment == ' ' || ((*segment | 32) >= 'a' && (*segment | 32) <= 'z'));
    if (!named || !(r->sums & (1u << HJ212_SUM_MODBUS | 1u << HJ212_SUM_SWAPPED)))
        return false;
    int modbus = hj212_crc16_modbus(segment, len), swapped = modbus >> 8 | (modbus & 0xFF) << 8;
    if (r->sums & 1u << HJ212_SUM_MODBUS && modbus == text) {
        ret->sum = HJ212_SUM_MODBUS;
        ret->faults |= BIT(MODBUS_CRC);
        return true;
    }
    if (r->sums & 1u << HJ212_SUM_SWAPPED && swapped == text) {
        ret->sum = HJ212_SUM_SWAPPED;
        ret->faults |= BIT(MODBUS_SWAPPED_CRC);
        return true;
    }
    return false;
}

/* As it was before its segment was read; what was found out about the frame around it stays. */
static void unread(struct hj212_frame *f, const struct hj212_frame *around)
{
    struct hj212_frame g = hj212_frame_of(around->segment.s, around->segment.len, around->item);
    g.faults = around->faults;
    g.sum = around->sum;
    g.address = around->address;
    g.cipher = around->cipher;
    *f = g;
}

static enum hj212_reason read_segment(struct hj212_frame *f)
{
    uint64_t faults = f->faults;
    if (hj212_fast_usable() && hj212_segment_fast(f))
        return HJ212_OK;
    f->faults = faults;
    unread(f, f);
    return hj212_segment_plain(f);
}

/* The head of a frame that is refused. */
static void read_head(struct hj212_frame *f)
{
    hj212_segment_plain(f);
    f->n_items = 0;
    f->faults = 0;
}

/* Puts the segment with its area deciphered into r->clear. false when it has no enciphered area or it cannot be done. */
static bool decipher(const struct hj212_reading *r, const struct cut *c, struct hj212_view *ret)
{
    struct hj212_view area;
    char *to = r->clear + CLEAR_FROM;
    memset(r->clear, '#', CLEAR_FROM); /* the fast reading looks a little before the segment */
    if (c->printed) {
        size_t before = (size_t)(c->printed - c->segment);
        const char *behind = NULL;
        memcpy(to, c->segment, before);
        int n = hj212_printed_bytes(c->printed, c->crc, c->len - before, to + before, &behind);
        if (n < 0)
            return false;
        memcpy(to + before + n, behind, (size_t)(c->crc - behind));
    } else {
        memcpy(to, c->segment, c->len);
    }
    *ret = (struct hj212_view){ to, (uint32_t)c->len };
    return r->key && hj212_area_of(to, c->len, &area) &&
           hj212_decipher(r->key, to + (area.s - to), area.len) == 0;
}

/* True when the segment seems to be enciphered; its head then stands in *ret, whatever became of the area. *ret_proven: it was
 * deciphered and the CRC says rightly. */
static bool take_cipher(const struct hj212_reading *r, const struct cut *c, int text, struct hj212_frame *ret,
                        bool *ret_proven)
{
    struct hj212_view area, clear;
    *ret_proven = false;
    if (!r->clear ||
        (!c->printed && (!hj212_area_of(c->segment, c->len, &area) || !hj212_looks_enciphered(area))))
        return false;
    ret->faults &= ~(BIT(MODBUS_CRC) | BIT(MODBUS_SWAPPED_CRC)); /* of the cipher, by chance */
    /* The sum has 256 values, so a wrong key passes it now and then; that its first block reads as text as well is by chance one
     * time in ten million. Without this a frame of the time of a key change could be read with the other key, as rubbish. */
    *ret_proven = decipher(r, c, &clear) && sum_is_right(r, clear.s, clear.len, text, ret) &&
                  hj212_area_of(clear.s, clear.len, &area) && !hj212_looks_enciphered(area);
    if (*ret_proven) {
        ret->segment = clear;
        ret->cipher = c->printed ? HJ212_CIPHER_PRINTED : HJ212_CIPHER_RAW;
        ret->faults |= c->printed ? BIT(PRINTED_CIPHER) : 0;
        return true;
    }
    if (c->printed)
        ret->segment = (struct hj212_view){ c->segment, (uint32_t)(c->crc - c->segment) };
    struct hj212_frame head = *ret;
    read_head(&head);
    /* Without a key only the version in Flag tells cipher from a text that was damaged, or is in GBK. */
    bool sure = c->printed || head.flag >> 2 == 2;
    if (sure)
        *ret = head;
    return sure;
}

/* Reads the whole frame at c; of what is refused ret has the head. */
static enum hj212_reason judge(const struct hj212_reading *r, const struct cut *c, struct hj212_frame *ret)
{
    int text = crc_text(c->crc);
    bool right = !c->printed && sum_is_right(r, c->segment, c->len, text, ret), proven = false;
    uint64_t faults = ret->faults;
    if (right && hj212_fast_usable() && hj212_segment_fast(ret) &&
        !(r->clear && hj212_looks_enciphered(ret->cp)))
        return HJ212_OK;
    ret->faults = faults;
    unread(ret, ret);
    struct hj212_frame around = *ret;
    bool enciphered = take_cipher(r, c, text, ret, &proven);
    if (proven)
        return read_segment(ret);
    struct hj212_frame head = *ret;
    unread(ret, &around);
    if (right) {
        enum hj212_reason why = hj212_segment_plain(ret);
        /* Over cipher bytes too a sum is right by chance, and now and then they look like items. Uploads of values (2000-2999) begin
         * with a name, so for them what begins otherwise is cipher; a log (3020) may begin with any text. */
        bool values = ret->cn.len == 4 && *ret->cn.s == '2';
        if (!enciphered || (why == HJ212_OK && !values))
            return why;
    }
    if (enciphered) {
        *ret = head;
        return HJ212_CIPHER;
    }
    read_head(ret);
    return HJ212_CRC;
}

/* The frame at p is whole. */
static enum hj212_found take(const struct hj212_reading *r, const char *bytes, const char *p, const char *end,
                             const struct cut *c, struct hj212_frame *ret, size_t *ret_used,
                             enum hj212_reason *ret_reason)
{
    uint64_t tail = 0;
    const char *behind = skip_tail(c->crc + CRC, end, r->ended, &tail);
    if (r->strict && !r->ended && !tail && behind != c->crc + CRC + TAIL)
        return HJ212_NEED_MORE;
    ret->faults = tail;
    if (c->address) {
        ret->address = (struct hj212_view){ c->address, ADDRESS };
        ret->faults |= BIT(SERIAL_HEAD);
    }
    uint32_t digits; /* of 0-9, A-F and a-f only the last have both bits, 40 and 20 */
    memcpy(&digits, c->crc, sizeof digits);
    ret->faults |= digits & digits << 1 & 0x40404040 ? BIT(LOWERCASE_CRC) : 0;
    enum hj212_reason why = judge(r, c, ret);
    if (why == HJ212_OK && r->strict && ret->faults)
        return refuse(HJ212_STRICT, (size_t)(behind - bytes), ret_used, ret_reason);
    if (why != HJ212_OK) {
        /* Where the length was damaged, other frames lie inside what it spans: they are kept. That the CRC is right does not say
         * much, as one such span in 256 has it right by chance. What the head still says goes to the caller, for QnRtn=9. */
        const char *inside = next_start(r, p + 1, end);
        return refuse(why, (size_t)((inside < c->crc + CRC ? inside : behind) - bytes), ret_used, ret_reason);
    }
    *ret_used = (size_t)(behind - bytes);
    *ret_reason = HJ212_OK;
    return HJ212_FRAME;
}

size_t hj212_hold(const struct hj212_reading *reading)
{
    size_t max = reading->segment_max ? reading->segment_max : HJ212_SEGMENT_MAX;
    /* A printed byte is five characters. */
    return (reading->clear ? 5 * max : max) + HJ212_FRAME_OVERHEAD + ADDRESS + 2;
}

/* r has no defaults left to fill in. */
static enum hj212_found next(const struct hj212_reading *r, const char *bytes, size_t len,
                             struct hj212_item *items, struct hj212_frame *ret, size_t *ret_used,
                             enum hj212_reason *ret_reason)
{
    const char *p = bytes, *end = bytes + len;
    struct cut c;
    *ret_used = 0;
    *ret_reason = HJ212_OK;
    /* Line ends before a frame belong to the one before it, whose tail came late; they are no rubbish. Strictly they are, as
     * there the tail was waited for. */
    while (!r->strict && p < end && (*p == '\r' || *p == '\n'))
        p++;
    enum start s = look(r, p, end, &c);
    if (s == WHOLE || (s == LONG && c.crc)) {
        *ret = hj212_frame_of(c.segment, c.len, items);
        if (s == WHOLE)
            return take(r, bytes, p, end, &c, ret, ret_used, ret_reason);
        uint64_t tail = 0;
        return refuse(HJ212_TOO_LONG, (size_t)(skip_tail(c.crc + CRC, end, r->ended, &tail) - bytes),
                      ret_used, ret_reason);
    }
    *ret = hj212_frame_of(NULL, 0, items);
    if (s == MAYBE) {
        size_t hold = r->serial || r->clear ? hj212_hold(r) : r->segment_max + HJ212_FRAME_OVERHEAD;
        if (len < hold)
            return HJ212_NEED_MORE;
        return refuse(HJ212_RUBBISH, (size_t)(p - bytes), ret_used,
                      ret_reason); /* line ends only: a frame alone fits */
    }
    enum hj212_reason why = s == LONG                                    ? HJ212_TOO_LONG
                            : end - p >= 2 && p[0] == '#' && p[1] == '#' ? HJ212_LENGTH
                                                                         : HJ212_RUBBISH;
    const char *next = next_start(r, p + 1, end);
    return refuse(why, (size_t)(next - bytes), ret_used, ret_reason);
}

enum hj212_found hj212_read(const struct hj212_reading *reading, const char *bytes, size_t len,
                            struct hj212_item *items, struct hj212_frame *ret, size_t *ret_used,
                            enum hj212_reason *ret_reason)
{
    struct hj212_reading r = *reading;
    r.segment_max = r.segment_max ? r.segment_max : HJ212_SEGMENT_MAX;
    r.sums = r.sums ? r.sums : HJ212_SUM_STANDARD_ONLY;
    return next(&r, bytes, len, items, ret, ret_used, ret_reason);
}

enum hj212_found hj212_next(const char *bytes, size_t len, size_t segment_max, struct hj212_item *items,
                            struct hj212_frame *ret, size_t *ret_used, enum hj212_reason *ret_reason)
{
    const struct hj212_reading r = { .segment_max = segment_max, .sums = HJ212_SUM_STANDARD_ONLY };
    return next(&r, bytes, len, items, ret, ret_used, ret_reason);
}
