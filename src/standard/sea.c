#include "standard/sea.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

static void shares(const micro *part, struct sea_shares *ret)
{
    micro whole = 0;
    for (int i = 0; i < SEA_CLASS_COUNT; i++)
        whole = micro_add(whole, part[i]);
    ret->known = whole > 0;
    for (int i = 0; i < SEA_CLASS_COUNT; i++)
        ret->percent[i] = ret->known ? micro_muldiv(part[i], 100 * MICRO_ONE, whole) : MICRO_MISSING;
    ret->good =
        ret->known ? micro_muldiv(micro_add(part[0], part[1]), 100 * MICRO_ONE, whole) : MICRO_MISSING;
}

void sea_shares_of_points(const int count[SEA_CLASS_COUNT], struct sea_shares *ret)
{
    micro part[SEA_CLASS_COUNT];
    for (int i = 0; i < SEA_CLASS_COUNT; i++)
        part[i] = count[i] * MICRO_ONE;
    shares(part, ret);
    ret->basis = SEA_BY_POINTS;
}

void sea_shares_of_area(const micro area[SEA_CLASS_COUNT], struct sea_shares *ret)
{
    shares(area, ret);
    ret->basis = SEA_BY_AREA;
}

int sea_shares_change(const struct sea_shares *before, const struct sea_shares *now, micro *ret,
                      struct err *e)
{
    if (before->basis != now->basis)
        return err_named(e, -EINVAL, "sea.basis", "a share of points and a share of area cannot be compared");
    if (!before->known || !now->known)
        return err_named(e, -ENODATA, "sea.none", "nothing was judged in one of the periods");
    *ret = now->good - before->good;
    return 0;
}

micro sea_eutrophy(micro cod, micro din, micro dip)
{
    if (cod == MICRO_MISSING || din == MICRO_MISSING || dip == MICRO_MISSING || cod < 0 || din < 0 || dip < 0)
        return MICRO_MISSING;
    /* (cod x din) in micro, then x dip x 10^6 / 4500: the factors of 10^6 cancel to one. */
    return micro_muldiv(micro_muldiv(cod, din, MICRO_ONE), dip, 4500);
}

int sea_quality(const struct sea_evaluation *ev, const struct sea_shares *s, struct err *e)
{
    if (s->basis != SEA_BY_POINTS)
        return err_named(e, -EINVAL, "sea.basis", "%s has words for shares of points, not of area",
                         ev->set.source);
    if (!s->known)
        return err_named(e, -ENODATA, "sea.none", "no point was judged");
    for (int w = 0; w < ev->n_words; w++)
        for (int k = 0; k < ev->word[w].n_lines; k++) {
            micro upto = 0;
            bool holds = s->percent[SEA_CLASS_COUNT - 1] <= ev->word[w].line[k].worse;
            for (int c = 0; c < SEA_CLASS_COUNT - 1; c++) {
                upto += s->percent[c];
                holds &= upto >= ev->word[w].line[k].upto[c];
            }
            if (holds)
                return w;
        }
    return err_named(e, -ENODATA, "sea.none", "no word fits");
}

/* ---- rule sets ---- */
static int read_word(const json_t *tree, struct sea_evaluation *ev, struct err *e)
{
    static const char *const keys[SEA_CLASS_COUNT - 1] = { "upto_1", "upto_2", "upto_3", "upto_4" };
    const char *name = json_str(tree, "name", ""), *name_en = json_str(tree, "name_en", "");
    const json_t *any = json_object_get(tree, "any");
    size_t n = json_array_size(any);
    int w = ev->n_words;
    if (!*name || strlen(name) >= sizeof ev->word[w].name || !*name_en ||
        strlen(name_en) >= sizeof ev->word[w].name_en || n < 1 || n > SEA_LINES)
        return err_named(e, -EINVAL, "ruleset.shape",
                         "rules: each wants name, name_en and 1 to %d lines in any", SEA_LINES);
    memcpy(ev->word[w].name, name, strlen(name) + 1);
    memcpy(ev->word[w].name_en, name_en, strlen(name_en) + 1);
    for (size_t k = 0; k < n; k++) {
        const json_t *line = json_array_get(any, k);
        for (int c = 0; c < SEA_CLASS_COUNT - 1; c++)
            ev->word[w].line[k].upto[c] = json_micro(line, keys[c], 0);
        ev->word[w].line[k].worse = json_micro(line, "worse", 100 * MICRO_ONE);
    }
    ev->word[w].n_lines = (int)n;
    ev->n_words++;
    return 0;
}

int sea_rulebook_add(struct sea_rulebook *book, const char *name, const json_t *tree, struct err *e)
{
    struct sea_evaluation ev = { .n_words = 0 };
    const json_t *rules = json_object_get(tree, "rules");
    int r = ruleset_read(tree, &ev.set, e);
    if (r == 0 && (json_array_size(rules) < 1 || json_array_size(rules) > SEA_WORDS))
        r = err_named(e, -EINVAL, "ruleset.shape", "rules: wants 1 to %d", SEA_WORDS);
    for (size_t i = 0; i < json_array_size(rules) && r == 0; i++)
        r = read_word(json_array_get(rules, i), &ev, e);
    if (r == 0)
        r = ruleset_may_join(book->evaluation, sizeof *book->evaluation, book->n, SEA_SETS, &ev.set, e);
    if (r < 0)
        return err_under(e, "%s", name), r;
    book->evaluation[book->n++] = ev;
    return 0;
}

const struct sea_evaluation *sea_evaluation_on(const struct sea_rulebook *book, int64_t day)
{
    return ruleset_on(book->evaluation, sizeof *book->evaluation, book->n, day);
}

/* { points = { five shares }, is = "一般" }: printed shares, whose sum need not be 100. */
static int test_one(const struct sea_evaluation *ev, const json_t *t, struct err *e)
{
    struct sea_shares s = { .basis = SEA_BY_POINTS, .known = true };
    for (size_t i = 0; i < SEA_CLASS_COUNT; i++)
        s.percent[i] = json_to_micro(json_array_get(json_object_get(t, "points"), i), 0);
    int w = sea_quality(ev, &s, e);
    if (w < 0)
        return w;
    return strcmp(json_str(t, "is", ""), ev->word[w].name) == 0
               ? 0
               : err_named(e, -EBADMSG, "ruleset.test", "should be %s and is %s", json_str(t, "is", "?"),
                           ev->word[w].name);
}

int sea_rulebook_test(const struct sea_rulebook *book, const char *name, const json_t *tree, int *ret_run,
                      struct err *e)
{
    const json_t *tests = json_object_get(tree, "tests");
    const struct sea_evaluation *ev =
        ruleset_by_id(book->evaluation, sizeof *book->evaluation, book->n, json_str(tree, "id", ""));
    if (!ev || json_array_size(tests) == 0)
        return err_named(e, -EINVAL, "ruleset.test", "%s: has no tests", name);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        if (test_one(ev, json_array_get(tests, i), e) < 0)
            return err_under(e, "%s: test %zu", name, i + 1);
        if (ret_run)
            ++*ret_run;
    }
    return 0;
}
