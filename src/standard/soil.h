/* soil.h - which column of the farm land table holds for a soil (GB 15618: use and pH). Pure; header only. Judging is grade.h's, with
 * "soil.farm" and "soil.build": grade 1 is up to the screening value, beyond the last is above intervention. */
#pragma once

#include <stdio.h>

#include "standard/grade.h"

#define SOIL_FARM  "soil.farm"
#define SOIL_BUILD "soil.build"

enum soil_use { SOIL_PADDY, SOIL_OTHER, SOIL_ORCHARD };

/* pH bands: up to 5.5, up to 6.5, up to 7.5, above. -1 without a pH. */
static inline int soil_farm_variant(const struct grade_table *t, enum soil_use use, micro ph)
{
    static const char *const words[] = { "paddy", "other", "orchard" };
    static const micro tops[] = { 5500000, 6500000, 7500000 };
    char word[GRADE_WORD];
    int band = 1;
    if (ph == MICRO_MISSING || ph < 0)
        return -1;
    while (band <= 3 && ph > tops[band - 1])
        band++;
    snprintf(word, sizeof word, "%s%d", words[use], band);
    return grade_variant_of(t, word);
}
