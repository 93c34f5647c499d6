/* import_keep.c - a list between its upload and its acceptance: its bytes in a folder, what was found in them in a document. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"
#include "base/sm3.h"
#include "ledger/batch.h"
#include "ledger/import_own.h"

enum { KEPT_MS = 24 * 3600 * 1000, PATH_TEXT = 512 };

/* A file a person and ledger; two uploads of one file share it only when the later one ends the earlier. */
static void path_of(const char *dir, const char *sum, const char *ledger, const char *who,
                    char ret[PATH_TEXT])
{
    char by[65] = "", owner[160];
    int n = snprintf(owner, sizeof owner, "%s %s", ledger, who);
    (void)sm3_hex(owner, n < (int)sizeof owner ? (size_t)n : sizeof owner - 1, by, NULL);
    snprintf(ret, PATH_TEXT, "%s/%.16s-%.40s.xlsx", dir, by, sum);
}

static int put_doc(struct ledgers *l, const struct doc *was, const char *state, int64_t now,
                   const json_t *body, int64_t *ret_id, struct err *e)
{
    scoped(freep) char *text = json_dumps(body, JSON_COMPACT);
    struct doc d = { .key = "", .created = now };
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    if (was)
        d = *was;
    d.state = state;
    d.updated = now;
    d.body = text;
    return ledger_put_doc(l->store, DOC_IMPORT, &d, ret_id, e);
}

/* ---- what falls away ---- */

struct sweep {
    struct ledgers *l;
    const char *dir, *ledger, *by;
    int64_t now;
    struct err *e;
};

static int sweep_one(const struct doc *d, void *arg)
{
    struct sweep *s = arg;
    scoped(json_decrefp) json_t *body = NULL;
    char path[PATH_TEXT];
    int r = json_read(d->body, strlen(d->body), &body, s->e);
    if (r < 0)
        return r;
    bool own =
        strcmp(json_str(body, "by", ""), s->by) == 0 && strcmp(json_str(body, "ledger", ""), s->ledger) == 0;
    if (!own && s->now - d->created < KEPT_MS)
        return 0;
    path_of(s->dir, json_str(body, "sum", ""), json_str(body, "ledger", ""), json_str(body, "by", ""), path);
    unlink(path);
    json_object_del(body, "preview");
    return put_doc(s->l, d, "expired", s->now, body, NULL, s->e);
}

static int sweep(struct ledgers *l, const char *dir, const char *ledger, const char *by, int64_t now,
                 struct err *e)
{
    struct sweep s = { l, dir, ledger, by, now, e };
    return ledger_each_doc(l->store, DOC_IMPORT, &(struct doc_query){ .state = "open" }, sweep_one, &s, e);
}

/* ---- the answer ---- */

static void write_kept(const json_t *body, int64_t id, const char *state, int64_t created, struct buf *out)
{
    struct jw w = JW(out);
    const char *key;
    json_t *v;
    jw_object(&w);
    jw_kint(&w, "id", id);
    jw_kstr(&w, "ledger", json_str(body, "ledger", ""));
    jw_kstr(&w, "name", json_str(body, "name", ""));
    jw_kstr(&w, "state", state);
    jw_ktime(&w, "created", created);
    jw_ktime(&w, "expires", created + KEPT_MS);
    json_object_foreach(json_object_get(body, "preview"), key, v)
    {
        jw_key(&w, key);
        jw_tree(&w, v);
    }
    jw_end_object(&w);
}

static int preview_tree(const struct import *im, json_t **ret, struct err *e)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    struct jw w = JW(&text);
    jw_object(&w);
    import_write(im, &w);
    jw_end_object(&w);
    return text.failed ? err_set(e, -ENOMEM, "out of memory") : json_read(text.data, text.len, ret, e);
}

