/* sm3.h - GB/T 32905-2016 (SM3) as 64 lower-case hex digits. */
#pragma once

#include <stddef.h>

#include "base/err.h"

enum { SM3_HEX = 65 };
int sm3_hex(const void *bytes, size_t len, char ret[SM3_HEX], struct err *e);

/* The same in pieces. A failure of the library is remembered and comes out at the end. */
struct sm3 {
    void *md; /* the library's; NULL before sm3_begin and after sm3_end */
};
int sm3_begin(struct sm3 *s, struct err *e);
void sm3_add(struct sm3 *s, const void *bytes, size_t len);
/* Writes the digest and frees; sm3_drop only frees. */
int sm3_end(struct sm3 *s, char ret[SM3_HEX], struct err *e);
void sm3_drop(struct sm3 *s);
