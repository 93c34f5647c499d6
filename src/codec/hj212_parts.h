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
enum hj212_edition hj212_edition_of(const struct hj212_frame *f);
/* Up to four digits as a number, -1 for anything else. */
int hj212_small_number(const char *s, size_t len);

/* A frame with nothing read yet. */
static inline struct hj212_frame hj212_frame_of(const char *segment, size_t len, struct hj212_item *items)
{
    return (struct hj212_frame){ .segment = { segment, (uint32_t)len }, .flag = -1, .item = items };
}
