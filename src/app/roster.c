#include "app/roster_own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"

/* ---- documents ---- */

/* Adds or changes the document with this key. */
int roster_put(struct roster *v, enum doc_kind kind, const char *key, const char *state, int32_t site,
               const char *body, struct err *e)
{
    struct doc old = { 0 };
    int64_t now = clock_now(v->core->clock);
    struct doc d = { .key = key, .state = state, .site = site, .created = now, .updated = now, .body = body };
    int r = ledger_get_doc_by_key(v->core->store, kind, key, &old, e);
    if (r == 0) {
        d.id = old.id;
        d.created = old.created;
    }
    doc_release(&old);
    if (r < 0 && r != -ENOENT)
        return r;
    err_clear(e);
    return ledger_put_doc(v->core->store, kind, &d, NULL, e);
}

int roster_note(struct roster *v, const char *by, const char *action, json_t *body, struct err *e)
{
    if (!body)
        return err_set(e, -ENOMEM, "out of memory");
    int r = ledgers_note(v->core->store, clock_now(v->core->clock), by, action, body, e);
    json_decref(body);
    return r;
}

void roster_keep(struct roster *v, int32_t site, const char *mn, const char *json)
{
    struct err e = { 0 };
    if (roster_put(v, DOC_DEVICE, mn, "", site, json, &e) < 0)
        log_error("device", "the history of device %s could not be kept: %s", mn, e.text);
}

void roster_kept(struct roster *v, const char *mn, struct buf *json)
{
    struct doc d = { 0 };
    if (ledger_get_doc_by_key(v->core->store, DOC_DEVICE, mn, &d, NULL) == 0)
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

static int is_there(const struct doc *d, void *arg)
{
    (void)d;
    *(bool *)arg = true;
    return 0;
}

static bool removed_at(struct roster *v, int32_t site)
{
    bool there = false;
    struct doc_query q = { .site = site, .state = "removed" };
    ledger_each_doc(v->core->store, DOC_REGISTRATION, &q, is_there, &there, NULL);
    return there;
}

/* false: the city file's holds. The caller decrefs body. */
static bool accepted_at(struct roster *v, int32_t site, struct accepted *ret)
{
    *ret = (struct accepted){ 0 };
    struct doc_query q = { .site = site, .state = "accepted" };
    return ledger_each_doc(v->core->store, DOC_REGISTRATION, &q, take_accepted, ret, NULL) == 0 && ret->body;
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
    } else if (removed_at(v, site)) {
        io->mn[0] = io->pw[0] = 0;
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

/* What was decided of the site before: a device of its own, or none. */
static int end_all(struct roster *v, int32_t site, struct err *e)
{
    struct doc_query q = { .site = site, .state = "accepted" };
    int r = ledger_each_doc(v->core->store, DOC_REGISTRATION, &q, end_old, v->core->store, e);
    q.state = "removed";
    return r ? r : ledger_each_doc(v->core->store, DOC_REGISTRATION, &q, end_old, v->core->store, e);
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
    int r = text ? ledger_begin(v->core->store, e) : err_set(e, -ENOMEM, "out of memory");
    if (r < 0) {
        json_decref(event);
        return r;
    }
    const char *action = !*old                       ? "device.accepted"
                         : strcmp(old, reg->mn) == 0 ? "device.changed"
                                                     : "device.replaced";
    r = end_all(v, site, e);
    if (r == 0)
        r = roster_put(v, DOC_REGISTRATION, reg->mn, "accepted", site, text, e);
    int noted = roster_note(v, by, action, event, e);
    r = r < 0 ? r : noted;
    if (r == 0)
        r = gateway_register(v->gateway, site, reg, e);
    if (r < 0) {
        ledger_rollback(v->core->store);
        return r;
    }
    return ledger_commit(v->core->store, e);
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

/* As decide(), but nothing follows the old one. A key with a blank is no MN. */
static int undo(struct roster *v, int32_t site, const char *old, const char *by, struct err *e)
{
    char key[24];
    const struct gateway_registration none = { .edition = HJ212_2017 };
    snprintf(key, sizeof key, "site %d", site);
    scoped(json_decrefp) json_t *body = json_pack("{s:s, s:s}", "by", by, "mn", old);
    scoped(freep) char *text = body ? json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    int r = text ? ledger_begin(v->core->store, e) : err_set(e, -ENOMEM, "out of memory");
    if (r < 0)
        return r;
    r = end_all(v, site, e);
    if (r == 0)
        r = roster_put(v, DOC_REGISTRATION, key, "removed", site, text, e);
    if (r == 0)
        r = roster_note(v, by, "device.removed", json_pack("{s:i, s:s}", "site", site, "mn", old), e);
    if (r == 0)
        r = gateway_register(v->gateway, site, &none, e);
    if (r < 0) {
        ledger_rollback(v->core->store);
        return r;
    }
    return ledger_commit(v->core->store, e);
}

int roster_remove(struct roster *v, int32_t site, const char *mn, const char *by, struct buf *out,
                  struct err *e)
{
    struct gateway_registration was;
    bool any;
    int r = present(v, site, &was, &any, e);
    if (r == 0 && !any)
        r = err_named(e, -ENOENT, "not_found", "no device at this site");
    if (r < 0)
        return r;
    /* Whoever removes says which: it may have been replaced since he looked. */
    if (strcmp(mn, was.mn) != 0 && strcmp(mn, report_mn(was.mn, false)) != 0)
        return err_named(e, -EAGAIN, "device.taken", "the site has another device: %s",
                         report_mn(was.mn, false));
    if ((r = undo(v, site, was.mn, by, e)) < 0)
        return r;
    log_info("device", "%s removes device %s from site %d", by, was.mn, site);
    struct jw w = JW(out);
    jw_object(&w);
    jw_kint(&w, "site", site);
    jw_kstr(&w, "removed", mn);
    jw_end_object(&w);
    return 0;
}

int roster_ignore(struct roster *v, const char *mn, bool on, const char *by, struct buf *out, struct err *e)
{
    struct doc old = { 0 };
    int r = ledger_get_doc_by_key(v->core->store, DOC_REGISTRATION, mn, &old, NULL);
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
    if ((r = gateway_ignore(v->gateway, mn, on, e)) < 0 || (r = ledger_begin(v->core->store, e)) < 0)
        return r;
    r = roster_put(v, DOC_REGISTRATION, mn, on ? "ignored" : "replaced", 0, text, e);
    if (r == 0)
        r = roster_note(v, by, on ? "device.ignored" : "device.unignored", json_pack("{s:s}", "mn", mn), e);
    if (r < 0)
        ledger_rollback(v->core->store);
    else
        r = ledger_commit(v->core->store, e);
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

int roster_begin_ignored(struct roster *v, struct err *e)
{
    return ledger_each_doc(v->core->store, DOC_REGISTRATION, &(struct doc_query){ .state = "ignored" },
                           begin_ignored, v, e);
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
    ledger_each_doc(v->core->store, DOC_REGISTRATION,
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
