/* write_list.c - lists of cases and their counts as docs/api describes them. The rows say which cases; their documents are read only for the
 * page that is shown. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/timing.h"

/* Of the ids in `asked` those that are the ledger's; an id may be a field of one ledger and not of another. */
static void write_asked(struct ledgers *l, struct jw *w, const struct loaded *c, const char *asked)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    jw_key(w, "fields");
    jw_object(w);
    while (*asked) {
        size_t n = strcspn(asked, ",");
        for (size_t i = 0; i < c->def->n_fields; i++) {
            const struct field *f = &c->def->field[i];
            if (strlen(f->id) != n || memcmp(f->id, asked, n) != 0)
                continue;
            jw_key(w, f->id);
            value_write(l, w, f, json_object_get(fields, f->id));
        }
        asked += n + (asked[n] == ',');
    }
    jw_end_object(w);
}

static int write_one(struct ledgers *l, struct jw *w, int64_t id, const struct case_filter *f,
                     const struct actor *who, int64_t now, struct err *e)
{
    struct loaded c = { 0 };
    int64_t at = f ? f->at : 0;
    int r = at ? case_load_past(l, id, at, &c, e) : case_load(l, id, &c, e);
    if (r < 0)
        return r;
    jw_object(w);
    case_write_summary(l, w, &c, who, at ? at : now);
    if (f && f->fields && reader_of(l, &c, who))
        write_asked(l, w, &c, f->fields);
    jw_end_object(w);
    case_release(&c);
    return 0;
}

/* ---- a past day: the first offset + limit rows are kept, in order ---- */

struct top {
    const struct case_query *q;
    struct case_row *row;
    size_t n, keep;
    int64_t total;
    struct err *e;
};

static int copy_row(const struct case_row *r, struct case_row *ret)
{
    *ret = (struct case_row){ .id = r->id,
                              .closed = r->closed,
                              .red = r->red,
                              .yellow = r->yellow,
                              .due = r->due,
                              .opened = r->opened,
                              .updated = r->updated,
                              .number = strdup(r->number) };
    return ret->number ? 0 : -ENOMEM;
}

static int keep_row(const struct case_row *r, void *arg)
{
    struct top *t = arg;
    if (!case_row_matches(r, t->q))
        return 0;
    t->total++;
    if (t->n == t->keep && (!t->keep || case_row_order(r, &t->row[t->n - 1], t->q) >= 0))
        return 0;
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (case_row_order(r, &t->row[mid], t->q) < 0)
            high = mid;
        else
            low = mid + 1;
    }
    struct case_row one;
    if (copy_row(r, &one) < 0)
        return err_set(t->e, -ENOMEM, "out of memory");
    if (t->n == t->keep)
        case_row_release(&t->row[--t->n]);
    memmove(&t->row[low + 1], &t->row[low], (t->n - low) * sizeof *t->row);
    t->row[low] = one;
    t->n++;
    return 0;
}

static int past_page(struct ledgers *l, const struct case_query *q, int64_t at, struct case_page *ret,
                     struct err *e)
{
    struct top t = { .q = q,
                     .keep = q->limit && q->limit < PAST_ROWS - q->offset ? q->offset + q->limit : PAST_ROWS,
                     .e = e };
    t.row = calloc(t.keep + 1, sizeof *t.row);
    int r =
        t.row ? past_each(l, at, q->text && *q->text, keep_row, &t, e) : err_set(e, -ENOMEM, "out of memory");
    struct case_page p = { .total = t.total };
    if (r == 0 && t.n > q->offset) {
        p.n = t.n - q->offset;
        if (!(p.id = calloc(p.n, sizeof *p.id)))
            r = err_set(e, -ENOMEM, "out of memory");
        for (size_t i = 0; r == 0 && i < p.n; i++)
            p.id[i] = t.row[q->offset + i].id;
    }
    for (size_t i = 0; t.row && i < t.n; i++)
        case_row_release(&t.row[i]);
    free(t.row);
    *ret = p;
    return r;
}

