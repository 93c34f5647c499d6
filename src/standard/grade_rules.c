/* How a table of grades is read from its definition file. */
#include "standard/grade.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"

static const char *const kinds[] = { "water.classes", "water.source", "water.black",   "sea.classes",
                                     "sea.eutrophy",  "noise.zones",  "noise.city",    "ground.classes",
                                     "soil.farm",     "soil.build",   "source.sewage", "radiation.field" };

bool grade_kind_known(const char *kind)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

static int copy(const char *what, const char *s, char *to, size_t size, bool required, struct err *e)
{
    if (!*s && required)
        return err_named(e, -EINVAL, "ruleset.shape", "%s: missing", what);
    if (strlen(s) >= size)
        return err_named(e, -EINVAL, "ruleset.shape", "%s: longer than %zu bytes", what, size - 1);
    memcpy(to, s, strlen(s) + 1);
    return 0;
}

static const char *text_at(const json_t *list, size_t i)
{
    const char *s = json_string_value(json_array_get(list, i));
    return s ? s : "";
}

/* A word, or a list of words, one a grade: { "confirmed", "from memory" }; the last one holds for the rest. */
static int read_certainty(const json_t *v, uint8_t otherwise, uint8_t *ret, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        size_t last = json_array_size(v) ? json_array_size(v) - 1 : 0;
        const char *word = json_is_string(v) ? json_string_value(v) : text_at(v, i < last ? i : last);
        int c = v ? certainty_from_word(word) : otherwise;
        if (c < 0)
            return err_named(e, -EINVAL, "ruleset.shape", "certainty: '%s' is no such word", word);
        ret[i] = (uint8_t)c;
    }
    return 0;
}

/* ---- the limits of an item ---- */
static bool figure(const json_t *v, micro *ret)
{
    *ret = json_to_micro(v, MICRO_MISSING);
    return *ret >= 0 && *ret <= INT64_C(1000000000) * MICRO_ONE;
}

static int read_step(const json_t *v, struct grade_item *it, int variant, int step)
{
    micro *limit = &it->limit[variant][step], *low = &it->low[variant][step];
    if (json_is_false(v)) /* nothing is asked at this grade */
        return 0;
    if (it->sense != GRADE_WITHIN)
        return figure(v, limit) ? 0 : -EINVAL;
    return figure(json_array_get(v, 0), low) && figure(json_array_get(v, 1), limit) && *low <= *limit
               ? 0
               : -EINVAL;
}

/* A worse grade never asks more: that would let a value skip a grade. */
static bool eases(const struct grade_item *it, int variant, int step)
{
    micro was = it->limit[variant][step - 1], is = it->limit[variant][step];
    if (is == MICRO_MISSING)
        return true;
    if (was == MICRO_MISSING)
        return false;
    return it->sense == GRADE_AT_LEAST ? is <= was
                                       : is >= was && it->low[variant][step] <= it->low[variant][step - 1];
}

static int read_limits(const json_t *list, const struct grade_table *t, struct grade_item *it, int variant,
                       struct err *e)
{
    if (json_array_size(list) != (size_t)t->n_grades)
        return err_named(e, -EINVAL, "ruleset.shape", "wants %d limits, has %zu", t->n_grades,
                         json_array_size(list));
    for (int i = 0; i < t->n_grades; i++)
        if (read_step(json_array_get(list, (size_t)i), it, variant, i) < 0 || (i && !eases(it, variant, i)))
            return err_named(e, -EINVAL, "ruleset.shape",
                             "limit %d: not a figure (or false), or stricter than the one before", i + 1);
    it->variants |= (uint16_t)(1u << variant);
    return 0;
}

/* One list for every variant, or a list for each that has limits: { river = {...}, lake = {...} }. */
static int read_variants(const json_t *limits, const struct grade_table *t, struct grade_item *it,
                         struct err *e)
{
    const char *word;
    json_t *list;
    int r = 0;
    for (int i = 0; i < t->n_variants && r == 0 && json_is_array(limits); i++)
        r = read_limits(limits, t, it, i, e);
    if (!json_is_object(limits))
        return json_is_array(limits) ? r : err_named(e, -EINVAL, "ruleset.shape", "limits: no list");
    json_object_foreach(json_is_object(limits) ? (json_t *)limits : NULL, word, list)
    {
        int variant = grade_variant_of(t, word);
        if (variant < 0)
            return err_named(e, -EINVAL, "ruleset.shape", "'%s' is no variant", word);
        if ((r = read_limits(list, t, it, variant, e)) < 0)
            return err_under(e, "%s", word), r;
    }
    return 0;
}

