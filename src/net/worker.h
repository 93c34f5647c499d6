/* worker.h - named threads. Signals stay with the main thread: workers block them all. */
#pragma once

#include <pthread.h>
#include <stdbool.h>

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
