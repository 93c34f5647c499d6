/* platform.c - acts as a device: builds uploads, answers what the platform asks for by itself, and runs the table. */
#include "conform/platform.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

/* HJ 212-2017 annex B, HJ 524 and HJ 525: a factor that every platform for the system knows. 2005 had codes of its own. */
static const struct {
    const char *st, *now, *old;
} factors[] = {
    { "21", "w01019", "011" },
    { "22", "a34004", "02" },
    { "31", "a21026", "02" },
    { "32", "w01018", "011" },
};

static const char *factor_of(const struct trial *t)
{
    for (size_t i = 0; i < COUNT_OF(factors); i++)
        if (strcmp(factors[i].st, t->st) == 0)
            return t->edition == HJ212_2005 ? factors[i].old : factors[i].now;
    return t->edition == HJ212_2005 ? "011" : "w01018";
}

/* Minutes, hours and days carry the start of a period that is over. */
static int64_t time_for(struct trial *t, int cn)
{
    int64_t now = clock_now(&t->clock);
    if (cn == 2051)
        return now - (now % (10 * MS_MINUTE)) - 10 * MS_MINUTE;
    if (cn == 2061)
        return cn_hour_start(cn_hour_of(now) - 1);
    if (cn == 2031 || cn == 2041)
        return cn_day_start(cn_day_of(now) - 1);
    return now;
}

void up_area(struct trial *t, struct buf *out, const struct up *u, size_t pad)
{
    char at[CN_TEXT];
    const char *f = factor_of(t);
    buf_addf(out, "DataTime=%s;", cn_format_compact(u->time, at));
    if (u->cn == 2011)
        buf_addf(out, "%s-Rtd=12.3,%s-Flag=N", f, f);
    else if (u->cn == 2021)
        buf_adds(out, "SB1-RS=1");
    else if (u->cn == 2041)
        buf_adds(out, "SB1-RT=23.5");
    else if (u->cn == 2081)
        buf_addf(out, "RestartTime=%s", at);
    else if (u->cn == 2052)
        buf_adds(out, "Leq-Data=55.1,Leq-Flag=N");
    else if (u->cn == 2062)
        buf_addf(out, "%s-SampleRd=49.8,%s-StandardValue=50.0,%s-ResultType=1", f, f, f);
    else if (u->cn == 2111)
        buf_adds(out, "a01901-Avg=912.5,a01901-Flag=N");
    else if (u->cn == 2013)
        buf_addf(out, "%s-SampleTime=%s,%s-CompleteTime=%s,%s-Avg=12.3,%s-Flag=N", f, at, f, at, f, f);
    else
        buf_addf(out, "%s-Min=11.1,%s-Avg=12.3,%s-Max=13.5,%s-Flag=N", f, f, f, f);
    for (size_t from = out->len, i = 0; out->len - from < pad; i++) {
        char item[40];
        int n = snprintf(item, sizeof item, ";w%05zu-%s=1.5", 20000 + i, u->cn == 2011 ? "Rtd" : "Avg");
        if (out->len - from + (size_t)n > pad) { /* the rest in digits of the last value */
            while (out->len - from < pad)
                buf_addc(out, '0');
            break;
        }
        buf_adds(out, item);
    }
}

void up_put(struct trial *t, struct buf *out, struct up *u)
{
    scoped(buf_release) struct buf area = BUF_INIT;
    if (!u->cn)
        u->cn = 2011;
    if (!u->time)
        u->time = time_for(t, u->cn);
    if (!*u->qn)
        next_qn(t, u->qn, 0);
    struct hj212_head h = { .qn = t->edition == HJ212_2005 ? NULL : u->qn,
                            .st = t->st,
                            .pw = u->pw ? u->pw : t->pw,
                            .mn = u->mn ? u->mn : t->mn,
                            .cn = u->cn,
                            .edition = t->edition,
                            .answer_wanted = !u->quiet,
                            .pnum = u->pnum,
                            .pno = u->pno,
                            .rf = u->rf,
                            .key = u->cipher ? t->cfg->sm4 : NULL,
                            .printed = u->cipher == UP_PRINTED };
    if (u->cp)
        buf_adds(&area, u->cp);
    else
        up_area(t, &area, u, 0);
    hj212_build(out, &h, area.data ? area.data : "", area.len);
}

struct ack_query {
    const struct up *u;
    enum hj212_edition edition;
};

/* An answer of 2005 names no QN in its head; where it says which command it answers, that counts. */
static bool acks(const struct seen *s, const void *arg)
{
    const struct ack_query *q = arg;
    char cn[8];
    if (s->f.command != 9014)
        return false;
    if (q->edition != HJ212_2005)
        return wire_is(s->f.qn, q->u->qn);
    struct hj212_view said = wire_item(s->f.cp, "CN");
    snprintf(cn, sizeof cn, "%d", q->u->cn);
    return !said.s || wire_is(said, cn);
}

struct seen *up_acked(struct trial *t, const struct up *u, size_t from, int ms)
{
    struct ack_query q = { u, t->edition };
    return await(t, from, acks, &q, ms);
}

