/* res_pace.c - what keeps a confirmed target or task to its pace: the pace itself, the reasons given for a period, and notices of
 * supervision that were opened from its row. */
#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "api/situation.h"
#include "base/scoped.h"
#include "measure/pace.h"

static int remember(struct request *rq, json_t *body, const char *action, const json_t *what)
{
    return target_remember(rq, body, action, what);
}

static int no_memory(struct err *e)
{
    return err_set(e, -ENOMEM, "no memory for a target");
}

static int set_pace(struct request *rq, const struct doc *d, json_t *body, void *arg, struct err *e)
{
    const json_t *declared = json_object_get(rq->json, "pace");
    json_t *pace = NULL;
    (void)d;
    (void)arg;
    if (!declared || json_is_null(declared)) {
        json_object_del(body, "pace");
        return remember(rq, body, "pace", NULL) < 0 ? no_memory(e) : 0;
    }
    int r = pace_read(declared, json_micro(body, "value", MICRO_MISSING), &pace, e);
    if (r < 0)
        return r;
    return json_object_set_new(body, "pace", pace) < 0 || remember(rq, body, "pace", pace) < 0 ? no_memory(e)
                                                                                               : 0;
}

int targets_set_pace(struct request *rq, struct err *e)
{
    return target_edited(rq, set_pace, NULL, e);
}

enum { REASON_MAX = 2000, REASONS_MAX = 240 };

static int set_reason(struct request *rq, const struct doc *d, json_t *body, void *arg, struct err *e)
{
    const char *period = "", *text = "", *measures = "";
    char at[CN_TEXT];
    struct situation_period p;
    (void)d;
    (void)arg;
    int r = body_text(rq, "period", 10, true, &period, e);
    if (r == 0)
        r = situation_period(period, rq->now, &p, e);
    if (r == 0)
        r = body_text(rq, "text", REASON_MAX, false, &text, e);
    if (r == 0)
        r = body_text(rq, "measures", REASON_MAX, false, &measures, e);
    if (r < 0)
        return r;
    json_t *reasons = json_object_get(body, "reasons");
    if (!reasons && (json_object_set_new(body, "reasons", json_object()) < 0 ||
                     !(reasons = json_object_get(body, "reasons"))))
        return no_memory(e);
    if (json_object_size(reasons) >= REASONS_MAX && !json_object_get(reasons, period))
        return err_named(e, -EINVAL, "bad_input", "reasons of more than %d periods", REASONS_MAX);
    json_t *one = json_pack("{s:s,s:s,s:s,s:s}", "text", text, "measures", measures, "by", rq->user.name,
                            "at", cn_format_iso(rq->now, at));
    if (json_object_set_new(reasons, period, one) < 0 || remember(rq, body, "reason", one) < 0)
        return no_memory(e);
    return 0;
}

int targets_set_reason(struct request *rq, struct err *e)
{
    return target_edited(rq, set_reason, NULL, e);
}

enum { SUPERVISED_MAX = 100 };

/* The ledger says what a notice needs; the row only adds which target it is of. */
static int supervise(struct request *rq, const struct doc *d, json_t *body, void *arg, struct err *e)
{
    int64_t *id = arg;
    json_t *fields = json_object_get(rq->json, "fields"), *list = json_object_get(body, "supervised");
    struct actor who = request_actor(rq);
    if (!json_is_object(fields))
        return err_named(e, -EINVAL, "bad_input", "fields: not an object");
    if (json_array_size(list) >= SUPERVISED_MAX)
        return err_named(e, -EINVAL, "bad_input", "more than %d notices of one target", SUPERVISED_MAX);
    if (json_object_set_new(fields, "target", json_integer(d->id)) < 0)
        return no_memory(e);
    int r = case_open(rq->api->config.ledgers, "supervision", fields, 0, &who, rq->now, id, e);
    if (r < 0)
        return r;
    if (!list && (json_object_set_new(body, "supervised", json_array()) < 0 ||
                  !(list = json_object_get(body, "supervised"))))
        return no_memory(e);
    return json_array_append_new(list, json_integer(*id)) < 0 || remember(rq, body, "supervise", NULL) < 0
               ? no_memory(e)
               : 0;
}

int targets_supervise(struct request *rq, struct err *e)
{
    int64_t id = 0;
    int r = target_edited(rq, supervise, &id, e);
    if (r < 0)
        return r;
    buf_clear(&rq->out);
    return write_new_case(rq, id, e);
}
