#include "app/keyring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/scoped.h"
#include "store/seal.h"

struct keyring {
    const char *dir;
    struct ledger_store *store;
    struct clock *clock;
    struct seal *seal; /* NULL before it is needed */
};

static const char *const slot_words[GATEWAY_KEYS] = { "now", "next", "previous" };

int keyring_new(const char *dir, struct ledger_store *store, struct clock *clock, struct keyring **ret,
                struct err *e)
{
    struct keyring *k = calloc(1, sizeof *k);
    if (!k)
        return err_set(e, -ENOMEM, "out of memory");
    *k = (struct keyring){ .dir = dir, .store = store, .clock = clock };
    *ret = k;
    return 0;
}

struct keyring *keyring_free(struct keyring *k)
{
    if (k)
        seal_close(k->seal);
    free(k);
    return NULL;
}

static int open_seal(struct keyring *k, bool create, struct err *e)
{
    return k->seal ? 0 : seal_open(k->dir, create, &k->seal, e);
}

/* ---- keeping ---- */

static int write_keys(struct keyring *k, const char *mn, const struct gateway_keys *keys, struct buf *out,
                      struct err *e)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_kbool(&w, "must_encrypt", keys->must_encrypt);
    jw_kbool(&w, "test_device", keys->test_device);
    for (int slot = 0; slot < GATEWAY_KEYS; slot++) {
        const struct gateway_key *key = &keys->key[slot];
        scoped(buf_release) struct buf sealed = BUF_INIT;
        if (!key->created)
            continue;
        int r = open_seal(k, true, e);
        if (r == 0)
            r = seal_close_up(k->seal, mn, key->bytes, sizeof key->bytes, &sealed, e);
        if (r < 0)
            return r;
        jw_key(&w, slot_words[slot]);
        jw_object(&w);
        jw_kint(&w, "created", key->created);
        jw_kstr(&w, "sealed", sealed.data);
        jw_end_object(&w);
    }
    jw_end_object(&w);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

int keyring_keep(void *keyring, int32_t site, const char *mn, const struct gateway_keys *keys, struct err *e)
{
    struct keyring *k = keyring;
    scoped(buf_release) struct buf body = BUF_INIT;
    int r = write_keys(k, mn, keys, &body, e);
    if (r < 0)
        return r;
    int64_t now = clock_now(k->clock);
    struct doc old = { 0 }, d = {
        .key = mn, .state = "", .site = site, .created = now, .updated = now, .body = body.data
    };
    r = ledger_get_doc_by_key(k->store, DOC_KEY, mn, &old, e);
    if (r == 0) {
        d.id = old.id;
        d.created = old.created;
    }
    doc_release(&old);
    return r == 0 || r == -ENOENT ? ledger_put_doc(k->store, DOC_KEY, &d, NULL, e) : r;
}

/* ---- reading back ---- */

static int read_keys(struct keyring *k, const char *mn, const json_t *tree, struct gateway_keys *ret,
                     struct err *e)
{
    ret->must_encrypt = json_flag(tree, "must_encrypt", false);
    ret->test_device = json_flag(tree, "test_device", false);
    for (int slot = 0; slot < GATEWAY_KEYS; slot++) {
        const json_t *row = json_object_get(tree, slot_words[slot]);
        struct gateway_key *key = &ret->key[slot];
        if (!row)
            continue;
        int r = open_seal(k, false, e);
        if (r == 0)
            r = seal_open_up(k->seal, mn, json_str(row, "sealed", ""), key->bytes, sizeof key->bytes, e);
        if (r < 0)
            return r;
        key->created = json_int(row, "created", 1);
    }
    return 0;
}

int keyring_kept(void *keyring, int32_t site, const char *mn, struct gateway_keys *ret, struct err *e)
{
    struct keyring *k = keyring;
    (void)site;
    scoped(json_decrefp) json_t *tree = NULL;
    struct doc d = { 0 };
    int r = ledger_get_doc_by_key(k->store, DOC_KEY, mn, &d, e);
    if (r == 0)
        r = json_read(d.body, strlen(d.body), &tree, e);
    if (r == 0)
        r = read_keys(k, mn, tree, ret, e);
    doc_release(&d);
    /* A folder copied without its secret.key is not one without keys. */
    return r == -ENOENT && tree ? err_set(e, -ENOKEY, "%s/secret.key is missing", k->dir) : r;
}
