/* bihuan sim: the devices of a city, played over TCP. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/sim_keys.h"
#include "base/clock.h"
#include "base/cntime.h"
#include "base/json.h"
#include "base/scoped.h"
#include "gather/gateway.h"
#include "gather/load.h"
#include "gather/player.h"

static const char usage[] =
    "usage: bihuan sim --to HOST:PORT (--demo DIR | --city FILE) [--air FILE.csv.gz]... [--day "
    "FILE.csv.gz]... [--scenario FILE.json]\n"
    "                  [--from TIME] [--until TIME] [--realtime] [--minutes] "
    "[--sites CODE,...] [--follow [--speed N]]\n"
    "                  [--keys FILE] [--ask-keys] [--heartbeat SECONDS] [--join CODE,...]\n"
    "       bihuan sim --to HOST:PORT --load [--connections 100] [--frames 1000000] "
    "[--window 32] [--factors 8] [--rate FRAMES_A_SECOND]\n"
    "Both also take --tls --ca FILE [--certificate FILE --key FILE] for a platform's TLS port.\n"
    "Plays every device of the city: sends what is due in --from .. --until as fast "
    "as it is answered (hours and days; 10-minute\n"
    "values with --minutes, real-time values with --realtime) and exits 0 when all "
    "was acknowledged. --follow goes on in real time\n"
    "(with real-time values from then on; --speed N: N times as fast). --air: hours to replay, "
    "--day: days to replay (time,site,FACTOR...).\n"
    "Devices of edition 2025 encipher what they upload when --keys has a key for them (--demo: "
    "DIR/sim-keys.json, when it is there): "
    "JSON\n"
    "{\"MN\": {\"key\": 32 hexadecimal digits, \"created\": TIME, \"cipher\": \"raw\" or \"printed\"}}; a "
    "new key is written "
    "there. They ask for one when\n"
    "theirs is 90 days old, with --ask-keys whenever they connect. --heartbeat: 9015 that often. --join: "
    "these begin without an "
    "MN and ask to join.\n";

enum { FILES_MAX = 64 };

struct options {
    const char *city, *scenario, *sites, *keys, *join;
    bool ask_keys;
    int heartbeat_s;
    const char *air[FILES_MAX], *day[FILES_MAX];
    size_t n_air, n_day, window;
    char host[256];
    int port;
    int64_t from, until;
    bool have_from, have_until, realtime, minutes, follow, load;
    double speed;
    struct load_config l;
    int over_time_s;
    bool use_tls;
    struct tls_files files;
    struct tls *tls;
};

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
    struct options o;
    struct place *place;
    struct scenario *scenario;
    json_t *keys; /* NULL: none */
    struct series *hours, *days;
    struct loop *loop;
    struct fleet *fleet;
    struct played *played;
    size_t n_played;
    int64_t real_start, sim_start; /* --follow: the moment in the devices' world that belongs to a real one */
    struct timer check;
    uint64_t acked_before;
    int quiet_s;
    bool failed;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
    (void)sig;
    interrupted = 1;
}

/* ---- options ---- */

static int read_number(const char *name, const char *s, long long least, long long most, long long *ret)
{
    char *end;
    errno = 0;
    long long v = strtoll(s, &end, 10);
    if (errno || end == s || *end || v < least || v > most) {
        fprintf(stderr, "bihuan sim: --%s: '%s' is not a whole number from %lld to %lld\n", name, s, least,
                most);
        return -EINVAL;
    }
    *ret = v;
    return 0;
}

static int read_to(struct options *o, const char *s)
{
    const char *colon = strrchr(s, ':');
    size_t len = colon ? (size_t)(colon - s) : 0;
    long long port;
    if (len > 2 && s[0] == '[' && s[len - 1] == ']') { /* [::1]:9212 */
        s++;
        len -= 2;
    }
    if (!len || len >= sizeof o->host) {
        fprintf(stderr, "bihuan sim: --to: '%s' is not HOST:PORT\n", s);
        return -EINVAL;
    }
    memcpy(o->host, s, len);
    o->host[len] = 0;
    int r = read_number("to", colon + 1, 1, 65535, &port);
    o->port = r < 0 ? 0 : (int)port;
    return r;
}

static int read_moment(const char *name, const char *s, int64_t *ret)
{
    if (strcmp(s, "now") == 0) {
        struct clock real;
        clock_init_real(&real);
        *ret = clock_now(&real);
        return 0;
    }
    if (cn_parse_iso(s, strlen(s), ret))
        return 0;
    fprintf(stderr, "bihuan sim: --%s: '%s' is no time (2026-03-01T13:00 or now)\n", name, s);
    return -EINVAL;
}

