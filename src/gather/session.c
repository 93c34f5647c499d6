/* One connection's frames: cut, checked, and given to whom they are for (upload.c, exchange.c, keys.c, join.c). Everything here runs on
 * the loop's thread. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "domain/factor.h"
#include "gather/gateway_own.h"

/* -1 when it is no four digits. */
static int code_of(const struct hj212_view *cn)
{
    int code = 0;
    if (!cn->s || cn->len != 4)
        return -1;
    for (uint32_t i = 0; i < cn->len; i++) {
        if (cn->s[i] < '0' || cn->s[i] > '9')
            return -1;
        code = code * 10 + (cn->s[i] - '0');
    }
    return code;
}

bool session_view_is(const struct hj212_view *v, const char *s)
{
    size_t len = strlen(s);
    return v->s && v->len == len && memcmp(v->s, s, len) == 0;
}

/* ---- counting; the lock is held ---- */

void session_refuse(struct gateway *g, struct device *d, int refusal)
{
    g->stats.refused[refusal]++;
    if (d)
        d->seen.refused[refusal]++;
}

static void note_unknown(struct gateway *g, const struct hj212_view *mn, int64_t now)
{
    char name[GATEWAY_MN];
    size_t n = mn->s ? mn->len : 0;
    if (n >= sizeof name)
        n = sizeof name - 1;
    for (size_t i = 0; i < n; i++)
        name[i] = mn->s[i] > ' ' && mn->s[i] < 0x7f ? mn->s[i] : '?';
    name[n] = 0;
    struct gateway_unknown *u = NULL, *oldest = g->unknown;
    for (size_t i = 0; i < g->n_unknown && !u; i++) {
        if (strcmp(g->unknown[i].mn, name) == 0)
            u = &g->unknown[i];
        else if (g->unknown[i].last < oldest->last)
            oldest = &g->unknown[i];
    }
    if (!u) {
        u = g->n_unknown < GATEWAY_UNKNOWN_MAX ? &g->unknown[g->n_unknown++] : oldest;
        *u = (struct gateway_unknown){ .first = now };
        memcpy(u->mn, name, n + 1);
    }
    u->last = now;
    u->frames++;
}

struct device *session_device(struct session *s, const struct hj212_view *mn)
{
    struct device *d = s->device;
    if (d && session_view_is(mn, d->seen.mn))
        return d;
    return mn->s ? device_named(s->g, mn->s, mn->len) : NULL;
}

static void note_frame(struct session *s, struct device *d, const struct hj212_frame *f, int64_t now)
{
    struct gateway *g = s->g;
    uint32_t slot = (uint32_t)(s - g->session);
    s->several |= s->device && s->device != d;
    s->device = d;
    if (!d->seen.connected || d->session != slot || d->generation != s->generation) {
        d->connected_ms = clock_monotonic_ns() / 1000000;
        if (d->seen.connected) /* it came back on a new line before the old one was seen to be dead */
            exchange_lost(g, d);
    }
    d->session = slot;
    d->generation = s->generation;
    d->seen.connected = true;
    if (f->st.len == 2 && f->st.s && !session_view_is(&f->st, "91"))
        memcpy(d->seen.st, f->st.s, 2);
    d->seen.edition = f->edition;
    d->seen.sum = f->sum;
    d->seen.last_arrival = now;
    d->seen.frames++;
}

