/* Requests to devices: what is asked and written, the exchange with a device that answers, and with ones that do not. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scoped.h"
#include "fleet_thread.h"
#include "support.h"

/* ---- the table ---- */

static const struct {
    const char *word;
    enum hj212_edition edition;
    struct command_value v[4];
    const char *cp, *says; /* one of them */
} write_case[] = {
    { "set_time",
      HJ212_2017,
      { { "SystemTime", "2026-03-01T08:00:05" } },
      "SystemTime=20260301080005",
      NULL },
    { "set_time", HJ212_2017, { { NULL, NULL } }, "SystemTime=20260301080000", NULL },
    { "set_time", HJ212_2017, { { "PolId", "w01018" } }, "PolId=w01018;SystemTime=20260301080000", NULL },
    { "get_time", HJ212_2005, { { NULL, NULL } }, "", NULL },
    { "set_timeout", HJ212_2017, { { "ReCount", "3" }, { "OverTime", "5" } }, "OverTime=5;ReCount=3", NULL },
    { "set_timeout", HJ212_2017, { { "OverTime", "5" } }, NULL, "ReCount: missing" },
    { "set_timeout",
      HJ212_2017,
      { { "OverTime", "100" }, { "ReCount", "1" } },
      NULL,
      "OverTime: not from 1 to 99" },
    { "set_realtime_interval", HJ212_2017, { { "RtdInterval", "30" } }, "RtdInterval=30", NULL },
    { "set_realtime_interval", HJ212_2017, { { "RtdInterval", "29" } }, NULL, "not from 30 to 3600" },
    { "set_realtime_interval", HJ212_2017, { { "RtdInterval", "-30" } }, NULL, "not a whole number" },
    { "set_realtime_interval", HJ212_2017, { { "RtdInterval", "3e3" } }, NULL, "not a whole number" },
    { "set_minute_interval", HJ212_2017, { { "MinInterval", "20" } }, "MinInterval=20", NULL },
    { "set_minute_interval", HJ212_2017, { { "MinInterval", "7" } }, NULL, "not one of" },
    { "set_minute_interval", HJ212_2005, { { "MinInterval", "20" } }, NULL, "HJ 212-2005" },
    { "set_password", HJ212_2017, { { "NewPW", "654321" } }, "NewPW=654321", NULL },
    { "set_password", HJ212_2005, { { "NewPW", "654321" } }, "PW=654321", NULL },
    { "set_password", HJ212_2017, { { "NewPW", "6543;1" } }, NULL, "only letters" },
    { "set_password", HJ212_2017, { { "NewPW", "65432" } }, NULL, "characters" },
    { "get_hours",
      HJ212_2017,
      { { "BeginTime", "2026-03-01T07:00" }, { "EndTime", "20260301070000" } },
      "BeginTime=20260301070000;EndTime=20260301070000",
      NULL },
    { "get_hours",
      HJ212_2017,
      { { "BeginTime", "2026-03-02" }, { "EndTime", "2026-03-01" } },
      NULL,
      "before BeginTime" },
    { "get_hours",
      HJ212_2017,
      { { "BeginTime", "2026-02-30" }, { "EndTime", "2026-03-01" } },
      NULL,
      "BeginTime: not a time" },
    { "set_parameter",
      HJ212_2017,
      { { "PolId", "w01018" }, { "InfoId", "i13004" }, { "Info", "168.0" } },
      "PolId=w01018;InfoId=i13004;i13004-Info=168.0",
      NULL },
    { "get_info",
      HJ212_2017,
      { { "InfoId", "i11001" }, { "BeginTime", "2026-03-01" }, { "EndTime", "2026-03-02" } },
      "InfoId=i11001;BeginTime=20260301000000;EndTime=20260302000000",
      NULL },
    { "calibrate", HJ212_2017, { { "PolId", "w01018" } }, "PolId=w01018", NULL },
    { "calibrate", HJ212_2017, { { "PolId", "w01018" }, { "PolId", "w01018" } }, NULL, "given twice" },
    { "sample", HJ212_2017, { { "Polid", "w01018" } }, NULL, "no such argument" },
};

