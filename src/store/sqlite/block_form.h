/* block_form.h - what the packing and the reading of a block agree on. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"

enum { FORM_VERSION = 1, FORM_DIGITS = 18, FORM_TEXT = 31 };

/* How a tag is found again: it is the hash of the body, or a QN (a moment close to the arrival), or a plain number. */
enum tag_form { TAG_HASH, TAG_QN, TAG_PLAIN };

static inline int64_t form_pow10(int n)
{
    static const int64_t table[FORM_DIGITS + 1] = {
        1,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        10000000000,
        100000000000,
        1000000000000,
        10000000000000,
        100000000000000,
        1000000000000000,
        10000000000000000,
        100000000000000000,
        1000000000000000000,
    };
    return table[n];
}

/* Times that a calendar can name; what lies outside was never stored. */
static inline bool form_time_ok(int64_t ms)
{
    return ms >= INT64_C(-2208988800000) && ms < INT64_C(253402272000000); /* 1900 to 9999 */
}

/* A tag that is a QN: YYYYMMDDhhmmsszzz of a real time (HJ 212-2017 6.3.3.1). */
static inline uint64_t tag_from_qn_ms(int64_t ms)
{
    struct cn_civil c = cn_from_ms(ms);
    uint64_t day = (uint64_t)c.year * 10000 + (uint64_t)c.month * 100 + (uint64_t)c.day;
    uint64_t clock = (uint64_t)c.hour * 10000 + (uint64_t)c.minute * 100 + (uint64_t)c.second;
    return (day * 1000000 + clock) * 1000 + (uint64_t)c.ms;
}

static inline bool tag_qn_ms(uint64_t tag, int64_t *ret)
{
    uint64_t clock = tag / 1000 % 1000000, day = tag / 1000000000;
    if (day < 19000101 || day > 99991231)
        return false;
    struct cn_civil c = { .year = (int)(day / 10000),
                          .month = (int)(day / 100 % 100),
                          .day = (int)(day % 100),
                          .hour = (int)(clock / 10000),
                          .minute = (int)(clock / 100 % 100),
                          .second = (int)(clock % 100),
                          .ms = (int)(tag % 1000) };
    if (!cn_valid(&c))
        return false;
    *ret = cn_to_ms(&c);
    return tag_from_qn_ms(*ret) == tag;
}
