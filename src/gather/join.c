/* Joining, as HJ 212-2025 has it: a logger uploads its hardware's identities (1001), an operator accepts it for a site, and the platform
 * gives it that site's MN (1002).
 *
 * 1002's form is known from one reader's code alone [2025 x1]: the data area names the logger (i23005-Info). That the MN in the head is
 * the new one follows from there being no other field for it [inferred]. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"
#include "gather/gateway_own.h"

const char *gateway_join_state_name(enum gateway_join_state s)
{
    static const char *const names[] = { "asked", "sent", "done", "failed" };
    _Static_assert(COUNT_OF(names) == GATEWAY_JOIN_STATES, "a word for each state");
    return (size_t)s < COUNT_OF(names) ? names[s] : "";
}

/* What an unknown device says is shown to people and written into a frame: letters, digits and the marks of addresses are kept. */
static void take_text(char *to, size_t cap, const struct hj212_view *v)
{
    size_t n = 0;
    for (uint32_t i = 0; v->s && i < v->len && n + 1 < cap; i++) {
        unsigned char c = (unsigned char)v->s[i], low = c | 32;
        bool plain = (c >= '0' && c <= '9') || (low >= 'a' && low <= 'z') || strchr(":-._", c);
        to[n++] = (char)(c && plain ? c : '?');
    }
    to[n] = 0;
}

static bool in_slashes(const struct hj212_view *v)
{
    return v->len >= 4 && memcmp(v->s, "//", 2) == 0 && memcmp(v->s + v->len - 2, "//", 2) == 0;
}

/* Without the // around a text. */
static struct hj212_view info_of(const struct hj212_frame *f, const char *code, bool *ret_slashes)
{
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        if (it->code.len == 6 && memcmp(it->code.s, code, 6) == 0 && it->suffix.len == 4 &&
            memcmp(it->suffix.s, "Info", 4) == 0) {
            *ret_slashes = in_slashes(&it->value);
            return *ret_slashes ? (struct hj212_view){ it->value.s + 2, it->value.len - 4 } : it->value;
        }
    }
    *ret_slashes = false;
    return (struct hj212_view){ NULL, 0 };
}

static int code_in(const struct hj212_frame *f, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        if (!it->suffix.len && it->code.len == len && memcmp(it->code.s, name, len) == 0 && it->number >= 0 &&
            it->number < 1000 * MICRO_ONE)
            return (int)(it->number / MICRO_ONE);
    }
    return 0;
}

static bool view_is(const struct hj212_view *v, const char *s)
{
    return v->s && v->len == strlen(s) && memcmp(v->s, s, v->len) == 0;
}

static struct session *line_of(const struct join *j)
{
    struct session *s = &j->g->session[j->session];
    return s->conn && s->generation == j->generation ? s : NULL;
}

static void finish(struct join *j, enum gateway_join_state how)
{
    j->seen.state = how;
    j->to_send = false;
    j->g->joins_changed = true;
    timer_clear(j->g->loop, &j->timer);
    log_info("gateway", "logger %s for site %d, accepted by %s: %s (QnRtn %d, ExeRtn %d)", j->seen.logger,
             j->seen.site, j->seen.by, gateway_join_state_name(how), j->seen.qn_rtn, j->seen.exe_rtn);
}

static void transmit(struct join *j)
{
    struct gateway *g = j->g;
    struct session *s = line_of(j);
    char cp[GATEWAY_JOIN_TEXT + 20];
    const char *mark = j->slashes ? "//" : "";
    struct hj212_head h = { .qn = j->qn,
                            .st = j->st,
                            .pw = j->pw,
                            .mn = j->new_mn,
                            .cn = 1002,
                            .edition = HJ212_2025,
                            .answer_wanted = true };
    int len = snprintf(cp, sizeof cp, "i23005-Info=%s%s%s", mark, j->seen.logger, mark);
    buf_clear(&g->scratch);
    j->tries++;
    if (!s || hj212_build(&g->scratch, &h, cp, (size_t)len) < 0 || g->scratch.failed ||
        conn_send(s->conn, g->scratch.data, g->scratch.len) < 0)
        finish(j, GATEWAY_JOIN_FAILED);
    else
        timer_set(g->loop, &j->timer, g->cfg.over_time_ms);
}

