/* What people sampled: months of sections and points by season, corrections, and what a board of several years keeps. */
#include "town.h"
#include "unit/check.h"

#include <stdlib.h>

enum { SECTION = 1, SEA_A, SEA_B, PADDY };

static const char city[] =
    "{\"name\":\"小城\",\"name_en\":\"Town\",\"regions\":[{\"code\":\"up\",\"name\":\"上县\",\"name_en\":"
    "\"Up\"},"
    "{\"code\":\"down\",\"name\":\"下县\",\"name_en\":\"Down\"}],"
    "\"units\":[{\"code\":\"u\",\"name\":\"局\",\"name_en\":\"Bureau\",\"kind\":\"bureau\"}],\"sites\":["
#define HEAD(code, kind)                                                                     \
    "{\"code\":\"" code "\",\"name\":\"" code "\",\"name_en\":\"" code "\",\"kind\":\"" kind \
    "\",\"region\":\"up\",\"unit\":\"u\",\"lng\":120,\"lat\":36,\"factors\":[]"
    HEAD("section",
         "river") ",\"river\":\"清河\",\"upstream\":\"up\",\"downstream\":\"down\",\"to_sea\":true,"
                  "\"sampled\":[\"w01001\",\"w01009\",\"w01019\",\"w01018\",\"w21003\",\"w21011\",\"w21001\","
                  "\"flow\"]}," HEAD("sea-a", "sea") ",\"area\":30,\"sampled\":[\"din\",\"dip\"]}," HEAD(
                      "sea-b",
                      "sea") ",\"area\":10,\"sampled\":[\"din\",\"dip\"]}," HEAD("paddy",
                                                                                 "soil") ",\"use\":\"paddy\","
                                                                                         "\"sampled\":["
                                                                                         "\"ph\",\"cd\"]}"
                                                                                         "]}";

static void sample(struct town *t, int site, int64_t time, int64_t arrival, const char *body)
{
    struct record r = { .time = time,
                        .site = site,
                        .period = PERIOD_SAMPLE,
                        .arrival = arrival,
                        .tag = record_hash(body, strlen(body)),
                        .body = body,
                        .body_len = strlen(body) };
    board_take(t->board, &r, 1);
}

static json_t *part(struct town *t, const char *word, int year, int month, int64_t now)
{
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    struct figures_ask ask = { .part = word, .year = year, .month = month, .rules = "" };
    board_settle(t->board, now);
    if (board_figures(t->board, &ask, now, &out, &e) < 0)
        fail_msg("%s: %s", word, e.text);
    return read_buf(&out);
}

static void test_a_sampled_month_has_a_class(void **state)
{
    (void)state;
    struct town t;
    int64_t now = at(2026, 3, 5, 10);
    town_open_with(&t, city);
    sample(&t, SECTION, at(2026, 2, 8, 10), at(2026, 2, 9, 0),
           "w01001-Avg=7.5,w01001-Flag=N;w01009-Avg=8,w01009-Flag=N;w01019-Avg=1.9,w01019-Flag=N;"
           "w01018-Avg=25,w01018-Flag=N;w21003-Avg=0.1,w21003-Flag=N;w21011-Avg=0.02,w21011-Flag=N;w99999-"
           "Avg=1");
    json_t *tree = part(&t, "rivers", 2026, 2, now);
    const json_t *f = json_object_get(json_array_get(json_object_get(tree, "sections"), 0), "figure");
    CHECK(json_int(f, "class", 0) == 4); /* by COD, which is none of the five of automatic stations */
    CHECK(json_flag(f, "sampled", false) && strstr(json_str(f, "limiting", ""), "化学需氧量(0.25)"));
    json_decref(tree);
    /* A correction: the same moment, later. The first value is not averaged with it. */
    sample(&t, SECTION, at(2026, 2, 8, 10), at(2026, 2, 20, 0), "w01018-Avg=15,w01018-Flag=N");
    tree = part(&t, "rivers", 2026, 2, now);
    f = json_object_get(json_array_get(json_object_get(tree, "sections"), 0), "figure");
    CHECK(json_int(f, "class", 0) == 1);
    json_decref(tree);
    /* One that is flagged, one from the future and one of an item nobody samples there change nothing. */
    sample(&t, SECTION, at(2026, 2, 9, 10), at(2026, 2, 20, 0), "w01018-Avg=90,w01018-Flag=D;w01017-Avg=99");
    sample(&t, SECTION, at(2026, 2, 28, 10), at(2026, 2, 20, 0), "w01018-Avg=90,w01018-Flag=N");
    tree = part(&t, "rivers", 2026, 2, now);
    f = json_object_get(json_array_get(json_object_get(tree, "sections"), 0), "figure");
    CHECK(json_int(f, "class", 0) == 1);
    json_decref(tree);
    town_close(&t);
}

