/* statistics.c - how many cases there are, by what is asked. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/engine.h"

void sum_add(struct case_sum *to, const struct case_sum *s)
{
    to->all += s->all;
    to->open += s->open;
    to->overdue += s->overdue;
    to->closed += s->closed;
    to->by_data += s->by_data;
    to->on_paper += s->on_paper;
    to->rebounded += s->rebounded;
    for (size_t i = 0; i < COUNT_OF(s->light); i++)
        to->light[i] += s->light[i];
}

void sum_write(struct jw *w, const struct case_sum *s)
{
    jw_kint(w, "all", s->all);
    jw_kint(w, "open", s->open);
    jw_kint(w, "overdue", s->overdue);
    jw_kint(w, "closed", s->closed);
    jw_kint(w, "closed_by_data", s->by_data);
    jw_kint(w, "closed_on_paper", s->on_paper);
    jw_kint(w, "rebounded", s->rebounded);
    for (int x = CASE_RED; x <= CASE_GREY; x++)
        jw_kint(w, light_name((enum light)x), s->light[x]);
}

/* ---- rows under a key that people read ---- */

struct stat_row {
    char *key; /* owned */
    int64_t order;
    struct case_sum sum;
    int64_t with; /* cases that have the field that is added up */
    micro added;
};

enum { ADDED_MAX = 20000 };

struct table {
    struct ledgers *l;
    const char *add; /* the field that is added up; NULL: none */
    enum case_by by;
    bool days; /* keys of days, not of months */
    struct stat_row all;
    struct stat_row *row;
    size_t n, cap;
    bool failed;
};

static const struct {
    const char *name;
    enum case_by by;
} bys[] = {
    { "state", BY_KEY_STATE },           { "light", BY_KEY_LIGHT }, { "unit", BY_KEY_UNIT },
    { "supervisor", BY_KEY_SUPERVISOR }, { "group", BY_KEY_GROUP }, { "month", BY_KEY_MONTH },
    { "closed", BY_KEY_CLOSED },         { "due", BY_KEY_DUE },     { "due_day", BY_KEY_DUE },
    { "ledger", BY_KEY_LEDGER },
};

/* "" when there is nothing to say: no month, no unit. *ret_order sorts. */
static void key_text(const struct table *t, const struct case_sum *s, char *ret, size_t cap,
                     int64_t *ret_order)
{
    const struct unit *u;
    *ret_order = s->number;
    *ret = '\0';
    switch (t->by) {
    case BY_KEY_STATE:
    case BY_KEY_GROUP:
    case BY_KEY_LEDGER:
        snprintf(ret, cap, "%s", s->text);
        break;
    case BY_KEY_LIGHT:
        snprintf(ret, cap, "%s", light_name((enum light)s->number));
        break;
    case BY_KEY_UNIT:
    case BY_KEY_SUPERVISOR:
        u = place_unit(t->l->place, (int32_t)s->number);
        snprintf(ret, cap, "%s", u ? u->code : "");
        break;
    default:
        if (s->number < CASE_NEVER && t->days) {
            cn_format_date(cn_day_start(s->number), ret);
        } else if (s->number < CASE_NEVER) {
            struct cn_civil c = cn_from_ms(cn_day_start(s->number));
            snprintf(ret, cap, "%04d-%02d", c.year, c.month);
            *ret_order = c.year * 12 + c.month;
        }
    }
}

static struct stat_row *row_of(struct table *t, const struct case_sum *s)
{
    char key[256];
    int64_t order;
    key_text(t, s, key, sizeof key, &order);
    for (size_t i = 0; i < t->n; i++)
        if (t->row[i].order == order && strcmp(t->row[i].key, key) == 0)
            return &t->row[i];
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 32;
        struct stat_row *grown = realloc(t->row, cap * sizeof *grown);
        if (!grown) {
            t->failed = true;
            return NULL;
        }
        t->row = grown;
        t->cap = cap;
    }
    t->row[t->n] = (struct stat_row){ .key = strdup(key), .order = order };
    if (!t->row[t->n].key) {
        t->failed = true;
        return NULL;
    }
    return &t->row[t->n++];
}

