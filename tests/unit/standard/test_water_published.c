/* Classes against those that the national automatic network published. The data do not say which section lies in a lake, so each
 * section is judged by the one table, river's or lake's, that fits it best: one choice a section, not one a row. Skipped without the
 * shared data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../check.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/scoped.h"
#include "rules.h"

static const char *const items[] = { "ph", "do", "codmn", "nh3n", "tp" };
enum { ITEMS = COUNT_OF(items), SECTIONS = 3000, HISTORY = 2 };

struct section {
    char name[160]; /* province and section: names repeat between provinces */
    int rows, equal[WATER_BODIES];
    int last[WATER_BODIES][HISTORY]; /* classes of the readings before */
    int lagging[WATER_BODIES], at_limit[WATER_BODIES];
};
static struct section section[SECTIONS];
static int n_sections;

static struct section *section_of(const struct csv_field *province, const struct csv_field *name)
{
    char key[160];
    snprintf(key, sizeof key, "%.*s/%.*s", (int)province->len, province->s, (int)name->len, name->s);
    for (int i = 0; i < n_sections; i++)
        if (strcmp(section[i].name, key) == 0)
            return &section[i];
    if (n_sections == SECTIONS)
        fail_msg("more than %d sections", SECTIONS);
    section[n_sections] = (struct section){ .rows = 0 };
    memcpy(section[n_sections].name, key, sizeof key);
    return &section[n_sections++];
}

/* Two small values are written 4E-05. */
static micro number(const struct csv *c, int at)
{
    micro v;
    char text[40];
    if (at < 0 || (size_t)at >= c->n)
        return MICRO_MISSING;
    if (micro_parse(c->field[at].s, c->field[at].len, &v, NULL))
        return v;
    snprintf(text, sizeof text, "%.*s", (int)c->field[at].len, c->field[at].s);
    return strchr(text, 'E') ? MICRO(strtod(text, NULL)) : MICRO_MISSING;
}

static int published_class(const struct csv_field *f)
{
    char text[16];
    snprintf(text, sizeof text, "%.*s", (int)f->len, f->s);
    return grade_from_roman(text);
}

/* As displayed, a value on a limit may have been on either side of it before it was rounded. */
static bool on_a_limit(const struct grade_table *t, const micro *v, int variant)
{
    for (size_t i = 0; i < ITEMS; i++) {
        int item = grade_item_of(t, items[i], strlen(items[i]));
        for (int g = 0; g < t->n_grades; g++)
            if (v[item] != MICRO_MISSING &&
                (v[item] == t->item[item].limit[variant][g] || v[item] == t->item[item].low[variant][g]))
                return true;
    }
    return false;
}

static void judge_row(const struct grade_table *t, struct section *s, const micro *v, int published)
{
    s->rows++;
    for (int body = 0; body < WATER_BODIES; body++) {
        struct grade_ask ask = { .variant = body, .selection = grade_selection_of(t, "auto-5") };
        struct graded g;
        grade_judge(t, &ask, v, &g);
        bool equal = g.grade == published;
        s->equal[body] += equal;
        s->at_limit[body] += !equal && on_a_limit(t, v, body);
        s->lagging[body] += !equal && (s->last[body][0] == published || s->last[body][1] == published);
        s->last[body][1] = s->last[body][0];
        s->last[body][0] = g.grade;
    }
}

struct score {
    int rows, river, equal, lakes, lagging, at_limit;
};

