#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "bulletin/bulletin_own.h"

static const char dash[] = "—";

static const json_t *step(const json_t *at, const char *name, size_t len)
{
    char key[64];
    if (len >= sizeof key)
        return NULL;
    memcpy(key, name, len);
    key[len] = '\0';
    return json_object_get(at, key);
}

const json_t *scope_find(const struct scope *s, const char *name, size_t len)
{
    size_t head = 0;
    while (head < len && name[head] != '.')
        head++;
    const json_t *v = NULL;
    for (; s && !v; s = s->up)
        v = step(s->at, name, head);
    while (v && head < len) {
        const char *p = name + head + 1;
        size_t n = 0;
        while (head + 1 + n < len && p[n] != '.')
            n++;
        v = step(v, p, n);
        head += 1 + n;
    }
    return json_is_null(v) ? NULL : v;
}

bool scope_true(const struct scope *s, const char *name)
{
    bool no = *name == '!';
    const json_t *v = scope_find(s, name + no, strlen(name + no));
    bool is = v && !json_is_false(v) && !(json_is_array(v) && !json_array_size(v)) &&
              !(json_is_string(v) && !*json_string_value(v)) &&
              !(json_is_integer(v) && !json_integer_value(v));
    return is != no;
}

/* A figure as it is printed: so many decimals when the text asks for them, else as it came. */
static void add_value(const json_t *v, const json_t *words, int decimals, struct buf *out)
{
    char text[MICRO_TEXT];
    micro m;
    if (json_is_string(v)) {
        const char *s = json_string_value(v); /* "pm25" as the definition's words say it */
        buf_adds(out, *s ? json_str(words, s, s) : dash);
    } else if (json_is_number(v) && (m = json_to_micro(v, MICRO_MISSING)) != MICRO_MISSING) {
        buf_adds(out, micro_format(decimals >= 0 ? micro_round(m, decimals) : m, decimals, text));
    } else if (json_is_array(v)) {
        for (size_t i = 0; i < json_array_size(v); i++) {
            buf_adds(out, i ? "、" : "");
            add_value(json_array_get(v, i), words, decimals, out);
        }
    } else if (json_is_boolean(v)) {
        buf_adds(out, json_is_true(v) ? "是" : "否");
    } else {
        buf_adds(out, dash);
    }
}

/* {name?yes:no:unknown} */
static void add_truth(const json_t *v, const char *words, size_t len, struct buf *out)
{
    int want = !v ? 2 : json_is_true(v) ? 0 : 1;
    const char *p = words, *end = words + len;
    for (; want && p < end; p++)
        want -= *p == ':';
    const char *stop = memchr(p, ':', (size_t)(end - p));
    size_t n = (size_t)((stop ? stop : end) - p);
    if (n)
        buf_add(out, p, n);
    else if (!v)
        buf_adds(out, dash);
}

static bool same_ask(const json_t *had, const json_t *ask)
{
    return json_equal(json_object_get(had, "measure"), ask);
}

/* {@what}: of the row's site (0: the city) and the bulletin's period. One figure has one number however often it is printed. */
static void add_receipt(struct receipts *r, const struct scope *s, const char *what, size_t len,
                        struct buf *out)
{
    const json_t *site = scope_find(s, "site", 4), *year = scope_find(s, "year", 4),
                 *month = scope_find(s, "month_text", 10);
    scoped(json_decrefp) json_t *ask = json_pack("{s:s#}", "what", what, (int)len);
    bool monthly = len > 6 && memcmp(what + len - 6, ".month", 6) == 0;
    if (json_is_integer(site) && !(len == 11 && memcmp(what, "air.ranking", 11) == 0))
        json_object_set_new(ask, "site", json_integer(json_integer_value(site)));
    if (len == 11 && memcmp(what, "air.ranking", 11) == 0) {
        json_object_set(ask, "from", (json_t *)(uintptr_t)scope_find(s, "from", 4));
        json_object_set(ask, "to", (json_t *)(uintptr_t)scope_find(s, "to", 2));
        json_object_set_new(ask, "level", json_string("county"));
        json_object_set_new(ask, "other", json_string(""));
    } else if (monthly && json_is_string(month)) {
        json_object_set(ask, "month", (json_t *)(uintptr_t)month);
    } else if (json_is_integer(year)) {
        json_object_set_new(ask, "year", json_integer(json_integer_value(year)));
    }
    for (size_t i = 0; i < json_array_size(r->list); i++)
        if (same_ask(json_array_get(r->list, i), ask)) {
            buf_addf(out, "据%zu", i + 1);
            return;
        }
    json_t *receipt = NULL;
    struct err why = { .name = "" };
    int k = json_array_size(r->list) < RECEIPTS_MOST && r->ask->receipt
                ? r->ask->receipt(r->ask->arg, ask, &receipt, &why)
                : -ENOENT;
    if (k < 0) {
        if (k != -ENOENT && !r->failed) {
            r->failed = k;
            r->why = why;
        }
        buf_adds(out, dash);
        return;
    }
    const json_t *name = json_object_get(ask, "site") ? scope_find(s, "name", 4) : scope_find(s, "city", 4);
    if (!name)
        name = scope_find(s, "section", 7);
    if (!name)
        name = scope_find(s, "point", 5);
    json_object_set(receipt, "of_what", (json_t *)(uintptr_t)(name ? name : scope_find(s, "city", 4)));
    json_array_append_new(r->list, receipt);
    buf_addf(out, "据%zu", json_array_size(r->list));
}

static int fill_place(const char *p, size_t len, const struct scope *s, struct receipts *r, struct buf *out,
                      struct err *e)
{
    const char *truth = memchr(p, '?', len), *colon = truth ? NULL : memchr(p, ':', len);
    size_t name = truth ? (size_t)(truth - p) : colon ? (size_t)(colon - p) : len;
    int decimals = -1;
    if (colon && (colon + 2 != p + len || colon[1] < '0' || colon[1] > '6'))
        return err_named(e, -EINVAL, "definition.shape", "{%.*s}: decimals are 0 to 6", (int)len, p);
    if (name == 0 || name > 120)
        return err_named(e, -EINVAL, "definition.shape", "{%.*s}: has no name", (int)(len > 40 ? 40 : len),
                         p);
    if (colon)
        decimals = colon[1] - '0';
    if (!s)
        return 0; /* only looked at */
    if (*p == '@') {
        add_receipt(r, s, p + 1, name - 1, out);
        return 0;
    }
    const json_t *v = scope_find(s, p + (*p == '#'), name - (*p == '#'));
    if (*p == '#')
        buf_addf(out, "%zu", json_array_size(v));
    else if (truth)
        add_truth(v, truth + 1, len - name - 1, out);
    else if (name >= 9 && memcmp(p + name - 9, "certainty", 9) == 0 && json_is_string(v) &&
             *json_string_value(v))
        add_certainty(json_string_value(v), out);
    else
        add_value(v, json_object_get(r->ask->definition, "words"), decimals, out);
    return 0;
}

int fill_text(const char *text, const struct scope *s, struct receipts *r, struct buf *out, struct err *e)
{
    for (const char *p = text; *p;) {
        size_t plain = strcspn(p, "{");
        buf_add(out, p, plain);
        p += plain;
        if (!*p)
            break;
        const char *end = strchr(p, '}');
        if (!end)
            return err_named(e, -EINVAL, "definition.shape", "a brace is not closed: %.40s", p);
        int k = fill_place(p + 1, (size_t)(end - p - 1), s, r, out, e);
        if (k < 0)
            return k;
        p = end + 1;
    }
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}
