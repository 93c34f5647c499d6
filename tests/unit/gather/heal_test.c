/* Gap healing, split uploads, and the bound on frames a second. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scoped.h"
#include "fleet_thread.h"
#include "support.h"

/* ---- what is stored, answered from the rig's store ---- */

struct memory {
    struct rig *rig;
    char kept[8192]; /* what was given to keep, and is given back */
    int keeps;
};

static int64_t day_start(void)
{
    return cn_to_ms(&(struct cn_civil){ .year = 2026, .month = 3, .day = 1 });
}

static bool is_stored(struct rig *r, int32_t site, enum period period, int64_t from, int64_t to)
{
    for (size_t i = 0; i < r->store.n; i++) {
        const struct record *k = &r->store.kept[i].r;
        if (k->site == site && k->period == period && k->time >= from && k->time < to)
            return true;
    }
    return false;
}

static void have(void *arg, int32_t site, enum period period, int64_t from, int64_t step, size_t n,
                 unsigned char *bits)
{
    struct memory *m = arg;
    pthread_mutex_lock(&m->rig->store.lock);
    for (size_t i = 0; i < n; i++)
        if (is_stored(m->rig, site, period, from + (int64_t)i * step, from + ((int64_t)i + 1) * step))
            bits[i / 8] |= (unsigned char)(1U << i % 8);
    pthread_mutex_unlock(&m->rig->store.lock);
}

static int64_t first(void *arg, int32_t site, enum period period)
{
    struct memory *m = arg;
    int64_t least = 0;
    pthread_mutex_lock(&m->rig->store.lock);
    for (size_t i = 0; i < m->rig->store.n; i++) {
        const struct record *k = &m->rig->store.kept[i].r;
        if (k->site == site && k->period == period && (!least || k->time < least))
            least = k->time;
    }
    pthread_mutex_unlock(&m->rig->store.lock);
    return least;
}

static void keep(void *arg, int32_t site, const char *mn, const char *json)
{
    struct memory *m = arg;
    assert_true(*mn);
    if (site != 1)
        return;
    snprintf(m->kept, sizeof m->kept, "%s", json);
    m->keeps++;
}

static void kept(void *arg, int32_t site, const char *mn, struct buf *json)
{
    struct memory *m = arg;
    assert_true(*mn);
    if (site == 1)
        buf_adds(json, m->kept);
}

struct world {
    struct rig r;
    struct memory m;
    struct fleet_thread f;
};

/* A device of site 1 that sends `sends` of the hours of 1 March by itself and keeps `keeps`; it is 12:30. */
static void world_make(struct world *w, uint32_t sends, uint32_t keeps, bool mute)
{
    memset(w, 0, sizeof *w);
    rig_init(&w->r);
    clock_advance(&w->r.clock, 4 * MS_HOUR + 30 * MS_MINUTE);
    w->m.rig = &w->r;
    w->r.cfg.have = have;
    w->r.cfg.first = first;
    w->r.cfg.keep = keep;
    w->r.cfg.kept = kept;
    w->r.cfg.heal_arg = &w->m;
    w->r.cfg.heal_settle_ms = 0;
    w->r.cfg.heal_pause_ms = 5;
    w->r.cfg.heal_tries = 2;
    w->r.cfg.over_time_ms = mute ? 15 : 2000;
    w->r.cfg.re_count = 0;
    w->f = (struct fleet_thread){ .edition = HJ212_2017,
                                  .mn = MN_NEW,
                                  .clock = &w->r.clock,
                                  .sends = sends,
                                  .keeps = keeps,
                                  .mute = mute };
    rig_start(&w->r);
    fleet_thread_start(&w->f, gateway_port(w->r.g));
    size_t own = (size_t)__builtin_popcount(sends);
    WAIT_FOR(w->r.store.n == own);
}

static void world_free(struct world *w)
{
    fleet_thread_stop(&w->f);
    rig_release(&w->r);
}

