#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"
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

static int unit_asked(struct request *rq, const char *key, int32_t *ret, struct err *e)
{
    const struct place *p = rq->api->config.place;
    const char *text = query_str(rq, key, NULL);
    int64_t number;
    if (!text)
        return 0;
    const struct unit *u = place_unit_by_code(p, text);
    if (!u && query_int(rq, key, 1, INT32_MAX, 0, &number, NULL) == 0)
        u = place_unit(p, (int32_t)number);
    if (!u)
        return err_named(e, -EINVAL, "bad_input", "%s: no unit '%.40s'", key, text);
    *ret = u->id;
    return 0;
}

static int flag_asked(struct request *rq, const char *key, bool *ret, struct err *e)
{
    const char *text = query_str(rq, key, "false");
    *ret = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    return *ret || strcmp(text, "false") == 0 || strcmp(text, "0") == 0
               ? 0
               : err_named(e, -EINVAL, "bad_input", "%s: is true or false", key);
}

/* A day means its end: all that happened on it is in. A moment still to come is now. */
static int moment_asked(struct request *rq, int64_t *ret, struct err *e)
{
    const char *text = query_str(rq, "at", NULL);
    if (!text)
        return 0;
    if (!cn_parse_iso(text, strlen(text), ret))
        return err_named(e, -EINVAL, "bad_input", "at: '%.40s' is no date", text);
    if (strlen(text) == 10)
        *ret += MS_DAY - 1;
    if (*ret >= rq->now)
        *ret = 0;
    return 0;
}

/* What asks for more than the public fields tell needs a person. */
static int read_inner(struct request *rq, struct case_filter *f, struct err *e)
{
    static const char *const keys[] = { "supervisor", "parent",      "group",      "view",      "due_from",
                                        "due_to",     "overdue",     "closed_how", "rebounded", "opened_from",
                                        "opened_to",  "open",        "order",      "at",        "owner",
                                        "fields",     "closed_from", "closed_to",  "missed",    "blind" };
    for (size_t i = 0; !signed_in(rq) && i < sizeof keys / sizeof *keys; i++)
        if (query_str(rq, keys[i], NULL))
            return err_named(e, -EACCES, "auth.required", "%s: sign in to ask for it", keys[i]);
    f->group = query_str(rq, "group", NULL);
    f->view = query_str(rq, "view", NULL);
    f->due_from = query_str(rq, "due_from", NULL);
    f->due_to = query_str(rq, "due_to", NULL);
    f->opened_from = query_str(rq, "opened_from", NULL);
    f->opened_to = query_str(rq, "opened_to", NULL);
    f->closed_from = query_str(rq, "closed_from", NULL);
    f->closed_to = query_str(rq, "closed_to", NULL);
    f->fields = query_str(rq, "fields", NULL);
    f->closed_how = query_str(rq, "closed_how", NULL);
    f->order = query_str(rq, "order", NULL);
    int r = unit_asked(rq, "supervisor", &f->supervisor, e);
    if (r == 0)
        r = unit_asked(rq, "owner", &f->owner, e);
    if (r == 0)
        r = query_int(rq, "parent", 1, INT64_MAX, 0, &f->parent, e);
    if (r == 0)
        r = flag_asked(rq, "overdue", &f->overdue, e);
    if (r == 0)
        r = flag_asked(rq, "rebounded", &f->rebounded, e);
    if (r == 0)
        r = flag_asked(rq, "missed", &f->missed, e);
    if (r == 0)
        r = flag_asked(rq, "blind", &f->blind, e);
    if (r == 0)
        r = flag_asked(rq, "open", &f->open, e);
    return r == 0 ? moment_asked(rq, &f->at, e) : r;
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
    const char *site = query_str(rq, "site", NULL);
    if ((r = unit_asked(rq, "unit", &f->unit, e)) < 0 || (r = read_inner(rq, f, e)) < 0)
        return r;
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
    const struct actor *asks = signed_in(rq) ? &who : NULL;
    int64_t at = 0;
    int r = moment_asked(rq, &at, e);
    if (r == 0 && at && !asks)
        r = err_named(e, -EACCES, "auth.required", "at: sign in to ask for it");
    if (r < 0)
        return r;
    return at ? case_write_at(rq->api->config.ledgers, rq->id, asks, at, &rq->out, e)
              : case_write(rq->api->config.ledgers, rq->id, asks, rq->now, &rq->out, e);
}

