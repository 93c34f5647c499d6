/* What people say of values (审核): which opinion of which level holds, the comparisons they report, and what an opinion would move. */
#include "measure/river.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static const char *const review_words[REVIEW_KINDS] = { "valid", "invalid", "excepted", "qc_passed",
                                                        "qc_failed" };

const char *review_kind_word(enum review_kind k)
{
    return review_words[k];
}

int review_kind_from_word(const char *word)
{
    for (int k = 0; k < REVIEW_KINDS; k++)
        if (strcmp(review_words[k], word) == 0)
            return k;
    return -1;
}

static bool stands(const struct review *r, int64_t known)
{
    return r->given <= known && (!r->withdrawn || r->withdrawn > known);
}

static bool of_stream(const struct review *r, const struct stream *st)
{
    return !*r->factor || strcmp(r->factor, st->code) == 0;
}

/* The level it was given at, by the rules of the value's day. */
static int level_of(const struct tier_rules *tiers, const struct review *r)
{
    return r->level > 0 ? r->level : tiers ? tiers->untiered : 1;
}

const struct review *review_of(const struct board_site *s, const struct stream *st, int64_t from, int64_t to,
                               int64_t known)
{
    const struct tier_rules *tiers = tiers_on(s->tiers, cn_day_of(from));
    const struct review *holds = NULL;
    int held = 0;
    for (size_t i = 0; i < s->n_reviews; i++) { /* in order of giving */
        const struct review *r = &s->review[i];
        if (r->kind > REVIEW_EXCEPTED || r->from > from || r->to < to || !stands(r, known) ||
            !of_stream(r, st) || !tier_over(tiers, level_of(tiers, r), held))
            continue;
        holds = r;
        held = level_of(tiers, r);
    }
    return holds;
}

/* A comparison that counts: it stands, and was reported by a level that decides. */
static bool counts(const struct board_site *s, const struct review *r, int64_t known)
{
    const struct tier_rules *tiers = tiers_on(s->tiers, cn_day_of(r->from));
    return stands(r, known) && tier_over(tiers, level_of(tiers, r), 0);
}

void count_checks(const struct board_site *s, const char *factor, int64_t from, int64_t to, int64_t known,
                  struct counts *c)
{
    for (size_t i = 0; i < s->n_reviews; i++) {
        const struct review *r = &s->review[i];
        if (r->kind < REVIEW_QC_PASSED || r->from < from || r->from >= to || !counts(s, r, known) ||
            (factor && strcmp(factor, r->factor) != 0))
            continue;
        c->n[r->kind == REVIEW_QC_PASSED ? COUNT_QC_PASSED : COUNT_QC_FAILED]++;
    }
}

void board_passed(struct board *b, int32_t site, const char *factor, int64_t from, int64_t step, size_t n,
                  bool *ret)
{
    memset(ret, 0, n * sizeof *ret);
    pthread_mutex_lock(&b->lock);
    const struct board_site *s = board_site(b, site);
    for (size_t i = 0; s && i < s->n_reviews; i++) {
        const struct review *r = &s->review[i];
        if (r->kind == REVIEW_QC_PASSED && counts(s, r, INT64_MAX) && r->from >= from &&
            (r->from - from) / step < (int64_t)n && (!*r->factor || strcmp(r->factor, factor) == 0))
            ret[(r->from - from) / step] = true;
    }
    pthread_mutex_unlock(&b->lock);
}

static int by_giving(const void *a, const void *b)
{
    const struct review *x = a, *y = b;
    return x->site != y->site     ? (x->site > y->site) - (x->site < y->site)
           : x->given != y->given ? (x->given > y->given) - (x->given < y->given)
                                  : (x->id > y->id) - (x->id < y->id);
}

void reviews_touch(struct board *b, struct board_site *s)
{
    s->group.touched = true;
    if (s->dirty) {
        memset(s->dirty, 1, b->n_days);
        memset(b->city_dirty, 1, b->n_days);
    }
    for (size_t i = 0; s->river && i < b->n_days; i++)
        river_touch(b, s, b->first_day + (int64_t)i);
}

int board_set_reviews(struct board *b, const struct review *r, size_t n, struct err *e)
{
    struct review *copy = malloc((n + 1) * sizeof *copy);
    if (!copy)
        return err_set(e, -ENOMEM, "no memory for %zu reviews", n);
    if (n)
        memcpy(copy, r, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, by_giving);
    pthread_mutex_lock(&b->lock);
    for (size_t i = 0, at = 0; i < b->place->n_sites; i++) {
        struct board_site *s = &b->site[i];
        size_t had = s->n_reviews;
        for (; at < n && copy[at].site < s->site->id; at++)
            ;
        s->review = &copy[at];
        for (s->n_reviews = 0; at < n && copy[at].site == s->site->id; at++)
            s->n_reviews++;
        if (had || s->n_reviews)
            reviews_touch(b, s);
    }
    free(b->review);
    b->review = copy;
    pthread_mutex_unlock(&b->lock);
    return 0;
}
