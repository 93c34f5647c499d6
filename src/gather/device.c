#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "gather/device_own.h"

enum { WINDOW_MAX = 1024 };

static const struct conn_bounds bounds = { .in_max = LOOP_READ_MAX, .out_max = 4 * 1024 * 1024 };

void fleet_config_init(struct fleet_config *c)
{
    *c = (struct fleet_config){
        .host = "127.0.0.1", .over_time_ms = 10000, .re_count = 3, .reconnect_ms = 200
    };
}

int fleet_new(const struct fleet_config *c, struct fleet **ret, struct err *e)
{
    struct fleet *f = calloc(1, sizeof *f);
    if (f)
        f->items = malloc(HJ212_ITEMS_MAX * sizeof *f->items);
    if (!f || !f->items) {
        free(f);
        return err_set(e, -ENOMEM, "no memory for a fleet of devices");
    }
    f->cfg = *c;
    f->clear = malloc(HJ212_CLEAR_MAX);
    if (!f->clear) {
        fleet_free(f);
        return err_set(e, -ENOMEM, "no memory for a fleet of devices");
    }
    *ret = f;
    return 0;
}

const struct fleet_totals *fleet_totals(const struct fleet *f)
{
    return &f->totals;
}

static struct flight *flight_at(struct device_client *d, size_t i)
{
    return &d->ring[(d->first + i) % d->cfg.window];
}

static void watch(struct device_client *d)
{
    struct fleet *f = d->fleet;
    if (!d->n || !d->up) {
        timer_clear(f->cfg.loop, &d->resend);
        return;
    }
    int64_t waited = clock_monotonic_ns() / 1000000 - flight_at(d, 0)->sent_ms;
    timer_set(f->cfg.loop, &d->resend, d->over_time_ms - waited);
}

static bool transmit(struct device_client *d, struct flight *fl)
{
    fl->sent_ms = clock_monotonic_ns() / 1000000;
    fl->tries++;
    d->fleet->totals.resent += fl->tries > 1;
    return conn_send(d->conn, fl->frame.data, fl->frame.len) == 0;
}

static bool make(struct device_client *d, struct flight *fl)
{
    fl->tries = 0;
    fl->acked = false;
    buf_clear(&d->cp);
    fl->history = device_history(d, &fl->up, &d->cp);
    bool own = fl->history || device_state(d, &fl->up, &d->cp);
    do { /* what is due while real-time data are stopped is not sent */
        if (own)
            break;
        buf_clear(&d->cp);
        if (!d->cfg.next(d->cfg.arg, &fl->up, &d->cp))
            return false;
    } while (d->stopped && fl->up.cn == 2011);
    if (d->cp.failed)
        return false;
    struct hj212_head h = { .qn = d->cfg.edition == HJ212_2005 ? NULL : fl->up.qn,
                            .st = d->cfg.st,
                            .pw = d->pw,
                            .mn = d->mn,
                            .cn = fl->up.cn,
                            .edition = d->cfg.edition,
                            .answer_wanted = true,
                            .key = device_key(d, fl->up.cn),
                            .printed = d->cfg.printed,
                            .rf =
                                d->cfg.edition == HJ212_2025 && (fl->history || device_late(d, fl->up.qn)) };
    buf_clear(&fl->frame);
    return hj212_build(&fl->frame, &h, d->cp.data, d->cp.len) == 0 && !fl->frame.failed;
}

static void pump(struct device_client *d)
{
    bool was_empty = d->n == 0;
    while (d->up && !d->joining && d->n < d->cfg.window) {
        struct flight *fl = flight_at(d, d->n);
        if (!make(d, fl))
            break;
        d->n++;
        d->fleet->totals.sent++;
        if (!transmit(d, fl))
            break;
    }
    if (was_empty)
        watch(d);
}

void device_kick(struct device_client *d)
{
    pump(d);
}

size_t device_in_flight(const struct device_client *d)
{
    return d->n;
}

/* ---- answers ---- */

static bool view_is(const struct hj212_view *v, const char *s)
{
    return v->s && v->len == strlen(s) && memcmp(v->s, s, v->len) == 0;
}

static void acknowledged(struct device_client *d, const struct hj212_frame *f)
{
    size_t i = 0;
    if (d->cfg.edition != HJ212_2005)
        while (i < d->n && (flight_at(d, i)->acked || !view_is(&f->qn, flight_at(d, i)->up.qn)))
            i++;
    if (i >= d->n)
        return; /* an answer to what was answered before */
    struct flight *fl = flight_at(d, i);
    fl->acked = true;
    if (fl->history)
        d->history.waiting = false;
    d->fleet->totals.acknowledged++;
    if (d->cfg.acked)
        d->cfg.acked(d->cfg.arg, fl->up.qn, fl->up.cn);
    while (d->n && flight_at(d, 0)->acked) {
        d->first = (d->first + 1) % d->cfg.window;
        d->n--;
    }
}

