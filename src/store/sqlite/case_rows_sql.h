/* case_rows_sql.h - the tables of case_rows.h. Indices are those that the queries of case_query.c name; bench/ledger measures them. */
#pragma once

/* In the order of ROW_COLUMNS. */
#define ROW_COLUMNS                                                                                      \
    "id, ledger, number, state, grp, owner, supervisor, site, parent, merged, opened, updated, closed, " \
    "stopped,"                                                                                           \
    " due, yellow, red, watch, next, how, rebounds, misses, priority, blind, goal"

/* Indices hold what lights and limits need besides their own column, so that pages in these orders and their totals read no rows.
 * case_text keeps its own text (number, title, problem); detail=none is a third of the size, since hits are compared again. */
#define CASE_ROWS_SQL                                                                                       \
    "CREATE TABLE case_row(id INTEGER PRIMARY KEY, ledger TEXT NOT NULL, number TEXT NOT NULL, state TEXT " \
    "NOT NULL,"                                                                                             \
    " grp TEXT NOT NULL, owner INTEGER NOT NULL, supervisor INTEGER NOT NULL, site INTEGER NOT NULL,"       \
    " parent INTEGER NOT NULL, merged INTEGER NOT NULL, opened INTEGER NOT NULL, updated INTEGER NOT NULL," \
    " closed INTEGER NOT NULL, stopped INTEGER NOT NULL, due INTEGER NOT NULL, yellow INTEGER NOT NULL,"    \
    " red INTEGER NOT NULL, watch INTEGER NOT NULL, next INTEGER NOT NULL, how INTEGER NOT NULL,"           \
    " rebounds INTEGER NOT NULL, misses INTEGER NOT NULL, priority INTEGER NOT NULL) STRICT;"               \
    "CREATE INDEX row_open ON case_row(red, id DESC, yellow) WHERE closed = 0 AND merged = 0;"              \
    "CREATE INDEX row_quiet ON case_row(updated, id) WHERE closed = 0 AND merged = 0;"                      \
    "CREATE INDEX row_due ON case_row(due, id DESC, closed, red, yellow, merged);"                          \
    "CREATE INDEX row_ledger ON case_row(ledger, closed, red, yellow, due, merged);"                        \
    "CREATE INDEX row_state ON case_row(state, closed, red, yellow, due, merged);"                          \
    "CREATE INDEX row_group ON case_row(grp, closed, red, yellow, due, merged) WHERE grp <> '';"            \
    "CREATE INDEX row_owner ON case_row(owner, closed, red, yellow, due, merged) WHERE owner <> 0;"         \
    "CREATE INDEX row_supervisor ON case_row(supervisor, closed, red, yellow, due, merged) WHERE "          \
    "supervisor <> 0;"                                                                                      \
    "CREATE INDEX row_site ON case_row(site, closed, red, yellow, due, merged) WHERE site <> 0;"            \
    "CREATE INDEX row_parent ON case_row(parent, closed, red, yellow, due, merged) WHERE parent <> 0;"      \
    "CREATE INDEX row_rebound ON case_row(rebounds, closed, red, yellow, due, merged) WHERE rebounds > 0;"  \
    "CREATE INDEX row_number ON case_row(number, id);"                                                      \
    "CREATE INDEX row_opened ON case_row(opened, id, closed, red, yellow, due, merged);"                    \
    "CREATE INDEX row_updated ON case_row(updated, id, closed, merged, state);"                             \
    "CREATE INDEX row_next ON case_row(next) WHERE next <> 0;"                                              \
    "CREATE INDEX row_watch ON case_row(id, watch) WHERE watch <> 0;"                                       \
    "CREATE VIRTUAL TABLE case_text USING fts5(text, tokenize='trigram', detail='none', columnsize=0);"     \
    "CREATE VIRTUAL TABLE case_term USING fts5vocab(case_text, 'row');"                                     \
    "CREATE TABLE case_month(ledger TEXT NOT NULL, grp TEXT NOT NULL, month INTEGER NOT NULL, ins INTEGER " \
    "NOT NULL,"                                                                                             \
    " outs INTEGER NOT NULL, PRIMARY KEY(ledger, grp, month)) STRICT, WITHOUT ROWID;"

/* Version 3: what a watch asks and since when it cannot be answered, and the values that other cases are looked up by. case_watch holds the
 * turn of each goal; a goal comes into it with its first case. */
#define CASE_ROWS_3_SQL                                                                                   \
    "ALTER TABLE case_row ADD COLUMN blind INTEGER NOT NULL DEFAULT 0;"                                   \
    "ALTER TABLE case_row ADD COLUMN goal TEXT NOT NULL DEFAULT '';"                                      \
    "DROP INDEX row_watch;"                                                                               \
    "CREATE INDEX row_goal ON case_row(goal, id, closed, watch, blind) WHERE goal <> '';"                 \
    "CREATE INDEX row_blind ON case_row(blind, closed, red, yellow, due, merged) WHERE blind > 0;"        \
    "CREATE TABLE case_watch(goal TEXT PRIMARY KEY, look INTEGER NOT NULL) STRICT, WITHOUT ROWID;"        \
    "CREATE INDEX watch_look ON case_watch(look);"                                                        \
    "CREATE TABLE case_value(ledger TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, id INTEGER " \
    "NOT "                                                                                                \
    "NULL, PRIMARY KEY(ledger, field, value, id)) STRICT, WITHOUT ROWID;"                                 \
    "CREATE INDEX value_id ON case_value(id);"
