/* res_public.c - what people without a login may do beside reading: report a problem with photos, and follow it by the number they were
 * given. And what was published, as it was at first and is today. */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "api/handlers.h"
#include "api/upload.h"
#include "base/scoped.h"
#include "base/sm3.h"
#include "codec/filetype.h"

enum { CODE_LETTERS = 8, TICKET_MIN = 16, TICKET_MAX = 100, SECRET_BYTES = 32, PUBLISHED_MAX = 50 };

/* ---- photos ---- */

/* The ticket is the browser's own secret: what was uploaded with it can be attached only by a report that names it. */
static int ticket_hash(const char *ticket, char ret[SM3_HEX], struct err *e)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t len = strlen(ticket);
    if (len < TICKET_MIN || len > TICKET_MAX || strspn(ticket, plain) != len)
        return err_named(e, -EINVAL, "bad_input", "ticket: not %d to %d letters and digits", TICKET_MIN,
                         TICKET_MAX);
    return sm3_hex(ticket, len, ret, e);
}

int public_files_add(struct request *rq, struct err *e)
{
    char hash[SM3_HEX], address[64];
    const struct file_type *type;
    const char *bytes = rq->body.data ? rq->body.data : "";
    int64_t id = 0;
    int r = ticket_hash(query_str(rq, "ticket", ""), hash, e);
    if (r == 0)
        r = file_type_of(bytes, rq->body.len, &type, e);
    if (r == 0 && !type->picture)
        r = err_named(e, -EINVAL, "file.type", "这里只接收照片 | only photos are taken here");
    request_address(rq, address, sizeof address);
    if (r == 0)
        r = upload_public_allow(rq->api, address, rq->now, &rq->retry_after, e);
    if (r == 0)
        r = upload_take_ticket(rq->api, bytes, rq->body.len, query_str(rq, "name", ""), hash, rq->now, &id,
                               e);
    if (r == 0)
        buf_addf(&rq->out, "{\"id\":%lld}", (long long)id);
    return r;
}

/* ---- the number to follow a report by ---- */

/* Numbers of cases can be guessed; what follows them cannot. */
static int report_secret(struct ledger_store *s, char **ret, struct err *e)
{
    static const char name[] = "public.report_secret";
    unsigned char random[SECRET_BYTES];
    char hex[2 * SECRET_BYTES + 1];
    int r = ledger_get_setting(s, name, ret, e);
    if (r != -ENOENT)
        return r;
    if ((r = ledger_begin(s, e)) < 0)
        return r;
    if ((r = ledger_get_setting(s, name, ret, e)) == -ENOENT) {
        randombytes_buf(random, sizeof random);
        sodium_bin2hex(hex, sizeof hex, random, sizeof random);
        r = ledger_put_setting(s, name, hex, e);
        *ret = r == 0 ? strdup(hex) : NULL;
        if (r == 0 && !*ret)
            r = err_set(e, -ENOMEM, "out of memory");
    }
    if (r < 0) {
        ledger_rollback(s);
        return r;
    }
    return ledger_commit(s, e);
}

static int report_code(struct ledger_store *s, const char *number, char ret[CODE_LETTERS + 1], struct err *e)
{
    static const char letters[] = "ABCDEFGHJKMNPQRSTUVWXYZ23456789A"; /* none that looks like another */
    scoped(freep) char *secret = NULL;
    scoped(buf_release) struct buf text = BUF_INIT;
    char hash[SM3_HEX];
    unsigned char bytes[SM3_HEX / 2];
    int r = report_secret(s, &secret, e);
    if (r < 0)
        return r;
    buf_addf(&text, "%s|%s", secret, number);
    if (text.failed)
        return err_set(e, -ENOMEM, "out of memory");
    if ((r = sm3_hex(text.data, text.len, hash, e)) < 0)
        return r;
    if (sodium_hex2bin(bytes, sizeof bytes, hash, SM3_HEX - 1, NULL, NULL, NULL) != 0)
        return err_set(e, -EIO, "a hash is no hexadecimal text");
    for (size_t i = 0; i < CODE_LETTERS; i++)
        ret[i] = letters[bytes[i] % 32];
    ret[CODE_LETTERS] = '\0';
    return 0;
}

static int find_report(struct request *rq, int64_t *ret_id, struct err *e)
{
    char number[128], code[CODE_LETTERS + 1];
    const char *given = strrchr(rq->word, '-');
    struct doc d = { 0 };
    size_t len = given ? (size_t)(given - rq->word) : 0;
    if (!len || len >= sizeof number || strlen(given + 1) != CODE_LETTERS)
        return err_named(e, -ENOENT, "not_found", "没有这个查询号 | there is no such number");
    memcpy(number, rq->word, len);
    number[len] = '\0';
    int r = report_code(rq->api->config.store, number, code, e);
    if (r < 0)
        return r;
    if (sodium_memcmp(given + 1, code, CODE_LETTERS) != 0)
        return err_named(e, -ENOENT, "not_found", "没有这个查询号 | there is no such number");
    if ((r = ledger_get_doc_by_key(rq->api->config.store, DOC_CASE, number, &d, e)) < 0)
        return r;
    *ret_id = d.id;
    doc_release(&d);
    return 0;
}

int public_reports_get(struct request *rq, struct err *e)
{
    int64_t id = 0;
    int r = find_report(rq, &id, e);
    return r < 0 ? r : case_write(rq->api->config.ledgers, id, NULL, rq->now, &rq->out, e);
}

