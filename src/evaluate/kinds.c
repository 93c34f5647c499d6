/* kinds.c - the table of kinds. */
#include <string.h>

#include "base/scoped.h"
#include "evaluate/kinds.h"

static const struct kind *const kinds[] = {
    &kind_air_day,
    &kind_air_hour,
};

const struct kind *kind_at(size_t i)
{
    return i < COUNT_OF(kinds) ? kinds[i] : NULL;
}

const struct kind *kind_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

void evaluate_list(FILE *to)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const struct kind *k = kinds[i];
        fprintf(to, "  %-11s %s\n              %s\n              reads:", k->name, k->what, k->what_zh);
        for (size_t c = 0; c < k->n_in; c++)
            fprintf(to, " %s%s%s%s", k->in[c].name, k->in[c].unit ? "(" : "",
                    k->in[c].unit ? k->in[c].unit : "", k->in[c].unit ? ")" : "");
        fputs("\n", to);
        for (size_t c = 0; c < KIND_CHOICES && k->choice[c].name; c++)
            fprintf(to, "              --%s %s (%s)\n", k->choice[c].name,
                    k->choice[c].values ? k->choice[c].values : "TEXT",
                    *k->choice[c].otherwise ? k->choice[c].otherwise : "none");
    }
}
