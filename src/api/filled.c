/* filled.c - what the data know better than people: the program puts it into the rows that are given, and nobody else can. Beside what an
 * enterprise discloses, what its own outlets sent (CAPABILITIES G07); beside what a measure was expected to do for a river, what the section
 * measured (H08); beside a laboratory's value, the device's (E08); the month's flow of a sewage station from its own meter (H11).
 * docs/ledger.md, "What the program adds to some ledgers". */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/http.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/factor.h"
#include "standard/rates.h"

/* The effect of a measure: full days before it began and after it was done, and how much of their hours must be valid. */
enum { EFFECT_DAYS = 30, EFFECT_VALID = 75 };

/* A case as somebody gives rows for it. */
struct filling {
    struct api *api;
    const json_t *fields;
    int64_t now;
    struct err *e;
};

const char *site_factor(const struct site *s, const char *word)
{
    for (size_t i = 0; s->factors && s->factors[i]; i++) {
        const struct factor *f = factor_find(s->factors[i], strlen(s->factors[i]));
        if (strcmp(s->factors[i], word) == 0 ||
            (f && (strcmp(f->name, word) == 0 || strcmp(f->name_en, word) == 0)))
            return s->factors[i];
    }
    return NULL;
}

/* kg in one of the unit; 0: an amount is not said in it. */
static int64_t kg_in(const char *unit)
{
    static const struct {
        const char *unit;
        int64_t kg;
    } known[] = { { "t", 1000 }, { "吨", 1000 }, { "kg", 1 }, { "千克", 1 }, { "公斤", 1 } };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (strcmp(known[i].unit, unit) == 0)
            return known[i].kg;
    return 0;
}

/* The day of a row's text as a moment, or what stands in its place. */
static int64_t day_of(const json_t *row, const char *key, int64_t otherwise)
{
    const char *text = json_str(row, key, "");
    int64_t ms;
    return cn_parse_iso(text, strlen(text), &ms) ? ms : otherwise;
}

/* As the engine keeps numbers. */
static json_t *number(micro v)
{
    return v % MICRO_ONE ? json_real(micro_to_double(v)) : json_integer(v / MICRO_ONE);
}

/* ---- what outlets sent ---- */

/* One figure: what all outlets of the unit sent of it, and the least share of valid periods among them. */
static int measure(struct api *api, const struct unit *u, const json_t *row, int64_t first, int64_t end,
                   struct load_sum *ret, struct err *e)
{
    const struct place *p = api->config.place;
    int64_t from = day_of(row, "from", first), to = day_of(row, "to", end - MS_DAY) + MS_DAY;
    *ret = (struct load_sum){ .kg = MICRO_MISSING };
    if (to > end)
        to = end;
    for (size_t i = 0; from < to && to - from <= 366 * MS_DAY && i < p->n_sites; i++) {
        const struct site *s = &p->sites[i];
        bool outlet = s->kind == SITE_GAS_OUTLET || s->kind == SITE_WATER_OUTLET;
        const char *code = outlet && s->unit == u->id ? site_factor(s, json_str(row, "item", "")) : NULL;
        struct load_sum one;
        if (!code)
            continue;
        int r = load_measured(api, s, code, from, to, &one, e);
        if (r < 0)
            return r;
        ret->expected += one.expected;
        ret->valid += one.valid;
        if (one.kg != MICRO_MISSING)
            ret->kg = ret->kg == MICRO_MISSING ? one.kg : micro_add(ret->kg, one.kg);
    }
    return 0;
}

/* definitions/ledgers/disclosure.lua */
static int fill_disclosed(const struct filling *f, json_t *row)
{
    const struct unit *u = place_unit_by_code(f->api->config.place, json_str(f->fields, "enterprise", ""));
    double asked = json_number_value(json_object_get(f->fields, "year"));
    if (!(asked >= 1900 && asked <= 9998)) /* a calendar's; a float that fits no int may not become one */
        return 0;
    int year = (int)asked;
    int64_t first = cn_day_start(cn_days(year, 1, 1)), end = cn_day_start(cn_days(year + 1, 1, 1)),
            kg = kg_in(json_str(row, "unit", ""));
    struct load_sum s = { .kg = MICRO_MISSING };
    if (end > f->now)
        end = cn_day_start(cn_day_of(f->now)); /* today is not over */
    int r = u && kg ? measure(f->api, u, row, first, end, &s, f->e) : 0;
    json_object_del(row, "measured");
    json_object_del(row, "valid");
    if (r < 0 || s.kg == MICRO_MISSING)
        return r;
    json_object_set_new(row, "measured", number(s.kg / kg));
    json_object_set_new(row, "valid",
                        number(micro_muldiv(100 * MICRO_ONE, s.valid, s.expected ? s.expected : 1)));
    return 0;
}

