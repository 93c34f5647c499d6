#include "standard/substitute.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"

static const char *const kinds[SUBSTITUTE_MEDIA] = { "source.substitute.gas", "source.substitute.water" };

const char *substitute_kind(enum substitute_medium m)
{
    return kinds[m];
}

int substitute_medium_of(const char *kind)
{
    for (int m = 0; m < SUBSTITUTE_MEDIA; m++)
        if (strcmp(kinds[m], kind) == 0)
            return m;
    return -1;
}

bool substitute_of_factor(const struct substitute_rules *r, const char *code)
{
    for (int i = 0; i < r->n_factors; i++)
        if (strcmp(r->factor[i], code) == 0)
            return true;
    return false;
}

/* ---- the table ---- */
const struct substitute_row *substitute_row(const struct substitute_rules *r, int64_t valid, int64_t missing,
                                            int64_t gap)
{
    /* The fraction itself is held against the bounds: 89.96 % is not 90 %. */
    int64_t share = valid * 100 * MICRO_ONE, due = valid + missing;
    for (int i = 0; i < r->n; i++) {
        const struct substitute_row *row = &r->row[i];
        if ((row->least == MICRO_MISSING || share >= row->least * due) &&
            (row->below == MICRO_MISSING || share < row->below * due) &&
            (row->gap_most == 0 || gap <= row->gap_most))
            return row;
    }
    return NULL;
}

static bool gap(const struct gap_slot *s)
{
    return s->state == GAP_MISSING || s->state == GAP_CONTROL;
}

/* Valid and missing slots of the quarter that slot `at` is of; the slots of a quarter lie together. */
static void account(const struct gap_slot *s, size_t n, size_t at, int64_t *valid, int64_t *missing)
{
    size_t i = at;
    *valid = *missing = 0;
    while (i > 0 && s[i - 1].quarter == s[at].quarter)
        i--;
    for (; i < n && s[i].quarter == s[at].quarter; i++) {
        *valid += s[i].state == GAP_VALID;
        *missing += gap(&s[i]);
    }
}

/* The largest amount before slot `end` (not part of it); MICRO_MISSING when the row's condition is not met. */
static micro largest(const struct substitute_row *row, const struct gap_slot *s, size_t end)
{
    micro most = MICRO_MISSING;
    int seen = 0;
    while (end > 0 && (row->values == 0 || seen < row->values)) {
        end--;
        if (s[end].state == GAP_VALID && s[end].kg != MICRO_MISSING) {
            seen++;
            if (most == MICRO_MISSING || s[end].kg > most)
                most = s[end].kg;
        }
        if (row->values == 0 && s[end].checked)
            return most;
    }
    return row->values > 0 && seen == row->values ? most : MICRO_MISSING;
}

/* Where the valid periods end that may stand in for a gap that begins at `start`. */
static size_t history_end(const struct gap_slot *s, size_t start)
{
    if (s[start].state == GAP_MISSING)
        return start;
    while (start > 0 && !s[start - 1].checked)
        start--;
    return start > 0 ? start - 1 : 0;
}

void substitute_fill(const struct substitute_rules *r, const struct gap_slot *s, size_t n,
                     struct gap_filled *ret)
{
    int64_t valid = 0, missing = 0;
    for (size_t i = 0, end; i < n; i = end) {
        end = i + 1;
        ret[i] = (struct gap_filled){ MICRO_MISSING, GAP_MEASURED };
        if (!gap(&s[i]))
            continue;
        while (end < n && s[end].state == s[i].state)
            end++;
        for (size_t k = i; k < end; k++) {
            if (k > i && s[k].quarter == s[k - 1].quarter) {
                ret[k] = ret[k - 1];
                continue;
            }
            account(s, n, k, &valid, &missing);
            const struct substitute_row *row = substitute_row(r, valid, missing, (int64_t)(end - i));
            ret[k].kg = row ? largest(row, s, history_end(s, i)) : MICRO_MISSING;
            ret[k].answer = !row ? GAP_NO_ROW : ret[k].kg == MICRO_MISSING ? GAP_NO_HISTORY : GAP_FILLED;
        }
    }
}

/* ---- rule sets ---- */
static int read_row(const json_t *tree, struct substitute_rules *r, struct err *e)
{
    struct substitute_row row = { .least = json_micro(tree, "capture_least", MICRO_MISSING),
                                  .below = json_micro(tree, "capture_below", MICRO_MISSING),
                                  .gap_most = (int)json_int(tree, "gap_most", 0),
                                  .values = (int)json_int(tree, "values", 0) };
    enum { MOST = 24 * 366 };
    const micro whole = 100 * MICRO_ONE;
    if ((row.least != MICRO_MISSING && (row.least < 0 || row.least > whole)) ||
        (row.below != MICRO_MISSING && (row.below < 0 || row.below > whole)) || row.gap_most < 0 ||
        row.gap_most > MOST || row.values < 0 || row.values > MOST)
        return err_named(e, -EINVAL, "ruleset.shape",
                         "rows: wants capture in percent, gap_most and values up to %d", MOST);
    r->row[r->n++] = row;
    return 0;
}

