/* wire.c - HJ 212-2017 6.3.1 read by the letter: ##, four digits, the segment, four upper-case hexadecimal digits, CR LF. */
#include "conform/wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"

enum { HEAD = 6, CRC = 4 };

bool wire_is(struct hj212_view v, const char *s)
{
    return v.s && v.len == strlen(s) && memcmp(v.s, s, v.len) == 0;
}

bool wire_same(struct hj212_view a, struct hj212_view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

bool wire_digits(struct hj212_view v, size_t len)
{
    if (!v.s || v.len != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (v.s[i] < '0' || v.s[i] > '9')
            return false;
    return true;
}

static int number(struct hj212_view v, int most)
{
    int n = 0;
    if (v.len == 0 || v.len > 4 || !wire_digits(v, v.len))
        return -1;
    for (uint32_t i = 0; i < v.len; i++)
        n = n * 10 + (v.s[i] - '0');
    return n <= most ? n : -1;
}

static int hex(const char *s, bool *lower)
{
    int v = 0;
    for (int i = 0; i < CRC; i++) {
        char c = s[i];
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                       : -1;
        if (d < 0)
            return -1;
        *lower |= c >= 'a';
        v = v * 16 + d;
    }
    return v;
}

static struct hj212_view view(const char *from, const char *to)
{
    return (struct hj212_view){ from, (uint32_t)(to - from) };
}

/* ---- fields ---- */

static bool set_field(struct wire_frame *f, struct hj212_view name, struct hj212_view value, int *ret_place)
{
    struct hj212_view flag = { 0 }, pnum = { 0 }, pno = { 0 };
    const struct {
        const char *name;
        struct hj212_view *to;
    } known[] = { { "QN", &f->qn },  { "ST", &f->st },  { "CN", &f->cn }, { "PW", &f->pw }, { "MN", &f->mn },
                  { "Flag", &flag }, { "PNUM", &pnum }, { "PNO", &pno },  { "RF", &f->rf } };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (wire_is(name, known[i].name)) {
            *known[i].to = value;
            *ret_place = (int)i;
            if (flag.s && (f->flag = number(flag, 255)) < 0)
                f->faults |= WIRE_FLAG;
            if (pnum.s)
                f->pnum = number(pnum, 9999);
            if (pno.s)
                f->pno = number(pno, 9999);
            return true;
        }
    return false;
}

/* QN ST CN PW MN Flag PNUM PNO (2025: RF), as HJ 212-2017 6.3.3 lists them; any of them behind CP is out of order too. */
static void read_head(struct wire_frame *f, const char *p, const char *end, int place)
{
    while (p < end) {
        const char *semi = memchr(p, ';', (size_t)(end - p)), *stop = semi ? semi : end;
        const char *eq = memchr(p, '=', (size_t)(stop - p));
        int at = 99;
        if (eq && set_field(f, view(p, eq), view(eq + 1, stop), &at)) {
            if (at < place)
                f->faults |= WIRE_ORDER;
            place = at;
        }
        p = stop + 1;
    }
}

void wire_fields(struct wire_frame *f)
{
    const char *s = f->segment.s, *end = s + f->segment.len;
    const char *cp = f->segment.len ? memmem(s, f->segment.len, "CP=&&", 5) : NULL, *close = NULL;
    f->flag = -1;
    f->command = -1;
    if (cp)
        for (const char *p = end - 2; p >= cp + 5 && !close; p--)
            if (p[0] == '&' && p[1] == '&')
                close = p;
    read_head(f, s, cp ? cp : end, -1);
    if (close) {
        f->cp = view(cp + 5, close);
        read_head(f, close + 2, end, 98);
    }
    if (!close || close + 2 != end || (cp > s && cp[-1] != ';'))
        f->faults |= WIRE_NO_CP;
    if (f->flag < 0)
        f->faults |= WIRE_FLAG;
    bool bit = f->flag > 0 && (f->flag & 2), both = f->pnum > 0 && f->pno > 0 && f->pno <= f->pnum;
    if (f->pnum || f->pno || bit)
        if (!bit || !both)
            f->faults |= WIRE_PACKET;
    if (wire_digits(f->cn, 4))
        f->command = number(f->cn, 9999);
}

bool wire_each(struct hj212_view cp, size_t *at, struct hj212_view *name, struct hj212_view *value)
{
    if (!cp.s || *at >= cp.len)
        return false;
    const char *p = cp.s + *at, *end = cp.s + cp.len, *stop = p;
    const char *eq = NULL;
    while (stop < end && *stop != ';' && *stop != ',') {
        if (*stop == '=' && !eq) {
            eq = stop;
            /* A text stands between // and // and may hold anything (HJ 212-2017 table 9). */
            if (end - stop > 5 && stop[1] == '/' && stop[2] == '/') {
                const char *last = memmem(stop + 3, (size_t)(end - stop - 3), "//", 2);
                if (last)
                    stop = last + 1;
            }
        }
        stop++;
    }
    *name = view(p, eq ? eq : stop);
    *value = eq ? view(eq + 1, stop) : (struct hj212_view){ 0 };
    *at = (size_t)(stop - cp.s) + 1;
    return true;
}

struct hj212_view wire_item(struct hj212_view cp, const char *name)
{
    struct hj212_view n, v;
    for (size_t at = 0; wire_each(cp, &at, &n, &v);)
        if (wire_is(n, name))
            return v;
    return (struct hj212_view){ 0 };
}

/* ---- HJ 212-2025: SM4 over the data area, length and CRC made before ---- */

/* Nothing in the head says that an area is enciphered; only that it does not begin with a name. (The check sum cannot tell it: it
 * has 256 values.) */
static bool begins_with_name(struct hj212_view cp)
{
    uint32_t i = 0;
    while (i < cp.len && (isalnum((unsigned char)cp.s[i]) || cp.s[i] == '-' || cp.s[i] == '_'))
        i++;
    return i > 0 && i < cp.len && cp.s[i] == '=';
}

void wire_clear(struct wire_frame *f, char *segment, struct hj212_key *key)
{
    if (!key || (f->faults & WIRE_LENGTH) || f->cp.len < 16 || begins_with_name(f->cp))
        return;
    char *area = segment + (f->cp.s - f->segment.s);
    if (hj212_decipher(key, area, f->cp.len) == 0 && hj212_crc16(segment, f->segment.len) == f->crc_is) {
        f->crc_should = f->crc_is;
        f->faults &= ~(unsigned)WIRE_CRC;
        f->ciphered = true;
        return;
    }
    f->faults |= WIRE_CRC;
    hj212_encipher(key, area, f->cp.len);
}

/* ---- frames ---- */

/* A head that leads nowhere: the frame is what stands before the line end, so that it can be shown and judged. */
static enum wire_found wrong_length(const char *bytes, size_t len, bool final, struct wire_frame *ret,
                                    size_t *ret_used)
{
    const char *nl = memchr(bytes, '\n', len);
    if (!nl && !final)
        return WIRE_MORE;
    const char *end = nl ? nl + 1 : bytes + len, *text = end;
    while (text > bytes && (text[-1] == '\n' || text[-1] == '\r'))
        text--;
    ret->raw = view(bytes, end);
    ret->segment = text - bytes > HEAD + CRC ? view(bytes + HEAD, text - CRC) : view(bytes, bytes);
    ret->faults |= WIRE_LENGTH;
    ret->crc_should = hj212_crc16(ret->segment.s, ret->segment.len);
    wire_fields(ret);
    *ret_used = (size_t)(end - bytes);
    return WIRE_FRAME;
}

static size_t rubbish(const char *bytes, size_t len)
{
    const char *p = len > 1 ? memmem(bytes + 1, len - 1, "##", 2) : NULL;
    if (p)
        return (size_t)(p - bytes);
    return len > 1 && bytes[len - 1] == '#' ? len - 1 : len;
}

enum wire_found wire_next(const char *bytes, size_t len, bool final, struct wire_frame *ret, size_t *ret_used)
{
    *ret = (struct wire_frame){ .flag = -1, .command = -1 };
    *ret_used = 0;
    if (len == 0 || (len == 1 && *bytes == '#' && !final))
        return WIRE_MORE;
    if (len < 2 || bytes[0] != '#' || bytes[1] != '#') {
        *ret_used = rubbish(bytes, len);
        ret->raw = view(bytes, bytes + *ret_used);
        return WIRE_RUBBISH;
    }
    if (len < HEAD)
        return final ? (*ret_used = len, ret->raw = view(bytes, bytes + len), WIRE_RUBBISH) : WIRE_MORE;
    ret->length = number(view(bytes + 2, bytes + HEAD), 9999);
    if (ret->length < 0)
        return wrong_length(bytes, len, final, ret, ret_used);
    /* The serial variant [field]: an address, then the length; no field's name begins with a digit. It is not as the standard writes it. */
    size_t head = len >= HEAD + 4 && wire_digits(view(bytes + HEAD, bytes + HEAD + 4), 4) ? HEAD + 4 : HEAD;
    if (head > HEAD) {
        ret->length = number(view(bytes + HEAD, bytes + head), 9999);
        ret->faults |= WIRE_LENGTH;
    }
    size_t body = head + (size_t)ret->length;
    const char *early = memmem(bytes + HEAD, len - HEAD, "&&\r\n##", 6); /* never inside a sound text frame */
    if (len < body + CRC && !early)
        return final ? wrong_length(bytes, len, true, ret, ret_used) : WIRE_MORE;
    bool lower = false;
    int crc = len >= body + CRC ? hex(bytes + body, &lower) : -1;
    if (crc < 0)
        return wrong_length(bytes, len, final, ret, ret_used);
    size_t used = body + CRC, tail = len - used;
    if (tail < 2 && !final && (tail == 0 || bytes[used] == '\r'))
        return WIRE_MORE;
    if (tail >= 2 && bytes[used] == '\r' && bytes[used + 1] == '\n') {
        used += 2;
    } else {
        ret->faults |= WIRE_TAIL;
        used += tail && (bytes[used] == '\n' || bytes[used] == '\r');
    }
    ret->raw = view(bytes, bytes + used);
    ret->segment = view(bytes + head, bytes + body);
    ret->crc_is = (unsigned)crc;
    ret->crc_should = hj212_crc16(bytes + head, (size_t)ret->length);
    ret->faults |=
        (ret->crc_is != ret->crc_should ? (unsigned)WIRE_CRC : 0u) | (lower ? (unsigned)WIRE_CRC_CASE : 0u);
    wire_fields(ret);
    *ret_used = used;
    return WIRE_FRAME;
}
