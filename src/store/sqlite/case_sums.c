/* case_sums.c - counts over cases, the stock by month, and the plain question to one row. SQLite hands over narrow rows and C adds them
 * up: its GROUP BY would sort a million of them first. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/scoped.h"
#include "store/sqlite/case_sql.h"

/* ---- one row ---- */

int case_row_light(const struct case_row *r, int64_t today)
{
    return r->closed ? CASE_GREY : r->red <= today ? CASE_RED : r->yellow <= today ? CASE_YELLOW : CASE_GREEN;
}

static bool same(const char *asked, const char *is)
{
    return !asked || !*asked || strcmp(asked, is ? is : "") == 0;
}

static bool one_of(const json_t *states, const char *is)
{
    for (size_t i = 0; i < json_array_size(states); i++)
        if (same(json_string_value(json_array_get(states, i)), is))
            return true;
    return !json_array_size(states);
}

char *case_row_names(const struct case_row *r)
{
    struct buf out = BUF_INIT;
    const char *id;
    json_t *rows;
    size_t i;
    buf_adds(&out, r->names ? r->names : "");
    if (!r->names)
        json_object_foreach((json_t *)(uintptr_t)r->fields, id, rows) for (i = 0; i < json_array_size(rows);
                                                                           i++)
        {
            const char *name = json_str(json_array_get(rows, i), "name", "");
            buf_addf(&out, "%s%s", *name && out.len ? "\n" : "", name);
        }
    char *text = out.failed ? NULL : out.data ? strdup(out.data) : strdup("");
    buf_release(&out);
    return text;
}

static bool has_name(const struct case_row *r, const char *text)
{
    char *names = case_row_names(r);
    bool has = names && strcasestr(names, text);
    free(names);
    return has;
}

static bool has_text(const struct case_row *r, const char *text)
{
    const char *const in[] = { r->number, r->title, r->problem };
    if (!text || !*text)
        return true;
    if (has_name(r, text))
        return true;
    for (size_t i = 0; i < COUNT_OF(in); i++)
        if (in[i] && strcasestr(in[i], text))
            return true;
    return false;
}

bool case_row_matches(const struct case_row *r, const struct case_query *q)
{
    int light = case_row_light(r, q->today);
    return !r->merged_into && same(q->ledger, r->ledger) && same(q->state, r->state) &&
           one_of(q->states, r->state) && same(q->group, r->group) && (q->light < 0 || q->light == light) &&
           (!q->overdue || light == CASE_RED) && (!q->open || !r->closed) &&
           (!q->unit || r->owner == q->unit || r->supervisor == q->unit) &&
           (!q->owner || r->owner == q->owner) && (!q->supervisor || r->supervisor == q->supervisor) &&
           (!q->site || r->site == q->site) && (!q->parent || r->parent == q->parent) &&
           (!q->due_from || r->due >= q->due_from) && (!q->due_to || r->due <= q->due_to) &&
           (!q->opened_from || r->opened >= q->opened_from) && (!q->opened_to || r->opened < q->opened_to) &&
           (!q->closed_from || r->closed >= q->closed_from) &&
           (!q->closed_to || (r->closed && r->closed < q->closed_to)) &&
           (!q->closed_how || r->closed_how == q->closed_how) && (!q->rebounded || r->rebounds > 0) &&
           (!q->missed || r->misses > 0) && (!q->blind || r->blind > 0) && has_text(r, q->text);
}

