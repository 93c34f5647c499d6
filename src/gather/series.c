#include "gather/series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cntime.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/scoped.h"
#include "domain/factor.h"
#include "domain/record.h"

enum { COLUMNS = 24 };

struct row {
    int64_t time;
    size_t order; /* the later of two rows for one time counts */
    micro value[COLUMNS];
    uint8_t decimals[COLUMNS];
};

struct table {
    struct row *row;
    size_t n, cap;
};

struct series {
    const struct place *place;
    char code[COLUMNS][16]; /* all columns of all files */
    size_t n_codes;
    struct table *table; /* index is site id - 1 */
    size_t order;
};

struct series *series_new(const struct place *place)
{
    struct series *s = calloc(1, sizeof *s);
    if (s && !(s->table = calloc(place->n_sites + 1, sizeof *s->table))) {
        free(s);
        return NULL;
    }
    if (s)
        s->place = place;
    return s;
}

struct series *series_free(struct series *s)
{
    if (!s)
        return NULL;
    for (size_t i = 0; i < s->place->n_sites; i++)
        free(s->table[i].row);
    free(s->table);
    free(s);
    return NULL;
}

static int column_of(struct series *s, const struct csv_field *f)
{
    int item = air_item_from_word(f->s, f->len);
    const char *code = item >= 0 ? factor_air((enum air_item)item)->code : f->s;
    size_t len = item >= 0 ? strlen(code) : f->len;
    for (size_t i = 0; i < s->n_codes; i++)
        if (strlen(s->code[i]) == len && memcmp(s->code[i], code, len) == 0)
            return (int)i;
    if (s->n_codes == COLUMNS || !len || len >= sizeof s->code[0])
        return -1;
    memcpy(s->code[s->n_codes], code, len);
    return (int)s->n_codes++;
}

static struct row *row_new(struct table *t)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 512;
        struct row *grown = realloc(t->row, cap * sizeof *grown);
        if (!grown)
            return NULL;
        t->row = grown;
        t->cap = cap;
    }
    struct row *r = &t->row[t->n++];
    for (size_t i = 0; i < COLUMNS; i++)
        r->value[i] = MICRO_MISSING;
    return r;
}

static int read_row(struct series *s, const struct csv *c, const int *column, size_t n, struct err *e)
{
    if (c->n != n)
        return err_set(e, -EINVAL, "line %zu: %zu fields where the heading has %zu", c->line, c->n, n);
    int64_t time;
    if (!cn_parse_iso(c->field[0].s, c->field[0].len, &time))
        return err_set(e, -EINVAL, "line %zu: '%.*s' is no time", c->line, (int)c->field[0].len,
                       c->field[0].s);
    char name[64] = "";
    if (c->field[1].len < sizeof name)
        memcpy(name, c->field[1].s, c->field[1].len);
    const struct site *site = place_site_by_code(s->place, name);
    if (!site)
        return err_set(e, -EINVAL, "line %zu: the city has no site '%.*s'", c->line, (int)c->field[1].len,
                       c->field[1].s);
    struct row *row = row_new(&s->table[site->id - 1]);
    if (!row)
        return err_set(e, -ENOMEM, "line %zu: no memory for more rows", c->line);
    row->time = time;
    row->order = s->order++;
    for (size_t i = 2; i < n; i++) {
        int decimals = 0;
        if (!c->field[i].len)
            continue;
        if (!micro_parse(c->field[i].s, c->field[i].len, &row->value[column[i]], &decimals) ||
            value_beyond(row->value[column[i]]))
            return err_set(e, -EINVAL, "line %zu: '%.*s' is no number", c->line, (int)c->field[i].len,
                           c->field[i].s);
        row->decimals[column[i]] = (uint8_t)(decimals > 6 ? 6 : decimals);
    }
    return 0;
}

static int read_table(struct series *s, struct buf *text, struct err *e)
{
    scoped(freep) struct csv *c = malloc(sizeof *c);
    if (!c)
        return err_set(e, -ENOMEM, "no memory to read it");
    int column[COLUMNS + 2] = { 0 };
    csv_init(c, text->data, text->len);
    int r = csv_next(c, e);
    if (r < 0)
        return r;
    size_t n = c->n;
    if (r == 0 || csv_find(c, "time") != 0 || csv_find(c, "site") != 1 || n > COUNT_OF(column))
        return err_set(e, -EINVAL, "line 1: the heading must be time,site and at most %d factors", COLUMNS);
    for (size_t i = 2; i < n; i++)
        if ((column[i] = column_of(s, &c->field[i])) < 0)
            return err_set(e, -EINVAL, "line 1: '%.*s' is no factor, or one too many", (int)c->field[i].len,
                           c->field[i].s);
    while ((r = csv_next(c, e)) > 0)
        if ((r = read_row(s, c, column, n, e)) < 0)
            return r;
    return r;
}

int series_add(struct series *s, const char *path, struct err *e)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    int r = file_read(path, FILE_READ_MAX, &text, e);
    if (r == 0)
        r = read_table(s, &text, e);
    return r < 0 ? err_under(e, "%s", path) : 0;
}

static int by_time(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

void series_ready(struct series *s)
{
    for (size_t i = 0; i < s->place->n_sites; i++)
        if (s->table[i].n)
            qsort(s->table[i].row, s->table[i].n, sizeof *s->table[i].row, by_time);
}

bool series_has(const struct series *s, int32_t site)
{
    return s->table[site - 1].n > 0;
}

micro series_value(const struct series *s, int32_t site, const char *code, int64_t time, int *ret_decimals)
{
    const struct table *t = &s->table[site - 1];
    size_t column = 0, low = 0, high = t->n; /* the last row with row.time <= time is row[low - 1] */
    while (column < s->n_codes && strcmp(s->code[column], code) != 0)
        column++;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (t->row[mid].time <= time)
            low = mid + 1;
        else
            high = mid;
    }
    if (column == s->n_codes || low == 0 || t->row[low - 1].time != time)
        return MICRO_MISSING;
    *ret_decimals = t->row[low - 1].decimals[column];
    return t->row[low - 1].value[column];
}
