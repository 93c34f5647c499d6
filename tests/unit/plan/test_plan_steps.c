/* test_plan_steps.c - the reader's work grows with the text and no faster, whatever the text is: every sentence of corpus.txt and pieces made to
 * be followed by more of themselves are repeated, and the looks at tokens and words are counted (the reader is compiled with PLAN_STEPS). Beyond one
 * sentence's bound the work is the same for each; so short, longest and several sentences must stay below one figure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "words.h"
#include "base/file.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "plan/plan.h"

uint64_t plan_steps;

enum { STEPS_MAX = 600 }; /* a character, in the worst text, however long it is; a plan takes about 50 */

/* Characters: a paragraph, the longest sentence, several of those. */
static const size_t length[] = { 400, 4096, 5 * 4096 };

static const char *const pieces[] = { "达到",       "A、",
                                      "“",          "水质达到35%、",
                                      "1",          "比2018年",
                                      "完成3个",    "(",
                                      "其中3个、",  "(其中3个",
                                      "(其中3个)",  "进入全省前",
                                      "国、省",     "对3家",
                                      "对3家,逐一", "A、B分别",
                                      "甲县、",     "责任单位:",
                                      "新建、",     "的",
                                      "全市各",     "完成省下达我市的PM2.5、",
                                      "2024年、",   "每年",
                                      "处理率:97%", "去年,",
                                      "目前,",      "问题一:",
                                      "力争",       "A和B各2座、" };

/* Steps a character for `piece` repeated to so many characters. */
static double steps(const char *piece, size_t chars)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    json_t *list = NULL;
    size_t each = utf8_count(piece, strlen(piece));
    for (size_t n = 0; n < chars; n += each)
        buf_adds(&text, piece);
    plan_steps = 0;
    if (plan_read(lexicon, text.data, text.len, &list, NULL) == 0)
        json_decref(list);
    return (double)plan_steps / (double)utf8_count(text.data, text.len);
}

struct worst {
    double steps;
    char piece[256];
};

static void look(const char *piece, struct worst *worst)
{
    for (size_t k = 0; k < COUNT_OF(length); k++) {
        double n = steps(piece, length[k]);
        if (n > STEPS_MAX)
            fail_msg("%s, %zu characters of it: %.0f steps a character", piece, length[k], n);
        if (n <= worst->steps)
            continue;
        worst->steps = n;
        snprintf(worst->piece, sizeof worst->piece, "%.250s", piece);
    }
}

static void test_linear(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct worst worst = { 0 };
    scoped(buf_release) struct buf corpus = BUF_INIT;
    if (file_read(SOURCE_ROOT "/tests/unit/plan/corpus.txt", 1 << 20, &corpus, &e) < 0)
        fail_msg("%s", e.text);
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        look(pieces[i], &worst);
    for (char *line = strtok(corpus.data, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "> ", 2) != 0)
            continue;
        char *stop = strstr(line, "。"); /* nothing ends the sentence but its bound */
        if (stop)
            *stop = '\0';
        look(line + 2, &worst);
    }
    print_message("# most steps a character: %.0f, of %s\n", worst.steps, worst.piece);
    assert_true(worst.steps > 1); /* the reader does count */
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_linear) };
    return cmocka_run_group_tests(tests, setup, teardown);
}
