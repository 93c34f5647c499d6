/* Starting and ending, what is queued for whom, and the state that others see. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/scoped.h"
#include "gather/forward_own.h"

enum { FLUSH_MS = 500 };

const char *forward_line_name(enum forward_line l)
{
    static const char *const words[] = { "away", "connecting", "connected" };
    return words[l];
}

const char *forward_trouble_name(enum forward_trouble t)
{
    static const char *const words[] = { "", "cannot_connect", "broke", "no_answer", "device", "disk" };
    return words[t];
}

/* ---- the writer's thread ---- */

static bool wanted(const struct forward *f, const struct forward_target_config *t, const struct record *r,
                   const struct gateway_raw *raw)
{
    const struct site *site = place_site(f->place, r->site);
    bool st = t->n_st == 0, cn = t->n_cn == 0;
    if (!site || (t->site && !t->site[r->site - 1]) || (t->kinds && !(t->kinds & 1U << site->kind)))
        return false;
    for (size_t i = 0; i < t->n_st && !st; i++)
        st = strcmp(t->st[i], raw->st) == 0;
    for (size_t i = 0; i < t->n_cn && !cn; i++)
        cn = t->cn[i] == raw->cn;
    return st && cn;
}

int forward_queue(struct forward *f, const struct record *r, const struct gateway_raw *raw, const bool *fresh,
                  size_t n, struct err *e)
{
    size_t rows = 0, most = n * f->cfg->n;
    if (most > f->row_cap) {
        struct forward_row *more = realloc(f->row, most * sizeof *more);
        if (!more)
            return err_set(e, -ENOMEM, "no memory to queue %zu frames", n);
        f->row = more;
        f->row_cap = most;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t t = 0; fresh[i] && t < f->cfg->n; t++) {
            if (!wanted(f, &f->cfg->target[t], &r[i], &raw[i]))
                continue;
            unsigned bits = (raw[i].answer_wanted ? FORWARD_WANTS : 0) |
                            (raw[i].edition == HJ212_2005 ? FORWARD_OLD : 0) |
                            (unsigned)raw[i].sum * FORWARD_SUM;
            f->row[rows++] = (struct forward_row){ .target = t,
                                                   .time = r[i].time,
                                                   .arrival = r[i].arrival,
                                                   .tag = r[i].tag,
                                                   .site = r[i].site,
                                                   .part = r[i].part,
                                                   .period = r[i].period,
                                                   .bits = (uint8_t)bits,
                                                   .cn = raw[i].cn,
                                                   .frame = raw[i].frame,
                                                   .len = raw[i].len };
        }
    }
    return forward_store_put(f->store, f->row, rows, e);
}

void forward_settled(struct forward *f)
{
    forward_store_settled(f->store);
    loop_wake(f->loop);
}

/* ---- the forwarder's thread ---- */

static void woken(void *arg)
{
    struct forward *f = arg;
    for (size_t i = 0; i < f->cfg->n; i++) {
        f->target[i].blind = false;
        target_pump(&f->target[i]);
    }
}

static void flush(void *arg)
{
    struct forward *f = arg;
    struct err e = { 0 };
    int r = forward_store_flush(f->store, &e);
    if (r < 0 && !f->complained)
        log_error("forward", "what was delivered could not be taken off the queue: %s", e.text);
    f->complained = r < 0;
    timer_set(f->loop, &f->flush, FLUSH_MS);
}

static void run(void *arg)
{
    struct forward *f = arg;
    int r = loop_run(f->loop);
    if (r < 0)
        log_error("forward", "the forwarder's loop ended: %s", strerror(-r));
}

/* ---- starting and ending ---- */

