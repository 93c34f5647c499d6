/* Peers for the kit: a platform and a data logger that are good but for one chosen fault. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants those first */
#include <cmocka.h>

#include <stdatomic.h>

#include "base/cntime.h"
#include "base/json.h"
#include "base/scoped.h"
#include "conform/conform.h"
#include "net/worker.h"

#define MN_NEW "010000A8900016F000169DC0"
#define MN_OLD "88888880000001"
#define PW     "123456"
/* The key that both sides have in 2025. */
extern const uint8_t peer_key[HJ212_KEY_BYTES];

enum { OVER_MS = 600, QUIET_MS = 120, IN_MAX_BYTES = 1 << 20 };

/* One run of the kit against one peer; several go on at once. */
struct match {
    const char *name;
    int fault;
    unsigned editions;
    const char *fails; /* ids of the mandatory checks that must fail, " id id " */
    int over_ms;       /* 0: OVER_MS */

    struct conform_config cfg;
    struct conform_report *report;
    struct err e;
    int result;
    struct worker kit, peer;
    int listener;
    _Atomic int port;
    _Atomic bool stop;
};

/* Runs the matches, `at_once` of them at a time: starts peer(match) where it belongs and the kit beside it. */
void play(struct match *m, size_t n, size_t at_once, enum conform_subject subject, void (*peer)(void *match));
/* Fails the test unless exactly the named mandatory checks failed. */
void expect_marks(const struct match *m);

/* ---- for peers ---- */
int peer_dial(int port);
bool peer_send(int fd, const void *bytes, size_t len);
/* Reads what is there within ms into in; false when the other side hung up. */
bool peer_read(int fd, struct buf *in, int ms);
/* Corrects the CRC and the length digits of the frame after its text was changed. */
void peer_seal(struct buf *frame);
/* Replaces the first `what` in the frame (no seal). */
void peer_swap(struct buf *frame, const char *what, const char *with);
int64_t peer_now(void); /* wall clock, ms */
