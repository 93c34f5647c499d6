/* A device carries out what the platform asks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/scoped.h"
#include "gather/obey_own.h"

const struct hj212_item *obey_item(const struct hj212_frame *f, const char *name)
{
    for (size_t i = 0; i < f->n_items; i++)
        if (!f->item[i].suffix.len && f->item[i].code.len == strlen(name) &&
            memcmp(f->item[i].code.s, name, f->item[i].code.len) == 0)
            return &f->item[i];
    return NULL;
}

/* -1 when it is absent or no whole number from least to most. */
static int number_of(const struct hj212_frame *f, const char *name, int least, int most)
{
    const struct hj212_item *it = obey_item(f, name);
    if (!it || it->number == MICRO_MISSING || it->number % MICRO_ONE || it->number < least * MICRO_ONE ||
        it->number > most * MICRO_ONE)
        return -1;
    return (int)(it->number / MICRO_ONE);
}

/* Its CN has four characters; that they are digits is known from the table of requests. */
static int code_of(const struct hj212_frame *f)
{
    int code = 0;
    for (int i = 0; i < 4; i++)
        code = code * 10 + (f->cn.s[i] - '0');
    return code;
}

static bool time_of(const struct hj212_frame *f, const char *name, int64_t *ret)
{
    const struct hj212_item *it = obey_item(f, name);
    return it && it->value.len == 14 && cn_parse_compact(it->value.s, it->value.len, ret);
}

bool obey_is_code(const struct hj212_frame *f, const char *cn)
{
    return f->cn.len == strlen(cn) && memcmp(f->cn.s, cn, f->cn.len) == 0;
}

int64_t obey_device_now(const struct device_client *d)
{
    struct clock real = CLOCK_REAL_INIT;
    return (d->cfg.now ? d->cfg.now(d->cfg.arg) : clock_now(&real)) + d->clock_ahead_ms;
}

/* ---- each returns its ExeRtn; what it appends to cp is sent before 9012 ---- */

static int get_time(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char text[CN_TEXT];
    (void)f;
    buf_addf(cp, "SystemTime=%s", cn_format_compact(obey_device_now(d), text));
    return DONE;
}

static int set_time(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    int64_t at;
    (void)cp;
    if (!time_of(f, "SystemTime", &at))
        return FAILED;
    d->clock_ahead_ms += at - obey_device_now(d);
    return DONE;
}

static int set_timeout(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    int s = number_of(f, "OverTime", 1, 99), n = number_of(f, "ReCount", 1, 99);
    (void)cp;
    if (s < 0 || n < 0)
        return FAILED;
    d->over_time_ms = s * 1000;
    d->re_count = n;
    return DONE;
}

static int get_interval(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    bool minutes = f->cn.s[3] == '3';
    buf_addf(cp, minutes ? "MinInterval=%d" : "RtdInterval=%d", minutes ? d->min_interval : d->rtd_interval);
    return DONE;
}

static int set_interval(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    bool minutes = f->cn.s[3] == '4';
    int n = minutes ? number_of(f, "MinInterval", 1, 30) : number_of(f, "RtdInterval", 30, 3600);
    (void)cp;
    if (n < 0 || (minutes && 60 % n))
        return FAILED;
    *(minutes ? &d->min_interval : &d->rtd_interval) = n;
    if (d->cfg.interval)
        d->cfg.interval(d->cfg.arg, minutes ? 1064 : 1062, n);
    return DONE;
}

/* HJ/T 212-2005 has the new password as PW. */
static int set_password(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    const struct hj212_item *it = obey_item(f, d->cfg.edition == HJ212_2005 ? "PW" : "NewPW");
    (void)cp;
    if (!it || it->value.len != 6)
        return FAILED;
    snprintf(d->pw, sizeof d->pw, "%.6s", it->value.s);
    return DONE;
}

static int start_realtime(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    (void)f;
    (void)cp;
    d->stopped = false;
    return DONE;
}

