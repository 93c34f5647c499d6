/* device_command.c - what a logger makes of our requests: 9011, the data, 9012, each with the request's QN. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "conform/device.h"

enum { SAY_MAX = 200 };

/* What a request looks like and what must follow its 9011. */
static const struct command {
    const char *data; /* the upload of the same CN and QN holds this; NULL: none is asked for */
    int cn;
    bool result; /* a 9012 follows */
    bool act;    /* moves something: only when allowed */
} commands[] = {
    { NULL, 1000, true, false },  { "SystemTime", 1011, true, false },
    { NULL, 1012, true, false },  { "RtdInterval", 1061, true, false },
    { NULL, 1062, true, false },  { "MinInterval", 1063, true, false },
    { NULL, 1064, true, false },  { NULL, 1072, true, false },
    { NULL, 2011, false, false }, { NULL, 3011, true, true },
    { NULL, 3012, true, true },
};

/* Settings are set to what they are, so that the test changes nothing. */
static void area_of(struct trial *t, int cn, char *cp, size_t cap)
{
    char now[CN_TEXT];
    int over = t->cfg->over_time_ms / 1000;
    struct hj212_view factor = seen_factor(t);
    *cp = 0;
    switch (cn) {
    case 1000:
        snprintf(cp, cap, "OverTime=%d;ReCount=%d", over < 1 ? 1 : over > 99 ? 99 : over, t->cfg->re_count);
        break;
    case 1012:
        snprintf(cp, cap, "SystemTime=%s", cn_format_compact(clock_now(&t->clock), now));
        break;
    case 1062:
        snprintf(cp, cap, "RtdInterval=%d", t->rtd_interval ? t->rtd_interval : 60);
        break;
    case 1064:
        snprintf(cp, cap, "MinInterval=%d", t->min_interval ? t->min_interval : 10);
        break;
    case 1072:
        snprintf(cp, cap, "NewPW=%s", t->pw);
        break;
    case 3011: /* which instrument: that of a factor it told */
    case 3012:
        snprintf(cp, cap, "%s%.*s", factor.len ? "PolId=" : "", (int)factor.len, factor.len ? factor.s : "");
        break;
    default:
        break;
    }
}

/* Sends and waits for the 9011; false (with the verdict) when it did not come or is not 1. */
static bool accepted(struct trial *t, struct ask *a)
{
    ask_send(t, a);
    struct seen *s = ask_reply(t, a, 9011, t->cfg->over_time_ms);
    if (!s) {
        verdict(t, CONFORM_FAIL, "%d 的请求 %d ms 内没有同一 QN 的 9011",
                "request %d: no 9011 with its QN within %d ms", a->cn, t->cfg->over_time_ms);
        return false;
    }
    int code = ask_code(s, "QnRtn");
    if (code == 1)
        return true;
    proof(t, true, t->last_sent.data, t->last_sent.len);
    proof(t, false, s->bytes, s->len);
    verdict(t, CONFORM_FAIL, "%d 的请求被拒绝：QnRtn=%d", "request %d was refused: QnRtn=%d", a->cn, code);
    return false;
}

/* The 9012; false (with the verdict) when there is none or it says no. *ret_code: what it says. */
static bool done(struct trial *t, const struct ask *a, int *ret_code)
{
    struct seen *s = ask_reply(t, a, 9012, t->cfg->over_time_ms);
    int code = s ? ask_code(s, "ExeRtn") : -1;
    *ret_code = code;
    if (s && (code == 1 || code == 100))
        return true;
    if (s)
        proof(t, false, s->bytes, s->len);
    verdict(t, CONFORM_FAIL, s ? "执行结果 ExeRtn=%d" : "没有同一 QN 的 9012（%d）",
            s ? "the result is ExeRtn=%d" : "no 9012 with its QN (%d)", code);
    return false;
}

static int small(struct hj212_view v)
{
    int n = 0;
    if (v.len == 0 || v.len > 4 || !wire_digits(v, v.len))
        return 0;
    for (uint32_t i = 0; i < v.len; i++)
        n = n * 10 + (v.s[i] - '0');
    return n;
}

static bool realtime(const struct seen *s, const void *arg)
{
    (void)arg;
    return s->f.command == 2011;
}

