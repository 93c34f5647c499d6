/* core_known.c - what people and the gateway say of what is missing, from the store to the board. */
#include "app/core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

struct list {
    void *item;
    size_t n, cap, size;
    int64_t known; /* what came later is left out */
};

static int list_add(struct list *l, const void *item)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 64;
        void *grown = realloc(l->item, cap * l->size);
        if (!grown)
            return -ENOMEM;
        l->item = grown;
        l->cap = cap;
    }
    memcpy((char *)l->item + l->n++ * l->size, item, l->size);
    return 0;
}

static bool time_member(const json_t *j, const char *key, int64_t *ret)
{
    const char *s = json_str(j, key, "");
    return cn_parse_iso(s, strlen(s), ret);
}

/* A withdrawal is a review of its own, whose parent is the one it takes back (docs/missing.md). */
static int add_review(const struct doc *d, void *arg)
{
    struct list *l = arg;
    scoped(json_decrefp) json_t *j = NULL;
    struct review r = { .id = d->id, .site = d->site, .given = d->created };
    if (d->created > l->known)
        return 0;
    if (strcmp(d->state, "withdrawal") == 0) {
        struct review *all = l->item;
        for (size_t i = 0; i < l->n; i++)
            if (all[i].id == d->parent)
                all[i].withdrawn = d->created;
        return 0;
    }
    if (json_read(d->body, strlen(d->body), &j, NULL) < 0)
        return 0;
    int kind = review_kind_from_word(json_str(j, "kind", ""));
    if (kind < 0 || !time_member(j, "from", &r.from) || !time_member(j, "to", &r.to))
        return 0;
    r.kind = (enum review_kind)kind;
    int64_t level = json_int(j, "level", 0);
    r.level = level < 0 || level > 9 ? 0 : (int)level;
    snprintf(r.factor, sizeof r.factor, "%s", json_str(j, "factor", ""));
    return list_add(l, &r);
}

static int take_reviews(struct ledger_store *store, struct board *b, int64_t known, struct err *e)
{
    struct list l = { .size = sizeof(struct review), .known = known };
    int r = ledger_each_doc(store, DOC_REVIEW, &(struct doc_query){ 0 }, add_review, &l, e);
    if (r == 0)
        r = board_set_reviews(b, l.item, l.n, e);
    free(l.item);
    return r == -ENOMEM ? err_set(e, r, "no memory for the reviews") : r;
}

int core_take_reviews(struct core *c, struct err *e)
{
    return take_reviews(c->store, c->board, INT64_MAX, e);
}

static int add_loss(const struct doc *d, void *arg)
{
    scoped(json_decrefp) json_t *j = NULL;
    struct lost_span l = { .site = d->site, .why = strcmp(d->state, "part") == 0 ? LOST_PART : LOST_DAMAGED };
    if (d->created > ((struct list *)arg)->known || json_read(d->body, strlen(d->body), &j, NULL) < 0 ||
        !time_member(j, "from", &l.from) || !time_member(j, "to", &l.to))
        return 0;
    return list_add(arg, &l);
}

static int take_losses(struct ledger_store *store, struct board *b, int64_t known, struct err *e)
{
    struct list l = { .size = sizeof(struct lost_span), .known = known };
    int r = ledger_each_doc(store, DOC_LOST, &(struct doc_query){ 0 }, add_loss, &l, e);
    if (r == 0)
        r = board_set_lost(b, l.item, l.n, e);
    free(l.item);
    return r == -ENOMEM ? err_set(e, r, "no memory for the losses") : r;
}

int core_take_losses(struct core *c, struct err *e)
{
    return take_losses(c->store, c->board, INT64_MAX, e);
}

int core_take_known(struct ledger_store *store, struct board *board, int64_t known, struct err *e)
{
    int r = take_reviews(store, board, known, e);
    return r < 0 ? r : take_losses(store, board, known, e);
}
