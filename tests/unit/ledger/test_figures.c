/* Scores, tables and sealed texts, through the engine and the shipped definitions. */
#include "support.h"

#include <errno.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ledger/definition.h"

#define N(a)     (sizeof(a) / sizeof *(a))
#define A_PUBLIC WHO("public", ROLE_PUBLIC, 0)

static int64_t open_in(struct world *w, const char *ledger, const char *fields, const struct actor *who,
                       int want, const char *name)
{
    struct err e = { .name = "" };
    int64_t id = 0;
    json_t *tree = parse(fields);
    w->now += 60 * 1000;
    assert_int_equal(case_open(w->l, ledger, tree, 0, who, w->now, &id, &e), want);
    if (want < 0)
        assert_string_equal(e.name, name);
    json_decref(tree);
    return id;
}

/* ---- sealed texts ---- */

static bool doc_holds(struct world *w, int64_t id, const char *text)
{
    struct doc d = { 0 };
    struct err e = { 0 };
    assert_int_equal(ledger_get_doc(w->store, DOC_CASE, id, &d, &e), 0);
    bool is = strstr(d.body, text) != NULL;
    doc_release(&d);
    return is;
}

static void secrets(void **state)
{
    static const char idea[] = "{'problem':'加装监测','name':'张三丰','phone':'13912345678'}";
    struct world w;
    struct err e = { .name = "" };
    struct buf out = BUF_INIT;
    (void)state;
    world_make(&w, NULL);
    open_in(&w, "idea", idea, A_PUBLIC, -EPERM, ""); /* no folder for the key: it is not kept in the clear */
    assert_int_equal(ledgers_keep_secrets(w.l, w.dir, &e), 0);
    int64_t id = open_in(&w, "idea", idea, A_PUBLIC, 0, NULL);
    assert_false(doc_holds(&w, id, "13912345678"));
    assert_false(doc_holds(&w, id, "张三丰"));
    json_t *seen = view(&w, id, ON_DUTY);
    assert_string_equal(json_str(json_object_get(seen, "fields"), "phone", ""), "●●●●");
    char *all = json_dumps(seen, 0);
    assert_null(strstr(all, "sealed:"));
    free(all);
    json_decref(seen);
    assert_int_equal(case_open_secrets(w.l, id, DOER, w.now, &out, &e), -EPERM);
    assert_int_equal(out.len, 0);
    assert_int_equal(case_open_secrets(w.l, id, ON_DUTY, w.now, &out, &e), 0);
    assert_non_null(strstr(out.data, "13912345678"));
    seen = view(&w, id, ON_DUTY);
    assert_string_equal(json_str(event_at(seen, 0), "action", ""), "opened_secrets");
    json_decref(seen);
    open_in(&w, "idea", "{'problem':'x','phone':'sealed:3:AAAA'}", A_PUBLIC, -EINVAL, "case.field_invalid");
    open_in(&w, "idea", "{'problem':'x','phone':'sealed:99999999999999999999:AAAA'}", A_PUBLIC, -EINVAL,
            "case.field_invalid");
    /* A record made in the field is kept word for word. */
    struct actor in_field = *ON_DUTY;
    json_t *capture = json_pack("{s:s}", "record", idea);
    in_field.capture = capture;
    open_in(&w, "idea", idea, &in_field, -EINVAL, "case.field_invalid");
    open_in(&w, "idea", "{'problem':'加装监测'}", &in_field, 0, NULL);
    json_decref(capture);
    /* Whoever has the number may take it back, others without a login may not. */
    assert_int_equal(case_act(w.l, id, "withdraw", NULL, A_PUBLIC, w.now, &e), -EPERM);
    struct actor holder = { .name = "public", .role = ROLE_PUBLIC, .holder = true };
    assert_int_equal(case_act(w.l, id, "withdraw", NULL, &holder, w.now, &e), 0);
    buf_release(&out);
    chain_holds(&w, -1);
    world_end(&w);
}

/* ---- scores and tables ---- */

static json_t *score_of(struct world *w, const char *unit)
{
    struct buf out = BUF_INIT;
    struct err e = { .name = "" };
    const struct score_ask a = { "complaint", "2026-01-01", "2026-12-31", unit };
    if (ledgers_write_score(w->l, &a, w->now, &out, &e) < 0)
        fail_msg("%s", e.text);
    json_t *tree = parse(out.data);
    buf_release(&out);
    return tree;
}

