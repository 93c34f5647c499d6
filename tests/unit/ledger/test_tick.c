/* What time does by itself: the ladder, reports that are missed, re-checks. */
#include "timed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/sm3.h"
#include "store/case_rows.h"

/* ---- the ladder ---- */

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

/* ---- many at once ---- */

static int red(struct world *w)
{
    struct case_page p = { 0 };
    struct err e = { 0 };
    struct case_query q = { .light = CASE_RED, .today = cn_day_of(w->now), .limit = 1 };
    assert_int_equal(case_rows_page(w->store, &q, &p, &e), 0);
    free(p.id);
    return (int)p.total;
}

/* A pass that may take no time does one piece, says that more are due, and the next ones go on to the same end. */
static void test_pieces(void **state)
{
    enum { CASES = 450 };
    struct world *w = *state;
    int64_t id[CASES];
    for (int i = 0; i < CASES; i++)
        id[i] = open_in(w, "task", "{'problem':'x','due':'2026-09-30'}");
    w->now = at("2026-10-08 00:30");
    struct err e = { 0 };
    bool left = true;
    int passes = 0;
    for (; left; passes++)
        assert_int_equal(ledgers_tick_for(w->l, w->now, 1, NULL, NULL, &left, &e), 0);
    assert_true(passes >= 3); /* two pieces of at most 200 leave some */
    assert_int_equal(red(w), CASES);
    for (int i = 0; i < CASES; i++)
        rungs_are(w, id[i], "2026-10-08 调度, 2026-10-08 预警, 2026-10-08 通报");
    chain_holds(w, -1);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_periods), TIMED_TEST(test_ladder), TIMED_TEST(test_ladder_sleeps),
        TIMED_TEST(test_next),          TIMED_TEST(test_pieces), TIMED_TEST(test_reports),
        TIMED_TEST(test_recheck),       TIMED_TEST(test_visit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
