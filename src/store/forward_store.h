/* forward_store.h - the frames that wait for other platforms: DIR/forward.db, one SQLite file (WAL, synchronous=FULL).
 *
 * A row is one frame for one target, exactly as it came. Two threads use it: the gateway's writer puts, the forwarder reads and says
 * what is done; one lock inside. What is done leaves the disk with the next put or flush, so a crash can only make a frame be
 * sent again, never lose one.
 *
 * Where it stands between the device and the observation store: `put` is called inside the store's transaction, before its commit.
 * So what the store has was queued before, and a repeat of it needs no look. Rows put and not yet settled (the store's commit is
 * not known to have come through) are not read; putting the same again changes nothing. Of the last put before a crash nobody knows
 * whether the store has it: those rows stay as marks for a day after they are done, so that the device's repeat is not sent twice. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct forward_store;

enum { FORWARD_TARGETS_MAX = 16 };

struct forward_limit {
    const char *name;   /* the target's, stable over restarts */
    int64_t max_frames; /* what may wait */
    int64_t max_bytes;
    bool hold; /* when full, put is refused (-ENOSPC); otherwise the oldest rows go */
};

struct forward_row {
    size_t target; /* index of the limits given to open */
    int64_t time, arrival;
    uint64_t tag;
    int32_t site;
    uint16_t part;
    uint8_t period;
    uint8_t bits; /* the caller's */
    int cn;
    const char *frame;
    size_t len;
};

struct forward_count {
    int64_t frames, bytes; /* waiting */
    int64_t put, done, dropped;
    int64_t oldest; /* arrival of the first that waits; 0: none */
};

int forward_store_open(const char *dir, const struct forward_limit *limit, size_t n,
                       struct forward_store **ret, struct err *e);
struct forward_store *forward_store_close(struct forward_store *s); /* takes NULL, returns NULL */

/* All n in one durable transaction, or none. Rows whose (target, period, time, site, tag, part) is there already are left out. */
int forward_store_put(struct forward_store *s, const struct forward_row *r, size_t n, struct err *e);
/* What was put last is in the observation store: it may be read from now on. */
void forward_store_settled(struct forward_store *s);

/* Calls each for at most max rows behind `after` in order, with their seq; the row is lent. Returns how many there were. */
int forward_store_read(struct forward_store *s, size_t target, int64_t after, size_t max,
                       void (*each)(void *arg, int64_t seq, const struct forward_row *r), void *arg,
                       struct err *e);
/* The target has it. -ENOBUFS: flush first. */
int forward_store_done(struct forward_store *s, size_t target, int64_t seq, size_t len);
/* Writes down what is done; nothing to do is 0. */
int forward_store_flush(struct forward_store *s, struct err *e);

int forward_store_count(struct forward_store *s, size_t target, struct forward_count *ret, struct err *e);

/* What waits in a folder, for `bihuan check`: calls each for every target ever named. -ENOENT: it never forwarded. */
int forward_store_each(const char *dir,
                       void (*each)(void *arg, const char *name, const struct forward_count *c), void *arg,
                       struct err *e);