static int read_sense(const json_t *tree, const struct grade_table *t, struct grade_item *it, struct err *e)
{
    static const char *const senses[] = { "at_most", "at_least", "within" };
    const json_t *limits = NULL;
    for (size_t i = 0; i < COUNT_OF(senses); i++) {
        const json_t *v = json_object_get(tree, senses[i]);
        if (v && limits)
            return err_named(e, -EINVAL, "ruleset.shape", "wants one of at_most, at_least, within");
        if (v) {
            limits = v;
            it->sense = (enum grade_sense)i;
        }
    }
    if (!limits) /* limits that exist and that nobody here knows: such an item is always missing */
        return json_flag(tree, "unknown", false)
                   ? 0
                   : err_named(e, -EINVAL, "ruleset.shape",
                               "has no limits; say unknown = true if nobody knows them");
    return read_variants(limits, t, it, e);
}

/* true: every grade; { 1 }: these. */
static int read_strict(const json_t *v, int grades, uint8_t *ret, struct err *e)
{
    *ret = json_is_true(v) ? 0xFF : 0;
    for (size_t i = 0; i < json_array_size(v); i++) {
        json_int_t grade = json_integer_value(json_array_get(v, i));
        if (grade < 1 || grade > grades)
            return err_named(e, -EINVAL, "ruleset.shape", "strict: wants numbers of grades");
        *ret |= (uint8_t)(1u << (grade - 1));
    }
    return 0;
}

/* decimals = 1 or { of the evaluation, of an hour's value }; absent: not rounded. */
static int read_decimals(const json_t *v, struct grade_item *it, struct err *e)
{
    json_int_t day = json_is_integer(v) ? json_integer_value(v) : -1, hour = day;
    if (json_is_array(v)) {
        day = json_integer_value(json_array_get(v, 0));
        hour = json_array_size(v) > 1 ? json_integer_value(json_array_get(v, 1)) : -1;
    }
    if (day < -1 || day > 6 || hour < -1 || hour > 6)
        return err_named(e, -EINVAL, "ruleset.shape", "decimals: 0 to 6");
    it->decimals = (int8_t)day;
    it->decimals_hour = (int8_t)hour;
    return 0;
}

static int read_item(const json_t *tree, struct grade_table *t, uint8_t otherwise, struct err *e)
{
    struct grade_item *it = &t->item[t->n_items];
    const char *word = json_str(tree, "word", "");
    *it = (struct grade_item){ .sense = GRADE_AT_MOST };
    for (int i = 0; i < GRADE_VARIANTS; i++)
        for (int k = 0; k < GRADE_STEPS; k++)
            it->limit[i][k] = it->low[i][k] = MICRO_MISSING;
    int r = copy("word", word, it->word, sizeof it->word, true, e);
    if (r == 0)
        r = copy("code", json_str(tree, "code", ""), it->code, sizeof it->code, false, e);
    if (r == 0)
        r = copy("name", json_str(tree, "name", word), it->name, sizeof it->name, true, e);
    if (r == 0)
        r = copy("name_en", json_str(tree, "name_en", word), it->name_en, sizeof it->name_en, true, e);
    if (r == 0)
        r = copy("unit", json_str(tree, "unit", "mg/L"), it->unit, sizeof it->unit, false, e);
    if (r == 0 && grade_item_of(t, word, strlen(word)) >= 0)
        r = err_named(e, -EEXIST, "ruleset.repeat", "is listed twice");
    if (r == 0)
        r = read_sense(tree, t, it, e);
    if (r == 0)
        r = read_strict(json_object_get(tree, "strict"), t->n_grades, &it->strict, e);
    if (r == 0)
        r = read_decimals(json_object_get(tree, "decimals"), it, e);
    if (r == 0)
        r = read_certainty(json_object_get(tree, "certainty"), otherwise, it->certainty,
                           COUNT_OF(it->certainty), e);
    it->first = json_flag(tree, "first", false);
    it->plain = it->sense != GRADE_AT_MOST || json_flag(tree, "plain", false);
    if (r < 0)
        return err_under(e, "items: %s", *word ? word : "?"), r;
    t->n_items++;
    return 0;
}

