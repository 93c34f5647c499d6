/* platform_ack.c - how a platform answers: the acknowledgement itself, kinds of upload, notices, split packets, time, identity. */
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "conform/platform.h"

void p_ack_answered(struct trial *t)
{
    struct up u = { .cn = 2011 };
    if (!fresh(t))
        return;
    int64_t sent = mono_ms();
    t->first = up_exchange(t, &u);
    t->deaf = !t->first;
    if (t->first) {
        verdict(t, CONFORM_PASS, "%lld ms 后收到 9014", "9014 came after %lld ms",
                (long long)(t->first->mono_ms - sent));
        return;
    }
    for (size_t i = t->check_from; i < t->n_log; i++)
        if (t->log[i]->f.command == 9014) { /* another QN: an answer all the same, judged by ack.qn */
            t->first = t->log[i];
            t->deaf = false;
            verdict(t, CONFORM_PASS, "收到 9014，但 QN 不同（见 ack.qn）",
                    "a 9014 came, with another QN (see ack.qn)");
            return;
        }
    verdict(t, CONFORM_FAIL, "%d ms 内没有 9014 应答", "no 9014 within %d ms", t->cfg->over_time_ms);
}

static bool ack_good(const struct trial *t, int what, struct up *sent)
{
    const struct wire_frame *f = &t->first->f;
    int version = t->edition == HJ212_2005 ? 0 : t->edition == HJ212_2017 ? 1 : 2;
    switch (what) {
    case ACK_LENGTH:
        return !(f->faults & WIRE_LENGTH);
    case ACK_CRC:
        return !(f->faults & (WIRE_CRC | WIRE_LENGTH));
    case ACK_TAIL:
        return !(f->faults & WIRE_TAIL);
    case ACK_QN:
        return wire_is(f->qn, sent->qn);
    case ACK_ST:
        return wire_is(f->st, "91");
    case ACK_FLAG:
        return f->flag >> 2 == version && !(f->flag & 1);
    case ACK_ID:
        return wire_is(f->pw, t->pw) && wire_is(f->mn, t->mn);
    case ACK_CP:
        return !(f->faults & WIRE_NO_CP) && f->cp.len == 0;
    default: /* CP=&&[QN=…;]CN=2011&&, no QN in the head */
        return f->qn.len == 0 && wire_is(wire_item(f->cp, "CN"), "2011");
    }
}

/* One part of the acknowledgement, on an exchange of its own. */
void p_ack_field(struct trial *t)
{
    static const char *const want[][2] = {
        { "长度四位数字等于数据段字节数", "the four digits count the segment's bytes" },
        { "CRC 按附录 A 算法", "CRC by appendix A" },
        { "以 CR LF 结尾", "ends with CR LF" },
        { "QN 与上传相同", "the upload's QN" },
        { "ST=91", "ST=91" },
        { "版本位与上传相同、应答位为 0", "the upload's version bits, answer bit clear" },
        { "PW、MN 与上传相同", "the upload's PW and MN" },
        { "CP 为空", "CP empty" },
        { "CP 内为 CN=2011（可有 QN），段首无 QN", "CP holds CN=2011 (and may hold QN), no QN in the head" },
    };
    struct up u = { .cn = 2011 };
    int what = t->now->check->arg;
    if (!fresh(t))
        return;
    t->first = up_exchange(t, &u);
    for (size_t i = t->check_from; i < t->n_log && !t->first; i++)
        if (t->log[i]->f.command == 9014)
            t->first = t->log[i];
    if (!t->first) {
        verdict(t, CONFORM_NOT_RUN, "本次上传没有得到应答", "this upload was not acknowledged");
        return;
    }
    bool good = ack_good(t, what, &u);
    if (good)
        verdict(t, CONFORM_PASS, "应答正确：%s%.0s", "right: %.0s%s", want[what][0], want[what][1]);
    else
        verdict(t, CONFORM_FAIL, "应答应为：%s%.0s", "should be: %.0s%s", want[what][0], want[what][1]);
    if (!good) {
        proof(t, true, t->last_sent.data, t->last_sent.len);
        proof(t, false, t->first->bytes, t->first->len);
    }
}

void p_ack_quiet(struct trial *t)
{
    struct up silent = { .cn = 2051, .quiet = true }, good = { .cn = 2011 };
    scoped(buf_release) struct buf b = BUF_INIT;
    if (!fresh(t))
        return;
    up_put(t, &b, &silent);
    size_t from = t->n_log;
    line_send(t, b.data, b.len);
    struct seen *after = up_exchange(t, &good), *wrong = up_acked(t, &silent, from, t->cfg->quiet_ms);
    if (wrong) {
        proof(t, true, b.data, b.len);
        proof(t, false, wrong->bytes, wrong->len);
        verdict(t, CONFORM_FAIL, "应答位为 0 的上传得到了应答",
                "an upload with the answer bit clear was answered");
    } else if (!after) {
        verdict(t, CONFORM_FAIL, "其后的正常上传没有得到应答", "a good upload after it was not acknowledged");
    } else {
        verdict(t, CONFORM_PASS, "没有应答", "no answer came");
    }
}