static void add_sum(const struct case_sum *s, void *arg)
{
    struct table *t = arg;
    struct stat_row *row = row_of(t, s);
    sum_add(&t->all.sum, s);
    if (row)
        sum_add(&row->sum, s);
}

static int by_key(const void *pa, const void *pb)
{
    const struct stat_row *a = pa, *b = pb;
    return a->order != b->order ? (a->order < b->order ? -1 : 1) : strcmp(a->key, b->key);
}

/* ---- a row at hand: a past day, or values that are added up ---- */

struct past_table {
    struct table *t;
    const struct case_query *q;
};

static int64_t key_number(const struct case_row *r, enum case_by by, int64_t today)
{
    const int64_t of[BY_KEY_COUNT] = { [BY_KEY_LIGHT] = case_row_light(r, today),
                                       [BY_KEY_UNIT] = r->owner,
                                       [BY_KEY_SUPERVISOR] = r->supervisor,
                                       [BY_KEY_MONTH] = cn_day_of(r->opened),
                                       [BY_KEY_CLOSED] = r->closed ? cn_day_of(r->closed) : CASE_NEVER,
                                       [BY_KEY_DUE] = r->due };
    return of[by];
}

static struct case_sum sum_of(const struct case_row *r, enum case_by by, int64_t today)
{
    int light = case_row_light(r, today);
    struct case_sum s = { .text = by == BY_KEY_STATE    ? r->state
                                  : by == BY_KEY_GROUP  ? r->group
                                  : by == BY_KEY_LEDGER ? r->ledger
                                                        : "",
                          .number = key_number(r, by, today),
                          .all = 1,
                          .open = !r->closed,
                          .overdue = light == CASE_RED,
                          .closed = r->closed != 0,
                          .by_data = r->closed && r->closed_how == CASE_DATA,
                          .on_paper = r->closed && r->closed_how != CASE_DATA,
                          .rebounded = r->rebounds > 0 };
    s.light[light] = 1;
    return s;
}

static int add_past(const struct case_row *r, void *arg)
{
    struct past_table *p = arg;
    if (!case_row_matches(r, p->q))
        return 0;
    struct case_sum s = sum_of(r, p->t->by, p->q->today);
    add_sum(&s, p->t);
    return p->t->failed ? -ENOMEM : 0;
}

static void add_value(struct stat_row *row, const json_t *v)
{
    row->with++;
    row->added =
        micro_add(row->added, json_is_boolean(v) ? (json_is_true(v) ? MICRO_ONE : 0) : json_to_micro(v, 0));
}

static int add_case(struct table *t, int64_t id, const struct case_query *q, struct err *e)
{
    struct case_row r;
    struct loaded c = { 0 };
    int bad = case_row_get(t->l->store, id, &r, e);
    if (bad < 0)
        return bad;
    struct case_sum s = sum_of(&r, t->by, q->today);
    struct stat_row *row = row_of(t, &s);
    bad = row ? case_load(t->l, id, &c, e) : err_set(e, -ENOMEM, "out of memory");
    if (bad == 0) {
        const json_t *v = json_object_get(json_object_get(c.doc, "fields"), t->add);
        sum_add(&t->all.sum, &s);
        sum_add(&row->sum, &s);
        if (json_is_number(v) || json_is_boolean(v)) {
            add_value(row, v);
            add_value(&t->all, v);
        }
    }
    case_release(&c);
    case_row_release(&r);
    return bad;
}

