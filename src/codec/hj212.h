/* hj212.h - the text protocol between data loggers and platforms: bytes ⇄ frames.
 * HJ/T 212-2005 and HJ 212-2017. Pure: no I/O, no clock, no allocation per frame. Views point into the caller's bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/micro.h"

struct hj212_view {
    const char *s; /* not NUL-terminated; NULL when the field is absent */
    uint32_t len;
};

/* Why bytes were refused. Names are stable: metrics and JSON use hj212_reason_name. */
enum hj212_reason {
    HJ212_OK,
    HJ212_RUBBISH,  /* bytes that begin no frame, skipped to the next "##" */
    HJ212_LENGTH,   /* the four length digits are not digits, or the length leads to no CRC */
    HJ212_TOO_LONG, /* a segment beyond the caller's limit */
    HJ212_CRC,
    HJ212_FIELDS, /* the segment's head (QN ... CP) cannot be read */
    HJ212_ITEMS,  /* the data area cannot be read, or has more items than HJ212_ITEMS_MAX */
    HJ212_REASONS
};
const char *hj212_reason_name(
    enum hj212_reason r); /* "rubbish", "length", "too_long", "crc", "fields", "items" */

enum { HJ212_ITEMS_MAX = 512, HJ212_SEGMENT_MAX = 1024, HJ212_FRAME_OVERHEAD = 12 };

struct hj212_item {
    struct hj212_view code;   /* a21026; the whole name when there is no suffix (DataTime) */
    struct hj212_view suffix; /* Avg, Rtd, Flag ...; len 0 when none */
    struct hj212_view value;  /* as sent */
    micro number;             /* MICRO_MISSING when the value is no number (flags, texts) */
};

enum hj212_edition { HJ212_2005, HJ212_2017, HJ212_2025 };

struct hj212_frame {
    struct hj212_view segment;                /* between the length and the CRC */
    struct hj212_view qn, st, cn, pw, mn, cp; /* cp: inside the && && */
    int flag;                                 /* -1 when absent */
    enum hj212_edition edition;               /* by the Flag's version bits and the QN's absence */
    bool answer_wanted;                       /* Flag bit 0 */
    int pnum, pno;                            /* 0 when absent */
    int64_t data_time;                        /* ms; 0 when there is none or it is no time */
    size_t n_items;
    struct hj212_item *item; /* the caller's array, below */
};

/* HJ 212-2017 appendix A. NOT CRC-16/Modbus: the step drops the register's low byte. */
uint16_t hj212_crc16(const void *data, size_t len);

/* What was found at the start of the bytes. */
enum hj212_found { HJ212_NEED_MORE, HJ212_FRAME, HJ212_REFUSED };

/* Looks for one frame at the start of bytes[0..len).
 *  HJ212_FRAME: *ret is filled (its item[] is `items`, room for HJ212_ITEMS_MAX), *ret_used bytes belong to it (head to tail;
 *    CR LF, LF alone or no tail at all are taken; line ends that come late are taken with the next frame).
 *  HJ212_REFUSED: *ret_reason says why, *ret_used bytes are to be dropped (at least 1) and the search goes on behind them. On
 *    HJ212_CRC, _FIELDS and _ITEMS ret->segment is set, so that a QnRtn=9 could be sent. The head's fields are set as far as
 *    they could be read. On HJ212_CRC the segment may reach beyond *ret_used: bytes are kept when a frame may begin among them.
 *  HJ212_NEED_MORE: nothing is consumed. Never returned when len >= segment_max + HJ212_FRAME_OVERHEAD.
 * segment_max: the longest segment taken (HJ212_SEGMENT_MAX, or more for the field's long senders; at most 9999). */
enum hj212_found hj212_next(const char *bytes, size_t len, size_t segment_max, struct hj212_item *items,
                            struct hj212_frame *ret, size_t *ret_used, enum hj212_reason *ret_reason);

/* The data area as the canonical record body (domain/record.h): every item but DataTime, joined by ',' within one code and
 * ';' between codes. Appends to body. */
void hj212_body(const struct hj212_frame *f, struct buf *body);

/* --- building --- */

/* Wraps a segment: ## length segment CRC CR LF, appended to out. -EMSGSIZE above 9999 bytes. */
int hj212_wrap(struct buf *out, const char *segment, size_t len);

struct hj212_head {
    const char *qn; /* NULL or "": absent (2005 uploads) */
    const char *st, *pw, *mn;
    int cn; /* 2011, 2051, 2061, 2031 ... */
    enum hj212_edition edition;
    bool answer_wanted;
    int pnum, pno; /* 0: absent */
};
/* A whole frame from its head and the text of its data area, appended to out. */
int hj212_build(struct buf *out, const struct hj212_head *h, const char *cp, size_t cp_len);
/* The answer to a frame: cn 9011 with qn_rtn, 9012 with exe_rtn, 9013, 9014 (code ignored); in the edition of the frame
 * (2005: what is answered stands inside CP). Appended to out. */
int hj212_answer(struct buf *out, const struct hj212_frame *f, int cn, int code);