static size_t device_data(struct conn *c, const char *bytes, size_t len)
{
    struct device_client *d = conn_user(c);
    size_t used = 0;
    struct hj212_reading how = { .segment_max = 9999, .clear = d->fleet->clear };
    while (used < len) {
        struct hj212_frame f = { 0 };
        size_t n = 0;
        enum hj212_reason why;
        f.item = d->fleet->items;
        how.key = d->key;
        enum hj212_found found = hj212_read(&how, bytes + used, len - used, d->fleet->items, &f, &n, &why);
        if (found == HJ212_NEED_MORE)
            break;
        used += n;
        if (found != HJ212_FRAME)
            continue;
        if (view_is(&f.cn, "9014"))
            acknowledged(d, &f);
        else
            device_obey(d, &f);
    }
    pump(d);
    watch(d);
    return used;
}

/* ---- the line ---- */

static void device_opened(struct conn *c)
{
    struct device_client *d = conn_user(c);
    d->up = true;
    d->pause_ms = d->fleet->cfg.reconnect_ms;
    d->fleet->totals.connects++;
    device_2025_opened(d);
    for (size_t i = 0; i < d->n; i++) {
        struct flight *fl = flight_at(d, i);
        fl->tries = fl->tries ? 1 : 0;
        if (!fl->acked && !transmit(d, fl))
            break;
    }
    pump(d);
    watch(d);
}

static void connect_later(struct device_client *d)
{
    struct fleet *f = d->fleet;
    timer_set(f->cfg.loop, &d->reconnect, d->pause_ms);
    d->pause_ms = d->pause_ms * 2 > f->cfg.reconnect_ms * 30 ? f->cfg.reconnect_ms * 30 : d->pause_ms * 2;
}

static void device_closed(struct conn *c, int why)
{
    (void)why;
    struct device_client *d = conn_user(c);
    d->conn = NULL;
    d->up = false;
    device_forget_history(d);
    device_2025_closed(d);
    watch(d);
    if (!d->fleet->ending)
        connect_later(d);
}

static const struct conn_ops device_ops = { device_opened, device_data, device_closed, NULL };

static void connect_now(void *arg)
{
    struct device_client *d = arg;
    struct fleet *f = d->fleet;
    struct conn_bounds with = bounds;
    with.tls = f->cfg.tls;
    if (loop_connect(f->cfg.loop, f->cfg.host, f->cfg.port, &device_ops, &with, d, &d->conn, NULL) == 0)
        conn_set_user(d->conn, d);
    else
        connect_later(d);
}

static void resend_due(void *arg)
{
    struct device_client *d = arg;
    int64_t now = clock_monotonic_ns() / 1000000;
    for (size_t i = 0; i < d->n && d->up; i++) {
        struct flight *fl = flight_at(d, i);
        if (fl->acked || now - fl->sent_ms < d->over_time_ms)
            continue;
        /* A 2005 answer names no QN, so a late one could be taken for the next upload's: on a new line there are none. */
        if (fl->tries > d->re_count || d->cfg.edition == HJ212_2005) {
            conn_close(d->conn);
            d->up = false;
            return;
        }
        if (!transmit(d, fl))
            break;
    }
    watch(d);
}

int fleet_add(struct fleet *f, const struct device_config *c, struct device_client **ret, struct err *e)
{
    if (strlen(c->pw) >= sizeof(((struct device_client *)0)->pw))
        return err_set(e, -EINVAL, "device %s: its password is too long", c->mn);
    if (!c->window || c->window > WINDOW_MAX || (c->edition == HJ212_2005 && c->window != 1))
        return err_set(e, -EINVAL, "device %s: a window of %zu is not possible", c->mn, c->window);
    struct device_client *d = calloc(1, sizeof *d);
    if (d)
        d->ring = calloc(c->window, sizeof *d->ring);
    if (!d || !d->ring) {
        free(d);
        return err_set(e, -ENOMEM, "no memory for device %s", c->mn);
    }
    d->fleet = f;
    d->cfg = *c;
    int r = device_2025_begin(d, e);
    if (r < 0) {
        free(d->ring);
        free(d);
        return r;
    }
    d->pause_ms = f->cfg.reconnect_ms;
    memcpy(d->pw, c->pw, strlen(c->pw) + 1);
    d->rtd_interval = c->rtd_interval ? c->rtd_interval : 60;
    d->min_interval = 10;
    d->over_time_ms = f->cfg.over_time_ms;
    d->re_count = f->cfg.re_count;
    d->resend = (struct timer){ .fire = resend_due, .arg = d };
    d->reconnect = (struct timer){ .fire = connect_now, .arg = d };
    d->next = f->devices;
    f->devices = d;
    connect_now(d);
    if (ret)
        *ret = d;
    return 0;
}

struct fleet *fleet_free(struct fleet *f)
{
    if (!f)
        return NULL;
    f->ending = true;
    for (struct device_client *d = f->devices, *next; d; d = next) {
        next = d->next;
        timer_clear(f->cfg.loop, &d->resend);
        timer_clear(f->cfg.loop, &d->reconnect);
        device_2025_release(d);
        if (d->conn) {
            conn_forget_owner(d->conn);
            conn_close(d->conn);
        }
        for (size_t i = 0; i < d->cfg.window; i++)
            buf_release(&d->ring[i].frame);
        free(d->ring);
        buf_release(&d->cp);
        buf_release(&d->history.done);
        buf_release(&d->history.none);
        free(d);
    }
    buf_release(&f->answer);
    buf_release(&f->data);
    free(f->clear);
    free(f->items);
    free(f);
    return NULL;
}
