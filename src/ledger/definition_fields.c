/* definition_fields.c - the fields of a ledger file. */
#include "ledger/definition_read.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "lua/sandbox.h"

static const char *const type_names[FIELD_TYPES] = { "text", "choice",    "unit",   "user",    "date",
                                                     "goal", "list",      "number", "site",    "flag",
                                                     "time", "point",     "area",   "track",   "rows",
                                                     "file", "signature", "case",   "evidence" };

const char *field_type_name(enum field_type t)
{
    return type_names[t];
}

/* How many a field of the kind holds unless it says less; 0: `max` is no setting of it. */
static const size_t most_of[FIELD_TYPES] = {
    [FIELD_TEXT] = 4000, [FIELD_LIST] = 100, [FIELD_AREA] = 5000,  [FIELD_TRACK] = 5000,
    [FIELD_ROWS] = 500,  [FIELD_FILE] = 100, [FIELD_SIGNATURE] = 1
};
enum { ROWS_MAX = 5000, COLUMNS_MAX = 40 };

#define KIND(t) (1u << FIELD_##t)

/* Settings that not every kind has. */
static const struct {
    const char *key;
    unsigned kinds;
} special[] = {
    { "of", KIND(CHOICE) | KIND(EVIDENCE) | KIND(ROWS) | KIND(CASE) | KIND(LIST) | KIND(TEXT) },
    { "unit", KIND(NUMBER) },
    { "decimals", KIND(NUMBER) },
    { "min", KIND(NUMBER) },
    { "max", KIND(NUMBER) | KIND(TEXT) | KIND(LIST) | KIND(AREA) | KIND(TRACK) | KIND(ROWS) | KIND(FILE) },
    { "kinds", KIND(FILE) },
    { "colours", KIND(CHOICE) },
    { "records", KIND(EVIDENCE) },
    { "secret", KIND(TEXT) },
    { "independent_of", KIND(UNIT) },
};

static int check_settings(struct reader *r, const json_t *o, const struct field *f)
{
    static const char *const known[] = { "1",
                                         "id",
                                         "type",
                                         "en",
                                         "required",
                                         "hint",
                                         "hint_en",
                                         "required_when",
                                         "differs_from",
                                         "from_finding",
                                         "by_finding",
                                         "from_public",
                                         "value",
                                         "of",
                                         "unit",
                                         "decimals",
                                         "min",
                                         "max",
                                         "kinds",
                                         "colours",
                                         "records",
                                         "default",
                                         "secret",
                                         "independent_of" };
    const char *type = field_type_name(f->type);
    for (size_t i = 0; i < COUNT_OF(special); i++)
        if (json_object_get(o, special[i].key) && !(special[i].kinds & 1u << f->type))
            return reader_fault(r, type, f->id, "has no setting '%s'", special[i].key);
    return reader_only_keys(r, o, type, f->id, known, COUNT_OF(known));
}

static int read_columns(struct reader *r, const json_t *list, struct field *f)
{
    size_t n = json_array_size(list);
    if (n < 1 || n > COLUMNS_MAX)
        return reader_fault(r, "rows", f->id, "of = must be a list of 1 to %d columns", COLUMNS_MAX);
    struct field *column = arena_alloc(r->arena, n * sizeof *column);
    if (!column)
        return err_set(r->e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        int bad = read_field(r, json_array_get(list, i), AS_COLUMN, &column[i]);
        if (bad < 0)
            return bad;
        for (size_t k = 0; k < i; k++)
            if (strcmp(column[k].id, column[i].id) == 0)
                return reader_fault(r, "rows", f->id, "has the column '%s' twice", column[i].id);
    }
    f->column = column;
    f->n_columns = n;
    return read_whens(r, column, n, false);
}

