#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "domain/factor.h"
#include "domain/flag.h"
#include "domain/place.h"
#include "domain/record.h"
#include "unit/check.h"

static void test_record_values(void **state)
{
    (void)state;
    static const char body[] =
        "w01018-Cou=10.5,w01018-Min=40.1,w01018-Avg=40.10,w01018-Max=41,w01018-Flag=D;w01001-Avg=7.5;"
        "junk;=;x-=;-Avg=1;a-b-Rtd=9;w00000-Rtd=--,w00000-Flag=N";
    static const struct {
        const char *code, *digits;
        enum statistic stat;
        char flag;
        micro value;
    } want[] = {
        { "w01018", "10.5", STAT_COU, 'D', MICRO(10.5) },  { "w01018", "40.1", STAT_MIN, 'D', MICRO(40.1) },
        { "w01018", "40.10", STAT_AVG, 'D', MICRO(40.1) }, { "w01018", "41", STAT_MAX, 'D', MICRO(41) },
        { "w01001", "7.5", STAT_AVG, 'N', MICRO(7.5) },    { "x", "", STAT_OTHER, 'N', MICRO_MISSING },
        { "a-b", "9", STAT_RTD, 'N', MICRO(9) },           { "w00000", "--", STAT_RTD, 'N', MICRO_MISSING },
    };
    struct record_iter it;
    struct record_value v;
    size_t n = 0;
    record_iter_init(&it, body, sizeof body - 1);
    while (record_next(&it, &v)) {
        CHECK(n < COUNT_OF(want));
        CHECK_CASE(want[n].code,
                   v.code_len == strlen(want[n].code) && memcmp(v.code, want[n].code, v.code_len) == 0);
        CHECK_CASE(want[n].code, v.digits_len == strlen(want[n].digits) &&
                                     memcmp(v.digits, want[n].digits, v.digits_len) == 0);
        CHECK_CASE(want[n].code,
                   v.stat == want[n].stat && v.flag == want[n].flag && v.value == want[n].value);
        n++;
    }
    CHECK(n == COUNT_OF(want));
    CHECK(record_find(body, sizeof body - 1, "w01018", false, &v) && v.stat == STAT_AVG);
    CHECK(!record_find(body, sizeof body - 1, "w0101", false, &v));
}

static uint64_t seed = 20260601;

static size_t rnd(size_t n) /* splitmix64 */
{
    uint64_t z = seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (size_t)((z ^ (z >> 31)) % n);
}

/* The first '=' of a piece and the last '-' before it. */
static bool marks(const char *piece, size_t len, const char **eq, const char **dash)
{
    *eq = memchr(piece, '=', len);
    *dash = *eq ? memrchr(piece, '-', (size_t)(*eq - piece)) : NULL;
    return *eq != NULL;
}

static bool is_flag(const char *piece, const char *eq)
{
    return eq - piece >= 5 && memcmp(eq - 5, "-Flag", 5) == 0;
}

/* What the header says, written straight: items, their pieces, first the flag and then the values. Appends "code|digits|flag\n". */
static void plain_reading(const char *body, size_t len, struct buf *out)
{
    const char *end = body + len, *eq, *dash;
    for (const char *item = body; item < end;) {
        const char *semi = memchr(item, ';', (size_t)(end - item)), *item_end = semi ? semi : end;
        char flag = 0;
        for (int pass = 0; pass < 2; pass++)
            for (const char *piece = item; piece < item_end;) {
                const char *comma = memchr(piece, ',', (size_t)(item_end - piece)),
                           *stop = comma ? comma : item_end;
                bool value = marks(piece, (size_t)(stop - piece), &eq, &dash);
                if (value && is_flag(piece, eq)) {
                    if (!flag && eq + 1 < stop)
                        flag = eq[1];
                } else if (value && pass == 1 && dash && dash > piece) {
                    buf_add(out, piece, (size_t)(dash - piece));
                    buf_addc(out, '|');
                    buf_add(out, eq + 1, (size_t)(stop - eq - 1));
                    buf_addf(out, "|%c\n", flag ? flag : 'N');
                }
                piece = stop + 1;
            }
        item = item_end + 1;
    }
}