static void overdue(void *arg)
{
    struct join *j = arg;
    pthread_mutex_lock(&j->g->lock);
    if (j->seen.state == GATEWAY_JOIN_SENT && !j->seen.qn_rtn && j->tries <= j->g->cfg.re_count)
        transmit(j);
    else if (j->seen.state == GATEWAY_JOIN_SENT)
        finish(j, GATEWAY_JOIN_FAILED);
    pthread_mutex_unlock(&j->g->lock);
}

/* ---- 1001 ---- */

/* A logger is known again by its identities. Otherwise a free place, or that of the one heard last longest ago; what is being sent
 * stays. */
static struct join *place_for(struct gateway *g, const struct gateway_join *who)
{
    struct join *oldest = NULL;
    for (struct join *j = g->join; j < g->join + GATEWAY_JOINS; j++) {
        if (j->seen.id && strcmp(j->seen.logger, who->logger) == 0 && strcmp(j->seen.cpu, who->cpu) == 0 &&
            strcmp(j->seen.mac[0], who->mac[0]) == 0 && strcmp(j->seen.mac[1], who->mac[1]) == 0)
            return j;
        if (j->seen.state != GATEWAY_JOIN_SENT && (!oldest || j->seen.last < oldest->seen.last))
            oldest = j;
    }
    if (oldest)
        *oldest = (struct join){ .g = g, .seen = { .id = 0 } };
    return oldest;
}

static void asked(struct session *s, const struct device *d, const struct hj212_frame *f)
{
    static const char *const codes[] = { "i23005", "i23006", "i23007", "i23008" };
    struct gateway *g = s->g;
    struct gateway_join who = { 0 };
    char *const to[] = { who.logger, who.cpu, who.mac[0], who.mac[1] };
    bool slashes[COUNT_OF(codes)];
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        struct hj212_view v = info_of(f, codes[i], &slashes[i]);
        take_text(to[i], GATEWAY_JOIN_TEXT, &v);
    }
    take_text(who.mn, sizeof who.mn, &f->mn);
    struct join *j = place_for(g, &who);
    int64_t now = clock_now(g->cfg.clock);
    if (j && j->seen.state != GATEWAY_JOIN_SENT) {
        who.id = j->seen.id ? j->seen.id : ++g->last_join;
        who.first = j->seen.id ? j->seen.first : now;
        who.frames = j->seen.frames;
        who.site = d ? d->seen.site : 0;
        *j = (struct join){ .g = g,
                            .seen = who,
                            .session = (uint32_t)(s - g->session),
                            .generation = s->generation,
                            .slashes = slashes[0],
                            .timer = { .fire = overdue, .arg = j } };
        g->joins_changed = true;
        take_text(j->st, sizeof j->st, &f->st);
        if (f->pw.len && f->pw.len < sizeof j->pw)
            memcpy(j->pw, f->pw.s, f->pw.len);
    }
    if (j) {
        j->seen.connected = true;
        j->seen.last = now;
        j->seen.frames++;
    }
    buf_clear(&g->scratch);
    if (f->answer_wanted && hj212_answer(&g->scratch, f, 9013, 0) == 0 && !g->scratch.failed &&
        conn_send(s->conn, g->scratch.data, g->scratch.len) == 0)
        g->stats.answers++;
}

/* ---- the end of a 1002 ---- */

static void joined(struct join *j)
{
    struct device *d = device_at(j->g, j->seen.site);
    /* The operator took this logger for the site's device, so the password it has is the device's. */
    if (d && strcmp(d->pw, j->pw) != 0) {
        memcpy(d->pw, j->pw, sizeof d->pw);
        d->pw_changed = true;
    }
    j->untold = true;
    finish(j, GATEWAY_JOIN_DONE);
}