/* ---- the effect on a section ---- */

struct hours {
    const char *code;
    int64_t from;
    bool converted;
    micro value[EFFECT_DAYS * 24];
};

static int take_hour(const struct record *r, void *arg)
{
    struct hours *h = arg;
    struct record_value v;
    if (record_find(r->body, r->body_len, h->code, h->converted, &v))
        h->value[(r->time - h->from) / MS_HOUR] = v.value; /* what came again stands */
    return 0;
}

/* The mean of the valid hours of EFFECT_DAYS from a midnight; MICRO_MISSING when too few are valid. */
static int mean_of(struct api *api, const struct site *s, const char *code, int64_t from, micro *ret,
                   struct err *e)
{
    enum { N = EFFECT_DAYS * 24 };
    struct obs_reader *reader;
    struct hours h = { .code = code, .from = from };
    uint8_t kind[N];
    int64_t valid = 0;
    micro sum = 0;
    for (size_t i = 0; i < N; i++)
        h.value[i] = MICRO_MISSING;
    *ret = MICRO_MISSING;
    board_slots(api->config.board, s->id, code, PERIOD_HOUR, from, N, kind);
    int r = reader_take(api, &reader, e);
    if (r < 0)
        return r;
    struct obs_query q = { .site = s->id, .period = PERIOD_HOUR, .from = from, .to = from + N * MS_HOUR };
    r = obs_scan(reader, &q, take_hour, &h, e);
    reader_give_back(api, reader);
    for (size_t i = 0; i < N; i++)
        if (kind[i] == SLOT_VALID && h.value[i] != MICRO_MISSING) {
            sum += h.value[i];
            valid++;
        }
    if (r == 0 && valid * 100 >= EFFECT_VALID * N)
        *ret = sum / valid;
    return r;
}

/* definitions/ledgers/river_plan.lua: the means of EFFECT_DAYS before a measure began and after it was done. */
static int fill_effect(const struct filling *f, json_t *row)
{
    const struct site *s = place_site_by_code(f->api->config.place, json_str(f->fields, "site", ""));
    const char *code = s ? site_factor(s, json_str(row, "factor", "")) : NULL;
    int64_t begun = day_of(row, "begun", 0), done = day_of(row, "done", 0);
    micro before = MICRO_MISSING, after = MICRO_MISSING;
    static const char *const ours[] = { "before", "after", "measured" };
    for (size_t i = 0; i < COUNT_OF(ours); i++)
        json_object_del(row, ours[i]);
    if (!code || !begun || !done || done + (EFFECT_DAYS + 1) * MS_DAY > f->now)
        return 0;
    int r = mean_of(f->api, s, code, begun - EFFECT_DAYS * MS_DAY, &before, f->e);
    if (r == 0)
        r = mean_of(f->api, s, code, done + MS_DAY, &after, f->e);
    if (r < 0 || before == MICRO_MISSING || after == MICRO_MISSING || before <= 0)
        return r;
    json_object_set_new(row, "before", number(before));
    json_object_set_new(row, "after", number(after));
    json_object_set_new(row, "measured",
                        number(100 * MICRO_ONE - micro_muldiv(100 * MICRO_ONE, after, before)));
    return 0;
}

/* ---- what the device sent in the hour in which a sample was taken ---- */

struct one_hour {
    const char *code;
    bool converted;
    micro value;
    char mark[2];
};

static int take_one(const struct record *r, void *arg)
{
    struct one_hour *h = arg;
    struct record_value v;
    if (record_find(r->body, r->body_len, h->code, h->converted, &v)) {
        h->value = v.value;
        h->mark[0] = v.flag ? v.flag : 'N';
    }
    return 0;
}

static const json_t *sample_of(const json_t *fields, const char *number)
{
    const json_t *samples = json_object_get(fields, "samples");
    for (size_t i = 0; i < json_array_size(samples); i++)
        if (strcmp(json_str(json_array_get(samples, i), "sample", ""), number) == 0)
            return json_array_get(samples, i);
    return NULL;
}

