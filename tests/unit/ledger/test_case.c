/* Cases of the shipped rectification ledger: rights, gate, look-back, clocks, what is shown. */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"

#define N(a) (sizeof(a) / sizeof *(a))

static int setup(void **state)
{
    struct world *w = malloc(sizeof *w);
    world_make(w, NULL);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world_end(*state);
    free(*state);
    return 0;
}

/* ---- who may ---- */

static const struct {
    const char *what;
    struct actor who;
} people[] = {
    { "responsible, doing unit", { .name = "a1", .role = ROLE_RESPONSIBLE, .unit = PLANT } },
    { "admin, doing unit", { .name = "a2", .role = ROLE_ADMIN, .unit = PLANT } },
    { "leader, doing unit", { .name = "a3", .role = ROLE_LEADER, .unit = PLANT } },
    { "supervisor, doing unit", { .name = "a4", .role = ROLE_SUPERVISOR, .unit = PLANT } },
    { "supervisor, supervising unit", { .name = "b1", .role = ROLE_SUPERVISOR, .unit = DISTRICT } },
    { "leader, supervising unit", { .name = "b2", .role = ROLE_LEADER, .unit = DISTRICT } },
    { "responsible, supervising unit", { .name = "b3", .role = ROLE_RESPONSIBLE, .unit = DISTRICT } },
    { "duty, city", { .name = "c1", .role = ROLE_DUTY, .unit = BUREAU } },
    { "admin, city", { .name = "c2", .role = ROLE_ADMIN, .unit = BUREAU } },
    { "reviewer, city", { .name = "c3", .role = ROLE_REVIEWER, .unit = BUREAU } },
    { "supervisor, other unit", { .name = "d1", .role = ROLE_SUPERVISOR, .unit = OTHER } },
    { "responsible, other unit", { .name = "d2", .role = ROLE_RESPONSIBLE, .unit = OTHER } },
    { "public", { .name = "e1", .role = ROLE_PUBLIC, .unit = 0 } },
};

/* One letter a person, in the order above: y may, n may not. */
static const struct {
    const char *state, *action, *fields, *may;
} rights[] = {
    { "立案", "accept", NULL, "yynnnnnnnnnnn" },
    { "整改中", "report", "{'report':'r'}", "yynnnnnnnnnnn" },
    { "整改中", "submit", "{'report':'r'}", "yynnnnnnnnnnn" },
    { "整改中", "extend", "{'due':'2026-12-31','reason':'r'}", "nnnnyynnnnnnn" },
    { "申请验收", "return", "{'reason':'r'}", "nnnnyynnnnnnn" },
    { "申请验收", "approve", NULL, "nnnnyynnnnnnn" },
    { "验收", "return", "{'reason':'r'}", "nnnnyynnnnnnn" },
    { "验收", "publish", NULL, "nnnnnynyynnnn" },
    { "公示", "objection", "{'reason':'r'}", "nyynnynyynnnn" },
    { "公示", "uphold", "{'reason':'r'}", "nyynnynyynnnn" },
    { "公示", "close", NULL, "nnnnnynyynnnn" },
};

static bool offered(const json_t *v, const char *action)
{
    size_t i;
    json_t *a;
    json_array_foreach(json_object_get(v, "actions"), i, a)
    {
        if (strcmp(json_str(a, "id", ""), action) == 0)
            return json_flag(a, "allowed", false);
    }
    return false;
}

static void test_rights(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < N(rights); i++) {
        int64_t id = case_in(w, measured_case, rights[i].state);
        const struct actor *last = NULL;
        if (strcmp(rights[i].action, "close") == 0)
            w->now += 20 * MS_DAY;
        for (size_t p = 0; p < N(people); p++) {
            bool may = rights[i].may[p] == 'y';
            json_t *v = view(w, id, &people[p].who);
            if (offered(v, rights[i].action) != may)
                fail_msg("%s by %s: offered %d", rights[i].action, people[p].what, !may);
            json_decref(v);
            struct err e = { 0 };
            if (may)
                last = &people[p].who;
            else if (act(w, id, rights[i].action, rights[i].fields, &people[p].who, &e) != -EPERM ||
                     strcmp(e.name, "case.forbidden") != 0)
                fail_msg("%s by %s: %s %s", rights[i].action, people[p].what, e.name, e.text);
        }
        must(w, id, rights[i].action, rights[i].fields, last);
    }
    chain_holds(w, -1);
}

