/* trial.c - what both subjects share: results, waiting, answering, and the run from beginning to end. */
#include "conform/trial.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

enum { PROOF_MAX = 600 };

const char *conform_outcome_name(enum conform_outcome o)
{
    static const char *const names[CONFORM_OUTCOMES] = { "not_run", "pass", "fail", "not_applicable" };
    return (size_t)o < COUNT_OF(names) ? names[o] : "unknown";
}

const char *conform_edition_name(enum hj212_edition e)
{
    static const char *const names[CONFORM_EDITIONS] = { "HJ/T 212-2005", "HJ 212-2017", "HJ 212-2025" };
    return (size_t)e < COUNT_OF(names) ? names[e] : "?";
}

const char *conform_group(const struct conform_check *c, bool english)
{
    static const struct {
        const char *id, *zh, *en;
    } groups[] = {
        { "ack", "数据应答", "Acknowledging data" },
        { "up", "各类上传命令", "Kinds of upload" },
        { "notice", "通知命令", "Notices" },
        { "stream", "字节流", "The byte stream" },
        { "text", "数据区书写", "How the data area is written" },
        { "split", "分包", "Split packets" },
        { "time", "数据时间", "Data time" },
        { "id", "身份核验", "Identity" },
        { "cipher", "数据加密", "Enciphered data" },
        { "req", "平台请求", "Requests of the platform" },
        { "frame", "通信包", "Frames" },
        { "head", "数据段", "Data segment" },
        { "item", "数据区", "Data area" },
        { "send", "上传与重发", "Uploading and sending again" },
        { "cmd", "请求命令", "Answers to requests" },
        { "refuse", "拒绝与容错", "Refusing and surviving" },
    };
    size_t len = strcspn(c->id, ".");
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        if (strlen(groups[i].id) == len && strncmp(groups[i].id, c->id, len) == 0)
            return english ? groups[i].en : groups[i].zh;
    return c->id;
}

const struct conform_rule *conform_rule_of(const struct conform_result *r)
{
    return &r->check->by[r->edition];
}

bool conform_passed(const struct conform_report *r)
{
    return r->mandatory[CONFORM_FAIL] == 0 && r->mandatory[CONFORM_PASS] > 0;
}

void conform_config_init(struct conform_config *c, enum conform_subject subject)
{
    *c = (struct conform_config){
        .subject = subject,
        .host = "127.0.0.1",
        .editions = subject == CONFORM_PLATFORM ? 1u << HJ212_2005 | 1u << HJ212_2017 : 0,
        .over_time_ms = 10000,
        .re_count = 3,
        .quiet_ms = 1000,
        .wait_ms = 120000,
        .watch_ms = 130000,
    };
}

/* ---- results ---- */

void verdict(struct trial *t, enum conform_outcome o, const char *zh, const char *en, ...)
{
    struct conform_result *r = t->now;
    va_list a, b;
    va_start(a, en);
    va_copy(b, a);
    vsnprintf(r->zh, sizeof r->zh, zh, a);
    vsnprintf(r->en, sizeof r->en, en, b);
    va_end(b);
    va_end(a);
    r->outcome = o;
}

void proof(struct trial *t, bool sent, const char *bytes, size_t len)
{
    struct conform_result *r = t->now;
    size_t n = len < PROOF_MAX ? len : PROOF_MAX;
    if (r->n_proofs == CONFORM_PROOFS || !len)
        return;
    char *copy = malloc(n);
    if (!copy)
        return;
    memcpy(copy, bytes, n);
    r->proof[r->n_proofs++] = (struct conform_proof){ sent, copy, n, len };
}

/* A failure without bytes of its own shows the last that was sent and what came since the check began. */
static void default_proof(struct trial *t)
{
    if (t->now->n_proofs)
        return;
    proof(t, true, t->last_sent.data, t->last_sent.len);
    for (size_t i = t->n_log; i-- > t->check_from && t->now->n_proofs < CONFORM_PROOFS;)
        proof(t, false, t->log[i]->bytes, t->log[i]->len);
    proof(t, false, t->in.data, t->in.len);
}

static struct conform_result *begin(struct trial *t, const struct conform_check *c)
{
    struct conform_result *r = &t->report->result[t->report->n++];
    *r = (struct conform_result){ .check = c,
                                  .edition = t->edition };
    t->now = r;
    t->check_from = t->n_log;
    return r;
}

