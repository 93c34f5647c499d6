#include "measure/sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/flag.h"

static const char *listed(const struct site *s, const char *code, size_t len)
{
    for (const char *const *c = s->sampled; c && *c; c++)
        if (strlen(*c) == len && memcmp(*c, code, len) == 0)
            return *c;
    return NULL;
}

static bool room(struct board_site *s)
{
    if (s->n_samples < s->samples_cap)
        return true;
    size_t cap = s->samples_cap ? 2 * s->samples_cap : 64;
    struct sample *grown = s->n_samples < SAMPLES_MOST ? realloc(s->sample, cap * sizeof *grown) : NULL;
    if (!grown)
        return false;
    s->sample = grown;
    s->samples_cap = cap;
    return true;
}

static bool later(const struct sample *a, const struct sample *than)
{
    return a->arrival != than->arrival ? a->arrival > than->arrival : a->tag > than->tag;
}

/* In order of time and, within it, of the place's list; most come in that order, so the search begins at the end. */
static void put(struct board_site *s, const struct sample *fresh)
{
    size_t i = s->n_samples;
    for (; i > 0 && s->sample[i - 1].time >= fresh->time; i--) {
        struct sample *had = &s->sample[i - 1];
        if (had->time == fresh->time && had->code == fresh->code) {
            if (later(fresh, had))
                *had = *fresh;
            return;
        }
    }
    while (i < s->n_samples && s->sample[i].time == fresh->time && strcmp(s->sample[i].code, fresh->code) < 0)
        i++;
    if (!room(s))
        return;
    memmove(s->sample + i + 1, s->sample + i, (s->n_samples - i) * sizeof *s->sample);
    s->sample[i] = *fresh;
    s->n_samples++;
}

void sample_take(struct board_site *s, const struct record *r)
{
    struct record_iter it;
    struct record_value v;
    if (r->time < 0 || (r->arrival > 0 && r->time > r->arrival))
        return;
    if (s->site->kind >= SITE_SEA && r->arrival > s->last_arrival)
        s->last_arrival = r->arrival;
    record_iter_init(&it, r->body, r->body_len);
    while (record_next(&it, &v)) {
        const char *code = listed(s->site, v.code, v.code_len);
        if (!code || v.stat != STAT_AVG || v.value == MICRO_MISSING)
            continue;
        put(s, &(struct sample){ .time = r->time,
                                 .arrival = r->arrival,
                                 .tag = r->tag,
                                 .code = code,
                                 .v = v.value,
                                 .flag = v.flag ? v.flag : 'N' });
    }
}

bool sample_is(const struct grade_item *item, const char *code)
{
    return strcmp(item->word, code) == 0 || (*item->code && strcmp(item->code, code) == 0);
}

static bool wanted(const struct sample *m, const struct grade_item *item, const char *code)
{
    return flag_valid(m->flag) && (item ? sample_is(item, m->code) : strcmp(m->code, code) == 0);
}

const struct sample *sample_on(const struct board_site *s, const char *code, int64_t day)
{
    const struct sample *found = NULL;
    for (size_t i = 0; i < s->n_samples; i++)
        if (cn_day_of(s->sample[i].time) == day && wanted(&s->sample[i], NULL, code))
            found = &s->sample[i];
    return found;
}

size_t sample_mean(const struct board_site *s, const struct grade_item *item, const char *code, int64_t first,
                   int64_t last, micro *ret)
{
    micro v[366];
    size_t n = 0;
    *ret = MICRO_MISSING;
    for (size_t i = 0; i < s->n_samples && n < COUNT_OF(v); i++) {
        int64_t day = cn_day_of(s->sample[i].time);
        if (day >= first && day <= last && wanted(&s->sample[i], item, code))
            v[n++] = s->sample[i].v;
    }
    if (n)
        *ret = water_mean(item, v, n, 1);
    return n;
}