/* records = { ["现场核查"] = { "inspection", "patrol" }, ["在线数据"] = "site" } */
static int read_records(struct reader *r, const json_t *o, struct field *f)
{
    const char *kind;
    json_t *of;
    f->records = json_object_get(o, "records");
    if (f->records && !json_is_object(f->records))
        return reader_fault(r, "evidence", f->id,
                            "records = { [\"kind\"] = { \"ledger\", ... } or \"site\" }");
    json_object_foreach((json_t *)f->records, kind, of)
    {
        bool known = !f->choices, fits = json_is_string(of) ? strcmp(json_string_value(of), "site") == 0
                                                            : json_array_size(of) && reader_all_text(of);
        for (size_t i = 0; !known && i < json_array_size(f->choices); i++)
            known = strcmp(json_string_value(json_array_get(f->choices, i)), kind) == 0;
        if (!known || !fits)
            return reader_fault(r, "evidence", f->id,
                                "records: '%s' must be one of its kinds, with a list of ledgers or \"site\"",
                                kind);
    }
    return 0;
}

static int read_of(struct reader *r, const json_t *o, struct field *f)
{
    const json_t *of = json_object_get(o, "of"), *kinds = json_object_get(o, "kinds");
    const char *type = field_type_name(f->type);
    if (f->type == FIELD_ROWS)
        return read_columns(r, of, f);
    if (f->type == FIELD_CASE) {
        f->ledger = json_string_value(of);
        if (of && (!f->ledger || !reader_is_id(f->ledger)))
            return reader_fault(r, type, f->id, "of = must be the id of a ledger");
        return 0;
    }
    f->choices = of;
    if (of && !reader_all_text(of))
        return reader_fault(r, type, f->id, "of is a list of texts");
    if (f->type == FIELD_CHOICE && !of)
        return reader_fault(r, type, f->id, "has nothing to choose: of = { ... }");
    if (f->type == FIELD_EVIDENCE)
        return read_records(r, o, f);
    const char *choice;
    json_t *colour;
    f->colours = json_object_get(o, "colours");
    json_object_foreach((json_t *)f->colours, choice, colour)
    {
        static const char *const known[] = { "red", "orange", "yellow", "green", "blue", "purple", "grey" };
        bool is_choice = false;
        for (size_t i = 0; i < json_array_size(of); i++)
            is_choice |= strcmp(json_string_value(json_array_get(of, i)), choice) == 0;
        if (!is_choice || reader_index_of(known, COUNT_OF(known), json_string_value(colour)) < 0)
            return reader_fault(
                r, type, f->id,
                "colours = { [\"choice\"] = red, orange, yellow, green, blue, purple or grey }");
    }
    f->kinds = kinds;
    if (kinds && (!reader_all_text(kinds) || json_array_size(kinds) != 1 ||
                  strcmp(json_string_value(json_array_get(kinds, 0)), "photo") != 0))
        return reader_fault(r, type, f->id, "kinds can only be { \"photo\" }");
    return 0;
}

static int read_bounds(struct reader *r, const json_t *o, struct field *f)
{
    const json_t *max = json_object_get(o, "max"), *min = json_object_get(o, "min"),
                 *decimals = json_object_get(o, "decimals");
    const char *type = field_type_name(f->type);
    f->unit = json_str(o, "unit", NULL);
    f->min = json_micro(o, "min", MICRO_MISSING);
    f->max = MICRO_MISSING;
    f->decimals = (int)json_int(o, "decimals", -1);
    f->most = most_of[f->type];
    if (decimals && (!json_is_integer(decimals) || f->decimals < 0 || f->decimals > 6))
        return reader_fault(r, type, f->id, "decimals is 0 to 6");
    if (json_object_get(o, "unit") && !f->unit)
        return reader_fault(r, type, f->id, "unit is a text");
    if (f->type == FIELD_NUMBER) {
        f->max = json_micro(o, "max", MICRO_MISSING);
        if ((min && f->min == MICRO_MISSING) || (max && f->max == MICRO_MISSING) ||
            (min && max && f->max < f->min))
            return reader_fault(r, type, f->id, "min and max are numbers, max not below min");
    } else if (max) {
        size_t top = f->type == FIELD_ROWS ? ROWS_MAX : f->most;
        int64_t most = json_int(o, "max", 0);
        if (most < 1 || most > (int64_t)top)
            return reader_fault(r, type, f->id, "max is a whole number from 1 to %zu", top);
        f->most = (size_t)most;
    }
    return 0;
}

