/* leader.c - the page of somebody who leads: what is late, what stands still, what came back, and whose it is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/engine.h"

enum { SHOWN = 50 };

static int write_page(struct ledgers *l, struct jw *w, const char *key, const struct case_page *p,
                      const struct actor *who, int64_t now, bool quiet, struct err *e)
{
    int r = 0;
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; r == 0 && i < p->n; i++) {
        struct loaded c = { 0 };
        if ((r = case_load(l, p->id[i], &c, e)) < 0)
            break;
        jw_object(w);
        case_write_summary(l, w, &c, who, now);
        if (quiet)
            jw_kint(w, "quiet_days", cn_day_of(now) - cn_day_of(json_int(c.doc, "updated", now)));
        jw_end_object(w);
        case_release(&c);
    }
    jw_end_array(w);
    return r;
}

static int write_filtered(struct ledgers *l, struct jw *w, const char *key, const struct case_filter *f,
                          const struct actor *who, int64_t now, struct err *e)
{
    struct case_query q;
    struct case_page p = { 0 };
    int r = filter_query(l, f, now, &q, e);
    if (r == 0)
        r = case_rows_page(l->store, &q, &p, e);
    if (r == 0)
        r = write_page(l, w, key, &p, who, now, false, e);
    free(p.id);
    return r;
}

static int write_stuck(struct ledgers *l, struct jw *w, int quiet, const struct actor *who, int64_t now,
                       struct err *e)
{
    struct case_page p = { 0 };
    int r = case_rows_stuck(l->store, cn_day_start(cn_day_of(now) - quiet + 1), cn_day_of(now), SHOWN, &p, e);
    if (r == 0)
        r = write_page(l, w, "stuck", &p, who, now, true, e);
    free(p.id);
    return r;
}

struct units {
    struct case_sum *of;
    size_t n;
};

static void add_unit(const struct case_sum *s, void *arg)
{
    struct units *u = arg;
    if (s->number > 0 && (size_t)s->number <= u->n)
        sum_add(&u->of[s->number - 1], s);
}

static int write_units(struct ledgers *l, struct jw *w, int64_t now, struct err *e)
{
    struct case_query q;
    struct units u = { .n = l->place->n_units };
    scoped(freep) struct case_sum *of = calloc(u.n + 1, sizeof *of);
    u.of = of;
    int r = of ? filter_query(l, NULL, now, &q, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = case_rows_sum(l->store, &q, BY_KEY_UNIT, add_unit, &u, e);
    if (r < 0)
        return r;
    jw_key(w, "units");
    jw_array(w);
    for (size_t i = 0; i < u.n; i++) {
        if (!of[i].all)
            continue;
        jw_object(w);
        jw_key(w, "unit");
        unit_write(w, &l->place->units[i]);
        sum_write(w, &of[i]);
        jw_end_object(w);
    }
    jw_end_array(w);
    return 0;
}

int ledgers_write_leader(struct ledgers *l, const struct actor *who, int quiet, int64_t now, struct buf *out,
                         struct err *e)
{
    static const struct case_filter late = { .overdue = true, .limit = SHOWN, .order = "due" }, back = {
        .rebounded = true, .open = true, .limit = SHOWN, .order = "updated"
    };
    struct jw w = JW(out);
    size_t start = out->len;
    jw_object(&w);
    jw_kint(&w, "quiet", quiet);
    int r = write_filtered(l, &w, "overdue", &late, who, now, e);
    if (r == 0)
        r = write_stuck(l, &w, quiet, who, now, e);
    if (r == 0)
        r = write_filtered(l, &w, "rebounded", &back, who, now, e);
    if (r == 0)
        r = write_units(l, &w, now, e);
    jw_end_object(&w);
    if (r == 0 && out->failed)
        r = err_set(e, -ENOMEM, "out of memory");
    if (r < 0 && out->data)
        out->data[out->len = start] = '\0';
    return r;
}
