/* test_plan.c - sentences of our own in every pattern of the guideline, the traps of the damage table, hostile texts, and whole
 * documents against their labels. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "words.h"
#include "base/file.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "gold.h"

static json_t *read_text(const char *text)
{
    struct err e = { 0 };
    json_t *list = NULL;
    if (plan_read(lexicon, text, strlen(text), &list, &e) < 0)
        fail_msg("%s", e.text);
    return list;
}

static void part(struct buf *b, const json_t *o, const char *key, const char *before)
{
    const json_t *v = json_object_get(o, key);
    if (json_is_string(v))
        buf_addf(b, "%s%s", before, json_string_value(v));
    else if (json_is_integer(v))
        buf_addf(b, "%s%lld", before, (long long)json_integer_value(v));
    else if (json_is_real(v))
        buf_addf(b, "%s%.12g", before, json_real_value(v));
}

/* One line a target, task or doubt, as the cases below write them; notes are left out. */
static void render(const json_t *list, struct buf *b)
{
    static const char *const field[][2] = {
        { "role", " " },      { "indicator", " " }, { "verb", " " },      { "object", " " },
        { "op", " " },        { "value", " " },     { "value2", "~" },    { "unit", "" },
        { "modality", " " },  { "by", " by=" },     { "region", " in=" }, { "baseline", " vs=" },
        { "owner", " who=" }, { "bound", " ->" }
    };
    size_t i;
    json_t *o;
    json_array_foreach(list, i, o)
    {
        const char *kind = json_str(o, "kind", "?");
        if (!strcmp(kind, "note"))
            continue;
        buf_adds(b, kind);
        if (!strcmp(kind, "doubt"))
            part(b, o, "rule", " ");
        for (size_t k = 0; k < COUNT_OF(field); k++)
            part(b, o, field[k][0], field[k][1]);
        buf_addc(b, '\n');
    }
}

static const struct {
    const char *text, *want;
} cases[] = {
#include "cases.inc"
};

static void test_cases(void **state)
{
    (void)state;
    size_t bad = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        scoped(buf_release) struct buf got = BUF_INIT;
        scoped(json_decrefp) json_t *list = read_text(cases[i].text);
        render(list, &got);
        if (strcmp(got.data ? got.data : "", cases[i].want) == 0)
            continue;
        fprintf(stderr, "%s\n  want\n%s  got\n%s", cases[i].text, cases[i].want, got.data ? got.data : "");
        bad++;
    }
    assert_int_equal(bad, 0);
}

/* corpus.txt: a sentence after "> ", read under the heading of a yearly plan, and the lines that it must give. */
static void test_corpus(void **state)
{
    (void)state;
    struct err e = { 0 };
    scoped(buf_release) struct buf file = BUF_INIT;
    if (file_read(SOURCE_ROOT "/tests/unit/plan/corpus.txt", 1 << 20, &file, &e) < 0)
        fail_msg("%s", e.text);
    size_t sentences = 0, bad = 0;
    for (char *p = file.data; p && *p;) {
        char *line = p, *end = strchr(p, '\n');
        p = end ? end + 1 : p + strlen(p);
        if (end)
            *end = '\0';
        if (strncmp(line, "> ", 2) != 0)
            continue;
        scoped(buf_release) struct buf text = BUF_INIT, want = BUF_INIT, got = BUF_INIT;
        buf_addf(&text, "2024年滨海市生态环境保护工作计划\n%s", line + 2);
        while (*p && *p != '\n' && *p != '>' && *p != '#') {
            size_t len = strcspn(p, "\n");
            buf_addf(&want, "%.*s\n", (int)len, p);
            p += len + (p[len] == '\n');
        }
        scoped(json_decrefp) json_t *list = read_text(text.data);
        render(list, &got);
        sentences++;
        if (strcmp(got.data ? got.data : "", want.data ? want.data : "") == 0)
            continue;
        fprintf(stderr, "%s\n  want\n%s  got\n%s", line, want.data ? want.data : "",
                got.data ? got.data : "");
        bad++;
    }
    print_message("# corpus: %zu sentences\n", sentences);
    assert_true(sentences >= 150);
    assert_int_equal(bad, 0);
}

