/* support.h - a gateway with a store that can be watched, stopped and made to fail, and a plain blocking device socket. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/buf.h"
#include "gather/gateway.h"

#define MN_NEW "010000A8900016F000169DC0"
#define MN_OLD "88888880000001"
#define MN_AIR "88888880000002"
#define PW     "123456"

enum { KEPT_MAX = 20000 };

struct kept {
    struct record r;
    char body[400];
};

struct fake_store {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct kept *kept;
    _Atomic size_t n, told;
    bool shut;      /* append waits */
    int fail;       /* append returns this */
    int32_t refuse; /* a tag (its last five digits) that it refuses with -EINVAL; 0: none */
    _Atomic int calls;
};

struct rig {
    struct place *place;
    struct clock clock;
    struct fake_store store;
    struct gateway *g;
    struct gateway_config cfg;
    int fd; /* the first device's line; -1: none */
};

struct place *test_place(void);
/* A rig whose gateway is not started: change r->cfg, then rig_start. */
void rig_init(struct rig *r);
void rig_start(struct rig *r);
/* Starts the gateway and dials it; rig_release closes that line. */
int rig_dial(struct rig *r);
/* Closes the line that rig_dial opened, once: its number may soon be a socket of the gateway's. */
void rig_hang_up(struct rig *r);
void rig_release(struct rig *r);
/* A test whose *state is a rig, not started; it is released however the test ends. */
int rig_set_up(void **state);
int rig_tear_down(void **state);
#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, rig_set_up, rig_tear_down)
void store_shut(struct fake_store *s, bool shut);
void store_fail(struct fake_store *s, int code);

/* One upload: cn, QN ("" for none), DataTime and the items. */
struct upload {
    const char *mn, *qn, *st, *pw;
    int cn;
    enum hj212_edition edition;
    enum hj212_sum sum;
    const char *cp;
};
void put_frame(struct buf *out, const struct upload *u);
void put_2017(struct buf *out, const char *qn, int cn, const char *cp);

int dial(const struct gateway *g);
void send_all(int fd, const char *bytes, size_t len);
void send_buf(int fd, const struct buf *b);
/* Reads until `frames` answers have come or nothing came for wait_ms; returns how many; the text is in out. */
size_t read_answers(int fd, size_t frames, int wait_ms, struct buf *out);
/* Sends and reads so many answers behind what is in out; fails when they do not come within 5 s. */
void exchange(int fd, const struct buf *b, size_t frames, struct buf *out);
/* Waits until the condition holds, at most 5 s. */
#define WAIT_FOR(condition)                                           \
    do {                                                              \
        for (int tries_ = 0; !(condition) && tries_ < 6000; tries_++) \
            usleep(10000);                                            \
        assert_true(condition);                                       \
    } while (0)

struct gateway_stats stats_of(struct gateway *g);
/* Zeros when there is none of that MN. */
struct gateway_device device_of(struct gateway *g, const char *mn);
