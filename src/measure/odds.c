/* odds.c - how likely a target still is, from the place's own past years.
 *
 * For each past year the days of this year so far are followed by that year's remaining days, scaled by how the two years compare so far
 * (ratio of the means over the same days); the year so put together is judged like any other. k of N such years meet the target. How much
 * such a statement is worth is measured the same way: every past year is taken as if it were running, foretold from the others, and
 * compared with how it ended (Brier score: 0 perfect, 0.25 what a coin gives). */
#include "measure/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/record.h"

enum { PAST_COLUMNS = AIR_ITEMS + 1 }; /* the items, then the AQI */

/* The day values of one complete year of the city (region 0) or a region. */
struct past {
    int year, days;
    int32_t region;
    micro (*v)[PAST_COLUMNS];
};

static int keep_scope(struct board *b, struct board *from, int32_t region, int year)
{
    for (size_t i = 0; i < b->n_past; i++)
        if (b->past[i].year == year && b->past[i].region == region)
            return 0;
    struct past p = { .year = year, .days = cn_days_in_year(year), .region = region };
    struct past *grown = realloc(b->past, (b->n_past + 1) * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    b->past = grown;
    if (!(p.v = calloc((size_t)p.days, sizeof *p.v)))
        return -ENOMEM;
    for (int i = 0; i < p.days; i++) {
        struct day_state d;
        bool got = air_day_of(from, (struct air_of){ .region = region }, cn_days(year, 1, 1) + i, 24, &d);
        for (int k = 0; k < AIR_ITEMS; k++)
            p.v[i][k] = got ? d.v.v[AIR_DAY][k] : MICRO_MISSING;
        p.v[i][AIR_ITEMS] = got && d.index.aqi >= 0 ? d.index.aqi * MICRO_ONE : MICRO_MISSING;
    }
    b->past[b->n_past++] = p;
    return 0;
}

/* With the locks held. */
int past_keep(struct board *b, struct board *from, int year)
{
    int r = keep_scope(b, from, 0, year);
    for (size_t i = 0; r == 0 && i < b->place->n_regions; i++) {
        const struct region *g = &b->place->regions[i];
        if (g->parent && air_stations(b, g->id))
            r = keep_scope(b, from, g->id, year);
    }
    return r;
}

void past_release(struct board *b)
{
    for (size_t i = 0; i < b->n_past; i++)
        free(b->past[i].v);
    free(b->past);
}

int board_keep_past(struct board *b, struct board *from, int year, struct err *e)
{
    pthread_mutex_lock(&b->lock);
    pthread_mutex_lock(&from->lock);
    int r = past_keep(b, from, year);
    pthread_mutex_unlock(&from->lock);
    pthread_mutex_unlock(&b->lock);
    return r < 0 ? err_set(e, r, "no memory for past years") : 0;
}

/* ---- a year as the odds see it ---- */
struct run {
    int year, days;
    micro v[AIR_YEAR_DAYS];
};

static bool run_of(struct board *b, const struct ask *ask, int column, int year, struct run *ret)
{
    *ret = (struct run){ .year = year, .days = cn_days_in_year(year) };
    for (size_t i = 0; i < b->n_past; i++)
        if (b->past[i].year == year && b->past[i].region == ask->of.region) {
            for (int k = 0; k < ret->days; k++)
                ret->v[k] = b->past[i].v[k][column];
            return true;
        }
    for (int k = 0; k < ret->days; k++) { /* last year and this are on the board */
        struct day_state d;
        if (!air_day_of(b, ask->of, cn_days(year, 1, 1) + k, 24, &d))
            return false;
        ret->v[k] = column < AIR_ITEMS ? d.v.v[AIR_DAY][column]
                    : d.index.aqi >= 0 ? d.index.aqi * MICRO_ONE
                                       : MICRO_MISSING;
    }
    return true;
}

static int count_valid(const struct run *r, int from, int to, micro *ret_sum)
{
    int n = 0;
    *ret_sum = 0;
    for (int i = from; i < to; i++)
        if (r->v[i] != MICRO_MISSING) {
            *ret_sum += r->v[i];
            n++;
        }
    return n;
}

/* A part that is mostly gaps says nothing of a year. */
static bool usable(const struct run *r, int elapsed)
{
    micro sum;
    return count_valid(r, 0, elapsed, &sum) * 4 >= elapsed * 3 && sum > 0 &&
           count_valid(r, elapsed, r->days, &sum) * 4 >= (r->days - elapsed) * 3;
}

static void add_day(const struct ask *ask, micro v, struct tally *t)
{
    if (v == MICRO_MISSING || t->valid == AIR_YEAR_DAYS)
        return;
    t->v[t->valid++] = v;
    t->sum += v;
    t->bad += target_day_is_bad(ask, v);
}

/* No more than a value may be: a past of almost nothing would make it run over. */
static micro scaled(micro v, micro mean, micro other)
{
    if (v == MICRO_MISSING)
        return v;
    v = micro_muldiv(v, mean, other);
    return v > VALUE_MOST ? VALUE_MOST : v < -VALUE_MOST ? -VALUE_MOST : v;
}

/* `now` up to elapsed, then `past` scaled. 1: the year meets the target, 0: not, -1: it could not be judged. */
static int would_meet(struct board *b, const struct ask *ask, const struct run *now, const struct run *past,
                      int elapsed, struct tally *t)
{
    micro here, there;
    int n = count_valid(now, 0, elapsed, &here), m = count_valid(past, 0, elapsed, &there);
    struct outcome o;
    if (!n || !m || there <= 0)
        return -1;
    micro mean = micro_div(here, n), other = micro_div(there, m);
    *t = (struct tally){ .year = now->days, .elapsed = now->days };
    for (int i = 0; i < elapsed; i++)
        add_day(ask, now->v[i], t);
    for (int i = elapsed; i < past->days && i < now->days; i++)
        add_day(ask, scaled(past->v[i], mean, other), t);
    target_judge(b, ask, cn_days(now->year, 12, 31), t, &o);
    return o.unjudgeable ? -1 : o.met;
}

/* How a past year really ended. */
static int did_meet(struct board *b, const struct ask *ask, const struct run *r, struct tally *t)
{
    struct outcome o;
    *t = (struct tally){ .year = r->days, .elapsed = r->days };
    for (int i = 0; i < r->days; i++)
        add_day(ask, r->v[i], t);
    target_judge(b, ask, cn_days(r->year, 12, 31), t, &o);
    return o.unjudgeable ? -1 : o.met;
}

static void foretell(struct board *b, const struct ask *ask, const struct run *now, const struct run *past,
                     size_t n, int elapsed, struct tally *t, int *ret_met, int *ret_years)
{
    *ret_met = *ret_years = 0;
    for (size_t i = 0; i < n; i++) {
        if (past[i].year == now->year)
            continue;
        int is = would_meet(b, ask, now, &past[i], elapsed, t);
        *ret_years += is >= 0;
        *ret_met += is == 1;
    }
}

/* Mean of (p - outcome)^2 over the past years, each foretold from the others. */
static micro brier(struct board *b, const struct ask *ask, const struct run *past, size_t n, int elapsed,
                   struct tally *t)
{
    micro sum = 0;
    int count = 0;
    for (size_t i = 0; i < n; i++) {
        int met, years, was = did_meet(b, ask, &past[i], t);
        foretell(b, ask, &past[i], past, n, elapsed, t, &met, &years);
        if (was < 0 || years == 0)
            continue;
        micro apart = micro_div(met * MICRO_ONE, years) - was * MICRO_ONE;
        sum += micro_muldiv(apart, apart, MICRO_ONE);
        count++;
    }
    return count ? micro_div(sum, count) : MICRO_MISSING;
}

enum { ODDS_YEARS_MIN = 3 }; /* of fewer past years nothing is said */
struct odds {
    int met, years, from, to; /* `met` of `years` past years; the first and the last of them */
    micro brier;              /* of the same method over those years */
};

static json_t *said(const struct odds *o)
{
    char zh[160], en[200], score[MICRO_TEXT];
    micro_format(o->brier, 2, score);
    snprintf(zh, sizeof zh, "按近 %d 年同期，达标 %d/%d（回测 Brier %s）", o->years, o->met, o->years, score);
    snprintf(en, sizeof en,
             "after the same days of %d past years %d of %d meet it (Brier score over them %s)", o->years,
             o->met, o->years, score);
    return json_pack("{s:i,s:i,s:i,s:i,s:o,s:s,s:s}", "met", o->met, "years", o->years, "from", o->from, "to",
                     o->to, "brier", micro_json(o->brier, 2), "text", zh, "text_en", en);
}

/* column: the item's number, AIR_ITEMS for the AQI; elapsed: days of the year that are over. false: too few years. */
static bool target_odds(struct board *b, const struct ask *ask, int column, int elapsed, struct odds *ret)
{
    enum { YEARS_MAX = 20 };
    struct run *past = calloc(YEARS_MAX + 1, sizeof *past), *now = past ? &past[YEARS_MAX] : NULL;
    struct tally *t = calloc(1, sizeof *t);
    size_t n = 0;
    *ret = (struct odds){ 0 };
    bool ready = past && t && elapsed > 0 && run_of(b, ask, column, ask->year, now) && elapsed < now->days;
    for (int year = ask->year - 1; ready && year >= ask->year - YEARS_MAX && n < YEARS_MAX; year--)
        if (run_of(b, ask, column, year, &past[n]) && usable(&past[n], elapsed))
            n++;
    if (ready && n >= ODDS_YEARS_MIN) {
        foretell(b, ask, now, past, n, elapsed, t, &ret->met, &ret->years);
        ret->brier = brier(b, ask, past, n, elapsed, t);
        ret->from = past[n - 1].year;
        ret->to = past[0].year;
    }
    free(past);
    free(t);
    return ret->years >= ODDS_YEARS_MIN && ret->brier != MICRO_MISSING;
}

json_t *odds_json(struct board *b, const struct ask *ask, int elapsed)
{
    struct odds o;
    int item = *ask->ind->item ? air_item_from_word(ask->ind->item, strlen(ask->ind->item)) : AIR_ITEMS;
    return target_odds(b, ask, item, elapsed, &o) ? said(&o) : json_null();
}
