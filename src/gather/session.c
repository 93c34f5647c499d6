/* One connection's frames: cut, checked, turned into records and queued. Everything here runs on the loop's thread. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "domain/factor.h"
#include "gather/gateway_own.h"

/* HJ 212-2017 table 9: what a device may send us. */
enum command_kind { UPLOAD, NOTICE, REPLY };
static const struct command {
    int cn;
    enum command_kind kind;
    enum period period;
} commands[] = {
    { 2011, UPLOAD, PERIOD_REALTIME },
    { 2051, UPLOAD, PERIOD_MINUTE },
    { 2061, UPLOAD, PERIOD_HOUR },
    { 2031, UPLOAD, PERIOD_DAY },
    { 1013, NOTICE, 0 },
    { 9015, NOTICE, 0 },
    { 9011, REPLY, 0 },
    { 9012, REPLY, 0 },
    { 9013, REPLY, 0 },
    { 9014, REPLY, 0 },
};

static const struct command *command_of(const struct hj212_view *cn)
{
    int code = 0;
    if (!cn->s || cn->len != 4)
        return NULL;
    for (uint32_t i = 0; i < cn->len; i++) {
        if (cn->s[i] < '0' || cn->s[i] > '9')
            return NULL;
        code = code * 10 + (cn->s[i] - '0');
    }
    for (const struct command *c = commands; c < commands + sizeof commands / sizeof *commands; c++)
        if (c->cn == code)
            return c;
    return NULL;
}

static bool view_is(const struct hj212_view *v, const char *s)
{
    size_t len = strlen(s);
    return v->s && v->len == len && memcmp(v->s, s, len) == 0;
}

/* ---- counting; the lock is held ---- */

static void refuse(struct gateway *g, struct device *d, int refusal)
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

static struct device *device_of(struct session *s, const struct hj212_view *mn)
{
    struct device *d = s->device;
    if (d && view_is(mn, d->seen.mn))
        return d;
    return mn->s ? map_get(&s->g->by_mn, mn->s, mn->len) : NULL;
}

static void note_frame(struct session *s, struct device *d, const struct hj212_frame *f, int64_t now)
{
    s->device = d;
    d->session = (uint32_t)(s - s->g->session);
    d->generation = s->generation;
    d->seen.connected = true;
    d->seen.edition = f->edition;
    d->seen.last_arrival = now;
    d->seen.frames++;
}

static void note_skew(struct device *d, const struct hj212_frame *f, int64_t now)
{
    int64_t sent;
    if (f->qn.s && f->qn.len == 17 && cn_parse_compact(f->qn.s, f->qn.len, &sent)) {
        d->seen.clock_skew_ms = sent - now;
        d->seen.skew_known = true;
    }
}

/* ---- uploads ---- */

/* HJ/T 212-2005 named factors by other codes, and air stations marked values with digits (0 calibration, 3 normal; 1 and 2 have
 * no twin since and stay as they came). Stored under today's codes, so that a stream does not break when a logger is replaced. */
static void modernise(struct hj212_frame *f)
{
    bool air = view_is(&f->st, "22");
    for (size_t i = 0; i < f->n_items; i++) {
        struct hj212_item *it = &f->item[i];
        const struct factor *known = it->suffix.len ? factor_find(it->code.s, it->code.len) : NULL;
        if (known) {
            it->code.s = known->code;
            it->code.len = (uint32_t)strlen(known->code);
        }
        if (air && view_is(&it->suffix, "Flag") && it->value.len == 1)
            it->value.s = *it->value.s == '3' ? "N" : *it->value.s == '0' ? "C" : it->value.s;
    }
}

static uint64_t tag_of(const struct hj212_view *qn, const char *body, size_t len)
{
    uint64_t n = 0;
    bool digits = qn->s && qn->len > 0 && qn->len <= 18;
    for (uint32_t i = 0; digits && i < qn->len; i++) {
        digits = qn->s[i] >= '0' && qn->s[i] <= '9';
        n = n * 10 + (uint64_t)(unsigned char)(qn->s[i] - '0');
    }
    return digits ? n : record_hash(body, len);
}

