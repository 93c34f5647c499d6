#include "ledger/case_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/chain.h"

static int unknown(struct err *e, int64_t id)
{
    return err_named(e, -EINVAL, "file.unknown",
                     "没有编号为%" PRId64 "的附件可用 | there is no file %" PRId64 " to use", id, id);
}

/* ---- attaching ---- */

static int attach_to(struct ledger_store *s, int64_t case_id, const char *field, struct doc *d, json_t *body,
                     int64_t now, struct err *e)
{
    json_object_set_new(body, "field", json_string(field));
    json_object_set_new(body, "attached", json_integer(now));
    scoped(freep) char *text = chain_dump(body);
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    struct doc changed = *d;
    changed.parent = case_id;
    changed.state = "attached";
    changed.updated = now;
    changed.body = text;
    return ledger_put_doc(s, DOC_FILE, &changed, NULL, e);
}

static int attach_one(struct ledger_store *s, int64_t case_id, const char *field, int64_t id,
                      bool pictures_only, const struct actor *who, int64_t now, json_t *hashes, struct err *e)
{
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = ledger_get_doc(s, DOC_FILE, id, &d, e);
    if (r == -ENOENT)
        return unknown(e, id);
    if (r == 0)
        r = json_read(d.body, strlen(d.body), &body, e);
    if (r == 0 && d.parent != case_id &&
        (d.parent || !who || strcmp(json_str(body, "uploader", ""), who->name) != 0 ||
         strcmp(json_str(body, "ticket", ""), who->ticket ? who->ticket : "") != 0))
        r = unknown(e, id);
    if (r == 0 && pictures_only && !json_flag(body, "picture", false))
        r = err_named(e, -EINVAL, "file.type", "附件%" PRId64 "须为图片 | file %" PRId64 " must be a picture",
                      id, id);
    if (r == 0 && d.parent != case_id)
        r = attach_to(s, case_id, field, &d, body, now, e);
    if (r == 0) {
        char key[24];
        snprintf(key, sizeof key, "%" PRId64, id);
        if (json_object_set_new(hashes, key, json_string(json_str(body, "hash", ""))) < 0)
            r = err_set(e, -ENOMEM, "out of memory");
    }
    doc_release(&d);
    return r;
}

int case_files_attach(struct ledger_store *s, int64_t case_id, const char *field, const json_t *ids,
                      bool pictures_only, const struct actor *who, int64_t now, json_t *hashes, struct err *e)
{
    if (!json_is_array(ids) || json_array_size(ids) > CASE_FILES_MAX)
        return err_named(e, -EINVAL, "bad_input",
                         "附件须为不超过%d个编号的列表 | files must be a list of at most %d ids",
                         CASE_FILES_MAX, CASE_FILES_MAX);
    int r = 0;
    for (size_t i = 0; r == 0 && i < json_array_size(ids); i++) {
        const json_t *id = json_array_get(ids, i);
        r = json_is_integer(id) && json_integer_value(id) > 0
                ? attach_one(s, case_id, field, json_integer_value(id), pictures_only, who, now, hashes, e)
                : unknown(e, json_integer_value(id));
    }
    return r;
}

static bool is_file_field(const struct field *f)
{
    return f->type == FIELD_FILE || f->type == FIELD_SIGNATURE;
}

static const struct field *field_named(const struct field *f, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(f[i].id, id) == 0)
            return &f[i];
    return NULL;
}

