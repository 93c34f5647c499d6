/* hj212_build.c - frames and answers to send, and the canonical record body of one that came. */
#include "codec/hj212_parts.h"

#include <errno.h>
#include <string.h>

enum { LENGTH_MAX = 9999 }; /* four digits */

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

/* A frame is written in place: six bytes for ## and the length, then the segment, then this. */
static void begin(struct buf *out)
{
    buf_adds(out, "##0000");
}

static int finish(struct buf *out, size_t from)
{
    if (out->failed)
        return undo(out, from, -ENOMEM);
    size_t len = out->len - from - 6;
    if (len > LENGTH_MAX)
        return undo(out, from, -EMSGSIZE);
    char *at = out->data + from + 2;
    for (size_t i = 4, n = len; i-- > 0; n /= 10)
        at[i] = (char)('0' + n % 10);
    buf_addf(out, "%04X\r\n", hj212_crc16(out->data + from + 6, len));
    return out->failed ? undo(out, from, -ENOMEM) : 0;
}

int hj212_wrap(struct buf *out, const char *segment, size_t len)
{
    size_t from = out->len;
    if (len > LENGTH_MAX)
        return -EMSGSIZE;
    begin(out);
    buf_add(out, segment, len);
    return finish(out, from);
}

int hj212_build(struct buf *out, const struct hj212_head *h, const char *cp, size_t cp_len)
{
    static const int version[] = { [HJ212_2005] = 0, [HJ212_2017] = 1, [HJ212_2025] = 2 };
    size_t from = out->len;
    if (h->cn < 0 || h->cn > 9999 || h->pnum < 0 || h->pnum > 9999 || h->pno < 0 || h->pno > 9999)
        return -EINVAL;
    if (cp_len > LENGTH_MAX)
        return -EMSGSIZE;
    bool split = h->pnum > 0 || h->pno > 0;
    begin(out);
    add_field(out, "QN", view(h->qn));
    add_field(out, "ST", view(h->st));
    buf_addf(out, "CN=%04d;", h->cn);
    add_field(out, "PW", view(h->pw));
    add_field(out, "MN", view(h->mn));
    /* HJ 212-2017 6.3.3: version, then "has PNUM and PNO", then "answer wanted". */
    buf_addf(out, "Flag=%d;", version[h->edition] << 2 | (split ? 2 : 0) | (h->answer_wanted ? 1 : 0));
    if (split)
        buf_addf(out, "PNUM=%d;PNO=%d;", h->pnum, h->pno);
    buf_adds(out, "CP=&&");
    buf_add(out, cp, cp_len);
    buf_adds(out, "&&");
    return finish(out, from);
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
    if (cn < 9011 || cn > 9014)
        return -EINVAL;
    size_t from = out->len;
    const char *result = cn == 9011 ? "QnRtn" : cn == 9012 ? "ExeRtn" : NULL;
    bool inside = f->edition == HJ212_2005;
    begin(out);
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
    return finish(out, from);
}
