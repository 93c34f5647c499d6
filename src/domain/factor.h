/* factor.h - what is measured: the codes of HJ 524 (air, a.....) and HJ 525 (water, w.....) that this program knows by name.
 * A code that is not here is still stored and shown by its code. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct factor {
    const char *code;     /* a34004 */
    const char *old_code; /* HJ/T 212-2005, or "" */
    const char *name;     /* 中文 */
    const char *name_en;
    const char *unit; /* µg/m³, mg/m³, mg/L, ... : the unit values are stored in */
    int decimals;     /* on screen */
};

/* The six items of GB 3095 table 1, in this order everywhere. */
enum air_item { AIR_SO2, AIR_NO2, AIR_CO, AIR_O3, AIR_PM10, AIR_PM25, AIR_ITEMS };

/* No standard that could be read gives codes to a gamma dose rate or to a position: these are our own. */
#define FACTOR_DOSE "r00001" /* nGy/h */
#define FACTOR_LNG  "r00002" /* degrees, CGCS2000 */
#define FACTOR_LAT  "r00003"

const struct factor *factor_find(const char *code, size_t len); /* by new or old code; NULL when unknown */
const struct factor *factor_air(enum air_item item);
int factor_air_item(const char *code, size_t len); /* enum air_item, or -1 */
/* "pm25", "pm10", "so2", "no2", "co", "o3": the word in definitions and the API. */
const char *air_item_word(enum air_item item);
int air_item_from_word(const char *word, size_t len);
