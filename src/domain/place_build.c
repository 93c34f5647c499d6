/* A city file becomes a place: every code is looked up and every figure checked here, so that the rest need not. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "domain/factor.h"
#include "domain/place_own.h"
#include "domain/record.h"

/* A copy of a text member, "" when absent. */
static const char *text(struct arena *a, const json_t *o, const char *key)
{
    return arena_strdup(a, json_str(o, key, ""));
}

/* The id of the entry whose "code" is `code`; 0 for "". -1 when there is none. */
static int32_t id_of(const json_t *list, const char *code)
{
    if (!*code)
        return 0;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_str(json_array_get(list, i), "code", ""), code) == 0)
            return (int32_t)i + 1;
    return -1;
}

static int check_codes(const json_t *list, const char *what, struct err *e)
{
    if (!json_is_array(list))
        return err_named(e, -EINVAL, "city.shape", "%s: must be a list", what);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *code = json_str(json_array_get(list, i), "code", "");
        if (!*code)
            return err_named(e, -EINVAL, "city.shape", "%s[%zu]: has no code", what, i);
        if (id_of(list, code) != (int32_t)i + 1)
            return err_named(e, -EINVAL, "city.repeat", "%s[%zu]: code '%s' is used twice", what, i, code);
    }
    return 0;
}

static int build_regions(struct place_owner *o, const json_t *list, struct err *e)
{
    size_t n = json_array_size(list);
    struct region *r = arena_alloc(&o->arena, n * sizeof *r + 1);
    if (!r)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const json_t *j = json_array_get(list, i);
        int32_t parent = id_of(list, json_str(j, "parent", ""));
        if (parent < 0)
            return err_named(e, -EINVAL, "city.reference", "regions[%zu]: no region '%s'", i,
                             json_str(j, "parent", ""));
        r[i] = (struct region){ .id = (int32_t)i + 1,
                                .parent = parent,
                                .code = text(&o->arena, j, "code"),
                                .name = text(&o->arena, j, "name"),
                                .name_en = text(&o->arena, j, "name_en") };
    }
    o->place.regions = r;
    o->place.n_regions = n;
    for (size_t i = 0; i < n; i++) { /* who walks from a region upwards must come to an end */
        const struct region *at = &r[i];
        for (size_t steps = 0; at->parent && steps <= n; steps++)
            at = &r[at->parent - 1];
        if (at->parent)
            return err_named(e, -EINVAL, "city.reference", "regions[%zu]: '%s' lies within itself", i,
                             r[i].code);
    }
    return 0;
}

static int build_units(struct place_owner *o, const json_t *list, struct err *e)
{
    size_t n = json_array_size(list);
    struct unit *u = arena_alloc(&o->arena, n * sizeof *u + 1);
    if (!u)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const json_t *j = json_array_get(list, i);
        int32_t parent = id_of(list, json_str(j, "parent", ""));
        if (parent < 0)
            return err_named(e, -EINVAL, "city.reference", "units[%zu]: no unit '%s'", i,
                             json_str(j, "parent", ""));
        u[i] = (struct unit){ .id = (int32_t)i + 1,
                              .parent = parent,
                              .code = text(&o->arena, j, "code"),
                              .name = text(&o->arena, j, "name"),
                              .name_en = text(&o->arena, j, "name_en"),
                              .kind = text(&o->arena, j, "kind") };
    }
    o->place.units = u;
    o->place.n_units = n;
    for (size_t i = 0; i < n; i++)
        if (u[i].parent && place_unit_within(&o->place, u[i].parent, u[i].id))
            return err_named(e, -EINVAL, "city.reference", "units[%zu]: '%s' depends on itself", i,
                             u[i].code);
    return 0;
}

static int read_date(const json_t *j, const char *key, int64_t otherwise, int64_t *ret)
{
    const char *date = json_str(j, key, NULL);
    int64_t ms;
    *ret = otherwise;
    if (!date)
        return json_object_get(j, key) && !json_is_null(json_object_get(j, key)) ? -EINVAL : 0;
    if (strlen(date) != 10 || !cn_parse_iso(date, 10, &ms))
        return -EINVAL;
    *ret = cn_day_of(ms);
    return 0;
}

