/* check_files.c - whether the attachments of a data folder are what the chain says was shown: the bytes of each have their name's hash,
 * and the hash in the event that named it. */
#include "app/check_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/scoped.h"
#include "ledger/ledger.h"
#include "store/file_store.h"

struct checking {
    const char *dir;
    json_t *hash;  /* owned: {id: hash} of the attached ones whose bytes are right */
    json_t *right; /* owned: {hash: true} of content whose bytes are right */
    int64_t n;
    struct err *e;
};

static int check_bytes(const struct checking *k, int64_t id, const char *hash)
{
    char path[FILE_PATH], is[SM3_HEX];
    scoped(buf_release) struct buf bytes = BUF_INIT;
    snprintf(path, sizeof path, "%s/files/%.2s/%s", k->dir, hash, hash);
    int r = file_read(path, FILE_BYTES_MAX, &bytes, k->e);
    if (r == 0)
        r = sm3_hex(bytes.data ? bytes.data : "", bytes.len, is, k->e);
    if (r == 0 && strcmp(is, hash) != 0)
        r = err_set(k->e, -EBADMSG, "its bytes are not what was uploaded (SM3 %.16s…)", is);
    return r < 0 ? err_under(k->e, "attachment %" PRId64 " (%s)", id, hash) : 0;
}

static int check_doc(const struct doc *d, void *arg)
{
    struct checking *k = arg;
    scoped(json_decrefp) json_t *body = NULL;
    char key[24];
    if (strcmp(d->state, "attached") != 0)
        return 0;
    int r = json_read(d->body, strlen(d->body), &body, k->e);
    const char *hash = r == 0 ? json_str(body, "hash", "") : "";
    if (r == 0 && !json_object_get(k->right, hash))
        r = check_bytes(k, d->id, hash);
    snprintf(key, sizeof key, "%" PRId64, d->id);
    if (r == 0 && (json_object_set_new(k->hash, key, json_string(hash)) < 0 ||
                   json_object_set_new(k->right, hash, json_true()) < 0))
        r = err_set(k->e, -ENOMEM, "out of memory");
    k->n += r == 0;
    return r;
}

/* Events of before attachments stood in them name none. */
static int check_event(const struct event *ev, void *arg)
{
    struct checking *k = arg;
    scoped(json_decrefp) json_t *body = NULL;
    const char *id;
    json_t *shown;
    if (!strstr(ev->body, "\"attached\""))
        return 0;
    int r = json_read(ev->body, strlen(ev->body), &body, k->e);
    if (r < 0)
        return r;
    json_object_foreach(json_object_get(body, "attached"), id, shown)
    {
        if (!json_equal(shown, json_object_get(k->hash, id)))
            return err_set(k->e, -EBADMSG,
                           "attachment %s is another than event %" PRId64 " of case %" PRId64 " says (%s)",
                           id, ev->seq, ev->case_id,
                           json_string_value(shown) ? json_string_value(shown) : "?");
    }
    return 0;
}

/* What a record made in the field names is one of the attachments just read. */
static int is_right(const char *sm3, void *arg, struct err *e)
{
    const struct checking *k = arg;
    return json_object_get(k->right, sm3)
               ? 0
               : err_set(e, -EBADMSG, "no attachment has the content %.12s... that was recorded", sm3);
}

int files_check(const char *dir, struct ledger_store *store, struct files_checked *ret, struct err *e)
{
    scoped(json_decrefp) json_t *hash = json_object();
    scoped(json_decrefp) json_t *right = json_object();
    struct checking k = { .dir = dir, .hash = hash, .right = right, .e = e };
    int r = hash && right ? ledger_each_doc(store, DOC_FILE, &(struct doc_query){ 0 }, check_doc, &k, e)
                          : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = ledger_each_event(store, 0, check_event, &k, e);
    if (r == 0)
        r = ledgers_check_captures(store, is_right, &k, &ret->records, e);
    ret->attached = k.n;
    return r;
}
