#include "app/roster.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"

/* ---- documents ---- */

static struct ledger_store *store_of(const struct roster *v)
{
    return v->core->store;
}

/* Adds or changes the document with this key. */
static int put(struct roster *v, enum doc_kind kind, const char *key, const char *state, int32_t site,
               const char *body, struct err *e)
{
    struct doc old = { 0 };
    int64_t now = clock_now(v->core->clock);
    struct doc d = { .key = key, .state = state, .site = site, .created = now, .updated = now, .body = body };
    int r = ledger_get_doc_by_key(store_of(v), kind, key, &old, e);
    if (r == 0) {
        d.id = old.id;
        d.created = old.created;
    }
    doc_release(&old);
    if (r < 0 && r != -ENOENT)
        return r;
    err_clear(e);
    return ledger_put_doc(store_of(v), kind, &d, NULL, e);
}

static int note_event(struct roster *v, const char *by, const char *action, json_t *body, struct err *e)
{
    if (!body)
        return err_set(e, -ENOMEM, "out of memory");
    int r = ledgers_note(store_of(v), clock_now(v->core->clock), by, action, body, e);
    json_decref(body);
    return r;
}

void roster_keep(struct roster *v, int32_t site, const char *mn, const char *json)
{
    struct err e = { 0 };
    if (put(v, DOC_DEVICE, mn, "", site, json, &e) < 0)
        log_error("device", "the history of device %s could not be kept: %s", mn, e.text);
}

void roster_kept(struct roster *v, const char *mn, struct buf *json)
{
    struct doc d = { 0 };
    if (ledger_get_doc_by_key(store_of(v), DOC_DEVICE, mn, &d, NULL) == 0)
        buf_adds(json, d.body);
    doc_release(&d);
}

/* ---- registrations ---- */

static const struct {
    const char *name;
    size_t at;
    int most;
} numbers[] = {
    { "over_time", offsetof(struct gateway_registration, over_time), 99 },
    { "re_count", offsetof(struct gateway_registration, re_count), 99 },
    { "rtd_interval", offsetof(struct gateway_registration, rtd_interval), 3600 },
    { "min_interval", offsetof(struct gateway_registration, min_interval), 30 },
};

static int read_systems(const json_t *list, struct gateway_registration *reg, struct err *e)
{
    size_t n = json_array_size(list);
    if (list && (!json_is_array(list) || n > GATEWAY_SYSTEMS))
        return err_named(e, -EINVAL, "bad_input", "st: not a list of at most %d system codes",
                         GATEWAY_SYSTEMS);
    if (list)
        memset(reg->st, 0, sizeof reg->st);
    for (size_t i = 0; i < n; i++) {
        const char *st = json_string_value(json_array_get(list, i));
        if (!st || strlen(st) != 2 || (!hj212_system(st, 2) && (st[0] < 'A' || st[0] > 'Z')))
            return err_named(e, -EINVAL, "bad_input", "st: '%.8s' is no system code", st ? st : "");
        memcpy(reg->st[i], st, 3);
    }
    return 0;
}

/* What the body says over what reg says. */
static int read_registration(const json_t *body, struct gateway_registration *reg, struct err *e)
{
    const char *mn = json_str(body, "mn", reg->mn), *pw = json_str(body, "pw", reg->pw);
    const char *edition = json_str(body, "edition", hj212_edition_name(reg->edition));
    const json_t *greet = json_object_get(body, "greet");
    if (!*mn || strlen(mn) >= sizeof reg->mn || strlen(pw) >= sizeof reg->pw)
        return err_named(e, -EINVAL, "bad_input", "mn: 1 to %d characters; pw: at most %d", GATEWAY_MN - 1,
                         GATEWAY_PW - 1);
    memmove(reg->mn, mn, strlen(mn) + 1);
    memmove(reg->pw, pw, strlen(pw) + 1);
    int ed = HJ212_2005;
    while (ed <= HJ212_2025 && strcmp(edition, hj212_edition_name((enum hj212_edition)ed)) != 0)
        ed++;
    if (ed > HJ212_2025 || (greet && !json_is_boolean(greet)))
        return err_named(e, -EINVAL, "bad_input", "edition: 2005, 2017 or 2025; greet: true or false");
    reg->edition = (enum hj212_edition)ed;
    reg->greet = json_flag(body, "greet", reg->greet);
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        int *n = (int *)((char *)reg + numbers[i].at);
        int64_t given = json_int(body, numbers[i].name, *n);
        if (given < 0 || given > numbers[i].most)
            return err_named(e, -EINVAL, "bad_input", "%s: not from 0 (not told) to %d", numbers[i].name,
                             numbers[i].most);
        *n = (int)given;
    }
    if ((reg->rtd_interval && reg->rtd_interval < 30) || (reg->min_interval && 60 % reg->min_interval))
        return err_named(
            e, -EINVAL, "bad_input",
            "rtd_interval: 30 to 3600 s; min_interval: 1 2 3 4 5 6 10 12 15 20 30 minutes; 0: not told");
    return read_systems(json_object_get(body, "st"), reg, e);
}