static size_t gaps(struct world *w, struct gateway_gap g[GATEWAY_GAPS])
{
    return gateway_gaps(w->r.g, 1, g);
}

static uint32_t in_state(struct world *w, enum gateway_gap_state s)
{
    struct gateway_gap g[GATEWAY_GAPS];
    size_t n = gaps(w, g);
    uint32_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += g[i].state == s;
    return found;
}

#define HEAL_UNTIL(w, condition)                             \
    do {                                                     \
        for (int i_ = 0; i_ < 20000 && !(condition); i_++) { \
            gateway_heal((w)->r.g);                          \
            usleep(3000);                                    \
        }                                                    \
        assert_true(condition);                              \
    } while (0)

/* Hours 2-11 are expected at 12:30; bits are hours. */
#define HOURS(from, to) ((2U << (to)) - (1U << (from)))

static void test_a_gap_is_asked_for_and_filled(void **state)
{
    (void)state;
    struct world w;
    struct gateway_gap g[GATEWAY_GAPS];
    world_make(&w, HOURS(2, 4) | HOURS(8, 11), HOURS(0, 11), false);
    HEAL_UNTIL(&w, in_state(&w, GATEWAY_GAP_FILLED) == 1);
    assert_int_equal(gaps(&w, g), 1);
    assert_int_equal(g[0].from, day_start() + 5 * MS_HOUR);
    assert_int_equal(g[0].to, day_start() + 8 * MS_HOUR);
    assert_int_equal(g[0].slots, 3);
    assert_int_equal(g[0].came, 3);
    assert_int_equal(g[0].asked, 1);
    assert_int_equal(w.f.asked, 3); /* and nothing that is there already */
    assert_int_equal(w.r.store.n, 10);
    assert_int_equal(stats_of(w.r.g).gaps_filled, 1);
    assert_int_equal(stats_of(w.r.g).gaps_open, 0);
    for (int i = 0; i < 20; i++)
        gateway_heal(w.r.g);
    assert_int_equal(stats_of(w.r.g).asked, 1);
    world_free(&w);
}

static void test_what_the_device_does_not_have_is_not_asked_again(void **state)
{
    (void)state;
    struct world w;
    struct gateway_gap g[GATEWAY_GAPS];
    world_make(&w, HOURS(2, 3) | HOURS(6, 7) | HOURS(11, 11), HOURS(2, 3) | HOURS(6, 9), false);
    HEAL_UNTIL(&w, in_state(&w, GATEWAY_GAP_OPEN) == 0 && in_state(&w, GATEWAY_GAP_REFUSED) == 2);
    size_t n = gaps(&w, g);
    assert_int_equal(n, 3); /* hour 10 refused, 8 and 9 filled, 4 and 5 refused */
    assert_int_equal(g[0].state, GATEWAY_GAP_REFUSED);
    assert_int_equal(g[0].from, day_start() + 10 * MS_HOUR);
    assert_int_equal(g[1].state, GATEWAY_GAP_FILLED);
    assert_int_equal(g[1].slots, 2);
    assert_int_equal(g[2].state, GATEWAY_GAP_REFUSED);
    assert_int_equal(g[2].from, day_start() + 4 * MS_HOUR);
    assert_int_equal(g[2].to, day_start() + 6 * MS_HOUR);
    assert_int_equal(g[2].last_code, 100);
    uint64_t asked = stats_of(w.r.g).asked;
    assert_int_equal(asked, 2);
    for (int i = 0; i < 20; i++) {
        gateway_heal(w.r.g);
        usleep(2000);
    }
    assert_int_equal(stats_of(w.r.g).asked, asked);

    /* The same after a restart: what was kept tells it. */
    fleet_thread_stop(&w.f);
    w.r.g = gateway_stop(w.r.g);
    assert_non_null(strstr(w.m.kept, "refused"));
    rig_start(&w.r);
    w.f.sends = HOURS(11, 11);
    fleet_thread_start(&w.f, gateway_port(w.r.g));
    WAIT_FOR(stats_of(w.r.g).frames == 1);
    for (int i = 0; i < 20; i++) {
        gateway_heal(w.r.g);
        usleep(2000);
    }
    assert_int_equal(stats_of(w.r.g).asked, 0);
    assert_int_equal(gaps(&w, g), 3);

    /* It turns up after all, by another way: filled. */
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    int fd = dial(w.r.g);
    put_2017(&b, "20260301110500000", 2061, "DataTime=20260301100000;w01018-Avg=1");
    exchange(fd, &b, 1, &got);
    HEAL_UNTIL(&w, in_state(&w, GATEWAY_GAP_REFUSED) == 1);
    close(fd);
    world_free(&w);
}

