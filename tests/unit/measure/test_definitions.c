/* `bihuan check`: the shipped definitions pass their own tests; a wrong one is named with its place. */
#include "town.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

static void test_shipped(void **state)
{
    (void)state;
    struct err e = { 0 };
    if (definitions_check(SOURCE_ROOT "/definitions", &e) < 0)
        fail_msg("%s", e.text);
}

static const struct {
    const char *folder, *text, *want; /* part of the sentence */
} wrong[] = {
    { "rules", "return rule {", "bad.lua:1: " },
    { "rules", "return 7", "bad.lua: returns no table" },
    { "rules",
      "return rule { id = 'x', title = 't', title_en = 't', on = 'moon', severity = 'low', when = function() "
      "end, tests = {} }",
      "on: 'moon' is not known" },
    { "rules",
      "return rule { id = 'x', title = 't', title_en = 't', on = 'target', severity = 'low', tests = {} }",
      "when: must be a function" },
    { "rules",
      "return rule { id = 'x', title = 't', title_en = 't', on = 'target', severity = 'low', when = "
      "function(e) return e.a end, "
      "tests = { { of = { a = false }, finds = true } } }",
      "test 1: should find" },
    { "rules",
      "return rule { id = 'x', title = 't', title_en = 't', on = 'target', severity = 'low', when = "
      "function(e) while true do end end, "
      "tests = { { of = {}, finds = true } } }",
      "ran too long" },
    { "indicators", "return indicator { id = 'x' }", "title: missing" },
    { "indicators", "return indicator { id = 'x', title = 't', title_en = 't', unit = 'u', value = 'guess' }",
      "value: 'guess'" },
    { "standards/air", "return ruleset { kind = 'air.moon' }", "kind 'air.moon'" },
    { "standards/air",
      "return ruleset { id = 'x', kind = 'air.limits', title = 't', source = 's', clause = 'c', certainty = "
      "'y', from = '2040-01-01', "
      "limits = { so2 = { day = { 1, 2 } }, no2 = { day = { 1, 2 } }, co = { day = { 1, 2 } }, o3 = { day = "
      "{ 1, 2 } }, "
      "pm10 = { day = { 1, 2 } }, pm25 = { day = { 1, 2 } } }, tests = { { item = 'pm25', mean = 'day', "
      "value = 3, within = true } } }",
      "test 1: within should be 1 and is 0" },
};

static void test_wrong(void **state)
{
    (void)state;
    static const char *const folders[] = { "standards/air", "standards/quality", "checks", "indicators",
                                           "rules" };
    char root[] = "/tmp/bihuan-definitions-XXXXXX", path[256];
    struct err e = { 0 };
    assert_non_null(mkdtemp(root));
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        snprintf(path, sizeof path, "%s/%s", root, folders[i]);
        assert_int_equal(file_make_dirs(path, &e), 0);
    }
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        snprintf(path, sizeof path, "%s/%s/bad.lua", root, wrong[i].folder);
        assert_int_equal(file_replace(path, wrong[i].text, strlen(wrong[i].text), 0644, &e), 0);
        int r = definitions_check(root, &e);
        if (r >= 0 || !strstr(e.text, wrong[i].want) || !strstr(e.text, "bad.lua"))
            fail_msg("%zu: %d %s", i, r, e.text);
        unlink(path);
    }
    assert_int_equal(definitions_check(root, &e), 0); /* empty folders are in order */
    for (size_t i = COUNT_OF(folders); i > 0; i--) {
        snprintf(path, sizeof path, "%s/%s", root, folders[i - 1]);
        rmdir(path);
    }
    snprintf(path, sizeof path, "%s/standards", root);
    rmdir(path);
    rmdir(root);
    assert_true(definitions_check(root, &e) < 0); /* no folder */
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_shipped), cmocka_unit_test(test_wrong) };
    return cmocka_run_group_tests_name("measure.definitions", tests, NULL, NULL);
}