/* definitions/ledgers/sampling.lua: beside the laboratory's value the hour's own and what holds on that day. */
static int fill_result(const struct filling *f, json_t *row)
{
    static const char *const ours[] = { "automatic", "mark", "limit" };
    const struct site *s = place_site_by_code(f->api->config.place, json_str(f->fields, "site", ""));
    const json_t *sample = sample_of(f->fields, json_str(row, "sample", ""));
    const char *code = s && sample ? site_factor(s, json_str(sample, "factor", "")) : NULL;
    int64_t at = sample ? day_of(sample, "at", 0) : 0;
    struct obs_reader *reader;
    for (size_t i = 0; i < COUNT_OF(ours); i++)
        json_object_del(row, ours[i]);
    if (!code || !at)
        return 0;
    struct one_hour h = { .code = code, .converted = s->kind == SITE_GAS_OUTLET, .value = MICRO_MISSING };
    int64_t hour = cn_hour_start(cn_hour_of(at));
    int r = reader_take(f->api, &reader, f->e);
    if (r < 0)
        return r;
    struct obs_query q = { .site = s->id, .period = PERIOD_HOUR, .from = hour, .to = hour + MS_HOUR };
    r = obs_scan(reader, &q, take_one, &h, f->e);
    reader_give_back(f->api, reader);
    const struct site_limit *limit = site_limit_on(s, code, cn_day_of(at));
    if (r == 0 && h.value != MICRO_MISSING) {
        json_object_set_new(row, "automatic", number(h.value));
        json_object_set_new(row, "mark", json_string(h.mark));
    }
    if (r == 0 && limit && limit->upper != MICRO_MISSING)
        json_object_set_new(row, "limit", number(limit->upper));
    return r;
}

/* ---- beside what a permit's holder reports ---- */

/* definitions/ledgers/execution.lua, in t: over the report's period, as far as it has gone. */
static int fill_reported(const struct filling *f, json_t *row)
{
    static const char *const ours[] = { "measured", "with", "valid", "missing" };
    const struct unit *u = place_unit_by_code(f->api->config.place, json_str(f->fields, "enterprise", ""));
    int64_t from = day_of(f->fields, "from", 0), to = day_of(f->fields, "to", 0) + MS_DAY,
            today = cn_day_start(cn_day_of(f->now));
    struct load_day day[366] = { 0 };
    struct load_sum s;
    int outlets = 0;
    for (size_t i = 0; i < COUNT_OF(ours); i++)
        json_object_del(row, ours[i]);
    to = to > today ? today : to;
    if (!u || !from || to <= from || to - from > 366 * MS_DAY)
        return 0;
    int r = load_of_unit(f->api, u, json_str(row, "item", ""), from, to, day, &s, &outlets, f->e);
    if (r < 0 || !outlets)
        return r;
    if (s.kg != MICRO_MISSING)
        json_object_set_new(row, "measured", number(s.kg / 1000));
    if (s.with != MICRO_MISSING)
        json_object_set_new(row, "with", number(s.with / 1000));
    json_object_set_new(row, "missing", json_integer(s.missing));
    json_object_set_new(
        row, "valid",
        number(micro_round(micro_muldiv(100 * MICRO_ONE, s.valid, s.expected ? s.expected : 1), 2)));
    return 0;
}

/* ---- the flow of a station ---- */

enum { FLOW_MONTHS = 3 }; /* full months before this one: what comes late is added up again */

struct flow {
    int64_t step; /* ms of a period */
    int64_t last; /* the period that is being read: of one sent again, what came last stands */
    micro period;
    micro sum; /* m³ */
    int64_t n; /* periods with a flow */
};

static int take_flow(const struct record *r, void *arg)
{
    struct flow *f = arg;
    struct record_iter it;
    struct record_value v;
    micro cou = MICRO_MISSING, mean = MICRO_MISSING;
    record_iter_init(&it, r->body, r->body_len);
    while (record_next(&it, &v)) {
        const struct factor *x = factor_find(v.code, v.code_len);
        if (!x || strcmp(x->code, "w00000") != 0)
            continue;
        if (v.stat == STAT_COU)
            cou = v.value;
        else if (v.stat == STAT_AVG)
            mean = v.value;
    }
    if (cou == MICRO_MISSING && mean != MICRO_MISSING) /* L/s */
        cou = micro_muldiv(mean, f->step / MS_SECOND, 1000);
    if (cou == MICRO_MISSING || cou < 0)
        return 0;
    if (r->time == f->last) {
        f->sum -= f->period;
        f->n--;
    }
    if (__builtin_add_overflow(f->sum, cou, &f->sum))
        return -ERANGE;
    f->last = r->time;
    f->period = cou;
    f->n++;
    return 0;
}

