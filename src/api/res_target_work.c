/* res_target_work.c - a target divided among districts, and a task that becomes a case. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "api/handlers.h"
#include "base/scoped.h"

enum { PARTS_MAX = 200 };

/* ---- one target, read and written within a transaction ---- */

static int edit(struct request *rq, target_edit *change, void *arg, struct err *e)
{
    struct ledger_store *store = rq->api->config.store;
    struct doc d;
    int r = ledger_get_doc(store, DOC_TARGET, rq->id, &d, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *body = NULL;
    scoped(buf_release) struct buf text = BUF_INIT;
    r = json_read(d.body, strlen(d.body), &body, e);
    if (r == 0 && strcmp(d.state, "confirmed") != 0)
        r = err_named(e, -EEXIST, "conflict",
                      "only what is confirmed can be divided, paced, supervised or become a case");
    if (r == 0)
        r = change(rq, &d, body, arg, e);
    if (r == 0) {
        struct jw w = JW(&text);
        jw_tree(&w, body);
        struct doc next = d;
        next.updated = rq->now;
        next.body = text.data;
        int64_t id;
        r = text.failed ? err_set(e, -ENOMEM, "no memory for a target")
                        : ledger_put_doc(store, DOC_TARGET, &next, &id, e);
        if (r == 0) {
            struct jw out = JW(&rq->out);
            buf_clear(&rq->out);
            write_target(&out, &next, body, false);
        }
    }
    doc_release(&d);
    return r;
}

int target_edited(struct request *rq, target_edit *change, void *arg, struct err *e)
{
    struct ledger_store *store = rq->api->config.store;
    int r = ledger_begin(store, e);
    if (r < 0)
        return r;
    r = edit(rq, change, arg, e);
    if (r == 0)
        r = ledger_commit(store, e);
    else
        ledger_rollback(store);
    if (r == 0)
        api_publish(rq->api, "target", "{}");
    return r;
}

/* ---- division ---- */

static const json_t *number_of(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return json_is_number(v) && isfinite(json_number_value(v)) ? v : NULL;
}

/* No share and no weight is larger; their sum is still a micro. */
enum { PART_MOST = 1000000000 };
static bool part_fits(const json_t *v)
{
    return v && fabs(json_number_value(v)) <= PART_MOST;
}

/* Judged on millionths, as all judgements are. */
static int64_t micro_of(double v)
{
    return fabs(v) < 9e12 ? (int64_t)llround(v * 1e6) : 0;
}

static int parts_check(const json_t *parts, bool mean, struct err *e)
{
    size_t i;
    const json_t *p;
    if (!json_is_array(parts) || json_array_size(parts) > PARTS_MAX)
        return err_named(e, -EINVAL, "bad_input", "parts: not a list of at most %d", PARTS_MAX);
    json_array_foreach(parts, i, p)
    {
        const char *region = json_str(p, "region", "");
        if (!*region || strlen(region) > 200 || !part_fits(number_of(p, "value")) ||
            strlen(json_str(p, "owner", "")) > 200)
            return err_named(e, -EINVAL, "bad_input", "parts: number %zu needs a region and a value", i + 1);
        const json_t *weight = json_object_get(p, "weight");
        if (weight && (!part_fits(number_of(p, "weight")) || json_number_value(weight) <= 0))
            return err_named(e, -EINVAL, "bad_input", "parts: the weight of '%s' is no positive number",
                             region);
        if (mean && !weight && json_array_size(parts) > 1)
            return err_named(e, -EINVAL, "bad_input", "parts: a mean needs the weight of '%s'", region);
    }
    return 0;
}

static int divide(struct request *rq, const struct doc *d, json_t *body, void *arg, struct err *e)
{
    const char *how = json_str(rq->json, "how", "sum");
    json_t *parts = json_object_get(rq->json, "parts");
    bool mean = strcmp(how, "mean") == 0;
    const json_t *whole = number_of(body, "value");
    (void)arg;
    if (!mean && strcmp(how, "sum") != 0)
        return err_named(e, -EINVAL, "bad_input", "how: '%.20s' is neither sum nor mean", how);
    if (!whole)
        return err_named(e, -EEXIST, "conflict", "the target has no value to divide");
    int r = parts_check(parts, mean, e);
    if (r == 0 && json_object_get(body, "divided_from"))
        r = err_named(e, -EEXIST, "conflict", "a district's target is not divided again");
    if (r < 0)
        return r;
    if (!json_array_size(parts)) {
        json_object_del(body, "parts");
        r = districts_put(rq, d, body, parts, e);
        return r < 0                                           ? r
               : target_remember(rq, body, "divide", NULL) < 0 ? err_set(e, -ENOMEM, "no memory")
                                                               : 0;
    }
    double sum = 0, weights = 0;
    size_t i;
    const json_t *p;
    json_array_foreach(parts, i, p)
    {
        double weight =
            mean && json_object_get(p, "weight") ? json_number_value(json_object_get(p, "weight")) : 1;
        sum += weight * json_number_value(json_object_get(p, "value"));
        weights += weight;
    }
    double total = mean ? sum / weights : sum;
    int64_t difference = micro_of(total) - micro_of(json_number_value(whole));
    bool confirmed = json_flag(rq->json, "confirm", false);
    if (confirmed && difference)
        return err_named(e, -EEXIST, "conflict", "the parts do not make the whole: %.6g more or less",
                         (double)difference / 1e6);
    /* a division that is being changed asks nothing of a district until it is confirmed again */
    scoped(json_decrefp) json_t *none = json_array();
    r = none ? districts_put(rq, d, body, confirmed ? parts : none, e) : err_set(e, -ENOMEM, "no memory");
    if (r < 0)
        return r;
    json_t *kept = json_pack("{s:s,s:O,s:f,s:f,s:b,s:b}", "how", how, "list", parts, "total",
                             (double)micro_of(total) / 1e6, "difference", (double)difference / 1e6, "adds_up",
                             difference == 0, "confirmed", confirmed);
    if (!kept || json_object_set_new(body, "parts", kept) < 0 ||
        target_remember(rq, body, "divide", NULL) < 0)
        return err_set(e, -ENOMEM, "no memory for a division");
    return 0;
}

int targets_divide(struct request *rq, struct err *e)
{
    int r = target_edited(rq, divide, NULL, e);
    if (r == 0 && rq->api->config.targets_changed)
        rq->api->config.targets_changed(rq->api->config.arg);
    return r;
}

/* ---- a task becomes a case ---- */

static int case_link(struct request *rq, const struct doc *d, json_t *body, void *arg, struct err *e)
{
    (void)d;
    int64_t *id = arg;
    const char *ledger;
    int r = body_text(rq, "ledger", 100, true, &ledger, e);
    const json_t *fields = json_object_get(rq->json, "fields");
    if (r == 0 && !json_is_object(fields))
        r = err_named(e, -EINVAL, "bad_input", "fields: not an object");
    if (r == 0 && json_object_get(body, "case"))
        r = err_named(e, -EEXIST, "conflict", "it is a case already");
    struct actor who = request_actor(rq);
    if (r == 0)
        r = case_open(rq->api->config.ledgers, ledger, fields, 0, &who, rq->now, id, e);
    if (r == 0 && (json_object_set_new(body, "case", json_integer(*id)) < 0 ||
                   target_remember(rq, body, "case", NULL) < 0))
        r = err_set(e, -ENOMEM, "no memory for a target");
    return r;
}

int target_open_case(struct request *rq, int64_t *ret_id, struct err *e)
{
    return target_edited(rq, case_link, ret_id, e);
}

int targets_open_case(struct request *rq, struct err *e)
{
    int64_t id = 0;
    int r = target_open_case(rq, &id, e);
    if (r < 0)
        return r;
    buf_clear(&rq->out);
    return write_new_case(rq, id, e);
}