static void test_a_device_that_answers_nothing_is_given_up(void **state)
{
    (void)state;
    struct world w;
    world_make(&w, HOURS(2, 4) | HOURS(8, 11), HOURS(0, 11), true);
    HEAL_UNTIL(&w, in_state(&w, GATEWAY_GAP_GIVEN_UP) == 1);
    struct gateway_gap g[GATEWAY_GAPS];
    assert_int_equal(gaps(&w, g), 1);
    assert_int_equal(g[0].failures, 2);
    assert_int_equal(stats_of(w.r.g).gaps_given_up, 1);
    world_free(&w);
}

/* Different times among what is kept. */
static size_t hours_kept(const struct fake_store *s)
{
    size_t different = 0;
    for (size_t i = 0; i < s->n; i++) {
        size_t k = 0;
        while (k < i && s->kept[k].r.time != s->kept[i].r.time)
            k++;
        different += k == i;
    }
    return different;
}

static void test_a_silence_grows_and_is_asked_for_when_the_device_is_back(void **state)
{
    (void)state;
    struct world w;
    struct gateway_gap g[GATEWAY_GAPS];
    world_make(&w, HOURS(2, 8), HOURS(0, 23), false);
    fleet_thread_stop(&w.f);
    WAIT_FOR(stats_of(w.r.g).connections == 0);
    for (int i = 0; i < 6; i++) {
        gateway_heal(w.r.g);
        clock_advance(&w.r.clock, MS_HOUR);
    }
    assert_int_equal(gaps(&w, g), 1); /* one gap that grew: 9:00 to 17:00 at 17:30 */
    assert_int_equal(g[0].state, GATEWAY_GAP_OPEN);
    assert_int_equal(g[0].from, day_start() + 9 * MS_HOUR);
    assert_int_equal(stats_of(w.r.g).asked, 0); /* nobody is there to be asked */
    w.f.sends = HOURS(17, 17);
    fleet_thread_start(&w.f, gateway_port(w.r.g));
    HEAL_UNTIL(&w, in_state(&w, GATEWAY_GAP_FILLED) == 1 && in_state(&w, GATEWAY_GAP_OPEN) == 0);
    /* On a slow machine the request may cross the device's own upload of 17:00; both are kept, each with its QN. */
    assert_int_equal(hours_kept(&w.r.store), 16);
    world_free(&w);
}

/* Silent for longer than is looked back: what is still in sight is asked for, then the gap is given up, not called filled. */
static void test_a_silence_longer_than_is_looked_back(void **state)
{
    (void)state;
    struct world w;
    struct gateway_gap g[GATEWAY_GAPS];
    world_make(&w, HOURS(2, 3), HOURS(0, 23), false);
    fleet_thread_stop(&w.f);
    WAIT_FOR(stats_of(w.r.g).connections == 0);
    gateway_heal(w.r.g);
    clock_advance(&w.r.clock, 31 * MS_DAY - 6 * MS_HOUR);
    gateway_heal(w.r.g);
    assert_int_equal(gaps(&w, g), 1); /* it has grown, and begins out of sight */
    assert_int_equal(g[0].from, day_start() + 4 * MS_HOUR);
    w.f.sends = HOURS(3, 3); /* a repeat: it is there again */
    fleet_thread_start(&w.f, gateway_port(w.r.g));
    HEAL_UNTIL(&w, in_state(&w, GATEWAY_GAP_OPEN) == 0);
    /* Of a month it has the hours of one day. */
    assert_int_equal(in_state(&w, GATEWAY_GAP_REFUSED), 1);
    assert_int_equal(in_state(&w, GATEWAY_GAP_GIVEN_UP), 1);
    assert_int_equal(gaps(&w, g), 2);
    assert_int_equal(g[0].from, day_start() + 24 * MS_HOUR);
    assert_int_equal(g[0].came, 0);
    assert_true(g[0].asked >= 30);
    world_free(&w);
}

