/* The sandbox: what definition files may do, what stops them, and how values cross. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/sandbox.h"

#define N(a) (sizeof(a) / sizeof *(a))

static int load(const char *text, json_t **ret, struct err *e)
{
    struct sandbox *s = NULL;
    *ret = NULL;
    assert_int_equal(sandbox_new(NULL, &s, e), 0);
    int r = sandbox_load(s, "file.lua", text, strlen(text), ret, e);
    sandbox_free(s);
    return r;
}

/* Everything that reaches outside, runs unbounded inside C, hides code or catches the step limit is absent. */
static void test_absent(void **state)
{
    static const char *const names[] = { "io",
                                         "os",
                                         "debug",
                                         "package",
                                         "require",
                                         "load",
                                         "loadfile",
                                         "dofile",
                                         "loadstring",
                                         "pcall",
                                         "xpcall",
                                         "coroutine",
                                         "setmetatable",
                                         "getmetatable",
                                         "rawset",
                                         "rawget",
                                         "rawequal",
                                         "rawlen",
                                         "collectgarbage",
                                         "print",
                                         "warn",
                                         "utf8",
                                         "string.find",
                                         "string.match",
                                         "string.gmatch",
                                         "string.gsub",
                                         "string.rep",
                                         "string.dump",
                                         "string.pack",
                                         "string.unpack",
                                         "math.random",
                                         "math.randomseed",
                                         "table.move" };
    (void)state;
    for (size_t i = 0; i < N(names); i++) {
        char text[96];
        struct err e = { 0 };
        json_t *tree;
        snprintf(text, sizeof text, "return { absent = %s == nil }", names[i]);
        assert_int_equal(load(text, &tree, &e), 0);
        if (!json_is_true(json_object_get(tree, "absent")))
            fail_msg("%s is there", names[i]);
        json_decref(tree);
    }
}

static const struct {
    const char *name, *text;
    int code;
    const char *says;
} stopped[] = {
    { "endless loop", "while true do end", -ETIME, "ran too long" },
    { "endless goto", "::a:: goto a", -ETIME, "ran too long" },
    { "endless recursion in tail calls", "local function f() return f() end f()", -ETIME, "ran too long" },
    { "endless recursion", "local function f() f() return 1 end f()", -ENOMEM, "too much memory" },
    { "doubling text", "local s = 'x' while true do s = s .. s end", -ENOMEM, "too much memory" },
    { "table without end", "local t, i = {}, 0 while true do i = i + 1 t[i] = 'entry ' .. i end", -ENOMEM,
      "too much memory" },
    { "megabyte copies",
      "local s = 'xxxxxxxxxxxxxxxx' for i = 1, 18 do s = s .. s end local t = s while true do t = s .. 'y' "
      "end",
      -ETIME, "ran too long" },
    { "sorting for ever", "local t = {} for i = 1, 300000 do t[i] = i end while true do table.sort(t) end",
      -ETIME, "ran too long" },
    { "concat of nothing", "return table.concat({}, '', 1, math.maxinteger)", -EINVAL, "file.lua:1:" },
    { "unpack of everything", "return table.unpack({}, 1, 1e9)", -EINVAL, "too many results" },
    { "syntax", "return {\n  a = 1,\n  b = = 2,\n}", -EINVAL, "file.lua:3:" },
    { "unfinished text", "return 'abc", -EINVAL, "file.lua:1:" },
    { "call of nothing", "\n\nnothing()", -EINVAL, "file.lua:3:" },
    { "own error", "\nerror('so it is')", -EINVAL, "file.lua:2: so it is" },
    { "error that is a number", "error(42, 0)", -EINVAL, "" },
    { "error that is a table", "error({})", -EINVAL, "failed" },
    { "bytecode", "\x1bLua", -EINVAL, "binary chunk" },
    { "table in itself", "local t = {} t.t = t return t", -EINVAL, "nested too deeply" },
    { "deep tables", "local t = {} local r = t for i = 1, 40 do t.t = {} t = t.t end return r", -EINVAL,
      "nested too deeply" },
    { "too many values", "local t = {} for i = 1, 200001 do t[i] = true end return t", -EINVAL,
      "too many values" },
    { "shared tables that multiply", "local t = {} for i = 1, 25 do t = { t, t } end return t", -EINVAL,
      "too many values" },
    { "key that is a truth", "return { [true] = 1 }", -EINVAL, "a key is neither" },
    { "key that is a fraction", "return { [1.5] = 1 }", -EINVAL, "a key is neither" },
    { "text that is not UTF-8", "return { a = '\\xff' }", -EINVAL, "not UTF-8" },
    { "key that is not UTF-8", "return { ['\\xff'] = 1 }", -EINVAL, "not UTF-8" },
    { "no number", "return { a = 0/0 }", -EINVAL, "not finite" },
    { "no end of a number", "return { a = math.huge }", -EINVAL, "not finite" },
    { "a number too large", "return { rows = { {}, { limit = 2000000001 } } }", -EINVAL,
      "file.lua: rows.2.limit: a number is beyond 2000000000" },
    { "the largest integer", "return { a = math.maxinteger }", -EINVAL, "a: a number is beyond" },
    { "the smallest integer", "return { math.mininteger }", -EINVAL, "1: a number is beyond" },
    { "a fraction too large", "return { a = -1e300 }", -EINVAL, "a: a number is beyond" },
    { "constructor without a table", "return rule 'x'", -EINVAL, "table expected" },
    { "many functions in little memory",
      "local s = 'xxxxxxxxxxxxxxxx' for i = 1, 18 do s = s .. s end local q = s .. s local t = {} for i = 1, "
      "60000 do t[i] = function() return i end end return t",
      -ENOMEM, "too much memory" },
};

