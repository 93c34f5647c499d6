/* Outlets: hours and days above the limit of their time, and hours that are invalid. */
#include "measure/finding.h"

#include <string.h>

#include "base/cntime.h"

static void exceeded(struct episodes *l, int64_t slot, const struct site_limit *limit, micro v)
{
    bool low = limit->lower != MICRO_MISSING && v < limit->lower;
    micro bound = low ? limit->lower : limit->upper;
    struct episode *e = episodes_trouble(l, slot);
    if (!e)
        return;
    micro far = low ? bound - v : v - bound, was = e->worst == MICRO_MISSING ? -1
                                                   : e->low                  ? e->limit - e->worst
                                                                             : e->worst - e->limit;
    if (far <= was)
        return;
    e->worst = v;
    e->worst_at = slot;
    e->limit = bound;
    e->low = low;
    e->multiple = low ? 0 : air_multiple(v, bound);
}

static void outlet_hours(const struct rule *rule, const struct board_site *s, const struct stream *st,
                         struct episodes *l)
{
    int64_t first, last;
    if (!st->limit || !series_span(&st->hour, &first, &last))
        return;
    for (int64_t h = first; h <= last; h++) {
        micro v = hour_of(s, st, h);
        const struct site_limit *limit = stream_limit(s, st, h / 24);
        if (v == MICRO_MISSING || !limit)
            continue; /* missing and invalid hours neither go on with an episode nor end it */
        if (limit_exceeded(limit, v))
            exceeded(l, h, limit, v);
        else
            episodes_clean(l, rule->clean);
    }
}

static void outlet_days(const struct rule *rule, const struct board_site *s, const struct stream *st,
                        int64_t today, struct episodes *l)
{
    int64_t first, last, first_hour, last_hour;
    bool days = series_span(&st->day, &first, &last), hours = series_span(&st->hour, &first_hour, &last_hour);
    if (!st->limit || (!days && !hours))
        return;
    if (hours && (!days || first_hour / 24 < first))
        first = first_hour / 24;
    if (hours && (!days || last_hour / 24 > last))
        last = last_hour / 24;
    for (int64_t d = first; d <= last && d < today; d++) {
        micro v;
        const struct site_limit *limit = stream_limit(s, st, d);
        if (!limit || outlet_day(s, st, d, rule->min_hours, &v) <= 0)
            continue;
        if (limit_exceeded(limit, v))
            exceeded(l, d, limit, v);
        else
            episodes_clean(l, rule->clean);
    }
}

/* What a reviewer has judged needs no finding any more. */
static bool looked_at(const struct board_site *s, const struct stream *st, int64_t hour)
{
    int64_t from = cn_hour_start(hour);
    return s->n_reviews && review_of(s, st, from, from + MS_HOUR, INT64_MAX);
}

static void outlet_invalid(const struct rule *rule, const struct board_site *s, const struct stream *st,
                           struct episodes *l)
{
    int64_t first, last;
    if (!st->limit || !series_span(&st->hour, &first, &last))
        return;
    for (int64_t h = first; h <= last; h++) {
        const struct cell *c = series_at(&st->hour, h);
        if (c && hour_of(s, st, h) != MICRO_MISSING) {
            episodes_clean(l, rule->clean);
            continue;
        }
        struct episode *e = c && !looked_at(s, st, h) ? episodes_trouble(l, h) : NULL;
        if (!e)
            continue;
        size_t n = strlen(e->flags);
        char mark = c->flag > ' ' && c->flag < 0x7F ? c->flag : '?'; /* any byte may come over the wire */
        if (!strchr(e->flags, mark) && n + 1 < sizeof e->flags)
            e->flags[n] = mark;
        e->only_stopped &= c->flag == 'F';
    }
}

static const char *limit_basis(const struct board_site *s, const struct stream *st, const struct episode *e,
                               enum rule_on on)
{
    const struct site_limit *limit =
        stream_limit(s, st, on == ON_SOURCE_DAY ? e->worst_at : e->worst_at / 24);
    return limit ? limit->basis : "";
}

static json_t *outlet_facts(const struct subject *s, const struct episode *e)
{
    const struct stream *st = s->stream;
    if (s->rule->on == ON_SOURCE_INVALID)
        return json_pack("{s:i,s:s,s:b}", "hours", e->count, "flags", e->flags, "stopped", e->only_stopped);
    return json_pack("{s:o,s:o,s:o,s:s,s:s,s:i,s:b}", "value", micro_json(e->worst, -1), "limit",
                     micro_json(e->limit, -1), "multiple", micro_json(e->multiple, 2), "unit",
                     stream_unit(s->site, st), "basis", limit_basis(s->site, st, e, s->rule->on),
                     s->rule->on == ON_SOURCE_DAY ? "days" : "hours", e->count, "below", e->low);
}

void find_outlet(struct subject s, int64_t now, struct noted_list *l)
{
    struct episodes found = { 0 };
    if (s.rule->on == ON_SOURCE_HOUR || s.rule->on == ON_RADIATION_HOUR)
        outlet_hours(s.rule, s.site, s.stream, &found);
    else if (s.rule->on == ON_SOURCE_DAY)
        outlet_days(s.rule, s.site, s.stream, cn_day_of(now), &found);
    else
        outlet_invalid(s.rule, s.site, s.stream, &found);
    note_episodes(s, &found, outlet_facts, now, l);
}
