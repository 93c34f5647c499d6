/* Split uploads: each part is stored and answered on its own as soon as it comes; here is kept which ones are still missing. */
#include <string.h>

#include "gather/gateway_own.h"

enum { SWEEP_MS = 1000, PARTS_MOST = 64 };

static uint64_t all_of(int pnum)
{
    return pnum == PARTS_MOST ? UINT64_MAX : (UINT64_C(1) << pnum) - 1;
}

static void forget(struct gateway *g, struct part_set *s)
{
    if (!s->parts.late) {
        s->device->seen.parts_open--;
        g->stats.parts_open--;
    }
    s->device = NULL;
}

static void give_up(struct gateway *g, struct part_set *s)
{
    s->parts.late = true;
    s->device->seen.parts_open--;
    s->device->seen.parts_incomplete++;
    g->stats.parts_open--;
    g->stats.parts_incomplete++;
}

/* A free place, else the oldest that is given up already, else the oldest. */
static struct part_set *place_for(struct gateway *g)
{
    struct part_set *best = g->parts;
    for (struct part_set *s = g->parts; s < g->parts + GATEWAY_PARTS; s++) {
        if (!s->device)
            return s;
        if (s->parts.late != best->parts.late ? s->parts.late : s->since_ms < best->since_ms)
            best = s;
    }
    if (!best->parts.late)
        give_up(g, best);
    best->device = NULL;
    return best;
}

static struct part_set *set_of(struct gateway *g, const struct device *d, int cn, const struct hj212_frame *f)
{
    for (struct part_set *s = g->parts; s < g->parts + GATEWAY_PARTS; s++)
        if (s->device == d && s->parts.cn == cn && s->parts.time == f->data_time && s->parts.pnum == f->pnum)
            return s;
    return NULL;
}

void parts_note(struct gateway *g, struct device *d, int cn, const struct hj212_frame *f)
{
    if (f->pnum < 2 || f->pnum > PARTS_MOST || f->pno < 1 || f->pno > f->pnum)
        return;
    struct part_set *s = set_of(g, d, cn, f);
    if (!s) {
        s = place_for(g);
        *s = (struct part_set){ .device = d,
                                .parts = { .cn = cn, .pnum = f->pnum, .time = f->data_time },
                                .since_ms = clock_monotonic_ns() / 1000000 };
        d->seen.parts_open++;
        g->stats.parts_open++;
    }
    s->parts.have |= UINT64_C(1) << (f->pno - 1);
    if (s->parts.have == all_of(f->pnum)) {
        /* Late but whole after all: it is no longer an incomplete one. */
        if (s->parts.late) {
            d->seen.parts_incomplete--;
            g->stats.parts_incomplete--;
        }
        d->seen.parts_complete++;
        g->stats.parts_complete++;
        forget(g, s);
    } else if (!g->sweep.place) {
        timer_set(g->loop, &g->sweep, g->cfg.parts_ms < SWEEP_MS ? g->cfg.parts_ms : SWEEP_MS);
    }
}

void parts_sweep(void *gateway)
{
    struct gateway *g = gateway;
    int64_t now = clock_monotonic_ns() / 1000000;
    pthread_mutex_lock(&g->lock);
    for (struct part_set *s = g->parts; s < g->parts + GATEWAY_PARTS; s++)
        if (s->device && !s->parts.late && now - s->since_ms >= g->cfg.parts_ms)
            give_up(g, s);
    if (g->stats.parts_open)
        timer_set(g->loop, &g->sweep, g->cfg.parts_ms < SWEEP_MS ? g->cfg.parts_ms : SWEEP_MS);
    pthread_mutex_unlock(&g->lock);
}

size_t gateway_parts(struct gateway *g, int32_t site, struct gateway_parts *ret, size_t max)
{
    size_t n = 0;
    pthread_mutex_lock(&g->lock);
    const struct device *d = device_at(g, site);
    for (const struct part_set *s = g->parts; d && s < g->parts + GATEWAY_PARTS && n < max; s++)
        if (s->device == d)
            ret[n++] = s->parts;
    pthread_mutex_unlock(&g->lock);
    return n;
}
