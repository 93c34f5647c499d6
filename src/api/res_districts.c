/* res_districts.c - a division that adds up becomes a target for each district, bound to the district's own measure; and the letter of
 * responsibility (目标责任书) in which a district finds all that the plan asks of it. */
#include <errno.h>
#include <string.h>

#include "api/http.h"
#include "api/responsibility.h"
#include "base/scoped.h"

enum { REGION_MAX = 200 };

/* ---- one target a district ---- */

static int child_body(struct request *rq, const struct doc *parent, const json_t *whole, const json_t *part,
                      json_t **ret, struct err *e)
{
    static const char *const kept[] = { "indicator", "op",    "unit", "modality", "by",   "baseline",
                                        "quote",     "start", "end",  "path",     "bound" };
    char at[CN_TEXT];
    json_t *o = json_pack("{s:s,s:s,s:O?,s:O?,s:I,s:s,s:s}", "kind", "target", "rule", "division", "region",
                          json_object_get(part, "region"), "value", json_object_get(part, "value"),
                          "divided_from", (json_int_t)parent->id, "confirmed_by", rq->user.name,
                          "confirmed_at", cn_format_iso(rq->now, at));
    for (size_t i = 0; o && i < COUNT_OF(kept); i++) {
        json_t *v = json_object_get(whole, kept[i]);
        if (v && json_object_set(o, kept[i], v) < 0) {
            json_decref(o);
            o = NULL;
        }
    }
    const char *owner = json_str(part, "owner", "");
    if (!o || (*owner && json_object_set_new(o, "owner", json_string(owner)) < 0) ||
        target_remember(rq, o, "divide", NULL) < 0) {
        json_decref(o);
        return err_set(e, -ENOMEM, "no memory for a district's target");
    }
    *ret = o;
    return 0;
}

static int put(struct request *rq, const struct doc *d, const char *state, const json_t *body,
               int64_t *ret_id, struct err *e)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    struct jw w = JW(&text);
    struct doc next = *d;
    jw_tree(&w, body);
    next.state = state;
    next.updated = rq->now;
    next.body = text.data;
    return text.failed ? err_set(e, -ENOMEM, "no memory for a target")
                       : ledger_put_doc(rq->api->config.store, DOC_TARGET, &next, ret_id, e);
}

/* The district's target of an earlier division of the same whole, as the place among docs; docs->n: none. */
static size_t child_find(const struct docs *docs, int64_t whole, const char *region)
{
    size_t i;
    for (i = 0; i < docs->n; i++) {
        scoped(json_decrefp) json_t *body = NULL;
        if (json_read(docs->doc[i].body, strlen(docs->doc[i].body), &body, NULL) == 0 &&
            json_int(body, "divided_from", 0) == whole && strcmp(json_str(body, "region", ""), region) == 0)
            break;
    }
    return i;
}

/* Children whose region is not among the parts are rejected: they are of a division that is no more. */
static int children_drop(struct request *rq, const struct docs *docs, int64_t whole, const json_t *parts,
                         struct err *e)
{
    int r = 0;
    for (size_t i = 0; i < docs->n && r == 0; i++) {
        scoped(json_decrefp) json_t *body = NULL;
        size_t k;
        json_t *part;
        bool stays = false;
        int64_t id;
        if ((r = json_read(docs->doc[i].body, strlen(docs->doc[i].body), &body, e)) < 0)
            break;
        json_array_foreach(parts, k, part) stays |=
            strcmp(json_str(part, "region", ""), json_str(body, "region", "")) == 0;
        if (json_int(body, "divided_from", 0) != whole || stays ||
            strcmp(docs->doc[i].state, "rejected") == 0)
            continue;
        if (json_object_set_new(body, "reason", json_string("分解已更改")) < 0 ||
            target_remember(rq, body, "reject", NULL) < 0)
            r = err_set(e, -ENOMEM, "no memory for a target");
        else
            r = put(rq, &docs->doc[i], "rejected", body, &id, e);
    }
    return r;
}

