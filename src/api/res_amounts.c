/* res_amounts.c - 许可排放量: what a permit allows in a year beside what its holder's outlets sent (with what is missing, and what the rules put in its
 * place) and what the execution reports say; when it was passed, or will be at the present pace. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"
#include "base/scoped.h"

/* Below that share of valid periods of the calendar nothing is said of what is left; what is passed is passed all the same. Near: at least so
 * much of the amount is gone, or the pace goes beyond it. */
enum { ENOUGH_VALID = 75, NEAR = 80, ITEMS_MAX = 100 };

static void add(micro *to, micro v)
{
    if (v != MICRO_MISSING)
        *to = *to == MICRO_MISSING ? v : micro_add(*to, v);
}

int load_of_unit(struct api *api, const struct unit *u, const char *word, int64_t from, int64_t to,
                 struct load_day *day, struct load_sum *ret, int *ret_outlets, struct err *e)
{
    const struct place *p = api->config.place;
    *ret = (struct load_sum){ .kg = MICRO_MISSING, .with = MICRO_MISSING };
    *ret_outlets = 0;
    for (size_t i = 0; i < p->n_sites; i++) {
        const struct site *s = &p->sites[i];
        bool outlet = s->kind == SITE_GAS_OUTLET || s->kind == SITE_WATER_OUTLET;
        const char *code = outlet && s->unit == u->id ? site_factor(s, word) : NULL;
        struct load_sum one;
        if (!code)
            continue;
        int r = load_days(api, s, code, from, to, day, &one, e);
        if (r < 0)
            return r;
        ++*ret_outlets;
        ret->valid += one.valid;
        ret->expected += one.expected;
        ret->missing += one.missing;
        ret->filled += one.filled;
        add(&ret->kg, one.kg);
        add(&ret->with, one.with);
    }
    return 0;
}

struct amounts {
    const struct unit *unit;
    const json_t *fields; /* the permit's */
    json_t *reports;      /* its execution reports of the year: glimpses of documents */
    int year;
    int64_t from, to, end; /* midnights: what is counted, up to today; the year's end */
};

static int64_t day_of(const json_t *o, const char *key)
{
    const char *text = json_str(o, key, "");
    int64_t ms;
    return cn_parse_iso(text, strlen(text), &ms) ? cn_day_start(cn_day_of(ms)) : 0;
}

/* The row in force on the last day that is counted; a change within the year holds from its day. */
static const json_t *allowed(const struct amounts *a, const char *item)
{
    const json_t *totals = json_object_get(a->fields, "totals"), *best = NULL;
    for (size_t i = 0; i < json_array_size(totals); i++) {
        const json_t *row = json_array_get(totals, i);
        if (strcmp(json_str(row, "factor", ""), item) == 0 && day_of(row, "from") < a->to &&
            (!best || day_of(row, "from") > day_of(best, "from")))
            best = row;
    }
    return best;
}

/* The yearly report where there is one, else the quarters together. */
static micro write_reports(struct jw *w, const struct amounts *a, const char *item)
{
    micro year = MICRO_MISSING, quarters = MICRO_MISSING;
    jw_key(w, "reports");
    jw_array(w);
    for (size_t i = 0; i < json_array_size(a->reports); i++) {
        const json_t *doc = json_array_get(a->reports, i), *fields = json_object_get(doc, "fields");
        const json_t *figures = json_object_get(fields, "figures");
        micro said = MICRO_MISSING;
        for (size_t k = 0; k < json_array_size(figures); k++)
            if (strcmp(json_str(json_array_get(figures, k), "item", ""), item) == 0)
                said = json_micro(json_array_get(figures, k), "reported", MICRO_MISSING);
        add(strcmp(json_str(fields, "kind", ""), "年度报告") == 0 ? &year : &quarters, said);
        jw_object(w);
        jw_kint(w, "case", json_int(doc, "id", 0));
        jw_kstr(w, "number", json_str(doc, "number", ""));
        jw_kstr(w, "title", json_str(fields, "title", ""));
        jw_kstr(w, "state", json_str(doc, "state", ""));
        jw_kstr(w, "due", json_str(fields, "due", ""));
        jw_kmicro(w, "amount", said, -1);
        jw_end_object(w);
    }
    jw_end_array(w);
    return year != MICRO_MISSING ? year : quarters;
}

