/* Time in a case: clocks over holidays and pauses, the ladder, reports, re-checks, merging, moving to another edition. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"
#include "base/sm3.h"
#include "ledger/timing.h"

#define N(a) (sizeof(a) / sizeof *(a))

static const char petition[] =
    "return ledger {\n"
    "  id = 'petition', title = '信访', number = 'XF-{seq:3}',\n"
    "  fields = { text 'problem' { '问题', required = true }, text 'source' { '来源' },\n"
    "    unit 'owner' { '单位', required = true }, unit 'supervisor' { '督导' } },\n"
    "  states = { '新', '办', '审', '结', en = { 'New', 'Working', 'Review', 'Done' }, working = '办', "
    "closed = '结' },\n"
    "  actions = {\n"
    "    action 'accept' { '受理', en = 'Accepted', from = '新', to = '办', by = 'office' },\n"
    "    action 'report' { '报告', from = '办', by = 'owner' },\n"
    "    action 'pause' { '暂停', from = { '办', '审' }, by = 'office', pauses = true },\n"
    "    action 'resume' { '恢复', from = { '办', '审' }, by = 'office', resumes = true },\n"
    "    action 'extend' { '延期', from = { '办', '审' }, by = 'office', extends = { 'finish', days = 30 }, "
    "max = 3 },\n"
    "    action 'submit' { '送审', from = '办', to = '审', by = 'owner' },\n"
    "    action 'give_back' { '退回', from = '审', to = '办', by = 'office' },\n"
    "    action 'done' { '办结', from = '审', to = '结', by = 'office', never_by = 'owner' },\n"
    "    action 'visit' { '复查不实', from = '结', by = 'supervisor', reopens = true,\n"
    "                     needs = { text 'reason' { '理由', required = true } } },\n"
    "  },\n"
    "  clocks = {\n"
    "    clock 'reply' { '受理期限', en = 'Reply', from = 'open', days = 15, counts = 'workdays', stops = "
    "'accept' },\n"
    "    clock 'finish' { '办结期限', en = 'Finish', from = 'accept', days = 60, source = "
    "'信访工作条例第三十四条', certainty = 'memory' },\n"
    "    clock 'review' { '审核期限', from = '审', days = 5, counts = 'workdays', stops = { 'give_back', "
    "'done' } },\n"
    "    clock 'work' { '办理用时', from = '办', days = 40, counts = 'workdays', once = true, stops = '审' "
    "},\n"
    "  },\n"
    "  report = { every = 'month', on_day = 25, by = 'owner', states = '办' },\n"
    "  lookback = { for_days = 365, reopen_to = '办', recheck = { after_days = { 30, 180 }, share = 0.25, by "
    "= 'supervisor' } },\n"
    "  tests = { { '期限', case = { problem = '臭', owner = 'owner' }, clocks = { reply = '2026-03-23' }, "
    "steps = {\n"
    "    { 'accept', by = 'office', clocks = { finish = '2026-05-01', review = '' } },\n"
    "    { 'tick', days = 24, events = { missed = 1 } } } } },\n"
    "}\n";

static const char duties[] =
    "return ledger {\n"
    "  id = 'task', title = '任务', number = 'RW-{seq:3}',\n"
    "  fields = { text 'problem' { '问题', required = true }, unit 'owner' { '单位' }, date 'due' { '时限' } "
    "},\n"
    "  states = { '办', '验', '结', working = '办', met = '验', closed = '结' },\n"
    "  actions = {\n"
    "    action 'pause' { '暂停', from = '办', by = 'office', pauses = true },\n"
    "    action 'resume' { '恢复', from = '办', by = 'office', resumes = true },\n"
    "    action 'later' { '延期', from = '办', by = 'office', extends = { 'due', days = 10 } },\n"
    "    action 'set' { '改时限', from = '办', by = 'office', needs = { date 'due' { '时限', required = true "
    "} }, sets = { 'due' } },\n"
    "    action 'pass' { '通过', from = '办', to = '验', by = 'office' },\n"
    "    action 'done' { '办结', from = '验', to = '结', by = 'office', never_by = 'owner' },\n"
    "  },\n"
    "  ladder = { { -30, '调度', to = { 'owner' } }, { -7, '预警' }, { 1, '通报', en = 'Bulletin', rule = "
    "'逾期即通报' },\n"
    "             { workdays(10), '督办' }, { workdays(30), '约谈' } },\n"
    "  tests = { { '一', case = { problem = '臭' }, steps = {} } },\n"
    "}\n";

/* ---- a folder of definitions ---- */

static char folder[64];

