/* table.c - a list in a table (问题 整改目标 整改措施 责任单位 督导单位 整改时限, in any order and wording): the head says which column holds
 * what, and each row is one task. A row stands on one line, its cells parted by tabs; U+2028 is a line break inside a cell. */
#include "plan/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

enum { HEAD_MAX = 24 };

static const struct {
    const char *name, *key, *says;
    bool
        needed; /* one of the five that a measure must have: goal, measures, responsible, supervising unit, limit */
    bool read; /* its sentences are read for targets and tasks too */
} column[] = {
    { "", "", "", false, false },
    { "number", "number", "序号", false, false },
    { "problem", "problem", "问题", false, false },
    { "goal", "goal", "整改目标", true, true },
    { "measures", "measures", "整改措施", true, true },
    { "task", "object", "任务", false, true },
    { "indicator", "indicator", "指标", false, false },
    { "progress", "progress", "进展", false, false },
    { "responsible", "owner", "责任单位", true, false },
    { "lead", "owner", "牵头单位", false, false },
    { "support", "support", "配合单位", false, false },
    { "supervise", "supervisor", "督导单位", true, false },
    { "person", "person", "责任人", false, false },
    { "limit", "by", "整改时限", true, false },
};

static size_t column_of(const char *name)
{
    for (size_t i = 1; i < COUNT_OF(column); i++)
        if (strcmp(column[i].name, name) == 0)
            return i;
    return 0;
}

static bool blank(uint32_t c)
{
    return c == ' ' || c == 0x2028;
}

static void trim(const struct reader *r, size_t *a, size_t *b)
{
    while (*a < *b && blank(r->cp[*a]))
        ++*a;
    while (*b > *a && blank(r->cp[*b - 1]))
        --*b;
}

static size_t cells_cut(const struct reader *r, struct row *row)
{
    row->n = 0;
    for (size_t i = 0, begin = 0; i <= r->n && row->n < TABLE_CELLS_MAX; i++) {
        if (i < r->n && r->cp[i] != '\t')
            continue;
        row->cell[row->n].at = begin;
        row->cell[row->n].end = i;
        row->cell[row->n].byte = r->off[begin];
        row->cell[row->n++].byte_end = r->off[i];
        begin = i + 1;
    }
    return row->n;
}

/* What a head's cell says its column holds: by the longest word in it, the later of two equally long (责任单位 of 整改责任单位). */
static size_t head_of(const struct reader *r, size_t a, size_t b)
{
    size_t best = 0, len = 0;
    uint32_t dense[HEAD_MAX + 1] = { 0 };
    size_t n = 0;
    for (size_t i = a; i < b; i++) {
        if (blank(r->cp[i]))
            continue;
        if (n == HEAD_MAX)
            return 0;
        dense[n++] = r->cp[i];
    }
    for (size_t i = 0; i < n; i++) {
        const struct word *w = words_longest_of(r->w, C_COLUMN | C_ROLE | C_LIMIT, dense + i, n - i);
        if (!w || w->len < len)
            continue;
        size_t found = w->classes & C_LIMIT ? column_of("limit") : w->canon ? column_of(w->canon) : 0;
        if (found) {
            best = found;
            len = w->len;
        }
    }
    return best;
}

static bool head_read(struct reader *r, const struct row *row, struct table *t)
{
    size_t known = 0, work = 0, role[TABLE_CELLS_MAX];
    for (size_t i = 0; i < row->n; i++) {
        role[i] = head_of(r, row->cell[i].at, row->cell[i].end);
        known += role[i] > 0;
        work += role[i] && (column[role[i]].read || strcmp(column[role[i]].name, "problem") == 0);
    }
    if (known < 2 || !work || known * 2 < row->n)
        return false;
    memcpy(t->role, role, sizeof role);
    t->columns = row->n;
    t->active = true;
    scoped(buf_release) struct buf lacks = BUF_INIT;
    bool problem = false;
    for (size_t i = 0; i < row->n; i++)
        problem |= strcmp(column[role[i]].name, "problem") == 0;
    for (size_t k = 1; problem && k < COUNT_OF(column); k++) {
        bool has = !column[k].needed;
        for (size_t i = 0; i < row->n; i++)
            has |= strcmp(column[role[i]].key, column[k].key) == 0;
        if (!has)
            buf_addf(&lacks, "%s%s", lacks.len ? "、" : "", column[k].says);
    }
    if (lacks.len) {
        scoped(buf_release) struct buf reason = BUF_INIT;
        buf_addf(&reason, "表头没有这些要素:%s", lacks.data);
        result_doubt(r, "doubt.table_lacks", 0, r->n, reason.data ? reason.data : "");
    }
    return true;
}

