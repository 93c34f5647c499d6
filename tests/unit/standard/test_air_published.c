/* Against what was published: city days from 2016 and station hours of 2020. Skipped without the shared data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/scoped.h"
#include "rules.h"

struct column {
    const char *name;
    enum air_item item;
    enum air_column column;
};

static micro number(const struct csv *c, int at)
{
    micro v;
    return at >= 0 && (size_t)at < c->n && micro_parse(c->field[at].s, c->field[at].len, &v, NULL)
               ? v
               : MICRO_MISSING;
}

/* The words in which the platform names a primary pollutant. */
static unsigned primary_of(const struct csv_field *f)
{
    static const struct {
        const char *word;
        enum air_item item;
    } words[] = { { "PM2.5", AIR_PM25 },   { "PM10", AIR_PM10 },    { "臭氧", AIR_O3 },
                  { "二氧化氮", AIR_NO2 }, { "二氧化硫", AIR_SO2 }, { "一氧化碳", AIR_CO } };
    unsigned bits = 0;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (memmem(f->s, f->len, words[i].word, strlen(words[i].word)))
            bits |= 1u << words[i].item;
    return bits;
}

static void compare(const char *file, enum air_report report, const struct column *cols, size_t n_cols,
                    bool zero_missing, const char *since, int least, int *ret_rows, int *ret_equal,
                    int *ret_primary_wrong)
{
    char path[600];
    struct buf text = BUF_INIT;
    struct err e = { 0 };
    struct csv c;
    const struct air_index_rules *rules = air_index_by_id(shipped_rules(), "published-2013");
    snprintf(path, sizeof path, "%s/data/air/%s", shared_folder(), file);
    if (file_read(path, FILE_READ_MAX, &text, &e) < 0)
        fail_msg("%s", e.text);
    csv_init(&c, text.data, text.len);
    assert_int_equal(csv_next(&c, &e), 1);
    int at[AIR_ITEMS], aqi_at = csv_find(&c, "aqi"), date_at = csv_find(&c, "date"),
                       primary_at = csv_find(&c, "primary_pollutant");
    primary_at = primary_at < 0 ? csv_find(&c, "primarypollutant") : primary_at;
    for (size_t i = 0; i < n_cols; i++)
        at[i] = csv_find(&c, cols[i].name);
    while (csv_next(&c, &e) == 1) {
        struct air_values in;
        struct air_index out;
        micro aqi = number(&c, aqi_at);
        if (aqi == MICRO_MISSING || (since && strncmp(c.field[date_at].s, since, strlen(since)) < 0) ||
            (zero_missing && aqi == 0))
            continue;
        air_values_clear(&in);
        for (size_t i = 0; i < n_cols; i++) {
            micro v = number(&c, at[i]);
            in.v[cols[i].column][cols[i].item] = zero_missing && v == 0 ? MICRO_MISSING : v;
        }
        air_index(rules, report, &in, &out);
        if (out.aqi < 0)
            continue;
        ++*ret_rows;
        *ret_equal += out.aqi == (int)(aqi / MICRO_ONE);
        if (primary_at >= 0 && aqi > 50 * MICRO_ONE && primary_of(&c.field[primary_at]) &&
            out.primary != primary_of(&c.field[primary_at]))
            ++*ret_primary_wrong;
    }
    buf_release(&text);
    assert_true(*ret_rows >= least);
}

static const struct column daily[] = {
    { "so2", AIR_SO2, AIR_DAY },  { "no2", AIR_NO2, AIR_DAY },   { "co", AIR_CO, AIR_DAY },
    { "o3_8h", AIR_O3, AIR_DAY }, { "pm10", AIR_PM10, AIR_DAY }, { "pm25", AIR_PM25, AIR_DAY },
};
static const struct column hourly[] = {
    { "so2", AIR_SO2, AIR_HOUR },  { "no2", AIR_NO2, AIR_HOUR },   { "co", AIR_CO, AIR_HOUR },
    { "o3_1h", AIR_O3, AIR_HOUR }, { "pm10", AIR_PM10, AIR_HOUR }, { "pm25", AIR_PM25, AIR_HOUR },
};

