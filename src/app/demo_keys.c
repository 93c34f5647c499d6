/* demo_keys.c - the demo's devices of HJ 212-2025 have keys, as if they had been registered some weeks ago. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/demo.h"
#include "app/keyring.h"
#include "app/sim_keys.h"
#include "base/cntime.h"
#include "base/scoped.h"

enum { AGE_DAYS = 30 };

static int give_key(struct demo *d, struct keyring *ring, const struct site *site, json_t *sim, struct err *e)
{
    struct gateway_keys keys = { 0 };
    struct gateway_key *now = &keys.key[GATEWAY_KEY_NOW];
    struct sim_key own = { .created = d->today / MS_SECOND * MS_SECOND - AGE_DAYS * MS_DAY };
    int r = gateway_key_make(now->bytes, e);
    now->created = own.created;
    memcpy(own.bytes, now->bytes, sizeof own.bytes);
    if (r == 0)
        r = keyring_keep(ring, site->id, site->mn, &keys, e);
    if (r == 0)
        r = sim_key_put(sim, site->mn, &own, e);
    explicit_bzero(&keys, sizeof keys);
    explicit_bzero(&own, sizeof own);
    return r;
}

int demo_write_keys(struct demo *d, struct err *e)
{
    const struct place *place = d->core.place;
    scoped(json_decrefp) json_t *sim = json_object();
    struct keyring *ring = NULL;
    char path[4200];
    int r = sim ? keyring_new(d->dir, d->core.store, d->core.clock, &ring, e)
                : err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; r == 0 && i < place->n_sites; i++)
        if (*place->sites[i].mn && strcmp(place->sites[i].edition, "2025") == 0)
            r = give_key(d, ring, &place->sites[i], sim, e);
    keyring_free(ring);
    snprintf(path, sizeof path, "%s/sim-keys.json", d->dir);
    return r == 0 ? sim_keys_save(sim, path, e) : r;
}