static int add_values(struct table *t, const struct case_query *asked, bool past, struct err *e)
{
    struct definition *d;
    struct case_query q = *asked;
    struct case_page p = { 0 };
    if (!q.ledger || past)
        return err_named(e, -EINVAL, "bad_input",
                         "add：须指定一个台账，且不能与 at 同用 | add: of one ledger, and of now");
    int r = ledgers_definition(t->l, q.ledger, NULL, &d, e);
    const struct field *f = r < 0 ? NULL : definition_field(d, t->add);
    if (r == 0 && !(f && (f->type == FIELD_NUMBER || f->type == FIELD_FLAG)))
        r = err_named(e, -EINVAL, "bad_input",
                      "add：没有数值或是否字段“%.40s” | add: there is no number or flag '%.40s'", t->add,
                      t->add);
    q.limit = ADDED_MAX + 1;
    q.offset = 0;
    if (r == 0)
        r = case_rows_page(t->l->store, &q, &p, e);
    if (r == 0 && p.n > ADDED_MAX)
        r = err_named(e, -E2BIG, "bad_input",
                      "add：至多%d件，请缩小范围 | add: at most %d cases, ask for fewer", ADDED_MAX,
                      ADDED_MAX);
    for (size_t i = 0; r == 0 && i < p.n; i++)
        r = add_case(t, p.id[i], &q, e);
    free(p.id);
    return r;
}

/* ---- the table ---- */

static void row_write(struct jw *w, const struct table *t, const struct stat_row *row)
{
    sum_write(w, &row->sum);
    if (!t->add)
        return;
    jw_kint(w, "with", row->with);
    jw_kmicro(w, "added", row->added, -1);
}

static void write_table(struct jw *w, const char *by, const struct table *t)
{
    jw_object(w);
    jw_kstr(w, "by", by);
    jw_key(w, "sum");
    jw_object(w);
    row_write(w, t, &t->all);
    jw_end_object(w);
    jw_key(w, "rows");
    jw_array(w);
    for (size_t i = 0; i < t->n; i++) {
        bool unit = t->by == BY_KEY_UNIT || t->by == BY_KEY_SUPERVISOR;
        jw_object(w);
        jw_kstr(w, "key", t->row[i].key);
        if (unit) {
            jw_key(w, "unit");
            unit_write(w, place_unit(t->l->place, (int32_t)t->row[i].order));
        }
        row_write(w, t, &t->row[i]);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
}

int ledgers_write_statistics(struct ledgers *l, const char *ledger, const char *by,
                             const struct case_filter *f, int64_t now, struct buf *out, struct err *e)
{
    struct table t = { .l = l, .add = f ? f->add : NULL, .by = BY_KEY_COUNT };
    struct case_query q;
    for (size_t i = 0; i < COUNT_OF(bys); i++)
        if (by && strcmp(by, bys[i].name) == 0)
            t.by = bys[i].by;
    t.days = by && strcmp(by, "due_day") == 0;
    if (t.by == BY_KEY_COUNT)
        return err_named(e, -EINVAL, "bad_input", "by：没有“%.40s” | by: there is no '%.40s'", by ? by : "",
                         by ? by : "");
    int r = filter_query(l, f, now, &q, e);
    if (r < 0)
        return r;
    q.ledger = ledger ? ledger : q.ledger;
    if (t.add)
        r = add_values(&t, &q, f->at != 0, e);
    else if (f && f->at)
        r = past_each(l, f->at, q.text && *q.text, add_past, &(struct past_table){ &t, &q }, e);
    else
        r = case_rows_sum(l->store, &q, t.by, add_sum, &t, e);
    if (t.n)
        qsort(t.row, t.n, sizeof *t.row, by_key);
    if (r == 0 && !t.failed) {
        struct jw w = JW(out);
        write_table(&w, by, &t);
    }
    for (size_t i = 0; i < t.n; i++)
        free(t.row[i].key);
    free(t.row);
    return r == 0 && (t.failed || out->failed) ? err_set(e, -ENOMEM, "out of memory") : r;
}
