/* Reviews (审核): dated opinions on values, with who, why and on what paper. Only ever added: one is taken back by a withdrawal, which is
 * an entry of its own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/factor.h"

static void write_review(struct jw *w, const struct place *p, const struct doc *d, const json_t *body,
                         const struct doc *withdrawal, const json_t *why)
{
    jw_object(w);
    jw_kint(w, "id", d->id);
    jw_key(w, "site");
    site_write(w, place_site(p, d->site));
    jw_kstr(w, "factor", json_str(body, "factor", ""));
    jw_kstr(w, "kind", json_str(body, "kind", ""));
    jw_kstr(w, "from", json_str(body, "from", ""));
    jw_kstr(w, "to", json_str(body, "to", ""));
    jw_kstr(w, "reason", json_str(body, "reason", ""));
    jw_kstr(w, "reference", json_str(body, "reference", ""));
    jw_kstr(w, "by", json_str(body, "by", ""));
    jw_kint(w, "level", json_int(body, "level", 0));
    jw_ktime(w, "given", d->created);
    jw_key(w, "withdrawn");
    if (withdrawal) {
        jw_object(w);
        jw_ktime(w, "at", withdrawal->created);
        jw_kstr(w, "by", json_str(why, "by", ""));
        jw_kstr(w, "reason", json_str(why, "reason", ""));
        jw_end_object(w);
    } else {
        jw_null(w);
    }
    jw_end_object(w);
}

static const struct doc *withdrawal_of(const struct docs *all, int64_t id, int64_t known)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->doc[i].parent == id && all->doc[i].created <= known)
            return &all->doc[i];
    return NULL;
}

/* The level of the person who asks, for values of a day; 0: none. */
static int level_on(struct request *rq, int64_t day)
{
    const struct unit *u = place_unit(rq->api->config.place, rq->user.unit);
    return board_tier_of(rq->api->config.board, day, role_name(rq->user.role), u ? u->kind : "");
}

/* Newest first, with those that were withdrawn; ?known= leaves out what was not said by then. */
int reviews_list(struct request *rq, struct err *e)
{
    int64_t site, known;
    struct docs all;
    int r;
    if ((r = query_int(rq, "site", 0, INT32_MAX, 0, &site, e)) < 0 ||
        (r = query_time(rq, "known", rq->now, &known, e)) < 0 ||
        (r = docs_read(rq, DOC_REVIEW, &(struct doc_query){ .site = (int32_t)site, .newest_first = true },
                       &all, e)) < 0)
        return r;
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_key(&w, "reviews");
    jw_array(&w);
    for (size_t i = 0; i < all.n; i++) {
        const struct doc *d = &all.doc[i], *back = withdrawal_of(&all, d->id, known);
        scoped(json_decrefp) json_t *body = NULL, *why = NULL;
        if (strcmp(d->state, "review") != 0 || d->created > known ||
            json_read(d->body, strlen(d->body), &body, NULL) < 0)
            continue;
        if (back && json_read(back->body, strlen(back->body), &why, NULL) < 0)
            continue;
        write_review(&w, rq->api->config.place, d, body, back, why);
    }
    jw_end_array(&w);
    jw_key(&w, "tiers");
    board_write_tiers(rq->api->config.board, cn_day_of(rq->now), &rq->out);
    w.comma = true;
    jw_kint(&w, "my_level", level_on(rq, cn_day_of(rq->now)));
    jw_end_object(&w);
    docs_release(&all);
    return 0;
}

static int body_time(struct request *rq, const char *key, int64_t *ret, struct err *e)
{
    const char *text;
    int r = body_text(rq, key, 40, true, &text, e);
    if (r == 0 && !cn_parse_iso(text, strlen(text), ret))
        r = err_named(e, -EINVAL, "bad_input", "%s: '%s' is not a time such as 2026-03-01T13:00:00+08:00",
                      key, text);
    return r;
}

static int body_site(struct request *rq, const struct site **ret, struct err *e)
{
    const json_t *v = json_object_get(rq->json, "site");
    const struct place *p = rq->api->config.place;
    json_int_t id = json_is_integer(v) ? json_integer_value(v) : 0;
    *ret = json_is_string(v)           ? place_site_by_code(p, json_string_value(v))
           : id > 0 && id <= INT32_MAX ? place_site(p, (int32_t)id)
                                       : NULL;
    return *ret ? 0 : err_named(e, -EINVAL, "bad_input", "site: which one?");
}