static void test_city_days_from_2016(void **state)
{
    (void)state;
    int rows = 0, equal = 0, wrong = 0;
    if (!shared_folder()) {
        print_message("# skipped: no shared data\n");
        return;
    }
    compare("city_daily_aqi/city_daily_aqi_2013-12_2017-05.csv.gz", AIR_REPORT_DAY, daily, COUNT_OF(daily),
            true, "2016", 9800, &rows, &equal, &wrong);
    print_message("# %d of %d city days equal\n", equal, rows);
    assert_true(rows - equal <=
                2); /* 99.98 %: two rows were published with other figures than those listed beside them */
}

static void test_station_hours_of_2020(void **state)
{
    (void)state;
    static const char *const files[] = { "station_hourly_2020/station_hourly_2020-03_2020-04.csv.gz",
                                         "station_hourly_2020/national_20200410-0411_no_city.csv.gz" };
    if (!shared_folder()) {
        print_message("# skipped: no shared data\n");
        return;
    }
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        int rows = 0, equal = 0, wrong = 0;
        compare(files[i], AIR_REPORT_HOUR, hourly, COUNT_OF(hourly), false, NULL, 5800, &rows, &equal,
                &wrong);
        print_message("# %d of %d station hours equal, %d primary pollutants differ\n", equal, rows, wrong);
        assert_int_equal(equal, rows);
        assert_int_equal(wrong, 0);
    }
}

/* The feed's ozone columns are swapped: o3_24h holds the hour's ozone. Rows whose AQI is 0 report nothing. */
static const struct column snapshot[] = {
    { "so2", AIR_SO2, AIR_HOUR },   { "no2", AIR_NO2, AIR_HOUR },   { "co", AIR_CO, AIR_HOUR },
    { "o3_24h", AIR_O3, AIR_HOUR }, { "pm10", AIR_PM10, AIR_HOUR }, { "pm2_5", AIR_PM25, AIR_HOUR },
};

static void test_national_snapshots(void **state)
{
    (void)state;
    static const char *const files[] = { "stations_20180220T07", "stations_20190718T12",
                                         "stations_20190718T14" };
    int rows = 0, equal = 0, wrong = 0;
    if (!shared_folder()) {
        print_message("# skipped: no shared data\n");
        return;
    }
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        char name[100];
        snprintf(name, sizeof name, "cnemc_station_snapshots/%s.csv.gz", files[i]);
        compare(name, AIR_REPORT_HOUR, snapshot, COUNT_OF(snapshot), false, NULL, 1400 * ((int)i + 1), &rows,
                &equal, &wrong);
    }
    print_message("# %d of %d stations of the national network equal, %d primary pollutants differ\n", equal,
                  rows, wrong);
    assert_int_equal(equal, rows);
    assert_int_equal(wrong, 0);
}

/* From one edition to the next only the points of particles moved, and to the stricter side. */
static void test_new_rules_alone_change_particles(void **state)
{
    (void)state;
    const struct air_index_rules *old = air_index_by_id(shipped_rules(), "published-2013"),
                                 *fresh = air_index_by_id(shipped_rules(), "HJ633-2026");
    for (int item = 0; item < AIR_ITEMS; item++)
        for (micro v = 0; v < 700 * MICRO_ONE; v += MICRO_ONE / 2) {
            int a = air_iaqi(old, (enum air_item)item, AIR_DAY, v),
                b = air_iaqi(fresh, (enum air_item)item, AIR_DAY, v);
            if (item != AIR_PM25 && item != AIR_PM10)
                assert_int_equal(a, b);
            else /* stricter or equal, never milder */
                assert_true(b >= a);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_city_days_from_2016),
        cmocka_unit_test(test_station_hours_of_2020),
        cmocka_unit_test(test_national_snapshots),
        cmocka_unit_test(test_new_rules_alone_change_particles),
    };
    return cmocka_run_group_tests_name("standard.air_published", tests, NULL, NULL);
}