int case_write_list(struct ledgers *l, const struct case_filter *f, const struct actor *who, int64_t now,
                    struct buf *out, struct err *e)
{
    struct case_query q;
    struct case_page p = { 0 };
    int64_t at = f ? f->at : 0;
    int r = filter_query(l, f, now, &q, e);
    if (r == 0 && at && q.offset >= PAST_ROWS)
        r = err_named(e, -EINVAL, "bad_input",
                      "过去某日的列表只列前%d件 | of a past day only the first %d are listed", PAST_ROWS,
                      PAST_ROWS);
    if (r == 0)
        r = at                       ? past_page(l, &q, at, &p, e)
            : !who && public_asks(f) ? public_page(l, f, &q, &p, e)
                                     : case_rows_page(l->store, &q, &p, e);
    size_t start = out->len;
    if (r == 0) {
        struct jw w = JW(out);
        jw_object(&w);
        jw_kint(&w, "total", p.total);
        jw_kbool(&w, "total_is_at_least", p.at_least);
        jw_key(&w, "cases");
        jw_array(&w);
        for (size_t i = 0; r == 0 && i < p.n; i++)
            r = write_one(l, &w, p.id[i], f, who, now, e);
        jw_end_array(&w);
        jw_end_object(&w);
    }
    free(p.id);
    if (r == 0 && out->failed)
        r = err_set(e, -ENOMEM, "out of memory");
    if (r < 0 && out->data)
        out->data[out->len = start] = '\0';
    return r;
}

/* ---- counts ---- */

struct counts {
    struct case_sum all, *unit; /* unit: by id - 1 */
    size_t n_units;
};

static void add_unit(const struct case_sum *s, void *arg)
{
    struct counts *c = arg;
    sum_add(&c->all, s);
    if (s->number > 0 && (size_t)s->number <= c->n_units)
        sum_add(&c->unit[s->number - 1], s);
}

static void write_counts(struct jw *w, const struct place *place, const struct counts *c)
{
    static const int shown[] = { CASE_GREEN, CASE_YELLOW, CASE_RED, CASE_GREY };
    jw_object(w);
    jw_kint(w, "open", c->all.open);
    jw_kint(w, "overdue", c->all.overdue);
    jw_kint(w, "closed", c->all.closed);
    jw_kint(w, "closed_by_data", c->all.by_data);
    jw_kint(w, "closed_on_paper", c->all.on_paper);
    jw_kint(w, "rebounded", c->all.rebounded);
    jw_key(w, "lights");
    jw_object(w);
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        jw_kint(w, light_name((enum light)shown[i]), c->all.light[shown[i]]);
    jw_end_object(w);
    jw_key(w, "units");
    jw_array(w);
    for (size_t i = 0; i < c->n_units; i++) {
        if (!c->unit[i].all)
            continue;
        jw_object(w);
        jw_key(w, "unit");
        unit_write(w, &place->units[i]);
        jw_kint(w, "open", c->unit[i].open);
        jw_kint(w, "overdue", c->unit[i].overdue);
        jw_kint(w, "closed", c->unit[i].closed);
        jw_kint(w, "rebounded", c->unit[i].rebounded);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
}

int ledgers_write_counts(struct ledgers *l, int64_t now, struct buf *out, struct err *e)
{
    struct case_query q;
    struct counts c = { .n_units = l->place->n_units };
    int r = filter_query(l, NULL, now, &q, e);
    if (r == 0 && !(c.unit = calloc(c.n_units + 1, sizeof *c.unit)))
        r = err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = case_rows_sum(l->store, &q, BY_KEY_UNIT, add_unit, &c, e);
    if (r == 0) {
        struct jw w = JW(out);
        write_counts(&w, l->place, &c);
        r = out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
    }
    free(c.unit);
    return r;
}

/* ---- closed in a year ---- */

int ledgers_count_closed(struct ledgers *l, const json_t *ids, int64_t from, int64_t to, int64_t *ret_all,
                         int64_t *ret_closed, struct err *e)
{
    bool known = false;
    int r = 0;
    *ret_all = *ret_closed = 0;
    for (size_t i = 0; i < l->n_current; i++)
        known |= names_hold(ids, l->current[i]->id);
    if (!known)
        return err_set(e, -ENOENT, "there is no such ledger");
    for (size_t i = 0; r == 0 && i < json_array_size(ids); i++) {
        const char *id = json_string_value(json_array_get(ids, i));
        if (id)
            r = case_rows_open_in(l->store, id, from, to, ret_all, ret_closed, e);
    }
    return r;
}
