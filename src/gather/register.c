/* Which device a site has: read at the start, changed while the gateway runs. Devices stand in the order of sites and never move, so
 * that a change is made in place; an MN that a device had before leads to it by the map, but is not its name any more. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "gather/gateway_own.h"

struct change {
    int32_t site;
    const struct gateway_registration *reg;
    struct err *e;
    int result;
    bool taken, done;
};

struct device *device_named(struct gateway *g, const char *mn, size_t len)
{
    struct device *d = len ? map_get(&g->by_mn, mn, len) : NULL;
    return d && strlen(d->seen.mn) == len && memcmp(d->seen.mn, mn, len) == 0 ? d : NULL;
}

struct device *device_at(struct gateway *g, int32_t site)
{
    struct device *d = site >= 1 && (size_t)site <= g->n_devices ? &g->device[site - 1] : NULL;
    return d && *d->seen.mn ? d : NULL;
}

/* What the head of a frame can carry, and nothing that means something there. */
static bool plain(const char *s, size_t most)
{
    for (const char *p = s; *p; p++)
        if (*p <= ' ' || *p > '~' || strchr(";,=&#", *p))
            return false;
    return strlen(s) < most;
}

static int check(struct gateway *g, int32_t site, const struct gateway_registration *reg, struct err *e)
{
    const struct device *other = device_named(g, reg->mn, strlen(reg->mn));
    if (site < 1 || (size_t)site > g->n_devices)
        return err_named(e, -ENOENT, "not_found", "there is no site %d", site);
    if (other && other->seen.site != site)
        return err_named(e, -EEXIST, "device.taken", "site %s has the device %s", other->site->code, reg->mn);
    if (!plain(reg->mn, GATEWAY_MN) || !plain(reg->pw, PW_MAX))
        return err_named(e, -EINVAL, "bad_input",
                         "MN and password: at most %d letters, digits and signs other than ; , = & #",
                         GATEWAY_MN - 1);
    return 0;
}

static int put(struct gateway *g, struct device *d, const struct gateway_registration *reg, struct err *e)
{
    size_t len = strlen(reg->mn);
    bool same = strcmp(d->seen.mn, reg->mn) == 0;
    if (len && map_put(&g->by_mn, reg->mn, len, d) < 0)
        return err_set(e, -ENOMEM, "no memory for the table of devices");
    if (!same) {
        int32_t site = d->site->id;
        d->seen = (struct gateway_device){ .site = site };
        memcpy(d->seen.mn, reg->mn, len + 1);
        d->seen.edition = reg->edition;
        memset(d->last_time, 0, sizeof d->last_time);
        memset(d->last_step, 0, sizeof d->last_step);
        d->told[0] = 0;
        d->new_pw[0] = 0;
        keys_release(d);
    }
    if (!same || strcmp(d->city_pw, reg->pw) != 0) { /* the same one may have been changed by 1072 since */
        memcpy(d->pw, reg->pw, sizeof d->pw);
        memcpy(d->city_pw, reg->pw, sizeof d->city_pw);
        d->pw_changed = same;
    }
    d->seen.reg = *reg;
    memset(d->seen.reg.pw, 0, sizeof d->seen.reg.pw);
    d->greet_tries = 0;
    d->greet_changed = true;
    return 0;
}

static struct gateway_registration of_place(const struct gateway *g, const struct site *s)
{
    bool old = s->edition && strcmp(s->edition, "2005") == 0;
    bool young = s->edition && strcmp(s->edition, "2025") == 0;
    struct gateway_registration reg = { .edition = old     ? HJ212_2005
                                                   : young ? HJ212_2025
                                                           : HJ212_2017,
                                        .greet = g->cfg.greet && !old,
                                        .over_time = g->cfg.over_time_ms / 1000,
                                        .re_count = g->cfg.re_count,
                                        .rtd_interval = s->interval ? s->interval : 60,
                                        .min_interval = 10 };
    if (reg.rtd_interval < 30) /* below RtdInterval's range: the device was set to that by hand */
        reg.rtd_interval = 0;
    snprintf(reg.mn, sizeof reg.mn, "%s", s->mn ? s->mn : "");
    snprintf(reg.pw, sizeof reg.pw, "%s", s->pw ? s->pw : "");
    return reg;
}

