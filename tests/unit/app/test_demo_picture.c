/* The demo's drawn photos: each is a picture, the same for its seed, and hardly two of them look alike to the hash that finds one photo
 * used twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/demo_picture.h"
#include "base/mix.h"
#include "codec/image.h"

static uint64_t hash_of(uint64_t seed)
{
    struct buf b = BUF_INIT;
    struct image m;
    struct err e;
    assert_int_equal(demo_picture(seed, &b, &e), 0);
    assert_int_equal(image_read(b.data, b.len, 320, &m, &e), 0);
    uint64_t h = image_hash(&m);
    image_release(&m);
    buf_release(&b);
    return h;
}

static void test_the_same_for_its_seed(void **state)
{
    (void)state;
    struct buf a = BUF_INIT, b = BUF_INIT;
    struct err e;
    assert_int_equal(demo_picture(212, &a, &e), 0);
    assert_int_equal(demo_picture(212, &b, &e), 0);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    buf_release(&a);
    buf_release(&b);
}

static void test_hardly_two_look_alike(void **state)
{
    (void)state;
    enum { MANY = 200, PAIRS = MANY * (MANY - 1) / 2 };
    uint64_t hash[MANY];
    int near = 0;
    for (int i = 0; i < MANY; i++)
        hash[i] = hash_of(mix64((uint64_t)i));
    for (int i = 0; i < MANY; i++)
        for (int k = 0; k < i; k++)
            near += image_hash_distance(hash[i], hash[k]) <= IMAGE_HASH_NEAR;
    print_message("# %d of %d pairs are near\n", near, PAIRS);
    assert_true(near * 1000 <= PAIRS);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_the_same_for_its_seed),
                                        cmocka_unit_test(test_hardly_two_look_alike) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
