/* upload_clean.c - photos that somebody without a login sent up and never reported: they belong to nobody and go after a while. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/http.h"
#include "api/upload.h"
#include "base/log.h"
#include "base/map.h"
#include "base/scoped.h"
#include "store/file_store.h"

enum { ROUND_MAX = 1000 };

struct cleaning {
    struct api *a;
    int64_t before;
    size_t n;
    struct map hashes; /* of what goes; "" what another document names too */
    bool failed;
};

static int take_old(const struct doc *d, void *arg)
{
    struct cleaning *c = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (d->created >= c->before)
        return 1; /* the others are younger */
    if (json_read(d->body, strlen(d->body), &body, NULL) < 0 ||
        strcmp(json_str(body, "uploader", ""), UPLOADER_PUBLIC) != 0)
        return 0;
    const char *hash = json_str(body, "hash", "");
    bool gone = false;
    if (ledger_drop_waiting(c->a->config.store, d->id, &gone, NULL) < 0 || !gone)
        return 0;
    c->n++;
    char *kept = strdup(hash);
    if (!kept || map_put(&c->hashes, hash, strlen(hash), kept) < 0) {
        free(kept);
        c->failed = true;
    }
    return c->n == ROUND_MAX;
}

/* Equal content is kept once: what another upload is, stays. */
static int take_named(const struct doc *d, void *arg)
{
    static const char mark[] = "\"hash\":\"";
    struct cleaning *c = arg;
    const char *at = strstr(d->body, mark);
    size_t len = at ? strcspn(at + strlen(mark), "\"") : 0;
    char *gone = at ? map_get(&c->hashes, at + strlen(mark), len) : NULL;
    if (gone)
        *gone = '\0';
    return 0;
}

static void drop_content(const char *hash, void *value, void *arg)
{
    struct cleaning *c = arg;
    struct err why = { 0 };
    bool gone;
    if (*(const char *)value && file_store_drop(c->a->files, hash, c->before, &gone, &why) < 0)
        log_warn("api", "an upload that nobody reported: %s", why.text);
}

int api_clean_uploads(struct api *a, int64_t before, size_t *ret_n, struct err *e)
{
    struct ledger_store *s = a->config.store;
    scoped(freep) struct cleaning *c = calloc(1, sizeof *c);
    *ret_n = 0;
    if (!c)
        return err_set(e, -ENOMEM, "out of memory");
    c->a = a;
    c->before = before;
    int r = ledger_each_doc(s, DOC_FILE, &(struct doc_query){ .state = "waiting" }, take_old, c, e);
    if (r >= 0 && c->n && !c->failed)
        r = ledger_each_doc(s, DOC_FILE, &(struct doc_query){ 0 }, take_named, c, e);
    if (r >= 0 && !c->failed) /* left-over bytes are harmless, bytes that are named must stay */
        map_each(&c->hashes, drop_content, c);
    *ret_n = c->n;
    map_release(&c->hashes, free);
    return r < 0 ? r : 0;
}
