/* The simulator's parts: values, what is due when, and a device that insists until it is answered. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scoped.h"
#include "gather/load.h"
#include "gather/player.h"
#include "support.h"

static const char scenario_text[] =
    "{\"seed\":212,\"sites\":{"
    "\"outlet-1\":{\"w01018\":{\"base\":28,\"swing\":4,\"noise\":2,\"decimals\":1},\"w00000\":{\"base\":50,"
    "\"decimals\":2}},"
    "\"outlet-2\":{\"w01018\":{\"base\":30}},"
    "\"stack-1\":{\"o2_ref\":11,\"a21026\":{\"base\":30,\"decimals\":2},\"a19001\":{\"base\":13}}},"
    "\"events\":["
    "{\"site\":\"outlet-1\",\"factor\":\"w01018\",\"from\":\"2026-03-01T08:00\",\"to\":\"2026-03-01T10:00\","
    "\"set\":78.5},"
    "{\"site\":\"outlet-1\",\"factor\":\"w00000\",\"from\":\"2026-03-01T12:00\",\"to\":\"2026-03-01T13:00\","
    "\"times\":2},"
    "{\"site\":\"outlet-1\",\"factor\":\"w01018\",\"from\":\"2026-03-01T14:00\",\"to\":\"2026-03-01T15:00\","
    "\"flag\":\"D\"},"
    "{\"site\":\"outlet-1\",\"factor\":\"\",\"from\":\"2026-03-01T16:00\",\"to\":\"2026-03-01T19:00\","
    "\"silent\":true},"
    "{\"site\":\"air-1\",\"factor\":\"a34004\",\"from\":\"2026-03-01T05:00\",\"to\":\"2026-03-01T06:00\","
    "\"set\":300}]}";

struct world {
    struct place *place;
    struct scenario *scenario;
    struct series *hours, *days;
};

static struct scenario *build(const char *text, struct place *p, struct err *e)
{
    json_t *tree = NULL;
    struct scenario *s = NULL;
    if (json_read(text, strlen(text), &tree, e) == 0 && scenario_build(tree, p, &s, e) < 0)
        s = NULL;
    json_decref(tree);
    return s;
}

static void write_file(const char *path, const char *text)
{
    scoped(fclosep) FILE *f = fopen(path, "we");
    assert_non_null(f);
    fputs(text, f);
}

static void world_make(struct world *w)
{
    char path[] = "/tmp/sim-test-XXXXXX";
    struct err e = { 0 };
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    write_file(path, "time,site,pm25,so2\n2026-03-01T04:00,air-1,41,9\n2026-03-01T05:00,air-1,43,\n2026-03-"
                     "01T07:00,air-1,50.5,11\n");
    w->place = test_place();
    w->scenario = build(scenario_text, w->place, &e);
    w->hours = series_new(w->place);
    w->days = series_new(w->place);
    if (!w->scenario || series_add(w->hours, path, &e) < 0)
        fail_msg("%s", e.text);
    series_ready(w->hours);
    series_ready(w->days);
    unlink(path);
}

static void world_release(struct world *w)
{
    series_free(w->hours);
    series_free(w->days);
    scenario_free(w->scenario);
    place_free(w->place);
}

static int64_t at(const char *text)
{
    int64_t t;
    assert_true(cn_parse_iso(text, strlen(text), &t));
    return t;
}

static void test_values_do_not_depend_on_the_order(void **state)
{
    (void)state;
    struct world w;
    world_make(&w);
    const struct site *s = place_site_by_code(w.place, "outlet-1");
    micro forward[200], sum = 0, least = INT64_MAX, greatest = INT64_MIN;
    int64_t t0 = at("2026-02-01T00:00");
    for (int i = 0; i < 200; i++)
        forward[i] = scenario_value(w.scenario, s, "w01018", t0 + i * MS_HOUR).value;
    for (int i = 199; i >= 0; i--) {
        assert_int_equal(forward[i], scenario_value(w.scenario, s, "w01018", t0 + i * MS_HOUR).value);
        assert_int_equal(forward[i] % (MICRO_ONE / 10), 0);
        sum += forward[i];
        least = forward[i] < least ? forward[i] : least;
        greatest = forward[i] > greatest ? forward[i] : greatest;
    }
    assert_in_range(sum / 200, MICRO(26), MICRO(30));
    assert_true(least >= MICRO(16) && greatest <= MICRO(40) && least < greatest);
    assert_int_equal(scenario_value(w.scenario, s, "w21003", t0).value, MICRO_MISSING);
    world_release(&w);
}

static const struct {
    const char *name, *site, *from, *until, *qn, *cp;
    unsigned kinds;
    int cn;
} frame_case[] = {
    { "a set value, and a flow summed up", "outlet-1", "2026-03-01T08:30", "2026-03-01T09:00",
      "20260301090000120",
      "DataTime=20260301080000;w01018-Min=78.5,w01018-Avg=78.5,w01018-Max=78.5,w01018-Flag=N;"
      "w00000-Cou=180.00,w00000-Min=50.00,w00000-Avg=50.00,w00000-Max=50.00,w00000-Flag=N",
      PLAY_HOUR, 2061 },
    { "doubled", "outlet-1", "2026-03-01T12:09", "2026-03-01T12:10", "20260301121000110",
      "w00000-Cou=60.00,w00000-Min=100.00,w00000-Avg=100.00,w00000-Max=100.00,w00000-Flag=N", PLAY_MINUTE,
      2051 },
    { "flagged", "outlet-1", "2026-03-01T14:00", "2026-03-01T14:01", "20260301140100100", "w01018-Flag=D;",
      PLAY_REALTIME, 2011 },
    { "silent: the next is after it", "outlet-1", "2026-03-01T16:00", "2026-03-01T20:00", "20260301200000120",
      "DataTime=20260301190000;", PLAY_HOUR, 2061 },
    { "2005 names the factor in its own way", "outlet-2", "2026-03-01T00:00", "2026-03-01T00:01",
      "20260301000100100", "DataTime=20260301000100;011-Rtd=30.0,011-Flag=N", PLAY_REALTIME, 2011 },
    { "converted to the reference oxygen: 30·(21-11)/(21-13)", "stack-1", "2026-03-01T00:00",
      "2026-03-01T01:00", "20260301010000120",
      "a21026-Avg=30.00,a21026-Max=30.00,a21026-ZsAvg=37.50,a21026-Flag=N;a19001-Min=13.0", PLAY_HOUR, 2061 },
    { "a replayed hour", "air-1", "2026-03-01T04:30", "2026-03-01T05:00", "20260301050000120",
      "a34004-Min=41,a34004-Avg=41,a34004-Max=41,a34004-Flag=N;02-Min=9,02-Avg=9", PLAY_HOUR, 2061 },
    { "an event on a replayed hour; the other factor is missing", "air-1", "2026-03-01T05:30",
      "2026-03-01T06:00", "20260301060000120",
      "DataTime=20260301050000;a34004-Min=300,a34004-Avg=300,a34004-Max=300,a34004-Flag=N", PLAY_HOUR, 2061 },
    { "a gap is passed over", "air-1", "2026-03-01T06:30", "2026-03-01T08:00", "20260301080000120",
      "DataTime=20260301070000;", PLAY_HOUR, 2061 },
    { "a day of few hours", "air-1", "2026-03-01T12:00", "2026-03-02T00:00", "20260302000000130",
      "DataTime=20260301000000;a34004-Min=41.0,a34004-Avg=130.5,a34004-Max=300.0,a34004-Flag=D", 0, 0 },
};

static void test_frames(void **state)
{
    (void)state;
    struct world w;
    world_make(&w);
    for (size_t i = 0; i < COUNT_OF(frame_case); i++) {
        scoped(buf_release) struct buf cp = BUF_INIT;
        struct player p;
        struct device_upload up;
        unsigned kinds = frame_case[i].kinds ? frame_case[i].kinds : (unsigned)PLAY_DAY;
        int cn = frame_case[i].cn ? frame_case[i].cn : 2031;
        player_init(&p, place_site_by_code(w.place, frame_case[i].site), w.scenario, w.hours, w.days, kinds,
                    at(frame_case[i].from));
        if (!player_next(&p, at(frame_case[i].until), &up, &cp))
            fail_msg("%s: nothing was due", frame_case[i].name);
        if (!strstr(cp.data, frame_case[i].cp) || strcmp(up.qn, frame_case[i].qn) != 0 || up.cn != cn)
            fail_msg("%s: %d %s '%s'", frame_case[i].name, up.cn, up.qn, cp.data);
        buf_clear(&cp);
        assert_false(player_next(&p, at(frame_case[i].until), &up, &cp));
    }
    world_release(&w);
}

static void test_kinds_come_in_order_of_time(void **state)
{
    (void)state;
    struct world w;
    scoped(buf_release) struct buf cp = BUF_INIT;
    struct player p;
    struct device_upload up;
    char last[CN_TEXT] = "";
    int n = 0, of[4] = { 0 };
    world_make(&w);
    player_init(&p, place_site_by_code(w.place, "stack-1"), w.scenario, w.hours, w.days,
                PLAY_REALTIME | PLAY_MINUTE | PLAY_HOUR | PLAY_DAY, at("2026-02-10T00:00"));
    for (; player_next(&p, at("2026-02-11T00:00"), &up, &cp); n++) {
        assert_true(strcmp(up.qn, last) > 0);
        memcpy(last, up.qn, sizeof last);
        of[up.cn == 2011 ? 0 : up.cn == 2051 ? 1 : up.cn == 2061 ? 2 : 3]++;
    }
    assert_int_equal(of[0], 1440);
    assert_int_equal(of[1], 144);
    assert_int_equal(of[2], 24);
    assert_int_equal(of[3], 1);
    world_release(&w);
}

static const struct {
    const char *text, *says;
} bad_scenario[] = {
    { "[]", "no JSON object" },
    { "{\"sites\":{\"nowhere\":{}}}", "nowhere" },
    { "{\"sites\":{\"outlet-1\":{\"w01018\":{\"swing\":1}}}}", "base" },
    { "{\"sites\":{\"outlet-1\":{\"w01018\":{\"base\":1,\"decimals\":9}}}}", "decimals" },
    { "{\"sites\":{\"stack-1\":{\"o2_ref\":21}}}", "o2_ref" },
    { "{\"events\":[{\"site\":\"outlet-1\",\"from\":\"yesterday\",\"to\":\"2026-03-01\",\"set\":1}]}",
      "yesterday" },
    { "{\"events\":[{\"site\":\"outlet-1\",\"from\":\"2026-03-01\",\"to\":\"2026-03-02\"}]}",
      "needs one of" },
    { "{\"events\":[{\"site\":\"outlet-1\",\"from\":\"2026-03-01\",\"to\":\"2026-03-02\",\"set\":1,\"times\":"
      "2}]}",
      "needs one of" },
};

static void test_bad_scenarios_are_refused(void **state)
{
    (void)state;
    struct place *p = test_place();
    for (size_t i = 0; i < COUNT_OF(bad_scenario); i++) {
        struct err e = { 0 };
        assert_null(build(bad_scenario[i].text, p, &e));
        if (!strstr(e.text, bad_scenario[i].says))
            fail_msg("%s: '%s'", bad_scenario[i].text, e.text);
    }
    place_free(p);
}

static void test_bad_series_name_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {
        { "when,site,pm25\n", "line 1" },
        { "time,site,pm25\n2026-03-01,nowhere,1\n", "line 2: the city has no site 'nowhere'" },
        { "time,site,pm25\n2026-03-01,air-1,1\n2026-02-30,air-1,1\n", "line 3: '2026-02-30' is no time" },
        { "time,site,pm25\n2026-03-01,air-1,many\n", "line 2: 'many' is no number" },
        { "time,site,pm25\n2026-03-01,air-1\n", "line 2: 2 fields where the heading has 3" },
    };
    struct place *p = test_place();
    char path[] = "/tmp/sim-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct err e = { 0 };
        struct series *s = series_new(p);
        write_file(path, bad[i].text);
        assert_int_equal(series_add(s, path, &e), -EINVAL);
        if (!strstr(e.text, bad[i].says))
            fail_msg("'%s'", e.text);
        series_free(s);
    }
    unlink(path);
    place_free(p);
}

/* ---- a device against a gateway that does not answer for a while ---- */

