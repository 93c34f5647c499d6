/* Ledger files: what is refused and where it says so; editions; the calendar of working days; sentences. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/file.h"
#include "ledger/calendar.h"
#include "ledger/definition.h"

#define N(a) (sizeof(a) / sizeof *(a))

static const char good[] =
    "return ledger {\n"
    "  id = 'patrol', title = '巡查', number = 'XC-{seq:3}',\n"
    "  fields = { text 'problem' { '问题', required = true }, unit 'owner' { '单位', required = true },\n"
    "    unit 'supervisor' { '督导' }, goal 'goal' { '目标' }, date 'due' { '时限' } },\n"
    "  states = { '新', '办', '结', working = '办', closed = '结' },\n"
    "  actions = {\n"
    "    action 'take' { '接', from = '新', to = '办', by = 'owner' },\n"
    "    action 'done' { '办结', from = '办', to = '结', by = 'office', never_by = 'owner' },\n"
    "  },\n"
    "}\n";

/* One change of the good file each: what is replaced, by what, and the words the error must hold. */
static const struct {
    const char *name, *from, *to, *says;
} faults[] = {
    { "no syntax", "return ledger", "retrun ledger", "t.lua:1:" },
    { "not a ledger", "return ledger", "return rule", "does not return a ledger" },
    { "nothing returned", "return ledger", "local x = ledger", "does not return a ledger" },
    { "unknown constructor", "date 'due'", "dato 'due'", "t.lua:4:" },
    { "constructor without a name", "text 'problem' {", "text {", "t.lua:3: text wants a name first" },
    { "constructor with a text", "text 'problem' { '问题', required = true }", "text 'problem' 'x'",
      "t.lua:3: text \"problem\" wants a table" },
    { "unknown setting", "required = true }, unit", "requierd = true }, unit",
      "t.lua:3: text \"problem\": has no setting 'requierd'" },
    { "unknown setting of the ledger", "number =", "color = 1, number =", "color" },
    { "bad id", "'patrol'", "'Patrol 1'", "t.lua:2: id" },
    { "no number", "XC-{seq:3}", "XC", "t.lua:2: number" },
    { "wakes on no date", "number =", "wake = { on = 'problem', action = 'take' }, number =",
      "t.lua:2: wake: on names a date field" },
    { "wakes for nothing", "number =", "wake = { on = 'due', action = 'x' }, number =", "t.lua:2: wake" },
    { "deals by no field", "number =", "deal = { action = 'take', field = 'owner', per = 6 }, number =",
      "t.lua:2: deal: field names a user field" },
    { "deals what the action does not set", "date 'due' { '时限' } }",
      "date 'due' { '时限' }, user 'who' { '谁' } }, deal = { action = 'take', field = 'who', per = 6 }",
      "deal: the action sets the field" },
    { "two numbers", "XC-{seq:3}", "{seq:3}{seq:2}", "number" },
    { "number unknown word", "XC-{seq:3}", "{week}{seq:3}", "number" },
    { "field twice", "date 'due'", "text 'problem' { 'x' }, date 'due'", "declared twice" },
    { "owner is text", "unit 'owner'", "text 'owner'", "t.lua:3: text \"owner\": must be a unit" },
    { "choice without choices", "date 'due'", "choice 'kind' { '类' }, date 'due'",
      "t.lua:4: choice \"kind\": has nothing to choose" },
    { "differs from nothing", "{ '督导' }", "{ '督导', differs_from = 'x' }",
      "t.lua:4: unit \"supervisor\": differs_from" },
    { "evidence as a field", "date 'due'", "evidence 'e' { 'x' }, date 'due'", "fields" },
    { "closed is no state", "closed = '结'", "closed = '完'", "t.lua:5: states: closed" },
    { "state twice", "'新', '办'", "'新', '新', '办'", "t.lua:5: states" },
    { "state out of reach", "'办', '结',", "'办', '停', '结',", "no action leads from '新' to '停'" },
    { "action to nowhere", "to = '办'", "to = '半'", "t.lua:7: action \"take\": to: no state '半'" },
    { "action from nowhere", "from = '办'", "from = '半'", "t.lua:8: action \"done\": no state '半'" },
    { "by nobody", "by = 'office'", "by = 'everyone'", "t.lua:8: action \"done\": by" },
    { "doer accepts own work", ", never_by = 'owner'", "", "t.lua:8: action \"done\": judges the work" },
    { "owner closes", "by = 'office', never_by = 'owner'", "by = 'owner', never_by = 'owner'",
      "judges the work" },
    { "unknown gate", "by = 'owner' }", "by = 'owner', gate = 'luck' }", "gate" },
    { "reserved action", "action 'take'", "action 'reopen'", "t.lua:7: action \"reopen\"" },
    { "guard is text", "by = 'owner' }", "by = 'owner', guard = 'x' }", "guard must be a function" },
    { "workdays of text", "by = 'owner' }", "by = 'owner', after = workdays('x') }", "after = workdays" },
    { "after a number", "by = 'owner' }", "by = 'owner', after = 10 }", "after = workdays" },
    { "unless nothing", "by = 'owner' }", "by = 'owner', unless = 'x' }", "unless: no action 'x'" },
    { "sets nothing", "by = 'owner' }", "by = 'owner', sets = { 'due' } }", "sets 'due'" },
    { "closed left again", "from = '新'", "from = { '新', '结' }", "only the look-back reopens" },
    { "look-back to nowhere", "actions =",
      "lookback = { for_days = 9, reopen_to = 'x', on = 'goal_broken' }, actions =", "lookback" },
    { "look-back to the closed state", "actions =",
      "lookback = { for_days = 9, reopen_to = '结', on = 'goal_broken' }, actions =", "lookback" },
    { "ladder of texts", "actions =", "ladder = { 'x' }, actions =", "ladder" },
    { "public of an unknown field", "actions =", "public = { 'colour' }, actions =", "public" },
    { "excel of an unknown field", "actions =", "excel = { colour = { 'x' } }, actions =", "excel" },
    { "number of a month and a field", "XC-{seq:3}", "{month}{field:problem}{seq:3", "number" },
    { "number of no field", "XC-{seq:3}", "{field:colour}{seq:3}", "{field:colour} wants a required text" },
    { "number of an optional field", "XC-{seq:3}", "{field:owner}{seq:3}",
      "wants a required text or choice" },
    { "area of no digits", "XC-{seq:3}", "{area:0}{seq:3}", "number: knows" },
    { "about a table", "number =", "about = {}, number =", "about" },
    { "unit of a text", "{ '问题', required = true }", "{ '问题', unit = 't' }",
      "text \"problem\": has no setting 'unit'" },
    { "too many decimals", "date 'due'", "number 'n' { 'n', decimals = 7 }, date 'due'",
      "t.lua:4: number \"n\": decimals" },
    { "min above max", "date 'due'", "number 'n' { 'n', min = 2, max = 1 }, date 'due'", "min and max" },
    { "text too long", "{ '问题', required = true }", "{ '问题', max = 4001 }",
      "max is a whole number from 1 to 4000" },
    { "rows without columns", "date 'due'", "rows 'r' { 'r' }, date 'due'",
      "t.lua:4: rows \"r\": of = must be" },
    { "rows in rows", "date 'due'",
      "rows 'r' { 'r', of = { rows 'q' { 'q', of = { text 'a' { 'a' } } } } }, date 'due'", "rows: holds" },
    { "goal in rows", "date 'due'", "rows 'r' { 'r', of = { goal 'q' { 'q' } } }, date 'due'",
      "no field here" },
    { "column twice", "date 'due'",
      "rows 'r' { 'r', of = { text 'a' { 'a' }, text 'a' { 'a' } } }, date 'due'",
      "has the column 'a' twice" },
    { "kinds of files", "date 'due'", "file 'f' { 'f', kinds = { 'film' } }, date 'due'",
      "t.lua:4: file \"f\": kinds" },
    { "case of no ledger", "date 'due'", "case 'f' { 'f', of = 3 }, date 'due'",
      "of = must be the id of a ledger" },
    { "required when nothing", "{ '督导' }", "{ '督导', required_when = { field = 'x', is = { 'a' } } }",
      "t.lua:4: unit \"supervisor\": required_when: no field 'x'" },
    { "required when never", "date 'due' {",
      "choice 'k' { 'k', of = { 'a' } }, date 'due' { required_when = { field = 'k', is = { 'b' } },",
      "required_when: 'k' is never that" },
    { "required when and always", "{ '问题', required = true }",
      "{ '问题', required = true, required_when = { field = 'owner', is = { 'a' } } }", "without required" },
    { "computed and required", "{ '问题', required = true }",
      "{ '问题', required = true, value = function(c) end }", "is computed, so nobody is asked" },
    { "computed by a text", "{ '督导' }", "{ '督导', value = 'x' }", "value must be a function" },
    { "computed need", "by = 'owner' }",
      "by = 'owner', needs = { text 'a' { 'a', value = function(c) end } } }",
      "only a field of the case is computed" },
    { "sets a computed field", "by = 'owner' }", "by = 'owner', set = 3 }",
      "t.lua:7: action \"take\": set must be a function" },
    { "opens a table", "by = 'owner' }", "by = 'owner', open = {} }", "open must be a function" },
    { "never by a text", "never_by = 'owner'", "never_by = { 'owner', 'problem' }",
      "never_by = 'problem' is no unit field" },
    { "a list with the owner", "by = 'office', never_by", "by = { 'office', 'owner' }, never_by",
      "judges the work" },
    { "gate of children by the owner", "by = 'owner' }", "by = 'owner', gate = 'children_closed' }",
      "judges the work" },
    { "pauses and resumes", "by = 'owner' }", "by = 'owner', pauses = true, resumes = true }",
      "pauses and resumes at once" },
    { "extends without days", "by = 'owner' }", "by = 'owner', extends = { 'x' } }", "extends = {" },
    { "reopens an open case", "by = 'owner' }", "by = 'owner', reopens = true }",
      "from must be the closed state" },
    { "reopens without a look-back", "actions = {",
      "actions = { action 'again' { 'x', from = '结', by = 'office', reopens = true },",
      "needs lookback.reopen_to" },
    { "opened by nobody", "actions =", "open_by = 'everyone', actions =", "t.lua:6: open_by" },
    { "opened by its author", "actions =", "open_by = 'author', actions =", "no author before" },
    { "the public without intake", "actions =", "open_by = 'public', actions =", "go together" },
    { "intake without the public", "actions =", "intake = { 'problem' }, actions =", "go together" },
    { "intake of no field",
      "actions =", "open_by = 'public', intake = { 'x' }, actions =", "t.lua:6: intake: no field 'x'" },
    { "guard is a text", "actions =", "guard = 'x', actions =", "guard: must be a function" },
    { "related without a ledger", "actions =", "related = { a = {} }, actions =", "t.lua:6: related" },
    { "related by no field",
      "actions =", "related = { a = { ledger = 'b', where = { x = 'y' } } }, actions =", "where x = 'y'" },
    { "tree of texts", "actions =", "tree = { children = 'x' }, actions =", "t.lua:6: tree" },
    { "copied too much", "actions =", "tree = { copied = 2 }, actions =", "copied is a share" },
    { "group of no field", "actions =", "group = 'x', actions =", "t.lua:6: group: no field 'x'" },
    { "list of no field",
      "actions =", "list = { columns = { 'x' } }, actions =", "t.lua:6: list: columns: no field 'x'" },
    { "view without a filter",
      "actions =", "views = { view 'v' { 'x' } }, actions =", "t.lua:6: view \"v\": wants filter" },
    { "view by the weather",
      "actions =", "views = { view 'v' { 'x', filter = { rain = 1 } } }, actions =", "'rain'" },
    { "view of no state",
      "actions =", "views = { view 'v' { 'x', filter = { state = '飞' } } }, actions =", "no state '飞'" },
    { "form of no field", "actions =", "forms = { form 'f' { 'x', rows = { { 'a', 'b' } } } }, actions =",
      "t.lua:6: form \"f\": row 1: no field 'b'" },
    { "form among the views",
      "actions =", "views = { form 'f' { 'x', rows = { { 'a', 'problem' } } } }, actions =", "views" },
    { "endless", "return ledger", "while true do end return ledger", "ran too long" },
};

