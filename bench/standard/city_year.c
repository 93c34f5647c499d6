/* city_year - a city's year from the store: 120 stations' hours read, judged to daily values and AQIs, city days, annual statistics and
 * the composite index. Prints JSON lines: with the year packed, as it is after the month ends, by one thread and by two.
 *
 *   city_year DIR      fills DIR on the first run (a million records), then reads
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "lua/sandbox.h"
#include "domain/factor.h"
#include "domain/flag.h"
#include "standard/ordinance.h"
#include "store/store.h"

enum { YEAR = 2025, DAYS = 365, HOURS = DAYS * 24, STATIONS = 120, BATCH = 2000 };

static struct air_rulebook book;
static struct ordinances ordinances;
static micro (*hour)[AIR_ITEMS][HOURS];
static struct err e;

static void check(int r)
{
    if (r < 0) {
        fprintf(stderr, "city_year: %s\n", e.text);
        exit(1);
    }
}

static void load(const char *file)
{
    struct sandbox *s = NULL;
    json_t *tree = NULL;
    char path[512];
    snprintf(path, sizeof path, "%s/definitions/standards/%s.lua", SOURCE_ROOT, file);
    check(sandbox_new(NULL, &s, &e));
    check(sandbox_load_file(s, path, &tree, &e));
    check(strncmp(file, "air/", 4) == 0 ? air_rulebook_add(&book, file, tree, &e)
                                        : ordinances_add(&ordinances, file, tree, &e));
    json_decref(tree);
    sandbox_free(s);
}

static int tenths(int site, int item, int h)
{
    static const int level[AIR_ITEMS] = { 90, 300, 8, 900, 700, 400 };
    unsigned x = (unsigned)(site * 131 + item * 17 + h) * 2654435761u;
    return level[item] * (50 + (int)(x >> 16) % 100) / 100 + 1;
}

static void fill(const char *dir)
{
    struct obs_writer *w = NULL;
    static struct record rec[BATCH];
    static char body[BATCH][256];
    size_t n = 0, moved = 1;
    int64_t from = cn_day_start(cn_days(YEAR, 1, 1));
    check(obs_writer_open(dir, true, &w, &e));
    for (int h = 0; h < HOURS; h++)
        for (int s = 1; s <= STATIONS; s++) {
            int len = 0;
            for (int i = 0; i < AIR_ITEMS; i++) {
                int t = tenths(s, i, h);
                len += snprintf(body[n] + len, sizeof body[n] - (size_t)len, "%s%s-Avg=%d.%d,%s-Flag=N",
                                i ? ";" : "", factor_air((enum air_item)i)->code, t / 10, t % 10,
                                factor_air((enum air_item)i)->code);
            }
            rec[n] = (struct record){ .time = from + h * MS_HOUR,
                                      .site = s,
                                      .period = PERIOD_HOUR,
                                      .source = SOURCE_DEVICE,
                                      .tag = (uint64_t)h,
                                      .arrival = from + (h + 1) * MS_HOUR,
                                      .body = body[n],
                                      .body_len = (size_t)len };
            if (++n == BATCH || (h == HOURS - 1 && s == STATIONS)) {
                check(obs_append(w, rec, n, NULL, &e));
                n = 0;
            }
        }
    while (moved)
        check(obs_compact(w, from + 400 * MS_DAY, &moved, &e));
    obs_writer_close(w);
}

static int take(const struct record *r, void *arg)
{
    int64_t *records = arg, h = (r->time - cn_day_start(cn_days(YEAR, 1, 1))) / MS_HOUR;
    struct record_iter it;
    struct record_value v;
    ++*records;
    if (r->site < 1 || r->site > STATIONS || h < 0 || h >= HOURS)
        return 0;
    record_iter_init(&it, r->body, r->body_len);
    while (record_next(&it, &v)) {
        int item = v.stat == STAT_AVG && flag_valid(v.flag) ? factor_air_item(v.code, v.code_len) : -1;
        if (item >= 0)
            hour[r->site - 1][item][h] = v.value;
    }
    return 0;
}

struct share {
    const char *dir;
    int first, last;
    int64_t records;
    micro (*day)[AIR_ITEMS][DAYS];
};

static void judge(struct share *s, int site)
{
    int64_t first = cn_days(YEAR, 1, 1);
    const struct air_evaluation *ev = air_evaluation_on(&book, first);
    for (int d = 0; d < DAYS; d++) {
        micro h[AIR_ITEMS][24];
        struct air_day day;
        for (int i = 0; i < AIR_ITEMS; i++)
            memcpy(h[i], hour[site][i] + d * 24, sizeof h[i]);
        air_day(ev, (const micro(*)[24])h, 24, 160 * MICRO_ONE, &day);
        for (int i = 0; i < AIR_ITEMS; i++)
            s->day[site][i][d] = day.value[i];
    }
}

static void *read_share(void *arg)
{
    struct share *s = arg;
    struct obs_reader *reader = NULL;
    struct err why = { 0 };
    int64_t from = cn_day_start(cn_days(YEAR, 1, 1));
    if (obs_reader_open(s->dir, &reader, &why) < 0)
        return NULL;
    for (int site = s->first; site < s->last; site++) {
        struct obs_query q = {
            .site = site + 1, .period = PERIOD_HOUR, .from = from, .to = from + DAYS * MS_DAY
        };
        for (int i = 0; i < AIR_ITEMS; i++)
            for (int h = 0; h < HOURS; h++)
                hour[site][i][h] = MICRO_MISSING;
        if (obs_scan(reader, &q, take, &s->records, &why) < 0)
            break;
        judge(s, site);
    }
    obs_reader_close(reader);
    return NULL;
}

/* City days from the stations' days, then the year. */
static micro city_index(micro (*day)[AIR_ITEMS][DAYS], int *ret_good)
{
    int64_t first = cn_days(YEAR, 1, 1);
    const struct air_evaluation *ev = air_evaluation_on(&book, first);
    const struct air_index_rules *index = air_index_on(&book, first);
    const struct composite_rules *ranking = composite_on(&ordinances, first);
    static micro series[AIR_ITEMS][DAYS];
    micro c[AIR_ITEMS];
    *ret_good = 0;
    for (int d = 0; d < DAYS; d++) {
        struct air_values v;
        struct air_index x;
        air_values_clear(&v);
        for (int i = 0; i < AIR_ITEMS; i++) {
            micro station[STATIONS];
            for (int s = 0; s < STATIONS; s++)
                station[s] = day[s][i][d];
            series[i][d] = v.v[AIR_DAY][i] = air_city_mean(ev, station, STATIONS);
        }
        air_index(index, AIR_REPORT_DAY, &v, &x);
        *ret_good += x.aqi >= 0 && x.aqi <= 100;
    }
    for (int i = 0; i < AIR_ITEMS; i++) {
        struct air_year y;
        air_year(ev, air_limits_on(&book, first), 2, (enum air_item)i, YEAR, series[i], DAYS, &y);
        c[i] = ranking->percentile[i] ? y.percentile : y.mean;
    }
    struct composite is;
    composite_index(ranking, c, &is);
    return is.index;
}

