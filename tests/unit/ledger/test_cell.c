/* test_cell.c - headings and cells as bureaus write them. */
#include "support.h"

#include <string.h>

#include "base/scoped.h"
#include "ledger/import_own.h"

static void dates(void **state)
{
    (void)state;
    static const struct {
        const char *text, *date;
        bool no_day;
    } t[] = {
        { "2026-06-30", "2026-06-30", false },
        { "2026/6/30", "2026-06-30", false },
        { "2026.6.30", "2026-06-30", false },
        { "2026．6．30", "2026-06-30", false },
        { "2026.06.30.", "2026-06-30", false },
        { "20260630", "2026-06-30", false },
        { "2026年6月30日", "2026-06-30", false },
        { " 2026 年 6 月 30 日 ", "2026-06-30", false },
        { "２０２６年６月３０日", "2026-06-30", false },
        { "2026年6月\n30日", "2026-06-30", false },
        { "2026年6月30日前", "2026-06-30", false },
        { "2026年6月30日之前。", "2026-06-30", false },
        { "2026年6月30号", "2026-06-30", false },
        { "2026年06月30", "2026-06-30", false },
        { "2026年6月底", "2026-06-30", false },
        { "2026年6月底前", "2026-06-30", false },
        { "2026年2月底", "2026-02-28", false },
        { "2028年2月末", "2028-02-29", false },
        { "2026年12月月底", "2026-12-31", false },
        { "2026年底", "2026-12-31", false },
        { "2026年年底前", "2026-12-31", false },
        { "2026年6月上旬", "2026-06-10", false },
        { "2026年6月中旬", "2026-06-20", false },
        { "2026年6月下旬", "2026-06-30", false },
        { "2026.6月底", "2026-06-30", false },
        { "二〇二六年六月三十日", "2026-06-30", false },
        { "二○二六年十二月三十一日", "2026-12-31", false },
        { "二零二六年十月十日", "2026-10-10", false },
        { "二〇二六年十一月二十日", "2026-11-20", false },
        { "46203", "2026-06-30", false },
        { "2026年6月30日 09:30", "2026-06-30", false },
        { "2026-06-30T23:30:00+08:00", "2026-06-30", false },
        { "2026年6月", NULL, true },
        { "2026-06", NULL, true },
        { "2026年6月前", NULL, true },
        { "2026年2月30日", NULL, false },
        { "2026年13月1日", NULL, false },
        { "6月30日", NULL, false },
        { "26.6.30", NULL, false },
        { "立行立改", NULL, false },
        { "长期坚持", NULL, false },
        { "2026年6月30日至7月1日", NULL, false },
        { "2026年", NULL, false },
        { "20261301", NULL, false },
        { "99999", NULL, false },
        { "", NULL, false },
        { "2026年6月30日30", NULL, false },
    };
    for (size_t i = 0; i < COUNT_OF(t); i++) {
        char date[11] = "";
        bool no_day, good = cell_date(t[i].text, date, &no_day);
        if (good != (t[i].date != NULL) || (good && strcmp(date, t[i].date) != 0) || no_day != t[i].no_day)
            fail_msg("'%s': %d %s, no day %d", t[i].text, good, date, no_day);
    }
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *unit, *json;
        bool wrong_unit;
    } t[] = {
        { "12", "", "12", false },         { "12.50", "", "12.5", false },
        { "-3", "", "-3", false },         { "1,234,567.8", "", "1234567.8", false },
        { "１２．５", "", "12.5", false }, { "1 200", "", "1200", false },
        { "12公里", "公里", "12", false }, { "12 KM", "km", "12", false },
        { "12.5％", "%", "12.5", false },  { "30 μg/m3", "μg/m3", "30", false },
        { "12公里", "", NULL, true },      { "12万元", "元", NULL, true },
        { "12元", "万元", NULL, true },    { "约3", "", NULL, false },
        { "3-5", "", NULL, false },        { "12,34", "", NULL, false },
        { "1,2345", "", NULL, false },     { "1,234,", "", NULL, false },
        { "1.2.3", "", NULL, false },      { "--", "", NULL, false },
        { "1.23456789", "", NULL, false }, { "十二", "", NULL, false },
    };
    for (size_t i = 0; i < COUNT_OF(t); i++) {
        json_t *v = NULL;
        bool unit, good = cell_number(t[i].text, t[i].unit, &v, &unit);
        char *text = good ? json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12)) : NULL;
        if (good != (t[i].json != NULL) || (good && strcmp(text, t[i].json) != 0) || unit != t[i].wrong_unit)
            fail_msg("'%s' in '%s': %d %s, unit %d", t[i].text, t[i].unit, good, text ? text : "", unit);
        free(text);
        json_decref(v);
    }
}

static struct definition *shipped(struct world *w)
{
    struct definition *d = NULL;
    assert_int_equal(ledgers_definition(w->l, "rectification", NULL, &d, NULL), 0);
    return d;
}

