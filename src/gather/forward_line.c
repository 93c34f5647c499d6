/* One target's line: what is loaded from the queue, sent, answered, sent again. The forwarder's thread. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "gather/forward_own.h"

enum {
    TICK_MS = 100,
    LOADED_MAX = 2048, /* frames in memory: how far a device's backlog may be looked past */
    LOADED_BYTES = 2 * 1024 * 1024,
    READ_AT_ONCE = 256,
    READS_A_PUMP = 16, /* rows of held devices are read past; not for ever in one go */
};

static const struct conn_bounds bounds = { .in_max = 32 * 1024, .out_max = 8 * 1024 * 1024 };

static int64_t now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

static void target_error(struct forward_target *t, enum forward_trouble trouble, const char *text)
{
    struct forward *f = t->f;
    pthread_mutex_lock(&f->lock);
    bool again = strcmp(t->state.error, text) == 0;
    t->state.trouble = trouble;
    snprintf(t->state.error, sizeof t->state.error, "%s", text);
    t->state.error_at = clock_now(f->clock);
    pthread_mutex_unlock(&f->lock);
    if (!again)
        log_warn("forward", "%s: %s", t->cfg->name, text);
}

static void set_line(struct forward_target *t, enum forward_line line)
{
    pthread_mutex_lock(&t->f->lock);
    t->state.line = line;
    t->state.in_flight = t->n_flight;
    t->state.connects += line == FORWARD_CONNECTED;
    pthread_mutex_unlock(&t->f->lock);
}

static struct forward_device *device_of(struct forward_target *t, const struct parcel *p)
{
    return &t->device[p->site - 1];
}

/* ---- what is loaded ---- */

static void unload(struct forward_target *t, struct parcel *p)
{
    *(p->prev ? &p->prev->next : &t->first) = p->next;
    *(p->next ? &p->next->prev : &t->last) = p->prev;
    t->n_loaded--;
    t->bytes_loaded -= p->len;
    free(p);
}

static void land(struct forward_target *t, struct parcel *p)
{
    struct forward_device *d = device_of(t, p);
    struct parcel **at = &d->flight;
    while (*at && *at != p)
        at = &(*at)->next_flight;
    if (*at)
        *at = p->next_flight;
    d->n_flight--;
    t->n_flight--;
    p->in_flight = false;
    p->tries = 0;
}

static bool flying(const struct forward_device *d, int64_t seq)
{
    const struct parcel *p = d->flight;
    while (p && p->seq != seq)
        p = p->next_flight;
    return p != NULL;
}

static void take_row(void *arg, int64_t seq, const struct forward_row *r)
{
    struct forward_target *t = arg;
    t->cursor = seq;
    /* The city may have lost a site since it was queued. */
    if (r->site < 1 || (size_t)r->site > t->f->place->n_sites) {
        forward_store_done(t->f->store, t->index, seq, r->len);
        return;
    }
    struct forward_device *d = &t->device[r->site - 1];
    if (d->held_until_ms || flying(d, seq))
        return;
    struct parcel *p = malloc(sizeof *p + r->len);
    if (!p) {
        t->cursor = seq - 1;
        return;
    }
    *p = (struct parcel){
        .prev = t->last, .seq = seq, .tag = r->tag, .site = r->site, .bits = r->bits, .len = r->len
    };
    memcpy(p->frame, r->frame, r->len);
    *(t->last ? &t->last->next : &t->first) = p;
    t->last = p;
    t->n_loaded++;
    t->bytes_loaded += r->len;
}

static void refill(struct forward_target *t)
{
    struct err e = { 0 };
    for (int i = 0;
         i < READS_A_PUMP && !t->blind && t->n_loaded < LOADED_MAX && t->bytes_loaded < LOADED_BYTES; i++) {
        int n = forward_store_read(t->f->store, t->index, t->cursor, READ_AT_ONCE, take_row, t, &e);
        if (n < 0)
            target_error(t, FORWARD_DISK, e.text);
        t->blind = n < READ_AT_ONCE;
    }
}

/* ---- sending ---- */