static struct score compare(const char *file, bool raw)
{
    const struct grade_table *t = shipped_table("GB3838-2002");
    char path[600];
    struct buf text = BUF_INIT;
    struct err e = { .text = "" };
    struct csv c;
    struct score score = { .rows = 0 };
    int at[ITEMS];
    n_sections = 0;
    snprintf(path, sizeof path, "%s/data/water/%s", shared_folder(), file);
    if (file_read(path, FILE_READ_MAX, &text, &e) < 0)
        fail_msg("%s", e.text);
    csv_init(&c, text.data, text.len);
    assert_int_equal(csv_next(&c, &e), 1);
    for (size_t i = 0; i < ITEMS; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s%s", raw ? "raw_" : "", items[i]);
        at[i] = csv_find(&c, name);
        assert_true(at[i] >= 0);
    }
    int class_at = csv_find(&c, "class"), province_at = csv_find(&c, "province"),
        section_at = csv_find(&c, "section");
    while (csv_next(&c, &e) == 1) {
        micro v[GRADE_ITEMS];
        int published = published_class(&c.field[class_at]);
        if (!published)
            continue;
        for (int i = 0; i < GRADE_ITEMS; i++)
            v[i] = MICRO_MISSING;
        for (size_t i = 0; i < ITEMS; i++)
            v[grade_item_of(t, items[i], strlen(items[i]))] = number(&c, at[i]);
        judge_row(t, section_of(&c.field[province_at], &c.field[section_at]), v, published);
    }
    buf_release(&text);
    for (int i = 0; i < n_sections; i++) {
        const struct section *s = &section[i];
        int body = s->equal[WATER_LAKE] > s->equal[WATER_RIVER] ? WATER_LAKE : WATER_RIVER;
        score.rows += s->rows;
        score.river += s->equal[WATER_RIVER];
        score.equal += s->equal[body];
        score.lakes += body == WATER_LAKE;
        score.lagging += s->lagging[body];
        score.at_limit += s->at_limit[body];
    }
    print_message("# %s: %d sections (%d by the lake table), %d of %d classes equal (%.2f %%; by the river "
                  "table alone %.2f %%); of "
                  "the rest %d fit a reading before, %d sit on a limit as displayed\n",
                  file, n_sections, score.lakes, score.equal, score.rows, 100.0 * score.equal / score.rows,
                  100.0 * score.river / score.rows, score.lagging, score.at_limit);
    return score;
}

static bool shared(void)
{
    if (shared_folder())
        return true;
    print_message("# skipped: no shared data\n");
    return false;
}

/* The unrounded values are given: every class must be equal. */
static void test_unrounded(void **state)
{
    (void)state;
    if (!shared())
        return; /* cmocka writes a skipped test as "not ok" */
    struct score s = compare("national_auto_daily/national_auto_daily_2020-05_2020-10.csv.gz", true);
    assert_int_equal(s.equal, s.rows);
    assert_in_range(s.rows, 11793, 11793);
}

static void test_snapshot_2026(void **state)
{
    (void)state;
    if (!shared())
        return; /* cmocka writes a skipped test as "not ok" */
    struct score s = compare("national_auto_2026-02-04/sections_2026-02-04.csv.gz", false);
    assert_int_equal(s.equal, s.rows);
    assert_in_range(s.rows, 528, 528);
}

/* Displayed values only, and classes that often are of the reading before. */
static void test_every_four_hours(void **state)
{
    (void)state;
    if (!shared())
        return; /* cmocka writes a skipped test as "not ok" */
    struct score s = compare("national_auto_4h_2021-04/sections_4h_2021-04-01_05.csv.gz", false);
    assert_in_range(s.rows, 12411, 12411);
    assert_in_range(s.equal * 1000 / s.rows, 985, 1000);
}

/* tools/water_sections.py: simulated, judged by a second program. Of these the body of water is known. */
static void test_simulated_sections(void **state)
{
    const struct grade_table *t = shipped_table("GB3838-2002");
    struct buf text = BUF_INIT;
    struct err e = { .text = "" };
    struct csv c;
    int rows = 0;
    (void)state;
    if (file_read(SOURCE_ROOT "/tests/unit/standard/water_sections.csv", FILE_READ_MAX, &text, &e) < 0)
        fail_msg("%s", e.text);
    csv_init(&c, text.data, text.len);
    assert_int_equal(csv_next(&c, &e), 1);
    for (; csv_next(&c, &e) == 1; rows++) {
        micro v[GRADE_ITEMS];
        struct graded g;
        struct grade_ask ask = { .variant = c.field[1].len == 4 ? WATER_LAKE : WATER_RIVER,
                                 .selection = grade_selection_of(t, "auto-5") };
        for (int i = 0; i < GRADE_ITEMS; i++)
            v[i] = MICRO_MISSING;
        for (size_t i = 0; i < ITEMS; i++)
            v[grade_item_of(t, items[i], strlen(items[i]))] = number(&c, (int)i + 2);
        grade_judge(t, &ask, v, &g);
        if (g.grade != published_class(&c.field[7]))
            fail_msg("%.*s: class %d", (int)c.field[0].len, c.field[0].s, g.grade);
    }
    buf_release(&text);
    assert_int_equal(rows, 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simulated_sections),
        cmocka_unit_test(test_unrounded),
        cmocka_unit_test(test_snapshot_2026),
        cmocka_unit_test(test_every_four_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
