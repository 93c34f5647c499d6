/* fleet_thread.h - one simulated device on a loop and thread of its own: a few hours at first, and a memory of hours that are asked for. */
#pragma once

#include "gather/device.h"
#include "net/worker.h"
#include "support.h"

struct fleet_thread {
    /* Set before the start. */
    enum hj212_edition edition;
    const char *mn;
    int uploads; /* hours sent by itself: 02:00, 03:00 ... of 2026-03-01, then each of `holes` is left out */
    struct clock *clock; /* the device's */
    bool mute;
    /* Hours of that day it keeps, and those it sends by itself, as bits. 0: keeps all of the past, sends by `uploads`. */
    uint32_t keeps, sends;
    /* HJ 212-2025: as in device_config; rekeyed is given the fleet_thread. */
    const uint8_t *key;
    bool printed, ask_key;
    void (*rekeyed)(void *arg, const uint8_t key[HJ212_KEY_BYTES], int64_t created);
    const struct device_hardware *join;
    void *memory; /* the test's */

    int sent;
    _Atomic int asked; /* history uploads */
    struct loop *loop;
    struct fleet *fleet;
    struct worker worker;
};

void fleet_thread_start(struct fleet_thread *f, int port);
void fleet_thread_stop(struct fleet_thread *f);
