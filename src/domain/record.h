/* record.h - one transaction of one device or one row of one file: all values of a site at one time, as they came.
 *
 * The body is the text of the data area without DataTime: items parted by ';', values of an item by ',', each
 * `code-Stat=digits` or `code-Flag=letter`, e.g. "w01018-Avg=40.10,w01018-Flag=N;w01001-Avg=7.5". It is what is stored, so
 * digits as sent are kept; values are read out of it when they are wanted. Imports write the same form. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/micro.h"
#include "domain/period.h"

/* Where a record came from. RESENT: from a device that marked it as sent again (RF=1, HJ 212-2025). */
enum source { SOURCE_DEVICE = 1, SOURCE_FILE = 2, SOURCE_HAND = 3, SOURCE_RESENT = 4 };

struct record {
    int64_t time;   /* ms, start of the period */
    int32_t site;   /* site id */
    uint8_t period; /* enum period */
    uint8_t source; /* enum source */
    uint16_t part;  /* packet number of a split upload; 0 when whole */
    uint64_t
        tag; /* tells repeats from corrections: the QN as a number, or a hash of the body where there is none */
    int64_t arrival; /* ms, by the receiver's clock */
    const char *body;
    size_t body_len;
};

/* The statistics a value can carry (HJ 212-2017 table 5 suffixes). */
enum statistic {
    STAT_RTD,
    STAT_AVG,
    STAT_MIN,
    STAT_MAX,
    STAT_COU,
    STAT_ZSAVG,
    STAT_ZSRTD,
    STAT_ZSMIN,
    STAT_ZSMAX,
    STAT_OTHER
};

/* No instrument reads more, and a year of hours of it still adds up within a micro. What is beyond, either way, is kept as it was sent
 * but is no value that may be judged. */
#define VALUE_MOST (1000000000 * MICRO_ONE)
static inline bool value_beyond(micro v)
{
    return v > VALUE_MOST || v < -VALUE_MOST;
}

struct record_value {
    const char *code;
    size_t code_len;
    enum statistic stat;
    const char *digits; /* as sent */
    size_t digits_len;
    micro value; /* MICRO_MISSING when the digits are no number, or one beyond VALUE_MOST */
    char flag;   /* the item's -Flag letter, 'N' when it carries none (HJ 212-2017 table 8) */
};

struct record_iter {
    const char *p, *end;
    const char *item_end, *pieces_end; /* pieces_end: of the item's pieces that are still to be read */
    char flag;
};

void record_iter_init(struct record_iter *it, const char *body, size_t len);
/* Next value (flags are folded into the values of their item). false at the end. Malformed pieces are skipped. */
bool record_next(struct record_iter *it, struct record_value *ret);
/* The value of one factor: the converted mean when there is one and `converted`, else Avg, else Rtd. false when absent. */
bool record_find(const char *body, size_t len, const char *code, bool converted, struct record_value *ret);
/* Appends "code-Avg=digits,code-Flag=N;" in the canonical form. */
void record_put(struct buf *body, const char *code, const char *stat, const char *digits, size_t digits_len,
                char flag);
/* 64-bit hash of a body, for `tag` where there is no QN. */
uint64_t record_hash(const char *body, size_t len);
