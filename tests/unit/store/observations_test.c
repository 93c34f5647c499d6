#include "support.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "store/store.h"

static int64_t at(const char *iso)
{
    int64_t ms = 0;
    assert_true(cn_parse_iso(iso, strlen(iso), &ms));
    return ms;
}

static struct record rec(int64_t time, int32_t site, enum period p, uint64_t tag, uint16_t part,
                         const char *body)
{
    return (struct record){ .time = time,
                            .site = site,
                            .period = (uint8_t)p,
                            .source = SOURCE_DEVICE,
                            .part = part,
                            .tag = tag,
                            .arrival = time == INT64_MAX ? time : time + 1234,
                            .body = body,
                            .body_len = strlen(body) };
}

struct fixture {
    char dir[64];
    struct obs_writer *w;
    struct obs_reader *r;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err e;
    folder_new(f->dir);
    assert_ok(obs_writer_open(f->dir, true, &f->w, &e), e);
    assert_ok(obs_reader_open(f->dir, &f->r, &e), e);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    obs_reader_close(f->r);
    obs_writer_close(f->w);
    folder_drop(f->dir);
    free(f);
    return 0;
}

static void scan(struct fixture *f, int32_t site, int period, int64_t from, int64_t to, struct kept *k)
{
    struct err e;
    struct obs_query q = { .site = site, .period = period, .from = from, .to = to };
    assert_ok(obs_scan(f->r, &q, kept_add, k, &e), e);
}

static size_t compact_all(struct fixture *f, int64_t before)
{
    struct err e;
    size_t moved, all = 0;
    do {
        assert_ok(obs_compact(f->w, before, &moved, &e), e);
        all += moved;
    } while (moved);
    return all;
}

static void assert_same(const struct record *a, const struct record *b)
{
    assert_int_equal(a->time, b->time);
    assert_int_equal(a->site, b->site);
    assert_int_equal(a->period, b->period);
    assert_int_equal(a->part, b->part);
    assert_int_equal(a->source, b->source);
    assert_int_equal(a->arrival, b->arrival);
    assert_true(a->tag == b->tag);
    assert_int_equal(a->body_len, b->body_len);
    assert_memory_equal(a->body, b->body, a->body_len);
}

static void assert_all_same(const struct kept *a, const struct kept *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        assert_same(&a->r[i], &b->r[i]);
}

static void test_a_folder_without_data_says_so(void **state)
{
    (void)state;
    char dir[64];
    struct err e;
    struct obs_writer *w = NULL;
    struct obs_reader *r = NULL;
    folder_new(dir);
    assert_int_equal(obs_reader_open(dir, &r, &e), -ENOENT);
    assert_int_equal(obs_writer_open(dir, false, &w, &e), -ENOENT);
    assert_non_null(strstr(e.text, dir));
    assert_non_null(strstr(e.text, "no data"));
    folder_drop(dir);
}

static void test_repeats_are_dropped_and_said(void **state)
{
    struct fixture *f = *state;
    struct err e;
    int64_t t = at("2026-03-01 13:00");
    const struct record r[] = {
        rec(t, 3, PERIOD_HOUR, 7, 0, "a34004-Avg=40.10,a34004-Flag=N"),
        rec(t, 3, PERIOD_HOUR, 7, 0, "a34004-Avg=41"), /* the same record inside one batch */
        rec(t, 3, PERIOD_HOUR, 8, 0, "a34004-Avg=42"), /* a correction */
        rec(t, 3, PERIOD_HOUR, 7, 2, "a34002-Avg=42"), /* another packet of it */
        rec(t, 3, PERIOD_DAY, 7, 0, "a34004-Avg=42"),
        rec(t, 4, PERIOD_HOUR, 7, 0, ""),
    };
    const bool first[] = { true, false, true, true, true, true };
    bool got[COUNT_OF(r)];
    assert_ok(obs_append(f->w, r, COUNT_OF(r), got, &e), e);
    assert_memory_equal(got, first, sizeof got);
    assert_ok(obs_append(f->w, r, COUNT_OF(r), got, &e), e);
    for (size_t i = 0; i < COUNT_OF(r); i++)
        assert_false(got[i]);
    assert_ok(obs_append(f->w, r, COUNT_OF(r), NULL, &e), e);
    int64_t n = 0, bytes = 0;
    assert_ok(obs_count(f->r, &n, &bytes, &e), e);
    assert_int_equal(n, 5);
    assert_true(bytes > 0);
    struct kept k = { 0 };
    scan(f, 3, PERIOD_HOUR, t, t + 1, &k);
    assert_int_equal(k.n, 3);
    assert_same(&k.r[0], &r[0]);
    assert_same(&k.r[1], &r[2]);
    assert_same(&k.r[2], &r[3]);
    kept_clear(&k);
}

