/* mail.c - a notice as an e-mail: RFC 5322 with a subject by RFC 2047 and a body by RFC 2045, both base64 of UTF-8, so that Chinese
 * passes every relay. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cntime.h"
#include "base/utf8.h"
#include "notify/own.h"

static void base64(const char *s, size_t len, struct buf *out)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        unsigned a = (unsigned char)s[i], b = i + 1 < len ? (unsigned char)s[i + 1] : 0,
                 c = i + 2 < len ? (unsigned char)s[i + 2] : 0;
        buf_addc(out, digit[a >> 2]);
        buf_addc(out, digit[(a & 3) << 4 | b >> 4]);
        buf_addc(out, i + 1 < len ? digit[(b & 15) << 2 | c >> 6] : '=');
        buf_addc(out, i + 2 < len ? digit[c & 63] : '=');
    }
}

/* Encoded words that never part a character, on lines of at most 76; the first stands behind the header's name (RFC 2047 §2, §5). */
static void encoded(const char *s, struct buf *out)
{
    enum { FIRST = 36, PIECE = 45 };
    size_t len = strlen(s);
    for (size_t at = 0; at < len;) {
        size_t n = 0, one;
        while (at + n < len && (one = utf8_len(s + at + n, len - at - n)) > 0 &&
               n + one <= (at ? PIECE : FIRST))
            n += one;
        if (!n)
            return; /* no UTF-8: what was read is */
        buf_adds(out, at ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
        base64(s + at, n, out);
        buf_adds(out, "?=");
        at += n;
    }
}

bool mail_address_ok(const char *s)
{
    const char *at = strchr(s, '@');
    if (!at || at == s || !at[1] || strchr(at + 1, '@') || *s == '-')
        return false;
    for (const char *p = s; *p; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || strchr("<>()[],;:\\\"", *p))
            return false;
    return true;
}

static void date_header(int64_t ms, struct buf *out)
{
    static const char *const day[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char *const month[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct cn_civil c = cn_from_ms(ms);
    int64_t d = cn_day_of(ms) % 7;
    buf_addf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0800\r\n", day[d < 0 ? d + 7 : d], c.day,
             month[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static void add_body(const char *text, struct buf *out)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len; at += 57) { /* 57 bytes are a line of 76 */
        base64(text + at, len - at < 57 ? len - at : 57, out);
        buf_adds(out, "\r\n");
    }
}

int mail_write(const struct parcel *p, const char *from, const char *url, struct buf *out, struct err *e)
{
    const char *domain = strchr(from, '@');
    struct buf text = BUF_INIT;
    buf_addf(&text, "%s\n\n%s\n", p->title, p->text);
    if (p->case_id && url && *url)
        buf_addf(&text, "\n%s/cases/%" PRId64 "\n", url, p->case_id);
    buf_addf(&text, "\n--\n%s\n\n%s\n\n碧环 Bihuan\n", p->title_en, p->text_en);
    date_header(p->created, out);
    buf_addf(out, "From: =?UTF-8?B?56Kn546v?= <%s>\r\nTo: <%s>\r\nSubject: ", from, p->address);
    encoded(p->title, out);
    buf_addf(out,
             "\r\nMessage-ID: <%s%s>\r\nIdempotency-Key: %s\r\nAuto-Submitted: "
             "auto-generated\r\nMIME-Version: 1.0\r\n"
             "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
             p->key, domain ? domain : "@bihuan", p->key);
    if (!text.failed)
        add_body(text.data, out);
    bool failed = text.failed || out->failed;
    buf_release(&text);
    return failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

void parcel_json(const struct parcel *p, const char *url, struct buf *out)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_kstr(&w, "key", p->key);
    jw_kint(&w, "notice", p->notice);
    jw_kstr(&w, "kind", p->kind);
    jw_kint(&w, "case", p->case_id);
    jw_kstr(&w, "number", p->number);
    jw_kstr(&w, "title", p->title);
    jw_kstr(&w, "title_en", p->title_en);
    jw_kstr(&w, "text", p->text);
    jw_kstr(&w, "text_en", p->text_en);
    jw_ktime(&w, "created", p->created);
    jw_kstr(&w, "to", p->address);
    if (p->case_id && url && *url) {
        struct buf link = BUF_INIT;
        buf_addf(&link, "%s/cases/%" PRId64, url, p->case_id);
        jw_kstr(&w, "url", link.data);
        buf_release(&link);
    }
    jw_end_object(&w);
}
