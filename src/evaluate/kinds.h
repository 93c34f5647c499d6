/* kinds.h - the kinds, one a file. */
#pragma once

#include "evaluate/kind.h"

extern const struct kind kind_air_day, kind_air_hour;