static void test_arguments(void **state)
{
    (void)state;
    int64_t now = cn_to_ms(&(struct cn_civil){ .year = 2026, .month = 3, .day = 1, .hour = 8 });
    for (size_t i = 0; i < COUNT_OF(write_case); i++) {
        scoped(buf_release) struct buf cp = BUF_INIT;
        struct err e = { 0 };
        size_t n = 0;
        while (n < 4 && write_case[i].v[n].name)
            n++;
        int r = command_write(command_find(write_case[i].word), write_case[i].edition, write_case[i].v, n,
                              now, &cp, &e);
        bool good = write_case[i].cp ? r == 0 && strcmp(cp.data ? cp.data : "", write_case[i].cp) == 0
                                     : r == -EINVAL && strstr(e.text, write_case[i].says) && !cp.len;
        if (!good)
            fail_msg("%zu %s: %d '%s' '%s'", i, write_case[i].word, r, cp.data ? cp.data : "", e.text);
    }
}

/* The codec's table knows each as something for devices, and offers nothing that has no word here, but for keys and joining. */
static void test_the_codec_knows_them(void **state)
{
    (void)state;
    size_t n;
    const struct hj212_command *all = hj212_commands(&n);
    for (size_t i = 0; i < command_count(); i++) {
        const struct command_spec *c = command_at(i);
        enum hj212_kind kind = hj212_kind_of(command_code(c), HJ212_TO_DEVICE);
        if (kind != HJ212_REQUEST && kind != HJ212_NOTICE)
            fail_msg("%s: %d is no request", c->word, c->cn);
        assert_ptr_equal(command_find(c->word), c);
        assert_true(!c->data || !c->history);
    }
    for (size_t i = 0; i < n; i++) {
        enum hj212_kind kind = hj212_kind_of(&all[i], HJ212_TO_DEVICE);
        bool there =
            (kind != HJ212_REQUEST && kind != HJ212_NOTICE) || all[i].cn == 1002 || all[i].cn == 1014;
        for (size_t k = 0; k < command_count() && !there; k++)
            there = command_code(command_at(k)) == &all[i];
        if (!there)
            fail_msg("%d %s has no word", all[i].cn, all[i].en);
    }
}

/* ---- a device that carries them out ---- */

enum {
    OLD = HJ212_IN_2005,
    MIDDLE = HJ212_IN_2017,
    NEW = HJ212_IN_2025,
    SINCE_2017 = HJ212_IN_2017 | HJ212_IN_2025,
};

static struct gateway_command last(struct gateway *g, int32_t site)
{
    struct gateway_command all[GATEWAY_COMMANDS] = { 0 };
    gateway_commands(g, site, all);
    return all[0];
}