static int read_factors(const json_t *list, struct substitute_rules *r, struct err *e)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));
        if (!code || !*code || strlen(code) >= GRADE_WORD || i >= SUBSTITUTE_FACTORS)
            return err_named(e, -EINVAL, "ruleset.shape", "factors: wants up to %d codes",
                             SUBSTITUTE_FACTORS);
        memcpy(r->factor[r->n_factors++], code, strlen(code) + 1);
    }
    return r->n_factors ? 0 : err_named(e, -EINVAL, "ruleset.shape", "factors: none");
}

int substitute_rulebook_add(struct substitute_rulebook *book, const char *name, const json_t *tree,
                            struct err *e)
{
    int m = substitute_medium_of(json_str(tree, "kind", ""));
    struct substitute_rules one = { .days = strcmp(json_str(tree, "every", "hour"), "day") == 0,
                                    .valid_share = json_micro(tree, "valid_share", 0) };
    const json_t *rows = json_object_get(tree, "rows");
    if (m < 0)
        return err_named(e, -EINVAL, "ruleset.kind", "%s: is no table of substitutes", name);
    int r = ruleset_read(tree, &one.set, e);
    if (r == 0 && (one.valid_share < 0 || one.valid_share > 100 * MICRO_ONE))
        r = err_named(e, -EINVAL, "ruleset.shape", "valid_share: is from 0 to 100 percent");
    if (r == 0)
        r = read_factors(json_object_get(tree, "factors"), &one, e);
    if (r == 0 && (json_array_size(rows) < 1 || json_array_size(rows) > SUBSTITUTE_ROWS))
        r = err_named(e, -EINVAL, "ruleset.shape", "rows: wants 1 to %d", SUBSTITUTE_ROWS);
    for (size_t i = 0; i < json_array_size(rows) && r == 0; i++)
        r = read_row(json_array_get(rows, i), &one, e);
    if (r == 0)
        r = ruleset_may_join(book->rules[m], sizeof *book->rules[m], book->n[m], SUBSTITUTE_SETS, &one.set,
                             e);
    if (r < 0)
        return err_under(e, "%s", name), r;
    book->rules[m][book->n[m]++] = one;
    return 0;
}

bool substitute_day_valid(const struct substitute_rules *r, int64_t valid, int64_t due)
{
    return valid > 0 && due > 0 && valid * 100 * MICRO_ONE >= r->valid_share * due;
}

/* More periods than a quarter has minutes are no test of anything, and their products would not fit. */
#define MOST_PERIODS 200000

static bool counts_right(const json_t *t)
{
    static const char *const counts[] = { "valid", "due", "missing", "gap" };
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        int64_t n = json_int(t, counts[i], 0);
        if (n < 0 || n > MOST_PERIODS)
            return false;
    }
    return true;
}

/* { valid = 18, due = 24, day_valid = true } */
static int test_day(const struct substitute_rules *rules, const char *name, size_t i, const json_t *t,
                    struct err *e)
{
    bool is = substitute_day_valid(rules, json_int(t, "valid", 0), json_int(t, "due", 0));
    return is == json_flag(t, "day_valid", !is)
               ? 0
               : err_named(e, -EBADMSG, "ruleset.test", "%s: test %zu: the day should %sbe valid", name,
                           i + 1, is ? "not " : "");
}

/* { valid = 95, missing = 5, gap = 24, values = 180 | "none" } : the row that is for it, by how many valid periods it looks at. */
static int test_row(const struct substitute_rules *rules, const char *name, size_t i, const json_t *t,
                    struct err *e)
{
    const struct substitute_row *row =
        substitute_row(rules, json_int(t, "valid", 0), json_int(t, "missing", 0), json_int(t, "gap", 1));
    int64_t want = json_int(t, "values", -1), is = row ? row->values : -1;
    return want == is ? 0
                      : err_named(e, -EBADMSG, "ruleset.test",
                                  "%s: test %zu: should look at %lld values and looks at %lld (-1: no row)",
                                  name, i + 1, (long long)want, (long long)is);
}

int substitute_rulebook_test(const struct substitute_rulebook *book, const char *name, const json_t *tree,
                             int *ret_run, struct err *e)
{
    const json_t *tests = json_object_get(tree, "tests");
    int m = substitute_medium_of(json_str(tree, "kind", ""));
    const struct substitute_rules *rules =
        m < 0 ? NULL
              : ruleset_by_id(book->rules[m], sizeof *book->rules[m], book->n[m], json_str(tree, "id", ""));
    if (!rules || json_array_size(tests) == 0)
        return err_named(e, -EINVAL, "ruleset.test", "%s: has no tests", name);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *t = json_array_get(tests, i);
        if (!counts_right(t))
            return err_named(e, -EBADMSG, "ruleset.test", "%s: test %zu: counts are from 0 to %d", name,
                             i + 1, MOST_PERIODS);
        int r =
            json_object_get(t, "day_valid") ? test_day(rules, name, i, t, e) : test_row(rules, name, i, t, e);
        if (r < 0)
            return r;
        if (ret_run)
            ++*ret_run;
    }
    return 0;
}