static bool transmit(struct forward_target *t, struct parcel *p)
{
    const char *frame = p->frame;
    size_t len = p->len;
    struct buf *b = &t->f->scratch;
    buf_clear(b);
    if (*t->cfg->pw &&
        hj212_repass(b, p->frame, p->len, (enum hj212_sum)(p->bits / FORWARD_SUM), t->cfg->pw) == 0) {
        frame = b->data;
        len = b->len;
    }
    /* The standard ends a frame with CR LF; of one without, the next one's head would be the end. */
    bool ended = len && (frame[len - 1] == '\n' || frame[len - 1] == '\r');
    p->sent_ms = now_ms();
    if (p->tries++ == 0)
        p->first_ms = p->sent_ms;
    pthread_mutex_lock(&t->f->lock);
    t->state.sent += !p->sent;
    t->state.resent += p->sent;
    pthread_mutex_unlock(&t->f->lock);
    p->sent = true;
    return conn_send(t->conn, frame, len) == 0 && (ended || conn_send(t->conn, "\r\n", 2) == 0);
}

static void fly(struct forward_target *t, struct parcel *p)
{
    struct forward_device *d = device_of(t, p);
    struct parcel **at = &d->flight;
    while (*at)
        at = &(*at)->next_flight;
    *at = p;
    p->next_flight = NULL;
    p->in_flight = true;
    d->n_flight++;
    t->n_flight++;
}

void target_pump(struct forward_target *t)
{
    if (!t->up)
        return;
    refill(t);
    t->walk++;
    for (struct parcel *p = t->first; p && t->n_flight < t->cfg->window; p = p->next) {
        struct forward_device *d = device_of(t, p);
        if (p->in_flight || d->walk == t->walk)
            continue;
        /* Answers of 2005 name no QN, so such a device has one frame on its way. */
        size_t most =
            p->bits & FORWARD_OLD || (d->flight && d->flight->bits & FORWARD_OLD) ? 1 : t->cfg->device_window;
        if (d->n_flight >= most) {
            d->walk = t->walk;
            continue;
        }
        fly(t, p);
        if (!transmit(t, p))
            break;
    }
    pthread_mutex_lock(&t->f->lock);
    t->state.in_flight = t->n_flight;
    pthread_mutex_unlock(&t->f->lock);
}

/* ---- answers ---- */

static void delivered(struct forward_target *t, struct parcel *p, bool answered)
{
    struct forward *f = t->f;
    struct forward_device *d = device_of(t, p);
    if (forward_store_done(f->store, t->index, p->seq, p->len) == -ENOBUFS) {
        struct err e = { 0 };
        if (forward_store_flush(f->store, &e) < 0)
            target_error(t, FORWARD_DISK,
                         e.text); /* it stays in the queue and is sent once more after a restart */
        forward_store_done(f->store, t->index, p->seq, p->len);
    }
    if (answered) {
        t->heard_ms = now_ms();
        t->pause_ms = f->cfg->reconnect_ms;
        d->held_ms = 0;
    }
    pthread_mutex_lock(&f->lock);
    t->state.acknowledged += answered;
    t->state.last_acknowledged = clock_now(f->clock);
    pthread_mutex_unlock(&f->lock);
    land(t, p);
    unload(t, p);
}

static bool view_is(const struct hj212_view *v, const char *s)
{
    return v->s && v->len == strlen(s) && memcmp(v->s, s, v->len) == 0;
}

static uint64_t number_of(const struct hj212_view *qn)
{
    uint64_t n = 0;
    for (uint32_t i = 0; qn->s && i < qn->len && i < 18; i++) {
        if (qn->s[i] < '0' || qn->s[i] > '9')
            return 0;
        n = n * 10 + (uint64_t)(qn->s[i] - '0');
    }
    return n;
}

/* By the MN that the frame itself carries: a site's device may have been replaced since. */
static bool is_of(const struct parcel *p, const struct hj212_view *mn)
{
    const char *cp = memmem(p->frame, p->len, "CP=&&", 5);
    const char *at = memmem(p->frame, cp ? (size_t)(cp - p->frame) : p->len, "MN=", 3);
    size_t left = at ? (size_t)(p->frame + p->len - at) - 3 : 0;
    return at && mn->s && mn->len < left && memcmp(at + 3, mn->s, mn->len) == 0 && at[3 + mn->len] == ';';
}

static void acknowledged(struct forward_target *t, const struct hj212_frame *a)
{
    uint64_t qn = number_of(&a->qn);
    struct parcel *p = t->first;
    while (p && !(p->in_flight && is_of(p, &a->mn) && (p->bits & FORWARD_OLD || p->tag == qn)))
        p = p->next;
    if (p) /* otherwise to a frame that was sent twice and answered before */
        delivered(t, p, true);
}

