#include "measure/river.h"
#include "measure/sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static const struct site_limit *limit_of(const struct site *site, const char *code)
{
    const struct site_limits *l = site_limits(site);
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->limit[i].code, code) == 0)
            return &l->limit[i];
    return NULL;
}

static bool limit_dated(const struct site *site, const char *code)
{
    const struct site_limits *l = site_limits(site);
    size_t n = 0;
    bool open = true;
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->limit[i].code, code) == 0) {
            n++;
            open &= l->limit[i].from == SITE_LIMIT_ALWAYS && l->limit[i].to == SITE_LIMIT_EVER;
        }
    return n > 1 || !open;
}

static bool stream_there(const struct board_site *s, const char *code)
{
    for (size_t i = 0; i < s->n_streams; i++)
        if (strcmp(s->stream[i].code, code) == 0)
            return true;
    return false;
}

static bool listed(const struct site *site, const char *code)
{
    for (size_t i = 0; site->factors && site->factors[i]; i++)
        if (strcmp(site->factors[i], code) == 0)
            return true;
    return false;
}

static void add_stream(struct board_site *s, const char *code)
{
    struct stream *st = &s->stream[s->n_streams++];
    *st = (struct stream){ .code = code,
                           .factor = factor_find(code, strlen(code)),
                           .limit = limit_of(s->site, code),
                           .dated = limit_dated(s->site, code),
                           .item = s->site->kind == SITE_AIR ? factor_air_item(code, strlen(code)) : -1 };
    if (st->item >= 0)
        s->air[st->item] = st;
}

/* What a site measures is what its factors name, and what it has limits for. */
static int init_site(struct board_site *s, const struct site *site, const struct definitions *d)
{
    const struct site_limits *l = site_limits(site);
    size_t n = l->n;
    while (site->factors && site->factors[n - l->n])
        n++;
    *s = (struct board_site){ .site = site,
                              .planned = "",
                              .first_hour = INT64_MAX,
                              .first_day = INT64_MAX,
                              .tiers = &d->standards.tiers };
    for (size_t i = 0; i < d->n_rates; i++)
        if (d->rates[i].kinds & 1u << site->kind)
            s->planned = d->rates[i].planned;
    s->stream = calloc(n + 1, sizeof *s->stream);
    if (!s->stream)
        return -ENOMEM;
    for (size_t i = 0; site->factors && site->factors[i]; i++)
        add_stream(s, site->factors[i]);
    for (size_t i = 0; i < l->n; i++)
        if (!listed(site, l->limit[i].code) && !stream_there(s, l->limit[i].code))
            add_stream(s, l->limit[i].code);
    return 0;
}

int board_new(const struct place *place, const char *definitions, struct board **ret, struct err *e)
{
    struct board *b = calloc(1, sizeof *b);
    if (!b)
        return err_set(e, -ENOMEM, "no memory for the board");
    pthread_mutex_init(&b->lock, NULL);
    b->place = place;
    int r = definitions_load(definitions, false, &b->def, e);
    if (r == 0) {
        b->site = calloc(place->n_sites + 1, sizeof *b->site);
        for (size_t i = 0; r == 0 && i < place->n_sites; i++)
            r = b->site ? init_site(&b->site[i], &place->sites[i], &b->def) : -ENOMEM;
        if (r < 0 || !b->site)
            r = err_set(e, -ENOMEM, "no memory for the board");
    }
    if (r < 0) {
        board_free(b);
        return r;
    }
    *ret = b;
    return 0;
}

static void free_site(struct board_site *s)
{
    for (size_t i = 0; i < s->n_streams; i++) {
        series_release(&s->stream[i].hour);
        series_release(&s->stream[i].day);
        free(s->stream[i].made);
        free(s->stream[i].minutes);
    }
    free(s->mark);
    free(s->sample);
    free(s->stream);
    free(s->day);
    free(s->dirty);
    river_free(s);
    group_release(&s->group);
}

