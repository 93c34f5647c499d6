/* seal.h - small secrets (a device's key) kept enciphered in the data folder, so that a copy of the databases alone tells none of
 * them. What opens them is DIR/secret.key: 32 random bytes, made on first use, readable by the folder's owner alone (0600).
 *
 * XChaCha20-Poly1305 of libsodium, with a random nonce: OpenSSL 3.0 (Debian 12) has SM4 only in modes that do not notice a change
 * (ECB, CBC, CFB, OFB, CTR), and a key that was changed unseen would be worse than one that is missing. `about` (a device's MN) is
 * sealed with it, so that one device's key cannot be put in another's place. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct seal;
/* Reads DIR/secret.key; makes it when `create` and it is not there. -EPERM when others may read it, -EINVAL when it is damaged. */
int seal_open(const char *dir, bool create, struct seal **ret, struct err *e);
struct seal *seal_close(struct seal *s); /* wipes; takes NULL, returns NULL */
enum { SEAL_SECRET_MAX = 256 };
/* Appends the sealed secret as text (base64) to out. */
int seal_close_up(const struct seal *s, const char *about, const void *secret, size_t len, struct buf *out,
                  struct err *e);
/* The secret of exactly len bytes. -EBADMSG: sealed with another secret.key, about something else, or changed since. */
int seal_open_up(const struct seal *s, const char *about, const char *text, void *secret, size_t len,
                 struct err *e);