/* The first day by whose end more than the amount had left; 0: not yet. */
static int64_t passed_on(const struct amounts *a, const struct load_day *day, micro kg)
{
    micro sum = 0;
    for (int64_t d = a->from; d < a->to; d += MS_DAY) {
        sum = micro_add(sum, day[(d - a->from) / MS_DAY].with);
        if (sum > kg)
            return d;
    }
    return 0;
}

static void write_day(struct jw *w, const char *key, int64_t day)
{
    char text[CN_TEXT];
    if (day)
        jw_kstr(w, key, cn_format_date(day, text));
    else
        jw_kstr(w, key, NULL);
}

/* limit and gone in kg. */
static void write_verdict(struct jw *w, const struct amounts *a, const struct load_day *day,
                          const struct load_sum *s, micro limit)
{
    int64_t days = (a->to - a->from) / MS_DAY, left = (a->end - a->to) / MS_DAY, passed = 0, passes = 0;
    micro projected = MICRO_MISSING;
    const char *verdict = "cannot";
    bool enough = s->expected && s->valid * 100 >= ENOUGH_VALID * s->expected;
    if (s->with != MICRO_MISSING && limit != MICRO_MISSING) {
        passed = passed_on(a, day, limit);
        if (enough && days > 0) {
            projected = micro_add(s->with, micro_muldiv(s->with, left, days));
            if (!passed && projected > limit && s->with > 0)
                passes = a->to + (micro_muldiv(limit - s->with, days, s->with)) * MS_DAY;
        }
        verdict = passed                                                ? "over"
                  : !enough                                             ? "cannot"
                  : passes || micro_muldiv(limit, NEAR, 100) <= s->with ? "near"
                                                                        : "under";
    }
    jw_kstr(w, "verdict", verdict);
    write_day(w, "passed_on", passed);
    write_day(w, "passes_on", passes);
    jw_kmicro(w, "projected", projected == MICRO_MISSING ? projected : projected / 1000, 6);
}

static int write_item(struct request *rq, struct jw *w, const struct amounts *a, const json_t *row,
                      struct err *e)
{
    const char *item = json_str(row, "factor", "");
    const json_t *now = allowed(a, item);
    micro amount = now ? json_micro(now, "amount", MICRO_MISSING) : MICRO_MISSING;
    struct load_sum s;
    int outlets = 0;
    scoped(freep) struct load_day *day = calloc(367, sizeof *day);
    if (!day)
        return err_set(e, -ENOMEM, "no memory for amounts");
    int r = load_of_unit(rq->api, a->unit, item, a->from, a->to, day, &s, &outlets, e);
    if (r < 0)
        return r;
    /* A permit says t/a with a few decimals; far beyond what a city emits it is no amount but a mistake. */
    if (amount != MICRO_MISSING && (amount < 0 || amount > INT64_C(1000000000) * MICRO_ONE))
        amount = MICRO_MISSING;
    jw_object(w);
    jw_kstr(w, "item", item);
    jw_kmicro(w, "permitted", amount, -1);
    jw_kstr(w, "permitted_from", now ? json_str(now, "from", "") : NULL);
    jw_kint(w, "outlets", outlets);
    jw_kmicro(w, "measured", s.kg == MICRO_MISSING ? s.kg : s.kg / 1000, 6);
    jw_kmicro(w, "with", s.with == MICRO_MISSING ? s.with : s.with / 1000, 6);
    jw_kint(w, "expected", s.expected);
    jw_kint(w, "valid", s.valid);
    jw_kint(w, "missing", s.missing);
    jw_kint(w, "filled", s.filled);
    jw_kmicro(w, "reported", write_reports(w, a, item), -1);
    write_verdict(w, a, day, &s, amount == MICRO_MISSING ? amount : amount * 1000);
    jw_end_object(w);
    return 0;
}

