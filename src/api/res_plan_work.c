/* res_plan_work.c - what people do with a whole plan: add what the reader missed, take the responsibility table away, compare two plans. */
#include <errno.h>
#include <string.h>

#include "api/http.h"
#include "api/responsibility.h"
#include "base/scoped.h"
#include "base/utf8.h"

enum { QUOTE_MAX = 4000 };

static int plan_body(struct request *rq, int64_t id, json_t **ret, struct err *e)
{
    struct doc d;
    int r = ledger_get_doc(rq->api->config.store, DOC_PLAN, id, &d, e);
    if (r < 0)
        return r;
    r = json_read(d.body, strlen(d.body), ret, e);
    doc_release(&d);
    return r;
}

/* ---- adding by hand ---- */

/* The bytes of code points [start, end) of text; false when they are not there. */
static bool span(const char *text, int64_t start, int64_t end, size_t *ret_at, size_t *ret_len)
{
    size_t at = 0, len = strlen(text), used, from = 0;
    int64_t n = 0;
    if (start < 0 || end <= start || end - start > QUOTE_MAX)
        return false;
    for (; at < len && n < end; n++) {
        if (n == start)
            from = at;
        utf8_decode(text + at, len - at, &used);
        at += used;
    }
    *ret_at = from;
    *ret_len = at - from;
    return n == end;
}

static int item_make(struct request *rq, const json_t *plan, json_t **ret, struct err *e)
{
    const char *kind, *text = json_str(plan, "text", "");
    const json_t *fields = json_object_get(rq->json, "fields");
    int64_t start = json_int(rq->json, "start", -1), end = json_int(rq->json, "end", -1);
    size_t at, len;
    int r = body_text(rq, "kind", 20, true, &kind, e);
    if (r < 0)
        return r;
    if (strcmp(kind, "target") != 0 && strcmp(kind, "task") != 0)
        return err_named(e, -EINVAL, "bad_input", "kind: '%s' is neither target nor task", kind);
    if (!span(text, start, end, &at, &len))
        return err_named(e, -EINVAL, "bad_input", "start, end: not characters of the plan");
    char now[CN_TEXT];
    const char *by = rq->user.name;
    cn_format_iso(rq->now, now);
    json_t *o = json_pack("{s:s,s:s%,s:I,s:I,s:s,s:s,s:s,s:s}", "kind", kind, "quote", text + at, len,
                          "start", (json_int_t)start, "end", (json_int_t)end, "rule", "person", "added_by",
                          by, "confirmed_by", by, "confirmed_at", now);
    if (!o)
        return err_set(e, -ENOMEM, "no memory for a target");
    if (!json_object_get(fields, "modality"))
        json_object_set_new(o, "modality", json_string("must"));
    r = json_is_object(fields) ? target_set_fields(o, fields, e) : 0;
    bool target = strcmp(json_str(o, "kind", ""), "target") == 0;
    if (r == 0 && target && (!*json_str(o, "indicator", "") || !*json_str(o, "op", "")))
        r = err_named(e, -EINVAL, "bad_input", "fields: a target needs indicator and op");
    if (r == 0 && !target && !*json_str(o, "object", ""))
        r = err_named(e, -EINVAL, "bad_input", "fields: a task needs object");
    if (r == 0 && target_remember(rq, o, "add", fields) < 0)
        r = err_set(e, -ENOMEM, "no memory for a target");
    if (r < 0)
        json_decref(o);
    else
        *ret = o;
    return r;
}

int plans_item_add(struct request *rq, struct err *e)
{
    scoped(json_decrefp) json_t *plan = NULL;
    scoped(json_decrefp) json_t *item = NULL;
    scoped(buf_release) struct buf body = BUF_INIT;
    int r = plan_body(rq, rq->id, &plan, e);
    if (r == 0)
        r = item_make(rq, plan, &item, e);
    if (r < 0)
        return r;
    struct jw w = JW(&body), out = JW(&rq->out);
    jw_tree(&w, item);
    struct doc d = { .parent = rq->id,
                     .key = "",
                     .state = "confirmed",
                     .created = rq->now,
                     .updated = rq->now,
                     .body = body.data };
    r = body.failed ? err_set(e, -ENOMEM, "no memory for a target")
                    : ledger_put_doc(rq->api->config.store, DOC_TARGET, &d, &d.id, e);
    if (r < 0)
        return r;
    write_target(&out, &d, item, false);
    if (rq->api->config.targets_changed)
        rq->api->config.targets_changed(rq->api->config.arg);
    api_publish(rq->api, "target", "{}");
    return 0;
}

/* ---- the responsibility table ---- */

/* The plan's items as one list, each with its state. */
static int items_of(struct request *rq, int64_t plan, json_t **ret, struct err *e)
{
    struct docs docs;
    struct doc_query q = { .parent = plan };
    int r = docs_read(rq, DOC_TARGET, &q, &docs, e);
    if (r < 0)
        return r;
    json_t *list = json_array();
    for (size_t i = 0; i < docs.n && r == 0; i++) {
        json_t *body = NULL;
        r = json_read(docs.doc[i].body, strlen(docs.doc[i].body), &body, e);
        if (r == 0 && (json_object_set_new(body, "state", json_string(docs.doc[i].state)) < 0 ||
                       json_object_set_new(body, "id", json_integer(docs.doc[i].id)) < 0 ||
                       json_array_append(list, body) < 0))
            r = err_set(e, -ENOMEM, "no memory for a list");
        json_decref(body);
    }
    docs_release(&docs);
    if (r < 0)
        json_decref(list);
    else
        *ret = list;
    return r;
}

