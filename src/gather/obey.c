/* A device carries out what the platform asks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/scoped.h"
#include "gather/device_own.h"

enum { DONE = 1, FAILED = 2, NO_DATA = 100 };

const struct hj212_item *device_item(const struct hj212_frame *f, const char *name)
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
    const struct hj212_item *it = device_item(f, name);
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
    const struct hj212_item *it = device_item(f, name);
    return it && it->value.len == 14 && cn_parse_compact(it->value.s, it->value.len, ret);
}

int64_t device_now(const struct device_client *d)
{
    struct clock real = CLOCK_REAL_INIT;
    return (d->cfg.now ? d->cfg.now(d->cfg.arg) : clock_now(&real)) + d->clock_ahead_ms;
}

/* ---- each returns its ExeRtn; what it appends to cp is sent before 9012 ---- */

static int get_time(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char text[CN_TEXT];
    (void)f;
    buf_addf(cp, "SystemTime=%s", cn_format_compact(device_now(d), text));
    return DONE;
}

static int set_time(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    int64_t at;
    (void)cp;
    if (!time_of(f, "SystemTime", &at))
        return FAILED;
    d->clock_ahead_ms += at - device_now(d);
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
    const struct hj212_item *it = device_item(f, d->cfg.edition == HJ212_2005 ? "PW" : "NewPW");
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

static int needs_instrument(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    (void)d;
    (void)cp;
    return device_item(f, "PolId") ? DONE : FAILED;
}

/* ---- what is set and can be asked for again ---- */

static const char *setting(const struct device_client *d, const char *name)
{
    for (size_t i = 0; i < d->n_set; i++)
        if (strcmp(d->set[i].name, name) == 0)
            return d->set[i].value;
    return NULL;
}

static bool set(struct device_client *d, const char *name, const struct hj212_view *value)
{
    struct setting *x = d->set;
    while (x < d->set + d->n_set && strcmp(x->name, name) != 0)
        x++;
    if (x == d->set + COUNT_OF(d->set) || value->len >= sizeof x->value || strlen(name) >= sizeof x->name)
        return false;
    if (x == d->set + d->n_set)
        d->n_set++;
    snprintf(x->name, sizeof x->name, "%s", name);
    snprintf(x->value, sizeof x->value, "%.*s", (int)value->len, value->s);
    return true;
}

/* "w01018", or "" for the logger itself; false: a name that is none. */
static bool instrument(const struct hj212_frame *f, char out[8])
{
    const struct hj212_item *it = device_item(f, "PolId");
    out[0] = 0;
    if (!it)
        return true;
    snprintf(out, 8, "%.*s", (int)it->value.len, it->value.s);
    return it->value.len >= 3 && it->value.len <= 6;
}

/* Requests whose values are kept as they come and told as they are, by code: names, and what stands there before anybody set it. */
static const struct kept_value {
    const char *setter, *getter, *name, *at_first;
    bool of_instrument; /* one for each PolId */
} kept_values[] = {
    { "1001", "", "WarnTime", "0", false },
    { "1022", "1021", "LowValue", "0", true },
    { "1022", "1021", "UpValue", "100", true },
    { "1032", "1031", "AlarmTarget", "10.0.0.1", false },
    { "1042", "1041", "ReportTime", "0100", false },
    { "3014", "", "CstartTime", "000000", false },
    { "3014", "", "Ctime", "2", false },
    { "3016", "3017", "CstartTime", "000000", true },
    { "3016", "3017", "Ctime", "2", true },
};

static bool is_code(const struct hj212_frame *f, const char *cn)
{
    return memcmp(f->cn.s, cn, 4) == 0;
}

/* A limit is named by its factor (w01018-UpValue); the rest by themselves. */
static const struct hj212_item *value_item(const struct hj212_frame *f, const struct kept_value *k,
                                           const char *pol)
{
    const struct hj212_item *plain = device_item(f, k->name);
    for (size_t i = 0; i < f->n_items && !plain; i++) {
        const struct hj212_item *it = &f->item[i];
        if (it->suffix.len == strlen(k->name) && memcmp(it->suffix.s, k->name, it->suffix.len) == 0 &&
            it->code.len == strlen(pol) && memcmp(it->code.s, pol, it->code.len) == 0)
            return it;
    }
    return plain;
}

static void key_of(const struct kept_value *k, const char *pol, char out[40])
{
    snprintf(out, 40, "%s %s %s", k->name, k->setter, k->of_instrument ? pol : "");
}

static int set_values(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char pol[8], key[40];
    int n = 0;
    (void)cp;
    if (!instrument(f, pol))
        return FAILED;
    for (const struct kept_value *k = kept_values; k < kept_values + COUNT_OF(kept_values); k++) {
        const struct hj212_item *it = is_code(f, k->setter) ? value_item(f, k, pol) : NULL;
        if (!it)
            continue;
        key_of(k, pol, key);
        if (!set(d, key, &it->value))
            return FAILED;
        n++;
    }
    return n ? DONE : FAILED;
}

static int get_values(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char pol[8], key[40];
    if (!instrument(f, pol))
        return FAILED;
    if (*pol)
        buf_addf(cp, "PolId=%s", pol);
    for (const struct kept_value *k = kept_values; k < kept_values + COUNT_OF(kept_values); k++) {
        if (!is_code(f, k->getter))
            continue;
        key_of(k, pol, key);
        const char *was = setting(d, key);
        bool limit = strcmp(k->getter, "1021") == 0;
        buf_addf(cp, "%s%s%s%s=%s", cp->len ? ";" : "", limit ? pol : "", limit ? "-" : "", k->name,
                 was ? was : k->at_first);
    }
    return cp->len ? DONE : FAILED;
}

/* ---- samples ---- */

static void take_bottle(struct device_client *d)
{
    d->bottle = d->bottle % 99 + 1; /* VaseNo, 1 to 99 */
}

static int sample(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    int r = needs_instrument(d, f, cp);
    if (r == DONE)
        take_bottle(d);
    return r;
}

static int keep_sample(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char text[CN_TEXT];
    (void)f;
    take_bottle(d);
    buf_addf(cp, "DataTime=%s;VaseNo=%d", cn_format_compact(device_now(d), text), d->bottle);
    return DONE;
}

static int get_result_time(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char pol[8];
    (void)d;
    if (!instrument(f, pol) || !*pol)
        return FAILED;
    buf_addf(cp, "PolId=%s;Stime=30", pol);
    return DONE;
}

/* An instrument's number is made of its device's and its factor's, so that each has its own. */
static int get_identity(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char pol[8];
    if (!instrument(f, pol) || !*pol)
        return FAILED;
    size_t len = strlen(d->cfg.mn);
    buf_addf(cp, "PolId=%s;%s-SN=%s%s", pol, pol, len > 12 ? d->cfg.mn + len - 12 : d->cfg.mn, pol);
    return DONE;
}

/* ---- site information (HJ 212-2017 tables of InfoId): what stands there before anybody set it ---- */

static const struct {
    const char *id, *value;
    bool of_instrument;
} informations[] = {
    { "i11001", "//instrument: no entry//", true },
    { "i12001", "0", true }, /* 0 it runs */
    { "i12002", "0", true },
    { "i12003", "0", true },
    { "i13001", "0-500", true },
    { "i13002", "0.1", true },
    { "i13003", "60", true },
    { "i13004", "165", true },
    { "i13005", "30", true },
    { "i13007", "0", true },
    { "i13008", "1", true },
    { "i13009", "4", true },
    { "i21001", "//logger: no entry//", false },
    { "i22001", "0", false }, /* 0 it runs */
    { "i22003", "0", false },
    { "i22101", "0", false },
    { "i23001", "101.3", false },
    { "i31001", "//auxiliary: no entry//", false },
    { "i32001", "0", false },
    { "i33101", "22.5", false },
    { "i33102", "45", false },
    { "i33103", "220", false },
};

static int get_info(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char text[CN_TEXT], id[8], pol[8], key[40];
    const struct hj212_item *it = device_item(f, "InfoId");
    if (!it || it->value.len != 6 || !instrument(f, pol))
        return FAILED;
    snprintf(id, sizeof id, "%.6s", it->value.s);
    snprintf(key, sizeof key, "%s %s", id, pol);
    const char *value = setting(d, key);
    for (size_t i = 0; i < COUNT_OF(informations) && !value; i++)
        if (strcmp(informations[i].id, id) == 0 && (!informations[i].of_instrument || *pol))
            value = informations[i].value;
    if (!value)
        return NO_DATA;
    buf_addf(cp, "DataTime=%s;", cn_format_compact(device_now(d), text));
    if (*pol)
        buf_addf(cp, "PolId=%s;", pol);
    buf_addf(cp, "%s-Info=%s", id, value);
    return DONE;
}

static int set_parameter(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    const struct hj212_item *id = device_item(f, "InfoId");
    char pol[8], key[40];
    (void)cp;
    if (!id || id->value.len != 6 || id->value.s[2] != '3' || !instrument(f, pol)) /* kind 3: a parameter */
        return FAILED;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        if (it->suffix.len != 4 || memcmp(it->suffix.s, "Info", 4) != 0 || it->code.len != id->value.len ||
            memcmp(it->code.s, id->value.s, it->code.len) != 0)
            continue;
        snprintf(key, sizeof key, "%.6s %s", id->value.s, pol);
        return set(d, key, &it->value) ? DONE : FAILED;
    }
    return FAILED;
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
    return d->cfg.edition == HJ212_2005 || device_item(f, "PolId") ? DONE : FAILED;
}