/* The permit's own execution reports of that year, as documents with their id. */
static int read_reports(struct request *rq, const json_t *permit, struct amounts *a, struct err *e)
{
    const json_t *ids = json_object_get(permit, "children");
    for (size_t i = 0; i < json_array_size(ids) && i < 1000; i++) {
        struct doc d;
        int64_t id = json_integer_value(json_array_get(ids, i));
        json_t *doc = NULL;
        int r = ledger_get_doc(rq->api->config.store, DOC_CASE, id, &d, e);
        if (r < 0)
            return r;
        r = json_read(d.body, strlen(d.body), &doc, e);
        doc_release(&d);
        if (r < 0)
            return r;
        const json_t *fields = json_object_get(doc, "fields");
        if (strcmp(json_str(doc, "ledger", ""), "execution") == 0 && !json_object_get(doc, "merged_into") &&
            json_int(fields, "year", 0) == a->year) {
            json_object_set_new(doc, "id", json_integer(id));
            json_array_append(a->reports, doc);
        }
        json_decref(doc);
    }
    return 0;
}

static bool seen_before(const json_t *totals, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(json_str(json_array_get(totals, k), "factor", ""),
                   json_str(json_array_get(totals, i), "factor", "")) == 0)
            return true;
    return false;
}

static int write_amounts(struct request *rq, const struct amounts *a, struct err *e)
{
    const json_t *totals = json_object_get(a->fields, "totals");
    char from[CN_TEXT], to[CN_TEXT];
    struct jw w = JW(&rq->out);
    int r = 0;
    jw_object(&w);
    jw_kint(&w, "year", a->year);
    jw_kstr(&w, "from", cn_format_date(a->from, from));
    jw_kstr(&w, "to", cn_format_date(a->to - MS_DAY, to));
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; r == 0 && i < json_array_size(totals) && i < ITEMS_MAX; i++)
        if (!seen_before(totals, i))
            r = write_item(rq, &w, a, json_array_get(totals, i), e);
    jw_end_array(&w);
    jw_end_object(&w);
    return r;
}

int cases_amounts(struct request *rq, struct err *e)
{
    struct doc d;
    scoped(json_decrefp) json_t *permit = NULL, *reports = json_array();
    struct cn_civil today = cn_from_ms(rq->now);
    int64_t year;
    int r = query_int(rq, "year", 2000, today.year, today.year, &year, e);
    if (r < 0 || (r = ledger_get_doc(rq->api->config.store, DOC_CASE, rq->id, &d, e)) < 0)
        return r;
    r = json_read(d.body, strlen(d.body), &permit, e);
    doc_release(&d);
    if (r == 0 && strcmp(json_str(permit, "ledger", ""), "permit") != 0)
        r = err_named(e, -ENOENT, "not_found", "case %lld is no permit", (long long)rq->id);
    if (r < 0)
        return r;
    struct amounts a = { .fields = json_object_get(permit, "fields"), .reports = reports, .year = (int)year };
    a.unit = place_unit_by_code(rq->api->config.place, json_str(a.fields, "enterprise", ""));
    a.from = cn_day_start(cn_days((int)year, 1, 1));
    a.end = cn_day_start(cn_days((int)year + 1, 1, 1));
    a.to = cn_day_start(cn_day_of(rq->now)); /* today is not over */
    if (a.to > a.end)
        a.to = a.end;
    /* A permit of this year is asked from its own first day. */
    int64_t issued = day_of(a.fields, "issued");
    if (issued > a.from && issued < a.to)
        a.from = issued;
    if (!a.unit || a.to <= a.from)
        return err_named(e, -ENOENT, "not_found", "nothing was sent yet in that year");
    r = read_reports(rq, permit, &a, e);
    return r == 0 ? write_amounts(rq, &a, e) : r;
}