static const struct {
    const char *word;
    struct command_value v[4];
    enum gateway_command_state end;
    const char *data;  /* said by the device */
    unsigned editions; /* 0: all */
} run_case[] = {
    { "get_time", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "SystemTime=20260301080000", 0 },
    { "set_time", { { "SystemTime", "2026-03-01T09:00" } }, GATEWAY_COMMAND_DONE, "", 0 },
    { "get_time", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "SystemTime=20260301090000", 0 },
    { "set_timeout", { { "OverTime", "5" }, { "ReCount", "2" } }, GATEWAY_COMMAND_DONE, "", 0 },
    { "get_realtime_interval", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "RtdInterval=60", 0 },
    { "set_realtime_interval", { { "RtdInterval", "120" } }, GATEWAY_COMMAND_DONE, "", 0 },
    { "get_realtime_interval", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "RtdInterval=120", 0 },
    { "set_minute_interval", { { "MinInterval", "5" } }, GATEWAY_COMMAND_DONE, "", SINCE_2017 },
    { "get_minute_interval", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "MinInterval=5", SINCE_2017 },
    { "get_report_time", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "ReportTime=0100", OLD },
    { "set_report_time", { { "ReportTime", "0230" } }, GATEWAY_COMMAND_DONE, "", OLD },
    { "get_report_time", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "ReportTime=0230", OLD },
    { "get_alarm_limits",
      { { "PolId", "w01018" } },
      GATEWAY_COMMAND_DONE,
      "PolId=w01018;w01018-LowValue=0;w01018-UpValue=100",
      OLD },
    { "set_alarm_limits", { { "PolId", "w01018" }, { "UpValue", "50.5" } }, GATEWAY_COMMAND_DONE, "", OLD },
    { "get_alarm_limits",
      { { "PolId", "w01018" } },
      GATEWAY_COMMAND_DONE,
      "PolId=w01018;w01018-LowValue=0;w01018-UpValue=50.5",
      OLD },
    { "set_alarm_time", { { "WarnTime", "10" } }, GATEWAY_COMMAND_DONE, "", OLD },
    { "get_platform_address", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "AlarmTarget=10.0.0.1", OLD },
    { "set_platform_address", { { "AlarmTarget", "10.0.0.2:8212" } }, GATEWAY_COMMAND_DONE, "", OLD },
    { "get_platform_address", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "AlarmTarget=10.0.0.2:8212", OLD },
    { "operate", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "", OLD },
    { "set_sampling_times", { { "CstartTime", "080000" }, { "Ctime", "4" } }, GATEWAY_COMMAND_DONE, "", OLD },
    { "get_alarms",
      { { "BeginTime", "2026-03-01" }, { "EndTime", "2026-03-01" } },
      GATEWAY_COMMAND_NO_DATA,
      "",
      OLD },
    { "stop_realtime", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "", 0 },
    { "start_realtime", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "", 0 },
    { "stop_states", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "", 0 },
    { "get_hours",
      { { "BeginTime", "2026-03-01T00:00" }, { "EndTime", "2026-03-01T02:00" } },
      GATEWAY_COMMAND_DONE,
      "",
      0 },
    { "get_days",
      { { "BeginTime", "2026-03-01" }, { "EndTime", "2026-03-01" } },
      GATEWAY_COMMAND_NO_DATA,
      "",
      0 },
    { "get_minutes",
      { { "BeginTime", "2026-03-01" }, { "EndTime", "2026-03-01" } },
      GATEWAY_COMMAND_NO_DATA,
      "",
      0 },
    { "get_running_times",
      { { "BeginTime", "2026-03-01" }, { "EndTime", "2026-03-01" } },
      GATEWAY_COMMAND_NO_DATA,
      "",
      0 },
    { "get_raw",
      { { "BeginTime", "2026-03-01" }, { "EndTime", "2026-03-01" } },
      GATEWAY_COMMAND_NO_DATA,
      "",
      NEW },
    { "get_noise",
      { { "BeginTime", "2026-03-01" }, { "EndTime", "2026-03-01" } },
      GATEWAY_COMMAND_NO_DATA,
      "",
      NEW },
    { "get_checks",
      { { "BeginTime", "2026-03-01" }, { "EndTime", "2026-03-01" } },
      GATEWAY_COMMAND_NO_DATA,
      "",
      NEW },
    { "calibrate", { { "PolId", "w01018" } }, GATEWAY_COMMAND_DONE, "", 0 },
    { "calibrate", { { "PolId", "w01018" }, { "CalibrationType", "1" } }, GATEWAY_COMMAND_DONE, "", NEW },
    { "sample", { { "PolId", "w01018" } }, GATEWAY_COMMAND_DONE, "", 0 },
    { "clean", { { "PolId", "w01018" } }, GATEWAY_COMMAND_DONE, "", SINCE_2017 },
    { "compare_sample", { { "PolId", "w01018" } }, GATEWAY_COMMAND_DONE, "", MIDDLE },
    { "keep_sample", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "DataTime=20260301090000;VaseNo=3", MIDDLE },
    { "keep_sample", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "DataTime=20260301090000;VaseNo=4", MIDDLE },
    { "keep_sample_now", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "DataTime=20260301090000;VaseNo=2", NEW },
    { "check_standard", { { "PolId", "w01018" } }, GATEWAY_COMMAND_DONE, "", NEW },
    { "get_sampling_cycle",
      { { "PolId", "w01018" } },
      GATEWAY_COMMAND_DONE,
      "PolId=w01018;CstartTime=000000;Ctime=2",
      MIDDLE },
    { "set_sampling_cycle",
      { { "PolId", "w01018" }, { "CstartTime", "080000" }, { "Ctime", "6" } },
      GATEWAY_COMMAND_DONE,
      "",
      MIDDLE },
    { "get_sampling_cycle",
      { { "PolId", "w01018" } },
      GATEWAY_COMMAND_DONE,
      "PolId=w01018;CstartTime=080000;Ctime=6",
      MIDDLE },
    { "get_result_time",
      { { "PolId", "w01018" } },
      GATEWAY_COMMAND_DONE,
      "PolId=w01018;Stime=30",
      SINCE_2017 },
    { "get_identity",
      { { "PolId", "w01018" } },
      GATEWAY_COMMAND_DONE,
      "PolId=w01018;w01018-SN=16F000169DC0w01018",
      SINCE_2017 },
    { "get_info", { { "InfoId", "i13004" } }, GATEWAY_COMMAND_NO_DATA, "", SINCE_2017 },
    { "get_info",
      { { "PolId", "w01018" }, { "InfoId", "i13004" } },
      GATEWAY_COMMAND_DONE,
      "DataTime=20260301090000;PolId=w01018;i13004-Info=165",
      SINCE_2017 },
    { "set_parameter",
      { { "PolId", "w01018" }, { "InfoId", "i13004" }, { "Info", "168.0" } },
      GATEWAY_COMMAND_DONE,
      "",
      SINCE_2017 },
    { "get_info",
      { { "PolId", "w01018" }, { "InfoId", "i13004" } },
      GATEWAY_COMMAND_DONE,
      "DataTime=20260301090000;PolId=w01018;i13004-Info=168.0",
      SINCE_2017 },
    { "get_info",
      { { "InfoId", "i22001" } },
      GATEWAY_COMMAND_DONE,
      "DataTime=20260301090000;i22001-Info=0",
      SINCE_2017 },
    { "set_parameter", { { "InfoId", "i22001" }, { "Info", "1" } }, GATEWAY_COMMAND_FAILED, "", SINCE_2017 },
    { "set_password", { { "NewPW", "654321" } }, GATEWAY_COMMAND_DONE, "", 0 },
    { "get_realtime_interval", { { NULL, NULL } }, GATEWAY_COMMAND_DONE, "RtdInterval=120", 0 },
};

