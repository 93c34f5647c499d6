/* test_plan_wrap.c - a plan that was broken into lines of one width reads as the same plan with a paragraph a line: the demo plan and the
 * sentences of corpus.txt, broken at several widths, by cells as a page breaks them and by characters as programs do. Every result must be the
 * same but for its place, and its quote the text from start to end. */
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

static bool latin(uint32_t c)
{
    return c < 0x80 && c > ' ';
}

/* No line begins with these, nor do Latin letters and digits part. */
static bool stays(uint32_t c, uint32_t before)
{
    static const char hang[] = "，。、；：？！）%％”》";
    char one[8] = { 0 };
    utf8_encode(c, one);
    return strstr(hang, one) || (latin(c) && latin(before));
}

/* text with a newline wherever a line has so many cells; `blanks` stand before it. */
static void wrapped(const char *text, size_t len, unsigned width, unsigned narrow, const char *blanks,
                    struct buf *out)
{
    unsigned n = 0;
    uint32_t before = '\n';
    for (size_t at = 0, used; at < len; at += used) {
        uint32_t c = utf8_decode(text + at, len - at, &used);
        unsigned cells = c < 0x1100 ? narrow : 2;
        if (c == '\n')
            n = 0;
        else if (n + cells > width && !stays(c, before)) {
            buf_addf(out, "%s\n", blanks);
            n = 0;
        }
        n += c == '\n' ? 0 : cells;
        buf_add(out, text + at, used);
        before = c;
    }
}

/* What a result says, without its place, newlines and the blanks before them. */
static void told(const json_t *list, struct buf *out)
{
    size_t i;
    const json_t *o;
    json_array_foreach(list, i, o)
    {
        scoped(json_decrefp) json_t *copy = json_copy((json_t *)o);
        if (strcmp(json_str(o, "kind", ""), "doubt") == 0 || strcmp(json_str(o, "kind", ""), "note") == 0)
            continue; /* a doubt's reason quotes at length, a note is of a line */
        json_object_del(copy, "start");
        json_object_del(copy, "end");
        json_object_del(copy, "quote");
        json_object_del(copy, "path");
        json_object_del(
            copy,
            "units"); /* of a paragraph: one that ends with a full line cannot be told from one that goes on */
        char *text = json_dumps(copy, JSON_SORT_KEYS);
        buf_addf(out, "%s\n", text ? text : "");
        free(text);
    }
}

static json_t *read_text(const struct buf *text)
{
    json_t *list = NULL;
    struct err e = { 0 };
    if (plan_read(lexicon, text->data, text->len, &list, &e) < 0)
        fail_msg("%s", e.text);
    return list;
}

static void quotes_stand(const struct buf *text, const json_t *list)
{
    size_t i, cp = 0, at = 0;
    const json_t *o;
    json_array_foreach(list, i, o)
    {
        size_t start = (size_t)json_int(o, "start", 0), end = (size_t)json_int(o, "end", 0), used;
        if (start < cp)
            cp = at = 0;
        for (; cp < start; cp++, at += used)
            utf8_decode(text->data + at, text->len - at, &used);
        const char *quote = json_str(o, "quote", "");
        assert_memory_equal(text->data + at, quote, strlen(quote));
        assert_int_equal(utf8_count(quote, strlen(quote)), end - start);
    }
}

static void compare(const char *name, const struct buf *plain)
{
    static const struct {
        unsigned width, narrow;
        const char *blanks;
    } ways[] = { { 56, 1, "" }, { 70, 1, "  " }, { 76, 2, "" }, { 80, 1, "\r" }, { 104, 1, "" } };
    scoped(json_decrefp) json_t *first = read_text(plain);
    scoped(buf_release) struct buf want = BUF_INIT;
    told(first, &want);
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        scoped(buf_release) struct buf text = BUF_INIT, got = BUF_INIT;
        wrapped(plain->data, plain->len, ways[i].width, ways[i].narrow, ways[i].blanks, &text);
        scoped(json_decrefp) json_t *list = read_text(&text);
        told(list, &got);
        quotes_stand(&text, list);
        const char *a = want.data ? want.data : "", *b = got.data ? got.data : "";
        while (*a && *a == *b) {
            const char *line = strchr(a, '\n');
            size_t n = line ? (size_t)(line - a) + 1 : strlen(a);
            if (strncmp(a, b, n) != 0)
                break;
            a += n;
            b += n;
        }
        if (*a || *b)
            fprintf(stderr, "%s at %u: want\n%.*sgot\n%.*s", name, ways[i].width, (int)strcspn(a, "\n") + 1,
                    a, (int)strcspn(b, "\n") + 1, b);
        assert_true(!*a && !*b);
    }
}

static void test_demo_plan(void **state)
{
    (void)state;
    struct err e = { 0 };
    scoped(buf_release) struct buf text = BUF_INIT;
    if (file_read(SOURCE_ROOT "/demo/plan-2026.txt", 1 << 20, &text, &e) < 0)
        fail_msg("%s", e.text);
    compare("demo plan", &text);
}

/* Sentences of the corpus in paragraphs of twenty, so that there is something to break. */
static void test_corpus(void **state)
{
    (void)state;
    struct err e = { 0 };
    scoped(buf_release) struct buf file = BUF_INIT, text = BUF_INIT;
    if (file_read(SOURCE_ROOT "/tests/unit/plan/corpus.txt", 1 << 20, &file, &e) < 0)
        fail_msg("%s", e.text);
    buf_adds(&text, "2024年滨海市生态环境保护工作计划\n");
    size_t sentences = 0;
    for (char *p = file.data; p && *p;) {
        char *end = strchr(p, '\n');
        size_t len = end ? (size_t)(end - p) : strlen(p);
        bool plain = len > 5 && !strncmp(p, "> ", 2) && !strncmp(p + len - 3, "。", 3);
        for (size_t i = 2; plain && i < len; i++) /* no table, no label, no list: those are of a line */
            plain = p[i] != '\t' && p[i] != ':' && p[i] != ';' && p[i] != ' ';
        if (plain && ++sentences % 20)
            buf_add(&text, p + 2, len - 2);
        else if (plain)
            buf_addc(&text, '\n');
        p += len + (end != NULL);
    }
    buf_addc(&text, '\n');
    assert_true(sentences > 100);
    compare("corpus", &text);
}

/* One paragraph a line: no line goes on, however alike two of them are. */
static void test_whole_lines(void **state)
{
    (void)state;
    scoped(buf_release) struct buf text = BUF_INIT;
    buf_adds(&text, "2026年滨海市计划\n完成12家企业整治\n完成13家工厂整治\n建成14座泵站\n新建管网15公里\n");
    scoped(json_decrefp) json_t *list = read_text(&text);
    size_t i, tasks = 0;
    json_t *o;
    json_array_foreach(list, i, o) tasks += !strcmp(json_str(o, "kind", ""), "task");
    assert_int_equal(tasks, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_demo_plan),
        cmocka_unit_test(test_corpus),
        cmocka_unit_test(test_whole_lines),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
