/* sim_keys.h - what the simulated loggers of HJ 212-2025 remember of their SM4 keys: a file of its own, as a logger keeps its key in the
 * device and not at the platform. JSON, readable by its owner alone (0600): {"MN": {"key": "32 hexadecimal digits or 16 characters",
 * "created": "2026-03-01T08:00:00+08:00", "cipher": "raw" or "printed"}}. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "codec/hj212.h"

struct sim_key {
    uint8_t bytes[HJ212_KEY_BYTES];
    int64_t created;
    bool printed;
};
/* 1: found; 0: this device has none. keys may be NULL. */
int sim_key_find(const json_t *keys, const char *mn, struct sim_key *ret, struct err *e);
/* Puts a device's key into the tree. */
int sim_key_put(json_t *keys, const char *mn, const struct sim_key *k, struct err *e);
int sim_keys_save(const json_t *keys, const char *path, struct err *e);
