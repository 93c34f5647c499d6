/* plan_bench.c - bytes of plan text read per second on one core: the demo plan over and over, as one text of about 8 MB. */
#include <inttypes.h>
#include <stdio.h>

#include "app/lexicon.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"

int main(int argc, char **argv)
{
    struct err e = { 0 };
    struct words *w = NULL;
    struct buf plan = BUF_INIT, text = BUF_INIT;
    json_t *list = NULL;
    int64_t begin = clock_monotonic_ns();
    if (lexicon_load(SOURCE_ROOT "/definitions/words", &w, &e) < 0 ||
        file_read(argc > 1 ? argv[1] : SOURCE_ROOT "/demo/plan-2026.txt", 1 << 20, &plan, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    int64_t loaded = clock_monotonic_ns();
    while (text.len < 8u << 20)
        buf_add(&text, plan.data, plan.len);
    int64_t best = INT64_MAX;
    size_t results = 0;
    for (int i = 0; i < 3; i++) {
        int64_t from = clock_monotonic_ns();
        if (plan_read(w, text.data, text.len, &list, &e) < 0) {
            fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        int64_t took = clock_monotonic_ns() - from;
        best = took < best ? took : best;
        results = json_array_size(list);
        json_decref(list);
    }
    double seconds = (double)best / 1e9;
    printf("{\"bench\":\"plan\",\"bytes\":%zu,\"chars\":%zu,\"results\":%zu,\"mb_per_s\":%.1f,\"chars_per_s\":%.0f,\"lexicon_ms\":%.1f}\n",
           text.len, utf8_count(text.data, text.len), results, (double)text.len / 1e6 / seconds,
           (double)utf8_count(text.data, text.len) / seconds, (double)(loaded - begin) / 1e6);
    words_free(w);
    buf_release(&plan);
    buf_release(&text);
    return 0;
}
