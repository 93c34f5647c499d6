/* case_rows.c - writing and reading of the row beside a case. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "store/sqlite/case_rows_sql.h"
#include "store/sqlite/case_sql.h"

void case_rows_engine(struct ledger_store *s, case_times_fn fn, void *arg)
{
    ledger_lock(s);
    s->times = fn;
    s->times_arg = arg;
    ledger_unlock(s);
}

int case_rows_times(struct ledger_store *s, const json_t *doc, int64_t now, struct case_row *row,
                    struct err *e)
{
    row->group = row->group ? row->group : "";
    row->due = row->yellow = row->red = CASE_NEVER;
    return s->times ? s->times(s->times_arg, doc, row->id, now, row, e) : 0;
}

void case_row_read(sqlite3_stmt *st, struct case_row *ret)
{
    *ret = (struct case_row){ .id = sqlite3_column_int64(st, 0),
                              .ledger = ledger_text(st, 1),
                              .number = ledger_text(st, 2),
                              .state = ledger_text(st, 3),
                              .group = ledger_text(st, 4),
                              .owner = sqlite3_column_int(st, 5),
                              .supervisor = sqlite3_column_int(st, 6),
                              .site = sqlite3_column_int(st, 7),
                              .parent = sqlite3_column_int64(st, 8),
                              .merged_into = sqlite3_column_int64(st, 9),
                              .opened = sqlite3_column_int64(st, 10),
                              .updated = sqlite3_column_int64(st, 11),
                              .closed = sqlite3_column_int64(st, 12),
                              .stopped = sqlite3_column_int64(st, 13),
                              .due = sqlite3_column_int64(st, 14),
                              .yellow = sqlite3_column_int64(st, 15),
                              .red = sqlite3_column_int64(st, 16),
                              .watch_until = sqlite3_column_int64(st, 17),
                              .next_at = sqlite3_column_int64(st, 18),
                              .closed_how = sqlite3_column_int(st, 19),
                              .rebounds = sqlite3_column_int64(st, 20),
                              .misses = sqlite3_column_int64(st, 21),
                              .priority = sqlite3_column_int64(st, 22),
                              .blind = sqlite3_column_int64(st, 23) };
    snprintf(ret->goal, sizeof ret->goal, "%s", ledger_text(st, 24));
}

static void bind_row(sqlite3_stmt *st, const struct case_row *r)
{
    const char *const text[] = { r->ledger, r->number, r->state, r->group };
    const int64_t number[] = { r->owner,    r->supervisor, r->site,        r->parent,  r->merged_into,
                               r->opened,   r->updated,    r->closed,      r->stopped, r->due,
                               r->yellow,   r->red,        r->watch_until, r->next_at, r->closed_how,
                               r->rebounds, r->misses,     r->priority,    r->blind };
    sqlite3_bind_int64(st, 1, r->id);
    for (size_t i = 0; i < COUNT_OF(text); i++)
        ledger_bind_text(st, (int)i + 2, text[i]);
    for (size_t i = 0; i < COUNT_OF(number); i++)
        sqlite3_bind_int64(st, (int)(i + 2 + COUNT_OF(text)), number[i]);
    ledger_bind_text(st, (int)(2 + COUNT_OF(text) + COUNT_OF(number)), r->goal);
}

static char *copy(const char *s)
{
    return strdup(s ? s : "");
}

void case_row_release(struct case_row *r)
{
    const char **text[] = { &r->ledger, &r->number, &r->state, &r->group, &r->title, &r->problem, &r->names };
    for (size_t i = 0; i < COUNT_OF(text); i++) {
        free((char *)(uintptr_t)*text[i]);
        *text[i] = NULL;
    }
}

int case_row_own(const struct case_row *r, struct case_row *ret)
{
    *ret = *r;
    ret->ledger = copy(r->ledger);
    ret->number = copy(r->number);
    ret->state = copy(r->state);
    ret->group = copy(r->group);
    ret->title = copy(r->title);
    ret->problem = copy(r->problem);
    ret->values = NULL;
    ret->names = NULL;
    ret->fields = NULL;
    if (ret->ledger && ret->number && ret->state && ret->group && ret->title && ret->problem)
        return 0;
    case_row_release(ret);
    return -ENOMEM;
}

/* ---- text: number, title, problem and names in one, apart by a sign that no question may hold; the two at the end let the last characters
 * begin a trigram too ---- */

static int get_text(struct ledger_store *s, int64_t id, struct buf *ret, struct err *e)
{
    sqlite3_stmt *st;
    int r = ledger_sql(s, SQL_GET_TEXT, &st, e);
    if (r < 0)
        return r;
    sqlite3_bind_int64(st, 1, id);
    if ((r = ledger_step(s, st, "read a case's text", e)) == 1)
        buf_adds(ret, ledger_text(st, 0));
    sqlite3_reset(st);
    return r;
}

