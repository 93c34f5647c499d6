#include "evaluate/table.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 64 * 1024, ROOM_MAX = 2 * TABLE_ROW_MAX };

/* Room for longer rows: the unquoted cells of a row are never longer than the row. */
static int grow(struct table *t, struct err *e)
{
    size_t cap = t->cap ? t->cap * 2 : ROOM_FIRST;
    char *buf = realloc(t->buf, cap), *plain = buf ? realloc(t->plain, cap) : NULL;
    if (buf)
        t->buf = buf;
    if (plain)
        t->plain = plain;
    if (!buf || !plain)
        return err_set(e, -ENOMEM, "out of memory");
    t->cap = cap;
    return 0;
}

/* Moves what is left to the front and reads more. 1: there is more, 0: the end, <0. */
static int refill(struct table *t, struct err *e)
{
    if (t->end)
        return 0;
    memmove(t->buf, t->buf + t->at, t->len - t->at);
    t->len -= t->at;
    t->at = 0;
    if (t->len == t->cap && t->cap < ROOM_MAX && grow(t, e) < 0)
        return -ENOMEM;
    int n = t->read(t->arg, t->buf + t->len, t->cap - t->len, e);
    if (n < 0)
        return n;
    t->end = n == 0;
    t->len += (size_t)n;
    return n > 0;
}

int table_init(struct table *t, int (*read)(void *, char *, size_t, struct err *), void *arg, struct err *e)
{
    *t = (struct table){ .read = read, .arg = arg, .next_line = 1, .eol = "" };
    int r = grow(t, e) < 0 ? -ENOMEM : 1;
    while (r > 0 && t->len < 3)
        r = refill(t, e);
    if (r < 0) {
        table_release(t);
        return r;
    }
    t->bom = t->len >= 3 && memcmp(t->buf, "\xEF\xBB\xBF", 3) == 0;
    t->at = t->bom ? 3 : 0;
    return 0;
}

void table_release(struct table *t)
{
    free(t->buf);
    free(t->plain);
    t->buf = t->plain = NULL;
}

/* How far the row goes: its length without the line end; SIZE_MAX when the bytes at hand do not hold its end. *ret_lines: how many line
 * feeds stand inside quotes. */
static size_t row_length(const struct table *t, size_t *ret_lines)
{
    const char *s = t->buf + t->at, *p = s, *end = t->buf + t->len;
    size_t lines = 0;
    for (;;) {
        if (p < end && *p == '"') { /* a cell in quotes */
            for (p++;; p++) {
                if (p >= end)
                    return SIZE_MAX;
                lines += *p == '\n';
                if (*p == '"') {
                    if (p + 1 < end && p[1] == '"')
                        p++;
                    else if (p + 1 >= end && !t->end)
                        return SIZE_MAX;
                    else
                        break;
                }
            }
            p++;
        }
        while (p < end && *p != ',' && *p != '\n')
            p++;
        if (p >= end || *p == '\n') {
            *ret_lines = lines;
            return p >= end && !t->end ? SIZE_MAX : (size_t)(p - s);
        }
        p++;
    }
}

/* The row is the rest of its first line only. */
static void take_line(struct table *t)
{
    const char *s = t->buf + t->at, *lf = memchr(s, '\n', t->len - t->at);
    size_t len = lf ? (size_t)(lf - s) : t->len - t->at;
    if (len > TABLE_ROW_MAX)
        len = TABLE_ROW_MAX;
    t->raw = s;
    t->raw_len = len;
    t->at += len + (lf == s + len);
    t->eol = lf == s + len ? "\n" : "";
    t->next_line = t->line + (lf == s + len);
    t->n = 0;
}

static void take_row(struct table *t, size_t len, size_t lines)
{
    const char *s = t->buf + t->at;
    bool lf = t->at + len < t->len;
    t->at += len + lf;
    t->next_line = t->line + lines + lf;
    bool cr = len && s[len - 1] == '\r';
    t->eol = lf ? (cr ? "\r\n" : "\n") : "";
    t->raw = s;
    t->raw_len = len - (cr && lf);
}

/* A quoted cell without its quotes, written at *plain; SIZE_MAX as what is left when the quote never closes. */
static const char *unquote(const char *p, const char *end, char **plain, struct table_cell *c)
{
    c->s = *plain;
    for (p++; p < end; p++) {
        if (*p == '"' && !(p + 1 < end && p[1] == '"'))
            break;
        p += *p == '"';
        *(*plain)++ = *p;
    }
    c->len = (size_t)(*plain - c->s);
    return p < end ? p + 1 : NULL;
}

static int split(struct table *t, struct err *e)
{
    const char *p = t->raw, *end = p + t->raw_len;
    char *plain = t->plain;
    t->n = 0;
    if (p == end)
        return 1;
    for (;;) {
        if (t->n == TABLE_CELLS)
            return err_set(e, -EBADMSG, "more than %d cells", TABLE_CELLS);
        struct table_cell *c = &t->cell[t->n++];
        if (p < end && *p == '"') {
            if (!(p = unquote(p, end, &plain, c)))
                return err_set(e, -EBADMSG, "a quote is never closed");
            if (p < end && *p != ',')
                return err_set(e, -EBADMSG, "text after the closing quote of cell %zu", t->n);
        } else {
            const char *comma = memchr(p, ',', (size_t)(end - p));
            c->s = p;
            p = comma ? comma : end;
            c->len = (size_t)(p - c->s);
        }
        if (p >= end)
            return 1;
        p++;
    }
}

int table_next(struct table *t, struct err *e)
{
    size_t lines = 0, len;
    int r;
    t->line = t->next_line;
    for (;;) {
        len = row_length(t, &lines);
        if (len != SIZE_MAX || t->len - t->at > TABLE_ROW_MAX)
            break;
        if ((r = refill(t, e)) < 0)
            return r;
        if (r == 0) { /* the end: a last row without line feed, or a quote that never closed */
            len = row_length(t, &lines);
            break;
        }
    }
    if (t->at >= t->len)
        return 0;
    if (len == SIZE_MAX || len > TABLE_ROW_MAX) {
        take_line(t);
        return err_set(e, -EBADMSG,
                       len == SIZE_MAX && t->end ? "a quote is never closed" : "longer than a row may be");
    }
    take_row(t, len, lines);
    return split(t, e);
}
