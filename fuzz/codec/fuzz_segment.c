/* fuzz_segment.c - one segment with a right CRC put around it, so that the search gets past the CRC: what the fast version takes,
 * the plain one takes in the same way. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/hj212_parts.h"

static int same(struct hj212_view a, struct hj212_view b)
{
    return a.len == b.len && (a.len == 0 || a.s == b.s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hj212_item fast_items[HJ212_ITEMS_MAX], plain_items[HJ212_ITEMS_MAX],
        items[HJ212_ITEMS_MAX];
    if (size > 9999)
        return 0;
    assert(hj212_crc16(data, size) == hj212_crc16_plain(data, size));
    struct buf wire = BUF_INIT;
    if (hj212_wrap(&wire, (const char *)data, size) < 0)
        return 0;
    char *bytes = malloc(wire.len);
    assert(bytes);
    memcpy(bytes, wire.data, wire.len);
    struct hj212_frame fast = hj212_frame_of(bytes + 6, size, fast_items);
    struct hj212_frame plain = hj212_frame_of(bytes + 6, size, plain_items), f;
    enum hj212_reason r = hj212_segment_plain(&plain), why;
    if (hj212_fast_usable() && hj212_segment_fast(&fast)) {
        assert(r == HJ212_OK && fast.n_items == plain.n_items && fast.data_time == plain.data_time);
        assert(same(fast.qn, plain.qn) && same(fast.st, plain.st) && same(fast.cn, plain.cn) &&
               same(fast.pw, plain.pw) && same(fast.mn, plain.mn) && same(fast.cp, plain.cp) &&
               fast.flag == plain.flag && fast.pnum == plain.pnum && fast.pno == plain.pno &&
               fast.edition == plain.edition && fast.rf == plain.rf && fast.faults == plain.faults);
        for (size_t i = 0; i < fast.n_items; i++)
            assert(same(fast_items[i].code, plain_items[i].code) &&
                   same(fast_items[i].suffix, plain_items[i].suffix) &&
                   same(fast_items[i].value, plain_items[i].value) &&
                   fast_items[i].number == plain_items[i].number);
    }
    size_t used;
    /* With everything allowed the same, and strictly if and only if it has no faults. */
    static char clear[HJ212_CLEAR_MAX];
    struct hj212_reading all = { .segment_max = 9999, .sums = HJ212_SUM_ALL, .ended = true, .clear = clear };
    enum hj212_found any = hj212_read(&all, bytes, wire.len, items, &f, &used, &why);
    assert(r != HJ212_OK || (any == HJ212_FRAME && f.faults == plain.faults));
    all.strict = true;
    any = hj212_read(&all, bytes, wire.len, items, &f, &used, &why);
    assert(r != HJ212_OK || (any == HJ212_FRAME) == (plain.faults == 0));
    enum hj212_found found = hj212_next(bytes, wire.len, 9999, items, &f, &used, &why);
    assert((found == HJ212_FRAME) == (r == HJ212_OK) && why == r &&
           (r == HJ212_OK ? used == wire.len : used <= wire.len));
    free(bytes);
    buf_release(&wire);
    return 0;
}
