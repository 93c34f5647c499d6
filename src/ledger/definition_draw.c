/* definition_draw.c - how a ledger's cases are drawn at random (draw.h): draw = { objects, officers, per_object, tier, rates }. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"
#include "ledger/draw.h"

static int read_rates(struct reader *r, const json_t *rates)
{
    struct drawing *d = &r->d->draw;
    const char *tier;
    json_t *share;
    json_object_foreach((json_t *)rates, tier, share)
    {
        double x = json_number_value(share);
        if (d->n_rates == DRAW_TIERS_MAX)
            return reader_fault(r, "draw", NULL, "rates are more than %d", DRAW_TIERS_MAX);
        if (!json_is_number(share) || x < 0 || x > 1)
            return reader_fault(r, "draw", NULL, "the rate of '%s' is a number from 0 to 1", tier);
        d->rate[d->n_rates++] = (struct draw_rate){ tier, (int64_t)(x * 1e6 + 0.5) };
    }
    return d->n_rates ? 0 : reader_fault(r, "draw", NULL, "wants rates = { [\"tier\"] = 0.25, ... }");
}

static int read_tier(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "ledger", "field", "where", "default", "states" };
    struct drawing *d = &r->d->draw;
    const char *theirs = "";
    json_t *ours = NULL;
    json_object_foreach((json_t *)json_object_get(o, "where"), theirs, ours) break;
    d->tier_ledger = json_str(o, "ledger", NULL);
    d->tier_field = json_str(o, "field", NULL);
    d->tier_object = theirs;
    d->tier_default = json_str(o, "default", NULL);
    d->tier_states = json_object_get(o, "states");
    for (size_t i = 0; i < json_array_size(d->tier_states); i++)
        if (!json_is_string(json_array_get(d->tier_states, i)))
            return reader_fault(r, "draw", NULL, "tier.states is a list of states");
    if (!d->tier_ledger || !d->tier_field || !*theirs || !d->tier_default)
        return reader_fault(r, "draw", NULL,
                            "tier = { ledger, field, where = { their = \"ours\" }, default = \"tier\" }");
    return reader_only_keys(r, o, "draw", NULL, known, COUNT_OF(known));
}

static bool is_texts(const json_t *list)
{
    bool fits = true;
    for (size_t i = 0; fits && i < json_array_size(list); i++)
        fits = json_is_string(json_array_get(list, i));
    return fits;
}

/* except = { ledger, where = { their = "ours" }, states, named = { ledger = "unit field" }, findings = "ledger" } */
static int read_except(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "ledger", "where", "states", "named", "findings" };
    struct drawing *d = &r->d->draw;
    const char *theirs = "", *ledger;
    json_t *ours = NULL, *field;
    if (!o)
        return 0;
    json_object_foreach((json_t *)json_object_get(o, "where"), theirs, ours) break;
    d->except_ledger = json_str(o, "ledger", NULL);
    d->except_object = theirs;
    d->except_states = json_object_get(o, "states");
    d->named = json_object_get(o, "named");
    d->findings = json_str(o, "findings", NULL);
    if (!d->except_ledger || !*theirs || !json_array_size(d->except_states) || !is_texts(d->except_states))
        return reader_fault(r, "draw", NULL,
                            "except = { ledger, where = { their = \"ours\" }, states = { ... } }");
    json_object_foreach((json_t *)d->named, ledger, field)
    {
        if (!reader_is_id(ledger) || !json_is_string(field))
            return reader_fault(r, "draw", NULL, "except.named is { ledger = \"its unit field\" }");
    }
    return reader_only_keys(r, o, "draw", NULL, known, COUNT_OF(known));
}

int read_draw(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "objects", "officers", "per_object", "tier",
                                         "rates",   "fields",   "except" };
    struct drawing *d = &r->d->draw;
    if (!o)
        return 0;
    const struct field *objects = definition_field(r->d, json_str(o, "objects", "")),
                       *officers = definition_field(r->d, json_str(o, "officers", ""));
    int64_t each = json_int(o, "per_object", 2);
    if (!objects || objects->type != FIELD_UNIT || !officers || officers->type != FIELD_LIST)
        return reader_fault(r, "draw", NULL, "objects names a unit field and officers a list field");
    if (each < 1 || each > DRAW_OFFICERS_MAX)
        return reader_fault(r, "draw", NULL, "per_object is 1 to %d", DRAW_OFFICERS_MAX);
    d->objects = objects->id;
    d->officers = officers->id;
    d->per_object = (size_t)each;
    d->fields = json_object_get(o, "fields");
    const char *id;
    json_t *v;
    json_object_foreach((json_t *)d->fields, id, v)
    {
        if (!definition_field(r->d, id))
            return reader_fault(r, "draw", NULL, "fields: no field '%s'", id);
    }
    int bad = read_rates(r, json_object_get(o, "rates"));
    if (bad == 0)
        bad = read_tier(r, json_object_get(o, "tier"));
    if (bad == 0)
        bad = read_except(r, json_object_get(o, "except"));
    return bad < 0 ? bad : reader_only_keys(r, o, "draw", NULL, known, COUNT_OF(known));
}