static void test_wrong_state(void **state)
{
    static const struct {
        const char *state, *action;
    } no[] = { { "立案", "submit" },  { "立案", "close" },       { "整改中", "approve" },
               { "整改中", "close" }, { "申请验收", "publish" }, { "申请验收", "close" },
               { "验收", "approve" }, { "验收", "close" },       { "公示", "approve" },
               { "销号", "close" },   { "销号", "return" },      { "立案", "destroy" },
               { "立案", "open" },    { "立案", "reopen" },      { "立案", "" } };
    struct world *w = *state;
    for (size_t i = 0; i < N(no); i++) {
        struct err e = { 0 };
        int64_t id = case_in(w, measured_case, no[i].state);
        assert_int_equal(act(w, id, no[i].action, NULL, ON_DUTY, &e), -EINVAL);
        assert_string_equal(e.name, "case.no_such_action");
    }
    struct err e = { 0 };
    assert_int_equal(act(w, 9999, "accept", NULL, DOER, &e), -ENOENT);
    assert_string_equal(e.name, "not_found");
}

/* Somebody who did the work and has been moved to the supervising unit still does not accept it. */
static void test_person_moved(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t id = case_in(w, measured_case, "申请验收");
    assert_int_equal(act(w, id, "approve", NULL, WHO("doer", ROLE_SUPERVISOR, DISTRICT), &e), -EPERM);
    must(w, id, "approve", NULL, OVERSEER);
}

static void test_opening_needs_office(void **state)
{
    struct world *w = *state;
    json_t *f = parse(measured_case);
    struct err e = { 0 };
    int64_t id = 0;
    assert_int_equal(case_open(w->l, "rectification", f, 0, DOER, w->now, &id, &e), -EPERM);
    assert_int_equal(case_open(w->l, "rectification", f, 0, NULL, w->now, &id, &e), -EPERM);
    assert_int_equal(case_open(w->l, "nothing", f, 0, ON_DUTY, w->now, &id, &e), -ENOENT);
    assert_int_equal(case_open(w->l, "rectification", f, 0, WHO("system", ROLE_ADMIN, 0), w->now, &id, &e),
                     0);
    json_decref(f);
}

/* ---- fields ---- */

static const struct {
    const char *name, *fields, *error, *says;
} bad_fields[] = {
    { "nothing", "{}", "case.field_missing", "source" },
    { "no measures",
      "{'source':'自查','problem':'p','owner':'plant','supervisor':'district','due':'2026-01-01','goal':'g'}",
      "case.field_missing", "measures" },
    { "blank measures",
      "{'source':'自查','problem':'p','owner':'plant','supervisor':'district','due':'2026-01-01','goal':'g','"
      "measures':[' ','　']}",
      "case.field_missing", "measures" },
    { "no owner, no due",
      "{'source':'自查','problem':'p','supervisor':'district','goal':'g','measures':['m']}",
      "case.field_missing", "owner" },
    { "no supervisor",
      "{'source':'自查','problem':'p','owner':'plant','due':'2026-01-01','goal':'g','measures':['m']}",
      "case.field_missing", "supervisor" },
    { "no goal",
      "{'source':'自查','problem':'p','owner':'plant','supervisor':'district','due':'2026-01-01','goal':' "
      "','measures':['m']}",
      "case.field_missing", "goal" },
    { "same unit",
      "{'source':'自查','problem':'p','owner':'plant','supervisor':'plant','due':'2026-01-01','goal':'g','"
      "measures':['m']}",
      "case.field_invalid", "differ" },
    { "unknown field", "{'colour':'red'}", "case.field_unknown", "colour" },
    { "not a choice", "{'source':'梦'}", "case.field_invalid", "source" },
    { "no such unit", "{'owner':'nobody'}", "case.field_invalid", "owner" },
    { "unit id outside", "{'owner':99}", "case.field_invalid", "owner" },
    { "no such person", "{'person':'ghost'}", "case.field_invalid", "person" },
    { "no date", "{'due':'2026-02-30'}", "case.field_invalid", "due" },
    { "problem a number", "{'problem':7}", "case.field_invalid", "problem" },
    { "goal a list", "{'goal':['x']}", "case.field_invalid", "goal" },
    { "goal without op", "{'goal':{'indicator':'source.hour','value':1,'window':1,'period':'hour'}}",
      "case.field_invalid", "op" },
    { "goal without value", "{'goal':{'indicator':'source.hour','op':'<=','window':1,'period':'hour'}}",
      "case.field_invalid", "value" },
    { "goal in without lower", "{'goal':{'indicator':'i','op':'in','value':9,'window':1,'period':'hour'}}",
      "case.field_invalid", "lower" },
    { "goal window 0", "{'goal':{'indicator':'i','op':'<','value':9,'window':0,'period':'hour'}}",
      "case.field_invalid", "window" },
    { "goal period week", "{'goal':{'indicator':'i','op':'<','value':9,'window':1,'period':'week'}}",
      "case.field_invalid", "period" },
    { "goal elsewhere", "{'goal':{'indicator':'i','op':'<','value':9,'window':1,'period':'day','site':77}}",
      "case.field_invalid", "site" },
    { "goal at an unknown code",
      "{'goal':{'indicator':'i','op':'<','value':9,'window':1,'period':'day','site':'nowhere'}}",
      "case.field_invalid", "site" },
    { "fields a list", "[]", "case.field_invalid", "object" },
};

