/* forecasts.h - how the stored forecasts did against what was observed (standard/models.h). */
#pragma once

#include "app/core.h"

/* The object of GET /forecasts/scores: days (numbers) from..to. */
int forecasts_write_scores(struct core *c, int64_t from, int64_t to, struct buf *out, struct err *e);
