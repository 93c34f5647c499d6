#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/scoped.h"
#include "store/store.h"
#include "support.h"

static const char hour_cp[] =
    "DataTime=20260301070000;w01018-Avg=40.10,w01018-Flag=N;w00000-Cou=12,w00000-Flag=N";

/* ---- what comes in, in every shape ---- */

static const struct {
    const char *name;
    int cn, period;
    const char *qn, *cp, *body;
    int64_t tag;
} upload_case[] = {
    { "real time", 2011, PERIOD_REALTIME, "20260301080000123",
      "DataTime=20260301075900;w01018-Rtd=40.10,w01018-Flag=N", "w01018-Rtd=40.10,w01018-Flag=N",
      20260301080000123 },
    { "ten minutes", 2051, PERIOD_MINUTE, "20260301080000124",
      "DataTime=20260301075900;w01018-Avg=1,w01018-Flag=N", "w01018-Avg=1,w01018-Flag=N", 20260301080000124 },
    { "hour", 2061, PERIOD_HOUR, "20260301080000125",
      "DataTime=20260301075900;w01018-Avg=40.10,w01018-Flag=D;w01001-Avg=7",
      "w01018-Avg=40.10,w01018-Flag=D;w01001-Avg=7", 20260301080000125 },
    { "day", 2031, PERIOD_DAY, "20260301080000126", "DataTime=20260301075900;w01018-Cou=4", "w01018-Cou=4",
      20260301080000126 },
    { "real time without DataTime: the moment of sending", 2011, PERIOD_REALTIME, "20260301075900000",
      "w01018-Rtd=3", "w01018-Rtd=3", 20260301075900000 },
};

static void test_uploads_become_records(void **state)
{
    struct rig *r = *state;
    int fd = rig_dial(r);
    int64_t at = cn_to_ms(&(struct cn_civil){ .year = 2026, .month = 3, .day = 1, .hour = 7, .minute = 59 });
    for (size_t i = 0; i < COUNT_OF(upload_case); i++) {
        scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
        put_2017(&b, upload_case[i].qn, upload_case[i].cn, upload_case[i].cp);
        send_buf(fd, &b);
        if (read_answers(fd, 1, 5000, &got) != 1 || !strstr(got.data, upload_case[i].qn) ||
            !strstr(got.data, "CN=9014") || !strstr(got.data, "ST=91"))
            fail_msg("%s: answer '%s'", upload_case[i].name, got.data);
        const struct kept *k = &r->store.kept[i];
        assert_int_equal(r->store.n, i + 1);
        assert_int_equal(k->r.period, upload_case[i].period);
        assert_int_equal(k->r.site, 1);
        assert_int_equal(k->r.time, at);
        assert_int_equal((int64_t)k->r.tag, upload_case[i].tag);
        assert_int_equal(k->r.source, SOURCE_DEVICE);
        assert_int_equal(k->r.arrival, clock_now(&r->clock));
        assert_string_equal(k->body, upload_case[i].body);
    }
    WAIT_FOR(r->store.told == COUNT_OF(upload_case));
    rig_hang_up(r);
    WAIT_FOR(stats_of(r->g).connections == 0);
    assert_false(device_of(r->g, MN_NEW).connected);
}

static void test_not_answered_before_it_is_stored(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    int fd = rig_dial(r);
    store_shut(&r->store, true);
    put_2017(&b, "20260301080000001", 2061, hour_cp);
    send_buf(fd, &b);
    assert_int_equal(read_answers(fd, 1, 200, &got), 0);
    assert_int_equal(stats_of(r->g).queue, 1);
    store_shut(&r->store, false);
    assert_int_equal(read_answers(fd, 1, 5000, &got), 1);
}

