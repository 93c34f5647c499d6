/* res_imports.c - lists that come as workbooks: upload and preview, look again, accept. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/handlers.h"
#include "ledger/import.h"

enum { NAME_MAX_BYTES = 300, DIR_TEXT = 400 };

static int folder_of(struct request *rq, char dir[DIR_TEXT], struct err *e)
{
    if (!rq->api->data_dir || snprintf(dir, DIR_TEXT, "%s/imports", rq->api->data_dir) >= DIR_TEXT)
        return err_set(e, -ENOENT, "no data folder");
    return 0;
}

int imports_add(struct request *rq, struct err *e)
{
    char dir[DIR_TEXT];
    const char *name = query_str(rq, "name", "");
    struct actor who = request_actor(rq);
    int r = folder_of(rq, dir, e);
    if (r == 0 && strlen(name) > NAME_MAX_BYTES)
        r = err_named(e, -EINVAL, "bad_input", "name: longer than %d bytes", NAME_MAX_BYTES);
    return r == 0 ? import_put(rq->api->config.ledgers, dir, rq->word, name,
                               rq->body.len ? rq->body.data : "", rq->body.len, &who, rq->now, &rq->out, e)
                  : r;
}

int imports_get(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    return import_get(rq->api->config.ledgers, rq->id, &who, rq->now, &rq->out, e);
}

int imports_accept(struct request *rq, struct err *e)
{
    char dir[DIR_TEXT];
    const json_t *skip = json_object_get(rq->json, "skip_faulty");
    struct actor who = request_actor(rq);
    int r = folder_of(rq, dir, e);
    if (r == 0 && skip && !json_is_boolean(skip))
        r = err_named(e, -EINVAL, "bad_input", "skip_faulty: not true or false");
    if (r == 0)
        r = import_accept(rq->api->config.ledgers, dir, rq->id, json_is_true(skip), &who, rq->now, &rq->out,
                          e);
    if (r == 0)
        publish_id(rq->api, "case", 0); /* several at once */
    return r;
}
