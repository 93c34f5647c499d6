#include "codec/document.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "base/scoped.h"
#include "base/utf8.h"

static bool begins(const char *s, size_t len, const char *with, size_t n)
{
    return len >= n && memcmp(s, with, n) == 0;
}

static bool contains(const char *s, size_t len, const char *what)
{
    return s && memmem(s, len, what, strlen(what));
}

/* Among the first bytes; case aside for what follows '<'. */
static bool has_early(const char *s, size_t len, const char *what)
{
    size_t n = strlen(what), end = len < 4096 ? len : 4096;
    for (size_t i = 0; i + n <= end; i++)
        if (s[i] == what[0] && strncasecmp(s + i, what, n) == 0)
            return true;
    return false;
}

int document_kind(const void *bytes, size_t len, enum document_kind *ret, struct err *e)
{
    const char *s = len ? bytes : "";
    if (begins(s, len, "PK\003\004", 4)) {
        if (contains(s, len, "word/document.xml"))
            *ret = DOCUMENT_DOCX;
        else if (contains(s, len, "xl/worksheets/"))
            *ret = DOCUMENT_XLSX;
        else
            return err_set(e, -EINVAL, "a zip that is neither .docx nor .xlsx");
        return 0;
    }
    if (begins(s, len, "\xd0\xcf\x11\xe0", 4))
        return err_set(e, -EINVAL, "an old .doc or .xls: save it as .docx or .xlsx first");
    if (begins(s, len, "%PDF-", 5))
        *ret = DOCUMENT_PDF;
    else if (has_early(s, len, "<!doctype html") || has_early(s, len, "<html") ||
             has_early(s, len, "<body") || has_early(s, len, "<div") || has_early(s, len, "<p>") ||
             has_early(s, len, "<table"))
        *ret = DOCUMENT_HTML;
    else
        *ret = DOCUMENT_TEXT;
    return 0;
}

static int convert(const char *from, const void *bytes, size_t len, struct buf *out, struct err *e)
{
    iconv_t cd = iconv_open("UTF-8", from);
    if (cd == (iconv_t)-1)
        return err_set(e, -errno, "not UTF-8, and this system cannot convert %s", from);
    char *in = (char *)bytes; /* iconv takes char ** and writes nothing there */
    size_t left = len, room = len * 2 + 16, cap = room;
    char *at = buf_room(out, room);
    size_t rc = at ? iconv(cd, &in, &left, &at, &room) : (size_t)-1;
    int failed = at ? errno : ENOMEM;
    iconv_close(cd);
    if (rc == (size_t)-1)
        return failed == ENOMEM ? err_set(e, -ENOMEM, "no memory")
                                : err_set(e, -EILSEQ, "neither UTF-8 nor GBK: byte %zu", len - left);
    buf_grown(out, cap - room);
    return 0;
}

int text_utf8(const void *bytes, size_t len, struct buf *out, struct err *e)
{
    const char *s = bytes;
    if (begins(s, len, "\xef\xbb\xbf", 3)) {
        s += 3;
        len -= 3;
    }
    if (begins(s, len, "\xff\xfe", 2) || begins(s, len, "\xfe\xff", 2))
        return convert("UTF-16", bytes, len, out, e);
    if (memchr(s, 0, len))
        return err_set(e, -EINVAL, "not a text: it has NUL bytes");
    if (!utf8_valid(s, len, NULL))
        return convert("GB18030", s, len, out, e); /* a superset of GBK and GB 2312 */
    buf_add(out, s, len);
    return out->failed ? err_set(e, -ENOMEM, "no memory") : 0;
}

/* ---- lines of a page ---- */

/* Does a line begin like a heading or an item of a list: 一、 (一) 1. 1、 ① 第一章? */
static bool heads(const char *s, size_t len)
{
    static const char *const mark[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十",
                                        "第", "(",  "（", "①",  "②",  "③",  "④",  "⑤",  "⑥",  "附",
                                        "——", "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9" };
    static const char *const after[] = { "、", ".", "．", ")", "）", "是", "章", "条", "节" };
    for (size_t i = 0; i < COUNT_OF(mark); i++) {
        size_t n = strlen(mark[i]);
        if (!begins(s, len, mark[i], n))
            continue;
        for (size_t at = n; at <= 12 && at < len; at++)
            for (size_t k = 0; k < COUNT_OF(after); k++)
                if (begins(s + at, len - at, after[k], strlen(after[k])))
                    return true;
        return i >= 13 && i < 21;
    }
    return false;
}

