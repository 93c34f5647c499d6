/* open.c - opens cases, by themselves or under another. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/capture.h"
#include "ledger/case_files.h"
#include "ledger/chain.h"
#include "ledger/once.h"
#include "ledger/timing.h"

/* The text a case runs under stays with the data, so that a changed file changes no case that is open. */
int keep_definition(struct ledgers *l, const struct definition *def, struct err *e)
{
    char name[128];
    char *was = NULL;
    snprintf(name, sizeof name, "ledger:%s:%s", def->id, def->hash);
    int r = ledger_get_setting(l->store, name, &was, e);
    free(was);
    return r == -ENOENT ? ledger_put_setting(l->store, name, def->text, e) : r;
}

static int write_new(struct ledgers *l, const struct definition *def, json_t *body, const struct actor *who,
                     int64_t now, struct news *news, int64_t *ret_id, struct err *e)
{
    struct buf number = BUF_INIT;
    scoped(json_decrefp) json_t *doc = json_object();
    int64_t id = 0;
    int r = keep_definition(l, def, e);
    if (r == 0)
        r = case_number(l, def, json_object_get(body, "fields"), now, &number, e);
    if (r == 0) {
        struct doc d = {
            .key = number.data, .state = def->state[0], .created = now, .updated = now, .body = "{}"
        };
        json_object_set_new(body, "number", json_string(number.data));
        r = ledger_put_doc(l->store, DOC_CASE, &d, &id, e);
    }
    scoped(json_decrefp) json_t *timed = r == 0 ? timed_body(def, doc, "open", body, now) : NULL;
    if (r == 0)
        r = timed ? case_files_take(l, def, id, "open", timed, who, now, e)
                  : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = capture_put(timed, who, e);
    if (r == 0)
        r = chain_append(l->store, id, now, who->name, "open", timed, doc, e);
    if (r == 0)
        r = news_add(news, id, "open", doc, timed, e);
    buf_release(&number);
    if (r == 0)
        *ret_id = id;
    return r;
}

/* A case about a measured goal is about the goal's site unless another was named. */
static void fill_site(struct ledgers *l, const struct definition *def, json_t *fields)
{
    const struct site *s =
        place_site(l->place, (int32_t)json_int(json_object_get(fields, "goal"), "site", 0));
    if (s && definition_field(def, "site") && !json_object_get(fields, "site"))
        json_object_set_new(fields, "site", json_string(s->code));
}

/* What the public gives is only what the definition takes from the public. */
static int take_opening(struct ledgers *l, const struct definition *def, const json_t *given, bool finding,
                        bool is_public, json_t **ret, struct err *e)
{
    struct field open[FIELDS_MAX];
    size_t n = 0;
    if (!is_public)
        return fields_take(l, def->field, def->n_fields, given, finding, NULL, ret, e);
    for (size_t i = 0; i < json_array_size(def->intake); i++)
        open[n++] = *definition_field(def, json_string_value(json_array_get(def->intake, i)));
    int r = fields_take(l, open, n, given, false, NULL, ret, e);
    for (size_t i = 0; r == 0 && i < def->n_fields; i++)
        if (def->field[i].from_public)
            json_object_set(*ret, def->field[i].id, (json_t *)def->field[i].from_public);
    return r;
}

