/* check_expect.c - what a step of a ledger file's test wants, beside what came of it. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/check_own.h"

int check_wrong(struct bench *b, const char *fmt, ...)
{
    char why[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    return err_named(b->e, -EINVAL, "definition.test", "ledger %s, test “%s”, step %zu: %s", b->def->id,
                     b->test, b->step, why);
}

int check_end(struct bench *b, const json_t *want, const char *did, int r, const struct err *got)
{
    const char *fails = json_str(want, "fails", "");
    if (!*fails && r < 0)
        return check_wrong(b, "%s fails: %s", did, got->text);
    if (strcmp(fails, r < 0 ? got->name : "") != 0)
        return check_wrong(b, "%s was to fail with %s, gives %s", did, fails, r < 0 ? got->name : "no error");
    return 0;
}

/* clocks = { finish = "2026-05-01" }: the day each limit ends; "" for one that is not counted. */
static int expect_clocks(struct bench *b, const json_t *want, const struct loaded *c)
{
    struct clock_state s[CLOCKS_MAX + 1];
    size_t n = clock_states(&b->l->calendar, c->def, c->doc, b->now, s), i;
    const char *key;
    json_t *v;
    json_object_foreach(json_object_get(want, "clocks"), key, v)
    {
        char day[CN_TEXT] = "";
        const char *wanted = json_is_string(v) ? json_string_value(v) : "?";
        for (i = 0; i < n && strcmp(s[i].rule ? s[i].rule->id : "due", key) != 0; i++)
            ;
        if (i == n)
            return check_wrong(b, "there is no clock '%s'", key);
        if (s[i].from && s[i].deadline != NEVER)
            cn_format_date(cn_day_start(s[i].deadline), day);
        if (strcmp(day, wanted) != 0)
            return check_wrong(b, "clock %s ends %s, wanted %s", key, *day ? day : "never", wanted);
    }
    return 0;
}

/* events = { rung = 2 }: so many of that name in the case's life. */
static int expect_events(struct bench *b, const json_t *want, const struct loaded *c)
{
    const char *key;
    json_t *v;
    json_object_foreach(json_object_get(want, "events"), key, v)
    {
        int64_t n = json_int(json_object_get(c->doc, "taken"), key, 0);
        if (n != json_integer_value(v))
            return check_wrong(b, "there are %" PRId64 " events '%s', wanted %" PRId64, n, key,
                               (int64_t)json_integer_value(v));
    }
    return 0;
}

/* computed = { field = value }: what stands in the case's fields; false is wanted of one that is empty. */
static int expect_values(struct bench *b, const json_t *want, const struct loaded *c)
{
    const char *id;
    json_t *v;
    json_object_foreach((json_t *)want, id, v)
    {
        const json_t *is = json_object_get(json_object_get(c->doc, "fields"), id);
        bool empty = !is || json_is_null(is);
        bool same = json_is_number(v) && json_is_number(is) ? json_to_micro(v, 0) == json_to_micro(is, 1)
                                                            : json_equal(v, is);
        if (same || (empty && json_is_false(v)))
            continue;
        scoped(freep) char *have = is ? json_dumps(is, JSON_ENCODE_ANY | JSON_COMPACT) : NULL,
                           *wanted = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
        return check_wrong(b, "%s is %.80s, wanted %.80s", id, have ? have : "empty", wanted ? wanted : "?");
    }
    return 0;
}

/* score = { in_time = 1, satisfied = false }: the share of an item; false is wanted of one that is not judged. */
static int expect_score(struct bench *b, struct loaded *c, const json_t *want)
{
    scoped(json_decrefp) json_t *shares = NULL;
    const char *id;
    json_t *v;
    if (!want)
        return 0;
    int r = score_case(b->l, c, b->now, &shares, b->e);
    if (r < 0)
        return r;
    json_object_foreach((json_t *)(uintptr_t)want, id, v)
    {
        const json_t *is = json_object_get(shares, id);
        micro wanted = json_is_number(v) ? json_to_micro(v, 0) : MICRO_MISSING,
              have = json_is_number(is) ? json_to_micro(is, 0) : MICRO_MISSING;
        char text[MICRO_TEXT];
        if (!is || wanted != have)
            return check_wrong(b, "item %s is %s", id,
                               have == MICRO_MISSING ? "not judged" : micro_format(have, -1, text));
    }
    return 0;
}

int check_case(struct bench *b, const json_t *want, int64_t id)
{
    struct loaded c = { 0 };
    int r = case_load(b->l, id, &c, b->e);
    if (r < 0)
        return r;
    struct said why;
    bool has_days;
    int64_t days, rebounds = json_int(c.doc, "rebounds", 0),
                  want_rebounds = json_int(want, "rebounds", rebounds);
    const char *state = json_str(c.doc, "state", ""), *want_state = json_str(want, "state", state);
    const char *light = light_name(clock_light(b->l, &c, b->now, &why, &has_days, &days));
    const char *want_light = json_str(want, "light", light);
    if (strcmp(state, want_state) != 0)
        r = check_wrong(b, "state is %s, wanted %s", state, want_state);
    else if (strcmp(light, want_light) != 0)
        r = check_wrong(b, "light is %s, wanted %s", light, want_light);
    else if (rebounds != want_rebounds)
        r = check_wrong(b, "rebounds is %" PRId64 ", wanted %" PRId64, rebounds, want_rebounds);
    if (r == 0)
        r = expect_values(b, json_object_get(want, "computed"), &c);
    int64_t n = (int64_t)json_array_size(json_object_get(c.doc, "children"));
    if (r == 0 && json_int(want, "children", n) != n)
        r = check_wrong(b, "%" PRId64 " cases stand under it, wanted %" PRId64, n,
                        json_int(want, "children", n));
    if (r == 0)
        r = expect_clocks(b, want, &c);
    if (r == 0)
        r = expect_events(b, want, &c);
    if (r == 0)
        r = expect_score(b, &c, json_object_get(want, "score"));
    case_release(&c);
    return r;
}
