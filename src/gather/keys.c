/* SM4 keys of HJ 212-2025: which one a frame is read with, what a device is seen to do, and the change of a key by 1014.
 *
 * Nothing that a device may be using is ever forgotten: a new key is on disk before it is sent, is tried beside the old one until the
 * device uses it, and a change whose end is not known is taken up again with the same key. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"
#include "gather/gateway_own.h"

enum {
    BLOCK = 16,
    ASK_AGAIN_MS = 60000, /* a device that asks for keys without end gets one a minute */
    TENDED = 64           /* devices looked after in one go */
};

static int64_t monotonic_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

/* ---- what a device has ---- */

static const struct gateway_key *key_at(const struct device *d, enum gateway_key_slot slot)
{
    return &d->keys.kept.key[slot];
}

static void drop(struct device *d, enum gateway_key_slot slot)
{
    hj212_key_free(d->keys.ready[slot]);
    d->keys.ready[slot] = NULL;
    explicit_bzero(&d->keys.kept.key[slot], sizeof d->keys.kept.key[slot]);
}

static void move(struct device *d, enum gateway_key_slot from, enum gateway_key_slot to)
{
    drop(d, to);
    d->keys.kept.key[to] = d->keys.kept.key[from];
    d->keys.ready[to] = d->keys.ready[from];
    d->keys.ready[from] = NULL;
    drop(d, from);
}

static int put(struct device *d, enum gateway_key_slot slot, const struct gateway_key *key, struct err *e)
{
    struct hj212_key *ready = hj212_key_new(key->bytes);
    if (!ready)
        return err_set(e, -ENOMEM, "no memory for a key, or the crypto library has no SM4");
    drop(d, slot);
    d->keys.kept.key[slot] = *key;
    d->keys.ready[slot] = ready;
    return 0;
}

/* What others see of it. */
static void tell(struct device *d)
{
    d->seen.must_encrypt = d->keys.kept.must_encrypt;
    d->seen.test_device = d->keys.kept.test_device;
    d->seen.key_created = key_at(d, GATEWAY_KEY_NOW)->created;
    d->seen.key_next = key_at(d, GATEWAY_KEY_NEXT)->created;
    d->seen.key_previous = key_at(d, GATEWAY_KEY_PREVIOUS)->created != 0;
}

static void next_is_used(struct device *d)
{
    move(d, GATEWAY_KEY_NOW, GATEWAY_KEY_PREVIOUS);
    move(d, GATEWAY_KEY_NEXT, GATEWAY_KEY_NOW);
    d->keys.previous_until = 0;
    d->keys.changed = true;
}

/* Of a device without keys. Before the threads start, or holding keys_lock and the lock. */
static void take_kept(struct device *d, const struct gateway_keys *k, int r, struct err *e)
{
    for (enum gateway_key_slot slot = 0; r == 0 && slot < GATEWAY_KEYS; slot++)
        if (k->key[slot].created)
            r = put(d, slot, &k->key[slot], e);
    /* Also when a key cannot be opened: what must be enciphered stays so. */
    d->keys.kept.must_encrypt = k->must_encrypt;
    d->keys.kept.test_device = k->test_device;
    if (r < 0 && r != -ENOENT)
        log_error("gateway", "device %s: what it enciphers cannot be read: %s", d->seen.mn, e->text);
    tell(d);
}

void keys_restore(struct gateway *g)
{
    for (size_t i = 0; g->cfg.kept_keys && i < g->n_devices; i++) {
        struct device *d = &g->device[i];
        struct gateway_keys k = { 0 };
        struct err e = { 0 };
        if (!*d->seen.mn)
            continue;
        int r = g->cfg.kept_keys(g->cfg.keys_arg, d->seen.site, d->seen.mn, &k, &e);
        take_kept(d, &k, r, &e);
        explicit_bzero(&k, sizeof k);
    }
}

void keys_reload(struct gateway *g, int32_t site)
{
    struct gateway_keys k = { 0 };
    struct err e = { 0 };
    char mn[GATEWAY_MN] = "";
    pthread_mutex_lock(&g->keys_lock);
    pthread_mutex_lock(&g->lock);
    struct device *d = device_at(g, site);
    if (d && !key_at(d, GATEWAY_KEY_NOW)->created)
        memcpy(mn, d->seen.mn, sizeof mn);
    pthread_mutex_unlock(&g->lock);
    int r = *mn && g->cfg.kept_keys ? g->cfg.kept_keys(g->cfg.keys_arg, site, mn, &k, &e) : -ENOENT;
    pthread_mutex_lock(&g->lock);
    if ((d = device_at(g, site)) && *mn && strcmp(d->seen.mn, mn) == 0 && r != -ENOENT)
        take_kept(d, &k, r, &e);
    pthread_mutex_unlock(&g->lock);
    pthread_mutex_unlock(&g->keys_lock);
    explicit_bzero(&k, sizeof k);
}