static void test_bad_fields(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < N(bad_fields); i++) {
        struct err e = { .name = "" };
        int64_t id = 0;
        json_t *f = parse(bad_fields[i].fields);
        int r = case_open(w->l, "rectification", f, 0, ON_DUTY, w->now, &id, &e);
        if (r != -EINVAL || strcmp(e.name, bad_fields[i].error) != 0 || !strstr(e.text, bad_fields[i].says) ||
            id)
            fail_msg("%s: %d %s %s", bad_fields[i].name, r, e.name, e.text);
        json_decref(f);
    }
    chain_holds(w, 0); /* nothing half-done stays */
}

static void test_fields_are_taken(void **state)
{
    struct world *w = *state;
    /* Ids and objects as the API shows them, lines for lists, words for a goal that has none, the site from the goal. */
    int64_t id =
        open_case(w, "{'source':'自查','problem':' 超标 "
                     "','measures':'一\\n\\n二','owner':1,'supervisor':{'id':2,'code':'district'},"
                     "'due':'2026-06-30T00:00:00+08:00','goal':{'indicator':'source.hour','site':'out1','"
                     "factor':'w21003','op':'in',"
                     "'value':9,'lower':6,'window':24,'period':'hour'}}");
    json_t *v = view(w, id, ON_DUTY), *f = json_object_get(v, "fields");
    assert_string_equal(json_str(f, "problem", ""), "超标");
    assert_int_equal(json_array_size(json_object_get(f, "measures")), 2);
    assert_string_equal(json_str(json_object_get(v, "owner"), "code", ""), "plant");
    assert_string_equal(json_str(v, "due", ""), "2026-06-30");
    assert_string_equal(json_str(json_object_get(v, "site"), "code", ""), "out1");
    assert_non_null(strstr(json_str(v, "goal_text", ""), "6–9"));
    json_decref(v);

    json_t *fields = parse(worded_case);
    json_object_del(fields, "source");
    struct err e = { 0 };
    assert_int_equal(case_open(w->l, "rectification", fields, 5, ON_DUTY, w->now, &id, &e), 0);
    v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(json_object_get(v, "fields"), "source", ""), "监测发现");
    assert_int_equal(json_int(v, "finding", 0), 5);
    json_decref(v);
    json_decref(fields);
}

static void test_numbers(void **state)
{
    struct world *w = *state;
    static const char *const want[] = { "ZG-2026-0001", "ZG-2026-0002", "ZG-2027-0001", "ZG-2026-0003" };
    const char *when[] = { "2026-03-02", "2026-12-31 23:59:59", "2027-01-01", "2026-05-01" };
    for (size_t i = 0; i < N(want); i++) {
        w->now = at(when[i]);
        json_t *v = view(w, open_case(w, worded_case), ON_DUTY);
        assert_string_equal(json_str(v, "number", ""), want[i]);
        json_decref(v);
    }
}

/* ---- the gate ---- */