/* 2012 is a notice: 9013, then no more real-time data. */
static void stop_realtime(struct trial *t)
{
    struct ask a = { .cn = 2012 };
    ask_send(t, &a);
    if (!ask_reply(t, &a, 9013, t->cfg->over_time_ms)) {
        verdict(t, CONFORM_FAIL, "%d ms 内没有同一 QN 的 9013", "no 9013 with its QN within %d ms",
                t->cfg->over_time_ms);
        return;
    }
    line_sleep(t, t->cfg->quiet_ms / 2); /* what was under way */
    int wait = t->rtd_interval * 1000 + t->cfg->quiet_ms;
    struct seen *s = await(t, t->n_log, realtime, NULL, wait < t->cfg->watch_ms ? wait : t->cfg->watch_ms);
    if (s)
        proof(t, false, s->bytes, s->len);
    verdict(t, s ? CONFORM_FAIL : CONFORM_PASS,
            s ? "应答 9013 后仍上传实时数据" : "应答 9013，不再上传实时数据",
            s ? "real-time data still came after the 9013" : "9013, and no more real-time data");
}

static void start_realtime(struct trial *t, const struct ask *a)
{
    int wait = t->rtd_interval * 1000 + t->cfg->over_time_ms;
    struct seen *s = await(t, a->from, realtime, NULL, wait);
    verdict(t, s ? CONFORM_PASS : CONFORM_FAIL,
            s ? "应答 9011 并上传实时数据" : "应答 9011 后 %d ms 内没有实时数据",
            s ? "9011, then real-time data" : "9011, but no real-time data within %d ms", wait);
}

void d_command(struct trial *t)
{
    int cn = t->now->check->arg, code = 0;
    const struct command *c = NULL;
    char cp[SAY_MAX];
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (commands[i].cn == cn)
            c = &commands[i];
    if (cn == 2012) {
        stop_realtime(t);
        return;
    }
    if (!c || (c->act && !t->cfg->act)) {
        verdict(t, CONFORM_NOT_RUN, "会使设备动作，需 --act 才执行",
                "it moves something in the field: run with --act");
        return;
    }
    area_of(t, cn, cp, sizeof cp);
    struct ask a = { .cn = cn, .cp = cp };
    if (!accepted(t, &a)) {
        t->deaf = cn == 1011 && !t->now->n_proofs; /* no answer at all to the plainest request */
        return;
    }
    if (cn == 2011) {
        start_realtime(t, &a);
        return;
    }
    struct seen *data = c->data ? ask_reply(t, &a, cn, t->cfg->over_time_ms) : NULL;
    struct hj212_view value = data ? wire_item(data->f.cp, c->data) : (struct hj212_view){ 0 };
    if (c->data && !value.len) {
        if (data)
            proof(t, false, data->bytes, data->len);
        verdict(t, CONFORM_FAIL, data ? "数据中没有 %s" : "没有以请求的 QN 上传 %s",
                data ? "the data lack %s" : "%s was not delivered with the request's QN", c->data);
        return;
    }
    if (cn == 1061)
        t->rtd_interval = small(value);
    if (cn == 1063)
        t->min_interval = small(value);
    if (c->result && !done(t, &a, &code))
        return;
    if (c->data)
        verdict(t, CONFORM_PASS, "9011、%d 数据、9012 齐全：%s=%.*s",
                "9011, the data of %d and 9012: %s=%.*s", cn, c->data, (int)value.len, value.s);
    else
        verdict(t, CONFORM_PASS, "9011 与 9012 齐全，ExeRtn=%d", "9011 and 9012, ExeRtn=%d", code);
}

/* ---- history ---- */

struct history {
    int64_t from, to;
    size_t n;
    const struct seen *wrong;
    bool bad_time; /* what is wrong is its DataTime; else its QN */
};