static bool ends_sentence(const char *s, size_t len)
{
    static const char *const sign[] = { "。", "；", ";", "：", ":", "！", "？" };
    for (size_t i = 0; i < COUNT_OF(sign); i++) {
        size_t n = strlen(sign[i]);
        if (len >= n && memcmp(s + len - n, sign[i], n) == 0)
            return true;
    }
    return false;
}

int text_unwrap(const char *text, size_t len, struct buf *out)
{
    size_t longest = 0, at;
    for (at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end ? (size_t)(end - text) - at : len - at, chars = utf8_count(text + at, n);
        longest = chars > longest ? chars : longest;
        at += n + 1;
    }
    bool joined = false; /* the line before ran to the margin without ending its sentence */
    for (at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end ? (size_t)(end - text) - at : len - at, from = at;
        at += n + 1;
        bool indented = n > 2 && (text[from] == ' ' || begins(text + from, n, "\xe3\x80\x80", 3));
        size_t chars = utf8_count(text + from, n);
        while (n && text[from] == ' ') {
            from++;
            n--;
        }
        while (n && (text[from + n - 1] == ' ' || text[from + n - 1] == '\r' || text[from + n - 1] == '\f'))
            n--;
        if (out->len && (!joined || (indented && heads(text + from, n)) || heads(text + from, n) || !n))
            buf_addc(out, '\n');
        buf_add(out, text + from, n);
        joined = n && !ends_sentence(text + from, n) && chars * 4 >= longest * 3;
    }
    return out->failed ? -ENOMEM : 0;
}

static int pdf_text(const void *bytes, size_t len, document_pdf *pdf, struct buf *out, struct err *e)
{
    scoped(buf_release) struct buf pages = BUF_INIT, clean = BUF_INIT;
    if (!pdf)
        return err_set(e, -ENOTSUP, "PDF is not read here");
    int r = pdf(bytes, len, &pages, e);
    if (r == 0)
        r = text_utf8(pages.data ? pages.data : "", pages.len, &clean, e);
    if (r == 0 && text_unwrap(clean.data ? clean.data : "", clean.len, out) < 0)
        r = err_set(e, -ENOMEM, "no memory");
    if (r == 0 && clean.len < 16)
        r = err_set(e, -EINVAL, "the PDF has no text: a scan must be recognised first");
    return r;
}

int document_text(const void *bytes, size_t len, document_pdf *pdf, struct buf *out, struct err *e)
{
    enum document_kind kind;
    int r = document_kind(bytes, len, &kind, e);
    if (r < 0)
        return r;
    switch (kind) {
    case DOCUMENT_DOCX:
        r = docx_text(bytes, len, out, e);
        break;
    case DOCUMENT_XLSX:
        r = xlsx_text(bytes, len, out, e);
        break;
    case DOCUMENT_PDF:
        r = pdf_text(bytes, len, pdf, out, e);
        break;
    case DOCUMENT_TEXT:
        r = text_utf8(bytes, len, out, e);
        break;
    case DOCUMENT_HTML: {
        scoped(buf_release) struct buf utf8 = BUF_INIT;
        r = text_utf8(bytes, len, &utf8, e);
        if (r == 0)
            r = html_text(utf8.data ? utf8.data : "", utf8.len, out, e);
        break;
    }
    }
    if (r < 0)
        return r;
    if (out->len > DOCUMENT_TEXT_MAX)
        return err_set(e, -EFBIG, "more than %d MB of text", DOCUMENT_TEXT_MAX / 1024 / 1024);
    if (out->data && (memchr(out->data, 0, out->len) || !utf8_valid(out->data, out->len, NULL)))
        return err_set(e, -EILSEQ, "the text is not valid UTF-8");
    return 0;
}
