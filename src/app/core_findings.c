/* core_findings.c - a pass: what the board finds is kept, and time goes on in the ledgers. */
#include "app/core.h"

#include "app/autocase.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/map.h"

struct keeping {
    struct core *c;
    struct map seen;  /* keys; only in the first pass, which hands out every finding there is */
    int64_t *changed; /* ids */
    size_t n, cap;
    int fault;
    struct err *e;
};

static void finding_json(const struct finding *f, struct buf *out)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_kstr(&w, "rule", f->rule);
    jw_kstr(&w, "severity", f->severity);
    jw_kstr(&w, "factor", f->factor);
    jw_kstr(&w, "title", f->title);
    jw_kstr(&w, "title_en", f->title_en);
    jw_ktime(&w, "from", f->from);
    jw_ktime(&w, "to", f->to);
    jw_kbool(&w, "over", f->over);
    jw_kstr(&w, "ledger", f->ledger);
    jw_kint(&w, "react_hours", f->react_hours);
    if (f->opens) {
        jw_key(&w, "opens");
        jw_tree(&w, f->opens);
    }
    if (f->drafts)
        jw_kbool(&w, "drafts", true);
    jw_key(&w, "facts");
    jw_tree(&w, f->facts);
    jw_end_object(&w);
}

static void note_changed(struct keeping *k, int64_t id)
{
    if (k->n == k->cap) {
        size_t cap = k->cap ? k->cap * 2 : 32;
        int64_t *grown = realloc(k->changed, cap * sizeof *grown);
        if (!grown)
            return; /* a lost notice; the finding itself is kept */
        k->changed = grown;
        k->cap = cap;
    }
    k->changed[k->n++] = id;
}

/* A finding that people have taken up keeps its state; an open one ends with the trouble and comes back with it. */
static const char *next_state(const char *was, bool over)
{
    if (was && strcmp(was, "open") != 0 && strcmp(was, "over") != 0)
        return was;
    return over ? "over" : "open";
}

static void keep_finding(const struct finding *f, void *arg)
{
    struct keeping *k = arg;
    if (k->fault)
        return;
    if (!k->c->found_once && map_put(&k->seen, f->key, strlen(f->key), k) < 0) {
        k->fault = err_set(k->e, -ENOMEM, "out of memory");
        return;
    }
    struct buf body = BUF_INIT;
    finding_json(f, &body);
    struct doc was = { 0 };
    int r = body.failed ? err_set(k->e, -ENOMEM, "out of memory")
                        : ledger_get_doc_by_key(k->c->store, DOC_FINDING, f->key, &was, k->e);
    bool fresh = r == -ENOENT;
    if (r == 0 || fresh) {
        const char *state = next_state(fresh ? NULL : was.state, f->over);
        int64_t now = clock_now(k->c->clock), id = 0;
        r = 0;
        if (fresh || strcmp(was.body, body.data) != 0 || strcmp(was.state, state) != 0) {
            struct doc d = { .id = was.id,
                             .parent = was.parent,
                             .key = f->key,
                             .state = state,
                             .site = f->site,
                             .created = fresh ? now : was.created,
                             .updated = now,
                             .body = body.data };
            r = ledger_put_doc(k->c->store, DOC_FINDING, &d, &id, k->e);
            if (r == 0)
                note_changed(k, id);
        }
    }
    doc_release(&was);
    buf_release(&body);
    k->fault = r < 0 ? r : 0;
}

/* An open finding of an earlier run that the data no longer show (a device spoke again while the server was down) is over. */
static int end_unseen(const struct doc *was, void *arg)
{
    struct keeping *k = arg;
    if (map_get(&k->seen, was->key, strlen(was->key)))
        return 0;
    struct doc d = *was;
    d.state = "over";
    d.updated = clock_now(k->c->clock);
    int r = ledger_put_doc(k->c->store, DOC_FINDING, &d, NULL, k->e);
    if (r == 0)
        note_changed(k, was->id);
    return r;
}

static int keep_findings(struct core *c, int64_t now, struct keeping *k, struct err *e)
{
    *k = (struct keeping){ .c = c, .e = e };
    int r = ledger_begin(c->store, e);
    if (r < 0)
        return r;
    board_find(c->board, now, keep_finding, k);
    r = k->fault;
    if (r == 0 && !c->found_once)
        r = ledger_each_doc(c->store, DOC_FINDING, &(struct doc_query){ .state = "open" }, end_unseen, k, e);
    map_release(&k->seen, NULL);
    if (r < 0)
        ledger_rollback(c->store);
    else
        r = ledger_commit(c->store, e);
    if (r < 0)
        board_find_again(c->board); /* what could not be kept must be offered again */
    else
        c->found_once = true;
    return r;
}

struct case_news {
    const struct core_news *news;
};

static void case_changed(int64_t id, void *arg)
{
    const struct core_news *news = ((struct case_news *)arg)->news;
    if (news && news->cases)
        news->cases(news->arg, id);
}

int core_pass(struct core *c, const unsigned char *touched, const struct core_news *news, struct err *e)
{
    int64_t now = clock_now(c->clock);
    struct keeping k;
    board_settle(c->board, now);
    int r = core_look_ahead(c, now, e);
    if (r == 0)
        r = keep_findings(c, now, &k, e);
    else
        k = (struct keeping){ 0 };
    struct err why = { 0 };
    struct case_news told = { news };
    if (r == 0)
        autocase_findings(c, k.changed, k.n, now, case_changed, &told);
    for (size_t i = 0; r == 0 && i < k.n; i++) /* a list beside: its failure stops nothing */
        if (suspect_finding(c->ledgers, k.changed[i], now, &why) < 0)
            log_warn("ledger", "finding %lld: suspicions: %s", (long long)k.changed[i], why.text);
    for (size_t i = 0; r == 0 && news && news->finding && i < k.n; i++)
        news->finding(news->arg, k.changed[i]);
    free(k.changed);
    if (r < 0)
        return r;
    for (size_t i = 0; touched && i < c->place->n_sites; i++) {
        int one = touched[i]
                      ? ledgers_watch_site(c->ledgers, c->place->sites[i].id, now, case_changed, &told, &why)
                      : 0;
        if (one < 0 && r == 0) {
            r = one; /* the first failure, which keeps nothing else from being looked at */
            *e = why;
        }
    }
    int ticked = ledgers_tick_for(c->ledgers, now, c->clocks_ns, case_changed, &told, &c->clocks_left,
                                  r < 0 ? &why : e);
    return r < 0 ? r : ticked;
}