/* Bodies put together from pieces, whole and torn: the reader skips what it has already seen, and still says what a plain one says. */
static void test_record_like_a_plain_reader(void **state)
{
    static const char *const bits[] = { "a34004",
                                        "-Avg=",
                                        "12.5",
                                        ",",
                                        ";",
                                        "-Flag=",
                                        "N",
                                        "D",
                                        "=",
                                        "-",
                                        "w01018-Cou=1",
                                        "a34004-Flag=N",
                                        "a34004-Flag=",
                                        "-Flag",
                                        "",
                                        "a-b-Rtd=9",
                                        "a34004-Avg=7,a34004-Flag=M" };
    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 200000; i++) {
        struct buf body = BUF_INIT, want = BUF_INIT, is = BUF_INIT;
        struct record_iter it;
        struct record_value v;
        for (size_t n = rnd(14); n; n--)
            buf_adds(&body, bits[rnd(COUNT_OF(bits))]);
        const char *text = body.data ? body.data : "";
        plain_reading(text, body.len, &want);
        record_iter_init(&it, text, body.len);
        while (record_next(&it, &v)) {
            buf_add(&is, v.code, v.code_len);
            buf_addc(&is, '|');
            buf_add(&is, v.digits, v.digits_len);
            buf_addf(&is, "|%c\n", v.flag);
        }
        CHECK_CASE(text, want.len == is.len && (!is.len || memcmp(want.data, is.data, is.len) == 0));
        buf_release(&body);
        buf_release(&want);
        buf_release(&is);
    }
}

static void test_record_converted(void **state)
{
    (void)state;
    static const char body[] = "a21026-Avg=20,a21026-ZsAvg=26.5,a21026-Flag=N";
    struct record_value v;
    CHECK(record_find(body, sizeof body - 1, "a21026", true, &v) && v.value == MICRO(26.5));
    CHECK(record_find(body, sizeof body - 1, "a21026", false, &v) && v.value == MICRO(20));
    struct buf b = BUF_INIT;
    record_put(&b, "a34004", "Avg", "35.0", 4, 'N');
    record_put(&b, "a34002", "Avg", "60", 2, 'M');
    CHECK(strcmp(b.data, "a34004-Avg=35.0,a34004-Flag=N;a34002-Avg=60,a34002-Flag=M") == 0);
    buf_release(&b);
}

static void test_factors(void **state)
{
    (void)state;
    CHECK(strcmp(factor_find("011", 3)->code, "w01018") == 0);
    CHECK(factor_find("zzz", 3) == NULL);
    for (int i = 0; i < AIR_ITEMS; i++) {
        const struct factor *f = factor_air((enum air_item)i);
        CHECK(factor_air_item(f->code, strlen(f->code)) == i);
        CHECK(air_item_from_word(air_item_word((enum air_item)i), strlen(air_item_word((enum air_item)i))) ==
              i);
    }
    CHECK(flag_valid('N') && !flag_valid('D') && !flag_valid('?'));
    CHECK(strcmp(flag_text('?', true), "unknown mark") == 0);
    CHECK(period_from_name("hour", 4) == PERIOD_HOUR && period_from_name("hours", 5) == -1);
}

