/* The queue of frames for other platforms: what was put is there after a kill, a power cut at any point and a full disk, and what is
 * done goes. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/scoped.h"
#include "store/forward_store.h"

enum { BATCH = 10 };

static const struct forward_limit two[] = { { "province", 1000000, 1 << 30, false },
                                            { "nation", 1000000, 1 << 30, false } };

static void row_make(struct forward_row *r, size_t target, int64_t k, char text[200])
{
    int n = snprintf(text, 200,
                     "##0123QN=2026010108%09lld;ST=32;CN=2011;PW=123456;MN=A;Flag=5;CP=&&%0100lld&&1C80\r\n",
                     (long long)k, (long long)k);
    *r = (struct forward_row){ .target = target,
                               .time = 1000 * k,
                               .arrival = 5000 + k,
                               .tag = (uint64_t)k,
                               .site = 1 + (int32_t)(k % 3),
                               .period = 0,
                               .bits = 1,
                               .cn = 2011,
                               .frame = text,
                               .len = (size_t)n };
}

static int put_batch(struct forward_store *s, size_t target, int64_t b, struct err *e)
{
    struct forward_row r[BATCH];
    char text[BATCH][200];
    for (int i = 0; i < BATCH; i++)
        row_make(&r[i], target, b * BATCH + i, text[i]);
    return forward_store_put(s, r, BATCH, e);
}

struct seen {
    int64_t n, next, last_seq;
    bool wrong;
};

/* Rows come in order, each as it was put. */
static void look(void *arg, int64_t seq, const struct forward_row *r)
{
    struct seen *s = arg;
    struct forward_row want;
    char text[200];
    row_make(&want, r->target, s->next, text);
    s->wrong |= seq <= s->last_seq || r->tag != want.tag || r->site != want.site ||
                r->arrival != want.arrival || r->cn != 2011 || r->bits != 1 || r->len != want.len ||
                memcmp(r->frame, text, r->len) != 0;
    s->last_seq = seq;
    s->next++;
    s->n++;
}

static struct seen read_all(struct forward_store *s, size_t target, int64_t first)
{
    struct seen seen = { .next = first };
    struct err e = { 0 };
    int n;
    while ((n = forward_store_read(s, target, seen.last_seq, 7, look, &seen, &e)) > 0)
        ;
    assert_int_equal(n, 0);
    return seen;
}

static void test_put_settle_read_done(void **state)
{
    (void)state;
    char dir[64];
    struct err e = { 0 };
    struct forward_store *s;
    struct forward_count c;
    folder_new(dir);
    assert_ok(forward_store_open(dir, two, 2, &s, &e), e);
    assert_ok(put_batch(s, 0, 0, &e), e);
    assert_int_equal(read_all(s, 0, 0).n, 0); /* the observation store may still say no */
    assert_ok(put_batch(s, 0, 0, &e), e);     /* it said no: the same again is the same */
    forward_store_settled(s);
    struct seen seen = read_all(s, 0, 0);
    assert_int_equal(seen.n, BATCH);
    assert_false(seen.wrong);
    assert_int_equal(read_all(s, 1, 0).n, 0);
    assert_ok(put_batch(s, 1, 0, &e), e); /* the other target's are its own */
    forward_store_settled(s);
    assert_int_equal(read_all(s, 1, 0).n, BATCH);
    assert_ok(forward_store_count(s, 0, &c, &e), e);
    assert_int_equal(c.frames, BATCH);
    assert_int_equal(c.oldest, 5000);
    struct forward_row r;
    char text[200];
    row_make(&r, 0, 0, text);
    assert_int_equal(forward_store_done(s, 0, 1, r.len), 0);
    assert_ok(forward_store_count(s, 0, &c, &e), e);
    assert_int_equal(c.frames, BATCH - 1); /* also before it is written down */
    assert_ok(forward_store_flush(s, &e), e);
    seen = read_all(s, 0, 1);
    assert_int_equal(seen.n, BATCH - 1);
    assert_false(seen.wrong);
    forward_store_close(s);
    assert_ok(forward_store_open(dir, two, 2, &s, &e), e);
    assert_ok(forward_store_count(s, 0, &c, &e), e);
    assert_int_equal(c.frames, BATCH - 1);
    assert_int_equal(c.done, 1);
    assert_int_equal(c.oldest, 5001);
    forward_store_close(s);
    folder_drop(dir);
}