void p_ack_repeat(struct trial *t)
{
    struct up u = { .cn = 2011 };
    scoped(buf_release) struct buf b = BUF_INIT;
    if (!fresh(t))
        return;
    up_put(t, &b, &u);
    for (int i = 1; i <= 3; i++) {
        size_t from = t->n_log;
        line_send(t, b.data, b.len);
        if (!up_acked(t, &u, from, t->cfg->over_time_ms)) {
            verdict(t, CONFORM_FAIL, "同一报文第 %d 次发送没有得到应答",
                    "sending %d of the same frame was not answered", i);
            return;
        }
    }
    verdict(t, CONFORM_PASS, "同一报文发送三次，三次都有应答",
            "the same frame sent three times was answered three times");
}

void p_ack_early(struct trial *t)
{
    enum { KEPT = 8 }; /* the last "&&", CRC and tail */
    struct up u = { .cn = 2011 };
    scoped(buf_release) struct buf b = BUF_INIT;
    if (!fresh(t))
        return;
    up_put(t, &b, &u);
    size_t from = t->n_log;
    line_send(t, b.data, b.len - KEPT);
    struct seen *early = up_acked(t, &u, from, t->cfg->quiet_ms);
    line_send(t, b.data + b.len - KEPT, KEPT);
    if (early) {
        proof(t, true, b.data, b.len - KEPT);
        proof(t, false, early->bytes, early->len);
        verdict(t, CONFORM_FAIL, "报文尚未收完就已应答", "acknowledged before the frame was complete");
    } else if (!up_acked(t, &u, from, t->cfg->over_time_ms)) {
        verdict(t, CONFORM_FAIL, "补齐报文后没有应答", "not acknowledged after the rest had come");
    } else {
        verdict(t, CONFORM_PASS, "收完才应答", "acknowledged only when complete");
    }
}

void p_ack_once(struct trial *t)
{
    struct up u = { .cn = 2011 };
    if (!fresh(t))
        return;
    size_t from = t->n_log;
    if (!up_exchange(t, &u))
        verdict(t, CONFORM_NOT_RUN, "本次上传没有得到应答", "this upload was not acknowledged");
    else if (up_acked(t, &u, from, t->cfg->quiet_ms))
        verdict(t, CONFORM_FAIL, "一个报文得到了两次应答", "one frame was acknowledged twice");
    else
        verdict(t, CONFORM_PASS, "只有一次应答", "one answer");
}

void p_up(struct trial *t)
{
    struct up u = { .cn = t->now->check->arg };
    if (!fresh(t))
        return;
    struct seen *s = up_exchange(t, &u);
    verdict(t, s ? CONFORM_PASS : CONFORM_FAIL, s ? "%d 得到 9014 应答" : "%d 没有得到应答",
            s ? "%d was acknowledged" : "%d was not acknowledged", u.cn);
}

/* ---- notices: 1013 and 9015 are answered 9013 ---- */

static bool confirms(const struct seen *s, const void *qn)
{
    return s->f.command == 9013 && wire_is(s->f.qn, qn);
}

static bool sets_time(const struct seen *s, const void *arg)
{
    (void)arg;
    return s->f.command == 1012;
}

void p_notice(struct trial *t)
{
    int cn = t->now->check->arg;
    struct up u = { .cn = cn == 1012 ? 1013 : cn, .cp = "" };
    scoped(buf_release) struct buf b = BUF_INIT;
    int64_t told = 0;
    if (!fresh(t))
        return;
    up_put(t, &b, &u);
    size_t from = t->n_log;
    line_send(t, b.data, b.len);
    struct seen *s = await(t, from, cn == 1012 ? sets_time : confirms, u.qn, t->cfg->over_time_ms);
    if (!s) {
        verdict(t, CONFORM_FAIL, cn == 1012 ? "%d ms 内没有下发 1012" : "%d ms 内没有同一 QN 的 9013",
                cn == 1012 ? "no 1012 within %d ms" : "no 9013 with the same QN within %d ms",
                t->cfg->over_time_ms);
        return;
    }
    struct hj212_view time = wire_item(s->f.cp, "SystemTime");
    if (cn == 1012 && !(wire_digits(time, 14) && cn_parse_compact(time.s, time.len, &told))) {
        proof(t, false, s->bytes, s->len);
        verdict(t, CONFORM_FAIL, "1012 中没有可读的 SystemTime", "1012 without a readable SystemTime");
        return;
    }
    line_sleep(t, 50); /* the answer to 1012 is sent */
    if (cn == 1012)
        verdict(t, CONFORM_PASS, "收到 1012，平台时间与本机相差 %lld 秒",
                "1012 came; the platform's clock differs from ours by %lld s",
                (long long)((told - s->wall_ms) / 1000));
    else
        verdict(t, CONFORM_PASS, "收到 9013", "9013 came");
}

