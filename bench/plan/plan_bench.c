/* plan_bench.c - bytes of plan text read per second on one core: a plan (the demo's, or the file given) read and its results freed, over and
 * over; time is the processor's, so that a busy machine does not count. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "app/lexicon.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"

static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int main(int argc, char **argv)
{
    struct err e = { 0 };
    struct words *w = NULL;
    struct buf plan = BUF_INIT;
    json_t *list = NULL;
    int64_t begin = clock_monotonic_ns();
    if (lexicon_load(SOURCE_ROOT "/definitions/words", &w, &e) < 0 ||
        file_read(argc > 1 ? argv[1] : SOURCE_ROOT "/demo/plan-2026.txt", 1 << 20, &plan, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    int64_t loaded = clock_monotonic_ns(), best = INT64_MAX;
    size_t rounds = (8u << 20) / plan.len + 1, results = 0;
    for (int i = 0; i < 3; i++) {
        int64_t from = cpu_ns();
        for (size_t k = 0; k < rounds; k++) {
            if (plan_read(w, plan.data, plan.len, &list, &e) < 0) {
                fprintf(stderr, "%s\n", e.text);
                return 1;
            }
            results = json_array_size(list);
            json_decref(list);
        }
        int64_t took = cpu_ns() - from;
        best = took < best ? took : best;
    }
    double seconds = (double)best / 1e9, bytes = (double)(plan.len * rounds),
           chars = (double)(utf8_count(plan.data, plan.len) * rounds);
    printf("{\"bench\":\"plan\",\"document_bytes\":%zu,\"documents\":%zu,\"results\":%zu,\"mb_per_s\":%.1f,"
           "\"chars_per_s\":%.0f,"
           "\"lexicon_ms\":%.1f}\n",
           plan.len, rounds, results, bytes / 1e6 / seconds, chars / seconds, (double)(loaded - begin) / 1e6);
    words_free(w);
    buf_release(&plan);
    return 0;
}
