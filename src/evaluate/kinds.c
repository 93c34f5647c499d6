/* kinds.c - the table of kinds. */
#include <string.h>

#include "base/scoped.h"
#include "evaluate/kinds.h"

/* Pointers to kinds or to pointers to them: those of media.c stand inside larger structs. */
static const struct {
    const struct kind *one;
    const struct kind *const *other;
} kinds[] = {
    { &kind_air_day, NULL },
    { &kind_air_hour, NULL },
    { &kind_water, NULL },
    { &kind_water_source, NULL },
    { NULL, &kind_water_black },
    { NULL, &kind_groundwater },
    { NULL, &kind_sea },
    { NULL, &kind_noise },
    { NULL, &kind_soil_farm },
    { NULL, &kind_soil_build },
    { NULL, &kind_wwtp },
    { NULL, &kind_radiation_field },
    { &kind_radiation, NULL },
    { &kind_source, NULL },
    { &kind_air_year, NULL },
    { &kind_air_rank, NULL },
    { &kind_air_warning, NULL },
    { &kind_air_compensation, NULL },
    { &kind_water_compensation, NULL },
    { &kind_air_trend, NULL },
    { &kind_forecast, NULL },
    { &kind_water_group, NULL },
    { &kind_water_lake, NULL },
    { &kind_water_rank, NULL },
    { &kind_rates, NULL },
    { &kind_rates_hours, NULL },
};

const struct kind *kind_at(size_t i)
{
    if (i >= COUNT_OF(kinds))
        return NULL;
    return kinds[i].one ? kinds[i].one : *kinds[i].other;
}

const struct kind *kind_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kind_at(i)->name, name) == 0)
            return kind_at(i);
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
        const struct kind *k = kind_at(i);
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
