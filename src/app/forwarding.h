/* forwarding.h - what `serve` does with gather/forward.h: the file of targets, the store's hook, and what is told of it. All take a
 * forwarding that is NULL: nothing is forwarded. */
#pragma once

#include "api/api.h"
#include "gather/forward.h"

struct forwarding;

/* path "": *ret is NULL. */
int forwarding_start(const char *path, const char *data, const struct place *place, struct clock *clock,
                     struct forwarding **ret, struct err *e);
struct forwarding *forwarding_stop(struct forwarding *f);
/* Stores records and queues those that are new, so that both are durable or the store has none. The gateway's writer. */
int forwarding_append(struct forwarding *f, struct obs_writer *w, const struct record *r,
                      const struct gateway_raw *raw, size_t n, bool *new_flags, struct err *e);
/* GET /forward */
void forwarding_write(struct forwarding *f, struct buf *out);
void forwarding_metrics(struct forwarding *f, struct buf *out);
void forwarding_health(struct forwarding *f, struct clock *clock, struct api_health *ret);
/* One line a target for `bihuan check`; 0 also when the folder never forwarded. */
int forwarding_check(const char *dir, struct err *e);