static int read_when(struct reader *r, const json_t *o, struct field *f)
{
    const json_t *when = json_object_get(o, "required_when");
    if (!when)
        return 0;
    f->when_field = json_str(when, "field", NULL);
    f->when_is = json_object_get(when, "is");
    if (!f->when_field || json_object_size(when) != 2 || !json_array_size(f->when_is) || f->required)
        return reader_fault(r, field_type_name(f->type), f->id,
                            "required_when = { field = \"x\", is = { \"...\" } }, without required");
    return 0;
}

/* What is sealed is neither looked for nor shown beside other words, so nothing that is may be. */
static int check_secret(struct reader *r, const struct field *f, enum field_place as)
{
    static const char *const shown[] = { "title", "problem" };
    if (!f->secret)
        return 0;
    if (as != AS_FIELD || reader_index_of(shown, COUNT_OF(shown), f->id) >= 0 || f->value ||
        f->most > SECRET_MAX)
        return reader_fault(r, field_type_name(f->type), f->id,
                            "secret is of a given field of the case, other than title and problem, max %d",
                            SECRET_MAX);
    return 0;
}

static int read_value(struct reader *r, const json_t *o, enum field_place as, struct field *f)
{
    const json_t *value = json_object_get(o, "value");
    if (f->by_finding && (as != AS_FIELD || value || f->required || f->when_field || f->from_finding))
        return reader_fault(r, field_type_name(f->type), f->id,
                            "by_finding is of a field of the case that nobody is asked for");
    if (!value)
        return 0;
    f->value = sandbox_fn(value);
    if (f->value < 1)
        return reader_fault(r, field_type_name(f->type), f->id, "value must be a function");
    if (as != AS_FIELD)
        return reader_fault(r, field_type_name(f->type), f->id, "only a field of the case is computed");
    if (f->required || f->when_field || f->from_finding || f->from_public)
        return reader_fault(r, field_type_name(f->type), f->id, "is computed, so nobody is asked for it");
    r->d->computes = true;
    return 0;
}

int read_field(struct reader *r, const json_t *o, enum field_place as, struct field *f)
{
    static const unsigned refused[] = { [AS_FIELD] = KIND(EVIDENCE),
                                        [AS_NEED] = 0,
                                        [AS_COLUMN] =
                                            KIND(EVIDENCE) | KIND(GOAL) | KIND(ROWS) | KIND(SIGNATURE) };
    static const char *const lists[] = { "fields", "needs", "rows" };
    const char *type = json_str(o, "type", NULL);
    int t = reader_index_of(type_names, FIELD_TYPES, type);
    if (t < 0 || refused[as] & 1u << t)
        return reader_fault(r, lists[as], NULL,
                            "holds something that is no field here: write text \"name\" { ... }");
    *f = (struct field){ .id = json_str(o, "id", ""),
                         .label = json_str(o, "1", NULL),
                         .hint = json_str(o, "hint", NULL),
                         .hint_en = json_str(o, "hint_en", NULL),
                         .type = (enum field_type)t,
                         .required = json_flag(o, "required", false),
                         .differs_from = json_str(o, "differs_from", NULL),
                         .independent_of = json_str(o, "independent_of", NULL),
                         .secret = json_flag(o, "secret", false),
                         .from_finding = json_object_get(o, "from_finding"),
                         .by_finding = json_flag(o, "by_finding", false),
                         .from_public = json_object_get(o, "from_public"),
                         .otherwise = json_object_get(o, "default") };
    f->label_en = json_str(o, "en", f->id);
    if (!reader_is_id(f->id))
        return reader_fault(r, type, f->id, "a name is lower-case letters, digits and _, at most 32");
    if (!f->label || !*f->label)
        return reader_fault(r, type, f->id, "has no label");
    int bad = check_settings(r, o, f);
    if (bad == 0)
        bad = read_of(r, o, f);
    if (bad == 0)
        bad = read_bounds(r, o, f);
    if (bad == 0)
        bad = read_when(r, o, f);
    if (bad == 0)
        bad = read_value(r, o, as, f);
    return bad == 0 ? check_secret(r, f, as) : bad;
}

