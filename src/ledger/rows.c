/* rows.c - the engine's share of a case's row, and the making of all rows anew.
 *
 * Rows follow from documents, definitions and the calendar. A definition never changes under a case; the calendar does when a year is
 * announced, and the fields by which cases are looked for do with the definitions in the folder. So at opening the setting "case-rows" is
 * compared: a FORM of before FORM_OF_ROWS (or none) makes rows, texts and months anew from the events, another FORM or calendar only
 * what the engine fills. It goes in pieces of a transaction each, and the setting says how far, so
 * that a stop in the middle goes on where it was. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/scoped.h"
#include "base/sm3.h"
#include "ledger/chain.h"
#include "ledger/engine.h"

enum { FORM = 3, FORM_OF_ROWS = 2 /* since then rows have all that documents tell */, PIECE = 500 };

static const char *group_of(const struct loaded *c)
{
    return c->def->group ? json_str(json_object_get(c->doc, "fields"), c->def->group, "") : "";
}

/* What the watch asks, without its words: cases with the same question are asked together, those of a site when its data come. */
static int goal_of(const json_t *doc, char ret[CASE_GOAL], struct err *e)
{
    char hex[SM3_HEX];
    scoped(json_decrefp) json_t *goal = json_copy(json_object_get(json_object_get(doc, "fields"), "goal"));
    json_object_del(goal, "text");
    scoped(freep) char *text = goal ? chain_dump(goal) : NULL;
    int r = text ? sm3_hex(text, strlen(text), hex, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        snprintf(ret, CASE_GOAL, "%d:%.32s", (int)json_int(goal, "site", 0), hex);
    return r;
}

static int fill(void *arg, const json_t *doc, int64_t id, int64_t now, struct case_row *row, struct err *e)
{
    struct ledgers *l = arg;
    struct loaded c = { .id = id, .doc = (json_t *)(uintptr_t)doc };
    struct case_times t;
    int r = ledgers_definition(l, json_str(doc, "ledger", ""), json_str(doc, "definition", ""), &c.def, e);
    if (r < 0)
        return r;
    case_times(l, &c, now, &t);
    row->group = group_of(&c);
    row->due = t.due;
    row->yellow = t.yellow;
    row->red = t.red;
    row->watch_until = t.watch_until;
    row->next_at = t.next_at;
    *row->goal = '\0';
    if (t.watch_until && (r = goal_of(doc, row->goal, e)) < 0)
        return r;
    row->values = sought_values(l, &c);
    return row->values ? 0 : err_set(e, -ENOMEM, "out of memory");
}

/* ---- anew ---- */

struct remake {
    struct ledgers *l;
    bool whole;
    int64_t now, last; /* now: 0, so that the next tick sees all that came due meanwhile */
    struct err *e;
    json_t *doc;         /* of the case in hand, as its events add up */
    struct case_row was; /* owned texts: ledger and group */
    bool in;
};

/* Counts what an event moved into the stock and out of it, as case_row_put did when it was new. */
static int replay(const struct event *ev, void *arg)
{
    struct remake *m = arg;
    struct case_row row;
    scoped(json_decrefp) json_t *body = NULL;
    int r = json_read(ev->body, strlen(ev->body), &body, m->e);
    if (r < 0 || chain_fold(m->doc, ev, body) < 0)
        return err_named(m->e, -EBADMSG, "ledger.chain", "event %" PRId64 ": does not fit its case's history",
                         ev->seq);
    if ((r = chain_row(m->l->store, m->doc, ev->case_id, ev->at, &row, m->e)) < 0)
        return r;
    case_row_done(&row);
    bool in = !row.closed && !row.merged_into;
    bool moved = in != m->in || (in && strcmp(m->was.group, row.group) != 0);
    if (m->in && moved)
        r = case_month_add(m->l->store, m->was.ledger, m->was.group, ev->at, 0, 1, m->e);
    if (r == 0 && in && moved)
        r = case_month_add(m->l->store, row.ledger, row.group, ev->at, 1, 0, m->e);
    case_row_release(&m->was);
    m->in = in;
    m->was = (struct case_row){ .ledger = strdup(row.ledger), .group = strdup(row.group) };
    return r < 0 ? r : m->was.ledger && m->was.group ? 0 : err_set(m->e, -ENOMEM, "out of memory");
}

/* The last write finds the row's months counted already: a row that is not there yet counts as coming in, which is taken back. */
static int remake_whole(struct remake *m, int64_t id)
{
    struct case_row row;
    if (!(m->doc = json_object()))
        return err_set(m->e, -ENOMEM, "out of memory");
    m->in = false;
    int r = ledger_each_event(m->l->store, id, replay, m, m->e);
    if (r == 0 && json_object_size(m->doc)) {
        r = chain_row(m->l->store, m->doc, id, m->now, &row, m->e);
        if (r == 0)
            r = case_row_put(m->l->store, &row, row.updated, m->e);
        case_row_done(&row);
        if (r == 0 && m->in)
            r = case_month_add(m->l->store, row.ledger, row.group, row.updated, -1, 0, m->e);
    }
    case_row_release(&m->was);
    json_decref(m->doc);
    return r;
}

static int remake_clocks(struct remake *m, int64_t id)
{
    struct loaded c = { 0 };
    struct case_row row;
    int r = case_load(m->l, id, &c, m->e);
    if (r < 0)
        return r;
    r = chain_row(m->l->store, c.doc, id, m->now, &row, m->e);
    if (r == 0)
        r = case_row_put_times(m->l->store, &row, m->e);
    case_row_done(&row);
    case_release(&c);
    return r;
}

static int remake_one(int64_t id, void *arg)
{
    struct remake *m = arg;
    m->last = id;
    return m->whole ? remake_whole(m, id) : remake_clocks(m, id);
}

/* The calendar, and by which fields definitions look for cases: what a row says beside its document. */
static void calendar_print(const struct ledgers *l, char ret[65])
{
    const struct calendar *c = &l->calendar;
    struct buf b = BUF_INIT;
    struct err e;
    for (int i = 0; i < CALENDAR_YEARS; i++)
        buf_addc(&b, c->covers[i] ? '1' : '0');
    for (size_t i = 0; i < c->n; i++)
        buf_addf(&b, " %" PRId64 "%c", c->day[i].day, c->day[i].off ? '-' : '+');
    sought_print(l, &b);
    if (b.failed || sm3_hex(b.data, b.len, ret, &e) < 0)
        snprintf(ret, 65, "?");
    buf_release(&b);
}

/* "FORM calendar kind done": kind w (whole) or c (clocks), done the last case made anew, or "all". */
struct mark {
    int form;
    char calendar[65], kind;
    int64_t done;
    bool all;
};

static void read_mark(struct ledger_store *s, struct mark *ret)
{
    char *text = NULL, done[24] = "";
    struct err e;
    *ret = (struct mark){ .kind = 'w' };
    if (ledger_get_setting(s, "case-rows", &text, &e) == 0 &&
        sscanf(text, "%d %64s %c %23s", &ret->form, ret->calendar, &ret->kind, done) == 4) {
        ret->all = strcmp(done, "all") == 0;
        ret->done = strtoll(done, NULL, 10);
    }
    free(text);
}

static int write_mark(struct ledger_store *s, const struct mark *m, struct err *e)
{
    char text[128], done[24];
    snprintf(done, sizeof done, "%" PRId64, m->done);
    snprintf(text, sizeof text, "%d %s %c %s", m->form, m->calendar, m->kind, m->all ? "all" : done);
    return ledger_put_setting(s, "case-rows", text, e);
}

static int remake_piece(struct remake *m, struct mark *mark)
{
    int r = ledger_begin(m->l->store, m->e);
    if (r < 0)
        return r;
    int64_t before = mark->done;
    m->last = before;
    r = ledger_each_doc_id(m->l->store, DOC_CASE, before, PIECE, remake_one, m, m->e);
    mark->done = m->last;
    mark->all = m->last == before;
    if (r == 0)
        r = write_mark(m->l->store, mark, m->e);
    if (r < 0) {
        ledger_rollback(m->l->store);
        return r;
    }
    return ledger_commit(m->l->store, m->e);
}

int rows_open(struct ledgers *l, struct err *e)
{
    struct mark was, now = { .form = FORM };
    struct remake m = { .l = l, .e = e };
    case_rows_engine(l->store, fill, l);
    calendar_print(l, now.calendar);
    read_mark(l->store, &was);
    bool same = was.form == FORM && strcmp(was.calendar, now.calendar) == 0;
    if (same && was.all)
        return 0;
    now.kind = was.form >= FORM_OF_ROWS && (was.all || was.kind == 'c') ? 'c' : 'w';
    now.done = same ? was.done : 0;
    m.whole = now.kind == 'w';
    int r = m.whole && !now.done ? case_rows_clear(l->store, e) : 0;
    while (r == 0 && !now.all)
        r = remake_piece(&m, &now);
    return r;
}

void rows_close(struct ledgers *l)
{
    case_rows_engine(l->store, NULL, NULL);
}