/* 1013 asks for the time: 9013, then the platform sets it with 1012 (HJ 212-2017 6.6.5, table 9). */
static void notice(struct session *s, const struct hj212_frame *f, const struct hj212_command *cmd,
                   int64_t now)
{
    struct gateway *g = s->g;
    buf_clear(&g->scratch);
    if (cmd->cn == 9015 && !f->answer_wanted)
        return;
    int r = hj212_answer(&g->scratch, f, cmd->cn == 9021 ? 9022 : 9013, 0); /* 9021: not in HJ 212 */
    if (r == 0 && cmd->cn == 1013) {
        char qn[CN_TEXT], at[CN_TEXT], cp[64], st[3] = "";
        if (f->st.s && f->st.len == 2)
            memcpy(st, f->st.s, 2);
        struct hj212_head h = { .qn = cn_format_qn(now, qn),
                                .st = st,
                                .pw = s->device->pw,
                                .mn = s->device->seen.mn,
                                .cn = 1012,
                                .edition = f->edition,
                                .sum = f->sum,
                                .answer_wanted = true };
        int len = snprintf(cp, sizeof cp, "SystemTime=%s", cn_format_compact(now, at));
        r = hj212_build(&g->scratch, &h, cp, (size_t)len);
    }
    if (r == 0 && !g->scratch.failed && conn_send(s->conn, g->scratch.data, g->scratch.len) == 0)
        g->stats.answers++;
}

/* A password that was being set when the line broke is taken from the first frame that carries it. */
static bool password_right(struct device *d, const struct hj212_view *pw)
{
    if (session_view_is(pw, d->pw) || (!pw->len && !*d->pw))
        return true;
    if (!*d->new_pw || !session_view_is(pw, d->new_pw))
        return false;
    memcpy(d->pw, d->new_pw, sizeof d->pw);
    d->new_pw[0] = 0;
    d->pw_changed = true;
    return true;
}

/* ---- frames a second ---- */

enum { THROTTLE_MS = 20 };

/* Whether one more frame is within the bound: each costs its share of a second, and a second's worth may come at once. */
static bool affords(const struct gateway *g, const int64_t *allowance_ns, int64_t now_ns)
{
    return !g->cfg.device_rate || *allowance_ns <= now_ns + INT64_C(1000000000);
}

/* Only what is taken is charged: a frame that found no room is looked at again. */
static void charge(const struct gateway *g, int64_t *allowance_ns, int64_t now_ns)
{
    if (g->cfg.device_rate)
        *allowance_ns =
            (*allowance_ns > now_ns ? *allowance_ns : now_ns) + INT64_C(1000000000) / g->cfg.device_rate;
}

/* Its line is not read for a moment; others are not touched. */
static void throttle(struct session *s, struct device *d)
{
    struct gateway *g = s->g;
    g->stats.throttled++;
    if (d)
        d->seen.throttled++;
    g->n_throttled += !s->throttled;
    s->throttled = true;
    conn_pause(s->conn);
    if (!g->throttle.place)
        timer_set(g->loop, &g->throttle, THROTTLE_MS);
}

void sessions_throttled(void *gateway)
{
    struct gateway *g = gateway;
    size_t n = g->n_throttled;
    g->n_throttled = 0;
    for (size_t i = 0; n && i < g->cfg.max_connections; i++) {
        struct session *s = &g->session[i];
        if (!s->throttled)
            continue;
        n--;
        s->throttled = false;
        if (s->conn && !s->paused)
            conn_resume(s->conn);
    }
}