/* A word that is not in the table above is one that no simulated device was asked. */
static void test_every_command_is_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count(); i++) {
        size_t k = 0;
        while (k < COUNT_OF(run_case) && strcmp(run_case[k].word, command_at(i)->word) != 0)
            k++;
        /* new_key wants a device with a key: keys_test.c. */
        if (k == COUNT_OF(run_case) && strcmp(command_at(i)->word, "start_states") != 0 &&
            strcmp(command_at(i)->word, "new_key") != 0)
            fail_msg("%s is not run", command_at(i)->word);
    }
}

static void run_all(enum hj212_edition edition, const char *mn, int32_t site)
{
    struct rig r;
    struct fleet_thread f = { .edition = edition, .mn = mn, .uploads = 2 };
    rig_init(&r);
    r.cfg.over_time_ms = 2000;
    rig_start(&r);
    f.clock = &r.clock;
    fleet_thread_start(&f, gateway_port(r.g));
    WAIT_FOR(r.store.n == 2);
    size_t asked = 0;
    for (size_t i = 0; i < COUNT_OF(run_case); i++) {
        uint64_t id;
        struct err e = { 0 };
        size_t n = 0;
        if (run_case[i].editions && !(run_case[i].editions & 1U << edition))
            continue;
        while (n < 3 && run_case[i].v[n].name)
            n++;
        if (gateway_command(r.g, site, run_case[i].word, run_case[i].v, n, "duty",
                            id = gateway_command_id(r.g), &e) < 0)
            fail_msg("%s: %s", run_case[i].word, e.text);
        WAIT_FOR(gateway_command_ended(last(r.g, site).state));
        struct gateway_command c = last(r.g, site);
        if (c.id != id || c.state != run_case[i].end || strcmp(c.data, run_case[i].data) != 0)
            fail_msg("%s: %s '%s'", run_case[i].word, gateway_command_state_name(c.state), c.data);
        assert_int_equal(c.tries, 1);
        assert_string_equal(c.by, "duty");
        asked++;
        if (c.spec->history && run_case[i].end == GATEWAY_COMMAND_DONE)
            assert_int_equal(c.uploads, 3);
        if (c.spec->cn == 1072)
            assert_null(strstr(c.args, "654321"));
    }
    WAIT_FOR(r.store.n == 5); /* three hours of history */
    assert_int_equal(stats_of(r.g).commands[GATEWAY_COMMAND_DONE] +
                         stats_of(r.g).commands[GATEWAY_COMMAND_NO_DATA] +
                         stats_of(r.g).commands[GATEWAY_COMMAND_FAILED],
                     asked);
    fleet_thread_stop(&f);
    rig_release(&r);
}