static void test_gate(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t id = open_case(w, measured_case);
    must(w, id, "accept", NULL, DOER);
    int64_t accepted = w->now;
    w->now += MS_DAY;
    must(w, id, "submit", "{'report':'完成'}", DOER);
    static const char *const refusing[] = { "not_met", "cannot_judge", NULL };
    for (size_t i = 0; i < N(refusing); i++) {
        w->verdict = refusing[i];
        assert_int_equal(act(w, id, "approve", NULL, OVERSEER, &e), -EAGAIN);
        assert_string_equal(e.name, "case.gate_unmet");
        assert_non_null(strstr(e.text, refusing[i] ? "现有 9 小时" : "没有这个指标"));
        assert_int_equal(w->asked_since, accepted);
        json_t *v = view(w, id, OVERSEER);
        const json_t *ev = event_at(v, 0);
        assert_string_equal(json_str(ev, "action", ""), "refused");
        assert_string_equal(json_str(ev, "actor", ""), "overseer");
        assert_non_null(
            strstr(json_str(ev, "text_en", ""), refusing[i] ? "there are 9" : "no such indicator"));
        assert_string_equal(json_str(v, "state", ""), "申请验收");
        assert_string_equal(json_str(json_object_get(v, "gate"), "verdict", ""),
                            refusing[i] ? refusing[i] : "cannot_judge");
        json_decref(v);
    }
    /* Sent back, the time the goal is asked from stays; the data do not begin anew for a missing paper. */
    must(w, id, "return", "{'reason':'补材料'}", OVERSEER);
    must(w, id, "submit", "{'report':'完成'}", DOER);
    w->verdict = "met";
    must(w, id, "approve", NULL, OVERSEER);
    assert_int_equal(w->asked_since, accepted);
    must(w, id, "publish", NULL, ON_DUTY);
    assert_int_equal(act(w, id, "close", NULL, ON_DUTY, &e), -EAGAIN); /* the notice runs */
    assert_non_null(strstr(e.text, "2026-03-16"));
    w->now = at("2026-03-17 09:00");
    w->verdict = "not_met"; /* asked again at the end */
    assert_int_equal(act(w, id, "close", NULL, ON_DUTY, &e), -EAGAIN);
    w->verdict = "met";
    must(w, id, "close", NULL, ON_DUTY);
    json_t *v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "closed_how", ""), "data");
    assert_string_equal(json_str(v, "light", ""), "grey");
    assert_true(json_is_null(json_object_get(v, "gate")));
    assert_non_null(json_str(json_object_get(v, "watch"), "until", NULL));
    json_decref(v);
    chain_holds(w, 13);
}

static void test_worded_goal(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t id = open_case(w, worded_case);
    must(w, id, "accept", NULL, DOER);
    must(w, id, "submit",
         "{'report':'r','evidence':[{'kind':'照片','text':'a','files':'new'},{'kind':'照片','text':'b','"
         "files':'new'}]}",
         DOER);
    w->verdict = "met"; /* the data have no say here */
    assert_int_equal(act(w, id, "approve", NULL, OVERSEER, &e), -EAGAIN);
    must(w, id, "return", "{'reason':'r'}", OVERSEER);
    assert_int_equal(act(w, id, "submit", "{'report':'r','evidence':[{'kind':'传说','text':'c'}]}", DOER, &e),
                     -EINVAL);
    assert_int_equal(act(w, id, "submit", "{'report':'r','evidence':[{'kind':'照片'}]}", DOER, &e), -EINVAL);
    must(w, id, "submit", "{'report':'r','evidence':'文件：台账\\n没有类别的一行'}",
         DOER); /* as a plain form sends it: words, with nothing behind them */
    assert_int_equal(act(w, id, "approve", NULL, OVERSEER, &e), -EAGAIN);
    assert_non_null(strstr(e.text, "现有1类；不计：文件“台账”没有附文件，其他“没有类别的一行”没有附文件"));
    must(w, id, "return", "{'reason':'r'}", OVERSEER);
    must(w, id, "submit", "{'report':'r','evidence':[{'kind':'文件','text':'台账','files':'new'}]}", DOER);
    must(w, id, "approve", NULL, OVERSEER);
    must(w, id, "publish", NULL, ON_DUTY);
    w->now += 30 * MS_DAY;
    must(w, id, "close", NULL, ON_DUTY);
    json_t *v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "closed_how", ""), "paper");
    assert_true(json_is_null(json_object_get(v, "watch")));
    json_decref(v);
}

