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

/* The units every test may name; those that the ledgers' unit fields are called by are added to them. */
static const char *const test_units[] = { "owner", "supervisor", "office", "other" };

/* The people that a step can name with `by` and whose name does not say it all: a unit's name is its responsible person,
 * UNIT_ROLE a person of that unit with that role. */
static const struct {
    const char *by, *unit;
    enum role role;
} people[] = {
    { "supervisor", "supervisor", ROLE_SUPERVISOR },
    { "office", "office", ROLE_DUTY },
    { "duty", "office", ROLE_DUTY },
    { "leader", "office", ROLE_LEADER },
    { "admin", "office", ROLE_ADMIN },
    { "reviewer", "office", ROLE_REVIEWER },
    { "responsible", "other", ROLE_RESPONSIBLE },
    { "public", "", ROLE_PUBLIC },
};

enum { BEFORE_MAX = 200 };

struct bench {
    struct ledgers *l;
    char before[BEFORE_MAX][80]; /* numbers of the cases opened first */
    size_t n_before;
    const char *data; /* what the judge answers: "met", "not_met", "cannot_judge", "broken" */
    int64_t now;
    const struct definition *def;
    bool taken[ACTIONS_MAX], refused[ACTIONS_MAX]; /* of def, by its own tests */
    struct buf *untested;                          /* NULL: nobody asks */
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
        return wrong(b, "%s is %.80s, wanted %.80s", id, have ? have : "empty", wanted ? wanted : "?");
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
    if (r == 0)
        r = expect_values(b, json_object_get(want, "computed"), &c);
    int64_t n = (int64_t)json_array_size(json_object_get(c.doc, "children"));
    if (r == 0 && json_int(want, "children", n) != n)
        r = wrong(b, "%" PRId64 " cases stand under it, wanted %" PRId64, n, json_int(want, "children", n));
    if (r == 0)
        r = expect_clocks(b, want, &c);
    if (r == 0)
        r = expect_events(b, want, &c);
    case_release(&c);
    return r;
}

/* ---- people ---- */

static bool find_person(const struct bench *b, const char *by, struct actor *ret)
{
    const struct place *p = b->l->place;
    for (size_t i = 0; i < COUNT_OF(people); i++)
        if (strcmp(people[i].by, by) == 0) {
            const struct unit *u = *people[i].unit ? place_unit_by_code(p, people[i].unit) : NULL;
            *ret = (struct actor){ .name = by, .role = people[i].role, .unit = u ? u->id : 0 };
            return true;
        }
    const struct unit *u = place_unit_by_code(p, by);
    int role = ROLE_RESPONSIBLE;
    const char *bar = strrchr(by, '_');
    if (!u && bar) {
        scoped(freep) char *unit = strndup(by, (size_t)(bar - by));
        u = unit ? place_unit_by_code(p, unit) : NULL;
        role = role_from_name(bar + 1);
    }
    *ret = (struct actor){ .name = by, .role = (enum role)role, .unit = u ? u->id : 0 };
    return u && role >= 0;
}

/* A person is in the books from the first time that a test names them, so that a user field can hold them. */
static int meet(struct bench *b, const char *by, struct actor *ret)
{
    if (!find_person(b, by, ret))
        return wrong(b, "'%s' is nobody", by);
    struct user u = { .role = ret->role, .unit = ret->unit };
    int64_t id;
    snprintf(u.name, sizeof u.name, "%s", by);
    snprintf(u.display, sizeof u.display, "%s", by);
    return ledger_put_user(b->l->store, &u, &id, b->e);
}

/* ---- what a test gives ---- */

