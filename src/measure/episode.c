#include "measure/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"

struct episode *episodes_trouble(struct episodes *l, int64_t slot)
{
    struct episode *e = l->e && l->n ? &l->e[l->n - 1] : NULL;
    l->clean = 0;
    if (!e || e->over) {
        if (l->n == l->cap || !l->e) {
            size_t cap = l->cap ? l->cap * 2 : 8;
            struct episode *grown = realloc(l->e, cap * sizeof *grown);
            if (!grown)
                return NULL;
            l->e = grown;
            l->cap = cap;
        }
        e = &l->e[l->n++];
        *e = (struct episode){
            .first = slot, .worst = MICRO_MISSING, .limit = MICRO_MISSING, .only_stopped = true, .aqi = -1
        };
    }
    e->last = slot;
    e->count++;
    return e;
}

void episodes_clean(struct episodes *l, int needs)
{
    if (l->n && !l->e[l->n - 1].over && ++l->clean >= needs)
        l->e[l->n - 1].over = true;
}

void episodes_release(struct episodes *l)
{
    free(l->e);
    *l = (struct episodes){ 0 };
}

bool limit_exceeded(const struct site_limit *l, micro v)
{
    return l && v != MICRO_MISSING &&
           ((l->upper != MICRO_MISSING && v > l->upper) || (l->lower != MICRO_MISSING && v < l->lower));
}

int default_min_hours(const struct definitions *d)
{
    for (size_t i = 0; i < d->n_rules; i++)
        if (d->rule[i].on == ON_SOURCE_DAY)
            return d->rule[i].min_hours;
    return 18;
}

/* A day the device sent stands unless somebody has judged a part of it: then it is made of its hours, where there are any. */
static bool day_stands(const struct board_site *s, const struct stream *st, int64_t day)
{
    int64_t start = cn_day_start(day);
    for (size_t i = 0; i < s->n_reviews; i++) {
        const struct review *r = &s->review[i];
        bool whole = r->from <= start && r->to >= start + MS_DAY;
        if (r->kind <= REVIEW_EXCEPTED && !r->withdrawn && !whole && r->from < start + MS_DAY &&
            r->to > start && (!*r->factor || strcmp(r->factor, st->code) == 0))
            return false;
    }
    return true;
}

int outlet_day(const struct board_site *s, const struct stream *st, int64_t day, int min_hours, micro *ret)
{
    const struct cell *sent = series_at(&st->day, day);
    micro sum = 0;
    int valid = 0, invalid = 0;
    *ret = MICRO_MISSING;
    for (int h = 0; h < 24; h++) {
        micro v = hour_of(s, st, day * 24 + h);
        if (v != MICRO_MISSING) {
            sum += v;
            valid++;
        } else if (series_at(&st->hour, day * 24 + h)) {
            invalid++;
        }
    }
    if (sent && (valid + invalid == 0 || !s->n_reviews || day_stands(s, st, day))) {
        if (slot_of(s, st, true, day, INT64_MAX) != SLOT_VALID)
            return -1;
        *ret = sent->v;
        return 1;
    }
    if (valid && valid >= min_hours) {
        *ret = micro_div(sum, valid);
        return 1;
    }
    return valid + invalid >= min_hours ? -1 : 0;
}