void keys_release(struct device *d)
{
    for (enum gateway_key_slot slot = 0; slot < GATEWAY_KEYS; slot++)
        drop(d, slot);
    d->keys = (struct device_keys){ .previous_until = 0 };
}

/* ---- reading ---- */

static bool unread(enum hj212_found found, enum hj212_reason why)
{
    return found == HJ212_REFUSED && why == HJ212_CIPHER;
}

enum hj212_found keys_read(struct session *s, struct hj212_reading *how, const char *bytes, size_t len,
                           struct hj212_frame *f, size_t *ret_used, int *ret_refusal,
                           struct device **ret_whose)
{
    struct gateway *g = s->g;
    enum hj212_reason why = HJ212_OK;
    struct hj212_key *tried = s->device ? s->device->keys.ready[GATEWAY_KEY_NOW] : NULL;
    how->key = tried;
    f->item = g->items;
    g->key_used = GATEWAY_KEY_NOW;
    *ret_whose = s->device;
    enum hj212_found found = hj212_read(how, bytes, len, g->items, f, ret_used, &why);
    *ret_refusal = (int)why;
    if (!unread(found, why))
        return found;
    struct device *d = session_device(s, &f->mn);
    bool any = false;
    for (enum gateway_key_slot slot = 0; d && slot < GATEWAY_KEYS; slot++) {
        how->key = d->keys.ready[slot];
        any |= how->key != NULL;
        if (!how->key || how->key == tried)
            continue;
        found = hj212_read(how, bytes, len, g->items, f, ret_used, &why);
        g->key_used = slot;
        *ret_refusal = (int)why;
        if (!unread(found, why))
            return found;
    }
    *ret_whose = d;
    *ret_refusal = !d ? (int)GATEWAY_UNKNOWN_MN : any ? (int)GATEWAY_WRONG_KEY : (int)GATEWAY_NO_KEY;
    return HJ212_REFUSED;
}

/* An area of less than one block is never enciphered. */
static bool tells(const struct hj212_frame *f, int cn)
{
    return hj212_to_encipher(cn) && f->cp.len >= BLOCK;
}

bool keys_refuse(const struct device *d, const struct hj212_frame *f, int cn)
{
    return d->keys.kept.must_encrypt && f->cipher == HJ212_CLEAR && tells(f, cn);
}

/* ---- what a device is seen to do ---- */

static int64_t time_said(const struct hj212_frame *f)
{
    static const char name[] = "SKCreateTime";
    int64_t at = 0;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        if (!it->suffix.len && it->code.len == sizeof name - 1 &&
            memcmp(it->code.s, name, sizeof name - 1) == 0 &&
            !cn_parse_compact(it->value.s, it->value.len, &at))
            at = 0;
    }
    return at;
}

/* 1014 from the device asks for a key. As 1013 asks for the time: 9013, then the platform's own request [inferred]. */
static void asked(struct session *s, struct device *d, const struct hj212_frame *f)
{
    struct gateway *g = s->g;
    int64_t now = monotonic_ms();
    d->seen.key_said = time_said(f);
    if (!d->keys.asked_ms || now - d->keys.asked_ms >= ASK_AGAIN_MS) {
        d->keys.asked_ms = now;
        d->keys.wanted = true;
    }
    buf_clear(&g->scratch);
    if (f->answer_wanted && hj212_answer(&g->scratch, f, 9013, 0) == 0 && !g->scratch.failed &&
        conn_send(s->conn, g->scratch.data, g->scratch.len) == 0)
        g->stats.answers++;
}

bool keys_take(struct session *s, struct device *d, const struct hj212_frame *f, int cn)
{
    const struct gateway *g = s->g;
    struct device_keys *k = &d->keys;
    d->seen.resent += f->rf;
    if (tells(f, cn)) {
        d->seen.encrypted = f->cipher;
        d->seen.encrypted_known = true;
        d->seen.clear_uploads += f->cipher == HJ212_CLEAR;
    }
    if (f->cipher != HJ212_CLEAR && g->key_used == GATEWAY_KEY_NEXT)
        next_is_used(d);
    /* It uses the new key. What it sent before the change and got no answer to, it may send again as it is for a while yet. */
    if (f->cipher != HJ212_CLEAR && g->key_used != GATEWAY_KEY_PREVIOUS && !k->previous_until &&
        key_at(d, GATEWAY_KEY_PREVIOUS)->created)
        k->previous_until = monotonic_ms() + (int64_t)g->cfg.over_time_ms * (g->cfg.re_count + 1);
    tell(d);
    if (cn != 1014)
        return false;
    if (!keys_refuse(d, f, cn))
        asked(s, d, f);
    return true;
}

