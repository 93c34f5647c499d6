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

struct cells {
    unsigned page, counted; /* a Latin character has one, or two; WRAP_CELLS + 1 when there are more */
};

/* The cells of the line at text, without blanks at its end. By bytes: nearly all that is wide has three, and a blank at a line's end is plain. */
static struct cells cells(const char *text, size_t len)
{
    unsigned narrow = 0, wide = 0;
    while (len && (text[len - 1] == ' ' || text[len - 1] == '\r'))
        len--;
    if (len > 3 * WRAP_CELLS)
        return (struct cells){ WRAP_CELLS + 1, WRAP_CELLS + 1 };
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        narrow += c < 0x80 || (c >= 0xc0 && c < 0xe1);
        wide += c >= 0xe1;
    }
    unsigned page = narrow + 2 * wide, counted = 2 * (narrow + wide);
    return (struct cells){ page <= WRAP_CELLS ? page : WRAP_CELLS + 1,
                           counted <= WRAP_CELLS ? counted : WRAP_CELLS + 1 };
}

static size_t line_len(const char *text, size_t len)
{
    const char *end = memchr(text, '\n', len);
    return end ? (size_t)(end - text) : len;
}

/* The lines that end at *ret_width, 0 when the text is not broken there. */
static unsigned full_lines(const unsigned *count, unsigned lines, unsigned *ret_width)
{
    unsigned best = 0, width = WRAP_LEAST, wider = 0;
    for (unsigned w = WRAP_LEAST; w <= WRAP_CELLS; w++) {
        unsigned near = 0;
        for (unsigned k = w - WRAP_SLACK; count[w] && k <= w; k++)
            near += count[k];
        if (near >= best && count[w]) {
            best = near;
            width = w;
        }
    }
    for (unsigned k = width + WRAP_SLACK; k < WRAP_CELLS + 2; k++)
        wider += count[k];
    *ret_width = width;
    return best >= WRAP_LINES && best * 2 > lines && wider * 20 <= lines ? best : 0;
}

struct wrap wrap_find(const char *text, size_t len)
{
    unsigned on_page[WRAP_CELLS + 2] = { 0 }, by_count[WRAP_CELLS + 2] = { 0 }, lines = 0;
    struct wrap page = { .counted = false }, counted = { .counted = true };
    len = len < WRAP_LOOK ? len : WRAP_LOOK;
    for (size_t at = 0, end; at < len; at += end + 1) {
        end = line_len(text + at, len - at);
        struct cells n = cells(text + at, end);
        if (n.counted < WRAP_LEAST || memchr(text + at, '\t', end))
            continue;
        on_page[n.page]++;
        by_count[n.counted]++;
        lines++;
    }
    unsigned pages = full_lines(on_page, lines, &page.width),
             counts = full_lines(by_count, lines, &counted.width);
    return counts > pages ? counted : pages ? page : (struct wrap){ 0 };
}

bool wrap_joins(const struct wrap *w, const char *text, size_t line, size_t len)
{
    uint32_t last = 0;
    size_t used, next = line + 1;
    struct cells n = w->width ? cells(text, line) : (struct cells){ 0 };
    if (!w->width || next >= len || (w->counted ? n.counted : n.page) + WRAP_SLACK < w->width ||
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
