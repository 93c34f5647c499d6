/* fuzz_repass.c - another password in any bytes. Invariants: what is refused adds nothing; a frame that could be read before can be
 * read after, says the new password, and is otherwise the same; back again gives the first bytes. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/hj212.h"

static struct hj212_item items[2][HJ212_ITEMS_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hj212_reading reading = { .segment_max = 9999, .sums = HJ212_SUM_ALL, .ended = true };
    struct hj212_frame before = { 0 }, after = { 0 };
    struct buf out = BUF_INIT, again = BUF_INIT;
    size_t used = size;
    enum hj212_reason why;
    char *bytes = malloc(size + 1);
    memcpy(bytes, data, size);
    bool sound = size && hj212_read(&reading, bytes, size, items[0], &before, &used, &why) == HJ212_FRAME &&
                 memcmp(bytes, "##", 2) == 0;
    int r = hj212_repass(&out, bytes, sound ? used : size, before.sum, "abcdef");
    assert(r <= 0 && (r == 0 || out.len == 0));
    if (sound && r == 0 && out.len <= 9999) {
        reading.sums = 1u << before.sum;
        size_t n = 0;
        enum hj212_found found = hj212_read(&reading, out.data, out.len, items[1], &after, &n, &why);
        assert(found == HJ212_FRAME && n == out.len);
        assert(after.pw.s && after.n_items == before.n_items);
        if (before.pw.s && !(before.faults & HJ212_FAULT_BIT(REPEATED_FIELD)) && after.pw.len == 6 &&
            before.pw.len < 64) {
            char pw[64];
            memcpy(pw, before.pw.s, before.pw.len);
            pw[before.pw.len] = 0;
            if (memcmp(after.pw.s, "abcdef", 6) == 0 && strlen(pw) == before.pw.len &&
                hj212_repass(&again, out.data, out.len, before.sum, pw) == 0)
                assert(again.len == used);
        }
    }
    buf_release(&out);
    buf_release(&again);
    free(bytes);
    return 0;
}
