/* public_list.c - lists for people without a login: what a ledger does not publish is not found by asking for it either. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/engine.h"

/* Hits of the rows that are looked through for those that may be told of. */
enum { LOOKED_MAX = 1000 };

static bool published(const struct definition *d, const char *name)
{
    for (size_t i = 0; i < json_array_size(d->public_fields); i++)
        if (strcmp(json_string_value(json_array_get(d->public_fields, i)), name) == 0)
            return true;
    return false;
}

static bool holds_text(const json_t *o, const char *key, const char *text)
{
    return strcasestr(json_str(o, key, ""), text) != NULL;
}

static bool text_is_shown(const struct loaded *c, const char *text)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    bool titled = *json_str(fields, "title", "") != '\0';
    return (published(c->def, "number") && holds_text(c->doc, "number", text)) ||
           (published(c->def, "title") && holds_text(fields, "title", text)) ||
           ((published(c->def, "problem") || (published(c->def, "title") && !titled)) &&
            holds_text(fields, "problem", text));
}

static bool unit_is_shown(const struct ledgers *l, const struct loaded *c, int32_t unit)
{
    static const char *const keys[] = { "owner", "supervisor" };
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        const struct unit *u = fields_unit(l, json_object_get(c->doc, "fields"), keys[i]);
        if (u && u->id == unit && published(c->def, keys[i]))
            return true;
    }
    return false;
}

static bool may_find(const struct ledgers *l, const struct loaded *c, const struct case_filter *f)
{
    return (!f->text || !*f->text || text_is_shown(c, f->text)) &&
           (!f->unit || unit_is_shown(l, c, f->unit)) && (!f->site || published(c->def, "site")) &&
           (!f->state || published(c->def, "state")) && (!f->light || published(c->def, "light"));
}

bool public_asks(const struct case_filter *f)
{
    return f && (f->text || f->unit || f->site || f->state || f->light);
}

int public_page(struct ledgers *l, const struct case_filter *f, const struct case_query *asked,
                struct case_page *ret, struct err *e)
{
    struct case_query q = *asked;
    struct case_page p = { 0 };
    q.limit = LOOKED_MAX;
    q.offset = 0;
    int r = case_rows_page(l->store, &q, &p, e);
    size_t n = 0, kept = 0;
    for (size_t i = 0; r == 0 && i < p.n; i++) {
        struct loaded c = { 0 };
        if ((r = case_load(l, p.id[i], &c, e)) < 0)
            break;
        if (may_find(l, &c, f) && n++ >= asked->offset && (!asked->limit || kept < asked->limit))
            p.id[kept++] = p.id[i];
        case_release(&c);
    }
    if (r < 0) {
        free(p.id);
        return r;
    }
    *ret = (struct case_page){ .id = p.id, .n = kept, .total = (int64_t)n, .at_least = p.total > LOOKED_MAX };
    return 0;
}
