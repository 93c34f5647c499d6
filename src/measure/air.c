#include "measure/internal.h"

#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

const char *item_name(int item)
{
    static const char *const names[AIR_ITEMS] = {
        [AIR_SO2] = "SO₂", [AIR_NO2] = "NO₂",   [AIR_CO] = "CO",
        [AIR_O3] = "O₃",   [AIR_PM10] = "PM10", [AIR_PM25] = "PM2.5",
    };
    return names[item];
}

int hours_over(int64_t day, int64_t now)
{
    int64_t h = (now - cn_day_start(day)) / MS_HOUR;
    return now < cn_day_start(day) ? 0 : h > 24 ? 24 : (int)h;
}

static bool in_region(const struct board *b, int32_t region, int32_t of)
{
    if (of == 0)
        return true;
    for (int depth = 0; region && depth < 16; depth++) {
        if (region == of)
            return true;
        const struct region *r = place_region(b->place, region);
        region = r ? r->parent : 0;
    }
    return false;
}

bool air_site_in(const struct board *b, const struct board_site *s, int32_t region)
{
    return s->site->kind == SITE_AIR && (region ? s->site->for_county : s->site->for_city) &&
           in_region(b, s->site->region, region);
}

size_t air_stations(const struct board *b, int32_t region)
{
    size_t n = 0;
    for (size_t i = 0; i < b->place->n_sites; i++)
        n += air_site_in(b, &b->site[i], region);
    return n;
}

/* The value of an hour that may be judged, and what became of it. */
static micro hour_value(const struct board_site *s, int item, int64_t hour, enum slot_kind *ret_kind)
{
    enum slot_kind k = s->air[item] ? slot_of(s, s->air[item], false, hour, INT64_MAX) : SLOT_NOT_SENT;
    if (ret_kind)
        *ret_kind = k;
    return k == SLOT_VALID ? series_at(&s->air[item]->hour, hour)->v : MICRO_MISSING;
}

static void finish_day(const struct board *b, int64_t day, struct day_state *d)
{
    d->rules = air_index_on(&b->def.book, ruled(b, day));
    if (d->rules)
        air_index(d->rules, AIR_REPORT_DAY, &d->v, &d->index);
    else
        d->index = (struct air_index){ .aqi = -1, .na = AIR_NA_NO_DATA };
}

static void station_day(const struct board *b, const struct board_site *s, int64_t day, int through,
                        struct day_state *ret)
{
    micro hour[AIR_ITEMS][24];
    struct air_day d;
    const struct air_evaluation *ev = air_evaluation_on(&b->def.book, ruled(b, day));
    const struct air_limits *lim = air_limits_on(&b->def.book, ruled(b, day));
    *ret = (struct day_state){ .stations = 1 };
    air_values_clear(&ret->v);
    for (int i = 0; i < AIR_ITEMS; i++)
        for (int h = 0; h < 24; h++) {
            enum slot_kind k;
            hour[i][h] = hour_value(s, i, day * 24 + h, &k);
            ret->invalid[i] = (uint8_t)(ret->invalid[i] + (k == SLOT_INVALID));
            ret->lost[i] = (uint8_t)(ret->lost[i] + (k == SLOT_LOST));
            ret->excepted[i] = (uint8_t)(ret->excepted[i] + (k == SLOT_EXCEPTED));
        }
    if (ev) {
        air_day(ev, hour, through, lim ? lim->day[s->site->zone_class - 1][AIR_O3] : MICRO_MISSING, &d);
        memcpy(ret->v.v[AIR_DAY], d.value, sizeof d.value);
        ret->v.v[AIR_HOUR][AIR_O3] = d.o3_hour;
        memcpy(ret->hours, d.hours, sizeof d.hours);
    }
    finish_day(b, day, ret);
}

enum { STATIONS_MAX = 256 };

/* HJ 663-2026 table A.2: every city value is the mean of the stations' values of the same kind, never of their indices. */
static void mean_values(const struct air_evaluation *ev, const struct air_values *const *station, size_t n,
                        struct air_values *ret)
{
    micro v[STATIONS_MAX];
    for (int c = 0; c < AIR_COLUMNS; c++)
        for (int i = 0; i < AIR_ITEMS; i++) {
            for (size_t k = 0; k < n; k++)
                v[k] = station[k]->v[c][i];
            ret->v[c][i] = air_city_mean(ev, v, n);
        }
}