static int flow_of(struct api *api, const struct site *s, int64_t from, int64_t to, struct flow *ret,
                   struct err *e)
{
    struct obs_reader *reader;
    struct obs_query q = { .site = s->id, .period = PERIOD_HOUR, .from = from, .to = to };
    int r = reader_take(api, &reader, e);
    if (r < 0)
        return r;
    *ret = (struct flow){ .step = MS_HOUR, .last = INT64_MIN };
    r = obs_scan(reader, &q, take_flow, ret, e);
    if (r == 0 && !ret->n) { /* a meter that reports by the day */
        q.period = PERIOD_DAY;
        *ret = (struct flow){ .step = MS_DAY, .last = INT64_MIN };
        r = obs_scan(reader, &q, take_flow, ret, e);
    }
    reader_give_back(api, reader);
    return r;
}

/* The rows known already without those that are added up anew. */
static json_t *older_months(const json_t *rows, const char *from)
{
    json_t *kept = json_array();
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        if (strcmp(json_str(row, "month", ""), from) < 0)
            json_array_append(kept, row);
    }
    return kept;
}

/* definitions/ledgers/sewage.lua: `measured` is the program's whenever it is judged, whatever somebody gave. */
static int fill_flow(const struct filling *f, const char *action, json_t *given)
{
    const struct site *s = place_site_by_code(f->api->config.place, json_str(f->fields, "site", ""));
    struct cn_civil now = cn_from_ms(f->now);
    if (strcmp(action, "judge") != 0)
        return 0;
    json_object_del(given, "measured");
    if (!s || !site_factor(s, "w00000"))
        return 0;
    char month[16];
    int first = now.year * 12 + now.month - 1 - FLOW_MONTHS;
    snprintf(month, sizeof month, "%04d-%02d", first / 12, first % 12 + 1);
    scoped(json_decrefp) json_t *rows = older_months(json_object_get(f->fields, "measured"), month);
    for (int m = first; m < first + FLOW_MONTHS; m++) {
        int64_t from = cn_day_start(cn_days(m / 12, m % 12 + 1, 1)),
                to = cn_day_start(cn_days((m + 1) / 12, (m + 1) % 12 + 1, 1));
        struct flow flow;
        int r = flow_of(f->api, s, from, to, &flow, f->e);
        if (r < 0)
            return r;
        snprintf(month, sizeof month, "%04d-%02d", m / 12, m % 12 + 1);
        json_int_t hours = flow.n * (flow.step / MS_HOUR);
        if (flow.n)
            json_array_append_new(rows, json_pack("{s:s, s:o, s:I}", "month", month, "water",
                                                  number(micro_round(flow.sum, 1)), "hours", hours));
    }
    return json_array_size(rows) && json_object_set(given, "measured", rows) < 0
               ? err_set(f->e, -ENOMEM, "out of memory")
               : 0;
}

/* ---- which ---- */

static const struct {
    const char *ledger, *rows; /* the shipped ledgers' words */
    int (*fill)(const struct filling *f, json_t *row);
} filled[] = { { "disclosure", "figures", fill_disclosed },
               { "river_plan", "works", fill_effect },
               { "sampling", "results", fill_result },
               { "execution", "figures", fill_reported } };

int filled_by_data(void *arg, const json_t *doc, const char *action, json_t *given, int64_t now,
                   struct err *e)
{
    struct filling f = { arg, json_object_get(doc, "fields"), now, e };
    const char *ledger = json_str(doc, "ledger", "");
    if (strcmp(ledger, "sewage") == 0)
        return fill_flow(&f, action, given);
    for (size_t k = 0; k < COUNT_OF(filled); k++) {
        const json_t *rows = json_object_get(given, filled[k].rows);
        if (strcmp(filled[k].ledger, ledger) != 0 || !json_array_size(rows))
            continue;
        scoped(json_decrefp) json_t *list = json_array();
        for (size_t i = 0; i < json_array_size(rows); i++) {
            json_t *row = json_copy(json_array_get(rows, i));
            if (!row || json_array_append_new(list, row) < 0)
                return err_set(e, -ENOMEM, "out of memory");
            int r = filled[k].fill(&f, row);
            if (r < 0)
                return r;
        }
        if (json_object_set(given, filled[k].rows, list) < 0)
            return err_set(e, -ENOMEM, "out of memory");
    }
    return 0;
}
