#include "app/server_own.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/permits.h"
#include "base/cntime.h"
#include "base/log.h"

#define CLOCKS_NS \
    (INT64_C(500) * 1000000) /* a morning's limits do not keep a pass from what people wait for */

/* In the thread that wrote the event: what follows from it is the engine's work. */
static void case_event(void *arg, int64_t id, const char *action, const json_t *doc, const json_t *body)
{
    (void)id, (void)action, (void)body;
    if (permits_concern(doc))
        engine_permits_changed(arg);
    if (core_fences_concern(doc))
        engine_fences_changed(arg);
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
    /* The step of a test clock has everything settled when it is answered. */
    s->core.clocks_ns = s->clock.test ? 0 : CLOCKS_NS;
    ledgers_on_event(s->core.ledgers, case_event, s);
    s->touched = calloc(s->core.place->n_sites + 1, 1);
    s->losses = losses_new(s->core.place->n_sites);
    if (!s->touched || !s->losses)
        return err_set(e, -ENOMEM, "out of memory");
    if ((r = obs_writer_open(s->config->data, false, &s->writer, e)) < 0 ||
        (r = core_load(&s->core, e)) < 0 || (r = presence_new(s->core.place, &s->presence, e)) < 0 ||
        (r = presence_load(s->presence, s->config->data, clock_now(&s->clock), e)) < 0 ||
        (r = core_pass(&s->core, NULL, NULL, e)) < 0 ||
        (r = keyring_new(s->core.dir, s->core.store, &s->clock, &s->keyring, e)) < 0)
        return r;
    malloc_trim(
        0); /* the city's tree and the loading of the board leave much that is free but not given back */
    /* HTTP first: the engine publishes to it, and a port already taken is then said before devices are answered. */
    s->roster.core = &s->core;
    if ((r = forwarding_start(s->config->forward, s->config->data, s->core.place, &s->clock, &s->forwarding,
                              e)) < 0 ||
        (r = server_start_gateway(s, e)) < 0 ||
        (r = notices_start(s->config, &s->core, &s->notices, e)) < 0 || (r = server_start_api(s, e)) < 0)
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