static void test_kept_rubbish_is_passed_over(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{", "[]", "{\"gaps\":[{}]}",
        "{\"gaps\":[{\"state\":\"open\",\"period\":\"hour\",\"from\":9,\"to\":3}]}", "{\"gaps\":7,\"pw\":5}"
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct world w = { 0 };
        struct gateway_gap g[GATEWAY_GAPS];
        rig_init(&w.r);
        w.r.cfg.kept = kept;
        w.r.cfg.heal_arg = &w.m;
        snprintf(w.m.kept, sizeof w.m.kept, "%s", bad[i]);
        rig_start(&w.r);
        assert_int_equal(gaps(&w, g), 0);
        rig_release(&w.r);
    }
}

/* ---- split uploads ---- */

static void put_part(struct buf *b, const char *qn, int pnum, int pno, const char *cp)
{
    struct hj212_head h = { .qn = qn,
                            .st = "32",
                            .pw = PW,
                            .mn = MN_NEW,
                            .cn = 2061,
                            .edition = HJ212_2017,
                            .answer_wanted = true,
                            .pnum = pnum,
                            .pno = pno };
    assert_int_equal(hj212_build(b, &h, cp, strlen(cp)), 0);
}

static const struct {
    const char *name;
    struct {
        const char *qn;
        int pnum, pno, hour;
    } part[5];
    size_t complete, open;
} parts_case[] = {
    { "in order, one QN", { { "20260301080000001", 2, 1, 7 }, { "20260301080000001", 2, 2, 7 } }, 1, 0 },
    { "backwards, different QNs",
      { { "20260301080000003", 3, 3, 7 },
        { "20260301080000002", 3, 2, 7 },
        { "20260301080000001", 3, 1, 7 } },
      1,
      0 },
    { "a repeat is no other part",
      { { "20260301080000001", 2, 1, 7 }, { "20260301080000001", 2, 1, 7 } },
      0,
      1 },
    { "two hours mixed",
      { { "20260301080000001", 2, 1, 7 },
        { "20260301080000002", 2, 1, 6 },
        { "20260301080000003", 2, 2, 7 },
        { "20260301080000004", 2, 2, 6 } },
      2,
      0 },
    { "impossible numbers",
      { { "20260301080000001", 2, 3, 7 },
        { "20260301080000002", 9999, 9000, 7 },
        { "20260301080000003", 1, 1, 7 } },
      0,
      0 },
};

static void test_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(parts_case); i++) {
        struct rig r;
        scoped(buf_release) struct buf got = BUF_INIT;
        rig_init(&r);
        rig_start(&r);
        int fd = dial(r.g);
        size_t n = 0;
        for (; n < 5 && parts_case[i].part[n].qn; n++) {
            scoped(buf_release) struct buf b = BUF_INIT;
            char cp[80];
            snprintf(cp, sizeof cp, "DataTime=202603010%d0000;w0101%d-Avg=1", parts_case[i].part[n].hour,
                     (int)n);
            put_part(&b, parts_case[i].part[n].qn, parts_case[i].part[n].pnum, parts_case[i].part[n].pno, cp);
            send_buf(fd, &b);
            assert_int_equal(read_answers(fd, n + 1, 5000, &got), n + 1); /* each part is answered */
        }
        struct gateway_parts p[8];
        struct gateway_stats s = stats_of(r.g);
        if (s.parts_complete != parts_case[i].complete || s.parts_open != parts_case[i].open ||
            gateway_parts(r.g, 1, p, 8) != parts_case[i].open)
            fail_msg("%s: %d complete, %d open", parts_case[i].name, (int)s.parts_complete,
                     (int)s.parts_open);
        close(fd);
        rig_release(&r);
    }
}

