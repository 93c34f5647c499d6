/* server_own.h - what the files of the running program share: server.c starts and ends it, engine.c judges what came, server_gateway.c and
 * server_api.c are what the gateway and the API ask of the rest. Not for others. */
#pragma once

#include <pthread.h>

#include "api/api.h"
#include "app/forwarding.h"
#include "app/keyring.h"
#include "app/losses.h"
#include "app/notices.h"
#include "app/presence.h"
#include "app/roster.h"
#include "app/server.h"
#include "gather/gateway.h"
#include "net/worker.h"

struct server {
    const struct config *config;
    struct clock clock;
    struct core core;
    struct obs_writer *writer;
    struct gateway *gateway;
    struct roster roster;
    struct tls *tls; /* of devices-tls; NULL: none */
    struct api *api;
    struct notices *notices;
    struct presence *presence;
    struct keyring *keyring;
    struct forwarding *forwarding; /* NULL: nothing is passed on */
    struct shelf *shelf;
    struct losses *losses; /* the engine's */
    struct worker engine;
    int64_t started_ns;

    pthread_mutex_t pass_lock; /* one pass at a time: the engine's or the test clock's */
    pthread_mutex_t lock;      /* guards what follows */
    pthread_cond_t wake;
    bool stopping, dirty;
    struct changes {
        bool targets, reviews, permits, forecasts, fences;
    } changed;              /* by people, and not yet given to the board */
    unsigned char *touched; /* one per site: it sent something since the last pass */
};

/* ---- engine.c ---- */
void engine_run(void *server); /* the engine's thread: passes, clocks, healing, packing, until s->stopping */
/* One pass: takes what people changed, judges, keeps findings, lets the ledgers look back, and tells the browsers. From any thread. */
int engine_pass(struct server *s, struct err *e);
/* The writer's thread: values just committed go to the board; judging them is the engine's work. */
void engine_stored(void *server, const struct record *r, size_t n);
/* What was changed is taken into account at the next pass, which begins at once. */
void engine_targets_changed(void *server);
void engine_permits_changed(struct server *s);
/* As above, but settled when it returns, so that whoever gave an opinion sees its effect. */
void engine_reviews_changed(void *server);
void engine_forecasts_changed(void *server);
void engine_fences_changed(struct server *s);

/* ---- cleaning.c ---- */
/* *last_day: the day it was last done, kept by the caller. */
void cleaning_daily(struct server *s, int64_t *last_day);

/* ---- server_gateway.c, server_api.c ---- */
int server_start_gateway(struct server *s, struct err *e); /* and the roster of its devices */
int server_start_api(struct server *s, struct err *e);
