#include "net/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    pthread_setname_np(pthread_self(), w->name);
    w->run(w->arg);
    return NULL;
}

int worker_start(struct worker *w, const char *name, void (*run)(void *arg), void *arg, struct err *e)
{
    w->run = run;
    w->arg = arg;
    w->running = false;
    snprintf(w->name, sizeof w->name, "%s", name);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(&w->thread, NULL, worker_main, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (r)
        return err_set(e, -r, "thread '%s' cannot be started: %s", name, strerror(r));
    w->running = true;
    return 0;
}

void worker_join(struct worker *w)
{
    if (!w->running)
        return;
    pthread_join(w->thread, NULL);
    w->running = false;
}

int queue_init(struct queue *q, size_t cap, struct err *e)
{
    memset(q, 0, sizeof *q);
    q->slot = calloc(cap, sizeof *q->slot);
    if (!q->slot)
        return err_set(e, -ENOMEM, "no memory for a queue of %zu", cap);
    q->cap = cap;
    pthread_mutex_init(&q->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&q->changed, &attr);
    pthread_condattr_destroy(&attr);
    return 0;
}

void queue_release(struct queue *q)
{
    if (!q->slot)
        return;
    pthread_mutex_destroy(&q->lock);
    pthread_cond_destroy(&q->changed);
    free(q->slot);
    q->slot = NULL;
}

static void put(struct queue *q, void *item)
{
    q->slot[(q->head + q->n++) % q->cap] = item;
    pthread_cond_broadcast(&q->changed);
}

bool queue_try_push(struct queue *q, void *item)
{
    pthread_mutex_lock(&q->lock);
    bool room = !q->closed && q->n < q->cap;
    if (room)
        put(q, item);
    pthread_mutex_unlock(&q->lock);
    return room;
}

bool queue_push(struct queue *q, void *item)
{
    pthread_mutex_lock(&q->lock);
    while (!q->closed && q->n == q->cap)
        pthread_cond_wait(&q->changed, &q->lock);
    bool open = !q->closed;
    if (open)
        put(q, item);
    pthread_mutex_unlock(&q->lock);
    return open;
}

void *queue_pop(struct queue *q, int timeout_ms)
{
    struct timespec at = clock_deadline(timeout_ms < 0 ? 0 : timeout_ms);
    pthread_mutex_lock(&q->lock);
    while (q->n == 0 && !q->closed) {
        if (timeout_ms < 0)
            pthread_cond_wait(&q->changed, &q->lock);
        else if (pthread_cond_timedwait(&q->changed, &q->lock, &at) == ETIMEDOUT)
            break;
    }
    void *item = NULL;
    if (q->n) {
        item = q->slot[q->head];
        q->head = (q->head + 1) % q->cap;
        q->n--;
        pthread_cond_broadcast(&q->changed);
    }
    pthread_mutex_unlock(&q->lock);
    return item;
}

size_t queue_length(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    size_t n = q->n;
    pthread_mutex_unlock(&q->lock);
    return n;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}
