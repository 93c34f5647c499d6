/* html.c - the words of a web page: tags off, scripts, menus and forms out, a table's row on one line. No tree is built, so a page
 * however broken is read in one pass. */
#include "codec/document.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/scoped.h"
#include "base/utf8.h"

struct page {
    struct buf *out;
    const char *skip; /* the element whose end is waited for */
    size_t skip_len;
    bool space, in_row, first_cell;
};

static void word_break(struct page *p)
{
    p->space = true;
}

static void line_end(struct page *p)
{
    p->space = false;
    if (p->in_row) { /* a paragraph inside a cell */
        if (p->out->len && p->out->data[p->out->len - 1] != '\t' && p->out->data[p->out->len - 1] != '\n')
            p->space = true;
        return;
    }
    if (p->out->len && p->out->data[p->out->len - 1] != '\n')
        buf_addc(p->out, '\n');
}

static void put(struct page *p, const char *s, size_t len)
{
    bool begins =
        !p->out->len || p->out->data[p->out->len - 1] == '\n' || p->out->data[p->out->len - 1] == '\t';
    if (p->space && !begins)
        buf_addc(p->out, ' ');
    p->space = false;
    buf_add(p->out, s, len);
}

static const struct {
    const char *name;
    uint32_t cp;
} entities[] = { { "nbsp", ' ' },     { "amp", '&' },       { "lt", '<' },       { "gt", '>' },
                 { "quot", '"' },     { "apos", '\'' },     { "ldquo", 0x201c }, { "rdquo", 0x201d },
                 { "lsquo", 0x2018 }, { "rsquo", 0x2019 },  { "middot", 0xb7 },  { "mdash", 0x2014 },
                 { "ndash", 0x2013 }, { "hellip", 0x2026 }, { "ge", 0x2265 },    { "le", 0x2264 },
                 { "micro", 0xb5 },   { "mu", 0x3bc },      { "sup2", 0xb2 },    { "sup3", 0xb3 },
                 { "emsp", ' ' },     { "ensp", ' ' },      { "thinsp", ' ' },   { "times", 0xd7 },
                 { "deg", 0xb0 },     { "permil", 0x2030 } };

/* The character of &name; or &#n; at s; its length, 0 when it is no entity. */
static size_t entity(const char *s, size_t len, uint32_t *ret)
{
    size_t end = 1;
    while (end < len && end < 12 && s[end] != ';')
        end++;
    if (end >= len || s[end] != ';' || end < 2)
        return 0;
    if (s[1] == '#') {
        bool hex = s[2] == 'x' || s[2] == 'X';
        uint32_t v = 0;
        for (size_t i = hex ? 3 : 2; i < end; i++) {
            int digit = s[i] >= '0' && s[i] <= '9'                        ? s[i] - '0'
                        : hex && (s[i] | 32) >= 'a' && (s[i] | 32) <= 'f' ? (s[i] | 32) - 'a' + 10
                                                                          : -1;
            if (digit < 0 || v > 0x110000)
                return 0;
            v = v * (hex ? 16 : 10) + (uint32_t)digit;
        }
        bool ok = v >= 0x20 && v < 0x110000 && !(v >= 0xd800 && v <= 0xdfff);
        *ret = ok ? v : ' ';
        return end + 1;
    }
    for (size_t i = 0; i < COUNT_OF(entities); i++)
        if (strlen(entities[i].name) == end - 1 && memcmp(s + 1, entities[i].name, end - 1) == 0) {
            *ret = entities[i].cp;
            return end + 1;
        }
    return 0;
}

static bool is(const char *name, size_t len, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == len && strncasecmp(name, list[i], len) == 0)
            return true;
    return false;
}

static void tag(struct page *p, const char *name, size_t len, bool close)
{
    static const char *const out_of_text[] = { "script", "style",  "head",   "noscript", "nav",    "header",
                                               "footer", "aside",  "form",   "select",   "button", "template",
                                               "svg",    "iframe", "object", "textarea" };
    static const char *const blocks[] = { "p",       "div",     "br",    "li",    "ul",     "ol",
                                          "h1",      "h2",      "h3",    "h4",    "h5",     "h6",
                                          "section", "article", "table", "tbody", "thead",  "blockquote",
                                          "pre",     "dd",      "dt",    "hr",    "center", "title" };
    static const char *const row[] = { "tr" }, *const cell[] = { "td", "th" };
    if (!close && is(name, len, out_of_text, COUNT_OF(out_of_text))) {
        p->skip = name;
        p->skip_len = len;
    } else if (is(name, len, row, 1)) {
        p->in_row = false;
        line_end(p);
        p->in_row = !close;
        p->first_cell = true;
    } else if (is(name, len, cell, 2)) {
        if (!close && p->in_row && !p->first_cell)
            buf_addc(p->out, '\t');
        if (!close)
            p->first_cell = false;
        p->space = false;
    } else if (is(name, len, blocks, COUNT_OF(blocks))) {
        if (len == 5 && strncasecmp(name, "table", 5) == 0)
            p->in_row = false;
        line_end(p);
    }
}

/* Reads the tag or comment at s; its length. */
static size_t markup(struct page *p, const char *s, size_t len)
{
    if (len >= 4 && memcmp(s, "<!--", 4) == 0) {
        const char *end = memmem(s + 4, len - 4, "-->", 3);
        return end ? (size_t)(end - s) + 3 : len;
    }
    size_t i = 1, name;
    bool close = i < len && s[i] == '/';
    i += close;
    name = i;
    while (i < len && ((s[i] | 32) >= 'a' && (s[i] | 32) <= 'z' ? 1 : s[i] >= '0' && s[i] <= '9'))
        i++;
    size_t name_len = i - name;
    if (!name_len && !(len > 1 && (s[1] == '!' || s[1] == '?')))
        return 0; /* a bare < is a sign */
    char quote = 0;
    for (; i < len && (quote || s[i] != '>'); i++) {
        if (quote && s[i] == quote)
            quote = 0;
        else if (!quote && (s[i] == '"' || s[i] == '\'') && s[i - 1] == '=')
            quote = s[i];
    }
    if (p->skip) {
        if (close && name_len == p->skip_len && strncasecmp(s + name, p->skip, name_len) == 0)
            p->skip = NULL;
    } else if (name_len) {
        bool single = i > 0 && i < len && s[i - 1] == '/';
        if (!single || name_len == 2)
            tag(p, s + name, name_len, close);
    }
    return i < len ? i + 1 : len;
}

int html_text(const char *text, size_t len, struct buf *out, struct err *e)
{
    struct page p = { .out = out };
    size_t start = out->len;
    for (size_t i = 0; i < len;) {
        uint32_t cp;
        size_t n = 0;
        if (text[i] == '<')
            n = markup(&p, text + i, len - i);
        if (n) {
            i += n;
            continue;
        }
        if (p.skip) {
            const char *next = memchr(text + i + 1, '<', len - i - 1);
            i = next ? (size_t)(next - text) : len;
            continue;
        }
        if (text[i] == '&' && (n = entity(text + i, len - i, &cp))) {
            char bytes[4];
            if (cp == ' ')
                word_break(&p);
            else
                put(&p, bytes, utf8_encode(cp, bytes));
            i += n;
        } else if (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
            word_break(&p);
            i++;
        } else {
            put(&p, text + i, 1);
            i++;
        }
        if (out->len - start > DOCUMENT_TEXT_MAX)
            return err_set(e, -EFBIG, "html: more than %d bytes of text", DOCUMENT_TEXT_MAX);
    }
    return out->failed ? err_set(e, -ENOMEM, "html: no memory") : 0;
}
