#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A long sentence is cut between UTF-8 characters so that what is shown stays valid text. */
static void cut_utf8(char *s, size_t cap)
{
    size_t n = strlen(s);
    if (n + 1 < cap)
        return;
    while (n > 0 && ((unsigned char)s[n - 1] & 0xC0) == 0x80)
        n--;
    if (n > 0)
        s[n - 1] = '\0';
}

void err_fill(struct err *e, int code, const char *name, const char *fmt, ...)
{
    if (!e)
        return;
    va_list ap;
    e->code = code;
    e->name = name;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    cut_utf8(e->text, sizeof e->text);
}

int err_under(struct err *e, const char *fmt, ...)
{
    if (!e)
        return -EIO;
    char context[256], was[sizeof e->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(context, sizeof context, fmt, ap);
    va_end(ap);
    memcpy(was, e->text, sizeof was);
    snprintf(e->text, sizeof e->text, "%.*s: %.*s", (int)sizeof context - 1, context,
             (int)(sizeof e->text - sizeof context - 3), was);
    cut_utf8(e->text, sizeof e->text);
    return e->code;
}

void err_clear(struct err *e)
{
    if (e)
        *e = (struct err){ .name = "" };
}
