#include "app/server.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/api.h"
#include "app/commands.h"
#include "app/keyring.h"
#include "app/pdf.h"
#include "app/roster.h"
#include "app/forwarding.h"
#include "app/losses.h"
#include "app/notices.h"
#include "app/grid.h"
#include "app/overlay.h"
#include "app/permits.h"
#include "app/presence.h"
#include "app/report.h"
#include "app/verify.h"
#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"
#include "gather/gateway.h"
#include "net/worker.h"

enum {
    BEAT_MS = 5000,       /* keep-alive of event streams */
    PASS_MS = 1000,       /* the longest that stored values wait for judgement */
    LOOK_BACK_MS = 30000, /* how often clocks and look-back run when no value comes */
    HEAL_MS = 1000,
    COMPACT_MS = 10 * 60 * 1000,
    COMPACT_PIECES = 64, /* bounded pieces of packing between two looks at the clock */
};

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
    bool stopping, dirty, targets_changed, reviews_changed, permits_changed;
    unsigned char *touched; /* one per site: it sent something since the last pass */
};

/* ---- news for browsers ---- */

static void publish_id(struct server *s, const char *event, int64_t id)
{
    char json[48];
    snprintf(json, sizeof json, "{\"id\":%lld}", (long long)id);
    api_publish(s->api, event, json);
}

static void finding_news(void *arg, int64_t id)
{
    notices_finding(((struct server *)arg)->notices, id);
    publish_id(arg, "finding", id);
}

static void case_news(void *arg, int64_t id)
{
    publish_id(arg, "case", id);
}

static void publish_touched(struct server *s, const unsigned char *touched)
{
    char json[96], when[CN_TEXT];
    bool any = false;
    cn_format_iso(clock_now(&s->clock), when);
    for (size_t i = 0; i < s->core.place->n_sites; i++) {
        if (!touched[i])
            continue;
        snprintf(json, sizeof json, "{\"site\":%d,\"time\":\"%s\"}", s->core.place->sites[i].id, when);
        api_publish(s->api, "observation", json);
        any = true;
    }
    if (any)
        api_publish(s->api, "city", "{}");
}

/* ---- the engine: judges what came, one pass at a time ---- */

/* The writer's thread: values just committed go to the board; judging them is the engine's work. */
static void stored(void *arg, const struct record *r, size_t n)
{
    struct server *s = arg;
    board_take(s->core.board, r, n);
    presence_take(s->presence, r, n);
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < n; i++)
        if (r[i].site >= 1 && (size_t)r[i].site <= s->core.place->n_sites)
            s->touched[r[i].site - 1] = 1;
    if (!s->dirty) {
        s->dirty = true;
        pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->lock);
}

static int coverage(void *arg, struct buf *out, struct err *e)
{
    struct server *s = arg;
    char path[4300];
    snprintf(path, sizeof path, "%s/geo/regions.geojson", s->config->data);
    return grid_coverage(s->core.store, access(path, R_OK) == 0 ? path : NULL, GRID_LEAST_M2, out, NULL, e);
}

static int overlay(void *arg, const json_t *spots, bool dry, const struct actor *who, int64_t now,
                   struct buf *out, struct err *e)
{
    struct server *s = arg;
    char path[4300];
    snprintf(path, sizeof path, "%s/geo/zones.geojson", s->config->data);
    return overlay_zones(&(struct overlay){ s->core.store, s->core.ledgers, path, spots, dry }, who, now, out,
                         e);
}

static int64_t permit_of(void *arg, int32_t site)
{
    const struct server *s = arg;
    return __atomic_load_n(&s->core.permit[site - 1], __ATOMIC_RELAXED);
}

