/* Requests to devices (HJ 212-2017 6.6.2): request → 9011 → the data, if any → 9012, with OverTime and ReCount. One is in flight for
 * each device; the others wait. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"
#include "gather/gateway_own.h"

const char *gateway_command_state_name(enum gateway_command_state s)
{
    static const char *const names[] = { "waiting", "sent",    "ready",   "done", "refused",
                                         "failed",  "no_data", "timeout", "lost" };
    _Static_assert(COUNT_OF(names) == GATEWAY_COMMAND_STATES, "a word for each state");
    return (size_t)s < COUNT_OF(names) ? names[s] : "";
}

/* The line that carried it last, when it is still up. */
static struct session *line_of(struct gateway *g, const struct device *d)
{
    struct session *s = &g->session[d->session];
    return d->seen.connected && s->conn && s->generation == d->generation ? s : NULL;
}

void exchange_list(struct talk *t)
{
    if (t->listed)
        return;
    t->listed = true;
    t->next = t->g->to_start;
    t->g->to_start = t;
}

/* ---- the end of a request ---- */

static void settle_password(struct device *d, enum gateway_command_state how)
{
    if (how == GATEWAY_COMMAND_DONE) {
        memcpy(d->pw, d->new_pw, sizeof d->pw);
        d->pw_changed = true;
    }
    /* Refused or failed: it keeps its old one. Without an answer both are taken, until it uses one. */
    if (how == GATEWAY_COMMAND_DONE || how == GATEWAY_COMMAND_REFUSED || how == GATEWAY_COMMAND_FAILED)
        d->new_pw[0] = 0;
}

static void finish(struct talk *t, enum gateway_command_state how)
{
    struct gateway_command *c = t->now;
    struct gateway *g = t->g;
    c->state = how;
    c->ended = clock_now(g->cfg.clock);
    t->now = NULL;
    timer_clear(g->loop, &t->timer);
    if (how != GATEWAY_COMMAND_LOST)
        t->device->seen.answers_requests = how == GATEWAY_COMMAND_TIMEOUT && !c->qn_rtn ? -1 : 1;
    if (c->spec->cn == 1072)
        settle_password(t->device, how);
    if (c->spec->cn == 1014)
        keys_settle(t->device, how);
    if (c != &t->heal) {
        g->stats.commands[how]++;
        log_info("gateway", "device %s: %s asked by %s: %s (QnRtn %d, ExeRtn %d)", t->device->seen.mn,
                 c->spec->word, c->by, gateway_command_state_name(how), c->qn_rtn, c->exe_rtn);
    }
    exchange_list(t);
}

/* ---- sending ---- */

static int transmit(struct talk *t, struct session *s)
{
    struct gateway *g = t->g;
    struct gateway_command *c = t->now;
    const struct device *d = t->device;
    struct hj212_head h = { .qn = c->qn,
                            .st = *d->seen.st ? d->seen.st : "32",
                            .pw = d->pw,
                            .mn = d->seen.mn,
                            .cn = c->spec->cn,
                            .edition = d->seen.edition,
                            .sum = d->seen.sum,
                            .answer_wanted = true,
                            .key = keys_for(d, c->spec->cn),
                            .printed = d->seen.encrypted == HJ212_CIPHER_PRINTED };
    char text[CN_TEXT], secret[KEYS_AREA] = "";
    const char *area = c->args;
    if (c->spec->cn == 1014) {
        keys_area(d, secret);
        area = secret;
    }
    size_t len = strlen(area);
    if (c->now && len >= 14) /* the time that is right when it is sent, not when it was asked */
        memcpy(c->args + len - 14, cn_format_compact(clock_now(g->cfg.clock), text), 14);
    buf_clear(&g->scratch);
    int r = hj212_build(&g->scratch, &h, area, len);
    explicit_bzero(secret, sizeof secret);
    if (r == 0)
        r = g->scratch.failed ? -ENOMEM : conn_send(s->conn, g->scratch.data, g->scratch.len);
    c->tries++;
    return r == 0 ? timer_set(g->loop, &t->timer, g->cfg.over_time_ms) : r;
}

static int64_t time_in(const char *args, const char *name)
{
    const char *at = strstr(args, name);
    int64_t ms = 0;
    at = at ? at + strlen(name) : NULL;
    return at && strlen(at) >= 14 && cn_parse_compact(at, 14, &ms) ? ms : 0;
}

