#include "standard/standards.h"

#include <errno.h>
#include <string.h>

const char *const standards_folders[] = { "water",     "sea",    "noise",  "groundwater", "soil",
                                          "radiation", "source", "review", "forecast",    NULL };

int standards_add(struct standards *s, const char *name, const json_t *tree, struct err *e)
{
    const char *kind = json_str(tree, "kind", "");
    if (grade_kind_known(kind))
        return grade_book_add(&s->grades, name, tree, e);
    if (water_kind_known(kind))
        return water_rulebook_add(&s->water, name, tree, e);
    if (strcmp(kind, "sea.evaluation") == 0)
        return sea_rulebook_add(&s->sea, name, tree, e);
    if (strcmp(kind, "source.oxygen") == 0)
        return source_rulebook_add(&s->source, name, tree, e);
    if (substitute_medium_of(kind) >= 0)
        return substitute_rulebook_add(&s->substitute, name, tree, e);
    if (strcmp(kind, "review.tiers") == 0)
        return tier_book_add(&s->tiers, name, tree, e);
    if (strcmp(kind, "forecast.blend") == 0)
        return blend_book_add(&s->blends, name, tree, e);
    return err_named(e, -EINVAL, "ruleset.kind", "%s: kind '%s' is not known", name, kind);
}

int standards_test(const struct standards *s, const char *name, const json_t *tree, int *ret_run,
                   struct err *e)
{
    const char *kind = json_str(tree, "kind", "");
    if (grade_kind_known(kind))
        return grade_book_test(&s->grades, name, tree, ret_run, e);
    if (strcmp(kind, "sea.evaluation") == 0)
        return sea_rulebook_test(&s->sea, name, tree, ret_run, e);
    if (strcmp(kind, "source.oxygen") == 0)
        return source_rulebook_test(&s->source, name, tree, ret_run, e);
    if (substitute_medium_of(kind) >= 0)
        return substitute_rulebook_test(&s->substitute, name, tree, ret_run, e);
    if (strcmp(kind, "review.tiers") == 0)
        return tier_book_test(&s->tiers, name, tree, ret_run, e);
    if (strcmp(kind, "forecast.blend") == 0)
        return blend_book_test(&s->blends, name, tree, ret_run, e);
    return water_rulebook_test(&s->water, &s->grades, name, tree, ret_run, e);
}

void standards_each(const struct standards *s,
                    void (*one)(const char *kind, const struct ruleset *set, void *arg), void *arg)
{
    for (size_t i = 0; i < s->grades.n; i++)
        one(s->grades.table[i]->kind, &s->grades.table[i]->set, arg);
    for (size_t i = 0; i < s->water.n_evaluation; i++)
        one("water.evaluation", &s->water.evaluation[i].set, arg);
    for (size_t i = 0; i < s->water.n_trophic; i++)
        one("water.trophic", &s->water.trophic[i].set, arg);
    for (size_t i = 0; i < s->water.n_ranking; i++)
        one("water.ranking", &s->water.ranking[i].set, arg);
    for (size_t i = 0; i < s->sea.n; i++)
        one("sea.evaluation", &s->sea.evaluation[i].set, arg);
    for (size_t i = 0; i < s->source.n_oxygen; i++)
        one("source.oxygen", &s->source.oxygen[i].set, arg);
    for (size_t i = 0; i < s->tiers.n; i++)
        one("review.tiers", &s->tiers.rules[i].set, arg);
    for (size_t i = 0; i < s->blends.n; i++)
        one("forecast.blend", &s->blends.rules[i].set, arg);
    for (int m = 0; m < SUBSTITUTE_MEDIA; m++)
        for (size_t i = 0; i < s->substitute.n[m]; i++)
            one(substitute_kind((enum substitute_medium)m), &s->substitute.rules[m][i].set, arg);
}

void standards_release(struct standards *s)
{
    grade_book_release(&s->grades);
    *s = (struct standards){ 0 };
}