static bool answered(struct session *s, const struct hj212_frame *f, int cn)
{
    struct gateway *g = s->g;
    for (struct join *j = g->join; j < g->join + GATEWAY_JOINS; j++) {
        if (j->seen.state != GATEWAY_JOIN_SENT || line_of(j) != s || !*j->qn || !view_is(&f->qn, j->qn))
            continue;
        int *code = cn == 9011 ? &j->seen.qn_rtn : &j->seen.exe_rtn;
        *code = code_in(f, cn == 9011 ? "QnRtn" : "ExeRtn");
        if (*code != 1)
            finish(j, GATEWAY_JOIN_FAILED);
        else if (cn == 9011)
            timer_set(g->loop, &j->timer, g->cfg.over_time_ms);
        else
            joined(j);
        return true;
    }
    return false;
}

bool join_take(struct session *s, const struct device *d, const struct hj212_frame *f, int cn)
{
    if (cn == 9011 || cn == 9012)
        return answered(s, f, cn);
    if (cn != 1001 || f->edition != HJ212_2025) /* 1001 of 2005 is a platform's request */
        return false;
    asked(s, d, f);
    return true;
}

void join_start(struct gateway *g)
{
    for (struct join *j = g->join; g->join_wanted && j < g->join + GATEWAY_JOINS; j++) {
        if (!j->to_send)
            continue;
        int64_t now = clock_now(g->cfg.clock);
        g->last_qn = now > g->last_qn ? now : g->last_qn + 1;
        cn_format_qn(g->last_qn, j->qn);
        j->to_send = false;
        j->tries = 0;
        transmit(j);
    }
    g->join_wanted = false;
}

void join_lost(struct gateway *g, uint32_t session, uint32_t generation)
{
    for (struct join *j = g->join; j < g->join + GATEWAY_JOINS; j++) {
        if (!j->seen.id || j->session != session || j->generation != generation)
            continue;
        j->seen.connected = false;
        g->joins_changed = true;
        if (j->seen.state == GATEWAY_JOIN_SENT)
            finish(j, GATEWAY_JOIN_FAILED);
    }
}

/* ---- from any thread ---- */

size_t gateway_joins(struct gateway *g, struct gateway_join *ret, size_t max)
{
    size_t n = 0;
    pthread_mutex_lock(&g->lock);
    for (uint64_t below = UINT64_MAX; n < max; n++) {
        const struct join *best = NULL;
        for (const struct join *j = g->join; j < g->join + GATEWAY_JOINS; j++)
            if (j->seen.id && j->seen.id < below && (!best || j->seen.id > best->seen.id))
                best = j;
        if (!best)
            break;
        ret[n] = best->seen;
        below = best->seen.id;
    }
    pthread_mutex_unlock(&g->lock);
    return n;
}

static int accept_join(struct gateway *g, uint64_t id, int32_t site, const char *by, struct err *e)
{
    struct join *j = g->join;
    while (j < g->join + GATEWAY_JOINS && (!id || j->seen.id != id))
        j++;
    const struct device *d = device_at(g, site);
    if (j == g->join + GATEWAY_JOINS)
        return err_named(e, -ENOENT, "not_found", "there is no such request to join");
    if (!d)
        return err_named(e, -ENOENT, "not_found", "no device at this site: it has no MN to give");
    if (j->seen.state == GATEWAY_JOIN_SENT)
        return err_named(e, -EBUSY, "device.busy",
                         "this logger was accepted already; its answer is waited for");
    if (!j->seen.connected)
        return err_named(e, -ENOTCONN, "device.offline", "the logger is not connected any more");
    if (d->seen.connected && (d->session != j->session || d->generation != j->generation))
        return err_named(e, -EBUSY, "device.taken", "another device with this MN is connected");
    j->seen.site = site;
    j->seen.state = GATEWAY_JOIN_SENT;
    j->seen.qn_rtn = j->seen.exe_rtn = 0;
    memcpy(j->new_mn, d->seen.mn, sizeof j->new_mn);
    snprintf(j->seen.by, sizeof j->seen.by, "%s", by);
    j->qn[0] = 0;
    j->to_send = g->join_wanted = g->joins_changed = true;
    return 0;
}

int gateway_join_accept(struct gateway *g, uint64_t id, int32_t site, const char *by, struct err *e)
{
    pthread_mutex_lock(&g->lock);
    int r = accept_join(g, id, site, by, e);
    pthread_mutex_unlock(&g->lock);
    if (r == 0)
        loop_wake(g->loop);
    return r;
}
