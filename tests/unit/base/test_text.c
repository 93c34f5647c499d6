#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/json.h"
#include "base/map.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "unit/check.h"

static const struct {
    const char *name, *bytes;
    size_t bad; /* offset of the first bad byte, SIZE_MAX when all is well */
} utf8_case[] = {
    { "ascii", "abc", SIZE_MAX },
    { "chinese", "\xE7\xA2\xA7\xE6\xB9\xBE", SIZE_MAX },
    { "four bytes", "\xF0\x9F\x8C\x8A", SIZE_MAX },
    { "overlong slash", "a\xC0\xAF", 1 },
    { "overlong three", "\xE0\x80\x80", 0 },
    { "surrogate", "ab\xED\xA0\x80", 2 },
    { "beyond U+10FFFF", "\xF4\x90\x80\x80", 0 },
    { "cut short", "\xE7\xA2", 0 },
    { "stray continuation", "x\x80", 1 },
};

static void test_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(utf8_case); i++) {
        size_t bad = SIZE_MAX;
        utf8_valid(utf8_case[i].bytes, strlen(utf8_case[i].bytes), &bad);
        CHECK_CASE(utf8_case[i].name, bad == utf8_case[i].bad);
    }
    for (uint32_t cp = 1; cp <= 0x10FFFF; cp++) {
        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        char out[4];
        size_t n = utf8_encode(cp, out), back;
        CHECK(utf8_decode(out, n, &back) == cp && back == n);
    }
}

static void test_csv(void **state)
{
    (void)state;
    char text[] = "\xEF\xBB\xBFname,value\r\n\n\"a,\"\"b\"\"\nline\",2\nbad\"x\",1\n\"open\"x,1\nlast,3";
    struct csv c;
    struct err e;
    csv_init(&c, text, sizeof text - 1);
    CHECK(csv_next(&c, &e) == 1 && c.n == 2 && csv_find(&c, "value") == 1 && csv_find(&c, "valu") == -1);
    CHECK(csv_next(&c, &e) == 1 && c.line == 3 && c.field[0].len == 10);
    CHECK(memcmp(c.field[0].s, "a,\"b\"\nline", 10) == 0);
    CHECK(csv_next(&c, &e) == 1 && c.line == 5 && c.field[0].len == 6);
    CHECK(csv_next(&c, &e) < 0 && strstr(e.text, "line 6"));
    CHECK(csv_next(&c, &e) == 1 && c.line == 7 && c.field[1].len == 1);
    CHECK(csv_next(&c, &e) == 0);
    char open[] = "a,\"never closed";
    csv_init(&c, open, sizeof open - 1);
    CHECK(csv_next(&c, &e) < 0 && csv_next(&c, &e) == 0);
}

static void test_json_writer(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    struct jw w = JW(&b);
    jw_object(&w);
    jw_kstr(&w, "名", "a\"b\\c\n\x01\xFF碧");
    jw_kmicro(&w, "v", MICRO(12.3), 2);
    jw_kmicro(&w, "none", MICRO_MISSING, 2);
    jw_key(&w, "list");
    jw_array(&w);
    jw_int(&w, -5);
    jw_bool(&w, true);
    jw_null(&w);
    jw_end_array(&w);
    jw_ktime(&w, "t", 0);
    jw_end_object(&w);
    CHECK(strcmp(b.data, "{\"名\":\"a\\\"b\\\\c\\n\\u0001\xEF\xBF\xBD碧\",\"v\":12.30,\"none\":null,\"list\":"
                         "[-5,true,null],\"t\":null}") == 0);
    json_t *tree = NULL;
    CHECK(json_read(b.data, b.len, &tree, NULL) == 0 && json_micro(tree, "v", 0) == MICRO(12.3));
    json_decref(tree);
    buf_release(&b);
}

static const struct {
    const char *name, *text, *says;
} json_bad[] = {
    { "cut", "{\"a\":", "1:" },
    { "twice", "{\"a\":1,\"a\":2}", "duplicate" },
    { "not utf-8", "{\"a\":\"\xFF\"}", "unable to decode" },
    { "rubbish behind", "{} x", "end of file" },
};

static void test_json_reader(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(json_bad); i++) {
        json_t *tree = NULL;
        struct err e;
        CHECK_CASE(json_bad[i].name,
                   json_read(json_bad[i].text, strlen(json_bad[i].text), &tree, &e) == -EINVAL);
        CHECK_CASE(e.text, strstr(e.text, json_bad[i].says) && strcmp(e.name, "json.syntax") == 0 && !tree);
    }
}

