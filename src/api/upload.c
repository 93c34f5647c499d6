#include "api/upload.h"
#include "api/upload_keep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "codec/filetype.h"
#include "codec/image.h"
#include "store/file_store.h"

enum { THUMB_QUALITY = 82 };

struct taking {
    const struct file_type *type;
    struct image_exif exif;
    int width, height;
    uint64_t likeness;
    struct buf thumb;
};

static int take_picture(const void *bytes, size_t len, struct taking *t, struct err *e)
{
    scoped(image_release) struct image m = { 0 };
    int r = image_size(bytes, len, &t->width, &t->height, e);
    if (r == 0)
        r = image_read(bytes, len, IMAGE_THUMB, &m, e);
    if (r < 0)
        return r;
    image_exif(bytes, len, &t->exif);
    if ((r = image_turn(&m, t->exif.orientation, e)) < 0)
        return r;
    if (t->exif.orientation > 4) {
        int w = t->width;
        t->width = t->height;
        t->height = w;
    }
    t->likeness = image_hash(&m); /* of the picture as it is seen, however the camera was held */
    return image_write_jpeg(&m, THUMB_QUALITY, &t->thumb, e);
}

static json_t *describe(const struct taking *t, const char *name, size_t len, const char *hash,
                        const char *uploader, const char *ticket)
{
    char likeness[20];
    json_t *body = json_pack("{s:s, s:s, s:s, s:I, s:s, s:b, s:s}", "name", name, "type", t->type->word,
                             "mime", t->type->mime, "size", (json_int_t)len, "hash", hash, "picture",
                             (int)t->type->picture, "uploader", uploader);
    if (body && ticket)
        json_object_set_new(body, "ticket", json_string(ticket));
    if (!body || !t->type->picture)
        return body;
    json_object_set_new(body, "width", json_integer(t->width));
    json_object_set_new(body, "height", json_integer(t->height));
    if (t->likeness) { /* as text: a JSON number holds 63 bits of it */
        snprintf(likeness, sizeof likeness, "%016" PRIx64, t->likeness);
        json_object_set_new(body, "likeness", json_string(likeness));
    }
    if (t->exif.has_time)
        json_object_set_new(body, "taken", json_integer(t->exif.taken));
    if (t->exif.has_place) {
        json_object_set_new(body, "lng", json_real(t->exif.lng));
        json_object_set_new(body, "lat", json_real(t->exif.lat));
    }
    return body;
}

struct waiting {
    const char *uploader;
    int n;
};

static int count_waiting(const struct doc *d, void *arg)
{
    struct waiting *w = arg;
    json_t *body = NULL;
    if (json_read(d->body, strlen(d->body), &body, NULL) == 0 &&
        strcmp(json_str(body, "uploader", ""), w->uploader) == 0)
        w->n++;
    json_decref(body);
    return 0;
}

static int check_waiting(struct api *a, const char *uploader, int32_t unit, struct err *e)
{
    struct waiting w = { uploader, 0 };
    struct doc_query q = { .state = "waiting", .unit = unit };
    if (strcmp(uploader, UPLOADER_PUBLIC) == 0)
        return 0; /* limited by address */
    int r = ledger_each_doc(a->config.store, DOC_FILE, &q, count_waiting, &w, e);
    if (r == 0 && w.n >= UPLOAD_WAITING_MAX)
        r = err_named(
            e, -EBUSY, "file.too_many",
            "您已有%d个附件未归入事项，请先归入 | %d of your files belong to no case yet: use them first",
            w.n, w.n);
    return r;
}

static int keep(struct file_store *files, struct ledger_store *store, const struct taking *t,
                const void *bytes, size_t len, const char *name, const char *key, const char *uploader,
                const char *ticket, int32_t unit, int64_t now, int64_t *ret_id, struct err *e)
{
    char hash[SM3_HEX];
    scoped(buf_release) struct buf clean = BUF_INIT;
    file_name_clean(name, t->type, &clean);
    int r = clean.failed ? err_set(e, -ENOMEM, "no memory for a file")
                         : file_store_put(files, bytes, len, t->type->picture ? t->thumb.data : NULL,
                                          t->thumb.len, hash, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *body = describe(t, clean.data, len, hash, uploader, ticket);
    scoped(freep) char *text =
        body ? json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15)) : NULL;
    struct doc d = {
        .key = key, .state = "waiting", .unit = unit, .created = now, .updated = now, .body = text
    };
    return text ? ledger_put_doc(store, DOC_FILE, &d, ret_id, e)
                : err_set(e, -ENOMEM, "no memory for a file");
}

static int keep_bytes(struct file_store *files, struct ledger_store *store, const void *bytes, size_t len,
                      const char *name, const char *key, const char *uploader, const char *ticket,
                      int32_t unit, int64_t now, int64_t *ret_id, struct err *e)
{
    struct taking t = { .thumb = BUF_INIT };
    int r = file_type_of(bytes, len, &t.type, e);
    if (r == 0 && t.type->picture)
        r = take_picture(bytes, len, &t, e);
    if (r == 0)
        r = keep(files, store, &t, bytes, len, name, key, uploader, ticket, unit, now, ret_id, e);
    buf_release(&t.thumb);
    return r;
}

