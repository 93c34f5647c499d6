/* What devices tell once, which device a site has, unknown and refused ones, and first contact. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scoped.h"
#include "fleet_thread.h"
#include "support.h"

#define MN_STRANGE "010000A8900016F000169DFF"

static struct gateway_registration registration(const char *mn)
{
    struct gateway_registration reg = { .edition = HJ212_2017 };
    snprintf(reg.mn, sizeof reg.mn, "%s", mn);
    snprintf(reg.pw, sizeof reg.pw, "%s", PW);
    return reg;
}

/* ---- what is told once ---- */

static const struct {
    int cn;
    enum hj212_edition edition;
    const char *cp, *body, *answer;
    int minute; /* of the time it speaks for; 8:00 is when it is sent */
} told_case[] = {
    { 2021, HJ212_2017, "DataTime=20260301075900;SB1-RS=1", "CN=2021;SB1-RS=1", "CN=9014", 59 },
    { 2041, HJ212_2017, "DataTime=20260301075800;SB1-RT=23.50", "CN=2041;SB1-RT=23.50", "CN=9014", 58 },
    { 2081, HJ212_2017, "DataTime=20260301075700;RestartTime=20260301075600",
      "CN=2081;RestartTime=20260301075600", "CN=9014", 57 },
    { 2081, HJ212_2017, "RestartTime=20260301075600", "CN=2081;RestartTime=20260301075600", "CN=9014", 56 },
    { 2072, HJ212_2005, "AlarmTime=20260301075500;w01018-Ala=99.9;AlarmType=1",
      "CN=2072;AlarmTime=20260301075500;w01018-Ala=99.9;AlarmType=1", "CN=2072", 55 },
    { 3015, HJ212_2017, "DataTime=20260301075400;VaseNo=3", "CN=3015;VaseNo=3", "CN=9014", 54 },
    { 3018, HJ212_2017, "PolId=w01018;Stime=30", "CN=3018;PolId=w01018;Stime=30", "CN=9014", 0 },
    { 3019, HJ212_2017, "PolId=w01018;w01018-SN=A1", "CN=3019;PolId=w01018;w01018-SN=A1", "CN=9014", 0 },
    { 3020, HJ212_2017, "DataTime=20260301075300;PolId=w01018;i11001-Info=//door open//",
      "CN=3020;PolId=w01018;i11001-Info=//door open//", "CN=9014", 53 },
    { 2111, HJ212_2025, "DataTime=20260301075500;a01901-Avg=851", "CN=2111;a01901-Avg=851", "CN=9014", 55 },
    { 2062, HJ212_2025, "DataTime=20260301075500;w01018-ResultType=1", "CN=2062;w01018-ResultType=1",
      "CN=9014", 55 },
    { 1013, HJ212_2017, "", NULL, "CN=9013", 0 },
    { 1013, HJ212_2017, "", NULL, "CN=1012", 0 },
    { 9015, HJ212_2025, "", NULL, "CN=9013", 0 },
    { 9021, HJ212_2017, "", NULL, "CN=9022", 0 },
};

static void test_what_is_told_once_is_kept_and_answered(void **state)
{
    struct rig *r = *state;
    int fd = rig_dial(r);
    size_t kept = 0;
    for (size_t i = 0; i < COUNT_OF(told_case); i++) {
        scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
        char qn[32];
        bool old = told_case[i].edition == HJ212_2005;
        snprintf(qn, sizeof qn, "202603010800%05zu", i);
        put_frame(&b, &(struct upload){ .mn = old ? MN_OLD : MN_NEW,
                                        .qn = old ? "" : qn,
                                        .st = "32",
                                        .pw = PW,
                                        .cn = told_case[i].cn,
                                        .edition = told_case[i].edition,
                                        .cp = told_case[i].cp });
        send_buf(fd, &b);
        size_t answers = told_case[i].cn == 1013 ? 2 : 1;
        if (read_answers(fd, answers, 5000, &got) != answers || !strstr(got.data, told_case[i].answer))
            fail_msg("%zu: %d: '%s'", i, told_case[i].cn, got.len ? got.data : "");
        if (!told_case[i].body) {
            assert_int_equal(r->store.n, kept);
            continue;
        }
        const struct kept *k = &r->store.kept[kept++];
        assert_int_equal(r->store.n, kept);
        assert_int_equal(k->r.period, PERIOD_NOTE);
        assert_string_equal(k->body, told_case[i].body);
        int64_t at = cn_to_ms(&(struct cn_civil){ .year = 2026,
                                                  .month = 3,
                                                  .day = 1,
                                                  .hour = told_case[i].minute ? 7 : 8,
                                                  .minute = told_case[i].minute });
        if (k->r.time - k->r.time % 1000 != at)
            fail_msg("%zu: %d: time %lld, not %lld", i, told_case[i].cn, (long long)k->r.time, (long long)at);
        /* once more: a repeat is answered and not kept again */
        if (!old) {
            buf_clear(&got);
            exchange(fd, &b, 1, &got);
            assert_int_equal(r->store.n, kept);
        }
    }
    assert_int_equal(device_of(r->g, MN_NEW).notes, 20); /* frames, repeats too */
}

