/* store_bench - how fast records are made durable and read back, and what they cost on disk. Prints one JSON line.
 *
 *   store_bench DIR            records/s by batch size, bodies of about 350 bytes, and a year of hours of 12 sites
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "store/store.h"

enum { SITES = 12, HOURS = 8760, BATCH_MAX = 2000 };
#define START INT64_C(1735660800000) /* 2025-01-01 in China */

static const char *const air[] = { "a34004", "a34002", "a21026", "a21004", "a21005", "a05024" };

static struct err e;

static void check(int r)
{
    if (r != 0) {
        fprintf(stderr, "store_bench: %s\n", e.text);
        exit(1);
    }
}

static double seconds(int64_t since)
{
    return (double)(clock_monotonic_ns() - since) / 1e9;
}

static uint64_t seed = 88172645463325252u;
static int64_t below(int64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)(seed % (uint64_t)n);
}

/* Six values that wander, as an air station sends them; `pad` statistics more each make the body longer. */
static int body_make(char *out, size_t cap, int site, bool pad)
{
    static int64_t walk[SITES][6];
    int n = 0;
    for (int i = 0; i < 6; i++) {
        int64_t *v = &walk[site % SITES][i];
        *v = *v ? *v + below(61) - 30 : 500;
        *v = *v < 10 ? 10 : *v;
        if (pad)
            n += snprintf(out + n, cap - (size_t)n, "%s%s-Min=%lld.%lld,%s-Max=%lld.%lld,", i ? ";" : "",
                          air[i], (long long)*v / 12, (long long)*v % 10, air[i], (long long)*v / 8,
                          (long long)*v % 10);
        else if (i)
            out[n++] = ';';
        n += snprintf(out + n, cap - (size_t)n, "%s-Avg=%lld.%lld,%s-Flag=%c", air[i], (long long)*v / 10,
                      (long long)*v % 10, air[i], below(100) ? 'N' : 'D');
    }
    return n;
}

struct batch {
    struct record r[BATCH_MAX];
    char body[BATCH_MAX][512];
};

static double append_rate(const char *dir, int period, int size, int total, bool pad, double *ret_body)
{
    static struct batch b;
    struct obs_writer *w = NULL;
    int64_t spent = 0, bytes = 0;
    check(obs_writer_open(dir, true, &w, &e));
    for (int done = 0; done < total; done += size) {
        int n = total - done < size ? total - done : size;
        for (int i = 0; i < n; i++) {
            int k = done + i;
            int64_t t = START + k / SITES * (period == PERIOD_HOUR ? MS_HOUR : MS_MINUTE);
            int len = body_make(b.body[i], sizeof b.body[i], k % SITES, pad);
            char qn[CN_TEXT];
            int64_t arrival = t + 3000 + below(2000);
            b.r[i] = (struct record){ .time = t,
                                      .site = 1 + k % SITES,
                                      .period = (uint8_t)period,
                                      .source = SOURCE_DEVICE,
                                      .tag = strtoull(cn_format_qn(arrival - 40 - below(200), qn), NULL, 10),
                                      .arrival = arrival,
                                      .body = b.body[i],
                                      .body_len = (size_t)len };
            bytes += len;
        }
        int64_t t0 = clock_monotonic_ns();
        check(obs_append(w, b.r, (size_t)n, NULL, &e));
        spent += clock_monotonic_ns() - t0;
    }
    obs_writer_close(w);
    *ret_body = (double)bytes / total;
    return (double)total / ((double)spent / 1e9);
}

struct sum {
    int64_t records, values, total;
};

static int add(const struct record *r, void *arg)
{
    struct sum *s = arg;
    struct record_iter it;
    struct record_value v;
    s->records++;
    record_iter_init(&it, r->body, r->body_len);
    while (record_next(&it, &v)) {
        s->values++;
        s->total += v.value;
    }
    return 0;
}

static int only_count(const struct record *r, void *arg)
{
    (void)r;
    ((struct sum *)arg)->records++;
    return 0;
}

