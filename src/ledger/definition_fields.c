/* definition_fields.c - the fields of a ledger file. */
#include "ledger/definition_read.h"

#include <string.h>

#include "base/scoped.h"

static const char *const type_names[FIELD_TYPES] = { "text", "choice", "unit",   "user", "date",
                                                     "goal", "list",   "number", "site", "evidence" };

const char *field_type_name(enum field_type t)
{
    return type_names[t];
}

int read_field(struct reader *r, const json_t *o, bool need, struct field *f)
{
    static const char *const known[] = { "1",  "id",           "type",         "en",   "required",
                                         "of", "differs_from", "from_finding", "hint", "hint_en" };
    const char *type = json_str(o, "type", NULL);
    int t = reader_index_of(type_names, FIELD_TYPES, type);
    if (t < 0 || (t == FIELD_EVIDENCE && !need))
        return reader_fault(r, need ? "needs" : "fields", NULL,
                            "holds something that is no field: write text \"name\" { ... }");
    *f = (struct field){ .id = json_str(o, "id", ""),
                         .label = json_str(o, "1", NULL),
                         .type = (enum field_type)t,
                         .required = json_flag(o, "required", false),
                         .choices = json_object_get(o, "of"),
                         .differs_from = json_str(o, "differs_from", NULL),
                         .from_finding = json_object_get(o, "from_finding") };
    f->label_en = json_str(o, "en", f->id);
    if (!reader_is_id(f->id))
        return reader_fault(r, type, f->id, "a name is lower-case letters, digits and _, at most 32");
    if (!f->label || !*f->label)
        return reader_fault(r, type, f->id, "has no label");
    if (f->choices && !reader_all_text(f->choices))
        return reader_fault(r, type, f->id, "of is a list of texts");
    if (t == FIELD_CHOICE && !f->choices)
        return reader_fault(r, type, f->id, "has nothing to choose: of = { ... }");
    return reader_only_keys(r, o, type, f->id, known, COUNT_OF(known));
}

int read_fields(struct reader *r, const json_t *list)
{
    /* Names that mean something to the engine, and the type that meaning takes. */
    static const struct {
        const char *id;
        enum field_type type;
    } meant[] = { { "owner", FIELD_UNIT }, { "supervisor", FIELD_UNIT }, { "due", FIELD_DATE },
                  { "goal", FIELD_GOAL },  { "site", FIELD_SITE },       { "problem", FIELD_TEXT },
                  { "title", FIELD_TEXT } };
    struct definition *d = r->d;
    if (!json_is_array(list) || json_array_size(list) > FIELDS_MAX)
        return reader_fault(r, "fields", NULL, "must be a list of 1 to %d fields", FIELDS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct field *f = &d->field[i];
        int bad = read_field(r, json_array_get(list, i), false, f);
        if (bad < 0)
            return bad;
        if (definition_field(d, f->id))
            return reader_fault(r, field_type_name(f->type), f->id, "is declared twice");
        for (size_t m = 0; m < COUNT_OF(meant); m++)
            if (strcmp(meant[m].id, f->id) == 0 && meant[m].type != f->type)
                return reader_fault(r, field_type_name(f->type), f->id, "must be a %s",
                                    field_type_name(meant[m].type));
        d->n_fields++;
    }
    for (size_t i = 0; i < d->n_fields; i++) {
        const struct field *f = &d->field[i],
                           *other = f->differs_from ? definition_field(d, f->differs_from) : f;
        if (!other || other->type != f->type)
            return reader_fault(r, field_type_name(f->type), f->id, "differs_from: no %s '%s'",
                                field_type_name(f->type), f->differs_from);
    }
    return 0;
}