static void test_a_device_of_2017(void **state)
{
    (void)state;
    run_all(HJ212_2017, MN_NEW, 1);
}

static void test_a_device_of_2005(void **state)
{
    (void)state;
    run_all(HJ212_2005, MN_OLD, 2);
}

static void test_a_device_of_2025(void **state)
{
    (void)state;
    run_all(HJ212_2025, MN_NEW, 1);
}

/* An edition's device is asked nothing that its standard does not have, and the sentence says so. */
static void test_other_editions_are_refused(void **state)
{
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_start(&r);
    for (size_t i = 0; i < command_count(); i++) {
        const struct command_spec *c = command_at(i);
        struct err e = { 0 };
        int code = gateway_command(r.g, 2, c->word, NULL, 0, "duty", gateway_command_id(r.g), &e);
        bool no = !command_in(c, HJ212_2005);
        if (no ? code != -EINVAL || !strstr(e.text, "HJ 212-2005") || strcmp(e.name, "device.edition") != 0
               : code == -EINVAL && strcmp(e.name, "device.edition") == 0)
            fail_msg("%s: %d %s", c->word, code, e.text);
    }
    rig_release(&r);
}

/* ---- devices that do not ---- */

struct line {
    struct rig r;
    int fd;
    struct buf got;
};

static void line_open(struct line *l, int over_time_ms, int re_count)
{
    memset(l, 0, sizeof *l);
    rig_init(&l->r);
    l->r.cfg.over_time_ms = over_time_ms;
    l->r.cfg.re_count = re_count;
    rig_start(&l->r);
    l->fd = dial(l->r.g);
    scoped(buf_release) struct buf b = BUF_INIT;
    put_2017(&b, "20260301080000001", 2061, "DataTime=20260301070000;w01018-Avg=4");
    send_all(l->fd, b.data, b.len);
    assert_int_equal(read_answers(l->fd, 1, 5000, &l->got), 1);
    buf_clear(&l->got);
}

static void line_close(struct line *l)
{
    if (l->fd >= 0)
        close(l->fd);
    buf_release(&l->got);
    rig_release(&l->r);
}

static uint64_t line_ask(struct line *l, const char *word)
{
    uint64_t id = 0;
    struct err e = { 0 };
    if (gateway_command(l->r.g, 1, word, NULL, 0, "duty", id = gateway_command_id(l->r.g), &e) < 0)
        fail_msg("%s: %s", word, e.text);
    return id;
}

static void line_say(struct line *l, const char *qn, int cn, const char *cp)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    put_frame(&b, &(struct upload){
                      .mn = MN_NEW, .qn = qn, .st = "91", .cn = cn, .edition = HJ212_2017, .cp = cp });
    send_all(l->fd, b.data, b.len);
}

/* The QN of the request that came. */
static void request_qn(const struct buf *got, char qn[CN_TEXT])
{
    const char *at = strstr(got->data, "QN=");
    assert_non_null(at);
    snprintf(qn, CN_TEXT, "%.17s", at + 3);
}