/* The cell's text, a line break for U+2028; several columns of one key are joined. */
static void cell_set(struct reader *r, json_t *o, const char *key, size_t a, size_t b)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    const char *before = json_str(o, key, NULL);
    if (before)
        buf_addf(&text, "%s、", before);
    for (size_t i = a; i < b; i++)
        if (r->cp[i] == 0x2028)
            buf_addc(&text, '\n');
        else
            buf_add(&text, r->bytes + r->off[i], r->off[i + 1] - r->off[i]);
    result_str(r, o, key, text.data ? text.data : "");
}

static void row_emit(struct reader *r, const struct row *row, const struct table *t)
{
    scoped(buf_release) struct buf lacks = BUF_INIT;
    size_t from = row->cell[0].at, to = row->cell[row->n - 1].end;
    trim(r, &from, &to);
    while (to > from && (r->cp[to - 1] == '\t' || blank(r->cp[to - 1])))
        to--;
    json_t *o = result_new(r, "task", "table.row", from, to);
    if (!o)
        return;
    result_constant(r, o, "modality", "must");
    for (size_t i = 0; i < t->columns; i++) {
        size_t a = i < row->n ? row->cell[i].at : 0, b = i < row->n ? row->cell[i].end : 0, role = t->role[i];
        trim(r, &a, &b);
        if (role && a < b)
            cell_set(r, o, column[role].key, a, b);
    }
    for (size_t k = 1; k < COUNT_OF(column); k++) { /* a lead unit is a responsible one */
        bool asked = false;
        for (size_t i = 0; i < t->columns && column[k].needed; i++)
            asked |= strcmp(column[t->role[i]].key, column[k].key) == 0;
        if (asked && !json_object_get(o, column[k].key))
            buf_addf(&lacks, "%s%s", lacks.len ? "、" : "", column[k].says);
    }
    if (!json_object_get(o, "object")) {
        const char *what = json_str(o, "problem", NULL);
        what = what ? what : json_str(o, "goal", NULL);
        what = what ? what : json_str(o, "measures", "");
        result_str(r, o, "object", what);
    }
    if (lacks.len) {
        scoped(buf_release) struct buf reason = BUF_INIT;
        buf_addf(&reason, "这一行缺:%s", lacks.data);
        result_doubt(r, "doubt.row_lacks", from, to, reason.data ? reason.data : "");
    }
}

enum table_line table_line(struct reader *r, struct table *t, struct row *row)
{
    size_t filled = 0;
    if (cells_cut(r, row) < 2) {
        t->active = false;
        return LINE_PLAIN;
    }
    for (size_t i = 0; i < row->n; i++) {
        size_t a = row->cell[i].at, b = row->cell[i].end;
        trim(r, &a, &b);
        filled += a < b;
    }
    memset(r->cp + r->n, 0, 8 * sizeof *r->cp);
    bool indicators = filled >= 2 && indicator_head(r, row, t), other = head_read(r, row, t);
    if (indicators && !other) {
        memset(t->role, 0, sizeof t->role);
        t->columns = 0;
    }
    if (indicators || other) {
        t->indicators = indicators;
        t->active = true;
        return LINE_HEAD;
    }
    if (!t->active || filled < 2)
        return t->active ? LINE_HEAD : LINE_PLAIN;
    if (t->indicators) {
        bool read = !indicator_row(r, row, t); /* 完成省下达任务: its sentences may say more */
        for (size_t i = 0; i < row->n; i++)
            row->cell[i].read = read && i == t->goal;
        if (!read || !t->columns)
            return LINE_ROW;
    }
    row_emit(r, row, t);
    for (size_t i = 0; i < row->n; i++)
        row->cell[i].read = i >= t->columns || !t->role[i] || column[t->role[i]].read;
    r->row_by[0] = '\0';
    for (size_t i = 0; i < row->n && i < t->columns; i++) {
        size_t a = row->cell[i].at, b = row->cell[i].end;
        trim(r, &a, &b);
        if (strcmp(column[t->role[i]].name, "limit") == 0 && a < b &&
            r->off[b] - r->off[a] < sizeof r->row_by) {
            memcpy(r->row_by, r->bytes + r->off[a], r->off[b] - r->off[a]);
            r->row_by[r->off[b] - r->off[a]] = '\0';
        }
    }
    return LINE_ROW;
}