static void test_faults(void **state)
{
    struct err e = { 0 };
    struct definition *d = NULL;
    (void)state;
    if (definition_read("t.lua", good, strlen(good), &d, &e) < 0)
        fail_msg("the good one: %s", e.text);
    definition_free(d);
    for (size_t i = 0; i < N(faults); i++) {
        const char *at_ = strstr(good, faults[i].from);
        if (!at_)
            fail_msg("%s: nothing to replace", faults[i].name);
        struct buf text = BUF_INIT;
        buf_add(&text, good, (size_t)(at_ - good));
        buf_adds(&text, faults[i].to);
        buf_adds(&text, at_ + strlen(faults[i].from));
        d = NULL;
        e = (struct err){ 0 };
        int r = definition_read("t.lua", text.data, text.len, &d, &e);
        if (r >= 0 || d || !strstr(e.text, faults[i].says))
            fail_msg("%s: %d %s", faults[i].name, r, e.text);
        buf_release(&text);
    }
}

static void test_shipped(void **state)
{
    struct err e = { 0 };
    (void)state;
    if (ledgers_check(DEFINITIONS, NULL, NULL, &e) < 0)
        fail_msg("%s", e.text);
}

static void write_ledger(const char *dir, const char *from, const char *to, const char *tests)
{
    struct err e = { 0 };
    char path[128];
    const char *at_ = strstr(good, from);
    struct buf text = BUF_INIT;
    buf_add(&text, good, (size_t)(at_ - good));
    buf_adds(&text, to);
    buf_adds(&text, at_ + strlen(from));
    text.data[text.len = text.len - strlen("}\n")] = '\0';
    buf_addf(&text, "%s }\n", tests);
    snprintf(path, sizeof path, "%s/ledgers", dir);
    assert_int_equal(file_make_dirs(path, &e), 0);
    snprintf(path, sizeof path, "%s/ledgers/patrol.lua", dir);
    assert_int_equal(file_replace(path, text.data, text.len, 0644, &e), 0);
    buf_release(&text);
}

