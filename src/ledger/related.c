/* related.c - other cases that a definition's functions see. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/engine.h"

enum { RELATED_CASES_MAX = 10000 };

json_t *case_glimpse(const struct loaded *c)
{
    char opened[CN_TEXT];
    cn_format_date(json_int(c->doc, "opened", 0), opened);
    return json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:O}", "id", (json_int_t)c->id, "number",
                     json_str(c->doc, "number", ""), "ledger", c->def->id, "state",
                     json_str(c->doc, "state", ""), "opened", opened, "closed",
                     json_int(c->doc, "closed", 0) != 0, "fields", json_object_get(c->doc, "fields"));
}

struct search {
    struct ledgers *l;
    const struct loaded *c;
    const struct related *what;
    char mark[64]; /* what the text of a document of that ledger holds */
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

static int look_at(const struct doc *d, void *arg)
{
    struct search *s = arg;
    struct loaded other = { 0 };
    if (!strstr(d->body, s->mark)) /* most cases are of other ledgers and need not be read */
        return 0;
    int r = case_load_doc(s->l, d, &other, s->e);
    if (r < 0)
        return r;
    if (fits(s, &other)) {
        if (json_array_size(s->found) == RELATED_CASES_MAX)
            r = err_set(s->e, -E2BIG, "related %s: more than %d cases", s->what->name, RELATED_CASES_MAX);
        else
            json_array_append_new(s->found, case_glimpse(&other));
    }
    case_release(&other);
    return r;
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

int related_load(struct ledgers *l, const struct loaded *c, json_t **ret, struct err *e)
{
    scoped(json_decrefp) json_t *all = json_object();
    for (size_t i = 0; i < c->def->n_related; i++) {
        struct search s = { .l = l, .c = c, .what = &c->def->related[i], .e = e };
        scoped(json_decrefp) json_t *where = json_object(), *found = json_array();
        s.where = where;
        s.found = found;
        snprintf(s.mark, sizeof s.mark, "\"ledger\":\"%s\"", s.what->ledger);
        int r = fill_where(&s) ? ledger_each_doc(l->store, DOC_CASE, &(struct doc_query){ 0 }, look_at, &s, e)
                               : 0;
        if (r < 0)
            return r;
        json_object_set(all, s.what->name, found);
    }
    *ret = TAKE(all);
    return 0;
}
