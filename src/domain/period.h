/* period.h - what span an observation speaks for. Its time is the start of the span (HJ 212-2017: DataTime of 2051, 2061, 2031);
 * for a real-time value it is the moment of reading. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/cntime.h"

/* PERIOD_NOTE is no span: what a device told once (a state, an alarm, a start, a kept sample), with the code it came under as the first
 * item of its body. No series is made of notes. PERIOD_SAMPLE is what was taken by hand on that day and analysed: it speaks for its own
 * moment, and only a mean over a month or a year makes more of it (measure/sample.h). */
enum period {
    PERIOD_REALTIME,
    PERIOD_MINUTE,
    PERIOD_HOUR,
    PERIOD_DAY,
    PERIOD_NOTE,
    PERIOD_SAMPLE,
    PERIOD_COUNT
};

/* "realtime", "minute", "hour", "day", "note", "sample": the word in the API, on the command line and in the stores. */
const char *period_name(enum period p);
/* -1 when the word names no period. */
int period_from_name(const char *name, size_t len);
