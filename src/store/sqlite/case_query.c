/* case_query.c - pages of cases. A condition that few rows meet leads, and what it leaves is sorted; where none is that narrow, the index
 * of the order is walked until the page is full. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/buf.h"
#include "store/sqlite/case_rows_sql.h"
#include "store/sqlite/case_sql.h"

/* TEXT_LEAD_MAX: about where comparing all hits costs what a walk does until fifty are found among a million. TEXT_COUNT_MAX: each one
 * counted is compared. */
enum { LEAD_MAX = 20000, TEXT_LEAD_MAX = 7000, TEXT_COUNT_MAX = 1000 };

#define UNIT_IDS                                                                                \
    "SELECT id FROM case_row INDEXED BY row_owner WHERE owner = :unit AND owner <> 0 UNION ALL" \
    " SELECT id FROM case_row INDEXED BY row_supervisor WHERE supervisor = :unit AND supervisor <> 0"

/* ---- the question ---- */

/* True of no row. A plain 0 makes SQLite drop the conditions beside it, and with them what an index that is asked for stands on. */
#define NOTHING ":today IS NULL"

static void both(struct buf *b, bool wanted, const char *condition)
{
    if (wanted) {
        buf_adds(b, " AND ");
        buf_adds(b, condition);
    }
}

static void light_condition(struct buf *b, int light)
{
    static const char *const is[] = {
        [CASE_RED] = "closed = 0 AND red <= :today",
        [CASE_YELLOW] = "closed = 0 AND red > :today AND yellow <= :today",
        [CASE_GREEN] = "closed = 0 AND red > :today AND yellow > :today",
        [CASE_GREY] = "closed <> 0",
    };
    both(b, light >= 0 && light <= CASE_GREY, is[light >= 0 && light <= CASE_GREY ? light : 0]);
}

static const char *given(const char *s)
{
    return s && *s ? s : NULL;
}

static void one_of(struct buf *b, const json_t *states)
{
    for (size_t i = 0; i < json_array_size(states); i++)
        buf_addf(b, "%s:state%zu", i ? ", " : " AND state IN (", i);
    if (json_array_size(states))
        buf_addc(b, ')');
}

static void conditions(const struct case_query *q, struct buf *b)
{
    buf_adds(b, "merged = 0");
    light_condition(b, q->light);
    both(b, q->overdue, "closed = 0 AND red <= :today");
    both(b, q->open, "closed = 0");
    both(b, given(q->ledger) != NULL, "ledger = :ledger");
    both(b, given(q->state) != NULL, "state = :state");
    one_of(b, q->states);
    both(b, given(q->group) != NULL, "grp = :group");
    both(b, q->owner != 0, "owner = :owner");
    both(b, q->supervisor != 0, "supervisor = :supervisor");
    both(b, q->site != 0, "site = :site");
    both(b, q->parent != 0, "parent = :parent");
    both(b, q->due_from != 0, "due >= :due_from");
    both(b, q->due_to != 0, "due <= :due_to");
    both(b, q->opened_from != 0, "opened >= :opened_from");
    both(b, q->opened_to != 0, "opened < :opened_to");
    both(b, q->closed_from != 0, "closed >= :closed_from");
    both(b, q->closed_to != 0, "closed <> 0 AND closed < :closed_to");
    both(b, q->closed_how != 0, "how = :how");
    both(b, q->rebounded, "rebounds > 0");
    both(b, q->missed, "misses > 0");
    both(b, q->blind, "blind > 0");
}

static void bind(sqlite3_stmt *st, const char *name, int64_t v)
{
    int i = sqlite3_bind_parameter_index(st, name);
    if (i)
        sqlite3_bind_int64(st, i, v);
}

static void bind_words(sqlite3_stmt *st, const char *name, const char *v)
{
    int i = sqlite3_bind_parameter_index(st, name);
    if (i)
        ledger_bind_text(st, i, v);
}

