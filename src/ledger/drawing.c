/* drawing.c - a ledger's random inspections: who may be drawn is read from the city, the credit ledger and the accounts; the draw itself is
 * pure (draw.h); what is drawn is opened in one transaction together with an event of case 0 that holds everything it was made of.
 *
 * The same body is kept as the setting draw:LEDGER:SM3(seed) for who asks for it again, with the hash of its event; a seed is used once. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/sm3.h"
#include "ledger/chain.h"
#include "ledger/draw.h"
#include "ledger/engine.h"

enum { DRAWN_MAX = 5000, DRAW_OBJECTS_MAX = 100000, DRAW_OFFICERS_LIST_MAX = 5000 };

static int no_memory(struct err *e)
{
    return err_set(e, -ENOMEM, "out of memory");
}

/* ---- the lists ---- */

struct tiers {
    const struct drawing *d;
    json_t *of;     /* object code -> tier, of the newest case */
    json_t *newest; /* object code -> that case's id */
    struct err *e;
};

static bool state_counts(const struct drawing *d, const char *state)
{
    bool any = !d->tier_states;
    for (size_t i = 0; i < json_array_size(d->tier_states); i++)
        any |= strcmp(json_string_value(json_array_get(d->tier_states, i)), state) == 0;
    return any;
}

/* In order of opening: a newer one takes the place. */
static int take_tier(const struct loaded *c, void *arg)
{
    struct tiers *t = arg;
    const json_t *fields = json_object_get(c->doc, "fields");
    const char *code = json_str(fields, t->d->tier_object, NULL),
               *tier = json_str(fields, t->d->tier_field, NULL);
    if (json_object_get(c->doc, "merged_into") || !code || !tier ||
        !state_counts(t->d, json_str(c->doc, "state", "")) || json_int(t->newest, code, 0) > c->id)
        return 0;
    json_object_set_new(t->newest, code, json_integer(c->id));
    return json_object_set_new(t->of, code, json_string(tier)) < 0 ? no_memory(t->e) : 0;
}

/* Of the tiers' ledger alone, by its rows. */
static int read_tiers(struct ledgers *l, const struct drawing *d, json_t *of, struct err *e)
{
    scoped(json_decrefp) json_t *newest = json_object();
    struct tiers t = { .d = d, .of = of, .newest = newest, .e = e };
    return sought_each(l, d->tier_ledger, NULL, NULL, d->tier_states, take_tier, &t, e);
}

/* What a draw is made of, as pure text. */
struct hat {
    struct draw_object *object;
    struct draw_officer *officer;
    size_t n_objects, n_officers;
    json_t *tier;  /* object -> tier */
    json_t *shown; /* officer -> name on papers */
    json_t *names; /* keeps what officer borrows */
};

static void hat_release(struct hat *h)
{
    free(h->object);
    free(h->officer);
    json_decref(h->tier);
    json_decref(h->shown);
    json_decref(h->names);
}

static int put_object(struct hat *h, const struct drawing *d, const struct unit *u, struct err *e)
{
    if (h->n_objects == DRAW_OBJECTS_MAX)
        return err_named(e, -E2BIG, "bad_input", "more than %d objects", DRAW_OBJECTS_MAX);
    h->object[h->n_objects++] = (struct draw_object){ u->code, json_str(h->tier, u->code, d->tier_default) };
    return 0;
}

/* The enterprises of the city, or those that were named. */
static int fill_objects(struct ledgers *l, const struct drawing *d, const json_t *named, struct hat *h,
                        struct err *e)
{
    size_t room = named ? json_array_size(named) : l->place->n_units;
    h->object = calloc(room + 1, sizeof *h->object);
    if (!h->object)
        return no_memory(e);
    int r = read_tiers(l, d, h->tier, e);
    for (size_t i = 0; r == 0 && i < room; i++) {
        const char *code = named ? json_string_value(json_array_get(named, i)) : l->place->units[i].code;
        const struct unit *u = code ? place_unit_by_code(l->place, code) : NULL;
        if (!u)
            r = err_named(e, -EINVAL, "bad_input", "没有单位“%.60s” | objects: no unit '%.60s'",
                          code ? code : "", code ? code : "");
        else if (named || strcmp(u->kind, "enterprise") == 0)
            r = put_object(h, d, u, e);
    }
    return r;
}

