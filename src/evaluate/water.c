/* water.c - surface water: the class of each section, its quality word, what makes the class and what is over class III. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/grade.h"
#include "evaluate/kinds.h"
#include "standard/water.h"

static const struct in_column text_in[] = { { "body", NULL, "body_type water_body 水体类型 水体" } };
enum { BODY_COLUMN };
enum { BODY, ITEMS, TARGET, ROUND };

static const char *const results[] = { "class", "quality", "limiting", "over" };

struct state {
    struct grade_state grades;
    int target;
};

static size_t columns(const struct kind *kind, const struct shelf *shelf, struct in_column *to,
                      struct arena *names)
{
    return grade_columns(shelf, kind->rules, text_in, COUNT_OF(text_in), true, to, names);
}

static int start(const struct kind *kind, void *state, const struct shelf *shelf, const char *const *choice,
                 struct err *e)
{
    struct state *s = state;
    (void)kind;
    (void)shelf;
    s->target = grade_from_roman(choice[TARGET]);
    return s->target >= 1 && s->target <= 5
               ? 0
               : err_set(e, -EINVAL, "--target: '%s' is no class from 1 to 5", choice[TARGET]);
}

/* A river-like reservoir (河流型水库) is judged as a river (环办〔2011〕22号). */
enum water_body water_body_said(const struct cell_text *c)
{
    static const char *const lakes[] = { "lake", "reservoir", "湖", "库" };
    if (memmem(c->s, c->len, "河流型", strlen("河流型")))
        return WATER_RIVER;
    for (size_t i = 0; i < COUNT_OF(lakes); i++)
        if (memmem(c->s, c->len, lakes[i], strlen(lakes[i])))
            return WATER_LAKE;
    return WATER_RIVER;
}

static int body_of(const struct row *row)
{
    if (strcmp(row->choice[BODY], "auto") != 0)
        return strcmp(row->choice[BODY], "lake") == 0 ? WATER_LAKE : WATER_RIVER;
    return (int)water_body_said(&row->text[BODY_COLUMN]);
}

static void judge(const struct kind *kind, const struct row *row, const struct shelf_set *set, struct out *o)
{
    (void)kind;
    struct state *s = row->state;
    const struct grade_table *t = set->rules;
    const struct shelf_set *used =
        row->day == NO_DAY ? NULL : shelf_on(row->shelf, "water.evaluation", row->day);
    if (!used)
        used = shelf_newest(row->shelf, "water.evaluation");
    micro v[GRADE_ITEMS];
    struct graded g;
    struct grade_ask ask = { .variant = body_of(row),
                             .selection = grade_selection_of(t, row->choice[ITEMS]),
                             .target = s->target,
                             .round = strcmp(row->choice[ROUND], "method") == 0 };
    grade_values(&s->grades, row, t, v);
    grade_judge(t, &ask, v, &g);
    const struct water_word *word = used ? water_quality(used->rules, g.grade) : NULL;
    out_text(o, grade_name(t, g.grade, false));
    out_text(o, word ? word->name : NULL);
    grade_write_deciding(t, &g, o);
    grade_write_over(t, &g, o);
    grade_write_why(t, &g, o);
}

const struct kind kind_water = {
    .name = "water",
    .what = "class, quality and limiting items of a surface-water section (GB 3838)",
    .what_zh = "地表水断面水质类别、水质状况、定类因子与超标倍数",
    .rules = WATER_CLASSES,
    .columns = columns,
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = { { "body", "river|lake|auto", "auto" },
                { "items", "gb3838-21|auto-5|auto-5-whole", "gb3838-21" },
                { "target", "1|2|3|4|5", "3" },
                { "round", "no|method", "no" } },
    .state = sizeof(struct state),
    .start = start,
    .judge = judge,
};
