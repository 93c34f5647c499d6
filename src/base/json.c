#include "base/json.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"
#include "base/utf8.h"

static void before_value(struct jw *w)
{
    if (w->comma)
        buf_addc(w->out, ',');
    w->comma = true;
}

static void opening(struct jw *w, char c)
{
    before_value(w);
    buf_addc(w->out, c);
    w->comma = false;
}

static void closing(struct jw *w, char c)
{
    buf_addc(w->out, c);
    w->comma = true;
}

void jw_object(struct jw *w)
{
    opening(w, '{');
}

void jw_array(struct jw *w)
{
    opening(w, '[');
}

void jw_end_object(struct jw *w)
{
    closing(w, '}');
}

void jw_end_array(struct jw *w)
{
    closing(w, ']');
}

static void quoted(struct buf *b, const char *s, size_t len)
{
    buf_addc(b, '"');
    const char *p = s, *end = s + len, *run = s;
    while (p < end) {
        unsigned char c = (unsigned char)*p;
        size_t n = c < 0x80 ? 1 : utf8_len(p, (size_t)(end - p));
        if (n && c >= 0x20 && c != '"' && c != '\\') {
            p += n;
            continue;
        }
        buf_add(b, run, (size_t)(p - run));
        if (!n)
            buf_adds(b, "\xEF\xBF\xBD");
        else if (c == '"' || c == '\\')
            buf_addf(b, "\\%c", c);
        else if (c == '\n')
            buf_adds(b, "\\n");
        else
            buf_addf(b, "\\u%04x", c);
        p += n ? n : 1;
        run = p;
    }
    buf_add(b, run, (size_t)(p - run));
    buf_addc(b, '"');
}

void jw_key(struct jw *w, const char *key)
{
    before_value(w);
    quoted(w->out, key, strlen(key));
    buf_addc(w->out, ':');
    w->comma = false;
}

void jw_strn(struct jw *w, const char *s, size_t len)
{
    before_value(w);
    quoted(w->out, s, len);
}

void jw_str(struct jw *w, const char *s)
{
    if (s)
        jw_strn(w, s, strlen(s));
    else
        jw_null(w);
}

void jw_int(struct jw *w, int64_t v)
{
    before_value(w);
    buf_addf(w->out, "%" PRId64, v);
}

void jw_bool(struct jw *w, bool v)
{
    jw_raw(w, v ? "true" : "false");
}

void jw_null(struct jw *w)
{
    jw_raw(w, "null");
}

void jw_micro(struct jw *w, micro v, int decimals)
{
    char text[MICRO_TEXT];
    jw_raw(w, v == MICRO_MISSING ? "null" : micro_format(v, decimals, text));
}

void jw_double(struct jw *w, double v)
{
    char text[40];
    snprintf(text, sizeof text, "%.15g", v);
    jw_raw(w, isfinite(v) ? text : "null");
}

void jw_raw(struct jw *w, const char *json)
{
    before_value(w);
    buf_adds(w->out, json);
}

void jw_time(struct jw *w, int64_t ms)
{
    char text[CN_TEXT];
    if (ms)
        jw_str(w, cn_format_iso(ms, text));
    else
        jw_null(w);
}

void jw_tree(struct jw *w, const json_t *tree)
{
    scoped(freep) char *text =
        tree ? json_dumps(tree, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) : NULL;
    jw_raw(w, text ? text : "null");
}

void jw_kstr(struct jw *w, const char *key, const char *s)
{
    jw_key(w, key);
    jw_str(w, s);
}

void jw_kint(struct jw *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_int(w, v);
}

void jw_kbool(struct jw *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}

void jw_kmicro(struct jw *w, const char *key, micro v, int decimals)
{
    jw_key(w, key);
    jw_micro(w, v, decimals);
}

void jw_ktime(struct jw *w, const char *key, int64_t ms)
{
    jw_key(w, key);
    jw_time(w, ms);
}

int json_read(const char *text, size_t len, json_t **ret, struct err *e)
{
    json_error_t why;
    json_t *tree = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
    if (!tree)
        return err_named(e, -EINVAL, "json.syntax", "%d:%d: %s", why.line, why.column, why.text);
    *ret = tree;
    return 0;
}

/* The place of an integer that is too large, told from the inside out; false: there is one. */
static bool whole_fit(const json_t *tree, char *place, size_t size)
{
    const char *key;
    json_t *v;
    size_t i;
    char inner[200];
    if (json_is_integer(tree))
        return json_integer_value(tree) <= JSON_WHOLE_MOST && json_integer_value(tree) >= -JSON_WHOLE_MOST;
    json_array_foreach(tree, i, v) if (!whole_fit(v, place, size))
    {
        snprintf(inner, sizeof inner, "%s", place);
        snprintf(place, size, "%zu%s%.120s", i, *inner ? "." : "", inner);
        return false;
    }
    json_object_foreach((json_t *)(uintptr_t)tree, key, v) if (!whole_fit(v, place, size))
    {
        snprintf(inner, sizeof inner, "%s", place);
        snprintf(place, size, "%.60s%s%.120s", key, *inner ? "." : "", inner);
        return false;
    }
    return true;
}

int json_whole_within(const json_t *tree, struct err *e)
{
    char place[200] = "";
    return whole_fit(tree, place, sizeof place)
               ? 0
               : err_named(e, -EINVAL, "json.range", "%s: a whole number beyond 2^53", place);
}

int json_read_file(const char *path, json_t **ret, struct err *e)
{
    struct buf text = BUF_INIT;
    int r = file_read(path, FILE_READ_MAX, &text, e);
    if (r == 0) {
        r = json_read(text.data ? text.data : "", text.len, ret, e);
        if (r == 0 && (r = json_whole_within(*ret, e)) < 0) {
            json_decref(*ret);
            *ret = NULL;
        }
        if (r < 0)
            r = err_under(e, "%s", path);
    }
    buf_release(&text);
    return r;
}

const char *json_str(const json_t *object, const char *key, const char *otherwise)
{
    const char *s = json_string_value(json_object_get(object, key));
    return s ? s : otherwise;
}

int64_t json_int(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *v = json_object_get(object, key);
    return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

int json_int_within(const json_t *object, const char *key, int low, int high, int absent, int *ret,
                    struct err *e)
{
    const json_t *v = json_object_get(object, key);
    json_int_t n = json_integer_value(v);
    *ret = absent;
    if (!v || json_is_null(v))
        return 0;
    if (!json_is_integer(v) || n < low || n > high)
        return err_named(e, -EINVAL, "json.range", "%s: wants a whole number from %d to %d", key, low, high);
    *ret = (int)n;
    return 0;
}

bool json_flag(const json_t *object, const char *key, bool otherwise)
{
    const json_t *v = json_object_get(object, key);
    return json_is_boolean(v) ? json_is_true(v) : otherwise;
}

micro json_to_micro(const json_t *number, micro otherwise)
{
    if (json_is_integer(number)) {
        json_int_t v = json_integer_value(number);
        return v > INT64_C(9200000000000) || v < -INT64_C(9200000000000) ? otherwise : v * MICRO_ONE;
    }
    if (!json_is_real(number) || fabs(json_real_value(number)) > 9.2e12)
        return otherwise;
    return (micro)llround(json_real_value(number) * 1e6);
}

micro json_micro(const json_t *object, const char *key, micro otherwise)
{
    return json_to_micro(json_object_get(object, key), otherwise);
}
