#include "lua/sandbox.h"

#include <errno.h>
#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"

enum {
    MEMORY_MAX = 16 * 1024 * 1024,
    LOAD_STEPS = 2000, /* times HOOK_EVERY instructions */
    CALL_STEPS = 200,
    VALUE_INSTRUCTIONS =
        50, /* more for each value that a call is given, so that it can look at all of them */
    HOOK_EVERY = 1000,
    LOAD_CPU_MS =
        2000, /* one instruction can compare or copy megabytes, so time on the processor is bounded as well */
    CALL_CPU_MS = 1000,
    DEPTH_MAX = 32,
    VALUES_MAX = 200000,
};

struct sandbox {
    lua_State *L;
    size_t used, limit;
    int steps_left;
    int64_t cpu_end_ms;
    bool out_of_steps;
    bool unlimited; /* memory is not counted against the definition: see function_tree */
    int functions;  /* reference to the table of functions handed out */
    int n_functions;
    int n_values;
    bool reading;    /* a file's tree, whose figures are bounded */
    char place[160]; /* of a value that is refused: rows.3.limit */
};

static void *limited_alloc(void *ud, void *p, size_t was, size_t want)
{
    struct sandbox *s = ud;
    size_t old = p ? was : 0;
    if (want == 0) {
        s->used -= old;
        free(p);
        return NULL;
    }
    if (want > old && s->used + (want - old) > s->limit && !s->unlimited)
        return NULL;
    void *grown = realloc(p, want);
    if (grown)
        s->used = s->used - old + want;
    return grown;
}

static struct sandbox *self(lua_State *L)
{
    return *(struct sandbox **)lua_getextraspace(L);
}

static int64_t cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void spend_steps(lua_State *L, int steps, lua_Debug *ar)
{
    struct sandbox *s = self(L);
    s->steps_left -= steps;
    if (s->steps_left <= 0 || cpu_ms() > s->cpu_end_ms) {
        s->out_of_steps = true;
        if (!ar) {
            luaL_error(L, "ran too long");
            return;
        }
        lua_getinfo(L, "Sl", ar); /* in a hook luaL_error would look one level too high */
        luaL_error(L, "%s:%d: ran too long", ar->short_src, ar->currentline);
    }
}

static void count_steps(lua_State *L, lua_Debug *ar)
{
    spend_steps(L, 1, ar);
}

/* table.sort works inside C where the hook does not fire; it pays for its length in steps beforehand. */
static int paid_sort(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    spend_steps(L, 1 + (int)(lua_rawlen(L, 1) * 16 / HOOK_EVERY), NULL);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* Constructor: returns its table with "$kind" set to the upvalue. */
static int construct(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_setfield(L, 1, "$kind");
    lua_settop(L, 1);
    return 1;
}

/* What the standard library offers that can reach outside, run unbounded in C, or hide code. pcall is out because it would
 * catch the step limit's error. */
static const char *const removed_globals[] = { "dofile",         "loadfile", "load",         "require",
                                               "pcall",          "xpcall",   "rawset",       "rawget",
                                               "rawequal",       "rawlen",   "setmetatable", "getmetatable",
                                               "collectgarbage", "print",    "warn" };
static const char *const removed_string[] = { "rep",    "dump", "find", "match",
                                              "gmatch", "gsub", "pack", "unpack" };
static const char *const kinds[] = { "ruleset", "indicator", "rule", "ledger", "words" };

static int open_safe(lua_State *L)
{
    luaL_requiref(L, "_G", luaopen_base, 1);
    luaL_requiref(L, "table", luaopen_table, 1);
    luaL_requiref(L, "string", luaopen_string, 1);
    luaL_requiref(L, "math", luaopen_math, 1);
    lua_settop(L, 0);
    for (size_t i = 0; i < sizeof removed_globals / sizeof *removed_globals; i++) {
        lua_pushnil(L);
        lua_setglobal(L, removed_globals[i]);
    }
    lua_getglobal(L, "string");
    for (size_t i = 0; i < sizeof removed_string / sizeof *removed_string; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, removed_string[i]);
    }
    lua_getglobal(L, "table");
    lua_pushnil(L);
    lua_setfield(L, -2, "move"); /* takes a span up to 2^63 and walks it inside C */
    lua_getfield(L, -1, "sort");
    lua_pushcclosure(L, paid_sort, 1);
    lua_setfield(L, -2, "sort");
    lua_getglobal(L, "math");
    lua_pushnil(L);
    lua_setfield(L, -2, "random"); /* a definition gives the same answer every time */
    lua_pushnil(L);
    lua_setfield(L, -2, "randomseed");
    lua_settop(L, 0);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        lua_pushstring(L, kinds[i]);
        lua_pushcclosure(L, construct, 1);
        lua_setglobal(L, kinds[i]);
    }
    lua_newtable(L);
    lua_pushinteger(L, luaL_ref(L, LUA_REGISTRYINDEX));
    return 1;
}

