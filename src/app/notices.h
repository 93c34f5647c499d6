/* notices.h - wires src/notify to the settings, the ledgers' definitions and the browsers' streams. */
#pragma once

#include "api/api.h"
#include "app/config.h"
#include "app/core.h"
#include "notify/notify.h"

struct notices;
int notices_start(const struct config *config, struct core *core, struct notices **ret, struct err *e);
struct notices *notices_stop(struct notices *n); /* takes NULL, returns NULL */
struct notify *notices_notify(struct notices *n);
/* A finding is new or changed: an instrument that fell silent is told once to the duty desk and to whom it belongs. */
void notices_finding(struct notices *n, int64_t id);
/* From now on people's browsers hear of new ones. NULL before the API ends. */
void notices_publish_to(struct notices *n, struct api *api);