void case_where_bind(sqlite3_stmt *st, const struct case_query *q, const struct case_where *w)
{
    bind_words(st, ":ledger", q->ledger);
    bind_words(st, ":state", q->state);
    for (size_t i = 0; i < json_array_size(q->states); i++) {
        char name[32];
        snprintf(name, sizeof name, ":state%zu", i);
        bind_words(st, name, json_string_value(json_array_get(q->states, i)));
    }
    bind_words(st, ":group", q->group);
    bind_words(st, ":match", w->match.data);
    bind_words(st, ":like", w->like.data);
    bind(st, ":unit", q->unit);
    bind(st, ":owner", q->owner);
    bind(st, ":supervisor", q->supervisor);
    bind(st, ":site", q->site);
    bind(st, ":parent", q->parent);
    bind(st, ":due_from", q->due_from);
    bind(st, ":due_to", q->due_to);
    bind(st, ":opened_from", q->opened_from);
    bind(st, ":opened_to", q->opened_to);
    bind(st, ":closed_from", q->closed_from);
    bind(st, ":closed_to", q->closed_to);
    bind(st, ":how", q->closed_how);
    bind(st, ":today", q->today);
}

void case_where_release(struct case_where *w)
{
    buf_release(&w->sql);
    buf_release(&w->match);
    buf_release(&w->like);
}

/* The rows a lead finds, as a query to count. */
static void lead_from(const struct case_lead *lead, struct buf *out)
{
    if (lead->kind == LEAD_TEXT)
        buf_adds(out, "SELECT rowid FROM case_text WHERE case_text MATCH :match");
    else if (lead->kind == LEAD_UNIT)
        buf_adds(out, UNIT_IDS);
    else
        buf_addf(out, "SELECT 1 FROM case_row INDEXED BY %s WHERE %s", lead->index, lead->condition);
}

/* Runs "SELECT count(*) FROM (... LIMIT max + 1)" of what `from` selects. */
static int count_up_to(struct ledger_store *s, const char *from, const struct case_query *q,
                       const struct case_where *w, int64_t max, int64_t *ret, struct err *e)
{
    struct buf sql = BUF_INIT;
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    buf_addf(&sql, "SELECT count(*) FROM (%s LIMIT %lld)", from, (long long)max + 1);
    int r = sql.failed ? err_set(e, -ENOMEM, "out of memory") : db_prepare(&s->db, sql.data, &st, e);
    buf_release(&sql);
    if (r < 0)
        return r;
    case_where_bind(st, q, w);
    if ((r = ledger_step(s, st, "count cases", e)) < 0)
        return r;
    *ret = sqlite3_column_int64(st, 0);
    return 0;
}

/* The narrowest of the conditions that have an index leads. Each index holds what lights and limits need besides, so that a page in order of
 * them reads no row. A text leads only where fewer hits are compared than a walk would compare. */
static int choose(struct ledger_store *s, const struct case_query *q, struct case_where *w, struct err *e)
{
    const struct case_lead leads[] = {
        { given(q->state) != NULL, LEAD_INDEX, "row_state", "state = :state" },
        { given(q->group) != NULL, LEAD_INDEX, "row_group", "grp = :group AND grp <> ''" },
        { q->unit != 0, LEAD_UNIT, NULL, NULL },
        { q->owner != 0, LEAD_INDEX, "row_owner", "owner = :owner AND owner <> 0" },
        { q->supervisor != 0, LEAD_INDEX, "row_supervisor", "supervisor = :supervisor AND supervisor <> 0" },
        { q->site != 0, LEAD_INDEX, "row_site", "site = :site AND site <> 0" },
        { q->parent != 0, LEAD_INDEX, "row_parent", "parent = :parent AND parent <> 0" },
        { q->due_from && q->due_to, LEAD_INDEX, "row_due", "due BETWEEN :due_from AND :due_to" },
        { q->opened_from && q->opened_to, LEAD_INDEX, "row_opened",
          "opened BETWEEN :opened_from AND :opened_to" },
        { q->rebounded, LEAD_INDEX, "row_rebound", "rebounds > 0" },
        { q->blind, LEAD_INDEX, "row_blind", "blind > 0" },
        { q->overdue || q->light == CASE_RED, LEAD_INDEX, "row_open",
          "closed = 0 AND merged = 0 AND red <= :today" },
        { q->light == CASE_YELLOW, LEAD_INDEX, "row_open",
          "closed = 0 AND merged = 0 AND red > :today AND yellow <= :today" },
        { q->light == CASE_GREEN, LEAD_INDEX, "row_open",
          "closed = 0 AND merged = 0 AND red > :today AND yellow > :today" },
        { q->open, LEAD_INDEX, "row_open", "closed = 0 AND merged = 0" },
        { given(q->ledger) != NULL, LEAD_INDEX, "row_ledger", "ledger = :ledger" },
        { w->match.len > 0, LEAD_TEXT, NULL, NULL },
    };
    int64_t best = LEAD_MAX + 1, n;
    for (size_t i = 0; i < COUNT_OF(leads); i++) {
        struct buf from = BUF_INIT;
        int64_t max = leads[i].kind == LEAD_TEXT ? TEXT_LEAD_MAX : LEAD_MAX;
        if (!leads[i].asked)
            continue;
        lead_from(&leads[i], &from);
        int r =
            from.failed ? err_set(e, -ENOMEM, "out of memory") : count_up_to(s, from.data, q, w, max, &n, e);
        buf_release(&from);
        if (r < 0)
            return r;
        if (!w->counter.asked || leads[i].kind == LEAD_TEXT)
            w->counter = leads[i];
        if (n > max || n >= best)
            continue;
        best = n;
        w->lead = leads[i];
    }
    return 0;
}

