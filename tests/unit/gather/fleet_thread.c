#include "fleet_thread.h"

static int64_t hour_at(int hour)
{
    return cn_to_ms(&(struct cn_civil){ .year = 2026, .month = 3, .day = 1 }) + hour * MS_HOUR;
}

static void put_hour(struct buf *cp, int hour)
{
    char text[CN_TEXT];
    buf_addf(cp, "DataTime=%s;w01018-Avg=%d.5,w01018-Flag=N", cn_format_compact(hour_at(hour), text), hour);
}

static bool next(void *arg, struct device_upload *ret, struct buf *cp)
{
    struct fleet_thread *f = arg;
    int hour;
    if (f->sends) {
        while (f->sent < 24 && !(f->sends >> f->sent & 1))
            f->sent++;
        hour = f->sent;
        if (hour >= 24)
            return false;
    } else {
        hour = f->sent + 3;
        if (f->sent >= f->uploads)
            return false;
    }
    f->sent++;
    ret->cn = 2061;
    cn_format_qn(hour_at(hour + 1) + 100, ret->qn);
    put_hour(cp, hour);
    return true;
}

static bool history(void *arg, int cn, int64_t *from, int64_t to, struct buf *cp)
{
    struct fleet_thread *f = arg;
    for (int hour = 0; cn == 2061 && hour < 24; hour++) {
        if (hour_at(hour) < *from || hour_at(hour) > to || (f->keeps && !(f->keeps >> hour & 1)))
            continue;
        *from = hour_at(hour + 1);
        f->asked++;
        put_hour(cp, hour);
        return true;
    }
    return false;
}

static int64_t now(void *arg)
{
    return clock_now(((struct fleet_thread *)arg)->clock);
}

static void run(void *arg)
{
    loop_run(((struct fleet_thread *)arg)->loop);
}

void fleet_thread_start(struct fleet_thread *f, int port)
{
    struct fleet_config fc;
    f->sent = 0;
    assert_int_equal(loop_new(&f->loop, NULL), 0);
    fleet_config_init(&fc);
    fc.loop = f->loop;
    fc.port = port;
    fc.over_time_ms = 2000;
    fc.reconnect_ms = 5;
    assert_int_equal(fleet_new(&fc, &f->fleet, NULL), 0);
    struct device_config dc = { .mn = f->mn,
                                .pw = PW,
                                .st = "32",
                                .edition = f->edition,
                                .window = 1,
                                .next = next,
                                .history = history,
                                .now = now,
                                .mute = f->mute,
                                .key = f->key,
                                .printed = f->printed,
                                .ask_key = f->ask_key,
                                .rekeyed = f->rekeyed,
                                .join = f->join,
                                .arg = f };
    assert_int_equal(fleet_add(f->fleet, &dc, NULL, NULL), 0);
    assert_int_equal(worker_start(&f->worker, "device", run, f, NULL), 0);
}

void fleet_thread_stop(struct fleet_thread *f)
{
    loop_stop(f->loop);
    worker_join(&f->worker);
    f->fleet = fleet_free(f->fleet);
    f->loop = loop_free(f->loop);
}
