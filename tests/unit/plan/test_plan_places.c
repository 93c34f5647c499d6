/* test_plan_places.c - every result points at its characters, whatever happened to the text: plans and the sentences of corpus.txt, as they are
 * and damaged in many ways with a fixed seed. The quote is the text from start to end; what the result names stands in the quote; results come
 * in the order of the text; full-width digits and signs change nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "words.h"
#include "base/file.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "plan/plan.h"

enum { SEED = 20261122, DAMAGED = 12, WOUNDS = 40 };

static uint32_t draw(uint64_t *seed, size_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*seed >> 33) % below);
}

/* Where each code point begins; the last entry is the text's length. */
static size_t *begins(const char *text, size_t len, size_t *ret_n)
{
    size_t *at = malloc((len + 1) * sizeof *at), n = 0, used;
    for (size_t i = 0; at && i < len; i += used) {
        at[n++] = i;
        utf8_decode(text + i, len - i, &used);
    }
    if (at)
        at[n] = len;
    *ret_n = n;
    return at;
}

static bool blank(uint32_t cp)
{
    return cp == ' ' || cp == 0x3000 || cp == 0xa0 || cp == 0xfeff;
}

/* Does every character of `name` stand in the quote? A list's shared tail may stand before what it is spelled out behind. */
static bool stands_in(const char *name, const char *quote)
{
    size_t len = strlen(name), used;
    for (size_t i = 0; i < len; i += used) {
        char one[8] = { 0 };
        uint32_t cp = utf8_decode(name + i, len - i, &used);
        memcpy(one, name + i, used);
        if (!blank(cp) && !strstr(quote, one))
            return false;
    }
    return true;
}

static void check_result(const json_t *o, const char *text, const size_t *at, size_t n)
{
    static const char *const named[] = { "verb", "indicator", "object", "baseline" };
    const char *quote = json_str(o, "quote", "");
    int64_t start = json_int(o, "start", -1), end = json_int(o, "end", -1);
    if (start < 0 || end <= start || (size_t)end > n)
        fail_msg("%s: places %lld to %lld of %zu", quote, (long long)start, (long long)end, n);
    size_t len = at[end] - at[start];
    if (strlen(quote) != len || memcmp(quote, text + at[start], len) != 0)
        fail_msg("'%s' is not what stands at %lld", quote, (long long)start);
    for (size_t i = 0; i < COUNT_OF(named); i++)
        if (!stands_in(json_str(o, named[i], ""), quote))
            fail_msg("%s '%s' does not stand in '%s'", named[i], json_str(o, named[i], ""), quote);
}

static size_t check_text(const char *text, size_t len)
{
    json_t *list = NULL, *o;
    size_t n, i, *at = begins(text, len, &n);
    int64_t before = 0;
    struct err e = { 0 };
    assert_non_null(at);
    if (plan_read(lexicon, text, len, &list, &e) < 0)
        fail_msg("%s", e.text);
    json_array_foreach(list, i, o)
    {
        check_result(o, text, at, n);
        if (json_int(o, "start", 0) < before)
            fail_msg("'%s' stands before the result before it", json_str(o, "quote", ""));
        before = json_int(o, "start", 0);
    }
    size_t results = json_array_size(list);
    json_decref(list);
    free(at);
    return results;
}