static void test_no_answer_at_all(void **state)
{
    (void)state;
    struct line l;
    line_open(&l, 40, 2);
    line_ask(&l, "get_time");
    assert_int_equal(read_answers(l.fd, 3, 2000, &l.got), 3); /* asked three times, with the same QN */
    char qn[CN_TEXT], again[CN_TEXT];
    request_qn(&l.got, qn);
    scoped(buf_release) struct buf rest = BUF_INIT;
    buf_adds(&rest, strchr(l.got.data, '\n'));
    request_qn(&rest, again);
    assert_string_equal(qn, again);
    WAIT_FOR(last(l.r.g, 1).state == GATEWAY_COMMAND_TIMEOUT);
    assert_int_equal(last(l.r.g, 1).tries, 3);
    WAIT_FOR(stats_of(l.r.g).connections == 0); /* the line is taken as dead */
    uint64_t id;
    struct err e = { 0 };
    assert_int_equal(
        gateway_command(l.r.g, 1, "get_time", NULL, 0, "duty", id = gateway_command_id(l.r.g), &e),
        -ENOTCONN);
    line_close(&l);
}

static void test_a_device_that_uploads_but_knows_no_requests_keeps_its_line(void **state)
{
    (void)state;
    struct line l;
    line_open(&l, 60, 1);
    line_ask(&l, "get_time");
    assert_int_equal(read_answers(l.fd, 1, 2000, &l.got), 1);
    scoped(buf_release) struct buf b = BUF_INIT;
    put_2017(&b, "20260301080000009", 2061, "DataTime=20260301060000;w01018-Avg=4");
    send_all(l.fd, b.data, b.len);
    WAIT_FOR(last(l.r.g, 1).state == GATEWAY_COMMAND_TIMEOUT);
    assert_int_equal(stats_of(l.r.g).connections, 1);
    line_close(&l);
}

static const struct {
    const char *name, *word;
    int cn[3];
    const char *cp[3];
    enum gateway_command_state end;
    int qn_rtn, exe_rtn;
} talk_case[] = {
    { "refused", "get_time", { 9011 }, { "QnRtn=2" }, GATEWAY_COMMAND_REFUSED, 2, 0 },
    { "failed", "get_time", { 9011, 9012 }, { "QnRtn=1", "ExeRtn=5" }, GATEWAY_COMMAND_FAILED, 1, 5 },
    { "nothing after 9011", "get_time", { 9011 }, { "QnRtn=1" }, GATEWAY_COMMAND_TIMEOUT, 1, 0 },
    { "no data", "get_time", { 9011, 9012 }, { "QnRtn=1", "ExeRtn=100" }, GATEWAY_COMMAND_NO_DATA, 1, 100 },
    { "9012 without 9011", "get_time", { 9012 }, { "ExeRtn=1" }, GATEWAY_COMMAND_DONE, 0, 1 },
    { "data first",
      "get_time",
      { 1011, 9012 },
      { "SystemTime=20260301080000", "ExeRtn=1" },
      GATEWAY_COMMAND_DONE,
      0,
      1 },
    { "a notice", "stop_realtime", { 9013 }, { "" }, GATEWAY_COMMAND_DONE, 0, 0 },
    { "a request is not ended by 9013",
      "get_time",
      { 9013, 9011, 9012 },
      { "", "QnRtn=1", "ExeRtn=1" },
      GATEWAY_COMMAND_DONE,
      1,
      1 },
    { "a QnRtn that is no number", "get_time", { 9011 }, { "QnRtn=x" }, GATEWAY_COMMAND_REFUSED, 0, 0 },
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(talk_case); i++) {
        struct line l;
        char qn[CN_TEXT];
        line_open(&l, 150, 0);
        line_ask(&l, talk_case[i].word);
        assert_int_equal(read_answers(l.fd, 1, 2000, &l.got), 1);
        request_qn(&l.got, qn);
        line_say(&l, "20200101000000000", 9012, "ExeRtn=2"); /* another exchange's */
        for (int k = 0; k < 3 && talk_case[i].cn[k]; k++)
            line_say(&l, qn, talk_case[i].cn[k], talk_case[i].cp[k]);
        WAIT_FOR(gateway_command_ended(last(l.r.g, 1).state));
        struct gateway_command c = last(l.r.g, 1);
        if (c.state != talk_case[i].end || c.qn_rtn != talk_case[i].qn_rtn ||
            c.exe_rtn != talk_case[i].exe_rtn)
            fail_msg("%s: %s %d %d", talk_case[i].name, gateway_command_state_name(c.state), c.qn_rtn,
                     c.exe_rtn);
        line_close(&l);
    }
}