static int join_text(const struct case_row *r, struct buf *out)
{
    char *names = case_row_names(r);
    buf_addf(out, "%s" TEXT_MARK "%s" TEXT_MARK "%s" TEXT_MARK "%s" TEXT_MARK TEXT_MARK,
             r->number ? r->number : "", r->title ? r->title : "", r->problem ? r->problem : "",
             names ? names : "");
    free(names);
    return names ? 0 : -ENOMEM;
}

static int write_text(struct ledger_store *s, int64_t id, const char *text, bool replaces, struct err *e)
{
    sqlite3_stmt *st;
    int r = 0;
    if (replaces && (r = ledger_sql(s, SQL_DROP_TEXT, &st, e)) == 0) {
        sqlite3_bind_int64(st, 1, id);
        r = ledger_run(s, st, "drop a case's text", e);
    }
    if (r == 0 && (r = ledger_sql(s, SQL_PUT_TEXT, &st, e)) == 0) {
        sqlite3_bind_int64(st, 1, id);
        ledger_bind_text(st, 2, text);
        r = ledger_run(s, st, "store a case's text", e);
    }
    return r;
}

static int put_text(struct ledger_store *s, const struct case_row *row, struct err *e)
{
    struct buf was = BUF_INIT, is = BUF_INIT;
    int r = join_text(row, &is) < 0 ? err_set(e, -ENOMEM, "out of memory") : get_text(s, row->id, &was, e);
    bool there = r == 1;
    if (r >= 0 && (was.failed || is.failed))
        r = err_set(e, -ENOMEM, "out of memory");
    else if (r >= 0)
        r = there && strcmp(was.data, is.data) == 0 ? 0 : write_text(s, row->id, is.data, there, e);
    buf_release(&was);
    buf_release(&is);
    return r;
}

/* ---- the stock ---- */

int case_month_add(struct ledger_store *s, const char *ledger, const char *group, int64_t at, int in, int out,
                   struct err *e)
{
    sqlite3_stmt *st;
    struct cn_civil day = cn_from_ms(at);
    ledger_lock(s);
    int r = ledger_sql(s, SQL_ADD_MONTH, &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, ledger);
        ledger_bind_text(st, 2, group);
        sqlite3_bind_int64(st, 3, day.year * 12 + day.month - 1);
        sqlite3_bind_int(st, 4, in);
        sqlite3_bind_int(st, 5, out);
        r = ledger_run(s, st, "count a month", e);
    }
    ledger_unlock(s);
    return r;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static int count_moves(struct ledger_store *s, const struct case_row *was, const struct case_row *is,
                       int64_t at, struct err *e)
{
    bool in_before = was && !was->closed && !was->merged_into, in_now = !is->closed && !is->merged_into;
    bool same = in_before && in_now && same_text(was->group, is->group) && same_text(was->ledger, is->ledger);
    int r = 0;
    if (in_before && !same)
        r = case_month_add(s, was->ledger, was->group, at, 0, 1, e);
    if (r == 0 && in_now && !same)
        r = case_month_add(s, is->ledger, is->group, at, 1, 0, e);
    return r;
}

/* ---- what the engine adds: the watch's goal, the values that others look for ---- */

void case_row_done(struct case_row *r)
{
    json_decref((json_t *)(uintptr_t)r->values);
    r->values = NULL;
}

static int add_watch(struct ledger_store *s, const struct case_row *row, struct err *e)
{
    sqlite3_stmt *st;
    int r = *row->goal ? ledger_sql(s, SQL_ADD_WATCH, &st, e) : 1;
    if (r != 0)
        return r < 0 ? r : 0;
    ledger_bind_text(st, 1, row->goal);
    return ledger_run(s, st, "watch a goal", e);
}

/* 1: they are as they should be. */
static int same_values(struct ledger_store *s, const struct case_row *row, struct err *e)
{
    sqlite3_stmt *st;
    size_t n = 0;
    bool same = true;
    int r = ledger_sql(s, SQL_GET_VALUES, &st, e);
    if (r < 0)
        return r;
    sqlite3_bind_int64(st, 1, row->id);
    while ((r = ledger_step(s, st, "read a case's values", e)) == 1) {
        const json_t *want = json_array_get(row->values, n++);
        const char *field = json_string_value(json_array_get(want, 0)),
                   *value = json_string_value(json_array_get(want, 1));
        same = same && field && value && strcmp(field, ledger_text(st, 0)) == 0 &&
               strcmp(value, ledger_text(st, 1)) == 0;
    }
    sqlite3_reset(st);
    return r < 0 ? r : same && n == json_array_size(row->values);
}