static void test_torn_to_single_bytes(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    int fd = rig_dial(r);
    put_2017(&b, "20260301080000001", 2061, hour_cp);
    put_2017(&b, "20260301080000002", 2051, hour_cp);
    for (size_t i = 0; i < b.len; i++) {
        send_all(fd, b.data + i, 1);
        if (i % 8 == 0)
            usleep(500);
    }
    assert_int_equal(read_answers(fd, 2, 5000, &got), 2);
    assert_int_equal(r->store.n, 2);
}

static void test_glued(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    int fd = rig_dial(r);
    for (int i = 0; i < 300; i++) {
        char qn[32];
        snprintf(qn, sizeof qn, "20260301080000%03d", i);
        put_2017(&b, qn, 2011, hour_cp);
    }
    exchange(fd, &b, 300, &got);
    assert_int_equal(r->store.n, 300);
    assert_int_equal(device_of(r->g, MN_NEW).frames, 300);
    assert_true(device_of(r->g, MN_NEW).connected);
}

/* A device is understood and answered in the CRC dialect it speaks, and its line keeps to it. */
static void test_crc_dialects(void **state)
{
    static const enum hj212_sum sums[] = { HJ212_SUM_MODBUS, HJ212_SUM_SWAPPED, HJ212_SUM_HJ212 };
    struct rig *r = *state;
    rig_start(r);
    for (size_t i = 0; i < COUNT_OF(sums); i++) {
        scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
        char qn[32];
        snprintf(qn, sizeof qn, "20260301080000%03zu", i);
        struct upload u = {
            .mn = MN_NEW, .qn = qn, .cn = 2061, .edition = HJ212_2017, .sum = sums[i], .cp = hour_cp
        };
        put_frame(&b, &u);
        u.sum = sums[(i + 1) % COUNT_OF(sums)];
        u.qn = "20260301090000000"; /* in another dialect on the same line it is damage */
        put_frame(&b, &u);
        int fd = dial(r->g);
        send_buf(fd, &b);
        assert_int_equal(read_answers(fd, 2, 500, &got), 1);
        assert_int_equal(device_of(r->g, MN_NEW).sum, sums[i]);
        struct hj212_item items[HJ212_ITEMS_MAX];
        struct hj212_frame f = { .item = items };
        struct hj212_reading only = { .sums = 1u << sums[i] };
        enum hj212_reason why;
        size_t used;
        assert_int_equal(hj212_read(&only, got.data, got.len, items, &f, &used, &why), HJ212_FRAME);
        assert_int_equal(f.sum, sums[i]);
        close(fd);
    }
    assert_int_equal(r->store.n, COUNT_OF(sums));
    assert_int_equal(stats_of(r->g).refused[HJ212_CRC], COUNT_OF(sums));
}

/* ---- what is refused ---- */

static void good_frame(struct buf *b, int i)
{
    char qn[32];
    snprintf(qn, sizeof qn, "20260301080001%03d", i);
    put_2017(b, qn, 2061, hour_cp);
}

static void break_crc(struct buf *b)
{
    size_t at = b->len;
    good_frame(b, 99);
    char *value = strstr(b->data + at, "40.10");
    value[0] = '5'; /* a changed value is what the CRC is for */
}

static void rubbish(struct buf *b)
{
    buf_add(b, "\x00\xff hello #1234 \r\n", 17);
}

static void foreign(struct buf *b)
{
    put_frame(b, &(struct upload){ .mn = "010000A8900016F000169DFF",
                                   .qn = "20260301080000001",
                                   .cn = 2061,
                                   .edition = HJ212_2017,
                                   .cp = hour_cp });
}

static void wrong_pw(struct buf *b)
{
    put_frame(b, &(struct upload){ .mn = MN_NEW,
                                   .qn = "20260301080000001",
                                   .pw = "654321",
                                   .cn = 2061,
                                   .edition = HJ212_2017,
                                   .cp = hour_cp });
}

static void unsupported(struct buf *b)
{
    put_2017(b, "20260301080000001", 3022, hour_cp);
}

