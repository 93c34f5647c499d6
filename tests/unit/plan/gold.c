#include "gold.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"

enum { NORM_MAX = 512 };

/* Half-width, lower case, without blanks, brackets, quotes and commas. */
static size_t norm(const json_t *o, const char *key, uint32_t out[NORM_MAX])
{
    static const uint32_t drop[] = { ' ',    '(', ')',  '[',  ']', 0x3014, 0x3015, 0x201c,
                                     0x201d, '"', '\'', 0xb7, ',', 0x3001, ':' };
    const char *s = json_str(o, key, "");
    size_t n = 0, len = strlen(s), used;
    for (size_t i = 0; i < len && n < NORM_MAX; i += used) {
        uint32_t cp = utf8_decode(s + i, len - i, &used);
        bool out_of_it = false;
        if (cp >= 0xff01 && cp <= 0xff5e)
            cp -= 0xfee0;
        if (cp >= 'A' && cp <= 'Z')
            cp += 32;
        if (cp == 0x3bc)
            cp = 0xb5;
        for (size_t k = 0; k < COUNT_OF(drop); k++)
            out_of_it |= cp == drop[k];
        if (!out_of_it)
            out[n++] = cp;
    }
    return n;
}

static bool same_text(const json_t *a, const json_t *b, const char *key)
{
    uint32_t x[NORM_MAX], y[NORM_MAX];
    size_t n = norm(a, key, x), m = norm(b, key, y);
    return n == m && !memcmp(x, y, n * sizeof *x);
}

static bool same_number(const json_t *a, const json_t *b, const char *key)
{
    const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);
    if (!x || !y)
        return !x && !y;
    return fabs(json_number_value(x) - json_number_value(y)) < 1e-9;
}

static size_t common_run(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
    size_t best = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++) {
            size_t k = 0;
            while (i + k < n && j + k < m && a[i + k] == b[j + k])
                k++;
            best = k > best ? k : best;
        }
    return best;
}

static bool same_indicator(const json_t *a, const json_t *b)
{
    uint32_t x[NORM_MAX], y[NORM_MAX];
    size_t n = norm(a, "indicator", x), m = norm(b, "indicator", y), shorter = n < m ? n : m,
           run = common_run(x, n, y, m);
    return shorter && (run == shorter || (run >= 2 && run * 2 >= shorter));
}

static bool same_object(const json_t *a, const json_t *b)
{
    uint32_t x[NORM_MAX], y[NORM_MAX];
    size_t n = norm(a, "object", x), m = norm(b, "object", y), shorter = n < m ? n : m, shared = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            if (x[i] == y[j]) {
                y[j] = 0;
                shared++;
                break;
            }
    return shorter && shared * 2 >= shorter;
}

static bool matches(const json_t *gold, const json_t *got, bool target)
{
    int64_t from = json_int(gold, "start", 0), to = json_int(gold, "end", 0), a = json_int(got, "start", 0),
            b = json_int(got, "end", 0);
    int64_t over = (to < b ? to : b) - (from > a ? from : a), shorter = to - from < b - a ? to - from : b - a;
    if (over <= 0 || over * 2 < shorter || !same_number(gold, got, "value") || !same_text(gold, got, "unit"))
        return false;
    if (target)
        return same_text(gold, got, "op") && same_number(gold, got, "value2") &&
               same_text(gold, got, "modality") && same_indicator(gold, got);
    return same_object(gold, got) && (!json_object_get(gold, "by") || same_text(gold, got, "by"));
}

int gold_match(const char *gold, const json_t *predicted, const char *kind, struct gold_score *ret)
{
    bool target = !strcmp(kind, "target");
    size_t n = json_array_size(predicted);
    scoped(freep) bool *used = calloc(n + 1, sizeof *used);
    *ret = (struct gold_score){ 0 };
    if (!used)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        ret->predicted += !strcmp(json_str(json_array_get(predicted, i), "kind", ""), kind);
    for (const char *line = gold; *line;) {
        size_t len = strcspn(line, "\n");
        scoped(json_decrefp) json_t *o = json_loadb(line, len, 0, NULL);
        if (!o)
            return -EINVAL;
        line += len + (line[len] == '\n');
        if (strcmp(json_str(o, "kind", ""), kind) != 0)
            continue;
        ret->gold++;
        for (size_t i = 0; i < n; i++) {
            const json_t *p = json_array_get(predicted, i);
            if (used[i] || strcmp(json_str(p, "kind", ""), kind) != 0 || !matches(o, p, target))
                continue;
            used[i] = true;
            ret->hit++;
            break;
        }
    }
    return 0;
}

double gold_f1(const struct gold_score *s)
{
    return s->predicted + s->gold ? 2.0 * (double)s->hit / (double)(s->predicted + s->gold) : 1.0;
}
