/* hj212_parts.h - the pieces of the HJ 212 codec, for its own files, tests and bench. Everyone else includes codec/hj212.h.
 * Plain versions say what is right; fast ones give the same or say that they cannot. */
#pragma once

#include "codec/hj212.h"

/* The routine of appendix A, bit by bit; hj212_crc16 is the fast one. */
uint16_t hj212_crc16_plain(const void *data, size_t len);

/* --- reading a segment; f->segment and f->item are set by the caller, the rest is filled --- */
/* Any order and dialect. HJ212_OK, _FIELDS or _ITEMS. */
enum hj212_reason hj212_segment_plain(struct hj212_frame *f);
/* The same for a segment written as the standard writes it. false: not written so, or something is to be refused; *f must then
 * be set up anew for the plain version. Reads up to eight bytes before the segment's first '=', which ## and the length are.
 * Call only when hj212_fast_usable(). */
bool hj212_segment_fast(struct hj212_frame *f);
/* True when this processor has what hj212_segment_fast is made of. */
bool hj212_fast_usable(void);

/* --- shared by both --- */
/* Notes the faults that the fields themselves show. closely: the items too; false when they are known to be in order. */
void hj212_judge(struct hj212_frame *f, bool closely);
enum hj212_edition hj212_edition_of(const struct hj212_frame *f);
/* Up to four digits as a number, -1 for anything else. */
int hj212_small_number(const char *s, size_t len);

/* --- enciphered areas --- */
enum { HJ212_LENGTH_MAX = 9999 }; /* four digits */
/* The area between the first CP=&& and the && that ends the segment; false when it has none. */
bool hj212_area_of(const char *segment, size_t len, struct hj212_view *ret);
/* True when the area begins as no text does. */
bool hj212_looks_enciphered(struct hj212_view area);
/* {0xE4,0x3E,...} at p: how many bytes it says, written to `to` (room for max; NULL: nowhere), *ret_behind is behind the '}'.
 * _NOT: it is no such text, or not of whole blocks. _MORE: it may become one. */
enum { HJ212_PRINTED_NOT = -1, HJ212_PRINTED_MORE = -2 };
int hj212_printed_bytes(const char *p, const char *end, size_t max, char *to, const char **ret_behind);
void hj212_print_bytes(struct buf *out, const char *cipher, size_t len);

/* A frame with nothing read yet. */
static inline struct hj212_frame hj212_frame_of(const char *segment, size_t len, struct hj212_item *items)
{
    return (struct hj212_frame){ .segment = { segment, (uint32_t)len }, .flag = -1, .item = items };
}