static int failed(struct sandbox *s, int status, struct err *e)
{
    /* An error value that is a number is not turned into text: that could run out of memory outside protection. */
    const char *why = lua_type(s->L, -1) == LUA_TSTRING ? lua_tostring(s->L, -1) : NULL;
    int code = s->out_of_steps ? -ETIME : status == LUA_ERRMEM ? -ENOMEM : -EINVAL;
    err_named(e, code, "definition.lua", "%s",
              code == -ENOMEM ? "took too much memory"
              : why           ? why
                              : "failed");
    lua_settop(s->L, 0);
    return code;
}

static void budget(struct sandbox *s, int steps, int64_t for_cpu_ms)
{
    s->steps_left = steps;
    s->cpu_end_ms = cpu_ms() + for_cpu_ms;
    s->out_of_steps = false;
}

int sandbox_new(const char *prelude, struct sandbox **ret, struct err *e)
{
    struct sandbox *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, -ENOMEM, "no memory for a sandbox");
    s->limit = MEMORY_MAX;
    s->L = lua_newstate(limited_alloc, s);
    if (!s->L) {
        free(s);
        return err_set(e, -ENOMEM, "no memory for a sandbox");
    }
    *(struct sandbox **)lua_getextraspace(s->L) = s;
    budget(s, LOAD_STEPS, LOAD_CPU_MS);
    lua_pushcfunction(s->L, open_safe);
    int status = lua_pcall(s->L, 0, 1, 0);
    if (status == LUA_OK) {
        s->functions = (int)lua_tointeger(s->L, -1);
        lua_settop(s->L, 0);
        lua_sethook(s->L, count_steps, LUA_MASKCOUNT, HOOK_EVERY);
        if (prelude) {
            status = luaL_loadbufferx(s->L, prelude, strlen(prelude), "=prelude", "t");
            if (status == LUA_OK)
                status = lua_pcall(s->L, 0, 0, 0);
        }
    }
    if (status != LUA_OK) {
        int code = failed(s, status, e);
        sandbox_free(s);
        return code;
    }
    *ret = s;
    return 0;
}

struct sandbox *sandbox_free(struct sandbox *s)
{
    if (s) {
        lua_close(s->L);
        free(s);
    }
    return NULL;
}

static json_t *to_tree(struct sandbox *s, int at, int depth, const char **reterr);

static json_t *function_tree(struct sandbox *s, int at)
{
    /* This runs outside lua_pcall, where an allocation that fails would abort the program; the table of functions holds at
     * most VALUES_MAX entries, so its memory is left out of the bound instead. */
    s->unlimited = true;
    lua_rawgeti(s->L, LUA_REGISTRYINDEX, s->functions);
    lua_pushvalue(s->L, at);
    lua_rawseti(s->L, -2, ++s->n_functions);
    lua_pop(s->L, 1);
    s->unlimited = false;
    return json_pack("{s:i}", "$fn", s->n_functions);
}

/* The keys are told from the inside out. */
static void refused_under(struct sandbox *s, const char *key)
{
    char inner[sizeof s->place];
    memcpy(inner, s->place, sizeof inner);
    snprintf(s->place, sizeof s->place, "%s%s%.100s", key, *inner ? "." : "", inner);
}