/* "@1" is the number of the first case opened before. */
static json_t *filled(const struct bench *b, const json_t *v)
{
    const char *s = json_string_value(v), *key;
    json_t *one, *copy;
    if (s && s[0] == '@') {
        size_t n = strtoul(s + 1, NULL, 10);
        return json_string(n >= 1 && n <= b->n_before ? b->before[n - 1] : s);
    }
    if (json_is_array(v)) {
        copy = json_array();
        for (size_t i = 0; i < json_array_size(v); i++)
            json_array_append_new(copy, filled(b, json_array_get(v, i)));
        return copy;
    }
    if (!json_is_object(v))
        return json_incref((json_t *)v);
    copy = json_object();
    json_object_foreach((json_t *)v, key, one) json_object_set_new(copy, key, filled(b, one));
    return copy;
}

static int open_as(struct bench *b, const char *ledger, int64_t parent, const json_t *given, const char *by,
                   int64_t *ret_id, struct err *got)
{
    struct actor who;
    scoped(json_decrefp) json_t *fields = filled(b, given);
    int r = meet(b, by, &who);
    return r < 0
               ? r
               : case_open_under(b->l, parent, ledger, fields ? fields : given, 0, &who, b->now, ret_id, got);
}

static int keep_number(struct bench *b, int64_t id)
{
    struct loaded c = { 0 };
    int r = case_load(b->l, id, &c, b->e);
    if (r == 0 && b->n_before < BEFORE_MAX)
        snprintf(b->before[b->n_before++], sizeof b->before[0], "%s", json_str(c.doc, "number", ""));
    case_release(&c);
    return r;
}

/* ---- steps ---- */

static int run_step(struct bench *b, const json_t *step, int64_t id);

static int known_settings(struct bench *b, const json_t *o, const char *what, const char *known)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)o, key, v)
    {
        scoped(freep) char *word = NULL;
        if (asprintf(&word, " %s ", key) < 0 || !strstr(known, word))
            return wrong(b, "%s has no setting '%s'", what, key);
    }
    return 0;
}

/* before = { { ledger =, case =, open_by =, steps = } }: the cases that this one is related to. */
static int run_before(struct bench *b, const json_t *list)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i), *steps = json_object_get(one, "steps");
        struct err got = { .name = "" };
        int64_t id = 0;
        if ((r = known_settings(b, one, "before", " ledger case open_by steps ")) < 0)
            return r;
        r = open_as(b, json_str(one, "ledger", b->def->id), 0, json_object_get(one, "case"),
                    json_str(one, "open_by", "office"), &id, &got);
        if (r < 0)
            return wrong(b, "before %zu fails: %s", i + 1, got.text);
        r = keep_number(b, id);
        for (size_t k = 0; r == 0 && k < json_array_size(steps); k++)
            r = run_step(b, json_array_get(steps, k), id);
    }
    return r;
}

/* `on = 2` acts on the second case under this one. */
static int step_case(struct bench *b, const json_t *step, int64_t id, int64_t *ret)
{
    int64_t on = json_int(step, "on", 0);
    struct loaded c = { 0 };
    *ret = id;
    if (!on)
        return 0;
    int r = case_load(b->l, id, &c, b->e);
    const json_t *ids = r == 0 ? json_object_get(c.doc, "children") : NULL;
    if (r == 0 && (on < 1 || (size_t)on > json_array_size(ids)))
        r = wrong(b, "on = %" PRId64 ", but there are %zu cases under it", on, json_array_size(ids));
    if (r == 0)
        *ret = json_integer_value(json_array_get(ids, (size_t)on - 1));
    case_release(&c);
    return r;
}

/* Which actions of the ledger its tests have seen taken, and refused for want of proof. */
static void note_action(struct bench *b, int64_t id, const char *action, int r, const struct err *got)
{
    struct loaded c = { 0 };
    if (case_load(b->l, id, &c, NULL) == 0 && c.def == b->def)
        for (size_t i = 0; i < c.def->n_actions; i++)
            if (strcmp(c.def->action[i].id, action) == 0) {
                b->taken[i] |= r == 0;
                b->refused[i] |= r < 0 && strcmp(got->name, "case.gate_unmet") == 0;
            }
    case_release(&c);
}