/* Looks at the uploads of that code that came since the request, each under a QN of its own. */
static void look_at_history(struct trial *t, const struct ask *a, struct history *h)
{
    for (size_t i = a->from; i < t->n_log && !h->wrong; i++) {
        struct seen *s = t->log[i];
        int64_t at = 0;
        if (s->rubbish || s->f.command != a->cn)
            continue;
        struct hj212_view time = wire_item(s->f.cp, "DataTime");
        bool known = wire_digits(time, 14) && cn_parse_compact(time.s, time.len, &at);
        /* A later period that is over is the logger's own report, which may cross the answer. */
        if (known && at > h->to && at <= clock_now(&t->clock))
            continue;
        h->n++;
        if (!known || at < h->from || at > h->to) {
            h->wrong = s;
            h->bad_time = true;
        } else if (t->edition != HJ212_2005 && wire_is(s->f.qn, a->qn)) {
            h->wrong = s;
        }
    }
}

static size_t came(const struct trial *t, const struct ask *a)
{
    size_t n = 1;
    for (size_t i = a->from; i < t->n_log; i++)
        n += t->log[i]->f.command == a->cn;
    return n;
}

static bool ask_history(struct trial *t, struct ask *a, struct history *h)
{
    char cp[SAY_MAX], from[CN_TEXT], to[CN_TEXT];
    int code = 0;
    snprintf(cp, sizeof cp, "BeginTime=%s;EndTime=%s", cn_format_compact(h->from, from),
             cn_format_compact(h->to, to));
    a->cp = cp;
    bool good = accepted(t, a);
    a->cp = NULL;
    if (!good)
        return false;
    /* The result comes behind the last period; each of its uploads begins OverTime anew, up to a bound. */
    int64_t bound = mono_ms() + (int64_t)t->cfg->over_time_ms * 5;
    struct seen *s = NULL;
    for (size_t n = 1, before = 0; !s && n != before && mono_ms() < bound;) {
        before = n;
        s = ask_reply(t, a, 9012, t->cfg->over_time_ms);
        n = came(t, a);
    }
    code = s ? ask_code(s, "ExeRtn") : -1;
    look_at_history(t, a, h);
    if (h->wrong) {
        proof(t, true, t->last_sent.data, t->last_sent.len);
        proof(t, false, h->wrong->bytes, h->wrong->len);
        if (h->bad_time)
            verdict(t, CONFORM_FAIL, "DataTime 不在所要的时段内", "DataTime outside what was asked for");
        else
            verdict(t, CONFORM_FAIL, "历史数据使用了请求的 QN，应各用各的 QN",
                    "history under the request's QN: each upload has its own");
    } else if (code != 1 && code != 100) {
        verdict(t, CONFORM_FAIL, "上传 %zu 条后没有成功的 9012（ExeRtn=%d）",
                "after %zu uploads no 9012 of success (ExeRtn=%d)", h->n, code);
    } else {
        return true;
    }
    return false;
}

void d_history(struct trial *t)
{
    int cn = t->now->check->arg;
    int64_t now = clock_now(&t->clock),
            step = cn == 2051 ? (t->min_interval ? t->min_interval : 10) * MS_MINUTE : MS_HOUR;
    struct history h = { .from = now - now % step - 3 * step, .to = now - now % step - step };
    struct ask a = { .cn = cn };
    if (cn == 2031) {
        h.from = cn_day_start(cn_day_of(now) - 2);
        h.to = cn_day_start(cn_day_of(now) - 1);
    }
    if (ask_history(t, &a, &h))
        verdict(t, CONFORM_PASS, h.n ? "上传 %zu 条，随后 9012" : "设备回答没有数据（%zu 条）",
                h.n ? "%zu uploads, then 9012" : "the device says it has none (%zu)", h.n);
}

/* BeginTime = EndTime asks for one period. */
void d_one_period(struct trial *t)
{
    int64_t hour = cn_hour_start(cn_hour_of(clock_now(&t->clock)) - 2);
    struct history h = { .from = hour, .to = hour };
    struct ask a = { .cn = 2061 };
    if (!ask_history(t, &a, &h))
        return;
    verdict(t, h.n <= 1 ? CONFORM_PASS : CONFORM_FAIL, "上传 %zu 条", "%zu uploads", h.n);
}

/* ---- refusing ---- */