/* ---- changing a key ---- */

struct hj212_key *keys_for(const struct device *d, int cn)
{
    /* What the platform sends is in clear but for the key itself [inferred: the list of what is enciphered is one of uploads]. */
    return cn == 1014 ? d->keys.ready[GATEWAY_KEY_NOW] : NULL;
}

void keys_area(const struct device *d, char out[KEYS_AREA])
{
    char at[CN_TEXT];
    const struct gateway_key *k = key_at(d, GATEWAY_KEY_NEXT);
    snprintf(out, KEYS_AREA, "SKCreateTime=%s;NewSK=%.16s", cn_format_compact(k->created, at),
             (const char *)k->bytes);
}

/* Refused, failed, timed out or lost: the key stays the next one, as the device may have it all the same, and is handed out again. */
void keys_settle(struct device *d, enum gateway_command_state how)
{
    if (how == GATEWAY_COMMAND_DONE && key_at(d, GATEWAY_KEY_NEXT)->created)
        next_is_used(d);
    tell(d);
}

static bool under_way(const struct device *d)
{
    const struct talk *t = d->talk;
    if (t && t->now && t->now->spec->cn == 1014)
        return true;
    for (size_t i = 0; t && t->past && i < GATEWAY_COMMANDS; i++)
        if (t->past[i].spec && t->past[i].spec->cn == 1014 && t->past[i].state == GATEWAY_COMMAND_WAITING)
            return true;
    return false;
}

static int keep(struct gateway *g, int32_t site, const char *mn, const struct gateway_keys *k, struct err *e)
{
    return g->cfg.keep_keys ? g->cfg.keep_keys(g->cfg.keys_arg, site, mn, k, e) : 0;
}

/* Holding the lock: the device whose keys were kept just now, unless another stands there since. */
static struct device *still_there(struct gateway *g, int32_t site, const char *mn, struct err *e)
{
    struct device *d = device_at(g, site);
    if (d && strcmp(d->seen.mn, mn) == 0)
        return d;
    err_named(e, -EBUSY, "device.key_change", "another device was registered at this site meanwhile");
    return NULL;
}

/* Holding the lock. */
static int may_change(const struct device *d, struct err *e)
{
    if (!d)
        return err_named(e, -ENOENT, "not_found", "no device at this site");
    if (under_way(d))
        return err_named(e, -EBUSY, "device.key_change", "a change of this device's key is under way");
    return 0;
}

static int prepare(struct gateway *g, int32_t site, struct err *e)
{
    struct gateway_keys k = { 0 };
    char mn[GATEWAY_MN] = "";
    pthread_mutex_lock(&g->lock);
    struct device *d = device_at(g, site);
    int r = may_change(d, e);
    bool ready = r == 0 && key_at(d, GATEWAY_KEY_NEXT)->created;
    if (r == 0 && d->seen.edition == HJ212_2025) {
        if (!key_at(d, GATEWAY_KEY_NOW)->created)
            r = err_named(e, -ENOKEY, "device.no_key",
                          "the device has no key yet: a new one would travel in clear; set its first key");
        else if (!d->seen.connected)
            r = err_named(e, -ENOTCONN, "device.offline", "the device is not connected");
    } else {
        ready = true; /* what else is wrong, the command says itself */
    }
    if (r == 0 && !ready) {
        k = d->keys.kept;
        memcpy(mn, d->seen.mn, sizeof mn);
    }
    pthread_mutex_unlock(&g->lock);
    if (r < 0 || ready)
        return r;
    struct gateway_key *next = &k.key[GATEWAY_KEY_NEXT];
    next->created = clock_now(g->cfg.clock) / MS_SECOND * MS_SECOND;
    r = gateway_key_make(next->bytes, e);
    if (r == 0)
        r = keep(g, site, mn, &k, e);
    pthread_mutex_lock(&g->lock);
    if (r == 0 && !(d = still_there(g, site, mn, e)))
        r = -EBUSY;
    if (r == 0) {
        r = put(d, GATEWAY_KEY_NEXT, next, e);
        tell(d);
    }
    pthread_mutex_unlock(&g->lock);
    explicit_bzero(&k, sizeof k);
    return r;
}

int keys_prepare(struct gateway *g, int32_t site, struct err *e)
{
    pthread_mutex_lock(&g->keys_lock);
    int r = prepare(g, site, e);
    pthread_mutex_unlock(&g->keys_lock);
    return r;
}

/* ---- what a person sets ---- */

static void settings_put(struct gateway_keys *k, const struct gateway_key_setting *set)
{
    if (set->must_encrypt >= 0)
        k->must_encrypt = set->must_encrypt;
    if (set->test_device >= 0)
        k->test_device = set->test_device;
}

