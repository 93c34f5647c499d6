/* A case that is open again under closed ones: what was closed on the strength of it opens too, and says why. And who did the work of a
 * case that was merged away. */
#include "timed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scoped.h"

/* plan closes by the cases under it and has a look-back; file closes by them and has none; loose does not ask for them. */
static const char plan[] = "return ledger {\n"
                           "  id = '%s', title = '%s', number = '%s-{seq:3}',\n"
                           "  fields = { text 'problem' { '问题', required = true }, unit 'owner' { '单位' "
                           "}, unit 'supervisor' { '督导' },\n"
                           "    goal 'goal' { '目标' }, date 'due' { '时限' } },\n"
                           "  states = { '办', '验', '结', working = '办', met = '验', closed = '结' },\n"
                           "  actions = {\n"
                           "    action 'say' { '报告', from = '办', by = 'owner', needs = { text 'report' { "
                           "'报告', required = true } } },\n"
                           "    action 'pass' { '验收', from = '办', to = '验', by = { 'supervisor', "
                           "'office' }, never_by = 'owner' },\n"
                           "    action 'done' { '办结', from = '验', to = '结', by = { 'supervisor', "
                           "'office' }, never_by = 'owner'%s },\n"
                           "    %s\n"
                           "  },\n"
                           "  tree = { children = { 'plan', 'file', 'loose' } },\n"
                           "  %s\n"
                           "  tests = { { '一', case = { problem = '臭' }, steps = {} } },\n"
                           "}\n";
static const char gate[] = ", gate = 'children_closed'";
static const char visit[] =
    "action 'visit' { '复查不实', from = '结', by = 'office', reopens = true, needs = { text "
    "'reason' { '理由', required = true } } },";
static const char look[] =
    "lookback = { for_days = 365, reopen_to = '办', on = 'goal_broken', due_days = 30 },";

static void put_plan(const char *id, const char *asks, const char *finds, const char *looks)
{
    char text[4000];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, plan, id, id, id, asks, finds, looks);
#pragma GCC diagnostic pop
    put_ledger(id, text);
}

static int set_up(void **state)
{
    int r = timed_set_up(state);
    put_plan("plan", gate, visit, look);
    put_plan("file", gate, "", "");
    put_plan("loose", "", visit, look);
    world_reopen(*state);
    return r;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "plan", "file", "loose" };
    char path[128];
    for (size_t i = 0; i < N(names); i++) {
        snprintf(path, sizeof path, "%s/ledgers/%s.lua", folder, names[i]);
        unlink(path);
    }
    return timed_tear_down(state);
}

