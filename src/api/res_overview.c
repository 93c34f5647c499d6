#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "base/scoped.h"

int write_case_list(struct request *rq, const struct case_filter *f, const struct actor *who, struct buf *out,
                    struct err *e)
{
    struct buf list = BUF_INIT;
    int r = case_write_list(rq->api->config.ledgers, f, who, rq->now, &list, e);
    if (r == 0 && (list.failed || !list.len))
        r = err_set(e, -ENOMEM, "no memory for the cases");
    if (r == 0)
        r = append_member(out, list.data, "cases", e);
    buf_release(&list);
    return r;
}

struct tally {
    int all, silent, exceeding;
};

/* Reads from the board's own words on each site whether it is silent or above a limit. */
static int tally_site(struct request *rq, const struct site *s, struct tally *t, struct err *e)
{
    struct buf one = BUF_INIT;
    board_write_site(rq->api->config.board, s->id, rq->now, &one);
    json_t *tree = NULL;
    int r = one.failed || !one.len ? err_set(e, -ENOMEM, "no memory for a site")
                                   : json_read(one.data, one.len, &tree, e);
    buf_release(&one);
    if (r < 0)
        return r;
    t->all++;
    t->silent += json_flag(tree, "silent", false);
    size_t i;
    const json_t *v;
    bool exceeds = false;
    json_array_foreach(json_object_get(tree, "latest"), i, v) exceeds |= json_flag(v, "exceeds", false);
    t->exceeding += exceeds;
    json_decref(tree);
    return 0;
}

static void write_tally(struct jw *w, const char *key, const struct tally *t)
{
    jw_key(w, key);
    jw_object(w);
    jw_kint(w, "all", t->all);
    jw_kint(w, "exceeding", t->exceeding);
    jw_kint(w, "silent", t->silent);
    jw_end_object(w);
}

static int write_tallies(struct request *rq, struct err *e)
{
    const struct place *p = rq->api->config.place;
    struct tally outlets = { 0 }, rivers = { 0 };
    for (size_t i = 0; i < p->n_sites; i++) {
        const struct site *s = &p->sites[i];
        int r = s->kind == SITE_AIR || s->kind >= SITE_SEA
                    ? 0
                    : tally_site(rq, s, s->kind == SITE_RIVER ? &rivers : &outlets, e);
        if (r < 0)
            return r;
    }
    struct jw w = { .out = &rq->out, .comma = true };
    write_tally(&w, "outlets", &outlets);
    write_tally(&w, "rivers", &rivers);
    return 0;
}

int overview_get(struct request *rq, struct err *e)
{
    struct api *a = rq->api;
    struct buf *out = &rq->out;
    struct actor who = request_actor(rq);
    struct jw w = JW(out);
    jw_object(&w);
    jw_ktime(&w, "now", rq->now);
    jw_key(&w, "city");
    board_write_city(a->config.board, rq->now, out);
    buf_adds(out, ",\"targets\":");
    int r = write_progress(rq, out, e);
    if (r < 0)
        return r;
    buf_adds(out, ",\"counts\":");
    if ((r = ledgers_write_counts(a->config.ledgers, rq->now, out, e)) < 0)
        return r;
    buf_adds(out, ",\"late\":");
    struct case_filter late = { .light = "red", .limit = 10 };
    if ((r = write_case_list(rq, &late, &who, out, e)) < 0)
        return r;
    buf_adds(out, ",\"findings\":");
    if ((r = write_findings(rq, "open", 10, out, e)) < 0)
        return r;
    if ((r = write_tallies(rq, e)) < 0)
        return r;
    buf_addc(out, '}');
    return 0;
}

int overview_public(struct request *rq, struct err *e)
{
    struct api *a = rq->api;
    buf_adds(&rq->out, "{\"city\":");
    board_write_city(a->config.board, rq->now, &rq->out);
    buf_adds(&rq->out, ",\"counts\":");
    int r = ledgers_write_counts(a->config.ledgers, rq->now, &rq->out, e);
    if (r < 0)
        return r;
    buf_adds(&rq->out, ",\"cases\":");
    struct case_filter f = { .limit = 50 };
    if ((r = write_case_list(rq, &f, NULL, &rq->out, e)) < 0)
        return r;
    buf_addc(&rq->out, '}');
    return 0;
}
