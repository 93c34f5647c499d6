/* gateway_own.h - what gateway.c, session.c and writer.c share. Not for others. */
#pragma once

#include <pthread.h>

#include "base/buf.h"
#include "base/map.h"
#include "gather/gateway.h"
#include "net/loop.h"
#include "net/worker.h"

struct device {
    const struct site *site;
    struct gateway_device seen;   /* `connected` is worked out when asked */
    uint32_t session, generation; /* the connection that last carried it */
};

struct session {
    struct conn *conn; /* NULL: the slot is free */
    struct gateway *g;
    uint32_t generation; /* tells a job's session from a later one in the same slot */
    uint32_t next_free;
    struct device *device; /* of the last sound frame: damage is counted on it */
    bool paused;
};

/* A frame on its way through the writer, beside the record of the same index. */
struct job {
    uint32_t session, generation;
    struct device *device;
    uint32_t answer_at, answer_len; /* in the batch's bytes; 0 long: no answer wanted */
    bool stored, refused;           /* tried alone: what became of it */
};

/* Frames that are committed together. One is being filled by the loop, one is the writer's, the others are on the way back. */
struct batch {
    struct batch *next;
    size_t n, bytes_len;
    struct record *record;
    struct job *job;
    bool *fresh;
    char *bytes;
    bool singly;         /* one of them is bad: they are stored one by one */
    bool answered, told; /* the loop has answered; `stored` has returned. Both: free again */
};

enum { BATCHES = 4 };

struct task {
    int (*run)(void *arg, struct err *e);
    void *arg;
    struct err *e;
    int result;
    bool done;
};

struct gateway {
    struct gateway_config cfg;
    struct loop *loop;
    int port;
    struct worker loop_worker, writer_worker;

    /* The loop's own. */
    struct session *session;
    uint32_t free_session;
    struct hj212_item *items;
    struct buf scratch;
    bool stalled; /* some session is paused for want of room in the queue */
    struct map by_mn;
    struct device *device;
    size_t n_devices;

    /* Between threads: everything below, and the `seen` of devices, under the lock. */
    pthread_mutex_t lock;
    pthread_cond_t work;   /* the writer has something to do */
    pthread_cond_t tasked; /* a task ended, or its place is free */
    struct batch batch[BATCHES];
    struct batch *filling, *spare, *done;
    struct task *task;
    bool stopping;
    struct gateway_stats stats;
    struct gateway_unknown unknown[GATEWAY_UNKNOWN_MAX];
    size_t n_unknown;
};

extern const struct conn_ops session_ops;
/* The writer's wake: answers what is committed, then lets paused sessions read again. */
void sessions_woken(void *gateway);
void writer_run(void *gateway);
/* Holding the lock: gives a batch back when both sides are through with it. */
void batch_settle(struct gateway *g, struct batch *b);
