/* bihuan sim: the devices of a city, played over TCP. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/options.h"
#include "app/sim.h"
#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "gather/load.h"

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

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
    (void)sig;
    interrupted = 1;
}

/* ---- options ---- */

static int read_to(void *into, const char *s, struct err *e)
{
    struct sim_options *o = into;
    return read_host_port(s, 1, o->host, sizeof o->host, &o->port, e);
}

static int read_moment(const char *s, int64_t *ret, struct err *e)
{
    if (strcmp(s, "now") == 0) {
        struct clock real;
        clock_init_real(&real);
        *ret = clock_now(&real);
        return 0;
    }
    if (cn_parse_iso(s, strlen(s), ret))
        return 0;
    return err_set(e, -EINVAL, "'%s' is no time (2026-03-01T13:00 or now)", s);
}

static int read_from(void *into, const char *s, struct err *e)
{
    struct sim_options *o = into;
    o->have_from = true;
    return read_moment(s, &o->from, e);
}

static int read_until(void *into, const char *s, struct err *e)
{
    struct sim_options *o = into;
    o->have_until = true;
    return read_moment(s, &o->until, e);
}

static int read_speed(void *into, const char *s, struct err *e)
{
    char *end;
    double v = strtod(s, &end);
    if (end == s || *end || !(v > 0) || v > 100000)
        return err_set(e, -EINVAL, "'%s' is not a number above 0 and up to 100000", s);
    ((struct sim_options *)into)->speed = v;
    return 0;
}

static int add_file(const char **list, size_t *n, const char *s, struct err *e)
{
    if (*n == SIM_FILES_MAX)
        return err_set(e, -EINVAL, "'%s': more than %d files", s, SIM_FILES_MAX);
    list[(*n)++] = s;
    return 0;
}

static int read_air(void *into, const char *s, struct err *e)
{
    struct sim_options *o = into;
    return add_file(o->air, &o->n_air, s, e);
}

static int read_day(void *into, const char *s, struct err *e)
{
    struct sim_options *o = into;
    return add_file(o->day, &o->n_day, s, e);
}

/* --demo DIR stands for the files that `bihuan demo` puts into its folder. */
static int read_demo(void *into, const char *dir, struct err *e)
{
    enum { CITY, SCENARIO, AIR, DAY, KEYS, FILES };
    static char path[FILES][4200];
    static const char *const names[FILES] = { "city.json", "scenario.json", "replay.csv.gz",
                                              "replay-days.csv", "sim-keys.json" };
    struct sim_options *o = into;
    for (int i = 0; i < FILES; i++)
        snprintf(path[i], sizeof path[i], "%s/%s", dir, names[i]);
    o->city = path[CITY];
    o->scenario = path[SCENARIO];
    if (!o->keys && access(path[KEYS], F_OK) == 0)
        o->keys = path[KEYS];
    int r = add_file(o->air, &o->n_air, path[AIR], e);
    return r ? r : add_file(o->day, &o->n_day, path[DAY], e);
}

#define SIM struct sim_options
static const struct option_row rows[] = {
    OPT_READ("to", read_to),
    OPT_READ("demo", read_demo),
    OPT_TEXT(SIM, "city", city),
    OPT_READ("air", read_air),
    OPT_READ("day", read_day),
    OPT_TEXT(SIM, "scenario", scenario),
    OPT_READ("from", read_from),
    OPT_READ("until", read_until),
    OPT_FLAG(SIM, "follow", follow),
    OPT_READ("speed", read_speed),
    OPT_TEXT(SIM, "sites", sites),
    OPT_FLAG(SIM, "realtime", realtime),
    OPT_FLAG(SIM, "minutes", minutes),
    OPT_TEXT(SIM, "keys", keys),
    OPT_FLAG(SIM, "ask-keys", ask_keys),
    OPT_NUMBER(SIM, "heartbeat", heartbeat_s, 1, 3600),
    OPT_TEXT(SIM, "join", join),
    OPT_FLAG(SIM, "tls", use_tls),
    OPT_TEXT(SIM, "ca", files.ca),
    OPT_TEXT(SIM, "certificate", files.certificate),
    OPT_TEXT(SIM, "key", files.key),
    OPT_NUMBER(SIM, "window", window, 1, 1024),
    OPT_NUMBER(SIM, "timeout", over_time_s, 1, 3600),
    OPT_FLAG(SIM, "load", load),
    OPT_NUMBER(SIM, "connections", connections, 1, 60000),
    OPT_NUMBER(SIM, "frames", frames, 1, INT64_MAX),
    OPT_NUMBER(SIM, "factors", factors, 1, LOAD_FACTORS_MAX),
    OPT_NUMBER(SIM, "rate", rate, 1, 10000000),
};
#undef SIM

/* 0; 1: help was shown; -EINVAL: said. */
static int read_options(struct sim_options *o, int argc, char **argv)
{
    struct options_found found;
    *o = (struct sim_options){
        .speed = 1, .window = 32, .over_time_s = 10, .connections = 100, .frames = 1000000, .factors = 8
    };
    int r = options_read("sim", rows, COUNT_OF(rows), argc, argv, 1, false, o, &found);
    if (r > 0)
        fputs(usage, stdout);
    if (r)
        return r;
    if (found.first < argc)
        fprintf(stderr, "bihuan sim: '%s' is one word too many\n", argv[found.first]);
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

static int play_load(const struct sim_options *o)
{
    const struct cn_civil new_year = { .year = 2026, .month = 1, .day = 1 };
    struct load_config l = { .host = o->host,
                             .port = o->port,
                             .connections = (size_t)o->connections,
                             .window = (size_t)o->window,
                             .frames = (uint64_t)o->frames,
                             .factors = (int)o->factors,
                             .from = o->have_from ? o->from : cn_to_ms(&new_year),
                             .over_time_ms = (int)o->over_time_s * 1000,
                             .tls = o->tls,
                             .rate = (double)o->rate };
    struct load_result res = { 0 };
    struct err e = { 0 };
    int r = load_run(&l, &res, &e);
    if (r < 0)
        fprintf(stderr, "bihuan sim: %s\n", e.text);
    printf("{\"bench\":\"gateway-load\",\"connections\":%zu,\"window\":%zu,\"factors\":%d,\"frames\":%llu,"
           "\"acknowledged\":%llu,\"resent\":%llu,\"seconds\":%.3f,\"frames_per_s\":%.0f",
           l.connections, l.window, l.factors, (unsigned long long)l.frames,
           (unsigned long long)res.totals.acknowledged, (unsigned long long)res.totals.resent, res.seconds,
           (double)res.totals.acknowledged / (res.seconds > 0 ? res.seconds : 1));
    if (l.rate > 0)
        printf(",\"rate\":%.0f,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"p999_ms\":%.1f,\"max_ms\":%.1f", l.rate,
               res.p50_ms, res.p99_ms, res.p999_ms, res.max_ms);
    printf("}\n");
    return r < 0 ? 1 : 0;
}

int cmd_sim(int argc, char **argv)
{
    struct sim_options o;
    int r = read_options(&o, argc, argv);
    if (r != 0)
        return r > 0 ? 0 : 2;
    struct sigaction sa = { .sa_handler = on_signal };
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
    struct err e = { 0 };
    if (o.use_tls && tls_client_new(&o.files, &o.tls, &e) < 0) {
        fprintf(stderr, "bihuan sim: %s\n", e.text);
        return 2;
    }
    int code = o.load ? play_load(&o) : sim_city(&o, &interrupted);
    tls_free(o.tls);
    return code;
}
