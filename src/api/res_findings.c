#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/finding_case.h"
#include "api/handlers.h"
#include "base/cntime.h"
#include "base/scoped.h"

enum { FINDINGS_MAX = 500 };

/* A finding with the words a list is ordered by. */
struct row {
    const struct doc *doc;
    json_t *body;
    int rank;
};

static int severity_rank(const char *word)
{
    static const char *const order[] = { "high", "medium", "low" };
    int i = 0;
    while (i < (int)COUNT_OF(order) && strcmp(order[i], word) != 0)
        i++;
    return i;
}

/* Worst first, then newest. */
static int compare(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank - y->rank;
    return x->doc->id < y->doc->id ? 1 : x->doc->id > y->doc->id ? -1 : 0;
}

enum { DISMISSAL_NAME = 48 };

static char *dismissal_name(int64_t id, char out[DISMISSAL_NAME])
{
    snprintf(out, DISMISSAL_NAME, "finding.%lld.dismissed", (long long)id);
    return out;
}

static void write_dismissal(struct request *rq, struct jw *w, const struct doc *d)
{
    char name[DISMISSAL_NAME];
    scoped(freep) char *text = NULL;
    if (strcmp(d->state, "dismissed") != 0 ||
        ledger_get_setting(rq->api->config.store, dismissal_name(d->id, name), &text, NULL) < 0)
        return;
    jw_key(w, "dismissed");
    jw_raw(w, text);
}

/* Where a case of it goes, and by when somebody has to say what becomes of it. */
static void write_reaction(struct request *rq, struct jw *w, const struct doc *d, const json_t *body)
{
    const char *ledger = finding_ledger(body);
    int64_t by = d->created + json_int(body, "react_hours", 24) * MS_HOUR;
    int64_t at = rq->now;
    struct doc made = { 0 };
    /* The finding's own time goes on with its data; when somebody took it up stands in the case. */
    if (d->parent && ledger_get_doc(rq->api->config.store, DOC_CASE, d->parent, &made, NULL) == 0) {
        at = made.created;
        doc_release(&made);
    }
    jw_kstr(w, "ledger", ledger);
    jw_kstr(w, "ledger_title", ledgers_title(rq->api->config.ledgers, ledger, false));
    jw_kstr(w, "ledger_title_en", ledgers_title(rq->api->config.ledgers, ledger, true));
    jw_ktime(w, "found", d->created);
    jw_ktime(w, "react_by", by);
    bool unsettled = strcmp(d->state, "open") == 0 || strcmp(d->state, "over") == 0;
    jw_ktime(w, "opens_at", unsettled ? finding_opens_at(d, body) : 0);
    jw_kbool(w, "react_late", (d->parent || strcmp(d->state, "open") == 0) && at > by);
}

static void write_finding(struct request *rq, struct jw *w, const struct doc *d, const json_t *body)
{
    static const char *const members[] = { "rule", "severity", "factor", "title", "title_en", "from", "to" };
    jw_object(w);
    jw_kint(w, "id", d->id);
    jw_kstr(w, "key", d->key);
    jw_kstr(w, "state", d->state);
    jw_key(w, "site");
    site_write(w, d->site ? place_site(rq->api->config.place, d->site) : NULL);
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        jw_key(w, members[i]);
        jw_tree(w, json_object_get(body, members[i]));
    }
    jw_kbool(w, "over", json_flag(body, "over", false));
    write_reaction(rq, w, d, body);
    jw_key(w, "facts");
    const json_t *facts = json_object_get(body, "facts");
    if (json_is_object(facts))
        jw_tree(w, facts);
    else
        jw_raw(w, "{}");
    /* A finding's body is written anew as the data go on, so what became of it stands outside: its case in the row's parent, why it
     * was dismissed in a setting. */
    jw_key(w, "case");
    if (d->parent)
        jw_int(w, d->parent);
    else
        jw_null(w);
    write_dismissal(rq, w, d);
    jw_end_object(w);
}