static void test_a_bad_record_refuses_the_batch(void **state)
{
    struct fixture *f = *state;
    int64_t t = at("2026-03-01");
    struct record bad[] = {
        rec(t, 0, PERIOD_HOUR, 1, 0, "x"),
        rec(t, 1, PERIOD_COUNT, 1, 0, "x"),
        rec(INT64_MAX, 1, PERIOD_HOUR, 1, 0, "x"),
        rec(INT64_MIN, 1, PERIOD_HOUR, 1, 0, "x"),
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct record r[] = { rec(t, 1, PERIOD_HOUR, 1, 0, "x"), bad[i] };
        bool fresh[2] = { true, true };
        struct err e;
        assert_true(obs_append(f->w, r, 2, fresh, &e) < 0);
        assert_non_null(strstr(e.text, "record 1"));
        assert_false(fresh[0] || fresh[1]);
    }
    struct kept k = { 0 };
    scan(f, 0, -1, INT64_MIN, INT64_MAX, &k);
    assert_int_equal(k.n, 0);
}

static int stop_at_two(const struct record *r, void *arg)
{
    (void)r;
    return ++*(int *)arg == 2 ? 77 : 0;
}

struct nested {
    struct fixture *f;
    size_t n;
};

static int scan_again(const struct record *r, void *arg)
{
    struct nested *x = arg;
    struct kept k = { 0 };
    scan(x->f, r->site, r->period, r->time, r->time + 1, &k);
    x->n += k.n;
    kept_clear(&k);
    return 0;
}

static void test_scan_stops_and_nests(void **state)
{
    struct fixture *f = *state;
    struct err e;
    int64_t t = at("2026-03-01");
    for (int i = 0; i < 5; i++) {
        struct record r = rec(t + i * MS_HOUR, 1, PERIOD_HOUR, 1, 0, "a-Avg=1");
        assert_ok(obs_append(f->w, &r, 1, NULL, &e), e);
    }
    int calls = 0;
    struct obs_query q = { .site = 0, .period = -1, .from = t, .to = t + MS_DAY };
    assert_int_equal(obs_scan(f->r, &q, stop_at_two, &calls, &e), 77);
    assert_int_equal(calls, 2);
    struct nested x = { f, 0 };
    assert_ok(obs_scan(f->r, &q, scan_again, &x, &e), e);
    assert_int_equal(x.n, 5);
    /* A scan that was stopped leaves no old snapshot behind. */
    struct record late = rec(t + 30 * MS_MINUTE, 1, PERIOD_HOUR, 1, 0, "a-Avg=2");
    assert_ok(obs_append(f->w, &late, 1, NULL, &e), e);
    struct kept k = { 0 };
    scan(f, 1, PERIOD_HOUR, t, t + MS_DAY, &k);
    assert_int_equal(k.n, 6);
    kept_clear(&k);
}

/* ---- hot and packed are the same: random records, all kinds of odd bodies ---- */

static const char *const odd_digits[] = {
    "40.10",
    "40.1",
    "40",
    "0",
    "0.0",
    "-0",
    "-0.0",
    "-3.25",
    "+5",
    "007",
    ".5",
    "5.",
    "",
    "-",
    "--",
    "NaN",
    "1e5",
    "9999999999999999999",
    "123456789012345678",
    "0.000000000000000001",
    "-999999999999999999",
    "0.12345678901234567",
    "12345678901234567.8",
    "\xE6\xAD\xA3",
    "a=b",
    "=",
    "1 ",
    "0.10",
    "1234567890123456789.5",
    "-00.5",
    "\x01",
    "0x1F",
};
static const char *const names[] = {
    "a34004-Avg",  "a34004-Flag", "a34004-Min", "a34002-Rtd", "w01018-ZsAvg", "w01018-Cou", "w01018-Odd-Avg",
    "w01018-Flag", "-Avg",        "nodash",     "",           "a21026-Avg",   "LA-Day",
};

