/* hj212_build.c - frames and answers to send, and the canonical record body of one that came. */
#include "codec/hj212_parts.h"

#include <errno.h>
#include <string.h>

static void add_view(struct buf *b, struct hj212_view v)
{
    if (v.len)
        buf_add(b, v.s, v.len);
}

/* NAME=value; or nothing when the value is absent. */
static void add_field(struct buf *b, const char *name, struct hj212_view v)
{
    if (v.len == 0)
        return;
    buf_adds(b, name);
    buf_addc(b, '=');
    add_view(b, v);
    buf_addc(b, ';');
}

static struct hj212_view view(const char *s)
{
    return (struct hj212_view){ s, s ? (uint32_t)strlen(s) : 0 };
}

void hj212_body(const struct hj212_frame *f, struct buf *body)
{
    const struct hj212_item *last = NULL;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        if (it->suffix.len == 0 && it->code.len == 8 && memcmp(it->code.s, "DataTime", 8) == 0)
            continue;
        if (last) {
            bool same = last->suffix.len && it->suffix.len && last->code.len == it->code.len &&
                        memcmp(last->code.s, it->code.s, it->code.len) == 0;
            buf_addc(body, same ? ',' : ';');
        }
        add_view(body, it->code);
        if (it->suffix.len) {
            buf_addc(body, '-');
            add_view(body, it->suffix);
        }
        buf_addc(body, '=');
        add_view(body, it->value);
        last = it;
    }
}

/* Gives out back as it was when the frame begun at `from` cannot be finished. */
static int undo(struct buf *out, size_t from, int code)
{
    if (out->data && out->len > from) {
        out->len = from;
        out->data[from] = '\0';
    }
    return code;
}

/* A frame is written in place: ##, an address perhaps, the length; then the segment, then what finish adds. Where the segment
 * begins is returned. */
static size_t begin(struct buf *out, const char *address, size_t address_len)
{
    buf_adds(out, "##");
    if (address_len)
        buf_add(out, address, address_len);
    buf_adds(out, "0000");
    return out->len;
}

static unsigned sum_of(const char *segment, size_t len, enum hj212_sum sum)
{
    if (sum == HJ212_SUM_HJ212)
        return hj212_crc16(segment, len);
    unsigned modbus = hj212_crc16_modbus(segment, len);
    return sum == HJ212_SUM_MODBUS ? modbus : (modbus >> 8 | modbus << 8) & 0xFFFF;
}

/* Enciphers the area, which begins at out->data + area and ends before the closing &&. */
static int cover(struct buf *out, size_t area, struct hj212_key *key, bool printed)
{
    enum { BLOCK = 16 };
    size_t len = out->len - area - 2, whole = len / BLOCK * BLOCK;
    int r = hj212_encipher(key, out->data + area, len);
    if (r < 0 || !printed || whole == 0)
        return r;
    struct buf rest = BUF_INIT; /* from the cipher on */
    buf_add(&rest, out->data + area, len + 2);
    if (!rest.failed) {
        out->len = area;
        hj212_print_bytes(out, rest.data, whole);
        buf_add(out, rest.data + whole, rest.len - whole);
    }
    r = rest.failed || out->failed ? -ENOMEM : 0;
    buf_release(&rest);
    return r;
}

/* The length, over the segment in clear, and its check sum. */
static int seal(struct buf *out, size_t from, size_t segment, enum hj212_sum sum, unsigned *ret_sum)
{
    if (out->failed)
        return undo(out, from, -ENOMEM);
    size_t len = out->len - segment;
    if (len > HJ212_LENGTH_MAX)
        return undo(out, from, -EMSGSIZE);
    char *at = out->data + segment - 4;
    for (size_t i = 4, n = len; i-- > 0; n /= 10)
        at[i] = (char)('0' + n % 10);
    *ret_sum = sum_of(out->data + segment, len, sum);
    return 0;
}

static int conclude(struct buf *out, size_t from, unsigned sum)
{
    buf_addf(out, "%04X\r\n", sum);
    return out->failed ? undo(out, from, -ENOMEM) : 0;
}

static int finish(struct buf *out, size_t from, size_t segment, enum hj212_sum sum)
{
    unsigned value = 0;
    int r = seal(out, from, segment, sum, &value);
    return r < 0 ? r : conclude(out, from, value);
}

int hj212_wrap_as(struct buf *out, const char *segment, size_t len, enum hj212_sum sum)
{
    size_t from = out->len;
    if (len > HJ212_LENGTH_MAX)
        return -EMSGSIZE;
    size_t at = begin(out, NULL, 0);
    buf_add(out, segment, len);
    return finish(out, from, at, sum);
}