struct talk {
    struct rig *rig;
    struct loop *loop;
    struct timer open, look;
    int left[2], acked[2];
    uint64_t all;
    struct fleet *fleet;
};

static bool talk_next(void *arg, struct device_upload *ret, struct buf *cp)
{
    int *left = arg;
    if (!*left)
        return false;
    ret->cn = 2061;
    snprintf(ret->qn, sizeof ret->qn, "20260301080000%03d", --*left);
    buf_addf(cp, "DataTime=2026030107%02d00;w01018-Avg=1", *left);
    return true;
}

static void talk_open(void *arg)
{
    store_shut(&((struct talk *)arg)->rig->store, false);
}

static void talk_look(void *arg)
{
    struct talk *t = arg;
    if (fleet_totals(t->fleet)->acknowledged == t->all)
        loop_stop(t->loop);
    timer_set(t->loop, &t->look, 10);
}

static void test_a_device_insists_until_it_is_answered(void **state)
{
    (void)state;
    static const struct {
        const char *name, *mn;
        enum hj212_edition edition;
        size_t window;
        int re_count;
    } c[] = {
        { "2017: sends again", MN_NEW, HJ212_2017, 4, 20 },
        { "2017: gives the line up and makes it anew", MN_NEW, HJ212_2017, 4, 1 },
        { "2005: on a new line each time", MN_OLD, HJ212_2005, 1, 3 },
    };
    for (size_t i = 0; i < COUNT_OF(c); i++) {
        struct rig r;
        rig_init(&r);
        rig_start(&r);
        store_shut(&r.store, true);
        struct talk t = { .rig = &r, .left = { 12 }, .all = 12 };
        assert_int_equal(loop_new(&t.loop, NULL), 0);
        t.open = (struct timer){ .fire = talk_open, .arg = &t };
        t.look = (struct timer){ .fire = talk_look, .arg = &t };
        struct fleet_config fc;
        fleet_config_init(&fc);
        fc.loop = t.loop;
        fc.port = gateway_port(r.g);
        fc.over_time_ms = 40;
        fc.re_count = c[i].re_count;
        fc.reconnect_ms = 5;
        assert_int_equal(fleet_new(&fc, &t.fleet, NULL), 0);
        struct device_config dc = { .mn = c[i].mn,
                                    .pw = PW,
                                    .st = "32",
                                    .edition = c[i].edition,
                                    .window = c[i].window,
                                    .next = talk_next,
                                    .arg = &t.left[0] };
        assert_int_equal(fleet_add(t.fleet, &dc, NULL, NULL), 0);
        timer_set(t.loop, &t.open, 300);
        timer_set(t.loop, &t.look, 10);
        assert_int_equal(loop_run(t.loop), 0);
        const struct fleet_totals *total = fleet_totals(t.fleet);
        if (r.store.n != 12 || total->sent != 12 || !total->resent ||
            (c[i].re_count != 20 && total->connects < 2))
            fail_msg("%s: %d stored, %d sent again, %d lines", c[i].name, (int)r.store.n, (int)total->resent,
                     (int)total->connects);
        fleet_free(t.fleet);
        loop_free(t.loop);
        rig_release(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_do_not_depend_on_the_order),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_kinds_come_in_order_of_time),
        cmocka_unit_test(test_bad_scenarios_are_refused),
        cmocka_unit_test(test_bad_series_name_the_line),
        cmocka_unit_test(test_a_device_insists_until_it_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
