/* related.c - other cases that a definition's functions see, found by the values that the store keeps for it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/engine.h"

enum { RELATED_CASES_MAX = 10000, PIECE = 500 };

json_t *case_glimpse(const struct loaded *c)
{
    char opened[CN_TEXT], closed[CN_TEXT] = "", rebounded[CN_TEXT] = "";
    int64_t closed_at = json_int(c->doc, "closed", 0),
            rebounded_at = json_int(json_object_get(c->doc, "rebound"), "at", 0);
    cn_format_date(json_int(c->doc, "opened", 0), opened);
    if (closed_at)
        cn_format_date(closed_at, closed);
    if (rebounded_at)
        cn_format_date(rebounded_at, rebounded);
    return json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:I, s:s, s:O}", "id", (json_int_t)c->id,
                     "number", json_str(c->doc, "number", ""), "ledger", c->def->id, "state",
                     json_str(c->doc, "state", ""), "opened", opened, "closed", closed_at != 0, "closed_how",
                     json_str(c->doc, "closed_how", ""), "closed_on", closed, "rebounds",
                     (json_int_t)json_int(c->doc, "rebounds", 0), "rebounded_on", rebounded, "fields",
                     json_object_get(c->doc, "fields"));
}

/* ---- by which values ---- */

static void seek(json_t *sought, const char *ledger, const char *field)
{
    json_t *fields = json_object_get(sought, ledger);
    if (!fields) {
        json_object_set_new(sought, ledger, json_array());
        fields = json_object_get(sought, ledger);
    }
    size_t i = 0;
    while (i < json_array_size(fields) && strcmp(json_string_value(json_array_get(fields, i)), field) < 0)
        i++;
    if (i == json_array_size(fields) || strcmp(json_string_value(json_array_get(fields, i)), field) != 0)
        json_array_insert_new(fields, i, json_string(field));
}

json_t *sought_make(const struct ledgers *l)
{
    json_t *sought = json_object();
    for (size_t i = 0; sought && i < l->n_current; i++) {
        const struct definition *d = l->current[i];
        const char *named;
        json_t *field;
        json_object_foreach((json_t *)d->draw.named, named, field)
            seek(sought, named, json_string_value(field));
        for (size_t k = 0; k < d->n_related; k++) {
            const char *theirs;
            json_t *ours;
            json_object_foreach((json_t *)d->related[k].where, theirs, ours)
                seek(sought, d->related[k].ledger, theirs);
        }
    }
    return sought;
}

void sought_print(const struct ledgers *l, struct buf *out)
{
    scoped(freep) char *text = json_dumps(l->sought, JSON_COMPACT | JSON_SORT_KEYS);
    buf_adds(out, text ? text : "");
}

static bool is_kept(const struct ledgers *l, const char *ledger, const char *field)
{
    const json_t *fields = json_object_get(l->sought, ledger);
    for (size_t i = 0; i < json_array_size(fields); i++)
        if (strcmp(json_string_value(json_array_get(fields, i)), field) == 0)
            return true;
    return false;
}

