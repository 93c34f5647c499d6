#include "gather/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/mix.h"

struct course {
    const char *code; /* in the place or the tree: see `tree` */
    micro base, swing, noise;
    int decimals;
};

struct source {
    micro o2_ref;
    size_t n;
    struct course *course;
};

enum event_kind { EVENT_SET, EVENT_TIMES, EVENT_FLAG, EVENT_SILENT };

struct event_span {
    int32_t site;
    const char *code; /* "": all of the site */
    int64_t from, to;
    enum event_kind kind;
    micro amount;
    char flag;
};

struct scenario {
    json_t *tree; /* holds the strings */
    uint64_t seed;
    struct source *source; /* index is site id - 1 */
    size_t n_sites;
    struct event_span *event;
    size_t n_events;
};

/* As domain/record.h has it for what is measured. */
static bool beyond(micro v)
{
    return v > 1000000000 * MICRO_ONE || v < -1000000000 * MICRO_ONE;
}

static int read_course(const char *site, const char *code, const json_t *j, struct course *ret, struct err *e)
{
    *ret = (struct course){ .code = code,
                            .base = json_micro(j, "base", MICRO_MISSING),
                            .swing = json_micro(j, "swing", 0),
                            .noise = json_micro(j, "noise", 0) };
    if (!json_is_object(j) || ret->base == MICRO_MISSING || beyond(ret->base) || beyond(ret->swing) ||
        beyond(ret->noise))
        return err_set(e, -EINVAL, "scenario: site '%s', factor '%s': no number \"base\"", site, code);
    if (json_int_within(j, "decimals", 0, 6, 1, &ret->decimals, e) < 0)
        return err_set(e, -EINVAL, "scenario: site '%s', factor '%s': \"decimals\" is not 0 to 6", site,
                       code);
    return 0;
}

static int read_site(const char *name, const json_t *j, struct source *ret, struct err *e)
{
    ret->o2_ref = json_micro(j, "o2_ref", 6 * MICRO_ONE);
    if (ret->o2_ref < 0 || ret->o2_ref >= 21 * MICRO_ONE)
        return err_set(e, -EINVAL, "scenario: site '%s': \"o2_ref\" is not a share of oxygen below 21 %%",
                       name);
    ret->course = calloc(json_object_size(j) + 1, sizeof *ret->course);
    if (!ret->course)
        return err_set(e, -ENOMEM, "no memory for the scenario");
    const char *code;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)j, code, value)
    {
        if (strcmp(code, "o2_ref") == 0)
            continue;
        int r = read_course(name, code, value, &ret->course[ret->n++], e);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_time(const json_t *j, const char *key, size_t i, int64_t *ret, struct err *e)
{
    const char *s = json_str(j, key, "");
    if (!cn_parse_iso(s, strlen(s), ret))
        return err_set(e, -EINVAL, "scenario: event %zu: \"%s\" is no time: '%s'", i + 1, key, s);
    return 0;
}

static int read_event(const json_t *j, size_t i, const struct place *place, struct event_span *ret,
                      struct err *e)
{
    const char *name = json_str(j, "site", "");
    const struct site *site = place_site_by_code(place, name);
    if (!site)
        return err_set(e, -EINVAL, "scenario: event %zu: the city has no site '%s'", i + 1, name);
    const char *flag = json_str(j, "flag", "");
    *ret = (struct event_span){ .site = site->id, .code = json_str(j, "factor", ""), .flag = *flag };
    int r = read_time(j, "from", i, &ret->from, e);
    if (r == 0)
        r = read_time(j, "to", i, &ret->to, e);
    if (r < 0)
        return r;
    int given = 0;
    if ((ret->amount = json_micro(j, "set", MICRO_MISSING)) != MICRO_MISSING)
        ret->kind = EVENT_SET, given++;
    micro times = json_micro(j, "times", MICRO_MISSING);
    if (times != MICRO_MISSING)
        ret->kind = EVENT_TIMES, ret->amount = times, given++;
    if (*flag)
        ret->kind = EVENT_FLAG, given++;
    if (json_flag(j, "silent", false))
        ret->kind = EVENT_SILENT, given++;
    if (ret->amount != MICRO_MISSING && beyond(ret->amount))
        return err_set(e, -EINVAL, "scenario: event %zu: set or times is beyond any value", i + 1);
    if (given != 1 || (*flag && flag[1]))
        return err_set(e, -EINVAL,
                       "scenario: event %zu needs one of set, times, flag (one letter) and silent", i + 1);
    return 0;
}

static int read_all(struct scenario *s, const struct place *place, struct err *e)
{
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(s->tree, "sites"), name, value)
    {
        const struct site *site = place_site_by_code(place, name);
        if (!site)
            return err_set(e, -EINVAL, "scenario: the city has no site '%s'", name);
        int r = read_site(name, value, &s->source[site->id - 1], e);
        if (r < 0)
            return r;
    }
    size_t i;
    json_array_foreach(json_object_get(s->tree, "events"), i, value)
    {
        int r = read_event(value, i, place, &s->event[s->n_events++], e);
        if (r < 0)
            return r;
    }
    return 0;
}

