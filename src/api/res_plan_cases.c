/* res_plan_cases.c - many confirmed tasks become cases in one request, each with a result of its own. Nothing is filled in for anybody: a task
 * without what its ledger needs stays a task, and the answer says what is missing. */
#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "base/scoped.h"

enum { TASKS_MAX = 200 };

static int belongs(struct request *rq, int64_t target, struct err *e)
{
    struct doc d;
    scoped(json_decrefp) json_t *body = NULL;
    int r = ledger_get_doc(rq->api->config.store, DOC_TARGET, target, &d, e);
    if (r < 0)
        return r;
    r = json_read(d.body, strlen(d.body), &body, e);
    if (r == 0 && d.parent != rq->id)
        r = err_named(e, -ENOENT, "not_found", "there is no target %lld in this plan", (long long)target);
    if (r == 0 && strcmp(json_str(body, "kind", ""), "task") != 0)
        r = err_named(e, -EEXIST, "conflict", "it is no task");
    doc_release(&d);
    return r;
}

/* The task's own fields, and what the person gave for all of them where it has none. */
static json_t *fields_of(const json_t *task, const json_t *common)
{
    json_t *fields =
        json_object_get(task, "fields") ? json_deep_copy(json_object_get(task, "fields")) : json_object();
    if (fields && json_is_object(common) &&
        json_object_update_missing(fields, (json_t *)(uintptr_t)common) < 0) {
        json_decref(fields);
        return NULL;
    }
    return fields;
}

static void write_result(struct jw *w, int64_t target, int64_t made, const json_t *fields, int r,
                         const struct err *e)
{
    static const char *const asked[] = { "owner", "supervisor", "due" };
    char zh[sizeof e->text];
    jw_object(w);
    jw_kint(w, "target", target);
    if (r == 0) {
        jw_kint(w, "case", made);
        jw_end_object(w);
        return;
    }
    const char *bar = strstr(e->text, " | "); /* "中文 | English", as the ledgers speak */
    size_t len = bar ? (size_t)(bar - e->text) : strlen(e->text);
    memcpy(zh, e->text, len);
    zh[len] = '\0';
    jw_kstr(w, "error", *e->name ? e->name : "error");
    jw_kstr(w, "message", zh);
    jw_kstr(w, "message_en", bar ? bar + 3 : e->text);
    jw_key(w, "missing");
    jw_array(w);
    for (size_t i = 0; i < COUNT_OF(asked) && strcmp(e->name, "case.field_missing") == 0; i++)
        if (!*json_str(fields, asked[i], ""))
            jw_str(w, asked[i]);
    jw_end_array(w);
    jw_end_object(w);
}

/* One task, in a transaction of its own. */
static int one(struct request *rq, const char *ledger, const json_t *task, const json_t *common, struct jw *w,
               struct err *e)
{
    struct err why = { 0 };
    int64_t target = json_int(task, "target", 0), plan = rq->id, made = 0;
    json_t *body = rq->json;
    scoped(json_decrefp) json_t *fields = fields_of(task, common);
    scoped(json_decrefp) json_t *single = json_pack("{s:s,s:O?}", "ledger", ledger, "fields", fields);
    if (!fields || !single)
        return err_set(e, -ENOMEM, "no memory for a case");
    int r = belongs(rq, target, &why);
    if (r == 0) {
        rq->id = target;
        rq->json = single;
        r = target_open_case(rq, &made, &why);
        rq->id = plan;
        rq->json = body;
    }
    if (r == -ENOMEM || r == -EIO || r == -ENOSPC) /* not the task's fault */
        return err_named(e, r, why.name, "%s", why.text);
    write_result(w, target, made, fields, r, &why);
    return 0;
}

int plans_open_cases(struct request *rq, struct err *e)
{
    const char *ledger;
    const json_t *tasks = json_object_get(rq->json, "tasks"), *common = json_object_get(rq->json, "fields");
    size_t i;
    json_t *task;
    scoped(buf_release) struct buf out = BUF_INIT;
    int r = body_text(rq, "ledger", 100, true, &ledger, e);
    if (r < 0)
        return r;
    if (!json_is_array(tasks) || !json_array_size(tasks) || json_array_size(tasks) > TASKS_MAX)
        return err_named(e, -EINVAL, "bad_input", "tasks: not a list of 1 to %d", TASKS_MAX);
    if (common && !json_is_object(common))
        return err_named(e, -EINVAL, "bad_input", "fields: not an object");
    json_array_foreach(tasks, i, task)
    {
        const json_t *fields = json_object_get(task, "fields");
        if (!json_int(task, "target", 0) || (fields && !json_is_object(fields)))
            return err_named(e, -EINVAL, "bad_input",
                             "tasks: number %zu needs a target, and fields if any as an object", i + 1);
    }
    struct jw w = JW(&out);
    jw_object(&w);
    jw_key(&w, "results");
    jw_array(&w);
    json_array_foreach(tasks, i, task) if (r == 0) r = one(rq, ledger, task, common, &w, e);
    jw_end_array(&w);
    jw_end_object(&w);
    if (r < 0)
        return r;
    buf_clear(&rq->out);
    buf_add(&rq->out, out.data, out.len);
    return out.failed || rq->out.failed ? err_set(e, -ENOMEM, "no memory for an answer") : 0;
}
