/* compare.c - how much of a plan stands word for word in another: the lower level's in the upper level's, this year's in last year's. */
#include "plan/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"

enum {
    PIECE = 8,    /* characters compared at once */
    RUN_MIN = 20, /* a shorter common run is the language, not a copy */
    CHARS_MAX = 8 * 1024 * 1024,
    SPANS_MAX = 5000
};

/* A text without blanks: its characters, and where each stood. */
struct dense {
    uint32_t *cp, *at;
    size_t n, chars;
};

struct grams {
    uint64_t *hash; /* 0: empty */
    uint32_t *at;
    size_t mask;
};

static void dense_free(struct dense *d)
{
    free(d->cp);
    free(d->at);
}

static void grams_free(struct grams *g)
{
    free(g->hash);
    free(g->at);
}

static int dense_make(const char *text, size_t len, struct dense *d, struct err *e)
{
    size_t bad, chars;
    if (!utf8_valid(text, len, &bad))
        return err_set(e, -EILSEQ, "plan: byte %zu is not UTF-8", bad);
    chars = utf8_count(text, len);
    if (chars > CHARS_MAX)
        return err_set(e, -E2BIG, "plan: the text has more than %d characters", CHARS_MAX);
    d->cp = malloc((chars + PIECE) * sizeof *d->cp);
    d->at = malloc((chars + PIECE) * sizeof *d->at);
    if (!d->cp || !d->at)
        return err_set(e, -ENOMEM, "plan: no memory");
    for (size_t i = 0, used; i < len; i += used, d->chars++) {
        uint32_t cp = normal_cp(utf8_decode(text + i, len - i, &used));
        if (cp == ' ' || cp == '\n' || cp == '\r' || cp == '\t' || cp == 0x2028)
            continue;
        d->cp[d->n] = cp;
        d->at[d->n++] = (uint32_t)d->chars;
    }
    return 0;
}

static uint64_t gram(const uint32_t *cp)
{
    uint64_t h = 0;
    for (size_t k = 0; k < PIECE; k++)
        h = (h ^ cp[k]) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 29;
    return h ? h : 1;
}

static size_t slot(const struct grams *g, uint64_t h)
{
    size_t i = (size_t)(h >> 20) & g->mask;
    while (g->hash[i] && g->hash[i] != h)
        i = (i + 1) & g->mask;
    return i;
}

static int grams_make(const struct dense *d, struct grams *g, struct err *e)
{
    size_t cap = 1024;
    while (cap < d->n * 2)
        cap *= 2;
    g->hash = calloc(cap, sizeof *g->hash);
    g->at = calloc(cap, sizeof *g->at);
    g->mask = cap - 1;
    if (!g->hash || !g->at)
        return err_set(e, -ENOMEM, "plan: no memory");
    for (size_t i = 0; i + PIECE <= d->n; i++) {
        uint64_t h = gram(d->cp + i);
        size_t k = slot(g, h);
        if (!g->hash[k]) { /* the first place stands for all */
            g->hash[k] = h;
            g->at[k] = (uint32_t)i;
        }
    }
    return 0;
}

/* The common run at ours[i], as long as both go on alike; its place in theirs. */
static size_t run_at(const struct dense *ours, const struct dense *theirs, const struct grams *g, size_t i,
                     size_t *ret_there)
{
    size_t k = slot(g, gram(ours->cp + i)), n = 0;
    if (!g->hash[k])
        return 0;
    size_t there = g->at[k];
    while (i + n < ours->n && there + n < theirs->n && ours->cp[i + n] == theirs->cp[there + n])
        n++;
    *ret_there = there;
    return n;
}

static int runs_find(const struct dense *ours, const struct dense *theirs, const struct grams *g,
                     json_t *spans, size_t *ret_copied)
{
    for (size_t i = 0; i + PIECE <= ours->n;) {
        size_t there = 0, n = run_at(ours, theirs, g, i, &there);
        if (n < RUN_MIN) {
            i++; /* RUN_MIN steps at most are looked at twice, so the whole stays linear */
            continue;
        }
        *ret_copied += n;
        if (json_array_size(spans) < SPANS_MAX &&
            json_array_append_new(spans, json_pack("{s:I,s:I,s:I}", "start", (json_int_t)ours->at[i], "end",
                                                   (json_int_t)ours->at[i + n - 1] + 1, "there",
                                                   (json_int_t)theirs->at[there])) < 0)
            return -ENOMEM;
        i += n;
    }
    return 0;
}

int plan_compare(const char *ours, size_t ours_len, const char *theirs, size_t theirs_len, json_t **ret,
                 struct err *e)
{
    struct dense a = { 0 }, b = { 0 };
    struct grams g = { 0 };
    size_t copied = 0;
    json_t *spans = json_array();
    int r = dense_make(ours, ours_len, &a, e);
    if (r == 0)
        r = dense_make(theirs, theirs_len, &b, e);
    if (r == 0)
        r = grams_make(&b, &g, e);
    if (r == 0 && (!spans || runs_find(&a, &b, &g, spans, &copied) < 0))
        r = err_set(e, -ENOMEM, "plan: no memory");
    if (r == 0) {
        *ret = json_pack("{s:I,s:I,s:O}", "characters", (json_int_t)a.n, "copied", (json_int_t)copied,
                         "spans", spans);
        r = *ret ? 0 : err_set(e, -ENOMEM, "plan: no memory");
    }
    json_decref(spans);
    grams_free(&g);
    dense_free(&a);
    dense_free(&b);
    return r;
}
