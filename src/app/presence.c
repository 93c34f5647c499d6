#include "app/presence.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "store/store.h"

/* A bit a slot, for the last n of them; a day's worth more than is looked at, for values a little ahead of the clock. */
static const struct kind {
    int64_t unit;
    int64_t n;
} kinds[PERIOD_COUNT] = {
    [PERIOD_MINUTE] = { MS_MINUTE, GATEWAY_HEAL_MINUTES + 24 * 60 },
    [PERIOD_HOUR] = { MS_HOUR, GATEWAY_HEAL_HOURS + 24 },
    [PERIOD_DAY] = { MS_DAY, GATEWAY_HEAL_DAYS + 4 },
};

struct ring {
    int64_t newest; /* slot number */
    int64_t first;  /* ms, of what the device sent itself; 0: nothing */
    unsigned char *bits;
};

struct presence {
    pthread_mutex_t lock;
    size_t n_sites;
    struct ring (*site)[PERIOD_COUNT];
    unsigned char *memory;
};

int presence_new(const struct place *place, struct presence **ret, struct err *e)
{
    size_t each = 0;
    for (enum period k = 0; k < PERIOD_COUNT; k++)
        each += (size_t)kinds[k].n / 8 + (kinds[k].n ? 1 : 0);
    struct presence *p = calloc(1, sizeof *p);
    if (p) {
        p->n_sites = place->n_sites;
        p->site = calloc(place->n_sites + 1, sizeof *p->site);
        p->memory = calloc(place->n_sites + 1, each);
        pthread_mutex_init(&p->lock, NULL);
    }
    if (!p || !p->site || !p->memory) {
        presence_free(p);
        return err_set(e, -ENOMEM, "no memory for the calendar of %zu sites", place->n_sites);
    }
    unsigned char *at = p->memory;
    for (size_t i = 0; i < place->n_sites; i++)
        for (enum period k = 0; k < PERIOD_COUNT; k++) {
            p->site[i][k].bits = kinds[k].n ? at : NULL;
            at += (size_t)kinds[k].n / 8 + (kinds[k].n ? 1 : 0);
        }
    *ret = p;
    return 0;
}

struct presence *presence_free(struct presence *p)
{
    if (!p)
        return NULL;
    pthread_mutex_destroy(&p->lock);
    free(p->site);
    free(p->memory);
    free(p);
    return NULL;
}

/* Slots are counted in China time, so that a day's slot is a day there. */
static int64_t slot_of(enum period k, int64_t ms)
{
    return (ms + CN_OFFSET_MS) / kinds[k].unit;
}

static void put_bit(struct ring *r, enum period k, int64_t slot, bool set)
{
    int64_t i = slot % kinds[k].n;
    unsigned char mask = (unsigned char)(1U << i % 8);
    if (set)
        r->bits[i / 8] |= mask;
    else
        r->bits[i / 8] &= (unsigned char)~mask;
}

static bool has(const struct ring *r, enum period k, int64_t slot)
{
    int64_t i = slot % kinds[k].n;
    if (slot > r->newest)
        return false;
    return slot <= r->newest - kinds[k].n || (r->bits[i / 8] >> i % 8 & 1);
}

static void take(struct presence *p, const struct record *rec)
{
    enum period k = rec->period;
    if (rec->site < 1 || (size_t)rec->site > p->n_sites || k >= PERIOD_COUNT || !kinds[k].n || rec->time <= 0)
        return;
    struct ring *r = &p->site[rec->site - 1][k];
    int64_t slot = slot_of(k, rec->time), n = kinds[k].n;
    if (slot > r->newest) {
        int64_t from = r->newest + 1 > slot - n + 1 ? r->newest + 1 : slot - n + 1;
        for (int64_t s = from; s <= slot; s++)
            put_bit(r, k, s, false);
        r->newest = slot;
    }
    if (slot > r->newest - n)
        put_bit(r, k, slot, true);
    bool own = rec->source == SOURCE_DEVICE || rec->source == SOURCE_RESENT;
    if (own && (!r->first || rec->time < r->first))
        r->first = rec->time;
}

void presence_take(struct presence *p, const struct record *r, size_t n)
{
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < n; i++)
        take(p, &r[i]);
    pthread_mutex_unlock(&p->lock);
}

static int take_one(const struct record *r, void *arg)
{
    presence_take(arg, r, 1);
    return 0;
}

int presence_load(struct presence *p, const char *dir, int64_t now, struct err *e)
{
    struct obs_reader *reader = NULL;
    int r = obs_reader_open(dir, &reader, e);
    for (enum period k = 0; r == 0 && k < PERIOD_COUNT; k++) {
        struct obs_query q = { .period = (int)k, .from = now - kinds[k].unit * kinds[k].n, .to = INT64_MAX };
        if (kinds[k].n)
            r = obs_scan(reader, &q, take_one, p, e);
    }
    obs_reader_close(reader);
    return r;
}

void presence_have(void *presence, int32_t site, enum period period, int64_t from, int64_t step_ms, size_t n,
                   unsigned char *bits)
{
    struct presence *p = presence;
    if (site < 1 || (size_t)site > p->n_sites || !kinds[period].n)
        return;
    pthread_mutex_lock(&p->lock);
    const struct ring *r = &p->site[site - 1][period];
    for (size_t i = 0; i < n; i++) {
        int64_t slot = slot_of(period, from + (int64_t)i * step_ms);
        int64_t end = slot_of(period, from + ((int64_t)i + 1) * step_ms);
        bool found = false;
        for (; slot < end && !found; slot++)
            found = has(r, period, slot);
        if (found)
            bits[i / 8] |= (unsigned char)(1U << i % 8);
    }
    pthread_mutex_unlock(&p->lock);
}

int64_t presence_first(void *presence, int32_t site, enum period period)
{
    struct presence *p = presence;
    if (site < 1 || (size_t)site > p->n_sites)
        return 0;
    pthread_mutex_lock(&p->lock);
    int64_t first = p->site[site - 1][period].first;
    pthread_mutex_unlock(&p->lock);
    return first;
}