int case_where_make(struct ledger_store *s, const struct case_query *q, struct case_where *ret, struct err *e)
{
    int r = 0;
    *ret = (struct case_where){ .unit = q->unit != 0 };
    conditions(q, &ret->sql);
    if (given(q->text)) {
        both(&ret->sql, strstr(q->text, TEXT_MARK) != NULL, NOTHING);
        /* The table that FTS5 keeps the texts in, not the virtual one: a cursor for each of thousands of rows costs more than to
         * compare them. */
        both(&ret->sql, true,
             "(SELECT c0 FROM case_text_content WHERE id = case_row.id) LIKE :like ESCAPE '\\'");
        case_words_like(q->text, &ret->like);
        if ((r = case_words_match(s, q->text, &ret->match, e)) == 1) {
            both(&ret->sql, true, NOTHING);
            r = 0;
        }
    }
    if (r == 0)
        r = choose(s, q, ret, e);
    if (r == 0 && (ret->sql.failed || ret->match.failed || ret->like.failed))
        r = err_set(e, -ENOMEM, "out of memory");
    if (r < 0)
        case_where_release(ret);
    return r;
}

/* The two indices of a unit's cases, each holding all that is asked; a case in both counts once. first: order and limit of a page, " ORDER
 * BY ... LIMIT ...": what is first in both together is among the first of one, so that only those are put together. */
static void unit_from(const char *conditions_, const char *columns, const char *first, struct buf *out)
{
    static const char *const by[] = { "owner", "supervisor" };
    buf_adds(out, "FROM (");
    for (size_t i = 0; i < COUNT_OF(by); i++)
        buf_addf(out,
                 "%sSELECT * FROM (SELECT %s FROM case_row INDEXED BY row_%s WHERE %s = :unit AND %s <> 0 "
                 "AND %s%s)",
                 i ? " UNION " : "", columns, by[i], by[i], by[i], conditions_, first);
    buf_adds(out, ") WHERE 1");
}

static void from_lead(const struct case_where *w, const struct case_lead *lead, const char *columns,
                      const char *first, struct buf *out)
{
    const char *unit = w->unit ? " AND (owner = :unit OR supervisor = :unit)" : "";
    if (lead->kind == LEAD_TEXT)
        buf_addf(
            out,
            "FROM case_row NOT INDEXED WHERE id IN (SELECT rowid FROM case_text WHERE case_text MATCH :match)"
            " AND %s%s",
            w->sql.data, unit);
    else if (lead->kind == LEAD_UNIT && columns)
        unit_from(w->sql.data, columns, first, out);
    else if (lead->kind == LEAD_UNIT)
        buf_addf(out, "FROM case_row NOT INDEXED WHERE id IN (" UNIT_IDS ") AND %s", w->sql.data);
    else
        buf_addf(out, "FROM case_row INDEXED BY %s WHERE %s AND %s%s", lead->index, lead->condition,
                 w->sql.data, unit);
}

