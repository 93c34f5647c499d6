/* Clocks: counted over holidays, pauses and extensions; folded, replayed and counted by hand. */
#include "timed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counting),
        TIMED_TEST(test_clocks),
        TIMED_TEST(test_main_limit),
        TIMED_TEST(test_property),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