/* Of the last put before a crash nobody knows whether the observation store has it. Its rows are sent; when the device repeats them and
 * the store takes them as new, they are not queued again. */
static void test_repeat_after_a_crash_is_not_sent_twice(void **state)
{
    (void)state;
    char dir[64];
    struct err e = { 0 };
    struct forward_store *s;
    struct forward_count c;
    folder_new(dir);
    assert_ok(forward_store_open(dir, two, 1, &s, &e), e);
    assert_ok(put_batch(s, 0, 0, &e), e);
    forward_store_settled(s);
    assert_ok(put_batch(s, 0, 1, &e), e);
    forward_store_close(s); /* not settled */
    assert_ok(forward_store_open(dir, two, 1, &s, &e), e);
    struct seen seen = read_all(s, 0, 0);
    assert_int_equal(seen.n, 2 * BATCH);
    for (int64_t seq = 1; seq <= seen.last_seq; seq++)
        assert_int_equal(forward_store_done(s, 0, seq, 100), 0);
    assert_ok(forward_store_flush(s, &e), e);
    assert_ok(put_batch(s, 0, 1, &e), e); /* the device's repeat */
    forward_store_settled(s);
    assert_int_equal(read_all(s, 0, 0).n, 0);
    assert_ok(forward_store_count(s, 0, &c, &e), e);
    assert_int_equal(c.frames, 0);
    assert_int_equal(c.put, 2 * BATCH);
    forward_store_close(s);
    folder_drop(dir);
}

static void test_a_full_queue_drops_its_oldest_or_refuses(void **state)
{
    (void)state;
    const struct forward_limit small[] = { { "drops", 25, 1 << 20, false }, { "holds", 25, 1 << 20, true } };
    char dir[64];
    struct err e = { 0 };
    struct forward_store *s;
    struct forward_count c;
    folder_new(dir);
    assert_ok(forward_store_open(dir, small, 2, &s, &e), e);
    for (int b = 0; b < 4; b++)
        assert_ok(put_batch(s, 0, b, &e), e);
    forward_store_settled(s);
    assert_ok(forward_store_count(s, 0, &c, &e), e);
    assert_int_equal(c.frames, 25);
    assert_int_equal(c.dropped, 15);
    struct seen seen = read_all(s, 0, 15);
    assert_int_equal(seen.n, 25);
    assert_false(seen.wrong);
    assert_ok(put_batch(s, 1, 0, &e), e);
    assert_ok(put_batch(s, 1, 1, &e), e);
    assert_int_equal(put_batch(s, 1, 2, &e), -ENOSPC);
    assert_string_equal(e.name, "forward.full");
    assert_non_null(strstr(e.text, "holds"));
    forward_store_settled(s);
    assert_int_equal(read_all(s, 1, 0).n, 2 * BATCH); /* nothing of it is there */
    for (int64_t seq = 1; seq < 200; seq++)
        forward_store_done(s, 1, seq, 170); /* of which 20 are its own */
    assert_ok(put_batch(s, 1, 2, &e), e);   /* what is done makes room in the same transaction */
    forward_store_close(s);
    folder_drop(dir);
}

static void copy_file(const char *from, const char *to, off_t most)
{
    scoped(fclosep) FILE *in = fopen(from, "re"), *out = fopen(to, "we");
    assert_non_null(out);
    for (int c; in && most-- > 0 && (c = getc(in)) != EOF;)
        putc(c, out);
}

