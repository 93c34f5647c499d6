/* res_rules.c - the catalogue of rule sets, and receipts of published figures. */
#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "evaluate/shelf.h"

/* ---- the catalogue ---- */
static void write_date(struct jw *w, const char *key, int64_t day)
{
    char text[CN_TEXT];
    jw_kstr(w, key, day == INT64_MIN || day == SHELF_OPEN ? NULL : cn_format_date(cn_day_start(day), text));
}

/* The object stays open when `open`. */
static void write_set(struct jw *w, const struct shelf_set *s, bool open)
{
    jw_object(w);
    jw_kstr(w, "id", s->id);
    jw_kstr(w, "kind", s->kind);
    jw_kstr(w, "title", s->title);
    jw_kstr(w, "title_en", *s->title_en ? s->title_en : s->title);
    write_date(w, "from", s->from);
    write_date(w, "to", s->to);
    jw_kstr(w, "source", s->source);
    jw_kstr(w, "clause", s->clause);
    jw_kstr(w, "certainty", s->certainty);
    jw_kbool(w, "practice", s->practice);
    jw_kstr(w, "file", s->file);
    jw_kstr(w, "sm3", s->sm3);
    jw_kint(w, "tests", s->tests);
    jw_kbool(w, "held", !*s->failed);
    jw_kstr(w, "failed", *s->failed ? s->failed : NULL);
    struct clause_tests clause[CLAUSES_MOST];
    size_t n = shelf_clauses(s, clause, CLAUSES_MOST);
    jw_key(w, "clauses");
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_key(w, "clause");
        jw_strn(w, clause[i].clause, clause[i].len);
        jw_kint(w, "tests", clause[i].tests);
        jw_end_object(w);
    }
    jw_end_array(w);
    if (!open)
        jw_end_object(w);
}

/* What the file says beside its head: the figures, as they stand in it. */
static void write_figures(struct jw *w, const json_t *tree)
{
    static const char *const head[] = { "id",    "kind",   "title",  "title_en",  "from",
                                        "to",    "source", "clause", "certainty", "practice",
                                        "tests", "$kind",  NULL };
    const char *key;
    json_t *value;
    jw_key(w, "figures");
    jw_object(w);
    json_object_foreach((json_t *)(uintptr_t)tree, key, value)
    {
        size_t i = 0;
        while (head[i] && strcmp(head[i], key) != 0)
            i++;
        if (head[i])
            continue;
        jw_key(w, key);
        jw_tree(w, value);
    }
    jw_end_object(w);
    jw_key(w, "vectors");
    jw_tree(w, json_object_get(tree, "tests"));
}

static int rule_get(struct request *rq, const struct shelf *shelf, const char *id, struct err *e)
{
    for (size_t i = 0; i < shelf_count(shelf); i++) {
        const struct shelf_set *s = shelf_at(shelf, i);
        if (strcmp(s->id, id) != 0)
            continue;
        struct jw w = JW(&rq->out);
        write_set(&w, s, true);
        write_figures(&w, s->tree);
        jw_end_object(&w);
        return 0;
    }
    return err_named(e, -ENOENT, "not_found", "no rule set '%.60s'", id);
}

int rules_list(struct request *rq, struct err *e)
{
    const struct shelf *shelf = rq->api->config.shelf;
    const char *id = query_str(rq, "id", NULL);
    if (!shelf)
        return err_named(e, -ENOENT, "not_found", "no rule sets are loaded");
    if (id)
        return rule_get(rq, shelf, id, e);
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_key(&w, "rules");
    jw_array(&w);
    for (size_t i = 0; i < shelf_count(shelf); i++)
        write_set(&w, shelf_at(shelf, i), false);
    jw_end_array(&w);
    jw_end_object(&w);
    return 0;
}

/* ---- receipts ---- */
int answer_receipt(struct request *rq, json_t *ask, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    json_t *receipt = NULL;
    int r = !ask         ? err_set(e, -ENOMEM, "no memory for a receipt")
            : c->receipt ? c->receipt(c->arg, ask, rq->now, &receipt, e)
                         : err_named(e, -ENOENT, "not_found", "no receipts here");
    if (r == 0) {
        struct jw w = JW(&rq->out);
        jw_tree(&w, receipt);
    }
    json_decref(receipt);
    return r;
}

int sites_receipt(struct request *rq, struct err *e)
{
    const char *day = query_str(rq, "day", NULL), *month = query_str(rq, "month", NULL),
               *of = query_str(rq, "of", NULL);
    int64_t year = 0;
    char what[32];
    int r = query_int(rq, "year", 1990, 2200, 0, &year, e);
    if (r < 0)
        return r;
    if (rq->id > INT32_MAX)
        return err_named(e, -ENOENT, "not_found", "no such site");
    if ((day != NULL) + (month != NULL) + (year != 0) != 1)
        return err_named(e, -EINVAL, "bad_input", "wants one of day=2026-03-01, month=2026-03 and year=2026");
    if (of && strcmp(of, "air") != 0 && strcmp(of, "river") != 0)
        return err_named(e, -EINVAL, "bad_input", "of: neither air nor river");
    /* A site says itself what it is; the city (0) has air and rivers. */
    const struct site *site = place_site(rq->api->config.place, (int32_t)rq->id);
    bool river = site ? site->kind == SITE_RIVER : of && strcmp(of, "river") == 0;
    snprintf(what, sizeof what, "%s.%s", river ? "river" : "air", day ? "day" : month ? "month" : "year");
    scoped(json_decrefp) json_t *ask =
        year ? json_pack("{s:s,s:I,s:I}", "what", what, "site", (json_int_t)rq->id, "year", (json_int_t)year)
             : json_pack("{s:s,s:I,s:s}", "what", what, "site", (json_int_t)rq->id, day ? "day" : "month",
                         day ? day : month);
    return answer_receipt(rq, ask, e);
}

int targets_receipt(struct request *rq, struct err *e)
{
    struct doc d;
    json_t *body = NULL;
    int r = ledger_get_doc(rq->api->config.store, DOC_TARGET, rq->id, &d, e);
    if (r < 0)
        return r;
    r = json_read(d.body, strlen(d.body), &body, e);
    doc_release(&d);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *ask = json_pack("{s:s,s:o}", "what", "target", "target", body);
    return answer_receipt(rq, ask, e);
}
