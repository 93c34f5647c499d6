/* Amounts in place of missing periods: HJ 75-2017 tables 5 and 6, HJ 356-2019 (all from memory, ../shared/facts 2.2 and 2.4). */
#include <string.h>

#include "../check.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "rules.h"

enum { SLOTS = 6000 };
static struct gap_slot slot[SLOTS];
static struct gap_filled filled[SLOTS];

static const struct substitute_rules *rules(enum substitute_medium m)
{
    const struct substitute_rulebook *book = &shipped_standards()->substitute;
    return ruleset_on(book->rules[m], sizeof *book->rules[m], book->n[m], cn_days(2026, 6, 1));
}

/* n valid hours of 1, 2, 3 ... kg, all of one quarter. */
static void valid_hours(size_t n)
{
    memset(slot, 0, sizeof slot);
    for (size_t i = 0; i < n; i++)
        slot[i] = (struct gap_slot){ .kg = ((int64_t)n - (int64_t)i) * MICRO_ONE,
                                     .quarter = 1,
                                     .state = GAP_VALID };
}

static void gap_at(size_t from, size_t n, enum gap_state state)
{
    for (size_t i = from; i < from + n; i++)
        slot[i] = (struct gap_slot){ .kg = MICRO_MISSING, .quarter = 1, .state = (uint8_t)state };
}

/* Amounts fall by 1 kg an hour, so that the largest of the k before the gap is the k-th before it. */
static void test_each_row_of_the_table(void **state)
{
    static const struct {
        const char *name;
        size_t valid, gap;
        enum gap_answer answer;
        int largest;
    } cases[] = {
        { "90 % and more, 24 h: 180 hours", 1000, 24, GAP_FILLED, 180 },
        { "90 % and more, 25 h: 720 hours", 1000, 25, GAP_FILLED, 720 },
        { "90 % exactly, 300 h: 720 hours", 2700, 300, GAP_FILLED, 720 },
        { "below 90 %: 2160 hours", 2700, 301, GAP_FILLED, 2160 },
        { "75 % exactly: 2160 hours", 2400, 800, GAP_FILLED, 2160 },
        { "below 75 %: no row", 2400, 801, GAP_NO_ROW, 0 },
        { "179 hours before it are not 180", 179, 1, GAP_NO_HISTORY, 0 },
        { "180 are", 180, 1, GAP_FILLED, 180 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t n = cases[i].valid + cases[i].gap;
        valid_hours(cases[i].valid);
        gap_at(cases[i].valid, cases[i].gap, GAP_MISSING);
        substitute_fill(rules(SUBSTITUTE_GAS), slot, n, filled);
        CHECK_CASE(cases[i].name, filled[n - 1].answer == cases[i].answer);
        CHECK_CASE(cases[i].name, filled[cases[i].valid].answer == cases[i].answer);
        CHECK_CASE(cases[i].name, cases[i].answer == GAP_FILLED
                                      ? filled[n - 1].kg == cases[i].largest * MICRO_ONE
                                      : filled[n - 1].kg == MICRO_MISSING);
        CHECK_CASE(cases[i].name,
                   filled[0].answer == GAP_MEASURED && filled[cases[i].valid - 1].answer == GAP_MEASURED);
    }
}

/* Table 5: out of control counts back from the last calibration before it. */
static void test_out_of_control_looks_before_the_calibration(void **state)
{
    (void)state;
    valid_hours(400);
    slot[300].checked = true;
    gap_at(400, 5, GAP_CONTROL);
    substitute_fill(rules(SUBSTITUTE_GAS), slot, 405, filled);
    assert_int_equal(filled[400].answer, GAP_FILLED);
    assert_int_equal(filled[400].kg, slot[120].kg); /* hours 120 .. 299 */
    slot[300].checked = false;
    substitute_fill(rules(SUBSTITUTE_GAS), slot, 405, filled);
    assert_int_equal(filled[400].answer, GAP_NO_HISTORY);
}

/* Stopped hours leave the account: they lower no capture, and stand between gaps without joining them. */
static void test_stopped_hours(void **state)
{
    (void)state;
    valid_hours(300);
    gap_at(300, 3000, GAP_STOPPED);
    gap_at(3300, 20, GAP_MISSING);
    gap_at(3320, 10, GAP_STOPPED);
    gap_at(3330, 10, GAP_MISSING);
    substitute_fill(rules(SUBSTITUTE_GAS), slot, 3340, filled);
    assert_int_equal(filled[3300].kg, 180 * MICRO_ONE); /* 300 of 330 are 90.9 %, each gap within 24 h */
    assert_int_equal(filled[3339].kg, 180 * MICRO_ONE);
    assert_int_equal(filled[1000].answer, GAP_MEASURED);
}

/* A gap over the end of a quarter: its length is the whole, each hour is judged by its own quarter's capture. */
static void test_quarters(void **state)
{
    (void)state;
    valid_hours(2500);
    gap_at(2500, 30, GAP_MISSING);
    for (size_t i = 2510; i < 2530; i++)
        slot[i].quarter = 2;
    substitute_fill(rules(SUBSTITUTE_GAS), slot, 2530, filled);
    assert_int_equal(filled[2509].kg, 720 * MICRO_ONE);
    assert_int_equal(filled[2510].answer, GAP_NO_ROW);
}

/* A valid hour whose amount is not known is no value of the history. */
static void test_hours_without_an_amount(void **state)
{
    (void)state;
    valid_hours(200);
    slot[199].kg = MICRO_MISSING;
    gap_at(200, 1, GAP_MISSING);
    substitute_fill(rules(SUBSTITUTE_GAS), slot, 201, filled);
    assert_int_equal(filled[200].kg, slot[19].kg); /* 19 .. 198 are the 180 */
}

/* HJ 356-2019: the largest valid day since the last check that was passed, the day of the check included. */
static void test_waste_water(void **state)
{
    (void)state;
    valid_hours(40);
    slot[20].checked = true;
    gap_at(40, 3, GAP_MISSING);
    substitute_fill(rules(SUBSTITUTE_WATER), slot, 43, filled);
    assert_int_equal(filled[42].kg, slot[20].kg);
    slot[20].checked = false;
    substitute_fill(rules(SUBSTITUTE_WATER), slot, 43, filled);
    assert_int_equal(filled[42].answer, GAP_NO_HISTORY);
    assert_true(substitute_of_factor(rules(SUBSTITUTE_WATER), "w01018"));
    assert_false(substitute_of_factor(rules(SUBSTITUTE_WATER), "w01001"));
    assert_false(substitute_of_factor(rules(SUBSTITUTE_GAS), "a21005"));
    assert_string_equal(rules(SUBSTITUTE_WATER)->set.certainty, "from memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_row_of_the_table),
        cmocka_unit_test(test_out_of_control_looks_before_the_calibration),
        cmocka_unit_test(test_stopped_hours),
        cmocka_unit_test(test_quarters),
        cmocka_unit_test(test_hours_without_an_amount),
        cmocka_unit_test(test_waste_water),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
