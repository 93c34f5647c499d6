#include "base/csv.h"

#include <errno.h>
#include <string.h>

void csv_init(struct csv *c, char *text, size_t len)
{
    c->p = text;
    c->end = text + len;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        c->p += 3;
    c->line = 0;
    c->next_line = 1;
    c->n = 0;
}

static void skip_row(struct csv *c)
{
    while (c->p < c->end && *c->p != '\n')
        c->p++;
    if (c->p < c->end)
        c->p++;
    c->next_line++;
}

/* Unescapes a quoted field in place; c->p stands after the opening quote. Leaves c->p after the closing one. */
static int quoted(struct csv *c, struct csv_field *f)
{
    char *w = c->p;
    f->s = w;
    while (c->p < c->end) {
        if (*c->p == '"') {
            if (c->p + 1 < c->end && c->p[1] == '"') {
                c->p++;
            } else {
                c->p++;
                f->len = (size_t)(w - f->s);
                return 0;
            }
        } else if (*c->p == '\n') {
            c->next_line++;
        }
        *w++ = *c->p++;
    }
    return -EINVAL;
}

int csv_next(struct csv *c, struct err *e)
{
    while (c->p < c->end && (*c->p == '\n' || *c->p == '\r')) {
        c->next_line += *c->p == '\n';
        c->p++;
    }
    if (c->p >= c->end)
        return 0;
    c->line = c->next_line;
    c->n = 0;
    for (;;) {
        if (c->n == CSV_FIELDS_MAX) {
            skip_row(c);
            return err_set(e, -E2BIG, "line %zu: more than %d fields", c->line, CSV_FIELDS_MAX);
        }
        struct csv_field *f = &c->field[c->n++];
        if (c->p < c->end && *c->p == '"') {
            c->p++;
            if (quoted(c, f) < 0)
                return err_set(e, -EINVAL, "line %zu: a quote is never closed", c->line);
        } else {
            f->s = c->p;
            while (c->p < c->end && *c->p != ',' && *c->p != '\n' && *c->p != '\r')
                c->p++;
            f->len = (size_t)(c->p - f->s);
        }
        if (c->p < c->end && *c->p == ',') {
            c->p++;
            continue;
        }
        if (c->p < c->end && *c->p == '\r')
            c->p++;
        if (c->p < c->end && *c->p != '\n') {
            skip_row(c);
            return err_set(e, -EINVAL, "line %zu: text after a closing quote in field %zu", c->line, c->n);
        }
        if (c->p < c->end)
            c->p++;
        c->next_line++;
        return 1;
    }
}

int csv_find(const struct csv *c, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < c->n; i++)
        if (c->field[i].len == len && memcmp(c->field[i].s, name, len) == 0)
            return (int)i;
    return -1;
}
