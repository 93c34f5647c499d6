/* check.c - runs the tests that stand in ledger files, with the real engine and a real store in a temporary folder. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/check_own.h"
#include "ledger/folder.h"

static int answer(void *arg, const json_t *goal, int64_t since, int64_t now, json_t **ret, struct err *e)
{
    const struct bench *b = arg;
    char when[CN_TEXT];
    bool broken = strcmp(b->data, "broken") == 0;
    int can = strcmp(b->data, "cannot_judge") != 0;
    (void)goal;
    (void)since;
    json_t *at = broken ? json_string(cn_format_iso(now - MS_HOUR, when)) : json_null();
    *ret = json_pack("{s:s, s:i, s:i, s:s, s:s, s:o, s:o, s:i, s:i}", "verdict", broken ? "not_met" : b->data,
                     "have", can, "need", 1, "text", "试验", "text_en", "test", "last_broken", at,
                     "last_value", can ? json_real(1) : json_null(), "missing", 0, "invalid", 0);
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
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
    int r = check_meet(b, by, &who);
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
            return check_wrong(b, "%s has no setting '%s'", what, key);
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
            return check_wrong(b, "before %zu fails: %s", i + 1, got.text);
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
        r = check_wrong(b, "on = %" PRId64 ", but there are %zu cases under it", on, json_array_size(ids));
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
    static const char *const known = " 1 by on days data given fails state light rebounds computed children "
                                     "clocks events ledger case score ";
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
        if ((r = check_meet(b, by, &who)) < 0)
            return r;
        scoped(json_decrefp) json_t *given = filled(b, json_object_get(step, "given"));
        r = case_act(b->l, on, action, given, &who, b->now, &got);
        note_action(b, on, action, r, &got);
    }
    r = check_end(b, step, action, r, &got);
    return r < 0 ? r : check_case(b, step, on);
}

static int run_test(struct bench *b, const json_t *test)
{
    static const char *const known =
        " 1 case start fails steps state light open_by before computed children rebounds "
        "clocks events score ";
    const char *start = json_str(test, "start", "2026-03-02 09:00");
    struct err got = { .name = "" };
    int64_t id = 0;
    b->test = json_str(test, "1", "?");
    b->step = 0;
    b->n_before = 0;
    b->data = "cannot_judge";
    int r = known_settings(b, test, "a test", known);
    if (r == 0 && !cn_parse_iso(start, strlen(start), &b->now))
        r = check_wrong(b, "start = '%s' is no time", start);
    if (r == 0)
        r = run_before(b, json_object_get(test, "before"));
    if (r < 0)
        return r;
    r = open_as(b, b->def->id, 0, json_object_get(test, "case"), json_str(test, "open_by", "office"), &id,
                &got);
    r = check_end(b, test, "opening", r, &got);
    if (r == 0 && id)
        r = check_case(b, test, id);
    const json_t *steps = json_object_get(test, "steps");
    for (size_t i = 0; r == 0 && id && i < json_array_size(steps); i++) {
        b->step = i + 1;
        r = run_step(b, json_array_get(steps, i), id);
    }
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
    int r = check_meet_all(b);
    for (size_t d = 0; r == 0 && d < b->l->n_current; d++) {
        b->def = b->l->current[d];
        b->test = "?";
        b->step = 0;
        memset(b->taken, 0, sizeof b->taken);
        memset(b->refused, 0, sizeof b->refused);
        if (!json_array_size(b->def->tests))
            r = check_wrong(b, "a ledger needs tests = { ... }");
        for (size_t i = 0; r == 0 && i < json_array_size(b->def->tests); i++)
            r = run_alone(b, json_array_get(b->def->tests, i));
        if (r == 0)
            say_untested(b);
    }
    return r;
}

/* ---- the folder ---- */

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
    int r = check_build_city(NULL, &small, b.e);
    if (r == 0)
        r = ledger_store_open(dir, true, &store, b.e);
    if (r == 0)
        r = ledgers_open(store, small, definitions, answer, &b, &b.l, b.e);
    if (r == 0)
        r = ledgers_keep_secrets(b.l, dir, b.e);
    if (r == 0)
        r = check_build_city(b.l, &place, b.e);
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
