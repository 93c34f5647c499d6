/* gateway.h - the platform's side of HJ 212: devices connect, their uploads become records, and each is answered only after its
 * transaction is on disk.
 *
 * Two threads: the loop owns all device sessions; the writer owns the store's write side and commits groups of frames. Every queue,
 * buffer and list is bounded; when the queue is full the sockets are not read. When the store refuses (a full disk), devices are
 * not answered, the state says so, and the writer tries again until there is room. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "codec/hj212.h"
#include "domain/place.h"
#include "domain/record.h"

struct gateway;

/* Why a frame was not taken: the codec's reasons, and behind them the gateway's own. */
enum gateway_refusal {
    GATEWAY_UNKNOWN_MN = HJ212_REASONS, /* no site has this device */
    GATEWAY_WRONG_PW,
    GATEWAY_UNSUPPORTED, /* a command code that no device should send us, or that is not kept */
    GATEWAY_NO_TIME,     /* an upload without a readable DataTime */
    GATEWAY_TIME,        /* DataTime further ahead of the clock than max_ahead_ms */
    GATEWAY_EMPTY,       /* an upload without a single item, or too large to be queued */
    GATEWAY_STORE,       /* the store refuses this one record (not: it is full) */
    GATEWAY_REFUSALS
};
/* "crc", "unknown_mn" ...: stable words for metrics and JSON. */
const char *gateway_refusal_name(int refusal);

struct gateway_config {
    const char *address;       /* numeric */
    int port;                  /* 0: any, see gateway_port */
    const struct place *place; /* borrowed; must outlive the gateway */
    struct clock *clock;       /* borrowed */
    /* Stores n records in one durable transaction, all or none, and says which were new (obs_append). Called on the writer's
     * thread only. */
    int (*append)(void *arg, const struct record *r, size_t n, bool *new_flags, struct err *e);
    void *append_arg;
    /* The new records of a commit, in order; lent for the call, on the writer's thread. May be NULL. */
    void (*stored)(void *arg, const struct record *r, size_t n);
    void *stored_arg;
    size_t max_connections;
    size_t in_max, out_max; /* bytes per connection */
    size_t segment_max;     /* longest data segment; the standard says 1024, the field sends more */
    size_t queue_frames;    /* frames waiting for the writer; also the most that one commit takes */
    size_t queue_bytes;
    int linger_us; /* how long the writer waits for more frames before it commits a group; 0: not at all */
    int idle_s;    /* silent connections are closed after this */
    int64_t max_ahead_ms;       /* 0: any DataTime is taken */
    int retry_ms, retry_max_ms; /* first and longest pause between tries at a store that refuses */
};
/* The defaults; append, place and clock are the caller's to fill in. */
void gateway_config_init(struct gateway_config *c);

int gateway_start(const struct gateway_config *c, struct gateway **ret, struct err *e);
int gateway_port(const struct gateway *g);
/* Ends both threads; frames already queued are committed when the store takes them at once. Takes NULL, returns NULL. */
struct gateway *gateway_stop(struct gateway *g);

/* Runs job(arg, e) on the writer's thread between two commits and waits for its result: for imports and compaction, which need
 * the store's write side. Not to be called on the writer's own thread. -ESHUTDOWN when the gateway is ending. */
int gateway_on_writer(struct gateway *g, int (*job)(void *arg, struct err *e), void *arg, struct err *e);

/* ---- what it knows; copies, from any thread ---- */

enum { GATEWAY_MN = 32, GATEWAY_UNKNOWN_MAX = 128 };

enum gateway_store { GATEWAY_STORE_OK, GATEWAY_STORE_FULL, GATEWAY_STORE_ERROR };
const char *gateway_store_name(enum gateway_store s); /* "ok", "full", "error" */

struct gateway_stats {
    uint64_t frames;  /* read whole and sound, of known and unknown devices */
    uint64_t stored;  /* new records */
    uint64_t repeats; /* stored before; answered again */
    uint64_t answers;
    uint64_t commits;
    uint64_t refused[GATEWAY_REFUSALS];
    uint64_t turned_away;      /* connections beyond max_connections */
    uint64_t stalls;           /* times the queue was full and reading stopped */
    size_t connections, queue; /* queue: frames not committed yet */
    enum gateway_store store;
    char store_text[512]; /* the store's sentence when it is not ok */
};
void gateway_stats(struct gateway *g, struct gateway_stats *ret);

struct gateway_device {
    char mn[GATEWAY_MN];
    int32_t site;
    enum hj212_edition edition; /* of its last frame; what the city file says before the first */
    bool connected;
    int64_t last_arrival; /* ms; 0: never */
    uint64_t frames, repeats;
    uint64_t refused[GATEWAY_REFUSALS];
    /* QN of its last real-time upload minus arrival (only those are sent when they are made; hours may be sent again late). */
    int64_t clock_skew_ms;
    bool skew_known;
};
/* All devices of the place, in order of site. *ret is malloc'ed for the caller. */
int gateway_devices(struct gateway *g, struct gateway_device **ret, size_t *ret_n, struct err *e);

struct gateway_unknown {
    char mn[GATEWAY_MN]; /* cut when longer; bytes that are not printable ASCII become '?' */
    int64_t first, last; /* ms */
    uint64_t frames;
};
/* Devices that no site knows, the last GATEWAY_UNKNOWN_MAX of them; fills at most `max` and returns how many. */
size_t gateway_unknown(struct gateway *g, struct gateway_unknown *ret, size_t max);