int write_findings(struct request *rq, const char *state, size_t limit, struct buf *out, struct err *e)
{
    struct docs docs;
    struct doc_query q = { .state = state, .limit = FINDINGS_MAX, .newest_first = true };
    int r = docs_read(rq, DOC_FINDING, &q, &docs, e);
    if (r < 0)
        return r;
    struct row *rows = calloc(docs.n + 1, sizeof *rows);
    if (!rows)
        r = err_set(e, -ENOMEM, "no memory for the findings");
    for (size_t i = 0; i < docs.n && r == 0; i++) {
        rows[i].doc = &docs.doc[i];
        r = json_read(docs.doc[i].body, strlen(docs.doc[i].body), &rows[i].body, e);
        rows[i].rank = severity_rank(json_str(rows[i].body, "severity", ""));
    }
    if (r == 0) {
        qsort(rows, docs.n, sizeof *rows, compare);
        struct jw w = JW(out);
        jw_array(&w);
        for (size_t i = 0; i < docs.n && i < limit; i++)
            write_finding(rq, &w, rows[i].doc, rows[i].body);
        jw_end_array(&w);
    }
    for (size_t i = 0; rows && i < docs.n; i++)
        json_decref(rows[i].body);
    free(rows);
    docs_release(&docs);
    return r;
}

int findings_list(struct request *rq, struct err *e)
{
    static const char *const states[] = { "open", "case", "dismissed", "over" };
    const char *state = query_str(rq, "state", NULL);
    bool known = !state;
    for (size_t i = 0; !known && i < COUNT_OF(states); i++)
        known = strcmp(state, states[i]) == 0;
    if (!known)
        return err_named(e, -EINVAL, "bad_input", "state: '%.40s' is none of open, case, dismissed, over",
                         state);
    buf_adds(&rq->out, "{\"findings\":");
    int r = write_findings(rq, state, FINDINGS_MAX, &rq->out, e);
    buf_addc(&rq->out, '}');
    return r;
}

/* ---- what becomes of one ---- */

static int dismiss(struct request *rq, const char *reason, struct err *e)
{
    struct doc d;
    json_t *body = NULL;
    int r = finding_unsettled(rq->api, rq->id, &d, &body, e);
    if (r < 0)
        return r;
    char at[CN_TEXT], name[DISMISSAL_NAME];
    struct buf why = BUF_INIT;
    struct jw w = JW(&why);
    jw_object(&w);
    jw_kstr(&w, "by", rq->user.name);
    jw_kstr(&w, "at", cn_format_iso(rq->now, at));
    jw_kstr(&w, "reason", reason);
    jw_end_object(&w);
    r = why.failed ? err_set(e, -ENOMEM, "no memory for a reason")
                   : ledger_put_setting(rq->api->config.store, dismissal_name(d.id, name), why.data, e);
    if (r == 0)
        r = finding_settle(rq->api, &d, "dismissed", 0, rq->now, e);
    buf_release(&why);
    json_decref(body);
    doc_release(&d);
    return r;
}

int findings_open_case(struct request *rq, struct err *e)
{
    struct ledger_store *store = rq->api->config.store;
    int64_t id = 0;
    int r = ledger_begin(store, e);
    if (r < 0)
        return r;
    struct actor who = request_actor(rq);
    r = finding_open_case(rq->api, rq->id, rq->json, &who, rq->now, &id, e);
    if (r == 0)
        r = ledger_commit(store, e);
    else
        ledger_rollback(store);
    if (r == 0)
        r = write_new_case(rq, id, e);
    if (r == 0)
        publish_id(rq->api, "finding", rq->id);
    return r;
}

int findings_dismiss(struct request *rq, struct err *e)
{
    const char *reason;
    int r = body_text(rq, "reason", 1000, true, &reason, e);
    struct ledger_store *store = rq->api->config.store;
    if (r < 0 || (r = ledger_begin(store, e)) < 0)
        return r;
    r = dismiss(rq, reason, e);
    if (r == 0)
        r = ledger_commit(store, e);
    else
        ledger_rollback(store);
    if (r < 0)
        return r;
    publish_id(rq->api, "finding", rq->id);
    buf_adds(&rq->out, "{}");
    return 0;
}
