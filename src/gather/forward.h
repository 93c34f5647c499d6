/* forward.h - passing devices' frames on to other platforms (a city's to the province's and the ministry's).
 *
 * A frame goes on as it came, byte for byte; only PW is replaced where a target has its own (length and check sum made anew in
 * the device's dialect). What is queued is in forward.db before the device is acknowledged (store/forward_store.h). A target is one
 * line that carries all devices, on a thread of its own with all other targets: it connects, sends, waits for 9014, sends again
 * after OverTime up to ReCount times, then takes the line as dead and comes back with growing pauses. A device's frames go in the
 * order they came, at most device_window of them unanswered. A target that answers others but not one device holds up that
 * device only. A request from a target is refused (9011, QnRtn=2): who governs a device is its own platform. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "domain/place.h"
#include "domain/record.h"
#include "gather/gateway.h"
#include "store/forward_store.h"

struct forward;

enum { FORWARD_NAME = 64, FORWARD_FILTER = 32 };

struct forward_target_config {
    char name[FORWARD_NAME], host[256], pw[32]; /* pw "": the device's own */
    int port;
    size_t window, device_window; /* frames without an answer: in all, and of one device */
    int over_time_ms, re_count;
    int64_t queue_frames, queue_bytes;
    bool hold; /* a full queue keeps devices waiting; otherwise its oldest frames are dropped */
    /* Which frames; an empty list is all. */
    unsigned char *site; /* by id - 1; NULL: all */
    unsigned kinds;      /* 1 << enum site_kind; 0: all */
    char st[FORWARD_FILTER][3];
    int cn[FORWARD_FILTER];
    size_t n_st, n_cn;
    char ca[512], cert[512], key[512], tls_name[256]; /* with `tls` */
    bool tls;
};

struct forward_config {
    struct forward_target_config *target;
    size_t n;
    /* Pauses, for tests to shorten. */
    int reconnect_ms, reconnect_max_ms; /* between tries to connect; doubles until an answer comes */
    int hold_ms, hold_max_ms; /* how long a device that alone is not answered is left alone; doubles */
};

/* Reads {"targets": [...]}, docs/forward.md. Every fault names its target. */
int forward_config_read(const json_t *tree, const struct place *place, struct forward_config *ret,
                        struct err *e);
void forward_config_release(struct forward_config *c);

/* Opens the queue in `dir` and begins to connect. Config and place are borrowed until forward_stop. */
int forward_start(const struct forward_config *c, const char *dir, const struct place *place,
                  struct clock *clock, struct forward **ret, struct err *e);
struct forward *forward_stop(struct forward *f); /* takes NULL, returns NULL */

/* The gateway's writer, inside the store's transaction: makes the new ones durable in the queue. */
int forward_queue(struct forward *f, const struct record *r, const struct gateway_raw *raw, const bool *fresh,
                  size_t n, struct err *e);
/* The store's transaction came through: they may go. */
void forward_settled(struct forward *f);

/* What went wrong last: a word for programs and screens. */
enum forward_trouble {
    FORWARD_FINE,
    FORWARD_CANNOT_CONNECT,
    FORWARD_BROKE,
    FORWARD_NO_ANSWER,
    FORWARD_DEVICE,
    FORWARD_DISK
};
const char *forward_trouble_name(
    enum forward_trouble t); /* "", "cannot_connect", "broke", "no_answer", "device", "disk" */

enum forward_line { FORWARD_AWAY, FORWARD_CONNECTING, FORWARD_CONNECTED };
const char *forward_line_name(enum forward_line l); /* "away", "connecting", "connected" */

struct forward_state {
    char name[FORWARD_NAME], peer[300];
    enum forward_line line;
    struct forward_count count;
    bool hold, full; /* full: the queue is at its bound */
    uint64_t sent, resent, acknowledged, connects, refused_requests;
    size_t in_flight, held_devices;
    int64_t last_acknowledged;    /* ms; 0: never */
    enum forward_trouble trouble; /* the last, with a sentence and its time */
    char error[256];
    int64_t error_at;
};
/* Fills at most max and returns how many targets there are; any thread. */
size_t forward_states(struct forward *f, struct forward_state *ret, size_t max);