/* HJ 212-2017 6.6.4, QnRtn=2: refused. A device obeys its own platform. */
static void refuse_request(struct forward_target *t, const struct hj212_frame *a)
{
    struct forward *f = t->f;
    buf_clear(&f->scratch);
    pthread_mutex_lock(&f->lock);
    bool first = t->state.refused_requests++ == 0;
    pthread_mutex_unlock(&f->lock);
    if (first)
        log_warn("forward", "%s: asks device %.*s for %.*s: refused, as all it asks", t->cfg->name,
                 (int)a->mn.len, a->mn.s ? a->mn.s : "", (int)a->cn.len, a->cn.s ? a->cn.s : "");
    if (a->answer_wanted && hj212_answer(&f->scratch, a, 9011, 2) == 0 && !f->scratch.failed)
        conn_send(t->conn, f->scratch.data, f->scratch.len);
}

static size_t line_data(struct conn *c, const char *bytes, size_t len)
{
    struct forward_target *t = conn_user(c);
    struct hj212_reading reading = { .segment_max = 9999, .sums = HJ212_SUM_ALL };
    size_t used = 0;
    while (used < len) {
        struct hj212_frame a = { .item = t->f->items };
        size_t n = 0;
        enum hj212_reason why = HJ212_OK;
        enum hj212_found found = hj212_read(&reading, bytes + used, len - used, t->f->items, &a, &n, &why);
        if (found == HJ212_NEED_MORE)
            break;
        used += n;
        if (found != HJ212_FRAME)
            continue;
        if (view_is(&a.cn, "9014"))
            acknowledged(t, &a);
        else if (a.cn.s && a.cn.len == 4 && a.cn.s[0] != '9')
            refuse_request(t, &a);
    }
    target_pump(t);
    return used;
}

/* ---- time ---- */

/* The target answers others: this device alone is left alone for a while, and its frames make room in memory. */
static void hold_device(struct forward_target *t, struct forward_device *d, int32_t site)
{
    const struct forward_config *c = t->f->cfg;
    char text[200];
    d->held_ms = !d->held_ms ? c->hold_ms : d->held_ms * 2 > c->hold_max_ms ? c->hold_max_ms : d->held_ms * 2;
    d->held_until_ms = now_ms() + d->held_ms;
    for (struct parcel *p = t->first, *next; p; p = next) {
        next = p->next;
        if (p->site != site)
            continue;
        if (p->in_flight)
            land(t, p);
        unload(t, p);
    }
    t->blind = false; /* there is room in memory now */
    snprintf(text, sizeof text, "does not answer for site %s; its frames wait",
             place_site(t->f->place, site)->code);
    target_error(t, FORWARD_DEVICE, text);
    pthread_mutex_lock(&t->f->lock);
    t->state.held_devices++;
    pthread_mutex_unlock(&t->f->lock);
}

/* Its frames lie before the cursor: everything not on its way is read again. */
static void release_held(struct forward_target *t, int64_t now)
{
    size_t held = 0, freed = 0;
    bool due = false;
    for (size_t i = 0; t->state.held_devices && i < t->f->place->n_sites && !due; i++)
        due = t->device[i].held_until_ms && t->device[i].held_until_ms <= now;
    /* What was delivered must be off the queue before it is read again. */
    if (!due || forward_store_flush(t->f->store, NULL) < 0)
        return;
    for (size_t i = 0; i < t->f->place->n_sites; i++) {
        struct forward_device *d = &t->device[i];
        if (d->held_until_ms && d->held_until_ms <= now) {
            d->held_until_ms = 0;
            freed++;
        }
        held += d->held_until_ms != 0;
    }
    if (!freed)
        return;
    pthread_mutex_lock(&t->f->lock);
    t->state.held_devices = held;
    pthread_mutex_unlock(&t->f->lock);
    for (struct parcel *p = t->first, *next; p; p = next) {
        next = p->next;
        if (!p->in_flight)
            unload(t, p);
    }
    t->cursor = 0;
    t->blind = false;
}