/* A case goes on under the definition it was opened with, though the file has changed and the program was started anew. */
static void test_editions(void **state)
{
    char dir[] = "/tmp/bihuan-definitions-XXXXXX", path[128];
    struct world w;
    struct err e = { 0 };
    int64_t old = 0, new = 0;
    (void)state;
    assert_non_null(mkdtemp(dir));
    write_ledger(dir, "'办结'", "'办结'", "");
    world_make(&w, dir);
    json_t *f = parse("{'problem':'p','owner':'plant','supervisor':'district'}");
    assert_int_equal(case_open(w.l, "patrol", f, 0, ON_DUTY, w.now, &old, &e), 0);
    write_ledger(dir, "action 'take' { '接'", "action 'receive' { '收'", "");
    world_reopen(&w);
    assert_int_equal(case_open(w.l, "patrol", f, 0, ON_DUTY, w.now, &new, &e), 0);
    json_decref(f);
    assert_int_equal(act(&w, old, "receive", NULL, DOER, &e), -EINVAL);
    assert_int_equal(act(&w, new, "take", NULL, DOER, &e), -EINVAL);
    must(&w, old, "take", NULL, DOER);
    must(&w, new, "receive", NULL, DOER);
    json_t *v = view(&w, old, ON_DUTY);
    assert_string_equal(json_str(event_at(v, 0), "label", ""), "接");
    json_decref(v);
    chain_holds(&w, 4);
    world_end(&w);
    snprintf(path, sizeof path, "%s/ledgers/patrol.lua", dir);
    remove(path);
    snprintf(path, sizeof path, "%s/ledgers", dir);
    remove(path);
    remove(dir);
}