static json_t *registration_json(const struct gateway_registration *reg, bool secret)
{
    json_t *st = json_array(), *o = json_object();
    for (size_t i = 0; i < GATEWAY_SYSTEMS && *reg->st[i]; i++)
        json_array_append_new(st, json_string(reg->st[i]));
    json_object_set_new(o, "mn", json_string(reg->mn));
    if (secret)
        json_object_set_new(o, "pw", json_string(reg->pw));
    json_object_set_new(o, "edition", json_string(hj212_edition_name(reg->edition)));
    json_object_set_new(o, "st", st);
    json_object_set_new(o, "greet", json_boolean(reg->greet));
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        json_object_set_new(o, numbers[i].name,
                            json_integer(*(const int *)((const char *)reg + numbers[i].at)));
    return o;
}

struct accepted {
    char mn[GATEWAY_MN];
    json_t *body;
    char by[64];
    int64_t at;
};

static int take_accepted(const struct doc *d, void *arg)
{
    struct accepted *a = arg;
    json_t *tree = NULL;
    if (json_read(d->body, strlen(d->body), &tree, NULL) < 0)
        return 0;
    json_decref(a->body);
    a->body = tree;
    a->at = d->updated;
    snprintf(a->mn, sizeof a->mn, "%s", d->key);
    snprintf(a->by, sizeof a->by, "%s", json_str(tree, "by", ""));
    return 0;
}

/* false: the city file's holds. The caller decrefs body. */
static bool accepted_at(struct roster *v, int32_t site, struct accepted *ret)
{
    *ret = (struct accepted){ 0 };
    struct doc_query q = { .site = site, .state = "accepted" };
    return ledger_each_doc(store_of(v), DOC_REGISTRATION, &q, take_accepted, ret, NULL) == 0 && ret->body;
}

void roster_registered(struct roster *v, int32_t site, struct gateway_registration *io)
{
    struct accepted a;
    struct gateway_registration reg = *io;
    struct err e = { 0 };
    if (accepted_at(v, site, &a)) {
        if (read_registration(a.body, &reg, &e) == 0)
            *io = reg;
        else
            log_error("device", "site %d: its registration cannot be read: %s", site, e.text);
    }
    json_decref(a.body);
}

/* What holds now, its password included. */
static int present(struct roster *v, int32_t site, struct gateway_registration *reg, bool *ret_any,
                   struct err *e)
{
    scoped(freep) struct gateway_device *all = NULL;
    const struct site *at = place_site(v->core->place, site);
    size_t n = 0;
    int r = at ? gateway_devices(v->gateway, &all, &n, e)
               : err_named(e, -ENOENT, "not_found", "there is no site %d", site);
    *reg = (struct gateway_registration){ .edition = HJ212_2017,
                                          .greet = true,
                                          .over_time = 10,
                                          .re_count = 3,
                                          .rtd_interval = 60,
                                          .min_interval = 10 };
    *ret_any = false;
    for (size_t i = 0; r == 0 && i < n; i++)
        if (all[i].site == site) {
            *reg = all[i].reg;
            *ret_any = true;
            snprintf(reg->pw, sizeof reg->pw, "%s", at->pw ? at->pw : "");
            roster_registered(v, site, reg);
        }
    if (r == 0 && at->interval >= 30 && !*ret_any)
        reg->rtd_interval = at->interval;
    return r;
}