void d_refuse(struct trial *t)
{
    /* HJ 212-2017, request answers: 3 bad PW, 8 bad CN, 4 bad MN, 5 bad ST. */
    static const int want[] = { [REFUSE_PW] = 3, [REFUSE_CN] = 8, [REFUSE_MN] = 4, [REFUSE_ST] = 5 };
    int how = t->now->check->arg;
    char wrong[sizeof t->mn] = "";
    snprintf(wrong, sizeof wrong, "%s", how == REFUSE_PW ? t->pw : how == REFUSE_MN ? t->mn : "");
    for (char *p = wrong; *p; p++)
        *p = (char)(*p >= '0' && *p <= '8' ? *p + 1 : '0');
    struct ask a = { .cn = how == REFUSE_CN ? 1999 : 1011,
                     .pw = how == REFUSE_PW ? wrong : NULL,
                     .mn = how == REFUSE_MN ? wrong : NULL,
                     .st = how == REFUSE_ST ? (strcmp(t->st, "41") == 0 ? "39" : "41") : NULL };
    ask_send(t, &a);
    struct seen *s = ask_reply(t, &a, 9011, how == REFUSE_MN ? t->cfg->quiet_ms : t->cfg->over_time_ms);
    int code = s ? ask_code(s, "QnRtn") : -1;
    if (s && code == want[how]) {
        verdict(t, CONFORM_PASS, "按规定拒绝：QnRtn=%d", "refused as it should be: QnRtn=%d", code);
        return;
    }
    if (!s && how == REFUSE_MN) {
        verdict(t, CONFORM_PASS, "发给其他设备的请求未被理会", "a request for another device was let pass");
        return;
    }
    proof(t, true, t->last_sent.data, t->last_sent.len);
    if (s)
        proof(t, false, s->bytes, s->len);
    verdict(t, CONFORM_FAIL, "应为 QnRtn=%d，实为 %d（-1：没有 9011）",
            "should be QnRtn=%d, is %d (-1: no 9011)", want[how], code);
}

/* ---- surviving ---- */

void d_survive(struct trial *t)
{
    static const char rubbish[] = "\x01\xff##12 rubbish ##0x\r\n";
    int how = t->now->check->arg;
    struct ask a = { .cn = 1011 }, b = { .cn = 1011 };
    scoped(buf_release) struct buf out = BUF_INIT;
    if (how == SURVIVE_RUBBISH)
        buf_add(&out, rubbish, sizeof rubbish - 1);
    a.from = b.from = t->n_log;
    ask_put(t, &out, &a);
    if (how == SURVIVE_CRC)
        out.data[out.len - 6] = out.data[out.len - 6] == '1' ? '2' : '1';
    if (how == SURVIVE_GLUED)
        ask_put(t, &out, &b);
    t->sending++;
    for (size_t i = 0; how == SURVIVE_TORN && i < out.len; i++) {
        line_send(t, out.data + i, 1);
        line_sleep(t, 2);
    }
    t->sending--;
    if (how != SURVIVE_TORN)
        line_send(t, out.data, out.len);
    struct seen *s = ask_reply(t, &a, 9011, how == SURVIVE_CRC ? t->cfg->quiet_ms : t->cfg->over_time_ms),
                *second = s;
    if (how == SURVIVE_CRC) {
        if (s && ask_code(s, "QnRtn") == 1) {
            proof(t, true, out.data, out.len);
            proof(t, false, s->bytes, s->len);
            verdict(t, CONFORM_FAIL, "CRC 错误的请求被接受", "a request with a wrong CRC was accepted");
            return;
        }
        ask_send(t, &b);
        s = second = ask_reply(t, &b, 9011, t->cfg->over_time_ms);
    }
    if (how == SURVIVE_GLUED)
        second = ask_reply(t, &b, 9011, t->cfg->over_time_ms);
    if (how == SURVIVE_REPEAT && s) {
        ask_reply(t, &a, 9012, t->cfg->over_time_ms); /* it is through with the first */
        line_send(t, out.data, out.len);
        second = ask_reply(t, &a, 9011, t->cfg->over_time_ms);
    }
    line_sleep(t, t->cfg->quiet_ms / 4); /* its data and results are not the next check's */
    bool good = s && second;
    if (!good)
        proof(t, true, out.data, out.len);
    verdict(t, good ? CONFORM_PASS : CONFORM_FAIL, good ? "请求得到应答" : "请求没有得到应答",
            good ? "the request was answered" : "the request was not answered");
}

/* ---- uploading again ---- */