void case_where_from(const struct case_where *w, const char *walk, const char *columns, const char *first,
                     struct buf *out)
{
    const char *unit = w->unit ? " AND (owner = :unit OR supervisor = :unit)" : "";
    if (w->lead.asked)
        from_lead(w, &w->lead, columns, first, out);
    else if (walk)
        buf_addf(out, "FROM case_row INDEXED BY %s WHERE %s%s", walk, w->sql.data, unit);
    else
        buf_addf(out, "FROM case_row NOT INDEXED WHERE %s%s", w->sql.data, unit);
}

/* How many there are: along the lead if there is one, else along any index that is asked for. */
static int count_all(struct ledger_store *s, const struct case_query *q, const struct case_where *w,
                     struct case_page *p, struct err *e)
{
    struct buf rows = BUF_INIT;
    bool led = w->lead.asked;
    int64_t max = led ? LEAD_MAX : w->like.len ? TEXT_COUNT_MAX : CASE_COUNT_MAX;
    buf_adds(&rows, "SELECT 1 ");
    if (led || !w->counter.asked)
        case_where_from(w, NULL, "id", "", &rows);
    else
        from_lead(w, &w->counter, "id", "", &rows);
    int r = rows.failed ? err_set(e, -ENOMEM, "out of memory")
                        : count_up_to(s, rows.data, q, w, max, &p->total, e);
    buf_release(&rows);
    if (r == 0 && p->total > max) {
        p->total = max;
        p->at_least = true;
    }
    return r;
}

/* ---- the page ---- */

static const struct {
    const char *walk, *order;
} orders[ORDER_COUNT] = {
    [ORDER_LIGHT] = { NULL, LIGHT_SQL ", CASE WHEN closed = 0 THEN red ELSE due END, id DESC" },
    [ORDER_DUE] = { "row_due", "due, id DESC" },
    [ORDER_NUMBER] = { "row_number", "number, id" },
    [ORDER_OPENED] = { "row_opened", "opened DESC, id DESC" },
    [ORDER_UPDATED] = { "row_updated", "updated DESC, id DESC" },
};

