/* kinds.h - the kinds, one a file. */
#pragma once

#include "evaluate/kind.h"

extern const struct kind kind_air_rank, kind_air_warning, kind_air_year, kind_air_compensation,
    kind_water_compensation;
extern const struct kind kind_rates, kind_rates_hours, kind_forecast, kind_air_trend;
extern const struct kind kind_water_group, kind_water_lake, kind_water_rank;
extern const struct kind kind_air_day, kind_air_hour, kind_water, kind_source, kind_water_source,
    kind_radiation;
extern const struct kind *const kind_sea,
    *const kind_groundwater,
        *const kind_noise, *const kind_soil_farm, *const kind_soil_build, *const kind_wwtp,
                                                                              *const kind_water_black,
                                                                                  *const kind_radiation_field;
