/* device.c - acts as a platform: waits for a logger, answers what it sends, asks, and runs the table. */
#include "conform/device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

static void copy(char *to, size_t cap, struct hj212_view v)
{
    size_t n = v.len < cap - 1 ? v.len : cap - 1;
    if (n)
        memcpy(to, v.s, n);
    to[n] = 0;
}

/* MN, PW, ST and edition: what was given, else what the first frame says. */
static void learn(struct trial *t, const struct wire_frame *f)
{
    if (t->known || f->mn.len == 0 || f->command < 0 || (t->cfg->mn && !wire_is(f->mn, t->cfg->mn)))
        return;
    copy(t->mn, sizeof t->mn, f->mn);
    if (t->cfg->pw)
        snprintf(t->pw, sizeof t->pw, "%s", t->cfg->pw);
    else
        copy(t->pw, sizeof t->pw, f->pw);
    if (t->cfg->st)
        snprintf(t->st, sizeof t->st, "%s", t->cfg->st);
    else if (!wire_is(f->st, "91"))
        copy(t->st, sizeof t->st, f->st);
    if (t->cfg->editions)
        t->edition = t->cfg->editions & 1u << HJ212_2005   ? HJ212_2005
                     : t->cfg->editions & 1u << HJ212_2025 ? HJ212_2025
                                                           : HJ212_2017;
    else if (f->flag >> 2 == 2 && !wire_is(f->st, "21")) /* water stations have said 2 since 2017 */
        t->edition = HJ212_2025;
    else
        t->edition = f->flag >= 4 || (f->flag < 0 && f->qn.len) ? HJ212_2017 : HJ212_2005;
    t->known = true;
}

static void react_as_platform(struct trial *t, struct seen *s)
{
    const struct wire_frame *f = &s->f;
    learn(t, f);
    if ((f->faults & (WIRE_LENGTH | WIRE_CRC)) || f->command < 0 || !wire_is(f->mn, t->mn))
        return;
    bool wanted = f->flag > 0 && (f->flag & 1);
    if (f->command == 1013 || f->command == 9015) {
        if (f->command == 1013 || wanted)
            answer(t, s, 9013, 0);
        if (f->command == 1013) {
            char now[CN_TEXT], cp[64];
            snprintf(cp, sizeof cp, "SystemTime=%s", cn_format_compact(clock_now(&t->clock), now));
            struct ask a = { .cn = 1012, .cp = cp };
            ask_send(t, &a);
        }
    } else if (f->command < 9000 && wanted && !t->hold) {
        answer(t, s, 9014, 0);
    }
}

void ask_put(struct trial *t, struct buf *out, struct ask *a)
{
    const char *cp = a->cp ? a->cp : "";
    if (!*a->qn)
        next_qn(t, a->qn, -MS_SECOND); /* so that it is never the QN of what the device sends now */
    struct hj212_head h = { .qn = a->qn,
                            .st = a->st    ? a->st
                                  : *t->st ? t->st
                                           : "32",
                            .pw = a->pw ? a->pw : t->pw,
                            .mn = a->mn ? a->mn : t->mn,
                            .cn = a->cn,
                            .edition = t->edition,
                            .answer_wanted = true };
    hj212_build(out, &h, cp, strlen(cp));
}

bool ask_send(struct trial *t, struct ask *a)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    a->from = t->n_log;
    ask_put(t, &b, a);
    return line_send(t, b.data, b.len);
}

struct reply_query {
    const struct ask *a;
    int cn;
    bool old;
};

/* 2005 carries the request's QN inside CP, and its data may carry none. */
static bool replies(const struct seen *s, const void *arg)
{
    const struct reply_query *q = arg;
    struct hj212_view inside = wire_item(s->f.cp, "QN");
    bool named = wire_is(s->f.qn, q->a->qn) || wire_is(inside, q->a->qn);
    bool unnamed = q->old && q->cn < 9000 && !s->f.qn.len && !inside.s;
    return s->f.command == q->cn && (named || unnamed) && !(s->f.faults & (WIRE_CRC | WIRE_LENGTH));
}

struct seen *ask_reply(struct trial *t, const struct ask *a, int cn, int ms)
{
    struct reply_query q = { a, cn, t->edition == HJ212_2005 };
    return await(t, a->from, replies, &q, ms);
}

int ask_code(const struct seen *s, const char *name)
{
    struct hj212_view v = wire_item(s->f.cp, name);
    int n = 0;
    if (v.len == 0 || v.len > 3 || !wire_digits(v, v.len))
        return -1;
    for (uint32_t i = 0; i < v.len; i++)
        n = n * 10 + (v.s[i] - '0');
    return n;
}

bool is_upload(const struct seen *s)
{
    return !s->rubbish && s->f.command >= 2000 && s->f.command < 3000;
}

/* Waits for a frame that tells who is there. */
static int meet(struct trial *t, struct err *e)
{
    int64_t end = mono_ms() + t->cfg->wait_ms;
    while (!t->known && mono_ms() < end)
        line_pump(t, end);
    if (t->known)
        return 0;
    return t->n_log || t->fd >= 0
               ? err_set(e, -EPROTO, "a peer connected, but sent no frame with MN and CN%s%s within %d s",
                         t->cfg->mn ? " of " : "", t->cfg->mn ? t->cfg->mn : "", t->cfg->wait_ms / 1000)
               : err_set(e, -ETIMEDOUT, "no data logger connected within %d s", t->cfg->wait_ms / 1000);
}

int device_run(struct trial *t, struct err *e)
{
    int port = 0, r = line_listen(t, &port, e);
    if (r < 0)
        return r;
    t->react = react_as_platform;
    t->again = -1;
    if (t->cfg->listening)
        t->cfg->listening(t->cfg->arg, port);
    snprintf(t->report->peer, sizeof t->report->peer, "%s:%d", t->cfg->host, port);
    if ((r = meet(t, e)) < 0)
        return r;
    snprintf(t->report->mn, sizeof t->report->mn, "%s", t->mn);
    snprintf(t->report->st, sizeof t->report->st, "%s", t->st);
    line_sleep(t, t->cfg->watch_ms);
    for (size_t i = 0; i < n_device_checks; i++) {
        const struct conform_check *c = &device_checks[i];
        bool asks = strncmp(c->id, "cmd.", 4) == 0 || strncmp(c->id, "refuse.", 7) == 0;
        if (!c->by[t->edition].clause)
            continue;
        if (asks && t->deaf)
            skip(t, c, "设备对请求没有应答，无法判定", "nothing can be told: requests are not answered");
        else
            judge(t, c);
    }
    return 0;
}