int districts_put(struct request *rq, const struct doc *parent, const json_t *whole, json_t *parts,
                  struct err *e)
{
    struct docs docs = { 0 };
    struct doc_query q = { .parent = parent->parent };
    size_t i;
    json_t *part;
    int r = docs_read(rq, DOC_TARGET, &q, &docs, e);
    if (r == 0)
        r = children_drop(rq, &docs, parent->id, parts, e);
    json_array_foreach(parts, i, part)
    {
        scoped(json_decrefp) json_t *body = NULL;
        if (r < 0)
            break;
        size_t at = child_find(&docs, parent->id, json_str(part, "region", ""));
        struct doc fresh = { .parent = parent->parent, .key = "", .created = rq->now }, *d = &fresh;
        if (at < docs.n)
            d = &docs.doc[at];
        int64_t id = 0;
        r = child_body(rq, parent, whole, part, &body, e);
        if (r == 0)
            r = put(rq, d, "confirmed", body, &id, e);
        if (r == 0 && json_object_set_new(part, "target", json_integer(id)) < 0)
            r = err_set(e, -ENOMEM, "no memory for a division");
    }
    docs_release(&docs);
    return r;
}

/* ---- the letter of responsibility ---- */

static int plan_title(struct request *rq, json_t **ret, struct err *e)
{
    struct doc d;
    int r = ledger_get_doc(rq->api->config.store, DOC_PLAN, rq->id, &d, e);
    if (r < 0)
        return r;
    r = json_read(d.body, strlen(d.body), ret, e);
    doc_release(&d);
    return r;
}

/* The confirmed targets of the plan that name this region. */
static int asked_of(struct request *rq, const char *region, json_t **ret, struct err *e)
{
    struct docs docs = { 0 };
    struct doc_query q = { .parent = rq->id, .state = "confirmed" };
    json_t *list = json_array();
    int r = list ? docs_read(rq, DOC_TARGET, &q, &docs, e) : err_set(e, -ENOMEM, "no memory for a letter");
    for (size_t i = 0; i < docs.n && r == 0; i++) {
        scoped(json_decrefp) json_t *body = NULL;
        r = json_read(docs.doc[i].body, strlen(docs.doc[i].body), &body, e);
        if (r == 0 && strcmp(json_str(body, "kind", ""), "target") == 0 &&
            strcmp(json_str(body, "region", ""), region) == 0 && json_array_append(list, body) < 0)
            r = err_set(e, -ENOMEM, "no memory for a letter");
    }
    docs_release(&docs);
    if (r == 0 && !json_array_size(list))
        r = err_named(e, -ENOENT, "not_found", "the plan asks nothing of '%.80s'", region);
    if (r < 0)
        json_decref(list);
    else
        *ret = list;
    return r;
}

static const struct letter_format {
    const char *word, *type;
    int (*write)(const struct paper *p, struct buf *out, struct err *e); /* NULL: the table, or plain text */
} letter_formats[] = {
    { "txt", "text/plain; charset=utf-8", NULL },
    { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", NULL },
    { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper_docx },
    { "pdf", "application/pdf", paper_pdf },
};

static int letter_write(struct request *rq, const struct letter_format *f, const char *title,
                        const char *plan, const char *region, const json_t *targets, struct err *e)
{
    rq->type = f->type;
    if (f->write) {
        struct paper p;
        responsibility_letter(title, plan, region, targets, rq->now, &p);
        int r = f->write(&p, &rq->out, e);
        paper_release(&p);
        return r;
    }
    if (strcmp(f->word, "xlsx") == 0)
        return responsibility_xlsx(title, targets, rq->now, &rq->out, e);
    responsibility_text(title, plan, region, targets, &rq->out);
    return rq->out.failed ? err_set(e, -ENOMEM, "no memory for a letter") : 0;
}

int plans_letter(struct request *rq, struct err *e)
{
    const char *region = query_str(rq, "region", ""), *word = query_str(rq, "format", "txt");
    const struct letter_format *f = NULL;
    scoped(json_decrefp) json_t *plan = NULL;
    scoped(json_decrefp) json_t *targets = NULL;
    scoped(buf_release) struct buf title = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(letter_formats); i++)
        f = strcmp(letter_formats[i].word, word) == 0 ? &letter_formats[i] : f;
    if (!*region || strlen(region) > REGION_MAX)
        return err_named(e, -EINVAL, "bad_input", "region: which district?");
    if (!f)
        return err_named(e, -EINVAL, "bad_input", "format: '%.20s' is none of txt, xlsx, docx, pdf", word);
    int r = plan_title(rq, &plan, e);
    if (r == 0)
        r = asked_of(rq, region, &targets, e);
    if (r < 0)
        return r;
    buf_addf(&title, "%s生态环境保护目标责任书", region);
    return title.failed ? err_set(e, -ENOMEM, "no memory for a letter")
                        : letter_write(rq, f, title.data, json_str(plan, "title", ""), region, targets, e);
}
