/* air.c - days and hours of ambient air by HJ 633: sub-indices, AQI, level, primary pollutant. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/kinds.h"
#include "standard/air.h"

/* Which value a column of the file is. */
struct place {
    uint8_t item, column;
};

static const struct in_column day_in[] = {
    { "pm25", "ug/m3", "pm2.5 pm2_5 pm25_24h pm2_5_24h 细颗粒物" },
    { "pm10", "ug/m3", "pm10_24h 可吸入颗粒物" },
    { "so2", "ug/m3", "so2_24h 二氧化硫" },
    { "no2", "ug/m3", "no2_24h 二氧化氮" },
    { "co", "mg/m3", "co_24h 一氧化碳" },
    { "o3_8h", "ug/m3", "o3_8h_max mda8 o3-8h o38h 臭氧8小时" },
    { "o3_1h", "ug/m3", "o3_1h_max 臭氧1小时" },
};
static const struct place day_place[] = { { AIR_PM25, AIR_DAY }, { AIR_PM10, AIR_DAY }, { AIR_SO2, AIR_DAY },
                                          { AIR_NO2, AIR_DAY },  { AIR_CO, AIR_DAY },   { AIR_O3, AIR_DAY },
                                          { AIR_O3, AIR_HOUR } };

static const struct in_column hour_in[] = {
    { "pm25", "ug/m3", "pm2.5 pm2_5 细颗粒物" },
    { "pm10", "ug/m3", "可吸入颗粒物" },
    { "so2", "ug/m3", "二氧化硫" },
    { "no2", "ug/m3", "二氧化氮" },
    { "co", "mg/m3", "一氧化碳" },
    { "o3_1h", "ug/m3", "o3 臭氧 臭氧1小时" },
    { "o3_8h", "ug/m3", "臭氧8小时" },
    { "pm25_24h", "ug/m3", "pm2.5_24h pm2_5_24h" },
    { "pm10_24h", "ug/m3", NULL },
    { "so2_24h", "ug/m3", NULL },
};
static const struct place hour_place[] = {
    { AIR_PM25, AIR_HOUR }, { AIR_PM10, AIR_HOUR }, { AIR_SO2, AIR_HOUR }, { AIR_NO2, AIR_HOUR },
    { AIR_CO, AIR_HOUR },   { AIR_O3, AIR_HOUR },   { AIR_O3, AIR_DAY },   { AIR_PM25, AIR_DAY },
    { AIR_PM10, AIR_DAY },  { AIR_SO2, AIR_DAY },
};
_Static_assert(sizeof day_in / sizeof *day_in == sizeof day_place / sizeof *day_place,
               "a place for each column");
_Static_assert(sizeof hour_in / sizeof *hour_in == sizeof hour_place / sizeof *hour_place,
               "a place for each column");

static const char *const results[] = { "aqi",     "level",   "primary",   "iaqi_so2", "iaqi_no2",
                                       "iaqi_co", "iaqi_o3", "iaqi_pm10", "iaqi_pm25" };

/* What the files of the national platform call them; an hour's ozone is its 1-hour value, a day's its 8-hour value. */
static const char *primary_name(enum air_report report, int item)
{
    static const char *const names[AIR_ITEMS] = { "二氧化硫", "二氧化氮",     "一氧化碳",
                                                  "",         "颗粒物(PM10)", "细颗粒物(PM2.5)" };
    return item == AIR_O3 ? (report == AIR_REPORT_HOUR ? "臭氧1小时" : "臭氧8小时") : names[item];
}

static unsigned exempt_of(const char *list)
{
    unsigned bits = 0;
    for (const char *p = list; *p;) {
        size_t len = strcspn(p, ",");
        int item = air_item_from_word(p, len);
        if (item >= 0)
            bits |= 1u << item;
        p += len + (p[len] == ',');
    }
    return bits;
}