static int read_speed(struct options *o, const char *s)
{
    char *end;
    double v = strtod(s, &end);
    if (end == s || *end || !(v > 0) || v > 100000) {
        fprintf(stderr, "bihuan sim: --speed: '%s' is not a number above 0 and up to 100000\n", s);
        return -EINVAL;
    }
    o->speed = v;
    return 0;
}

static int add_file(const char **list, size_t *n, const char *s)
{
    if (*n == FILES_MAX) {
        fprintf(stderr, "bihuan sim: '%s': more than %d files\n", s, FILES_MAX);
        return -EINVAL;
    }
    list[(*n)++] = s;
    return 0;
}

static const struct option long_options[] = {
    { "to", 1, NULL, 't' },          { "city", 1, NULL, 'c' },        { "air", 1, NULL, 'a' },
    { "day", 1, NULL, 'd' },         { "scenario", 1, NULL, 's' },    { "from", 1, NULL, 'f' },
    { "until", 1, NULL, 'u' },       { "follow", 0, NULL, 'F' },      { "speed", 1, NULL, 'S' },
    { "sites", 1, NULL, 'i' },       { "realtime", 0, NULL, 'r' },    { "minutes", 0, NULL, 'm' },
    { "load", 0, NULL, 'L' },        { "window", 1, NULL, 'W' },      { "frames", 1, NULL, 'N' },
    { "factors", 1, NULL, 'x' },     { "connections", 1, NULL, 'C' }, { "timeout", 1, NULL, 'T' },
    { "rate", 1, NULL, 'R' },        { "tls", 0, NULL, 'E' },         { "ca", 1, NULL, 'A' },
    { "certificate", 1, NULL, 'P' }, { "key", 1, NULL, 'K' },         { "keys", 1, NULL, 'k' },
    { "ask-keys", 0, NULL, 'Q' },    { "heartbeat", 1, NULL, 'B' },   { "join", 1, NULL, 'J' },
    { "demo", 1, NULL, 'D' },        { "help", 0, NULL, 'h' },        { NULL, 0, NULL, 0 }
};

/* --demo DIR stands for the files that `bihuan demo` puts into its folder. */
static int use_demo(struct options *o, const char *dir)
{
    enum { FILES = 5 };
    static char path[FILES][4200];
    static const char *const names[FILES] = { "city.json", "scenario.json", "replay.csv.gz",
                                              "replay-days.csv", "sim-keys.json" };
    for (int i = 0; i < FILES; i++)
        snprintf(path[i], sizeof path[i], "%s/%s", dir, names[i]);
    o->city = path[0];
    o->scenario = path[1];
    if (!o->keys && access(path[4], F_OK) == 0)
        o->keys = path[4];
    int r = add_file(o->air, &o->n_air, path[2]);
    return r ? r : add_file(o->day, &o->n_day, path[3]);
}

static int read_option(struct options *o, int c, const char *s)
{
    long long n = 0;
    int r = 0;
    switch (c) {
    case 't':
        return read_to(o, s);
    case 'c':
        o->city = s;
        return 0;
    case 'D':
        return use_demo(o, s);
    case 'a':
        return add_file(o->air, &o->n_air, s);
    case 'd':
        return add_file(o->day, &o->n_day, s);
    case 's':
        o->scenario = s;
        return 0;
    case 'f':
        o->have_from = true;
        return read_moment("from", s, &o->from);
    case 'u':
        o->have_until = true;
        return read_moment("until", s, &o->until);
    case 'F':
        o->follow = true;
        return 0;
    case 'S':
        return read_speed(o, s);
    case 'i':
        o->sites = s;
        return 0;
    case 'k':
        o->keys = s;
        return 0;
    case 'Q':
        o->ask_keys = true;
        return 0;
    case 'B':
        r = read_number("heartbeat", s, 1, 3600, &n);
        o->heartbeat_s = (int)n;
        return r;
    case 'J':
        o->join = s;
        return 0;
    case 'r':
        o->realtime = true;
        return 0;
    case 'm':
        o->minutes = true;
        return 0;
    case 'L':
        o->load = true;
        return 0;
    case 'E':
        o->use_tls = true;
        return 0;
    case 'A':
        o->files.ca = s;
        return 0;
    case 'P':
        o->files.certificate = s;
        return 0;
    case 'K':
        o->files.key = s;
        return 0;
    case 'W':
        r = read_number("window", s, 1, 1024, &n);
        o->window = (size_t)n;
        return r;
    case 'N':
        r = read_number("frames", s, 1, INT64_MAX, &n);
        o->l.frames = (uint64_t)n;
        return r;
    case 'x':
        r = read_number("factors", s, 1, LOAD_FACTORS_MAX, &n);
        o->l.factors = (int)n;
        return r;
    case 'R':
        r = read_number("rate", s, 1, 10000000, &n);
        o->l.rate = (double)n;
        return r;
    case 'C':
        r = read_number("connections", s, 1, 60000, &n);
        o->l.connections = (size_t)n;
        return r;
    case 'T':
        r = read_number("timeout", s, 1, 3600, &n);
        o->over_time_s = (int)n;
        return r;
    default:
        return -EINVAL;
    }
}