static int add_id(struct case_page *p, size_t *cap, int64_t id)
{
    if (p->n == *cap) {
        size_t more = *cap ? *cap * 2 : 128;
        int64_t *grown = realloc(p->id, more * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        p->id = grown;
        *cap = more;
    }
    p->id[p->n++] = id;
    return 0;
}

/* Appends ids of `from` in `order`, `skip` passed over. */
static int take(struct ledger_store *s, const struct case_query *q, const struct case_where *w,
                const char *from, const char *order, size_t limit, size_t skip, struct case_page *p,
                struct err *e)
{
    struct buf sql = BUF_INIT;
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    size_t cap = p->n;
    buf_addf(&sql, "SELECT id %s ORDER BY %s LIMIT %lld OFFSET %lld", from, order,
             limit ? (long long)limit : -1LL, (long long)skip);
    int r = sql.failed ? err_set(e, -ENOMEM, "out of memory") : db_prepare(&s->db, sql.data, &st, e);
    buf_release(&sql);
    if (r < 0)
        return r;
    case_where_bind(st, q, w);
    while ((r = ledger_step(s, st, "list cases", e)) == 1)
        if (add_id(p, &cap, sqlite3_column_int64(st, 0)) < 0)
            return err_set(e, -ENOMEM, "out of memory");
    return r;
}

/* Light after light, each along its own index. */
static int walk_lights(struct ledger_store *s, const struct case_query *q, const struct case_where *w,
                       struct case_page *p, struct err *e)
{
    size_t skip = q->offset;
    int r = 0;
    for (int light = CASE_RED; r == 0 && light <= CASE_GREY && (!q->limit || p->n < q->limit); light++) {
        struct buf from = BUF_INIT, rows = BUF_INIT;
        if (q->light >= 0 && q->light != light)
            continue;
        case_where_from(w, light == CASE_GREY ? "row_due" : "row_open", NULL, "", &from);
        light_condition(&from, light);
        buf_addf(&rows, "SELECT 1 %s", from.failed ? "" : from.data);
        size_t before = p->n;
        int64_t n = 0;
        r = from.failed || rows.failed
                ? err_set(e, -ENOMEM, "out of memory")
                : take(s, q, w, from.data, light == CASE_GREY ? "due, id DESC" : "red, id DESC",
                       q->limit ? q->limit - p->n : 0, skip, p, e);
        if (r == 0 && skip && p->n == before) {
            r = count_up_to(s, rows.data, q, w, (int64_t)skip, &n, e);
            skip -= (size_t)n < skip ? (size_t)n : skip;
        } else {
            skip = 0;
        }
        buf_release(&from);
        buf_release(&rows);
    }
    return r;
}

/* All that the lead leaves, the page cut out of them: a text is compared once a case, not once for the total and once for the page. */
static int page_at_once(struct ledger_store *s, const struct case_query *q, const struct case_where *w,
                        const char *from, const char *order, struct case_page *p, struct err *e)
{
    int r = take(s, q, w, from, order, 0, 0, p, e);
    p->total = (int64_t)p->n;
    size_t skip = q->offset < p->n ? q->offset : p->n;
    p->n -= skip;
    if (skip && p->n)
        memmove(p->id, p->id + skip, p->n * sizeof *p->id);
    if (q->limit && p->n > q->limit)
        p->n = q->limit;
    return r;
}

static int page(struct ledger_store *s, const struct case_query *q, const struct case_where *w,
                struct case_page *p, struct err *e)
{
    struct buf from = BUF_INIT, first = BUF_INIT;
    enum case_order order = (unsigned)q->order < ORDER_COUNT ? q->order : ORDER_LIGHT;
    bool narrow = order == ORDER_LIGHT || order == ORDER_DUE, at_once = w->lead.asked && w->like.len;
    int r = at_once ? 0 : count_all(s, q, w, p, e);
    if (r < 0)
        return r;
    if (!w->lead.asked && order == ORDER_LIGHT)
        return walk_lights(s, q, w, p, e);
    if (q->limit && !at_once)
        buf_addf(&first, " ORDER BY %s LIMIT %lld", orders[order].order,
                 (long long)q->limit + (long long)q->offset);
    case_where_from(w, orders[order].walk, narrow ? "id, closed, red, yellow, due" : NULL,
                    first.len ? first.data : "", &from);
    if (from.failed || first.failed)
        r = err_set(e, -ENOMEM, "out of memory");
    else if (at_once)
        r = page_at_once(s, q, w, from.data, orders[order].order, p, e);
    else
        r = take(s, q, w, from.data, orders[order].order, q->limit, q->offset, p, e);
    buf_release(&from);
    buf_release(&first);
    return r;
}

int case_rows_page(struct ledger_store *s, const struct case_query *q, struct case_page *ret, struct err *e)
{
    struct case_where w;
    struct case_page p = { 0 };
    ledger_lock(s);
    int r = case_where_make(s, q, &w, e);
    if (r == 0) {
        r = page(s, q, &w, &p, e);
        case_where_release(&w);
    }
    ledger_unlock(s);
    if (r < 0)
        free(p.id);
    else
        *ret = p;
    return r;
}

int case_rows_stuck(struct ledger_store *s, int64_t before, int64_t today, size_t limit,
                    struct case_page *ret, struct err *e)
{
    struct case_page p = { 0 };
    struct case_query q = { .light = -1, .opened_to = before, .today = today };
    struct case_where none = { 0 };
    ledger_lock(s);
    int r =
        take(s, &q, &none,
             "FROM case_row INDEXED BY row_quiet WHERE closed = 0 AND merged = 0 AND stopped = 0 AND "
             "updated < :opened_to AND due < 99999999", /* CASE_NEVER: no work is due, as of a grid's cell */
             "updated, id", limit, 0, &p, e);
    ledger_unlock(s);
    p.total = (int64_t)p.n;
    if (r < 0)
        free(p.id);
    else
        *ret = p;
    return r;
}