static void test_a_part_that_does_not_come_is_counted_and_may_come_late(void **state)
{
    struct rig *r = *state;
    struct gateway_parts p[8];
    scoped(buf_release) struct buf b = BUF_INIT, c = BUF_INIT;
    r->cfg.parts_ms = 60;
    int fd = rig_dial(r);
    put_part(&b, "20260301080000001", 2, 2, "DataTime=20260301070000;w01018-Avg=1");
    send_buf(fd, &b);
    WAIT_FOR(stats_of(r->g).parts_incomplete == 1);
    assert_int_equal(gateway_parts(r->g, 1, p, 8), 1);
    assert_true(p[0].late);
    assert_int_equal(p[0].have, 2);
    put_part(&c, "20260301080000002", 2, 1, "DataTime=20260301070000;w01001-Avg=7");
    send_buf(fd, &c);
    WAIT_FOR(stats_of(r->g).parts_complete == 1);
    assert_int_equal(stats_of(r->g).parts_incomplete, 0);
    assert_int_equal(gateway_parts(r->g, 1, p, 8), 0);
}

static void test_sets_of_parts_are_bounded(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    int fd = rig_dial(r);
    for (int i = 0; i < GATEWAY_PARTS + 50; i++) {
        char qn[32], cp[80];
        snprintf(qn, sizeof qn, "20260301080000%03d", i);
        snprintf(cp, sizeof cp, "DataTime=20260301%02d%02d00;w01018-Avg=1", i / 60, i % 60);
        put_part(&b, qn, 2, 1, cp);
    }
    exchange(fd, &b, GATEWAY_PARTS + 50, &got);
    assert_int_equal(stats_of(r->g).parts_open, GATEWAY_PARTS);
    assert_int_equal(stats_of(r->g).parts_incomplete, 50);
}

/* ---- frames a second ---- */

static void test_a_device_that_sends_too_fast_is_slowed_and_harms_no_other(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, c = BUF_INIT, got = BUF_INIT, other = BUF_INIT;
    r->cfg.device_rate = 100;
    rig_start(r);
    int fd = dial(r->g), calm = dial(r->g);
    for (int i = 0; i < 150; i++) {
        char qn[32];
        snprintf(qn, sizeof qn, "20260301080000%03d", i);
        put_2017(&b, qn, 2011, "w01018-Rtd=1");
    }
    int64_t began = clock_monotonic_ns();
    send_buf(fd, &b);
    put_frame(
        &c, &(struct upload){
                .mn = MN_OLD, .cn = 2061, .edition = HJ212_2005, .cp = "DataTime=20260301070000;011-Avg=1" });
    send_buf(calm, &c);
    assert_int_equal(read_answers(calm, 1, 5000, &other), 1);
    size_t before = read_answers(fd, 150, 0, &got);
    int64_t calm_ms = (clock_monotonic_ns() - began) / 1000000;
    assert_true(before < 150 ||
                calm_ms > 450); /* it did not wait for the other line; unless the machine stood still */
    assert_int_equal(read_answers(fd, 150, 5000, &got), 150); /* nothing is lost */
    int64_t took_ms = (clock_monotonic_ns() - began) / 1000000;
    assert_true(took_ms > 350); /* a second's worth at once, the rest at 100 a second */
    assert_true(stats_of(r->g).throttled > 0);
    close(fd);
    close(calm);
}

