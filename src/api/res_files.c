/* res_files.c - attachments: taken in, sent out so that no browser runs them, listed by case; and what looks odd about cases. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/disk.h"
#include "api/upload.h"
#include "base/scoped.h"
#include "codec/filetype.h"
#include "store/file_store.h"

static const struct actor *actor_or_public(struct request *rq, struct actor *who)
{
    *who = request_actor(rq);
    return signed_in(rq) ? who : NULL;
}

static int write_file(struct request *rq, int64_t id, struct err *e)
{
    struct actor who;
    struct doc d = { 0 };
    int r = case_file_get(rq->api->config.ledgers, id, actor_or_public(rq, &who), &d, e);
    if (r < 0)
        return r;
    struct jw w = JW(&rq->out);
    case_file_write(&w, &d);
    doc_release(&d);
    return 0;
}

int files_add(struct request *rq, struct err *e)
{
    const char *bytes = rq->body.data ? rq->body.data : "", *sm3 = query_str(rq, "sm3", NULL);
    char is[SM3_HEX], asked[SM3_HEX];
    struct actor who;
    int64_t id = 0;
    int r = request_once(rq, &who, asked, e);
    if (r == 0 && sm3 && (r = sm3_hex(bytes, rq->body.len, is, e)) == 0 && strcmp(is, sm3) != 0)
        r = err_named(
            e, -EINVAL, "file.changed",
            "附件与拍摄时的校验值不符，未收下：拍摄时 %.12s…，现在 %.12s… | the file is not the one that was "
            "recorded, not taken: SM3 %.12s... then, %.12s... now",
            sm3, is, sm3, is);
    if (r == 0)
        r = upload_take_once(rq->api, bytes, rq->body.len, query_str(rq, "name", ""), who.once, rq->user.name,
                             rq->user.unit, rq->now, &id, e);
    return r < 0 ? r : write_file(rq, id, e);
}

int files_list(struct request *rq, struct err *e)
{
    struct actor who;
    int64_t id;
    int r = query_int(rq, "case", 1, INT64_MAX, 0, &id, e);
    if (r == 0 && !id)
        r = err_named(e, -EINVAL, "bad_input", "case: missing");
    return r < 0 ? r : case_files_write(rq->api->config.ledgers, id, actor_or_public(rq, &who), &rq->out, e);
}

/* ---- sending ---- */

/* RFC 6266 and 8187: a plain name for old programs, the real one in UTF-8. */
static void disposition(const char *how, const char *name, struct buf *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    buf_addf(out, "%s; filename=\"", how);
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < 128 && *p != '"' && *p != '\\' && *p != '%' && *p >= ' ')
            buf_addc(out, *p);
    buf_adds(out, "\"; filename*=UTF-8''");
    for (const char *p = name; *p; p++)
        if (strchr(plain, *p))
            buf_addc(out, *p);
        else
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)*p);
}

static int send_bytes(struct request *rq, const char *path, const char *mime, const char *how,
                      const char *name, struct err *e)
{
    struct disk_file f;
    scoped(buf_release) struct buf as = BUF_INIT;
    disposition(how, name, &as);
    if (as.failed)
        return err_set(e, -ENOMEM, "no memory for a file");
    if (!disk_open(path, &f))
        return err_set(e, -EIO, "%s: is not there or cannot be read", path);
    struct MHD_Response *rs = MHD_create_response_from_fd64(f.size, f.fd);
    if (!rs) {
        close(f.fd);
        return err_set(e, -ENOMEM, "no memory for a file");
    }
    MHD_add_response_header(rs, "Content-Type", mime);
    MHD_add_response_header(rs, "Content-Disposition", as.data);
    /* Somebody else's bytes on our address: no scripts, no forms, an origin of their own. */
    MHD_add_response_header(rs, "Content-Security-Policy",
                            "default-src 'none'; sandbox; frame-ancestors 'self'");
    MHD_add_response_header(rs, "Cache-Control", "private, no-cache");
    rq->response = rs;
    return 0;
}

static int send_file(struct request *rq, bool thumb, struct err *e)
{
    struct actor who;
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    char path[FILE_PATH];
    int r = case_file_get(rq->api->config.ledgers, rq->id, actor_or_public(rq, &who), &d, e);
    if (r == 0)
        r = json_read(d.body, strlen(d.body), &body, e);
    doc_release(&d);
    if (r < 0)
        return r;
    const struct file_type *t = file_type_named(json_str(body, "type", ""));
    if (!t || (thumb && !t->picture))
        return err_named(e, -ENOENT, "not_found", "附件没有缩略图 | the file has no thumbnail");
    if ((r = file_store_path(rq->api->files, json_str(body, "hash", ""), thumb, path, e)) < 0)
        return r;
    bool shown = thumb || (t->inline_ && strcmp(query_str(rq, "inline", "0"), "1") == 0);
    return send_bytes(rq, path, thumb ? "image/jpeg" : t->mime, shown ? "inline" : "attachment",
                      thumb ? "thumb.jpg" : json_str(body, "name", ""), e);
}

int files_get(struct request *rq, struct err *e)
{
    return send_file(rq, false, e);
}

int files_thumb(struct request *rq, struct err *e)
{
    return send_file(rq, true, e);
}

/* ---- suspicions ---- */

int suspicions_list(struct request *rq, struct err *e)
{
    struct suspicion_filter f = { .ledger = query_str(rq, "ledger", NULL),
                                  .state = query_str(rq, "state", NULL) };
    int64_t limit = 0, offset = 0;
    int r = query_int(rq, "case", 1, INT64_MAX, 0, &f.case_id, e);
    if (r == 0)
        r = query_int(rq, "limit", 1, 500, 100, &limit, e);
    if (r == 0)
        r = query_int(rq, "offset", 0, 1000000, 0, &offset, e);
    if (r < 0)
        return r;
    f.limit = (size_t)limit;
    f.offset = (size_t)offset;
    return suspicions_write(rq->api->config.ledgers, &f, &rq->out, e);
}

int suspicions_decide(struct request *rq, struct err *e)
{
    const char *decision, *reason = "";
    int r = body_text(rq, "decision", 20, true, &decision, e);
    if (r == 0)
        r = body_text(rq, "reason", 4000, true, &reason, e);
    if (r < 0)
        return r;
    struct actor who = request_actor(rq);
    r = suspicion_decide(rq->api->config.ledgers, rq->id, decision, reason, &who, rq->now, e);
    if (r == 0)
        buf_addf(&rq->out, "{\"id\":%lld,\"state\":\"%s\"}", (long long)rq->id, decision);
    return r;
}
