/* What is stored of a site's last weeks, slot by slot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/presence.h"
#include "base/cntime.h"
#include "base/scoped.h"

static const struct site two_sites[2] = { { .id = 1 }, { .id = 2 } };
static const struct place place = { .sites = two_sites, .n_sites = 2 };

static int64_t at(const char *text)
{
    int64_t ms = 0;
    assert_true(cn_parse_iso(text, strlen(text), &ms));
    return ms;
}

static void put(struct presence *p, int site, enum period period, const char *time, enum source source)
{
    struct record r = {
        .site = site, .period = (uint8_t)period, .time = at(time), .source = (uint8_t)source
    };
    presence_take(p, &r, 1);
}

/* "101": a digit a slot. */
static void expect(struct presence *p, int site, enum period period, const char *from, int64_t step,
                   const char *want)
{
    unsigned char bits[64] = { 0 };
    size_t n = strlen(want);
    char got[80];
    presence_have(p, site, period, at(from), step, n, bits);
    for (size_t i = 0; i < n; i++)
        got[i] = bits[i / 8] >> (i % 8) & 1 ? '1' : '0';
    got[n] = 0;
    assert_string_equal(got, want);
}

static void test_slots(void **state)
{
    (void)state;
    struct presence *p;
    assert_int_equal(presence_new(&place, &p, NULL), 0);
    expect(p, 1, PERIOD_HOUR, "2026-03-01T00:00", MS_HOUR, "0000");
    assert_int_equal(presence_first(p, 1, PERIOD_HOUR), 0);
    put(p, 1, PERIOD_HOUR, "2026-03-01T03:00", SOURCE_DEVICE);
    put(p, 1, PERIOD_HOUR, "2026-03-01T01:00", SOURCE_DEVICE); /* late */
    put(p, 1, PERIOD_HOUR, "2026-03-01T02:59",
        SOURCE_FILE); /* within its hour; a file makes nothing expected */
    put(p, 2, PERIOD_DAY, "2026-03-01", SOURCE_FILE);
    expect(p, 1, PERIOD_HOUR, "2026-03-01T00:00", MS_HOUR, "01110");
    expect(p, 2, PERIOD_HOUR, "2026-03-01T00:00", MS_HOUR, "00000");
    expect(p, 2, PERIOD_DAY, "2026-02-28", MS_DAY, "010");
    assert_int_equal(presence_first(p, 1, PERIOD_HOUR), at("2026-03-01T01:00"));
    assert_int_equal(presence_first(p, 2, PERIOD_DAY), 0);
    /* Ten-minute values: any minute of the ten. */
    put(p, 1, PERIOD_MINUTE, "2026-03-01T00:10", SOURCE_DEVICE);
    put(p, 1, PERIOD_MINUTE, "2026-03-01T00:29", SOURCE_DEVICE);
    expect(p, 1, PERIOD_MINUTE, "2026-03-01T00:00", 10 * MS_MINUTE, "0110");
    /* Others are passed over. */
    put(p, 3, PERIOD_HOUR, "2026-03-01T00:00", SOURCE_DEVICE);
    put(p, 0, PERIOD_HOUR, "2026-03-01T00:00", SOURCE_DEVICE);
    put(p, 1, PERIOD_REALTIME, "2026-03-01T00:00", SOURCE_DEVICE);
    assert_int_equal(presence_first(p, 3, PERIOD_HOUR), 0);
    presence_free(p);
}

static void test_the_window_moves(void **state)
{
    (void)state;
    struct presence *p;
    assert_int_equal(presence_new(&place, &p, NULL), 0);
    put(p, 1, PERIOD_HOUR, "2026-03-01T01:00", SOURCE_DEVICE);
    put(p, 1, PERIOD_HOUR, "2026-03-20T00:00", SOURCE_DEVICE); /* nothing between */
    expect(p, 1, PERIOD_HOUR, "2026-03-01T00:00", MS_HOUR, "0100");
    expect(p, 1, PERIOD_HOUR, "2026-03-19T22:00", MS_HOUR, "0010");
    put(p, 1, PERIOD_HOUR, "2026-04-10T00:00", SOURCE_DEVICE);
    /* What has slid out is not known to be missing. */
    expect(p, 1, PERIOD_HOUR, "2026-03-01T00:00", MS_HOUR, "1111");
    expect(p, 1, PERIOD_HOUR, "2026-03-19T22:00", MS_HOUR, "0010");
    put(p, 1, PERIOD_HOUR, "2027-04-10T00:00", SOURCE_DEVICE); /* further than the whole window */
    expect(p, 1, PERIOD_HOUR, "2027-04-09T22:00", MS_HOUR, "0010");
    put(p, 1, PERIOD_HOUR, "2026-04-10T05:00", SOURCE_DEVICE); /* too late to be noted: no harm */
    expect(p, 1, PERIOD_HOUR, "2027-04-09T22:00", MS_HOUR, "0010");
    presence_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_slots),
                                        cmocka_unit_test(test_the_window_moves) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
