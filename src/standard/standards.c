#include "standard/standards.h"

#include <errno.h>
#include <string.h>

const char *const standards_folders[] = { "water", "sea",       "noise",  "groundwater",
                                          "soil",  "radiation", "source", NULL };

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
    return water_rulebook_test(&s->water, &s->grades, name, tree, ret_run, e);
}

void standards_release(struct standards *s)
{
    grade_book_release(&s->grades);
    *s = (struct standards){ 0 };
}