int devices_make(struct gateway *g, struct err *e)
{
    const struct place *p = g->cfg.place;
    g->device = calloc(p->n_sites ? p->n_sites : 1, sizeof *g->device);
    if (!g->device)
        return err_set(e, -ENOMEM, "no memory for %zu devices", p->n_sites);
    g->n_devices = p->n_sites;
    for (size_t i = 0; i < p->n_sites; i++) {
        g->device[i].site = &p->sites[i];
        g->device[i].seen.site = p->sites[i].id;
    }
    for (size_t i = 0; i < p->n_sites; i++) {
        const struct site *s = &p->sites[i];
        if ((s->mn && strlen(s->mn) >= GATEWAY_MN) || (s->pw && strlen(s->pw) >= PW_MAX))
            return err_set(e, -EINVAL,
                           "site %s: its device's MN is longer than %d or its password than %d characters",
                           s->code, GATEWAY_MN - 1, PW_MAX - 1);
        struct gateway_registration reg = of_place(g, s);
        if (g->cfg.registered)
            g->cfg.registered(g->cfg.heal_arg, s->id, &reg);
        if (!*reg.mn)
            continue;
        int r = check(g, s->id, &reg, e);
        if (r == 0)
            r = put(g, &g->device[i], &reg, e);
        if (r < 0)
            return err_under(e, "site %s", s->code);
    }
    return 0;
}

static void forget_unknown(struct gateway *g, const char *mn)
{
    for (size_t i = 0; i < g->n_unknown; i++)
        if (strcmp(g->unknown[i].mn, mn) == 0) {
            g->unknown[i] = g->unknown[--g->n_unknown];
            return;
        }
}

/* The device that was there: its line, its requests and its gaps are not the new one's. The talk stays, as the healing thread may be
 * looking at it between two locks. */
static void forget_old(struct gateway *g, struct device *d)
{
    struct session *s = &g->session[d->session];
    exchange_lost(g, d);
    if (d->seen.connected && s->conn && s->generation == d->generation && !s->several)
        conn_close(s->conn);
    d->generation = 0;
    if (d->talk) {
        d->talk->n_gaps = 0;
        d->talk->count = 0;
        d->talk->asking = false;
    }
    g->stats.gaps_open -= d->seen.gaps[GATEWAY_GAP_OPEN];
}

static int change(struct gateway *g, const struct change *c)
{
    int r = check(g, c->site, c->reg, c->e);
    if (r < 0)
        return r;
    struct device *d = &g->device[c->site - 1];
    if (*d->seen.mn && strcmp(d->seen.mn, c->reg->mn) != 0)
        forget_old(g, d);
    r = put(g, d, c->reg, c->e);
    forget_unknown(g, c->reg->mn);
    return r;
}

void register_change(struct gateway *g)
{
    struct change *c = g->change;
    if (!c)
        return;
    c->result = change(g, c);
    c->done = true;
    g->change = NULL;
    pthread_cond_broadcast(&g->tasked);
}

int gateway_register(struct gateway *g, int32_t site, const struct gateway_registration *reg, struct err *e)
{
    struct change c = { .site = site, .reg = reg, .e = e };
    pthread_mutex_lock(&g->lock);
    while (g->change && !g->stopping)
        pthread_cond_wait(&g->tasked, &g->lock);
    if (!g->stopping) {
        g->change = &c;
        loop_wake(g->loop);
        while (!c.done && !g->stopping)
            pthread_cond_wait(&g->tasked, &g->lock);
        if (!c.done)
            g->change = NULL;
    }
    pthread_mutex_unlock(&g->lock);
    if (c.done && c.result == 0)
        keys_reload(g, site);
    return c.done ? c.result : err_set(e, -ESHUTDOWN, "the gateway is ending");
}

int gateway_ignore(struct gateway *g, const char *mn, bool on, struct err *e)
{
    static char yes[] = "yes", no[] = "no"; /* the map has no removal, and a rule is seldom taken back */
    int r = 0;
    if (!*mn || !plain(mn, GATEWAY_MN))
        return err_named(e, -EINVAL, "bad_input", "mn: 1 to %d letters, digits and signs", GATEWAY_MN - 1);
    pthread_mutex_lock(&g->lock);
    if (on || map_get(&g->ignored, mn, strlen(mn)))
        r = map_put(&g->ignored, mn, strlen(mn), on ? yes : no);
    if (on && r == 0)
        forget_unknown(g, mn);
    pthread_mutex_unlock(&g->lock);
    return r < 0 ? err_set(e, r, "no memory for the list of refused devices") : 0;
}

bool register_ignores(const struct gateway *g, const char *mn, size_t len)
{
    const char *rule = len ? map_get(&g->ignored, mn, len) : NULL;
    return rule && *rule == 'y';
}