static int put_officer(struct hat *h, const char *name, const char *unit, const char *shown, struct err *e)
{
    if (h->n_officers == DRAW_OFFICERS_LIST_MAX)
        return err_named(e, -E2BIG, "bad_input", "more than %d officers", DRAW_OFFICERS_LIST_MAX);
    struct draw_officer *grown = realloc(h->officer, (h->n_officers + 1) * sizeof *grown);
    json_t *pair = json_pack("[s, s]", name, unit);
    if (grown)
        h->officer = grown;
    if (!grown || !pair || json_array_append_new(h->names, pair) < 0 ||
        json_object_set_new(h->shown, name, json_string(shown)) < 0)
        return no_memory(e);
    h->officer[h->n_officers++] = (struct draw_officer){ json_string_value(json_array_get(pair, 0)),
                                                         json_string_value(json_array_get(pair, 1)) };
    return 0;
}

struct officers {
    const struct ledgers *l;
    struct hat *h;
    struct err *e;
};

static int take_user(const struct user *u, void *arg)
{
    struct officers *o = arg;
    const struct unit *unit = place_unit(o->l->place, u->unit);
    if (u->disabled || u->role != ROLE_SUPERVISOR || !unit || strcmp(unit->kind, "bureau") != 0)
        return 0;
    return put_officer(o->h, u->name, unit->code, *u->display ? u->display : u->name, o->e);
}

/* Supervisors of the bureau's units, or those that were named: accounts, or {name, unit}. */
static int fill_officers(struct ledgers *l, const json_t *named, struct hat *h, struct err *e)
{
    struct officers o = { l, h, e };
    int r = 0;
    if (!named)
        return ledger_each_user(l->store, take_user, &o, e);
    for (size_t i = 0; r == 0 && i < json_array_size(named); i++) {
        const json_t *one = json_array_get(named, i);
        const char *name = json_is_string(one) ? json_string_value(one) : json_str(one, "name", NULL);
        struct user u;
        if (!name || !*name)
            return err_named(e, -EINVAL, "bad_input", "officers: names, or {name, unit}");
        if (!json_is_string(one)) {
            r = put_officer(h, name, json_str(one, "unit", ""), name, e);
        } else if ((r = ledger_get_user(l->store, name, &u, e)) == 0) {
            const struct unit *unit = place_unit(l->place, u.unit);
            r = put_officer(h, u.name, unit ? unit->code : "", *u.display ? u.display : u.name, e);
        } else if (r == -ENOENT) {
            r = err_named(e, -EINVAL, "bad_input", "没有账号“%.60s” | officers: no account '%.60s'", name,
                          name);
        }
    }
    return r;
}

/* Who is on the list of those that are left alone, and is named by nobody, comes out of the hat. */
static int take_out(struct hat *h, const json_t *except, json_t *answer_left, json_t *answer_kept)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n_objects; i++) {
        const json_t *listed = json_object_get(except, h->object[i].code);
        const json_t *named = json_object_get(listed, "named");
        if (listed) {
            json_t *line = json_deep_copy(listed);
            if (!line || json_object_set_new(line, "code", json_string(h->object[i].code)) < 0 ||
                json_object_set_new(line, "tier", json_string(h->object[i].tier)) < 0 ||
                json_array_append_new(json_array_size(named) ? answer_kept : answer_left, line) < 0)
                return -ENOMEM;
        }
        if (!listed || json_array_size(named))
            h->object[n++] = h->object[i];
    }
    h->n_objects = n;
    return 0;
}

/* ---- the cases ---- */

static void set_if_there(const struct definition *def, json_t *fields, const char *id, const char *value)
{
    if (definition_field(def, id))
        json_object_set_new(fields, id, json_string(value));
}

/* The fields of one drawn case: what all have, and what the draw gave. */
static json_t *fields_of(const struct definition *def, const struct draw_ask *a, const struct hat *h,
                         const json_t *one)
{
    json_t *fields = json_object(), *officers = json_array();
    json_object_update(fields, (json_t *)def->draw.fields);
    json_object_update(fields, (json_t *)a->fields);
    const json_t *names = json_object_get(one, "officers");
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        json_array_append_new(officers, json_string(json_str(h->shown, name, name)));
    }
    json_object_set(fields, def->draw.objects, json_object_get(one, "code"));
    json_object_set_new(fields, def->draw.officers, officers);
    set_if_there(def, fields, "seed", a->seed);
    set_if_there(def, fields, "tier", json_str(one, "tier", ""));
    return fields;
}