int scenario_build(const json_t *json, const struct place *place, struct scenario **ret, struct err *e)
{
    if (!json_is_object(json))
        return err_set(e, -EINVAL, "the scenario is no JSON object");
    struct scenario *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, -ENOMEM, "no memory for the scenario");
    s->tree = json_incref((json_t *)(uintptr_t)json);
    s->seed = (uint64_t)json_int(json, "seed", 0);
    s->n_sites = place->n_sites;
    s->source = calloc(place->n_sites + 1, sizeof *s->source);
    s->event = calloc(json_array_size(json_object_get(json, "events")) + 1, sizeof *s->event);
    int r = s->source && s->event ? read_all(s, place, e) : err_set(e, -ENOMEM, "no memory for the scenario");
    if (r < 0) {
        scenario_free(s);
        return r;
    }
    *ret = s;
    return 0;
}

struct scenario *scenario_free(struct scenario *s)
{
    if (!s)
        return NULL;
    for (size_t i = 0; s->source && i < s->n_sites; i++)
        free(s->source[i].course);
    free(s->source);
    free(s->event);
    json_decref(s->tree);
    free(s);
    return NULL;
}

/* ---- values ---- */

static uint64_t mix_text(uint64_t h, const char *s)
{
    for (; *s; s++)
        h = mix64(h ^ (unsigned char)*s);
    return h;
}

/* Sum of four even numbers: near enough to a bell, in millionths, deviation 1. */
static int64_t bell(uint64_t h)
{
    int64_t sum = 0;
    for (int i = 0; i < 4; i++, h >>= 16)
        sum += (int64_t)(h & 0xffff) - 0x8000;
    return sum * 1000000 / 37837; /* 65536 / sqrt(12) × sqrt(4) */
}

/* A cosine with its top at 16:00, in thousandths by the hour, drawn straight between the hours. */
static int64_t day_course(int64_t time)
{
    static const int16_t at_hour[25] = { -500, -707, -866, -966, -1000, -966, -866, -707, -500,
                                         -259, 0,    259,  500,  707,   866,  966,  1000, 966,
                                         866,  707,  500,  259,  0,     -259, -500 };
    int64_t ms = time - cn_day_start(cn_day_of(time));
    int64_t hour = ms / MS_HOUR, within = ms % MS_HOUR;
    return at_hour[hour] + (at_hour[hour + 1] - at_hour[hour]) * within / MS_HOUR;
}

static const struct course *course_of(const struct scenario *s, const struct site *site, const char *code)
{
    const struct source *from = &s->source[site->id - 1];
    for (size_t i = 0; i < from->n; i++)
        if (strcmp(from->course[i].code, code) == 0)
            return &from->course[i];
    return NULL;
}

void scenario_apply(const struct scenario *s, const struct site *site, const char *code, int64_t time,
                    struct scenario_value *v)
{
    for (const struct event_span *ev = s->event; ev < s->event + s->n_events; ev++) {
        if (ev->site != site->id || time < ev->from || time >= ev->to ||
            (*ev->code && strcmp(ev->code, code) != 0))
            continue;
        switch (ev->kind) {
        case EVENT_SET:
            v->value = ev->amount;
            break;
        case EVENT_TIMES:
            if (v->value != MICRO_MISSING)
                v->value = micro_round(micro_muldiv(v->value, ev->amount, MICRO_ONE), v->decimals);
            break;
        case EVENT_FLAG:
            v->flag = ev->flag;
            break;
        case EVENT_SILENT:
            v->value = MICRO_MISSING;
            break;
        }
    }
}

struct scenario_value scenario_value(const struct scenario *s, const struct site *site, const char *code,
                                     int64_t time)
{
    const struct course *c = course_of(s, site, code);
    if (!c)
        return (struct scenario_value){ MICRO_MISSING, 0, 'N' };
    uint64_t h = mix64(mix_text(mix_text(mix64(s->seed), site->code), code) ^ (uint64_t)time);
    micro v =
        c->base + micro_muldiv(c->swing, day_course(time), 1000) + micro_muldiv(c->noise, bell(h), 1000000);
    if (v < 0 && c->base >= 0)
        v = 0;
    struct scenario_value ret = { micro_round(v, c->decimals), c->decimals, 'N' };
    scenario_apply(s, site, code, time, &ret);
    return ret;
}

bool scenario_silent(const struct scenario *s, const struct site *site, int64_t time)
{
    for (const struct event_span *ev = s->event; ev < s->event + s->n_events; ev++)
        if (ev->kind == EVENT_SILENT && !*ev->code && ev->site == site->id && time >= ev->from &&
            time < ev->to)
            return true;
    return false;
}

micro scenario_o2_ref(const struct scenario *s, const struct site *site)
{
    const struct source *from = &s->source[site->id - 1];
    return from->course ? from->o2_ref : 6 * MICRO_ONE;
}
