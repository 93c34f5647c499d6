/* target.h - reads what a client sends in a request line and its headers: path, query, cookies, media types.
 * Pure; everything is checked and bounded here so that handlers see only decoded UTF-8. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { TARGET_MAX = 4096, TARGET_PARAMS = 24, TARGET_SEGMENTS = 12 };

struct target_param {
    const char *key, *value;
};

/* A request target, decoded. Strings point into text. */
struct target {
    const char *segment[TARGET_SEGMENTS]; /* "/a/b" has two; "/" none */
    size_t n_segments;
    bool ends_in_slash; /* "/a/" */
    struct target_param param[TARGET_PARAMS];
    size_t n_params;
    char text[TARGET_MAX + TARGET_PARAMS + TARGET_SEGMENTS];
};

/* Reads "/path?query". Refused with -EINVAL: what does not begin with '/', bad percent escapes, control characters, text that
 * is not UTF-8, an escaped '/' in a segment, empty and dot segments ("//", ".", "..", ".git"), backslashes, too many pieces. */
int target_parse(const char *raw, struct target *ret, struct err *e);
/* The value of a parameter, or NULL. The first wins. */
const char *target_param(const struct target *t, const char *key);

/* The value of a cookie in a Cookie header (RFC 6265 4.2.1) copied into out. false when absent or longer than cap - 1. */
bool cookie_find(const char *header, const char *name, char *out, size_t cap);
/* The token of "Bearer TOKEN". */
bool bearer_find(const char *header, char *out, size_t cap);
/* "application/json", with or without parameters. NULL is not. */
bool media_is_json(const char *content_type);
/* Whether an Accept-Encoding header takes gzip. NULL does not. */
bool accepts_gzip(const char *header);
