/* The writer: takes what is queued, commits it as one transaction, and only then lets the loop answer. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "gather/gateway_own.h"

void batch_settle(struct gateway *g, struct batch *b)
{
    if (!b->answered || !b->told)
        return;
    b->n = b->bytes_len = 0;
    b->answered = b->told = b->singly = false;
    b->next = g->spare;
    g->spare = b;
    pthread_cond_signal(&g->work);
}

static void sleep_us(int us)
{
    struct timespec t = { us / 1000000, (long)(us % 1000000) * 1000L };
    nanosleep(&t, NULL);
}

/* Holding the lock: waits at most ms for something to do. */
static void wait_work(struct gateway *g, int ms)
{
    struct timespec at = clock_deadline(ms);
    pthread_cond_timedwait(&g->work, &g->lock, &at);
}

/* Holding the lock; gives it up while the task runs. */
static void run_task(struct gateway *g)
{
    struct task *t = g->task;
    if (!t || g->stopping)
        return;
    g->task = NULL;
    pthread_cond_broadcast(&g->tasked);
    pthread_mutex_unlock(&g->lock);
    t->result = t->run(t->arg, t->e);
    pthread_mutex_lock(&g->lock);
    t->done = true;
    pthread_cond_broadcast(&g->tasked);
}

/* Holding the lock. */
static void say_state(struct gateway *g, enum gateway_store now, const char *text)
{
    if (g->stats.store != now) {
        if (now == GATEWAY_STORE_OK)
            log_info("gateway", "the store takes data again");
        else
            log_error("gateway", "devices are not acknowledged: %s", text);
    }
    g->stats.store = now;
    snprintf(g->stats.store_text, sizeof g->stats.store_text, "%s", text);
}

static int store(struct gateway *g, struct batch *b, size_t from, size_t n, struct err *e)
{
    const struct gateway_config *c = &g->cfg;
    return c->append_raw
               ? c->append_raw(c->append_arg, b->record + from, b->raw + from, n, b->fresh + from, e)
               : c->append(c->append_arg, b->record + from, n, b->fresh + from, e);
}

/* The store does not take one of these records: each is tried alone, so that it does not hold up the others. When the disk fills
 * half-way, the next round goes on behind those that are stored. */
static int append_singly(struct gateway *g, struct batch *b, struct err *e)
{
    b->singly = true;
    for (size_t i = 0; i < b->n; i++) {
        struct job *j = &b->job[i];
        if (j->refused || j->stored)
            continue;
        b->fresh[i] = false;
        int r = store(g, b, i, 1, e);
        if (r == -EINVAL)
            j->refused = true;
        else if (r < 0)
            return r;
        else
            j->stored = true;
    }
    return 0;
}

static int append(struct gateway *g, struct batch *b, struct err *e)
{
    if (b->singly)
        return append_singly(g, b, e);
    int r = store(g, b, 0, b->n, e);
    return r == -EINVAL ? append_singly(g, b, e) : r;
}

/* Tries until the store takes the batch; false when the gateway ends before. */
static bool commit(struct gateway *g, struct batch *b)
{
    int pause = g->cfg.retry_ms;
    for (;;) {
        struct err e = { 0 };
        int r = append(g, b, &e);
        pthread_mutex_lock(&g->lock);
        if (r == 0) {
            say_state(g, GATEWAY_STORE_OK, "");
            pthread_mutex_unlock(&g->lock);
            return true;
        }
        say_state(g, r == -ENOSPC || r == -EDQUOT ? GATEWAY_STORE_FULL : GATEWAY_STORE_ERROR,
                  e.text[0] ? e.text : strerror(-r));
        for (int64_t until = clock_monotonic_ns() + (int64_t)pause * 1000000; !g->stopping;) {
            int64_t left = (until - clock_monotonic_ns()) / 1000000;
            if (left <= 0)
                break;
            wait_work(g, (int)left);
            run_task(g); /* a backup or a clearing out may be what makes room */
        }
        bool stopping = g->stopping;
        pthread_mutex_unlock(&g->lock);
        if (stopping)
            return false;
        pause = pause * 2 > g->cfg.retry_max_ms ? g->cfg.retry_max_ms : pause * 2;
    }
}

/* Holding the lock. */
static void count(struct gateway *g, const struct batch *b)
{
    g->stats.commits++;
    g->stats.queue -= b->n;
    for (size_t i = 0; i < b->n; i++) {
        struct gateway_device *d = &b->job[i].device->seen;
        if (b->job[i].refused) {
            g->stats.refused[GATEWAY_STORE]++;
            d->refused[GATEWAY_STORE]++;
        } else if (b->fresh[i]) {
            g->stats.stored++;
        } else {
            g->stats.repeats++;
            d->repeats++;
        }
    }
}

/* Holding the lock. */
static void hand_over(struct gateway *g, struct batch *b)
{
    struct batch **last = &g->done;
    while (*last)
        last = &(*last)->next;
    b->next = NULL;
    *last = b;
}

/* The loop answers from jobs and bytes at the same time; it does not look at the records. */
static void tell(struct gateway *g, struct batch *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->fresh[i] && !b->job[i].refused)
            b->record[n++] = b->record[i];
    if (n && g->cfg.stored)
        g->cfg.stored(g->cfg.stored_arg, b->record, n);
}

/* Holding the lock: the batch to commit, or NULL when the gateway ends and nothing is left. */
static struct batch *next_batch(struct gateway *g)
{
    for (;;) {
        run_task(g);
        if (g->filling->n && g->spare)
            break;
        if (g->stopping)
            return NULL;
        if (!g->task)
            pthread_cond_wait(&g->work, &g->lock);
    }
    if (g->cfg.linger_us && g->filling->n < g->cfg.queue_frames / 2 && !g->stopping) {
        pthread_mutex_unlock(&g->lock);
        sleep_us(g->cfg.linger_us);
        pthread_mutex_lock(&g->lock);
    }
    struct batch *b = g->filling;
    g->filling = g->spare;
    g->spare = g->filling->next;
    g->filling->next = NULL;
    return b;
}

void writer_run(void *gateway)
{
    struct gateway *g = gateway;
    pthread_mutex_lock(&g->lock);
    for (struct batch *b; (b = next_batch(g));) {
        bool stalled = g->stalled;
        pthread_mutex_unlock(&g->lock);
        if (stalled)
            loop_wake(g->loop); /* there is an empty batch to fill while this one is written */
        bool stored = commit(g, b);
        pthread_mutex_lock(&g->lock);
        if (!stored)
            break;
        count(g, b);
        hand_over(g, b);
        pthread_mutex_unlock(&g->lock);
        loop_wake(g->loop);
        tell(g, b);
        pthread_mutex_lock(&g->lock);
        b->told = true;
        batch_settle(g, b);
    }
    /* Whoever waits with a task is let go by gateway_on_writer itself. */
    pthread_mutex_unlock(&g->lock);
}