int case_files_take(struct ledgers *l, const struct definition *def, int64_t case_id, const char *action,
                    json_t *body, const struct actor *who, int64_t now, struct err *e)
{
    const struct action *a = definition_action(def, action);
    const struct field *fields = a ? a->need : def->field;
    size_t n = a ? a->n_needs : def->n_fields;
    const char *key;
    json_t *v;
    int r = 0;
    if (l->no_files)
        return 0;
    scoped(json_decrefp) json_t *hashes = json_object();
    json_object_foreach(json_object_get(body, "fields"), key, v)
    {
        const struct field *f = field_named(fields, n, key);
        if (r == 0 && f && is_file_field(f))
            r = case_files_attach(l->store, case_id, key, v, f->kinds || f->type == FIELD_SIGNATURE, who, now,
                                  hashes, e);
        for (size_t i = 0; r == 0 && f && f->type == FIELD_EVIDENCE && i < json_array_size(v); i++) {
            const json_t *ids = json_object_get(json_array_get(v, i), "files");
            if (ids)
                r = case_files_attach(l->store, case_id, key, ids, false, who, now, hashes, e);
        }
    }
    if (r == 0 && json_object_size(hashes) && json_object_set(body, "attached", hashes) < 0)
        r = err_set(e, -ENOMEM, "out of memory");
    return r;
}

/* ---- seeing ---- */

static bool published(const struct definition *def, const char *field)
{
    for (size_t i = 0; *field && i < json_array_size(def->public_fields); i++)
        if (strcmp(json_string_value(json_array_get(def->public_fields, i)), field) == 0)
            return true;
    return false;
}

static bool may_see(struct ledgers *l, const struct doc *d, const json_t *body, const struct actor *who)
{
    if (!d->parent)
        return who && strcmp(json_str(body, "uploader", ""), who->name) == 0;
    struct loaded c = { 0 };
    if (case_load(l, d->parent, &c, NULL) < 0)
        return false;
    bool shown = reader_of(l, &c, who) || published(c.def, json_str(body, "field", ""));
    case_release(&c);
    return shown;
}

int case_file_get(struct ledgers *l, int64_t file, const struct actor *who, struct doc *ret, struct err *e)
{
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = ledger_get_doc(l->store, DOC_FILE, file, &d, e);
    if (r == 0)
        r = json_read(d.body, strlen(d.body), &body, e);
    if (r == 0 && may_see(l, &d, body, who)) {
        *ret = d;
        return 0;
    }
    doc_release(&d);
    return r < 0 && r != -ENOENT ? r
                                 : err_named(e, -ENOENT, "not_found", "没有这个附件 | there is no such file");
}

void case_file_write(struct jw *w, const struct doc *d)
{
    static const char *const texts[] = { "name", "type", "mime", "hash", "uploader", "field" };
    static const char *const numbers[] = { "size", "width", "height" };
    static const char *const places[] = { "lng", "lat" };
    json_t *body = NULL;
    if (json_read(d->body, strlen(d->body), &body, NULL) < 0)
        body = json_object();
    jw_object(w);
    jw_kint(w, "id", d->id);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        jw_kstr(w, texts[i], json_str(body, texts[i], NULL));
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        jw_kint(w, numbers[i], json_int(body, numbers[i], 0));
    jw_kbool(w, "picture", json_flag(body, "picture", false));
    jw_ktime(w, "taken", json_int(body, "taken", 0));
    for (size_t i = 0; i < COUNT_OF(places); i++)
        jw_kmicro(w, places[i], json_micro(body, places[i], MICRO_MISSING), 6);
    jw_ktime(w, "created", d->created);
    jw_key(w, "case");
    if (d->parent)
        jw_int(w, d->parent);
    else
        jw_null(w);
    jw_end_object(w);
    json_decref(body);
}

struct listing {
    struct ledgers *l;
    const struct actor *who;
    struct jw w;
};

static int list_one(const struct doc *d, void *arg)
{
    struct listing *x = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (json_read(d->body, strlen(d->body), &body, NULL) == 0 && may_see(x->l, d, body, x->who))
        case_file_write(&x->w, d);
    return 0;
}

int case_files_write(struct ledgers *l, int64_t case_id, const struct actor *who, struct buf *out,
                     struct err *e)
{
    struct listing x = { l, who, JW(out) };
    jw_object(&x.w);
    jw_key(&x.w, "files");
    jw_array(&x.w);
    int r = ledger_each_doc(l->store, DOC_FILE, &(struct doc_query){ .parent = case_id }, list_one, &x, e);
    jw_end_array(&x.w);
    jw_end_object(&x.w);
    return r;
}
