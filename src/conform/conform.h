/* conform.h - a vendor-neutral test of a data logger (we act as platform) or of a platform (we act as device) by HJ 212.
 *
 * The checks are tables (platform_checks.c, device_checks.c): each row names its clause per edition and how sure that clause is. What
 * only the field does, or what merely follows from the text, is advice and never fails a test. The peer's frames are read by a small
 * strict reader of this module's own: a lenient codec would forgive what is to be judged. Blocking sockets, one thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "codec/hj212.h"

enum conform_subject { CONFORM_PLATFORM, CONFORM_DEVICE };

/* Where a check comes from: the standard's text; what two or more readers of the text of 2025 say of it (the text itself was not to
 * be had); the field; or what follows without standing anywhere. The first two make it mandatory. */
enum conform_sure { CONFORM_STANDARD, CONFORM_REPORTED, CONFORM_FIELD, CONFORM_INFERRED };
static inline bool conform_mandatory(enum conform_sure s)
{
    return s <= CONFORM_REPORTED;
}

enum conform_outcome {
    CONFORM_NOT_RUN, /* the reason stands in the explanation */
    CONFORM_PASS,
    CONFORM_FAIL,
    CONFORM_NOT_APPLICABLE,
    CONFORM_OUTCOMES
};
const char *conform_outcome_name(enum conform_outcome o); /* "not_run" "pass" "fail" "not_applicable" */

enum { CONFORM_EDITIONS = HJ212_2025 + 1, CONFORM_SAY = 400, CONFORM_PROOFS = 3 };

struct conform_rule {
    const char *clause; /* NULL: the check says nothing about this edition */
    enum conform_sure sure;
};

struct trial;
struct conform_check {
    const char *id;      /* stable; the word before the dot is its group */
    const char *command; /* command class: "9014", "2051"; "*" for any */
    const char *title_zh, *title;
    struct conform_rule by[CONFORM_EDITIONS];
    void (*run)(struct trial *t);
    int arg; /* for rows that share a function */
};

/* Bytes that prove a result, cut to an excerpt. */
struct conform_proof {
    bool sent; /* by us; else received */
    char *bytes;
    size_t len, whole; /* whole: how long it was before it was cut */
};

struct conform_result {
    const struct conform_check *check;
    enum hj212_edition edition;
    enum conform_outcome outcome;
    char zh[CONFORM_SAY], en[CONFORM_SAY]; /* why */
    struct conform_proof proof[CONFORM_PROOFS];
    size_t n_proofs;
};

struct conform_config {
    enum conform_subject subject;
    const char *host;         /* platform: where to connect; device: the numeric address to listen on */
    int port;                 /* device: 0 picks one, see `listening` */
    const char *mn, *pw, *st; /* device: NULL takes what the logger says */
    unsigned editions;        /* bits 1 << enum hj212_edition; device: 0 takes the logger's */
    struct hj212_key *sm4;    /* the device's key in 2025; NULL: nothing can be told about ciphers */
    int over_time_ms;         /* HJ 212-2017 6.2.1, table 1 */
    int re_count;
    int quiet_ms; /* how long silence must last to count as none */
    int wait_ms;  /* device: for a logger to connect */
    int watch_ms; /* device: how long its own uploads are watched */
    bool act;     /* device: also the commands that move something: calibrate, sample */
    /* Told as it goes; may be NULL. */
    void (*listening)(void *arg, int port);
    void (*judged)(void *arg, const struct conform_result *r);
    void *arg;
};
void conform_config_init(struct conform_config *c, enum conform_subject subject);

struct conform_report {
    enum conform_subject subject;
    char peer[280], mn[40], st[8]; /* mn, st: of the device played or tested */
    int64_t began_ms, ended_ms;
    struct conform_result *result;
    size_t n;
    size_t mandatory[CONFORM_OUTCOMES], advice[CONFORM_OUTCOMES];
};

/* Runs every check that the editions and the subject call for. -errno when the peer cannot be reached at all. */
int conform_run(const struct conform_config *c, struct conform_report **ret, struct err *e);
struct conform_report *conform_report_free(struct conform_report *r); /* takes NULL, returns NULL */
/* No mandatory check failed, and at least one passed. */
bool conform_passed(const struct conform_report *r);
const struct conform_rule *conform_rule_of(const struct conform_result *r);
/* Heading of the check's group. */
const char *conform_group(const struct conform_check *c, bool english);
const char *conform_edition_name(enum hj212_edition e); /* "HJ/T 212-2005" ... */

/* ---- the report, three ways; appended to out ---- */
void conform_text(const struct conform_report *r, struct buf *out);
void conform_json(const struct conform_report *r, struct buf *out);
void conform_html(const struct conform_report *r, struct buf *out);