static void no_time(struct buf *b)
{
    put_2017(b, "20260301080000001", 2061, "DataTime=20260230070000;w01018-Avg=1");
}

static void ahead(struct buf *b)
{
    put_2017(b, "20260301080000001", 2061, "DataTime=20260303070000;w01018-Avg=1");
}

static void empty(struct buf *b)
{
    put_2017(b, "20260301080000001", 2061, "DataTime=20260301070000");
}

static void refused_by_store(struct buf *b)
{
    put_2017(b, "20260301080077777", 2061, hour_cp);
}

static const struct {
    const char *name;
    void (*bad)(struct buf *b);
    int refusal;
    bool on_device; /* counted on the device too */
} refusal_case[] = {
    { "wrong CRC", break_crc, HJ212_CRC, true },
    { "rubbish between frames", rubbish, HJ212_RUBBISH, true },
    { "a device nobody knows", foreign, GATEWAY_UNKNOWN_MN, false },
    { "wrong password", wrong_pw, GATEWAY_WRONG_PW, true },
    { "a command nobody keeps", unsupported, GATEWAY_UNSUPPORTED, true },
    { "30 February", no_time, GATEWAY_NO_TIME, true },
    { "two days ahead of the clock", ahead, GATEWAY_TIME, true },
    { "no item", empty, GATEWAY_EMPTY, true },
    { "the store refuses it", refused_by_store, GATEWAY_STORE, true },
};

static void test_refused_counted_and_gone_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusal_case); i++) {
        struct rig r;
        scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
        rig_init(&r);
        r.cfg.max_ahead_ms = MS_DAY;
        r.store.refuse = 77777;
        rig_start(&r);
        int fd = dial(r.g);
        good_frame(&b, 1);
        refusal_case[i].bad(&b);
        good_frame(&b, 2);
        send_buf(fd, &b);
        size_t n = read_answers(fd, 2, 2000, &got);
        n = read_answers(fd, 3, 50, &got);
        struct gateway_stats s = stats_of(r.g);
        int what = refusal_case[i].refusal;
        if (n != 2 || r.store.n != 2 || !s.refused[what])
            fail_msg("%s: %zu answers, %zu stored, %d refused", refusal_case[i].name, n, r.store.n,
                     (int)s.refused[what]);
        for (int k = 0; k < GATEWAY_REFUSALS; k++)
            if (k != what && s.refused[k])
                fail_msg("%s: counted as %s", refusal_case[i].name, gateway_refusal_name(k));
        assert_int_equal(device_of(r.g, MN_NEW).refused[what],
                         refusal_case[i].on_device ? s.refused[what] : 0);
        assert_int_equal(s.queue, 0);
        close(fd);
        rig_release(&r);
    }
}

static void test_unknown_devices_are_listed_and_the_list_is_bounded(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT;
    struct gateway_unknown list[GATEWAY_UNKNOWN_MAX + 1];
    int fd = rig_dial(r);
    for (int i = 0; i < GATEWAY_UNKNOWN_MAX + 20; i++) {
        char mn[32];
        snprintf(mn, sizeof mn, "STRANGER%06d", i);
        put_frame(
            &b, &(struct upload){
                    .mn = mn, .qn = "20260301080000001", .cn = 2011, .edition = HJ212_2017, .cp = hour_cp });
        put_frame(
            &b, &(struct upload){
                    .mn = mn, .qn = "20260301080000002", .cn = 2011, .edition = HJ212_2017, .cp = hour_cp });
    }
    send_buf(fd, &b);
    WAIT_FOR(stats_of(r->g).refused[GATEWAY_UNKNOWN_MN] == 2 * (GATEWAY_UNKNOWN_MAX + 20));
    assert_int_equal(gateway_unknown(r->g, list, COUNT_OF(list)), GATEWAY_UNKNOWN_MAX);
    assert_int_equal(list[GATEWAY_UNKNOWN_MAX - 1].frames, 2);
    assert_int_equal(list[0].last, clock_now(&r->clock));
    assert_int_equal(r->store.n, 0);
}

