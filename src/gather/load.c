#include "gather/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/scoped.h"

enum { WAITED = 100000, SETTLE_MS = 1000 };

struct load;

struct load_device {
    struct load *load;
    char mn[LOAD_MN];
    uint64_t left, sent, acked;
    size_t index;
    int64_t time;
};

struct load {
    const struct load_config *cfg;
    struct loop *loop;
    struct fleet *fleet;
    struct load_device *device;
    struct timer check;
    uint64_t acked_before, acked;
    int quiet_s;
    char items[LOAD_FACTORS_MAX * 48]; /* what all frames carry behind DataTime */
    size_t items_len;
    int64_t ended_ns;
    int result;
    /* With a rate. */
    struct device_client **client;
    struct timer pace;
    int64_t begin_ns;                  /* the first frame's moment */
    uint64_t due;                      /* frames whose moment has come */
    uint64_t waited[WAITED], n_waited; /* answers by wait: 100 us a step */
    int64_t longest_ns;
};

/* The moment of a device's n-th frame: they take turns. */
static int64_t moment(const struct load_device *d, uint64_t n)
{
    const struct load *l = d->load;
    return l->begin_ns + (int64_t)((double)(n * l->cfg->connections + d->index) * 1e9 / l->cfg->rate);
}

/* Every millisecond: those whose moment has come are sent. */
static void pace(void *arg)
{
    struct load *l = arg;
    int64_t now = clock_monotonic_ns();
    while (l->due < l->cfg->frames && now >= l->begin_ns + (int64_t)((double)l->due * 1e9 / l->cfg->rate))
        device_kick(l->client[l->due++ % l->cfg->connections]);
    if (l->due < l->cfg->frames)
        timer_set(l->loop, &l->pace, 1);
}

static void count_wait(struct load_device *d)
{
    struct load *l = d->load;
    int64_t ns = clock_monotonic_ns() - moment(d, d->acked++); /* answers of one line come in order */
    int64_t step = ns / 100000;
    l->waited[step < 0 ? 0 : step >= WAITED ? WAITED - 1 : step]++;
    l->n_waited++;
    l->longest_ns = ns > l->longest_ns ? ns : l->longest_ns;
}

static double waited_ms(const struct load *l, double share)
{
    uint64_t seen = 0, want = (uint64_t)((double)l->n_waited * share);
    for (size_t i = 0; i < WAITED; i++)
        if ((seen += l->waited[i]) > want)
            return (double)(i + 1) / 10;
    return (double)l->longest_ns / 1e6;
}

char *load_mn(size_t i, char out[LOAD_MN])
{
    snprintf(out, LOAD_MN, "B1A0000000000000%08X", (unsigned)i);
    return out;
}

static void make_items(struct load *l)
{
    static const char *const code[] = { "w01018", "w21003", "w21011", "w21001",
                                        "w01001", "w01010", "w00000", "w01012" };
    for (int i = 0; i < l->cfg->factors; i++) {
        int n = i < 8 ? snprintf(l->items + l->items_len, sizeof l->items - l->items_len,
                                 ";%s-Rtd=%d.%02d,%s-Flag=N", code[i], 20 + i * 7, i * 13 % 100, code[i])
                      : snprintf(l->items + l->items_len, sizeof l->items - l->items_len,
                                 ";w99%03d-Rtd=%d.5,w99%03d-Flag=N", i, i, i);
        l->items_len += (size_t)n;
    }
}

static bool load_next(void *arg, struct device_upload *ret, struct buf *cp)
{
    struct load_device *d = arg;
    char time[CN_TEXT];
    if (!d->left || (d->load->cfg->rate > 0 && moment(d, d->sent) > clock_monotonic_ns()))
        return false;
    d->left--;
    ret->cn = 2011;
    cn_format_qn(d->time + (int64_t)(d->sent % 1000), ret->qn);
    buf_adds(cp, "DataTime=");
    buf_adds(cp, cn_format_compact(d->time, time));
    buf_add(cp, d->load->items, d->load->items_len);
    d->time += MS_SECOND;
    d->sent++;
    return true;
}