static void put_ledger(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/ledgers/%s.lua", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char path[128];
    snprintf(folder, sizeof folder, "/tmp/bihuan-time-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/ledgers", folder);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/calendar", folder);
    assert_int_equal(symlink(DEFINITIONS "/calendar", path), 0);
    put_ledger("petition", petition);
    put_ledger("task", duties);
    world_make(w, folder);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    static const char *const files[] = { "/ledgers/petition.lua", "/ledgers/task.lua", "/calendar" };
    char path[128];
    world_end(*state);
    free(*state);
    for (size_t i = 0; i < N(files); i++) {
        snprintf(path, sizeof path, "%s%s", folder, files[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/ledgers", folder);
    rmdir(path);
    rmdir(folder);
    return 0;
}

static int64_t open_in(struct world *w, const char *ledger, const char *fields)
{
    struct err e = { 0 };
    int64_t id = 0;
    json_t *given = parse(fields);
    if (case_open(w->l, ledger, given, 0, ON_DUTY, w->now, &id, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(given);
    return id;
}

static void tick(struct world *w, const char *now)
{
    struct err e = { 0 };
    if (now)
        w->now = at(now);
    if (ledgers_tick(w->l, w->now, NULL, NULL, &e) < 0)
        fail_msg("%s", e.text);
}

static const struct clock_state *state_of(struct world *w, int64_t id, const char *clock, int64_t past)
{
    static struct clock_state s[CLOCKS_MAX + 1];
    struct loaded c = { 0 };
    struct err e = { 0 };
    int r = past ? case_load_past(w->l, id, past, &c, &e) : case_load(w->l, id, &c, &e);
    if (r < 0)
        fail_msg("%s", e.text);
    size_t n = clock_states(&w->l->calendar, c.def, c.doc, past ? past : w->now, s), i;
    case_release(&c);
    for (i = 0; i < n && strcmp(s[i].rule ? s[i].rule->id : "due", clock) != 0; i++)
        ;
    assert_true(i < n);
    return &s[i];
}

static void day_text(int64_t day, char out[CN_TEXT])
{
    if (day == NEVER)
        snprintf(out, CN_TEXT, "-");
    else
        cn_format_date(cn_day_start(day), out);
}

static void deadline_is(struct world *w, int64_t id, const char *clock, const char *want)
{
    char got[CN_TEXT];
    day_text(state_of(w, id, clock, 0)->deadline, got);
    if (strcmp(got, want) != 0)
        fail_msg("%s ends %s, wanted %s", clock, got, want);
}

/* ---- the counting itself ---- */

static const struct {
    const char *name, *start;
    int days;
    bool workdays;
    const char *pauses[4]; /* from, to, from, to; a pause without an end lasts */
    int extend;
    const char *now, *want;
    int paused;
} counted[] = {
    { "calendar days, the first is not counted",
      "2026-03-02",
      60,
      false,
      { 0 },
      0,
      "2026-03-02",
      "2026-05-01",
      0 },
    { "paused five days",
      "2026-03-02",
      60,
      false,
      { "2026-03-10", "2026-03-15" },
      0,
      "2026-03-20",
      "2026-05-06",
      5 },
    { "paused and extended",
      "2026-03-02",
      60,
      false,
      { "2026-03-10", "2026-03-15" },
      30,
      "2026-03-20",
      "2026-06-05",
      5 },
    { "paused twice",
      "2026-03-02",
      60,
      false,
      { "2026-03-10", "2026-03-15", "2026-05-02", "2026-05-04" },
      0,
      "2026-05-05",
      "2026-05-08",
      7 },
    { "a pause after the end moves nothing",
      "2026-03-02",
      60,
      false,
      { "2026-05-03", "2026-05-10" },
      0,
      "2026-05-12",
      "2026-05-01",
      0 },
    { "a pause on the last day is too late",
      "2026-03-02",
      60,
      false,
      { "2026-05-01", "2026-05-10" },
      0,
      "2026-05-12",
      "2026-05-01",
      0 },
    { "a pause of one day within the day",
      "2026-03-02",
      60,
      false,
      { "2026-03-10", "2026-03-10" },
      0,
      "2026-03-12",
      "2026-05-01",
      0 },
    { "still paused: until today",
      "2026-03-02",
      60,
      false,
      { "2026-04-01" },
      0,
      "2026-04-11",
      "2026-05-11",
      10 },
    { "paused already at the start",
      "2026-03-02",
      10,
      false,
      { "2026-02-20", "2026-03-05" },
      0,
      "2026-03-06",
      "2026-03-15",
      3 },
    { "a leap year", "2024-02-20", 10, false, { 0 }, 0, "2024-02-20", "2024-03-01", 0 },
    { "国庆 2026: the make-up Sunday before",
      "2026-09-18",
      5,
      true,
      { 0 },
      0,
      "2026-09-18",
      "2026-09-24",
      0 },
    { "国庆 2026: 中秋 and 国庆 between", "2026-09-24", 5, true, { 0 }, 0, "2026-09-24", "2026-10-09", 0 },
    { "国庆 2026: the make-up Saturday after",
      "2026-09-30",
      3,
      true,
      { 0 },
      0,
      "2026-09-30",
      "2026-10-10",
      0 },
    { "春节 2026: the make-up Saturday before",
      "2026-02-13",
      2,
      true,
      { 0 },
      0,
      "2026-02-13",
      "2026-02-24",
      0 },
    { "春节 2026: the make-up Saturday after",
      "2026-02-26",
      3,
      true,
      { 0 },
      0,
      "2026-02-26",
      "2026-03-02",
      0 },
    { "春节 2025", "2025-01-24", 3, true, { 0 }, 0, "2025-01-24", "2025-02-05", 0 },
    { "国庆 2025", "2025-09-26", 5, true, { 0 }, 0, "2025-09-26", "2025-10-10", 0 },
    { "over the new year", "2025-12-30", 3, true, { 0 }, 0, "2025-12-30", "2026-01-05", 0 },
    { "an ordinary fortnight", "2026-03-02", 10, true, { 0 }, 0, "2026-03-02", "2026-03-16", 0 },
    { "started on a day off", "2026-03-07", 1, true, { 0 }, 0, "2026-03-07", "2026-03-09", 0 },
    { "a year that is not announced", "2026-12-28", 15, true, { 0 }, 0, "2026-12-28", "-", 0 },
    { "a pause across 国庆",
      "2026-09-28",
      5,
      true,
      { "2026-09-29", "2026-10-09" },
      0,
      "2026-10-10",
      "2026-10-14",
      3 },
    { "a pause of days off only",
      "2026-09-28",
      5,
      true,
      { "2026-09-30", "2026-10-07" },
      0,
      "2026-10-08",
      "2026-10-10",
      0 },
    { "extended by working days", "2026-09-28", 5, true, { 0 }, 2, "2026-09-28", "2026-10-13", 0 },
};

static struct definition *one_clock(int days, bool workdays)
{
    char text[2000];
    struct definition *d = NULL;
    struct err e = { 0 };
    snprintf(text, sizeof text,
             "return ledger { id = 'x', title = 'x', number = '{seq:1}', fields = { text 'p' { 'p' } },"
             "states = { 'a', 'b', working = 'a', closed = 'b' },"
             "actions = { action 'end_it' { 'e', from = 'a', to = 'b', by = 'office' } },"
             "clocks = { clock 'c' { 'c', from = 'open', days = %d, counts = '%s' } } }",
             days, workdays ? "workdays" : "calendar");
    if (definition_read("x", text, strlen(text), &d, &e) < 0)
        fail_msg("%s", e.text);
    return d;
}

static void add_mark(json_t *marks, const char *what, const char *day, int days)
{
    json_t *m = json_pack("{s:s, s:I, s:s, s:i}", "do", what, "at", (json_int_t)(at(day) + 9 * MS_HOUR), "by",
                          "x", "days", days);
    if (strcmp(what, "pause") != 0 && strcmp(what, "resume") != 0)
        json_object_set_new(m, "clock", json_string("c"));
    json_array_append_new(marks, m);
}

static void test_counting(void **state)
{
    struct calendar cal;
    struct err e;
    (void)state;
    assert_int_equal(calendar_load(DEFINITIONS, &cal, &e), 0);
    for (size_t i = 0; i < N(counted); i++) {
        struct definition *d = one_clock(counted[i].days, counted[i].workdays);
        struct clock_state s[CLOCKS_MAX + 1];
        char got[CN_TEXT];
        json_t *marks = json_array();
        add_mark(marks, "start", counted[i].start, 0);
        for (size_t k = 0; k < 4 && counted[i].pauses[k]; k++)
            add_mark(marks, k % 2 ? "resume" : "pause", counted[i].pauses[k], 0);
        if (counted[i].extend)
            add_mark(marks, "extend", counted[i].start, counted[i].extend);
        json_t *doc =
            json_pack("{s:o, s:I}", "clock_marks", marks, "opened", (json_int_t)at(counted[i].start));
        assert_int_equal(clock_states(&cal, d, doc, at(counted[i].now) + 10 * MS_HOUR, s), 1);
        day_text(s[0].deadline, got);
        if (strcmp(got, counted[i].want) != 0 || s[0].paused != counted[i].paused)
            fail_msg("%s: %s, paused %lld", counted[i].name, got, (long long)s[0].paused);
        if (s[0].deadline == NEVER)
            assert_int_equal(s[0].year, 2027);
        json_decref(doc);
        definition_free(d);
    }
    calendar_release(&cal);
}

/* ---- clocks of a case ---- */

static void test_clocks(void **state)
{
    struct world *w = *state;
    int64_t id = open_in(w, "petition", "{'problem':'臭','owner':'plant'}"); /* 2026-03-02 09:00 */
    deadline_is(w, id, "reply", "2026-03-23");
    deadline_is(w, id, "finish", "-");
    must(w, id, "accept", NULL, ON_DUTY);
    assert_true(state_of(w, id, "reply", 0)->stopped > 0);
    deadline_is(w, id, "finish", "2026-05-01");
    w->now = at("2026-03-10 09:00");
    must(w, id, "pause", NULL, ON_DUTY);
    w->now = at("2026-03-15 09:00");
    must(w, id, "resume", NULL, ON_DUTY);
    must(w, id, "extend", NULL, ON_DUTY);
    deadline_is(w, id, "finish", "2026-06-05");
    json_t *v = view(w, id, ON_DUTY);
    const json_t *c = json_array_get(json_object_get(v, "clocks"), 1);
    assert_string_equal(json_str(c, "id", ""), "finish");
    assert_string_equal(json_str(c, "why", ""),
                        "自2026-03-02受理起60日，暂停5日，延期30日（批准人 duty），到期 2026-06-05");
    assert_string_equal(
        json_str(c, "why_en", ""),
        "60 days from 2026-03-02 (Accepted), paused 5, extended by 30 (approved by duty), due 2026-06-05");
    assert_string_equal(json_str(c, "deadline", ""), "2026-06-05");
    assert_string_equal(json_str(c, "certainty", ""), "memory");
    assert_int_equal(json_int(c, "paused_days", 0), 5);
    assert_int_equal(json_int(c, "extended_days", 0), 30);
    /* The nearest limit that runs is the case's: 40 working days from 2026-03-02, of which the pause took four. */
    assert_string_equal(json_str(v, "due", ""), "2026-05-06");
    json_decref(v);
    /* As it stood before the pause, from the events. */
    char got[CN_TEXT];
    day_text(state_of(w, id, "finish", at("2026-03-09 12:00"))->deadline, got);
    assert_string_equal(got, "2026-05-01");
    day_text(state_of(w, id, "finish", at("2026-03-12 12:00"))->deadline, got);
    assert_string_equal(got, "2026-05-03"); /* two days into the pause */
    struct buf past = BUF_INIT;
    struct err e = { 0 };
    assert_int_equal(case_write_clocks_at(w->l, id, ON_DUTY, at("2026-03-12 12:00"), &past, &e), 0);
    assert_non_null(strstr(past.data, "仍在暂停"));
    buf_release(&past);
    assert_int_equal(case_write_clocks_at(w->l, id, ON_DUTY, at("2026-03-01 12:00"), &past, &e), -ENOENT);
    /* The light is the worst that runs. */
    must(w, id, "submit", NULL, DOER);
    w->now = at("2026-03-24 09:00");
    v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "light", ""), "red");
    assert_non_null(strstr(json_str(v, "light_reason", ""), "审核期限"));
    json_decref(v);
    chain_holds(w, -1);
}

/* A date that was given moves with pauses after it was given, and with the days an action grants. */
static void test_main_limit(void **state)
{
    struct world *w = *state;
    int64_t id = open_in(w, "task", "{'problem':'x','due':'2026-04-30'}");
    deadline_is(w, id, "due", "2026-04-30");
    w->now = at("2026-03-10 09:00");
    must(w, id, "pause", NULL, ON_DUTY);
    w->now = at("2026-03-20 09:00");
    deadline_is(w, id, "due", "2026-05-10");
    must(w, id, "resume", NULL, ON_DUTY);
    must(w, id, "later", NULL, ON_DUTY);
    deadline_is(w, id, "due", "2026-05-20");
    json_t *v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "due", ""), "2026-05-20");
    assert_non_null(strstr(json_str(v, "light_reason", ""), "暂停10日，延期10日（批准人 duty）"));
    json_decref(v);
    must(w, id, "set", "{'due':'2026-05-15'}", ON_DUTY);
    deadline_is(w, id, "due", "2026-05-15");
    must(w, id, "pause", NULL, ON_DUTY);
    w->now = at("2026-03-22 09:00");
    deadline_is(w, id, "due", "2026-05-17");
    chain_holds(w, -1);
}

/* ---- the property: fold, replay and a plain count of days agree ---- */

struct logged {
    const char *action;
    int64_t at;
};

static uint32_t seed = 20260302;

static uint32_t dice(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* Counts days one by one, from the actions alone. */
static int64_t count_days(struct world *w, const struct logged *log, size_t n, int64_t start, int days,
                          bool workdays, int64_t today, bool with_pauses)
{
    for (int64_t day = cn_day_of(start) + 1;; day++) {
        bool paused = false;
        int64_t from = -1;
        for (size_t i = 0; with_pauses && i <= n; i++) {
            bool ends = i == n || strcmp(log[i].action, "resume") == 0;
            if (i < n && strcmp(log[i].action, "pause") == 0 && from < 0)
                from = cn_day_of(log[i].at);
            if (ends && from >= 0) {
                paused |= day > from && day <= (i < n ? cn_day_of(log[i].at) : today);
                from = -1;
            }
        }
        int works = workdays ? calendar_is_workday(&w->l->calendar, day, NULL) : 1;
        if (works < 0)
            return NEVER;
        days -= works && !paused;
        if (!days)
            return day;
    }
}

static void agree(struct world *w, int64_t id, const struct logged *log, size_t n, int64_t now, int64_t past)
{
    static const struct {
        const char *clock, *from, *stops[2];
        int days;
        bool workdays, once;
    } rules[] = {
        { "reply", "open", { "accept" }, 15, true, false },
        { "finish", "accept", { 0 }, 60, false, false },
        { "review", "submit", { "give_back", "done" }, 5, true, false },
        { "work", "accept", { 0 }, 40, true, true },
    };
    for (size_t k = 0; k < N(rules); k++) {
        int64_t start = 0, extend = 0, stop = 0;
        size_t until = n;
        for (size_t i = 0; i < n; i++) {
            if (strcmp(log[i].action, rules[k].from) == 0) {
                start = log[i].at;
                stop = extend = 0;
                until = n;
            }
            for (size_t s = 0; s < 2 && rules[k].stops[s]; s++)
                if (strcmp(log[i].action, rules[k].stops[s]) == 0 && !stop) {
                    stop = log[i].at;
                    until = i;
                }
            extend += strcmp(log[i].action, "extend") == 0 && strcmp(rules[k].clock, "finish") == 0 ? 30 : 0;
        }
        if (strcmp(rules[k].clock, "work") == 0 || strcmp(rules[k].clock, "finish") == 0) {
            for (size_t i = 0; i < n; i++) {
                bool work = rules[k].once;
                if (strcmp(log[i].action, "done") == 0 || (work && strcmp(log[i].action, "submit") == 0)) {
                    stop = stop ? stop : log[i].at;
                    until = i;
                }
                if (work && strcmp(log[i].action, "give_back") == 0) {
                    stop = 0;
                    until = n;
                }
            }
        }
        int64_t today = cn_day_of(stop ? stop : now);
        const struct clock_state *s = state_of(w, id, rules[k].clock, past);
        int64_t want = start ? count_days(w, log, until, start, rules[k].days + (int)extend,
                                          rules[k].workdays, today, true)
                             : NEVER;
        int64_t bare = start ? count_days(w, log, until, start, rules[k].days + (int)extend,
                                          rules[k].workdays, today, false)
                             : NEVER;
        if (s->deadline != want)
            fail_msg("seed %u, case %lld, %s at %lld: %lld, counted %lld", seed, (long long)id,
                     rules[k].clock, (long long)now, (long long)s->deadline, (long long)want);
        if (want != NEVER && want < bare)
            fail_msg("seed %u: a pause made %s earlier", seed, rules[k].clock);
    }
}

static void test_property(void **state)
{
    static const char *const actions[] = { "accept", "report",    "pause", "resume", "extend",
                                           "submit", "give_back", "pause", "resume" };
    struct world *w = *state;
    print_message("# seed %u\n", seed);
    for (int round = 0; round < 40; round++) {
        struct logged log[64];
        size_t n = 0;
        w->now = at("2024-01-02 08:00") + (int64_t)dice(500) * MS_DAY;
        int64_t id = open_in(w, "petition", "{'problem':'臭','owner':'plant'}");
        log[n++] = (struct logged){ "open", w->now };
        for (int step = 0; step < 25; step++) {
            const char *action = actions[dice(N(actions))];
            bool own = strcmp(action, "submit") == 0 || strcmp(action, "report") == 0;
            struct err e = { 0 };
            w->now += (int64_t)dice(9 * 24) * MS_HOUR;
            int r = act(w, id, action, NULL, own ? DOER : ON_DUTY, &e);
            if (r == 0)
                log[n++] = (struct logged){ action, w->now };
            agree(w, id, log, n, w->now, 0);
        }
        for (int look = 0; look < 10; look++) { /* any past moment, from the events */
            int64_t past =
                log[0].at + (int64_t)dice((uint32_t)((w->now - log[0].at) / MS_MINUTE) + 1) * MS_MINUTE;
            size_t known = 0;
            while (known < n && log[known].at <= past)
                known++;
            agree(w, id, log, known, past, past);
        }
    }
    chain_holds(w, -1);
}

/* ---- the ladder ---- */

static void rungs_are(struct world *w, int64_t id, const char *want)
{
    json_t *v = view(w, id, ON_DUTY);
    const json_t *events = json_object_get(v, "events");
    char got[1000] = "";
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *ev = json_array_get(events, i);
        if (strcmp(json_str(ev, "action", ""), "rung") != 0)
            continue;
        size_t n = strlen(got);
        snprintf(got + n, sizeof got - n, "%s%.10s %s", n ? ", " : "", json_str(ev, "at", ""),
                 json_str(ev, "label", ""));
    }
    json_decref(v);
    if (strcmp(got, want) != 0)
        fail_msg("rungs are: %s\nwanted: %s", got, want);
}

/* A year, an hour at a time: every rung once and on its working day. */
static void test_ladder(void **state)
{
    struct world *w = *state;
    int64_t id = open_in(w, "task", "{'problem':'x','due':'2026-09-30'}");
    for (w->now = at("2026-08-25 00:30"); w->now < at("2026-12-31 00:00"); w->now += 12 * MS_HOUR)
        tick(w, NULL);
    /* -30: 08-31; -7: 09-23; +1: 10-01 is a day off until 10-08; the 10th working day after 09-30 is 10-20; the 30th 11-17. */
    rungs_are(w, id, "2026-08-31 调度, 2026-09-23 预警, 2026-10-08 通报, 2026-10-20 督办, 2026-11-17 约谈");
    json_t *v = view(w, id, ON_DUTY);
    const json_t *ev = event_at(v, 2);
    assert_string_equal(json_str(ev, "text", ""), "通报：逾期即通报（时限 2026-09-30）");
    assert_string_equal(json_str(ev, "actor", ""), "system");
    json_decref(v);
    chain_holds(w, -1);
}

static void test_ladder_sleeps(void **state)
{
    struct world *w = *state;
    /* Opened ten days before the limit: the first rung is behind already, as the latest of those it is made up for. */
    w->now = at("2026-03-02 09:00");
    int64_t id = open_in(w, "task", "{'problem':'x','due':'2026-03-12'}");
    int64_t late =
        open_in(w, "task", "{'problem':'x','due':'2026-02-02'}"); /* four are behind: only the latest */
    tick(w, NULL);
    rungs_are(w, id, "2026-03-02 调度");
    rungs_are(w, late, "2026-03-02 督办");
    /* The server sleeps over two rungs: both come late and say for which day they were. */
    tick(w, "2026-03-20 10:00");
    rungs_are(w, id, "2026-03-02 调度, 2026-03-20 预警, 2026-03-20 通报");
    json_t *v = view(w, id, ON_DUTY);
    assert_non_null(strstr(json_str(event_at(v, 0), "text", ""), "应于 2026-03-13 进行，迟于当日"));
    json_decref(v);
    world_reopen(w);
    tick(w, "2026-03-20 11:00");
    rungs_are(w, id, "2026-03-02 调度, 2026-03-20 预警, 2026-03-20 通报");
    /* No rung while it is paused or once the work is accepted. */
    must(w, id, "pause", NULL, ON_DUTY);
    tick(w, "2026-04-20 10:00");
    must(w, id, "resume", NULL, ON_DUTY);
    must(w, id, "pass", NULL, ON_DUTY);
    tick(w, "2026-08-20 10:00");
    rungs_are(w, id, "2026-03-02 调度, 2026-03-20 预警, 2026-03-20 通报");
    chain_holds(w, -1);
}

/* The tick need not look before case_next, and must look then. */
static void test_next(void **state)
{
    struct world *w = *state;
    int64_t id = open_in(w, "task", "{'problem':'x','due':'2026-09-30'}"), looks = 0;
    struct loaded c = { 0 };
    struct err e = { 0 };
    for (;;) {
        assert_int_equal(case_load(w->l, id, &c, &e), 0);
        int64_t next = case_next(w->l, &c, w->now);
        struct said why;
        bool has;
        int64_t days;
        enum light now = clock_light(w->l, &c, w->now, &why, &has, &days);
        if (next != NEVER && next > w->now)
            assert_int_equal(now, clock_light(w->l, &c, next - 1, &why, &has, &days));
        case_release(&c);
        if (next == NEVER)
            break;
        w->now = next > w->now ? next : w->now;
        tick(w, NULL);
        assert_true(++looks < 20);
    }
    rungs_are(w, id, "2026-08-31 调度, 2026-09-23 预警, 2026-10-08 通报, 2026-10-20 督办, 2026-11-17 约谈");
    assert_true(looks <= 7); /* five rungs, yellow on the day of one, red */
}

/* ---- reports ---- */

static void test_reports(void **state)
{
    struct world *w = *state;
    int64_t id = open_in(w, "petition", "{'problem':'臭','owner':'plant'}");
    tick(w, "2026-03-03 09:00");
    must(w, id, "accept", NULL, ON_DUTY);
    tick(w, "2026-03-25 23:00");
    json_t *v = view(w, id, ON_DUTY);
    assert_int_equal(json_int(v, "misses", -1), 0);
    json_decref(v);
    tick(w, "2026-03-26 00:01"); /* the next day */
    tick(w, "2026-03-27 00:01");
    v = view(w, id, ON_DUTY);
    assert_int_equal(json_int(v, "misses", -1), 1);
    assert_string_equal(json_str(event_at(v, 0), "text", ""),
                        "未按期报告：2026-03（应于 2026-03-25 前报告）");
    json_decref(v);
    w->now = at("2026-03-28 09:00"); /* counts for April */
    must(w, id, "report", NULL, DOER);
    tick(w, "2026-04-26 00:01");
    v = view(w, id, ON_DUTY);
    assert_int_equal(json_int(v, "misses", -1), 1);
    json_decref(v);
    tick(w, "2026-07-27 00:01"); /* slept over three */
    v = view(w, id, ON_DUTY);
    assert_int_equal(json_int(v, "misses", -1), 4);
    assert_string_equal(json_str(json_array_get(json_object_get(v, "missed"), 3), "period", ""), "2026-07");
    json_decref(v);
    must(w, id, "submit", NULL, DOER); /* in review no report is owed */
    tick(w, "2026-09-27 00:01");
    v = view(w, id, ON_DUTY);
    assert_int_equal(json_int(v, "misses", -1), 4);
    json_decref(v);
    chain_holds(w, -1);
}

static const struct {
    enum every every;
    int on_day;
    const char *day, *label, *due;
} periods[] = {
    { EVERY_WEEK, 5, "2026-03-06", "2026-03-02", "2026-03-06" },
    { EVERY_WEEK, 5, "2026-03-07", "2026-03-09", "2026-03-13" },
    { EVERY_MONTH, 31, "2026-02-28", "2026-02", "2026-02-28" },
    { EVERY_MONTH, 5, "2026-12-06", "2027-01", "2027-01-05" },
    { EVERY_QUARTER, 15, "2026-04-15", "2026-Q2", "2026-04-15" },
    { EVERY_QUARTER, 15, "2026-10-16", "2027-Q1", "2027-01-15" },
    { EVERY_HALF, 184, "2026-06-30", "2026-H1", "2026-06-30" },
    { EVERY_HALF, 184, "2026-07-01", "2026-H2", "2026-12-31" },
    { EVERY_YEAR, 90, "2026-03-31", "2026", "2026-03-31" },
    { EVERY_YEAR, 366, "2026-04-01", "2026", "2026-12-31" },
};

static void test_periods(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(periods); i++) {
        struct duty u = { .every = periods[i].every, .on_day = periods[i].on_day };
        char label[16], due[CN_TEXT];
        day_text(duty_period(&u, cn_day_of(at(periods[i].day)), label), due);
        if (strcmp(label, periods[i].label) != 0 || strcmp(due, periods[i].due) != 0)
            fail_msg("%s: %s due %s", periods[i].day, label, due);
    }
}