static void begin(struct talk *t, struct gateway_command *c, struct session *s)
{
    struct gateway *g = t->g;
    int64_t now = clock_now(g->cfg.clock);
    g->last_qn = now > g->last_qn ? now : g->last_qn + 1;
    cn_format_qn(g->last_qn, c->qn);
    t->now = c;
    t->heard_ms = 0;
    t->begin = time_in(c->args, "BeginTime=");
    t->end = time_in(c->args, "EndTime=");
    c->sent = now;
    c->state = GATEWAY_COMMAND_SENT;
    if (c->spec->cn == 1072) {
        const char *pw = strchr(c->args, '=');
        snprintf(t->device->new_pw, PW_MAX, "%.6s", pw ? pw + 1 : "");
    }
    if (transmit(t, s) < 0)
        finish(t, GATEWAY_COMMAND_LOST);
}

/* The oldest that waits; what people ask goes before gap healing. */
static struct gateway_command *next_of(struct talk *t)
{
    size_t n = t->count < GATEWAY_COMMANDS ? t->count : GATEWAY_COMMANDS;
    for (size_t i = t->count - n; i < t->count; i++)
        if (t->past[i % GATEWAY_COMMANDS].state == GATEWAY_COMMAND_WAITING)
            return &t->past[i % GATEWAY_COMMANDS];
    return t->heal.spec && t->heal.state == GATEWAY_COMMAND_WAITING ? &t->heal : NULL;
}

void exchange_start(struct gateway *g)
{
    for (struct talk *t; (t = g->to_start);) {
        g->to_start = t->next;
        t->listed = false;
        struct session *s = line_of(g, t->device);
        struct gateway_command *c = t->now ? NULL : next_of(t);
        if (!c)
            continue;
        if (s) {
            begin(t, c, s);
        } else {
            t->now = c;
            finish(t, GATEWAY_COMMAND_LOST);
        }
    }
}

/* HJ 212-2017 6.2.1: no 9011 in OverTime: again, up to ReCount times; nothing after 9011 in OverTime: failed, not again. */
static void overdue(void *arg)
{
    struct talk *t = arg;
    struct gateway *g = t->g;
    pthread_mutex_lock(&g->lock);
    struct session *s = line_of(g, t->device);
    if (t->now && !s) {
        finish(t, GATEWAY_COMMAND_LOST);
    } else if (t->now && t->now->state == GATEWAY_COMMAND_SENT && t->now->tries <= g->cfg.re_count) {
        if (transmit(t, s) < 0)
            finish(t, GATEWAY_COMMAND_LOST);
    } else if (t->now) {
        /* The standard takes the line as dead then. A device that goes on uploading but knows no requests is spared that, and gap
         * healing and first contact, which nobody waits for, break no line. */
        if (!t->heard_ms && t->now != &t->heal && !t->now->quiet)
            conn_close(s->conn);
        finish(t, GATEWAY_COMMAND_TIMEOUT);
    }
    exchange_start(g);
    pthread_mutex_unlock(&g->lock);
}

void exchange_lost(struct gateway *g, struct device *d)
{
    struct talk *t = d->talk;
    if (!t)
        return;
    if (t->now)
        finish(t, GATEWAY_COMMAND_LOST);
    for (struct gateway_command *c; (c = next_of(t));) {
        t->now = c;
        finish(t, GATEWAY_COMMAND_LOST);
    }
    (void)g;
}

/* ---- answers ---- */

static bool view_is(const struct hj212_view *v, const char *s)
{
    return v->s && v->len == strlen(s) && memcmp(v->s, s, v->len) == 0;
}

static const struct hj212_item *item_of(const struct hj212_frame *f, const char *name)
{
    for (size_t i = 0; i < f->n_items; i++)
        if (!f->item[i].suffix.len && view_is(&f->item[i].code, name))
            return &f->item[i];
    return NULL;
}

static int number_of(const struct hj212_frame *f, const char *name)
{
    const struct hj212_item *it = item_of(f, name);
    return it && it->number >= 0 && it->number < 1000 * MICRO_ONE ? (int)(it->number / MICRO_ONE) : 0;
}

/* HJ/T 212-2005 names what is answered inside CP, some of its devices not at all. */
static bool is_for(const struct talk *t, const struct hj212_frame *f)
{
    const struct hj212_item *inside = item_of(f, "QN");
    const struct hj212_view *qn = f->qn.len ? &f->qn : inside ? &inside->value : NULL;
    return qn ? view_is(qn, t->now->qn) : f->edition == HJ212_2005;
}

static void ready(struct talk *t, const struct hj212_frame *f)
{
    t->now->qn_rtn = number_of(f, "QnRtn");
    if (t->now->qn_rtn != 1) {
        finish(t, GATEWAY_COMMAND_REFUSED);
        return;
    }
    t->now->state = GATEWAY_COMMAND_READY;
    timer_set(t->g->loop, &t->timer, t->g->cfg.over_time_ms);
}

