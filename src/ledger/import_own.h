/* import_own.h - what the import_*.c files share: a list as read. */
#pragma once

#include "base/arena.h"
#include "codec/document.h"
#include "ledger/cell.h"
#include "ledger/import.h"

/* Fields of a column that are none. */
enum {
    COLUMN_UNKNOWN = -1,
    COLUMN_NUMBER = -2,
    COLUMN_KNOWN = -3 /* what an export shows besides the fields */
};

struct import_column {
    int field; /* index in the definition, or one of the above */
    const char *heading;
    bool counter; /* 序号: its values may just count the rows */
};

struct import_fault {
    unsigned row;
    size_t column; /* from 0; NO_COLUMN: the whole row */
    const char *code, *zh, *en;
};
enum { NO_COLUMN = TABLE_COLUMNS_MAX };

enum import_what { ROW_NEW, ROW_CHANGED, ROW_SAME, ROW_FAULTY, ROW_KINDS };

struct import_row {
    unsigned row;
    enum import_what what;
    json_t *fields; /* new: all; changed: what changes. Owned */
    json_t *was;    /* changed: the values before. Owned */
    int64_t id;     /* the case; 0: none */
    const char *number, *last;
    char key[17]; /* of a new row: SM3 over its fields, cut */
};

struct list_row {
    unsigned row;
    const char **cell;
    size_t n;
};

struct import {
    struct ledgers *l;
    struct definition *def;
    struct names names;
    struct cell_field field[FIELDS_MAX];
    struct arena mem; /* texts */
    const struct actor *who;
    unsigned sheet, heading_row;
    struct import_column column[TABLE_COLUMNS_MAX];
    size_t n_columns;
    struct list_row *cells; /* the rows under the heading */
    size_t n_cells, cap_cells;
    struct import_row *row;
    size_t n_rows, count[ROW_KINDS];
    struct import_fault *fault;
    size_t n_faults, cap_faults;
    struct map before; /* row key -> case id as text: what imports entered */
    struct map seen;   /* row key or number -> its row in this list */
    struct err *e;
};

/* import_heading.c: reads the workbook's rows and finds the heading. */
int import_rows(struct import *im, const void *bytes, size_t len);
/* The field a heading means in a definition, or COLUMN_*. */
int import_heading(const struct definition *d, const char *heading, bool *ret_counter);
/* import.c */
int import_read(struct ledgers *l, const char *ledger, const void *bytes, size_t len, const struct actor *who,
                struct import *ret, struct err *e);
void import_release(struct import *im);
/* SM3 over what would be done, and to what state of the ledger. */
int import_digest(const struct import *im, char ret[65], struct err *e);
/* import_write.c: members of the preview into an open object. */
void import_write(const struct import *im, struct jw *w);