struct board *board_free(struct board *b)
{
    if (!b)
        return NULL;
    for (size_t i = 0; b->site && i < b->place->n_sites; i++)
        free_site(&b->site[i]);
    group_release(&b->city_group);
    group_release(&b->target_group);
    free(b->site);
    free(b->city);
    free(b->city_dirty);
    free(b->review);
    free(b->lost);
    json_decref(b->targets);
    past_release(b);
    free(b->outlook);
    fences_free(b->fences);
    definitions_release(&b->def);
    pthread_mutex_destroy(&b->lock);
    free(b);
    return NULL;
}

struct board_site *board_site(struct board *b, int32_t id)
{
    return id >= 1 && (size_t)id <= b->place->n_sites ? &b->site[id - 1] : NULL;
}

static struct stream *stream_of(struct board_site *s, const char *code, size_t len)
{
    for (size_t i = 0; i < s->n_streams; i++)
        if (strlen(s->stream[i].code) == len && memcmp(s->stream[i].code, code, len) == 0)
            return &s->stream[i];
    const struct factor *f = factor_find(code, len); /* a device of HJ/T 212-2005 sends the old code */
    return f && (strlen(f->code) != len || memcmp(f->code, code, len) != 0)
               ? stream_of(s, f->code, strlen(f->code))
               : NULL;
}

/* Which of an item's values speaks for it. Emission limits are for the converted concentration (HJ 75-2017), so at a stack the
 * converted mean stands before the measured one. */
static int rank_of(enum statistic stat, bool converted)
{
    switch (stat) {
    case STAT_ZSAVG:
        return converted ? 4 : 0;
    case STAT_ZSRTD:
        return converted ? 3 : 0;
    case STAT_AVG:
        return 2;
    case STAT_RTD:
        return 1;
    default:
        return 0;
    }
}

static void note_latest(struct stream *st, const struct record *r, const struct record_value *v)
{
    struct latest *l = &st->latest;
    if (l->digits_len) {
        if (r->time != l->time       ? r->time < l->time
            : r->period != l->period ? r->period > l->period
                                     : r->arrival < l->arrival)
            return;
        if (r->time == l->time && r->period == l->period && r->arrival == l->arrival && v->value <= l->value)
            return;
    }
    if (v->digits_len == 0 || v->digits_len >= sizeof l->digits)
        return;
    *l = (struct latest){ .time = r->time,
                          .arrival = r->arrival,
                          .period = r->period,
                          .digits_len = (uint8_t)v->digits_len,
                          .flag = v->flag,
                          .value = v->value };
    memcpy(l->digits, v->digits, v->digits_len);
}

static void mark_day(struct board *b, struct board_site *s, int64_t hour)
{
    int64_t i = cn_day_of(cn_hour_start(hour)) - b->first_day;
    if (!s->dirty || i < 0)
        return;
    /* Of an air site: an hour speaks for its own day only, as no 8-hour mean of a day reaches back over midnight. */
    if ((size_t)i < b->n_days)
        s->dirty[i] = b->city_dirty[i] = 1;
}

static void take_value(struct board *b, struct board_site *s, struct stream *st, const struct record *r,
                       const struct record_value *v)
{
    struct cell c = { .v = v->value,
                      .arrival = r->arrival > 0 ? (uint32_t)(r->arrival / 1000) : 0,
                      .order = (uint32_t)(r->tag % 100000) & 0xFFFFFF,
                      .flag = v->flag ? v->flag : 'N' };
    note_latest(st, r, v);
    if (r->period == PERIOD_HOUR) {
        int64_t hour = cn_hour_of(r->time);
        if (hour < s->first_hour)
            s->first_hour = hour;
        if (series_put(&st->hour, hour, &c) > 0) {
            s->group.touched = true;
            mark_day(b, s, hour);
            river_touch(b, s, cn_day_of(r->time));
            marks_hour(b, s, st, hour);
        }
    } else if (r->period == PERIOD_DAY) {
        int64_t day = cn_day_of(r->time);
        if (day < s->first_day)
            s->first_day = day;
        if (series_put(&st->day, day, &c) > 0) {
            s->group.touched = true;
            river_touch(b, s, day);
        }
    } else if (made_put(st, cn_hour_of(r->time)) && !series_at(&st->hour, cn_hour_of(r->time))) {
        mark_day(b, s, cn_hour_of(r->time));
    }
}