/* ---- the table around them ---- */
static int read_bits(const json_t *list, const char *key, const struct grade_table *t, uint64_t *ret,
                     struct err *e)
{
    *ret = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = text_at(list, i);
        int item = grade_item_of(t, word, strlen(word));
        if (item < 0)
            return err_named(e, -EINVAL, "ruleset.shape", "%s: '%s' is no item", key, word);
        *ret |= UINT64_C(1) << item;
    }
    return 0;
}

static int read_selection(const json_t *tree, struct grade_table *t, struct err *e)
{
    struct grade_selection *sel = &t->selection[t->n_selections];
    const json_t *items = json_object_get(tree, "items");
    const char *id = json_str(tree, "id", "");
    uint8_t c = CONFIRMED;
    *sel = (struct grade_selection){ .needs = 0 };
    int r = copy("id", id, sel->id, sizeof sel->id, true, e);
    if (r == 0)
        r = copy("title", json_str(tree, "title", id), sel->title, sizeof sel->title, true, e);
    if (r == 0)
        r = copy("title_en", json_str(tree, "title_en", id), sel->title_en, sizeof sel->title_en, true, e);
    if (r == 0)
        r = read_bits(items, "items", t, &sel->items, e);
    if (r == 0)
        r = read_bits(json_object_get(tree, "needs"), "needs", t, &sel->needs, e);
    if (r == 0 && (sel->items == 0 || sel->needs & ~sel->items))
        r = err_named(e, -EINVAL, "ruleset.shape", "wants items, and needs that are among them");
    if (r == 0)
        r = read_certainty(json_object_get(tree, "certainty"), CONFIRMED, &c, 1, e);
    sel->certainty = (enum certainty)c;
    if (r < 0)
        return err_under(e, "selections: %s", id), r;
    t->n_selections++;
    return 0;
}

/* A table without selections judges by every item it has, whatever is missing. */
static int read_selections(const json_t *tree, struct grade_table *t, struct err *e)
{
    const json_t *list = json_object_get(tree, "selections");
    if (json_array_size(list) > GRADE_SELECTIONS)
        return err_named(e, -EINVAL, "ruleset.shape", "selections: more than %d", GRADE_SELECTIONS);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int r = read_selection(json_array_get(list, i), t, e);
        if (r < 0)
            return r;
    }
    if (t->n_selections == 0) {
        t->selection[0] =
            (struct grade_selection){ .id = "all", .title = "全部项目", .title_en = "all items" };
        t->selection[0].items = t->n_items == 64 ? ~UINT64_C(0) : (UINT64_C(1) << t->n_items) - 1;
        t->n_selections = 1;
    }
    return 0;
}

/* Kinds whose grades are counted and compared beyond the table itself: shares of sections, words for quality. */
static const struct {
    const char *kind;
    size_t names;
} grades_fixed[] = { { "water.classes", 6 }, { "sea.classes", 5 } };

static int read_grades(const json_t *tree, struct grade_table *t, struct err *e)
{
    const json_t *zh = json_object_get(tree, "grades"), *en = json_object_get(tree, "grades_en");
    size_t n = json_array_size(zh);
    if (n < 2 || n > GRADE_STEPS + 1 || json_array_size(en) != n)
        return err_named(e, -EINVAL, "ruleset.shape",
                         "grades, grades_en: want 2 to %d names each, the last for what is beyond",
                         GRADE_STEPS + 1);
    for (size_t i = 0; i < COUNT_OF(grades_fixed); i++)
        if (strcmp(grades_fixed[i].kind, t->kind) == 0 && n != grades_fixed[i].names)
            return err_named(e, -EINVAL, "ruleset.shape", "grades: %s has %zu", t->kind,
                             grades_fixed[i].names);
    t->n_grades = (int)n - 1;
    for (size_t i = 0; i < n; i++) {
        int r = copy("grades", text_at(zh, i), t->grade[i], sizeof t->grade[i], true, e);
        if (r == 0)
            r = copy("grades_en", text_at(en, i), t->grade_en[i], sizeof t->grade_en[i], true, e);
        if (r < 0)
            return r;
    }
    t->reference = (int)json_int(tree, "reference", 1);
    return t->reference >= 1 && t->reference <= t->n_grades
               ? 0
               : err_named(e, -EINVAL, "ruleset.shape", "reference: is no grade");
}