static int put_values(struct ledger_store *s, const struct case_row *row, struct err *e)
{
    sqlite3_stmt *st;
    int r = row->values ? same_values(s, row, e) : 1;
    if (r != 0)
        return r < 0 ? r : 0;
    if ((r = ledger_sql(s, SQL_DROP_VALUES, &st, e)) == 0) {
        sqlite3_bind_int64(st, 1, row->id);
        r = ledger_run(s, st, "drop a case's values", e);
    }
    for (size_t i = 0; r == 0 && i < json_array_size(row->values); i++) {
        const json_t *one = json_array_get(row->values, i);
        if ((r = ledger_sql(s, SQL_ADD_VALUE, &st, e)) < 0)
            break;
        ledger_bind_text(st, 1, row->ledger);
        ledger_bind_text(st, 2, json_string_value(json_array_get(one, 0)));
        ledger_bind_text(st, 3, json_string_value(json_array_get(one, 1)));
        sqlite3_bind_int64(st, 4, row->id);
        r = ledger_run(s, st, "store a case's value", e);
    }
    return r;
}

/* ---- rows ---- */

/* 1: *ret is a copy; 0: there is none. */
static int fetch(struct ledger_store *s, int64_t id, struct case_row *ret, struct err *e)
{
    sqlite3_stmt *st;
    struct case_row lent;
    int r = ledger_sql(s, SQL_GET_ROW, &st, e);
    if (r < 0)
        return r;
    sqlite3_bind_int64(st, 1, id);
    if ((r = ledger_step(s, st, "read a case's row", e)) == 1) {
        case_row_read(st, &lent);
        if (case_row_own(&lent, ret) < 0)
            r = err_set(e, -ENOMEM, "out of memory");
    }
    sqlite3_reset(st);
    return r;
}

static int put_row(struct ledger_store *s, const struct case_row *row, int64_t at, struct err *e)
{
    struct case_row was = { 0 };
    sqlite3_stmt *st;
    int r = fetch(s, row->id, &was, e);
    if (r < 0)
        return r;
    r = count_moves(s, r ? &was : NULL, row, at, e);
    case_row_release(&was);
    if (r == 0 && (r = ledger_sql(s, SQL_PUT_ROW, &st, e)) == 0) {
        bind_row(st, row);
        r = ledger_run(s, st, "store a case's row", e);
    }
    if (r == 0)
        r = add_watch(s, row, e);
    if (r == 0)
        r = put_values(s, row, e);
    return r == 0 ? put_text(s, row, e) : r;
}

int case_row_put(struct ledger_store *s, const struct case_row *row, int64_t at, struct err *e)
{
    struct case_row known = *row;
    known.group = row->group ? row->group : "";
    ledger_lock(s);
    int r = put_row(s, &known, at, e);
    ledger_unlock(s);
    return r;
}

int case_row_put_times(struct ledger_store *s, const struct case_row *row, struct err *e)
{
    sqlite3_stmt *st;
    ledger_lock(s);
    int r = ledger_sql(s, SQL_PUT_ROW_TIMES, &st, e);
    if (r == 0) {
        const int64_t number[] = { row->due, row->yellow, row->red, row->watch_until, row->next_at };
        sqlite3_bind_int64(st, 1, row->id);
        ledger_bind_text(st, 2, row->group);
        for (size_t i = 0; i < COUNT_OF(number); i++)
            sqlite3_bind_int64(st, (int)i + 3, number[i]);
        ledger_bind_text(st, 8, row->goal);
        sqlite3_bind_int64(st, 9, row->blind);
        r = ledger_run(s, st, "store a case's clocks", e);
    }
    if (r == 0)
        r = add_watch(s, row, e);
    if (r == 0)
        r = put_values(s, row, e);
    ledger_unlock(s);
    return r;
}

int case_row_get(struct ledger_store *s, int64_t id, struct case_row *ret, struct err *e)
{
    struct buf text = BUF_INIT;
    ledger_lock(s);
    int r = fetch(s, id, ret, e);
    if (r == 0)
        r = err_set(e, -ENOENT, "case %lld has no row", (long long)id);
    else if (r == 1 && (r = get_text(s, id, &text, e)) == 1 && text.data) {
        /* number MARK title MARK problem MARK names MARK MARK */
        char *title = strstr(text.data, TEXT_MARK), *problem = title ? strstr(title + 1, TEXT_MARK) : NULL;
        if (problem) {
            *problem++ = '\0';
            char *names = strstr(problem, TEXT_MARK);
            if (names)
                *names++ = '\0';
            if (names)
                names[strcspn(names, TEXT_MARK)] = '\0';
            free((char *)(uintptr_t)ret->title);
            free((char *)(uintptr_t)ret->problem);
            ret->names = copy(names);
            ret->title = copy(title + 1);
            ret->problem = copy(problem);
        }
    }
    ledger_unlock(s);
    buf_release(&text);
    return r < 0 ? r : 0;
}

int case_rows_clear(struct ledger_store *s, struct err *e)
{
    ledger_lock(s);
    int r = db_exec(&s->db,
                    "DELETE FROM case_row;DELETE FROM case_text;DELETE FROM case_month;DELETE FROM "
                    "case_watch;DELETE FROM case_value",
                    e);
    ledger_unlock(s);
    return r;
}
