/* The devices of a city, each a player of its series at one end of a connection. */
#include "app/sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/sim_keys.h"
#include "base/clock.h"
#include "base/cntime.h"
#include "base/json.h"
#include "base/scoped.h"
#include "gather/gateway.h"
#include "gather/player.h"

struct sim;

struct played {
    struct sim *sim;
    struct player player;
    struct device_client *client;
    struct timer wake;
    char logger[32], cpu[32], mac1[24], mac2[24]; /* --join */
    struct device_hardware hardware;
    bool printed;
};

struct sim {
    const struct sim_options *o;
    const volatile sig_atomic_t *interrupted;
    struct place *place;
    struct scenario *scenario;
    json_t *keys; /* NULL: none */
    struct series *hours, *days;
    struct loop *loop;
    struct fleet *fleet;
    struct played *played;
    size_t n_played;
    int64_t from;                  /* what is due before is not sent */
    int64_t real_start, sim_start; /* --follow: the moment in the devices' world that belongs to a real one */
    struct timer check;
    uint64_t acked_before;
    int quiet_s;
    bool failed;
};

/* ---- the city ---- */

static int load_city(struct sim *s, struct err *e)
{
    json_t *tree = NULL;
    int r = json_read_file(s->o->city, &tree, e);
    if (r == 0 && (r = place_build(tree, &s->place, e)) < 0)
        err_under(e, "%s", s->o->city);
    json_decref(tree);
    return r;
}

static int load_scenario(struct sim *s, struct err *e)
{
    json_t *tree = NULL;
    int r = s->o->scenario ? json_read_file(s->o->scenario, &tree, e) : 0;
    if (r == 0 && !s->o->scenario)
        tree = json_object();
    if (r == 0 && (r = scenario_build(tree, s->place, &s->scenario, e)) < 0 && s->o->scenario)
        err_under(e, "%s", s->o->scenario);
    json_decref(tree);
    return r;
}

static int load_series(struct sim *s, struct series **ret, const char *const *file, size_t n, struct err *e)
{
    int r = 0;
    if (!(*ret = series_new(s->place)))
        return err_set(e, -ENOMEM, "no memory for the series");
    for (size_t i = 0; r == 0 && i < n; i++)
        r = series_add(*ret, file[i], e);
    series_ready(*ret);
    return r;
}