static void take_body(struct board *b, struct board_site *s, const struct record *r)
{
    struct record_value best[STREAMS_MAX], v;
    struct item item[STREAMS_MAX];
    int rank[STREAMS_MAX] = { 0 };
    struct record_iter it;
    for (size_t i = 0; i < s->n_streams && i < STREAMS_MAX; i++) {
        item[i].flag = 0;
        for (int k = 0; k < STAT_OTHER; k++)
            item[i].v[k] = MICRO_MISSING;
    }
    record_iter_init(&it, r->body, r->body_len);
    while (record_next(&it, &v)) {
        struct stream *st = stream_of(s, v.code, v.code_len);
        if (!st || st - s->stream >= STREAMS_MAX || v.stat == STAT_OTHER)
            continue;
        struct item *of = &item[st - s->stream];
        of->v[v.stat] = v.value;
        of->flag = v.flag ? v.flag : 'N';
        int k = rank_of(v.stat, s->site->kind == SITE_GAS_OUTLET);
        if (k <= rank[st - s->stream])
            continue;
        rank[st - s->stream] = k;
        best[st - s->stream] = v;
    }
    marks_take(b, s, r, item);
    if (s->site->kind == SITE_RADIATION)
        fence_take(b, s, r, item);
    for (size_t i = 0; i < s->n_streams && i < STREAMS_MAX; i++)
        if (rank[i])
            take_value(b, s, &s->stream[i], r, &best[i]);
}

static int64_t span_of(uint8_t period)
{
    return period == PERIOD_MINUTE ? MS_MINUTE
           : period == PERIOD_HOUR ? MS_HOUR
           : period == PERIOD_DAY  ? MS_DAY
                                   : 0;
}

static void take_one(struct board *b, const struct record *r)
{
    struct board_site *s = board_site(b, r->site);
    /* A clock that runs ahead must not push the year's data out. */
    if (s && r->period == PERIOD_SAMPLE)
        sample_take(s, r);
    if (!s || r->period >= PERIOD_NOTE || r->time < 0 || (r->arrival > 0 && r->time > r->arrival + MS_DAY))
        return;
    int64_t end = r->time + span_of(r->period);
    if (r->arrival > 0 && end > r->arrival)
        end = r->arrival;
    if (end > s->last_data)
        s->last_data = end;
    if (r->arrival > s->last_arrival)
        s->last_arrival = r->arrival;
    s->seen_realtime |= r->period == PERIOD_REALTIME;
    s->seen_hour |= r->period == PERIOD_HOUR;
    s->seen_day |= r->period == PERIOD_DAY;
    take_body(b, s, r);
}

void board_take(struct board *b, const struct record *r, size_t n)
{
    pthread_mutex_lock(&b->lock);
    for (size_t i = 0; i < n; i++)
        take_one(b, &r[i]);
    pthread_mutex_unlock(&b->lock);
}

void board_keep_years(struct board *b, int back)
{
    pthread_mutex_lock(&b->lock);
    b->back = back < 1 ? 1 : back > 20 ? 20 : back;
    pthread_mutex_unlock(&b->lock);
}

static int years_back(const struct board *b)
{
    return b->back ? b->back : 1;
}