/* The year after is not announced: the notice cannot be counted, and that is said. */
static void test_year_not_announced(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    w->now = at("2026-12-28 09:00");
    int64_t id = case_in(w, measured_case, "公示");
    w->now = at("2027-03-01 09:00");
    assert_int_equal(act(w, id, "close", NULL, ON_DUTY, &e), -EAGAIN);
    assert_non_null(strstr(e.text, "2027年放假安排未公布"));
}

/* ---- look-back ---- */

struct changes {
    int64_t id[16];
    size_t n;
};

static void note(int64_t id, void *arg)
{
    struct changes *c = arg;
    if (c->n < N(c->id))
        c->id[c->n++] = id;
}

/* A goal that just had its turn is asked again when data of its site come, and of no other site. */
static void test_data_bring_the_watch(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    struct changes c = { 0 };
    int64_t id = case_in(w, measured_case, "销号");
    w->now += 10 * MS_DAY;
    assert_int_equal(ledgers_tick(w->l, w->now, note, &c, &e), 0);
    w->verdict = "not_met";
    w->last_broken = w->now - MS_HOUR;
    assert_int_equal(ledgers_tick(w->l, w->now, note, &c, &e), 0);
    for (int32_t site = 0; site < 12; site++)
        if (site != 1)
            assert_int_equal(ledgers_watch_site(w->l, site, w->now, note, &c, &e), 0);
    assert_int_equal(c.n, 0);
    assert_int_equal(ledgers_watch_site(w->l, 1, w->now, note, &c, &e), 0);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.id[0], id);
}

static void test_rebound(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    struct changes c = { 0 };
    int64_t id = case_in(w, measured_case, "销号"), closed = w->now;
    int64_t paper = case_in(w, worded_case, "销号");
    w->now += 10 * MS_DAY;
    assert_int_equal(ledgers_tick(w->l, w->now, note, &c, &e), 0);
    assert_int_equal(c.n, 0);
    assert_int_equal(w->asked_since, closed);
    w->last_broken = closed - MS_HOUR; /* before the closing: no rebound */
    assert_int_equal(ledgers_tick(w->l, w->now, note, &c, &e), 0);
    assert_int_equal(c.n, 0);

    w->verdict = "not_met";
    w->last_broken = at("2026-04-30 14:00");
    w->now = at("2026-04-30 15:00");
    assert_int_equal(ledgers_tick(w->l, w->now, note, &c, &e), 0);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.id[0], id);
    json_t *v = view(w, id, ON_DUTY);
    const json_t *ev = event_at(v, 0);
    assert_string_equal(json_str(v, "number", ""), "ZG-2026-0001");
    assert_string_equal(json_str(v, "state", ""), "整改中");
    assert_string_equal(json_str(v, "light", ""), "yellow");
    assert_int_equal(json_int(v, "rebounds", 0), 1);
    assert_true(json_is_null(json_object_get(v, "closed")));
    assert_string_equal(json_str(ev, "action", ""), "reopen");
    assert_string_equal(json_str(ev, "actor", ""), "system");
    assert_non_null(strstr(json_str(ev, "text", ""), "2026-04-30 14:00"));
    assert_string_equal(json_str(v, "due", ""), "2026-06-30"); /* later than 30 days from now: stays */
    json_decref(v);
    assert_int_equal(ledgers_tick(w->l, w->now, note, &c, &e), 0); /* only once */
    assert_int_equal(c.n, 1);
    v = view(w, paper, ON_DUTY);
    assert_string_equal(json_str(v, "state", ""), "销号");
    json_decref(v);

    /* The second round: asked from the reopening; the old evidence is gone; a limit that has passed is renewed. */
    int64_t reopened = w->now;
    w->verdict = "met";
    must(w, id, "submit", "{'report':'再整改'}", DOER);
    must(w, id, "approve", NULL, OVERSEER);
    assert_int_equal(w->asked_since, reopened);
    must(w, id, "publish", NULL, ON_DUTY);
    w->now = at("2026-07-20 10:00");
    must(w, id, "close", NULL, ON_DUTY);
    w->last_broken = at("2026-08-01 00:00");
    w->now = at("2026-08-01 01:00");
    assert_int_equal(ledgers_tick(w->l, w->now, note, &c, &e), 0);
    v = view(w, id, ON_DUTY);
    assert_int_equal(json_int(v, "rebounds", 0), 2);
    assert_string_equal(json_str(v, "due", ""), "2026-08-31");
    json_decref(v);
    chain_holds(w, -1);
}

