/* cntime.h - calendar time of China (UTC+8, no daylight saving), which every date in the standards means.
 * `ms` is milliseconds since 1970-01-01 UTC. A day number counts days since 1970-01-01 in China time, an hour number hours
 * since 1970-01-01 00:00 China time; both may be negative. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CN_OFFSET_MS = 8 * 3600 * 1000 };
#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR   (60 * MS_MINUTE)
#define MS_DAY    (24 * MS_HOUR)

struct cn_civil {
    int year, month, day, hour, minute, second, ms; /* month and day from 1 */
};

/* false when a field is outside its range (30 February, hour 24 ...). Years 1900 to 9999. */
bool cn_valid(const struct cn_civil *c);
int64_t cn_to_ms(const struct cn_civil *c);
struct cn_civil cn_from_ms(int64_t ms);
/* Day number of a civil date. */
int64_t cn_days(int year, int month, int day);
int64_t cn_day_of(int64_t ms);
int64_t cn_hour_of(int64_t ms);
int64_t cn_day_start(int64_t day); /* day number to ms */
int64_t cn_hour_start(int64_t hour);
int cn_days_in_month(int year, int month);
int cn_days_in_year(int year);

/* "YYYYMMDDhhmmss" with 8, 10, 12, 14 or 17 digits (HJ 212 DataTime, QN). false when not a real time. */
bool cn_parse_compact(const char *s, size_t len, int64_t *ret_ms);
/* "2026-03-01", "2026-03-01 13:00", "2026-03-01T13:00:00", with optional ".mmm" and optional "Z" or "+08:00"
 * (no zone: China time). */
bool cn_parse_iso(const char *s, size_t len, int64_t *ret_ms);

enum { CN_TEXT = 32 };
/* Each writes into out[CN_TEXT] and returns it. */
char *cn_format_compact(int64_t ms, char out[CN_TEXT]); /* 20260301130000 */
char *cn_format_qn(int64_t ms, char out[CN_TEXT]);      /* 20260301130000123 */
char *cn_format_iso(int64_t ms, char out[CN_TEXT]);     /* 2026-03-01T13:00:00+08:00 */
char *cn_format_date(int64_t ms, char out[CN_TEXT]);    /* 2026-03-01 */
