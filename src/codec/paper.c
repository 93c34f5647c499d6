/* paper.c - putting a paper together. */
#include "codec/paper.h"

#include <stdlib.h>
#include <string.h>

const char *paper_keep(struct paper *p, const char *text)
{
    const char *kept = text && *text ? arena_strdup(&p->mem, text) : "";
    p->failed |= !kept;
    return kept ? kept : "";
}

struct paper_part *paper_add(struct paper *p, enum paper_kind kind, const char *text)
{
    p->failed |= p->n_parts == PAPER_PARTS_MAX;
    struct paper_part *part = &p->part[p->n_parts < PAPER_PARTS_MAX ? p->n_parts++ : PAPER_PARTS_MAX - 1];
    free(part->cell);
    *part = (struct paper_part){ .kind = kind, .text = paper_keep(p, text) };
    return part;
}

struct paper_part *paper_table(struct paper *p, const struct paper_column *columns, size_t n)
{
    struct paper_part *part = paper_add(p, PAPER_TABLE, NULL);
    n = n <= PAPER_COLUMNS_MAX ? n : PAPER_COLUMNS_MAX;
    struct paper_column *kept = arena_alloc(&p->mem, (n + 1) * sizeof *kept);
    p->failed |= !kept;
    for (size_t i = 0; kept && i < n; i++) {
        kept[i] = columns[i];
        kept[i].label = paper_keep(p, columns[i].label);
    }
    part->column = kept;
    part->n_columns = kept ? n : 0;
    return part;
}

void paper_cell(struct paper *p, struct paper_part *part, const char *text)
{
    if (part->n_cells == part->cap) {
        size_t cap = part->cap ? part->cap * 2 : 64;
        const char **grown = realloc(part->cell, cap * sizeof *grown);
        if (!grown) {
            p->failed = true;
            return;
        }
        part->cell = grown;
        part->cap = cap;
    }
    part->cell[part->n_cells++] = paper_keep(p, text);
}

void paper_pair(struct paper *p, struct paper_part *part, const char *label, const char *value)
{
    paper_cell(p, part, label);
    paper_cell(p, part, value);
}

void paper_release(struct paper *p)
{
    for (size_t i = 0; i < p->n_parts; i++)
        free(p->part[i].cell);
    arena_release(&p->mem);
    *p = (struct paper){ 0 };
}
