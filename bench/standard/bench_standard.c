/* bench_standard - one year of the national network, from memory to all hourly and daily AQIs, annual means, percentiles, composite
 * indices and ranks. Prints one JSON line for one thread and one for two.
 *
 *   bench_standard [STATIONS]              1700 unless given; hours are generated
 *   bench_standard --write FILE STATIONS   the same input as int32 tenths (station, item, hour; -1 missing), for yardstick.py
 *
 * What it computes, as digests, is printed too, so that the yardstick beside it can be seen to compute the same. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "lua/sandbox.h"
#include "standard/ordinance.h"

enum { YEAR = 2027, DAYS = 365, HOURS = DAYS * 24 };
typedef micro station_hours[AIR_ITEMS][HOURS];

static struct {
    struct air_rulebook book;
    struct ordinances ordinances;
} rules;
static station_hours *input;
static micro *composite;
static size_t stations = 1700;

static void load(const char *file)
{
    struct sandbox *s = NULL;
    struct err e = { 0 };
    json_t *tree = NULL;
    char path[512];
    snprintf(path, sizeof path, "%s/definitions/standards/%s.lua", SOURCE_ROOT, file);
    int r = sandbox_new(NULL, &s, &e);
    if (r == 0)
        r = sandbox_load_file(s, path, &tree, &e);
    if (r == 0)
        r = strncmp(file, "air/", 4) == 0 ? air_rulebook_add(&rules.book, file, tree, &e)
                                          : ordinances_add(&rules.ordinances, file, tree, &e);
    json_decref(tree);
    sandbox_free(s);
    if (r < 0) {
        fprintf(stderr, "bench_standard: %s\n", e.text);
        exit(1);
    }
}

static uint64_t mix(uint64_t x)
{
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    x *= UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ (x >> 33);
}

/* Tenths: a level that wanders over the days, a daily swing, noise, and 2 % missing. */
static int tenths(size_t s, int item, int hour)
{
    static const int level[AIR_ITEMS] = { 90, 300, 8, 900, 700, 400 };
    uint64_t at = ((uint64_t)s * AIR_ITEMS + (uint64_t)item) * HOURS + (uint64_t)hour;
    if (mix(at) % 50 == 0)
        return -1;
    int day = (int)(mix(((uint64_t)s << 20 | (uint64_t)item << 16 | (uint64_t)(hour / 24)) + 77) % 200);
    int swing = abs(hour % 24 - 12);
    return level[item] * (40 + day) / 100 * (60 + swing * 5) / 100 +
           (int)(mix(at + 1) % (uint64_t)(level[item] / 4 + 1));
}

static void generate(void)
{
    input = malloc(stations * sizeof *input);
    composite = malloc(stations * sizeof *composite);
    if (!input || !composite)
        exit(1);
    for (size_t s = 0; s < stations; s++)
        for (int i = 0; i < AIR_ITEMS; i++)
            for (int h = 0; h < HOURS; h++) {
                int t = tenths(s, i, h);
                /* the platform shows whole numbers, carbon monoxide with one decimal */
                input[s][i][h] = t < 0         ? MICRO_MISSING
                                 : i == AIR_CO ? t * INT64_C(100000)
                                               : t / 10 * MICRO_ONE;
            }
}

struct digest {
    int64_t hours, days, hour_aqi, day_aqi, good, attained, mean;
};

/* One station after another goes to whichever thread is free: halves would wait for the thread that the machine gave less. */
static size_t next_station;

struct share {
    double cpu_s; /* of its thread: what it costs whoever else uses the machine */
    struct digest sum;
};

static void judge_hours(const struct air_index_rules *r, station_hours h, struct digest *sum)
{
    struct air_values v;
    struct air_index x;
    air_values_clear(&v);
    for (int i = 0; i < HOURS; i++) {
        for (int k = 0; k < AIR_ITEMS; k++)
            v.v[AIR_HOUR][k] = h[k][i];
        air_index(r, AIR_REPORT_HOUR, &v, &x);
        sum->hours += x.aqi >= 0;
        sum->hour_aqi += x.aqi >= 0 ? x.aqi : 0;
    }
}

