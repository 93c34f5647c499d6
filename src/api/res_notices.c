/* Notices: each person's own; the outbox is the admin's. */
#include <errno.h>

#include "api/handlers.h"

static int ready(struct request *rq, struct err *e)
{
    return rq->api->config.notify ? 0 : err_named(e, -ENOENT, "not_found", "this server keeps no notices");
}

int notices_list(struct request *rq, struct err *e)
{
    int64_t limit, offset, unread;
    int r;
    if ((r = ready(rq, e)) < 0 || (r = query_int(rq, "limit", 1, 200, 50, &limit, e)) < 0 ||
        (r = query_int(rq, "offset", 0, 1000000, 0, &offset, e)) < 0 ||
        (r = query_int(rq, "unread", 0, 1, 0, &unread, e)) < 0)
        return r;
    return notify_write(rq->api->config.notify, rq->user.id, unread != 0, (size_t)limit, (size_t)offset,
                        &rq->out, e);
}

static int write_unread(struct request *rq, struct err *e)
{
    int64_t unread = 0;
    int r = notify_unread(rq->api->config.notify, rq->user.id, &unread, e);
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kint(&w, "unread", unread);
    jw_end_object(&w);
    return r;
}

int notices_read(struct request *rq, struct err *e)
{
    int r = ready(rq, e);
    if (r == 0)
        r = notify_read(rq->api->config.notify, rq->user.id, rq->id, e);
    return r == 0 ? write_unread(rq, e) : r;
}

int notices_read_all(struct request *rq, struct err *e)
{
    int r = ready(rq, e);
    if (r == 0)
        r = notify_read_all(rq->api->config.notify, rq->user.id, e);
    return r == 0 ? write_unread(rq, e) : r;
}

int notices_preferences(struct request *rq, struct err *e)
{
    int r = ready(rq, e);
    return r == 0 ? notify_write_preferences(rq->api->config.notify, rq->user.id, &rq->out, e) : r;
}

int notices_set_preferences(struct request *rq, struct err *e)
{
    int r = ready(rq, e);
    if (r == 0)
        r = notify_set_preferences(rq->api->config.notify, rq->user.id, rq->json, e);
    return r == 0 ? notices_preferences(rq, e) : r;
}

int outbox_list(struct request *rq, struct err *e)
{
    int64_t limit;
    int r = ready(rq, e);
    if (r == 0)
        r = query_int(rq, "limit", 1, 500, 100, &limit, e);
    return r == 0 ? notify_write_outbox(rq->api->config.notify, query_str(rq, "state", NULL), (size_t)limit,
                                        &rq->out, e)
                  : r;
}

int outbox_retry(struct request *rq, struct err *e)
{
    int r = ready(rq, e);
    if (r == 0)
        r = notify_retry(rq->api->config.notify, rq->id, e);
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kint(&w, "id", rq->id);
    jw_end_object(&w);
    return r;
}
