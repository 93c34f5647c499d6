/* check.c - runs the tests that stand in ledger files, with the real engine and a real store in a temporary folder. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/timing.h"
#include "ledger/folder.h"

/* The people a step can name with `by`. Units are those of test_city. */
static const struct {
    const char *by;
    struct actor actor;
} people[] = {
    { "owner", { "owner", ROLE_RESPONSIBLE, 1 } },
    { "supervisor", { "supervisor", ROLE_SUPERVISOR, 2 } },
    { "office", { "office", ROLE_DUTY, 3 } },
    { "other", { "other", ROLE_RESPONSIBLE, 4 } },
    { "owner_leader", { "owner_leader", ROLE_LEADER, 1 } },
    { "owner_admin", { "owner_admin", ROLE_ADMIN, 1 } },
    { "other_supervisor", { "other_supervisor", ROLE_SUPERVISOR, 4 } },
};

static const char test_city[] = "{\"regions\":[{\"code\":\"r\"}],\"units\":[{\"code\":\"owner\"},{\"code\":"
                                "\"supervisor\"},{\"code\":\"office\"},{\"code\":\"other\"}],"
                                "\"sites\":[{\"code\":\"site\",\"kind\":\"water_outlet\",\"region\":\"r\","
                                "\"unit\":\"owner\",\"lng\":120,\"lat\":36}]}";

struct bench {
    struct ledgers *l;
    const char *data; /* what the judge answers: "met", "not_met", "cannot_judge", "broken" */
    int64_t now;
    const struct definition *def;
    const char *test;
    size_t step;
    struct err *e;
};

static int answer(void *arg, const json_t *goal, int64_t since, int64_t now, json_t **ret, struct err *e)
{
    const struct bench *b = arg;
    char when[CN_TEXT];
    bool broken = strcmp(b->data, "broken") == 0;
    (void)goal;
    (void)since;
    json_t *at = broken ? json_string(cn_format_iso(now - MS_HOUR, when)) : json_null();
    *ret = json_pack("{s:s, s:i, s:i, s:s, s:s, s:o, s:n, s:i, s:i}", "verdict", broken ? "not_met" : b->data,
                     "have", 0, "need", 1, "text", "试验", "text_en", "test", "last_broken", at, "last_value",
                     "missing", 0, "invalid", 0);
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}

__attribute__((format(printf, 2, 3))) static int wrong(struct bench *b, const char *fmt, ...)
{
    char why[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    return err_named(b->e, -EINVAL, "definition.test", "ledger %s, test “%s”, step %zu: %s", b->def->id,
                     b->test, b->step, why);
}

static int expect(struct bench *b, const json_t *want, const char *did, int r, const struct err *got)
{
    const char *fails = json_str(want, "fails", "");
    if (!*fails && r < 0)
        return wrong(b, "%s fails: %s", did, got->text);
    if (strcmp(fails, r < 0 ? got->name : "") != 0)
        return wrong(b, "%s was to fail with %s, gives %s", did, fails, r < 0 ? got->name : "no error");
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
            return wrong(b, "there is no clock '%s'", key);
        if (s[i].from && s[i].deadline != NEVER)
            cn_format_date(cn_day_start(s[i].deadline), day);
        if (strcmp(day, wanted) != 0)
            return wrong(b, "clock %s ends %s, wanted %s", key, *day ? day : "never", wanted);
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
            return wrong(b, "there are %" PRId64 " events '%s', wanted %" PRId64, n, key,
                         (int64_t)json_integer_value(v));
    }
    return 0;
}

static int expect_case(struct bench *b, const json_t *want, int64_t id)
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
        r = wrong(b, "state is %s, wanted %s", state, want_state);
    else if (strcmp(light, want_light) != 0)
        r = wrong(b, "light is %s, wanted %s", light, want_light);
    else if (rebounds != want_rebounds)
        r = wrong(b, "rebounds is %" PRId64 ", wanted %" PRId64, rebounds, want_rebounds);
    else if ((r = expect_clocks(b, want, &c)) == 0)
        r = expect_events(b, want, &c);
    case_release(&c);
    return r;
}

