/* finding_due.c - 监测与监管联动: a finding that nobody sent on or dismissed in time becomes a case by itself, with its data and, where the rule
 * asks for it, an order to take a sample under it. One trouble is one case: what belongs to a case already is put to it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/finding_case.h"
#include "base/cntime.h"
#include "base/scoped.h"

/* A finding that is long past its time when it is looked at was left by an earlier version or a long standstill: people see it as late. */
enum { LOOK_EVERY_MS = 60000, LATE_DAYS = 7, DUE_MAX = 200 };

static const struct actor the_system = { .name = "system", .role = ROLE_ADMIN };

struct due {
    int64_t now, id[DUE_MAX];
    size_t n;
};

static int take_due(const struct doc *d, void *arg)
{
    struct due *due = arg;
    scoped(json_decrefp) json_t *body = NULL;
    struct err why;
    if (due->now - d->created > (366 + LATE_DAYS) * MS_DAY ||
        json_read(d->body, strlen(d->body), &body, &why) < 0)
        return 0;
    int64_t at = finding_opens_at(d, body);
    if (at && at <= due->now && due->now - at <= LATE_DAYS * MS_DAY && due->n < DUE_MAX)
        due->id[due->n++] = d->id;
    return 0;
}

/* ---- one trouble, one case ---- */

struct sibling {
    const struct doc *of;
    const json_t *body;
    int64_t case_id;
};

static int look_at_sibling(const struct doc *d, void *arg)
{
    struct sibling *s = arg;
    scoped(json_decrefp) json_t *body = NULL;
    struct err why;
    if (!s->case_id && d->parent && json_read(d->body, strlen(d->body), &body, &why) == 0 &&
        finding_same_trouble(s->of, s->body, d, body))
        s->case_id = d->parent;
    return 0;
}

/* ---- what the program says where people would ---- */

/* The authority over the city's outlets: its bureau, which depends on nobody. */
static const struct unit *authority(const struct place *p)
{
    for (size_t i = 0; i < p->n_units; i++)
        if (strcmp(p->units[i].kind, "bureau") == 0 && !p->units[i].parent)
            return &p->units[i];
    return NULL;
}

static json_t *given_by_rule(struct api *a, const struct doc *d, const json_t *opens, int64_t now)
{
    const struct place *p = a->config.place;
    const struct site *site = place_site(p, d->site);
    const struct unit *owner = site ? place_unit(p, site->unit) : NULL, *over = authority(p);
    char due[CN_TEXT];
    cn_format_date(now + json_int(opens, "due_days", 1) * MS_DAY, due);
    json_t *measures = json_object_get(opens, "measures"), *goal = json_object_get(opens, "goal");
    json_t *given = owner && over ? json_pack("{s:s, s:s, s:s}", "owner", owner->code, "supervisor",
                                              over->code, "due", due)
                                  : NULL;
    if (given && measures)
        json_object_set(given, "measures", measures);
    if (given && goal)
        json_object_set(given, "goal", goal);
    return given;
}

/* The sampling order under the case: what, where, by when. The ledger's own definition says who and how. */
static int open_order(struct api *a, const struct doc *d, const json_t *body, const char *ledger,
                      int64_t case_id, int64_t now, struct err *e)
{
    const struct site *site = place_site(a->config.place, d->site);
    const struct unit *owner = place_unit(a->config.place, site->unit), *over = authority(a->config.place);
    const char *title = json_str(body, "title", ""), *factor = json_str(body, "factor", "");
    int64_t order;
    scoped(json_decrefp) json_t *fields =
        json_pack("{s:s, s:s, s:s, s:s, s:[{s:s}]}", "problem", title, "site", site->code, "enterprise",
                  owner ? owner->code : "", "supervisor", over ? over->code : "", "items", "factor", factor);
    return fields ? case_open_under(a->config.ledgers, case_id, ledger, fields, d->id, &the_system, now,
                                    &order, e)
                  : err_set(e, -ENOMEM, "out of memory");
}

/* Within a transaction. *ret_case: the case it was put to or opened as. */
static int open_one(struct api *a, int64_t id, int64_t now, int64_t *ret_case, struct err *e)
{
    struct doc d;
    scoped(json_decrefp) json_t *body = NULL;
    int r = finding_unsettled(a, id, &d, &body, e);
    if (r < 0)
        return r;
    const json_t *opens = json_object_get(body, "opens");
    struct sibling sibling = { &d, body, 0 };
    r = ledger_each_doc(a->config.store, DOC_FINDING, &(struct doc_query){ .state = "case", .site = d.site },
                        look_at_sibling, &sibling, e);
    if (r == 0 && sibling.case_id) {
        *ret_case = sibling.case_id;
        r = finding_settle(a, &d, "case", sibling.case_id, now, e);
    } else if (r == 0) {
        scoped(json_decrefp) json_t *given = given_by_rule(a, &d, opens, now);
        const char *order = json_str(opens, "order", NULL);
        r = given ? finding_open_case(a, id, given, &the_system, now, ret_case, e)
                  : err_set(e, -ENOENT, "the site has no owner, or the city no bureau");
        if (r == 0 && order)
            r = open_order(a, &d, body, order, *ret_case, now, e);
    }
    doc_release(&d);
    return r;
}

static int open_in_one(struct api *a, int64_t id, int64_t now, struct err *e)
{
    struct ledger_store *store = a->config.store;
    int64_t case_id = 0;
    int r = ledger_begin(store, e);
    if (r < 0)
        return r;
    r = open_one(a, id, now, &case_id, e);
    if (r == 0)
        r = ledger_commit(store, e);
    else
        ledger_rollback(store);
    if (r == -EEXIST) /* settled by somebody meanwhile */
        return 0;
    if (r < 0)
        return err_under(e, "finding %lld could not open its case", (long long)id);
    publish_id(a, "finding", id);
    publish_id(a, "case", case_id);
    return 0;
}

int api_open_due(struct api *a, int64_t now, struct err *e)
{
    static const char *const states[] = { "open", "over" };
    struct due due = { .now = now };
    struct err why = { .name = "" };
    int r = 0, first = 0;
    if (now >= a->due_at && now - a->due_at < LOOK_EVERY_MS)
        return 0;
    a->due_at = now;
    for (size_t i = 0; r == 0 && i < COUNT_OF(states); i++)
        r = ledger_each_doc(a->config.store, DOC_FINDING,
                            &(struct doc_query){ .state = states[i], .newest_first = true }, take_due, &due,
                            e);
    for (size_t i = 0; r == 0 && i < due.n; i++) {
        int one = open_in_one(a, due.id[i], now, &why);
        if (one < 0 && first == 0) {
            first = one;
            *e = why;
        }
    }
    return r < 0 ? r : first;
}