struct seen *up_exchange(struct trial *t, struct up *u)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    size_t from = t->n_log;
    up_put(t, &b, u);
    return line_send(t, b.data, b.len) ? up_acked(t, u, from, t->cfg->over_time_ms) : NULL;
}

bool fresh(struct trial *t)
{
    struct err e = { 0 };
    line_close(t);
    t->check_from = t->n_log;
    if (line_connect(t, &e) == 0)
        return true;
    verdict(t, CONFORM_FAIL, "无法建立连接：%s", "no connection: %s", e.text);
    return false;
}

void each_acked(struct trial *t, const struct buf *bytes, const struct up *u, size_t n)
{
    size_t from = t->n_log, got = 0;
    line_send(t, bytes->data, bytes->len);
    for (size_t i = 0; i < n; i++)
        got += up_acked(t, &u[i], from, got == i ? t->cfg->over_time_ms : 1) != NULL;
    if (got == n)
        verdict(t, CONFORM_PASS, "%zu 个上传全部得到应答", "all %zu uploads were acknowledged", n);
    else
        verdict(t, CONFORM_FAIL, "%zu 个上传中只有 %zu 个得到 9014 应答",
                "of %zu uploads only %zu were acknowledged", n, got);
}

void survive(struct trial *t, const struct buf *bytes, struct up *bad, bool same_line, int goods)
{
    size_t from = t->n_log;
    struct seen *last = NULL;
    bool again = false;
    int got = 0;
    line_send(t, bytes->data, bytes->len);
    for (int i = 0; i < goods; i++) {
        struct up good = { .cn = 2011 };
        last = up_exchange(t, &good);
        got += last != NULL;
        if (!last && t->hung_up)
            break;
    }
    if (!last && t->hung_up && fresh(t)) {
        struct up good = { .cn = 2011 };
        again = true;
        last = up_exchange(t, &good);
    }
    struct seen *wrong = bad ? up_acked(t, bad, from, t->cfg->quiet_ms) : NULL;
    if (wrong) {
        proof(t, true, bytes->data, bytes->len);
        proof(t, false, wrong->bytes, wrong->len);
        verdict(t, CONFORM_FAIL, "损坏或不该接受的报文得到了 9014 应答",
                "what should have been dropped was acknowledged");
    } else if (!last) {
        verdict(t, CONFORM_FAIL, "此后的正常上传没有得到应答", "a good upload after it was not acknowledged");
    } else if (again) {
        verdict(t, same_line ? CONFORM_FAIL : CONFORM_PASS, "对端断开了连接；重新连接后恢复正常",
                "the peer hung up; on a new connection it works again");
    } else {
        verdict(t, CONFORM_PASS, "同一连接上恢复正常（其后 %d 个上传中 %d 个得到应答）",
                "it goes on over the same connection (of %d uploads after it %d were acknowledged)", goods,
                got);
    }
    if (t->now->outcome == CONFORM_FAIL && !t->now->n_proofs)
        proof(t, true, bytes->data, bytes->len);
}

/* What a good device does with the platform's own requests: sets what is set, has no history, refuses the rest. */
static void react_as_device(struct trial *t, struct seen *s)
{
    int cn = s->f.command;
    if (cn < 0 || cn >= 9000 || (s->f.faults & (WIRE_LENGTH | WIRE_CRC)))
        return;
    if (cn == 2012 || cn == 2022) {
        answer(t, s, 9013, 0);
        return;
    }
    bool sets = cn == 1000 || cn == 1012 || cn == 1062 || cn == 1064 || cn == 2011 || cn == 2021;
    bool asks = cn == 2031 || cn == 2041 || cn == 2051 || cn == 2061;
    answer(t, s, 9011, sets || asks ? 1 : 2);
    if (sets || asks)
        answer(t, s, 9012, sets ? 1 : 100);
}

int platform_run(struct trial *t, struct err *e)
{
    snprintf(t->mn, sizeof t->mn, "%s", t->cfg->mn);
    snprintf(t->pw, sizeof t->pw, "%s", t->cfg->pw);
    snprintf(t->st, sizeof t->st, "%s", t->cfg->st ? t->cfg->st : "32");
    snprintf(t->report->mn, sizeof t->report->mn, "%s", t->mn);
    snprintf(t->report->st, sizeof t->report->st, "%s", t->st);
    t->react = react_as_device;
    int r = line_connect(t, e);
    for (int ed = HJ212_2025; r == 0 && ed >= HJ212_2005; ed--) {
        t->edition = (enum hj212_edition)ed;
        t->first = NULL;
        t->deaf = false;
        for (size_t i = 0; i < n_platform_checks && t->cfg->editions & 1u << ed; i++) {
            if (!platform_checks[i].by[ed].clause)
                continue;
            if (t->deaf)
                skip(t, &platform_checks[i], "平台对上传没有应答，无法判定",
                     "nothing can be told: uploads are not acknowledged");
            else
                judge(t, &platform_checks[i]);
        }
    }
    return r;
}
