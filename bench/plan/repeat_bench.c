/* repeat_bench.c - is the reader's time linear in the text, whatever the text is? Every sentence of tests/unit/plan/corpus.txt, and pieces made to
 * be followed by more of themselves, is repeated to 10 kB and to 100 kB (the slowest also to 10 MB) with nothing between the repeats but what
 * the sentence ends in, and once more without its full stops. Time is the processor's. One line for the slowest and the least linear. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/lexicon.h"
#include "base/file.h"
#include "base/scoped.h"

enum { SMALL = 10000, LARGE = 100000, HUGE_TEXT = 10000000 };

static const char *const pieces[] = { "达到",
                                      "A、",
                                      "“",
                                      "水质达到35%、",
                                      "1",
                                      "比2018年",
                                      "完成3个",
                                      "(",
                                      "其中3个、",
                                      "进入全省前",
                                      "国、省",
                                      "对3家",
                                      "A、B分别",
                                      "甲县、",
                                      "责任单位:",
                                      "新建、",
                                      "的",
                                      "全市各",
                                      "完成省下达我市的PM2.5、",
                                      "2024年、",
                                      "力争",
                                      "A和B各2座、" };

/* Seconds of the processor for `piece` repeated to `size` bytes. A text with too many results is refused half-way, which costs no more. */
static double seconds(const struct words *w, const char *piece, size_t size)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    struct timespec a, b;
    json_t *list = NULL;
    while (text.len < size)
        buf_adds(&text, piece);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    if (plan_read(w, text.data, text.len, &list, NULL) == 0)
        json_decref(list);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

struct worst {
    char slow[256], steep[256];
    double slowest, steepest; /* seconds of LARGE; how much longer LARGE takes for a byte than SMALL */
    size_t n;
};

static void try_piece(const struct words *w, const char *piece, struct worst *worst)
{
    double small = seconds(w, piece, SMALL), large = seconds(w, piece, LARGE),
           steep = large / small * SMALL / LARGE;
    worst->n++;
    if (large > worst->slowest) {
        worst->slowest = large;
        snprintf(worst->slow, sizeof worst->slow, "%.250s", piece);
    }
    if (steep > worst->steepest) {
        worst->steepest = steep;
        snprintf(worst->steep, sizeof worst->steep, "%.250s", piece);
    }
}

int main(void)
{
    struct err e = { 0 };
    struct words *w = NULL;
    scoped(buf_release) struct buf corpus = BUF_INIT;
    struct worst worst = { 0 };
    if (lexicon_load(SOURCE_ROOT "/definitions/words", &w, &e) < 0 ||
        file_read(SOURCE_ROOT "/tests/unit/plan/corpus.txt", 1 << 20, &corpus, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        try_piece(w, pieces[i], &worst);
    for (char *line = strtok(corpus.data, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "> ", 2) != 0)
            continue;
        try_piece(w, line + 2, &worst);
        char *stop = strstr(line, "。");
        if (stop)
            *stop = '\0';
        try_piece(w, line + 2, &worst);
    }
    double huge = seconds(w, worst.slow, HUGE_TEXT);
    printf("{\"bench\":\"plan.repeat\",\"texts\":%zu,\"slowest_mb_per_s\":%.1f,\"slowest_10mb_s\":%.2f,"
           "\"steepest\":%.2f}\n",
           worst.n, LARGE / 1e6 / worst.slowest, huge, worst.steepest);
    fprintf(stderr, "slowest: %s\nsteepest: %s\n", worst.slow, worst.steep);
    words_free(w);
    return 0;
}
