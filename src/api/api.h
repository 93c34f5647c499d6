/* api.h - the HTTP server: the JSON API of docs/api/openapi.yaml, live events, metrics, and the browser client's files.
 *
 * It runs on threads of its own (two by default, each serving many connections by epoll); handlers read through the board, the
 * ledgers and one observation reader per request, and hold no state of their own but sessions and the open event streams. What only
 * app knows (devices, health, the test clock) comes through callbacks, which are called from these threads. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "domain/place.h"
#include "evaluate/shelf.h"
#include "ledger/ledger.h"
#include "measure/measure.h"
#include "plan/plan.h"
#include "notify/notify.h"
#include "store/store.h"

struct api;

struct api_health {
    const char *store;   /* "ok", "full", "error" */
    char message[256];   /* a sentence when it is not ok */
    int64_t records;     /* observations stored */
    const char *forward; /* "off", "ok", "behind", "full"; NULL: off */
    char forward_message[256];
};

struct api_bulletin {
    const char *word, *period, *rules,
        *format;   /* "annual"; "2025" or "2025-06"; ids or dates, ""; "json", "docx", "pdf" */
    int64_t known; /* whole seconds */
};

struct api_config {
    const char *address;  /* numeric IPv4 or IPv6 address to listen on; NULL: 127.0.0.1 */
    uint16_t port;        /* 0: the system picks; see api_port */
    unsigned threads;     /* 0: 2 */
    unsigned connections; /* 0: 2000 */
    /* A TLS proxy stands in front: cookies are marked Secure and the client is the last address of X-Forwarded-For. */
    bool behind_tls;
    /* HTTPS with this PEM certificate (chain) and key; cookies are marked Secure. */
    bool https;
    const char *certificate, *key;

    /* All borrowed until api_stop. */
    const char *data_dir; /* observations are read from here, attachments kept in its folder files */
    int64_t files_max;    /* bytes of all attachments together; 0: no bound */
    struct ledger_store *store;
    struct board *board;
    struct ledgers *ledgers;
    struct notify *notify; /* NULL: no notices */
    const struct words *words;
    const struct place *place;
    const char *web_dir; /* the built client; NULL: none is served */
    const char *geo_dir; /* regions.geojson, rivers.geojson, sea.geojson; NULL: none */
    struct clock *clock;
    const struct shelf *shelf; /* the catalogue of GET /rules, with its tests run; NULL: none */

    /* The text of a PDF; NULL: PDFs are refused. Borrows nothing. */
    int (*pdf_text)(const void *bytes, size_t len, struct buf *out, struct err *e);