/* The tests a ledger carries are run, and a wrong one names ledger, test and step. */
static void test_own_tests(void **state)
{
    static const struct {
        const char *tests, *says;
    } tests[] = {
        { "", "needs tests" },
        { "tests = { { 'a', case = { problem = 'p', owner = 'owner' }, steps = { { 'take', by = 'owner', "
          "state = '办' } } } }",
          NULL },
        { "tests = { { 'a', case = { problem = 'p', owner = 'owner' }, steps = { { 'take', by = 'owner', "
          "state = '结' } } } }",
          "ledger patrol, test “a”, step 1: state is 办, wanted 结" },
        { "tests = { { 'b', case = { problem = 'p', owner = 'owner' }, steps = { { 'take', by = 'office' } } "
          "} }",
          "step 1: take fails" },
        { "tests = { { 'c', case = { problem = 'p', owner = 'owner' }, steps = { { 'take', by = 'owner', "
          "fails = 'case.forbidden' } } } }",
          "was to fail" },
        { "tests = { { 'd', case = { owner = 'owner' } } }", "opening fails" },
        { "tests = { { 'e', kase = {} } }", "no setting 'kase'" },
        { "tests = { { 'f', case = { problem = 'p', owner = 'owner' }, steps = { { 'take', by = 'me' } } } }",
          "is nobody" },
    };
    char dir[] = "/tmp/bihuan-definitions-XXXXXX", path[128];
    (void)state;
    assert_non_null(mkdtemp(dir));
    for (size_t i = 0; i < N(tests); i++) {
        struct err e = { 0 };
        write_ledger(dir, "'办结'", "'办结'", tests[i].tests);
        int r = ledgers_check(dir, NULL, NULL, &e);
        if (tests[i].says ? r >= 0 || !strstr(e.text, tests[i].says) : r < 0)
            fail_msg("%s: %d %s", tests[i].tests, r, e.text);
    }
    snprintf(path, sizeof path, "%s/ledgers/patrol.lua", dir);
    remove(path);
    snprintf(path, sizeof path, "%s/ledgers", dir);
    remove(path);
    remove(dir);
}