static void say_untested(struct bench *b)
{
    for (size_t i = 0; b->untested && i < b->def->n_actions; i++) {
        const struct action *a = &b->def->action[i];
        if (!b->taken[i])
            buf_addf(b->untested, "ledger %s: no test takes %s\n", b->def->id, a->id);
        if ((a->guard || a->gate) && !b->refused[i])
            buf_addf(b->untested, "ledger %s: no test is refused %s\n", b->def->id, a->id);
    }
}

static int run_step(struct bench *b, const json_t *step, int64_t id)
{
    static const char *const known =
        " 1 by on days data given fails state light rebounds computed children clocks events ledger case ";
    const char *action = json_str(step, "1", ""), *by = json_str(step, "by", "");
    struct err got = { .name = "" };
    struct actor who;
    int64_t child = 0, on = id;
    int r;
    if ((r = known_settings(b, step, "a step", known)) < 0)
        return r;
    b->now += MS_MINUTE + json_int(step, "days", 0) * MS_DAY;
    b->data = json_str(step, "data", "cannot_judge");
    if ((r = step_case(b, step, id, &on)) < 0)
        return r;
    if (strcmp(action, "tick") == 0) {
        r = ledgers_tick(b->l, b->now, NULL, NULL, &got);
    } else if (strcmp(action, "open") == 0) {
        r = open_as(b, json_str(step, "ledger", b->def->id), on, json_object_get(step, "case"),
                    *by ? by : "office", &child, &got);
    } else {
        if ((r = meet(b, by, &who)) < 0)
            return r;
        scoped(json_decrefp) json_t *given = filled(b, json_object_get(step, "given"));
        r = case_act(b->l, on, action, given, &who, b->now, &got);
        note_action(b, on, action, r, &got);
    }
    r = expect(b, step, action, r, &got);
    return r < 0 ? r : expect_case(b, step, on);
}