static char *value_text(const json_t *v)
{
    if (!v || json_is_null(v) || (json_is_string(v) && !json_string_length(v)))
        return NULL;
    return json_is_string(v)
               ? strdup(json_string_value(v))
               : json_dumps(v, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
}

json_t *sought_values(const struct ledgers *l, const struct loaded *c)
{
    const json_t *fields = json_object_get(l->sought, c->def->id);
    json_t *all = json_array();
    for (size_t i = 0; all && i < json_array_size(fields); i++) {
        const char *id = json_string_value(json_array_get(fields, i));
        const json_t *from = strcmp(id, "number") == 0 ? c->doc : json_object_get(c->doc, "fields");
        scoped(freep) char *text = value_text(json_object_get(from, id));
        if (text)
            json_array_append_new(all, json_pack("[s, s]", id, text));
    }
    return all;
}

/* ---- the cases ---- */

struct walk {
    struct ledgers *l;
    const char *ledger, *field, *value; /* of case_rows_with */
    int (*each)(const struct loaded *, void *);
    void *arg;
    struct err *e;
};

static int walk_over(const struct walk *w)
{
    int64_t id[PIECE], after = 0;
    int n = PIECE, r = 0;
    while (r == 0 && n == PIECE) {
        if ((n = case_rows_with(w->l->store, w->ledger, w->field, w->value, after, id, PIECE, w->e)) < 0)
            return n;
        for (int i = 0; r == 0 && i < n; i++) {
            struct loaded c = { 0 };
            r = case_load(w->l, after = id[i], &c, w->e);
            if (r == 0)
                r = w->each(&c, w->arg);
            case_release(&c);
        }
    }
    return r;
}

int sought_each(struct ledgers *l, const char *ledger, const char *field, const json_t *value,
                const json_t *states, int (*each)(const struct loaded *, void *), void *arg, struct err *e)
{
    struct walk w = { .l = l, .ledger = ledger, .each = each, .arg = arg, .e = e };
    int r = 0;
    if (field && is_kept(l, ledger, field)) {
        scoped(freep) char *text = value_text(value);
        w.field = field;
        w.value = text;
        return text ? walk_over(&w) : 0;
    }
    if (!states)
        return walk_over(&w);
    for (size_t i = 0; r == 0 && i < json_array_size(states); i++) {
        w.value = json_string_value(json_array_get(states, i));
        r = walk_over(&w);
    }
    return r;
}

/* ---- related ---- */

struct search {
    const struct loaded *c;
    const struct related *what;
    json_t *where; /* {their field: the value wanted} */
    json_t *found;
    struct err *e;
};

static bool fits(const struct search *s, const struct loaded *other)
{
    const char *theirs, *state = json_str(other->doc, "state", "");
    json_t *want;
    bool known = !s->what->states;
    for (size_t i = 0; i < json_array_size(s->what->states); i++)
        known |= strcmp(json_string_value(json_array_get(s->what->states, i)), state) == 0;
    json_object_foreach(s->where, theirs, want)
    {
        bool number = strcmp(theirs, "number") == 0;
        if (!json_equal(want,
                        json_object_get(number ? other->doc : json_object_get(other->doc, "fields"), theirs)))
            return false;
    }
    return known && strcmp(other->def->id, s->what->ledger) == 0 && other->id != s->c->id;
}

static int look_at(const struct loaded *other, void *arg)
{
    struct search *s = arg;
    if (!fits(s, other))
        return 0;
    if (json_array_size(s->found) == RELATED_CASES_MAX)
        return err_set(s->e, -E2BIG, "related %s: more than %d cases", s->what->name, RELATED_CASES_MAX);
    return json_array_append_new(s->found, case_glimpse(other)) < 0 ? -ENOMEM : 0;
}

/* false: a field that is asked for is empty here, so nothing can equal it. */
static bool fill_where(struct search *s)
{
    const char *theirs;
    json_t *ours;
    const json_t *fields = json_object_get(s->c->doc, "fields");
    json_object_foreach((json_t *)s->what->where, theirs, ours)
    {
        const char *id = json_string_value(ours);
        json_t *v =
            strcmp(id, "number") == 0 ? json_object_get(s->c->doc, "number") : json_object_get(fields, id);
        if (!v || json_is_null(v) || (json_is_string(v) && !json_string_length(v)))
            return false;
        json_object_set(s->where, theirs, v);
    }
    return true;
}

static int load_one(struct ledgers *l, struct search *s)
{
    const char *theirs = NULL, *key;
    json_t *want;
    if (!fill_where(s))
        return 0;
    json_object_foreach(s->where, key, want) if (!theirs || is_kept(l, s->what->ledger, key)) theirs = key;
    return sought_each(l, s->what->ledger, theirs, json_object_get(s->where, theirs), s->what->states,
                       look_at, s, s->e);
}

static int by_id(const void *a, const void *b)
{
    int64_t x = json_int(*(json_t *const *)a, "id", 0), y = json_int(*(json_t *const *)b, "id", 0);
    return x < y ? -1 : x > y;
}

/* In the order in which they were opened, however they were found. */
static json_t *in_order(const json_t *found)
{
    size_t n = json_array_size(found);
    json_t *sorted = json_array(), **one = calloc(n + 1, sizeof *one);
    for (size_t i = 0; one && i < n; i++)
        one[i] = json_array_get(found, i);
    if (one)
        qsort(one, n, sizeof *one, by_id);
    for (size_t i = 0; one && i < n; i++)
        json_array_append(sorted, one[i]);
    free(one);
    return sorted;
}

int related_load(struct ledgers *l, const struct loaded *c, json_t **ret, struct err *e)
{
    scoped(json_decrefp) json_t *all = json_object();
    for (size_t i = 0; i < c->def->n_related; i++) {
        struct search s = { .c = c, .what = &c->def->related[i], .e = e };
        scoped(json_decrefp) json_t *where = json_object(), *found = json_array();
        s.where = where;
        s.found = found;
        int r = load_one(l, &s);
        if (r < 0)
            return r;
        json_object_set_new(all, s.what->name, in_order(found));
    }
    *ret = TAKE(all);
    return 0;
}
