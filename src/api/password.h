/* password.h - passwords are kept as argon2id strings of libsodium (its "interactive" cost: 64 MiB, two passes).
 * At most two are computed at a time, the others wait: each takes 64 MiB. Safe from any thread. */
#pragma once

#include <stdbool.h>

#include "base/err.h"

enum { PASSWORD_HASH = 160, PASSWORD_MADE = 32, PASSWORD_MIN = 8, PASSWORD_MAX = 1024 };

/* -EINVAL for one that is too short or too long. */
int password_hash(const char *password, char out[PASSWORD_HASH], struct err *e);
bool password_fits(const char *hash, const char *password);
/* Makes up a password a person can type: 20 letters and digits in groups, 100 bits. */
int password_make(char out[PASSWORD_MADE], struct err *e);
