/* res_case_time.c - cases merged and moved, their limits on a past day, and what may be the same complaint. */
#include <errno.h>

#include "api/handlers.h"

static int answer(struct request *rq, int r, const struct actor *who, struct err *e)
{
    if (r < 0)
        return r;
    publish_id(rq->api, "case", rq->id);
    return case_write(rq->api->config.ledgers, rq->id, who, rq->now, &rq->out, e);
}

static int two_cases(struct request *rq,
                     int (*fn)(struct ledgers *, int64_t, int64_t, const struct actor *, int64_t,
                               struct err *),
                     struct err *e)
{
    const json_t *other = json_object_get(rq->json, "other");
    struct actor who = request_actor(rq);
    if (!json_is_integer(other))
        return err_named(e, -EINVAL, "bad_input", "other: not the id of a case");
    int r = fn(rq->api->config.ledgers, rq->id, json_integer_value(other), &who, rq->now, e);
    if (r == 0)
        publish_id(rq->api, "case", json_integer_value(other));
    return answer(rq, r, &who, e);
}

int cases_merge(struct request *rq, struct err *e)
{
    return two_cases(rq, case_merge, e);
}

int cases_unmerge(struct request *rq, struct err *e)
{
    return two_cases(rq, case_unmerge, e);
}

int cases_move(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    return answer(rq, case_move(rq->api->config.ledgers, rq->id, &who, rq->now, e), &who, e);
}

int cases_clocks(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    int64_t at;
    int r = query_time(rq, "at", rq->now, &at, e);
    if (r < 0)
        return r;
    buf_adds(&rq->out, "{\"clocks\":");
    r = case_write_clocks_at(rq->api->config.ledgers, rq->id, &who, at, &rq->out, e);
    buf_addc(&rq->out, '}');
    return r;
}

int cases_repeats(struct request *rq, struct err *e)
{
    return case_repeats(rq->api->config.ledgers, rq->id, NULL, NULL, rq->now, &rq->out, e);
}

/* While it is being typed, before there is a case. */
int draft_repeats(struct request *rq, struct err *e)
{
    const char *ledger;
    int r = body_text(rq, "ledger", 100, true, &ledger, e);
    const json_t *fields = json_object_get(rq->json, "fields");
    if (r == 0 && !json_is_object(fields))
        r = err_named(e, -EINVAL, "bad_input", "fields: not an object");
    return r < 0 ? r : case_repeats(rq->api->config.ledgers, 0, ledger, fields, rq->now, &rq->out, e);
}
