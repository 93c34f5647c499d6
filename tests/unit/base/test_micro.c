#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/micro.h"
#include "base/scoped.h"
#include "unit/check.h"

static const struct {
    const char *text;
    bool ok;
    micro value;
    int decimals;
} parse_case[] = {
    { "0", true, 0, 0 },
    { "40.10", true, 40100000, 2 },
    { "-0.5", true, -500000, 1 },
    { "+7", true, 7000000, 0 },
    { ".5", true, 500000, 1 },
    { "5.", true, 5000000, 0 },
    { "0.1234565", true, 123456, 7 }, /* half to even */
    { "0.1234575", true, 123458, 7 },
    { "0.12345651", true, 123457, 8 },
    { "9200000000000", true, INT64_C(9200000000000000000), 0 },
    { "9200000000001", false, 0, 0 },
    { "99999999999999999999", false, 0, 0 },
    { "", false, 0, 0 },
    { "-", false, 0, 0 },
    { ".", false, 0, 0 },
    { "1e3", false, 0, 0 },
    { "1.2.3", false, 0, 0 },
    { "NaN", false, 0, 0 },
    { " 1", false, 0, 0 },
};

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(parse_case); i++) {
        micro v = 77;
        int decimals = -1;
        bool ok = micro_parse(parse_case[i].text, strlen(parse_case[i].text), &v, &decimals);
        CHECK_CASE(parse_case[i].text, ok == parse_case[i].ok);
        if (ok)
            CHECK_CASE(parse_case[i].text, v == parse_case[i].value && decimals == parse_case[i].decimals);
        else
            CHECK_CASE(parse_case[i].text, v == 77);
    }
}

/* GB/T 8170-2008 3.2: the digit dropped is 5 with nothing behind it: to the even side. */
static const struct {
    micro value;
    int decimals;
    const char *text;
} round_case[] = {
    { MICRO(60.5), 0, "60" },
    { MICRO(61.5), 0, "62" },
    { MICRO(60.500001), 0, "61" },
    { MICRO(-60.5), 0, "-60" },
    { MICRO(2.5), 0, "2" },
    { MICRO(0.35), 1, "0.4" },
    { MICRO(0.25), 1, "0.2" },
    { MICRO(12.3), 2, "12.30" },
    { MICRO(-0.04), 1, "0.0" },
    { MICRO(1.05), -1, "1.05" },
    { MICRO(3), -1, "3" },
    { MICRO_MISSING, 1, "" },
    { MICRO(-0.000001), -1, "-0.000001" },
};

static void test_round(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(round_case); i++) {
        char text[MICRO_TEXT];
        micro_format(round_case[i].value, round_case[i].decimals, text);
        CHECK_CASE(round_case[i].text, strcmp(text, round_case[i].text) == 0);
    }
}

static void test_division(void **state)
{
    (void)state;
    CHECK(micro_div(10, 4) == 2 && micro_div(14, 4) == 4 && micro_div(-10, 4) == -2 && micro_div(7, 7) == 1);
    CHECK(micro_muldiv(MICRO(3e12), 21, 7) == MICRO(9e12));
    CHECK(micro_muldiv(MICRO(50), 15, -10) == MICRO(-75));
}

/* What is formatted reads back, and rounding never moves by more than half a unit. */
static void test_format_reads_back(void **state)
{
    (void)state;
    unsigned seed = 8170;
    print_message("# seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < 200000; i++) {
        micro v = ((micro)rand() << 20 ^ rand()) % INT64_C(1000000000000);
        char text[MICRO_TEXT];
        micro back;
        v = i % 2 ? -v : v;
        micro_format(v, -1, text);
        CHECK_CASE(text, micro_parse(text, strlen(text), &back, NULL) && back == v);
        for (int d = 0; d < 6; d++) {
            micro unit = d == 0   ? 1000000
                         : d == 1 ? 100000
                         : d == 2 ? 10000
                         : d == 3 ? 1000
                         : d == 4 ? 100
                                  : 10;
            micro r = micro_round(v, d);
            CHECK_CASE(text, r % unit == 0 && llabs(r - v) * 2 <= unit);
        }
    }
}

/* What a micro cannot hold ends at its edge and stays a number that can be rounded and written. */
static void test_edges(void **state)
{
    (void)state;
    CHECK(micro_add(MICRO_MOST, 1) == MICRO_MOST && micro_add(INT64_MAX, INT64_MAX) == MICRO_MOST);
    CHECK(micro_add(-MICRO_MOST, -1) == -MICRO_MOST && micro_add(MICRO_MOST, -MICRO_MOST) == 0);
    CHECK(micro_sub(-MICRO_MOST, MICRO_MOST) == -MICRO_MOST && micro_sub(MICRO_MOST, -1) == MICRO_MOST);
    CHECK(micro_add(3, 4) == 7 && micro_sub(3, 4) == -1);
    CHECK(micro_muldiv(MICRO_MOST, MICRO_MOST, 1) == MICRO_MOST);
    CHECK(micro_muldiv(-MICRO_MOST, 1000000, 7) == -MICRO_MOST && micro_muldiv(MICRO_MOST, 1000000, -7) < 0);
    for (int places = 0; places <= 6; places++) {
        CHECK(micro_round(MICRO_MOST, places) == MICRO_MOST &&
              micro_round(-MICRO_MOST, places) == -MICRO_MOST);
        CHECK(micro_round(INT64_MAX, places) == INT64_MAX &&
              micro_round(MICRO_MISSING, places) == MICRO_MISSING);
        CHECK(micro_round(MICRO_MOST - 1, places) <= MICRO_MOST);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),    cmocka_unit_test(test_round),
        cmocka_unit_test(test_division), cmocka_unit_test(test_format_reads_back),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
