#include <string.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "unit/check.h"

static const struct {
    const char *name, *text;
    bool ok;
    const char *iso;
} compact_case[] = {
    { "DataTime of HJ 212-2017", "20160801084000", true, "2016-08-01T08:40:00+08:00" },
    { "QN with milliseconds", "20160801085857223", true, "2016-08-01T08:58:57+08:00" },
    { "a date", "20240229", true, "2024-02-29T00:00:00+08:00" },
    { "no such day", "20230229", false, NULL },
    { "hour 24", "20230228240000", false, NULL },
    { "a letter", "2023022a000000", false, NULL },
    { "nine digits", "202302280", false, NULL },
    { "before the epoch", "19691231235959", true, "1969-12-31T23:59:59+08:00" },
};

static void test_compact(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(compact_case); i++) {
        int64_t ms;
        char text[CN_TEXT];
        bool ok = cn_parse_compact(compact_case[i].text, strlen(compact_case[i].text), &ms);
        CHECK_CASE(compact_case[i].name, ok == compact_case[i].ok);
        if (ok)
            CHECK_CASE(compact_case[i].name, strcmp(cn_format_iso(ms, text), compact_case[i].iso) == 0);
    }
}

static const struct {
    const char *name, *text;
    bool ok;
    const char *compact;
} iso_case[] = {
    { "date", "2026-03-01", true, "20260301000000" },
    { "minute, blank", "2026-03-01 13:05", true, "20260301130500" },
    { "second, T", "2026-03-01T13:05:09", true, "20260301130509" },
    { "UTC", "2026-03-01T00:00:00Z", true, "20260301080000" },
    { "with zone", "2026-03-01T13:05:09+08:00", true, "20260301130509" },
    { "another zone", "2026-03-01T13:05:09+00:00", true, "20260301210509" },
    { "milliseconds and UTC", "2026-03-01T00:00:00.500Z", true, "20260301080000" },
    { "month 13", "2026-13-01", false, NULL },
    { "rubbish behind", "2026-03-01T13:05:09x", false, NULL },
    { "short", "2026-3-1", false, NULL },
};

static void test_iso(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(iso_case); i++) {
        int64_t ms;
        char text[CN_TEXT];
        bool ok = cn_parse_iso(iso_case[i].text, strlen(iso_case[i].text), &ms);
        CHECK_CASE(iso_case[i].name, ok == iso_case[i].ok);
        if (ok)
            CHECK_CASE(iso_case[i].name, strcmp(cn_format_compact(ms, text), iso_case[i].compact) == 0);
    }
}

static void test_every_day_of_four_centuries_goes_there_and_back(void **state)
{
    (void)state;
    int64_t day = cn_days(1900, 1, 1);
    for (int year = 1900; year < 2300; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int d = 1; d <= cn_days_in_month(year, month); d++, day++) {
                struct cn_civil c = cn_from_ms(cn_day_start(day));
                CHECK(cn_days(year, month, d) == day);
                CHECK(c.year == year && c.month == month && c.day == d && c.hour == 0 && c.minute == 0);
                CHECK(cn_day_of(cn_day_start(day) + MS_DAY - 1) == day);
            }
        }
    }
}

static void test_clock(void **state)
{
    (void)state;
    struct clock c;
    clock_init_test(&c, 1000);
    CHECK(clock_now(&c) == 1000);
    CHECK(clock_advance(&c, 500) == 0 && clock_now(&c) == 1500);
    CHECK(clock_advance(&c, -1) < 0 && clock_now(&c) == 1500);
    clock_init_real(&c);
    CHECK(clock_advance(&c, 1) < 0);
    CHECK(clock_now(&c) > INT64_C(1700000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compact),
        cmocka_unit_test(test_iso),
        cmocka_unit_test(test_every_day_of_four_centuries_goes_there_and_back),
        cmocka_unit_test(test_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