int cases_secrets(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    int r = case_open_secrets(rq->api->config.ledgers, rq->id, &who, rq->now, &rq->out, e);
    if (r == 0)
        publish_id(rq->api, "case", rq->id);
    return r;
}

int cases_rows(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    int r = case_csv(rq->api->config.ledgers, rq->id, rq->word, &who, &rq->out, e);
    if (r == 0)
        rq->type = "text/csv; charset=utf-8";
    return r;
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
    scoped(json_decrefp) json_t *capture = NULL;
    char asked[SM3_HEX];
    int64_t id = 0;
    const json_t *parent = json_object_get(rq->json, "parent");
    if (r == 0 && parent && !json_is_null(parent) && !json_is_integer(parent))
        r = err_named(e, -EINVAL, "bad_input", "parent: not the id of a case");
    if (r == 0)
        r = request_once(rq, &who, asked, e);
    if (r == 0)
        r = case_once(rq->api->config.ledgers, &who, rq->now, &id, e);
    if (r == 0)
        r = case_capture(rq->api->config.ledgers, json_object_get(rq->json, "capture"), ledger, NULL, 0,
                         fields, &capture, e);
    who.capture = capture;
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
    scoped(json_decrefp) json_t *capture = NULL;
    if ((r = request_once(rq, &who, asked, e)) < 0 ||
        (r = case_once(rq->api->config.ledgers, &who, rq->now, &id, e)) < 0)
        return r;
    if (r == 0 && (r = case_capture(rq->api->config.ledgers, json_object_get(rq->json, "capture"), NULL,
                                    action, rq->id, fields, &capture, e)) < 0)
        return r;
    who.capture = capture;
    who.seen = json_int(rq->json, "seen", 0);
    if (r == 0 && (r = act_once(rq, action, fields, &who, e)) < 0)
        return r;
    return case_write(rq->api->config.ledgers, rq->id, &who, rq->now, &rq->out, e);
}

enum { BULK_MAX = 200 };

static void write_result(struct request *rq, struct jw *w, int64_t id, int did, const struct err *why)
{
    struct buf error = BUF_INIT;
    if (did < 0)
        (void)error_write(why, &error); /* the status: this is a part of an answer */
    jw_object(w);
    jw_kint(w, "id", id);
    jw_kbool(w, "ok", did == 0);
    jw_key(w, "refused"); /* null, or what the action alone would have answered */
    if (did < 0 && error.data)
        jw_raw(w, error.data);
    else
        jw_null(w);
    jw_end_object(w);
    buf_release(&error);
    if (did == 0 || did == -EAGAIN)
        publish_id(rq->api, "case", id);
}

/* Each case for itself: what one refuses the others do not suffer from. */
int cases_bulk(struct request *rq, struct err *e)
{
    const json_t *ids = json_object_get(rq->json, "ids");
    json_t *fields = json_object_get(rq->json, "fields");
    const char *action;
    int r = body_text(rq, "action", 100, true, &action, e);
    if (r < 0)
        return r;
    if (!json_array_size(ids) || json_array_size(ids) > BULK_MAX)
        return err_named(e, -EINVAL, "bad_input", "ids: 1 to %d numbers of cases", BULK_MAX);
    for (size_t i = 0; i < json_array_size(ids); i++)
        if (!json_is_integer(json_array_get(ids, i)))
            return err_named(e, -EINVAL, "bad_input", "ids: 1 to %d numbers of cases", BULK_MAX);
    if (fields && !json_is_null(fields) && !json_is_object(fields))
        return err_named(e, -EINVAL, "bad_input", "fields: not an object");
    struct actor who = request_actor(rq);
    struct jw w = JW(&rq->out);
    json_t *none = json_object();
    jw_object(&w);
    jw_key(&w, "results");
    jw_array(&w);
    for (size_t i = 0; i < json_array_size(ids); i++) {
        int64_t id = json_integer_value(json_array_get(ids, i));
        struct err why = { .name = "" };
        int did = case_act(rq->api->config.ledgers, id, action, json_is_object(fields) ? fields : none, &who,
                           rq->now, &why);
        write_result(rq, &w, id, did, &why);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    json_decref(none);
    return 0;
}