static int end_old(const struct doc *d, void *arg)
{
    struct doc now = *d;
    now.state = "replaced";
    return ledger_put_doc(arg, DOC_REGISTRATION, &now, NULL, NULL);
}

/* In one transaction: the old one's end, the new one, the event; and the gateway takes it before that is final, so that neither holds
 * without the other. */
static int decide(struct roster *v, int32_t site, const struct gateway_registration *reg, const char *old,
                  const char *by, struct err *e)
{
    scoped(json_decrefp) json_t *body = registration_json(reg, true);
    json_object_set_new(body, "by", json_string(by));
    scoped(freep) char *text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
    json_t *event = registration_json(reg, false);
    json_object_set_new(event, "site", json_integer(site));
    json_object_set_new(event, "before", json_string(old));
    struct doc_query q = { .site = site, .state = "accepted" };
    int r = text ? ledger_begin(store_of(v), e) : err_set(e, -ENOMEM, "out of memory");
    if (r < 0) {
        json_decref(event);
        return r;
    }
    const char *action = !*old                       ? "device.accepted"
                         : strcmp(old, reg->mn) == 0 ? "device.changed"
                                                     : "device.replaced";
    r = ledger_each_doc(store_of(v), DOC_REGISTRATION, &q, end_old, store_of(v), e);
    if (r == 0)
        r = put(v, DOC_REGISTRATION, reg->mn, "accepted", site, text, e);
    int noted = note_event(v, by, action, event, e);
    r = r < 0 ? r : noted;
    if (r == 0)
        r = gateway_register(v->gateway, site, reg, e);
    if (r < 0) {
        ledger_rollback(store_of(v));
        return r;
    }
    return ledger_commit(store_of(v), e);
}

int roster_register(struct roster *v, int32_t site, const json_t *body, const char *by, struct buf *out,
                    struct err *e)
{
    struct gateway_registration reg, was;
    bool any;
    int r = present(v, site, &was, &any, e);
    if (r < 0)
        return r;
    reg = was;
    bool other = any && strcmp(json_str(body, "mn", was.mn), was.mn) != 0;
    if (other && !json_is_true(json_object_get(body, "replace")))
        return err_named(e, -EAGAIN, "device.taken",
                         "the site has the device %s; with \"replace\": true it is replaced", was.mn);
    if (other) /* another device's password is not the new one's */
        reg.pw[0] = 0;
    if ((r = read_registration(body, &reg, e)) < 0 ||
        (r = decide(v, site, &reg, any ? was.mn : "", by, e)) < 0)
        return r;
    if (reg.pw[0] == 0)
        log_warn("device", "device %s is registered without a password", reg.mn);
    gateway_ignore(v->gateway, reg.mn, false, NULL);
    log_info("device", "%s registers device %s for site %d", by, reg.mn, site);
    struct jw w = JW(out);
    jw_object(&w);
    jw_kint(&w, "site", site);
    jw_kstr(&w, "mn", reg.mn);
    jw_end_object(&w);
    return 0;
}

int roster_ignore(struct roster *v, const char *mn, bool on, const char *by, struct buf *out, struct err *e)
{
    struct doc old = { 0 };
    int r = ledger_get_doc_by_key(store_of(v), DOC_REGISTRATION, mn, &old, NULL);
    bool accepted = r == 0 && strcmp(old.state, "accepted") == 0,
         ignored = r == 0 && strcmp(old.state, "ignored") == 0;
    doc_release(&old);
    if (accepted)
        return err_named(e, -EAGAIN, "device.taken", "%s: a site has this device", mn);
    if (!on && !ignored)
        return err_named(e, -ENOENT, "not_found", "%s: no rule refuses it", mn);
    scoped(json_decrefp) json_t *body = json_pack("{s:s, s:s}", "by", by, "mn", mn);
    scoped(freep) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    if ((r = gateway_ignore(v->gateway, mn, on, e)) < 0 || (r = ledger_begin(store_of(v), e)) < 0)
        return r;
    r = put(v, DOC_REGISTRATION, mn, on ? "ignored" : "replaced", 0, text, e);
    if (r == 0)
        r = note_event(v, by, on ? "device.ignored" : "device.unignored", json_pack("{s:s}", "mn", mn), e);
    if (r < 0)
        ledger_rollback(store_of(v));
    else
        r = ledger_commit(store_of(v), e);
    if (r < 0) {
        gateway_ignore(v->gateway, mn, !on, NULL);
        return r;
    }
    struct jw w = JW(out);
    jw_object(&w);
    jw_kstr(&w, "mn", mn);
    jw_kbool(&w, "ignored", on);
    jw_end_object(&w);
    return 0;
}

