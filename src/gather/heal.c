/* Gap healing: what the calendar expects of a device and the store does not have is asked for with BeginTime and EndTime (2061, 2031,
 * 2051), newest first, one request at a time. Everything here runs on gateway_heal's caller's thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "gather/gateway_own.h"

enum {
    LOOKS = 500, /* calendars looked at in one call */
    BACK_OFF = 6 /* the pause doubles with each failure, this many times */
};

static const struct healed {
    enum period period;
    const char *word;
    int64_t step;  /* 0: what the device is known to send */
    int64_t grace; /* after a slot's end, in which it is not missing yet */
    int64_t slots; /* how many are looked at */
    int64_t chunk; /* asked for at once */
} healed[] = {
    { PERIOD_HOUR, "get_hours", MS_HOUR, 10 * MS_MINUTE, GATEWAY_HEAL_HOURS, 24 },
    { PERIOD_DAY, "get_days", MS_DAY, 2 * MS_HOUR, GATEWAY_HEAL_DAYS, 7 },
    { PERIOD_MINUTE, "get_minutes", 0, 5 * MS_MINUTE, GATEWAY_HEAL_MINUTES, 60 },
};

/* One period of one device: the slots that are looked at. */
struct calendar {
    const struct healed *h;
    int32_t site;
    int64_t step, from;
    size_t n;
    unsigned char *bits;
};

const char *gateway_gap_state_name(enum gateway_gap_state s)
{
    static const char *const names[] = { "open", "filled", "refused", "given_up" };
    return (size_t)s < COUNT_OF(names) ? names[s] : "";
}

static int64_t monotonic_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