static const struct {
    const char *name, *city, *says;
} bad_city[] = {
    { "regions in a ring",
      "{\"regions\":[{\"code\":\"a\",\"parent\":\"b\"},{\"code\":\"b\",\"parent\":\"a\"}],\"units\":[],"
      "\"sites\":[]}",
      "'a' lies within itself" },
    { "a region that is its own parent",
      "{\"regions\":[{\"code\":\"a\",\"parent\":\"a\"}],\"units\":[],\"sites\":[]}",
      "'a' lies within itself" },
    { "no lists", "{}", "regions: must be a list" },
    { "code twice", "{\"regions\":[{\"code\":\"a\"},{\"code\":\"a\"}],\"units\":[],\"sites\":[]}",
      "used twice" },
    { "no such parent", "{\"regions\":[{\"code\":\"a\",\"parent\":\"b\"}],\"units\":[],\"sites\":[]}",
      "no region 'b'" },
    { "kind",
      "{\"regions\":[{\"code\":\"a\"}],\"units\":[],\"sites\":[{\"code\":\"s\",\"region\":\"a\",\"kind\":"
      "\"x\"}]}",
      "kind 'x'" },
    { "no region",
      "{\"regions\":[{\"code\":\"a\"}],\"units\":[],\"sites\":[{\"code\":\"s\",\"kind\":\"air\"}]}",
      "no region ''" },
    { "class 3",
      "{\"regions\":[{\"code\":\"a\"}],\"units\":[],\"sites\":[{\"code\":\"s\",\"region\":\"a\",\"kind\":"
      "\"air\",\"class\":3}]}",
      "class is 1 or 2" },
    { "assessed for nobody known",
      "{\"regions\":[{\"code\":\"a\"}],\"units\":[],\"sites\":[{\"code\":\"s\",\"region\":\"a\",\"kind\":"
      "\"air\",\"assessed\":[\"province\"]}]}",
      "neither city nor county" },
    { "a body nobody knows",
      "{\"regions\":[{\"code\":\"a\"}],\"units\":[],\"sites\":[{\"code\":\"s\",\"region\":\"a\",\"kind\":"
      "\"river\",\"body\":\"sea\"}]}",
      "neither river nor lake" },
    { "a network of an air station",
      "{\"regions\":[{\"code\":\"a\"}],\"units\":[],\"sites\":[{\"code\":\"s\",\"region\":\"a\",\"kind\":"
      "\"air\",\"network\":\"national\"}]}",
      "only a river site" },
    { "an event without items",
      "{\"regions\":[],\"units\":[],\"sites\":[],\"air_events\":[{\"from\":\"2026-03-01\",\"to\":\"2026-03-"
      "02\"}]}",
      "wants from, to (dates) and items" },
};

static struct place *built(const char *city)
{
    json_t *tree = NULL;
    struct place *p = NULL;
    struct err e = { 0 };
    CHECK(json_read(city, strlen(city), &tree, NULL) == 0);
    CHECK_CASE(e.text, place_build(tree, &p, &e) == 0);
    json_decref(tree);
    return p;
}

static void test_zones_and_assessment_points(void **state)
{
    (void)state;
    static const char city[] =
        "{\"regions\":[{\"code\":\"a\"}],\"units\":[],\"sites\":[{\"code\":\"s\",\"region\":\"a\",\"kind\":"
        "\"air\"},"
        "{\"code\":\"t\",\"region\":\"a\",\"kind\":\"air\",\"class\":1,\"assessed\":[\"county\"]}],"
        "\"air_events\":[{\"from\":\"2026-03-01\",\"to\":\"2026-03-02\",\"items\":[\"pm10\"],\"kind\":"
        "\"dust\",\"approver\":\"x\"}]}";
    struct place *p = built(city);
    CHECK(p->sites[0].zone_class == 2 && p->sites[0].for_city &&
          p->sites[0].for_county); /* as without the fields */
    CHECK(p->sites[1].zone_class == 1 && !p->sites[1].for_city && p->sites[1].for_county);
    CHECK(p->n_events == 1 && p->events[0].dust && p->events[0].items == 1u << AIR_PM10 &&
          p->events[0].to - p->events[0].from == 1);
    place_free(p);
}

static void test_bodies_and_networks(void **state)
{
    (void)state;
    static const char city[] =
        "{\"regions\":[{\"code\":\"a\"}],\"units\":[],\"sites\":[{\"code\":\"s\",\"region\":\"a\",\"kind\":"
        "\"river\"},"
        "{\"code\":\"t\",\"region\":\"a\",\"kind\":\"river\",\"body\":\"lake\",\"network\":\"national\"}]}";
    struct place *p = built(city);
    CHECK(!p->sites[0].lake && !*p->sites[0].network); /* as without the fields */
    CHECK(p->sites[1].lake && strcmp(p->sites[1].network, "national") == 0);
    place_free(p);
}

