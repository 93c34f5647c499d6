/* sm4_key.h - a key of HJ 212-2025 as it is given on the command line. */
#pragma once

#include "base/err.h"
#include "codec/hj212.h"

/* arg: 32 hexadecimal digits, or a file that holds those or 16 bytes. Neither it nor what the file holds is ever shown. The caller
 * frees *ret. -EINVAL, -ENOTSUP, or what reading the file said. */
int sm4_key_read(const char *arg, struct hj212_key **ret, struct err *e);
