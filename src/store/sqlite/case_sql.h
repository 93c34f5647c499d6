/* case_sql.h - what the files about case rows share. */
#pragma once

#include "base/buf.h"
#include "store/sqlite/ledger_db.h"

/* Stands between and after the texts of a case (unit separator). A question that holds it finds nothing. */
#define TEXT_MARK "\x1f"

void case_row_read(sqlite3_stmt *st,
                   struct case_row *ret); /* columns ROW_COLUMNS; lent; without title and problem */
int case_row_own(const struct case_row *r, struct case_row *ret);

/* A condition that an index answers. */
struct case_lead {
    bool asked;
    enum { LEAD_INDEX, LEAD_UNIT, LEAD_TEXT } kind;
    const char *index, *condition;
};

/* A question as SQL: conditions, and what leads. Values are bound by name. */
struct case_where {
    struct buf sql;           /* conditions joined by AND, but for the unit's */
    struct buf match;         /* expression for case_text; empty: none */
    struct buf like;          /* pattern with \ as escape */
    struct case_lead lead;    /* few rows; not asked: walk in order */
    struct case_lead counter; /* any that is asked, for counting where none leads */
    bool unit;
};
int case_where_make(struct ledger_store *s, const struct case_query *q, struct case_where *ret,
                    struct err *e);
void case_where_bind(sqlite3_stmt *st, const struct case_query *q, const struct case_where *w);
void case_where_release(struct case_where *w);
/* The FROM clause for it; walk: the index to walk when none leads (NULL: the table). columns: all that will be asked of it, at most id,
 * closed, red, yellow and due (NULL: any). first: when no more than the first in an order are wanted, " ORDER BY ... LIMIT ...", which may
 * be applied early; else "". */
void case_where_from(const struct case_where *w, const char *walk, const char *columns, const char *first,
                     struct buf *out);

/* The light of a row at :today. */
#define LIGHT_SQL \
    "CASE WHEN closed <> 0 THEN 3 WHEN red <= :today THEN 0 WHEN yellow <= :today THEN 1 ELSE 2 END"

/* What FTS5 is asked so that every text with `text` in it is among the answers; *ret empty: it cannot narrow, compare them all. 1: no text
 * has it. */
int case_words_match(struct ledger_store *s, const char *text, struct buf *ret, struct err *e);
void case_words_like(const char *text, struct buf *ret);
