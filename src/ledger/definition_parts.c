/* definition_parts.c - who a ledger file names: who may act, who may never, who may open. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"
#include "lua/sandbox.h"

static const char *const role_words[] = {
    [BY_OFFICE] = "office",           [BY_LEADER] = "leader",    [BY_REVIEWER] = "reviewer",
    [BY_RESPONSIBLE] = "responsible", [BY_PUBLIC] = "public",    [BY_AUTHOR] = "author",
    [BY_SUPERVISOR] = "supervisor",   [BY_REPORTER] = "reporter"
};

const char *part_name(const struct part *p)
{
    return p->field ? p->field : role_words[p->by];
}

static int read_part(struct reader *r, const char *word, const char *kind, const char *id,
                     const char *setting, struct part *ret)
{
    int by = reader_index_of(role_words, COUNT_OF(role_words), word);
    const struct field *f = word ? definition_field(r->d, word) : NULL;
    if (by >= 0 && !(by == BY_SUPERVISOR && f)) {
        *ret = (struct part){ .by = (enum by)by };
        return 0;
    }
    if (!f || (f->type != FIELD_UNIT && f->type != FIELD_USER))
        return reader_fault(r, kind, id,
                            "%s = '%s' is neither office, leader, supervisor, reviewer, responsible, public, "
                            "reporter, author "
                            "nor a unit or user field of the ledger",
                            setting, word ? word : "?");
    *ret = (struct part){ .by = f->type == FIELD_UNIT ? BY_UNIT : BY_USER, .field = f->id };
    return 0;
}

int read_parts(struct reader *r, const json_t *v, const char *kind, const char *id, const char *setting,
               struct parts *ret)
{
    size_t n = json_is_array(v) ? json_array_size(v) : 1;
    if (n < 1 || n > PARTS_MAX)
        return reader_fault(r, kind, id, "%s = is a name or a list of 1 to %d names", setting, PARTS_MAX);
    *ret = (struct parts){ 0 };
    for (size_t i = 0; i < n; i++) {
        const char *word = json_string_value(json_is_array(v) ? json_array_get(v, i) : v);
        int bad = read_part(r, word, kind, id, setting, &ret->part[i]);
        if (bad < 0)
            return bad;
        ret->n++;
    }
    return 0;
}

int read_never(struct reader *r, const json_t *v, struct action *a)
{
    size_t n = json_is_array(v) ? json_array_size(v) : v ? 1 : 0;
    if (n > NEVER_MAX)
        return reader_fault(r, "action", a->id, "never_by is a list of at most %d names", NEVER_MAX);
    for (size_t i = 0; i < n; i++) {
        const char *word = json_string_value(json_is_array(v) ? json_array_get(v, i) : v);
        const struct field *f = word ? definition_field(r->d, word) : NULL;
        if (!f || f->type != FIELD_UNIT)
            return reader_fault(r, "action", a->id, "never_by = '%s' is no unit field of the ledger",
                                word ? word : "?");
        a->never[a->n_never++] = f->id;
    }
    return 0;
}

/* ---- opening ---- */

static int read_intake(struct reader *r, const json_t *list)
{
    bool open_to_all = false;
    for (size_t i = 0; i < r->d->open_by.n; i++)
        open_to_all |= r->d->open_by.part[i].by == BY_PUBLIC;
    if (open_to_all != (list != NULL))
        return reader_fault(r, open_to_all ? "open_by" : "intake", NULL,
                            "what the public opens and intake = { fields } go together");
    if (list && !reader_all_text(list))
        return reader_fault(r, "intake", NULL, "must be a list of names");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        const struct field *f = definition_field(r->d, name);
        if (!f || f->value)
            return reader_fault(r, "intake", NULL, "no field '%s' that can be given", name);
    }
    r->d->intake = list;
    return 0;
}

int read_opening(struct reader *r, const json_t *tree)
{
    const json_t *by = json_object_get(tree, "open_by"), *guard = json_object_get(tree, "guard"),
                 *readers = json_object_get(tree, "read_by");
    struct definition *d = r->d;
    d->open_by = (struct parts){ .part = { { .by = BY_OFFICE } }, .n = 1 };
    int bad = by ? read_parts(r, by, "open_by", NULL, "open_by", &d->open_by) : 0;
    for (size_t i = 0; bad == 0 && i < d->open_by.n; i++)
        if (d->open_by.part[i].by == BY_AUTHOR || d->open_by.part[i].by == BY_REPORTER)
            bad = reader_fault(r, "open_by", NULL, "a case has no author before it is opened");
    if (bad == 0 && readers)
        bad = read_parts(r, readers, "read_by", NULL, "read_by", &d->read_by);
    if (bad == 0 && readers && d->public_fields)
        bad = reader_fault(r, "read_by", NULL, "what some may not read is not public");
    d->guard = guard ? sandbox_fn(guard) : 0;
    if (bad == 0 && guard && d->guard < 1)
        bad = reader_fault(r, "guard", NULL, "must be a function");
    return bad == 0 ? read_intake(r, json_object_get(tree, "intake")) : bad;
}
