/* samples.h - what people sampled, entered in the server: one sample of a point, or a list of many. */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "domain/record.h"

struct place;
/* body: {"site", "date" (2026-10-14, or a time), "values": {"din": "0.31"}}, or {"csv": "date,site,din\n..."} as `bihuan import --period sample`
 * reads it. All of it is stored, or none; answers {"records", "new"}. stored: told of what is on disk. */
struct samples_ask {
    const char *dir;
    const struct place *place;
    int64_t now;
    void (*stored)(void *arg, const struct record *r, size_t n);
    void *arg;
};
int samples_take(const struct samples_ask *ask, const json_t *body, struct buf *out, struct err *e);
