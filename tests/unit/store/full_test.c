/* A full disk: -ENOSPC with a sentence, nothing half-applied, and later writes go on once there is room. Rehearsed with a limit on
 * the size of files (works everywhere), and on a small tmpfs where the system lets a test mount one. */
#include "support.h"
#include "mount.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/cntime.h"
#include "store/store.h"

enum { BATCH = 200 };
#define START INT64_C(1767196800000)

static void batch_make(int64_t b, struct record r[BATCH], char body[BATCH][400])
{
    for (int i = 0; i < BATCH; i++) {
        int64_t k = b * BATCH + i;
        int n = snprintf(body[i], 400, "a34004-Avg=%lld.%0300lld,a34004-Flag=N", (long long)k % 300,
                         (long long)k % 10);
        r[i] = (struct record){ .time = START + k * MS_MINUTE,
                                .site = 1,
                                .period = PERIOD_MINUTE,
                                .source = SOURCE_DEVICE,
                                .tag = (uint64_t)k,
                                .arrival = START,
                                .body = body[i],
                                .body_len = (size_t)n };
    }
}

/* What the child found wrong, said through its exit status and standard error. */
#define EXPECT(cond)                                                          \
    do {                                                                      \
        if (!(cond)) {                                                        \
            fprintf(stderr, "# line %d: %s (%s)\n", __LINE__, #cond, e.text); \
            return 1;                                                         \
        }                                                                     \
    } while (0)

static int count(const struct record *r, void *arg)
{
    (void)r;
    ++*(int64_t *)arg;
    return 0;
}

static int stored(const char *dir, int64_t *ret, struct err *e)
{
    struct obs_reader *r = NULL;
    struct obs_query q = { .period = -1, .from = INT64_MIN, .to = INT64_MAX };
    int64_t n = 0, bytes = 0;
    *ret = 0;
    int err = obs_reader_open(dir, &r, e);
    if (err == 0 && (err = obs_scan(r, &q, count, ret, e)) == 0 && (err = obs_count(r, &n, &bytes, e)) == 0 &&
        n != *ret)
        err = err_set(e, -EIO, "tally says %lld, there are %lld", (long long)n, (long long)*ret);
    obs_reader_close(r);
    return err;
}

/* Fills, sees the refusal, makes room, goes on. The ledger in the same folder must behave likewise. */
static int fill_and_go_on(const char *dir, void (*make_room)(const char *dir))
{
    static struct record r[BATCH];
    static char body[BATCH][400];
    struct err e = { .name = "" };
    struct obs_writer *w = NULL;
    struct ledger_store *s = NULL;
    bool fresh[BATCH];
    EXPECT(obs_writer_open(dir, true, &w, &e) == 0);
    EXPECT(ledger_store_open(dir, true, &s, &e) == 0);
    EXPECT(ledger_put_setting(s, "first", "kept", &e) == 0);
    int64_t b = 0, n = 0;
    int err = 0;
    for (; b < 2000 && err == 0; b++) {
        batch_make(b, r, body);
        err = obs_append(w, r, BATCH, fresh, &e);
    }
    b--;
    EXPECT(err == -ENOSPC);
    EXPECT(strstr(e.text, "full") && strcmp(e.name, "store.full") == 0);
    EXPECT(!fresh[0] && !fresh[BATCH - 1]);
    EXPECT(stored(dir, &n, &e) == 0 && n == b * BATCH);
    EXPECT(obs_append(w, r, BATCH, fresh, &e) == -ENOSPC); /* again the same, not worse */

    static char big[1 << 20];
    memset(big, 'x', sizeof big - 1);
    int64_t id = 0;
    err = ledger_begin(s, &e);
    for (int i = 0; i < 200 && err == 0; i++)
        err = ledger_put_doc(s, DOC_CASE, &(struct doc){ .state = "open", .body = big }, &id, &e);
    if (err == 0)
        err = ledger_commit(s, &e);
    else
        ledger_rollback(s);
    EXPECT(err == -ENOSPC);
    struct doc d;
    EXPECT(ledger_get_doc(s, DOC_CASE, id ? id : 1, &d, &e) == -ENOENT);

    make_room(dir);
    EXPECT(obs_append(w, r, BATCH, fresh, &e) == 0);
    EXPECT(fresh[0] && fresh[BATCH - 1]);
    EXPECT(stored(dir, &n, &e) == 0 && n == (b + 1) * BATCH);
    EXPECT(ledger_put_setting(s, "second", "too", &e) == 0);
    char *value = NULL;
    EXPECT(ledger_get_setting(s, "first", &value, &e) == 0 && strcmp(value, "kept") == 0);
    free(value);
    ledger_store_close(s);
    obs_writer_close(w);
    EXPECT(stored(dir, &n, &e) == 0 && n == (b + 1) * BATCH);
    fprintf(stderr, "# refused after %lld batches, went on afterwards\n", (long long)b);
    return 0;
}

static void lift_limit(const char *dir)
{
    (void)dir;
    struct rlimit l;
    getrlimit(RLIMIT_FSIZE, &l);
    l.rlim_cur = l.rlim_max;
    setrlimit(RLIMIT_FSIZE, &l);
}

static int with_limit(void)
{
    char dir[64];
    signal(SIGXFSZ, SIG_IGN);
    snprintf(dir, sizeof dir, "/tmp/bihuan-store-XXXXXX");
    if (!mkdtemp(dir))
        return 1;
    struct rlimit l;
    getrlimit(RLIMIT_FSIZE, &l);
    l.rlim_cur = 6 << 20;
    setrlimit(RLIMIT_FSIZE, &l);
    int r = fill_and_go_on(dir, lift_limit);
    folder_drop(dir);
    return r;
}

static void grow_mount(const char *dir)
{
    if (!mount_resize(dir, "64m"))
        perror("# remount");
}

static int with_tmpfs(const char *dir)
{
    return fill_and_go_on(dir, grow_mount);
}

static void test_file_size_limit(void **state)
{
    (void)state;
    assert_int_equal(run_in_child(with_limit), 0);
}

static void test_small_tmpfs(void **state)
{
    (void)state;
    int r = run_on_small_disk(with_tmpfs);
    if (r == MOUNT_NOT_PERMITTED) {
        print_message("# skipped: no right to mount\n");
        return;
    }
    assert_int_equal(r, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_size_limit),
        cmocka_unit_test(test_small_tmpfs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
