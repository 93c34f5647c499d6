/* Suspicions over a real store: each kind seen where it should be and not where it should not; the search measured at 100 000 photos. */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "codec/image.h"
#include "ledger/case_files.h"
#include "ledger/chain.h"
#include "domain/metres.h"
#include "ledger/suspect.h"

/* ---- texts ---- */

static const char report_text[] = "我厂已按照整改方案完成曝气系统的全面检修工作，更换曝气头一百二十个，出水水"
                                  "质稳定达到排放标准要求，台账齐全。";

static void share_of_text(void **state)
{
    (void)state;
    static const struct {
        const char *name, *a, *b;
        int least, most;
    } cases[] = {
        { "the same", report_text, report_text, 100, 100 },
        { "other blanks and stops", report_text,
          "我厂 "
          "已按照整改方案完成曝气系统的全面检修工作。更换曝气头一百二十个；出水水质稳定达到排放标准要求、台账"
          "齐全",
          100, 100 },
        { "a figure changed", report_text,
          "我厂已按照整改方案完成曝气系统的全面检修工作，更换曝气头三百个，出水水质稳定达到排放标准要求，台账"
          "齐全。",
          80, 99 },
        { "inside a longer one", report_text,
          "一、基本情况。我厂已按照整改方案完成曝气系统的全面检修工作，更换曝气头一百二十个，出水水质稳定达到"
          "排放标准要求，台账齐全。二、下一步加强巡检，落实责任。",
          95, 100 },
        { "another report", report_text,
          "河道两岸垃圾已清运完毕，共清理建筑垃圾三十吨，设置警示牌十块，安排专人每日巡查，防止再次倾倒，长效"
          "机制已建立。",
          0, 30 },
        { "too short", "已完成整改工作，达到要求。", "已完成整改工作，达到要求。", -1, -1 },
        { "nothing", "", "", -1, -1 },
        { "only stops",
          "，，，，，。。。。。，，，，，。。。。。，，，，，。。。。。，，，，，。。。。。，，，，，",
          report_text, -1, -1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int share = text_share(cases[i].a, cases[i].b);
        if (share < cases[i].least || share > cases[i].most)
            fail_msg("%s: %d", cases[i].name, share);
    }
}

static void distances(void **state)
{
    (void)state;
    /* A degree along a meridian of the mean sphere is 111.195 km. */
    assert_true(metres_between(120, 36, 120, 37) > 111190 && metres_between(120, 36, 120, 37) < 111200);
    assert_true(metres_between(120, 60, 121, 60) > 55590 && metres_between(120, 60, 121, 60) < 55600);
    assert_true(metres_between(120, 36, 120, 36) == 0);
}

/* ---- the search ---- */

static void a_hundred_thousand_photos(void **state)
{
    (void)state;
    enum { MANY = 100000, ASKED = 200 };
    struct photos *p = photos_new();
    uint64_t seed = 42, planted = 0;
    int64_t hit[8];
    for (int64_t i = 0; i < MANY; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t h = seed ^ seed >> 29;
        planted = i == 77777 ? h : planted;
        assert_int_equal(photos_add(p, h, i + 1), 0);
    }
    /* Bits spread over all four quarters: what indexed columns of 16 bits would miss. */
    assert_int_equal(photos_near(p, planted ^ UINT64_C(0x0101010101010101), hit, 8), 1);
    assert_int_equal(hit[0], 77778);
    assert_int_equal(photos_near(p, planted ^ UINT64_C(0xffff), hit, 8), 0);
    int64_t begin = clock_monotonic_ns();
    size_t found = 0;
    for (uint64_t i = 0; i < ASKED; i++)
        found += photos_near(p, i * UINT64_C(0x9e3779b97f4a7c15), hit, 8);
    double ms = (double)(clock_monotonic_ns() - begin) / 1e6 / ASKED;
    print_message("# seed 42: %.3f ms a search among %d photos, %zu found by chance in %d\n", ms, (int)MANY,
                  found, (int)ASKED);
    assert_true(ms < 50);
    photos_free(p);
}

/* ---- cases ---- */

static int64_t put_photo(struct world *w, int64_t id, const char *uploader, const char *more)
{
    struct err e = { 0 };
    json_t *body = parse(more);
    json_object_set_new(body, "uploader", json_string(uploader));
    json_object_set_new(body, "picture", json_true());
    if (!json_object_get(body, "hash"))
        json_object_set_new(body, "hash", json_sprintf("h%d", (int)id));
    char *text = chain_dump(body);
    struct doc d = { .state = "waiting", .unit = PLANT, .created = w->now, .updated = w->now, .body = text };
    int64_t ret = 0;
    if (ledger_put_doc(w->store, DOC_FILE, &d, &ret, &e) < 0)
        fail_msg("%s", e.text);
    free(text);
    json_decref(body);
    return ret;
}

static json_t *found(struct world *w, int64_t id)
{
    struct err e = { 0 };
    struct buf out = BUF_INIT;
    json_t *tree = NULL;
    struct suspicion_filter f = { .case_id = id, .limit = 100 };
    if (suspect_case(w->l, id, w->now, &e) < 0 || suspicions_write(w->l, &f, &out, &e) < 0 ||
        json_read(out.data, out.len, &tree, &e) < 0)
        fail_msg("%s", e.text);
    buf_release(&out);
    return tree;
}

static const json_t *of_kind(const json_t *tree, const char *kind)
{
    const json_t *list = json_object_get(tree, "suspicions");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_str(json_array_get(list, i), "kind", ""), kind) == 0)
            return json_array_get(list, i);
    return NULL;
}