static json_t *array_tree(struct sandbox *s, int at, lua_Unsigned n, int depth, const char **reterr)
{
    json_t *a = json_array();
    for (lua_Unsigned i = 1; a && i <= n; i++) {
        lua_rawgeti(s->L, at, (lua_Integer)i);
        json_t *v = to_tree(s, lua_gettop(s->L), depth + 1, reterr);
        lua_pop(s->L, 1);
        if (!v || json_array_append_new(a, v) < 0) {
            char number[32];
            snprintf(number, sizeof number, "%llu", (unsigned long long)i);
            refused_under(s, number);
            json_decref(a);
            return NULL;
        }
    }
    return a;
}

static json_t *object_tree(struct sandbox *s, int at, int depth, const char **reterr)
{
    json_t *o = json_object();
    lua_pushnil(s->L);
    while (o && lua_next(s->L, at)) {
        char number[32];
        const char *key = NULL;
        if (lua_type(s->L, -2) == LUA_TSTRING) {
            key = lua_tostring(s->L, -2);
        } else if (lua_isinteger(s->L, -2)) {
            snprintf(number, sizeof number, "%lld", (long long)lua_tointeger(s->L, -2));
            key = number; /* a table with both kinds of keys: the numbered ones under their number */
        }
        json_t *v = key ? to_tree(s, lua_gettop(s->L), depth + 1, reterr) : NULL;
        if (!key)
            *reterr = "a key is neither text nor a whole number";
        if (!v || json_object_set_new(o, key, v) < 0) {
            refused_under(s, key ? key : "?");
            json_decref(o);
            lua_pop(s->L, 2);
            if (!*reterr)
                *reterr = "a text is not UTF-8";
            return NULL;
        }
        lua_pop(s->L, 1);
    }
    return o;
}

static json_t *table_tree(struct sandbox *s, int at, int depth, const char **reterr)
{
    lua_Unsigned n = lua_rawlen(s->L, at);
    size_t keys = 0;
    lua_pushnil(s->L);
    while (lua_next(s->L, at)) {
        keys++;
        lua_pop(s->L, 1);
    }
    return n > 0 && keys == n ? array_tree(s, at, n, depth, reterr) : object_tree(s, at, depth, reterr);
}

static json_t *number_tree(struct sandbox *s, int at, const char **reterr)
{
    lua_Number n = lua_tonumber(s->L, at);
    json_t *v = lua_isinteger(s->L, at) ? json_integer(lua_tointeger(s->L, at)) : json_real(n);
    if (!v) {
        *reterr = "a number is not finite";
    } else if (s->reading && (n < -SANDBOX_FIGURE_MOST || n > SANDBOX_FIGURE_MOST)) {
        *reterr = "a number is beyond 2000000000";
        json_decref(v);
        v = NULL;
    }
    return v;
}

static json_t *to_tree(struct sandbox *s, int at, int depth, const char **reterr)
{
    if (depth > DEPTH_MAX || ++s->n_values > VALUES_MAX || !lua_checkstack(s->L, 8)) {
        *reterr = depth > DEPTH_MAX ? "nested too deeply (or a table inside itself)" : "too many values";
        return NULL;
    }
    json_t *v = NULL;
    switch (lua_type(s->L, at)) {
    case LUA_TNIL:
        return json_null();
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(s->L, at));
    case LUA_TNUMBER:
        return number_tree(s, at, reterr);
    case LUA_TSTRING: {
        size_t len;
        const char *text = lua_tolstring(s->L, at, &len);
        v = json_stringn(text, len);
        if (!v)
            *reterr = "a text is not UTF-8";
        return v;
    }
    case LUA_TTABLE:
        return table_tree(s, at, depth, reterr);
    case LUA_TFUNCTION:
        return function_tree(s, at);
    default:
        *reterr = "a value is of a kind that cannot be used";
        return NULL;
    }
}

static int result_tree(struct sandbox *s, const char *name, bool reading, json_t **ret, struct err *e)
{
    const char *why = NULL;
    s->n_values = 0;
    s->reading = reading;
    s->place[0] = '\0';
    json_t *tree = to_tree(s, lua_gettop(s->L), 0, &why);
    lua_settop(s->L, 0);
    if (!tree)
        return err_named(e, -EINVAL, "definition.value", "%s: %s%s%s", name, s->place, *s->place ? ": " : "",
                         why ? why : "out of memory");
    *ret = tree;
    return 0;
}