static int read_options(struct options *o, int argc, char **argv)
{
    *o = (struct options){ .speed = 1, .window = 32, .over_time_s = 10 };
    o->l = (struct load_config){ .connections = 100, .frames = 1000000, .factors = 8 };
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "h", long_options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return 1;
        }
        if (read_option(o, c, optarg) < 0)
            return -EINVAL;
    }
    if (optind < argc)
        fprintf(stderr, "bihuan sim: '%s' is one word too many\n", argv[optind]);
    else if (!o->port)
        fprintf(stderr, "bihuan sim: --to HOST:PORT is missing\n");
    else if (!o->load && !o->city)
        fprintf(stderr, "bihuan sim: --city FILE is missing\n");
    else if (!o->load && !o->follow && !(o->have_from && o->have_until))
        fprintf(stderr, "bihuan sim: --from and --until, or --follow, are missing\n");
    else if (o->have_from && o->have_until && o->until < o->from)
        fprintf(stderr, "bihuan sim: --until is before --from\n");
    else
        return 0;
    return -EINVAL;
}

/* ---- the city ---- */

static int load_city(struct sim *s, struct err *e)
{
    json_t *tree = NULL;
    int r = json_read_file(s->o.city, &tree, e);
    if (r == 0 && (r = place_build(tree, &s->place, e)) < 0)
        err_under(e, "%s", s->o.city);
    json_decref(tree);
    return r;
}