static int set_keys(struct gateway *g, int32_t site, const struct gateway_key_setting *set, struct err *e)
{
    struct gateway_keys k = { 0 };
    struct gateway_key given = { .created = clock_now(g->cfg.clock) / MS_SECOND * MS_SECOND };
    char mn[GATEWAY_MN] = "";
    pthread_mutex_lock(&g->lock);
    struct device *d = device_at(g, site);
    int r = may_change(d, e);
    if (r == 0) {
        k = d->keys.kept;
        memcpy(mn, d->seen.mn, sizeof mn);
    }
    pthread_mutex_unlock(&g->lock);
    settings_put(&k, set);
    if (r == 0 && set->key && !k.test_device && gateway_key_weak(set->key))
        r = err_named(e, -EINVAL, "device.weak_key",
                      "a fixed or patterned key is forbidden (HJ 212-2025) unless the device is marked as a "
                      "test device");
    if (r == 0 && set->key) {
        memcpy(given.bytes, set->key, sizeof given.bytes);
        k.key[GATEWAY_KEY_PREVIOUS] = k.key[GATEWAY_KEY_NOW];
        k.key[GATEWAY_KEY_NOW] = given;
        k.key[GATEWAY_KEY_NEXT] = (struct gateway_key){ 0 };
    }
    if (r == 0)
        r = keep(g, site, mn, &k, e);
    explicit_bzero(&k, sizeof k);
    if (r < 0)
        return r;
    pthread_mutex_lock(&g->lock);
    d = still_there(g, site, mn, e);
    if (d)
        settings_put(&d->keys.kept, set);
    if (d && set->key) {
        move(d, GATEWAY_KEY_NOW, GATEWAY_KEY_PREVIOUS);
        drop(d, GATEWAY_KEY_NEXT);
        d->keys.previous_until = 0;
        r = put(d, GATEWAY_KEY_NOW, &given, e);
    }
    if (d)
        tell(d);
    else
        r = -EBUSY;
    pthread_mutex_unlock(&g->lock);
    explicit_bzero(&given, sizeof given);
    return r;
}

int gateway_set_keys(struct gateway *g, int32_t site, const struct gateway_key_setting *set, struct err *e)
{
    pthread_mutex_lock(&g->keys_lock);
    int r = set_keys(g, site, set, e);
    pthread_mutex_unlock(&g->keys_lock);
    return r;
}

/* ---- looking after them ---- */

static bool needs_care(struct device *d, int64_t now)
{
    struct device_keys *k = &d->keys;
    if (k->previous_until && now >= k->previous_until) {
        k->previous_until = 0;
        drop(d, GATEWAY_KEY_PREVIOUS);
        k->changed = true;
        tell(d);
    }
    return k->changed || k->wanted;
}

static void tend(struct gateway *g, int32_t site)
{
    struct gateway_keys k = { 0 };
    struct err e = { 0 };
    char mn[GATEWAY_MN] = "";
    pthread_mutex_lock(&g->keys_lock);
    pthread_mutex_lock(&g->lock);
    struct device *d = device_at(g, site);
    bool changed = d && d->keys.changed, wanted = d && d->keys.wanted && !under_way(d);
    if (d) {
        k = d->keys.kept;
        memcpy(mn, d->seen.mn, sizeof mn);
        d->keys.changed = d->keys.wanted = false;
    }
    pthread_mutex_unlock(&g->lock);
    int r = changed ? keep(g, site, mn, &k, &e) : 0;
    if (r < 0) { /* it is still on disk as it was before, which reads what the device sends as well */
        log_error("gateway", "the keys of site %d could not be kept: %s", site, e.text);
        pthread_mutex_lock(&g->lock);
        if ((d = device_at(g, site)) && strcmp(d->seen.mn, mn) == 0)
            d->keys.changed = true;
        pthread_mutex_unlock(&g->lock);
    }
    pthread_mutex_unlock(&g->keys_lock);
    explicit_bzero(&k, sizeof k);
    if (wanted && gateway_command(g, site, "new_key", NULL, 0, "device", gateway_command_id(g), &e) < 0)
        log_warn("gateway", "the device of site %d asked for a key and gets none: %s", site, e.text);
}

void gateway_tend_keys(struct gateway *g)
{
    int32_t site[TENDED];
    size_t n = 0;
    int64_t now = monotonic_ms();
    pthread_mutex_lock(&g->lock);
    for (size_t i = 0; i < g->n_devices && n < TENDED; i++)
        if (needs_care(&g->device[i], now))
            site[n++] = g->device[i].seen.site;
    pthread_mutex_unlock(&g->lock);
    for (size_t i = 0; i < n; i++)
        tend(g, site[i]);
}
