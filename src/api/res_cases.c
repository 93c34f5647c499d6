#include <errno.h>
#include <string.h>

#include "api/http.h"
#include "base/log.h"
#include "base/scoped.h"
#include "base/sm3.h"

int ledgers_list(struct request *rq, struct err *e)
{
    buf_adds(&rq->out, "{\"ledgers\":");
    struct buf list = BUF_INIT;
    struct actor who = request_actor(rq);
    int r = ledgers_write_definitions(rq->api->config.ledgers, signed_in(rq) ? &who : NULL, &list, e);
    if (r == 0 && (list.failed || !list.len))
        r = err_set(e, -ENOMEM, "no memory for the ledgers");
    if (r == 0)
        r = append_member(&rq->out, list.data, "ledgers", e);
    buf_release(&list);
    buf_addc(&rq->out, '}');
    return r;
}

/* unit and site may be given by number or by code. */
int read_case_filter(struct request *rq, struct case_filter *f, struct err *e)
{
    const struct place *p = rq->api->config.place;
    int64_t number;
    int r = query_int(rq, "limit", 1, 500, 100, &number, e);
    f->limit = (size_t)number;
    if (r == 0)
        r = query_int(rq, "offset", 0, 1000000, 0, &number, e);
    f->offset = (size_t)number;
    if (r < 0)
        return r;
    f->ledger = query_str(rq, "ledger", NULL);
    f->state = query_str(rq, "state", NULL);
    f->light = query_str(rq, "light", NULL);
    f->text = query_str(rq, "q", NULL);
    const char *unit = query_str(rq, "unit", NULL), *site = query_str(rq, "site", NULL);
    if (unit) {
        const struct unit *u = place_unit_by_code(p, unit);
        if (!u && query_int(rq, "unit", 1, INT32_MAX, 0, &number, NULL) == 0)
            u = place_unit(p, (int32_t)number);
        if (!u)
            return err_named(e, -EINVAL, "bad_input", "unit: no unit '%.40s'", unit);
        f->unit = u->id;
    }
    if (site) {
        const struct site *s = place_site_by_code(p, site);
        if (!s && query_int(rq, "site", 1, INT32_MAX, 0, &number, NULL) == 0)
            s = place_site(p, (int32_t)number);
        if (!s)
            return err_named(e, -EINVAL, "bad_input", "site: no site '%.40s'", site);
        f->site = s->id;
    }
    return 0;
}

int cases_list(struct request *rq, struct err *e)
{
    struct case_filter f = { 0 };
    int r = read_case_filter(rq, &f, e);
    if (r < 0)
        return r;
    struct actor who = request_actor(rq);
    return case_write_list(rq->api->config.ledgers, &f, signed_in(rq) ? &who : NULL, rq->now, &rq->out, e);
}

int cases_get(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    return case_write(rq->api->config.ledgers, rq->id, signed_in(rq) ? &who : NULL, rq->now, &rq->out, e);
}

int cases_tree(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    return case_write_tree(rq->api->config.ledgers, rq->id, signed_in(rq) ? &who : NULL, rq->now, &rq->out,
                           e);
}

void look_for_oddities(struct request *rq, int64_t id)
{
    struct err why = { 0 };
    if (suspect_case(rq->api->config.ledgers, id, rq->now, &why) < 0)
        log_warn("api", "case %lld: suspicions: %s", (long long)id, why.text);
}

int write_new_case(struct request *rq, int64_t id, struct err *e)
{
    struct doc d;
    int r = ledger_get_doc(rq->api->config.store, DOC_CASE, id, &d, e);
    if (r < 0)
        return r;
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kint(&w, "id", id);
    jw_kstr(&w, "number", d.key);
    jw_end_object(&w);
    doc_release(&d);
    publish_id(rq->api, "case", id);
    return 0;
}

int cases_add(struct request *rq, struct err *e)
{
    const char *ledger;
    int r = body_text(rq, "ledger", 100, true, &ledger, e);
    const json_t *fields = json_object_get(rq->json, "fields");
    if (r == 0 && !json_is_object(fields))
        r = err_named(e, -EINVAL, "bad_input", "fields: not an object");
    struct actor who;
    char asked[SM3_HEX];
    int64_t id = 0;
    const json_t *parent = json_object_get(rq->json, "parent");
    if (r == 0 && parent && !json_is_null(parent) && !json_is_integer(parent))
        r = err_named(e, -EINVAL, "bad_input", "parent: not the id of a case");
    if (r == 0)
        r = request_once(rq, &who, asked, e);
    if (r == 0)
        r = case_once(rq->api->config.ledgers, &who, rq->now, &id, e);
    if (r == 0) {
        r = case_open_under(rq->api->config.ledgers, json_integer_value(parent), ledger, fields, 0, &who,
                            rq->now, &id, e);
        if ((r = request_done(rq, &who, r, &id, e)) == 0)
            look_for_oddities(rq, id);
    }
    return r >= 0 ? write_new_case(rq, id, e) : r;
}

/* 0: done now, 1: it was done already. */
static int act_once(struct request *rq, const char *action, json_t *fields, const struct actor *who,
                    struct err *e)
{
    scoped(json_decrefp) json_t *none = json_object();
    int64_t id;
    int r = case_act(rq->api->config.ledgers, rq->id, action, json_is_object(fields) ? fields : none, who,
                     rq->now, e);
    /* A refusal by the gate is an entry in the case's history too. */
    if (r == 0 || r == -EAGAIN)
        publish_id(rq->api, "case", rq->id);
    if ((r = request_done(rq, who, r, &id, e)) == 0)
        look_for_oddities(rq, rq->id);
    return r;
}

int cases_act(struct request *rq, struct err *e)
{
    const char *action;
    int r = body_text(rq, "action", 100, true, &action, e);
    if (r < 0)
        return r;
    json_t *fields = json_object_get(rq->json, "fields");
    if (fields && !json_is_null(fields) && !json_is_object(fields))
        return err_named(e, -EINVAL, "bad_input", "fields: not an object");
    struct actor who;
    char asked[SM3_HEX];
    int64_t id;
    if ((r = request_once(rq, &who, asked, e)) < 0 ||
        (r = case_once(rq->api->config.ledgers, &who, rq->now, &id, e)) < 0)
        return r;
    if (r == 0 && (r = act_once(rq, action, fields, &who, e)) < 0)
        return r;
    return case_write(rq->api->config.ledgers, rq->id, &who, rq->now, &rq->out, e);
}
