/* forward_own.h - what forward.c and forward_line.c share. Not for others. */
#pragma once

#include <pthread.h>

#include "gather/forward.h"
#include "net/loop.h"
#include "net/worker.h"

/* A row's `bits`. */
enum { FORWARD_WANTS = 1, FORWARD_OLD = 2, FORWARD_SUM = 4 /* and up: enum hj212_sum */ };

/* A frame in memory: read from the queue, waiting to be sent or to be answered. */
struct parcel {
    struct parcel *next, *prev; /* the target's, in order of seq */
    struct parcel *next_flight; /* its device's, in order of sending */
    int64_t seq;
    uint64_t tag;
    int32_t site;
    uint8_t bits;
    bool in_flight, sent;
    int tries;
    int64_t first_ms, sent_ms; /* monotonic */
    size_t len;
    char frame[];
};

struct forward_device {
    struct parcel *flight;
    size_t n_flight;
    uint32_t walk;         /* the pump's round in which an earlier frame of it had to wait */
    int64_t held_until_ms; /* monotonic; 0: not held */
    int held_ms;           /* the last pause */
};

struct forward_target {
    struct forward *f;
    const struct forward_target_config *cfg;
    size_t index;
    struct conn *conn;
    bool up, blind;  /* blind: everything in the queue behind the cursor is loaded */
    struct tls *tls; /* NULL: in clear */
    struct timer tick, reconnect;
    int pause_ms;
    int64_t heard_ms; /* monotonic: its last answer */
    int64_t cursor;   /* the last seq looked at */
    struct parcel *first, *last;
    size_t n_loaded, bytes_loaded, n_flight;
    uint32_t walk;
    struct forward_device *device; /* by site id - 1 */
    struct forward_state state;    /* under f->lock, but count */
};

struct forward {
    const struct forward_config *cfg;
    const struct place *place;
    struct clock *clock;
    struct forward_store *store;
    struct loop *loop;
    struct worker worker;
    struct forward_target *target;
    struct hj212_item *items;
    struct buf scratch;
    struct timer flush;
    bool complained;
    struct forward_row *row; /* the writer's: rows of one put */
    size_t row_cap;
    pthread_mutex_t lock;
};

/* forward_line.c; the forwarder's thread */
int target_open(struct forward_target *t); /* begins; called once */
void target_pump(struct forward_target *t);
void target_release(struct forward_target *t);
