/* drinking.c - a surface source of drinking water: table 1 of GB 3838 at its class and the supplementary table 2 must both hold. */
#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/grade.h"
#include "evaluate/kinds.h"
#include "standard/water.h"

static const struct in_column text_in[] = { { "body", NULL, "body_type water_body 水体类型 水体" } };
enum { BODY_COLUMN };
enum { BODY, TARGET };
static const char *const results[] = { "attains", "class", "over", "over_extra" };

struct state {
    struct grade_state grades;
};

static size_t columns(const struct kind *kind, const struct shelf *shelf, struct in_column *to,
                      struct arena *names)
{
    size_t n = grade_columns(shelf, kind->rules, text_in, COUNT_OF(text_in), false, to, names);
    return n + grade_columns(shelf, WATER_SOURCE, NULL, 0, false, to + n, names);
}

static enum water_body body_of(const struct row *row)
{
    if (strcmp(row->choice[BODY], "auto") != 0)
        return strcmp(row->choice[BODY], "lake") == 0 ? WATER_LAKE : WATER_RIVER;
    return water_body_said(&row->text[BODY_COLUMN]);
}

/* Of one table: what is missing, when that keeps it from being judged. */
static void note_missing(const struct grade_table *t, const struct graded *g, struct out *o)
{
    char text[1024];
    if (g->missing)
        out_note(o, "%s 缺 %s", t->set.clause,
                 grade_text_items(t, g->missing, GRADE_TEXT_ZH, text, sizeof text));
}

static void judge(const struct kind *kind, const struct row *row, const struct shelf_set *set, struct out *o)
{
    static const char *const words[] = { "超标", "达标" };
    struct state *s = row->state;
    const struct grade_table *t = set->rules;
    const struct shelf_set *more = row->day == NO_DAY ? NULL : shelf_on(row->shelf, WATER_SOURCE, row->day);
    if (!more)
        more = shelf_newest(row->shelf, WATER_SOURCE);
    (void)kind;
    if (!more) {
        out_note(o, "没有补充项目的规则");
        out_unjudged(o);
        return;
    }
    const struct grade_table *t2 = more->rules;
    out_also(o, more);
    micro v[GRADE_ITEMS], extra[GRADE_ITEMS];
    struct water_source w;
    struct grade_ask ask = { .variant = (int)body_of(row),
                             .selection = grade_selection_of(t, "gb3838-21"),
                             .target = row->choice[TARGET][0] - '0' };
    grade_values(&s->grades, row, t, v);
    grade_values(&s->grades, row, t2, extra);
    water_source(t, t2, &ask, v, extra, &w);
    out_text(o, w.attains < 0 ? NULL : words[w.attains]);
    out_text(o, grade_name(t, w.basic.grade, false));
    grade_write_over(t, &w.basic, o);
    grade_write_over(t2, &w.supplementary, o);
    enum certainty c =
        w.basic.certainty > w.supplementary.certainty ? w.basic.certainty : w.supplementary.certainty;
    out_certainty(o, certainty_word(c));
    if (w.attains < 0)
        out_unjudged(o);
    /* What is over the limit is over whatever else was not measured; still the gap is said. */
    note_missing(t, &w.basic, o);
    note_missing(t2, &w.supplementary, o);
}

const struct kind kind_water_source = {
    .name = "water-source",
    .what = "a surface source of drinking water: table 1 at its class and the supplementary items of table 2 "
            "(GB 3838; "
            "table 3 is not here)",
    .what_zh = "集中式饮用水地表水源达标（GB 3838 表1 与表2；不含表3）",
    .rules = WATER_CLASSES,
    .columns = columns,
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = { { "body", "river|lake|auto", "auto" }, { "target", "2|3", "3" } },
    .state = sizeof(struct state),
    .judge = judge,
};
