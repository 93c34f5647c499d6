/* prove.c - ledgers_check_chain, in bounded memory: one pass over all events for their hashes, then case by case what they add up to. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/chain.h"
#include "ledger/ledger.h"

enum { PIECE = 1000 };

struct proof {
    struct ledger_store *store;
    char before[65];
    int64_t events, of_cases; /* all; those of cases that have a document */
    int64_t last_case;        /* proved up to it */
    json_t *doc;              /* of the case in hand */
    int64_t n;                /* its events */
    bool rows;                /* every case has its row */
    struct err *e;
};

static int prove_hash(const struct event *ev, void *arg)
{
    struct proof *p = arg;
    char hash[65];
    if (strcmp(ev->before_hash, p->before) != 0)
        return err_named(p->e, -EBADMSG, "ledger.chain",
                         "event %" PRId64 " (case %" PRId64 ", %s): does not follow the event before it",
                         ev->seq, ev->case_id, ev->action);
    int r = chain_hash(ev, hash, p->e);
    if (r < 0)
        return r;
    if (strcmp(hash, ev->hash) != 0)
        return err_named(p->e, -EBADMSG, "ledger.chain",
                         "event %" PRId64 " (case %" PRId64 ", %s): its content does not match its hash",
                         ev->seq, ev->case_id, ev->action);
    memcpy(p->before, ev->hash, sizeof p->before);
    p->events++;
    p->of_cases += ev->case_id != 0; /* case 0, ledgers_note: part of the chain, of no case */
    return 0;
}

static int fold_event(const struct event *ev, void *arg)
{
    struct proof *p = arg;
    scoped(json_decrefp) json_t *body = NULL;
    p->n++;
    if (json_read(ev->body, strlen(ev->body), &body, p->e) == 0 && chain_fold(p->doc, ev, body) == 0)
        return 0;
    return err_named(p->e, -EBADMSG, "ledger.chain",
                     "event %" PRId64 " (case %" PRId64 ", %s): does not fit its case's history", ev->seq,
                     ev->case_id, ev->action);
}

static bool same_columns(const struct doc *want, const struct doc *d)
{
    return want->body && strcmp(want->body, d->body) == 0 && strcmp(want->key, d->key) == 0 &&
           strcmp(want->state, d->state) == 0 && want->unit == d->unit && want->unit2 == d->unit2 &&
           want->site == d->site && want->parent == d->parent && want->created == d->created &&
           want->updated == d->updated;
}

static bool same_names(const struct case_row *a, const struct case_row *b)
{
    scoped(freep) char *x = case_row_names(a), *y = case_row_names(b);
    return x && y && strcmp(x, y) == 0;
}

static bool same_row(const struct case_row *a, const struct case_row *b)
{
    return strcmp(a->ledger, b->ledger) == 0 && strcmp(a->number, b->number) == 0 &&
           strcmp(a->state, b->state) == 0 && strcmp(a->title, b->title) == 0 &&
           strcmp(a->problem, b->problem) == 0 && a->owner == b->owner && a->supervisor == b->supervisor &&
           a->site == b->site && a->parent == b->parent && a->merged_into == b->merged_into &&
           a->opened == b->opened && a->updated == b->updated && a->closed == b->closed &&
           a->stopped == b->stopped && a->closed_how == b->closed_how && a->rebounds == b->rebounds &&
           a->misses == b->misses && a->priority == b->priority && a->blind == b->blind && same_names(a, b);
}

/* In a folder whose rows are still to be made (an older one, not yet opened by the engine) one may be missing. */
static bool rows_are_made(struct ledger_store *s)
{
    char *mark = NULL;
    struct err why;
    if (ledger_get_setting(s, "case-rows", &mark, &why) < 0)
        return false;
    size_t len = strlen(mark);
    bool all = len > 4 && strcmp(mark + len - 4, " all") == 0;
    free(mark);
    return all;
}

static int prove_row(struct proof *p, const struct doc *d)
{
    struct case_row want = chain_doc_row(p->doc, d->id), row = { 0 };
    struct err why;
    int r = case_row_get(p->store, d->id, &row, &why);
    if (r == -ENOENT && !p->rows)
        return 0;
    bool same = r == 0 && same_row(&want, &row);
    case_row_release(&row);
    return same ? 0
                : err_named(p->e, -EBADMSG, "ledger.row",
                            "case %" PRId64 " (%s): its row in the lists does not say what its events say",
                            d->id, d->key);
}

static int prove_doc(struct proof *p, const struct doc *d)
{
    if (!(p->doc = json_object()))
        return err_set(p->e, -ENOMEM, "out of memory");
    p->n = 0;
    int r = ledger_each_event(p->store, d->id, fold_event, p, p->e);
    if (r == 0) {
        scoped(freep) char *body = p->n ? chain_dump(p->doc) : NULL;
        struct doc want = chain_columns(p->doc, d->id, body);
        r = same_columns(&want, d)
                ? prove_row(p, d)
                : err_named(p->e, -EBADMSG, "ledger.document",
                            "case %" PRId64 " (%s): its document is not the sum of its events", d->id,
                            d->key);
    }
    p->of_cases -= p->n;
    json_decref(p->doc);
    return r;
}

static int prove_case(int64_t id, void *arg)
{
    struct proof *p = arg;
    struct doc d = { 0 };
    p->last_case = id;
    int r = ledger_get_doc(p->store, DOC_CASE, id, &d, p->e);
    if (r == 0)
        r = prove_doc(p, &d);
    doc_release(&d);
    return r;
}

static int prove_cases(struct proof *p)
{
    int64_t before;
    int r;
    do {
        before = p->last_case;
        r = ledger_each_doc_id(p->store, DOC_CASE, before, PIECE, prove_case, p, p->e);
    } while (r == 0 && p->last_case != before);
    return r;
}

/* Events that no document answers for: found by number, as they are rare or none. */
static int find_orphan(const struct event *ev, void *arg)
{
    struct proof *p = arg;
    struct doc d;
    struct err why;
    if (ev->case_id == 0)
        return 0;
    int r = ledger_get_doc(p->store, DOC_CASE, ev->case_id, &d, &why);
    if (r == 0)
        doc_release(&d);
    return r == -ENOENT ? err_named(p->e, -EBADMSG, "ledger.document",
                                    "case %" PRId64 ": has events but no document (event %" PRId64 ", %s)",
                                    ev->case_id, ev->seq, ev->action)
                        : 0;
}

int ledgers_check_chain(struct ledger_store *store, int64_t *ret_events, struct err *e)
{
    struct err own;
    struct proof p = { .store = store, .e = e ? e : &own };
    err_clear(p.e);
    p.rows = rows_are_made(store);
    int r = ledger_begin(store, p.e); /* one moment for events and documents */
    if (r < 0)
        return r;
    r = ledger_each_event(store, 0, prove_hash, &p, p.e);
    if (r == 0)
        r = prove_cases(&p);
    if (r == 0 && p.of_cases) {
        r = ledger_each_event(store, 0, find_orphan, &p, p.e);
        if (r == 0)
            r = err_named(p.e, -EBADMSG, "ledger.document", "events and documents do not agree in number");
    }
    ledger_rollback(store);
    if (ret_events)
        *ret_events = p.events;
    return r;
}