static void test_json_bounds(void **state)
{
    static const struct {
        const char *text;
        int r, n;
    } bound[] = { { "{}", 0, 7 },
                  { "{\"n\":null}", 0, 7 },
                  { "{\"n\":1}", 0, 1 },
                  { "{\"n\":10}", 0, 10 },
                  { "{\"n\":0}", -EINVAL, 7 },
                  { "{\"n\":11}", -EINVAL, 7 },
                  { "{\"n\":4294967297}", -EINVAL, 7 }, /* 1 when cut to 32 bits */
                  { "{\"n\":-9223372036854775808}", -EINVAL, 7 },
                  { "{\"n\":2.0}", -EINVAL, 7 },
                  { "{\"n\":\"2\"}", -EINVAL, 7 } };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bound); i++) {
        json_t *tree = NULL;
        struct err e = { .text = "" };
        int n = -1;
        assert_int_equal(json_read(bound[i].text, strlen(bound[i].text), &tree, &e), 0);
        CHECK_CASE(bound[i].text,
                   json_int_within(tree, "n", 1, 10, 7, &n, &e) == bound[i].r && n == bound[i].n);
        if (bound[i].r < 0)
            CHECK_CASE(bound[i].text, strcmp(e.text, "n: wants a whole number from 1 to 10") == 0);
        json_decref(tree);
    }
}

static void test_json_whole(void **state)
{
    static const struct {
        const char *text, *place;
    } whole[] = { { "[1,9007199254740992,-9007199254740992,1e300]", NULL },
                  { "9007199254740993", ": a whole" },
                  { "{\"a\":[{},{\"b\":-9007199254740993}]}", "a.1.b: a whole number beyond 2^53" } };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(whole); i++) {
        struct err e = { .text = "" };
        json_t *tree = json_loads(whole[i].text, JSON_DECODE_ANY, NULL);
        CHECK_CASE(whole[i].text, (json_whole_within(tree, &e) == 0) == !whole[i].place);
        if (whole[i].place)
            CHECK_CASE(e.text, strstr(e.text, whole[i].place) != NULL);
        json_decref(tree);
    }
}

static void test_err(void **state)
{
    (void)state;
    struct err e;
    CHECK(err_set(&e, -ERANGE, "%d s is outside 30 to 3600 s", 9) == -ERANGE);
    CHECK(err_under(&e, "station %s", "010000A8") == -ERANGE);
    CHECK(strcmp(e.text, "station 010000A8: 9 s is outside 30 to 3600 s") == 0);
    for (int i = 0; i < 200; i++)
        err_under(&e, "一层又一层的上下文");
    CHECK(strlen(e.text) < sizeof e.text && utf8_valid(e.text, strlen(e.text), NULL));
}

static void test_map_and_arena(void **state)
{
    (void)state;
    struct map m = MAP_INIT;
    struct arena a = { .limit = 1000000 };
    char key[32];
    for (int i = 0; i < 5000; i++) {
        int n = snprintf(key, sizeof key, "mn%d", i);
        int *v = arena_alloc(&a, sizeof *v);
        *v = i;
        CHECK(map_put(&m, key, (size_t)n, v) == 0);
    }
    for (int i = 0; i < 5000; i++) {
        int n = snprintf(key, sizeof key, "mn%d", i);
        int *v = map_get(&m, key, (size_t)n);
        CHECK(v && *v == i);
    }
    CHECK(m.n == 5000 && !map_get(&m, "mn5000", 6));
    CHECK(!arena_alloc(&a, 2000000)); /* the bound holds */
    map_release(&m, NULL);
    arena_release(&a);
}

static void test_files(void **state)
{
    (void)state;
    char dir[] = "/tmp/bihuan-base-XXXXXX", path[64];
    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/a/b", dir);
    CHECK(file_make_dirs(path, NULL) == 0);
    snprintf(path, sizeof path, "%s/a/b/f", dir);
    struct buf b = BUF_INIT;
    struct err e;
    CHECK(file_read(path, 10, &b, &e) == -ENOENT && strstr(e.text, path));
    CHECK(file_replace(path, "12345", 5, 0600, &e) == 0 && file_replace(path, "678", 3, 0600, &e) == 0);
    CHECK(file_read(path, 10, &b, &e) == 0 && b.len == 3 && memcmp(b.data, "678", 3) == 0);
    buf_clear(&b);
    CHECK(file_read(path, 2, &b, &e) == -EFBIG);
    CHECK(file_read(dir, 2, &b, &e) == -EISDIR);
    buf_release(&b);
    unlink(path);
    snprintf(path, sizeof path, "%s/a/b", dir);
    rmdir(path);
    snprintf(path, sizeof path, "%s/a", dir);
    rmdir(path);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_json_writer), cmocka_unit_test(test_json_reader),
        cmocka_unit_test(test_json_bounds), cmocka_unit_test(test_json_whole),
        cmocka_unit_test(test_err),         cmocka_unit_test(test_map_and_arena),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
