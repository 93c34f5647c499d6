#include "gather/gateway.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"
#include "gather/gateway_own.h"

const char *gateway_refusal_name(int refusal)
{
    static const char *const own[] = { "unknown_mn",    "wrong_pw",    "unsupported", "no_time", "time",
                                       "wrong_st",      "ignored",     "empty",       "no_key",  "wrong_key",
                                       "not_encrypted", "certificate", "store" };
    _Static_assert(COUNT_OF(own) == (size_t)(GATEWAY_REFUSALS - GATEWAY_UNKNOWN_MN),
                   "a word for each refusal");
    if (refusal < 0 || refusal >= GATEWAY_REFUSALS)
        return "";
    return refusal < (int)HJ212_REASONS ? hj212_reason_name((enum hj212_reason)refusal)
                                        : own[refusal - GATEWAY_UNKNOWN_MN];
}

const char *gateway_store_name(enum gateway_store s)
{
    return s == GATEWAY_STORE_OK ? "ok" : s == GATEWAY_STORE_FULL ? "full" : "error";
}

void gateway_config_init(struct gateway_config *c)
{
    *c = (struct gateway_config){
        .address = "0.0.0.0",
        .port = 9212,
        .max_connections = 12000,
        .in_max = 64 * 1024,
        .out_max = 64 * 1024,
        .segment_max = 9999,
        .sums = HJ212_SUM_ALL,
        .queue_frames = 4096,
        .queue_bytes = 4 * 1024 * 1024,
        .idle_s = 3700, /* a device that sends hours only is heard every 3600 s */
        .retry_ms = 100,
        .retry_max_ms = 5000,
        .over_time_ms = 10000,
        .re_count = 3,
        .parts_ms = 60000,
        .device_rate = 5000, /* a logger that empties its memory sends some hundred */
        .heal_settle_ms = 15000,
        .heal_pause_ms = 3000,
        .heal_tries = 5,
    };
}

static int batches_make(struct gateway *g)
{
    size_t n = g->cfg.queue_frames;
    for (struct batch *b = g->batch; b < g->batch + BATCHES; b++) {
        b->record = malloc(n * sizeof *b->record);
        b->job = malloc(n * sizeof *b->job);
        b->fresh = malloc(n * sizeof *b->fresh);
        b->bytes = malloc(g->cfg.queue_bytes);
        b->raw = g->cfg.append_raw ? malloc(n * sizeof *b->raw) : NULL;
        if (!b->record || !b->job || !b->fresh || !b->bytes || (g->cfg.append_raw && !b->raw))
            return -ENOMEM;
        b->next = g->spare;
        g->spare = b;
    }
    g->filling = g->spare;
    g->spare = g->filling->next;
    g->filling->next = NULL;
    return 0;
}

static int sessions_make(struct gateway *g)
{
    size_t n = g->cfg.max_connections;
    g->session = calloc(n, sizeof *g->session);
    g->items = malloc(HJ212_ITEMS_MAX * sizeof *g->items);
    g->clear = malloc(HJ212_CLEAR_MAX);
    if (!g->session || !g->items || !g->clear)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        g->session[i].next_free = (uint32_t)i + 1; /* n: none left */
    return 0;
}

static void run_loop(void *arg)
{
    struct gateway *g = arg;
    int r = loop_run(g->loop);
    if (r < 0)
        log_error("gateway", "the loop of the device sessions ended: %s", strerror(-r));
}

static struct gateway *gateway_free(struct gateway *g)
{
    g->loop = loop_free(g->loop);
    for (struct batch *b = g->batch; b < g->batch + BATCHES; b++) {
        free(b->record);
        free(b->job);
        free(b->fresh);
        free(b->raw);
        free(b->bytes);
    }
    for (size_t i = 0; i < g->n_devices; i++) {
        talk_free(g->device[i].talk);
        keys_release(&g->device[i]);
    }
    map_release(&g->by_mn, NULL);
    map_release(&g->ignored, NULL);
    buf_release(&g->scratch);
    free(g->device);
    free(g->session);
    free(g->items);
    free(g->clear);
    pthread_mutex_destroy(&g->keys_lock);
    pthread_cond_destroy(&g->work);
    pthread_cond_destroy(&g->tasked);
    pthread_mutex_destroy(&g->lock);
    free(g);
    return NULL;
}

static void locks_make(struct gateway *g)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&g->lock, NULL);
    pthread_mutex_init(&g->keys_lock, NULL);
    pthread_cond_init(&g->work, &attr);
    pthread_cond_init(&g->tasked, &attr);
    pthread_condattr_destroy(&attr);
}

