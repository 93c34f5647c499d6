#include "evaluate/out.h"

#include <stdio.h>
#include <string.h>

void out_cell(struct buf *line, const char *s, size_t len)
{
    buf_addc(line, ',');
    out_first_cell(line, s, len);
}

void out_first_cell(struct buf *line, const char *s, size_t len)
{
    bool quote = false;
    for (size_t i = 0; i < len && !quote; i++)
        quote = s[i] == ',' || s[i] == '"' || s[i] == '\n' || s[i] == '\r';
    if (!quote) {
        buf_add(line, s, len);
        return;
    }
    buf_addc(line, '"');
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '"')
            buf_addc(line, '"');
        buf_addc(line, s[i]);
    }
    buf_addc(line, '"');
}

void out_text(struct out *o, const char *s)
{
    o->cells++;
    out_cell(o->line, s ? s : "", s ? strlen(s) : 0);
}

void out_int(struct out *o, int64_t v)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)v);
    o->cells++;
    out_cell(o->line, text, (size_t)n);
}

void out_micro(struct out *o, micro v, int decimals)
{
    char text[MICRO_TEXT];
    out_text(o, v == MICRO_MISSING ? "" : micro_format(v, decimals, text));
}

void out_empty(struct out *o)
{
    out_text(o, NULL);
}

void out_note(struct out *o, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    /* With two rule sets the same is often to be said of both. */
    if (o->note.len && memmem(o->note.data, o->note.len, text, strlen(text)))
        return;
    if (o->note.len)
        buf_adds(&o->note, "; ");
    buf_adds(&o->note, text);
}

void out_certainty(struct out *o, const char *certainty)
{
    o->certainty = certainty;
}

void out_also(struct out *o, const struct shelf_set *set)
{
    o->also = set;
}

void out_invalid(struct out *o, const char *column)
{
    out_note(o, "%s 无效", column);
    o->missing->invalid++;
}

void out_unjudged(struct out *o)
{
    o->unjudged = true;
}