int upload_keep(struct file_store *files, struct ledger_store *store, const void *bytes, size_t len,
                const char *name, const char *uploader, int32_t unit, int64_t now, int64_t *ret_id,
                struct err *e)
{
    return keep_bytes(files, store, bytes, len, name, NULL, uploader, NULL, unit, now, ret_id, e);
}

static int take(struct api *a, const void *bytes, size_t len, const char *name, const char *key,
                const char *uploader, const char *ticket, int32_t unit, int64_t now, int64_t *ret_id,
                struct err *e)
{
    const struct file_type *type;
    int r = file_type_of(bytes, len, &type, e);
    if (r == 0)
        r = check_waiting(a, uploader, unit, e);
    return r == 0 ? keep_bytes(a->files, a->config.store, bytes, len, name, key, uploader, ticket, unit, now,
                               ret_id, e)
                  : r;
}

int upload_take(struct api *a, const void *bytes, size_t len, const char *name, const char *uploader,
                int32_t unit, int64_t now, int64_t *ret_id, struct err *e)
{
    return take(a, bytes, len, name, NULL, uploader, NULL, unit, now, ret_id, e);
}

/* 1: these bytes came under this key before. */
static int taken_before(struct api *a, const char *key, const void *bytes, size_t len, int64_t *ret_id,
                        struct err *e)
{
    char hash[SM3_HEX];
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = ledger_get_doc_by_key(a->config.store, DOC_FILE, key, &d, NULL);
    if (r < 0)
        return r == -ENOENT ? 0 : err_set(e, r, "the store cannot be read");
    *ret_id = d.id;
    r = json_read(d.body, strlen(d.body), &body, e);
    doc_release(&d);
    if (r == 0)
        r = sm3_hex(bytes, len, hash, e);
    if (r == 0 && strcmp(hash, json_str(body, "hash", "")) != 0)
        r = err_named(e, -EEXIST, "once.other", "该标识已用于另一附件 | the key stands for another file");
    return r < 0 ? r : 1;
}

int upload_take_once(struct api *a, const void *bytes, size_t len, const char *name, const char *key,
                     const char *uploader, int32_t unit, int64_t now, int64_t *ret_id, struct err *e)
{
    enum { KEY_CAP = 200 };
    char full[KEY_CAP];
    if (!key)
        return take(a, bytes, len, name, NULL, uploader, NULL, unit, now, ret_id, e);
    snprintf(full, sizeof full, "%s %s", uploader, key); /* nobody meets another's */
    int r = taken_before(a, full, bytes, len, ret_id, e);
    if (r == 0) {
        r = take(a, bytes, len, name, full, uploader, NULL, unit, now, ret_id, e);
        if (r < 0 && taken_before(a, full, bytes, len, ret_id, NULL) == 1)
            r = 0; /* the same request on another connection was first */
    }
    return r < 0 ? r : 0;
}

int upload_take_ticket(struct api *a, const void *bytes, size_t len, const char *name, const char *ticket,
                       int64_t now, int64_t *ret_id, struct err *e)
{
    return take(a, bytes, len, name, NULL, UPLOADER_PUBLIC, ticket, 0, now, ret_id, e);
}

/* ---- the public ---- */

static uint64_t hash_text(const char *s)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *s; s++)
        h = (h ^ (uint8_t)*s) * UINT64_C(1099511628211);
    return h;
}

/* A table without chains: two addresses that share a place share its count, which errs to the strict side. */
static bool take_turn(struct api *a, struct public_upload *table, const char *address, int most, int64_t now,
                      int *ret_wait_s)
{
    struct public_upload *p = &table[hash_text(address) % PUBLIC_ADDRESSES];
    pthread_mutex_lock(&a->upload_lock);
    if (now - p->since >= PUBLIC_UPLOAD_MS || now < p->since)
        *p = (struct public_upload){ .since = now };
    bool may = p->n < most;
    p->n += may;
    *ret_wait_s = may ? 0 : (int)((p->since + PUBLIC_UPLOAD_MS - now) / 1000) + 1;
    pthread_mutex_unlock(&a->upload_lock);
    return may;
}

int upload_public_allow(struct api *a, const char *address, int64_t now, int *ret_wait_s, struct err *e)
{
    return take_turn(a, a->public_uploads, address, PUBLIC_UPLOADS, now, ret_wait_s)
               ? 0
               : err_named(e, -EACCES, "upload.too_many",
                           "上传过于频繁，请稍后再试 | too many uploads from this address, try again later");
}

int public_report_allow(struct api *a, const char *address, int64_t now, int *ret_wait_s, struct err *e)
{
    return take_turn(a, a->public_reports, address, PUBLIC_REPORTS, now, ret_wait_s)
               ? 0
               : err_named(e, -EACCES, "report.too_many",
                           "提交过于频繁，请稍后再试 | too many reports from this address, try again later");
}

int public_act_allow(struct api *a, const char *address, int64_t now, int *ret_wait_s, struct err *e)
{
    return take_turn(a, a->public_acts, address, PUBLIC_ACTS, now, ret_wait_s)
               ? 0
               : err_named(e, -EACCES, "report.too_many",
                           "提交过于频繁，请稍后再试 | too many requests from this address, try again later");
}