/* In the thread that wrote the event: what follows from it is the engine's work. */
static void case_event(void *arg, int64_t id, const char *action, const json_t *doc, const json_t *body)
{
    struct server *s = arg;
    (void)id, (void)action, (void)body;
    if (!permits_concern(doc))
        return;
    pthread_mutex_lock(&s->lock);
    s->permits_changed = s->dirty = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

static int append(void *arg, const struct record *r, size_t n, bool *new_flags, struct err *e)
{
    struct server *s = arg;
    return obs_append(s->writer, r, n, new_flags, e);
}

static int append_raw(void *arg, const struct record *r, const struct gateway_raw *raw, size_t n,
                      bool *new_flags, struct err *e)
{
    struct server *s = arg;
    return forwarding_append(s->forwarding, s->writer, r, raw, n, new_flags, e);
}

static int pass(struct server *s, struct err *e)
{
    scoped(freep) unsigned char *touched = calloc(s->core.place->n_sites + 1, 1);
    if (!touched)
        return err_set(e, -ENOMEM, "out of memory");
    pthread_mutex_lock(&s->pass_lock);
    pthread_mutex_lock(&s->lock);
    memcpy(touched, s->touched, s->core.place->n_sites);
    memset(s->touched, 0, s->core.place->n_sites);
    s->dirty = false;
    bool targets = s->targets_changed;
    bool reviews = s->reviews_changed;
    bool permits = s->permits_changed;
    s->targets_changed = s->reviews_changed = s->permits_changed = false;
    pthread_mutex_unlock(&s->lock);
    int r = targets ? core_take_targets(&s->core, e) : 0;
    if (r == 0 && reviews)
        r = core_take_reviews(&s->core, e);
    if (r == 0 && permits)
        r = core_take_permits(&s->core, e);
    struct core_news news = { .finding = finding_news, .cases = case_news, .arg = s };
    if (r == 0)
        r = core_pass(&s->core, &news, e);
    pthread_mutex_unlock(&s->pass_lock);
    publish_touched(s, touched);
    return r;
}

struct compaction {
    struct server *s;
    size_t moved;
};

static int compact_piece(void *arg, struct err *e)
{
    struct compaction *c = arg;
    int64_t before = clock_now(&c->s->clock) - c->s->config->compact_after_days * MS_DAY;
    return obs_compact(c->s->writer, before, &c->moved, e);
}

/* Packs past months between commits, in bounded pieces so that devices never wait long. */
static void compact(struct server *s)
{
    struct compaction c = { .s = s, .moved = 1 };
    struct err e = { 0 };
    for (int i = 0; i < COMPACT_PIECES && c.moved; i++) {
        if (gateway_on_writer(s->gateway, compact_piece, &c, &e) < 0) {
            if (e.code != -ESHUTDOWN)
                log_warn("store", "past months could not be packed: %s", e.text);
            return;
        }
    }
}

/* Waits until there is something to judge, or until `ms` have gone. false when the server is ending. */
static bool wait_for_work(struct server *s, int ms)
{
    struct timespec until = clock_deadline(ms);
    pthread_mutex_lock(&s->lock);
    int r = 0;
    while (!s->stopping && !s->dirty && r == 0)
        r = pthread_cond_timedwait(&s->wake, &s->lock, &until);
    bool go = !s->stopping;
    pthread_mutex_unlock(&s->lock);
    return go;
}

static void note_losses(struct server *s)
{
    struct err e = { 0 };
    bool news = false;
    int r = losses_look(s->losses, s->gateway, &s->core, &news, &e);
    if (r == 0 && news && (r = core_take_losses(&s->core, &e)) == 0) {
        pthread_mutex_lock(&s->lock);
        s->dirty = true;
        pthread_mutex_unlock(&s->lock);
    }
    if (r < 0)
        log_warn("engine", "what was lost on the way could not be noted: %s", e.text);
}

static void engine_run(void *arg)
{
    struct server *s = arg;
    int64_t last_pass = 0, last_beat = 0, last_heal = 0, last_compact = clock_monotonic_ns();
    bool complained = false;
    while (wait_for_work(s, PASS_MS)) {
        int64_t now = clock_monotonic_ns();
        bool dirty;
        pthread_mutex_lock(&s->lock);
        dirty = s->dirty || s->targets_changed;
        pthread_mutex_unlock(&s->lock);
        /* A test clock stands still between steps, and its steps settle by themselves. */
        if (dirty || (!s->clock.test && now - last_pass > LOOK_BACK_MS * INT64_C(1000000))) {
            struct err e = { 0 };
            last_pass = now;
            if (pass(s, &e) < 0 && !complained)
                log_error("engine", "%s", e.text);
            complained = e.code != 0;
        }
        if (now - last_beat > BEAT_MS * INT64_C(1000000)) {
            last_beat = now;
            api_beat(s->api);
            note_losses(s);
        }
        if (now - last_heal > HEAL_MS * INT64_C(1000000)) {
            last_heal = now;
            gateway_heal(s->gateway);
            gateway_tend_keys(s->gateway);
        }
        if (now - last_compact > COMPACT_MS * INT64_C(1000000)) {
            last_compact = now;
            compact(s);
        }
        struct timespec breath = { .tv_nsec = 50000000 }; /* gather what comes in a burst into one pass */
        nanosleep(&breath, NULL);
    }
}

/* ---- what the API asks of the rest ---- */

static void targets_changed(void *arg)
{
    struct server *s = arg;
    pthread_mutex_lock(&s->lock);
    s->targets_changed = s->dirty = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

/* What rests on an opinion is settled when this returns, so that whoever gave it sees its effect. */
static void reviews_changed(void *arg)
{
    struct server *s = arg;
    struct err e = { 0 };
    pthread_mutex_lock(&s->lock);
    s->reviews_changed = true;
    pthread_mutex_unlock(&s->lock);
    if (pass(s, &e) < 0)
        log_error("engine", "%s", e.text);
    api_publish(s->api, "review", "{}");
}

static int test_clock(void *arg, int64_t by_ms, struct err *e)
{
    struct server *s = arg;
    if (by_ms && clock_advance(&s->clock, by_ms) < 0)
        return err_named(e, -EINVAL, "clock.backwards", "the test clock only moves forward");
    int r = pass(s, e);
    notify_wake(notices_notify(s->notices));
    if (r == 0)
        api_publish(s->api, "clock", "{}");
    return r;
}

static void write_devices(void *arg, bool whole, bool decides, struct buf *out)
{
    struct server *s = arg;
    report_devices(s->gateway, &s->roster, whole, decides, out);
}

static int write_device(void *arg, int32_t site, bool whole, struct buf *out, struct err *e)
{
    struct server *s = arg;
    return report_device(s->gateway, &s->roster, site, whole, out, e);
}

static int device_command(void *arg, int32_t site, const char *command, const json_t *args, const char *by,
                          struct buf *out, struct err *e)
{
    return roster_command(&((struct server *)arg)->roster, site, command, args, by, out, e);
}

static int device_register(void *arg, int32_t site, const json_t *body, const char *by, struct buf *out,
                           struct err *e)
{
    return roster_register(&((struct server *)arg)->roster, site, body, by, out, e);
}

static int device_remove(void *arg, int32_t site, const char *mn, const char *by, struct buf *out,
                         struct err *e)
{
    return roster_remove(&((struct server *)arg)->roster, site, mn, by, out, e);
}

static int device_ignore(void *arg, const char *mn, bool on, const char *by, struct buf *out, struct err *e)
{
    return roster_ignore(&((struct server *)arg)->roster, mn, on, by, out, e);
}

static int device_encryption(void *arg, int32_t site, const json_t *set, const char *by, struct buf *out,
                             struct err *e)
{
    struct server *s = arg;
    const json_t *must = json_object_get(set, "must_encrypt"), *test = json_object_get(set, "test_device");
    const char *text = json_str(set, "key", NULL);
    uint8_t key[HJ212_KEY_BYTES] = { 0 };
    struct gateway_key_setting g = { .key = text ? key : NULL,
                                     .must_encrypt = must ? json_is_true(must) : -1,
                                     .test_device = test ? json_is_true(test) : -1 };
    int r = text ? gateway_key_read(text, key, e) : 0;
    if (r == 0)
        r = gateway_set_keys(s->gateway, site, &g, e);
    explicit_bzero(key, sizeof key);
    log_info("device", "%s sets the encryption of site %d%s%s%s: %s", by, site, text ? ", a key" : "",
             must ? json_is_true(must) ? ", must encrypt" : ", may send clear text" : "",
             test ? json_is_true(test) ? ", a test device" : ", no test device" : "",
             r < 0 && e ? e->text : "done");
    if (r < 0)
        return r;
    struct jw w = JW(out);
    return report_one_encryption(&w, s->gateway, site, e);
}

static int accept_join(void *arg, int64_t join, int32_t site, const char *by, struct err *e)
{
    struct server *s = arg;
    int r = gateway_join_accept(s->gateway, (uint64_t)join, site, by, e);
    log_info("device", "%s accepts logger %lld for site %d: %s", by, (long long)join, site,
             r < 0 && e ? e->text : "taken");
    return r;
}

/* What a device's gaps have come to, kept beside the ledger (DOC_DEVICE, by MN). The engine's thread. */
static void keep_device(void *arg, int32_t site, const char *mn, const char *json)
{
    roster_keep(&((struct server *)arg)->roster, site, mn, json);
}

static void kept_device(void *arg, int32_t site, const char *mn, struct buf *json)
{
    (void)site;
    roster_kept(&((struct server *)arg)->roster, mn, json);
}

static void keep_joins(void *arg, const char *json)
{
    roster_keep_joins(&((struct server *)arg)->roster, json);
}

static void kept_joins(void *arg, struct buf *json)
{
    roster_kept_joins(&((struct server *)arg)->roster, json);
}

static void joined(void *arg, int32_t site, const char *mn, const struct gateway_join *j)
{
    roster_joined(&((struct server *)arg)->roster, site, mn, j);
}

static void registered(void *arg, int32_t site, struct gateway_registration *io)
{
    roster_registered(&((struct server *)arg)->roster, site, io);
}

static void command_ended(void *arg, int32_t site, const char *mn, const struct gateway_command *c)
{
    (void)mn;
    roster_ended(&((struct server *)arg)->roster, site, c);
}

static void have(void *arg, int32_t site, enum period period, int64_t from, int64_t step_ms, size_t n,
                 unsigned char *bits)
{
    presence_have(((struct server *)arg)->presence, site, period, from, step_ms, n, bits);
}

static int64_t first(void *arg, int32_t site, enum period period)
{
    return presence_first(((struct server *)arg)->presence, site, period);
}

static void write_metrics(void *arg, struct buf *out)
{
    struct server *s = arg;
    report_metrics(s->gateway, s->core.place, (double)(clock_monotonic_ns() - s->started_ns) / 1e9, out);
    forwarding_metrics(s->forwarding, out);
}

static void write_forward(void *arg, struct buf *out)
{
    forwarding_write(((struct server *)arg)->forwarding, out);
}

static void write_data(void *arg, struct buf *out)
{
    (void)arg;
    report_data_sources(out);
}

static void write_rules(void *arg, struct buf *out)
{
    struct server *s = arg;
    board_write_rules(s->core.board, out);
}

static int receipt(void *arg, const json_t *ask, int64_t now, json_t **ret, struct err *e)
{
    struct server *s = arg;
    return measure_receipt(s->core.board, s->shelf, ask, now, ret, e);
}

static void health(void *arg, struct api_health *ret)
{
    struct server *s = arg;
    struct gateway_stats g;
    gateway_stats(s->gateway, &g);
    ret->store = gateway_store_name(g.store);
    snprintf(ret->message, sizeof ret->message, "%.*s", (int)sizeof ret->message - 1, g.store_text);
    struct obs_reader *reader = NULL;
    int64_t bytes = 0;
    if (obs_reader_open(s->core.dir, &reader, NULL) == 0)
        obs_count(reader, &ret->records, &bytes, NULL);
    obs_reader_close(reader);
    forwarding_health(s->forwarding, &s->clock, ret);
}

/* ---- starting and ending ---- */

/* "127.0.0.1:8080" or "[::1]:8080" into its parts; the text is changed. */
static int split_address(char *text, const char *key, const char **ret_host, int *ret_port, struct err *e)
{
    char *colon = strrchr(text, ':'), *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : -1;
    if (!colon || end == colon + 1 || *end || port < 0 || port > 65535)
        return err_set(e, -EINVAL, "%s: '%s' is not ADDRESS:PORT", key, text);
    *colon = '\0';
    size_t n = strlen(text);
    if (text[0] == '[' && n > 2 && text[n - 1] == ']') {
        text[n - 1] = '\0';
        text++;
    }
    *ret_host = text;
    *ret_port = (int)port;
    return 0;
}

static int start_gateway(struct server *s, struct err *e)
{
    struct gateway_config g;
    gateway_config_init(&g);
    scoped(freep) char *address = strdup(s->config->devices);
    int r = address ? split_address(address, "devices", &g.address, &g.port, e)
                    : err_set(e, -ENOMEM, "out of memory");
    if (r < 0)
        return r;
    scoped(freep) char *tls_address = strdup(s->config->devices_tls);
    const struct tls_files files = { s->config->tls_certificate, s->config->tls_key,
                                     s->config->tls_client_ca };
    if (tls_address && *tls_address &&
        ((r = split_address(tls_address, "devices-tls", &g.tls_address, &g.tls_port, e)) < 0 ||
         (r = tls_server_new(&files, &s->tls, e)) < 0))
        return r;
    g.tls = s->tls;
    g.place = s->core.place;
    g.clock = &s->clock;
    g.append = append;
    g.append_raw = s->forwarding ? append_raw : NULL;
    g.append_arg = s;
    g.stored = stored;
    g.stored_arg = s;
    g.have = have;
    g.first = first;
    g.keep = keep_device;
    g.kept = kept_device;
    g.keep_joins = keep_joins;
    g.kept_joins = kept_joins;
    g.joined = joined;
    g.registered = registered;
    g.ended = command_ended;
    g.greet = !s->config->no_first_contact;
    g.heal_arg = s;
    g.keep_keys = keyring_keep;
    g.kept_keys = keyring_kept;
    g.keys_arg = s->keyring;
    g.max_connections = (size_t)s->config->max_connections;
    g.segment_max = (size_t)s->config->segment_max;
    g.idle_s = (int)s->config->idle_timeout;
    g.max_ahead_ms =
        MS_DAY; /* a logger whose clock runs a little ahead is ordinary; a value of next week is not */
    r = gateway_start(&g, &s->gateway, e);
    s->roster.gateway = s->gateway;
    return r < 0 ? r : roster_begin(&s->roster, e);
}

static int start_api(struct server *s, struct err *e)
{
    static char geo[4200];
    snprintf(geo, sizeof geo, "%s/geo", s->core.dir);
    struct api_config a = {
        .behind_tls = s->config->secure_cookie,
        .https = s->config->https,
        .certificate = s->config->tls_certificate,
        .key = s->config->tls_key,
        .data_dir = s->core.dir,
        .files_max = s->config->files_max << 20,
        .store = s->core.store,
        .board = s->core.board,
        .ledgers = s->core.ledgers,
        .notify = notices_notify(s->notices),
        .words = s->core.words,
        .place = s->core.place,
        .web_dir = web_dir(),
        .geo_dir = geo,
        .clock = &s->clock,
        .shelf = s->shelf,
        .arg = s,
        .write_devices = write_devices,
        .write_device = write_device,
        .device_command = device_command,
        .device_encryption = device_encryption,
        .accept_join = accept_join,
        .device_register = device_register,
        .device_remove = device_remove,
        .device_ignore = device_ignore,
        .permit_of = permit_of,
        .grid_coverage = coverage,
        .overlay = overlay,
        .write_forward = write_forward,
        .write_data = write_data,
        .write_rules = write_rules,
        .receipt = receipt,
        .write_metrics = write_metrics,
        .health = health,
        .test_clock = s->clock.test ? test_clock : NULL,
        .targets_changed = targets_changed,
        .reviews_changed = reviews_changed,
        .pdf_text = pdf_by_child,
    };
    scoped(freep) char *address = strdup(s->config->listen);
    int port, r = address ? split_address(address, "listen", &a.address, &port, e)
                          : err_set(e, -ENOMEM, "out of memory");
    if (r < 0)
        return r;
    a.port = (uint16_t)port;
    return api_start(&a, &s->api, e);
}

static int set_clock(struct server *s, struct err *e)
{
    const char *text = s->config->test_clock;
    int64_t at;
    if (!*text) {
        clock_init_real(&s->clock);
        return 0;
    }
    if (!cn_parse_iso(text, strlen(text), &at))
        return err_set(e, -EINVAL, "test-clock: '%s' is no time like 2026-11-20T08:00:00", text);
    clock_init_test(&s->clock, at);
    log_warn("server", "the clock is a test clock that stands at %s", text);
    return 0;
}

static int start_all(struct server *s, struct err *e)
{
    int r;
    if ((r = set_clock(s, e)) < 0 || (r = shelf_load(definitions_dir(), true, &s->shelf, e)) < 0 ||
        (r = core_open(s->config->data, &s->clock, &s->core, e)) < 0)
        return r;
    ledgers_on_event(s->core.ledgers, case_event, s);
    s->touched = calloc(s->core.place->n_sites + 1, 1);
    s->losses = losses_new(s->core.place->n_sites);
    if (!s->touched || !s->losses)
        return err_set(e, -ENOMEM, "out of memory");
    if ((r = obs_writer_open(s->config->data, false, &s->writer, e)) < 0 ||
        (r = core_load(&s->core, e)) < 0 || (r = presence_new(s->core.place, &s->presence, e)) < 0 ||
        (r = presence_load(s->presence, s->config->data, clock_now(&s->clock), e)) < 0 ||
        (r = core_pass(&s->core, NULL, e)) < 0 ||
        (r = keyring_new(s->core.dir, s->core.store, &s->clock, &s->keyring, e)) < 0)
        return r;
    malloc_trim(
        0); /* the city's tree and the loading of the board leave much that is free but not given back */
    /* HTTP first: the engine publishes to it, and a port already taken is then said before devices are answered. */
    s->roster.core = &s->core;
    if ((r = forwarding_start(s->config->forward, s->config->data, s->core.place, &s->clock, &s->forwarding,
                              e)) < 0 ||
        (r = start_gateway(s, e)) < 0 || (r = notices_start(s->config, &s->core, &s->notices, e)) < 0 ||
        (r = start_api(s, e)) < 0)
        return r;
    notices_publish_to(s->notices, s->api);
    return worker_start(&s->engine, "engine", engine_run, s, e);
}

int server_start(const struct config *config, struct server **ret, struct err *e)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, -ENOMEM, "out of memory");
    s->config = config;
    s->started_ns = clock_monotonic_ns();
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->pass_lock, NULL);
    int r = start_all(s, e);
    if (r < 0) {
        server_stop(s);
        return r;
    }
    *ret = s;
    return 0;
}

int server_device_port(const struct server *s)
{
    return gateway_port(s->gateway);
}

int server_device_tls_port(const struct server *s)
{
    return gateway_tls_port(s->gateway);
}

int server_http_port(const struct server *s)
{
    return api_port(s->api);
}

struct server *server_stop(struct server *s)
{
    if (!s)
        return NULL;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    worker_join(&s->engine);
    notices_publish_to(s->notices, NULL);
    api_stop(s->api); /* its handlers ask the gateway */
    notices_stop(s->notices);
    if (s->gateway)
        gateway_tell(s->gateway);
    gateway_stop(s->gateway);
    tls_free(s->tls);
    forwarding_stop(s->forwarding); /* the writer fills its queue until it ends */
    obs_writer_close(s->writer);
    presence_free(s->presence);
    keyring_free(s->keyring);
    losses_free(s->losses);
    core_close(&s->core);
    shelf_free(s->shelf);
    pthread_mutex_destroy(&s->pass_lock);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->wake);
    free(s->touched);
    free(s);
    return NULL;
}