static void test_rubbish_is_slowed_too(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT;
    r->cfg.device_rate = 100;
    int fd = rig_dial(r);
    for (int i = 0; i < 300; i++)
        put_frame(&b, &(struct upload){ .mn = "0000",
                                        .qn = "20260301080000001",
                                        .cn = 2011,
                                        .edition = HJ212_2017,
                                        .cp = "a-Rtd=1" });
    send_buf(fd, &b);
    WAIT_FOR(stats_of(r->g).throttled > 0);
    assert_true(stats_of(r->g).refused[GATEWAY_UNKNOWN_MN] < 300);
    rig_hang_up(r); /* while it is paused */
    usleep(50000);
    int again = dial(r->g);
    WAIT_FOR(stats_of(r->g).connections >= 1);
    close(again);
}

/* Frames with a wrong password are charged to their own line. */
static void test_a_stranger_cannot_slow_a_device(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, c = BUF_INIT, got = BUF_INIT;
    r->cfg.device_rate = 50;
    rig_start(r);
    int stranger = dial(r->g), own = dial(r->g);
    for (int i = 0; i < 200; i++)
        put_frame(&b, &(struct upload){ .mn = MN_NEW,
                                        .qn = "20260301080000001",
                                        .pw = "000000",
                                        .cn = 2011,
                                        .edition = HJ212_2017,
                                        .cp = "a-Rtd=1" });
    send_buf(stranger, &b);
    WAIT_FOR(stats_of(r->g).throttled > 0);
    for (int i = 0; i < 20; i++) {
        char qn[32];
        snprintf(qn, sizeof qn, "20260301080000%03d", i);
        put_2017(&c, qn, 2011, "w01018-Rtd=1");
    }
    send_buf(own, &c);
    assert_int_equal(read_answers(own, 20, 5000, &got), 20);
    struct gateway_device *all;
    size_t n;
    assert_int_equal(gateway_devices(r->g, &all, &n, NULL), 0);
    assert_int_equal(all[0].throttled, 0);
    free(all);
    close(stranger);
    close(own);
}

static void test_habits_are_learned(void **state)
{
    struct rig *r = *state;
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    int fd = rig_dial(r);
    put_2017(&b, "20260301080000001", 2051, "DataTime=20260301070000;w01018-Avg=1");
    put_2017(&b, "20260301080000002", 2051, "DataTime=20260301071000;w01018-Avg=1");
    put_2017(&b, "20260301080000003", 2051, "DataTime=20260301072000;w01018-Avg=1");
    put_2017(&b, "20260301080000004", 2051, "DataTime=20260301065000;w01018-Avg=1");
    put_2017(&b, "20260301080000005", 2051, "DataTime=20260301075000;w01018-Avg=1");
    exchange(fd, &b, 5, &got);
    struct gateway_device *all;
    size_t n;
    assert_int_equal(gateway_devices(r->g, &all, &n, NULL), 0);
    assert_int_equal(all[0].interval_s[PERIOD_MINUTE], 600);
    assert_int_equal(all[0].interval_s[PERIOD_HOUR], 0);
    assert_true(all[0].answers_wanted);
    assert_string_equal(all[0].st, "32");
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_gap_is_asked_for_and_filled),
        cmocka_unit_test(test_what_the_device_does_not_have_is_not_asked_again),
        cmocka_unit_test(test_a_device_that_answers_nothing_is_given_up),
        cmocka_unit_test(test_a_silence_grows_and_is_asked_for_when_the_device_is_back),
        cmocka_unit_test(test_a_silence_longer_than_is_looked_back),
        cmocka_unit_test(test_kept_rubbish_is_passed_over),
        cmocka_unit_test(test_parts),
        RIG_TEST(test_a_part_that_does_not_come_is_counted_and_may_come_late),
        RIG_TEST(test_sets_of_parts_are_bounded),
        RIG_TEST(test_a_device_that_sends_too_fast_is_slowed_and_harms_no_other),
        RIG_TEST(test_rubbish_is_slowed_too),
        RIG_TEST(test_a_stranger_cannot_slow_a_device),
        RIG_TEST(test_habits_are_learned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
