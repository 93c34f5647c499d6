#include <string.h>

#include "domain/factor.h"
#include "domain/flag.h"
#include "domain/period.h"

#include "base/scoped.h"

static const char *const period_names[PERIOD_COUNT] = {
    "realtime", "minute", "hour", "day", "note", "sample"
};

const char *period_name(enum period p)
{
    return period_names[p];
}

int period_from_name(const char *name, size_t len)
{
    for (int i = 0; i < PERIOD_COUNT; i++)
        if (strlen(period_names[i]) == len && memcmp(period_names[i], name, len) == 0)
            return i;
    return -1;
}

const char *flag_text(char mark, bool english)
{
    switch (mark) {
#define X(letter, name, zh, en) \
    case letter:                \
        return english ? en : zh;
        DATA_FLAGS(X)
#undef X
    default:
        return english ? "unknown mark" : "未知标记";
    }
}

/* HJ 524/525 codes as HJ 212-2017 annex B lists them; old codes from HJ/T 212-2005. O3 (a05024) is used in the field by air
 * stations and stands in no HJ 212 table. Air stations store µg/m³, CO mg/m³ (GB 3095-2026 table 1); outlets mg/m³ and mg/L. */
static const struct factor factors[] = {
    { "a34004", "", "细颗粒物(PM2.5)", "PM2.5", "µg/m³", 0 },
    { "a34002", "", "可吸入颗粒物(PM10)", "PM10", "µg/m³", 0 },
    { "a21026", "02", "二氧化硫", "SO2", "µg/m³", 0 },
    { "a21004", "", "二氧化氮", "NO2", "µg/m³", 0 },
    { "a21005", "04", "一氧化碳", "CO", "mg/m³", 1 },
    { "a05024", "", "臭氧", "O3", "µg/m³", 0 },
    { "a21002", "03", "氮氧化物", "NOx", "mg/m³", 1 },
    { "a34013", "01", "颗粒物(烟尘)", "Particles", "mg/m³", 1 },
    { "a19001", "S01", "氧含量", "O2", "%", 1 },
    { "a00000", "B02", "废气流量", "Flue gas flow", "m³/s", 1 },
    { "a01001", "", "气温", "Temperature", "°C", 1 },
    { "a01002", "", "相对湿度", "Humidity", "%", 0 },
    { "a01006", "", "气压", "Pressure", "kPa", 1 },
    { "a01007", "", "风速", "Wind speed", "m/s", 1 },
    { "a01008", "", "风向", "Wind direction", "°", 0 },
    { "a01011", "S02", "烟气流速", "Flue gas speed", "m/s", 1 },
    { "a01012", "S03", "烟气温度", "Flue gas temperature", "°C", 1 },
    { "a01013", "S08", "烟气压力", "Flue gas pressure", "Pa", 0 },
    { "a01014", "S05", "烟气湿度", "Flue gas humidity", "%", 1 },
    { FACTOR_DOSE, "", "γ辐射空气吸收剂量率", "Gamma dose rate", "nGy/h", 1 },
    { FACTOR_LNG, "", "经度", "Longitude", "°", 5 },
    { FACTOR_LAT, "", "纬度", "Latitude", "°", 5 },
    { "w01018", "011", "化学需氧量", "COD", "mg/L", 1 },
    { "w21003", "060", "氨氮", "NH3-N", "mg/L", 2 },
    { "w21011", "101", "总磷", "TP", "mg/L", 3 },
    { "w21001", "065", "总氮", "TN", "mg/L", 2 },
    { "w01001", "001", "pH", "pH", "", 1 },
    { "w00000", "B01", "污水流量", "Flow", "L/s", 1 },
    { "w01010", "", "水温", "Water temperature", "°C", 1 },
    { "w01009", "", "溶解氧", "DO", "mg/L", 1 },
    { "w01019", "", "高锰酸盐指数", "CODMn", "mg/L", 1 },
    { "w01014", "", "电导率", "Conductivity", "µS/cm", 0 },
    { "w01003", "", "浊度", "Turbidity", "NTU", 1 },
    { "w01012", "003", "悬浮物", "SS", "mg/L", 0 },
    { "w01017", "010", "五日生化需氧量", "BOD5", "mg/L", 1 },
};

const struct factor *factor_find(const char *code, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(factors); i++) {
        const struct factor *f = &factors[i];
        if ((strlen(f->code) == len && memcmp(f->code, code, len) == 0) ||
            (*f->old_code && strlen(f->old_code) == len && memcmp(f->old_code, code, len) == 0))
            return f;
    }
    return NULL;
}

static const struct {
    const char *code, *word;
} air_items[AIR_ITEMS] = {
    [AIR_SO2] = { "a21026", "so2" }, [AIR_NO2] = { "a21004", "no2" },   [AIR_CO] = { "a21005", "co" },
    [AIR_O3] = { "a05024", "o3" },   [AIR_PM10] = { "a34002", "pm10" }, [AIR_PM25] = { "a34004", "pm25" },
};

const struct factor *factor_air(enum air_item item)
{
    return factor_find(air_items[item].code, strlen(air_items[item].code));
}

int factor_air_item(const char *code, size_t len)
{
    for (int i = 0; i < AIR_ITEMS; i++)
        if (len == 6 && memcmp(air_items[i].code, code, 6) == 0)
            return i;
    return -1;
}

const char *air_item_word(enum air_item item)
{
    return air_items[item].word;
}

int air_item_from_word(const char *word, size_t len)
{
    for (int i = 0; i < AIR_ITEMS; i++)
        if (strlen(air_items[i].word) == len && memcmp(air_items[i].word, word, len) == 0)
            return i;
    return -1;
}