static int read_variant_names(const json_t *tree, struct grade_table *t, struct err *e)
{
    const json_t *list = json_object_get(tree, "variants");
    size_t n = json_array_size(list);
    if (n > GRADE_VARIANTS)
        return err_named(e, -EINVAL, "ruleset.shape", "variants: more than %d", GRADE_VARIANTS);
    t->n_variants = n ? (int)n : 1; /* a table without variants has one without a name */
    for (size_t i = 0; i < n; i++) {
        int r = copy("variants", text_at(list, i), t->variant[i], sizeof t->variant[i], true, e);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_items(const json_t *tree, struct grade_table *t, struct err *e)
{
    const json_t *list = json_object_get(tree, "items");
    size_t n = json_array_size(list);
    int c = certainty_from_word(t->set.certainty);
    uint8_t decimals = FROM_MEMORY;
    if (n < 1 || n > GRADE_ITEMS)
        return err_named(e, -EINVAL, "ruleset.shape", "items: wants 1 to %d", GRADE_ITEMS);
    if (!(t->item = calloc(n, sizeof *t->item)))
        return err_set(e, -ENOMEM, "out of memory");
    if (c < 0)
        return err_named(e, -EINVAL, "ruleset.shape", "certainty: '%s' is no such word", t->set.certainty);
    int r = read_certainty(json_object_get(tree, "certainty_decimals"), FROM_MEMORY, &decimals, 1, e);
    for (size_t i = 0; i < n && r == 0; i++) {
        r = read_item(json_array_get(list, i), t, (uint8_t)c, e);
        t->item[i].certainty_decimals = decimals;
    }
    return r;
}

static int read_table(const json_t *tree, struct grade_table *t, struct err *e)
{
    int r = ruleset_read(tree, &t->set, e);
    if (r == 0)
        r = copy("kind", json_str(tree, "kind", ""), t->kind, sizeof t->kind, true, e);
    if (r == 0)
        r = read_grades(tree, t, e);
    if (r == 0)
        r = read_variant_names(tree, t, e);
    if (r == 0)
        r = read_items(tree, t, e);
    return r < 0 ? r : read_selections(tree, t, e);
}

/* ---- the book ---- */
static int may_join(const struct grade_book *book, const struct grade_table *t, struct err *e)
{
    for (size_t i = 0; i < book->n; i++) {
        const struct grade_table *had = book->table[i];
        if (strcmp(had->set.id, t->set.id) == 0)
            return err_named(e, -EEXIST, "ruleset.repeat", "id '%s' is used twice", t->set.id);
        if (strcmp(had->kind, t->kind) == 0 && !had->set.practice && !t->set.practice &&
            t->set.from <= had->set.to && had->set.from <= t->set.to)
            return err_named(e, -EEXIST, "ruleset.overlap", "in force on the same days as '%s'", had->set.id);
    }
    return 0;
}

static void table_free(struct grade_table *t)
{
    if (t)
        free(t->item);
    free(t);
}

int grade_book_add(struct grade_book *book, const char *name, const json_t *tree, struct err *e)
{
    if (book->n >= GRADE_TABLES)
        return err_named(e, -ENOSPC, "ruleset.many", "%s: more than %d tables", name, GRADE_TABLES);
    struct grade_table *t = calloc(1, sizeof *t);
    int r = t ? read_table(tree, t, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = may_join(book, t, e);
    if (r < 0) {
        table_free(t);
        return err_under(e, "%s", name), r;
    }
    book->table[book->n++] = t;
    return 0;
}

void grade_book_release(struct grade_book *book)
{
    for (size_t i = 0; i < book->n; i++)
        table_free(book->table[i]);
    book->n = 0;
}

const struct grade_table *grade_on(const struct grade_book *book, const char *kind, int64_t day)
{
    for (size_t i = 0; i < book->n; i++) {
        const struct grade_table *t = book->table[i];
        if (!t->set.practice && strcmp(t->kind, kind) == 0 && day >= t->set.from && day <= t->set.to)
            return t;
    }
    return NULL;
}

const struct grade_table *grade_by_id(const struct grade_book *book, const char *id)
{
    for (size_t i = 0; i < book->n; i++)
        if (strcmp(book->table[i]->set.id, id) == 0)
            return book->table[i];
    return NULL;
}
