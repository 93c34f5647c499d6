/* A block that was damaged on disk must give an error or other values, never a crash. */
#include "support.h"

#include <errno.h>

#include "base/clock.h"
#include "store/sqlite/block.h"

static void make(struct block *b)
{
    struct record r[200];
    char body[200][96];
    struct err e;
    for (int i = 0; i < 200; i++) {
        int n = snprintf(body[i], sizeof body[i], "a34004-Avg=%d.%d,a34004-Flag=%c;w01018-Rtd=%s", i, i % 10,
                         i % 9 ? 'N' : 'D', i % 17 ? "7.5" : "--");
        r[i] = (struct record){ .time = 1772341200000 + i * 3600000,
                                .site = 1,
                                .period = PERIOD_HOUR,
                                .source = SOURCE_DEVICE,
                                .tag = i % 3 ? 20260301130000123u + (uint64_t)i : (uint64_t)i,
                                .arrival = 1772341200000 + i,
                                .body = body[i],
                                .body_len = (size_t)n };
    }
    assert_ok(block_encode(r, 200, b, &e), e);
}

static int read_through(struct block *b)
{
    struct block_reader *r = NULL;
    struct record rec;
    struct err e;
    int got = block_reader_new(b, 1, PERIOD_HOUR, &r, &e), n = 0;
    while (got >= 0 && (got = block_reader_next(r, &rec, &e)) == 1)
        n++;
    block_reader_free(got < 0 && !r ? NULL : r);
    return got < 0 ? got : n;
}

static void test_whole(void **state)
{
    (void)state;
    struct block b;
    make(&b);
    assert_int_equal(read_through(&b), 200);
    assert_int_equal(b.n, 0);
    assert_int_equal(read_through(&b), -EBADMSG); /* an empty one */
}

static void test_cut_at_every_byte(void **state)
{
    (void)state;
    struct block b;
    make(&b);
    size_t columns = b.n;
    block_release(&b);
    for (size_t c = 0; c < columns; c++)
        for (size_t cut = 0;; cut++) {
            make(&b);
            bool past = cut >= b.col[c].data.len;
            if (!past)
                b.col[c].data.len = cut;
            int got = read_through(&b);
            assert_true(past ? got == 200 : got == -EBADMSG || got == 200);
            if (past)
                break;
        }
}

static void test_flipped_bytes(void **state)
{
    (void)state;
    struct rng g = { (uint64_t)clock_monotonic_ns() | 1 };
    print_message("# seed %llu\n", (unsigned long long)g.s);
    for (int i = 0; i < 3000; i++) {
        struct block b;
        make(&b);
        for (int64_t k = rng_below(&g, 4); k >= 0; k--) {
            struct buf *d = &b.col[rng_below(&g, (int64_t)b.n)].data;
            d->data[rng_below(&g, (int64_t)d->len)] = (char)rng_next(&g);
        }
        int got = read_through(&b);
        assert_true(got == -EBADMSG || got >= 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_flipped_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