/* false: the queue has no room, or the device sends too fast; the frame stays where it is. */
static bool take(struct session *s, struct hj212_frame *f, int64_t now_ns)
{
    struct gateway *g = s->g;
    int64_t now = clock_now(g->cfg.clock);
    struct device *d = session_device(s, &f->mn);
    const char *certificate = conn_certificate(s->conn);
    if (d && *certificate && strcmp(certificate, d->seen.mn) != 0) {
        session_refuse(g, d, GATEWAY_CERTIFICATE);
        return true;
    }
    /* Who does not know the password cannot use up what the device may send. */
    bool known = d && password_right(d, &f->pw);
    int64_t *allowance_ns = known ? &d->allowance_ns : &s->allowance_ns;
    if (!affords(g, allowance_ns, now_ns)) {
        throttle(s, known ? d : NULL);
        return false;
    }
    int cn = code_of(&f->cn);
    if (join_take(s, d, f, cn)) {
        charge(g, allowance_ns, now_ns);
        g->stats.frames++;
        return true;
    }
    if (!d) {
        charge(g, allowance_ns, now_ns);
        g->stats.frames++;
        bool ignored = register_ignores(g, f->mn.s, f->mn.len);
        session_refuse(g, NULL, ignored ? GATEWAY_IGNORED : GATEWAY_UNKNOWN_MN);
        if (!ignored)
            note_unknown(g, &f->mn, now);
        return true;
    }
    const struct hj212_command *cmd = hj212_command(cn, f->edition);
    enum hj212_kind kind = cmd ? hj212_kind_of(cmd, HJ212_TO_PLATFORM) : HJ212_NOTHING;
    if (cmd && cn == 1014) /* asks for a key: nothing of it is data */
        kind = HJ212_NOTICE;
    /* The data of a request in flight is its answer and stands in its history, not beside it. */
    if (known && kind == HJ212_UPLOAD && cmd->data < HJ212_REALTIME && exchange_wants(d, f, cn))
        kind = HJ212_ANSWER;
    bool in_clear = known && keys_refuse(d, f, cn);
    if (in_clear)
        session_refuse(g, d, GATEWAY_NOT_ENCRYPTED);
    else if (known && kind == HJ212_UPLOAD && session_upload(s, d, f, cmd, now) == NO_ROOM)
        return false;
    charge(g, allowance_ns, now_ns);
    g->stats.frames++;
    if (!known) {
        session_refuse(g, d, GATEWAY_WRONG_PW);
        return true;
    }
    note_frame(s, d, f, now);
    greet(g, d);
    exchange_start(g);
    if (exchange_take(d, f, cn) || keys_take(s, d, f, cn) || in_clear)
        return true;
    if (kind == HJ212_NOTHING)
        session_refuse(g, d, GATEWAY_UNSUPPORTED);
    else if (kind == HJ212_NOTICE)
        notice(s, f, cmd, now);
    return true;
}

/* ---- the connection ---- */

/* The frame as it came. Line ends that came late stand before it and belong to the one before. */
static void note_raw(struct gateway *g, const struct hj212_frame *f, const char *bytes, size_t len)
{
    while (len && (*bytes == '\r' || *bytes == '\n'))
        bytes++, len--;
    g->raw = (struct gateway_raw){ .frame = bytes,
                                   .len = (uint32_t)len,
                                   .cn = code_of(&f->cn),
                                   .edition = f->edition,
                                   .sum = f->sum,
                                   .answer_wanted = f->answer_wanted };
    if (f->st.s && f->st.len == 2)
        memcpy(g->raw.st, f->st.s, 2);
}

/* Now and then a check sum fits two dialects; a line that has shown one device's keeps to it. */
static unsigned sums_taken(const struct session *s)
{
    return s->device && !s->several ? s->g->cfg.sums & 1u << s->device->seen.sum : s->g->cfg.sums;
}

static size_t session_data(struct conn *c, const char *bytes, size_t len)
{
    struct session *s = conn_user(c);
    if (!s)
        return len; /* one too many: it is being closed */
    struct gateway *g = s->g;
    size_t used = 0;
    int64_t now_ns = clock_monotonic_ns();
    pthread_mutex_lock(&g->lock);
    struct hj212_reading reading = { .segment_max = g->cfg.segment_max, .serial = true, .clear = g->clear };
    while (used < len && !s->throttled) {
        struct hj212_frame f = { 0 };
        reading.sums = sums_taken(s);
        size_t n = 0;
        int refusal = HJ212_OK;
        struct device *whose = NULL;
        enum hj212_found found = keys_read(s, &reading, bytes + used, len - used, &f, &n, &refusal, &whose);
        if (found == HJ212_NEED_MORE)
            break;
        if (found == HJ212_REFUSED) {
            session_refuse(g, whose, refusal);
            if (refusal == GATEWAY_UNKNOWN_MN)
                note_unknown(g, &f.mn, clock_now(g->cfg.clock));
            charge(g, &s->allowance_ns, now_ns);
            if (!affords(g, &s->allowance_ns, now_ns)) /* it is counted; the next waits */
                throttle(s, s->device);
        } else if (note_raw(g, &f, bytes + used, n), !take(s, &f, now_ns)) {
            if (s->throttled)
                break;
            s->paused = true;
            conn_pause(c);
            if (!g->stalled) {
                g->stats.stalls++;
                g->resume_from = (uint32_t)(s - g->session);
            }
            g->stalled = true;
            break;
        }
        used += n;
    }
    pthread_mutex_unlock(&g->lock);
    return used;
}

