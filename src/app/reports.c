#include "app/reports.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/cases.h"
#include "base/cntime.h"
#include "base/scoped.h"

static const json_t *fields_of(const json_t *doc)
{
    return json_object_get(doc, "fields");
}

static bool day_of(const char *s, int64_t *ret)
{
    int64_t ms;
    if (!cn_parse_iso(s, strlen(s), &ms))
        return false;
    *ret = cn_day_of(ms);
    return true;
}

/* ---- figures ---- */

struct figure_ask {
    const struct core *c;
    const json_t *target;
    int64_t from, to; /* days; to is exclusive */
    bool month;
    int64_t day; /* of the figure that is kept */
    json_t *ret;
};

static bool whole_city(const struct core *c, const char *place)
{
    static const char *const all[] = { "", "全市", "市域", "全域", "本市", "我市" };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(place, all[i]) == 0)
            return true;
    return strcmp(place, c->place->name) == 0;
}

static bool same_place(const struct core *c, const char *a, const char *b)
{
    return strcmp(a, b) == 0 || (whole_city(c, a) && whole_city(c, b));
}

/* A figure given for one target is for no other; one given for none is for all with its words and place. */
static bool is_for(const struct figure_ask *a, const json_t *f)
{
    int64_t target = json_int(f, "target", 0), id = json_int(a->target, "id", 0);
    if (target)
        return target == id;
    return same_place(a->c, json_str(f, "region", ""), json_str(a->target, "region", ""));
}

static const char *unit_name(const struct core *c, const char *code)
{
    const struct unit *u = place_unit_by_code(c->place, code);
    return u ? u->name : code;
}

/* The newest day stands; of one day the case that was opened last. */
static int take_figure(int64_t id, const char *number, const json_t *doc, void *arg)
{
    struct figure_ask *a = arg;
    const json_t *f = fields_of(doc);
    int64_t day;
    bool month = strcmp(json_str(f, "span", ""), "当月") == 0;
    if (!day_of(json_str(f, "on", ""), &day) || day < a->from || day >= a->to || month != a->month ||
        !is_for(a, f) || (a->ret && day < a->day))
        return 0;
    json_t *one =
        json_pack("{s:O,s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:O?}", "value", json_object_get(f, "value"), "unit",
                  json_str(f, "unit", ""), "on", json_str(f, "on", ""), "case", (json_int_t)id, "number",
                  number, "source", json_str(f, "source", ""), "method", json_str(f, "method", ""), "by",
                  unit_name(a->c, json_str(f, "owner", "")), "files", json_object_get(f, "proof"));
    if (!one)
        return -ENOMEM;
    json_decref(a->ret);
    a->ret = one;
    a->day = day;
    return 0;
}

int reported_figure(void *arg, const json_t *target, int year, int month, int64_t at, json_t **ret,
                    struct err *e)
{
    struct figure_ask a = { .c = arg, .target = target, .month = month > 0 };
    struct case_query q = {
        .ledger = "figure", .state = "采用", .group = json_str(target, "indicator", ""), .light = -1
    };
    a.from = cn_days(year, month ? month : 1, 1);
    a.to = month ? a.from + cn_days_in_month(year, month) : cn_days(year + 1, 1, 1);
    int64_t over =
        cn_day_of(at - 1) + 1; /* no figure of a day to come; when it was adopted does not matter */
    a.to = a.to < over ? a.to : over;
    int r = cases_each(a.c->store, &q, take_figure, &a, e);
    if (r < 0)
        json_decref(a.ret);
    else if (!a.ret)
        r = -ENOENT;
    else
        *ret = a.ret;
    return r;
}

/* ---- emissions ---- */

struct emission_ask {
    const char *pollutant;
    int base_year, year;
    int64_t from, at;
    json_t *ret, *projects;
    micro cut;
    int64_t waiting;
};

/* What people enter is bounded by the ledgers' fields; so many of them stay a micro. */
#define TONS_MOST (100000000 * MICRO_ONE)

static bool tons(const json_t *o, const char *key, micro *ret)
{
    *ret = json_micro(o, key, MICRO_MISSING);
    return *ret != MICRO_MISSING && *ret >= -TONS_MOST && *ret <= TONS_MOST;
}

static int take_inventory(int64_t id, const char *number, const json_t *doc, void *arg)
{
    struct emission_ask *a = arg;
    const json_t *f = fields_of(doc), *rows = json_object_get(f, "added"), *row;
    micro base, added = 0, one;
    size_t i;
    if (json_int(f, "base_year", 0) != a->base_year || !tons(f, "base", &base) || a->ret)
        return 0;
    json_array_foreach(rows, i, row)
    {
        int64_t year = json_int(row, "year", 0);
        if (year > a->base_year && year <= a->year && tons(row, "t", &one))
            added += one;
    }
    a->ret = json_pack("{s:O,s:i,s:o,s:I,s:s,s:s}", "base", json_object_get(f, "base"), "base_year",
                       a->base_year, "added", json_real(micro_to_double(added)), "case", (json_int_t)id,
                       "number", number, "source", json_str(f, "source", ""));
    return a->ret ? 0 : -ENOMEM;
}

/* Only what was closed by verification counts; one that came back is open again and does not. */
static int take_project(int64_t id, const char *number, const json_t *doc, void *arg)
{
    struct emission_ask *a = arg;
    const json_t *f = fields_of(doc);
    int64_t closed = json_int(doc, "closed", 0);
    char day[CN_TEXT];
    micro cut;
    if (strcmp(json_str(f, "pollutant", ""), a->pollutant) != 0)
        return 0;
    if (!closed || closed > a->at) {
        a->waiting++;
        return 0;
    }
    if (closed < a->from || !tons(f, "cut", &cut) || a->cut > TONS_MOST || a->cut < -TONS_MOST)
        return 0;
    a->cut += cut;
    return json_array_append_new(a->projects, json_pack("{s:I,s:s,s:s,s:O,s:s}", "case", (json_int_t)id,
                                                        "number", number, "title", json_str(f, "title", ""),
                                                        "cut", json_object_get(f, "cut"), "closed",
                                                        cn_format_date(closed, day))) < 0
               ? -ENOMEM
               : 0;
}

int reported_emission(void *arg, const char *pollutant, int base_year, int year, int64_t at, json_t **ret,
                      struct err *e)
{
    const struct core *c = arg;
    scoped(json_decrefp) json_t *projects = json_array();
    struct emission_ask a = { .pollutant = pollutant,
                              .base_year = base_year,
                              .year = year,
                              .from = cn_day_start(cn_days(base_year + 1, 1, 1)),
                              .at = at,
                              .projects = projects };
    int64_t end = cn_day_start(cn_days(year + 1, 1, 1)) - 1;
    a.at = at < end ? at : end;
    struct case_query q = { .ledger = "emission", .state = "定稿", .group = pollutant, .light = -1 };
    int r = projects ? cases_each(c->store, &q, take_inventory, &a, e) : -ENOMEM;
    if (r == 0 && !a.ret)
        return -ENOENT;
    q = (struct case_query){ .ledger = "industry", .light = -1 };
    if (r == 0)
        r = cases_each(c->store, &q, take_project, &a, e);
    if (r == 0 && (json_object_set(a.ret, "projects", projects) < 0 ||
                   json_object_set_new(a.ret, "cut", json_real(micro_to_double(a.cut))) < 0 ||
                   json_object_set_new(a.ret, "waiting", json_integer(a.waiting)) < 0))
        r = -ENOMEM;
    if (r < 0)
        json_decref(a.ret);
    else
        *ret = a.ret;
    return r;
}
