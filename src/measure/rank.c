/* Counties or stations over a month, a quarter or a year, beside the same period last year: what rankings and compensation are made of. */
#include "measure/rank.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static struct day_span year_before(struct day_span s)
{
    struct cn_civil a = cn_from_ms(cn_day_start(s.from)), b = cn_from_ms(cn_day_start(s.to));
    /* Both are first days of months; a running period ends on any day. 29 February falls on the 28th. */
    int day = b.month == 2 && b.day == 29 ? 28 : b.day;
    return (struct day_span){ cn_days(a.year - 1, a.month, a.day), cn_days(b.year - 1, b.month, day) };
}

static void stand(struct board *b, struct air_of of, struct day_span span, const struct rules_used *u,
                  bool deduct, struct standing *ret, int *ret_taken)
{
    micro day[AIR_ITEMS][AIR_YEAR_DAYS];
    int aqi[AIR_YEAR_DAYS], other[AIR_YEAR_DAYS], n = (int)(span.to - span.from);
    struct air_event event[16];
    size_t n_events = 0;
    *ret = (struct standing){ .kept = n > 0 && n <= AIR_YEAR_DAYS && b->n_days && span.from >= b->first_day &&
                                      span.to <= b->first_day + (int64_t)b->n_days };
    for (size_t i = 0; deduct && i < b->place->n_events && n_events < COUNT_OF(event); i++) {
        const struct place_event *p = &b->place->events[i];
        event[n_events++] = (struct air_event){ p->from, p->to, p->items, p->dust };
    }
    for (int i = 0; i < AIR_ITEMS; i++)
        ret->c[i] = MICRO_MISSING;
    if (!ret->kept)
        return;
    for (int d = 0; d < n; d++) {
        struct day_state st;
        struct air_index x = { .aqi = -1 };
        bool have = air_day_of(b, of, span.from + d, 24, &st);
        for (int i = 0; i < AIR_ITEMS; i++)
            day[i][d] = have ? st.v.v[AIR_DAY][i] : MICRO_MISSING;
        aqi[d] = have ? st.index.aqi : -1;
        if (have && u->other_index)
            air_index(u->other_index, AIR_REPORT_DAY, &st.v, &x);
        other[d] = x.aqi;
    }
    air_count_days(aqi, n, &ret->days);
    air_count_days(other, n, &ret->other_days);
    for (int i = 0; i < AIR_ITEMS; i++) {
        int taken = deduct ? air_deduct(event, n_events, (enum air_item)i, span.from, day[i], n, day[i]) : 0;
        if (ret_taken && taken > *ret_taken)
            *ret_taken = taken;
        air_period(u->ev, (enum air_item)i, span.from, day[i], n, &ret->item[i]);
        if (ret->item[i].why == AIR_JUDGED)
            ret->c[i] = u->rank->percentile[i] ? ret->item[i].percentile : ret->item[i].mean;
    }
}

void rank_read_row(struct board *b, struct air_of of, struct day_span span, const struct rules_used *u,
                   struct place_row *row)
{
    stand(b, of, span, u, false, &row->now, NULL);
    stand(b, of, year_before(span), u, false, &row->last, NULL);
    stand(b, of, span, u, true, &row->deducted, &row->taken);
    composite_index(u->rank, row->now.c, &row->index);
    composite_index(u->rank, row->last.c, &row->last_index);
    composite_index(u->rank, row->deducted.c, &row->less);
    if (u->other)
        composite_index(u->other, row->now.c, &row->other);
    else
        row->other.index = MICRO_MISSING;
}

size_t rank_read_rows(struct board *b, bool stations, struct day_span span, const struct rules_used *u,
                      struct place_row *row)
{
    size_t n = 0;
    for (size_t i = 0; !stations && i < b->place->n_regions && n < RANK_PLACES; i++) {
        const struct region *r = &b->place->regions[i];
        if (!r->parent || air_stations(b, r->id) == 0)
            continue;
        row[n] = (struct place_row){ .code = r->code,
                                     .name = r->name,
                                     .name_en = r->name_en,
                                     .id = r->id,
                                     .stations = air_stations(b, r->id) };
        rank_read_row(b, (struct air_of){ .region = r->id }, span, u, &row[n++]);
    }
    for (size_t i = 0; stations && i < b->place->n_sites && n < RANK_PLACES; i++) {
        const struct site *s = &b->place->sites[i];
        if (s->kind != SITE_AIR)
            continue;
        row[n] = (struct place_row){
            .code = s->code, .name = s->name, .name_en = s->name_en, .id = s->id, .stations = 1
        };
        rank_read_row(b, (struct air_of){ .site = s->id }, span, u, &row[n++]);
    }
    return n;
}

