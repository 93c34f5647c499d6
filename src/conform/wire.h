/* wire.h - the strict reader: what the bytes are, fault by fault. Views point into the caller's bytes. Not for others. */
#pragma once

#include "codec/hj212.h"

enum wire_fault {
    WIRE_LENGTH = 1 << 0, /* the digits do not lead to the CRC */
    WIRE_CRC = 1 << 1,
    WIRE_TAIL = 1 << 2,     /* not CR LF */
    WIRE_CRC_CASE = 1 << 3, /* lower-case hexadecimal */
    WIRE_ORDER = 1 << 4,    /* fields not in the standard's order */
    WIRE_NO_CP = 1 << 5,    /* no CP=&& … && at the end */
    WIRE_FLAG = 1 << 6,     /* Flag absent or no number 0–255 */
    WIRE_PACKET = 1 << 7,   /* packet bit, PNUM and PNO do not go together */
};

struct wire_frame {
    struct hj212_view raw, segment, qn, st, cn, pw, mn, cp, rf;
    int length;    /* as the digits say */
    int flag;      /* -1: absent or unreadable */
    int pnum, pno; /* 0: absent */
    int command;   /* CN as a number; -1 when it is none */
    unsigned crc_is, crc_should;
    bool ciphered; /* it came enciphered; segment and cp are clear text now */
    unsigned faults;
};

enum wire_found { WIRE_MORE, WIRE_FRAME, WIRE_RUBBISH };
/* Looks at the start of bytes. `final`: nothing more will come, so a missing tail is missing. *ret_used bytes belong to it. */
enum wire_found wire_next(const char *bytes, size_t len, bool final, struct wire_frame *ret,
                          size_t *ret_used);
/* Reads the fields of f->segment. */
void wire_fields(struct wire_frame *f);
/* An area that does not begin with a name is deciphered where it stands; when the CRC does not fit the clear text it is put back
 * and has WIRE_CRC. */
void wire_clear(struct wire_frame *f, char *segment, struct hj212_key *key);
/* The value of NAME in a data area; s NULL when absent. */
struct hj212_view wire_item(struct hj212_view cp, const char *name);
/* The next "name=value" from *at on; false at the end. A piece without '=' has value.s NULL. */
bool wire_each(struct hj212_view cp, size_t *at, struct hj212_view *name, struct hj212_view *value);
bool wire_is(struct hj212_view v, const char *s);
bool wire_same(struct hj212_view a, struct hj212_view b);
bool wire_digits(struct hj212_view v, size_t len);