/* Half-width and full-width signs read alike, and every quote is the text's own characters at its place. */
static void test_places(void **state)
{
    (void)state;
    static const char text[] =
        "２０２６年甲市计划\n全市细颗粒物（PM2."
        "5）年均浓度控制在３５微克／立方米以内，力争３３；𠮷河水质稳定达标。完成１２家企业整治。";
    scoped(json_decrefp) json_t *list = read_text(text);
    size_t i, targets = 0, tasks = 0;
    json_t *o;
    json_array_foreach(list, i, o)
    {
        const char *quote = json_str(o, "quote", "");
        size_t at = 0, cp = 0, used;
        for (; cp < (size_t)json_int(o, "start", 0); cp++) {
            utf8_decode(text + at, sizeof text - 1 - at, &used);
            at += used;
        }
        assert_memory_equal(text + at, quote, strlen(quote));
        assert_int_equal(utf8_count(quote, strlen(quote)), json_int(o, "end", 0) - json_int(o, "start", 0));
        targets += !strcmp(json_str(o, "kind", ""), "target");
        tasks += !strcmp(json_str(o, "kind", ""), "task");
    }
    assert_int_equal(targets, 2);
    assert_int_equal(tasks, 1);
}

static const json_t *of_rule(const json_t *list, const char *rule)
{
    size_t i;
    const json_t *o;
    json_array_foreach(list, i, o) if (strcmp(json_str(o, "rule", ""), rule) == 0) return o;
    fail_msg("nothing by rule %s", rule);
    return NULL;
}

/* T2: five items where six are announced; the split is proposed, and said to be an editor's reading. */
static void test_split(void **state)
{
    (void)state;
    scoped(json_decrefp) json_t *list = read_text(
        "建设业务“6应用”:大气决策、水决策、土壤和固废综合管理环境监测全过程管理、业务监管、服务门户。");
    const char *reason = json_str(of_rule(list, "doubt.count"), "reason", "");
    assert_non_null(strstr(reason, "综合管理|环境监测全过程管理"));
    assert_non_null(strstr(reason, "编者推断"));
}

/* T6: a passage said again with a word changed; figures changed make another sentence. */
static void test_passage(void **state)
{
    (void)state;
    static const char once[] =
        "加强集中式饮用水源地监管,确保人民群众饮水安全,严防环境风险,健全应急预警体系,提升监测和处置能力,"
        "压实各方责任,形成工作合力。"
        "推进农村环境综合整治,深入开展村庄清洁行动,完善垃圾收运体系,推动资源化利用,持续改善人居环境。"
        "健全网格化监管机制,充实基层力量,及时发现和处理突出环境问题,做到早发现早处置。\n",
                      between[] = "中间的一句话与其他内容都不相同,用来隔开两段文字,免得连在一起。\n";
    scoped(buf_release) struct buf text = BUF_INIT;
    buf_addf(&text, "%s%s", once, between);
    size_t at = text.len;
    buf_adds(&text, once);
    char *word = strstr(text.data + at, "体系");
    assert_non_null(word);
    memcpy(word, "机制", strlen("机制"));
    scoped(json_decrefp) json_t *list = read_text(text.data);
    of_rule(list, "doubt.repeated_nearly");
    of_rule(list, "doubt.repeated");
    assert_non_null(strstr(json_str(of_rule(list, "doubt.repeated_passage"), "reason", ""), "3 句"));
}

/* A rectification list: a row a task, whatever the heads are called; what it lacks is named; its limit holds for its measures. */
static void test_table(void **state)
{
    (void)state;
    scoped(json_decrefp) json_t *list =
        read_text("2026年整改清单\n整改完成时限\t牵头责任单位\t反馈的问题\t目标要求\t具体措施\t督导单位\n"
                  "2026年9月底\t东区政府\t污水直排\t水质稳定达标\t改造管网12公里\t市生态环境局\n立行立改\t\t"
                  "垃圾堆放\t完成清理\t封场3处\t市城管局\n");
    const json_t *row = of_rule(list, "table.row");
    assert_string_equal(json_str(row, "problem", ""), "污水直排");
    assert_string_equal(json_str(row, "owner", ""), "东区政府");
    assert_string_equal(json_str(row, "supervisor", ""), "市生态环境局");
    assert_string_equal(json_str(row, "by", ""), "2026年9月底");
    assert_string_equal(json_str(of_rule(list, "task.counted"), "by", ""), "2026年9月底");
    assert_non_null(strstr(json_str(of_rule(list, "doubt.row_lacks"), "reason", ""), "责任单位"));
}

