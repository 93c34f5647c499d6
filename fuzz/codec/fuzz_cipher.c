/* fuzz_cipher.c - the first byte says how: the rest as a stream for everything a receiver may take, or as the data area of a frame
 * that is enciphered, sent, torn and read back. Invariants: as in fuzz_stream.c, and what was enciphered comes back. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/hj212_parts.h"

static struct hj212_item items[HJ212_ITEMS_MAX];
static char clear[HJ212_CLEAR_MAX];

static int inside(struct hj212_view v, const char *from, const char *to)
{
    return !v.s ? v.len == 0 : v.s >= from && v.s + v.len <= to;
}

static void stream(const struct hj212_reading *r, const char *bytes, size_t len)
{
    size_t used = 0;
    for (size_t at = 0; at < len; at += used) {
        struct hj212_frame f;
        enum hj212_reason why;
        enum hj212_found found = hj212_read(r, bytes + at, len - at, items, &f, &used, &why);
        if (found == HJ212_NEED_MORE) {
            assert(used == 0 && len - at < hj212_hold(r));
            return;
        }
        assert(used >= 1 && used <= len - at);
        assert((found == HJ212_FRAME) == (why == HJ212_OK) && (why != HJ212_STRICT || f.faults));
        if (found != HJ212_FRAME)
            continue;
        assert(!r->strict || f.faults == 0);
        const struct hj212_view views[] = { f.segment, f.qn, f.st, f.cn, f.pw, f.mn, f.cp };
        for (size_t i = 0; i < sizeof views / sizeof *views; i++)
            assert(inside(views[i], bytes, bytes + len) || inside(views[i], clear, clear + sizeof clear));
    }
}

static void there_and_back(struct hj212_reading *r, const char *area, size_t len, unsigned how)
{
    struct hj212_head h = { .qn = "20240525120000000",
                            .st = "31",
                            .pw = "123456",
                            .mn = "010000A8900016F000169DC0",
                            .cn = 2051,
                            .edition = HJ212_2025,
                            .key = r->key,
                            .printed = how & 16,
                            .sum = (enum hj212_sum)(how % 3),
                            .address = how & 32 ? "0042" : NULL };
    struct buf wire = BUF_INIT;
    if (hj212_build(&wire, &h, area, len) == 0 && len >= 16) {
        struct hj212_frame f;
        enum hj212_reason why;
        size_t used;
        r->sums = HJ212_SUM_ALL;
        r->serial = true;
        r->strict = false;
        enum hj212_found found = hj212_read(r, wire.data, wire.len, items, &f, &used, &why);
        /* The area may be no items at all; what it was is told all the same when it is taken. */
        if (found == HJ212_FRAME && f.cipher != HJ212_CLEAR && !memmem(area, len, "&&", 2) &&
            !memmem(area, len, "CP", 2))
            assert(f.cp.len == len && memcmp(f.cp.s, area, len) == 0);
        for (size_t cut = 0; cut < wire.len; cut += 1 + cut / 8)
            stream(r, wire.data, cut);
    }
    buf_release(&wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t bytes[16] = "0000000000000000";
    static struct hj212_key *key;
    if (!key)
        key = hj212_key_new(bytes);
    if (size < 1)
        return 0;
    unsigned how = *data;
    struct hj212_reading r = { .segment_max = how & 128 ? 300 : 9999,
                               .sums = how & 7,
                               .strict = how & 8,
                               .serial = how & 16,
                               .ended = how & 32,
                               .key = key,
                               .clear = clear };
    /* A copy of just that size, so that the sanitizer sees a read outside it. */
    char *copy = malloc(size > 1 ? size - 1 : 1);
    assert(copy);
    memcpy(copy, data + 1, size - 1);
    if (how & 64)
        there_and_back(&r, copy, size - 1, how);
    else
        stream(&r, copy, size - 1);
    free(copy);
    return 0;
}