static void session_opened(struct conn *c)
{
    struct gateway *g = conn_owner(c);
    uint32_t slot = g->free_session;
    if (slot >= g->cfg.max_connections) { /* each listener has this bound, and there may be two */
        conn_close(c);
        return;
    }
    struct session *s = &g->session[slot];
    g->free_session = s->next_free;
    s->conn = c;
    s->g = g;
    s->device = NULL;
    s->paused = s->several = s->throttled = false;
    s->allowance_ns = 0;
    conn_set_user(c, s);
    pthread_mutex_lock(&g->lock);
    s->generation++;
    g->stats.connections++;
    pthread_mutex_unlock(&g->lock);
}

static void session_closed(struct conn *c, int why)
{
    (void)why;
    struct session *s = conn_user(c);
    if (!s)
        return;
    struct gateway *g = s->g;
    uint32_t slot = (uint32_t)(s - g->session);
    pthread_mutex_lock(&g->lock);
    g->stats.connections--;
    struct device *first = s->several ? g->device : s->device;
    struct device *end = s->several ? g->device + g->n_devices : first ? first + 1 : first;
    for (struct device *d = first; d < end; d++)
        if (d->session == slot && d->generation == s->generation) {
            d->seen.connected = false;
            exchange_lost(g, d);
        }
    join_lost(g, slot, s->generation);
    pthread_mutex_unlock(&g->lock);
    g->n_throttled -= s->throttled;
    s->throttled = false;
    s->conn = NULL;
    s->generation++;
    s->next_free = g->free_session;
    g->free_session = slot;
}

/* While the queue has no room, what devices send stays in their sockets: ten thousand buffers of it would be most of our memory. */
static void session_ready(struct conn *c)
{
    struct session *s = conn_user(c);
    if (!s)
        return;
    struct gateway *g = s->g;
    pthread_mutex_lock(&g->lock);
    s->paused |= g->stalled;
    bool wait = g->stalled;
    pthread_mutex_unlock(&g->lock);
    if (wait)
        conn_pause(c);
}

const struct conn_ops session_ops = { session_opened, session_data, session_closed, session_ready };

static uint64_t answer(struct gateway *g, const struct batch *b)
{
    uint64_t sent = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct job *j = &b->job[i];
        const struct session *s = &g->session[j->session];
        /* A device that has hung up meanwhile sends again and is answered then. */
        if (j->answer_len && !j->refused && s->conn && s->generation == j->generation &&
            conn_send(s->conn, b->bytes + j->answer_at, j->answer_len) == 0)
            sent++;
    }
    return sent;
}

void sessions_woken(void *gateway)
{
    struct gateway *g = gateway;
    for (;;) {
        pthread_mutex_lock(&g->lock);
        struct batch *b = g->done;
        if (b)
            g->done = b->next;
        pthread_mutex_unlock(&g->lock);
        if (!b)
            break;
        uint64_t sent = answer(g, b);
        pthread_mutex_lock(&g->lock);
        g->stats.answers += sent;
        b->answered = true;
        batch_settle(g, b);
        pthread_mutex_unlock(&g->lock);
    }
    pthread_mutex_lock(&g->lock);
    register_change(g);
    exchange_start(g);
    join_start(g);
    bool go = g->stalled && g->filling->n <= g->cfg.queue_frames / 2 &&
              g->filling->bytes_len <= g->cfg.queue_bytes / 2;
    if (go)
        g->stalled = false;
    pthread_mutex_unlock(&g->lock);
    for (size_t i = 0; go && i < g->cfg.max_connections; i++) {
        struct session *s = &g->session[(g->resume_from + i) % g->cfg.max_connections];
        if (s->conn && s->paused) {
            s->paused = false;
            if (!s->throttled)
                conn_resume(s->conn);
        }
    }
}
