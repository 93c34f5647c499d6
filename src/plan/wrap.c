/* wrap.c - text that was broken into lines of one width, as mail programs and copies of a printed page leave it: a line that is full goes on in
 * the next one.
 *
 * Widths are told in cells, two for a Han character; a Latin one has one cell on a page, and two for a program that counts characters. A text is taken for broken when most of its longer lines end within a few cells of one
 * width and hardly any is longer; one paragraph a line, as most plans have it, has lines of all lengths. A line that begins with a blank or a
 * heading's mark begins a paragraph whatever stands before it. */
#include "plan/internal.h"

#include <string.h>

#include "base/utf8.h"

enum {
    WRAP_LOOK = 256 * 1024, /* bytes that are looked at */
    WRAP_CELLS = 200,       /* a wider line is none of a page */
    WRAP_LEAST = 40,        /* and a narrower width none of a paragraph */
    WRAP_SLACK = 5,         /* no line begins with a comma, and no word of Latin letters is parted */
    WRAP_LINES = 4,
};

/* The cells of the line at text, WRAP_CELLS + 1 when it has more, without blanks at its end. */
static unsigned cells(const char *text, size_t len, unsigned narrow)
{
    unsigned n = 0, last = 0;
    for (size_t at = 0, used; at < len && n <= WRAP_CELLS; at += used) {
        uint32_t c = utf8_decode(text + at, len - at, &used);
        n += c < 0x1100 ? narrow : 2;
        if (normal_cp(c) != ' ' && c != '\r')
            last = n;
    }
    return last <= WRAP_CELLS ? last : WRAP_CELLS + 1;
}

static size_t line_len(const char *text, size_t len)
{
    const char *end = memchr(text, '\n', len);
    return end ? (size_t)(end - text) : len;
}

/* The lines that end at *ret_width, 0 when the text is not broken there. */
static unsigned full_lines(const char *text, size_t len, unsigned narrow, unsigned *ret_width)
{
    unsigned count[WRAP_CELLS + 2] = { 0 }, lines = 0, best = 0, width = WRAP_LEAST;
    for (size_t at = 0, end; at < len; at += end + 1) {
        end = line_len(text + at, len - at);
        unsigned n = cells(text + at, end, narrow);
        if (n < WRAP_LEAST || memchr(text + at, '\t', end))
            continue;
        count[n]++;
        lines++;
    }
    for (unsigned w = WRAP_LEAST; w <= WRAP_CELLS; w++) {
        unsigned near = 0;
        for (unsigned k = w - WRAP_SLACK; k <= w; k++)
            near += count[k];
        if (near >= best && count[w]) {
            best = near;
            width = w;
        }
    }
    unsigned wider = 0;
    for (unsigned k = width + WRAP_SLACK; k < WRAP_CELLS + 2; k++)
        wider += count[k];
    *ret_width = width;
    return best >= WRAP_LINES && best * 2 > lines && wider * 20 <= lines ? best : 0;
}

struct wrap wrap_find(const char *text, size_t len)
{
    struct wrap page = { .narrow = 1 }, counted = { .narrow = 2 };
    len = len < WRAP_LOOK ? len : WRAP_LOOK;
    unsigned on_page = full_lines(text, len, page.narrow, &page.width),
             by_count = full_lines(text, len, counted.narrow, &counted.width);
    return by_count > on_page ? counted : on_page ? page : (struct wrap){ .narrow = 1 };
}

bool wrap_joins(const struct wrap *w, const char *text, size_t line, size_t len)
{
    uint32_t last = 0;
    size_t used, next = line + 1;
    if (!w->width || next >= len || cells(text, line, w->narrow) + WRAP_SLACK < w->width ||
        memchr(text, '\t', line))
        return false;
    size_t end = line_len(text + next, len - next);
    uint32_t first = end ? normal_cp(utf8_decode(text + next, end, &used)) : ' ';
    bool marked = headings_mark(text + next, end);
    for (size_t at = 0; marked && at < line; at += used) { /* 控制在 | 35、36微克/立方米: no heading */
        uint32_t c = normal_cp(utf8_decode(text + at, line - at, &used));
        last = c == ' ' || c == '\r' ? last : c;
    }
    bool ends = last == 0x3002 || last == ';' || last == ':' || last == ')' || last == '!' || last == '?';
    return first != ' ' && first != '\r' && !memchr(text + next, '\t', end) && !(marked && ends);
}

/* A newline inside a paragraph: nothing stands for it, and the blanks before it go too. */
bool wrap_goes_on(struct reader *r, size_t at, size_t len)
{
    if (at >= len || r->breaks >= BREAKS_MAX || !r->n)
        return false;
    size_t before = r->breaks ? r->gap[r->breaks - 1].lost : 0, lost = 1, floor = 0;
    if (r->breaks)
        floor = r->gap[r->breaks - 1].at;
    uint32_t byte_end = r->off[r->n];
    while (r->n > floor + 1 && (r->cp[r->n - 1] == ' ' || r->cp[r->n - 1] == '\r')) {
        byte_end = r->off[--r->n];
        lost++;
    }
    r->gap[r->breaks].at = (uint16_t)r->n;
    r->gap[r->breaks].lost = (uint16_t)(before + lost);
    r->gap[r->breaks++].byte_end = byte_end;
    return true;
}

size_t lost_before(const struct reader *r, size_t i, bool end)
{
    size_t lost = 0;
    for (size_t k = 0; k < r->breaks && r->gap[k].at + (size_t)end <= i; k++)
        lost = r->gap[k].lost;
    return lost;
}

size_t byte_behind(const struct reader *r, size_t end)
{
    for (size_t k = 0; k < r->breaks && r->gap[k].at <= end; k++)
        if (r->gap[k].at == end)
            return r->gap[k].byte_end;
    return r->off[end];
}
