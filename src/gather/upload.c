/* An upload becomes a record with its answer in the queue of the writer. On the loop's thread, with the gateway's lock held. */
#include <string.h>

#include "base/cntime.h"
#include "domain/factor.h"
#include "gather/gateway_own.h"

static void note_skew(struct device *d, const struct hj212_frame *f, int64_t now)
{
    int64_t sent;
    if (f->qn.s && f->qn.len == 17 && cn_parse_compact(f->qn.s, f->qn.len, &sent)) {
        d->seen.clock_skew_ms = sent - now;
        d->seen.skew_known = true;
    }
}

/* How often it sends a period, once the same step was seen twice in a row. */
static void note_habits(struct device *d, const struct hj212_frame *f, enum period period, int64_t time)
{
    int64_t step = time - d->last_time[period];
    d->seen.answers_wanted = f->answer_wanted;
    if (step <= 0 || f->pno > 1)
        return; /* older, or another part */
    uint32_t seconds = step <= 7 * MS_DAY ? (uint32_t)(step / MS_SECOND) : 0;
    if (seconds && seconds == d->last_step[period])
        d->seen.interval_s[period] = seconds;
    d->last_step[period] = seconds;
    d->last_time[period] = time;
}

/* HJ/T 212-2005 named factors by other codes, and air stations marked values with digits (0 calibration, 3 normal; 1 and 2 have
 * no twin since and stay as they came). Stored under today's codes, so that a stream does not break when a logger is replaced. */
static void modernise(struct hj212_frame *f)
{
    bool air = session_view_is(&f->st, "22");
    for (size_t i = 0; i < f->n_items; i++) {
        struct hj212_item *it = &f->item[i];
        const struct factor *known = it->suffix.len ? factor_find(it->code.s, it->code.len) : NULL;
        if (known) {
            it->code.s = known->code;
            it->code.len = (uint32_t)strlen(known->code);
        }
        if (air && session_view_is(&it->suffix, "Flag") && it->value.len == 1)
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

/* g->scratch holds the body (body_len bytes) and behind it the answer. */
static enum queued enqueue(struct session *s, struct device *d, struct record *r, size_t body_len)
{
    struct gateway *g = s->g;
    struct batch *b = g->filling;
    size_t answer_end = g->scratch.len;
    if (b->raw)
        buf_add(&g->scratch, g->raw.frame, g->raw.len);
    size_t need = g->scratch.len;
    if (g->scratch.failed || body_len == 0 || need > g->cfg.queue_bytes) {
        session_refuse(g, d, GATEWAY_EMPTY);
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
                                 .answer_len = (uint32_t)(answer_end - body_len) };
    if (b->raw) {
        b->raw[b->n] = g->raw;
        b->raw[b->n].frame = at + answer_end;
    }
    b->bytes_len += need;
    g->stats.queue++;
    if (b->n++ == 0)
        pthread_cond_signal(&g->work);
    return QUEUED;
}

static enum period period_of(const struct hj212_command *cmd)
{
    return cmd->data == HJ212_MINUTES    ? PERIOD_MINUTE
           : cmd->data == HJ212_HOURS    ? PERIOD_HOUR
           : cmd->data == HJ212_DAYS     ? PERIOD_DAY
           : cmd->data == HJ212_REALTIME ? PERIOD_REALTIME
                                         : PERIOD_NOTE;
}

/* What an event is told to have happened at: a note says it in a name of its own, or not at all. */
static int64_t time_of_note(const struct hj212_frame *f, int64_t now)
{
    static const char *const names[] = { "RestartTime", "AlarmTime", "SystemTime" };
    int64_t t = f->data_time;
    for (size_t i = 0; i < f->n_items && !t; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names && !t; k++)
            if (session_view_is(&f->item[i].code, names[k]) &&
                !cn_parse_compact(f->item[i].value.s, f->item[i].value.len, &t))
                t = 0;
    if (!t && f->qn.s && f->qn.len == 17 && !cn_parse_compact(f->qn.s, f->qn.len, &t))
        t = 0;
    return t ? t : now;
}

/* 91 is no system that is monitored. */
static bool system_allowed(const struct device *d, const struct hj212_view *st)
{
    if (!*d->seen.reg.st[0] || session_view_is(st, "91"))
        return true;
    for (size_t i = 0; i < GATEWAY_SYSTEMS && *d->seen.reg.st[i]; i++)
        if (session_view_is(st, d->seen.reg.st[i]))
            return true;
    return false;
}

enum queued session_upload(struct session *s, struct device *d, struct hj212_frame *f,
                           const struct hj212_command *cmd, int64_t now)
{
    struct gateway *g = s->g;
    enum period period = period_of(cmd);
    int cn = cmd->cn;
    if (!system_allowed(d, &f->st)) {
        session_refuse(g, d, GATEWAY_WRONG_ST);
        return NOT_TAKEN;
    }
    int64_t t = period == PERIOD_NOTE ? time_of_note(f, now) : time_of(f, period);
    if (!t || (g->cfg.max_ahead_ms && t > now + g->cfg.max_ahead_ms)) {
        session_refuse(g, d, t ? GATEWAY_TIME : GATEWAY_NO_TIME);
        return NOT_TAKEN;
    }
    if (f->edition == HJ212_2005)
        modernise(f);
    buf_clear(&g->scratch);
    if (period == PERIOD_NOTE)
        buf_addf(&g->scratch, f->n_items ? "CN=%d;" : "CN=%d", cn);
    hj212_body(f, &g->scratch);
    size_t body_len = g->scratch.len;
    struct record r = { .time = t,
                        .site = d->site->id,
                        .period = (uint8_t)period,
                        .source = f->rf ? SOURCE_RESENT : SOURCE_DEVICE,
                        .part = (uint16_t)(f->pno > 0 && f->pno <= UINT16_MAX ? f->pno : 0),
                        .tag = tag_of(&f->qn, g->scratch.data, body_len),
                        .arrival = now };
    if (f->answer_wanted && body_len && hj212_answer(&g->scratch, f, 9014, 0) < 0) {
        session_refuse(g, d, HJ212_FIELDS);
        return NOT_TAKEN;
    }
    enum queued q = enqueue(s, d, &r, body_len);
    if (q != QUEUED)
        return q;
    if (period == PERIOD_REALTIME)
        note_skew(d, f, now);
    if (period == PERIOD_NOTE)
        d->seen.notes++;
    else
        note_habits(d, f, period, t);
    if (f->pnum)
        parts_note(g, d, cn, f);
    exchange_saw(d, cn, t);
    return q;
}