/* The edition that stands beside the one in force: the one before it, else the one after. */
static const struct composite_rules *composite_beside(const struct ordinances *o,
                                                      const struct composite_rules *r)
{
    const struct composite_rules *best = NULL;
    for (size_t i = 0; i < o->n_composite; i++) {
        const struct composite_rules *c = &o->composite[i];
        if (c->set.practice || c == r)
            continue;
        bool before = c->set.to < r->set.from, best_before = best && best->set.to < r->set.from;
        if (!best || (before && (!best_before || c->set.to > best->set.to)) ||
            (!before && !best_before && c->set.from < best->set.from))
            best = c;
    }
    return best;
}

static const struct air_index_rules *index_beside(const struct air_rulebook *k,
                                                  const struct air_index_rules *r)
{
    for (size_t i = 0; i < k->n_index; i++)
        if (!k->index[i].set.practice && &k->index[i] != r)
            return &k->index[i];
    return NULL;
}

bool rank_rules_on(struct board *b, int64_t last_day, const char *other, struct rules_used *u)
{
    const struct ordinances *o = &b->def.ordinances;
    *u = (struct rules_used){ .ev = air_evaluation_on(&b->def.book, ruled(b, last_day)),
                              .index = air_index_on(&b->def.book, ruled(b, last_day)),
                              .rank = composite_on(o, ruled(b, last_day)) };
    if (!u->ev || !u->index || !u->rank)
        return false;
    u->other = other && *other ? composite_by_id(o, other) : composite_beside(o, u->rank);
    u->other_index = index_beside(&b->def.book, u->index);
    return true;
}

struct day_span rank_over_so_far(int64_t from, int64_t to, int64_t now)
{
    int64_t today = cn_day_of(now), end = to < today ? to : today;
    return (struct day_span){ from, end < from ? from : end };
}

/* ---- what they are made of ---- */
static bool span_kept(const struct board *b, struct day_span s)
{
    return b->n_days && s.to > s.from && s.from >= b->first_day && s.to <= b->first_day + (int64_t)b->n_days;
}

static void also(struct inputs_ask *in, const char *kind, const struct ruleset *set)
{
    in->also[in->n_also].kind = kind;
    in->also[in->n_also++].set = set;
}

int rank_inputs(struct board *b, const struct ranking_ask *ask, const struct money_rules *rule, int64_t now,
                struct inputs_ask *ret, struct err *e)
{
    struct day_span span = rank_over_so_far(ask->from, ask->to, now), before = year_before(span);
    struct rules_used u;
    if (!span_kept(b, span))
        return err_named(e, -ENOENT, "not_found", "no data of that time are kept, or no day of it is over");
    if (!rank_rules_on(b, span.to - 1, rule ? NULL : ask->other, &u))
        return err_named(e, -EINVAL, "ranking.rules", "no ranking rule is in force on these days");
    *ret = (struct inputs_ask){ .item = -1,
                                .first = span.from,
                                .last = span.to - 1,
                                .ranked = true,
                                .stations = ask->stations,
                                .city = !rule };
    if (span_kept(b, before)) {
        ret->year_before = before.from;
        ret->year_before_days = (size_t)(before.to - before.from);
    }
    also(ret, "air.evaluation", &u.ev->set);
    if (rule) {
        also(ret, "compensation.air", &rule->set);
        return 0;
    }
    also(ret, "air.ranking", &u.rank->set);
    if (u.other)
        also(ret, "air.ranking", &u.other->set);
    if (u.other_index)
        also(ret, "air.index", &u.other_index->set);
    return 0;
}
