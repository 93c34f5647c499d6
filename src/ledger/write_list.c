/* write_list.c - lists of cases and their counts as docs/api describes them. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/engine.h"

struct listed {
    struct loaded c;
    enum light light;
    int64_t days;
};

struct list {
    struct ledgers *l;
    const struct case_filter *f;
    int64_t now;
    struct listed *row;
    size_t n, cap;
    struct err *e;
};

static bool has_text(const json_t *doc, const char *text)
{
    const json_t *fields = json_object_get(doc, "fields");
    return !text || !*text || strcasestr(json_str(doc, "number", ""), text) ||
           strcasestr(json_str(fields, "title", ""), text) ||
           strcasestr(json_str(fields, "problem", ""), text);
}

static int list_one(const struct doc *d, void *arg)
{
    struct list *list = arg;
    struct listed row = { 0 };
    int r = case_load_doc(list->l, d, &row.c, list->e);
    if (r < 0)
        return r;
    struct said why;
    bool has_days;
    row.light = clock_light(list->l, &row.c, list->now, &why, &has_days, &row.days);
    if (!has_days)
        row.days = INT64_MAX;
    const struct case_filter *f = list->f;
    bool wanted = !json_object_get(row.c.doc, "merged_into") &&
                  (!f->ledger || strcmp(f->ledger, row.c.def->id) == 0) &&
                  (!f->light || strcmp(f->light, light_name(row.light)) == 0) && has_text(row.c.doc, f->text);
    if (wanted && list->n == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 64;
        struct listed *grown = realloc(list->row, cap * sizeof *grown);
        if (!grown) {
            case_release(&row.c);
            return err_set(list->e, -ENOMEM, "out of memory");
        }
        list->row = grown;
        list->cap = cap;
    }
    if (wanted)
        list->row[list->n++] = row;
    else
        case_release(&row.c);
    return 0;
}

static int worst_first(const void *pa, const void *pb)
{
    const struct listed *a = pa, *b = pb;
    if (a->light != b->light)
        return a->light < b->light ? -1 : 1;
    if (a->days != b->days)
        return a->days < b->days ? -1 : 1;
    return a->c.id > b->c.id ? -1 : a->c.id < b->c.id;
}

static int list_gather(struct list *list)
{
    struct doc_query q = { .state = list->f->state, .unit = list->f->unit, .site = list->f->site };
    return ledger_each_doc(list->l->store, DOC_CASE, &q, list_one, list, list->e);
}

static void list_release(struct list *list)
{
    for (size_t i = 0; i < list->n; i++)
        case_release(&list->row[i].c);
    free(list->row);
}

int case_write_list(struct ledgers *l, const struct case_filter *f, const struct actor *who, int64_t now,
                    struct buf *out, struct err *e)
{
    static const struct case_filter all = { 0 };
    struct list list = { .l = l, .f = f ? f : &all, .now = now, .e = e };
    int r = list_gather(&list);
    if (r == 0) {
        struct jw w = JW(out);
        size_t end = list.f->limit && list.f->offset < list.n && list.n - list.f->offset > list.f->limit
                         ? list.f->offset + list.f->limit
                         : list.n;
        if (list.n)
            qsort(list.row, list.n, sizeof *list.row, worst_first);
        jw_object(&w);
        jw_kint(&w, "total", (int64_t)list.n);
        jw_key(&w, "cases");
        jw_array(&w);
        for (size_t i = list.f->offset; i < end; i++) {
            jw_object(&w);
            case_write_summary(l, &w, &list.row[i].c, who, now);
            jw_end_object(&w);
        }
        jw_end_array(&w);
        jw_end_object(&w);
        if (out->failed)
            r = err_set(e, -ENOMEM, "out of memory");
    }
    list_release(&list);
    return r;
}

/* ---- counts ---- */

struct count {
    int64_t open, overdue, closed, by_data, on_paper, rebounded, lights[4];
};