/* ---- split packets ---- */

void p_split(struct trial *t)
{
    enum { PARTS = 3 };
    struct up u[PARTS];
    int how = t->now->check->arg;
    scoped(buf_release) struct buf b = BUF_INIT;
    if (!fresh(t))
        return;
    memset(u, 0, sizeof u);
    for (int i = 0; i < PARTS; i++) {
        u[i] = (struct up){
            .cn = 2051, .pnum = PARTS, .pno = how == SPLIT_REVERSE ? PARTS - i : i + 1, .time = u[0].time
        };
        if (how == SPLIT_ONE_QN && i)
            memcpy(u[i].qn, u[0].qn, sizeof u[i].qn);
        up_put(t, &b, &u[i]);
    }
    each_acked(t, &b, u, PARTS);
}

/* ---- data time ---- */

void p_time(struct trial *t)
{
    int64_t hour = cn_hour_start(cn_hour_of(clock_now(&t->clock)) - 1);
    struct up u[3] = { { .cn = 2061, .time = hour - 7 * MS_DAY }, { 0 }, { 0 } };
    size_t n = 1;
    scoped(buf_release) struct buf b = BUF_INIT;
    if (!fresh(t))
        return;
    if (t->now->check->arg == TIME_BACK)
        for (n = 0; n < 3; n++)
            u[n] = (struct up){ .cn = 2061, .time = hour - (int64_t)n * 5 * MS_HOUR };
    for (size_t i = 0; i < n; i++)
        up_put(t, &b, &u[i]);
    each_acked(t, &b, u, n);
}

/* ---- identity ---- */

void p_id(struct trial *t)
{
    bool pw = t->now->check->arg == ID_PW;
    char wrong[sizeof t->mn];
    snprintf(wrong, sizeof wrong, "%s", pw ? t->pw : t->mn);
    size_t len = strlen(wrong);
    /* Another of the same form: every character is turned into a different digit. */
    for (size_t i = 0; i < len; i++)
        wrong[i] = (char)(wrong[i] >= '0' && wrong[i] <= '8' ? wrong[i] + 1 : '0');
    struct up bad = { .cn = 2051, .pw = pw ? wrong : NULL, .mn = pw ? NULL : wrong };
    scoped(buf_release) struct buf b = BUF_INIT;
    if (!fresh(t))
        return;
    up_put(t, &b, &bad);
    survive(t, &b, &bad, false, 1);
}

/* ---- what the platform asks for by itself; looked at over all that came ---- */

static bool is_request(const struct seen *s)
{
    return !s->rubbish && s->f.command > 0 && s->f.command < 9000;
}

void p_req_form(struct trial *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_log; i++) {
        const struct seen *s = t->log[i];
        if (!is_request(s))
            continue;
        n++;
        bool bad = (s->f.faults & ~(unsigned)WIRE_CRC_CASE) || !wire_digits(s->f.qn, 17) ||
                   !wire_is(s->f.mn, t->mn) || !wire_is(s->f.pw, t->pw) || wire_is(s->f.st, "91") ||
                   s->f.st.len != 2;
        if (bad) {
            proof(t, false, s->bytes, s->len);
            verdict(t, CONFORM_FAIL, "请求 %d 格式有误（QN 17 位、ST、PW、MN、Flag、CRC、结尾）",
                    "request %d is not well formed (QN of 17 digits, ST, PW, MN, Flag, CRC, tail)",
                    s->f.command);
            return;
        }
    }
    if (n)
        verdict(t, CONFORM_PASS, "平台主动发出的 %zu 个请求格式正确",
                "%zu requests came by themselves, all well formed", n);
    else
        verdict(t, CONFORM_NOT_APPLICABLE, "期间平台没有主动发出请求",
                "the platform asked for nothing by itself");
}

void p_req_first(struct trial *t)
{
    static const int list[] = { 1012, 1000, 1062, 1064 };
    char missing[64] = "";
    for (size_t k = 0; k < COUNT_OF(list); k++) {
        bool found = false;
        for (size_t i = 0; i < t->n_log && !found; i++)
            found = t->log[i]->f.command == list[k];
        size_t len = strlen(missing);
        if (!found)
            snprintf(missing + len, sizeof missing - len, " %d", list[k]);
    }
    if (*missing)
        verdict(t, CONFORM_FAIL, "首次连接后没有见到：%s", "not seen after the first contact:%s", missing);
    else
        verdict(t, CONFORM_PASS, "时间、超时、间隔均已下发", "time, timeouts and intervals were sent");
}
