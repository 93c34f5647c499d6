#include "ledger/once.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/chain.h"

enum { KEY_CAP = 200 };

/* A key is one person's: nobody meets another's. */
static bool full_key(const struct actor *who, char ret[KEY_CAP])
{
    int n = who && who->once && *who->once ? snprintf(ret, KEY_CAP, "%s %s", who->name, who->once) : 0;
    return n > 0 && n < KEY_CAP;
}

int once_put(struct ledgers *l, const struct actor *who, int64_t case_id, const char *action,
             const json_t *body, int64_t now, struct err *e)
{
    char key[KEY_CAP];
    if (!full_key(who, key))
        return 0;
    scoped(json_decrefp) json_t *kept = json_pack("{s:s}", "of", who->once_of ? who->once_of : "");
    if (kept && strcmp(action, "refused") == 0) {
        json_object_set(kept, "text", json_object_get(body, "text"));
        json_object_set(kept, "text_en", json_object_get(body, "text_en"));
    }
    scoped(freep) char *text = kept ? chain_dump(kept) : NULL;
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    int r = ledger_drop_docs(l->store, DOC_ONCE, NULL, now - ONCE_MS, INT32_MAX, NULL, e);
    struct doc d = {
        .parent = case_id, .key = key, .state = action, .created = now, .updated = now, .body = text
    };
    return r < 0 ? r : ledger_put_doc(l->store, DOC_ONCE, &d, NULL, e);
}

static int answer(const struct doc *d, const struct actor *who, int64_t *ret_id, struct err *e)
{
    scoped(json_decrefp) json_t *body = NULL;
    int r = json_read(d->body, strlen(d->body), &body, e);
    if (r < 0)
        return r;
    if (strcmp(json_str(body, "of", ""), who->once_of ? who->once_of : "") != 0)
        return err_named(e, -EEXIST, "once.other",
                         "该标识已用于另一请求 | the key stands for another request");
    *ret_id = d->parent;
    if (strcmp(d->state, "refused") != 0)
        return 1;
    struct said why = { 0 };
    snprintf(why.zh, sizeof why.zh, "%s", json_str(body, "text", ""));
    snprintf(why.en, sizeof why.en, "%s", json_str(body, "text_en", ""));
    return said_err(e, -EAGAIN, "case.gate_unmet", &why);
}

int case_once(struct ledgers *l, const struct actor *who, int64_t now, int64_t *ret_id, struct err *e)
{
    char key[KEY_CAP];
    struct doc d = { 0 };
    *ret_id = 0;
    if (!full_key(who, key))
        return 0;
    int r = ledger_get_doc_by_key(l->store, DOC_ONCE, key, &d, e);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    r = d.updated < now - ONCE_MS ? 0 : answer(&d, who, ret_id, e);
    doc_release(&d);
    return r;
}
