/* device_own.h - what device.c and obey.c share. Not for others. */
#pragma once

#include "gather/device.h"

struct flight {
    struct device_upload up;
    struct buf frame;
    int64_t sent_ms;
    int tries;
    bool acked; /* out of order: its place is given up when it becomes the first */
    bool history;
};

struct device_client {
    struct fleet *fleet;
    struct device_client *next;
    struct device_config cfg;
    struct conn *conn; /* NULL between connections */
    bool up;
    struct timer resend, reconnect;
    int pause_ms;
    struct flight *ring; /* cfg.window of them, from `first`, `n` used */
    size_t first, n;
    struct buf cp;

    /* What requests of the platform set. */
    char pw[64];
    int rtd_interval, min_interval, over_time_ms, re_count;
    int64_t clock_ahead_ms;
    bool stopped; /* 2012: no real-time data */
    bool states;  /* 2021: run states are sent */
    bool state_due;
    /* What was set by requests that set something, by name: parameters, alarm limits, sampling cycle, addresses. */
    struct setting {
        char name[40], value[104];
    } set[24];
    size_t n_set;
    int bottle; /* VaseNo of the sample kept last, 1 to 99 */
    struct history {
        bool active, waiting; /* waiting: one is sent and not answered yet; the next follows then */
        int cn;
        int64_t from, to;
        size_t sent;
        struct buf done, none; /* the 9012 for either end */
    } history;
    int64_t last_qn;

    /* HJ 212-2025 (device_2025.c) */
    char mn[32];
    bool joining;
    struct hj212_key *key; /* NULL: it enciphers nothing */
    int64_t key_created;
    struct timer heartbeat;
};

struct fleet {
    struct fleet_config cfg;
    struct device_client *devices;
    struct hj212_item *items;
    struct fleet_totals totals;
    struct buf answer, data;
    char *clear; /* HJ212_CLEAR_MAX */
    bool ending;
};

/* obey.c: a request of the platform (HJ 212-2017 6.6.2): 9011, the data, 9012; a notice: 9013. */
void device_obey(struct device_client *d, const struct hj212_frame *f);
/* The next upload of the history that is being asked for; false: none now. Sends 9012 behind the last. */
bool device_history(struct device_client *d, struct device_upload *ret, struct buf *cp);
/* ---- device_2025.c ---- */
int device_2025_begin(struct device_client *d, struct err *e);
void device_2025_opened(struct device_client *d); /* joins, asks for a key, sets the heartbeat going */
void device_2025_closed(struct device_client *d);
void device_2025_release(struct device_client *d);
/* Each returns its ExeRtn: 1002, 1014. */
int device_set_mn(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
int device_set_key(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
/* What an upload is enciphered with; NULL: nothing. */
struct hj212_key *device_key(const struct device_client *d, int cn);
/* Whether a report is one sent again (补传), which 2025 marks with RF=1. */
bool device_late(const struct device_client *d, const char *qn);

/* The next upload of run states, when 2021 asked for them. */
bool device_state(struct device_client *d, struct device_upload *ret, struct buf *cp);
void device_forget_history(struct device_client *d); /* the line broke */