static int64_t under(struct world *w, int64_t parent, const char *ledger, const char *fields)
{
    struct err e = { 0 };
    int64_t id = 0;
    json_t *f = parse(fields);
    if (case_open_under(w->l, parent, ledger, f, 0, ON_DUTY, w->now, &id, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(f);
    return id;
}

static void close_it(struct world *w, int64_t id)
{
    must(w, id, "pass", NULL, ON_DUTY);
    must(w, id, "done", NULL, ON_DUTY);
}

static const char measured[] =
    "{'problem':'丙','owner':'plant','due':'2026-03-10','goal':{'text':'氨氮不高于8','indicator':"
    "'source.hour','site':1,'factor':'w21003','op':'<=','value':8,'unit':'mg/L','window':24,"
    "'period':'hour'}}";
static const char worded[] = "{'problem':'甲','owner':'other','due':'2026-03-10'}";

static void is_in(struct world *w, int64_t id, const char *state, int rebounds)
{
    json_t *v = view(w, id, ON_DUTY);
    if (strcmp(json_str(v, "state", ""), state) != 0 || json_int(v, "rebounds", -1) != rebounds)
        fail_msg("case %lld: %s, %lld rebounds", (long long)id, json_str(v, "state", ""),
                 (long long)json_int(v, "rebounds", -1));
    json_decref(v);
}

/* The last event of that kind names the child. */
static void says(struct world *w, int64_t id, const char *action, const char *a, const char *b)
{
    json_t *v = view(w, id, ON_DUTY);
    const json_t *events = json_object_get(v, "events"), *found = NULL;
    for (size_t i = 0; i < json_array_size(events); i++)
        if (strcmp(json_str(json_array_get(events, i), "action", ""), action) == 0)
            found = json_array_get(events, i);
    const char *text = json_str(found, "text", "");
    if (!found || !strstr(text, a) || !strstr(text, b))
        fail_msg("case %lld has no %s that says %s and %s: %s", (long long)id, action, a, b, text);
    json_decref(v);
}

static size_t count_of(struct world *w, int64_t id, const char *action)
{
    json_t *v = view(w, id, ON_DUTY);
    const json_t *events = json_object_get(v, "events");
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(events); i++)
        n += strcmp(json_str(json_array_get(events, i), "action", ""), action) == 0;
    json_decref(v);
    return n;
}

static int64_t counted(struct world *w, const char *what)
{
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    json_t *tree = NULL;
    assert_int_equal(ledgers_write_counts(w->l, w->now, &out, &e), 0);
    assert_int_equal(json_read(out.data, out.len, &tree, &e), 0);
    int64_t n = json_int(tree, what, -1);
    json_decref(tree);
    buf_release(&out);
    return n;
}

/* ---- the tree ---- */

static void test_data_rebound(void **state)
{
    struct world *w = *state;
    int64_t top = open_in(w, "plan", worded), mid = under(w, top, "file", worded),
            low = under(w, mid, "plan", measured);
    close_it(w, low);
    close_it(w, mid);
    close_it(w, top);
    assert_int_equal(counted(w, "closed"), 3);
    w->last_broken = w->now + 5 * MS_DAY;
    tick(w, "2026-03-20 09:00");
    is_in(w, low, "办", 1);
    is_in(w, mid, "验", 0); /* no look-back: where it stood before its closing */
    is_in(w, top, "办", 0);
    says(w, mid, "reopened", "plan-002", "数据反弹");
    says(w, top, "reopened", "file-001", "因 plan-002");
    assert_int_equal(counted(w, "closed"), 0);
    assert_int_equal(counted(w, "rebounded"), 1);
    json_t *v = view(w, top, ON_DUTY); /* the limit moves as the look-back says */
    assert_string_equal(json_str(v, "due", ""), "2026-04-19");
    assert_string_equal(json_str(v, "light", ""), "yellow");
    json_decref(v);
    /* None of them closes before the child does. */
    struct err e = { 0 };
    must(w, top, "pass", NULL, ON_DUTY);
    assert_int_equal(act(w, top, "done", NULL, ON_DUTY, &e), -EAGAIN);
    assert_int_equal(act(w, mid, "done", NULL, ON_DUTY, &e), -EAGAIN);
    w->last_broken = 0;
    close_it(w, low);
    must(w, mid, "done", NULL, ON_DUTY);
    must(w, top, "done", NULL, ON_DUTY);
    assert_int_equal(counted(w, "closed"), 3);
    world_reopen(w);
    is_in(w, top, "结", 0);
    chain_holds(w, -1);
}

static void test_found_by_hand(void **state)
{
    struct world *w = *state;
    int64_t top = open_in(w, "plan", worded), a = under(w, top, "plan", worded),
            b = under(w, top, "plan", worded);
    close_it(w, a);
    close_it(w, b);
    close_it(w, top);
    must(w, a, "visit", "{'reason':'现场仍在排放'}", ON_DUTY);
    is_in(w, top, "办", 0);
    is_in(w, a, "办", 1);
    says(w, top, "reopened", "plan-002", "现场仍在排放");
    must(w, b, "visit", "{'reason':'也在'}", ON_DUTY); /* it is open already */
    assert_int_equal(count_of(w, top, "reopened"), 1);
    chain_holds(w, -1);
}

static void test_does_not_depend(void **state)
{
    struct world *w = *state;
    int64_t top = open_in(w, "plan", worded), mid = under(w, top, "loose", worded),
            low = under(w, mid, "plan", worded);
    close_it(w, low);
    close_it(w, mid);
    close_it(w, top);
    must(w, low, "visit", "{'reason':'没有改'}", ON_DUTY);
    is_in(w, mid, "结", 0);
    is_in(w, top, "结", 0);
    says(w, mid, "child_reopened", "plan-002", "不以下属事项办结为条件");
    assert_int_equal(count_of(w, top, "reopened") + count_of(w, top, "child_reopened"), 0);
    chain_holds(w, -1);
}

/* What was merged counts as closed with its survivor: then it is open with it, too, and by itself when the merging is undone. */
static void test_merged_child(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t top = open_in(w, "plan", worded), low = under(w, top, "plan", worded),
            other = open_in(w, "plan", worded);
    assert_int_equal(case_merge(w->l, other, low, ON_DUTY, w->now, &e), 0);
    close_it(w, other);
    close_it(w, top);
    must(w, other, "visit", "{'reason':'没有改'}", ON_DUTY);
    is_in(w, top, "办", 0);
    says(w, top, "reopened", "plan-002（因 plan-003）", "没有改");
    close_it(w, other);
    close_it(w, top);
    assert_int_equal(case_unmerge(w->l, other, low, ON_DUTY, w->now, &e), 0);
    is_in(w, top, "办", 0);
    says(w, top, "reopened", "plan-002", "不再并入 plan-003");
    chain_holds(w, -1);
}

/* What stands under a case that was merged away counts for its survivor. */
static void test_merged_parent(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t top = open_in(w, "plan", worded), low = under(w, top, "plan", worded),
            other = open_in(w, "plan", worded), loose = open_in(w, "loose", worded), id = 0;
    close_it(w, low);
    assert_int_equal(case_merge(w->l, loose, top, ON_DUTY, w->now, &e),
                     -EINVAL); /* does not ask for the children */
    assert_int_equal(case_merge(w->l, other, top, ON_DUTY, w->now, &e), 0);
    json_t *f = parse(worded);
    assert_int_equal(case_open_under(w->l, top, "plan", f, 0, ON_DUTY, w->now, &id, &e), -EINVAL);
    assert_string_equal(e.name, "case.merged");
    json_decref(f);
    must(w, low, "visit", "{'reason':'没有改'}", ON_DUTY);
    must(w, other, "pass", NULL, ON_DUTY);
    assert_int_equal(act(w, other, "done", NULL, ON_DUTY, &e), -EAGAIN);
    close_it(w, low);
    must(w, other, "done", NULL, ON_DUTY);
    must(w, low, "visit", "{'reason':'还是没有改'}", ON_DUTY);
    is_in(w, other, "办", 0);
    says(w, other, "reopened", "plan-002", "还是没有改");
    chain_holds(w, -1);
}

static void test_no_cycle(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t top = open_in(w, "plan", worded), mid = under(w, top, "plan", worded),
            low = under(w, mid, "plan", worded);
    assert_int_equal(case_merge(w->l, top, low, ON_DUTY, w->now, &e), -EINVAL);
    assert_non_null(strstr(e.text, "上下级"));
    assert_int_equal(case_merge(w->l, low, top, ON_DUTY, w->now, &e), -EINVAL);
    /* Two trees whose cases merged crosswise: each waits for the other, and no walk goes round for ever. */
    int64_t far = open_in(w, "plan", worded), leaf = under(w, far, "plan", worded);
    assert_int_equal(case_merge(w->l, low, leaf, ON_DUTY, w->now, &e), 0);
    close_it(w, low);
    close_it(w, mid);
    close_it(w, top);
    close_it(w, far);
    must(w, low, "visit", "{'reason':'没有改'}", ON_DUTY);
    is_in(w, mid, "办", 0);
    is_in(w, top, "办", 0);
    is_in(w, far, "办", 0);
    chain_holds(w, -1);
}

/* ---- who did the work of a case that was merged away ---- */

static void test_doers_go_along(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t one = open_in(w, "plan", "{'problem':'甲','owner':'other','supervisor':'district'}"),
            two = open_in(w, "plan", "{'problem':'甲','owner':'plant','supervisor':'district'}"),
            three = open_in(w, "plan", "{'problem':'甲','owner':'shop','supervisor':'district'}");
    must(w, three, "say", "{'report':'改了'}", WHO("hand", ROLE_RESPONSIBLE, 5));
    must(w, two, "say", "{'report':'改好了'}", DOER);
    json_t *before = view(w, one, ON_DUTY);
    assert_int_equal(case_merge(w->l, two, three, ON_DUTY, w->now, &e), 0);
    assert_int_equal(case_merge(w->l, one, two, ON_DUTY, w->now, &e), 0);
    /* The same people at another desk; and who is of the unit without having acted yet. */
    static const struct actor moved[] = { { .name = "doer", .role = ROLE_SUPERVISOR, .unit = DISTRICT },
                                          { .name = "hand", .role = ROLE_SUPERVISOR, .unit = DISTRICT },
                                          { .name = "boss", .role = ROLE_LEADER, .unit = PLANT } };
    for (size_t i = 0; i < N(moved); i++)
        if (act(w, one, "pass", NULL, &moved[i], &e) != -EPERM)
            fail_msg("%s accepted the work", moved[i].name);
    json_t *v = view(w, one, ON_DUTY); /* names are the engine's business */
    assert_null(json_object_get(json_array_get(json_object_get(v, "sources"), 0), "people"));
    json_decref(v);
    assert_int_equal(case_unmerge(w->l, one, two, ON_DUTY, w->now, &e), 0);
    v = view(w, one, ON_DUTY);
    static const char *const same[] = { "fields", "actions", "sources", "state" };
    for (size_t i = 0; i < N(same); i++)
        if (!json_equal(json_object_get(v, same[i]), json_object_get(before, same[i])))
            fail_msg("%s changed", same[i]);
    json_decref(v);
    json_decref(before);
    assert_int_equal(act(w, two, "pass", NULL, &moved[1], &e), -EPERM); /* there it stays merged */
    must(w, one, "pass", NULL, &moved[0]);
    chain_holds(w, -1);
}

#define REOPEN_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = { REOPEN_TEST(test_data_rebound),    REOPEN_TEST(test_found_by_hand),
                                        REOPEN_TEST(test_does_not_depend), REOPEN_TEST(test_merged_child),
                                        REOPEN_TEST(test_merged_parent),   REOPEN_TEST(test_no_cycle),
                                        REOPEN_TEST(test_doers_go_along) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