/* ---- looking back ---- */

static int64_t closed_case(struct world *w)
{
    int64_t id = open_in(w, "petition", "{'problem':'臭','owner':'plant','supervisor':'district'}");
    must(w, id, "accept", NULL, ON_DUTY);
    must(w, id, "submit", NULL, DOER);
    must(w, id, "done", NULL, ON_DUTY);
    return id;
}

static size_t rechecks(struct world *w, int64_t id, const char *kind, char seed_out[SM3_HEX])
{
    size_t n = 0;
    struct loaded c = { 0 };
    struct err e;
    assert_int_equal(case_load(w->l, id, &c, &e), 0);
    const json_t *list = json_object_get(c.doc, "rechecks");
    for (size_t i = 0; i < json_array_size(list); i++)
        n +=
            (strchr(json_string_value(json_array_get(list, i)), 'Q') != NULL) == (strcmp(kind, "share") == 0);
    case_release(&c);
    char *kept = NULL;
    if (seed_out && ledger_get_setting(w->store, "recheck-seed:petition:2026-Q2", &kept, &e) == 0)
        snprintf(seed_out, SM3_HEX, "%s", kept);
    free(kept);
    return n;
}

static void test_recheck(void **state)
{
    enum { CASES = 80 };
    struct world *w = *state;
    int64_t id[CASES];
    for (size_t i = 0; i < CASES; i++)
        id[i] = closed_case(w);
    int64_t closed = w->now;
    tick(w, "2026-03-31 09:00");
    assert_int_equal(rechecks(w, id[0], "fixed", NULL), 0);
    tick(w, "2026-04-01 09:00"); /* 30 days, and the new quarter */
    tick(w, "2026-05-01 09:00");
    assert_int_equal(rechecks(w, id[0], "fixed", NULL), 1);
    char drawn_by[SM3_HEX] = "";
    size_t drawn = 0;
    for (size_t i = 0; i < CASES; i++) {
        char number[32], text[120], hex[SM3_HEX];
        size_t got = rechecks(w, id[i], "share", drawn_by);
        /* Anybody can repeat the draw from the seed. */
        snprintf(number, sizeof number, "XF-%03zu", i + 1);
        snprintf(text, sizeof text, "%s|%s", drawn_by, number);
        assert_int_equal(sm3_hex(text, strlen(text), hex, NULL), 0);
        hex[13] = '\0';
        assert_int_equal(got, strtoull(hex, NULL, 16) < (UINT64_C(1) << 50));
        drawn += got;
    }
    assert_in_range(drawn, 8, 36); /* a quarter of 80 */
    tick(w, "2026-08-30 09:00");
    assert_int_equal(rechecks(w, id[0], "fixed", NULL), 2);
    w->now = closed + 366 * MS_DAY;
    tick(w, NULL);
    chain_holds(w, -1);
}

