/* json.h - writes JSON straight into a buffer; commas are its business. Reading is jansson's (strict: `json_read`). */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/micro.h"

struct jw {
    struct buf *out;
    bool comma; /* the next value needs a comma before it */
};

#define JW(buffer) ((struct jw){ .out = (buffer) })

void jw_object(struct jw *w); /* { */
void jw_array(struct jw *w);  /* [ */
void jw_end_object(struct jw *w);
void jw_end_array(struct jw *w);
void jw_key(struct jw *w, const char *key);
/* Values. A NULL string is written as null; bytes that are not UTF-8 become U+FFFD. */
void jw_str(struct jw *w, const char *s);
void jw_strn(struct jw *w, const char *s, size_t len);
void jw_int(struct jw *w, int64_t v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_micro(struct jw *w, micro v,
              int decimals); /* a JSON number; null when missing; decimals < 0: as many as needed */
void jw_double(struct jw *w, double v);         /* 15 significant digits; null when not finite */
void jw_raw(struct jw *w, const char *json);    /* text that is JSON already */
void jw_time(struct jw *w, int64_t ms);         /* "2026-03-01T13:00:00+08:00"; null when 0 */
void jw_tree(struct jw *w, const json_t *tree); /* a jansson value; NULL is null */
/* Key and value in one. */
void jw_kstr(struct jw *w, const char *key, const char *s);
void jw_kint(struct jw *w, const char *key, int64_t v);
void jw_kbool(struct jw *w, const char *key, bool v);
void jw_kmicro(struct jw *w, const char *key, micro v, int decimals);
void jw_ktime(struct jw *w, const char *key, int64_t ms);

/* Strict reading: UTF-8, no duplicate keys, bounded depth. The error names line and column. The caller decrefs. */
int json_read(const char *text, size_t len, json_t **ret, struct err *e);
/* The same of a file, whose integers are within ±JSON_WHOLE_MOST. */
int json_read_file(const char *path, json_t **ret, struct err *e);
/* -EINVAL naming the place ("sites.3.interval") of an integer beyond ±JSON_WHOLE_MOST, the largest that all JSON readers agree on
 * (RFC 8259, 6): as milliseconds, ids and counts it can be added to without care. For what people and other systems send. */
#define JSON_WHOLE_MOST (INT64_C(1) << 53)
int json_whole_within(const json_t *tree, struct err *e);
/* `scoped(json_decrefp) json_t *tree` is jansson's own. */
/* Members with defaults; the string is borrowed from the tree. */
const char *json_str(const json_t *object, const char *key, const char *otherwise);
int64_t json_int(const json_t *object, const char *key, int64_t otherwise);
/* The same with bounds, for what is counted, indexed or multiplied: -EINVAL and a sentence with the key for anything but a whole number
 * from `low` to `high`. `absent` is taken as it is when there is no such key or it is null. */
int json_int_within(const json_t *object, const char *key, int low, int high, int absent, int *ret,
                    struct err *e);
bool json_flag(const json_t *object, const char *key, bool otherwise);
/* A JSON number (integer or real) as micro; `otherwise` when absent or not a number. */
micro json_micro(const json_t *object, const char *key, micro otherwise);
micro json_to_micro(const json_t *number, micro otherwise);