static bool is_set(const unsigned char *bits, size_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

/* Slots are counted from midnight in China. */
static int64_t align(int64_t t, int64_t step)
{
    int64_t day = cn_day_start(cn_day_of(t));
    return day + (t - day) / step * step;
}

static int64_t step_of(const struct healed *h, const struct device *d)
{
    int64_t step = h->step ? h->step : (int64_t)d->seen.interval_s[h->period] * MS_SECOND;
    return step >= MS_MINUTE && MS_DAY % step == 0 ? step : 0;
}

/* Not holding the lock. false when nothing is expected: it never sent this period, or its step is not known. The caller frees bits. */
static bool calendar_read(struct gateway *g, const struct device *d, const struct healed *h, int64_t step,
                          int64_t now, struct calendar *ret)
{
    int64_t first = step ? g->cfg.first(g->cfg.heal_arg, d->seen.site, h->period) : 0;
    if (!first)
        return false;
    int64_t unit = h->step ? h->step : MS_MINUTE, to = align(now - h->grace, step);
    int64_t oldest = align(now - (h->slots - 1) * unit, step) + step, from = align(first, step);
    from = from > oldest ? from : oldest;
    if (to <= from)
        return false;
    *ret = (struct calendar){ h, d->seen.site, step, from, (size_t)((to - from) / step), NULL };
    ret->bits = calloc(ret->n / 8 + 1, 1);
    if (!ret->bits)
        return false;
    g->cfg.have(g->cfg.heal_arg, ret->site, h->period, from, step, ret->n, ret->bits);
    return true;
}

static bool missing(const struct calendar *c, int64_t t)
{
    size_t i = (size_t)((t - c->from) / c->step);
    return t >= c->from && i < c->n && !is_set(c->bits, i);
}

static uint32_t missing_in(const struct calendar *c, int64_t from, int64_t to)
{
    uint32_t n = 0;
    for (int64_t t = from; t < to; t += c->step)
        n += missing(c, t);
    return n;
}

/* ---- the list ---- */

static void recount(struct gateway *g, struct device *d)
{
    struct talk *t = d->talk;
    g->stats.gaps_open -= d->seen.gaps[GATEWAY_GAP_OPEN];
    memset(d->seen.gaps, 0, sizeof d->seen.gaps);
    for (size_t i = 0; i < t->n_gaps; i++)
        d->seen.gaps[t->gap[i].state]++;
    g->stats.gaps_open += d->seen.gaps[GATEWAY_GAP_OPEN];
    t->gaps_changed = true;
}

static void end_gap(struct gateway *g, struct gateway_gap *gap, enum gateway_gap_state how)
{
    uint64_t *count = how == GATEWAY_GAP_FILLED    ? &g->stats.gaps_filled
                      : how == GATEWAY_GAP_REFUSED ? &g->stats.gaps_refused
                                                   : &g->stats.gaps_given_up;
    ++*count;
    gap->state = how;
    gap->ended = clock_now(g->cfg.clock);
}

/* Room for one more: filled ones go first, oldest first, then those so old that they are not found again. A refused one within sight
 * must stay, or it would be asked for again. */
static struct gateway_gap *room_for_gap(struct talk *t, int64_t oldest)
{
    if (t->n_gaps == t->gaps_cap && t->gaps_cap < GATEWAY_GAPS) {
        size_t cap = t->gaps_cap ? t->gaps_cap * 2 : 6;
        cap = cap < GATEWAY_GAPS ? cap : GATEWAY_GAPS;
        struct gateway_gap *grown = realloc(t->gap, cap * sizeof *grown);
        if (!grown)
            return NULL;
        t->gap = grown;
        t->gaps_cap = cap;
    }
    if (t->n_gaps < t->gaps_cap)
        return &t->gap[t->n_gaps++];
    struct gateway_gap *best = NULL;
    for (struct gateway_gap *p = t->gap; p && p < t->gap + t->n_gaps; p++)
        if ((p->state == GATEWAY_GAP_FILLED || (p->state != GATEWAY_GAP_OPEN && p->to < oldest)) &&
            (!best || p->ended < best->ended))
            best = p;
    return best;
}

static struct gateway_gap *gap_over(struct talk *t, enum period period, int64_t time)
{
    for (struct gateway_gap *p = t->gap; p && p < t->gap + t->n_gaps; p++)
        if (p->period == period && p->from <= time && time < p->to && p->state != GATEWAY_GAP_FILLED)
            return p;
    return NULL;
}

/* ---- the calendar's look; holding the lock ---- */

/* What came of a gap. A piece that has slid out of sight is not known any more: with it, the gap can only be given up. */
static bool look_at_gap(struct gateway *g, struct gateway_gap *gap, const struct calendar *c)
{
    bool hidden = gap->from < c->from;
    if (gap->period != c->h->period || gap->state == GATEWAY_GAP_FILLED ||
        (hidden && gap->state != GATEWAY_GAP_OPEN))
        return false;
    uint32_t gone = missing_in(c, gap->from, gap->to);
    if (hidden) {
        if (!gone)
            end_gap(g, gap, GATEWAY_GAP_GIVEN_UP);
        return !gone;
    }
    uint32_t slots = (uint32_t)((gap->to - gap->from) / c->step);
    uint32_t came = slots - (gone < slots ? gone : slots);
    if (came == gap->came && gone)
        return false;
    gap->came = came;
    gap->slots = slots;
    if (!gone)
        end_gap(g, gap, GATEWAY_GAP_FILLED);
    return true;
}

static bool add_run(struct gateway *g, struct talk *t, const struct calendar *c, int64_t from, int64_t to)
{
    for (struct gateway_gap *p = t->gap; p && p < t->gap + t->n_gaps; p++) {
        if (p->period == c->h->period && p->state == GATEWAY_GAP_OPEN &&
            p->to == from) { /* it is still growing */
            p->to = to;
            p->slots = (uint32_t)((to - p->from) / c->step);
            return true;
        }
    }
    struct gateway_gap *gap = room_for_gap(t, c->from);
    if (!gap)
        return false;
    *gap = (struct gateway_gap){ .period = c->h->period,
                                 .from = from,
                                 .to = to,
                                 .slots = (uint32_t)((to - from) / c->step),
                                 .opened = clock_now(g->cfg.clock) };
    return true;
}

static bool look_for_new(struct gateway *g, struct talk *t, const struct calendar *c)
{
    bool changed = false;
    int64_t run = 0, end = c->from + (int64_t)c->n * c->step;
    for (int64_t at = c->from; at <= end; at += c->step) {
        bool gone = at < end && missing(c, at) && !gap_over(t, c->h->period, at);
        if (gone && !run)
            run = at;
        if (!gone && run) {
            changed |= add_run(g, t, c, run, at);
            run = 0;
        }
    }
    return changed;
}

static void look_at(struct gateway *g, struct device *d, int64_t now)
{
    for (const struct healed *h = healed; h < healed + COUNT_OF(healed); h++) {
        struct calendar c;
        pthread_mutex_lock(&g->lock);
        int64_t step = step_of(h, d);
        pthread_mutex_unlock(&g->lock);
        if (!calendar_read(g, d, h, step, now, &c))
            continue;
        bool whole = missing_in(&c, c.from, c.from + (int64_t)c.n * c.step) == 0;
        pthread_mutex_lock(&g->lock);
        struct talk *t = whole && !d->talk ? NULL : talk_of(g, d);
        bool changed = false;
        for (size_t i = 0; t && i < t->n_gaps; i++)
            changed |= look_at_gap(g, &t->gap[i], &c);
        if (t)
            changed |= look_for_new(g, t, &c);
        if (changed)
            recount(g, d);
        pthread_mutex_unlock(&g->lock);
        free(c.bits);
    }
}

/* ---- asking; holding the lock ---- */

/* The newest periods that are missing in a gap, as many as are asked for at once. */
static bool newest_run(const struct gateway_gap *gap, const struct calendar *c, int64_t *ret_from,
                       int64_t *ret_to)
{
    int64_t to = gap->to;
    while (to > gap->from && !missing(c, to - c->step))
        to -= c->step;
    int64_t from = to;
    while (from > gap->from && missing(c, from - c->step) && (to - from) / c->step < c->h->chunk)
        from -= c->step;
    *ret_from = from;
    *ret_to = to;
    return from < to;
}

static struct gateway_gap *newest_open(struct talk *t)
{
    struct gateway_gap *best = NULL;
    for (struct gateway_gap *p = t->gap; p && p < t->gap + t->n_gaps; p++)
        if (p->state == GATEWAY_GAP_OPEN && (!best || p->to > best->to))
            best = p;
    return best;
}

static const struct healed *healed_of(enum period period)
{
    const struct healed *h = healed;
    while (h->period != period)
        h++;
    return h;
}

static bool send_request(struct gateway *g, struct device *d, struct gateway_gap *gap,
                         const struct calendar *c)
{
    struct talk *t = d->talk;
    char from[CN_TEXT], to[CN_TEXT];
    if (!newest_run(gap, c, &t->ask_from, &t->ask_to))
        return false;
    t->heal = (struct gateway_command){ .spec = command_find(c->h->word), .asked = clock_now(g->cfg.clock) };
    snprintf(t->heal.args, sizeof t->heal.args, "BeginTime=%s;EndTime=%s",
             cn_format_compact(t->ask_from, from), cn_format_compact(t->ask_to - c->step, to));
    t->asking = true;
    t->heard_end = false;
    t->ask_period = gap->period;
    gap->asked++;
    gap->last_asked = t->heal.asked;
    g->stats.asked++;
    t->gaps_changed = true;
    exchange_list(t);
    return true;
}

/* Joins a refused piece to the refused one behind it, so that a long silence does not fill the list. */
static bool join_refused(struct talk *t, const struct gateway_gap *no)
{
    for (struct gateway_gap *p = t->gap; p && p < t->gap + t->n_gaps; p++) {
        if (p->state != GATEWAY_GAP_REFUSED || p->period != no->period || p->from != no->to)
            continue;
        p->from = no->from;
        p->slots += no->slots;
        p->came += no->came;
        p->asked += no->asked;
        p->last_code = no->last_code;
        p->last_asked = no->last_asked;
        p->ended = no->ended;
        return true;
    }
    return false;
}

/* The device does not have what is still missing of what was asked for: that piece ends as refused. What lies behind it has come; what
 * lies before it stays open. */
static void device_has_no_more(struct gateway *g, struct talk *t, size_t at, const struct calendar *c)
{
    struct gateway_gap old = t->gap[at], no = old;
    int64_t from = t->ask_from, to = t->ask_to; /* narrowed to what is missing of it */
    while (from < to && !missing(c, from))
        from += c->step;
    while (to > from && !missing(c, to - c->step))
        to -= c->step;
    no.from = from;
    no.to = to;
    no.slots = (uint32_t)((to - from) / c->step);
    no.came = no.slots - missing_in(c, from, to);
    end_gap(g, &no, GATEWAY_GAP_REFUSED);
    if (join_refused(t, &no))
        t->gap[at] = t->gap[--t->n_gaps];
    else
        t->gap[at] = no;
    struct gateway_gap *more = to < old.to ? room_for_gap(t, c->from) : NULL;
    if (more) {
        *more = old;
        more->from = to;
        more->slots = more->came = (uint32_t)((old.to - to) / c->step);
        end_gap(g, more, GATEWAY_GAP_FILLED);
    }
    more = from > old.from ? room_for_gap(t, c->from) : NULL;
    if (more) {
        *more =
            (struct gateway_gap){ .period = old.period, .from = old.from, .to = from, .opened = old.opened };
        more->slots = (uint32_t)((from - old.from) / c->step);
        look_at_gap(g, more, c);
    }
}

static int64_t take_answer(struct gateway *g, struct device *d, const struct calendar *c)
{
    struct talk *t = d->talk;
    struct gateway_gap *gap = gap_over(t, t->ask_period, t->ask_from);
    enum gateway_command_state how = t->heal.state;
    int64_t pause = g->cfg.heal_pause_ms;
    t->asking = false;
    if (!gap || gap->state != GATEWAY_GAP_OPEN)
        return pause; /* it came meanwhile */
    gap->last_code = t->heal.exe_rtn ? t->heal.exe_rtn : t->heal.qn_rtn > 1 ? -t->heal.qn_rtn : 0;
    if (how == GATEWAY_COMMAND_LOST)
        return 0;
    if (how == GATEWAY_COMMAND_DONE || how == GATEWAY_COMMAND_NO_DATA) {
        gap->failures = 0;
        if (missing_in(c, t->ask_from, t->ask_to))
            device_has_no_more(g, t, (size_t)(gap - t->gap), c);
        else
            look_at_gap(g, gap, c);
        recount(g, d);
        return pause;
    }
    if (++gap->failures >= (uint32_t)g->cfg.heal_tries)
        end_gap(g, gap, GATEWAY_GAP_GIVEN_UP);
    recount(g, d);
    return pause << (gap->failures < BACK_OFF ? gap->failures : BACK_OFF);
}

/* One step of a device's requests: nothing to do, a request's end, or the next request. */
static void ask_on(struct gateway *g, struct device *d, int64_t now)
{
    struct talk *t = d->talk;
    int64_t ms = monotonic_ms();
    if (!t || !t->n_gaps || ms < t->rest_until || (t->asking && !gateway_command_ended(t->heal.state)))
        return;
    if (t->asking && !t->heard_end) { /* what came with the answer is being told to `have` */
        t->heard_end = true;
        t->rest_until = ms + g->cfg.heal_pause_ms;
        return;
    }
    struct gateway_gap *gap = newest_open(t);
    bool may = d->seen.connected && ms - d->connected_ms >= g->cfg.heal_settle_ms &&
               g->stats.store == GATEWAY_STORE_OK;
    if (!t->asking && (!gap || !may))
        return;
    enum period period = t->asking ? t->ask_period : gap->period;
    struct calendar c;
    int64_t step = step_of(healed_of(period), d);
    pthread_mutex_unlock(&g->lock);
    bool read = calendar_read(g, d, healed_of(period), step, now, &c);
    pthread_mutex_lock(&g->lock);
    if (!read)
        return;
    if (t->asking)
        t->rest_until = ms + take_answer(g, d, &c);
    else if (!send_request(g, d, gap, &c) && look_at_gap(g, gap, &c))
        recount(g, d);
    free(c.bits);
}

void gateway_heal(struct gateway *g)
{
    int64_t now = clock_now(g->cfg.clock);
    bool heals = g->cfg.have && g->cfg.first;
    for (size_t i = 0; heals && i < LOOKS && i < g->n_devices; i++)
        look_at(g, &g->device[g->heal_next++ % g->n_devices], now);
    pthread_mutex_lock(&g->lock);
    for (size_t i = 0; i < g->n_devices; i++) {
        if (!*g->device[i].seen.mn)
            continue;
        greet(g, &g->device[i]);
        if (heals)
            ask_on(g, &g->device[i], now);
    }
    bool listed = g->to_start != NULL;
    pthread_mutex_unlock(&g->lock);
    if (listed)
        loop_wake(g->loop);
    gateway_tell(g);
}

static int newest_first(const void *a, const void *b)
{
    const struct gateway_gap *x = a, *y = b;
    return x->to < y->to ? 1 : x->to > y->to ? -1 : (int)x->period - (int)y->period;
}

size_t gateway_gaps(struct gateway *g, int32_t site, struct gateway_gap ret[GATEWAY_GAPS])
{
    size_t n = 0;
    pthread_mutex_lock(&g->lock);
    const struct device *d = device_at(g, site);
    for (; d && d->talk && n < d->talk->n_gaps; n++)
        ret[n] = d->talk->gap[n];
    pthread_mutex_unlock(&g->lock);
    qsort(ret, n, sizeof *ret, newest_first);
    return n;
}