int import_preview(struct ledgers *l, const char *ledger, const void *bytes, size_t len,
                   const struct actor *who, int64_t now, struct buf *out, struct err *e)
{
    struct import im = { 0 };
    (void)now;
    int r = import_read(l, ledger, bytes, len, who, &im, e);
    if (r < 0)
        return r;
    struct jw w = JW(out);
    jw_object(&w);
    import_write(&im, &w);
    jw_end_object(&w);
    import_release(&im);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

static int keep_bytes(const char *dir, const char *sum, const char *ledger, const char *who,
                      const void *bytes, size_t len, struct err *e)
{
    char path[PATH_TEXT];
    path_of(dir, sum, ledger, who, path);
    int r = file_make_dirs(dir, e);
    return r < 0 ? r : file_replace(path, bytes, len, 0600, e);
}

int import_put(struct ledgers *l, const char *dir, const char *ledger, const char *name, const void *bytes,
               size_t len, const struct actor *who, int64_t now, struct buf *out, struct err *e)
{
    struct import im = { 0 };
    char sum[65], digest[65];
    int64_t id = 0;
    scoped(json_decrefp) json_t *preview = NULL, *body = NULL;
    int r = import_read(l, ledger, bytes, len, who, &im, e);
    if (r < 0)
        return r;
    if ((r = import_digest(&im, digest, e)) == 0 && (r = sm3_hex(bytes, len, sum, e)) == 0)
        r = preview_tree(&im, &preview, e);
    import_release(&im);
    if (r == 0)
        r = sweep(l, dir, ledger, who->name, now, e);
    if (r == 0)
        r = keep_bytes(dir, sum, ledger, who->name, bytes, len, e);
    if (r < 0)
        return r;
    body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O}", "by", who->name, "ledger", ledger, "name", name, "sum",
                     sum, "digest", digest, "preview", preview);
    if (!body)
        return err_set(e, -ENOMEM, "out of memory");
    if ((r = put_doc(l, NULL, "open", now, body, &id, e)) == 0)
        write_kept(body, id, "open", now, out);
    return r;
}

/* The person's own, in whatever state; to others there is none. */
static int find(struct ledgers *l, int64_t id, const struct actor *who, struct doc *ret, json_t **ret_body,
                struct err *e)
{
    int r = ledger_get_doc(l->store, DOC_IMPORT, id, ret, e);
    if (r == 0) {
        r = json_read(ret->body, strlen(ret->body), ret_body, e);
        if (r == 0 && strcmp(json_str(*ret_body, "by", ""), who->name) != 0)
            r = -ENOENT;
        if (r < 0)
            doc_release(ret);
    }
    return r == -ENOENT ? err_named(e, -ENOENT, "not_found", "没有这次导入 | there is no such import") : r;
}

static const char *state_of(const struct doc *d, int64_t now)
{
    return strcmp(d->state, "open") == 0 && now - d->created >= KEPT_MS ? "expired" : d->state;
}

int import_get(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
               struct err *e)
{
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = find(l, id, who, &d, &body, e);
    if (r < 0)
        return r;
    write_kept(body, id, state_of(&d, now), d.created, out);
    doc_release(&d);
    return 0;
}

/* ---- acceptance ---- */

struct entering {
    struct ledgers *l;
    const struct import *im;
    const struct actor *who;
    int64_t id, now;
    struct buf entered; /* "key case\n" */
    struct err *e;
};

static int enter_row(struct entering *x, const struct import_row *row)
{
    int64_t id = 0;
    if (row->what == ROW_NEW) {
        int r = case_open(x->l, x->im->def->id, row->fields, 0, x->who, x->now, &id, x->e);
        if (r == 0)
            buf_addf(&x->entered, "%s %" PRId64 "\n", row->key, id);
        return r < 0 ? err_under(x->e, "row %u", row->row) : 0;
    }
    if (row->what != ROW_CHANGED)
        return 0;
    struct loaded c = { 0 };
    int r = case_load(x->l, row->id, &c, x->e);
    if (r == 0 && strcmp(json_str(c.doc, "last", ""), row->last) != 0)
        r = err_named(x->e, -EAGAIN, "conflict",
                      "%s 刚刚有变动，请重新上传 | %s changed meanwhile: upload again", row->number,
                      row->number);
    case_release(&c);
    scoped(json_decrefp) json_t *why =
        json_pack("{s:I, s:i}", "import", (json_int_t)x->id, "row", (int)row->row);
    if (r == 0)
        r = case_update(x->l, row->id, row->fields, why, x->who, x->now, x->e);
    return r;
}