static void test_stopped(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(stopped); i++) {
        struct err e = { 0 };
        json_t *tree;
        int r = load(stopped[i].text, &tree, &e);
        if (r != stopped[i].code || !strstr(e.text, stopped[i].says) || tree)
            fail_msg("%s: %d %s", stopped[i].name, r, e.text);
    }
}

static const struct {
    const char *name, *text, *json;
} values[] = {
    { "nothing", "", "null" },
    { "numbers", "return { 1, -2, 1.5, 1e3, 2^30, -2000000000 }",
      "[1,-2,1.5,1000.0,1073741824.0,-2000000000]" },
    { "texts", "return { '中文', \"a\\\"b\", [[x]] }", "[\"中文\",\"a\\\"b\",\"x\"]" },
    { "truths", "return { true, false }", "[true,false]" },
    { "empty table is an object", "return { a = {} }", "{\"a\":{}}" },
    { "both kinds of keys", "return { 'x', 'y', z = 1 }", "{\"1\":\"x\",\"2\":\"y\",\"z\":1}" },
    { "hole in a list", "return { [1] = 'a', [3] = 'c' }", "{\"1\":\"a\",\"3\":\"c\"}" },
    { "kind", "return ruleset { id = 'r' }", "{\"$kind\":\"ruleset\",\"id\":\"r\"}" },
    { "functions by number", "return { a = function() end, b = { function() end } }", NULL },
    { "sums", "local s = 0 for i = 1, 10 do s = s + i end return { s = s }", "{\"s\":55}" },
    { "depth that is allowed",
      "local t = {} local r = t for i = 1, 30 do t.t = {} t = t.t end return r ~= nil", "true" },
    { "sort", "local t = { 3, 1, 2 } table.sort(t, function(a, b) return a > b end) return t", "[3,2,1]" },
    { "format", "return string.format('%.2f|%5d', 1.005, 42)", "\"1.00|   42\"" },
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(values); i++) {
        struct err e = { 0 };
        json_t *tree;
        if (load(values[i].text, &tree, &e) < 0)
            fail_msg("%s: %s", values[i].name, e.text);
        char *text = json_dumps(tree, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
        if (values[i].json && strcmp(text, values[i].json) != 0)
            fail_msg("%s: %s", values[i].name, text);
        free(text);
        json_decref(tree);
    }
}

static const char functions[] = "local calls = 0\n"
                                "return {\n"
                                "  double = function(x) return x.n * 2 end,\n"
                                "  echo = function(x) return x end,\n"
                                "  count = function() calls = calls + 1 return calls end,\n"
                                "  none = function() end,\n"
                                "  two = function() return 1, 2 end,\n"
                                "  raise = function(x)\n"
                                "    return x.a.b\n"
                                "  end,\n"
                                "  spin = function() while true do end end,\n"
                                "  eat = function() local s = 'x' while true do s = s .. s end end,\n"
                                "  give = function() return function() end end,\n"
                                "}\n";

