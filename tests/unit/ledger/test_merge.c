/* Merging, moving to another edition, the listener, and the tests and faults of a file with clocks. */
#include "timed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"

/* ---- merging ---- */

static void fails_with(struct world *w, int r, const struct err *e, const char *name, const char *says)
{
    (void)w;
    if (r >= 0 || strcmp(e->name, name) != 0 || !strstr(e->text, says))
        fail_msg("%d %s: %s", r, e->name, e->text);
}

static void test_merge(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t one = open_in(w, "task", "{'problem':'甲','due':'2026-06-30'}"),
            two = open_in(w, "task", "{'problem':'乙','due':'2026-05-31'}");
    json_t *before = view(w, two, ON_DUTY);
    fails_with(w, case_merge(w->l, one, one, ON_DUTY, w->now, &e), &e, "case.merge", "自身");
    fails_with(w, case_merge(w->l, one, two, DOER, w->now, &e), &e, "case.forbidden", "");
    fails_with(w, case_unmerge(w->l, one, two, ON_DUTY, w->now, &e), &e, "case.merge", "并未并入");
    assert_int_equal(case_merge(w->l, one, two, ON_DUTY, w->now, &e), 0);
    deadline_is(w, one, "due", "2026-05-31");
    json_t *v = view(w, one, ON_DUTY);
    assert_string_equal(json_str(v, "due", ""), "2026-05-31");
    assert_string_equal(json_str(json_array_get(json_object_get(v, "sources"), 0), "number", ""), "RW-002");
    assert_non_null(strstr(json_str(v, "light_reason", ""), "取并入的RW-002较严的时限"));
    json_decref(v);
    v = view(w, two, ON_DUTY);
    assert_string_equal(json_str(json_object_get(v, "merged_into"), "number", ""), "RW-001");
    assert_string_equal(json_str(v, "light", ""), "grey");
    assert_int_equal(json_array_size(json_object_get(v, "actions")), 0);
    json_decref(v);
    fails_with(w, act(w, two, "pass", NULL, ON_DUTY, &e), &e, "case.merged", "RW-001");
    fails_with(w, case_merge(w->l, one, two, ON_DUTY, w->now, &e), &e, "case.merge", "RW-001");
    tick(w, "2026-07-30 09:00"); /* the merged one climbs no ladder */
    rungs_are(w, two, "");
    w->now = at("2026-03-05 09:00");
    struct buf out = BUF_INIT;
    assert_int_equal(case_write_list(w->l, NULL, ON_DUTY, w->now, &out, &e), 0);
    assert_non_null(strstr(out.data, "\"total\":1"));
    buf_release(&out);
    assert_int_equal(case_unmerge(w->l, one, two, ON_DUTY, w->now, &e), 0);
    deadline_is(w, one, "due", "2026-06-30");
    deadline_is(w, two, "due", "2026-05-31");
    v = view(w, two, ON_DUTY);
    static const char *const same[] = { "number", "state", "due", "fields", "actions", "opened" };
    for (size_t i = 0; i < N(same); i++)
        if (!json_equal(json_object_get(v, same[i]), json_object_get(before, same[i])))
            fail_msg("%s changed", same[i]);
    json_decref(before);
    json_decref(v);
    must(w, two, "pass", NULL, ON_DUTY);
    /* A date set after merging is meant for the merged case. */
    int64_t three = open_in(w, "task", "{'problem':'丙','due':'2026-04-15'}");
    assert_int_equal(case_merge(w->l, one, three, ON_DUTY, w->now, &e), 0);
    deadline_is(w, one, "due", "2026-04-15");
    must(w, one, "pause", NULL, ON_DUTY);
    w->now += 3 * MS_DAY;
    must(w, one, "resume", NULL, ON_DUTY);
    deadline_is(w, one, "due", "2026-04-18");
    must(w, one, "set", "{'due':'2026-08-31'}", ON_DUTY);
    deadline_is(w, one, "due", "2026-08-31");
    /* Of another ledger: its nearest limit. */
    int64_t letter = open_in(w, "petition", "{'problem':'臭','owner':'plant','source':'群众信访'}");
    assert_int_equal(case_merge(w->l, one, letter, ON_DUTY, w->now, &e), 0);
    v = view(w, one, ON_DUTY);
    const json_t *src = json_array_get(json_object_get(v, "sources"), 1);
    assert_string_equal(json_str(src, "ledger", ""), "petition");
    assert_string_equal(json_str(src, "source", ""), "群众信访");
    json_decref(v);
    assert_true(state_of(w, one, "due", 0)->deadline < cn_day_of(at("2026-04-15")));
    chain_holds(w, -1);
}

/* ---- moving to the current definition ---- */

static void edition(struct world *w, const char *from, const char *to)
{
    char *text = changed(petition, from, to);
    put_ledger("petition", text);
    free(text);
    world_reopen(w);
}