/* ---- repeats, editions, notices ---- */

static void test_repeats_are_dropped_and_answered_again(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    int fd = rig_dial(r);
    for (int i = 0; i < 3; i++)
        put_2017(&b, "20260301080000001", 2061, hour_cp);
    put_2017(&b, "20260301080000002", 2061, hour_cp); /* another exchange: a correction, kept */
    exchange(fd, &b, 4, &got);
    assert_int_equal(r->store.n, 2);
    WAIT_FOR(r->store.told == 2);
    assert_int_equal(stats_of(r->g).repeats, 2);
    assert_int_equal(device_of(r->g, MN_NEW).repeats, 2);
}

static void test_2005_is_stored_under_todays_codes(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    int fd = rig_dial(r);
    const char *water = "DataTime=20260301070000;011-Avg=40.10,011-Flag=N;B01-Cou=3;w01018x-Avg=1";
    put_frame(&b, &(struct upload){ .mn = MN_OLD, .cn = 2061, .edition = HJ212_2005, .cp = water });
    put_frame(&b, &(struct upload){ .mn = MN_OLD, .cn = 2061, .edition = HJ212_2005, .cp = water });
    put_frame(&b,
              &(struct upload){
                  .mn = MN_AIR,
                  .st = "22",
                  .cn = 2061,
                  .edition = HJ212_2005,
                  .cp = "DataTime=20260301070000;02-Avg=9,02-Flag=3;03-Avg=4,03-Flag=0;01-Avg=1,01-Flag=2" });
    exchange(fd, &b, 3, &got);
    assert_non_null(strstr(got.data, "CN=9014"));
    assert_non_null(strstr(got.data, "CN=2061")); /* what is answered stands inside CP */
    assert_int_equal(r->store.n, 2);
    assert_string_equal(r->store.kept[0].body, "w01018-Avg=40.10,w01018-Flag=N;w00000-Cou=3;w01018x-Avg=1");
    assert_int_equal((int64_t)r->store.kept[0].r.tag,
                     (int64_t)record_hash(r->store.kept[0].body, strlen(r->store.kept[0].body)));
    assert_string_equal(r->store.kept[1].body,
                        "a21026-Avg=9,a21026-Flag=N;a21002-Avg=4,a21002-Flag=C;a34013-Avg=1,a34013-Flag=2");
    assert_int_equal(device_of(r->g, MN_OLD).edition, HJ212_2005);
}

static void test_parts_and_time_checks(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    int fd = rig_dial(r);
    for (int part = 1; part <= 2; part++) {
        struct hj212_head h = { .qn = "20260301080000001",
                                .st = "32",
                                .pw = PW,
                                .mn = MN_NEW,
                                .cn = 2061,
                                .edition = HJ212_2017,
                                .answer_wanted = true,
                                .pnum = 2,
                                .pno = part };
        assert_int_equal(hj212_build(&b, &h, hour_cp, strlen(hour_cp)), 0);
    }
    put_2017(&b, "20260301080003500", 1013, "PolId=w01018");
    put_2017(&b, "20260301080003500", 2011, hour_cp);
    exchange(fd, &b, 5, &got);
    assert_int_equal(r->store.kept[0].r.part, 1);
    assert_int_equal(r->store.kept[1].r.part, 2);
    assert_non_null(strstr(got.data, "CN=9013"));
    assert_non_null(strstr(got.data, "CN=1012"));
    assert_non_null(strstr(got.data, "SystemTime=20260301080000"));
    assert_true(device_of(r->g, MN_NEW).skew_known);
    assert_int_equal(device_of(r->g, MN_NEW).clock_skew_ms, 3500);
}

/* ---- bounds ---- */