/* What a visit finds reopens the case under its number, and counts against the unit. */
static void test_visit(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t id = closed_case(w);
    w->now = at("2026-04-10 09:00");
    assert_int_equal(act(w, id, "visit", "{'reason':'现场仍有异味'}", DOER, &e), -EPERM);
    assert_int_equal(act(w, id, "visit", NULL, OVERSEER, &e), -EINVAL);
    must(w, id, "visit", "{'reason':'现场仍有异味'}", OVERSEER);
    json_t *v = view(w, id, ON_DUTY);
    assert_string_equal(json_str(v, "number", ""), "XF-001");
    assert_string_equal(json_str(v, "state", ""), "办");
    assert_int_equal(json_int(v, "rebounds", 0), 1);
    assert_true(json_is_null(json_object_get(v, "closed")));
    json_decref(v);
    struct buf counts = BUF_INIT;
    assert_int_equal(ledgers_write_counts(w->l, w->now, &counts, &e), 0);
    assert_non_null(strstr(counts.data, "\"rebounded\":1"));
    buf_release(&counts);
    /* A new round has its own clocks. */
    deadline_is(w, id, "finish", "-");
    deadline_is(w, id, "reply", "2026-05-06");
    chain_holds(w, -1);
}

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

static char *changed(const char *text, const char *from, const char *to)
{
    const char *p = strstr(text, from);
    char *out = NULL;
    assert_non_null(p);
    assert_true(asprintf(&out, "%.*s%s%s", (int)(p - text), text, to, p + strlen(from)) > 0);
    return out;
}

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

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counting),
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_faults),
        TEST(test_clocks),
        TEST(test_main_limit),
        TEST(test_property),
        TEST(test_ladder),
        TEST(test_ladder_sleeps),
        TEST(test_next),
        TEST(test_reports),
        TEST(test_recheck),
        TEST(test_visit),
        TEST(test_merge),
        TEST(test_move),
        TEST(test_listener),
        TEST(test_own_tests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