static double scan_ms(struct obs_reader *r, int32_t site, struct sum *s,
                      int (*each)(const struct record *, void *))
{
    struct obs_query q = {
        .site = site, .period = PERIOD_HOUR, .from = START, .to = START + HOURS * MS_HOUR
    };
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        *s = (struct sum){ 0 };
        int64_t t0 = clock_monotonic_ns();
        check(obs_scan(r, &q, each, s, &e));
        double ms = seconds(t0) * 1e3;
        best = ms < best ? ms : best;
    }
    return best;
}

static int64_t vacuumed_bytes(const char *dir)
{
    char cmd[1024];
    int64_t bytes = 0;
    snprintf(cmd, sizeof cmd,
             "sqlite3 '%s/observations.db' 'PRAGMA wal_checkpoint(TRUNCATE)' 'VACUUM' >/dev/null 2>&1;"
             " stat -c %%s '%s/observations.db'",
             dir, dir);
    FILE *p = popen(cmd, "r");
    if (p && fscanf(p, "%ld", &bytes) != 1)
        bytes = 0;
    if (p)
        pclose(p);
    return bytes;
}

int main(int argc, char **argv)
{
    static const int sizes[] = { 1, 50, 500, 1000, 2000 };
    char dir[512];
    double body = 0;
    if (argc != 2) {
        fputs("usage: store_bench DIR\n", stderr);
        return 2;
    }
    printf("{\"append_records_per_s\":{");
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        snprintf(dir, sizeof dir, "%s/append-%d", argv[1], sizes[i]);
        double rate = append_rate(dir, PERIOD_MINUTE, sizes[i],
                                  sizes[i] == 1    ? 3000
                                  : sizes[i] == 50 ? 50000
                                                   : 200000,
                                  true, &body);
        printf("%s\"%d\":%.0f", i ? "," : "", sizes[i], rate);
        fflush(stdout);
    }
    printf("},\"body_bytes\":%.0f", body);
    snprintf(dir, sizeof dir, "%s/year", argv[1]);
    append_rate(dir, PERIOD_HOUR, 1000, SITES * HOURS, false, &body);
    struct obs_reader *r = NULL;
    struct sum s;
    check(obs_reader_open(dir, &r, &e));
    printf(",\"year_site_hot_ms\":%.1f", scan_ms(r, 3, &s, only_count));
    printf(",\"year_site_hot_values_ms\":%.1f", scan_ms(r, 3, &s, add));
    printf(",\"year_all_hot_ms\":%.1f", scan_ms(r, 0, &s, add));
    struct sum hot = s;
    double values = (double)hot.values;
    obs_reader_close(r);
    printf(",\"values\":%.0f,\"hot_bytes_per_value\":%.2f", values, (double)vacuumed_bytes(dir) / values);
    struct obs_writer *w = NULL;
    size_t moved = 1, all = 0, calls = 0;
    double longest = 0;
    check(obs_writer_open(dir, false, &w, &e));
    int64_t t0 = clock_monotonic_ns();
    for (; moved; all += moved, calls++) {
        int64_t t1 = clock_monotonic_ns();
        check(obs_compact(w, START + 400 * MS_DAY, &moved, &e));
        longest = seconds(t1) > longest ? seconds(t1) : longest;
    }
    printf(",\"compact_records_per_s\":%.0f,\"compact_longest_ms\":%.1f", (double)all / seconds(t0),
           longest * 1e3);
    obs_writer_close(w);
    printf(",\"packed_bytes_per_value\":%.2f", (double)vacuumed_bytes(dir) / values);
    check(obs_reader_open(dir, &r, &e));
    printf(",\"year_site_packed_ms\":%.1f", scan_ms(r, 3, &s, only_count));
    printf(",\"year_site_packed_values_ms\":%.1f", scan_ms(r, 3, &s, add));
    printf(",\"year_all_packed_ms\":%.1f", scan_ms(r, 0, &s, add));
    printf(",\"same_sum\":%s}\n", s.total == hot.total && s.records == hot.records ? "true" : "false");
    obs_reader_close(r);
    return 0;
}