static void test_disk_full_is_said_and_survived(void **state)
{
    (void)state;
    static const struct {
        int code;
        enum gateway_store want;
    } c[] = { { -ENOSPC, GATEWAY_STORE_FULL }, { -EIO, GATEWAY_STORE_ERROR } };
    for (size_t i = 0; i < COUNT_OF(c); i++) {
        struct rig r;
        scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
        rig_init(&r);
        rig_start(&r);
        int fd = dial(r.g);
        store_fail(&r.store, c[i].code);
        put_2017(&b, "20260301080000001", 2061, hour_cp);
        send_buf(fd, &b);
        WAIT_FOR(stats_of(r.g).store == c[i].want);
        assert_non_null(strstr(stats_of(r.g).store_text, "observations.db"));
        assert_int_equal(read_answers(fd, 1, 150, &got), 0);
        assert_true(r.store.calls > 2);
        store_fail(&r.store, 0);
        assert_int_equal(read_answers(fd, 1, 5000, &got), 1);
        assert_int_equal(stats_of(r.g).store, GATEWAY_STORE_OK);
        assert_int_equal(r.store.n, 1);
        close(fd);
        rig_release(&r);
    }
}

static void test_stop_while_the_disk_is_full(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT;
    r->cfg.retry_ms = r->cfg.retry_max_ms = 60000;
    int fd = rig_dial(r);
    store_fail(&r->store, -ENOSPC);
    put_2017(&b, "20260301080000001", 2061, hour_cp);
    send_buf(fd, &b);
    WAIT_FOR(stats_of(r->g).store == GATEWAY_STORE_FULL);
    r->g = gateway_stop(r->g);
}

struct flood {
    int fd;
    int frames;
};

static void *flood_run(void *arg)
{
    struct flood *f = arg;
    for (int i = 0; i < f->frames; i++) {
        scoped(buf_release) struct buf b = BUF_INIT;
        char qn[32];
        snprintf(qn, sizeof qn, "2026030108%07d", i);
        put_2017(&b, qn, 2061, hour_cp);
        send_all(f->fd, b.data, b.len);
    }
    return NULL;
}

/* The queue is full: sockets are not read, nothing is lost, and it goes on. */
static void test_back_pressure(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf got = BUF_INIT;
    r->cfg.queue_frames = 16;
    rig_start(r);
    store_shut(&r->store, true);
    struct flood f = { dial(r->g), 5000 };
    pthread_t t;
    assert_int_equal(pthread_create(&t, NULL, flood_run, &f), 0);
    WAIT_FOR(stats_of(r->g).stalls > 0);
    usleep(100000);
    assert_true(stats_of(r->g).queue <= 32); /* one batch with the writer, one waiting */
    store_shut(&r->store, false);
    assert_int_equal(read_answers(f.fd, 5000, 5000, &got), 5000);
    pthread_join(t, NULL);
    assert_int_equal(r->store.n, 5000);
    close(f.fd);
}