static void test_a_heartbeat_that_wants_no_answer_gets_none(void **state)
{
    struct rig *r = *state;
    int fd = rig_dial(r);
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    struct hj212_head h = {
        .qn = "20260301080000001", .st = "32", .pw = PW, .mn = MN_NEW, .cn = 9015, .edition = HJ212_2025
    };
    assert_int_equal(hj212_build(&b, &h, "", 0), 0);
    send_buf(fd, &b);
    assert_int_equal(read_answers(fd, 1, 300, &got), 0);
    assert_int_equal(device_of(r->g, MN_NEW).frames, 1);
}

/* ## + 4-digit address + 4-digit length: taken, and answered with the same address. */
static void test_a_serial_head(void **state)
{
    struct rig *r = *state;
    int fd = rig_dial(r);
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    static const char cp[] = "DataTime=20260301070000;w01018-Avg=4";
    struct hj212_head h = { .qn = "20260301080000001",
                            .st = "32",
                            .pw = PW,
                            .mn = MN_NEW,
                            .cn = 2061,
                            .edition = HJ212_2017,
                            .address = "0001",
                            .answer_wanted = true };
    assert_int_equal(hj212_build(&b, &h, cp, sizeof cp - 1), 0);
    exchange(fd, &b, 1, &got);
    assert_int_equal(strncmp(got.data, "##0001", 6), 0);
    assert_int_equal(r->store.n, 1);
}

/* ---- registration ---- */

static void hour(struct buf *b, const char *mn, const char *pw, const char *st, const char *qn)
{
    put_frame(b, &(struct upload){ .mn = mn,
                                   .qn = qn,
                                   .st = st,
                                   .pw = pw,
                                   .cn = 2061,
                                   .edition = HJ212_2017,
                                   .cp = "DataTime=20260301070000;w01018-Avg=4" });
}

static void test_an_unknown_device_is_accepted(void **state)
{
    struct rig *r = *state;
    struct err e = { 0 };
    struct gateway_unknown u[4];
    int fd = rig_dial(r);
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    hour(&b, MN_STRANGE, PW, "32", "20260301080000001");
    send_buf(fd, &b);
    WAIT_FOR(gateway_unknown(r->g, u, 4) == 1);
    assert_string_equal(u[0].mn, MN_STRANGE);
    /* replaces the one of site 1; its other MN is nobody's then */
    struct gateway_registration reg = registration(MN_STRANGE);
    memcpy(reg.st[0], "32", 3);
    assert_int_equal(gateway_register(r->g, 1, &reg, &e), 0);
    assert_int_equal(gateway_unknown(r->g, u, 4), 0);
    exchange(fd, &b, 1, &got);
    assert_int_equal(r->store.n, 1);
    assert_int_equal(r->store.kept[0].r.site, 1);
    assert_string_equal(device_of(r->g, MN_STRANGE).reg.st[0], "32");
    assert_string_equal(device_of(r->g, MN_STRANGE).reg.pw, "");
    assert_string_equal(device_of(r->g, MN_NEW).mn, "");
    /* a system that was not allowed */
    buf_clear(&b);
    hour(&b, MN_STRANGE, PW, "31", "20260301080000002");
    send_buf(fd, &b);
    WAIT_FOR(device_of(r->g, MN_STRANGE).refused[GATEWAY_WRONG_ST] == 1);
    assert_string_equal(gateway_refusal_name(GATEWAY_WRONG_ST), "wrong_st");
    assert_int_equal(r->store.n, 1);
    buf_clear(&b);
    hour(&b, MN_NEW, PW, "32", "20260301080000003");
    send_buf(fd, &b);
    WAIT_FOR(gateway_unknown(r->g, u, 4) == 1);
    assert_string_equal(u[0].mn, MN_NEW);
}

static const struct {
    const char *name, *mn, *pw;
    int32_t site;
    int code;
} refused_case[] = {
    { "no such site", MN_STRANGE, PW, 99, -ENOENT },
    { "no site at all", MN_STRANGE, PW, 0, -ENOENT },
    { "another site's device", MN_OLD, PW, 1, -EEXIST },
    { "an MN that breaks the frame", "1;2", PW, 1, -EINVAL },
    { "a password that does", MN_STRANGE, "a&&b", 1, -EINVAL },
    { "its own again, another password", MN_NEW, "654321", 1, 0 },
};

