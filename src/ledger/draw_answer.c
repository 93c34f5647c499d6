/* draw_answer.c - a draw with all that it was made of, in one order, so that two who computed it compare one hash. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/sm3.h"
#include "ledger/chain.h"
#include "ledger/draw.h"

enum { MILLION = 1000000 };

static int object_order(const void *a, const void *b)
{
    return strcmp(((const struct draw_object *)a)->code, ((const struct draw_object *)b)->code);
}

static int officer_order(const void *a, const void *b)
{
    const struct draw_officer *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->unit, y->unit);
}

static int rate_order(const void *a, const void *b)
{
    return strcmp(((const struct draw_rate *)a)->tier, ((const struct draw_rate *)b)->tier);
}

/* The lists in order of code and name: the order in which somebody wrote them down means nothing. */
static json_t *input_of(const struct draw *d)
{
    json_t *objects = json_array(), *officers = json_array(), *rates = json_object();
    for (size_t i = 0; i < d->n_objects; i++)
        json_array_append_new(objects,
                              json_pack("{s:s, s:s}", "code", d->object[i].code, "tier", d->object[i].tier));
    for (size_t i = 0; i < d->n_officers; i++)
        json_array_append_new(
            officers, json_pack("{s:s, s:s}", "name", d->officer[i].name, "unit", d->officer[i].unit));
    for (size_t i = 0; i < d->n_rates; i++)
        json_object_set_new(rates, d->rate[i].tier, json_integer(d->rate[i].share));
    return json_pack("{s:o, s:o, s:I, s:o}", "objects", objects, "officers", officers, "per_object",
                     (json_int_t)d->per_object, "rates", rates);
}

/* What came of each tier's rate. Rounding up gives at most one object too many: that is the tolerance, and it is written. */
static json_t *tiers_of(const struct draw *d, const struct draw_pick *pick, size_t n)
{
    json_t *all = json_array();
    for (size_t t = 0; t < d->n_rates; t++) {
        const struct draw_rate *rate = &d->rate[t];
        int64_t objects = 0, drawn = 0;
        for (size_t i = 0; i < d->n_objects; i++)
            objects += strcmp(d->object[i].tier, rate->tier) == 0;
        for (size_t i = 0; i < n; i++)
            drawn += strcmp(d->object[pick[i].object].tier, rate->tier) == 0;
        if (!objects)
            continue;
        int64_t realised = drawn * MILLION / objects, tolerance = (MILLION + objects - 1) / objects;
        int64_t off = realised > rate->share ? realised - rate->share : rate->share - realised;
        json_array_append_new(all, json_pack("{s:s, s:I, s:I, s:f, s:f, s:f, s:b}", "tier", rate->tier,
                                             "objects", (json_int_t)objects, "drawn", (json_int_t)drawn,
                                             "rate", (double)rate->share / MILLION, "realised",
                                             (double)realised / MILLION, "tolerance",
                                             (double)tolerance / MILLION, "within", off <= tolerance));
    }
    return all;
}

static json_t *drawn_of(const struct draw *d, const struct draw_pick *pick, size_t n)
{
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++) {
        const struct draw_object *o = &d->object[pick[i].object];
        json_t *names = json_array();
        for (size_t k = 0; k < d->per_object; k++)
            json_array_append_new(names, json_string(d->officer[pick[i].officer[k]].name));
        json_array_append_new(
            all, json_pack("{s:s, s:s, s:o}", "code", o->code, "tier", o->tier, "officers", names));
    }
    return all;
}

static int hash_of(const json_t *input, char ret[SM3_HEX], struct err *e)
{
    scoped(freep) char *text = chain_dump(input);
    return text ? sm3_hex(text, strlen(text), ret, e) : err_set(e, -ENOMEM, "out of memory");
}

int draw_answer(const struct draw *given, json_t **ret, struct err *e)
{
    struct draw d = *given;
    scoped(freep) struct draw_object *object = calloc(d.n_objects + 1, sizeof *object);
    scoped(freep) struct draw_officer *officer = calloc(d.n_officers + 1, sizeof *officer);
    scoped(freep) struct draw_rate *rate = calloc(d.n_rates + 1, sizeof *rate);
    scoped(freep) struct draw_pick *pick = NULL;
    size_t n = 0;
    char hash[SM3_HEX];
    if (!object || !officer || !rate)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < d.n_objects; i++)
        object[i] = d.object[i];
    for (size_t i = 0; i < d.n_officers; i++)
        officer[i] = d.officer[i];
    for (size_t i = 0; i < d.n_rates; i++)
        rate[i] = d.rate[i];
    /* The work is spread over the officers in order of the tiers, so that order is part of the draw: a definition's table has none. */
    qsort(rate, d.n_rates, sizeof *rate, rate_order);
    qsort(object, d.n_objects, sizeof *object, object_order);
    qsort(officer, d.n_officers, sizeof *officer, officer_order);
    for (size_t i = 1; i < d.n_officers; i++)
        if (strcmp(officer[i].name, officer[i - 1].name) == 0)
            return err_named(e, -EINVAL, "draw.repeat",
                             "执法人员 %s 列了两次 | the officer %s is listed twice", officer[i].name,
                             officer[i].name);
    d.object = object;
    d.officer = officer;
    d.rate = rate;
    int r = draw(&d, &pick, &n, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *input = input_of(&d);
    if (!input || (r = hash_of(input, hash, e)) < 0)
        return input ? r : err_set(e, -ENOMEM, "out of memory");
    *ret = json_pack("{s:s, s:O, s:s, s:o, s:o}", "seed", d.seed, "input", input, "input_hash", hash, "tiers",
                     tiers_of(&d, pick, n), "drawn", drawn_of(&d, pick, n));
    return *ret ? 0 : err_set(e, -EINVAL, "a name or a code is not UTF-8");
}