/* ---- calendar ---- */

static int64_t day(const char *iso)
{
    return cn_day_of(at(iso));
}

/* Official arrangements as collected in definitions/calendar. The span of ten is Tianjin Dongli's notice of 2025-01-21 to
 * 02-08, across the Spring Festival with its make-up days. */
static void test_calendar(void **state)
{
    static const struct {
        const char *date;
        int want;
    } days[] = { { "2026-03-02", 1 },        { "2026-03-07", 0 },       { "2026-03-08", 0 },
                 { "2026-01-04", 1 },        { "2026-02-14", 1 },       { "2026-02-16", 0 },
                 { "2025-10-11", 1 },        { "2025-10-08", 0 },       { "2025-01-26", 1 },
                 { "2027-01-04", -ENODATA }, { "2013-12-31", -ENODATA } };
    static const struct {
        const char *from;
        int n;
        const char *last;
    } spans[] = { { "2025-01-21", 10, "2025-02-08" }, { "2026-03-02", 10, "2026-03-13" },
                  { "2026-03-07", 1, "2026-03-09" },  { "2026-09-30", 2, "2026-10-08" },
                  { "2026-12-31", 1, "2026-12-31" },  { "2026-12-31", 2, NULL } };
    struct calendar c;
    struct err e = { 0 };
    int n, year = 0;
    int64_t last;
    (void)state;
    assert_int_equal(calendar_load(DEFINITIONS, &c, &e), 0);
    for (size_t i = 0; i < N(days); i++)
        if (calendar_is_workday(&c, day(days[i].date), &year) != days[i].want)
            fail_msg("%s", days[i].date);
    for (size_t i = 0; i < N(spans); i++) {
        int r = calendar_span_end(&c, day(spans[i].from), spans[i].n, &last, &year);
        if (spans[i].last ? r < 0 || last != day(spans[i].last) : r != -ENODATA || year != 2027)
            fail_msg("%d from %s", spans[i].n, spans[i].from);
    }
    assert_int_equal(calendar_count(&c, day("2026-03-02"), day("2026-03-09"), &n, &year), 0);
    assert_int_equal(n, 5);
    assert_int_equal(calendar_count(&c, day("2026-12-30"), day("2027-01-02"), &n, &year), -ENODATA);
    calendar_release(&c);
}

