/* published.h - a day of the air as it was published at an earlier moment: made anew from the records that had arrived and the opinions that
 * had been given by then. */
#pragma once

#include "app/core.h"

/* {"site","day","known","then","now"}: AqiPoint each, or null. site 0: the city. -ENOENT: no data of that day are kept. */
int published_day(struct core *c, int32_t site, int64_t day, int64_t known, int64_t now, struct buf *out,
                  struct err *e);