static void test_shares_are_two_figures(void **state)
{
    (void)state;
    struct town t;
    town_open_with(&t, city);
    sample(&t, SEA_A, at(2025, 5, 8, 10), at(2025, 5, 9, 0),
           "din-Avg=0.1,din-Flag=N;dip-Avg=0.01,dip-Flag=N");
    sample(&t, SEA_B, at(2025, 8, 8, 10), at(2025, 8, 9, 0),
           "din-Avg=0.9,din-Flag=N;dip-Avg=0.01,dip-Flag=N");
    sample(&t, PADDY, at(2025, 9, 8, 10), at(2025, 9, 9, 0), "cd-Avg=0.35,cd-Flag=N");
    json_t *tree = part(&t, "points", 2025, 0, at(2026, 1, 5, 0));
    const json_t *sea = json_object_get(tree, "sea"),
                 *soil = json_array_get(json_object_get(json_object_get(tree, "soil_farm"), "rows"), 0);
    CHECK(json_micro(sea, "good_by_points", 0) == MICRO(50));
    CHECK(json_micro(sea, "good_by_area", 0) == MICRO(75));
    CHECK(!json_object_get(sea, "good") && json_is_null(json_object_get(sea, "quality")));
    CHECK(json_is_null(json_object_get(soil, "grade")) && strstr(json_str(soil, "reason", ""), "pH"));
    json_decref(tree);
    town_close(&t);
}

/* Flow of every day but some: a month is whole, scaled with its method, or has no figure. */
static void test_loads_and_their_gaps(void **state)
{
    (void)state;
    static const struct {
        const char *name, *state;
        int known;
        micro tonnes;
    } want[] = { { "all days", "whole", 30, MICRO(64.8) },
                 { "23 of 30", "scaled", 23, MICRO(64.8) },
                 { "22 of 30", "no_flow", 22, MICRO_MISSING },
                 { "none", "no_flow", 0, MICRO_MISSING } };
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        struct town t;
        town_open_with(&t, city);
        sample(&t, SECTION, at(2025, 6, 10, 10), at(2025, 6, 11, 0), "w21001-Avg=2.5,w21001-Flag=N");
        for (int d = 1; d <= want[i].known; d++)
            sample(&t, SECTION, at(2025, 6, d, 0), at(2025, 7, 1, 0), "flow-Avg=10,flow-Flag=N");
        json_t *tree = part(&t, "loads", 2025, 0, at(2026, 1, 5, 0));
        const json_t *river = json_array_get(json_object_get(tree, "rivers"), 0),
                     *june = json_array_get(json_object_get(river, "months"), 5);
        CHECK_CASE(want[i].name, strcmp(json_str(june, "state", ""), want[i].state) == 0);
        CHECK_CASE(want[i].name, json_micro(june, "tonnes", MICRO_MISSING) == want[i].tonnes);
        CHECK_CASE(want[i].name, *json_str(june, "method", "") && !json_flag(river, "whole_year", true));
        CHECK_CASE(want[i].name, (strstr(json_str(river, "gaps", ""), "6 月") == NULL) ==
                                     (want[i].tonnes != MICRO_MISSING));
        json_decref(tree);
        town_close(&t);
    }
}

/* A receipt of a point, and one sample more makes other inputs. */
static void test_receipts_name_samples(void **state)
{
    (void)state;
    struct town t;
    struct err e = { 0 };
    char first[80];
    int64_t now = at(2026, 1, 5, 0);
    town_open_with(&t, city);
    board_keep_years(t.board, 3);
    json_t *ask = json_pack("{s:s,s:i,s:i}", "what", "points.year", "site", SEA_A, "year", 2025), *got = NULL;
    for (int n = 1; n <= 2; n++) {
        sample(&t, SEA_A, at(2025, 5, n, 10), at(2025, 5, 9, 0), "din-Avg=0.1,din-Flag=N");
        board_settle(t.board, now);
        if (board_receipt(t.board, ask, now, &got, &e) < 0)
            fail_msg("%s", e.text);
        const json_t *in = json_object_get(got, "inputs");
        CHECK(json_int(in, "values", 0) == n);
        CHECK(strcmp(json_str(json_array_get(json_object_get(got, "rules"), 0), "id", ""), "GB3097-1997") ==
              0);
        CHECK(n == 1 || strcmp(first, json_str(in, "sm3", "")) != 0);
        snprintf(first, sizeof first, "%s", json_str(in, "sm3", ""));
        json_decref(got);
        got = NULL;
    }
    json_decref(ask);
    for (int i = 0; i < 3; i++) { /* asked wrongly */
        static const char *const bad[] = { "{\"what\":\"handover.month\",\"site\":2,\"month\":\"2025-06\"}",
                                           "{\"what\":\"handover.month\",\"site\":1,\"month\":\"2025-99\"}",
                                           "{\"what\":\"load.year\",\"site\":9,\"year\":99999999999}" };
        CHECK(json_read(bad[i], strlen(bad[i]), &ask, NULL) == 0);
        CHECK_CASE(bad[i], board_receipt(t.board, ask, now, &got, &e) < 0);
        json_decref(ask);
    }
    town_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sampled_month_has_a_class),
        cmocka_unit_test(test_shares_are_two_figures),
        cmocka_unit_test(test_loads_and_their_gaps),
        cmocka_unit_test(test_receipts_name_samples),
    };
    return cmocka_run_group_tests_name("measure.sample", tests, NULL, NULL);
}