static void executed(struct talk *t, const struct hj212_frame *f)
{
    int code = number_of(f, "ExeRtn");
    t->now->exe_rtn = code;
    finish(t, code == 1     ? GATEWAY_COMMAND_DONE
              : code == 100 ? GATEWAY_COMMAND_NO_DATA
                            : GATEWAY_COMMAND_FAILED);
}

static void said(struct talk *t, const struct hj212_frame *f)
{
    struct gateway *g = t->g;
    struct gateway_command *c = t->now;
    size_t used = strlen(c->data);
    snprintf(c->data + used, sizeof c->data - used, "%s%.*s", used ? ";" : "", (int)f->cp.len, f->cp.s);
    c->state = GATEWAY_COMMAND_READY;
    timer_set(g->loop, &t->timer, g->cfg.over_time_ms);
    const struct session *s = line_of(g, t->device);
    buf_clear(&g->scratch);
    if (f->answer_wanted && s && hj212_answer(&g->scratch, f, 9014, 0) == 0 && !g->scratch.failed &&
        conn_send(s->conn, g->scratch.data, g->scratch.len) == 0)
        g->stats.answers++;
}

bool exchange_wants(const struct device *d, const struct hj212_frame *f, int cn)
{
    const struct talk *t = d->talk;
    return t && t->now && t->now->spec->data && cn == t->now->spec->cn && is_for(t, f);
}

bool exchange_take(struct device *d, const struct hj212_frame *f, int cn)
{
    struct talk *t = d->talk;
    if (!t || !t->now)
        return false;
    t->heard_ms = clock_monotonic_ns() / 1000000;
    bool own = exchange_wants(d, f, cn);
    if (!own && (cn < 9011 || cn > 9013 || !is_for(t, f)))
        return false;
    if (own)
        said(t, f);
    else if (cn == 9011)
        ready(t, f);
    else if (cn == 9012)
        executed(t, f);
    else if (command_is_notice(t->now->spec))
        finish(t, GATEWAY_COMMAND_DONE);
    exchange_start(t->g);
    return true;
}

void exchange_saw(struct device *d, int cn, int64_t time)
{
    struct talk *t = d->talk;
    if (!t || !t->now || !t->now->spec->history || cn != t->now->spec->cn || time < t->begin || time > t->end)
        return;
    t->now->uploads++;
    t->now->state = GATEWAY_COMMAND_READY; /* also when it does so without a 9011 */
    timer_set(t->g->loop, &t->timer, t->g->cfg.over_time_ms);
}

/* ---- from any thread ---- */

struct talk *talk_of(struct gateway *g, struct device *d)
{
    if (d->talk)
        return d->talk;
    struct talk *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->g = g;
    t->device = d;
    t->timer = (struct timer){ .fire = overdue, .arg = t };
    return d->talk = t;
}

void talk_free(struct talk *t)
{
    if (!t)
        return;
    free(t->past);
    free(t->gap);
    free(t);
}

static size_t waiting(const struct talk *t)
{
    size_t n = 0;
    for (size_t i = 0; t->past && i < GATEWAY_COMMANDS; i++)
        n += t->past[i].spec && t->past[i].state == GATEWAY_COMMAND_WAITING;
    return n;
}

uint64_t exchange_id(struct gateway *g)
{
    uint64_t now = (uint64_t)clock_now(g->cfg.clock);
    return g->last_command = now > g->last_command ? now : g->last_command + 1;
}

