/* bench_codec.c - frames per second of hj212_next beside the yardstick, on one core.
 *   bench-codec FILE
 *   bench-codec [--file FILE] [--frames N] [--seed N] [--rounds N] [--write FILE]
 * With FILE alone: one line, of the median round; memory_share is our rate beside that of merely reading the stream.
 * Without --file a stream is made: 60 % real-time frames (2011) of eight factors, 25 % minutes (2051), 15 % hours (2061), from
 * 400 air and water devices. Each round prints a line of JSON;
 * seconds are the thread's time on the processor. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"
#include "codec/hj212.h"
#include "yardstick.h"

/* splitmix64: small, and the same everywhere. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static uint64_t below(uint64_t *state, uint64_t n)
{
    return next(state) % n;
}

struct made_factor {
    const char *code;
    int low, high, decimals;
};

static const struct made_factor air[8] = {
    { "a21026", 5, 120, 2 }, { "a21002", 10, 180, 2 }, { "a34013", 1, 30, 3 },     { "a19001", 4, 14, 2 },
    { "a01011", 4, 22, 2 },  { "a01012", 60, 160, 1 }, { "a01013", -400, 300, 1 }, { "a01014", 4, 18, 2 },
};
static const struct made_factor water[8] = {
    { "w01018", 8, 90, 2 }, { "w21003", 0, 8, 3 },  { "w21011", 0, 1, 3 },  { "w21001", 1, 20, 2 },
    { "w01001", 6, 9, 2 },  { "w00000", 1, 90, 2 }, { "w01010", 5, 35, 1 }, { "w01014", 200, 2000, 1 },
};

enum { DEVICES = 400 };

static void add_number(struct buf *b, uint64_t *seed, int low, int high, int decimals)
{
    double share = (double)(next(seed) >> 11) / 9007199254740992.0;
    buf_addf(b, "%.*f", decimals, low + share * (high - low));
}

static void add_area(struct buf *cp, uint64_t *seed, const struct made_factor *f, bool realtime)
{
    static const char marks[] = "FMSDCT";
    for (int i = 0; i < 8; i++, f++) {
        uint64_t m = below(seed, 100);
        static const char *const stats[] = { "Min", "Avg", "Max" };
        buf_addf(cp, ";%s-%s=", f->code, realtime ? "Rtd" : "Cou");
        if (realtime)
            add_number(cp, seed, f->low, f->high, f->decimals);
        else
            add_number(cp, seed, 0, 999, 2);
        for (int k = 0; k < 3 && !realtime; k++) {
            buf_addf(cp, ",%s-%s=", f->code, stats[k]);
            add_number(cp, seed, f->low, f->high, f->decimals);
        }
        buf_addf(cp, ",%s-Flag=%c", f->code, m < 94 ? 'N' : marks[m - 94]);
    }
}

static void make_stream(struct buf *out, size_t frames, uint64_t seed)
{
    static char mn[DEVICES][25];
    struct buf cp = BUF_INIT;
    for (size_t i = 0; i < DEVICES; i++)
        for (size_t k = 0; k < 24; k++)
            mn[i][k] = "0123456789ABCDEF"[below(&seed, 16)];
    int64_t now = cn_days(2026, 6, 1) * MS_DAY - CN_OFFSET_MS;
    for (size_t i = 0; i < frames; i++) {
        size_t device = below(&seed, DEVICES);
        uint64_t kind = below(&seed, 100);
        int cn = kind < 60 ? 2011 : kind < 85 ? 2051 : 2061;
        now += (int64_t)below(&seed, 2) * MS_SECOND;
        int64_t span = cn == 2011 ? MS_SECOND : cn == 2051 ? 10 * MS_MINUTE : MS_HOUR;
        char qn[CN_TEXT], time[CN_TEXT];
        buf_clear(&cp);
        buf_addf(&cp, "DataTime=%s", cn_format_compact(now - now % span, time));
        add_area(&cp, &seed, device % 2 ? water : air, cn == 2011);
        struct hj212_head h = {
            .qn = cn_format_qn(now + (int64_t)below(&seed, 1000), qn),
            .st = device % 2 ? "32" : "22",
            .pw = "123456",
            .mn = mn[device],
            .cn = cn,
            .edition = HJ212_2017,
            .answer_wanted = true,
        };
        hj212_build(out, &h, cp.data, cp.len);
    }
    buf_release(&cp);
}

static struct yardstick_count codec_run(const char *bytes, size_t len)
{
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct hj212_frame f;
    struct yardstick_count c = { 0 };
    int64_t sum = 0;
    size_t used = 0;
    enum hj212_reason why;
    for (size_t at = 0; at < len; at += used) {
        enum hj212_found found = hj212_next(bytes + at, len - at, HJ212_SEGMENT_MAX, items, &f, &used, &why);
        if (found == HJ212_NEED_MORE)
            break;
        c.bad += found != HJ212_FRAME;
        c.frames++;
        c.items += f.n_items;
        for (size_t i = 0; i < f.n_items; i++)
            sum += items[i].number == MICRO_MISSING ? 0 : items[i].number;
    }
    c.sum = (double)sum / 1e6;
    return c;
}

/* This thread's time on the processor: other work on the machine does not count. */
static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double timed(struct yardstick_count (*run)(const char *, size_t), const struct buf *b,
                    struct yardstick_count *ret)
{
    int64_t from = cpu_ns();
    *ret = run(b->data, b->len);
    return (double)(cpu_ns() - from) / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The least that can be done with the bytes: each is looked at once, by the C library's fastest loop. */
static struct yardstick_count only_read(const char *bytes, size_t len)
{
    return (struct yardstick_count){ .frames = memchr(bytes, '\1', len) ? 1 : 0 };
}

static int one_line(const struct buf *stream)
{
    enum { ROUNDS = 9 };
    double ours[ROUNDS], plain[ROUNDS], memory[ROUNDS];
    struct yardstick_count y = { 0 }, c = { 0 }, m = { 0 };
    size_t found = 0; /* used, so that the reading cannot be left out */
    for (int i = 0; i < ROUNDS; i++) {
        plain[i] = timed(yardstick_run, stream, &y);
        ours[i] = timed(codec_run, stream, &c);
        memory[i] = timed(only_read, stream, &m);
        found += m.frames;
    }
    qsort(ours, ROUNDS, sizeof *ours, by_size);
    qsort(plain, ROUNDS, sizeof *plain, by_size);
    qsort(memory, ROUNDS, sizeof *memory, by_size);
    double s = ours[ROUNDS / 2];
    printf("{\"bench\":\"codec\",\"frames\":%zu,\"items\":%zu,\"frames_per_s\":%.0f,\"mb_per_s\":%.1f,"
           "\"rejected\":%zu,"
           "\"yardstick_frames_per_s\":%.0f,\"ratio\":%.2f,\"memory_mb_per_s\":%.0f,\"memory_share\":%.3f}\n",
           c.frames - c.bad, c.items, (double)(c.frames - c.bad) / s, (double)stream->len / s / 1e6, c.bad,
           (double)y.frames / plain[ROUNDS / 2], plain[ROUNDS / 2] / s,
           (double)stream->len / memory[ROUNDS / 2] / 1e6, memory[ROUNDS / 2] / s);
    return found ? 1 : 0;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "file", required_argument, NULL, 'f' },  { "frames", required_argument, NULL, 'n' },
        { "seed", required_argument, NULL, 's' },  { "rounds", required_argument, NULL, 'r' },
        { "write", required_argument, NULL, 'w' }, { 0 }
    };
    const char *file = NULL, *write = NULL;
    unsigned long long frames = 200000, seed = 212, rounds = 5;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'f':
            file = optarg;
            break;
        case 'w':
            write = optarg;
            break;
        case 'n':
            frames = strtoull(optarg, NULL, 10);
            break;
        case 's':
            seed = strtoull(optarg, NULL, 10);
            break;
        case 'r':
            rounds = strtoull(optarg, NULL, 10);
            break;
        default:
            return 2;
        }
    }
    bool alone = optind == 1 && argc == 2;
    if (optind < argc)
        file = argv[optind];
    struct buf stream = BUF_INIT;
    struct err e = { 0 };
    if (file && file_read(file, FILE_READ_MAX, &stream, &e) < 0) {
        fprintf(stderr, "bench-codec: %s\n", e.text);
        return 2;
    }
    if (!file)
        make_stream(&stream, frames, seed);
    if (write && file_replace(write, stream.data, stream.len, 0644, &e) < 0) {
        fprintf(stderr, "bench-codec: %s\n", e.text);
        return 2;
    }
    if (alone) {
        int r = one_line(&stream);
        buf_release(&stream);
        return r;
    }
    int status = 0;
    for (unsigned long long r = 0; r < rounds; r++) {
        struct yardstick_count y, c;
        double plain = timed(yardstick_run, &stream, &y), ours = timed(codec_run, &stream, &c);
        if (y.items != c.items || y.frames != c.frames || c.bad || y.bad)
            status = 1;
        printf("{\"bench\":\"codec\",\"round\":%llu,\"frames\":%zu,\"items\":%zu,\"bad\":%zu,\"frames_s\":%."
               "0f,\"mb_s\":%.1f,"
               "\"yardstick_frames_s\":%.0f,\"yardstick_mb_s\":%.1f,\"ratio\":%.2f}\n",
               r, c.frames, c.items, c.bad, (double)c.frames / ours, (double)stream.len / ours / 1e6,
               (double)y.frames / plain, (double)stream.len / plain / 1e6, plain / ours);
    }
    buf_release(&stream);
    return status;
}
