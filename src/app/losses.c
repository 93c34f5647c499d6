#include "app/losses.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

struct losses {
    size_t n_sites;
    uint64_t *damaged; /* frames of each site's device, at the last look */
};

struct losses *losses_new(size_t sites)
{
    struct losses *l = calloc(1, sizeof *l);
    if (l && !(l->damaged = calloc(sites + 1, sizeof *l->damaged)))
        return losses_free(l);
    if (l)
        l->n_sites = sites;
    return l;
}

struct losses *losses_free(struct losses *l)
{
    if (l)
        free(l->damaged);
    free(l);
    return NULL;
}

/* One document a site, kind and period, however often it is seen. 1: it is new. */
static int keep(struct core *c, const struct lost_span *l, struct err *e)
{
    char key[64], at[CN_TEXT], to[CN_TEXT];
    struct doc was = { 0 };
    int64_t now = clock_now(c->clock), id;
    snprintf(key, sizeof key, "%d:%s:%s", (int)l->site, lost_why_word(l->why),
             cn_format_compact(l->from, at));
    int r = ledger_get_doc_by_key(c->store, DOC_LOST, key, &was, e);
    doc_release(&was);
    if (r != -ENOENT)
        return r;
    struct buf body = BUF_INIT;
    struct jw w = JW(&body);
    jw_object(&w);
    jw_kstr(&w, "from", cn_format_iso(l->from, at));
    jw_kstr(&w, "to", cn_format_iso(l->to, to));
    jw_end_object(&w);
    struct doc d = { .key = key,
                     .state = lost_why_word(l->why),
                     .site = l->site,
                     .created = now,
                     .updated = now,
                     .body = body.data };
    r = body.failed ? err_set(e, -ENOMEM, "out of memory") : ledger_put_doc(c->store, DOC_LOST, &d, &id, e);
    buf_release(&body);
    return r < 0 ? r : 1;
}

static int64_t span_of(int cn)
{
    return cn == 2061   ? MS_HOUR
           : cn == 2031 ? MS_DAY
                        : 0; /* of minutes and real-time values no calendar is kept */
}

/* 1: something new. */
static int look_at_parts(struct gateway *g, struct core *c, int32_t site, struct err *e)
{
    struct gateway_parts part[GATEWAY_PARTS];
    size_t n = gateway_parts(g, site, part, COUNT_OF(part));
    int news = 0;
    for (size_t i = 0; i < n; i++) {
        struct lost_span l = { site, part[i].time, part[i].time + span_of(part[i].cn), LOST_PART };
        if (!part[i].late || l.to == l.from)
            continue;
        int r = keep(c, &l, e);
        if (r < 0)
            return r;
        news |= r;
    }
    return news;
}

/* An hour is sent when it is over: a frame that came damaged within an hour may have been the hour's before. Whether that one did come is
 * for the board to say. */
static int look_at_damage(struct losses *l, const struct gateway_device *d, struct core *c, struct err *e)
{
    uint64_t now = d->refused[HJ212_LENGTH] + d->refused[HJ212_CRC], *was = &l->damaged[d->site - 1];
    int64_t hour = cn_hour_start(cn_hour_of(clock_now(c->clock)));
    struct lost_span s = { d->site, hour - MS_HOUR, hour, LOST_DAMAGED };
    int r = now > *was ? keep(c, &s, e) : 0;
    if (r >= 0) /* what could not be kept is noted at the next look */
        *was = now;
    return r;
}

int losses_look(struct losses *l, struct gateway *g, struct core *c, bool *ret_news, struct err *e)
{
    scoped(freep) struct gateway_device *device = NULL;
    size_t n = 0;
    int r = gateway_devices(g, &device, &n, e), news = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (device[i].site < 1 || (size_t)device[i].site > l->n_sites)
            continue;
        int k = look_at_damage(l, &device[i], c, e);
        int p = k >= 0 && device[i].parts_incomplete ? look_at_parts(g, c, device[i].site, e) : 0;
        r = k < 0 ? k : p < 0 ? p : 0;
        news |= (k > 0) | (p > 0);
    }
    *ret_news = news != 0;
    return r;
}
