#include "net/worker.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

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