int obey_needs_instrument(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    (void)d;
    (void)cp;
    return obey_item(f, "PolId") ? DONE : FAILED;
}

static int start_states(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    (void)f;
    (void)cp;
    d->states = d->state_due = true;
    return DONE;
}

static int operate(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    (void)cp;
    return d->cfg.edition == HJ212_2005 || obey_item(f, "PolId") ? DONE : FAILED;
}

/* 3014: a comparison sample; in 2005 sampling times. */
static int compare_sample(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    return d->cfg.edition == HJ212_2005 ? obey_set_values(d, f, cp) : obey_sample(d, f, cp);
}

static const struct request {
    const char *cn;
    int (*run)(struct device_client *d, const struct hj212_frame *f, struct buf *cp); /* NULL: history */
} requests[] = {
    { "1000", set_timeout },
    { "1001", obey_set_values },
    { "1002", device_set_mn },
    { "1011", get_time },
    { "1012", set_time },
    { "1014", device_set_key },
    { "1021", obey_get_values },
    { "1022", obey_set_values },
    { "1031", obey_get_values },
    { "1032", obey_set_values },
    { "1041", obey_get_values },
    { "1042", obey_set_values },
    { "1061", get_interval },
    { "1062", set_interval },
    { "1063", get_interval },
    { "1064", set_interval },
    { "1072", set_password },
    { "2011", start_realtime },
    { "2013", NULL },
    { "2021", start_states },
    { "2031", NULL },
    { "2041", NULL },
    { "2051", NULL },
    { "2052", NULL },
    { "2061", NULL },
    { "2062", NULL },
    { "2071", NULL },
    { "3011", obey_needs_instrument },
    { "3012", obey_sample },
    { "3013", operate },
    { "3014", compare_sample },
    { "3015", obey_keep_sample },
    { "3016", obey_set_values },
    { "3017", obey_get_values },
    { "3018", obey_get_result_time },
    { "3019", obey_get_identity },
    { "3020", obey_get_info },
    { "3021", obey_set_parameter },
    { "3022", obey_keep_sample },
    { "3024", obey_needs_instrument },
};

/* ---- history: each period is an upload with a QN of its own, sent when the one before is answered ---- */

static void begin_history(struct device_client *d, const struct hj212_frame *f)
{
    struct history *h = &d->history;
    struct buf *b = &d->fleet->answer;
    int64_t from, to;
    if (h->active || !time_of(f, "BeginTime", &from) || !time_of(f, "EndTime", &to) || to < from) {
        hj212_answer(b, f, 9012, FAILED);
        return;
    }
    buf_clear(&h->done);
    buf_clear(&h->none);
    hj212_answer(&h->done, f, 9012, DONE);
    hj212_answer(&h->none, f, 9012, NO_DATA);
    h->active = true;
    h->waiting = false;
    h->cn = code_of(f);
    h->from = from;
    h->to = to;
    h->sent = 0;
}

bool device_history(struct device_client *d, struct device_upload *ret, struct buf *cp)
{
    struct history *h = &d->history;
    if (!h->active || h->waiting)
        return false;
    if (!d->cfg.history || !d->cfg.history(d->cfg.arg, h->cn, &h->from, h->to, cp)) {
        const struct buf *end = h->sent ? &h->done : &h->none;
        h->active = false;
        if (!end->failed)
            conn_send(d->conn, end->data, end->len);
        return false;
    }
    int64_t now = obey_device_now(d);
    d->last_qn = now > d->last_qn ? now : d->last_qn + 1;
    cn_format_qn(d->last_qn, ret->qn);
    ret->cn = h->cn;
    h->waiting = true;
    h->sent++;
    return true;
}

