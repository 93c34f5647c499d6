/* Another password in a frame: as if the device had been given it, in its own dialect, also where the area is enciphered. */
#include "support.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "codec/hj212.h"

static const char cp[] = "DataTime=20260301070000;w01018-Avg=40.10,w01018-Flag=N;w00000-Cou=12,w00000-Flag=N";

static void build(struct buf *b, const char *pw, enum hj212_sum sum, struct hj212_key *key, bool printed)
{
    struct hj212_head h = { .qn = "20260301080000001",
                            .st = "32",
                            .cn = 2061,
                            .pw = pw,
                            .mn = "010000A8900016F000169DC0",
                            .edition = key ? HJ212_2025 : HJ212_2017,
                            .sum = sum,
                            .answer_wanted = true,
                            .key = key,
                            .printed = printed };
    assert_int_equal(hj212_build(b, &h, cp, strlen(cp)), 0);
}

static void test_is_what_the_device_would_have_sent(void **state)
{
    (void)state;
    static const char *const pws[] = { "123456", "654321", "a", "a password of some length", "123457" };
    uint8_t bytes[HJ212_KEY_BYTES];
    memset(bytes, '0', sizeof bytes);
    struct hj212_key *key = hj212_key_new(bytes);
    for (int sum = 0; sum < HJ212_SUMS; sum++)
        for (int way = 0; way < 3; way++)
            for (int a = 0; a < 5; a++)
                for (int b = 0; b < 5; b++) {
                    scoped(buf_release) struct buf from = BUF_INIT, want = BUF_INIT, got = BUF_INIT;
                    build(&from, pws[a], (enum hj212_sum)sum, way ? key : NULL, way == 2);
                    build(&want, pws[b], (enum hj212_sum)sum, way ? key : NULL, way == 2);
                    int r = hj212_repass(&got, from.data, from.len, (enum hj212_sum)sum, pws[b]);
                    if (r != 0 || got.len != want.len || memcmp(got.data, want.data, got.len) != 0)
                        fail_msg("dialect %d, way %d, '%s' to '%s': %d '%.*s', wanted '%.*s'", sum, way,
                                 pws[a], pws[b], r, (int)got.len, got.data ? got.data : "", (int)want.len,
                                 want.data);
                }
    hj212_key_free(key);
}

static void test_keeps_the_devices_habits(void **state)
{
    (void)state;
    scoped(buf_release) struct buf from = BUF_INIT, got = BUF_INIT;
    build(&from, "123456", HJ212_SUM_HJ212, NULL, false);
    assert_int_equal(hj212_repass(&got, from.data, from.len - 2, HJ212_SUM_HJ212, "123456"), 0); /* no tail */
    assert_int_equal(got.len, from.len - 2);
    assert_memory_equal(got.data, from.data, got.len);
}

static void test_refuses_what_it_cannot_read(void **state)
{
    (void)state;
    static const struct {
        const char *frame;
        int r;
    } cases[] = {
        { "", -EINVAL },
        { "##", -EINVAL },
        { "##00", -EINVAL },
        { "##00x1ABCD\r\n", -EINVAL },
        { "##0000zzzz", -EINVAL },
        { "##0009CP=&&x&&1C80\r\n", -ENOENT },
        { "##0014PW=12;CP=&&x&&1C80\r\n", 0 },
        { "##0003PW=1234567;CP=&&x&&1C80\r\n", -EMSGSIZE },
        { "##0009CP=&&PW=1&&1C80\r\n", -ENOENT },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        scoped(buf_release) struct buf got = BUF_INIT;
        int r = hj212_repass(&got, cases[i].frame, strlen(cases[i].frame), HJ212_SUM_HJ212, "xyz");
        if (r != cases[i].r || (r < 0 && got.len))
            fail_msg("'%s': %d", cases[i].frame, r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_what_the_device_would_have_sent),
        cmocka_unit_test(test_keeps_the_devices_habits),
        cmocka_unit_test(test_refuses_what_it_cannot_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
