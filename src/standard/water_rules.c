/* How the rule sets of surface water that are no tables of grades are read, and their own tests. */
#include "standard/water.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

bool water_kind_known(const char *kind)
{
    static const char *const kinds[] = { "water.evaluation", "water.trophic", "water.ranking" };
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

static int copy(const char *what, const char *s, char *to, size_t size, struct err *e)
{
    if (!s || !*s || strlen(s) >= size)
        return err_named(e, -EINVAL, "ruleset.shape", "%s: missing, or longer than %zu bytes", what,
                         size - 1);
    memcpy(to, s, strlen(s) + 1);
    return 0;
}

static int whole(const json_t *o, const char *key, int least, int most, int *ret, struct err *e)
{
    int64_t v = json_int(o, key, -1);
    if (v < least || v > most)
        return err_named(e, -EINVAL, "ruleset.shape", "%s: wants a whole number from %d to %d", key, least,
                         most);
    *ret = (int)v;
    return 0;
}

static int mark(const json_t *o, const char *key, enum certainty *ret, struct err *e)
{
    int c = certainty_from_word(json_str(o, key, ""));
    if (c < 0)
        return err_named(e, -EINVAL, "ruleset.shape",
                         "%s: wants confirmed, derived, single source or from memory", key);
    *ret = (enum certainty)c;
    return 0;
}

/* ---- water.evaluation ---- */
static int read_words(const json_t *tree, struct water_evaluation *ev, struct err *e)
{
    const json_t *list = json_object_get(tree, "quality"), *of = json_object_get(tree, "quality_of_class");
    if (json_array_size(list) != WATER_QUALITIES || json_array_size(of) != WATER_CLASS_COUNT)
        return err_named(e, -EINVAL, "ruleset.shape", "quality, quality_of_class: want %d and %d",
                         WATER_QUALITIES, WATER_CLASS_COUNT);
    for (size_t i = 0; i < WATER_QUALITIES; i++) {
        const json_t *o = json_array_get(list, i);
        struct water_word *w = &ev->quality[i];
        int r = copy("name", json_str(o, "name", NULL), w->name, sizeof w->name, e);
        if (r == 0)
            r = copy("name_en", json_str(o, "name_en", NULL), w->name_en, sizeof w->name_en, e);
        if (r == 0)
            r = copy("colour_name", json_str(o, "colour_name", NULL), w->colour_name, sizeof w->colour_name,
                     e);
        if (r == 0)
            r = copy("colour", json_str(o, "colour", NULL), w->colour, sizeof w->colour, e);
        if (r < 0)
            return r;
    }
    for (size_t i = 0; i < WATER_CLASS_COUNT; i++) {
        json_int_t q = json_integer_value(json_array_get(of, i));
        if (q < 1 || q > WATER_QUALITIES)
            return err_named(e, -EINVAL, "ruleset.shape", "quality_of_class: wants 1 to %d", WATER_QUALITIES);
        ev->quality_of_class[i] = (int)q - 1;
    }
    return mark(tree, "colours", &ev->colours, e);
}

static int read_evaluation(const json_t *tree, struct water_evaluation *ev, struct err *e)
{
    const json_t *shares = json_object_get(tree, "shares"), *change = json_object_get(tree, "change"),
                 *samples = json_object_get(tree, "samples");
    const struct {
        const json_t *in;
        const char *key;
        int least, most;
        int *to;
    } number[] = {
        { tree, "few", 1, 100, &ev->few },
        { tree, "good_class", 1, 5, &ev->good_class },
        { tree, "main_items", 1, 20, &ev->main_items },
        { shares, "good_first", 1, 100, &ev->good_first },
        { shares, "good_second", 1, 100, &ev->good_second },
        { shares, "bad_second", 1, 100, &ev->bad_second },
        { shares, "bad_third", 1, 100, &ev->bad_third },
        { change, "some", 0, 200, &ev->change_some },
        { change, "clear", 0, 200, &ev->change_clear },
        { samples, "month", 1, 31, &ev->month_samples },
        { samples, "quarter", 1, 90, &ev->quarter_samples },
        { samples, "year", 1, 12, &ev->year_months },
        { samples, "ice", 1, 12, &ev->year_months_ice },
        { samples, "share", 1, 100, &ev->valid_share },
    };
    int r = read_words(tree, ev, e);
    for (size_t i = 0; i < COUNT_OF(number) && r == 0; i++)
        r = whole(number[i].in, number[i].key, number[i].least, number[i].most, number[i].to, e);
    if (r == 0)
        r = mark(change, "certainty", &ev->change, e);
    return r < 0 ? r : mark(samples, "certainty", &ev->samples, e);
}

/* ---- water.trophic ---- */
static int read_trophic(const json_t *tree, struct trophic_rules *t, struct err *e)
{
    const json_t *items = json_object_get(tree, "items"), *levels = json_object_get(tree, "levels");
    size_t n = json_array_size(items);
    if (n < 1 || n > TROPHIC_ITEMS || json_array_size(levels) != TROPHIC_LEVELS)
        return err_named(e, -EINVAL, "ruleset.shape", "items, levels: want 1 to %d and %d", TROPHIC_ITEMS,
                         TROPHIC_LEVELS);
    t->n_items = (int)n;
    for (size_t i = 0; i < n; i++) {
        const json_t *o = json_array_get(items, i);
        int r = copy("word", json_str(o, "word", NULL), t->item[i].word, sizeof t->item[i].word, e);
        if (r < 0)
            return r;
        t->item[i].base = json_number_value(json_object_get(o, "base"));
        t->item[i].slope = json_number_value(json_object_get(o, "slope"));
        t->item[i].r2 = json_number_value(json_object_get(o, "r2"));
        if (!(t->item[i].r2 > 0 && t->item[i].r2 <= 1) ||
            !(t->item[i].base > -1000 && t->item[i].base < 1000) ||
            !(t->item[i].slope > -1000 && t->item[i].slope < 1000))
            return err_named(e, -EINVAL, "ruleset.shape", "items: %s wants base, slope and r2 of 0 to 1",
                             t->item[i].word);
    }
    for (size_t i = 0; i < TROPHIC_LEVELS; i++) {
        const json_t *o = json_array_get(levels, i);
        int r = copy("name", json_str(o, "name", NULL), t->level[i], sizeof t->level[i], e);
        if (r == 0)
            r = copy("name_en", json_str(o, "name_en", NULL), t->level_en[i], sizeof t->level_en[i], e);
        if (r < 0)
            return r;
        t->top[i] = json_micro(o, "top", MICRO_MISSING);
        bool last = i == TROPHIC_LEVELS - 1;
        if (last ? t->top[i] != MICRO_MISSING
                 : t->top[i] == MICRO_MISSING || (i && t->top[i] <= t->top[i - 1]))
            return err_named(e, -EINVAL, "ruleset.shape", "levels: tops must rise, the last level has none");
    }
    return 0;
}

/* ---- water.ranking ---- */
static int read_ranking(const json_t *tree, struct ranking_rules *k, struct err *e)
{
    const json_t *ph = json_object_get(tree, "ph");
    int r = copy("selection", json_str(tree, "selection", NULL), k->selection, sizeof k->selection, e);
    if (r == 0)
        r = whole(tree, "decimals", 0, 6, &k->decimals, e);
    k->ph_neutral = json_micro(ph, "neutral", 0);
    k->ph_low = json_micro(ph, "low", 0);
    k->ph_high = json_micro(ph, "high", 0);
    if (r == 0 && !(k->ph_low > 0 && k->ph_low < k->ph_neutral && k->ph_neutral < k->ph_high))
        r = err_named(e, -EINVAL, "ruleset.shape", "ph: wants low < neutral < high");
    return r;
}

int water_rulebook_add(struct water_rulebook *book, const char *name, const json_t *tree, struct err *e)
{
    const char *kind = json_str(tree, "kind", "");
    int r;
#define ADD(word, type, list, read)                                                                        \
    if (strcmp(kind, word) == 0) {                                                                         \
        struct type one = { 0 };                                                                           \
        r = ruleset_read(tree, &one.set, e);                                                               \
        if (r == 0)                                                                                        \
            r = read(tree, &one, e);                                                                       \
        if (r == 0)                                                                                        \
            r = ruleset_may_join(book->list, sizeof *book->list, book->n_##list, WATER_SETS, &one.set, e); \
        if (r == 0)                                                                                        \
            book->list[book->n_##list++] = one;                                                            \
    } else
    ADD("water.evaluation", water_evaluation, evaluation, read_evaluation)
    ADD("water.trophic", trophic_rules, trophic, read_trophic)
    ADD("water.ranking", ranking_rules, ranking, read_ranking)
    {
        r = err_named(e, -EINVAL, "ruleset.kind", "kind '%s' is none of water's", kind);
    }
#undef ADD
    return r < 0 ? err_under(e, "%s", name), r : 0;
}

#define ON(type, list)                                                                   \
    const struct type *water_##list##_on(const struct water_rulebook *book, int64_t day) \
    {                                                                                    \
        return ruleset_on(book->list, sizeof *book->list, book->n_##list, day);          \
    }
ON(water_evaluation, evaluation)
ON(trophic_rules, trophic)
ON(ranking_rules, ranking)
#undef ON

/* ---- their tests ---- */
static int compare(const char *what, int64_t want, int64_t is, struct err *e)
{
    return want == is ? 0
                      : err_named(e, -EBADMSG, "ruleset.test", "%s should be %lld and is %lld", what,
                                  (long long)want, (long long)is);
}

static int number_at(const json_t *list, size_t i)
{
    return (int)json_integer_value(json_array_get(list, i));
}

/* { tp = 0.06 }: what is not named is what just makes class `rest`. */
static void values_of(const struct grade_table *t, int variant, int rest, const json_t *of,
                      micro v[GRADE_ITEMS])
{
    for (int i = 0; i < GRADE_ITEMS; i++)
        v[i] = i < t->n_items ? json_micro(of, t->item[i].word, grade_edge(&t->item[i], variant, rest))
                              : MICRO_MISSING;
}

static int compare_main(const struct grade_table *table, const struct water_group *g, const json_t *t,
                        struct err *e)
{
    const json_t *main = json_object_get(t, "main"), *multiple = json_object_get(t, "multiple"),
                 *share = json_object_get(t, "share");
    int r = main ? compare("main pollutants", (int64_t)json_array_size(main), g->n_main, e) : 0;
    for (int i = 0; main && r == 0 && i < g->n_main; i++) {
        const char *is = table->item[g->main[i].item].word,
                   *want = json_string_value(json_array_get(main, (size_t)i));
        if (!want || strcmp(want, is) != 0)
            return err_named(e, -EBADMSG, "ruleset.test", "main pollutant %d should be %s and is %s", i + 1,
                             want ? want : "?", is);
        if (multiple)
            r = compare("multiple (micro)", json_to_micro(json_array_get(multiple, (size_t)i), 0),
                        g->main[i].multiple, e);
        if (r == 0 && share)
            r = compare("share (micro)", json_to_micro(json_array_get(share, (size_t)i), 0), g->main[i].share,
                        e);
    }
    return r;
}

/* { table = "GB3838-2002", variant = "lake", points = { { tp = 0.06 }, ... }, class = 4 }: of a lake's mean |
 * { table = ..., sections = { { tp = 0.3 }, ... }, rest = 3, class = 4, main = { "tp" }, multiple = { 0.5 } }: of a river */
static int test_sections(const struct water_evaluation *ev, const struct grade_book *grades, const json_t *t,
                         struct err *e)
{
    enum { MOST = 16 };
    const json_t *points = json_object_get(t, "points"),
                 *list = points ? points : json_object_get(t, "sections");
    const struct grade_table *table = grade_by_id(grades, json_str(t, "table", ""));
    int variant = table ? grade_variant_of(table, json_str(t, "variant", "river")) : -1;
    int rest, r = json_int_within(t, "rest", 1, WATER_CLASS_COUNT - 1, 1, &rest, e);
    size_t n = json_array_size(list);
    struct water_section s[MOST];
    struct water_group g;
    if (r < 0)
        return r;
    if (variant < 0 || table->n_grades != WATER_CLASS_COUNT - 1 || rest >= table->n_grades || n < 1 ||
        n > MOST)
        return err_named(e, -EINVAL, "ruleset.test", "no such table, variant, grade or sections");
    struct grade_ask ask = { .variant = variant, .selection = grade_selection_of(table, "gb3838-21") };
    for (size_t i = 0; i < n; i++) {
        s[i].ask = ask;
        values_of(table, variant, rest, json_array_get(list, i), s[i].v);
    }
    if (points) {
        micro mean[GRADE_ITEMS];
        struct graded is;
        water_points_mean(table, s, n, mean);
        grade_judge(table, &ask, mean, &is);
        return compare("class", json_int(t, "class", 0), is.grade, e);
    }
    water_group(ev, table, s, n, &g);
    if (json_object_get(t, "class"))
        r = compare("class", json_int(t, "class", 0), g.mean.grade, e);
    return r < 0 ? r : compare_main(table, &g, t, e);
}

enum { SECTIONS_MOST = 100000 }; /* of a class; there are a few thousand in the country */

/* { counts = { Ⅰ .. 劣Ⅴ }, quality = 4 } | { change = { 3, 4 }, is = "有所变差" } | { shares = { G1, D1, G2, D2 }, is = ... }
 * | { mean_ph = { 7, 8 }, gives = 7.2596, places = 4 } | those of test_sections */
static int test_evaluation(const struct water_evaluation *ev, const struct grade_book *grades,
                           const json_t *t, struct err *e)
{
    if (json_object_get(t, "points") || json_object_get(t, "sections"))
        return test_sections(ev, grades, t, e);
    const json_t *counts = json_object_get(t, "counts"), *change = json_object_get(t, "change"),
                 *shares = json_object_get(t, "shares"), *ph = json_object_get(t, "mean_ph");
    if (counts) {
        int n = 0, good = 0, bad = 0;
        for (int c = 0; c < WATER_CLASS_COUNT; c++) {
            json_int_t k = json_integer_value(json_array_get(counts, (size_t)c));
            if (k < 0 || k > SECTIONS_MOST)
                return err_named(e, -EINVAL, "ruleset.test", "counts: wants 0 to %d", SECTIONS_MOST);
            n += (int)k;
            good += c < ev->good_class ? (int)k : 0;
            bad = (int)k;
        }
        return compare("quality", json_int(t, "quality", 0),
                       n ? water_quality_of_shares(ev, good, bad, n) : 0, e);
    }
    if (ph) {
        struct grade_item item = { .word = "ph" };
        micro v[16];
        size_t n = 0;
        for (; n < json_array_size(ph) && n < COUNT_OF(v); n++)
            v[n] = json_to_micro(json_array_get(ph, n), MICRO_MISSING);
        int places, r = json_int_within(t, "places", 0, 6, 4, &places, e);
        return r < 0 ? r
                     : compare("mean (micro)", json_micro(t, "gives", 0),
                               micro_round(water_mean(&item, v, n, 1), places), e);
    }
    enum water_change is = WATER_CHANGE_UNKNOWN;
    if (change) {
        is = water_change_section(ev, number_at(change, 0), number_at(change, 1));
    } else {
        struct water_group a = { .judged = 1 }, b = { .judged = 1 };
        a.good = json_to_micro(json_array_get(shares, 0), 0);
        a.bad = json_to_micro(json_array_get(shares, 1), 0);
        b.good = json_to_micro(json_array_get(shares, 2), 0);
        b.bad = json_to_micro(json_array_get(shares, 3), 0);
        is = water_change_group(ev, &a, &b);
    }
    return strcmp(json_str(t, "is", ""), water_change_word(is, false)) == 0
               ? 0
               : err_named(e, -EBADMSG, "ruleset.test", "should be %s and is %s", json_str(t, "is", "?"),
                           water_change_word(is, false));
}

/* { of = { chla = 10, ... }, part = { chla = 50.006 }, index = 48.018, level = 2 } */
static int test_trophic(const struct trophic_rules *rules, const json_t *t, struct err *e)
{
    micro c[TROPHIC_ITEMS];
    struct trophic is;
    int r = 0;
    for (int i = 0; i < rules->n_items; i++)
        c[i] = json_micro(json_object_get(t, "of"), rules->item[i].word, MICRO_MISSING);
    water_trophic(rules, c, &is);
    for (int i = 0; i < rules->n_items && r == 0; i++) {
        const json_t *want = json_object_get(json_object_get(t, "part"), rules->item[i].word);
        if (want)
            r = compare(rules->item[i].word, json_to_micro(want, 0), micro_round(is.part[i], 3), e);
    }
    if (r == 0 && json_object_get(t, "index"))
        r = compare("index", json_micro(t, "index", 0), micro_round(is.index, 3), e);
    return r < 0 ? r : compare("level", json_int(t, "level", -1), is.level, e);
}

/* { table = "GB3838-2002", variant = "river", rest = 3, of = { ph = 8 }, gives = 20.5 } | { change = { 10, 5 }, gives = -50 } */
static int test_ranking(const struct ranking_rules *k, const struct grade_book *grades, const json_t *t,
                        struct err *e)
{
    const json_t *change = json_object_get(t, "change");
    if (change)
        return compare("change", json_micro(t, "gives", 0),
                       water_cwqi_change(json_to_micro(json_array_get(change, 0), MICRO_MISSING),
                                         json_to_micro(json_array_get(change, 1), MICRO_MISSING)),
                       e);
    const struct grade_table *table = grade_by_id(grades, json_str(t, "table", ""));
    int variant = table ? grade_variant_of(table, json_str(t, "variant", "river")) : -1;
    int rest, r = json_int_within(t, "rest", 1, GRADE_STEPS, 3, &rest, e);
    micro v[GRADE_ITEMS];
    if (r < 0)
        return r;
    if (variant < 0 || rest > table->n_grades)
        return err_named(e, -EINVAL, "ruleset.test", "no such table, variant or grade");
    for (int i = 0; i < table->n_items; i++)
        v[i] = json_micro(json_object_get(t, "of"), table->item[i].word,
                          grade_edge(&table->item[i], variant, rest));
    return compare("index", json_micro(t, "gives", MICRO_MISSING), water_cwqi(k, table, variant, v, NULL), e);
}

int water_rulebook_test(const struct water_rulebook *book, const struct grade_book *grades, const char *name,
                        const json_t *tree, int *ret_run, struct err *e)
{
    const char *id = json_str(tree, "id", "");
    const json_t *tests = json_object_get(tree, "tests");
    const struct water_evaluation *ev =
        ruleset_by_id(book->evaluation, sizeof *book->evaluation, book->n_evaluation, id);
    const struct trophic_rules *trophic =
        ruleset_by_id(book->trophic, sizeof *book->trophic, book->n_trophic, id);
    const struct ranking_rules *ranking =
        ruleset_by_id(book->ranking, sizeof *book->ranking, book->n_ranking, id);
    if (json_array_size(tests) == 0)
        return err_named(e, -EINVAL, "ruleset.test", "%s: has no tests", name);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *t = json_array_get(tests, i);
        int r = ev        ? test_evaluation(ev, grades, t, e)
                : trophic ? test_trophic(trophic, t, e)
                : ranking ? test_ranking(ranking, grades, t, e)
                          : err_named(e, -ENOENT, "ruleset.test", "no rule set '%s'", id);
        if (r < 0)
            return err_under(e, "%s: test %zu", name, i + 1), r;
        if (ret_run)
            ++*ret_run;
    }
    return 0;
}
