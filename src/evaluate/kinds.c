/* kinds.c - the table of kinds. */
#include <string.h>

#include "base/scoped.h"
#include "evaluate/kinds.h"

static const struct kind *const kinds[] = {
    &kind_air_day,
    &kind_air_hour,
    &kind_water,
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

/* The columns, a line of them at a time. */
static void list_columns(const struct in_column *in, size_t n, FILE *to)
{
    int at = fprintf(to, "              reads:");
    for (size_t c = 0; c < n; c++) {
        if (at > 110)
            at = fprintf(to, "\n                    ");
        at += in[c].unit && strcmp(in[c].unit, "1") != 0 ? fprintf(to, " %s(%s)", in[c].name, in[c].unit)
                                                         : fprintf(to, " %s", in[c].name);
    }
    fputs("\n", to);
}

void evaluate_list(const struct shelf *shelf, FILE *to)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const struct kind *k = kinds[i];
        struct in_column own[KIND_COLUMNS];
        struct arena names = { 0 };
        fprintf(to, "  %-11s %s\n              %s\n", k->name, k->what, k->what_zh);
        if (!k->columns)
            list_columns(k->in, k->n_in, to);
        else if (shelf)
            list_columns(own, k->columns(k, shelf, own, &names), to);
        for (size_t c = 0; c < KIND_CHOICES && k->choice[c].name; c++)
            fprintf(to, "              --%s %s (%s)\n", k->choice[c].name,
                    k->choice[c].values ? k->choice[c].values : "TEXT",
                    *k->choice[c].otherwise ? k->choice[c].otherwise : "none");
        arena_release(&names);
    }
}