static void test_one_at_a_time_and_a_bounded_queue(void **state)
{
    (void)state;
    struct line l;
    uint64_t id;
    struct err e = { 0 };
    struct gateway_command all[GATEWAY_COMMANDS];
    line_open(&l, 5000, 3);
    line_ask(&l, "get_time");
    WAIT_FOR(last(l.r.g, 1).state == GATEWAY_COMMAND_SENT);
    for (int i = 0; i < GATEWAY_COMMANDS_WAITING; i++)
        line_ask(&l, "get_realtime_interval");
    assert_int_equal(
        gateway_command(l.r.g, 1, "get_time", NULL, 0, "duty", id = gateway_command_id(l.r.g), &e), -EBUSY);
    assert_int_equal(
        gateway_command(l.r.g, 99, "get_time", NULL, 0, "duty", id = gateway_command_id(l.r.g), &e), -ENOENT);
    assert_int_equal(
        gateway_command(l.r.g, 1, "explode", NULL, 0, "duty", id = gateway_command_id(l.r.g), &e), -EINVAL);
    assert_int_equal(read_answers(l.fd, 2, 100, &l.got), 1); /* only the first is on its way */
    close(l.fd);
    l.fd = -1;
    WAIT_FOR(last(l.r.g, 1).state == GATEWAY_COMMAND_LOST);
    size_t n = gateway_commands(l.r.g, 1, all);
    assert_int_equal(n, 1 + GATEWAY_COMMANDS_WAITING);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(all[i].state, GATEWAY_COMMAND_LOST);
    line_close(&l);
}

/* The line breaks while the password is being set: whichever the device uses next is right, from then on only that. */
static void test_a_password_of_which_the_end_is_not_known(void **state)
{
    (void)state;
    struct line l;
    uint64_t id;
    line_open(&l, 5000, 3);
    struct command_value v = { "NewPW", "abcdef" };
    assert_int_equal(
        gateway_command(l.r.g, 1, "set_password", &v, 1, "duty", id = gateway_command_id(l.r.g), NULL), 0);
    assert_int_equal(read_answers(l.fd, 1, 2000, &l.got), 1);
    close(l.fd);
    WAIT_FOR(last(l.r.g, 1).state == GATEWAY_COMMAND_LOST);
    l.fd = dial(l.r.g);
    const char *pw[] = { PW, "abcdef", PW };
    for (int i = 0; i < 3; i++) {
        scoped(buf_release) struct buf b = BUF_INIT;
        char qn[32];
        snprintf(qn, sizeof qn, "2026030108000100%d", i);
        put_frame(&b, &(struct upload){ .mn = MN_NEW,
                                        .qn = qn,
                                        .pw = pw[i],
                                        .cn = 2011,
                                        .edition = HJ212_2017,
                                        .cp = "w01018-Rtd=1" });
        send_all(l.fd, b.data, b.len);
    }
    WAIT_FOR(stats_of(l.r.g).refused[GATEWAY_WRONG_PW] == 1);
    WAIT_FOR(l.r.store.n == 3);
    line_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_the_codec_knows_them),
        cmocka_unit_test(test_a_device_of_2017),
        cmocka_unit_test(test_a_device_of_2005),
        cmocka_unit_test(test_a_device_of_2025),
        cmocka_unit_test(test_every_command_is_run),
        cmocka_unit_test(test_other_editions_are_refused),
        cmocka_unit_test(test_no_answer_at_all),
        cmocka_unit_test(test_a_device_that_uploads_but_knows_no_requests_keeps_its_line),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_one_at_a_time_and_a_bounded_queue),
        cmocka_unit_test(test_a_password_of_which_the_end_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