static int load_scenario(struct sim *s, struct err *e)
{
    json_t *tree = NULL;
    int r = s->o.scenario ? json_read_file(s->o.scenario, &tree, e) : 0;
    if (r == 0 && !s->o.scenario)
        tree = json_object();
    if (r == 0 && (r = scenario_build(tree, s->place, &s->scenario, e)) < 0 && s->o.scenario)
        err_under(e, "%s", s->o.scenario);
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

static bool wanted(const struct options *o, const struct site *site)
{
    return *site->mn && (!o->sites || listed(o->sites, site));
}

static int load_keys(struct sim *s, struct err *e)
{
    return s->o.keys ? json_read_file(s->o.keys, &s->keys, e) : 0;
}

/* ---- playing ---- */

static int64_t sim_now(const struct sim *s)
{
    if (!s->o.follow)
        return s->o.until;
    int64_t passed_ms = clock_monotonic_ns() / 1000000 - s->real_start;
    return s->sim_start + (int64_t)((double)passed_ms * s->o.speed);
}

static void sleep_until_due(struct played *p)
{
    int64_t due = player_due(&p->player), now = sim_now(p->sim);
    if (!p->sim->o.follow || due == INT64_MAX)
        return;
    double wait = due > now ? (double)(due - now) / p->sim->o.speed + 1 : 1;
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
        r = sim_keys_save(p->sim->keys, p->sim->o.keys, &e);
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
    dc->heartbeat_s = s->o.heartbeat_s;
    if (listed(s->o.join, site)) {
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
    dc->ask_key_age_ms = s->o.ask_keys ? INT64_MIN : GATEWAY_KEY_DAYS * MS_DAY;
    return 0;
}

static bool all_done(const struct sim *s)
{
    for (size_t i = 0; i < s->n_played; i++)
        if (player_due(&s->played[i].player) <= s->o.until || device_in_flight(s->played[i].client))
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
    if (!s->o.follow && s->quiet_s > 20 * 2 * 4 * s->o.over_time_s) {
        fprintf(stderr, "bihuan sim: no answer from %s port %d any more\n", s->o.host, s->o.port);
        s->failed = true;
    }
    if (interrupted || s->failed || (!s->o.follow && all_done(s)))
        loop_stop(s->loop);
    timer_set(s->loop, &s->check, 50);
}

static int add_player(struct sim *s, const struct site *site, struct err *e)
{
    struct played *p = &s->played[s->n_played++];
    unsigned kinds = PLAY_HOUR | PLAY_DAY;
    kinds |= s->o.minutes ? (unsigned)PLAY_MINUTE : 0;
    kinds |= s->o.realtime ? (unsigned)PLAY_REALTIME : 0;
    p->sim = s;
    p->wake = (struct timer){ .fire = wake_fired, .arg = p };
    player_init(&p->player, site, s->scenario, s->hours, s->days, kinds, s->o.from);
    if (s->o.follow && !s->o.realtime) { /* what lies behind is caught up in hours and days, not in minutes */
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
                                .window = old ? 1 : s->o.window,
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
    fc.host = s->o.host;
    fc.port = s->o.port;
    fc.over_time_ms = s->o.over_time_s * 1000;
    fc.tls = s->o.tls;
    r = fleet_new(&fc, &s->fleet, e);
    s->played = calloc(s->place->n_sites + 1, sizeof *s->played);
    if (r == 0 && !s->played)
        r = err_set(e, -ENOMEM, "no memory for %zu devices", s->place->n_sites);
    for (size_t i = 0; r == 0 && i < s->place->n_sites; i++)
        if (wanted(&s->o, &s->place->sites[i]))
            r = add_player(s, &s->place->sites[i], e);
    if (r == 0 && !s->n_played)
        r = err_set(e, -EINVAL, "%s: no site with a device%s%s", s->o.city, s->o.sites ? " among " : "",
                    s->o.sites ? s->o.sites : "");
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
    s->sim_start = s->o.have_until ? s->o.until : now;
    if (!s->o.have_from)
        s->o.from = s->sim_start;
}

static bool all_acknowledged(const struct sim *s)
{
    const struct fleet_totals *t = fleet_totals(s->fleet);
    return !s->failed && t->sent == t->acknowledged && (s->o.follow || all_done(s));
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

static int play_city(struct sim *s)
{
    struct err e = { 0 };
    int64_t started = clock_monotonic_ns();
    set_times(s);
    int r = load_city(s, &e);
    if (r == 0)
        r = load_scenario(s, &e);
    if (r == 0)
        r = load_keys(s, &e);
    if (r == 0)
        r = load_series(s, &s->hours, s->o.air, s->o.n_air, &e);
    if (r == 0)
        r = load_series(s, &s->days, s->o.day, s->o.n_day, &e);
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
        code = all_acknowledged(s) || (s->o.follow && interrupted) ? 0 : 1;
    }
    sim_release(s);
    return code;
}

static int play_load(struct options *o)
{
    struct load_result res = { 0 };
    struct err e = { 0 };
    o->l.host = o->host;
    o->l.port = o->port;
    o->l.window = o->window;
    o->l.over_time_ms = o->over_time_s * 1000;
    o->l.tls = o->tls;
    o->l.from = o->have_from ? o->from : cn_to_ms(&(struct cn_civil){ .year = 2026, .month = 1, .day = 1 });
    int r = load_run(&o->l, &res, &e);
    if (r < 0)
        fprintf(stderr, "bihuan sim: %s\n", e.text);
    printf("{\"bench\":\"gateway-load\",\"connections\":%zu,\"window\":%zu,\"factors\":%d,\"frames\":%llu,"
           "\"acknowledged\":%llu,"
           "\"resent\":%llu,\"seconds\":%.3f,\"frames_per_s\":%.0f",
           o->l.connections, o->l.window, o->l.factors, (unsigned long long)o->l.frames,
           (unsigned long long)res.totals.acknowledged, (unsigned long long)res.totals.resent, res.seconds,
           (double)res.totals.acknowledged / (res.seconds > 0 ? res.seconds : 1));
    if (o->l.rate > 0)
        printf(",\"rate\":%.0f,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"p999_ms\":%.1f,\"max_ms\":%.1f", o->l.rate,
               res.p50_ms, res.p99_ms, res.p999_ms, res.max_ms);
    printf("}\n");
    return r < 0 ? 1 : 0;
}

int cmd_sim(int argc, char **argv)
{
    struct sim s = { 0 };
    int r = read_options(&s.o, argc, argv);
    if (r != 0)
        return r > 0 ? 0 : 2;
    struct sigaction sa = { .sa_handler = on_signal };
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
    struct err e = { 0 };
    if (s.o.use_tls && tls_client_new(&s.o.files, &s.o.tls, &e) < 0) {
        fprintf(stderr, "bihuan sim: %s\n", e.text);
        return 2;
    }
    int code = s.o.load ? play_load(&s.o) : play_city(&s);
    tls_free(s.o.tls);
    return code;
}