/* 3014: a comparison sample; in 2005 sampling times. */
static int compare_sample(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    return d->cfg.edition == HJ212_2005 ? set_values(d, f, cp) : sample(d, f, cp);
}

static const struct request {
    const char *cn;
    int (*run)(struct device_client *d, const struct hj212_frame *f, struct buf *cp); /* NULL: history */
} requests[] = {
    { "1000", set_timeout },
    { "1001", set_values },
    { "1002", device_set_mn },
    { "1011", get_time },
    { "1012", set_time },
    { "1014", device_set_key },
    { "1021", get_values },
    { "1022", set_values },
    { "1031", get_values },
    { "1032", set_values },
    { "1041", get_values },
    { "1042", set_values },
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
    { "3011", needs_instrument },
    { "3012", sample },
    { "3013", operate },
    { "3014", compare_sample },
    { "3015", keep_sample },
    { "3016", set_values },
    { "3017", get_values },
    { "3018", get_result_time },
    { "3019", get_identity },
    { "3020", get_info },
    { "3021", set_parameter },
    { "3022", keep_sample },
    { "3024", needs_instrument },
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
    int64_t now = device_now(d);
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
    int64_t now = device_now(d);
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

static void carry_out(struct device_client *d, const struct hj212_frame *f)
{
    struct buf *b = &d->fleet->answer, *cp = &d->fleet->data;
    const struct request *r = requests, *end = requests + COUNT_OF(requests);
    const struct hj212_command *known = hj212_command(code_of(f), d->cfg.edition);
    while (r < end && memcmp(r->cn, f->cn.s, 4) != 0)
        r++;
    if (!known || !(known->editions & 1U << d->cfg.edition))
        r = end; /* its edition has no such command */
    /* QnRtn: 1 ready, 3 wrong password, 8 no such command (HJ 212-2017). */
    bool right = f->pw.len == strlen(d->pw) && (!f->pw.len || memcmp(f->pw.s, d->pw, f->pw.len) == 0);
    hj212_answer(b, f, 9011, !right ? 3 : r == end ? 8 : 1);
    if (!right || r == end)
        return;
    if (!r->run) {
        begin_history(d, f);
        return;
    }
    buf_clear(cp);
    int code = r->run(d, f, cp);
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
    if (is_code(f, "2012") || is_code(f, "2022")) {
        *(is_code(f, "2012") ? &d->stopped : &d->states) = is_code(f, "2012");
        hj212_answer(b, f, 9013, 0);
    } else {
        carry_out(d, f);
    }
    if (b->len && !b->failed && conn_send(d->conn, b->data, b->len) == 0)
        d->fleet->totals.requests++;
}