static void random_value(struct rng *g, char *out, size_t cap)
{
    int64_t kind = rng_below(g, 10);
    if (kind < 7)
        snprintf(out, cap, "%lld.%0*lld", (long long)rng_below(g, 300), (int)rng_below(g, 3) + 1,
                 (long long)rng_below(g, 10));
    else if (kind == 7)
        snprintf(out, cap, "%lld", (long long)(rng_next(g) >> rng_below(g, 63)));
    else
        snprintf(out, cap, "%s", odd_digits[rng_below(g, COUNT_OF(odd_digits))]);
}

static size_t random_body(struct rng *g, char *out, size_t cap)
{
    size_t n = 0;
    int64_t pieces = rng_below(g, 9);
    char v[64];
    if (rng_below(g, 50) == 0) { /* any bytes at all, NUL too */
        n = (size_t)rng_below(g, 60);
        for (size_t i = 0; i < n; i++)
            out[i] = rng_below(g, 3) ? ",;=-aN.0"[rng_below(g, 8)] : (char)rng_next(g);
        return n;
    }
    for (int64_t i = 0; i < pieces; i++) {
        random_value(g, v, sizeof v);
        const char *name = names[rng_below(g, COUNT_OF(names))];
        if (rng_below(g, 40) == 0)
            n += (size_t)snprintf(out + n, cap - n, "x%lld-Avg=%s", (long long)rng_below(g, 5000), v);
        else if (rng_below(g, 12) == 0)
            n += (size_t)snprintf(out + n, cap - n, "%s", name);
        else if (strstr(name, "Flag"))
            n += (size_t)snprintf(out + n, cap - n, "%s=%c", name, "NNNNDFB?"[rng_below(g, 8)]);
        else
            n += (size_t)snprintf(out + n, cap - n, "%s=%s", name, v);
        if (i + 1 < pieces || rng_below(g, 5) == 0)
            out[n++] = rng_below(g, 2) ? ',' : ';';
    }
    return n;
}

static uint64_t random_tag(struct rng *g, const struct record *r)
{
    char t[CN_TEXT];
    switch (rng_below(g, 4)) {
    case 0:
        return record_hash(r->body, r->body_len);
    case 1:
        return rng_next(g);
    case 2:
        return strtoull(cn_format_qn(r->arrival - rng_below(g, 5000), t), NULL, 10);
    default:
        return (uint64_t)rng_below(g, 10);
    }
}

static void random_record(struct rng *g, int64_t from, int64_t span_h, char *body, size_t cap,
                          struct record *r)
{
    int period = (int)rng_below(g, PERIOD_COUNT);
    int64_t t = from + rng_below(g, span_h) * MS_HOUR;
    if (period <= PERIOD_MINUTE)
        t += rng_below(g, 4) * MS_MINUTE + (rng_below(g, 5) ? 0 : rng_below(g, 60000));
    *r =
        (struct record){ .time = t,
                         .site = 1 + (int32_t)rng_below(g, 4),
                         .period = (uint8_t)period,
                         .source = (uint8_t)(1 + rng_below(g, 3)),
                         .part = (uint16_t)(rng_below(g, 8) ? 0 : rng_next(g)),
                         .arrival = t + (rng_below(g, 20) ? rng_below(g, 100000) : (int64_t)rng_next(g) >> 8),
                         .body = body };
    r->body_len = random_body(g, body, cap);
    r->tag = random_tag(g, r);
}

static void fill_random(struct fixture *f, struct rng *g, int64_t from, int64_t span_h, size_t n)
{
    enum { BATCH = 100 };
    static char body[BATCH][2048];
    struct record r[BATCH];
    struct err e;
    for (size_t done = 0; done < n; done += BATCH) {
        for (int i = 0; i < BATCH; i++) {
            random_record(g, from, span_h, body[i], sizeof body[i], &r[i]);
            if (!cn_day_of(r[i].arrival) || r[i].arrival > at("9000-01-01") ||
                r[i].arrival < at("1901-01-01"))
                r[i].arrival = r[i].time;
        }
        assert_ok(obs_append(f->w, r, BATCH, NULL, &e), e);
    }
}