static bool wants_answer(const struct seen *s, const void *arg)
{
    (void)arg;
    return is_upload(s) && s->f.flag > 0 && (s->f.flag & 1) && !s->answered &&
           !(s->f.faults & (WIRE_CRC | WIRE_LENGTH));
}

/* Another QN, but the same command and data area. */
static bool same_but_qn(const struct seen *a, const struct seen *b)
{
    return a->f.command == b->f.command && wire_same(a->f.cp, b->f.cp) && a->f.pno == b->f.pno;
}

/* No 9014: the same frame must come again after OverTime, ReCount times at most. Then one is answered, and it must stop. */
void d_again(struct trial *t)
{
    int over = t->cfg->over_time_ms, slack = over / 2 + t->cfg->quiet_ms;
    t->hold = true;
    struct seen *first =
                    await(t, t->n_log, wants_answer, NULL, t->cfg->watch_ms + over + t->rtd_interval * 1000),
                *last = first;
    if (!first) {
        t->hold = false;
        verdict(t, CONFORM_NOT_RUN, "期间没有要求应答的上传",
                "no upload that wants an answer came meanwhile");
        return;
    }
    size_t from = t->n_log, i = from;
    const struct seen *other = NULL;
    t->again = t->again_line = 0;
    int on_line = 0;
    int64_t soonest = 0, end = first->mono_ms + (int64_t)over * (t->cfg->re_count + 1) + slack;
    while (mono_ms() < end && t->again_line <= t->cfg->re_count) {
        line_pump(t, end);
        for (; i < t->n_log; i++) {
            struct seen *s = t->log[i];
            if (s->rubbish || !same_but_qn(first, s))
                continue;
            if (!wire_same(s->f.qn, first->f.qn)) {
                other = s;
                continue;
            }
            soonest = t->again++ ? soonest : s->mono_ms - first->mono_ms;
            /* A logger that gave up its line sends anew on the next one: that is not one time more. */
            on_line = s->line == last->line ? on_line + 1 : 0;
            t->again_line = on_line > t->again_line ? on_line : t->again_line;
            last = s;
        }
    }
    t->hold = false;
    from = t->n_log;
    int64_t told = mono_ms(); /* one that crosses the answer on its way does not count */
    answer(t, last, 9014, 0);
    line_sleep(t, over + slack);
    t->stopped = true;
    for (i = from; i < t->n_log; i++)
        if (!t->log[i]->rubbish && t->log[i]->mono_ms > told + t->cfg->quiet_ms &&
            wire_same(t->log[i]->f.segment, first->f.segment))
            t->stopped = false;
    proof(t, false, first->bytes, first->len);
    if (t->again && soonest >= over / 2)
        verdict(t, CONFORM_PASS, "%lld ms 后以同一 QN 重发，共重发 %d 次",
                "sent again with the same QN after %lld ms, %d times in all", (long long)soonest, t->again);
    else if (t->again)
        verdict(t, CONFORM_FAIL, "%lld ms 就重发，早于 OverTime", "sent again after %lld ms, before OverTime",
                (long long)soonest);
    else if (other)
        verdict(t, CONFORM_FAIL, "重发时换了 QN", "sent again with another QN");
    else
        verdict(t, CONFORM_FAIL, "没有收到 9014 时不重发（OverTime %d ms）",
                "not sent again without a 9014 (OverTime %d ms)", over);
    if (other)
        proof(t, false, other->bytes, other->len);
}

void d_again_count(struct trial *t)
{
    if (t->again < 1)
        verdict(t, CONFORM_NOT_RUN, "没有观察到重发", "no sending again was seen");
    else
        verdict(t, t->again_line <= t->cfg->re_count ? CONFORM_PASS : CONFORM_FAIL,
                "同一连接上重发 %d 次，ReCount=%d", "sent again %d times on one line, ReCount=%d",
                t->again_line, t->cfg->re_count);
}

void d_again_stops(struct trial *t)
{
    if (t->again < 0)
        verdict(t, CONFORM_NOT_RUN, "没有可观察的上传", "there was no upload to see it on");
    else
        verdict(t, t->stopped ? CONFORM_PASS : CONFORM_FAIL, t->stopped ? "应答后不再重发" : "应答后仍重发",
                t->stopped ? "not sent again once answered" : "sent again although answered");
}
