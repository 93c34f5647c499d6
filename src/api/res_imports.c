/* res_imports.c - lists that come as workbooks: upload and preview, look again, accept. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/http.h"
#include "base/log.h"
#include "base/scoped.h"
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

/* Who accepted it may have gone on; the office knows what came in. */
static void tell_done(struct request *rq)
{
    struct notify *n = rq->api->config.notify;
    struct notify_words w = { 0 };
    struct err why = { 0 };
    scoped(json_decrefp) json_t *answer = NULL;
    char once[40];
    if (!n || json_read(rq->out.data, rq->out.len, &answer, &why) < 0)
        return;
    const json_t *counts = json_object_get(answer, "counts");
    int64_t fresh = json_int(counts, "new", 0), changed = json_int(counts, "changed", 0);
    snprintf(once, sizeof once, "import:%lld", (long long)rq->id);
    snprintf(w.title, sizeof w.title, "清单导入完成：%.120s", json_str(answer, "name", ""));
    snprintf(w.title_en, sizeof w.title_en, "List read in: %.120s", json_str(answer, "name", ""));
    snprintf(w.text, sizeof w.text, "新立%lld件，更新%lld件，由%s确认", (long long)fresh, (long long)changed,
             rq->user.display);
    snprintf(w.text_en, sizeof w.text_en, "%lld cases opened, %lld changed, accepted by %s", (long long)fresh,
             (long long)changed, rq->user.display);
    const struct notice what = { "import", once, 0, "", &w };
    int r = notify_tell(n, &(struct notify_target){ .to = "user", .user = rq->user.id }, &what, &why);
    if (r == 0)
        r = notify_tell(n, &(struct notify_target){ .to = "office" }, &what, &why);
    if (r < 0)
        log_warn("api", "import %lld: %s", (long long)rq->id, why.text);
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
    if (r == 0) {
        publish_id(rq->api, "case", 0); /* several at once */
        tell_done(rq);
    }
    return r;
}