static void region_day(const struct board *b, int32_t region, int64_t day, int through, struct day_state *ret)
{
    const struct air_values *station[STATIONS_MAX];
    struct day_state part[STATIONS_MAX];
    size_t n = 0, n_part = 0;
    const struct air_evaluation *ev = air_evaluation_on(&b->def.book, ruled(b, day));
    *ret = (struct day_state){ 0 };
    air_values_clear(&ret->v);
    for (size_t i = 0; i < b->place->n_sites && n < STATIONS_MAX; i++) {
        const struct board_site *s = &b->site[i];
        if (!air_site_in(b, s, region) || !s->day)
            continue;
        if (through < 24 && n_part < COUNT_OF(part)) {
            station_day(b, s, day, through, &part[n_part]);
            station[n++] = &part[n_part++].v;
        } else if (through == 24) {
            station[n++] = &s->day[day - b->first_day].v;
        }
    }
    ret->stations = (uint8_t)(n > 255 ? 255 : n);
    if (ev)
        mean_values(ev, station, n, &ret->v);
    finish_day(b, day, ret);
}

void air_settle(struct board *b)
{
    bool any = false;
    for (size_t i = 0; i < b->place->n_sites; i++) {
        struct board_site *s = &b->site[i];
        for (size_t d = 0; s->dirty && d < b->n_days; d++)
            if (s->dirty[d]) {
                station_day(b, s, b->first_day + (int64_t)d, 24, &s->day[d]);
                s->dirty[d] = 0;
            }
    }
    for (size_t d = 0; d < b->n_days; d++)
        if (b->city_dirty[d]) {
            region_day(b, 0, b->first_day + (int64_t)d, 24, &b->city[d]);
            b->city_dirty[d] = 0;
            any = true;
        }
    if (any)
        b->city_group.touched = b->target_group.touched = true;
}

bool air_day_of(struct board *b, struct air_of of, int64_t day, int through, struct day_state *ret)
{
    int64_t i = day - b->first_day;
    const struct board_site *s = of.site ? board_site(b, of.site) : NULL;
    if (i < 0 || (size_t)i >= b->n_days || (of.site && (!s || !s->day)))
        return false;
    if (of.site && through < 24)
        station_day(b, s, day, through, ret);
    else if (of.site)
        *ret = s->day[i];
    else if (of.region || through < 24)
        region_day(b, of.region, day, through, ret);
    else
        *ret = b->city[i];
    return true;
}

/* HJ 633-2012 wants moving means beside the hour's own; HJ 633-2026 does not. */
static bool wants_moving(const struct air_index_rules *r)
{
    for (int t = 0; t < r->n_terms[AIR_REPORT_HOUR]; t++)
        if (r->term[AIR_REPORT_HOUR][t].column == AIR_DAY ||
            r->points[AIR_HOUR][r->term[AIR_REPORT_HOUR][t].item].other)
            return true;
    return false;
}

static void station_hour(const struct board_site *s, const struct air_evaluation *ev, bool moving,
                         int64_t hour, struct air_values *ret)
{
    air_values_clear(ret);
    for (int i = 0; i < AIR_ITEMS; i++) {
        micro v[24];
        int span = i == AIR_O3 ? 8 : 24;
        ret->v[AIR_HOUR][i] = hour_value(s, i, hour, NULL);
        if (!moving || !ev)
            continue;
        for (int k = 0; k < span; k++)
            v[k] = hour_value(s, i, hour - span + 1 + k, NULL);
        ret->v[AIR_DAY][i] = air_mean(v, (size_t)span, i == AIR_O3 ? ev->o3_hours : ev->day_hours);
    }
}

void air_hour_of(struct board *b, struct air_of of, int64_t hour, struct day_state *ret)
{
    int64_t day = cn_day_of(cn_hour_start(hour));
    struct air_values value[STATIONS_MAX];
    const struct air_values *station[STATIONS_MAX];
    size_t n = 0;
    const struct air_evaluation *ev = air_evaluation_on(&b->def.book, ruled(b, day));
    *ret = (struct day_state){ .rules = air_index_on(&b->def.book, ruled(b, day)) };
    air_values_clear(&ret->v);
    bool moving = ret->rules && wants_moving(ret->rules);
    for (size_t i = 0; i < b->place->n_sites && n < COUNT_OF(value); i++) {
        const struct board_site *s = &b->site[i];
        if (of.site ? s->site->id != of.site : !air_site_in(b, s, of.region))
            continue;
        station_hour(s, ev, moving, hour, &value[n]);
        station[n] = &value[n];
        n++;
    }
    ret->stations = (uint8_t)n;
    if (of.site && n)
        ret->v = value[0];
    else if (ev)
        mean_values(ev, station, n, &ret->v);
    if (ret->rules)
        air_index(ret->rules, AIR_REPORT_HOUR, &ret->v, &ret->index);
    else
        ret->index = (struct air_index){ .aqi = -1, .na = AIR_NA_NO_DATA };
}