/* A device that reads no answers stops being read and holds nobody up. */
static void test_slow_reader(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf got = BUF_INIT, other = BUF_INIT, b = BUF_INIT;
    r->cfg.queue_frames = 64;
    r->cfg.out_max = 32 * 1024;
    rig_start(r);
    struct flood f = { dial(r->g), 18000 };
    int small = 32768;
    setsockopt(f.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    pthread_t t;
    assert_int_equal(pthread_create(&t, NULL, flood_run, &f), 0);
    usleep(100000);
    int fd = dial(r->g);
    put_2017(&b, "20260301070000001", 2051, hour_cp);
    exchange(fd, &b, 1, &other);
    assert_int_equal(read_answers(f.fd, 18000, 5000, &got), 18000);
    pthread_join(t, NULL);
    close(f.fd);
    close(fd);
}

static void test_idle_and_too_many_connections(void **state)
{
    struct rig *r = *state;
    char byte;
    r->cfg.max_connections = 2;
    r->cfg.idle_s = 1;
    rig_start(r);
    int a = dial(r->g), b = dial(r->g), c = dial(r->g);
    assert_int_equal(recv(c, &byte, 1, 0), 0); /* turned away at once */
    assert_int_equal(recv(a, &byte, 1, 0), 0); /* idle for a second */
    assert_int_equal(recv(b, &byte, 1, 0), 0);
    assert_int_equal(stats_of(r->g).turned_away, 1);
    WAIT_FOR(stats_of(r->g).connections == 0);
    close(a);
    close(b);
    close(c);
    int d = dial(r->g); /* and there is room again */
    WAIT_FOR(stats_of(r->g).connections == 1);
    close(d);
}

static int count_up(void *arg, struct err *e)
{
    ++*(int *)arg;
    return err_set(e, -EBUSY, "seven");
}

static void test_jobs_on_the_writer(void **state)
{
    struct rig *r = *state;
    struct err e = { 0 };
    int n = 0;
    rig_start(r);
    assert_int_equal(gateway_on_writer(r->g, count_up, &n, &e), -EBUSY);
    assert_int_equal(n, 1);
    assert_string_equal(e.text, "seven");
}

/* ---- with the real store ---- */

static int real_append(void *arg, const struct record *rec, size_t n, bool *new_flags, struct err *e)
{
    return obs_append(arg, rec, n, new_flags, e);
}

static int count_record(const struct record *rec, void *arg)
{
    assert_int_equal(rec->site, 1);
    ++*(int *)arg;
    return 0;
}

static void test_a_repeat_is_known_after_a_restart(void **state)
{
    struct rig *r = *state;
    char dir[] = "/tmp/gateway-test-XXXXXX", command[64];
    assert_non_null(mkdtemp(dir));
    for (int round = 0; round < 2; round++) {
        scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
        struct obs_writer *w;
        struct err e = { 0 };
        if (obs_writer_open(dir, true, &w, &e) < 0)
            fail_msg("%s", e.text);
        r->cfg.append = real_append;
        r->cfg.append_arg = w;
        rig_start(r);
        int fd = dial(r->g);
        put_2017(&b, "20260301080000001", 2061, hour_cp);
        put_2017(&b, "20260301080000002", 2061, hour_cp);
        exchange(fd, &b, 2, &got);
        assert_int_equal(stats_of(r->g).repeats, round * 2);
        close(fd);
        r->g = gateway_stop(r->g);
        obs_writer_close(w);
    }
    struct obs_reader *reader;
    int n = 0;
    assert_int_equal(obs_reader_open(dir, &reader, NULL), 0);
    assert_int_equal(obs_scan(reader, &(struct obs_query){ .period = -1, .from = 0, .to = INT64_MAX },
                              count_record, &n, NULL),
                     0);
    assert_int_equal(n, 2);
    obs_reader_close(reader);
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_uploads_become_records),
        RIG_TEST(test_not_answered_before_it_is_stored),
        RIG_TEST(test_torn_to_single_bytes),
        RIG_TEST(test_glued),
        RIG_TEST(test_crc_dialects),
        cmocka_unit_test(test_refused_counted_and_gone_on),
        RIG_TEST(test_unknown_devices_are_listed_and_the_list_is_bounded),
        RIG_TEST(test_repeats_are_dropped_and_answered_again),
        RIG_TEST(test_2005_is_stored_under_todays_codes),
        RIG_TEST(test_parts_and_time_checks),
        cmocka_unit_test(test_disk_full_is_said_and_survived),
        RIG_TEST(test_stop_while_the_disk_is_full),
        RIG_TEST(test_back_pressure),
        RIG_TEST(test_slow_reader),
        RIG_TEST(test_idle_and_too_many_connections),
        RIG_TEST(test_jobs_on_the_writer),
        RIG_TEST(test_a_repeat_is_known_after_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