/* Characters lost, doubled, broken by line ends and tables, and signs put where they do not belong. */
static void damage(struct buf *b, const char *text, size_t len, uint64_t *seed)
{
    static const char *const splinter[] = { "\n", "\t", " ",  ",",  "、", "。",     ";",      "(",     ")",
                                            "“",  "”",  "《", "》", "3",  "%",      "X",      "2",     "年",
                                            "到", "前", "的", "*",  "_",  "\u2028", "\u3000", "1-9月", ":" };
    size_t n, *at = begins(text, len, &n), wounds = WOUNDS < n / 20 ? WOUNDS : n / 20 + 1, i = 0;
    assert_non_null(at);
    for (size_t k = 0; k <= wounds; k++) {
        size_t next = k == wounds ? n : i + draw(seed, 2 * (n - i) / (wounds - k) + 1);
        next = next < n ? next : n;
        buf_add(b, text + at[i], at[next] - at[i]);
        size_t lost = next + draw(seed, 4) < n ? draw(seed, 4) : 0;
        switch (draw(seed, 4)) {
        case 0: /* lost */
            next = next + lost < n ? next + lost : n;
            break;
        case 1: /* said twice */
            buf_add(b, text + at[i], at[next] - at[i]);
            break;
        default:
            buf_adds(b, splinter[draw(seed, COUNT_OF(splinter))]);
        }
        i = next;
    }
    free(at);
}

/* Digits and signs as a Chinese keyboard writes them: one code point each, so that nothing moves. */
static void widen(struct buf *b, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        char wide[4];
        if ((c >= '0' && c <= '9') || c == '%' || c == ',' || c == '(' || c == ')' || c == ':' || c == ';')
            buf_add(b, wide, utf8_encode(c + 0xfee0u, wide));
        else
            buf_add(b, text + i, 1);
    }
}

static void check_wide(const char *text, size_t len)
{
    static const char *const same[] = { "kind", "start", "end", "op", "value", "value2", "modality", "rule" };
    scoped(buf_release) struct buf wide = BUF_INIT;
    json_t *plain = NULL, *list = NULL;
    widen(&wide, text, len);
    assert_int_equal(plan_read(lexicon, text, len, &plain, NULL), 0);
    assert_int_equal(plan_read(lexicon, wide.data, wide.len, &list, NULL), 0);
    for (size_t i = 0; i < json_array_size(plain) || i < json_array_size(list); i++)
        for (size_t k = 0; k < COUNT_OF(same); k++) {
            const json_t *a = json_array_get(plain, i), *b = json_array_get(list, i);
            if (!json_equal(json_object_get(a, same[k]), json_object_get(b, same[k])) &&
                (json_object_get(a, same[k]) || json_object_get(b, same[k])))
                fail_msg("%s of '%s' is another with full-width signs: '%s'", same[k],
                         json_str(a, "quote", ""), json_str(b, "quote", ""));
        }
    json_decref(plain);
    json_decref(list);
}

static void check_file(const char *path)
{
    struct err e = { 0 };
    scoped(buf_release) struct buf text = BUF_INIT;
    uint64_t seed = SEED;
    if (file_read(path, 1 << 22, &text, &e) < 0)
        fail_msg("%s", e.text);
    size_t results = check_text(text.data, text.len);
    check_wide(text.data, text.len);
    for (size_t i = 0; i < DAMAGED; i++) {
        scoped(buf_release) struct buf hurt = BUF_INIT;
        damage(&hurt, text.data, text.len, &seed);
        check_text(hurt.data, hurt.len);
    }
    print_message("# %s: %zu results, %d damaged copies, seed %d\n", path, results, DAMAGED, SEED);
    assert_true(results > 0);
}

static void test_own(void **state)
{
    (void)state;
    check_file(SOURCE_ROOT "/demo/plan-2026.txt");
    check_file(SOURCE_ROOT "/tests/unit/plan/corpus.txt");
}

static void test_shared(void **state)
{
    (void)state;
    static const char *const name[] = { "dalian-2021", "qingdao-2019", "rect-1-agency", "rect-3-wenzhou" };
    const char *shared = getenv("BIHUAN_SHARED");
    for (size_t i = 0; i < COUNT_OF(name); i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/plans/%s.txt", shared ? shared : SOURCE_ROOT "/../shared", name[i]);
        if (access(path, R_OK)) {
            print_message("# skipped: no shared data\n");
            return;
        }
        check_file(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_own), cmocka_unit_test(test_shared) };
    return cmocka_run_group_tests(tests, setup, teardown);
}
