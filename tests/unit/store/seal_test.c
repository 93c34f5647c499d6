/* Sealed secrets: back as they were, told by no byte of the file or of the text, and opened by nothing else. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/scoped.h"
#include "store/seal.h"

struct folder {
    char dir[64], key[96];
};

static struct folder folder_make(void)
{
    struct folder f;
    snprintf(f.dir, sizeof f.dir, "/tmp/bihuan-seal-XXXXXX");
    assert_non_null(mkdtemp(f.dir));
    snprintf(f.key, sizeof f.key, "%s/secret.key", f.dir);
    return f;
}

static void folder_remove(const struct folder *f)
{
    unlink(f->key);
    rmdir(f->dir);
}

static const char secret[16] = "qT7zLm2Xw9Kc4RbN";

static void test_round_trip(void **state)
{
    (void)state;
    struct folder f = folder_make();
    struct seal *s = NULL;
    struct stat st;
    scoped(buf_release) struct buf one = BUF_INIT, two = BUF_INIT;
    char back[16];
    assert_int_equal(seal_open(f.dir, false, &s, NULL), -ENOENT);
    assert_int_equal(seal_open(f.dir, true, &s, NULL), 0);
    assert_int_equal(stat(f.key, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 32);
    assert_int_equal(seal_close_up(s, "MN1", secret, sizeof secret, &one, NULL), 0);
    assert_int_equal(seal_close_up(s, "MN1", secret, sizeof secret, &two, NULL), 0);
    assert_string_not_equal(one.data, two.data); /* the nonce */
    assert_null(memmem(one.data, one.len, secret, 4));
    s = seal_close(s);
    /* Read again, as after a restart. */
    assert_int_equal(seal_open(f.dir, false, &s, NULL), 0);
    assert_int_equal(seal_open_up(s, "MN1", one.data, back, sizeof back, NULL), 0);
    assert_memory_equal(back, secret, sizeof secret);
    assert_int_equal(seal_open_up(s, "MN1", two.data, back, sizeof back, NULL), 0);
    /* Of another device, of another length, and with each character changed. */
    assert_int_equal(seal_open_up(s, "MN2", one.data, back, sizeof back, NULL), -EBADMSG);
    assert_int_equal(seal_open_up(s, "MN1", one.data, back, 15, NULL), -EBADMSG);
    assert_int_equal(seal_open_up(s, "MN1", "", back, sizeof back, NULL), -EBADMSG);
    for (size_t i = 0; i < one.len && one.data[i] != '='; i++) {
        char was = one.data[i];
        one.data[i] = was == 'A' ? 'B' : 'A';
        memset(back, 0, sizeof back);
        assert_int_equal(seal_open_up(s, "MN1", one.data, back, sizeof back, NULL), -EBADMSG);
        one.data[i] = was;
    }
    seal_close(s);
    folder_remove(&f);
}

static void test_another_secret(void **state)
{
    (void)state;
    struct folder f = folder_make(), g = folder_make();
    struct seal *a = NULL, *b = NULL;
    scoped(buf_release) struct buf text = BUF_INIT;
    struct err e = { 0 };
    char back[16] = "";
    assert_int_equal(seal_open(f.dir, true, &a, NULL), 0);
    assert_int_equal(seal_open(g.dir, true, &b, NULL), 0);
    assert_int_equal(seal_close_up(a, "MN", secret, sizeof secret, &text, NULL), 0);
    assert_int_equal(seal_open_up(b, "MN", text.data, back, sizeof back, &e), -EBADMSG);
    assert_null(memmem(e.text, strlen(e.text), secret, 4));
    seal_close(a);
    seal_close(b);
    folder_remove(&f);
    folder_remove(&g);
}

static void test_the_file(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        mode_t mode;
        int want;
    } cases[] = { { 32, 0600, 0 },       { 32, 0400, 0 },       { 32, 0640, -EPERM }, { 32, 0604, -EPERM },
                  { 31, 0600, -EINVAL }, { 33, 0600, -EINVAL }, { 0, 0600, -EINVAL } };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct folder f = folder_make();
        struct seal *s = NULL;
        char bytes[40] = "0123456789012345678901234567890123456789";
        int fd = open(f.key, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        assert_true(fd >= 0 && write(fd, bytes, cases[i].len) == (ssize_t)cases[i].len);
        assert_int_equal(fchmod(fd, cases[i].mode), 0);
        close(fd);
        /* What is there is never made anew: what was sealed with it would be lost. */
        assert_int_equal(seal_open(f.dir, true, &s, NULL), cases[i].want);
        seal_close(s);
        folder_remove(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_round_trip),
                                        cmocka_unit_test(test_another_secret),
                                        cmocka_unit_test(test_the_file) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
