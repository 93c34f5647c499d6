/* The bytes of attachments: kept once, bounded, nothing half after a full disk or a kill. */
#include "support.h"
#include "mount.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/file.h"
#include "base/scoped.h"
#include "store/file_store.h"

static void clear(const char *dir)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0);
}

static bool holds(struct file_store *s, const char *hash, bool thumb, const void *want, size_t len)
{
    char path[FILE_PATH];
    struct buf b = BUF_INIT;
    bool same = file_store_path(s, hash, thumb, path, NULL) == 0 && file_read(path, 1 << 26, &b, NULL) == 0 &&
                b.len == len && (!len || memcmp(b.data, want, len) == 0);
    buf_release(&b);
    return same;
}

static void kept_once(void **state)
{
    (void)state;
    char dir[64], hash[SM3_HEX], again[SM3_HEX], path[FILE_PATH];
    struct err e = { 0 };
    struct file_store *s = NULL;
    folder_new(dir);
    assert_ok(file_store_open(dir, 0, &s, &e), e);
    assert_ok(file_store_put(s, "content", 7, "small", 5, hash, &e), e);
    assert_true(holds(s, hash, false, "content", 7) && holds(s, hash, true, "small", 5));
    assert_int_equal(file_store_bytes(s), 12);
    assert_ok(file_store_put(s, "content", 7, "small", 5, again, &e), e);
    assert_string_equal(hash, again);
    assert_int_equal(file_store_bytes(s), 12);
    /* GB/T 32905-2016, A.1 */
    assert_ok(file_store_put(s, "abc", 3, NULL, 0, hash, &e), e);
    assert_string_equal(hash, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    /* Damage that changed the length is mended by the next equal upload. */
    assert_ok(file_store_path(s, again, false, path, &e), e);
    assert_int_equal(truncate(path, 3), 0);
    assert_ok(file_store_put(s, "content", 7, "small", 5, again, &e), e);
    assert_true(holds(s, again, false, "content", 7));
    file_store_close(s);
    assert_ok(file_store_open(dir, 0, &s, &e), e);
    assert_int_equal(file_store_bytes(s), 15);
    file_store_close(s);
    clear(dir);
}

static void names_are_hashes_only(void **state)
{
    (void)state;
    char dir[64], path[FILE_PATH];
    struct err e = { 0 };
    struct file_store *s = NULL;
    static const char *const bad[] = { "", "../../../etc/passwd", "66C7",
                                       "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e",
                                       "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e/" };
    folder_new(dir);
    assert_ok(file_store_open(dir, 0, &s, &e), e);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(file_store_path(s, bad[i], false, path, &e), -EINVAL);
    file_store_close(s);
    clear(dir);
}

static void bounded(void **state)
{
    (void)state;
    char dir[64], hash[SM3_HEX];
    struct err e = { 0 };
    struct file_store *s = NULL;
    folder_new(dir);
    assert_ok(file_store_open(dir, 100, &s, &e), e);
    char big[90] = "first";
    assert_ok(file_store_put(s, big, sizeof big, NULL, 0, hash, &e), e);
    big[0] = 'F';
    assert_int_equal(file_store_put(s, big, sizeof big, NULL, 0, hash, &e), -ENOSPC);
    assert_string_equal(e.name, "file.quota");
    assert_false(holds(s, hash, false, big, sizeof big));
    assert_int_equal(file_store_bytes(s), 90);
    assert_ok(file_store_put(s, "ten bytes!", 10, NULL, 0, hash, &e), e);
    assert_int_equal(file_store_put(s, "x", 1, NULL, 0, hash, &e), -ENOSPC);
    char *huge = calloc(1, FILE_BYTES_MAX + 1);
    assert_int_equal(file_store_put(s, huge, FILE_BYTES_MAX + 1, NULL, 0, hash, &e), -EFBIG);
    free(huge);
    file_store_close(s);
    clear(dir);
}

/* ---- faults ---- */

#define EXPECT(cond)                                                          \
    do {                                                                      \
        if (!(cond)) {                                                        \
            fprintf(stderr, "# line %d: %s (%s)\n", __LINE__, #cond, e.text); \
            return 1;                                                         \
        }                                                                     \
    } while (0)

static int nothing_half(const char *dir)
{
    struct err e = { 0 };
    char path[96];
    snprintf(path, sizeof path, "%s/files/new", dir);
    DIR *d = opendir(path);
    EXPECT(d);
    int n = 0;
    for (struct dirent *f; (f = readdir(d));)
        n += f->d_name[0] != '.';
    closedir(d);
    EXPECT(n == 0);
    return 0;
}

enum { BIG = 1 << 20 };

static int fill_and_go_on(const char *dir, bool (*make_room)(const char *dir))
{
    struct err e = { 0 };
    struct file_store *s = NULL;
    char hash[SM3_HEX];
    char *big = malloc(BIG);
    EXPECT(big && file_store_open(dir, 0, &s, &e) == 0);
    int r = 0, n = 0;
    for (; r == 0 && n < 64; n++) {
        memset(big, 'a' + n % 26, BIG);
        big[0] = (char)n;
        r = file_store_put(s, big, BIG, "thumb", 5, hash, &e);
    }
    EXPECT(r == -ENOSPC);
    EXPECT(!holds(s, hash, false, big, BIG));
    EXPECT(nothing_half(dir) == 0);
    int64_t before = file_store_bytes(s);
    EXPECT(file_store_put(s, big, BIG, "thumb", 5, hash, &e) == -ENOSPC);
    EXPECT(file_store_bytes(s) == before);
    EXPECT(make_room(dir));
    EXPECT(file_store_put(s, big, BIG, "thumb", 5, hash, &e) == 0);
    EXPECT(holds(s, hash, false, big, BIG));
    file_store_close(s);
    EXPECT(file_store_open(dir, 0, &s, &e) == 0);
    EXPECT(file_store_bytes(s) >= (int64_t)(n - 1) * BIG);
    fprintf(stderr, "# refused after %d MB, went on afterwards\n", n - 1);
    file_store_close(s);
    free(big);
    return 0;
}

static bool grow_mount(const char *dir)
{
    return mount_resize(dir, "32m");
}

static int on_a_small_disk(const char *dir)
{
    return fill_and_go_on(dir, grow_mount);
}

static void full_disk(void **state)
{
    (void)state;
    int r = run_on_small_disk(on_a_small_disk);
    if (r == MOUNT_NOT_PERMITTED) {
        print_message("# skipped: no right to mount\n");
        return;
    }
    assert_int_equal(r, 0);
}

/* Without a mount: a limit on the size of files stops the write in its middle, everywhere. */
static int with_limit(void)
{
    char dir[64], hash[SM3_HEX];
    struct err e = { 0 };
    struct file_store *s = NULL;
    struct rlimit l;
    signal(SIGXFSZ, SIG_IGN);
    snprintf(dir, sizeof dir, "/tmp/bihuan-store-XXXXXX");
    EXPECT(mkdtemp(dir) && file_store_open(dir, 0, &s, &e) == 0);
    char *big = calloc(1, BIG);
    getrlimit(RLIMIT_FSIZE, &l);
    l.rlim_cur = BIG / 2;
    setrlimit(RLIMIT_FSIZE, &l);
    EXPECT(file_store_put(s, big, BIG, "thumb", 5, hash, &e) == -ENOSPC);
    EXPECT(nothing_half(dir) == 0 && !holds(s, hash, false, big, BIG));
    l.rlim_cur = l.rlim_max;
    setrlimit(RLIMIT_FSIZE, &l);
    EXPECT(file_store_put(s, big, BIG, "thumb", 5, hash, &e) == 0 && holds(s, hash, false, big, BIG));
    free(big);
    file_store_close(s);
    clear(dir);
    return 0;
}

static void cut_in_the_middle(void **state)
{
    (void)state;
    assert_int_equal(run_in_child(with_limit), 0);
}

static size_t make(int64_t n, char content[200000])
{
    size_t len = 1000 + (size_t)(n * 7919 % 199000);
    memset(content, (int)('a' + n % 26), len);
    memcpy(content, &n, sizeof n);
    return len;
}

static void writer(const char *dir, volatile int64_t *acked)
{
    static char content[200000];
    struct file_store *s = NULL;
    char hash[SM3_HEX];
    if (file_store_open(dir, 0, &s, NULL) < 0)
        _exit(9);
    for (int64_t n = *acked;; n++) {
        size_t len = make(n, content);
        if (file_store_put(s, content, len, "thumb", 5, hash, NULL) < 0)
            _exit(8);
        *acked = n + 1;
    }
}

static void kill_at_random_moments(void **state)
{
    (void)state;
    static char content[200000];
    char dir[64], hash[SM3_HEX];
    struct err e = { 0 };
    folder_new(dir);
    volatile int64_t *acked = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(acked != MAP_FAILED);
    for (int round = 0; round < 12; round++) {
        pid_t pid = fork();
        if (pid == 0)
            writer(dir, acked);
        nanosleep(&(struct timespec){ .tv_nsec = 20000000 + round * 7123457 % 60000000 }, NULL);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        struct file_store *s = NULL;
        assert_ok(file_store_open(dir, 0, &s, &e), e);
        assert_int_equal(nothing_half(dir), 0);
        for (int64_t n = 0; n < *acked; n++) {
            size_t len = make(n, content);
            assert_ok(sm3_hex(content, len, hash, &e), e);
            if (!holds(s, hash, false, content, len) || !holds(s, hash, true, "thumb", 5))
                fail_msg("round %d: acknowledged file %lld is not whole", round, (long long)n);
        }
        file_store_close(s);
    }
    print_message("# %lld acknowledged over 12 kills\n", (long long)*acked);
    assert_true(*acked > 0);
    clear(dir);
}

static void nobody_names_it(void **state)
{
    (void)state;
    char dir[64], hash[SM3_HEX];
    struct err e = { 0 };
    struct file_store *s = NULL;
    bool gone;
    int64_t now = (int64_t)time(NULL) * 1000;
    folder_new(dir);
    assert_ok(file_store_open(dir, 0, &s, &e), e);
    assert_ok(file_store_put(s, "content", 7, "small", 5, hash, &e), e);
    assert_ok(file_store_drop(s, hash, now - 60000, &gone, &e), e); /* it was put after that */
    assert_false(gone);
    assert_true(holds(s, hash, false, "content", 7));
    assert_ok(file_store_drop(s, hash, now + 60000, &gone, &e), e);
    assert_true(gone);
    assert_false(holds(s, hash, false, "content", 7) || holds(s, hash, true, "small", 5));
    assert_int_equal(file_store_bytes(s), 0);
    assert_ok(file_store_drop(s, hash, now + 60000, &gone, &e), e);
    assert_false(gone);
    assert_int_equal(file_store_drop(s, "../x", now, &gone, &e), -EINVAL);
    assert_ok(file_store_put(s, "content", 7, "small", 5, hash, &e), e); /* it may come again */
    assert_true(holds(s, hash, false, "content", 7) && holds(s, hash, true, "small", 5));
    file_store_close(s);
    clear(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_once),         cmocka_unit_test(names_are_hashes_only),
        cmocka_unit_test(bounded),           cmocka_unit_test(full_disk),
        cmocka_unit_test(nobody_names_it),   cmocka_unit_test(cut_in_the_middle), cmocka_unit_test(kill_at_random_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
