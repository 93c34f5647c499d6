#include "app/published.h"

#include <errno.h>

#include "app/commands.h"
#include "base/cntime.h"
#include "base/scoped.h"

struct replay {
    struct board *board;
    int64_t known;
};

static int take_arrived(const struct record *r, void *arg)
{
    struct replay *p = arg;
    if (r->arrival <= p->known)
        board_take(p->board, r, 1);
    return 0;
}

/* An hour speaks for its own day only (measure/board.c), so the day's hours are all there is to read. */
static int fill(struct core *c, struct replay *p, int64_t day, struct err *e)
{
    struct obs_reader *reader = NULL;
    struct obs_query q = { .period = PERIOD_HOUR, .from = cn_day_start(day), .to = cn_day_start(day + 1) };
    int r = obs_reader_open(c->dir, &reader, e);
    if (r == 0)
        r = obs_scan(reader, &q, take_arrived, p, e);
    obs_reader_close(reader);
    return r == 0 ? core_take_known(c->store, p->board, p->known, e) : r;
}

/* *ret stays NULL when nothing of the day is kept. */
static int figure(struct board *b, int32_t site, const char *date, int64_t now, json_t **ret, struct err *e)
{
    scoped(json_decrefp) json_t *receipt = NULL, *ask = json_pack("{s:s,s:i,s:s}", "what", "air.day", "site",
                                                                  (int)site, "day", date);
    if (!ask)
        return err_set(e, -ENOMEM, "out of memory");
    int r = board_receipt(b, ask, now, &receipt, e);
    if (r == 0)
        *ret = json_incref(json_object_get(receipt, "result"));
    return r;
}

int published_day(struct core *c, int32_t site, int64_t day, int64_t known, int64_t now, struct buf *out,
                  struct err *e)
{
    scoped(json_decrefp) json_t *then = NULL, *is = NULL;
    char date[CN_TEXT];
    struct replay p = { .known = known };
    /* A finished day is judged as of its end: what happened to the calendar since does not matter to it. */
    int64_t end = cn_day_start(day + 1), as_of = known < end ? known : end;
    struct err none = { 0 };
    cn_format_date(cn_day_start(day), date);
    int r = board_new(c->place, definitions_dir(), &p.board, e);
    if (r == 0)
        r = fill(c, &p, day, e);
    if (r == 0) {
        board_settle(p.board, as_of);
        r = figure(p.board, site, date, as_of, &then, e);
    }
    board_free(p.board);
    if (r < 0)
        return r;
    int k = figure(c->board, site, date, now, &is, &none);
    if (k < 0 &&
        k != -ENOENT) /* the board keeps this year and the last: an older day has no figure of today */
        return err_set(e, k, "%s", none.text);
    struct jw w = JW(out);
    jw_object(&w);
    jw_kint(&w, "site", site);
    jw_kstr(&w, "day", date);
    jw_ktime(&w, "known", known);
    jw_key(&w, "then");
    then ? jw_tree(&w, then) : jw_null(&w);
    jw_key(&w, "now");
    is ? jw_tree(&w, is) : jw_null(&w);
    jw_end_object(&w);
    return 0;
}
