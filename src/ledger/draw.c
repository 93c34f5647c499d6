/* draw.c - tickets by SM3, lowest first. */
#include "ledger/draw.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/sm3.h"

enum { MILLION = 1000000 };

struct ticket {
    char hash[SM3_HEX];
    size_t index;
    const char *code;
};

static int make_ticket(const char *seed, const char *a, const char *b, size_t index, const char *code,
                       struct ticket *ret, struct err *e)
{
    struct sm3 s;
    int r = sm3_begin(&s, e);
    if (r < 0)
        return r;
    const char *const parts[] = { seed, "|", a, "|", b };
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        sm3_add(&s, parts[i], strlen(parts[i]));
    ret->index = index;
    ret->code = code;
    return sm3_end(&s, ret->hash, e);
}

static int by_ticket(const void *pa, const void *pb)
{
    const struct ticket *a = pa, *b = pb;
    int order = strcmp(a->hash, b->hash);
    return order ? order : strcmp(a->code, b->code);
}

static int by_code(const void *pa, const void *pb)
{
    const struct ticket *a = pa, *b = pb;
    return strcmp(a->code, b->code);
}

/* Every object has a tier with a rate, and no code stands twice. */
static int check_objects(const struct draw *d, struct err *e)
{
    scoped(freep) struct ticket *all = calloc(d->n_objects + 1, sizeof *all);
    if (!all)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < d->n_objects; i++) {
        size_t t = 0;
        while (t < d->n_rates && strcmp(d->rate[t].tier, d->object[i].tier) != 0)
            t++;
        if (t == d->n_rates)
            return err_named(e, -EINVAL, "draw.tier",
                             "%s：档次“%s”没有抽取比例 | %s: the tier '%s' has no rate", d->object[i].code,
                             d->object[i].tier, d->object[i].code, d->object[i].tier);
        all[i].code = d->object[i].code;
    }
    qsort(all, d->n_objects, sizeof *all, by_code);
    for (size_t i = 1; i < d->n_objects; i++)
        if (strcmp(all[i].code, all[i - 1].code) == 0)
            return err_named(e, -EINVAL, "draw.repeat", "对象 %s 列了两次 | the object %s is listed twice",
                             all[i].code, all[i].code);
    return 0;
}

/* The tier's drawn objects, appended to pick. */
static int draw_tier(const struct draw *d, const struct draw_rate *rate, struct draw_pick *pick, size_t *n,
                     struct err *e)
{
    scoped(freep) struct ticket *ticket = calloc(d->n_objects + 1, sizeof *ticket);
    size_t in_tier = 0;
    int r = ticket ? 0 : err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; r == 0 && i < d->n_objects; i++)
        if (strcmp(d->object[i].tier, rate->tier) == 0)
            r = make_ticket(d->seed, rate->tier, d->object[i].code, i, d->object[i].code, &ticket[in_tier++],
                            e);
    if (r < 0)
        return r;
    qsort(ticket, in_tier, sizeof *ticket, by_ticket);
    size_t take = ((size_t)rate->share * in_tier + MILLION - 1) / MILLION;
    for (size_t i = 0; i < take; i++)
        pick[(*n)++].object = ticket[i].index;
    return 0;
}

/* Gives an object its officers; load counts how many objects each has, even is the most that an even share gives. */
static int draw_officers(const struct draw *d, struct draw_pick *pick, size_t *load, size_t even,
                         struct err *e)
{
    const struct draw_object *o = &d->object[pick->object];
    scoped(freep) struct ticket *ticket = calloc(d->n_officers + 1, sizeof *ticket);
    int r = ticket ? 0 : err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; r == 0 && i < d->n_officers; i++)
        r = make_ticket(d->seed, o->code, d->officer[i].name, i, d->officer[i].name, &ticket[i], e);
    if (r < 0)
        return r;
    qsort(ticket, d->n_officers, sizeof *ticket, by_ticket);
    size_t have = 0;
    /* First those with a free place; when units to be avoided leave too few of them, whoever has the lowest ticket. */
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < d->n_officers && have < d->per_object; i++) {
            size_t who = ticket[i].index;
            bool taken = false;
            for (size_t k = 0; k < have; k++)
                taken |= pick->officer[k] == who;
            if (taken || strcmp(d->officer[who].unit, o->code) == 0 || (round == 0 && load[who] >= even))
                continue;
            pick->officer[have++] = who;
            load[who]++;
        }
    if (have < d->per_object)
        return err_named(e, -EINVAL, "draw.officers",
                         "%s：回避本单位后执法人员不足%zu人 | %s: fewer than %zu officers of other units",
                         o->code, d->per_object, o->code, d->per_object);
    return 0;
}

int draw(const struct draw *d, struct draw_pick **ret, size_t *ret_n, struct err *e)
{
    if (!d->seed || !*d->seed)
        return err_named(e, -EINVAL, "draw.seed", "缺随机种子 | there is no seed");
    if (d->per_object < 1 || d->per_object > DRAW_OFFICERS_MAX)
        return err_set(e, -EINVAL, "per_object is 1 to %d", DRAW_OFFICERS_MAX);
    for (size_t i = 0; i < d->n_rates; i++)
        if (d->rate[i].share < 0 || d->rate[i].share > MILLION)
            return err_named(e, -EINVAL, "draw.rate",
                             "“%s”的比例须在0到1之间 | the rate of '%s' is not 0 to 1", d->rate[i].tier,
                             d->rate[i].tier);
    int r = check_objects(d, e);
    if (r < 0)
        return r;
    scoped(freep) struct draw_pick *pick = calloc(d->n_objects + 1, sizeof *pick);
    scoped(freep) size_t *load = calloc(d->n_officers + 1, sizeof *load);
    size_t n = 0;
    if (!pick || !load)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; r == 0 && i < d->n_rates; i++)
        r = draw_tier(d, &d->rate[i], pick, &n, e);
    size_t even = d->n_officers ? (n * d->per_object + d->n_officers - 1) / d->n_officers : 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = draw_officers(d, &pick[i], load, even, e);
    if (r < 0)
        return r;
    *ret = pick;
    *ret_n = n;
    pick = NULL;
    return 0;
}