static int64_t listed_blind(struct world *w)
{
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    json_t *tree = NULL;
    struct case_filter f = { .blind = true, .limit = 10 };
    assert_int_equal(case_write_list(w->l, &f, ON_DUTY, w->now, &out, &e), 0);
    assert_int_equal(json_read(out.data, out.len, &tree, &e), 0);
    int64_t n = json_int(tree, "total", -1);
    json_decref(tree);
    buf_release(&out);
    return n;
}

static void tick_after(struct world *w, int64_t ms)
{
    struct err e = { 0 };
    w->now += ms;
    if (ledgers_tick(w->l, w->now, NULL, NULL, &e) < 0)
        fail_msg("%s", e.text);
}

static int events_of(struct world *w, int64_t id, const char *action)
{
    json_t *v = view(w, id, ON_DUTY);
    const json_t *events = json_object_get(v, "events");
    int n = 0;
    for (size_t i = 0; i < json_array_size(events); i++)
        n += strcmp(json_str(json_array_get(events, i), "action", ""), action) == 0;
    json_decref(v);
    return n;
}

/* A site that fell silent after the closing: the watch says that it cannot judge, once and then once a month, until there are data. */
static void test_watch_blind(void **state)
{
    struct world *w = *state;
    w->now = at("2026-03-02 09:00");
    int64_t id = case_in(w, measured_case, "销号"); /* on 22 March */
    w->silent = true;
    tick_after(w, 2 * MS_HOUR); /* not a whole window since the closing */
    assert_int_equal(events_of(w, id, "watch_blind"), 0);
    tick_after(w, 30 * MS_HOUR);
    tick_after(w, MS_DAY);
    assert_int_equal(events_of(w, id, "watch_blind"), 1);
    assert_int_equal(listed_blind(w), 1);
    json_t *v = view(w, id, ON_DUTY);
    const json_t *watch = json_object_get(v, "watch");
    assert_non_null(strstr(json_str(watch, "blind_why", ""), "没有有效数据"));
    assert_string_equal(json_str(watch, "blind_since", ""), json_str(v, "blind_since", "?"));
    assert_string_equal(json_str(v, "state", ""), "销号");
    json_decref(v);
    tick_after(w, 10 * MS_DAY); /* April */
    tick_after(w, 5 * MS_DAY);
    assert_int_equal(events_of(w, id, "watch_blind"), 2);
    world_reopen(w);
    assert_int_equal(listed_blind(w), 1);
    w->silent = false;
    tick_after(w, MS_DAY);
    tick_after(w, MS_DAY);
    assert_int_equal(events_of(w, id, "watch_seen"), 1);
    assert_int_equal(listed_blind(w), 0);
    /* A question that fails is no answer, either; and what was broken opens the case all the same. */
    w->verdict = NULL;
    tick_after(w, MS_DAY);
    assert_int_equal(listed_blind(w), 1);
    w->verdict = "not_met";
    w->last_broken = w->now - MS_HOUR;
    tick_after(w, MS_HOUR);
    assert_int_equal(listed_blind(w), 0);
    v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "state", ""), "整改中");
    json_decref(v);
    chain_holds(w, -1);
}

static void test_watch_ends(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t id = case_in(w, measured_case, "销号"), closed = w->now;
    w->last_broken = closed + 366 * MS_DAY; /* after the watch */
    w->now = closed + 367 * MS_DAY;
    assert_int_equal(ledgers_tick(w->l, w->now, NULL, NULL, &e), 0);
    assert_int_equal(w->asked_now, closed + 365 * MS_DAY);
    json_t *v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "state", ""), "销号");
    assert_true(json_is_null(json_object_get(v, "watch")));
    json_decref(v);
    w->last_broken = closed + 364 * MS_DAY; /* within it, found late */
    w->now += 5 * MS_MINUTE;
    assert_int_equal(ledgers_tick(w->l, w->now, NULL, NULL, &e), 0);
    v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "state", ""), "整改中");
    json_decref(v);
}

