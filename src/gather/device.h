/* device.h - the other end of the line: data loggers that connect, upload, wait for each answer and send again without one.
 * For the simulator, the tests and the bench. All devices of a fleet live on one loop. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cntime.h"
#include "base/err.h"
#include "codec/hj212.h"
#include "net/loop.h"
#include "net/tls.h"

struct fleet;
struct device_client;

struct fleet_config {
    struct loop *loop; /* borrowed */
    const char *host;  /* borrowed */
    int port;
    struct tls *tls;  /* NULL: in clear. Borrowed */
    int over_time_ms; /* HJ 212-2017 6.2.1, table 1: 10 s on a cellular line */
    int re_count;     /* and 3 times; then the line is taken as dead and made anew */
    int reconnect_ms; /* first pause before connecting again; doubles up to 30 times that */
};
void fleet_config_init(struct fleet_config *c);

struct fleet_totals {
    uint64_t sent;                                     /* different uploads */
    uint64_t acknowledged, resent, connects, requests; /* requests: of the platform, answered */
};

int fleet_new(const struct fleet_config *c, struct fleet **ret, struct err *e);
struct fleet *fleet_free(struct fleet *f); /* closes and frees its devices; takes NULL, returns NULL */
const struct fleet_totals *fleet_totals(const struct fleet *f);

struct device_upload {
    char qn[CN_TEXT]; /* not sent by a 2005 device */
    int cn;
};

/* What a logger of HJ 212-2025 says of its hardware when it joins. */
struct device_hardware {
    const char *logger, *cpu, *mac1, *mac2;
};

struct device_config {
    const char *mn, *pw, *st; /* borrowed */
    enum hj212_edition edition;
    size_t window; /* uploads in flight. A 2005 device has one: its answers name no QN */
    /* The next upload, its data area appended to cp; false when there is none now (device_kick when there is). */
    bool (*next)(void *arg, struct device_upload *ret, struct buf *cp);
    void (*acked)(void *arg, const char *qn, int cn); /* may be NULL */
    /* What requests of the platform are answered from; each may be NULL. */
    int64_t (*now)(void *arg); /* its clock before it was set; NULL: the system's */
    /* The stored data area of the first period of 2031, 2051 or 2061 that begins at or behind *from and not behind `to`; moves *from
     * behind it. NULL: it keeps nothing. */
    bool (*history)(void *arg, int cn, int64_t *from, int64_t to, struct buf *cp);
    void (*interval)(void *arg, int cn, int value); /* 1062: seconds, 1064: minutes were set */
    int rtd_interval;                               /* 0: 60 s */
    bool mute;                                      /* answers no request at all: an old logger */
    /* HJ 212-2025 alone. */
    const uint8_t *key;  /* HJ212_KEY_BYTES, copied: what 2025 wants enciphered is. NULL: all in clear */
    int64_t key_created; /* SKCreateTime, ms */
    bool printed;        /* the cipher as {0x..,...} text */
    bool ask_key;        /* asks for a new key (1014) when it connects and its key is this old */
    int64_t ask_key_age_ms;
    /* A 1014 gave it another key; called before it says that it has it, so that it can be written down. May be NULL. */
    void (*rekeyed)(void *arg, const uint8_t key[HJ212_KEY_BYTES], int64_t created);
    int heartbeat_s; /* 9015; 0: none (the standard's period is not known to us) */
    /* It has no MN yet (mn is not used): uploads its hardware (1001) and sends nothing else until 1002 gave it one. NULL: it has. */
    const struct device_hardware *join;
    void (*joined)(void *arg, const char *mn); /* may be NULL */
    void *arg;
};
/* Connects by itself, now and whenever the line is lost. Owned by the fleet. */
int fleet_add(struct fleet *f, const struct device_config *c, struct device_client **ret, struct err *e);
/* There may be something to send. */
void device_kick(struct device_client *d);
/* Uploads sent and not yet acknowledged. */
size_t device_in_flight(const struct device_client *d);