/* The table of main indicators: a target a row, whatever its columns are called and wherever they stand. */
static void test_indicator_table(void **state)
{
    (void)state;
    static const struct {
        const char *head, *row, *indicator, *op, *unit, *by;
        double value;
    } want[] = {
        { "序号\t指标名称\t单位\t2024年现状\t2026年目标值\t指标属性",
          "1\tPM2.5年均浓度\t微克/立方米\t33\t≤31\t约束性", "PM2.5年均浓度", "<=", "微克/立方米", "2026年",
          31 },
        { "指标\t2020年\t2027年\t属性", "劣Ⅴ类断面比例（％）\t1.2\t0\t约束性", "劣Ⅴ类断面比例", "<=", "％",
          "2027年", 0 },
        { "主要指标\t计量单位\t目标\t责任单位", "森林覆盖率\t%\t38.5以上\t市林业局", "森林覆盖率", ">=", "%",
          "2026年", 38.5 },
        { "类别\t指标\t单位\t2030年", "低碳\t单位GDP二氧化碳排放降低\t%\t〔19〕", "单位GDP二氧化碳排放",
          "decrease", "%", "2030年", 19 },
        { "考核指标\t2026年目标", "优良天数\t不少于318天", "优良天数", ">=", "天", "2026年", 318 },
    };
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        scoped(buf_release) struct buf text = BUF_INIT;
        buf_addf(&text, "2026年青河市工作要点\n%s\n%s\n", want[i].head, want[i].row);
        scoped(json_decrefp) json_t *list = read_text(text.data);
        const json_t *o = of_rule(list, "table.indicator");
        assert_string_equal(json_str(o, "indicator", ""), want[i].indicator);
        assert_string_equal(json_str(o, "op", ""), want[i].op);
        assert_string_equal(json_str(o, "unit", ""), want[i].unit);
        assert_string_equal(json_str(o, "by", ""), want[i].by);
        assert_true(json_number_value(json_object_get(o, "value")) == want[i].value);
        assert_int_equal(json_array_size(list), 1);
    }
    scoped(json_decrefp) json_t *list = /* a list of tasks beside it stays one */
        read_text("2026年清单\n考核指标\t2026年目标任务\t责任单位\t完成时限\n治污\t新建管网12公里\t市住建局\t"
                  "6月底前\n");
    assert_string_equal(json_str(of_rule(list, "table.row"), "owner", ""), "市住建局");
}

/* News of a year that is over gives neither its facts nor its year; what it says of the next one is read. */
static void test_news(void **state)
{
    (void)state;
    scoped(json_decrefp) json_t *past = read_text(
        "1月6日,记者从市生态环境局获悉,2023年,我市优良天数321天,同比增加8天。其中3月优良率为100%。\n"
        "据工作人员介绍,2023年,我市争取资金1.6亿元,完成治理项目72个。其中淘汰老旧车6."
        "1万辆、整治企业300家。\n");
    assert_int_equal(json_array_size(past), 0);
    scoped(json_decrefp) json_t *ahead =
        read_text("1月6日,记者从市生态环境局获悉,2024年,我市将完成治理项目85个,优良天数控制在310天以上。\n");
    assert_string_equal(json_str(of_rule(ahead, "task.counted"), "by", ""), "2024年");
}

/* The path of the result whose quote has these words, its titles joined by " > "; "" without one. */
static void path_of(const json_t *list, const char *words, char *to, size_t size)
{
    size_t i, k;
    const json_t *o, *title;
    scoped(buf_release) struct buf b = BUF_INIT;
    bool found = false;
    json_array_foreach(list, i, o)
    {
        if (found || !strstr(json_str(o, "quote", ""), words))
            continue;
        found = true;
        json_array_foreach(json_object_get(o, "path"), k, title)
            buf_addf(&b, "%s%s", k ? " > " : "", json_string_value(title));
    }
    if (!found)
        fail_msg("nothing was read from %s", words);
    snprintf(to, size, "%s", b.data ? b.data : "");
}

