/* yardstick.h - the least a C receiver does with a frame, written plainly: what the codec's speed is measured against. */
#pragma once

#include <stddef.h>

struct yardstick_count {
    size_t frames, items, bad;
    double sum; /* of all numbers, so that nothing can be left out */
};

/* Walks frames back to back: length, CRC by a table, head fields, each item to code, suffix and number. */
struct yardstick_count yardstick_run(const char *bytes, size_t len);