/* "" for all of them; a factor by the code that its site names it by. */
static int body_factor(struct request *rq, const struct site *s, const char **ret, struct err *e)
{
    int r = body_text(rq, "factor", 15, false, ret, e);
    if (r < 0 || !**ret)
        return r;
    for (size_t i = 0; s->factors && s->factors[i]; i++)
        if (strcmp(s->factors[i], *ret) == 0)
            return 0;
    return err_named(e, -EINVAL, "bad_input", "factor: site %d does not measure '%s'", (int)s->id, *ret);
}

static int put(struct request *rq, struct doc *d, const struct buf *body, int64_t *ret_id, struct err *e)
{
    d->key = "";
    d->created = d->updated = rq->now;
    d->body = body->data;
    return body->failed ? err_set(e, -ENOMEM, "out of memory")
                        : ledger_put_doc(rq->api->config.store, DOC_REVIEW, d, ret_id, e);
}

/* Outside any transaction: whoever gave the opinion waits for its effect, which is a pass of the engine. */
static int answer(struct request *rq, int64_t id)
{
    const struct api_config *c = &rq->api->config;
    if (c->reviews_changed)
        c->reviews_changed(c->arg);
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kint(&w, "id", id);
    jw_end_object(&w);
    return 0;
}

/* What somebody wants to say, checked: r->site, factor, kind, from and to, and the level that they may say it at. */
static int read_opinion(struct request *rq, bool to_keep, struct review *r, const char **reason,
                        const char **reference, struct err *e)
{
    enum { MOST_DAYS = 366 };
    const struct site *s;
    const char *factor, *kind;
    int k;
    *r = (struct review){ .given = rq->now };
    if ((k = body_site(rq, &s, e)) < 0 || (k = body_factor(rq, s, &factor, e)) < 0 ||
        (k = body_text(rq, "kind", 20, true, &kind, e)) < 0 || (k = body_time(rq, "from", &r->from, e)) < 0 ||
        (k = body_time(rq, "to", &r->to, e)) < 0 ||
        (k = body_text(rq, "reason", 1000, to_keep, reason, e)) < 0 ||
        (k = body_text(rq, "reference", 200, false, reference, e)) < 0)
        return k;
    if ((k = review_kind_from_word(kind)) < 0)
        return err_named(e, -EINVAL, "bad_input",
                         "kind: '%s' is none of valid, invalid, excepted, qc_passed, qc_failed", kind);
    if (r->from >= r->to || r->to - r->from > MOST_DAYS * MS_DAY)
        return err_named(e, -EINVAL, "bad_input", "to: not behind from, or more than %d days", MOST_DAYS);
    r->site = s->id;
    r->kind = (enum review_kind)k;
    snprintf(r->factor, sizeof r->factor, "%s", factor);
    /* Rights are of the day of the values, as the rules of the levels are. */
    r->level = level_on(rq, cn_day_of(r->from));
    return r->level
               ? 0
               : err_named(
                     e, -EPERM, "auth.forbidden",
                     "无数据审核权限：本岗位不属于任何一级 | your role and unit are of no level of review");
}

int reviews_add(struct request *rq, struct err *e)
{
    const char *reason, *reference;
    struct review o;
    char a[CN_TEXT], b[CN_TEXT];
    int r = read_opinion(rq, true, &o, &reason, &reference, e);
    if (r < 0)
        return r;
    if (o.kind == REVIEW_EXCEPTED && !*reference)
        return err_named(e, -EINVAL, "bad_input", "reference: an exception rests on a paper: which one?");
    struct buf body = BUF_INIT;
    struct jw w = JW(&body);
    jw_object(&w);
    jw_kstr(&w, "factor", o.factor);
    jw_kstr(&w, "kind", review_kind_word(o.kind));
    jw_kstr(&w, "from", cn_format_iso(o.from, a));
    jw_kstr(&w, "to", cn_format_iso(o.to, b));
    jw_kstr(&w, "reason", reason);
    jw_kstr(&w, "reference", reference);
    jw_kstr(&w, "by", rq->user.name);
    jw_kint(&w, "level", o.level);
    jw_end_object(&w);
    struct doc d = { .state = "review", .site = o.site };
    int64_t id;
    r = put(rq, &d, &body, &id, e);
    buf_release(&body);
    return r < 0 ? r : answer(rq, id);
}