static void scores(void **state)
{
    struct world w;
    struct err e = { .name = "" };
    struct buf out = BUF_INIT;
    (void)state;
    world_make(&w, NULL);
    int64_t id = open_in(&w, "complaint", "{'source':'来信','problem':'油烟'}", ON_DUTY, 0, NULL);
    must(&w, id, "accept", "{'owner':'plant','supervisor':'district','kind':'大气','goal':'不再扰民'}",
         ON_DUTY);
    json_t *s = score_of(&w, NULL);
    const json_t *u = json_array_get(json_object_get(s, "units"), 0);
    assert_int_equal(json_int(u, "waiting", -1), 1);
    assert_int_equal(json_int(u, "cases", -1), 0);
    assert_true(json_is_null(json_object_get(u, "points"))); /* nothing to judge is no nought */
    json_decref(s);
    must(&w, id, "answer",
         "{'truth':'属实','finding':'属实','measures':['改'],'reply':'已改','evidence':[{'kind':'照片','text'"
         ":'a',"
         "'files':'new'},{'kind':'文件','text':'b','files':'new'}]}",
         DOER);
    must(&w, id, "approve", NULL, OVERSEER);
    must(&w, id, "visit", "{'satisfied':'联系不上'}", ON_DUTY);
    must(&w, id, "close", NULL, ON_DUTY);
    s = score_of(&w, "plant");
    u = json_array_get(json_object_get(s, "units"), 0);
    /* Who could not be asked is neither content nor not: the rest comes to all of what could be judged. */
    assert_float_equal(json_number_value(json_object_get(u, "points")), 100, 1e-9);
    const json_t *c = json_array_get(json_object_get(s, "cases"), 0);
    assert_int_equal(json_int(c, "id", 0), id);
    assert_true(json_is_null(json_object_get(json_array_get(json_object_get(c, "items"), 3), "share")));
    json_decref(s);
    assert_int_equal(ledgers_write_score(w.l, &(struct score_ask){ "zero", "2026-01-01", "2026-12-31", NULL },
                                         w.now, &out, &e),
                     -EINVAL);
    /* Tables: what has no case has its nought; without a login only what is published. */
    assert_int_equal(ledgers_write_crosses(w.l, "complaint", 2026, NULL, w.now, &out, &e), 0);
    assert_non_null(strstr(out.data, "\"tables\":[]"));
    buf_clear(&out);
    assert_int_equal(ledgers_write_crosses(w.l, "complaint", 2026, ON_DUTY, w.now, &out, &e), 0);
    s = parse(out.data);
    const json_t *t = json_array_get(json_object_get(s, "tables"), 0),
                 *line = json_array_get(json_object_get(t, "lines"), 0);
    assert_string_equal(json_str(line, "key", ""), "plant");
    assert_int_equal(json_int(json_array_get(json_object_get(line, "cells"), 0), "n", -1), 1);
    assert_int_equal(json_int(json_array_get(json_object_get(line, "cells"), 3), "n", -1), 0);
    json_decref(s);
    buf_release(&out);
    world_end(&w);
}

/* ---- what a file may say ---- */

static const struct {
    const char *part, *why;
} wrong[] = {
    { "score = { by = 'problem', grades = {}, items = {} }", "by names a unit field" },
    { "score = { by = 'owner', grades = { { 90, 'a', 'b' } }, items = { item 'x' { 'x', points = 1, value = "
      "function() end } } }",
      "end with 0" },
    { "score = { by = 'owner', grades = { { 10, 'a', 'b' }, { 90, 'a', 'b' } }, items = { item 'x' { 'x' } } "
      "}",
      "fall" },
    { "score = { by = 'owner', grades = { { 0, 'a', 'b' } }, items = { item 'x' { 'x', points = 1 } } }",
      "function value" },
    { "score = { by = 'owner', grades = { { 0, 'a', 'b' } }, items = { item 'x' { 'x', points = 101, value = "
      "function() end } } }",
      "points from 1 to 100" },
    { "tables = { cross 'x' { 'x', rows = 'owner', columns = 'problem' } }", "columns a choice or flag" },
    { "tables = { cross 'x' { 'x', rows = 'kind', columns = 'kind', all = 'district' } }",
      "all is of a unit" },
    { "tables = { cross 'x' { 'x', rows = 'kind', columns = 'kind', add = 'kind' } }", "add a number" },
    { "tables = { cross 'x' { 'x', rows = 'kind', columns = 'kind', states = 'nowhere' } }", "no state" },
    { "tables = { cross 'x' { 'x', rows = 'kind', columns = 'kind' }, cross 'x' { 'x', rows = 'kind', "
      "columns = "
      "'kind' } }",
      "declared twice" },
    { "read_by = { 'office', 'nobody' }", "read_by = 'nobody'" },
    { "read_by = 'office', public = { 'number' }", "is not public" },
};

static void faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(wrong); i++) {
        char text[2000];
        struct definition *d = NULL;
        struct err e = { .name = "" };
        snprintf(
            text, sizeof text,
            "return ledger { id = 'x', title = 'x', number = 'X-{seq:1}', fields = { text 'problem' { 'x' }, "
            "unit 'owner' { 'x' }, choice 'kind' { 'x', of = { 'a' } } }, states = { 'a', 'b', working = "
            "'a', closed = 'b' }, actions = { action 'go' { 'x', from = 'a', to = 'b', by = 'office', "
            "never_by = 'owner' } }, %s }",
            wrong[i].part);
        assert_int_equal(definition_read("x.lua", text, strlen(text), &d, &e), -EINVAL);
        if (!strstr(e.text, wrong[i].why))
            fail_msg("%s: %s", wrong[i].part, e.text);
    }
    static const char *const fields[][2] = {
        { "text 'title' { 'x', secret = true, max = 60 }", "secret is of" },
        { "text 'name' { 'x', secret = true }", "secret is of" },
        { "number 'name' { 'x', secret = true }", "no setting 'secret'" },
        { "unit 'name' { 'x', independent_of = 'nobody' }", "independent_of: no unit" },
        { "unit 'name' { 'x', independent_of = 'name' }", "independent_of: no unit" },
    };
    for (size_t i = 0; i < N(fields); i++) {
        char text[2000];
        struct definition *d = NULL;
        struct err e = { .name = "" };
        snprintf(
            text, sizeof text,
            "return ledger { id = 'x', title = 'x', number = 'X-{seq:1}', fields = { %s }, states = { 'a', "
            "'b', working = 'a', closed = 'b' }, actions = { action 'go' { 'x', from = 'a', to = 'b', by = "
            "'office' } } }",
            fields[i][0]);
        assert_int_equal(definition_read("x.lua", text, strlen(text), &d, &e), -EINVAL);
        if (!strstr(e.text, fields[i][1]))
            fail_msg("%s: %s", fields[i][0], e.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(secrets), cmocka_unit_test(scores),
                                        cmocka_unit_test(faults) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