/* A plant's states are told when they are asked for; the simulated one runs. */
bool device_state(struct device_client *d, struct device_upload *ret, struct buf *cp)
{
    char text[CN_TEXT];
    if (!d->states || !d->state_due)
        return false;
    d->state_due = false;
    int64_t now = obey_device_now(d);
    d->last_qn = now > d->last_qn ? now : d->last_qn + 1;
    cn_format_qn(d->last_qn, ret->qn);
    ret->cn = 2021;
    buf_addf(cp, "DataTime=%s;SB1-RS=1", cn_format_compact(now, text));
    return true;
}

void device_forget_history(struct device_client *d)
{
    d->history.active = d->history.waiting = false;
}

/* ---- requests ---- */

static void send_data(struct device_client *d, const struct hj212_frame *f, const struct buf *cp)
{
    char qn[CN_TEXT] = "";
    if (d->cfg.edition != HJ212_2005 && f->qn.len < sizeof qn)
        snprintf(qn, sizeof qn, "%.*s", (int)f->qn.len, f->qn.s);
    struct hj212_head h = { .qn = qn,
                            .st = d->cfg.st,
                            .pw = d->pw,
                            .mn = d->mn,
                            .cn = code_of(f),
                            .edition = d->cfg.edition,
                            .key = device_key(d, code_of(f)),
                            .printed = d->cfg.printed };
    hj212_build(&d->fleet->answer, &h, cp->data, cp->len);
}

static bool is(const struct hj212_view *v, const char *s)
{
    return v->len == strlen(s) && (!v->len || memcmp(v->s, s, v->len) == 0);
}

/* One that joins has no MN yet: the request's is the one it is to have. */
static bool for_me(const struct device_client *d, const struct hj212_frame *f)
{
    return d->joining || is(&f->mn, d->mn);
}

/* 91, the system of the exchange itself, is everybody's. */
static bool of_my_system(const struct device_client *d, const struct hj212_frame *f)
{
    return is(&f->st, d->cfg.st) || is(&f->st, "91");
}

static void carry_out(struct device_client *d, const struct hj212_frame *f)
{
    struct buf *b = &d->fleet->answer, *cp = &d->fleet->data;
    const struct request *r = requests, *end = requests + COUNT_OF(requests);
    const struct hj212_command *known = hj212_command(code_of(f), d->cfg.edition);
    while (r < end && memcmp(r->cn, f->cn.s, 4) != 0)
        r++;
    if (!known || !(known->editions & 1U << d->cfg.edition))
        r = end; /* its edition has no such command */
    /* QnRtn: 1 ready, 3 wrong password, 4 wrong MN, 5 wrong ST, 8 no such command (HJ 212-2017). */
    int code = !is(&f->pw, d->pw) ? 3 : !for_me(d, f) ? 4 : !of_my_system(d, f) ? 5 : r == end ? 8 : 1;
    hj212_answer(b, f, 9011, code);
    if (code != 1)
        return;
    if (!r->run) {
        begin_history(d, f);
        return;
    }
    buf_clear(cp);
    code = r->run(d, f, cp);
    if (code == DONE && cp->len && !cp->failed)
        send_data(d, f, cp);
    hj212_answer(b, f, 9012, code);
}

void device_obey(struct device_client *d, const struct hj212_frame *f)
{
    struct buf *b = &d->fleet->answer;
    if (!f->answer_wanted || !f->cn.s || f->cn.len != 4 || f->cn.s[0] == '9' || d->cfg.mute)
        return;
    buf_clear(b);
    if (obey_is_code(f, "2012") || obey_is_code(f, "2022")) {
        if (!is(&f->pw, d->pw) || !for_me(d, f)) /* 9013 has no way to say why */
            return;
        *(obey_is_code(f, "2012") ? &d->stopped : &d->states) = obey_is_code(f, "2012");
        hj212_answer(b, f, 9013, 0);
    } else {
        carry_out(d, f);
    }
    if (b->len && !b->failed && conn_send(d->conn, b->data, b->len) == 0)
        d->fleet->totals.requests++;
}