/* The year has turned, or this is the first settle: the calendar years that are kept, their days all to be computed. */
static int begin_years(struct board *b, int year)
{
    int back = years_back(b);
    int64_t first = cn_days(year - back, 1, 1);
    size_t n = (size_t)(cn_days(year + 1, 1, 1) - first);
    struct day_state *city = calloc(n, sizeof *city);
    uint8_t *dirty = malloc(n);
    if (!city || !dirty) {
        free(city);
        free(dirty);
        return -ENOMEM;
    }
    /* The year that falls off the board is kept as past. Out of memory only costs the odds. */
    if (b->n_days && cn_days(year - back - 1, 1, 1) == b->first_day)
        past_keep(b, b, year - back - 1);
    free(b->city);
    free(b->city_dirty);
    b->city = city;
    b->city_dirty = memset(dirty, 1, n);
    b->first_day = first;
    b->n_days = n;
    for (size_t i = 0; i < b->place->n_sites; i++) {
        struct board_site *s = &b->site[i];
        for (size_t k = 0; k < s->n_streams; k++) {
            series_drop_before(&s->stream[k].hour, first * 24);
            series_drop_before(&s->stream[k].day, first);
        }
        free(s->day);
        free(s->dirty);
        s->day = NULL;
        s->dirty = NULL;
        if (s->site->kind == SITE_RIVER && river_begin(b, s) < 0)
            return -ENOMEM;
        if (s->site->kind != SITE_AIR)
            continue;
        s->day = calloc(n, sizeof *s->day);
        s->dirty = malloc(n);
        if (!s->day || !s->dirty)
            return -ENOMEM;
        memset(s->dirty, 1, n);
        s->group.touched = true;
    }
    return 0;
}

void board_settle(struct board *b, int64_t now)
{
    pthread_mutex_lock(&b->lock);
    int year = cn_from_ms(now).year;
    bool ready = b->n_days && b->first_day == cn_days(year - years_back(b), 1, 1);
    /* Out of memory leaves no days: figures then say "no data", and the next settle tries again. */
    if (!ready && begin_years(b, year) < 0)
        b->n_days = 0;
    if (b->n_days)
        air_settle(b);
    b->now = now;
    pthread_mutex_unlock(&b->lock);
}

void board_limits_changed(struct board *b, int32_t site)
{
    struct board_site *s = board_site(b, site);
    if (!s)
        return;
    pthread_mutex_lock(&b->lock);
    for (size_t i = 0; i < s->n_streams; i++) {
        struct stream *st = &s->stream[i];
        st->limit = limit_of(s->site, st->code);
        st->dated = limit_dated(s->site, st->code);
    }
    s->group.touched = true;
    pthread_mutex_unlock(&b->lock);
}

int board_set_targets(struct board *b, const json_t *targets, struct err *e)
{
    if (targets && !json_is_array(targets))
        return err_named(e, -EINVAL, "target.shape", "targets: must be a list");
    json_t *copy = targets ? json_deep_copy(targets) : json_array();
    if (!copy)
        return err_set(e, -ENOMEM, "out of memory");
    pthread_mutex_lock(&b->lock);
    json_decref(b->targets);
    b->targets = copy;
    b->target_group.touched = true;
    pthread_mutex_unlock(&b->lock);
    return 0;
}

const char *stream_unit(const struct board_site *s, const struct stream *st)
{
    if (!st->factor)
        return "";
    /* Air stations speak in µg/m³, stacks in mg/m³ (GB 3095 table 1; HJ 75-2017), for the same code. */
    return s->site->kind == SITE_GAS_OUTLET && strcmp(st->factor->unit, "µg/m³") == 0 ? "mg/m³"
                                                                                      : st->factor->unit;
}

int stream_decimals(const struct board_site *s, const struct stream *st)
{
    if (!st->factor)
        return 2;
    return s->site->kind == SITE_GAS_OUTLET && st->factor->decimals < 1 ? 1 : st->factor->decimals;
}

/* The rule of silence says after how long; without such a rule nobody is silent. */
int64_t board_silent_from(const struct board_site *s, const struct definitions *d, int64_t now)
{
    const struct rule *rule = NULL;
    for (size_t i = 0; i < d->n_rules && !rule; i++)
        if (d->rule[i].on == ON_SILENT)
            rule = &d->rule[i];
    if (!rule || !s->last_data)
        return 0;
    int64_t wait = !s->seen_hour && !s->seen_realtime ? rule->daily_s : rule->hourly_s;
    if (s->seen_realtime && s->site->interval > 0) {
        wait = (int64_t)rule->intervals * s->site->interval;
        if (wait < rule->at_least_s)
            wait = rule->at_least_s;
    }
    return now - s->last_data > wait * MS_SECOND ? s->last_data : 0;
}
