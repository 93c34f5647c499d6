/* sim.h - what `bihuan sim` plays: the devices of a city, told by a scenario and recorded series. cmd_sim.c reads the options, sim_city.c
 * plays. */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/tls.h"

enum { SIM_FILES_MAX = 64 };
struct sim_options {
    const char *city, *scenario, *sites, *keys, *join;
    const char *air[SIM_FILES_MAX], *day[SIM_FILES_MAX];
    size_t n_air, n_day;
    char host[256];
    int port;
    int64_t from, until;
    bool have_from, have_until, realtime, minutes, follow, ask_keys;
    double speed;
    int64_t window, heartbeat_s, over_time_s;
    bool use_tls;
    struct tls_files files;
    struct tls *tls;
    bool load; /* --load: no city, only frames */
    int64_t connections, frames, factors, rate;
};

/* Plays every device of o->city until all is acknowledged, or with --follow until *interrupted is set; prints one line of JSON.
 * The exit code of the command. */
int sim_city(const struct sim_options *o, const volatile sig_atomic_t *interrupted);