static int report_with(struct world *w, int64_t id, const char *text, int64_t file, struct err *e)
{
    char fields[1024];
    snprintf(fields, sizeof fields,
             "{'report':'%s','evidence':[{'kind':'照片','text':'现场','files':[%lld]}]}", text,
             (long long)file);
    return act(w, id, "report", fields, DOER, e);
}

static int64_t working(struct world *w)
{
    return case_in(w, measured_case, "整改中");
}

/* A photo's facts, and what they make: the site out1 stands at 120.5 E 36 N, the work begins at 2026-03-02 09:0x. */
static void facts_of_a_photo(void **state)
{
    (void)state;
    static const struct {
        const char *name, *photo, *want;
    } cases[] = {
        { "here and now", "{'name':'a.jpg','taken':1772413800000,'lng':120.501,'lat':36.001}", NULL },
        { "900 m away", "{'name':'a.jpg','taken':1772413800000,'lng':120.51,'lat':36}", NULL },
        { "1.8 km away", "{'name':'a.jpg','taken':1772413800000,'lng':120.52,'lat':36}", "photo_place" },
        { "the day before", "{'name':'a.jpg','taken':1772290800000}", "photo_time" },
        { "the same morning", "{'name':'a.jpg','taken':1772395200000}", NULL },
        { "five minutes ahead", "{'name':'a.jpg','taken':1772413560000}", NULL },
        { "tomorrow", "{'name':'a.jpg','taken':1772517600000}", "photo_time" },
        { "without anything", "{'name':'a.jpg'}", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct err e = { 0 };
        world_make(&w, NULL);
        int64_t id = working(&w);
        w.now = at("2026-03-02 09:10");
        int64_t file = put_photo(&w, 1, "doer", cases[i].photo);
        if (report_with(&w, id, "已检修", file, &e) < 0)
            fail_msg("%s", e.text);
        json_t *tree = found(&w, id);
        size_t n = json_array_size(json_object_get(tree, "suspicions"));
        if (n != (cases[i].want ? 1u : 0u) || (cases[i].want && !of_kind(tree, cases[i].want)))
            fail_msg("%s: %s", cases[i].name, json_dumps(tree, 0));
        json_decref(tree);
        chain_holds(&w, -1);
        world_end(&w);
    }
}

static void one_photo_in_two_cases(void **state)
{
    (void)state;
    struct world w;
    struct err e = { 0 };
    world_make(&w, NULL);
    int64_t a = working(&w), b = working(&w), c = working(&w);
    int64_t f1 = put_photo(&w, 1, "doer", "{'name':'a.jpg','likeness':'00ff00ff00ff00ff'}");
    int64_t f2 = put_photo(&w, 2, "doer", "{'name':'b.jpg','likeness':'00ff00ff00ff03ff'}");
    int64_t f3 = put_photo(&w, 3, "doer", "{'name':'c.jpg','likeness':'ff00ff00ff00ff00'}");
    assert_int_equal(report_with(&w, a, "甲", f1, &e), 0);
    json_t *tree = found(&w, a);
    assert_int_equal(json_array_size(json_object_get(tree, "suspicions")),
                     0); /* the others wait: nobody's yet */
    json_decref(tree);
    assert_int_equal(report_with(&w, b, "乙", f2, &e), 0);
    assert_int_equal(report_with(&w, c, "丙", f3, &e), 0);
    json_decref(found(&w, c));
    json_decref(found(&w, b));
    tree = found(&w, a); /* seen from either side, once */
    assert_int_equal(json_array_size(json_object_get(tree, "suspicions")), 1);
    const json_t *s = of_kind(tree, "same_photo");
    assert_non_null(s);
    assert_int_equal(json_int(s, "weight", 0), 2);
    assert_non_null(strstr(json_str(s, "text", ""), "相差2位"));
    json_decref(tree);
    tree = found(&w, c);
    assert_int_equal(json_array_size(json_object_get(tree, "suspicions")), 0);
    json_decref(tree);
    /* A file belongs to one case. */
    assert_int_equal(report_with(&w, c, "丙", f1, &e), -EINVAL);
    assert_string_equal(e.name, "file.unknown");
    world_end(&w);
}

static void copied_between_cases(void **state)
{
    (void)state;
    struct world w;
    struct err e = { 0 };
    char fields[1024];
    world_make(&w, NULL);
    int64_t a = working(&w), b = working(&w);
    snprintf(fields, sizeof fields, "{'report':'%s'}", report_text);
    assert_int_equal(act(&w, a, "report", fields, DOER, &e), 0);
    json_t *tree = found(&w, a);
    assert_null(of_kind(tree, "copied_text"));
    json_decref(tree);
    assert_int_equal(act(&w, b, "report", fields, DOER, &e), 0);
    tree = found(&w, b);
    const json_t *s = of_kind(tree, "copied_text");
    assert_non_null(s);
    assert_int_equal(json_array_size(json_object_get(s, "cases")), 2);
    assert_non_null(strstr(json_str(s, "text_en", ""), "100 %"));
    json_decref(tree);
    world_end(&w);
}

static int count(const struct doc *d, void *arg)
{
    (void)d;
    ++*(int *)arg;
    return 0;
}

static void trouble_after_closure(void **state)
{
    (void)state;
    struct world w;
    struct err e = { 0 };
    world_make(&w, NULL);
    int64_t closed = case_in(&w, measured_case, "销号");
    json_t *tree = found(&w, closed);
    assert_null(of_kind(tree, "after_closure"));
    json_decref(tree);
    w.now += 10 * MS_DAY;
    struct doc d = { .key = "k",
                     .state = "open",
                     .site = 1,
                     .created = w.now,
                     .updated = w.now,
                     .body = "{\"title\":\"氨氮超标\"}" };
    int64_t id;
    assert_int_equal(ledger_put_doc(w.store, DOC_FINDING, &d, &id, &e), 0);
    assert_int_equal(suspect_finding(w.l, id, w.now, &e), 0); /* as the pass does: nobody touched the case */
    struct doc_query all = { 0 };
    int n = 0;
    assert_int_equal(ledger_each_doc(w.store, DOC_SUSPICION, &all, count, &n, &e), 0);
    assert_int_equal(n, 1);
    tree = found(&w, closed);
    assert_non_null(of_kind(tree, "after_closure"));
    assert_non_null(strstr(json_str(of_kind(tree, "after_closure"), "text", ""), "第10天"));
    json_decref(tree);
    int64_t fresh = open_case(&w, measured_case);
    tree = found(&w, fresh);
    assert_int_equal(json_array_size(json_object_get(of_kind(tree, "after_closure"), "cases")), 2);
    json_decref(tree);
    w.now += 100 * MS_DAY; /* too late to be the same trouble */
    fresh = open_case(&w, measured_case);
    tree = found(&w, fresh);
    const json_t *list = json_object_get(tree, "suspicions");
    for (size_t i = 0; i < json_array_size(list); i++)
        assert_string_not_equal(json_str(json_array_get(list, i), "kind", ""), "after_closure");
    json_decref(tree);
    world_end(&w);
}

/* Steps of work on the days before the limit of 2026-06-30, beside a usual number of them earlier. */
static void bursts(void **state)
{
    (void)state;
    static const struct {
        int earlier, last;
        bool want;
    } cases[] = { { 0, 4, false }, { 0, 6, true }, { 60, 6, true }, { 90, 5, false }, { 10, 6, true } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct err e = { 0 };
        world_make(&w, NULL);
        int64_t id = working(&w);
        for (int k = 0; k < cases[i].earlier; k++) { /* one a day from March on */
            w.now = at("2026-03-03 10:00") + k * MS_DAY;
            assert_int_equal(act(&w, id, "report", "{'report':'进展'}", DOER, &e), 0);
        }
        w.now = at("2026-06-29 10:00");
        for (int k = 0; k < cases[i].last; k++)
            assert_int_equal(act(&w, id, "report", "{'report':'进展'}", DOER, &e), 0);
        json_t *tree = found(&w, id);
        if ((of_kind(tree, "burst") != NULL) != cases[i].want)
            fail_msg("%d earlier, %d in the last days", cases[i].earlier, cases[i].last);
        json_decref(tree);
        world_end(&w);
    }
}

static void decided_by_people(void **state)
{
    (void)state;
    struct world w;
    struct err e = { 0 };
    world_make(&w, NULL);
    int64_t a = working(&w), b = working(&w);
    assert_int_equal(
        report_with(&w, a, "甲",
                    put_photo(&w, 1, "doer", "{'name':'a.jpg','likeness':'00ff00ff00ff00ff','hash':'x'}"),
                    &e),
        0);
    assert_int_equal(
        report_with(&w, b, "乙",
                    put_photo(&w, 2, "doer", "{'name':'a.jpg','likeness':'00ff00ff00ff00ff','hash':'x'}"),
                    &e),
        0);
    json_t *tree = found(&w, b);
    const json_t *s = of_kind(tree, "same_photo");
    int64_t id = json_int(s, "id", 0);
    assert_int_equal(json_int(s, "weight", 0), 3);
    json_decref(tree);
    const struct actor *plant_boss = WHO("boss", ROLE_SUPERVISOR, PLANT);
    assert_int_equal(suspicion_decide(w.l, id, "dismissed", "x", DOER, w.now, &e), -EPERM);
    assert_int_equal(suspicion_decide(w.l, id, "dismissed", "x", plant_boss, w.now, &e), -EPERM);
    assert_int_equal(suspicion_decide(w.l, id, "dismissed", "", OVERSEER, w.now, &e), -EINVAL);
    assert_int_equal(suspicion_decide(w.l, id, "true", "x", OVERSEER, w.now, &e), -EINVAL);
    assert_int_equal(suspicion_decide(w.l, 987654, "dismissed", "x", OVERSEER, w.now, &e), -ENOENT);
    chain_holds(&w, 6); /* none of these left an event */
    assert_int_equal(suspicion_decide(w.l, id, "dismissed", "同一设备的两个角度", OVERSEER, w.now, &e), 0);
    assert_int_equal(suspicion_decide(w.l, id, "dismissed", "again", OVERSEER, w.now, &e), -EAGAIN);
    chain_holds(&w, 8);
    tree = found(&w, a); /* looked at again: the decision stands */
    s = of_kind(tree, "same_photo");
    assert_string_equal(json_str(s, "state", ""), "dismissed");
    assert_string_equal(json_str(s, "by", ""), "overseer");
    json_decref(tree);
    tree = view(&w, a, ON_DUTY);
    assert_string_equal(json_str(event_at(tree, 0), "action", ""), "suspicion");
    json_decref(tree);
    world_end(&w);
}

static void whose_file_it_is(void **state)
{
    (void)state;
    struct world w;
    struct err e = { 0 };
    struct doc d = { 0 };
    world_make(&w, NULL);
    int64_t id = working(&w), mine = put_photo(&w, 1, "doer", "{'name':'a.jpg'}"),
            theirs = put_photo(&w, 2, "somebody", "{'name':'b.jpg'}");
    assert_int_equal(case_file_get(w.l, mine, DOER, &d, &e), 0);
    doc_release(&d);
    assert_int_equal(case_file_get(w.l, mine, ON_DUTY, &d, &e), -ENOENT);
    assert_int_equal(case_file_get(w.l, mine, NULL, &d, &e), -ENOENT);
    assert_int_equal(report_with(&w, id, "甲", theirs, &e), -EINVAL);
    assert_int_equal(report_with(&w, id, "甲", mine, &e), 0);
    assert_int_equal(report_with(&w, id, "甲", mine, &e), 0); /* again in the same case */
    assert_int_equal(case_file_get(w.l, mine, ON_DUTY, &d, &e), 0);
    assert_int_equal(d.parent, id);
    doc_release(&d);
    assert_int_equal(case_file_get(w.l, mine, NULL, &d, &e), -ENOENT);
    chain_holds(&w, 4);
    world_end(&w);
}

/* As fields of kind `file` do it: a field that the ledger publishes shows its files, and one that wants pictures takes nothing else. */
static void published_files(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        bool published;
    } cases[] = {
        { "problem", true }, { "measures", true }, { "person", false }, { "evidence", false }, { "", false }
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct err e = { 0 };
        struct doc d = { 0 };
        world_make(&w, NULL);
        int64_t id = working(&w), file = put_photo(&w, 1, "doer", "{'name':'a.jpg'}");
        json_t *ids = json_pack("[I]", (json_int_t)file), *many = json_array(), *text = json_pack("[s]", "1"),
               *hashes = json_object();
        for (int k = 0; k <= CASE_FILES_MAX; k++)
            json_array_append_new(many, json_integer(file));
        assert_int_equal(case_files_attach(w.store, id, cases[i].field, many, true, DOER, w.now, hashes, &e),
                         -EINVAL);
        assert_int_equal(case_files_attach(w.store, id, cases[i].field, text, true, DOER, w.now, hashes, &e),
                         -EINVAL);
        assert_int_equal(
            case_files_attach(w.store, id, cases[i].field, ids, true, ON_DUTY, w.now, hashes, &e), -EINVAL);
        assert_int_equal(case_files_attach(w.store, id, cases[i].field, ids, true, DOER, w.now, hashes, &e),
                         0);
        assert_int_equal(json_object_size(hashes), 1);
        json_decref(hashes);
        assert_int_equal(case_file_get(w.l, file, NULL, &d, &e), cases[i].published ? 0 : -ENOENT);
        doc_release(&d);
        json_decref(ids);
        json_decref(many);
        json_decref(text);
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(share_of_text),
        cmocka_unit_test(distances),
        cmocka_unit_test(a_hundred_thousand_photos),
        cmocka_unit_test(facts_of_a_photo),
        cmocka_unit_test(one_photo_in_two_cases),
        cmocka_unit_test(copied_between_cases),
        cmocka_unit_test(trouble_after_closure),
        cmocka_unit_test(bursts),
        cmocka_unit_test(decided_by_people),
        cmocka_unit_test(whose_file_it_is),
        cmocka_unit_test(published_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