static int run_step(struct bench *b, const json_t *step, int64_t id)
{
    const char *action = json_str(step, "1", ""), *by = json_str(step, "by", "");
    struct err got = { .name = "" };
    int r;
    b->now += MS_MINUTE + json_int(step, "days", 0) * MS_DAY;
    b->data = json_str(step, "data", "cannot_judge");
    if (strcmp(action, "tick") == 0) {
        r = ledgers_tick(b->l, b->now, NULL, NULL, &got);
    } else {
        const struct actor *who = NULL;
        for (size_t i = 0; i < COUNT_OF(people); i++)
            if (strcmp(people[i].by, by) == 0)
                who = &people[i].actor;
        if (!who)
            return wrong(b, "by = '%s' is nobody", by);
        r = case_act(b->l, id, action, json_object_get(step, "given"), who, b->now, &got);
    }
    r = expect(b, step, action, r, &got);
    return r < 0 ? r : expect_case(b, step, id);
}

static int run_test(struct bench *b, const json_t *test)
{
    static const char *const known = " 1 case start fails steps state light clocks events ";
    const char *start = json_str(test, "start", "2026-03-02 09:00"), *key;
    json_t *v;
    struct err got = { .name = "" };
    int64_t id = 0;
    b->test = json_str(test, "1", "?");
    b->step = 0;
    b->data = "cannot_judge";
    json_object_foreach((json_t *)test, key, v)
    {
        scoped(freep) char *word = NULL;
        if (asprintf(&word, " %s ", key) < 0 || !strstr(known, word))
            return wrong(b, "a test has no setting '%s'", key);
    }
    if (!cn_parse_iso(start, strlen(start), &b->now))
        return wrong(b, "start = '%s' is no time", start);
    int r =
        case_open(b->l, b->def->id, json_object_get(test, "case"), 0, &people[2].actor, b->now, &id, &got);
    r = expect(b, test, "opening", r, &got);
    if (r == 0 && id)
        r = expect_case(b, test, id);
    const json_t *steps = json_object_get(test, "steps");
    for (size_t i = 0; r == 0 && id && i < json_array_size(steps); i++) {
        b->step = i + 1;
        r = run_step(b, json_array_get(steps, i), id);
    }
    return r;
}

static int run_all(struct bench *b)
{
    int r = 0;
    for (size_t d = 0; r == 0 && d < b->l->n_current; d++) {
        b->def = b->l->current[d];
        b->test = "?";
        b->step = 0;
        if (!json_array_size(b->def->tests))
            r = wrong(b, "a ledger needs tests = { ... }");
        for (size_t i = 0; r == 0 && i < json_array_size(b->def->tests); i++)
            r = run_test(b, json_array_get(b->def->tests, i));
    }
    int64_t events;
    return r < 0 ? r : ledgers_check_chain(b->l->store, &events, b->e);
}

static int remove_file(const char *path, const char *name, void *arg, struct err *e)
{
    (void)name;
    (void)arg;
    (void)e;
    unlink(path);
    return 0;
}

int ledgers_check(const char *definitions, struct err *e)
{
    struct err own = { .name = "" };
    struct bench b = { .e = e ? e : &own };
    struct ledger_store *store = NULL;
    struct place *place = NULL;
    json_t *city = NULL;
    const char *tmp = getenv("TMPDIR");
    char dir[PATH_MAX];
    snprintf(dir, sizeof dir, "%s/bihuan-check-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        return err_set(b.e, -errno, "%s: %s", dir, strerror(errno));
    int r = json_read(test_city, strlen(test_city), &city, b.e);
    if (r == 0)
        r = place_build(city, &place, b.e);
    if (r == 0)
        r = ledger_store_open(dir, true, &store, b.e);
    if (r == 0)
        r = ledgers_open(store, place, definitions, answer, &b, &b.l, b.e);
    if (r == 0)
        r = run_all(&b);
    ledgers_close(b.l);
    ledger_store_close(store);
    place_free(place);
    json_decref(city);
    folder_each(dir, ".", "", remove_file, NULL, NULL);
    rmdir(dir);
    return r;
}
