/* sm3.h - GB/T 32905-2016 (SM3) as 64 lower-case hex digits. */
#pragma once

#include <stddef.h>

#include "base/err.h"

int sm3_hex(const void *bytes, size_t len, char ret[65], struct err *e);