/* Each work has a quantity of its own, by which it is found again. */
static void test_headings(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words, *path;
    } marks[] = {
        /* each style alone, on its own line */
        { "一、主要任务\n新建泵站3座。", "泵站3座", "一、主要任务" },
        { "十二、主要任务\n新建泵站3座。", "泵站3座", "十二、主要任务" },
        { "(二)水的任务\n新建泵站3座。", "泵站3座", "(二)水的任务" },
        { "　　（二）水的任务\n新建泵站3座。", "泵站3座", "（二）水的任务" },
        { "3.管网\n新建泵站3座。", "泵站3座", "3.管网" },
        { "３．管网\n新建泵站3座。", "泵站3座", "３．管网" },
        { "3、管网\n新建泵站3座。", "泵站3座", "3、管网" },
        { "（3）管网\n新建泵站3座。", "泵站3座", "（3）管网" },
        { "3）管网\n新建泵站3座。", "泵站3座", "3）管网" },
        { "③管网\n新建泵站3座。", "泵站3座", "③管网" },
        { "第二章 水环境\n第一节　管网\n新建泵站3座。", "泵站3座", "第二章 水环境 > 第一节　管网" },
        { "第一部分：水\n新建泵站3座。", "泵站3座", "第一部分：水" },
        /* run-in: the heading is the first sentence, and its own work stands under it */
        { "（一）补齐短板。新建泵站3座。", "泵站3座", "（一）补齐短板" },
        { "1.新建泵站3座。改造管网9公里。", "泵站3座", "1.新建泵站3座" },
        /* nesting: a heading closes those of its level and below */
        { "一、水\n（一）管网\n1.城区\n（1）东片\n①新建泵站3座。", "泵站3座",
          "一、水 > （一）管网 > 1.城区 > （1）东片 > ①新建泵站3座" },
        { "一、水\n（一）管网\n1.城区\n（二）泵站\n新建泵站3座。", "泵站3座", "一、水 > （二）泵站" },
        { "一、水\n（一）管网\n二、气\n新建泵站3座。", "泵站3座", "二、气" },
        /* a level that is left out */
        { "一、水\n1.城区\n新建泵站3座。", "泵站3座", "一、水 > 1.城区" },
        { "（一）管网\n二、气\n③新建泵站3座。", "泵站3座", "二、气 > ③新建泵站3座" },
        /* before the first heading */
        { "新建泵站3座。\n一、水", "泵站3座", "" },
        /* a mark's likeness that is no heading */
        { "一、水\n1.2万吨污水厂投运,新建泵站3座。", "泵站3座", "一、水" },
        { "一、水\n1.2025年底前新建泵站3座。", "泵站3座", "一、水 > 1.2025年底前新建泵站3座" },
        { "一、水\n（一）类水体周边新建泵站3座。", "泵站3座", "一、水" },
        { "一、水\n（一）项目新建泵站3座。", "泵站3座", "一、水 > （一）项目新建泵站3座" },
        { "三、水\n一、二级保护区内新建泵站3座。", "泵站3座", "三、水" },
        { "三、水\n1、2号厂区新建泵站3座。", "泵站3座", "三、水" },
        { "三、水\n一、二氧化碳达峰\n新建泵站3座。", "泵站3座", "一、二氧化碳达峰" },
        { "三、水\n五、三水统筹\n新建泵站3座。", "泵站3座", "五、三水统筹" },
        { "三、水\n第一章规定了范围,新建泵站3座。", "泵站3座", "三、水" },
        { "三、水\n2026年新建泵站3座。", "泵站3座", "三、水" },
        { "三、水\n重点是一、二期:(一)类水,1.2万吨,新建泵站3座。", "泵站3座", "三、水" },
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        char got[1024];
        scoped(json_decrefp) json_t *list = read_text(marks[i].text);
        path_of(list, marks[i].words, got, sizeof got);
        if (strcmp(got, marks[i].path) != 0)
            fail_msg("%s: path %s, not %s", marks[i].text, got, marks[i].path);
    }
}

