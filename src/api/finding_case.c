#include "api/finding_case.h"

#include <errno.h>
#include <string.h>

#include "api/slice.h"
#include "base/cntime.h"
#include "base/scoped.h"

const char *finding_ledger(const json_t *finding)
{
    return json_str(finding, "ledger", "rectification");
}

static bool span_of(const json_t *finding, int64_t *from, int64_t *to)
{
    const char *a = json_str(finding, "from", ""), *b = json_str(finding, "to", "");
    return cn_parse_iso(a, strlen(a), from) && cn_parse_iso(b, strlen(b), to);
}

/* What was long over when it was found (an import, a device that sent its store) is history, and for people to judge. */
int64_t finding_opens_at(const struct doc *d, const json_t *finding)
{
    const json_t *opens = json_object_get(finding, "opens");
    int64_t from, to;
    if (!opens || !d->site || !span_of(finding, &from, &to) ||
        d->created - to > json_int(opens, "fresh_days", 0) * MS_DAY)
        return 0;
    return d->created + json_int(opens, "after_hours", 0) * MS_HOUR;
}

bool finding_same_trouble(const struct doc *a, const json_t *a_body, const struct doc *b,
                          const json_t *b_body)
{
    int64_t a_from, a_to, b_from, b_to;
    return a->site == b->site && strcmp(finding_ledger(a_body), finding_ledger(b_body)) == 0 &&
           strcmp(json_str(a_body, "factor", ""), json_str(b_body, "factor", "")) == 0 &&
           span_of(a_body, &a_from, &a_to) && span_of(b_body, &b_from, &b_to) && a_from <= b_to &&
           b_from <= a_to;
}

int finding_unsettled(struct api *a, int64_t id, struct doc *d, json_t **body, struct err *e)
{
    int r = ledger_get_doc(a->config.store, DOC_FINDING, id, d, e);
    if (r < 0)
        return r;
    if (strcmp(d->state, "open") != 0 && strcmp(d->state, "over") != 0)
        r = err_named(e, -EEXIST, "conflict", "线索已处理（%s） | the finding is settled already (%s)",
                      d->state, d->state);
    else
        r = json_read(d->body, strlen(d->body), body, e);
    if (r < 0)
        doc_release(d);
    return r;
}

int finding_settle(struct api *a, const struct doc *d, const char *state, int64_t case_id, int64_t now,
                   struct err *e)
{
    struct doc next = *d;
    next.state = state;
    next.updated = now;
    next.parent = case_id;
    int64_t id;
    return ledger_put_doc(a->config.store, DOC_FINDING, &next, &id, e);
}

/* The case's fields: what was sent, with units by code; what the finding itself knows fills what was left out. */
static int case_fields(struct api *a, const struct doc *d, const json_t *finding, const json_t *given,
                       json_t **ret, struct err *e)
{
    static const char *const fields[] = { "owner", "supervisor", "due", "problem", "goal", "measures" };
    const struct place *place = a->config.place;
    json_t *out = json_object();
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const json_t *v = json_object_get(given, fields[i]);
        if (!v || json_is_null(v))
            continue;
        if (i < 2) {
            const struct unit *u = unit_of(place, v);
            if (!u) {
                json_decref(out);
                return err_named(e, -EINVAL, "bad_input", "%s: no such unit", fields[i]);
            }
            json_object_set_new(out, fields[i], json_string(u->code));
        } else {
            json_object_set(out, fields[i], (json_t *)v);
        }
    }
    json_t *goal = json_object_get(json_object_get(finding, "facts"), "goal");
    if (!json_object_get(out, "goal") && goal)
        json_object_set(out, "goal", goal);
    if (!json_object_get(out, "problem"))
        json_object_set_new(out, "problem", json_string(json_str(finding, "title", "")));
    const struct site *site = d->site ? place_site(place, d->site) : NULL;
    if (site)
        json_object_set_new(out, "site", json_string(site->code));
    json_object_set_new(out, "title", json_string(json_str(finding, "title", "")));
    *ret = out;
    return 0;
}

static int add_slice(struct api *a, const struct doc *d, const json_t *finding, int64_t now, json_t *fields,
                     struct err *e)
{
    const struct site *site = d->site ? place_site(a->config.place, d->site) : NULL;
    const char *factor = json_str(finding, "factor", "");
    int64_t begin, end;
    json_t *rows = NULL;
    if (!site || !*factor || !ledgers_has_field(a->config.ledgers, finding_ledger(finding), "slice") ||
        !span_of(finding, &begin, &end))
        return 0;
    int r = slice_of(a, site, factor, begin, end, now, &rows, e);
    return r < 0                                            ? r
           : json_object_set_new(fields, "slice", rows) < 0 ? err_set(e, -ENOMEM, "no memory for a slice")
                                                            : 0;
}

int finding_open_case(struct api *a, int64_t id, const json_t *given, const struct actor *who, int64_t now,
                      int64_t *ret_case, struct err *e)
{
    struct doc d;
    scoped(json_decrefp) json_t *body = NULL, *fields = NULL;
    int r = finding_unsettled(a, id, &d, &body, e);
    if (r < 0)
        return r;
    r = case_fields(a, &d, body, given, &fields, e);
    if (r == 0)
        r = add_slice(a, &d, body, now, fields, e);
    if (r == 0)
        r = case_open(a->config.ledgers, finding_ledger(body), fields, d.id, who, now, ret_case, e);
    if (r == 0)
        r = finding_settle(a, &d, "case", *ret_case, now, e);
    doc_release(&d);
    return r;
}