static void assert_ordered(const struct kept *k)
{
    for (size_t i = 1; i < k->n; i++) {
        const struct record *a = &k->r[i - 1], *b = &k->r[i];
        bool before = a->time != b->time       ? a->time < b->time
                      : a->site != b->site     ? a->site < b->site
                      : a->period != b->period ? a->period < b->period
                      : a->part != b->part     ? a->part < b->part
                                               : a->arrival <= b->arrival;
        assert_true(before);
    }
}

static void append_again(struct fixture *f, const struct kept *k)
{
    struct err e;
    bool *fresh = calloc(k->n, sizeof *fresh);
    assert_ok(obs_append(f->w, k->r, k->n, fresh, &e), e);
    for (size_t i = 0; i < k->n; i++)
        assert_false(fresh[i]);
    free(fresh);
}

static void test_packed_is_the_same_as_hot(void **state)
{
    struct fixture *f = *state;
    const char *given = getenv("BIHUAN_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 212;
    print_message("# BIHUAN_SEED=%llu\n", (unsigned long long)seed);
    struct rng g = { seed };
    int64_t from = at("2026-01-20"), now = at("2026-04-10");
    fill_random(f, &g, from, 60 * 24, 6000);
    struct kept hot = { 0 }, packed = { 0 };
    scan(f, 0, -1, INT64_MIN, INT64_MAX, &hot);
    assert_ordered(&hot);
    size_t moved = compact_all(f, now), due = 0;
    for (size_t i = 0; i < hot.n; i++)
        due += hot.r[i].time < at("2026-04-01");
    assert_int_equal(moved, due);
    scan(f, 0, -1, INT64_MIN, INT64_MAX, &packed);
    assert_all_same(&hot, &packed);
    append_again(f, &hot); /* repeats of what is in blocks are repeats */
    int64_t n = 0, bytes = 0;
    struct err e;
    assert_ok(obs_count(f->r, &n, &bytes, &e), e);
    assert_int_equal(n, hot.n);

    /* Spans, sites and periods picked at random see what a filter over everything sees. */
    for (int i = 0; i < 60; i++) {
        struct kept part = { 0 };
        int32_t site = (int32_t)rng_below(&g, 5);
        int period = (int)rng_below(&g, PERIOD_COUNT + 1) - 1;
        int64_t a = from + rng_below(&g, 60 * 24) * MS_HOUR, b = a + rng_below(&g, 40 * 24) * MS_HOUR;
        scan(f, site, period, a, b, &part);
        size_t at_part = 0;
        for (size_t k = 0; k < hot.n; k++) {
            const struct record *r = &hot.r[k];
            if (r->time < a || r->time >= b || (site && r->site != site) ||
                (period >= 0 && r->period != period))
                continue;
            assert_true(at_part < part.n);
            assert_same(r, &part.r[at_part++]);
        }
        assert_int_equal(at_part, part.n);
        kept_clear(&part);
    }
    kept_clear(&hot);
    kept_clear(&packed);
}

static void test_late_records_join_their_month(void **state)
{
    struct fixture *f = *state;
    struct rng g = { 12345 };
    struct err e;
    int64_t from = at("2026-01-01"), now = at("2026-03-15");
    fill_random(f, &g, from, 31 * 24, 2000);
    assert_true(compact_all(f, now) > 0);
    struct record late = rec(from + 5 * MS_HOUR, 1, PERIOD_HOUR, 424242, 0, "a34004-Avg=9.90,a34004-Flag=N");
    bool fresh = false;
    assert_ok(obs_append(f->w, &late, 1, &fresh, &e), e);
    assert_true(fresh);
    assert_int_equal(compact_all(f, now), 0); /* one alone stays hot */
    assert_ok(obs_append(f->w, &late, 1, &fresh, &e), e);
    assert_false(fresh);
    fill_random(f, &g, from, 31 * 24, 8000); /* many make a second chunk */
    struct kept hot = { 0 }, packed = { 0 };
    scan(f, 0, -1, INT64_MIN, INT64_MAX, &hot);
    assert_ordered(&hot);
    assert_true(compact_all(f, now) > 2000);
    scan(f, 0, -1, INT64_MIN, INT64_MAX, &packed);
    assert_all_same(&hot, &packed);
    append_again(f, &hot);
    kept_clear(&hot);
    kept_clear(&packed);
}

static void test_the_running_month_stays_hot(void **state)
{
    struct fixture *f = *state;
    struct err e;
    struct record r[] = {
        rec(at("2026-02-28 23:00"), 1, PERIOD_HOUR, 1, 0,
            "a-Avg=1"), /* February in China, whatever UTC says */
        rec(at("2026-03-01 00:00"), 1, PERIOD_HOUR, 1, 0, "a-Avg=1"),
    };
    assert_ok(obs_append(f->w, r, 2, NULL, &e), e);
    assert_int_equal(compact_all(f, at("2026-02-28 23:59")), 0);
    assert_int_equal(compact_all(f, at("2026-03-01 00:00")), 1);
    assert_int_equal(compact_all(f, at("2026-03-31 23:59")), 0);
    assert_int_equal(compact_all(f, at("2026-04-01 00:00")), 1);
}

/* More names than columns, and a writer that learns of blocks another connection has made. */
static void test_many_names_and_two_writers(void **state)
{
    struct fixture *f = *state;
    struct err e;
    struct obs_writer *other = NULL;
    int64_t t = at("2026-01-01");
    char body[64];
    assert_ok(obs_writer_open(f->dir, false, &other, &e), e);
    for (int i = 0; i < 1500; i++) {
        snprintf(body, sizeof body, "n%d-Avg=%d.%d,=x%d,n%d-Flag=N", i, i, i % 7, i, i % 3);
        struct record r = rec(t + i * MS_MINUTE, 1, PERIOD_MINUTE, (uint64_t)i, 0, body);
        assert_ok(obs_append(i % 2 ? f->w : other, &r, 1, NULL, &e), e);
    }
    struct kept hot = { 0 }, packed = { 0 };
    scan(f, 0, -1, INT64_MIN, INT64_MAX, &hot);
    assert_int_equal(compact_all(f, at("2026-02-01")), 1500);
    scan(f, 0, -1, INT64_MIN, INT64_MAX, &packed);
    assert_all_same(&hot, &packed);
    bool fresh[1500];
    assert_ok(obs_append(other, hot.r, 1500, fresh, &e), e);
    for (int i = 0; i < 1500; i++)
        assert_false(fresh[i]);
    obs_writer_close(other);
    kept_clear(&hot);
    kept_clear(&packed);
}

/* A reader beside a writer that appends and packs sees every record once, and never fewer than before. */
struct beside {
    struct fixture *f;
    atomic_bool done;
};

enum { BESIDE = 6000 };

static void *write_beside(void *arg)
{
    struct beside *b = arg;
    struct err e;
    size_t moved;
    int64_t t = at("2026-01-25");
    for (int i = 0; i < BESIDE; i += 50) {
        struct record r[50];
        for (int k = 0; k < 50; k++)
            r[k] =
                rec(t + (i + k) * 10 * MS_MINUTE, 1, PERIOD_MINUTE, (uint64_t)(i + k), 0, "a34004-Avg=40.10");
        assert_ok(obs_append(b->f->w, r, 50, NULL, &e), e);
        if (i % 500 == 0)
            assert_ok(obs_compact(b->f->w, r[0].time, &moved, &e), e);
    }
    atomic_store(&b->done, true);
    return NULL;
}

static int next_tag(const struct record *r, void *arg)
{
    int64_t *n = arg;
    return r->tag == (uint64_t)(*n)++ ? 0 : 1;
}

static void test_reader_beside_a_writer(void **state)
{
    struct beside b = { .f = *state };
    struct err e;
    pthread_t t;
    struct obs_query q = { .period = -1, .from = INT64_MIN, .to = INT64_MAX };
    int64_t seen = 0;
    assert_int_equal(pthread_create(&t, NULL, write_beside, &b), 0);
    while (!atomic_load(&b.done)) {
        int64_t n = 0;
        assert_ok(obs_scan(b.f->r, &q, next_tag, &n, &e), e);
        assert_true(n >= seen);
        seen = n;
    }
    pthread_join(t, NULL);
    seen = 0;
    assert_ok(obs_scan(b.f->r, &q, next_tag, &seen, &e), e);
    assert_int_equal(seen, BESIDE);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_folder_without_data_says_so),
        T(test_repeats_are_dropped_and_said),
        T(test_a_bad_record_refuses_the_batch),
        T(test_scan_stops_and_nests),
        T(test_packed_is_the_same_as_hot),
        T(test_late_records_join_their_month),
        T(test_the_running_month_stays_hot),
        T(test_many_names_and_two_writers),
        T(test_reader_beside_a_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
