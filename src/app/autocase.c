#include "app/autocase.h"

#include <errno.h>
#include <string.h>

#include "app/cases.h"
#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"

static const struct actor the_system = { .name = "system", .role = ROLE_ADMIN };

struct standing {
    struct ledger_store *store;
    const char *rule;
    int32_t site;
    int64_t found;
};

/* An open case that the program made of the same rule at the same place. */
static int look(int64_t id, const char *number, const json_t *doc, void *arg)
{
    struct standing *s = arg;
    struct doc finding = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int64_t of = json_int(doc, "finding", 0);
    (void)number;
    if (json_int(doc, "closed", 0) || json_object_get(doc, "merged_into") || !of ||
        ledger_get_doc(s->store, DOC_FINDING, of, &finding, NULL) < 0)
        return 0;
    if (json_read(finding.body, strlen(finding.body), &body, NULL) == 0 && finding.site == s->site &&
        strcmp(json_str(body, "rule", ""), s->rule) == 0)
        s->found = id;
    doc_release(&finding);
    return 0;
}

/* Of a ledger that asks for them: the unit that answers for the site, else the bureau. */
static void fill_units(const struct core *c, const struct doc *d, json_t *fields)
{
    const struct site *site = d->site ? place_site(c->place, d->site) : NULL;
    const struct unit *bureau = NULL;
    for (size_t i = 0; i < c->place->n_units && !bureau; i++)
        if (strcmp(c->place->units[i].kind, "bureau") == 0)
            bureau = &c->place->units[i];
    const struct unit *owner = site ? place_unit(c->place, site->unit) : bureau;
    if (!json_object_get(fields, "owner") && owner)
        json_object_set_new(fields, "owner", json_string(owner->code));
    if (site)
        json_object_set_new(fields, "site", json_string(site->code));
}

/* What the ledger has no field for was for the finding only. */
static json_t *known_fields(const struct core *c, const char *ledger, const json_t *given)
{
    json_t *out = json_object();
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)given, key, v) if (ledgers_has_field(c->ledgers, ledger, key))
        json_object_set(out, key, v);
    return out;
}

static int settle(struct core *c, const struct doc *d, int64_t id, struct err *e)
{
    struct doc next = *d;
    next.state = "case";
    next.parent = id;
    return ledger_put_doc(c->store, DOC_FINDING, &next, NULL, e);
}

/* Within a transaction: a case of its own, or a place in the one that stands. *ret_id: which. */
static int open_one(struct core *c, const struct doc *d, const json_t *body, int64_t now, int64_t *ret_id,
                    bool *ret_joined, struct err *e)
{
    const char *ledger = json_str(body, "ledger", "");
    struct standing s = { .store = c->store, .rule = json_str(body, "rule", ""), .site = d->site };
    int r = cases_each(c->store, &(struct case_query){ .ledger = ledger, .light = -1 }, look, &s, e);
    if (r < 0)
        return r;
    *ret_joined = s.found != 0;
    *ret_id = s.found;
    if (!s.found) {
        scoped(json_decrefp) json_t *fields =
            known_fields(c, ledger, json_object_get(json_object_get(body, "facts"), "case"));
        if (!json_object_get(fields, "title"))
            json_object_set_new(fields, "title", json_string(json_str(body, "title", "")));
        if (!json_object_get(fields, "problem"))
            json_object_set_new(fields, "problem", json_string(json_str(body, "title", "")));
        fill_units(c, d, fields);
        if (!ledgers_has_field(c->ledgers, ledger, "site"))
            json_object_del(fields, "site");
        r = case_open(c->ledgers, ledger, fields, d->id, &the_system, now, ret_id, e);
    }
    return r < 0 ? r : settle(c, d, *ret_id, e);
}

/* What is refused (the case was decided, its ledger has no such action) needs no word. */
static bool told(struct core *c, int64_t id, const char *action, const json_t *fields, int64_t now)
{
    struct err e = { 0 };
    return case_act(c->ledgers, id, action, fields, &the_system, now, &e) == 0;
}

static bool tell_news(struct core *c, int64_t id, const json_t *body, int64_t now)
{
    scoped(json_decrefp) json_t *fields =
        json_deep_copy(json_object_get(json_object_get(body, "facts"), "case"));
    return fields && json_object_get(fields, "level") && told(c, id, "renew", fields, now);
}

static bool tell_end(struct core *c, int64_t id, const json_t *body, int64_t now)
{
    char text[400];
    struct cn_civil t = cn_from_ms(now);
    snprintf(text, sizeof text, "%02d-%02d %02d:%02d 起不再满足：%.200s。建议核实后解除或结案。", t.month,
             t.day, t.hour, t.minute, json_str(body, "title", ""));
    scoped(json_decrefp) json_t *fields = json_pack("{s:s}", "ended", text);
    return fields && told(c, id, "ended", fields, now);
}

static int goes_on(const struct doc *d, void *arg)
{
    scoped(json_decrefp) json_t *body = NULL;
    if (json_read(d->body, strlen(d->body), &body, NULL) == 0 && !json_flag(body, "over", false))
        *(bool *)arg = true;
    return 0;
}

/* A trouble whose first day moved is another finding of the same case: only the last of them to end ends it. */
static bool all_over(struct core *c, int64_t case_id)
{
    bool on = false;
    return ledger_each_doc(c->store, DOC_FINDING, &(struct doc_query){ .parent = case_id }, goes_on, &on,
                           NULL) == 0 &&
           !on;
}

static int one(struct core *c, int64_t id, int64_t now, int64_t *ret_case, struct err *e)
{
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = ledger_get_doc(c->store, DOC_FINDING, id, &d, e);
    if (r < 0)
        return r;
    r = json_read(d.body, strlen(d.body), &body, e);
    bool over = json_flag(body, "over", false), joined = true;
    if (r == 0 && json_flag(body, "drafts", false)) {
        if (strcmp(d.state, "open") == 0 && !over) {
            if ((r = ledger_begin(c->store, e)) == 0) {
                if ((r = open_one(c, &d, body, now, ret_case, &joined, e)) < 0)
                    ledger_rollback(c->store);
                else
                    r = ledger_commit(c->store, e);
            }
            if (r == 0 && joined)
                tell_news(c, *ret_case, body, now);
        } else if (strcmp(d.state, "case") == 0 && d.parent) {
            bool said = over ? all_over(c, d.parent) && tell_end(c, d.parent, body, now)
                             : tell_news(c, d.parent, body, now);
            *ret_case = said ? d.parent : 0;
        }
    }
    doc_release(&d);
    return r;
}

void autocase_findings(struct core *c, const int64_t *id, size_t n, int64_t now,
                       void (*changed)(int64_t id, void *arg), void *arg)
{
    for (size_t i = 0; i < n; i++) {
        struct err e = { 0 };
        int64_t of = 0;
        if (one(c, id[i], now, &of, &e) < 0)
            log_warn("ledger", "finding %lld opens no case: %s", (long long)id[i], e.text);
        else if (of)
            changed(of, arg);
    }
}
