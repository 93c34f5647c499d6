/* definition_read.c - where a fault stands, and small checks. */
#include "ledger/definition_read.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

int reader_index_of(const char *const *names, size_t n, const char *word)
{
    for (size_t i = 0; word && i < n; i++)
        if (strcmp(names[i], word) == 0)
            return (int)i;
    return -1;
}

/* ---- where a fault stands ---- */

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The line on which `word` stands, followed (blanks apart) by `next` or by "next" in quotes; 0 when it stands nowhere. */
static int line_of(const char *text, const char *word, const char *next, bool quoted)
{
    size_t len = strlen(word), next_len = strlen(next);
    int line = 1;
    for (const char *p = text; *p; p++) {
        line += *p == '\n';
        if ((p > text && word_char(p[-1])) || strncmp(p, word, len) != 0 || word_char(p[len]))
            continue;
        const char *q = p + len;
        while (*q == ' ' || *q == '\t' || *q == '(')
            q++;
        if (quoted && *q != '"' && *q != '\'')
            continue;
        q += quoted;
        if (strncmp(q, next, next_len) == 0 && (!quoted || q[next_len] == q[-1]))
            return line;
    }
    return 0;
}

__attribute__((format(printf, 4, 5))) int reader_fault(struct reader *r, const char *kind, const char *id,
                                                       const char *fmt, ...)
{
    char why[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    int line = id ? line_of(r->d->text, kind, id, true) : line_of(r->d->text, kind, "=", false);
    if (!line)
        line = line_of(r->d->text, "ledger", "", false);
    return err_named(r->e, -EINVAL, "definition.ledger", id ? "%s:%d: %s \"%s\": %s" : "%s:%d: %s%s: %s",
                     r->name, line ? line : 1, kind, id ? id : "", why);
}

int reader_only_keys(struct reader *r, const json_t *o, const char *kind, const char *id,
                     const char *const *known, size_t n)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)o, key, v)
    {
        if (reader_index_of(known, n, key) < 0)
            return reader_fault(r, kind, id, "has no setting '%s'", key);
    }
    return 0;
}

bool reader_is_id(const char *s)
{
    size_t n = strlen(s);
    if (n == 0 || n > 32 || !islower((unsigned char)s[0]))
        return false;
    for (const char *p = s; *p; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
            return false;
    return true;
}

bool reader_all_text(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!json_is_string(json_array_get(list, i)))
            return false;
    return json_array_size(list) > 0;
}

int reader_state_set(struct reader *r, const json_t *names, const char *kind, const char *id, uint32_t *ret)
{
    size_t n = json_is_array(names) ? json_array_size(names) : names ? 1 : 0;
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_is_array(names) ? json_array_get(names, i) : names);
        int s = name ? definition_state(r->d, name) : -1;
        if (s < 0)
            return reader_fault(r, kind, id, "no state '%s'", name ? name : "?");
        *ret |= 1u << s;
    }
    return 0;
}