static int run_test(struct bench *b, const json_t *test)
{
    static const char *const known =
        " 1 case start fails steps state light open_by before computed children rebounds "
        "clocks events ";
    const char *start = json_str(test, "start", "2026-03-02 09:00");
    struct err got = { .name = "" };
    int64_t id = 0;
    b->test = json_str(test, "1", "?");
    b->step = 0;
    b->n_before = 0;
    b->data = "cannot_judge";
    int r = known_settings(b, test, "a test", known);
    if (r == 0 && !cn_parse_iso(start, strlen(start), &b->now))
        r = wrong(b, "start = '%s' is no time", start);
    if (r == 0)
        r = run_before(b, json_object_get(test, "before"));
    if (r < 0)
        return r;
    r = open_as(b, b->def->id, 0, json_object_get(test, "case"), json_str(test, "open_by", "office"), &id,
                &got);
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

/* Everyone who can be told from the names alone is in the books, so that a user field can hold them. */
static int meet_all(struct bench *b)
{
    const struct place *p = b->l->place;
    struct actor who;
    int r = 0;
    for (size_t i = 0; r == 0 && i < COUNT_OF(people); i++)
        r = meet(b, people[i].by, &who);
    for (size_t i = 0; r == 0 && i < p->n_units; i++)
        r = meet(b, p->units[i].code, &who);
    return r;
}

/* Each test begins with an empty ledger: what it did is proved and then undone. */
static int run_alone(struct bench *b, const json_t *test)
{
    int64_t events;
    int r = ledger_begin(b->l->store, b->e);
    if (r < 0)
        return r;
    r = run_test(b, test);
    if (r == 0)
        r = ledgers_check_chain(b->l->store, &events, b->e);
    ledger_rollback(b->l->store);
    return r;
}

static int run_all(struct bench *b)
{
    int r = meet_all(b);
    for (size_t d = 0; r == 0 && d < b->l->n_current; d++) {
        b->def = b->l->current[d];
        b->test = "?";
        b->step = 0;
        memset(b->taken, 0, sizeof b->taken);
        memset(b->refused, 0, sizeof b->refused);
        if (!json_array_size(b->def->tests))
            r = wrong(b, "a ledger needs tests = { ... }");
        for (size_t i = 0; r == 0 && i < json_array_size(b->def->tests); i++)
            r = run_alone(b, json_array_get(b->def->tests, i));
        if (r == 0)
            say_untested(b);
    }
    return r;
}

/* ---- the city ---- */

static void add_unit(json_t *units, const char *code)
{
    for (size_t i = 0; i < json_array_size(units); i++)
        if (strcmp(json_str(json_array_get(units, i), "code", ""), code) == 0)
            return;
    json_array_append_new(units, json_pack("{s:s}", "code", code));
}

/* The test city; with the ledgers read, their unit fields are units too. */
static int build_city(const struct ledgers *l, struct place **ret, struct err *e)
{
    scoped(json_decrefp) json_t *units = json_array();
    for (size_t i = 0; i < COUNT_OF(test_units); i++)
        add_unit(units, test_units[i]);
    for (size_t d = 0; l && d < l->n_current; d++)
        for (size_t i = 0; i < l->current[d]->n_fields; i++)
            if (l->current[d]->field[i].type == FIELD_UNIT)
                add_unit(units, l->current[d]->field[i].id);
    scoped(json_decrefp) json_t *city =
        json_pack("{s:[{s:s}], s:O, s:[{s:s, s:s, s:s, s:s, s:i, s:i}]}", "regions", "code", "370000",
                  "units", units, "sites", "code", "site", "kind", "water_outlet", "region", "370000", "unit",
                  "owner", "lng", 120, "lat", 36);
    return city ? place_build(city, ret, e) : err_set(e, -ENOMEM, "out of memory");
}

static int remove_file(const char *path, const char *name, void *arg, struct err *e)
{
    (void)name;
    (void)arg;
    (void)e;
    unlink(path);
    return 0;
}

static int check_all(const char *definitions, size_t *ret_ledgers, size_t *ret_tests,
                     struct buf *ret_untested, struct err *e)
{
    struct err own = { .name = "" };
    struct bench b = { .e = e ? e : &own, .untested = ret_untested };
    struct ledger_store *store = NULL;
    struct place *small = NULL, *place = NULL;
    const char *tmp = getenv("TMPDIR");
    char dir[PATH_MAX];
    snprintf(dir, sizeof dir, "%s/bihuan-check-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        return err_set(b.e, -errno, "%s: %s", dir, strerror(errno));
    int r = build_city(NULL, &small, b.e);
    if (r == 0)
        r = ledger_store_open(dir, true, &store, b.e);
    if (r == 0)
        r = ledgers_open(store, small, definitions, answer, &b, &b.l, b.e);
    if (r == 0)
        r = build_city(b.l, &place, b.e);
    if (r == 0)
        b.l->place = place;
    if (r == 0) {
        b.l->no_files = true;
        r = run_all(&b);
    }
    for (size_t i = 0; r == 0 && ret_tests && i < b.l->n_current; i++)
        *ret_tests += json_array_size(b.l->current[i]->tests);
    if (r == 0 && ret_ledgers)
        *ret_ledgers = b.l->n_current;
    ledgers_close(b.l);
    ledger_store_close(store);
    place_free(small);
    place_free(place);
    folder_each(dir, ".", "", remove_file, NULL, NULL);
    rmdir(dir);
    return r;
}

int ledgers_check(const char *definitions, size_t *ret_ledgers, size_t *ret_tests, struct err *e)
{
    return check_all(definitions, ret_ledgers, ret_tests, NULL, e);
}

int ledgers_check_tested(const char *definitions, struct buf *ret_untested, struct err *e)
{
    return check_all(definitions, NULL, NULL, ret_untested, e);
}
