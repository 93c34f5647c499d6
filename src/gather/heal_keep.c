/* What is to survive a restart of one device, as JSON: its gaps, a password that was set by 1072, and what it was told at
 * first contact. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/scoped.h"
#include "gather/gateway_own.h"

static const struct {
    const char *name;
    size_t at;
} time_member[] = {
    { "from", offsetof(struct gateway_gap, from) },
    { "to", offsetof(struct gateway_gap, to) },
    { "opened", offsetof(struct gateway_gap, opened) },
    { "last_asked", offsetof(struct gateway_gap, last_asked) },
    { "ended", offsetof(struct gateway_gap, ended) },
}, count_member[] = {
    { "slots", offsetof(struct gateway_gap, slots) },
    { "came", offsetof(struct gateway_gap, came) },
    { "asked", offsetof(struct gateway_gap, asked) },
    { "failures", offsetof(struct gateway_gap, failures) },
};

static void write_kept(const struct device *d, struct buf *out)
{
    struct jw w = JW(out);
    const struct talk *t = d->talk;
    jw_object(&w);
    if (strcmp(d->pw, d->city_pw) != 0)
        jw_kstr(&w, "pw", d->pw);
    if (*d->told)
        jw_kstr(&w, "told", d->told);
    jw_key(&w, "gaps");
    jw_array(&w);
    for (const struct gateway_gap *p = t ? t->gap : NULL; p && p < t->gap + t->n_gaps; p++) {
        jw_object(&w);
        jw_kstr(&w, "state", gateway_gap_state_name(p->state));
        jw_kstr(&w, "period", period_name(p->period));
        for (size_t i = 0; i < COUNT_OF(time_member); i++)
            jw_kint(&w, time_member[i].name, *(const int64_t *)((const char *)p + time_member[i].at));
        for (size_t i = 0; i < COUNT_OF(count_member); i++)
            jw_kint(&w, count_member[i].name, *(const uint32_t *)((const char *)p + count_member[i].at));
        jw_kint(&w, "last_code", p->last_code);
        jw_end_object(&w);
    }
    jw_end_array(&w);
    jw_end_object(&w);
}

void heal_keep(struct gateway *g)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    for (size_t i = 0; i < g->n_devices; i++) {
        struct device *d = &g->device[i];
        pthread_mutex_lock(&g->lock);
        bool changed =
            *d->seen.mn && (d->pw_changed || d->told_changed || (d->talk && d->talk->gaps_changed));
        char mn[GATEWAY_MN];
        buf_clear(&text);
        if (changed) {
            write_kept(d, &text);
            memcpy(mn, d->seen.mn, sizeof mn);
            d->pw_changed = d->told_changed = false;
            if (d->talk)
                d->talk->gaps_changed = false;
        }
        pthread_mutex_unlock(&g->lock);
        if (changed && !text.failed)
            g->cfg.keep(g->cfg.heal_arg, d->site->id, mn, text.data);
    }
}

static int state_from(const char *word)
{
    for (int s = 0; s <= GATEWAY_GAP_GIVEN_UP; s++)
        if (strcmp(word, gateway_gap_state_name((enum gateway_gap_state)s)) == 0)
            return s;
    return -1;
}

static int read_gap(const json_t *row, struct gateway_gap *ret)
{
    const char *period = json_str(row, "period", "");
    int state = state_from(json_str(row, "state", "")), p = period_from_name(period, strlen(period));
    if (state < 0 || p <= PERIOD_REALTIME)
        return -EINVAL;
    *ret = (struct gateway_gap){ .state = (enum gateway_gap_state)state,
                                 .period = (enum period)p,
                                 .last_code = (int)json_int(row, "last_code", 0) };
    for (size_t i = 0; i < COUNT_OF(time_member); i++)
        *(int64_t *)((char *)ret + time_member[i].at) = json_int(row, time_member[i].name, 0);
    for (size_t i = 0; i < COUNT_OF(count_member); i++)
        *(uint32_t *)((char *)ret + count_member[i].at) = (uint32_t)json_int(row, count_member[i].name, 0);
    return ret->from > 0 && ret->to > ret->from && ret->to - ret->from <= 400 * MS_DAY ? 0 : -EINVAL;
}

static int read_kept(struct gateway *g, struct device *d, const json_t *tree, struct err *e)
{
    const json_t *gaps = json_object_get(tree, "gaps");
    const char *pw = json_str(tree, "pw", NULL), *told = json_str(tree, "told", "");
    size_t n = json_array_size(gaps);
    if (n > GATEWAY_GAPS || (pw && strlen(pw) >= PW_MAX))
        return err_set(e, -EINVAL, "device %s: what was kept of it is too long", d->seen.mn);
    scoped(freep) struct gateway_gap *read = calloc(n + 1, sizeof *read);
    if (!read)
        return err_set(e, -ENOMEM, "no memory for gaps");
    for (size_t i = 0; i < n; i++)
        if (read_gap(json_array_get(gaps, i), &read[i]) < 0)
            return err_set(e, -EINVAL, "device %s: gap %zu of what was kept cannot be read", d->seen.mn,
                           i + 1);
    struct talk *t = n ? talk_of(g, d) : d->talk;
    if (n && !t)
        return err_set(e, -ENOMEM, "no memory for gaps");
    if (pw)
        memcpy(d->pw, pw, strlen(pw) + 1);
    snprintf(d->told, sizeof d->told, "%s", told);
    if (t) {
        free(t->gap);
        t->gap = TAKE(read);
        t->n_gaps = n;
        t->gaps_cap = n; /* room_for_gap grows it */
    }
    for (size_t i = 0; i < n; i++)
        d->seen.gaps[t->gap[i].state]++;
    g->stats.gaps_open += d->seen.gaps[GATEWAY_GAP_OPEN];
    return 0;
}

void heal_restore(struct gateway *g)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    for (size_t i = 0; g->cfg.kept && i < g->n_devices; i++) {
        scoped(json_decrefp) json_t *tree = NULL;
        if (!*g->device[i].seen.mn)
            continue;
        buf_clear(&text);
        g->cfg.kept(g->cfg.heal_arg, g->device[i].seen.site, g->device[i].seen.mn, &text);
        if (!text.len)
            continue;
        struct err e = { 0 };
        int r = json_read(text.data, text.len, &tree, &e);
        if (r == 0)
            r = read_kept(g, &g->device[i], tree, &e);
        if (r < 0) /* gaps are found again; a platform that does not start would be worse */
            log_warn("gateway", "device %s begins without its history: %s", g->device[i].seen.mn, e.text);
    }
}