static void run(const char *dir, int threads, micro (*day)[AIR_ITEMS][DAYS])
{
    int middle = threads == 1 ? STATIONS : STATIONS / 2, good;
    struct share share[2] = { { dir, 0, middle, 0, day }, { dir, middle, STATIONS, 0, day } };
    pthread_t other;
    char text[MICRO_TEXT];
    struct timespec before, after;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    int64_t begin = clock_monotonic_ns();
    bool second = threads == 2 && pthread_create(&other, NULL, read_share, &share[1]) == 0;
    read_share(&share[0]);
    if (second)
        pthread_join(other, NULL);
    micro index = city_index(day, &good);
    double s = (double)(clock_monotonic_ns() - begin) / 1e9;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    double cpu = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    int64_t records = share[0].records + share[1].records;
    printf("{\"bench\":\"city_year\",\"stations\":%d,\"records\":%lld,\"threads\":%d,\"seconds\":%.3f,\"cpu_"
           "seconds\":%.3f,"
           "\"values_per_s\":%.0f,\"index\":%s,"
           "\"good_days\":%d}\n",
           STATIONS, (long long)records, threads, s, cpu, (double)records * AIR_ITEMS / s,
           micro_format(index, 2, text), good);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static const char *const files[] = { "air/gb3095-2012", "air/hj633-2012", "air/hj663-2013",
                                         "ranking/composite-2014" };
    struct obs_reader *reader = NULL;
    int64_t records = 0, bytes = 0;
    if (argc != 2)
        return fprintf(stderr, "usage: city_year DIR\n"), 2;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        load(files[i]);
    if (obs_reader_open(argv[1], &reader, &e) == 0)
        check(obs_count(reader, &records, &bytes, &e));
    obs_reader_close(reader);
    if (records < (int64_t)STATIONS * HOURS)
        fill(argv[1]);
    hour = malloc(STATIONS * sizeof *hour);
    micro(*day)[AIR_ITEMS][DAYS] = malloc(STATIONS * sizeof *day);
    for (int threads = 1; hour && day && threads <= 2; threads++)
        run(argv[1], threads, day);
    free(hour);
    free(day);
    return 0;
}