static void count_one(struct count *n, const struct listed *row)
{
    bool closed = json_int(row->c.doc, "closed", 0) != 0;
    bool data = strcmp(json_str(row->c.doc, "closed_how", ""), "data") == 0;
    n->open += !closed;
    n->closed += closed;
    n->by_data += closed && data;
    n->on_paper += closed && !data;
    n->overdue += !closed && row->light == LIGHT_RED;
    n->rebounded += json_int(row->c.doc, "rebounds", 0) > 0;
    n->lights[row->light]++;
}

static void write_counts(struct jw *w, const struct list *list, struct count *unit)
{
    struct count n = { 0 };
    const struct place *place = list->l->place;
    for (size_t i = 0; i < list->n; i++) {
        const struct unit *owner =
            fields_unit(list->l, json_object_get(list->row[i].c.doc, "fields"), "owner");
        count_one(&n, &list->row[i]);
        if (owner)
            count_one(&unit[owner->id - 1], &list->row[i]);
    }
    jw_object(w);
    jw_kint(w, "open", n.open);
    jw_kint(w, "overdue", n.overdue);
    jw_kint(w, "closed", n.closed);
    jw_kint(w, "closed_by_data", n.by_data);
    jw_kint(w, "closed_on_paper", n.on_paper);
    jw_kint(w, "rebounded", n.rebounded);
    jw_key(w, "lights");
    jw_object(w);
    for (int x = LIGHT_GREEN; x >= LIGHT_RED; x--)
        jw_kint(w, light_name((enum light)x), n.lights[x]);
    jw_kint(w, "grey", n.lights[LIGHT_GREY]);
    jw_end_object(w);
    jw_key(w, "units");
    jw_array(w);
    for (size_t i = 0; i < place->n_units; i++) {
        if (!unit[i].open && !unit[i].closed)
            continue;
        jw_object(w);
        jw_key(w, "unit");
        unit_write(w, &place->units[i]);
        jw_kint(w, "open", unit[i].open);
        jw_kint(w, "overdue", unit[i].overdue);
        jw_kint(w, "closed", unit[i].closed);
        jw_kint(w, "rebounded", unit[i].rebounded);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
}

int ledgers_write_counts(struct ledgers *l, int64_t now, struct buf *out, struct err *e)
{
    static const struct case_filter all = { 0 };
    struct list list = { .l = l, .f = &all, .now = now, .e = e };
    struct count *unit = calloc(l->place->n_units + 1, sizeof *unit);
    int r = unit ? list_gather(&list) : err_set(e, -ENOMEM, "out of memory");
    if (unit && r == 0) {
        struct jw w = JW(out);
        write_counts(&w, &list, unit);
        r = out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
    }
    list_release(&list);
    free(unit);
    return r;
}

/* ---- closed in a year ---- */

struct closed_ask {
    const json_t *ids;
    int64_t from, to, all, closed;
    struct err *e;
};

static bool named(const json_t *ids, const char *id)
{
    for (size_t i = 0; i < json_array_size(ids); i++) {
        const char *s = json_string_value(json_array_get(ids, i));
        if (s && strcmp(s, id) == 0)
            return true;
    }
    return false;
}

static int closed_one(const struct doc *d, void *arg)
{
    struct closed_ask *a = arg;
    json_t *body = NULL;
    int r = json_read(d->body, strlen(d->body), &body, a->e);
    if (r < 0)
        return r;
    int64_t opened = json_int(body, "opened", d->created), closed = json_int(body, "closed", 0);
    if (named(a->ids, json_str(body, "ledger", "")) && opened < a->to && (!closed || closed >= a->from)) {
        a->all++;
        a->closed += closed && closed < a->to;
    }
    json_decref(body);
    return 0;
}

int ledgers_count_closed(struct ledgers *l, const json_t *ids, int64_t from, int64_t to, int64_t *ret_all,
                         int64_t *ret_closed, struct err *e)
{
    struct closed_ask a = { .ids = ids, .from = from, .to = to, .e = e };
    struct doc_query q = { 0 };
    bool known = false;
    for (size_t i = 0; i < l->n_current; i++)
        known |= named(ids, l->current[i]->id);
    if (!known)
        return err_set(e, -ENOENT, "there is no such ledger");
    int r = ledger_each_doc(l->store, DOC_CASE, &q, closed_one, &a, e);
    *ret_all = a.all;
    *ret_closed = a.closed;
    return r;
}