static micro judge_station(station_hours h, struct digest *sum)
{
    int64_t first = cn_days(YEAR, 1, 1);
    const struct air_index_rules *index = air_index_on(&rules.book, first);
    const struct air_evaluation *ev = air_evaluation_on(&rules.book, first);
    const struct air_limits *lim = air_limits_on(&rules.book, first);
    const struct composite_rules *ranking = composite_on(&rules.ordinances, first);
    micro series[AIR_ITEMS][DAYS], c[AIR_ITEMS];
    judge_hours(index, h, sum);
    for (int d = 0; d < DAYS; d++) {
        micro hour[AIR_ITEMS][24];
        struct air_day day;
        struct air_values v;
        struct air_index x;
        for (int k = 0; k < AIR_ITEMS; k++)
            memcpy(hour[k], h[k] + d * 24, sizeof hour[k]);
        air_day(ev, (const micro(*)[24])hour, 24, lim->day[1][AIR_O3], &day);
        air_values_clear(&v);
        memcpy(v.v[AIR_DAY], day.value, sizeof day.value);
        v.v[AIR_HOUR][AIR_O3] = day.o3_hour;
        air_index(index, AIR_REPORT_DAY, &v, &x);
        sum->days += x.aqi >= 0;
        sum->day_aqi += x.aqi >= 0 ? x.aqi : 0;
        sum->good += x.aqi >= 0 && x.aqi <= 100;
        for (int k = 0; k < AIR_ITEMS; k++)
            series[k][d] = day.value[k];
    }
    for (int k = 0; k < AIR_ITEMS; k++) {
        struct air_year y;
        air_year(ev, lim, 2, (enum air_item)k, YEAR, series[k], DAYS, &y);
        sum->attained += y.attains == 1;
        c[k] = ranking->percentile[k] ? y.percentile : y.mean;
        sum->mean += k == AIR_PM25 && y.mean != MICRO_MISSING ? y.mean / 100000 : 0;
    }
    struct composite is;
    composite_index(ranking, c, &is);
    return is.index;
}

static void *judge_share(void *arg)
{
    struct share *s = arg;
    struct digest sum = {
        0
    }; /* on the thread's own stack: it is added to for every hour, and two shares may lie in one cache line */
    struct timespec begin, end;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    for (size_t i; (i = __atomic_fetch_add(&next_station, 1, __ATOMIC_RELAXED)) < stations;)
        composite[i] = judge_station(input[i], &sum);
    s->sum = sum;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    s->cpu_s = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    return NULL;
}

static double run(int threads, struct digest *ret, int64_t *ret_ranks, double *ret_cpu)
{
    struct share share[2] = { 0 };
    int *rank = malloc(stations * sizeof *rank);
    pthread_t other;
    int64_t begin = clock_monotonic_ns();
    next_station = 0;
    bool second = threads == 2 && pthread_create(&other, NULL, judge_share, &share[1]) == 0;
    judge_share(&share[0]);
    if (second)
        pthread_join(other, NULL);
    rank_values(RANK_SMALL_FIRST, composite, stations, rank, NULL);
    double s = (double)(clock_monotonic_ns() - begin) / 1e9;
    *ret = share[0].sum;
    *ret_cpu = share[0].cpu_s + share[1].cpu_s;
    if (second) {
        const int64_t *b = (const int64_t *)&share[1].sum;
        for (size_t i = 0; i < sizeof *ret / sizeof *b; i++)
            ((int64_t *)ret)[i] += b[i];
    }
    *ret_ranks = 0;
    for (size_t i = 0; i < stations; i++)
        *ret_ranks += rank[i] * (int64_t)(i % 97 + 1);
    free(rank);
    return s;
}

static int write_input(const char *path)
{
    scoped(fclosep) FILE *f = fopen(path, "wbe");
    if (!f)
        return 1;
    for (size_t s = 0; s < stations; s++)
        for (int i = 0; i < AIR_ITEMS; i++) {
            int32_t row[HOURS];
            for (int h = 0; h < HOURS; h++)
                row[h] = input[s][i][h] == MICRO_MISSING ? -1 : (int32_t)(input[s][i][h] / 100000);
            if (fwrite(row, sizeof row, 1, f) != 1)
                return 1;
        }
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const files[] = { "air/gb3095-2026-transition", "air/hj633-2026", "air/hj663-2026",
                                         "ranking/composite-2026" };
    const char *path = argc == 4 && strcmp(argv[1], "--write") == 0 ? argv[2] : NULL;
    stations = argc > 1 ? (size_t)atol(argv[argc - 1]) : stations;
    if (stations < 2 || stations > 4000)
        return fprintf(stderr, "usage: bench_standard [STATIONS] | --write FILE STATIONS   (2 to 4000)\n"), 2;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        load(files[i]);
    generate();
    if (path)
        return write_input(path);
    double values = (double)stations * AIR_ITEMS * HOURS, one = 0;
    for (int threads = 1; threads <= 2; threads++) {
        struct digest d;
        int64_t ranks;
        double cpu;
        double s = run(threads, &d, &ranks, &cpu);
        one = threads == 1 ? s : one;
        printf("{\"bench\":\"standard\",\"stations\":%zu,\"values\":%.0f,\"threads\":%d,\"seconds\":%.3f,"
               "\"values_per_s\":%.0f,"
               "\"cpu_seconds\":%.3f,\"values_per_cpu_s\":%.0f,\"speed_up\":%.2f,\"hours\":%lld,\"hour_aqi\":"
               "%lld,\"days\":%lld,\"day_aqi\":%lld,\"good_days\":%lld,"
               "\"items_attained\":%lld,\"pm25_means\":%lld,\"ranks\":%lld}\n",
               stations, values, threads, s, values / s, cpu, values / cpu, one / s, (long long)d.hours,
               (long long)d.hour_aqi, (long long)d.days, (long long)d.day_aqi, (long long)d.good,
               (long long)d.attained, (long long)d.mean, (long long)ranks);
        fflush(stdout);
    }
    free(input);
    free(composite);
    return 0;
}
