/* A target of the air against the days of its year: what they come to, and what the days still to come may be. */
#include "measure/target.h"

#include <string.h>

#include "base/cntime.h"

static void count_inputs(struct board *b, const struct ask *ask, int64_t day, struct tally *t)
{
    int item = *ask->ind->item ? air_item_from_word(ask->ind->item, strlen(ask->ind->item)) : -1;
    for (size_t i = 0; i < b->place->n_sites; i++) {
        const struct board_site *s = &b->site[i];
        if (!s->day || (ask->of.region && !air_site_in(b, s, ask->of.region)))
            continue;
        const struct day_state *d = &s->day[day - b->first_day];
        for (int k = 0; k < AIR_ITEMS; k++)
            if (item < 0 || k == item) {
                t->hours += d->hours[k];
                t->invalid += d->invalid[k];
                t->lost += d->lost[k];
                t->excepted += d->excepted[k];
                t->not_sent += 24 - d->hours[k] - d->invalid[k] - d->lost[k] - d->excepted[k];
            }
    }
}

bool target_day_is_bad(const struct ask *ask, micro v)
{
    switch (ask->ind->kind) {
    case OF_GOOD_RATIO:
    case OF_GOOD_COUNT:
        return v > 100 * MICRO_ONE;
    case OF_HEAVY_COUNT:
        return v > ask->ind->above * MICRO_ONE;
    default:
        return v > ask->value;
    }
}

bool target_tally_span(struct board *b, const struct ask *ask, int64_t first, int64_t days, struct tally *t)
{
    const struct indicator *ind = ask->ind;
    int item = *ind->item ? air_item_from_word(ind->item, strlen(ind->item)) : -1;
    for (int i = 0; i < days && t->valid < AIR_YEAR_DAYS; i++) {
        struct day_state d;
        if (!air_day_of(b, ask->of, first + i, 24, &d))
            return false;
        count_inputs(b, ask, first + i, t);
        micro v = item >= 0         ? d.v.v[AIR_DAY][item]
                  : d.index.aqi < 0 ? MICRO_MISSING
                                    : d.index.aqi * MICRO_ONE;
        if (v == MICRO_MISSING)
            continue;
        t->v[t->valid++] = v;
        t->sum += v;
        t->bad += target_day_is_bad(ask, v);
    }
    return true;
}

bool target_tally(struct board *b, const struct ask *ask, int64_t now, struct tally *t)
{
    int64_t first = cn_days(ask->year, 1, 1), over = cn_day_of(now) - first;
    *t = (struct tally){ .year = cn_days_in_year(ask->year), .stations = air_stations(b, ask->of.region) };
    t->elapsed = over < 0 ? 0 : over > t->year ? t->year : (int)over;
    t->left = t->year - t->elapsed;
    return target_tally_span(b, ask, first, t->elapsed, t);
}

static bool meets(const struct ask *ask, micro v)
{
    if (v == MICRO_MISSING)
        return false;
    v = micro_round(v, ask->ind->decimals);
    if (target_higher_is_better(ask->ind))
        return ask->strict ? v > ask->value : v >= ask->value;
    return ask->strict ? v < ask->value : v <= ask->value;
}

/* What the days still to come may average so that the year just meets the target. Every one of them is taken to be valid. */
static void judge_mean(const struct ask *ask, const struct tally *t, struct outcome *o)
{
    o->value = t->valid ? micro_div(t->sum, t->valid) : MICRO_MISSING;
    o->ok = meets(ask, o->value);
    o->allowed = -1;
    if (t->left == 0) {
        o->met = o->ok;
        o->impossible = !o->ok;
        return;
    }
    micro rest = micro_div(ask->value * (t->valid + t->left) - t->sum, t->left);
    o->remaining_mean = rest;
    o->impossible = rest <= 0;
    o->red = !o->ok && rest < micro_muldiv(o->value, 100 - ask->ind->red_percent, 100);
}