/* ---- clocks ---- */

static void test_lights(void **state)
{
    static const struct {
        const char *now, *light, *says;
        int days;
    } lights[] = {
        { "2026-06-01 09:00", "green", "29天", 29 },
        { "2026-06-22 23:59", "green", "（6个工作日）", 8 },
        { "2026-06-23 00:00", "yellow", "7天", 7 },
        { "2026-06-30 23:59", "yellow", "今天到期", 0 },
        { "2026-07-01 00:00", "red", "已逾期1天", -1 },
        { "2026-07-06 00:00", "red", "已逾期6天", -6 },
        { "2027-02-01 00:00", "red", "2027年放假安排未公布", -216 },
    };
    struct world *w = *state;
    int64_t id = case_in(w, measured_case, "整改中");
    for (size_t i = 0; i < N(lights); i++) {
        w->now = at(lights[i].now);
        json_t *v = view(w, id, ON_DUTY);
        if (strcmp(json_str(v, "light", ""), lights[i].light) != 0 ||
            json_int(v, "days_left", 999) != lights[i].days ||
            !strstr(json_str(v, "light_reason", ""), lights[i].says))
            fail_msg("%s: %s, %lld days, %s", lights[i].now, json_str(v, "light", ""),
                     (long long)json_int(v, "days_left", 999), json_str(v, "light_reason", ""));
        json_decref(v);
    }
    struct changes c = { 0 };
    struct err e;
    ledgers_tick(w->l, at("2026-06-22 23:59"), note, &c, &e); /* the first rung, late */
    ledgers_tick(w->l, at("2026-06-23 00:01"), note, &c, &e); /* green to yellow, with its rung */
    ledgers_tick(w->l, at("2026-06-24 00:01"), note, &c, &e);
    ledgers_tick(w->l, at("2026-07-01 00:01"), note, &c, &e); /* yellow to red, with its rung */
    assert_int_equal(c.n, 3);
}

/* Accepted in time, a case does not turn late while its notice runs. */
static void test_accepted_in_time(void **state)
{
    struct world *w = *state;
    w->now = at("2026-06-28 09:00");
    int64_t id = case_in(w, measured_case, "公示");
    w->now = at("2026-07-05 09:00");
    json_t *v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "light", ""), "green");
    json_decref(v);
    must(w, id, "uphold", "{'reason':'异议成立'}", ON_DUTY); /* the clock runs again */
    v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "light", ""), "red");
    json_decref(v);
}

static void test_extension(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t id = case_in(w, measured_case, "整改中");
    assert_int_equal(act(w, id, "extend", "{'due':'2026-06-30','reason':'r'}", OVERSEER, &e), -EAGAIN);
    assert_non_null(strstr(e.text, "新的时限须晚于原时限 2026-06-30"));
    must(w, id, "extend", "{'due':'2026-07-31','reason':'r'}", OVERSEER);
    must(w, id, "extend", "{'due':'2026-08-31','reason':'r'}", OVERSEER);
    assert_int_equal(act(w, id, "extend", "{'due':'2026-09-30','reason':'r'}", OVERSEER, &e), -EAGAIN);
    json_t *v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "due", ""), "2026-08-31");
    json_decref(v);
}

/* ---- what is shown ---- */

static void test_public_view(void **state)
{
    struct world *w = *state;
    int64_t id = case_in(w, measured_case, "申请验收");
    json_t *v = view(w, id, NULL);
    assert_string_equal(json_str(v, "problem", ""), "总排口氨氮超标。夜间多发");
    assert_string_equal(json_str(v, "title", ""), "总排口氨氮超标");
    assert_true(json_is_null(json_object_get(v, "supervisor")));
    assert_non_null(json_object_get(json_object_get(v, "fields"), "measures"));
    assert_null(json_object_get(json_object_get(v, "fields"), "person"));
    /* The steps are public, who took them and with which papers is not. */
    const json_t *events = json_object_get(v, "events");
    assert_true(json_array_size(events) >= 3);
    for (size_t i = 0; i < json_array_size(events); i++) {
        assert_true(json_is_null(json_object_get(json_array_get(events, i), "actor")));
        assert_null(json_object_get(json_array_get(events, i), "fields"));
    }
    assert_int_equal(json_array_size(json_object_get(v, "actions")), 0);
    json_decref(v);
}