static void test_move(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t id = open_in(w, "petition", "{'problem':'臭','owner':'plant'}");
    must(w, id, "accept", NULL, ON_DUTY);
    w->now += MS_HOUR;
    fails_with(w, case_move(w->l, id, ON_DUTY, w->now, &e), &e, "case.move", "已按现行定义");
    fails_with(w, case_move(w->l, id, DOER, w->now, &e), &e, "case.forbidden", "");
    edition(w, "text 'source' { '来源' }", "text 'source' { '来源', required = true }");
    fails_with(w, case_move(w->l, id, ON_DUTY, w->now, &e), &e, "case.move", "来源（source）");
    deadline_is(w, id, "finish", "2026-05-01"); /* still its own edition */
    edition(w, "days = 60", "days = 45");
    deadline_is(w, id, "finish", "2026-05-01");
    assert_int_equal(case_move(w->l, id, ON_DUTY, w->now, &e), 0);
    deadline_is(w, id, "finish", "2026-04-16");
    char got[CN_TEXT];
    day_text(state_of(w, id, "finish", w->now - 1)->deadline, got); /* the past stays what it was */
    assert_string_equal(got, "2026-05-01");
    /* A clock that is new starts where it would have started. */
    edition(w, "clock 'reply'", "clock 'visit_by' { '走访', from = 'accept', days = 10 }, clock 'reply'");
    w->now += 3 * MS_DAY;
    assert_int_equal(case_move(w->l, id, ON_DUTY, w->now, &e), 0);
    deadline_is(w, id, "visit_by", "2026-03-12");
    chain_holds(w, -1);
    /* A state that is gone. */
    char *text = changed(petition, "'新', '办', '审', '结', en", "'新', '做', '审', '结', en"), *p;
    while ((p = strstr(text, "'办'")))
        memcpy(p, "'做'", strlen("'做'"));
    put_ledger("petition", text);
    free(text);
    world_reopen(w);
    fails_with(w, case_move(w->l, id, ON_DUTY, w->now, &e), &e, "case.move", "没有“办”状态");
}

/* ---- the listener ---- */

static void hear(void *arg, int64_t id, const char *action, const json_t *doc, const json_t *body)
{
    char *heard = arg;
    size_t n = strlen(heard);
    assert_true(json_is_object(doc) && json_is_object(body));
    snprintf(heard + n, 500 - n, "%s%lld %s", n ? ", " : "", (long long)id, action);
}

static void test_listener(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    char heard[500] = "";
    ledgers_on_event(w->l, hear, heard);
    int64_t id = open_in(w, "task", "{'problem':'x','due':'2026-03-12'}"),
            two = open_in(w, "task", "{'problem':'y'}");
    assert_true(act(w, id, "done", NULL, ON_DUTY, &e) < 0); /* nothing written, nothing told */
    must(w, id, "pause", NULL, ON_DUTY);
    must(w, id, "resume", NULL, ON_DUTY);
    tick(w, NULL);
    assert_int_equal(case_merge(w->l, id, two, ON_DUTY, w->now, &e), 0);
    assert_string_equal(heard, "1 open, 2 open, 1 pause, 1 resume, 1 rung, 1 merge, 2 merged");
}

static void test_own_tests(void **state)
{
    struct err e = { 0 };
    (void)state;
    if (ledgers_check(folder, NULL, NULL, &e) < 0)
        fail_msg("%s", e.text);
    char *text = changed(petition, "finish = '2026-05-01'", "finish = '2026-05-02'");
    put_ledger("petition", text);
    free(text);
    assert_true(ledgers_check(folder, NULL, NULL, &e) < 0);
    assert_non_null(strstr(e.text, "clock finish ends 2026-05-01, wanted 2026-05-02"));
    text = changed(petition, "missed = 1", "missed = 2");
    put_ledger("petition", text);
    free(text);
    assert_true(ledgers_check(folder, NULL, NULL, &e) < 0);
    assert_non_null(strstr(e.text, "there are 1 events 'missed', wanted 2"));
}

/* One change of the petition's file each, and the words the error must hold. */
static const struct {
    const char *name, *from, *to, *says;
} faults[] = {
    { "clock from nothing", "from = 'accept', days", "from = 'accepted', days",
      "clock \"finish\": from: no action or state" },
    { "clock stops at nothing", "stops = 'accept'", "stops = 'x'", "clock \"reply\": stops" },
    { "clock without days", "from = 'accept', days = 60", "from = 'accept'", "days is 1 to 3650" },
    { "clock counts nothing", "counts = 'workdays', stops = 'accept'", "counts = 'hours', stops = 'accept'",
      "counts is calendar" },
    { "clock twice", "clock 'review'", "clock 'reply'", "declared twice" },
    { "clock sure of what", "certainty = 'memory'", "certainty = 'surely'", "certainty" },
    { "clock unknown setting", "once = true", "only = true", "has no setting 'only'" },
    { "extends nothing", "extends = { 'finish'", "extends = { 'due'", "extends: no clock 'due'" },
    { "extends without days", "{ 'finish', days = 30 }", "{ 'finish' }", "extends = {" },
    { "pauses and resumes", "pauses = true", "pauses = true, resumes = true", "at once" },
    { "reopens from an open state", "from = '结', by = 'supervisor', reopens",
      "from = '审', by = 'supervisor', reopens", "closed state" },
    { "reopens to nowhere", "reopen_to = '办'", "reopen_to = '半'", "reopen_to" },
    { "report every so often", "every = 'month'", "every = 'moon'", "every is week" },
    { "report on no day", "on_day = 25", "on_day = 32", "on_day" },
    { "report by nothing", "states = '办' }", "action = 'x' }", "no action 'x'" },
    { "recheck out of order", "{ 30, 180 }", "{ 180, 30 }", "in order" },
    { "recheck all and more", "share = 0.25", "share = 1.25", "share is 0 to 1" },
    { "an action of the engine's name", "action 'report'", "action 'rung'", "engine" },
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(faults); i++) {
        struct definition *d = NULL;
        struct err e = { 0 };
        char *text = changed(petition, faults[i].from, faults[i].to);
        int r = definition_read("t.lua", text, strlen(text), &d, &e);
        if (r >= 0 || !strstr(e.text, faults[i].says))
            fail_msg("%s: %s", faults[i].name, r < 0 ? e.text : "is accepted");
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults), TIMED_TEST(test_merge),     TIMED_TEST(test_move),
        TIMED_TEST(test_listener),     TIMED_TEST(test_own_tests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