static int begin_ignored(const struct doc *d, void *arg)
{
    struct roster *v = arg;
    return gateway_ignore(v->gateway, d->key, true, NULL);
}

static int write_ignored(const struct doc *d, void *arg)
{
    void **a = arg;
    struct jw *w = a[0];
    scoped(json_decrefp) json_t *tree = NULL;
    json_read(d->body, strlen(d->body), &tree, NULL);
    jw_object(w);
    jw_kstr(w, "mn", report_mn(d->key, a[1] != NULL));
    jw_kstr(w, "by", json_str(tree, "by", ""));
    jw_ktime(w, "at", d->updated);
    jw_end_object(w);
    return 0;
}

void roster_write_ignored(struct roster *v, bool whole, struct jw *w)
{
    void *a[] = { w, whole ? w : NULL };
    jw_array(w);
    ledger_each_doc(store_of(v), DOC_REGISTRATION,
                    &(struct doc_query){ .state = "ignored", .limit = 200, .newest_first = true },
                    write_ignored, a, NULL);
    jw_end_array(w);
}

void roster_write_decision(struct roster *v, int32_t site, struct jw *w)
{
    struct accepted a;
    if (accepted_at(v, site, &a)) {
        jw_object(w);
        jw_kstr(w, "by", a.by);
        jw_ktime(w, "at", a.at);
        jw_end_object(w);
    } else {
        jw_null(w);
    }
    json_decref(a.body);
}

/* ---- commands ---- */

static int put_command(struct roster *v, int32_t site, const struct gateway_command *c, const char *state,
                       const struct err *why, struct err *e)
{
    scoped(buf_release) struct buf body = BUF_INIT;
    struct jw w = JW(&body);
    char key[24];
    snprintf(key, sizeof key, "%llu", (unsigned long long)c->id);
    report_command(&w, c, state, why);
    if (body.failed)
        return err_set(e, -ENOMEM, "out of memory");
    return put(v, DOC_COMMAND, key, state, site, body.data, e);
}

void roster_ended(struct roster *v, int32_t site, const struct gateway_command *c)
{
    struct err e = { 0 };
    if (put_command(v, site, c, gateway_command_state_name(c->state), NULL, &e) < 0)
        log_error("device", "how %s ended could not be kept: %s", c->spec->word, e.text);
}

static int lose(const struct doc *d, void *arg)
{
    struct roster *v = arg;
    scoped(json_decrefp) json_t *tree = NULL;
    char at[CN_TEXT];
    int r = json_read(d->body, strlen(d->body), &tree, NULL);
    if (r < 0)
        return 0;
    json_object_set_new(tree, "state", json_string("lost"));
    json_object_set_new(tree, "ended", json_string(cn_format_iso(clock_now(v->core->clock), at)));
    scoped(freep) char *text = json_dumps(tree, JSON_COMPACT);
    struct doc now = *d;
    now.state = "lost";
    now.body = text ? text : d->body;
    return ledger_put_doc(store_of(v), DOC_COMMAND, &now, NULL, NULL);
}

int roster_begin(struct roster *v, struct err *e)
{
    int r = ledger_each_doc(store_of(v), DOC_REGISTRATION, &(struct doc_query){ .state = "ignored" },
                            begin_ignored, v, e);
    return r < 0 ? r
                 : ledger_each_doc(store_of(v), DOC_COMMAND, &(struct doc_query){ .state = "waiting" }, lose,
                                   v, e);
}

enum { ARGS_MAX = 8, ARG_TEXT_MAX = 128 };