int exchange_ask(struct gateway *g, struct device *d, const struct command_spec *spec,
                 const struct command_value *v, size_t n, const char *by, uint64_t id, bool quiet,
                 struct err *e)
{
    scoped(buf_release) struct buf cp = BUF_INIT;
    int64_t now = clock_now(g->cfg.clock);
    int r = command_write(spec, d->seen.edition, v, n, now, &cp, e);
    if (r < 0)
        return r;
    if (!d->seen.connected)
        return err_named(e, -ENOTCONN, "device.offline", "the device is not connected");
    struct talk *t = talk_of(g, d);
    if (t && !t->past)
        t->past = calloc(GATEWAY_COMMANDS, sizeof *t->past);
    if (!t || !t->past)
        return err_set(e, -ENOMEM, "no memory for a command");
    if (waiting(t) >= GATEWAY_COMMANDS_WAITING)
        return err_named(e, -EBUSY, "device.busy", "%d commands are waiting for this device already",
                         GATEWAY_COMMANDS_WAITING);
    struct gateway_command *c = &t->past[t->count % GATEWAY_COMMANDS];
    /* What has ended and was not told yet is not written over: its history would end in the air. */
    if (c->spec && g->cfg.ended && !c->told)
        return err_named(e, -EBUSY, "device.busy", "the commands before are being written down");
    if (cp.len >= sizeof c->args)
        return err_named(e, -EINVAL, "bad_input", "%s: the arguments are too long", spec->word);
    *c = (struct gateway_command){ .id = id, .spec = spec, .asked = now, .quiet = quiet };
    snprintf(c->args, sizeof c->args, "%s", cp.data ? cp.data : "");
    snprintf(c->by, sizeof c->by, "%s", by);
    if (spec->cn == 1014) { /* the key itself stands in the device's keys alone */
        char at[CN_TEXT];
        snprintf(c->args, sizeof c->args, "SKCreateTime=%s;NewSK=******",
                 cn_format_compact(d->keys.kept.key[GATEWAY_KEY_NEXT].created, at));
    }
    c->now = spec->cn == 1012;
    for (size_t i = 0; i < n; i++)
        c->now &= strcmp(v[i].name, "SystemTime") != 0;
    t->count++;
    d->seen.commands += !quiet;
    exchange_list(t);
    return 0;
}

uint64_t gateway_command_id(struct gateway *g)
{
    pthread_mutex_lock(&g->lock);
    uint64_t id = exchange_id(g);
    pthread_mutex_unlock(&g->lock);
    return id;
}

int gateway_command(struct gateway *g, int32_t site, const char *word, const struct command_value *v,
                    size_t n, const char *by, uint64_t id, struct err *e)
{
    const struct command_spec *spec = command_find(word);
    int r = 0;
    if (!spec)
        return err_named(e, -EINVAL, "bad_input", "command: there is no '%.40s'", word ? word : "");
    if (spec->cn == 1014 && !n && (r = keys_prepare(g, site, e)) < 0)
        return r;
    pthread_mutex_lock(&g->lock);
    struct device *d = device_at(g, site);
    r = d ? exchange_ask(g, d, spec, v, n, by, id, false, e)
          : err_named(e, -ENOENT, "not_found", "no device at this site");
    pthread_mutex_unlock(&g->lock);
    if (r == 0)
        loop_wake(g->loop);
    return r;
}

static void hide_secrets(struct gateway_command *c)
{
    for (const struct command_arg *a = c->spec->arg; a < c->spec->arg + COMMAND_ARGS && a->name; a++)
        if (a->secret)
            snprintf(c->args, sizeof c->args, "%s=******", a->name);
}

size_t gateway_commands(struct gateway *g, int32_t site, struct gateway_command ret[GATEWAY_COMMANDS])
{
    size_t n = 0;
    pthread_mutex_lock(&g->lock);
    const struct device *d = device_at(g, site);
    const struct talk *t = d ? d->talk : NULL;
    for (; t && n < GATEWAY_COMMANDS && n < t->count; n++) {
        ret[n] = t->past[(t->count - 1 - n) % GATEWAY_COMMANDS];
        hide_secrets(&ret[n]);
    }
    pthread_mutex_unlock(&g->lock);
    return n;
}

/* One that has ended and was not told; what it is is copied, as nothing is written down under the lock. */
static bool untold(struct gateway *g, struct device *d, struct gateway_command *ret, char mn[GATEWAY_MN])
{
    bool found = false;
    pthread_mutex_lock(&g->lock);
    struct talk *t = d->talk;
    size_t n = t && t->past ? t->count : 0;
    for (size_t i = n > GATEWAY_COMMANDS ? n - GATEWAY_COMMANDS : 0; i < n && !found; i++) {
        struct gateway_command *c = &t->past[i % GATEWAY_COMMANDS];
        if (c->told || !gateway_command_ended(c->state))
            continue;
        c->told = found = true;
        *ret = *c;
        memcpy(mn, d->seen.mn, GATEWAY_MN);
    }
    pthread_mutex_unlock(&g->lock);
    if (found)
        hide_secrets(ret);
    return found;
}

void gateway_tell(struct gateway *g)
{
    struct gateway_command c;
    char mn[GATEWAY_MN];
    for (size_t i = 0; g->cfg.ended && i < g->n_devices; i++)
        while (untold(g, &g->device[i], &c, mn))
            g->cfg.ended(g->cfg.heal_arg, g->device[i].site->id, mn, &c);
    pthread_mutex_lock(&g->lock);
    for (size_t i = 0; i < g->n_devices; i++)
        greet_settle(&g->device[i]);
    pthread_mutex_unlock(&g->lock);
    if (g->cfg.keep)
        heal_keep(g);
    joins_tell(g);
}