/* Before it is given: what it would move. */
int reviews_preview(struct request *rq, struct err *e)
{
    const char *reason, *reference;
    struct review o;
    int r = read_opinion(rq, false, &o, &reason, &reference, e);
    return r < 0 ? r : board_write_preview(rq->api->config.board, &o, rq->now, &rq->out, e);
}

/* An air day as it stood at a moment and as it stands: GET /sites/{id}/published. Site 0 is the city. */
int sites_published(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    const struct site *s = rq->id > 0 && rq->id <= INT32_MAX ? place_site(c->place, (int32_t)rq->id) : NULL;
    int64_t day = 0, known = 0;
    int r = query_time(rq, "day", rq->now - MS_DAY, &day, e);
    if (r == 0)
        r = query_time(rq, "known", rq->now, &known, e);
    if (r < 0)
        return r;
    if (rq->id && (!s || s->kind != SITE_AIR))
        return err_named(e, -ENOENT, "not_found", "no air station %lld", (long long)rq->id);
    if (known > rq->now)
        known = rq->now;
    return c->published ? c->published(c->arg, s ? s->id : 0, cn_day_of(day), known, rq->now, &rq->out, e)
                        : err_named(e, -ENOENT, "not_found", "nothing is kept of earlier days");
}

/* A withdrawal is as good as an opinion: nobody takes back what a higher level said. */
static int may_take_back(struct request *rq, const struct doc *was, struct err *e)
{
    scoped(json_decrefp) json_t *body = NULL;
    int64_t from = rq->now;
    int r = json_read(was->body, strlen(was->body), &body, e);
    if (r < 0)
        return r;
    const char *text = json_str(body, "from", "");
    (void)cn_parse_iso(text, strlen(text), &from);
    int64_t level = json_int(body, "level", board_tier_untiered(rq->api->config.board, cn_day_of(from)));
    int mine = level_on(rq, cn_day_of(from));
    return mine && mine >= level ? 0
                                 : err_named(e, -EPERM, "auth.forbidden",
                                             "第 %lld 级的意见只能由同级或上级撤回 | an opinion of level "
                                             "%lld is taken back by its own level or a "
                                             "higher one",
                                             (long long)level, (long long)level);
}

static int find_withdrawal(const struct doc *d, void *arg)
{
    (void)d;
    *(bool *)arg = true;
    return 0;
}

static int withdraw(struct request *rq, const char *reason, int64_t *ret_id, struct err *e)
{
    struct doc was = { 0 };
    bool withdrawn = false;
    struct ledger_store *store = rq->api->config.store;
    int r = ledger_get_doc(store, DOC_REVIEW, rq->id, &was, e);
    if (r == 0 && strcmp(was.state, "review") != 0)
        r = -ENOENT;
    if (r == -ENOENT)
        r = err_named(e, -ENOENT, "not_found", "no review %lld", (long long)rq->id);
    if (r == 0)
        r = may_take_back(rq, &was, e);
    if (r == 0)
        r = ledger_each_doc(store, DOC_REVIEW, &(struct doc_query){ .parent = rq->id }, find_withdrawal,
                            &withdrawn, e);
    if (r == 0 && withdrawn)
        r = err_named(e, -EBUSY, "conflict", "review %lld is withdrawn already", (long long)rq->id);
    if (r == 0) {
        scoped(buf_release) struct buf body = BUF_INIT;
        struct jw w = JW(&body);
        jw_object(&w);
        jw_kstr(&w, "reason", reason);
        jw_kstr(&w, "by", rq->user.name);
        jw_end_object(&w);
        struct doc d = { .state = "withdrawal", .parent = rq->id, .site = was.site };
        r = put(rq, &d, &body, ret_id, e);
    }
    doc_release(&was);
    return r;
}

/* Looking and writing are one: of two who take the same opinion back, one is told that it was taken back already. */
int reviews_withdraw(struct request *rq, struct err *e)
{
    const char *reason;
    struct ledger_store *store = rq->api->config.store;
    int64_t id = 0;
    int r = body_text(rq, "reason", 1000, true, &reason, e);
    if (r < 0 || (r = ledger_begin(store, e)) < 0)
        return r;
    if ((r = withdraw(rq, reason, &id, e)) < 0)
        ledger_rollback(store);
    else
        r = ledger_commit(store, e);
    return r < 0 ? r : answer(rq, id);
}