static void headings(void **state)
{
    static const struct {
        const char *heading, *field; /* NULL: unknown; "#": the number; "-": shown besides */
    } t[] = {
        { "存在问题", "problem" },
        { "存在\n问题", "problem" },
        { " 存 在　问 题 ", "problem" },
        { "*存在问题", "problem" },
        { "存在问题：", "problem" },
        { "督察反馈问题", "problem" },
        { "问题", "problem" },
        { "整改目标", "goal" },
        { "责任主体", "owner" },
        { "责任单位（盖章）", "owner" },
        { "责任单位(公章)", "owner" },
        { "督导单位", "supervisor" },
        { "整改时限（年月日）", "due" },
        { "完成时限", "due" },
        { "时限", "due" },
        { "整改措施", "measures" },
        { "Time limit", "due" },
        { "ＴＩＭＥ ｌｉｍｉｔ", "due" },
        { "problem", "problem" },
        { "问题来源", "source" },
        { "点位", "site" },
        { "责任人", "person" },
        { "编号", "#" },
        { "问题编号", "#" },
        { "序号", "#" },
        { "状态", "-" },
        { "剩余天数", "-" },
        { "备注", NULL },
        { "", NULL },
        { "（盖章）", NULL },
        { "责任", NULL },
    };
    struct world *w = *state;
    const struct definition *d = shipped(w);
    for (size_t i = 0; i < COUNT_OF(t); i++) {
        bool counter;
        int f = import_heading(d, t[i].heading, &counter);
        const char *got = f >= 0 ? d->field[f].id : f == COLUMN_NUMBER ? "#" : f == COLUMN_KNOWN ? "-" : NULL;
        if (!got != !t[i].field || (got && strcmp(got, t[i].field) != 0))
            fail_msg("'%s': %s", t[i].heading, got ? got : "unknown");
    }
}

/* A cell of a shipped field, as JSON; or the code of the fault. */
static void cells(void **state)
{
    static const struct {
        const char *field, *text, *json, *code;
    } t[] = {
        { "problem", "　 总排口超标 \n", "\"总排口超标\"", NULL },
        { "source", "中央 督察", "\"中央督察\"", NULL },
        { "source", "中央环保督察", NULL, "import.choice" },
        { "owner", "净水厂", "\"plant\"", NULL },
        { "owner", "净 水\n厂", "\"plant\"", NULL },
        { "owner", "plant", "\"plant\"", NULL },
        { "owner", "PLANT", "\"plant\"", NULL },
        { "owner", "净水", NULL, "import.unknown" },
        { "site", "总排口", "\"out1\"", NULL },
        { "site", "out1", "\"out1\"", NULL },
        { "due", "2026年6月底", "\"2026-06-30\"", NULL },
        { "due", "年底", NULL, "import.date" },
        { "person", "nobody", NULL, "import.unknown" },
        { "measures", "检修曝气\n加药", "[\"检修曝气\",\"加药\"]", NULL },
        { "measures", "1．检修曝气；2．加药。", "[\"检修曝气\",\"加药。\"]", NULL },
        { "measures", "1.检修；\n2.加药；", "[\"检修\",\"加药\"]", NULL },
        { "measures", "1、检修。2、加药", "[\"检修\",\"加药\"]", NULL },
        { "measures", "（1）检修\n（2）加药", "[\"检修\",\"加药\"]", NULL },
        { "measures", "①检修；②加药", "[\"检修\",\"加药\"]", NULL },
        { "measures", "新建1.5公里管网；封堵2处", "[\"新建1.5公里管网；封堵2处\"]", NULL },
        { "measures", "1.5公里管网", "[\"1.5公里管网\"]", NULL },
        { "measures", "\n\n检修\n\n", "[\"检修\"]", NULL },
        { "goal", "完成整改", "\"完成整改\"", NULL },
    };
    struct world *w = *state;
    const struct definition *d = shipped(w);
    struct names names;
    assert_int_equal(names_read(w->l, &names, NULL), 0);
    for (size_t i = 0; i < COUNT_OF(t); i++) {
        struct cell_field f;
        struct said why;
        const char *code = NULL;
        json_t *v = NULL;
        cell_field_of(d, definition_field(d, t[i].field), &f);
        int r = cell_read(&names, &f, t[i].text, &v, &code, &why);
        char *text = r == 0 ? json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
        if ((r == 0) != (t[i].json != NULL) ||
            strcmp(r == 0 ? text : code, r == 0 ? t[i].json : t[i].code) != 0)
            fail_msg("%s '%s': %s %s", t[i].field, t[i].text, r == 0 ? text : code, r < 0 ? why.zh : "");
        free(text);
        json_decref(v);
    }
    names_release(&names);
}

/* Reading what was written gives the value again: the round trip rests on it. */
static void written_cells_read_back(void **state)
{
    static const char *const values[][2] = {
        { "problem", "'总排口氨氮超标'" },
        { "source", "'自查'" },
        { "owner", "'plant'" },
        { "site", "'out1'" },
        { "due", "'2026-06-30'" },
        { "measures", "['检修','1.5公里管网','一、加药；']" },
        { "measures", "['第一行']" },
        { "supervisor", "'other'" },
    };
    struct world *w = *state;
    const struct definition *d = shipped(w);
    struct names names;
    assert_int_equal(names_read(w->l, &names, NULL), 0);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct cell_field f;
        struct said why;
        const char *code;
        struct buf text = BUF_INIT;
        char wrapped[200];
        snprintf(wrapped, sizeof wrapped, "[%s]", values[i][1]);
        json_t *all = parse(wrapped), *again = NULL;
        cell_field_of(d, definition_field(d, values[i][0]), &f);
        cell_write(&names, &f, json_array_get(all, 0), &text);
        if (cell_read(&names, &f, text.data, &again, &code, &why) < 0 ||
            (!json_equal(again, json_array_get(all, 0)) && !strstr(values[i][1], "；")))
            fail_msg("%s %s: '%s'", values[i][0], values[i][1], text.data);
        json_decref(again);
        json_decref(all);
        buf_release(&text);
    }
    names_release(&names);
}

static int make(void **state)
{
    static struct world w;
    world_make(&w, NULL);
    *state = &w;
    return 0;
}

static int end(void **state)
{
    world_end(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates),
        cmocka_unit_test(numbers),
        cmocka_unit_test_setup_teardown(headings, make, end),
        cmocka_unit_test_setup_teardown(cells, make, end),
        cmocka_unit_test_setup_teardown(written_cells_read_back, make, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
