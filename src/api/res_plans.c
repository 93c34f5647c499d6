#include "api/plans.h"

#include <errno.h>
#include <string.h>

#include "api/http.h"
#include "base/scoped.h"

enum { TITLE_MAX = 300 };

/* ---- storing ---- */

static int put_plan(struct ledger_store *store, const char *title, const char *text, size_t len,
                    const char *by, int64_t now, int64_t *ret_id, struct err *e)
{
    struct buf body = BUF_INIT;
    struct jw w = JW(&body);
    jw_object(&w);
    jw_kstr(&w, "title", title);
    jw_kstr(&w, "by", by);
    jw_key(&w, "text");
    jw_strn(&w, text, len);
    jw_end_object(&w);
    struct doc d = { .key = "", .state = "read", .created = now, .updated = now, .body = body.data };
    int r = body.failed ? err_set(e, -ENOMEM, "no memory for a plan")
                        : ledger_put_doc(store, DOC_PLAN, &d, ret_id, e);
    buf_release(&body);
    return r;
}

static int put_target(struct ledger_store *store, int64_t plan, const json_t *item, int64_t now,
                      struct err *e)
{
    struct buf body = BUF_INIT;
    struct jw w = JW(&body);
    jw_tree(&w, item);
    const char *kind = json_str(item, "kind", "target");
    struct doc d = {
        .parent = plan,
        .key = "",
        .state = strcmp(kind, "target") == 0 ? "read" : kind,
        .created = now,
        .updated = now,
        .body = body.data,
    };
    int64_t id;
    int r = body.failed ? err_set(e, -ENOMEM, "no memory for a target")
                        : ledger_put_doc(store, DOC_TARGET, &d, &id, e);
    buf_release(&body);
    return r;
}

int plan_store(struct ledger_store *store, const struct words *words, const char *title, const char *text,
               size_t len, const char *by, int64_t now, int64_t *ret_id, struct err *e)
{
    json_t *items = NULL;
    int r = plan_read(words, text, len, &items, e);
    if (r < 0)
        return err_under(e, "text");
    r = ledger_begin(store, e);
    if (r < 0) {
        json_decref(items);
        return r;
    }
    r = put_plan(store, title, text, len, by, now, ret_id, e);
    size_t i;
    const json_t *item;
    json_array_foreach(items, i, item)
    {
        if (r == 0)
            r = put_target(store, *ret_id, item, now, e);
    }
    if (r == 0)
        r = ledger_commit(store, e);
    else
        ledger_rollback(store);
    json_decref(items);
    return r;
}

int plans_add(struct request *rq, struct err *e)
{
    const char *title, *text;
    int r = body_text(rq, "title", TITLE_MAX, true, &title, e);
    if (r == 0)
        r = body_text(rq, "text", BODY_PLAN_MAX, true, &text, e);
    int64_t id = 0;
    if (r == 0)
        r = plan_store(rq->api->config.store, rq->api->config.words, title, text, strlen(text), rq->user.name,
                       rq->now, &id, e);
    if (r < 0)
        return r;
    buf_addf(&rq->out, "{\"id\":%lld}", (long long)id);
    return 0;
}

/* ---- reading ---- */

struct plan_counts {
    int64_t read, confirmed, rejected, doubts;
};

static int count_target(const struct doc *d, void *arg)
{
    struct plan_counts *c = arg;
    c->read += strcmp(d->state, "read") == 0;
    c->confirmed += strcmp(d->state, "confirmed") == 0;
    c->rejected += strcmp(d->state, "rejected") == 0;
    c->doubts += strcmp(d->state, "doubt") == 0;
    return 0;
}

/* Leaves the object open for more. */
static int write_summary(struct request *rq, struct jw *w, const struct doc *d, const json_t *body,
                         struct err *e)
{
    struct plan_counts c = { 0 };
    struct doc_query q = { .parent = d->id };
    int r = ledger_each_doc(rq->api->config.store, DOC_TARGET, &q, count_target, &c, e);
    if (r < 0)
        return r;
    jw_object(w);
    jw_kint(w, "id", d->id);
    jw_kstr(w, "title", json_str(body, "title", ""));
    jw_ktime(w, "created", d->created);
    jw_kstr(w, "by", json_str(body, "by", NULL));
    jw_key(w, "targets");
    jw_object(w);
    jw_kint(w, "read", c.read);
    jw_kint(w, "confirmed", c.confirmed);
    jw_kint(w, "rejected", c.rejected);
    jw_end_object(w);
    jw_kint(w, "doubts", c.doubts);
    return 0;
}

int plans_list(struct request *rq, struct err *e)
{
    struct docs docs;
    struct doc_query q = { .limit = 200, .newest_first = true };
    int r = docs_read(rq, DOC_PLAN, &q, &docs, e);
    if (r < 0)
        return r;
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_key(&w, "plans");
    jw_array(&w);
    for (size_t i = 0; i < docs.n && r == 0; i++) {
        json_t *body = NULL;
        r = json_read(docs.doc[i].body, strlen(docs.doc[i].body), &body, e);
        if (r == 0)
            r = write_summary(rq, &w, &docs.doc[i], body, e);
        jw_end_object(&w);
        json_decref(body);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    docs_release(&docs);
    return r;
}

static int write_items(struct request *rq, struct jw *w, int64_t plan, struct err *e)
{
    struct docs docs;
    struct doc_query q = { .parent = plan };
    int r = docs_read(rq, DOC_TARGET, &q, &docs, e);
    if (r < 0)
        return r;
    jw_key(w, "items");
    jw_array(w);
    for (size_t i = 0; i < docs.n && r == 0; i++) {
        json_t *body = NULL;
        r = json_read(docs.doc[i].body, strlen(docs.doc[i].body), &body, e);
        if (r == 0)
            write_target(w, &docs.doc[i], body, false);
        json_decref(body);
    }
    jw_end_array(w);
    docs_release(&docs);
    return r;
}

int plans_get(struct request *rq, struct err *e)
{
    struct doc d;
    int r = ledger_get_doc(rq->api->config.store, DOC_PLAN, rq->id, &d, e);
    if (r < 0)
        return r;
    json_t *body = NULL;
    struct jw w = JW(&rq->out);
    r = json_read(d.body, strlen(d.body), &body, e);
    if (r == 0)
        r = write_summary(rq, &w, &d, body, e);
    if (r == 0) {
        jw_kstr(&w, "text", json_str(body, "text", ""));
        r = write_items(rq, &w, d.id, e);
        jw_end_object(&w);
    }
    json_decref(body);
    doc_release(&d);
    return r;
}