static const struct field *find(const struct field *f, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(f[i].id, id) == 0)
            return &f[i];
    return NULL;
}

int read_whens(struct reader *r, const struct field *f, size_t n, bool or_case)
{
    for (size_t i = 0; i < n; i++) {
        if (!f[i].when_field)
            continue;
        const struct field *on = find(f, n, f[i].when_field);
        if (!on && or_case)
            on = definition_field(r->d, f[i].when_field);
        if (!on || on == &f[i])
            return reader_fault(r, field_type_name(f[i].type), f[i].id, "required_when: no field '%s'",
                                f[i].when_field);
        for (size_t k = 0; k < json_array_size(f[i].when_is); k++) {
            const json_t *is = json_array_get(f[i].when_is, k);
            bool known = on->type == FIELD_FLAG     ? json_is_boolean(is)
                         : on->type == FIELD_NUMBER ? json_is_number(is)
                                                    : json_is_string(is);
            for (size_t c = 0; known && on->type == FIELD_CHOICE && c <= json_array_size(on->choices); c++) {
                known = c < json_array_size(on->choices);
                if (known && json_equal(is, json_array_get(on->choices, c)))
                    break;
            }
            if (!known)
                return reader_fault(r, field_type_name(f[i].type), f[i].id,
                                    "required_when: '%s' is never that", on->id);
        }
    }
    return 0;
}

/* Names that mean something to the engine, and the type that meaning takes. */
static int check_meaning(struct reader *r, const struct field *f)
{
    static const struct {
        const char *id;
        enum field_type type;
    } meant[] = { { "owner", FIELD_UNIT }, { "supervisor", FIELD_UNIT }, { "due", FIELD_DATE },
                  { "goal", FIELD_GOAL },  { "site", FIELD_SITE },       { "problem", FIELD_TEXT },
                  { "title", FIELD_TEXT } };
    for (size_t m = 0; m < COUNT_OF(meant); m++)
        if (strcmp(meant[m].id, f->id) == 0 && meant[m].type != f->type)
            return reader_fault(r, field_type_name(f->type), f->id, "must be a %s",
                                field_type_name(meant[m].type));
    return 0;
}

int read_fields(struct reader *r, const json_t *list)
{
    struct definition *d = r->d;
    if (!json_is_array(list) || json_array_size(list) > FIELDS_MAX)
        return reader_fault(r, "fields", NULL, "must be a list of 1 to %d fields", FIELDS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct field *f = &d->field[i];
        int bad = read_field(r, json_array_get(list, i), AS_FIELD, f);
        if (bad < 0)
            return bad;
        if (definition_field(d, f->id))
            return reader_fault(r, field_type_name(f->type), f->id, "is declared twice");
        if ((bad = check_meaning(r, f)) < 0)
            return bad;
        d->n_fields++;
    }
    for (size_t i = 0; i < d->n_fields; i++) {
        const struct field *f = &d->field[i],
                           *other = f->differs_from ? definition_field(d, f->differs_from) : f;
        if (!other || other->type != f->type)
            return reader_fault(r, field_type_name(f->type), f->id, "differs_from: no %s '%s'",
                                field_type_name(f->type), f->differs_from);
        other = f->independent_of ? definition_field(d, f->independent_of) : NULL;
        if (f->independent_of && (!other || other->type != FIELD_UNIT || other == f))
            return reader_fault(r, "unit", f->id, "independent_of: no unit '%s'", f->independent_of);
    }
    return read_whens(r, d->field, d->n_fields, false);
}