/* The time an upload speaks for; 0 when it does not say. Field devices leave DataTime out of real-time frames (never of the
 * others): there the moment of sending stands for it. */
static int64_t time_of(const struct hj212_frame *f, enum period period)
{
    int64_t t = f->data_time;
    if (!t && period == PERIOD_REALTIME && f->qn.s && f->qn.len == 17 &&
        !cn_parse_compact(f->qn.s, f->qn.len, &t))
        t = 0;
    return t;
}

enum queued { QUEUED, NO_ROOM, NOT_TAKEN };

/* g->scratch holds the body (body_len bytes) and behind it the answer. */
static enum queued enqueue(struct session *s, struct device *d, struct record *r, size_t body_len)
{
    struct gateway *g = s->g;
    struct batch *b = g->filling;
    size_t need = g->scratch.len;
    if (g->scratch.failed || body_len == 0 || need > g->cfg.queue_bytes) {
        refuse(g, d, GATEWAY_EMPTY);
        return NOT_TAKEN;
    }
    if (b->n == g->cfg.queue_frames || g->cfg.queue_bytes - b->bytes_len < need)
        return NO_ROOM;
    char *at = b->bytes + b->bytes_len;
    memcpy(at, g->scratch.data, need);
    r->body = at;
    r->body_len = body_len;
    b->record[b->n] = *r;
    b->job[b->n] = (struct job){ .session = (uint32_t)(s - g->session),
                                 .generation = s->generation,
                                 .device = d,
                                 .answer_at = (uint32_t)(b->bytes_len + body_len),
                                 .answer_len = (uint32_t)(need - body_len) };
    b->bytes_len += need;
    g->stats.queue++;
    if (b->n++ == 0)
        pthread_cond_signal(&g->work);
    return QUEUED;
}

static enum queued upload(struct session *s, struct device *d, struct hj212_frame *f, enum period period,
                          int64_t now)
{
    struct gateway *g = s->g;
    int64_t t = time_of(f, period);
    if (!t || (g->cfg.max_ahead_ms && t > now + g->cfg.max_ahead_ms)) {
        refuse(g, d, t ? GATEWAY_TIME : GATEWAY_NO_TIME);
        return NOT_TAKEN;
    }
    if (f->edition == HJ212_2005)
        modernise(f);
    buf_clear(&g->scratch);
    hj212_body(f, &g->scratch);
    size_t body_len = g->scratch.len;
    struct record r = { .time = t,
                        .site = d->site->id,
                        .period = (uint8_t)period,
                        .source = SOURCE_DEVICE,
                        .part = (uint16_t)(f->pno > 0 && f->pno <= UINT16_MAX ? f->pno : 0),
                        .tag = tag_of(&f->qn, g->scratch.data, body_len),
                        .arrival = now };
    if (f->answer_wanted && body_len && hj212_answer(&g->scratch, f, 9014, 0) < 0) {
        refuse(g, d, HJ212_FIELDS);
        return NOT_TAKEN;
    }
    enum queued q = enqueue(s, d, &r, body_len);
    if (q == QUEUED && period == PERIOD_REALTIME)
        note_skew(d, f, now);
    return q;
}