/* {"OverTime": 5, "PolId": "w01018"} into names and texts. */
static int read_args(const json_t *args, struct command_value *v, char text[][ARG_TEXT_MAX], size_t *ret_n,
                     struct err *e)
{
    const char *key;
    json_t *value;
    size_t n = 0;
    json_object_foreach((json_t *)args, key, value)
    {
        if (n == ARGS_MAX)
            return err_named(e, -EINVAL, "bad_input", "args: more than %d", ARGS_MAX);
        if (json_is_integer(value))
            snprintf(text[n], ARG_TEXT_MAX, "%lld", (long long)json_integer_value(value));
        else if (json_is_string(value) && json_string_length(value) < ARG_TEXT_MAX)
            snprintf(text[n], ARG_TEXT_MAX, "%s", json_string_value(value));
        else
            return err_named(e, -EINVAL, "bad_input", "%.40s: neither a short text nor a whole number", key);
        v[n].name = key;
        v[n].value = text[n];
        n++;
    }
    *ret_n = n;
    return 0;
}

static bool secret(const struct command_spec *c, const char *name)
{
    for (const struct command_arg *a = c->arg; a < c->arg + COMMAND_ARGS && a->name; a++)
        if (strcmp(a->name, name) == 0)
            return a->secret;
    return true; /* whatever it is, it is no argument of this command */
}

static void shown_args(const struct command_spec *c, const struct command_value *v, size_t n, char *out,
                       size_t cap)
{
    size_t at = 0;
    out[0] = 0;
    for (size_t i = 0; i < n && at < cap; i++)
        at += (size_t)snprintf(out + at, cap - at, "%s%s=%s", at ? ";" : "", v[i].name,
                               secret(c, v[i].name) ? "******" : v[i].value);
}

/* Who asked what of which device is on disk before it is sent. */
static int write_down(struct roster *v, int32_t site, const struct gateway_command *c, struct err *e)
{
    int r = ledger_begin(store_of(v), e);
    if (r < 0)
        return r;
    r = put_command(v, site, c, "waiting", NULL, e);
    int noted = r < 0 ? r
                      : note_event(v, c->by, "device.command",
                                   json_pack("{s:s, s:s, s:I, s:i}", "command", c->spec->word, "args",
                                             c->args, "id", (json_int_t)c->id, "site", site),
                                   e);
    if (noted < 0) {
        ledger_rollback(store_of(v));
        return noted;
    }
    return ledger_commit(store_of(v), e);
}

int roster_command(struct roster *v, int32_t site, const char *command, const json_t *args, const char *by,
                   struct buf *out, struct err *e)
{
    struct command_value value[ARGS_MAX];
    char text[ARGS_MAX][ARG_TEXT_MAX];
    size_t n = 0;
    struct gateway_command c = { .spec = command_find(command), .asked = clock_now(v->core->clock) };
    if (!c.spec)
        return err_named(e, -EINVAL, "bad_input", "command: there is no '%.40s'", command);
    if (!place_site(v->core->place, site))
        return err_named(e, -ENOENT, "not_found", "no device at this site");
    int r = read_args(args, value, text, &n, e);
    if (r < 0)
        return r;
    c.id = gateway_command_id(v->gateway);
    snprintf(c.by, sizeof c.by, "%s", by);
    shown_args(c.spec, value, n, c.args, sizeof c.args);
    if ((r = write_down(v, site, &c, e)) < 0)
        return r;
    struct err why = { 0 };
    r = gateway_command(v->gateway, site, command, value, n, by, c.id, &why);
    log_info("device", "%s asks site %d: %s: %s", by, site, command, r < 0 ? why.text : "taken");
    if (r < 0) {
        struct err second = { 0 };
        c.ended = clock_now(v->core->clock);
        if (put_command(v, site, &c, "not_sent", &why, &second) < 0)
            log_error("device", "why %s was not sent could not be kept: %s", command, second.text);
        if (e)
            *e = why;
        return r;
    }
    struct jw w = JW(out);
    jw_object(&w);
    jw_kint(&w, "id", (int64_t)c.id);
    jw_kstr(&w, "state", gateway_command_state_name(GATEWAY_COMMAND_WAITING));
    jw_end_object(&w);
    return 0;
}

enum { SHOWN = 60 };