static void test_bad_calendar(void **state)
{
    static const struct {
        const char *file, *text, *says;
    } bad[] = {
        { "2030.csv", "date,kind,name\n2030-01-01,off,x\n2030-01-01,off,x\n",
          "2030.csv:3: 2030-01-01 is repeated" },
        { "2030.csv", "date,kind,name\n2031-01-01,off,x\n", "2030.csv:2: 2031-01-01 is not in 2030" },
        { "2030.csv", "date,kind,name\n2030-01-01,maybe,x\n", "2030.csv:2: kind" },
        { "2030.csv", "date,kind,name\n2030-02-30,off,x\n", "2030.csv:2:" },
        { "2030.csv", "", "is empty" },
        { "next.csv", "date,kind,name\n", "named by its year" },
    };
    char dir[] = "/tmp/bihuan-calendar-XXXXXX", sub[64], path[128];
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(sub, sizeof sub, "%s/calendar", dir);
    assert_int_equal(file_make_dirs(sub, NULL), 0);
    for (size_t i = 0; i < N(bad); i++) {
        struct calendar c = { 0 };
        struct err e = { 0 };
        snprintf(path, sizeof path, "%s/%s", sub, bad[i].file);
        assert_int_equal(file_replace(path, bad[i].text, strlen(bad[i].text), 0600, &e), 0);
        if (calendar_load(dir, &c, &e) >= 0 || !strstr(e.text, bad[i].says))
            fail_msg("%zu: %s", i, e.text);
        remove(path);
    }
    remove(sub);
    remove(dir);
}

static void test_sentences(void **state)
{
    static const struct {
        const char *text, *zh, *en;
    } cases[] = { { "缺 | missing", "缺", "missing" },
                  { "both", "both", "both" },
                  { "", "", "" },
                  { "长长长 | x", "长长长", "x" } };
    char zh[16], en[16];
    (void)state;
    for (size_t i = 0; i < N(cases); i++) {
        ledger_sentences(cases[i].text, zh, sizeof zh, en, sizeof en);
        assert_string_equal(zh, cases[i].zh);
        assert_string_equal(en, cases[i].en);
    }
    ledger_sentences("长长长", zh, 6, en, 7); /* cut between characters */
    assert_string_equal(zh, "长");
    assert_string_equal(en, "长长");
}

/* Every action of every shipped ledger is taken by a test of its own file, and refused where it asks for proof. */
static void test_every_action_is_tested(void **state)
{
    struct buf untested = BUF_INIT;
    struct err e = { 0 };
    (void)state;
    if (ledgers_check_tested(DEFINITIONS, &untested, &e) < 0)
        fail_msg("%s", e.text);
    if (untested.len) {
        fputs(untested.data, stderr);
        fail_msg("actions without a test");
    }
    buf_release(&untested);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),    cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_editions),  cmocka_unit_test(test_own_tests),
        cmocka_unit_test(test_calendar),  cmocka_unit_test(test_bad_calendar),
        cmocka_unit_test(test_sentences), cmocka_unit_test(test_every_action_is_tested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