int plans_table(struct request *rq, struct err *e)
{
    scoped(json_decrefp) json_t *plan = NULL;
    scoped(json_decrefp) json_t *items = NULL;
    scoped(buf_release) struct buf title = BUF_INIT;
    int r = plan_body(rq, rq->id, &plan, e);
    if (r == 0)
        r = items_of(rq, rq->id, &items, e);
    buf_addf(&title, "%s 责任分解表", json_str(plan, "title", ""));
    if (r == 0 && title.failed)
        r = err_set(e, -ENOMEM, "no memory for a table");
    if (r == 0)
        r = responsibility_xlsx(title.data, items, rq->now, &rq->out, e);
    if (r == 0)
        rq->type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    return r;
}

/* ---- two plans ---- */

static bool same_indicator(const json_t *a, const json_t *b)
{
    const char *x = json_str(a, "bound", ""), *y = json_str(b, "bound", "");
    bool same =
        *x ? strcmp(x, y) == 0 : strcmp(json_str(a, "indicator", ""), json_str(b, "indicator", "")) == 0;
    return same && strcmp(json_str(a, "region", ""), json_str(b, "region", "")) == 0 &&
           strcmp(json_str(a, "modality", ""), json_str(b, "modality", "")) == 0;
}

static bool is_work(const json_t *o, const char *kind)
{
    return strcmp(json_str(o, "kind", ""), kind) == 0 && strcmp(json_str(o, "state", ""), "rejected") != 0;
}

/* Targets of one indicator in both plans, and those that only one has. */
static void pairs_write(struct jw *w, const json_t *ours, const json_t *theirs)
{
    size_t i, k;
    const json_t *a, *b;
    jw_array(w);
    json_array_foreach(ours, i, a)
    {
        if (!is_work(a, "target"))
            continue;
        int64_t other = 0;
        json_array_foreach(theirs, k, b) if (!other && is_work(b, "target") && same_indicator(a, b)) other =
            json_int(b, "id", 0);
        jw_object(w);
        jw_kint(w, "ours", json_int(a, "id", 0));
        if (other)
            jw_kint(w, "theirs", other);
        jw_end_object(w);
    }
    json_array_foreach(theirs, k, b)
    {
        bool found = !is_work(b, "target");
        json_array_foreach(ours, i, a) found |= is_work(a, "target") && same_indicator(a, b);
        if (found)
            continue;
        jw_object(w);
        jw_kint(w, "theirs", json_int(b, "id", 0));
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* Targets and tasks that stand wholly in words of the other plan: repeated without an owner, a date or a figure of our own. */
static void copied_write(struct jw *w, const json_t *ours, const json_t *spans, size_t *ret_copied,
                         size_t *ret_all)
{
    size_t i, k = 0, n = json_array_size(spans);
    const json_t *o;
    jw_array(w);
    json_array_foreach(ours, i, o) /* both are in the order of the text */
    {
        if (!is_work(o, "target") && !is_work(o, "task"))
            continue;
        int64_t start = json_int(o, "start", 0), end = json_int(o, "end", 0);
        ++*ret_all;
        while (k < n && json_int(json_array_get(spans, k), "end", 0) <= start)
            k++;
        const json_t *s = k < n ? json_array_get(spans, k) : NULL;
        if (s && json_int(s, "start", 0) <= start && json_int(s, "end", 0) >= end) {
            ++*ret_copied;
            jw_int(w, json_int(o, "id", 0));
        }
    }
    jw_end_array(w);
}

int plans_compare(struct request *rq, struct err *e)
{
    scoped(json_decrefp) json_t *ours = NULL;
    scoped(json_decrefp) json_t *theirs = NULL;
    scoped(json_decrefp) json_t *our_items = NULL;
    scoped(json_decrefp) json_t *their_items = NULL;
    scoped(json_decrefp) json_t *common = NULL;
    int64_t with;
    int r = query_int(rq, "with", 1, INT64_MAX, 0, &with, e);
    if (r == 0 && !with)
        r = err_named(e, -EINVAL, "bad_input", "with: which plan?");
    if (r == 0)
        r = plan_body(rq, rq->id, &ours, e);
    if (r == 0)
        r = plan_body(rq, with, &theirs, e);
    if (r == 0)
        r = items_of(rq, rq->id, &our_items, e);
    if (r == 0)
        r = items_of(rq, with, &their_items, e);
    const char *a = json_str(ours, "text", ""), *b = json_str(theirs, "text", "");
    if (r == 0)
        r = plan_compare(a, strlen(a), b, strlen(b), &common, e);
    if (r < 0)
        return r;
    size_t copied = 0, all = 0;
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kstr(&w, "title", json_str(theirs, "title", ""));
    jw_kint(&w, "characters", json_int(common, "characters", 0));
    jw_kint(&w, "copied", json_int(common, "copied", 0));
    jw_key(&w, "spans");
    jw_tree(&w, json_object_get(common, "spans"));
    jw_key(&w, "copied_items");
    copied_write(&w, our_items, json_object_get(common, "spans"), &copied, &all);
    jw_kint(&w, "items", (int64_t)all);
    jw_key(&w, "targets");
    pairs_write(&w, our_items, their_items);
    jw_end_object(&w);
    return 0;
}