/* A permit holds from its first day on, each entry until the next; the city file's limit before it, and again when the permit is taken back. */
static void test_permits(void **state)
{
    (void)state;
    static const char city[] = "{\"regions\":[{\"code\":\"a\"}],\"units\":[],\"sites\":[{\"code\":\"s\","
                               "\"region\":\"a\",\"kind\":\"water_outlet\","
                               "\"limits\":[{\"factor\":\"w01018\",\"upper\":80,\"basis\":\"filed\"},{"
                               "\"factor\":\"w21003\",\"upper\":15,\"basis\":\"filed\"}]}]}";
    const struct site_limit permit[] = {
        { "w01018", MICRO(60), MICRO_MISSING, "two", 200, SITE_LIMIT_EVER },
        { "w01018", MICRO(70), MICRO_MISSING, "one", 100, SITE_LIMIT_EVER },
        { "w01018", MICRO(50), MICRO_MISSING, "three", 200,
          SITE_LIMIT_EVER },                                      /* the same day: the later entry holds */
        { "w01018", MICRO(40), MICRO_MISSING, "four", 300, 349 }, /* cancelled */
    };
    static const struct {
        int64_t day;
        micro upper; /* MICRO_MISSING: none in force */
    } want[] = { { 0, MICRO(80) },   { 99, MICRO(80) },  { 100, MICRO(70) },
                 { 199, MICRO(70) }, { 200, MICRO(50) }, { 299, MICRO(50) },
                 { 300, MICRO(40) }, { 349, MICRO(40) }, { 350, MICRO_MISSING } };
    struct place *p = built(city);
    struct err e = { 0 };
    CHECK(!place_permitted(p, 1));
    CHECK(place_permit(p, 1, permit, sizeof permit / sizeof *permit, &e) == 0 && place_permitted(p, 1));
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const struct site_limit *l = site_limit_on(&p->sites[0], "w01018", want[i].day);
        CHECK((l ? l->upper : MICRO_MISSING) == want[i].upper);
        CHECK(site_limit_on(&p->sites[0], "w21003", want[i].day)->upper == MICRO(15));
    }
    CHECK(place_permit(p, 1, NULL, 0, &e) == 0);
    CHECK(site_limit_on(&p->sites[0], "w01018", 400)->upper == MICRO(80));
    CHECK(place_permit(p, 2, NULL, 0, &e) < 0);
    place_free(p);
}

static void test_bad_cities(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad_city); i++) {
        json_t *tree = NULL;
        struct place *p = NULL;
        struct err e;
        CHECK(json_read(bad_city[i].city, strlen(bad_city[i].city), &tree, NULL) == 0);
        CHECK_CASE(bad_city[i].name, place_build(tree, &p, &e) < 0 && !p);
        CHECK_CASE(e.text, strstr(e.text, bad_city[i].says) != NULL);
        json_decref(tree);
    }
}

static void test_demo_city(void **state)
{
    (void)state;
    json_t *tree = NULL;
    struct place *p = NULL;
    struct err e = { 0 };
    CHECK_CASE(e.text, json_read_file(SOURCE_ROOT "/demo/city.json", &tree, &e) == 0);
    CHECK_CASE(e.text, place_build(tree, &p, &e) == 0);
    json_decref(tree);
    CHECK(p->n_regions == 7 && p->n_sites == 40);
    size_t air = 0;
    for (size_t i = 0; i < p->n_sites; i++) {
        const struct site *s = &p->sites[i];
        air += s->kind == SITE_AIR;
        CHECK_CASE(s->code, s == place_site_by_code(p, s->code));
        CHECK_CASE(s->code,
                   place_region(p, s->region) && place_unit(p, s->unit) && (s->factors[0] || s->sampled[0]));
        CHECK_CASE(s->code, strcmp(s->origin, "replay") == 0 || strcmp(s->origin, "simulated") == 0);
        for (const char *const *f = s->factors; *f; f++)
            CHECK_CASE(*f, factor_find(*f, strlen(*f)) != NULL);
    }
    CHECK(air == 12);
    place_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record_values),
        cmocka_unit_test(test_record_converted),
        cmocka_unit_test(test_factors),
        cmocka_unit_test(test_record_like_a_plain_reader),
        cmocka_unit_test(test_bodies_and_networks),
        cmocka_unit_test(test_bad_cities),
        cmocka_unit_test(test_zones_and_assessment_points),
        cmocka_unit_test(test_demo_city),
        cmocka_unit_test(test_permits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