/* A heading of any length takes 40 characters, and none of them is broken; a row of a table stands under its heading too. */
static void test_heading_bounds(void **state)
{
    (void)state;
    scoped(buf_release) struct buf text = BUF_INIT;
    char got[1024];
    buf_adds(&text, "一、治");
    for (int i = 0; i < 3000; i++)
        buf_adds(&text, "水");
    buf_adds(&text, "\n2026年整改清单\n重点任务\t牵头单位\t完成时限\n建成污水厂2座\t市水务局\t6月底前\n");
    scoped(json_decrefp) json_t *list = read_text(text.data);
    path_of(list, "污水厂2座", got, sizeof got);
    assert_int_equal(utf8_count(got, strlen(got)), 40);
    assert_memory_equal(got, text.data, strlen(got));
}

static void test_copied(void **state)
{
    (void)state;
    static const char
        upper[] = "推进农村环境综合整治,完善垃圾收运体系,推动资源化利用,持续改善人居环境。",
        ours[] = "我县自己的要求。推进农村环境综合整治, 完善垃圾收运体系,推动资源化利用,持续改善人居环境。";
    json_t *got = NULL;
    assert_int_equal(plan_compare(ours, sizeof ours - 1, upper, sizeof upper - 1, &got, NULL), 0);
    assert_int_equal(json_int(got, "copied", 0), 37);
    assert_int_equal(json_int(json_array_get(json_object_get(got, "spans"), 0), "start", 0), 8);
    json_decref(got);
    assert_int_equal(plan_compare("\xff", 1, upper, sizeof upper - 1, &got, NULL), -EILSEQ);
}

static void test_units_convert(void **state)
{
    (void)state;
    scoped(json_decrefp) json_t *list = read_text("完成造林1.5万亩。");
    const json_t *o = json_array_get(list, 0);
    assert_string_equal(json_str(o, "unit", ""), "万亩");
    assert_string_equal(json_str(o, "canon_unit", ""), "公顷");
    assert_float_equal(json_number_value(json_object_get(o, "canon_value")), 1000.0, 0.001);
}

static void test_closable(void **state)
{
    (void)state;
    scoped(json_decrefp) json_t *list = read_text("完成12个村整治。推进9个村整治。");
    assert_true(json_flag(json_array_get(list, 0), "closable", false));
    assert_false(json_flag(json_array_get(list, 1), "closable", true));
}

static void test_bad_input(void **state)
{
    (void)state;
    struct err e = { 0 };
    json_t *list = NULL;
    assert_int_equal(plan_read(lexicon, "\xe5\x85", 2, &list, &e), -EILSEQ);
    assert_non_null(strstr(e.text, "byte 0"));
    assert_int_equal(plan_read(lexicon, "", 0, &list, &e), 0);
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
}

/* Long runs that a grammar could stumble over: read in linear time, or refused when they make millions of results. */
static void test_hostile(void **state)
{
    (void)state;
    static const char *const piece[] = { "达到",     "A、",     "“", "水质达到35%、",          "1",
                                         "比2018年", "完成3个", "(", "完成省下达我市的PM2.5、" };
    for (size_t i = 0; i < COUNT_OF(piece); i++) {
        scoped(buf_release) struct buf text = BUF_INIT;
        while (text.len < 100000)
            buf_adds(&text, piece[i]);
        json_t *list = NULL;
        if (plan_read(lexicon, text.data, text.len, &list, NULL) == 0)
            json_decref(list);
    }
}

/* Rules that look back must not look before the text. */
static void test_nothing_before(void **state)
{
    (void)state;
    static const char *const first[] = { "",   ")",  "(", "、", ",",  "到", "其中", "市",
                                         "园", "年", "“", "等", "以", "3",  "%" };
    static const char *const behind[] = { "完成3座桥梁改造。", "达到35%。", "县完成3座桥梁改造",
                                          "分别达到1%、2%", "对3家企业进行整治" };
    for (size_t i = 0; i < COUNT_OF(first) * COUNT_OF(behind); i++) {
        scoped(buf_release) struct buf text = BUF_INIT;
        buf_adds(&text, first[i / COUNT_OF(behind)]);
        buf_adds(&text, behind[i % COUNT_OF(behind)]);
        scoped(freep) char *exact = malloc(text.len); /* so that a byte beside it is seen by the sanitizer */
        memcpy(exact, text.data, text.len);
        json_t *list = NULL;
        assert_int_equal(plan_read(lexicon, exact, text.len, &list, NULL), 0);
        json_decref(list);
    }
}

