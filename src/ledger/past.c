/* past.c - cases as they stood: an unchanged case is its row, a changed one the sum of its events up to then. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/chain.h"
#include "ledger/timing.h"

enum { PIECE = 500 };

struct piece {
    int64_t at, last;
    bool texts;
    int64_t id[PIECE]; /* those whose row alone does not do */
    bool changed[PIECE];
    size_t n;
    int (*each)(const struct case_row *, void *);
    void *arg;
};

static int note_row(const struct case_row *row, void *arg)
{
    struct piece *p = arg;
    bool changed = row->updated > p->at;
    p->last = row->id;
    if (row->opened > p->at)
        return 0;
    if (!changed && !p->texts)
        return p->each(row, p->arg);
    p->id[p->n] = row->id;
    p->changed[p->n++] = changed;
    return 0;
}

static int one(struct ledgers *l, int64_t id, bool changed, int64_t at,
               int (*each)(const struct case_row *, void *), void *arg, struct err *e)
{
    struct case_row row = { 0 };
    struct loaded c = { 0 };
    int r;
    if (!changed) {
        if ((r = case_row_get(l->store, id, &row, e)) == 0)
            r = each(&row, arg);
        case_row_release(&row);
        return r;
    }
    if ((r = case_load_past(l, id, at, &c, e)) == 0 && (r = chain_row(l->store, c.doc, id, at, &row, e)) == 0)
        r = each(&row, arg);
    case_row_done(&row);
    case_release(&c);
    return r;
}

int past_each(struct ledgers *l, int64_t at, bool texts, int (*each)(const struct case_row *, void *),
              void *arg, struct err *e)
{
    scoped(freep) struct piece *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(e, -ENOMEM, "out of memory");
    int64_t before;
    int r = 0;
    *p = (struct piece){ .at = at, .texts = texts, .each = each, .arg = arg };
    do {
        before = p->last;
        p->n = 0;
        r = case_rows_each(l->store, before, PIECE, note_row, p, e);
        for (size_t i = 0; r == 0 && i < p->n; i++) /* without the store held: others go on working */
            r = one(l, p->id[i], p->changed[i], at, each, arg, e);
    } while (r == 0 && p->last != before);
    return r;
}