/* false: the line is dead. */
static bool look_at(struct forward_target *t, struct parcel *p, int64_t now)
{
    if (!(p->bits & FORWARD_WANTS)) {
        /* Nobody answers it: it counts as delivered when the peer's system has taken all that was sent. */
        if (now > p->sent_ms && conn_unsent(t->conn) == 0)
            delivered(t, p, false);
        return true;
    }
    if (now - p->sent_ms < t->cfg->over_time_ms)
        return true;
    if (p->tries <= t->cfg->re_count) {
        transmit(t, p); /* when it fails, the line is about to close */
        return true;
    }
    if (t->heard_ms <= p->first_ms)
        return false;
    hold_device(t, device_of(t, p), p->site);
    return true;
}

static void look_at_all(struct forward_target *t, int64_t now)
{
    /* A device that is put on hold takes others out of the list, so the walk goes by what is still in flight. */
    int64_t after = 0;
    for (;;) {
        struct parcel *p = t->first;
        while (p && (!p->in_flight || p->seq <= after))
            p = p->next;
        if (!p)
            return;
        after = p->seq;
        if (!look_at(t, p, now)) {
            char text[120];
            snprintf(text, sizeof text, "no answer in %d s, sent %d times: the line is taken as dead",
                     t->cfg->over_time_ms / 1000, p->tries);
            target_error(t, FORWARD_NO_ANSWER, text);
            conn_close(t->conn);
            t->up = false;
            return;
        }
    }
}

static void tick(void *arg)
{
    struct forward_target *t = arg;
    int64_t now = now_ms();
    release_held(t, now);
    if (t->up && t->n_flight)
        look_at_all(t, now);
    target_pump(t);
    timer_set(t->f->loop, &t->tick, TICK_MS);
}

/* ---- the line ---- */

static void come_back_later(struct forward_target *t)
{
    const struct forward_config *c = t->f->cfg;
    set_line(t, FORWARD_AWAY);
    timer_set(t->f->loop, &t->reconnect, t->pause_ms);
    t->pause_ms = t->pause_ms * 2 > c->reconnect_max_ms ? c->reconnect_max_ms : t->pause_ms * 2;
}

static void line_opened(struct conn *c)
{
    struct forward_target *t = conn_user(c);
    t->up = true;
    set_line(t, FORWARD_CONNECTED);
    log_info("forward", "%s: connected to %s", t->cfg->name, t->state.peer);
    target_pump(t);
}

static void line_closed(struct conn *c, int why)
{
    struct forward_target *t = conn_user(c);
    bool was_up = t->up;
    char text[160];
    t->conn = NULL;
    t->up = false;
    for (struct parcel *p = t->first; p; p = p->next)
        if (p->in_flight)
            land(t, p);
    if (why < 0 || was_up) {
        const char *tls = conn_tls_error(c);
        snprintf(text, sizeof text, "%s: %.100s", was_up ? "the line broke" : "cannot connect",
                 *tls      ? tls
                 : why < 0 ? strerror(-why)
                           : "closed by the target");
        target_error(t, was_up ? FORWARD_BROKE : FORWARD_CANNOT_CONNECT, text);
    }
    come_back_later(t);
}

static const struct conn_ops line_ops = { line_opened, line_data, line_closed, NULL };

static void connect_now(void *arg)
{
    struct forward_target *t = arg;
    struct err e = { 0 };
    struct conn_bounds with = bounds;
    with.tls = t->tls;
    with.tls_name = t->cfg->tls_name;
    if (loop_connect(t->f->loop, t->cfg->host, t->cfg->port, &line_ops, &with, t, &t->conn, &e) < 0) {
        target_error(t, FORWARD_CANNOT_CONNECT, e.text);
        come_back_later(t);
        return;
    }
    conn_set_user(t->conn, t);
    set_line(t, FORWARD_CONNECTING);
}

int target_open(struct forward_target *t)
{
    t->tick = (struct timer){ .fire = tick, .arg = t };
    t->reconnect = (struct timer){ .fire = connect_now, .arg = t };
    int r = timer_set(t->f->loop, &t->tick, TICK_MS);
    return r < 0 ? r : timer_set(t->f->loop, &t->reconnect, 0);
}

void target_release(struct forward_target *t)
{
    if (t->conn)
        conn_forget_owner(t->conn);
    timer_clear(t->f->loop, &t->tick);
    timer_clear(t->f->loop, &t->reconnect);
    while (t->first)
        unload(t, t->first);
}
