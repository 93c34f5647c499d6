/* out.h - the cells one judgement adds to a row; kind.h says what each call does. Internal to the layer. */
#pragma once

#include "evaluate/kind.h"

struct out {
    struct buf *line; /* where the cells go */
    size_t cells;     /* written by this judgement */
    struct buf note;
    const char *certainty; /* NULL: the rule set's */
    bool unjudged;
    const struct shelf_set *also; /* a second rule set of this row; NULL: none */
    struct evaluate_missing *missing;
};

/* One cell with its comma before it, quoted when it must be. */
void out_cell(struct buf *line, const char *s, size_t len);
void out_first_cell(struct buf *line, const char *s, size_t len); /* without the comma */
