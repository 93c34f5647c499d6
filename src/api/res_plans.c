#include "api/plans.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "api/handlers.h"
#include "base/scoped.h"
#include "codec/document.h"

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

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static int base64_read(const char *s, struct buf *out, struct err *e)
{
    uint32_t bits = 0;
    int have = 0;
    for (; *s && *s != '='; s++) {
        int digit = base64_digit(*s);
        if (digit < 0)
            return err_named(e, -EINVAL, "bad_input", "file: not base64");
        bits = bits << 6 | (uint32_t)digit;
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_addc(out, (char)(bits >> have & 0xff));
        }
    }
    return out->failed ? err_set(e, -ENOMEM, "no memory for a file") : 0;
}

/* The text of the body: given as such, or as a document's bytes. */
static int text_of(struct request *rq, struct buf *out, struct err *e)
{
    const char *text, *file;
    int r = body_text(rq, "file", BODY_PLAN_MAX, false, &file, e);
    if (r == 0 && !*file) {
        r = body_text(rq, "text", BODY_PLAN_MAX, true, &text, e);
        if (r == 0)
            buf_adds(out, text);
        return r;
    }
    scoped(buf_release) struct buf bytes = BUF_INIT;
    if (r == 0)
        r = base64_read(file, &bytes, e);
    if (r == 0)
        r = document_text(bytes.data ? bytes.data : "", bytes.len, rq->api->config.pdf_text, out, e);
    if (r == -ENOMEM || r == 0)
        return r;
    if (e && !*e->name) /* whatever is wrong with it, the sender's file is what is wrong */
        e->name = "bad_input";
    if (e)
        e->code = -EINVAL;
    return -EINVAL;
}

/* The first line that says something. */
static void title_of(const char *text, char *to, size_t size)
{
    text += strspn(text, "\n\r\t ");
    size_t len = strcspn(text, "\n\t");
    len = len < size ? len : size - 1;
    while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    memcpy(to, text, len);
    to[len] = '\0';
}

int plans_add(struct request *rq, struct err *e)
{
    const char *title;
    char own[TITLE_MAX + 1];
    scoped(buf_release) struct buf text = BUF_INIT;
    bool file = json_object_get(rq->json, "file") != NULL;
    int r = body_text(rq, "title", TITLE_MAX, !file, &title, e);
    if (r == 0)
        r = text_of(rq, &text, e);
    if (r == 0 && !text.len)
        r = err_named(e, -EINVAL, "bad_input", "text: empty");
    int64_t id = 0;
    if (r == 0 && !*title) {
        title_of(text.data, own, sizeof own);
        title = own;
    }
    if (r == 0)
        r = plan_store(rq->api->config.store, rq->api->config.words, title, text.data, text.len,
                       rq->user.name, rq->now, &id, e);
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