static void end(struct trial *t)
{
    struct conform_result *r = t->now;
    if (r->outcome == CONFORM_FAIL)
        default_proof(t);
    (conform_mandatory(conform_rule_of(r)->sure) ? t->report->mandatory : t->report->advice)[r->outcome]++;
    if (t->cfg->judged)
        t->cfg->judged(t->cfg->arg, r);
}

void judge(struct trial *t, const struct conform_check *c)
{
    begin(t, c);
    verdict(t, CONFORM_NOT_RUN, "未得出结论", "no conclusion was reached");
    c->run(t);
    end(t);
}

void skip(struct trial *t, const struct conform_check *c, const char *zh, const char *en)
{
    begin(t, c);
    snprintf(t->now->zh, sizeof t->now->zh, "%s", zh);
    snprintf(t->now->en, sizeof t->now->en, "%s", en);
    end(t);
}

/* ---- waiting and answering ---- */

struct seen *await(struct trial *t, size_t from, bool (*match)(const struct seen *s, const void *arg),
                   const void *arg, int ms)
{
    int64_t until = mono_ms() + ms;
    for (size_t i = from;;) {
        for (; i < t->n_log; i++) {
            struct seen *s = t->log[i];
            if (!s->rubbish && !s->used && match(s, arg)) {
                s->used = true;
                return s;
            }
        }
        if (!line_pump(t, until) && (mono_ms() >= until || (t->listener < 0 && t->hung_up)))
            return NULL;
    }
}

char *next_qn(struct trial *t, char out[CN_TEXT], int64_t shift_ms)
{
    int64_t now = clock_now(&t->clock) + shift_ms;
    t->last_qn = now > t->last_qn ? now : t->last_qn + 1;
    return cn_format_qn(t->last_qn, out);
}

bool answer(struct trial *t, struct seen *s, int cn, int code)
{
    const struct wire_frame *w = &s->f;
    struct hj212_frame f = { .qn = w->qn,
                             .st = w->st,
                             .cn = w->cn,
                             .pw = w->pw,
                             .mn = w->mn,
                             .cp = w->cp,
                             .flag = w->flag,
                             .pnum = w->pnum > 0 ? w->pnum : 0,
                             .pno = w->pno > 0 ? w->pno : 0,
                             .edition = w->flag < 4   ? HJ212_2005
                                        : w->flag < 8 ? HJ212_2017
                                                      : HJ212_2025 };
    scoped(buf_release) struct buf out = BUF_INIT;
    if (hj212_answer(&out, &f, cn, code) < 0)
        return false;
    s->answered = true;
    return line_send(t, out.data, out.len);
}

bool command_known(int cn, enum hj212_edition e, bool from_device)
{
    const struct hj212_command *c = hj212_command(cn, e);
    return c && (c->editions & 1u << e) && (!from_device || (c->way & HJ212_TO_PLATFORM));
}

/* ---- the run ---- */

static void trial_release(struct trial *t)
{
    line_close(t);
    if (t->listener >= 0)
        close(t->listener);
    for (size_t i = 0; i < t->n_log; i++) {
        free(t->log[i]->bytes);
        free(t->log[i]);
    }
    free(t->log);
    buf_release(&t->in);
    buf_release(&t->last_sent);
}

int conform_run(const struct conform_config *c, struct conform_report **ret, struct err *e)
{
    bool platform = c->subject == CONFORM_PLATFORM;
    size_t rows = (platform ? n_platform_checks : n_device_checks) * CONFORM_EDITIONS;
    struct conform_report *r = calloc(1, sizeof *r);
    if (!r || !(r->result = calloc(rows, sizeof *r->result))) {
        free(r);
        return err_set(e, -ENOMEM, "no memory for the report");
    }
    struct trial t = { .cfg = c, .report = r, .fd = -1, .listener = -1 };
    clock_init_real(&t.clock);
    r->subject = c->subject;
    r->began_ms = clock_now(&t.clock);
    snprintf(r->peer, sizeof r->peer, "%s:%d", c->host, c->port);
    int code = platform ? platform_run(&t, e) : device_run(&t, e);
    r->ended_ms = clock_now(&t.clock);
    trial_release(&t);
    if (code < 0)
        conform_report_free(r);
    else
        *ret = r;
    return code;
}

struct conform_report *conform_report_free(struct conform_report *r)
{
    for (size_t i = 0; r && i < r->n; i++)
        for (size_t k = 0; k < r->result[i].n_proofs; k++)
            free(r->result[i].proof[k].bytes);
    if (r)
        free(r->result);
    free(r);
    return NULL;
}