static int air_start(void *state, const struct shelf *shelf, const char *const *choice, struct err *e)
{
    (void)state;
    (void)shelf;
    for (const char *p = choice[0]; *p;) {
        size_t len = strcspn(p, ",");
        if (air_item_from_word(p, len) < 0)
            return err_set(e, -EINVAL, "--not-monitored: '%.*s' is none of so2, no2, co, o3, pm10, pm25",
                           (int)len, p);
        p += len + (p[len] == ',');
    }
    return 0;
}

static void take(const struct row *row, const struct in_column *in, const struct place *place, size_t n,
                 struct air_values *v, struct out *o)
{
    air_values_clear(v);
    for (size_t i = 0; i < n; i++) {
        micro x = row->value[i];
        if (x != MICRO_MISSING && x < 0) {
            if (o)
                out_invalid(o, in[i].name);
            x = MICRO_MISSING;
        }
        v->v[place[i].column][place[i].item] = x;
    }
    v->exempt = exempt_of(row->choice[0]);
}

static void list_items(unsigned bits, enum air_report report, bool words, char out[160])
{
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < AIR_ITEMS; i++)
        if (bits & 1u << i)
            at += (size_t)snprintf(out + at, 160 - at, "%s%s", at ? (words ? ";" : ", ") : "",
                                   words ? primary_name(report, i) : air_item_word((enum air_item)i));
}

static void write_index(const struct air_index *x, enum air_report report, struct out *o)
{
    char list[160];
    const struct air_level *level = air_level(x->level);
    if (x->aqi >= 0)
        out_int(o, x->aqi);
    else
        out_empty(o);
    out_text(o, level ? level->name : NULL);
    list_items(x->primary, report, true, list);
    out_text(o, list);
    for (int i = 0; i < AIR_ITEMS; i++)
        if (x->iaqi[i] >= 0)
            out_int(o, x->iaqi[i]);
        else
            out_empty(o);
    if (x->missing) {
        list_items(x->missing, report, false, list);
        out_note(o, "%s: %s", x->na == AIR_NA_MISSING_ITEM ? "no AQI without (HJ 633-2026 5.3.1)" : "without",
                 list);
    }
    if (x->aqi < 0)
        out_unjudged(o);
}

static void judge(const struct row *row, const struct shelf_set *set, enum air_report report, struct out *o)
{
    struct air_values v;
    struct air_index x;
    if (report == AIR_REPORT_DAY)
        take(row, day_in, day_place, COUNT_OF(day_in), &v, o);
    else
        take(row, hour_in, hour_place, COUNT_OF(hour_in), &v, o);
    air_index(set->rules, report, &v, &x);
    write_index(&x, report, o);
}

static void judge_day(const struct row *row, const struct shelf_set *set, struct out *o)
{
    judge(row, set, AIR_REPORT_DAY, o);
}

static void judge_hour(const struct row *row, const struct shelf_set *set, struct out *o)
{
    judge(row, set, AIR_REPORT_HOUR, o);
}

#define EXEMPT                        \
    {                                 \
        {                             \
            "not-monitored", NULL, "" \
        }                             \
    }

const struct kind kind_air_day = {
    .name = "air-day",
    .what = "AQI, level and primary pollutant of a day (HJ 633)",
    .what_zh = "日报 AQI、级别与首要污染物",
    .rules = "air.index",
    .in = day_in,
    .n_in = COUNT_OF(day_in),
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = EXEMPT,
    .start = air_start,
    .judge = judge_day,
};

const struct kind kind_air_hour = {
    .name = "air-hour",
    .what = "AQI, level and primary pollutant of an hour (HJ 633)",
    .what_zh = "时报 AQI、级别与首要污染物",
    .rules = "air.index",
    .in = hour_in,
    .n_in = COUNT_OF(hour_in),
    .results = results,
    .n_results = COUNT_OF(results),
    .choice = EXEMPT,
    .start = air_start,
    .judge = judge_hour,
};