static const struct {
    const char *fn, *arg, *want;
    int code;
    const char *says;
} calls[] = {
    { "double", "{\"n\":21}", "42", 0, "" },
    { "echo", "{\"a\":[1,2.5,\"x\",true,null],\"o\":{\"k\":\"中\"}}",
      "{\"a\":[1,2.5,\"x\",true],\"o\":{\"k\":\"中\"}}", 0, "" },
    { "echo", NULL, "null", 0, "" },
    { "count", NULL, "1", 0, "" },
    { "spin", NULL, NULL, -ETIME, "ran too long" },
    { "count", NULL, "2", 0, "" }, /* a sandbox that was stopped goes on */
    { "eat", NULL, NULL, -ENOMEM, "too much memory" },
    { "count", NULL, "3", 0, "" },
    { "none", NULL, "null", 0, "" },
    { "two", NULL, "1", 0, "" },
    { "raise", "{}", NULL, -EINVAL, "file.lua:9:" },
    { "double", NULL, NULL, -EINVAL, "file.lua:3:" },
    { "give", NULL, NULL, -EINVAL, "returned a function" },
    { "count", NULL, "4", 0, "" },
};

static void test_calls(void **state)
{
    struct sandbox *s = NULL;
    struct err e = { 0 };
    json_t *tree = NULL;
    (void)state;
    assert_int_equal(sandbox_new(NULL, &s, &e), 0);
    assert_int_equal(sandbox_load(s, "file.lua", functions, strlen(functions), &tree, &e), 0);
    for (size_t i = 0; i < N(calls); i++) {
        json_t *arg = calls[i].arg ? json_loads(calls[i].arg, JSON_DECODE_ANY, NULL) : NULL, *got = NULL;
        int fn = sandbox_fn(json_object_get(tree, calls[i].fn));
        assert_true(fn > 0);
        e = (struct err){ 0 };
        int r = sandbox_call(s, fn, arg, &got, &e);
        char *text = r == 0 ? json_dumps(got, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;
        if (r != calls[i].code || !strstr(e.text, calls[i].says) ||
            (r == 0 && strcmp(text, calls[i].want) != 0))
            fail_msg("%zu %s: %d %s %s", i, calls[i].fn, r, e.text, text ? text : "");
        free(text);
        json_decref(arg);
        if (r == 0)
            json_decref(got);
    }
    json_t *got = NULL;
    assert_int_equal(sandbox_call(s, 0, NULL, &got, &e), -EINVAL);
    assert_int_equal(sandbox_call(s, 9999, NULL, &got, &e), -EINVAL);
    assert_int_equal(sandbox_fn(NULL), 0);
    json_decref(tree);
    sandbox_free(s);
    assert_null(sandbox_free(NULL));
}

static void test_prelude(void **state)
{
    static const struct {
        const char *prelude, *text;
        int code;
        const char *says;
    } cases[] = {
        { "function twice(x) return { v = x * 2 } end", "return twice(4)", 0, "" },
        { "function twice(x) error('twice wants a number', 2) end", "\nlocal t = twice('x') return t",
          -EINVAL, "file.lua:2: twice wants a number" },
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++) {
        struct sandbox *s = NULL;
        struct err e = { 0 };
        json_t *tree = NULL;
        assert_int_equal(sandbox_new(cases[i].prelude, &s, &e), 0);
        int r = sandbox_load(s, "file.lua", cases[i].text, strlen(cases[i].text), &tree, &e);
        if (r != cases[i].code || !strstr(e.text, cases[i].says))
            fail_msg("%zu: %d %s", i, r, e.text);
        json_decref(tree);
        sandbox_free(s);
    }
    struct sandbox *s = NULL;
    struct err e = { 0 };
    assert_int_equal(sandbox_new("this is not lua", &s, &e), -EINVAL);
    assert_non_null(strstr(e.text, "prelude:1:"));
    assert_null(s);
}

static void test_no_file(void **state)
{
    struct sandbox *s = NULL;
    struct err e = { 0 };
    json_t *tree = NULL;
    (void)state;
    assert_int_equal(sandbox_new(NULL, &s, &e), 0);
    assert_int_equal(sandbox_load_file(s, "/nonexistent/x.lua", &tree, &e), -ENOENT);
    sandbox_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_absent), cmocka_unit_test(test_stopped), cmocka_unit_test(test_values),
        cmocka_unit_test(test_calls),  cmocka_unit_test(test_prelude), cmocka_unit_test(test_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