/* The annual percentile stays within the target when the day above its rank does: so many days of the year may be above. */
static void judge_percentile(const struct ask *ask, const struct tally *t, struct outcome *o)
{
    micro v[AIR_YEAR_DAYS];
    memcpy(v, t->v, (size_t)t->valid * sizeof *v);
    o->value = air_percentile(v, (size_t)t->valid, ask->ind->percentile);
    o->ok = meets(ask, o->value);
    int n = t->valid + t->left, hundredths = (n - 1) * ask->ind->percentile;
    int reach = hundredths / 100 + 1 + (hundredths % 100 != 0);
    o->allowed = n - reach - t->bad;
    memcpy(v, t->v, (size_t)t->valid * sizeof *v);
    memset(v + t->valid, 0, (size_t)t->left * sizeof *v); /* the best that may come */
    o->impossible = t->valid && !meets(ask, air_percentile(v, (size_t)n, ask->ind->percentile));
    if (o->allowed < 0)
        o->allowed = 0;
    o->met = t->left == 0 && o->ok;
    o->red = !o->ok && o->allowed == 0;
}

static micro ratio(int good, int n)
{
    return n ? micro_muldiv(good * MICRO_ONE, 100, n) : MICRO_MISSING;
}

static void judge_ratio(const struct ask *ask, const struct tally *t, struct outcome *o)
{
    int n = t->valid + t->left, most = n;
    o->value = ratio(t->valid - t->bad, t->valid);
    o->ok = meets(ask, o->value);
    while (most >= 0 && !meets(ask, ratio(n - most, n)))
        most--;
    o->allowed = most - t->bad;
    o->impossible = o->allowed < 0;
    o->met = !o->impossible && o->allowed >= t->left;
    o->red = !o->ok && o->allowed == 0;
}

static void judge_count(const struct ask *ask, const struct tally *t, struct outcome *o)
{
    int most;
    if (ask->ind->kind == OF_GOOD_COUNT) {
        int good = t->valid - t->bad;
        int64_t wanted =
            (ask->value + MICRO_ONE - 1) / MICRO_ONE + (ask->strict && ask->value % MICRO_ONE == 0);
        o->value = good * MICRO_ONE;
        o->ok = good >= wanted || good * (int64_t)t->year >= wanted * t->elapsed; /* at the year's pace */
        o->met = good >= wanted;
        most = (int)(good + t->left - wanted);
        o->allowed = most;
    } else {
        int64_t wanted = ask->value / MICRO_ONE - (ask->strict && ask->value % MICRO_ONE == 0);
        o->value = t->bad * MICRO_ONE;
        o->ok = t->bad <= wanted;
        o->met = o->ok && t->left == 0;
        most = (int)(wanted - t->bad);
        o->allowed = most;
    }
    o->impossible = most < 0;
    o->red = !o->ok && o->allowed == 0;
}

static void judge(const struct ask *ask, const struct air_evaluation *ev, const struct tally *t,
                  struct outcome *o)
{
    *o = (struct outcome){
        .value = MICRO_MISSING, .gap = MICRO_MISSING, .remaining_mean = MICRO_MISSING, .allowed = -1
    };
    switch (ask->ind->kind) {
    case OF_MEAN:
        judge_mean(ask, t, o);
        break;
    case OF_PERCENTILE:
        judge_percentile(ask, t, o);
        break;
    case OF_GOOD_RATIO:
        judge_ratio(ask, t, o);
        break;
    default:
        judge_count(ask, t, o);
        break;
    }
    if (o->value != MICRO_MISSING)
        o->gap = micro_round(o->value, ask->ind->decimals) - ask->value;
    /* GB 3095 table 4: a year that can no longer come to 324 valid days cannot be judged; nor a share of too few days. */
    o->unjudgeable =
        t->valid == 0 || (ask->ind->kind <= OF_PERCENTILE ? !ev || t->valid + t->left < ev->year_days
                                                          : t->valid * 100 < t->elapsed * 75);
    if (o->unjudgeable)
        o->met = o->impossible = false;
}

void target_judge(struct board *b, const struct ask *ask, int64_t last, const struct tally *t,
                  struct outcome *o)
{
    judge(ask, air_evaluation_on(&b->def.book, last), t, o);
}