/* 1013 asks for the time: 9013, then the platform sets it with 1012 (HJ 212-2017 6.6.5, table 9). */
static void notice(struct session *s, const struct hj212_frame *f, const struct command *cmd, int64_t now)
{
    struct gateway *g = s->g;
    buf_clear(&g->scratch);
    int r = hj212_answer(&g->scratch, f, 9013, 0);
    if (r == 0 && cmd->cn == 1013) {
        char qn[CN_TEXT], at[CN_TEXT], cp[64], st[3] = "";
        if (f->st.s && f->st.len == 2)
            memcpy(st, f->st.s, 2);
        struct hj212_head h = { .qn = cn_format_qn(now, qn),
                                .st = st,
                                .pw = s->device->site->pw,
                                .mn = s->device->seen.mn,
                                .cn = 1012,
                                .edition = f->edition,
                                .answer_wanted = true };
        int len = snprintf(cp, sizeof cp, "SystemTime=%s", cn_format_compact(now, at));
        r = hj212_build(&g->scratch, &h, cp, (size_t)len);
    }
    if (r == 0 && !g->scratch.failed && conn_send(s->conn, g->scratch.data, g->scratch.len) == 0)
        g->stats.answers++;
}

/* false: the queue has no room; the frame stays where it is. */
static bool take(struct session *s, struct hj212_frame *f)
{
    struct gateway *g = s->g;
    int64_t now = clock_now(g->cfg.clock);
    struct device *d = device_of(s, &f->mn);
    if (!d) {
        g->stats.frames++;
        refuse(g, NULL, GATEWAY_UNKNOWN_MN);
        note_unknown(g, &f->mn, now);
        return true;
    }
    const struct command *cmd = command_of(&f->cn);
    bool known = view_is(&f->pw, d->site->pw) || (!f->pw.len && !*d->site->pw);
    if (known && cmd && cmd->kind == UPLOAD && upload(s, d, f, cmd->period, now) == NO_ROOM)
        return false;
    g->stats.frames++;
    if (!known) {
        refuse(g, d, GATEWAY_WRONG_PW);
        return true;
    }
    note_frame(s, d, f, now);
    if (!cmd)
        refuse(g, d, GATEWAY_UNSUPPORTED);
    else if (cmd->kind == NOTICE)
        notice(s, f, cmd, now);
    return true;
}

/* ---- the connection ---- */

static size_t session_data(struct conn *c, const char *bytes, size_t len)
{
    struct session *s = conn_user(c);
    struct gateway *g = s->g;
    size_t used = 0;
    pthread_mutex_lock(&g->lock);
    while (used < len) {
        struct hj212_frame f = { 0 };
        size_t n = 0;
        enum hj212_reason why = HJ212_OK;
        f.item = g->items;
        enum hj212_found found =
            hj212_next(bytes + used, len - used, g->cfg.segment_max, g->items, &f, &n, &why);
        if (found == HJ212_NEED_MORE)
            break;
        if (found == HJ212_REFUSED) {
            refuse(g, s->device, (int)why);
        } else if (!take(s, &f)) {
            s->paused = true;
            conn_pause(c);
            g->stats.stalls += !g->stalled;
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
    if (slot >= g->cfg.max_connections) { /* the listener's bound is the same, so this is only a guard */
        conn_close(c);
        return;
    }
    struct session *s = &g->session[slot];
    g->free_session = s->next_free;
    s->conn = c;
    s->g = g;
    s->device = NULL;
    s->paused = false;
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
    /* Several devices may share a connection behind one modem. */
    for (struct device *d = g->device; s->device && d < g->device + g->n_devices; d++)
        if (d->session == slot && d->generation == s->generation)
            d->seen.connected = false;
    pthread_mutex_unlock(&g->lock);
    s->conn = NULL;
    s->generation++;
    s->next_free = g->free_session;
    g->free_session = slot;
}

const struct conn_ops session_ops = { session_opened, session_data, session_closed };

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
    bool go = g->stalled && g->filling->n <= g->cfg.queue_frames / 2 &&
              g->filling->bytes_len <= g->cfg.queue_bytes / 2;
    if (go)
        g->stalled = false;
    pthread_mutex_unlock(&g->lock);
    for (size_t i = 0; go && i < g->cfg.max_connections; i++) {
        struct session *s = &g->session[i];
        if (s->conn && s->paused) {
            s->paused = false;
            conn_resume(s->conn);
        }
    }
}
