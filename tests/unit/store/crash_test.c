/* Acknowledged means on disk (docs/design.md §2): a writer is killed at random moments, while appending and while packing. */
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cntime.h"
#include "store/store.h"

enum { ROUNDS = 30, BATCH = 20 };
#define START INT64_C(1767196800000) /* 2026-01-01 in China */

/* Batch b is records b*BATCH .. +BATCH; its number is written to the shared page after obs_append has answered. */
static void batch_make(int64_t b, struct record r[BATCH], char body[BATCH][64])
{
    for (int i = 0; i < BATCH; i++) {
        int64_t k = b * BATCH + i;
        int n = snprintf(body[i], 64, "a34004-Avg=%lld.%lld,a34004-Flag=N", (long long)k % 300,
                         (long long)k % 10);
        r[i] = (struct record){ .time = START + k * MS_MINUTE,
                                .site = 1,
                                .period = PERIOD_MINUTE,
                                .source = SOURCE_DEVICE,
                                .tag = (uint64_t)k,
                                .arrival = START + k * MS_MINUTE + 77,
                                .body = body[i],
                                .body_len = (size_t)n };
    }
}

static void writer(const char *dir, volatile int64_t *acked)
{
    struct obs_writer *w = NULL;
    struct err e;
    struct record r[BATCH];
    char body[BATCH][64];
    size_t moved;
    if (obs_writer_open(dir, true, &w, &e) < 0)
        _exit(9);
    for (int64_t b = *acked;; b++) {
        batch_make(b, r, body);
        if (obs_append(w, r, BATCH, NULL, &e) < 0)
            _exit(8);
        *acked = b + 1;
        /* The months behind are packed as they come to an end. */
        if (b % 50 == 0 && obs_compact(w, r[0].time, &moved, &e) < 0)
            _exit(7);
    }
}

static int count_in_order(const struct record *r, void *arg)
{
    int64_t *next = arg, k = *next;
    char body[64];
    int n = snprintf(body, sizeof body, "a34004-Avg=%lld.%lld,a34004-Flag=N", (long long)k % 300,
                     (long long)k % 10);
    if (r->time != START + k * MS_MINUTE || r->tag != (uint64_t)k || r->body_len != (size_t)n ||
        memcmp(r->body, body, (size_t)n))
        return 1;
    ++*next;
    return 0;
}

static void test_kill_at_random_moments(void **state)
{
    (void)state;
    struct rng g = { 20260601 };
    print_message("# seed %llu\n", (unsigned long long)g.s);
    char dir[64];
    struct err e;
    folder_new(dir);
    volatile int64_t *acked = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(acked != MAP_FAILED);
    for (int round = 0; round < ROUNDS; round++) {
        pid_t pid = fork();
        if (pid == 0)
            writer(dir, acked);
        struct timespec ts = { .tv_nsec = 3000000 + rng_below(&g, 60000000) };
        nanosleep(&ts, NULL);
        kill(pid, SIGKILL);
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        struct obs_reader *r = NULL;
        if (obs_reader_open(dir, &r, &e) < 0) {
            assert_int_equal(*acked, 0); /* killed before there was a file */
            continue;
        }
        int64_t next = 0, n = 0, bytes = 0;
        struct obs_query q = { .period = -1, .from = INT64_MIN, .to = INT64_MAX };
        assert_ok(obs_scan(r, &q, count_in_order, &next, &e), e);
        assert_true(next >= *acked * BATCH);
        assert_int_equal(next % BATCH, 0); /* all of a batch or none */
        assert_ok(obs_count(r, &n, &bytes, &e), e);
        assert_int_equal(n, next);
        obs_reader_close(r);
    }
    print_message("# %lld batches acknowledged, all there\n", (long long)*acked);
    assert_true(*acked > ROUNDS);
    munmap((void *)(uintptr_t)acked, 4096);
    folder_drop(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_kill_at_random_moments) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
