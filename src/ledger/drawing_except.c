/* drawing_except.c - 无事不扰: who is on a list of those that a draw leaves alone, and who is named all the same, by an open case or by a finding
 * that nobody settled. */
#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/engine.h"

enum { NAMED_BY_MAX = 20 };

struct excepting {
    struct ledgers *l;
    const struct drawing *d;
    json_t *of; /* code -> {"by": number, "named": [numbers or sentences]} */
    struct err *e;
};

static bool in_states(const json_t *states, const char *state)
{
    for (size_t i = 0; i < json_array_size(states); i++)
        if (strcmp(json_string_value(json_array_get(states, i)), state) == 0)
            return true;
    return false;
}

static int take_listed(const struct loaded *c, void *arg)
{
    struct excepting *x = arg;
    const char *code = json_str(json_object_get(c->doc, "fields"), x->d->except_object, NULL);
    if (!code || json_object_get(c->doc, "merged_into") ||
        !in_states(x->d->except_states, json_str(c->doc, "state", "")))
        return 0;
    return json_object_set_new(x->of, code,
                               json_pack("{s:s, s:[]}", "by", json_str(c->doc, "number", ""), "named")) < 0
               ? err_set(x->e, -ENOMEM, "out of memory")
               : 0;
}

static void add_name(json_t *of, const char *code, const char *by)
{
    json_t *named = json_object_get(json_object_get(of, code), "named");
    if (named && json_array_size(named) < NAMED_BY_MAX)
        json_array_append_new(named, json_string(by));
}

struct naming {
    struct excepting *x;
    const char *ledger, *field, *code;
};

static int take_naming(const struct loaded *c, void *arg)
{
    const struct naming *n = arg;
    const char *code = json_str(json_object_get(c->doc, "fields"), n->field, "");
    if (strcmp(c->def->id, n->ledger) == 0 && strcmp(code, n->code) == 0 && !json_int(c->doc, "closed", 0) &&
        !json_object_get(c->doc, "merged_into"))
        add_name(n->x->of, code, json_str(c->doc, "number", ""));
    return 0;
}

static int take_finding(const struct doc *d, void *arg)
{
    struct excepting *x = arg;
    const struct site *site = d->site ? place_site(x->l->place, d->site) : NULL;
    const struct unit *u = site ? place_unit(x->l->place, site->unit) : NULL;
    scoped(json_decrefp) json_t *body = NULL;
    struct err why;
    if (!u || !json_object_get(x->of, u->code) || json_read(d->body, strlen(d->body), &body, &why) < 0 ||
        strcmp(json_str(body, "ledger", ""), x->d->findings) != 0)
        return 0;
    add_name(x->of, u->code, json_str(body, "title", ""));
    return 0;
}

int drawing_except(struct ledgers *l, const struct drawing *d, json_t **ret, struct err *e)
{
    static const char *const unsettled[] = { "open", "over" };
    scoped(json_decrefp) json_t *of = json_object();
    struct excepting x = { l, d, of, e };
    const char *code, *ledger;
    json_t *listed, *field;
    int r = of ? 0 : err_set(e, -ENOMEM, "out of memory");
    if (r == 0 && d->except_ledger)
        r = sought_each(l, d->except_ledger, NULL, NULL, d->except_states, take_listed, &x, e);
    json_object_foreach(of, code, listed)
    {
        scoped(json_decrefp) json_t *value = json_string(code);
        json_object_foreach((json_t *)d->named, ledger, field)
        {
            struct naming n = { &x, ledger, json_string_value(field), code };
            if (r == 0)
                r = sought_each(l, ledger, n.field, value, NULL, take_naming, &n, e);
        }
    }
    for (size_t i = 0; r == 0 && d->findings && json_object_size(of) && i < COUNT_OF(unsettled); i++)
        r = ledger_each_doc(l->store, DOC_FINDING, &(struct doc_query){ .state = unsettled[i] }, take_finding,
                            &x, e);
    if (r == 0)
        *ret = TAKE(of);
    return r;
}