/* Asks the ledger's guard and computes what is computed, on a case that is not there yet. */
static int prepare(struct ledgers *l, struct definition *def, json_t *values, json_t *set,
                   const struct actor *who, int64_t now, struct err *e)
{
    struct loaded c = { .def = def };
    scoped(json_decrefp) json_t *view = NULL;
    scoped(freep) char *sentence = NULL;
    if (!def->guard && !def->computes)
        return 0;
    scoped(json_decrefp) json_t *doc = json_pack("{s:O, s:s, s:s, s:I}", "fields", values, "number", "",
                                                 "state", def->state[0], "opened", (json_int_t)now);
    c.doc = doc;
    int r = doc ? effects_view(l, &c, NULL, who, now, &view, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = effects_compute(l, &c, view, set, e);
    if (r == 0 && def->guard)
        r = definition_guard(def, def->guard, "guard", view, &sentence, e);
    if (r == 0 && sentence) {
        struct said why;
        said_split(sentence, &why);
        r = said_err(e, -EAGAIN, "case.gate_unmet", &why);
    }
    return r;
}

/* The parent's own event: it got children. */
static int tell_parent(struct ledgers *l, int64_t parent, const json_t *ids, const struct actor *who,
                       int64_t now, struct err *e)
{
    struct loaded c = { 0 };
    int r = case_load(l, parent, &c, e);
    scoped(json_decrefp) json_t *body = json_pack("{s:O}", "children", ids);
    if (r == 0)
        r = chain_append(l->store, parent, now, who->name, "child", body, c.doc, e);
    case_release(&c);
    return r;
}

/* Writes the opening of one case; call between begin and commit. */
static int open_one(struct ledgers *l, struct definition *def, const json_t *fields, int64_t parent,
                    int64_t finding, const struct actor *who, int64_t now, struct news *news, int64_t *ret_id,
                    struct err *e)
{
    bool is_public;
    struct said why = { 0 };
    scoped(json_decrefp) json_t *values = NULL, *set = json_object();
    if (!who || !may_open(l, def, NULL, who, &is_public, &why))
        return said_err(e, -EPERM, "case.forbidden",
                        who ? &why : &(struct said){ "须先登录", "log in first" });
    int r = take_opening(l, def, fields, finding != 0, is_public, &values, e);
    if (r < 0)
        return r;
    /* Now that the units are known: whether they are this person's. */
    bool still_public;
    if (!may_open(l, def, values, who, &still_public, &why))
        return said_err(e, -EPERM, "case.forbidden", &why);
    if (still_public && !is_public) {
        json_decref(values);
        values = NULL;
        if ((r = take_opening(l, def, fields, false, true, &values, e)) < 0)
            return r;
    }
    fill_site(l, def, values);
    scoped(json_decrefp) json_t *full = json_copy(values);
    if ((r = prepare(l, def, full, set, who, now, e)) < 0)
        return r;
    scoped(json_decrefp) json_t *body =
        json_pack("{s:s, s:s, s:O, s:I, s:o, s:s, s:s}", "ledger", def->id, "definition", def->hash, "fields",
                  values, "finding", (json_int_t)finding, "index", fields_index(l, full), "to", def->state[0],
                  "author", who->name);
    if (!body)
        return err_set(e, -ENOMEM, "out of memory");
    if (json_object_size(set))
        json_object_set(body, "set", set);
    if (parent)
        json_object_set_new(body, "parent", json_integer(parent));
    if (def->working == 0)
        json_object_set_new(body, "since", json_true());
    return write_new(l, def, body, who, now, news, ret_id, e);
}

static int check_parent(struct ledgers *l, int64_t parent, const char *ledger, struct err *e)
{
    struct loaded c = { 0 };
    int r = case_load(l, parent, &c, e);
    if (r < 0)
        return r;
    bool listed = false;
    for (size_t i = 0; i < json_array_size(c.def->children); i++)
        listed |= strcmp(json_string_value(json_array_get(c.def->children, i)), ledger) == 0;
    if (!listed)
        r = err_named(e, -EINVAL, "case.parent",
                      "%s 下不能立“%s”台账的事项 | no case of the ledger '%s' goes under %s",
                      json_str(c.doc, "number", ""), ledger, ledger, json_str(c.doc, "number", ""));
    else if (json_object_get(c.doc, "merged_into"))
        r = merged_refuses(&c, e);
    else if (json_int(c.doc, "closed", 0))
        r = err_named(e, -EINVAL, "case.parent", "上级事项已办结 | the case above is closed");
    case_release(&c);
    return r;
}

int case_open_under(struct ledgers *l, int64_t parent, const char *ledger, const json_t *fields,
                    int64_t finding, const struct actor *who, int64_t now, int64_t *ret_id, struct err *e)
{
    struct definition *def = NULL;
    struct news news = { 0 };
    int r = ledgers_definition(l, ledger, NULL, &def, e);
    if (r < 0 || (r = ledger_begin(l->store, e)) < 0)
        return r;
    if (parent)
        r = check_parent(l, parent, def->id, e);
    if (r == 0)
        r = open_one(l, def, fields, parent, finding, who, now, &news, ret_id, e);
    if (r == 0)
        r = once_put(l, who, *ret_id, "open", NULL, now, e);
    if (r == 0 && parent) {
        scoped(json_decrefp) json_t *ids = json_pack("[I]", (json_int_t)*ret_id);
        r = tell_parent(l, parent, ids, who, now, e);
    }
    if (r < 0)
        ledger_rollback(l->store);
    else if ((r = ledger_commit(l->store, e)) == 0)
        news_tell(l, &news);
    news_release(&news);
    return r;
}

int case_open(struct ledgers *l, const char *ledger, const json_t *fields, int64_t finding,
              const struct actor *who, int64_t now, int64_t *ret_id, struct err *e)
{
    return case_open_under(l, 0, ledger, fields, finding, who, now, ret_id, e);
}

int case_open_list(struct ledgers *l, int64_t parent, const json_t *list, const struct actor *who,
                   int64_t now, struct news *news, json_t *ids, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        struct definition *def = NULL;
        int64_t id = 0;
        r = ledgers_definition(l, json_str(one, "ledger", ""), NULL, &def, e);
        if (r == 0)
            r = open_one(l, def, json_object_get(one, "fields"), parent, 0, who, now, news, &id, e);
        json_array_append_new(ids, json_integer(id));
    }
    return r;
}

/* The cases that an action opens stand under this one and are the program's own doing, in the action's transaction. */
int case_open_children(struct ledgers *l, int64_t parent, const json_t *list, int64_t now, struct news *news,
                       struct err *e)
{
    static const struct actor system = { .name = "system", .role = ROLE_ADMIN };
    scoped(json_decrefp) json_t *ids = json_array();
    int r = case_open_list(l, parent, list, &system, now, news, ids, e);
    return r == 0 && json_array_size(ids) ? tell_parent(l, parent, ids, &system, now, e) : r;
}