static off_t size_of_log(const char *dir)
{
    char path[128];
    snprintf(path, sizeof path, "%s/forward.db-wal", dir);
    scoped(fclosep) FILE *f = fopen(path, "re");
    return f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : 0;
}

/* The log cut at any point, as a power cut leaves it: whole puts in order, and each that was answered by then. */
static void test_power_cut_at_any_point(void **state)
{
    (void)state;
    enum { PUTS = 12, STEP = 509 };
    char dir[64], cut[64], from[2][128], to[2][128];
    off_t answered[PUTS];
    struct err e = { 0 };
    struct forward_store *s, *again;
    folder_new(dir);
    folder_new(cut);
    assert_ok(forward_store_open(dir, two, 1, &s, &e), e);
    off_t begin = size_of_log(dir);
    for (int b = 0; b < PUTS; b++) {
        assert_ok(put_batch(s, 0, b, &e), e);
        answered[b] = size_of_log(dir);
    }
    static const char *const names[] = { "forward.db", "forward.db-wal" };
    for (int i = 0; i < 2; i++) {
        snprintf(from[i], sizeof from[i], "%s/%s", dir, names[i]);
        snprintf(to[i], sizeof to[i], "%s/%s", cut, names[i]);
    }
    int cuts = 0;
    for (off_t at = begin; at <= answered[PUTS - 1] + STEP; at += STEP, cuts++) {
        int64_t sure = 0;
        while (sure < PUTS && answered[sure] <= at)
            sure++;
        folder_drop(cut);
        assert_ok(file_make_dirs(cut, &e), e);
        copy_file(from[0], to[0], INT64_MAX);
        copy_file(from[1], to[1], at);
        assert_ok(forward_store_open(cut, two, 1, &again, &e), e);
        struct seen seen = read_all(again, 0, 0);
        struct forward_count c;
        assert_ok(forward_store_count(again, 0, &c, &e), e);
        if (seen.wrong || seen.n % BATCH || seen.n < sure * BATCH || c.frames != seen.n)
            fail_msg("cut at %lld: %lld rows, %lld puts were answered", (long long)at, (long long)seen.n,
                     (long long)sure);
        forward_store_close(again);
    }
    print_message("# %d cuts\n", cuts);
    assert_true(cuts > 100);
    forward_store_close(s);
    folder_drop(dir);
    folder_drop(cut);
}

static int fill(const char *dir)
{
    struct err e = { 0 };
    struct forward_store *s;
    struct forward_count c;
    struct rlimit l;
    int64_t b = 0;
    if (forward_store_open(dir, two, 1, &s, &e) < 0)
        return 2;
    while (b < 100000 && put_batch(s, 0, b, &e) == 0)
        b++;
    forward_store_settled(s);
    if (e.code != -ENOSPC || read_all(s, 0, 0).n != b * BATCH)
        return 3;
    /* What is done cannot be written down now; it is later. */
    forward_store_done(s, 0, 1, 100);
    getrlimit(RLIMIT_FSIZE, &l);
    l.rlim_cur = l.rlim_max;
    setrlimit(RLIMIT_FSIZE, &l);
    if (put_batch(s, 0, b, &e) < 0 || forward_store_count(s, 0, &c, &e) < 0 ||
        c.frames != (b + 1) * BATCH - 1)
        return 4;
    forward_store_close(s);
    return 0;
}

static void test_full_disk(void **state)
{
    (void)state;
    char dir[64];
    folder_new(dir);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit l;
        signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &l);
        l.rlim_cur = 2 << 20;
        setrlimit(RLIMIT_FSIZE, &l);
        _exit(fill(dir));
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    folder_drop(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_settle_read_done),
        cmocka_unit_test(test_repeat_after_a_crash_is_not_sent_twice),
        cmocka_unit_test(test_a_full_queue_drops_its_oldest_or_refuses),
        cmocka_unit_test(test_power_cut_at_any_point),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
