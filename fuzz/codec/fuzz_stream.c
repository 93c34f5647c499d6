/* fuzz_stream.c - a byte stream torn where the input says, taken in as a device session does. Invariants: a step is at least one
 * byte and never more than there are, enough bytes are never waited on, a frame's views lie inside the bytes used. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/hj212_parts.h"

static void inside(struct hj212_view v, const char *from, const char *to)
{
    assert(!v.s ? v.len == 0 : v.s >= from && v.s + v.len <= to);
}

static void check(const struct hj212_frame *f, const char *from, const char *to)
{
    assert(f->n_items <= HJ212_ITEMS_MAX);
    const struct hj212_view views[] = { f->segment, f->qn, f->st, f->cn, f->pw, f->mn, f->cp };
    assert(f->faults >> HJ212_FAULTS == 0);
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        inside(views[i], from, to);
    for (size_t i = 0; i < f->n_items; i++) {
        inside(f->item[i].code, from, to);
        inside(f->item[i].suffix, from, to);
        inside(f->item[i].value, from, to);
        assert(f->item[i].code.len > 0);
    }
}

/* What is taken can be answered, and the answer is a frame. */
static void answer(const struct hj212_frame *f)
{
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct buf out = BUF_INIT, body = BUF_INIT;
    struct hj212_frame back;
    enum hj212_reason why;
    size_t used;
    hj212_body(f, &body);
    for (int cn = 9011; cn <= 9014; cn++) {
        buf_clear(&out);
        if (hj212_answer(&out, f, cn, 1) < 0)
            continue;
        enum hj212_found found = hj212_next(out.data, out.len, 9999, items, &back, &used, &why);
        assert(found != HJ212_NEED_MORE && used == out.len);
        assert(why != HJ212_LENGTH && why != HJ212_CRC && why != HJ212_TOO_LONG && why != HJ212_RUBBISH);
    }
    buf_release(&out);
    buf_release(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hj212_item items[HJ212_ITEMS_MAX];
    enum { MAX = 300, HOLD = 2048 };
    uint32_t tear = 1;
    size_t held = 0;
    for (size_t at = 0; at < size;) {
        /* The pieces' lengths come from the bytes themselves. */
        tear = tear * 1664525u + data[at] + 1013904223u;
        size_t piece = 1 + (tear >> 16) % 500;
        piece = piece < size - at ? piece : size - at;
        static char hold[HOLD];
        piece = piece < HOLD - held ? piece : HOLD - held;
        assert(piece > 0);
        memcpy(hold + held, data + at, piece);
        at += piece;
        held += piece;
        /* A copy of just that size, so that the sanitizer sees a read outside it. */
        char *bytes = malloc(held);
        assert(bytes);
        memcpy(bytes, hold, held);
        size_t from = 0, used = 0;
        for (;; from += used) {
            struct hj212_frame f;
            enum hj212_reason why;
            enum hj212_found found = hj212_next(bytes + from, held - from, MAX, items, &f, &used, &why);
            if (found == HJ212_NEED_MORE) {
                assert(used == 0 && held - from < MAX + HJ212_FRAME_OVERHEAD);
                break;
            }
            assert(used >= 1 && used <= held - from);
            assert((found == HJ212_FRAME) == (why == HJ212_OK));
            /* A frame with a wrong CRC may reach over bytes that are kept because another frame begins in it. */
            check(&f, bytes + from, found == HJ212_FRAME ? bytes + from + used : bytes + held);
            if (found == HJ212_FRAME)
                answer(&f);
        }
        held -= from;
        memcpy(hold, bytes + from, held);
        free(bytes);
    }
    return 0;
}