/* Two limits on one factor may follow one another, not overlap: which one holds on a day must be plain. */
static int check_limits(const struct site *s, struct err *e)
{
    for (size_t i = 0; i < s->limits->n; i++) {
        const struct site_limit *a = &s->limits->limit[i];
        if ((a->upper != MICRO_MISSING && value_beyond(a->upper)) ||
            (a->lower != MICRO_MISSING && value_beyond(a->lower)))
            return err_named(e, -EINVAL, "city.shape", "site %s: limit on %s: beyond any value", s->code,
                             a->code);
        if (a->to < a->from)
            return err_named(e, -EINVAL, "city.shape", "site %s: limit on %s: to is before from", s->code,
                             a->code);
        for (size_t k = 0; k < i; k++) {
            const struct site_limit *b = &s->limits->limit[k];
            if (strcmp(a->code, b->code) == 0 && a->from <= b->to && b->from <= a->to)
                return err_named(e, -EINVAL, "city.repeat", "site %s: two limits on %s hold on the same day",
                                 s->code, a->code);
        }
    }
    return 0;
}

static int build_limits(struct place_owner *o, struct site *s, const json_t *list, struct err *e)
{
    size_t n = json_array_size(list);
    struct site_limit *l = arena_alloc(&o->arena, n * sizeof *l + 1);
    struct site_limits *all = arena_alloc(&o->arena, sizeof *all);
    if (!l || !all)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const json_t *j = json_array_get(list, i);
        l[i] = (struct site_limit){ .code = text(&o->arena, j, "factor"),
                                    .upper = json_micro(j, "upper", MICRO_MISSING),
                                    .lower = json_micro(j, "lower", MICRO_MISSING),
                                    .basis = text(&o->arena, j, "basis") };
        if (read_date(j, "from", SITE_LIMIT_ALWAYS, &l[i].from) < 0 ||
            read_date(j, "to", SITE_LIMIT_EVER, &l[i].to) < 0)
            return err_named(e, -EINVAL, "city.shape",
                             "site %s: limit on %s: from or to is no date (2026-03-01)", s->code, l[i].code);
    }
    *all = (struct site_limits){ n, l };
    s->limits = all;
    return check_limits(s, e);
}

static int build_codes(struct place_owner *o, const json_t *list, const char *const **ret, struct err *e)
{
    size_t n = json_array_size(list);
    const char **f = arena_alloc(&o->arena, (n + 1) * sizeof *f);
    if (!f)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const char *code = json_string_value(json_array_get(list, i));
        f[i] = arena_strdup(&o->arena, code ? code : "");
    }
    *ret = f;
    return 0;
}