/* Commands of the gateway and of the documents, each once, the gateway's own word first as it is the newest. */
struct listing {
    struct row {
        uint64_t id;
        char *json;
    } row[SHOWN + GATEWAY_COMMANDS];
    size_t n;
};

static void add_row(struct listing *l, uint64_t id, const char *json)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->row[i].id == id)
            return;
    char *copy = l->n < COUNT_OF(l->row) ? strdup(json) : NULL;
    if (copy)
        l->row[l->n++] = (struct row){ id, copy };
}

static int add_kept(const struct doc *d, void *arg)
{
    add_row(arg, strtoull(d->key, NULL, 10), d->body);
    return 0;
}

static void add_live(struct roster *v, int32_t site, struct listing *l)
{
    scoped(freep) struct gateway_command *live = calloc(GATEWAY_COMMANDS, sizeof *live);
    size_t n = live ? gateway_commands(v->gateway, site, live) : 0;
    for (size_t i = 0; i < n; i++) {
        scoped(buf_release) struct buf text = BUF_INIT;
        struct jw w = JW(&text);
        report_command(&w, &live[i], gateway_command_state_name(live[i].state), NULL);
        if (!text.failed)
            add_row(l, live[i].id, text.data);
    }
}

static int later_first(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return (x->id < y->id) - (x->id > y->id);
}

void roster_write_commands(struct roster *v, int32_t site, struct jw *w)
{
    scoped(freep) struct listing *l = calloc(1, sizeof *l);
    struct doc_query q = { .site = site, .limit = SHOWN, .newest_first = true };
    jw_array(w);
    if (l) {
        add_live(v, site, l);
        ledger_each_doc(store_of(v), DOC_COMMAND, &q, add_kept, l, NULL);
        qsort(l->row, l->n, sizeof *l->row, later_first);
    }
    for (size_t i = 0; l && i < l->n; i++) {
        if (i < SHOWN)
            jw_raw(w, l->row[i].json);
        free(l->row[i].json);
    }
    jw_end_array(w);
}

/* ---- what devices told once ---- */

enum { NOTES = 40, NOTE_DAYS = 30, NOTE_TEXT = 1024 };

struct notes {
    struct note {
        int64_t time, arrival;
        int cn;
        char data[NOTE_TEXT];
    } ring[NOTES];
    size_t n;
};

static int take_note(const struct record *r, void *arg)
{
    struct notes *all = arg;
    struct note *x = &all->ring[all->n++ % NOTES];
    const char *semi = memchr(r->body, ';', r->body_len);
    size_t skip = semi ? (size_t)(semi + 1 - r->body) : r->body_len;
    *x = (struct note){ .time = r->time, .arrival = r->arrival };
    if (r->body_len > 3 && memcmp(r->body, "CN=", 3) == 0)
        x->cn = (int)strtol(r->body + 3, NULL, 10);
    snprintf(x->data, sizeof x->data, "%.*s", (int)(r->body_len - skip), r->body + skip);
    return 0;
}

void roster_write_notes(struct roster *v, int32_t site, struct jw *w)
{
    scoped(freep) struct notes *all = calloc(1, sizeof *all);
    struct obs_reader *reader = NULL;
    int64_t now = clock_now(v->core->clock);
    struct obs_query q = {
        .site = site, .period = PERIOD_NOTE, .from = now - NOTE_DAYS * MS_DAY, .to = INT64_MAX
    };
    if (all && obs_reader_open(v->core->dir, &reader, NULL) == 0)
        obs_scan(reader, &q, take_note, all, NULL);
    obs_reader_close(reader);
    jw_array(w);
    for (size_t i = 0; all && i < all->n && i < NOTES; i++) {
        const struct note *x = &all->ring[(all->n - 1 - i) % NOTES];
        const struct hj212_command *c = hj212_command(x->cn, HJ212_2017);
        jw_object(w);
        jw_kint(w, "cn", x->cn);
        jw_kstr(w, "text", c ? c->zh : "");
        jw_kstr(w, "text_en", c ? c->en : "");
        jw_ktime(w, "time", x->time);
        jw_ktime(w, "arrival", x->arrival);
        jw_kstr(w, "data", x->data);
        jw_end_object(w);
    }
    jw_end_array(w);
}
