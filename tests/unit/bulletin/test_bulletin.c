/* Texts with places, rows within rows, receipts, and definitions that are wrong. */
#include "unit/check.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "bulletin/bulletin.h"

static json_t *tree_of(const char *text)
{
    json_t *t = NULL;
    struct err e = { 0 };
    if (json_read(text, strlen(text), &t, &e) < 0)
        fail_msg("%s: %s", text, e.text);
    return t;
}

static int receipt(void *arg, const json_t *ask, json_t **ret, struct err *e)
{
    ++*(int *)arg;
    if (json_int(ask, "site", 0) == 9)
        return err_set(e, -ENOENT, "no such figure");
    *ret = json_pack("{s:O,s:{s:s},s:[]}", "measure", ask, "inputs", "sm3", "abc", "rules");
    return 0;
}

static const char figures[] = "{\"city\":\"城\",\"year\":2025,\"a\":{\"v\":1.25,\"none\":null,\"word\":"
                              "\"pm25\",\"yes\":true,\"no\":false,\"list\":[1,2]},"
                              "\"rivers\":[{\"site\":1,\"name\":\"甲\",\"months\":[{\"m\":1},{\"m\":2}]},{"
                              "\"site\":9,\"name\":\"乙\",\"months\":[{\"m\":3}]}],"
                              "\"nested\":[[{\"m\":4}],[{\"m\":5}]],\"set\":{\"id\":\"R1\",\"clause\":\"5\","
                              "\"source\":\"GB\",\"certainty\":\"confirmed\"}}";

static const struct {
    const char *part, *is; /* the text, or the cells of the first table apart by | */
} parts[] = {
    { "{\"text\":\"{a.v} {a.v:1} {a.none} {a.nothing} {b.c} {city}\"}", "1.25 1.2 — — — 城" },
    { "{\"text\":\"{a.yes?是:否:不知} {a.no?是:否:不知} {a.none?是:否:不知} {#rivers} {a.list} {a.word}\"}",
      "是 否 不知 2 1、2 PM2.5" },
    { "{\"rows\":\"rivers[].months\",\"columns\":[[\"n\",\"{name}\"],[\"m\",\"{m}\"]]}", "甲|1|甲|2|乙|3|" },
    { "{\"rows\":\"nested\",\"columns\":[[\"m\",\"{m}\"]]}", "4|5|" },
    { "{\"rows\":\"rivers\",\"columns\":[[\"r\",\"{@load.year}\"],[\"r\",\"{@load.year}\"]]}",
      "据1|据1|—|—|" },
    { "{\"rows\":\"rivers\",\"where\":\"nothing\",\"empty\":\"没有 "
      "{city}\",\"columns\":[[\"r\",\"{name}\"]]}",
      "没有 城" },
    { "{\"text\":\"x\",\"when\":\"a.none\"}", "" },
    { "{\"text\":\"x\",\"when\":\"!a.none\"}", "x" },
    { "{\"each\":\"rivers\",\"parts\":[{\"rows\":\"months\",\"columns\":[[\"m\",\"{name}{m}\"]]}]}",
      "甲1|甲2|" },
    { "{\"rules\":true}", "R1|GB 5|confirmed|" },
};

static void test_parts(void **state)
{
    (void)state;
    scoped(json_decrefp) json_t *f = tree_of(figures);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        char text[600];
        struct paper p;
        struct err e = { 0 };
        int asked = 0;
        snprintf(text, sizeof text,
                 "{\"id\":\"x\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"{city}\",\"period\":\"year\","
                 "\"figures\":[],"
                 "\"words\":{\"pm25\":\"PM2.5\"},\"parts\":[%s]}",
                 parts[i].part);
        scoped(json_decrefp) json_t *d = tree_of(text);
        struct bulletin_ask ask = { .definition = d, .figures = f, .receipt = receipt, .arg = &asked };
        CHECK_CASE(parts[i].part, bulletin_check(d, &e) == 0);
        CHECK_CASE(e.text, bulletin_paper(&ask, &p, &e) == 0);
        CHECK_CASE(parts[i].part, strcmp(p.title, "城") == 0);
        scoped(buf_release) struct buf got = BUF_INIT;
        const struct paper_part *part = p.n_parts ? &p.part[0] : NULL;
        for (size_t k = 0; part && k < part->n_cells; k++)
            buf_addf(&got, "%s|", part->cell[k]);
        if (part && !part->n_cells)
            buf_adds(&got, part->text);
        if (strcmp(got.data ? got.data : "", parts[i].is) != 0)
            fail_msg("%s: %s", parts[i].part, got.data ? got.data : "");
        paper_release(&p);
    }
}

static const char *const wrong[] = {
    "[]",
    "{}",
    "{\"id\":\"x\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"t\",\"period\":\"week\",\"figures\":[],"
    "\"parts\":[]}",
    "{\"id\":\"X!\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"t\",\"period\":\"year\",\"figures\":[],"
    "\"parts\":[]}",
    "{\"id\":\"x\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"{t\",\"period\":\"year\",\"figures\":[],"
    "\"parts\":[]}",
    "{\"id\":\"x\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"t\",\"period\":\"year\",\"figures\":[],"
    "\"parts\":[{\"text\":\"{a:9}\"}]}",
    "{\"id\":\"x\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"t\",\"period\":\"year\",\"figures\":[],"
    "\"parts\":[{\"text\":\"{}\"}]}",
    "{\"id\":\"x\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"t\",\"period\":\"year\",\"figures\":[],"
    "\"parts\":[{\"rows\":\"a\"}]}",
    "{\"id\":\"x\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"t\",\"period\":\"year\",\"figures\":[],"
    "\"parts\":[{\"rows\":\"a\",\"columns\":[[\"x\"]]}]}",
    "{\"id\":\"x\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"t\",\"period\":\"year\",\"figures\":[],"
    "\"parts\":[{\"text\":\"a\",\"heading\":\"b\"}]}",
    "{\"id\":\"x\",\"name\":\"n\",\"name_en\":\"n\",\"title\":\"t\",\"period\":\"year\",\"figures\":[],"
    "\"parts\":[{\"each\":\"a\"}]}",
};

static void test_wrong_definitions(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        scoped(json_decrefp) json_t *d = tree_of(wrong[i]);
        struct err e = { 0 };
        CHECK_CASE(wrong[i], bulletin_check(d, &e) < 0 && *e.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_wrong_definitions),
    };
    return cmocka_run_group_tests_name("bulletin", tests, NULL, NULL);
}
