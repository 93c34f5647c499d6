/* place_own.h - what place.c and place_build.c share. Not for others. */
#pragma once

#include "base/arena.h"
#include "domain/place.h"

struct place_owner {
    struct place place; /* first: a struct place * is a struct place_owner * */
    struct arena arena;
    const struct site_limits **filed; /* by site: what the city file says */
};
