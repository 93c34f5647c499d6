/* disclosed.c - what an enterprise discloses, beside what its own outlets sent (CAPABILITIES G07): when figures are given, the program puts the measured
 * amount into each row and nobody else can. docs/ledger.md, "What the program adds to some ledgers". */
#include <errno.h>
#include <string.h>

#include "api/http.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/factor.h"

/* The shipped ledger's words (definitions/ledgers/disclosure.lua). */
static const char ledger[] = "disclosure", given_rows[] = "figures";

/* By code or name, among what a site measures; NULL: it does not. */
static const char *factor_at(const struct site *s, const char *word)
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
        const char *code = outlet && s->unit == u->id ? factor_at(s, json_str(row, "item", "")) : NULL;
        struct load_sum one;
        if (!code)
            continue;
        int r = load_measured(api, s, code, from, to, &one, e);
        if (r < 0)
            return r;
        ret->expected += one.expected;
        ret->valid += one.valid;
        if (one.kg != MICRO_MISSING)
            ret->kg = ret->kg == MICRO_MISSING ? one.kg : ret->kg + one.kg;
    }
    return 0;
}

int disclosed_fill(void *arg, const json_t *doc, const char *action, json_t *given, int64_t now,
                   struct err *e)
{
    struct api *api = arg;
    const json_t *fields = json_object_get(doc, "fields"), *rows = json_object_get(given, given_rows);
    if (strcmp(json_str(doc, "ledger", ""), ledger) != 0 || !json_array_size(rows))
        return 0;
    (void)action;
    const struct unit *u =
        place_unit_by_code(api->config.place, json_str(fields, "enterprise", ""));
    int year = (int)json_number_value(json_object_get(fields, "year"));
    int64_t first = cn_day_start(cn_days(year, 1, 1)), end = cn_day_start(cn_days(year + 1, 1, 1));
    scoped(json_decrefp) json_t *list = json_array();
    if (end > now)
        end = cn_day_start(cn_day_of(now)); /* today is not over */
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_copy(json_array_get(rows, i));
        int64_t kg = kg_in(json_str(row, "unit", ""));
        struct load_sum s = { .kg = MICRO_MISSING };
        if (!row || json_array_append_new(list, row) < 0)
            return err_set(e, -ENOMEM, "out of memory");
        int r = u && kg ? measure(api, u, row, first, end, &s, e) : 0;
        if (r < 0)
            return r;
        json_object_del(row, "measured");
        json_object_del(row, "valid");
        if (s.kg != MICRO_MISSING) {
            json_object_set_new(row, "measured", number(s.kg / kg));
            json_object_set_new(row, "valid", number(micro_muldiv(100 * MICRO_ONE, s.valid, s.expected ? s.expected : 1)));
        }
    }
    return json_object_set(given, given_rows, list) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
}
