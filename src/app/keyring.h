/* keyring.h - devices' SM4 keys in the data folder: one document a device (DOC_KEY, by MN), each key sealed (store/seal.h). Nothing here
 * prints or logs a key. Calls are the gateway's, one at a time. */
#pragma once

#include "base/clock.h"
#include "base/err.h"
#include "gather/gateway.h"
#include "store/store.h"

struct keyring;
/* All borrowed. Opens nothing yet: DIR/secret.key is made with the first key. */
int keyring_new(const char *dir, struct ledger_store *store, struct clock *clock, struct keyring **ret,
                struct err *e);
struct keyring *keyring_free(struct keyring *k); /* takes NULL, returns NULL */
/* gateway_config.keep_keys and .kept_keys. */
int keyring_keep(void *keyring, int32_t site, const char *mn, const struct gateway_keys *keys, struct err *e);
int keyring_kept(void *keyring, int32_t site, const char *mn, struct gateway_keys *ret, struct err *e);