/* A code stands in the text of records: nothing in it may part their pieces. */
static int check_sampled(const struct site *s, struct err *e)
{
    size_t n = 0;
    for (; s->sampled[n]; n++)
        if (!*s->sampled[n] || strlen(s->sampled[n]) > SAMPLED_CODE ||
            strspn(s->sampled[n], "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(s->sampled[n]))
            return err_named(e, -EINVAL, "city.shape", "site %s: sampled '%.40s' is no code", s->code,
                             s->sampled[n]);
    return n <= SAMPLED_MOST ? 0
                             : err_named(e, -EINVAL, "city.shape", "site %s: more than %d items are sampled",
                                         s->code, SAMPLED_MOST);
}

static int one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

/* What sections and sampled points say of themselves beyond what every site does. */
static int build_water(struct place_owner *o, const json_t *city, const json_t *j, struct site *s,
                       struct err *e)
{
    static const char *const uses[] = { "paddy", "other", "orchard", "class1", "class2", NULL };
    const json_t *regions = json_object_get(city, "regions");
    s->river = text(&o->arena, j, "river");
    s->upstream = id_of(regions, json_str(j, "upstream", ""));
    s->downstream = id_of(regions, json_str(j, "downstream", ""));
    s->to_sea = json_flag(j, "to_sea", false);
    s->area = json_micro(j, "area", MICRO_MISSING);
    s->use = text(&o->arena, j, "use");
    if (s->upstream < 0 || s->downstream < 0 || (s->upstream > 0) != (s->downstream > 0) ||
        (s->upstream > 0 && s->upstream == s->downstream))
        return err_named(e, -EINVAL, "city.reference",
                         "site %s: upstream and downstream name two regions, or neither is given", s->code);
    if (s->kind != SITE_RIVER && (*s->river || s->upstream || s->to_sea))
        return err_named(
            e, -EINVAL, "city.shape",
            "site %s: only a river site has a river, districts up and down, and a way to the sea", s->code);
    if (s->area != MICRO_MISSING && (s->area <= 0 || s->area > INT64_C(1000000) * MICRO_ONE))
        return err_named(e, -EINVAL, "city.shape", "site %s: area is not above 0 and up to 10^6 km²",
                         s->code);
    if ((s->kind == SITE_SOIL) != (*s->use != 0) || (*s->use && !one_of(s->use, uses)))
        return err_named(
            e, -EINVAL, "city.shape",
            "site %s: a soil site, and no other, has a use: paddy, other, orchard, class1, class2", s->code);
    int r = build_codes(o, json_object_get(j, "sampled"), &s->sampled, e);
    return r < 0 ? r : check_sampled(s, e);
}

/* assessed = ["city", "county"]; absent: both, as for a city whose points all count. */
static int build_assessed(struct site *s, const json_t *list, size_t i, struct err *e)
{
    s->for_city = s->for_county = list == NULL;
    if (list && !json_is_array(list))
        return err_named(e, -EINVAL, "city.shape", "sites[%zu] %s: assessed must be a list", i, s->code);
    for (size_t k = 0; k < json_array_size(list); k++) {
        const char *word = json_string_value(json_array_get(list, k));
        bool city = word && strcmp(word, "city") == 0;
        if (!city && !(word && strcmp(word, "county") == 0))
            return err_named(e, -EINVAL, "city.shape",
                             "sites[%zu] %s: assessed '%s' is neither city nor county", i, s->code,
                             word ? word : "?");
        *(city ? &s->for_city : &s->for_county) = true;
    }
    return 0;
}

enum { INTERVAL_MOST = 31 * 86400 }; /* of real-time data, in seconds; silence is counted in intervals */

static int build_site(struct place_owner *o, const json_t *city, const json_t *j, size_t i, struct site *s,
                      struct err *e)
{
    const char *region = json_str(j, "region", ""), *unit = json_str(j, "unit", ""),
               *kind = json_str(j, "kind", "");
    *s = (struct site){ .id = (int32_t)i + 1,
                        .code = text(&o->arena, j, "code"),
                        .name = text(&o->arena, j, "name"),
                        .name_en = text(&o->arena, j, "name_en"),
                        .kind = SITE_KINDS,
                        .region = id_of(json_object_get(city, "regions"), region),
                        .unit = id_of(json_object_get(city, "units"), unit),
                        .lng = json_number_value(json_object_get(j, "lng")),
                        .lat = json_number_value(json_object_get(j, "lat")),
                        .mn = text(&o->arena, j, "mn"),
                        .pw = text(&o->arena, j, "pw"),
                        .edition = arena_strdup(&o->arena, json_str(j, "edition", "2017")),
                        .origin = text(&o->arena, j, "origin"),
                        .origin_note = text(&o->arena, j, "origin_note"),
                        .origin_note_en = text(&o->arena, j, "origin_note_en"),
                        .reference_o2 = json_micro(j, "reference_o2", MICRO_MISSING),
                        .target_class = text(&o->arena, j, "target_class"),
                        .network = text(&o->arena, j, "network") };
    if (json_int_within(j, "interval", 0, INTERVAL_MOST, 0, &s->interval, e) < 0 ||
        json_int_within(j, "class", 1, 2, 2, &s->zone_class, e) < 0)
        return err_named(e, -EINVAL, "city.shape", "sites[%zu] %s: interval is 0 to %d s, class is 1 or 2", i,
                         s->code, INTERVAL_MOST);
    const char *body = json_str(j, "body", "river");
    s->lake = strcmp(body, "lake") == 0;
    for (int k = 0; k < SITE_KINDS; k++)
        if (strcmp(site_kind_word((enum site_kind)k), kind) == 0)
            s->kind = (enum site_kind)k;
    if (s->kind == SITE_KINDS)
        return err_named(e, -EINVAL, "city.shape",
                         "sites[%zu] %s: kind '%s' is none of air, river, water_outlet, gas_outlet, sea, "
                         "groundwater, soil, drinking",
                         i, s->code, kind);
    if (s->region <= 0 || s->unit < 0)
        return err_named(e, -EINVAL, "city.reference", "sites[%zu] %s: no %s '%s'", i, s->code,
                         s->region <= 0 ? "region" : "unit", s->region <= 0 ? region : unit);
    if (!s->lake && strcmp(body, "river") != 0)
        return err_named(e, -EINVAL, "city.shape", "sites[%zu] %s: body '%s' is neither river nor lake", i,
                         s->code, body);
    if (s->kind != SITE_RIVER && (json_object_get(j, "body") || *s->network))
        return err_named(e, -EINVAL, "city.shape",
                         "sites[%zu] %s: only a river site has a body and a network", i, s->code);
    if (!(fabs(s->lng) <= 180 && fabs(s->lat) <= 90))
        return err_named(e, -EINVAL, "city.shape", "sites[%zu] %s: position outside the earth", i, s->code);
    if (s->reference_o2 != MICRO_MISSING && (s->reference_o2 < 0 || s->reference_o2 >= 21 * MICRO_ONE))
        return err_named(e, -EINVAL, "city.shape", "sites[%zu] %s: reference_o2 is not 0 to below 21 (%%)", i,
                         s->code);
    int r = build_assessed(s, json_object_get(j, "assessed"), i, e);
    if (r == 0)
        r = build_limits(o, s, json_object_get(j, "limits"), e);
    if (r == 0)
        r = build_water(o, city, j, s, e);
    return r < 0 ? r : build_codes(o, json_object_get(j, "factors"), &s->factors, e);
}

static int build_sites(struct place_owner *o, const json_t *city, struct err *e)
{
    const json_t *list = json_object_get(city, "sites");
    size_t n = json_array_size(list);
    struct site *s = arena_alloc(&o->arena, n * sizeof *s + 1);
    if (!s)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        int r = build_site(o, city, json_array_get(list, i), i, &s[i], e);
        if (r < 0)
            return r;
    }
    o->place.sites = s;
    o->place.n_sites = n;
    o->filed = arena_alloc(&o->arena, n * sizeof *o->filed + 1);
    for (size_t i = 0; o->filed && i < n; i++)
        o->filed[i] = s[i].limits;
    return o->filed ? 0 : err_set(e, -ENOMEM, "out of memory");
}

static bool day_of(const json_t *o, const char *key, int64_t *ret)
{
    const char *s = json_str(o, key, "");
    int64_t ms;
    if (strlen(s) != 10 || !cn_parse_iso(s, 10, &ms))
        return false;
    *ret = cn_day_of(ms);
    return true;
}

static int build_events(struct place_owner *o, const json_t *list, struct err *e)
{
    size_t n = json_array_size(list);
    struct place_event *v = arena_alloc(&o->arena, n * sizeof *v + 1);
    if (!v)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const json_t *j = json_array_get(list, i), *items = json_object_get(j, "items");
        v[i] = (struct place_event){ .dust = strcmp(json_str(j, "kind", ""), "dust") == 0,
                                     .approver = text(&o->arena, j, "approver"),
                                     .paper = text(&o->arena, j, "paper") };
        for (size_t k = 0; k < json_array_size(items); k++) {
            const char *word = json_string_value(json_array_get(items, k));
            int item = word ? air_item_from_word(word, strlen(word)) : -1;
            if (item < 0)
                return err_named(e, -EINVAL, "city.shape", "air_events[%zu]: '%s' is no item", i,
                                 word ? word : "?");
            v[i].items |= 1u << item;
        }
        if (!day_of(j, "from", &v[i].from) || !day_of(j, "to", &v[i].to) || v[i].to < v[i].from ||
            !v[i].items)
            return err_named(e, -EINVAL, "city.shape", "air_events[%zu]: wants from, to (dates) and items",
                             i);
    }
    o->place.events = v;
    o->place.n_events = n;
    return 0;
}

int place_build(const json_t *city, struct place **ret, struct err *e)
{
    int r;
    if ((r = check_codes(json_object_get(city, "regions"), "regions", e)) < 0 ||
        (r = check_codes(json_object_get(city, "units"), "units", e)) < 0 ||
        (r = check_codes(json_object_get(city, "sites"), "sites", e)) < 0)
        return r;
    struct place_owner *o = calloc(1, sizeof *o);
    if (!o)
        return err_set(e, -ENOMEM, "out of memory");
    o->place.name = text(&o->arena, city, "name");
    o->place.name_en = text(&o->arena, city, "name_en");
    o->place.water_scheme = text(&o->arena, city, "water_scheme");
    if ((r = build_regions(o, json_object_get(city, "regions"), e)) < 0 ||
        (r = build_units(o, json_object_get(city, "units"), e)) < 0 || (r = build_sites(o, city, e)) < 0 ||
        (r = build_events(o, json_object_get(city, "air_events"), e)) < 0) {
        place_free(&o->place);
        return r;
    }
    *ret = &o->place;
    return 0;
}