    void *arg; /* given to every callback; a NULL callback means there is nothing to say */
    /* The object of GET /devices. MNs are shortened to their last six characters unless `whole`; those that no site has, which are
     * nobody's yet, unless `decides`: who accepts one must know it. */
    void (*write_devices)(void *arg, bool whole, bool decides, struct buf *out);
    /* The object of GET /devices/{site}; -ENOENT when the site has no device. */
    int (*write_device)(void *arg, int32_t site, bool whole, struct buf *out, struct err *e);
    /* Asks a site's device something in somebody's name; writes {"id","state"}. args: an object, or NULL. */
    int (*device_command)(void *arg, int32_t site, const char *command, const json_t *args, const char *by,
                          struct buf *out, struct err *e);
    /* Sets a device's encryption from an object with any of "key", "must_encrypt", "test_device" (checked here to be a text and flags);
     * writes what GET /devices/{site} has as "encryption". No key is ever written. */
    int (*device_encryption)(void *arg, int32_t site, const json_t *set, const char *by, struct buf *out,
                             struct err *e);
    /* Gives a logger that asks to join the MN of a site. */
    int (*accept_join)(void *arg, int64_t join, int32_t site, const char *by, struct err *e);
    /* Gives a site a device, or changes what holds of it: docs/api/openapi.yaml, registerDevice. Writes {"site","mn"}. */
    int (*device_register)(void *arg, int32_t site, const json_t *body, const char *by, struct buf *out,
                           struct err *e);
    /* A site has no device any more; mn: which it is thought to have. Writes {"site","removed"}. */
    int (*device_remove)(void *arg, int32_t site, const char *mn, const char *by, struct buf *out,
                         struct err *e);
    /* An unknown device is refused by rule, or the rule is taken back. Writes {"mn","ignored"}. */
    int (*device_ignore)(void *arg, const char *mn, bool on, const char *by, struct buf *out, struct err *e);
    /* Whether the grid's leaf cells tile the city: the object of GET /ledgers/grid/coverage. */
    int (*grid_coverage)(void *arg, struct buf *out, struct err *e);
    /* New buildings laid over the zones of drinking-water sources: the object of POST /ledgers/drinking/overlay. */
    int (*overlay)(void *arg, const json_t *spots, bool dry, const struct actor *who, int64_t now,
                   struct buf *out, struct err *e);
    int64_t (*permit_of)(void *arg,
                         int32_t site); /* the case of the permit that a site is judged by; 0: none */
    void (*write_forward)(void *arg, struct buf *out); /* the object of GET /forward */
    void (*write_data)(void *arg, struct buf *out);    /* array: GET /about, "data" */
    void (*write_rules)(void *arg, struct buf *out);   /* array: GET /about, "rules" */
    /* The whole receipt of a figure (board_receipt's ask, with the rule files' hashes). The caller decrefs. */
    int (*receipt)(void *arg, const json_t *ask, int64_t now, json_t **ret, struct err *e);
    /* The object of GET /sites/{id}/published: an air day (a day number) as it stood at `known`; site 0: the city. */
    int (*published)(void *arg, int32_t site, int64_t day, int64_t known, int64_t now, struct buf *out,
                     struct err *e);
    /* The bulletins there are (an array), and one of them. */
    int (*bulletins)(void *arg, struct buf *out, struct err *e);
    int (*bulletin)(void *arg, const struct api_bulletin *ask, struct buf *out, struct err *e);
    /* Keeps what was sampled: the body of POST /samples. Writes {"records","new"}. */
    int (*samples_add)(void *arg, const json_t *body, const char *by, struct buf *out, struct err *e);
    void (*write_metrics)(void *arg, struct buf *out); /* lines in Prometheus' text form */
    void (*health)(void *arg, struct api_health *ret);
    /* Only with the test clock: moves it by by_ms (0: not at all), then settles everything due and publishes
     * "clock" before it returns. */
    int (*test_clock)(void *arg, int64_t by_ms, struct err *e);
    void (*reviews_changed)(
        void *arg); /* so are the opinions on values; returns when what rests on them is settled */
    void (*targets_changed)(void *arg); /* the confirmed targets are not what they were */
};

/* Starts listening. The caller stops it; config's pointers are kept, the struct itself is copied. */
int api_start(const struct api_config *config, struct api **ret, struct err *e);
uint16_t api_port(const struct api *a);
/* Ends open streams, lets requests finish, frees. Takes NULL, returns NULL. */
struct api *api_stop(struct api *a);
/* Sends an event to every open stream: json is one line. From any thread. A client that does not keep up is dropped. */
void api_publish(struct api *a, const char *event, const char *json);
/* The same to the streams of one person only. */
void api_publish_to(struct api *a, int64_t user, const char *event, const char *json);
/* GET /device-commands: the one table of commands with arguments, texts and rights, for whoever offers them. */
void api_write_device_commands(enum role role, struct buf *out);
/* To be called every few seconds: a stream that was silent for 15 s gets a comment, so that a dead client is noticed. */
void api_beat(struct api *a);
/* Opens the cases of the findings that nobody settled in time and whose rule says that the program opens them (docs/rules.md, `opens`); looks
 * once a minute of the clock. What fails keeps nothing else from being opened; the first failure is the answer. */
int api_open_due(struct api *a, int64_t now, struct err *e);
/* Takes away what somebody without a login sent up before a moment and never reported. *ret_n: how many. */
int api_clean_uploads(struct api *a, int64_t before, size_t *ret_n, struct err *e);
