/* losses.h - what the gateway knows of values that were on their way and did not come: the rest of a split upload that never came, and
 * frames of a device with a bad CRC or length. Kept beside the ledger (DOC_LOST), so that a restart does not turn lost into not sent. */
#pragma once

#include <stdbool.h>

#include "app/core.h"
#include "gather/gateway.h"

struct losses;                           /* one thread */
struct losses *losses_new(size_t sites); /* NULL: out of memory */
struct losses *losses_free(struct losses *l);
/* One look at the gateway. *ret_news: something was noted, so core_take_losses has more to give. */
int losses_look(struct losses *l, struct gateway *g, struct core *c, bool *ret_news, struct err *e);