static int open_drawn(struct ledgers *l, const struct definition *def, const struct draw_ask *a,
                      const struct hat *h, json_t *answer, const struct actor *who, int64_t now,
                      struct news *news, struct err *e)
{
    scoped(json_decrefp) json_t *list = json_array(), *ids = json_array();
    json_t *drawn = json_object_get(answer, "drawn");
    size_t i;
    json_t *one;
    json_array_foreach(drawn, i, one) json_array_append_new(
        list, json_pack("{s:s, s:o}", "ledger", def->id, "fields", fields_of(def, a, h, one)));
    int r = case_open_list(l, 0, list, who, now, news, ids, e);
    if (r < 0)
        return r;
    json_array_foreach(drawn, i, one) json_object_set(one, "case", json_array_get(ids, i));
    return 0;
}

/* ---- what is kept ---- */

static int setting_name(const char *ledger, const char *seed, char *ret, size_t cap, struct err *e)
{
    char hash[SM3_HEX];
    int r = sm3_hex(seed, strlen(seed), hash, e);
    snprintf(ret, cap, "draw:%s:%s", ledger, hash);
    return r;
}

static int read_setting(struct ledgers *l, const char *name, json_t **ret, struct err *e)
{
    scoped(freep) char *text = NULL;
    int r = ledger_get_setting(l->store, name, &text, e);
    return r == 0 ? json_read(text, strlen(text), ret, e) : r;
}

static int write_setting(struct ledgers *l, const char *name, const json_t *tree, struct err *e)
{
    scoped(freep) char *text = chain_dump(tree);
    return text ? ledger_put_setting(l->store, name, text, e) : no_memory(e);
}

/* The event, its copy, and a line in the list of draws. */
static int keep(struct ledgers *l, const char *name, json_t *answer, const struct actor *who, int64_t now,
                struct err *e)
{
    char list_name[80], hash[SM3_HEX];
    const char *ledger = json_str(answer, "ledger", "");
    scoped(json_decrefp) json_t *list = NULL;
    snprintf(list_name, sizeof list_name, "draws:%s", ledger);
    int r = read_setting(l, list_name, &list, e);
    if (r < 0 && r != -ENOENT)
        return r;
    if (!list && !(list = json_array()))
        return no_memory(e);
    if ((r = ledgers_note(l->store, now, who->name, "draw", answer, e)) < 0 ||
        (r = ledger_last_hash(l->store, hash, e)) < 0)
        return r;
    json_object_set_new(answer, "event", json_string(hash));
    json_object_set_new(answer, "at", json_integer(now));
    json_object_set_new(answer, "by", json_string(who->name));
    json_array_append_new(
        list,
        json_pack("{s:s, s:I, s:s, s:s, s:I, s:I}", "seed", json_str(answer, "seed", ""), "at",
                  (json_int_t)now, "by", who->name, "input_hash", json_str(answer, "input_hash", ""),
                  "objects",
                  (json_int_t)json_array_size(json_object_get(json_object_get(answer, "input"), "objects")),
                  "drawn", (json_int_t)json_array_size(json_object_get(answer, "drawn"))));
    r = write_setting(l, list_name, list, e);
    return r == 0 ? write_setting(l, name, answer, e) : r;
}

/* ---- the draw ---- */

static int compute(struct ledgers *l, const struct definition *def, const struct draw_ask *a, struct hat *h,
                   json_t **ret, struct err *e)
{
    const struct drawing *d = &def->draw;
    h->tier = json_object();
    h->shown = json_object();
    h->names = json_array();
    scoped(json_decrefp) json_t *except = NULL, *left = json_array(), *kept = json_array();
    int r = fill_objects(l, d, a->objects, h, e);
    if (r == 0)
        r = drawing_except(l, d, &except, e);
    if (r == 0 && take_out(h, except, left, kept) < 0)
        r = no_memory(e);
    if (r == 0)
        r = fill_officers(l, a->officers, h, e);
    if (r == 0)
        r = draw_answer(&(struct draw){ .seed = a->seed,
                                        .object = h->object,
                                        .n_objects = h->n_objects,
                                        .officer = h->officer,
                                        .n_officers = h->n_officers,
                                        .rate = d->rate,
                                        .n_rates = d->n_rates,
                                        .per_object = d->per_object },
                        ret, e);
    if (r < 0)
        return r;
    json_object_set_new(*ret, "ledger", json_string(def->id));
    json_object_set(*ret, "left_out", left);
    json_object_set(*ret, "kept", kept);
    if (json_array_size(json_object_get(*ret, "drawn")) > DRAWN_MAX)
        return err_named(e, -E2BIG, "bad_input", "一次抽取不超过%d件 | more than %d drawn at once", DRAWN_MAX,
                         DRAWN_MAX);
    return 0;
}

