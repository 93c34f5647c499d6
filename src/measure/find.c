/* Findings: what the rules say of the data as they stand. Each call computes the list of a group (a site, the city, the targets)
 * afresh when something in it moved and hands out the difference to the list before, so the order in which values came cannot
 * matter: the list is a function of the data and of now. */
#include "measure/finding.h"

#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

/* ---- groups ---- */
static void find_outlets(struct subject s, int64_t now, struct noted_list *l)
{
    for (size_t i = 0; i < s.site->n_streams; i++) {
        s.stream = &s.site->stream[i];
        find_outlet(s, now, l);
    }
}

static void find_site(struct board *b, struct board_site *site, int64_t now, struct noted_list *l)
{
    bool outlet = site->site->kind == SITE_GAS_OUTLET || site->site->kind == SITE_WATER_OUTLET;
    for (size_t r = 0; r < b->def.n_rules; r++) {
        struct subject s = { .b = b, .rule = &b->def.rule[r], .site = site };
        switch (s.rule->on) {
        case ON_SILENT:
            find_silence(s, now, l);
            break;
        case ON_MARKS:
            find_marks(s, now, l);
            break;
        case ON_AIR_DAY:
            find_air(s, site->day, now, l);
            break;
        case ON_RIVER_DAY:
            find_river(s, now, l);
            break;
        case ON_SOURCE_HOUR:
        case ON_SOURCE_DAY:
        case ON_SOURCE_INVALID:
            if (outlet)
                find_outlets(s, now, l);
            break;
        case ON_RADIATION_HOUR:
            if (site->site->kind == SITE_RADIATION)
                find_outlets(s, now, l);
            break;
        case ON_FENCE:
            if (site->site->kind == SITE_RADIATION)
                find_fence(s, now, l);
            break;
        case ON_FORECAST: /* of the city */
        case ON_TARGET:
        case ON_COUNT:
            break;
        }
    }
}

static void find_city(struct board *b, int64_t now, struct noted_list *l)
{
    for (size_t r = 0; r < b->def.n_rules; r++) {
        struct subject s = { .b = b, .rule = &b->def.rule[r] };
        if (s.rule->on == ON_AIR_DAY)
            find_air(s, b->city, now, l);
        else if (s.rule->on == ON_FORECAST)
            find_forecast(s, now, l);
    }
}

static void find_all_targets(struct board *b, int64_t now, struct noted_list *l)
{
    for (size_t r = 0; r < b->def.n_rules; r++)
        if (b->def.rule[r].on == ON_TARGET)
            find_targets((struct subject){ .b = b, .rule = &b->def.rule[r] }, now, l);
}

void group_release(struct group *g)
{
    struct noted_list l = { .n = g->noted, .len = g->n };
    noted_list_release(&l);
    g->noted = NULL;
    g->n = 0;
}

/* ---- what is handed out ---- */
static void hand_out(const struct noted *n, bool over, struct noted_list *out)
{
    struct noted c;
    if (!noted_copy(n, &c))
        return;
    c.over = over;
    noted_add(out, &c);
}

static struct noted *with_key(struct noted *n, size_t len, const char *key)
{
    for (size_t i = 0; i < len; i++)
        if (strcmp(n[i].key, key) == 0)
            return &n[i];
    return NULL;
}

/* New and changed ones go out. One that is no longer there (a late value joined it to another, a device speaks again) goes out
 * once more as over, so that nothing stays open for ever. */
static void replace(struct group *g, struct noted_list *fresh, struct noted_list *out)
{
    for (size_t i = 0; i < fresh->len; i++) {
        const struct noted *was = with_key(g->noted, g->n, fresh->n[i].key);
        if (!was || was->hash != fresh->n[i].hash)
            hand_out(&fresh->n[i], fresh->n[i].over, out);
    }
    for (size_t i = 0; i < g->n; i++)
        if (!g->noted[i].over && !with_key(fresh->n, fresh->len, g->noted[i].key))
            hand_out(&g->noted[i], true, out);
    group_release(g);
    g->noted = fresh->n;
    g->n = fresh->len;
    g->touched = false;
}

static void collect(struct board *b, int64_t now, struct noted_list *out)
{
    int64_t hour = cn_hour_of(now);
    for (size_t i = 0; i < b->place->n_sites; i++) {
        struct board_site *s = &b->site[i];
        int64_t silent = board_silent_from(s, &b->def, now);
        struct noted_list fresh = { 0 };
        if (!s->group.touched && s->group.judged_until == hour && silent == s->group.silent_from)
            continue;
        s->group.judged_until = hour;
        s->group.silent_from = silent;
        find_site(b, s, now, &fresh);
        replace(&s->group, &fresh, out);
    }
    if (b->city_group.touched || b->city_group.judged_until != hour) {
        struct noted_list fresh = { 0 };
        b->city_group.judged_until = hour;
        find_city(b, now, &fresh);
        replace(&b->city_group, &fresh, out);
    }
    if (b->target_group.touched || cn_day_of(cn_hour_start(b->target_group.judged_until)) != cn_day_of(now)) {
        struct noted_list fresh = { 0 };
        b->target_group.judged_until = hour;
        find_all_targets(b, now, &fresh);
        replace(&b->target_group, &fresh, out);
    }
}

void board_find(struct board *b, int64_t now, void (*found)(const struct finding *, void *), void *arg)
{
    struct noted_list out = { 0 };
    pthread_mutex_lock(&b->lock);
    collect(b, now, &out);
    pthread_mutex_unlock(&b->lock);
    for (size_t i = 0; i < out.len; i++) {
        const struct noted *n = &out.n[i];
        struct finding f = { .key = n->key,
                             .rule = n->rule->id,
                             .severity = n->severity,
                             .site = n->site,
                             .factor = n->factor,
                             .title = n->title,
                             .ledger = n->rule->ledger,
                             .react_hours = n->rule->react_hours,
                             .opens = n->rule->opens,
                             .drafts = n->rule->drafts,
                             .title_en = n->title_en,
                             .from = n->from,
                             .to = n->to,
                             .over = n->over,
                             .facts = n->facts };
        found(&f, arg);
    }
    noted_list_release(&out);
}

void board_find_again(struct board *b)
{
    pthread_mutex_lock(&b->lock);
    struct group *groups[] = { &b->city_group, &b->target_group };
    for (size_t i = 0; i < b->place->n_sites + COUNT_OF(groups); i++) {
        struct group *g = i < b->place->n_sites ? &b->site[i].group : groups[i - b->place->n_sites];
        group_release(g);
        g->noted = NULL;
        g->n = 0;
        g->touched = true;
    }
    pthread_mutex_unlock(&b->lock);
}