static int compare(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

int case_row_order(const struct case_row *a, const struct case_row *b, const struct case_query *q)
{
    int by = 0;
    switch (q->order) {
    case ORDER_DUE:
        by = compare(a->due, b->due);
        break;
    case ORDER_NUMBER:
        by = strcmp(a->number, b->number);
        return by ? by : compare(a->id, b->id);
    case ORDER_OPENED:
        by = compare(b->opened, a->opened);
        break;
    case ORDER_UPDATED:
        by = compare(b->updated, a->updated);
        break;
    default:
        by = case_row_light(a, q->today) - case_row_light(b, q->today);
        if (!by)
            by = compare(a->closed ? a->due : a->red, b->closed ? b->due : b->red);
    }
    return by ? by : compare(b->id, a->id);
}

/* ---- sums ---- */

enum { NEAR = 4096 }; /* units, sites and the days of eleven years each have a place of their own */

struct sums {
    struct map of; /* key -> case_sum, its text owned */
    struct case_sum *near
        [NEAR]; /* by number: what the map would find, without writing the number as text for each of a million rows */
    int64_t today;
    bool failed;
    void (*each)(const struct case_sum *, void *);
    void *arg;
};

static struct case_sum *sum_found(struct sums *s, const char *text, int64_t number)
{
    char key[24];
    size_t len = text ? strlen(text) : (size_t)snprintf(key, sizeof key, "%lld", (long long)number);
    struct case_sum *sum = map_get(&s->of, text ? text : key, len);
    if (sum)
        return sum;
    sum = calloc(1, sizeof *sum);
    if (!sum || !(sum->text = strdup(text ? text : "")) || map_put(&s->of, text ? text : key, len, sum) < 0) {
        free(sum ? (char *)(uintptr_t)sum->text : NULL);
        free(sum);
        s->failed = true;
        return NULL;
    }
    sum->number = number;
    return sum;
}

static struct case_sum *sum_of(struct sums *s, const char *text, int64_t number)
{
    if (text)
        return sum_found(s, text, number);
    struct case_sum **near = &s->near[(uint64_t)number % NEAR];
    if (!*near || (*near)->number != number)
        *near = sum_found(s, NULL, number);
    return *near;
}

/* The columns behind the key: closed, red, yellow, how, rebounds. */
static void add_row(struct case_sum *sum, sqlite3_stmt *st, int64_t today)
{
    bool closed = sqlite3_column_int64(st, 1) != 0, data = sqlite3_column_int(st, 4) == CASE_DATA;
    int light = closed                                 ? CASE_GREY
                : sqlite3_column_int64(st, 2) <= today ? CASE_RED
                : sqlite3_column_int64(st, 3) <= today ? CASE_YELLOW
                                                       : CASE_GREEN;
    sum->all++;
    sum->open += !closed;
    sum->overdue += light == CASE_RED;
    sum->closed += closed;
    sum->by_data += closed && data;
    sum->on_paper += closed && !data;
    sum->rebounded += sqlite3_column_int64(st, 5) > 0;
    sum->light[light]++;
}

static void give_sum(const char *key, void *value, void *arg)
{
    struct sums *s = arg;
    (void)key;
    s->each(value, s->arg);
}

static void free_sum(void *value)
{
    struct case_sum *sum = value;
    free((char *)(uintptr_t)sum->text);
    free(sum);
}

/* China time is UTC+8 the year round: a day is a quotient. */
static const struct {
    const char *key;
    bool text;
} keys[BY_KEY_COUNT] = {
    [BY_KEY_STATE] = { "state", true },
    [BY_KEY_LIGHT] = { LIGHT_SQL, false },
    [BY_KEY_UNIT] = { "owner", false },
    [BY_KEY_SUPERVISOR] = { "supervisor", false },
    [BY_KEY_GROUP] = { "grp", true },
    [BY_KEY_MONTH] = { "(opened + 28800000) / 86400000", false },
    [BY_KEY_CLOSED] = { "CASE closed WHEN 0 THEN 99999999 ELSE (closed + 28800000) / 86400000 END", false },
    [BY_KEY_DUE] = { "due", false },
    [BY_KEY_LEDGER] = { "ledger", true },
    [BY_KEY_NONE] = { "0", false },
};

static int sum_rows(struct ledger_store *s, const struct case_query *q, const struct case_where *w,
                    enum case_by by, struct sums *sums, struct err *e)
{
    struct buf sql = BUF_INIT;
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    buf_addf(&sql, "SELECT %s, closed, red, yellow, how, rebounds ", keys[by].key);
    case_where_from(w, NULL, NULL, "", &sql);
    int r = sql.failed ? err_set(e, -ENOMEM, "out of memory") : db_prepare(&s->db, sql.data, &st, e);
    buf_release(&sql);
    if (r < 0)
        return r;
    case_where_bind(st, q, w);
    struct case_sum *last = NULL;
    while ((r = ledger_step(s, st, "count cases", e)) == 1 && !sums->failed) {
        const char *text = keys[by].text ? ledger_text(st, 0) : NULL;
        int64_t number = text ? 0 : sqlite3_column_int64(st, 0);
        if (!last || (text ? strcmp(text, last->text) != 0 : number != last->number))
            last = sum_of(sums, text, number);
        if (last)
            add_row(last, st, sums->today);
    }
    return sums->failed ? err_set(e, -ENOMEM, "out of memory") : r;
}

int case_rows_sum(struct ledger_store *s, const struct case_query *q, enum case_by by,
                  void (*each)(const struct case_sum *, void *), void *arg, struct err *e)
{
    struct case_where w;
    struct sums sums = { .today = q->today, .each = each, .arg = arg };
    ledger_lock(s);
    int r = case_where_make(s, q, &w, e);
    if (r == 0) {
        r = sum_rows(s, q, &w, (unsigned)by < BY_KEY_COUNT ? by : BY_KEY_NONE, &sums, e);
        case_where_release(&w);
    }
    ledger_unlock(s);
    if (r == 0)
        map_each(&sums.of, give_sum, &sums);
    map_release(&sums.of, free_sum);
    return r;
}

/* ---- open in a time ---- */

/* What was closed from then on or is open still, without what was opened after the time: rows are read for the latter alone, which are none in
 * the year that runs; the index counts the rest. */
int case_rows_open_in(struct ledger_store *s, const char *ledger, int64_t from, int64_t to, int64_t *ret_all,
                      int64_t *ret_closed, struct err *e)
{
#define COUNT_OF_LEDGER \
    "(SELECT count(*) FROM case_row INDEXED BY row_ledger WHERE ledger = ?1 AND merged = 0 AND "
    static const char sql[] =
        "SELECT " COUNT_OF_LEDGER "closed > 0 AND closed >= ?2 AND closed < ?3)," COUNT_OF_LEDGER
        "closed = 0) + " COUNT_OF_LEDGER "closed > 0 AND closed >= ?3)"
        " - (SELECT count(*) FROM case_row INDEXED BY row_opened WHERE opened >= ?3 AND merged = 0 AND "
        "ledger = ?1)";
#undef COUNT_OF_LEDGER
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = db_prepare(&s->db, sql, &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, ledger);
        sqlite3_bind_int64(st, 2, from);
        sqlite3_bind_int64(st, 3, to);
        r = ledger_step(s, st, "count closed cases", e);
    }
    if (r == 1) {
        int64_t closed = sqlite3_column_int64(st, 0);
        *ret_closed += closed;
        *ret_all += closed + sqlite3_column_int64(st, 1);
        r = 0;
    }
    ledger_unlock(s);
    return r;
}

/* ---- the stock ---- */

int case_months(struct ledger_store *s, const char *ledger,
                void (*each)(const char *group, int64_t month, int64_t in, int64_t out, void *), void *arg,
                struct err *e)
{
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = db_prepare(
        &s->db, "SELECT grp, month, ins, outs FROM case_month WHERE ledger = ?1 ORDER BY grp, month", &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, ledger);
        while ((r = ledger_step(s, st, "read months", e)) == 1)
            each(ledger_text(st, 0), sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2),
                 sqlite3_column_int64(st, 3), arg);
    }
    ledger_unlock(s);
    return r;
}