static int draw_for_good(struct ledgers *l, const struct definition *def, const struct draw_ask *a,
                         const struct hat *h, json_t *answer, const struct actor *who, int64_t now,
                         struct err *e)
{
    char name[160];
    struct news news = { 0 };
    scoped(json_decrefp) json_t *before = NULL;
    int r = setting_name(def->id, a->seed, name, sizeof name, e);
    if (r < 0 || (r = ledger_begin(l->store, e)) < 0)
        return r;
    r = read_setting(l, name, &before, e);
    if (r == 0) /* drawing again until the result pleases is what a published seed is to prevent */
        r = err_named(e, -EEXIST, "draw.seed_used", "这个种子已经抽取过 | this seed has been drawn with");
    else if (r == -ENOENT)
        r = open_drawn(l, def, a, h, answer, who, now, &news, e);
    if (r == 0)
        r = keep(l, name, answer, who, now, e);
    if (r < 0)
        ledger_rollback(l->store);
    else if ((r = ledger_commit(l->store, e)) == 0)
        news_tell(l, &news);
    news_release(&news);
    return r;
}

static int drawing_definition(struct ledgers *l, const char *ledger, struct definition **ret, struct err *e)
{
    int r = ledgers_definition(l, ledger, NULL, ret, e);
    if (r == 0 && !(*ret)->draw.objects)
        return err_named(e, -ENOENT, "not_found", "台账“%s”不抽取 | the ledger '%s' has no draw", ledger,
                         ledger);
    return r;
}

static void write_answer(json_t *answer, const char *flag, bool on, struct buf *out)
{
    struct jw w = JW(out);
    if (flag)
        json_object_set_new(answer, flag, json_boolean(on));
    jw_tree(&w, answer);
}

int ledgers_draw(struct ledgers *l, const struct draw_ask *a, const struct actor *who, int64_t now,
                 struct buf *out, struct err *e)
{
    struct definition *def = NULL;
    struct hat h = { 0 };
    scoped(json_decrefp) json_t *answer = NULL;
    if (!is_office(who))
        return err_named(e, -EPERM, "case.forbidden", "抽取由值班、领导或管理员进行 | the office draws");
    if (!a->seed || !*a->seed || strlen(a->seed) > 200)
        return err_named(e, -EINVAL, "draw.seed", "缺随机种子，或太长 | the seed is missing or too long");
    int r = drawing_definition(l, a->ledger, &def, e);
    if (r == 0)
        r = compute(l, def, a, &h, &answer, e);
    if (r == 0 && !a->dry)
        r = draw_for_good(l, def, a, &h, answer, who, now, e);
    if (r == 0)
        write_answer(answer, "dry", a->dry, out);
    hat_release(&h);
    return r;
}

int ledgers_write_draw(struct ledgers *l, const char *ledger, const char *seed, struct buf *out,
                       struct err *e)
{
    char name[160];
    struct definition *def = NULL;
    scoped(json_decrefp) json_t *answer = NULL, *list = NULL;
    int r = drawing_definition(l, ledger, &def, e);
    if (r < 0)
        return r;
    if (seed) {
        if ((r = setting_name(ledger, seed, name, sizeof name, e)) < 0)
            return r;
        r = read_setting(l, name, &answer, e);
        if (r == -ENOENT)
            return err_named(e, r, "not_found", "没有用这个种子抽取过 | nothing was drawn with this seed");
    } else {
        snprintf(name, sizeof name, "draws:%s", ledger);
        r = read_setting(l, name, &list, e);
        if (r == 0 || r == -ENOENT) {
            r = 0;
            answer = json_pack("{s:o}", "draws", list ? TAKE(list) : json_array());
        }
    }
    if (r == 0)
        write_answer(answer, NULL, false, out);
    return r;
}
