/* load.h - as many frames as a platform takes: n devices, each with a window of uploads in flight. For the bench. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "gather/device.h"

struct load_config {
    const char *host;
    int port;
    size_t connections, window;
    uint64_t frames; /* in all */
    int factors;     /* values a frame carries */
    int64_t from;    /* DataTime of each device's first frame; later ones follow by the second */
    int over_time_ms;
    struct tls *tls; /* NULL: in clear */
    /* Frames a second over all devices, each with its moment; 0: as fast as they are answered. The wait for an answer is counted from
     * that moment, also when the frame could not leave then, so that a platform that stands still is seen in every frame it held up. */
    double rate;
};

struct load_result {
    struct fleet_totals totals;
    double seconds;                         /* from the first connect to the last answer */
    double p50_ms, p99_ms, p999_ms, max_ms; /* of the answers; with a rate */
};

enum { LOAD_MN = 25, LOAD_FACTORS_MAX = 32 };
/* The i-th device's MN; its password is LOAD_PW. */
char *load_mn(size_t i, char out[LOAD_MN]);
#define LOAD_PW "123456"

/* Returns when every frame is acknowledged; -ETIMEDOUT when nothing was for 60 s. */
int load_run(const struct load_config *c, struct load_result *ret, struct err *e);
