#include "measure/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int64_t chunk_of(int64_t slot)
{
    return slot >= 0 ? slot / SERIES_CHUNK : -((-slot + SERIES_CHUNK - 1) / SERIES_CHUNK);
}

const struct cell *series_at(const struct series *s, int64_t slot)
{
    int64_t c = chunk_of(slot) - s->first;
    if (c < 0 || c >= (int64_t)s->n || !s->chunk[c])
        return NULL;
    const struct cell *cell = &s->chunk[c][slot - (s->first + c) * SERIES_CHUNK];
    return cell->flag ? cell : NULL;
}

static void drop_chunks(struct series *s, size_t k)
{
    if (k > s->n)
        k = s->n;
    for (size_t i = 0; i < k; i++)
        free(s->chunk[i]);
    if (k) {
        memmove(s->chunk, s->chunk + k, (s->n - k) * sizeof *s->chunk);
        s->n -= k;
        s->first += (int64_t)k;
    }
}

/* Makes room so that chunk number c is inside; what is too old to be kept beside newer ones is refused (1). */
static int reach(struct series *s, int64_t c)
{
    if (s->n == 0)
        s->first = c;
    int64_t before = c < s->first ? s->first - c : 0;
    int64_t after = c >= s->first + (int64_t)s->n ? c - s->first - (int64_t)s->n + 1 : 0;
    if (before && before + (int64_t)s->n > SERIES_CHUNKS_MAX)
        return 1;
    if (after >= SERIES_CHUNKS_MAX) {
        drop_chunks(s, s->n);
        s->first = c;
        after = 1;
    } else if (after + (int64_t)s->n > SERIES_CHUNKS_MAX) {
        drop_chunks(s, (size_t)(after + (int64_t)s->n - SERIES_CHUNKS_MAX));
    }
    if (before + after == 0)
        return 0;
    size_t n = s->n + (size_t)(before + after);
    struct cell **grown = realloc(s->chunk, n * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    memmove(grown + before, grown, s->n * sizeof *grown);
    memset(grown, 0, (size_t)before * sizeof *grown);
    memset(grown + before + (int64_t)s->n, 0, (size_t)after * sizeof *grown);
    s->chunk = grown;
    s->n = n;
    s->first -= before;
    return 0;
}

/* Whether a stands over b for the same time. A total order, so the winner does not depend on who came first. */
static bool stands_over(const struct cell *a, const struct cell *b)
{
    if (a->arrival != b->arrival)
        return a->arrival > b->arrival;
    if (a->order != b->order)
        return a->order > b->order;
    return a->v != b->v ? a->v > b->v : a->flag > b->flag;
}

int series_put(struct series *s, int64_t slot, const struct cell *c)
{
    int r = reach(s, chunk_of(slot));
    if (r)
        return r < 0 ? r : 0;
    int64_t i = chunk_of(slot) - s->first;
    if (!s->chunk[i] && !(s->chunk[i] = calloc(SERIES_CHUNK, sizeof **s->chunk)))
        return -ENOMEM;
    struct cell *at = &s->chunk[i][slot - (s->first + i) * SERIES_CHUNK];
    if (at->flag && !stands_over(c, at))
        return 0;
    bool changed = at->flag != c->flag || at->v != c->v;
    *at = *c;
    return changed;
}

void series_drop_before(struct series *s, int64_t slot)
{
    int64_t k = chunk_of(slot) - s->first;
    if (k > 0)
        drop_chunks(s, (size_t)k);
}

bool series_span(const struct series *s, int64_t *ret_first, int64_t *ret_last)
{
    *ret_first = s->first * SERIES_CHUNK;
    *ret_last = (s->first + (int64_t)s->n) * SERIES_CHUNK - 1;
    return s->n > 0;
}

void series_release(struct series *s)
{
    drop_chunks(s, s->n);
    free(s->chunk);
    *s = (struct series){ 0 };
}
