/* paper.c - putting a paper together. */
#include "codec/paper.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

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

/* The longest line in ems: a Chinese character is one, a Latin letter about a half. */
static double ems(const char *text)
{
    double longest = 0, line = 0;
    for (size_t n = strlen(text), len; n; text += len, n -= len) {
        uint32_t c = utf8_decode(text, n, &len);
        line = c == '\n' ? 0 : line + (c < 0x80 ? 0.55 : 1);
        longest = line > longest ? line : longest;
    }
    return longest;
}

void paper_shares(const struct paper_part *t, double page, double size, double *ret_width)
{
    enum { SHORT = 7 }; /* ems */
    double fixed = 0;
    unsigned weights = 0;
    for (size_t c = 0; c < t->n_columns; c++) {
        double label = ems(t->column[c].label), longest = label < 4 ? label : (label + 1) / 2;
        for (size_t i = c; i < t->n_cells && longest <= SHORT; i += t->n_columns) {
            double own = ems(t->cell[i]);
            longest = own > longest ? own : longest;
        }
        ret_width[c] = longest <= SHORT ? longest * size + 8 : 0;
        fixed += ret_width[c];
        weights += longest <= SHORT ? 0 : t->column[c].width;
    }
    bool crowded = fixed > page * 0.7 || !weights;
    for (size_t c = 0; c < t->n_columns && crowded; c++) {
        weights += ret_width[c] > 0 ? t->column[c].width : 0;
        ret_width[c] = 0;
    }
    fixed = crowded ? 0 : fixed;
    for (size_t c = 0; c < t->n_columns; c++)
        if (ret_width[c] <= 0)
            ret_width[c] = (page - fixed) * t->column[c].width / (weights ? weights : 1);
}
