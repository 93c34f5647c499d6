/* Any bodies: packed and read back, they are the same. Bodies are parted by newlines; their first eight bytes are the tag. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "store/sqlite/block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record r[64];
    size_t n = 0;
    const char *p = (const char *)data, *end = p + size;
    while (n < 64 && p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((stop ? stop : end) - p);
        uint64_t tag = record_hash(p, len);
        if (len >= 8 && p[0] != 'a')
            memcpy(&tag, p, 8);
        r[n] = (struct record){ .time = (int64_t)n * 60000,
                                .site = 1,
                                .period = PERIOD_MINUTE,
                                .source = SOURCE_DEVICE,
                                .part = (uint16_t)len,
                                .tag = tag,
                                .arrival = (int64_t)(tag >> 24),
                                .body = p,
                                .body_len = len };
        n++;
        p = stop ? stop + 1 : end;
    }
    struct block b;
    struct block_reader *reader = NULL;
    struct record got;
    struct err e;
    int err = block_encode(r, n, &b, &e);
    assert(err == 0);
    err = block_reader_new(&b, 1, PERIOD_MINUTE, &reader, &e);
    assert(err == 0);
    for (size_t i = 0; i < n; i++) {
        err = block_reader_next(reader, &got, &e);
        assert(err == 1 && got.time == r[i].time && got.tag == r[i].tag && got.part == r[i].part &&
               got.arrival == r[i].arrival && got.source == r[i].source && got.body_len == r[i].body_len &&
               memcmp(got.body, r[i].body, got.body_len) == 0);
    }
    err = block_reader_next(reader, &got, &e);
    assert(err == 0);
    block_reader_free(reader);
    return 0;
}
