/* worker.h - named threads and a bounded queue between them. Signals stay with the main thread: workers block them all. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct worker {
    pthread_t thread;
    bool running;
    void (*run)(void *arg);
    void *arg;
    char name[16];
};

/* Starts run(arg) on a new thread; w must stay where it is until joined. */
int worker_start(struct worker *w, const char *name, void (*run)(void *arg), void *arg, struct err *e);
/* Waits for its end; does nothing when it was never started. */
void worker_join(struct worker *w);

/* Pointers from any threads to any threads, first in first out, at most `cap` of them. */
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    void **slot;
    size_t cap, head, n;
    bool closed;
};

int queue_init(struct queue *q, size_t cap, struct err *e);
/* The queue must be empty of owners: what is still in it is not freed. */
void queue_release(struct queue *q);
/* false when full or closed. */
bool queue_try_push(struct queue *q, void *item);
/* Waits for room; false when closed. */
bool queue_push(struct queue *q, void *item);
/* Waits up to timeout_ms (< 0: for ever); NULL when nothing came, or closed and drained. */
void *queue_pop(struct queue *q, int timeout_ms);
size_t queue_length(struct queue *q);
/* No more pushes; waiting threads wake; pops drain what is left. */
void queue_close(struct queue *q);