static void test_lexicon_errors(void **state)
{
    (void)state;
    static const struct {
        const char *tree, *says;
    } bad[] = {
        { "[]", "not a table" },
        { "{\"nosuch\":[\"a\"]}", "no table 'nosuch'" },
        { "{\"soft\":[\"\"]}", "empty word" },
        { "{\"soft\":[{\"word\":\"a\"}]}", "no list 'words'" },
        { "{\"rules\":[{\"name\":\"r\",\"match\":\"reach nosuch\",\"op\":\"<=\"}]}", "no table 'nosuch'" },
        { "{\"rules\":[{\"name\":\"r\"}]}", "lacks" },
        { "{\"bindings\":[{}]}", "lacks" },
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct err e = { 0 };
        struct words *w = NULL;
        scoped(json_decrefp) json_t *tree = json_loads(bad[i].tree, 0, NULL);
        assert_non_null(tree);
        assert_true(words_compile(tree, &w, &e) < 0);
        assert_null(w);
        if (!strstr(e.text, bad[i].says))
            fail_msg("'%s' does not say '%s'", e.text, bad[i].says);
    }
}

static void test_document(const char *text_path, const char *gold_path, double want_targets,
                          double want_tasks)
{
    struct err e = { 0 };
    scoped(buf_release) struct buf text = BUF_INIT;
    scoped(buf_release) struct buf gold = BUF_INIT;
    struct gold_score target, task;
    if (file_read(text_path, 1 << 22, &text, &e) < 0 || file_read(gold_path, 1 << 22, &gold, &e) < 0)
        fail_msg("%s", e.text);
    scoped(json_decrefp) json_t *list = read_text(text.data);
    assert_int_equal(gold_match(gold.data, list, "target", &target), 0);
    assert_int_equal(gold_match(gold.data, list, "task", &task), 0);
    print_message("# %s: F1 targets %.3f of %zu, tasks %.3f of %zu\n", gold_path, gold_f1(&target),
                  target.gold, gold_f1(&task), task.gold);
    assert_true(gold_f1(&target) >= want_targets);
    assert_true(gold_f1(&task) >= want_tasks);
}

static void test_demo(void **state)
{
    (void)state;
    test_document(SOURCE_ROOT "/demo/plan-2026.txt", SOURCE_ROOT "/demo/plan-2026.gold.jsonl", 1.0, 1.0);
}

static void test_shared(void **state)
{
    (void)state;
    static const char *const name[] = { "dalian-2021", "qingdao-2019", "rect-1-agency", "rect-3-wenzhou" };
    const char *shared = getenv("BIHUAN_SHARED");
    if (!shared)
        shared = SOURCE_ROOT "/../shared";
    for (size_t i = 0; i < COUNT_OF(name); i++) {
        char text[512], gold[512];
        snprintf(text, sizeof text, "%s/plans/%s.txt", shared, name[i]);
        snprintf(gold, sizeof gold, "%s/plan-gold/%s.jsonl", shared, name[i]);
        if (access(text, R_OK) || access(gold, R_OK)) {
            print_message("# skipped: no shared data\n"); /* cmocka's own skip reads as a failure in TAP */
            return;
        }
        test_document(text, gold, 1.0, 1.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),          cmocka_unit_test(test_corpus),
        cmocka_unit_test(test_split),          cmocka_unit_test(test_passage),
        cmocka_unit_test(test_table),          cmocka_unit_test(test_indicator_table),
        cmocka_unit_test(test_news),           cmocka_unit_test(test_copied),
        cmocka_unit_test(test_places),         cmocka_unit_test(test_units_convert),
        cmocka_unit_test(test_headings),       cmocka_unit_test(test_heading_bounds),
        cmocka_unit_test(test_closable),       cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_hostile),        cmocka_unit_test(test_nothing_before),
        cmocka_unit_test(test_lexicon_errors), cmocka_unit_test(test_demo),
        cmocka_unit_test(test_shared),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