static int enter(struct entering *x, struct doc *d, json_t *body)
{
    struct doc again = { 0 };
    int r = ledger_begin(x->l->store, x->e);
    if (r < 0)
        return r;
    /* Two acceptances at once: the second finds it accepted. */
    r = ledger_get_doc(x->l->store, DOC_IMPORT, d->id, &again, x->e);
    if (r == 0 && strcmp(again.state, "open") != 0)
        r = err_named(x->e, -EAGAIN, "conflict", "这次导入已经办理 | this import is settled already");
    doc_release(&again);
    for (size_t i = 0; r == 0 && i < x->im->n_rows; i++)
        r = enter_row(x, &x->im->row[i]);
    if (r == 0 && x->entered.failed)
        r = err_set(x->e, -ENOMEM, "out of memory");
    if (r == 0) {
        json_object_set_new(body, "entered", json_string(x->entered.data ? x->entered.data : ""));
        json_object_set_new(body, "accepted", json_integer(x->now));
        r = put_doc(x->l, d, "accepted", x->now, body, NULL, x->e);
    }
    if (r < 0) {
        ledger_rollback(x->l->store);
        return r;
    }
    return ledger_commit(x->l->store, x->e);
}

/* The bytes again, which must still mean what the person saw. */
static int read_again(struct ledgers *l, const char *dir, const json_t *body, const struct actor *who,
                      struct import *ret, struct err *e)
{
    scoped(buf_release) struct buf bytes = BUF_INIT;
    char path[PATH_TEXT], digest[65], sum[65];
    path_of(dir, json_str(body, "sum", ""), json_str(body, "ledger", ""), who->name, path);
    int r = file_read(path, IMPORT_BYTES_MAX, &bytes, e);
    if (r == 0)
        r = sm3_hex(bytes.data ? bytes.data : "", bytes.len, sum, e);
    if (r == 0 && strcmp(sum, json_str(body, "sum", "")) != 0)
        r = err_set(e, -EIO, "%s: is not what was uploaded", path);
    if (r == 0)
        r = import_read(l, json_str(body, "ledger", ""), bytes.data, bytes.len, who, ret, e);
    if (r < 0)
        return r;
    if ((r = import_digest(ret, digest, e)) == 0 && strcmp(digest, json_str(body, "digest", "")) != 0)
        r = err_named(
            e, -EAGAIN, "conflict",
            "台账在预览之后有变动，请重新上传 | the ledger changed since the preview: upload again");
    if (r < 0)
        import_release(ret);
    return r;
}

static int accept(struct ledgers *l, const char *dir, struct doc *d, json_t *body, bool skip_faulty,
                  const struct actor *who, int64_t now, struct buf *out, struct err *e)
{
    struct import im = { 0 };
    if (strcmp(state_of(d, now), "open") != 0)
        return err_named(e, -EAGAIN, "conflict",
                         "这次导入已办理或已过期 | this import is settled or has expired");
    int r = read_again(l, dir, body, who, &im, e);
    if (r < 0)
        return r;
    struct entering x = { .l = l, .im = &im, .who = who, .id = d->id, .now = now, .e = e };
    if (im.count[ROW_FAULTY] && !skip_faulty)
        r = err_named(e, -EINVAL, "import.faulty",
                      "有%zu行有问题，全部没有导入 | %zu rows have faults: nothing was entered",
                      im.count[ROW_FAULTY], im.count[ROW_FAULTY]);
    if (r == 0)
        r = enter(&x, d, body);
    if (r == 0) {
        char path[PATH_TEXT];
        struct jw w = JW(out);
        path_of(dir, json_str(body, "sum", ""), json_str(body, "ledger", ""), who->name, path);
        unlink(path);
        jw_object(&w);
        jw_kint(&w, "id", d->id);
        jw_kint(&w, "opened", (int64_t)im.count[ROW_NEW]);
        jw_kint(&w, "changed", (int64_t)im.count[ROW_CHANGED]);
        jw_kint(&w, "unchanged", (int64_t)im.count[ROW_SAME]);
        jw_kint(&w, "skipped", (int64_t)im.count[ROW_FAULTY]);
        jw_end_object(&w);
    }
    buf_release(&x.entered);
    import_release(&im);
    return r;
}

int import_accept(struct ledgers *l, const char *dir, int64_t id, bool skip_faulty, const struct actor *who,
                  int64_t now, struct buf *out, struct err *e)
{
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = find(l, id, who, &d, &body, e);
    if (r < 0)
        return r;
    r = accept(l, dir, &d, body, skip_faulty, who, now, out, e);
    doc_release(&d);
    return r;
}