static void test_shapes(void **state)
{
    static const char *const keys[] = { "id",        "number",     "ledger",       "title",
                                        "state",     "light",      "light_reason", "light_reason_en",
                                        "owner",     "supervisor", "opened",       "due",
                                        "days_left", "closed",     "closed_how",   "rebounds",
                                        "site",      "problem",    "goal_text",    "fields",
                                        "goal",      "gate",       "watch",        "actions",
                                        "events",    "definition" };
    static const char *const event_keys[] = {
        "seq",      "at",   "actor", "actor_display", "action", "label",
        "label_en", "from", "to",    "fields",        "text",   "hash"
    };
    struct world *w = *state;
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    int64_t id = case_in(w, measured_case, "申请验收");
    case_in(w, worded_case, "立案");
    json_t *v = view(w, id, OVERSEER);
    for (size_t i = 0; i < N(keys); i++)
        if (!json_object_get(v, keys[i]))
            fail_msg("Case has no %s", keys[i]);
    for (size_t i = 0; i < N(event_keys); i++)
        if (!json_object_get(event_at(v, 0), event_keys[i]))
            fail_msg("event has no %s", event_keys[i]);
    json_decref(v);

    struct {
        struct case_filter f;
        size_t total, rows;
    } lists[] = {
        { { 0 }, 2, 2 },
        { { .limit = 1 }, 2, 1 },
        { { .offset = 5 }, 2, 0 },
        { { .state = "立案" }, 1, 1 },
        { { .light = "green", .ledger = "rectification" }, 2, 2 },
        { { .light = "red" }, 0, 0 },
        { { .text = "氨氮" }, 1, 1 },
        { { .text = "zg-2026-0002" }, 1, 1 },
        { { .unit = DISTRICT, .site = 1 }, 1, 1 },
        { { .unit = OTHER }, 0, 0 },
    };
    for (size_t i = 0; i < N(lists); i++) {
        json_t *list = NULL;
        buf_clear(&out);
        assert_int_equal(case_write_list(w->l, &lists[i].f, ON_DUTY, w->now, &out, &e), 0);
        assert_int_equal(json_read(out.data, out.len, &list, &e), 0);
        if (json_int(list, "total", -1) != (int64_t)lists[i].total ||
            json_array_size(json_object_get(list, "cases")) != lists[i].rows)
            fail_msg("list %zu: %s", i, out.data);
        json_decref(list);
    }
    buf_clear(&out);
    json_t *t = NULL;
    assert_int_equal(ledgers_write_counts(w->l, w->now, &out, &e), 0);
    assert_int_equal(json_read(out.data, out.len, &t, &e), 0);
    assert_int_equal(json_int(t, "open", 0), 2);
    assert_int_equal(json_int(json_object_get(t, "lights"), "green", 0), 2);
    assert_int_equal(json_int(json_array_get(json_object_get(t, "units"), 0), "open", 0), 2);
    json_decref(t);
    buf_clear(&out);
    assert_int_equal(ledgers_write_definitions(w->l, ON_DUTY, &out, &e), 0);
    assert_int_equal(json_read(out.data, out.len, &t, &e), 0);
    const json_t *all = json_object_get(t, "ledgers"), *d = NULL;
    for (size_t i = 0; i < json_array_size(all); i++)
        if (strcmp(json_str(json_array_get(all, i), "id", ""), "rectification") == 0)
            d = json_array_get(all, i);
    assert_string_equal(json_str(d, "closed", ""), "销号");
    assert_int_equal(json_array_size(json_object_get(d, "states")), 6);
    json_decref(t);
    buf_release(&out);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_rights),
        T(test_wrong_state),
        T(test_person_moved),
        T(test_opening_needs_office),
        T(test_bad_fields),
        T(test_fields_are_taken),
        T(test_numbers),
        T(test_gate),
        T(test_worded_goal),
        T(test_year_not_announced),
        T(test_rebound),
        T(test_watch_ends),
        T(test_data_bring_the_watch),
        T(test_watch_blind),
        T(test_lights),
        T(test_accepted_in_time),
        T(test_extension),
        T(test_public_view),
        T(test_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