int sandbox_load(struct sandbox *s, const char *name, const char *text, size_t len, json_t **ret_tree,
                 struct err *e)
{
    char chunk[512];
    snprintf(chunk, sizeof chunk, "@%s", name);
    budget(s, LOAD_STEPS, LOAD_CPU_MS);
    int status = luaL_loadbufferx(s->L, text, len, chunk, "t");
    if (status == LUA_OK)
        status = lua_pcall(s->L, 0, 1, 0);
    if (status != LUA_OK)
        return failed(s, status, e);
    return result_tree(s, name, true, ret_tree, e);
}

int sandbox_load_file(struct sandbox *s, const char *path, json_t **ret_tree, struct err *e)
{
    struct buf text = BUF_INIT;
    int r = file_read(path, 1024 * 1024, &text, e);
    if (r == 0)
        r = sandbox_load(s, path, text.data ? text.data : "", text.len, ret_tree, e);
    buf_release(&text);
    return r;
}

int sandbox_fn(const json_t *value)
{
    return (int)json_int(value, "$fn", 0);
}

static void push_tree(lua_State *L, const json_t *tree)
{
    luaL_checkstack(L, 8, "argument nested too deeply");
    self(L)->n_values++;
    switch (tree ? json_typeof(tree) : JSON_NULL) {
    case JSON_OBJECT: {
        const char *key;
        json_t *v;
        lua_newtable(L);
        json_object_foreach((json_t *)tree, key, v)
        {
            push_tree(L, v);
            lua_setfield(L, -2, key);
        }
        break;
    }
    case JSON_ARRAY:
        lua_newtable(L);
        for (size_t i = 0; i < json_array_size(tree); i++) {
            push_tree(L, json_array_get(tree, i));
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        break;
    case JSON_STRING:
        lua_pushlstring(L, json_string_value(tree), json_string_length(tree));
        break;
    case JSON_INTEGER:
        lua_pushinteger(L, json_integer_value(tree));
        break;
    case JSON_REAL:
        lua_pushnumber(L, json_real_value(tree));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        lua_pushboolean(L, json_is_true(tree));
        break;
    default:
        lua_pushnil(L);
    }
}

/* Runs protected, so that building the argument may run out of memory safely. Upvalues: none; stack: tree pointer, fn. */
static int call_function(lua_State *L)
{
    const json_t *arg = lua_touserdata(L, 1);
    lua_Integer fn = lua_tointeger(L, 2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, self(L)->functions);
    lua_rawgeti(L, -1, fn);
    /* The argument is the caller's and bounded there; the function has its own memory beside it. */
    struct sandbox *s = self(L);
    s->n_values = 0;
    s->unlimited = true;
    push_tree(L, arg);
    s->unlimited = false;
    s->limit = s->used + MEMORY_MAX;
    s->steps_left += (int)((int64_t)s->n_values * VALUE_INSTRUCTIONS / HOOK_EVERY);
    lua_call(L, 1, 1);
    return 1;
}

int sandbox_call(struct sandbox *s, int fn, const json_t *arg, json_t **ret, struct err *e)
{
    if (fn < 1 || fn > s->n_functions)
        return err_set(e, -EINVAL, "no function number %d in this definition", fn);
    budget(s, CALL_STEPS, CALL_CPU_MS);
    lua_settop(s->L, 0);
    lua_pushcfunction(s->L, call_function);
    lua_pushlightuserdata(s->L, (void *)arg);
    lua_pushinteger(s->L, fn);
    int status = lua_pcall(s->L, 2, 1, 0);
    s->unlimited = false;
    s->limit = MEMORY_MAX;
    if (status != LUA_OK)
        return failed(s, status, e);
    int was = s->n_functions;
    int r = result_tree(s, "result", false, ret, e);
    if (s->n_functions != was) { /* a function returned at run time would leak a number each call */
        s->n_functions = was;
        if (r == 0)
            json_decref(*ret);
        return err_set(e, -EINVAL, "a definition's function returned a function");
    }
    return r;
}
