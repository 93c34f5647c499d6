/* What a logger of HJ 212-2025 does besides: enciphers, asks for keys, joins, sends heartbeats, marks what it sends again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gather/device_own.h"
#include "gather/obey_own.h"

enum { LATE_MS = 10 * 60000 };

/* Before it has an MN. What a logger says then is not known to us; all zeros are an MN in form. */
static const char no_mn[] = "000000000000000000000000";

int device_2025_begin(struct device_client *d, struct err *e)
{
    const struct device_config *c = &d->cfg;
    const char *mn = c->join ? no_mn : c->mn;
    if (strlen(mn) >= sizeof d->mn)
        return err_set(e, -EINVAL, "device %s: its MN is too long", mn);
    memcpy(d->mn, mn, strlen(mn) + 1);
    d->joining = c->join != NULL;
    d->key_created = c->key_created;
    if (c->key && c->edition == HJ212_2025 && !(d->key = hj212_key_new(c->key)))
        return err_set(e, -ENOMEM, "device %s: no memory for its key", mn);
    return 0;
}

void device_2025_release(struct device_client *d)
{
    timer_clear(d->fleet->cfg.loop, &d->heartbeat);
    hj212_key_free(d->key);
    d->key = NULL;
}

struct hj212_key *device_key(const struct device_client *d, int cn)
{
    return hj212_to_encipher(cn) ? d->key : NULL;
}

/* A report is late when its own moment is well behind the device's clock: it could not be sent when it was made. */
bool device_late(const struct device_client *d, const char *qn)
{
    int64_t at;
    return cn_parse_compact(qn, strlen(qn), &at) && obey_device_now(d) - at > LATE_MS;
}

/* ---- notices: answered by 9013, which nobody waits for ---- */

static void notify(struct device_client *d, int cn, const char *cp)
{
    struct buf *b = &d->fleet->answer;
    char qn[CN_TEXT];
    int64_t now = obey_device_now(d);
    d->last_qn = now > d->last_qn ? now : d->last_qn + 1;
    struct hj212_head h = { .qn = cn_format_qn(d->last_qn, qn),
                            .st = d->cfg.st,
                            .pw = d->pw,
                            .mn = d->mn,
                            .cn = cn,
                            .edition = HJ212_2025,
                            .answer_wanted = true,
                            .key = device_key(d, cn),
                            .printed = d->cfg.printed };
    buf_clear(b);
    if (d->up && hj212_build(b, &h, cp, strlen(cp)) == 0 && !b->failed)
        conn_send(d->conn, b->data, b->len);
}

static void ask_key(struct device_client *d)
{
    char cp[64], at[CN_TEXT];
    snprintf(cp, sizeof cp, "SKCreateTime=%s", cn_format_compact(d->key_created, at));
    notify(d, 1014, cp);
}

static void join(struct device_client *d)
{
    const struct device_hardware *h = d->cfg.join;
    char cp[256];
    snprintf(cp, sizeof cp, "i23005-Info=%s;i23006-Info=%s;i23007-Info=%s;i23008-Info=%s", h->logger, h->cpu,
             h->mac1, h->mac2);
    notify(d, 1001, cp);
}

static void beat(void *arg)
{
    struct device_client *d = arg;
    if (!d->joining)
        notify(d, 9015, "");
    timer_set(d->fleet->cfg.loop, &d->heartbeat, d->cfg.heartbeat_s * INT64_C(1000));
}

void device_2025_opened(struct device_client *d)
{
    if (d->cfg.edition != HJ212_2025)
        return;
    d->heartbeat = (struct timer){ .fire = beat, .arg = d };
    if (d->cfg.heartbeat_s > 0)
        timer_set(d->fleet->cfg.loop, &d->heartbeat, d->cfg.heartbeat_s * INT64_C(1000));
    if (d->joining)
        join(d);
    else if (d->cfg.ask_key && d->key && obey_device_now(d) - d->key_created >= d->cfg.ask_key_age_ms)
        ask_key(d);
}

void device_2025_closed(struct device_client *d)
{
    timer_clear(d->fleet->cfg.loop, &d->heartbeat);
}

/* ---- requests ---- */

int device_set_mn(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    (void)cp;
    for (size_t i = 0; d->joining && i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        if (it->code.len != 6 || memcmp(it->code.s, "i23005", 6) != 0)
            continue;
        if (it->value.len != strlen(d->cfg.join->logger) ||
            memcmp(it->value.s, d->cfg.join->logger, it->value.len) != 0 || !f->mn.len ||
            f->mn.len >= sizeof d->mn)
            break; /* meant for another logger */
        snprintf(d->mn, sizeof d->mn, "%.*s", (int)f->mn.len, f->mn.s);
        d->joining = false;
        if (d->cfg.joined)
            d->cfg.joined(d->cfg.arg, d->mn);
        return DONE;
    }
    return FAILED;
}

int device_set_key(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    const struct hj212_item *sk = obey_item(f, "NewSK"), *time = obey_item(f, "SKCreateTime");
    int64_t created;
    (void)cp;
    /* A key that came in clear is nobody's secret any more. */
    if (!sk || sk->value.len != HJ212_KEY_BYTES || !time ||
        !cn_parse_compact(time->value.s, time->value.len, &created) || f->cipher == HJ212_CLEAR)
        return FAILED;
    struct hj212_key *key = hj212_key_new((const uint8_t *)sk->value.s);
    if (!key)
        return FAILED;
    if (d->cfg.rekeyed)
        d->cfg.rekeyed(d->cfg.arg, (const uint8_t *)sk->value.s, created);
    hj212_key_free(d->key);
    d->key = key;
    d->key_created = created;
    return DONE;
}
