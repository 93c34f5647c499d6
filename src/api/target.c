#include "api/target.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes one piece into *out, ends it with NUL and moves *out behind that. plus: '+' is a space, as in a query. */
static int decode(const char *s, size_t len, bool plus, char **out, struct err *e)
{
    char *start = *out, *o = start;
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        if (c == '%') {
            int high = i + 1 < len ? hex_digit(s[i + 1]) : -1;
            int low = i + 2 < len ? hex_digit(s[i + 2]) : -1;
            if (high < 0 || low < 0)
                return err_named(e, -EINVAL, "bad_input", "address: bad %%-escape");
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if ((unsigned char)c < 0x20 || c == 0x7f)
            return err_named(e, -EINVAL, "bad_input", "address: control character");
        *o++ = c;
    }
    *o = '\0';
    if (!utf8_valid(start, (size_t)(o - start), NULL))
        return err_named(e, -EINVAL, "bad_input", "address: not UTF-8");
    *out = o + 1;
    return 0;
}

static int parse_path(const char *s, size_t len, struct target *t, char **out, struct err *e)
{
    const char *p = s + 1, *end = s + len;
    while (p < end) {
        const char *slash = memchr(p, '/', (size_t)(end - p));
        const char *stop = slash ? slash : end;
        if (t->n_segments == TARGET_SEGMENTS)
            return err_named(e, -EINVAL, "bad_input", "address: more than %d parts", TARGET_SEGMENTS);
        const char *segment = *out;
        int r = decode(p, (size_t)(stop - p), false, out, e);
        if (r < 0)
            return r;
        /* A segment is a name, never a way to somewhere: what could climb or hide is refused before any file is looked for. */
        if (!*segment || *segment == '.' || strpbrk(segment, "/\\"))
            return err_named(e, -EINVAL, "bad_input", "address: '%.40s' is no part of a path", segment);
        t->segment[t->n_segments++] = segment;
        t->ends_in_slash = slash && slash + 1 == end;
        p = slash ? slash + 1 : end;
    }
    return 0;
}

static int parse_query(const char *s, struct target *t, char **out, struct err *e)
{
    while (*s) {
        size_t len = strcspn(s, "&");
        const char *equals = memchr(s, '=', len);
        size_t key_len = equals ? (size_t)(equals - s) : len;
        if (len) {
            if (t->n_params == TARGET_PARAMS)
                return err_named(e, -EINVAL, "bad_input", "address: more than %d parameters", TARGET_PARAMS);
            struct target_param *p = &t->param[t->n_params];
            p->key = *out;
            int r = decode(s, key_len, true, out, e);
            if (r < 0)
                return r;
            p->value = *out;
            r = decode(s + key_len + (equals ? 1 : 0), equals ? len - key_len - 1 : 0, true, out, e);
            if (r < 0)
                return r;
            t->n_params++;
        }
        s += len;
        if (*s)
            s++;
    }
    return 0;
}

int target_parse(const char *raw, struct target *t, struct err *e)
{
    t->n_segments = t->n_params = 0;
    t->ends_in_slash = false;
    if (raw[0] != '/')
        return err_named(e, -EINVAL, "bad_input", "address: does not begin with '/'");
    if (strlen(raw) > TARGET_MAX)
        return err_named(e, -EINVAL, "bad_input", "address: longer than %d bytes", TARGET_MAX);
    size_t path_len = strcspn(raw, "?");
    char *out = t->text;
    int r = parse_path(raw, path_len, t, &out, e);
    if (r == 0 && raw[path_len] == '?')
        r = parse_query(raw + path_len + 1, t, &out, e);
    return r;
}

const char *target_param(const struct target *t, const char *key)
{
    for (size_t i = 0; i < t->n_params; i++)
        if (strcmp(t->param[i].key, key) == 0)
            return t->param[i].value;
    return NULL;
}

static bool copy_out(const char *s, size_t len, char *out, size_t cap)
{
    if (!len || len >= cap)
        return false;
    memcpy(out, s, len);
    out[len] = '\0';
    return true;
}

bool cookie_find(const char *header, const char *name, char *out, size_t cap)
{
    size_t name_len = strlen(name);
    while (header && *header) {
        header += strspn(header, " \t;");
        size_t len = strcspn(header, ";");
        if (len > name_len && strncmp(header, name, name_len) == 0 && header[name_len] == '=') {
            const char *value = header + name_len + 1;
            size_t value_len = len - name_len - 1;
            while (value_len && (value[value_len - 1] == ' ' || value[value_len - 1] == '\t'))
                value_len--;
            if (value_len >= 2 && value[0] == '"' && value[value_len - 1] == '"') {
                value++;
                value_len -= 2;
            }
            return copy_out(value, value_len, out, cap);
        }
        header += len;
    }
    return false;
}

bool bearer_find(const char *header, char *out, size_t cap)
{
    if (!header || strncasecmp(header, "Bearer ", 7) != 0)
        return false;
    header += 7;
    header += strspn(header, " ");
    return copy_out(header, strcspn(header, " \t"), out, cap);
}

bool media_is_json(const char *content_type)
{
    static const char json[] = "application/json";
    if (!content_type || strncasecmp(content_type, json, sizeof json - 1) != 0)
        return false;
    char after = content_type[sizeof json - 1];
    return after == '\0' || after == ';' || after == ' ' || after == '\t';
}

bool accepts_gzip(const char *header)
{
    while (header && *header) {
        header += strspn(header, " \t,");
        size_t len = strcspn(header, ",");
        size_t word = strcspn(header, " \t,;");
        if (word == 4 && strncasecmp(header, "gzip", 4) == 0) {
            /* "gzip;q=0" says no (RFC 9110 12.4.2). */
            const char *q = memchr(header, '=', len);
            return !q || strspn(q + 1, "0.") < len - (size_t)(q + 1 - header);
        }
        header += len;
    }
    return false;
}