/* Whether a site's code is in a list like "outlet-1,outlet-2". */
static bool listed(const char *list, const struct site *site)
{
    size_t len = strlen(site->code);
    for (const char *p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
        if (strncmp(p, site->code, len) == 0 && (p[len] == ',' || p[len] == 0))
            return true;
    return false;
}

static bool wanted(const struct sim_options *o, const struct site *site)
{
    return *site->mn && (!o->sites || listed(o->sites, site));
}

static int load_keys(struct sim *s, struct err *e)
{
    return s->o->keys ? json_read_file(s->o->keys, &s->keys, e) : 0;
}

static int load_all(struct sim *s, struct err *e)
{
    int r;
    if ((r = load_city(s, e)) < 0 || (r = load_scenario(s, e)) < 0 || (r = load_keys(s, e)) < 0 ||
        (r = load_series(s, &s->hours, s->o->air, s->o->n_air, e)) < 0)
        return r;
    return load_series(s, &s->days, s->o->day, s->o->n_day, e);
}

/* ---- playing ---- */

static int64_t sim_now(const struct sim *s)
{
    if (!s->o->follow)
        return s->o->until;
    int64_t passed_ms = clock_monotonic_ns() / 1000000 - s->real_start;
    return s->sim_start + (int64_t)((double)passed_ms * s->o->speed);
}

static void sleep_until_due(struct played *p)
{
    int64_t due = player_due(&p->player), now = sim_now(p->sim);
    if (!p->sim->o->follow || due == INT64_MAX)
        return;
    double wait = due > now ? (double)(due - now) / p->sim->o->speed + 1 : 1;
    timer_set(p->sim->loop, &p->wake, wait > 3600000 ? 3600000 : (int64_t)wait);
}

static bool sim_next(void *arg, struct device_upload *ret, struct buf *cp)
{
    struct played *p = arg;
    if (player_next(&p->player, sim_now(p->sim), ret, cp))
        return true;
    sleep_until_due(p);
    return false;
}

static void wake_fired(void *arg)
{
    struct played *p = arg;
    device_kick(p->client);
    if (!p->wake.place) /* its line is down or its window full: it asks again when that is over */
        sleep_until_due(p);
}

/* ---- what the platform asks ---- */

static int64_t asked_now(void *arg)
{
    return sim_now(((struct played *)arg)->sim);
}

static bool asked_history(void *arg, int cn, int64_t *from, int64_t to, struct buf *cp)
{
    struct played *p = arg;
    return player_history(&p->player, cn, from, to, sim_now(p->sim), cp);
}

static void asked_interval(void *arg, int cn, int value)
{
    struct played *p = arg;
    if (cn == 1062)
        player_set_step(&p->player, PERIOD_REALTIME, value * MS_SECOND, sim_now(p->sim));
    else
        player_set_step(&p->player, PERIOD_MINUTE, value * MS_MINUTE, sim_now(p->sim));
    sleep_until_due(p);
}

/* ---- devices of HJ 212-2025 ---- */

static void rekeyed(void *arg, const uint8_t key[HJ212_KEY_BYTES], int64_t created)
{
    const struct played *p = arg;
    struct sim_key k = { .created = created, .printed = p->printed };
    struct err e = { 0 };
    memcpy(k.bytes, key, sizeof k.bytes);
    int r = sim_key_put(p->sim->keys, p->player.site->mn, &k, &e);
    if (r == 0)
        r = sim_keys_save(p->sim->keys, p->sim->o->keys, &e);
    if (r < 0)
        fprintf(stderr, "bihuan sim: the new key of %s is not written down: %s\n", p->player.site->code,
                e.text);
    explicit_bzero(&k, sizeof k);
}

/* Identities that are its own, made of the site's place in the city: they stand for no real hardware. */
static void give_hardware(struct played *p, const struct site *site)
{
    snprintf(p->logger, sizeof p->logger, "SIM%021d", site->id);
    snprintf(p->cpu, sizeof p->cpu, "SIMCPU%010d", site->id);
    snprintf(p->mac1, sizeof p->mac1, "02:00:00:00:%02X:%02X", site->id >> 8 & 255, site->id & 255);
    snprintf(p->mac2, sizeof p->mac2, "02:00:00:01:%02X:%02X", site->id >> 8 & 255, site->id & 255);
    p->hardware = (struct device_hardware){ p->logger, p->cpu, p->mac1, p->mac2 };
}

static int be_2025(struct played *p, const struct site *site, struct sim_key *key, struct device_config *dc,
                   struct err *e)
{
    const struct sim *s = p->sim;
    int r = sim_key_find(s->keys, site->mn, key, e);
    dc->heartbeat_s = (int)s->o->heartbeat_s;
    if (listed(s->o->join, site)) {
        give_hardware(p, site);
        dc->join = &p->hardware;
    }
    if (r <= 0)
        return r;
    dc->key = key->bytes;
    dc->key_created = key->created;
    dc->printed = p->printed = key->printed;
    dc->rekeyed = rekeyed;
    dc->ask_key = true;
    dc->ask_key_age_ms = s->o->ask_keys ? INT64_MIN : GATEWAY_KEY_DAYS * MS_DAY;
    return 0;
}

static bool all_done(const struct sim *s)
{
    for (size_t i = 0; i < s->n_played; i++)
        if (player_due(&s->played[i].player) <= s->o->until || device_in_flight(s->played[i].client))
            return false;
    return true;
}

static void sim_check(void *arg)
{
    struct sim *s = arg;
    uint64_t acked = fleet_totals(s->fleet)->acknowledged;
    s->quiet_s = acked == s->acked_before ? s->quiet_s + 1 : 0;
    s->acked_before = acked;
    /* Twice the time in which a device gives its line up, so that a server being restarted is waited for. */
    if (!s->o->follow && s->quiet_s > 20 * 2 * 4 * s->o->over_time_s) {
        fprintf(stderr, "bihuan sim: no answer from %s port %d any more\n", s->o->host, s->o->port);
        s->failed = true;
    }
    if (*s->interrupted || s->failed || (!s->o->follow && all_done(s)))
        loop_stop(s->loop);
    timer_set(s->loop, &s->check, 50);
}

static int add_player(struct sim *s, const struct site *site, struct err *e)
{
    struct played *p = &s->played[s->n_played++];
    unsigned kinds = PLAY_HOUR | PLAY_DAY;
    kinds |= s->o->minutes ? (unsigned)PLAY_MINUTE : 0;
    kinds |= s->o->realtime ? (unsigned)PLAY_REALTIME : 0;
    p->sim = s;
    p->wake = (struct timer){ .fire = wake_fired, .arg = p };
    player_init(&p->player, site, s->scenario, s->hours, s->days, kinds, s->from);
    if (s->o->follow &&
        !s->o->realtime) { /* what lies behind is caught up in hours and days, not in minutes */
        struct player live;
        player_init(&live, site, s->scenario, s->hours, s->days, PLAY_REALTIME, s->sim_start);
        p->player.kinds |= live.kinds;
        p->player.due[PERIOD_REALTIME] = live.due[PERIOD_REALTIME];
    }
    bool old = strcmp(site->edition, "2005") == 0, young = strcmp(site->edition, "2025") == 0;
    struct sim_key key = { 0 };
    struct device_config dc = { .mn = site->mn,
                                .pw = site->pw,
                                .st = player_st(site),
                                .edition = old     ? HJ212_2005
                                           : young ? HJ212_2025
                                                   : HJ212_2017,
                                .window = old ? 1 : (size_t)s->o->window,
                                .next = sim_next,
                                .now = asked_now,
                                .history = asked_history,
                                .interval = asked_interval,
                                .rtd_interval = site->interval,
                                .arg = p };
    int r = young ? be_2025(p, site, &key, &dc, e) : 0;
    if (r == 0)
        r = fleet_add(s->fleet, &dc, &p->client, e);
    explicit_bzero(&key, sizeof key);
    return r;
}

static int sim_start(struct sim *s, struct err *e)
{
    int r = loop_new(&s->loop, e);
    if (r < 0)
        return r;
    struct fleet_config fc;
    fleet_config_init(&fc);
    fc.loop = s->loop;
    fc.host = s->o->host;
    fc.port = s->o->port;
    fc.over_time_ms = (int)s->o->over_time_s * 1000;
    fc.tls = s->o->tls;
    r = fleet_new(&fc, &s->fleet, e);
    s->played = calloc(s->place->n_sites + 1, sizeof *s->played);
    if (r == 0 && !s->played)
        r = err_set(e, -ENOMEM, "no memory for %zu devices", s->place->n_sites);
    for (size_t i = 0; r == 0 && i < s->place->n_sites; i++)
        if (wanted(s->o, &s->place->sites[i]))
            r = add_player(s, &s->place->sites[i], e);
    if (r == 0 && !s->n_played)
        r = err_set(e, -EINVAL, "%s: no site with a device%s%s", s->o->city, s->o->sites ? " among " : "",
                    s->o->sites ? s->o->sites : "");
    s->check = (struct timer){ .fire = sim_check, .arg = s };
    return r < 0 ? r : timer_set(s->loop, &s->check, 1);
}

static void sim_release(struct sim *s)
{
    fleet_free(s->fleet);
    loop_free(s->loop);
    free(s->played);
    series_free(s->hours);
    series_free(s->days);
    scenario_free(s->scenario);
    place_free(s->place);
    json_decref(s->keys);
}

static void set_times(struct sim *s)
{
    struct clock real;
    clock_init_real(&real);
    int64_t now = clock_now(&real);
    s->real_start = clock_monotonic_ns() / 1000000;
    s->sim_start = s->o->have_until ? s->o->until : now;
    s->from = s->o->have_from ? s->o->from : s->sim_start;
}

static bool all_acknowledged(const struct sim *s)
{
    const struct fleet_totals *t = fleet_totals(s->fleet);
    return !s->failed && t->sent == t->acknowledged && (s->o->follow || all_done(s));
}

static void summary(const struct sim *s, double seconds)
{
    const struct fleet_totals *t = fleet_totals(s->fleet);
    scoped(buf_release) struct buf b = BUF_INIT;
    struct jw w = JW(&b);
    jw_object(&w);
    jw_kint(&w, "devices", (int64_t)s->n_played);
    jw_kint(&w, "sent", (int64_t)t->sent);
    jw_kint(&w, "acknowledged", (int64_t)t->acknowledged);
    jw_kint(&w, "resent", (int64_t)t->resent);
    jw_kint(&w, "connects", (int64_t)t->connects);
    jw_kbool(&w, "complete", all_acknowledged(s));
    jw_key(&w, "seconds");
    jw_double(&w, seconds);
    jw_end_object(&w);
    if (!b.failed)
        printf("%s\n", b.data);
}

int sim_city(const struct sim_options *o, const volatile sig_atomic_t *interrupted)
{
    struct sim city = { .o = o, .interrupted = interrupted }, *s = &city;
    struct err e = { 0 };
    int64_t started = clock_monotonic_ns();
    set_times(s);
    int r = load_all(s, &e);
    if (r == 0)
        r = sim_start(s, &e);
    if (r == 0)
        r = loop_run(s->loop);
    int code = 1;
    if (r < 0) {
        fprintf(stderr, "bihuan sim: %s\n", e.text[0] ? e.text : strerror(-r));
        code = r == -EINVAL || r == -ENOENT ? 2 : 1;
    } else {
        summary(s, (double)(clock_monotonic_ns() - started) / 1e9);
        code = all_acknowledged(s) || (s->o->follow && *s->interrupted) ? 0 : 1;
    }
    sim_release(s);
    return code;
}