static void test_registrations(void **state)
{
    struct rig *r = *state;
    rig_start(r);
    for (size_t i = 0; i < COUNT_OF(refused_case); i++) {
        struct err e = { 0 };
        struct gateway_registration reg = registration(refused_case[i].mn);
        snprintf(reg.pw, sizeof reg.pw, "%s", refused_case[i].pw);
        int code = gateway_register(r->g, refused_case[i].site, &reg, &e);
        if (code != refused_case[i].code)
            fail_msg("%s: %d %s", refused_case[i].name, code, e.text);
    }
    int fd = dial(r->g);
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    hour(&b, MN_NEW, PW, "32", "20260301080000001"); /* the old password */
    send_buf(fd, &b);
    WAIT_FOR(device_of(r->g, MN_NEW).refused[GATEWAY_WRONG_PW] == 1);
    buf_clear(&b);
    hour(&b, MN_NEW, "654321", "32", "20260301080000001");
    exchange(fd, &b, 1, &got);
    close(fd);
}

/* A device that is taken away in the middle of a request: the request is lost, the line closed, nothing dangles. */
static void test_replaced_while_asked(void **state)
{
    struct rig *r = *state;
    struct err e = { 0 };
    int fd = rig_dial(r);
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    hour(&b, MN_NEW, PW, "32", "20260301080000001");
    exchange(fd, &b, 1, &got);
    buf_clear(&got);
    assert_int_equal(gateway_command(r->g, 1, "get_time", NULL, 0, "duty", gateway_command_id(r->g), &e), 0);
    assert_int_equal(read_answers(fd, 1, 5000, &got), 1);
    struct gateway_registration reg = registration(MN_STRANGE);
    assert_int_equal(gateway_register(r->g, 1, &reg, &e), 0);
    assert_int_equal(stats_of(r->g).commands[GATEWAY_COMMAND_LOST], 1);
    char one;
    assert_true(read(fd, &one, 1) <= 0);
    struct gateway_command past[GATEWAY_COMMANDS];
    assert_int_equal(gateway_commands(r->g, 1, past), 0);
    assert_int_equal(gateway_command(r->g, 1, "get_time", NULL, 0, "duty", gateway_command_id(r->g), &e),
                     -ENOTCONN);
}

/* Taken away without a successor: unknown from then on, and the site is free for any. */
static void test_removed(void **state)
{
    struct rig *r = *state;
    struct err e = { 0 };
    struct gateway_unknown u[4];
    int fd = rig_dial(r);
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    hour(&b, MN_NEW, PW, "32", "20260301080000001");
    exchange(fd, &b, 1, &got);
    const struct gateway_registration none = { .edition = HJ212_2017 };
    assert_int_equal(gateway_register(r->g, 1, &none, &e), 0);
    char one;
    assert_true(read(fd, &one, 1) <= 0);
    rig_hang_up(r);
    assert_string_equal(device_of(r->g, MN_NEW).mn, "");
    assert_int_equal(gateway_command(r->g, 1, "get_time", NULL, 0, "duty", gateway_command_id(r->g), &e),
                     -ENOENT);
    gateway_heal(r->g);
    fd = dial(r->g);
    send_buf(fd, &b);
    WAIT_FOR(gateway_unknown(r->g, u, 4) == 1);
    assert_string_equal(u[0].mn, MN_NEW);
    assert_int_equal(gateway_register(r->g, 1, &none, &e), 0); /* none was there: nothing happens */
    struct gateway_registration reg = registration(MN_NEW);
    assert_int_equal(gateway_register(r->g, 1, &reg, &e), 0);
    send_buf(fd, &b);
    buf_clear(&got);
    assert_int_equal(read_answers(fd, 1, 5000, &got), 1);
}

static void test_refused_by_rule(void **state)
{
    struct rig *r = *state;
    struct err e = { 0 };
    struct gateway_unknown u[4];
    int fd = rig_dial(r);
    scoped(buf_release) struct buf b = BUF_INIT;
    hour(&b, MN_STRANGE, PW, "32", "20260301080000001");
    send_buf(fd, &b);
    WAIT_FOR(gateway_unknown(r->g, u, 4) == 1);
    assert_int_equal(gateway_ignore(r->g, MN_STRANGE, true, &e), 0);
    assert_int_equal(gateway_unknown(r->g, u, 4), 0);
    send_buf(fd, &b);
    WAIT_FOR(stats_of(r->g).refused[GATEWAY_IGNORED] == 1);
    assert_int_equal(gateway_unknown(r->g, u, 4), 0);
    assert_int_equal(gateway_ignore(r->g, MN_STRANGE, false, &e), 0);
    send_buf(fd, &b);
    WAIT_FOR(gateway_unknown(r->g, u, 4) == 1);
    assert_int_equal(gateway_ignore(r->g, "", true, &e), -EINVAL);
}

