/* res_draw.c - 双随机: a draw of a ledger's objects and officers, and past ones; cases dealt out to leaders; whether the grid tiles the city. */
#include <errno.h>

#include "api/http.h"

static int optional(struct request *rq, const char *key, bool list, const json_t **ret, struct err *e)
{
    const json_t *v = json_object_get(rq->json, key);
    *ret = json_is_null(v) ? NULL : v;
    if (*ret && !(list ? json_is_array(v) : json_is_object(v)))
        return err_named(e, -EINVAL, "bad_input", "%s: not %s", key, list ? "a list" : "an object");
    return 0;
}

int draws_add(struct request *rq, struct err *e)
{
    struct draw_ask a = { .ledger = rq->word, .dry = json_flag(rq->json, "dry", false) };
    struct actor who = request_actor(rq);
    int r = body_text(rq, "seed", 200, true, &a.seed, e);
    if (r == 0)
        r = optional(rq, "fields", false, &a.fields, e);
    if (r == 0)
        r = optional(rq, "objects", true, &a.objects, e);
    if (r == 0)
        r = optional(rq, "officers", true, &a.officers, e);
    if (r == 0)
        r = ledgers_draw(rq->api->config.ledgers, &a, &who, rq->now, &rq->out, e);
    if (r == 0 && !a.dry)
        publish_id(rq->api, "case", 0);
    return r;
}

int draws_get(struct request *rq, struct err *e)
{
    return ledgers_write_draw(rq->api->config.ledgers, rq->word, query_str(rq, "seed", NULL), &rq->out, e);
}

int deals_get(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    return ledgers_deal(rq->api->config.ledgers,
                        &(struct deal_ask){ .ledger = rq->word, .mode = DEAL_STATUS }, &who, rq->now,
                        &rq->out, e);
}

int deals_add(struct request *rq, struct err *e)
{
    struct deal_ask a = { .ledger = rq->word,
                          .mode = json_flag(rq->json, "dry", false) ? DEAL_DRY : DEAL_FOR_GOOD };
    struct actor who = request_actor(rq);
    int r = optional(rq, "among", true, &a.among, e);
    if (r == 0)
        r = ledgers_deal(rq->api->config.ledgers, &a, &who, rq->now, &rq->out, e);
    if (r == 0 && a.mode == DEAL_FOR_GOOD)
        publish_id(rq->api, "case", 0);
    return r;
}

int grid_coverage_get(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    return c->grid_coverage ? c->grid_coverage(c->arg, &rq->out, e)
                            : err_named(e, -ENOENT, "not_found", "there is no grid");
}

int overlay_add(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    struct actor who = request_actor(rq);
    bool dry = json_flag(rq->json, "dry", false);
    const json_t *spots;
    int r = optional(rq, "spots", false, &spots, e);
    if (r == 0 && !c->overlay)
        return err_named(e, -ENOENT, "not_found", "there are no zones");
    if (r == 0)
        r = c->overlay(c->arg, spots, dry, &who, rq->now, &rq->out, e);
    if (r == 0 && !dry)
        publish_id(rq->api, "case", 0);
    return r;
}