static void load_acked(void *arg, const char *qn, int cn)
{
    struct load_device *d = arg;
    struct load *l = d->load;
    (void)qn;
    (void)cn;
    if (l->cfg->rate > 0)
        count_wait(d);
    if (++l->acked == l->cfg->frames) {
        l->ended_ns = clock_monotonic_ns();
        loop_stop(l->loop);
    }
}

static void load_check(void *arg)
{
    struct load *l = arg;
    l->quiet_s = l->acked == l->acked_before ? l->quiet_s + 1 : 0;
    l->acked_before = l->acked;
    if (l->quiet_s >= 60) {
        l->result = -ETIMEDOUT;
        loop_stop(l->loop);
    }
    timer_set(l->loop, &l->check, 1000);
}

static int load_start(struct load *l, struct err *e)
{
    const struct load_config *c = l->cfg;
    struct fleet_config fc;
    fleet_config_init(&fc);
    fc.loop = l->loop;
    fc.host = c->host;
    fc.port = c->port;
    fc.over_time_ms = c->over_time_ms;
    fc.tls = c->tls;
    int r = fleet_new(&fc, &l->fleet, e);
    for (size_t i = 0; r == 0 && i < c->connections; i++) {
        struct load_device *d = &l->device[i];
        *d = (struct load_device){ .load = l, .time = c->from, .index = i };
        d->left = c->frames / c->connections + (i < c->frames % c->connections);
        struct device_config dc = { .mn = load_mn(i, d->mn),
                                    .pw = LOAD_PW,
                                    .st = "32",
                                    .edition = HJ212_2017,
                                    .window = c->window,
                                    .next = load_next,
                                    .acked = load_acked,
                                    .arg = d };
        r = fleet_add(l->fleet, &dc, &l->client[i], e);
    }
    return r;
}

int load_run(const struct load_config *c, struct load_result *ret, struct err *e)
{
    if (!c->connections || !c->frames || c->factors < 1 || c->factors > LOAD_FACTORS_MAX)
        return err_set(e, -EINVAL, "a load needs connections, frames and 1 to %d factors", LOAD_FACTORS_MAX);
    scoped(freep) struct load *made = calloc(1, sizeof *made);
    scoped(freep) struct load_device *device = calloc(c->connections, sizeof *device);
    scoped(freep) struct device_client **client = calloc(c->connections, sizeof *client);
    if (!device || !client || !made)
        return err_set(e, -ENOMEM, "no memory for %zu devices", c->connections);
    struct load *l = made;
    l->cfg = c;
    l->client = client;
    int r = loop_new(&l->loop, e);
    if (r < 0)
        return r;
    l->device = device;
    l->check = (struct timer){ .fire = load_check, .arg = l };
    make_items(l);
    timer_set(l->loop, &l->check, 1000);
    l->pace = (struct timer){ .fire = pace, .arg = l };
    l->begin_ns = clock_monotonic_ns() + SETTLE_MS * INT64_C(1000000); /* all are connected by then */
    if (c->rate > 0)
        timer_set(l->loop, &l->pace, SETTLE_MS);
    int64_t started = clock_monotonic_ns();
    r = load_start(l, e);
    if (r == 0)
        r = loop_run(l->loop);
    if (r == 0 && l->result < 0)
        r = err_set(e, l->result, "%llu of %llu frames were not acknowledged",
                    (unsigned long long)(c->frames - l->acked), (unsigned long long)c->frames);
    if (l->fleet)
        ret->totals = *fleet_totals(l->fleet);
    ret->p50_ms = waited_ms(l, 0.5);
    ret->p99_ms = waited_ms(l, 0.99);
    ret->p999_ms = waited_ms(l, 0.999);
    ret->max_ms = (double)l->longest_ns / 1e6;
    ret->seconds = (double)((l->ended_ns ? l->ended_ns : clock_monotonic_ns()) - started) / 1e9;
    fleet_free(l->fleet);
    loop_free(l->loop);
    return r;
}
