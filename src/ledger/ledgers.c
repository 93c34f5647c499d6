/* ledgers.c - the engine's life, and which definition a case runs under. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/scoped.h"
#include "ledger/engine.h"
#include "ledger/folder.h"
#include "ledger/suspect.h"
#include "store/seal.h"

enum { FILE_MAX = 1024 * 1024 };

/* A number says which ledger it is of: no two begin alike ("ZG-" of "ZG-{year}-{seq:4}"). */
static bool begin_alike(const char *a, const char *b)
{
    size_t n = strcspn(a, "{");
    return n == strcspn(b, "{") && strncmp(a, b, n) == 0;
}

static int load_one(const char *path, const char *name, void *arg, struct err *e)
{
    struct ledgers *l = arg;
    struct buf text = BUF_INIT;
    struct definition *d = NULL;
    (void)name;
    int r = l->n_current < DEFINITIONS_MAX
                ? file_read(path, FILE_MAX, &text, e)
                : err_set(e, -E2BIG, "%s: more than %d ledgers", path, DEFINITIONS_MAX);
    if (r == 0)
        r = definition_read(path, text.data ? text.data : "", text.len, &d, e);
    buf_release(&text);
    for (size_t i = 0; r == 0 && i < l->n_current; i++)
        if (strcmp(l->current[i]->id, d->id) == 0) {
            r = err_named(e, -EINVAL, "definition.ledger",
                          "%s:1: the ledger '%s' is defined in another file too", path, d->id);
            definition_free(d);
        } else if (begin_alike(l->current[i]->number, d->number)) {
            r = err_named(e, -EINVAL, "definition.ledger", "%s: number: begins like that of the ledger '%s'",
                          path, l->current[i]->id);
            definition_free(d);
        }
    if (r == 0)
        l->current[l->n_current++] = d;
    return r;
}

int ledgers_open(struct ledger_store *store, const struct place *place, const char *definitions,
                 ledger_judge_fn judge, void *judge_arg, struct ledgers **ret, struct err *e)
{
    struct ledgers *l = calloc(1, sizeof *l);
    if (!l)
        return err_set(e, -ENOMEM, "out of memory");
    *l = (struct ledgers){ .store = store, .place = place, .judge = judge, .judge_arg = judge_arg };
    pthread_mutex_init(&l->lock, NULL);
    l->photos = photos_new();
    int r = l->photos ? calendar_load(definitions, &l->calendar, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = folder_each(definitions, "ledgers", ".lua", load_one, l, e);
    if (r == 0 && !l->n_current)
        r = err_named(e, -ENOENT, "definition.ledger", "%s/ledgers: holds no ledger", definitions);
    if (r == 0)
        r = (l->sought = sought_make(l)) ? rows_open(l, e) : err_set(e, -ENOMEM, "out of memory");
    if (r < 0) {
        ledgers_close(l);
        return r;
    }
    *ret = l;
    return 0;
}

void ledgers_on_event(struct ledgers *l, ledger_event_fn fn, void *arg)
{
    l->on_event = fn;
    l->on_event_arg = arg;
}

void ledgers_on_fill(struct ledgers *l, ledger_fill_fn fn, void *arg)
{
    l->on_fill = fn;
    l->on_fill_arg = arg;
}

void ledgers_on_ask(struct ledgers *l, ledger_ask_fn fn, void *arg)
{
    l->on_ask = fn;
    l->on_ask_arg = arg;
}

void ledgers_told(struct ledgers *l, int64_t id, const char *action, const json_t *doc, const json_t *body)
{
    if (l->on_event)
        l->on_event(l->on_event_arg, id, action, doc, body);
}

int news_add(struct news *n, int64_t id, const char *action, json_t *doc, json_t *body, struct err *e)
{
    struct news_item *grown = realloc(n->item, (n->n + 1) * sizeof *grown);
    if (!grown)
        return err_set(e, -ENOMEM, "out of memory");
    n->item = grown;
    n->item[n->n++] = (struct news_item){ id, action, json_incref(doc), json_incref(body) };
    return 0;
}

void news_tell(struct ledgers *l, const struct news *n)
{
    for (size_t i = 0; i < n->n; i++)
        ledgers_told(l, n->item[i].id, n->item[i].action, n->item[i].doc, n->item[i].body);
}

void news_release(struct news *n)
{
    for (size_t i = 0; i < n->n; i++) {
        json_decref(n->item[i].doc);
        json_decref(n->item[i].body);
    }
    free(n->item);
    *n = (struct news){ 0 };
}

static void free_definition(void *d)
{
    definition_free(d);
}

struct ledgers *ledgers_close(struct ledgers *l)
{
    if (l) {
        rows_close(l);
        json_decref(l->sought);
        for (size_t i = 0; i < l->n_current; i++)
            definition_free(l->current[i]);
        map_release(&l->older, free_definition);
        calendar_release(&l->calendar);
        photos_free(l->photos);
        seal_close(l->seal);
        free(l->secrets);
        pthread_mutex_destroy(&l->lock);
        free(l);
    }
    return NULL;
}

static int load_older(struct ledgers *l, const char *id, const char *hash, struct definition **ret,
                      struct err *e)
{
    char name[160];
    char *text = NULL;
    struct definition *d = NULL;
    snprintf(name, sizeof name, "ledger:%s:%s", id, hash);
    int r = ledger_get_setting(l->store, name, &text, e);
    if (r == 0)
        r = definition_read(name, text, strlen(text), &d, e);
    free(text);
    if (!d)
        return err_under(e, "the definition a case was opened under");
    if (strcmp(d->hash, hash) != 0) {
        definition_free(d);
        return err_named(e, -EBADMSG, "ledger.definition", "%s: the text kept does not match its hash", name);
    }
    pthread_mutex_lock(&l->lock);
    struct definition *other =
        map_get(&l->older, hash, strlen(hash)); /* another thread may have been quicker */
    if (!other)
        r = map_put(&l->older, hash, strlen(hash), d);
    pthread_mutex_unlock(&l->lock);
    if (other || r < 0)
        definition_free(d);
    *ret = other ? other : d;
    return r < 0 ? err_set(e, r, "out of memory") : 0;
}

int ledgers_definition(struct ledgers *l, const char *id, const char *hash, struct definition **ret,
                       struct err *e)
{
    for (size_t i = 0; i < l->n_current; i++) {
        struct definition *d = l->current[i];
        if (hash ? strcmp(d->hash, hash) == 0 : strcmp(d->id, id) == 0) {
            *ret = d;
            return 0;
        }
    }
    if (!hash)
        return err_named(e, -ENOENT, "not_found", "没有台账“%.64s” | there is no ledger '%.64s'", id, id);
    pthread_mutex_lock(&l->lock);
    struct definition *d = map_get(&l->older, hash, strlen(hash));
    pthread_mutex_unlock(&l->lock);
    if (!d)
        return load_older(l, id, hash, ret, e);
    *ret = d;
    return 0;
}