/* The number is proof enough of who one is: only who sent the report in has it. */
int public_reports_act(struct request *rq, struct err *e)
{
    struct ledgers *l = rq->api->config.ledgers;
    static const struct actor holder = { .name = UPLOADER_PUBLIC, .role = ROLE_PUBLIC, .holder = true };
    const char *action = "";
    char address[64];
    int64_t id = 0;
    request_address(rq, address, sizeof address);
    int r = public_act_allow(rq->api, address, rq->now, &rq->retry_after,
                             e); /* numbers that are tried count, too */
    if (r == 0)
        r = find_report(rq, &id, e);
    if (r == 0)
        r = body_text(rq, "action", 64, true, &action, e);
    if (r == 0)
        r = case_act(l, id, action, json_object_get(rq->json, "fields"), &holder, rq->now, e);
    if (r < 0)
        return r;
    publish_id(rq->api, "case", id);
    return case_write(l, id, NULL, rq->now, &rq->out, e);
}

/* ---- reporting ---- */

static int write_report(struct request *rq, int64_t id, struct err *e)
{
    struct doc d = { 0 };
    char code[CODE_LETTERS + 1];
    int r = ledger_get_doc(rq->api->config.store, DOC_CASE, id, &d, e);
    if (r < 0)
        return r;
    if ((r = report_code(rq->api->config.store, d.key, code, e)) == 0) {
        struct jw w = JW(&rq->out);
        scoped(buf_release) struct buf number = BUF_INIT;
        buf_addf(&number, "%s-%s", d.key, code);
        jw_object(&w);
        jw_kstr(&w, "number", number.data);
        jw_kstr(&w, "case", d.key);
        jw_end_object(&w);
    }
    doc_release(&d);
    return r;
}

/* An attachment of a report must be its own: without a ticket none can be named. */
static int report_actor(struct request *rq, struct actor *who, char asked[SM3_HEX], char ticket[SM3_HEX],
                        struct err *e)
{
    const char *text;
    int r = request_once(rq, who, asked, e);
    *who = (struct actor){
        .name = UPLOADER_PUBLIC, .role = ROLE_PUBLIC, .once = who->once, .once_of = who->once_of
    };
    if (r == 0)
        r = body_text(rq, "ticket", TICKET_MAX, false, &text, e);
    if (r == 0 && *text && (r = ticket_hash(text, ticket, e)) == 0)
        who->ticket = ticket;
    return r;
}

int public_reports_add(struct request *rq, struct err *e)
{
    struct ledgers *l = rq->api->config.ledgers;
    struct actor who = { 0 };
    char asked[SM3_HEX], ticket[SM3_HEX], address[64];
    const char *ledger = "";
    int64_t id = 0;
    const json_t *fields = json_object_get(rq->json, "fields");
    int r = report_actor(rq, &who, asked, ticket, e);
    if (r == 0)
        r = body_text(rq, "ledger", 100, false, &ledger, e);
    if (r == 0 && !json_is_object(fields))
        r = err_named(e, -EINVAL, "bad_input", "fields: not an object");
    if (r == 0)
        r = case_once(l, &who, rq->now, &id, e);
    if (r < 0)
        return r;
    if (r == 1)
        return write_report(rq, id, e);
    request_address(rq, address, sizeof address);
    if ((r = public_report_allow(rq->api, address, rq->now, &rq->retry_after, e)) == 0)
        r = case_open(l, *ledger ? ledger : "complaint", fields, 0, &who, rq->now, &id, e);
    r = request_done(rq, &who, r, &id, e);
    if (r < 0)
        return r;
    if (r == 0) {
        look_for_oddities(rq, id);
        publish_id(rq->api, "case", id);
    }
    return write_report(rq, id, e);
}

/* ---- what was published ---- */

static int write_published(struct request *rq, const char *list, struct err *e)
{
    scoped(json_decrefp) json_t *tree = NULL;
    int r = json_read(list, strlen(list), &tree, e);
    const json_t *cases = json_object_get(tree, "cases");
    buf_addf(&rq->out, "{\"total\":%lld,\"cases\":[", (long long)json_int(tree, "total", 0));
    for (size_t i = 0; r == 0 && i < json_array_size(cases); i++) {
        if (i)
            buf_addc(&rq->out, ',');
        r = case_write_published(rq->api->config.ledgers, json_int(json_array_get(cases, i), "id", 0),
                                 rq->now, &rq->out, e);
    }
    buf_adds(&rq->out, "]}");
    return r;
}

int public_ledger_get(struct request *rq, struct err *e)
{
    struct case_filter f = { .ledger = rq->word };
    int64_t limit = 0, offset = 0;
    int r = query_int(rq, "limit", 1, PUBLISHED_MAX, PUBLISHED_MAX, &limit, e);
    if (r == 0)
        r = query_int(rq, "offset", 0, 1000000, 0, &offset, e);
    if (r < 0)
        return r;
    f.limit = (size_t)limit;
    f.offset = (size_t)offset;
    scoped(buf_release) struct buf list = BUF_INIT;
    r = case_write_list(rq->api->config.ledgers, &f, NULL, rq->now, &list, e);
    if (r == 0 && (list.failed || !list.data))
        r = err_set(e, -ENOMEM, "no memory for the list");
    return r < 0 ? r : write_published(rq, list.data, e);
}