static int targets_make(struct forward *f, struct err *e)
{
    f->target = calloc(f->cfg->n, sizeof *f->target);
    f->items = malloc(HJ212_ITEMS_MAX * sizeof *f->items);
    if (!f->target || !f->items)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < f->place->n_sites; i++) {
        const struct site *s = &f->place->sites[i];
        if (s->mn && *s->mn && map_put(&f->by_mn, s->mn, strlen(s->mn), (void *)(uintptr_t)s) < 0)
            return err_set(e, -ENOMEM, "out of memory");
    }
    for (size_t i = 0; i < f->cfg->n; i++) {
        struct forward_target *t = &f->target[i];
        t->f = f;
        t->cfg = &f->cfg->target[i];
        t->index = i;
        t->pause_ms = f->cfg->reconnect_ms;
        const struct tls_files files = { t->cfg->cert, t->cfg->key, t->cfg->ca };
        if (t->cfg->tls && tls_client_new(&files, &t->tls, e) < 0)
            return err_under(e, "%s", t->cfg->name);
        t->device = calloc(f->place->n_sites + 1, sizeof *t->device);
        if (!t->device)
            return err_set(e, -ENOMEM, "out of memory");
        snprintf(t->state.name, sizeof t->state.name, "%s", t->cfg->name);
        snprintf(t->state.peer, sizeof t->state.peer, "%s:%d", t->cfg->host, t->cfg->port);
        t->state.hold = t->cfg->hold;
    }
    return 0;
}

static int start(struct forward *f, const char *dir, struct err *e)
{
    struct forward_limit limit[FORWARD_TARGETS_MAX];
    for (size_t i = 0; i < f->cfg->n; i++) {
        const struct forward_target_config *t = &f->cfg->target[i];
        limit[i] = (struct forward_limit){ t->name, t->queue_frames, t->queue_bytes, t->hold };
    }
    int r = forward_store_open(dir, limit, f->cfg->n, &f->store, e);
    if (r < 0 || (r = targets_make(f, e)) < 0 || (r = loop_new(&f->loop, e)) < 0)
        return r;
    loop_on_wake(f->loop, woken, f);
    f->flush = (struct timer){ .fire = flush, .arg = f };
    timer_set(f->loop, &f->flush, FLUSH_MS);
    for (size_t i = 0; r == 0 && i < f->cfg->n; i++)
        r = target_open(&f->target[i]);
    return r < 0 ? err_set(e, r, "out of memory") : worker_start(&f->worker, "forward", run, f, e);
}

int forward_start(const struct forward_config *c, const char *dir, const struct place *place,
                  struct clock *clock, struct forward **ret, struct err *e)
{
    struct forward *f = calloc(1, sizeof *f);
    if (!f)
        return err_set(e, -ENOMEM, "out of memory");
    f->cfg = c;
    f->place = place;
    f->clock = clock;
    pthread_mutex_init(&f->lock, NULL);
    int r = start(f, dir, e);
    if (r < 0) {
        forward_stop(f);
        return err_under(e, "forward");
    }
    *ret = f;
    return 0;
}

struct forward *forward_stop(struct forward *f)
{
    if (!f)
        return NULL;
    if (f->loop)
        loop_stop(f->loop);
    worker_join(&f->worker);
    for (size_t i = 0; f->target && i < f->cfg->n; i++)
        target_release(&f->target[i]);
    loop_free(f->loop);
    if (f->store)
        forward_store_flush(f->store, NULL);
    forward_store_close(f->store);
    for (size_t i = 0; f->target && i < f->cfg->n; i++) {
        tls_free(f->target[i].tls);
        free(f->target[i].device);
    }
    map_release(&f->by_mn, NULL);
    buf_release(&f->scratch);
    free(f->items);
    free(f->target);
    free(f->row);
    pthread_mutex_destroy(&f->lock);
    free(f);
    return NULL;
}

size_t forward_states(struct forward *f, struct forward_state *ret, size_t max)
{
    for (size_t i = 0; i < f->cfg->n && i < max; i++) {
        pthread_mutex_lock(&f->lock);
        ret[i] = f->target[i].state;
        pthread_mutex_unlock(&f->lock);
        forward_store_count(f->store, i, &ret[i].count, NULL);
        const struct forward_target_config *t = &f->cfg->target[i];
        ret[i].full = ret[i].count.frames >= t->queue_frames || ret[i].count.bytes >= t->queue_bytes;
    }
    return f->cfg->n;
}
