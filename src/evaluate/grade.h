/* grade.h - kinds judged by a table of grades (standard/grade.h): what columns the table's items become, and one row against it.
 * Internal to the layer. */
#pragma once

#include "evaluate/kind.h"
#include "standard/grade.h"
#include "standard/water.h"

enum { GRADE_SETS = 4 };

/* Which item of a rule set's table each column is; made once a rule set. */
struct grade_places {
    const struct grade_table *table;
    int item[KIND_COLUMNS]; /* -1: the column is no item of this edition */
};
struct grade_state {
    struct grade_places places[GRADE_SETS];
    size_t n;
};

/* Text columns first, then the items of the newest edition, then their raw_ twins when `raw`. Names are those of the table, besides
 * them its code, its Chinese and its English name are taken. */
size_t grade_columns(const struct shelf *shelf, const char *rules, const struct in_column *text,
                     size_t n_text, bool raw, struct in_column *to, struct arena *names);
/* The row's values in the table's order; a raw_ value stands before the rounded one. */
void grade_values(struct grade_state *state, const struct row *row, const struct grade_table *t,
                  micro v[GRADE_ITEMS]);
/* Deciding items, or those over the target, in Chinese, with multiples where they are over: "总磷(0.25)、氨氮". */
void grade_write_deciding(const struct grade_table *t, const struct graded *g, struct out *o);
void grade_write_over(const struct grade_table *t, const struct graded *g, struct out *o);
/* Notes which items are missing when that is why there is no grade, and marks the row as not judged. */
void grade_write_why(const struct grade_table *t, const struct graded *g, struct out *o);
/* What a body column's words say (water.c): a lake or reservoir, else a river. */
enum water_body water_body_said(const struct cell_text *c);