static int gateway_prepare(struct gateway *g, struct err *e)
{
    const struct gateway_config *c = &g->cfg;
    if ((!c->append && !c->append_raw) || !c->place || !c->clock)
        return err_set(e, -EINVAL, "the gateway needs a store, a place and a clock");
    if (!c->queue_frames || !c->max_connections || c->max_connections >= UINT32_MAX ||
        c->queue_bytes < 64 * 1024 || c->queue_bytes > INT32_MAX || c->segment_max > 9999 ||
        c->in_max <
            hj212_hold(&(struct hj212_reading){ .segment_max = c->segment_max, .clear = (char *)c }) ||
        c->over_time_ms < 1 || c->re_count < 0 || c->device_rate < 0 || c->parts_ms < 1)
        return err_set(e, -EINVAL, "the gateway's bounds are too small or too large to take a frame");
    int r = devices_make(g, e);
    if (r < 0)
        return r;
    heal_restore(g);
    joins_restore(g);
    keys_restore(g);
    if (batches_make(g) < 0 || sessions_make(g) < 0)
        return err_set(e, -ENOMEM, "no memory for the gateway's queue");
    r = loop_new(&g->loop, e);
    if (r < 0)
        return r;
    loop_on_wake(g->loop, sessions_woken, g);
    g->throttle = (struct timer){ .fire = sessions_throttled, .arg = g };
    g->sweep = (struct timer){ .fire = parts_sweep, .arg = g };
    struct conn_bounds bounds = {
        .in_max = c->in_max, .out_max = c->out_max, .idle_ms = c->idle_s * 1000, .count = c->max_connections
    };
    r = loop_listen(g->loop, c->address, c->port, &session_ops, &bounds, g, &g->port, e);
    if (r < 0 || !c->tls)
        return r;
    bounds.tls = c->tls;
    return loop_listen(g->loop, c->tls_address, c->tls_port, &session_ops, &bounds, g, &g->tls_port, e);
}

int gateway_start(const struct gateway_config *c, struct gateway **ret, struct err *e)
{
    struct gateway *g = calloc(1, sizeof *g);
    if (!g)
        return err_set(e, -ENOMEM, "no memory for the gateway");
    g->cfg = *c;
    locks_make(g);
    int r = gateway_prepare(g, e);
    if (r == 0)
        r = worker_start(&g->writer_worker, "writer", writer_run, g, e);
    if (r == 0)
        r = worker_start(&g->loop_worker, "sessions", run_loop, g, e);
    if (r < 0) {
        if (g->writer_worker.running)
            gateway_stop(g);
        else
            gateway_free(g);
        return err_under(e, "gateway");
    }
    *ret = g;
    return 0;
}

int gateway_port(const struct gateway *g)
{
    return g->port;
}

int gateway_tls_port(const struct gateway *g)
{
    return g->tls_port;
}

struct gateway *gateway_stop(struct gateway *g)
{
    if (!g)
        return NULL;
    loop_stop(g->loop);
    worker_join(&g->loop_worker);
    pthread_mutex_lock(&g->lock);
    g->stopping = true;
    pthread_cond_broadcast(&g->work);
    pthread_cond_broadcast(&g->tasked);
    pthread_mutex_unlock(&g->lock);
    worker_join(&g->writer_worker);
    return gateway_free(g);
}

int gateway_on_writer(struct gateway *g, int (*job)(void *arg, struct err *e), void *arg, struct err *e)
{
    struct task t = { .run = job, .arg = arg, .e = e };
    pthread_mutex_lock(&g->lock);
    while (g->task && !g->stopping)
        pthread_cond_wait(&g->tasked, &g->lock);
    if (!g->stopping) {
        g->task = &t;
        pthread_cond_broadcast(&g->work);
        /* Once the writer has taken it, it is run to its end; a stop before that leaves it standing in its place. */
        while (!t.done && !(g->stopping && g->task == &t))
            pthread_cond_wait(&g->tasked, &g->lock);
        if (g->task == &t)
            g->task = NULL;
    }
    pthread_mutex_unlock(&g->lock);
    return t.done ? t.result : err_set(e, -ESHUTDOWN, "the gateway is ending");
}

void gateway_stats(struct gateway *g, struct gateway_stats *ret)
{
    pthread_mutex_lock(&g->lock);
    *ret = g->stats;
    pthread_mutex_unlock(&g->lock);
    ret->turned_away = loop_turned_away(g->loop);
}

int gateway_devices(struct gateway *g, struct gateway_device **ret, size_t *ret_n, struct err *e)
{
    struct gateway_device *all = malloc((g->n_devices ? g->n_devices : 1) * sizeof *all);
    if (!all)
        return err_set(e, -ENOMEM, "no memory for %zu devices", g->n_devices);
    pthread_mutex_lock(&g->lock);
    size_t n = 0;
    int64_t now = clock_now(g->cfg.clock);
    for (size_t i = 0; i < g->n_devices; i++) {
        if (!*g->device[i].seen.mn)
            continue;
        all[n] = g->device[i].seen;
        if (all[n].key_created && now > all[n].key_created)
            all[n].key_days = (int)((now - all[n].key_created) / MS_DAY);
        n++;
    }
    pthread_mutex_unlock(&g->lock);
    *ret = all;
    *ret_n = n;
    return 0;
}

size_t gateway_unknown(struct gateway *g, struct gateway_unknown *ret, size_t max)
{
    pthread_mutex_lock(&g->lock);
    size_t n = g->n_unknown < max ? g->n_unknown : max;
    memcpy(ret, g->unknown, n * sizeof *ret);
    pthread_mutex_unlock(&g->lock);
    return n;
}