static void registered(void *arg, int32_t site, struct gateway_registration *io)
{
    (void)arg;
    if (site == 1)
        *io = registration(MN_STRANGE);
    if (site == 2)
        io->mn[0] = 0;
}

/* At the start what was decided lies over the place. */
static void test_decided_before_the_start(void **state)
{
    struct rig *r = *state;
    r->cfg.registered = registered;
    rig_start(r);
    assert_string_equal(device_of(r->g, MN_STRANGE).mn, MN_STRANGE);
    assert_string_equal(device_of(r->g, MN_NEW).mn, "");
    assert_string_equal(device_of(r->g, MN_OLD).mn, "");
}

/* ---- first contact ---- */

struct told {
    struct gateway_command c[32];
    size_t n;
    char kept[400];
};

static void ended(void *arg, int32_t site, const char *mn, const struct gateway_command *c)
{
    struct told *t = arg;
    assert_int_equal(site, 1);
    assert_string_equal(mn, MN_NEW);
    assert_true(t->n < 32);
    t->c[t->n++] = *c;
}

static void keep(void *arg, int32_t site, const char *mn, const char *json)
{
    struct told *t = arg;
    (void)mn;
    if (site == 1)
        snprintf(t->kept, sizeof t->kept, "%s", json);
}

static void kept(void *arg, int32_t site, const char *mn, struct buf *json)
{
    struct told *t = arg;
    (void)mn;
    if (site == 1)
        buf_adds(json, t->kept);
}

static void greeting(void *arg, int32_t site, struct gateway_registration *io)
{
    (void)arg;
    io->greet = site == 1;
    io->rtd_interval = 90;
    io->min_interval = 5;
}

static void heal_until(struct rig *r, const struct told *t, size_t n)
{
    for (int i = 0; i < 3000 && t->n < n; i++) {
        usleep(20000);
        gateway_heal(r->g);
    }
    usleep(50000);
    gateway_heal(r->g);
    gateway_heal(r->g);
}

static void start_greeting(struct rig *r, struct fleet_thread *f, struct told *t)
{
    rig_init(r);
    r->cfg.registered = greeting;
    r->cfg.ended = ended;
    r->cfg.keep = keep;
    r->cfg.kept = kept;
    r->cfg.heal_arg = t;
    rig_start(r);
    *f = (struct fleet_thread){ .edition = HJ212_2017, .mn = MN_NEW, .uploads = 1, .clock = &r->clock };
    fleet_thread_start(f, gateway_port(r->g));
    WAIT_FOR(r->store.n == 1);
}

static void test_first_contact(void **state)
{
    (void)state;
    static const char *const args[] = { "SystemTime=20260301080000", "OverTime=10;ReCount=3",
                                        "RtdInterval=90", "MinInterval=5" };
    struct rig r;
    struct fleet_thread f;
    struct told t = { .n = 0 };
    start_greeting(&r, &f, &t);
    heal_until(&r, &t, 4);
    assert_int_equal(t.n, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(t.c[i].args, args[i]);
        assert_string_equal(t.c[i].by, "system");
        assert_int_equal(t.c[i].state, GATEWAY_COMMAND_DONE);
    }
    assert_int_equal(device_of(r.g, MN_NEW).commands, 0); /* nobody asked */
    /* another interval is decided: only that is told */
    struct gateway_registration reg = registration(MN_NEW);
    reg.greet = true;
    reg.over_time = 10;
    reg.re_count = 3;
    reg.rtd_interval = 120;
    reg.min_interval = 5;
    assert_int_equal(gateway_register(r.g, 1, &reg, NULL), 0);
    heal_until(&r, &t, 5);
    assert_int_equal(t.n, 5);
    assert_string_equal(t.c[4].args, "RtdInterval=120");
    fleet_thread_stop(&f);
    rig_release(&r);
    /* a restart, a new line: what it was told is known; the place's 90 s hold again, and only they are told */
    assert_non_null(strstr(t.kept, "RtdInterval=120"));
    start_greeting(&r, &f, &t);
    heal_until(&r, &t, 6);
    assert_int_equal(t.n, 6);
    assert_string_equal(t.c[5].args, "RtdInterval=90");
    fleet_thread_stop(&f);
    rig_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_what_is_told_once_is_kept_and_answered),
        RIG_TEST(test_a_heartbeat_that_wants_no_answer_gets_none),
        RIG_TEST(test_a_serial_head),
        RIG_TEST(test_an_unknown_device_is_accepted),
        RIG_TEST(test_registrations),
        RIG_TEST(test_replaced_while_asked),
        RIG_TEST(test_removed),
        RIG_TEST(test_refused_by_rule),
        RIG_TEST(test_decided_before_the_start),
        cmocka_unit_test(test_first_contact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