int hj212_wrap(struct buf *out, const char *segment, size_t len)
{
    return hj212_wrap_as(out, segment, len, HJ212_SUM_HJ212);
}

static bool head_is_possible(const struct hj212_head *h)
{
    int most = h->edition == HJ212_2025 ? 9 : 9999; /* PNUM and PNO have one digit in 2025 */
    return h->cn >= 0 && h->cn <= 9999 && h->pnum >= 0 && h->pnum <= most && h->pno >= 0 && h->pno <= most &&
           (!h->flag_set || (h->flag >= -1 && h->flag <= 255)) && h->sum < HJ212_SUMS &&
           (!h->address || (strlen(h->address) == 4 && strspn(h->address, "0123456789") == 4));
}

static void add_head(struct buf *out, const struct hj212_head *h)
{
    static const int version[] = { [HJ212_2005] = 0, [HJ212_2017] = 1, [HJ212_2025] = 2 };
    bool split = h->pnum > 0 || h->pno > 0;
    add_field(out, "QN", view(h->qn));
    add_field(out, "ST", view(h->st));
    buf_addf(out, "CN=%04d;", h->cn);
    add_field(out, "PW", view(h->pw));
    add_field(out, "MN", view(h->mn));
    /* HJ 212-2017 6.3.3: version, then "has PNUM and PNO", then "answer wanted". */
    int flag =
        h->flag_set ? h->flag : version[h->edition] << 2 | (split ? 2 : 0) | (h->answer_wanted ? 1 : 0);
    if (flag >= 0)
        buf_addf(out, "Flag=%d;", flag);
    if (h->pnum > 0)
        buf_addf(out, "PNUM=%d;", h->pnum);
    if (h->pno > 0)
        buf_addf(out, "PNO=%d;", h->pno);
    if (h->rf)
        buf_adds(out, "RF=1;");
}

int hj212_build(struct buf *out, const struct hj212_head *h, const char *cp, size_t cp_len)
{
    size_t from = out->len;
    unsigned sum = 0;
    if (!head_is_possible(h))
        return -EINVAL;
    if (cp_len > HJ212_LENGTH_MAX)
        return -EMSGSIZE;
    size_t segment = begin(out, h->address, h->address ? 4 : 0);
    add_head(out, h);
    buf_adds(out, "CP=&&");
    size_t area = out->len;
    buf_add(out, cp, cp_len);
    buf_adds(out, "&&");
    int r = seal(out, from, segment, h->sum, &sum);
    if (r == 0 && h->key && (r = cover(out, area, h->key, h->printed)) < 0)
        return undo(out, from, r);
    return r < 0 ? r : conclude(out, from, sum);
}

/* What an answer of 2005 carries inside CP: the QN it answers where there was one; a data answer also the command and the
 * packet's place. */
static void add_answered(struct buf *out, const struct hj212_frame *f, int cn, const char *result, int code)
{
    size_t from = out->len;
    if (f->qn.len) {
        buf_adds(out, "QN=");
        add_view(out, f->qn);
    }
    if (result)
        buf_addf(out, "%s%s=%d", out->len > from ? ";" : "", result, code);
    if (cn == 9014) {
        buf_addf(out, "%sCN=", out->len > from ? ";" : "");
        add_view(out, f->cn);
        if (f->pnum > 0)
            buf_addf(out, ";PNUM=%d;PNO=%d", f->pnum, f->pno);
    }
}

int hj212_answer(struct buf *out, const struct hj212_frame *f, int cn, int code)
{
    if ((cn < 9011 || cn > 9014) && cn != 9022)
        return -EINVAL;
    size_t from = out->len;
    const char *result = cn == 9011 ? "QnRtn" : cn == 9012 ? "ExeRtn" : NULL;
    bool inside = f->edition == HJ212_2005;
    size_t segment = begin(out, f->address.s, f->address.len);
    if (!inside)
        add_field(out, "QN", f->qn);
    buf_addf(out, "ST=91;CN=%d;", cn);
    add_field(out, "PW", f->pw);
    add_field(out, "MN", f->mn);
    /* The version bits as they came, so that a station of 2017 that says version 2 is answered in its own way. */
    buf_addf(out, "Flag=%d;CP=&&",
             inside                     ? 0
             : f->flag >= 4             ? f->flag & ~3
             : f->edition == HJ212_2025 ? 8
                                        : 4);
    if (inside)
        add_answered(out, f, cn, result, code);
    else if (result)
        buf_addf(out, "%s=%d", result, code);
    buf_adds(out, "&&");
    return finish(out, from, segment, f->sum);
}
